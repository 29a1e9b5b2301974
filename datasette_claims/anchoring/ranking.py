"""Folded search for a quote: every place where it may stand, ranked by likeness of the quote and its context.

This is the stage that knows nothing of the old text but what a selector stores. All offsets here are those of the
folded text; the caller maps them back.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from .folding import Folded, fold
from .fuzzy import Haystack, distance, distances
from .selectors import CONTEXT_LENGTH, TextQuoteSelector

THRESHOLD = 0.76
"""The least score of a place that is believed. Unrelated English prose scores 0.3 to 0.55."""

PLAUSIBLE = 0.6
"""The least score of a place that is worth a thought if something else speaks for it too."""

_CERTAIN = 0.97  # from this score on an exact hit makes the search for misspelt ones needless
_SHORTEST_FUZZY = 6  # folded characters; a shorter quote with an edit could be too many other words
_SHORT = 30  # below this length one edit in five characters is allowed, from it on one in four
_MOST_SCORED = 40  # exact hits whose context is compared in full; the rest share less of it side by side
_NEAR = 8  # folded characters beside a quote in which a line break parts it from its context
_LEAST_CONTEXT = 8  # a shorter context on one side (the text begins or ends there) matches too easily by chance


@dataclass(frozen=True, slots=True)
class FoldedQuote:
    """A quote ready for the search: folded, without outer spaces.

    ``whole_start`` and ``whole_end`` say that the quote begins or ends where a word does, so that a place inside a
    longer word is not it. ``near_prefix`` and ``near_suffix`` say that the context next to the quote belongs to its
    own line or paragraph, with which it would move.
    """

    exact: str
    prefix: str
    suffix: str
    whole_start: bool
    whole_end: bool
    near_prefix: bool
    near_suffix: bool

    @classmethod
    def cut(cls, text: str, folded: Folded, start: int, end: int) -> FoldedQuote:
        """The quote at folded ``[start, end)`` with its context, from the ``text`` that it stands in."""
        line = folded.text
        while start < end and line[start] == " ":
            start += 1
        while start < end and line[end - 1] == " ":
            end -= 1
        return cls(
            exact=line[start:end],
            prefix=line[max(0, start - CONTEXT_LENGTH) : start],
            suffix=line[end : end + CONTEXT_LENGTH],
            whole_start=not _inside_word(line, start),
            whole_end=not _inside_word(line, end),
            near_prefix=_one_line(text, folded, max(0, start - _NEAR), start),
            near_suffix=_one_line(text, folded, end, min(len(line), end + _NEAR)),
        )

    @classmethod
    def of(cls, quote: TextQuoteSelector) -> FoldedQuote:
        """The quote of a stored selector, whose text is not at hand."""
        text = quote.prefix + quote.exact + quote.suffix
        folded, start = fold(text), len(quote.prefix)
        return cls.cut(text, folded, *folded.to_folded(start, start + len(quote.exact)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place for a quote, in folded offsets.

    ``quote`` and ``context`` are similarities in [0, 1], ``score`` their weighted mean (see ``score``).
    """

    start: int
    end: int
    score: float
    quote: float
    context: float

    def overlaps(self, start: int, end: int) -> bool:
        """True if more than half of the shorter of the two ranges is common to both."""
        common = min(self.end, end) - max(self.start, start)
        return 2 * common > min(self.end - self.start, end - start)


