"""A document whose text is not at hand: the words that the record holds, in their places, and what is withheld.

The held words (mostly quotations) are laid out in text order with a gap between them that tells how many code points
are withheld. The result is a text like any other, with marks, so that one page shows both kinds of document.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from .blocks import Segment
from .passages import Mark
from .reading_rows import Mention, Reading

_TOLD = 10  # code points from which a gap tells its length in the text; all tell it in their title
_SMALL = 4  # code points below which a gap, mostly of punctuation, has no brackets


@dataclass(frozen=True, slots=True)
class _Part:
    """A held run or a gap: code points of the document, and where its words stand in the shown text."""

    start: int
    end: int
    shown: str
    held: bool
    at: int = 0


@dataclass(frozen=True)
class Standoff:
    """The shown text with its segments and gaps; ``held`` of ``length`` code points of the document are in it.

    ``place`` finds where a span of the document stands in the shown text.
    """

    text: str
    segments: tuple[Segment, ...]
    parts: tuple[_Part, ...]
    held: int
    length: int

    @cached_property
    def _starts(self) -> list[int]:
        return [part.start for part in self.parts]

    @property
    def gaps(self) -> list[Mark]:
        """The gaps as marks."""
        return [
            Mark(
                f"gap {part.start}",
                part.at,
                part.at + len(part.shown),
                "gap",
                flags=("claims-gap",),
                attributes={"title": f"{part.end - part.start:,} characters withheld"},
            )
            for part in self.parts
            if not part.held
        ]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """The half-open span of the shown text for one of the document; None where nothing of it is shown."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end) - 1
        while first <= last and self.parts[first].end <= start:
            first += 1
        if first > last or not self.parts:
            return None
        low = _offset(self.parts[first], start, at_end=False)
        high = _offset(self.parts[last], end, at_end=True)
        return (low, high) if low < high else None


def lay_out(reading: Reading) -> Standoff:
    """The held words of a document without a text, in their places.

    Words are placed only where they are exactly as long as their span; others stay on the card of their mention.
    """
    length = _length(reading)
    runs = _runs(reading.mentions, length)
    cuts = sorted({edge for m in reading.mentions if m.start is not None and m.end for edge in (m.start, m.end)})
    segments = sorted(reading.segments, key=lambda segment: segment.start) or [Segment("paragraph", 0, length)]
    shown: list[str] = []
    at = 0
    parts: list[_Part] = []
    blocks: list[Segment] = []
    for segment, within in _with_parts(segments, runs, cuts):
        begin = at
        for part in within:
            parts.append(replace(part, at=at))
            shown.append(part.shown)
            at += len(part.shown)
        blocks.append(Segment(segment.kind, begin, at))
        shown.append("\n\n")
        at += 2
    held = sum(end - start for start, end, _ in runs)
    return Standoff("".join(shown), tuple(blocks), tuple(parts), held, length)


def _length(reading: Reading) -> int:
    """The length of the text: as recorded, or as far as any offset reaches."""
    ends = [segment.end for segment in reading.segments]
    ends += [mention.end for mention in reading.mentions if mention.end is not None]
    ends += [span.end for mention in reading.mentions for span in mention.spans]
    return int(reading.document["text_length"] or max(ends, default=0))


def _runs(mentions: Iterable[Mention], length: int) -> list[tuple[int, int, str]]:
    """The held words as (start, end, words) without overlap; what the speaker said stands in quotation marks."""
    found = []
    for mention in mentions:
        if mention.quote and mention.start is not None and mention.end is not None:
            found.append((mention.start, mention.end, mention.quote, False))
        found += [(s.start, s.end, s.quote, s.part == "verbatim") for s in mention.spans if s.quote]
    runs: list[tuple[int, int, str]] = []
    at = 0
    # The longest first among those that begin together, quoted words before others: the rest needs no second place.
    for start, end, words, said in sorted(found, key=lambda run: (run[0], -run[1], not run[3])):
        if len(words) != end - start or end > length or end <= at:
            continue
        begin = max(start, at)
        words = words[begin - start :]
        runs.append((begin, end, f"“{words}”" if said else words))
        at = end
    return runs


def _with_parts(
    segments: Sequence[Segment], runs: Sequence[tuple[int, int, str]], cuts: Sequence[int]
) -> Iterable[tuple[Segment, list[_Part]]]:
    """Each segment with its held runs and gaps; a segment of which nothing is held is of the kind "withheld"."""
    starts, ends = [run[0] for run in runs], [run[1] for run in runs]
    for segment in segments:
        held = runs[bisect_right(ends, segment.start) : bisect_left(starts, segment.end)]
        kind = segment.kind if held else "withheld"
        yield Segment(kind, segment.start, segment.end), _parts(segment, held, cuts)


def _parts(segment: Segment, held: Iterable[tuple[int, int, str]], cuts: Sequence[int]) -> list[_Part]:
    parts: list[_Part] = []
    at = segment.start
    for start, end, words in held:
        parts += _gap(at, max(at, start), cuts)
        parts.append(_Part(start, end, words, True))
        at = end
    parts += _gap(at, segment.end, cuts)
    spaced = []
    for n, part in enumerate(parts):
        # A space between neighbours belongs to the gap, so that held words stay exactly what they are.
        before = " " if n and not part.held else ""
        after = " " if n + 1 < len(parts) and parts[n + 1].held and not part.held else ""
        spaced.append(replace(part, shown=f"{before}{part.shown}{after}"))
    return spaced


def _gap(start: int, end: int, cuts: Sequence[int]) -> list[_Part]:
    """A gap, divided where mentions begin and end, so that each mention covers what it reports."""
    if start >= end:
        return []
    within = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
    edges = [start, *within, end]
    return [
        _Part(a, b, f"[… {b - a:,} …]" if b - a >= _TOLD else "[…]" if b - a >= _SMALL else "…", False)
        for a, b in pairwise(edges)
    ]


def _offset(part: _Part, offset: int, at_end: bool) -> int:
    """Where a border stands in the shown text: in held words exactly, in a gap at its outer edge."""
    if not part.held:
        lead = len(part.shown) - len(part.shown.lstrip(" "))
        tail = len(part.shown) - len(part.shown.rstrip(" "))
        return part.at + len(part.shown) - tail if at_end else part.at + lead
    marks = len(part.shown) - (part.end - part.start)  # two where the words stand in quotation marks, else none
    if at_end:
        whole = offset >= part.end
        return part.at + len(part.shown) if whole else part.at + marks // 2 + offset - part.start
    return part.at if offset <= part.start else part.at + marks // 2 + offset - part.start
