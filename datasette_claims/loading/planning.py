"""What a load would do: which staged rows are new, changed or in conflict, and which stored rows would go.

All of it is worked out in SQL against the database as it stands; nothing is written but temporary tables:

- ``temp.diff_<table>``: staged rows that differ from the stored row of the same id, or that a person deleted;
  ``state`` is ``change`` or ``conflict``.
- ``temp.prune_<table>``: stored rows that the sources no longer have and that would be removed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from ..schema import STAGED, Table
from ..schema.countries import countries
from .rows import DERIVES_COUNTRY
from .staging import Stage

DERIVED_NOTE = "The country was derived again."
"""Note of the revisions that follow from other rows; they do not make a row a person's or a source's."""


@dataclass
class Counts:
    """Rows of one table by what happens to them. ``kept`` counts conflicts and rows that pruning spares."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.added or self.changed or self.removed)

    def as_json(self) -> dict[str, int]:
        """All counts by name."""
        return asdict(self)


@dataclass(frozen=True)
class Conflict:
    """A row that a person changed and for which the sources say something else; the person's version stays.

    ``columns`` maps each column that differs to (the database's value, the source's value); for a row that a
    person deleted it is empty and ``deleted`` is true. ``source_changed`` tells whether the source says something
    else than when it was last loaded.
    """

    table: str
    row: str
    file: str
    line: int
    columns: dict[str, tuple[Any, Any]]
    source_changed: bool
    deleted: bool = False

    def as_json(self) -> dict[str, object]:
        """All parts by name; each column has ``stored`` and ``source``."""
        parts = asdict(self)
        parts["columns"] = {name: {"stored": old, "source": new} for name, (old, new) in self.columns.items()}
        return parts


@dataclass
class Plan:
    """What a load would do to each table of its sources."""

    counts: dict[str, Counts] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    spared: list[tuple[str, str]] = field(default_factory=list)
    """(table, id) of rows that pruning leaves because a person added or changed them."""

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return any(counts.writes for counts in self.counts.values())


def make_plan(stage: Stage, *, prune: bool, theirs: bool, only_new: bool = False) -> Plan:
    """Compare the staged rows with the database. The stage must be indexed and complete.

    ``only_new``: a row that is there stays as it is, whatever the sources say.
    """
    plan, conn = Plan(), stage.conn
    staged = set(stage.counts)
    for table in STAGED:
        name = table.name
        conn.execute(f'CREATE TEMP TABLE "diff_{name}" (id TEXT PRIMARY KEY, state TEXT, revision INTEGER)')
        conn.execute(f'CREATE TEMP TABLE "prune_{name}" (id TEXT PRIMARY KEY)')
        if name in staged:
            plan.counts[name] = _classify(conn, table, stage.counts[name], theirs, only_new)
            plan.conflicts.extend(_conflicts(stage, table))
            if prune:
                _choose_prunable(conn, table, plan)
    return plan


def _classify(conn: sqlite3.Connection, table: Table, staged: int, theirs: bool, only_new: bool) -> Counts:
    name = table.name
    if not only_new:
        conn.execute(
            f'INSERT INTO temp."diff_{name}" (id, state) SELECT s.id, \'change\' FROM temp."stage_{name}" AS s '
            f'JOIN main."{name}" AS m ON m.id = s.id WHERE NOT ({same_sql(table)})'
        )
    if not theirs:
        conn.execute(
            f"UPDATE temp.\"diff_{name}\" SET state = 'conflict' WHERE {_latest('load', name)} IS NULL AND "
            f"{_latest('id', name)} IS NOT NULL"
        )
        conn.execute(
            f'INSERT INTO temp."diff_{name}" (id, state) SELECT s.id, \'conflict\' FROM temp."stage_{name}" AS s '
            f"WHERE s.id IN (SELECT row_id FROM main.revisions WHERE table_name = '{name}' AND operation = 'delete' "
            f'AND load IS NULL) AND NOT EXISTS (SELECT 1 FROM main."{name}" AS m WHERE m.id = s.id) '
            f"AND {_latest('load', name, 's')} IS NULL"
        )
    counts = Counts()
    changed = _one(conn, f"SELECT count(*) FROM temp.\"diff_{name}\" WHERE state = 'change'")
    counts.changed = changed
    counts.kept = _one(conn, f"SELECT count(*) FROM temp.\"diff_{name}\" WHERE state = 'conflict'")
    counts.added = _one(conn, f'SELECT count(*) FROM temp."stage_{name}" AS s WHERE {new_sql(conn, table)}')
    counts.unchanged = staged - counts.added - counts.changed - counts.kept
    return counts


def _one(conn: sqlite3.Connection, sql: str) -> int:
    return int(conn.execute(sql).fetchone()[0])


def _latest(column: str, table: str, alias: str = "") -> str:
    """The latest revision of a row that did not merely follow from other rows."""
    row = f"{alias}.id" if alias else f'"diff_{table}".id'
    return (
        f"(SELECT r.{column} FROM main.revisions AS r WHERE r.table_name = '{table}' AND r.row_id = {row} "
        f"AND r.note IS NOT '{DERIVED_NOTE}' ORDER BY r.id DESC LIMIT 1)"
    )


