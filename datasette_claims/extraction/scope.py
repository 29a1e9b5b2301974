"""What stands right of a reporting word: where the content begins and which frame of the word it fills."""

from __future__ import annotations

from .clauses import first_comma
from .cues import FoundCue
from .lexicon import (
    ADVERB,
    ARTICLE,
    AUXILIARY,
    BE,
    BREAK,
    CAP,
    COMMA,
    CONJUNCTION,
    DASH,
    DAY,
    DETERMINER,
    FINITE,
    GROUPS,
    POSSESSIVE,
    PREPOSITION,
    QUOTE,
    STOP,
    SUBJECT,
    TIME,
    WH,
    WORD,
    WORD_BITS,
    Cue,
)
from .phrases import PERIODS, has_clause, is_finite
from .tokens import Tokens

ADDRESSED = GROUPS["addressed"]
LISTENERS = GROUPS["listeners"]
NO_LISTENER = frozenset(["that", "of", "about", "on", "to", "what", "why", "how", "whether", "if"])
LISTENER_ENDS = GROUPS["listener_ends"]
TO_LISTENER = GROUPS["to_listener"]
TOPICAL = GROUPS["topical"]


def skip_listener(tokens: Tokens, cue: FoundCue, first: int, high: int) -> int:
    """The token after the person spoken to ("told reporters Wednesday that …"), or ``first``."""
    lower, flags = tokens.lower, tokens.flags
    lemma = cue.entry.lemma
    if lemma not in ADDRESSED or first >= high or flags[first] & QUOTE or tokens.word[first] in (":", ","):
        return first
    if lemma == "ask" and lower[first] not in NO_LISTENER:
        asked = _question_start(tokens, first, high)
        if asked is not None:
            return asked
    if lower[first] in NO_LISTENER or (lemma != "tell" and lower[first] not in LISTENERS):
        return first
    j = first
    while j < high and not flags[j] & (QUOTE | COMMA | STOP | BREAK):
        if j > first and (lower[j] in LISTENER_ENDS or flags[j] & (DAY | SUBJECT)):
            break
        if j > first and lower[first] in LISTENERS and flags[j] & (ARTICLE | CAP | SUBJECT):
            break
        j += 1
    if lemma == "tell" and j < high and flags[j] & COMMA:
        return _past_place(tokens, j, high)
    return j


def _past_place(tokens: Tokens, comma: int, high: int) -> int:
    """ "told a town hall in Salem, New Hampshire, on Monday that …": the "that" behind a place, or the comma."""
    for j in range(comma + 1, min(high, comma + 9)):
        if tokens.lower[j] == "that":
            return j
        if tokens.flags[j] & (QUOTE | SUBJECT | STOP | BREAK) or is_finite(tokens, j):
            break
    return comma


def _question_start(tokens: Tokens, first: int, high: int) -> int | None:
    """ "asked the ministry on Thursday whether …": the question word after the person asked."""
    for j in range(first + 1, min(high, first + 14)):
        if tokens.lower[j] in ("whether", "if", "why", "how", "what", "who", "where"):
            return j
        if tokens.flags[j] & (COMMA | QUOTE | BREAK | STOP) or is_finite(tokens, j):
            return None
    return None


def content_start(tokens: Tokens, cue: FoundCue, first: int, high: int) -> int | None:
    """Where the content right of a cue begins, past adverbs, listeners and circumstances; None when there is none."""
    lower, flags = tokens.lower, tokens.flags
    topic = _topic(tokens, cue, first, high)
    if topic is not None:
        return topic
    j = skip_listener(tokens, cue, first, high)
    speech = cue.entry.kind in ("core", "say") and (not cue.entry.particle or cue.entry.lemma == "make")
    for _ in range(5):
        if j >= high or lower[j] in ("and", "or"):
            return None
        if cue.negated and j == cue.last and flags[j] & WH and "w" in cue.frames():
            return j  # "would not say when …"
        if flags[j] & QUOTE or lower[j] == "that":
            return j
        if tokens.word[j] == ":":
            return j + 1 if j + 1 < high else None
        if flags[j] & (COMMA | DASH):
            return _after_insertion(tokens, j, high)
        if lower[j] == "on" and j + 1 < high and flags[j + 1] & DAY:
            j += 2
            continue
        if flags[j - 1] & DAY and lower[j] in PERIODS:
            j += 1  # "Wednesday morning"
            continue
        if flags[j] & (DAY | TIME) or (flags[j] & ADVERB and lower[j].endswith("ly")) or lower[j] in ("out", "also"):
            j += 1
            continue
        if (
            speech
            and lower[j] in TO_LISTENER
            and lower[j] not in cue_prepositions(cue)
            and not _to_verb(tokens, j, high)
            and lower[j + 1 : j + 2] not in (["least"], ["most"])
        ):
            nxt = _after_circumstance(tokens, j, high)
            if nxt is None:
                return None
            j = nxt
            continue
        return j
    return j if j < high else None


