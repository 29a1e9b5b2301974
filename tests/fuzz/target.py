"""What a fuzz target is, and how bytes become the values that it needs.

A target is a function of bytes that returns where everything that it promises holds and raises otherwise. The bytes
come from atheris, which looks for those that reach new code, or from ``generating``, which needs nothing installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

ODD = "\0\t\r\u00a0\u200b\u202e\u2028\ufeff\ufffd\ud800\udfff\U0001f600\u0301İßǆ一ﬁ­"
"""Characters that count differently in other units, fold to others, or stand for nothing that one sees."""


@dataclass(frozen=True)
class Target:
    """``check`` raises where a promise is broken; its docstring says what it promises. ``seeds``: inputs to begin with,
    in our own words; ``words``: what inputs are likely to hold, for text that is put together of them."""

    name: str
    check: Callable[[bytes], None]
    seeds: Sequence[bytes] = ()
    words: Sequence[str] = ()


class Drawn:
    """Bytes, read from the front as choices; after their end every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, last: int) -> int:
        """A number from 0 to ``last``, which is at most 65,535."""
        value = int.from_bytes(self._bytes(1 if last < 256 else 2), "big")
        return value % (last + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """One of several."""
        return choices[self.number(len(choices) - 1)]

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self._bytes(len(self._data))

    def text(self, words: Sequence[str] = ()) -> str:
        """A text of up to 64 bytes of the input: see ``as_text``."""
        return as_text(self._bytes(self.number(64)), words)

    def json(self, members: Sequence[str], words: Sequence[str], depth: int = 0) -> Any:
        """A JSON value whose objects have these members; the texts in it are mostly from ``words``."""
        kind = self.number(9 if depth < 5 else 6)
        if kind < 4:
            return self.pick(words)
        if kind == 4:
            return self.text(words)
        if kind == 5:
            return self.pick((0, 1, 7, -1, 2**70, 0.5, 1e300, float("nan")))
        if kind == 6:
            return self.pick((None, True, False, "", [], {}))
        if kind == 7:
            return [self.json(members, words, depth + 1) for _ in range(self.number(3))]
        return {self.pick(members): self.json(members, words, depth + 1) for _ in range(self.number(6))}

    def _bytes(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        self._at += len(found)
        return found


def as_text(data: bytes, words: Sequence[str] = ()) -> str:
    """Bytes as text: after an even first byte in UTF-8, after an odd one a word or an odd character a byte."""
    if not data or data[0] % 2 == 0:
        return data[1:].decode("utf-8", "replace")
    pieces = [*words, *ODD, "\n", "\n\n"]
    return "".join(pieces[byte % len(pieces)] + (" " if byte < 128 else "") for byte in data[1:])


def text_seed(text: str) -> bytes:
    """The bytes that ``as_text`` reads as this text."""
    return b"\0" + text.encode("utf-8")


def inside(start: int, end: int, text: str) -> None:
    """A half-open span that lies in a text and holds something."""
    assert 0 <= start < end <= len(text), f"{start}..{end} does not lie in {len(text)} code points"
