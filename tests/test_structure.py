"""The rooms import inwards only, and the pure rooms know nothing of Datasette."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "datasette_claims"

ROOMS = {
    # room: the rooms of ours that it may import
    "schema": set(),
    "anchoring": set(),
    "coding": set(),
    "extraction": set(),
    "obtaining": set(),
    "comparison": {"schema"},
    "tracing": {"schema", "anchoring"},
    "interchange": {"schema", "anchoring", "tracing"},
    "loading": {"schema", "interchange", "anchoring"},
    "annotating": {"schema", "loading", "anchoring", "coding", "interchange"},
    "confidential": {"schema", "loading"},
    "drafting": {"schema", "loading", "anchoring", "extraction"},
    "duplicates": {"schema", "loading", "drafting"},
    "spreading": {"schema", "obtaining", "drafting"},
}
CONTRACTS = {"hookspecs"}
"""What other plugins implement; a room may know it, because it knows nothing itself."""

PURE = {"schema", "anchoring", "coding", "extraction", "obtaining", "comparison", "tracing"}
"""Rooms that work without Datasette; the others may use it only through compat.py."""


def imports(path):
    """Every module that a file imports, as absolute dotted names."""
    package = ("datasette_claims", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def files(room):
    return sorted((PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("room", [room for room in ROOMS if (PACKAGE / room).is_dir()])
def test_a_room_imports_only_inner_rooms(room):
    for path in files(room):
        for name in imports(path):
            if name.startswith("datasette_claims."):
                target = name.split(".")[1]
                assert target in {room, *ROOMS[room], *CONTRACTS}, f"{path.relative_to(PACKAGE)} imports {name}"


@pytest.mark.parametrize("room", sorted(room for room in PURE if (PACKAGE / room).is_dir()))
def test_a_pure_room_does_not_know_datasette(room):
    for path in files(room):
        for name in imports(path):
            assert name.split(".")[0] != "datasette", f"{path.relative_to(PACKAGE)} imports {name}"


def test_only_compat_asks_which_datasette_it_is():
    for path in PACKAGE.rglob("*.py"):
        if path.name != "compat.py":
            text = path.read_text(encoding="utf-8")
            assert "datasette.version" not in text, path
            assert "__version__" not in text or "datasette.__version__" not in text, path


def test_every_room_is_listed():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders <= ROOMS.keys() | {"pages"}
