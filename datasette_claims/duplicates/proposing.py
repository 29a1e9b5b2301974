"""Verdicts -> proposals for a person: this mention may be one of that statement."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator

from ..loading.writing import Change
from .verdicts import Quote, Verdict

KIND = "same_statement"


def known(conn: sqlite3.Connection) -> set[tuple[str, str]]:
    """(mention, statement) of every proposal of this kind, whatever became of it: a person is not asked twice."""
    rows = conn.execute(
        "SELECT subject, object FROM proposals WHERE kind = ? AND subject_type = 'mention' "
        "UNION SELECT m.id, p.object FROM proposals AS p JOIN mentions AS m ON m.statement = p.subject "
        "WHERE p.kind = ? AND p.subject_type = 'statement'",
        [KIND, KIND],
    )
    return {(subject, object_) for subject, object_ in rows}


def best(found: Iterable[tuple[Quote, Quote, Verdict]]) -> dict[str, tuple[Quote, Quote, Verdict]]:
    """For each mention the likeliest statement that it may belong to: one question a mention."""
    kept: dict[str, tuple[Quote, Quote, Verdict]] = {}
    for each in found:
        mention = each[0].mention
        if mention not in kept or each[2].score > kept[mention][2].score:
            kept[mention] = each
    return kept


def directed(one: Quote, other: Quote) -> tuple[Quote, Quote]:
    """(the one to be moved, the one to keep): a draft goes to a reviewed one, else the later to the earlier."""
    if one.reviewed != other.reviewed:
        return (other, one) if one.reviewed else (one, other)
    return other, one


def changes(found: Iterable[tuple[Quote, Quote, Verdict]], asked: set[tuple[str, str]]) -> Iterator[Change]:
    """The proposals that nobody has been asked yet, either way round."""
    for moved, kept, verdict in found:
        if (moved.mention, kept.statement) in asked or (kept.mention, moved.statement) in asked:
            continue
        values = {
            "kind": KIND,
            "subject_type": "mention",
            "subject": moved.mention,
            "object_type": "statement",
            "object": kept.statement,
            "score": verdict.score,
            "reason": verdict.reason,
            "status": "open",
        }
        yield Change("insert", "proposals", _id(moved.mention, kept.statement), values)


def _id(mention: str, statement: str) -> str:
    told = hashlib.sha256(f"{mention}\0{statement}".encode()).hexdigest()[:12]
    return f"{mention[:150]}--same-{told}"
