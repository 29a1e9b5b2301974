"""Tamper check: yes, no and not attached, with what does not hold."""

import hashlib

import pytest
from tracing_data import SHARED, claims_database, seed_database

from datasette_claims.tracing.integrity import Span, check_document, check_statement, check_text


def test_the_seed_holds_against_the_article():
    conn = seed_database(with_text=True)
    found = check_document(conn, "d1")
    assert (found.holds, found.checksum, found.faults) == ("yes", True, ())
    assert found.spans == 49 + 178
    (one,) = check_statement(conn, "s09")
    assert (one.document, one.holds) == ("d1", "yes")


def test_without_the_text_nothing_can_be_said():
    conn = seed_database()
    assert check_document(conn, "d1").holds == "not_attached"
    assert [one.holds for one in check_statement(conn, "s09")] == ["not_attached"]


def test_one_changed_character_is_found():
    conn = seed_database(with_text=True)
    text = (SHARED / "seed" / "article.txt").read_text(encoding="utf-8")
    conn.execute(
        "UPDATE documents SET text = ? WHERE id = 'd1'", [text.replace("no increased threat", "an increased threat")]
    )
    found = check_document(conn, "d1")
    assert found.holds == "no"
    assert "SHA-256" in found.faults[0].message
    assert [one.holds for one in check_statement(conn, "s09")] == ["no"]


def test_a_changed_quote_is_found_where_the_text_is_right():
    conn = seed_database(with_text=True)
    conn.execute("UPDATE evidence SET quote = 'The Obama administration''s' WHERE id = 'ev001'")
    (found,) = check_statement(conn, "s01")
    assert found.holds == "no"
    assert [(fault.table, fault.row) for fault in found.faults] == [("evidence", "ev001")]
    assert "The Trump administration's" in found.faults[0].message
    assert check_statement(conn, "s09")[0].holds == "yes"


def digest(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize(
    ("text", "sha256", "length", "spans", "holds"),
    [
        ("ab 😀 cd", digest("ab 😀 cd"), 7, [("ab", 0, 2), ("😀", 3, 4), ("cd", 5, 7)], "yes"),
        ("ab 😀 cd", digest("ab 😀 cd").upper(), 7, [], "yes"),
        ("ab", None, None, [("ab", 0, 2)], "yes"),
        ("ab", digest("abc"), 2, [], "no"),
        ("ab", digest("ab"), 3, [], "no"),
        ("ab", digest("ab"), 2, [("ab", 0, 3)], "no"),
        ("ab", digest("ab"), 2, [("b", 0, 1)], "no"),
        ("ab", digest("ab"), 2, [(None, 0, 1)], "yes"),
        ("ab", digest("ab"), 2, [(None, 1, 5)], "no"),
        (None, digest("ab"), 2, [("x", 0, 1)], "not_attached"),
    ],
)
def test_checksum_length_and_spans(text, sha256, length, spans, holds):
    found = check_text("d", text, sha256, length, [Span("evidence", "e", a, b, quote) for quote, a, b in spans])
    assert found.holds == holds
    assert bool(found.faults) == (holds == "no")


def test_an_unknown_document_is_named():
    with pytest.raises(KeyError, match="no document 'x'"):
        check_document(claims_database({}), "x")
