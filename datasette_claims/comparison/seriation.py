"""The order of rows and columns in which a heatmap of agreement shows its blocs.

Average linkage (UPGMA), with the order of Gruvaeus and Wainer: when two clusters join, each is turned so that the
two members that come to stand beside each other are the most alike of the four possible pairs. Deterministic: of
equal figures the one of lower place counts.

Sources: R. R. Sokal and C. D. Michener (1958); G. Gruvaeus and H. Wainer, "Two Additions to Hierarchical Cluster
Analysis" (1972).
"""

from __future__ import annotations

import numpy as np

from .arrays import FloatArray, IntArray


def seriate(similarity: FloatArray) -> IntArray:
    """The order in which to show units: int64 [U], a permutation, from a symmetric similarity [U, U].

    The similarity may be any figure (S, say). NaN, where two units share nothing, counts one less than the lowest
    of the rest, so that they come to stand apart.
    """
    units = len(similarity)
    if units < 3:
        return np.arange(units)
    known = similarity[~np.isnan(similarity)]
    given = np.where(np.isnan(similarity), known.min() - 1.0 if len(known) else 0.0, similarity).astype(float)
    near = given.copy()
    np.fill_diagonal(near, -np.inf)
    members: list[list[int]] = [[unit] for unit in range(units)]
    best = near.argmax(axis=1)
    for _ in range(units - 1):
        top = near[np.arange(units), best]
        one = int(top.argmax())
        one, other = sorted((one, int(best[one])))
        members[one] = _joined(members[one], members[other], given)
        _link(near, one, other, len(members[one]) - len(members[other]), len(members[other]))
        members[other] = []
        stale = np.flatnonzero((best == one) | (best == other) | (near[:, one] >= top))
        best[stale] = near[stale].argmax(axis=1)
        best[one] = near[one].argmax()
    return np.array(next(listed for listed in members if len(listed) == units), dtype=np.int64)


def _link(near: FloatArray, one: int, other: int, size: int, other_size: int) -> None:
    """Let cluster ``one`` take in ``other``: its likeness to the rest is the mean over all members."""
    mean = (near[one] * size + near[other] * other_size) / (size + other_size)
    near[one], near[:, one] = mean, mean
    near[other], near[:, other] = -np.inf, -np.inf
    near[one, one] = -np.inf


def _joined(first: list[int], second: list[int], given: FloatArray) -> list[int]:
    """Both lists as one, each turned so that the most alike ends meet."""
    ends = (
        (given[first[-1], second[0]], False, False),
        (given[first[-1], second[-1]], False, True),
        (given[first[0], second[0]], True, False),
        (given[first[0], second[-1]], True, True),
    )
    most = max(range(4), key=lambda number: (ends[number][0], -number))
    _, turn_first, turn_second = ends[most]
    return (first[::-1] if turn_first else first) + (second[::-1] if turn_second else second)
