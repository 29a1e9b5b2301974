"""What a comparison page shows, as figures: the matrix, the facets, and the counts of its first sentence.

Pure functions on a selection; ``data`` makes of them the JSON that stands behind the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from ..comparison import (
    BASIS_CODES,
    FACET_COLUMNS,
    FILTER_COLUMNS,
    Facet,
    FacetValue,
    Matrix,
    Selection,
    contestedness,
    date_range,
    facet,
    matrix,
    select,
)
from ..comparison.arrays import BoolArray, IntArray
from ..comparison.columns import Kind
from ..schema.vocabulary import BASIS, STANCE
from .compare_view import View

SHOWN = 8
"""How many values of a facet stand on the page."""
SHOWN_MORE = 200
"""How many of the one facet that is to show more."""

T = TypeVar("T")
Names = Mapping[str, Mapping[str, str]]
_STANCES = (None, *STANCE.words)
_BASES = (None, *BASIS.words)


@dataclass(frozen=True)
class Figures:
    """The figures of one view. ``selection`` has the stances that pass the filters, ``matrix`` counts them in cells
    (with the marks for narrower claims, which a filter on claims does not hide)."""

    view: View
    selection: Selection
    matrix: Matrix
    facets: Mapping[str, Facet]
    dates: tuple[str | None, str | None]

    @cached_property
    def by_claim(self) -> IntArray:
        """Stances of each kind by claim: int64 [claims, stances]."""
        return self.selection.claim_stances

    @cached_property
    def claims(self) -> int:
        """On how many claims there is a stance."""
        return int(np.count_nonzero(self.by_claim.sum(axis=1)))

    @cached_property
    def contested(self) -> int:
        """How many claims are both supported and disputed."""
        return int(np.count_nonzero(contestedness(self.by_claim)))

    @cached_property
    def units(self) -> int:
        """How many actors, organizations or countries have a stance; “not stated” is none."""
        counts = self.selection.counts(self.view.column)
        known = np.count_nonzero(counts)
        return int(known) - int(counts[self._unstated] > 0)

    @property
    def _unstated(self) -> int:
        return self.selection.index.dictionary(self.view.column).codes.get("not_stated", 0)

    @cached_property
    def sides(self) -> dict[str, int]:
        """How many stances of each kind, over all claims."""
        return _by_stance(self.by_claim.sum(axis=0).tolist())

    @cached_property
    def own_words(self) -> dict[str, int] | None:
        """Where one claim is asked for: how many explicit stances (or votes) of named actors, by kind; else None."""
        if len(self.view.chosen_claims) != 1:
            return None
        index, mask = self.selection.index, self.selection.mask
        code = index.dictionary("claim").codes[self.view.chosen_claims[0]]
        own = slice(int(index.offsets[code]), int(index.offsets[code + 1]))
        rows = own.start + (np.arange(own.stop - own.start) if mask is None else np.flatnonzero(mask[own]))
        named = index.codes["identification"][rows] == index.dictionary("identification").codes.get("named", -1)
        basis = index.codes["basis"][rows]
        explicit: BoolArray = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
        counts = np.bincount(index.codes["stance"][rows][named & explicit], minlength=len(_STANCES)).tolist()
        return _by_stance(counts)


REMEMBERED = 96
"""How many parts of views are kept for one index, as figures, HTML or JSON: 50 rows by 20 claims take some 400 kB."""

_MORE = ("by_claim", "units")


def figures(selection: Selection, view: View) -> Figures:
    """Count everything that a view shows. Raises FilterError for a claim that does not exist.

    An index never changes, so a view that was counted on it is not counted again: one that is opened often costs no
    more at five million stances than at one. A search is always counted anew.
    """
    if not _can_keep(selection):
        return _counted(selection, view)

    def count() -> Any:
        made = _counted(selection, view)
        return made.matrix, made.facets, made.dates, selection.size, {name: getattr(made, name) for name in _MORE}

    counted, listed, dates, size, more = _kept(selection.index.remembered, view, count)
    made = Figures(view, selection, counted, listed, dates)
    # What cached_property would store, had it been asked for.
    vars(selection)["size"] = size
    vars(made).update(more)
    return made


def remembered(figures: Figures, kind: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes of a view's figures, kept as they are: the index goes when anything that is named changes."""
    if not _can_keep(figures.selection):
        return make()
    return _kept(figures.selection.index.remembered, (kind, figures.view), make)


