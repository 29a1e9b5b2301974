"""Which marks belong together, and what the other languages get."""

import pytest

from datasette_claims.extraction import extract
from datasette_claims.extraction.quotations import find_quotations


def quoted(text):
    return [text[q.start : q.end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "one two" and "three".', ['"one two"', '"three"']),
        ("He said “one two” and “three”.", ["“one two”", "“three”"]),
        ("He said ''one two'' and left.", ["''one two''"]),
        ("He said ``one two'' and left.", ["``one two''"]),
        ("Er sagte „eins zwei“ dazu.", ["„eins zwei“"]),
        ("Il dit «un deux trois» ici.", ["«un deux trois»"]),
        ('He said "one two” and left.', ['"one two”']),
        ("He said ‘one two three,’ and left.", ["‘one two three,’"]),
        ("Don't say it's the dogs' fault or the '90s.", []),
        ("“She said ‘one’ to me,” he said.", ["“She said ‘one’ to me,”"]),
        ("“He told me “no” twice,” she said.", ["“He told me “no” twice,”"]),
        ("“one two three,“ he said, and left.", ["“one two three,“"]),
        ('A 6" pipe is short.', []),
    ],
)
def test_marks_that_belong_together(text, expected):
    assert quoted(text) == expected


def test_a_mark_left_open_runs_to_the_end_of_its_paragraph():
    text = "“This is the first of two paragraphs.\n“This is the second one.”"
    assert quoted(text) == ["“This is the first of two paragraphs.", "“This is the second one.”"]


def test_a_mark_left_open_before_few_words_is_ignored():
    assert quoted('He wrote " once.') == []


def test_straight_marks_around_a_whole_paragraph_with_curly_ones_are_a_frame():
    text = '"“The bridge is safe,” Olsen said, “and it was tested.”"'
    assert quoted(text) == ["“The bridge is safe,”", "“and it was tested.”"]


def test_capitals_throughout_make_a_title_not_an_utterance():
    (found,) = find_quotations("She hosts “The Morning Harbour” daily.")
    assert found.is_title


def test_content_leaves_out_the_marks_and_the_comma_of_the_frame():
    (mention,) = extract("“The bridge is safe,” Olsen said.").mentions
    assert [e.quote for e in mention.parts("content")] == ["The bridge is safe"]
    assert [e.quote for e in mention.parts("verbatim")] == ["The bridge is safe"]


def test_editorial_insertions_stay_in_the_quotation():
    (mention,) = extract("“[The ministry] will pay for all of it,” Olsen said.").mentions
    assert mention.parts("content")[0].quote == "[The ministry] will pay for all of it"


def test_another_language_gets_its_quotation_marks_and_labels_and_is_said_to_be_unsupported():
    text = "Die Ministerin trat zurück.\n\nMara Olsen: „Die Brücke ist sicher, das steht fest.“"
    draft = extract(text, language="de")
    assert not draft.supported
    (mention,) = draft.mentions
    assert mention.source == "Mara Olsen"
    assert mention.parts("content")[0].quote == "Die Brücke ist sicher, das steht fest."
    assert draft.dates == ()


def test_a_text_that_is_not_english_is_not_read_as_english():
    text = "Le ministre a déclaré que le pont serait ouvert en juin et que les travaux étaient terminés. " * 6
    draft = extract(text)
    assert not draft.supported
    assert draft.mentions == ()
