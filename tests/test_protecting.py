"""Protected people: a name leaves a database with all its history, and no route of a site tells an identity."""

import itertools
import json
import re
import shutil
import sqlite3
import stat
from contextlib import closing

import pytest

from datasette_claims.compat import IS_1
from datasette_claims.confidential import Names, forms_of, found_in, identities, protect, remaining
from datasette_claims.confidential.searching import bytes_in
from datasette_claims.loading import check, export
from datasette_claims.loading.problems import LoadError
from datasette_claims.schema import TABLES

HERE = "/claims/-/claims"
GHIKA = ["Chris Ghika", "Christopher Ghika", "Maj. Gen. Chris Ghika", "Ghika"]
TELLING = re.compile(r"ghika|zebulon|quartermain|lantern|\+44 20 7946", re.IGNORECASE)
"""What no public answer may hold: the names, the contact and the note of both protected people of these tests."""


@pytest.mark.parametrize(
    ("forms", "text", "found"),
    [
        (["Chris Ghika"], "said CHRIS  GHIKA today", "CHRIS  GHIKA"),
        (["Chris Ghika"], "chris-ghika-denies", "chris-ghika"),
        (["Chris Ghika"], "/actor/chris~20ghika", None),
        (["Ghika"], "Ghika's words", "Ghika"),
        (["Ghika"], "ghika-no-threat", "ghika"),
        (["Ghika"], "Aghikan", None),
        (["Page"], "see the next page of it", None),
        (["Page"], "said Page.", "Page"),
        (["Müller"], "Herr Muller sagt", "Muller"),
        (["Ann Lee"], '{"a": ["\\u0041nn Lee"]}', "Ann Lee"),
        (["Ann Lee"], '{"before": "{\\"name\\": \\"Ann Lee\\"}"}', "Ann Lee"),
        (["Jean-Luc Roi"], "Jean Luc Roi", "Jean Luc Roi"),
        (["شلوم כהן"], "אמר شلوم כהן", "شلوم כהן"),
    ],
)
def test_a_name_is_found_whole_however_it_is_written(forms, text, found):
    assert Names(tuple(forms)).find(text) == found


def test_forms_are_the_names_and_the_last_word_and_none_that_would_be_found_everywhere():
    assert forms_of("Chris Ghika", "General Ghika; CG-1") == ["General Ghika", "Chris Ghika", "Ghika", "CG-1"]
    assert forms_of("Ghika", family=True) == ["Ghika"]
    with pytest.raises(ValueError, match="Al"):
        forms_of("Al")


@pytest.fixture(scope="module")
def rewritten(claims_db, tmp_path_factory):
    """(the new database, the confidential one): the general of the reference case is protected, and so is his name."""
    folder = tmp_path_factory.mktemp("protected")
    new, confidential = folder / "claims.db", folder / "identities.db"
    how = {"id": "coalition-general", "description": "A coalition general", "contact": "+44 20 7946 0000"}
    protect(claims_db, "chris-ghika", new, confidential, forms=GHIKA, who="boss", **how)
    return new, confidential


def test_the_new_file_names_nobody_in_any_row_revision_index_or_byte(claims_db, rewritten):
    new, confidential = rewritten
    assert b"hika" not in new.read_bytes().replace(b"\0", b"")
    with closing(sqlite3.connect(new)) as conn:
        assert list(found_in(conn, Names(("Ghika", "Chris"), "chris-ghika"))) == []
        for table in ("actors", "statements", "documents", "claims"):
            sql = f'select count(*) from "{table}_fts" where "{table}_fts" match ?'
            assert conn.execute(sql, ["ghika"]).fetchone() == (0,)
    assert check(new) == []
    assert remaining(new, confidential) == []
    assert {problem.file for problem in remaining(claims_db, confidential)} >= {"actors", "statements", "revisions"}


def test_the_new_file_holds_everything_else(claims_db, rewritten):
    with closing(sqlite3.connect(claims_db)) as old, closing(sqlite3.connect(rewritten[0])) as new:
        for (table,) in old.execute(
            "select name from sqlite_master where type = 'table' and name not like '%fts%' and name not like '%stat_'"
        ):
            counts = [conn.execute(f'select count(*) from "{table}"').fetchone()[0] for conn in (old, new)]
            assert counts[1] - counts[0] == (table == "revisions"), table
        unchanged = "select id, text, kind from claims order by id"
        assert old.execute(unchanged).fetchall() == new.execute(unchanged).fetchall()
        other = "select name, kind, other_names from actors where id <> ? order by id"
        assert old.execute(other, ["chris-ghika"]).fetchall() == new.execute(other, ["coalition-general"]).fetchall()
        sides = "select claim, stance, basis, country from stances order by claim, stance, basis, country"
        assert old.execute(sides).fetchall() == new.execute(sides).fetchall()
        row = new.execute("select * from actors where protected = 1").fetchall()
        assert len(row) == 1
        assert row[0][:4] == ("coalition-general", "A coalition general", "person", "role_only")


