"""Every command that the documentation shows is run, in the order in which its page shows them.

A page's commands stand in ``console`` blocks after ``$``. Each page runs in a folder of its own that holds what a
checkout holds. Output that a page shows is compared; a line of ``...`` stands for any lines.
"""

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import datasette
import pytest
from standby import standing_by

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CHECKOUT = ("data", "docs", "metadata.yml")
ELSEWHERE = re.compile(r"(make (serve|test|check|bench)|git clone|cd datasette-claims|pip install|python3? -m venv)\b")
"""Commands that need a network or a fresh machine: .ci/run runs the first ones on every change."""


def blocks(page):
    """(command, expected output lines) for every command of a page."""
    for block in re.findall(r"^```console\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = part.rstrip("\n").split("\n")
            command = [lines.pop(0)]
            while command[-1].endswith("\\"):
                command.append(lines.pop(0))
            yield "\n".join(command), lines


def runs_here(command):
    """On 0.65, ``-c`` is not an option; the page shows such a command for 1.0."""
    return "-c metadata.yml" not in command or not datasette.__version__.startswith("0.")


def matches(expected, actual):
    """Whether the lines agree, where ``...`` alone stands for any lines and within a line for any characters."""
    if not expected:
        return not actual
    if expected[0].strip() == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    pattern = re.sub(r"([*?[])", r"[\1]", expected[0].rstrip()).replace("...", "*")
    return bool(actual) and fnmatchcase(actual[0].rstrip(), pattern) and matches(expected[1:], actual[1:])


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A folder with a ``datasette`` that starts at once, but is Datasette's own."""
    with standing_by(tmp_path_factory.mktemp("program") / "bin") as place:
        yield place


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_work_as_shown(page, tmp_path, program):
    for name in CHECKOUT:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    own = str(Path(sys.executable).parent)
    # the README's are started as everybody starts them
    path = os.pathsep.join([*([] if page.name == "README.md" else [str(program)]), own, os.environ["PATH"]])
    for command, expected in blocks(page):
        if ELSEWHERE.match(command) or not runs_here(command):
            continue
        if re.match(r"datasette serve\b", command) and "--get" not in command:
            command += " --get /-/versions.json"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        shown = (done.stdout + done.stderr).splitlines()
        assert done.returncode == 0 or any("exit" in line for line in expected), f"$ {command}\n" + "\n".join(shown)
        if expected:
            assert matches(expected, shown), f"$ {command}\n" + "\n".join(shown)


@pytest.mark.parametrize(
    "command",
    [
        "datasette claims check none.db",
        "cd data && cat claims.csv | COLUMNS=60 datasette claims load ../c.db - --table claims --dry-run --help",
        "timeout -s KILL 1 datasette serve -p 0; echo $?",
    ],
)
def test_the_program_that_stands_by_is_datasette_itself(command, program, tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    told = []
    for place in (str(program), str(Path(sys.executable).parent)):
        path = os.pathsep.join([place, os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        # but for lines with numbers of processes
        errors = [line for line in done.stderr.splitlines() if not re.search("INFO|Killed", line)]
        told.append((done.returncode, done.stdout, errors))
    assert told[0] == told[1]


def test_the_two_commands_of_the_readme_are_run_by_ci():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [command for command, _ in blocks(ROOT / "README.md")]
    assert {"make serve", "make test"} <= set(commands)
    assert "make serve" in ci
    assert "make test" in ci


@pytest.mark.parametrize(
    ("expected", "actual", "agrees"),
    [
        (["a"], ["a"], True),
        (["a"], ["b"], False),
        (["a", "...", "c"], ["a", "x", "y", "c"], True),
        (["a", "...", "c"], ["a", "x"], False),
        (["took ... s"], ["took 0.3 s"], True),
        (["[x]"], ["[x]"], True),
        (["[x]"], ["x"], False),
    ],
)
def test_shown_output_is_compared(expected, actual, agrees):
    assert matches(expected, actual) is agrees
