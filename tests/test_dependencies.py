"""Each dependency has a floor, and CI installs versions that satisfy it."""

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / ".ci").glob("constraints-*.txt"))


def required():
    """Every requirement of setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    texts = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pins(path):
    """Name -> version of a file of constraints."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = [re.fullmatch(r"([\w.-]+)==([\w.!+-]+)", line) for line in lines]
    assert all(found), "only names and versions: no addresses, no paths"
    return {canonicalize_name(match[1]): match[2] for match in found}


def test_every_requirement_has_a_floor():
    assert [str(each) for each in required() if not any(part.operator == ">=" for part in each.specifier)] == []


def test_there_is_a_lock_for_each_line_and_it_names_its_python():
    assert [path.name for path in LOCKS] == ["constraints-0.65.txt", "constraints-1.0.txt"]
    for path in LOCKS:
        assert re.search(r"^# Python 3\.\d+$", path.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_what_is_locked_satisfies_the_floors(path):
    locked = pins(path)
    line = path.stem.partition("-")[2]
    assert locked["datasette"].startswith(f"{line}.0a" if line == "1.0" else f"{line}.") or locked[
        "datasette"
    ].startswith(f"{line}a")
    for each in required():
        version = locked.get(canonicalize_name(each.name))
        if version is not None:
            assert each.specifier.contains(version, prereleases=True), f"{each}: {version} is locked; run: make lock"
