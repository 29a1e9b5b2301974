"""Which files a load reads: data packages, folders, single files, standard input; and their digest."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ..schema import LOADABLE, STAGED
from .decoding import Inspected, inspect
from .problems import LoadError, Problem, Problems, suggestion

FORMATS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
STDIN = "-"
TABLE_NAMES = tuple(table.name for table in LOADABLE)
STAGED_NAMES = tuple(table.name for table in STAGED)


@dataclass(frozen=True)
class SourceFile:
    """One file to read.

    ``name`` is what messages call it, ``label`` what the ``loads`` row calls it (never an absolute path),
    ``stem`` the name that tells the table, ``table`` the table if the source says it, ``base`` the folder in
    which the texts of documents lie. ``drafts``: the rows were drafted elsewhere and replace nothing.
    """

    name: str
    label: str
    stem: str
    format: str
    base: Path | None
    path: Path | None = None
    spool: BinaryIO | None = field(default=None, compare=False)
    table: str | None = None
    delimiter: str | None = None
    drafts: bool = False

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes from the start; what was spooled can be read once. Raises LoadError where it cannot be read."""
        if self.spool is not None:
            with self.spool:
                self.spool.seek(0)
                yield self.spool
            return
        assert self.path is not None
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise LoadError([unreadable(self.name, error)]) from error
        with file:
            yield file


def unreadable(name: str, error: OSError) -> Problem:
    """The problem that a file cannot be opened or read."""
    why = error.strerror or type(error).__name__
    return Problem(name, None, "", "", f"cannot be read ({why})", "check the name and the permissions")


def find_files(sources: Sequence[str | Path], table: str | None = None, mapped: Iterable[str] = ()) -> list[SourceFile]:
    """All files of the sources, in order.

    ``table`` names the table of single files whose name does not tell it, ``mapped`` the file names that a mapping
    explains, which may then be called anything. Raises LoadError, naming every source that cannot be used.
    """
    found: list[SourceFile] = []
    problems = Problems()
    for source in sources:
        try:
            found.extend(_files_of(str(source), table, set(mapped)))
        except LoadError as error:
            problems.extend(error.problems)
    if problems:
        for file in found:
            if file.spool is not None:
                file.spool.close()
    problems.raise_if_any()
    return found


def _files_of(source: str, table: str | None, mapped: set[str]) -> list[SourceFile]:
    if source == STDIN:
        return [_standard_input(table)]
    path = Path(source)
    if not path.exists():
        raise LoadError([Problem(source, None, "", "", "there is no such file or folder", "check the name")])
    if path.is_dir():
        descriptor = path / "datapackage.json"
        files = _package(descriptor, source) if descriptor.is_file() else _folder(path, source, mapped)
        if not files:
            wrong = "the folder holds no file that can be loaded"
            raise LoadError(
                [Problem(source, None, "", "", wrong, "put one CSV file a table into it, such as actors.csv")]
            )
        return files
    if path.name == "datapackage.json":
        return _package(path, source)
    return [_single(path, source, table, mapped)]


def _standard_input(table: str | None) -> SourceFile:
    if table is None:
        raise LoadError(
            [Problem(STDIN, None, "", "", "standard input has no name that tells its table", "add --table")]
        )
    spool = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the load)
    shutil.copyfileobj(sys.stdin.buffer, spool)
    spool.seek(0)
    return SourceFile(STDIN, STDIN, table, _sniff(spool.read(65536)), None, spool=spool, table=table)


def _sniff(head: bytes) -> str:
    """The format of bytes without a name: JSON by its first character, TSV by a tab in the first line, else CSV."""
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace").lstrip()
    if text.startswith("["):
        return "json"
    if text.startswith("{"):
        first, _, rest = text.partition("\n")
        return "jsonl" if first.rstrip().endswith("}") and rest.lstrip()[:1] in ("{", "") else "json"
    return "tsv" if "\t" in text.partition("\n")[0] else "csv"


def _single(path: Path, name: str, table: str | None, mapped: set[str]) -> SourceFile:
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        _refuse_type(path, name)
    assert kind is not None
    if table is None and kind != "json" and path.stem not in TABLE_NAMES and path.name not in mapped:
        _refuse_name(path.stem, name)
    return SourceFile(name, path.name, path.stem, kind, path.parent, path, table=table)


