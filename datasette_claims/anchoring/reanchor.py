"""The decision: where does a passage of the old text stand in the new one, and how sure is that?

Three stages, none of which is trusted alone where the text changed:

1. The quote and its context stand at the same offsets: ``anchored``.
2. The word diff of the two texts (``diffing``) says where the words went.
3. The folded fuzzy search (``ranking``), which sees only the quote and its context, says where they stand.

If 2 and 3 agree the passage is ``anchored`` or, if its wording differs, ``changed``. If only one of them finds a
place it is ``moved`` (same wording) or ``changed``. If they disagree, or the search finds several places as good, it
is ``ambiguous``: a person decides between the ``alternatives``. If neither finds one it is an ``orphan``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from .diffing import WordDiff, Words
from .folding import same_wording
from .ranking import Candidate, FoldedQuote, SearchText
from .selectors import PassageSelector, TextPositionSelector, TextQuoteSelector, holds, select

State = Literal["anchored", "changed", "moved", "ambiguous", "orphan"]
STATES: tuple[State, ...] = get_args(State)

Method = Literal["offsets", "diff+search", "diff", "search", "none"]

ALGORITHM = "word-diff+fuzzy-search"
ALGORITHM_VERSION = "1"
"""Raised whenever the same input can give another answer. Stored with every anchoring."""

_KEPT = 0.45  # share of a passage's characters that the diff must find again
_FILLED = 0.3  # share of the new range that must come from the old passage
_SHORT = 24  # folded characters; a shorter passage is believed to the diff only among its old neighbours
_NEIGHBOURS = 0.3  # share of the neighbouring words that must still be beside a short passage
_TIE = 0.04  # scores that are this close are as good as each other


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where one passage stands in a new text.

    ``start`` and ``end`` are code points of the new text, half-open, and None for ``orphan`` and ``ambiguous``:
    those are not placed. ``score`` in [0, 1] is the likeness of quote and context there (1 means identical; for
    ``ambiguous`` it is that of the best alternative, for ``orphan`` 0). ``exact`` is the wording in the new text,
    empty if not placed. ``alternatives`` are the places between which a person must decide, best first, and empty
    unless the state is ``ambiguous``.
    """

    state: State
    start: int | None = None
    end: int | None = None
    score: float = 0.0
    exact: str = ""
    method: Method = "none"
    alternatives: tuple[TextPositionSelector, ...] = ()
    algorithm: str = ALGORITHM
    version: str = ALGORITHM_VERSION

    @property
    def placed(self) -> bool:
        """True if the passage has a place in the new text."""
        return self.start is not None


def reanchor(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Anchoring]:
    """Carry passages from one version of a text to the next.

    ``spans`` are (start, end) in code points of ``old``, half-open; the answer has one Anchoring a span, in order.
    White space at the ends of a passage is not carried over when its offsets changed. Raises SelectorError for
    offsets outside ``old``.
    """
    selectors = [select(old, start, end) for start, end in spans]
    out: list[Anchoring | None] = [_unmoved(old, new, selector) for selector in selectors]
    if None in out:
        transfer = _Transfer(old, new)
        for n, (start, end) in enumerate(spans):
            if out[n] is None:
                out[n] = transfer.carry(start, end)
    return [anchoring for anchoring in out if anchoring is not None]


def anchor(text: str, quote: TextQuoteSelector, position: TextPositionSelector | None = None) -> Anchoring:
    """Find a passage of which only the selectors are known, as in an imported annotation.

    Without the old text there is no diff: the offsets are believed if quote and context stand there, and otherwise
    the search decides alone, so the state is never better than ``moved`` or ``changed``.
    """
    if position is not None and quote.exact and holds(text, PassageSelector(quote, position)):
        return Anchoring("anchored", position.start, position.end, 1.0, quote.exact, "offsets")
    target = SearchText(Words(text).folded)
    found = target.candidates(FoldedQuote.of(quote))
    return _decide(text, target, quote.exact, None, found)


def _unmoved(old: str, new: str, selector: PassageSelector) -> Anchoring | None:
    """The first stage; None if the passage does not stand at its old offsets."""
    start, end = selector.position.start, selector.position.end
    if old == new or (start < end and holds(new, selector) and _same_side(old, new, selector)):
        return Anchoring("anchored", start, end, 1.0, selector.quote.exact, "offsets")
    return None


def _same_side(old: str, new: str, selector: PassageSelector) -> bool:
    """A context that is cut short by the end of the old text must be cut short by the end of the new one too."""
    beyond = selector.position.end + len(selector.quote.suffix)
    return beyond < len(old) or len(new) == len(old)


class _Transfer:
    """Two texts, folded, aligned and indexed once for all their passages."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Words(old), Words(new)
        self.diff = WordDiff(self.old, self.new)
        self.target = SearchText(self.new.folded)

    def carry(self, start: int, end: int) -> Anchoring:
        """Stages two and three for one passage."""
        exact = self.old.text[start:end]
        if start == end or not exact.strip():
            return Anchoring("orphan")
        span = self.old.folded.to_folded(start, end)
        quote = FoldedQuote.cut(self.old.folded.text, *span)
        if not quote.exact:
            return Anchoring("orphan")
        return _decide(self.new.text, self.target, exact, self._by_diff(span, quote), self.target.candidates(quote))

    def _by_diff(self, span: tuple[int, int], quote: FoldedQuote) -> Candidate | None:
        """The diff's place, scored like a search result; None unless enough of the passage is there."""
        image = self.diff.image(*span)
        if image is None or image.kept < _KEPT or image.filled < _FILLED:
            return None
        if len(quote.exact) < _SHORT and image.context < _NEIGHBOURS:
            return None
        return self.target.score(quote, image.start, image.end)


def _decide(text: str, target: SearchText, exact: str, by_diff: Candidate | None, found: list[Candidate]) -> Anchoring:
    """Weigh the diff's place against those of the search (best first)."""
    if by_diff is None:
        if not found:
            return Anchoring("orphan")
        rivals = [place for place in found if place.score >= found[0].score - _TIE]
        if len(rivals) > 1:
            return _undecided(target, rivals)
        return _placed(text, target, exact, found[0], "search")
    if not found:
        return _placed(text, target, exact, by_diff, "diff")
    agreeing = next((place for place in found if place.overlaps(by_diff.start, by_diff.end)), None)
    if agreeing is None or agreeing.score < found[0].score - _TIE:
        return _undecided(target, [by_diff, *found])
    best = max(by_diff, agreeing, key=lambda place: place.score)
    return _placed(text, target, exact, best, "diff+search")


def _placed(text: str, target: SearchText, exact: str, place: Candidate, method: Method) -> Anchoring:
    start, end = target.folded.to_source(place.start, place.end)
    now = text[start:end]
    state: State = "changed"
    if same_wording(exact, now):
        state = "anchored" if method == "diff+search" else "moved"
    return Anchoring(state, start, end, round(place.score, 4), now, method)


def _undecided(target: SearchText, places: list[Candidate]) -> Anchoring:
    ranked = sorted(places, key=lambda place: -place.score)
    alternatives = dict.fromkeys(target.folded.to_source(place.start, place.end) for place in ranked)
    method: Method = "search" if len(places) == 1 else "diff+search"
    return Anchoring(
        "ambiguous",
        score=round(ranked[0].score, 4),
        method=method,
        alternatives=tuple(TextPositionSelector(start, end) for start, end in alternatives),
    )
