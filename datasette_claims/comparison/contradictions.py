"""Where positions contradict each other: an actor with itself, actors of one organization, actors of one country;
and where an actor's position changed from one date to another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, IntArray
from .columns import NOT_STATED
from .filters import FilterError
from .index import BASIS_CODES, STANCE_CODES, StanceIndex
from .selection import Selection

SPLIT_KINDS = ("actor", "organization", "country")
_SIDES = ("supports", "disputes", "mixed", "neutral")


@dataclass(frozen=True)
class Split:
    """One unit on both sides of one claim. ``supports`` and ``disputes`` are row numbers of the index, by date.

    ``explicit``: both sides stand on explicit stances or votes.
    """

    unit: str
    claim: str
    supports: IntArray
    disputes: IntArray
    explicit: bool


@dataclass(frozen=True)
class Splits:
    """The splits of one kind, most evenly divided first; ``total`` says of how many these are the first."""

    kind: str
    splits: tuple[Split, ...]
    total: int


def splits(selection: Selection, kind: str, represents_only: bool = False, limit: int = 100, offset: int = 0) -> Splits:
    """The claims that one actor, organization or country both supports and disputes in the selected stances.

    Inside an organization or a country it takes two actors on opposite sides: one who contradicts themselves is
    listed under "actor". ``represents_only`` counts only stances whose actor speaks for the country. Stances
    without a stated unit are left out. Raises FilterError for an unknown kind.
    """
    index, claims = selection.index, selection.index.size("claim")
    rows, key, starts, found = _grouped(selection, kind, represents_only)
    ends = np.append(starts, len(key))[1:]
    page = found[offset : offset + limit]
    listed = tuple(_split(index, kind, claims, key[starts[at]], rows[starts[at] : ends[at]]) for at in page.tolist())
    return Splits(kind, listed, len(found))


def _grouped(selection: Selection, kind: str, represents_only: bool) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """(rows that take a side, by unit and claim; the number of unit and claim of each; where each group starts; the
    groups with both sides, most evenly divided first)."""
    index = selection.index
    if kind not in SPLIT_KINDS:
        raise FilterError("kind", f"there is no “{kind[:80]}”", f"use one of: {', '.join(SPLIT_KINDS)}")
    rows = _stated(selection, kind)
    stance = index.codes["stance"][rows]
    keep = (stance == STANCE_CODES["supports"]) | (stance == STANCE_CODES["disputes"])
    if represents_only:
        keep &= index.codes["country_basis"][rows] == index.dictionary("country_basis").code("represents")
    rows, stance = rows[keep], stance[keep]
    key = index.codes[kind][rows].astype(np.int64) * index.size("claim") + index.codes["claim"][rows]
    order = np.argsort(key, kind="stable")
    rows, key, stance = rows[order], key[order], stance[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    return rows, key, starts, _divided(index, rows, starts, stance, others=kind != "actor")


def _stated(selection: Selection, kind: str) -> IntArray:
    """The selected rows that have a stated unit."""
    index = selection.index
    units = index.codes[kind][selection.rows]
    missing = index.dictionary(kind).codes.get(NOT_STATED, 0)
    stated: IntArray = selection.rows[(units != 0) & (units != missing)]
    return stated


def _divided(index: StanceIndex, rows: IntArray, starts: IntArray, stance: IntArray, others: bool) -> IntArray:
    """Which groups of rows have both sides (and, with ``others``, two actors), most evenly divided first."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    supports = np.add.reduceat((stance == STANCE_CODES["supports"]).astype(np.int64), starts)
    total = np.diff(np.append(starts, len(rows)))
    smaller = np.minimum(supports, total - supports)
    both: BoolArray = smaller > 0
    if others:
        actors = index.codes["actor"][rows]
        both &= np.minimum.reduceat(actors, starts) != np.maximum.reduceat(actors, starts)
    found = np.flatnonzero(both)
    ordered: IntArray = found[np.lexsort((found, -total[found], -smaller[found]))]
    return ordered


def _split(index: StanceIndex, kind: str, claims: int, key: int, rows: IntArray) -> Split:
    stance, basis = index.codes["stance"][rows], index.codes["basis"][rows]
    explicit = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
    supports, disputes = (stance == STANCE_CODES[side] for side in ("supports", "disputes"))
    return Split(
        unit=str(index.id(kind, int(key) // claims)),
        claim=str(index.id("claim", int(key) % claims)),
        supports=rows[supports],
        disputes=rows[disputes],
        explicit=bool((explicit & supports).any() and (explicit & disputes).any()),
    )


@dataclass(frozen=True)
class Change:
    """An actor's position on a claim on one date and another on the next date for which one is known.

    ``before`` and ``after`` are stances (different ones on one date are "mixed"), the dates ISO days, the rows
    row numbers of the index.
    """

    actor: str
    claim: str
    before: str
    before_date: str
    before_rows: IntArray
    after: str
    after_date: str
    after_rows: IntArray


def changes(selection: Selection, limit: int = 100, offset: int = 0) -> tuple[tuple[Change, ...], int]:
    """The changes of position over time in the selected stances: (a page of them, how many there are).

    Only dated positions count (supports, disputes, mixed, neutral; by the latest day of each stance). Ordered by
    claim, actor, date.
    """
    index = selection.index
    rows = _stated(selection, "actor")
    bits = np.array([0] + [_bit(word) for word in STANCE_CODES], dtype=np.uint8)[index.codes["stance"][rows]]
    when = index.when[rows].astype(np.int64)
    keep = (bits > 0) & (when > 0)
    rows, bits, when = rows[keep], bits[keep], when[keep]
    actor, claim = index.codes["actor"][rows], index.codes["claim"][rows]
    order = np.lexsort((rows, when, actor, claim))
    rows, bits, when, actor, claim = rows[order], bits[order], when[order], actor[order], claim[order]
    if not len(rows):
        return (), 0
    new_pair = (np.diff(actor.astype(np.int64), prepend=-1) != 0) | (np.diff(claim.astype(np.int64), prepend=-1) != 0)
    starts = np.flatnonzero(new_pair | (np.diff(when, prepend=-1) != 0))
    state = np.bitwise_or.reduceat(bits, starts)
    changed = np.flatnonzero(~new_pair[starts][1:] & (_words(state)[1:] != _words(state)[:-1])) + 1
    page = changed[offset : offset + limit]
    return tuple(_change(index, rows, starts, state, at) for at in page.tolist()), len(changed)


def _bit(word: str) -> int:
    return 1 << _SIDES.index(word) if word in _SIDES else 0


def _words(state: IntArray) -> IntArray:
    """Bits of the stances on one date -> the place of the position in _SIDES; several different ones are mixed."""
    table = np.full(16, _SIDES.index("mixed"), dtype=np.int64)
    for place in range(len(_SIDES)):
        table[1 << place] = place
    return table[state]


def _change(index: StanceIndex, rows: IntArray, starts: IntArray, state: IntArray, at: int) -> Change:
    ends = np.append(starts, len(rows))

    def moment(number: int) -> tuple[str, str, IntArray]:
        part = rows[starts[number] : ends[number + 1]]
        date = index.dictionaries["date"].ids[int(index.when[part[0]])]
        return _SIDES[int(_words(state[number : number + 1])[0])], str(date), part

    first = int(rows[starts[at]])
    actor = str(index.id("actor", int(index.codes["actor"][first])))
    claim = str(index.id("claim", int(index.codes["claim"][first])))
    return Change(actor, claim, *moment(at - 1), *moment(at))
