"""Names of new rows: made from the document and the position, so that drafting twice gives the same rows."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from ..extraction import Mention

LONGEST = 40  # code points of the readable part of an id
CHECKSUM = 8  # hex digits that tell apart what reads the same


def slug(text: str, fallback: str) -> str:
    """Text -> lower-case ASCII words joined by hyphens, at most 40 code points; ``fallback`` where nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’.]", "", plain))
    made = ""
    for word in words:
        if made and len(made) + len(word) >= LONGEST:
            break
        made = f"{made}-{word}" if made else word[:LONGEST]
    return made or fallback


def checksum(text: str) -> str:
    """The first eight hex digits of the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:CHECKSUM]


def document_id(title: str | None, text: str) -> str:
    """The id of a new document: its title, and its text's checksum."""
    return f"{slug(title or '', 'document')}-{checksum(text)}"


def _stem(document: str) -> str:
    """What the ids of a document's rows begin with: its own id, or a short form of a very long one."""
    return document if len(document) <= 120 else f"{document[:LONGEST]}-{checksum(document)}"


def segment_id(document: str, start: int) -> str:
    """The id of the segment that starts at a code point."""
    return f"{_stem(document)}-g{start}"


def statement_ids(document: str, mentions: tuple[Mention, ...]) -> dict[str, str]:
    """A mention's number in its draft -> the id of its statement: the document and where its words begin and end."""
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    for mention in mentions:
        contents = mention.parts("content")
        name = f"{_stem(document)}-s{contents[0].start}-{contents[-1].end}"
        taken[name] = taken.get(name, 0) + 1
        found[mention.id] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return found


def mention_id(statement: str) -> str:
    """The id of the mention through which a drafted statement is known."""
    return f"{statement}--m"
