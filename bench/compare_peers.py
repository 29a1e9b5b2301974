"""The peers of the stance index: DuckDB and SQLite, each in memory on the same columns of the same integer codes,
sorted by claim. That is the best case for both: no text, no disk. SQLite has an index that covers every query.

Each peer answers the three questions of ``compare_engine`` with its own SQL and gives plain results, which must
equal ours.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from datasette_claims.comparison import BASIS_CODES, FACET_COLUMNS, STANCE_CODES, StanceIndex
from datasette_claims.comparison.columns import COLUMNS as INDEX_COLUMNS
from datasette_claims.comparison.columns import own_filters

COLUMNS = (*(column.name for column in INDEX_COLUMNS), "month")
Where = dict[str, str]
Counts = dict[Any, int]


class TooSlow(Exception):
    """A query was stopped at its time limit."""


class Peer(Protocol):
    """A database that can run a query."""

    name: str

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises TooSlow."""
        ...


def columns_of(index: StanceIndex) -> dict[str, Any]:
    """The columns of an index as int32 arrays, the month with them."""
    _, month_of = index.months
    codes = {name: index.codes[name].astype(np.int32) for name in COLUMNS if name != "month"}
    return codes | {"month": month_of[index.codes["date_start"]].astype(np.int32)}


class DuckDB:
    """DuckDB with its default settings (all cores)."""

    name = "duckdb"

    def __init__(self, index: StanceIndex) -> None:
        import duckdb

        self.conn = duckdb.connect()
        self.conn.register("given", columns_of(index))
        self.conn.execute("CREATE TABLE s AS SELECT * FROM given")
        self.conn.unregister("given")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.conn.execute(sql).fetchall()


class SQLite:
    """SQLite with one index over all columns, those of the filters first: no query needs the table."""

    name = "sql"

    def __init__(self, index: StanceIndex, seconds: float) -> None:
        self.conn = sqlite3.connect(":memory:", check_same_thread=False)
        self.seconds = seconds
        self.conn.execute(f"CREATE TABLE s ({', '.join(f'{name} INTEGER' for name in COLUMNS)})")
        given = columns_of(index)
        marks = ", ".join("?" * len(COLUMNS))
        for start in range(0, len(index), 100_000):
            part = [given[name][start : start + 100_000].tolist() for name in COLUMNS]
            self.conn.executemany(f"INSERT INTO s VALUES ({marks})", zip(*part, strict=True))
        filters = ("country_basis", "basis", "date_start")
        rest = [name for name in COLUMNS if name not in filters]
        self.conn.execute(f"CREATE INDEX covering ON s ({', '.join((*filters, *rest))})")
        self.conn.execute("ANALYZE")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        timer = threading.Timer(self.seconds, self.conn.interrupt)
        timer.start()
        try:
            return self.conn.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            raise TooSlow from error
        finally:
            timer.cancel()


def clause(where: Where, ignoring: Sequence[str] = ()) -> str:
    """A WHERE clause from column -> condition on it, without some columns."""
    return " AND ".join(["1 = 1", *(sql for column, sql in where.items() if column not in ignoring)])


def peer_facets(peer: Peer, where: Where) -> dict[str, Counts]:
    """Every facet: column -> {code: count}, each without the filter on itself."""
    return {
        column: dict(
            peer.query(f"SELECT {column}, count(*) FROM s WHERE {clause(where, own_filters(column))} GROUP BY {column}")
        )
        for column in FACET_COLUMNS
    }


def peer_matrix(
    peer: Peer, where: Where, rows: str, columns: int, limit: int
) -> dict[tuple[int, ...], tuple[int, ...]]:
    """The matrix: (row, claim, stance, basis) -> (count, first day, last day), for the ``columns`` most contested
    claims and the ``limit`` rows with most stances on them."""
    supports, disputes = STANCE_CODES["supports"], STANCE_CODES["disputes"]
    sql = f"""
    WITH chosen AS (SELECT claim, stance, basis, {rows} AS unit, date_start, date_end FROM s WHERE {clause(where)}),
    sides AS (
        SELECT claim, sum(CASE WHEN stance = {supports} THEN 1 ELSE 0 END) AS a,
               sum(CASE WHEN stance = {disputes} THEN 1 ELSE 0 END) AS b, count(*) AS n
        FROM chosen GROUP BY claim
    ),
    claims AS (
        SELECT claim FROM sides ORDER BY CASE WHEN a < b THEN a ELSE b END DESC, n DESC, claim LIMIT {columns}
    ),
    units AS (
        SELECT unit FROM chosen WHERE claim IN (SELECT claim FROM claims)
        GROUP BY unit ORDER BY count(*) DESC, unit LIMIT {limit}
    )
    SELECT unit, claim, stance, basis, count(*), min(date_start), max(date_end) FROM chosen
    WHERE claim IN (SELECT claim FROM claims) AND unit IN (SELECT unit FROM units)
    GROUP BY unit, claim, stance, basis
    """
    return {tuple(row[:4]): tuple(row[4:]) for row in peer.query(sql)}


def peer_pairs(peer: Peer, unstated: int) -> dict[tuple[int, int], tuple[int, int, int]]:
    """All pairs of countries: (one, other) -> (shared claims, equal positions, sum of distances), one below other.

    One position a country and claim: the latest date, different stances on it make 0.
    """
    bases = ", ".join(str(BASIS_CODES[basis]) for basis in ("explicit", "vote"))
    last = STANCE_CODES["neutral"]
    side = "CASE min(stance) WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END"
    value = f"CASE WHEN min(stance) <> max(stance) THEN 0 ELSE {side} END"
    sql = f"""
    WITH given AS (
        SELECT country, claim, stance, CASE WHEN date_end > 0 THEN date_end ELSE date_start END AS day FROM s
        WHERE basis IN ({bases}) AND stance <= {last} AND country NOT IN (0, {unstated})
    ),
    latest AS (SELECT country AS c, claim AS k, max(day) AS d FROM given GROUP BY country, claim),
    position AS (
        SELECT country AS c, claim AS k, {value} AS v FROM given JOIN latest ON c = country AND k = claim AND d = day
        GROUP BY country, claim
    )
    SELECT a.c, b.c, count(*), sum(CASE WHEN a.v = b.v THEN 1 ELSE 0 END), sum(abs(a.v - b.v))
    FROM position AS a JOIN position AS b ON a.k = b.k AND a.c < b.c GROUP BY a.c, b.c
    """
    return {(row[0], row[1]): (int(row[2]), int(row[3]), int(row[4])) for row in peer.query(sql)}
