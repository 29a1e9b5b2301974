"""Statistics by which SQLite plans its queries, put right for columns that are mostly empty.

ANALYZE counts how many rows an index has for one value, and takes all empty ones for rows of one value. A column that
few rows have (who somebody speaks for, what a text is a version of) then looks as if its index led to nearly every
row, and SQLite reads the whole table instead: seconds instead of a tenth of a millisecond at a million rows. No
question asks for the rows of an empty value by ``=``, so such indexes get the figure of the rows that have one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from .model import BY_NAME
from .tables import Table

FULL, SAMPLED = 0, 1000
"""PRAGMA analysis_limit: every row, or so many rows of each index."""


SUSPICIOUS = 20
"""Rows for one value from which on an index may look worse than it is."""

COUNTED = 100_000
"""Filled rows of an index that are counted for its figure."""


def analyze(conn: sqlite3.Connection, tables: Iterable[str], *, sampled: bool = False) -> None:
    """ANALYZE these tables and put their statistics right. Other connections read them when they are opened."""
    conn.execute(f"PRAGMA analysis_limit = {SAMPLED if sampled else FULL}")
    for name in tables:
        conn.execute(f'ANALYZE main."{name}"')
        table = BY_NAME[name]
        if sampled:
            _level(conn, table)
        for index, column in _sparse(table):
            _correct(conn, table, index, column)
    conn.execute("ANALYZE main.sqlite_master")  # so that this connection uses what was put right


def _level(conn: sqlite3.Connection, table: Table) -> None:
    """One number of rows for all indexes of a table. A sample guesses another for each, and where one of them has fewer
    rows than the key, SQLite reads the whole table for a Bloom filter before it looks up a single row."""
    (total,) = conn.execute(f'SELECT count(*) FROM main."{table.name}"').fetchone()
    partial = {name for name, sql in table.index_sql if " WHERE " in sql}
    sql = "SELECT idx, stat FROM main.sqlite_stat1 WHERE tbl = ? AND idx IS NOT NULL"
    for index, stat in conn.execute(sql, [table.name]).fetchall():
        if total and index not in partial:
            each = " ".join(str(min(int(part), total)) if part.isdigit() else part for part in stat.split()[1:])
            level = "UPDATE main.sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx = ?"
            conn.execute(level, [f"{total} {each}", table.name, index])


def _sparse(table: Table) -> Iterable[tuple[str, str]]:
    """(index, column) of every index over one column that may be empty."""
    for name, sql in table.index_sql:
        columns = sql[sql.index("(") + 1 : sql.rindex(")")].replace('"', "")
        if columns in table.column_names and " WHERE " not in sql:
            column = table[columns]
            if not column.required and column.default is None and column.generated is None:
                yield name, columns


def _correct(conn: sqlite3.Connection, table: Table, index: str, column: str) -> None:
    row = conn.execute("SELECT stat FROM main.sqlite_stat1 WHERE tbl = ? AND idx = ?", [table.name, index]).fetchone()
    if row is None:
        return
    total, each = (int(part) for part in row[0].split()[:2])
    if each <= SUSPICIOUS:
        return
    filled, distinct = conn.execute(
        f'SELECT count(*), count(DISTINCT value) FROM (SELECT "{column}" AS value FROM main."{table.name}" '
        f'INDEXED BY "{index}" WHERE "{column}" IS NOT NULL LIMIT {COUNTED})'
    ).fetchone()
    right = max(-(-filled // distinct) if distinct else 1, 1)
    if right < each:
        conn.execute(
            "UPDATE main.sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx = ?", [f"{total} {right}", table.name, index]
        )
