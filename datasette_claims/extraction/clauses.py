"""Where a reported clause or noun phrase ends: at the sentence's end or at an earlier border."""

from __future__ import annotations

from .lexicon import (
    ADVERB,
    AUXILIARY,
    BE,
    BREAK,
    CAP,
    COMMA,
    CONJUNCTION,
    CUE,
    DASH,
    DETERMINER,
    FINITE,
    FORMS,
    GROUPS,
    HAVE,
    ING,
    MODAL,
    PAST,
    PREPOSITION,
    QUOTE,
    STOP,
    SUBJECT,
    SUBORDINATOR,
    WH,
    WORD,
)
from .phrases import Range, is_finite
from .tokens import Tokens

INVERTING = frozenset(
    ["say", "add", "note", "argue", "warn", "insist", "explain", "report", "ask", "urge", "announce", "vow"]
)
KEPT_FIRST = frozenset("[($'’")
KEPT_LAST = frozenset("])%'’")
AFTER_ASIDE = frozenset({"while"})
REMARKING = GROUPS["remarking"]
OCCASIONS = GROUPS["occasion"]
NOT_ASIDE = frozenset(["including", "something", "nothing", "anything", "everything", "according", "during"])
UNMARKED = frozenset(["set", "put", "cut", "read", "let", "hit", "hurt"])  # past forms that look like the plain form
MARKS = frozenset("—–-―") | {"--"}
MAY_BORDER = COMMA | DASH | QUOTE | BREAK | CONJUNCTION | SUBORDINATOR | CAP  # a quoted title has the bit of a name


def clean(tokens: Tokens, first: int, last: int) -> Range:
    """Trim punctuation that belongs to the frame, not to the content."""
    word, flags = tokens.word, tokens.flags
    while first < last and not flags[first] & (WORD | QUOTE) and word[first] not in KEPT_FIRST:
        first += 1
    while last > first and not flags[last - 1] & (WORD | QUOTE) and word[last - 1] not in KEPT_LAST:
        last -= 1
    if last - 1 > first and word[last - 1] == ")" and "(" not in word[first:last]:
        return clean(tokens, first, last - 1)
    return first, last


def quote_stops(tokens: Tokens, i: int) -> str:
    """The mark inside the end of the quotation ``i``: "," or a full stop or ""."""
    inner = tokens.text[tokens.begin[i] : tokens.end[i]].rstrip("”\"»'’").rstrip()[-1:]
    return inner if inner in ",.?!…" else ""


