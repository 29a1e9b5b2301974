"""Types of the arrays that this room works on, and four small helpers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]


def smallest_type(largest: int) -> np.dtype[Any]:
    """The narrowest integer type that holds 0..largest: fewer bytes are faster to scan."""
    if largest <= np.iinfo(np.uint8).max:
        return np.dtype(np.uint8)
    if largest <= np.iinfo(np.uint16).max:
        return np.dtype(np.uint16)
    return np.dtype(np.int32)


def count(codes: IntArray, size: int) -> IntArray:
    """How often each of 0..size-1 occurs: int64 [size]."""
    return np.bincount(codes, minlength=size)[:size]


def different(values: IntArray) -> IntArray:
    """The different values, ascending: ``np.unique``, in a third of its time for a few thousand of 64 bits."""
    ordered = np.sort(values)
    found: IntArray = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def ranges(starts: IntArray, ends: IntArray) -> IntArray:
    """All numbers of several half-open ranges, one after the other: int64."""
    lengths = np.maximum(ends - starts, 0).astype(np.int64)
    total = int(lengths.sum())
    if total == 0:
        return np.zeros(0, dtype=np.int64)
    first = np.repeat(starts.astype(np.int64) - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    found: IntArray = first + np.arange(total, dtype=np.int64)
    return found
