"""Groups and ancestors in large graphs whose nodes are numbered, on NumPy arrays.

Nodes are 0 .. n-1; an edge is a pair of positions in two arrays of equal length. Everything is a handful of array
operations a round, and the number of rounds grows with the logarithm of the longest chain (groups, roots) or with
its length (ancestors).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def groups(count: int, a: Integers, b: Integers) -> Integers:
    """For each of ``count`` nodes the smallest node that it hangs together with through the edges ``a``-``b``.

    Union-find for whole arrays: every root is hooked to the smallest root beside it, then all pointers are doubled
    until they lead to roots (Y. Shiloach and U. Vishkin, "An O(log n) parallel connectivity algorithm", 1982).
    """
    label = np.arange(count, dtype=np.int64)
    while len(a):
        left, right = label[a], label[b]
        apart = left != right
        a, b, left, right = a[apart], b[apart], left[apart], right[apart]
        if not len(a):
            break
        np.minimum.at(label, np.maximum(left, right), np.minimum(left, right))
        label = _doubled(label)
    return label


def _doubled(pointer: Integers) -> Integers:
    """Follow pointers, of which none runs in a circle, to their ends."""
    while True:
        following = pointer[pointer]
        if np.array_equal(following, pointer):
            return pointer
        pointer = following


def roots(parent: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """(root, in_circle): where each node's parents end, and whether they never do.

    ``parent[i]`` is the parent of node i, or -1. A node whose parents run into a circle has as root the smallest
    node of that circle. Pointer doubling: the work grows with the logarithm of the longest chain.
    """
    nodes = np.arange(len(parent), dtype=np.int64)
    pointer = np.where(parent < 0, nodes, parent)
    smallest = np.minimum(nodes, pointer)
    for _ in range(max(1, int(np.ceil(np.log2(max(2, len(parent)))))) + 1):
        following = pointer[pointer]
        if np.array_equal(following, pointer):
            break
        smallest = np.minimum(smallest, smallest[pointer])
        pointer = following
    # After more steps than there are nodes, every pointer is at a root or on a circle; on a circle, the smallest
    # node met from there on is the smallest of the circle.
    ends = parent[pointer] < 0
    return np.where(ends, pointer, smallest[pointer]), ~ends


def follow(
    count: int, index: Integers, node: Integers, source: Integers, target: Integers
) -> tuple[Integers, Integers]:
    """One step along the edges source -> target: (index, target) for every edge that leaves ``node[i]``.

    ``node`` and ``source`` are below ``count``. A node without edges drops out, one with several is repeated.
    """
    first, to = _outgoing(count, source, target)
    return _step(index, node, first, to)


def ancestors(count: int, start: Integers, child: Integers, parent: Integers) -> tuple[Integers, Integers]:
    """(index, ancestor): every node that ``start[index]`` leads to through edges child -> parent, itself included.

    ``start`` may hold -1, which leads nowhere. A node may have several parents. Circles end where they close. The
    result is in order of distance; a pair may appear more than once.
    """
    first, to = _outgoing(count, child, parent)
    several = bool(len(to)) and int(np.max(np.diff(first))) > 1
    index = np.flatnonzero(start >= 0).astype(np.int64)
    node = start[index].astype(np.int64)
    levels = [(index, node)]
    while len(index):
        index, node = _step(index, node, first, to)
        if several:
            index, node = _distinct(index, node, count)
        if len(levels) >= _UNCHECKED:
            index, node = _unseen(index, node, levels, count)
        levels.append((index, node))
    return np.concatenate([level[0] for level in levels]), np.concatenate([level[1] for level in levels])


_UNCHECKED = 16
"""Levels that are walked without asking whether they have been met: few chains are longer, and asking is dear."""


def _outgoing(count: int, source: Integers, target: Integers) -> tuple[Integers, Integers]:
    """(first, to): the edges of node i lead to ``to[first[i]:first[i + 1]]``."""
    order = np.argsort(source, kind="stable")
    return np.searchsorted(source[order], np.arange(count + 1)), target[order]


def _step(index: Integers, node: Integers, first: Integers, to: Integers) -> tuple[Integers, Integers]:
    """The nodes that the edges of a level lead to."""
    counts = first[node + 1] - first[node]
    going = counts > 0
    index, node, counts = index[going], node[going], counts[going]
    offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(index, counts), to[np.repeat(first[node], counts) + offsets]


def _distinct(index: Integers, node: Integers, count: int) -> tuple[Integers, Integers]:
    code = np.unique(index * count + node)
    return code // count, code % count


def _unseen(
    index: Integers, node: Integers, levels: list[tuple[Integers, Integers]], count: int
) -> tuple[Integers, Integers]:
    seen = np.concatenate([level[0] * count + level[1] for level in levels])
    new = ~np.isin(index * count + node, seen)
    return index[new], node[new]


def packed(*columns: NDArray[Any]) -> Integers:
    """One number for each combination of values (each -1 or more), equal where all columns are equal.

    Columns are joined like digits; where the product of their ranges does not fit 63 bits, the combinations so far
    are numbered anew.
    """
    code = columns[0].astype(np.int64) + 1
    size = int(code.max()) + 1 if len(code) else 1
    for column in columns[1:]:
        width = int(column.max()) + 2 if len(column) else 1
        if size * width >= 2**62:
            _, code = np.unique(code, return_inverse=True)
            size = int(code.max()) + 1
        code, size = code * width + (column + 1), size * width
    return code
