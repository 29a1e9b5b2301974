"""Tokens and sentences of a text, as parallel lists, so that a million code points stay cheap.

Every quotation is one token: the rules read the sentence around it. A name of a work in quotation marks is a token
too, but counts as a capitalised word.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from .lexicon import CAP, CUE, DOT, FORMS, GROUPS, HIDDEN, LINE, QUOTE, STOP, TABLE, WORD
from .quotations import Quotation

_OPEN, _FILL, _CLOSE = HIDDEN, "\ue001", "\ue002"
_PRIVATE = {0xE000: " ", 0xE001: " ", 0xE002: " "}
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
TOKEN = re.compile(
    r"([a-z]+(?=[ ,\n])|"
    "\ue000\ue001*\ue002"
    r"|\n+"
    r"|(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Maj|Sgt|Capt|St|Jr|Sr|Rev|Prof|Adm|Hon|vs|[A-Z])"
    r"\.(?=,?[ ][A-Z(,])"
    r"|(?:[A-Za-z]\.){2,}(?=[\s,'’)])"
    r"|[\w$£€@#][\w’'&/.\-]*\w"
    r"|[\w$@#]|--|\.\.\.|[^\s\w])"
)
# Sentences start with these after "U.S." and the like.
MAY_END = STOP | QUOTE | LINE | DOT
LONGEST = 400  # tokens of a sentence; longer ones are cut, so that no rule looks further
STARTERS = GROUPS["starters"]
INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?\.?$")


@dataclass(slots=True)
class Tokens:
    """Token ``i`` is ``text[begin[i]:end[i]]``; ``lower`` has straight apostrophes; ``flags`` are lexicon bits."""

    text: str
    begin: list[int]
    end: list[int]
    word: list[str]
    lower: list[str]
    flags: list[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Code points of the tokens ``first`` (included) to ``last`` (excluded)."""
        return self.begin[first], self.end[last - 1]


@dataclass(slots=True)
class Sentence:
    """Tokens ``first`` to ``last`` (half-open) in the paragraph (line) that starts at code point ``line``."""

    first: int
    last: int
    paragraph: int


def tokenize(text: str, quotations: list[Quotation]) -> Tokens:
    """All tokens of ``text``; each quotation is a single one."""
    masked = text.translate(_PRIVATE) if any(c in text for c in (_OPEN, _FILL, _CLOSE)) else text
    pieces: list[str] = []
    at = 0
    titles = {q.start for q in quotations if q.is_title}
    for q in quotations:
        pieces.append(masked[at : q.start])
        pieces.append(_OPEN + _FILL * (q.end - q.start - 2) + _CLOSE)
        at = q.end
    pieces.append(masked[at:])
    parts = TOKEN.split("".join(pieces))  # what lies between, a token, what lies between, …
    borders = list(accumulate(map(len, parts)))
    word = parts[1::2]
    forms = list(map(TABLE.__getitem__, word))
    lower, flags = list(map(_FIRST, forms)), list(map(_SECOND, forms))
    tokens = Tokens(text, borders[:-1:2], borders[1::2], word, lower, flags)
    for begin in titles:
        tokens.flags[bisect.bisect_left(tokens.begin, begin)] = CAP | WORD
    return tokens


def split_sentences(tokens: Tokens) -> list[Sentence]:
    """Sentences within paragraphs, in order; they cover every token but line ends."""
    found: list[Sentence] = []
    flags = tokens.flags
    first, paragraph, count = 0, 0, len(flags)
    for i in [i for i, f in enumerate(flags) if f & MAY_END]:
        first = _cut_long(found, first, i, paragraph)
        if flags[i] & LINE:
            if i > first:
                found.append(Sentence(first, i, paragraph))
            first = i + 1
            paragraph += 1
        elif i + 1 < count and not flags[i + 1] & LINE and _ends(tokens, i):
            found.append(Sentence(first, i + 1, paragraph))
            first = i + 1
    first = _cut_long(found, first, count, paragraph)
    if first < count:
        found.append(Sentence(first, count, paragraph))
    return found


def _cut_long(found: list[Sentence], first: int, i: int, paragraph: int) -> int:
    """Cut what grew too long before token ``i``; the start of what is left."""
    while i - first > LONGEST:
        found.append(Sentence(first, first + LONGEST, paragraph))
        first += LONGEST
    return first


def _ends(tokens: Tokens, i: int) -> bool:
    """Whether a sentence ends after token ``i`` (a stop, a quotation or an abbreviation)."""
    flags, following = tokens.flags, tokens.word[i + 1]
    if flags[i] & QUOTE:
        inner = tokens.text[tokens.begin[i] : tokens.end[i]].rstrip("”\"»'’").rstrip()[-1:]
        if not inner or inner not in ".?!…":
            return False
        if flags[i + 1] & QUOTE:
            return True
        return following[0].isupper() and not (inner in "?!" and _cue_ahead(tokens, i + 1))
    if not flags[i] & STOP:
        return following in STARTERS and INITIALS.match(tokens.word[i]) is not None
    starts = flags[i + 1] & QUOTE or following[0].isupper() or following[0].isdigit() or following[0] in "—–•*(["
    return bool(starts) and not (tokens.word[i] == "." and _is_abbreviation(tokens, i))


def _is_abbreviation(tokens: Tokens, i: int) -> bool:
    if i == 0 or tokens.end[i - 1] != tokens.begin[i]:
        return False
    before = tokens.word[i - 1]
    return tokens.lower[i - 1].rpartition("-")[2] in GROUPS["abbreviation"] or (len(before) == 1 and before.isupper())


def _cue_ahead(tokens: Tokens, i: int) -> bool:
    """“…?” Jane Roe asked: the question mark does not end the reporter's sentence."""
    for j in range(i, min(i + 7, len(tokens.word))):
        if tokens.flags[j] & CUE and FORMS[tokens.lower[j]].cues[0].is_speech:
            return True
        if tokens.word[j] in (",", ".", "\n"):
            return False
    return False
