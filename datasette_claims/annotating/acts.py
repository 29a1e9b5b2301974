"""What an act is made of: who does it, the rows that it reads, and the changes that it gathers."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..loading.problems import LoadError, Problem
from ..loading.writing import Change
from ..schema import BY_NAME, TABLES, Table
from .slugs import free, slug

Row = dict[str, Any]

FORM = "form"
"""What stands for the file in problems with what a person entered."""

_ORDER = {table.name: number for number, table in enumerate(TABLES)}


@dataclass(frozen=True)
class By:
    """Who acts, and when (UTC, as ``loading.revising.now`` writes it). New rows of those who may review are reviewed,
    those of others are drafts. ``coder``: who acts codes the document for themselves (see ``assigning.coder_for``);
    what they mark are drafts of theirs, and no part of the record until it is settled."""

    who: str
    at: str
    reviews: bool = False
    coder: str | None = None

    def status(self, table: Table) -> dict[str, str]:
        """The status of a new row, for tables that have one."""
        if "status" not in table.column_names:
            return {}
        status = "reviewed" if self.reviews and self.coder is None else "draft"
        given = {"status": status, "status_by": self.who, "status_at": self.at}
        if self.coder is not None and "coder" in table.column_names:
            given["coder"] = self.coder
        return given


@dataclass(frozen=True)
class Act:
    """The changes of one act, in the order in which they can be made, and the row to look at afterwards."""

    changes: tuple[Change, ...]
    table: str
    row: str


def problem(column: str, value: object, wrong: str, remedy: str) -> Problem:
    """Something that a person entered cannot be taken; ``column`` is the field's name."""
    return Problem(FORM, None, column, "" if value is None else str(value), wrong, remedy)


def refuse(column: str, value: object, wrong: str, remedy: str) -> LoadError:
    """The same as an error to raise."""
    return LoadError([problem(column, value, wrong, remedy)])


def rows(conn: sqlite3.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query by column name, whatever the connection's row factory is."""
    cursor = conn.cursor()
    cursor.row_factory = None
    cursor.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def find(conn: sqlite3.Connection, table: str, id: str) -> Row | None:
    """One row, or None."""
    found = rows(conn, f'SELECT * FROM "{table}" WHERE id = ?', [id])
    return found[0] if found else None


def get(conn: sqlite3.Connection, table: str, id: str, column: str = "id") -> Row:
    """One row. Raises LoadError, about the field ``column``, where there is none."""
    found = find(conn, table, id)
    if found is None:
        raise refuse(column, id, f"there is no such row in {table}", "choose one that there is")
    return found


@dataclass
class Gathered:
    """Collects the changes of an act; several to one row become one, so that no change is stale by another."""

    conn: sqlite3.Connection
    by: By
    inserts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    updates: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    deletes: dict[tuple[str, str], None] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def insert(self, table: str, id: str, values: Mapping[str, Any]) -> str:
        """A new row, with the status that its maker may give; returns its id."""
        own = BY_NAME[table]
        self.inserts[table, id] = {**values, **self.by.status(own)} if "status" not in values else dict(values)
        return id

    def update(self, table: str, id: str, values: Mapping[str, Any], revision: int | None = None) -> None:
        """Change a row, against the revision that was seen, if one is given. No values: nothing to do."""
        if not values:
            return
        if (table, id) in self.inserts:
            self.inserts[table, id].update(values)
            return
        self.updates.setdefault((table, id), {}).update(values)
        if revision is not None:
            self.seen[table, id] = revision

    def delete(self, table: str, id: str, revision: int | None = None) -> None:
        """Remove a row, against the revision that was seen, if one is given."""
        self.deletes[table, id] = None
        if revision is not None:
            self.seen[table, id] = revision

    def free_id(self, table: str, *parts: str) -> str:
        """A readable id that no row of the table has, made of texts."""
        wanted = "--".join(part for part in (slug(each) for each in parts) if part) or table
        return self.free(table, wanted)

    def free(self, table: str, wanted: str) -> str:
        """``wanted``, or with a number where it is taken, also by a row that this act makes, or that once was."""
        mine = {id for name, id in self.inserts if name == table}
        return free(self.conn, table, wanted, mine)

    def changes(self) -> tuple[Change, ...]:
        """Inserts with what they refer to first, then updates, then removals with what refers to them first."""
        inserts = sorted(self.inserts, key=lambda key: _ORDER[key[0]])
        deletes = sorted(self.deletes, key=lambda key: -_ORDER[key[0]])
        return (
            *(Change("insert", *key, self.inserts[key]) for key in inserts),
            *(
                Change("update", *key, values, self.seen.get(key))
                for key, values in self.updates.items()
                if key not in self.deletes
            ),
            *(Change("delete", *key, revision=self.seen.get(key)) for key in deletes),
        )

    def act(self, table: str, row: str) -> Act:
        """The act that was gathered."""
        return Act(self.changes(), table, row)
