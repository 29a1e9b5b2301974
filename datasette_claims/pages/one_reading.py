"""Everything that a page reads, in one go: in one thread, on one connection, in one transaction.

What a page shows of one thing must be of one moment: its counts, its rows and the revision that its citation names.
A dozen questions one after the other could be answered before and after somebody's change. It is also cheaper: each
question to Datasette goes to another thread and back, which costs more than most answers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..comparison import IndexStore, Source
from .framework import Visit
from .past import Rows
from .stances import source_of, store_of

if TYPE_CHECKING:
    from datasette.database import Database

T = TypeVar("T")

TRIES = 4
"""How often a page is begun anew because somebody wrote meanwhile; after that it is answered as it is."""


class Moved(Exception):
    """Somebody wrote between the two: what was counted is no longer what is read."""


@dataclass(frozen=True)
class Moment:
    """The state of a database that a page has begun with."""

    store: IndexStore
    source: Source
    version: int

    def check(self) -> None:
        """Raises Moved where anybody has written since."""
        if self.store.version(self.source) != self.version:
            raise Moved


async def of_one_moment(visit: Visit, make: Callable[[Moment | None], Awaitable[T]]) -> T:
    """What ``make`` returns, given the moment that it begins at; begun anew where that is over before it has read
    what it needs. Where somebody writes all the time, the last try is given none, and takes things as they are."""
    store, source = store_of(visit.datasette), source_of(visit.db)
    for _ in range(TRIES - 1):
        try:
            return await make(Moment(store, source, store.version(source)))
        except Moved:
            continue
    return await make(None)


async def one_reading(visit: Visit, moment: Moment | None, read: Callable[[Visit], Coroutine[Any, Any, T]]) -> T:
    """What ``read`` returns, given a visit whose every question is answered at once and of one state of the database.

    ``read`` may await nothing else than the database, what was asked of the gate before, and ``beside``: raises
    RuntimeError where it does; Moved where the state is no longer that of ``moment``. A query that takes longer than
    the site allows is stopped: raises datasette's QueryInterrupted.
    """
    given = {each.name: getattr(visit, each.name) for each in fields(visit)}
    milliseconds = visit.datasette.setting("sql_time_limit_ms")

    def run(conn: sqlite3.Connection) -> T:
        with _transaction(conn):
            if moment is not None:
                moment.check()
            return _finished(read(_Reading(**given, conn=conn, milliseconds=milliseconds)))

    def plainly(conn: sqlite3.Connection) -> T:
        try:
            with _plain(conn):
                return run(conn)
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise
        return run(conn)

    found: T = await visit.db.execute_fn(plainly)
    return found


@contextmanager
def _transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is of one state, which is that of now."""
    conn.execute("begin")
    try:
        conn.execute("select 1 from sqlite_master limit 1").fetchone()  # the state is taken with the first question
        yield
    finally:
        conn.rollback()


@contextmanager
def _plain(conn: sqlite3.Connection) -> Iterator[None]:
    """Without what Datasette and we do with every value for the sake of anybody's SQL: these questions are our own, and
    bounded. A text that is no UTF-8, which only a foreign program can have written, raises sqlite3.OperationalError."""
    before = conn.row_factory, conn.text_factory
    conn.row_factory, conn.text_factory = sqlite3.Row, str
    try:
        yield
    finally:
        conn.row_factory, conn.text_factory = before


def _finished(made: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that has nothing to wait for."""
    try:
        made.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    made.close()
    raise RuntimeError("a reading awaited something other than the database")


@dataclass(frozen=True)
class _Reading(Visit):
    """A visit inside ``one_reading``."""

    conn: sqlite3.Connection = field(kw_only=True)
    milliseconds: int = field(kw_only=True)

    @property
    def db(self) -> Database:
        """The database, for reading, on the one connection."""
        return cast("Database", _At(self.conn, self.milliseconds))

    async def sees(self, *tables: str) -> bool:
        """Whether the viewer may see all these tables. The gate may have to wait, so it was asked before."""
        unasked = [table for table in tables if table not in self._seen]
        if unasked:
            raise RuntimeError(f"ask the gate for {', '.join(unasked)} before the reading")
        return await super().sees(*tables)

    async def beside(self, make: Callable[[], T]) -> T:
        """What ``make`` returns; this is a thread already."""
        return make()


class _At:
    """Answers what pages ask of Datasette's ``Database``, on a connection in the thread that asks."""

    def __init__(self, conn: sqlite3.Connection, milliseconds: int) -> None:
        self._conn, self._milliseconds = conn, milliseconds

    async def execute_fn(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What ``read`` returns."""
        return read(self._conn)

    async def execute(self, sql: str, parameters: Mapping[str, Any] | Iterable[Any] = ()) -> Rows:
        """The rows of a query, each by column name or position."""
        from datasette.database import QueryInterrupted
        from datasette.utils import sqlite_timelimit

        given: Any = parameters if isinstance(parameters, Mapping) else list(parameters)
        try:
            with sqlite_timelimit(self._conn, self._milliseconds):
                return Rows(self._conn.execute(sql, given).fetchall())
        except sqlite3.OperationalError as error:
            if error.args == ("interrupted",):
                raise QueryInterrupted(error, sql, given) from error
            raise
