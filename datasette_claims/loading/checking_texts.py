"""Naming the texts of a database that are no UTF-8: SQLite stores any bytes as a text, and only foreign programs do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ..schema import TABLES
from .problems import Problem


def undecodable(conn: sqlite3.Connection) -> Iterator[Problem]:
    """A problem for each text of our tables that is not UTF-8, its value with U+FFFD where it is not."""
    text_factory = conn.text_factory
    conn.text_factory = bytes
    try:
        for table in TABLES:
            names = [column.name for column in table.stored]
            listed = ", ".join(f'"{name}"' for name in names)
            for row in conn.execute(f'SELECT {listed} FROM "{table.name}"'):
                yield from _of_row(table.name, dict(zip(names, row, strict=True)))
    finally:
        conn.text_factory = text_factory


def _of_row(table: str, row: dict[str, object]) -> Iterator[Problem]:
    for name, value in row.items():
        if isinstance(value, bytes) and (shown := value.decode("utf-8", "replace")).encode("utf-8") != value:
            id = row["id"]
            of = id.decode("utf-8", "replace") if isinstance(id, bytes) else str(id)
            wrong, remedy = "it is not UTF-8", "write the value anew with the program that wrote it"
            yield Problem(table, None, name, shown, wrong, remedy, row=of)
