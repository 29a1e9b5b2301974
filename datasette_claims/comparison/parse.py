"""From a query string to checked ``Filters``. Whatever cannot be used is refused with a reason and a remedy;
nothing is ever dropped in silence, because an unfiltered answer to a filtered question is a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from difflib import get_close_matches

from ..schema.countries import codes_by_name
from .columns import FILTER_COLUMNS, NOT_STATED, IndexColumn, Kind
from .filters import DEFAULTS, Condition, FilterError, Filters, split_values
from .index import StanceIndex

MAX_VALUES = 1000
"""How many values all filters of one query string may hold together."""

MAX_SEARCH = 500
"""Longest full-text search, in characters."""

_SUGGEST_AMONG = 5000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_INSTEAD = {
    "like": "contains",
    "notlike": "not",
    "glob": "startswith",
    "date": "exact",
    "isblank": "isnull",
    "notblank": "notnull",
    "arraycontains": "exact",
    "arraynotcontains": "not",
}


def parse(pairs: Iterable[tuple[str, str]], index: StanceIndex, others: Collection[str] = ()) -> Filters:
    """Check the (parameter, value) pairs of a query string and bring them into canonical form.

    ``others`` are the parameters that belong to the page (``rows``, ``_as_of`` ...) and are passed over. Values
    are checked against the index: an actor, claim or country must exist, a word must be of its enumeration, a date
    must be a full ISO date. Raises FilterError for the first pair that cannot be used, and where conditions
    contradict each other.
    """
    conditions: list[Condition] = []
    search: str | None = None
    budget = MAX_VALUES
    for parameter, text in pairs:
        if parameter in others:
            continue
        if parameter == "_search":
            search = _search(text, search)
            continue
        condition = _condition(parameter, text, index, others)
        budget -= max(len(condition.values), 1)
        if budget < 0:
            raise FilterError(
                parameter,
                f"there are more than {MAX_VALUES:,} filter values",
                "choose fewer values, or filter by a topic, an organization or a date instead",
            )
        conditions.append(condition)
    listed = [c for column in FILTER_COLUMNS.values() for c in _merge(column, conditions) if c not in DEFAULTS]
    _check_dates(listed)
    return Filters(tuple(sorted(listed, key=lambda condition: condition.order)), search)


def without_blanks(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs that have a value: a form sends its untouched fields as blanks. ``parse`` itself refuses blanks."""
    return [(name, value) for name, value in pairs if value.strip()]


def _search(text: str, before: str | None) -> str:
    if before is not None and before != text:
        raise FilterError("_search", "it is given twice", "give one search with all its words")
    if not text.strip():
        raise FilterError("_search", "it is empty", "give words to search for, or leave the parameter out")
    if len(text) > MAX_SEARCH:
        raise FilterError("_search", f"it is longer than {MAX_SEARCH} characters", "search for fewer words")
    return text


def _condition(parameter: str, text: str, index: StanceIndex, others: Collection[str]) -> Condition:
    """One pair as a checked condition, with sorted values that are there once."""
    column, operator = _column_and_operator(parameter, others)
    if operator in ("isnull", "notnull"):
        if text != "1":
            raise FilterError(parameter, f"its value is {_short(text)}", f"write {parameter}=1")
        return Condition(column.name, operator)
    if operator in ("in", "notin"):
        try:
            values = split_values(text)
        except ValueError as error:
            raise FilterError(
                parameter,
                f"{_short(text)} is not a list of values ({error})",
                'separate the values by commas, or write a JSON array such as ["a","b"]',
            ) from error
        if not values:
            raise FilterError(parameter, "the list is empty", "name at least one value, or leave the parameter out")
    else:
        values = [text]
    if len(values) > MAX_VALUES:
        raise FilterError(parameter, f"it lists {len(values):,} values", f"list at most {MAX_VALUES:,}")
    for value in dict.fromkeys(values):
        _check_value(parameter, column, operator, value, index)
    return Condition(column.name, operator, tuple(sorted(set(values))))


