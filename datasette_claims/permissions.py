"""The action names and the one gate that every page, count, label, facet and export passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import compat, site
from .compat import ACTOR
from .schema import BY_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette

ANNOTATE = "claims-annotate"
REVIEW = "claims-review"
ADMIN = "claims-admin"

ACTIONS: dict[str, str] = {
    ANNOTATE: "Mark statements in documents and record claims and stances",
    REVIEW: "Accept, change or reject what others and the program proposed",
    ADMIN: "Load, undo, attach texts and give assignments",
}
"""Our actions, each on one database. Nobody may do them unless the configuration's ``permissions:`` says so."""


async def visible(datasette: Datasette, actor: ACTOR, database: str, table: str | None = None) -> bool:
    """Whether an actor may see a database, or a table of it. The one gate: every page asks it for what it shows."""
    action = "view-database" if table is None else "view-table"
    return await compat.may(datasette, actor, action, database, table)


async def visible_tables(datasette: Datasette, actor: ACTOR, database: str, tables: Iterable[str]) -> dict[str, bool]:
    """Table -> what ``visible`` says of it, for several of our tables; for all of them where that costs no more."""
    wanted = list(tables)
    if not wanted:
        return {}
    if compat.MANY_AT_ONCE and all(table in BY_NAME for table in wanted):
        wanted = list(BY_NAME)
    return await compat.tables_seen(datasette, actor, database, wanted)


async def allowed(datasette: Datasette, actor: ACTOR, action: str, database: str) -> bool:
    """Whether an actor may do one of ``ACTIONS`` in a database."""
    return await compat.may(datasette, actor, action, database)


async def require(
    datasette: Datasette,
    actor: ACTOR,
    database: str,
    *tables: str,
    action: str | None = None,
    beside: Iterable[str] = (),
) -> dict[str, bool]:
    """Raise datasette's Forbidden unless the actor may see the database and all these tables, and do the action.

    Returns what it has learnt: table -> whether the actor may see it, also of tables that are asked for ``beside`` and
    may be closed. The message says what is missing in general words; it does not tell what is in a private table.
    """
    from datasette.utils.asgi import Forbidden

    if not await visible(datasette, actor, database):
        raise Forbidden("You may not see this database.")
    seen = await visible_tables(datasette, actor, database, dict.fromkeys((*tables, *beside)))
    for table in tables:
        if not seen[table]:
            raise Forbidden(f"You may not see the table “{table}”, which this page needs.")
    if action is not None and not await allowed(datasette, actor, action, database):
        raise Forbidden(f"You may not do this: {ACTIONS[action][0].lower()}{ACTIONS[action][1:]}.")
    return seen


async def readable(datasette: Datasette, actor: ACTOR) -> list[str]:
    """Names of the claims databases that an actor may see, in the order in which they are attached."""
    return [name for name in await site.claims_databases(datasette) if await visible(datasette, actor, name)]
