"""``metadata.yml`` and the model on Datasette's own pages: labels, descriptions, facets, queries, on both lines."""

import re
import sqlite3
from urllib.parse import urlencode

import pytest
from conftest import ROOT

from datasette_claims.compat import IS_1
from datasette_claims.schema import BY_NAME, TABLES
from datasette_claims.schema.metadata import renewed

EXAMPLES = {
    "stances-on-a-claim": {"claim": "threat-increasing"},
    "refusals": {"country": ""},
    "who-is-silent": {"country": "GB"},
    "one-country-in-order": {"country": "GB"},
    "headlines-against-own-words": {"document": "nbc-2019-05-16"},
    "told-by-third-parties": {"speaker": ""},
    "words-of-one-speaker": {"speaker": "jeremy-hunt"},
}


@pytest.fixture
def as_served(make_datasette, claims_db, site_metadata):
    """The site as ``metadata.yml`` describes it, but for the load, with which other tests deal."""
    metadata = site_metadata()
    del metadata["plugins"]["datasette-claims"]["load"]
    return make_datasette(claims_db, metadata=metadata, settings={"suggest_facets": False})


async def rows(ds, path, **query):
    answer = await ds.client.get(f"{path}.json?" + urlencode({"_shape": "objects", **query}))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_part_made_from_the_model_is_current():
    text = (ROOT / "metadata.yml").read_text(encoding="utf-8")
    assert renewed(text) == text, "run: python -m datasette_claims.schema.metadata metadata.yml"


def test_every_table_stands_in_it_with_the_models_facets_and_label(site_metadata):
    tables = site_metadata()["databases"]["claims"]["tables"]
    for table in TABLES:
        assert tables[table.name].get("facets", []) == list(table.facets)
        assert tables[table.name].get("label_column") == table.label_column
        assert tables[table.name]["license"]
    assert {name for name, about in tables.items() if about.get("hidden")} == tables.keys() - BY_NAME.keys()


def test_tables_open_with_the_facets_that_readers_look_for():
    """Country, stance, basis, speaker, document, report type and month wherever a table has them."""
    common = {"country", "stance", "basis", "speaker", "document", "report_type", "month"}
    for table in TABLES:
        assert set(table.facets) >= common & set(table.column_names), table.name
    assert BY_NAME["statements"].facets == ("country", "speaker", "document", "report_type", "month")
    assert BY_NAME["stances"].facets == ("country", "stance", "basis", "actor", "document", "report_type", "month")
    assert BY_NAME["mentions"].facets == ("country", "speaker", "document", "report_type")


@pytest.mark.parametrize("text", ["nothing", "databases:\n"])
def test_a_file_without_the_marks_is_not_overwritten(text):
    with pytest.raises(ValueError, match="marks"):
        renewed(text)


async def test_queries_facet_size_and_open_sql_survive_on_this_line(as_served, site_metadata):
    queries = site_metadata()["databases"]["claims"]["queries"]
    assert queries.keys() == EXAMPLES.keys()
    for name, query in queries.items():
        page = (await as_served.client.get(f"/claims/{name}")).text
        assert f">{query['title']}</h1>" in page
    page = (await as_served.client.get("/claims/statements")).text
    speakers = re.search(r'id="facet-speaker".*?</ul>', page, re.S).group(0)
    assert speakers.count("<li>") == 12
    sql = "/claims/-/query.json?" if IS_1 else "/claims.json?"
    answer = await as_served.client.get(sql + urlencode({"sql": "select 1 as one", "_shape": "objects"}))
    assert answer.json()["rows"] == [{"one": 1}]


async def test_sql_can_be_closed(make_datasette, claims_db, site_metadata):
    metadata = site_metadata()
    metadata["databases"]["claims"]["allow_sql"] = False
    del metadata["plugins"]["datasette-claims"]["load"]
    ds = make_datasette(claims_db, metadata=metadata)
    sql = "/claims/-/query.json?" if IS_1 else "/claims.json?"
    assert (await ds.client.get(sql + urlencode({"sql": "select 1"}))).status_code == 403
    assert (await ds.client.get("/claims/stances-on-a-claim?claim=threat-increasing")).status_code == 200


