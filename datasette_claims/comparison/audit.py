"""The headline audit: what headlines and leads claim about a group, against what named people themselves say.

A headline such as "… disputed by foreign officials" sums up: its stances have the basis "author's summary". The
audit sets beside each side that headlines take so the explicit stances of named speakers in the bodies: on the
same side, on the opposite side, and on narrower claims. People are counted, not repetitions: a speaker who says
it twice is one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, IntArray
from .index import BASIS_CODES, STANCE_CODES, StanceIndex
from .queries import HeadMention, head_mentions, head_only
from .selection import Selection
from .statuses import counted

_SUMMARY = "author_summary"
"""The basis of the stances that the audit holds against what people say."""

_OPPOSITE = {"supports": "disputes", "disputes": "supports"}
OWN_WORDS = ("direct", "mixed")
"""The report types that hold words of the speaker inside quotation marks."""


@dataclass(frozen=True)
class Named:
    """Explicit stances of named speakers on one side: row numbers of the index, in the order of claim and date.

    ``speakers`` are the actors, once each for each claim: (actor id, claim id); ``quoted`` those of them of whose
    words some stand inside quotation marks.
    """

    rows: IntArray
    speakers: tuple[tuple[str, str], ...]
    quoted: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.speakers)


@dataclass(frozen=True)
class HeadlineSide:
    """One side that headlines or leads take by summing up, and what it rests on.

    ``heads`` are their mentions; ``same`` and ``opposite`` the named, explicit stances on the claim itself in the
    bodies; ``narrower_same`` and ``narrower_opposite`` those on narrower claims; ``explicit_unnamed`` the rows of
    explicit stances on the same side whose speaker is not named.
    """

    side: str
    heads: tuple[HeadMention, ...]
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
    conn: sqlite3.Connection, selection: Selection, claim: str, document: str | None = None
) -> HeadlineAudit:
    """Audit what headlines, standfirsts and leads say collectively about a claim.

    Only selected stances count, those that may not be seen do not. ``document`` audits one document against its
    own body. Raises KeyError for a claim or a document that the database does not have.
    """
    index = selection.index
    code = index.dictionary("claim").code(claim)
    if document is not None:
        index.dictionary("document").code(document)
    statuses = counted(selection.filters)
    if document is not None:
        heads = head_mentions(conn, claim, document, statuses=statuses, basis=_SUMMARY)
    else:  # by number: of a claim's stances few sum up, and only those are looked for in headlines
        rowids = index.rowids[_summing_up(index, selection.of_claims(np.array([code])).rows)].tolist()
        heads = head_mentions(conn, statuses=statuses, rowids=rowids) if rowids else []
    return _audit(conn, selection, code, document, heads)


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
        audit = _audit(conn, selection, known[claim], document, heads)
        found += [(audit, side) for side in audit.sides if side.contradicted]
        if len(found) >= limit:
            return found[:limit]
    return found


def _audit(
    conn: sqlite3.Connection, selection: Selection, claim: int, document: str | None, heads: Sequence[HeadMention]
) -> HeadlineAudit:
    index = selection.index
    narrower = index.narrower[index.narrower[:, 1] == claim, 0].astype(np.int64)
    own, narrow = (selection.of_claims(claims).rows for claims in (np.array([claim]), narrower))
    summed_up = _summing_up(index, own)
    known = set(index.rowids[summed_up].tolist()) if heads else set()
    if not any(head.rowid in known for head in heads):  # nothing is summed up: where all the others stand is no matter
        return HeadlineAudit(str(index.id("claim", claim)), document, ())
    rowids = index.rowids[np.concatenate((own, narrow))]
    if document is None:  # of those that nobody is named for, or that take no side, it is not asked
        both = np.concatenate((own, narrow))
        rowids = index.rowids[both[_is_explicit(index, both) & _is_named(index, both)]]
    places = head_only(conn, rowids.tolist(), document, counted(selection.filters))
    if document is not None:
        own, narrow = _mentioned(index, own, places), _mentioned(index, narrow, places)
        summed_up = _mentioned(index, summed_up, places)
    stance_of = dict(zip(index.rowids[summed_up].tolist(), index.codes["stance"][summed_up].tolist(), strict=True))
    sides = []
    for side, opposite in _OPPOSITE.items():
        stated = tuple(head for head in heads if stance_of.get(head.rowid) == STANCE_CODES[side])
        if not stated:
            continue
        explicit = own[_is_explicit(index, own) & (index.codes["stance"][own] == STANCE_CODES[side])]
        sides.append(
            HeadlineSide(
                side,
                stated,
                _named(index, own, side, places),
                _named(index, own, opposite, places),
                _named(index, narrow, side, places),
                _named(index, narrow, opposite, places),
                explicit[~_is_named(index, explicit)],
            )
        )
    return HeadlineAudit(str(index.id("claim", claim)), document, tuple(sides))


def _summing_up(index: StanceIndex, rows: IntArray) -> IntArray:
    """The rows that sum up what others say."""
    found: IntArray = rows[index.codes["basis"][rows] == BASIS_CODES[_SUMMARY]]
    return found


def _mentioned(index: StanceIndex, rows: IntArray, places: Mapping[int, bool]) -> IntArray:
    """The rows that are mentioned at all."""
    return rows[[rowid in places for rowid in index.rowids[rows].tolist()]]


def _is_explicit(index: StanceIndex, rows: IntArray) -> BoolArray:
    basis = index.codes["basis"][rows]
    explicit: BoolArray = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
    return explicit


def _is_named(index: StanceIndex, rows: IntArray) -> BoolArray:
    named: BoolArray = index.codes["identification"][rows] == index.dictionary("identification").code("named")
    return named


def _named(index: StanceIndex, rows: IntArray, side: str, places: Mapping[int, bool]) -> Named:
    """The explicit stances of named speakers on a side that a body reports."""
    taken = _is_explicit(index, rows) & _is_named(index, rows) & (index.codes["stance"][rows] == STANCE_CODES[side])
    # A stance that no document mentions, such as a vote, is not in a headline either.
    kept = np.array([row for row in rows[taken].tolist() if not places.get(int(index.rowids[row]))], dtype=np.int64)
    words = [index.dictionary("report_type").code(word) for word in OWN_WORDS]
    quoted = kept[np.isin(index.codes["report_type"][kept], words)]
    return Named(kept, _speakers(index, kept), _speakers(index, quoted))


def _speakers(index: StanceIndex, rows: IntArray) -> tuple[tuple[str, str], ...]:
    pairs = zip(index.codes["actor"][rows].tolist(), index.codes["claim"][rows].tolist(), strict=True)
    return tuple(
        (str(index.id("actor", actor)), str(index.id("claim", claim))) for actor, claim in dict.fromkeys(pairs)
    )
