"""The rows of the document itself: where it comes from, what it follows, its segments."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from ..extraction import Document, Segment
from . import ids
from .cast import Cast

Row = dict[str, Any]


class Hinted(Protocol):
    """A part of the text whose kind its source tells."""

    @property
    def start(self) -> int:
        """First code point, from 0."""

    @property
    def end(self) -> int:
        """Code point after the last one."""

    @property
    def kind(self) -> str:
        """A word of ``segment_kind``."""


class Obtained(Protocol):
    """What drafting reads of a text and its origin; ``obtaining.Obtained`` has it. None where it is not known."""

    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def byline(self) -> str | None: ...
    @property
    def publisher(self) -> str | None: ...
    @property
    def published_on(self) -> str | None:
        """ISO date, which may be partial."""

    @property
    def language(self) -> str | None:
        """BCP 47 tag."""

    @property
    def url(self) -> str | None:
        """The address at which it was published."""

    @property
    def kind(self) -> str:
        """A word of ``document_kind``."""

    @property
    def obtained(self) -> str:
        """How it came in, a word of ``obtained``."""

    @property
    def retrieved_at(self) -> str | None:
        """UTC time at which it came in, or at which the archive that holds it fetched it."""

    @property
    def sha256(self) -> str:
        """Checksum of the text in UTF-8, in hex."""

    @property
    def segments(self) -> Sequence[Hinted]:
        """Parts whose kind is known, in order."""


def as_read(obtained: Obtained) -> Document:
    """What an engine is given. A partial date of publication cannot resolve "Wednesday" and is left out."""
    return Document(
        obtained.text,
        obtained.title,
        full_day(obtained.published_on),
        obtained.publisher,
        obtained.language or "en",
        tuple((hint.start, hint.end, hint.kind) for hint in obtained.segments),
    )


def full_day(value: str | None) -> date | None:
    """An ISO date that names its day; None for a partial or missing one."""
    try:
        return date.fromisoformat(value) if value and len(value) == 10 else None
    except ValueError:
        return None


def document_row(conn: sqlite3.Connection, cast: Cast, obtained: Obtained, headline: str | None) -> Row:
    """The row of a new document; an earlier document of the same address is what it revises."""
    publisher = cast.body(obtained.publisher) if obtained.publisher else None
    title = " ".join((obtained.title or headline or "Untitled document").split())
    return {
        "title": title,
        "kind": obtained.kind,
        "publisher": (publisher.actor or publisher.options[-1].actor) if publisher else None,
        "language": obtained.language,
        "published_on": obtained.published_on,
        "url": obtained.url,
        "credit_line": obtained.byline,
        "rights": "withheld",
        "revision_of": _earlier(conn, obtained),
        "text_length": len(obtained.text),
        "text_sha256": obtained.sha256,
        "text": obtained.text,
        "obtained": obtained.obtained,
        "retrieved_at": obtained.retrieved_at,
    }


def _earlier(conn: sqlite3.Connection, obtained: Obtained) -> str | None:
    """The newest document of the same address with another text."""
    if not obtained.url:
        return None
    row = conn.execute(
        "SELECT id FROM documents WHERE url = ? AND text_sha256 IS NOT ? ORDER BY revision DESC, id LIMIT 1",
        [obtained.url, obtained.sha256],
    ).fetchone()
    return str(row[0]) if row else None


def headline_of(segments: Sequence[Segment]) -> str | None:
    """The printed headline, for a document whose source gives no title."""
    return next((s.quote for s in segments if s.kind == "headline"), None)


def segment_rows(
    conn: sqlite3.Connection, document: str, segments: Sequence[Segment]
) -> tuple[dict[str, Row], dict[int, str]]:
    """(rows of new segments by id, a segment's number in the draft -> its id); stored ones of the same span stay."""
    stored = {
        (start, end): id_
        for id_, start, end in conn.execute(
            "SELECT id, span_start, span_end FROM segments WHERE document = ?", [document]
        )
    }
    rows: dict[str, Row] = {}
    numbers: dict[int, str] = {}
    for number, each in enumerate(segments):
        id_ = stored.get((each.start, each.end))
        if id_ is None:
            id_ = ids.segment_id(document, each.start)
            row = {"document": document, "line": each.line, "kind": each.kind}
            rows[id_] = {**row, "span_start": each.start, "span_end": each.end}
        numbers[number] = id_
    return rows, numbers
