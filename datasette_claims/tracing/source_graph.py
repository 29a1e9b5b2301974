"""What statements and documents rest on, as arrays of numbers: what the count of independent sources works on.

Statements, documents, speakers and events are numbered from 0; -1 is "not stated". A statement or document that is
referred to but not there, or whose review does not count, has a number as well: it joins what refers to it and says
nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .components import Edges, Integers

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class SourceGraph:
    """What bears on any stance.

    Statements, an entry each: ``event``, ``speaker``, ``organization``, ``day`` (where it is exact), ``relayed``
    (taken over from another outlet), ``own`` (own reporting), ``identification`` (a number of ``identifications``),
    ``there`` (false for one that is only referred to). ``told`` leads from a statement to what it is told in or was
    taken from, ``mentioned`` to the documents that report it, ``taken`` to documents that it was taken from as such.

    Documents: ``published`` (day); ``copied`` leads from versions and copies to the original, ``wired`` to numbers
    of wire contributions, which have an ``agency`` and hold for ``wired_statement`` only if that is not -1.
    ``looping``: whether the document lies on or leads to a circle of documents that rely on each other.

    Days are numbered in the order of ``days`` (ISO dates, ascending).
    """

    event: Integers
    speaker: Integers
    organization: Integers
    day: Integers
    relayed: Booleans
    own: Booleans
    identification: Integers
    there: Booleans
    told: Edges
    mentioned: Edges
    taken: Edges
    published: Integers
    copied: Edges
    wired: Edges
    agency: Integers
    wired_statement: Integers
    looping: Booleans
    days: Sequence[str]
    identifications: Sequence[str]

    @cached_property
    def origins(self) -> tuple[Integers, Edges]:
        """(stand-in of each statement, edges between stand-ins): two statements have an ancestor in common exactly
        if their stand-ins have. What is told in one statement only has whatever that one has."""
        return self.told.skip(self.told.degree == 1)

    @cached_property
    def occasions(self) -> tuple[Integers, Edges]:
        """(stand-in of each statement, edges between stand-ins) that lead to the same events as the statements: a
        step upwards that brings no other event is left out."""
        redundant = self.told.degree == 1
        child = np.flatnonzero(redundant)
        above = self.event[self.told.to[self.told.first[child]]]
        redundant[child] = (self.event[child] < 0) | (self.event[child] == above)
        return self.told.skip(redundant)

    @cached_property
    def leading(self) -> Booleans:
        """Which statements are reported in or taken from a document that leads to a circle of documents, or are told
        in such a one."""
        found = np.zeros(len(self.there), dtype=bool)
        for edges in (self.mentioned, self.taken):
            found[edges.source[self.looping[edges.to]]] = True
        source, number = self.told.source, -1
        while number != (number := int(found.sum())):  # as often as the longest chain has steps
            found[source[found[self.told.to]]] = True
        return found

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes."""
        found = 0
        for value in vars(self).values():
            parts = value if isinstance(value, tuple) else (value,)
            arrays = [each for part in parts for each in (vars(part).values() if isinstance(part, Edges) else (part,))]
            found += sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
        return found


@dataclass(frozen=True)
class StanceColumns:
    """Stances to be counted, an entry each: ``side`` (a number from 0 for each claim and stance), ``statement``;
    for those without a statement ``actor``, ``document`` and ``day``, which are -1 otherwise."""

    side: Integers
    statement: Integers
    actor: Integers
    document: Integers
    day: Integers

    def __len__(self) -> int:
        return len(self.side)

    def taken(self, rows: Any) -> StanceColumns:
        """Some of them."""
        columns = (self.side, self.statement, self.actor, self.document, self.day)
        return StanceColumns(*(column[rows] for column in columns))


class Names(Protocol):
    """What the numbers of a graph stand for."""

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        """The ids of statements, documents or actors, in this order."""


def circles(count: int, relies: Edges) -> Booleans:
    """The nodes that lie on, or lead to, a circle: what is left when nodes without edges are taken away, and then
    those whose edges only led to such, and so on."""
    left = np.zeros(count, dtype=bool)
    source = np.repeat(np.arange(count), relies.degree)
    target = relies.to.astype(np.int64)
    while len(source):
        left[:] = False
        left[source] = True
        going = left[target]
        if going.all():
            return left
        source, target = source[going], target[going]
    left[:] = False
    return left
