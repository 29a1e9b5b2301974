"""Columns that SQLite packed into JSON arrays come out as the values that went in, whatever these are."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.comparison import packed
from datasette_claims.comparison.packed import Column

PLAIN = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=30)
ANY = st.none() | PLAIN | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)


def packed_by_sqlite(values):
    conn = sqlite3.connect(":memory:")
    conn.execute("create table given (value text)")
    conn.executemany("insert into given values (?)", [(value,) for value in values])
    (text,) = conn.execute("select json_group_array(value) from given").fetchone()
    conn.close()
    return text


def read(chunks):
    """The values of chunks, by way of their numbers."""
    column = Column()
    numbers = [column.packed(packed_by_sqlite(values), len(values)) for values in chunks]
    known = list(column.codes)
    assert [column.codes[value] for value in known] == list(range(len(known)))
    return [[known[number] for number in part.tolist()] for part in numbers]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ANY, max_size=12), max_size=6))
def test_any_values(chunks):
    assert read(chunks) == chunks


@pytest.mark.parametrize("longest", [1, 8, 9, 16, 24, 25, 60])
@pytest.mark.parametrize("missing", [0, 0.3, 1])
def test_many_values_of_every_length(longest, missing):
    """More than a table holds at first, so that it grows; with and without nulls; some seen first in later chunks."""
    random = np.random.default_rng(longest)
    letters = np.array(list("abc-0123456789,"))

    def value():
        if random.random() < missing:
            return None
        return "".join(random.choice(letters, random.integers(0, longest, endpoint=True)))

    chunks = [[value() for _ in range(400)] for _ in range(4)]
    assert read(chunks) == chunks


def test_values_at_one_place_of_the_table_are_told_apart(monkeypatch):
    monkeypatch.setattr(Column, "_place", lambda self, keys: np.zeros(len(keys[3]), dtype=np.intp))
    chunks = [["a", "b", "a", "c"], ["c", "b", "a", None, "ab"], ["b"] * 5]
    assert read(chunks) == chunks


def test_plain_values_are_not_read_as_json(monkeypatch):
    """Only the first chunk is: with the fast way broken the index would still be right, but slow."""
    column = Column()
    text = packed_by_sqlite(["explicit", "vote", None, "explicit"])
    first = column.packed(text, 4)
    monkeypatch.setattr(packed.json, "loads", None)
    assert column.packed(text, 4).tolist() == first.tolist() == [0, 1, 2, 0]
