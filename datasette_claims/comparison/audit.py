"""The headline audit: what headlines and leads claim about a group, against what named people themselves say.

A headline such as "… disputed by foreign officials" sums up: its stances have the basis "author's summary". The
audit sets beside each side that headlines take so the explicit stances of named speakers in the bodies: on the
same side, on the opposite side, and on narrower claims. People are counted, not repetitions: a speaker who says
it twice is one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from ..schema.vocabulary import HEAD_KINDS, IDENTIFICATION
from .arrays import BoolArray, IntArray, different
from .index import BASIS_CODES, STANCE_CODES, StanceIndex
from .queries import HeadMention, head_mentions, head_only
from .selection import Selection
from .statuses import counted

_SUMMARY = "author_summary"
"""The basis of the stances that the audit holds against what people say."""

_OPPOSITE = {"supports": "disputes", "disputes": "supports"}
OWN_WORDS = ("direct", "mixed")
"""The report types that hold words of the speaker inside quotation marks."""


class KnownHeads(Protocol):
    """What is known of headlines, standfirsts and leads without asking the database, from reviewed mentions; see
    ``tracing.source_index``."""

    def heads_of(self, rowids: IntArray, /) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]:
        """(stance, order, mention, document, kind, identification) of what they report of some stances."""
        ...

    def in_heads_alone(self, rowids: IntArray, /) -> BoolArray:
        """Whether a stance is reported nowhere else, of each of some."""
        ...


@dataclass(frozen=True)
class HeadMentions:
    """Headlines, standfirsts and leads that sum up: pairs of rowids (stance, mention), headlines and those that sum up
    the most people first; and in how many documents they stand."""

    mentions: tuple[tuple[int, int], ...]
    documents: int

    def __len__(self) -> int:
        return len(self.mentions)


@dataclass(frozen=True)
class Named:
    """Explicit stances of named speakers on one side: row numbers of the index, in the order of claim and date. Its
    length is the number of speakers."""

    index: StanceIndex
    rows: IntArray

    def __len__(self) -> int:
        return self._number

    @cached_property
    def speakers(self) -> tuple[tuple[str, str], ...]:
        """The actors, once each for each claim: (actor id, claim id)."""
        return _speakers(self.index, self.rows)

    @cached_property
    def quoted(self) -> tuple[tuple[str, str], ...]:
        """Those of the speakers of whose words some stand inside quotation marks."""
        words = [self.index.dictionary("report_type").code(word) for word in OWN_WORDS]
        return _speakers(self.index, self.rows[np.isin(self.index.codes["report_type"][self.rows], words)])

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The claims that they speak on."""
        return tuple(str(self.index.id("claim", code)) for code in different(self.index.codes["claim"][self.rows]))

    @cached_property
    def _number(self) -> int:
        actors = self.index.codes["actor"][self.rows].astype(np.int64)
        return len(different(actors * self.index.size("claim") + self.index.codes["claim"][self.rows]))


@dataclass(frozen=True)
class HeadlineSide:
    """One side that headlines or leads take by summing up, and what it rests on.

    ``heads`` are these; ``same`` and ``opposite`` the named, explicit stances on the claim itself in the
    bodies; ``narrower_same`` and ``narrower_opposite`` those on narrower claims; ``explicit_unnamed`` the rows of
    explicit stances on the same side whose speaker is not named.
    """

    side: str
    heads: HeadMentions
    same: Named
    opposite: Named
    narrower_same: Named
    narrower_opposite: Named
    explicit_unnamed: IntArray

    @property
    def unsupported(self) -> bool:
        """No named speaker explicitly takes the side on the claim itself."""
        return not len(self.same)

    @property
    def contradicted(self) -> bool:
        """No named speaker explicitly takes the side, and at least one takes the opposite side."""
        return self.unsupported and len(self.opposite) > 0


