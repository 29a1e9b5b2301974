"""The one access of pages to the stance index: filters of the request, search, the past, and what may be seen."""

import json
import sqlite3

import pytest

from datasette_claims.pages import PageError, stances
from datasette_claims.pages.framework import Visit
from datasette_claims.pages.links import Links

pytestmark = pytest.mark.asyncio


async def visit_of(datasette, query="", actor=None):
    from datasette.utils.asgi import Request

    await datasette.invoke_startup()
    request = Request.fake(f"/claims/-/claims/compare?{query}")
    request.scope["actor"] = actor
    return Visit(datasette, request, "claims", "html", {}, Links(datasette, "claims"))


async def sizes(datasette, query):
    """How many stances our selection and Datasette's own table have for one query string."""
    ours = (await stances.selection_of(await visit_of(datasette, query))).size
    table = await datasette.client.get(f"/claims/stances.json?_shape=objects&_size=1&_extra=count&{query}")
    assert table.status_code == 200, table.text
    body = table.json()
    return ours, body.get("count", body.get("filtered_table_rows_count"))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "country=GB",
        "country__in=GB,US&basis__in=explicit,vote",
        "claim=threat-increasing&stance=disputes",
        "organization__isnull=1",
        "date_start__gte=2019-05-01&date_start__lte=2019-05-15",
        "month=2019-05",
        "topic__contains=iran",
        "_search=threat",
        "_search=%22increased+threat%22&country=GB",
        "_search=hunt",
        "_search=nothingofthekind",
        "_search=threat+or+NEAR(",
        "_sort=id&_facet=country&country=DE",
    ],
)
async def test_a_query_string_means_the_same_as_on_the_table(make_datasette, claims_db, query):
    ours, table = await sizes(make_datasette(claims_db), query)
    assert ours == table
    assert (ours > 0) == ("nothing" not in query and "NEAR" not in query)


async def test_a_write_is_seen_at_once_and_the_past_stays(make_datasette, claims_copy):
    datasette = make_datasette(claims_copy)
    before = (await stances.selection_of(await visit_of(datasette))).size
    latest = await stances.latest_revision(await visit_of(datasette))
    conn = sqlite3.connect(claims_copy)
    conn.execute(
        "insert into revisions (table_name, row_id, operation, before, after, who, at) "
        "select 'stances', id, 'delete', json_object("
        + ", ".join(f"'{c}', \"{c}\"" for c in columns(conn, "stances"))
        + "), null, 'tester', '2026-01-01T00:00:00Z' from stances where claim = 'threat-increasing' limit 1"
    )
    conn.execute("delete from stances where id = (select row_id from revisions order by id desc limit 1)")
    conn.commit()
    conn.close()
    assert (await stances.selection_of(await visit_of(datasette))).size == before - 1
    assert (await stances.selection_of(await visit_of(datasette, f"_as_of={latest}"))).size == before


def columns(conn, table):
    return [row[1] for row in conn.execute(f"pragma table_info({table})")]


@pytest.mark.parametrize("value", ["0", "-1", "x", "999999999999999999999", "1.5", "%F0%9F%92%A9", ""])
async def test_a_revision_that_there_is_not_is_refused(make_datasette, claims_db, value):
    with pytest.raises(PageError) as refused:
        await stances.revision_asked(await visit_of(make_datasette(claims_db), f"_as_of={value}&country=GB"))
    assert refused.value.status == 400
    assert ("The same view without _as_of", "/claims/-/claims/compare?country=GB") in refused.value.links


@pytest.mark.parametrize(
    ("query", "sentence", "links"),
    [
        ("country=GBR&basis=explicit", "country", {"/claims/-/claims/compare?basis=explicit"}),
        (
            "county=GB&basis=explicit",
            "there is no filter “county”",
            {"/claims/-/claims/compare?country=GB&basis=explicit", "/claims/-/claims/compare?basis=explicit"},
        ),
        ("country__like=GB&stance=disputes", "like", {"/claims/-/claims/compare?country=GB&stance=disputes"}),
        (
            "country=GB&country=US&stance=disputes",
            "exclude each other",
            {"/claims/-/claims/compare?country__in=GB,US&stance=disputes"},
        ),
        (
            "stance__in=supports,dispute&country=GB",
            "dispute",
            {"/claims/-/claims/compare?stance__in=supports,disputes&country=GB"},
        ),
        ("_search=%22%22&country=GB", "no word", {"/claims/-/claims/compare?country=GB"}),
        ("_where=1&country=GB", "_where", {"/claims/-/claims/compare?country=GB"}),
    ],
)
async def test_what_cannot_be_used_is_refused_with_ways_on(make_datasette, claims_db, query, sentence, links):
    with pytest.raises(PageError) as refused:
        await stances.selection_of(await visit_of(make_datasette(claims_db), query))
    assert refused.value.status == 400
    assert sentence in refused.value.sentence
    assert links <= {url for _, url in refused.value.links}


@pytest.mark.parametrize("table", ["stances", "claims"])
async def test_who_may_not_see_the_tables_gets_nothing(make_datasette, claims_db, table):
    from datasette.utils.asgi import Forbidden

    datasette = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {table: {"allow": False}}}}})
    with pytest.raises(Forbidden):
        await stances.selection_of(await visit_of(datasette))


async def test_private_statements_are_not_searched_and_private_names_not_told(make_datasette, claims_db):
    closed = {"statements": {"allow": False}, "actors": {"allow": False}}
    datasette = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": closed}}})
    open_site = make_datasette(claims_db)
    ours, table = await sizes(open_site, "_search=hunt")
    assert ours == table > 0
    assert await sizes(datasette, "_search=hunt") == (0, 0)
    visit = await visit_of(datasette)
    assert await stances.names(visit, "actors", ["jeremy-hunt"]) == {}
    assert await stances.names(visit, "countries", ["GB", None, "zz"]) == {"GB": "United Kingdom"}


async def test_a_search_of_an_empty_word_is_a_bad_request_on_the_table(make_datasette, claims_db):
    answer = await make_datasette(claims_db).client.get("/claims/stances.json?_search=%22%22")
    assert answer.status_code == 400


async def test_a_search_of_the_past_reads_the_texts_of_then(make_datasette, claims_copy):
    datasette = make_datasette(claims_copy)
    conn = sqlite3.connect(claims_copy)
    names = columns(conn, "statements")
    row = conn.execute(
        f"select {', '.join(names)} from statements where content like '%warier%' "
        "and id in (select statement from stances)"
    ).fetchone()
    statement = dict(zip(names, row, strict=True))
    latest = conn.execute("select max(id) from revisions").fetchone()[0]
    conn.execute(
        "insert into revisions (table_name, row_id, operation, before, after, who, at) "
        "values ('statements', ?, 'update', ?, '{}', 'tester', '2026-01-01T00:00:00Z')",
        (statement["id"], json.dumps(statement)),
    )
    conn.execute(
        "update statements set content = 'Quite another matter', revision = ? where id = ?",
        (latest + 1, statement["id"]),
    )
    conn.commit()
    conn.close()

    async def size(query):
        return (await stances.selection_of(await visit_of(datasette, query))).size

    assert await size("_search=warier") == 0
    assert await size(f"_search=warier&_as_of={latest}") > 0
    assert await size("_search=quite+another+matter") > 0
    assert await size(f"_search=quite+another+matter&_as_of={latest}") == 0
