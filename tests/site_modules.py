"""Which test modules Datasette has a part in: only those are run on its second line.

A module has it when it, a module of ours that it imports, at whatever depth, or a helper of the tests imports
Datasette; when a test asks for a fixture that makes or shows a site; or when it starts the program. What stands under
``if TYPE_CHECKING`` is not imported. ``datasette.plugins`` is left out: there is only pluggy's manager, the same on
both lines. Our own package's ``__init__`` counts by its top alone: its functions are hooks, which Datasette calls.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = "datasette"
HOOKS = "datasette_claims/__init__.py"
FIXTURES = frozenset(
    {"axe", "browser", "gate_files", "gate_site", "live_server", "make_datasette", "open_page", "serve", "signed_in"}
)
"""The shared fixtures that make or show a site, or files for one."""


def needs_site(module: Path, root: Path = ROOT) -> bool:
    """Whether Datasette has a part in a test module; ``root`` holds ``datasette_claims/`` and ``tests/``."""
    tree = _parsed(module)
    arguments = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    words = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
    return bool(arguments & FIXTURES) or PROGRAM in words or _reaches(module, root)


def _reaches(module: Path, root: Path) -> bool:
    """Whether a module imports Datasette, itself or through others."""
    seen, waiting = {module}, [module]
    while waiting:
        for name in _imported(waiting.pop(), root):
            parts = name.split(".")
            if parts[0] == PROGRAM and parts[1:2] != ["plugins"]:
                return True
            found = {_file(parts[:count], root) for count in range(1, len(parts) + 1)}
            new = {file for file in found if file is not None and file.name != "conftest.py"} - seen
            seen |= new
            waiting += new
    return False


@cache
def _imported(path: Path, root: Path) -> frozenset[str]:
    """Full names of all that a file imports, wherever in it; of names from a module also as its submodules."""
    inside = path.relative_to(root).parent.parts
    names = set()
    for node in _run(_parsed(path), functions=path != root / HOOKS):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = inside[: len(inside) - node.level + 1] if node.level else ()
            module = ".".join((*package, node.module) if node.module else package)
            names |= {module, *(f"{module}.{each.name}" for each in node.names)}
    return frozenset(names)


def _run(node: ast.AST, *, functions: bool) -> Iterator[ast.AST]:
    """The parts of a file that may be run: not what is for type checkers alone; ``functions``: their bodies as well."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not functions:
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield other
                yield from _run(other, functions=functions)
            continue
        yield child
        yield from _run(child, functions=functions)


def _file(parts: list[str], root: Path) -> Path | None:
    """The file of a module of ours or of a helper of the tests."""
    for base in (root, root / "tests"):
        place = base.joinpath(*parts)
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return file
    return None


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_looked_at_elsewhere(id: str) -> bool:
    """Whether a browser test looks at a page in a size and scheme that the second line leaves to the first: there all
    four are looked at, here the wide window in light and the narrow one in dark."""
    return any(look in id for look in ("1280-dark", "390-light"))
