"""One load from beginning to end: read, check, stage, compare, and write all of it or nothing."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from ..schema import BY_NAME, migrate
from .applying import BULK, apply_plan, write_load
from .connecting import built_aside, explained, make_durable, opened, settings
from .decoding import Inspected, inspect, text_stream
from .mapping import FileMapping, read_mapping
from .planning import Conflict, Counts, Plan, make_plan
from .problems import LoadError, Problem, Problems, suggestion
from .reading import BATCH, Batch, read_delimited
from .reading_json import read_json, read_json_lines
from .reading_parquet import inspect_parquet, read_parquet
from .references import check_completed, check_copies, check_cycles, check_pruned, check_references
from .revising import now
from .rows import RowReader
from .sources import STDIN, TABLE_NAMES, SourceFile, describe, find_files
from .spans import check_spans
from .staging import Stage

DOCUMENT_BATCH = 200
"""Documents carry whole texts, so fewer of them are held at once."""


@dataclass(frozen=True)
class Options:
    """How to load. ``table`` and ``mapping`` say what foreign files are; ``who`` is kept with the load.

    ``dry_run`` compares without writing, ``prune`` removes what the sources no longer have, ``theirs`` lets the
    sources win over people's changes. ``progress`` is called with the number of bytes read since the last call,
    ``rows`` with the number of rows.
    """

    table: str | None = None
    mapping: Path | None = None
    dry_run: bool = False
    prune: bool = False
    theirs: bool = False
    who: str | None = None
    note_unchanged: bool = False
    progress: Callable[[int], None] | None = None
    rows: Callable[[int], None] | None = None


@dataclass
class LoadReport:
    """What a load did, or would do. ``load`` and ``revision`` are None where nothing was written."""

    counts: dict[str, Counts] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    spared: list[tuple[str, str]] = field(default_factory=list)
    load: int | None = None
    revision: int | None = None
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """Everything by name."""
        return {
            "ok": True,
            "dry_run": self.dry_run,
            "load": self.load,
            "revision": self.revision,
            "tables": {name: counts.as_json() for name, counts in self.counts.items()},
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
            "spared": [{"table": table, "row": row} for table, row in self.spared],
        }


@dataclass
class Sources:
    """The files of a load and their mappings, found before anything is read."""

    files: list[SourceFile]
    mappings: dict[str, FileMapping]
    mapping: Path | None = None
    seen: list[tuple[str, Inspected]] = field(default_factory=list)

    @property
    def only_new(self) -> bool:
        """Whether the rows are drafts that were made elsewhere: what is there by now is not changed by them."""
        return bool(self.files) and all(file.drafts for file in self.files)

    def described(self) -> list[dict[str, object]]:
        """What the ``loads`` row keeps of them."""
        return describe(self.seen)


def find(sources: Sequence[str | Path], options: Options) -> Sources:
    """The files of the sources. Raises LoadError."""
    mappings = read_mapping(options.mapping) if options.mapping else {}
    files = find_files(sources, options.table, mappings)
    if mappings and not any(_mapping_name(file) in mappings for file in files):
        wrong = f"none of its files is among the sources ({', '.join(mappings)})"
        remedy = f"name the entries after the files: {', '.join(_mapping_name(file) for file in files)}"
        raise LoadError([Problem(str(options.mapping), None, "files", "", wrong, remedy)])
    return Sources(files, mappings, options.mapping)


def _mapping_name(file: SourceFile) -> str:
    return file.path.name if file.path else STDIN


def load(database: Path | sqlite3.Connection, sources: Sequence[str | Path], options: Options) -> LoadReport:
    """Load the sources into a database, which is made if it is missing.

    A connection must not be inside a transaction; it is left with its own isolation level. Raises LoadError with
    every problem that was found; then nothing was written.
    """
    return load_sources(database, find(sources, options), options)


def load_sources(database: Path | sqlite3.Connection, found: Sources, options: Options) -> LoadReport:
    """As ``load``, of files that are found already."""
    name = str(database) if isinstance(database, Path) else "the database"
    with explained(name), _connection(database, options) as conn:
        report = load_found(conn, found, options)
        if report.load is not None and isinstance(database, Path):
            make_durable(conn)
        return report


def _connection(database: Path | sqlite3.Connection, options: Options) -> AbstractContextManager[sqlite3.Connection]:
    if isinstance(database, sqlite3.Connection):
        return _borrowed(database)
    if not database.parent.is_dir():
        wrong = "the folder of the database does not exist"
        raise LoadError([Problem(str(database), None, "", "", wrong, "make the folder, or check the name")])
    if database.exists():
        return opened(database)
    return _nowhere() if options.dry_run else built_aside(database)


@contextmanager
def _borrowed(conn: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    level, foreign_keys = conn.isolation_level, conn.execute("PRAGMA foreign_keys").fetchone()[0]
    conn.isolation_level = None
    try:
        settings(conn, within_a_site=True)
        yield conn
    finally:
        drop_temporary(conn)
        conn.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        conn.isolation_level = level


@contextmanager
def _nowhere() -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect("", isolation_level=None)  # a private temporary database
    try:
        settings(conn)
        yield conn
    finally:
        conn.close()


def drop_temporary(conn: sqlite3.Connection) -> None:
    """Remove the temporary tables of a load from a connection that lives on."""
    names = [row[0] for row in conn.execute("SELECT name FROM temp.sqlite_master WHERE type = 'table'")]
    for name in names:
        if name.startswith(("stage_", "diff_", "prune_", "derived_", "rederived_")) or name in _TEMPORARY:
            conn.execute(f'DROP TABLE temp."{name}"')


_TEMPORARY = {"spans", "changed", "removed", "affected_actors", "to_derive"}


def load_found(conn: sqlite3.Connection, sources: Sources, options: Options) -> LoadReport:
    """Load files that ``find`` found, through a connection in autocommit mode."""
    started = now()
    problems = Problems()
    stage = Stage(conn)
    conn.execute("BEGIN")  # temporary tables only; one transaction is quicker than one a batch
    try:
        read = [_stage_file(stage, file, sources, options, problems) for file in sources.files]
        _describe_mapping(sources)
        stage.index()
    finally:
        if conn.in_transaction:
            conn.execute("COMMIT")
    problems.extend(stage.duplicates())
    bulk = sum(stage.counts.values()) >= BULK
    if bulk:  # the words have been checked; SQLite would check them again, one row at a time
        conn.execute("PRAGMA ignore_check_constraints = ON")
    try:
        return _compare_and_write(stage, sources, options, problems, all(read), started)
    finally:
        conn.execute("PRAGMA ignore_check_constraints = OFF")


def _compare_and_write(
    stage: Stage, sources: Sources, options: Options, problems: Problems, whole: bool, started: str
) -> LoadReport:
    conn = stage.conn
    report = LoadReport(dry_run=options.dry_run)
    with _undone_unless_written(conn, report):
        migrate(conn)
        stage.complete()
        plan = make_plan(stage, prune=options.prune, theirs=options.theirs, only_new=sources.only_new)
        if whole:
            for check in (check_completed, check_references, check_copies, check_cycles, check_pruned, check_spans):
                problems.extend(check(stage))
        problems.raise_if_any()
        report.counts, report.conflicts, report.spared = plan.counts, plan.conflicts, plan.spared
        if not options.dry_run and (plan.writes or options.note_unchanged):
            _write(stage, plan, sources, options, started, report)
    return report


@contextmanager
def _undone_unless_written(conn: sqlite3.Connection, report: LoadReport) -> Iterator[None]:
    """A transaction that is committed only if a load was written, or the database is new and empty."""
    new = not conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    conn.execute("BEGIN" if report.dry_run else "BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT" if report.load is not None or (new and not report.dry_run) else "ROLLBACK")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _write(stage: Stage, plan: Plan, sources: Sources, options: Options, started: str, report: LoadReport) -> None:
    who = options.who if options.who is not None else default_who()
    tool = f"datasette-claims {metadata.version('datasette-claims')}"
    report.load = write_load(stage.conn, started, tool, who, sources.described(), plan.counts)
    if plan.writes:
        report.revision = apply_plan(stage, plan, report.load, who)


def default_who() -> str | None:
    """The name of the person at the computer, where the system tells it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _stage_file(stage: Stage, file: SourceFile, sources: Sources, options: Options, problems: Problems) -> bool:
    """Read one file into the stage; false if it could not be read to its end."""
    readers: dict[str, RowReader] = {}
    try:
        with file.open() as raw:
            seen = inspect_parquet(raw) if file.format == "parquet" else inspect(raw, file.name)
            sources.seen.append((file.label, seen))
            reported = 0
            for batch in _batches(raw, seen.encoding, file):
                _stage_batch(stage, file, batch, sources, readers, options, problems)
                if options.rows:
                    options.rows(len(batch.lines))
                if options.progress:
                    position = raw.tell()
                    options.progress(position - reported)
                    reported = position
    except LoadError as error:
        problems.extend(error.problems)
        return False
    finally:
        sources.seen.extend(text for reader in readers.values() for text in reader.texts)
    return True


