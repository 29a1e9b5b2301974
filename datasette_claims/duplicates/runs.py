"""Quotations -> the numbers of their runs of four words, as arrays; what a worker does for a chunk of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drafting.shingles import hashes, words_of


@dataclass(frozen=True)
class Runs:
    """Runs of some quotations: ``run`` has the 63-bit numbers, ``quote`` beside each the number of its quotation.

    ``count`` is how many runs each quotation has, in the order in which they were given.
    """

    run: NDArray[np.int64]
    quote: NDArray[np.int32]
    count: NDArray[np.int32]


def runs_of(chunk: tuple[int, Sequence[str]]) -> Runs:
    """The runs of a chunk: (number of its first quotation, contents). Quotations under five words have none."""
    first, contents = chunk
    found = [sorted(hashes(words_of(content))) for content in contents]
    count = np.fromiter((len(each) for each in found), np.int32, len(found))
    run = np.fromiter((number for each in found for number in each), np.int64, int(count.sum()))
    return Runs(run, np.repeat(np.arange(first, first + len(found), dtype=np.int32), count), count)
