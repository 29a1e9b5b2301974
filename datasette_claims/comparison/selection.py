"""Which rows pass the filters. A condition is decided once a value, not once a row: on the dictionary, giving a
table of allowed codes; the rows then follow by one pass over a column of small integers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from .arrays import BoolArray, IntArray, count
from .columns import FILTER_COLUMNS, MONTH, NOT_STATED, own_filters
from .filters import Condition, Filters
from .index import StanceIndex

_FEW = 6
"""Up to so many codes, comparing one after the other is faster than looking up every row."""


@dataclass(frozen=True)
class Selection:
    """The rows of an index that pass filters and may be seen.

    ``visible`` (bool [n], None: all) are the rows that the viewer may see, ``found`` (bool [n], None: no search)
    those that the full-text search found. Everything else follows and is computed once.
    """

    index: StanceIndex
    filters: Filters
    visible: BoolArray | None = None
    found: BoolArray | None = None

    def __post_init__(self) -> None:
        if self.filters.search is not None and self.found is None:
            raise ValueError("the filters hold a full-text search, but no rows that it found were given")

    @cached_property
    def _masks(self) -> Mapping[str, BoolArray]:
        """Column -> the rows that pass its conditions, for the columns that have any."""
        allowed: dict[str, BoolArray] = {}
        for condition in self.filters.conditions:
            codes = allowed_codes(self.index, condition)
            known = allowed.get(condition.column)
            allowed[condition.column] = codes if known is None else known & codes
        return {column: rows_allowed(self._codes(column), codes) for column, codes in allowed.items()}

    def _codes(self, column: str) -> IntArray:
        return self.index.codes["date_start" if column == MONTH.name else column]

    def _mask(self, ignoring: tuple[str, ...] = ()) -> BoolArray | None:
        masks = [mask for column, mask in self._masks.items() if column not in ignoring]
        masks += [mask for mask in (self.visible, self.found) if mask is not None]
        if not masks:
            return None
        joined = masks[0]
        for mask in masks[1:]:
            joined = joined & mask
        return joined

    @cached_property
    def mask(self) -> BoolArray | None:
        """The rows that pass everything: bool [n]; None where all do."""
        return self._mask()

    @cached_property
    def rows(self) -> IntArray:
        """The row numbers that pass everything, ascending: int64 [k]."""
        return np.arange(len(self.index)) if self.mask is None else np.flatnonzero(self.mask)

    @cached_property
    def size(self) -> int:
        """How many rows pass everything."""
        return len(self.index) if self.mask is None else int(np.count_nonzero(self.mask))

    @cached_property
    def _sparse(self) -> tuple[bool, IntArray]:
        return sparse(self.mask, len(self.index))

    def counts(self, column: str) -> IntArray:
        """How many of the selected rows have each code of a stored column: int64 [codes]."""
        return self._count(column, self._sparse)

    def counts_without_own(self, column: str) -> IntArray:
        """The same for a facet: over the rows that pass every filter but those on the column itself."""
        own = own_filters(column)
        stored = "date_start" if column == MONTH.name else column
        if not any(name in self._masks for name in own):
            return self.counts(stored)
        return self._count(stored, sparse(self._mask(own), len(self.index)))

    def _count(self, column: str, part: tuple[bool, IntArray]) -> IntArray:
        inside, rows = part
        if inside:
            return count(self.index.codes[column][rows], self.index.size(column))
        if not len(rows):
            return self.index.totals[column]
        return self.index.totals[column] - count(self.index.codes[column][rows], self.index.size(column))

    @cached_property
    def claim_stances(self) -> IntArray:
        """How many of the selected stances of each kind a claim has: int64 [claims, STANCE_SIZE]."""
        inside, rows = self._sparse
        if inside:
            return self.index.claim_stance_counts(rows)
        if not len(rows):
            return self.index.claim_stances
        return self.index.claim_stances - self.index.claim_stance_counts(rows)

    def rows_of_claims(self, claims: IntArray) -> tuple[IntArray, IntArray]:
        """The selected rows of some claims, claim by claim: (rows [k], position in ``claims`` [k])."""
        starts, ends = self.index.offsets[claims], self.index.offsets[claims + 1]
        parts = [
            np.arange(a, b) if self.mask is None else a + np.flatnonzero(self.mask[a:b])
            for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        rows = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        return rows, np.repeat(np.arange(len(claims)), [len(part) for part in parts])


def select(
    index: StanceIndex, filters: Filters, visible: BoolArray | None = None, found: BoolArray | None = None
) -> Selection:
    """The rows that pass the filters, among those that may be seen and that the full-text search found.

    Raises ValueError where ``filters.search`` is given without ``found``.
    """
    return Selection(index, filters, visible, found)


def sparse(mask: BoolArray | None, size: int) -> tuple[bool, IntArray]:
    """The shorter way to name the rows of a mask: (True, the rows inside) or (False, the rows outside)."""
    if mask is None:
        return False, np.zeros(0, dtype=np.int64)
    if 2 * int(np.count_nonzero(mask)) <= size:
        return True, np.flatnonzero(mask)
    return False, np.flatnonzero(~mask)


def rows_allowed(codes: IntArray, allowed: BoolArray) -> BoolArray:
    """The rows whose code is allowed: bool [n], from codes [n] and a table bool [codes]."""
    wanted = np.flatnonzero(allowed)
    if not len(wanted):
        return np.zeros(len(codes), dtype=bool)
    if len(wanted) == len(allowed):
        return np.ones(len(codes), dtype=bool)
    low, high = wanted[0], wanted[-1]
    if high - low + 1 == len(wanted):
        return _between(codes, int(low), int(high), len(allowed))
    if len(wanted) <= _FEW:
        return _any_of(codes, wanted)
    unwanted = np.flatnonzero(~allowed)
    if len(unwanted) <= _FEW:
        return ~_any_of(codes, unwanted)
    return allowed[codes]


def _between(codes: IntArray, low: int, high: int, size: int) -> BoolArray:
    kind = codes.dtype.type
    if low == high:
        mask: BoolArray = codes == kind(low)
    elif low == 0:
        mask = codes <= kind(high)
    else:
        mask = codes >= kind(low)
        if high < size - 1:
            mask &= codes <= kind(high)
    return mask


def _any_of(codes: IntArray, wanted: IntArray) -> BoolArray:
    kind = codes.dtype.type
    mask: BoolArray = codes == kind(wanted[0])
    for code in wanted[1:]:
        mask |= codes == kind(code)
    return mask


def allowed_codes(index: StanceIndex, condition: Condition) -> BoolArray:
    """Which codes of the column's dictionary a condition allows: bool [codes].

    As in SQL, a missing value passes "isnull" and nothing else.
    """
    column = FILTER_COLUMNS[condition.column]
    dictionary = index.dictionary(condition.column)
    allowed = np.zeros(len(dictionary), dtype=bool)
    if condition.operator == "isnull":
        allowed[0] = True
        return allowed
    if column is MONTH:
        months, of_date = index.months
        return np.array([_passes(condition)(month) for month in months], dtype=bool)[of_date]
    if condition.operator in ("exact", "in", "not", "notin"):
        known = [dictionary.codes[value] for value in condition.values if value in dictionary.codes]
        allowed[known] = True
        if condition.operator in ("not", "notin"):
            allowed = ~allowed
            allowed[0] = False
        return allowed
    if condition.operator == "notnull":
        allowed[1:] = True
        return allowed
    passes = _passes(condition)
    allowed[1:] = [passes(value) for value in dictionary.ids[1:] if value is not None]
    return allowed


def _passes(condition: Condition) -> Callable[[str], bool]:
    """The condition as a test of one value, with SQLite's meaning: text compared by code point, LIKE by ASCII case."""
    values, operator = condition.values, condition.operator
    tests: dict[str, Callable[[str], bool]] = {
        "exact": lambda value: value in values,
        "in": lambda value: value in values,
        "not": lambda value: value not in values,
        "notin": lambda value: value not in values,
        "gt": lambda value: value > values[0],
        "gte": lambda value: value >= values[0],
        "lt": lambda value: value < values[0],
        "lte": lambda value: value <= values[0],
    }
    if operator in tests:
        return tests[operator]
    pattern = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}[operator].format(values[0])
    matches = like(pattern).fullmatch
    return lambda value: matches(value) is not None


@lru_cache(maxsize=256)
def like(pattern: str) -> re.Pattern[str]:
    """SQLite's LIKE as a regular expression: % any run, _ any one character, ASCII letters of either case."""
    parts = {"%": ".*", "_": "."}
    text = "".join(
        parts.get(c) or (f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c)) for c in pattern
    )
    return re.compile(text, re.DOTALL)


__all__ = ["NOT_STATED", "Selection", "allowed_codes", "like", "rows_allowed", "select", "sparse"]