def _batches(raw: BinaryIO, encoding: str, file: SourceFile) -> Iterator[Batch]:
    size = DOCUMENT_BATCH if file.stem == "documents" or file.table == "documents" else BATCH
    if file.format == "parquet":
        yield from read_parquet(raw, file.name, size)
        return
    with text_stream(raw, encoding) as text:
        if file.format == "json":
            yield from read_json(text, file.name)
        elif file.format == "jsonl":
            yield from read_json_lines(text, file.name, size)
        else:
            yield from read_delimited(text, file.name, file.delimiter or ("\t" if file.format == "tsv" else ","), size)


def _stage_batch(
    stage: Stage,
    file: SourceFile,
    batch: Batch,
    sources: Sources,
    readers: dict[str, RowReader],
    options: Options,
    problems: Problems,
) -> None:
    mapping = sources.mappings.get(_mapping_name(file))
    name = batch.table or (mapping and mapping.table) or file.table or file.stem
    if name not in TABLE_NAMES and not (file.drafts and name == file.table):
        remedy = suggestion(name, TABLE_NAMES, f"use one of {', '.join(TABLE_NAMES)}, or say which with --table")
        raise LoadError([Problem(file.name, 1, "", name, "no such table", remedy)])
    table = BY_NAME[name]
    if mapping is not None:
        batch = mapping.apply(batch, file.name)
    reader = readers.setdefault(name, RowReader(table, file))
    rows, found = reader.read(batch)
    problems.extend(found)
    stage.add(table, file.name, rows)


def _describe_mapping(sources: Sources) -> None:
    if sources.mapping is not None:
        with sources.mapping.open("rb") as file:
            sources.seen.append((sources.mapping.name, inspect(file, str(sources.mapping))))
