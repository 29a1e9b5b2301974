"""Carrying out a plan inside one transaction: rows, revisions, copies, countries, search, indexes.

The caller begins and ends the transaction. Rows are added and changed in the order of the tables and removed in
the reverse order; foreign keys are checked before the end.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..schema import STAGED, Table
from ..schema.copies import all_copy_groups, copy_triggers, refresh_sql
from ..schema.statistics import analyze
from .changes import Change
from .deriving import derive_countries, resolved_sql
from .planning import Counts, Plan, new_sql
from .problems import LoadError, Problem
from .reanchoring import ANCHORED_NOTE, catch_up
from .revising import Act, latest_revision, new_id_table, now, record, record_after, rederive, seal
from .rows import DERIVES_COUNTRY
from .staging import Stage
from .writing import record_changes

BULK = 5_000
"""From so many written rows on, copied columns are filled set-based and not by triggers."""

INDEX_BULK = 20_000
"""From so many new rows on, a table that at least doubles has its indexes made anew."""


def write_load(
    conn: sqlite3.Connection,
    started: str,
    tool: str,
    who: str | None,
    sources: Sequence[dict[str, object]],
    counts: dict[str, Counts],
) -> int:
    """Write the ``loads`` row and return its number."""
    number = int(conn.execute("SELECT coalesce(max(id), 0) + 1 FROM main.loads").fetchone()[0])
    told = {name: count.as_json() for name, count in counts.items()}
    conn.execute(
        "INSERT INTO main.loads (id, started_at, finished_at, tool, loaded_by, sources, counts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [number, started, now(), tool, who, json.dumps(list(sources)), json.dumps(told)],
    )
    return number


def apply_plan(stage: Stage, plan: Plan, load: int, who: str | None) -> int:
    """Write everything and return the revision of the load."""
    conn = stage.conn
    revision = latest_revision(conn) + 1
    act = Act(revision, who, load)
    conn.execute(
        "INSERT INTO main.revisions (id, at, who, operation, load, action) VALUES (?, ?, ?, 'load', ?, ?)",
        [revision, now(), who, load, revision],
    )
    written = sum(c.added + c.changed for c in plan.counts.values())
    with _copies_by_set(conn, plan) if written >= BULK else _as_it_is():
        for table in stage.tables:
            if plan.counts[table.name].changed:
                _change(conn, table, act)
            if plan.counts[table.name].added:
                with _indexes_made_anew(conn, table, plan.counts[table.name].added):
                    _add(conn, table, revision)
    _derive_again(conn, plan, act)
    record_changes(conn, _anchorings_that_go(conn, plan), act, ANCHORED_NOTE)
    for table in reversed(STAGED):
        if table.name in plan.counts and plan.counts[table.name].removed:
            _remove(conn, table, act)
    _check_foreign_keys(conn, plan)
    record_changes(conn, catch_up(conn, revision - 1), act, ANCHORED_NOTE)
    seal(conn)
    _analyze(conn, plan)
    return revision


def _anchorings_that_go(conn: sqlite3.Connection, plan: Plan) -> list[Change]:
    """The anchorings in documents that the load removes."""
    if not ("documents" in plan.counts and plan.counts["documents"].removed):
        return []
    sql = "SELECT id FROM main.anchorings WHERE document IN (SELECT id FROM temp.prune_documents) ORDER BY id"
    return [Change("delete", "anchorings", id_) for (id_,) in conn.execute(sql).fetchall()]


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _copies_by_set(conn: sqlite3.Connection, plan: Plan) -> Iterator[None]:
    """Without the triggers of copied columns; what they would have done is done at the end.

    Rows that are written take their copies along, so only stored rows below a changed row need them.
    """
    triggers = copy_triggers()
    for name in triggers:
        conn.execute(f'DROP TRIGGER "{name}"')
    yield
    below: set[str] = set()
    for group in all_copy_groups():
        counts = plan.counts.get(group.source)
        changed = counts is not None and counts.changed
        if group.source in below:
            conn.execute(refresh_sql(group))
        elif changed:
            ids = f"SELECT id FROM temp.\"diff_{group.source}\" WHERE state = 'change'"
            conn.execute(refresh_sql(group, f'"{group.via}" IN ({ids})'))
        if changed or group.source in below:
            below.add(group.table.name)
    for sql in triggers.values():
        conn.execute(sql)


@contextmanager
def _indexes_made_anew(conn: sqlite3.Connection, table: Table, added: int) -> Iterator[None]:
    stored = conn.execute(f'SELECT count(*) FROM main."{table.name}"').fetchone()[0]
    if added < INDEX_BULK or stored > added:
        yield
        return
    for name, _ in table.index_sql:
        conn.execute(f'DROP INDEX main."{name}"')
    yield
    for _, sql in table.index_sql:
        conn.execute(sql)


def _written_rows(conn: sqlite3.Connection, table: Table, where: str) -> str:
    """SELECT the complete rows of the stage for which a condition on ``s`` holds, countries derived."""
    names = [c.name for c in table.stored if c.name != "revision"]
    rows = f'{resolved_sql(table, f"""temp."stage_{table.name}" """)} WHERE {where}'
    if table.name not in DERIVES_COUNTRY:
        return rows
    open_ = conn.execute(
        f'SELECT 1 FROM temp."stage_{table.name}" AS s WHERE country_origin IS NULL AND {where} LIMIT 1'
    )
    if open_.fetchone() is None:
        return rows
    derive_countries(conn, table.name, f"{rows} AND s.country_origin IS NULL")
    derived = {"country", "country_basis", "country_origin"}
    picked = ", ".join(f"iif(d.id IS NULL, r.{n}, d.{n}) AS {n}" if n in derived else f'r."{n}"' for n in names)
    return f"SELECT {picked} FROM ({rows}) AS r LEFT JOIN temp.derived_{table.name} AS d ON d.id = r.id"


def _add(conn: sqlite3.Connection, table: Table, revision: int) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.stored if c.name != "revision")
    rows = _written_rows(conn, table, new_sql(conn, table))
    conn.execute(f'INSERT INTO main."{table.name}" ({names}, revision) SELECT *, {revision} FROM ({rows})')


def _change(conn: sqlite3.Connection, table: Table, act: Act) -> None:
    ids = new_id_table(conn, "changed", f"SELECT id FROM temp.\"diff_{table.name}\" WHERE state = 'change'")
    if table.name == "documents":
        conn.execute(
            f"UPDATE {ids} SET text_changes = (SELECT m.text IS NOT s.text FROM main.documents AS m "
            "JOIN temp.stage_documents AS s ON s.id = m.id WHERE m.id = changed.id)"
        )
    record(conn, table.name, ids, "update", act)
    names = [c.name for c in table.stored if c.name not in ("revision", "id")]
    sets = ", ".join(f'"{name}" = r."{name}"' for name in names)
    rows = _written_rows(conn, table, f"s.id IN (SELECT id FROM {ids})")
    conn.execute(f'UPDATE main."{table.name}" SET {sets} FROM ({rows}) AS r WHERE r.id = "{table.name}".id')
    record_after(conn, table.name, ids)


def _remove(conn: sqlite3.Connection, table: Table, act: Act) -> None:
    ids = new_id_table(conn, "removed", f'SELECT id FROM temp."prune_{table.name}"')
    record(conn, table.name, ids, "delete", act)
    conn.execute(f'DELETE FROM main."{table.name}" WHERE id IN (SELECT id FROM {ids})')


def _derive_again(conn: sqlite3.Connection, plan: Plan, act: Act) -> None:
    """Countries of rows that this load does not write but that depend on rows that it does."""
    upstream = ("actors", "memberships", "statements")
    if not any(name in plan.counts and plan.counts[name].writes for name in upstream):
        return
    changed = "SELECT id FROM temp.diff_{0} WHERE state = 'change'"
    persons = (
        f"SELECT person FROM main.memberships WHERE id IN ({changed.format('memberships')}) "
        "OR id IN (SELECT id FROM temp.prune_memberships) "
        f"OR revision = {act.action}"
    )
    before = (
        "SELECT json_extract(before, '$.person') FROM main.revisions "
        f"WHERE load = {act.load} AND table_name = 'memberships' AND operation = 'update'"
    )
    actors = f"{changed.format('actors')} UNION {persons} UNION {before}"
    rederive(conn, actors, changed.format("statements"), act)


def _check_foreign_keys(conn: sqlite3.Connection, plan: Plan) -> None:
    """The last word before the end of the transaction; what it finds, validation has missed."""
    for name, counts in plan.counts.items():
        if counts.writes:
            row = conn.execute(f'PRAGMA main.foreign_key_check("{name}")').fetchone()
            if row is not None:
                id_ = conn.execute(f'SELECT id FROM main."{name}" WHERE rowid = ?', [row[1]]).fetchone()
                wrong, remedy = f"a reference to {row[2]} leads nowhere", "report this; nothing was written"
                raise LoadError([Problem(name, None, "", "", wrong, remedy, row=str(id_[0] if id_ else row[1]))])


def _analyze(conn: sqlite3.Connection, plan: Plan) -> None:
    """Statistics for the planner: in full after a large load, by samples after a small one.

    Not of revisions: a load adds one, then people's changes add many, and with statistics of a few rows SQLite goes
    through a whole index for the newest revision.
    """
    written = sum(c.added + c.changed + c.removed for c in plan.counts.values())
    analyze(conn, [*(name for name, counts in plan.counts.items() if counts.writes), "loads"], sampled=written < BULK)
