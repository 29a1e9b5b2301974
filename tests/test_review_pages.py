"""The review queue, assignments, blind coding, adjudication and agreement of coders, as requests on both lines."""

import csv
import io
import json
import re
import sqlite3
from html import escape, unescape
from urllib.parse import urlencode

import pytest
from coding_data import DOCUMENT, document, drafts, proposal, two_coders

from datasette_claims.annotating import assigning
from datasette_claims.compat import IS_1
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.pages.framework import PAGES

PERMISSIONS = {
    "claims-annotate": {"id": ["ann", "ben", "rev"]},
    "claims-review": {"id": ["rev"]},
    "claims-admin": {"id": "boss"},
}
METADATA = {"plugins": {"datasette-claims": {"database": "claims"}}, "permissions": PERMISSIONS}
AT = "2026-05-20T10:00:00Z"
BASE = "/claims/-/claims"


@pytest.fixture
def conn(claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute("PRAGMA foreign_keys = ON")
    document(conn)
    yield conn
    conn.close()


@pytest.fixture
def site(conn, claims_copy, make_datasette, signed_in):
    """Call with a path, who asks and, to write, the form; returns the response."""
    datasette = make_datasette(claims_copy, metadata=METADATA)

    async def ask(path, who="rev", form=None, **options):
        cookies = signed_in(datasette, {"id": who}) if who else {}
        url = path if path.startswith("/claims") else f"{BASE}{path}"
        if form is None:
            return await datasette.client.get(url, cookies=cookies, **options)
        page = await datasette.client.get(f"{BASE}/assignments", cookies=cookies)
        token = re.search(r'name="csrftoken" value="([^"]*)"', page.text)
        token = token[1] if token else page.cookies.get("ds_csrftoken", "")
        cookies = {**cookies, **dict(page.cookies)}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrftoken": token, **form}, doseq=True)
        return await datasette.client.post(url, content=body, cookies=cookies, headers=headers)

    return ask


def rows(conn, sql, *values):
    return conn.execute(sql, values).fetchall()


async def item(site, **query):
    answer = await site(f"/review.json?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_the_queue_shows_drafts_in_text_order_with_their_words(conn, site):
    drafts(conn)
    answer = await site("/review")
    assert answer.status_code == 200
    html = answer.text
    data = (await site("/review.json")).json()["data"]
    assert [each["id"] for each in data["waiting"]] == ["draft-hunt", "draft-officials", "draft-quiet"]
    assert '<mark class="claims-part-source">Mr Hunt</mark>' in html
    assert '<mark class="claims-part-cue">said</mark>' in html
    assert "1 of 3" in html
    assert "Draft" in html
    assert "3 drafts wait for review in 1 document" in html


@pytest.mark.parametrize("who", [None, "ann", "boss"])
async def test_only_those_who_may_review_see_the_queue(conn, site, who):
    drafts(conn)
    assert (await site("/review", who)).status_code == 403
    assert (
        await site("/review", who, {"decision": "accept", "statement": "draft-hunt", "seen": "9999"})
    ).status_code == 403
    assert "Review</a>" not in (await site("", who)).text
    assert rows(conn, "select status from statements where id = 'draft-hunt'") == [("draft",)]


async def test_accepting_goes_on_to_the_next_and_can_be_undone(conn, site):
    drafts(conn)
    first = (await item(site))["item"]
    form = {"decision": "accept", "statement": "draft-hunt", "seen": first["seen"]}
    answer = await site(f"/review?document={DOCUMENT}&at=draft-hunt", form=form)
    assert answer.status_code == 303
    target = answer.headers["location"]
    assert f"document={DOCUMENT}" in target
    assert "at=draft-officials" in target
    assert rows(conn, "select status, status_by from statements where id = 'draft-hunt'") == [("reviewed", "rev")]
    html = (await site(target)).text
    assert "Accepted:" in html
    assert "1 of 2" in html
    action = re.search(r'name="action" value="(\d+)"', html)[1]
    assert (await site("/review", form={"decision": "undo", "action": action})).status_code == 303
    assert rows(conn, "select status from statements where id = 'draft-hunt'") == [("draft",)]
    assert rows(conn, "select distinct undoes from revisions where undoes is not null") == [(int(action),)]


async def test_correcting_leads_back_to_where_one_was_in_the_queue(conn, site):
    drafts(conn)
    html = (await site(f"/review?document={DOCUMENT}&at=draft-hunt")).text
    back = f"{BASE}/review?document={DOCUMENT}&at=draft-hunt"
    forms = re.findall(r'href="([^"]*/edit/(?:statements|mentions|stances)/[^"?]*\?next=[^"]*)"', html)
    assert len(forms) >= 3
    for form in forms:
        page = (await site(unescape(form))).text
        assert re.search(r'name="next" value="([^"]*)"', page)[1] == escape(back)
    seen = re.search(r'name="revision" value="(\d+)"', (await site("/edit/statements/draft-hunt")).text)[1]
    sent = {"speaker_label": "Mr. Hunt", "revision": seen, "next": back}
    answer = await site("/edit/statements/draft-hunt", form=sent)
    assert answer.headers["location"].startswith(f"{back}&_saved=")
    assert rows(conn, "select speaker_label from statements where id = 'draft-hunt'") == [("Mr. Hunt",)]
    elsewhere = await site("/edit/statements/draft-hunt", form={"cue": "told", "next": "https://elsewhere.example/"})
    assert elsewhere.headers["location"].startswith(f"{BASE}/statement/draft-hunt")


async def test_a_form_that_is_sent_twice_decides_once(conn, site):
    drafts(conn)
    form = {
        "decision": "reject",
        "statement": "draft-quiet",
        "seen": (await item(site, at="draft-quiet"))["item"]["seen"],
    }
    answers = [await site("/review?at=draft-quiet", form=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows(conn, "select id from revisions where row_id = 'draft-quiet' and operation = 'update'")) == 1


async def test_a_stale_decision_is_refused(conn, site):
    drafts(conn)
    seen = (await item(site))["item"]["seen"]
    apply_changes(conn, [Change("update", "mentions", "draft-hunt--m", {"cue": "whispered"})], "other")
    answer = await site("/review", form={"decision": "accept", "statement": "draft-hunt", "seen": seen})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert rows(conn, "select status from statements where id = 'draft-hunt'") == [("draft",)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"document": "nbc-2019-05-16"}, []),
        ({"country": "GB"}, ["draft-hunt"]),
        ({"person": "nobody"}, []),
        ({"confidence": "direct_core"}, []),
        ({"assigned": "rev"}, ["draft-hunt", "draft-officials", "draft-quiet"]),
        ({"assigned": "ann"}, []),
        ({"status": "rejected"}, []),
    ],
)
async def test_the_queue_is_filtered(conn, site, query, found):
    drafts(conn)
    apply_changes(
        conn, assigning.assign(conn, DOCUMENT, "rev", "review", False, "boss", "2026-01-01T00:00:00Z"), "boss"
    )
    assert [each["id"] for each in (await item(site, **query))["waiting"]] == found


