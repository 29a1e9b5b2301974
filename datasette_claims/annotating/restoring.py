"""Bringing a row back: to what it was after an earlier change, or, where it is gone, with what went with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ..schema import BY_NAME, Table
from .acts import Act, By, Gathered, find, refuse, rows

_KEPT = ("id", "revision")
_STATUS = ("status", "status_by", "status_at")
_DERIVED = ("country", "country_basis", "country_origin")


def restore(conn: sqlite3.Connection, table: str, id: str, to: int | None, by: By, revision: int | None = None) -> Act:
    """Give a row the values that it had after the change ``to`` (before it, if that change removed the row); who
    reviewed it stays.

    A row that is gone comes back, with all rows that were removed by the same action and with the references to it
    that became empty then, where nobody has filled them since. ``to`` None: as it was before it was removed;
    ``revision``: of the row that the person saw. Raises LoadError where there is nothing to go back to.
    """
    made = Gathered(conn, by)
    row = find(conn, table, id)
    if row is None:
        _bring_back(made, table, id, to)
        return made.act(table, id)
    change = _change(conn, table, id, to)
    state = change["after"] if change["after"] is not None else change["before"]
    values = _values(BY_NAME[table], json.loads(state))
    changed = {name: value for name, value in values.items() if name not in _STATUS and row[name] != value}
    if json.loads(state).get("country_origin", "row") != "row" and row.get("country_origin") == "row":
        changed |= {"country": None, "country_basis": None}  # derived again
    made.update(table, id, changed, revision)
    return made.act(table, id)


def _change(conn: sqlite3.Connection, table: str, id: str, to: int | None) -> dict[str, Any]:
    found = rows(
        conn,
        "SELECT * FROM revisions WHERE table_name = ? AND row_id = ? AND (id = ? OR (? IS NULL AND operation = "
        "'delete')) AND (after IS NOT NULL OR before IS NOT NULL) ORDER BY id DESC LIMIT 1",
        [table, id, to, to],
    )
    if not found:
        wrong = "there is no such change of this row" if to is not None else "this row was never removed"
        raise refuse("to", to, wrong, "choose one from the history of the row")
    return found[0]


def _bring_back(made: Gathered, table: str, id: str, to: int | None) -> None:
    change = _change(made.conn, table, id, None)
    companions = [change]
    if change["action"] is not None:
        companions = rows(made.conn, "SELECT * FROM revisions WHERE action = ? ORDER BY id DESC", [change["action"]])
    if to is not None:
        earlier = _change(made.conn, table, id, to)
        state = earlier["after"] if earlier["after"] is not None else earlier["before"]
        companions = [{**change, "before": state}, *(each for each in companions if each["id"] != change["id"])]
    for each in companions:
        if each["operation"] == "delete" and find(made.conn, each["table_name"], each["row_id"]) is None:
            _insert(made, each["table_name"], each["row_id"], json.loads(each["before"]))
    for each in companions:
        if each["operation"] == "update":
            _reattach(made, each)


def _insert(made: Gathered, table: str, id: str, state: Mapping[str, Any]) -> None:
    """A row that was removed. A text stands in the state before the change that took it away."""
    values = {name: value for name, value in _values(BY_NAME[table], state).items() if value is not None}
    if "status" in BY_NAME[table].column_names:  # recorded before there was one: it was part of the record
        values.setdefault("status", "reviewed")
    made.insert(table, id, values)


def _reattach(made: Gathered, change: Mapping[str, Any]) -> None:
    """Fill references again that the removal made empty, if the row still stands as it then did."""
    row = find(made.conn, change["table_name"], change["row_id"])
    if row is None or row["revision"] != change["id"]:
        return
    before, after = json.loads(change["before"]), json.loads(change["after"])
    table = BY_NAME[change["table_name"]]
    lost = {
        column.name: before[column.name]
        for column in table.references
        if column.name not in _KEPT and before.get(column.name) is not None and after.get(column.name) is None
    }
    made.update(change["table_name"], change["row_id"], lost, row["revision"])


def _values(table: Table, state: Mapping[str, Any]) -> dict[str, Any]:
    """What of a recorded state is written: no copies, which follow by themselves, nor a derived country."""
    copied = {column.name for column in table.columns if column.copy is not None and not column.copy.optional}
    skipped = {*_KEPT, *copied, "country_origin"}
    if state.get("country_origin", "row") != "row":
        skipped |= set(_DERIVED)
    return {
        column.name: state[column.name]
        for column in table.stored
        if column.name in state and column.name not in skipped
    }