def test_words_are_right_or_absent_and_texts_that_name_the_person_are_kept_by_checksum(claims_db, rewritten):
    with closing(sqlite3.connect(claims_db)) as old, closing(sqlite3.connect(rewritten[0])) as new:
        for table in ("mentions", "evidence"):
            quotes = {row[0] for row in old.execute(f"select quote from {table} where quote is not null")}
            kept = [row[0] for row in new.execute(f"select quote from {table} where quote is not null")]
            assert set(kept) <= quotes
            assert kept
        named = {row[0] for row in old.execute("select text_sha256 from documents where text like '%ghika%'")}
        assert named
        sql = "select text, rights from documents where text_sha256 = ?"
        assert {new.execute(sql, [each]).fetchone() for each in named} == {(None, "withheld")}
        altered = new.execute("select wording from statements where content like '%[A coalition general]%'").fetchall()
        assert {row[0] for row in altered} == {"paraphrase"}


def test_the_identity_is_in_the_confidential_file_which_only_its_owner_reads(rewritten):
    confidential = rewritten[1]
    assert stat.S_IMODE(confidential.stat().st_mode) == 0o600
    with closing(sqlite3.connect(confidential)) as conn:
        one = identities(conn, "coalition-general")[0]
        assert (one.name, one.contact, one.made_by) == ("Christopher Ghika", "+44 20 7946 0000", "boss")
        moved = json.loads(one.moved)
        assert {"table": "actors", "row": "coalition-general", "column": "name", "value": "Christopher Ghika"} in moved
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute("update identities set name = 'x'")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"description": "General Ghika"}, "it still tells the name"),
        ({"id": "ghika-2"}, "it still tells the name"),
        ({"id": "jeremy-hunt"}, "is taken"),
        ({"actor": "nobody"}, "no such actor"),
    ],
)
def test_what_cannot_be_protected_leaves_no_file_behind(claims_db, tmp_path, change, told):
    how = {"actor": "chris-ghika", "id": "general", "description": "A general", "forms": GHIKA, **change}
    actor, before = how.pop("actor"), claims_db.read_bytes()
    with pytest.raises(LoadError, match=told):
        protect(claims_db, actor, tmp_path / "new.db", tmp_path / "identities.db", **how)
    assert claims_db.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "identities.db"] == []
    with pytest.raises(LoadError, match="exists already"):
        protect(claims_db, "chris-ghika", claims_db, tmp_path / "i.db", forms=GHIKA, id="g", description="A general")


def test_a_deleted_row_in_a_free_page_is_found(tmp_path):
    path = tmp_path / "free.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("pragma secure_delete = off")
        conn.execute("create table t (a text)")
        conn.execute("insert into t values (?)", ["Zebulon Quartermain " * 10])
        conn.commit()
        conn.execute("delete from t")
        conn.commit()
        assert list(found_in(conn, Names(("Quartermain",)))) == []
    assert [place.form for place in bytes_in(path, Names(("Quartermain",)))] == ["Quartermain"]


METADATA = {
    "plugins": {"datasette-claims": {"database": "claims", "confidential": "identities"}},
    "permissions": {
        "claims-annotate": {"id": ["ann", "boss"]},
        "claims-review": {"id": "ann"},
        "claims-admin": {"id": ["boss", "clerk"]},
    },
    "databases": {"identities": {"allow": {"id": "boss"}}},
}
SOMEBODY = {
    "name": "A clerk of the port",
    "kind": "person",
    "identity": "Zebulon Quartermain",
    "other_names": "Zeb Q. Quartermain",
    "contact": "under the lantern",
    "note": "Asked for it in writing.",
}


@pytest.fixture
def site(make_datasette, rewritten, tmp_path):
    files = [shutil.copy(path, tmp_path / path.name) for path in rewritten]
    return make_datasette(*files, metadata=METADATA)