async def test_an_unknown_filter_word_is_told(site):
    answer = await site("/review?status=odd")
    assert answer.status_code == 400
    assert "odd" in answer.text


async def test_progress_counts_by_document_and_by_person(conn, site):
    drafts(conn)
    two_coders(conn)
    seen = (await item(site))["item"]["seen"]
    await site("/review", form={"decision": "accept", "statement": "draft-hunt", "seen": seen})
    progress = (await item(site))["progress"]
    by_document = {row["document"]: row for row in progress["documents"]}
    assert (by_document[DOCUMENT]["draft"], by_document[DOCUMENT]["reviewed"]) == (2, 1)
    assert (by_document[DOCUMENT]["readings"], by_document[DOCUMENT]["unsettled"]) == (6, 6)
    html = (await site("/review")).text
    assert f'{BASE}/coding/{DOCUMENT}"' in html
    assert f'{BASE}/adjudicate/{DOCUMENT}">6 to settle' in html
    assert {row["person"]: row["reviewed"] for row in progress["people"]} == {"rev": 1}


async def test_proposals_are_shown_and_accepted_or_declined(conn, site):
    drafts(conn)
    proposal(conn, "p1", "speaker", "draft-quiet", object_type="actor", object="sanam-vakil")
    given = json.dumps({"claim": "threat-increasing", "stance": "disputes", "basis": "explicit"})
    proposal(conn, "p2", "stance", "draft-quiet", object_type="claim", object="threat-increasing", value=given)
    html = (await site("/review?at=draft-quiet")).text
    assert "The speaker may be" in html
    assert "Sanam Vakil" in html
    assert "It may be so." in html
    seen = (await item(site, at="draft-quiet"))["item"]["seen"]
    form = {"statement": "draft-quiet", "seen": seen, "proposal": "p1", "decision": "accept-proposal"}
    assert (await site("/review?at=draft-quiet", form=form)).headers["location"].count("at=draft-quiet") == 1
    assert rows(conn, "select speaker from statements where id = 'draft-quiet'") == [("sanam-vakil",)]
    seen = (await item(site, at="draft-quiet"))["item"]["seen"]
    form = {"statement": "draft-quiet", "seen": seen, "proposal": "p2", "decision": "decline-proposal"}
    assert (await site("/review?at=draft-quiet", form=form)).status_code == 303
    assert rows(conn, "select id, status from proposals order by id") == [("p1", "accepted"), ("p2", "declined")]
    assert rows(conn, "select id from stances where statement = 'draft-quiet'") == []


