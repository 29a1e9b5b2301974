"""Sources behind a claim: five numbers by side, the smallest named, each with its list."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..schema import vocabulary
from .components import Integers, Pairs, order_of
from .independence import occasions
from .source_graph import Names, SourceGraph, StanceColumns
from .source_rows import REVIEWED, SourceRows, claim_rows, encode

NUMBERS = ("documents", "statements", "speakers", "organizations", "occasions")
"""The five numbers, from the most to the least generous."""


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Spread:
    """First and last day of publication (ISO dates, as recorded: may be partial), and how many dates are unknown.

    ``days`` is the number of days between them, None if either is partial or missing.
    """

    first: str | None
    last: str | None
    days: int | None
    undated: int


@dataclass(frozen=True, slots=True)
class SideSources:
    """What stands behind one side of a claim: ``numbers`` by name, and lists of ids in the order of the stances.

    ``occasions`` holds for each independent occasion the statements that rest on it (empty for votes, which have
    none), ``occasion_sizes`` how many these are. Lists may be cut at a length that was asked for; ``numbers``,
    ``occasion_sizes`` and ``first_report_count`` count everything. ``without_organization`` counts speakers for whom
    no organization is stated. ``smallest`` names the smallest of the five numbers, the more cautious where two are
    equal; ``organizations`` only if every speaker has one, because an unknown organization is not a common one.
    ``first_reports`` are the documents that were published first.
    """

    claim: str
    stance: str
    numbers: dict[str, int]
    documents: tuple[str, ...]
    statements: tuple[str, ...]
    speakers: tuple[str, ...]
    organizations: tuple[str, ...]
    occasions: tuple[tuple[str, ...], ...]
    occasion_sizes: tuple[int, ...]
    without_organization: int
    smallest: str
    identification: dict[str, int]
    unnamed: Share
    own_reporting: Share
    first_reports: tuple[str, ...]
    first_report_count: int
    spread: Spread


@dataclass(frozen=True)
class AllSources:
    """The five numbers of every side of every claim: row i of ``numbers`` (sides x 5, as ``NUMBERS``) is sides[i]."""

    sides: Sequence[tuple[str, str]]
    numbers: Integers

    def of(self, claim: str) -> dict[str, dict[str, int]]:
        """The five numbers by name of each side of one claim, by stance."""
        return {
            stance: dict(zip(NUMBERS, row.tolist(), strict=True))
            for (one, stance), row in zip(self.sides, self.numbers, strict=True)
            if one == claim
        }


def claim_sources(
    conn: sqlite3.Connection, claim: str, statuses: Collection[str] = REVIEWED
) -> tuple[SideSources, ...]:
    """The sources behind one claim, by side, in the order of the vocabulary. Empty if it has no stances.

    Only stances with one of the statuses count; of statements and mentions also those that are reviewed. Reads what
    bears on the claim through indexes, whatever the size of the database; agrees with ``source_index``, which is
    for many stances: here, the time grows with the number of stances (about 100 microseconds each).
    """
    return sources_of(claim_rows(conn, claim, statuses=statuses))


def sources_of(rows: SourceRows, most: int | None = None) -> tuple[SideSources, ...]:
    """The sources behind every claim among the rows, with lists of at most ``most`` entries."""
    data = encode(rows)
    return side_sources(data.graph, data.stances, data.sides, data.names, most)


_WORDS = vocabulary.STANCE.words


def side_sources(
    graph: SourceGraph,
    stances: StanceColumns,
    sides: Sequence[tuple[str, str]],
    names: Names,
    most: int | None = None,
) -> tuple[SideSources, ...]:
    """The sources behind some stances, by side, with lists of at most ``most`` entries."""
    found = occasions(graph, stances)
    parts = {sides[side]: _side(graph, stances, found, side, most) for side in np.unique(stances.side).tolist()}
    return by_name(parts, names)


def by_name(parts: Mapping[tuple[str, str], Part], names: Names) -> tuple[SideSources, ...]:
    """Parts by (claim, stance), as sources in the order of the vocabulary, with everything that they list named."""
    ids = _Ids(names, list(parts.values()))
    ordered = sorted(parts, key=lambda side: (side[0], _WORDS.index(side[1])))
    return tuple(_named(parts[side], side, ids) for side in ordered)


def speakers_of(graph: SourceGraph, stances: StanceColumns) -> Pairs:
    """Who speaks for each stance: the statement's speaker, without a statement the actor; and the organization."""
    bare = stances.statement < 0
    if not len(graph.speaker):
        return stances.actor, np.full(len(stances), -1)
    speaker = np.where(bare, stances.actor, graph.speaker[stances.statement])
    return speaker, np.where(bare, -1, graph.organization[stances.statement])


