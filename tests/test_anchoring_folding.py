"""Folding: what counts as the same text, and maps that lead back to the source."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datasette_claims.anchoring import fold, same_wording, typographic

# Characters on which folding acts, beside ordinary ones.
ACTIVE = st.text(
    st.one_of(
        st.sampled_from(
            "ab Z.,'\"-\n\t\r\u00a0\u2009“”‘’«»–—…\u00ad\u200b\u200d\ufeff\u0301\u0308ﬁ²ßİeé각ᄀ\u1161\u11a8"
        ),
        st.sampled_from("👩\u200d👧🇩\ufe0fقשא\u064bकि"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“No,” he said", '"no," he said'),
        ("‘it’s’ `a´", "'it's' 'a'"),
        ("1990–1999 — now -- then", "1990-1999 - now - then"),
        ("wait…", "wait..."),
        ("a \t\r\n\u00a0 b", "a b"),
        ("so\u00adft zero\u200bwidth \ufeffmark", "soft zerowidth mark"),
        ("Cafe\u0301", "café"),
        ("ＦＵＬＬ ﬁn 10²", "full fin 102"),
        ("STRASSE Straße", "strasse strasse"),
        ("e\u200b\u0301", "é"),
        ("\u1112\u1161\u11ab", "한"),
        ("\u200b\u00ad", ""),
        ("", ""),
    ],
)
def test_spellings_of_the_same_text_fold_together(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(ACTIVE)
@example("a\u200b ")
@example("- \u2013-")
@example("\u00a8x")
def test_maps_are_monotone_and_inside_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert folded.starts == sorted(folded.starts)
    assert folded.ends == sorted(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(ACTIVE, st.data())
def test_the_maps_are_inverse_to_each_other(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    low, high = folded.to_folded(*folded.to_source(start, end))
    if start == end:
        assert low == high
        return
    # A source character that folds to several brings all of them.
    assert low <= start
    assert high >= end
    assert folded.to_source(low, high) == folded.to_source(start, end)


@given(ACTIVE, st.data())
def test_a_source_range_comes_back_without_what_is_invisible_at_its_ends(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = folded.to_folded(start, end)
    covered = {i for n in range(low, high) for i in range(folded.starts[n], folded.ends[n])}
    visible = {i for s, e in zip(folded.starts, folded.ends, strict=True) for i in range(s, e)}
    assert visible & set(range(start, end)) <= covered


@given(ACTIVE)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(st.characters(max_codepoint=0x24F), max_size=40))
def test_folding_agrees_with_unicode_on_what_is_only_case_and_composition(text: str) -> None:
    """Letters and digits only, where styles, white space and ignorables play no part (oracle: unicodedata)."""
    letters = "".join(c for c in text if c.isalnum() and c != "ŉ")  # that one holds an apostrophe
    expected = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", letters).casefold())
    assert fold(letters).text == expected


@given(st.text(st.sampled_from("abc DEF.,'\"-!?\n")), st.sampled_from("\u00ad\u200b\u200d\ufeff"))
def test_the_fast_way_for_plain_text_gives_what_the_slow_way_gives(text: str, invisible: str) -> None:
    """An invisible character after each letter forces the slow way and must not show."""
    slow = "".join(char + invisible if char.isalpha() else char for char in text)
    assert fold(slow).text == fold(text).text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("“No,” he\u00a0said", '"No," he said', True),
        ("a--b", "a—b", True),
        ("cafe\u0301", "café", True),
        ("US", "us", False),
        ("10²", "102", False),
        ("ﬁn", "fin", False),
        ("no", "not", False),
        (" no\n", "no", True),
    ],
)
def test_wording_is_the_same_only_if_no_letter_or_figure_changed(one: str, other: str, same: bool) -> None:
    assert same_wording(one, other) is same
    assert (typographic(one) == typographic(other)) is same
