"""The columns of the stance index: what each refers to, which filters it understands, how it is faceted.

The names are those of the ``stances`` table, so that a query string means the same here and on the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..schema import vocabulary as v
from ..schema.model import STANCES


class Kind(Enum):
    """What a column holds, which decides its filters and the order of its values."""

    REFERENCE = "reference"  # the id of a row of another table; ordered by that row's name
    WORD = "word"  # a word of an enumeration; in the order of the enumeration
    TEXT = "text"  # free text; in alphabetical order
    DAY = "day"  # an ISO date; in the order of time
    MONTH = "month"  # derived from date_start: "2019-05" or "not_stated"


_CHOICE = ("exact", "in", "not", "notin")
_NULL = ("isnull", "notnull")
_RANGE = ("gt", "gte", "lt", "lte")
_TEXT = ("contains", "startswith", "endswith")


@dataclass(frozen=True)
class IndexColumn:
    """One column of the index.

    ``dictionary`` names the list of values that its codes stand for; columns that refer to the same table share
    it. ``nullable`` columns may hold no value; code 0 stands for that and is shown as "not stated".
    ``default`` are the values that count where the filters say nothing of the column; empty: any.
    """

    name: str
    kind: Kind
    dictionary: str
    nullable: bool = False
    enumeration: v.Enumeration | None = None
    own_filters: tuple[str, ...] = ()
    default: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """The filters that make sense for the column, in the order of a canonical query string."""
        null = _NULL if self.nullable else ()
        if self.kind is Kind.DAY:
            return (*_CHOICE, *_RANGE, *null)
        if self.kind is Kind.MONTH:
            return (*_CHOICE, "startswith")
        return (*_CHOICE, *_TEXT, *null) if self.kind is Kind.TEXT else (*_CHOICE, *null)

    @property
    def label(self) -> str:
        """The heading for people, as the model gives it."""
        return STANCES[self.name].label


_DATES = ("date_start", "date_end", "month")


def _reference(name: str, table: str, nullable: bool = False) -> IndexColumn:
    return IndexColumn(name, Kind.REFERENCE, table, nullable)


def _word(name: str, enumeration: v.Enumeration, *default: str) -> IndexColumn:
    return IndexColumn(name, Kind.WORD, name, enumeration=enumeration, default=default)


COLUMNS: tuple[IndexColumn, ...] = (
    _reference("claim", "claims"),
    _reference("actor", "actors"),
    _reference("country", "countries"),
    _word("country_basis", v.COUNTRY_BASIS),
    _reference("organization", "actors", nullable=True),
    IndexColumn("topic", Kind.TEXT, "topic"),
    _word("stance", v.STANCE),
    _word("basis", v.BASIS),
    _word("identification", v.IDENTIFICATION),
    _word("report_type", v.REPORT_TYPE),
    _reference("document", "documents", nullable=True),
    _reference("publisher", "actors", nullable=True),
    IndexColumn("date_start", Kind.DAY, "date", nullable=True, own_filters=_DATES),
    IndexColumn("date_end", Kind.DAY, "date", nullable=True, own_filters=_DATES),
    _word("status", v.STATUS, "reviewed"),
)
"""The stored columns, in the order of a canonical query string.

``status`` is the least settled of three: that of the stance, of its statement and of its claim. So "reviewed" means
that all of them are part of the public record, and that is what counts unless the filters name a status.
"""

MONTH = IndexColumn("month", Kind.MONTH, "date", own_filters=_DATES)
"""Not stored: every date knows its month."""

FILTER_COLUMNS: dict[str, IndexColumn] = {column.name: column for column in (*COLUMNS, MONTH)}
"""Every column that can be filtered by, in the order of a canonical query string."""

FACET_COLUMNS: tuple[str, ...] = tuple(name for name in FILTER_COLUMNS if name not in ("date_start", "date_end"))
"""The columns whose values are counted beside the page; dates are counted by month."""

LABEL_COLUMNS = {"claims": "text", "actors": "name", "countries": "name", "documents": "title"}
"""The tables that columns refer to, and the column by which their rows are ordered."""

NOT_STATED = v.NOT_STATED


def own_filters(column: str) -> tuple[str, ...]:
    """The columns whose filters a facet of this column ignores: its own, and for dates all of them."""
    return FILTER_COLUMNS[column].own_filters or (column,)
