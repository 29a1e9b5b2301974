"""Staging: checked rows in temporary tables of the database's own connection, before anything is written.

``temp.stage_<table>`` has the stored columns of the table without any constraint, the part of the sources from
which each row comes (``_part``) and its line there (``_line``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..schema import BY_NAME, STAGED, Table, Type
from .problems import Problem, Problems
from .rows import DERIVES_COUNTRY, TEXT_COLUMNS, Rows


@dataclass(frozen=True)
class Part:
    """Rows of one table from one file that give the same columns."""

    table: str
    file: str
    given: frozenset[str]


@dataclass
class Stage:
    """The staged rows of one load."""

    conn: sqlite3.Connection
    parts: list[Part] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _numbers: dict[Part, int] = field(default_factory=dict)

    @property
    def tables(self) -> list[Table]:
        """The tables that the sources hold, in the order in which rows can be inserted."""
        return [table for table in STAGED if table.name in self.counts]

    def open(self, table: Table) -> None:
        """Make the staging table; a table without rows counts as one of the sources' tables."""
        if table.name in self.counts:
            return
        self.counts[table.name] = 0
        columns = ", ".join(f'"{column.name}"{_default(table, column.name)}' for column in table.stored)
        self.conn.execute(f'CREATE TEMP TABLE "stage_{table.name}" (_part INTEGER, _line INTEGER, {columns})')

    def add(self, table: Table, file: str, rows: Rows) -> None:
        """Add rows. Columns that the file does not give take their defaults until ``complete``."""
        self.open(table)
        if not rows.lines:
            return
        part = self._part(Part(table.name, file, frozenset(rows.columns)))
        names = ", ".join(f'"{name}"' for name in rows.columns)
        marks = ", ".join("?" * (len(rows.columns) + 1))
        self.conn.executemany(
            f'INSERT INTO temp."stage_{table.name}" (_part, _line, {names}) VALUES ({part}, {marks})',
            zip(rows.lines, *rows.columns.values(), strict=True),
        )
        self.counts[table.name] += len(rows.lines)

    def _part(self, part: Part) -> int:
        if part not in self._numbers:
            self._numbers[part] = len(self.parts)
            self.parts.append(part)
        return self._numbers[part]

    def index(self) -> None:
        """Make rows findable by id; call once, when all rows are staged."""
        for table in self.tables:
            self.conn.execute(f'CREATE INDEX temp."stage_{table.name}_id" ON "stage_{table.name}" ("id")')

    def duplicates(self) -> list[Problem]:
        """Every id that stands more than once, at its second and later places."""
        problems = Problems()
        for table in self.tables:
            staged = f'temp."stage_{table.name}"'
            twice = f"SELECT id FROM {staged} WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1"
            rows = self.conn.execute(
                f"SELECT id, _part, _line FROM {staged} WHERE id IN ({twice}) ORDER BY id, _part, _line"
            )
            before: tuple[str, str] | None = None
            for id_, part, line in rows:
                file = self.parts[part].file
                if before is not None and before[0] == id_:
                    wrong = f"the id stands already at {before[1]}"
                    problems.add(file, line, "id", id_, wrong, "give each row its own id, or remove one")
                else:
                    before = (id_, f"{file}:{line}")
        return list(problems)

    def complete(self) -> None:
        """Fill the columns that a file does not give from the rows that the database has."""
        alike: dict[tuple[str, frozenset[str]], list[int]] = {}
        for number, part in enumerate(self.parts):
            alike.setdefault((part.table, part.given), []).append(number)
        for (name, given), numbers in alike.items():
            table = BY_NAME[name]
            if not self.conn.execute(f'SELECT EXISTS (SELECT 1 FROM main."{name}")').fetchone()[0]:
                continue
            missing = [column.name for column in table.stored if column.name not in given]
            missing = [name for name in missing if name not in _not_completed(table)]
            if table.name in DERIVES_COUNTRY and "country" not in given:
                missing += ["country", "country_basis", "country_origin"]
            if table.name in DERIVES_COUNTRY and "country" in given and "country_basis" not in given:
                missing.append("country_basis")
            if missing:
                sets = ", ".join(f'"{name}" = {_stored(table, name)}' for name in missing)
                self.conn.execute(
                    f'UPDATE temp."stage_{table.name}" SET {sets} FROM main."{table.name}" AS m '
                    f'WHERE m."id" = "stage_{table.name}"."id" AND _part IN ({", ".join(map(str, numbers))})'
                )
        if "documents" in self.counts:
            self._keep_texts()

    def _keep_texts(self) -> None:
        """A package that withholds a text does not take away one that was attached, if it is the same text."""
        names = ", ".join(f'"{name}" = m."{name}"' for name in TEXT_COLUMNS)
        self.conn.execute(
            f'UPDATE temp."stage_documents" SET {names} FROM main."documents" AS m '
            'WHERE m."id" = "stage_documents"."id" AND "stage_documents"."text" IS NULL AND m."text" IS NOT NULL '
            'AND coalesce("stage_documents"."text_sha256", m."text_sha256") IS m."text_sha256" '
            'AND coalesce("stage_documents"."text_length", m."text_length") IS m."text_length"'
        )

    def located(self, table: str, where: str, parameters: Sequence[object] = ()) -> Iterator[tuple[str, int, str]]:
        """(file, line, id) of the staged rows for which a condition holds."""
        rows = self.conn.execute(f'SELECT _part, _line, id FROM temp."stage_{table}" WHERE {where}', parameters)
        for part, line, id_ in rows:
            yield self.parts[part].file, line, id_


def _not_completed(table: Table) -> set[str]:
    """Columns that are made, copied or handled by themselves."""
    names = {"revision", "country_origin"} if table.name in DERIVES_COUNTRY else {"revision"}
    if table.name in DERIVES_COUNTRY:
        names |= {"country", "country_basis"}
    if table.name == "documents":
        names |= {"text"}
    return names | {column.name for column in table.stored if column.copy and not column.copy.optional}


def _stored(table: Table, name: str) -> str:
    """The database's value; a derived country is left open, to be derived again."""
    if table.name in DERIVES_COUNTRY and name in ("country", "country_origin"):
        return f'CASE m."country_origin" WHEN \'row\' THEN m."{name}" END'
    if table.name in DERIVES_COUNTRY and name == "country_basis":  # a basis belongs to its country
        return (
            f'iif("stage_{table.name}".country IS NULL OR m.country IS "stage_{table.name}".country, '
            "m.country_basis, 'not_stated')"
        )
    return f'm."{name}"'


def _default(table: Table, name: str) -> str:
    column = table[name]
    if column.default is None or (table.name in DERIVES_COUNTRY and name in ("country", "country_origin")):
        return ""
    return " DEFAULT 0" if column.type is Type.BOOLEAN else f" DEFAULT '{column.default}'"
