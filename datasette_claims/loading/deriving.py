"""Columns that follow from other rows, in SQL: copied values of staged rows, and countries that no row gives.

A country that a statement or stance does not give is taken, in this order, from

1. the statement, for a stance whose actor is the statement's speaker (origin ``statement``);
2. the memberships of the actor at the time, if those whose organization (or the body on whose behalf the person
   sits there) has a country agree on one; if one of them is in the row's own organization, only such count
   (origin ``membership``);
3. the actor (origin ``actor``); else it is not stated.

A membership counts at a time if its dates do not exclude it. One that is only attested on a day counts on that
day, and for what the document says that attests it. For a row without a date every membership counts.
"""

from __future__ import annotations

import sqlite3

from ..schema import Table
from ..schema.copies import all_copy_groups

ACTOR_COLUMN = {"statements": "speaker", "stances": "actor"}

_COUNTRY = "coalesce(nullif(b.country, 'not_stated'), nullif(o.country, 'not_stated'))"
_BASIS = "iif(nullif(b.country, 'not_stated') IS NOT NULL, b.country_basis, o.country_basis)"
_IN_TIME = """(r.date_start IS NULL OR (
    (k.date_start IS NULL OR k.date_start <= coalesce(r.date_end, r.date_start))
    AND (k.date_end IS NULL OR k.date_end || '~' >= r.date_start)
    AND (k.date_start IS NOT NULL OR k.date_end IS NOT NULL OR k.as_of IS NULL OR k.document = r.document
         OR (substr(r.date_start, 1, length(k.as_of)) <= k.as_of
             AND k.as_of <= substr(coalesce(r.date_end, r.date_start), 1, length(k.as_of))))))"""


def resolved_sql(table: Table, source: str) -> str:
    """SELECT all stored columns (but ``revision``) of the staged rows ``s``, with copied columns filled.

    The rows from which they are copied must stand in the database. ``source`` is the staging table's SQL name.
    """
    values = {c.name: f's."{c.name}"' for c in table.stored if c.name != "revision"}
    joins: list[str] = []
    for number, group in enumerate(g for g in all_copy_groups() if g.table.name == table.name):
        alias, via = f"c{number}", values[group.via]
        joins.append(f'LEFT JOIN main."{group.source}" AS {alias} ON {alias}."id" = {via}')
        for name, column in group.pairs:
            default = table[name].default
            value = f'{alias}."{column}"'
            value = value if default is None else f"coalesce({value}, '{default}')"
            values[name] = f"iif({via} IS NULL, {values[name]}, {value})" if group.optional else value
    picked = ", ".join(f'{value} AS "{name}"' for name, value in values.items())
    return f"SELECT {picked} FROM {source} AS s {' '.join(joins)}"


def derive_countries(conn: sqlite3.Connection, table: str, rows: str) -> None:
    """Fill ``temp.derived_<table>`` (id, country, country_basis, country_origin) for some rows.

    ``rows`` selects id, the actor's column, organization, date_start, date_end, document and, for stances,
    statement. Statements must be in place before stances are derived.
    """
    conn.execute(f"DROP TABLE IF EXISTS temp.derived_{table}")
    conn.execute(
        f"CREATE TEMP TABLE derived_{table} (id TEXT PRIMARY KEY, country TEXT, country_basis TEXT, "
        "country_origin TEXT) WITHOUT ROWID"
    )
    actor = ACTOR_COLUMN[table]
    statement = "r.statement" if table == "stances" else "NULL AS statement"
    conn.execute("DROP TABLE IF EXISTS temp.to_derive")
    conn.execute(
        f"CREATE TEMP TABLE to_derive AS SELECT r.id, r.{actor} AS actor, r.organization, r.date_start, r.date_end, "
        f"r.document, {statement} FROM ({rows}) AS r"
    )
    if table == "stances":
        _from_statements(conn)
    _from_memberships(conn, table)
    conn.execute(
        f"INSERT OR IGNORE INTO temp.derived_{table} SELECT r.id, coalesce(a.country, 'not_stated'), "
        "coalesce(a.country_basis, 'not_stated'), "
        "iif(coalesce(a.country, 'not_stated') = 'not_stated', 'not_stated', 'actor') "
        "FROM temp.to_derive AS r LEFT JOIN main.actors AS a ON a.id = r.actor"
    )
    conn.execute("DROP TABLE temp.to_derive")


def _from_statements(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO temp.derived_stances SELECT r.id, t.country, t.country_basis, "
        "iif(t.country_origin = 'not_stated', 'not_stated', 'statement') FROM temp.to_derive AS r "
        "JOIN main.statements AS t ON t.id = r.statement AND t.speaker = r.actor"
    )


def _from_memberships(conn: sqlite3.Connection, table: str) -> None:
    conn.execute(
        f"""INSERT OR IGNORE INTO temp.derived_{table}
        SELECT id, min(country), iif(min(basis) = max(basis), min(basis), 'not_stated'), 'membership' FROM (
            SELECT r.id, {_COUNTRY} AS country, {_BASIS} AS basis, coalesce(k.organization = r.organization, 0) AS own,
                   max(coalesce(k.organization = r.organization, 0)) OVER (PARTITION BY r.id) AS any_own
            FROM temp.to_derive AS r
            JOIN main.memberships AS k ON k.person = r.actor AND {_IN_TIME}
                 AND k.id NOT IN (SELECT id FROM temp.prune_memberships)
            LEFT JOIN main.actors AS o ON o.id = k.organization
            LEFT JOIN main.actors AS b ON b.id = k.on_behalf_of
        ) WHERE own = any_own AND country IS NOT NULL
        GROUP BY id HAVING min(country) = max(country)"""
    )
