"""Live exchange: the annotation container, data under a page's own URL, and who may see it."""

import json
import sqlite3
import urllib.request

import pytest
from conftest import ROOT
from w3c_model import musts

from datasette_claims.interchange import webannotation
from datasette_claims.loading import Options, load
from datasette_claims.pages.accept import Offer, best

SHARED = ROOT / ".." / "shared"
HERE = "/claims/-/claims"
ANNO = "http://www.w3.org/ns/anno.jsonld"


def fetch(url, method="GET", **headers):
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response, response.read()


def as_json(url, **headers):
    return json.loads(fetch(url, **headers)[1])


def test_what_the_container_serves_meets_every_must_of_the_model(live_server, tmp_path):
    pytest.importorskip("rfc3987")
    container = f"{live_server}{HERE}/annotations/"
    iris = 'return=representation;include="http://www.w3.org/ns/oa#PreferContainedIRIs"'
    for number, (query, headers) in enumerate(
        [
            ("", {}),
            ("?page=0", {}),
            ("?parts=yes&page=0", {}),
            ("?document=nbc-2019-05-16&page=1", {}),
            ("", {"Prefer": iris}),
        ]
    ):
        (tmp_path / f"{number}.json").write_bytes(fetch(container + query, **headers)[1])
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.iterdir())]
    items = [item for page in pages for item in page.get("items", []) if isinstance(item, dict)]
    (tmp_path / "one.json").write_bytes(fetch(items[0]["id"])[1])
    # most annotations stand on several of the pages: each is judged once, with the context that its page has for it
    once = {json.dumps(item, sort_keys=True): {"@context": ANNO, **item} for item in items}
    assert len(once) >= max(len(page.get("items", [])) for page in pages) > 100
    (tmp_path / "items.json").write_text(json.dumps(list(once.values())), encoding="utf-8")
    status, told = musts(tmp_path)
    assert status == 0, told


@pytest.mark.parametrize("query", ["", "?parts=yes", "?document=nbc-2019-05-16", "?iris=1"])
def test_all_annotations_are_reached_from_page_to_page(live_server, claims_db, query):
    container = as_json(f"{live_server}{HERE}/annotations/{query}")
    url, seen = container["first"], []
    while url:
        page = as_json(url)
        assert page["id"] == url
        assert page["partOf"]["id"] == container["id"]
        assert page.get("startIndex", len(seen)) == len(seen)
        seen += [item if isinstance(item, str) else item["id"] for item in page["items"]]
        last, url = url, page.get("next")
    assert last == container["last"]
    assert len(seen) == len(set(seen)) == container["total"]


def test_an_annotation_is_the_same_alone_in_a_page_and_in_an_export(live_server, claims_db):
    page = as_json(f"{live_server}{HERE}/annotations/?page=0")
    for item in page["items"][:5]:
        assert as_json(item["id"]) == item


def test_iris_of_an_annotation_lead_to_what_they_name(live_server):
    one = as_json(f"{live_server}{HERE}/annotations/?document=nbc-2019-05-16&page=0")["items"][0]
    statement = next(body["source"] for body in one["body"] if body["type"] == "SpecificResource")
    targets = one["target"] if isinstance(one["target"], list) else [one["target"]]
    document = next(each["source"] for each in targets if each["source"].startswith(live_server))
    for iri in (statement, document, one["id"]):
        response, body = fetch(iri, Accept="text/html")
        assert response.status == 200
        assert b"</html>" in body
        response, body = fetch(iri, Accept="application/ld+json")
        assert response.headers["Content-Type"] == webannotation.MEDIA_TYPE
        assert json.loads(body)["@context"] == ANNO


