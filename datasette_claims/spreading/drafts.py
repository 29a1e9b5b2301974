"""What a worker does: a chunk of articles -> one JSON Lines text, a line a document with all its draft rows.

Nothing of it depends on other articles, on the worker or on the time: the same chunk gives the same bytes anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

from ..drafting import Drafted, DraftingError, draft
from ..obtaining import NotObtained, Obtained
from ..obtaining.raw import Raw
from ..obtaining.sources import read_raw
from ..schema import BY_NAME
from ..schema.package import package_columns
from .crews import received
from .known import Known, opened

LARGEST = 4_000_000
"""Bytes of articles after which a chunk is closed before it has its number of them."""


@dataclass(frozen=True)
class Reading:
    """How articles are to be read: by which engine, what a person states of all of them, in which encoding."""

    engine: str = "rules"
    stated: tuple[tuple[str, str], ...] = ()
    encoding: str | None = None
    version: str = ""

    @classmethod
    def by(cls, engine: str, stated: dict[str, str | None], encoding: str | None) -> Reading:
        """By this version of the program."""
        given = tuple(sorted((name, value) for name, value in stated.items() if value))
        return cls(engine, given, encoding, version())

    def digest(self) -> str:
        """SHA-256 in hex."""
        return hashlib.sha256(repr((self.engine, self.stated, self.encoding, self.version)).encode()).hexdigest()


def version() -> str:
    """The version of this program."""
    return metadata.version("datasette-claims")


@dataclass(frozen=True)
class Chunk:
    """Some articles, or why they cannot be had, in the order of the sources; ``number`` counts the chunks from 0."""

    number: int
    articles: tuple[Raw | NotObtained, ...]
    reading: Reading

    def name(self, known: str) -> str:
        """The name of its file: its number, and a checksum of all that its content depends on."""
        told = hashlib.sha256(f"{known} {self.reading.digest()}".encode())
        for each in self.articles:
            parts = _parts(each)
            told.update(repr([len(part) for part in parts]).encode())
            for part in parts:
                told.update(part)
        return f"{self.number:06}-{told.hexdigest()[:16]}.jsonl"


def _parts(article: Raw | NotObtained) -> list[bytes]:
    if isinstance(article, NotObtained):
        return [str(part).encode() for part in (article.source, article.wrong, article.remedy)]
    about = (article.source, article.format, article.declared, article.address, article.retrieved_at, article.stated)
    return [article.content, repr((*about, article.notes)).encode()]


def chunks(articles: Iterable[Raw | NotObtained], size: int, reading: Reading) -> Iterator[Chunk]:
    """The articles in chunks of ``size``, or of fewer where they are long."""
    held: list[Raw | NotObtained] = []
    length = number = 0
    for each in articles:
        held.append(each)
        length += len(each.content) if isinstance(each, Raw) else 0
        if len(held) >= size or length >= LARGEST:
            yield Chunk(number, tuple(held), reading)
            held, length, number = [], 0, number + 1
    if held:
        yield Chunk(number, tuple(held), reading)


def draft_chunk(chunk: Chunk, shared: str | bytes) -> bytes:
    """The lines of a chunk: for each article its document with its rows, or the problem in its place.

    ``shared`` is the file of ``known``. Raises RuntimeError on a worker with another version of the program.
    """
    if chunk.reading.version != version():
        wrong = f"a worker has datasette-claims {version()}, and the order is for {chunk.reading.version}"
        raise RuntimeError(f"{wrong}: install the same version on all of them")
    known = opened(received(shared))
    return b"".join(_line(_drafted(each, chunk.reading, known)) for each in chunk.articles)


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def _drafted(article: Raw | NotObtained, reading: Reading, known: Known) -> dict[str, Any]:
    if isinstance(article, NotObtained):
        return _problem(article.source, article.wrong, article.remedy)
    try:
        text = read_raw(article, reading.encoding)
    except NotObtained as error:
        return _problem(error.source, error.wrong, error.remedy)
    # When a file was read is no property of its article: the load tells when it came in.
    text = replace(text, retrieved_at=article.retrieved_at, **dict(reading.stated))  # type: ignore[arg-type]
    known.conn.execute("BEGIN")
    try:
        made = draft(known.conn, text, engine=reading.engine, claims=known.claims)
    except DraftingError as error:
        return _problem(article.source, str(error), "nothing was drafted")
    finally:
        known.conn.execute("ROLLBACK")
    return _told(article.source, text, made)


def _problem(source: str, wrong: str, remedy: str) -> dict[str, Any]:
    return {"source": source, "wrong": wrong, "remedy": remedy}


def _told(source: str, text: Obtained, made: Drafted) -> dict[str, Any]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for change in made.changes:
        rows.setdefault(change.table, []).append(_row(change.table, change.row, change.values))
    notes = [*text.notes, *made.notes]
    return {"source": source, "document": made.document, "sha256": text.sha256, "rows": rows, "notes": notes}


def _row(table: str, id_: str, values: Any) -> dict[str, Any]:
    """A row as a load takes it: without blanks and without what the database makes itself."""
    kept = {*package_columns(BY_NAME[table]), *(("text",) if table == "documents" else ())}
    return {"id": id_, **{name: value for name, value in values.items() if value is not None and name in kept}}
