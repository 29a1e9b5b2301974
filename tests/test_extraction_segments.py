"""What each line of an article is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.extraction import extract

ARTICLE = """Your browser is not supported. Please try another browser.

Harbour bridge to open in June

The ministry has promised it twice
Image: The bridge at night
The bridge over the harbour was lit last week.Ann Hale / Example Agency

The harbour bridge will open in June after two years of work.

Download the Harbour News app for more stories

“It is safe,” Mara Olsen said.

Reporting by Ann Hale; editing by Bob Roe"""


def kinds(text, **options):
    return [(s.kind, s.quote) for s in extract(text, **options).segments]


def test_every_kind_of_line_is_told_apart():
    assert [kind for kind, _ in kinds(ARTICLE)] == [
        "boilerplate",
        "headline",
        "standfirst",
        "alt_text",
        "caption",
        "photo_credit",
        "lead",
        "boilerplate",
        "paragraph",
        "credit",
    ]


def test_a_caption_glued_to_its_credit_is_split():
    found = dict(kinds(ARTICLE))
    assert found["caption"] == "The bridge over the harbour was lit last week."
    assert found["photo_credit"] == "Ann Hale / Example Agency"


def test_nothing_is_deleted():
    kept = "".join(quote for _, quote in kinds(ARTICLE))
    assert "".join(kept.split()) == "".join(ARTICLE.split())


def test_the_given_title_is_the_headline_wherever_it_stands():
    text = "Politics\n\nHarbour bridge: what we know\n\nThe bridge opens in June, after a long wait."
    assert ("headline", "Harbour bridge: what we know") in kinds(text, title="Harbour Bridge — What We Know")


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our newsletter",
        "Click here to read more",
        "All rights reserved.",
        "Advertisement",
        "Follow Ann on Twitter",
    ],
)
def test_words_of_the_site_are_boilerplate(line):
    text = f"Bridge opens\n\nThe bridge opens in June, officials expect.\n\n{line}\n\nIt is long."
    assert ("boilerplate", line) in kinds(text)


def test_words_of_the_site_report_nothing():
    text = "Bridge opens\n\nIt opens in June.\n\nRelated: Mara Olsen said the bridge was safe"
    assert extract(text).mentions == ()


@pytest.mark.parametrize("text", ["", "\n\n \n", "\u00a0"])
def test_an_empty_text_gives_an_empty_draft(text):
    draft = extract(text)
    assert (draft.segments, draft.mentions, draft.dates, draft.actors) == ((), (), (), ())


@pytest.mark.parametrize(
    "line",
    [
        "Share prices of the harbour company fell by nine percent on Monday.",
        "Email records show that the ministry knew about the cables.",
        "Correction officers said the prison was safe.",
        "Copyright law says otherwise, the lawyers argue.",
    ],
)
def test_a_sentence_that_begins_like_words_of_the_site_stays_a_paragraph(line):
    text = f"Bridge opens\n\nThe bridge opens in June, officials expect.\n\n{line}\n\nIt is long."
    assert ("paragraph", line) in kinds(text)


def test_what_the_source_says_of_a_part_wins_over_its_form():
    text = "Bridge opens\n\nThe bridge over the harbour Ann Hale, Example Agency\n\nThe bridge opens in June, they say."
    a = text.index("The bridge over")
    b = text.index("Ann Hale")
    hints = [(a, b, "caption"), (b, text.index("\n\nThe bridge opens"), "photo_credit")]
    assert kinds(text, hints=hints) == [
        ("headline", "Bridge opens"),
        ("caption", "The bridge over the harbour"),
        ("photo_credit", "Ann Hale, Example Agency"),
        ("lead", "The bridge opens in June, they say."),
    ]


def test_the_headline_that_the_source_names_is_the_headline():
    text = "Politics today\n\nHarbour bridge opens\n\nThe bridge opens in June, after a long wait."
    start = text.index("Harbour")
    found = kinds(text, hints=[(start, start + len("Harbour bridge opens"), "headline")])
    assert found[:2] == [("paragraph", "Politics today"), ("headline", "Harbour bridge opens")]


@given(st.data())
def test_hints_lose_no_character_wherever_they_begin_and_end(data):
    text = data.draw(st.text(alphabet="ab. \n\u00a0“”", max_size=60))
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    words = st.sampled_from(["caption", "credit", "boilerplate"])
    hints = [(a, b, data.draw(words)) for a, b in zip(borders[::2], borders[1::2], strict=False)]
    found = extract(text, hints=hints).segments
    assert "".join("".join(s.quote.split()) for s in found) == "".join(text.split())
    assert all(text[s.start : s.end] == s.quote for s in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))
    covered = [(s.kind, s.start, s.end) for s in found]
    for a, b, kind in hints:
        inside = [k for k, x, y in covered if a <= x and y <= b]
        assert set(inside) <= {kind, "photo_credit"}
