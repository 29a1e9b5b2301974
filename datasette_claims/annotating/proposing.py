"""A reviewer's decision on a proposal: what accepting it changes, in one action.

``speaker``: the statement gets that speaker. ``same_statement``: the mention, or all mentions of the statement, become
mentions of the other statement; a statement that keeps none is rejected with its stances. ``claim``: the claim is
made; with a stance it is a draft that is accepted together with the statement. ``stance``: the statement takes that
side on a claim. ``same_actor`` is decided by merging the actors.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ..loading.problems import LoadError, Problem
from ..loading.writing import Change, StaleRow
from ..schema.vocabulary import BASIS, STANCE
from .acts import Row, rows
from .reviewing import close_proposals, marks, once, open_proposals
from .slugs import free, telling

HERE = ("speaker", "same_statement", "claim", "stance")
"""The kinds that are accepted here."""


def decline(conn: sqlite3.Connection, proposal: str, who: str, at: str) -> list[Change]:
    """Decline one open proposal, with a draft actor that only it names. Raises StaleRow where it has been decided or is
    gone."""
    return close_proposals(conn, [_open(conn, proposal)], who, at)


def accept(conn: sqlite3.Connection, proposal: str, who: str, at: str) -> list[Change]:
    """Accept one open proposal: the changes that it asks for and its own.

    Raises StaleRow where it has been decided, or its subject or object is gone; LoadError where it does not say enough
    (a stance without a speaker to hold it, an unknown word) or is of a kind that is decided elsewhere.
    """
    found = _open(conn, proposal)
    makers = {"speaker": _speaker, "same_statement": _same_statement, "claim": _claim, "stance": _stance}
    if found["kind"] not in makers:
        raise refused(found, "kind", found["kind"], "this kind is not accepted here", "merge the two actors")
    stamp = {"status": "accepted", "decided_by": who, "decided_at": at}
    accepted = Change("update", "proposals", found["id"], stamp, found["revision"])
    return once([*makers[found["kind"]](conn, found, who, at), accepted])


def _open(conn: sqlite3.Connection, proposal: str) -> Row:
    found = rows(conn, "SELECT * FROM proposals WHERE id = ?", [proposal])
    if not found or found[0]["status"] != "open":
        raise StaleRow("proposals", proposal, 0, found[0]["revision"] if found else None)
    return found[0]


def _speaker(conn: sqlite3.Connection, found: Row, who: str, at: str) -> list[Change]:
    statement = _row(conn, "statements", _statement_of(conn, found))
    actor = _row(conn, "actors", found["object"])
    changes = [Change("update", "statements", statement["id"], {"speaker": actor["id"]}, statement["revision"])]
    # A stance of the former speaker, or of none, follows: it is the speaker's own.
    for stance in rows(
        conn, "SELECT * FROM stances WHERE statement = ? AND actor IS ?", [statement["id"], statement["speaker"]]
    ):
        changes.append(Change("update", "stances", stance["id"], {"actor": actor["id"]}, stance["revision"]))
    candidates = open_proposals(conn, [(found["subject_type"], found["subject"])])
    others = [each for each in candidates if each["kind"] == "speaker" and each["object"] != actor["id"]]
    return changes + close_proposals(conn, others, who, at, statement["id"])


def _same_statement(conn: sqlite3.Connection, found: Row, who: str, at: str) -> list[Change]:
    target = _row(conn, "statements", found["object"])
    left = _row(conn, "statements", _statement_of(conn, found))
    if target["id"] == left["id"]:
        raise refused(found, "object", target["id"], "it is the same statement already", "decline it")
    mentions = rows(conn, "SELECT * FROM mentions WHERE statement = ? AND coder IS NULL", [left["id"]])
    moving = [each for each in mentions if found["subject_type"] == "statement" or each["id"] == found["subject"]]
    stamp = {"status_by": who, "status_at": at}
    changes = [
        Change(
            "update",
            "mentions",
            each["id"],
            {"statement": target["id"], "status": "reviewed", **stamp},
            each["revision"],
        )
        for each in moving
    ]
    if len(moving) == len(mentions):
        gone = {"status": "rejected", **stamp}
        changes.append(Change("update", "statements", left["id"], gone, left["revision"]))
        stances = rows(
            conn, "SELECT * FROM stances WHERE statement = ? AND status <> 'rejected' AND coder IS NULL", [left["id"]]
        )
        changes += [Change("update", "stances", each["id"], gone, each["revision"]) for each in stances]
        about = open_proposals(conn, [("statement", left["id"]), *(("mention", each["id"]) for each in moving)])
        changes += close_proposals(conn, [each for each in about if each["id"] != found["id"]], who, at, left["id"])
    return changes


def _claim(conn: sqlite3.Connection, found: Row, who: str, at: str) -> list[Change]:
    given = _given(found)
    text = str(given.get("claim") or "").strip()
    if not text:
        raise refused(found, "value", found["value"] or "", "it does not say which claim", "decline it")
    claim = free(conn, "claims", telling(text) or "claim")
    values = {"text": text, "kind": given.get("kind") or "factual"}
    if not given.get("stance"):  # nothing else would decide on it
        return [Change("insert", "claims", claim, {**values, "status": "reviewed", "status_by": who, "status_at": at})]
    changes = [Change("insert", "claims", claim, {**values, "status": "draft"})]
    return changes + _taking(conn, found, claim, str(given["stance"]), str(given.get("basis") or "explicit"))


def _stance(conn: sqlite3.Connection, found: Row, who: str, at: str) -> list[Change]:
    given = _given(found)
    named = found["object"] if found["object_type"] == "claim" else None
    claim = _row(conn, "claims", named or given.get("claim"))
    return _taking(conn, found, claim["id"], str(given.get("stance") or ""), str(given.get("basis") or "explicit"))


def _taking(conn: sqlite3.Connection, found: Row, claim: str, stance: str, basis: str) -> list[Change]:
    """The statement takes a side on a claim, with the statement's own status."""
    for name, value, known in (("stance", stance, STANCE.words), ("basis", basis, BASIS.words)):
        if value not in known:
            raise refused(found, name, value, "there is no such word", f"use one of {', '.join(known)}")
    statement = _row(conn, "statements", _statement_of(conn, found))
    if statement["speaker"] is None:
        raise refused(
            found, "actor", "", "the statement has no speaker yet, so nobody takes the side", "say who speaks"
        )
    values = {"claim": claim, "stance": stance, "basis": basis, "actor": statement["speaker"]}
    kept = {column: statement[column] for column in ("status", "status_by", "status_at")}
    id = free(conn, "stances", f"{claim}--{statement['speaker']}")
    return [Change("insert", "stances", id, {**values, "statement": statement["id"], **kept})]


