"""Left or right of the reporting clause: which side holds the content, and how much of it."""

from __future__ import annotations

from .clauses import clause_end, clean, has_quote, left_border, object_end, quote_stops
from .cues import FoundCue
from .lexicon import (
    ADJUNCT,
    COMMA,
    CONJUNCTION,
    DASH,
    DAY,
    FORMS,
    GROUPS,
    ING,
    OPENER,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    STOP,
    SUBORDINATOR,
    Cue,
)
from .phrases import Range, has_clause, is_finite
from .reports import Clause
from .scope import classify, content_start
from .tokens import Tokens

ANSWERS = frozenset({"yes", "no", "so"})
OCCASIONS = GROUPS["occasion"]
INTRODUCTIONS = GROUPS["introductions"]


def left_content(tokens: Tokens, low: int, high: int, alone: bool, inserted: bool, within: bool) -> Range | None:
    """Content on the left of the reporting clause; it ends in a comma, a dash, a question or a quotation.

    ``alone`` says that the right side cannot hold the content by itself, ``within`` that the reporting clause is an
    insertion, and ``inserted`` that the words behind it go on with a verb ("The plan, she said, would fail").
    """
    if high <= low:
        return None
    first, last = clean(tokens, low, high)
    if first >= last:
        return None
    quoted = has_quote(tokens, first, last)
    closing = tokens.flags[high - 1]
    if not closing & (COMMA | DASH | QUOTE | STOP):
        return None
    if not quoted:
        lower, flags = tokens.lower[first], tokens.flags[first]
        intro = flags & (PREPOSITION | CONJUNCTION | SUBORDINATOR | OPENER) or lower in INTRODUCTIONS
        if (last - first < 4 and not inserted) or (
            intro and last - first <= 14 and not within and not (alone and has_clause(tokens, first, last))
        ):
            return None
        return left_border(tokens, first, last), last
    return _quoted_left(tokens, first, last)


def _quoted_left(tokens: Tokens, first: int, last: int) -> Range:
    """Words before a quotation belong to the content unless they are a report or a lead-in of their own."""
    opening = next(j for j in range(first, last) if tokens.flags[j] & QUOTE)
    if opening == first:
        return first, last
    before = tokens.word[opening - 1]
    if before in (":", ";", ".") or (before == "," and quote_stops(tokens, last - 1) and _is_long(tokens, opening)):
        return opening, last
    if any(_is_report(tokens, j) for j in range(first, opening)):
        return opening, last
    return first, last


def _is_long(tokens: Tokens, quote: int) -> bool:
    return tokens.text.count(" ", tokens.begin[quote], tokens.end[quote]) >= 6


def _is_report(tokens: Tokens, j: int) -> bool:
    form = FORMS.get(tokens.lower[j])
    return form is not None and form.tense in ("past", "ing") and form.cues[0].kind in ("core", "say")


def right_content(
    tokens: Tokens, cue: FoundCue, start: int, high: int, embedded: bool, inserted: bool
) -> tuple[Range, str, Cue] | None:
    """Content on the right: its range, the frame that it fills and the entry that allows it.

    ``inserted`` says that the reporting clause interrupts its content, so that any words may follow.
    """
    at = content_start(tokens, cue, start, high)
    if at is None and inserted and start + 1 < high:
        at = start + 1
    if at is None:
        return None
    if "n" in cue.frames() and _is_answer(tokens, at, high):
        return (at, at + 1), "n", cue.frames()["n"]
    known = classify(tokens, cue, at, high)
    if known is None and inserted and "c" in cue.frames() and not tokens.flags[at] & (ADJUNCT | ING):
        known = "c", cue.frames()["c"]
    if known is None:
        return None
    frame, entry = known
    if frame == "p":
        at += 1
    if tokens.flags[at] & QUOTE and quote_stops(tokens, at):
        first, last = at, at + 1
        while last < high and tokens.flags[last] & QUOTE:
            last += 1
    elif tokens.flags[at] & QUOTE and at + 1 < high and _leaves_quote(tokens, at + 1):
        first, last = at, at + 1
    elif frame in ("n", "p", "a") and not (entry.kind == "core" and frame == "n"):
        first, last = clean(tokens, at, object_end(tokens, at, high))
    else:
        first, last = clean(tokens, at, clause_end(tokens, at, high, embedded=embedded))
    last = _before_occasion(tokens, first, last)
    if last <= first or (last - first == 1 and not tokens.flags[first] & QUOTE and not _may_be_short(cue, frame)):
        return None
    return (first, last), frame, entry


