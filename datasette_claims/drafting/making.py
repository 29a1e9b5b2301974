"""One document: engine, check against the text, rows, and what of them is new."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..extraction import Draft, verify
from ..hookspecs import Extractor
from ..loading.writing import Change
from ..schema import BY_NAME
from . import shingles
from .cast import Cast
from .document import Obtained, as_read, document_row, headline_of, segment_rows
from .engines import DraftingError
from .ids import document_id
from .proposing import KnownClaims, proposal_rows
from .roles import membership_rows
from .rows import Writer

Row = Mapping[str, Any]
ORDER = (
    "actors", "documents", "segments", "memberships", "events", "statements", "mentions", "evidence", "proposals",
)  # fmt: skip
OWNERS = {
    "mentions": ("statement", "statements"),
    "evidence": ("mention", "mentions"),
    "proposals": ("subject", ""),
}
"""Table -> (the column that names the row of which its rows are a part, that row's table; "" for several)."""


@dataclass(frozen=True)
class Drafted:
    """What came of one document. ``known``: there was nothing to add. ``supported``: its language can be read.

    ``refused`` has sentences on what the engine returned and the text does not bear out, ``notes`` sentences for the
    person who added the document, ``counts`` the new rows by table.
    """

    document: str
    changes: list[Change]
    known: bool
    supported: bool
    language: str
    counts: dict[str, int]
    refused: list[str]
    engine: str
    notes: list[str]


def make(
    conn: sqlite3.Connection,
    obtained: Obtained,
    document: str | None,
    engine: Extractor | Already,
    claims: KnownClaims | None = None,
) -> Drafted:
    """The drafts of one document by one engine. Raises DraftingError."""
    read = as_read(obtained)
    if document is not None and not _exists(conn, "documents", document):
        raise DraftingError(f"There is no document “{document}”.")
    draft = verify(read.text, _run(engine, read))
    title = obtained.title or headline_of(draft.segments)
    id_ = document or document_id(title, read.text)
    cast = Cast(conn, id_, read.text)
    tables: dict[str, Mapping[str, Row]] = {}
    if document is None:
        tables["documents"] = {id_: document_row(conn, cast, obtained, title)}
    tables["segments"], segments = segment_rows(conn, id_, draft.segments)
    tables["memberships"], roles = membership_rows(conn, cast, draft.memberships, id_, obtained.published_on)
    rows = Writer(id_, read.text, draft, cast, roles, segments).write()
    tables |= {"events": rows.events, "statements": rows.statements, "mentions": rows.mentions}
    tables["evidence"] = rows.evidence
    shingles.refresh(conn)
    tables["proposals"] = proposal_rows(conn, id_, draft, rows.speakers, claims)
    tables["actors"] = cast.new
    refused = [*draft.refused, *rows.refused]
    changes = [
        Change("insert", table, row, values)
        for table, new in _only_new(
            conn, tables, fresh=document is None and not _exists(conn, "documents", id_)
        ).items()
        for row, values in new.items()
    ]
    counts = {table: sum(c.table == table for c in changes) for table in ORDER}
    notes = _notes(draft, engine, refused)
    return Drafted(id_, changes, not changes, draft.supported, draft.language, counts, refused, engine.name, notes)


@dataclass
class Already:
    """An engine that has read a text already, so that no transaction waits while it does."""

    name: str
    label: str
    languages: Sequence[str]
    draft: Draft

    def extract(self, document: Any) -> Draft:
        """What was found before."""
        return self.draft


def read(obtained: Obtained, engine: Extractor) -> Already:
    """Let an engine read a text now, apart from any database. Raises DraftingError."""
    return Already(engine.name, engine.label, engine.languages, _run(engine, as_read(obtained)))


def _run(engine: Extractor | Already, document: Any) -> Draft:
    """The engine's draft; whatever goes wrong inside it is told with its name."""
    try:
        return engine.extract(document)
    except (ValueError, OSError, RuntimeError, LookupError) as error:
        raise DraftingError(f"The extraction engine “{engine.label}” could not read the text: {error}") from error


def _notes(draft: Draft, engine: Extractor | Already, refused: list[str]) -> list[str]:
    notes = []
    if not draft.supported:
        notes.append(
            f"The text is not in English (language: {draft.language}), or not in sentences. Only quotation marks and "
            "names before a colon were read; speakers, dates and paraphrases in other languages are not supported."
        )
    if not draft.mentions:
        notes.append("Nobody was found to say anything. Mark statements by hand on the reading page.")
    if refused:
        things = "thing" if len(refused) == 1 else "things"
        notes.append(
            f"{len(refused)} {things} that “{engine.label}” returned were refused: the text does not have them."
        )
    return notes


def _only_new(
    conn: sqlite3.Connection, tables: Mapping[str, Mapping[str, Row]], *, fresh: bool
) -> dict[str, dict[str, Row]]:
    """The rows that are neither there nor deleted by somebody, nor a part of such a row; then the actors they need.

    ``fresh``: the document is not there. Where it was before and somebody took it back, adding it again is meant, and
    it comes with all its drafts.
    """
    kept: dict[str, dict[str, Row]] = {}
    for table in ORDER[1:]:
        new = tables.get(table, {})
        gone = {id_ for id_ in new if _exists(conn, table, id_) or (not fresh and _was_deleted(conn, table, id_))}
        column, owner = OWNERS.get(table, ("", ""))
        owners = {o for name in ((owner,) if owner else ("statements", "mentions")) for o in kept.get(name, ())}
        kept[table] = {
            id_: row for id_, row in new.items() if id_ not in gone and (not column or row[column] in owners)
        }
    used_events = {row["event"] for row in kept["statements"].values()}
    kept["events"] = {id_: row for id_, row in kept["events"].items() if id_ in used_events}
    needed = {
        row.get(column)
        for table, rows in kept.items()
        for column in _actor_columns(table)
        for row in rows.values()
        if column != "object" or row.get("object_type") == "actor"
    }
    actors = {id_: row for id_, row in tables["actors"].items() if id_ in needed}
    return {"actors": actors, **kept}


def _actor_columns(table: str) -> list[str]:
    named = [column.name for column in BY_NAME[table].columns if column.references == "actors"]
    return [*named, "object"] if table == "proposals" else named


def _exists(conn: sqlite3.Connection, table: str, id_: str) -> bool:
    return conn.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', [id_]).fetchone() is not None


def _was_deleted(conn: sqlite3.Connection, table: str, id_: str) -> bool:
    row = conn.execute(
        "SELECT operation FROM revisions WHERE table_name = ? AND row_id = ? ORDER BY id DESC LIMIT 1", [table, id_]
    ).fetchone()
    return row is not None and row[0] == "delete"
