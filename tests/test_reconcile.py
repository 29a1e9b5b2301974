"""Reconciliation of actors: the protocol's published schemas, and which names are found for which."""

import json

import pytest
from conftest import ROOT, skip
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.interchange.reconciliation import (
    PROPERTIES,
    TYPES,
    BadQuery,
    Candidate,
    Names,
    country_code,
    fold,
    read_query,
)

HERE = "/claims/-/claims/reconcile"
FOLDER = ROOT / ".." / "shared" / "schemas" / "reconciliation" / "0.2"


def valid(name, value):
    """Check a value with one of the protocol's schemas."""
    if not FOLDER.is_dir():
        skip("../shared/schemas/reconciliation is not on this machine")
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    schema = json.loads((FOLDER / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    kind = json.loads((FOLDER / "schemas" / "type.json").read_text(encoding="utf-8"))
    draft = referencing.jsonschema.DRAFT7
    registry = referencing.Registry().with_resources(
        [(address, draft.create_resource(kind)) for address in ("type.json", kind["$id"])]
    )
    jsonschema.Draft7Validator(schema, registry=registry).validate(value)


async def ask(ds, queries, method="GET"):
    if method == "POST":
        answer = await ds.client.post(HERE, data={"queries": json.dumps(queries)})
    else:
        answer = await ds.client.get(HERE, params={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_manifest_is_valid_and_all_that_it_names_is_there(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.get(HERE)
    manifest = answer.json()
    valid("manifest", manifest)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "0.2" in manifest["versions"]
    urls = [manifest["preview"]["url"], manifest["view"]["url"]]
    urls += [each["service_url"] + each["service_path"] + "?prefix=h" for each in manifest["suggest"].values()]
    for url in urls:
        path = url.replace("{{id}}", "jeremy-hunt").removeprefix("http://localhost")
        assert (await ds.client.get(path)).status_code in (200, 303), path


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_batch_is_answered_by_its_keys(make_datasette, claims_db, method):
    queries = {"q0": {"query": "Jeremy Hunt"}, "q1": {"query": "Ghika", "limit": 1}, "q2": {"query": "zzzz qqqq"}}
    valid("reconciliation-query-batch", queries)
    found = await ask(make_datasette(claims_db), queries, method)
    valid("reconciliation-result-batch", found)
    assert list(found) == ["q0", "q1", "q2"]
    best = found["q0"]["result"][0]
    assert (best["id"], best["name"], best["score"], best["match"]) == ("jeremy-hunt", "Jeremy Hunt", 100, True)
    assert [each["id"] for each in best["type"]] == ["person"]
    assert len(found["q1"]["result"]) == 1
    assert "Ghika" in found["q1"]["result"][0]["name"]
    assert found["q2"]["result"] == []


async def test_every_example_of_the_protocol_is_taken_or_refused_as_its_schema_says(make_datasette, claims_db):
    folder = FOLDER / "examples" / "reconciliation-query-batch"
    if not folder.is_dir():
        skip("../shared/schemas/reconciliation is not on this machine")
    ds = make_datasette(claims_db)
    for path in sorted((folder / "valid").iterdir()):
        found = await ask(ds, json.loads(path.read_text(encoding="utf-8")))
        valid("reconciliation-result-batch", found)
    for path in sorted((folder / "invalid").iterdir()):
        answer = await ds.client.get(HERE, params={"queries": path.read_text(encoding="utf-8")})
        assert answer.status_code == 400, path.name
        assert answer.json()["error"]


@pytest.mark.parametrize("what", ["entity", "type", "property"])
async def test_suggestions_are_valid(make_datasette, claims_db, what):
    ds = make_datasette(claims_db)
    name = {"entity": "entities", "type": "types", "property": "properties"}[what]
    for prefix in ("", "o", "hu", "(", "é"):
        answer = await ds.client.get(f"{HERE}/suggest/{what}", params={"prefix": prefix})
        valid(f"suggest-{name}-response", answer.json())
    words = {"entity": "hun", "type": "organi", "property": "countr"}
    found = (await ds.client.get(f"{HERE}/suggest/{what}", params={"prefix": words[what]})).json()["result"]
    assert {"entity": "jeremy-hunt", "type": "organization", "property": "country"}[what] in [
        one["id"] for one in found
    ]
    assert (await ds.client.get(f"{HERE}/suggest/{what}?cursor=x")).status_code == 400
    assert (await ds.client.get(f"{HERE}/suggest/{what}", params={"cursor": 500})).json() == {"result": []}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not JSON"),
        ("[]", "not an object"),
        ('{"q": 1}', "a query is an object"),
        ('{"q": {}}', "give a query or properties"),
        ('{"q": {"query": 1}}', "query is a text"),
        ('{"q": {"query": "a", "limit": "x"}}', "limit is a number"),
        ('{"q": {"query": "a", "limit": 0}}', "limit is a number"),
        ('{"q": {"query": "a", "limit": 1e999}}', "limit is a number"),
        ('{"q": {"query": "a", "type": 1}}', "type is the id"),
        ('{"q": {"query": "a", "type_strict": "no"}}', "type_strict is"),
        ('{"q": {"query": "a", "properties": [{"v": 1}]}}', "pid and v"),
        ('{"q": {"query": "a", "properties": [{"pid": "country", "v": null}]}}', "a value is a text"),
        ('{"q": {"query": "a", "x": 1}}', "no such member: x"),
        (json.dumps({str(n): {"query": "a"} for n in range(101)}), "at most 100 queries"),
        ("[" * 100_000, "not JSON"),
    ],
)
async def test_queries_that_cannot_be_read_are_explained(make_datasette, claims_db, text, message):
    answer = await make_datasette(claims_db).client.post(HERE, data={"queries": text})
    assert answer.status_code == 400
    assert message in answer.json()["error"]
    assert answer.headers["content-type"].startswith("application/json")


async def test_other_methods_are_refused_and_options_are_told(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    refused = await ds.client.request("DELETE", HERE)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    told = await ds.client.request("OPTIONS", HERE)
    assert (told.status_code, told.headers["access-control-allow-methods"]) == (200, "GET, POST, OPTIONS")


async def test_a_changed_name_is_found_at_once(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    assert (await ask(ds, {"q": {"query": "Quillon Xavier"}}))["q"]["result"] == []
    await ds.get_database("claims").execute_write("update actors set name = 'Quillon Xavier' where id = 'jeremy-hunt'")
    found = (await ask(ds, {"q": {"query": "Quillon Xavier"}}))["q"]["result"]
    assert [(one["id"], one["match"]) for one in found] == [("jeremy-hunt", True)]


def actor(id, name, kind="person", country=None, others=()):
    return Candidate(id, name, kind, country, "named", tuple(others))


PEOPLE = Names(
    [
        actor("hunt", "Jeremy Hunt", country="GB", others=["Foreign Secretary Hunt"]),
        actor("hunt-us", "Jeremy Hunt", country="US"),
        actor("muller", "Jürgen Müller", country="DE"),
        actor("who", "World Health Organization", "organization", others=["WHO"]),
        actor("iran", "Iran", "organization", "IR"),
    ]
)


def find(value):
    return PEOPLE.find(read_query("q", value))


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("Jurgen Muller", "muller"),
        ("MÜLLER, Jürgen", "muller"),
        ("Juergen Muller", "muller"),
        ("Müller", "muller"),
        ("WHO", "who"),
        ("World Health Organisation", "who"),
        ("Ｉｒａｎ", "iran"),
    ],
)
def test_names_are_found_in_other_spellings(query, id):
    assert find({"query": query})[0]["id"] == id


def test_a_name_that_two_actors_have_is_certain_only_with_what_tells_them_apart():
    both = find({"query": "Jeremy Hunt"})
    assert [one["id"] for one in both] == ["hunt", "hunt-us"]
    assert [one["match"] for one in both] == [False, False]
    for country in ("GB", "GBR", "United Kingdom", "uk"):
        found = find({"query": "Jeremy Hunt", "properties": [{"pid": "country", "v": country}]})
        assert [(one["id"], one["score"], one["match"]) for one in found] == [
            ("hunt", 100, True),
            ("hunt-us", 80, False),
        ]
    entity = {"pid": "country", "v": [{"id": "US", "name": "United States"}]}
    assert find({"query": "Jeremy Hunt", "properties": [entity]})[0]["id"] == "hunt-us"


def test_types_leave_out_or_put_last():
    assert find({"query": "Iran", "type": "person"}) == []
    soft = find({"query": "Iran", "type": ["person"], "type_strict": "should"})
    assert [(one["id"], one["match"]) for one in soft] == [("iran", False)]
    assert [one["id"] for one in find({"query": "Iran", "type": ["organization", "person"]})] == ["iran"]


def test_properties_alone_find_those_that_have_them():
    found = find({"properties": [{"pid": "country", "v": "Germany"}]})
    assert [(one["id"], one["score"], one["match"]) for one in found] == [("muller", 100, False)]
    found = find({"properties": [{"pid": "kind", "v": "Organization"}]})
    assert [one["id"] for one in found] == ["iran", "who"]


def test_an_unknown_property_says_nothing():
    plain = find({"query": "Jürgen Müller"})
    assert find({"query": "Jürgen Müller", "properties": [{"pid": "P31", "v": "x"}]}) == plain


def test_only_the_whole_name_is_certain():
    assert [one["match"] for one in find({"query": "Müller"})] == [False]
    assert [one["match"] for one in find({"query": "Jurgen Mueller"})] == [False]


def test_the_score_is_the_one_of_rapidfuzz():
    from rapidfuzz import fuzz

    [found] = find({"query": "Jorgen Muler"})
    expected = max(fuzz.ratio("jorgen muler", "jurgen muller"), fuzz.token_sort_ratio("jorgen muler", "jurgen muller"))
    assert found["score"] == round(expected, 2)


@pytest.mark.parametrize(("value", "code"), [("NA", "NA"), ("Namibia", "NA"), ("IRN", "IR"), ("nowhere", None)])
def test_countries_are_known_by_name_and_code(value, code):
    assert country_code(value) == code


@given(st.text(max_size=40))
def test_folding_is_stable(name):
    assert fold(fold(name)) == fold(name)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_query_or_is_refused(value):
    try:
        query = read_query("q", value)
    except BadQuery:
        return
    assert len(PEOPLE.find(query)) <= query.limit


def test_types_and_properties_have_names():
    assert {each["id"] for each in TYPES} == {"person", "organization", "group"}
    assert all(each["name"] for each in PROPERTIES)
