"""Writing annotations through the Web Annotation Protocol: as the W3C checks it, into our rows and without loss."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import types
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, skip
from w3c_model import musts

from datasette_claims.compat import IS_1
from datasette_claims.interchange import webannotation
from datasette_claims.loading import check

SHARED = ROOT / ".." / "shared"
HERE = "/claims/-/claims/annotations/"
ANNO = "http://www.w3.org/ns/anno.jsonld"
JSONLD = {"content-type": "application/ld+json"}
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims"}},
    "permissions": {"claims-annotate": {"id": "ann"}},
}


TOKENS = """
from datasette import hookimpl

@hookimpl
def actor_from_request(datasette, request):
    kind, _, token = (request.headers.get("authorization") or "").partition(" ")
    return {"id": token.removeprefix("of-")} if kind == "Bearer" and token.startswith("of-") else None
"""
"""Bearer tokens: 1.0 has its own, 0.65 gets them from a plugin such as datasette-auth-tokens; this one serves both."""


def bearer(who="ann"):
    return f"of-{who}"


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "claims_test_tokens.py").write_text(TOKENS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(serve, claims_db, plugins, tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocol")
    metadata = folder / "metadata.json"
    metadata.write_text(json.dumps(METADATA), encoding="utf-8")
    return serve(
        shutil.copy(claims_db, folder / "claims.db"), metadata=metadata, options=["--plugins-dir", str(plugins)]
    )


def test_the_container_passes_every_check_of_the_protocol_and_what_it_serves_those_of_the_model(server, tmp_path):
    runner = SHARED / "tools" / "run_w3c_protocol.py"
    if not runner.exists():
        skip("../shared/tools/run_w3c_protocol.py is not on this machine")
    pytest.importorskip("rfc3987")
    headers = {"Authorization": f"Bearer {bearer()}", "Content-Type": "application/ld+json"}
    made = []
    for number, sent in enumerate(
        [A_NOTE, {**A_NOTE, "bodyValue": "plain", "body": None, "target": {"id": "urn:x:y"}}]
    ):
        body = json.dumps({name: value for name, value in sent.items() if value is not None}).encode()
        request = urllib.request.Request(server + HERE, data=body, method="POST", headers=headers)
        with urllib.request.urlopen(request, timeout=20) as response:
            (tmp_path / f"{number}.json").write_bytes(response.read())
            made.append(response.headers["Location"])
    command = [sys.executable, runner, server + HERE, made[0], "--strict"]
    command += ["--header", f"Authorization: {headers['Authorization']}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "MUST: 35 passed, 0 failed" in done.stdout, done.stdout
    assert "SHOULD: 9 passed, 1 failed" in done.stdout, done.stdout
    assert "STRICT: 10 passed, 0 failed" in done.stdout, done.stdout
    assert re.findall(r"^FAIL +(.*?)(?:  -- .*)?$", done.stdout, re.M) == ["should HTTPS"]
    for name, query in (("container", ""), ("page", "?page=0"), ("iris", "?iris=1&page=0")):
        with urllib.request.urlopen(server + HERE + query, timeout=20) as response:
            (tmp_path / f"{name}.json").write_bytes(response.read())
    status, told = musts(tmp_path, "--items")
    assert status == 0, told


A_NOTE = {
    "@context": ANNO,
    "type": "Annotation",
    "motivation": "commenting",
    "body": [{"type": "TextualBody", "value": "Is that so? 🦉", "language": "en", "purpose": "questioning"}],
    "target": {
        "source": "https://example.org/page",
        "state": {"type": "TimeState", "sourceDate": "2019-05-16T00:00:00Z"},
    },
    "stylesheet": "https://example.org/style.css",
    "canonical": "urn:uuid:9c1b7c1e-0f4d-4f38-9bd8-000000000001",
}


@pytest.fixture
def tokens():
    from datasette.plugins import pm

    module = types.ModuleType("claims_test_tokens")
    exec(compile(TOKENS, "claims_test_tokens", "exec"), module.__dict__)
    pm.register(module, "claims_test_tokens")
    yield
    pm.unregister(name="claims_test_tokens")


@pytest.fixture
def site(make_datasette, claims_copy, tokens):
    return make_datasette(claims_copy, metadata=METADATA)


class Client:
    """Requests with ann's token; ``path`` may be an IRI."""

    def __init__(self, site, token=None):
        self.site = site
        self.headers = {"authorization": f"Bearer {token or bearer()}"}

    async def __call__(self, method, path=HERE, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {**self.headers, **(JSONLD if body is not None else {}), **headers}
        content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        path = path.removeprefix("http://localhost")
        return await self.site.client.request(method, path, headers=given, content=content)


def of_passage(document="harbour-journal-report", **more):
    quote = {"type": "TextQuoteSelector", "exact": more.pop("exact")}
    return {
        "@context": ANNO,
        "type": "Annotation",
        "target": {"source": f"http://localhost/claims/-/claims/read/{document}", "selector": quote},
        **more,
    }


def rows(site, sql, *values):
    path = site.get_database("claims").path
    with sqlite3.connect(path) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(sql, values)]


