"""Rows as they were at an earlier revision, read back from ``revisions``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

_SLICE = 500


def state_of(text: str | None) -> dict[str, Any] | None:
    """A state as a revision recorded it; None where there is none, or where it is no JSON object: a foreign program
    must have written it then, which the chain of revisions shows as well."""
    try:
        state = json.loads(text) if text else None
    except ValueError:
        return None
    return state if isinstance(state, dict) else None


def rows_before(
    conn: sqlite3.Connection, table: str, ids: Iterable[str], as_of: int
) -> dict[str, dict[str, Any] | None]:
    """Of these rows, those that have changed since a revision: id -> the row as it then was, None if it was not."""
    rows: dict[str, dict[str, Any] | None] = {}
    listed = sorted(set(ids))
    for start in range(0, len(listed), _SLICE):
        part = listed[start : start + _SLICE]
        marks = ", ".join("?" * len(part))
        which = f"table_name = ? and row_id in ({marks}) and id > ?"
        sql = f"select row_id, before from revisions where {which} order by id"
        for id, before in conn.execute(sql, [table, *part, as_of]):
            if id not in rows:
                row = state_of(before)
                rows[id] = row if row is not None and int(row.get("revision", 0)) <= as_of else None
    return rows
