"""Two alignments of sequences: the longest common subsequence, and the cheapest pairing.

Pure list arithmetic for ``diffing``; it knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Sequence

Pairs = list[tuple[int, int]]


def common_subsequence(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Pairs (i, j), both ascending, with ``old[i] == new[j]``: a longest common subsequence.

    Time is len(old) * len(new) / word size, memory as many bits; of texts of any length ask ``dividing``.
    """
    return _read_back(_rows(old, new), len(old)) if old and new else []


def _masks(items: Sequence[str]) -> dict[str, int]:
    """For each item the set of places where it stands, as bits."""
    places: dict[str, list[int]] = {}
    for i, item in enumerate(items):
        places.setdefault(item, []).append(i)
    return {item: sum(1 << i for i in found) for item, found in places.items()}


def _rows(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """After each item of ``new`` the bit vector whose zeros mark where the common length grows along ``old``."""
    masks, full = _masks(old), (1 << len(old)) - 1
    row, rows = full, []
    for item in new:
        hits = row & masks.get(item, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    return rows


def _read_back(rows: list[int], width: int) -> Pairs:
    """Walk from the last corner to the first: a zero that the row above does not have is a pair."""
    pairs = []
    i, j = width, len(rows)
    while i and j:
        bit = 1 << (i - 1)
        if rows[j - 1] & bit:
            i -= 1
        elif j > 1 and not rows[j - 2] & bit:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    pairs.reverse()
    return pairs


def pair_by_cost(costs: Sequence[Sequence[float]], gap: float) -> Pairs:
    """The cheapest pairing in order: ``costs[i][j]`` for pairing i with j, ``gap`` for each item left alone.

    Needleman and Wunsch's dynamic programme (J. Mol. Biol. 48, 1970). Ties prefer a pair.
    """
    height, width = len(costs), len(costs[0])
    best = [[gap * j for j in range(width + 1)]]
    for i in range(height):
        row = [gap * (i + 1)]
        for j in range(width):
            row.append(min(best[i][j] + costs[i][j], best[i][j + 1] + gap, row[j] + gap))
        best.append(row)
    pairs = []
    i, j = height, width
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + costs[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i][j] == best[i - 1][j] + gap:
            i -= 1
        else:
            j -= 1
    pairs.reverse()
    return pairs
