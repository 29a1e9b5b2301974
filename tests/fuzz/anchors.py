"""Passages of texts: offsets in three units, selectors, word diffs, and where a passage stands in another version."""

from __future__ import annotations

import json
from itertools import pairwise

from fuzz.target import Drawn, Target

from datasette_claims.anchoring import (
    STATES,
    OffsetError,
    SelectorError,
    TextPositionSelector,
    TextQuoteSelector,
    anchor,
    fold,
    from_utf8,
    from_utf16,
    holds,
    reanchor,
    same_wording,
    select,
    to_utf8,
    to_utf16,
    typographic,
    word_diff,
)

WORDS = ("the", "bridge", "holds,", "she", "said.", "“It", "holds”", '"It', "he", "denied", "—", "-", "...", "…")


def _passage(drawn: Drawn, text: str) -> tuple[int, int]:
    start = drawn.number(min(len(text), 65_535))
    return start, start + drawn.number(min(len(text) - start, 65_535))


def offsets(data: bytes) -> None:
    """Offsets come back from UTF-16 and UTF-8 as they went, count what these encodings count, keep their order, and
    those inside a character or outside the text raise OffsetError."""
    drawn = Drawn(data)
    text, wanted = drawn.text(WORDS), drawn.number(300)
    every = list(range(len(text) + 1))
    for there, back, encoding, unit in ((to_utf16, from_utf16, "utf-16-le", 2), (to_utf8, from_utf8, "utf-8", 1)):
        found = there(text, every)
        assert found == sorted(set(found))
        assert found == [len(text[:at].encode(encoding, "surrogatepass")) // unit for at in every] or _joined(text)
        assert back(text, found) == every
        try:
            [place] = back(text, [wanted])
        except OffsetError:
            assert wanted not in found
        else:
            assert found[place] == wanted


def _joined(text: str) -> bool:
    """Whether two halves stand side by side that UTF-16 would take for one character."""
    return any("\ud800" <= a <= "\udbff" and "\udc00" <= b <= "\udfff" for a, b in pairwise(text))


def selectors(data: bytes) -> None:
    """A selector holds on its own text and survives JSON; JSON of another shape raises SelectorError alone; in its own
    text a passage is found where it stands, unless its words stand there twice."""
    drawn = Drawn(data)
    text = drawn.text(WORDS)
    start, end = _passage(drawn, text)
    if _joined(text):
        return  # JSON would make one character of the two halves
    made = select(text, start, end)
    assert holds(text, made)
    assert TextQuoteSelector.from_json(json.loads(json.dumps(made.quote.as_json()))) == made.quote
    assert TextPositionSelector.from_json(json.loads(json.dumps(made.position.as_json()))) == made.position
    if made.quote.exact:
        assert (anchor(text, made.quote, made.position).start, anchor(text, made.quote, made.position).end) == (
            start,
            end,
        )
    value = drawn.json(("exact", "prefix", "suffix", "start", "end", "type"), WORDS)
    for kind in (TextQuoteSelector, TextPositionSelector):
        try:
            kind.from_json(value if isinstance(value, dict) else {"exact": value, "start": value, "end": 3})
        except SelectorError as error:
            assert str(error)


def versions(data: bytes) -> None:
    """A diff covers both texts in order and calls equal what has the same wording; a passage that is carried to the
    other text lies in it with the words that are told, and no other text moves a passage of an unchanged one."""
    drawn = Drawn(data)
    old = drawn.text(WORDS)
    new = drawn.pick((old + " ", old[: len(old) // 2], old[len(old) // 2 :])) + drawn.text(WORDS)
    steps = word_diff(old, new)
    assert "".join(old[s.old_start : s.old_end] for s in steps) == old
    assert "".join(new[s.new_start : s.new_end] for s in steps) == new
    for step in steps:
        if step.tag == "equal":
            assert same_wording(old[step.old_start : step.old_end], new[step.new_start : step.new_end])
    spans = [_passage(drawn, old) for _ in range(3)]
    found = reanchor(old, new, spans)
    assert found == reanchor(old, new, spans)
    for each in found:
        assert each.state in STATES
        assert 0 <= each.score <= 1
        if each.placed:
            assert 0 <= each.start <= each.end <= len(new)
            assert new[each.start : each.end] == each.exact
        for other in each.alternatives:
            assert 0 <= other.start <= other.end <= len(new)
    for each, (start, end) in zip(reanchor(old, old, spans), spans, strict=True):
        assert (each.state, each.start, each.end) == ("anchored", start, end)
    quote = TextQuoteSelector(drawn.text(WORDS), drawn.text(WORDS), drawn.text(WORDS))
    sought = anchor(new, quote)
    assert not sought.placed or new[sought.start : sought.end] == sought.exact


def folding(data: bytes) -> None:
    """What folding makes folds to itself, its map leads back into the text, and typography changes no wording."""
    text = Drawn(data).text(WORDS)
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    assert same_wording(text, typographic(text))
    assert same_wording(text, text)


_SEED = b"\x14\1\x80\x81\x82\x83\x84\x90\x85\x86\x87" + bytes(range(12)) + b"\2\5\1\x02\x03"

TARGETS = (
    Target("offsets", offsets, [_SEED, b"\x05\0a\xf0\x9f\x98\x80\x03"], WORDS),
    Target("selectors", selectors, [_SEED], WORDS),
    Target(
        "versions", versions, [_SEED, b"\x10\1\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\2\6\1\5\4\3\2\1\0"], WORDS
    ),
    Target("folding", folding, [_SEED], WORDS),
)