def is_quoted(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` is a quotation, also one that is only a title."""
    return bool(tokens.flags[i] & QUOTE) or not tokens.lower[i]


def has_quote(tokens: Tokens, first: int, last: int) -> bool:
    """Whether a quotation stands in the range."""
    return any(tokens.flags[j] & QUOTE for j in range(first, last))


def next_report(tokens: Tokens, first: int, high: int) -> int:
    """Where another report begins after ``first``: ", adding", "and said", ", but she said"."""
    lower, flags = tokens.lower, tokens.flags
    for j in range(first, high - 1):
        if not flags[j] & MAY_BORDER:
            continue
        if j == first and flags[j] & COMMA and not flags[j + 1] & ING:
            continue  # the comma behind an inserted "she said,"
        if flags[j] & (COMMA | DASH) or tokens.word[j] == ";" or (is_quoted(tokens, j) and j > first):
            if _opens_report(tokens, j, high):
                return j if not is_quoted(tokens, j) else j + 1
        elif lower[j] in ("and", "but", "before", "while") and j > first + 1:
            k = j + 1
            while k < high and flags[k] & ADVERB and not flags[k] & CUE:
                k += 1
            spoken = k < high and _reports(tokens, k, ("past", "s", "ing")) and not _shares_auxiliary(tokens, first, j)
            if spoken:
                return j - 1 if flags[j - 1] & COMMA else j
    return high


def _shares_auxiliary(tokens: Tokens, first: int, j: int) -> bool:
    """ "he has not held talks and never called": both participles belong to one "has"."""
    for i in range(j - 1, first, -1):
        if is_finite(tokens, i):
            k = i - 1
            while k > first and tokens.flags[k] & ADVERB:
                k -= 1
            return bool((tokens.flags[i] | tokens.flags[k]) & HAVE)
    return False


def _reports(tokens: Tokens, k: int, tenses: tuple[str, ...]) -> bool:
    if not tokens.flags[k] & CUE or tokens.flags[k] & CAP:
        return False
    form = FORMS[tokens.lower[k]]
    return (
        form.tense in tenses
        and any(not cue.particle and cue.kind in ("core", "say", "act") for cue in form.cues)
        and not (form.also_noun and form.tense == "s")
    )


def _opens_report(tokens: Tokens, j: int, high: int) -> bool:
    lower, flags = tokens.lower, tokens.flags
    k = j + 1
    if lower[k] == "according":
        return True
    if lower[k] in ("which", "who", "whom", "that"):
        return False
    if _reports(tokens, k, ("ing",)):
        return True
    if _reports(tokens, k, ("past", "s")) and (
        FORMS[lower[k]].cues[0].lemma in INVERTING or _lists_act(tokens, k, high)
    ):
        return True
    if lower[k] in ("and", "but", "while", "though", "although", "as", "before"):
        k += 1
    start = k
    while k < high and k < start + 5 and flags[k] & (CAP | SUBJECT | DETERMINER | AUXILIARY) and not flags[k] & QUOTE:
        k += 1
    if any(flags[i] & MODAL for i in range(start, k)):
        return False
    if k == start or k >= high or not _reports(tokens, k, ("past", "s")):
        return False
    return not (k + 1 < high and flags[k + 1] & COMMA)


def _lists_act(tokens: Tokens, k: int, high: int) -> bool:
    """ "she urged …, proposed that …, and pushed": a past form between commas that takes an object of its own."""
    if FORMS[tokens.lower[k]].tense != "past" or k + 1 >= high or not tokens.flags[k - 1] & COMMA:
        return False
    after = tokens.flags[k + 1]
    opens = after & (DETERMINER | QUOTE | SUBJECT) or tokens.lower[k + 1] in ("that", "to")
    return bool(opens)


def clause_end(tokens: Tokens, first: int, high: int, *, embedded: bool = False) -> int:
    """The end of a reported clause that starts at ``first``: the sentence's, or an earlier border.

    ``embedded`` says that the reporting clause itself depends on another one ("While critics say that …, he …").
    """
    lower, flags = tokens.lower, tokens.flags
    for j in range(first + 2, high - 1):
        if tokens.word[j] == ";" or (lower[j] == "after" and lower[j + 1] == "having"):
            return j
        stop = quote_stops(tokens, j) if flags[j] & QUOTE else ""
        if stop and stop != "," and not flags[j + 1] & QUOTE:
            return j + 1
        if flags[j] & COMMA or stop == ",":
            if _ends_at_comma(tokens, j, high, embedded):
                return j + bool(stop)
        elif lower[j] in ("and", "but") and _ends_at_conjunction(tokens, first, j, high):
            return j
    dash = _single_dash(tokens, first, high)
    return dash if dash is not None else high


def _ends_at_comma(tokens: Tokens, j: int, high: int, embedded: bool) -> bool:
    lower, flags = tokens.lower, tokens.flags
    following = flags[j + 1]
    if following & ING and not following & CAP and lower[j + 1] not in NOT_ASIDE:
        return bool(following & CUE) or lower[j + 1] in REMARKING
    if lower[j + 1] == "but" and j + 2 < high and flags[j + 2] & (AUXILIARY | BE):
        return False
    if lower[j + 1] == "but":
        return lower[min(j + 2, high - 1)] != "that" and _subject_and_verb(tokens, j + 2, high)
    if lower[j + 1] == "compared":
        return True
    if lower[j + 1] in AFTER_ASIDE:
        return not any(flags[k] & COMMA for k in range(j + 2, min(high, j + 5)))
    if lower[j + 1] == "and" and j + 2 < high:
        verb = is_finite(tokens, j + 2) and not flags[j + 2] & (AUXILIARY | BE)
        return verb or (embedded and _subject_and_verb(tokens, j + 2, high))
    if lower[j + 1] in ("who", "where", "whose") and _runs_to_the_end(tokens, j + 1, high):
        return True
    if lower[j + 1] in ("a", "an") and _is_remark(tokens, j + 1, high):
        return True
    if embedded and not following & WH:
        return _subject_and_verb(tokens, j + 1, high) or is_finite(tokens, j + 1)
    return False


def _runs_to_the_end(tokens: Tokens, j: int, high: int) -> bool:
    """Whether a relative clause is the rest of the sentence: no comma or quotation closes it."""
    return not any(tokens.flags[k] & (COMMA | QUOTE) for k in range(j, high))


def _is_remark(tokens: Tokens, j: int, high: int) -> bool:
    """ ", a rise of two points": a noun phrase up to the end, without a verb, is the reporter's comment."""
    return not any(tokens.flags[k] & COMMA or is_finite(tokens, k) for k in range(j, high))


def _subject_and_verb(tokens: Tokens, j: int, high: int) -> bool:
    """Whether a subject and its verb follow closely (no comma between them)."""
    for k in range(j, min(high, j + 8)):
        if tokens.flags[k] & (COMMA | STOP):
            return False
        if k > j and is_finite(tokens, k):
            return True
    return False


def _ends_at_conjunction(tokens: Tokens, first: int, j: int, high: int) -> bool:
    """ "said that it will help and left": a past verb that the content cannot share goes back to the reporter."""
    lower, flags = tokens.lower, tokens.flags
    k = j + 1
    while k < high - 1 and flags[k] & ADVERB:
        k += 1
    if lower[j] == "but":
        return lower[k] != "that" and (is_finite(tokens, k) or bool(flags[k] & SUBJECT))
    if not is_finite(tokens, k) or flags[k] & (AUXILIARY | BE):
        return False
    if lower[k] in UNMARKED and any(flags[i] & MODAL for i in range(first, j)):
        return False
    return not any(_is_past(tokens, i) for i in range(first, j))


def _is_past(tokens: Tokens, i: int) -> bool:
    return is_finite(tokens, i) and (
        bool(tokens.flags[i] & (PAST | FINITE)) or tokens.lower[i] in ("was", "were", "had", "did", "didn't", "wasn't")
    )


def _single_dash(tokens: Tokens, first: int, high: int) -> int | None:
    """A dash without a partner starts the reporter's own remark; a pair encloses a part of the clause."""
    found = [j for j in range(first, high) if tokens.word[j] in MARKS and _is_spaced(tokens, j)]
    if len(found) == 1 and found[0] - first >= 3:
        after = tokens.lower[found[0] + 1 : found[0] + 3]
        if after[:1] == ["that"] or after == ["and", "that"]:
            return None
        return found[0]
    return None


def _is_spaced(tokens: Tokens, j: int) -> bool:
    return tokens.word[j] != "-" or (j > 0 and tokens.end[j - 1] < tokens.begin[j])


def object_end(tokens: Tokens, first: int, high: int) -> int:
    """The end of a noun phrase as content ("praised her remarks"), before an adverbial clause."""
    lower, flags = tokens.lower, tokens.flags
    for j in range(first + 1, high):
        f = flags[j]
        if tokens.word[j] in ("—", "–", "--", ";") or (tokens.word[j] == "-" and _is_spaced(tokens, j)):
            return j
        if tokens.word[j] in ("—", "–", "--", ";") or (tokens.word[j] == "(" and not _closes_soon(tokens, j, high)):
            return j
        if f & COMMA and j + 1 < high and _object_ends_at_comma(tokens, j, high):
            return j
        if lower[j] in ("while", "although", "though", "whereas") or _opens_occasion(tokens, j, high):
            return j
        if lower[j] == "by" and j + 1 < high and flags[j + 1] & ING:
            return j
        if lower[j] in ("and", "but") and j + 1 < high and _verb_follows(tokens, j + 1, high):
            return j
        if f & QUOTE and quote_stops(tokens, j):
            return j + 1
    return high


def _opens_occasion(tokens: Tokens, j: int, high: int) -> bool:
    """ "praised him at a news conference", "praised him as he left": where or when it was said."""
    lower = tokens.lower
    if lower[j] == "as" and j + 1 < high:
        return bool(tokens.flags[j + 1] & SUBJECT)
    if lower[j] not in ("in", "at", "during", "on") or j + 1 >= high:
        return False
    if lower[j + 1] not in ("a", "an", "the", "his", "her", "their"):
        return False
    for k in range(j + 2, min(high, j + 6)):
        if tokens.flags[k] & (COMMA | QUOTE | SUBJECT | PREPOSITION):
            return False
        if lower[k] in OCCASIONS:
            return True
    return False


def _closes_soon(tokens: Tokens, j: int, high: int) -> bool:
    return any(tokens.word[k] == ")" for k in range(j + 1, min(high - 1, j + 7)))


def _object_ends_at_comma(tokens: Tokens, j: int, high: int) -> bool:
    lower, flags = tokens.lower, tokens.flags
    following = flags[j + 1]
    if following & ING and not following & CAP:
        return lower[j + 1] not in NOT_ASIDE
    if lower[j + 1] in (
        "but",
        "while",
        "who",
        "which",
        "where",
        "whose",
        "though",
        "although",
        "as",
        "when",
        "after",
        "before",
        "because",
    ):
        return True
    if lower[j + 1] == "and" and j + 2 < high:
        return _verb_follows(tokens, j + 2, high) or _subject_and_verb(tokens, j + 2, high)
    return bool(following & SUBJECT) and lower[j + 1] not in ("who", "which", "that")


def _verb_follows(tokens: Tokens, j: int, high: int) -> bool:
    while j < high - 1 and tokens.flags[j] & ADVERB:
        j += 1
    return is_finite(tokens, j) or bool(tokens.flags[j] & SUBJECT) or _reports(tokens, j, ("ing",))


def first_comma(tokens: Tokens, first: int, high: int) -> int:
    """The first comma from ``first`` on; ``high`` where there is none before it."""
    return next((j for j in range(first, high) if tokens.flags[j] & COMMA), high)


def left_border(tokens: Tokens, low: int, high: int) -> int:
    """Content on the left starts after the last semicolon or colon."""
    for j in range(high - 4, low, -1):
        if tokens.word[j] in (";", ":") or (tokens.word[j] == "(" and ")" not in tokens.word[j:high]):
            return j + 1
    return low