def _can_keep(selection: Selection) -> bool:
    return selection.visible is None and selection.found is None


def _kept(known: dict[Any, Any], key: Hashable, make: Callable[[], T]) -> T:
    """The value of a key, made where it is not known; of too many the one that was asked for least lately goes."""
    value: T | None = known.pop(key, None)
    if value is None:
        value = make()
    known[key] = value
    while len(known) > REMEMBERED:
        # A list, because another thread may change the dictionary while an iterator stands in it.
        known.pop(list(known)[0], None)  # noqa: RUF015
    return value


def _counted(selection: Selection, view: View) -> Figures:
    wide = selection
    if view.chosen_claims:
        # What a row says on a narrower claim stays marked though the filter names only the broader one.
        wide = select(selection.index, view.filters.without("claim"), selection.visible, selection.found)
    listed = {
        column: facet(selection, column, SHOWN_MORE if column == view.more else SHOWN)
        if FILTER_COLUMNS[column].kind is not Kind.MONTH
        else _months(facet(selection, column, None), view)
        for column in FACET_COLUMNS
    }
    return Figures(view, selection, matrix(wide, view.request), listed, date_range(selection))


def _months(whole: Facet, view: View) -> Facet:
    """The latest months, and those that are chosen: months stand in order, so the most frequent say nothing."""
    limit = SHOWN_MORE if view.more == whole.column else SHOWN
    kept = set(whole.values[-limit:])
    values = tuple(value for value in whole.values if value in kept or value.chosen)
    return Facet(whole.column, values, whole.distinct, whole.stances)


def wanted_names(figures: Figures) -> dict[str, list[str | None]]:
    """The rows whose names the page shows: table -> ids."""
    wanted: dict[str, list[str | None]] = {"actors": [], "claims": [], "countries": [], "documents": []}
    wanted[FILTER_COLUMNS[figures.view.column].dictionary] += figures.matrix.row_ids
    wanted["claims"] += figures.matrix.claim_ids
    if figures.view.by:
        wanted["claims"].append(figures.view.by)
    for column, listed in figures.facets.items():
        table = FILTER_COLUMNS[column].dictionary
        if table in wanted:
            wanted[table] += [value.id for value in listed.values]
    for condition in figures.view.filters.conditions:
        table = FILTER_COLUMNS[condition.column].dictionary
        if table in wanted:
            wanted[table] += condition.values
    return wanted


def data(figures: Figures, names: Names) -> dict[str, Any]:
    """The page as JSON types. It holds nothing that depends on when or by which URL it was asked for, so that the
    same revision always has the same checksum."""
    view, shown = figures.view, figures.matrix
    first, last = figures.dates
    return {
        "rows": view.rows,
        "filters": [{"parameter": name, "value": value} for name, value in view.filters.pairs()],
        "stances": figures.selection.size,
        "units": figures.units,
        "claims": figures.claims,
        "contested": figures.contested,
        "sides": figures.sides,
        "named_and_explicit": figures.own_words,
        "first": first,
        "last": last,
        "matrix": {
            "claims_of": shown.claim_count,
            "rows_of": shown.row_count,
            "stances": shown.stances_on_claims,
            "claims": _claims(shown, names["claims"]),
            "rows": _rows(figures, names[FILTER_COLUMNS[view.column].dictionary]),
        },
        "checksum_of": "ids and names of rows and claims, and the counts: see docs/comparing.md",
        "facets": {column: _facet(listed, names) for column, listed in figures.facets.items()},
    }


def _claims(shown: Matrix, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"claim": claim, "text": names.get(claim, claim), "stances": _by_stance(totals)}
        for claim, totals in zip(shown.claim_ids, shown.claim_totals.tolist(), strict=True)
    ]


def _by_stance(counts: list[int]) -> dict[str, int]:
    return {str(_STANCES[code]): number for code, number in enumerate(counts) if number}


def _rows(figures: Figures, names: Mapping[str, str]) -> list[dict[str, Any]]:
    shown = figures.matrix
    cells = cells_data(shown)
    return [
        {
            "id": row,
            "name": "Not stated" if row is None else names.get(row, row),
            "stances": _by_stance(totals),
            "cells": cells[number],
        }
        for number, (row, totals) in enumerate(zip(shown.row_ids, shown.row_totals.tolist(), strict=True))
    ]


