"""Looking for a name in a whole database: every value of every table, and every byte of the file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..loading.problems import LoadError, Problem
from .names import Names, plain
from .store import identities

_CHUNK = 1 << 20
_OVERLAP = 512


@dataclass(frozen=True)
class Found:
    """A place that holds a name: a row, by table, id or rowid and column, or the file itself (table "")."""

    table: str
    row: str
    column: str
    form: str


def found_in(conn: sqlite3.Connection, names: Names) -> Iterator[Found]:
    """Every value of the database that holds the name, the inner tables of search included."""
    for table in tables(conn):
        cursor = conn.cursor()
        cursor.row_factory = None
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [column[0] for column in cursor.description]
        for values in cursor:
            for column, value in zip(columns, values, strict=True):
                if isinstance(value, bytes):
                    value = value.decode("utf-8", "replace")
                form = names.find(value) if isinstance(value, str) else None
                if form is not None:
                    yield Found(table, str(values[0]), column, form)


def tables(conn: sqlite3.Connection) -> list[str]:
    """All tables that hold values themselves."""
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return [name for (name,) in rows]


def bytes_in(path: Path, names: Names) -> Iterator[Found]:
    """The name in the bytes of the file, where rows that were deleted long ago may still stand."""
    every = dict.fromkeys(variant for form in (*names.forms, names.id) if form for variant in (form, plain(form)))
    parts = [re.escape(form.encode("utf-8")) for form in every]
    pattern = re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(parts) + rb")(?![A-Za-z0-9])")
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            found = pattern.search(before + chunk)
            if found is not None:
                yield Found("", str(path.name), "", found[0].decode("utf-8", "replace"))
                return
            before = chunk[-_OVERLAP:]


def names_of(conn: sqlite3.Connection) -> dict[str, Names]:
    """Protected actor -> by what its name is found, from the confidential database."""
    found = {}
    for one in identities(conn):
        forms = [form.strip() for form in (one.forms or one.name or "").split(";") if form.strip()]
        found[one.actor] = Names(tuple(forms))
    return found


def remaining(database: Path, confidential: Path) -> list[Problem]:
    """Every place of a public database file, and of its log, that names a protected actor. The problems tell the actor
    and the place, never the name."""
    for path in (database, confidential):
        if not path.exists():
            raise LoadError([Problem(str(path), None, "", "", "there is no such database", "check the name")])
    problems = []
    with closing(sqlite3.connect(confidential)) as conn:
        known = names_of(conn)
    with closing(sqlite3.connect(database)) as conn:
        for actor, names in known.items():
            places = list(found_in(conn, names))
            for file in (database, database.with_name(f"{database.name}-wal")):
                places += bytes_in(file, names) if file.exists() and not places else ()
            problems += [problem(place, actor) for place in places]
    return problems


def problem(place: Found, actor: str) -> Problem:
    """A place as it is told to who has the file anyway: which row and column, and not the name."""
    if not place.table:
        wrong = f"a free page of the file still names the protected actor {actor}"
        return Problem(place.row, None, "", "", wrong, "write a new file: datasette claims protect")
    wrong = f"{place.column} names the protected actor {actor}"
    remedy = "write the description instead; if it has been public, write a new file: datasette claims protect"
    return Problem(place.table, None, "", "", wrong, remedy, row=place.row)
