"""Sources behind a claim: five numbers by side, the smallest named, each with its list."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..schema import vocabulary
from .components import Integers, follow
from .independence import SourceColumns, distinct, occasions
from .source_rows import AllRows, Encoded, SourceRows, claim_rows, encode

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
    """What stands behind one side of a claim. All ids are in the order of the stances.

    ``occasions`` holds for each independent occasion the statements that rest on it (empty for votes, which have
    none). ``without_organization`` counts speakers for whom no organization is stated. ``smallest`` names the
    smallest of the five numbers, the more cautious where two are equal; ``organizations`` only if every speaker
    has one, because an unknown organization is not a common one. ``first_reports`` are the documents that were
    published first.
    """

    claim: str
    stance: str
    stances: tuple[str, ...]
    documents: tuple[str, ...]
    statements: tuple[str, ...]
    speakers: tuple[str, ...]
    organizations: tuple[str, ...]
    occasions: tuple[tuple[str, ...], ...]
    without_organization: int
    smallest: str
    identification: dict[str, int]
    unnamed: Share
    own_reporting: Share
    first_reports: tuple[str, ...]
    spread: Spread

    @property
    def numbers(self) -> dict[str, int]:
        """The five numbers by name."""
        return {name: len(getattr(self, name)) for name in NUMBERS}


@dataclass(frozen=True)
class AllSources:
    """The five numbers of every side of every claim: row i of ``numbers`` (sides x 5, as ``NUMBERS``) is sides[i]."""

    sides: list[tuple[str, str]]
    numbers: Integers

    def of(self, claim: str) -> dict[str, dict[str, int]]:
        """The five numbers by name of each side of one claim, by stance."""
        return {
            stance: dict(zip(NUMBERS, row.tolist(), strict=True))
            for (one, stance), row in zip(self.sides, self.numbers, strict=True)
            if one == claim
        }


def all_sources(conn: sqlite3.Connection) -> AllSources:
    """The five numbers of all claims of a database, in one pass."""
    return count_sources(encode(AllRows(conn)))


def count_sources(data: Encoded) -> AllSources:
    """The five numbers of all sides, by array operations."""
    columns, side, sides = data.columns, data.side, len(data.sides)
    speaker, organization = _speakers(columns)
    at, document = _documents(columns)
    numbers = (
        distinct(side[at], document, sides),
        distinct(side, columns.statement, sides),
        distinct(side, speaker, sides),
        distinct(side, organization, sides),
        distinct(side, occasions(columns), sides),
    )
    return AllSources(data.sides, np.stack(numbers, axis=1))


def claim_sources(conn: sqlite3.Connection, claim: str) -> tuple[SideSources, ...]:
    """The sources behind one claim, by side, in the order of the vocabulary. Empty if it has no stances.

    Reads what bears on the claim through indexes; agrees with ``all_sources``. The time grows with the number of
    its stances (some 30 microseconds each): for one with many thousands, show the numbers of ``all_sources``, kept
    until the data change.
    """
    return sources_of(claim_rows(conn, claim))


def sources_of(rows: SourceRows) -> tuple[SideSources, ...]:
    """The sources behind every claim among the rows, with lists."""
    data = encode(rows)
    found = occasions(data.columns)
    reports: dict[int, list[int]] = {}
    for at, document in zip(*(column.tolist() for column in _documents(data.columns)), strict=True):
        reports.setdefault(at, []).append(document)
    said = {row[0]: row for row in rows.statements}
    published = {row[0]: row[2] for row in rows.documents}
    order = sorted(range(len(data.sides)), key=lambda i: (data.sides[i][0], _WORDS.index(data.sides[i][1])))
    return tuple(
        _side(data, rows, np.flatnonzero(data.side == i).tolist(), found, reports, said, published) for i in order
    )


_WORDS = vocabulary.STANCE.words


def _speakers(columns: SourceColumns) -> tuple[Integers, Integers]:
    """Who speaks for each stance: the statement's speaker, without a statement the actor; and the organization."""
    bare = columns.statement < 0
    if not len(columns.event):
        return columns.actor, np.full(len(columns.actor), -1)
    speaker = np.where(bare, columns.actor, columns.speaker[columns.statement])
    return speaker, np.where(bare, -1, columns.organization[columns.statement])


def _documents(columns: SourceColumns) -> tuple[Integers, Integers]:
    """(stance, document): every document that reports the stance's statement; its own if it has no statement."""
    with_statement = np.flatnonzero(columns.statement >= 0)
    at, document = follow(
        len(columns.event),
        with_statement,
        columns.statement[with_statement],
        columns.mention_statement,
        columns.mention_document,
    )
    bare = np.flatnonzero((columns.statement < 0) & (columns.stance_document >= 0))
    return np.concatenate([at, bare]), np.concatenate([document, columns.stance_document[bare]])


def _side(
    data: Encoded,
    rows: SourceRows,
    at: list[int],
    found: Integers,
    reports: dict[int, list[int]],
    said: dict[str, tuple[object, ...]],
    published: dict[str, str | None],
) -> SideSources:
    stances = [rows.stances[i] for i in at]
    documents = _unique(data.documents[d] for i in at for d in reports.get(i, ()))
    statements = _unique(row[3] for row in stances)
    own = [said.get(statement) for statement in statements]
    speakers = _unique([row[2] for row in own if row] + [row[4] for row in stances if row[3] is None])
    organizations = _unique(row[3] for row in own if row)
    groups: dict[int, list[str]] = {}
    for i, row in zip(at, stances, strict=True):
        groups.setdefault(int(found[i]), []).extend([row[3]] if row[3] is not None else [])
    identification = Counter(str(row[6]) for row in own if row)
    without = _unique(row[2] for row in own if row and row[3] is None)
    lists = (documents, statements, speakers, organizations, list(groups))
    numbers = dict(zip(NUMBERS, map(len, lists), strict=True))
    whole = len(own)
    return SideSources(
        claim=stances[0][1],
        stance=stances[0][2],
        stances=tuple(row[0] for row in stances),
        documents=documents,
        statements=statements,
        speakers=speakers,
        organizations=organizations,
        occasions=tuple(tuple(dict.fromkeys(group)) for group in groups.values()),
        without_organization=len(without),
        smallest=_smallest(numbers, complete=not without and bool(organizations)),
        identification=dict(identification),
        unnamed=Share(identification["unnamed"], whole),
        own_reporting=Share(sum(1 for row in own if row and row[5] == "own_reporting"), whole),
        first_reports=_first(documents, published),
        spread=_spread(documents, published),
    )


def _unique(values: object) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(values) if value is not None)  # type: ignore[call-overload]


def _smallest(numbers: dict[str, int], complete: bool) -> str:
    """The name of the smallest number that is known; where several are equal, the more cautious one."""
    known = [name for name in reversed(NUMBERS) if numbers[name] and (name != "organizations" or complete)]
    return min(known, key=lambda name: numbers[name])


def _first(documents: Sequence[str], published: dict[str, str | None]) -> tuple[str, ...]:
    """The documents with the earliest day of publication. A partial date counts from its first day."""
    dated = {one: day for one in documents if (day := published.get(one))}
    first = min(dated.values(), default=None)
    return tuple(one for one, day in dated.items() if day == first)


def _spread(documents: Sequence[str], published: dict[str, str | None]) -> Spread:
    days = sorted(day for one in documents if (day := published.get(one)))
    if not days:
        return Spread(None, None, None, len(documents))
    exact = len(days[0]) == len(days[-1]) == 10
    between = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days if exact else None
    return Spread(days[0], days[-1], between, len(documents) - len(days))
