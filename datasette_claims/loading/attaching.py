"""Giving a document the text that may not be shipped with it, checked against the checksum that it states."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..schema import BY_NAME
from .connecting import explained, make_durable, opened
from .decoding import inspect
from .load import default_who
from .problems import LoadError, Problem, suggestion
from .reanchoring import ANCHORED_NOTE, Spread, outstanding, standing
from .sources import unreadable
from .spans import SPANNED, collect_spans, make_span_table, text_in, wrong_spans
from .writing import Change, apply_changes, transaction

_VERSION = re.compile(r"(?P<base>.+)-v(?P<number>[0-9]+)")
ATTACHED_NOTE = "attached its text"
_BELONGS_TO_TEXT = ("id", "revision", "text", "text_length", "text_sha256", "revision_of", "part_of")


@dataclass(frozen=True)
class Attached:
    """The document that has the text now, and its revision; None where it had the text already.

    ``passages``: how many passages of earlier versions stand how in it, by word of ``anchor_state``.
    """

    document: str
    length: int
    sha256: str
    revision: int | None
    passages: dict[str, int] = field(default_factory=dict)


def attach(database: Path, document: str, file: Path, *, revision: bool = False, who: str | None = None) -> Attached:
    """Attach a text file in UTF-8 to a document, or with ``revision`` to a new version of it.

    Raises LoadError where the checksum differs, where a span or quote of the document does not fit the text, and
    where there is no such document or file; then nothing is written.
    """
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "load one first")])
    with explained(str(database)), opened(database) as conn:
        row = _document(conn, document)
        text = _read(file)
        make_durable(conn)
        if revision:
            sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
            return _new_version(conn, row, document, text, sha256, who)
        return attach_text(conn, document, text, str(file), who=who or default_who())


def attach_text(
    conn: sqlite3.Connection,
    document: str,
    text: str,
    source: str,
    *,
    who: str | None,
    pasted: bool = False,
    otherwise: str = "make a new version of the document with --revision",
) -> Attached:
    """Give a document its text on an open connection, in one transaction; ``source`` names the text in messages.

    ``pasted``: line ends and what stands around the text were lost on the way, so whatever of these the checksum
    proves right is taken. ``otherwise`` is what to do with another text. Raises LoadError as ``attach`` does; then
    nothing is written.
    """
    row = _document(conn, document)
    stated = row["text_sha256"]
    if pasted and stated is not None:
        text = next((each for each in (text, *_variants(text).values()) if _sha256(each) == stated), text)
    sha256 = _sha256(text)
    if stated not in (None, sha256):
        raise LoadError([_other_text(source, text, document, (str(stated), sha256), otherwise)])
    if row["text"] == text:
        return Attached(document, len(text), sha256, None)
    values = {"text": text, "text_length": len(text), "text_sha256": sha256}
    with transaction(conn):
        number = apply_changes(conn, [Change("update", "documents", document, values)], who, ATTACHED_NOTE)[0]
        _check_document(conn, document)
    return Attached(document, len(text), sha256, number, standing(conn, document))


@dataclass(frozen=True)
class Reanchored:
    """What ``reanchor_versions`` did: how many anchorings it wrote, what it came to, and how many spans could not be
    looked for, because neither the text of their version nor their words are at hand."""

    written: int
    states: dict[str, int]
    unknown: int


def reanchor_versions(
    database: Path,
    documents: Sequence[str] = (),
    *,
    again: bool = False,
    who: str | None = None,
    spread: Spread = map,
) -> Reanchored:
    """Look for the passages of earlier versions in these documents, or in all, where that was not done yet.

    ``again`` looks for all of them anew; what a person decided stays. Loads, ``attach`` and changes on the site do so
    themselves for what they change. ``spread`` says which processes look (``spreading.Crew.spread``). Raises
    LoadError where there is no such document or database.
    """
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "load one first")])
    with explained(str(database)), opened(database) as conn:
        for document in documents:
            _document(conn, document)
        make_durable(conn)
        with transaction(conn):
            done = outstanding(conn, set(documents) or None, again=again, spread=spread)
            apply_changes(conn, done.changes, who or default_who(), ANCHORED_NOTE)
        return Reanchored(len(done.changes), done.states, done.unknown)


def _document(conn: sqlite3.Connection, document: str) -> dict[str, object]:
    names = [column.name for column in BY_NAME["documents"].stored]
    picked = ", ".join(f'"{name}"' for name in names)
    row = conn.execute(f"SELECT {picked} FROM documents WHERE id = ?", [document]).fetchone()
    if row is None:
        known = [id_ for (id_,) in conn.execute("SELECT id FROM documents LIMIT 20000")]
        remedy = suggestion(document, known, "see the table documents")
        raise LoadError([Problem("documents", None, "id", document, "there is no such document", remedy)])
    return dict(zip(names, row, strict=True))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _decoded(file, str(path))
    except OSError as error:
        raise LoadError([unreadable(str(path), error)]) from error


def text_of_bytes(content: bytes, name: str) -> str:
    """The text of a file that was sent, in UTF-8. Raises LoadError where it is none, with ``name`` in the message."""
    return _decoded(io.BytesIO(content), name)


def _decoded(file: BinaryIO, name: str) -> str:
    if inspect(file, name).encoding == "utf-16":
        raise LoadError([Problem(name, 1, "", "", "the text is encoded in UTF-16", "save it as UTF-8")])
    return file.read().decode("utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _variants(text: str) -> dict[str, str]:
    """The same words with other line ends or other white space around them, by what that is called."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    bare = unified.removeprefix("\ufeff").strip()
    found = {
        "with LF line ends": unified,
        "without its byte order mark": text.removeprefix("\ufeff"),
        "with LF line ends and without its byte order mark": unified.removeprefix("\ufeff"),
        "without the line end at its end": unified.rstrip("\n"),
        "with a line end at its end": unified.rstrip("\n") + "\n",
        "with CRLF line ends": unified.replace("\n", "\r\n"),
    }
    for name, end in (("LF", "\n"), ("CRLF", "\r\n")):
        found[f"with {name} line ends, without spaces and line ends around it"] = bare.replace("\n", end)
        found[f"with {name} line ends, one of them at its end"] = bare.replace("\n", end) + end
    return found


