"""Selectors: what is kept of a passage, their JSON, and whether they still hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.anchoring import (
    PassageSelector,
    SelectorError,
    TextPositionSelector,
    TextQuoteSelector,
    holds,
    select,
)


def test_a_passage_keeps_32_code_points_on_each_side() -> None:
    text = "x" * 40 + "QUOTE" + "y" * 40
    assert select(text, 40, 45).quote == TextQuoteSelector("QUOTE", "x" * 32, "y" * 32)


def test_context_ends_where_the_text_ends() -> None:
    assert select("a bee c", 2, 5).quote == TextQuoteSelector("bee", "a ", " c")


@given(st.text(), st.data())
def test_a_selector_holds_on_its_own_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    selector = select(text, start, end)
    assert selector.quote.exact == text[start:end]
    assert len(selector.quote.prefix) == min(32, start)
    assert holds(text, selector)


@pytest.mark.parametrize(
    "changed",
    ["xhe minister left today", "the minister left", "the minister lost today", "a minister left today.", ""],
)
def test_a_selector_does_not_hold_on_a_text_that_differs_at_its_offsets(changed: str) -> None:
    assert not holds(changed, select("the minister left today", 13, 17))


def test_json_is_that_of_the_web_annotation_model() -> None:
    assert TextQuoteSelector("no", "he said ", "").as_json() == {
        "type": "TextQuoteSelector",
        "exact": "no",
        "prefix": "he said ",
    }
    assert TextPositionSelector(3, 9).as_json() == {"type": "TextPositionSelector", "start": 3, "end": 9}


@given(st.text(), st.text(), st.text())
def test_quote_selectors_survive_json(exact: str, prefix: str, suffix: str) -> None:
    selector = TextQuoteSelector(exact, prefix, suffix)
    assert TextQuoteSelector.from_json(selector.as_json()) == selector


@given(st.integers(0), st.integers(0))
def test_position_selectors_survive_json(start: int, length: int) -> None:
    selector = TextPositionSelector(start, start + length)
    assert TextPositionSelector.from_json(selector.as_json()) == selector


@pytest.mark.parametrize(
    ("read", "data", "reason"),
    [
        (TextQuoteSelector.from_json, {"prefix": "a"}, "'exact' is missing"),
        (TextQuoteSelector.from_json, {"exact": 3}, "'exact' must be text, not 3"),
        (TextQuoteSelector.from_json, {"exact": "a", "suffix": None}, "'suffix' must be text"),
        (TextPositionSelector.from_json, {"start": 1}, "'end' must be a whole number"),
        (TextPositionSelector.from_json, {"start": True, "end": 2}, "'start' must be a whole number"),
        (TextPositionSelector.from_json, {"start": 3, "end": 2}, "end must not be before start"),
        (TextPositionSelector.from_json, {"start": -1, "end": 2}, "start must not be negative"),
    ],
)
def test_selectors_that_make_no_sense_are_refused(read, data, reason) -> None:
    with pytest.raises(SelectorError, match=reason):
        read(data)


def test_offsets_past_the_end_are_refused() -> None:
    with pytest.raises(SelectorError, match="only 3 code points"):
        select("abc", 1, 4)


def test_selectors_cannot_be_changed() -> None:
    selector = PassageSelector(TextQuoteSelector("a"), TextPositionSelector(0, 1))
    with pytest.raises(AttributeError):
        selector.position = TextPositionSelector(1, 2)  # type: ignore[misc]