async def test_text_of_drafts_is_never_html(conn, site):
    drafts(conn)
    evil = "<img src=x onerror=alert(1)>"
    changes = [Change("update", "statements", "draft-hunt", {"content": evil, "speaker_label": evil, "speaker": None})]
    apply_changes(conn, changes, "other")
    proposal(conn, "p1", "claim", "draft-hunt", value=evil, reason=evil)
    html = (await site("/review")).text
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x") >= 4


async def test_an_administrator_gives_takes_back_and_a_person_finishes(conn, site):
    form = {"act": "assign", "document": DOCUMENT, "person": "ann", "task": "annotate", "blind": "1", "note": "Soon"}
    assert (await site("/assignments", "ann", form)).status_code == 403
    assert (await site("/assignments", "boss", form)).status_code == 303
    again = await site("/assignments", "boss", form)
    assert again.status_code == 200
    assert "they have this assignment already" in again.text
    assert 'value="ann"' in again.text
    html = (await site("/assignments", "ann")).text
    assert "A coded text" in html
    assert "one of them blind" in html
    assert "A coded text" not in (await site("/assignments", "ben")).text
    id = rows(conn, "select id from assignments")[0][0]
    assert (await site("/assignments", "ben", {"act": "done", "assignment": id})).status_code == 403
    assert (await site("/assignments", "ann", {"act": "done", "assignment": id})).status_code == 303
    assert rows(conn, "select done_at is not null from assignments") == [(1,)]
    assert (await site("/assignments", "boss", {"act": "withdraw", "assignment": id})).status_code == 303
    assert rows(conn, "select id from assignments") == []
    assert (await site("/assignments", None)).status_code == 403


OTHERS = "ben-ghika"
"""What stands in every row of ben's reading of General Ghika."""


def blind(conn, person="ann"):
    apply_changes(
        conn, assigning.assign(conn, DOCUMENT, person, "annotate", True, "boss", "2026-01-01T00:00:00Z"), "boss"
    )


CLOSED = [
    f"{BASE}/statement/ben-ghika",
    f"{BASE}/edit/statements/ben-ghika",
    f"{BASE}/edit/mentions/ben-ghika--m",
    f"{BASE}/edit/evidence/ben-ghika--cue",
    f"{BASE}/edit/stances/threat-increasing--ben-ghika",
    f"{BASE}/delete/statements/ben-ghika",
    f"{BASE}/delete/mentions/ben-ghika--m",
    f"{BASE}/history/statements/ben-ghika",
    f"{BASE}/changes",
    f"{BASE}/suggest/statements?q=ready",
    f"{BASE}/statement/ben-ghika.json",
    f"{BASE}/compare?status=draft",
    f"{BASE}/compare.csv?status=draft",
    f"{BASE}/claim/threat-increasing",
    f"{BASE}/review",
    f"{BASE}/coding/{DOCUMENT}",
    f"{BASE}/adjudicate/{DOCUMENT}",
    *(f"/claims/{table}" for table in ("statements", "mentions", "evidence", "stances", "revisions", "statements_fts")),
    "/claims/statements/ben-ghika",
    "/claims/mentions.json?_shape=array",
    "/claims/mentions.csv",
]