def documents_of(graph: SourceGraph, stances: StanceColumns) -> Pairs:
    """(stance, document): every document that reports the stance's statement; its own if it has no statement."""
    with_statement = np.flatnonzero(stances.statement >= 0)
    at, document = graph.mentioned.follow(with_statement, stances.statement[with_statement])
    bare = np.flatnonzero((stances.statement < 0) & (stances.document >= 0))
    return np.concatenate([at, bare]), np.concatenate([document, stances.document[bare]])


@dataclass(frozen=True, slots=True)
class Part:
    """What stands behind one side, as numbers: see ``SideSources``. ``there`` is how many statements there are, not
    only referred to, ``own`` how many of them are own reporting; the lists of ``listed`` are cut, by kind: documents
    and first reports; statements and those of each occasion; speakers and organizations."""

    numbers: dict[str, int]
    without_organization: int
    identification: dict[str, int]
    there: int
    own: int
    sizes: tuple[int, ...]
    first_report_count: int
    spread: Spread
    listed: dict[str, list[list[int]]]


def _side(graph: SourceGraph, stances: StanceColumns, found: Integers, side: int, most: int | None) -> Part:
    """What stands behind one side."""
    rows = np.flatnonzero(stances.side == side)
    own = stances.taken(rows)
    at, document = documents_of(graph, own)
    documents = unique(document[order_of(at)])
    statements = unique(own.statement)
    there = statements[graph.there[statements]] if len(statements) else statements
    speaker, organization = graph.speaker[there], graph.organization[there]
    speakers = unique(np.concatenate([speaker, own.actor[own.statement < 0]]))
    organizations = unique(organization)
    groups, grouped = _groups(found[rows], own.statement, most)
    first_reports, spread = _published(graph, documents)
    sets = (documents, statements, speakers, organizations, groups)
    return Part(
        numbers=dict(zip(NUMBERS, map(len, sets), strict=True)),
        without_organization=len(unique(speaker[organization < 0])),
        identification=_counted(graph.identification[there], graph.identifications),
        there=len(there),
        own=int(graph.own[there].sum()),
        sizes=tuple(map(len, grouped)),
        first_report_count=len(first_reports),
        spread=spread,
        listed={
            "document": [documents[:most].tolist(), first_reports[:most].tolist()],
            "statement": [statements[:most].tolist(), *(group[:most] for group in grouped)],
            "actor": [speakers[:most].tolist(), organizations[:most].tolist()],
        },
    )


class _Ids:
    """The ids of everything that is listed, asked for once for all sides."""

    def __init__(self, names: Names, parts: Sequence[Part]) -> None:
        self._known: dict[str, dict[int, str]] = {}
        for kind in ("document", "statement", "actor"):
            wanted = list(dict.fromkeys(one for part in parts for some in part.listed[kind] for one in some))
            self._known[kind] = dict(zip(wanted, names.ids(kind, wanted), strict=True))

    def of(self, kind: str, numbers: Sequence[int]) -> tuple[str, ...]:
        """The ids of some numbers, which were among those that are listed."""
        known = self._known[kind]
        return tuple(known[number] for number in numbers)


