"""Two rows that are one: everything that refers to the one is moved to the other, which stays."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..schema import Table
from .acts import Act, By, Gathered, Row, get, refuse, rows
from .referring import Reference, referring

MERGEABLE = ("statements", "actors", "claims")

_SAME = {
    "stances": ("claim", "actor", "stance", "basis", "statement", "attributed_by", "coder"),
    "provenance": ("subject_type", "subject", "relation", "object_type", "object", "statement", "document"),
    "claim_relations": ("claim", "relation", "other_claim"),
    "memberships": ("person", "organization", "role", "on_behalf_of", "date_start", "date_end", "as_of"),
}
"""Rows of these tables that agree in all these columns say the same thing; after a merge one of them is enough."""

_SELF = {
    "provenance": (("subject_type", "subject"), ("object_type", "object")),
    "claim_relations": (("claim",), ("other_claim",)),
}
"""Rows that would relate a row to itself go."""


def merge(
    conn: sqlite3.Connection, table: str, keep: str, gone: str, seen: tuple[int | None, int | None], by: By
) -> Act:
    """Merge the row ``gone`` into the row ``keep``; ``seen`` are the revisions of both that the person saw.

    All references move. A stance, relation or membership that says the same as one that is there already is removed.
    Merged actors keep the other's names as other names. What else the rows say stays as the kept row says it. Raises
    LoadError where the rows cannot be one.
    """
    if table not in MERGEABLE:
        raise refuse("table", table, "rows of this table cannot be merged", f"merge {', '.join(MERGEABLE)}")
    if keep == gone:
        raise refuse("with", gone, "this is the row itself", "choose another one")
    made = Gathered(conn, by)
    kept, other = get(conn, table, keep), get(conn, table, gone, "with")
    moved: dict[tuple[str, str], Row] = {}
    for reference in referring(conn, table, gone, histories=True):
        if reference.key == (table, keep):
            made.update(table, keep, {reference.column.name: None}, seen[0])
        elif reference.key != (table, gone):
            _move(made, reference, keep, moved)
    _drop_doubles(made, moved)
    made.update(table, keep, _taken_over(table, kept, other), seen[0])
    made.delete(table, gone, seen[1])
    return made.act(table, keep)


def _move(made: Gathered, reference: Reference, keep: str, moved: dict[tuple[str, str], Row]) -> None:
    values = {reference.column.name: keep}
    made.update(*reference.key, values, reference.row["revision"])
    moved.setdefault(reference.key, dict(reference.row)).update(values)


def _drop_doubles(made: Gathered, moved: dict[tuple[str, str], Row]) -> None:
    """Remove what says the same twice, or relates a row to itself, now that references have moved."""
    for (table, id), row in moved.items():
        ends = _SELF.get(table)
        if ends and tuple(row[name] for name in ends[0]) == tuple(row[name] for name in ends[1]):
            _drop(made, table, id, row)
            continue
        names = _SAME.get(table, ())
        if names and _stands_already(made.conn, table, id, {name: row[name] for name in names}, moved):
            _drop(made, table, id, row)


def _stands_already(
    conn: sqlite3.Connection, table: str, id: str, said: dict[str, Any], moved: dict[tuple[str, str], Row]
) -> bool:
    """Whether another row says the same: one that does not move, or one that moves and has the smaller id."""
    where = " AND ".join(f'"{name}" IS ?' for name in said)
    for row in rows(conn, f'SELECT id FROM "{table}" WHERE {where} AND id <> ?', [*said.values(), id]):
        if (table, row["id"]) not in moved:
            return True
    return any(
        name == table and other < id and all(row[column] == value for column, value in said.items())
        for (name, other), row in moved.items()
    )


def _drop(made: Gathered, table: str, id: str, row: Row) -> None:
    """A row that goes takes nothing along but what names it as a subject; a stance's own provenance moves nowhere."""
    made.updates.pop((table, id), None)
    made.delete(table, id, row["revision"])
    for reference in referring(made.conn, table, id):
        made.delete(*reference.key, reference.row["revision"])


def _taken_over(table: str, kept: Row, other: Row) -> dict[str, Any]:
    """Of an actor that is merged away, its names stay as other names."""
    if table != "actors":
        return {}
    names = [kept["other_names"] or "", other["name"], other["other_names"] or ""]
    listed = [name.strip() for part in names for name in part.split(";") if name.strip()]
    unique = {name.casefold(): name for name in reversed(listed)}
    own = str(kept["name"]).casefold()
    ordered = [name for name in dict.fromkeys(unique[name.casefold()] for name in listed) if name.casefold() != own]
    joined = ";".join(ordered) or None
    return {} if joined == kept["other_names"] else {"other_names": joined}


def mergeable(table: Table) -> bool:
    """Whether rows of a table can be merged."""
    return table.name in MERGEABLE
