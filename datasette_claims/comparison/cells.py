"""What a cell of the matrix says, derived from its counts.

The rule of the summary: the best known basis decides. Bases rank explicit and vote, then the author's summary,
then a third party's account, then inference. Among the stances of the best rank that take a position, opposite
sides, or any mixed stance, make the cell mixed; else supports or disputes if there is one; else neutral. A cell
without a position is "queries" if a question was asked, else "declines". ``contradiction`` is wider: the row both
supports and disputes the claim on any basis, so a cell can read "supports" and still carry the mark because
somebody reports the contrary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..schema import vocabulary as v
from .arrays import BoolArray, IntArray, count
from .index import BASIS_CODES, BASIS_SIZE, STANCE_CODES, STANCE_SIZE, StanceIndex

BASIS_RANKS: tuple[tuple[str, ...], ...] = (("explicit", "vote"), ("author_summary",), ("third_party",), ("inferred",))
"""The bases from best to least known; those of one rank count alike."""

_STANCES = (None, *v.STANCE.words)
_BASES = (None, *v.BASIS.words)
_RANKED = tuple(np.array([BASIS_CODES[word] for word in rank]) for rank in BASIS_RANKS)
_SIDES = np.array([STANCE_CODES[word] for word in ("supports", "disputes", "mixed", "neutral")])
_OTHERS = tuple(np.array([STANCE_CODES[word]]) for word in ("queries", "declines"))
Placed = tuple[IntArray, IntArray]
"""Row numbers, claim by claim and within a claim by date, and the number of the cell of each."""


@dataclass(frozen=True)
class Cell:
    """One cell for a page. ``counts`` lists ((stance, basis), number) for every kind of stance that occurs.

    ``summary`` is the stance that the cell shows and ``basis`` the best basis for it, both None where there are
    stances on narrower claims only. ``contradiction``: the row both supports and disputes the claim;
    ``explicit_contradiction``: and both on explicit bases (or votes). ``narrower`` counts by stance what the row
    says on claims narrower than this one. ``declined``: how often it was asked and declined. ``first`` and
    ``last``: the earliest and latest stated day (ISO), None where none is stated.
    """

    summary: str | None
    basis: str | None
    stances: int
    counts: tuple[tuple[tuple[str, str], int], ...]
    contradiction: bool
    explicit_contradiction: bool
    narrower: tuple[tuple[str, int], ...]
    declined: int
    first: str | None
    last: str | None

    @property
    def only_narrower(self) -> bool:
        """Whether the row has stances on narrower claims but none on the claim itself."""
        return self.stances == 0


@dataclass(frozen=True)
class Cells:
    """The figures of R x C cells.

    ``counts`` int64 [R, C, STANCE_SIZE, BASIS_SIZE] by stance and basis code; ``narrower`` int64
    [R, C, STANCE_SIZE]: stances on narrower claims; ``first`` and ``last`` int64 [R, C]: date codes, 0 where no
    date is stated. The arrays below follow from them.
    """

    counts: IntArray
    narrower: IntArray
    first: IntArray
    last: IntArray

    @staticmethod
    def of(index: StanceIndex, shape: tuple[int, int], own: Placed, narrow: Placed) -> Cells:
        """Count stances into cells of a page with ``shape`` (R, C); cell (r, c) has the number r * C + c."""
        cells, sides = shape[0] * shape[1], STANCE_SIZE * BASIS_SIZE
        rows, cell = own
        counts = count(cell * sides + index.stance_basis.take(rows), cells * sides)
        narrow_key = narrow[1] * STANCE_SIZE + index.codes["stance"].take(narrow[0])
        narrower = count(narrow_key, cells * STANCE_SIZE)
        first, last = _dates(index, rows, cell, cells)
        return Cells(
            counts.reshape(*shape, STANCE_SIZE, BASIS_SIZE),
            narrower.reshape(*shape, STANCE_SIZE),
            first.reshape(shape),
            last.reshape(shape),
        )

    @cached_property
    def stances(self) -> IntArray:
        """How many stances a cell has: int64 [R, C]."""
        total: IntArray = self.by_stance.sum(axis=2)
        return total

    @cached_property
    def by_stance(self) -> IntArray:
        """How many of each stance, on any basis: int64 [R, C, STANCE_SIZE]."""
        summed: IntArray = self.counts.sum(axis=3)
        return summed

    @cached_property
    def contradiction(self) -> BoolArray:
        """Where the row both supports and disputes the claim: bool [R, C]."""
        return _both(self.by_stance)

    @cached_property
    def explicit_contradiction(self) -> BoolArray:
        """Where it does both explicitly or by vote: bool [R, C]."""
        return _both(self.counts[..., [BASIS_CODES[basis] for basis in BASIS_RANKS[0]]].sum(axis=3))

    @cached_property
    def summary(self) -> IntArray:
        """The stance code that a cell shows, by the rule above; 0 where it has no stance: int64 [R, C]."""
        return self._decided[0]

    @cached_property
    def basis(self) -> IntArray:
        """The code of the best basis for the stances that decide; 0 where there is none: int64 [R, C]."""
        return self._decided[1]

    @cached_property
    def declined(self) -> IntArray:
        """How often the row declined to say: int64 [R, C]."""
        declined: IntArray = self.by_stance[..., STANCE_CODES["declines"]]
        return declined

    @cached_property
    def _decided(self) -> tuple[IntArray, IntArray]:
        counts = self.counts.reshape(-1, *self.counts.shape[2:])
        summary, basis = np.zeros((2, len(counts)), dtype=np.int64)
        left = np.flatnonzero(self.stances)
        for taking in (_SIDES, *_OTHERS):
            for rank in _RANKED:
                if not len(left):
                    break
                found = counts[np.ix_(left, taking, rank)]
                here = found.any(axis=(1, 2))
                cells, found, left = left[here], found[here], left[~here]
                summary[cells] = _side(found.sum(axis=2)) if taking is _SIDES else taking[0]
                basis[cells] = rank[np.argmax(found.any(axis=1), axis=1)]
        shape = self.counts.shape[:2]
        return summary.reshape(shape), basis.reshape(shape)

    def cell(self, row: int, claim: int, dates: tuple[str | None, ...]) -> Cell | None:
        """One cell in words; None where it is empty. ``dates`` is the dictionary of dates."""
        total = int(self.stances[row, claim])
        narrower = self.narrower[row, claim]
        if not total and not narrower.any():
            return None
        counts = self.counts[row, claim]
        return Cell(
            summary=_STANCES[self.summary[row, claim]],
            basis=_BASES[self.basis[row, claim]],
            stances=total,
            counts=tuple(
                ((str(_STANCES[s]), str(_BASES[b])), int(counts[s, b])) for s, b in np.argwhere(counts).tolist()
            ),
            contradiction=bool(self.contradiction[row, claim]),
            explicit_contradiction=bool(self.explicit_contradiction[row, claim]),
            narrower=tuple((str(_STANCES[s]), int(narrower[s])) for s in np.flatnonzero(narrower).tolist()),
            declined=int(self.declined[row, claim]),
            first=dates[self.first[row, claim]],
            last=dates[self.last[row, claim]],
        )


def _both(by_stance: IntArray) -> BoolArray:
    both: BoolArray = (by_stance[..., STANCE_CODES["supports"]] > 0) & (by_stance[..., STANCE_CODES["disputes"]] > 0)
    return both


def _side(counts: IntArray) -> IntArray:
    """The position that counts [cells, (supports, disputes, mixed, neutral)] come to, as a stance code."""
    supports, disputes, mixed = (counts[..., number] > 0 for number in range(3))
    return np.select(
        [mixed | (supports & disputes), supports, disputes],
        [STANCE_CODES["mixed"], STANCE_CODES["supports"], STANCE_CODES["disputes"]],
        STANCE_CODES["neutral"],
    )


def _dates(index: StanceIndex, rows: IntArray, cell: IntArray, cells: int) -> tuple[IntArray, IntArray]:
    """The first and the last stated day of each cell, as date codes: [cells] each.

    The rows of a cell come by their latest day, undated ones first, and NumPy lets the last of several assignments
    to one place stand: forwards that is the last day, backwards the first. Only where a stance spans several days
    can an earlier day hide in a later row.
    """
    when = index.when.take(rows)
    first, last = np.zeros(cells, dtype=when.dtype), np.zeros(cells, dtype=when.dtype)
    last[cell] = when
    dated = np.flatnonzero(when)
    if len(dated) < len(when):
        rows, cell, when = rows.take(dated), cell.take(dated), when.take(dated)
    first[cell[::-1]] = when[::-1]
    if index.starts_earlier:
        start = index.codes["date_start"].take(rows)
        early = np.flatnonzero((start > 0) & (start < first[cell]))
        np.minimum.at(first, cell[early], start[early])
    return first, last
