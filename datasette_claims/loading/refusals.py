"""What SQLite refuses of a change, in words: which value is wrong, or which other row stands in the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ..schema import BY_NAME, SUBJECT_TABLES, TABLES
from ..schema.subjects import subject_columns
from .changes import Change
from .problems import Problem

_REASONS = (
    ("FOREIGN KEY", "a reference leads nowhere, or other rows still refer to this one", "correct the references"),
    ("still names", "other rows still refer to this one", "remove or change them first"),
    ("does not exist", "a reference leads nowhere", "name a row that exists"),
    ("NOT NULL", "a value is missing", "give it"),
    ("CHECK", "a value is not allowed here", "see the column's description"),
)


def refused(conn: sqlite3.Connection, change: Change, error: sqlite3.IntegrityError) -> Problem:
    """Why a change cannot be made, with the column or the other row that is the reason where it can be told."""
    said = str(error)
    if "UNIQUE" in said:
        return _taken(change, said)
    if "FOREIGN KEY" in said or "still names" in said or "does not exist" in said:
        found = _referring(conn, change) if change.operation == "delete" else _leading_nowhere(conn, change)
        if found is not None:
            return found
    for sign, wrong, remedy in _REASONS:
        if sign in said:
            column = said.rpartition(".")[2] if sign == "NOT NULL" else ""
            return Problem(change.table, None, column, "", wrong, remedy, row=change.row)
    return Problem(change.table, None, "", "", said, "nothing was written", row=change.row)


def _taken(change: Change, said: str) -> Problem:
    """``said`` ends with the columns that must be unique, each as table.column."""
    columns = [name.rpartition(".")[2] for name in said.rpartition(": ")[2].split(", ")]
    if columns == ["id"]:
        return Problem(change.table, None, "", "", "the id is taken", "choose another id", row=change.row)
    wrong = f"there is a row with the same {', '.join(columns)} already"
    return Problem(change.table, None, columns[-1], "", wrong, "change that row instead", row=change.row)


def _leading_nowhere(conn: sqlite3.Connection, change: Change) -> Problem | None:
    """The first value of a change that names a row which does not exist."""
    table = BY_NAME[change.table]
    for name, value in change.values.items():
        if value is None or name not in table.column_names:
            continue
        column = table[name]
        target = column.references
        if column.type_column is not None:
            target = SUBJECT_TABLES.get(_value(conn, change, column.type_column))
        if target is not None and not conn.execute(f'SELECT 1 FROM "{target}" WHERE id = ?', [value]).fetchone():
            wrong = f"it leads nowhere: {target} has no such row"
            return Problem(change.table, None, name, str(value), wrong, "name a row that exists", row=change.row)
    return None


def _value(conn: sqlite3.Connection, change: Change, column: str) -> str:
    """A column's value as the change would leave it."""
    if column in change.values:
        return str(change.values[column])
    row = conn.execute(f'SELECT "{column}" FROM "{change.table}" WHERE id = ?', [change.row]).fetchone()
    return str(row[0]) if row is not None else ""


def _referring(conn: sqlite3.Connection, change: Change) -> Problem | None:
    """The first row that refers to the one that was to be deleted, with who touched it last and when."""
    for table, column, condition in _references_to(change.table):
        row = conn.execute(
            f'SELECT t.id, r.who, r.at FROM "{table}" AS t LEFT JOIN revisions AS r ON r.id = t.revision '
            f"WHERE t.\"{column}\" = ?{condition} AND NOT ('{table}' = ? AND t.id = ?) LIMIT 1",
            [change.row, change.table, change.row],
        ).fetchone()
        if row is not None:
            wrong = (
                f"{table} {row[0]} still refers to it ({column}; last changed by {row[1] or 'somebody'} on {row[2]})"
            )
            return Problem(change.table, None, "", "", wrong, "change or remove that row first", row=change.row)
    return None


def _references_to(target: str) -> Iterator[tuple[str, str, str]]:
    """(table, column, further condition) of everything that may refer to a row of a table."""
    for table in TABLES:
        for column in table.references:
            if column.references == target and column.copy is None:
                yield table.name, column.name, ""
    for table, column in subject_columns():
        for kind, named in SUBJECT_TABLES.items():
            if named == target:
                yield table.name, column.name, f" AND t.\"{column.type_column}\" = '{kind}'"
