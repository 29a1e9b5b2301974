"""A reviewer's decision on a draft: accept, reject or reopen a statement with all that stands and falls with it.

Functions read on a connection and return the changes to make; who makes them and within which transaction is not
their matter. A statement is decided together with its mentions and stances. Accepting also takes in the drafts that
it relies on: the actors and claims that it names and the roles that its documents give to its speaker. Rejecting
also rejects those of them that nothing else relies on. With either, what is still proposed about it is declined. Rows
of a coder are not decided here: their settling is ``adjudicating``'s.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..loading.problems import LoadError, Problem
from ..loading.writing import Change, StaleRow
from .acts import Row, rows

DECISIONS = {"accept": "reviewed", "reject": "rejected", "reopen": "draft"}
"""What a reviewer can do, and the status that it gives."""

_SUBJECT = {"statements": "statement", "mentions": "mention"}
"""What a proposal calls a row of a table that it is about."""

_ACTORS_OF_STATEMENT = ("speaker", "organization", "on_behalf_of", "audience")
_ACTORS_OF_STANCE = ("actor", "organization", "attributed_by")


@dataclass(frozen=True)
class Bundle:
    """A statement with the rows that are decided with it. ``seen`` is the highest revision among them and their
    evidence: who decides must have seen that one."""

    statement: Row
    mentions: tuple[Row, ...]
    stances: tuple[Row, ...]
    seen: int


def bundle(conn: sqlite3.Connection, statement: str) -> Bundle | None:
    """A statement with its mentions and stances that are no coder's, or None where there is no such statement."""
    found = rows(conn, "SELECT * FROM statements WHERE id = ?", [statement])
    if not found:
        return None
    mentions = rows(conn, "SELECT * FROM mentions WHERE statement = ? AND coder IS NULL ORDER BY id", [statement])
    stances = rows(conn, "SELECT * FROM stances WHERE statement = ? AND coder IS NULL ORDER BY id", [statement])
    ids = [mention["id"] for mention in mentions]
    evidence = rows(conn, f"SELECT revision FROM evidence WHERE mention IN ({marks(ids)})", ids)
    seen = max(row["revision"] for row in (*found, *mentions, *stances, *evidence))
    return Bundle(found[0], tuple(mentions), tuple(stances), seen)


def decide(conn: sqlite3.Connection, statement: str, decision: str, who: str, at: str, seen: int) -> list[Change]:
    """The changes by which ``who`` accepts, rejects or reopens a statement at a time (UTC).

    ``seen`` is the ``Bundle.seen`` that was looked at. Raises StaleRow where the statement, a mention, its evidence or
    a stance has changed since or is gone, LoadError for another decision or one that changes nothing. Of a reviewed
    statement that has got a new mention or stance, only these are accepted or rejected.
    """
    found = unchanged(conn, statement, seen)
    if decision not in DECISIONS:
        raise _refused(statement, decision, "there is no such decision", f"use one of {', '.join(DECISIONS)}")
    status = DECISIONS[decision]
    deciding = _undecided(found) if decision != "reopen" else []
    if not deciding:
        listed = [("statements", found.statement), *(("mentions", m) for m in found.mentions)]
        deciding = [*listed, *(("stances", stance) for stance in found.stances)]
    changed = [(table, row) for table, row in deciding if row["status"] != status]
    if not changed:
        raise _refused(statement, decision, f"it is {status} already", "go on to the next one")
    stamp = {"status": status, "status_by": who, "status_at": at}
    changes = [_update(table, row, stamp) for table, row in changed]
    whole = any(table == "statements" for table, _ in changed)
    if decision == "accept" or (decision == "reject" and whole):
        changes += [_update(table, row, stamp) for table, row in relied_on(conn, found, decision == "reject")]
    if decision != "reopen":
        subjects = [(_SUBJECT[table], row["id"]) for table, row in changed if table in _SUBJECT]
        closing = open_proposals(conn, subjects)
        changes += close_proposals(conn, closing, who, at, statement if decision == "reject" and whole else None)
    return once(changes)


def once(changes: Iterable[Change]) -> list[Change]:
    """The first change of each row: a second one would be made against a row that the first has changed."""
    first: dict[tuple[str, str], Change] = {}
    for change in changes:
        first.setdefault((change.table, change.row), change)
    return list(first.values())


def _undecided(found: Bundle) -> list[tuple[str, Row]]:
    """The drafts alone, where the statement itself is reviewed: a new mention or stance of it is decided by itself."""
    if found.statement["status"] != "reviewed":
        return []
    listed = [*(("mentions", mention) for mention in found.mentions), *(("stances", each) for each in found.stances)]
    return [(table, row) for table, row in listed if row["status"] == "draft"]