def _may_be_short(cue: FoundCue, frame: str) -> bool:
    """Whether one word can be all that is said: "mentioned Roe", "did not say why"."""
    return frame in ("n", "p") or (frame == "w" and cue.negated)


def _before_occasion(tokens: Tokens, first: int, last: int) -> int:
    """ "called it “a mistake” in an interview with Example News": the occasion after the quotation is not quoted."""
    quote = next((j for j in range(last - 1, first - 1, -1) if tokens.flags[j] & QUOTE), None)
    if quote is None or quote + 2 >= last:
        return last
    at = quote + 1 + bool(tokens.flags[quote + 1] & COMMA)
    if tokens.lower[at] not in ("in", "on", "during", "at", "to") or any(is_finite(tokens, j) for j in range(at, last)):
        return last
    return quote + 1 if any(tokens.lower[j] in OCCASIONS for j in range(at + 1, min(last, at + 7))) else last


def _is_answer(tokens: Tokens, at: int, high: int) -> bool:
    """ "said no", "said so in an earlier poll": one word is the whole content."""
    if tokens.lower[at] not in ANSWERS:
        return False
    return at + 1 >= high or bool(tokens.flags[at + 1] & (STOP | COMMA | PREPOSITION | CONJUNCTION))


def choose(
    tokens: Tokens,
    cue: FoundCue,
    left: Range | None,
    right: tuple[Range, str, Cue] | None,
    source: Range,
    inverted: bool,
    state: Clause,
) -> tuple[Range | None, tuple[Range, str, Cue] | None]:
    """Which side holds the content when both could; both when the reporting clause is an insertion."""
    if cue.entry.kind not in ("core", "say") or not cue.frames().keys() & {"q", "c"}:
        left = None
    if tokens.flags[source[0]] & RELATIVE and tokens.lower[source[0]] != "that":
        left = None
    if left is None or right is None:
        return left, right
    if tokens.lower[right[0][0]] in ANSWERS:
        return None, right
    flags = tokens.flags
    left_quoted = has_quote(tokens, *left)
    start, end = right[0]
    if insertion_end(tokens, cue, source, inverted, state) is not None and not left_quoted:
        if tokens.lower[start : start + 2] == ["on", "condition"]:
            return left, None
        return (None, right) if _starts_anew(tokens, start) else (left, right)
    if left_quoted or inverted:
        if not inverted and tokens.lower[start] == "that" and not flags[start - 1] & COMMA:
            return None, right
        quote = next((j for j in range(start, end) if flags[j] & QUOTE), None)
        if quote is not None and (quote == start or tokens.word[quote - 1] in (",", ":", ".")):
            return left, ((quote, end), right[1], right[2])
        return left, None
    if not has_quote(tokens, start, end) and flags[start - 1] & COMMA and flags[start] & ADJUNCT:
        return left, None
    return None, right


def insertion_end(tokens: Tokens, cue: FoundCue, source: Range, inverted: bool, state: Clause) -> int | None:
    """The comma behind an inserted reporting clause ("The plan, she said on Monday, would fail"), or None."""
    flags = tokens.flags
    if inverted or source[0] <= state.low or not flags[source[0] - 1] & COMMA:
        return None
    after = cue.last
    if after + 1 < len(flags) and tokens.lower[after] == "on" and flags[after + 1] & DAY:
        after += 1
    if after + 1 < len(flags) and flags[after] & DAY:
        after += 1
    return after if after < len(flags) and flags[after] & COMMA else None


def _leaves_quote(tokens: Tokens, i: int) -> bool:
    """Whether the words after a quotation without a stop go back to the reporter ("… “never” and left")."""
    return is_finite(tokens, i) or tokens.lower[i] in ("and", "before", "after", "when", "moments", "while", "as")


def _starts_anew(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` is a quotation that begins with a capital: a sentence of its own."""
    inner = tokens.text[tokens.begin[i] : tokens.end[i]].lstrip("“„«\"'‘`[")
    return bool(tokens.flags[i] & QUOTE) and inner[:1].isupper() and not inner.startswith(("I ", "I’", "I'"))
