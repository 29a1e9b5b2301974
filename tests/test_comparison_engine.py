"""Facets, matrix, positions and agreement against plain SQL and against other libraries, on random data."""

import krippendorff
import numpy as np
import pytest
from comparison_data import BASES, STANCES, small_database, stance_rows
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import cohen_kappa_score

from datasette_claims.comparison import (
    FACET_COLUMNS,
    MISSING,
    FilterError,
    Filters,
    MatrixRequest,
    agreement,
    build,
    changes,
    contestedness,
    date_range,
    facets,
    krippendorff_alpha,
    matrix,
    parse,
    positions,
    select,
    seriate,
    splits,
    tallies,
)
from datasette_claims.comparison.agreement import Agreement, pair_tables
from datasette_claims.comparison.facets import _shown

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CHOICES = {
    "country": ("country", ["GB", "US"]),
    "basis": ("basis", ["explicit", "author_summary", "vote"]),
    "stance": ("stance", ["supports", "disputes"]),
    "month": ("month", ["2019-05"]),
    "claim": ("claim", ["c0", "c1"]),
}
choices = st.sets(st.sampled_from(sorted(CHOICES)), max_size=3)


def chosen(names):
    return [(f"{column}__in", ",".join(values)) for column, values in (CHOICES[name] for name in sorted(names))]


def where(names, ignoring=()):
    clauses = [
        f"{column} IN ({', '.join(repr(value) for value in values)})"
        for column, values in (CHOICES[name] for name in sorted(names))
        if column not in ignoring
    ]
    return " AND ".join(["1", *clauses])


@SLOW
@given(stance_rows(most=40), choices, st.data())
def test_facets_are_the_counts_of_group_by(rows, names, data):
    conn = small_database(rows)
    index = build(conn)
    hidden = set(data.draw(st.lists(st.sampled_from(range(max(len(rows), 1))), max_size=3)))
    visible = np.array([rowid - 1 not in hidden for rowid in index.rowids], dtype=bool)
    found = facets(select(index, parse(chosen(names), index), visible=visible), limit=None)
    seen = " AND ".join(f"id <> 't{n}'" for n in hidden) or "1"
    for column in FACET_COLUMNS:
        ignoring = ("date_start", "date_end", "month") if column == "month" else (column,)
        sql = f"SELECT {column}, count(*) FROM stances WHERE {where(names, ignoring)} AND {seen} GROUP BY {column}"
        expected = dict(conn.execute(sql))
        shown = {value.id: value.count for value in found[column].values}
        assert {value: number for value, number in shown.items() if number} == expected
        assert found[column].stances == sum(expected.values())
        assert found[column].distinct == len(expected)
        picked = set(CHOICES[column][1]) if column in names else set()
        assert picked & set(index.dictionary(column).ids) <= shown.keys() or column == "month"


@SLOW
@given(stance_rows(most=40), choices, st.sampled_from(["actor", "organization", "country"]))
def test_cells_are_the_counts_of_group_by(rows, names, kind):
    conn = small_database(rows)
    index = build(conn)
    found = matrix(select(index, parse(chosen(names), index)), MatrixRequest(rows=kind, claim_limit=100))
    sql = (
        f"SELECT {kind}, claim, stance, basis, count(*) FROM stances WHERE {where(names)} "
        f"GROUP BY {kind}, claim, stance, basis"
    )
    expected = {(row, claim, s, b): number for row, claim, s, b, number in conn.execute(sql)}
    shown = {}
    for row, cells in found.grid():
        for claim, cell in zip(found.claim_ids, cells, strict=True):
            for (stance, basis), number in cell.counts if cell else ():
                shown[row, claim, stance, basis] = number
    assert shown == expected
    assert found.stances == found.stances_on_claims == sum(expected.values())
    assert found.row_count == len({row for row, *_ in expected})
    assert found.row_totals.sum() == found.claim_totals.sum() == found.row_all.sum() == found.stances
    sql = (
        f"SELECT {kind}, claim, min(coalesce(date_start, date_end)), max(coalesce(date_end, date_start)) "
        f"FROM stances WHERE {where(names)} GROUP BY {kind}, claim"
    )
    dates = {(row, claim): days for row, claim, *days in conn.execute(sql)}
    for row, cells in found.grid():
        for claim, cell in zip(found.claim_ids, cells, strict=True):
            if cell:
                assert [cell.first, cell.last] == dates[row, claim]


RANKS = [{"explicit", "vote"}, {"author_summary"}, {"third_party"}, {"inferred"}]


