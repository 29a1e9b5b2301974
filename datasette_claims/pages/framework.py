"""One way for every page: request -> permission -> handler -> HTML or JSON, and errors that tell what to do.

A page is a function with the ``page`` decorator; ``pages/__init__.py`` says how to add one.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from .. import blindness, compat, permissions, site
from ..bounds import setting
from ..schema import BY_NAME
from . import marks, memory, policy, requests, visible, wording
from .allowance import check_parameters
from .canonical import checksum, json_text
from .errors import PageError
from .links import Links, encode
from .saved import row_ways, saved_line
from .unavailable import unavailable

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.utils.asgi import Request, Response

T = TypeVar("T")

PREFIX = r"/(?P<database>[^/\.]+)/-/claims"

MEMORY = setting("sql_memory")


@dataclass(frozen=True)
class Visit:
    """One request for a page, after the gate: who asks, of which database, with which ids and parameters.

    ``blind``: the documents that the viewer codes at present without seeing what others marked; mostly none.
    ``headers``: what is sent with the answer, whatever it is; a form that is shown again says there when to try again.
    ``sent``: the fields that the request sent, once they are read.
    """

    datasette: Datasette
    request: Request
    database: str
    format: str
    ids: Mapping[str, str]
    links: Links
    blind: frozenset[str] = frozenset()
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    _seen: dict[str, bool] = field(default_factory=dict)
    _kept: list[dict[memory.Key, list[Any]]] = field(default_factory=list)

    @property
    def db(self) -> Database:
        """The database, for reading; write through ``compat.write``."""
        return self.datasette.databases[self.database]

    @property
    def actor(self) -> compat.ACTOR:
        """Who makes the request, None for anybody."""
        actor: compat.ACTOR = self.request.actor
        return actor

    async def sees(self, *tables: str) -> bool:
        """Whether the viewer may see all these tables. Ask before showing anything that comes from one."""
        missing = [table for table in tables if table not in self._seen]
        if missing:
            found = await permissions.visible_tables(self.datasette, self.actor, self.database, missing)
            self._seen.update(found)
        return all(self._seen[table] for table in tables)

    @property
    def told(self) -> tuple[tuple[str, bool], ...]:
        """What the gate has said so far, as a key for what is kept: (table, whether the viewer may see it)."""
        return tuple(sorted(self._seen.items()))

    async def source(self, table: str) -> str:
        """What to read from in a query that tells more where the viewer may see a further table: its name, or a
        table of the same columns that is empty. For outer joins and subqueries."""
        if await self.sees(table):
            return f'"{table}"'
        columns = ", ".join(f'null as "{name}"' for name in BY_NAME[table].column_names)
        return f"(select {columns} where 0)"

    async def may(self, action: str) -> bool:
        """Whether the viewer may do one of ``permissions.ACTIONS`` here."""
        return await permissions.allowed(self.datasette, self.actor, action, self.database)

    async def rows(self, sql: str, parameters: Mapping[str, Any] | Iterable[Any] = ()) -> list[Any]:
        """All rows of a query, each by column name or position. Raises PageError 503 where it takes too long."""
        given = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
        return list((await self.db.execute(sql, given)).rows)

    async def beside(self, make: Callable[[], T]) -> T:
        """What ``make`` returns, worked out in a thread, so that other requests go on meanwhile."""
        return await asyncio.to_thread(make)

    async def kept(self, sql: str, parameters: Iterable[Any] = ()) -> list[Any]:
        """As ``rows``, but the answer is kept until anybody writes to the database: for counts over whole tables.
        Such a count is given the time that it takes: it is asked once, and a page without it would be none."""
        if not self._kept:
            self._kept.append(await memory.of(self.db).current())
        answers, key = self._kept[0], (sql, tuple(parameters))
        if key not in answers:
            answers[key] = (await memory.whole(self.db, sql, list(key[1])))[0]
        return answers[key]


@dataclass(frozen=True)
class Answer:
    """What a page says. ``data`` (JSON types only) is the twin under ``.json``, which the template gets too;
    ``context`` is for the template alone. ``url`` is the canonical URL of the view where it has a query string.
    ``keeps_past``: the page understands ``_as_of``, so that a citation can name the revision in its URL; ``as_of`` is
    the revision that is shown, where that is not the latest; ``revision``: the latest one (0: there is
    none yet), where the page knows it of what it shows. ``sha256``: the checksum where it is not that of ``data`` as
    canonical JSON. ``encoded``: ``data`` as JSON text, where that was made before. ``status``: the HTTP
    status, such as 400 for a form that is shown again with what is wrong. ``parts``: large parts of the page, as HTML
    in UTF-8; the template says where, with ``{{ ready.name }}``, and they go there when the rest is made.
    """

    title: str
    sentence: str
    data: dict[str, Any]
    context: dict[str, Any] = field(default_factory=dict)
    url: str | None = None
    keeps_past: bool = False
    as_of: int | None = None
    revision: int | None = None
    sha256: str | None = None
    status: int = 200
    encoded: str | None = None
    parts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Cite:
    """What one needs to cite a view: its URL, the day (UTC), the data's revision, a checksum of ``data``."""

    url: str
    retrieved: str
    revision: int | None
    sha256: str