def _other_text(file: str, text: str, document: str, sha256: tuple[str, str], otherwise: str) -> Problem:
    """The checksum differs; say so with both, and say if only line ends or a byte order mark are in the way."""
    stated, actual = sha256
    remedy = f"attach the text that was read, or {otherwise}"
    for how, candidate in _variants(text).items():
        if _sha256(candidate) == stated:
            remedy = f"it would be the text {how}: save it so"
            break
    wrong = f"the text is not the one that {document} was read from (SHA-256 {actual}, the document states {stated})"
    return Problem(file, None, "text_sha256", actual, wrong, remedy)


def _new_version(
    conn: sqlite3.Connection, row: dict[str, object], document: str, text: str, sha256: str, who: str | None
) -> Attached:
    if row["text_sha256"] == sha256:
        wrong = f"this is the text of {document} itself, not another version"
        raise LoadError([Problem("documents", None, "text_sha256", sha256, wrong, "attach it without --revision")])
    match = _VERSION.fullmatch(document)
    base, number = (match["base"], int(match["number"])) if match else (document, 1)
    taken = {id_ for (id_,) in conn.execute("SELECT id FROM documents WHERE substr(id, 1, ?) = ?", [len(base), base])}
    while f"{base}-v{number + 1}" in taken:
        number += 1
    new = f"{base}-v{number + 1}"
    values = {name: value for name, value in row.items() if name not in _BELONGS_TO_TEXT}
    values |= {"text": text, "text_length": len(text), "text_sha256": sha256, "revision_of": document}
    revision = apply_changes(conn, [Change("insert", "documents", new, values)], who or default_who())[0]
    return Attached(new, len(text), sha256, revision, standing(conn, new))


def _check_document(conn: sqlite3.Connection, document: str) -> None:
    """Every span and quote of the document must fit its text."""
    make_span_table(conn)
    of_mention = "(SELECT m.document FROM main.mentions AS m WHERE m.id = t.mention)"
    quoted = document.replace("'", "''")
    for table in SPANNED:
        where = f"{of_mention if table == 'evidence' else 't.document'} = '{quoted}'"
        collect_spans(conn, table, f'main."{table}"', where, of_mention)
    wrong = [
        Problem(found.table, None, found.column, found.value, found.wrong, found.remedy, row=found.row)
        for found in wrong_spans(conn, lambda id_: text_in(conn, id_))
    ]
    if wrong:
        raise LoadError(wrong)
