"""The figures of agreement between coders, against published examples and independent computations."""

import itertools
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

from datasette_claims.coding import Unit, apart, cohen_kappa, fleiss_kappa, nominal_alpha, unitizing_alpha

WORDS = ["supports", "disputes", "neutral"]
EXAMPLES = settings(max_examples=60)


def of_two(draw_none=False):
    value = st.sampled_from([*WORDS, None] if draw_none else WORDS)
    return st.lists(st.tuples(value, value), min_size=1, max_size=25)


def test_fleiss_kappa_of_the_worked_example_of_fourteen_raters():
    # the table of ten subjects and five categories with which the coefficient is taught; kappa = 0.210
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    ratings = [[str(place) for place, count in enumerate(row) for _ in range(count)] for row in counts]
    figure = fleiss_kappa(ratings)
    assert (round(figure.value, 3), figure.n) == (0.210, 10)


def test_nominal_alpha_of_krippendorffs_example_with_missing_values():
    # Krippendorff (2011), part C: four observers, twelve units, missing values; alpha = 0.743 on eleven units
    observers = ["1233214 12...", "12332241 25.3", ".3332342 251.", "12332441 251."]
    rows = [row.replace(" ", "") for row in observers]
    ratings = [[None if value == "." else value for value in unit] for unit in zip(*rows, strict=True)]
    figure = nominal_alpha(ratings)
    assert (round(figure.value, 3), figure.n) == (0.743, 11)


@EXAMPLES
@given(of_two())
def test_cohens_kappa_is_that_of_scikit_learn(pairs):
    first, second = zip(*pairs, strict=True)
    assume(len(set(first) | set(second)) > 1)
    figure = cohen_kappa(pairs)
    assert figure.n == len(pairs)
    assert figure.value == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


@EXAMPLES
@given(
    st.integers(2, 5).flatmap(
        lambda m: st.lists(st.lists(st.sampled_from(WORDS), min_size=m, max_size=m), min_size=2, max_size=20)
    )
)
def test_fleiss_kappa_is_that_of_statsmodels(ratings):
    assume(len({value for unit in ratings for value in unit}) > 1)
    table = np.array([[unit.count(word) for word in WORDS] for unit in ratings])
    assert fleiss_kappa(ratings).value == pytest.approx(fleiss_of_statsmodels(table), abs=1e-12)


@EXAMPLES
@given(
    st.integers(2, 5).flatmap(
        lambda m: st.lists(st.lists(st.sampled_from([*WORDS, None]), min_size=m, max_size=m), min_size=1, max_size=20)
    )
)
def test_nominal_alpha_is_that_of_the_krippendorff_package(ratings):
    pairable = [unit for unit in ratings if len([value for value in unit if value is not None]) >= 2]
    assume(len({value for unit in pairable for value in unit if value is not None}) > 1)
    codes = [[np.nan if value is None else WORDS.index(value) for value in unit] for unit in ratings]
    theirs = krippendorff.alpha(np.array(codes, dtype=float).T, level_of_measurement="nominal")
    figure = nominal_alpha(ratings)
    assert (figure.value, figure.n) == (pytest.approx(theirs, abs=1e-12), len(pairable))


@pytest.mark.parametrize("figure", [cohen_kappa, fleiss_kappa, nominal_alpha])
@pytest.mark.parametrize(("ratings", "n"), [([], 0), ([("a", None), (None, "a")], 0), ([("a", "a"), ("a", "a")], 2)])
def test_where_nothing_can_be_expected_by_chance_there_is_no_figure(figure, ratings, n):
    assert figure(ratings) == (None, n)


def test_cohens_kappa_takes_two_coders_only():
    with pytest.raises(ValueError, match="exactly two"):
        cohen_kappa([("a", "b", "c")])


# the example of three observers on a continuum of 60: Krippendorff (2019), figure 12.11; code points from 0
ALEX = [(0, 7, "1"), (7, 13, "2"), (30, 32, "5"), (32, 37, "6"), (37, 44, "6"), (44, 60, "7")]
PAUL = [(0, 7, "1"), (7, 13, "3"), (13, 21, "5"), (32, 44, "6")]
SUZAN = [(0, 7, "1"), (7, 13, "4"), (13, 21, "5"), (32, 37, "6"), (37, 41, "6"), (41, 44, "6")]


def units(rows):
    return [Unit(*row) for row in rows]


def test_unitizing_alpha_of_the_published_example():
    figure = unitizing_alpha([units(ALEX), units(PAUL), units(SUZAN)], 60)
    assert (round(figure.value, 3), figure.n) == (0.510, 16)


def by_pairs_of_code_points(codings, length):
    """The definition without its algebra: every code point of a coder against every one that it could be paired with.

    Observed: the same place, another coder. Expected: any place and coder but those of the same unit (in a gap: but
    itself). 1 - the ratio of the shares of pairs whose values differ.
    """
    points = []
    for coder, rows in enumerate(codings):
        value_at = {at: (value, (coder, start)) for start, end, value in rows for at in range(start, end)}
        points += [(coder, at, *value_at.get(at, (None, (coder, "gap", at)))) for at in range(length)]
    pairs = list(itertools.permutations(points, 2))
    observed = [a[2] != b[2] for a, b in pairs if a[1] == b[1] and a[0] != b[0]]
    expected = [a[2] != b[2] for a, b in pairs if a[3] != b[3]]
    return 1 - (sum(observed) / len(observed)) / (sum(expected) / len(expected)) if any(expected) else math.nan


@st.composite
def codings(draw):
    length = draw(st.integers(6, 14))
    found = []
    for _ in range(draw(st.integers(2, 3))):
        cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
        spans = [(a, b, draw(st.sampled_from("xy"))) for a, b in itertools.pairwise(cuts)]
        found.append([span for span in spans if draw(st.booleans())])
    return found, length


@EXAMPLES
@given(codings())
def test_unitizing_alpha_is_that_of_comparing_all_pairs_of_code_points(case):
    rows, length = case
    theirs = by_pairs_of_code_points(rows, length)
    ours = unitizing_alpha([units(each) for each in rows], length).value
    assert (ours is None and math.isnan(theirs)) or ours == pytest.approx(theirs, abs=1e-9)


def test_equal_units_agree_fully_and_disjoint_ones_less_than_by_chance():
    one = units([(2, 6, "mention"), (10, 15, "mention")])
    assert unitizing_alpha([one, one], 40).value == 1
    assert unitizing_alpha([one, units([(20, 24, "mention"), (30, 35, "mention")])], 40).value < 0


@pytest.mark.parametrize("rows", [[[], []], [units([(0, 3, "x")])]])
def test_without_units_or_a_second_coder_there_is_no_unitizing_figure(rows):
    assert unitizing_alpha(rows, 10).value is None


@pytest.mark.parametrize("rows", [[(0, 11, "x")], [(3, 3, "x")], [(0, 5, "x"), (4, 8, "x")]])
def test_units_outside_the_text_or_over_each_other_are_refused(rows):
    with pytest.raises(ValueError, match=r"does not lie|overlaps"):
        unitizing_alpha([units(rows), []], 10)


def test_spans_are_set_apart_the_outermost_first():
    nested = [(0, 20), (5, 8), (18, 25), (30, 31), (30, 31)]
    assert apart(nested, "content") == (units([(0, 20, "content"), (20, 25, "content"), (30, 31, "content")]), 1)
