"""Each fuzz target keeps its promises for some hundred inputs that are the same every time.

``make fuzz`` lets atheris look for others. The targets need no site: they are tried on one line alone.
"""

import contextlib
import importlib
import io
import itertools
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.generating import inputs
from fuzz.target import Drawn, as_text, text_seed
from fuzz.targets import MODULES, NAMES, find

RUN = Path(__file__).parent / "fuzz" / "run.py"
SLOW = dict.fromkeys(("brat", "followthemoney", "webannotation", "hypothesis", "claimreview", "popolo"), 40)
SLOW |= {"page": 60, "table": 40, "descriptor": 100}
"""How many inputs of the targets that read files or parse whole pages."""


@pytest.mark.parametrize("name", NAMES)
def test_promises_hold(name):
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # where warcio says what it thinks of a broken archive
            for data in itertools.islice(inputs(find(name)), SLOW.get(name, 200)):
                find(name).check(data)
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_says_what_it_promises_and_has_inputs_to_begin_with(name):
    assert len(find(name).check.__doc__) > 40
    assert find(name).seeds


@pytest.mark.parametrize("module", MODULES)
def test_no_target_is_left_out(module):
    assert [target.name for target in importlib.import_module(f"fuzz.{module}").TARGETS] == list(MODULES[module])


def test_the_inputs_are_the_same_every_time_and_begin_with_the_seeds():
    target = find("upload")
    made = list(itertools.islice(inputs(target), 100))
    assert made == list(itertools.islice(inputs(target), 100))
    assert made[: len(target.seeds)] == list(target.seeds)
    assert len(set(made)) > 80
    assert made != list(itertools.islice(inputs(target, 1), 100))


def test_bytes_become_values():
    assert as_text(text_seed("“é” \U0001f600")) == "“é” \U0001f600"
    assert as_text(b"\1\0\1", ["one", "two"]) == "one two "
    assert Drawn(b"").json(("a",), ("word",)) == "word"
    assert Drawn(b"\x08\1\0\5\3").json(("a",), ("word",)) == {"a": -1}


def test_a_run_tells_how_many_inputs_it_tried_and_what_it_found(tmp_path):
    command = [sys.executable, str(RUN), "--runs", "300", "offsets", "folding"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["failed"] == []
    assert all(count >= 300 for count in told["inputs"].values())
    assert set(told["inputs"]) == {"offsets", "folding"}


def test_a_broken_promise_is_found_kept_and_can_be_replayed(tmp_path):
    (tmp_path / "broken.py").write_text(
        "import sys\nsys.argv[0] = sys.argv.pop(1)\nsys.path[:0] = [sys.argv[0].rpartition('/fuzz/')[0]]\n"
        "import runpy\nfrom datasette_claims import anchoring\nanchoring.same_wording = lambda one, other: False\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n",
        encoding="utf-8",
    )
    again = [sys.executable, str(tmp_path / "broken.py"), str(RUN)]
    (tmp_path / ".fuzz" / "found").mkdir(parents=True)
    done = subprocess.run(
        [*again, "--alone", "--runs", "300", "folding"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 77, done.stderr
    [kept] = (tmp_path / ".fuzz" / "found").iterdir()
    replayed = [*again, "--replay", str(kept), "folding"]
    assert subprocess.run(replayed, cwd=tmp_path, capture_output=True, check=False).returncode == 1
