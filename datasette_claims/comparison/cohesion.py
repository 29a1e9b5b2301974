"""Agreement inside a group: how united its members are, claim by claim and in all.

``tallies`` counts the members' positions on each claim; the figures follow from it. A figure that is not defined
is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .agreement import VALUES
from .arrays import FloatArray, IntArray
from .positions import Positions

LEVELS = ("nominal", "ordinal", "interval")
"""How far apart two positions are for Krippendorff's alpha: different or not; by rank; by value."""


def tallies(positions: Positions, members: Sequence[int] | None = None) -> IntArray:
    """How many members take each position on each claim: int64 [C, 3] in the order of ``agreement.VALUES``.

    ``members`` are places of units (None: all).
    """
    values = positions.values if members is None else positions.values[list(members)]
    return np.stack([(values == value).sum(axis=0) for value in VALUES], axis=1)


def rice(tally: IntArray) -> FloatArray:
    """Rice's index of cohesion for each claim, in [0, 1]: |supports - disputes| / (supports + disputes).

    Neutral and mixed positions do not count; NaN where nobody takes a side.
    Source: S. A. Rice, "Quantitative Methods in Politics" (1928).
    """
    disputes, supports = tally[:, 0], tally[:, 2]
    return _quotient(np.abs(supports - disputes), supports + disputes)


def agreement_index(tally: IntArray) -> FloatArray:
    """The agreement index for each claim, in [0, 1]: (most - (all - most) / 2) / all, where "most" is the number of
    members with the most frequent of the three positions; 0 where they are divided evenly. NaN without members.

    Source: S. Hix, A. Noury and G. Roland, "Power to the Parties" (2005).
    """
    total, most = tally.sum(axis=1), tally.max(axis=1)
    return _quotient(most - (total - most) / 2.0, total)


def krippendorff_alpha(tally: IntArray, level: str = "nominal") -> float:
    """Krippendorff's alpha over all claims, at most 1: 1 - observed / expected disagreement.

    Claims on which fewer than two members have a position do not count. NaN where no disagreement can be expected:
    nothing to compare, or one position throughout. Raises ValueError for an unknown level.
    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
    """
    if level not in LEVELS:
        raise ValueError(f"there is no level {level!r}; use one of: {', '.join(LEVELS)}")
    members = tally.sum(axis=1)
    tally, members = tally[members >= 2].astype(float), members[members >= 2]
    if not len(tally):
        return float("nan")
    pairs = tally[:, :, None] * tally[:, None, :] - tally[:, :, None] * np.eye(len(VALUES))
    coincidences = (pairs / (members - 1)[:, None, None]).sum(axis=0)
    each = coincidences.sum(axis=1)
    distance = _squared_distance(each, level)
    expected = (np.outer(each, each) * distance).sum() / (each.sum() - 1)
    observed = (coincidences * distance).sum()
    return float(1.0 - observed / expected) if expected > 0 else float("nan")


def _squared_distance(each: FloatArray, level: str) -> FloatArray:
    """The squared distance of every two positions: float [3, 3]. ``each``: how often each position occurs."""
    if level == "interval":
        return np.subtract.outer(VALUES, VALUES).astype(float) ** 2
    if level == "nominal":
        return 1.0 - np.eye(len(VALUES))
    between = np.cumsum(each)
    ranks = between - each / 2.0
    distance: FloatArray = np.subtract.outer(ranks, ranks) ** 2
    return distance


def _quotient(above: npt.ArrayLike, below: IntArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below == 0, np.nan, np.true_divide(above, below))
