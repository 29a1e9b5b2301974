"""The claim page: reference answers, what the headline rests on, sources by side, what stays closed, what is big."""

import csv
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from types import SimpleNamespace

import pytest

from datasette_claims.loading import Options, load
from datasette_claims.pages import claim_silent, claim_sources, known_names, source_memory
from datasette_claims.pages.claim_sources_html import told_of

URL = "/claims/-/claims/claim/"
THREAT = "threat-increasing"
NBC = "document=nbc-2019-05-16"


async def twin(ds, id=THREAT, query="", **options):
    answer = await ds.client.get(f"{URL}{id}.json?{query}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def actors(side):
    return {record["actor"]: record["basis"] for record in side["shown"]}


async def rows_behind(ds, url):
    """The ids of the stances that a link to Datasette's own table shows."""
    path, _, query = url.partition("?")
    answer = await ds.client.get(f"{path}.json?_shape=array&{query}")
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()}


@pytest.mark.parametrize("query", ["", NBC])
async def test_both_sides_of_the_contested_claim(make_datasette, claims_db, query):
    told = await twin(make_datasette(claims_db), query=query)
    assert told["sentence"].startswith(
        "Eight stances on this claim: four support it and four dispute it. "
        "The only one in a named speaker’s own words supports it."
    )
    sides = told["data"]["sides"]
    assert actors(sides["supports"]) == {
        "trump-administration": "explicit",
        "jeremy-hunt": "explicit",
        "john-bolton": "inferred",
        "state-official-1": "inferred",
    }
    assert actors(sides["disputes"]) == {
        "foreign-officials": "author_summary",
        "allies-in-europe": "author_summary",
        "chris-ghika": "author_summary",
        "sanam-vakil": "inferred",
    }
    assert [side["named_and_explicit"] for side in sides.values()] == [1, 0]


async def test_the_best_known_basis_comes_first_and_a_named_speaker_before_others(make_datasette, claims_db):
    sides = (await twin(make_datasette(claims_db)))["data"]["sides"]
    assert sides["supports"]["shown"][0]["actor"] == "jeremy-hunt"
    assert sides["disputes"]["shown"][0]["actor"] == "chris-ghika"
    assert sides["disputes"]["shown"][-1]["actor"] == "sanam-vakil"


