"""Datasette's pages of our tables in every format of exchange: the rows of the page, within the gate."""

import html
import json
import re
import sqlite3

import pytest

from datasette_claims import config
from datasette_claims.interchange import webannotation
from datasette_claims.interchange.formats import FORMATS
from datasette_claims.loading import Options, load
from datasette_claims.pages.renderers import TABLES

PRIVATE = {"allow": {"id": "alice"}}
PAIRS = [(name, table) for name, tables in TABLES.items() for table in tables]


KINDS = {"statements": "statement", "documents": "document", "mentions": "mention", "claims": "claim",
         "stances": "stance", "actors": "actor", "evidence": "evidence"}  # fmt: skip


def ids_in(format, table, answer):
    """The ids of the rows of the table of which an export tells, as it names them."""
    kind = KINDS[table]
    if format == "citation":
        return {line.rpartition("/")[2] for line in answer.text.splitlines()}
    found = answer.json()
    if format == "prov":
        return {name.partition(":")[2] for name in (found.get("agent" if kind == "actor" else "entity") or {})
                if name.startswith(f"{kind}:")}  # fmt: skip
    if format == "popolo":
        return {one["id"] for group in ("persons", "organizations", "speeches") for one in found[group]}
    if format == "claimreview":
        return {one["@id"].rpartition("/")[2] for one in found["@graph"]}
    items = found if format == "csl" else found.get("first", {}).get("items", [])
    return {one["id"].rpartition("/")[2] for one in items}


WHICH = {
    "webannotation": {
        "documents": "select id from mentions where document in ({})",
        "statements": "select id from mentions where statement in ({})",
        "claims": "select id from mentions where statement in (select statement from stances where claim in ({}))",
        "stances": "select id from mentions where statement in (select statement from stances where id in ({}))",
        "actors": "select m.id from mentions m join statements s on s.id = m.statement where s.speaker in ({})",
    },
    "claimreview": {
        "documents": "select statement from mentions where document in ({})",
        "stances": "select claim from stances where id in ({0}) union select statement from stances where id in ({0})",
        "claims": "select c.id from claims c where id in ({}) and not exists (select 1 from assessments a "
        "where a.subject = c.id and a.kind = 'verdict')",
    },
    "popolo": {
        "documents": "select s.id from statements s join mentions m on m.statement = s.id "
        "where s.kind = 'utterance' and m.document in ({})",
        "statements": "select id from statements where kind = 'utterance' and id in ({})",
    },
    "csl": {"documents": "select id from documents where url is null and id in ({})"},
    "citation": {"documents": "select id from documents where url is null and id in ({})"},
}
"""Format -> table -> the ids of which an export of some rows tells, where they are not those of the rows."""


@pytest.mark.parametrize(("format", "table"), PAIRS)
async def test_the_rows_of_a_page_are_told(make_datasette, claims_db, format, table):
    ds = make_datasette(claims_db)
    answer = await ds.client.get(f"/claims/{table}.{format}?_size=3")
    assert answer.status_code == 200, answer.text
    page = (await ds.client.get(f"/claims/{table}.json?_size=3&_shape=objects")).json()["rows"]
    sql = WHICH.get(format, {}).get(table, f"select id from {table} where id in ({{}})")
    conn = sqlite3.connect(claims_db)
    listed = ", ".join(f"'{row['id']}'" for row in page)
    expected = {row[0] for row in conn.execute(sql.format(listed)) if row[0]}
    conn.close()
    assert expected
    assert expected <= ids_in(format, table, answer)


def test_every_format_tells_of_documents_statements_and_claims():
    for name in ("webannotation", "prov", "claimreview", "csl", "citation"):
        assert {"documents", "statements", "claims"} <= set(TABLES[name]), name
    assert {"documents", "statements", "actors"} <= set(TABLES["popolo"]), "Popolo has people and speeches, no claims"
    assert set(TABLES) == set(FORMATS)


