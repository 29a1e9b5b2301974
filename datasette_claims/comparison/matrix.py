"""The comparison matrix: actors, organizations or countries against claims, with the evidence in every cell.

A cell counts the stances of its row on its claim by stance and basis; all that is shown follows from these counts
(``cells.py``). Only the rows of the chosen claims are read, and cells are counted only for the rows of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .arrays import IntArray, count
from .cells import Cell, Cells, Placed
from .columns import FILTER_COLUMNS
from .filters import FilterError
from .index import STANCE_CODES, STANCE_SIZE, StanceIndex
from .selection import ClaimRows, Selection

ROW_KINDS = ("actor", "organization", "country")
ROW_ORDERS = ("count", "name", "contradictions", "claim")
CLAIM_ORDERS = ("contested", "count", "name")
MAX_CELLS = 500_000
"""How many cells one page of a matrix may have; each takes some 400 bytes."""


@dataclass(frozen=True)
class MatrixRequest:
    """What matrix is asked for.

    ``rows``: the kind of row. ``claims``: the columns in this order; empty for all claims that pass the filters,
    ordered by ``claim_order``: "contested" (most contested first, see ``contestedness``), "count" or "name".
    ``row_order``: "count" (most stances first), "name", "contradictions" (most claims first on which the row is
    on both sides, then count) or "claim": by the stance on ``row_claim``, in the order supports, disputes, mixed,
    neutral, queries, declines, none. ``reverse`` turns the order of the rows round. Offsets and limits page
    through both.
    """

    rows: str = "actor"
    claims: tuple[str, ...] = ()
    claim_order: str = "contested"
    claim_offset: int = 0
    claim_limit: int = 20
    row_order: str = "count"
    row_claim: str | None = None
    reverse: bool = False
    row_offset: int = 0
    row_limit: int = 50

    def __post_init__(self) -> None:
        for name, value, known in (
            ("rows", self.rows, ROW_KINDS),
            ("claim_order", self.claim_order, CLAIM_ORDERS),
            ("row_order", self.row_order, ROW_ORDERS),
        ):
            if value not in known:
                raise FilterError(name, f"there is no “{str(value)[:80]}”", f"use one of: {', '.join(known)}")
        if self.row_order == "claim" and self.row_claim is None:
            raise FilterError("row_claim", "it is missing", "name the claim by which the rows are to be sorted")
        for name in ("claim_offset", "claim_limit", "row_offset", "row_limit"):
            if getattr(self, name) < 0:
                raise FilterError(name, "it is negative", "give 0 or more")
        if self.row_limit * self.claim_limit > MAX_CELLS:
            problem = f"{self.row_limit:,} rows of {self.claim_limit:,} claims are more than {MAX_CELLS:,} cells"
            raise FilterError("row_limit", problem, "ask for fewer at once and page through them")


@dataclass(frozen=True)
class Matrix:
    """A page of the matrix: R rows, C claims. Codes are those of the index.

    ``row_codes`` int [R] (0: organization not stated), ``claim_codes`` int [C]; ``row_count`` and ``claim_count``
    say of how many. ``cells`` holds the figures of all cells. ``row_totals`` int [R, STANCE_SIZE] sums a row over
    the claims shown, ``row_all`` int [R] over all claims that pass the filters; ``claim_totals`` int
    [C, STANCE_SIZE] sums a claim over all rows, shown or not. ``stances`` is how many stances pass the filters,
    ``stances_on_claims`` how many of them are on the claims shown.
    """

    index: StanceIndex
    rows: str
    row_codes: IntArray
    claim_codes: IntArray
    row_count: int
    claim_count: int
    cells: Cells
    row_totals: IntArray
    row_all: IntArray
    claim_totals: IntArray
    stances: int
    stances_on_claims: int

    @cached_property
    def row_ids(self) -> tuple[str | None, ...]:
        """The ids of the rows; None is "not stated"."""
        ids = self.index.dictionary(self.rows).ids
        return tuple(ids[code] for code in self.row_codes.tolist())

    @cached_property
    def claim_ids(self) -> tuple[str, ...]:
        """The ids of the claims."""
        ids = self.index.dictionary("claim").ids
        return tuple(str(ids[code]) for code in self.claim_codes.tolist())

    def cell(self, row: int, claim: int) -> Cell | None:
        """The cell at a position of the page; None where the row has no stance there, not even on a narrower claim."""
        return self.cells.cell(row, claim, self.index.dictionaries["date"].ids)

    def grid(self) -> Iterator[tuple[str | None, tuple[Cell | None, ...]]]:
        """Row by row: (id of the row, its cells)."""
        for number, row in enumerate(self.row_ids):
            yield row, tuple(self.cell(number, claim) for claim in range(len(self.claim_codes)))


def contestedness(stances: IntArray) -> IntArray:
    """How contested claims are: int64 [claims] from stances [claims, STANCE_SIZE].

    The smaller of the two sides, min(supports, disputes): how many stances would have to change for the claim to
    be uncontested. Claims with equal figures are ordered by their number of stances.
    """
    least: IntArray = np.minimum(stances[:, STANCE_CODES["supports"]], stances[:, STANCE_CODES["disputes"]])
    return least


def matrix(selection: Selection, request: MatrixRequest | None = None) -> Matrix:
    """The page of the matrix that is asked for, over the selected stances.

    Raises FilterError for a claim that does not exist. A chosen claim without stances stays as an empty column.
    """
    asked = request or MatrixRequest()
    index = selection.index
    claims, claim_count = _claims(selection, asked)
    own = selection.of_claims(claims)
    nobody = index.size(asked.rows)
    units = own.spread(index.codes[asked.rows], nobody)
    narrow_claims, narrow_at = _narrower(index, claims)
    narrow = selection.of_claims(narrow_claims)
    narrow_units = narrow.spread(index.codes[asked.rows], nobody)
    shown, row_count = _shown(selection, asked, own, units[0], narrow_units[0])
    first_cell = np.full(nobody + 1, -1, dtype=np.intp)
    first_cell[shown] = np.arange(len(shown)) * len(claims)
    cells = Cells.of(
        index,
        (len(shown), len(claims)),
        _placed(own, units, first_cell, np.arange(len(claims))),
        _placed(narrow, narrow_units, first_cell, narrow_at),
    )
    return Matrix(
        index=index,
        rows=asked.rows,
        row_codes=shown,
        claim_codes=claims,
        row_count=row_count,
        claim_count=claim_count,
        cells=cells,
        row_totals=cells.counts.sum(axis=(1, 3)),
        row_all=selection.counts(asked.rows)[shown],
        claim_totals=selection.claim_stances[claims] if not asked.claims else _totals(index, own),
        stances=selection.size,
        stances_on_claims=len(own),
    )


def _totals(index: StanceIndex, own: ClaimRows) -> IntArray:
    """How many stances of each kind each claim of the page has: int64 [C, STANCE_SIZE]."""
    key = own.at * STANCE_SIZE + own.take(index.codes["stance"])
    return count(key, len(own.sizes) * STANCE_SIZE).reshape(-1, STANCE_SIZE)


def _placed(rows: ClaimRows, units: tuple[IntArray, IntArray | None], first_cell: IntArray, places: IntArray) -> Placed:
    """The rows that stand on the page, and the cell of each.

    ``units`` are those of the rows (``ClaimRows.spread``), ``first_cell`` (int [units + 1]) the first cell of each, -1
    for one that is not on the page, ``places`` where each claim stands. What is not on the page, mostly the greater
    part, goes first.
    """
    on = np.flatnonzero((first_cell >= 0).take(units[0]))
    where = on if units[1] is None else units[1].take(on)
    return rows.numbers(where), first_cell.take(units[0].take(on)) + places.take(rows.claims(where))


def _claims(selection: Selection, asked: MatrixRequest) -> tuple[IntArray, int]:
    """The codes of the claims of the page, and how many there are in all."""
    known = selection.index.dictionary("claim").codes
    if asked.claims:
        unknown = [claim for claim in asked.claims if claim not in known]
        if unknown:
            raise FilterError("claims", f"there is no claim “{unknown[0][:80]}”", "see the claims of this database")
        chosen = np.array([known[claim] for claim in dict.fromkeys(asked.claims)], dtype=np.int64)
        return chosen[asked.claim_offset : asked.claim_offset + asked.claim_limit], len(chosen)
    stances = selection.claim_stances
    total = stances.sum(axis=1)
    present = np.flatnonzero(total)
    if asked.claim_order == "contested":
        present = present[np.lexsort((present, -total[present], -contestedness(stances)[present]))]
    elif asked.claim_order == "count":
        present = present[np.lexsort((present, -total[present]))]
    return present[asked.claim_offset : asked.claim_offset + asked.claim_limit], len(present)


def _narrower(index: StanceIndex, claims: IntArray) -> tuple[IntArray, IntArray]:
    """The claims that are narrower than those of the page: (their codes, the positions of the broader ones)."""
    at = np.full(index.size("claim"), -1, dtype=np.int64)
    at[claims] = np.arange(len(claims))
    narrow, broad = index.narrower[:, 0], at[index.narrower[:, 1]]
    return narrow[broad >= 0], broad[broad >= 0]


def _shown(
    selection: Selection, asked: MatrixRequest, own: ClaimRows, units: IntArray, narrow_units: IntArray
) -> tuple[IntArray, int]:
    """The codes of the rows of the page in the order asked for, and how many rows have a stance on the claims or on
    narrower ones."""
    size, end = selection.index.size(asked.rows), asked.row_offset + asked.row_limit
    total = count(units, size)
    present: IntArray = np.flatnonzero(total + count(narrow_units, size))
    rows = len(present)
    if asked.row_order == "count" and not asked.reverse and rows > end:
        present = _most(total, present, end, keep_first=FILTER_COLUMNS[asked.rows].nullable)
    keys: tuple[IntArray, ...] = (present, -total[present])
    if asked.row_order == "name":
        keys = (present,)
    elif asked.row_order == "contradictions":
        stance, unit = (own.take(selection.index.codes[column]) for column in ("stance", asked.rows))
        both = _contradictions(stance, own.at, unit, len(own.sizes), size)
        keys = (*keys, -both[present])
    elif asked.row_order == "claim":
        keys = (*keys, _by_claim(selection, asked)[present])
    order = present[np.lexsort(keys)]
    if FILTER_COLUMNS[asked.rows].nullable:
        order = np.concatenate((order[order != 0], order[order == 0]))
    return (order[::-1] if asked.reverse else order)[asked.row_offset : end], rows


def _most(total: IntArray, present: IntArray, number: int, keep_first: bool) -> IntArray:
    """Of the codes in ``present`` those that can be among the first ``number`` by ``total``: to sort the rest would be
    in vain. ``keep_first``: code 0 does not count, as it goes to the end whatever its total."""
    counted = present[present != 0] if keep_first else present
    if not 0 < number < len(counted):
        return present
    counts = total[counted]
    least = np.partition(counts, len(counts) - number)[len(counts) - number]
    most: IntArray = counted[counts >= least]
    return most


def _contradictions(stance: IntArray, at: IntArray, units: IntArray, claims: int, size: int) -> IntArray:
    """On how many of the claims each unit is on both sides: int64 [size]."""
    key = units.astype(np.int64) * claims + at
    sides = [np.unique(key[stance == STANCE_CODES[side]]) for side in ("supports", "disputes")]
    both = np.intersect1d(sides[0], sides[1], assume_unique=True)
    return count(both // max(claims, 1), size)


def _by_claim(selection: Selection, asked: MatrixRequest) -> IntArray:
    """The rank of every unit by its stance on one claim: int64 [codes], the stance's code, or one more for none."""
    index = selection.index
    code = index.dictionary("claim").codes.get(asked.row_claim or "")
    if code is None:
        raise FilterError("row_claim", f"there is no claim “{(asked.row_claim or '')[:80]}”", "choose a claim shown")
    rows = selection.of_claims(np.array([code]))
    units, where = np.unique(rows.take(index.codes[asked.rows]), return_inverse=True)
    nothing = np.zeros(0, dtype=np.int64)
    summary = Cells.of(index, (len(units), 1), (rows.rows, where), (nothing, nothing)).summary[:, 0]
    rank = np.full(index.size(asked.rows), STANCE_SIZE, dtype=np.int64)
    rank[units] = summary
    return rank


def rows_behind(selection: Selection, rows: str, unit: str | None, claim: str, narrower: bool = False) -> IntArray:
    """The row numbers of the stances behind a cell, by date; ``narrower``: those behind its narrower-claim mark.

    ``rows`` is the kind of row and ``unit`` its id (None: not stated). Raises FilterError for an unknown claim or
    unit.
    """
    index = selection.index
    codes = index.dictionary("claim").codes
    if claim not in codes:
        raise FilterError("claim", f"there is no claim “{claim[:80]}”", "see the claims of this database")
    if unit is not None and unit not in index.dictionary(rows).codes:
        raise FilterError(rows, f"there is no {rows} “{unit[:80]}”", "see what the comparison page lists")
    claims = np.array([codes[claim]], dtype=np.int64)
    found = selection.of_claims(_narrower(index, claims)[0] if narrower else claims).rows
    found = found[index.codes[rows][found] == (0 if unit is None else index.dictionary(rows).codes[unit])]
    by_date: IntArray = found[np.argsort(index.when[found], kind="stable")]
    return by_date
