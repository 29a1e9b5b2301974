"""Writing to the annotation container: create, change and delete annotations, as the protocol has it.

Every request passes the permission to annotate and becomes one action in the history, which can be undone. A change
must say which version it is made against (``If-Match``), so that nobody's work is overwritten unseen: 428 without,
412 where the annotation has changed since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..annotating.acts import By
from ..annotating.receiving import Conflict, receive, take_back
from ..annotating.receiving import replace as put_in_place
from ..interchange import webannotation
from ..interchange.formats import serialized
from ..interchange.records import Records, fetch
from ..interchange.webannotation_sent import NoAnnotation, Sent, decoded, parse
from ..loading.revising import now
from ..loading.writing import Change
from ..permissions import ANNOTATE
from .errors import PageError, bad_request, not_found
from .exchange import READING, etag_of, iris_of, readable_tables, reply, with_records
from .framework import Visit
from .writing import body_of, require_writable, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

RESOURCE_LINK = '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
ALLOW = ", ".join((*READING, "PUT", "DELETE"))
_TYPES = ("application/ld+json", "application/json")
_NOTE = "Web Annotation Protocol"


async def create(visit: Visit) -> Response:
    """POST to the container: a new annotation, under an IRI made of ``Slug`` where that is given."""
    await require_writable(visit, ANNOTATE)
    sent = await _sent(visit)
    iris, by = iris_of(visit), _by(visit)
    wish = unquote(visit.request.headers.get("slug") or "", errors="replace")

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        return receive(conn, sent, iris, by, wish)[1]

    key = visit.request.headers.get("idempotency-key")
    numbers = await write(visit, ANNOTATE, make, note=_NOTE, request_key=key)
    marks = ", ".join("?" * len(numbers))
    sql = f"select row_id from revisions where table_name = 'annotations' and id in ({marks})"
    id = str((await visit.rows(sql, numbers))[0][0])
    response = await _answer(visit, id)
    response.status = 201
    response.headers["location"] = response.headers["content-location"] = iris.of("mention", id)
    return response


async def replace(visit: Visit) -> Response:
    """PUT to an annotation: what was sent takes its place."""
    await require_writable(visit, ANNOTATE)
    sent, id, iris, by = await _sent(visit), visit.ids["id"], iris_of(visit), _by(visit)
    check = await _precondition(visit, id)

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        check(conn)
        return _or_conflict(lambda: put_in_place(conn, id, sent, iris, by))

    await write(visit, ANNOTATE, make, note=_NOTE)
    return await _answer(visit, id)


async def delete(visit: Visit) -> Response:
    """DELETE of an annotation; its history keeps it, and it can be restored."""
    from datasette.utils.asgi import Response

    await require_writable(visit, ANNOTATE)
    id, by = visit.ids["id"], _by(visit)
    check = await _precondition(visit, id)

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        check(conn)
        return _or_conflict(lambda: take_back(conn, id, by))

    await write(visit, ANNOTATE, make, note=_NOTE)
    return Response("", status=204)


def representation_of(records: Records, id: str) -> bytes | None:
    """An annotation as it is sent; None if there is none of this id."""
    mention, kept = records.mentions.get(id), records.annotations.get(id)
    if mention is not None:
        return serialized(webannotation.annotation(records, mention))
    return serialized(webannotation.note(records, kept)) if kept is not None and kept.mention is None else None


async def _sent(visit: Visit) -> Sent:
    """The annotation in the body of a request. Raises PageError 400, 413 or 415."""
    kind = (visit.request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise PageError(
            415, f"A body of type {kind or 'unknown'} is no annotation.", f"Send {webannotation.MEDIA_TYPE}."
        )
    body = await body_of(visit)
    try:
        return parse(decoded(body), iris_of(visit))
    except NoAnnotation as error:
        raise bad_request(f"{error}.", f"{error.remedy[:1].upper()}{error.remedy[1:]}.") from error
    except RecursionError as error:
        raise bad_request("The annotation is nested too deeply.", "Send a simpler one.") from error
    except ValueError as error:
        raise bad_request(f"The body is not JSON in UTF-8: {error}.", "Send an annotation as JSON-LD.") from error


def _by(visit: Visit) -> By:
    """Who sends it. What a program sends is a draft, whoever runs it."""
    actor = visit.actor or {}
    return By(str(actor.get("id") or actor.get("name") or ""), now())


async def _precondition(visit: Visit, id: str) -> Callable[[sqlite3.Connection], None]:
    """A check that the annotation is still what ``If-Match`` says, for within the transaction. Raises PageError 428."""
    given = visit.request.headers.get("if-match")
    if given is None:
        remedy = "Send the ETag of the annotation that you have seen as If-Match."
        raise PageError(428, "The request does not say which version of the annotation it is about.", remedy)
    tables, base = await readable_tables(visit), iris_of(visit).base
    known = [each.strip() for each in given.split(",")]

    def check(conn: sqlite3.Connection) -> None:
        body = representation_of(fetch(conn, base, "mention", [id], tables=tables), id)
        if body is None:
            raise not_found("annotation", id, "The container lists all annotations: …/-/claims/annotations/")
        if known != ["*"] and etag_of(body) not in known:
            stale = PageError(
                412, f"The annotation “{id}” has changed since.", "Fetch it again and repeat your change."
            )
            stale.headers["etag"] = etag_of(body)
            raise stale

    return check


def _or_conflict(act: Callable[[], list[Change]]) -> list[Change]:
    try:
        return act()
    except Conflict as error:
        raise PageError(409, f"{str(error)[:1].upper()}{str(error)[1:]}.", f"You can {error.remedy}.") from error


async def _answer(visit: Visit, id: str) -> Response:
    """The annotation as it is now, with the statement that it is about."""
    links = RESOURCE_LINK

    def make(found: Records) -> tuple[bytes | None, str]:
        mention = found.mentions.get(id)
        more = f', <{found.iris.of("statement", mention.statement)}>; rel="related"' if mention else ""
        return representation_of(found, id), links + more

    body, link = await with_records(visit, "mention", [id], make)
    if body is None:
        raise not_found("annotation", id, "It was deleted again in this very moment.")
    return reply(visit, body, webannotation.MEDIA_TYPE, {"allow": ALLOW, "vary": "Accept", "link": link})
