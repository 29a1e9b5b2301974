"""The rows that bear on one claim, read through indexes, and the graph that they make.

For a claim with few stances this is the quickest way to its sources: some queries a step upwards, whatever the size
of the database. For many stances, or all claims, see ``source_index``.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from ..schema.vocabulary import IDENTIFICATION
from .components import Edges, Integers
from .rows import and_only, bound, by_index, is_in
from .source_graph import Booleans, SourceGraph, StanceColumns, circles

Tuple = tuple[Any, ...]

REVIEWED = frozenset({"reviewed"})
"""The status of rows that count, if nothing else is asked for."""

REPUBLICATION = ("wasDerivedFrom", "wasQuotedFrom", "hadPrimarySource", "wasRevisionOf")
"""Provenance whose subject has its words, or all that it knows, from the object."""

RELIES = frozenset({"wasDerivedFrom", "wasQuotedFrom", "hadPrimarySource"})
"""Provenance that makes a document rely on another: all but being a new version of it."""

WIRE = "wasInfluencedBy"
"""Provenance that says that a wire service contributed to a document."""

_DAY = 'CASE WHEN "date_start" = "date_end" THEN "date_start" END'
_SELECT = {
    "stances": (
        f'"id", "claim", "stance", "statement", "actor", "organization", "document", {_DAY}, "identification", "status"'
    ),
    "statements": (
        f'"id", "event", "speaker", "organization", {_DAY}, "access", "identification", "parent_statement", '
        '"document", "status"'
    ),
    "mentions": '"statement", "document", "status"',
    "documents": '"id", "revision_of", "published_on"',
    "provenance": '"subject_type", "subject", "relation", "object_type", "object", "statement"',
}


@dataclass
class SourceRows:
    """Rows at hand, as tuples in the order of ``_SELECT``; ``status`` is the last of those that have one."""

    stances: list[Tuple] = field(default_factory=list)
    statements: list[Tuple] = field(default_factory=list)
    mentions: list[Tuple] = field(default_factory=list)
    documents: list[Tuple] = field(default_factory=list)
    provenance: list[Tuple] = field(default_factory=list)


def claim_rows(
    conn: sqlite3.Connection,
    claim: str,
    stances: Collection[str] | None = None,
    statuses: Collection[str] = REVIEWED,
) -> SourceRows:
    """What bears on one claim: its stances, their statements, what those rest on, and so for the documents.

    ``stances`` are the ids of those that count (None: all with one of the ``statuses``). Of statements and mentions
    those count that are reviewed or have one of the ``statuses``; a stance whose statement does not count is left
    out. A few queries through indexes for each step upwards.
    """
    counted = REVIEWED | set(statuses)
    chosen = None if stances is None else set(stances)
    rows = _select(conn, "stances", "claim", [claim])
    rows = [row for row in rows if (row[-1] in statuses if chosen is None else row[0] in chosen)]
    found = SourceRows()
    level = _ids(row[3] for row in rows)
    seen = set(level)
    refused: set[str] = set()
    while level:
        statements = _select(conn, "statements", "id", level)
        refused.update(row[0] for row in statements if row[-1] not in counted)
        statements = [row for row in statements if row[-1] in counted]
        provenance = _origins(conn, "statement", [one for one in level if one not in refused])
        found.statements += statements
        found.provenance += provenance
        above = [row[7] for row in statements] + [row[4] for row in provenance if row[3] == "statement"]
        level = [one for one in _ids(above) if one not in seen]
        seen.update(level)
    found.stances = [row for row in rows if row[3] not in refused]
    mentions = _select(conn, "mentions", "statement", [row[0] for row in found.statements])
    found.mentions = [row for row in mentions if row[-1] in counted]
    _take_documents(conn, found)
    return found


def _take_documents(conn: sqlite3.Connection, found: SourceRows) -> None:
    """Add the documents that the rows name, and those that these come from."""
    level = _ids(
        [row[1] for row in found.mentions]
        + [row[8] for row in found.statements]
        + [row[6] for row in found.stances]
        + [row[4] for row in found.provenance if row[3] == "document"]
    )
    seen = set(level)
    while level:
        documents = _select(conn, "documents", "id", level)
        provenance = _origins(conn, "document", level)
        found.documents += documents
        found.provenance += provenance
        above = [row[1] for row in documents] + [row[4] for row in provenance if row[3] == "document"]
        level = [one for one in _ids(above) if one not in seen]
        seen.update(level)


def _select(conn: sqlite3.Connection, table: str, column: str, values: Sequence[str], **only: str) -> list[Tuple]:
    if not values:
        return []
    sql = f"SELECT {_SELECT[table]} FROM {by_index(table, column)} WHERE {is_in(column, values)}{and_only(only)}"
    return conn.execute(sql, [bound(values), *only.values()]).fetchall()


def _origins(conn: sqlite3.Connection, kind: str, ids: Sequence[str]) -> list[Tuple]:
    rows = _select(conn, "provenance", "subject", ids, subject_type=kind)
    return [row for row in rows if row[2] in REPUBLICATION or row[2] == WIRE]


def _ids(values: Iterable[str | None]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value is not None]


class Codes:
    """Numbers for ids: 0, 1, 2 … in order of appearance, -1 for None."""

    def __init__(self) -> None:
        self._codes: defaultdict[str | None, int] = defaultdict(count().__next__, {None: -1})

    def __len__(self) -> int:
        return len(self._codes) - 1

    def ids(self) -> list[str]:
        """What the numbers stand for."""
        return [value for value in self._codes if value is not None]

    def encode(self, values: Sequence[str | None]) -> Integers:
        """The number of each value, new ones for new values."""
        return np.fromiter(map(self._codes.__getitem__, values), dtype=np.int64, count=len(values))


class _AllCodes(dict[str, Codes]):
    """The numbers of each kind of id; a kind gets its numbers when it is first asked for. They name them again."""

    def __missing__(self, kind: str) -> Codes:
        self[kind] = Codes()
        return self[kind]

    def column(self, kind: str, rows: Sequence[Tuple], place: int) -> Integers:
        """A column of rows as numbers."""
        return self[kind].encode([row[place] for row in rows])

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        """See ``Names``."""
        known = self[kind].ids()
        return [known[number] for number in numbers]


@dataclass(frozen=True)
class Encoded:
    """Rows as numbers: the graph, the stances, their ``sides`` as (claim, stance), and what the numbers stand for."""

    graph: SourceGraph
    stances: StanceColumns
    sides: list[tuple[str, str]]
    names: _AllCodes


def encode(rows: SourceRows) -> Encoded:
    """Number all ids. References to rows that are not there count as rows without references of their own."""
    codes = _AllCodes()
    sides = Codes()
    bare = [row if row[3] is None else (*row[:4], None, None, None, None) for row in rows.stances]
    stances = StanceColumns(
        side=sides.encode([(row[1], row[2]) for row in rows.stances]),  # type: ignore[misc]
        statement=codes.column("statement", rows.stances, 3),
        actor=codes.column("actor", bare, 4),
        document=codes.column("document", bare, 6),
        day=codes.column("day", bare, 7),
    )
    graph, order = _graph(rows, codes)
    stances = StanceColumns(
        stances.side, stances.statement, stances.actor, stances.document, _mapped(order, stances.day)
    )
    return Encoded(graph, stances, sides.ids(), codes)  # type: ignore[arg-type]


def _graph(rows: SourceRows, codes: _AllCodes) -> tuple[SourceGraph, Integers]:
    """The graph, and for each day, in the order of its appearance, its number in the order of time."""
    here = codes.column("statement", rows.statements, 0)
    columns = {
        kind: codes.column(kind.split()[0], rows.statements, place)
        for kind, place in (("event", 1), ("actor", 2), ("actor of", 3), ("day", 4), ("statement told", 7))
    }
    identification = np.array([IDENTIFICATION.words.index(row[6]) for row in rows.statements], dtype=np.int64)
    documents = codes.column("document", rows.documents, 0)
    original, published = codes.column("document", rows.documents, 1), codes.column("day", rows.documents, 2)
    edges = _Edges(rows, codes)
    edges.add("told", here, columns["statement told"])
    edges.add("mentioned", codes.column("statement", rows.mentions, 0), codes.column("document", rows.mentions, 1))
    edges.add("mentioned", here, codes.column("document", rows.statements, 8), once=True)
    edges.add("copied", documents, original)
    total, size = len(codes["statement"]), len(codes["document"])
    order = np.argsort(np.argsort(np.array(codes["day"].ids(), dtype=object), kind="stable"), kind="stable")

    def spread(values: Integers) -> Integers:
        return _spread(total, here, values)

    def marked(word: str) -> Booleans:
        found: Booleans = spread(np.array([row[5] == word for row in rows.statements], dtype=np.int64)) == 1
        return found

    graph = SourceGraph(
        event=spread(columns["event"]),
        speaker=spread(columns["actor"]),
        organization=spread(columns["actor of"]),
        day=_mapped(order, spread(columns["day"])),
        relayed=marked("other_outlet"),
        own=marked("own_reporting"),
        identification=spread(identification),
        there=spread(np.ones(len(here), dtype=np.int64)) == 1,
        told=edges.of("told", total),
        mentioned=edges.of("mentioned", total),
        taken=edges.of("taken", total),
        published=_mapped(order, _spread(size, documents, published)),
        copied=edges.of("copied", size),
        wired=edges.of("wired", size),
        agency=np.array(edges.agency, dtype=np.int64),
        wired_statement=np.array(edges.only, dtype=np.int64),
        looping=circles(size, edges.of("relies", size)),
        days=sorted(codes["day"].ids()),
        identifications=IDENTIFICATION.words,
    )
    return graph, order


class _Edges:
    """Edges by name, collected from columns and from rows of provenance.

    A relation between documents that holds for one statement only is one of that statement.
    """

    def __init__(self, rows: SourceRows, codes: _AllCodes) -> None:
        self.pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.agency: list[int] = []
        self.only: list[int] = []
        first: dict[str, str] = {}
        for statement, document in self._reports(rows):
            first.setdefault(statement, document)
        for subject_type, subject, relation, object_type, target, only in rows.provenance:
            kinds = (subject_type, object_type)
            a, b = (codes[kind].encode([id])[0] for kind, id in ((subject_type, subject), (object_type, target)))
            if relation == WIRE:
                if kinds == ("document", "actor"):
                    self.pairs["wired"].append((a, len(self.agency)))
                    self.agency.append(b)
                    self.only.append(codes["statement"].encode([only])[0])
                continue
            if relation in RELIES and object_type in ("document", "statement"):
                relying = subject if subject_type == "document" else first.get(subject)
                source = target if object_type == "document" else first.get(target)
                if relying is not None and source is not None and relying != source:
                    pair = codes["document"].encode([relying, source])
                    self.pairs["relies"].append((int(pair[0]), int(pair[1])))
            if kinds == ("statement", "statement"):
                self.pairs["told"].append((a, b))
            elif kinds == ("document", "document") and only is None:
                self.pairs["copied"].append((a, b))
            elif kinds in (("statement", "document"), ("document", "document")):
                self.pairs["taken"].append(
                    (a if subject_type == "statement" else codes["statement"].encode([only])[0], b)
                )

    @staticmethod
    def _reports(rows: SourceRows) -> Iterator[tuple[str, str]]:
        yield from ((row[0], row[8]) for row in rows.statements if row[8] is not None)
        yield from ((row[0], row[1]) for row in rows.mentions)

    def add(self, name: str, source: Integers, target: Integers, once: bool = False) -> None:
        """Add edges from columns, leaving out -1; ``once``: and those that are there."""
        pairs = [(a, b) for a, b in zip(source.tolist(), target.tolist(), strict=True) if b >= 0]
        there = set(self.pairs[name]) if once else set()
        self.pairs[name] += [pair for pair in pairs if pair not in there]

    def of(self, name: str, count: int) -> Edges:
        """All edges of that name."""
        pairs = np.array(self.pairs[name], dtype=np.int64).reshape(-1, 2)
        return Edges.of(count, pairs[:, 0], pairs[:, 1])


def _spread(size: int, at: Integers, values: Integers) -> Integers:
    """Values by the number of their row; -1 for numbers without a row."""
    out = np.full(size, -1, dtype=np.int64)
    out[at] = values
    return out


def _mapped(order: Integers, numbers: Integers) -> Integers:
    """Numbers by a table; -1 stays -1."""
    return np.where(numbers >= 0, order[numbers], -1) if len(order) else numbers
