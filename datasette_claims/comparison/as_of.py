"""The rows as they were at an earlier revision, read back from ``revisions``.

The state of a row at revision R is what its first change after R found: the ``before`` of that revision. A row
without later changes is as it stands, provided its own ``revision`` is not later than R (a load that adds rows
records only itself). Columns that a stance copies from its statement, claim or document follow those rows as they
were at R, because a change there alters the stance without a revision of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.copies import copy_groups
from ..schema.model import STANCES
from .arrays import BoolArray, IntArray

if TYPE_CHECKING:
    from .index import Dictionary

Row = Mapping[str, Any]
_TABLES = ("stances", "statements", "claims", "claim_relations", "documents", "actors", "countries")
_SLICE = 500


@dataclass(frozen=True)
class Past:
    """What differs between revision ``as_of`` and now; empty (and free of cost) for the present.

    ``changed[table][id]`` is the row as it was, None where it did not exist then. ``stance_rowids`` gives the
    rowid of each changed stance that still exists, ``referring`` the rowids of the stances that now refer to a
    changed statement, ``publishers`` the publishers of the documents that such statements named.
    """

    as_of: int | None = None
    changed: Mapping[str, Mapping[str, Row | None]] = field(default_factory=dict)
    stance_rowids: Mapping[str, int] = field(default_factory=dict)
    referring: Mapping[str, Sequence[int]] = field(default_factory=dict)
    publishers: Mapping[str, str | None] = field(default_factory=dict)

    def existed(self, table: str, row: str, revision: int) -> bool:
        """Whether a row that stands in the table now stood there unchanged at ``as_of``."""
        if self.as_of is None:
            return True
        return row not in self.changed.get(table, {}) and revision <= self.as_of

    def restored(self, table: str) -> dict[str, Row]:
        """Id -> row as it was, for the rows that have been changed or deleted since."""
        return {row: values for row, values in self.changed.get(table, {}).items() if values is not None}

    @cached_property
    def _changed_rowids(self) -> frozenset[int]:
        return frozenset(self.stance_rowids.values())

    def touches(self, rowids: Sequence[int]) -> bool:
        """Whether any of these rows has changed since."""
        return not self._changed_rowids.isdisjoint(rowids)

    def without_changed(
        self, rowids: Sequence[int], columns: list[list[str | None]], others: frozenset[int] = frozenset()
    ) -> tuple[Sequence[int], list[list[str | None]]]:
        """Leave out the rows that have changed since, which come back through ``restored_stances``, and ``others``."""
        gone = self._changed_rowids | others
        if gone.isdisjoint(rowids):
            return rowids, columns
        kept = [at for at, rowid in enumerate(rowids) if rowid not in gone]
        return [rowids[at] for at in kept], [[column[at] for at in kept] for column in columns]

    def restored_stances(self) -> dict[int, Row]:
        """Rowid -> stance as it was, without coders’ readings; one that was deleted since gets a negative number."""
        numbers = self.stance_rowids
        return {
            numbers.get(row, -at): values
            for at, (row, values) in enumerate(self.restored("stances").items(), start=1)
            if values.get("coder") is None
        }

    @staticmethod
    def stance_values(row: Row, names: Sequence[str]) -> list[str | None]:
        """The values of a restored row in the order of ``names``; a column that it lacks gets its default."""
        return [row[name] if name in row else STANCES[name].default for name in names]

    def copied_values(self, column: str) -> set[str]:
        """Every value of a column that ``apply_to`` may need a code for."""
        found = {self._copied(table, row).get(column) for table in _COPIES for row in self.restored(table).values()}
        if column == "publisher":
            found.update(self.publishers.values())
        return {value for value in found if value is not None}

    @staticmethod
    def _copied(table: str, row: Row) -> dict[str, str | None]:
        """What a stance copies from this row: column of the stance -> value."""
        return {name: row.get(source) for name, source in _COPIES[table]}

    def apply_to(self, codes: dict[str, IntArray], dictionaries: Mapping[str, Dictionary], rowids: IntArray) -> None:
        """Give the stances the copied values that they had: statements first, then the publishers, then topics."""
        from .columns import FILTER_COLUMNS

        def put(rows: BoolArray, values: Mapping[str, str | None]) -> None:
            for name, value in values.items():
                known = dictionaries[FILTER_COLUMNS[name].dictionary]
                codes[name][rows] = 0 if value is None else known.codes[value]

        for statement, row in self.restored("statements").items():
            at = np.isin(rowids, np.array(self._stances_of(statement), dtype=np.int64))
            document = row.get("document")
            publisher = self.publishers.get(document) if document is not None else None
            put(at, {**self._copied("statements", row), "publisher": publisher})
        for table, column in (("documents", "document"), ("claims", "claim")):
            for name, row in self.restored(table).items():
                code = dictionaries[table].codes.get(name)
                if code is not None:
                    put(codes[column] == code, self._copied(table, row))

    def _stances_of(self, statement: str) -> list[int]:
        """The rowids of the stances that referred to a statement at ``as_of``."""
        restored = self.restored_stances()
        now = [rowid for rowid in self.referring.get(statement, ()) if rowid not in restored]
        return [*now, *(rowid for rowid, row in restored.items() if row.get("statement") == statement)]


_COPIES: dict[str, tuple[tuple[str, str], ...]] = {group.source: group.pairs for group in copy_groups(STANCES)}
"""Table -> (column of the stance, column of that table) for every copied column."""


def past_rows(conn: sqlite3.Connection, as_of: int) -> Past:
    """Read from ``revisions`` what has changed after ``as_of`` in the tables that the index reads."""
    changed: dict[str, dict[str, Row | None]] = {}
    marks = ", ".join("?" for _ in _TABLES)
    sql = f"SELECT table_name, row_id, before FROM revisions WHERE id > ? AND table_name IN ({marks}) ORDER BY id"
    for table, row, before in conn.execute(sql, (as_of, *_TABLES)):
        rows = changed.setdefault(table, {})
        if row not in rows:
            values = json.loads(before) if before else None
            rows[row] = values if values is not None and int(values.get("revision", 0)) <= as_of else None
    restored = [row for row in changed.get("statements", {}).values() if row is not None]
    return Past(
        as_of=as_of,
        changed=changed,
        stance_rowids=dict(
            select_slices(conn, "SELECT id, rowid FROM stances WHERE id IN", changed.get("stances", {}))
        ),
        referring=_referring(conn, changed.get("statements", {})),
        publishers=_publishers(conn, [row["document"] for row in restored if row.get("document")], changed),
    )


def select_slices(conn: sqlite3.Connection, sql: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
    """Run ``sql`` + a list of values, a few hundred at a time."""
    listed, rows = list(values), []
    for start in range(0, len(listed), _SLICE):
        part = listed[start : start + _SLICE]
        rows += conn.execute(f"{sql} ({', '.join('?' * len(part))})", part).fetchall()
    return rows


def _referring(conn: sqlite3.Connection, statements: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    sql = "SELECT statement, rowid FROM stances WHERE statement IN"
    for statement, rowid in select_slices(conn, sql, statements):
        found.setdefault(statement, []).append(rowid)
    return found


def _publishers(
    conn: sqlite3.Connection, documents: Iterable[str], changed: Mapping[str, Mapping[str, Row | None]]
) -> dict[str, str | None]:
    """Document -> publisher at ``as_of``, for the documents of changed statements."""
    named = sorted(set(documents))
    sql = "SELECT id, publisher FROM documents WHERE id IN"
    found: dict[str, str | None] = dict(select_slices(conn, sql, named))
    for document in named:
        row = changed.get("documents", {}).get(document)
        if row is not None:
            found[document] = row.get("publisher")
    return found
