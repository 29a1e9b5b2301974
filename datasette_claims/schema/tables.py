"""What a table and a column of the model are, and how they become SQL.

The model itself (which tables there are) is in ``model.py``. A column knows its meaning, its type, where it
refers to and where its value comes from, so that DDL, validation, export, documentation and the data package
all read the same definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from .vocabulary import Enumeration


class Type(Enum):
    """The type of a column's value, as the loader checks it. All are stored as TEXT but INTEGER, BOOLEAN and SCORE."""

    IDENTIFIER = "identifier"  # a primary key: 1-200 characters, no control characters, no outer spaces
    TEXT = "text"
    LIST = "list"  # several texts joined by ";"
    DATE = "date"  # ISO 8601, may be partial: 2019, 2019-05, 2019-05-16
    DAY_FROM = "day_from"  # first day of an interval, full ISO date; a partial one is widened to its first day
    DAY_TO = "day_to"  # last day of an interval, full ISO date; a partial one is widened to its last day
    TIME = "time"  # ISO 8601 date and time in UTC
    INTEGER = "integer"  # not negative
    BOOLEAN = "boolean"  # 0 or 1
    WORD = "word"  # a word of an enumeration
    REFERENCE = "reference"  # the primary key of a row of another table
    SUBJECT = "subject"  # a primary key in the table that the column named in `type_column` tells
    JSON = "json"
    SCORE = "score"  # a number from 0 to 1, stored as REAL


@dataclass(frozen=True)
class Copy:
    """The value stands in another row and is copied here so that it can be filtered and counted without a join.

    ``via`` is the column of this table that refers to the row, ``column`` the column there. Where ``optional``,
    ``via`` may be null, and then the row's own value counts.
    """

    via: str
    column: str
    optional: bool = False


@dataclass(frozen=True)
class Column:
    """One column. ``label`` is the heading for people, ``description`` a sentence or two in plain words."""

    name: str
    label: str
    description: str
    type: Type = Type.TEXT
    required: bool = False
    references: str | None = None
    enumeration: Enumeration | None = None
    copy: Copy | None = None
    facet: bool = False
    type_column: str | None = None
    generated: str | None = None
    integer_key: bool = False
    blank: str | None = None

    @property
    def default(self) -> str | None:
        """What a blank value is stored as: ``blank``, the enumeration's default, "0" for a boolean, else null."""
        if self.blank is not None:
            return self.blank
        if self.enumeration is not None:
            return self.enumeration.default
        if self.references == "countries":
            return "not_stated"
        return "0" if self.type is Type.BOOLEAN else None

    @property
    def sql(self) -> str:
        """The column's line in CREATE TABLE."""
        kind = _STORED_AS.get(self.type, "TEXT")
        parts = [f'"{self.name}" {kind}']
        if self.generated:
            return f"{parts[0]} GENERATED ALWAYS AS ({self.generated}) VIRTUAL"
        if self.type is Type.IDENTIFIER:
            parts.append("PRIMARY KEY NOT NULL")
        elif self.integer_key:
            parts.append("PRIMARY KEY")
        elif self.required or self.default is not None:
            parts.append("NOT NULL")
        if self.default is not None:
            parts.append(f"DEFAULT {_literal(self.default, kind)}")
        check = self._check()
        if check:
            parts.append(f"CHECK ({check})")
        if self.references:
            parts.append(f'REFERENCES "{self.references}"("id")')
        return " ".join(parts)

    def _check(self) -> str | None:
        if self.enumeration is not None:
            words = ", ".join(f"'{word}'" for word in self.enumeration.words)
            return f'"{self.name}" IN ({words})'
        if self.type is Type.BOOLEAN:
            return f'"{self.name}" IN (0, 1)'
        if self.type is Type.SCORE:
            return f'"{self.name}" BETWEEN 0 AND 1'
        if self.type is Type.INTEGER and not self.integer_key:
            return f'"{self.name}" >= 0'
        return None


@dataclass(frozen=True)
class Index:
    """An index beyond those of references and facets.

    With ``where`` it holds only the rows for which the condition holds; SQLite uses it for a query that states the
    same condition.
    """

    columns: tuple[str, ...]
    where: str | None = None
    unique: bool = False

    def sql(self, table: str) -> tuple[str, str]:
        """(name, CREATE INDEX)."""
        name = f"idx_{table}_{'_'.join(self.columns)}"
        columns = ", ".join(f'"{column}"' for column in self.columns)
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        where = f" WHERE {self.where}" if self.where else ""
        return name, f'CREATE {kind} "{name}" ON "{table}" ({columns}){where}'


@dataclass(frozen=True)
class Table:
    """One table. ``label_column`` is what a reference to a row reads as; ``id_from`` makes a missing id.

    ``ordered_indexes`` stand in place of the index that their first column would have: they also give its rows in the
    order of the table's pages, so that a page of one country reads no more rows than it shows.
    """

    name: str
    label: str
    description: str
    columns: tuple[Column, ...]
    label_column: str | None = None
    search: tuple[str, ...] = ()
    sort: str = "id"
    sort_descending: bool = False
    facets: tuple[str, ...] = ()
    id_from: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    loadable: bool = True
    ordered_indexes: tuple[tuple[str, ...], ...] = ()
    extra_indexes: tuple[tuple[str, ...], ...] = ()
    more_indexes: tuple[Index, ...] = ()

    def __getitem__(self, name: str) -> Column:
        """The column of that name. Raises KeyError, naming the table."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name!r}")

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """All column names in their order, generated ones included."""
        return tuple(column.name for column in self.columns)

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns that an INSERT may name: all but the generated ones."""
        return tuple(column for column in self.columns if column.generated is None)

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that refer to another table."""
        return tuple(column for column in self.columns if column.references)

    @property
    def create_sql(self) -> str:
        """CREATE TABLE with its foreign keys and checks."""
        lines = [column.sql for column in self.columns] + [f"CHECK ({check})" for check in self.checks]
        return f'CREATE TABLE "{self.name}" (\n  ' + ",\n  ".join(lines) + "\n)"

    @property
    def index_sql(self) -> tuple[tuple[str, str], ...]:
        """(name, CREATE INDEX) for every foreign key, every facet column and every declared combination."""
        single = [
            (column.name,)
            for column in self.columns
            if column.type is not Type.IDENTIFIER
            and (column.references or column.facet)
            and column.name not in {columns[0] for columns in self.ordered_indexes}
        ]
        indexes = (*map(Index, (*single, *self.ordered_indexes, *self.extra_indexes)), *self.more_indexes)
        return tuple(index.sql(self.name) for index in indexes)


_STORED_AS = {Type.INTEGER: "INTEGER", Type.BOOLEAN: "INTEGER", Type.SCORE: "REAL"}


def _literal(value: str, kind: str) -> str:
    return value if kind == "INTEGER" else f"'{value}'"
