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
from .folding import fold, same_wording
from .ranking import PLAUSIBLE, THRESHOLD, Candidate, FoldedQuote, SearchText
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
_UNSUPPORTED = 0.85  # the least score that is believed where no old text can speak for or against a place
_DISTINCT = 12  # folded characters from which a wording can be told by itself if it stands once in each text
_ALIKE = 0.75  # likeness of the quote from which that wording counts as the same
_STILL_AMONG = 0.5  # share of the neighbouring words that must be beside a passage for which the diff alone speaks
_COMPLETE = 0.9  # share of a passage that must be found again if so much was inserted into it that it scores low
_TAKEN = 0.8  # share of the words of a place, and beside it, that make it that of another old passage
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
    """Find one passage of which only the selectors are known; see ``anchor_all``."""
    return anchor_all(text, [(quote, position)])[0]


def anchor_all(
    text: str, selectors: Sequence[tuple[TextQuoteSelector, TextPositionSelector | None]]
) -> list[Anchoring]:
    """Find passages of which only the selectors are known, as in imported annotations; one Anchoring each, in order.

    Without the old text there is no diff: the offsets are believed if quote and context stand there, and otherwise
    the search decides alone, so the state is then never better than ``moved`` or ``changed``.
    """
    target: SearchText | None = None
    out = []
    for quote, position in selectors:
        if position is not None and quote.exact and holds(text, PassageSelector(quote, position)):
            out.append(Anchoring("anchored", position.start, position.end, 1.0, quote.exact, "offsets"))
            continue
        target = target or SearchText(fold(text))
        found = target.candidates(FoldedQuote.of(quote), _UNSUPPORTED)
        out.append(_decide(text, target, quote.exact, None, found))
    return out


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


@dataclass(frozen=True, slots=True)
class _ByDiff:
    """The place that the diff names; whether it is believed ``alone``, and ``settles`` which of two equals it is."""

    place: Candidate
    alone: bool
    settles: bool


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
        quote = FoldedQuote.cut(self.old.text, self.old.folded, *span)
        if not quote.exact:
            return Anchoring("orphan")
        by_diff = self._by_diff(span, quote)
        found = self._free(self.target.candidates(quote), span)
        if by_diff is None and not (found and found[0].score >= THRESHOLD):
            only = self._only_place(quote, span)
            if only is not None:
                return _placed(self.new.text, self.target, exact, only, "search")
        return _decide(self.new.text, self.target, exact, by_diff, found)

    def _free(self, places: list[Candidate], span: tuple[int, int]) -> list[Candidate]:
        """The places that do not hold another passage of the old text, which only repeats the words."""
        return [place for place in places if self.diff.taken(place.start, place.end, *span) < _TAKEN]

    def _only_place(self, quote: FoldedQuote, span: tuple[int, int]) -> Candidate | None:
        """The one free place of a wording that is long enough to be known again without its surroundings."""
        if len(quote.exact) < _DISTINCT:
            return None
        places = self._free(self.target.candidates(quote, 0.0, thorough=True), span)
        alike = [place for place in places if place.quote >= _ALIKE]
        return alike[0] if len(alike) == 1 else None

    def _by_diff(self, span: tuple[int, int], quote: FoldedQuote) -> _ByDiff | None:
        """The diff's place, scored like a search result; None unless enough of the passage is there."""
        image = self.diff.image(*span)
        if image is None or image.kept < _KEPT or image.filled < _FILLED:
            return None
        if len(quote.exact) < _SHORT and image.context < _NEIGHBOURS:
            return None
        place = self.target.score(quote, image.start, image.end)
        plausible = place.score >= PLAUSIBLE or image.kept >= _COMPLETE
        settles = image.surroundings >= _STILL_AMONG
        return _ByDiff(place, alone=plausible and image.context >= _STILL_AMONG, settles=settles)


def _decide(text: str, target: SearchText, exact: str, by_diff: _ByDiff | None, found: list[Candidate]) -> Anchoring:
    """Weigh the diff's place against those of the search (best first)."""
    believed = [place for place in found if place.score >= THRESHOLD]
    if by_diff is None:
        if not believed:
            return Anchoring("orphan")
        rivals = [place for place in believed if place.score >= believed[0].score - _TIE]
        if len(rivals) > 1:
            return _undecided(target, rivals)
        return _placed(text, target, exact, believed[0], "search")
    best = found[0].score if found else 0.0
    agreeing = next((place for place in found if place.overlaps(by_diff.place.start, by_diff.place.end)), None)
    if agreeing is not None and agreeing.score >= best - _TIE:
        rivals = [place for place in believed if place.score >= agreeing.score - _TIE and place is not agreeing]
        if rivals and not by_diff.settles:
            return _undecided(target, [agreeing, *rivals])
        place = agreeing if agreeing.quote == 1 else by_diff.place
        return _placed(text, target, exact, place, "diff+search")
    if believed:
        return _undecided(target, [by_diff.place, *believed])
    return _placed(text, target, exact, by_diff.place, "diff") if by_diff.alone else Anchoring("orphan")


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