def _topic(tokens: Tokens, cue: FoundCue, first: int, high: int) -> int | None:
    """ "spoke at a rally on Monday about …", "complained to the board about …": the "about" of an intransitive cue."""
    if cue.entry.lemma not in TOPICAL or "about" not in cue_prepositions(cue):
        return None
    for j in range(first, min(high - 1, first + 12)):
        if tokens.lower[j] == "about":
            return j
        if tokens.flags[j] & (COMMA | QUOTE | STOP | BREAK | DASH | SUBJECT) or is_finite(tokens, j):
            return None
    return None


def _after_insertion(tokens: Tokens, j: int, high: int) -> int | None:
    """After "said, with some regret, that …" or "said -- as expected -- that …": the word behind the insertion."""
    for k in range(j + 1, min(high - 1, j + 30)):
        if tokens.flags[k] & QUOTE:
            break
        if tokens.flags[k] & (COMMA | DASH) and (tokens.lower[k + 1] == "that" or tokens.flags[k + 1] & QUOTE):
            return k + 1
    beyond = _past_place(tokens, j, high)
    if beyond != j:
        return beyond
    going_on = j + 1 < high and tokens.lower[j + 1] not in ("and", "or", "but")
    return j + 1 if going_on else None


def cue_prepositions(cue: FoundCue) -> frozenset[str]:
    """The prepositions that can open the content of this cue."""
    return frozenset(p for entry in cue.entries for p in entry.prepositions)


def _to_verb(tokens: Tokens, j: int, high: int) -> bool:
    if tokens.lower[j] == "not" and j + 2 < high and tokens.lower[j + 1] == "to":
        return True
    if tokens.lower[j] != "to" or j + 1 >= high:
        return False
    following = tokens.flags[j + 1]
    if following & QUOTE:
        return True
    return not following & (CAP | ARTICLE | DETERMINER | SUBJECT) and tokens.lower[j + 1] not in (
        "reporters",
        "supporters",
        "voters",
        "lawmakers",
        "journalists",
        "him",
        "them",
        "me",
        "us",
        "cheers",
        "applause",
    )


def _after_circumstance(tokens: Tokens, j: int, high: int) -> int | None:
    """The token that ends "in an interview with …" by a comma, a colon, "that" or a quotation; or a pronoun."""
    lower, flags = tokens.lower, tokens.flags
    end = j + 1
    while end < high and not flags[end] & (COMMA | QUOTE) and tokens.word[end] != ":" and lower[end] != "that":
        end += 1
    if end < high and flags[end] & QUOTE and flags[end - 1] & POSSESSIVE:
        return None  # "said on Example News' “Morning Hour”"
    if end < high and not flags[end] & COMMA:
        return end
    for k in range(j + 2, min(end, j + 14)):
        speaks = flags[k] & SUBJECT and lower[k] not in ("which", "who", "that")
        if speaks and (end >= high or (k + 1 < high and is_finite(tokens, k + 1))):
            return k  # "told a meeting in Example City she would …"
    return end if end < high else None


