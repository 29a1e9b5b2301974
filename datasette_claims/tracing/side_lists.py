"""What the lists of whole sides show: the first of what stands behind their stances, for several sides in one go.

A list is short and a side may be long: only the first stances of it are looked at, and more where they do not do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from .components import Edges, Integers, Pairs, order_of
from .source_graph import SourceGraph, StanceColumns
from .sources import documents_of

_BEGIN = 32
"""How many stances of a side are looked at first."""

Taken = Callable[[Integers], Pairs]
"""Stances, by number -> (place among these, value) of what stands behind them, by place; -1 is no value."""


@dataclass(frozen=True)
class SideLists:
    """What stands behind ``stances``; ``rows`` are those of each side that count, in their order."""

    graph: SourceGraph
    stances: StanceColumns
    rows: Edges

    def documents(self, sides: Sequence[int], wanted: Sequence[int]) -> list[list[int]]:
        """The first documents of each side; there are so many of them."""
        return _first([self.rows.of_node(side) for side in sides], wanted, self._documents)

    def statements(self, sides: Sequence[int], wanted: Sequence[int]) -> list[list[int]]:
        """The first statements of each side; there are so many of them."""
        parts = [self.rows.of_node(side) for side in sides]
        return _first(parts, wanted, lambda rows: _each(self.stances.statement[rows]))

    def speakers(self, sides: Sequence[int], wanted: Sequence[int], bare: Sequence[bool]) -> list[list[int]]:
        """The first speakers of each side, those of statements before the actors of stances that have none (``bare``
        says of which sides there are such); there are so many of them."""
        parts = [
            self._bare_last(side) if has else self.rows.of_node(side) for side, has in zip(sides, bare, strict=True)
        ]
        return _first(parts, wanted, self._speakers)

    def organizations(self, sides: Sequence[int], wanted: Sequence[int]) -> list[list[int]]:
        """The first organizations of each side; there are so many of them."""
        parts = [self.rows.of_node(side) for side in sides]
        return _first(parts, wanted, lambda rows: _each(self._of_statements(self.graph.organization, rows)))

    def _documents(self, rows: Integers) -> Pairs:
        own = self.stances.taken(rows)
        if not (own.statement < 0).any():
            return self.graph.mentioned.follow(np.arange(len(rows)), own.statement)
        at, document = documents_of(self.graph, own)
        order = order_of(at)
        return at[order], document[order]

    def _speakers(self, rows: Integers) -> Pairs:
        of_statement = self._of_statements(self.graph.speaker, rows)
        return _each(np.where(self.stances.statement[rows] < 0, self.stances.actor[rows], of_statement))

    def _of_statements(self, column: Integers, rows: Integers) -> Integers:
        """What a column of the graph has for the statements of stances; -1 for those without one."""
        statement = self.stances.statement[rows]
        if not len(column):
            return np.full(len(rows), -1)
        return np.where(statement < 0, -1, column[statement])

    def _bare_last(self, side: int) -> Integers:
        rows = self.rows.of_node(side)
        return rows[np.argsort(self.stances.statement[rows] < 0, kind="stable")]


@dataclass(frozen=True)
class OccasionLists:
    """The stances of each side with those of an occasion together: ``rows`` by side, ``occasion`` of each of them, and
    the ``statement`` of any stance."""

    rows: Edges
    occasion: Integers
    statement: Integers

    def first(self, sides: Sequence[int], wanted: Sequence[int]) -> list[list[list[int]]]:
        """The statements of the first occasions of each side; there are so many of them."""
        ends = [tuple(self.rows.first[side : side + 2].tolist()) for side in sides]
        listed = self._cut(ends, wanted, _BEGIN)
        for at, ((begin, end), most) in enumerate(zip(ends, wanted, strict=True)):
            size = _BEGIN
            while len(listed[at]) < most and size < end - begin:
                size *= 8
                listed[at] = self._cut([ends[at]], [most], size)[0]
        return listed

    def _cut(self, ends: Sequence[tuple[int, ...]], wanted: Sequence[int], size: int) -> list[list[list[int]]]:
        """What the first stances of each side tell of its occasions: those that are told as a whole."""
        parts = [(begin, min(begin + size, end)) for begin, end in ends]
        at = np.concatenate([np.arange(begin, end) for begin, end in parts])
        occasion, statement = self.occasion[at].tolist(), self.statement[self.rows.to[at]].tolist()
        found, start = [], 0
        for (begin, told), (_, last), most in zip(parts, ends, wanted, strict=True):
            stop = start + told - begin
            groups: list[list[int]] = []
            for place in range(start, stop):
                if place == start or occasion[place] != occasion[place - 1]:
                    if len(groups) == most:
                        break
                    groups.append([])
                groups[-1].append(statement[place])
            else:  # the last one may go on
                groups = groups if told == last else groups[:-1]
            found.append([_different(group) for group in groups])
            start = stop
        return found


def _first(parts: Sequence[Integers], wanted: Sequence[int], taken: Taken) -> list[list[int]]:
    """The first different values of what is ``taken`` from the stances of each part; there are so many of them."""
    listed = _cut([rows[:_BEGIN] for rows in parts], wanted, taken)
    for at, (rows, most) in enumerate(zip(parts, wanted, strict=True)):
        size = _BEGIN
        while len(listed[at]) < most and size < len(rows):
            size *= 8
            listed[at] = _cut([rows[:size]], [most], taken)[0]
    return listed


def _cut(parts: Sequence[Integers], wanted: Sequence[int], taken: Taken) -> list[list[int]]:
    at, value = taken(np.concatenate(parts))
    bounds = [0, *np.searchsorted(at, list(accumulate(map(len, parts)))).tolist()]
    values = value.tolist()
    return [_different(values[begin:end])[:most] for (begin, end), most in zip(pairwise(bounds), wanted, strict=True)]


def _each(values: Integers) -> Pairs:
    return np.arange(len(values)), values


def _different(values: Sequence[int]) -> list[int]:
    """The different values but -1, in the order in which they first occur."""
    return [value for value in dict.fromkeys(values) if value >= 0]
