"""Where tracing gets its rows from: a database, or rows that are already at hand.

Both answer one question, ``fetch``: the rows of a table whose column has one of some values. A trace asks for a
whole level at once, so the number of queries grows with the depth of a chain, never with its breadth.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

Row = Mapping[str, Any]
"""One row of a table: column name -> text, whole number or None."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "actors": ("id", "name", "kind", "identification", "country"),
    "documents": (
        "id",
        "title",
        "kind",
        "publisher",
        "language",
        "published_on",
        "url",
        "rights",
        "revision_of",
        "part_of",
    ),
    "segments": ("id", "document", "kind", "line", "span_start", "span_end"),
    "events": ("id", "label", "kind", "date_start", "date_end", "place"),
    "statements": (
        "id",
        "content",
        "wording",
        "speaker",
        "speaker_label",
        "organization",
        "identification",
        "report_type",
        "speech_act",
        "cue",
        "date_start",
        "date_end",
        "event",
        "access",
        "parent_statement",
        "in_reply_to",
        "document",
        "status",
    ),
    "mentions": (
        "id",
        "statement",
        "document",
        "segment",
        "report_type",
        "speaker_label",
        "cue",
        "content",
        "span_start",
        "span_end",
        "quote",
        "status",
        "coder",
    ),
    "claims": ("id", "text", "topic", "status"),
    "stances": (
        "id",
        "claim",
        "stance",
        "basis",
        "actor",
        "organization",
        "statement",
        "identification",
        "date_start",
        "document",
        "status",
        "coder",
    ),
    "provenance": ("id", "subject_type", "subject", "relation", "object_type", "object", "statement"),
}
"""What tracing reads of each table; never a document's text."""

OF_THE_RECORD = frozenset({"mentions", "stances"})
"""Tables of which only rows of the record itself are read: not what one coder read, nor what was rejected. Drafts
are, and say so."""


class Rows(Protocol):
    """Rows to be looked up by the value of a column."""

    def fetch(
        self, table: str, column: str, values: Iterable[str | None], most: int | None = None, **only: str
    ) -> list[Row]:
        """The rows of ``table`` whose ``column`` is one of ``values`` (None is never one), at most ``most``.

        ``only`` names further columns and the one value that they must have.
        """

    def count(self, table: str, column: str, values: Iterable[str | None], most: int, **only: str) -> int:
        """How many there are, counted up to ``most``."""


class DatabaseRows:
    """Rows of a claims database, found through the indexes that every reference has; ``closed`` tables are not read."""

    def __init__(self, conn: sqlite3.Connection, closed: Collection[str] = ()) -> None:
        self.conn, self.closed = conn, closed

    def fetch(
        self, table: str, column: str, values: Iterable[str | None], most: int | None = None, **only: str
    ) -> list[Row]:
        """One query, in the order of the index, which is the order of loading for equal values."""
        wanted = given(values)
        if not wanted or table in self.closed:
            return []
        names = COLUMNS[table]
        columns = ", ".join(f'"{name}"' for name in names)
        limit = "" if most is None else f" LIMIT {int(most)}"
        where = f"{is_in(column, wanted)}{and_only(only)}{_of_the_record(table)}"
        sql = f"SELECT {columns} FROM {by_index(table, column)} WHERE {where}{limit}"
        found = self.conn.execute(sql, [bound(wanted), *only.values()])
        return [dict(zip(names, row, strict=True)) for row in found]

    def count(self, table: str, column: str, values: Iterable[str | None], most: int, **only: str) -> int:
        """One query that stops at ``most``."""
        wanted = given(values)
        if not wanted or table in self.closed:
            return 0
        where = f"{is_in(column, wanted)}{and_only(only)}{_of_the_record(table)}"
        inner = f"SELECT 1 FROM {by_index(table, column)} WHERE {where} LIMIT {int(most)}"
        values = [bound(wanted), *only.values()]
        return int(self.conn.execute(f"SELECT count(*) FROM ({inner})", values).fetchone()[0])


class GivenRows:
    """Rows that are at hand, as table name -> rows. What is not given, table or column, is empty."""

    def __init__(self, tables: Mapping[str, Iterable[Row]]) -> None:
        self.tables = {name: list(rows) for name, rows in tables.items()}
        self._found: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def fetch(
        self, table: str, column: str, values: Iterable[str | None], most: int | None = None, **only: str
    ) -> list[Row]:
        """The rows in the order of ``values``, then in that of the table."""
        index = self._index(table, column)
        found = (row for value in given(values) for row in index.get(value, ()))
        return [row for row in found if all(row.get(name) == word for name, word in only.items())][:most]

    def count(self, table: str, column: str, values: Iterable[str | None], most: int, **only: str) -> int:
        """How many there are, counted up to ``most``."""
        return len(self.fetch(table, column, values, most, **only))

    def _index(self, table: str, column: str) -> dict[str, list[Row]]:
        key = (table, column)
        if key not in self._found:
            index: dict[str, list[Row]] = defaultdict(list)
            for row in self.tables.get(table, ()):
                if table in OF_THE_RECORD and (row.get("coder") or row.get("status") == "rejected"):
                    continue
                if row.get(column) is not None:
                    index[row[column]].append({name: row.get(name) for name in COLUMNS[table]})
            self._found[key] = index
        return self._found[key]


def given(values: Iterable[str | None]) -> list[str]:
    """The values without None and repeats, in order."""
    return [value for value in dict.fromkeys(values) if value is not None]


def by_index(table: str, column: str) -> str:
    """The table, to be searched by the index of a column.

    SQLite has to be told: where most rows leave a column blank, its statistics make a whole scan look cheaper.
    """
    return f'"{table}"' if column == "id" else f'"{table}" INDEXED BY "idx_{table}_{column}"'


def is_in(column: str, values: Sequence[str]) -> str:
    """A condition with one parameter, however many values there are."""
    return f'"{column}" = ?' if len(values) == 1 else f'"{column}" IN (SELECT value FROM json_each(?))'


def and_only(only: Iterable[str]) -> str:
    """Further conditions. The plus keeps SQLite from choosing the index of a column with few different values."""
    return "".join(f' AND +"{name}" = ?' for name in only)


def _of_the_record(table: str) -> str:
    return ' AND "coder" IS NULL AND "status" <> \'rejected\'' if table in OF_THE_RECORD else ""


def bound(values: Sequence[str]) -> str:
    """The parameter of a query for one value, which is compared, or for several, which SQLite reads as JSON."""
    return values[0] if len(values) == 1 else json.dumps(values)
