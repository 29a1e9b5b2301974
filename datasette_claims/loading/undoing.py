"""Taking back what a person did, and taking that back again.

An undo is an action like any other: it makes the inverse changes, in reverse order, and names in
``revisions.undoes`` the action that it takes back. Nothing is removed from the history. A redo is the undo of an
undo. Values are those that the revisions kept, a document's text included; countries that follow from other rows are
derived anew, and anchorings that followed go back with what they followed from. A row that was changed since the
action, and not changed back, is not touched: the undo as a whole is refused and says which row, who and when.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..schema import BY_NAME, Table
from .changes import Change
from .planning import DERIVED_NOTE
from .problems import LoadError, Problem
from .reanchoring import ANCHORED_NOTE
from .rows import DERIVES_COUNTRY
from .writing import apply_changes, repeated, transaction

COUNTRY = ("country", "country_basis", "country_origin")


class UndoRefused(LoadError):
    """The action cannot be taken back; nothing was written. ``problems`` says why.

    Where a later change is the reason, ``table``, ``row``, ``who``, ``at`` and ``revision`` tell which.
    """

    def __init__(self, problem: Problem, later: _Later | None = None) -> None:
        super().__init__([problem])
        self.table = problem.file if later else None
        self.row = problem.row if later else None
        self.who = later.who if later else None
        self.at = later.at if later else None
        self.revision = later.revision if later else None


@dataclass(frozen=True)
class _Later:
    """A change of a row after the action that is to be taken back."""

    revision: int
    who: str | None
    at: str


@dataclass(frozen=True)
class Action:
    """What one person did in one go. ``rows`` are (operation, table, id) in the order in which they were made."""

    action: int
    who: str | None
    at: str
    note: str | None
    undoes: int | None
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Undoable:
    """What a person's next undo and next redo would take back; None where there is nothing."""

    undo: Action | None
    redo: Action | None


@dataclass(frozen=True)
class Inverse:
    """The changes that take back an action."""

    action: Action
    changes: tuple[Change, ...]


def undoable(conn: sqlite3.Connection, who: str | None) -> Undoable:
    """What this person can undo and redo next, the latest first. Loads are nobody's to undo."""
    undo, redo = _stacks(conn, who)
    return Undoable(_action(conn, undo[-1]) if undo else None, _action(conn, redo[-1]) if redo else None)


def undo(
    conn: sqlite3.Connection,
    who: str | None,
    action: int | None = None,
    *,
    note: str | None = None,
    request_key: str | None = None,
    anybody: bool = False,
) -> list[int]:
    """Take back an action, or this person's latest one, and return the revisions of the inverse changes.

    ``anybody`` allows it for other people's actions too. A ``request_key`` that this person has used before returns
    the revisions of that time. Raises UndoRefused where it cannot be done, LoadError where other rows have come to
    depend on what would go; then nothing is written.
    """
    with transaction(conn):
        if (earlier := repeated(conn, who, request_key)) is not None:
            return earlier
        found = inverse(conn, who, action, anybody=anybody)
        return apply_changes(conn, found.changes, who, note, undoes=found.action.action, request_key=request_key)


def redo(
    conn: sqlite3.Connection, who: str | None, *, note: str | None = None, request_key: str | None = None
) -> list[int]:
    """Take back this person's latest undo, unless they have done something else since. Returns and raises as undo."""
    with transaction(conn):
        if (earlier := repeated(conn, who, request_key)) is not None:
            return earlier
        found = inverse_of_undo(conn, who)
        return apply_changes(conn, found.changes, who, note, undoes=found.action.action, request_key=request_key)


def inverse(conn: sqlite3.Connection, who: str | None, action: int | None = None, *, anybody: bool = False) -> Inverse:
    """The changes that ``undo`` makes, for a caller that applies them itself with ``undoes=inverse.action.action``.

    Call it inside the transaction in which they are applied. Raises UndoRefused.
    """
    if action is None:
        undo, _ = _stacks(conn, who)
        if not undo:
            raise UndoRefused(_problem(None, "there is nothing to undo", "you have made no change yet"))
        action = undo[-1]
    found = _action(conn, action)
    if found is None:
        wrong = "no person made a change with this number"
        raise UndoRefused(_problem(action, wrong, "name the first revision of a change; loads cannot be undone"))
    if found.who != who and not anybody:
        wrong = f"{found.who or 'somebody else'} made this change"
        raise UndoRefused(_problem(action, wrong, "undo your own changes, or change the row yourself"))
    return _inverse(conn, found, who)


def inverse_of_undo(conn: sqlite3.Connection, who: str | None) -> Inverse:
    """The changes that ``redo`` makes; as ``inverse``."""
    _, redo = _stacks(conn, who)
    found = _action(conn, redo[-1]) if redo else None
    if found is None:
        raise UndoRefused(_problem(None, "there is nothing to redo", "undo something first"))
    return _inverse(conn, found, who)


def _inverse(conn: sqlite3.Connection, found: Action, who: str | None) -> Inverse:
    undone = _undone(conn)
    if found.action in undone:
        raise UndoRefused(_problem(found.action, "this change is undone already", "redo it, or choose another"))
    for _, table, row in found.rows:
        later = _later(conn, found.action, table, row, undone)
        if later is not None:
            by = "you" if later.who == who else later.who or "somebody"
            wrong = f"{by} changed this row again on {later.at} (revision {later.revision})"
            remedy = "undo that first" if later.who == who else "look at that change, then edit the row by hand"
            raise UndoRefused(Problem(table, None, "", "", wrong, remedy, row=row), later)
    sql = (
        "SELECT operation, table_name, row_id, before, after, note FROM main.revisions "
        "WHERE action = ? AND note IS NOT ? ORDER BY id DESC"
    )
    changes = [
        _back(*row)
        for *row, note in conn.execute(sql, [found.action, DERIVED_NOTE]).fetchall()
        if note != ANCHORED_NOTE or _stands(conn, row[1], row[2]) != (row[0] == "delete")
    ]
    return Inverse(found, tuple(changes))