def new_sql(conn: sqlite3.Connection, table: Table) -> str:
    """The condition under which a staged row ``s`` is to be added."""
    parts = ["1"]
    if conn.execute(f'SELECT EXISTS (SELECT 1 FROM main."{table.name}")').fetchone()[0]:
        parts.append(f'NOT EXISTS (SELECT 1 FROM main."{table.name}" AS m WHERE m.id = s.id)')
    if conn.execute(f'SELECT EXISTS (SELECT 1 FROM temp."diff_{table.name}")').fetchone()[0]:
        parts.append(f's.id NOT IN (SELECT id FROM temp."diff_{table.name}")')
    return " AND ".join(parts)


def same_sql(table: Table) -> str:
    """The condition under which a staged row ``s`` says what the stored row ``m`` holds."""
    parts = [_same_column(table, name) for name in source_columns(table)]
    if table.name in DERIVES_COUNTRY:
        parts.append(
            "((s.country_origin IS NULL AND m.country_origin <> 'row') OR (s.country_origin IS m.country_origin "
            "AND s.country IS m.country AND s.country_basis IS m.country_basis))"
        )
    return " AND ".join(parts)


def _same_column(table: Table, name: str) -> str:
    copy = table[name].copy
    same = f's."{name}" IS m."{name}"'
    return f'(s."{copy.via}" IS NOT NULL OR {same})' if copy else same


def source_columns(table: Table) -> list[str]:
    """The columns whose value comes from the source row alone; countries that may be derived are not among them."""
    names = [c.name for c in table.stored if c.copy is None or c.copy.optional]
    left_out = {"revision", "id"}
    if table.name in DERIVES_COUNTRY:
        left_out |= {"country", "country_basis", "country_origin"}
    return [name for name in names if name not in left_out]


def _conflicts(stage: Stage, table: Table) -> Iterator[Conflict]:
    conn, name = stage.conn, table.name
    ids = [row[0] for row in conn.execute(f"SELECT id FROM temp.\"diff_{name}\" WHERE state = 'conflict' ORDER BY id")]
    columns = source_columns(table)
    if name in DERIVES_COUNTRY:
        columns += ["country", "country_basis"]
    for id_ in ids:
        file, line, _ = next(stage.located(name, "id = ?", [id_]))
        ours = _row(conn, f'main."{name}"', columns, id_)
        theirs = _row(conn, f'temp."stage_{name}"', columns, id_)
        assert theirs is not None
        skipped = {c for c in columns if (copy := table[c].copy) is not None and theirs.get(copy.via) is not None}
        if theirs.get("country", "") is None:
            skipped |= {"country", "country_basis"}
        base = _base(conn, name, id_)
        differs = base is None or any(base.get(c, theirs[c]) != theirs[c] for c in columns if c not in skipped)
        if ours is None:
            yield Conflict(name, id_, file, line, {}, differs, deleted=True)
            continue
        pairs = {c: (ours[c], theirs[c]) for c in columns if c not in skipped and ours[c] != theirs[c]}
        yield Conflict(name, id_, file, line, pairs, differs)


def _row(conn: sqlite3.Connection, table: str, columns: list[str], id_: str) -> dict[str, Any] | None:
    names = ", ".join(f'"{column}"' for column in columns)
    row = conn.execute(f"SELECT {names} FROM {table} WHERE id = ?", [id_]).fetchone()
    return dict(zip(columns, row, strict=True)) if row is not None else None


def _base(conn: sqlite3.Connection, table: str, id_: str) -> dict[str, Any] | None:
    """The row as the last load left it: what the last load's revision says, else what stood before any person."""
    after = conn.execute(
        "SELECT after FROM revisions WHERE table_name = ? AND row_id = ? AND load IS NOT NULL AND note IS NOT ? "
        "ORDER BY id DESC LIMIT 1",
        [table, id_, DERIVED_NOTE],
    ).fetchone()
    before = conn.execute(
        "SELECT before FROM revisions WHERE table_name = ? AND row_id = ? AND load IS NULL ORDER BY id LIMIT 1",
        [table, id_],
    ).fetchone()
    found = after or before
    return json.loads(found[0]) if found and found[0] else None


def _choose_prunable(conn: sqlite3.Connection, table: Table, plan: Plan) -> None:
    name = table.name
    candidates = (
        f'SELECT m.id FROM main."{name}" AS m WHERE NOT EXISTS '
        f'(SELECT 1 FROM temp."stage_{name}" AS s WHERE s.id = m.id)'
    )
    conn.execute(f'INSERT INTO temp."prune_{name}" {candidates}')
    if name == "countries":
        own = [[country.id] for country in countries()]
        conn.executemany('DELETE FROM temp."prune_countries" WHERE id = ?', own)
    row = f'"prune_{name}".id'
    person = (
        f'SELECT id FROM temp."prune_{name}" WHERE (SELECT r.load IS NULL FROM main.revisions AS r WHERE '
        f"r.table_name = '{name}' AND r.row_id = {row} AND r.note IS NOT '{DERIVED_NOTE}' ORDER BY r.id DESC LIMIT 1)"
    )
    spared = [id_ for (id_,) in conn.execute(person)]
    conn.executemany(f'DELETE FROM temp."prune_{name}" WHERE id = ?', [[id_] for id_ in spared])
    plan.spared.extend((name, id_) for id_ in spared)
    plan.counts[name].kept += len(spared)
    plan.counts[name].removed = _one(conn, f'SELECT count(*) FROM temp."prune_{name}"')
