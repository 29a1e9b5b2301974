"""What programs can ask of this site, as OpenAPI 3.1: ``/{database}/-/claims/openapi.json``.

Paths, methods, formats and who may are those that the pages declare; what they read by name is in ``openapi_told``. It
tells nothing of what the database holds. https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ..interchange import webannotation
from ..interchange.formats import serialized
from . import framework, openapi_told
from .exchange import data_route, reply
from .framework import Page, Visit
from .openapi_told import BODIES, FILTERED, IDS, PARAMETERS, TEXT, filters
from .requests import FILES, READING

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

Item = dict[str, Any]
START = "/claims"
"""The last part of the address of the start page, with which every path begins."""

PATH = "/openapi.json"
MEDIA = {
    "html": "text/html",
    "json": "application/json",
    "csv": "text/csv",
    "svg": "image/svg+xml",
    "png": "image/png",
    "atom": "application/atom+xml",
}
FOR_PROGRAMS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "/annotations/": ("The annotations of the database, as a W3C Web Annotation container.", ("POST",), "mentions"),
    "/annotations": ("Leads to the container.", (), "mentions"),
    "/annotations/{id}": ("One annotation.", ("PUT", "DELETE"), "mentions"),
    "/reconcile": ("Actors by their names (Reconciliation Service API 0.2).", ("POST",), "actors"),
    "/reconcile/suggest/{what}": ("Actors, types or properties by their first letters.", (), "actors"),
    "/reconcile/preview/{id}": ("A small page about an actor.", (), "actors"),
    PATH: ("This description.", (), ""),
}
"""Routes that are no pages: what they are, what they take besides reading, the table that must be visible."""

_REFUSED = {
    "400": "A parameter or field cannot be used: the answer says which and what to do.",
    "403": "The viewer may not see or do this, or the request comes from another site.",
    "404": "There is no such row or word, or no such database.",
    "405": "The method is not taken; Allow names those that are.",
    "414": "The address is too long.",
    "503": "It took too long, or somebody else is writing: try again.",
}
_NOT_WRITTEN = {
    "409": "The row has changed since, or does not allow this. Nothing was written.",
    "413": "Too much was sent.",
    "415": "The type of the body is not understood.",
    "429": "Too many changes in a minute.",
    "507": "The disk is full. Nothing was written.",
}
_MATCHED = {"412": "The annotation has changed since.", "428": "If-Match is missing."}


def routes() -> list[tuple[str, Any]]:
    """The route of the description."""
    return [data_route(PATH.replace(".", r"\."), _serve, ())]


async def _serve(visit: Visit) -> Response:
    from .exchange import refused_method

    if visit.request.method not in READING:
        return refused_method(visit, ", ".join(READING), "This description")
    server = visit.datasette.absolute_url(visit.request, visit.links.page()).removesuffix(START)
    return reply(visit, _description(server), "application/json", {"allow": ", ".join(READING)})


@lru_cache(maxsize=8)
def _description(server: str) -> bytes:
    """It is the same for everybody, and takes a while to write: a few are kept, because a client may name any host."""
    return serialized(described(server))


def described(server: str) -> Item:
    """The description; ``server`` is the address of the start page without its last part."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "datasette-claims",
            "version": version("datasette-claims"),
            "summary": "Who says what, for whom, how we know, and whether they agree.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": dict(sorted(_paths())),
        "components": {"securitySchemes": _SECURITY, "schemas": _SCHEMAS, "responses": _responses()},
    }


