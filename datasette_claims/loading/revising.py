"""Rows of ``revisions``: one number for every change of the whole database, with the row before and after.

Every transaction that writes revisions ends with ``seal``, which puts them into the chain of hashes
(``schema.sealing`` defines it); from then on they cannot be changed.

``before`` and ``after`` are JSON objects of all stored columns. ``documents.text`` is left out of both, but where
it changes or goes, ``before`` has it in full: to restore a version, take the text of the next revision whose
``before`` has one, else the text that stands.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timezone

from ..schema import BY_NAME, Table
from ..schema.sealing import seal
from .deriving import ACTOR_COLUMN, derive_countries
from .planning import DERIVED_NOTE

__all__ = [
    "Act",
    "latest_revision",
    "new_id_table",
    "now",
    "record",
    "record_after",
    "rederive",
    "row_json_sql",
    "seal",
]


@dataclass(frozen=True)
class Act:
    """What one person or one load does in one go: ``action`` is the number of its first revision."""

    action: int
    who: str | None
    load: int | None = None


def now() -> str:
    """The present moment as the database keeps it: ISO 8601, UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def latest_revision(conn: sqlite3.Connection) -> int:
    """The revision of the data: the number of the last change."""
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM main.revisions NOT INDEXED").fetchone()[0])


def row_json_sql(table: Table, alias: str, with_text: str = "0") -> str:
    """SQL for the JSON of a row; a document's text is in it where the condition ``with_text`` holds."""
    names = [c.name for c in table.stored if (table.name, c.name) != ("documents", "text")]
    pairs = ", ".join(f"'{name}', {alias}.\"{name}\"" for name in names)
    if table.name != "documents" or with_text == "0":
        return f"json_object({pairs})"
    return f"iif({with_text}, json_object({pairs}, 'text', {alias}.\"text\"), json_object({pairs}))"


def record(conn: sqlite3.Connection, table: str, ids: str, operation: str, act: Act, note: str | None = None) -> int:
    """Give each row a revision with its state before, and return how many.

    ``ids`` names a temporary table with the columns id and revision; the revisions are numbered in the order of
    ids. For an update, call ``record_after`` once the rows are changed.
    """
    first = latest_revision(conn) + 1
    conn.execute(
        f"UPDATE {ids} SET revision = n.number FROM (SELECT id, row_number() OVER (ORDER BY id) + {first - 1} AS "
        f"number FROM {ids}) AS n WHERE n.id = {ids.removeprefix('temp.')}.id"
    )
    text = "1" if operation == "delete" else "i.text_changes"
    before = row_json_sql(BY_NAME[table], "m", text if table == "documents" else "0")
    conn.execute(
        f"INSERT INTO main.revisions (id, at, who, operation, load, table_name, row_id, before, note, action) "
        f"SELECT i.revision, ?, ?, ?, ?, '{table}', i.id, {before}, ?, ? FROM {ids} AS i "
        f'JOIN main."{table}" AS m ON m.id = i.id ORDER BY i.revision',
        [now(), act.who, operation, act.load, note, act.action],
    )
    return latest_revision(conn) - first + 1


def record_after(conn: sqlite3.Connection, table: str, ids: str) -> None:
    """Complete the revisions of ``record`` with the rows as they now are, and put the numbers into the rows."""
    conn.execute(f'UPDATE main."{table}" SET revision = i.revision FROM {ids} AS i WHERE i.id = "{table}".id')
    after = row_json_sql(BY_NAME[table], "m")
    conn.execute(
        f'UPDATE main.revisions SET after = (SELECT {after} FROM main."{table}" AS m WHERE m.id = revisions.row_id) '
        f"WHERE id IN (SELECT revision FROM {ids})"
    )


def new_id_table(conn: sqlite3.Connection, name: str, select: str | None = None) -> str:
    """A temporary table of row ids for ``record``; returns its SQL name."""
    conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    conn.execute(f"CREATE TEMP TABLE {name} (id TEXT PRIMARY KEY, revision INTEGER, text_changes INTEGER DEFAULT 0)")
    if select is not None:
        conn.execute(f"INSERT OR IGNORE INTO temp.{name} (id) {select}")
    return f"temp.{name}"


def rederive(conn: sqlite3.Connection, actors: str, statements: str, act: Act) -> int:
    """Derive the countries of stored rows again after a change upstream; each row that changes gets a revision.

    ``actors`` and ``statements`` select the ids of the actors whose country or memberships changed (memberships'
    persons, and the members of changed organizations, are found from them here) and of the changed statements.
    Returns how many rows changed.
    """
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS prune_memberships (id TEXT PRIMARY KEY)")
    affected = (
        f"SELECT id FROM ({actors}) UNION SELECT person FROM main.memberships WHERE organization IN ({actors}) "
        f"OR on_behalf_of IN ({actors})"
    )
    new_id_table(conn, "affected_actors", affected)
    changed = _rederive(conn, "statements", "r.speaker IN (SELECT id FROM temp.affected_actors)", act)
    via = f"r.statement IN ({statements}) OR r.statement IN (SELECT id FROM temp.rederived_statements)"
    where = f"r.actor IN (SELECT id FROM temp.affected_actors) OR {via}"
    return changed + _rederive(conn, "stances", where, act)


def _rederive(conn: sqlite3.Connection, table: str, where: str, act: Act) -> int:
    statement = ", r.statement" if table == "stances" else ""
    derive_countries(
        conn,
        table,
        f"SELECT r.id, r.{ACTOR_COLUMN[table]}, r.organization, r.date_start, r.date_end, r.document{statement} "
        f"FROM main.{table} AS r WHERE r.country_origin <> 'row' AND ({where})",
    )
    columns = ("country", "country_basis", "country_origin")
    differs = " OR ".join(f"m.{column} IS NOT d.{column}" for column in columns)
    ids = new_id_table(
        conn,
        f"rederived_{table}",
        f"SELECT d.id FROM temp.derived_{table} AS d JOIN main.{table} AS m ON m.id = d.id WHERE {differs}",
    )
    if not conn.execute(f"SELECT 1 FROM {ids}").fetchone():
        return 0
    count = record(conn, table, ids, "update", act, DERIVED_NOTE)
    sets = ", ".join(f"{column} = d.{column}" for column in columns)
    conn.execute(
        f"UPDATE main.{table} SET {sets} FROM temp.derived_{table} AS d JOIN {ids} AS i ON i.id = d.id "
        f"WHERE d.id = {table}.id"
    )
    record_after(conn, table, ids)
    return count