@dataclass(frozen=True)
class HeadlineAudit:
    """The audit of one claim, in one document or in all (``document`` None); no ``sides`` where no headline or lead
    sums up a side of it."""

    claim: str
    document: str | None
    sides: tuple[HeadlineSide, ...]


def headline_audit(
    conn: sqlite3.Connection,
    selection: Selection,
    claim: str,
    document: str | None = None,
    known: KnownHeads | None = None,
) -> HeadlineAudit:
    """Audit what headlines, standfirsts and leads say collectively about a claim.

    Only selected stances count, those that may not be seen do not. ``document`` audits one document against its
    own body. ``known``, where only reviewed mentions count, spares the database a question for each stance. Raises
    KeyError for a claim or a document that the database does not have.
    """
    index = selection.index
    code = index.dictionary("claim").code(claim)
    if document is not None:
        index.dictionary("document").code(document)
    statuses = counted(selection.filters)
    if document is not None:
        found = _places(head_mentions(conn, claim, document, statuses=statuses, basis=_SUMMARY))
        return _audit(conn, selection, code, document, found)
    # By number: of a claim's stances few sum up, and only those are looked for in headlines.
    own = selection.of_claims(np.array([code])).rows
    rowids = index.rowids[_summing_up(index, own)]
    if known is not None:
        found = _known_places(known, rowids)
    else:
        found = _places(head_mentions(conn, statuses=statuses, rowids=rowids.tolist())) if len(rowids) else []
    return _audit(conn, selection, code, document, found, known, own)


def headline_conflicts(
    conn: sqlite3.Connection, selection: Selection, limit: int = 100
) -> list[tuple[HeadlineAudit, HeadlineSide]]:
    """Headline against body: the documents whose headline or lead sums up a side of a claim that no named speaker
    explicitly takes in the body, while at least one explicitly takes the opposite side (up to ``limit``)."""
    known = selection.index.dictionary("claim").codes
    groups: dict[tuple[str, str], list[HeadMention]] = {}
    for head in head_mentions(conn, statuses=counted(selection.filters), basis=_SUMMARY):
        if head.claim in known:
            groups.setdefault((head.document, head.claim), []).append(head)
    found = []
    for (document, claim), heads in groups.items():
        audit = _audit(conn, selection, known[claim], document, _places(heads))
        found += [(audit, side) for side in audit.sides if side.contradicted]
        if len(found) >= limit:
            return found[:limit]
    return found


class _Place(NamedTuple):
    """Where a headline, standfirst or lead reports a stance: the number of its kind, the rank of whom it sums up and
    the order of mentions, which it is sorted by; the rowids of both; its document. Order and document are as the
    database has them, by id, or as the arrays have them."""

    kind: int
    rank: int
    order: str | int
    stance: int
    mention: int
    document: str | int


_SUMS_UP = {"collective": 0, "role_only": 2, "named": 3}
"""Who speaks for the most people comes first: “foreign officials” before “one official” before a general by name."""
_RANKS = [_SUMS_UP.get(word, 1) for word in IDENTIFICATION.words] + [1]


def _places(heads: Iterable[HeadMention]) -> list[_Place]:
    return [
        _Place(
            HEAD_KINDS.index(head.segment_kind),
            _SUMS_UP.get(head.identification, 1),
            *(head.id, head.rowid, head.mention, head.document),
        )
        for head in heads
    ]


def _known_places(known: KnownHeads, rowids: IntArray) -> list[_Place]:
    stance, order, mention, document, kind, identification = (each.tolist() for each in known.heads_of(rowids))
    ranks = [_RANKS[number] for number in identification]
    return [_Place(*place) for place in zip(kind, ranks, order, stance, mention, document, strict=True)]


def _heads(places: Sequence[_Place]) -> HeadMentions:
    """Some places in their order."""
    ordered, documents = sorted(places), {place.document for place in places}
    return HeadMentions(tuple((place.stance, place.mention) for place in ordered), len(documents))


