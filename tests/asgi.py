"""Requests to a site without a server and without a client: any method, any header, any bytes, and nothing is lost.

``client = Client(datasette)``; ``answer = await client.ask("GET", "/claims/-/claims", actor={"id": "ann"})``. On
Datasette 0.65 ``token`` gives what its check of forms wants: a cookie and the header beside it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True)
class Answer:
    """What came back. ``headers``: every one, in order, names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def whole(self):
        """Status, headers and body as one text, for a look through everything that was told."""
        return "\n".join((str(self.status), *(f"{name}: {value}" for name, value in self.headers), self.text))

    def holds(self, words):
        """Which of some words are told anywhere in it, in lower case."""
        text = self.whole.lower()
        return sorted(word for word in words if word in text)

    def header(self, name):
        return next((value for each, value in self.headers if each == name), None)

    def json(self):
        return json.loads(self.body)


@dataclass
class Client:
    """Asks one site."""

    datasette: object
    _app: object = None
    _cookies: dict = field(default_factory=dict)

    async def start(self):
        await self.datasette.invoke_startup()
        self._app = self.datasette.app()
        return self

    def cookie(self, actor):
        """The signed cookie of an actor."""
        key = json.dumps(actor, sort_keys=True)
        if key not in self._cookies:
            self._cookies[key] = f"ds_actor={self.datasette.sign({'a': actor}, 'actor')}"
        return self._cookies[key]

    async def token(self, path):
        """The value of 0.65's cookie against forged forms, as a page with a form sets it; None on 1.0."""
        answer = await self.ask("GET", path, actor={"id": "root"})
        for name, value in answer.headers:
            if name == "set-cookie" and value.startswith("ds_csrftoken="):
                return value.partition("=")[2].partition(";")[0]
        return None

    async def ask(self, method, url, *, actor=None, headers=(), body=b"", token=None, cookies=()):
        """Send one request; ``token`` goes along as cookie and header. Raises what the site does not catch itself."""
        if self._app is None:
            await self.start()
        path, _, query = url.partition("?")
        given = [*cookies]
        given += [self.cookie(actor)] if actor is not None else []
        given += [f"ds_csrftoken={token}"] if token else []
        sent = [(b"host", b"localhost"), (b"content-length", str(len(body)).encode())]
        sent += [(b"cookie", "; ".join(given).encode())] if given else []
        sent += [(b"x-csrftoken", token.encode())] if token else []
        sent += [(_bytes(name).lower(), _bytes(value)) for name, value in headers]
        raw = path.encode("utf-8", "surrogateescape")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote_to_bytes(raw).decode("utf-8", "replace"),
            "raw_path": raw,
            "query_string": query.encode("utf-8", "surrogateescape"),
            "root_path": "",
            "headers": sent,
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 80),
        }
        return await _call(self._app, scope, body)


async def _call(app, scope, body):
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])
    start, parts = {}, []

    async def receive():
        message = next(messages, None)
        if message is None:
            await asyncio.Event().wait()  # the client waits for the answer: it does not go away
        return message

    async def send(event):
        if event["type"] == "http.response.start":
            start.update(event)
        elif event["type"] == "http.response.body":
            parts.append(event.get("body", b""))

    await app(scope, receive, send)
    headers = tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in start.get("headers") or ())
    return Answer(start["status"], headers, b"".join(parts))


def _bytes(value):
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
