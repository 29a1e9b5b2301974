"""Word diff of two versions of a text, and where each word of the old one went.

Words are compared folded (``folding.fold``), so a change of typography or case is not a change of words. The
longest common subsequence of words is found by bit vectors (H. Hyyrö, "Bit-parallel LCS-length computation
revisited", 2004); very long texts are divided first (``dividing``). Three repairs follow, because the longest sequence
is not always the true one: blocks that may stand in several places slide to where a paragraph or
sentence begins; a few common words that match by chance between two large changes are dropped; and inside a small
change the words are paired by likeness.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

from .alignment import pair_by_cost
from .dividing import aligned
from .folding import Folded, fold, same_wording
from .fuzzy import similarity

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ISLAND = 24  # folded characters: the longest run of words that is taken for a chance match
_PAIRED_CELLS = 900  # words of old times words of new up to which a change is paired word by word
_GAP_COST = 0.55  # of leaving one word unpaired; two are just dearer than pairing words that share nothing
_KEPT = 0.5  # likeness from which a paired word counts as the same word with a typing error


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a word diff. ``tag`` is equal, replace, insert or delete; offsets are code points, half-open."""

    tag: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Words:
    """A text, its folding, and the folded ranges of its words and punctuation marks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded: Folded = fold(text)
        found = list(_TOKEN.finditer(self.folded.text))
        self.words = [match.group() for match in found]
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """The range of words that folded ``[start, end)`` touches."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))

    def source(self, i: int) -> tuple[int, int]:
        """The range of word ``i`` in the text, in code points."""
        return self.folded.to_source(self.starts[i], self.ends[i])

    def break_before(self, i: int) -> int:
        """How strongly something new begins with word ``i``: 3 paragraph, 2 line, 1 sentence, 0 nothing."""
        if i <= 0 or i >= len(self.words):
            return 3
        gap = self.text[self.source(i - 1)[1] : self.source(i)[0]]
        lines = gap.count("\n") or gap.count("\r")
        if lines:
            return 3 if lines > 1 else 2
        return 1 if gap and self.words[i - 1] in ".!?" else 0


@dataclass(frozen=True, slots=True)
class Image:
    """What the diff makes of an old range: folded offsets in the new text, and how far it can be believed.

    ``kept`` is the share of the old range's characters that stand in the new one (a paired word counts by its
    likeness); ``context`` the share of the words just before and after it that are still beside it; ``filled`` the
    share of the new range that comes from the old. ``surroundings`` is ``context`` over many more words.
    """

    start: int
    end: int
    kept: float
    context: float
    surroundings: float
    filled: float


