"""Runs of all quotations -> the pairs that are worth a closer look.

All runs are sorted, so that equal ones lie together: a run that several quotations share pairs each of them with the
first of them and with its neighbour. So a quotation that a thousand papers print makes two thousand pairs and not half
a million, and a chain of ever shorter copies still hangs together. Runs that very many quotations have tell nothing
and are left out. (Runs and containment as measure: Broder 1997.)
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .runs import Runs

COMMON = 500
"""Quotations that share a run, from which on it is a phrase of everybody ("at the end of the day")."""

LEAST = 0.15
"""Least share of the shorter quotation's runs that are found in common. One changed word of eight leaves 0.2."""

FEW_RUNS = 7
"""A quotation with so few runs (ten words) is looked at for one run in common."""

Pairs = NDArray[np.int64]


def candidates(parts: Iterable[Runs]) -> Pairs:
    """Pairs of numbers of quotations, (n, 2), the smaller first, in order."""
    kept = list(parts)
    if not kept:
        return np.zeros((0, 2), np.int64)
    run, quote = np.concatenate([each.run for each in kept]), np.concatenate([each.quote for each in kept])
    count = np.concatenate([each.count for each in kept])
    order = np.lexsort((quote, run)) if len(run) < 2**20 else _sorted(run, quote)
    first, second = _linked(run[order], quote[order])
    return _worth_it(first, second, count)


def _sorted(run: NDArray[np.int64], quote: NDArray[np.int32]) -> NDArray[np.int64]:
    """The order by run, then by quotation. Quotations come in their order, so a stable sort by run is enough."""
    del quote
    return np.argsort(run, kind="stable")


def _linked(run: NDArray[np.int64], quote: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each quotation of a run beside the first one of it, and beside the one before it."""
    begins = np.flatnonzero(np.concatenate([[True], run[1:] != run[:-1]]))
    size = np.diff(np.concatenate([begins, [len(run)]]))
    wanted = (size > 1) & (size <= COMMON)
    size, start = size[wanted], begins[wanted]
    at = np.repeat(start, size - 1) + _steps(size - 1) + 1
    first, second = quote[np.repeat(start, size - 1)].astype(np.int64), quote[at].astype(np.int64)
    before = quote[at - 1].astype(np.int64)
    beside = before != first  # the second of a run stands beside the first anyway
    return np.concatenate([first, before[beside]]), np.concatenate([second, second[beside]])


def _steps(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … up to each length, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _worth_it(first: NDArray[np.int64], second: NDArray[np.int64], count: NDArray[np.int32]) -> Pairs:
    """The distinct pairs that share enough runs."""
    total = len(count)
    key, shared = np.unique(first * total + second, return_counts=True)
    one, other = key // total, key % total
    least = np.minimum(count[one], count[other])
    enough = np.where(least <= FEW_RUNS, 1, np.ceil(least * LEAST))
    kept = shared >= enough
    return np.stack([one[kept], other[kept]], axis=1)
