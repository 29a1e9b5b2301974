"""Agreement of pairs: how often two units take the same position on the claims on which both have one.

Positions are 1 (supports), 0 (neutral or mixed) and -1 (disputes). Everything follows from the 3 x 3 table of a
pair: how many shared claims have position a of the one and b of the other. All tables come from one matrix product.
A figure that is not defined (no shared claim; no disagreement to be expected by chance) is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .arrays import FloatArray, IntArray, count, ranges
from .positions import MISSING, Positions

VALUES = (-1, 0, 1)
"""The positions in the order of the tables' axes."""

_BLOCK = 8192
_SPARSE = 8
"""A claim on which less than one unit in eight has a position is listed."""
_PAIRS = 2_000_000
"""How many pairs are listed at once, at most."""
_DISTANCE = np.abs(np.subtract.outer(VALUES, VALUES))


@dataclass(frozen=True)
class PairFigures:
    """The figures of one pair; see ``Agreement`` for the formulae. ``n`` is how many claims they share."""

    n: int
    agree: float
    s: float
    kappa: float
    kappa_linear: float
    pi: float


@dataclass(frozen=True)
class Agreement:
    """The figures of all pairs of U units. ``tables`` int64 [3, 3, U, U]: in ``tables[a, b, u, v]`` the number of
    shared claims on which u takes the position VALUES[a] and v VALUES[b].

    Every figure is an array [U, U], symmetric; on the diagonal a unit stands beside itself.
    """

    tables: IntArray

    @cached_property
    def n(self) -> IntArray:
        """On how many claims both have a position: int64."""
        n: IntArray = self.tables.sum(axis=(0, 1))
        return n

    @cached_property
    def agree(self) -> FloatArray:
        """The share of shared claims on which the positions are equal, in [0, 1]."""
        return _divide(np.trace(self.tables), self.n)

    @cached_property
    def s(self) -> FloatArray:
        """Signorino and Ritter's S, in [-1, 1]: 1 - 2 * sum|a - b| / (n * d), where d = 2 is the largest distance.

        Source: C. S. Signorino and J. M. Ritter, "Tau-b or Not Tau-b", International Studies Quarterly 43 (1999).
        """
        return 1.0 - 2.0 * _divide(self._weighted(_DISTANCE), 2 * self.n)

    @cached_property
    def kappa(self) -> FloatArray:
        """Cohen's kappa, at most 1: (agree - chance) / (1 - chance), where chance is the agreement of two units
        that take their positions independently, each as often as it does on the shared claims.

        Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales" (1960).
        """
        return self._weighted_kappa(np.minimum(_DISTANCE, 1))

    @cached_property
    def kappa_linear(self) -> FloatArray:
        """Cohen's kappa with linear weights: 1 - observed / expected distance, the distance being |a - b|.

        Source: J. Cohen, "Weighted Kappa" (1968), with linear weights.
        """
        return self._weighted_kappa(_DISTANCE)

    @cached_property
    def pi(self) -> FloatArray:
        """Scott's pi, at most 1: as kappa, but chance takes the positions of both units together.

        Source: W. A. Scott, "Reliability of Content Analysis: The Case of Nominal Scale Coding" (1955).
        """
        both = self._first + self._first.transpose(0, 2, 1)
        # In whole numbers, so that "only one position occurs" is exactly zero: 1 - chance = (4n^2 - sum) / 4n^2.
        disagreement = 4 * self.n**2 - (both**2).sum(axis=0)
        return 1.0 - _divide(4 * self.n * (self.n - np.trace(self.tables)), disagreement)

    @cached_property
    def _first(self) -> IntArray:
        """How often the first of a pair takes each position on their shared claims: int64 [3, U, U]."""
        first: IntArray = self.tables.sum(axis=1)
        return first

    def _weighted(self, weights: IntArray) -> IntArray:
        """The sum of the weights [3, 3] over the shared claims of each pair."""
        pairs = [(a, b) for a, b in np.argwhere(weights).tolist()]
        total: IntArray = sum((weights[a, b] * self.tables[a, b] for a, b in pairs), np.zeros_like(self.n))
        return total

    def _weighted_kappa(self, weights: IntArray) -> FloatArray:
        """1 - observed / expected disagreement, from weights [3, 3] of disagreement."""
        second = self._first.transpose(0, 2, 1)
        pairs = [(a, b) for a, b in np.argwhere(weights).tolist()]
        expected = sum((weights[a, b] * self._first[a] * second[b] for a, b in pairs), np.zeros_like(self.n))
        return 1.0 - _divide(self._weighted(weights) * self.n, expected)

    def pair(self, one: int, other: int) -> PairFigures:
        """The figures of one pair, by the places of the units."""
        at = one, other
        figures = (float(array[at]) for array in (self.agree, self.s, self.kappa, self.kappa_linear, self.pi))
        return PairFigures(int(self.n[at]), *figures)


