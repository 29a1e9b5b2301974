"""Quote fidelity: the reports of one statement side by side."""

import pytest
from tracing_data import SHARED, dump, seed_database

from datasette_claims.tracing.fidelity import fidelity, hedges_in, verb_of, word_changes


def mention(name, content, cue="said", report_type="direct", document="d1", **more):
    wording = {"direct": "verbatim"}.get(report_type, "reported")
    return {
        "id": name,
        "document": document,
        "report_type": report_type,
        "cue": cue,
        "content": content,
        "wording": wording,
        **more,
    }


def difference(one, other, evidence=(), texts=None, languages=None):
    found = fidelity([one, other], evidence, texts or {}, languages)
    assert found.measure == one["id"]
    return found.differences[0]


def test_the_general_in_the_seed_is_escalated_from_told_to_contradicted():
    conn = seed_database()
    mentions = [row for row in dump(conn, "mentions") if row["statement"] == "s09"]
    text = (SHARED / "seed" / "article.txt").read_text(encoding="utf-8")
    for texts in ({"d1": text}, {"d1": None}):
        found = fidelity(mentions, dump(conn, "evidence"), texts, {"d1": "en"})
        by_mention = {one.mention: one for one in found.differences}
        assert found.measure == "s09-m1"
        standfirst, narrated = by_mention["s09-m2"], by_mention["s09-m3"]
        assert standfirst.same_verbatim is True
        assert standfirst.steps == 0
        assert narrated.verb is not None
        assert (narrated.verb.word, narrated.verb.kind, narrated.steps) == ("contradicted", "opposes", 3)
        assert narrated.same_verbatim is None
        assert all(report.exact for report in found.reports)


def test_a_hedge_that_is_not_repeated_is_lost():
    found = difference(
        mention("m1", "We don't see any increased threat from many of them at this stage"),
        mention("m2", "there is no increased threat", report_type="indirect"),
    )
    assert set(found.lost_hedges) == {"many of", "at this stage"}
    assert found.added_hedges == ()


def test_a_hedge_marked_in_the_text_counts_though_no_list_has_it():
    text = "He said it was, as it were, so. He said it was so."
    spans = [
        {"mention": "m1", "part": "content", "span_start": 8, "span_end": 30, "quote": None},
        {"mention": "m1", "part": "hedge", "span_start": 16, "span_end": 26, "quote": None},
        {"mention": "m2", "part": "content", "span_start": 40, "span_end": 49, "quote": None},
    ]
    one = mention("m1", None, report_type="direct")
    other = mention("m2", None, report_type="indirect")
    found = difference(one, other, spans, {"d1": text})
    assert found.lost_hedges == ("as it were",)


def test_brackets_that_an_outlet_put_in_are_named():
    found = difference(
        mention("m1", "They ultimately believe that it has manufactured this crisis, I would say"),
        mention("m2", "[Europeans] ultimately believe that it has manufactured this crisis"),
    )
    assert found.insertions == ("Europeans",)
    assert found.same_verbatim is False


def test_typography_is_no_change_of_words():
    changes = word_changes("“It's over,” he said", '"It’s over," he said')
    assert [change.tag for change in changes] == ["equal"]


def test_changed_words_are_shown_beside_what_they_replace():
    changes = word_changes("no increased threat from backed forces", "no threat from allied forces")
    assert [(c.tag, c.old.strip(), c.new.strip()) for c in changes if c.tag != "equal"] == [
        ("delete", "increased", ""),
        ("replace", "backed", "allied"),
    ]


def test_reports_in_two_languages_are_a_translation():
    one, other = (
        mention("m1", "Wir sehen keine erhöhte Gefahr von dort"),
        mention("m2", "We see no danger", document="d2"),
    )
    assert difference(one, other, languages={"d1": "de-DE", "d2": "en"}).translated is True
    assert difference(one, other, languages={"d1": "en-GB", "d2": "en"}).translated is False
    assert difference(one, other, languages={"d1": "en"}).translated is None


@pytest.mark.parametrize(
    ("cue", "kind"),
    [
        ("said", "says"),
        ("told reporters", "says"),
        ("Warned", "warns"),
        ("stressed", "stresses"),
        ("contradicted the risk", "opposes"),
        ("said, and later denied", "opposes"),
        ("hinted", "weakens"),
        ("shot back", "opposes"),
        ("played down the risk", "weakens"),
        ("blasted", "attacks"),
        ("would not be drawn on", None),
        ("claimed", None),
        ("", None),
    ],
)
def test_where_a_reporting_verb_stands(cue, kind):
    verb = verb_of(cue)
    assert (verb.kind if verb else None) == kind


def test_the_scale_rises_as_documented():
    order = ["suggested", "said", "stressed", "warned", "contradicted", "attacked"]
    assert [verb_of(word).strength for word in order] == [0, 1, 2, 3, 4, 5]


def test_a_verb_without_a_place_on_the_scale_gives_no_steps():
    found = difference(
        mention("m1", "It is over now"), mention("m2", "it is over", cue="claimed", report_type="indirect")
    )
    assert (found.verb, found.steps) == (None, None)


def test_withheld_words_fall_back_on_the_record():
    spans = [{"mention": "m1", "part": "content", "span_start": 0, "span_end": 5, "quote": None}]
    found = fidelity([mention("m1", "a paraphrase", report_type="indirect")], spans, {"d1": None})
    assert (found.reports[0].words, found.reports[0].exact) == ("a paraphrase", False)


def test_no_mentions_have_no_measure():
    assert fidelity([], [], {}).measure is None


def test_hedges_are_whole_words():
    assert hedges_in("The mighty may perhaps not") == ("may", "perhaps")
