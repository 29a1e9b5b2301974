"""Which rows pass the filters. A condition is decided once a value, not once a row: on the dictionary, giving a
table of allowed codes; the rows then follow by one pass over a column of small integers.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .arrays import BoolArray, IntArray, count
from .columns import FILTER_COLUMNS, MONTH, own_filters
from .filters import Condition, Filters
from .index import PROFILE, StanceIndex

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
    def _allowed(self) -> dict[str, BoolArray]:
        """Column -> the codes that its conditions allow, for the columns whose conditions keep any row out."""
        allowed: dict[str, BoolArray] = {}
        for condition in self.filters.in_force:
            codes, known = allowed_codes(self.index, condition), allowed.get(condition.column)
            allowed[condition.column] = codes if known is None else known & codes
        totals = self.index.totals
        return {column: codes for column, codes in allowed.items() if totals[_stored(column)][~codes].any()}

    @cached_property
    def _masks(self) -> dict[str, BoolArray]:
        """Column -> the rows that pass its conditions."""
        codes = self.index.codes
        return {column: rows_allowed(codes[_stored(column)], allowed) for column, allowed in self._allowed.items()}

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
    def _cache(self) -> dict[tuple[str, tuple[str, ...]], IntArray]:
        return {}

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], tuple[bool, IntArray]]:
        return {}

    def _sparse(self, ignoring: tuple[str, ...] = ()) -> tuple[bool, IntArray]:
        """The rows that pass every filter but those on some columns, named the shorter way (see ``sparse``)."""
        if ignoring not in self._parts:
            mask = self._mask(ignoring) if ignoring else self.mask
            self._parts[ignoring] = sparse(mask, len(self.index))
        return self._parts[ignoring]

    def counts(self, column: str, ignoring: tuple[str, ...] = ()) -> IntArray:
        """How many of the selected rows have each code of a stored column: int64 [codes].

        Filters on the columns of ``ignoring`` do not count. KeyError for an unknown column.
        """
        ignored = tuple(name for name in ignoring if name in self._allowed)
        key = column, ignored
        if key not in self._cache:
            self._cache[key] = self._counted(column, ignored)
        return self._cache[key]

    def counts_without_own(self, column: str) -> IntArray:
        """The same for a facet: over the rows that pass every filter but those on the column itself."""
        return self.counts(_stored(column), own_filters(column))

    def _counted(self, column: str, ignored: tuple[str, ...]) -> IntArray:
        if column in PROFILE:
            return self._profile_counts(column, ignored)
        if column in self.index.derived:
            base, table = self.index.derived[column]
            counts = np.bincount(table, weights=self.counts(base, ignored), minlength=self.index.size(column))
            return counts.astype(np.int64)
        return self._histogram(column, ignored)

    def _profile_counts(self, column: str, ignored: tuple[str, ...]) -> IntArray:
        """The counts of one of the columns with few words, from those of all of them together.

        The rows are counted once without any filter on these columns; such filters are then applied to the counts.
        """
        filtered = tuple(name for name in PROFILE if name in self._allowed)
        others = tuple(name for name in ignored if name not in PROFILE)
        counts = self.counts("profile", (*filtered, *others)).reshape(self.index.profile_shape)
        for axis, name in enumerate(PROFILE):
            if name in filtered and name not in ignored:
                counts = np.compress(self._allowed[name], counts, axis=axis)
        at = PROFILE.index(column)
        found = counts.sum(axis=tuple(axis for axis in range(len(PROFILE)) if axis != at))
        if column in filtered and column not in ignored:
            full = np.zeros(self.index.size(column), dtype=np.int64)
            full[self._allowed[column]] = found
            return full
        return np.asarray(found)

    def _histogram(self, column: str, ignored: tuple[str, ...]) -> IntArray:
        inside, rows = self._sparse(ignored)
        totals = self.index.totals[column]
        if not inside and not len(rows):
            return totals
        if column == "claim":
            # Sorted by claim, the rows of a claim are counted by finding its two ends.
            counts = np.diff(np.searchsorted(rows, self.index.offsets))
        else:
            codes = self.index.profile if column == "profile" else self.index.codes[column]
            counts = count(codes.take(rows), len(totals))
        return counts if inside else totals - counts

    @cached_property
    def claim_stances(self) -> IntArray:
        """How many of the selected stances of each kind a claim has: int64 [claims, STANCE_SIZE]."""
        inside, rows = self._sparse()
        if inside:
            return self.index.claim_stance_counts(rows)
        if not len(rows):
            return self.index.claim_stances
        return self.index.claim_stances - self.index.claim_stance_counts(rows)

    def of_claims(self, claims: IntArray) -> ClaimRows:
        """The selected rows of some claim codes, claim by claim."""
        starts, ends = self.index.offsets[claims].tolist(), self.index.offsets[claims + 1].tolist()
        slices = [slice(a, b) for a, b in zip(starts, ends, strict=True)]
        if self.mask is None:
            return ClaimRows(slices, [part.stop - part.start for part in slices])
        masks = [self.mask[part] for part in slices]
        return ClaimRows(slices, [int(np.count_nonzero(mask)) for mask in masks], _joined(masks))


@dataclass(frozen=True)
class ClaimRows:
    """Selected rows, claim by claim, within a claim by date: those of ``slices`` for which ``mask`` (None: all) holds;
    ``sizes`` says how many that are of each claim."""

    slices: list[slice]
    sizes: list[int]
    mask: BoolArray | None = None

    def __len__(self) -> int:
        return sum(self.sizes)

    @cached_property
    def lengths(self) -> list[int]:
        """How many rows each claim has, selected or not."""
        return [part.stop - part.start for part in self.slices]

    def take(self, column: IntArray) -> IntArray:
        """The values of a column of the index [n] in these rows: [k]."""
        if self.mask is not None:
            return column.take(self.rows)
        values: IntArray = _joined([column[part] for part in self.slices])
        return values

    @cached_property
    def rows(self) -> IntArray:
        """The row numbers: int64 [k]."""
        return self.numbers(self._places)

    @cached_property
    def _places(self) -> IntArray:
        """The places of the selected rows among those of the claims."""
        return np.arange(sum(self.lengths)) if self.mask is None else np.flatnonzero(self.mask)

    @cached_property
    def few(self) -> bool:
        """Whether it is shorter to name the selected rows than to go through all rows of the claims."""
        return self.mask is not None and 2 * len(self) <= len(self.mask)

    def spread(self, column: IntArray, nothing: int) -> tuple[IntArray, IntArray | None]:
        """The values of a column as NumPy's own type of index, because every use as one would make it anew, and their
        places among the rows of the claims: either only in the selected rows, or (places None) in all rows of the
        claims with ``nothing`` where a row is not selected. Whichever is less to do."""
        if self.few:
            return column.take(self.rows).astype(np.intp), self._places
        values = _joined([column[part] for part in self.slices]).astype(np.intp)
        if self.mask is not None:
            values[~self.mask] = nothing
        return values, None

    def claims(self, places: IntArray) -> IntArray:
        """Which of the claims the rows at some ascending places among those of the claims are of: int64."""
        borders = np.searchsorted(places, np.cumsum(self.lengths))
        return np.repeat(np.arange(len(self.slices)), np.diff(borders, prepend=0))

    def numbers(self, places: IntArray) -> IntArray:
        """The row numbers at some ascending places among the rows of the claims: int64."""
        found: IntArray
        if len(self.slices) == 1:
            found = places + self.slices[0].start
            return found
        starts = np.array([part.start for part in self.slices], dtype=np.int64)
        before = np.cumsum([0, *self.lengths])[:-1]
        found = places + (starts - before).take(self.claims(places))
        return found

    @cached_property
    def at(self) -> IntArray:
        """Which of the claims each row is of, as its place among them: int32 [k]."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _stored(column: str) -> str:
    """The column of the index on which a filter works."""
    return "date_start" if column == MONTH.name else column


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
    if condition.operator in ("gt", "gte", "lt", "lte"):
        allowed[_range(dictionary.ids, condition)] = True
        return allowed
    passes = _passes(condition)
    allowed[1:] = [passes(value) for value in dictionary.ids[1:] if value is not None]
    return allowed


def _range(ids: tuple[str | None, ...], condition: Condition) -> slice:
    """The codes of a sorted dictionary that a comparison allows. As in SQL, text compares by code point."""
    find = bisect_left if condition.operator in ("gte", "lt") else bisect_right
    border = find(ids, condition.values[0], lo=1)  # type: ignore[type-var]
    return slice(border, None) if condition.operator in ("gt", "gte") else slice(1, border)


def _passes(condition: Condition) -> Callable[[str], bool]:
    """The condition as a test of one value, with SQLite's meaning: LIKE ignores the case of ASCII letters."""
    values, operator = condition.values, condition.operator
    tests: dict[str, Callable[[str], bool]] = {
        "exact": lambda value: value in values,
        "in": lambda value: value in values,
        "not": lambda value: value not in values,
        "notin": lambda value: value not in values,
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
