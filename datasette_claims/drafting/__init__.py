"""Drafting: a text and its origin -> rows that wait for a person, all with status ``draft``.

``draft`` (and ``changes``, its list alone) is the whole interface. It reads the database for known actors, claims and
quotes, runs an engine over the text, holds what the engine returns against the text, and makes the rows: document,
segments, actors, memberships, events, statements, mentions, evidence, proposals. Ids are made from the document and
the position, and a row that exists, or that a person has deleted, is never made again; so drafting twice adds
nothing. Nothing is merged and no stance is recorded: those are proposals.
"""

from __future__ import annotations

import sqlite3

from ..loading.writing import Change
from .document import Obtained
from .engines import DraftingError, engines, find_engine
from .ids import document_id
from .making import Already, Drafted, make
from .making import read as read_by
from .proposing import KnownClaims

__all__ = [
    "Already",
    "Drafted",
    "DraftingError",
    "KnownClaims",
    "Obtained",
    "changes",
    "document_id",
    "draft",
    "engines",
    "read",
]


def draft(
    conn: sqlite3.Connection,
    obtained: Obtained,
    *,
    document: str | None = None,
    engine: str | Already = "rules",
    claims: KnownClaims | None = None,
) -> Drafted:
    """Drafts of everything that ``obtained`` reports, as changes for ``loading.apply_changes``, in order.

    ``document`` is the id of a stored document whose text this is; without it the document is among the changes.
    ``engine`` is a name of ``engines()``, with a model after a colon where the engine takes one ("llm:name"),
    or what ``read`` returned for this text. ``claims`` are those of the database, for who drafts many documents and
    reads them once.
    Of the database only the derived table of shingles is written, so call it inside the transaction that writes the
    changes. Raises DraftingError with a sentence for a person: no such engine or document, an engine that failed.
    """
    return make(conn, obtained, document, find_engine(engine) if isinstance(engine, str) else engine, claims)


def read(obtained: Obtained, engine: str = "rules") -> Already:
    """Let an engine read a text without a database, which can take long. Raises DraftingError."""
    return read_by(obtained, find_engine(engine))


def changes(
    conn: sqlite3.Connection, obtained: Obtained, *, document: str | None = None, engine: str = "rules"
) -> list[Change]:
    """The changes of ``draft``."""
    return draft(conn, obtained, document=document, engine=engine).changes
