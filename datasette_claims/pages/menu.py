"""Links to the start page in Datasette's menus, only where a claims database may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import permissions, site
from ..compat import ACTOR
from .links import Links

if TYPE_CHECKING:
    from datasette.app import Datasette


async def menu(datasette: Datasette, actor: ACTOR) -> list[dict[str, str]]:
    """One link for each claims database that the actor may read."""
    names = await permissions.readable(datasette, actor)
    return [
        {"href": Links(datasette, name).page(), "label": "Claims" if len(names) == 1 else f"Claims: {name}"}
        for name in names
    ]


async def database_menu(datasette: Datasette, actor: ACTOR, database: str) -> list[dict[str, str]]:
    """The start page, in the menu of a claims database's own page."""
    if not await site.is_served(datasette, database) or not await permissions.visible(datasette, actor, database):
        return []
    description = "What is on record, what is contested, what came last"
    return [{"href": Links(datasette, database).page(), "label": "Claims: start page", "description": description}]
