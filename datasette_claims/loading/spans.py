"""Spans and quotes against the text, wherever the text or at least its length is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from .problems import Problem, visible
from .staging import Stage

SPANNED = ("segments", "memberships", "mentions", "evidence", "provenance")
"""The tables whose rows may point into a document's text."""

TextOf = Callable[[str], "tuple[int | None, str | None]"]
"""Document id -> length of its text in code points and the text, each None where it is not known."""


@dataclass(frozen=True)
class WrongSpan:
    """A span that the text contradicts."""

    table: str
    row: str
    column: str
    value: str
    wrong: str
    remedy: str


def check_spans(stage: Stage) -> Iterator[Problem]:
    """Staged spans, and stored ones whose document's text changes with this load."""
    conn = stage.conn
    make_span_table(conn)
    for table in SPANNED:
        if table in stage.counts:
            collect_spans(conn, table, f'temp."stage_{table}"', f"NOT {_conflict(table)}", _staged_document(stage))
        if "documents" in stage.counts or (table == "evidence" and "mentions" in stage.counts):
            collect_spans(conn, table, f'main."{table}"', _touched(stage, table), _staged_document(stage))
    for wrong in wrong_spans(conn, lambda document: _text_of(stage, document)):
        yield _problem(stage, wrong)


def make_span_table(conn: sqlite3.Connection) -> None:
    """An empty ``temp.spans``, to be filled by ``collect_spans``."""
    conn.execute("DROP TABLE IF EXISTS temp.spans")
    conn.execute(
        "CREATE TEMP TABLE spans (table_name TEXT, id TEXT, document TEXT, start INTEGER, stop INTEGER, quote TEXT)"
    )


def collect_spans(conn: sqlite3.Connection, table: str, source: str, where: str, document: str) -> None:
    """Put rows with a span into ``temp.spans``. ``document`` is SQL for the document of the mention ``t.mention``."""
    of = document if table == "evidence" else "t.document"
    quote = "NULL" if table == "segments" else "t.quote"
    conn.execute(
        f"INSERT INTO temp.spans SELECT '{table}', t.id, {of}, t.span_start, t.span_end, {quote} "
        f"FROM {source} AS t WHERE t.span_start IS NOT NULL AND t.span_end IS NOT NULL AND {where}"
    )


def wrong_spans(conn: sqlite3.Connection, text_of: TextOf) -> Iterator[WrongSpan]:
    """Everything in ``temp.spans`` that lies past the end of its text or quotes other words than stand there."""
    rows = conn.execute(
        "SELECT document, table_name, id, start, stop, quote FROM temp.spans WHERE document IS NOT NULL "
        "ORDER BY document, table_name, start, id"
    )
    for document, spans in groupby(rows, key=lambda row: row[0]):
        length, text = text_of(document)
        if length is None and text is None:
            continue
        end = len(text) if text is not None else length
        assert end is not None
        for _, table, id_, start, stop, quote in spans:
            if stop > end:
                wrong = f"the span ends after the text, which has {end} code points"
                remedy = "correct the span; offsets count code points from 0"
                yield WrongSpan(table, id_, "span_end", str(stop), wrong, remedy)
            elif text is not None and quote is not None and text[start:stop] != quote:
                wrong = f"the text has “{visible(text[start:stop])}” at {start}-{stop}"
                yield WrongSpan(table, id_, "quote", quote, wrong, "correct the span or copy the words exactly")


def _conflict(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM temp.\"diff_{table}\" AS d WHERE d.id = t.id AND d.state = 'conflict')"


def _touched(stage: Stage, table: str) -> str:
    """Stored rows that stay as they are while their document's text, or their mention, changes."""
    stays = f't.id NOT IN (SELECT id FROM temp."prune_{table}")'
    if table in stage.counts:
        stays += f' AND (t.id NOT IN (SELECT id FROM temp."stage_{table}") OR {_conflict(table)})'
    changed = "SELECT id FROM temp.diff_documents WHERE state = 'change'"
    if table == "evidence":
        moved = "t.mention IN (SELECT id FROM temp.diff_mentions WHERE state = 'change')"
        return f"{stays} AND ({moved} OR t.mention IN (SELECT id FROM main.mentions WHERE document IN ({changed})))"
    return f"{stays} AND t.document IN ({changed})"


def _staged_document(stage: Stage) -> str:
    stored = "(SELECT m.document FROM main.mentions AS m WHERE m.id = t.mention)"
    if "mentions" not in stage.counts:
        return stored
    return f"coalesce((SELECT s.document FROM temp.stage_mentions AS s WHERE s.id = t.mention), {stored})"


def _text_of(stage: Stage, document: str) -> tuple[int | None, str | None]:
    conflict = "SELECT 1 FROM temp.diff_documents WHERE id = ? AND state = 'conflict'"
    if "documents" in stage.counts and not stage.conn.execute(conflict, [document]).fetchone():
        row = stage.conn.execute(
            "SELECT text_length, text FROM temp.stage_documents WHERE id = ?", [document]
        ).fetchone()
        if row is not None:
            return row[0], row[1]
    return text_in(stage.conn, document)


def text_in(conn: sqlite3.Connection, document: str) -> tuple[int | None, str | None]:
    """Length and text of a stored document."""
    row = conn.execute("SELECT text_length, text FROM main.documents WHERE id = ?", [document]).fetchone()
    return (row[0], row[1]) if row is not None else (None, None)


def _problem(stage: Stage, found: WrongSpan) -> Problem:
    if found.table in stage.counts:
        for file, line, _ in stage.located(found.table, "id = ?", [found.row]):
            return Problem(file, line, found.column, found.value, found.wrong, found.remedy)
    return Problem(found.table, None, found.column, found.value, found.wrong, found.remedy, row=found.row)
