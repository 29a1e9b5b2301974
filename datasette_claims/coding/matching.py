"""Which marks of different coders mean the same report.

Two marks may be the same report if the text that they share is at least half of their mean length (Dice's
coefficient of their code points, 2 * shared / (a + b), is at least 0.5). What counts is the content, the words that
report what was said; a mark without content is placed by its whole extent. Pairs are joined from the most alike
down; a report has at most one mark of each coder, so a second mark of a coder that covers the same words stays by
itself. Equal likeness is decided by the place in the text, then by the coders' and marks' ids, so that the order of
the input does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .marks import Mark, Span, length, shared

ENOUGH = 0.5
"""The least likeness of two marks that are the same report."""


@dataclass(frozen=True)
class Match:
    """One report and who marked it: coder -> mark, at least one."""

    marks: dict[str, Mark]

    @property
    def start(self) -> int:
        """Where it begins in the text; 0 if nobody says where."""
        return min((span[0] for mark in self.marks.values() for span in mark.place), default=0)


def likeness(one: Mark, other: Mark) -> float:
    """Dice's coefficient of the code points of two marks, in [0, 1]."""
    both = length(one.place) + length(other.place)
    return 2 * shared(one.place, other.place) / both if both else 0.0


def match(marks: Iterable[Mark]) -> list[Match]:
    """The reports that coders marked, in text order; every mark is in exactly one."""
    listed = sorted(marks, key=lambda mark: (_bounds(mark), mark.coder, mark.id))
    group = list(range(len(listed)))
    coders = [{mark.coder} for mark in listed]
    pairs = sorted(
        (-alike, i, j) for i, j in _overlapping(listed) if (alike := likeness(listed[i], listed[j])) >= ENOUGH
    )
    for _, i, j in pairs:
        one, other = _root(group, i), _root(group, j)
        if one != other and not coders[one] & coders[other]:
            group[max(one, other)] = min(one, other)
            coders[min(one, other)] |= coders[max(one, other)]
    found: dict[int, dict[str, Mark]] = {}
    for at, mark in enumerate(listed):
        found.setdefault(_root(group, at), {})[mark.coder] = mark
    return sorted((Match(dict(sorted(each.items()))) for each in found.values()), key=lambda one: one.start)


def _bounds(mark: Mark) -> Span:
    place = mark.place
    return (place[0][0], place[-1][1]) if place else (-1, -1)


def _overlapping(listed: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Pairs of marks of different coders that may share text; the list is sorted by where the marks begin."""
    for i, one in enumerate(listed):
        end = _bounds(one)[1]
        for j in range(i + 1, len(listed)):
            if _bounds(listed[j])[0] >= end:
                break
            if listed[j].coder != one.coder:
                yield i, j


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        at = group[at]
    return at
