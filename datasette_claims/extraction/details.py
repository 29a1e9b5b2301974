"""What else a sentence tells about a report: date, audience, channel, hedges, polarity, terms of attribution."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from .cues import FoundCue
from .drafts import DateInterval, Evidence
from .lexicon import GROUPS, Cue
from .reports import Attribution
from .scope import ADDRESSED, skip_listener
from .tokens import Tokens

Span = tuple[int, int]
NEGATIVE = frozenset(["deny", "dispute", "reject", "refute", "rebut", "contradict"])
CHANNELS = (
    ("social_media", re.compile(r"\b(?:on|via|to) (?:Twitter|Facebook|Instagram|social media)\b|\ba tweet\b", re.I)),
    ("interview", re.compile(r"\bin (?:an?|his|her|their)\b[^.,;]{0,40}\binterview\b", re.I)),
    ("press_statement", re.compile(r"\bin (?:an?|his|her|their|its)\b[^.,;]{0,30}\bstatement\b", re.I)),
    ("press_briefing", re.compile(r"\b(?:news|press) (?:conference|briefing)\b|\btold reporters\b", re.I)),
    (
        "speech",
        re.compile(r"\b(?:in|during|at) (?:an?|his|her|their|the)\b[^.,;]{0,40}\b(?:speech|rally|address)\b", re.I),
    ),
)
# what every pattern above needs: looking for plain words first is many times faster
CHANNEL_SIGNS = (
    *("twitter", "facebook", "instagram", "social media", "a tweet", "interview", "statement", "conference"),
    *("briefing", "told reporters", "speech", "rally", "address"),
)
HEDGE_SIGNS = GROUPS["hedge"] | {"think", "say", "believe", "guess", "stage", "point", "far", "extent", "guarantee"}
ANONYMITY_SIGNS = ("anonymity", "declined to be", "not to be")
POSTING = frozenset(["tweet", "post"])
HEDGES = re.compile(
    r"\b(?:" + "|".join(sorted(GROUPS["hedge"], key=len, reverse=True)) + r"|I (?:would say|think|believe|guess)"
    r"|at this (?:stage|point)|as far as I know|to some extent|no guarantee)\b",
    re.IGNORECASE,
)
ANONYMITY = re.compile(
    r"\b(?:condition of anonymity|declined to be (?:named|identified)|asked not to be (?:named|identified))\b"
)
OUTLET = GROUPS["outlet"]


def dates_outside(
    dates: Sequence[DateInterval], starts: list[int], within: Span, contents: list[Span]
) -> list[DateInterval]:
    """The dates inside a sentence that stand outside the reported words. ``starts`` are the dates' starts."""
    low, high = bisect.bisect_left(starts, within[0]), bisect.bisect_left(starts, within[1])
    if low == high:
        return []
    return [d for d in dates[low:high] if not any(a < d.end and d.start < b for a, b in contents)]


def nearest_date(found: list[DateInterval], cue: Span | None) -> DateInterval | None:
    """The date that stands nearest to the reporting word."""
    if not found or cue is None:
        return None
    at = cue[0]
    return min(found, key=lambda d: (min(abs(d.start - at), abs(d.end - at)), d.start))


def audience(tokens: Tokens, item: Attribution) -> Evidence | None:
    """To whom it was said: "told reporters", "called on the ministry to …", "asked the office whether …"."""
    entry = item.entry
    if entry is None or item.sentence is None or item.cue is None:
        return None
    first = bisect.bisect_left(tokens.begin, item.cue[1])
    high = item.sentence.last
    if entry.lemma == "call" and item.frame == "p" and tokens.lower[first : first + 1] in (["on"], ["upon"]):
        return _until_infinitive(tokens, first + 1, high)
    if item.frame == "o":
        return _until_infinitive(tokens, first, high)
    if entry.lemma in ADDRESSED:
        cue = FoundCue(first - 1, first - 1, first, (entry,), "finite", "")
        end = _listener_end(tokens, cue, first, high, entry)
        if end > first:
            return _evidence(tokens.text, "audience", *tokens.span(first, end))
    return None


def _listener_end(tokens: Tokens, cue: FoundCue, first: int, high: int, entry: Cue) -> int:
    if entry.lemma == "ask":
        for j in range(first, min(high, first + 14)):
            if tokens.lower[j] in ("whether", "if", "why", "how", "what", "about", "on", "in"):
                return j
        return first
    return skip_listener(tokens, cue, first, high)


def _until_infinitive(tokens: Tokens, first: int, high: int) -> Evidence | None:
    for j in range(first + 1, min(high, first + 16)):
        if tokens.lower[j] == "to":
            return _evidence(tokens.text, "audience", *tokens.span(first, j))
        if tokens.lower[j] in (",", ".", ";", "against", "that", ""):
            break
    return None


def channel(
    text: str, within: Span, item: Attribution, listener: Evidence | None, publisher: str | None
) -> tuple[str, Evidence | None]:
    """Through what it was said, and the words that tell; "not_stated" without them.

    A question of the ``publisher`` itself is a media query; whoever speaks to it told the outlet.
    """
    outlet = publisher.casefold() if publisher else None
    asks = item.entry is not None and item.entry.speech_act == "question"
    if outlet and asks and item.source and outlet in text[slice(*item.source)].casefold():
        return "media_query", None
    if item.entry is not None and item.entry.lemma in POSTING and item.cue is not None:
        return "social_media", _evidence(text, "channel", *item.cue)
    words = text[within[0] : within[1]].lower()
    for name, pattern in CHANNELS if any(sign in words for sign in CHANNEL_SIGNS) else ():
        for match in pattern.finditer(text, *within):
            if not any(a < match.end() and match.start() < b for a, b in item.contents):
                return name, _evidence(text, "channel", match.start(), match.end())
    if listener is not None:
        named = listener.quote.casefold()
        if (outlet and outlet in named) or not OUTLET.isdisjoint(named.split()):
            return "told_outlet", None
    return "not_stated", None


def hedges(text: str, contents: list[Span]) -> list[Evidence]:
    """Words inside the reported content that weaken it."""
    found = []
    for a, b in contents:
        if not HEDGE_SIGNS.isdisjoint(text[a:b].lower().replace(",", " ").replace(".", " ").split()):
            found += [_evidence(text, "hedge", m.start(), m.end()) for m in HEDGES.finditer(text, a, b)]
    return found


def polarity(item: Attribution, report_type: str) -> str:
    """negative for denials, underspecified for questions and refusals; otherwise left open."""
    if item.entry is not None and item.entry.lemma in NEGATIVE:
        return "negative"
    question = item.entry is not None and item.entry.speech_act == "question"
    return "underspecified" if question or report_type == "refusal" else "not_stated"


def attribution_terms(text: str, within: Span, identification: str) -> str:
    """on_background when the text says that anonymity was asked for; on_the_record for a name or a body."""
    words = text[within[0] : within[1]]
    if any(sign in words for sign in ANONYMITY_SIGNS) and ANONYMITY.search(words):
        return "on_background"
    return "on_the_record" if identification in ("named", "institution") else "not_stated"


def _evidence(text: str, part: str, start: int, end: int) -> Evidence:
    return Evidence(part, start, end, text[start:end])
