"""The start page says what is in the database: every number equals SQL, every link leads where it says."""

import html
import re
import sqlite3

import pytest

from datasette_claims.loading import Options, load
from datasette_claims.schema import BY_NAME, TABLES

MAIN = ("documents", "actors", "statements", "claims", "stances")


@pytest.fixture
def sql(claims_db):
    conn = sqlite3.connect(claims_db)
    yield lambda query, *parameters: conn.execute(query, parameters).fetchall()
    conn.close()


async def twin(ds, database="claims"):
    return (await ds.client.get(f"/{database}/-/claims.json")).json()


async def rows_behind(ds, url):
    path, _, query = url.partition("#")[0].partition("?")
    answer = await ds.client.get(f"{path}.json?_shape=array&_size=max&{query}")
    assert answer.status_code == 200, url
    return answer.json()


async def test_every_number_equals_sql(make_datasette, claims_db, sql):
    ds = make_datasette(claims_db)
    data = (await twin(ds))["data"]
    assert {table["table"]: table["count"] for table in data["tables"]} == {
        table.name: sql(f"select count(*) from {table.name}")[0][0] for table in TABLES
    }
    assert {row["country"]: row["count"] for row in data["countries"]["shown"]} == dict(
        sql("select country, count(*) from statements group by country")
    )
    (contested,) = data["contested"]["shown"]
    for stance, side in contested["sides"].items():
        assert (
            side["count"]
            == sql("select count(*) from stances where claim = ? and stance = ?", contested["claim"], stance)[0][0]
        )


