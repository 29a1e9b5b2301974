"""Two alignments of sequences: the longest common subsequence, and the cheapest pairing.

Pure list arithmetic for ``diffing``; it knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Sequence

_TABLE_BITS = 1 << 30
"""The largest table kept for reading back a common subsequence (128 MiB); above it the problem is divided."""


def common_subsequence(old: Sequence[str], new: Sequence[str], table_bits: int = _TABLE_BITS) -> list[tuple[int, int]]:
    """Pairs (i, j), both ascending, with ``old[i] == new[j]``: a longest common subsequence.

    Time is len(old) * len(new) / word size; memory at most ``table_bits`` bits beside the answer.
    """
    lead = 0
    while lead < min(len(old), len(new)) and old[lead] == new[lead]:
        lead += 1
    tail = 0
    while tail < min(len(old), len(new)) - lead and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [(i, i) for i in range(lead)]
    inner_old, inner_new = old[lead : len(old) - tail], new[lead : len(new) - tail]
    pairs += [(i + lead, j + lead) for i, j in _subsequence(inner_old, inner_new, table_bits)]
    pairs += [(len(old) - n, len(new) - n) for n in range(tail, 0, -1)]
    return pairs


def _subsequence(old: Sequence[str], new: Sequence[str], table_bits: int) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    if len(old) * len(new) <= table_bits or len(new) == 1:
        return _read_back(_rows(old, new), len(old))
    # Hirschberg, "A linear space algorithm for computing maximal common subsequences", CACM 18(6), 1975.
    half = len(new) // 2
    ahead = _prefix_lengths(old, new[:half])
    behind = _prefix_lengths(old[::-1], new[half:][::-1])
    cut = max(range(len(old) + 1), key=lambda i: ahead[i] + behind[len(old) - i])
    left = common_subsequence(old[:cut], new[:half], table_bits)
    right = common_subsequence(old[cut:], new[half:], table_bits)
    return left + [(i + cut, j + half) for i, j in right]


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


def _read_back(rows: list[int], width: int) -> list[tuple[int, int]]:
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


def _prefix_lengths(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """The length of the common subsequence of ``old[:i]`` and ``new`` for i in 0..len(old)."""
    row = _rows_last(old, new)
    lengths = [0]
    for i in range(len(old)):
        lengths.append(lengths[-1] + (not row >> i & 1))
    return lengths


def _rows_last(old: Sequence[str], new: Sequence[str]) -> int:
    """The last vector of ``_rows`` without keeping the others."""
    masks, full = _masks(old), (1 << len(old)) - 1
    row = full
    for item in new:
        hits = row & masks.get(item, 0)
        row = ((row + hits) | (row - hits)) & full
    return row


def pair_by_cost(costs: Sequence[Sequence[float]], gap: float) -> list[tuple[int, int]]:
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
