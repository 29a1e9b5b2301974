"""Sentences -> attributions of a whole text: quotations without a reporting word join their neighbours.

A quotation that stands alone continues what the last speaker said; after "She said:" at the end of a sentence it is
what was announced; with nobody near it stays without a speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .attribution import attribute_sentence
from .clauses import clean, quote_stops
from .lexicon import (
    ADVERB,
    CAP,
    COMMA,
    CUE,
    DETERMINER,
    FORMS,
    ING,
    NOUN_CUE,
    PAST,
    PREPOSITION,
    QUOTE,
    STOP,
    SUBJECT,
    TRIGGER,
    WORD,
)
from .phrases import main_subject, speaker_after, subject_before, verb_group_start
from .reports import Attribution
from .tokens import Sentence, Tokens

LABEL = re.compile(r"(?:.* [-–—] |\s*)([A-Z][\w.’'-]+(?: (?:and )?[A-Z][\w.’'-]+){0,4}(?: ?\([^)\n]{1,24}\))?):\s*$")
SIGNAL = QUOTE | CUE | TRIGGER | NOUN_CUE
NEAR = 1  # paragraphs between a quotation and the speaker whom it continues
FLOATING_WORDS = 10
ALONE_WORDS = 4


@dataclass(slots=True)
class Thread:
    """Who spoke last, and where."""

    last: Attribution | None = None
    paragraph: int = -9
    waiting: Attribution | None = None
    orphans: list[Attribution] = field(default_factory=list)


def attribute(tokens: Tokens, sentences: list[Sentence]) -> list[Attribution]:
    """All attributions of the text in reading order; contents sorted and disjoint."""
    signals = [i for i, f in enumerate(tokens.flags) if f & SIGNAL]
    at = 0
    result: list[Attribution] = []
    thread = Thread()
    for sentence in sentences:
        flags = 0
        while at < len(signals) and signals[at] < sentence.last:
            flags |= tokens.flags[signals[at]]
            at += 1
        if not flags & SIGNAL:
            if thread.waiting is not None:
                thread.waiting = None
            continue
        found = attribute_sentence(tokens, sentence) if flags & (CUE | TRIGGER | NOUN_CUE) else []
        if flags & QUOTE:
            _floating(tokens, sentence, found, thread)
        _announce(tokens, sentence, found, thread)
        result += found
        _remember(tokens, sentence, found, thread, bool(flags & QUOTE))
    for item in result:
        item.contents = _merged(item.contents)
    return [item for item in result if item.contents]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if merged and a < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _free_quotes(tokens: Tokens, sentence: Sentence, found: list[Attribution]) -> list[int]:
    used = sorted(span for item in found for span in item.contents)
    free = []
    for i in range(sentence.first, sentence.last):
        if tokens.flags[i] & QUOTE:
            a, b = tokens.begin[i], tokens.end[i]
            if not any(x < b and a < y for x, y in used):
                free.append(i)
    return free


def _words(tokens: Tokens, i: int) -> int:
    return tokens.text.count(" ", tokens.begin[i], tokens.end[i]) + 1


def _floating(tokens: Tokens, sentence: Sentence, found: list[Attribution], thread: Thread) -> None:
    free = _free_quotes(tokens, sentence, found)
    if not free:
        return
    if not found and _label(tokens, sentence, free, found):
        return
    if not found and _unknown_verb(tokens, sentence, free, found):
        return
    alone = not any(
        tokens.flags[i] & WORD and not tokens.flags[i] & QUOTE for i in range(sentence.first, sentence.last)
    )
    near = thread.last is not None and sentence.paragraph - thread.paragraph <= NEAR
    if not found and not alone and thread.last is not None and sentence.paragraph == thread.paragraph:
        first, last = clean(tokens, sentence.first, sentence.last)
        if _mostly_quoted(tokens, first, last):  # "“…,” said Roe. Now, “it is much easier.”"
            thread.last.contents.append(tokens.span(first, last))
            return
    for i in free:
        span = tokens.span(i, i + 1)
        if alone:
            if thread.waiting is not None:
                _fill_waiting(thread, span)
            elif near and thread.last is not None:
                thread.last.contents.append(span)
                thread.paragraph = sentence.paragraph
            elif _words(tokens, i) >= ALONE_WORDS:
                orphan = Attribution([span], None, None, sentence=sentence)
                found.append(orphan)
                thread.orphans.append(orphan)
        elif _words(tokens, i) >= FLOATING_WORDS:
            if i == sentence.first and near and thread.last is not None and not found:
                thread.last.contents.append(span)
            elif found:
                min(found, key=lambda item: abs((item.cue or item.contents[0])[0] - span[0])).contents.append(span)
            else:
                subject = main_subject(tokens, sentence.first, i)
                source = tokens.span(*subject) if subject else None
                found.append(Attribution([span], source, None, sentence=sentence, guessed=True))


def _mostly_quoted(tokens: Tokens, first: int, last: int) -> bool:
    """Whether the quotations make up most of the words and the last of them ends the sentence."""
    if not tokens.flags[last - 1] & QUOTE:
        return False
    quoted = sum(_words(tokens, i) for i in range(first, last) if tokens.flags[i] & QUOTE)
    return quoted >= ALONE_WORDS and quoted > sum(1 for i in range(first, last) if not tokens.flags[i] & QUOTE)


def _fill_waiting(thread: Thread, span: tuple[int, int]) -> None:
    waiting = thread.waiting
    assert waiting is not None
    waiting.contents.append(span)
    thread.last = waiting


def _label(tokens: Tokens, sentence: Sentence, free: list[int], found: list[Attribution]) -> bool:
    """ "Jane Roe: “…”" as in interviews and captions."""
    lead = tokens.text[tokens.begin[sentence.first] : tokens.begin[free[0]]]
    match = LABEL.match(lead) if lead.rstrip().endswith(":") else None
    if match is None:
        return False
    at = tokens.begin[sentence.first]
    source = (at + match.start(1), at + match.end(1))
    cue = (source[1], source[1] + 1)
    spans = [tokens.span(i, i + 1) for i in free]
    found.append(Attribution(spans, source, cue, voice="label", sentence=sentence))
    return True


def _unknown_verb(tokens: Tokens, sentence: Sentence, free: list[int], found: list[Attribution]) -> bool:
    """“…!” beamed Jane Roe: any past form between a quotation and a name is a way of speaking."""
    if _unknown_before(tokens, sentence, free, found):
        return True
    i = free[0] + 1
    if i + 1 >= sentence.last or quote_stops(tokens, i - 1) not in (",", "!", "?"):
        return False
    source = None
    if tokens.flags[i] & PAST and tokens.flags[i + 1] & CAP:
        source = speaker_after(tokens, i + 1, sentence.last)
    else:
        verb = _closing_verb(tokens, i, sentence.last)
        if verb is not None:
            source, i = subject_before(tokens, verb_group_start(tokens, verb, i), i), verb
    if source is None:
        return False
    spans = [tokens.span(j, j + 1) for j in free]
    found.append(Attribution(spans, tokens.span(*source), tokens.span(i, i + 1), frame="q", sentence=sentence))
    return True


def _closing_verb(tokens: Tokens, i: int, high: int) -> int | None:
    """“…,” an angry Jane Roe thundered.: the past form of whatever verb ends the clause of somebody behind a quote."""
    if not tokens.flags[i] & (CAP | SUBJECT | DETERMINER):
        return None
    for j in range(i + 1, min(high, i + 8)):
        if tokens.flags[j] & PAST:
            ends = j + 1 >= high or tokens.flags[j + 1] & (STOP | COMMA | PREPOSITION | ADVERB)
            return j if ends else None
        if tokens.flags[j] & (QUOTE | COMMA | STOP | PREPOSITION):
            return None
    return None


def _unknown_before(tokens: Tokens, sentence: Sentence, free: list[int], found: list[Attribution]) -> bool:
    """ "Jane Roe beamed: “…”": a verb with its subject before a colon and a quotation."""
    colon = free[0] - 1
    if colon - 1 <= sentence.first or not (tokens.word[colon] == ":" or _opens_speech(tokens, colon)):
        return False
    reach = 8 if tokens.word[colon] == ":" else 2
    for i in range(colon - 1, max(sentence.first, colon - reach), -1):
        if tokens.flags[i] & (QUOTE | CAP) or not (tokens.flags[i] & PAST or i == colon - 1):
            continue
        subject = subject_before(tokens, verb_group_start(tokens, i, sentence.first), sentence.first)
        if subject is None and tokens.lower[i - 1] == "and":
            subject = main_subject(tokens, sentence.first, i)  # "leaned in and boomed: “…”"
        if subject is None or not (tokens.flags[i] & (PAST | ING) or tokens.lower[i].endswith("s")):
            continue
        spans = [tokens.span(j, j + 1) for j in free]
        source = tokens.span(*subject)
        found.append(Attribution(spans, source, tokens.span(i, colon), frame="q", sentence=sentence))
        return True
    return False


def _opens_speech(tokens: Tokens, comma: int) -> bool:
    """ "Jane Roe cracked, “I …”": a past form, a comma, and a quotation that begins a sentence."""
    if not tokens.flags[comma] & COMMA or not tokens.flags[comma - 1] & PAST:
        return False
    inner = tokens.text[tokens.begin[comma + 1] : tokens.end[comma + 1]].lstrip("“„«\"'‘`[")
    return inner[:1].isupper() and _words(tokens, comma + 1) >= ALONE_WORDS


def _announce(tokens: Tokens, sentence: Sentence, found: list[Attribution], thread: Thread) -> None:
    """ "She told reporters:" at the end of a sentence waits for the quotation that follows."""
    if tokens.word[sentence.last - 1] != ":":
        if thread.waiting is not None and not thread.waiting.contents:
            thread.waiting = None
        return
    for i in range(sentence.last - 2, sentence.first, -1):
        speaks = tokens.flags[i] & CUE and not tokens.flags[i] & CAP
        if speaks and FORMS[tokens.lower[i]].cues[0].kind in ("core", "say"):
            subject = subject_before(tokens, verb_group_start(tokens, i, sentence.first), sentence.first)
            if subject is None:
                continue
            entry = FORMS[tokens.lower[i]].cues[-1]
            waiting = Attribution(
                [], tokens.span(*subject), tokens.span(i, i + 1), entry, "q", sentence=sentence, head=i
            )
            found.append(waiting)
            thread.waiting = waiting
            return


def _remember(tokens: Tokens, sentence: Sentence, found: list[Attribution], thread: Thread, quoted: bool) -> None:
    speaking = [f for f in found if f.entry is None or f.entry.is_speech]
    if not speaking:
        return
    with_quote = [f for f in speaking if quoted and any(_touches_quote(tokens, sentence, s) for s in f.contents)]
    whole = [f for f in with_quote if _is_whole_quote(tokens, sentence, f.contents[0])]
    thread.last = (whole or with_quote or speaking)[-1]
    thread.paragraph = sentence.paragraph
    if thread.waiting is not None and thread.waiting not in found:
        thread.waiting = None


def _is_whole_quote(tokens: Tokens, sentence: Sentence, span: tuple[int, int]) -> bool:
    return any(
        tokens.flags[i] & QUOTE and tokens.begin[i] == span[0] and tokens.end[i] >= span[1]
        for i in range(sentence.first, sentence.last)
    )


def _touches_quote(tokens: Tokens, sentence: Sentence, span: tuple[int, int]) -> bool:
    return any(
        tokens.flags[i] & QUOTE and tokens.begin[i] < span[1] and span[0] < tokens.end[i]
        for i in range(sentence.first, sentence.last)
    )