async def test_the_reference_case(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    contested = (await twin(ds))["data"]["contested"]
    assert contested["total"] == 1
    (claim,) = contested["shown"]
    assert claim["claim"] == "threat-increasing"
    assert claim["sides"]["supports"]["by_basis"] == {"explicit": 2, "inferred": 2}
    assert claim["sides"]["disputes"]["by_basis"] == {"author_summary": 3, "inferred": 1}
    assert [side["named_explicit"] for side in claim["sides"].values()] == [1, 0]
    page = (await ds.client.get("/claims/-/claims")).text
    assert "one supports it and none disputes it" in page
    assert "One claim is contested: both support and dispute are on record." in page


async def test_every_link_leads_to_what_it_says(make_datasette, claims_db, site_metadata):
    metadata = site_metadata()
    del metadata["plugins"]["datasette-claims"]["load"]
    for ds in (make_datasette(claims_db), make_datasette(claims_db, metadata=metadata)):
        data = (await twin(ds))["data"]
        for row in data["countries"]["shown"]:
            assert len(await rows_behind(ds, row["url"])) == row["count"]
        for claim in data["contested"]["shown"]:
            for side in claim["sides"].values():
                assert len(await rows_behind(ds, side["url"])) == side["count"]
        page = (await ds.client.get("/claims/-/claims")).text
        for link in {html.unescape(link) for link in re.findall(r'href="(/[^"]+)"', page)}:
            path, _, place = link.partition("#")
            answer = await ds.client.get(path)
            assert answer.status_code == 200, link
            if place.startswith("facet-"):
                assert answer.text.count(f'id="{place}"') == 1, link


async def test_the_latest_statements_are_the_latest(make_datasette, claims_db, sql):
    ds = make_datasette(claims_db)
    latest = (await twin(ds))["data"]["latest"]
    assert [row["id"] for row in latest] == [
        row[0]
        for row in sql(
            "select id from statements where kind = 'utterance' and content is not null and date_start is not null "
            "order by date_start desc, id limit 8"
        )
    ]


async def test_the_page_can_be_cited_and_checked(make_datasette, claims_db, sql):
    import hashlib
    import json

    ds = make_datasette(claims_db)
    answer = await twin(ds)
    canonical = json.dumps(answer["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert answer["cite"]["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert answer["cite"]["url"] == "http://localhost/claims/-/claims"
    assert answer["cite"]["revision"] == sql("select max(id) from revisions")[0][0]
    page = (await ds.client.get("/claims/-/claims")).text
    assert answer["cite"]["sha256"] in page
    assert '<html lang="en">' in page


async def test_stances_without_statements(make_datasette, tmp_path):
    """A data set of votes has no statements: countries are counted by stances, and only what is there is named."""
    (tmp_path / "actors.csv").write_text("id,name,kind,country\ngb,GB,organization,GB\nna,NA,organization,NA\n")
    (tmp_path / "claims.csv").write_text("id,text,kind\n" + "".join(f"r{n},R {n},resolution\n" for n in range(15)))
    votes = [(f"r{n}", actor, side) for n in range(15) for actor, side in (("gb", "supports"), ("na", "disputes"))]
    lines = [f"{claim}-{actor},{claim},{side},vote,{actor},{actor.upper()}" for claim, actor, side in votes]
    (tmp_path / "stances.csv").write_text("id,claim,stance,basis,actor,country\n" + "\n".join(lines) + "\n")
    load(tmp_path / "votes.db", [tmp_path / name for name in ("actors.csv", "claims.csv", "stances.csv")], Options())
    ds = make_datasette(tmp_path / "votes.db")
    answer = await twin(ds, "votes")
    assert answer["sentence"].startswith("On record here: 2 actors, 15 claims and 30 stances. 15 claims are contested")
    assert answer["data"]["countries"]["table"] == "stances"
    assert {row["name"]: row["count"] for row in answer["data"]["countries"]["shown"]} == {
        "Namibia": 15,
        "United Kingdom": 15,
    }
    page = (await ds.client.get("/votes/-/claims")).text
    assert "The 10 most evenly split of 15." in page
    assert "No dated statement yet." in page


async def test_the_menu_and_the_database_page_lead_here(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    for path in ("/", "/claims", "/claims/statements", "/claims/-/claims"):
        assert 'href="/claims/-/claims"' in (await ds.client.get(path)).text, path


async def test_under_a_base_url_every_link_has_it(make_datasette, claims_db):
    ds = make_datasette(claims_db, settings={"base_url": "/data/"})
    page = (await ds.client.get("/claims/-/claims")).text
    links = re.findall(r'(?:href|src)="(/[^"]*)"', page)
    assert links
    assert all(link.startswith("/data/") for link in links)
    assert [link for link in links if "/data/data/" in link] == []


@pytest.mark.parametrize("name", ["claims.css", "claims.js", "tables.js"])
async def test_the_files_that_the_pages_name_are_served(make_datasette, claims_db, name):
    ds = make_datasette(claims_db)
    pages = [(await ds.client.get(path)).text for path in ("/claims/-/claims", "/claims/stances")]
    (url,) = {found for page in pages for found in re.findall(rf'"(/-/static-plugins/[^"]*{name}[^"]*)"', page)}
    answer = await ds.client.get(html.unescape(url))
    assert answer.status_code == 200
    assert "claims" in answer.text


async def test_other_databases_get_none_of_our_files(make_datasette, claims_db, tmp_path):
    sqlite3.connect(tmp_path / "other.db").execute("create table t (stance text)").connection.close()
    ds = make_datasette(claims_db, tmp_path / "other.db")
    for path in ("/", "/other", "/other/t"):
        page = (await ds.client.get(path)).text
        assert "static-plugins/datasette_claims" not in page, path


def test_every_facet_of_the_start_page_is_a_column():
    assert all(BY_NAME[name][facet].label for name in MAIN for facet in BY_NAME[name].facets)


async def test_kept_numbers_follow_every_write(make_datasette, claims_copy):
    """Counts over whole tables are kept in memory; whoever commits, the next request counts again."""
    ds = make_datasette(claims_copy, metadata={"plugins": {"datasette-claims": {"database": "claims"}}})

    async def claims():
        return {table["table"]: table["count"] for table in (await twin(ds))["data"]["tables"]}["claims"]

    first = await claims()
    assert await claims() == first
    insert = "insert into claims (id, text, kind, revision) values (?, 'It is so.', 'factual', 1)"
    other = sqlite3.connect(claims_copy)
    for number in range(3):
        other.execute(insert, [f"other-{number}"])
        other.commit()
        assert await claims() == first + number + 1
    other.close()
    await ds.get_database("claims").execute_write(insert, ["own"])
    assert await claims() == first + 4
    assert await claims() == first + 4


async def test_the_title_is_that_of_the_database(make_datasette, claims_db):
    metadata = {"title": "All", "databases": {"claims": {"title": "Ours", "description": "One <case>"}}}
    page = (await make_datasette(claims_db, metadata=metadata).client.get("/claims/-/claims")).text
    assert "<h1>Ours</h1>" in page
    assert "One &lt;case&gt;" in page
    assert (
        "<h1>All</h1>"
        in (await make_datasette(claims_db, metadata={"title": "All"}).client.get("/claims/-/claims")).text
    )
    assert "<h1>Claims in claims</h1>" in (await make_datasette(claims_db).client.get("/claims/-/claims")).text
