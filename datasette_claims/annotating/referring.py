"""Which rows refer to a row: by a declared reference, or as the subject of provenance, assessments and the like."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ..schema import BY_NAME, SUBJECT_TABLES, TABLES, Column, Table, Type
from .acts import Row, rows

KEPT_WITHOUT = ("anchorings", "proposals")
"""They keep the id of a subject that is gone, as the history of what was decided; a merge takes them along."""

_KINDS = {table: kind for kind, table in SUBJECT_TABLES.items()}


@dataclass(frozen=True)
class Reference:
    """One row that refers to another, through one column."""

    table: Table
    column: Column
    row: Row

    @property
    def id(self) -> str:
        """The id of the row that refers."""
        return str(self.row["id"])

    @property
    def key(self) -> tuple[str, str]:
        """Table and id of the row that refers."""
        return self.table.name, self.id


def referring(conn: sqlite3.Connection, table: str, id: str, histories: bool = False) -> Iterator[Reference]:
    """The rows that refer to a row themselves; what is only copied from another row follows by itself.

    ``histories``: also those that may keep the id when the row is gone.
    """
    for other in TABLES:
        for column in other.stored:
            if column.references == table:
                yield from _by(conn, other, column, id, "")
            elif column.type is Type.SUBJECT and table in _KINDS:
                yield from _by(conn, other, column, id, f" AND \"{column.type_column}\" = '{_KINDS[table]}'")
    for name in KEPT_WITHOUT if histories and table in _KINDS else ():
        for column_name in ("subject", "object"):
            other = BY_NAME[name]
            if column_name in other.column_names:
                kind = f" AND \"{column_name}_type\" = '{_KINDS[table]}'"
                yield from _by(conn, other, other[column_name], id, kind)


def _by(conn: sqlite3.Connection, table: Table, column: Column, id: str, more: str) -> Iterator[Reference]:
    if column.copy is not None:
        if not column.copy.optional:
            return
        more += f' AND "{column.copy.via}" IS NULL'  # else the value is the other row's
    for row in rows(conn, f'SELECT * FROM "{table.name}" WHERE "{column.name}" = ?{more} ORDER BY id', [id]):
        yield Reference(table, column, row)