class SearchText:
    """A text folded and indexed once, for any number of quotes."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.text = folded.text
        self._haystack = Haystack(folded.text)

    def candidates(self, quote: FoldedQuote, threshold: float = PLAUSIBLE, thorough: bool = False) -> list[Candidate]:
        """The places that score ``threshold`` or more, best first, apart from each other; ties by position.

        Unless ``thorough``, lesser places are not looked for once one fits with all its context, nor misspelt ones
        once an exact one fits beyond doubt.
        """
        if not quote.exact:
            return []
        size, before = len(quote.exact), len(quote.prefix)
        whole = [] if thorough else self._haystack.exact(quote.prefix + quote.exact + quote.suffix)
        starts = [start + before for start in whole] or self._exact(quote)
        found = [self.score(quote, start, start + size, 0) for start in starts]
        if thorough or not (whole or any(candidate.score >= _CERTAIN for candidate in found)):
            taken = {(candidate.start, candidate.end) for candidate in found}
            found += [
                self.score(quote, start, end, errors)
                for start, end, errors in self._fuzzy(quote)
                if (start, end) not in taken
            ]
        found = [candidate for candidate in found if candidate.score >= threshold]
        found.sort(key=lambda candidate: (-candidate.score, candidate.start))
        apart: list[Candidate] = []
        for candidate in found:
            if not any(candidate.overlaps(other.start, other.end) for other in apart):
                apart.append(candidate)
        return apart

    def _exact(self, quote: FoldedQuote) -> list[int]:
        """The starts of exact hits that begin and end with a word where the quote does."""
        hits = [
            start
            for start in self._haystack.exact(quote.exact)
            if not (quote.whole_start and _inside_word(self.text, start))
            and not (quote.whole_end and _inside_word(self.text, start + len(quote.exact)))
        ]
        if len(hits) > _MOST_SCORED:
            hits.sort(key=lambda start: -self._shared_context(quote, start))
            del hits[_MOST_SCORED:]
        return hits

    def _shared_context(self, quote: FoldedQuote, start: int) -> int:
        """Characters of context that agree one by one outwards from an exact hit: a quick first look."""
        before = self.text[max(0, start - len(quote.prefix)) : start]
        end = start + len(quote.exact)
        after = self.text[end : end + len(quote.suffix)]
        return sum(a == b for a, b in zip(reversed(before), reversed(quote.prefix), strict=False)) + sum(
            a == b for a, b in zip(after, quote.suffix, strict=False)
        )

    def _fuzzy(self, quote: FoldedQuote) -> list[tuple[int, int, int]]:
        """(start, end, errors) of misspelt hits, widened or narrowed to whole words where the quote is whole."""
        out = []
        k = allowed_errors(len(quote.exact))
        for match in self._haystack.search(quote.exact, k) if k else ():
            start = _snap(self.text, match.start) if quote.whole_start else match.start
            end = _snap(self.text, match.end) if quote.whole_end else match.end
            while start < end and self.text[start] == " ":
                start += 1
            while start < end and self.text[end - 1] == " ":
                end -= 1
            if start == end:
                continue
            errors = match.errors
            if (start, end) != (match.start, match.end):
                errors = distance(quote.exact, self.text[start:end])
            if errors <= k:
                out.append((start, end, errors))
        return out

    def score(self, quote: FoldedQuote, start: int, end: int, errors: int | None = None) -> Candidate:
        """How well folded ``[start, end)`` fits. ``errors`` is the edit distance of the quote if it is known.

        The score is w * quote + (1 - w) * context with w = 0.35 + length / 200, at most 0.85: a short quote says
        little by itself, so its surroundings must speak for it.
        """
        if errors is None:
            errors = distance(quote.exact, self.text[start:end])
        likeness = max(0.0, 1 - errors / max(len(quote.exact), end - start))
        context = self._context(quote, start, end)
        weight = min(0.85, 0.35 + len(quote.exact) / 200)
        return Candidate(start, end, weight * likeness + (1 - weight) * context, likeness, context)

    def _context(self, quote: FoldedQuote, start: int, end: int) -> float:
        """Likeness of the surroundings, 0.7 for one side and 0.3 for the other, as one is often rewritten.

        The side in the quote's own paragraph weighs more; if both are or neither is, the better one.
        """
        reach = CONTEXT_LENGTH + CONTEXT_LENGTH // 2
        before = _beside(quote.prefix[::-1], self.text[max(0, start - reach) : start][::-1])
        after = _beside(quote.suffix, self.text[end : end + reach])
        if min(len(quote.prefix), len(quote.suffix)) < _LEAST_CONTEXT:
            return before if len(quote.prefix) > len(quote.suffix) else after
        if quote.near_prefix == quote.near_suffix:
            return 0.7 * max(before, after) + 0.3 * min(before, after)
        return 0.7 * before + 0.3 * after if quote.near_prefix else 0.3 * before + 0.7 * after


def allowed_errors(length: int) -> int:
    """Edits allowed in a folded quote of ``length`` characters."""
    if length < _SHORTEST_FUZZY:
        return 0
    return length // 5 if length < _SHORT else length // 4


def _beside(expected: str, there: str) -> float:
    """1 - the fewest edits between ``expected`` and a beginning of ``there``, as a share of its length."""
    if there.startswith(expected):  # also if nothing is expected
        return 1.0
    fewest = min(distances(there, expected, anchored=True), default=len(expected))
    return 1 - min(fewest, len(expected)) / len(expected)


def _one_line(text: str, folded: Folded, start: int, end: int) -> bool:
    """True if folded ``[start, end)`` is not empty and no line break stands in it."""
    piece = text[slice(*folded.to_source(start, end))]
    return bool(piece) and "\n" not in piece and "\r" not in piece


def _is_word(char: str) -> bool:
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def _inside_word(text: str, at: int) -> bool:
    """True if offset ``at`` lies between two characters of one word."""
    return 0 < at < len(text) and _is_word(text[at - 1]) and _is_word(text[at])


def _snap(text: str, at: int) -> int:
    """``at``, or the nearer border of the word that it lies in (of two as near, the left one)."""
    left = right = at
    while _inside_word(text, left) and _inside_word(text, right):
        left, right = left - 1, right + 1
    return right if _inside_word(text, left) else left
