"""Whether two quotations may be one utterance.

Spelling is folded as everywhere (case, quotation marks, dashes, invisible characters; Unicode NFKC), and what an
editor put in brackets is left out. Then the shorter one must stand nearly as it is in the longer one: the similarity
is rapidfuzz's partial ratio (normalized Indel similarity of the shorter text and the window of the longer one that
fits it best). Words that change the meaning are no small change: a figure or a negation that only one of them has,
within what they have in common, makes two utterances. Negations are known in English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from ..drafting.matching import compare as compare_names
from ..drafting.matching import fold as fold_name
from ..drafting.proposing import NEGATION
from ..drafting.shingles import words_of

ALIKE = 0.86
"""Least similarity; ``bench/duplicates.py`` measures what it finds and what it finds wrongly."""

IN_COMMON = 0.72
"""Least share of the shorter quotation's words that the longer one has in the same order."""

SHORTEST = 5
"""Words. A shorter quotation is everybody's."""

MARGIN = 3
"""Words on either side of the window that are compared with it, since its ends are cut by length and not by sense."""

FAR_APART = 31
"""Days between two dates from which on they are likely of two utterances in the same words."""

BRACKETS = re.compile(r"\s*\[[^\[\]]{0,200}\]\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """A mention with what tells whether it is another's: content, speaker's name and dates where they are known."""

    mention: str
    statement: str
    document: str | None
    content: str
    speaker: str | None = None
    speaker_name: str | None = None
    date_start: str | None = None
    date_end: str | None = None
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely two quotations are one utterance, from 0 to 1, and why, as a sentence."""

    score: float
    reason: str


def verdict(one: Quote, other: Quote) -> Verdict | None:
    """The verdict on two quotations, or None where they are not proposed as one."""
    if one.statement == other.statement or (one.document is not None and one.document == other.document):
        return None
    if not _one_speaker(one, other):
        return None
    likeness = alike(one.content, other.content)
    if likeness is None:
        return None
    reason = f"The shorter quotation stands in the longer one with a likeness of {likeness:.0%}"
    if _far_apart(one, other):
        return Verdict(round(likeness / 2, 3), f"{reason}, but the dates are more than {FAR_APART} days apart.")
    return Verdict(round(likeness, 3), f"{reason}.")


def alike(one: str, other: str) -> float | None:
    """The similarity of two quotations, from ``ALIKE`` to 1; None where they are not alike or differ in meaning."""
    words, others = words_of(BRACKETS.sub(" ", one)), words_of(BRACKETS.sub(" ", other))
    if len(words) > len(others):
        words, others = others, words
    if len(words) < SHORTEST:
        return None
    short, long = " ".join(words), " ".join(others)
    found = fuzz.partial_ratio_alignment(short, long, score_cutoff=ALIKE * 100)
    if found is None or not found.score:
        return None
    first = long.count(" ", 0, found.dest_start)
    last = first + len(long[found.dest_start : found.dest_end].split())
    window = others[max(first - MARGIN, 0) : last + MARGIN]
    return found.score / 100 if _same_meaning(words, window) else None


def _same_meaning(words: Sequence[str], window: Sequence[str]) -> bool:
    """Whether the shorter quotation and the part of the longer one that fits it differ in small words only."""
    blocks = [block for block in LCSseq.opcodes(words, window) if block.tag == "equal"]
    if sum(block.src_end - block.src_start for block in blocks) < IN_COMMON * len(words):
        return False
    mine, theirs = list(words), list(window[blocks[0].dest_start : blocks[-1].dest_end])
    for block in blocks:
        for word in words[block.src_start : block.src_end]:
            mine.remove(word)
            theirs.remove(word)
    return not any(map(_tells, (*mine, *theirs)))


def _tells(word: str) -> bool:
    """Whether a word that only one of two quotations has makes another utterance of it: a figure, a negation."""
    return any(char.isdigit() for char in word) or NEGATION.fullmatch(word) is not None


def _one_speaker(one: Quote, other: Quote) -> bool:
    """False where both speakers are known and their names cannot be one's."""
    if one.speaker is None or other.speaker is None or one.speaker == other.speaker:
        return True
    name, other_name = fold_name(one.speaker_name or ""), fold_name(other.speaker_name or "")
    return any(compare_names(name, other_name, is_person)[0] > 0 for is_person in (True, False))


def _far_apart(one: Quote, other: Quote) -> bool:
    if not (one.date_start and one.date_end and other.date_start and other.date_end):
        return False
    return _days(one.date_end, other.date_start) > FAR_APART or _days(other.date_end, one.date_start) > FAR_APART


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
