"""How many independent occasions stand behind a claim, by side, for one claim or for all at once.

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

import numpy as np

from .components import Integers, Pairs, groups, order_of, packed
from .source_graph import Booleans, SourceGraph, StanceColumns


def occasions(graph: SourceGraph, stances: StanceColumns) -> Integers:
    """For each stance the first stance of its side that rests on the same occasion."""
    count, side = len(stances), stances.side
    at, event = _events(graph, stances.statement)
    stated = np.zeros(count, dtype=bool)
    stated[at] = True
    stand_in, edges = graph.origins
    rows, origin = edges.ancestors(_through(stand_in, stances.statement))
    links = [
        _linked(packed(side[rows], origin), rows),
        _linked(packed(side[at], event), at),
        _linked_without_statement(stances),
    ]
    open_ones = (stances.statement >= 0) & ~stated
    if open_ones.any():
        links += _join_open(graph, stances, stated, open_ones)
    return groups(count, np.concatenate([a for a, _ in links]), np.concatenate([b for _, b in links]))


def _through(table: Integers, numbers: Integers) -> Integers:
    """The entries of a table at some numbers; -1 stays -1."""
    return np.where(numbers >= 0, table[numbers], -1) if len(table) else numbers


def _events(graph: SourceGraph, statement: Integers) -> Pairs:
    """(index, event) for the events of statements and of all that these are told in or taken from."""
    stand_in, edges = graph.occasions
    at, ancestor = edges.ancestors(_through(stand_in, statement))
    event = graph.event[ancestor] if len(ancestor) else ancestor
    return at[event >= 0], event[event >= 0]


def _linked(key: Integers, member: Integers) -> Pairs:
    """Edges that hang together all members of the same key."""
    order = order_of(key)
    key, member = key[order], member[order]
    same = np.flatnonzero(key[1:] == key[:-1])
    return member[same], member[same + 1]


def _linked_without_statement(stances: StanceColumns) -> Pairs:
    """Votes and the like: the same document and day are the same occasion."""
    bare = np.flatnonzero((stances.statement < 0) & (stances.document >= 0))
    return _linked(packed(stances.side[bare], stances.document[bare], stances.day[bare]), bare)


def _join_open(graph: SourceGraph, stances: StanceColumns, stated: Booleans, open_ones: Booleans) -> list[Pairs]:
    """Rules 3 to 5, for the sides that have a stance without a stated occasion."""
    return [
        *_same_speaker(graph, stances, stated, open_ones),
        _relays(graph, stances, stated, open_ones),
        _wires(graph, stances, stated, open_ones),
    ]


def _beside(key: Integers, wanted: Booleans, among: Booleans) -> Integers:
    """The entries, among some, whose key (small numbers from 0) one of the wanted ones has too."""
    touched = np.zeros(int(key.max(initial=-1)) + 1, dtype=bool)
    touched[key[wanted]] = True
    return np.flatnonzero(touched[key] & among)


def _places(graph: SourceGraph, stances: StanceColumns, rows: Integers) -> tuple[Integers, Integers, Integers]:
    """(row, document, origin): stance ``row`` is reported in ``document``, which is or comes from ``origin``."""
    row, document = graph.mentioned.follow(rows, stances.statement[rows])
    at, origin = graph.copied.ancestors(document)
    return row[at], document[at], origin


def _same_speaker(graph: SourceGraph, stances: StanceColumns, stated: Booleans, open_ones: Booleans) -> list[Pairs]:
    """Rule 3: dated statements join one of the same day, undated ones any, best one with a stated occasion."""
    rows = _beside(stances.side, open_ones, stances.statement >= 0)
    speaker = graph.speaker[stances.statement[rows]]
    of_side = packed(stances.side[rows], speaker)
    rows = rows[_among(of_side, of_side[open_ones[rows]])]
    row, _, origin = _places(graph, stances, rows)
    statement = stances.statement[row]
    is_open, day = ~stated[row], graph.day[statement]
    group = packed(stances.side[row], origin, graph.speaker[statement])
    return [
        _joined(packed(group, day), row, is_open, is_open & (day >= 0)),
        _joined(group, row, is_open, is_open & (day < 0)),
    ]


def _among(key: Integers, wanted: Integers) -> Booleans:
    """Which keys are among the wanted ones: none of these is left out, but some others may be taken up as well. Only
    the last bits of the keys are looked at, which is far cheaper than sorting them."""
    bits = (1 << max(10, (8 * len(key)).bit_length())) - 1
    table = np.zeros(bits + 1, dtype=bool)
    table[wanted & bits] = True
    found: Booleans = table[key & bits]
    return found


def _relays(graph: SourceGraph, stances: StanceColumns, stated: Booleans, open_ones: Booleans) -> Pairs:
    """Rule 4: what was taken over joins the first statement of another document that it comes from."""
    wanting = open_ones & _relayed(graph, stances.statement)
    if not wanting.any():
        return _NONE
    rows = _beside(stances.side, wanting, stances.statement >= 0)
    place_row, place_document, place_origin = _places(graph, stances, rows)
    own = ~stated[place_row] & graph.relayed[stances.statement[place_row]]
    taken, source = graph.taken.follow(rows, stances.statement[rows])
    at, source = graph.copied.ancestors(source)
    row = np.concatenate([place_row[own], taken[at]])
    origin = np.concatenate([place_origin[own], source])
    away = np.concatenate([place_document[own], np.full(len(at), -1)])
    if not len(place_row):
        return _NONE
    key = packed(stances.side[np.concatenate([place_row, row])], np.concatenate([place_origin, origin]))
    place, wanted = key[: len(place_row)], key[len(place_row) :]
    # The first of each key: best its own report, best of a stated occasion; and the first in another document.
    relayed = graph.relayed[stances.statement[place_row]]
    order = np.lexsort((place_row, ~stated[place_row], relayed, place))
    keys, first, group = np.unique(place[order], return_index=True, return_inverse=True)
    best = order[first]
    other = order[place_document[order] != place_document[best][group]]
    other_keys, other_first = np.unique(place[other], return_index=True)
    second = np.full(len(keys), -1)
    second[np.searchsorted(keys, other_keys)] = other[other_first]
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    chosen = np.where(place_document[best[at]] == away, second[at], best[at])
    good = (keys[at] == wanted) & (chosen >= 0) & ~stated[row]
    return row[good], place_row[chosen[good]]


_NONE: Pairs = (np.empty(0, np.int64), np.empty(0, np.int64))


def _relayed(graph: SourceGraph, statement: Integers) -> Booleans:
    """Which of these were taken over from another outlet, or from a document as such."""
    if not len(graph.relayed):
        return np.zeros(len(statement), dtype=bool)
    found: Booleans = graph.relayed[statement] | (graph.taken.degree[statement] > 0)
    return found & (statement >= 0)


def _wires(graph: SourceGraph, stances: StanceColumns, stated: Booleans, open_ones: Booleans) -> Pairs:
    """Rule 5: the same speaker, wire service and day; the day of publication where none is stated."""
    if not len(graph.wired):
        return _NONE
    rows = _beside(stances.side, open_ones, stances.statement >= 0)
    row, document = graph.mentioned.follow(rows, stances.statement[rows])
    at, wire = graph.wired.follow(np.arange(len(row)), document)
    row, document, agency = row[at], document[at], graph.agency[wire]
    statement = stances.statement[row]
    day = np.where(graph.day[statement] >= 0, graph.day[statement], graph.published[document])
    only = graph.wired_statement[wire]
    good = ((only < 0) | (only == statement)) & (day >= 0)
    row, agency, statement, day = row[good], agency[good], statement[good], day[good]
    key = packed(stances.side[row], agency, graph.speaker[statement], day)
    return _joined(key, row, ~stated[row], ~stated[row])


def _joined(key: Integers, member: Integers, is_open: Booleans, joining: Booleans) -> Pairs:
    """Edges from the joining members to the first of their key, which is best one with a stated occasion."""
    if not joining.any():
        return member[:0], member[:0]
    order = order_of(key)
    ordered = key[order]
    begins = np.append(True, ordered[1:] != ordered[:-1])
    many = int(member.max()) + 1
    first = np.minimum.reduceat((is_open * many + member)[order], np.flatnonzero(begins)) % many
    group = np.empty(len(key), dtype=np.int64)
    group[order] = np.cumsum(begins) - 1
    return member[joining], first[group[joining]]


def distinct(side: Integers, value: Integers, sides: int) -> Integers:
    """How many different values (-1 left out) each of ``sides`` sides has."""
    stated = value >= 0
    key = np.sort(packed(value[stated], side[stated]))
    width = int(side[stated].max(initial=-1)) + 2
    first = np.append(True, key[1:] != key[:-1])[: len(key)]
    return np.bincount(key[first] % width - 1, minlength=sides).astype(np.int64)
