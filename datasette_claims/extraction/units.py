"""One attribution -> the statements that it reports.

Under one reporting word a text may report several utterances: a quotation before "she said." and another one after
it, or two clauses joined by "and that". Each becomes a mention of its own; the parts of one sentence that the
reporting clause interrupts stay together.
"""

from __future__ import annotations

import bisect
import re

from .quotations import Quotation
from .reports import Attribution

Span = tuple[int, int]
COORDINATED = re.compile(r",? (?:and|but)(?= that\b)")
ENDS = (".", "!", "?", "…")
CLOSERS = "”\"»'’"
OPENERS = "“„«\"‘'`"


class Quoted:
    """The quotations of a text, found by their position."""

    def __init__(self, quotations: list[Quotation]) -> None:
        self._all = quotations
        self._starts = [q.start for q in quotations]

    def at(self, start: int) -> Quotation | None:
        """The quotation that starts there."""
        i = bisect.bisect_left(self._starts, start)
        return self._all[i] if i < len(self._all) and self._all[i].start == start else None

    def within(self, span: Span) -> list[Quotation]:
        """The quotations that share a code point with the span, in order."""
        first = max(0, bisect.bisect_right(self._starts, span[0]) - 1)
        last = bisect.bisect_left(self._starts, span[1])
        return [q for q in self._all[first:last] if q.end > span[0]]


def split_contents(text: str, item: Attribution, quoted: Quoted) -> list[list[Span]]:
    """The contents of each statement, in order."""
    groups: list[list[Span]] = []
    for span in item.contents:
        for piece in _coordinated(text, span, item, quoted):
            if groups and piece[0] == span[0] and _continues(text, groups[-1][-1], piece):
                groups[-1].append(piece)
            else:
                groups.append([piece])
    return groups


def _coordinated(text: str, span: Span, item: Attribution, quoted: Quoted) -> list[Span]:
    if item.frame not in ("c", "h", "q") or quoted.at(span[0]) is not None:
        return [span]
    pieces, at = [], span[0]
    for match in COORDINATED.finditer(text, span[0] + 12, span[1]):
        if any(q.start < match.start() < q.end for q in quoted.within(span)):
            continue
        pieces.append((at, match.start()))
        at = match.end() + 1
    return [*pieces, (at, span[1])]


def _continues(text: str, before: Span, after: Span) -> bool:
    """Whether two spans are one utterance: nothing but blanks between them, or a clause that breaks a sentence."""
    between = text[before[1] : after[0]]
    if not between.strip():
        return True
    inner = text[before[0] : before[1]].rstrip(CLOSERS).rstrip()
    if inner.endswith(ENDS) and text[before[1] - 1] in CLOSERS:
        return False
    return (
        not re.search(r"[.!?](?:\s|$)", re.sub(r"\b(?:[A-Z][a-z]{0,3}|[A-Z])\.", "", between)) and "\n" not in between
    )


def trim(text: str, span: Span, quoted: Quoted) -> Span:
    """The content without the marks that enclose all of it and without the comma before the closing mark."""
    start, end = span
    quotation = quoted.at(start)
    if quotation is not None and quotation.end >= end:
        start, end = inner(text, quotation, end)
    return start, end


def inner(text: str, quotation: Quotation, limit: int) -> Span:
    """The quoted words of a quotation: no marks, no comma of the reporting clause."""
    start, end = quotation.start, min(quotation.end, limit)
    while start < end and text[start] in OPENERS:
        start += 1
    if quotation.closed:
        while end > start and text[end - 1] in CLOSERS + "“":
            end -= 1
        if end > start and text[end - 1] == ",":
            end -= 1
    return (start, end) if end > start else (quotation.start, min(quotation.end, limit))