def _column_and_operator(parameter: str, others: Collection[str]) -> tuple[IndexColumn, str]:
    name, _, operator = parameter.rpartition("__") if "__" in parameter else (parameter, "", "exact")
    column = FILTER_COLUMNS.get(name)
    if column is None:
        near = get_close_matches(name[:80], [*FILTER_COLUMNS, *others, "_search"], n=1)
        raise FilterError(
            _short(parameter, quoted=False),
            f"there is no filter {_short(name)}",
            f"filter by one of: {', '.join(FILTER_COLUMNS)}, _search",
            near[0] if near else None,
        )
    if operator not in column.operators:
        instead = _INSTEAD.get(operator) or next(iter(get_close_matches(operator, column.operators, n=1)), "exact")
        instead = instead if instead in column.operators else "exact"
        raise FilterError(
            _short(parameter, quoted=False),
            f"{name} cannot be filtered with {_short(operator)}",
            f"use one of: {', '.join(column.operators)}",
            name if instead == "exact" else f"{name}__{instead}",
        )
    return column, operator


def _check_value(parameter: str, column: IndexColumn, operator: str, value: str, index: StanceIndex) -> None:
    if not value.strip():
        raise FilterError(parameter, "the value is empty", "give a value, or leave the parameter out")
    if operator in ("contains", "startswith", "endswith"):
        return
    if column.kind is Kind.DAY:
        _check_day(parameter, operator, value)
    elif column.kind is Kind.MONTH:
        if value != NOT_STATED and not _MONTH.fullmatch(value):
            raise FilterError(parameter, f"{_short(value)} is not a month", "write it as YYYY-MM, such as 2019-05")
    elif value not in index.dictionary(column.name).codes:
        raise _unknown(parameter, column, value, index)


def _check_day(parameter: str, operator: str, value: str) -> None:
    try:
        if not _DAY.fullmatch(value):
            raise ValueError("not of the form YYYY-MM-DD")
        date.fromisoformat(value)
    except ValueError as error:
        example = "2019-05-31" if operator in ("lt", "lte") else "2019-05-01"
        raise FilterError(
            parameter,
            f"{_short(value)} is not a full date ({error})",
            f"write year, month and day, such as {example}",
        ) from error


def _unknown(parameter: str, column: IndexColumn, value: str, index: StanceIndex) -> FilterError:
    """The error for a value that the database does not know, with the nearest one that it does."""
    if column.nullable and value == NOT_STATED:
        suggestion: str | None = f"{column.name}__isnull=1"
        remedy = f"write {suggestion} for the rows without {column.label.lower()}"
        return FilterError(parameter, f"{column.label} is left empty where it is not stated", remedy, suggestion)
    suggestion = _nearest(column, value, index)
    if column.enumeration is not None:
        remedy = f"the words are: {', '.join(column.enumeration.words)}"
    elif suggestion is not None:
        remedy = f"did you mean {suggestion}?"
    else:
        remedy = f"see the {column.dictionary} of this database for what there is"
    return FilterError(parameter, f"there is no {column.label.lower()} {_short(value)}", remedy, suggestion)


def _nearest(column: IndexColumn, value: str, index: StanceIndex) -> str | None:
    known = index.dictionary(column.name).codes
    folded = value.strip().casefold()[:80]
    if column.name == "country":
        code = codes_by_name().get(folded)
        if code in known:
            return code
    if column.enumeration is not None:
        labels = {term.label.casefold(): term.word for term in column.enumeration.terms}
        near = get_close_matches(folded, [*labels, *column.enumeration.words], n=1)
        return labels.get(near[0], near[0]) if near else None
    # Comparing with every id of a large table would take seconds: those that begin alike come first.
    alike = [name for name in known if name[:1].casefold() == folded[:1]]
    folds = {name.casefold(): name for name in alike[:_SUGGEST_AMONG]}
    near = get_close_matches(folded, folds, n=1)
    return folds[near[0]] if near else None


