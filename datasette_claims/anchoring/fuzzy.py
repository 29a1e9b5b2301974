"""Approximate search for a string in a text: where does it stand with at most k edits?

An edit inserts, deletes or replaces one character (Levenshtein). The distances are computed by Myers' bit vectors
(G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", J. ACM
46(3), 1999) on Python integers, which have no word size, so that a pattern of any length takes one step a
character. ``Haystack`` first narrows the text down to the windows that can hold a match at all, by counting shared
trigrams; the narrowing loses nothing (see ``Haystack.windows``).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_GRAM = 3


@dataclass(frozen=True, slots=True)
class Match:
    """``text[start:end]`` is ``errors`` edits away from the pattern."""

    start: int
    end: int
    errors: int


def distances(text: str, pattern: str, anchored: bool = False) -> Iterator[int]:
    """For each end 1..len(text): the fewest edits between the pattern and a piece of text that ends there.

    The piece may start anywhere, or, if ``anchored``, only at 0. The pattern must not be empty.
    """
    masks: dict[str, int] = {}
    for i, char in enumerate(pattern):
        masks[char] = masks.get(char, 0) | 1 << i
    full = (1 << len(pattern)) - 1
    top = 1 << (len(pattern) - 1)
    first = 1 if anchored else 0
    plus, minus, score = full, 0, len(pattern)  # vertical differences +1 and -1, and the last row's value
    get = masks.get
    for char in text:
        equal = get(char, 0)
        vertical = equal | minus
        diagonal = (((equal & plus) + plus) ^ plus) | equal
        rise = minus | (full & ~(diagonal | plus))
        fall = plus & diagonal
        if rise & top:
            score += 1
        elif fall & top:
            score -= 1
        rise = rise << 1 | first
        plus = full & ((fall << 1) | ~(vertical | rise))
        minus = rise & vertical & full
        yield score


def distance(one: str, other: str) -> int:
    """The Levenshtein distance of two strings."""
    if not one or not other:
        return len(one) or len(other)
    return deque(distances(one, other, anchored=True), maxlen=1)[0]


def similarity(one: str, other: str) -> float:
    """1 - distance / length of the longer, in [0, 1]; two empty strings are alike."""
    longest = max(len(one), len(other))
    return 1 - distance(one, other) / longest if longest else 1.0


class Haystack:
    """A text that is searched many times; its trigram index is built once, when it is first needed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _grams(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        text = self.text
        for i in range(len(text) - _GRAM + 1):
            index[text[i : i + _GRAM]].append(i)
        return dict(index)

    def exact(self, pattern: str) -> list[int]:
        """Every start of ``pattern``, overlapping ones included; none for an empty pattern."""
        found: list[int] = []
        at = self.text.find(pattern) if pattern else -1
        while at >= 0:
            found.append(at)
            at = self.text.find(pattern, at + 1)
        return found

    def windows(self, pattern: str, k: int) -> list[tuple[int, int]]:
        """Ranges of the text, in order and apart, outside which no match with at most ``k`` edits can lie.

        Cut the pattern into p pieces of three: each edit spoils at most one, so p - k or more stand unchanged in a
        match. The diagonals (text offset less pattern offset) of its pieces, of its start and of its end differ by
        at most k, for that takes an insertion or deletion each. So among all the diagonals on which pieces stand,
        sorted, p - k in a row lie within k of each other. Where p <= k nothing can be ruled out, and the window is
        the whole text.
        """
        offsets = range(0, len(pattern) - _GRAM + 1, _GRAM)
        needed = len(offsets) - k
        if needed < 1:
            return [(0, len(self.text))]
        pieces = [(self._grams.get(pattern[o : o + _GRAM], ()), o) for o in offsets]
        # The commonest pieces say least and cost most. Leaving one out lowers what is needed by one, no more.
        spare = max(0, min(needed - 2, needed // 4))
        needed -= spare
        pieces.sort(key=lambda piece: len(piece[0]))
        diagonals = sorted(place - o for places, o in pieces[: len(pieces) - spare] for place in places)
        out: list[tuple[int, int]] = []
        for low, high in zip(diagonals, diagonals[needed - 1 :], strict=False):
            if high - low > k:
                continue
            start, end = max(0, high - k), min(len(self.text), low + k + len(pattern))
            if out and start <= out[-1][1]:
                out[-1] = out[-1][0], end  # both borders only ever grow
            else:
                out.append((start, end))
        return out

    def ends(self, pattern: str, k: int) -> list[tuple[int, int]]:
        """Every (end, errors) where a piece of the text is at most ``k`` edits from the pattern; ends ascend."""
        found: list[tuple[int, int]] = []
        if not pattern:
            return found
        for start, stop in self.windows(pattern, k):
            scores = distances(self.text[start:stop], pattern)
            found.extend((end, errors) for end, errors in enumerate(scores, start + 1) if errors <= k)
        return found

    def search(self, pattern: str, k: int) -> list[Match]:
        """The best matches that do not overlap, by position.

        Taken greedily: fewest errors first, then length nearest to the pattern's, then leftmost; whatever overlaps
        a match already taken is left out. ``k`` must be less than the pattern's length.
        """
        if k >= len(pattern):
            raise ValueError(f"k = {k} edits can turn a pattern of {len(pattern)} characters into nothing")
        taken: list[Match] = []
        ends = self.ends(pattern, k)
        errors_at = dict(ends)
        shortest = len(pattern) - k
        for end, errors in sorted(ends, key=lambda item: (item[1], item[0])):
            # A match that ends here starts at or before end - shortest, so some overlaps need no closer look.
            if any(m.start < end and end - shortest < m.end for m in taken):
                continue
            match = self._match(pattern, end, errors)
            ties = [e for e in range(end + 1, end + errors + 1) if errors_at.get(e) == errors]
            rivals = [m for m in (self._match(pattern, e, errors) for e in ties) if m.start < end]
            free = [m for m in (match, *rivals) if not any(m.start < t.end and t.start < m.end for t in taken)]
            if match in free:
                taken.append(min(free, key=lambda m: (abs(m.end - m.start - len(pattern)), m.end)))
        return sorted(taken, key=lambda m: m.start)

    def _match(self, pattern: str, end: int, errors: int) -> Match:
        """The match that ends at ``end``; of several starts, the one that makes it as long as the pattern."""
        if not errors:
            return Match(end - len(pattern), end, 0)
        before = self.text[max(0, end - len(pattern) - errors) : end]
        back = distances(before[::-1], pattern[::-1], anchored=True)
        lengths = [length for length, found in enumerate(back, 1) if found == errors]
        return Match(end - min(lengths, key=lambda n: (abs(n - len(pattern)), n)), end, errors)
