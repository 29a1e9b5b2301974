"""Actors for OpenRefine and other clients of the Reconciliation Service API, version 0.2.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/. Ids are those of our URLs. Where
anybody may see the actors, every site's scripts may ask (the protocol wants CORS); else only who is signed in.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from markupsafe import Markup

from .. import permissions
from ..interchange.formats import serialized
from ..interchange.iris import decoded
from ..interchange.reconciliation import (
    MOST,
    PROPERTIES,
    TYPES,
    BadQuery,
    Candidate,
    Names,
    description,
    fold,
    read_query,
)
from ..schema.vocabulary import NOT_STATED
from . import policy
from .errors import bad_request, not_found
from .exchange import data_route, iris_of, refused_method
from .framework import Visit
from .numbers import natural
from .work import work
from .writing import body_of

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

TABLES = ("actors",)
_SUGGESTED = 20
_names: WeakKeyDictionary[Any, tuple[list[Any], Names]] = WeakKeyDictionary()


def routes() -> list[tuple[str, Any]]:
    """The routes of the service."""
    return [
        data_route("/reconcile", _service, TABLES),
        data_route("/reconcile/suggest/{what}", _suggest, TABLES),
        data_route("/reconcile/preview/{id}", _preview, TABLES),
    ]


async def _service(visit: Visit) -> Response:
    """The manifest, or candidates for a batch of queries in ``queries`` (GET, or POST of a form)."""
    if (early := await _early(visit, ("GET", "HEAD", "POST", "OPTIONS"))) is not None:
        return early
    text = visit.request.args.get("queries")
    if visit.request.method == "POST":
        text = dict(parse_qsl((await body_of(visit)).decode("utf-8", "replace"))).get("queries", text)
    if not text:
        return await _json(visit, _manifest(visit))
    try:
        batch = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"queries is not JSON ({error}).", 'Send {"q0": {"query": "Jeremy Hunt"}}.') from error
    if not isinstance(batch, dict) or len(batch) > MOST:
        raise bad_request(f"queries is not an object of at most {MOST} queries.", "Send them in several batches.")
    try:
        queries = {name: read_query(name, value) for name, value in batch.items()}
    except BadQuery as error:
        raise bad_request(f"{error}.", "See the protocol, section 4: Reconciliation Queries.") from error
    names = await _actors(visit)
    found = await work(visit, lambda: {name: {"result": names.find(query)} for name, query in queries.items()})
    return await _json(visit, found)


async def _actors(visit: Visit) -> Names:
    """All actors, kept with their folded names until anybody writes to the database."""
    sql = "select id, name, kind, country, identification, other_names from actors"
    rows = await visit.kept(sql)
    kept = _names.get(visit.db)
    if kept is None or kept[0] is not rows:
        kept = (rows, await asyncio.to_thread(lambda: Names(map(_candidate, rows))))
        _names[visit.db] = kept
    return kept[1]


def _candidate(row: Any) -> Candidate:
    others = tuple(part.strip() for part in (row["other_names"] or "").split(";") if part.strip())
    country = None if row["country"] == NOT_STATED else row["country"]
    return Candidate(row["id"], row["name"], row["kind"], country, row["identification"], others)


def _manifest(visit: Visit) -> dict[str, Any]:
    """What the service is and offers."""
    iris = iris_of(visit)
    service = f"{iris.base}/-/claims/reconcile"
    suggest = {"service_url": service}
    return {
        "versions": ["0.2"],
        "name": f"Actors of {visit.database}",
        "identifierSpace": iris.folder("actor"),
        "schemaSpace": f"{service}#",
        "defaultTypes": list(TYPES),
        "view": {"url": iris.folder("actor") + "{{id}}"},
        "preview": {"url": f"{service}/preview/{{{{id}}}}", "width": 400, "height": 120},
        "suggest": {what: {**suggest, "service_path": f"/suggest/{what}"} for what in ("entity", "type", "property")},
    }


async def _suggest(visit: Visit) -> Response:
    """Actors, types or properties for what was typed so far (``prefix``), from number ``cursor`` on."""
    if (early := await _early(visit, ("GET", "HEAD", "OPTIONS"))) is not None:
        return early
    what, prefix = visit.ids["what"], visit.request.args.get("prefix") or ""
    cursor = visit.request.args.get("cursor") or "0"
    start = natural(cursor, 9)
    if start is None:
        raise bad_request(f"cursor is “{cursor}”, not a number.", "Leave it out, or count from 0.")
    if what == "entity":
        found = (await _actors(visit)).beginning(prefix, _SUGGESTED, start)
        return await _json(visit, {"result": [_suggested(one) for one in found]})
    if what not in ("type", "property"):
        raise not_found("suggest service", what, "Use entity, type or property.")
    listed = [
        each
        for each in (TYPES if what == "type" else PROPERTIES)
        if fold(prefix) in fold(f"{each['id']} {each['name']}")
    ]
    return await _json(visit, {"result": listed[start : start + _SUGGESTED]})


def _suggested(one: Candidate) -> dict[str, Any]:
    from ..interchange.iris import encoded

    notable = [each for each in TYPES if each["id"] == one.kind]
    return {"id": encoded(one.id), "name": one.name, "description": description(one), "notable": notable}


async def _preview(visit: Visit) -> Response:
    """A small page about one actor, for a frame in the client."""
    from datasette.utils.asgi import Response

    if (early := await _early(visit, ("GET", "HEAD", "OPTIONS"))) is not None:
        return early
    id = visit.ids["id"]
    one = next((each for each in (await _actors(visit)).candidates if each.id in (id, decoded(id))), None)
    if one is None:
        raise not_found("actor", id, "All actors stand in the actors table.")
    url = iris_of(visit).of("actor", one.id)
    html = Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        "<style>:root {{ font: 15px/1.4 system-ui, sans-serif; color-scheme: light dark }}</style>"
        "<body>"
        '<p><a href="{url}" target="_blank" rel="noopener"><strong>{name}</strong></a><br>{about}</p></body></html>'
    ).format(name=one.name, url=url, about=description(one))
    return Response.html(str(html), headers={**policy.standalone(str(html), framed=True), **await _cors(visit)})


async def _early(visit: Visit, methods: tuple[str, ...]) -> Response | None:
    """The answer to OPTIONS, and to a method that there is not."""
    from datasette.utils.asgi import Response

    allow = ", ".join(methods)
    if visit.request.method == "OPTIONS":
        return Response("", headers={"allow": allow, **await _cors(visit)})
    return None if visit.request.method in methods else refused_method(visit, allow, "This service")


async def _json(visit: Visit, value: Any) -> Response:
    from datasette.utils.asgi import Response

    body = b"" if visit.request.method == "HEAD" else serialized(value)
    return Response(body, headers=await _cors(visit), content_type="application/json; charset=utf-8")


async def _cors(visit: Visit) -> dict[str, str]:
    """Whom a browser lets read the answer: anybody's scripts, if anybody may see the actors."""
    if not await permissions.visible(visit.datasette, None, visit.database, "actors"):
        return {}
    return {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": "content-type",
    }
