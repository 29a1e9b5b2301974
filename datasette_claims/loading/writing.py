"""Changes that people make: single rows, versioned, recorded, all or nothing.

The annotation pages, ``attach`` and every other writer that is not a load go through ``apply_changes``. All changes
of one call are one *action*: they carry the same number in ``revisions.action``, and ``undoing`` takes them back
together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlite_utils import Database

from ..schema import BY_NAME, Table
from .changes import Change, StaleRow, Value
from .deriving import derive_countries
from .planning import DERIVED_NOTE
from .problems import LoadError, Problem
from .reading import Batch
from .reanchoring import ANCHORED_NOTE, catch_up
from .refusals import refused
from .revising import Act, latest_revision, now, rederive, row_json_sql, seal
from .rows import DERIVES_COUNTRY, RowReader
from .sources import SourceFile

__all__ = ["Change", "StaleRow", "apply_changes", "read_values", "record_changes", "repeated", "transaction"]


def read_values(table: Table, cells: Mapping[str, str], what: str = "form") -> tuple[dict[str, Value], list[Problem]]:
    """One row of cells, as a form sends them, to stored values and the problems among them.

    The rules are those of a load; ``what`` stands for the file in messages. Raises LoadError for unknown columns.
    """
    file = SourceFile(what, what, table.name, "csv", None, table=table.name)
    batch = Batch({name: (cell,) for name, cell in cells.items()}, [1])
    rows, problems = RowReader(table, file).read(batch)
    return {name: values[0] for name, values in rows.columns.items()}, problems


def apply_changes(
    conn: sqlite3.Connection,
    changes: Sequence[Change],
    who: str | None,
    note: str | None = None,
    *,
    undoes: int | None = None,
    request_key: str | None = None,
) -> list[int]:
    """Make the changes in one transaction and return their revisions, one a change, in order.

    They are one action, whose number is the first of these revisions; ``undoes`` names the action that they take
    back. A ``request_key`` that the same person has used before returns the revisions of that time and writes
    nothing, so that a request may be sent again. Inside a transaction of the caller, that one is kept.

    Raises StaleRow for a change against an older revision, LoadError (naming the row) for a reference that leads
    nowhere, an id that is taken or a row that others still need; then nothing is written.
    """
    with transaction(conn):
        earlier = repeated(conn, who, request_key)
        if earlier is not None or not changes:
            return earlier or []
        act = Act(latest_revision(conn) + 1, who)
        numbers = [_apply(conn, change, act, note) for change in changes]
        conn.execute(
            "UPDATE main.revisions SET undoes = ?, request_key = ? WHERE id = ?", [undoes, request_key, act.action]
        )
        _derive_again(conn, changes, act)
        record_changes(conn, catch_up(conn, act.action - 1), act, ANCHORED_NOTE)
        seal(conn)
    return numbers


def record_changes(conn: sqlite3.Connection, changes: Sequence[Change], act: Act, note: str | None) -> None:
    """Make changes as a part of an act, inside its transaction, which the caller seals."""
    for change in changes:
        _apply(conn, change, act, note)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, with foreign keys enforced, and nobody else writes from its beginning on.

    Inside a transaction of the caller it is a part of that one; foreign keys must be enforced before it begins, because
    SQLite ignores the pragma inside one (RuntimeError). Raises sqlite3.OperationalError where another connection
    writes for longer than this one is set to wait.
    """
    db = Database(conn, execute_plugins=False)
    if conn.in_transaction:
        if not conn.execute("PRAGMA foreign_keys").fetchone()[0]:
            raise RuntimeError("PRAGMA foreign_keys = ON must come before the transaction begins")
        with db.atomic():
            yield
        return
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def repeated(conn: sqlite3.Connection, who: str | None, request_key: str | None) -> list[int] | None:
    """The revisions of the changes that this person has made with this key, in order; None where there are none."""
    if request_key is None:
        return None
    row = conn.execute(
        "SELECT action FROM main.revisions WHERE request_key = ? AND who IS ?", [request_key, who]
    ).fetchone()
    if row is None:
        return None
    sql = "SELECT id FROM main.revisions WHERE action = ? AND note IS NOT ? AND note IS NOT ? ORDER BY id"
    return [number for (number,) in conn.execute(sql, [row[0], DERIVED_NOTE, ANCHORED_NOTE])]