def unchanged(conn: sqlite3.Connection, statement: str, seen: int) -> Bundle:
    """The statement as the reviewer saw it. Raises StaleRow where it is not so any more."""
    found = bundle(conn, statement)
    if found is None:
        raise StaleRow("statements", statement, seen, None)
    if found.seen > seen:
        for table, listed in (
            ("statements", [found.statement]),
            ("mentions", found.mentions),
            ("stances", found.stances),
        ):
            for row in listed:
                if row["revision"] > seen:
                    raise StaleRow(table, row["id"], seen, row["revision"])
        raise StaleRow("statements", statement, seen, found.seen)
    return found


def relied_on(conn: sqlite3.Connection, found: Bundle, only_by_it: bool = False) -> list[tuple[str, Row]]:
    """Drafts among the actors, roles and claims that a statement relies on; ``only_by_it``: and nothing else does."""
    documents = sorted({found.statement["document"], *(mention["document"] for mention in found.mentions)} - {None})
    roles = rows(
        conn,
        f"SELECT * FROM memberships WHERE status = 'draft' AND person = ? AND document IN ({marks(documents)}) "
        "ORDER BY id",
        [found.statement["speaker"], *documents],
    )
    actors = {found.statement[column] for column in _ACTORS_OF_STATEMENT}
    actors |= {stance[column] for stance in found.stances for column in _ACTORS_OF_STANCE}
    actors |= {role[column] for role in roles for column in ("organization", "on_behalf_of")}
    listed = [("actors", row) for row in _drafts(conn, "actors", actors)]
    listed += [("claims", row) for row in _drafts(conn, "claims", {stance["claim"] for stance in found.stances})]
    listed += [("memberships", role) for role in roles]
    if only_by_it:
        own = found.statement["id"]
        listed = [(table, row) for table, row in listed if not _used_elsewhere(conn, table, row, own)]
    return listed


def _drafts(conn: sqlite3.Connection, table: str, ids: Iterable[str | None]) -> list[Row]:
    wanted = sorted({id for id in ids if id is not None})
    sql = f"SELECT * FROM \"{table}\" WHERE status = 'draft' AND id IN ({marks(wanted)}) ORDER BY id"
    return rows(conn, sql, wanted)


def _used_elsewhere(conn: sqlite3.Connection, table: str, row: Row, own: str | None) -> bool:
    """Whether a statement that is not rejected, other than ``own``, relies on a row."""
    id = row["id"]
    if table == "claims":
        return _any(conn, "stances", "claim = ?", [id], own)
    if table == "memberships":
        return _any(conn, "statements", "speaker = ? AND document IS ?", [row["person"], row["document"]], own)
    statements = " OR ".join(f"{column} = ?" for column in _ACTORS_OF_STATEMENT)
    stances = " OR ".join(f"{column} = ?" for column in _ACTORS_OF_STANCE)
    return _any(conn, "statements", f"({statements})", [id] * len(_ACTORS_OF_STATEMENT), own) or _any(
        conn, "stances", f"({stances})", [id] * len(_ACTORS_OF_STANCE), own
    )


def _any(conn: sqlite3.Connection, table: str, where: str, values: Sequence[Any], statement: str | None) -> bool:
    column = "id" if table == "statements" else "statement"
    sql = f'SELECT 1 FROM "{table}" WHERE {where} AND status <> \'rejected\' AND "{column}" IS NOT ? LIMIT 1'
    return conn.execute(sql, [*values, statement]).fetchone() is not None


def open_proposals(conn: sqlite3.Connection, subjects: Iterable[tuple[str, str]]) -> list[Row]:
    """The open proposals about these rows (type, id)."""
    sql = "SELECT * FROM proposals WHERE subject_type = ? AND subject = ? AND status = 'open' ORDER BY id"
    return [row for subject in subjects for row in rows(conn, sql, subject)]


def close_proposals(
    conn: sqlite3.Connection, closing: Sequence[Row], who: str, at: str, without: str | None = None
) -> list[Change]:
    """Decline these proposals, and reject the draft actors that only they name.

    ``without``: a statement that does not count as naming them, because it is rejected too or gets another speaker.
    """
    stamp = {"status": "declined", "decided_by": who, "decided_at": at}
    changes = [_update("proposals", row, stamp) for row in closing]
    ids = {row["id"] for row in closing}
    others = "SELECT id FROM proposals WHERE object_type = 'actor' AND object = ? AND status = 'open'"
    for actor in _drafts(conn, "actors", {row["object"] for row in closing if row["object_type"] == "actor"}):
        elsewhere = {row["id"] for row in rows(conn, others, [actor["id"]])} - ids
        if not elsewhere and not _used_elsewhere(conn, "actors", actor, without):
            changes.append(_update("actors", actor, {"status": "rejected", "status_by": who, "status_at": at}))
    return changes


def marks(values: Iterable[Any]) -> str:
    """As many question marks as there are values, for SQL."""
    return ", ".join("?" for _ in values)


def _update(table: str, row: Row, values: Row) -> Change:
    return Change("update", table, row["id"], values, row["revision"])


def _refused(statement: str, decision: str, wrong: str, remedy: str) -> LoadError:
    return LoadError([Problem("statements", None, "status", decision, wrong, remedy, row=statement)])
