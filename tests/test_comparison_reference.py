"""The answers that the views must give on the reference case, and the published figures on real votes."""

import csv
import math
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from comparison_data import CLAIMS, connect, insert, reviewed_reading, small_database, votes_of_2019, votes_of_all_years

from datasette_claims.comparison import (
    Filters,
    MatrixRequest,
    agreement,
    agreement_index,
    build,
    changes,
    differing,
    facets,
    headline_audit,
    headline_conflicts,
    krippendorff_alpha,
    matrix,
    parse,
    positions,
    refusals,
    rice,
    rows_behind,
    select,
    silent,
    splits,
    stance_ids,
    tallies,
)

EXPLICIT_OR_SUMMARY = [("basis__in", "explicit,author_summary")]


@pytest.fixture(scope="module")
def reading():
    conn = reviewed_reading()
    return conn, build(conn)


def chosen(reading, *pairs):
    _, index = reading
    return select(index, parse(pairs, index))


def actors_on(reading, claim, stance):
    _, index = reading
    rows = chosen(reading, ("claim", claim), ("stance", stance)).rows
    return {index.id("actor", index.codes["actor"][row]) for row in rows}


def test_the_central_claim_has_four_on_each_side(reading):
    assert actors_on(reading, "c01", "supports") == {
        "trump-administration",
        "jeremy-hunt",
        "john-bolton",
        "state-official-1",
    }
    assert actors_on(reading, "c01", "disputes") == {
        "foreign-officials",
        "allies-in-europe",
        "chris-ghika",
        "sanam-vakil",
    }


def test_the_only_explicit_named_stance_on_it_is_hunts_support(reading):
    conn, index = reading
    rows = chosen(reading, ("claim", "c01"), ("basis", "explicit"), ("identification", "named")).rows
    assert stance_ids(conn, index, rows) == [("t18", "s20")]


def test_the_headline_rests_on_no_named_dispute(reading):
    conn, index = reading
    audit = headline_audit(conn, select(index, Filters()), "c01")
    (side,) = audit.sides
    assert side.side == "disputes"
    labels = "SELECT speaker_label FROM mentions WHERE rowid = ?"
    assert "foreign officials" in {conn.execute(labels, [mention]).fetchone()[0] for _, mention in side.heads.mentions}
    assert side.same.speakers == ()
    assert side.opposite.speakers == (("jeremy-hunt", "c01"),)
    assert side.opposite.quoted == side.opposite.speakers
    assert side.narrower_same.speakers == (("chris-ghika", "c02"),)
    assert side.narrower_opposite.speakers == ()
    assert side.contradicted
    assert [(found.claim, found.document) for found, _ in headline_conflicts(conn, select(index, Filters()))] == [
        ("c01", "d1")
    ]
    within = headline_audit(conn, select(index, Filters()), "c01", "d1").sides[0]
    assert (within.same.speakers, within.opposite.speakers) == (side.same.speakers, side.opposite.speakers)


def test_the_audit_counts_only_what_is_selected(reading):
    conn, index = reading
    hunt = index.codes["actor"] == index.dictionary("actor").code("jeremy-hunt")
    side = headline_audit(conn, select(index, Filters(), visible=~hunt), "c01").sides[0]
    assert side.opposite.speakers == ()
    assert not side.contradicted


def test_one_country_is_split_and_only_if_nationality_counts(reading):
    selection = chosen(reading, *EXPLICIT_OR_SUMMARY)
    found = splits(selection, "country")
    assert [(s.unit, s.claim) for s in found.splits] == [("GB", "c01")]
    (split,) = found.splits
    conn, index = reading
    assert [s for s, _ in stance_ids(conn, index, split.supports)] == ["t18"]
    assert [s for s, _ in stance_ids(conn, index, split.disputes)] == ["t09"]
    assert not split.explicit
    assert splits(selection, "country", represents_only=True).splits == ()
    assert splits(select(index, Filters()), "actor").splits == ()
    assert changes(select(index, Filters())) == ((), 0)


def test_only_the_central_claim_has_both_sides(reading):
    found = matrix(chosen(reading), MatrixRequest(rows="country", claim_limit=100))
    both = [c for c, t in zip(found.claim_ids, found.claim_totals, strict=True) if t[1] and t[2]]
    assert both == ["c01"]
    assert found.claim_ids[0] == "c01"