def summed_up(counts):
    """The rule of the summary in plain words, for one cell: {(stance, basis): number} -> (stance, bases)."""
    for wanted in ({"supports", "disputes", "mixed", "neutral"}, {"queries"}, {"declines"}):
        for rank in RANKS:
            taken = {stance for stance, basis in counts if stance in wanted and basis in rank}
            if taken:
                bases = {basis for stance, basis in counts if stance in wanted and basis in rank}
                if "mixed" in taken or {"supports", "disputes"} <= taken:
                    return "mixed", bases
                return next(s for s in ("supports", "disputes", "neutral", "queries", "declines") if s in taken), bases
    return None, set()


@SLOW
@given(st.lists(st.tuples(st.sampled_from(STANCES), st.sampled_from(BASES)), min_size=1, max_size=6))
def test_a_cell_is_summed_up_by_its_best_known_stances(given_stances):
    rows = [
        {"id": f"t{n}", "claim": "c0", "actor": "a0", "stance": stance, "basis": basis}
        for n, (stance, basis) in enumerate(given_stances)
    ]
    ((_, (cell,)),) = matrix(select(build(small_database(rows)), Filters())).grid()
    stance, bases = summed_up(dict.fromkeys(given_stances))
    assert cell.summary == stance
    assert cell.basis in bases
    sides = {stance for stance, _ in given_stances}
    assert cell.contradiction == ({"supports", "disputes"} <= sides)
    explicit = {stance for stance, basis in given_stances if basis in ("explicit", "vote")}
    assert cell.explicit_contradiction == ({"supports", "disputes"} <= explicit)
    assert cell.declined == sum(stance == "declines" for stance, _ in given_stances)


def stances(*rows):
    names = ("actor", "claim", "stance", "basis")
    return [dict(zip(names, row, strict=False), id=f"t{n}") | {"basis": "explicit"} for n, row in enumerate(rows)]


def test_claims_are_ordered_by_how_contested_they_are():
    rows = stances(
        *(("a0", "c0", "supports"),) * 5,
        *(("a0", "c1", "supports"), ("a1", "c1", "disputes")),
        *(("a0", "c2", "supports"), ("a1", "c2", "disputes"), ("a2", "c2", "neutral")),
        *(("a0", "c3", "queries"),),
    )
    selection = select(build(small_database(rows)), Filters())
    assert matrix(selection).claim_ids == ("c2", "c1", "c0", "c3")
    assert matrix(selection, MatrixRequest(claim_order="count")).claim_ids == ("c0", "c2", "c1", "c3")
    assert matrix(selection, MatrixRequest(claim_order="name")).claim_ids == ("c0", "c1", "c2", "c3")
    page = matrix(selection, MatrixRequest(claim_offset=1, claim_limit=2))
    assert (page.claim_ids, page.claim_count) == (("c1", "c0"), 4)
    assert contestedness(selection.claim_stances).tolist() == [0, 0, 1, 1, 0, 0]


def test_rows_are_ordered_and_paged():
    rows = stances(
        *(("a2", "c0", "supports"), ("a2", "c1", "supports"), ("a2", "c2", "neutral")),
        *(("a1", "c0", "supports"), ("a1", "c0", "disputes")),
        *(("a0", "c0", "disputes"),),
    )
    selection = select(build(small_database(rows)), Filters())

    def ids(**asked):
        return matrix(selection, MatrixRequest(**asked)).row_ids

    assert ids() == ("a2", "a1", "a0")
    assert ids(reverse=True) == ("a0", "a1", "a2")
    assert ids(row_order="name") == ("a0", "a1", "a2")
    assert ids(row_order="contradictions") == ("a1", "a2", "a0")
    assert ids(row_order="claim", row_claim="c0") == ("a2", "a0", "a1")
    assert ids(row_order="claim", row_claim="c2", claims=("c0",)) == ("a2", "a1", "a0")
    page = matrix(selection, MatrixRequest(row_offset=1, row_limit=1))
    assert (page.row_ids, page.row_count) == (("a1",), 3)
    assert page.claim_totals.sum() == 6
    assert ids(rows="organization") == (None,)
    empty = matrix(selection, MatrixRequest(claims=("c4",)))
    assert (empty.claim_ids, empty.row_ids, empty.stances_on_claims) == (("c4",), (), 0)


def test_a_claim_that_is_chosen_keeps_its_place():
    selection = select(build(small_database(stances(("a0", "c0", "supports")))), Filters())
    found = matrix(selection, MatrixRequest(claims=("c3", "c0", "c3")))
    assert found.claim_ids == ("c3", "c0")
    assert [cell and cell.summary for _, cells in found.grid() for cell in cells] == [None, "supports"]