def _short(text: str, quoted: bool = True) -> str:
    """A value as it may stand in a message: cut to 80 characters, control characters made visible."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:80]) + ("…" if len(text) > 80 else "")
    return f"“{shown}”" if quoted else shown


def _merge(column: IndexColumn, conditions: list[Condition]) -> list[Condition]:
    """The conditions on one column as few as can be; refuses those that no row can meet together."""
    own = [condition for condition in conditions if condition.column == column.name]
    kept = [c for c in dict.fromkeys(own) if c.operator in ("contains", "startswith", "endswith")]
    positive = _positive(column, [c for c in own if c.operator in ("exact", "in")])
    negative = {value for c in own if c.operator in ("not", "notin") for value in c.values}
    if positive is not None:
        positive -= negative
        if not positive:
            raise _contradiction(column, "every chosen value is excluded as well")
        kept.append(Condition(column.name, "exact" if len(positive) == 1 else "in", tuple(sorted(positive))))
    elif negative:
        kept.append(Condition(column.name, "not" if len(negative) == 1 else "notin", tuple(sorted(negative))))
    kept += _bounds(column, own)
    missing = any(c.operator == "isnull" for c in own)
    present = any(c.operator == "notnull" for c in own)
    if missing and (present or kept):
        raise _contradiction(column, "it is to be empty and to have a value at once")
    if missing:
        return [Condition(column.name, "isnull")]
    return kept or ([Condition(column.name, "notnull")] if present else [])


def _positive(column: IndexColumn, conditions: list[Condition]) -> set[str] | None:
    """The values that every choice allows; None where nothing is chosen."""
    if not conditions:
        return None
    common = set(conditions[0].values).intersection(*(c.values for c in conditions[1:]))
    if not common:
        every = sorted({value for c in conditions for value in c.values})
        listed = ",".join(every[:10])
        raise FilterError(
            column.name,
            f"two filters on {column.name} exclude each other: every filter must hold, and no row has two values",
            f"for any of several values write {column.name}__in={listed}",
            f"{column.name}__in={listed}",
        )
    return common


def _bounds(column: IndexColumn, conditions: list[Condition]) -> list[Condition]:
    """At most one lower and one upper bound: the tightest."""
    kept = []
    for strict, loose, tightest in (("gt", "gte", max), ("lt", "lte", min)):
        bounds = [c for c in conditions if c.operator in (strict, loose)]
        if bounds:
            value = tightest(c.values[0] for c in bounds)
            operator = strict if any(c.operator == strict and c.values[0] == value for c in bounds) else loose
            kept.append(Condition(column.name, operator, (value,)))
    return kept


def _contradiction(column: IndexColumn, problem: str) -> FilterError:
    return FilterError(column.name, f"its filters contradict each other: {problem}", "remove one of them")


def _check_dates(conditions: list[Condition]) -> None:
    """Refuse bounds between which no date lies; a stance never ends before it starts."""
    bound = {(c.column, c.operator): c.values[0] for c in conditions if c.operator in ("gt", "gte", "lt", "lte")}
    for first, last in (("date_start", "date_start"), ("date_end", "date_end"), ("date_start", "date_end")):
        low = max(((bound.get((first, op), ""), op) for op in ("gt", "gte")), default=("", ""))
        high = min(((bound[last, op], op) for op in ("lt", "lte") if (last, op) in bound), default=None)
        if not low[0] or high is None:
            continue
        strict = low[1] == "gt" or high[1] == "lt"
        if low[0] > high[0] or (strict and low[0] == high[0]):
            raise FilterError(
                f"{first}__{low[1]}",
                f"from {low[0]} to {high[0]} there is no day",
                f"make the first date earlier, or {last}__{high[1]} later",
            )
