"""Loading file by file: each a load of its own, so that what was loaded when it was stopped need not be loaded again.

One load of everything is quicker and sees everything at once. This is for sources so large that hours would be lost:
tables come in the order in which they refer to one another, and a file that an earlier load has read (by its name and
SHA-256, which every load keeps) is passed over.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ..schema import STAGED, is_claims_database
from .decoding import inspect
from .load import LoadReport, Options, Sources, find, load_sources
from .problems import LoadError, Problem
from .reading_parquet import inspect_parquet
from .sources import STDIN, SourceFile

_ORDER = {table.name: number for number, table in enumerate(STAGED)}


def load_by_file(
    database: Path, sources: Sequence[str | Path], options: Options
) -> Iterator[tuple[str, LoadReport | None]]:
    """(name, what its load did) of each file, in the order of the tables; None for one that was loaded before.

    Raises LoadError at the first file that cannot be loaded; those before it stay. A row may refer to rows of its own
    file and of files before it only. Standard input and ``prune`` need all files at once (ValueError).
    """
    found = find(sources, options)
    if options.prune or options.dry_run or any(file.name == STDIN for file in found.files):
        raise ValueError(
            "--by-file does not go with --prune, --dry-run and standard input: they need everything at once"
        )
    for file in sorted(found.files, key=_rank):
        if _is_loaded(database, file):
            yield file.name, None
        else:
            one = Sources([file], found.mappings, found.mapping)
            yield file.name, load_sources(database, one, replace(options, note_unchanged=True))


def _rank(file: SourceFile) -> tuple[int, str]:
    """By table; a file that holds several comes last."""
    return _ORDER.get(file.table or file.stem, len(_ORDER)), file.name


def _is_loaded(database: Path, file: SourceFile) -> bool:
    """Whether an earlier load read a file of this name with these bytes."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as conn:
        if not is_claims_database(conn):
            wrong = "the file is no claims database"
            raise LoadError([Problem(str(database), None, "", "", wrong, "name another file for the database")])
        told = [
            json.loads(sources) for (sources,) in conn.execute("SELECT sources FROM loads WHERE sources IS NOT NULL")
        ]
    known = {(source["name"], source["sha256"]) for sources in told for source in sources}
    if not any(name == file.label for name, _ in known):
        return False
    with file.open() as raw:
        seen = inspect_parquet(raw) if file.format == "parquet" else inspect(raw, file.name)
    return (file.label, seen.sha256) in known
