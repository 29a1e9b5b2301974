"""Agreement on values: Cohen's and Fleiss' kappa and Krippendorff's alpha for nominal values.

``ratings`` is a list of units; each unit holds one value a coder, in the order of the coders, None where a coder gave
none. A figure comes with the number of units that it rests on. It is None where it is not defined: no unit to
compare, or the same value throughout, so that nothing is to be expected by chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

Ratings = Sequence[Sequence["str | None"]]


class Figure(NamedTuple):
    """A coefficient, at most 1, or None where it is not defined; and the number of units that it rests on."""

    value: float | None
    n: int


def cohen_kappa(ratings: Ratings) -> Figure:
    """Cohen's kappa of two coders, over the units to which both gave a value.

    (agreement - chance) / (1 - chance), where chance is the agreement of two coders who give each value independently,
    each as often as here. Raises ValueError for a unit that does not have exactly two coders.
    Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20
    (1960).
    """
    if any(len(unit) != 2 for unit in ratings):
        raise ValueError("Cohen's kappa compares exactly two coders")
    pairs = [(one, other) for one, other in ratings if one is not None and other is not None]
    n = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    # In whole numbers, so that "the same value throughout" is exactly zero.
    chance = sum(count * second[value] for value, count in first.items())
    equal = sum(one == other for one, other in pairs)
    return _figure(equal * n - chance, n * n - chance, n)


def fleiss_kappa(ratings: Ratings) -> Figure:
    """Fleiss' kappa of any number of coders, over the units to which all gave a value (the formula needs that).

    Chance takes the values of all coders together; with two coders it is Scott's pi.
    Source: J. L. Fleiss, "Measuring Nominal Scale Agreement Among Many Raters", Psychological Bulletin 76 (1971).
    """
    complete = [Counter(unit) for unit in ratings if len(unit) >= 2 and None not in unit]
    if not complete:
        return Figure(None, 0)
    n, m = len(complete), complete[0].total()
    together: Counter[str | None] = sum(complete, Counter())
    agreeing = sum(count * (count - 1) for unit in complete for count in unit.values())
    squares = sum(count * count for count in together.values())
    # observed = agreeing / (n m (m - 1)), chance = squares / (n m)^2; both over (n m)^2 (m - 1)
    whole = n * m * n * m * (m - 1)
    return _figure(agreeing * n * m - squares * (m - 1), whole - squares * (m - 1), n)


def nominal_alpha(ratings: Ratings) -> Figure:
    """Krippendorff's alpha for nominal values, over the units to which at least two coders gave a value.

    1 - observed / expected disagreement, from the matrix of coincidences; missing values are allowed.
    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), parts C and D.
    """
    units = [counted for unit in ratings if (counted := Counter(v for v in unit if v is not None)).total() >= 2]
    observed = 0.0
    each: Counter[str] = Counter()
    for unit in units:
        m = unit.total()
        observed += sum(count * (m - count) for count in unit.values()) / (m - 1)
        each.update(unit)
    n = each.total()
    expected = n * n - sum(count * count for count in each.values())
    if not units or not expected:
        return Figure(None, len(units))
    return Figure(1.0 - observed * (n - 1) / expected, len(units))


def percent_agreement(ratings: Ratings) -> Figure:
    """The share of units on which all coders who gave a value gave the same, among those with at least two values."""
    given = [values for unit in ratings if len(values := [v for v in unit if v is not None]) >= 2]
    if not given:
        return Figure(None, 0)
    return Figure(sum(len(set(values)) == 1 for values in given) / len(given), len(given))


def _figure(above: int, below: int, n: int) -> Figure:
    return Figure(above / below if below else None, n)
