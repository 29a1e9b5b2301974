"""Offsets in code points, UTF-16 and UTF-8: exact values, round trips, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.anchoring import OffsetError, from_utf8, from_utf16, to_utf8, to_utf16

TEXTS = {
    "empty": "",
    "ascii": "He said no.",
    "emoji with joiners": "a👩‍👩‍👧b🇩🇪c",
    "combining marks": "cafe\u0301 n\u0303o a\u0308\u0323",
    "right to left": "قال الوزير: «لا» 123 שלום",
    "line ends": "one\r\ntwo\rthree\n",
    "astral first and last": "𝔘n𝔐",
    "mixed widths": "aé€😀",
}


@pytest.mark.parametrize(
    ("text", "points", "utf16", "utf8"),
    [
        ("aé€😀b", [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 5, 6], [0, 1, 3, 6, 10, 11]),
        ("😀😀", [2, 0, 1, 1], [4, 0, 2, 2], [8, 0, 4, 4]),
        ("\r\nß", [3, 2], [3, 2], [4, 2]),
        ("", [0], [0], [0]),
        ("abc", [], [], []),
    ],
)
def test_offsets_have_the_values_of_the_encodings(
    text: str, points: list[int], utf16: list[int], utf8: list[int]
) -> None:
    assert to_utf16(text, points) == utf16
    assert to_utf8(text, points) == utf8
    assert from_utf16(text, utf16) == points
    assert from_utf8(text, utf8) == points


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_offset_agrees_with_encoding_the_text_before_it(text: str) -> None:
    points = list(range(len(text) + 1))
    assert to_utf16(text, points) == [len(text[:i].encode("utf-16-le")) // 2 for i in points]
    assert to_utf8(text, points) == [len(text[:i].encode()) for i in points]


@given(st.text(), st.data())
def test_offsets_survive_the_way_there_and_back(text: str, data: st.DataObject) -> None:
    points = data.draw(st.lists(st.integers(0, len(text))))
    assert from_utf16(text, to_utf16(text, points)) == points
    assert from_utf8(text, to_utf8(text, points)) == points


@given(st.text(alphabet=st.characters(min_codepoint=0xD700, max_codepoint=0xE100), max_size=8))
def test_lone_surrogates_do_not_shift_what_follows(text: str) -> None:
    points = list(range(len(text) + 1))
    assert to_utf16(text, points) == points
    assert from_utf16(text, points) == points


@pytest.mark.parametrize(
    ("convert", "text", "offset", "reason"),
    [
        (from_utf16, "a😀", 2, "between the two halves"),
        (from_utf8, "é", 1, "inside a character"),
        (from_utf8, "😀", 3, "inside a character"),
        (to_utf16, "abc", 4, "has 3 code points"),
        (to_utf8, "abc", -1, "outside the text"),
        (from_utf16, "😀", 3, "has 2 UTF-16 code units"),
        (from_utf8, "é", 3, "has 2 UTF-8 bytes"),
    ],
)
def test_an_offset_that_points_at_nothing_is_refused(convert, text, offset, reason) -> None:
    with pytest.raises(OffsetError, match=reason):
        convert(text, [0, offset])
