"""Helpers of the drafting tests: an empty database in memory, an invented article, what is then stored."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlite_utils import Database

from datasette_claims import drafting
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.obtaining import Obtained
from datasette_claims.schema import migrate

ARTICLE = """Harbour crane is unsafe, union says

British Foreign Secretary Jane Roe said on Wednesday that the harbour crane is unsafe after the storm.

“The crane was checked twice and it stands as firmly as ever,” said Tom Vale, a spokesman for the Almira Port Authority.

Asked whether the port would close, Vale declined to comment.

Two officials said the northern pier may have to be rebuilt. She told reporters that the minister had denied it.
"""


def new_database() -> sqlite3.Connection:
    """A claims database in memory."""
    conn = sqlite3.connect(":memory:")
    conn.execute("PRAGMA foreign_keys = ON")
    migrate(conn)
    return conn


def obtained(text: str = ARTICLE, **more: Any) -> Obtained:
    """A text as it comes in."""
    known = {"publisher": "Almira Post", "published_on": "2024-05-16", "language": "en", "obtained": "pasted"}
    return Obtained(text, "test", **{**known, **more})


def insert(conn: sqlite3.Connection, table: str, row: str, **values: Any) -> None:
    """One reviewed row."""
    apply_changes(conn, [Change("insert", table, row, values)], "tester")


def store(conn: sqlite3.Connection, source: Obtained, **more: Any) -> drafting.Drafted:
    """Draft a document and write it, in one transaction."""
    with Database(conn, execute_plugins=False).atomic():
        drafted = drafting.draft(conn, source, **more)
        apply_changes(conn, drafted.changes, "tester")
    return drafted


def rows(conn: sqlite3.Connection, sql: str, *parameters: Any) -> list[Any]:
    """The result of a query; single columns as plain values."""
    found = conn.execute(sql, parameters).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]
