"""The mentions of a database as a W3C Web Annotation container (https://www.w3.org/TR/annotation-protocol/).

``/annotations/`` lists every mention and every note; ``?parts=yes`` also the spans of evidence, whose IRIs are
Datasette's pages of their rows; ``?document=…``, ``statement``, ``claim`` or ``actor`` both, of that one. Pages hold a
hundred. Without a preference the container names its pages; ``Prefer`` with contained IRIs or descriptions puts the
first page into it. Drafts are listed for those who may annotate, for others with ``status=``.

Writing is in ``container_writing``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..interchange import webannotation
from ..interchange.formats import Scope, annotations_of, collection_of, serialized
from ..interchange.records import Records
from ..permissions import ANNOTATE
from ..schema.vocabulary import STATUS
from . import container_writing as writing
from .accept import Offer, best
from .container_writing import RESOURCE_LINK, representation_of
from .errors import PageError, bad_request, not_found
from .exchange import READING, data_route, iris_of, refused_method, reply, table_of, with_records
from .framework import Visit
from .links import encode
from .passages import anchor
from .writing import may_write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

PAGE_SIZE = 100
CONTAINER_LINKS = (
    '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type", '
    '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"'
)
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
    headers = {"allow": ", ".join(READING), "vary": "Accept, Prefer", "link": CONTAINER_LINKS}
    if await may_write(visit, ANNOTATE):
        headers |= {"allow": ", ".join((*READING, "POST")), "accept-post": webannotation.MEDIA_TYPE}
    if visit.request.method == "POST":
        return await writing.create(visit)
    early = _before_reading(visit, headers, "This container")
    if early is not None:
        return early
    given = {name: visit.request.args.get(name) for name in ("parts", "iris", "page")}
    statuses = await _statuses(visit)
    about = [(kind, visit.request.args[kind]) for kind in ABOUT if kind in visit.request.args]
    if len(about) > 1:
        raise bad_request(f"Only one of {', '.join(ABOUT)} can be asked for.", "Leave the others out.")
    if given["parts"] not in (None, "yes") or given["iris"] not in (None, "0", "1"):
        raise bad_request("parts takes “yes”, iris takes 0 or 1.", "Leave the parameter out.")
    if _asks_for_html(visit):
        return _see(_page_about(visit, *about[0]) if about else visit.links.table("mentions"), headers)
    listing = await (
        _about(visit, statuses, *about[0]) if about else _everything(visit, statuses, given["parts"] == "yes")
    )
    if given["page"] is None:
        body = await _described(visit, listing, given["iris"])
        return reply(visit, serialized(body), webannotation.MEDIA_TYPE, {**headers, "content-location": body["id"]})
    if not re.fullmatch(r"\d{1,9}", given["page"]):
        raise bad_request(f"page is “{given['page']}”, not a number.", "Pages are counted from 0.")
    if int(given["page"]) >= listing.pages:
        raise not_found("page", given["page"], f"There are {listing.pages} pages, counted from 0.")
    page = await _page(listing, int(given["page"]), given["iris"])
    headers = {"allow": ", ".join(READING), "vary": headers["vary"]}
    return reply(visit, serialized(page), webannotation.MEDIA_TYPE, headers)


async def _statuses(visit: Visit) -> tuple[str, ...]:
    """Which mentions are listed: those that ``status`` names, else the record, with its drafts for who may annotate."""
    given = visit.request.args.get("status") or visit.request.args.get("status__in")
    if given is None:
        return ("reviewed", "draft") if await visit.may(ANNOTATE) else ("reviewed",)
    wanted = tuple(dict.fromkeys(given.split(",")))
    if not set(wanted) <= set(STATUS.words):
        raise bad_request(f"status: “{given}” is no status.", f"Use one or more of {', '.join(STATUS.words)}.")
    return wanted


async def _annotation(visit: Visit) -> Response:
    """One mention, or one note, as an annotation."""
    methods = (*READING, "PUT", "DELETE") if await may_write(visit, ANNOTATE) else READING
    headers = {"allow": ", ".join(methods), "vary": "Accept", "link": RESOURCE_LINK}
    if visit.request.method in ("PUT", "DELETE"):
        return await (writing.replace if visit.request.method == "PUT" else writing.delete)(visit)
    early = _before_reading(visit, headers, "This annotation")
    if early is not None:
        return early
    id = visit.ids["id"]
    body = await with_records(visit, "mention", [id], lambda found: representation_of(found, id))
    if body is None:
        raise await _gone(visit, id)
    if _asks_for_html(visit):
        return _see(await _passage(visit, id), headers)
    return reply(visit, body, webannotation.MEDIA_TYPE, headers)


async def _gone(visit: Visit, id: str) -> PageError:
    """410 for what was deleted, 404 for what never was."""
    seen = [f"'{table}'" for table in ("mentions", "annotations") if await visit.sees(table)]
    sql = f"select 1 from revisions where table_name in ({', '.join(seen)}) and row_id = ? limit 1"
    if await visit.sees("revisions") and await visit.rows(sql, [id]):
        return PageError(410, f"The annotation “{id}” was deleted.", "Its history still tells what it was.")
    return not_found("annotation", id, "The container lists all annotations: …/-/claims/annotations/")


def _before_reading(visit: Visit, headers: dict[str, str], what: str) -> Response | None:
    """The answer to a request that does not read."""
    from datasette.utils.asgi import Response

    if visit.request.method == "OPTIONS":
        return Response("", headers=headers)
    return None if visit.request.method in READING else refused_method(visit, headers["allow"], what)


def _asks_for_html(visit: Visit) -> bool:
    return best(visit.request.headers.get("accept"), _OFFERS).name == "html"


def _see(url: str, headers: dict[str, str]) -> Response:
    """People are led to the page that shows it."""
    from datasette.utils.asgi import Response

    return Response("", status=303, headers={**headers, "location": url})


async def _passage(visit: Visit, id: str) -> str:
    """Where a person reads the mention; the row, where there is no passage or it may not be seen."""
    if not await visit.rows("select 1 from mentions where id = ?", [id]):
        return visit.links.row("annotations", id)
    if await visit.sees("documents", "segments", "statements", "mentions", "evidence"):
        document = (await visit.rows("select document from mentions where id = ?", [id]))[0][0]
        return f"{visit.links.page('read', document, annotation=id)}#a-{anchor(id)}"
    return visit.links.row("mentions", id)


def _page_about(visit: Visit, kind: str, id: str) -> str:
    return visit.links.page("read" if kind == "document" else kind, id)


async def _everything(visit: Visit, statuses: tuple[str, ...], parts: bool) -> _Listing:
    iri = iris_of(visit).folder("mention")
    words = ", ".join(f"'{word}'" for word in statuses)  # words of the vocabulary, nothing else
    listed = f"select id from mentions where status in ({words}) and coder is null"
    if await visit.sees("annotations"):
        listed += " union all select id from annotations where mention is null"
    total = (await visit.kept(f"select count(*) from ({listed})"))[0][0]
    pages = -(-total // PAGE_SIZE)
    if parts and await visit.sees("evidence"):
        of = f"select id from mentions where status in ({words}) and coder is null"
        total += (await visit.kept(f"select count(*) from evidence where mention in ({of})"))[0][0]

    async def items(number: int) -> list[Item]:
        sql = f"{listed} order by id limit ? offset ?"
        ids = [row[0] for row in await visit.rows(sql, [PAGE_SIZE, number * PAGE_SIZE])]
        return await with_records(visit, "mention", ids, lambda found: list(webannotation.each(found, parts=parts)))

    given = {"parts": "yes" if parts else None}
    given |= {name: visit.request.args.get(name) for name in ("status", "status__in")}
    return _Listing(_with(iri, **given), total, pages, items, even=not parts)


async def _about(visit: Visit, statuses: tuple[str, ...], kind: str, id: str) -> _Listing:
    """What is reported in a document, of a statement, of those on a claim or of an actor."""
    table = table_of(kind)

    def read(records: Records) -> list[Item] | None:
        known = id in getattr(records, table)
        mentions = {key: row for key, row in records.mentions.items() if row.status in statuses}
        records = replace(records, mentions=mentions)
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
