"""Lines with what they are -> the text that is stored, and the hints that refer to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .document import Hint


@dataclass(frozen=True, slots=True)
class Line:
    """One block of a page. ``kind`` is what the source says that it is, None where the rules shall find out.

    ``near``: it belongs to the line before it, as a credit does to its caption, so that no blank line comes between.
    """

    text: str
    kind: str | None = None
    near: bool = False


def laid_out(lines: Iterable[Line]) -> tuple[str, tuple[Hint, ...]]:
    """One text with a blank line between blocks, and the hints of those lines whose kind is known.

    White space within a line is one space, as a browser shows it; lines without words are left out.
    """
    parts: list[str] = []
    hints: list[Hint] = []
    length = 0
    for line in lines:
        words = " ".join(line.text.split())
        if not words:
            continue
        if parts:
            between = "\n" if line.near else "\n\n"
            parts.append(between)
            length += len(between)
        if line.kind is not None:
            hints.append(Hint(length, length + len(words), line.kind))
        parts.append(words)
        length += len(words)
    return "".join(parts), tuple(hints)