def test_refusals_come_with_their_questions(reading):
    conn, _ = reading
    (refusal,) = refusals(conn)
    assert (refusal.stance, refusal.claim, refusal.statement, refusal.question) == ("t14", "c07", "s15", "s14")
    assert refusals(conn, "c01") == []
    assert actors_on(reading, "c07", "queries") | actors_on(reading, "c13", "queries") == {"nbc-news", "us-senators"}
    assert chosen(reading, ("stance", "queries")).size == 2


def test_the_matrix_shows_evidence_split_and_narrower_claim(reading):
    found = matrix(chosen(reading), MatrixRequest(rows="country", claims=("c01", "c02", "c07")))
    grid = dict(found.grid())
    gb, narrow, asked = grid["GB"]
    assert (gb.summary, gb.basis, gb.stances) == ("supports", "explicit", 3)
    assert gb.contradiction
    assert not gb.explicit_contradiction
    assert gb.narrower == (("disputes", 2),)
    assert dict(gb.counts) == {
        ("supports", "explicit"): 1,
        ("disputes", "author_summary"): 1,
        ("disputes", "inferred"): 1,
    }
    assert (narrow.summary, narrow.basis, narrow.narrower) == ("disputes", "explicit", ())
    assert (asked.summary, asked.declined) == ("declines", 1)
    assert grid["US"][0].summary == "supports"
    assert not grid["US"][0].contradiction
    assert (grid["not_stated"][0].summary, grid["not_stated"][0].basis) == ("disputes", "author_summary")
    assert found.stances == 44


def test_a_row_with_narrower_stances_only_is_shown_with_the_mark(reading):
    explicit = chosen(reading, ("basis", "explicit"), ("actor", "chris-ghika"))
    found = matrix(explicit, MatrixRequest(claims=("c01",)))
    ((actor, (cell,)),) = found.grid()
    assert actor == "chris-ghika"
    assert cell.only_narrower
    assert (cell.summary, cell.narrower) == (None, (("disputes", 2),))
    conn, index = reading
    rows = rows_behind(explicit, "actor", "chris-ghika", "c01", narrower=True)
    assert [s for s, _ in stance_ids(conn, index, rows)] == ["t08", "t12"]
    assert len(rows_behind(explicit, "actor", "chris-ghika", "c01")) == 0


def test_facets_count_what_a_choice_would_give(reading):
    found = facets(chosen(reading, ("claim", "c01"), ("country", "GB")))
    counts = {value.id: value.count for value in found["country"].values}
    assert counts == {"US": 3, "GB": 3, "not_stated": 2}
    assert [v.id for v in found["country"].values if v.chosen] == ["GB"]
    assert {v.id: v.count for v in found["stance"].values} == {"supports": 1, "disputes": 2}


def test_silent_are_those_without_a_reported_word_first(reading):
    conn, _ = reading
    found = {person.actor: person.speaks for person in silent(conn, "c01")}
    assert found["hassan-rouhani"] is False
    assert found["mike-pompeo"] is False
    assert found["heiko-maas"] is True
    assert found["germany-government"] is True  # its minister speaks, of other things
    assert not {"jeremy-hunt", "uk-government", "chatham-house"} & found.keys()
    assert "chris-ghika" not in found


@pytest.fixture(scope="module")
def shipped(claims_db):
    """The shipped data package as the loader loads it, and our ids for those of the reviewed reading."""
    with (Path(__file__).parent / "reference_ids.csv").open(encoding="utf-8", newline="") as lines:
        ids = {(row["table"], row["old"]): row["new"] for row in csv.DictReader(lines)}
    conn = sqlite3.connect(claims_db)
    yield conn, build(conn), ids
    conn.close()


def test_the_shipped_article_gives_the_same_audit(shipped):
    conn, index, ids = shipped
    claim, narrower, article = ids["claims", "c01"], ids["claims", "c02"], ids["documents", "d1"]
    (side,) = headline_audit(conn, select(index, Filters()), claim, article).sides
    assert (side.side, side.same.speakers) == ("disputes", ())
    assert side.opposite.speakers == (("jeremy-hunt", claim),)
    assert side.narrower_same.speakers == (("chris-ghika", narrower),)