def _refuse_type(path: Path, name: str) -> None:
    with path.open("rb") as file:
        inspect(file, name)  # says what it is where it is no text
    known = ", ".join(sorted(FORMATS))
    raise LoadError([Problem(name, None, "", "", f"the type of file is not known by “{path.suffix}”", f"use {known}")])


def _refuse_name(stem: str, name: str) -> None:
    wrong = f"“{stem}” is not a table"
    remedy = suggestion(stem, TABLE_NAMES, f"name the file after its table ({', '.join(TABLE_NAMES)})")
    raise LoadError([Problem(name, None, "", "", wrong, f"{remedy}, or say which with --table")])


def _folder(path: Path, source: str, mapped: set[str]) -> list[SourceFile]:
    files, problems = [], Problems()
    for entry in sorted(path.iterdir()):
        if entry.suffix.lower() not in FORMATS or not entry.is_file() or entry.name.startswith("."):
            continue
        label = f"{path.resolve().name}/{entry.name}"
        try:
            one = _single(entry, f"{source.rstrip('/')}/{entry.name}", None, mapped)
            files.append(replace(one, label=label))
        except LoadError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return files


def _package(descriptor: Path, source: str) -> list[SourceFile]:
    name = str(descriptor) if source.endswith("datapackage.json") else f"{source.rstrip('/')}/datapackage.json"
    content = _descriptor(descriptor, name)
    drafts = content.get("drafts") is True
    files: list[SourceFile] = []
    problems = Problems()
    for index, resource in enumerate(content["resources"]):
        try:
            files.extend(_resource(resource, index, descriptor, name, drafts))
        except LoadError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return files


def _descriptor(path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as file:
        encoding = inspect(file, name).encoding
        text = file.read().decode(encoding)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        problem = Problem(name, line, "", "", f"not valid JSON ({error})", "put the descriptor right")
        raise LoadError([problem]) from error
    resources = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(resources, list) or not resources:
        wrong = "the descriptor lists no resources"
        raise LoadError([Problem(name, None, "resources", "", wrong, "list one resource a table")])
    described: dict[str, Any] = content
    return described


def _resource(resource: Any, index: int, descriptor: Path, name: str, drafts: bool) -> Iterator[SourceFile]:
    place = f"resources[{index}]"
    paths = resource.get("path") if isinstance(resource, dict) else None
    if isinstance(paths, str):
        paths = [paths]
    if not isinstance(paths, list) or not paths or not all(isinstance(path, str) for path in paths):
        raise LoadError([Problem(name, None, place, "", "the resource names no file", "give its “path”")])
    table = str(resource.get("name", "")).replace("-", "_")
    dialect = resource.get("dialect")
    for path in paths:
        kind = FORMATS.get(PurePosixPath(path).suffix.lower())
        if kind is None:
            continue
        file = inside(descriptor.parent, path, name, place)
        known = STAGED_NAMES if drafts else TABLE_NAMES
        stem = table if table in known else file.stem
        if stem not in known:
            _refuse_name(stem, f"{name}:{place}")
        shown = f"{name.removesuffix('datapackage.json')}{path}"
        label = f"{descriptor.resolve().parent.name}/{path}"
        delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
        yield SourceFile(shown, label, stem, kind, descriptor.parent, file, None, stem, delimiter, drafts)


def inside(base: Path, path: str, name: str, column: str, line: int | None = None) -> Path:
    """The file that a package names by a relative path.

    Raises LoadError for absolute paths, for ``..``, for links that lead out of the package and missing files.
    """
    pure = PurePosixPath(path)
    wrong, remedy = "", "name a file inside the package by its relative path"
    target = base / path
    if pure.is_absolute() or "\\" in path or ":" in path or path.startswith("~"):
        wrong = "the path is not relative"
    elif ".." in pure.parts:
        wrong = "the path leads out of the package"
    elif not target.resolve().is_relative_to(base.resolve()):
        wrong = "the link leads out of the package"
    elif not target.is_file():
        wrong, remedy = "there is no such file in the package", "add the file or correct the path"
    if wrong:
        raise LoadError([Problem(name, line, column, path, wrong, remedy)])
    return target


def describe(files: Sequence[tuple[str, Inspected]]) -> list[dict[str, object]]:
    """What the ``loads`` row keeps of its sources: name, size in bytes and SHA-256 of each, by name."""
    by_name = dict(files)
    return [{"name": name, "size": by_name[name].size, "sha256": by_name[name].sha256} for name in sorted(by_name)]
