"""Canonical JSON: the bytes of the standard library, whichever library makes them."""

import hashlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datasette_claims.pages.canonical import canonical, checksum, json_text

NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-1e-3, 1e-3),
    st.floats(1e14, 1e25),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=20,
)


def by_the_standard_library(data):
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@given(st.dictionaries(st.text(), VALUES))
@example({"ü": 1, "z": 2, "\U0001f30d": 3, "\uffff": 4, "": 5})
@example({"share": 1e-05, "other": 0.000015, "least": 5e-324})
@example({"large": 1e16, "larger": 1.5e22, "minus": -0.0, "day": "3e5"})
@example({"whole": 2**80, "text": '\u2028\x7f\x00"\\/<'})
def test_the_bytes_are_those_of_the_standard_library(data):
    assert canonical(data) == by_the_standard_library(data)


@given(st.one_of(st.floats(1e-7, 1e-3), st.floats(1e13, 1e30), st.floats(allow_nan=False, allow_infinity=False)))
def test_every_number_is_written_as_python_writes_it(number):
    assert canonical({"number": number}) == b'{"number":%s}' % repr(number).encode()


def test_a_checksum_is_that_of_the_bytes():
    data = {"b": [1, 2.5, None, True], "a": "quoted “words”"}
    assert checksum(data) == hashlib.sha256('{"a":"quoted “words”","b":[1,2.5,null,true]}'.encode()).hexdigest()


def test_half_a_character_is_refused():
    with pytest.raises(UnicodeEncodeError):
        canonical({"text": "\ud800"})


def test_what_is_no_json_is_refused():
    with pytest.raises(TypeError):
        canonical({"text": {1, 2}})


@pytest.mark.parametrize("other", [None, 1e-05, "day 3e5", 2**80])
@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_is_infinite_or_no_number_is_null(number, other):
    data = {"in": [{"a": number, "b": (number, other)}]}
    same = {"in": [{"a": None, "b": [None, other]}]}
    assert canonical(data) == by_the_standard_library(same)
    assert json.loads(json_text(data)) == same
