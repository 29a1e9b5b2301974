"""Which mentions of a document meet the filters of the query string: those of the comparison, read the same way.

A mention has a row of its own (speaker, country, report type, dates) and one for each stance of its statement. It
meets the filters if one of these rows meets all of them, so ``country=GB&stance=supports`` asks for one stance that
is both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from ..comparison.columns import FILTER_COLUMNS, LABEL_COLUMNS, NOT_STATED
from ..comparison.filters import Condition, FilterError, Filters, split_values
from ..comparison.index import Dictionary, StanceIndex
from ..comparison.parse import parse, without_blanks
from ..schema.vocabulary import STATUS
from .errors import PageError, bad_request
from .reading_rows import Mention, Sight

OWN = ("colour", "annotation", "spoken", "compare")
"""The parameters that are no filters."""

Row = Mapping[str, str | None]

_ALL = Sight()


@dataclass(frozen=True)
class _Known:
    """What ``parse`` asks of an index: which values a column has. Here: those that are asked for and exist."""

    values: Mapping[str, Dictionary]

    def dictionary(self, column: str) -> Dictionary:
        return self.values[column]


def filters_of(conn: sqlite3.Connection, pairs: Iterable[tuple[str, str]], sight: Sight = _ALL) -> Filters:
    """The filters of a query string; ``speaker`` is another word for ``actor`` here. Raises PageError 400.

    Whether a value exists is checked only in tables that the viewer may see, so that errors tell nothing of others.
    """
    renamed = [(_renamed(name), value) for name, value in without_blanks(pairs)]
    known = _Known({name: _known(conn, name, renamed, sight) for name in FILTER_COLUMNS})
    try:
        return parse(renamed, cast(StanceIndex, known), OWN)
    except FilterError as wrong:
        raise refusal(wrong) from wrong


def statuses_of(filters: Filters, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """Which rows are shown by their status: those that the filters ask for, ``otherwise`` where they ask for none."""
    asked = [condition for condition in filters.conditions if condition.column == "status"]
    words = STATUS.words
    return tuple(w for w in words if all(_holds(each, {"status": w}) for each in asked)) if asked else otherwise


def refusal(wrong: FilterError) -> PageError:
    """The answer to a filter that cannot be used."""
    return bad_request(f"{wrong.parameter}: {wrong.problem}.", f"{wrong.remedy[:1].upper()}{wrong.remedy[1:]}.")


def meets(mention: Mention, filters: Filters) -> bool:
    """Whether a mention meets all filters."""
    if filters.search is not None and not _found(mention, filters.search):
        return False
    rows: list[Row] = [mention.fields, *({**stance.fields, **_reported(mention)} for stance in mention.stances)]
    return any(all(_holds(condition, row) for condition in filters.conditions) for row in rows)


def _reported(mention: Mention) -> dict[str, str | None]:
    """What a stance has from its statement and the mention may tell otherwise."""
    return {name: mention.fields[name] for name in ("report_type", "identification", "document", "publisher")}


def _renamed(name: str) -> str:
    return f"actor{name.removeprefix('speaker')}" if name == "speaker" or name.startswith("speaker__") else name


def _known(conn: sqlite3.Connection, column: str, pairs: list[tuple[str, str]], sight: Sight) -> Dictionary:
    """The values of a column that are asked for and that there are, with the words of its enumeration."""
    known = FILTER_COLUMNS[column]
    if known.enumeration is not None:
        return _dictionary(known.enumeration.words)
    asked: set[str] = set()
    for name, value in pairs:
        if name.partition("__")[0] == column:
            try:
                asked.update(split_values(value), [value])
            except ValueError:  # parse refuses it with its own words
                asked.add(value)
    if not asked:
        return _dictionary(())
    table, field = ("claims", "topic") if column == "topic" else (known.dictionary, "id")
    if table not in LABEL_COLUMNS or not getattr(sight, table, True):
        return _dictionary(sorted(asked))
    marks = ", ".join("?" for _ in asked)
    found = conn.execute(f'select distinct "{field}" from "{table}" where "{field}" in ({marks})', sorted(asked))
    return _dictionary(row[0] for row in found)


def _dictionary(values: Iterable[str]) -> Dictionary:
    return Dictionary((None, *values))


def _found(mention: Mention, search: str) -> bool:
    words = search.replace('"', " ").casefold().split()
    among = f"{mention.content} {mention.quote} {mention.printed} {mention.speaker_name}".casefold()
    return all(word in among for word in words)


_COMPARISONS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "exact": lambda value, given: value == given[0],
    "in": lambda value, given: value in given,
    "not": lambda value, given: value != given[0],
    "notin": lambda value, given: value not in given,
    "gt": lambda value, given: value > given[0],
    "gte": lambda value, given: value >= given[0],
    "lt": lambda value, given: value < given[0],
    "lte": lambda value, given: value <= given[0],
    "contains": lambda value, given: given[0].casefold() in value.casefold(),
    "startswith": lambda value, given: value.casefold().startswith(given[0].casefold()),
    "endswith": lambda value, given: value.casefold().endswith(given[0].casefold()),
}


def _holds(condition: Condition, row: Row) -> bool:
    """One condition on one row, as SQL would have it: a missing value meets nothing but ``isnull``."""
    value = row.get(condition.column)
    if condition.column == "month":
        value = (row.get("date_start") or "")[:7] or NOT_STATED
    if condition.operator in ("isnull", "notnull"):
        return (value is None) == (condition.operator == "isnull")
    if value is None:
        return False
    return _COMPARISONS[condition.operator](value, condition.values)
