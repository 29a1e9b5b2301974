"""The common subsequence of two texts of any length, in time and memory that grow as they do.

What begins and ends alike is set aside. What remains is aligned exactly where that is small enough. Where it is not, it
is divided at the words that stand once in either text (B. Cohen's "patience diff"), which in a long article are its
names and figures; and what has no such word, such as a megabyte of stars, block by block.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from .alignment import Pairs, common_subsequence

MOST_CELLS = 1 << 28
"""Words of old times words of new that are aligned exactly: 16,000 by 16,000 take 32 MiB."""
_DEPTH = 6  # divisions within divisions: an adversary's single word a division must not make it quadratic
_BLOCK = 4096  # words of a block where nothing divides


def aligned(old: Sequence[str], new: Sequence[str], most_cells: int = MOST_CELLS, block: int = _BLOCK) -> Pairs:
    """Pairs (i, j), both ascending, with ``old[i] == new[j]``: a longest common subsequence up to ``most_cells``, else
    one that takes what stands once in either text to be the same."""
    return _aligned(old, new, most_cells, block, _DEPTH)


def _aligned(old: Sequence[str], new: Sequence[str], most_cells: int, block: int, depth: int) -> Pairs:
    lead, tail = _alike(old, new)
    inner_old, inner_new = old[lead : len(old) - tail], new[lead : len(new) - tail]
    if len(inner_old) * len(inner_new) <= most_cells:
        inner = common_subsequence(inner_old, inner_new)
    else:
        inner = _divided(inner_old, inner_new, most_cells, block, depth)
    pairs = [(i, i) for i in range(lead)]
    pairs += [(i + lead, j + lead) for i, j in inner]
    return pairs + [(len(old) - n, len(new) - n) for n in range(tail, 0, -1)]


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words are the same at the beginning and, of the rest, at the end."""
    most = min(len(old), len(new))
    lead = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((n for n in range(most - lead) if old[-1 - n] != new[-1 - n]), most - lead)
    return lead, tail


def _divided(old: Sequence[str], new: Sequence[str], most_cells: int, block: int, depth: int) -> Pairs:
    fixed = _fixed(old, new) if depth else []
    pairs: Pairs = []
    if not fixed:
        for at in range(0, min(len(old), len(new)), block):
            found = common_subsequence(old[at : at + block], new[at : at + block])
            pairs += [(i + at, j + at) for i, j in found]
        return pairs
    i_at = j_at = 0
    for i, j in [*fixed, (len(old), len(new))]:
        between = _aligned(old[i_at:i], new[j_at:j], most_cells, block, depth - 1)
        pairs += [(a + i_at, b + j_at) for a, b in between]
        if i < len(old):
            pairs.append((i, j))
        i_at, j_at = i + 1, j + 1
    return pairs


def _fixed(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """The words that stand once in either text, as many as are in the same order in both."""
    counts, others = Counter(old), Counter(new)
    places = {word: j for j, word in enumerate(new) if others[word] == 1 and counts.get(word) == 1}
    return _ascending([(i, places[word]) for i, word in enumerate(old) if word in places])


def _ascending(pairs: Pairs) -> Pairs:
    """The longest ascending subsequence by j of pairs that ascend by i (C. Schensted, 1961), by patience sorting."""
    tops: list[int] = []  # the smallest j in which a subsequence of each length ends
    ends: list[int] = []  # and the pair that it belongs to
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        before.append(ends[at - 1] if at else -1)
        tops[at : at + 1] = [j]
        ends[at : at + 1] = [number]
    found = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
