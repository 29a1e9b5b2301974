"""The stance index: the columns of ``stances`` as arrays of small codes, sorted by claim.

A page reads a million stances as a million small integers a column, not as rows of text. Rows are sorted by
claim, within a claim by date (undated first), so that a claim is a slice and the last row of an actor in a slice
is the latest. The index never changes once it is built; a changed database gets a new one (``store.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..schema import vocabulary as v
from .arrays import BoolArray, IntArray, count, smallest_type
from .columns import COLUMNS, FILTER_COLUMNS

STANCE_CODES: dict[str, int] = {word: code for code, word in enumerate(v.STANCE.words, start=1)}
"""Stance -> code: supports 1, disputes 2, mixed 3, neutral 4, queries 5, declines 6; 0 is none."""

BASIS_CODES: dict[str, int] = {word: code for code, word in enumerate(v.BASIS.words, start=1)}
"""Basis -> code: explicit 1, author_summary 2, inferred 3, third_party 4, vote 5; 0 is none."""

PROFILE = ("country_basis", "stance", "basis", "identification", "report_type")
"""The columns with few words, which the index also holds together as one number a row."""

STANCE_SIZE = len(STANCE_CODES) + 1
BASIS_SIZE = len(BASIS_CODES) + 1


@dataclass(frozen=True)
class Dictionary:
    """Which value a code stands for. ``ids[0]`` is None: no value. The order is that in which values are sorted."""

    ids: tuple[str | None, ...]

    @cached_property
    def codes(self) -> dict[str, int]:
        """Value -> code."""
        return {value: code for code, value in enumerate(self.ids) if value is not None}

    def __len__(self) -> int:
        return len(self.ids)

    def code(self, value: str) -> int:
        """The code of a value. Raises KeyError for one that the database does not know."""
        return self.codes[value]


STATUS_ALONE = "status_alone"
"""The least settled status of a stance and its claim alone."""


@dataclass(frozen=True)
class StanceIndex:
    """The stances of one database at one revision.

    ``codes[column]`` is an unsigned or int32 array [n] for every stored column; ``dictionaries[name]`` says what
    the codes mean (``dictionary(column)`` finds the right one). ``rowids`` (int64 [n]) leads back to the row in
    SQLite; ``restored`` holds the rows (by rowid) that have been changed since ``as_of``, as they were then, and
    those that have been deleted since, under negative numbers.
    ``offsets`` (int64 [claims + 1]): the rows of claim code c are ``offsets[c]:offsets[c + 1]``.
    ``narrower`` (int32 [k, 2]): pairs of claim codes, the first narrower than the second, transitively.
    ``revision`` is the highest revision of the data that the index shows. ``plain_status``: whether the status is in
    every row the stance's own, and no coder's reading was left out (see ``statuses.py``). ``beside`` holds, as
    ``STATUS_ALONE``, the status that rows have for who may not see the statements, where that is another one.
    """

    codes: Mapping[str, IntArray]
    dictionaries: Mapping[str, Dictionary]
    rowids: IntArray
    offsets: IntArray
    narrower: IntArray
    revision: int
    as_of: int | None = None
    restored: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    plain_status: bool = True
    beside: Mapping[str, IntArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rowids)

    @cached_property
    def without_statements(self) -> StanceIndex:
        """The same stances for who may not see the statements: a statement's status counts for none of them."""
        if STATUS_ALONE not in self.beside:
            return self
        return replace(self, codes={**self.codes, "status": self.beside[STATUS_ALONE]}, beside={})

    def dictionary(self, column: str) -> Dictionary:
        """The dictionary of a column. Raises KeyError for a column that the index does not have."""
        return self.dictionaries[FILTER_COLUMNS[column].dictionary]

    def size(self, column: str) -> int:
        """How many codes a column can have, the missing value included."""
        return len(self.dictionary(column))

    def id(self, column: str, code: int) -> str | None:
        """The value that a code stands for; None for the missing value."""
        return self.dictionary(column).ids[code]

    @cached_property
    def totals(self) -> dict[str, IntArray]:
        """How many rows have each code, for every stored column and ``profile``: what facets show without filters."""
        found = {column.name: count(self.codes[column.name], self.size(column.name)) for column in COLUMNS}
        return found | {"profile": count(self.profile, int(np.prod(self.profile_shape)))}

    @cached_property
    def profile_shape(self) -> tuple[int, ...]:
        """The sizes of the columns of ``PROFILE``."""
        return tuple(self.size(column) for column in PROFILE)

    @cached_property
    def profile(self) -> IntArray:
        """The columns of ``PROFILE`` as one number a row, so that they are counted in one pass: [n]."""
        kind = smallest_type(int(np.prod(self.profile_shape)) - 1)
        profile = np.zeros(len(self), dtype=kind)
        for column, size in zip(PROFILE, self.profile_shape, strict=True):
            profile *= kind.type(size)
            profile += self.codes[column].astype(kind)
        return profile

    @cached_property
    def derived(self) -> dict[str, tuple[str, IntArray]]:
        """The columns that follow from another one in every row, as copies do: column -> (that other one, table from
        its codes to the codes of the column). They need no counting of their own."""
        found = {}
        for column, base in (("topic", "claim"), ("publisher", "document")):
            table = np.zeros(self.size(base), dtype=self.codes[column].dtype)
            table[self.codes[base]] = self.codes[column]
            if np.array_equal(table[self.codes[base]], self.codes[column]):
                found[column] = (base, table)
        return found

    @cached_property
    def claim_stances(self) -> IntArray:
        """How many stances of each kind a claim has: int64 [claims, STANCE_SIZE]."""
        return count(self._claim_stance, self.size("claim") * STANCE_SIZE).reshape(-1, STANCE_SIZE)

    @cached_property
    def _claim_stance(self) -> IntArray:
        key: IntArray = self.codes["claim"].astype(np.int32) * np.int32(STANCE_SIZE)
        key += self.codes["stance"]
        return key

    def claim_stance_counts(self, rows: IntArray) -> IntArray:
        """The same over some row numbers only: int64 [claims, STANCE_SIZE]."""
        return count(self._claim_stance.take(rows), self.size("claim") * STANCE_SIZE).reshape(-1, STANCE_SIZE)

    @cached_property
    def stance_basis(self) -> IntArray:
        """Stance and basis as one number a row: stance code * BASIS_SIZE + basis code, uint8 [n]."""
        key: IntArray = self.codes["stance"].astype(np.uint8) * np.uint8(BASIS_SIZE)
        key += self.codes["basis"]
        return key

    @cached_property
    def starts_earlier(self) -> bool:
        """Whether any stance has a first day that differs from ``when``."""
        start = self.codes["date_start"]
        return bool(((start > 0) & (start != self.when)).any())

    @cached_property
    def when(self) -> IntArray:
        """The date by which a stance counts: its latest day, else its earliest; a code of ``date``, 0 if undated."""
        return np.where(self.codes["date_end"] > 0, self.codes["date_end"], self.codes["date_start"])

    @cached_property
    def months(self) -> tuple[tuple[str, ...], IntArray]:
        """The months in order, "not_stated" first, and for every date code the number of its month."""
        dates = self.dictionaries["date"].ids
        named = [v.NOT_STATED if date is None else date[:7] for date in dates]
        listed = (v.NOT_STATED, *sorted(set(named) - {v.NOT_STATED}))
        numbers = {month: number for number, month in enumerate(listed)}
        return listed, np.array([numbers[month] for month in named], dtype=np.int32)

    @cached_property
    def by_rowid(self) -> IntArray:
        """Row numbers in the order of their rowids, for looking up rowids."""
        return np.argsort(self.rowids, kind="stable")

    def rows_of(self, rowids: IntArray) -> IntArray:
        """The row numbers of these rowids, ascending; rowids that are not in the index are left out."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        ordered = self.rowids[self.by_rowid]
        at = np.minimum(np.searchsorted(ordered, rowids), len(self) - 1)
        return np.sort(self.by_rowid[at[ordered[at] == rowids]])

    def mask_of(self, rowids: IntArray) -> BoolArray:
        """A mask over all rows, true at these rowids; for what only SQL can answer, such as full text."""
        mask = np.zeros(len(self), dtype=bool)
        mask[self.rows_of(rowids)] = True
        return mask

    def prepare(self) -> StanceIndex:
        """Derive now what the first request would otherwise wait for; returns the index itself."""
        _ = self.totals, self.claim_stances, self.derived, self.starts_earlier, self.stance_basis, self.months
        return self

    @cached_property
    def remembered(self) -> dict[Any, Any]:
        """What a caller has counted on this index and wants to keep; it goes when the index goes."""
        return {}

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, those derived so far included, and of the dictionaries' text, in bytes."""
        derived = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        arrays = [*self.codes.values(), *self.beside.values(), *derived]
        text = sum(
            sum(57 + len(value) for value in dictionary.ids if value) + 16 * len(dictionary)
            for dictionary in self.dictionaries.values()
        )
        return sum(array.nbytes for array in arrays) + text
