"""The statement page: what is printed, resolved and verified apart; the chain; every report; what stays closed."""

import html
import json
import re
import sqlite3

import pytest

from datasette_claims.loading import Options, load
from datasette_claims.schema import BY_NAME

GHIKA = "ghika-no-increased-threat"
URL = "/claims/-/claims/statement/"


async def twin(ds, id=GHIKA, **options):
    answer = await ds.client.get(f"{URL}{id}.json", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_printed_resolved_and_verified_dates_stand_apart(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = words((await ds.client.get(URL + GHIKA)).text)
    assert "Date as printed “Wednesday”" in page
    assert "Date as resolved 15 May 2019" in page
    assert "Date as verified 14 May 2019" in page
    data = (await twin(ds))["data"]
    assert (data["statement"]["date_start"], data["verified_dates"][0]["date_start"]) == ("2019-05-15", "2019-05-14")


async def test_the_first_sentence_says_who_for_whom_when_and_how_often(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    told = await twin(ds)
    conn = sqlite3.connect(claims_db)
    mentions, documents = conn.execute(
        "select count(*), count(distinct document) from mentions where statement = ?", [GHIKA]
    ).fetchone()
    conn.close()
    assert told["sentence"].startswith("Christopher Ghika, Deputy Commander, for Combined Joint Task Force")
    assert "on 15 May 2019" in told["sentence"]
    assert (mentions, documents) == (14, 5)
    assert told["sentence"].endswith("Reported 14 times in five documents.")


@pytest.mark.parametrize(
    ("id", "relation", "to"),
    [
        ("maas-warns-pompeo", "parent_statement", "maas-recalls-warning-pompeo"),
        ("europeans-believe-crisis-manufactured", "parent_statement", "vakil-on-european-belief"),
        ("uk-mod-declines-threat-level", "in_reply_to", "nbc-asks-uk-threat-level"),
        ("rouhani-army-day-speech", "parent_statement", "nbc-caption-rouhani"),
        (GHIKA, "event", "ghika-briefing"),
    ],
)
async def test_the_chain_leads_to_what_a_statement_rests_on(make_datasette, claims_db, id, relation, to):
    ds = make_datasette(claims_db)
    edges = (await twin(ds, id))["data"]["chain"]["edges"]
    assert to in {e["object"][1] for e in edges if e["subject"] == ["statement", id] and e["relation"] == relation}
    drawn = (await ds.client.get(URL + id)).text
    assert drawn.count(to) >= 3, "in the drawing, in the list and among the facts"


async def test_every_mention_leads_to_its_passage(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    for report in (await twin(ds))["data"]["reports"]["listed"]:
        path, _, mark = report["url"].partition("#")
        answer = await ds.client.get(path)
        assert answer.status_code == 200
        assert f'id="{mark}"' in answer.text, report["url"]


async def test_escalation_and_lost_hedges_are_shown(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = words((await ds.client.get(URL + GHIKA)).text)
    assert "“contradicted” stronger verb" in page
    hedged = await twin(ds, "ghika-many-militias-no-increase")
    lost = [r["difference"]["lost_hedges"] for r in hedged["data"]["reports"]["listed"] if r["difference"]]
    assert any(lost), "one of the example reports leaves out a hedge"


async def test_whether_the_record_holds_is_said_for_each_document(make_datasette, claims_copy):
    holds = {each["document"]: each["holds"] for each in (await twin(make_datasette(claims_copy)))["data"]["integrity"]}
    assert holds["nbc-2019-05-16"] == "not_attached"
    assert holds["gulf-desk-2019-05-14"] == "yes"
    conn = sqlite3.connect(claims_copy)
    conn.execute("update documents set text = replace(text, 'threat', 'danger') where id = 'gulf-desk-2019-05-14'")
    conn.commit()
    conn.close()
    ds = make_datasette(claims_copy)
    holds = {each["document"]: each for each in (await twin(ds))["data"]["integrity"]}
    assert holds["gulf-desk-2019-05-14"]["holds"] == "no"
    assert holds["gulf-desk-2019-05-14"]["faults"]
    assert "does not hold" in (await ds.client.get(URL + GHIKA)).text


async def test_the_history_tells_the_load_and_each_change(make_datasette, claims_copy, tmp_path):
    folder = tmp_path / "change"
    folder.mkdir()
    (folder / "statements.csv").write_text(f"id,kind,note\n{GHIKA},utterance,Seen again\n", encoding="utf-8")
    before = (await twin(make_datasette(claims_copy)))["data"]["history"]["changes"]
    assert [change["operation"] for change in before] == ["load"]
    load(claims_copy, [folder], Options(theirs=True))
    after = (await twin(make_datasette(claims_copy)))["data"]["history"]["changes"]
    assert after[0]["operation"] == "update"
    assert json.loads(after[0]["after"])["note"] == "Seen again"


CLOSED = {
    "mentions": ("reports", GHIKA + "--body"),
    "documents": (None, "Coalition general contradicts Washington"),
    "actors": (None, "Combined Joint Task Force"),
    "claims": ("stances", "pose an increased threat"),
    "stances": ("stances", "Which side it takes"),
    "assessments": ("verified_dates", "Date as verified"),
    "events": (None, "Ghika briefs reporters"),
    "revisions": ("history", "Revision <a"),
}


@pytest.mark.parametrize("table", CLOSED)
async def test_what_stands_in_a_closed_table_is_not_shown(make_datasette, claims_db, table):
    key, told = CLOSED[table]
    open_page = (await make_datasette(claims_db).client.get(URL + GHIKA)).text
    assert told in open_page
    metadata = {"databases": {"claims": {"tables": {table: {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    for format in ("", ".json"):
        answer = await ds.client.get(URL + GHIKA + format)
        assert answer.status_code == 200
        assert told not in answer.text, format
    if key:
        assert (await twin(ds))["data"][key] is None


async def test_a_closed_statement_table_closes_the_page(make_datasette, claims_db):
    metadata = {"databases": {"claims": {"tables": {"statements": {"allow": {"id": "editor"}}}}}}
    assert (await make_datasette(claims_db, metadata=metadata).client.get(URL + GHIKA)).status_code == 403


async def test_an_unknown_statement_says_what_to_do(make_datasette, claims_db):
    answer = await make_datasette(claims_db).client.get(URL + "nobody-said-this")
    assert answer.status_code == 404
    assert "nobody-said-this" in answer.text
    assert "statements table" in answer.text


async def test_data_stays_text(make_datasette, claims_copy):
    hostile = "</h1><script>alert('x')</script>"
    conn = sqlite3.connect(claims_copy)
    for column in ("content", "speaker_label", "speaker_role", "cue", "date_text", "hedge_terms", "note"):
        conn.execute(f"update statements set {column} = ? where id = ?", [hostile, GHIKA])
    conn.execute("update mentions set content = ?, cue = ?, speaker_label = ?", [hostile] * 3)
    conn.execute("update documents set title = ?, url = 'javascript:alert(1)'", [hostile])
    conn.execute("update assessments set rationale = ?, url = 'javascript:alert(1)'", [hostile])
    conn.commit()
    conn.close()
    answer = await make_datasette(claims_copy).client.get(URL + GHIKA)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "javascript:" not in answer.text


async def test_a_circle_in_the_data_is_named_and_the_page_stands(make_datasette, claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute(
        "update statements set parent_statement = 'maas-warns-pompeo' where id = 'maas-recalls-warning-pompeo'"
    )
    conn.commit()
    conn.close()
    ds = make_datasette(claims_copy)
    answer = await ds.client.get(URL + "maas-warns-pompeo")
    assert answer.status_code == 200
    assert (await twin(ds, "maas-warns-pompeo"))["data"]["chain"]["problems"][0]["kind"] == "cycle"
    assert "claims-failed" in answer.text


def changed(path, *statements):
    """Run SQL on a copy; triggers and references stand aside, as in a file that something else has damaged."""
    conn = sqlite3.connect(path)
    conn.execute("pragma foreign_keys = off")
    conn.execute("pragma ignore_check_constraints = on")
    for name in [row[0] for row in conn.execute("select name from sqlite_master where type = 'trigger'")]:
        conn.execute(f'drop trigger "{name}"')
    for sql in statements:
        conn.execute(sql)
    conn.commit()
    conn.close()


async def test_a_draft_says_so_and_its_mentions_count_for_nothing(make_datasette, claims_copy):
    changed(
        claims_copy,
        "update mentions set status = 'draft' where id = (select max(id) from mentions where statement = "
        f"'{GHIKA}' and document = 'gulf-desk-2019-05-14')",
        f"update mentions set coder = 'ann' where id = (select min(id) from mentions where statement = '{GHIKA}')",
        f"update stances set status = 'draft' where id = (select min(id) from stances where statement = '{GHIKA}')",
        "update statements set status = 'draft' where id = 'maas-warns-pompeo'",
    )
    ds = make_datasette(claims_copy)
    told = await twin(ds)
    assert "Reported twelve times" in told["sentence"]
    statuses = [report["status"] for report in told["data"]["reports"]["listed"]]
    assert (len(statuses), statuses.count("draft"), statuses[-1]) == (13, 1, "draft")
    assert "draft" in {stance["status"] for stance in told["data"]["stances"]}
    page = (await ds.client.get(URL + GHIKA)).text
    assert page.count(">Draft<") >= 2
    assert "One report is a draft and does not count." in words(page)
    draft = await ds.client.get(URL + "maas-warns-pompeo")
    assert "This is a draft: nobody has reviewed it yet" in draft.text
    assert ">Draft<" in draft.text


async def test_who_may_annotate_is_led_to_correct_split_and_merge(make_datasette, claims_db):
    ds = make_datasette(
        claims_db, metadata={"databases": {"claims": {"permissions": {"claims-annotate": {"id": "*"}}}}}
    )
    for actor, may in (({"id": "ann"}, True), (None, False)):
        cookies = {"ds_actor": ds.sign({"a": actor}, "actor")} if actor else {}
        page = (await ds.client.get(URL + GHIKA, cookies=cookies)).text
        assert (f"/claims/-/claims/edit/statements/{GHIKA}" in page) == may
        assert f"/claims/-/claims/history/statements/{GHIKA}" in page


def copies_of(table, id, name, number, **values):
    """SQL that copies a row ``number`` times, with other values in some columns (SQL; ``n`` counts)."""
    listed = {"id": f"'{name}-' || n", **values}
    columns = [column.name for column in BY_NAME[table].columns if column.name != "month"]
    chosen = ", ".join(listed.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < {number - 1}) "
        f'insert into "{table}" ({names}) select {chosen} from "{table}" as t, numbers where t.id = \'{id}\''
    )


RLM = "\u202bעלי \u0627\u0644\u0639\u0631\u0628\u064a\u0629 <b>"
DAMAGED = {
    "a parent that is missing": (
        [f"update statements set parent_statement = 'nowhere' where id = '{GHIKA}'"],
        GHIKA,
        "statement &#39;nowhere&#39; is referred to, but it is not there",
    ),
    "a speaker, event and document that are missing": (
        [f"update statements set speaker = 'nobody', event = 'never', document = 'nothing' where id = '{GHIKA}'"],
        GHIKA,
        "Speaker refers to “nobody”, which is not there.",
    ),
    "a statement that is told in itself": (
        [f"update statements set parent_statement = id where id = '{GHIKA}'"],
        GHIKA,
        "came from one another",
    ),
    "a chain of thirty steps": (
        [copies_of("statements", GHIKA, "deep", 31, parent_statement="case when n < 30 then 'deep-' || (n + 1) end")],
        "deep-0",
        "/claims/-/claims/statement/deep-30",
    ),
    "a chain of eighty steps": (
        [copies_of("statements", GHIKA, "deep", 81, parent_statement="case when n < 80 then 'deep-' || (n + 1) end")],
        "deep-0",
        "goes on beyond 64 steps",
    ),
    "a chain of thirty steps that each say twice where they come from": (
        [
            copies_of("statements", GHIKA, "deep", 31, parent_statement="case when n < 30 then 'deep-' || (n + 1) end"),
            "insert into provenance (id, subject_type, subject, relation, object_type, object, revision) select "
            "'deep-' || id, 'statement', id, 'wasDerivedFrom', 'statement', parent_statement, 1 from statements "
            "where id like 'deep-%' and parent_statement is not null",
        ],
        "deep-0",
        "/claims/-/claims/statement/deep-30",
    ),
    "a thousand mentions": (
        [copies_of("mentions", f"{GHIKA}--nbc-p4", "many", 1000)],
        GHIKA,
        "The first 200 of 1,014",
    ),
    "names from right to left": (
        [
            f"update actors set name = '{RLM}' where id = (select speaker from statements where id = '{GHIKA}')",
            f"update statements set content = '{RLM}', speaker_label = '{RLM}' where id = '{GHIKA}'",
        ],
        GHIKA,
        "&lt;b&gt;",
    ),
}


@pytest.mark.parametrize(("statements", "id", "expected"), DAMAGED.values(), ids=DAMAGED)
async def test_the_page_says_what_is_wrong_with_the_data_and_still_stands(
    make_datasette, claims_copy, statements, id, expected
):
    conn = sqlite3.connect(claims_copy)
    some = conn.execute("select id from mentions where statement = ? order by id", [GHIKA]).fetchone()[0]
    conn.close()
    changed(claims_copy, *(sql.replace(f"{GHIKA}--nbc-p4", some) for sql in statements))
    ds = make_datasette(claims_copy)
    answer = await ds.client.get(URL + id)
    assert answer.status_code == 200, answer.text
    assert expected in answer.text
    assert len(answer.text) < 600_000
    assert (await twin(ds, id))["data"]["statement"]["id"] == id


async def test_the_words_on_top_are_the_fullest_quotation_else_what_the_record_tells(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    # The record holds the shorter version of the tweet; one paper quotes it with what it put in.
    hunt = (await twin(ds, "hunt-same-assessment"))["data"]["said"]
    quoted = "We [Britain and the United States] share the same assessment of the heightened threat posed by Iran"
    assert (hunt["words"], hunt["wording"]) == (quoted, "verbatim")
    page = words((await ds.client.get(URL + "hunt-same-assessment")).text)
    assert "The fullest quotation of it, in London and Berlin answer Washington on Iran , 16 May 2019." in page
    assert "As this record tells it We share the same assessment" in page
    maas = (await twin(ds, "maas-warns-pompeo"))["data"]
    assert maas["said"] == {"words": maas["statement"]["content"], "wording": "paraphrase", "mention": None}
    assert "these are this record’s own words" in (await ds.client.get(URL + "maas-warns-pompeo")).text
    # A draft that quotes more does not speak for a statement that is reviewed.
    changed(claims_copy, f"update mentions set status = 'draft' where id = '{hunt['mention']}'")
    drafted = (await twin(make_datasette(claims_copy), "hunt-same-assessment"))["data"]["said"]
    assert drafted["words"] == "We share the same assessment of the heightened threat posed by Iran."


async def test_a_quotation_with_something_in_between_is_linked_by_its_parts(make_datasette, claims_copy):
    changed(
        claims_copy,
        "delete from evidence",
        "insert into evidence (id, mention, part, span_start, span_end, quote, revision) values "
        "('e1', 'hunt-same-assessment--body', 'verbatim', 1, 9, 'We share the same assessment', 1), "
        "('e2', 'hunt-same-assessment--body', 'verbatim', 20, 29, 'of the heightened threat', 1)",
        "update documents set url = 'https://example.org/a' where id = 'nbc-2019-05-16'",
        "update documents set text = null",
    )
    listed = (await twin(make_datasette(claims_copy), "hunt-same-assessment"))["data"]["reports"]["listed"]
    link = next(report["original"] for report in listed if report["mention"] == "hunt-same-assessment--body")
    expected = "text=We%20share%20the%20same%20assessment&text=of%20the%20heightened%20threat"
    assert link == f"https://example.org/a#:~:{expected}"


async def test_many_reports_unfold_and_a_report_in_other_words_is_not_struck_through(make_datasette, claims_copy):
    conn = sqlite3.connect(claims_copy)
    some = conn.execute("select id from mentions where statement = ? order by id", [GHIKA]).fetchone()[0]
    conn.close()
    changed(claims_copy, copies_of("mentions", some, "many", 30))
    ds = make_datasette(claims_copy)
    page = (await ds.client.get(URL + GHIKA)).text
    assert "24 more reports" in page
    assert page.count('<li id="r-') == 44
    shared = {
        r["mention"]: r["difference"]["shared"]
        for r in (await twin(ds))["data"]["reports"]["listed"]
        if r["difference"]
    }
    assert min(shared.values()) < 0.3 < max(shared.values())
    for mention, share in shared.items():
        part = page[page.index(f'<li id="r-{mention}"') :].partition("</li>\n")[0]
        assert ("<del>" in part or "<ins>" in part) <= (share >= 0.3), mention


async def test_every_row_of_a_chain_stands_in_its_list_and_every_box_is_a_link(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    conn = sqlite3.connect(claims_db)
    ids = [row[0] for row in conn.execute("select id from statements order by id")]
    conn.close()
    for id in ids:
        page = (await ds.client.get(URL + id)).text
        chain = (await twin(ds, id))["data"]["chain"]
        tree = page.partition('<ul class="claims-tree">')[2].partition("<section")[0]
        for node in chain["nodes"]:
            assert node["label"] in html.unescape(tree), f"{id}: {node} is not in the list"
        if '<g transform="translate(4 4)">' in page:
            for drawing in page.split('<g transform="translate(4 4)">')[1:]:
                inside = drawing.partition("</svg>")[0]
                assert inside.count("<rect") == inside.count("<a href=") > 0, id
                drawn = set(re.findall(r'<a href="([^"]+)"', inside))
                listed = set(re.findall(r'<a href="([^"]+)"', tree))
                assert drawn <= listed, f"{id}: {drawn - listed}"


async def test_copies_revisions_and_wires_are_drawn_with_what_they_are(make_datasette, claims_db):
    page = (await make_datasette(claims_db).client.get(URL + GHIKA)).text
    drawn = words(page.partition("Drawing: where it is reported")[2].partition("</svg>")[0])
    assert "Revision of: Coalition general contradicts" in drawn
    assert "Was derived from: Coalition general" in drawn
    assert "Contributed Meridian Wire" in drawn
    assert "Publisher Gulf Desk" in drawn
    assert "Headline" in drawn