def test_narrower_claims_count_through_several_steps_and_both_wordings():
    relations = [("c2", "narrower_than", "c1"), ("c0", "broader_than", "c1"), ("c3", "supports", "c0")]
    rows = stances(("a0", "c2", "disputes"), ("a0", "c1", "supports"), ("a1", "c3", "supports"))
    index = build(small_database(rows, relations=relations))
    found = matrix(select(index, Filters()), MatrixRequest(claims=("c0", "c1")))
    ((actor, (broad, middle)),) = found.grid()
    assert actor == "a0"
    assert broad.narrower == (("supports", 1), ("disputes", 1))
    assert (middle.summary, middle.narrower) == ("supports", (("disputes", 1),))


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"rows": "speaker"}, "rows"),
        ({"claim_order": "x"}, "claim_order"),
        ({"row_order": "claim"}, "row_claim"),
        ({"row_limit": -1}, "row_limit"),
        ({"row_limit": 10_000_000}, "row_limit"),
        ({"claims": ("nothing",)}, "claims"),
        ({"row_order": "claim", "row_claim": "nothing"}, "row_claim"),
    ],
)
def test_a_matrix_that_cannot_be_made_is_refused(asked, parameter):
    selection = select(build(small_database(stances(("a0", "c0", "supports")))), Filters())
    with pytest.raises(FilterError) as caught:
        matrix(selection, MatrixRequest(**asked))
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"units": "speaker"}, "units"),
        ({"bases": ("hearsay",)}, "basis"),
        ({"chosen": ("XX",)}, "chosen"),
        ({"limit": 100_000}, "units"),
    ],
)
def test_positions_that_cannot_be_had_are_refused(asked, parameter):
    selection = select(build(small_database(stances(("a0", "c0", "supports")))), Filters())
    with pytest.raises(FilterError) as caught:
        positions(selection, **asked)
    assert caught.value.parameter == parameter


def test_stances_without_a_stated_unit_take_no_part_and_are_counted():
    rows = stances(("a0", "c0", "supports"), ("a1", "c0", "disputes"), ("a2", "c0", "queries"))
    rows[1] |= {"country": "GB"}
    found = positions(select(build(small_database(rows)), Filters()), "country")
    assert (found.unit_ids, found.unit_count, found.unplaced) == (("GB",), 1, 1)


@SLOW
@given(stance_rows(most=60), choices, st.sampled_from(["actor", "organization", "country"]))
def test_positions_are_those_of_the_latest_date(rows, names, kind):
    conn = small_database(rows)
    index = build(conn)
    found = positions(select(index, parse(chosen(names), index)), kind, bases=("explicit", "inferred"))
    sql = (
        f"SELECT {kind}, claim, stance, coalesce(date_end, date_start, '') FROM stances WHERE {where(names)} "
        f"AND basis IN ('explicit', 'inferred') AND stance NOT IN ('queries', 'declines') "
        f"AND coalesce({kind}, 'not_stated') <> 'not_stated'"
    )
    expected = {}
    for unit, claim, stance, day in conn.execute(sql):
        latest, said = expected.get((unit, claim), ("", set()))
        expected[unit, claim] = (
            (day, {stance}) if day > latest else (latest, said | ({stance} if day == latest else set()))
        )
    words = {
        (unit, claim): found.stance(u, c)
        for u, unit in enumerate(found.unit_ids)
        for c, claim in enumerate(found.claim_ids)
        if found.stance(u, c)
    }
    assert words == {key: said.copy().pop() if len(said) == 1 else "mixed" for key, (_, said) in expected.items()}
    number = {"supports": 1, "disputes": -1, "neutral": 0, "mixed": 0}
    units, claims = found.unit_ids, found.claim_ids
    for (unit, claim), word in words.items():
        assert found.values[units.index(unit), claims.index(claim)] == number[word]


def test_facets_keep_what_is_chosen_and_say_how_much_they_leave_out():
    rows = stances(*((f"a{n}", "c0", "supports") for n in (0, 0, 0, 1, 1, 2)))
    index = build(small_database(rows))
    found = facets(select(index, parse([("actor", "a2")], index)), ["actor", "organization"], limit=2)
    assert [(v.id, v.count, v.chosen) for v in found["actor"].values] == [
        ("a0", 3, False),
        ("a1", 2, False),
        ("a2", 1, True),
    ]
    assert found["actor"].distinct == 3
    assert [(v.id, v.count) for v in found["organization"].values] == [(None, 1)]
    none = facets(select(index, parse([("organization", "a5")], index)), ["organization"])["organization"]
    assert [(v.id, v.count, v.chosen) for v in none.values] == [(None, 6, False), ("a5", 0, True)]


@pytest.mark.parametrize("values", [0, 1, 799, 800, 5000])
@pytest.mark.parametrize("most", [1, 3, 100_000])
def test_of_many_values_a_facet_shows_those_with_most_stances(values, most):
    counts = np.random.default_rng(values + most).integers(0, most, values, endpoint=True)
    expected = sorted(np.flatnonzero(counts).tolist(), key=lambda code: (-counts[code], code))
    for limit in (1, 8, 200):
        assert _shown(counts, limit).tolist() == expected[:limit]
    assert _shown(counts, None).tolist() == expected