def _audit(
    conn: sqlite3.Connection,
    selection: Selection,
    claim: int,
    document: str | None,
    places: Sequence[_Place],
    known: KnownHeads | None = None,
    own: IntArray | None = None,
) -> HeadlineAudit:
    """The audit of what some places report; ``own``: the selected rows of the claim, if they are known."""
    index = selection.index
    nothing = HeadlineAudit(str(index.id("claim", claim)), document, ())
    if not places:  # nothing is summed up: where all the others stand is no matter
        return nothing
    narrower = index.narrower[index.narrower[:, 1] == claim, 0].astype(np.int64)
    own = selection.of_claims(np.array([claim])).rows if own is None else own
    narrow = selection.of_claims(narrower).rows
    summed_up = _summing_up(index, own)
    if document is not None:
        own, narrow, summed_up = (_mentioned(conn, selection, rows, document) for rows in (own, narrow, summed_up))
    stance_of = dict(zip(index.rowids[summed_up].tolist(), index.codes["stance"][summed_up].tolist(), strict=True))
    stated = {
        side: [place for place in places if stance_of.get(place.stance) == STANCE_CODES[side]] for side in _OPPOSITE
    }
    if not any(stated.values()):
        return nothing
    named, narrower_named = (_in_bodies(conn, selection, rows, document, known) for rows in (own, narrow))
    explicit = own[_is_explicit(index, own) & ~_is_named(index, own)]
    sides = [
        HeadlineSide(
            *(side, _heads(stated[side])),
            *(named[side], named[opposite], narrower_named[side], narrower_named[opposite]),
            explicit[index.codes["stance"][explicit] == STANCE_CODES[side]],
        )
        for side, opposite in _OPPOSITE.items()
        if stated[side]
    ]
    return HeadlineAudit(str(index.id("claim", claim)), document, tuple(sides))


def _summing_up(index: StanceIndex, rows: IntArray) -> IntArray:
    """The rows that sum up what others say."""
    found: IntArray = rows[index.codes["basis"][rows] == BASIS_CODES[_SUMMARY]]
    return found


def _mentioned(conn: sqlite3.Connection, selection: Selection, rows: IntArray, document: str) -> IntArray:
    """The rows that a document mentions."""
    rowids = selection.index.rowids[rows]
    found = head_only(conn, rowids.tolist(), document, counted(selection.filters))
    return rows[np.isin(rowids, np.array(list(found), dtype=np.int64))]


def _is_explicit(index: StanceIndex, rows: IntArray) -> BoolArray:
    basis = index.codes["basis"][rows]
    explicit: BoolArray = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
    return explicit


def _is_named(index: StanceIndex, rows: IntArray) -> BoolArray:
    named: BoolArray = index.codes["identification"][rows] == index.dictionary("identification").code("named")
    return named


def _in_bodies(
    conn: sqlite3.Connection, selection: Selection, rows: IntArray, document: str | None, known: KnownHeads | None
) -> dict[str, Named]:
    """Of some stances the explicit ones of named speakers, by side, without those that headlines alone report. A stance
    that no document mentions, such as a vote, is in no headline either."""
    index = selection.index
    rows = rows[_is_explicit(index, rows) & _is_named(index, rows)]
    rowids = index.rowids[rows]
    if known is not None:
        alone = known.in_heads_alone(rowids)
    else:
        places = head_only(conn, rowids.tolist(), document, counted(selection.filters))
        alone = np.array([places.get(rowid, False) for rowid in rowids.tolist()], dtype=bool)
    rows = rows[~alone]
    stance = index.codes["stance"][rows]
    return {side: Named(index, rows[stance == STANCE_CODES[side]]) for side in _OPPOSITE}


def _speakers(index: StanceIndex, rows: IntArray) -> tuple[tuple[str, str], ...]:
    pairs = dict.fromkeys(zip(index.codes["actor"][rows].tolist(), index.codes["claim"][rows].tolist(), strict=True))
    return tuple((str(index.id("actor", actor)), str(index.id("claim", claim))) for actor, claim in pairs)
