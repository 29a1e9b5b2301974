"""Agreement on where in a text the units lie: Krippendorff's alpha for unitizing.

The text is a continuum of code points. Each coder cuts it into units with a value and the gaps between them. What
is compared is each code point with the same one of another coder, weighted by length, as in K. Krippendorff,
Y. Mathet, S. Bouvry and A. Widloecher, "On the reliability of unitizing textual continua: Further developments",
Quality & Quantity 50 (2016), and K. Krippendorff, "Content Analysis" (4th ed., 2019), section 12.6. It replaces the
definition of 2004, which misbehaves with more than two coders.

The figure does not see a border between two touching units of the same value; the list of differences does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .kappas import Figure
from .marks import Span


class Unit(NamedTuple):
    """A marked stretch: first code point, the one after the last, and what it is."""

    start: int
    end: int
    value: str


def unitizing_alpha(codings: Sequence[Sequence[Unit]], length: int) -> Figure:
    """u-alpha with nominal values, at most 1: 1 - observed / expected disagreement. ``n`` counts the units.

    ``codings`` holds the units of each coder, which do not overlap; ``length`` is that of the text in code points.
    None where it is not defined: fewer than two coders, or nobody marked anything. Raises ValueError for a unit
    outside the text or one that overlaps another of the same coder.
    """
    sections = [list(_sections(units, length)) for units in codings]
    n = sum(len(units) for units in codings)
    if len(codings) < 2:
        return Figure(None, n)
    unequal = _disagreeing(sections, length)
    lengths: Counter[str | None] = Counter()
    own: Counter[str | None] = Counter()
    for start, end, value in (section for coder in sections for section in coder):
        lengths[value] += end - start
        # A unit is not paired with itself; in a gap each code point stands alone, because its borders mean nothing.
        own[value] += end - start if value is None else (end - start) ** 2
    total = lengths.total()
    across = total * total - sum(size * size for size in lengths.values())
    if not across:
        return Figure(None, n)
    expected = across / (total - own.total() / total)
    return Figure(1.0 - unequal / (len(codings) - 1) / expected, n)


def _sections(units: Iterable[Unit], length: int) -> Iterator[tuple[int, int, str | None]]:
    """Units and the gaps between them, in order, from 0 to the length."""
    at = 0
    for start, end, value in sorted(units):
        if not 0 <= start < end <= length:
            raise ValueError(f"unit {start}-{end} does not lie in a text of {length} code points")
        if start < at:
            raise ValueError(f"unit {start}-{end} overlaps another of the same coder; use apart()")
        if start > at:
            yield at, start, None
        yield start, end, value
        at = end
    if at < length:
        yield at, length, None


def _disagreeing(sections: Sequence[Sequence[tuple[int, int, str | None]]], length: int) -> int:
    """Code points of all ordered pairs of coders on which their values differ."""
    cuts = sorted({0, length} | {start for coder in sections for start, _, _ in coder})
    at = [0] * len(sections)
    total = 0
    for start, end in pairwise(cuts):
        values: Counter[str | None] = Counter()
        for coder, sectioned in enumerate(sections):
            while sectioned[at[coder]][1] <= start:
                at[coder] += 1
            values[sectioned[at[coder]][2]] += 1
        total += (end - start) * sum(count * (len(sections) - count) for count in values.values())
    return total


def apart(spans: Iterable[Span], value: str) -> tuple[list[Unit], int]:
    """One coder's spans as units that do not overlap, and how many spans were left out for that.

    The figure needs units side by side. Of spans within one another the outermost counts, and the inner ones are left
    out; of two that cross, the second begins where the first ends.
    """
    units: list[Unit] = []
    left_out = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        begin = max(start, units[-1].end) if units else start
        if begin < end:
            units.append(Unit(begin, end, value))
        else:
            left_out += 1
    return units, left_out
