"""Names that look like others. Pairs are from confusables.txt of Unicode 15 (UTS 39), read by eye."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.lookalikes import alike, mixed_scripts, skeleton, strangers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chris Ghika", "Chris Ghіka"),  # U+0456
        ("Russia Today", "Russiа Today"),  # U+0430
        ("OPEC", "ОРЕС"),  # all Cyrillic
        ("NATO", "ΝΑΤΟ"),  # all Greek
        ("modern", "rnodern"),
        ("Will Ross", "WiII Ross"),
        ("Reuters", "Reu\u200bters"),
        ("Reuters", "\u202eReuters"),
        ("AFP", "\uff21\uff26\uff30"),
        ("Zoë", "Zoe\u0308"),
        ("al-Quds", "al‐Quds"),
        ("B.BC", "B.BC\ufeff"),
        ("Hamas", "Hamas\u3164"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one, other):
    assert one != other
    assert skeleton(one) == skeleton(other)
    assert alike([("a", one), ("b", other)]) == {"a": ["b"], "b": ["a"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Iran", "Iraq"), ("NATO", "Nato"), ("Müller", "Muller"), ("شمخانی", "شمخانى\u0628"), ("习近平", "习近乎")],
)
def test_other_names_do_not(one, other):
    assert skeleton(one) != skeleton(other)
    assert alike([("a", one), ("b", other)]) == {}


def test_equal_names_are_no_lookalikes():
    assert alike([("a", "John Smith"), ("b", "John Smith")]) == {}
    assert alike([("a", "Iran"), ("b", "Iran"), ("c", "lran")]) == {"a": ["c"], "b": ["c"], "c": ["a", "b"]}


@pytest.mark.parametrize(
    ("name", "scripts"),
    [
        ("Chris Ghіka", ("Latin", "Cyrillic")),
        ("Κώστας Simitis", ("Greek", "Latin")),
        ("Chris Ghika", ()),
        ("Владимир Путин", ()),
        ("G7 (2019)", ()),
        ("ソニー Sony 株式会社", ()),
        ("e\u0301cole", ()),
        ("", ()),
    ],
)
def test_scripts_that_a_name_mixes(name, scripts):
    assert mixed_scripts(name) == scripts


def test_what_is_strange_in_a_name():
    assert strangers("Chris Ghіka", "Chris Ghika") == ["U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"]
    assert strangers("Reu\u200bters", "Reuters") == ["U+200B ZERO WIDTH SPACE"]


@given(st.text(max_size=30))
def test_a_skeleton_is_its_own(name):
    assert skeleton(skeleton(name)) == skeleton(name)
    assert skeleton(name + "\u200b") == skeleton(name)