async def test_a_changed_row_changes_its_etag_and_an_unchanged_one_is_not_sent_again(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    path = (await ds.client.get(f"{HERE}/annotations/?iris=1&page=0")).json()["items"][0]
    path = path[path.index(HERE) :]
    first = await ds.client.get(path)
    again = await ds.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    await ds.get_database("claims").execute_write("update mentions set content = 'something else'")
    changed = await ds.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    assert "something else" in changed.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "annotations/"), ("DELETE", "annotations/"), ("PATCH", "annotations/"), ("POST", "annotations/x")],
)
async def test_another_method_is_refused_with_those_that_there_are(make_datasette, claims_db, method, path):
    ds = make_datasette(claims_db)
    answer = await ds.client.request(method, f"{HERE}/{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=1", 404),
        ("page=-1", 400),
        ("page=x", 400),
        ("page=99999999999", 400),
        ("iris=2", 400),
        ("parts=no", 400),
        ("document=nothing", 404),
        ("document=a&claim=b", 400),
        ("statement=%00", 404),
    ],
)
async def test_parameters_that_do_not_fit_are_explained(make_datasette, claims_db, query, status):
    answer = await make_datasette(claims_db).client.get(f"{HERE}/annotations/?{query}")
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.json()["remedy"]


FORMATS = [
    ("application/ld+json", webannotation.MEDIA_TYPE, lambda found: found["type"] == "AnnotationCollection"),
    (f'application/ld+json; profile="{ANNO}"', webannotation.MEDIA_TYPE, lambda found: found["total"] == 16),
    ("application/prov+json", 'application/json; profile="http://www.w3.org/ns/prov#"', lambda found: found["entity"]),
    (
        'application/json; profile="http://www.w3.org/ns/prov#"',
        'application/json; profile="http://www.w3.org/ns/prov#"',
        lambda found: "statement:hunt-same-assessment" in found["entity"],
    ),
    (
        "application/vnd.citationstyles.csl+json",
        "application/vnd.citationstyles.csl+json",
        lambda found: [one["author"] for one in found] == [[{"literal": "Jeremy Hunt"}]],
    ),
    (
        'application/json; profile="https://www.popoloproject.com/specs/"',
        'application/json; profile="https://www.popoloproject.com/specs/"',
        lambda found: "jeremy-hunt" in {one["id"] for one in found["persons"]},
    ),
    (
        'application/ld+json; profile="https://schema.org"',
        'application/ld+json; profile="https://schema.org"',
        lambda found: found["@graph"][0]["@type"] == "Quotation" and found["@graph"][1]["@type"] == "Claim",
    ),
]