def a_sentence(site, document=None):
    """(document, a sentence of its text that stands in it once)."""
    where = "id = ?" if document else "text is not null and id <> ?"
    row = rows(site, f"select id, text from documents where {where} order by id", document or "")[0]
    sentence = next(s for s in re.findall(r"[A-Z][^.\n]{40,}\.", row["text"]) if row["text"].count(s) == 1)
    return row["id"], sentence


async def test_a_passage_of_a_document_becomes_a_draft_and_the_annotation_is_kept(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    sent = of_passage(document, exact=sentence, body={"type": "TextualBody", "purpose": "tagging", "value": "indirect"})
    sent |= {"stylesheet": "https://example.org/style.css", "id": "https://elsewhere.example/1"}
    made = await ask("POST", body=sent, slug="A good name")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == made.json()["id"] == f"http://localhost{HERE}a-good-name"
    assert made.headers["content-type"] == webannotation.MEDIA_TYPE
    assert made.json()["via"] == "https://elsewhere.example/1"
    assert {name: made.json()[name] for name in ("body", "target", "stylesheet")} == {
        name: sent[name] for name in ("body", "target", "stylesheet")
    }
    mention = rows(site, "select * from mentions where id = 'a-good-name'")[0]
    text = rows(site, "select text from documents where id = ?", document)[0]["text"]
    assert text[mention["span_start"] : mention["span_end"]] == sentence == mention["quote"]
    statement = rows(site, "select * from statements where id = ?", mention["statement"])[0]
    for row in (mention, statement):
        assert (row["status"], row["status_by"], row["report_type"]) == ("draft", "ann", "indirect")
    assert statement["content"] == sentence
    assert f"/statement/{statement['id']}>" in made.headers["link"]
    revisions = rows(site, "select who, note, action, table_name from revisions order by id desc limit 4")
    assert {row["who"] for row in revisions} == {"ann"}
    assert {row["table_name"] for row in revisions} == {"statements", "mentions", "annotations", "anchorings"}
    assert len({row["action"] for row in revisions}) == 1
    assert check(Path(site.get_database("claims").path)) == []


async def test_a_statement_that_is_identified_gets_another_mention_and_a_comment_stays_a_note(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    statement = rows(site, "select id from statements order by id")[0]["id"]
    body = {"type": "SpecificResource", "source": f"http://localhost/claims/-/claims/statement/{statement}"}
    before = rows(site, "select count(*) as n from statements")[0]["n"]
    made = await ask("POST", body=of_passage(document, exact=sentence, body=body))
    mention = rows(site, "select * from mentions where id = ?", made.json()["id"].rpartition("/")[2])[0]
    assert mention["statement"] == statement
    note = await ask("POST", body=of_passage(document, exact=sentence, motivation="commenting", bodyValue="Hm."))
    assert note.status_code == 201
    kept = rows(site, "select * from annotations where id = ?", note.json()["id"].rpartition("/")[2])[0]
    assert (kept["mention"], kept["document"], kept["note"], kept["made_by"]) == (None, document, "Hm.", "ann")
    assert rows(site, "select count(*) as n from statements")[0]["n"] == before
    missing = of_passage(document, exact=sentence, body={**body, "source": body["source"] + "-none"})
    assert (await ask("POST", body=missing)).status_code == 400


async def test_words_that_do_not_stand_in_the_text_are_never_placed(site):
    document, _ = a_sentence(site)
    made = await Client(site)("POST", body=of_passage(document, exact="These words stand nowhere in the text at all."))
    kept = rows(site, "select * from annotations where id = ?", made.json()["id"].rpartition("/")[2])[0]
    assert (made.status_code, kept["mention"], kept["document"]) == (201, None, document)


async def test_a_change_moves_the_mention_and_needs_the_version_that_was_seen(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    made = await ask("POST", body=of_passage(document, exact=sentence), slug="moved")
    shorter = sentence[: len(sentence) // 2].rstrip()
    change = {**made.json(), "target": of_passage(document, exact=shorter)["target"]}
    path = made.headers["location"]
    assert (await ask("PUT", path, change)).status_code == 428
    assert (await ask("PUT", path, change, if_match='"other"')).status_code == 412
    assert (await ask("PUT", path, change, if_match=f"W/{made.headers['etag']}")).status_code == 412
    assert (await ask("PUT", path, {**change, "id": path + "x"}, if_match=made.headers["etag"])).status_code == 409
    done = await ask("PUT", path, change, if_match=made.headers["etag"])
    assert done.status_code == 200, done.text
    assert done.json()["target"] == change["target"]
    mention = rows(site, "select * from mentions where id = 'moved'")[0]
    statement = rows(site, "select * from statements where id = ?", mention["statement"])[0]
    assert mention["quote"] == mention["content"] == statement["content"] == shorter
    assert (await ask("PUT", path, change, if_match=made.headers["etag"])).status_code == 412
    assert (await ask("GET", path)).headers["etag"] == done.headers["etag"]
    away = {**change, "target": "https://example.org/"}
    noted = await ask("PUT", path, away, if_match=done.headers["etag"])
    assert noted.json()["target"] == "https://example.org/"
    assert rows(site, "select id from mentions where id = 'moved'") == []
    assert check(Path(site.get_database("claims").path)) == []


async def test_what_people_change_in_a_mention_shows_in_its_annotation(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    made = await ask("POST", body=of_passage(document, exact=sentence, bodyValue="A tip"), slug="edited")
    from datasette_claims.loading.writing import Change, apply_changes

    def shorten(conn):
        conn.row_factory = None
        start = conn.execute("select span_start from mentions where id = 'edited'").fetchone()[0]
        values = {"span_end": start + 10, "quote": sentence[:10]}
        apply_changes(conn, [Change("update", "mentions", "edited", values)], "bea")

    options = {"transaction": False} if IS_1 else {}
    await site.get_database("claims").execute_write_fn(shorten, **options)
    now = await ask("GET", made.headers["location"])
    targets = now.json()["target"]
    selectors = (targets[0] if isinstance(targets, list) else targets)["selector"]
    assert sentence[:10] in [selector.get("exact") for selector in selectors]
    assert now.json()["body"][0]["value"] == "A tip"
    assert "bodyValue" not in now.json()
    assert now.headers["etag"] != made.headers["etag"]


async def test_a_mention_of_the_record_can_be_changed_and_deleted_too(site):
    ask = Client(site)
    document = a_sentence(site)[0]
    sql = (
        "select m.id from mentions m left join evidence e on e.mention = m.id where m.document = ? and e.id is not null"
    )
    id = rows(site, sql, document)[0]["id"]
    seen = await ask("GET", HERE + id)
    change = {**seen.json(), "bodyValue": None, "rights": "https://creativecommons.org/publicdomain/zero/1.0/"}
    del change["bodyValue"]
    done = await ask("PUT", HERE + id, change, if_match=seen.headers["etag"])
    assert done.status_code == 200, done.text
    assert done.json()["rights"] == change["rights"]
    elsewhere = {**change, "target": "https://example.org/"}
    assert (await ask("PUT", HERE + id, elsewhere, if_match=done.headers["etag"])).status_code == 409
    gone = await ask("DELETE", HERE + id, if_match=done.headers["etag"])
    assert gone.status_code in (204, 409), gone.text
    if gone.status_code == 204:
        assert (await ask("GET", HERE + id)).status_code == 410
    assert check(Path(site.get_database("claims").path)) == []


async def test_a_deleted_annotation_takes_its_draft_with_it_and_can_be_undone(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    before = {t: rows(site, f"select * from {t} order by id") for t in ("statements", "mentions", "annotations")}
    made = await ask("POST", body=of_passage(document, exact=sentence), slug="short-lived")
    drafts = {t: rows(site, f"select * from {t} order by id") for t in before}
    assert (await ask("DELETE", made.headers["location"])).status_code == 428
    done = await ask("DELETE", made.headers["location"], if_match=made.headers["etag"])
    assert (done.status_code, done.text) == (204, "")
    assert {t: rows(site, f"select * from {t} order by id") for t in before} == before
    assert (await ask("GET", made.headers["location"])).status_code == 410
    undoing = pytest.importorskip("datasette_claims.loading.undoing")

    def undo(conn):
        conn.row_factory = None
        undoing.undo(conn, "ann")

    options = {"transaction": False} if IS_1 else {}
    await site.get_database("claims").execute_write_fn(undo, **options)

    def plain(found):
        return {t: [{n: v for n, v in row.items() if n != "revision"} for row in found[t]] for t in found}

    assert plain({t: rows(site, f"select * from {t} order by id") for t in before}) == plain(drafts)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"a": NaN}', 400),
        (f'{{"@context": "{ANNO}", "type": "Annotation", "target": "x", "a": 1e999}}'.encode(), 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        ({"type": "Annotation", "target": "x"}, 400),
        ({"@context": ANNO, "target": "x"}, 400),
        ({"@context": ANNO, "type": "Annotation"}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": []}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": 1}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": "x", "body": 1}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": "x", "body": "y", "bodyValue": "z"}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": "x", "created": "yesterday"}, 400),
        ({"@context": ANNO, "type": "Annotation", "target": "x", "bodyValue": "\ud800"}, 400),
        (
            {
                "@context": ANNO,
                "type": "Annotation",
                "target": {"source": "x", "selector": {"type": "TextPositionSelector", "start": 5, "end": 2}},
            },
            400,
        ),
        ({"@context": ANNO, "type": "Annotation", "target": "x", "bodyValue": "y" * 2_100_000}, 413),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_what_is_no_annotation_is_refused_and_nothing_is_written(site, body, status):
    before = rows(site, "select max(id) as id from revisions")
    answer = await Client(site)("POST", body=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"]
    assert rows(site, "select max(id) as id from revisions") == before


async def test_the_media_type_must_be_that_of_an_annotation(site):
    assert (await Client(site)("POST", body=A_NOTE, content_type="text/plain")).status_code == 415


async def test_a_request_that_is_sent_twice_acts_once(site):
    ask = Client(site)
    first = await ask("POST", body=A_NOTE, idempotency_key="k1")
    again = await ask("POST", body=A_NOTE, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["location"] == again.headers["location"]
    assert rows(site, "select count(*) as n from annotations")[0]["n"] == 1


async def test_nobody_writes_without_the_permission_and_no_other_site_writes_for_somebody(site, signed_in):
    before = rows(site, "select max(id) as id from revisions")
    id = rows(site, "select id from mentions order by id")[0]["id"]
    body = json.dumps(A_NOTE).encode()
    cookies = signed_in(site, {"id": "ann"})
    origin = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    for method, path in (("POST", HERE), ("PUT", HERE + id), ("DELETE", HERE + id)):
        content = None if method == "DELETE" else body
        match = {"if-match": "*"}
        for headers, own in (
            ({}, None),
            ({"authorization": f"Bearer {bearer('eve')}"}, None),
            ({"authorization": "Bearer forged"}, None),
            (origin, cookies),
            ({**origin, "content-type": "text/plain"}, cookies),
            ({**origin, "authorization": f"Bearer {bearer()}"}, cookies),
        ):
            given = {**JSONLD, **match, **headers}
            answer = await site.client.request(method, path, headers=given, content=content, cookies=own)
            assert answer.status_code == 403, (method, headers, answer.status_code, answer.text[:300])
    assert (await site.client.request("PATCH", HERE + id, headers=JSONLD, content=body)).status_code == 405
    assert rows(site, "select max(id) as id from revisions") == before


async def test_a_signed_in_page_of_this_site_may_write(site, signed_in):
    cookies = signed_in(site, {"id": "ann"})
    headers = {**JSONLD, "sec-fetch-site": "same-origin", "origin": "http://localhost"}
    if not IS_1:
        token = site.sign("a visitor", namespace="csrftoken")
        cookies, headers = {**cookies, "ds_csrftoken": token}, {**headers, "x-csrftoken": token}
    answer = await site.client.post(HERE, headers=headers, content=json.dumps(A_NOTE).encode(), cookies=cookies)
    assert answer.status_code == 201, answer.text


async def test_drafts_are_listed_for_those_who_annotate_and_for_others_when_asked_for(site):
    ask = Client(site)
    document, sentence = a_sentence(site)
    public = (await site.client.get(HERE)).json()["total"]
    made = await ask("POST", body=of_passage(document, exact=sentence))
    assert (await site.client.get(HERE)).json()["total"] == public
    assert (await ask("GET")).json()["total"] == public + 1
    drafts = (await site.client.get(f"{HERE}?status=draft&iris=1&page=0")).json()
    assert drafts["items"] == [made.json()["id"]]
    assert drafts["partOf"]["id"].endswith("?status=draft&iris=1")
    assert (await site.client.get(f"{HERE}?status=nonsense")).status_code == 400


async def test_a_served_only_database_takes_nothing(make_datasette, claims_db, tokens):
    site = make_datasette(claims_db, metadata={"permissions": {"claims-annotate": {"id": "ann"}}})
    answer = await Client(site)("POST", body=A_NOTE)
    assert answer.status_code == 403
    assert "reading only" in answer.json()["error"]
    assert "POST" not in (await Client(site)("OPTIONS")).headers["allow"]
