"""The mentions of a database as a W3C Web Annotation container (https://www.w3.org/TR/annotation-protocol/).

``/annotations/`` lists every mention; ``?parts=yes`` also the spans of evidence, whose IRIs are Datasette's pages of
their rows; ``?document=…``, ``statement``, ``claim`` or ``actor`` both, of that one. Pages hold a hundred. Without a
preference the container names its pages; ``Prefer`` with contained IRIs or descriptions puts the first page into it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..interchange import webannotation
from ..interchange.formats import Scope, annotations_of, collection_of, serialized
from ..interchange.records import Records
from .accept import Offer, best
from .errors import bad_request, not_found
from .exchange import READING, data_route, iris_of, refused_method, reply, table_of, with_records
from .framework import Visit
from .links import encode
from .passages import anchor

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

PAGE_SIZE = 100
ALLOW = ", ".join(READING)
CONTAINER_LINKS = (
    '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type", '
    '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"'
)
RESOURCE_LINK = '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
LDP_CONTEXT = "http://www.w3.org/ns/ldp.jsonld"
_OFFERS = (
    Offer("json", ("application/ld+json", "application/json"), webannotation.CONTEXT),
    Offer("html", ("text/html", "application/xhtml+xml")),
)
ABOUT = ("document", "statement", "claim", "actor")
Item = dict[str, Any]


@dataclass(frozen=True)
class _Listing:
    """A collection: its IRI, how many annotations, on how many pages, and how to read one of those.

    ``even``: every page but the last holds ``PAGE_SIZE`` annotations, so that one knows at which number it begins.
    """

    iri: str
    total: int
    pages: int
    items: Callable[[int], Awaitable[list[Item]]]
    even: bool = True


def routes() -> list[tuple[str, Any]]:
    """The routes of the container and of its annotations."""
    return [
        data_route("/annotations/", _container, ("mentions",)),
        data_route("/annotations", _without_slash, ("mentions",)),
        data_route("/annotations/{id}", _annotation, ("mentions",)),
    ]


async def _without_slash(visit: Visit) -> Response:
    from datasette.utils.asgi import Response

    query = f"?{visit.request.query_string}" if visit.request.query_string else ""
    return Response.redirect(f"{visit.links.page('annotations')}/{query}", status=308)


async def _container(visit: Visit) -> Response:
    """The container, or one of its pages."""
    headers = {"allow": ALLOW, "vary": "Accept, Prefer", "link": CONTAINER_LINKS}
    early = _before_reading(visit, headers, "This container")
    if early is not None:
        return early
    given = {name: visit.request.args.get(name) for name in ("parts", "iris", "page")}
    about = [(kind, visit.request.args[kind]) for kind in ABOUT if kind in visit.request.args]
    if len(about) > 1:
        raise bad_request(f"Only one of {', '.join(ABOUT)} can be asked for.", "Leave the others out.")
    if given["parts"] not in (None, "yes") or given["iris"] not in (None, "0", "1"):
        raise bad_request("parts takes “yes”, iris takes 0 or 1.", "Leave the parameter out.")
    if _asks_for_html(visit):
        return _see(_page_about(visit, *about[0]) if about else visit.links.table("mentions"), headers)
    listing = await (_about(visit, *about[0]) if about else _everything(visit, given["parts"] == "yes"))
    if given["page"] is None:
        body = await _described(visit, listing, given["iris"])
        return reply(visit, serialized(body), webannotation.MEDIA_TYPE, {**headers, "content-location": body["id"]})
    if not re.fullmatch(r"\d{1,9}", given["page"]):
        raise bad_request(f"page is “{given['page']}”, not a number.", "Pages are counted from 0.")
    if int(given["page"]) >= listing.pages:
        raise not_found("page", given["page"], f"There are {listing.pages} pages, counted from 0.")
    page = await _page(listing, int(given["page"]), given["iris"])
    del headers["link"]
    return reply(visit, serialized(page), webannotation.MEDIA_TYPE, headers)


async def _annotation(visit: Visit) -> Response:
    """One mention as an annotation."""
    headers = {"allow": ALLOW, "vary": "Accept", "link": RESOURCE_LINK}
    early = _before_reading(visit, headers, "This annotation")
    if early is not None:
        return early
    id = visit.ids["id"]
    rows = await visit.rows("select document from mentions where id = ?", [id])
    if not rows:
        raise not_found("annotation", id, "The container lists all annotations: …/-/claims/annotations/")
    if _asks_for_html(visit):
        return _see(await _passage(visit, id, rows[0]["document"]), headers)

    def make(found: Records) -> bytes:
        return serialized(webannotation.annotation(found, found.mentions[id]))

    return reply(visit, await with_records(visit, "mention", [id], make), webannotation.MEDIA_TYPE, headers)


def _before_reading(visit: Visit, headers: dict[str, str], what: str) -> Response | None:
    """The answer to a request that does not read."""
    from datasette.utils.asgi import Response

    if visit.request.method == "OPTIONS":
        return Response("", headers=headers)
    return None if visit.request.method in READING else refused_method(visit, ALLOW, what)


def _asks_for_html(visit: Visit) -> bool:
    return best(visit.request.headers.get("accept"), _OFFERS).name == "html"


def _see(url: str, headers: dict[str, str]) -> Response:
    """People are led to the page that shows it."""
    from datasette.utils.asgi import Response

    return Response("", status=303, headers={**headers, "location": url})


async def _passage(visit: Visit, id: str, document: str) -> str:
    """Where a person reads the mention; the row, where the document may not be seen."""
    if await visit.sees("documents", "segments", "statements", "mentions", "evidence"):
        return f"{visit.links.page('read', document, annotation=id)}#a-{anchor(id)}"
    return visit.links.row("mentions", id)


def _page_about(visit: Visit, kind: str, id: str) -> str:
    return visit.links.page("read" if kind == "document" else kind, id)


async def _everything(visit: Visit, parts: bool) -> _Listing:
    iri = iris_of(visit).folder("mention")
    mentions = (await visit.kept("select count(*) from mentions"))[0][0]
    spans = 0
    if parts and await visit.sees("evidence"):
        spans = (await visit.kept("select count(*) from evidence"))[0][0]

    async def items(number: int) -> list[Item]:
        sql = "select id from mentions order by id limit ? offset ?"
        ids = [row[0] for row in await visit.rows(sql, [PAGE_SIZE, number * PAGE_SIZE])]
        return await with_records(
            visit,
            "mention",
            ids,
            lambda found: list(webannotation.each(found, parts=parts)),
        )

    iri += "?parts=yes" if parts else ""
    return _Listing(iri, mentions + spans, -(-mentions // PAGE_SIZE), items, even=not parts)


async def _about(visit: Visit, kind: str, id: str) -> _Listing:
    """What is reported in a document, of a statement, of those on a claim or of an actor."""
    table = table_of(kind)

    def read(records: Records) -> list[Item] | None:
        known = id in getattr(records, table)
        found = annotations_of(records, Scope(kind, [id]))
        return found if known or found else None

    found = await with_records(visit, kind, [id], read)
    if found is None:
        raise not_found(kind, id, f"See the {table} table for those that there are.")
    some = found

    async def items(number: int) -> list[Item]:
        return some[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]

    return _Listing(collection_of(iris_of(visit), kind, id), len(some), -(-len(some) // PAGE_SIZE), items)


async def _described(visit: Visit, listing: _Listing, iris: str | None) -> Item:
    """The container itself; as the client prefers, with the first page in it."""
    preferred = _preference(visit.request.headers.get("prefer") or "")
    embedded = preferred is not None
    if preferred is not None:
        iris = preferred
    body: Item = {
        "@context": [webannotation.CONTEXT, LDP_CONTEXT],
        "id": _with(listing.iri, iris=iris),
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": "Annotations",
        "total": listing.total,
    }
    if listing.pages:
        first = _with(listing.iri, iris=iris, page="0")
        body["first"] = first
        body["last"] = _with(listing.iri, iris=iris, page=str(listing.pages - 1))
        if embedded:
            page = await _page(listing, 0, iris)
            body["first"] = {name: value for name, value in page.items() if name != "@context"}
    return body


def _preference(prefer: str) -> str | None:
    """What is to stand in the first page: IRIs ("1"), whole annotations ("0"), or no page (None)."""
    if "PreferMinimalContainer" in prefer:
        return None
    if "PreferContainedIRIs" in prefer:
        return "1"
    return "0" if "PreferContainedDescriptions" in prefer else None


async def _page(listing: _Listing, number: int, iris: str | None) -> Item:
    """A page; every annotation has its context, so that it can be taken out as it is."""
    items = await listing.items(number)
    page: Item = {
        "@context": webannotation.CONTEXT,
        "id": _with(listing.iri, iris=iris, page=str(number)),
        "type": "AnnotationPage",
        "partOf": {"id": _with(listing.iri, iris=iris), "type": "AnnotationCollection", "total": listing.total},
    }
    if number:
        page["prev"] = _with(listing.iri, iris=iris, page=str(number - 1))
    if number + 1 < listing.pages:
        page["next"] = _with(listing.iri, iris=iris, page=str(number + 1))
    if listing.even:
        page["startIndex"] = number * PAGE_SIZE
    page["items"] = [item["id"] for item in items] if iris == "1" else items
    return page


def _with(iri: str, **parameters: str | None) -> str:
    """An IRI with parameters added to its query string."""
    given = [f"{name}={encode(value)}" for name, value in parameters.items() if value is not None]
    return iri + ("&" if "?" in iri else "?") + "&".join(given) if given else iri
