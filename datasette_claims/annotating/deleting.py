"""Removing a row with what cannot be without it; what can, lets go of it. All of it can be restored."""

from __future__ import annotations

import sqlite3

from ..schema import Type
from .acts import Act, By, Gathered, get
from .referring import referring


def delete(conn: sqlite3.Connection, table: str, id: str, revision: int | None, by: By) -> Act:
    """Remove a row. Rows whose required reference leads to it, and what names it as its subject, are removed with
    it, and so on from them; an optional reference to any of them becomes empty."""
    made = Gathered(conn, by)
    get(conn, table, id)
    made.delete(table, id, revision)
    _follow(made, table, id)
    # A row that goes with another one need not let go of it before.
    for key in made.deletes:
        made.updates.pop(key, None)
    return made.act(table, id)


def dependants(conn: sqlite3.Connection, table: str, id: str, by: By) -> dict[str, int]:
    """How many rows of which table would go with a row, itself not counted; tables in the order of the model."""
    counts: dict[str, int] = {}
    for change in reversed(delete(conn, table, id, None, by).changes):
        if change.operation == "delete" and (change.table, change.row) != (table, id):
            counts[change.table] = counts.get(change.table, 0) + 1
    return counts


def _follow(made: Gathered, table: str, id: str) -> None:
    waiting = [(table, id)]
    while waiting:
        for reference in referring(made.conn, *waiting.pop()):
            column = reference.column
            if column.required or column.type is Type.SUBJECT:
                if reference.key not in made.deletes:
                    made.delete(*reference.key, reference.row["revision"])
                    waiting.append(reference.key)
            else:
                made.update(*reference.key, {column.name: None}, reference.row["revision"])
