"""The decision: every state, each for its reason, and no passage that moves in silence."""

from __future__ import annotations

import csv
import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims import anchoring
from datasette_claims.anchoring import (
    ALGORITHM,
    ALGORITHM_VERSION,
    STATES,
    Anchoring,
    SelectorError,
    TextPositionSelector,
    TextQuoteSelector,
    anchor,
    anchor_all,
    reanchor,
    same_wording,
    select,
)

SHARED = Path(__file__).parents[1] / ".." / "shared"

OLD = """Harbour plan in doubt

The harbour master, Ada Quist, said on Monday that the new pier would open in June. "We are on time," she said.

A spokesman for the fishermen disputed this. He told reporters that the piles had cracked twice since March.

The council declined to comment. Its chairman, Linus Berg, was abroad and could not be reached for an answer.
"""


def carried(new: str, passage: str, old: str = OLD, nth: int = 0) -> Anchoring:
    """The anchoring of the nth place of a passage, found by its words in the old text."""
    start = -1
    for _ in range(nth + 1):
        start = old.index(passage, start + 1)
    return reanchor(old, new, [(start, start + len(passage))])[0]


def edited(*changes: tuple[str, str], old: str = OLD) -> str:
    for before, after in changes:
        assert before in old
        old = old.replace(before, after)
    return old


PARAGRAPHS = OLD.split("\n\n")


@pytest.mark.parametrize(
    ("new", "passage", "state", "exact", "method"),
    [
        pytest.param(OLD, "she said", "anchored", "she said", "offsets", id="nothing changed"),
        pytest.param(OLD + "More.", "Ada Quist", "anchored", "Ada Quist", "offsets", id="changed far away"),
        pytest.param("Update. " + OLD, "he", "anchored", "he", "diff+search", id="shifted, inside a word"),
        pytest.param(
            edited(('"We are on time,"', "“We are on\u00a0time,”")),
            '"We are on time,"',
            "anchored",
            "“We are on\u00a0time,”",
            "diff+search",
            id="typography only",
        ),
        pytest.param(
            edited(("cracked twice", "broken twice")),
            "the piles had cracked twice since March",
            "changed",
            "the piles had broken twice since March",
            "diff+search",
            id="a word replaced",
        ),
        pytest.param(
            edited(("Ada Quist", "ADA QUIST")), "Ada Quist", "changed", "ADA QUIST", "diff+search", id="case is wording"
        ),
        pytest.param(
            "\n\n".join([PARAGRAPHS[0], *PARAGRAPHS[2:], PARAGRAPHS[1]]),
            "the new pier would open in June",
            "moved",
            "the new pier would open in June",
            "search",
            id="paragraph moved",
        ),
        pytest.param(
            edited(("disputed", "denied all of")), "disputed", "orphan", "", "none", id="one word replaced by others"
        ),
        pytest.param(
            "\n\n".join([*PARAGRAPHS[:2], PARAGRAPHS[3]]),
            "the piles had cracked twice since March",
            "orphan",
            "",
            "none",
            id="paragraph deleted",
        ),
        pytest.param(
            edited(("Its chairman, Linus Berg, was abroad", "Its machines were idle")),
            "Linus",
            "orphan",
            "",
            "none",
            id="look-alike inside a word",
        ),
        pytest.param(
            edited((PARAGRAPHS[2], "Rain fell over the valley while the farmers waited for the river to rise.")),
            "A spokesman for the fishermen",
            "orphan",
            "",
            "none",
            id="another paragraph with the same small words",
        ),
        pytest.param("", "Ada Quist", "orphan", "", "none", id="nothing left"),
    ],
)
def test_each_edit_has_its_state(new: str, passage: str, state: str, exact: str, method: str) -> None:
    result = carried(new, passage)
    assert (result.state, result.exact, result.method) == (state, exact, method)


def test_a_passage_keeps_to_its_own_place_when_its_paragraph_is_repeated_above() -> None:
    new = PARAGRAPHS[2] + "\n\n" + OLD
    result = carried(new, "the piles had cracked twice since March")
    assert result.state == "anchored"
    assert result.start == new.rindex("the piles had cracked")


def test_two_equal_places_for_a_moved_passage_are_left_to_a_person() -> None:
    filler = "Nothing of this was in the old text, and it goes on for a while so that the copies stand apart."
    new = f"{PARAGRAPHS[3]}\n{filler}\n\n{PARAGRAPHS[2]}\n\n{filler}\n\n{PARAGRAPHS[2]}\n\n{filler}"
    old = f"{PARAGRAPHS[2]}\n\n{PARAGRAPHS[3]}"
    result = carried(new, "the piles had cracked twice since March", old)
    assert result.state == "ambiguous"
    assert not result.placed
    assert [new[a.start : a.end] for a in result.alternatives] == ["the piles had cracked twice since March"] * 2
    assert {a.start for a in result.alternatives} == {
        new.index("the piles had cracked"),
        new.rindex("the piles had cracked"),
    }


def test_words_that_another_passage_repeats_do_not_save_a_deleted_one() -> None:
    old = "Clinton, he said, was wrong.\n\nThe talks went on for days.\n\nClinton, he said, was right.\n"
    new = "Clinton, he said, was wrong.\n\nThe talks went on for days.\n"
    assert carried(new, "he said", old, nth=1).state == "orphan"
    assert carried(new, "he said", old, nth=0).state == "anchored"