class WordDiff:
    """The alignment of two versions: ``to_new[i]`` is the new word for old word ``i``, or -1."""

    BESIDE: ClassVar[int] = 2  # words on each side that tell whose place it is
    NEIGHBOURS: ClassVar[int] = 6  # words on each side whose fate tells whether a passage is still in its surroundings

    SURROUNDINGS: ClassVar[int] = 40  # the same, where equal neighbours stand in two places

    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        matches = aligned(old.words, new.words)
        to_new = [-1] * len(old.words)
        for i, j in matches:
            to_new[i] = j
        _slide(to_new, old, new)
        _drop_islands(to_new, old, new)
        self.to_new = to_new
        self.likeness = [1.0 if j >= 0 else 0.0 for j in to_new]
        for i0, i1, j0, j1 in self._changes():
            self._pair(i0, i1, j0, j1)

    def _changes(self) -> list[tuple[int, int, int, int]]:
        """The ranges of old and new words between the matches, empty ones left out."""
        out = []
        i0 = j0 = 0
        for i, j in [*((i, j) for i, j in enumerate(self.to_new) if j >= 0), (len(self.to_new), len(self.new.words))]:
            if i > i0 or j > j0:
                out.append((i0, i, j0, j))
            i0, j0 = i + 1, j + 1
        return out

    def _pair(self, i0: int, i1: int, j0: int, j1: int) -> None:
        """Pair the words of one small change by likeness."""
        if i0 == i1 or j0 == j1 or (i1 - i0) * (j1 - j0) > _PAIRED_CELLS:
            return
        old, new = self.old.words, self.new.words
        costs = [[1 - _likeness(old[i], new[j]) for j in range(j0, j1)] for i in range(i0, i1)]
        for i, j in pair_by_cost(costs, _GAP_COST):
            self.to_new[i0 + i] = j0 + j
            self.likeness[i0 + i] = 1 - costs[i][j]

    @cached_property
    def _to_old(self) -> list[int]:
        """For each new word the old word that stands unchanged in it, or -1."""
        to_old = [-1] * len(self.new.words)
        for i, j in enumerate(self.to_new):
            if j >= 0 and self.likeness[i] == 1:
                to_old[j] = i
        return to_old

    def taken(self, new_start: int, new_end: int, start: int, end: int) -> float:
        """Share of the words at and beside folded new ``[new_start, new_end)`` that come from elsewhere.

        Elsewhere is outside folded old ``[start, end)`` and not just beside it. If it is nearly all, that place has
        been in the old text too, as another passage.
        """
        own_first, own_last = self.old.covering(start, end)
        first, last = self.new.covering(new_start, new_end)
        around = self._to_old[max(0, first - self.BESIDE) : last + self.BESIDE]
        near = range(own_first - self.BESIDE, own_last + self.BESIDE)
        return sum(i >= 0 and i not in near for i in around) / len(around) if around else 0.0

    def image(self, start: int, end: int) -> Image | None:
        """Where folded old ``[start, end)`` is in the new text, or None if none of its words went anywhere."""
        first, last = self.old.covering(start, end)
        paired = self._trimmed([i for i in range(first, last) if self.to_new[i] >= 0])
        if not paired:
            return None
        new_start = self._edge(paired[0], start, at_end=False)
        new_end = self._edge(paired[-1], end, at_end=True)
        if new_start >= new_end:
            return None
        size = sum(self._weight(i, start, end) for i in range(first, last))
        kept = sum(self._weight(i, start, end) * self.likeness[i] for i in paired if self.likeness[i] >= _KEPT)
        here = sum(self.new.ends[j] - self.new.starts[j] for j in range(*self.new.covering(new_start, new_end)))
        context, surroundings = (
            self._context(first, last, self.to_new[paired[0]], self.to_new[paired[-1]], reach)
            for reach in (self.NEIGHBOURS, self.SURROUNDINGS)
        )
        return Image(new_start, new_end, kept / size, context, surroundings, min(1.0, kept / here))

    def _trimmed(self, paired: list[int]) -> list[int]:
        """Paired old words without those at the ends that became another word, far from the rest."""

        def strays(outer: int, inner: int) -> bool:
            return self.likeness[outer] < _KEPT and abs(self.to_new[inner] - self.to_new[outer]) > self.BESIDE

        first, last = 0, len(paired)
        while last - first > 1 and strays(paired[first], paired[first + 1]):
            first += 1
        while last - first > 1 and strays(paired[last - 1], paired[last - 2]):
            last -= 1
        return paired[first:last]

    def _weight(self, i: int, start: int, end: int) -> int:
        return min(self.old.ends[i], end) - max(self.old.starts[i], start)

    def _edge(self, i: int, offset: int, at_end: bool) -> int:
        """The new offset of a border that lies in, or beside, old word ``i``."""
        j = self.to_new[i]
        low, high = self.new.starts[j], self.new.ends[j]
        if at_end:
            return high if offset >= self.old.ends[i] else max(low + 1, high - (self.old.ends[i] - offset))
        return low if offset <= self.old.starts[i] else min(high - 1, low + offset - self.old.starts[i])

    def _context(self, first: int, last: int, new_first: int, new_last: int, reach: int) -> float:
        """Share of the neighbouring old words that are unchanged and near the new range; 1.0 if there are none."""
        before = range(max(0, first - reach), first)
        after = range(last, min(len(self.to_new), last + reach))
        near = 2 * reach
        hits = sum(self.likeness[i] == 1 and new_first - near <= self.to_new[i] < new_first for i in before)
        hits += sum(self.likeness[i] == 1 and new_last < self.to_new[i] <= new_last + near for i in after)
        count = len(before) + len(after)
        return hits / count if count else 1.0

    @cached_property
    def operations(self) -> list[Operation]:
        """The diff as steps that cover both texts in order. An equal step keeps its wording (``same_wording``)."""
        steps: list[Operation] = []
        old_at = new_at = i_at = j_at = 0
        pairs = [(i, j) for i, j in enumerate(self.to_new) if j >= 0 and self.likeness[i] == 1]
        for i, j in [*pairs, (len(self.old.words), len(self.new.words))]:
            if i > i_at or j > j_at:
                old_end, new_end = self._begin(self.old, i), self._begin(self.new, j)
                _append(steps, _tag(i > i_at, j > j_at), old_at, old_end, new_at, new_end)
                old_at, new_at = old_end, new_end
            if i == len(self.old.words):
                break
            old_end, new_end = self._begin(self.old, i + 1), self._begin(self.new, j + 1)
            last = old_end == len(self.old.text) or new_end == len(self.new.text)
            same = _same_piece(self.old.text[old_at:old_end], self.new.text[new_at:new_end], last)
            _append(steps, "equal" if same else "replace", old_at, old_end, new_at, new_end)
            old_at, new_at, i_at, j_at = old_end, new_end, i + 1, j + 1
        if not steps and (self.old.text or self.new.text):  # no words on either side
            same = same_wording(self.old.text, self.new.text)
            _append(steps, "equal" if same else "replace", 0, len(self.old.text), 0, len(self.new.text))
        return steps

    @staticmethod
    def _begin(words: Words, i: int) -> int:
        """Where word ``i`` begins in its text; the white space after a word belongs to it."""
        if i == len(words.words):
            return len(words.text)
        return words.source(i)[0] if i else 0