async def test_a_blind_coder_reads_the_document_with_their_own_marks_alone(conn, site):
    two_coders(conn)
    blind(conn)
    html = (await site(f"/read/{DOCUMENT}?status__in=draft,reviewed", "ann")).text
    data = (await site(f"/read/{DOCUMENT}.json?status__in=draft,reviewed", "ann")).text
    assert "ann-ghika" in html
    for told in (html, data):
        assert OTHERS not in told
        assert "ben-quiet" not in told


@pytest.mark.parametrize("path", CLOSED)
async def test_nothing_else_shows_a_blind_coder_what_others_marked(conn, site, path):
    two_coders(conn)
    blind(conn)
    answer = await site(path, "ann")
    assert answer.status_code == 403, answer.text[:400]
    assert OTHERS not in answer.text
    assert (await site(path, "rev")).status_code == 200


async def test_sql_is_closed_to_a_blind_coder_and_open_to_others(conn, site):
    two_coders(conn)
    blind(conn)
    path = f"/claims/-/query.json?{urlencode({'sql': 'select id from mentions'})}" if IS_1 else (
        f"/claims.json?{urlencode({'sql': 'select id from mentions'})}"
    )  # fmt: skip
    assert (await site(path, "ann")).status_code == 403
    assert (await site(path, "ben")).status_code == 200


async def test_counts_on_pages_that_stay_open_do_not_tell_of_closed_tables(conn, site):
    two_coders(conn)
    blind(conn)
    for path in (BASE, "/claims", "/claims.json", f"{BASE}/undo", f"{BASE}/redo"):
        answer = await site(path, "ann")
        assert OTHERS not in answer.text
        assert answer.status_code in (200, 403)


async def test_a_reviewer_who_codes_blind_cannot_look_at_the_others_either(conn, site):
    two_coders(conn)
    blind(conn, "rev")
    for path in (f"/adjudicate/{DOCUMENT}", f"/coding/{DOCUMENT}", "/review"):
        answer = await site(path, "rev")
        assert answer.status_code == 403
        assert "without seeing what others marked" in answer.text


async def test_all_of_it_opens_again_when_the_work_is_done(conn, site):
    two_coders(conn)
    blind(conn)
    id = rows(conn, "select id from assignments")[0][0]
    await site("/assignments", "ann", {"act": "done", "assignment": id})
    assert (await site("/claims/mentions", "ann")).status_code == 200
    assert (await site("/statement/ben-ghika", "ann")).status_code == 200


async def test_nobody_else_reads_a_coders_marks_on_the_reading_page(conn, site):
    two_coders(conn)
    for who in (None, "rev"):
        assert "ann-ghika" not in (await site(f"/read/{DOCUMENT}?status=draft", who)).text


async def test_agreement_by_layer_with_its_n_and_the_disagreements(conn, site):
    two_coders(conn)
    answer = await site(f"/coding/{DOCUMENT}.json")
    assert answer.status_code == 200
    data = answer.json()["data"]
    layers = {each["layer"]: each for each in data["layers"]}
    assert data["coders"] == ["ann", "ben"]
    assert data["reports"] == 4
    assert layers["speaker"]["figures"]["cohen"] == {"value": 1.0, "n": 2}
    # indirect/indirect and direct/mixed: one of two equal; chance 1/4: (1/2 - 1/4) / (3/4) = 1/3
    assert layers["report_type"]["figures"]["cohen"] == {"value": pytest.approx(1 / 3, abs=1e-6), "n": 2}
    assert layers["cue"]["n"] == 6
    assert 0 < layers["mentions"]["figures"]["u_alpha"]["value"] < 1
    assert [(each["layer"], each["values"]) for each in data["differences"]][:2] == [
        ("report_type", {"ann": "direct", "ben": "mixed"}),
        ("stance", {"ann": "none", "ben": "disputes"}),
    ]
    html = (await site(f"/coding/{DOCUMENT}")).text
    assert "ann and ben marked 4 reports in this document, of which they both marked 2" in html
    assert "Quality &amp; Quantity 50 (2016)" in html