def _apply(conn: sqlite3.Connection, change: Change, act: Act, note: str | None) -> int:
    table = BY_NAME[change.table]
    _check_revision(conn, change)
    number = latest_revision(conn) + 1
    before = None if change.operation == "insert" else _json(conn, table, change.row, _takes_text(conn, change))
    conn.execute(
        "INSERT INTO revisions (id, at, who, operation, load, table_name, row_id, before, note, action) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, now(), act.who, change.operation, act.load, change.table, change.row, before, note, act.action],
    )
    try:
        _write(conn, table, change, number)
    except sqlite3.IntegrityError as error:
        raise LoadError([refused(conn, change, error)]) from error
    if change.operation != "delete":
        _derive_own(conn, change)
        after = _json(conn, table, change.row, False)
        conn.execute("UPDATE revisions SET after = ? WHERE id = ?", [after, number])
    return number


def _write(conn: sqlite3.Connection, table: Table, change: Change, number: int) -> None:
    values = {**change.values, "revision": number}
    if "country" in change.values and table.name in DERIVES_COUNTRY:
        values["country_origin"] = "row" if change.values["country"] is not None else "not_stated"
    values = {n: table[n].default if v is None and n != "revision" else v for n, v in values.items() if n != "id"}
    if change.operation == "delete":
        conn.execute(f'DELETE FROM "{table.name}" WHERE id = ?', [change.row])
    elif change.operation == "insert":
        names = ", ".join(f'"{name}"' for name in ("id", *values))
        marks = ", ".join("?" * (len(values) + 1))
        conn.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', [change.row, *values.values()])
    else:
        sets = ", ".join(f'"{name}" = ?' for name in values)
        conn.execute(f'UPDATE "{table.name}" SET {sets} WHERE id = ?', [*values.values(), change.row])


def _check_revision(conn: sqlite3.Connection, change: Change) -> None:
    if change.operation == "insert":
        return
    row = conn.execute(f'SELECT revision FROM "{change.table}" WHERE id = ?', [change.row]).fetchone()
    current = row[0] if row is not None else None
    if current is None or (change.revision is not None and current != change.revision):
        raise StaleRow(change.table, change.row, change.revision or 0, current)


def _takes_text(conn: sqlite3.Connection, change: Change) -> bool:
    """Whether a change takes away a document's text, so that its revision must keep it."""
    if change.table != "documents" or (change.operation == "update" and "text" not in change.values):
        return False
    text = conn.execute("SELECT text FROM documents WHERE id = ?", [change.row]).fetchone()[0]
    return change.operation == "delete" or text != change.values["text"]


def _json(conn: sqlite3.Connection, table: Table, row: str, with_text: bool) -> str:
    sql = row_json_sql(table, "m", "1" if with_text else "0")
    return str(conn.execute(f'SELECT {sql} FROM "{table.name}" AS m WHERE m.id = ?', [row]).fetchone()[0])


def _derive_own(conn: sqlite3.Connection, change: Change) -> None:
    """The country of a written statement or stance that does not give one itself."""
    if change.table not in DERIVES_COUNTRY:
        return
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS prune_memberships (id TEXT PRIMARY KEY)")
    row = change.row.replace("'", "''")
    rows = f"SELECT r.* FROM main.{change.table} AS r WHERE r.id = '{row}' AND r.country_origin <> 'row'"
    derive_countries(conn, change.table, rows)
    conn.execute(
        f"UPDATE main.{change.table} SET country = d.country, country_basis = d.country_basis, "
        f"country_origin = d.country_origin FROM temp.derived_{change.table} AS d WHERE d.id = {change.table}.id"
    )


def _derive_again(conn: sqlite3.Connection, changes: Sequence[Change], act: Act) -> None:
    """Countries of other rows that follow from the changed ones."""
    actors: set[str] = set()
    statements = {change.row for change in changes if change.table == "statements"}
    for change in changes:
        if change.table == "actors":
            actors.add(change.row)
        elif change.table == "memberships":
            persons = conn.execute(
                "SELECT DISTINCT json_extract(coalesce(after, before), '$.person') FROM revisions "
                "WHERE table_name = 'memberships' AND row_id = ?",
                [change.row],
            )
            actors.update(person for (person,) in persons)
    if actors or statements:
        rederive(conn, _values(actors), _values(statements), act)


def _values(ids: set[str]) -> str:
    """SELECT some ids as literals."""
    if not ids:
        return "SELECT NULL AS id WHERE 0"
    # VALUES, because SQLite takes at most 500 terms of UNION ALL
    return (
        "SELECT column1 AS id FROM (VALUES "
        + ", ".join("('" + id_.replace("'", "''") + "')" for id_ in sorted(ids))
        + ")"
    )
