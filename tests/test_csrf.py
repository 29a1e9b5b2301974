"""No other site's page writes here for somebody who is signed in, whatever its request looks like, and no GET writes.

Every route that takes a write, as the router and the pages say, gets 21 shapes of request: signed in by a cookie, by a
cookie with the token of 0.65's forms, or by a bearer token; a form, JSON or a form with files; from this site or from
another one. What another site sends must change no byte of the database; nothing is answered by 5xx.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from urllib.parse import urlencode

import pytest
from datasette import hookimpl
from datasette.plugins import pm
from gate_routes import ADMIN, ANNOTATE, HERE, OURS, REVIEW

from datasette_claims.compat import IS_1
from datasette_claims.pages import negotiation
from datasette_claims.pages.framework import PAGES

ROOT = {"id": "root"}
TOKEN = "of-root"
HOME, EVIL = "http://localhost", "https://evil.example"
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims", "confidential": "identities"}},
    "permissions": {action: {"id": "root"} for action in (ANNOTATE, REVIEW, ADMIN)},
    "databases": {"identities": {"allow": {"id": "root"}}},
}
CREDENTIALS, BODIES, SITES = ("cookie", "token", "bearer"), ("form", "json", "files"), ("same", "cross")
SHAPES = [(c, b, s) for c in CREDENTIALS for b in BODIES for s in SITES]
SHAPES += [("cookie", "text", "cross"), ("cookie", "form", "null"), ("token", "form", "sibling")]
"""Besides: a form as plain text, a page without an origin (a sandboxed frame), a sibling host."""

FIELDS = {
    "text": "zq sent",
    "kind": "factual",
    "topic": "sent",
    "act": "assign",
    "document": "document1",
    "person": "somebody",
    "task": "review",
    "decision": "accept",
    "statement": "statement3",
    "action": "2",
    "name": "A ministry official",
    "identity": "Zebulon Quartermain",
    "confirm": "1",
    "with": "claim3",
    "with_id": "claim3",
    "id": "anchoring1",
    "place": "0",
    "mentions": "mention1",
    "start": "0",
    "end": "20",
    "report_type": "direct",
    "content": "zq sent",
    "title": "zq sent",
}
ANNOTATION = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "type": "Annotation",
    "body": {"type": "TextualBody", "value": "zq sent", "purpose": "commenting"},
    "target": "http://localhost/claims/-/claims/read/document1",
}
TAKEN = {
    ("POST", f"{HERE}/new/claims", "token", "form", "same"),
    ("POST", f"{HERE}/new/claims", "token", "json", "same"),
    ("POST", f"{HERE}/new/claims", "bearer", "form", "same"),
    ("POST", f"{HERE}/new/claims", "bearer", "json", "same"),
    ("POST", f"{HERE}/edit/claims/claim1", "token", "form", "same"),
    ("POST", f"{HERE}/assignments", "token", "form", "same"),
    ("POST", f"{HERE}/add", "token", "form", "same"),
    ("POST", f"{HERE}/add", "token", "files", "same"),
    ("POST", f"{HERE}/add", "bearer", "files", "same"),
    ("POST", f"{HERE}/annotations/", "token", "json", "same"),
    ("POST", f"{HERE}/annotations/", "bearer", "json", "same"),
}
"""Some that must write, so that the others are refused for where they come from and not for what they hold."""


def writing_routes():
    """(method, address) of everything that takes a write."""
    return list(dict.fromkeys((m, r.url) for r in OURS for m in r.methods if m not in ("OPTIONS",)))


def body_of(kind, url, token):
    """(content type, bytes)."""
    if "/annotations" in url and kind == "json":
        return "application/ld+json", json.dumps(ANNOTATION).encode()
    fields = {**FIELDS, **({"csrftoken": token} if token else {})}
    if kind == "json":
        return "application/json", json.dumps(fields).encode()
    if kind == "files":
        parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
        return "multipart/form-data; boundary=b", f"{parts}--b--\r\n".encode()
    return "text/plain" if kind == "text" else "application/x-www-form-urlencoded", urlencode(fields).encode()


def request_of(client, shape, method, url, token):
    """What ``ask`` needs to send one shape; another site does not know the token, so it makes one up."""
    credential, body, site = shape
    known = token if site == "same" else f"{token}x" if token else None
    kind, content = body_of(body, url, known if credential == "token" else None)
    headers = [("content-type", kind), ("if-match", "*")]
    if site == "same":
        headers += [("sec-fetch-site", "same-origin"), ("origin", HOME)]
    elif site == "null":
        headers += [("origin", "null")]
    else:
        headers += [("sec-fetch-site", f"{site}-site" if site == "cross" else "same-site"), ("origin", EVIL)]
    cookies = [f"ds_csrftoken={token}"] if token and credential != "bearer" else []
    if credential == "bearer":
        return {"headers": [*headers, ("authorization", f"Bearer {TOKEN}")], "body": content}
    if credential == "token" and known:
        headers.append(("x-csrftoken", known))
    return {"headers": headers, "body": content, "actor": ROOT, "cookies": cookies}


class Tokens:
    """Bearer tokens: 1.0 has its own, 0.65 gets them from a plugin; this one serves both."""

    __name__ = "tokens"

    @hookimpl
    def actor_from_request(self, request):
        return ROOT if request.headers.get("authorization") == f"Bearer {TOKEN}" else None


@pytest.fixture
async def site(gate_site):
    plugin = Tokens()
    pm.register(plugin, name="tokens")
    yield await started(gate_site)
    pm.unregister(plugin)


async def started(gate_site):
    return await gate_site(METADATA, confidential=True).start()


class Watched:
    """Whether the database has changed since it was last asked, by whatever connection."""

    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.changed()

    def changed(self):
        now = self.conn.execute("pragma data_version").fetchone()[0]
        before, self.version = getattr(self, "version", now), now
        return now != before


async def test_no_other_site_writes_and_nothing_fails(site):
    token, wrong, accepted = await site.token(f"{HERE}/new/claims"), [], set()
    watched = Watched(site.datasette.databases["claims"].path)
    for shape in sorted(SHAPES, key=lambda each: each[2] == "same"):
        for method, url in writing_routes():
            answer = await site.ask(method, url, **request_of(site, shape, method, url, token))
            wrote = watched.changed()
            if wrote and shape[2] == "same":
                accepted.add((method, url, *shape))
            if answer.status >= 500 or (wrote and shape[2] != "same"):
                wrong.append(f"{method} {url} {shape}: {answer.status}{', and it wrote' if wrote else ''}")
    assert not wrong, "\n".join(wrong)
    assert len(SHAPES) == 21
    if IS_1:  # looks at the origin alone, so that it takes the first of the two
        accepted |= {(m, u, "token", *rest) for m, u, credential, *rest in accepted if credential == "cookie"}
    assert accepted >= TAKEN - _once(accepted), TAKEN - accepted
    if not IS_1:
        assert not {each for each in accepted if each[2] == "cookie"}, "0.65 wants its token"


def _once(accepted):
    """What can be done once only was done, whichever of the shapes came first."""
    done = {each[0:2] for each in accepted}
    return {each for each in TAKEN if each[0:2] in done and not each[1].endswith(("/new/claims", "/add"))}


def test_every_route_that_writes_is_among_them():
    """By what the pages declare; the routes for programs answer 405 to what they do not take, as the matrix shows."""
    paths = [url.partition("?")[0] for _, url in writing_routes()]
    for page in (each for each in PAGES if "POST" in each.methods):
        assert any(re.match(page.route, path) for path in paths), page.path
    assert len(negotiation.routes()) >= len(PAGES)


@pytest.mark.parametrize("actor", [None, ROOT])
async def test_no_get_writes(site, gate_files, tmp_path, actor):
    shutil.copy(gate_files / "claims.db", tmp_path / "before.db")
    watched = Watched(site.datasette.databases["claims"].path)
    for route in OURS:
        query = "&" if "?" in route.url else "?"
        for url in (route.url, f"{route.url}{query}{urlencode(FIELDS)}"):
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await site.ask(method, url, actor=actor)
                assert answer.status < 500, url
            assert not watched.changed(), url
