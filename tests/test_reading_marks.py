"""Marks in a text: the markup keeps the text, every mark is whole, and the size grows with what is in it."""

import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.pages.blocks import Segment, layout
from datasette_claims.pages.passages import Mark, anchor, mark_up
from datasette_claims.schema.vocabulary import SEGMENT_KIND

VOID = {"br", "hr", "img"}


class Reader(HTMLParser):
    """Reads markup as a browser does: the text, the text of each numbered piece, and whether tags match."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.pieces, self.open, self.ids, self.labels, self.starts = "", {}, [], [], [], []
        self.feed(str(html))
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.open.append((tag, attrs.get("data-n")))
        self.starts.append((tag, attrs))
        if "id" in attrs:
            self.ids.append((attrs["id"], len(self.text)))
        if "aria-label" in attrs and tag == "a":
            self.labels.append(attrs["aria-label"])

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.text += data
        for tag, number in self.open:
            if tag == "mark":
                self.pieces[int(number)] = self.pieces.get(int(number), "") + data

    def passage(self, ranges):
        return ["".join(self.pieces[n] for n in range(*span)) for span in ranges]


characters = st.one_of(
    st.sampled_from(list(" \n\r\t<>&\"'abe.")),
    st.sampled_from(["\r\n", "\n\n", "\r\n\r\n", "e\u0301", "👩‍👩‍👧", "🇬🇧", "\u202b", "\u2028", "&amp;", "</mark>"]),
    st.sampled_from(["שלום", "مرحبا"]),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
texts = st.lists(characters, min_size=1, max_size=60).map("".join)


@st.composite
def marked_texts(draw):
    text = draw(texts)
    offsets = st.integers(0, len(text))

    def spans(count):
        pairs = draw(st.lists(st.tuples(offsets, offsets), max_size=count))
        return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]

    names = st.sampled_from(["one", "two", "three", "", "a b/%~"])
    marks = [
        Mark(f"{draw(names)}{n // 2}", *span, kind="mention", flags=("hit",) if n % 3 else (), number=n, label='"<x>')
        for n, span in enumerate(spans(12))
    ]
    segments = [Segment(draw(st.sampled_from(SEGMENT_KIND.words)), *span) for span in spans(6)]
    return text, marks, segments


@given(marked_texts(), st.booleans())
def test_the_markup_without_tags_is_the_text_and_each_passage_is_whole(case, spoken):
    text, marks, segments = case
    marked = mark_up(text, marks, segments, spoken=spoken)
    read = Reader(marked.html)
    assert read.text == text
    assert set(marked.ranges) == {mark.id for mark in marks}
    for id, ranges in marked.ranges.items():
        expected = [text[mark.start : mark.end] for mark in marks if mark.id == id]
        assert sorted(read.passage(ranges)) == sorted(expected)
    assert sorted(read.pieces) == list(range(marked.pieces))


@given(marked_texts())
def test_no_piece_has_a_border_inside(case):
    text, marks, segments = case
    marked = mark_up(text, marks, segments)
    read = Reader(marked.html)
    covered = {n for ranges in marked.ranges.values() for span in ranges for n in range(*span)}
    assert covered == set(read.pieces)
    borders = {edge for mark in marks for edge in (mark.start, mark.end)}
    assert marked.pieces <= len(borders) + 2 * len(list(layout(text, segments))) + 1


@given(marked_texts())
def test_each_passage_has_one_place_to_link_to_where_it_begins(case):
    text, marks, segments = case
    read = Reader(mark_up(text, marks, segments).html)
    first = {}
    for mark in marks:
        first[f"a-{anchor(mark.id)}"] = min(mark.start, first.get(f"a-{anchor(mark.id)}", mark.start))
    assert dict(read.ids) == first
    assert len(read.ids) == len(first)


@given(
    texts, st.lists(st.tuples(st.sampled_from(SEGMENT_KIND.words), st.integers(0, 90), st.integers(0, 90)), max_size=8)
)
def test_regions_of_the_blocks_are_the_whole_text_in_order(text, segments):
    regions = [part for part in layout(text, [Segment(*segment) for segment in segments]) if not isinstance(part, str)]
    assert "".join(text[start:end] for start, end in regions) == text
    assert all(one[1] == other[0] for one, other in pairwise(regions))


def test_a_flag_stands_on_every_piece_that_its_mark_covers_and_on_no_other():
    text = "one two three four"
    marks = [Mark("a", 0, 13, "mention", flags=("claims-here",)), Mark("b", 4, 18, "mention", classes="claims-hue-2")]
    read = Reader(mark_up(text, marks).html)
    flagged = {a["data-n"]: "claims-here" in a["class"].split() for tag, a in read.starts if tag == "mark"}
    assert [(read.pieces[int(n)], here) for n, here in flagged.items()] == [
        ("one ", True),
        ("two three", True),
        (" four", False),
    ]


def test_the_innermost_mark_gives_a_piece_its_looks():
    text = "He said it was so."
    marks = [Mark("m", 0, 17, "mention", classes="claims-hue-1", number=1), Mark("m.cue", 3, 7, "cue")]
    looks = [a["class"].split() for tag, a in Reader(mark_up(text, marks).html).starts if tag == "mark"]
    assert [("claims-part-cue" in each, "claims-hue-1" in each) for each in looks] == [
        (False, True),
        (True, False),
        (False, True),
    ]


def test_an_interrupted_passage_is_announced_again_as_continued_and_linked_once():
    text = "“We won,” he said, “again.”"
    marks = [
        Mark("m", 0, 9, "mention", number=4, label="A. Bee"),
        Mark("m", 19, 27, "mention", number=4, label="A. Bee"),
    ]
    marked = mark_up(text, marks)
    read = Reader(marked.html)
    assert read.labels == ["4, A. Bee: start", "4, A. Bee, continued: start"]
    assert read.passage(marked.ranges["m"]) == ["“We won,”", "“again.”"]
    assert read.ids == [("a-m", 0)]


def test_words_for_listeners_can_be_left_out():
    html = mark_up("He said so.", [Mark("m", 0, 10, "mention", number=1, label="He")], spoken=False).html
    assert "data-say" not in html
    assert "aria-label" not in html
    assert 'aria-hidden="true" tabindex="-1"' in html


def test_what_is_added_for_listeners_names_start_and_end():
    html = mark_up("He said so.", [Mark("m", 0, 10, "mention", number=1, label="He")]).html
    assert 'aria-label="1, He: start"' in html
    assert 'data-say=" [end 1] "' in html


@pytest.mark.parametrize("span", [(3, 3), (4, 2), (-1, 2), (0, 6)])
def test_a_span_outside_the_text_is_refused_with_its_id_and_offsets(span):
    with pytest.raises(ValueError, match=rf"'x'.*{span[0]}\.\.{span[1]}.*5 code points"):
        mark_up("12345", [Mark("x", *span, "mention")])


@pytest.mark.parametrize(
    ("kind", "tag", "name"),
    [
        ("headline", "h2", "claims-seg-headline"),
        ("standfirst", "p", "claims-seg-standfirst"),
        ("lead", "p", "claims-seg-lead"),
        ("paragraph", "p", "claims-seg-paragraph"),
        ("credit", "p", "claims-seg-credit"),
        ("boilerplate", "details", "claims-seg-boilerplate"),
        ("caption", "figure", "claims-picture"),
        ("photo_credit", "figure", "claims-picture"),
        ("alt_text", "figure", "claims-picture"),
    ],
)
def test_a_segment_keeps_its_kind(kind, tag, name):
    first = Reader(mark_up("Words", [], [Segment(kind, 0, 5)]).html).starts[0]
    assert (first[0], first[1]["class"]) == (tag, name)


def test_what_belongs_to_one_picture_is_one_figure_with_one_caption():
    text = "A tank\nA tank rollsBob/AP\nA ship\nNext"
    segments = [
        Segment("alt_text", 0, 6),
        Segment("caption", 7, 19),
        Segment("photo_credit", 19, 25),
        Segment("alt_text", 26, 32),
        Segment("paragraph", 33, 37),
    ]
    tags = [tag for tag, _ in Reader(mark_up(text, [], segments).html).starts]
    assert tags == ["figure", "p", "figcaption", "span", "span", "figure", "p", "p"]


def test_lines_without_segments_become_paragraphs_at_blank_lines():
    html = mark_up("One\r\nstill one\r\n\r\nTwo\n \nThree", []).html
    assert html.count("<p ") == 3
    assert 'dir="auto">One&#13;\nstill one</p>' in html


def test_every_block_finds_its_own_direction():
    starts = Reader(mark_up("שלום\n\nHello\n\nمرحبا", []).html).starts
    assert [a["dir"] for _, a in starts] == ["auto"] * 3


@pytest.mark.parametrize(("id", "expected"), [("hunt--body", "hunt--body"), ("a b", "a~20b"), ("é/~", "~C3~A9~2F~7E")])
def test_an_id_becomes_an_anchor_that_needs_no_escaping(id, expected):
    assert anchor(id) == expected


def steps(text, marks):
    """How many Python function calls, built-in ones included, it takes to mark up a text."""
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        marked = mark_up(text, marks)
    finally:
        sys.setprofile(None)
    return count, len(marked.html), marked.pieces


def chain(n, words):
    return [Mark(f"m{i}", i * words // n, i * words // n + 60, "mention", number=i, label="x") for i in range(n)]


def onion(n, words):
    return [Mark(f"m{i}", i, words - i, "mention", number=i, label="x") for i in range(n)]


@pytest.mark.parametrize("shape", [chain, onion])
def test_work_and_size_grow_in_proportion_to_text_and_marks(shape):
    # 20,000 words of six characters with 2,000 marks: each overlaps many others, or all lie within one another.
    small = steps("word, " * 5_000, shape(500, 29_000))
    large = steps("word, " * 20_000, shape(2_000, 119_000))
    assert large[2] <= 2 * 2_000 + 1
    assert large[0] < 4.4 * small[0]
    assert large[1] < 4.4 * small[1]
