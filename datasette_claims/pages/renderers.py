"""Datasette's own pages of our tables and rows in exchange formats: ``/claims/statements.prov?country=GB``.

What is rendered are the rows of the page, no more; a ``Link`` leads to the next page. Further tables are read only
where the viewer may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .. import site
from ..interchange.formats import FORMATS, Format, Scope, serialized
from ..interchange.iris import web_address
from .errors import PageError
from .exchange import own_iri, reply, with_records
from .framework import Visit
from .links import Links

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

_KINDS = {
    "documents": "document",
    "statements": "statement",
    "mentions": "mention",
    "evidence": "evidence",
    "claims": "claim",
    "stances": "stance",
    "actors": "actor",
}
TABLES: dict[str, tuple[str, ...]] = {
    "webannotation": ("documents", "statements", "mentions", "evidence", "claims", "stances", "actors"),
    "prov": ("documents", "statements", "mentions", "claims", "stances", "actors"),
    "claimreview": ("documents", "statements", "claims", "stances"),
    "popolo": ("documents", "statements", "actors"),
    "csl": ("documents", "statements", "claims"),
    "citation": ("documents", "statements", "claims"),
}
"""Format -> the tables whose rows it can tell of."""


def renderers() -> list[dict[str, Any]]:
    """For Datasette's hook ``register_output_renderer``."""
    return [
        {"extension": name, "render": _render(FORMATS[name], tables), "can_render": _can_render(tables)}
        for name, tables in TABLES.items()
    ]


def _can_render(tables: Sequence[str]) -> Callable[..., bool]:
    """Whether Datasette offers the format on a page."""

    def can_render(datasette: Datasette, database: str, table: str | None) -> bool:
        return table in tables and site.is_known(datasette, database)

    return can_render


def _render(format: Format, tables: Sequence[str]) -> Callable[..., Any]:
    async def render(
        datasette: Datasette, request: Request, database: str, table: str | None, rows: Sequence[Any], data: Any
    ) -> Response:
        if table not in tables or not await site.is_served(datasette, database):
            where = f"The format {format.name} is for these tables of a claims database: {', '.join(tables)}."
            return _refused(404, where, "Ask for .json instead.")
        visit = Visit(datasette, request, database, "json", {}, Links(datasette, database))
        ids = [str(row["id"]) for row in rows]
        scope = Scope(_KINDS[table or ""], ids, own_iri(visit))
        try:
            body = await with_records(visit, scope.kind or "", ids, lambda found: format.body(found, scope))
        except PageError as error:
            return _refused(error.status, error.sentence, error.remedy)
        following = data.get("next_url") if isinstance(data, dict) else None
        headers = {"link": f'<{web_address(following)}>; rel="next"'} if web_address(following) else {}
        return reply(visit, body, format.media_type, headers)

    return render


def _refused(status: int, sentence: str, remedy: str) -> Response:
    from datasette.utils.asgi import Response

    told = {"ok": False, "status": status, "error": sentence, "remedy": remedy}
    return Response(serialized(told), status=status, content_type="application/json; charset=utf-8")
