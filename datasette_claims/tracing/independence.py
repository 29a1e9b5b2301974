"""How many independent occasions stand behind a claim, by side, for all claims at once.

Stances on the same side of a claim rest on the same occasion where their statements

1. are the same statement, or one is told in, or was taken from, the other, or both from a third;
2. were made at the same event, or are told in or taken from statements of the same event;
3. have no stated occasion, and the same speaker says as much, on the same day or on no stated day, in the same
   document, in another version of it, or in a copy (*republication and revision*);
4. have no stated occasion and were taken over from another outlet, and that outlet's document has a statement on
   the same side (*relay*);
5. have no stated occasion, and the same speaker says as much on the same day in another document to which the same
   wire service contributed (*shared wire*). A wire alone never joins two stated occasions: an agency reports many.

Votes and other stances without a statement rest on one occasion where document and day are the same.

The rules join where independence cannot be shown, so the number is a lower bound: a statement that ties two
occasions together makes them count as one. Only what a side's statements rest on themselves counts; that a third
statement, about something else, ties two events together does not join them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .components import Integers, ancestors, follow, groups, packed, roots

Booleans = NDArray[np.bool_]
Links = tuple[Integers, Integers]
"""Pairs of numbers, as two arrays of equal length."""


@dataclass(frozen=True)
class SourceColumns:
    """What the count needs, as columns of numbers; -1 is "not stated". Days are numbered in any way.

    Stances, one entry each: ``claim``, ``side``, ``statement``, ``actor``, ``stance_document``, ``stance_day``.
    Statements: ``event``, ``speaker``, ``organization``, ``day`` (where it is exact), ``relayed`` (taken over from
    another outlet), and edges ``told`` -> ``teller`` from a statement to what it is told in or was taken from.
    Mentions: ``mention_statement``, ``mention_document``. Documents: ``published`` (day), edges ``copy`` ->
    ``original`` from versions and copies. ``taken`` -> ``taken_from``: statements taken from a document as such.
    ``wired`` -> ``agency``: documents to which a wire service contributed, for ``wired_statement`` only if not -1.
    """

    claim: Integers
    side: Integers
    statement: Integers
    actor: Integers
    stance_document: Integers
    stance_day: Integers
    event: Integers
    speaker: Integers
    organization: Integers
    day: Integers
    relayed: Booleans
    told: Integers
    teller: Integers
    mention_statement: Integers
    mention_document: Integers
    published: Integers
    copy: Integers
    original: Integers
    taken: Integers
    taken_from: Integers
    wired: Integers
    agency: Integers
    wired_statement: Integers


def occasions(columns: SourceColumns) -> Integers:
    """For each stance the first stance of its claim and side that rests on the same occasion."""
    count = len(columns.claim)
    side = packed(columns.claim, columns.side)
    at, event = _events(columns)
    stated = np.zeros(count, dtype=bool)
    stated[at] = True
    rows, origin = _origins(columns)
    links = [
        _linked(packed(side[rows], origin), rows),
        _linked(packed(side[at], event), at),
        _linked_without_statement(columns, side),
    ]
    open_ones = (columns.statement >= 0) & ~stated
    if open_ones.any():
        links += _join_open(columns, side, stated, open_ones)
    return groups(count, np.concatenate([a for a, _ in links]), np.concatenate([b for _, b in links]))


def _events(columns: SourceColumns) -> Links:
    """(stance, event) for the events of its statement and of all that this is told in or taken from."""
    if not (columns.event >= 0).any():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at, statement = ancestors(len(columns.event), columns.statement, columns.told, columns.teller)
    event = columns.event[statement]
    return at[event >= 0], event[event >= 0]


def _origins(columns: SourceColumns) -> Links:
    """(stance, statement) such that two stances with an ancestor in common have such a pair in common.

    Where no statement has several parents, the outermost one is enough.
    """
    count = len(columns.event)
    parent = np.full(count, -1, dtype=np.int64)
    parent[columns.told] = columns.teller
    if (parent[columns.told] != columns.teller).any():
        return ancestors(count, columns.statement, columns.told, columns.teller)
    rows = np.flatnonzero(columns.statement >= 0)
    return rows, roots(parent)[0][columns.statement[rows]]


def _linked(key: Integers, member: Integers) -> Links:
    """Edges that hang together all members of the same key."""
    order = np.argsort(key, kind="stable")
    key, member = key[order], member[order]
    same = np.flatnonzero(key[1:] == key[:-1])
    return member[same], member[same + 1]


def _linked_without_statement(columns: SourceColumns, side: Integers) -> Links:
    """Votes and the like: the same document and day are the same occasion."""
    bare = np.flatnonzero((columns.statement < 0) & (columns.stance_document >= 0))
    return _linked(packed(side[bare], columns.stance_document[bare], columns.stance_day[bare]), bare)


def _join_open(columns: SourceColumns, side: Integers, stated: Booleans, open_ones: Booleans) -> list[Links]:
    """Rules 3 to 5, for the sides that have a stance without a stated occasion."""
    touched = np.zeros(int(side.max()) + 1, dtype=bool)
    touched[side[open_ones]] = True
    rows = np.flatnonzero(touched[side] & (columns.statement >= 0))
    statement = columns.statement[rows]
    row, document = follow(len(columns.event), rows, statement, columns.mention_statement, columns.mention_document)
    at, origin = ancestors(len(columns.published), document, columns.copy, columns.original)
    places = _Places(row[at], document[at], origin, side, columns, stated)
    taken, source = follow(len(columns.event), rows, statement, columns.taken, columns.taken_from)
    at, source = ancestors(len(columns.published), source, columns.copy, columns.original)
    return [*places.same_speaker(), places.relays(taken[at], source), _wires(row, document, side, columns, stated)]


class _Places:
    """Where stances stand: stance ``row`` is reported in ``document``, which is or comes from ``origin``."""

    def __init__(
        self,
        row: Integers,
        document: Integers,
        origin: Integers,
        side: Integers,
        columns: SourceColumns,
        stated: Booleans,
    ) -> None:
        statement = columns.statement[row]
        self.row, self.document, self.origin, self.side, self.stated = row, document, origin, side, stated
        self.open = ~stated[row]
        self.day = columns.day[statement]
        self.speaker = columns.speaker[statement]
        self.relayed = columns.relayed[statement]

    def same_speaker(self) -> list[Links]:
        """Rule 3: dated statements join one of the same day, undated ones any, best one with a stated occasion."""
        group = packed(self.side[self.row], self.origin, self.speaker)
        return [
            _joined(packed(group, self.day), self.row, self.open, self.open & (self.day >= 0)),
            _joined(group, self.row, self.open, self.open & (self.day < 0)),
        ]

    def relays(self, taken: Integers, source: Integers) -> Links:
        """Rule 4: what was taken over joins the first statement of another document that it comes from."""
        if not len(self.row):
            return self.row, self.row
        own = self.open & self.relayed
        if not own.any() and not len(taken):
            return taken, taken
        row = np.concatenate([self.row[own], taken])
        origin = np.concatenate([self.origin[own], source])
        away = np.concatenate([self.document[own], np.full(len(taken), -1)])
        key = packed(self.side[np.concatenate([self.row, row])], np.concatenate([self.origin, origin]))
        place, wanted = key[: len(self.row)], key[len(self.row) :]
        # The first of each key: best its own report, best of a stated occasion; and the first in another document.
        order = np.lexsort((self.row, self.open, self.relayed, place))
        keys, first, group = np.unique(place[order], return_index=True, return_inverse=True)
        best = order[first]
        other = order[self.document[order] != self.document[best][group]]
        other_keys, other_first = np.unique(place[other], return_index=True)
        second = np.full(len(keys), -1)
        second[np.searchsorted(keys, other_keys)] = other[other_first]
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        chosen = np.where(self.document[best[at]] == away, second[at], best[at])
        good = (keys[at] == wanted) & (chosen >= 0) & ~self.stated[row]
        return row[good], self.row[chosen[good]]


def _wires(row: Integers, document: Integers, side: Integers, columns: SourceColumns, stated: Booleans) -> Links:
    """Rule 5: the same speaker, wire service and day; the day of publication where none is stated."""
    edges = np.arange(len(columns.wired))
    at, edge = follow(len(columns.published), np.arange(len(row)), document, columns.wired, edges)
    row, document, agency = row[at], document[at], columns.agency[edge]
    statement = columns.statement[row]
    here = (columns.wired_statement[edge] < 0) | (columns.wired_statement[edge] == statement)
    row, document, agency, statement = row[here], document[here], agency[here], statement[here]
    day = np.where(columns.day[statement] >= 0, columns.day[statement], columns.published[document])
    row, agency, statement, day = row[day >= 0], agency[day >= 0], statement[day >= 0], day[day >= 0]
    key = packed(side[row], agency, columns.speaker[statement], day)
    return _joined(key, row, ~stated[row], ~stated[row])


def _joined(key: Integers, member: Integers, is_open: Booleans, joining: Booleans) -> Links:
    """Edges from the joining members to the first of their key, which is best one with a stated occasion."""
    if not joining.any():
        return member[:0], member[:0]
    order = np.argsort(key, kind="stable")
    begins = np.flatnonzero(np.append(True, key[order][1:] != key[order][:-1]))
    many = int(member.max()) + 1
    first = np.minimum.reduceat((is_open * many + member)[order], begins) % many
    at = np.searchsorted(key[order][begins], key[joining])
    return member[joining], first[at]


def distinct(side: Integers, value: Integers, sides: int) -> Integers:
    """How many different values (-1 left out) each of ``sides`` sides has."""
    stated = value >= 0
    pairs = np.unique(packed(side[stated], value[stated]), return_index=True)[1]
    return np.bincount(side[stated][pairs], minlength=sides).astype(np.int64)