def _stands(conn: sqlite3.Connection, table: str, row: str) -> bool:
    """Whether a row is there. An anchoring that followed from the action may have gone, or come back, with others."""
    return conn.execute(f'SELECT 1 FROM main."{table}" WHERE id = ?', [row]).fetchone() is not None


def _problem(action: int | None, wrong: str, remedy: str) -> Problem:
    return Problem("revisions", None, "action", str(action or ""), wrong, remedy)


def _stacks(conn: sqlite3.Connection, who: str | None) -> tuple[list[int], list[int]]:
    """The actions that a person can undo and those that they can redo, each with the next one last.

    What somebody else has undone is in neither.
    """
    undo: list[int] = []
    redo: list[int] = []
    rows = conn.execute(
        "SELECT action, max(undoes) FROM main.revisions WHERE load IS NULL AND who IS ? AND action IS NOT NULL "
        "GROUP BY action ORDER BY action",
        [who],
    )
    for action, undoes in rows:
        if undoes in undo:
            undo.remove(undoes)
            redo.append(action)
        elif undoes in redo:
            redo.remove(undoes)
            undo.append(action)
        else:
            undo.append(action)
            redo.clear()
    undone = _undone(conn)
    return _that_can_be_undone(conn, undo, undone), _that_can_be_undone(conn, redo, undone)


def _that_can_be_undone(conn: sqlite3.Connection, stack: list[int], undone: set[int]) -> list[int]:
    """The stack without actions that are undone and, at its end, without those that changed no row."""
    left = [action for action in stack if action not in undone]
    while left and _action(conn, left[-1]) is None:
        left.pop()
    return left


def _undone(conn: sqlite3.Connection) -> set[int]:
    """The actions that are undone now. An undo is always later than what it undoes, so the latest is read first."""
    undone: set[int] = set()
    rows = conn.execute("SELECT id, undoes FROM main.revisions WHERE undoes IS NOT NULL ORDER BY id DESC")
    for action, undoes in rows:  # only the first revision of an action has it, whose number is the action's
        if action not in undone:
            undone.add(undoes)
    return undone


def _action(conn: sqlite3.Connection, action: int) -> Action | None:
    """A person's action; None for a load, for what follows from other rows, and for a number that is no action."""
    rows = conn.execute(
        "SELECT operation, table_name, row_id, who, at, note, undoes FROM main.revisions WHERE action = ? "
        "AND load IS NULL AND table_name IS NOT NULL AND note IS NOT ? ORDER BY id",
        [action, DERIVED_NOTE],
    ).fetchall()
    if not rows:
        return None
    _, _, _, who, at, note, undoes = rows[0]
    return Action(action, who, at, note, undoes, tuple((row[0], row[1], row[2]) for row in rows))


def _later(conn: sqlite3.Connection, action: int, table: str, row: str, undone: set[int]) -> _Later | None:
    """The first change of a row after an action that stands: not undone, and not itself the undo of a later one.

    What an undo did to anchorings is no such change: they followed from what it took back.
    """
    found = conn.execute(
        "SELECT r.id, r.who, r.at, r.action, (SELECT f.undoes FROM main.revisions AS f WHERE f.id = r.action) "
        "FROM main.revisions AS r WHERE r.table_name = ? AND r.row_id = ? AND r.id > ? AND r.action IS NOT ? "
        "AND r.note IS NOT ? AND r.note IS NOT ? ORDER BY r.id",
        [table, row, action, action, DERIVED_NOTE, ANCHORED_NOTE],
    )
    for revision, who, at, made_by, undoes in found:
        stands = made_by not in undone and (undoes is None or undoes < action)
        if stands and not (table == "anchorings" and undoes is not None):
            return _Later(revision, who, at)
    return None


def _back(operation: str, table_name: str, row: str, before: str | None, after: str | None) -> Change:
    """The change that takes back a recorded one."""
    table = BY_NAME[table_name]
    if operation == "insert":
        return Change("delete", table_name, row)
    old: dict[str, Any] = json.loads(before or "{}")
    if operation == "delete":
        return Change("insert", table_name, row, _own_values(table, old, old.keys()))
    new: dict[str, Any] = json.loads(after or "{}")
    changed = {name for name in old if name == "text" or old[name] != new.get(name, old[name])}
    return Change("update", table_name, row, _own_values(table, old, changed))


def _own_values(table: Table, old: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of some earlier values that the row itself had: not copied, not made, countries only if it gave them.

    A country that was derived is given as None, so that it is derived again.
    """
    wanted = set(names) & {column.name for column in table.stored} - {"id", "revision"}
    for name in sorted(wanted):
        copy = table[name].copy
        if copy is not None and (not copy.optional or old.get(copy.via) is not None):
            wanted.discard(name)
    values = {name: old[name] for name in old if name in wanted}
    if table.name in DERIVES_COUNTRY and wanted & set(COUNTRY):
        given = old["country_origin"] == "row"
        values |= {name: old[name] if given else None for name in ("country", "country_basis")}
        values.pop("country_origin", None)
    return values
