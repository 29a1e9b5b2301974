"""Texts: what the rules of the extraction find in them, and what is taken of a language model's answer."""

from __future__ import annotations

import contextlib
from datetime import date
from itertools import pairwise

from fuzz.target import Drawn, Target, as_text, inside, text_seed

from datasette_claims.extraction import Draft, KnownActor, extract, verify
from datasette_claims.extraction.language_model import chunks, parse
from datasette_claims.schema import vocabulary

MARKS = ("“", "”", '"', "''", "‘", "’", "«", "»", ",", ".", "?", ":", ";", "—", "(", ")")
"""What opens, closes or parts quotations and clauses."""

REPORTING = (
    *("Mara Olsen", "she", "the ministry", "said", "said that", "told reporters", "according to", "adding", "by"),
    *("declined to comment", "claims that", "was asked whether", "the bridge is safe", "on Wednesday", "Oct. 9", "who"),
    *(*MARKS, "Image:", "last week", "in 2019"),
    *("Example Group", "a spokeswoman for", "Minister", "St.", "U.S.", "not", "would", "if", "1 May", "2019-05-16"),
)
SEEDS = (
    "Bridge is safe, ministry says\n\n“It holds,” Mara Olsen, a spokeswoman for the ministry, told reporters on "
    "Wednesday. She declined to comment on the cost.\n\nImage: The bridge (Ann Roe / Example)",
    "According to two officials, who asked not to be named, the talks “failed … twice”. He said that she had said: "
    "“No.” ‘Never,’ the group added in early May 2018.",
)
ACTORS = (KnownActor("mara", "Mara Olsen", ("Olsen",)), KnownActor("group", "Example Group", (), "organization", "NO"))


def _spans(draft: Draft):
    yield from ((each.start, each.end, each.quote) for each in draft.segments)
    yield from ((each.start, each.end, each.quote) for each in draft.dates)
    yield from ((each.start, each.end, each.quote) for each in draft.memberships)
    yield from ((each.start, each.end, each.quote) for mention in draft.mentions for each in mention.evidence)


def extraction(data: bytes) -> None:
    """Every span lies in the text and equals its quote, segments are apart and in order, dates are in order, words are
    of the vocabulary, links lead to other mentions, ``verify`` refuses nothing, and the same text gives the same."""
    drawn = Drawn(data)
    day, language = drawn.pick((None, date(2019, 5, 16), date.min, date.max)), drawn.pick(("en", "de", ""))
    text = as_text(drawn.rest(), REPORTING)
    given = {"published_on": day, "language": language, "actors": drawn.pick(((), ACTORS))}
    draft = extract(text, **given)
    for start, end, quote in _spans(draft):
        inside(start, end, text)
        assert text[start:end] == quote
    assert all(a.end <= b.start for a, b in pairwise(draft.segments))
    assert all(each.first <= each.last for each in draft.dates)
    assert {each.kind for each in draft.segments} <= set(vocabulary.SEGMENT_KIND.words)
    ids = {mention.id for mention in draft.mentions}
    assert len(ids) == len(draft.mentions)
    for mention in draft.mentions:
        assert {mention.parent, mention.in_reply_to} <= ids - {mention.id} | {None}
        assert mention.report_type in vocabulary.REPORT_TYPE.words
        assert {each.part for each in mention.evidence} <= set(vocabulary.EVIDENCE_PART.words)
    if not given["actors"]:  # a known actor may stand in the text by another name
        assert verify(text, draft) == draft
    assert extract(text, **given) == draft


def answers(data: bytes) -> None:
    """The answer of a language model is a list of objects or raises ValueError; the pieces that are sent to it are the
    text, in order, without a gap but for white space."""
    text = as_text(data, ('[{"quote": "', '"}]', "[", "]", "{", "}", '"', ","))
    with contextlib.suppress(ValueError):
        assert all(isinstance(each, dict) for each in parse(text))
    at = 0
    for start, end in chunks(text):
        inside(start, end, text)
        assert not text[at:start].strip() or at == start
        at = end
    assert not text[at:].strip()


TARGETS = (
    Target("extraction", extraction, [b"\1\0\0" + text_seed(seed) for seed in SEEDS], REPORTING),
    Target("answers", answers, [text_seed('Here: [{"quote": "It holds", "speaker": "Mara Olsen"}]')], ('[{"quote":"',)),
)
