"""References whose table depends on the row: the subject and object of provenance, the subject of assessments.

SQLite cannot declare such a foreign key, so triggers enforce it: no row may name a missing subject, and no row
that is named may be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from .model import LOADABLE, SUBJECT_TABLES
from .tables import Column, Table, Type


def subject_columns() -> Iterator[tuple[Table, Column]]:
    """Every column whose target table is told by another column."""
    for table in LOADABLE:
        for column in table.columns:
            if column.type is Type.SUBJECT:
                yield table, column


def missing_subjects_sql(table: Table, column: Column, kind: str) -> str:
    """SELECT the ids of the rows of a table whose subject of one type does not exist."""
    target = SUBJECT_TABLES[kind]
    return (
        f'SELECT "id", "{column.name}" FROM "{table.name}" WHERE "{column.type_column}" = \'{kind}\' '
        f'AND "{column.name}" NOT IN (SELECT "id" FROM "{target}")'
    )


def subject_triggers() -> dict[str, str]:
    """Name -> CREATE TRIGGER that refuses rows with a missing subject and the removal of a named one."""
    triggers: dict[str, str] = {}
    for table, column in subject_columns():
        known = " OR ".join(
            f"(new.\"{column.type_column}\" = '{kind}' AND "
            f'EXISTS (SELECT 1 FROM "{target}" WHERE "id" = new."{column.name}"))'
            for kind, target in SUBJECT_TABLES.items()
        )
        message = f"{table.name}.{column.name} names a row that does not exist"
        refuse = f"SELECT RAISE(ABORT, '{message}') WHERE NOT ({known})"
        for action in ("INSERT", f'UPDATE OF "{column.name}", "{column.type_column}"'):
            name = f"{table.name}_{column.name}_{action.split()[0].lower()}"
            triggers[name] = f'CREATE TRIGGER "{name}" BEFORE {action} ON "{table.name}" BEGIN {refuse}; END'
        for kind, target in SUBJECT_TABLES.items():
            name = f"{table.name}_{column.name}_keeps_{target}"
            used = f'"{column.name}" = old."id" AND "{column.type_column}" = \'{kind}\''
            triggers[name] = (
                f'CREATE TRIGGER "{name}" BEFORE DELETE ON "{target}" BEGIN SELECT RAISE(ABORT, '
                f"'{table.name} still names this row') FROM \"{table.name}\" WHERE {used}; END"
            )
    return triggers