_SECURITY = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": "ds_actor", "description": "The cookie of who is signed in."},
    "token": {"type": "http", "scheme": "bearer", "description": "A token of Datasette, or of a plugin for tokens."},
}
_PROBLEM = {
    "type": "object",
    "required": ["ok", "error", "remedy"],
    "properties": {
        "ok": {"const": False},
        "status": {"type": "integer"},
        "error": {"type": "string"},
        "remedy": {"type": "string"},
        "links": {"type": "array"},
        "problems": {"type": "array"},
    },
}
_CITE = {
    "type": "object",
    "required": ["url", "retrieved", "revision", "sha256"],
    "properties": {
        "url": {"type": "string"},
        "retrieved": {"type": "string", "format": "date"},
        "revision": {"type": ["integer", "null"]},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}
_SCHEMAS: Item = {
    "Problem": _PROBLEM,
    "Cite": _CITE,
    "Page": {
        "type": "object",
        "required": ["ok", "title", "sentence", "data", "cite"],
        "properties": {
            "ok": {"type": "boolean"},
            "title": {"type": "string"},
            "sentence": {"type": "string"},
            "data": {"type": "object"},
            "cite": {"$ref": "#/components/schemas/Cite"},
        },
    },
    "Saved": {
        "type": "object",
        "required": ["ok"],
        "properties": {
            "ok": {"const": True},
            "action": {"type": ["integer", "null"]},
            "revisions": {"type": "array", "items": {"type": "integer"}},
            "url": {"type": "string"},
        },
    },
}


def _responses() -> Item:
    """Every refusal, by its status: as JSON where JSON was asked for or sent, else as a page."""
    told = {**_REFUSED, **_NOT_WRITTEN, **_MATCHED}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}, "text/html": {}}
    return {status: {"description": text, "content": content} for status, text in told.items()}


def _paths() -> Iterator[tuple[str, Item]]:
    for page in framework.PAGES:
        for format in page.formats:
            yield f"{START}{page.path}{'' if format == 'html' else f'.{format}'}", _page_item(page, format)
    for path, (summary, more, table) in FOR_PROGRAMS.items():
        yield f"{START}{path}", _program_item(path, summary, more, table)


def _page_item(page: Page, format: str) -> Item:
    summary = (inspect.getdoc(page.handler) or page.path).partition("\n")[0]
    writing = [method for method in page.methods if method not in READING]
    needs = f"Needs {page.action}." if page.action else ""
    tables = f"The viewer must see: {', '.join(page.tables)}." if page.tables else ""
    item: Item = {"parameters": _in_path(page.path), "summary": summary}
    reading = {
        "summary": summary,
        "description": " ".join(text for text in (needs, tables) if text) or summary,
        "parameters": _in_query(page.path),
        "responses": _answers({"200": _content(format, page.path)}, page.path in openapi_told.REDIRECTED),
        "security": _reading(page.action is not None or bool(writing)),
    }
    for method in ("GET", "HEAD"):
        item[method.lower()] = reading if method == "GET" else {**reading, "responses": _without_content(reading)}
    for method in writing:
        item[method.lower()] = _writes(page, summary)
    return item


def _writes(page: Page, summary: str) -> Item:
    saved = {"description": "Saved.", "content": {"application/json": {"schema": {"$ref": _SAVED}}, "text/html": {}}}
    answers = {"200": saved, "303": {"description": "Saved: Location is the page that shows it."}}
    return {
        "summary": summary,
        "parameters": _of_a_write(),
        "requestBody": _body(page.path, page.files),
        "responses": _answers(answers, writing=True),
        "security": _reading(True),
    }


_SAVED = "#/components/schemas/Saved"


def _program_item(path: str, summary: str, more: tuple[str, ...], table: str) -> Item:
    media = webannotation.MEDIA_TYPE if path.startswith("/annotations") else "application/json"
    media = "text/html" if "preview" in path else media
    answers: Item = {"200": {"description": summary, "content": {media: {}}}}
    if path.startswith("/annotations"):
        answers |= {"303": {"description": "A browser is led to the page that shows it."}}
    if path == "/annotations":
        answers = {"308": {"description": "The container is at /annotations/."}}
    if path == "/annotations/{id}":
        answers |= {"410": {"description": "It was deleted."}}
    reading = {
        "summary": summary,
        "description": f"The viewer must see: {table}." if table else summary,
        "parameters": _in_query(path),
        "responses": _answers({**answers, "304": {"description": "It has not changed (If-None-Match)."}}),
        "security": _reading(False),
    }
    item: Item = {
        "parameters": _in_path(path),
        "get": reading,
        "head": {**reading, "responses": _without_content(reading)},
    }
    told = answers if path == "/annotations" else {"200": {"description": "See Allow."}}
    item["options"] = {"summary": "The methods that are taken.", "responses": _answers(told)}
    for method in more:
        item[method.lower()] = (
            _annotates(method, summary)
            if path.startswith("/annotations")
            else {
                **reading,
                "requestBody": _body(path, False),
            }
        )
    return item


