"""Decisions on drafts and proposals, assignments and adjudication as changes of rows; no Datasette."""

import json
import sqlite3

import pytest
from coding_data import DOCUMENT, HUNT, OFFICIALS, QUIET, document, drafts, proposal, reading, two_coders

from datasette_claims.annotating import adjudicating, assigning, proposing, reviewing
from datasette_claims.annotating.codings import codings
from datasette_claims.loading import check
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.undoing import undo
from datasette_claims.loading.writing import Change, StaleRow, apply_changes

AT = "2026-05-20T10:00:00Z"


@pytest.fixture
def conn(claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute("PRAGMA foreign_keys = ON")
    document(conn)
    yield conn
    conn.close()


def value(conn, table, id, column="status"):
    found = conn.execute(f"select {column} from {table} where id = ?", [id]).fetchone()
    return found[0] if found else None


def decide(conn, statement, decision, seen=None, who="rev"):
    known = reviewing.bundle(conn, statement)
    seen = known.seen if seen is None else seen
    return apply_changes(conn, reviewing.decide(conn, statement, decision, who, AT, seen), who)


def test_accepting_takes_in_the_statement_with_its_mention_stance_and_draft_speaker(conn):
    drafts(conn)
    decide(conn, "draft-officials", "accept")
    decide(conn, "draft-hunt", "accept")
    rows = [("statements", "draft-officials"), ("mentions", "draft-officials--m"), ("actors", "local-officials")]
    rows += [("statements", "draft-hunt"), ("stances", "threat-increasing--draft-hunt")]
    for table, id in rows:
        assert [value(conn, table, id, c) for c in ("status", "status_by", "status_at")] == ["reviewed", "rev", AT]
    assert value(conn, "statements", "draft-quiet") == "draft"


def test_rejecting_also_rejects_a_draft_speaker_whom_nothing_else_names(conn):
    drafts(conn)
    proposal(conn, "p1", "speaker", "draft-officials", object_type="actor", object="jeremy-hunt")
    decide(conn, "draft-officials", "reject")
    assert value(conn, "actors", "local-officials") == "rejected"
    assert value(conn, "mentions", "draft-officials--m") == "rejected"
    assert [value(conn, "proposals", "p1", c) for c in ("status", "decided_by")] == ["declined", "rev"]


def test_a_draft_speaker_of_another_draft_stays(conn):
    drafts(conn)
    apply_changes(conn, reading(None, "second", *QUIET, speaker="local-officials"), "drafter")
    decide(conn, "draft-officials", "reject")
    assert value(conn, "actors", "local-officials") == "draft"


def test_of_a_reviewed_statement_only_a_new_mention_is_decided(conn):
    mention = reading(None, "x", *HUNT)[1]
    values = {**mention.values, "statement": "hunt-same-assessment"}
    apply_changes(conn, [Change("insert", "mentions", "again", values)], "drafter")
    decide(conn, "hunt-same-assessment", "reject")
    assert value(conn, "mentions", "again") == "rejected"
    assert value(conn, "statements", "hunt-same-assessment") == "reviewed"
    assert value(conn, "stances", "threat-increasing--jeremy-hunt") == "reviewed"


@pytest.mark.parametrize(
    "change",
    [
        Change("update", "statements", "draft-hunt", {"note": "x"}),
        Change("update", "mentions", "draft-hunt--m", {"cue": "x"}),
        Change("update", "stances", "threat-increasing--draft-hunt", {"stance": "disputes"}),
        Change("update", "evidence", "draft-hunt--cue", {"span_end": 40, "quote": None}),
    ],
)
def test_a_change_that_the_reviewer_has_not_seen_stops_the_decision(conn, change):
    drafts(conn)
    seen = reviewing.bundle(conn, "draft-hunt").seen
    apply_changes(conn, [change], "other")
    with pytest.raises(StaleRow):
        decide(conn, "draft-hunt", "accept", seen)
    assert value(conn, "statements", "draft-hunt") == "draft"


def test_deciding_twice_or_in_an_unknown_way_is_refused(conn):
    drafts(conn)
    decide(conn, "draft-hunt", "accept")
    with pytest.raises(LoadError, match="reviewed already"):
        decide(conn, "draft-hunt", "accept")
    with pytest.raises(LoadError, match="no such decision"):
        decide(conn, "draft-hunt", "praise")


def test_a_decision_can_be_taken_back_and_reopened(conn):
    drafts(conn)
    before = conn.execute("select * from statements where id = 'draft-officials'").fetchone()
    action = decide(conn, "draft-officials", "reject")[0]
    undo(conn, "rev", action)
    after = conn.execute("select * from statements where id = 'draft-officials'").fetchone()
    names = [column[0] for column in conn.execute("select * from statements limit 0").description]
    same = [n for n, a, b in zip(names, before, after, strict=True) if a == b]
    assert set(names) - set(same) == {"revision"}
    decide(conn, "draft-officials", "accept")
    decide(conn, "draft-officials", "reopen")
    assert value(conn, "mentions", "draft-officials--m") == "draft"


def accept(conn, id, who="rev"):
    return apply_changes(conn, proposing.accept(conn, id, who, AT), who)


def test_an_accepted_speaker_speaks_and_the_other_candidates_are_declined(conn):
    drafts(conn)
    proposal(conn, "p1", "speaker", "draft-quiet", object_type="actor", object="sanam-vakil", score="0.700")
    proposal(conn, "p2", "speaker", "draft-quiet", object_type="actor", object="jeremy-hunt", score="0.200")
    accept(conn, "p1")
    assert value(conn, "statements", "draft-quiet", "speaker") == "sanam-vakil"
    assert value(conn, "mentions", "draft-quiet--m", "speaker") == "sanam-vakil"
    assert [value(conn, "proposals", id) for id in ("p1", "p2")] == ["accepted", "declined"]
    with pytest.raises(StaleRow):
        accept(conn, "p2")


def test_draft_actors_that_only_declined_proposals_name_are_rejected_with_them(conn):
    drafts(conn)
    for name in ("one", "two", "shared"):
        apply_changes(
            conn, [Change("insert", "actors", name, {"name": name, "kind": "person", "status": "draft"})], "x"
        )
    for number, name in enumerate(("one", "two", "shared"), 1):
        proposal(conn, f"p{number}", "speaker", "draft-quiet", object_type="actor", object=name)
    proposal(conn, "p4", "speaker", "draft-officials", object_type="actor", object="shared")
    accept(conn, "p1")
    assert [value(conn, "actors", name) for name in ("one", "two", "shared")] == ["draft", "rejected", "draft"]
    decide(conn, "draft-quiet", "accept")
    assert value(conn, "actors", "one") == "reviewed"
    decide(conn, "draft-officials", "accept")
    assert [value(conn, "actors", "shared"), value(conn, "proposals", "p4")] == ["rejected", "declined"]


def test_another_mention_moves_to_its_statement_and_leaves_a_rejected_one(conn):
    drafts(conn)
    proposal(
        conn, "p1", "same_statement", "draft-hunt--m", subject_type="mention", object_type="statement",
        object="hunt-same-assessment", value=json.dumps({"mention": "x"}),
    )  # fmt: skip
    accept(conn, "p1")
    assert value(conn, "mentions", "draft-hunt--m", "statement") == "hunt-same-assessment"
    assert value(conn, "mentions", "draft-hunt--m") == "reviewed"
    assert value(conn, "statements", "draft-hunt") == "rejected"
    assert value(conn, "stances", "threat-increasing--draft-hunt") == "rejected"


def test_a_proposed_stance_has_the_status_of_its_statement(conn):
    drafts(conn)
    given = json.dumps({"claim": "coalition-changes-posture", "stance": "disputes", "basis": "explicit"})
    proposal(conn, "p1", "stance", "draft-hunt", object_type="claim", object="coalition-changes-posture", value=given)
    accept(conn, "p1")
    row = conn.execute(
        "select stance, actor, statement, status from stances where claim = 'coalition-changes-posture' "
        "and statement = 'draft-hunt'"
    ).fetchone()
    assert row == ("disputes", "jeremy-hunt", "draft-hunt", "draft")


def test_a_proposed_claim_becomes_a_draft_that_is_accepted_with_its_statement(conn):
    drafts(conn)
    given = json.dumps({"claim": "Everything is calm.", "stance": "supports"})
    proposal(conn, "p1", "claim", "draft-officials", value=given)
    proposal(conn, "p2", "claim", "draft-officials", value="The paper lied.")
    accept(conn, "p1")
    accept(conn, "p2")
    claims = dict(
        conn.execute("select text, status from claims where text in ('Everything is calm.', 'The paper lied.')")
    )
    assert claims == {"Everything is calm.": "draft", "The paper lied.": "reviewed"}
    decide(conn, "draft-officials", "accept")
    assert conn.execute("select status from claims where text = 'Everything is calm.'").fetchone() == ("reviewed",)


def test_a_stance_that_nobody_could_hold_is_refused(conn):
    drafts(conn)
    given = json.dumps({"claim": "threat-increasing", "stance": "supports"})
    proposal(conn, "p1", "stance", "draft-quiet", object_type="claim", object="threat-increasing", value=given)
    with pytest.raises(LoadError, match="no speaker yet"):
        accept(conn, "p1")
    apply_changes(conn, proposing.decline(conn, "p1", "rev", AT), "rev")
    assert value(conn, "proposals", "p1") == "declined"


def assign(conn, person="ann", task="annotate", blind=True):
    apply_changes(conn, assigning.assign(conn, DOCUMENT, person, task, blind, "boss", AT), "boss")
    return f"{task}--{DOCUMENT}--{person}"


def test_a_blind_coder_is_one_until_the_work_is_done(conn):
    id = assign(conn)
    assert assigning.blind_documents(conn, "ann") == {DOCUMENT}
    assert assigning.coder_for(conn, DOCUMENT, "ann") == "ann"
    assert assigning.coder_for(conn, DOCUMENT, "ben") is assigning.coder_for(conn, DOCUMENT, None) is None
    with pytest.raises(LoadError, match="already"):
        assign(conn)
    apply_changes(conn, assigning.finish(conn, id, AT), "ann")
    assert assigning.blind_documents(conn, "ann") == frozenset()
    assert assign(conn) == id
    apply_changes(conn, assigning.withdraw(conn, id), "boss")
    assert value(conn, "assignments", id, "id") is None


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ((DOCUMENT, "ann", "sing", False), "no such task"),
        ((DOCUMENT, "", "review", False), "who is asked"),
        ((DOCUMENT, "ann", "review", True), "only annotating"),
        (("nowhere", "ann", "review", False), "no such document"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(conn, given, wrong):
    with pytest.raises(LoadError, match=wrong):
        assigning.assign(conn, *given, "boss", AT)


def test_codings_are_the_coders_rows_alone(conn):
    drafts(conn)
    two_coders(conn)
    read = codings(conn, DOCUMENT)
    assert read.coders == ("ann", "ben")
    assert {mark.coder: len([m for m in read.marks if m.coder == mark.coder]) for mark in read.marks} == {
        "ann": 3,
        "ben": 3,
    }
    assert [sorted(each.marks) for each in read.matches] == [["ann", "ben"], ["ann", "ben"], ["ann"], ["ben"]]
    assert codings(conn, "nbc-2019-05-16").coders == ()


def settle(conn, marks, chosen, seen=None):
    if seen is None:
        seen = max(value(conn, "mentions", id, "revision") for id in marks)
    return apply_changes(conn, adjudicating.settle(conn, DOCUMENT, marks, chosen, "judge", AT, seen), "judge")


def test_settling_copies_the_chosen_reading_into_the_record_and_keeps_the_coders_rows(conn):
    two_coders(conn)
    marks = ["ann-ghika--m", "ben-ghika--m"]
    action = settle(conn, marks, "ben-ghika--m")[0]
    rows = conn.execute(
        "select m.statement, m.report_type, m.status, m.status_by, s.speaker, s.status from mentions m "
        "join statements s on s.id = m.statement where m.document = ? and m.coder is null", [DOCUMENT],
    ).fetchall()  # fmt: skip
    assert [row[1:] for row in rows] == [("mixed", "reviewed", "judge", "chris-ghika", "reviewed")]
    new = rows[0][0]
    stance = conn.execute("select stance, coder, status from stances where statement = ?", [new]).fetchall()
    assert stance == [("disputes", None, "reviewed")]
    parts = "select part, span_start, span_end from evidence where mention = ? order by part"
    copied = conn.execute(parts, [f"{new}--m"]).fetchall()
    assert len(copied) == 3
    assert copied == conn.execute(parts, ["ben-ghika--m"]).fetchall()
    assert [value(conn, "mentions", id) for id in marks] == ["rejected", "rejected"]
    assert len(codings(conn, DOCUMENT).marks) == 6
    with pytest.raises(LoadError, match="settled already"):
        settle(conn, marks, "ann-ghika--m")
    undo(conn, "judge", action)
    assert value(conn, "statements", new) is None
    assert value(conn, "mentions", "ann-ghika--m") == "draft"


def test_what_is_no_report_leaves_nothing_in_the_record(conn):
    two_coders(conn)
    settle(conn, ["ben-quiet--m"], None)
    assert value(conn, "statements", "ben-quiet") == "rejected"
    assert conn.execute(
        "select count(*) from mentions where document = ? and coder is null", [DOCUMENT]
    ).fetchone() == (0,)


def test_settling_what_all_agree_on_is_one_action(conn):
    two_coders(conn)
    before = conn.execute("select max(id) from revisions").fetchone()[0]
    assert len(adjudicating.equal(conn, DOCUMENT)) == 1
    apply_changes(conn, adjudicating.settle_equal(conn, DOCUMENT, "judge", AT), "judge")
    actions = conn.execute("select count(distinct action) from revisions where id > ?", [before]).fetchone()
    record = conn.execute("select speaker from mentions where document = ? and coder is null", [DOCUMENT]).fetchall()
    assert (actions, record) == ((1,), [("jeremy-hunt",)])
    with pytest.raises(LoadError, match="no open report"):
        adjudicating.settle_equal(conn, DOCUMENT, "judge", AT)


def test_a_reading_that_changed_in_the_meantime_is_not_settled(conn):
    two_coders(conn)
    seen = value(conn, "mentions", "ann-ghika--m", "revision")
    apply_changes(conn, [Change("update", "mentions", "ann-ghika--m", {"cue": "x"})], "ann")
    with pytest.raises(StaleRow):
        settle(conn, ["ann-ghika--m"], "ann-ghika--m", seen)


def test_a_statement_told_in_another_is_told_in_its_settled_copy(conn):
    two_coders(conn)
    inner = reading("ann", "ann-inner", *OFFICIALS)
    inner[0] = Change("insert", "statements", "ann-inner", {**inner[0].values, "parent_statement": "ann-hunt"})
    apply_changes(conn, inner, "ann")
    settle(conn, ["ann-inner--m"], "ann-inner--m")
    sql = "select parent_statement from statements where document = ? and status = 'reviewed' and speaker_label = ?"
    assert conn.execute(sql, [DOCUMENT, "Officials"]).fetchall() == [(None,)]
    settle(conn, ["ann-hunt--m", "ben-hunt--m"], "ann-hunt--m")
    again = reading("ann", "ann-inner-2", *QUIET)
    again[0] = Change("insert", "statements", "ann-inner-2", {**again[0].values, "parent_statement": "ann-hunt"})
    apply_changes(conn, again, "ann")
    settle(conn, ["ann-inner-2--m"], "ann-inner-2--m")
    parent = conn.execute(sql, [DOCUMENT, "she"]).fetchone()[0]
    assert value(conn, "statements", parent, "speaker") == "jeremy-hunt"


def test_after_all_of_it_the_database_checks_out(conn, claims_copy):
    drafts(conn)
    two_coders(conn)
    decide(conn, "draft-officials", "reject")
    settle(conn, ["ann-ghika--m", "ben-ghika--m"], "ann-ghika--m")
    apply_changes(conn, adjudicating.settle_equal(conn, DOCUMENT, "judge", AT), "judge")
    conn.commit()
    assert check(claims_copy) == []
