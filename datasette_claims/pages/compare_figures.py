"""What a comparison page shows, as figures: the matrix, the facets, and the counts of its first sentence.

Pure functions on a selection; ``compare_json`` makes of them the JSON that stands behind the page.
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
from ..schema.vocabulary import STANCE
from .compare_view import View
from .keeping import kept

SHOWN = 8
"""How many values of a facet stand on the page."""
SHOWN_MORE = 200
"""How many of the one facet that is to show more."""

T = TypeVar("T")
Names = Mapping[str, Mapping[str, str]]
_STANCES = (None, *STANCE.words)


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
        return by_stance(self.by_claim.sum(axis=0).tolist())

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
        return by_stance(counts)


_MORE = ("by_claim", "units")


def figures(selection: Selection, view: View) -> Figures:
    """Count everything that a view shows. Raises FilterError for a claim that does not exist.

    An index never changes, so a view that was counted on it is not counted again: one that is opened often costs no
    more at five million stances than at one. A search is always counted anew.
    """

    def count() -> Any:
        made = _counted(selection, view)
        return made.matrix, made.facets, made.dates, selection.size, {name: getattr(made, name) for name in _MORE}

    counted, listed, dates, size, more = kept(selection, view, count)
    made = Figures(view, selection, counted, listed, dates)
    # What cached_property would store, had it been asked for.
    vars(selection)["size"] = size
    vars(made).update(more)
    return made


def remembered(figures: Figures, kind: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes of a view's figures, kept as they are: the index goes when anything that is named changes."""
    return kept(figures.selection, (kind, figures.view), make)


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


def by_stance(counts: list[int]) -> dict[str, int]:
    """Stance -> number, from the numbers by code; what is nought is left out."""
    return {str(_STANCES[code]): number for code, number in enumerate(counts) if number}


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
