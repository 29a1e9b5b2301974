"""Answers of queries that are kept until anybody writes to the database, for counts over whole tables.

What is kept knows no viewer: ask the gate before every use, as for a query.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..comparison.store import Source, Watcher

if TYPE_CHECKING:
    from datasette.database import Database

MOST = 500
"""Answers kept for one database; when there are more, all are forgotten."""

Key = tuple[str, tuple[Any, ...]]


class Memory:
    """The kept answers of one database. ``current`` says whether they still hold; ask it once a request."""

    def __init__(self, watcher: Watcher | None) -> None:
        self._watcher = watcher
        self._version: int | None = None
        self._answers: dict[Key, list[Any]] = {}

    def version(self) -> int | None:
        """A number that differs as soon as anybody has written; None where that cannot be known. Takes some
        microseconds, less than the way to another thread and back."""
        return None if self._watcher is None else self._watcher.version()

    def certain(self) -> int | None:
        """The same, but None while another commits to a database that is not in WAL mode and so is locked."""
        return None if self._watcher is None else self._watcher.certain()

    async def current(self) -> dict[Key, list[Any]]:
        """The answers that hold now, to read and to add to. A commit after this is noticed at the next request:
        what is then added was asked of the newer data, and is dropped all the same.
        """
        version = self.version()
        if version is None:
            return {}
        if version != self._version or len(self._answers) > MOST:
            self._version, self._answers = version, {}
        return self._answers


async def whole(db: Database, sql: str, parameters: Any = ()) -> tuple[list[Any], Any]:
    """(rows, description of the columns) of a question whose answer is kept. It is given the time that it takes:
    Datasette's limit would end it at half a million rows, for every viewer anew."""

    def ask(conn: sqlite3.Connection) -> tuple[list[Any], Any]:
        cursor = conn.execute(sql, parameters if parameters is not None else ())
        return cursor.fetchall(), cursor.description

    found: tuple[list[Any], Any] = await db.execute_fn(ask)
    return found


_memories: WeakKeyDictionary[Any, Memory] = WeakKeyDictionary()


def of(db: Database) -> Memory:
    """The memory of a database. One that lives in a single connection's memory cannot be watched: nothing is kept."""
    memory = _memories.get(db)
    if memory is None:
        watchable = db.path is not None or getattr(db, "memory_name", None)
        source = Source(db.name, db.connect, immutable=not db.is_mutable)
        memory = _memories[db] = Memory(Watcher(source) if watchable else None)
    return memory
