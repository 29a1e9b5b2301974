"""datasette-claims: who says what, for whom, how we know, and whether they agree.

The Datasette hooks; each hands over to a room. The rooms are imported when a hook runs, so that a program that
uses only one of them does not load Datasette.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_commands(cli: Any) -> None:
    """`datasette claims …`."""
    from . import cli as commands

    commands.register(cli)


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Make, update and load the configured database."""
    from . import site

    return lambda: site.start(datasette)


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Enforce foreign keys in claims databases, and limit what SQL may take there."""
    from . import site

    site.prepare_connection(conn, datasette)


@hookimpl
def get_metadata(datasette: Any, key: str | None, table: str | None) -> dict[str, Any]:
    """Titles and descriptions of our tables and columns (0.65; 1.0 gets them at start-up)."""
    from . import site

    return site.metadata(datasette, key, table)


@hookimpl
def register_actions() -> list[Any]:
    """What one may be allowed to do (1.0)."""
    from . import compat, permissions

    return compat.own_actions(permissions.ACTIONS)


@hookimpl(trylast=True)
def permission_allowed(datasette: Any, actor: Any, action: str, resource: Any) -> Any:
    """Who may do it, and what is closed to blind coders (0.65, where the last answer counts; 1.0 has the next hook)."""
    from . import compat, permissions

    if action in permissions.ACTIONS:
        return compat.own_permission(datasette, actor, action, resource)
    return compat.closed_by_old_hook(datasette, actor, action, resource)


@hookimpl
def permission_resources_sql(datasette: Any, actor: Any, action: str) -> Any:
    """What is closed to people who code a document blind (1.0)."""
    from . import compat

    return compat.closed_by_new_hook(datasette, actor, action)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The pages below /{database}/-/claims, and the formats beside them."""
    from .pages import negotiation

    return negotiation.routes()


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Forms with files, whose token their page checks itself (0.65, whose own check cannot read them)."""
    from .pages import uploads

    return uploads.checks_itself(scope)


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """What browsers may do with the answers of our pages."""
    from .pages import policy

    return policy.guarded


@hookimpl
def register_output_renderer() -> list[dict[str, Any]]:
    """Our tables as Web Annotations, PROV and citations."""
    from .pages import renderers

    return renderers.renderers()


@hookimpl(wrapper=True)
def register_facet_classes() -> Generator[None, Any, Any]:
    """Datasette's facet of a column, with kept counts for our tables, in the place of its own."""
    from . import compat
    from .pages import table_facets

    found = yield
    return compat.with_column_facet(found, table_facets.in_place_of)


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Callable[[], Awaitable[Any]]:
    """Full-text search on the stances table, as on our pages."""
    from .pages import searching

    return lambda: searching.table_filter(datasette, request, database, table)


@hookimpl
def table_actions(
    datasette: Any, actor: Any, database: str, table: str, request: Any
) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """From the stances and the statements to their comparison."""
    from .pages import from_tables

    return lambda: from_tables.compare_these(datasette, actor, database, table, request)


@hookimpl
def menu_links(datasette: Any, actor: Any) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The start page of each readable claims database."""
    from .pages import menu

    return lambda: menu.menu(datasette, actor)


@hookimpl
def database_actions(datasette: Any, actor: Any, database: str) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The start page, from the database's own page."""
    from .pages import menu

    return lambda: menu.database_menu(datasette, actor, database)


@hookimpl
def extra_css_urls(datasette: Any, database: str | None) -> list[str]:
    """How cells look in our tables."""
    from . import compat, site

    return [compat.static_url(datasette, "claims.css")] if site.is_known(datasette, database) else []


@hookimpl
def extra_js_urls(datasette: Any, database: str | None) -> list[dict[str, Any]]:
    """What our tables' pages fold away."""
    from . import compat, site

    if not site.is_known(datasette, database):
        return []
    return [{"url": compat.static_url(datasette, "tables.js"), "module": True}]


@hookimpl
def claims_extractors() -> list[Any]:
    """The rules of extraction, and the engines whose extras are installed."""
    from .extraction import own_engines

    return list(own_engines())


@hookimpl
def claims_importers() -> list[Any]:
    """The formats that we read (our own hook)."""
    from .interchange import IMPORTERS

    return list(IMPORTERS)


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Stances as pills, words by their labels, quotes as quotes."""
    from .pages import cells

    return cells.render(datasette, database, table, column, value, row)
