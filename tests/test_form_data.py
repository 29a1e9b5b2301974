"""Form data are read as the standard library reads them, and without many times their memory."""

import tracemalloc
from urllib.parse import parse_qsl, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from datasette_claims.pages.form_data import pairs_of

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.one_of(TEXT, st.text(alphabet="a&=+%C3A9eé2;/", max_size=30)))
@example("a=%E2é&b&=&&c=%zz%4&%C3%A9=%F0%9F%98%80+x")
def test_pairs_are_those_of_the_standard_library(sent):
    assert pairs_of(sent) == parse_qsl(sent, keep_blank_values=True)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_what_a_form_sends_arrives(pairs):
    assert pairs_of(urlencode(pairs)) == pairs


def test_a_text_of_escapes_takes_memory_of_its_size():
    sent = urlencode({"text": "😀" * 50_000})
    tracemalloc.start()
    try:
        assert pairs_of(sent) == [("text", "😀" * 50_000)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * len(sent)