def test_the_shipped_data_give_the_same_split_and_refusal(shipped):
    conn, index, ids = shipped
    found = splits(select(index, parse(EXPLICIT_OR_SUMMARY, index)), "country").splits
    assert [(split.unit, split.claim) for split in found] == [("GB", ids["claims", "c01"])]
    assert splits(select(index, Filters()), "country", represents_only=True).splits == ()
    (refusal,) = refusals(conn, ids["claims", "c07"])
    assert (refusal.statement, refusal.question) == (ids["statements", "s15"], ids["statements", "s14"])
    explicit = parse([("claim", ids["claims", "c01"]), ("basis", "explicit"), ("identification", "named")], index)
    named = [stance for stance, _ in stance_ids(conn, index, select(index, explicit).rows)]
    assert named == [ids["stances", "t18"]]


WORKED = {"US": "SSSSD-", "GB": "SSSDD-", "DE": "DSDDSS", "IQ": "-SNDDD"}
PAIRS = [
    ("US", "GB", 5, 0.8, 0.6, 0.5455, 0.5455, 0.5238),
    ("US", "DE", 5, 0.2, -0.6, -0.4286, -0.4286, -0.6667),
    ("US", "IQ", 4, 0.5, 0.25, 0.2727, 0.3333, 0.1579),
    ("GB", "DE", 5, 0.4, -0.2, -0.1538, -0.1538, -0.2),
    ("GB", "IQ", 4, 0.75, 0.75, 0.6, 0.75, 0.5789),
    ("DE", "IQ", 5, 0.4, 0.0, 0.0625, 0.0741, -0.0345),
]


@pytest.fixture(scope="module")
def worked():
    conn = connect()
    insert(conn, "actors", [{"id": a, "name": a, "kind": "organization"} for a in WORKED])
    insert(conn, "claims", [{"id": f"k{n}", "text": f"k{n}", "kind": "factual"} for n in range(1, 7)])
    words = {"S": "supports", "D": "disputes", "N": "neutral"}
    rows = [
        {"id": f"{who}{n}", "claim": f"k{n}", "actor": who, "country": who, "stance": words[letter]}
        | {"basis": "explicit"}
        for who, letters in WORKED.items()
        for n, letter in enumerate(letters, start=1)
        if letter != "-"
    ]
    insert(conn, "stances", rows)
    return positions(select(build(conn), Filters()))


@pytest.mark.parametrize(("one", "other", "n", "agree", "s", "kappa", "linear", "pi"), PAIRS)
def test_the_worked_example_of_pairs(worked, one, other, n, agree, s, kappa, linear, pi):
    at = worked.unit_ids.index(one), worked.unit_ids.index(other)
    for places in (at, at[::-1]):
        figures = agreement(worked).pair(*places)
        assert figures.n == n
        given = figures.agree, figures.s, figures.kappa, figures.kappa_linear, figures.pi
        assert [round(figure, 4) for figure in given] == [agree, s, kappa, linear, pi]


def test_the_worked_example_of_a_group(worked):
    tally = tallies(worked)
    order = [worked.claim_ids.index(f"k{n}") for n in range(1, 7)]
    assert rice(tally)[order].round(4).tolist() == [0.3333, 1, 0.3333, 0.5, 0.5, 0]
    assert agreement_index(tally)[order].round(4).tolist() == [0.5, 1, 0.25, 0.625, 0.625, 0.25]
    alphas = {level: round(krippendorff_alpha(tally, level), 4) for level in ("nominal", "ordinal", "interval")}
    assert alphas == {"nominal": 0.0476, "ordinal": 0.0524, "interval": 0.0545}


def test_the_claims_on_which_a_pair_differs(worked):
    us, gb = worked.unit_ids.index("US"), worked.unit_ids.index("GB")
    assert differing(worked, us, gb) == [("k4", "supports", "disputes")]


UN_2019 = [
    ("US", "GB", 90, 0.5333, 0.3, 0.295),
    ("GB", "FR", 90, 0.9, 0.9, 0.8393),
    ("US", "IL", 88, 0.9432, 0.9205, 0.8774),
    ("US", "IR", 86, 0.1047, -0.686, -0.1362),
    ("IR", "IQ", 86, 0.8488, 0.8256, 0.3575),
]


