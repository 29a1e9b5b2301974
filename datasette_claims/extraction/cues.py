"""Finding reporting words in a sentence and telling verbs from their look-alikes (nouns, participles, passives)."""

from __future__ import annotations

from dataclasses import dataclass

from .lexicon import (
    ADVERB,
    ARTICLE,
    AUXILIARY,
    BE,
    CAP,
    COMMA,
    CUE,
    DASH,
    DAY,
    DETERMINER,
    FORMS,
    GROUPS,
    NUMBER,
    POSSESSIVE,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    STOP,
    SUBJECT,
    TIME,
    TRIGGER,
    WORD,
    Cue,
    Form,
)
from .phrases import PEOPLE, is_finite, verb_group_start
from .tokens import Tokens

NAMING = frozenset({"call", "dub", "label", "brand", "deem"})
DEMONSTRATIVE = frozenset(["that", "this", "those", "these", "some", "many", "others", "most", "all", "both"])
ING_AFTER = GROUPS["ing_after"]
NEGATED = GROUPS["negated"]
REFUSE = GROUPS["refuse"]
REPLY = frozenset(["respond", "reply", "comment", "answer"])
UNREAL = frozenset(
    [
        "want",
        "wants",
        "wanted",
        "like",
        "have",
        "has",
        "had",
        "need",
        "needs",
        "hard",
        "easy",
        "difficult",
        "able",
        "unable",
        "likely",
    ]
)
REFUSING = REFUSE | REPLY | {"drawn", "return", "confirm"}
REQUESTS = GROUPS["request"]
PLURAL_REACH = 12  # tokens before a plain form in which its plural subject is looked for
RAISING = frozenset(["went", "continued", "goes", "continues", "began", "begins", "started", "used"])


@dataclass(slots=True)
class FoundCue:
    """A reporting word in a sentence.

    ``first`` is the start of its verb group, ``head`` the word itself, ``last`` the end (half-open) with its
    particle. ``voice`` is finite, participle, infinitive, passive, refusal or according.
    """

    first: int
    head: int
    last: int
    entries: tuple[Cue, ...]
    voice: str
    tense: str
    negated: bool = False
    _frames: dict[str, Cue] | None = None

    @property
    def entry(self) -> Cue:
        """The dictionary entry that is used unless a frame asks for another."""
        return self.entries[0]

    def frames(self) -> dict[str, Cue]:
        """Frame -> entry that licenses it; the first entry wins."""
        if self._frames is None:
            self._frames = {}
            for entry in self.entries:
                for frame in entry.frames:
                    self._frames.setdefault(frame, entry)
        return self._frames


def find_cues(tokens: Tokens, first: int, last: int) -> list[FoundCue]:
    """All reporting words of the tokens ``first`` to ``last`` that can be verbs, in order."""
    found: list[FoundCue] = []
    i = first
    flags = tokens.flags
    while i < last:
        if not flags[i] & (CUE | TRIGGER):
            i += 1
            continue
        cue = None
        if tokens.lower[i] == "according" and i + 2 < last and tokens.lower[i + 1] == "to":
            cue = FoundCue(i, i, i + 2, (), "according", "")
        elif tokens.lower[i] in REFUSING:
            cue = _refusal(tokens, i, first, last)
        if cue is None and tokens.flags[i] & CUE:
            cue = _verb(tokens, i, first, last)
        if cue is not None:
            found.append(cue)
            i = cue.last
        else:
            i += 1
    return found


