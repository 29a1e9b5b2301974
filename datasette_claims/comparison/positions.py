"""One position for each unit (actor, organization, country) on each claim: what agreement is measured on.

What counts is a choice that the page shows: the bases (explicit and votes unless chosen otherwise), neutral and
mixed as 0 in the middle of supports (1) and disputes (-1); queries and refusals are no positions. Where a unit has
several stances on a claim, the latest date counts (its latest day; an undated stance counts only where none is
dated); different stances on that same date make the position mixed. Stances without a stated unit are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, IntArray, count
from .columns import NOT_STATED
from .filters import FilterError
from .index import BASIS_CODES, STANCE_CODES, STANCE_SIZE, StanceIndex
from .selection import Selection, rows_allowed

DEFAULT_BASES = ("explicit", "vote")
UNIT_LIMIT = 400
"""How many units can be compared at once: the tables of all pairs grow with the square."""

UNIT_KINDS = ("actor", "organization", "country")

MISSING = np.int8(-128)
"""Stands in ``values`` where a unit has no position."""

_BITS = {"supports": 1, "disputes": 2, "mixed": 4, "neutral": 8}
_BITS_OF_CODE = np.zeros(STANCE_SIZE, dtype=np.uint8)
for _word, _bit in _BITS.items():
    _BITS_OF_CODE[STANCE_CODES[_word]] = _bit
_VALUES = np.zeros(16, dtype=np.int8)
_VALUES[[0, 1, 2]] = MISSING, 1, -1
_IS_MIXED = np.ones(16, dtype=bool)
_IS_MIXED[[0, 1, 2, 8]] = False

AnyArray = npt.NDArray[Any]


@dataclass(frozen=True)
class Positions:
    """The positions of U units on C claims.

    ``values`` int8 [U, C]: 1 supports, 0 neutral or mixed, -1 disputes, MISSING none. ``mixed`` bool [U, C]: where
    the 0 is a mixed position. ``unit_codes`` int [U] in the order of names, ``claim_codes`` int [C]: the claims on
    which any of these units has a position. ``unit_count``: how many units have a position at all, of which the U
    with most stances are here. ``unplaced``: stances without a stated unit, which do not count.
    """

    index: StanceIndex
    units: str
    unit_codes: IntArray
    claim_codes: IntArray
    values: npt.NDArray[np.int8]
    mixed: BoolArray
    unit_count: int
    unplaced: int

    @cached_property
    def present(self) -> BoolArray:
        """Where there is a position: bool [U, C]."""
        present: BoolArray = self.values != MISSING
        return present

    @cached_property
    def unit_ids(self) -> tuple[str, ...]:
        """The ids of the units."""
        ids = self.index.dictionary(self.units).ids
        return tuple(str(ids[code]) for code in self.unit_codes.tolist())

    @cached_property
    def claim_ids(self) -> tuple[str, ...]:
        """The ids of the claims."""
        ids = self.index.dictionary("claim").ids
        return tuple(str(ids[code]) for code in self.claim_codes.tolist())

    def stance(self, unit: int, claim: int) -> str | None:
        """The position at a place of ``values`` as a word: supports, disputes, mixed, neutral, or None."""
        if not self.present[unit, claim]:
            return None
        if self.mixed[unit, claim]:
            return "mixed"
        return {1: "supports", 0: "neutral", -1: "disputes"}[int(self.values[unit, claim])]


def positions(
    selection: Selection,
    units: str = "country",
    bases: Sequence[str] = DEFAULT_BASES,
    chosen: Sequence[str] | None = None,
    limit: int = UNIT_LIMIT,
) -> Positions:
    """The positions of the units on every claim that the selection touches.

    ``chosen`` names the units (else the ``limit`` ones with most stances that count). Raises FilterError for a
    kind of unit, a basis or a unit that does not exist.
    """
    index = selection.index
    _check(index, units, bases, chosen, limit)
    rows, unplaced = _counted(selection, units, bases)
    unit = _column(index.codes[units], rows)
    codes, unit_count = _units(index, units, unit, chosen, limit)
    here = _places(codes, index.size(units))[unit]
    if len(codes) < unit_count:
        kept = np.flatnonzero(here >= 0)
        rows, here = (kept if rows is None else rows[kept]), here[kept]
    claim, claims = _column(index.codes["claim"], rows), np.arange(index.size("claim"))
    if selection.mask is not None:
        claims = np.flatnonzero(count(claim, len(claims)))
        claim = _places(claims, index.size("claim"))[claim]
    wide = np.int64 if len(codes) * len(claims) > np.iinfo(np.int32).max else np.int32
    cell = here * wide(len(claims)) + claim
    bits = _BITS_OF_CODE[_column(index.codes["stance"], rows)]
    table = _latest(cell, bits, _column(index.when, rows), len(codes) * len(claims))
    table = table.reshape(len(codes), len(claims))
    touched = np.flatnonzero(table.any(axis=0))
    table = table if len(touched) == len(claims) else table[:, touched]
    return Positions(index, units, codes, claims[touched], _VALUES[table], _IS_MIXED[table], unit_count, unplaced)


def _check(index: StanceIndex, units: str, bases: Sequence[str], chosen: Sequence[str] | None, limit: int) -> None:
    if max(limit, len(chosen or ())) > UNIT_LIMIT:
        raise FilterError("units", f"more than {UNIT_LIMIT} of them cannot be compared at once", "choose fewer")
    if units not in UNIT_KINDS:
        raise FilterError("units", f"there is no “{units[:80]}”", f"use one of: {', '.join(UNIT_KINDS)}")
    for basis in bases:
        if basis not in BASIS_CODES:
            raise FilterError("basis", f"there is no basis “{basis[:80]}”", f"use some of: {', '.join(BASIS_CODES)}")
    for unit in chosen or ():
        if unit not in index.dictionary(units).codes:
            raise FilterError("chosen", f"there is no {units} “{unit[:80]}”", "see the actors and countries listed")


def _column(values: AnyArray, rows: IntArray | None) -> AnyArray:
    return values if rows is None else values[rows]


def _places(codes: IntArray, size: int) -> npt.NDArray[np.int32]:
    """Code -> its place in ``codes``, -1 for one that is not there: int32 [size]."""
    places = np.full(size, -1, dtype=np.int32)
    places[codes] = np.arange(len(codes), dtype=np.int32)
    return places


def _counted(selection: Selection, units: str, bases: Sequence[str]) -> tuple[IntArray | None, int]:
    """The rows that are positions of a stated unit (None: all rows), and how many lack a stated unit."""
    index = selection.index
    masks = [] if selection.mask is None else [selection.mask]
    for column, words, known in (("stance", _BITS, STANCE_CODES), ("basis", bases, BASIS_CODES)):
        allowed = np.zeros(index.size(column), dtype=bool)
        allowed[[known[word] for word in words]] = True
        if index.totals[column][~allowed].any():
            masks.append(rows_allowed(index.codes[column], allowed))
    stated = np.ones(index.size(units), dtype=bool)
    stated[
        [0, *([index.dictionary(units).codes[NOT_STATED]] if NOT_STATED in index.dictionary(units).codes else [])]
    ] = False
    before: int | None = None
    if index.totals[units][~stated].any():
        before = int(np.count_nonzero(_all(masks, len(index))))
        masks.append(rows_allowed(index.codes[units], stated))
    if not masks:
        return None, 0
    rows = np.flatnonzero(_all(masks, len(index)))
    return rows, 0 if before is None else before - len(rows)


def _all(masks: list[BoolArray], size: int) -> BoolArray:
    joined = masks[0] if masks else np.ones(size, dtype=bool)
    for mask in masks[1:]:
        joined = joined & mask
    return joined


def _units(
    index: StanceIndex, units: str, unit: IntArray, chosen: Sequence[str] | None, limit: int
) -> tuple[IntArray, int]:
    """The codes of the units to compare, in the order of names, and how many units have a position."""
    stances = count(unit, index.size(units))
    present = np.flatnonzero(stances)
    if chosen is not None:
        known = index.dictionary(units).codes
        return np.array(sorted({known[name] for name in chosen}), dtype=np.int64), len(present)
    most = present[np.argsort(-stances[present], kind="stable")][:limit]
    return np.sort(most), len(present)


def _latest(cell: IntArray, bits: npt.NDArray[np.uint8], when: IntArray, size: int) -> npt.NDArray[np.uint8]:
    """The stances on the latest date of each cell, as bits: uint8 [size].

    Rows come in the order of time, and NumPy lets the last of several assignments to one place stand, so what is
    left is a latest stance; those of the same date that differ from it are added.
    """
    latest = np.zeros(size, dtype=when.dtype)
    latest[cell] = when
    kinds = np.zeros(size, dtype=np.uint8)
    kinds[cell] = bits
    tied = np.flatnonzero((bits != kinds[cell]) & (when == latest[cell]))
    np.bitwise_or.at(kinds, cell[tied], bits[tied])
    return kinds
