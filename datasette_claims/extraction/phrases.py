"""Noun phrases around a reporting word: who stands before it, who stands after it.

All functions take token indices and return half-open token ranges. They look at most ``REACH`` tokens away, so that
the cost of a sentence stays linear however long it is.
"""

from __future__ import annotations

from .lexicon import (
    ADJUNCT,
    ADVERB,
    ARTICLE,
    AUXILIARY,
    BE,
    BREAK,
    CAP,
    COMMA,
    CONJUNCTION,
    CUE,
    DASH,
    DAY,
    DETERMINER,
    FINITE,
    FORMS,
    GROUPS,
    HAVE,
    ING,
    MONTH,
    NUMBER,
    OPENER,
    PAST,
    PLAIN,
    POSSESSIVE,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    STOP,
    SUBJECT,
    SUBORDINATOR,
    TIME,
    TITLE,
    WH,
    WORD,
)
from .tokens import Tokens

Range = tuple[int, int]
REACH = 30
SEPARATOR = COMMA | DASH
BARRIER = QUOTE | COMMA | DASH | BREAK | STOP
STANDALONE = GROUPS["standalone"]
PERIODS = GROUPS["periods"]
PEOPLE = GROUPS["people"]


def is_name(flags: int) -> bool:
    """A capitalised word or a quoted title."""
    return bool(flags & CAP) and not flags & QUOTE


