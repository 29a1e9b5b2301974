"""What each coder marked in a document, read from the tables for the comparison in ``coding``."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from ..coding import Mark, Match, match
from .acts import Row, rows


@dataclass(frozen=True)
class Codings:
    """A document as its coders read it. ``coders``: those who marked something or called their blind work done, by
    name. ``statement_of``: mark -> statement; ``open``: marks that nobody has settled. ``length`` in code points."""

    coders: tuple[str, ...]
    marks: tuple[Mark, ...]
    matches: tuple[Match, ...]
    statement_of: dict[str, str]
    open: frozenset[str]
    length: int


def codings(conn: sqlite3.Connection, document: str) -> Codings:
    """All coders' readings of a document; the rows of the record itself are not among them.

    A settled mark still counts for agreement: it stays what its coder read.
    """
    mentions = rows(conn, "SELECT * FROM mentions WHERE document = ? AND coder IS NOT NULL ORDER BY id", [document])
    spans: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for row in rows(
        conn,
        "SELECT e.mention, e.part, e.span_start, e.span_end FROM mentions m CROSS JOIN evidence e ON e.mention = m.id "
        "WHERE m.document = ? AND m.coder IS NOT NULL ORDER BY e.span_start, e.id",
        [document],
    ):
        spans.setdefault(row["mention"], {}).setdefault(row["part"], []).append((row["span_start"], row["span_end"]))
    stances: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows(
        conn,
        "SELECT DISTINCT t.statement, t.coder, t.claim, t.stance FROM mentions m CROSS JOIN stances t "
        "ON t.statement = m.statement AND t.coder = m.coder WHERE m.document = ? ORDER BY t.id",
        [document],
    ):
        stances.setdefault((row["statement"], row["coder"]), {})[row["claim"]] = row["stance"]
    marks = tuple(_mark(row, spans.get(row["id"], {}), stances) for row in mentions)
    coders = {mark.coder for mark in marks} | {
        row["person"]
        for row in rows(
            conn,
            "SELECT person FROM assignments WHERE document = ? AND task = 'annotate' AND blind = 1 "
            "AND done_at IS NOT NULL",
            [document],
        )
    }
    ends = [end for mark in marks for _, end in (*mark.place, *(span for each in mark.parts.values() for span in each))]
    ends += [mark.extent[1] for mark in marks if mark.extent]
    stated = conn.execute("SELECT text_length FROM documents WHERE id = ?", [document]).fetchone()
    return Codings(
        tuple(sorted(coders)),
        marks,
        tuple(match(marks)),
        {row["id"]: row["statement"] for row in mentions},
        frozenset(row["id"] for row in mentions if row["status"] == "draft"),
        max([stated[0] or 0 if stated else 0, *ends]),
    )


def _mark(row: Row, parts: dict[str, list[tuple[int, int]]], stances: dict[tuple[str, str], dict[str, str]]) -> Mark:
    start, end = row["span_start"], row["span_end"]
    return Mark(
        row["id"],
        row["coder"],
        (start, end) if start is not None and end is not None else None,
        {part: tuple(spans) for part, spans in parts.items()},
        row["speaker"],
        row["speaker_label"],
        row["report_type"],
        row["country"],
        stances.get((row["statement"], row["coder"]), {}),
    )
