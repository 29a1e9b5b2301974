"""Whether what is recorded still holds against the text: the checksum of a document, and the words of every span.

This says that a text is the one that was read, and nothing about whether the text can be trusted.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

YES, NO, NOT_ATTACHED = "yes", "no", "not_attached"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold, in words; ``row`` is the id of the document, mention or evidence."""

    table: str
    row: str
    message: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """``holds`` is yes, no or not_attached (there is no text to check against).

    ``spans`` counts the spans whose words were compared; a span whose words are not recorded cannot be compared,
    only that it lies inside the text. ``checksum`` says whether the document has a checksum that was compared.
    """

    document: str
    holds: str
    checksum: bool
    spans: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A recorded passage: code points, half-open, and its words where they are recorded."""

    table: str
    row: str
    start: int
    end: int
    quote: str | None


def check_text(
    document: str, text: str | None, sha256: str | None, length: int | None, spans: Iterable[Span]
) -> Integrity:
    """Check one document's text against its checksum (of the UTF-8 bytes), its length and its spans.

    Lengths and offsets are in code points. Without a text nothing can be checked.
    """
    if text is None:
        return Integrity(document, NOT_ATTACHED, False, 0, ())
    faults = []
    actual = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if sha256 and actual != sha256.lower():
        faults.append(Fault("documents", document, f"the text has the SHA-256 {actual}, recorded is {sha256}"))
    if length is not None and len(text) != length:
        faults.append(Fault("documents", document, f"the text has {len(text)} code points, recorded are {length}"))
    compared = 0
    for span in spans:
        compared += span.quote is not None
        fault = _span_fault(text, span)
        if fault:
            faults.append(Fault(span.table, span.row, fault))
    return Integrity(document, NO if faults else YES, bool(sha256), compared, tuple(faults))


def _span_fault(text: str, span: Span) -> str | None:
    where = f"code points {span.start}–{span.end}"
    if not 0 <= span.start < span.end <= len(text):
        return f"{where} do not lie in the text, which has {len(text)}"
    found = text[span.start : span.end]
    if span.quote is not None and found != span.quote:
        return f"at {where} stands “{_short(found)}”, recorded is “{_short(span.quote)}”"
    return None


def _short(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def check_statement(conn: sqlite3.Connection, statement: str) -> tuple[Integrity, ...]:
    """Check every document that reports a statement: its checksum, and the spans of this statement's mentions."""
    documents = conn.execute(
        'SELECT DISTINCT d."id", d."text", d."text_sha256", d."text_length" FROM "mentions" AS m '
        'JOIN "documents" AS d ON d."id" = m."document" WHERE m."statement" = ? ORDER BY d."id"',
        [statement],
    ).fetchall()
    spans = _spans(
        conn,
        'SELECT m."document", \'mentions\', m."id", m."span_start", m."span_end", m."quote" FROM "mentions" AS m '
        'WHERE m."statement" = :id UNION ALL SELECT m."document", \'evidence\', e."id", e."span_start", e."span_end", '
        'e."quote" FROM "mentions" AS m JOIN "evidence" AS e ON e."mention" = m."id" WHERE m."statement" = :id',
        statement,
    )
    return tuple(check_text(row[0], row[1], row[2], row[3], spans.get(row[0], ())) for row in documents)


def check_document(conn: sqlite3.Connection, document: str) -> Integrity:
    """Check one document with all its segments, mentions and evidence. Raises KeyError if there is none."""
    row = conn.execute(
        'SELECT "text", "text_sha256", "text_length" FROM "documents" WHERE "id" = ?', [document]
    ).fetchone()
    if row is None:
        raise KeyError(f"there is no document {document!r}")
    spans = _spans(
        conn,
        'SELECT "document", \'segments\', "id", "span_start", "span_end", NULL FROM "segments" WHERE "document" = :id '
        'UNION ALL SELECT "document", \'mentions\', "id", "span_start", "span_end", "quote" FROM "mentions" '
        'WHERE "document" = :id UNION ALL SELECT m."document", \'evidence\', e."id", e."span_start", e."span_end", '
        'e."quote" FROM "mentions" AS m JOIN "evidence" AS e ON e."mention" = m."id" WHERE m."document" = :id',
        document,
    )
    return check_text(document, row[0], row[1], row[2], spans.get(document, ()))


def _spans(conn: sqlite3.Connection, sql: str, key: str) -> dict[str, list[Span]]:
    """Document -> spans; rows without offsets are left out."""
    found: dict[str, list[Span]] = {}
    for document, table, row, start, end, quote in conn.execute(sql, {"id": key}):
        if start is not None and end is not None:
            found.setdefault(document, []).append(Span(table, row, start, end, quote))
    return found
