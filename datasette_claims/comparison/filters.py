"""Filters: Datasette's own query-string filters on ``stances``, checked, in one canonical form.

``Filters`` is what a view is filtered by; ``parse.py`` makes it from a query string, ``selection.py`` finds the
rows. Every condition must hold (Datasette's rule), so several values of one column are one condition
``country__in=GB,US``. The canonical query string is the shortest that means the same: fixed order, sorted values,
nothing twice; ``parse(canonical(f)) == f``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote_plus

from .columns import FILTER_COLUMNS

OPERATOR_ORDER = (
    "exact",
    "in",
    "not",
    "notin",
    "gt",
    "gte",
    "lt",
    "lte",
    "contains",
    "startswith",
    "endswith",
    "isnull",
    "notnull",
)
"""Every operator that some column understands, in canonical order; the words are Datasette's."""

_COLUMN_ORDER = {name: number for number, name in enumerate(FILTER_COLUMNS)}


class FilterError(ValueError):
    """A filter cannot be used. ``parameter`` is the query-string name, ``problem`` what is wrong with it,
    ``remedy`` what to do, ``suggestion`` the nearest thing that would work (a value or a parameter), if any."""

    def __init__(self, parameter: str, problem: str, remedy: str, suggestion: str | None = None) -> None:
        self.parameter, self.problem, self.remedy, self.suggestion = parameter, problem, remedy, suggestion
        super().__init__(f"{parameter}: {problem}; {remedy}")


@dataclass(frozen=True)
class Condition:
    """One filter: "in" and "notin" hold sorted values (two or more), "isnull" and "notnull" none, others one."""

    column: str
    operator: str
    values: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """The name in the query string: ``country``, ``country__in``."""
        return self.column if self.operator == "exact" else f"{self.column}__{self.operator}"

    @property
    def text(self) -> str:
        """The value in the query string, as Datasette writes it."""
        if self.operator in ("isnull", "notnull"):
            return "1"
        return join_values(self.values) if self.operator in ("in", "notin") else self.values[0]

    @property
    def order(self) -> tuple[int, int, tuple[str, ...]]:
        """The place in a canonical query string."""
        return _COLUMN_ORDER[self.column], OPERATOR_ORDER.index(self.operator), self.values


DEFAULTS: tuple[Condition, ...] = tuple(
    Condition(column.name, "exact" if len(column.default) == 1 else "in", column.default)
    for column in FILTER_COLUMNS.values()
    if column.default
)
"""What holds for a column that has a default and no condition; never written in a query string."""


