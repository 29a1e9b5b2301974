"""The comparison page through its JSON, against the reference answers, SQL and Datasette's own table."""

import csv
import hashlib
import io
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from datasette_claims.comparison import BASIS_CODES, STANCE_CODES
from datasette_claims.pages import compare_export
from datasette_claims.pages.compare_export import COLUMNS
from datasette_claims.pages.compare_records import records
from datasette_claims.pages.csv_cells import guarded
from datasette_claims.pages.from_tables import carried

pytestmark = pytest.mark.asyncio

BASE = "/claims/-/claims/compare"
NBC = "document=nbc-2019-05-16"


async def twin(ds, query="", path=BASE):
    answer = await ds.client.get(f"{path}.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def matrix(ds, query=""):
    """{(row id, claim id): cell} of the page."""
    shown = (await twin(ds, query))["data"]["matrix"]
    claims = [claim["claim"] for claim in shown["claims"]]
    return {
        (row["id"], claim): cell
        for row in shown["rows"]
        for claim, cell in zip(claims, row["cells"], strict=True)
        if cell is not None
    }


async def table_rows(ds, query):
    rows, next_url = [], f"/claims/stances.json?_shape=objects&_size=max&{query}"
    while next_url:
        answer = await ds.client.get(next_url)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body["rows"]
        next_url = body.get("next_url") and body["next_url"].partition("//")[2].partition("/")[2]
        next_url = next_url and f"/{next_url}"
    return rows


async def test_the_claim_that_both_sides_hold(make_datasette, claims_db):
    body = await twin(make_datasette(claims_db), f"claim=threat-increasing&{NBC}")
    data = body["data"]
    assert data["sides"] == {"supports": 4, "disputes": 4}
    assert data["contested"] == 1
    assert body["sentence"] == (
        "Eight stances on this claim: four support it and four dispute it. "
        "The only one in a named speaker’s own words supports it."
    )
    cells = {
        row: cell
        for (row, _), cell in (await matrix(make_datasette(claims_db), f"claim=threat-increasing&{NBC}")).items()
    }
    taken = {row: (cell["stance"], cell["basis"]) for row, cell in cells.items() if "stance" in cell}
    assert taken == {
        "trump-administration": ("supports", "explicit"),
        "jeremy-hunt": ("supports", "explicit"),
        "john-bolton": ("supports", "inferred"),
        next(row for row in taken if "state" in row): ("supports", "inferred"),
        "foreign-officials": ("disputes", "author_summary"),
        "allies-in-europe": ("disputes", "author_summary"),
        "chris-ghika": ("disputes", "author_summary"),
        "sanam-vakil": ("disputes", "inferred"),
    }
    assert set(cells["chris-ghika"]["narrower"]) == {"disputes"}
    assert not [row for row, cell in cells.items() if "narrower" in cell and row != "chris-ghika"]


async def test_one_country_is_split_and_none_is_where_it_is_represented(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    known = "basis__in=explicit,author_summary"
    split = {
        place for place, cell in (await matrix(ds, f"_rows=countries&{known}&{NBC}")).items() if "contradiction" in cell
    }
    assert split == {("GB", "threat-increasing")}
    represents = await matrix(ds, f"_rows=countries&{known}&country_basis=represents&{NBC}")
    assert not [place for place, cell in represents.items() if "contradiction" in cell]
    actors = await matrix(ds, f"{known}&country=GB&claim=threat-increasing&{NBC}")
    assert {row: cell["stance"] for (row, _), cell in actors.items() if "stance" in cell} == {
        "chris-ghika": "disputes",
        "jeremy-hunt": "supports",
    }


async def test_refusals_and_questions(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    assert (await twin(ds, f"stance=declines&{NBC}"))["data"]["stances"] == 1
    assert (await twin(ds, f"stance=queries&{NBC}"))["data"]["stances"] == 2
    page = (await ds.client.get(f"{BASE}?stance=declines&{NBC}")).text
    assert "Asked, declined" in page


async def test_every_cell_and_facet_equals_sql(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    conn = sqlite3.connect(claims_db)
    for kind, column in (("actors", "actor"), ("organizations", "organization"), ("countries", "country")):
        cells = await matrix(ds, f"_rows={kind}")
        assert any("stances" in cell for cell in cells.values())
        for (row, claim), cell in cells.items():
            sql = f"select stance, basis, count(*) from stances where {column} is ? and claim = ? group by 1, 2"
            expected = {(stance, basis): n for stance, basis, n in conn.execute(sql, (row, claim))}
            counts = cell.get("counts", {})
            assert {(s, b): n for s, by in counts.items() for b, n in by.items()} == expected
            assert cell.get("stances", 0) == sum(expected.values())
    facets = (await twin(ds, "country=GB"))["data"]["facets"]
    for column, facet in facets.items():
        where = "1" if column == "country" else "country = 'GB'"
        expected = dict(conn.execute(f"select {column}, count(*) from stances where {where} group by 1"))
        shown = {value["value"]: value["stances"] for value in facet["values"]}
        if column == "month":
            expected.setdefault("not_stated", 0)
        assert {key: expected.get(key, 0) for key in shown} == shown, column
        assert facet["of"] == len([n for n in expected.values() if n]), column


@pytest.mark.parametrize(
    "query",
    [
        "country=GB",
        "_rows=countries&country__in=GB,US&basis__in=explicit,vote",
        "claim=threat-increasing&stance=disputes&_order=name&_reverse=1",
        "organization__isnull=1&_claims=name&_page=1",
        "date_start__gte=2019-05-01&date_start__lte=2019-05-15&_view=timeline",
        "_search=threat&topic=iran-threat",
        "_by=threat-increasing",
    ],
)
async def test_the_same_query_string_gives_the_same_rows_on_the_table(make_datasette, claims_db, query):
    ds = make_datasette(claims_db)
    rows = await table_rows(ds, query)
    exported = list(csv.DictReader(io.StringIO((await ds.client.get(f"{BASE}.csv?{query}")).text)))
    assert {row["stance_id"] for row in exported} == {row["id"] for row in rows}
    assert len(exported) == len(rows) == (await twin(ds, query))["data"]["stances"] > 0
    page = (await ds.client.get(f"{BASE}?{query}")).text
    href = re.search(r'href="([^"]+)">Show these', page).group(1).replace("&amp;", "&")
    back = await table_rows(ds, urlsplit(href).query)
    assert {row["id"] for row in back} == {row["id"] for row in rows}


async def test_one_view_has_one_url(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    for query in (
        "country__in=US,GB&rows=countries&_order=count&_page=1&_claims=contested",
        "_rows=country&country__in=US,GB,US&_facet=country&_sort=id&_search=",
        "view=matrix&_rows=countries&country__in=GB,US",
    ):
        page = (await ds.client.get(f"{BASE}?{query}")).text
        (link,) = re.findall(r'href="([^"]+)" data-copy-text', page)
        assert link.endswith("/claims/-/claims/compare?country__in=GB,US&amp;_rows=countries")


async def test_a_citation_names_the_revision_and_keeps_its_checksum(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    before = (await twin(ds, "country=GB"))["cite"]
    assert before["url"].endswith(f"?country=GB&_as_of={before['revision']}")
    conn = sqlite3.connect(claims_copy)
    columns = [row[1] for row in conn.execute("pragma table_info(stances)")]
    row = dict(
        zip(
            columns,
            conn.execute(f"select {', '.join(columns)} from stances where country = 'GB'").fetchone(),
            strict=True,
        )
    )
    conn.execute(
        "insert into revisions (table_name, row_id, operation, before, after, who, at) "
        "values ('stances', ?, 'update', ?, '{}', 'tester', '2026-01-01T00:00:00Z')",
        (row["id"], json.dumps(row)),
    )
    changed = conn.execute("select max(id) from revisions").fetchone()[0]
    conn.execute("update stances set stance = 'mixed', revision = ? where id = ?", (changed, row["id"]))
    names = [row[1] for row in conn.execute("pragma table_info(claims)")]
    values = conn.execute(f"select {', '.join(names)} from claims where id = ?", (row["claim"],)).fetchone()
    conn.execute(
        "insert into revisions (table_name, row_id, operation, before, after, who, at) "
        "values ('claims', ?, 'update', ?, '{}', 'tester', '2026-01-01T00:00:00Z')",
        (row["claim"], json.dumps(dict(zip(names, values, strict=True)))),
    )
    conn.execute("update claims set text = 'Another text', revision = ? where id = ?", (changed + 1, row["claim"]))
    conn.commit()
    conn.close()
    now = (await twin(ds, "country=GB"))["cite"]
    assert now["sha256"] != before["sha256"]
    path = before["url"].partition("?")[2]
    then = (await twin(ds, path))["cite"]
    assert (then["sha256"], then["revision"]) == (before["sha256"], before["revision"])
    assert "as it was at revision" in (await ds.client.get(f"{BASE}?{path}")).text


async def test_the_checksum_can_be_made_from_the_json(make_datasette, claims_db):
    body = await twin(make_datasette(claims_db), "_rows=countries")
    shown = body["data"]["matrix"]
    text = "".join(f"{row['id'] or ''}\t{row['name'] if row['id'] else ''}\n" for row in shown["rows"])
    text += "".join(f"{claim['claim']}\t{claim['text']}\n" for claim in shown["claims"])
    counts = np.zeros((len(shown["rows"]), len(shown["claims"]), 7, 6), dtype="<i8")
    narrower = np.zeros((len(shown["rows"]), len(shown["claims"]), 7), dtype="<i8")
    for i, row in enumerate(shown["rows"]):
        for j, cell in enumerate(row["cells"]):
            for stance, by in (cell or {}).get("counts", {}).items():
                for basis, number in by.items():
                    counts[i, j, STANCE_CODES[stance], BASIS_CODES[basis]] = number
            for stance, number in (cell or {}).get("narrower", {}).items():
                narrower[i, j, STANCE_CODES[stance]] = number
    digest = hashlib.sha256(text.encode() + counts.tobytes() + narrower.tobytes()).hexdigest()
    assert digest == body["cite"]["sha256"]


async def test_facet_links_choose_and_take_back(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get(f"{BASE}?stance=supports&_rows=countries")).text
    facet = re.search(r"<summary>Country .*?</details>", page, re.DOTALL).group(0)
    links = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', facet)]
    assert f"{BASE}?country=GB&stance=supports&_rows=countries" in links
    page = (await ds.client.get(f"{BASE}?country=GB&stance=supports")).text
    assert f'href="{BASE}?country__in=GB,US&amp;stance=supports"' in page
    assert f'<a href="{BASE}?stance=supports" aria-current=true>' in page
    assert re.search(rf'<a href="{re.escape(BASE)}\?stance=supports" title="Take this filter back">', page)


async def test_the_words_behind_a_cell(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get(BASE)).text
    hrefs = [href.replace("&amp;", "&") for href in re.findall(r'<a [^>]*href="([^"]+)" data-cell', page)]
    assert len(hrefs) > 10
    for href in hrefs:
        answer = await ds.client.get(href)
        assert answer.status_code == 200, href
        assert "Nothing stands behind this cell" not in answer.text, href
    data = (await twin(ds, "claim=threat-increasing&_row=jeremy-hunt", f"{BASE}/cell"))["data"]
    (stance,) = data["shown"]
    assert (stance["stance"], stance["basis"]) == ("supports", "explicit")
    assert stance["said"]["wording"] in ("verbatim", "mixed")
    page = (await ds.client.get(f"{BASE}/cell?claim=threat-increasing&_row=jeremy-hunt")).text
    assert "/claims/-/claims/statement/" in page
    assert "/claims/-/claims/read/nbc-2019-05-16?annotation=" in page
    narrow = (await twin(ds, "claim=threat-increasing&_row=chris-ghika&_narrower=1", f"{BASE}/cell"))["data"]
    assert {stance["claim"] for stance in narrow["shown"]} == {"backed-forces-threat"}
    actor, claim = (
        sqlite3.connect(claims_db)
        .execute(
            "select stances.actor, stances.claim from stances join documents on documents.id = stances.document "
            "where documents.text is not null and stances.statement is not null order by stances.id"
        )
        .fetchone()
    )
    (told,) = (await twin(ds, f"claim={claim}&_row={actor}", f"{BASE}/cell"))["data"]["shown"]
    text = (
        sqlite3.connect(claims_db).execute("select text from documents where id = ?", (told["document"],)).fetchone()[0]
    )
    around = told["around"]
    assert around["words"]
    assert f"{around['before'].lstrip('…')}{around['words']}{around['after'].rstrip('…')}" in text


async def test_drawings_are_well_formed_and_png_is_one(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    for query in ("", "_rows=countries", "_view=timeline", "claim=threat-increasing&stance=queries"):
        answer = await ds.client.get(f"{BASE}.svg?{query}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert ET.fromstring(answer.text).tag.endswith("svg")
    pytest.importorskip("resvg_py")
    for query in ("_rows=countries", "_view=timeline"):
        answer = await ds.client.get(f"{BASE}.png?{query}")
        assert answer.content.startswith(b"\x89PNG")


async def test_only_what_is_made_to_be_embedded_may_be_framed(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = await ds.client.get(BASE)
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    embedded = await ds.client.get(f"{BASE}/embed?country=GB")
    assert embedded.headers["content-security-policy"].endswith("frame-ancestors *")
    assert "x-frame-options" not in embedded.headers
    assert "<nav" not in embedded.text
    assert f"{BASE}?country=GB" in embedded.text


async def test_the_csv_has_what_one_needs_to_cite(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    rows = list(csv.DictReader(io.StringIO((await ds.client.get(f"{BASE}.csv?claim=threat-increasing")).text)))
    assert tuple(rows[0]) == COLUMNS
    hunt = next(row for row in rows if row["actor_id"] == "jeremy-hunt")
    assert hunt["actor"] == "Jeremy Hunt"
    assert hunt["country"] == "United Kingdom"
    assert hunt["document"].startswith("Trump administration")
    assert hunt["statement_url"].startswith("http://")
    assert "#a-" in hunt["reading_url"]
    assert hunt["revision"].isdigit()


async def test_the_csv_is_sent_as_it_is_read(make_datasette, claims_db, monkeypatch):
    """However many stances there are, no more than a chunk of them is read before it is sent."""
    monkeypatch.setattr(compare_export, "CHUNK", 5)
    read = []
    monkeypatch.setattr(compare_export, "records", lambda *args: read.append(1) or records(*args))
    ds = make_datasette(claims_db)
    await ds.invoke_startup()
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message.get("body"):
            sent.append((len(read), message["body"].decode()))

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "query_string": b""}
    path = f"{BASE}.csv"
    await ds.app()({**scope, "path": path, "raw_path": path.encode(), "headers": [(b"host", b"x")]}, receive, send)
    whole = list(csv.reader(io.StringIO("".join(text for _, text in sent))))
    assert len(whole) - 1 == (await twin(ds))["data"]["stances"]
    assert len(sent) == 1 + -(-(len(whole) - 1) // 5) == 1 + len(read)
    assert [before for before, _ in sent] == list(range(len(sent)))


FACETS = [
    *("Claim", "Actor", "Country", "Country basis", "Organization", "Topic", "Stance", "Basis", "Identification"),
    *("Report type", "Document", "Publisher", "Month"),
]


async def test_every_filter_stands_beside_the_matrix(make_datasette, claims_db):
    page = (await make_datasette(claims_db).client.get(BASE)).text
    assert re.findall(r"<summary>(.*?) <span>", page) == FACETS
    for name in ("_search", "date_start__gte", "date_end__lte"):
        assert re.search(rf'<label for="([^"]+)">[^<]+</label><input id="\1" [^>]*name="{name}"', page), name


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-2", "'-2"), (" =1", "' =1"), ("a", "a"), (5, 5), (None, None)],
)
async def test_a_spreadsheet_takes_no_cell_for_a_formula(value, cell):
    assert guarded(value) == cell


async def test_what_may_not_be_seen_stays_out(make_datasette, claims_db):
    for table in ("stances", "claims"):
        ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": {table: {"allow": False}}}}})
        for path in (
            BASE,
            f"{BASE}.json",
            f"{BASE}.csv",
            f"{BASE}.svg",
            f"{BASE}.png",
            f"{BASE}/embed",
            f"{BASE}/cell",
        ):
            assert (await ds.client.get(path)).status_code == 403, (table, path)
    closed = {
        table: {"allow": False} for table in ("actors", "statements", "documents", "countries", "mentions", "revisions")
    }
    ds = make_datasette(claims_db, metadata={"databases": {"claims": {"tables": closed}}})
    for path in (
        f"{BASE}?claim=threat-increasing",
        f"{BASE}.csv",
        f"{BASE}.json",
        f"{BASE}.svg",
        f"{BASE}/cell?claim=threat-increasing&_row=jeremy-hunt",
        f"{BASE}?_view=timeline",
    ):
        text = (await ds.client.get(path)).text
        for secret in ("Jeremy Hunt", "United Kingdom", "Trump administration's Iran", "warned"):
            assert secret not in text, (path, secret)


@pytest.mark.parametrize(
    ("table", "query", "expected"),
    [
        ("stances", "country=GB&_facet=basis&_sort=id", [("country", "GB")]),
        ("stances", "basis__in=explicit,vote&_search=x", [("basis__in", "explicit,vote"), ("_search", "x")]),
        ("stances", "_where=1", None),
        ("stances", "note__contains=x", None),
        ("statements", "speaker=jeremy-hunt&channel=interview", None),
        ("statements", "speaker__in=a,b&country=GB", [("actor__in", "a,b"), ("country", "GB")]),
    ],
)
async def test_tables_lead_to_their_comparison(table, query, expected):
    assert carried(table, query) == expected


async def test_the_link_stands_in_the_table_s_menu(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get("/claims/stances?country=GB&_facet=basis")).text
    href = re.search(r'href="([^"]*/-/claims/compare[^"]*)"', page).group(1)
    assert parse_qsl(urlsplit(href).query) == [("country", "GB")]
    assert "claims/compare" not in (await ds.client.get("/claims/stances?note__contains=x")).text


async def test_a_view_that_is_counted_again_after_a_write_is_counted_anew(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    url = "/claims/-/claims/compare.json?claim=threat-increasing"
    first, again = [(await ds.client.get(url)).json()["data"] for _ in range(2)]
    assert first == again
    conn = sqlite3.connect(claims_copy)
    conn.execute("delete from stances where id = (select id from stances where claim = 'threat-increasing' limit 1)")
    conn.commit()
    conn.close()
    assert (await ds.client.get(url)).json()["data"]["stances"] == first["stances"] - 1
