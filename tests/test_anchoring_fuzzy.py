"""Approximate search against the textbook dynamic programme (Sellers 1980), written out here."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.anchoring.fuzzy import Haystack, Match, distance, distances, similarity


def table(text: str, pattern: str, anchored: bool = False) -> list[int]:
    """The last row of the edit distance table: for each end of the text, 0 included, the fewest edits."""
    row = list(range(len(text) + 1)) if anchored else [0] * (len(text) + 1)
    for i, wanted in enumerate(pattern, 1):
        above, row = row, [i]
        for j, char in enumerate(text, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != wanted)))
    return row


few_letters = st.text("abc", max_size=40)
patterns = st.text("abc", min_size=1, max_size=20)


@given(st.one_of(few_letters, st.text(max_size=20)), st.one_of(patterns, st.text(min_size=1, max_size=10)))
def test_distances_are_those_of_the_dynamic_programme(text: str, pattern: str) -> None:
    assert list(distances(text, pattern)) == table(text, pattern)[1:]
    assert list(distances(text, pattern, anchored=True)) == table(text, pattern, anchored=True)[1:]


def test_a_pattern_may_be_longer_than_a_machine_word() -> None:
    random = Random(5)
    pattern = "".join(random.choices("abcdefgh ", k=500))
    text = "".join(random.choices("abcdefgh ", k=300)) + pattern[:240] + "XY" + pattern[245:] + "tail"
    assert list(distances(text, pattern)) == table(text, pattern)[1:]
    assert min(distances(text, pattern)) == 5


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("flaw", "lawn", 2),
        ("same", "same", 0),
        ("é😀", "e😀", 1),
    ],
)
def test_distance_counts_edits(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits


def test_similarity_runs_from_nothing_in_common_to_equal() -> None:
    assert similarity("abc", "xyz") == 0
    assert similarity("abcd", "abcx") == 0.75
    assert similarity("", "") == 1


@given(few_letters, patterns, st.data())
def test_ends_are_all_that_the_dynamic_programme_finds(text: str, pattern: str, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(pattern) - 1))
    expected = [(end, errors) for end, errors in enumerate(table(text, pattern)) if end and errors <= k]
    assert Haystack(text).ends(pattern, k) == expected


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(9, 60), st.floats(0, 0.33))
def test_narrowing_to_windows_loses_no_match_in_a_long_text(seed: int, length: int, share: float) -> None:
    """Where trigrams rule most of the text out, the same ends must come as without."""
    random = Random(seed)
    text = "".join(random.choices("aeinorst dlcm", k=600))
    at = random.randrange(600 - length)
    pattern = "".join(random.choice("xyz" + c) if random.random() < share else c for c in text[at : at + length])
    k = int(length * share)
    expected = [(end, errors) for end, errors in enumerate(table(text, pattern)) if end and errors <= k]
    assert Haystack(text).ends(pattern, k) == expected


@given(few_letters, patterns, st.data())
def test_matches_are_apart_true_and_the_best_of_their_neighbourhood(
    text: str, pattern: str, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, len(pattern) - 1))
    found = Haystack(text).search(pattern, k)
    for match in found:
        assert table(text[match.start : match.end], pattern, anchored=True)[-1] == match.errors <= k
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    row = table(text, pattern)
    best = min(row[1:], default=k + 1)
    assert (min((m.errors for m in found), default=None)) == (best if best <= k else None)
    for end, errors in enumerate(row):
        if end and errors <= k:  # every end is in, or overlaps, a match at least as good
            assert any(m.errors <= errors and m.start < end and end - len(pattern) - errors < m.end for m in found)


@pytest.mark.parametrize(
    ("text", "pattern", "k", "matches"),
    [
        ("the threat is rising and the thraet is rising", "the threat is", 2, [Match(0, 13, 0), Match(25, 38, 2)]),
        ("machines", "linus", 1, []),
        ("he said", "said", 0, [Match(3, 7, 0)]),
        ("", "a", 0, []),
    ],
)
def test_search_finds_each_place_once(text: str, pattern: str, k: int, matches: list[Match]) -> None:
    assert Haystack(text).search(pattern, k) == matches


def test_a_tolerance_that_matches_nothing_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="into nothing"):
        Haystack("abc").search("ab", 2)


def test_exact_hits_may_overlap() -> None:
    assert Haystack("aaaa").exact("aa") == [0, 1, 2]
    assert Haystack("aaaa").exact("") == []