@pytest.mark.parametrize(
    ("old", "new", "passage"),
    [
        ("Sie sagte „nein“. 👩‍👩‍👧 war da.", "Gestern: Sie sagte „nein“. 👩‍👩‍👧 war da.", "👩‍👩‍👧 war da"),
        (
            "Le cafe\u0301 e\u0301tait ferme\u0301, dit-il hier.",
            "Hier: le café était fermé, dit-il hier.",
            "e\u0301tait ferme\u0301",
        ),
        ("قال الوزير إن المحادثات فشلت أمس", "عاجل: قال الوزير إن المحادثات فشلت أمس", "المحادثات فشلت"),
        ("One line.\r\nThe second line.\r\nEnd.", "Top\nOne line.\nThe second line.\nEnd.", "line.\r\nThe second"),
        ("大臣は会談が失敗したと述べた。", "速報。大臣は会談が失敗したと述べた。", "会談が失敗した"),
    ],
)
def test_every_script_and_line_end_is_followed(old: str, new: str, passage: str) -> None:
    result = carried(new, passage, old)
    assert result.placed
    assert same_wording(result.exact, passage)


def test_several_passages_are_answered_in_their_order() -> None:
    spans = [(OLD.index(p), OLD.index(p) + len(p)) for p in ("Linus Berg", "Ada Quist", "disputed")]
    assert [a.exact for a in reanchor(OLD, "New: " + OLD, spans)] == ["Linus Berg", "Ada Quist", "disputed"]


@pytest.mark.parametrize("span", [(5, 4), (-1, 3), (0, len(OLD) + 1)])
def test_offsets_outside_the_old_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(SelectorError):
        reanchor(OLD, OLD, [span])


def test_a_passage_without_words_is_kept_only_where_nothing_changed() -> None:
    assert reanchor(OLD, OLD, [(5, 5)])[0].state == "anchored"
    assert reanchor(OLD, "x" + OLD, [(5, 5), (21, 23)]) == [Anchoring("orphan"), Anchoring("orphan")]


words = st.sampled_from(
    ["the", "minister", "said", "no", "yes", "Linus", "machines", ",", ".", "\n\n", "“", "é", "👩‍👧"]
)
prose = st.lists(words, max_size=40).map(" ".join)


@settings(max_examples=200)
@given(prose, prose, st.data())
def test_no_passage_is_pointed_elsewhere_in_silence(old: str, new: str, data: st.DataObject) -> None:
    """Whatever the texts: the answer is of a known kind, and what it calls anchored has the old wording."""
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    (result,) = reanchor(old, new, [(start, end)])
    assert result.state in STATES
    assert 0 <= result.score <= 1
    assert (result.algorithm, result.version) == (ALGORITHM, ALGORITHM_VERSION)
    if result.start is None or result.end is None:
        assert result.start is result.end is None
        assert result.exact == ""
        assert result.state in {"ambiguous", "orphan"}
    else:
        assert 0 <= result.start <= result.end <= len(new)
        assert new[result.start : result.end] == result.exact
        assert (result.state == "changed") is not same_wording(result.exact, old[start:end])
    assert (len(result.alternatives) > 1) is (result.state == "ambiguous")
    assert all(0 <= place.start < place.end <= len(new) for place in result.alternatives)


@given(prose, st.data())
def test_an_unchanged_text_keeps_all_offsets(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert reanchor(text, text, [(start, end)]) == [Anchoring("anchored", start, end, 1.0, text[start:end], "offsets")]


@pytest.mark.parametrize(
    ("text", "passage", "state"),
    [
        (OLD, "Ada Quist", "anchored"),
        ("News. " + OLD, "Ada Quist", "moved"),
        ("News. " + OLD.replace("cracked", "craked"), "the piles had cracked twice since March", "changed"),
        ("\n\n".join([*PARAGRAPHS[:2], PARAGRAPHS[3]]), "the piles had cracked twice since March", "orphan"),
        (PARAGRAPHS[2] + "\n\n" + OLD, "told reporters", "ambiguous"),
    ],
)
def test_selectors_alone_find_a_passage_but_never_vouch_for_a_new_place(text: str, passage: str, state: str) -> None:
    start = OLD.index(passage)
    selector = select(OLD, start, start + len(passage))
    assert anchor(text, selector.quote, selector.position).state == state


def test_an_imported_quote_without_offsets_is_searched_for() -> None:
    quote = TextQuoteSelector("We are on time", "would open in June. “", ",” she said.")
    found, lost = anchor_all(OLD, [(quote, None), (TextQuoteSelector("Linus", "the ", " machine"), None)])
    assert (found.state, found.exact) == ("moved", "We are on time")
    assert lost.state == "orphan"


def test_offsets_of_an_import_are_believed_only_if_the_quote_stands_there() -> None:
    result = anchor(OLD, TextQuoteSelector("Ada Quist"), TextPositionSelector(0, 9))
    assert result.start != 0


@pytest.mark.skipif(not (SHARED / "seed" / "article.txt").exists(), reason="../shared/seed/article.txt is not here")
def test_all_evidence_of_the_reference_article_survives_a_retyped_copy_with_a_correction_above() -> None:

    text = (SHARED / "seed" / "article.txt").read_bytes().decode("utf-8")
    with (SHARED / "seed" / "evidence.csv").open(encoding="utf-8", newline="") as file:
        spans = [(int(row["start"]), int(row["end"])) for row in csv.DictReader(file)]
    curly = str.maketrans({"“": '"', "”": '"', "’": "'", "—": "-"})
    note = "Correction: an earlier version of this article misspelled a name.\n\n"
    results = reanchor(text, note + text.translate(curly), spans)
    assert [(a.start, a.end) for a in results] == [(s + len(note), e + len(note)) for s, e in spans]
    assert {a.state for a in results} == {"anchored"}


def test_the_documented_example_runs() -> None:
    failures, tried = doctest.testmod(anchoring)
    assert (failures, tried > 0) == (0, True)