async def test_what_the_headline_rests_on(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    (audit,) = (await twin(ds))["data"]["audit"]
    assert audit["side"] == "disputes"
    assert audit["sentence"] == (
        "“disputed by foreign officials” rests on no explicit named dispute, one explicit named support, "
        "one explicit denial of a narrower claim."
    )
    page = words((await ds.client.get(URL + THREAT)).text)
    assert "disputed by foreign officials ” rests on no explicit named dispute , one explicit named support ," in page
    behind = {part["what"]: await rows_behind(ds, part["url"]) for part in audit["parts"]}
    assert behind["same"] == set()
    assert behind["opposite"] == {"threat-increasing--jeremy-hunt"}
    assert behind["narrower_same"] == {"backed-forces-threat--chris-ghika", "backed-forces-threat--chris-ghika-2"}


async def test_the_headline_is_told_without_the_text_and_without_its_title(make_datasette, claims_db):
    """With the documents closed, the phrase is made from the mention itself."""
    metadata = {"databases": {"claims": {"tables": {"documents": {"allow": {"id": "editor"}}}}}}
    (audit,) = (await twin(make_datasette(claims_db, metadata=metadata)))["data"]["audit"]
    assert audit["phrase"] == "foreign officials disputed"


async def test_words_on_a_narrower_claim_are_told_apart(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    shown = (await twin(ds))["data"]["sides"]["disputes"]["shown"]
    ghika = next(record for record in shown if record["actor"] == "chris-ghika")
    assert [(other["claim"], other["stance"]) for other in ghika["narrower"]] == [("backed-forces-threat", "disputes")]
    assert "These words themselves take a side only on a narrower claim" in (await ds.client.get(URL + THREAT)).text


async def test_related_claims_are_read_from_both_ends(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    expected = {
        THREAT: {
            ("backed-forces-threat", "narrower_than"),
            ("credible-threats", "supports"),
            ("crisis-manufactured", "undercuts"),
            ("fear-mongering", "undercuts"),
            ("iraq-stable", "attacks"),
        },
        "backed-forces-threat": {(THREAT, "broader_than"), ("backed-forces-present", "presupposed_by")},
        "credible-threats": {
            (THREAT, "supported_by"),
            ("removal-necessary", "supported_by"),
            ("us-preparing-for-attacks", "presupposes"),
        },
    }
    for claim, relations in expected.items():
        groups = (await twin(ds, claim))["data"]["related"]
        found = {(other["claim"], other["relation"]) for group in groups for other in group["claims"]}
        assert found == relations, claim
    narrower = next(g for g in (await twin(ds))["data"]["related"] if g["heading"] == "Narrower claims")
    assert narrower["claims"][0]["sides"] == {"disputes": 2}
    assert narrower["claims"][0]["label"] == "is narrower than"


async def test_a_refusal_stands_with_its_question(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    data = (await twin(ds, "uk-raises-threat-level"))["data"]
    (refusal,) = data["refusals"]
    assert (refusal["actor"], refusal["question"]["statement"]) == ("uk-mod-spokesperson", "nbc-asks-uk-threat-level")
    page = words((await ds.client.get(URL + "uk-raises-threat-level")).text)
    assert "Asked by NBC News: Will the ministry raise the threat level" in page
    assert "would not be drawn on" in page


async def test_who_is_mentioned_but_silent(make_datasette, claims_db):
    data = (await twin(make_datasette(claims_db)))["data"]
    unheard = {each["id"] for each in data["silent"]["unheard"]}
    taken = {record["actor"] for side in data["sides"].values() for record in side["shown"]}
    assert {"hassan-rouhani", "mike-pompeo"} <= unheard
    assert not unheard & taken


@pytest.mark.parametrize(
    ("claim", "stance", "numbers", "smallest", "glance"),
    [
        (THREAT, "supports", (2, 4, 4, 3, 4), "documents", "Four statements, two documents"),
        (THREAT, "disputes", (5, 4, 4, 2, 4), "occasions", "Five documents, four independent occasions"),
        ("backed-forces-threat", "disputes", (5, 2, 1, 1, 1), "occasions", "Five documents, one press briefing"),
        ("port-almira-extra-lookouts", "supports", (2, 2, 2, 2, 1), "occasions", None),
    ],
)
async def test_the_sources_of_a_side(make_datasette, claims_db, claim, stance, numbers, smallest, glance):
    ds = make_datasette(claims_db)
    sides = (await twin(ds, claim))["data"]["sources"]["sides"]
    side = next(each for each in sides if each["stance"] == stance)
    assert tuple(side["numbers"].values()) == numbers
    assert side["smallest"] == smallest
    for name, number in side["numbers"].items():
        assert len(side["lists"][name]) == number, name
    if glance:
        assert side["glance"] == glance
        assert glance in (await ds.client.get(URL + claim)).text


async def test_reports_that_confirm_each_other_are_flagged_with_their_path(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    (loop,) = (await twin(ds, "port-almira-extra-lookouts"))["data"]["sources"]["circular"]
    (path,) = loop["paths"]
    assert [step["id"] for step in path] == [
        "plaza-digest-2019-05-17",
        "northline-review-2019-05-17",
        "plaza-digest-2019-05-17",
    ]
    (single,) = (await twin(ds, "port-almira-premiums-unchanged"))["data"]["sources"]["circular"]
    assert single["sentence"].startswith("Two reports, one unnamed source")
    assert "Circular reporting." in (await ds.client.get(URL + "port-almira-extra-lookouts")).text


async def test_filters_narrow_what_counts(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    told = await twin(ds, query="country=GB&basis__in=explicit,author_summary")
    assert told["data"]["stances"] == 2
    assert {word: set(actors(side)) for word, side in told["data"]["sides"].items()} == {
        "supports": {"jeremy-hunt"},
        "disputes": {"chris-ghika"},
    }
    assert [side["numbers"]["statements"] for side in told["data"]["sources"]["sides"]] == [1, 1]
    cited = told["cite"]
    assert cited["url"].endswith(f"{THREAT}?country=GB&basis__in=author_summary,explicit&_as_of={cited['revision']}")
    page = (await ds.client.get(URL + THREAT + "?country=GB")).text
    assert "Remove the filter" in page
    assert "United Kingdom" in page
    empty = await ds.client.get(URL + THREAT + "?country=IR")
    assert empty.status_code == 200
    assert "Show the claim without filters" in empty.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("claim=iraq-stable", "on one claim"),
        ("nonsense=1", "nonsense"),
        ("basis=hearsay", "hearsay"),
        ("country=%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;"),
        ("date_start__gte=2019-02-30", "2019-02-30"),
        ("_as_of=999999", "999999"),
    ],
)
async def test_what_does_not_fit_is_refused_and_the_rest_is_kept(make_datasette, claims_db, query, told):
    answer = await make_datasette(claims_db).client.get(f"{URL}{THREAT}?{query}&stance=supports")
    assert answer.status_code == 400
    assert told in answer.text
    assert "<script>alert" not in answer.text
    assert "stance=supports" in answer.text


@pytest.mark.parametrize("format", ["", ".json", ".svg"])
@pytest.mark.parametrize("id", ["no-such-claim", "%3Cscript%3Ealert(1)%3C~2Fscript%3E", "~00"])
async def test_an_unknown_claim_says_what_to_do(make_datasette, claims_db, id, format):
    answer = await make_datasette(claims_db).client.get(f"{URL}{id}{format}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert "search the claims" in answer.text


async def test_the_timeline_stands_alone_as_svg(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await ds.client.get(f"{URL}{THREAT}.svg?country=GB")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(answer.text).tag.endswith("svg")
    undated = await ds.client.get(f"{URL}crisis-manufactured.svg")
    assert undated.status_code == 404


CLOSED = {
    "actors": (None, "Christopher Ghika"),
    "countries": (None, "United Kingdom"),
    "documents": ("sources", "Coalition general contradicts Washington on Iran"),
    "statements": ("silent", "We share the same assessment"),
    "mentions": ("audit", "Headline audit"),
    "segments": ("audit", "Headline audit"),
    "claim_relations": ("related", "Narrower claims"),
    "memberships": ("silent", "Mentioned, but silent"),
    "provenance": ("sources", "Sources behind this claim"),
}


@pytest.mark.parametrize("table", CLOSED)
async def test_what_stands_in_a_closed_table_is_not_shown(make_datasette, claims_db, table):
    key, told = CLOSED[table]
    assert told in (await make_datasette(claims_db).client.get(URL + THREAT)).text
    metadata = {"databases": {"claims": {"tables": {table: {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    for format in ("", ".json"):
        answer = await ds.client.get(URL + THREAT + format)
        assert answer.status_code == 200
        assert told not in answer.text.replace("of the United Kingdom", ""), format
    if key:
        assert (await twin(ds))["data"][key] is None


@pytest.mark.parametrize("closed", ["claims", "stances", None])
async def test_a_closed_table_or_database_closes_the_page(make_datasette, claims_db, signed_in, closed):
    allow = {"allow": {"id": "editor"}}
    metadata = {"databases": {"claims": {"tables": {closed: allow}} if closed else allow}}
    ds = make_datasette(claims_db, metadata=metadata)
    for format in ("", ".json", ".svg"):
        answer = await ds.client.get(URL + THREAT + format)
        assert answer.status_code == 403
        assert "growing threat" not in answer.text
    seen = await ds.client.get(URL + THREAT, cookies=signed_in(ds, {"id": "editor"}))
    assert seen.status_code == 200


async def test_an_earlier_revision_shows_the_stances_of_then(make_datasette, claims_copy, tmp_path):
    conn = sqlite3.connect(claims_copy)
    (before,) = conn.execute("select max(id) from revisions").fetchone()
    conn.close()
    (tmp_path / "change").mkdir()
    (tmp_path / "change" / "stances.csv").write_text(
        f"id,claim,actor,stance,basis\nthreat-increasing--jeremy-hunt,{THREAT},jeremy-hunt,disputes,explicit\n",
        encoding="utf-8",
    )
    load(claims_copy, [tmp_path / "change"], Options(theirs=True))
    ds = make_datasette(claims_copy)
    assert (await twin(ds))["data"]["sides"]["disputes"]["count"] == 5
    then = await twin(ds, query=f"_as_of={before}")
    assert then["data"]["sides"]["disputes"]["count"] == 4
    assert then["data"]["audit"]
    assert f"as it was at revision {before}" in (await ds.client.get(f"{URL}{THREAT}?_as_of={before}")).text


HOSTILE = '</script><script>alert("x")</script>\u202e“<b>'


@pytest.fixture(scope="module")
def big_db(tmp_path_factory):
    """A claim with 6,000 stances by 300 actors, some with hostile words, and one narrower claim."""
    folder = tmp_path_factory.mktemp("big")

    def write(name, rows):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    write("actors", [{"id": f"a{i}", "name": f"{HOSTILE} {i}", "kind": "person"} for i in range(300)])
    claims = [
        {"id": "big", "text": f"Claim {HOSTILE}", "kind": "factual"},
        {"id": "part", "text": "P", "kind": "policy"},
    ]
    write("claims", claims)
    write("documents", [{"id": f"d{i}", "title": f"{HOSTILE} {i}", "kind": "news_article"} for i in range(60)])
    write(
        "statements",
        [
            {"id": f"s{i}", "content": f"{HOSTILE} {i}", "wording": "verbatim", "speaker": f"a{i % 300}"}
            | {"kind": "utterance", "document": f"d{i % 60}", "date_start": "2020-01-01", "date_end": "2020-01-02"}
            for i in range(6000)
        ],
    )
    stances = ["supports", "disputes", "disputes", "neutral"]
    write(
        "stances",
        [
            {"id": f"t{i}", "claim": "big", "actor": f"a{i % 300}", "statement": f"s{i}"}
            | {"stance": stances[i % 4], "basis": "explicit"}
            for i in range(6000)
        ],
    )
    write("claim_relations", [{"id": "r", "claim": "part", "relation": "narrower_than", "other_claim": "big"}])
    load(folder / "big.db", [folder], Options())
    return folder / "big.db"


async def test_a_claim_with_many_stances_stays_bounded(make_datasette, big_db):
    ds = make_datasette(big_db)
    answer = await ds.client.get("/big/-/claims/claim/big")
    assert answer.status_code == 200
    assert len(answer.text) < 400_000
    assert "The first 8 of 3,000" in answer.text
    data = (await ds.client.get("/big/-/claims/claim/big.json")).json()["data"]
    assert {word: side["count"] for word, side in data["sides"].items()} == {
        "supports": 1500,
        "disputes": 3000,
        "neutral": 1500,
    }
    assert {word: len(side["shown"]) for word, side in data["sides"].items()} == {
        "supports": 8,
        "disputes": 8,
        "neutral": 2,
    }
    numbers = {side["stance"]: side["numbers"] for side in data["sources"]["sides"]}
    assert numbers["disputes"] == {
        "documents": 30,
        "statements": 3000,
        "speakers": 150,
        "organizations": 0,
        "occasions": numbers["disputes"]["occasions"],
    }
    assert {side["stance"]: len(side["lists"]["documents"]) for side in data["sources"]["sides"]} == {
        "supports": 6,
        "disputes": 6,
        "neutral": 3,
    }
    assert "The first 6 of 3,000." in answer.text
    path, _, query = data["sides"]["disputes"]["table"].partition("?")
    table = (await ds.client.get(f"{path}.json?{query}&_size=1&_extra=count")).json()
    assert (table.get("count") or table.get("filtered_table_rows_count")) == 3000


@pytest.mark.parametrize("query", ["", "country=GB", "stance=supports", "status__in=reviewed,draft", "basis=explicit"])
async def test_the_index_of_sources_and_the_rows_of_the_claim_say_the_same(
    make_datasette, claims_db, monkeypatch, query
):
    """Sources and headline audit of few stances are read from their rows, of many from an index of all."""
    by_rows = (await twin(make_datasette(claims_db), query=query))["data"]
    monkeypatch.setattr(claim_sources, "BY_ROWS", 0)
    monkeypatch.setattr(claim_sources, "TRACED", 0)
    ds = make_datasette(claims_db)
    assert (await twin(ds, query=query))["data"] == by_rows
    assert source_memory.peek(ds.databases["claims"]) is not None


@pytest.fixture
def all_names_are_read(monkeypatch):
    """As for a claim with very many stances: the index of sources is made first, and with it every actor's name."""
    monkeypatch.setattr(claim_sources, "BY_ROWS", 0)
    monkeypatch.setattr(claim_sources, "TRACED", 0)


async def test_names_that_were_read_beside_are_those_of_the_present(make_datasette, claims_copy, all_names_are_read):
    ds = make_datasette(claims_copy)
    assert "Jeremy Hunt" in words((await ds.client.get(URL + THREAT)).text)
    made = source_memory.peek(ds.databases["claims"])
    assert made is not None
    assert made.names["actors", "jeremy-hunt"] == "Jeremy Hunt"
    with sqlite3.connect(claims_copy) as conn:
        conn.execute("update actors set name = 'Jeremy Richard Hunt' where id = 'jeremy-hunt'")
    conn.close()
    assert source_memory.peek(ds.databases["claims"]) is None
    after = words((await ds.client.get(URL + THREAT)).text)
    assert "Jeremy Richard Hunt" in after
    assert "Jeremy Hunt" not in after


async def test_names_of_before_a_change_are_not_taken_while_a_file_without_wal_is_locked(
    make_datasette, claims_copy, all_names_are_read
):
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as writer:
        writer.execute("pragma journal_mode = delete")
        ds = make_datasette(claims_copy)
        assert "Jeremy Hunt" in words((await ds.client.get(URL + THREAT)).text)
        assert source_memory.peek(ds.databases["claims"]) is not None
        writer.execute("update actors set name = 'Jeremy Richard Hunt' where id = 'jeremy-hunt'")
        writer.execute("begin exclusive")
        assert source_memory.peek(ds.databases["claims"]) is None
        writer.execute("rollback")
        assert "Jeremy Richard Hunt" in words((await ds.client.get(URL + THREAT)).text)


def test_a_name_that_is_known_is_not_overwritten_by_what_was_read_beside():
    index = SimpleNamespace(as_of=None, remembered={})
    known_names.known_names(index)["actors", "a"] = "the new name"
    known_names.learn(index, {("actors", "a"): "the old name", ("actors", "b"): "another"})
    assert known_names.known_names(index) == {("actors", "a"): "the new name", ("actors", "b"): "another"}


async def test_names_that_were_read_beside_stay_closed_to_whom_they_are(
    make_datasette, claims_db, signed_in, all_names_are_read
):
    metadata = {"databases": {"claims": {"tables": {"actors": {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    open_to = await ds.client.get(URL + THREAT, cookies=signed_in(ds, {"id": "editor"}))
    assert "Jeremy Hunt" in words(open_to.text)
    assert ("actors", "jeremy-hunt") in source_memory.peek(ds.databases["claims"]).names
    assert "Jeremy Hunt" not in (await ds.client.get(URL + THREAT)).text


async def test_of_too_many_actors_no_names_are_read_beside(make_datasette, claims_db, all_names_are_read, monkeypatch):
    monkeypatch.setattr(known_names, "MOST_READ", 3)
    ds = make_datasette(claims_db)
    assert "Jeremy Hunt" in words((await ds.client.get(URL + THREAT)).text)
    assert source_memory.peek(ds.databases["claims"]).names == {}


async def test_names_that_were_forgotten_are_learned_again(make_datasette, claims_db, all_names_are_read, monkeypatch):
    ds = make_datasette(claims_db)
    first = (await ds.client.get(URL + THREAT)).text
    monkeypatch.setattr(known_names, "MOST", 0)
    for _ in range(2):
        assert (await ds.client.get(f"{URL}{THREAT}?_silent=1")).status_code == 200
        assert (await ds.client.get(URL + THREAT)).text == first


@pytest.mark.parametrize("deep", [0, 1, 3, 4, 20])
async def test_a_stance_names_the_nearest_statements_that_it_is_told_in(make_datasette, tmp_path, deep):
    said = [
        {"id": f"s{at}", "kind": "utterance", "content": "words", "cue": "said", "speaker_label": f"voice {at}"}
        | {"parent_statement": f"s{at + 1}" if at < deep else ""}
        for at in range(deep + 1)
    ]
    tables = {
        "actors": [{"id": "a", "name": "Ann", "kind": "person"}],
        "claims": [{"id": "c", "text": "A claim", "kind": "factual"}],
        "statements": said,
        "stances": [
            {"id": "t", "claim": "c", "actor": "a", "statement": "s0", "stance": "supports", "basis": "explicit"}
        ],
    }
    for name, rows in tables.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(rows))
    load(tmp_path / "chain.db", [tmp_path / f"{name}.json" for name in tables], Options())
    ds = make_datasette(tmp_path / "chain.db")
    (record,) = (await ds.client.get("/chain/-/claims/claim/c.json")).json()["data"]["sides"]["supports"]["shown"]
    assert record["told_in"] == [f"s{at}" for at in range(1, min(deep, 3) + 1)]
    assert record["told_further"] == (deep > 3)
    page = words((await ds.client.get("/chain/-/claims/claim/c")).text)
    told = [f"a statement by voice {at}" for at in range(1, min(deep, 3) + 1)]
    assert [one for one in told if one not in page] == []
    assert "voice 4" not in page
    assert ("told in further statements" in page) == (deep > 3)


@pytest.mark.parametrize("circle", [["s0", "s1"], ["s1", "s2"], ["s0", "s1", "s2"]])
async def test_statements_that_are_told_in_one_another_do_not_hold_the_page_up(make_datasette, claims_copy, circle):
    with sqlite3.connect(claims_copy) as conn:
        said = [row[0] for row in conn.execute("select statement from stances where claim = ? limit 3", [THREAT])]
        named = dict(zip(["s0", "s1", "s2"], said, strict=True))
        conn.execute("update statements set parent_statement = ? where id = ?", [named["s1"], named["s0"]])
        for one, other in zip(circle, [*circle[1:], circle[0]], strict=True):
            conn.execute("update statements set parent_statement = ? where id = ?", [named[other], named[one]])
    conn.close()
    ds = make_datasette(claims_copy)
    assert (await ds.client.get(f"{URL}{THREAT}")).status_code == 200
    records = [one for side in (await twin(ds))["data"]["sides"].values() for one in side["shown"]]
    first = next(one for one in records if one["statement"] == named["s0"])
    assert first["told_in"][0] == named["s1"]
    assert len(set(first["told_in"])) == len(first["told_in"]) <= 3


@pytest.mark.parametrize(
    ("titles", "many", "told"),
    [
        (["It began."], 1, "First report, 7 January 2015: It began. Over 3 days, to 9 January 2015."),
        (["A", "B"], 2, "First reports, 7 January 2015: A , B . Over 3 days, to 9 January 2015."),
        (
            ["A", "B", "C", "D"],
            1500,
            "First reports, 7 January 2015: A , B , C and 1,497 more. Over 3 days, to 9 January 2015.",
        ),
        ([], 0, "Over 3 days, to 9 January 2015."),
    ],
)
def test_what_is_told_of_the_sources_of_a_side(titles, many, told):
    side = {
        "unnamed": {"part": 1200, "whole": 1300},
        "own_reporting": {"part": 0, "whole": 1300},
        "without_organization": 1,
        "first_reports": [{"name": title, "url": "/x"} for title in titles],
        "first_report_count": many,
        "spread": {"first": "2015-01-07", "last": "2015-01-09", "days": 2},
    }
    start = "Unnamed: 1,200 of 1,300 statements. Own reporting: 0 of 1,300. 1 speaker without a stated organization. "
    assert words(told_of(side)) == start + told


async def test_every_stance_is_reached_page_by_page_and_the_counts_are_of_all(make_datasette, big_db):
    ds = make_datasette(big_db)
    query = "stance__in=supports,neutral&actor__in=a0,a4,a8,a12,a2,a6"
    seen, url, pages = {}, f"/big/-/claims/claim/big?{query}", 0
    while url:
        page = (await ds.client.get(url)).text
        told = (await ds.client.get(url.replace("claim/big?", "claim/big.json?"))).json()["data"]
        pages += 1
        assert (told["page"], told["pages"], told["stances"]) == (pages, 10, 80)
        for word, side in told["sides"].items():
            assert side["before"] == len(seen.setdefault(word, []))
            seen[word] += [record["id"] for record in side["shown"]]
        (url,) = re.findall(r'<a href="([^"]+)" rel="next"', page) or [None]
        url = url and url.replace("&amp;", "&")
    assert pages == 10
    assert {word: len(set(ids)) for word, ids in seen.items()} == {"supports": 80}


async def test_a_page_that_is_none_is_refused_and_one_past_the_last_leads_back(make_datasette, big_db):
    ds = make_datasette(big_db)
    for wrong in ("0", "-1", "x", "²", "99999999"):
        assert (await ds.client.get(f"/big/-/claims/claim/big?_page={wrong}")).status_code == 400
    past = (await ds.client.get("/big/-/claims/claim/big?_page=900&stance=supports")).text
    assert "All 1,500 stand on earlier pages." in past
    assert re.search(r'href="[^"]+\?stance=supports&amp;_page=188" rel="prev"', past)


async def test_who_is_silent_on_a_claim_with_many_stances_is_told_when_asked_for(
    make_datasette, claims_db, monkeypatch
):
    at_once = (await twin(make_datasette(claims_db)))["data"]["silent"]
    monkeypatch.setattr(claim_silent, "AT_ONCE", 1)
    ds = make_datasette(claims_db)
    assert (await twin(ds, query=NBC))["data"]["silent"]["count"] is None
    page = (await ds.client.get(f"{URL}{THREAT}?{NBC}")).text
    (url,) = re.findall(r'href="([^"]*_silent=1)#claims-silent"', page)
    assert NBC in url
    assert (await twin(ds, query=f"{NBC}&_silent=1"))["data"]["silent"] == at_once
    assert "Hassan Rouhani" in (await ds.client.get(url.replace("&amp;", "&"))).text
    assert (await ds.client.get(f"{URL}{THREAT}?_silent=2")).status_code == 400


async def test_hostile_words_stay_words(make_datasette, big_db):
    ds = make_datasette(big_db)
    for path in ("claim/big", "claim/part", "actor/a1", "claim/big?stance=supports&_search=script"):
        page = (await ds.client.get(f"/big/-/claims/{path}")).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        data = (
            await ds.client.get(f"/big/-/claims/{path.replace('?', '.json?') if '?' in path else path + '.json'}")
        ).text
        assert json.loads(data)["ok"]


async def test_a_country_on_both_sides_is_flagged_with_its_people_and_whether_they_speak_for_it(
    make_datasette, claims_db
):
    ds = make_datasette(claims_db)
    (split,) = (await twin(ds))["data"]["splits"]["countries"]
    assert (split["country"], split["name"], split["represents"]) == ("GB", "United Kingdom", False)
    assert [[(voice["actor"], voice["basis"]) for voice in side["voices"]] for side in split["sides"]] == [
        [("jeremy-hunt", "explicit")],
        [("chris-ghika", "author_summary"), ("sanam-vakil", "inferred")],
    ]
    page = words((await ds.client.get(URL + THREAT)).text)
    assert "United Kingdom on both sides." in page
    assert "No two who speak for the country oppose each other." in page
    behind = (await ds.client.get(split["url"].replace("/compare/cell?", "/compare/cell.json?"))).json()
    assert {record["actor"] for record in behind["data"]["shown"]} == {"jeremy-hunt", "chris-ghika", "sanam-vakil"}
    assert (await ds.client.get((await twin(ds))["data"]["splits"]["url"])).status_code == 200


@pytest.mark.parametrize(
    ("query", "voices"),
    [
        ("basis__in=author_summary,explicit,vote", [["jeremy-hunt"], ["chris-ghika"]]),
        ("basis__in=explicit,vote", None),
        ("country_basis=represents", None),
        ("country=US", None),
    ],
)
async def test_a_split_follows_the_filters(make_datasette, claims_db, query, voices):
    splits = (await twin(make_datasette(claims_db), query=query))["data"]["splits"]
    found = splits and [[voice["actor"] for voice in side["voices"]] for side in splits["countries"][0]["sides"]]
    assert found == voices
