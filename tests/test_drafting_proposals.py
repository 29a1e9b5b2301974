"""What is put to a person: stances and claims where the words leave no choice, and the same words elsewhere."""

import json
from difflib import SequenceMatcher

import pytest
from drafting_data import insert, new_database, obtained, rows, store
from hypothesis import example, given
from hypothesis import strategies as st

from datasette_claims.anchoring import fold
from datasette_claims.drafting import shingles
from datasette_claims.extraction import extract
from datasette_claims.extraction.engine import MOST_VERBATIM
from datasette_claims.loading.writing import Change, apply_changes

CLAIM = "The harbour crane at Almira is unsafe."
STANCES = [
    # (report, the stance that it takes on the claim, or None where the words leave a choice)
    ("Jane Roe said that the harbour crane at Almira is unsafe.", "supports"),
    ("“The harbour crane at Almira is unsafe,” Jane Roe said.", "supports"),
    ("Jane Roe said that the harbour crane at Almira is not unsafe.", "disputes"),
    ("Jane Roe denied that the harbour crane at Almira is unsafe.", "disputes"),
    ("Jane Roe asked whether the harbour crane at Almira is unsafe.", "queries"),
    ("Jane Roe said that the harbour crane at Almira may be unsafe.", None),
    ("Jane Roe said that if the harbour crane at Almira is unsafe, it goes.", None),
    ("Jane Roe said that nobody denies that the harbour crane at Almira is not unsafe.", None),
    ("Jane Roe denied that the harbour crane at Almira is not unsafe.", None),
    ("Jane Roe said that the harbour tugs at Porto are unsafe.", None),
    ("Jane Roe said that the harbour crane at Almira was painted blue in spring.", None),
    ("Jane Roe said that Tom Vale claimed that the harbour crane at Almira is unsafe.", None),
]


@pytest.mark.parametrize(("report", "expected"), STANCES)
def test_a_stance_is_proposed_only_where_it_is_explicit(report, expected):
    conn = new_database()
    insert(conn, "claims", "crane", text=CLAIM, kind="factual")
    store(conn, obtained(report))
    found = rows(conn, "SELECT object, value, status FROM proposals WHERE kind = 'stance'")
    assert [json.loads(value)["stance"] for _, value, _ in found] == ([expected] if expected else [])
    assert all((claim, status) == ("crane", "open") for claim, _, status in found)
    assert rows(conn, "SELECT count(*) FROM stances") == [0]


def test_a_figure_that_differs_is_another_claim():
    conn = new_database()
    insert(conn, "claims", "dead", text="The storm killed 12 sailors in Almira harbour.", kind="factual")
    store(conn, obtained("Jane Roe said that the storm killed 21 sailors in Almira harbour."))
    assert rows(conn, "SELECT id FROM proposals WHERE kind = 'stance'") == []


def test_the_wording_of_a_known_stance_counts_with_its_side():
    conn = new_database()
    insert(conn, "claims", "crane", text="Cranes are dangerous.", kind="factual")
    insert(conn, "actors", "vale", name="Tom Vale", kind="person")
    words = "the old lifting gear on the east quay stands firmly"
    insert(conn, "statements", "said", content=words, kind="utterance", speaker="vale")
    insert(conn, "stances", "x", claim="crane", stance="disputes", basis="explicit", actor="vale", statement="said")
    store(conn, obtained("Jane Roe said that the old lifting gear on the east quay stands firmly."))
    ((claim, value),) = rows(conn, "SELECT object, value FROM proposals WHERE kind = 'stance'")
    assert (claim, json.loads(value)["stance"]) == ("crane", "disputes")


@pytest.mark.parametrize("status", ["draft", "rejected"])
def test_a_claim_that_is_not_reviewed_takes_no_stances(status):
    conn = new_database()
    insert(conn, "claims", "crane", text=CLAIM, kind="factual", status=status)
    store(conn, obtained(STANCES[0][0]))
    assert rows(conn, "SELECT id FROM proposals WHERE kind = 'stance'") == []


CLAIMS = [
    ("Jane Roe said that the harbour crane at Almira is unsafe.", ["The harbour crane at Almira is unsafe."]),
    ("Jane Roe said that it is unsafe and must be closed.", []),
    ("Jane Roe said that the crane might perhaps fall into the harbour.", []),
    ("Jane Roe asked whether the harbour crane is unsafe for ships.", []),
    ("Jane Roe said no.", []),
]


@pytest.mark.parametrize(("report", "expected"), CLAIMS)
def test_a_new_claim_is_suggested_as_a_sentence_that_stands_by_itself(report, expected):
    conn = new_database()
    store(conn, obtained(report))
    assert rows(conn, "SELECT value FROM proposals WHERE kind = 'claim'") == expected
    assert rows(conn, "SELECT count(*) FROM claims") == [0]


# The same utterance -------------------------------------------------------------------------------------------------