@dataclass(frozen=True)
class Filters:
    """What a view is filtered by: conditions in canonical order and a full-text search. A column with a default is
    filtered by that where no condition names it.

    Build it with ``parse.parse`` (which checks) or change a checked one with the methods below, which keep it in
    canonical form. Equal filters are equal objects and hash alike.
    """

    conditions: tuple[Condition, ...] = field(default=())
    search: str | None = None

    def __bool__(self) -> bool:
        return bool(self.conditions) or self.search is not None

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The canonical (parameter, value) pairs; also what Datasette's table page takes."""
        listed = [(condition.parameter, condition.text) for condition in self.conditions]
        return (*listed, *([("_search", self.search)] if self.search is not None else []))

    def query_string(self) -> str:
        """The canonical query string, without "?"; empty without filters."""
        return encode(self.pairs())

    def of(self, column: str) -> tuple[Condition, ...]:
        """The conditions on one column."""
        return tuple(condition for condition in self.conditions if condition.column == column)

    def chosen(self, column: str) -> tuple[str, ...]:
        """The values that are chosen in a column (exact and in, or its default), sorted; empty if any value will do."""
        own = self.of(column)
        if not own:
            return FILTER_COLUMNS[column].default
        return next((c.values for c in own if c.operator in ("exact", "in")), ())

    @property
    def in_force(self) -> tuple[Condition, ...]:
        """The conditions, with the defaults of the columns that have one and are not filtered by."""
        named = {condition.column for condition in self.conditions}
        return (*self.conditions, *(default for default in DEFAULTS if default.column not in named))

    def choose(self, column: str, *values: str) -> Filters:
        """With these values chosen as well; conditions that they would contradict are dropped."""
        wanted = tuple(sorted({*self.chosen(column), *values}))
        return self.without(column)._with(_choice(column, wanted))

    def unchoose(self, column: str, value: str) -> Filters:
        """Without one chosen (or excluded) value."""
        kept: list[Condition] = []
        for condition in self.of(column):
            values = tuple(v for v in condition.values if v != value)
            if values == condition.values:
                kept.append(condition)
            elif values:
                kept.append(_choice(column, values, negative=condition.operator in ("not", "notin")))
        return self.without(column)._with(*kept)

    def only_missing(self, column: str) -> Filters:
        """With only the rows that have no value in a nullable column."""
        return self.without(column)._with(Condition(column, "isnull"))

    def compare(self, column: str, operator: str, value: str | None) -> Filters:
        """With one comparison set, replaced, or (None) removed: ``compare("date_start", "gte", "2019-05-01")``."""
        kept = [c for c in self.of(column) if c.operator != operator]
        new = [] if value is None else [Condition(column, operator, (value,))]
        return self.without(column)._with(*kept, *new)

    def without(self, *columns: str) -> Filters:
        """Without any condition on these columns."""
        return replace(self, conditions=tuple(c for c in self.conditions if c.column not in columns))

    def without_condition(self, condition: Condition) -> Filters:
        """Without one condition."""
        return replace(self, conditions=tuple(c for c in self.conditions if c != condition))

    def searching(self, text: str | None) -> Filters:
        """With another full-text search, or none."""
        return replace(self, search=text)

    def chips(self) -> Iterator[tuple[Condition | None, str | None, Filters]]:
        """(condition, value, filters without it), one a value; the search has no condition and its text as value."""
        for condition in self.conditions:
            if condition.operator in ("exact", "in", "not", "notin"):
                for value in condition.values:
                    yield condition, value, self.unchoose(condition.column, value)
            else:
                yield condition, (condition.values or (None,))[0], self.without_condition(condition)
        if self.search is not None:
            yield None, self.search, self.searching(None)

    def _with(self, *conditions: Condition) -> Filters:
        listed = sorted({*self.conditions, *conditions}.difference(DEFAULTS), key=lambda condition: condition.order)
        return replace(self, conditions=tuple(listed))


def _choice(column: str, values: tuple[str, ...], negative: bool = False) -> Condition:
    """The condition for one or several values."""
    one, many = ("not", "notin") if negative else ("exact", "in")
    return Condition(column, one if len(values) == 1 else many, values)


def chosen_pairs(column: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """The (parameter, value) pairs that choose these sorted values of a column, as ``Filters.pairs`` has them: none
    for no value and for the default."""
    if not values or tuple(values) == FILTER_COLUMNS[column].default:
        return []
    return [(column, values[0])] if len(values) == 1 else [(f"{column}__in", join_values(tuple(values)))]


def canonical(filters: Filters) -> str:
    """The canonical query string of filters."""
    return filters.query_string()


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs as a query string; commas and colons stay readable, a space is "+"."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """Remembered, because a page of links writes the same names and values hundreds of times."""
    return quote_plus(text, safe=",:")


def split_values(text: str) -> list[str]:
    """The values of an "in" filter, split as Datasette splits them: a JSON array, or commas.

    Raises ValueError where the text starts like a JSON array but is none, or holds something else than text.
    """
    if not text.startswith("["):
        return [value.strip() for value in text.split(",")]
    values = json.loads(text)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("not a list of texts")
    return values


def join_values(values: tuple[str, ...]) -> str:
    """The shortest text that ``split_values`` splits into these values."""
    plain = all(value and value == value.strip() and "," not in value for value in values)
    if plain and not values[0].startswith("["):
        return ",".join(values)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
