"""A page's own URL names the thing itself: asked for data, it answers in the format that is asked for, else in HTML.

``application/ld+json`` gives Web Annotations (of a claim: schema.org ClaimReview); with a profile, and as
``application/prov+json`` or ``application/vnd.citationstyles.csl+json``, the others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..interchange import csl, webannotation
from ..interchange.formats import FORMATS, POPOLO_PROFILE, PROV_PROFILE, SCHEMA_PROFILE, Scope, collection_of
from ..interchange.records import Records
from . import container, framework, openapi, reconcile
from .accept import Offer, best
from .errors import not_found
from .exchange import METHODS, iris_of, reply, representation, table_of, with_records
from .framework import Page, Visit, serve

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

HTML = Offer("html", ("text/html", "application/xhtml+xml"))
OFFERS = {
    "webannotation": Offer("webannotation", ("application/ld+json",), webannotation.CONTEXT),
    "claimreview": Offer("claimreview", ("application/ld+json",), SCHEMA_PROFILE),
    "prov": Offer("prov", ("application/prov+json",), PROV_PROFILE, ("application/json", "application/ld+json")),
    "popolo": Offer("popolo", (), POPOLO_PROFILE, ("application/json",)),
    "csl": Offer("csl", (csl.MEDIA_TYPE,)),
    "citation": Offer("citation", ("text/x-bibliography",)),
}
_MEDIA_TYPES = {"citation": "text/x-bibliography; charset=utf-8"}
"""Where a format is negotiated under a more telling media type than a browser would show."""
KINDS = {
    "/statement/{id}": ("statement", ("webannotation", "prov", "claimreview", "popolo", "csl", "citation")),
    "/read/{document}": ("document", ("webannotation", "prov", "claimreview", "popolo", "csl", "citation")),
    "/claim/{id}": ("claim", ("claimreview", "webannotation", "prov", "csl", "citation")),
    "/actor/{id}": ("actor", ("webannotation", "prov", "popolo")),
}
"""Path of a page -> the kind of thing that it is about, and its formats, the one without a profile first."""


def routes() -> list[tuple[str, Any]]:
    """The routes of all pages and of the formats beside them."""
    known = {each.path for each in framework.PAGES}
    missing = [_row_page(path) for path in KINDS if path not in known]
    return [
        *((each.route, _view(each)) for each in (*framework.PAGES, *missing)),
        *container.routes(),
        *reconcile.routes(),
        *openapi.routes(),
        (rf"{framework.PREFIX}/(?P<rest>.+)$", _nothing),
    ]


async def _nothing(datasette: Datasette, request: Request) -> Response:
    """Every other address below ours: 404, behind the gate. Datasette's own answer to an unknown address fails with 500
    where the package ``rich`` is installed."""

    async def refuse(visit: Visit) -> Response:
        raise not_found("page", visit.ids["rest"][:200], "The start page leads to those that there are.")

    request.url_vars["format"] = "json" if request.path.endswith(".json") else None
    return await serve(Page("", "", refuse, None, (), ("html",), METHODS, None), datasette, request)


def _row_page(path: str) -> Page:
    """Where there is no page of ours about a kind of thing, its IRI leads people to Datasette's page of the row."""
    kind = KINDS[path][0]
    table = table_of(kind)

    async def lead(visit: Visit) -> Response:
        from datasette.utils.asgi import Response

        id = visit.ids["id"]
        if not await visit.rows(f'select 1 from "{table}" where id = ?', [id]):
            raise not_found(kind, id, f"All of them stand in the {table} table.")
        return Response.redirect(visit.links.row(table, id), status=303)

    return Page(path, "", lead, None, (table,), ("html",), ("GET", "HEAD"), None)


def _view(declared: Page) -> Callable[..., Awaitable[Response]]:
    """The view of a page; of those in ``KINDS``, one that looks at what is asked for."""
    kind, names = KINDS.get(declared.path, ("", ()))
    offers = (HTML, *(OFFERS[name] for name in names))

    async def view(datasette: Datasette, request: Request) -> Response:
        if not names or request.url_vars.get("format") or request.method not in ("GET", "HEAD"):
            return await serve(declared, datasette, request)
        chosen = best(request.headers.get("accept"), offers)
        if chosen is not HTML:
            request.url_vars["format"] = "json"  # in which errors are told
            handler = _in_format(kind, chosen.name)
            page = Page(declared.path, "", handler, None, (table_of(kind),), ("html",), declared.methods, None)
            response = await serve(page, datasette, request)
        else:
            response = await serve(declared, datasette, request)
        response.headers = {**response.headers, "vary": "Accept"}
        if response.status == 200 and chosen is HTML:
            response.headers["link"] = _alternates(names)
        return response

    return view


def _alternates(names: tuple[str, ...]) -> str:
    """A Link header that names the other representations of the same URL ("")."""
    types = [_MEDIA_TYPES.get(name, FORMATS[name].media_type).replace('"', '\\"') for name in names]
    return ", ".join(f'<>; rel="alternate"; type="{kind}"' for kind in types)


def _in_format(kind: str, name: str) -> Callable[[Visit], Awaitable[Response]]:
    async def handler(visit: Visit) -> Response:
        id = next(iter(visit.ids.values()))
        media_type = _MEDIA_TYPES.get(name, FORMATS[name].media_type)
        if name == "citation":
            body = await _citation(visit, kind, id)
        else:
            scope = Scope(kind, [id], collection_of(iris_of(visit), kind, id))
            body = await representation(visit, FORMATS[name], scope)
        if body is None:
            raise not_found(kind, id, f"All of them stand in the {table_of(kind)} table.")
        return reply(visit, body, media_type, {})

    return handler


async def _citation(visit: Visit, kind: str, id: str) -> bytes | None:
    """The thing as one line of plain text, as one cites it."""

    def make(found: Records) -> bytes | None:
        items = FORMATS["csl"].write(found, Scope(kind, [id]))
        return f"{csl.plain_text(items[0])}\n".encode("utf-8", "replace") if items else None

    return await with_records(visit, kind, [id], make)
