"""Whole numbers out of what a request says."""

from __future__ import annotations

DIGITS = 18
"""As many digits fit into what SQLite stores as an integer."""


def natural(text: str | None, digits: int = DIGITS) -> int | None:
    """The number that a text of at most so many ASCII digits says; None for any other text.

    ``str.isdigit`` alone is true of "²" and of a million nines as well, which ``int`` does not take.
    """
    if not text or len(text) > digits or not text.isascii() or not text.isdigit():
        return None
    return int(text)
