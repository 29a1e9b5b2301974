"""Foreign formats to and from a database: exports into a folder of files, imports through the loader."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ..hookspecs import Exporter, Importer
from ..interchange.coders import by_coder
from ..interchange.formats import FORMATS, WHOLE, Format, Scope, collection_of, file_name
from ..interchange.importing import Damaged, Trouble
from ..interchange.records import EVERY_TABLE, fetch
from .connecting import explained, opened
from .decoding import Inspected
from .exporting import check_database
from .folders import check_replaceable, replaced
from .load import LoadReport, Options, Sources, load_sources
from .problems import LoadError, Problem
from .sources import TABLE_NAMES, SourceFile, unreadable

_UNITS = {"document": "documents", "claim": "claims"}


@dataclass
class Exchanged:
    """What an export wrote: the number of files, and of the rows that no file tells of, by table."""

    files: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def export_as(
    database: Path,
    folder: Path,
    format: Format,
    base: str,
    *,
    whole: bool = False,
    withheld_texts: bool = False,
) -> Exchanged:
    """Write a file for each document or claim that the format can tell of, or one for everything, into a folder.

    ``base`` is the absolute URL of the database, with which every IRI begins. The folder must be missing, empty or
    an earlier export of ours; it is replaced as a whole. Raises LoadError.
    """
    with _written(database, folder) as (conn, aside):
        if whole:
            found = fetch(conn, base, withheld_texts=withheld_texts)
            (aside / f"claims{format.suffix}").write_bytes(format.body(found, WHOLE))
            return Exchanged(1)
        return _export_units(conn, aside, format, base, withheld_texts)


def _export_units(conn: sqlite3.Connection, folder: Path, format: Format, base: str, withheld: bool) -> Exchanged:
    done = Exchanged()
    told: dict[str, set[str]] = {table: set() for table in format.tells_of}
    for (id,) in conn.execute(f'SELECT id FROM "{_UNITS[format.unit]}" ORDER BY id').fetchall():
        found = fetch(conn, base, format.unit, [id], withheld_texts=withheld)
        if not any(getattr(found, table) for table in format.tells_of):
            continue
        scope = Scope(
            format.unit, [id], collection_of(found.iris, "document", id) if format.unit == "document" else None
        )
        (folder / file_name(id, format.suffix)).write_bytes(format.body(found, scope))
        done.files += 1
        for table, ids in told.items():
            ids.update(getattr(found, table))
    for table, ids in told.items():
        missing = conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] - len(ids)
        if missing:
            done.left_out[table] = missing
    return done


def export_through(database: Path, folder: Path, exporter: Exporter) -> Exchanged:
    """Write the one file of an exporter that a plugin adds. Raises LoadError."""
    with _written(database, folder, f".{exporter.name}{exporter.suffix}") as (conn, aside):
        with (aside / f"claims.{exporter.name}{exporter.suffix}").open("wb") as file:
            file.writelines(exporter.write(conn, EVERY_TABLE))
        return Exchanged(1)


@contextmanager
def _written(database: Path, folder: Path, *suffixes: str) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A connection in one state of the data, and a folder that is put in its place at the end."""
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "load one first")])
    own = (*suffixes, *(format.suffix for format in FORMATS.values()))
    check_replaceable(folder, lambda entry: entry.is_file() and entry.name.endswith(own), "an earlier export's")
    with explained(str(database)), opened(database) as conn:
        check_database(conn, database)
        conn.execute("BEGIN")
        with replaced(folder) as aside:
            yield conn, aside
        conn.execute("ROLLBACK")


@dataclass
class Imported:
    """What an import did: the load, and the parts of the sources that were skipped."""

    report: LoadReport
    skipped: tuple[Trouble, ...] = ()


