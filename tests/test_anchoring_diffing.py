"""The word diff: what it shows, and where it says that words went."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.anchoring import Operation, same_wording, word_diff
from datasette_claims.anchoring.diffing import WordDiff, Words

texts = st.text(st.sampled_from("ab. \n“”-é\u0301😀"), max_size=30)
prose = st.lists(st.sampled_from(["the", "a", "minister", "said", "no", "talks", ".", ",", "\n\n"]), max_size=40).map(
    " ".join
)


def shown(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(o.tag, old[o.old_start : o.old_end], new[o.new_start : o.new_end]) for o in word_diff(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("he said no", "he said no", [("equal", "he said no", "he said no")]),
        ("he said no", "he said yes", [("equal", "he said ", "he said "), ("replace", "no", "yes")]),
        (
            "he said no",
            "he then said no",
            [("equal", "he ", "he "), ("insert", "", "then "), ("equal", "said no", "said no")],
        ),
        ("a b c", "a c", [("equal", "a ", "a "), ("delete", "b ", ""), ("equal", "c", "c")]),
        ("“No”  he", '"No" he', [("equal", "“No”  he", '"No" he')]),
        (
            "the US said",
            "the us said",
            [("equal", "the ", "the "), ("replace", "US ", "us "), ("equal", "said", "said")],
        ),
        ("", "new", [("insert", "", "new")]),
        ("old", "", [("delete", "old", "")]),
        (" ", "\n", [("equal", " ", "\n")]),
        ("", "", []),
    ],
)
def test_a_diff_shows_words_not_typography(old: str, new: str, steps: list[tuple[str, str, str]]) -> None:
    assert shown(old, new) == steps


@given(st.one_of(texts, prose), st.one_of(texts, prose))
def test_a_diff_covers_both_texts_in_order_and_equal_means_same_wording(old: str, new: str) -> None:
    steps = word_diff(old, new)
    assert "".join(old[o.old_start : o.old_end] for o in steps) == old
    assert "".join(new[o.new_start : o.new_end] for o in steps) == new
    for before, after in itertools.pairwise(steps):
        assert (before.old_end, before.new_end) == (after.old_start, after.new_start)
        assert before.tag != after.tag
    for step in steps:
        old_piece, new_piece = old[step.old_start : step.old_end], new[step.new_start : step.new_end]
        assert step.tag in {"equal", "replace", "insert", "delete"}
        if step.tag == "equal":
            assert same_wording(old_piece, new_piece)


@settings(max_examples=200)
@given(prose, prose)
def test_the_alignment_is_in_order_and_never_uses_a_word_twice(old: str, new: str) -> None:
    diff = WordDiff(Words(old), Words(new))
    there = [j for j in diff.to_new if j >= 0]
    assert there == sorted(set(there))
    for i, j in enumerate(diff.to_new):
        if j >= 0 and diff.likeness[i] == 1:
            assert diff.old.words[i] == diff.new.words[j]


def image(old: str, new: str, passage: str) -> str | None:
    """The new wording of a passage, found by its words."""
    before, after = Words(old), Words(new)
    start = old.index(passage)
    found = WordDiff(before, after).image(*before.folded.to_folded(start, start + len(passage)))
    return None if found is None else new[slice(*after.folded.to_source(found.start, found.end))]


@pytest.mark.parametrize(
    ("old", "new", "passage", "expected"),
    [
        ("He said no. Then he left.", "Today he said no. Then he left.", "said no", "said no"),
        (
            "She told us that talks failed.",
            "She told us that the talks have failed.",
            "talks failed",
            "talks have failed",
        ),
        ("The ministr spoke today again", "The minister spoke today again", "ministr", "minister"),
        ("One two three four five", "One two thr ee four five", "two", "two"),
        ("A b c d e f g h", "A b d e f g h", "c", None),
        ("before counterattack after", "before counterattack, after", "attack", "attack"),
    ],
)
def test_words_are_followed_through_edits(old: str, new: str, passage: str, expected: str | None) -> None:
    assert image(old, new, passage) == expected


def test_a_removed_paragraph_is_not_mixed_up_with_the_one_before_that_ends_alike() -> None:
    """Without sliding, "he said." of the second paragraph could be taken for that of the first."""
    old = "We won, he said.\n\nWe lost, he said.\n\nThe end."
    steps = word_diff(old, "We won, he said.\n\nThe end.")
    assert [(s.tag, old[s.old_start : s.old_end]) for s in steps if s.tag != "equal"] == [
        ("delete", "We lost, he said.\n\n")
    ]


def test_an_operation_says_what_and_where() -> None:
    assert word_diff("a b", "a c") == [Operation("equal", 0, 2, 0, 2), Operation("replace", 2, 3, 2, 3)]
