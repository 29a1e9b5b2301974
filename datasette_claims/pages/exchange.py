"""What the routes of exchange formats share: records within the gate and the time limit, and responses."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .. import site
from ..interchange.formats import Format, Scope, serialized
from ..interchange.iris import Iris, web_address
from ..interchange.records import EVERY_TABLE, Records, fetch
from ..schema import SUBJECT_TABLES
from .errors import PageError
from .framework import Page, Visit, serve
from .work import read_apart

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

T = TypeVar("T")
READING = ("GET", "HEAD", "OPTIONS")
METHODS = (*READING, "POST", "PUT", "PATCH", "DELETE")


def table_of(kind: str) -> str:
    """The table of a kind of row: of ``subject_type``, or evidence."""
    return SUBJECT_TABLES.get(kind, kind)


def iris_of(visit: Visit) -> Iris:
    """How things of this database are named: by the public address in the configuration, else by the address under
    which it was asked for."""
    config = site.of(visit.datasette).config
    if config is not None and config.base is not None and config.database == visit.database:
        return Iris(config.base)
    return Iris(_home(visit))


def _home(visit: Visit) -> str:
    """The address of the database under which it was asked for."""
    return str(visit.datasette.absolute_url(visit.request, visit.datasette.urls.database(visit.database)))


def own_iri(visit: Visit) -> str | None:
    """The address that was asked for, query string and all, below the public address of the database; None where it
    is no URI."""
    asked = str(visit.datasette.absolute_url(visit.request, visit.request.full_path))
    home = _home(visit)
    return web_address(iris_of(visit).base + asked[len(home) :] if asked.startswith(home) else asked)


async def with_records(visit: Visit, kind: str, ids: list[str], make: Callable[[Records], T]) -> T:
    """What ``make`` makes of the records around some rows, off the event loop.

    Only tables that the viewer may see are read, for no longer than Datasette lets a query take. Raises PageError 503.
    """
    tables = await readable_tables(visit)
    base, limit = iris_of(visit).base, visit.datasette.setting("sql_time_limit_ms")

    def read(conn: sqlite3.Connection) -> T:
        return _limited(conn, limit, lambda: make(fetch(conn, base, kind, ids, tables=tables)))

    return await read_apart(visit, read)


def _limited(conn: sqlite3.Connection, milliseconds: int, read: Callable[[], T]) -> T:
    from datasette.utils import sqlite_timelimit

    try:
        with sqlite_timelimit(conn, milliseconds):
            return read()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        remedy = "Ask for a smaller part, or export the whole on the command line: datasette claims export."
        raise PageError(503, "This took longer than the site allows.", remedy) from error


async def representation(visit: Visit, format: Format, scope: Scope) -> bytes | None:
    """The rows of a scope in a format; None if there is no such row."""
    assert scope.kind is not None
    table = table_of(scope.kind)

    def make(found: Records) -> bytes | None:
        known = getattr(found, table)
        return format.body(found, scope) if any(id in known for id in scope.ids) else None

    return await with_records(visit, scope.kind, list(scope.ids), make)


def etag_of(body: bytes) -> str:
    """The entity tag of a representation: it changes whenever a byte of it does."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


async def readable_tables(visit: Visit) -> list[str]:
    """The tables of exchange formats that the viewer may see."""
    return [table for table in EVERY_TABLE if await visit.sees(table)]


def reply(visit: Visit, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """An answer with its ETag; 304 where the client has it already, no body for HEAD."""
    from datasette.utils import add_cors_headers
    from datasette.utils.asgi import Response

    etag = etag_of(body)
    sent = {**headers, "etag": etag}
    if visit.datasette.cors:
        add_cors_headers(sent)
    known = [each.strip().removeprefix("W/") for each in (visit.request.headers.get("if-none-match") or "").split(",")]
    if etag in known or known == ["*"]:
        return Response(b"", status=304, headers=sent, content_type=media_type)
    return Response(b"" if visit.request.method == "HEAD" else body, headers=sent, content_type=media_type)


def refused_method(visit: Visit, allowed: str, what: str) -> Response:
    """405 with the methods that there are."""
    from datasette.utils.asgi import Response

    told = {
        "ok": False,
        "status": 405,
        "error": f"{what} cannot be changed by {visit.request.method}.",
        "remedy": f"Use {allowed}.",
    }
    return Response(serialized(told), status=405, headers={"allow": allowed}, content_type="application/json")


def data_route(
    path: str, handler: Callable[[Visit], Awaitable[Any]], tables: tuple[str, ...]
) -> tuple[str, Callable[..., Awaitable[Response]]]:
    """(regular expression, view) of a route for programs: every method reaches the handler, errors are JSON."""
    declared = Page(path, "", handler, None, tables, ("html",), METHODS, None)

    async def view(datasette: Datasette, request: Request) -> Response:
        request.url_vars["format"] = "json"
        return await serve(declared, datasette, request)

    return declared.route, view


__all__ = [
    "METHODS",
    "READING",
    "data_route",
    "etag_of",
    "iris_of",
    "own_iri",
    "readable_tables",
    "refused_method",
    "reply",
    "representation",
    "table_of",
    "with_records",
]
