"""What a person does to the record: marking, correcting, moving borders, splitting, merging, deleting, restoring."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasette_claims.annotating import (
    By,
    add_row,
    annotate,
    delete,
    dependants,
    edit,
    merge,
    move_borders,
    restore,
    split,
)
from datasette_claims.annotating.slugs import free, slug, telling
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.undoing import undo
from datasette_claims.loading.writing import StaleRow, apply_changes
from datasette_claims.schema import BY_NAME

DESK = "gulf-desk-2019-05-14"
SHIPS = "almira-official-traffic-normal--gulf-desk-2019-05-14--body"
GHIKA = "ghika-no-increased-threat"
REVIEWER, WRITER = By("rita", "2026-01-01T00:00:00Z", True), By("ann", "2026-01-01T00:00:00Z")
RECORD = [name for name in BY_NAME if name not in ("revisions", "loads", "annotations")]


@pytest.fixture
def conn(claims_db):
    """The reference case in memory, for one test to change."""
    yield from opened(claims_db)


def opened(path):
    made = sqlite3.connect(":memory:", isolation_level=None)
    source = sqlite3.connect(path)
    source.backup(made)
    source.close()
    made.execute("PRAGMA foreign_keys = ON")
    yield made
    made.close()


def do(conn, act, who="rita"):
    numbers = apply_changes(conn, act.changes, who)
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    return numbers


def record(conn, without=("revision",)):
    """Every row of the record as it stands, without the numbers of revisions."""
    found = {}
    for table in RECORD:
        names = [column.name for column in BY_NAME[table].stored if column.name not in without]
        columns = ", ".join(f'"{name}"' for name in names)
        for row in conn.execute(f'SELECT {columns} FROM "{table}"'):
            found[table, row[0]] = dict(zip(names, row, strict=True))
    return found


def text_of(conn, document=DESK):
    return conn.execute("SELECT text FROM documents WHERE id = ?", [document]).fetchone()[0]


def passage(conn, words, **more):
    """The fields of the form for some words of the document."""
    start = text_of(conn).index(words)
    return {"start": str(start), "end": str(start + len(words)), "exact": words, **more}


SENTENCE = '"Ships are coming and going as they did last month," one harbour official at Port Almira told Gulf Desk.'
FORM = {
    "report_type": "direct",
    "content": "Ships are coming and going as they did last month",
    "cue": "told",
    "speaker": "Christopher Ghika",
    "speaker_label": "one harbour official",
    "hedge_terms": "as they did",
    "date_text": "last month",
    "date_start": "2019-04",
    "date_basis": "inferred",
    "claim-1": "threat-increasing",
    "stance-1": "disputes",
    "basis-1": "explicit",
}


def rows(conn, table, **where):
    cursor = conn.execute(
        f'SELECT * FROM "{table}" WHERE ' + " AND ".join(f'"{n}" = ?' for n in where), [*where.values()]
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def test_a_passage_becomes_a_statement_with_its_mention_evidence_and_stance(conn):
    act = annotate(conn, DESK, passage(conn, SENTENCE, **FORM), [], REVIEWER)
    do(conn, act)
    (mention,) = rows(conn, "mentions", id=act.row)
    (statement,) = rows(conn, "statements", id=mention["statement"])
    text = text_of(conn)
    assert (mention["quote"], mention["segment"]) == (SENTENCE, "gulf-desk-2019-05-14-l11")
    assert text[mention["span_start"] : mention["span_end"]] == SENTENCE
    assert (statement["speaker"], statement["wording"], statement["hedged"]) == ("chris-ghika", "verbatim", 1)
    assert (statement["date_start"], statement["date_end"]) == ("2019-04-01", "2019-04-30")
    assert (statement["country"], statement["country_origin"]) != (None, "row")
    parts = {row["part"]: row for row in rows(conn, "evidence", mention=act.row)}
    assert {part: row["quote"] for part, row in parts.items()} == {
        "content": FORM["content"],
        "verbatim": FORM["content"],
        "source": "one harbour official",
        "cue": "told",
        "hedge": "as they did",
        "date": "last month",
    }
    for row in parts.values():
        assert text[row["span_start"] : row["span_end"]] == row["quote"]
    (stance,) = rows(conn, "stances", statement=statement["id"])
    assert (stance["actor"], stance["claim"], stance["document"]) == ("chris-ghika", "threat-increasing", DESK)
    assert {statement["status"], mention["status"], stance["status"]} == {"reviewed"}
    assert statement["id"].startswith("ghika-ships-coming")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (WRITER, ("draft", "ann", None)),
        (REVIEWER, ("reviewed", "rita", None)),
        (By("ann", WRITER.at, True, "ann"), ("draft", "ann", "ann")),
    ],
)
def test_what_those_who_may_not_review_or_who_code_blind_mark_is_a_draft(conn, by, expected):
    act = annotate(conn, DESK, passage(conn, SENTENCE, **FORM), [], by)
    do(conn, act)
    (mention,) = rows(conn, "mentions", id=act.row)
    assert (mention["status"], mention["status_by"], mention["coder"]) == expected
    (stance,) = rows(conn, "stances", statement=mention["statement"])
    assert (stance["status"], stance["coder"]) == (expected[0], expected[2])


def test_new_speakers_organizations_claims_and_relations_are_made_inline(conn):
    new = {
        "speaker": "Zoë Ünal",
        "speaker_kind": "person",
        "organization": "Harbour Council",
        "organization_kind": "organization",
        "speaker_role": "spokeswoman",
        "membership": "1",
        "claim-1": "Traffic in the harbour is as usual.",
        "claim-1_kind": "factual",
        "claim-1_relation": "narrower_than",
        "claim-1_other": "threat-increasing",
    }
    act = annotate(conn, DESK, passage(conn, SENTENCE, **{**FORM, **new}), [], WRITER)
    made = {(change.table, change.row) for change in act.changes}
    assert {
        ("actors", "zoe-unal"),
        ("actors", "harbour-council"),
        ("memberships", "zoe-unal--harbour-council"),
        ("claims", "traffic-harbour-usual"),
        ("claim_relations", "traffic-harbour-usual.narrower_than.threat-increasing"),
    } <= made
    do(conn, act)
    (membership,) = rows(conn, "memberships", id="zoe-unal--harbour-council")
    assert (membership["role"], membership["as_of"], membership["document"]) == ("spokeswoman", "2019-05-14", DESK)
    assert rows(conn, "claims", id="traffic-harbour-usual")[0]["topic"] == "iran-threat"


def test_another_mention_of_a_statement_adds_no_statement(conn):
    form = passage(conn, SENTENCE, report_type="indirect", content="A paraphrase.", statement=GHIKA)
    act = annotate(conn, DESK, form, [], REVIEWER)
    assert {change.table for change in act.changes} == {"mentions"}
    do(conn, act)
    (mention,) = rows(conn, "mentions", id=act.row)
    assert (mention["statement"], mention["wording"], mention["speaker"]) == (GHIKA, "paraphrase", "chris-ghika")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"start": "x"}, "start"),
        ({"start": "5", "end": "5"}, "start"),
        ({"end": "999999"}, "start"),
        ({"exact": "other words"}, "start"),
        ({"report_type": "shouted"}, "report_type"),
        ({"speaker": "Nobody Known"}, "speaker"),
        ({"speaker": "X", "speaker_kind": "robot"}, "speaker_kind"),
        ({"speaker": "", "speaker_label": ""}, "speaker"),
        ({"wording": "verbatim", "content": "Not these words"}, "content"),
        ({"quoted": "Not these words"}, "quoted"),
        ({"date_start": "soon"}, "date_start"),
        ({"date_basis": ""}, "date_basis"),
        ({"date_end": "2019-01-01"}, "date_end"),
        ({"country": "XX"}, "country"),
        ({"claim-1": "Unheard of"}, "claim-1"),
        ({"stance-1": ""}, "stance-1"),
        ({"basis-1": "rumour"}, "basis-1"),
        ({"claim-1": ""}, "claim-1"),
        ({"statement": "no-such"}, "statement"),
        ({"parent_statement": "no-such"}, "parent_statement"),
        ({"membership": "1"}, "membership"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_nothing_is_made(conn, changed, field):
    form = {**passage(conn, SENTENCE, **FORM), **changed}
    with pytest.raises(LoadError) as wrong:
        annotate(conn, DESK, form, [], WRITER)
    assert field in [problem.column for problem in wrong.value.problems]
    assert all(problem.wrong and problem.remedy for problem in wrong.value.problems)


def test_every_problem_is_told_at_once(conn):
    form = passage(
        conn, SENTENCE, **{**FORM, "speaker": "Nobody Known", "date_start": "soon", "report_type": "shouted"}
    )
    with pytest.raises(LoadError) as wrong:
        annotate(conn, DESK, form, [], WRITER)
    assert {problem.column for problem in wrong.value.problems} == {"speaker", "date_start", "report_type"}


def test_a_name_of_several_actors_asks_which_one(conn):
    for id in ("smith-a", "smith-b"):
        conn.execute("INSERT INTO actors (id, name, kind, revision) VALUES (?, 'John Smith', 'person', 1)", [id])
    with pytest.raises(LoadError, match="smith-a, smith-b"):
        annotate(conn, DESK, passage(conn, SENTENCE, **{**FORM, "speaker": "john smith"}), [], WRITER)


@pytest.mark.parametrize(
    ("field", "table", "id", "name", "kept"),
    [
        ("speaker", "statements", "ghika-no-increased-threat", "Jeremy Hunt", "jeremy-hunt"),
        ("speaker", "statements", "ghika-no-increased-threat", "CHRISTOPHER  Ghika", "chris-ghika"),
        ("claim", "stances", None, "Iraq is stable.", "iraq-stable"),
    ],
)
def test_a_name_that_is_written_over_another_counts_and_not_the_id_beside_it(conn, field, table, id, name, kept):
    id = id or conn.execute("select id from stances where claim = 'threat-increasing' limit 1").fetchone()[0]
    before = conn.execute(f"select {field} from {table} where id = ?", [id]).fetchone()[0]
    do(conn, edit(conn, table, id, {field: name, f"{field}_id": before}, None, WRITER))
    assert conn.execute(f"select {field} from {table} where id = ?", [id]).fetchone() == (kept,)


def test_a_new_passage_takes_the_name_that_is_written_and_not_the_id_beside_it(conn):
    form = passage(conn, SENTENCE, **FORM)
    done = annotate(conn, DESK, {**form, "speaker": "Jeremy Hunt", "speaker_id": "chris-ghika"}, [], WRITER)
    assert {c.values["speaker"] for c in done.changes if c.table == "statements"} == {"jeremy-hunt"}
    with pytest.raises(LoadError) as told:
        annotate(conn, DESK, {**form, "statement": "What?", "statement_id": GHIKA}, [], WRITER)
    assert [problem.column for problem in told.value.problems] == ["statement"]


def test_a_document_without_text_cannot_be_marked(conn):
    with pytest.raises(LoadError, match="attach"):
        annotate(conn, "nbc-2019-05-16", {"start": "0", "end": "5"}, [], WRITER)


def test_of_a_withheld_text_only_quoted_words_are_copied(conn):
    conn.execute("UPDATE documents SET rights = 'withheld' WHERE id = ?", [DESK])
    act = annotate(conn, DESK, passage(conn, SENTENCE, **FORM), [], WRITER)
    quotes = {
        change.values.get("part", "mention"): change.values["quote"]
        for change in act.changes
        if "quote" in change.values
    }
    assert {part for part, quote in quotes.items() if quote is not None} == {"verbatim"}


def test_borders_move_while_ids_and_relations_stay(conn):
    before = rows(conn, "evidence", mention=SHIPS)
    text = text_of(conn)
    start, end = text.index(SENTENCE), text.index(SENTENCE) + len(SENTENCE)
    keep = before[0]
    marks = [
        f"{keep['part']}:{keep['span_start']}-{keep['span_end'] + 1}#{keep['id']}",
        f"place:{start + 2}-{start + 7}",
    ]
    (row,) = rows(conn, "mentions", id=SHIPS)
    do(conn, move_borders(conn, SHIPS, start, end, marks, row["revision"], REVIEWER))
    (moved,) = rows(conn, "mentions", id=SHIPS)
    assert (moved["span_start"], moved["span_end"], moved["quote"]) == (start, end, SENTENCE)
    assert (moved["statement"], moved["status"]) == (row["statement"], row["status"])
    after = {each["id"]: each for each in rows(conn, "evidence", mention=SHIPS)}
    assert len(after) == 2
    assert after[keep["id"]]["quote"] == text[keep["span_start"] : keep["span_end"] + 1]
    undo(conn, "rita")
    assert rows(conn, "evidence", mention=SHIPS)[0]["id"] in {each["id"] for each in before}
    assert len(rows(conn, "evidence", mention=SHIPS)) == len(before)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_split_then_merge_gives_the_same_record(claims_db, data):
    conn = next(opened(claims_db))
    several = "SELECT statement FROM mentions GROUP BY statement HAVING count(*) > 1 ORDER BY statement"
    statement = data.draw(st.sampled_from([row[0] for row in conn.execute(several)]))
    mentions = [row["id"] for row in rows(conn, "mentions", statement=statement)]
    stances = [row["id"] for row in rows(conn, "stances", statement=statement)]
    # What is told by the document of the fullest report goes back only if that report stayed.
    home = rows(conn, "statements", id=statement)[0]["document"]
    staying = next((m for m in mentions if rows(conn, "mentions", id=m)[0]["document"] == home), mentions[0])
    moving = data.draw(st.lists(st.sampled_from([m for m in mentions if m != staying]), min_size=1, unique=True))
    gone = data.draw(st.lists(st.sampled_from(stances), unique=True)) if stances else []
    before = record(conn)
    act = split(conn, statement, moving, gone, None, REVIEWER)
    do(conn, act)
    assert {row["id"] for row in rows(conn, "mentions", statement=act.row)} == set(moving)
    assert {row["id"] for row in rows(conn, "stances", statement=act.row)} == set(gone)
    do(conn, merge(conn, "statements", statement, act.row, (None, None), REVIEWER))
    assert record(conn) == before
    conn.close()


@pytest.mark.parametrize(
    ("mentions", "field"), [([], "mentions"), (["x"], "mentions"), (None, "mentions")], ids=["none", "other", "all"]
)
def test_a_split_that_divides_nothing_is_refused(conn, mentions, field):
    own = [row["id"] for row in rows(conn, "mentions", statement=GHIKA)]
    with pytest.raises(LoadError) as wrong:
        split(conn, GHIKA, own if mentions is None else mentions, [], None, REVIEWER)
    assert wrong.value.problems[0].column == field


def test_merged_actors_take_all_references_and_keep_the_names(conn):
    statements = {row["id"] for row in rows(conn, "statements", speaker="jeremy-hunt")}
    before = record(conn)
    do(conn, merge(conn, "actors", "chris-ghika", "jeremy-hunt", (None, None), REVIEWER))
    (kept,) = rows(conn, "actors", id="chris-ghika")
    assert "Jeremy Hunt" in kept["other_names"].split(";")
    assert {row["id"] for row in rows(conn, "statements", speaker="chris-ghika")} >= statements
    assert rows(conn, "actors", id="jeremy-hunt") == []
    for table, column in (
        ("stances", "actor"),
        ("mentions", "speaker"),
        ("memberships", "person"),
        ("provenance", "subject"),
    ):
        assert rows(conn, table, **{column: "jeremy-hunt"}) == []
    undo(conn, "rita")
    assert record(conn) == before


def test_a_merge_drops_what_says_the_same_twice(conn):
    (stance,) = rows(conn, "stances", id="backed-forces-threat--chris-ghika")
    act = add_row(conn, "claims", {"text": "Twice.", "kind": "factual"}, REVIEWER)
    do(conn, act)
    values = {name: stance[name] or "" for name in ("stance", "basis", "actor", "statement")}
    do(conn, add_row(conn, "stances", {**values, "claim": act.row}, REVIEWER))
    number = len(rows(conn, "stances", claim=stance["claim"]))
    do(conn, merge(conn, "claims", stance["claim"], act.row, (None, None), REVIEWER))
    assert len(rows(conn, "stances", claim=stance["claim"])) == number


@pytest.mark.parametrize(
    ("table", "id"),
    [
        ("claims", "threat-increasing"),
        ("statements", GHIKA),
        ("mentions", SHIPS),
        ("stances", "backed-forces-threat--chris-ghika"),
        ("actors", "chris-ghika"),
        ("memberships", "chris-ghika--cjtf-oir"),
    ],
)
def test_what_was_deleted_comes_back_as_it_was_with_all_that_went(conn, table, id):
    before = record(conn)
    told = dependants(conn, table, id, REVIEWER)
    do(conn, delete(conn, table, id, None, REVIEWER))
    after = record(conn)
    assert (table, id) not in after
    gone = [key for key in before if key not in after]
    assert len(gone) == 1 + sum(told.values())
    do(conn, restore(conn, table, id, None, WRITER), "ann")
    assert record(conn) == before


def test_a_row_goes_back_to_an_earlier_revision_and_keeps_who_reviewed_it(conn):
    note = rows(conn, "claims", id="threat-increasing")[0]["note"]
    first = do(conn, edit(conn, "claims", "threat-increasing", {"text": "One."}, None, REVIEWER))[0]
    do(conn, edit(conn, "claims", "threat-increasing", {"text": "Two.", "note": "Another note."}, None, REVIEWER))
    do(conn, restore(conn, "claims", "threat-increasing", first, WRITER), "ann")
    (row,) = rows(conn, "claims", id="threat-increasing")
    assert (row["text"], row["note"], row["status_by"]) == ("One.", note, None)
    with pytest.raises(LoadError, match="no such change"):
        restore(conn, "claims", "threat-increasing", 999_999, WRITER)


def test_references_are_corrected_by_name_and_dates_by_their_parts(conn):
    form = {"speaker": "jeremy hunt", "date_start": "2019-05", "date_end": ""}
    do(conn, edit(conn, "statements", GHIKA, form, None, REVIEWER))
    (row,) = rows(conn, "statements", id=GHIKA)
    assert (row["speaker"], row["date_start"], row["date_end"]) == ("jeremy-hunt", "2019-05-01", "2019-05-31")
    assert rows(conn, "mentions", statement=GHIKA)[0]["speaker"] == "jeremy-hunt"
    assert {row["date_start"] for row in rows(conn, "stances", statement=GHIKA)} == {"2019-05-01"}


@pytest.mark.parametrize(
    ("table", "id", "form", "field"),
    [
        ("statements", GHIKA, {"speaker": "Nobody Known"}, "speaker"),
        ("statements", GHIKA, {"report_type": "shouted"}, "report_type"),
        ("claims", "threat-increasing", {"text": ""}, "text"),
        (
            "claim_relations",
            "credible-threats.supports.threat-increasing",
            {"other_claim": "credible-threats"},
            "other_claim",
        ),
        ("stances", "backed-forces-threat--chris-ghika", {"claim": "no such claim"}, "claim"),
        ("actors", "chris-ghika", {"country": "Atlantis"}, "country"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_beside_its_field(conn, table, id, form, field):
    with pytest.raises(LoadError) as wrong:
        edit(conn, table, id, form, None, REVIEWER)
    assert [problem.column for problem in wrong.value.problems] == [field]


def test_nothing_changed_writes_nothing_and_a_stale_row_is_never_overwritten(conn):
    (row,) = rows(conn, "claims", id="threat-increasing")
    assert edit(conn, "claims", "threat-increasing", {"text": row["text"]}, None, REVIEWER).changes == ()
    do(conn, edit(conn, "claims", "threat-increasing", {"text": "Changed."}, row["revision"], REVIEWER))
    with pytest.raises(StaleRow):
        do(conn, edit(conn, "claims", "threat-increasing", {"note": "Later."}, row["revision"], REVIEWER))


@given(st.text())
def test_slugs_are_short_stable_and_of_letters_digits_and_hyphens(text):
    made = slug(text)
    assert len(made) <= 60
    assert slug(made) == made
    assert all(character.isalnum() or character == "-" for character in made)
    assert telling(text) == "" or set(telling(text).split("-")) <= set(slug(text, 10_000).split("-")) | {telling(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Côte d'Ivoire", "cote-d-ivoire"),
        ("Łódź & Straße", "lodz-strasse"),
        ("علي", "علي"),
        ("…", ""),
        ("a" * 70 + " b", "a" * 60),
    ],
)
def test_ids_are_readable(text, expected):
    assert slug(text) == expected


def test_an_id_that_ever_was_is_not_given_again(conn):
    assert free(conn, "claims", "fresh") == "fresh"
    assert free(conn, "claims", "threat-increasing") == "threat-increasing-2"
    do(conn, delete(conn, "claims", "threat-increasing", None, REVIEWER))
    assert free(conn, "claims", "threat-increasing") == "threat-increasing-2"
