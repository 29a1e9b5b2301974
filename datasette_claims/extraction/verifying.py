"""Nothing invented is stored: whatever an engine returns is held against the text, span by span.

A span that does not lie in the text, or whose quote the text does not have there, is refused with a sentence that
says so, and a mention without words of its own goes with it. What is left keeps its links only to what is left.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from .confidence import TIERS
from .drafts import Candidate, Draft, Evidence, Mention

PARTS = frozenset(["source", "cue", "content", "verbatim", "date", "audience", "channel", "place", "hedge"])
SHOWN = 80  # code points of a refused quote that the message shows


def verify(text: str, draft: Draft) -> Draft:
    """The draft without all that the text does not bear out; each refusal is told in ``refused``."""
    refused = list(draft.refused)
    mentions = [checked for mention in draft.mentions if (checked := _mention(text, mention, refused))]
    seen: set[str] = set()
    unique = []
    for mention in mentions:
        if mention.id in seen:
            refused.append(f"Two mentions are numbered {mention.id}; the second was not taken.")
            continue
        seen.add(mention.id)
        unique.append(mention)
    linked = tuple(_linked(mention, seen) for mention in unique)
    segments = tuple(s for s in draft.segments if _holds(text, s.start, s.end, s.quote, refused))
    if any(a.end > b.start for a, b in pairwise(segments)):
        refused.append("Segments overlap or are out of order; none was taken.")
        segments = ()
    return replace(
        draft,
        mentions=tuple(replace(m, segment=-1) if m.segment >= len(segments) else m for m in linked),
        segments=segments,
        dates=tuple(d for d in draft.dates if _holds(text, d.start, d.end, d.quote, refused)),
        actors=tuple(a for a in draft.actors if 0 <= a.start < a.end <= len(text)),
        memberships=tuple(m for m in draft.memberships if _holds(text, m.start, m.end, m.quote, refused)),
        refused=tuple(refused),
    )


def _mention(text: str, mention: Mention, refused: list[str]) -> Mention | None:
    kept: list[Evidence] = []
    for each in mention.evidence:
        if each.part not in PARTS:
            refused.append(f"“{each.part}” is no part of a mention; {_shown(each.quote)} was not taken.")
        elif _holds(text, each.start, each.end, each.quote, refused):
            if any(o.part == each.part and o.start < each.end and each.start < o.end for o in kept):
                refused.append(
                    f"Two {each.part} spans of one mention overlap at {each.start}; the second was left out."
                )
            else:
                kept.append(each)
    whole = sum(each.part == "content" for each in mention.evidence)
    if not whole or sum(each.part == "content" for each in kept) < whole:
        return None
    sources = [each for each in kept if each.part == "source"]
    named = mention if sources else replace(mention, source=None)
    named = replace(named, candidates=tuple(c for c in named.candidates if _is_printed(text, c, refused)))
    tier = named.tier if named.tier in TIERS else "other"
    return replace(named, evidence=tuple(kept), tier=tier if sources else "no_speaker")


def _is_printed(text: str, candidate: Candidate, refused: list[str]) -> bool:
    """Whether the text has a candidate's name where it is said to stand."""
    start, end = candidate.start, candidate.end
    if start is not None and end is not None and 0 <= start < end <= len(text) and candidate.label in text[start:end]:
        return True
    refused.append(f"{_shown(candidate.label)} is not named where an engine saw it; the candidate was not taken.")
    return False


def _linked(mention: Mention, ids: set[str]) -> Mention:
    parent = mention.parent if mention.parent in ids and mention.parent != mention.id else None
    reply = mention.in_reply_to if mention.in_reply_to in ids and mention.in_reply_to != mention.id else None
    return (
        mention
        if (parent, reply) == (mention.parent, mention.in_reply_to)
        else replace(mention, parent=parent, in_reply_to=reply)
    )


def _holds(text: str, start: int, end: int, quote: str, refused: list[str]) -> bool:
    if 0 <= start < end <= len(text) and text[start:end] == quote:
        return True
    refused.append(f"{_shown(quote)} is not what the text has at {start} to {end}; it was not taken.")
    return False


def _shown(quote: str) -> str:
    words = " ".join(str(quote).split())
    return f"“{words if len(words) <= SHOWN else words[: SHOWN - 1] + '…'}”"
