"""From rows to the columns that the count of sources works on, for one claim or for a whole database."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import numpy as np

from .components import Integers
from .independence import SourceColumns
from .rows import and_only, bound, by_index, is_in

Tuple = tuple[Any, ...]

_DAY = 'CASE WHEN "date_start" = "date_end" THEN "date_start" END'
_SELECT = {
    "stances": f'"id", "claim", "stance", "statement", "actor", "organization", "document", {_DAY}, "identification"',
    "statements": (
        f'"id", "event", "speaker", "organization", {_DAY}, "access", "identification", "parent_statement", "document"'
    ),
    "mentions": '"statement", "document"',
    "documents": '"id", "revision_of", "published_on"',
    "provenance": '"subject_type", "subject", "relation", "object_type", "object", "statement"',
}
_BARE = 'CASE WHEN "statement" IS NULL THEN {} END'
_SELECT_ALL = {
    **_SELECT,
    # Only numbers are made of these: no ids of stances, nothing that the statement of a stance says itself.
    "stances": ", ".join(
        (
            "NULL",
            '"claim"',
            '"stance"',
            '"statement"',
            *map(_BARE.format, ('"actor"', "NULL", '"document"', _DAY)),
            "NULL",
        )
    ),
    "statements": _SELECT["statements"].replace('"identification"', "NULL"),
}
REPUBLICATION = ("wasDerivedFrom", "wasQuotedFrom", "hadPrimarySource", "wasRevisionOf")
"""Provenance whose subject has its words, or all that it knows, from the object."""

WIRE = "wasInfluencedBy"
"""Provenance that says that a wire service contributed to a document."""


class Source(Protocol):
    """Rows as columns, a batch at a time, in the order of ``_SELECT``."""

    def batches(self, table: str) -> Iterator[tuple[tuple[Any, ...], ...]]:
        """The columns of some rows, then of the next, until all have been given."""


@dataclass
class SourceRows:
    """Rows at hand, as tuples in the order of ``_SELECT``."""

    stances: list[Tuple] = field(default_factory=list)
    statements: list[Tuple] = field(default_factory=list)
    mentions: list[Tuple] = field(default_factory=list)
    documents: list[Tuple] = field(default_factory=list)
    provenance: list[Tuple] = field(default_factory=list)

    def batches(self, table: str) -> Iterator[tuple[tuple[Any, ...], ...]]:
        """All rows of the table in one batch."""
        rows: list[Tuple] = getattr(self, table)
        if rows:
            yield tuple(zip(*rows, strict=True))


class AllRows:
    """Everything that a database holds, by one query a table; no more than a batch of rows exists at a time."""

    BATCH = 500  # few enough rows that they stay in the processor's cache until they are numbered

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def batches(self, table: str) -> Iterator[tuple[tuple[Any, ...], ...]]:
        """The rows of the table in the order in which they are stored."""
        sql = f'SELECT {_SELECT_ALL[table]} FROM "{table}"'
        if table == "provenance":
            relations = ", ".join(f"'{word}'" for word in (*REPUBLICATION, WIRE))
            sql += f" WHERE \"subject_type\" IN ('statement', 'document') AND \"relation\" IN ({relations})"
        cursor = self.conn.execute(sql)
        while batch := cursor.fetchmany(self.BATCH):
            yield tuple(zip(*batch, strict=True))


def claim_rows(conn: sqlite3.Connection, claim: str) -> SourceRows:
    """What bears on one claim: its stances, their statements, what those rest on, and so for the documents.

    A few queries through indexes for each step upwards.
    """
    found = SourceRows(stances=_select(conn, "stances", "claim", [claim]))
    level = _ids(row[3] for row in found.stances)
    seen = set(level)
    while level:
        statements = _select(conn, "statements", "id", level)
        provenance = _origins(conn, "statement", level)
        found.statements += statements
        found.provenance += provenance
        above = [row[7] for row in statements] + [row[4] for row in provenance if row[3] == "statement"]
        level = [one for one in _ids(above) if one not in seen]
        seen.update(level)
    found.mentions = _select(conn, "mentions", "statement", [row[0] for row in found.statements])
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
    return found


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


@dataclass(frozen=True)
class Encoded:
    """Columns and what their numbers stand for: ``sides`` as (claim, stance), ``documents`` as ids."""

    columns: SourceColumns
    side: Integers
    sides: list[tuple[str, str]]
    documents: list[str]


def encode(source: Source) -> Encoded:
    """Number all ids. References to rows that are not there count as rows without references of their own."""
    codes = _AllCodes()
    stances = _columns(source, "stances", codes, "id", "claim", "word", "statement", "actor", "", "document", "day")
    statements = _columns(
        source,
        "statements",
        codes,
        "statement",
        "event",
        "actor",
        "actor",
        "day",
        "access",
        "",
        "statement",
        "document",
    )
    mentions = _columns(source, "mentions", codes, "statement", "document")
    documents = _columns(source, "documents", codes, "document", "document", "day")
    edges = _edges(source, codes)
    told, copies = statements[7] >= 0, documents[1] >= 0
    mention_document = np.concatenate([mentions[1], statements[8]])
    mention_statement = np.concatenate([mentions[0], statements[0]])
    total, size = len(codes["statement"]), len(codes["document"])
    columns = SourceColumns(
        claim=stances[1],
        side=stances[2],
        statement=stances[3],
        actor=stances[4],
        stance_document=stances[6],
        stance_day=stances[7],
        event=_spread(total, statements[0], statements[1]),
        speaker=_spread(total, statements[0], statements[2]),
        organization=_spread(total, statements[0], statements[3]),
        day=_spread(total, statements[0], statements[4]),
        relayed=_spread(total, statements[0], statements[5]) == codes["access"].encode(["other_outlet"])[0],
        told=np.concatenate([statements[0][told], edges["statement"][0]]),
        teller=np.concatenate([statements[7][told], edges["statement"][1]]),
        mention_statement=mention_statement[mention_document >= 0],
        mention_document=mention_document[mention_document >= 0],
        published=_spread(size, documents[0], documents[2]),
        copy=np.concatenate([documents[0][copies], edges["document"][0]]),
        original=np.concatenate([documents[1][copies], edges["document"][1]]),
        taken=edges["taken"][0],
        taken_from=edges["taken"][1],
        wired=edges["wire"][0],
        agency=edges["wire"][1],
        wired_statement=edges["wire"][2],
    )
    claims, words = codes["claim"].ids(), codes["word"].ids()
    pairs, side = np.unique(columns.claim * len(words) + columns.side, return_inverse=True)
    sides = [(claims[int(pair) // len(words)], words[int(pair) % len(words)]) for pair in pairs]
    return Encoded(columns, side.astype(np.int64), sides, codes["document"].ids())


class _AllCodes(dict[str, Codes]):
    """The numbers of each kind of id; a kind gets its numbers when it is first asked for."""

    def __missing__(self, kind: str) -> Codes:
        self[kind] = Codes()
        return self[kind]


def _columns(source: Source, table: str, codes: _AllCodes, *kinds: str) -> list[Integers]:
    """The numbered columns of a table, one for each kind; a kind of "" or "id" is left empty."""
    parts: list[list[Integers]] = [[np.empty(0, np.int64)] for _ in kinds]
    for batch in source.batches(table):
        for part, kind, column in zip(parts, kinds, batch, strict=False):
            if kind not in ("", "id"):
                part.append(codes[kind].encode(column))
    return [np.concatenate(part) for part in parts]


def _edges(source: Source, codes: _AllCodes) -> dict[str, list[Integers]]:
    """Edges by kind: between statements, between documents, statement to document, document to wire service.

    A relation between documents that holds for one statement only is one of that statement.
    """
    found: dict[str, list[tuple[str | None, ...]]] = {"statement": [], "document": [], "taken": [], "wire": []}
    for batch in source.batches("provenance"):
        for subject_type, subject, relation, object_type, target, only in zip(*batch, strict=True):
            kinds = (subject_type, object_type)
            if relation == WIRE:
                if kinds == ("document", "actor"):
                    found["wire"].append((subject, target, only))
            elif kinds == ("statement", "statement"):
                found["statement"].append((subject, target))
            elif kinds == ("document", "document") and only is None:
                found["document"].append((subject, target))
            elif kinds in (("statement", "document"), ("document", "document")):
                found["taken"].append((subject if subject_type == "statement" else only, target))
    ends = {
        "statement": ("statement", "statement"),
        "document": ("document", "document"),
        "taken": ("statement", "document"),
        "wire": ("document", "actor", "statement"),
    }
    return {
        kind: [codes[end].encode([row[i] for row in found[kind]]) for i, end in enumerate(kinds)]
        for kind, kinds in ends.items()
    }


def _spread(size: int, at: Integers, values: Integers) -> Integers:
    """Values by the number of their row; -1 for numbers without a row."""
    out = np.full(size, -1, dtype=np.int64)
    out[at] = values
    return out