async def send(site, cookies, path, **fields):
    token = site.sign("a visitor", namespace="csrftoken")
    cookies = {**cookies, **({} if IS_1 else {"ds_csrftoken": token})}
    return await site.client.post(path, data={"csrftoken": token, **fields}, cookies=cookies, follow_redirects=False)


async def test_a_person_is_protected_from_the_first_moment(site, signed_in):
    boss, ann = signed_in(site, {"id": "boss"}), signed_in(site, {"id": "ann"})
    made = await send(site, boss, f"{HERE}/protect", **SOMEBODY)
    assert made.status_code == 303, made.text
    page = await site.client.get(made.headers["location"], cookies=boss)
    assert "Zebulon Quartermain" in page.text
    assert "under the lantern" in page.text
    assert not TELLING.search((await site.client.get(f"{made.headers['location']}.json", cookies=boss)).text)
    for cookies in ({}, ann):
        assert not TELLING.search((await site.client.get(made.headers["location"], cookies=cookies)).text)
    identity = (await site.client.get("/identities/identities.json?_shape=array", cookies=boss)).json()
    assert [(row["actor"], row["made_by"]) for row in identity] == [
        ("a-clerk-of-the-port", "boss"),
        ("coalition-general", "boss"),
    ]
    for who in ({}, ann, signed_in(site, {"id": "clerk"})):
        answer = await send(site, who, f"{HERE}/protect", **{**SOMEBODY, "name": "Another clerk"})
        assert answer.status_code == 403
    await everywhere(site, ann)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "Quartermain of the port"}, "this tells the name"),
        ({"id": "zebulon-quartermain"}, "this tells the name"),
        ({"identity": "Jeremy Hunt", "other_names": ""}, "names this person already"),
        ({"identity": ""}, "is missing"),
        ({"kind": "ship"}, "no kind of actor"),
        ({"other_names": "Q"}, "found everywhere"),
    ],
)
async def test_a_form_that_would_tell_the_name_is_shown_again_and_nothing_is_written(site, signed_in, change, told):
    boss = signed_in(site, {"id": "boss"})
    answer = await send(site, boss, f"{HERE}/protect", **{**SOMEBODY, **change})
    assert answer.status_code == 400
    assert told.casefold() in answer.text.casefold()
    for name, sql in (
        ("claims", "select count(*) from actors where protected"),
        ("identities", "select count(*) from identities"),
    ):
        assert (await site.get_database(name).execute(sql)).single_value() == 1


async def test_no_change_on_the_site_can_name_a_protected_person(site, signed_in):
    ann = signed_in(site, {"id": "ann"})
    before = (await site.get_database("claims").execute("select max(id) from revisions")).single_value()
    note = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": "https://example.org/"}
    token = site.sign("a visitor", namespace="csrftoken")
    headers = {"content-type": "application/ld+json", "x-csrftoken": token}
    cookies = {**ann, **({} if IS_1 else {"ds_csrftoken": token})}
    for text, status in (("It was Ghika who said so.", 400), ("It was the general who said so.", 201)):
        body = json.dumps({**note, "bodyValue": text}).encode()
        answer = await site.client.post(f"{HERE}/annotations/", content=body, headers=headers, cookies=cookies)
        assert answer.status_code == status, answer.text
        after = (await site.get_database("claims").execute("select max(id) from revisions")).single_value()
        assert (after > before) == (status == 201)


@pytest.mark.parametrize("allow", [None, {"allow": True}])
async def test_an_open_confidential_database_is_not_used(make_datasette, signed_in, rewritten, tmp_path, allow):
    files = [shutil.copy(path, tmp_path / path.name) for path in rewritten]
    site = make_datasette(*files, metadata={**METADATA, "databases": {"identities": allow} if allow else {}})
    boss = signed_in(site, {"id": "boss"})
    page = await site.client.get(f"{HERE}/actor/coalition-general", cookies=boss)
    assert page.status_code == 200
    assert not TELLING.search(page.text)
    assert "Anybody can see" in (await site.client.get(f"{HERE}/protect", cookies=boss)).text
    assert (await send(site, boss, f"{HERE}/protect", **SOMEBODY)).status_code == 403


def test_exports_name_nobody(rewritten, tmp_path):
    export(rewritten[0], tmp_path / "out", withheld_texts=True)
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert not TELLING.search(path.read_text(encoding="utf-8"))