@pytest.mark.parametrize(("accept", "media_type", "holds"), FORMATS)
async def test_a_page_answers_in_the_format_that_is_asked_for(make_datasette, claims_db, accept, media_type, holds):
    answer = await make_datasette(claims_db).client.get(
        f"{HERE}/statement/hunt-same-assessment", headers={"Accept": accept}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["etag"]
    assert holds(answer.json())


async def test_a_claim_answers_with_its_review_and_a_document_with_its_annotations(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    claim = (await ds.client.get(f"{HERE}/claim/threat-increasing", headers={"Accept": "application/ld+json"})).json()
    assert [one["@id"].rpartition("/")[2] for one in claim["@graph"]] == ["threat-increasing"]
    assert claim["@context"] == "https://schema.org"
    document = (await ds.client.get(f"{HERE}/read/nbc-2019-05-16", headers={"Accept": "application/ld+json"})).json()
    assert document["total"] == 227
    assert document["id"] == f"http://localhost{HERE}/annotations/?document=nbc-2019-05-16"
    collection = (await ds.client.get(document["id"].removeprefix("http://localhost"))).json()
    assert (collection["id"], collection["total"]) == (document["id"], 227)


@pytest.mark.parametrize("path", ["statement/hunt-same-assessment", "read/nbc-2019-05-16", "claim/threat-increasing"])
@pytest.mark.parametrize(
    "accept",
    [None, "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "image/png", ';;,"', "a/b;q=x"],
)
async def test_a_page_stays_a_page_for_everybody_else(make_datasette, claims_db, path, accept):
    headers = {} if accept is None else {"Accept": accept}
    answer = await make_datasette(claims_db).client.get(f"{HERE}/{path}", headers=headers)
    while answer.status_code == 303:
        answer = await make_datasette(claims_db).client.get(answer.headers["location"], headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_page_names_its_other_formats(make_datasette, claims_db):
    answer = await make_datasette(claims_db).client.get(f"{HERE}/statement/hunt-same-assessment")
    assert '<>; rel="alternate"; type="application/vnd.citationstyles.csl+json"' in answer.headers["link"]
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("kind", ["statement", "claim", "actor", "read"])
async def test_what_there_is_not_is_told_as_data(make_datasette, claims_db, kind):
    answer = await make_datasette(claims_db).client.get(
        f"{HERE}/{kind}/none", headers={"Accept": "application/ld+json"}
    )
    assert answer.status_code == 404
    assert "none" in answer.json()["error"]


async def test_an_actor_has_an_address_for_people_and_for_programs(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.get(f"{HERE}/actor/jeremy-hunt", headers={"Accept": "text/html"})
    if answer.status_code == 303:
        answer = await ds.client.get(answer.headers["location"])
    assert answer.status_code == 200
    assert "Jeremy Hunt" in answer.text
    data = (await ds.client.get(f"{HERE}/actor/jeremy-hunt", headers={"Accept": "application/prov+json"})).json()
    assert data["agent"]["actor:jeremy-hunt"]["prov:label"] == "Jeremy Hunt"


A, B, HTML = (
    Offer("a", ("application/ld+json",), ANNO),
    Offer("b", ("application/ld+json",), "p"),
    Offer("html", ("text/html",)),
)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "html"),
        ("", "html"),
        ("application/ld+json", "a"),
        ('application/ld+json;profile="p"', "b"),
        ('application/ld+json; profile="x p y"', "b"),
        ('APPLICATION/LD+JSON; Profile="p"; q=0.5', "b"),
        ('application/ld+json; profile="unknown"', "html"),
        ("application/ld+json;q=0", "html"),
        ("application/ld+json, text/html;q=0.9", "a"),
        ("application/ld+json;q=0.8, text/html;q=0.9", "html"),
        ("application/ld+json, */*", "a"),
        ("application/*", "a"),
        ('application/ld+json;profile="p,q;r", text/html;q=0.1', "html"),
        ("text/html;q=0.2, application/ld+json;q=0.2", "html"),
    ],
)
def test_the_best_of_what_is_accepted_is_chosen(accept, name):
    assert best(accept, [HTML, A, B]).name == name


PRIVATE = {"allow": {"id": "alice"}}
PATHS = [
    ("annotations/", {}),
    ("annotations/?page=0", {}),
    ("annotations/?document=nbc-2019-05-16", {}),
    ("statement/hunt-same-assessment", {"Accept": "application/ld+json"}),
    ("claim/threat-increasing", {"Accept": "application/prov+json"}),
    ("actor/jeremy-hunt", {"Accept": "application/ld+json"}),
    ("read/nbc-2019-05-16", {"Accept": "text/x-bibliography"}),
    ("reconcile", {}),
    ('reconcile?queries={"q":{"query":"hunt"}}', {}),
    ("reconcile/suggest/entity?prefix=h", {}),
    ("reconcile/preview/jeremy-hunt", {}),
]


@pytest.mark.parametrize(("path", "headers"), PATHS)
async def test_a_private_database_shows_nothing_in_any_format(make_datasette, claims_db, signed_in, path, headers):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": PRIVATE}})
    answer = await ds.client.get(f"{HERE}/{path}", headers=headers)
    assert answer.status_code == 403
    assert "Hunt" not in answer.text
    assert "access-control-allow-origin" not in answer.headers
    alice = await ds.client.get(f"{HERE}/{path}", headers=headers, cookies=signed_in(ds, {"id": "alice"}))
    assert alice.status_code == 200
    assert "access-control-allow-origin" not in alice.headers


async def test_a_private_table_stays_out_of_every_format(make_datasette, claims_db):
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"actors": PRIVATE}}}})
    for accept in ("application/ld+json", "application/prov+json", "text/x-bibliography"):
        for path in ("statement/hunt-same-assessment", "claim/threat-increasing", "read/nbc-2019-05-16"):
            text = (await ds.client.get(f"{HERE}/{path}", headers={"Accept": accept})).text
            assert '"Jeremy Hunt"' not in text
    assert (await ds.client.get(f"{HERE}/reconcile")).status_code == 403
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"mentions": PRIVATE}}}})
    assert (await ds.client.get(f"{HERE}/annotations/")).status_code == 403
    answer = await ds.client.get(f"{HERE}/statement/hunt-same-assessment", headers={"Accept": "application/ld+json"})
    assert answer.json()["total"] == 0
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {"evidence": PRIVATE}}}})
    container = (await ds.client.get(f"{HERE}/annotations/?parts=yes")).json()
    assert container["total"] == (await ds.client.get(f"{HERE}/annotations/")).json()["total"]


