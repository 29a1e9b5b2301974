"""A connection on which every table is as it was at an earlier revision.

What has changed since stands in temporary tables that go before the database's own: a view by the name of each table
that differs, of the rows that stand unchanged and of those restored from ``revisions``. So every query that is right
about the present is right about the past. A table that has not changed stays itself, and as fast. Full-text search is
not among this: its tables know only the words of today.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from ..schema import TABLES, Table
from .as_of import past_rows

_APART = ("revisions", "loads")
"""What tells of changes is not itself put back."""


_HINT = re.compile(r'\s+INDEXED BY\s+"[^"]*"', re.IGNORECASE)


class PastConnection(sqlite3.Connection):
    """A connection for ``show_past``: it takes the planner's hints out of queries, because a view has no index."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """As of any connection."""
        return super().execute(_HINT.sub("", sql), *parameters)


def show_past(conn: sqlite3.Connection, as_of: int) -> None:
    """Make a connection show the tables as they were at a revision. For a connection of one's own: until it is closed
    it shows nothing else. Writes nothing to the database."""
    stance_numbers = {str(row["id"]): rowid for rowid, row in past_rows(conn, as_of).restored_stances().items()}
    for table in TABLES:
        if table.name in _APART or "revision" not in table.column_names or not _differs(conn, table.name, as_of):
            continue
        _restore(conn, table, as_of, stance_numbers if table.name == "stances" else {})


def _differs(conn: sqlite3.Connection, table: str, as_of: int) -> bool:
    sql = f'SELECT EXISTS (SELECT 1 FROM main."{table}" WHERE revision > :as_of) OR EXISTS (SELECT 1 FROM '
    sql += "main.revisions WHERE table_name = :table AND id > :as_of)"
    return bool(conn.execute(sql, {"table": table, "as_of": as_of}).fetchone()[0])


def _restore(conn: sqlite3.Connection, table: Table, as_of: int, numbers: dict[str, int]) -> None:
    """Put a view in front of one table. ``numbers``: the rowids of restored rows, where they matter."""
    name, columns = table.name, ", ".join(f'"{column}"' for column in table.column_names)
    stored = ", ".join(f'"{column.name}"' for column in table.stored)
    restored = ", ".join(
        f'({each.generated}) AS "{each.name}"' if each.generated else f'"{each.name}"' for each in table.columns
    )
    before = _before(conn, table, as_of)
    conn.execute(f'CREATE TEMP TABLE "{name} since" (id TEXT PRIMARY KEY) WITHOUT ROWID')
    conn.executemany(f'INSERT INTO "{name} since" VALUES (?)', ((id,) for id in before))
    conn.execute(f'CREATE TEMP TABLE "{name} then" AS SELECT rowid AS number, {stored} FROM main."{name}" WHERE 0')
    conn.execute(f'CREATE INDEX temp."{name} then by id" ON "{name} then" (id)')
    marks = ", ".join("?" * (len(table.stored) + 1))
    conn.executemany(f'INSERT INTO "{name} then" VALUES ({marks})', _rows(table, before, as_of, numbers))
    conn.execute(
        f'CREATE TEMP VIEW "{name}" AS SELECT rowid AS rowid, {columns} FROM main."{name}" '
        f'WHERE revision <= {int(as_of)} AND id NOT IN (SELECT id FROM "{name} since") '
        f'UNION ALL SELECT number, {restored} FROM "{name} then"'
    )


def _before(conn: sqlite3.Connection, table: Table, as_of: int) -> dict[str, dict[str, Any] | None]:
    """Id -> what the first change after a revision found, None for a row that was not there yet.

    A document's text stands only in the ``before`` of the change that replaced it: the first later one that has it,
    else the text is still the one that stands.
    """
    found: dict[str, dict[str, Any] | None] = {}
    sql = "SELECT row_id, before FROM main.revisions WHERE table_name = ? AND id > ? ORDER BY id"
    for id, text in conn.execute(sql, (table.name, as_of)):
        row = json.loads(text) if text else None
        first = found.setdefault(id, row)
        if first is not None and row is not None and "text" in row:
            first.setdefault("text", row["text"])
    if table.name == "documents":
        for id, row in found.items():
            if row is not None and "text" not in row:
                stands = conn.execute("SELECT text FROM main.documents WHERE id = ?", (id,)).fetchone()
                row["text"] = None if stands is None else stands[0]
    return found


def _rows(
    table: Table, before: dict[str, dict[str, Any] | None], as_of: int, numbers: dict[str, int]
) -> Iterable[list[object]]:
    """The restored rows: rowid, then every stored column; a column that did not exist then has its default."""
    for at, (id, row) in enumerate(before.items(), start=1):
        if row is not None and int(row.get("revision", 0)) <= as_of:
            values = [row.get(each.name, each.default) for each in table.stored]
            yield [numbers.get(id, -at), *values]
