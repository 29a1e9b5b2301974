"""An obtained text -> its document and drafts in a database, once: for the command and for the page alike."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field, replace

from .drafting import Already, Drafted, DraftingError, draft
from .drafting import read as read_text
from .loading.problems import LoadError, Problem
from .loading.writing import apply_changes, transaction
from .obtaining import NotObtained, Obtained

NOTE = "added a document"
"""What the revisions of an extraction say that they are."""


@dataclass(frozen=True)
class Added:
    """What became of a text. ``document`` is where it stands. ``known``: it stood there before.

    ``counts`` has the rows that were written, by table; ``revision_of`` the earlier version of the same address;
    ``notes`` are sentences for the person who added it.
    """

    document: str
    title: str
    known: bool
    revision_of: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    supported: bool = True
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Everything by name."""
        return {
            "document": self.document,
            "title": self.title,
            "known": self.known,
            "revision_of": self.revision_of,
            "counts": {table: count for table, count in self.counts.items() if count},
            "supported": self.supported,
            "notes": list(self.notes),
        }


def with_stated(obtained: Obtained, **stated: str | None) -> Obtained:
    """The text with what a person says of it in place of what it says of itself; blanks change nothing."""
    return replace(obtained, **{name: value for name, value in stated.items() if value})  # type: ignore[arg-type]


def add(
    conn: sqlite3.Connection,
    obtained: Obtained,
    who: str | None,
    *,
    engine: str | Already = "rules",
) -> Added:
    """Store a text with its drafts in one transaction, or find it stored already.

    A text that is there is never stored twice; if nothing is marked in it yet, it gets its drafts. Raises LoadError
    (the engine, or a row that cannot be stored); then nothing is written. ``engine`` is a name, or what ``read``
    returned.
    """
    with transaction(conn):
        known = _known(conn, obtained)
        if known is not None and not _waits(conn, known):
            return _found(conn, known, obtained)
        try:
            made = draft(conn, obtained, document=known, engine=engine)
        except DraftingError as error:
            raise LoadError([_problem(obtained.source, str(error), "nothing was written")]) from error
        apply_changes(conn, made.changes, who, NOTE)
        return _added(conn, made, obtained, known is not None)


def read(obtained: Obtained) -> Already:
    """Read a text before the transaction that stores it, because that can take long. Raises LoadError."""
    try:
        return read_text(obtained)
    except DraftingError as error:
        raise LoadError([_problem(obtained.source, str(error), "nothing was written")]) from error


def not_obtained(error: NotObtained) -> Problem:
    """Why there is no text, as the commands tell problems."""
    return _problem(error.source, error.wrong, error.remedy)


def _problem(source: str, wrong: str, remedy: str) -> Problem:
    return Problem(source, None, "", "", wrong, remedy)


def _known(conn: sqlite3.Connection, obtained: Obtained) -> str | None:
    """The document that has this text, whether or not its text is kept. A line end at the end makes no other text."""
    texts = (obtained.text, f"{obtained.text}\n")
    sums = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]
    row = conn.execute(
        "SELECT id FROM documents WHERE text_sha256 IN (?, ?) ORDER BY text IS NULL, revision, id LIMIT 1", sums
    ).fetchone()
    return str(row[0]) if row else None


def _waits(conn: sqlite3.Connection, document: str) -> bool:
    """Whether a stored text has nothing marked in it, so that it can be given drafts."""
    kept = conn.execute("SELECT text IS NOT NULL FROM documents WHERE id = ?", [document]).fetchone()[0]
    marked = conn.execute("SELECT 1 FROM mentions WHERE document = ? LIMIT 1", [document]).fetchone()
    return bool(kept) and marked is None


def _found(conn: sqlite3.Connection, document: str, obtained: Obtained) -> Added:
    title, kept = conn.execute("SELECT title, text IS NOT NULL FROM documents WHERE id = ?", [document]).fetchone()
    note = "This text is stored already; nothing was written."
    if not kept:
        note = (
            "This is the text of a document whose text is not kept here; nothing was written. Give it the text with: "
            f"datasette claims attach DB {document} FILE"
        )
    return Added(document, title, True, notes=(*obtained.notes, note))


def _added(conn: sqlite3.Connection, made: Drafted, obtained: Obtained, known: bool) -> Added:
    title, revision_of = conn.execute(
        "SELECT title, revision_of FROM documents WHERE id = ?", [made.document]
    ).fetchone()
    notes = (*obtained.notes, *made.notes)
    return Added(made.document, title, known, revision_of, made.counts, made.supported, notes)