async def test_another_database_has_none_of_these_routes(make_datasette, tmp_path):
    sqlite3.connect(tmp_path / "other.db").execute("create table mentions (id text)").connection.close()
    ds = make_datasette(tmp_path / "other.db")
    for path in ("annotations/x", "reconcile", "statement/x"):
        assert (await ds.client.get(f"/other/-/claims/{path}")).status_code == 404


HOSTILE = ["<script>alert(1)</script>", "\"'\\", "a/b?c#d&e=f", "é 😀 שלום", "..", "%2e", "~7e+", "annotations"]


async def test_hostile_ids_and_words_survive_every_route(make_datasette, tmp_path):
    rows = {
        "actors": [{"id": id, "name": id, "kind": "person"} for id in HOSTILE],
        "documents": [{"id": id, "title": id} for id in HOSTILE],
        "statements": [
            {"id": id, "kind": "utterance", "speaker": id, "document": id, "report_type": "direct", "content": id}
            for id in HOSTILE
        ],
        "mentions": [
            {"id": id, "statement": id, "document": id, "report_type": "direct", "quote": id} for id in HOSTILE
        ],
    }
    (tmp_path / "rows").mkdir()
    for table, some in rows.items():
        (tmp_path / "rows" / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
    load(tmp_path / "claims.db", [tmp_path / "rows"], Options())
    ds = make_datasette(tmp_path / "claims.db")
    items = (await ds.client.get(f"{HERE}/annotations/?page=0")).json()["items"]
    assert len(items) == len(HOSTILE)
    for item in items:
        alone = await ds.client.get(item["id"].removeprefix("http://localhost"))
        assert alone.json() == item
        statement = next(body["source"] for body in item["body"] if "source" in body).removeprefix("http://localhost")
        for accept in ("application/ld+json", "application/prov+json", "application/vnd.citationstyles.csl+json"):
            answer = await ds.client.get(statement, headers={"Accept": accept})
            assert answer.status_code == 200, statement
            assert answer.json()
        listed = (await ds.client.get(statement, headers={"Accept": "application/ld+json"})).json()
        again = await ds.client.get(listed["id"].removeprefix("http://localhost"))
        assert (again.json()["id"], again.json()["total"]) == (listed["id"], 1)
    names = {
        id: (await ds.client.get(f"{HERE}/reconcile", params={"queries": json.dumps({"q": {"query": id}})})).json()
        for id in HOSTILE
    }
    found = names[HOSTILE[0]]["q"]["result"][0]
    preview = await ds.client.get(f"{HERE}/reconcile/preview/{found['id']}")
    assert found["name"] == HOSTILE[0]
    assert "<script>" not in preview.text
    assert "&lt;script&gt;" in preview.text