def agreement(positions: Positions) -> Agreement:
    """The agreement of every pair of units over the claims on which both have a position."""
    return Agreement(pair_tables(positions.values))


def pair_tables(values: npt.NDArray[np.int8]) -> IntArray:
    """How often each pair takes each pair of positions: int64 [3, 3, U, U] from values int8 [U, C].

    On claims where many units have a position, all pairs at once come from a matrix product; on the others it is
    faster to list the pairs that there are.
    """
    units = len(values)
    many = (values != MISSING).sum(axis=0) * _SPARSE > units
    total = _tables_by_product(values[:, many])
    few = np.flatnonzero(~many)
    size = max(1, _PAIRS * 2 * _SPARSE**2 // max(units, 1) ** 2)
    for start in range(0, len(few), size):
        total += _tables_by_listing(values[:, few[start : start + size]])
    return total


def _tables_by_product(values: npt.NDArray[np.int8]) -> IntArray:
    """One indicator matrix a position, multiplied with its transpose, claim block by claim block.

    Sums of ones in float32 are exact up to 16 million; the library's product of a matrix with its own transpose
    does half the work.
    """
    units, claims = values.shape
    total = np.zeros((3 * units, 3 * units), dtype=np.int64)
    for start in range(0, claims, _BLOCK):
        part = values[:, start : start + _BLOCK]
        ones = np.concatenate([part == value for value in VALUES]).astype(np.float32)
        total += (ones @ ones.T).astype(np.int64)
    tables: IntArray = np.ascontiguousarray(total.reshape(3, units, 3, units).transpose(0, 2, 1, 3))
    return tables


def _tables_by_listing(values: npt.NDArray[np.int8]) -> IntArray:
    """Every two units that share a claim are listed once; the other way round and each unit beside itself follow."""
    units = len(values)
    claim, unit = np.nonzero(values.T != MISSING)
    position = values[unit, claim].astype(np.int64) - VALUES[0]
    ends = np.cumsum(np.bincount(claim, minlength=values.shape[1]))[claim]
    own = np.arange(len(claim))
    one, other = np.repeat(own, ends - own - 1), ranges(own + 1, ends)
    key = (position * 3 * units + unit)[one] * units + (position * units * units + unit)[other]
    half = count(key, 9 * units * units).reshape(3, 3, units, units)
    tables: IntArray = half + half.transpose(1, 0, 3, 2)
    each = count(position * units + unit, 3 * units).reshape(3, units)
    for value, unit_counts in enumerate(each):
        np.einsum("uu->u", tables[value, value])[:] += unit_counts
    return tables


def differing(positions: Positions, one: int, other: int) -> list[tuple[str, str, str]]:
    """The claims on which two units differ: (claim id, stance of the one, stance of the other) in the order of
    the claims. Neutral and mixed both count 0 and so do not differ."""
    a, b = positions.values[one], positions.values[other]
    both = positions.present[one] & positions.present[other] & (a != b)
    return [
        (positions.claim_ids[at], str(positions.stance(one, at)), str(positions.stance(other, at)))
        for at in np.flatnonzero(both).tolist()
    ]


def _divide(above: npt.ArrayLike, below: npt.ArrayLike) -> FloatArray:
    """Elementwise quotient; NaN where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: FloatArray = np.true_divide(above, below)
    return np.where(np.asarray(below) == 0, np.nan, quotient)