def _refusal(tokens: Tokens, i: int, first: int, last: int) -> FoundCue | None:
    """ "declined to comment", "did not immediately respond", "would not say", "would not be drawn"."""
    lower = tokens.lower
    word = lower[i]
    to_verb = i + 2 < last and lower[i + 1] == "to" and not tokens.flags[i + 2] & (NUMBER | CAP | DETERMINER)
    if word in REFUSE and to_verb and not tokens.flags[i] & CAP:
        start = verb_group_start(tokens, i, first)
        return FoundCue(start, i, i + 1, (), "refusal", "")
    if word == "drawn" and i - 2 >= first and lower[i - 1] == "be" and lower[i - 2] in NEGATED:
        start = verb_group_start(tokens, i, first)
        end = i + 2 if i + 1 < last and lower[i + 1] in ("on", "into", "about") else i + 1
        return FoundCue(start, i, end, (), "refusal", "")
    plain = _plain_refusal(tokens, i, first, last)
    if plain is not None:
        return plain
    if word in REPLY and i > first:
        start = verb_group_start(tokens, i, first)
        if any(lower[j] in NEGATED for j in range(start, i)):
            end = i + 2 if i + 1 < last and lower[i + 1] in ("to", "on") else i + 1
            return FoundCue(start, i, end, (), "refusal", "")
    return None


def _plain_refusal(tokens: Tokens, i: int, first: int, last: int) -> FoundCue | None:
    """ "declined comment", "had no comment", "did not return calls", "would neither confirm nor deny"."""
    lower = tokens.lower
    word, after = lower[i], lower[i + 1 : min(last, i + 5)]
    if word in REFUSE and not tokens.flags[i] & CAP and (after[:1] == ["comment"] or not REQUESTS.isdisjoint(after)):
        return FoundCue(verb_group_start(tokens, i, first), i, i + 1, (), "refusal", "")
    if word == "comment":
        j = i - 1
        while j > first and lower[j] in ("immediate", "further", "additional", "other"):
            j -= 1
        if j > first and lower[j] == "no" and lower[j - 1] in ("had", "has", "have", "offered"):
            end = i + 2 if after[:1] in (["on"], ["about"]) else i + 1
            return FoundCue(verb_group_start(tokens, j - 1, first), i, end, (), "refusal", "")
    start = verb_group_start(tokens, i, first)
    if word == "return" and not REQUESTS.isdisjoint(after) and any(lower[j] in NEGATED for j in range(start, i)):
        return FoundCue(start, i, i + 1, (), "refusal", "")
    if word == "confirm" and i > first and lower[i - 1] == "neither" and after[:2] == ["nor", "deny"]:
        return FoundCue(verb_group_start(tokens, i - 1, first), i, i + 3, (), "refusal", "")
    return None


def _verb(tokens: Tokens, i: int, first: int, last: int) -> FoundCue | None:
    flags, lower = tokens.flags, tokens.lower
    form = FORMS[lower[i]]
    if flags[i] & CAP and i > first and lower[i] not in ("said", "says"):
        return None
    end, entries = _with_particle(tokens, i, last, form)
    if not entries:
        return None
    start = verb_group_start(tokens, i, first)
    before = flags[i - 1] if i > first else 0
    negated = any(lower[j] in NEGATED or lower[j].endswith("n't") for j in range(start, i))
    if form.tense == "ing":
        if not _ing_is_verb(tokens, i, start, first):
            return None
        voice = "finite" if any(flags[j] & BE for j in range(start, i)) else "participle"
        return FoundCue(start, i, end, entries, voice, "ing", negated)
    if i > first and lower[i - 1] == "to":
        return _infinitive(tokens, i, first, end, entries)
    if any(flags[j] & BE and lower[j] != "'s" for j in range(start, i)):
        return FoundCue(start, i, end, entries, "passive", form.tense, negated) if form.tense == "past" else None
    if form.tense == "past" and end < last and lower[end] == "by":
        headline = not any(is_finite(tokens, j) for j in range(first, i))
        return FoundCue(start, i, end, entries, "passive", "past", negated) if headline else None
    if _names_something(tokens, i, start, first, last, form):
        return None
    if lower[start] == "having":
        return FoundCue(start, i, end, entries, "participle", "past", negated)
    if _is_noun(tokens, i, first, form, before) and not _is_plain_verb(tokens, i, first, end, last, entries):
        return None
    if form.tense == "past" and entries[0].lemma == "ask" and _was_asked(tokens, i, first, end, last):
        return FoundCue(i, i, end, entries, "passive", "past", False)
    return FoundCue(start, i, end, entries, "finite", form.tense, negated)


