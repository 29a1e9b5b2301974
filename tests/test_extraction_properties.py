"""What holds for every text, however odd."""

import sys
from datetime import date
from itertools import pairwise

import pytest
from fuzz.texts import MARKS
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.extraction import extract

PIECES = st.sampled_from(
    [
        "Mara Olsen",
        "she",
        "the ministry",
        "said",
        "said that",
        "told reporters",
        "according to",
        "adding",
        "declined to comment",
        "would not be drawn on",
        "claims that",
        "was asked whether",
        "the bridge is safe",
        "on Wednesday",
        "Oct. 9",
        *MARKS,
        "\n",
        "\n\n",
        "Image: a bridge",
        "\ue000",
        "\U0001f600",
        "é",
        "桥",
        "by",
        "who",
        "and",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join))
DAY = date(2019, 5, 16)


def spans(draft):
    """Every span of a draft with its quote."""
    yield from ((s.start, s.end, s.quote) for s in draft.segments)
    yield from ((d.start, d.end, d.quote) for d in draft.dates)
    yield from ((m.start, m.end, m.quote) for m in draft.memberships)
    yield from ((e.start, e.end, e.quote) for m in draft.mentions for e in m.evidence)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_every_span_lies_in_the_text_and_equals_its_quote(text):
    for start, end, quote in spans(extract(text, published_on=DAY)):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == quote


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_spans_of_one_part_of_a_mention_do_not_overlap(text):
    for mention in extract(text).mentions:
        for part in {e.part for e in mention.evidence}:
            found = sorted((e.start, e.end) for e in mention.parts(part))
            assert all(a[1] <= b[0] for a, b in pairwise(found)), part


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_segments_are_in_order_and_apart(text):
    found = extract(text).segments
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(s.quote == s.quote.strip() for s in found)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_running_twice_gives_the_same(text):
    assert extract(text, published_on=DAY) == extract(text, published_on=DAY)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_links_between_mentions_lead_to_other_mentions(text):
    mentions = extract(text).mentions
    ids = [m.id for m in mentions]
    assert len(ids) == len(set(ids))
    for mention in mentions:
        assert mention.parent is None or (mention.parent in ids and mention.parent != mention.id)
        assert mention.in_reply_to is None or mention.in_reply_to in ids


ODD = {
    "one sentence without end": "Mara Olsen said the bridge and ",
    "quotation marks only": '"',
    "reports only": "said that ",
    "commas": "a, ",
    "brackets": "(Roe), ",
    "names": "Mara Olsen ",
    "open marks": "“ word ",
    "one long word": "a",
    "paragraphs of quotations": "“The bridge is safe.”\n",
    "insertions": "the bridge, Olsen said, is safe, ",
    "single marks": "‘a ",
    "dates": "on Oct. 9 ",
    "appositions": "Olsen, a writer, a cook, ",
    "pronouns": "he said so and ",
}


def calls(text):
    """How many Python calls extraction makes: the same on every machine, unlike seconds."""
    count = 0

    def tracer(frame, event, argument):
        nonlocal count
        count += event == "call" or event == "c_call"

    sys.setprofile(tracer)
    try:
        extract(text, published_on=DAY)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", ODD.values(), ids=ODD.keys())
def test_the_work_grows_with_the_length_and_not_faster(piece):
    small = calls(piece * (10_000 // len(piece)))
    large = calls(piece * (40_000 // len(piece)))
    assert large <= 4.6 * small + 500


def test_bytes_are_refused_with_the_remedy():
    with pytest.raises(TypeError, match="decode the bytes first"):
        extract(b"She said so.")
