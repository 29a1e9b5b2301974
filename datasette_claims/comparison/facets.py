"""Facets: what can be chosen in each column, with counts that follow every other filter.

A facet ignores the filters on its own column, so that it shows what choosing another value would give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .arrays import IntArray
from .columns import FACET_COLUMNS, FILTER_COLUMNS, MONTH
from .selection import Selection

FACET_LIMIT = 30

_MANY = 100
"""How many times more values than are shown make it worth to look for the highest counts first."""


@dataclass(frozen=True)
class FacetValue:
    """One value with the number of stances that it would give. ``id`` None is "not stated" in a nullable column
    (its filter is ``<column>__isnull=1``)."""

    id: str | None
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """The values of one column, most frequent first (months: in order), the chosen ones always among them.

    ``distinct`` is how many values have a stance at all; ``len(values) < distinct`` where some are left out.
    ``stances`` is how many stances the counts are of.
    """

    column: str
    values: tuple[FacetValue, ...]
    distinct: int
    stances: int


def facets(
    selection: Selection, columns: Iterable[str] = FACET_COLUMNS, limit: int | None = FACET_LIMIT
) -> dict[str, Facet]:
    """The facets of some columns. ``limit`` is the most values of each (None: all). KeyError for an unknown column."""
    return {column: facet(selection, column, limit) for column in columns}


def facet(selection: Selection, column: str, limit: int | None = FACET_LIMIT) -> Facet:
    """The facet of one column."""
    counts = selection.counts_without_own(column)
    if column == MONTH.name:
        names, of_date = selection.index.months
        counts = np.bincount(of_date, weights=counts, minlength=len(names)).astype(np.int64)
    else:
        names = selection.index.dictionary(column).ids  # type: ignore[assignment]
    chosen = set(selection.filters.chosen(column))
    missing = any(condition.operator == "isnull" for condition in selection.filters.of(column))
    codes = _shown(counts, limit)
    named = chosen if selection.filters.of(column) else set()
    listed = codes.tolist() + _missed(selection, column, named, missing, set(codes.tolist()), names)
    if column == MONTH.name:
        listed.sort(key=lambda code: (code == 0, code))
    values = tuple(
        FacetValue(names[code], int(counts[code]), names[code] in chosen or (names[code] is None and missing))
        for code in listed
    )
    return Facet(column, values, int(np.count_nonzero(counts)), int(counts.sum()))


def _shown(counts: IntArray, limit: int | None) -> IntArray:
    """The codes with the highest counts, most frequent first, equal ones in the dictionary's order."""
    present = np.flatnonzero(counts >= _at_least(counts, limit))
    if limit is not None and len(present) > limit:
        least = np.partition(counts[present], len(present) - limit)[len(present) - limit]
        above = present[counts[present] > least]
        present = np.sort(np.concatenate([above, present[counts[present] == least][: limit - len(above)]]))
    return present[np.argsort(-counts[present], kind="stable")]


def _at_least(counts: IntArray, limit: int | None) -> int:
    """A number that the ``limit`` highest counts reach: of many values only a few need to be sorted then.

    The highest counts of as many pieces of the array are as many different values, so the least of them will do.
    """
    if limit is None or len(counts) < _MANY * limit:
        return 1
    highest = np.maximum.reduceat(counts, np.arange(0, len(counts), len(counts) // (8 * limit)))
    return max(int(np.sort(highest)[-limit]), 1)


def _missed(
    selection: Selection,
    column: str,
    chosen: set[str],
    missing: bool,
    shown: set[int],
    names: tuple[str | None, ...],
) -> list[int]:
    """The codes of chosen values that have too few stances to be shown: they must stay visible to be removed."""
    if column == MONTH.name:
        codes = [number for number, name in enumerate(names) if name in chosen]
    else:
        known = selection.index.dictionary(column).codes
        codes = sorted(known[value] for value in chosen if value in known)
    if missing and FILTER_COLUMNS[column].nullable:
        codes.insert(0, 0)
    return [code for code in codes if code not in shown]


def date_range(selection: Selection) -> tuple[str | None, str | None]:
    """The earliest and the latest day of the stances that pass every filter but those on dates (ISO dates)."""
    counts = selection.counts_without_own("date_start")[1:], selection.counts_without_own("date_end")[1:]
    dates = selection.index.dictionaries["date"].ids
    present = [np.flatnonzero(part) + 1 for part in counts]
    days = np.concatenate(present)
    return (dates[int(days.min())], dates[int(days.max())]) if len(days) else (None, None)
