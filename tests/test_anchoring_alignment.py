"""Common subsequences and pairings against plain dynamic programmes."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.anchoring.alignment import common_subsequence, pair_by_cost
from datasette_claims.anchoring.dividing import aligned

words = st.lists(st.sampled_from("abcd"), max_size=25)


def longest(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook table."""
    row = [0] * (len(new) + 1)
    for a in old:
        above, row = row, [0]
        for j, b in enumerate(new):
            row.append(above[j] + 1 if a == b else max(above[j + 1], row[j]))
    return row[-1]


def is_common_subsequence(pairs: list[tuple[int, int]], old: list[str], new: list[str]) -> bool:
    in_order = all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    return in_order and all(old[i] == new[j] for i, j in pairs)


@given(words, words)
def test_a_common_subsequence_is_in_order_and_as_long_as_any(old: list[str], new: list[str]) -> None:
    for pairs in (common_subsequence(old, new), aligned(old, new)):
        assert is_common_subsequence(pairs, old, new)
        assert len(pairs) == longest(old, new)


@given(words, words, st.sampled_from([1, 20, 200]), st.sampled_from([1, 3, 8]))
def test_what_is_divided_is_still_common_and_in_order(old: list[str], new: list[str], cells: int, block: int) -> None:
    assert is_common_subsequence(aligned(old, new, cells, block), old, new)


@given(st.permutations(range(12)), st.permutations(range(12)))
def test_words_that_stand_once_are_aligned_as_many_as_are_in_order(old: list[int], new: list[int]) -> None:
    one, other = [[f"w{number}" for number in numbers] for numbers in (old, new)]
    assert len(aligned(one, other, 1)) == longest(one, other)


@given(st.lists(st.sampled_from("ab"), max_size=9), st.integers(0, 40), st.integers(0, 40))
def test_a_long_text_with_a_part_put_in_keeps_all_its_words(part: list[str], at: int, cut: int) -> None:
    """Where names and figures stand between words that repeat, as in an article."""
    old = [word for number in range(20) for word in ("the", f"name{number}")]
    new = [*old[:at], *part, *old[at:]]
    assert len(aligned(old, new, 100)) == len(old)
    shorter = old[:cut] + old[cut + 3 :]
    assert len(aligned(old, shorter, 100)) == len(shorter)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=3, max_size=3), min_size=1, max_size=4))
def test_a_pairing_is_in_order_and_as_cheap_as_any(costs: list[list[float]]) -> None:
    gap = 0.5

    @cache
    def cheapest(i: int, j: int) -> float:
        if i == len(costs):
            return gap * (3 - j)
        if j == 3:
            return gap * (len(costs) - i)
        return min(costs[i][j] + cheapest(i + 1, j + 1), gap + cheapest(i + 1, j), gap + cheapest(i, j + 1))

    pairs = pair_by_cost(costs, gap)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    total = sum(costs[i][j] for i, j in pairs) + gap * (len(costs) + 3 - 2 * len(pairs))
    assert total == pytest.approx(cheapest(0, 0))