def _is_plain_verb(tokens: Tokens, i: int, first: int, end: int, last: int, entries: tuple[Cue, ...]) -> bool:
    """ "those who like it argue that …", "as ministers point out": verbs by what follows a noun."""
    if i == first or FORMS[tokens.lower[i]].tense != "base":
        return False
    before, word = tokens.flags[i - 1], tokens.lower[i - 1]
    if not before & WORD or before & (POSSESSIVE | PREPOSITION | DETERMINER | AUXILIARY):
        return False
    if entries[0].particle:
        return word.endswith("s")
    return end < last and tokens.lower[end] == "that" and not entries[0].also_noun


def _was_asked(tokens: Tokens, i: int, first: int, end: int, last: int) -> bool:
    """ "Asked whether …", "when asked …", "Roe, asked about the deaths, said …": a participle, nobody asks."""
    if i == first or tokens.lower[i - 1] in ("when", "if", "once"):
        return True
    inserted = tokens.flags[i - 1] & COMMA and end < last and tokens.lower[end] in ("about", "whether", "if", "why")
    return bool(inserted) and any(is_finite(tokens, j) for j in range(end + 1, last))


def _names_something(tokens: Tokens, i: int, start: int, first: int, last: int, form: Form) -> bool:
    """ "a group called Example Watch": the participle gives a name, nobody calls anybody anything."""
    if form.tense != "past" or start < i or i + 1 >= last or i - 1 < first:
        return False
    if form.cues[-1].lemma not in NAMING:
        return False
    before = tokens.flags[i - 1]
    return bool(tokens.flags[i + 1] & CAP) and not before & (CAP | SUBJECT | QUOTE | COMMA)


def _with_particle(tokens: Tokens, i: int, last: int, form: Form) -> tuple[int, tuple[Cue, ...]]:
    """The end of the cue and the entries that fit: those with the longest particle present, or without one."""
    for cue in form.cues:
        if not cue.particle:
            break
        words = cue.particle.split()
        if tuple(tokens.lower[i + 1 : i + 1 + len(words)]) == tuple(words) and i + len(words) < last:
            fitting = tuple(c for c in form.cues if c.particle == cue.particle)
            return i + 1 + len(words), fitting
    return i + 1, tuple(c for c in form.cues if not c.particle)


def _infinitive(tokens: Tokens, i: int, first: int, end: int, entries: tuple[Cue, ...]) -> FoundCue | None:
    """ "went on to say" is a report, "wants to say" is not; "quick to point out that …" is one by its content."""
    j = i - 2
    if j >= first and tokens.lower[j] == "on":
        j -= 1
    if j >= first and tokens.lower[j] in RAISING:
        return FoundCue(verb_group_start(tokens, j, first), i, end, entries, "finite", "base")
    spoken = entries[0].kind in ("core", "say") and end < len(tokens.lower)
    if (
        spoken
        and j >= first
        and tokens.lower[j] not in UNREAL
        and (tokens.lower[end] == "that" or tokens.flags[end] & QUOTE)
    ):
        return FoundCue(i - 1, i, end, entries, "participle", "base")
    return None


def _ing_is_verb(tokens: Tokens, i: int, start: int, first: int) -> bool:
    if i == first:
        return True
    before = tokens.flags[i - 1]
    if any(tokens.flags[j] & BE for j in range(start, i)):
        return True
    if before & (COMMA | QUOTE | DASH) or tokens.lower[i - 1] in ING_AFTER:
        return True
    if before & ADVERB and i - 2 >= first:
        pronoun = tokens.flags[i - 2] & SUBJECT and tokens.lower[i - 2].endswith(("'s", "'re", "'m"))
        return bool(pronoun or tokens.flags[i - 2] & (COMMA | BE | DASH))
    return bool(before & WORD and not before & (ARTICLE | PREPOSITION | POSSESSIVE | AUXILIARY))