def _annotates(method: str, summary: str) -> Item:
    done = {"POST": ("201", "Created."), "PUT": ("200", "Changed."), "DELETE": ("204", "Deleted.")}[method]
    parameters = [
        *_of_a_write(),
        _parameter("header", "Slug", "Words that the id is made of.", TEXT),
        _parameter("header", "Idempotency-Key", "Sent again with the same key, it acts once.", TEXT),
    ]
    made: Item = {"description": done[1], **({} if method == "DELETE" else {"content": {webannotation.MEDIA_TYPE: {}}})}
    operation: Item = {
        "summary": f"{method}: {summary}",
        "parameters": parameters,
        "responses": _answers({done[0]: made}, writing=True, matched=method != "POST"),
        "security": _reading(True),
    }
    if method != "DELETE":
        kinds = ("application/ld+json", "application/json")
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": _ANNOTATION} for kind in kinds}}
    return operation


_ANNOTATION = {
    "type": "object",
    "required": ["type", "target"],
    "properties": {"@context": {}, "type": {"const": "Annotation"}, "body": {}, "target": {}},
}


def _answers(own: Item, redirected: bool = False, writing: bool = False, matched: bool = False) -> Item:
    refused = [*_REFUSED, *(_NOT_WRITTEN if writing else ("409",)), *(_MATCHED if matched else ())]
    found = {**own, **{status: {"$ref": f"#/components/responses/{status}"} for status in refused}}
    return found | ({"303": {"description": "Leads to the row."}} if redirected else {})


def _without_content(operation: Item) -> Item:
    """The responses to HEAD: those of GET without a body."""
    told = {**_REFUSED, **_NOT_WRITTEN}
    return {s: {"description": told.get(s) or r["description"]} for s, r in operation["responses"].items()}


def _content(format: str, path: str) -> Item:
    media = MEDIA["json"] if path == "/suggest/{kind}" else MEDIA[format]
    paged = format == "json"
    return {
        "description": "The page." if format == "html" else f"The same as {format}.",
        "content": {media: {"schema": {"$ref": "#/components/schemas/Page"}} if paged else {}},
    }


def _body(path: str, files: bool) -> Item:
    named = {name: {"description": text, "type": "string"} for name, text in BODIES[path].items()}
    many = {name: {**each, "type": ["string", "number", "boolean", "array", "null"]} for name, each in named.items()}
    form = {"schema": {"type": "object", "properties": named}}
    content: Item = {"application/x-www-form-urlencoded": form}
    if path != "/reconcile":
        content["application/json"] = {"schema": {"type": "object", "properties": many}}
    return {"content": {**content, **({FILES: form} if files else {})}}


def _reading(signed_in: bool) -> list[Item]:
    """Who may: with a cookie or a token, and otherwise anybody, where the site is open."""
    return [*([] if signed_in else [{}]), {"cookie": []}, {"token": []}]


def _of_a_write() -> list[Item]:
    # it describes a token and holds none
    token = (  # nosec B105
        "Datasette 0.65, signed in by a cookie: the token of its forms, as in the cookie ds_csrftoken."
    )
    return [
        _parameter("header", "x-csrftoken", token, TEXT),
        _parameter("header", "If-Match", "The revision or ETag that was seen.", TEXT),
    ]


def _in_path(path: str) -> list[Item]:
    told = [_parameter("path", name, "A word, or the id of a row.", IDS.get(name, TEXT)) for name in _names(path)]
    return [{**each, "required": True} for each in told]


def _in_query(path: str) -> list[Item]:
    given = dict(PARAMETERS.get(path, {}))
    if path in FILTERED:
        given = {**filters(), "_as_of": ("The data as it was at this revision.", openapi_told.NUMBER), **given}
    return [_parameter("query", name, text, schema) for name, (text, schema) in given.items()]


def _parameter(place: str, name: str, description: str, schema: Item) -> Item:
    return {"name": name, "in": place, "description": description, "schema": schema}


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)
