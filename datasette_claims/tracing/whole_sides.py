"""The sources behind whole sides, counted for all claims in one pass: what a page then shows is looked up.

A side is whole where every stance on it counts, as on a page without filters. The answers are those of
``sources.side_sources``, which counts any stances anew and takes the longer the more there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from .components import Edges, Integers, Pairs, order_of, packed
from .independence import distinct, occasions
from .source_graph import Booleans, SourceGraph, StanceColumns
from .sources import NUMBERS, Part, Spread, documents_of, speakers_of, spread_of, unique
from .suspects import may_be_single, may_loop

_BEGIN = 64
"""How many stances of a side are looked at first for what a list shows."""


class WholeSides:
    """All stances that count, by side.

    The five numbers are counted at once; what lists need besides is made when it is first asked for, or by
    ``prepare``. Takes some 30 bytes a stance, and for a million of them about a second.
    """

    def __init__(self, graph: SourceGraph, stances: StanceColumns, rows: Integers, sides: int) -> None:
        """``rows``: the numbers of those that count, among ``stances``; ``sides``: how many sides there are."""
        self._graph, self._stances, self._counting, self._sides = graph, stances, rows, sides
        own = self._own()
        occasion = occasions(graph, own)
        at, document = documents_of(graph, own)
        speaker, organization = speakers_of(graph, own)
        numbers = (
            distinct(own.side[at], document, sides),
            distinct(own.side, own.statement, sides),
            distinct(own.side, speaker, sides),
            distinct(own.side, organization, sides),
            np.bincount(own.side[occasion == np.arange(len(own))], minlength=sides),
        )
        self._occasion = occasion.astype(np.int32)
        self.numbers: Integers = np.stack(numbers, axis=1)
        """sides x 5, as ``NUMBERS``."""

    def prepare(self) -> None:
        """Make all that the other functions need."""
        _ = self._rows, self._grouped, self._statements, self._documents, self.may_loop, self.may_be_single

    def rows(self, side: int) -> Integers:
        """The numbers of the stances of a side that count."""
        return self._rows.of_node(side)

    def part(self, side: int, most: int | None = None) -> Part:
        """What stands behind a side, with lists of at most ``most`` entries."""
        numbers = dict(zip(NUMBERS, self.numbers[side].tolist(), strict=True))
        wanted = {name: number if most is None else min(most, number) for name, number in numbers.items()}
        groups = self._groups(side, wanted["occasions"])
        statements, documents = self._statements, self._documents
        words = zip(self._graph.identifications, statements.identification[side].tolist(), strict=True)
        first_reports = unique(documents.first_reports.of_node(side))[:most].tolist()
        return Part(
            numbers=numbers,
            without_organization=int(statements.without_organization[side]),
            identification={word: number for word, number in words if number},
            there=int(statements.there[side]),
            own=int(statements.own[side]),
            sizes=tuple(map(len, groups)),
            first_report_count=int(documents.first_count[side]),
            spread=documents.spread(self._graph, side),
            listed={
                "document": [self._first(side, wanted["documents"], self._documents_of), first_reports],
                "statement": [
                    self._first(side, wanted["statements"], lambda rows: self._stances.statement[rows]),
                    *(group[:most].tolist() for group in groups),
                ],
                "actor": [
                    self._first(side, wanted["speakers"], self._speakers_of, whole=bool(statements.bare[side])),
                    self._first(side, wanted["organizations"], self._organizations_of),
                ],
            },
        )

    @property
    def nbytes(self) -> int:
        """Memory of what grows with the stances, once it is prepared, in bytes."""
        grouped, occasion = self._grouped
        edges = (self._rows, grouped, self._documents.first_reports)
        arrays = (self._counting, self._occasion, occasion, *(each.to for each in edges))
        return sum(array.nbytes for array in arrays)

    @cached_property
    def may_loop(self) -> Booleans:
        """Of each side, see ``suspects``."""
        return may_loop(self._graph, self._own(), self._sides)

    @cached_property
    def may_be_single(self) -> Booleans:
        """Of each side, see ``suspects``."""
        return may_be_single(self._graph, self._own(), self._sides)

    @cached_property
    def _rows(self) -> Edges:
        """The stances of each side, in their order."""
        return Edges.of(self._sides, self._own().side, self._counting)

    @cached_property
    def _grouped(self) -> tuple[Edges, Integers]:
        """(the stances of each side, those of an occasion together; the occasion of each)."""
        side = self._own().side
        order = order_of(packed(side, self._occasion))
        return Edges.of(self._sides, side[order], self._counting[order]), self._occasion[order]

    @cached_property
    def _statements(self) -> _Statements:
        return _Statements.of(self._graph, self._own(), self._sides)

    @cached_property
    def _documents(self) -> _Documents:
        return _Documents.of(self._graph, self._own(), self._sides)

    def _own(self) -> StanceColumns:
        """Those that count; not kept."""
        return self._stances.taken(self._counting)

    def _first(
        self, side: int, wanted: int, taken: Callable[[Integers], Integers], *, whole: bool = False
    ) -> list[int]:
        """The first different values of what is ``taken`` from the stances of a side; there are so many of them.
        ``whole``: which come first is only known from all stances."""
        rows = self.rows(side)
        size = len(rows) if whole else _BEGIN
        while len(found := unique(taken(rows[:size]))) < wanted and size < len(rows):
            size *= 8
        first: list[int] = found[:wanted].tolist()
        return first

    def _documents_of(self, rows: Integers) -> Integers:
        own = self._stances.taken(rows)
        if not (own.statement < 0).any():
            return self._graph.mentioned.follow(rows, own.statement)[1]
        at, document = documents_of(self._graph, own)
        return document[order_of(at)]

    def _speakers_of(self, rows: Integers) -> Integers:
        """Those of statements; then the actors of stances without one."""
        bare = rows[self._stances.statement[rows] < 0]
        return np.concatenate([self._of_statements(self._graph.speaker, rows), self._stances.actor[bare]])

    def _organizations_of(self, rows: Integers) -> Integers:
        return self._of_statements(self._graph.organization, rows)

    def _of_statements(self, column: Integers, rows: Integers) -> Integers:
        """What a column of the graph has for the statements of stances; of those that are not there it has nothing."""
        statement = self._stances.statement[rows]
        return column[statement[statement >= 0]] if len(column) else statement

    def _groups(self, side: int, wanted: int) -> list[Integers]:
        """The statements of the first occasions of a side; there are so many of them."""
        grouped, occasions = self._grouped
        begin, end = grouped.first[side : side + 2].tolist()
        size = _BEGIN
        while True:
            some = occasions[begin : min(begin + size, end)]
            ends = np.flatnonzero(some[1:] != some[:-1])[:wanted] + 1
            if len(ends) == wanted or begin + size >= end:
                break
            size *= 8
        places = [0, *ends.tolist(), len(some)][: wanted + 1]
        statement = self._stances.statement[grouped.to[begin : begin + places[-1]]]
        return [unique(statement[first:last]) for first, last in pairwise(places)]


def _pairs(side: Integers, value: Integers) -> Pairs:
    """The different (side, value) pairs, by side; -1 is no value."""
    stated = value >= 0
    side, value = side[stated], value[stated]
    width = int(value.max(initial=0)) + 1
    key = np.sort(side.astype(np.int64) * width + value)
    key = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
    return key // width, key % width


@dataclass(frozen=True)
class _Statements:
    """Of each side: how many statements are there, are own reporting and are identified how (sides x words), for how
    many speakers no organization is stated; and how many stances have no statement."""

    there: Integers
    own: Integers
    identification: Integers
    without_organization: Integers
    bare: Integers

    @classmethod
    def of(cls, graph: SourceGraph, stances: StanceColumns, sides: int) -> _Statements:
        """Count them."""
        side, statement = _pairs(stances.side, stances.statement)
        kept = graph.there[statement] if len(statement) else statement
        side, statement = side[kept], statement[kept]
        words, own = graph.identification[statement], graph.own[statement]
        size, known, alone = len(graph.identifications), words >= 0, graph.organization[statement] < 0
        identification = np.bincount(side[known] * size + words[known], minlength=sides * size)
        return cls(
            np.bincount(side, minlength=sides),
            np.bincount(side[own], minlength=sides),
            identification.reshape(sides, size),
            distinct(side[alone], graph.speaker[statement[alone]], sides),
            np.bincount(stances.side[stances.statement < 0], minlength=sides),
        )


@dataclass(frozen=True)
class _Documents:
    """Of each side: the numbers of the first and the last day of its documents (-1: none is dated), how many are
    undated, how many were published first; and these, in the order of the stances, as often as they occur."""

    first: Integers
    last: Integers
    undated: Integers
    first_count: Integers
    first_reports: Edges

    @classmethod
    def of(cls, graph: SourceGraph, stances: StanceColumns, sides: int) -> _Documents:
        """Count them."""
        at, document = documents_of(graph, stances)
        side, each = _pairs(stances.side[at], document)
        published = graph.published[each]
        dated = published >= 0
        first, last = np.full(sides, len(graph.days)), np.full(sides, -1)
        np.minimum.at(first, side[dated], published[dated])
        np.maximum.at(last, side[dated], published[dated])
        early = np.flatnonzero(graph.published[document] == first[stances.side[at]])
        early = early[order_of(at[early])]
        return cls(
            first,
            last,
            np.bincount(side[~dated], minlength=sides),
            np.bincount(side[published == first[side]], minlength=sides),
            Edges.of(sides, stances.side[at[early]], document[early]),
        )

    def spread(self, graph: SourceGraph, side: int) -> Spread:
        """From when to when the documents of a side were published."""
        undated = int(self.undated[side])
        if self.last[side] < 0:
            return Spread(None, None, None, undated)
        return spread_of(graph, int(self.first[side]), int(self.last[side]), undated)
