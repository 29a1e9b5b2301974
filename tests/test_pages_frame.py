"""The frame of every page: the gate, formats, errors that tell what to do, canonical links, words and dates."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims import hookspecs
from datasette_claims.pages import bad_request, framework, not_found, wording
from datasette_claims.pages.framework import Answer, page
from datasette_claims.pages.links import Links, query_string


@pytest.fixture
def declared(monkeypatch):
    """Pages that only these tests have."""
    monkeypatch.setattr(framework, "PAGES", list(framework.PAGES))

    @page("/echo/{id}", template="base.html", tables=("claims",), label="Echo")
    async def echo(visit):
        if visit.ids["id"] == "missing":
            raise not_found("claim", "missing", "See the claims table.")
        if visit.request.args.get("size") == "x":
            raise bad_request("size is “x”.", "Give a number.")
        if visit.ids["id"] == "slow":
            await visit.rows("with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n")
        url = visit.links.page("echo", visit.ids["id"], country="GB")
        return Answer(f"Echo {visit.ids['id']}", "It echoes.", {"id": visit.ids["id"]}, url=url)

    @page("/secret", template="base.html", action="claims-admin")
    async def secret(visit):
        return Answer("Secret", "Only for some.", {})


async def test_a_page_and_its_twin(declared, make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.get("/claims/-/claims/echo/a~2Fb.json")
    assert answer.json()["data"] == {"id": "a/b"}
    assert answer.json()["cite"]["url"] == "http://localhost/claims/-/claims/echo/a~2Fb?country=GB"
    shown = await ds.client.get("/claims/-/claims/echo/a~2Fb")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Echo a/b</h1>" in shown.text
    assert "It echoes." in shown.text
    assert 'href="/claims/-/claims/echo/a~2Fb.json?country=GB"' in shown.text
    assert 'aria-label="Claims"' in shown.text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("echo/missing", 404, ["There is no claim “missing” in this database.", "See the claims table."]),
        ("echo/x?size=x", 400, ["size is “x”.", "Give a number."]),
        ("echo/slow", 503, ["longer than the site allows", "Narrow the view"]),
        ("secret", 403, ["You may not do this: load, undo, attach texts and give assignments.", "Sign in"]),
    ],
)
async def test_errors_say_what_is_wrong_and_what_to_do(declared, make_datasette, claims_db, path, status, said):
    ds = make_datasette(claims_db, settings={"sql_time_limit_ms": 20})
    shown = await ds.client.get(f"/claims/-/claims/{path}")
    assert shown.status_code == status
    for text in said:
        assert text in shown.text
    if said:
        assert "claims.css" in shown.text
        name, _, query = path.partition("?")
        answer = (await ds.client.get(f"/claims/-/claims/{name}.json?{query}")).json()
        assert (answer["ok"], answer["status"]) == (False, status)
        assert said[0] in answer["error"]
        assert said[1] in answer["remedy"]


async def test_a_page_takes_only_its_methods(declared, make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.put("/claims/-/claims.json")
    assert answer.status_code in (403, 405)
    head = await ds.client.head("/claims/-/claims")
    assert head.status_code == 200


async def test_a_private_table_that_a_page_needs_closes_it(declared, make_datasette, claims_db):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"claims": {"allow": False}}}}})
    answer = await ds.client.get("/claims/-/claims/echo/x")
    assert answer.status_code == 403
    assert "the table “claims”" in answer.text


async def test_another_plugin_may_handle_forbidden_pages(declared, make_datasette, claims_db):
    from datasette import Response, hookimpl
    from datasette.plugins import pm

    class SignIn:
        @hookimpl
        def forbidden(self, message):
            return Response.redirect("/-/sign-in")

    ds = make_datasette(claims_db)
    pm.register(SignIn(), name="sign-in")
    try:
        answer = await ds.client.get("/claims/-/claims/secret")
    finally:
        pm.unregister(name="sign-in")
    assert (answer.status_code, answer.headers["location"]) == (302, "/-/sign-in")


async def test_cors_is_the_sites_choice(make_datasette, claims_db):
    for cors in (False, True):
        ds = make_datasette(claims_db, cors=cors)
        answer = await ds.client.get("/claims/-/claims.json")
        assert answer.headers.get("access-control-allow-origin") == ("*" if cors else None)
        assert json.loads(answer.text)["ok"] is True


@pytest.mark.parametrize(
    ("parameters", "defaults", "expected"),
    [
        ({}, {}, ""),
        ({"country": "GB", "claim": "x"}, {}, "claim=x&country=GB"),
        (
            {"_search": "a b", "basis__in": "explicit,vote", "country": "GB"},
            {},
            "country=GB&basis__in=explicit,vote&_search=a%20b",
        ),
        ({"country": None, "claim": ""}, {}, ""),
        ({"sort": "name", "country": "GB"}, {"sort": "name"}, "country=GB"),
        ({"_facet": ["country", "stance"]}, {}, "_facet=country&_facet=stance"),
        ({"date_start__gte": "2019-05-01", "zeta": 1, "alpha": "&"}, {}, "alpha=%26&date_start__gte=2019-05-01&zeta=1"),
    ],
)
def test_one_view_has_one_query_string(parameters, defaults, expected):
    assert query_string(parameters, defaults) == expected
    assert query_string(dict(reversed(parameters.items())), defaults) == expected


async def test_links(make_datasette, claims_db):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"stances": {"facets": ["basis"]}}}}})
    links = Links(ds, "claims")
    assert links.page() == "/claims/-/claims"
    assert (
        links.page("claim", "a/b.c", format="json", country="GB") == "/claims/-/claims/claim/a~2Fb~2Ec.json?country=GB"
    )
    assert links.table("stances", claim="x", facet="basis") == "/claims/stances?claim=x#facet-basis"
    assert links.table("stances", facet="country") == "/claims/stances?_facet=country#facet-country"
    assert links.row("actors", "a/b") == "/claims/actors/a~2Fb"
    assert links.query("refusals", country="GB") == "/claims/refusals?country=GB"
    assert links.home() == "/claims"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2019-05-16", "2019-05-16", "16 May 2019"),
        ("2019-05-16", None, "16 May 2019"),
        ("2019-05", None, "May 2019"),
        ("2019", None, "2019"),
        (None, "2019-05-01", "1 May 2019"),
        (None, None, ""),
        ("2019-05-13", "2019-05-15", "13–15 May 2019"),
        ("2019-05-01", "2019-05-31", "May 2019"),
        ("2020-02-01", "2020-02-29", "February 2020"),
        ("2019-01-01", "2019-12-31", "2019"),
        ("2019-04-30", "2019-05-02", "30 April 2019 – 2 May 2019"),
        ("soon", None, "soon"),
        ("2019-13-01", None, "2019-13-01"),
    ],
)
def test_dates_are_written_in_full(start, end, expected):
    assert wording.full_dates(start, end) == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (wording.count(1, "claim"), "1 claim"),
        (wording.count(1204, "claim"), "1,204 claims"),
        (wording.count(0, "claim", words=True), "no claims"),
        (wording.count(3, "country", "countries", True), "three countries"),
        (wording.subject(0, "supports", "support"), "none supports"),
        (wording.subject(1, "supports", "support"), "one supports"),
        (wording.subject(4, "supports", "support"), "four support"),
        (wording.listed([]), ""),
        (wording.listed(["a"]), "a"),
        (wording.listed(["a", "b", "c"]), "a, b and c"),
        (wording.sentence("one USA"), "One USA"),
    ],
)
def test_numbers_and_lists_are_written_as_people_do(made, expected):
    assert made == expected


@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_fits_and_begins_the_same(text, length):
    short = wording.shortened(text, length)
    assert len(short) <= length
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


class Format:
    name, label, suffixes = "letters", "Letters", (".txt",)

    def read(self, source):
        yield "claims", {"id": source.stem, "text": source.read_text(encoding="utf-8"), "kind": "factual"}


def test_another_package_adds_an_importer(tmp_path):
    from datasette import hookimpl
    from datasette.plugins import pm

    class Adds:
        @hookimpl
        def claims_importers(self):
            return [Format()]

    own = ["brat", "webannotation", "hypothesis", "claimreview", "popolo", "followthemoney"]
    assert list(hookspecs.importers()) == own
    first, second = Adds(), Adds()
    pm.register(first)
    try:
        (tmp_path / "a.txt").write_text("It is so.", encoding="utf-8")
        found = hookspecs.importers()
        assert sorted(found) == sorted([*own, "letters"])
        assert next(iter(found["letters"].read(tmp_path / "a.txt")))[1]["text"] == "It is so."
        pm.register(second)
        with pytest.raises(ValueError, match="'letters'"):
            hookspecs.importers()
        pm.unregister(second)
    finally:
        pm.unregister(first)
    assert hookspecs.exporters() == {}
    assert "rules" in hookspecs.extractors()
