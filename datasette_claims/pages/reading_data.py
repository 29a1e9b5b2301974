"""What a reading page says in sentences and under ``.json``. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from . import wording
from .links import Links
from .reading_rows import Mention, Reading
from .reading_standoff import Standoff
from .reading_versions import Version

_KINDS = (
    ("direct", "direct quote", "direct quotes"),
    ("mixed", "mixed quote", "mixed quotes"),
    ("indirect", "indirect report", "indirect reports"),
    ("speech_act", "narrated act", "narrated acts"),
    ("refusal", "refusal", "refusals"),
    ("narrator", "passage in the outlet’s own voice", "passages in the outlet’s own voice"),
)
"""Report types as the sentence counts them, in its order; a credit line is none of what speakers said."""


def sentence(mentions: Sequence[Mention]) -> str:
    """What is in the document, in one sentence or two."""
    spoken = [mention for mention in mentions if mention.kind == "utterance"]
    if not spoken:
        return "No statement is marked in this document yet."
    statements = len({mention.statement for mention in spoken})
    speakers = len({mention.speaker or mention.printed for mention in spoken})
    said = f"{wording.count(statements, 'statement')} by {wording.count(speakers, 'speaker')}"
    if len(spoken) > statements:
        said += f", reported {len(spoken)} times"
    kinds = Counter(mention.report_type for mention in spoken)
    parts = [wording.count(kinds[kind], one, many, words=True) for kind, one, many in _KINDS if kinds[kind]]
    rest = len(spoken) - sum(kinds[kind] for kind, _, _ in _KINDS)
    parts += [f"{wording.in_words(rest)} of no stated kind"] if rest else []
    return f"{said}. {wording.sentence(wording.listed(parts))}."


def carried(mentions: Sequence[Mention]) -> str:
    """How many passages of earlier versions stand in this one too; "" where none does."""
    if not mentions:
        return ""
    more = wording.sentence(wording.count(len(mentions), "more passage", words=True))
    verb, stand = ("was", "stands") if len(mentions) == 1 else ("were", "stand")
    return f" {more} {verb} marked in an earlier version and {stand} here too."


def matching(matched: int, of: int) -> str:
    """How many passages meet the filters."""
    verb = "meets" if matched == 1 else "meet"
    return f"{wording.sentence(wording.in_words(matched))} of {of} passages {verb} the filters; the rest is dimmed."


def data(
    reading: Reading,
    links: Links,
    matched: Collection[str],
    standoff: Standoff | None,
    chain: Sequence[Version],
    filters: Mapping[str, str],
) -> dict[str, Any]:
    """The document, its text, its mentions with evidence and stances, its versions; JSON types only."""
    document = {key: value for key, value in reading.document.items() if key not in ("revision", "text")}
    if not document["publisher_name"]:
        del document["publisher_name"]
    told: dict[str, Any] = {
        "document": document,
        "text": reading.text,
        "segments": [{"kind": s.kind, "start": s.start, "end": s.end} for s in reading.segments],
        "mentions": [_mention(links, mention, mention.id in matched) for mention in reading.mentions],
        "carried": [
            {**_mention(links, mention, mention.id in matched), "version": where.document, "state": where.state}
            for mention in reading.carried
            if (where := mention.carried) is not None
        ],
        "versions": [
            {"id": v.id, "title": v.title, "published_on": v.published_on, "has_text": v.has_text} for v in chain
        ],
        "filters": dict(filters),
    }
    if standoff is not None:
        told["withheld"] = {"code_points": standoff.length - standoff.held, "of": standoff.length}
    return told


def _mention(links: Links, mention: Mention, matched: bool) -> dict[str, Any]:
    kept = ("id", "number", "statement", "report_type", "identification", "speaker", "country", "country_basis")
    return {
        **{name: getattr(mention, name) for name in kept},
        "speaker_name": mention.speaker_name,
        "speaker_label": mention.printed,
        "role": mention.role,
        "organization": mention.organization,
        "content": mention.content,
        "wording": mention.wording,
        "date_start": mention.date_start,
        "date_end": mention.date_end,
        "start": mention.start,
        "end": mention.end,
        "matches": matched,
        "evidence": [
            {"id": s.id, "part": s.part, "start": s.start, "end": s.end, "quote": s.quote} for s in mention.spans
        ],
        "stances": [{"id": s.id, "claim": s.claim, "stance": s.stance, "basis": s.basis} for s in mention.stances],
        "url": links.page("statement", mention.statement),
    }
