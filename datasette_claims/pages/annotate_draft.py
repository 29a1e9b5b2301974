"""What the annotation form proposes for a passage, read from the text by ``extraction``. Pure functions on a text.

Only a proposal: everything stands in the form for a person to change before anything is saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ..extraction import Draft, Evidence, Mention, extract
from ..extraction.quotations import find_quotations
from ..extraction.tokens import split_sentences, tokenize

Span = tuple[int, int]
CONTEXT = 160
"""Characters of the text that the form shows on either side of the passage, to the next end of a word."""


@dataclass(frozen=True)
class Proposal:
    """Values of the form's fields, and the parts of the passage that were recognized, as the form sends them."""

    values: Mapping[str, str]
    marks: tuple[str, ...]


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a passage, in whole words; an ellipsis where the text goes on."""
    first, last = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    before, after = text[first:start], text[end:last]
    if first:
        before = f"… {before.split(maxsplit=1)[-1] if not before[:1].isspace() else before.lstrip()}"
    if last < len(text):
        after = f"{after.rsplit(maxsplit=1)[0] if not after[-1:].isspace() else after.rstrip()} …"
    return before, after


@lru_cache(maxsize=32)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text in order, as code points, without the white space around them."""
    found = []
    tokens = tokenize(text, find_quotations(text))
    for sentence in split_sentences(tokens):
        start, end = tokens.span(sentence.first, sentence.last)
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if start < end:
            found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=32)
def _read(text: str, title: str | None, published_on: str | None, language: str) -> Draft:
    try:
        day = date.fromisoformat(published_on or "")
    except ValueError:  # a month or a year only: relative dates cannot be resolved
        day = None
    return extract(text, title=title, published_on=day, language=language)


def propose(document: Mapping[str, Any], start: int, end: int) -> Proposal:
    """What stands in a passage of a document (its row, with text), as far as the rules can tell."""
    text = str(document["text"])
    draft = _read(text, document["title"], document["published_on"], document["language"] or "en")
    mention = _best(draft, start, end)
    words = text[start:end]
    values = {"start": str(start), "end": str(end), "exact": words, "content": words.strip(), "kind": "utterance"}
    if mention is None:
        return Proposal({**values, "report_type": "indirect"}, ())
    inside = [part for part in mention.evidence if start <= part.start and part.end <= end]
    values |= _values(mention, inside)
    content = [part for part in inside if part.part == "content"]
    if content:
        values["content"] = " … ".join(part.quote for part in content)
    elif any(part.part == "verbatim" for part in inside):
        values["content"] = " … ".join(part.quote for part in inside if part.part == "verbatim")
    return Proposal(values, tuple(f"{part.part}:{part.start}-{part.end}" for part in inside))


def _best(draft: Draft, start: int, end: int) -> Mention | None:
    """The report of which most stands in the passage."""

    def shared(mention: Mention) -> int:
        return sum(max(0, min(end, part.end) - max(start, part.start)) for part in mention.evidence)

    found = max(draft.mentions, key=shared, default=None)
    return found if found is not None and shared(found) else None


def _values(mention: Mention, inside: list[Evidence]) -> dict[str, str]:
    def words(part: str) -> str:
        return next((each.quote for each in inside if each.part == part), "")

    values = {
        "report_type": mention.report_type,
        "speech_act": mention.speech_act,
        "identification": mention.identification,
        "channel": mention.channel,
        "polarity": mention.polarity,
        "attribution_terms": mention.attribution_terms,
        "cue": words("cue"),
        "speaker_label": words("source"),
        "hedge_terms": "; ".join(each.quote for each in inside if each.part == "hedge"),
        "date_text": words("date"),
    }
    if mention.candidates and mention.candidates[0].score >= 0.5 and mention.identification == "named":
        values["speaker"] = mention.candidates[0].label
    if mention.date is not None:
        values |= {"date_start": mention.date.first.isoformat(), "date_end": mention.date.last.isoformat()}
        values["date_basis"] = mention.date_basis
    return {name: value for name, value in values.items() if value}
