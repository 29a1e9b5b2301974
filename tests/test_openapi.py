"""The description of the interface: sound, complete against Datasette's router, and true of what pages read."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest
from gate_routes import ADMIN, ANNOTATE, HERE, OURS, REVIEW
from openapi_spec_validator import OpenAPIV31SpecValidator
from test_csrf import request_of

from datasette_claims.comparison.columns import FILTER_COLUMNS
from datasette_claims.pages import writing

ROOT = {"id": "root"}
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims"}},
    "permissions": {action: {"id": "root"} for action in (ANNOTATE, REVIEW, ADMIN)},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
async def site(gate_site):
    return await gate_site(METADATA).start()


@pytest.fixture
async def described(site):
    return (await site.ask("GET", f"{HERE}/openapi.json")).json()


def pattern(path):
    """A path of the description as a regular expression."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"[^/.]+", re.escape(path)) + "$")


def path_of(described, url):
    """The path of the description to which an address belongs."""
    rest = url.partition("?")[0].removeprefix("/claims/-")
    found = [path for path in described["paths"] if pattern(path).match(rest)]
    return min(found, key=lambda path: path.count("{")) if found else None


def test_it_is_sound(described):
    OpenAPIV31SpecValidator(described).validate()


async def test_every_route_and_method_is_there_and_nothing_else(site, described):
    """Each route of the router, in each format, and every method that is not answered by 405."""
    ours = [regex for regex, _ in site.datasette._routes() if "/-/claims" in regex.pattern]
    ours = [regex for regex in ours if "<rest>" not in regex.pattern]  # what says that there is nothing
    for regex in ours:
        formats = re.search(r"\(\?P<format>([^)]*)\)", regex.pattern)
        for ending in ["", *(f".{each}" for each in (formats[1].split("|") if formats else ()))]:
            plain = re.sub(r"\(\?:\\\.\(\?P<format>.*$", "", regex.pattern).removesuffix("$").replace(r"\.", ".")
            plain = re.sub(r"\(\?P<(\w+)>\[\^/.\]\+\)", r"{\1}", plain).removeprefix("/{database}/-")
            assert plain + ending in described["paths"], regex.pattern
    for path in described["paths"]:
        concrete = f"/claims/-{re.sub(r'{[^}]*}', 'x', path)}"
        assert any(regex.match(concrete) for regex in ours), path
    for route in (each for each in OURS if each.status != 404):
        url = route.url.partition("?")[0]
        operations = {name.upper() for name in described["paths"][path_of(described, url)]} & set(METHODS)
        assert operations == {"GET", "HEAD", *route.methods} or ("/annotations" in url and not route.methods), url


def test_every_filter_and_operator_is_a_parameter(described):
    named = {each["name"]: each for each in described["paths"]["/claims/compare"]["get"]["parameters"]}
    for column in FILTER_COLUMNS.values():
        for operator in column.operators:
            assert (column.name if operator == "exact" else f"{column.name}__{operator}") in named
    assert named["stance"]["schema"]["enum"] == ["supports", "disputes", "mixed", "neutral", "queries", "declines"]


async def test_what_pages_read_of_a_query_string_is_described(site, described, monkeypatch):
    from datasette.utils import MultiParams

    asked, get, item, given = set(), MultiParams.get, MultiParams.__getitem__, {"path": None}
    monkeypatch.setattr(MultiParams, "get", lambda self, name, default=None: note(name) or get(self, name, default))
    monkeypatch.setattr(MultiParams, "__getitem__", lambda self, name: note(name) or item(self, name))

    def note(name):
        asked.add((given["path"], name))

    for route in (each for each in OURS if each.status != 404):
        given["path"] = path_of(described, route.url)
        await site.ask("GET", route.url, actor=ROOT)
        asked |= {(given["path"], name) for name, _ in parse_qsl(route.url.partition("?")[2])}
    told = {
        (path, each["name"]) for path, item in described["paths"].items() for each in item["get"].get("parameters", ())
    }
    own = ("_saved", "_undone", "_trace", "_json", "_context")  # Datasette's, and the line after an act
    assert sorted({each for each in asked if each[1] not in own} - told) == []


async def test_what_pages_read_of_a_form_is_described(site, described, monkeypatch):
    asked, given = set(), {"path": None}
    text, every, get = writing.Received.text, writing.Received.all, writing.Received.get

    def note(name):
        if not re.search(r"-\d+(_\w+)?$", name):  # a stance of a form has its number after its name
            asked.add((given["path"], name))

    monkeypatch.setattr(writing.Received, "text", lambda self, name: note(name) or text(self, name))
    monkeypatch.setattr(writing.Received, "get", lambda self, name, *other: note(name) or get(self, name, *other))
    monkeypatch.setattr(writing.Received, "all", lambda self, name: note(name) or every(self, name))
    token = await site.token(f"{HERE}/new/claims")
    for route in (each for each in OURS if "POST" in each.methods):
        given["path"] = path_of(described, route.url)
        await site.ask("POST", route.url, **request_of(site, ("token", "json", "same"), "POST", route.url, token))
    told = set()
    for path, item_ in described["paths"].items():
        for content in item_.get("post", {}).get("requestBody", {}).get("content", {}).values():
            told |= {(path, name) for name in content["schema"].get("properties", ())}
    assert sorted(asked - told) == []
    assert len(asked) > 40


async def test_it_is_behind_the_gate_and_tells_nothing_of_the_data(gate_site):
    closed = gate_site({**METADATA, "databases": {"claims": {"allow": {"id": "root"}}}})
    assert (await closed.ask("GET", f"{HERE}/openapi.json")).status == 403
    answer = await closed.ask("GET", f"{HERE}/openapi.json", actor=ROOT)
    assert answer.status == 200
    assert "zq" not in answer.text