Handler = Callable[[Visit], Awaitable["Answer | Response"]]


@dataclass(frozen=True)
class Page:
    """A page as declared: see ``page``."""

    path: str
    template: str
    handler: Handler
    label: str | None
    tables: tuple[str, ...]
    formats: tuple[str, ...]
    methods: tuple[str, ...]
    action: str | None
    place: int = 0
    framed: bool = False
    blind: bool = False
    files: bool = False
    asked: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        """The regular expression of its URLs, for Datasette's router."""
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/\\.]+)", self.path)
        others = "|".join(name for name in self.formats if name != "html")
        return f"{PREFIX}{path}" + (rf"(?:\.(?P<format>{others}))?$" if others else "$")


PAGES: list[Page] = []
"""Every page, in the order in which it was declared; those with a label stand in the navigation."""


def page(
    path: str,
    *,
    template: str,
    label: str | None = None,
    tables: tuple[str, ...] = (),
    formats: tuple[str, ...] = ("html", "json"),
    methods: tuple[str, ...] = ("GET", "HEAD"),
    action: str | None = None,
    place: int = 0,
    framed: bool = False,
    blind: bool = False,
    files: bool = False,
    asked: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Declare a page below ``/{database}/-/claims``.

    ``path`` is "" or "/claim/{id}"; ids arrive decoded in ``visit.ids``. ``template`` stands in
    ``templates/claims/``. ``label`` puts it into the navigation, in the order of ``place``. The viewer must see the
    database and all ``tables`` and may do ``action``, else 403. ``formats`` other than html and json are the handler's
    own to make: it returns a Response when ``visit.format`` says so. ``framed``: other sites may show it inside a page
    of theirs. ``files``: it takes forms with files, and checks their token itself (``uploads``). ``methods``: with
    "POST" the handler also takes what forms and programs send: see ``writing``; any other method is answered by 405.
    ``asked``: further tables that parts of the page come from, each shown only to who sees it: the gate is asked of all
    at once, which on 0.65 is cheaper than one by one.
    """

    def declare(handler: Handler) -> Handler:
        PAGES.append(
            Page(path, template, handler, label, tables, formats, methods, action, place, framed, blind, files, asked)
        )
        return handler

    return declare


def routes() -> list[tuple[str, Any]]:
    """(regular expression, view) of every page, for Datasette's ``register_routes``."""
    return [(declared.route, _view(declared)) for declared in PAGES]


def _view(declared: Page) -> Any:
    async def view(datasette: Datasette, request: Request) -> Response:
        return await serve(declared, datasette, request)

    return view


async def serve(declared: Page, datasette: Datasette, request: Request) -> Response:
    """Answer one request. Raises datasette's Forbidden only where another plugin wants to handle it, and NotFound
    where the database is none of ours, so that nothing of us shows there.
    """
    format = request.url_vars.get("format") or ("json" if requests.sends_json(request) else "html")
    database = _database(datasette, request)
    with blindness.filtered() if declared.blind else nullcontext():
        return await _serve(declared, datasette, request, database, format)


async def _serve(declared: Page, datasette: Datasette, request: Request, database: str, format: str) -> Response:
    from datasette.database import QueryInterrupted
    from datasette.utils.asgi import Forbidden

    try:
        requests.check(request, declared.methods, declared.files)
        check_parameters(request, site.of(datasette).bounds)
        visit = await _enter(declared, datasette, request, database, format)
        answer = await declared.handler(visit)
        if not isinstance(answer, Answer):
            return answer
        response = await _respond(declared, visit, answer)
        response.headers.update(visit.headers)
        return response
    except PageError as error:
        return await _refuse(datasette, request, database, format, error)
    except sqlite3.DatabaseError as error:
        told = unavailable(datasette, database, error)
        if told is None:
            raise
        return await _refuse(datasette, request, None, format, told)
    except MemoryError:
        large = PageError(503, "This takes more memory than the site allows.", f"Narrow it, or have {MEMORY} raised.")
        return await _refuse(datasette, request, None, format, large)
    except QueryInterrupted:
        slow = PageError(503, "This took longer than the site allows.", "Narrow the view, or try again in a moment.")
        return await _refuse(datasette, request, database, format, slow)
    except Forbidden as forbidden:
        if _others_handle_forbidden():
            raise
        closed = PageError(403, str(forbidden), "Sign in with an account that may, or ask who runs this site.")
        return await _refuse(datasette, request, None, format, closed)


def _database(datasette: Datasette, request: Request) -> str:
    from datasette.utils import tilde_decode
    from datasette.utils.asgi import NotFound

    route = tilde_decode(request.url_vars["database"])
    try:
        return str(datasette.get_database(route=route).name)
    except KeyError:
        raise NotFound(f"Database not found: {route}") from None


async def _enter(declared: Page, datasette: Datasette, request: Request, database: str, format: str) -> Visit:
    from datasette.utils import tilde_decode
    from datasette.utils.asgi import NotFound

    state = site.of(datasette)
    served = await site.is_served(datasette, database)
    notice = state.notices.get(database)
    if not served and notice is None:
        raise NotFound(f"{database} is not a claims database")
    blind = await blindness.documents(datasette, request.actor, database)
    if blind and not declared.blind and not set(blindness.CLOSED).isdisjoint(declared.tables):
        raise _closed_to_blind(Links(datasette, database))
    seen = await permissions.require(
        datasette, request.actor, database, *declared.tables, action=declared.action, beside=declared.asked
    )
    if not served and notice is not None:
        raise PageError(503, notice.text, "The log of the server says more; nothing in the database was changed.")
    ids = {
        name: tilde_decode(value)
        for name, value in request.url_vars.items()
        if name not in {"database", "format"} and value is not None
    }
    return Visit(datasette, request, database, format, ids, Links(datasette, database), blind, _seen=seen)


def _closed_to_blind(links: Links) -> PageError:
    sentence = "You code a document without seeing what others marked, so this page is closed to you meanwhile."
    ways = (("Your assignments", links.page("assignments")),)
    return PageError(403, sentence, "Call the assignment done to open it again.", ways)


async def _respond(declared: Page, visit: Visit, answer: Answer) -> Response:
    cite = await _cite(declared, visit, answer)
    if visit.format == "json":
        body = {"ok": answer.status < 400, "title": answer.title, "sentence": answer.sentence}
        if answer.encoded is None:
            return _json(visit.datasette, {**body, "data": answer.data, "cite": asdict(cite)}, answer.status)
        start, end = json_text(body)[:-1], json_text(asdict(cite))
        return _json_text(visit.datasette, f'{start}, "data": {answer.encoded}, "cite": {end}}}', answer.status)
    context = {
        **answer.context,
        "title": answer.title,
        "sentence": answer.sentence,
        "data": answer.data,
        "cite": cite,
        "visit": visit,
        "links": visit.links,
        "declared": declared,
        "json_url": _json_url(answer.url or _own_url(declared, visit)),
        "navigation": await _navigation(visit),
        "notice": await _notice(visit),
        "saved_line": await saved_line(visit, _own_url(declared, visit)),
        "row_ways": await row_ways(visit, declared.path),
        "exports_of_row": await _exports(visit, declared.path, answer.as_of),
        "script_url": compat.static_url(visit.datasette, "claims.js"),
        "marks": marks,
        "wording": wording,
    }
    return await _html(
        *(visit.datasette, visit.request, visit.database, declared.template, context),
        status=answer.status,
        framed=declared.framed,
        parts=answer.parts,
    )


async def _exports(visit: Visit, path: str, as_of: int | None) -> dict[str, str]:
    from .exports import exports_of  # the frame is imported there

    return await exports_of(visit, path, as_of)


async def _navigation(visit: Visit) -> list[Page]:
    """The pages that stand in the navigation: those with a label, without what the viewer may not do."""
    named = sorted((other for other in PAGES if other.label), key=lambda other: other.place)
    if visit.actor is None:
        return [other for other in named if other.action is None]
    return [other for other in named if other.action is None or await visit.may(other.action)]


async def _notice(visit: Visit) -> site.Notice | None:
    """What the viewer is told of the last load; its details name values, so they are for who sees all tables."""
    notice = site.of(visit.datasette).notices.get(visit.database)
    if notice is None or not notice.details or await visit.sees(*BY_NAME):
        return notice
    return replace(notice, details=())


async def _cite(declared: Page, visit: Visit, answer: Answer) -> Cite:
    url = answer.url or _own_url(declared, visit)
    revision = answer.as_of
    if revision is None and await visit.sees("revisions"):
        latest = answer.revision
        if latest is None:
            latest = (await visit.rows("select max(id) from revisions"))[0][0]
        revision = latest or None
    if revision is not None and answer.keeps_past and answer.as_of is None:
        url += f"{'&' if '?' in url else '?'}_as_of={revision}"
    return Cite(
        str(visit.datasette.absolute_url(visit.request, url)),
        datetime.now(timezone.utc).date().isoformat(),
        revision,
        answer.sha256 or checksum(answer.data),
    )


def _own_url(declared: Page, visit: Visit) -> str:
    """The URL of a page without a query string."""
    return visit.links.page(re.sub(r"\{(\w+)\}", lambda match: encode(visit.ids[match[1]]), declared.path))


def _json_url(url: str) -> str:
    """The URL of the JSON twin, with the same query string."""
    path, mark, query = url.partition("?")
    return f"{path}.json{mark}{query}"


async def _refuse(
    datasette: Datasette, request: Request, database: str | None, format: str, error: PageError
) -> Response:
    response = await _told(datasette, request, database, format, error)
    response.headers.update(error.headers)
    return response


async def _told(
    datasette: Datasette, request: Request, database: str | None, format: str, error: PageError
) -> Response:
    if format != "html":
        links = [{"label": label, "url": url} for label, url in error.links]
        body = {"ok": False, "status": error.status, "error": error.sentence, "remedy": error.remedy, "links": links}
        problems = [problem.as_json() for problem in getattr(error, "problems", ())]
        return _json(datasette, {**body, "problems": problems} if problems else body, error.status)
    context: dict[str, Any] = {
        "title": error.heading,
        "sentence": error.sentence,
        "remedy": error.remedy,
        "ways": error.links,
    }
    context["again"] = [pair for pair in error.sent if pair[0] != "csrftoken"]
    return await _html(datasette, request, database, "error.html", context, error.status)


async def _html(
    datasette: Datasette,
    request: Request,
    database: str | None,
    template: str,
    context: dict[str, Any],
    status: int,
    framed: bool = False,
    parts: Mapping[str, bytes] | None = None,
) -> Response:
    from datasette.utils.asgi import Response

    context = {"database": database, "stylesheet_url": compat.static_url(datasette, "claims.css"), **context}
    places = {name: Markup(f"<!-- part {name} -->") for name in parts or {}}
    html = await datasette.render_template(
        f"claims/{template}", {**context, "ready": places}, request=request, view_name="claims"
    )
    page = compat.with_language(visible.shown(html)).encode("utf-8")
    for name, place in places.items():
        # Data in a template is escaped, so that nothing but the template can write a comment.
        before, _, after = page.partition(place.encode("utf-8"))
        page = b"".join((before, (parts or {})[name], after))
    return Response.html(page, status=status, headers=await policy.headers(datasette, framed))


def _json(datasette: Datasette, body: dict[str, Any], status: int) -> Response:
    return _json_text(datasette, json_text(body), status)


def _json_text(datasette: Datasette, text: str, status: int) -> Response:
    from datasette.utils import add_cors_headers
    from datasette.utils.asgi import Response

    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    return Response(text, status=status, headers=headers, content_type="application/json; charset=utf-8")


def _others_handle_forbidden() -> bool:
    from datasette.plugins import pm

    return any(each.plugin_name != "datasette.forbidden" for each in pm.hook.forbidden.get_hookimpls())