def import_as(
    database: Path | sqlite3.Connection,
    sources: Iterable[str | Path],
    importer: Importer,
    options: Options,
    *,
    lenient: bool = False,
    coder: str | None = None,
    coder_in_names: bool = False,
) -> Imported:
    """Load foreign files through an importer: checked as any other rows, all of it or nothing.

    A folder stands for the files in it that have one of the importer's suffixes. ``lenient`` skips the parts that
    cannot be read and returns them. ``coder``: the files hold this person's own reading (``interchange.coders``);
    ``coder_in_names``: each file that of the person after whom it is named, ``article_4e07.ann``. Raises LoadError,
    and ValueError where the importer cannot be lenient.
    """
    if lenient:
        importer = _lenient(importer)
    rows = _Rows(_in_name if coder_in_names else lambda path: coder)
    for path in _files(sources, importer):
        rows.read(path, importer)
    if rows.problems:
        raise LoadError(rows.problems)
    found = Sources([rows.file(name, table) for name, table in rows.lines], {}, None, rows.seen)
    return Imported(load_sources(database, found, options), tuple(rows.skipped))


def _lenient(importer: Importer) -> Importer:
    if not hasattr(importer, "lenient"):
        raise ValueError(f"the importer {importer.name} cannot skip what it cannot read; leave out --lenient")
    own: Any = copy(importer)  # importers are shared; this one is ours
    own.lenient = True
    return cast(Importer, own)


def _files(sources: Iterable[str | Path], importer: Importer) -> Iterator[Path]:
    for source in map(Path, sources):
        if not source.exists():
            raise LoadError([Problem(str(source), None, "", "", "there is no such file or folder", "check the name")])
        found = [source] if source.is_file() else sorted(_inside(source, importer))
        if not found:
            wrong = f"the folder holds no file of the format {importer.name}"
            remedy = f"name a folder with files whose names end with {', '.join(importer.suffixes)}"
            raise LoadError([Problem(str(source), None, "", "", wrong, remedy)])
        yield from found


def _inside(folder: Path, importer: Importer) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_file() and not entry.name.startswith(".") and entry.name.endswith(tuple(importer.suffixes)):
            yield entry


def _in_name(path: Path) -> str:
    """The coder after whom a file is named. Raises ValueError where it is named after none."""
    document, _, coder = path.stem.rpartition("_")
    if not document or not coder:
        raise ValueError("the file is not named after its coder, as article_4e07.ann is")
    return coder


def as_problem(trouble: Trouble) -> Problem:
    """A part of a foreign file that cannot be read, told like any other problem of a load."""
    return Problem(trouble.source, trouble.line, "", trouble.part, trouble.wrong, trouble.remedy)


class _Rows:
    """The rows of foreign files as JSON Lines by file and table, which the loader reads like any other file."""

    def __init__(self, coder: Callable[[Path], str | None]) -> None:
        self.coder = coder
        self.lines: dict[tuple[str, str], list[str]] = {}
        self.seen: list[tuple[str, Inspected]] = []
        self.problems: list[Problem] = []
        self.skipped: list[Trouble] = []
        self._known: set[tuple[str, str]] = set()

    def read(self, path: Path, importer: Importer) -> None:
        """Take up the rows of one file; what is wrong is kept for the end, so that all of it is told at once."""
        try:
            self.seen.append((path.name, _inspected(path)))
            coder, given = self.coder(path), importer.read(path)
            for table, row in given if coder is None else by_coder(given, coder):
                self._add(path.name, table, row)
        except Damaged as damaged:
            self.problems += map(as_problem, damaged.troubles)
        except ValueError as error:
            self.problems.append(Problem(path.name, None, "", "", str(error), "correct the file or its name"))
        self.skipped += getattr(importer, "troubles", ())

    def _add(self, name: str, table: str, row: Mapping[str, Any]) -> None:
        """Of rows with the same id the first counts, as within one file."""
        if table not in TABLE_NAMES:
            raise ValueError(f"the importer gives a row of {table!r}, which is no table")
        if row.get("id") is not None:
            if (table, row["id"]) in self._known:
                return
            self._known.add((table, row["id"]))
        self.lines.setdefault((name, table), []).append(json.dumps(dict(row)))

    def file(self, name: str, table: str) -> SourceFile:
        """The rows as a file; its lines are the rows in the order in which the importer gave them."""
        spool = io.BytesIO("".join(f"{line}\n" for line in self.lines[name, table]).encode("ascii"))
        label = f"{name}#{table}"
        return SourceFile(label, label, table, "jsonl", None, spool=spool, table=table)


def _inspected(path: Path) -> Inspected:
    """Size and digest of a foreign file, which may be in any encoding: the importer reads it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LoadError([unreadable(str(path), error)]) from error
    return Inspected("", len(content), hashlib.sha256(content).hexdigest())