@pytest.fixture(scope="module")
def roll_calls():
    found = positions(select(build(votes_of_2019()), Filters()))
    return found, agreement(found)


@pytest.mark.parametrize(("one", "other", "n", "agree", "s", "kappa"), UN_2019)
def test_the_published_figures_of_2019(roll_calls, one, other, n, agree, s, kappa):
    found, figures = roll_calls
    pair = figures.pair(found.unit_ids.index(one), found.unit_ids.index(other))
    assert (pair.n, round(pair.agree, 4), round(pair.s, 4), round(pair.kappa, 4)) == (n, agree, s, kappa)


def test_namibia_is_a_country(roll_calls):
    found, _ = roll_calls
    assert found.unit_count == 193
    assert "NA" in found.unit_ids


def test_all_years_share_the_known_number_of_claims():
    found = positions(select(build(votes_of_all_years()), Filters()), chosen=("US", "GB"))
    pair = agreement(found).pair(0, 1)
    assert (pair.n, round(pair.agree * pair.n)) == (6117, 3958)
    assert len(differing(found, 0, 1)) == 6117 - 3958


def test_positions_take_the_latest_date_and_show_ties_as_mixed():
    rows = [
        ("a0", "c0", "supports", "2019-05-01"),
        ("a0", "c0", "disputes", "2019-05-16"),
        ("a1", "c0", "supports", "2019-05-16"),
        ("a1", "c0", "disputes", "2019-05-16"),
        ("a2", "c0", "disputes", None),
        ("a2", "c0", "supports", "2019-05-01"),
        ("a3", "c0", "declines", "2019-05-16"),
        ("a4", "c0", "mixed", None),
        ("a5", "c0", "neutral", None),
        ("a5", "c0", "queries", "2019-05-16"),
    ]
    conn = small_database(
        [
            {"id": f"t{n}", "actor": a, "claim": c, "stance": s, "basis": "explicit", "date_start": d, "date_end": d}
            for n, (a, c, s, d) in enumerate(rows)
        ]
    )
    found = positions(select(build(conn), Filters()), units="actor")
    stances = {unit: found.stance(n, 0) for n, unit in enumerate(found.unit_ids)}
    assert stances == {"a0": "disputes", "a1": "mixed", "a2": "supports", "a4": "mixed", "a5": "neutral"}
    assert found.values[:, 0].tolist() == [-1, 0, 1, 0, 0]
    assert found.claim_ids == (CLAIMS[0],)


def test_changes_of_position_are_listed_with_both_sides():
    days = [("supports", "2019-05-01"), ("supports", "2019-05-03"), ("disputes", "2019-05-16"), ("neutral", None)]
    conn = small_database(
        [
            {"id": f"t{n}", "actor": "a0", "claim": "c0", "stance": s, "basis": "explicit", "date_start": d}
            for n, (s, d) in enumerate(days)
        ]
    )
    index = build(conn)
    (change,), total = changes(select(index, Filters()))
    assert total == 1
    assert (change.before, change.before_date, change.after, change.after_date) == (
        *("supports", "2019-05-03"),
        *("disputes", "2019-05-16"),
    )
    assert stance_ids(conn, index, change.after_rows) == [("t2", None)]
    assert [s.unit for s in splits(select(index, Filters()), "actor").splits] == ["a0"]
    assert splits(select(index, Filters()), "country").splits == ()


def test_figures_without_anything_shared_are_not_numbers():
    conn = small_database(
        [
            {"id": "t0", "actor": "a0", "claim": "c0", "stance": "supports", "basis": "vote"},
            {"id": "t1", "actor": "a1", "claim": "c1", "stance": "supports", "basis": "vote"},
        ]
    )
    figures = agreement(positions(select(build(conn), Filters()), units="actor"))
    pair = figures.pair(0, 1)
    assert pair.n == 0
    assert all(math.isnan(x) for x in (pair.agree, pair.s, pair.kappa, pair.kappa_linear, pair.pi))
    alone = figures.pair(0, 0)
    assert (alone.n, alone.agree, alone.s) == (1, 1.0, 1.0)
    assert math.isnan(alone.kappa)
    assert np.isnan(rice(np.array([[0, 3, 0]]))).all()
