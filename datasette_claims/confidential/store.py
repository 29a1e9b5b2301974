"""The confidential database: one table of identities, each change a row of its own, the last one counts.

It is a file apart from the public database, so that one ``allow`` closes all of it: a table-level one leaks through
labels, search, views and SQL.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ..loading.problems import LoadError, Problem
from ..loading.revising import now

APPLICATION_ID = 0x436C6D43
"""``PRAGMA application_id`` of a confidential database: the bytes "ClmC"."""

_TABLE = """
CREATE TABLE IF NOT EXISTS "identities" (
  "actor" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "name" TEXT,
  "other_names" TEXT,
  "contact" TEXT,
  "note" TEXT,
  "forms" TEXT,
  "moved" TEXT,
  "made_by" TEXT,
  "made_at" TEXT NOT NULL,
  PRIMARY KEY ("actor", "revision")
)
"""
_STAYS = """
CREATE TRIGGER IF NOT EXISTS "identities_stay" BEFORE UPDATE ON "identities"
BEGIN SELECT RAISE(ABORT, 'identities are changed by a new revision'); END
"""


@dataclass(frozen=True)
class Identity:
    """Who a protected actor is. ``other_names`` and ``forms`` are separated by semicolons; ``forms`` are those by which
    the name is looked for; ``moved`` is JSON: what stood in the public rows. ``name`` None: there is none any more."""

    actor: str
    name: str | None
    other_names: str | None = None
    contact: str | None = None
    note: str | None = None
    forms: str | None = None
    moved: str | None = None
    made_by: str | None = None
    made_at: str | None = None
    revision: int = 0


def make(conn: sqlite3.Connection, name: str = "the confidential database") -> None:
    """Make the table, unless it is there. Raises LoadError where the file is another program's database."""
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    mark = conn.execute("PRAGMA application_id").fetchone()[0]
    if tables and mark != APPLICATION_ID:
        remedy = "name a file that does not exist yet: it will be made"
        raise LoadError([Problem(name, None, "", "", "this is not a database of identities", remedy)])
    conn.execute(_TABLE)
    conn.execute(_STAYS)
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a confidential database, which is made, readable by its owner alone, if it is missing."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    conn = sqlite3.connect(path, isolation_level=None, timeout=5)
    conn.execute("PRAGMA synchronous = FULL")
    make(conn, str(path))
    return conn


def put(conn: sqlite3.Connection, identity: Identity, who: str | None) -> int:
    """Write an identity as the next revision of its actor's; returns its number."""
    row = conn.execute("SELECT coalesce(max(revision), 0) + 1 FROM identities WHERE actor = ?", [identity.actor])
    number = int(row.fetchone()[0])
    given = (identity.name, identity.other_names, identity.contact, identity.note, identity.forms, identity.moved)
    conn.execute(
        "INSERT INTO identities (actor, revision, name, other_names, contact, note, forms, moved, made_by, made_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [identity.actor, number, *given, who, now()],
    )
    return number


def remove(conn: sqlite3.Connection, actor: str, revision: int) -> None:
    """Take back what ``put`` has just written, where the public row could not be."""
    conn.execute("DELETE FROM identities WHERE actor = ? AND revision = ?", [actor, revision])


def identities(conn: sqlite3.Connection, actor: str | None = None) -> list[Identity]:
    """The present identities, or that of one actor, by actor."""
    columns = "actor, name, other_names, contact, note, forms, moved, made_by, made_at, revision"
    sql = (
        f"SELECT {columns} FROM identities AS i WHERE name IS NOT NULL AND revision = "
        "(SELECT max(revision) FROM identities WHERE actor = i.actor) AND (?1 IS NULL OR actor = ?1) ORDER BY actor"
    )
    return [Identity(*row) for row in conn.execute(sql, [actor])]