def classify(tokens: Tokens, cue: FoundCue, start: int, high: int) -> tuple[str, Cue] | None:
    """Which frame of the cue the words from ``start`` fill; None when the cue does not allow it."""
    lower, flags = tokens.lower, tokens.flags
    frames = cue.frames()
    listened = start > cue.last
    wanted: list[str]
    if flags[start] & QUOTE:
        wanted = ["q", "c", "h", "n", "a", "o"]
    elif lower[start] == "that":
        wanted = ["h", "c"] if start + 1 < high and not is_finite(tokens, start + 1) else ["h", "c", "n"]
    elif tokens.word[start - 1] == ":":
        wanted = ["q", "c"]
    elif flags[start] & WH and lower[start] in ("whether", "if", "what", "why", "how", "where", "when", "who"):
        wanted = ["w", "c", "n"] if lower[start] not in ("when",) else ["w"]
    elif lower[start] == "to" and "to" in cue_prepositions(cue) and "t" not in frames:
        wanted = ["p"]
    elif _to_verb(tokens, start, high):
        wanted = ["o", "t"] if listened else ["t"]
        if "t" not in frames and "o" in frames and cue.entry.lemma in ("ask", "urge", "warn", "tell"):
            wanted = ["o"]
    elif lower[start] in cue_prepositions(cue):
        wanted = ["p"]
    elif _is_clause(tokens, start, high):
        wanted = ["c", "n", "a"]
        if "o" in frames and _object_infinitive(tokens, start, high):
            wanted = ["o", "c", "n"]
    else:
        wanted = ["o", "a", "n"] if "o" in frames and _object_infinitive(tokens, start, high) else ["a", "n"]
    if cue.voice == "participle" and cue.entry.kind == "say" and not tokens.flags[start] & QUOTE:
        kept = "p" if cue.entry.lemma == "call" else ""  # "claiming his third victory", "referring to the debate"
        wanted = [f for f in wanted if f not in "np" or f in kept]
    if cue.voice == "participle" and cue.first > 0 and not _is_detached(tokens, cue):
        wanted = [f for f in wanted if f in "qchwtoa" or (f == "p" and cue.entry.lemma == "call")]
    if flags[start - 1] & COMMA and start > cue.last:
        wanted = [f for f in wanted if f not in "nao"]
    if "c" in frames and start == cue.last and _is_inserted(tokens, cue, start):
        return "c", frames["c"]
    bare = (
        flags[start] & (AUXILIARY | BE | FINITE)
        or flags[start] & (PREPOSITION | CONJUNCTION)
        or _only_names(tokens, start, high)
    )
    for frame in wanted:
        if frame in frames and not (bare and frame in "a" + "n" * (not flags[start] & WH)):
            return frame, frames[frame]
    return None


def _is_inserted(tokens: Tokens, cue: FoundCue, start: int) -> bool:
    """ "what she said is a mistake", "his sons, who he said were away": the verb of the relative clause follows."""
    if not tokens.flags[start] & (AUXILIARY | BE) or tokens.lower[start] in ("be", "been", "being"):
        return False
    return any(tokens.lower[j] in ("what", "who", "which") for j in range(max(0, cue.first - 4), cue.first - 1))


def _only_names(tokens: Tokens, start: int, high: int) -> bool:
    """ "called Jane Roe": a name and nothing that she is called; somebody was telephoned."""
    last = min(first_comma(tokens, start, high), high)
    words = [j for j in range(start, last) if tokens.flags[j] & WORD]
    named = not any(tokens.flags[j] & QUOTE for j in range(start, last))
    return named and tokens.lower[start - 1].startswith("call") and all(tokens.flags[j] & CAP for j in words)


def _is_detached(tokens: Tokens, cue: FoundCue) -> bool:
    """Whether a participle stands behind a comma or a preposition, not right behind the noun that it modifies."""
    before = tokens.flags[cue.first - 1]
    return not before & WORD or bool(before & (PREPOSITION | CONJUNCTION))


def _first_word(tokens: Tokens, quote: int) -> str:
    """The first word inside a quotation, in lower case."""
    inner = tokens.text[tokens.begin[quote] : tokens.end[quote]].lstrip("“„«\"'‘`[( ")
    return inner.split(maxsplit=1)[0].lower().replace("’", "'") if inner else ""


def _is_clause(tokens: Tokens, start: int, high: int) -> bool:
    """Whether a clause without "that" starts here; its verb may follow an apposition between commas."""
    quote = next((j for j in range(start, high) if tokens.flags[j] & QUOTE), None)
    if quote is not None and quote > start and WORD_BITS.get(_first_word(tokens, quote), 0) & (AUXILIARY | BE | FINITE):
        return True
    comma = first_comma(tokens, start, high)
    if has_clause(tokens, start, comma):
        return True
    if tokens.flags[start] & PREPOSITION and comma + 1 < high and has_clause(tokens, comma + 1, high):
        return True  # "said despite the rain, they would come"
    return any(tokens.flags[j] & COMMA and is_finite(tokens, j + 1) for j in range(comma + 1, high - 1))


def _object_infinitive(tokens: Tokens, first: int, high: int) -> bool:
    """ "urged lawmakers to act": a noun phrase and then "to" with a verb, before any finite verb."""
    for j in range(first, min(high, first + 14)):
        if tokens.lower[j] == "to" and _to_verb(tokens, j, high):
            return True
        if tokens.lower[j] == "against" and j > first:
            return True
        if j > first and is_finite(tokens, j):
            return False
    return False