def is_finite(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` looks like a finite verb (auxiliary, known form, or a past form without "have" or "be")."""
    flags = tokens.flags[i]
    if flags & (AUXILIARY | BE | FINITE):
        return tokens.lower[i] not in ("be", "been", "being")
    if flags & CAP:
        return False
    if flags & CUE:
        form = FORMS[tokens.lower[i]]
        if form.tense == "past" or (form.tense == "s" and not form.also_noun):
            return not _is_participle(tokens, i)
    return bool(flags & PAST) and not _is_participle(tokens, i)


def _is_participle(tokens: Tokens, i: int) -> bool:
    """ "the proposed ban", "plans backed by donors": a past form that modifies a noun."""
    before = tokens.flags[i - 1] if i else 0
    after = tokens.lower[i + 1] if i + 1 < len(tokens.lower) else ""
    return bool(before & (ARTICLE | POSSESSIVE | PREPOSITION | BE | HAVE)) or after == "by"


def has_clause(tokens: Tokens, first: int, last: int) -> bool:
    """Whether a finite verb with something before it stands in the range."""
    flags = tokens.flags
    if first >= last:
        return False
    for i in range(first + 1, min(last, first + 2 * REACH)):
        if is_finite(tokens, i) or (flags[i] & PLAIN and not flags[i - 1] & (ARTICLE | PREPOSITION | POSSESSIVE)):
            return True
        if flags[i - 1] & SUBJECT and not flags[i] & (BARRIER | PREPOSITION | CONJUNCTION):
            return True
    return bool(flags[first] & SUBJECT and "'" in tokens.lower[first])


def verb_group_start(tokens: Tokens, i: int, low: int) -> int:
    """First token of the verb group that ends with the cue ``i``: "has also repeatedly said" starts at "has"."""
    start = i
    while start > low and _in_verb_group(tokens, start - 1):
        start -= 1
    for j in range(start - 1, max(low, start - 5), -1):  # "has in recent days said"
        if tokens.flags[j] & (BARRIER | SUBJECT):
            break
        if tokens.flags[j] & HAVE and tokens.flags[j + 1] & PREPOSITION:
            return verb_group_start(tokens, j + 1, low)
    return start


def _in_verb_group(tokens: Tokens, i: int) -> bool:
    if tokens.lower[i] == "having":
        return True
    return bool(tokens.flags[i] & (AUXILIARY | ADVERB | BE)) and tokens.lower[i] != "'s"


def before_time(tokens: Tokens, i: int, low: int) -> int:
    """Step back over a time phrase in front of ``i``: "Roe on Tuesday said", "Roe last week said"."""
    flags, lower = tokens.flags, tokens.lower
    j = i
    if j > low and flags[j - 1] & DAY:
        j -= 1
    elif j - 1 > low and lower[j - 1] in PERIODS and lower[j - 2] in ("last", "this", "earlier"):
        j -= 2
    if j < i and j > low and lower[j - 1] in ("on", "late", "early"):
        j -= 1
    return j


def subject_before(tokens: Tokens, i: int, low: int) -> Range | None:
    """The noun phrase that ends right before token ``i`` and can be the subject of a verb there."""
    if i <= low:
        return None
    flags, lower = tokens.flags, tokens.lower
    k = flags[i - 1]
    if tokens.word[i - 1] == ")":
        return _around_brackets(tokens, i, low)
    if tokens.word[i - 1] == "]":
        opening = next((j for j in range(i - 2, max(low, i - 8) - 1, -1) if tokens.word[j] == "["), None)
        return (opening, i) if opening is not None else None
    if k & SEPARATOR:
        return _before_apposition(tokens, i, low)
    if k & (QUOTE | BREAK | STOP) or lower[i - 1] in ("and", "but", "or", "then", "not", "to"):
        return None
    if k & SUBJECT or lower[i - 1] in STANDALONE:
        return i - 1, i
    first = _walk_left(tokens, i, low)
    if flags[first] & PREPOSITION and first > low and flags[first - 1] & SUBJECT:
        return first - 1, first  # "who in the past has voiced", "he on Monday said"
    first = _strip_opening(tokens, first, i)
    if first >= i or (flags[first] & DAY and i - first == 1):
        return None
    return first, i


def _around_brackets(tokens: Tokens, i: int, low: int) -> Range | None:
    """ "Jane Roe (D-Ohio) said": the bracket belongs to the phrase."""
    j = i - 2
    while j > low and tokens.word[j] != "(" and i - j < REACH:
        j -= 1
    if j <= low or tokens.word[j] != "(":
        return None
    found = subject_before(tokens, j, low)
    return (found[0], i) if found else None


def _before_apposition(tokens: Tokens, i: int, low: int) -> Range | None:
    """ "Jane Roe, a professor, said": from the comma before the cue to the comma that opens the apposition."""
    flags = tokens.flags
    tried = 0
    for j in range(i - 2, max(low, i - REACH), -1):
        if flags[j] & QUOTE:
            return None
        if not flags[j] & (DASH if flags[i - 1] & DASH else SEPARATOR):
            continue
        tried += 1
        # no brackets before the comma: they would lead back here, again and again
        plain = not flags[j - 1] & SEPARATOR and tokens.word[j - 1] != ")"
        found = subject_before(tokens, j, low) if plain else None
        if (
            found is not None
            and _bears_apposition(tokens, found, low)
            and (flags[j] & DASH or _is_apposition(tokens, j + 1))
        ):
            return found[0], i - 1
        if tried >= 3:
            return None
    return None


def _bears_apposition(tokens: Tokens, found: Range, low: int) -> bool:
    first, last = tokens.flags[found[0]], tokens.flags[found[1] - 1]
    if found[0] == low and first & DAY:
        return False
    return is_name(last) or is_name(first) or bool(first & DETERMINER)


def _is_apposition(tokens: Tokens, j: int) -> bool:
    """Whether the words after a comma can describe the name before it."""
    flags, lower = tokens.flags[j], tokens.lower[j]
    if flags & RELATIVE:
        return True
    return not flags & (SUBJECT | AUXILIARY | BE) and lower not in ("and", "but", "or", "that")


def _walk_left(tokens: Tokens, i: int, low: int) -> int:
    flags, lower = tokens.flags, tokens.lower
    first = i - 1
    limit = max(low, i - 20)
    while first > limit:
        p = flags[first - 1]
        if p & BARRIER:
            break
        if lower[first - 1] in ("and", "&", "or"):
            if not _joins_names(tokens, first, low):
                break
        elif lower[first - 1] == "who" and first - 2 >= limit and flags[first - 2] & (WORD | SUBJECT) == WORD:
            first -= 1  # "some who advocate it say": a plain form may stand between
        elif p & (SUBORDINATOR | SUBJECT) or (p & CONJUNCTION and not p & PREPOSITION):
            break
        elif is_finite(tokens, first - 1) and lower[first - 1] != "'s":
            opened = _relative_start(tokens, first - 1, limit)
            if opened is None:
                break
            first = opened
            continue
        first -= 1
    return first


def _joins_names(tokens: Tokens, first: int, low: int) -> bool:
    """Whether the "and" before token ``first`` joins two parts of one subject."""
    flags = tokens.flags
    if first - 2 < low:
        return False
    if is_name(flags[first - 2]) and (is_name(flags[first]) or flags[first] & ARTICLE):
        return True
    left, right = tokens.lower[first - 2], flags[first]
    return bool(
        right & WORD and left.endswith("s") and not right & (SUBJECT | DETERMINER | CONJUNCTION | CUE | AUXILIARY | BE)
    ) and not any(is_finite(tokens, j) for j in range(max(low, first - 8), first - 1))


def _relative_start(tokens: Tokens, verb: int, limit: int) -> int | None:
    """The token of "who" that opens the relative clause of the verb, or None when there is none close by."""
    for j in range(verb - 1, max(limit, verb - 4), -1):
        if tokens.lower[j] in ("who", "which", "that"):
            return j if j > limit else None
        if not tokens.flags[j] & (AUXILIARY | BE | ADVERB):
            return None
    return None


def _strip_opening(tokens: Tokens, first: int, last: int) -> int:
    """Drop adverbials in front of the subject: "However", "In March", "Last week"."""
    flags, lower = tokens.flags, tokens.lower
    while first < last - 1:
        f = flags[first]
        if f & (OPENER | DAY) or lower[first] in ("ago",):
            first += 1
        elif lower[first] == "this" and lower[first + 1] in PERIODS and first + 2 < last:
            first += 2
        elif f & PREPOSITION or lower[first] in ("last", "earlier", "late", "early", "just"):
            first = _after_adverbial(tokens, first, last)
        else:
            break
    return first


def _after_adverbial(tokens: Tokens, first: int, last: int) -> int:
    flags = tokens.flags
    skip = MONTH | DAY | NUMBER
    for j in range(first + 2, last):
        starts = flags[j] & ARTICLE or (is_name(flags[j]) and not flags[j] & skip)
        if (
            starts
            and not flags[j - 1] & (PREPOSITION | ARTICLE | POSSESSIVE)
            and not (is_name(flags[j]) and is_name(flags[j - 1]) and not flags[j - 1] & skip)
        ):
            return j
    for j in range(first + 1, last):
        if is_name(flags[j]) and not flags[j] & skip:
            return j
    return last - 1


def speaker_after(tokens: Tokens, i: int, high: int) -> Range | None:
    """The noun phrase that starts at token ``i``, after an inverted cue (“…,” said Jane Roe, a professor)."""
    if i >= high:
        return None
    flags, lower = tokens.flags, tokens.lower
    f = flags[i]
    if not f & WORD or f & QUOTE:
        return None
    if f & SUBJECT and lower[i] not in ("it", "which", "that", "who"):
        return i, i + 1
    if f & WH or lower[i] in ("that", "there", "nothing", "not", "to", "it", "so", "no", "yes"):
        return None
    if f & (ADJUNCT | DAY | PREPOSITION | SUBJECT | AUXILIARY | BE) and not f & CAP:
        return None
    last = _walk_right(tokens, i, high)
    if last == i:
        return None
    return i, _with_apposition(tokens, last, high)


def _walk_right(tokens: Tokens, i: int, high: int) -> int:
    flags, lower = tokens.flags, tokens.lower
    last = i
    while last < min(high, i + 22):
        f = flags[last]
        if f & (QUOTE | COMMA | STOP | DASH) or (f & BREAK and tokens.word[last] != "("):
            break
        if tokens.word[last] == "(":
            closing = next((j for j in range(last, min(high, last + 8)) if tokens.word[j] == ")"), None)
            if closing is None:
                break
            last = closing + 1
            continue
        if last > i and (f & DAY or lower[last] in ("on", "in", "at", "last", "to", "about", "referring", "during")):
            break
        if last > i and f & CONJUNCTION:
            joined = lower[last] == "and" and last + 1 < high and is_name(flags[last + 1]) and is_name(flags[last - 1])
            if not joined:
                break
        last += 1
    return last


def _with_apposition(tokens: Tokens, last: int, high: int) -> int:
    """Take ", a professor at Example University" along, up to the next comma."""
    flags, lower = tokens.flags, tokens.lower
    if last + 1 >= high or not flags[last] & COMMA:
        return last
    f = flags[last + 1]
    if f & (QUOTE | SUBORDINATOR | ADJUNCT | SUBJECT | ING) or lower[last + 1] in ("who", "and", "but", "which"):
        return last
    if f & ADVERB:
        return last
    for j in range(last + 1, min(high, last + 26)):
        if flags[j] & (QUOTE | COMMA | STOP | DASH | BREAK):
            return j
        if flags[j] & SUBJECT:
            return last
    return high if high - last < 26 else last


def first_subject(tokens: Tokens, first: int, last: int) -> Range | None:
    """The first phrase of the range that can be a subject: a guess for participles and coordinated verbs."""
    flags, lower = tokens.flags, tokens.lower
    for i in range(first, last):
        f = flags[i]
        if f & QUOTE:
            return None
        if f & SUBJECT:
            return i, i + 1
        if i > first and flags[i - 1] & PREPOSITION:
            continue
        if f & ARTICLE and i == first:
            return _plain_phrase(tokens, i, last)
        if (is_name(f) and not f & (DAY | MONTH | PREPOSITION | CONJUNCTION | OPENER | TIME)) or f & TITLE:
            j = i + 1
            while j < last and (is_name(flags[j]) or lower[j] in ("of", "de", "van", "von", "al", "bin", ".")):
                j += 1
            if j < last and i == first and f & (ING | PAST):
                continue
            return i, j
    return None


def main_subject(tokens: Tokens, first: int, last: int) -> Range | None:
    """The subject of the first finite verb of the range, so that no place or dateline is taken for it; else a guess."""
    for i in range(first + 1, min(last, first + REACH)):
        if tokens.flags[i] & QUOTE:
            break
        if is_finite(tokens, i):
            found = subject_before(tokens, verb_group_start(tokens, i, first), first)
            if found is None or tokens.flags[found[0]] & RELATIVE or not can_speak(tokens, found):
                break
            return found
    return first_subject(tokens, first, last)


def can_speak(tokens: Tokens, found: Range) -> bool:
    """Whether the first word of a phrase can open the subject of a verb of speaking."""
    return bool(tokens.flags[found[0]] & (SUBJECT | CAP | TITLE | ARTICLE | DETERMINER))


def _plain_phrase(tokens: Tokens, first: int, last: int) -> Range:
    """ "a senior official at the ministry": from an article to the verb."""
    j = first + 1
    while j < min(last, first + 14):
        f = tokens.flags[j]
        if f & (BARRIER | AUXILIARY | BE | CUE | CONJUNCTION) or is_finite(tokens, j):
            break
        j += 1
    return first, j