async def test_a_row_and_a_filtered_list_have_the_formats_too(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    one = await ds.client.get("/claims/statements/hunt-same-assessment.csl")
    assert [item["id"].rpartition("/")[2] for item in one.json()] == ["hunt-same-assessment"]
    assert one.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    listed = await ds.client.get("/claims/statements.csl?speaker=jeremy-hunt&_sort=id")
    assert {item["author"][0]["literal"] for item in listed.json()} == {"Jeremy Hunt"}
    rows = (await ds.client.get("/claims/statements.json?speaker=jeremy-hunt&_sort=id&_shape=objects")).json()["rows"]
    assert [item["id"].rpartition("/")[2] for item in listed.json()] == [row["id"] for row in rows]


async def test_iris_begin_with_the_public_address_that_is_configured(make_datasette, claims_db):
    base = "https://records.example.org/db/claims"
    ds = make_datasette(claims_db, metadata={"plugins": {"datasette-claims": {"database": "claims", "base": base}}})
    found = (await ds.client.get("/claims/mentions.webannotation?_size=1")).json()
    assert found["id"] == f"{base}/mentions.webannotation?_size=1"
    first = found["first"]["items"][0]["id"]
    assert first.startswith(f"{base}/-/claims/annotations/")
    alone = await ds.client.get(first.replace(base, "/claims"), headers={"accept": "application/ld+json"})
    assert alone.json()["id"] == first
    listed = (await ds.client.get("/claims/-/claims/annotations/")).json()
    assert listed["id"].startswith(f"{base}/-/claims/annotations/")


@pytest.mark.parametrize("base", ["claims", "https://example.org/claims?x=1", 7])
async def test_a_public_address_that_is_none_is_refused(base):
    with pytest.raises(config.ConfigError, match=r"base: .*public URL of the database"):
        config.read({"database": "claims", "base": base})


async def test_an_annotation_list_is_named_by_its_own_address(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.get("/claims/mentions.webannotation?_size=2&document=nbc-2019-05-16")
    found = answer.json()
    assert answer.headers["content-type"] == webannotation.MEDIA_TYPE
    assert found["id"] == "http://localhost/claims/mentions.webannotation?_size=2&document=nbc-2019-05-16"
    assert found["total"] == 2
    assert 'rel="next"' in answer.headers["link"]
    following = answer.headers["link"].partition(">")[0].removeprefix("<http://localhost")
    second = (await ds.client.get(following)).json()
    assert {one["id"] for one in second["first"]["items"]}.isdisjoint(one["id"] for one in found["first"]["items"])


async def test_datasette_offers_the_formats_on_our_tables_only(make_datasette, claims_db, tmp_path):
    conn = sqlite3.connect(tmp_path / "other.db")
    conn.execute("create table statements (id text primary key)")
    conn.execute("insert into statements values ('x')")
    conn.commit()
    conn.close()
    ds = make_datasette(claims_db, tmp_path / "other.db")
    ours = (await ds.client.get("/claims/statements")).text
    assert all(f"/claims/statements.{name}" in ours for name in TABLES)
    assert ".popolo" not in (await ds.client.get("/claims/claims")).text
    assert ".webannotation" not in (await ds.client.get("/other/statements")).text
    for path in ("/other/statements.prov", "/claims/countries.prov", "/claims/actors.csl"):
        answer = await ds.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["remedy"]


@pytest.mark.parametrize(("format", "table"), PAIRS)
async def test_what_is_private_stays_private(make_datasette, claims_db, format, table):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {table: PRIVATE}}}})
    assert (await ds.client.get(f"/claims/{table}.{format}")).status_code == 403
    ds = make_datasette(claims_db, metadata={"databases": {"claims": PRIVATE}})
    assert (await ds.client.get(f"/claims/{table}.{format}")).status_code == 403


async def test_other_tables_are_told_of_only_to_those_who_may_see_them(make_datasette, claims_db, signed_in):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"actors": PRIVATE}}}})
    path = "/claims/statements.prov?speaker=jeremy-hunt"
    assert '"Jeremy Hunt"' not in (await ds.client.get(path)).text
    assert '"Jeremy Hunt"' in (await ds.client.get(path, cookies=signed_in(ds, {"id": "alice"}))).text


async def test_hostile_ids_and_query_strings_are_written_as_data(make_datasette, tmp_path):
    hostile = ["<script>", "\"'\\", "a/b?c#d", "é 😀", "../x"]
    rows = [{"id": id, "title": id} for id in hostile]
    (tmp_path / "documents.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    load(tmp_path / "claims.db", [tmp_path / "documents.jsonl"], Options())
    ds = make_datasette(tmp_path / "claims.db")
    found = (await ds.client.get("/claims/documents.csl")).json()
    assert {one["title"] for one in found} == set(hostile)
    found = (await ds.client.get('/claims/documents.webannotation?title=<"é>')).json()
    assert (found["total"], found["type"]) == (0, "AnnotationCollection")
    assert not set(found["id"]) & set('<">é ')


EXPORTS = {
    "claim/threat-increasing": "Web Annotation, PROV, ClaimReview, CSL, plain citation",
    "statement/hunt-same-assessment": "Web Annotation, PROV, ClaimReview, Popolo, CSL, plain citation",
    "read/nbc-2019-05-16": "Web Annotation, PROV, ClaimReview, Popolo, CSL, plain citation",
    "actor/jeremy-hunt": "Web Annotation, PROV, Popolo",
    "compare": "",
}
NAMES = {
    "Web Annotation": "webannotation", "PROV": "prov", "ClaimReview": "claimreview", "Popolo": "popolo", "CSL": "csl",
    "plain citation": "citation",
}  # fmt: skip


@pytest.mark.parametrize(("path", "labels"), EXPORTS.items())
async def test_our_pages_link_to_the_exports_of_their_thing(make_datasette, claims_db, path, labels):
    ds = make_datasette(claims_db)
    found = exports_on((await ds.client.get(f"/claims/-/claims/{path}")).text)
    assert ", ".join(found) == labels
    for label, url in found.items():
        answer = await ds.client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == FORMATS[NAMES[label]].media_type


async def test_what_an_export_of_a_page_tells_passes_the_gate(make_datasette, claims_db):
    page = "/claims/-/claims/claim/threat-increasing"
    metadata = {"databases": {"claims": {"tables": {"statements": {"allow": {"id": "editor"}}}}}}
    closed = make_datasette(claims_db, metadata=metadata)
    url = exports_on((await closed.client.get(page)).text)["Web Annotation"]
    assert "same assessment" not in (await closed.client.get(url)).text
    assert "same assessment" in (await make_datasette(claims_db).client.get(url)).text


def exports_on(page):
    """Label -> URL of the row of exports."""
    (row,) = re.findall(r"Export: (.*?)</p>", page) or [""]
    return {label: html.unescape(url) for url, label in re.findall(r'<a href="([^"]*)" rel="alternate">([^<]*)', row)}
