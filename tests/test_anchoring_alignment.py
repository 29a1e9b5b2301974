"""Common subsequences and pairings against plain dynamic programmes."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.anchoring.alignment import common_subsequence, pair_by_cost

words = st.lists(st.sampled_from("abcd"), max_size=25)


def longest(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook table."""
    row = [0] * (len(new) + 1)
    for a in old:
        above, row = row, [0]
        for j, b in enumerate(new):
            row.append(above[j] + 1 if a == b else max(above[j + 1], row[j]))
    return row[-1]


@given(words, words, st.sampled_from([1, 20, 200, 1 << 30]))
def test_a_common_subsequence_is_in_order_and_as_long_as_any(old: list[str], new: list[str], bits: int) -> None:
    """Also where the table is so small that the problem is divided again and again."""
    pairs = common_subsequence(old, new, bits)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    assert len(pairs) == longest(old, new)


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
