"""What a browser may do with an answer of ours: the headers that keep a text from ever acting as a program.

Content Security Policy Level 3 (W3C): scripts and styles come from this site's own files. Datasette's base template
holds a few inline scripts; those are allowed by their SHA-256, taken once from that template rendered without any
data of ours, so that a script that found its way into a page by way of the data would still not run. What whoever
runs the site adds to every page (``extra_js_urls``, ``extra_css_urls``, inline scripts of other plugins that are the
same on every page) is allowed in the same way.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from datasette.app import Datasette

ASGI = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

ALWAYS = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
"""For every answer: no guessing of types, and no address of a view, with its query, told to another site."""

DATA = {**ALWAYS, "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
"""For answers that are no pages: opened in a browser by themselves they may load and run nothing."""


SELF = "'self'"


class _Parts(HTMLParser):
    """The inline scripts and styles of a page, and the origins of those that it loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.origins: dict[str, list[str]] = {"script": [], "style": []}
        self._inside: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self.inline and "src" not in given:
            self._inside = tag
            self.inline[tag].append("")
        elif tag == "script":
            self._load("script", given.get("src"))
        elif tag == "link" and "stylesheet" in (given.get("rel") or "").split():
            self._load("style", given.get("href"))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self.inline[self._inside][-1] += data

    def _load(self, kind: str, url: str | None) -> None:
        parts = urlsplit(url or "")
        if parts.netloc:
            self.origins[kind].append(f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc)


_sources: WeakKeyDictionary[Datasette, dict[str, str]] = WeakKeyDictionary()


async def headers(datasette: Datasette, framed: bool = False) -> dict[str, str]:
    """The headers of a page. ``framed``: other sites may show it inside a page of theirs."""
    if datasette not in _sources:
        _sources[datasette] = sources(await datasette.render_template("base.html", {}, view_name="claims"))
    allowed = _sources[datasette]
    policy = (
        f"default-src 'self'; script-src {allowed['script']}; style-src {allowed['style']}; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {_frames(framed, SELF)}"
    )
    made = {**ALWAYS, "content-security-policy": policy}
    return made if framed else {**made, "x-frame-options": "SAMEORIGIN"}


def sources(html: str) -> dict[str, str]:
    """The source lists of ``script-src`` and ``style-src`` under which a page works as it stands."""
    parts = _Parts()
    parts.feed(html)
    parts.close()
    return {
        kind: " ".join(dict.fromkeys([SELF, *parts.origins[kind], *map(_hash, parts.inline[kind])]))
        for kind in parts.inline
    }


def standalone(markup: str, framed: bool = False) -> dict[str, str]:
    """The headers of a drawing or a small page that brings its own style along: it may load and run nothing."""
    style = sources(markup)["style"]
    frames = _frames(framed, "'none'")
    return {**ALWAYS, "content-security-policy": f"default-src 'none'; style-src {style}; frame-ancestors {frames}"}


def _frames(framed: bool, otherwise: str) -> str:
    return "*" if framed else otherwise


def guarded(app: ASGI) -> ASGI:
    """The same application; answers below /-/claims that set no policy of their own, such as JSON and CSV, get one."""

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or "/-/claims" not in scope["path"]:
            await app(scope, receive, send)
            return

        async def sent(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": _completed(list(event.get("headers") or []))}
            await send(event)

        await app(scope, receive, sent)

    return answer


def _completed(given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers of an answer with what is missing among them; a page of Datasette itself keeps its own policy."""
    names = {name.lower(): value for name, value in given}
    rules = ALWAYS if names.get(b"content-type", b"").startswith(b"text/html") else DATA
    added = [(name.encode(), value.encode()) for name, value in rules.items() if name.encode() not in names]
    return [*given, *added]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