def cells_data(shown: Matrix) -> list[list[dict[str, Any] | None]]:
    """Every cell of the page, None where it is empty; what is nought is left out."""
    rows, claims = len(shown.row_codes), len(shown.claim_codes)
    grid: list[list[dict[str, Any] | None]] = [[None] * claims for _ in range(rows)]
    found = shown.cells
    _each_count(shown, grid)
    dates = shown.index.dictionaries["date"].ids
    arrays = (found.summary, found.basis, found.stances, found.first, found.last)
    parts = [part.tolist() for part in arrays]
    for number, (summary, basis, stances, first, last) in enumerate(zip(*parts, strict=True)):
        line = grid[number]
        for at, cell in enumerate(line):
            if cell is not None and stances[at]:
                cell["stance"], cell["basis"] = _STANCES[summary[at]], _BASES[basis[at]]
                cell["stances"] = stances[at]
                if last[at]:
                    cell["first"], cell["last"] = dates[first[at]], dates[last[at]]
    for mark, where in (
        ("contradiction", found.contradiction),
        ("explicit_contradiction", found.explicit_contradiction),
    ):
        for row, claim in np.argwhere(where).tolist():
            cell = grid[row][claim]
            if cell is not None:
                cell[mark] = True
    return grid


def _each_count(shown: Matrix, grid: list[list[dict[str, Any] | None]]) -> None:
    """Put the counts by stance and basis, and those on narrower claims, into the cells that have any."""
    counts, narrower = shown.cells.counts, shown.cells.narrower
    places = np.nonzero(counts)
    columns = [part.tolist() for part in (*places, counts[places])]
    for row, claim, stance, basis, number in zip(*columns, strict=True):
        cell = grid[row][claim]
        if cell is None:
            cell = grid[row][claim] = {"counts": {}}
        cell["counts"].setdefault(_STANCES[stance], {})[_BASES[basis]] = number
    places = np.nonzero(narrower)
    columns = [part.tolist() for part in (*places, narrower[places])]
    for row, claim, stance, number in zip(*columns, strict=True):
        cell = grid[row][claim]
        if cell is None:
            cell = grid[row][claim] = {}
        cell.setdefault("narrower", {})[_STANCES[stance]] = number


def checksum(figures: Figures, names: Names) -> str:
    """SHA-256 of what the matrix shows: ids and names of its rows, ids and texts of its claims, one a line, then the
    counts by row, claim, stance and basis as 64-bit little-endian numbers, in the order of the vocabulary with 0 for
    “none”, and those on narrower claims by row, claim and stance likewise."""
    shown = figures.matrix
    called = names[FILTER_COLUMNS[figures.view.column].dictionary]
    lines = [f"{row or ''}\t{called.get(row or '', '')}\n" for row in shown.row_ids]
    lines += [f"{claim}\t{names['claims'].get(claim, '')}\n" for claim in shown.claim_ids]
    digest = hashlib.sha256("".join(lines).encode())
    for counts in (shown.cells.counts, shown.cells.narrower):
        digest.update(np.ascontiguousarray(counts, dtype="<i8").tobytes())
    return digest.hexdigest()


def _facet(listed: Facet, names: Names) -> dict[str, Any]:
    return {
        "of": listed.distinct,
        "stances": listed.stances,
        "values": [
            {"value": value.id, "name": value_name(listed.column, value, names), "stances": value.count}
            | ({"chosen": True} if value.chosen else {})
            for value in listed.values
        ],
    }


def value_name(column: str, value: FacetValue, names: Names) -> str:
    """What a facet's value is called."""
    return named(column, value.id, names)


def named(column: str, value: str | None, names: Names) -> str:
    """What a value of a column is called: the name of a row, the label of a word, a month in full."""
    from . import wording

    about = FILTER_COLUMNS[column]
    if value is None or value == "not_stated":
        return "Not stated"
    if about.enumeration is not None:
        return about.enumeration.term(value).label if value in about.enumeration.words else value
    if about.kind in (Kind.MONTH, Kind.DAY):
        return wording.full_date(value)
    return names.get(about.dictionary, {}).get(value, value)