async def everywhere(site, cookies):
    """Ask every route of the site, with every table, format and kind of row, for what must not be told."""
    db = site.get_database("claims")
    spoken = "select m.id, m.statement, s.claim from mentions m join stances s on s.statement = m.statement"
    mention, statement, claim = (await db.execute(f"{spoken} where m.speaker = 'coalition-general'")).first()
    ids = {"actors": "coalition-general", "mentions": mention, "statements": statement, "claims": claim}
    for table in TABLES:
        row = (await db.execute(f'select id from "{table.name}" limit 1')).first()
        if row is not None:
            ids.setdefault(table.name, str(row[0]))
    tables = await db.table_names()
    urls = list(dict.fromkeys(url for route, _ in site._routes() for url in addresses(route, tables, ids)))
    told, answered = [], 0
    for url in urls:
        answer = await site.client.get(url, cookies=cookies, follow_redirects=False)
        answered += answer.status_code == 200
        # The list of stored queries is open, and empty: it is about names of databases, which are no secret.
        closed = url.startswith("/identities") and answer.status_code == 200 and not url.endswith("/-/queries")
        if closed or TELLING.search(answer.text) or TELLING.search(str(answer.headers)):
            told.append(url)
    assert told == []
    assert answered > 120


_KINDS = (("actor|preview", "actors"), ("statement", "statements"), ("claim/", "claims"), ("annotations", "mentions"))
_UNASKED = ("static", "logout", "memory", "favicon", "{query}", "debug", "auth-token")
"""Routes that serve no data, and those that need a stored query that there is not."""


def addresses(route, tables, ids):
    """URLs that a route answers: every format, every table, the rows of the protected actor; both databases."""
    pattern = (route.pattern if hasattr(route, "pattern") else route).rstrip("$")
    formats = [""]
    for found in re.findall(r"\(\??:?\\\.\(\?P<format>([^)]*)\)\)\?", pattern):
        known = ["json", "csv", "webannotation", "prov", "csl"] if "w+" in found else found.rstrip("?").split("|")
        formats += [f".{each}" for each in known[: 1 if "pks" in pattern else None]]
    path = re.sub(r"\(\??:?\\\.\(\?P<format>[^)]*\)\)\?", "{format}", pattern)
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", path).replace("\\", "")
    if any(each in path for each in _UNASKED):
        return
    assert "(" not in path, f"this test does not know how to ask {pattern}"
    kind = next((table for sign, table in _KINDS if re.search(f"/({sign})/?{{id}}", path)), "actors")
    rows = [(kind, ids[kind])]
    if "{table}" in path:
        rows = [(each, ids[each]) for each in (("actors", "statements", "mentions") if "/-/" in path else ids)]
        rows += [] if "/-/" in path or "{pks}" in path else [(each, "") for each in tables]
    values = {
        "document": "gulf-desk-2019-05-14",
        "kind": "actor",
        "what": "entity",
        "database": "claims",
        "rest": "no-such-page",
    }
    for format, (table, id) in itertools.product(formats, rows):
        plain = format in ("", ".json", ".csv") and (format != ".csv" or path not in ("/{database}{format}",))
        if not plain and table not in ("statements", "mentions", "claims", "documents") and "query" not in path:
            continue
        if "_fts" in table and format:
            continue
        if "query{format}" in path or (path == "/{database}{format}" and not plain):
            continue  # asked with SQL below
        url = path.format(**values, format=format, table=table, pks=id, id=id)
        yield url + (
            "?prefix=a&q=a" if "suggest" in path else "?page=0&parts=yes" if url.endswith("annotations/") else ""
        )
    if "{database}" in path and "claims" not in path:
        values["database"] = "identities"
        yield path.format(**values, format="", table="identities", pks="coalition-general,1", id="")


async def test_search_and_sql_find_no_identity(site):
    for table in ("actors", "statements", "documents", "claims"):
        found = (await site.client.get(f"/claims/{table}.json?_search=ghika&_shape=objects")).json()
        assert found["rows"] == []
    tables = await site.get_database("claims").table_names()
    sql = "/claims/-/query.json" if IS_1 else "/claims.json"
    for table in tables:
        columns = await site.get_database("claims").table_columns(table)
        where = " or ".join(f"\"{column}\" like '%ghika%'" for column in columns)
        asked = {"sql": f'select count(*) as n from "{table}" where {where}', "_shape": "array"}
        assert (await site.client.get(sql, params=asked)).json() == [{"n": 0}], table
    for asked in ("select * from identities.identities", "attach database 'identities.db' as x"):
        answer = await site.client.get(sql, params={"sql": asked})
        assert answer.status_code in (400, 403)