QUOTE = "The crane was checked twice last month and it stands as firmly as it ever did"
FIRST = f"“{QUOTE},” Tom Vale said on Monday.\n"
SECOND = [
    # (a second report, whether it is proposed as the same utterance)
    (f"Tom Vale told the board: “{QUOTE}.”\n", True),
    ("“The crane was checked twice last month and it stands firm,” said Vale.\n", True),
    ("“Well, the crane was checked TWICE last month – and it stands as firmly as it ever did,” Vale said.\n", True),
    ("“The crane was checked by nobody and the harbour is closed until further notice,” Tom Vale said.\n", False),
    ("“As firmly as ever,” Tom Vale said.\n", False),
]


@pytest.mark.parametrize(("report", "expected"), SECOND)
def test_another_mention_of_the_same_utterance_is_proposed_and_not_merged(report, expected):
    conn = new_database()
    store(conn, obtained(FIRST))
    (known,) = rows(conn, "SELECT statement FROM mentions")
    store(conn, obtained(report))
    found = rows(conn, "SELECT object FROM proposals WHERE kind = 'same_statement'")
    assert found == ([known] if expected else [])
    assert rows(conn, "SELECT count(DISTINCT statement) FROM mentions") == [2]


def test_a_proposal_says_which_mention_and_how_much_is_shared():
    conn = new_database()
    store(conn, obtained(FIRST))
    store(conn, obtained(SECOND[0][0]))
    ((subject, value, score),) = rows(conn, "SELECT subject, value, score FROM proposals WHERE kind = 'same_statement'")
    first, second = rows(conn, "SELECT id FROM mentions ORDER BY rowid")
    assert (subject, json.loads(value), score) == (second, {"mention": first, "containment": 1.0, "run": 16}, 1.0)


def test_a_headline_and_the_body_of_one_article_are_compared_too():
    conn = new_database()
    store(conn, obtained(f"“{QUOTE},” Tom Vale said.\n\nThe port is open.\n\n{FIRST}"))
    assert len(rows(conn, "SELECT id FROM proposals WHERE kind = 'same_statement'")) == 1


def built(conn):
    return set(rows(conn, "SELECT hash, mention FROM shingles"))


def rebuilt(conn):
    conn.execute("DELETE FROM derived")
    shingles.refresh(conn)
    return built(conn)


def test_the_table_follows_changes_and_deletions():
    conn = new_database()
    for text in (FIRST, SECOND[3][0], "“One two three four five six seven,” Jane Roe said.\n" * 9):
        store(conn, obtained(text))
    shingles.refresh(conn)
    everything = built(conn)
    first, second = rows(conn, "SELECT id FROM mentions ORDER BY rowid")[:2]
    apply_changes(
        conn, [Change("update", "mentions", first, {"content": "quite other words are now in this report"})], "ann"
    )
    shingles.refresh(conn)
    changed = built(conn)
    assert changed != everything
    assert changed == rebuilt(conn)
    gone = [Change("delete", "evidence", e) for e in rows(conn, "SELECT id FROM evidence WHERE mention = ?", second)]
    apply_changes(conn, [*gone, Change("delete", "mentions", second)], "ann")
    assert shingles.find(conn, SECOND[3][0][1:80]) == []
    shingles.refresh(conn)
    assert built(conn) < changed
    assert built(conn) == rebuilt(conn)
    assert shingles.refresh(conn) == 0


def test_a_hash_is_the_same_on_every_machine():
    # BLAKE2b of "one\x1ftwo\x1fthree\x1ffour" with an 8-byte digest (Python's hashlib as published), 63 bits of it
    import hashlib

    digest = hashlib.blake2b(b"one\x1ftwo\x1fthree\x1ffour", digest_size=8).hexdigest()
    found = shingles.hashes(shingles.words_of("One, two – THREE four five"))
    assert int(digest, 16) >> 1 in found
    assert len(found) == 2
    assert all(0 <= each < 2**63 for each in found)


def test_marks_and_case_do_not_matter_and_short_quotes_have_no_runs():
    assert shingles.hashes(shingles.words_of("It’s “NOT” the end of it")) == shingles.hashes(
        shingles.words_of("it's not the END of it.")
    )
    assert shingles.hashes(shingles.words_of("No comment on that")) == set()


@given(st.text(alphabet="aB -'’“”–…é́ \x1f\n½²", max_size=40))
@example("“It’s” – “ITS”…")
def test_words_are_those_of_the_folded_text_however_they_are_found(text):
    assert shingles.words_of(text) == shingles.WORD.findall(fold(text).text)


@given(*[st.lists(st.sampled_from(["a", "b", "ab", "c"]), max_size=20)] * 2)
def test_the_longest_common_run_is_that_of_difflib(one, other):
    expected = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    assert shingles.longest_run(one, other) == expected


def test_a_text_of_nothing_but_quotation_marks_makes_few_rows():
    draft = extract("“a” he said, " * 200)
    assert draft.mentions
    assert max(len(mention.evidence) for mention in draft.mentions) <= MOST_VERBATIM + 6
