"""Values of a column that SQLite packed into one JSON array, as numbers: without making each value a Python object.

A column of a million stances holds a few thousand different values. Here the text of the array is looked at as bytes:
where each value begins and ends, its bytes as whole numbers of eight, a hash of these, and the place of the hash in a
table of the values seen so far. That the bytes are the same is checked for each value, so that a hash never decides.
What this does not understand (escapes, other letters than ASCII, long values) is read as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from .arrays import IntArray

LONGEST = 24
"""Bytes of the longest value that is looked up as bytes: three numbers of eight."""

_PARTS = LONGEST // 8
_QUOTE, _COMMA = b'",'
_MASKS = np.array([2 ** (8 * size) - 1 for size in range(9)], dtype=np.uint64)
"""The first 0 to 8 bytes of a little-endian number."""
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)
_ROOM = 32
"""How many places of the table there are at least for each value, so that few values share one."""


class Codes(dict[str | None, int]):
    """Value -> number in the order of first sight; a new value gets the next number."""

    def __missing__(self, value: str | None) -> int:
        number = self[value] = len(self)
        return number


class Column:
    """The values of one column as they are read, chunk by chunk. ``codes``: value -> number."""

    def __init__(self) -> None:
        self.codes = Codes()
        self._values = 0
        self._table(12)

    def _table(self, bits: int) -> None:
        """An empty table of so many bits, and room for the bytes of as many values as it should hold."""
        self._shift = np.uint64(64 - bits)
        self._places = np.zeros(1 << bits, dtype=np.int32)  # number + 1; 0 is free
        self._bytes = np.zeros((_PARTS + 1, (1 << bits) // _ROOM + 1), dtype=np.uint64)

    def numbers(self, values: Sequence[str | None]) -> IntArray:
        """The numbers of some values: int32 [n]."""
        found: IntArray = np.fromiter(map(self.codes.__getitem__, values), dtype=np.int32, count=len(values))
        return found

    def packed(self, text: str, size: int) -> IntArray:
        """The same of a JSON array of ``size`` texts and nulls, as SQLite writes it: int32 [size]."""
        words = _words(text, size) if self.codes else None
        if words is None:
            return self.numbers(json.loads(text))
        starts, ends, places, keys = words
        if len(self.codes) > self._values:
            self._learn()
        place = self._place(keys)
        number = self._places.take(place) - 1
        same = number >= 0
        for part, key in keys.items():
            same &= self._bytes[part].take(number, mode="clip") == key
        new = np.flatnonzero(~same)
        borders = zip(starts[new].tolist(), ends[new].tolist(), strict=True)
        number[new] = [self.codes[text[start:end]] for start, end in borders]
        if places is None:
            return number
        found = np.full(size, self.codes[None], dtype=np.int32)
        found[places] = number
        return found

    def _place(self, keys: Mapping[int, IntArray]) -> IntArray:
        mixed = sum((key * _ODD[part] for part, key in keys.items()), start=np.uint64(0))
        mixed ^= mixed >> np.uint64(29)
        place: IntArray = ((mixed * _ODD[0]) >> self._shift).astype(np.intp)
        return place

    def _learn(self) -> None:
        """Put the values that are new into the table; of two at one place the first stays."""
        if len(self.codes) >= self._bytes.shape[1]:
            self._table(int(np.ceil(np.log2((len(self.codes) + 1) * _ROOM))) + 1)
            self._values = 0
        new = list(self.codes)[self._values :]
        short = [(at, value.encode()) for at, value in enumerate(new, self._values) if value is not None]
        short = [(at, value) for at, value in short if len(value) <= LONGEST]
        self._values = len(self.codes)
        if not short:
            return
        numbers = np.array([at for at, _ in short])
        padded = b"".join(value.ljust(LONGEST, b"\0") for _, value in short)
        keys = np.zeros((_PARTS + 1, len(short)), dtype=np.uint64)
        keys[:_PARTS] = np.frombuffer(padded, dtype="<u8").reshape(-1, _PARTS).T
        keys[_PARTS] = [len(value) for _, value in short]
        self._bytes[:, numbers] = keys
        place = self._place(dict(enumerate(keys)))
        free = np.flatnonzero(self._places[place] == 0)[::-1]
        self._places[place[free]] = numbers[free] + 1


Words = tuple[IntArray, IntArray, IntArray | None, Mapping[int, IntArray]]


def _words(text: str, size: int) -> Words | None:
    """Where the texts of a JSON array begin and end, which of the values they are (None: all of them), and their bytes,
    eight by eight, and last their lengths: part -> uint64 [texts], without the parts in which all are nought. None
    where the array has to be read as JSON."""
    if not text.isascii() or "\\" in text:
        return None
    raw = np.frombuffer(text.encode() + b"\0" * LONGEST, dtype=np.uint8)
    quotes = np.flatnonzero(raw == _QUOTE)
    starts, ends = quotes[0::2] + 1, quotes[1::2]
    if not len(starts) or int((ends - starts).max()) > LONGEST:
        return None
    places = None
    if len(starts) < size:
        commas = np.flatnonzero(raw == _COMMA)
        if len(commas) != size - 1:
            return None
        places = np.searchsorted(commas, starts)
    lengths = ends - starts
    eights = np.ndarray((len(raw) - 7,), dtype="<u8", buffer=raw, strides=(1,))
    keys: dict[int, IntArray] = {_PARTS: lengths.astype(np.uint64)}
    for part in range(-(-int(lengths.max()) // 8)):
        first = _MASKS.take(np.clip(lengths - 8 * part, 0, 8))
        first &= eights.take(starts + 8 * part)
        keys[part] = first
    return starts, ends, places, keys
