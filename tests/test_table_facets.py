"""Facets of our tables: they agree with SQL, never time out, follow every write and keep what is private private."""

import sqlite3
from contextlib import closing

import pytest

from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import BY_NAME

FACETED = {name: table.facets for name, table in BY_NAME.items() if table.facets}
SETTINGS = {"settings": {"suggest_facets": False, "facet_time_limit_ms": 1}}


async def facets(datasette, path):
    """Column -> its facet, on both lines."""
    answer = await datasette.client.get(f"{path}&_shape=objects&_extra=facet_results,facets_timed_out")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    found = told["facet_results"]
    assert not told.get("facets_timed_out")
    return found.get("results", found)


def counted(database, sql, *parameters):
    with closing(sqlite3.connect(database)) as conn:
        return [tuple(row) for row in conn.execute(sql, parameters)]


@pytest.mark.parametrize("table", FACETED)
async def test_the_facets_of_a_table_agree_with_sql_whatever_the_time_limit(claims_db, make_datasette, table):
    datasette = make_datasette(claims_db, **SETTINGS)
    asked = "&".join(f"_facet={column}" for column in FACETED[table])
    found = await facets(datasette, f"/claims/{table}.json?{asked}&_facet_size=5")
    assert set(found) == set(FACETED[table])
    for column, facet in found.items():
        expected = counted(
            claims_db,
            f'select "{column}", count(*) from "{table}" where "{column}" is not null group by 1 order by 2 desc, 1',
        )
        assert [(each["value"], each["count"]) for each in facet["results"]] == expected[:5]
        assert facet["truncated"] == (len(expected) > 5)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("country=GB", "country = 'GB'"),
        ("basis__in=explicit,vote", "basis in ('explicit', 'vote')"),
        ("date_start__gte=2019-05-15&stance=supports", "date_start >= '2019-05-15' and stance = 'supports'"),
        ("country=XX", "country = 'XX'"),
    ],
)
async def test_facets_follow_every_filter(claims_db, make_datasette, query, where):
    datasette = make_datasette(claims_db, **SETTINGS)
    for _ in range(2):  # counted, then kept
        found = await facets(datasette, f"/claims/stances.json?{query}&_facet=actor&_facet_size=max")
        expected = counted(
            claims_db, f"select actor, count(*) from stances where {where} group by 1 order by 2 desc, 1"
        )
        assert [(each["value"], each["count"]) for each in found["actor"]["results"]] == expected


async def test_a_facet_is_counted_once_until_somebody_writes(claims_copy, make_datasette):
    datasette = make_datasette(claims_copy, **SETTINGS)
    path = "/claims/actors.json?_facet=kind"
    before = {each["value"]: each["count"] for each in (await facets(datasette, path))["kind"]["results"]}
    asked = []
    db = datasette.get_database("claims")
    execute = db.execute

    async def watched(sql, *arguments, **options):
        asked.append(sql)
        return await execute(sql, *arguments, **options)

    db.execute = watched
    again = {each["value"]: each["count"] for each in (await facets(datasette, path))["kind"]["results"]}
    assert again == before
    assert not [sql for sql in asked if "group by" in sql]
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        apply_changes(conn, [Change("insert", "actors", "olsen", {"name": "Mara Olsen", "kind": "person"})], "ann")
    after = {each["value"]: each["count"] for each in (await facets(datasette, path))["kind"]["results"]}
    assert after == before | {"person": before["person"] + 1}


async def test_names_come_from_a_table_that_the_viewer_may_see_only(claims_db, make_datasette):
    path = "/claims/stances.json?_facet=actor"
    actors = {"label_column": "name"}
    open_, private = (
        make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"actors": each}}}}, **SETTINGS)
        for each in (actors, actors | {"allow": {"id": "ann"}})
    )
    named = (await facets(open_, path))["actor"]["results"]
    assert any(each["label"] != each["value"] for each in named)
    for _ in range(2):
        unnamed = (await facets(private, path))["actor"]["results"]
        assert [each["label"] for each in unnamed] == [each["value"] for each in unnamed]
        assert [each["count"] for each in unnamed] == [each["count"] for each in named]


async def test_a_table_that_is_closed_shows_no_facet(claims_db, make_datasette):
    closed = {"databases": {"claims": {"tables": {"stances": {"allow": {"id": "ann"}}}}}}
    answer = await make_datasette(claims_db, metadata=closed, **SETTINGS).client.get(
        "/claims/stances.json?_facet=actor"
    )
    assert answer.status_code == 403


async def test_other_databases_keep_datasettes_own_facets(tmp_path, make_datasette):
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table stances (id integer primary key, country text)")
        conn.executemany("insert into stances (country) values (?)", [["GB"], ["GB"], ["FR"]])
        conn.commit()
    datasette = make_datasette(tmp_path / "other.db")
    found = await facets(datasette, "/other/stances.json?_facet=country")
    assert [(each["value"], each["count"]) for each in found["country"]["results"]] == [("GB", 2), ("FR", 1)]
