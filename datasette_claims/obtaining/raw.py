"""One text before it is read: its bytes, and what is known of them from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of one text or page, and what they are; small enough to be sent to another process.

    ``format`` is text, markdown or html; ``declared`` the encoding, if anything but the page itself tells it;
    ``address`` where it stands on the web; ``retrieved_at`` the UTC time at which it was fetched, where that is known.
    ``stated`` has what a record says of its text: names and values of ``Obtained``.
    """

    content: bytes
    source: str
    format: str
    declared: str | None = None
    address: str | None = None
    retrieved_at: str | None = None
    stated: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


Consumed = Callable[[int], None]
"""Told of the bytes of the sources that were read, as they are read."""
