"""What each line of an article is."""

import pytest

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
