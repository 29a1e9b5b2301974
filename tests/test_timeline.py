"""The drawing of stances over time: nothing is lost, data is escaped, the same data gives the same bytes."""

import itertools
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.comparison.index import Dictionary, StanceIndex
from datasette_claims.pages.compare_timeline import tally_of
from datasette_claims.pages.svg import drawing, element
from datasette_claims.pages.timeline import SINGLE, Point, by_month, timeline
from datasette_claims.schema.vocabulary import BASIS, STANCE

days = st.dates().map(lambda day: day.isoformat())
points = st.builds(
    lambda ends, stance, basis, label: Point(*ends, stance, basis, label, "/x?a=1&b=2"),
    st.one_of(st.just((None, None)), days.map(lambda d: (d, d)), st.tuples(days, days).map(lambda p: tuple(sorted(p)))),
    st.sampled_from(STANCE.words),
    st.sampled_from(BASIS.words),
    st.text(),
)


def shown(svg):
    return ElementTree.fromstring(str(svg))


@given(st.lists(points, max_size=40))
def test_every_stance_is_drawn_or_counted(stances):
    made = timeline(stances, "A claim")
    undated = sum(point.start is None for point in stances)
    assert (made.dated, made.undated) == (len(stances) - undated, undated)
    if made.drawing is None:
        assert made.dated == 0
        return
    tree = shown(made.drawing)
    more = sum(int(e.text[1:]) for e in tree.iter("text") if (e.text or "").startswith("+"))
    assert len(list(tree.iter("a"))) + more == made.dated
    assert timeline(stances[::-1], "A claim") == made


def test_many_stances_are_counted_by_month():
    many = [Point("2019-05-02", "2019-05-02", "supports", "vote", "x")] * SINGLE
    many += [Point("2019-06-02", "2019-06-02", "disputes", "vote", "y")] * 7
    titles = [e.text for e in shown(timeline(many, "t").drawing).iter("title")]
    assert f"May 2019: Supports, {SINGLE} stances" in titles
    assert "June 2019: Disputes, 7 stances" in titles


@pytest.mark.parametrize(
    ("last", "first_period", "last_period"),
    [
        ("2019-11-30", "January 2012", "November 2019"),
        ("2021-02-01", "January 2012 to March 2012", "January 2021 to March 2021"),
        ("2040-12-31", "2012", "2040"),
    ],
)
def test_over_a_long_time_a_bar_stands_for_a_quarter_or_a_year(last, first_period, last_period):
    many = [Point("2012-01-31", "2012-01-31", "supports", "vote", "x")] * SINGLE
    many += [Point("2012-03-01", "2012-03-01", "supports", "vote", "x")] * 5
    many += [Point(last, last, "disputes", "vote", "y")] * 7
    tree = shown(timeline(many, "t").drawing)
    titles = [e.text for e in tree.iter("title")]
    first = SINGLE + 5 if first_period != "January 2012" else SINGLE
    assert titles[1] == f"{first_period}: Supports, {first} stances"
    assert titles[-1] == f"{last_period}: Disputes, 7 stances"
    bars = [e.attrib for e in tree.iter("rect")]
    assert sum(int(title.split()[-2]) for title in titles[1:]) == SINGLE + 12
    assert all(float(bar["width"]) >= 5 and float(bar["x"]) >= 92 for bar in bars)
    assert all(float(bar["x"]) + float(bar["width"]) <= 720 for bar in bars)


@given(st.lists(st.dates(), min_size=2, max_size=30, unique=True))
def test_bars_stand_side_by_side_within_the_drawing(drawn):
    many = [Point(day.isoformat(), day.isoformat(), "supports", "vote", "x") for day in drawn] * SINGLE
    bars = [e.attrib for e in shown(timeline(many, "t").drawing).iter("rect")]
    edges = sorted((float(bar["x"]), float(bar["x"]) + float(bar["width"])) for bar in bars)
    assert all(left >= 92 and right <= 720 for left, right in edges)
    # A bar is at least one unit wide, also where a century of years has less room than that for each.
    assert all(right <= left + 1.01 for (_, right), (left, _) in itertools.pairwise(edges))


odd_days = st.one_of(days, st.none(), st.sampled_from(["2019-05", "2019-02-30", "x", ""]))


@given(st.lists(st.builds(Point, odd_days, odd_days, st.sampled_from(STANCE.words), st.just("vote"), st.just("x"))))
def test_counted_by_the_index_the_drawing_is_that_of_the_stances_themselves(stances):
    """Many stances are counted on arrays; the drawing must be the one that the stances, one by one, give."""
    many = stances + [Point("2019-05-02", "2019-05-02", "supports", "vote", "x")] * (SINGLE + 1)
    tally = tally_of(selected(many))
    assert by_month(tally, "t") == timeline(many, "t")


def selected(stances):
    """The stances as a selection of an index holds them."""
    dates = (None, *sorted({day for each in stances for day in (each.start, each.end) if day is not None}))
    code = {day: number for number, day in enumerate(dates)}
    codes = {
        "date_start": np.array([code[each.start] for each in stances], dtype=np.uint16),
        "date_end": np.array([code[each.end] for each in stances], dtype=np.uint16),
        "stance": np.array([STANCE.words.index(each.stance) + 1 for each in stances], dtype=np.uint8),
    }
    rows, none = np.arange(len(stances)), np.zeros((0, 2), dtype=np.int32)
    index = StanceIndex(codes, {"date": Dictionary(dates)}, rows, np.array([0, len(rows)]), none, 0)
    return SimpleNamespace(index=index, rows=rows)


@pytest.mark.parametrize(
    "hostile", ["</svg><script>alert(1)</script>", '" onload="x', "&amp;<b>", "nul \x00 and \ud800"]
)
def test_data_stays_text(hostile):
    made = timeline([Point("2019-05-02", None, "supports", "explicit", hostile, hostile)], hostile, standalone=True)
    tree = shown(made.drawing)
    assert not [e for e in tree.iter() if e.tag.endswith(("script", "b")) or "onload" in e.attrib]
    kept = hostile.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert any(kept in (e.text or "") for e in tree.iter())


def test_a_drawing_tells_what_it_shows():
    made = timeline(
        [
            Point("2019-05-16", "2019-05-16", "supports", "explicit", "Hunt"),
            Point(None, None, "disputes", "inferred", "V"),
        ],
        "The threat is increasing",
    )
    label = shown(made.drawing).attrib["aria-label"]
    assert label == "The threat is increasing. 16 May 2019: 1 supports. 1 stance without a date."


def test_a_file_of_its_own_has_namespace_size_and_style():
    tree = shown(drawing([element("g")], 10, 20.5, "t", "d", standalone=True))
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert (tree.attrib["width"], tree.attrib["height"]) == ("10", "20.5")
    assert tree.find("{http://www.w3.org/2000/svg}style") is not None
