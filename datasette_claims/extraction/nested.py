"""Reports inside quotations: “They believe that it was a mistake,” she said.

The rules read a quotation as one word; this module reads the sentences within, and keeps only what is safe there: a
plain finite verb with a source that is neither the speaker nor the listener.
"""

from __future__ import annotations

from .attribution import attribute_sentence
from .lexicon import FORMS, GROUPS
from .quotations import Quotation
from .reports import Attribution
from .tokens import split_sentences, tokenize

KINDS = frozenset({"core", "belief"})
FRAMES = frozenset({"c", "h", "w", "q"})
OWN_WORDS = GROUPS["subject"] | frozenset({"me", "us", "this", "that", "there", "what", "people"})
MINIMUM = 30  # code points of a quotation that can hold a report
PRONOUNS = GROUPS["subject"]
AROUND = ",.;:!?…—–-()[]“”„«»‘’'\"`"
VERBS = frozenset(form for form, entry in FORMS.items() if any(cue.kind in KINDS for cue in entry.cues))
SIGNS = frozenset(form for form, entry in FORMS.items() if entry.cues[-1].kind in KINDS and entry.tense != "ing")


def nested_reports(text: str, quotations: list[Quotation]) -> list[Attribution]:
    """The reports inside the quotations, with code points of the whole text."""
    found: list[Attribution] = []
    for q in quotations:
        if q.is_title or q.end - q.start < MINIMUM or not _may_report(text[q.start : q.end].split()):
            continue
        start = q.start + (2 if text.startswith(("''", "``"), q.start) else 1)
        end = q.end - (2 if text.startswith("''", q.end - 2) else 1) if q.closed else q.end
        if start < end:
            found += _reports(text, start, end)
    return found


def _may_report(words: list[str]) -> bool:
    """Whether a reporting word stands there whose subject is no pronoun: “I think” and “you know” need no reading."""
    if SIGNS.isdisjoint(words):
        return False
    bare = [word.strip(AROUND) for word in words]
    return any(w in VERBS and k > 0 and bare[k - 1].lower() not in PRONOUNS for k, w in enumerate(bare))


def _reports(text: str, start: int, end: int) -> list[Attribution]:
    tokens = tokenize(text[start:end], [])
    kept: list[Attribution] = []
    for sentence in split_sentences(tokens):
        for item in attribute_sentence(tokens, sentence):
            if item.source is None or item.cue is None or not _is_safe(item):
                continue
            source = text[start + item.source[0] : start + item.source[1]]
            if source.strip("[]").split()[0].lower().split("’")[0].split("'")[0] in OWN_WORDS:
                continue
            item.contents = [(a + start, b + start) for a, b in item.contents]
            item.source = (item.source[0] + start, item.source[1] + start)
            item.cue = (item.cue[0] + start, item.cue[1] + start)
            item.sentence = None
            kept.append(item)
    return kept


def _is_safe(item: Attribution) -> bool:
    plain = item.voice == "finite" and not item.guessed and not item.negated
    return plain and item.entry is not None and item.entry.kind in KINDS and item.frame in FRAMES
