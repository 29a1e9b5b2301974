"""Groups and ancestors in large graphs whose nodes are numbered, on NumPy arrays.

Nodes are 0 .. n-1; an edge is a pair of positions in two arrays of equal length. Everything is a handful of array
operations a round, and the number of rounds grows with the logarithm of the longest chain (groups, roots) or with
its length (ancestors).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]
"""Whole numbers of any width."""
Pairs = tuple[Integers, Integers]
"""Pairs of numbers, as two arrays of equal length."""


def groups(count: int, a: Integers, b: Integers) -> Integers:
    """For each of ``count`` nodes the smallest node that it hangs together with through the edges ``a``-``b``.

    Union-find for whole arrays: every root is hooked to the smallest root beside it, then all pointers are doubled
    until they lead to roots (Y. Shiloach and U. Vishkin, "An O(log n) parallel connectivity algorithm", 1982).
    """
    label: Integers = np.arange(count, dtype=np.int64)
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


@dataclass(frozen=True)
class Edges:
    """Directed edges between numbered nodes, by their start: those of node i lead to ``to[first[i]:first[i + 1]]``."""

    first: Integers
    to: Integers

    @classmethod
    def of(cls, count: int, source: Integers, target: Integers) -> Edges:
        """Edges source -> target; ``source`` is below ``count``. Several between the same nodes stay several."""
        first = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(source, minlength=count), out=first[1:])
        small = np.int32 if max(count, len(target), int(target.max(initial=0))) < 2**31 else np.int64
        if (source[1:] < source[:-1]).any():
            target = target[order_of(source)]
        return cls(first.astype(small), target.astype(small))

    def __len__(self) -> int:
        return len(self.to)

    @cached_property
    def degree(self) -> Integers:
        """How many edges leave each node."""
        return np.diff(self.first)

    @property
    def source(self) -> Integers:
        """The node that each edge leaves."""
        return np.repeat(np.arange(len(self.degree)), self.degree)

    def of_node(self, node: int) -> Integers:
        """Where the edges of one node lead."""
        begin, end = self.first[node : node + 2].tolist()
        return self.to[begin:end]

    @cached_property
    def _several(self) -> bool:
        """Whether more than one edge leaves any node."""
        return bool(len(self.to)) and int(self.degree.max()) > 1

    def follow(self, index: Integers, node: Integers) -> Pairs:
        """One step: (index, target) for every edge that leaves ``node[i]``.

        A node without edges drops out, one with several is repeated.
        """
        counts = self.degree[node]
        going = counts > 0
        index, node, counts = index[going], node[going], counts[going]
        begins = self.first[node]
        if not len(counts) or int(counts.max()) == 1:
            return index, self.to[begins]
        offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(index, counts), self.to[np.repeat(begins, counts) + offsets]

    def ancestors(self, start: Integers) -> Pairs:
        """(index, ancestor): every node that ``start[index]`` leads to, itself included.

        ``start`` may hold -1, which leads nowhere. A node may have several parents. Circles end where they close.
        The result is in order of distance; a pair may appear more than once.
        """
        count = len(self.degree)
        several = self._several
        index = np.flatnonzero(start >= 0)
        node = start[index]
        levels = [(index, node)]
        while len(index):
            index, node = self.follow(index, node)
            if several and len(index):
                index, node = _distinct(index, node, count)
            if len(levels) >= _UNCHECKED:
                index, node = _unseen(index, node, levels, count)
            levels.append((index, node))
        return np.concatenate([level[0] for level in levels]), np.concatenate([level[1] for level in levels])

    def skip(self, redundant: NDArray[np.bool_]) -> tuple[Integers, Edges]:
        """(stand_in, edges): the same walks without the ``redundant`` nodes, each of which has exactly one edge.

        ``stand_in[i]`` is the first node on the way from i that is not redundant; where redundant nodes run in a
        circle, the smallest of it, which then has no edge. The edges lead from stand-in to stand-in.
        """
        parent = np.full(len(self.degree), -1, dtype=np.int64)
        parent[redundant] = self.to[self.first[:-1][redundant]]
        stand_in = roots(parent)[0]
        source = self.source
        kept = ~redundant[source]
        return stand_in, Edges.of(len(self.degree), source[kept], stand_in[self.to[kept]])


_UNCHECKED = 16
"""Levels that are walked without asking whether they have been met: few chains are longer, and asking is dear."""


def _distinct(index: Integers, node: Integers, count: int) -> Pairs:
    code = np.unique(index.astype(np.int64) * count + node)
    return code // count, code % count


def _unseen(index: Integers, node: Integers, levels: list[Pairs], count: int) -> Pairs:
    seen = np.concatenate([level[0].astype(np.int64) * count + level[1] for level in levels])
    new = ~np.isin(index.astype(np.int64) * count + node, seen)
    return index[new], node[new]


def order_of(key: Integers) -> Integers:
    """The positions in the order of the keys (0 or more), those of equal keys in their own: a stable argsort.

    Where a key leaves room for the position, both are sorted as one number, in half the time.
    """
    bits = len(key).bit_length()
    if not len(key) or int(key.max()) >> (63 - bits):
        return np.argsort(key, kind="stable")
    both = (key.astype(np.int64) << bits) | np.arange(len(key))
    both.sort()
    return both & ((1 << bits) - 1)


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
