"""The database as it was at an earlier revision, for what pages read with SQL.

``at`` gives a visit whose queries see the past; everything that takes a visit then works as it does on the present.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from ..comparison.past_tables import PastConnection, show_past
from .framework import Visit
from .stances import connector

if TYPE_CHECKING:
    from datasette.database import Database

T = TypeVar("T")


def at(visit: Visit, as_of: int | None) -> Visit:
    """The visit as it is where ``as_of`` is None (the present), else one that reads the tables of that revision."""
    if as_of is None or isinstance(visit, PastVisit):
        return visit
    return PastVisit(**{each.name: getattr(visit, each.name) for each in fields(visit)}, as_of=as_of)


@dataclass(frozen=True)
class PastVisit(Visit):
    """A visit of an earlier revision."""

    as_of: int = 0

    @property
    def db(self) -> Any:
        """The database, for reading, as it was."""
        return PastDatabase(super().db, self.as_of, self.datasette.setting("sql_time_limit_ms"))

    async def kept(self, sql: str, parameters: Iterable[Any] = ()) -> list[Any]:
        """Counts of the past are not kept."""
        return await self.rows(sql, list(parameters))


@dataclass(frozen=True)
class Rows:
    """The rows of a query."""

    rows: list[Any]


class PastDatabase:
    """Answers what pages ask of Datasette's ``Database``, on a connection of its own that shows a revision."""

    def __init__(self, db: Database, as_of: int, milliseconds: int) -> None:
        self._db, self._as_of, self._milliseconds = db, as_of, milliseconds

    async def execute_fn(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What ``read`` returns, in a thread. A query that takes longer than the site allows is stopped: raises
        datasette's QueryInterrupted."""
        return await asyncio.to_thread(self._run, read)

    async def execute(self, sql: str, parameters: Mapping[str, Any] | Iterable[Any] = ()) -> Rows:
        """The rows of a query, each by column name or position."""
        given: Any = parameters if isinstance(parameters, Mapping) else list(parameters)
        return Rows(await self.execute_fn(lambda conn: conn.execute(sql, given).fetchall()))

    def _run(self, read: Callable[[sqlite3.Connection], T]) -> T:
        from datasette.database import QueryInterrupted
        from datasette.utils import sqlite_timelimit

        with closing(connector(self._db)(PastConnection)) as conn:
            conn.row_factory = sqlite3.Row
            show_past(conn, self._as_of)
            try:
                with sqlite_timelimit(conn, self._milliseconds):
                    return read(conn)
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise QueryInterrupted(error, "", {}) from error
                raise