def _named(part: Part, named: tuple[str, str], ids: _Ids) -> SideSources:
    """One side with its lists by name."""
    complete = not part.without_organization and part.numbers["organizations"] > 0
    documents, first_reports = part.listed["document"]
    statements, *grouped = part.listed["statement"]
    speakers, organizations = part.listed["actor"]
    return SideSources(
        claim=named[0],
        stance=named[1],
        numbers=part.numbers,
        documents=ids.of("document", documents),
        statements=ids.of("statement", statements),
        speakers=ids.of("actor", speakers),
        organizations=ids.of("actor", organizations),
        occasions=tuple(ids.of("statement", group) for group in grouped),
        occasion_sizes=part.sizes,
        without_organization=part.without_organization,
        smallest=_smallest(part.numbers, complete=complete),
        identification=part.identification,
        unnamed=Share(part.identification.get("unnamed", 0), part.there),
        own_reporting=Share(part.own, part.there),
        first_reports=ids.of("document", first_reports),
        first_report_count=part.first_report_count,
        spread=part.spread,
    )


def _counted(numbers: Integers, words: Sequence[str]) -> dict[str, int]:
    """How often each word occurs, those that do not left out; -1 is no word."""
    counts = np.bincount(numbers[numbers >= 0], minlength=len(words)).tolist()
    return {word: count for word, count in zip(words, counts, strict=True) if count}


def unique(values: Integers) -> Integers:
    """The different values but -1, in the order in which they first occur. Without sorting: at each value its place is
    written from the last to the first, so that the first stays."""
    if len(values) <= _FEW:
        return np.array([value for value in dict.fromkeys(values.tolist()) if value >= 0], dtype=np.int64)
    stated = values[values >= 0]
    if not len(stated):
        return stated
    place = np.arange(len(stated))
    first = np.empty(int(stated.max()) + 1, dtype=np.int64)  # only what is written is read
    first[stated[::-1]] = place[::-1]
    found: Integers = stated[first[stated] == place]
    return found


_FEW = 128
"""Of so few numbers Python's own dictionary is faster than a dozen array operations."""


def _groups(group: Integers, statement: Integers, most: int | None) -> tuple[Integers, list[list[int]]]:
    """The groups in the order in which they first occur, and the statements of the first of them."""
    groups = unique(group)
    order = order_of(group)
    ordered = group[order]
    begins = np.searchsorted(ordered, groups[:most])
    ends = np.searchsorted(ordered, groups[:most], side="right")
    listed = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        members = dict.fromkeys(statement[order[begin:end]].tolist())
        listed.append([member for member in members if member >= 0])
    return groups, listed


def _smallest(numbers: dict[str, int], complete: bool) -> str:
    """The name of the smallest number that is known; where several are equal, the more cautious one."""
    known = [name for name in reversed(NUMBERS) if numbers[name] and (name != "organizations" or complete)]
    return min(known, key=lambda name: numbers[name])


def _published(graph: SourceGraph, documents: Integers) -> tuple[Integers, Spread]:
    """The documents with the earliest day of publication, and from when to when. A partial date counts from its
    first day."""
    published = graph.published[documents] if len(documents) else documents
    dated = published[published >= 0]
    if not len(dated):
        return documents[:0], Spread(None, None, None, len(documents))
    first, last = int(dated.min()), int(dated.max())
    return documents[published == first], spread_of(graph, first, last, len(documents) - len(dated))


def spread_of(graph: SourceGraph, first: int, last: int, undated: int) -> Spread:
    """From one day to another, by their numbers."""
    begin, end = graph.days[first], graph.days[last]
    between = _days_between(begin, end) if len(begin) == len(end) == 10 else None
    return Spread(begin, end, between, undated)


def _days_between(first: str, last: str) -> int | None:
    """Days from one ISO date to another; None where one of them is none, as only a foreign program can have written."""
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return None
