"""Reports by a noun: "the ministry's claim that …", "her promise to …", "the firm's safety claims"."""

from __future__ import annotations

from .clauses import clause_end, clean
from .lexicon import (
    ARTICLE,
    BREAK,
    CAP,
    COMMA,
    DAY,
    FORMS,
    NOUN_CUE,
    POSSESSIVE,
    PREPOSITION,
    QUOTE,
    STOP,
    TIME,
    WORD,
    WORD_BITS,
    Cue,
)
from .phrases import PERIODS, Range, is_finite, subject_before
from .reports import Attribution
from .tokens import Sentence, Tokens

OWNERS = frozenset(["his", "her", "their", "its", "my", "our"])
TO_NOUNS = frozenset(["promise", "promises", "pledge", "pledges", "vow", "vows", "threat", "threats"])
BETWEEN = 4  # adjectives between the owner and the noun


def attribute_nouns(tokens: Tokens, sentence: Sentence) -> list[Attribution]:
    """The reports of one sentence whose reporting word is a noun with an owner."""
    found: list[Attribution] = []
    for i in range(sentence.first + 1, sentence.last):
        if tokens.flags[i] & NOUN_CUE:
            source = _owner(tokens, i, sentence)
            if source is not None:
                content = _content(tokens, i, source, sentence)
                if content is not None:
                    span = tokens.span(*source)
                    item = Attribution(
                        [tokens.span(*content)], span, tokens.span(i, i + 1), _entry(tokens, i), "n", "noun"
                    )
                    item.head, item.sentence = i, sentence
                    found.append(item)
    return found


def _entry(tokens: Tokens, i: int) -> Cue:
    """The dictionary entry that a noun shares with its verb, or a plain one of its own."""
    lower = tokens.lower[i]
    form = FORMS.get(lower)
    if form is not None:
        return form.cues[-1]
    return Cue(lower, "", "say", frozenset("n"), frozenset(), "assertive", True)


def _owner(tokens: Tokens, i: int, sentence: Sentence) -> Range | None:
    flags, lower = tokens.flags, tokens.lower
    for j in range(i - 1, max(sentence.first, i - BETWEEN) - 1, -1):
        if lower[j] in OWNERS:
            return j, j + 1
        if flags[j] & POSSESSIVE:
            return subject_before(tokens, j + 1, sentence.first)
        if tokens.word[j] in ("'", "’") and lower[j - 1].endswith("s") and j - 1 > sentence.first:
            return subject_before(tokens, j, sentence.first)  # "the judges’ claim"
        if not flags[j] & WORD or flags[j] & (PREPOSITION | ARTICLE | QUOTE) or is_finite(tokens, j):
            return None
    return None


def _content(tokens: Tokens, i: int, source: Range, sentence: Sentence) -> Range | None:
    lower, flags = tokens.lower, tokens.flags
    after = lower[i + 1] if i + 1 < sentence.last else ""
    opening = _behind_day(tokens, i + 1, sentence.last)
    if opening + 1 < sentence.last and lower[opening] == "that":
        end = _clause_of_subject(tokens, opening, sentence, source)
        first, last = clean(tokens, opening, end)
        return (first, last) if last - first >= 3 or flags[last - 1] & QUOTE else None
    if after == "to" and lower[i] in TO_NOUNS and i + 2 < sentence.last and not flags[i + 2] & (CAP | ARTICLE):
        end = next(
            (j for j in range(i + 2, sentence.last) if flags[j] & (COMMA | BREAK | STOP) or is_finite(tokens, j)),
            sentence.last,
        )
        return clean(tokens, i + 1, end)
    headline = not any(is_finite(tokens, j) for j in range(sentence.first, i))
    if headline and i - source[1] >= 2 and sentence.last - sentence.first <= 25 and _is_headline(tokens, sentence):
        return source[1], i
    return None


def _behind_day(tokens: Tokens, i: int, high: int) -> int:
    """ "his statement on Wednesday that …", "her warning earlier this year that …": the token behind the time."""
    j = i
    while j < min(high, i + 4) and (
        tokens.flags[j] & (DAY | TIME)
        or tokens.lower[j] in PERIODS
        or tokens.lower[j] in ("on", "last", "this", "earlier")
    ):
        j += 1
    return j if j < high and tokens.lower[j] == "that" else i


def _is_headline(tokens: Tokens, sentence: Sentence) -> bool:
    """A line of its own without a full stop."""
    end = tokens.end[sentence.last - 1]
    alone = sentence.first == 0 or tokens.word[sentence.first - 1][0] == "\n"
    closed = end >= len(tokens.text) or tokens.text[end] == "\n"
    return alone and closed and not tokens.flags[sentence.last - 1] & STOP


def _clause_of_subject(tokens: Tokens, first: int, sentence: Sentence, source: Range) -> int:
    """The end of a that-clause; when its noun opens the sentence, the sentence's own verb ends it."""
    end = clause_end(tokens, first, sentence.last)
    if source[0] - sentence.first > 2:
        return end
    seen = False
    for j in range(first + 1, end):
        verb = is_finite(tokens, j)
        if verb and seen and not WORD_BITS.get(tokens.lower[j - 1], 0) and not is_finite(tokens, j - 1):
            return j
        seen = seen or verb
    return end
