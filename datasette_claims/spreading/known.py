"""What drafting has to know of a database, in a file small enough to be sent to every worker.

Actors, memberships, claims and the wordings by which claims are known: no texts, no mentions, no documents. It is
made once for an order and kept beside its shards, so that an order that was interrupted goes on with what it began
with, whatever has become of the database meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..drafting import KnownClaims
from ..schema import BY_NAME, is_claims_database, migrate, pending
from ..schema.ddl import triggers

COPIED = {
    "actors": "1",
    "memberships": "1",
    "claims": "status = 'reviewed'",
    "stances": "statement IS NOT NULL AND basis = 'explicit' AND status = 'reviewed' AND coder IS NULL "
    "AND stance IN ('supports', 'disputes')",
    "statements": "status = 'reviewed' AND content IS NOT NULL AND id IN (SELECT statement FROM main.stances)",
}
"""Table -> which of its rows are needed; in this order, since statements are those of the stances copied before."""


class NotUsable(ValueError):
    """Why a database cannot be read for an order, as a sentence for a person."""


def make_known(database: Path | None, target: Path) -> None:
    """Write the file for a database; for none, or one that is not there, what a new database has."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target, isolation_level=None)) as conn:
        migrate(conn)
        if database is not None and database.exists():
            _copy(conn, database)
        conn.execute("INSERT INTO actors_fts(actors_fts) VALUES ('rebuild')")
        conn.execute("VACUUM")


def _copy(conn: sqlite3.Connection, database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as given:
        if not is_claims_database(given) or pending(given):
            raise NotUsable(f"{database} is no claims database of this version; load something into it first.")
    conn.execute("ATTACH ? AS given", [str(database)])
    conn.execute("PRAGMA foreign_keys = OFF")  # what the rows refer to is not needed
    conn.execute("BEGIN")
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    for table, where in COPIED.items():
        names = ", ".join(f'"{column.name}"' for column in BY_NAME[table].stored)
        conn.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM given.{table} WHERE {where} ORDER BY id")
    conn.execute("COMMIT")
    conn.execute("DETACH given")


def digest(path: Path) -> str:
    """SHA-256 in hex of what the file says, whenever it was made."""
    told = hashlib.sha256()
    with closing(sqlite3.connect(path)) as conn:
        for table in COPIED:
            names = ", ".join(f'"{column.name}"' for column in BY_NAME[table].stored if column.name != "revision")
            for row in conn.execute(f"SELECT {names} FROM {table} ORDER BY id"):
                told.update(json.dumps([table, *row]).encode())
    return told.hexdigest()


@dataclass
class Known:
    """The file opened by one thread of a worker, and the claims in it."""

    digest: str
    conn: sqlite3.Connection
    claims: KnownClaims


_opened = threading.local()


def opened(content: bytes) -> Known:
    """The file with these bytes in memory, for this thread; the last one that was asked for is kept."""
    name = hashlib.sha256(content).hexdigest()
    known: Known | None = getattr(_opened, "known", None)
    if known is None or known.digest != name:
        conn = sqlite3.connect(":memory:", isolation_level=None)
        _read_in(conn, content)
        known = _opened.known = Known(name, conn, KnownClaims(conn))
    return known


def _read_in(conn: sqlite3.Connection, content: bytes) -> None:
    if hasattr(conn, "deserialize"):  # from Python 3.11 on
        conn.deserialize(content)
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        path = Path(folder) / "known.db"
        path.write_bytes(content)
        with closing(sqlite3.connect(path)) as file:
            file.backup(conn)
