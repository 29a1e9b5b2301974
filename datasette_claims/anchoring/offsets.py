"""Offsets of one text in three units: code points (Python, our tables), UTF-16 code units (JavaScript, the DOM)
and UTF-8 bytes (files, other tools).

Each function takes a whole vector of offsets, in any order and with repeats, and answers in the same order after
one pass over the text. An offset may be anything from 0 to the length of the text in its unit. Offsets that fall
inside a character raise OffsetError: they point at nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class OffsetError(ValueError):
    """An offset lies outside the text or inside a character; the message names the offset and the unit."""


def to_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points to UTF-16 code units."""
    astral = _astral_positions(text)
    return [i + bisect_left(astral, i) for i in _checked(offsets, len(text), "code points")]


def from_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """UTF-16 code units to code points. Raises OffsetError between the two halves of a surrogate pair."""
    starts = [position + k for k, position in enumerate(_astral_positions(text))]
    out = []
    for unit in _checked(offsets, len(text) + len(starts), "UTF-16 code units"):
        before = bisect_left(starts, unit)
        if before and starts[before - 1] == unit - 1:
            raise OffsetError(f"offset {unit} (UTF-16 code units) falls between the two halves of a surrogate pair")
        out.append(unit - before)
    return out


def to_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points to UTF-8 bytes. A lone surrogate counts as three bytes, as Python's ``surrogatepass`` writes it."""
    wanted = _checked(offsets, len(text), "code points")
    found: dict[int, int] = {}
    last = size = 0
    for offset in sorted(set(wanted)):
        size += len(text[last:offset].encode("utf-8", "surrogatepass"))
        found[offset] = size
        last = offset
    return [found[offset] for offset in wanted]


def from_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """UTF-8 bytes to code points. Raises OffsetError inside a character of several bytes."""
    data = text.encode("utf-8", "surrogatepass")
    wanted = _checked(offsets, len(data), "UTF-8 bytes")
    found: dict[int, int] = {}
    last = count = 0
    for offset in sorted(set(wanted)):
        # Bytes 10xxxxxx continue a character (RFC 3629, section 3).
        if offset < len(data) and data[offset] & 0xC0 == 0x80:
            raise OffsetError(f"offset {offset} (UTF-8 bytes) falls inside a character")
        count += len(data[last:offset].decode("utf-8", "surrogatepass"))
        found[offset] = count
        last = offset
    return [found[offset] for offset in wanted]


def _astral_positions(text: str) -> list[int]:
    """Code point offsets of the characters that take two UTF-16 code units."""
    if text.isascii():
        return []
    return [match.start() for match in _ASTRAL.finditer(text)]


def _checked(offsets: Iterable[int], limit: int, unit: str) -> Sequence[int]:
    """The offsets as a list, each known to lie in ``0..limit``."""
    wanted = list(offsets)
    for offset in wanted:
        if not 0 <= offset <= limit:
            raise OffsetError(f"offset {offset} is outside the text, which has {limit} {unit}")
    return wanted
