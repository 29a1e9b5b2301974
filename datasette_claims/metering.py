"""What SQL may take on a connection that Datasette reads a claims database with: sizes of values and of results.

Datasette stops a query after a time, but not one that makes a few values of hundreds of megabytes. SQLite limits the
size of a value (``SQLITE_LIMIT_LENGTH``; Python offers it from 3.11 on) and, where the configuration asks for it, what
it takes from memory as a whole (``PRAGMA hard_heap_limit``): that holds for every database of the process, also those
of others, and cannot be taken back. The size of a result is reckoned here, row by row.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

from .bounds import Bounds, setting

_SIZED = (str, bytes)


class Meter:
    """A row factory that gives ``sqlite3.Row`` and counts what the rows of one cursor hold.

    Raises sqlite3.OperationalError once it is more than ``most`` bytes, which Datasette answers with 400.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._cursor: Any = None
        self._taken = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor is None or self._cursor() is not cursor:
            self._cursor, self._taken = ref(cursor), 0
        for value in values:
            if value.__class__ in _SIZED:
                self._taken += sys.getsizeof(value)
        if self._taken > self.most:
            raise sqlite3.OperationalError(
                f"the result has more than {self.most:,} bytes; ask for fewer rows or columns, or have "
                f"{setting('sql_result')} raised"
            )
        return sqlite3.Row(cursor, values)


def meter(conn: sqlite3.Connection, bounds: Bounds) -> None:
    """Limit what SQL may take on a connection."""
    conn.row_factory = Meter(bounds.sql_result)
    if bounds.sql_memory is not None:
        conn.execute(f"PRAGMA hard_heap_limit = {bounds.sql_memory}")
    limit_values(conn, bounds.sql_value)


def limit_values(conn: sqlite3.Connection, most: int) -> None:
    """Limit the bytes of one value, or row, where Python offers it."""
    if sys.version_info >= (3, 11):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)


@contextmanager
def without_limit(conn: sqlite3.Connection) -> Iterator[None]:
    """For what an administrator has asked for, such as a load at start-up: values of any size."""
    if sys.version_info < (3, 11):
        yield
        return
    before = conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**31 - 1)
    try:
        yield
    finally:
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)
