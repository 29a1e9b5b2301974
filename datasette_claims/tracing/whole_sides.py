"""The sources behind whole sides, counted for all claims in one pass: what a page then shows is looked up.

A side is whole where every stance on it counts, as on a page without filters. The answers are those of
``sources.side_sources``, which counts any stances anew and takes the longer the more there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .components import Edges, Integers, Pairs, order_of, packed
from .independence import distinct, occasions
from .side_lists import OccasionLists, SideLists
from .source_graph import Booleans, SourceGraph, StanceColumns
from .sources import NUMBERS, Part, Spread, documents_of, speakers_of, spread_of, unique
from .suspects import may_be_single, may_loop


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
        _ = self._rows, self._occasions, self._statements, self._documents, self.may_loop, self.may_be_single

    def rows(self, side: int) -> Integers:
        """The numbers of the stances of a side that count."""
        return self._rows.of_node(side)

    def parts(self, sides: Sequence[int], most: Sequence[int | None]) -> list[Part]:
        """What stands behind some sides, at least one, with lists of at most so many entries each."""
        cuts = [_cut(numbers, at_most) for numbers, at_most in zip(self.numbers[sides].tolist(), most, strict=True)]
        wanted = list(zip(*cuts, strict=True))
        statements = self._statements
        bare = [bool(number) for number in statements.bare[sides].tolist()]
        lists = zip(
            self._lists.documents(sides, wanted[0]),
            self._lists.statements(sides, wanted[1]),
            self._lists.speakers(sides, wanted[2], bare),
            self._lists.organizations(sides, wanted[3]),
            self._occasions.first(sides, wanted[4]),
            strict=True,
        )
        return [self._part(side, at_most, *listed) for side, at_most, listed in zip(sides, most, lists, strict=True)]

    def _part(
        self,
        side: int,
        most: int | None,
        documents: list[int],
        statements: list[int],
        speakers: list[int],
        organizations: list[int],
        groups: list[list[int]],
    ) -> Part:
        counted, published = self._statements, self._documents
        words = zip(self._graph.identifications, counted.identification[side].tolist(), strict=True)
        first_reports = unique(published.first_reports.of_node(side))[:most].tolist()
        return Part(
            numbers=dict(zip(NUMBERS, self.numbers[side].tolist(), strict=True)),
            without_organization=int(counted.without_organization[side]),
            identification={word: number for word, number in words if number},
            there=int(counted.there[side]),
            own=int(counted.own[side]),
            sizes=tuple(map(len, groups)),
            first_report_count=int(published.first_count[side]),
            spread=published.spread(self._graph, side),
            listed={
                "document": [documents, first_reports],
                "statement": [statements, *(group[:most] for group in groups)],
                "actor": [speakers, organizations],
            },
        )

    @property
    def nbytes(self) -> int:
        """Memory of what grows with the stances, once it is prepared, in bytes."""
        edges = (self._rows, self._occasions.rows, self._documents.first_reports)
        arrays = (self._counting, self._occasion, self._occasions.occasion, *(each.to for each in edges))
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
    def _lists(self) -> SideLists:
        return SideLists(self._graph, self._stances, self._rows)

    @cached_property
    def _occasions(self) -> OccasionLists:
        side = self._own().side
        order = order_of(packed(side, self._occasion))
        rows = Edges.of(self._sides, side[order], self._counting[order])
        return OccasionLists(rows, self._occasion[order], self._stances.statement)

    @cached_property
    def _statements(self) -> _Statements:
        return _Statements.of(self._graph, self._own(), self._sides)

    @cached_property
    def _documents(self) -> _Documents:
        return _Documents.of(self._graph, self._own(), self._sides)

    def _own(self) -> StanceColumns:
        """Those that count; not kept."""
        return self._stances.taken(self._counting)


def _cut(numbers: Sequence[int], most: int | None) -> list[int]:
    return [number if most is None else min(most, number) for number in numbers]


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
