"""What obtaining hands over: one text with all that is known of where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass(frozen=True, slots=True)
class Hint:
    """What a part of the text is, as the source itself says; ``kind`` is a word of the segments' list of kinds.

    ``start`` and ``end`` count code points of the text, half-open; hints are in order and do not overlap.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Obtained:
    """One text as it is to be stored, and where it comes from. What is not known is None, never a guess.

    ``text`` has LF line ends; every offset counts its code points. ``obtained`` is how it came in (pasted, uploaded,
    fetched, file). ``retrieved_at`` is the UTC time at which it came in, or at which the archive that holds it
    fetched it. ``published_on`` is an ISO date, which may be partial; ``language`` a BCP 47 tag; ``url`` the address
    at which it was published, canonical where the page names that; ``publisher`` the outlet's name.
    ``source`` is what a person gave: a path, an address, “pasted text”. ``source_sha256`` is the checksum of the
    bytes from which the text was read, in hex. ``notes`` are sentences for a person: what was left out or may be
    wrong.
    """

    text: str
    source: str
    obtained: str = "not_stated"
    retrieved_at: str | None = None
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    language: str | None = None
    url: str | None = None
    kind: str = "news_article"
    segments: tuple[Hint, ...] = ()
    source_sha256: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The checksum of the text in UTF-8, in hex: what ``documents.text_sha256`` holds."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def now() -> str:
    """The present moment as the database keeps it: ISO 8601, UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
