"""Verifying the history: the chain of revisions is whole and guarded, and the rows are what it says they are.

A row that a load added has no copy in ``revisions``, so its values are vouched for by the load's sources; every row
that was added or changed by a person, or changed by a load, must equal what its last revision recorded.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from ..schema import TABLES, Table
from ..schema.append_only import append_only_triggers
from ..schema.sealing import verify
from .problems import Problem

_RESTORE = "restore the database from a backup, and find out what wrote to it past the program"


def check_chain(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Every place at which the chain of revisions does not hold, and every guard of it that is missing."""
    for broken in verify(conn):
        yield Problem("revisions", None, "hash", "", broken.wrong, _RESTORE, row=str(broken.revision))
    triggers = {name for (name,) in conn.execute("SELECT name FROM main.sqlite_master WHERE type = 'trigger'")}
    for name, sql in append_only_triggers().items():
        if name not in triggers:
            wrong = f"the trigger {name} is missing, so revisions can be changed"
            yield Problem("revisions", None, "", "", wrong, f"make it again: {sql}")


def check_history(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Rows that differ from their last revision, that name another one, or that are gone without one."""
    for table in TABLES:
        if "revision" in table.column_names:
            yield from _unrecorded(conn, table)
            yield from _differing(conn, table)
            yield from _missing(conn, table)


def _unrecorded(conn: sqlite3.Connection, table: Table) -> Iterator[Problem]:
    """Rows whose revision is of another row, or older than the last one of the row."""
    rows = conn.execute(
        f"SELECT m.id, m.revision, (SELECT max(l.id) FROM revisions AS l WHERE l.table_name = ? AND l.row_id = m.id) "
        f'AS last FROM "{table.name}" AS m JOIN revisions AS r ON r.id = m.revision '
        "WHERE (r.table_name IS NOT NULL AND (r.table_name <> ? OR r.row_id <> m.id)) OR last > m.revision",
        [table.name, table.name],
    )
    for id_, number, last in rows:
        wrong = f"the row says revision {number}, its last change is revision {last or 'none'}"
        yield Problem(table.name, None, "revision", str(number), wrong, _RESTORE, row=str(id_))


def _differing(conn: sqlite3.Connection, table: Table) -> Iterator[Problem]:
    """Values that are not the recorded ones; copied values follow other rows and are checked by themselves."""
    own = [c for c in table.stored if c.name not in ("id", "revision", "text")]
    names = ", ".join(f'm."{column.name}"' for column in own)
    rows = conn.execute(
        f'SELECT m.id, r.after, {names} FROM "{table.name}" AS m JOIN revisions AS r ON r.id = m.revision '
        "WHERE r.table_name = ? AND r.row_id = m.id AND r.after IS NOT NULL",
        [table.name],
    )
    for id_, after, *values in rows:
        recorded = json.loads(after)
        stored = dict(zip((column.name for column in own), values, strict=True))
        for column in own:
            copied = column.copy is not None and (not column.copy.optional or stored[column.copy.via] is not None)
            if column.name in recorded and not copied and recorded[column.name] != stored[column.name]:
                wrong = f"the last revision recorded {json.dumps(recorded[column.name], ensure_ascii=False)}"
                value = str(stored[column.name] or "")
                yield Problem(table.name, None, column.name, value, wrong, _RESTORE, row=str(id_))


def _missing(conn: sqlite3.Connection, table: Table) -> Iterator[Problem]:
    """Rows that are not there although their last revision did not delete them."""
    rows = conn.execute(
        "SELECT r.row_id, r.operation, r.id FROM revisions AS r WHERE r.table_name = ? AND r.id = (SELECT max(l.id) "
        "FROM revisions AS l WHERE l.table_name = r.table_name AND l.row_id = r.row_id) AND (r.operation <> 'delete') "
        f'AND NOT EXISTS (SELECT 1 FROM "{table.name}" AS m WHERE m.id = r.row_id)',
        [table.name],
    )
    for id_, operation, number in rows:
        wrong = f"the row is gone, and no revision deleted it (the last one, {number}, is “{operation}”)"
        yield Problem(table.name, None, "", "", wrong, _RESTORE, row=str(id_))