@pytest.mark.parametrize(("name", "parameters"), EXAMPLES.items())
async def test_a_query_runs_with_its_example(as_served, name, parameters):
    found = (await rows(as_served, f"/claims/{name}", **parameters))["rows"]
    assert found
    page = await as_served.client.get(f"/claims/{name}?" + urlencode(parameters))
    assert page.status_code == 200


async def test_the_answers_of_the_queries_on_the_reference_case(as_served):
    sides = (await rows(as_served, "/claims/stances-on-a-claim", claim="threat-increasing"))["rows"]
    assert [row["stance"] for row in sides] == ["supports"] * 4 + ["disputes"] * 4
    named = [row["actor"] for row in sides if (row["basis"], row["identification"]) == ("explicit", "named")]
    assert named == ["Jeremy Hunt"]
    (refusal,) = (await rows(as_served, "/claims/refusals", country=""))["rows"]
    assert refusal["cue"].startswith("would not be drawn")
    assert refusal["question"]
    headline = (await rows(as_served, "/claims/headlines-against-own-words", document="nbc-2019-05-16"))["rows"]
    disputed = [row for row in headline if row["said_of"] == "Foreign officials"]
    assert [
        (row["named_and_explicit_support"], row["named_and_explicit_dispute"], row["dispute_of_a_narrower_claim"])
        for row in disputed
    ] == [(1, 0, 2)]
    silent = {row["name"] for row in (await rows(as_served, "/claims/who-is-silent", country=""))["rows"]}
    assert "Iranian regime" in silent
    assert "Jeremy Hunt" not in silent


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
async def test_datasette_shows_the_description_of_every_table_and_column(as_served, table):
    page = (await as_served.client.get(f"/claims/{table.name}?_size=1")).text
    assert f"<h1>{table.label}</h1>" in page
    shown = page.replace("&#39;", "'").replace("&#34;", '"')
    assert table.description in shown
    for column in table.columns:
        assert f"<dt>{column.name}</dt><dd>{column.description}</dd>" in shown


async def test_what_an_administrator_wrote_comes_first(make_datasette, claims_db):
    own = {"title": "Our statements", "columns": {"cue": "Our cue"}}
    metadata = {"databases": {"claims": {"tables": {"statements": own}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    page = (await ds.client.get("/claims/statements")).text
    assert "<h1>Our statements</h1>" in page
    assert "<dt>cue</dt><dd>Our cue</dd>" in page
    assert BY_NAME["statements"].description in page


async def test_a_reference_reads_as_a_name(as_served):
    page = (await as_served.client.get("/claims/statements?speaker=chris-ghika")).text
    assert re.search(
        r'href="/claims/actors/chris-ghika" title="Christopher Ghika \(chris-ghika\)">Christopher Ghika</a>', page
    )
    assert re.search(r'href="/claims/countries/GB"[^>]*>United Kingdom</a>', page)


@pytest.mark.parametrize("table", ["statements", "stances", "mentions", "actors"])
async def test_counts_by_country_agree_with_sql_and_not_stated_can_be_clicked(as_served, claims_db, table):
    found = await rows(as_served, f"/claims/{table}", _facet="country", _facet_size=100)
    facets = found["facet_results"]
    results = facets.get("results", facets)
    shown = {each["value"]: each["count"] for each in results["country"]["results"]}
    conn = sqlite3.connect(claims_db)
    expected = dict(conn.execute(f"select country, count(*) from {table} group by country"))
    conn.close()
    assert shown == expected
    assert shown["not_stated"] > 0
    (link,) = [each["toggle_url"] for each in results["country"]["results"] if each["value"] == "not_stated"]
    labels = {each["value"]: each["label"] for each in results["country"]["results"]}
    assert labels["not_stated"] == "Not stated"
    path = re.sub(r"^https?://[^/]+", "", link).replace(".json", "")
    page = (await as_served.client.get(path)).text
    assert f"{expected['not_stated']} row" in page


async def test_helper_tables_are_hidden(as_served):
    found = (await rows(as_served, "/claims"))["tables"]
    hidden = {each["name"] for each in found if each["hidden"]}
    assert {each["name"] for each in found} - hidden == set(BY_NAME)
