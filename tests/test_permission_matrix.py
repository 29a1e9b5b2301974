"""Every route that Datasette's router knows, for everybody, in every way of closing a site: nothing private is told.

Routes x formats x methods x five actors x six configurations. What a database holds tells from which table it is
(``gate_data``); what each address needs is written down by hand (``gate_routes``). Private tables one by one, and
counts, are in ``test_permission_tables``.
"""

from __future__ import annotations

import re
import sqlite3

import pytest
from gate_data import CANARIES, IDENTITY
from gate_routes import ADMIN, ANNOTATE, DATASETTES, HERE, OURS, REVIEW

from datasette_claims.compat import IS_1

ACTORS = (None, "reader", "annotator", "reviewer", "root")
MAY = {ANNOTATE: ("annotator", "reviewer", "root"), REVIEW: ("reviewer", "root"), ADMIN: ("root",)}
INSIDE = {
    "public": ACTORS,
    "protected": ACTORS,
    "instance": ("annotator", "root"),
    "database": ("reviewer", "root"),
    "default-deny": ("reviewer", "root"),
    "table": ("reviewer", "root"),
}
"""Configuration -> who may see what it closes."""

PRIVATE = "actors"
"""The table that is private in the configuration “table”; ``test_permission_tables`` closes each of them."""


def metadata(configuration):
    """What stands in a metadata.yml. 0.65 has no --default-deny: there the instance and its SQL are closed."""
    inside = {"allow": {"id": list(INSIDE[configuration])}}
    settings = {"database": "claims"}
    top, ours, more = {}, {}, {}
    if configuration in ("instance", "default-deny"):
        top = dict(inside)
    if configuration in ("database", "default-deny"):
        ours = dict(inside)
    if configuration == "table":
        ours = {"tables": {PRIVATE: inside}}
    if configuration == "protected":
        settings["confidential"] = "identities"
        more = {"identities": {"allow": {"id": "root"}}}
    return {
        **top,
        "plugins": {"datasette-claims": settings},
        "permissions": {action: {"id": list(who)} for action, who in MAY.items()},
        "databases": {"claims": ours, **more},
    }


def options(configuration):
    if configuration != "default-deny":
        return {}
    return {"default_deny": True} if IS_1 else {"settings": {"default_allow_sql": False}}


@pytest.fixture
def site(gate_site):
    """Call with a configuration; a client of a site on files of its own."""
    return lambda configuration: gate_site(
        metadata(configuration), confidential=configuration == "protected", **options(configuration)
    )


def who(actor):
    return None if actor is None else {"id": actor}


def hidden(configuration, actor):
    """The words that an actor may not read anywhere."""
    inside = actor in INSIDE[configuration]
    if configuration == "table":
        words = set() if inside else {CANARIES[PRIVATE]}
    else:
        words = set() if inside else set(CANARIES.values())
    return words if actor == "root" else words | set(IDENTITY)


def expected(route, configuration, actor, needs):
    """The status that an address must have for an actor."""
    if actor not in INSIDE[configuration] and (configuration != "table" or PRIVATE in needs):
        return 403
    if configuration == "table" and actor not in INSIDE[configuration] and PRIVATE in route.absent:
        return 404
    if (route.action and actor not in MAY[route.action]) or (route.signed_in and actor is None):
        return 403
    return route.status


def formats_for(number, actor, urls):
    """Anybody and who may do everything get every format, the others one each, in turn."""
    return urls if actor in (None, "root") else [urls[(number + ACTORS.index(actor)) % len(urls)]]


@pytest.mark.parametrize("configuration", INSIDE)
async def test_every_page_tells_nobody_what_they_may_not_see(site, configuration):
    client, wrong, told = await site(configuration).start(), [], set()
    before = content(client)
    for number, route in enumerate(OURS):
        for actor in ACTORS:
            words = hidden(configuration, actor)
            for url, headers, needs in formats_for(number, actor, route.urls):
                status = expected(route, configuration, actor, needs)
                answer = await client.ask("GET", url, actor=who(actor), headers=headers)
                told.update(answer.holds(CANARIES.values()))
                if answer.status != status or answer.holds(words):
                    wrong.append(f"{actor} {url} {headers}: {answer.status}, not {status}; {answer.holds(words)}")
    assert not wrong, "\n".join(wrong)
    assert content(client) == before, "a GET wrote to the database"
    assert told >= set(CANARIES.values()) - {CANARIES["segments"]}, "not everything was there to be seen"


def content(client):
    """Everything that the file holds."""
    conn = sqlite3.connect(client.datasette.databases["claims"].path)
    try:
        return list(conn.iterdump())
    finally:
        conn.close()


@pytest.mark.parametrize("configuration", INSIDE)
async def test_other_methods_tell_no_more_and_nobody_writes_who_may_not(site, configuration):
    """Every route meets every actor, with every method in turn; what somebody may do comes last."""
    client, wrong, permitted = await site(configuration).start(), [], []
    token, before = await client.token(f"{HERE}/annotate/document1"), content(client)
    for number, route in enumerate(OURS):
        for step, actor in enumerate(ACTORS):
            method = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")[(number + step) % 6]
            closed = expected(route, configuration, actor, route.needs) == 403
            if not closed and method in route.methods and actor in MAY[ANNOTATE]:
                permitted.append((actor, method, route))
                continue
            answer = await client.ask(method, route.url, actor=who(actor), token=token)
            if not _is_right(answer, method, route, closed) or answer.holds(hidden(configuration, actor)):
                wrong.append(f"{actor} {method} {route.url}: {answer.status}; {answer.text[:80]}")
    assert content(client) == before, "somebody wrote who may not"
    for actor, method, route in permitted:
        answer = await client.ask(method, route.url, actor=who(actor), token=token)
        if answer.status >= 500 or answer.holds(hidden(configuration, actor)):
            wrong.append(f"{actor} {method} {route.url}: {answer.status}; {answer.text[:80]}")
    assert not wrong, "\n".join(wrong)


def _is_right(answer, method, route, closed):
    """Whether a method that is not for this actor, or for nobody, is answered as it should be."""
    if method == "HEAD":
        return answer.status in ((403,) if closed else (route.status, 404))
    if method not in route.methods:
        return answer.status in ((403, 405) if closed else (308, 404, 405))
    refused = (400, 403, 415, 428) if method != "OPTIONS" and "reconcile" not in route.url else (200, 403)
    return answer.status in refused


async def test_every_route_has_an_address_here(site):
    client = await site("public").start()
    routes = [(pattern, view) for pattern, view in client.datasette._routes()]
    paths = [route.url.partition("?")[0] for route in OURS] + [url.partition("?")[0] for url in DATASETTES]
    paths += [url.partition("?")[0] for route in OURS for url, _, _ in route.urls]
    taken, formats = set(), {}
    for path in paths:
        for pattern, _ in routes:
            if match := pattern.match(path):
                taken.add(pattern.pattern)
                formats.setdefault(pattern.pattern, set()).add(match.groupdict().get("format"))
                break
    assert {pattern.pattern for pattern, _ in routes} - taken == set(), "a route without an address in gate_routes"
    for pattern, _ in routes:
        if "/-/claims" in pattern.pattern:
            named = re.search(r"\(\?P<format>([^)]*)\)", pattern.pattern)
            assert formats[pattern.pattern] >= set(named[1].split("|") if named else ()), pattern.pattern
