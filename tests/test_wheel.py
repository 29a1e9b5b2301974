"""The wheel that is built from the tree holds everything, and serves the same site when installed elsewhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "datasette_claims"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True, capture_output=True, text=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert {name for name in inside if name.startswith("datasette_claims/")} == wanted


def test_the_wheel_holds_nothing_else(wheel):
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"datasette_claims"}


PATHS = ("/claims/-/claims", "/claims/-/claims.json", "/claims/statements.json?_shape=array")

PROGRAM = """
import sys, pathlib, datasette_claims
from datasette.cli import cli
print(pathlib.Path(datasette_claims.__file__).parent)
database, metadata, *paths = sys.argv[1:]
for path in paths:
    try:
        cli(["serve", database, "-m", metadata, "--get", path])
    except SystemExit as done:
        print("\\n" + f"exit {done.code} of {path}")
"""


def pages(code_from, database):
    """(where its code was, what it answers for each path) of a Datasette with the code from one folder.

    It runs beside the database, because Python looks first in the folder in which it runs.
    """
    command = [sys.executable, "-c", PROGRAM, database, ROOT / "metadata.yml", *PATHS]
    env = {**os.environ, "PYTHONPATH": str(code_from)}
    done = subprocess.run(
        command, cwd=database.parent, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    where, _, rest = done.stdout.partition("\n")
    answers = []
    for path in PATHS:
        answer, mark, rest = rest.partition(f"\nexit 0 of {path}\n")
        assert mark, done.stdout[-2_000:] + done.stderr
        answers.append(answer)
    return where, answers


@pytest.fixture(scope="module")
def answers(wheel, tmp_path_factory):
    """What the tree answers and what the wheel does, installed elsewhere, path by path."""
    folder = tmp_path_factory.mktemp("installed")
    elsewhere, database = folder / "site", folder / "claims.db"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", elsewhere, wheel], check=True
    )
    shutil.copytree(ROOT / "data", folder / "data")
    subprocess.run([sys.executable, "-m", "datasette", "claims", "load", database, folder / "data"], check=True)
    (_, from_tree), (where, from_wheel) = pages(ROOT, database), pages(elsewhere, database)
    assert str(elsewhere) in where
    return dict(zip(PATHS, zip(from_tree, from_wheel, strict=True), strict=True))


@pytest.mark.parametrize("path", PATHS)
def test_the_installed_wheel_serves_the_same_site(answers, path):
    from_tree, from_wheel = answers[path]
    assert len(from_tree) > 1_000
    assert from_wheel == from_tree
