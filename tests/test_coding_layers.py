"""Which marks mean the same report, how far coders agree on each layer, and where they differ."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.coding import Mark, agreement_by_layer, differences, match


def mark(id, coder, content, *, extent=None, source=None, **values):
    parts = {"content": tuple(content)}
    if source:
        parts["source"] = (source,)
    return Mark(id, coder, extent or (content[0][0], content[-1][1]), parts, **values)


ANN = [
    mark(
        "a1",
        "ann",
        [(10, 50)],
        source=(51, 55),
        speaker="hunt",
        report_type="direct",
        country="GB",
        stances={"threat": "supports"},
    ),
    mark("a2", "ann", [(100, 120), (130, 150)], speaker="ghika", report_type="mixed", country="GB"),
    mark("a3", "ann", [(200, 240)], speaker_label="Officials", report_type="indirect"),
]
BEN = [
    mark(
        "b1",
        "ben",
        [(10, 50)],
        source=(51, 55),
        speaker="hunt",
        report_type="direct",
        country="GB",
        stances={"threat": "supports"},
    ),
    mark(
        "b2", "ben", [(100, 150)], speaker="ghika", report_type="direct", country="GB", stances={"threat": "disputes"}
    ),
    mark("b4", "ben", [(300, 340)], speaker="maas", report_type="indirect", country="DE"),
]


def ids(matches):
    return [{coder: mark.id for coder, mark in each.marks.items()} for each in matches]


def test_marks_that_share_half_of_their_text_are_one_report():
    assert ids(match(ANN + BEN)) == [
        {"ann": "a1", "ben": "b1"},
        {"ann": "a2", "ben": "b2"},
        {"ann": "a3"},
        {"ben": "b4"},
    ]


@pytest.mark.parametrize(
    ("other", "same"),
    [((0, 100), True), ((0, 34), True), ((0, 33), False), ((50, 150), True), ((51, 151), False), ((100, 200), False)],
)
def test_the_border_of_likeness_is_half_of_the_mean_length(other, same):
    found = match([mark("a", "ann", [(0, 100)]), mark("b", "ben", [other])])
    assert (len(found) == 1) is same


def test_a_nested_report_finds_its_like_and_not_the_one_around_it():
    marks = [mark("a1", "ann", [(0, 100)]), mark("a2", "ann", [(40, 100)]), mark("b1", "ben", [(40, 98)])]
    assert ids(match(marks)) == [{"ann": "a1"}, {"ann": "a2", "ben": "b1"}]


def test_a_report_has_at_most_one_mark_of_a_coder():
    marks = [mark("a1", "ann", [(0, 50)]), mark("b1", "ben", [(0, 50)]), mark("a2", "ann", [(0, 50)])]
    assert ids(match(marks)) == [{"ann": "a1", "ben": "b1"}, {"ann": "a2"}]


def test_three_coders_make_one_report_of_what_they_share():
    marks = [mark("a", "ann", [(0, 60)]), mark("b", "ben", [(5, 60)]), mark("c", "cy", [(0, 58)])]
    assert ids(match(marks)) == [{"ann": "a", "ben": "b", "cy": "c"}]


def test_a_mark_without_content_is_placed_by_its_extent():
    marks = [Mark("a", "ann", (0, 40)), Mark("b", "ben", (0, 30), {"cue": ((0, 5),)})]
    assert ids(match(marks)) == [{"ann": "a", "ben": "b"}]


spans = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["ann", "ben", "cy"]), spans), max_size=12), st.randoms())
def test_every_mark_is_in_one_report_whatever_the_order(rows, shuffler):
    marks = [mark(f"m{number}", coder, [span]) for number, (coder, span) in enumerate(rows)]
    found = ids(match(marks))
    assert sorted(id for each in found for id in each.values()) == sorted(each.id for each in marks)
    again = list(marks)
    shuffler.shuffle(again)
    assert ids(match(again)) == found


def by_layer(marks, coders=("ann", "ben"), length=400):
    return {each.layer.name: each for each in agreement_by_layer(marks, match(marks), coders, length)}


def test_each_layer_has_its_figures_and_what_they_rest_on():
    layers = by_layer(ANN + BEN)
    assert list(layers) == ["mentions", "source", "cue", "content", "speaker", "report_type", "country", "stance"]
    assert layers["source"].figures == {"u_alpha": (1.0, 2)}
    assert layers["cue"].figures == {"u_alpha": (None, 0)}
    assert layers["content"].figures["u_alpha"].n == 7
    speaker, kind = layers["speaker"].figures, layers["report_type"].figures
    assert {name: figure.n for name, figure in speaker.items()} == {"agree": 2, "alpha": 2, "cohen": 2, "fleiss": 2}
    assert speaker["cohen"].value == 1
    # direct/direct and mixed/direct: half agree; chance is 1/2 as well
    assert (kind["agree"].value, kind["cohen"].value) == (0.5, 0.0)
    # the stance that only ben saw counts as a disagreement: supports/supports and none/disputes
    assert layers["stance"].figures["agree"] == (0.5, 2)


def test_a_coder_who_marked_nothing_still_counts():
    layers = by_layer(ANN, coders=("ann", "ben"))
    assert layers["mentions"].figures["u_alpha"].value < 0
    assert layers["speaker"].figures["agree"] == (None, 0)


def test_spans_inside_others_are_told_as_left_out():
    layers = by_layer([*ANN, mark("a5", "ann", [(20, 30)]), *BEN])
    assert (layers["content"].left_out, layers["source"].left_out) == (1, 0)


def test_three_coders_have_no_cohens_kappa():
    cy = [mark("c1", "cy", [(10, 50)], speaker="hunt", report_type="direct", country="GB")]
    figures = by_layer(ANN + BEN + cy, coders=("ann", "ben", "cy"))["speaker"].figures
    assert {name: figure.n for name, figure in figures.items()} == {"agree": 2, "alpha": 2, "fleiss": 1}


def test_every_disagreement_is_listed_with_what_each_has():
    told = [(each.layer, each.claim, each.values) for each in differences(match(ANN + BEN), ("ann", "ben"))]
    assert told == [
        ("content", None, {"ann": "100–120, 130–150", "ben": "100–150"}),
        ("report_type", None, {"ann": "mixed", "ben": "direct"}),
        ("stance", "threat", {"ann": "none", "ben": "disputes"}),
        ("mentions", None, {"ann": "200–240", "ben": "not marked"}),
        ("mentions", None, {"ann": "not marked", "ben": "300–340"}),
    ]


def test_there_is_no_difference_exactly_where_coders_marked_the_same():
    twins = [
        Mark(
            each.id + "'",
            "ben",
            each.extent,
            each.parts,
            each.speaker,
            each.speaker_label,
            each.report_type,
            each.country,
            each.stances,
        )
        for each in ANN
    ]
    random.Random(5).shuffle(twins)
    assert differences(match(ANN + twins), ("ann", "ben")) == []
    assert all(f.value in (1.0, None) for layer in by_layer(ANN + twins).values() for f in layer.figures.values())
