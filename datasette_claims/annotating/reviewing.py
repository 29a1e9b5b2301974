"""A reviewer's decision on a draft: accept, reject or reopen a statement with all that stands and falls with it.

Functions read on a connection and return the changes to make; who makes them and within which transaction is not
their matter. A statement is decided together with its mentions and stances. Accepting also takes in the drafts that
it relies on: the actors and claims that it names and the roles that its documents give to its speaker. Rejecting
also rejects those of them that nothing else relies on. Rows of a coder are not decided here: their settling is
``adjudicating``'s.
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
    if decision == "reject" and whole:
        changes += close_proposals(conn, _subjects(found), who, at)
    return changes


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
    actors = {found.statement[column] for column in _ACTORS_OF_STATEMENT}
    actors |= {stance[column] for stance in found.stances for column in _ACTORS_OF_STANCE}
    claims = {stance["claim"] for stance in found.stances}
    documents = {found.statement["document"], *(mention["document"] for mention in found.mentions)} - {None}
    listed = [("actors", row) for row in _drafts(conn, "actors", actors)]
    listed += [("claims", row) for row in _drafts(conn, "claims", claims)]
    listed += [
        ("memberships", row)
        for row in rows(
            conn,
            f"SELECT * FROM memberships WHERE status = 'draft' AND person = ? AND document IN ({marks(documents)}) "
            "ORDER BY id",
            [found.statement["speaker"], *sorted(documents)],
        )
    ]
    if only_by_it:
        listed = [(table, row) for table, row in listed if not _used_elsewhere(conn, table, row, found)]
    return listed


def _drafts(conn: sqlite3.Connection, table: str, ids: Iterable[str | None]) -> list[Row]:
    wanted = sorted({id for id in ids if id is not None})
    sql = f"SELECT * FROM \"{table}\" WHERE status = 'draft' AND id IN ({marks(wanted)}) ORDER BY id"
    return rows(conn, sql, wanted)


def _used_elsewhere(conn: sqlite3.Connection, table: str, row: Row, found: Bundle) -> bool:
    """Whether a statement that is not rejected, other than this one, relies on a row."""
    own, id = found.statement["id"], row["id"]
    if table == "claims":
        return _any(conn, "stances", "claim = ?", [id], own)
    if table == "memberships":
        return _any(conn, "statements", "speaker = ? AND document IS ?", [row["person"], row["document"]], own)
    statements = " OR ".join(f"{column} = ?" for column in _ACTORS_OF_STATEMENT)
    stances = " OR ".join(f"{column} = ?" for column in _ACTORS_OF_STANCE)
    return _any(conn, "statements", f"({statements})", [id] * len(_ACTORS_OF_STATEMENT), own) or _any(
        conn, "stances", f"({stances})", [id] * len(_ACTORS_OF_STANCE), own
    )


def _any(conn: sqlite3.Connection, table: str, where: str, values: Sequence[Any], statement: str) -> bool:
    column = "id" if table == "statements" else "statement"
    sql = f'SELECT 1 FROM "{table}" WHERE {where} AND status <> \'rejected\' AND "{column}" IS NOT ? LIMIT 1'
    return conn.execute(sql, [*values, statement]).fetchone() is not None


def close_proposals(
    conn: sqlite3.Connection, subjects: Iterable[tuple[str, str]], who: str, at: str, *, but: str | None = None
) -> list[Change]:
    """Decline every open proposal about these rows (type, id), except one."""
    stamp = {"status": "declined", "decided_by": who, "decided_at": at}
    return [
        _update("proposals", row, stamp)
        for kind, id in subjects
        for row in rows(
            conn,
            "SELECT * FROM proposals WHERE subject_type = ? AND subject = ? AND status = 'open' ORDER BY id",
            [kind, id],
        )
        if row["id"] != but
    ]


def _subjects(found: Bundle) -> list[tuple[str, str]]:
    return [("statement", found.statement["id"]), *(("mention", mention["id"]) for mention in found.mentions)]


def marks(values: Iterable[Any]) -> str:
    """As many question marks as there are values, for SQL."""
    return ", ".join("?" for _ in values)


def _update(table: str, row: Row, values: Row) -> Change:
    return Change("update", table, row["id"], values, row["revision"])


def _refused(statement: str, decision: str, wrong: str, remedy: str) -> LoadError:
    return LoadError([Problem("statements", None, "status", decision, wrong, remedy, row=statement)])
