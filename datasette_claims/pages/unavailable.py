"""What a page says where the database, or the disk below it, does not do its part: why, and what to do about it."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from .. import site
from ..loading.connecting import refusal
from .errors import PageError

if TYPE_CHECKING:
    from datasette.app import Datasette

log = logging.getLogger("datasette_claims")

RETRY_SECONDS = 5
"""How long a client should wait before it tries again."""

WHO_RUNS = "Whoever runs the site can"

_TOLD = {
    "busy": (503, "Somebody else is writing to this database just now.", "Try again in a few seconds."),
    "full": (507, "The disk of this site is full.", f"{WHO_RUNS} make room; then send it again."),
    "read-only": (
        503,
        "The file of this database can only be read.",
        f"{WHO_RUNS} give the server the right to write to the file and its folder, or serve it as immutable (-i).",
    ),
    "closed": (
        503,
        "The file of this database cannot be opened.",
        f"{WHO_RUNS} see to it that it exists and may be read, and its folder written.",
    ),
    "foreign": (503, "The file of this database is no SQLite file.", f"{WHO_RUNS} restore it from a backup."),
    "damaged": (503, "This database is damaged.", f"{WHO_RUNS} restore it from a backup."),
    "no-text": (
        409,
        "The record holds a text that is not UTF-8, which another program must have written.",
        f"{WHO_RUNS} find it: datasette claims check.",
    ),
    "disk": (503, "The disk of this site reported an error.", f"{WHO_RUNS} check the disk; then send it again."),
}


def unavailable(
    datasette: Datasette, database: str, error: sqlite3.DatabaseError, *, wrote: bool = False
) -> PageError | None:
    """The answer for what SQLite refuses for reasons outside of the data: 503, or 507 where there is no room.

    None for any other error, which is a fault of the program. ``wrote``: something was to be written, and was not.
    """
    known = refusal(error)
    if known is None:
        return None
    if known.kind == "damaged":
        site.note_damage(datasette, database, error)
    elif known.kind != "busy":
        log.error("%s: %s (%s); %s", database, known.wrong, error, known.remedy)
    status, sentence, remedy = _TOLD[known.kind]
    told = PageError(status, sentence, f"Nothing was written. {remedy}" if wrote else remedy)
    if status == 503:
        told.headers["retry-after"] = str(RETRY_SECONDS)
    return told