async def test_disagreements_as_csv_are_guarded_against_formulas(conn, site):
    two_coders(conn)
    apply_changes(conn, [Change("update", "claims", "threat-increasing", {"text": "=cmd()"})], "x")
    answer = await site(f"/coding/{DOCUMENT}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["layer"] for row in found] == ["report_type", "stance", "mentions", "mentions"]
    assert found[1]["claim"] == "'=cmd()"
    assert found[1]["ann"] == "no stance"
    assert found[2]["words"] == "the report"


async def test_one_reading_is_chosen_and_can_be_undone(conn, site):
    two_coders(conn)
    data = (await site(f"/adjudicate/{DOCUMENT}.json")).json()["data"]
    assert (data["open"], data["equal"]) == (4, 1)
    ghika = next(each for each in data["reports"] if "ann-ghika--m" in each["marks"])
    assert ghika["differs"] == ["report_type", "stance"]
    form = {"decision": "settle", "mark": ghika["marks"], "seen": ghika["seen"], "chosen": "ben-ghika--m"}
    answer = await site(f"/adjudicate/{DOCUMENT}", form=form)
    assert answer.status_code == 303
    record = "select report_type from mentions where document = ? and coder is null and status = 'reviewed'"
    assert rows(conn, record, DOCUMENT) == [("mixed",)]
    assert (await site(f"/adjudicate/{DOCUMENT}", form=form)).status_code == 303
    assert rows(conn, record, DOCUMENT) == [("mixed",)]
    html = (await site(answer.headers["location"])).text
    assert "3 reports wait to be settled, 1 report settled" in html
    action = re.search(r'name="action" value="(\d+)"', html)[1]
    assert (await site(f"/adjudicate/{DOCUMENT}", form={"decision": "undo", "action": action})).status_code == 303
    assert rows(conn, record, DOCUMENT) == []


async def test_what_all_agree_on_is_settled_at_once_and_the_rest_by_choice_or_as_no_report(conn, site):
    two_coders(conn)
    assert (await site(f"/adjudicate/{DOCUMENT}", form={"decision": "settle-equal"})).status_code == 303
    data = (await site(f"/adjudicate/{DOCUMENT}.json")).json()["data"]
    assert (data["open"], data["settled"], data["equal"]) == (3, 1, 0)
    form = {"decision": "settle", "mark": "ben-quiet--m", "chosen": ""}
    form["seen"] = next(each["seen"] for each in data["reports"] if each["marks"] == ["ben-quiet--m"])
    assert (await site(f"/adjudicate/{DOCUMENT}", form=form)).status_code == 303
    assert rows(conn, "select count(*) from mentions where document = ? and coder is null", DOCUMENT) == [(1,)]
    # agreement still counts every reading
    assert (await site(f"/coding/{DOCUMENT}.json")).json()["data"]["reports"] == 4


async def test_taking_and_editing_leads_to_the_new_statement(conn, site):
    two_coders(conn)
    data = (await site(f"/adjudicate/{DOCUMENT}.json")).json()["data"]
    first = data["reports"][0]
    form = {
        "decision": "settle",
        "mark": first["marks"],
        "seen": first["seen"],
        "chosen": first["marks"][0],
        "then": "edit",
    }
    answer = await site(f"/adjudicate/{DOCUMENT}", form=form)
    made = rows(conn, "select statement from mentions where document = ? and coder is null", DOCUMENT)[0][0]
    assert answer.headers["location"] == f"{BASE}/edit/statements/{made}"


async def test_without_coders_the_pages_say_what_to_do(site):
    assert "agreement needs two coders" in (await site(f"/coding/{DOCUMENT}")).text
    assert "No coder has marked anything here yet." in (await site(f"/adjudicate/{DOCUMENT}")).text
    assert (await site("/coding/nowhere")).status_code == 404


async def test_a_blind_coder_marks_passages_as_their_own(conn, site):
    two_coders(conn)
    blind(conn)
    begin = 37  # “We are ready,”
    path = f"/annotate/{DOCUMENT}"
    html = (await site(f"{path}?start={begin}&end={begin + 12}", "ann")).text
    assert OTHERS not in html
    assert "ben-quiet" not in html
    form = {
        "start": begin,
        "end": begin + 12,
        "report_type": "direct",
        "speaker_label": "General Ghika",
        "kind": "utterance",
    }
    answer = await site(path, "ann", {**form, "content": "We are ready"})
    assert answer.status_code == 303, answer.text
    made = rows(conn, "select coder, status from mentions order by revision desc limit 1")
    assert made == [("ann", "draft")]
    new = rows(conn, "select statement from mentions order by revision desc limit 1")[0][0]
    assert new in (await site(f"/read/{DOCUMENT}.json", "ann")).text
    assert new not in (await site(f"/read/{DOCUMENT}.json?status=draft", "ben")).text
    assert (await site(f"/edit/statements/{new}", "ann")).status_code == 200
    assert (await site("/edit/statements/ben-ghika", "ann")).status_code == 403
    assert OTHERS not in (await site(f"/edit/statements/{new}", "ann")).text


def test_the_pages_that_stay_open_to_blind_coders_are_these():
    """Each of them leaves out what other coders marked; a page that is added here needs a test above."""
    open_pages = {page.path for page in PAGES if page.blind}
    own = {"/edit/{table}/{id}", "/delete/{table}/{id}", "/undo", "/redo", "/assignments"}
    assert open_pages == {"/read/{document}", "/annotate/{document}", *own}


async def test_a_coder_sees_a_settled_reading_once_as_the_record_has_it(conn, site):
    two_coders(conn)
    before = (await site(f"/read/{DOCUMENT}.json", "ann")).json()["data"]
    assert [each["statement"] for each in before["mentions"]] == ["ann-hunt", "ann-ghika", "ann-officials"]
    await site(f"/adjudicate/{DOCUMENT}", form={"decision": "settle-equal"})
    after = (await site(f"/read/{DOCUMENT}.json", "ann")).json()["data"]
    settled = rows(conn, "select statement from mentions where document = ? and coder is null", DOCUMENT)[0][0]
    assert [each["statement"] for each in after["mentions"]] == [settled, "ann-ghika", "ann-officials"]


async def test_two_actors_that_may_be_one_lead_to_their_merging_or_are_declined(conn, site):
    drafts(conn)
    proposal(
        conn, "p1", "same_actor", "local-officials", subject_type="actor", object_type="actor", object="us-government"
    )  # fmt: skip
    html = (await site("/review?at=draft-officials")).text
    assert f'{BASE}/merge/actors/us-government?with=local-officials"' in html
    seen = (await item(site, at="draft-officials"))["item"]["seen"]
    form = {"statement": "draft-officials", "seen": seen, "proposal": "p1", "decision": "decline-proposal"}
    assert (await site("/review?at=draft-officials", form=form)).status_code == 303
    assert rows(conn, "select status from proposals") == [("declined",)]


async def test_what_is_accepted_with_a_draft_is_told_before(conn, site):
    drafts(conn)
    role = {"person": "local-officials", "organization": "us-government", "role": "officials", "document": DOCUMENT}
    apply_changes(conn, [Change("insert", "memberships", "r1", {**role, "status": "draft"})], "drafter")
    found = (await item(site, at="draft-officials"))["item"]["accepted_with_it"]
    assert found == [{"table": "actors", "id": "local-officials"}, {"table": "memberships", "id": "r1"}]
    html = (await site("/review?at=draft-officials")).text
    assert "Accepted with it" in html
    assert "New actor:" in html
    assert "Role: officials of" in html
    seen = (await item(site, at="draft-officials"))["item"]["seen"]
    await site("/review", form={"decision": "accept", "statement": "draft-officials", "seen": seen})
    for each in found:
        assert rows(conn, f"select status from {each['table']} where id = ?", each["id"]) == [("reviewed",)]