def _given(found: Row) -> dict[str, Any]:
    """What a proposal says beyond a row: JSON, else a plain text, which is a claim or a stance by its kind."""
    text = found["value"] or ""
    if not text.lstrip().startswith("{"):
        return {found["kind"]: text}
    try:
        given = json.loads(text)
    except ValueError as error:
        raise refused(found, "value", text, f"it is damaged JSON ({error})", "decline it") from error
    return dict(given)


def _statement_of(conn: sqlite3.Connection, found: Row) -> str:
    if found["subject_type"] == "mention":
        return str(_row(conn, "mentions", found["subject"])["statement"])
    if found["subject_type"] != "statement":
        raise refused(found, "subject_type", found["subject_type"], "it is not about a statement", "decline it")
    return str(found["subject"])


def _row(conn: sqlite3.Connection, table: str, id: str | None) -> Row:
    found = rows(conn, f'SELECT * FROM "{table}" WHERE id = ?', [id])
    if not found:
        raise StaleRow(table, id or "", 0, None)
    return found[0]


def refused(found: Row, column: str, value: str, wrong: str, remedy: str) -> LoadError:
    """A proposal that cannot be accepted, and why."""
    return LoadError([Problem("proposals", None, column, value, wrong, remedy, row=found["id"])])


def open_about(conn: sqlite3.Connection, statement: str, mentions: list[str]) -> list[Row]:
    """The open proposals about a statement and its mentions, the likeliest first within a kind."""
    return rows(
        conn,
        "SELECT * FROM proposals WHERE status = 'open' AND ((subject_type = 'statement' AND subject = ?) OR "
        f"(subject_type = 'mention' AND subject IN ({marks(mentions)}))) ORDER BY kind, score DESC, id",
        [statement, *mentions],
    )
