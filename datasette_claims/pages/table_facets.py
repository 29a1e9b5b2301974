"""Facets of our tables: Datasette's own, but counted once until anybody writes, and given the time that it takes.

Datasette counts every facet anew for every page and drops those that take longer than 200 ms, so that at half a
million rows there are none. Here the same question is asked of the same indexes, its answer is kept (``memory``) and
used for everybody; what is kept are values and counts of one question, never a page. Names stand beside values only
where the viewer may see the table from which they come.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from weakref import WeakKeyDictionary

from .. import compat, site
from ..schema import BY_NAME
from . import memory

_locks: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()


def in_place_of(core: type) -> type:
    """A class of facets that is ``core`` (Datasette's facet of a column), with kept answers for our tables."""

    class TableFacet(core):  # type: ignore[misc]
        """A facet of a column."""

        ds: Any

        async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
            """([facets], [names of those that took too long]), as Datasette's template and JSON have them."""
            if self.table in BY_NAME and site.is_known(self.ds, self.database):
                self.ds = _Keeping(self.ds, self.table, self.request.actor)
            found: tuple[list[dict[str, Any]], list[str]] = await super().facet_results()
            return found

    return TableFacet


class _Keeping:
    """Datasette as a facet uses it: counts are kept, names are asked for at the gate; all else is Datasette's."""

    def __init__(self, datasette: Any, table: str, actor: Any) -> None:
        self._datasette, self._table, self._actor = datasette, table, actor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._datasette, name)

    async def execute(self, database: str, sql: str, params: Any = None, **limits: Any) -> Any:
        """The kept answer, or the database's. One is counted at a time: several pages may wait for the same."""
        from datasette.database import Results

        db = self._datasette.get_database(database)
        kept = memory.of(db)
        key = (sql, (json.dumps(params, sort_keys=True, default=str),))
        answers = await kept.current()
        if key not in answers:
            async with _locks.setdefault(db, asyncio.Lock()):
                answers = await kept.current()
                if key not in answers:
                    answers[key] = [
                        Results(rows, False, about) for rows, about in [await memory.whole(db, sql, params)]
                    ]
        return answers[key][0]

    async def expand_foreign_keys(self, *given: Any) -> Any:
        """Labels of values; none where the viewer may not see the rows that have them."""
        database, _, column, _ = given[-4:]
        target = BY_NAME[self._table][column].references if column in BY_NAME[self._table].column_names else None
        if target and not await compat.may(self._datasette, self._actor, "view-table", database, target):
            return {}
        return await self._datasette.expand_foreign_keys(*given)
