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
    """The start page, and for who may annotate how to add a document, in the menu of a database's own page."""
    if not await site.is_served(datasette, database) or not await permissions.visible(datasette, actor, database):
        return []
    links = Links(datasette, database)
    description = "What is on record, what is contested, what came last"
    found = [{"href": links.page(), "label": "Claims: start page", "description": description}]
    config = site.of(datasette).config
    written = config is not None and config.database == database and datasette.databases[database].is_mutable
    if written and actor is not None and await permissions.allowed(datasette, actor, permissions.ANNOTATE, database):
        description = "Paste, upload or name an article, and get drafts of who says what"
        found.append({"href": links.page("add"), "label": "Claims: add a document", "description": description})
    if written and actor is not None and await permissions.visible(datasette, actor, database, "revisions"):
        description = "Who changed what, with the way back"
        found.append({"href": links.page("changes"), "label": "Claims: recent changes", "description": description})
    return found