def _clause_starts(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` can open what is reported: "that", a quotation, a pronoun, an article or a name."""
    if i >= len(tokens.flags):
        return False
    return bool(tokens.flags[i] & (QUOTE | SUBJECT | DETERMINER | CAP)) or tokens.lower[i] in ("that", "to")


def _is_plural(tokens: Tokens, i: int, first: int) -> bool:
    """Whether the noun phrase before a plain form has a plural head: "sources close to the party say"."""
    start = max(first, i - PLURAL_REACH)
    for j in range(i - 2, start - 1, -1):
        flags, word = tokens.flags[j], tokens.lower[j]
        if flags & (COMMA | QUOTE | STOP | DASH) or (flags & (AUXILIARY | SUBJECT)) or is_finite(tokens, j):
            return False
        heads = flags & WORD and not flags & (POSSESSIVE | PREPOSITION) and j + 1 < i
        modified = tokens.flags[j + 1] & PREPOSITION or word == "and" or tokens.lower[j + 1] in ("close", "familiar")
        if heads and modified and (word == "and" or word in PEOPLE or (word.endswith("s") and len(word) > 3)):
            return True
    return False


def _is_noun(tokens: Tokens, i: int, first: int, form: Form, before: int) -> bool:
    """Whether a cue form is a noun ("the claim", "its reports") or an attributive participle ("pledged delegates")."""
    lower = tokens.lower
    if i == first:
        return form.tense in ("base", "s")
    word = lower[i - 1]
    if before & POSSESSIVE or (before & ARTICLE and not before & SUBJECT):
        return True
    if before & DETERMINER and form.tense in ("base", "s"):
        if form.also_noun and word != "all":
            return True
        if word not in DEMONSTRATIVE and not before & NUMBER:
            return word not in ("one", "two", "three", "four", "several", "few", "half")
    if form.tense == "past":
        if before & NUMBER or word in ("so", "all"):
            return True
        return bool(before & PREPOSITION and word not in ("after", "before", "since")) and not before & SUBJECT
    if before & PREPOSITION:
        return True
    if form.tense == "base":
        if before & (DAY | TIME) and i - 2 >= first:
            before, word = tokens.flags[i - 2], lower[i - 2]
        if before & (SUBJECT | AUXILIARY) or word in PEOPLE or word in ("who", "to", "not", "never", "also", "that"):
            return form.also_noun and word == "that"
        if before & ADVERB:
            return False
        if before & (COMMA | DASH) or word in (")", "]"):
            return form.also_noun
        plural = word.endswith("s") and not before & POSSESSIVE
        if form.also_noun:
            said = before & CAP or (i + 1 < len(lower) and (lower[i + 1] == "that" or tokens.flags[i + 1] & SUBJECT))
            return not (plural and said and _clause_starts(tokens, i + 1))
        return not plural and not (_clause_starts(tokens, i + 1) and _is_plural(tokens, i, first))
    if form.also_noun:
        following = tokens.flags[i + 1] if i + 1 < len(tokens.flags) else STOP
        closes = following & STOP and any(tokens.flags[j] & QUOTE for j in range(first, i))
        if (closes or following & QUOTE) and not before & PREPOSITION:
            return False
        if i - 2 >= first and tokens.flags[i - 2] & PREPOSITION and not before & (SUBJECT | ADVERB | RELATIVE):
            return lower[i + 1 : i + 2] != ["that"]  # "moves to Western states"
        if _clause_starts(tokens, i + 1) and following & ~CAP & (QUOTE | SUBJECT | DETERMINER):
            return False
        return not (before & (SUBJECT | CAP | RELATIVE) or word in ("also", "now", "then", ",", "and"))
    return bool(before & STOP)