def word_diff(old: str, new: str) -> list[Operation]:
    """The steps that turn ``old`` into ``new``, word by word, in code points of the two texts, for showing.

    The old ranges, joined, are the whole old text, the new ranges the whole new text. An equal step may differ in
    typography (see ``folding.typographic``), never in wording.
    """
    return WordDiff(Words(old), Words(new)).operations


def _same_piece(old: str, new: str, last: bool) -> bool:
    """Same wording, and both or neither end in white space, which parts a word from the next (not the last one)."""
    if old == new:
        return True
    return same_wording(old, new) and (last or fold(old).text.endswith(" ") == fold(new).text.endswith(" "))


def _tag(old: bool, new: bool) -> str:
    return "replace" if old and new else "delete" if old else "insert"


def _append(steps: list[Operation], tag: str, old_start: int, old_end: int, new_start: int, new_end: int) -> None:
    """Add a step, joined to the last one if that is of the same kind."""
    if steps and steps[-1].tag == tag:
        last = steps.pop()
        old_start, new_start = last.old_start, last.new_start
    steps.append(Operation(tag, old_start, old_end, new_start, new_end))


@lru_cache(maxsize=65536)
def _likeness(one: str, other: str) -> float:
    if not one[0].isalnum() and not other[0].isalnum():
        return 0.3  # one punctuation mark in place of another is likelier than a word in place of a mark
    return similarity(one, other)


def _slide(to_new: list[int], old: Words, new: Words) -> None:
    """Move inserted and deleted blocks that fit in several places to where something new begins."""
    to_old = [-1] * len(new.words)
    for i, j in enumerate(to_new):
        if j >= 0:
            to_old[j] = i
    _slide_side(to_new, to_old, old)
    _slide_side(to_old, to_new, new)


def _slide_side(forward: list[int], backward: list[int], side: Words) -> None:
    """Slide each unmatched block of one side whose neighbours on the other side touch. Changes both lists."""
    words, i = side.words, 0
    while i < len(forward):
        if forward[i] >= 0:
            i += 1
            continue
        end = i
        while end < len(forward) and forward[end] < 0:
            end += 1
        start, after = _best_place(forward, words, side, i, end)
        step = 1 if start > i else -1
        while i != start:
            # Moving right: the word after the block takes the place of the block's first word, and vice versa.
            gained, lost = (i, end) if step > 0 else (end - 1, i - 1)
            forward[gained], forward[lost] = forward[lost], -1
            backward[forward[gained]] = gained
            i, end = i + step, end + step
        i = max(end, after)


def _best_place(forward: list[int], words: list[str], side: Words, start: int, end: int) -> tuple[int, int]:
    """Where the unmatched block ``[start, end)`` should begin, and where to go on reading."""
    left_neighbour = forward[start - 1] if start else -1
    right_neighbour = forward[end] if end < len(forward) else left_neighbour + 1
    if right_neighbour != left_neighbour + 1:
        return start, end  # the other side has a change here too: this is a replacement, it has its place
    size, best, best_break = end - start, start, side.break_before(start)
    for step in (-1, 1):
        at = start
        while True:
            # To slide, the word that enters at one end must equal the one that leaves at the other.
            moved = at - 1 if step < 0 else at + size
            if not (0 <= moved < len(words)) or forward[moved] < 0 or words[moved] != words[moved + size * -step]:
                break
            at += step
            strength = side.break_before(at)
            if strength > best_break:
                best, best_break = at, strength
    return best, end


def _drop_islands(to_new: list[int], old: Words, new: Words) -> None:
    """Unmatch short runs of words that stand between two changes, each larger than the run itself."""
    runs = _runs(to_new)
    kept: list[tuple[int, int]] = []
    edges = [*runs, (len(old.words), len(old.words))]
    for n, (start, end) in enumerate(runs):
        size = old.ends[end - 1] - old.starts[start]
        following = edges[n + 1][0]
        new_following = to_new[following] if following < len(old.words) else len(new.words)
        after = max(_extent(old, end, following), _extent(new, to_new[end - 1] + 1, new_following))
        last = kept[-1][1] if kept else 0
        new_last = to_new[kept[-1][1] - 1] + 1 if kept else 0
        before = max(_extent(old, last, start), _extent(new, new_last, to_new[start]))
        if size <= _ISLAND and before > size and after > size:
            for i in range(start, end):
                to_new[i] = -1
        else:
            kept.append((start, end))


def _runs(to_new: list[int]) -> list[tuple[int, int]]:
    """Ranges of old words that are matched to consecutive new words."""
    runs: list[tuple[int, int]] = []
    for i, j in enumerate(to_new):
        if j < 0:
            continue
        if runs and runs[-1][1] == i and to_new[i - 1] == j - 1:
            runs[-1] = runs[-1][0], i + 1
        else:
            runs.append((i, i + 1))
    return runs


def _extent(words: Words, first: int, last: int) -> int:
    """Folded characters from the first word of a range to the end of its last; 0 if it is empty."""
    return words.ends[last - 1] - words.starts[first] if last > first else 0