def test_the_dates_of_a_selection():
    rows = stances(("a0", "c0", "supports"), ("a1", "c0", "supports"))
    rows[0] |= {"date_start": "2019-05-01", "date_end": "2019-05-03"}
    index = build(small_database(rows))
    assert date_range(select(index, parse([("date_start__gte", "2020-01-01")], index))) == ("2019-05-01", "2019-05-03")
    assert date_range(select(index, parse([("actor", "a1")], index))) == (None, None)


VALUES = hnp.arrays(np.int8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=8)).map(
    lambda a: np.choose(np.abs(a.astype(int)) % 4, [-1, 0, 1, int(MISSING)]).astype(np.int8)
)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_pair_figures_agree_with_scikit_learn(values):
    figures = Agreement(pair_tables(values))
    for one in range(len(values)):
        for other in range(len(values)):
            both = (values[one] != MISSING) & (values[other] != MISSING)
            a, b = values[one, both], values[other, both]
            pair = figures.pair(one, other)
            assert pair.n == len(a)
            if not len(a):
                continue
            assert pair.agree == pytest.approx((a == b).mean())
            assert pair.s == pytest.approx(1 - np.abs(a - b).mean())
            if len({*a.tolist(), *b.tolist()}) == 1:
                assert np.isnan(pair.kappa)
                assert np.isnan(pair.pi)
                continue
            for weights, figure in ((None, pair.kappa), ("linear", pair.kappa_linear)):
                assert figure == pytest.approx(cohen_kappa_score(a, b, labels=[-1, 0, 1], weights=weights))
            shares = [((a == v).mean() + (b == v).mean()) / 2 for v in (-1, 0, 1)]
            chance = sum(share**2 for share in shares)
            assert pair.pi == pytest.approx(((a == b).mean() - chance) / (1 - chance))


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_agrees_with_krippendorff(values, level):
    data = np.where(values == MISSING, np.nan, values.astype(float))
    pairable = (values != MISSING).sum(axis=0) >= 2
    tally = np.stack([(values == v).sum(axis=0) for v in (-1, 0, 1)], axis=1)
    ours = krippendorff_alpha(tally, level)
    if len({*values[:, pairable][values[:, pairable] != MISSING].tolist()}) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=level, value_domain=[-1, 0, 1])
    assert ours == pytest.approx(theirs)


def test_an_empty_database_has_empty_answers():
    selection = select(build(small_database([])), Filters())
    found = matrix(selection)
    assert (found.row_ids, found.claim_ids, found.stances, list(found.grid())) == ((), (), 0, [])
    assert all(facet.values == () for facet in facets(selection).values())
    nobody = positions(selection)
    assert agreement(nobody).s.shape == (0, 0)
    assert seriate(agreement(nobody).s).tolist() == []
    assert np.isnan(krippendorff_alpha(tallies(nobody)))
    assert changes(selection) == ((), 0)
    assert splits(selection, "actor").total == 0


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="nominal, ordinal, interval"):
        krippendorff_alpha(np.array([[1, 1, 1]]), "ratio")


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(0, 2**32 - 1))
def test_seriation_is_a_permutation_and_deterministic(units, seed):
    random = np.random.default_rng(seed).random((units, units)).round(1)
    similarity = (random + random.T) / 2
    order = seriate(similarity)
    assert sorted(order.tolist()) == list(range(units))
    assert order.tolist() == seriate(similarity).tolist()


@given(st.permutations(range(12)))
def test_seriation_puts_blocs_together(shuffled):
    bloc = np.array([number // 4 for number in range(12)])[list(shuffled)]
    similarity = np.where(bloc[:, None] == bloc[None, :], 0.9, -0.5)
    np.fill_diagonal(similarity, 1.0)
    ordered = bloc[seriate(similarity)]
    assert (np.diff(ordered) != 0).sum() == 2


@given(st.permutations(range(9)))
def test_seriation_finds_the_order_of_a_line(shuffled):
    place = np.array(shuffled)
    assume(len(place) > 2)
    similarity = -np.abs(place[:, None] - place[None, :]).astype(float) - 0.001 * np.maximum.outer(place, place)
    ends = place[seriate(similarity)]
    assert np.abs(np.diff(ends)).sum() <= 14  # 8 is the line itself; ties at the joints may cost some steps


def test_seriation_accepts_pairs_that_share_nothing():
    similarity = np.array([[1, np.nan, 0.9], [np.nan, 1, np.nan], [0.9, np.nan, 1]])
    assert seriate(similarity).tolist() in ([0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1])
    assert sorted(seriate(np.full((4, 4), np.nan)).tolist()) == [0, 1, 2, 3]
