"""The words that the rules know, read once from two data files beside this module.

``cues.csv`` lists reporting words: lemma, particle ("out" of "point out"), class, frames, speech act.

Classes: ``core`` (say, tell, add …), ``say`` (other reporting verbs), ``act`` (criticize, thank: the reporter
names what was done by speaking), ``attitude`` (endorse, oppose: a side taken, not necessarily in words) and
``belief`` (think, hope).

Frames say what may follow the word: ``q`` quoted words, ``c`` a clause, ``w`` a wh-clause, ``n`` a noun phrase,
``t`` an infinitive, ``o`` someone and an infinitive, ``a`` a noun phrase with "as", "of" or a predicate,
``p:about|of`` a phrase with one of these prepositions.

``words.csv`` lists closed classes (pronouns, prepositions, auxiliaries …). Neither file holds a person's name.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

# Bits of a token. A token carries several.
QUOTE, CAP, SUBJECT, RELATIVE, DETERMINER, PREPOSITION, CONJUNCTION, SUBORDINATOR = (1 << i for i in range(8))
COORDINATOR, WH, AUXILIARY, BE, ADVERB, DAY, MONTH, TIME = (1 << i for i in range(8, 16))
OPENER, ADJUNCT, HONORIFIC, FINITE, PLAIN, NOUN_CUE, CUE, WORD = (1 << i for i in range(16, 24))
COMMA, DASH, STOP, BREAK, NUMBER, POSSESSIVE, ARTICLE, HAVE = (1 << i for i in range(24, 32))
MODAL, PAST, ING, TITLE, DO, TRIGGER, DATEWORD, LINE = (1 << i for i in range(32, 40))
DOT = 1 << 40

NAME_PARTICLES = frozenset({"al", "el", "bin", "ibn", "ben", "abu", "ul", "as", "ad", "ar"})
_CLASS_BITS = {
    "subject": SUBJECT,
    "relative": RELATIVE,
    "determiner": DETERMINER,
    "article": ARTICLE,
    "preposition": PREPOSITION,
    "conjunction": CONJUNCTION,
    "subordinator": SUBORDINATOR,
    "coordinator": COORDINATOR,
    "wh": WH,
    "auxiliary": AUXILIARY,
    "modal": MODAL,
    "do": DO,
    "have": HAVE,
    "be": BE,
    "adverb": ADVERB,
    "day": DAY,
    "month": MONTH,
    "time": TIME,
    "opener": OPENER,
    "adjunct": ADJUNCT,
    "honorific": HONORIFIC,
    "finite": FINITE,
    "plain": PLAIN,
    "reporting_noun": NOUN_CUE,
    "trigger": TRIGGER,
    "dateword": DATEWORD,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One reporting word of ``cues.csv``; ``prepositions`` are those of its ``p:`` frame."""

    lemma: str
    particle: str
    kind: str
    frames: frozenset[str]
    prepositions: frozenset[str]
    speech_act: str
    also_noun: bool

    @property
    def is_speech(self) -> bool:
        """Whether the word reports words said or written (not only a belief or a side taken)."""
        return self.kind in ("core", "say", "act")


@dataclass(frozen=True, slots=True)
class Form:
    """One inflected form: ``tense`` is base, s, past or ing; ``cues`` has the longest particle first."""

    tense: str
    cues: tuple[Cue, ...]
    also_noun: bool


def inflect(lemma: str, irregular: str = "") -> dict[str, str]:
    """The forms of an English verb: form -> base | s | past | ing.

    ``irregular`` gives s, past, ing and participle separated by blanks, variants by "|".
    """
    if irregular:
        third, past, ing, participle = irregular.split()
        found = dict.fromkeys((*past.split("|"), *participle.split("|")), "past")
        found.update(dict.fromkeys(ing.split("|"), "ing"))
        found.update(dict.fromkeys(third.split("|"), "s"))
        if lemma not in found:
            found[lemma] = "base"
        return found
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return {lemma: "base", lemma[:-1] + "ies": "s", lemma[:-1] + "ied": "past", lemma + "ing": "ing"}
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x")) else "s")
    return {lemma: "base", third: "s", stem + "ed": "past", stem + "ing": "ing"}


def _read(name: str) -> list[dict[str, str]]:
    with (files(__package__) / name).open("r", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _load_words() -> tuple[dict[str, int], dict[str, frozenset[str]]]:
    bits: dict[str, int] = {}
    groups: dict[str, frozenset[str]] = {}
    for row in _read("words.csv"):
        words = row["words"].split()
        groups[row["class"]] = frozenset(words)
        bit = _CLASS_BITS.get(row["class"], 0)
        for word in words if bit else ():
            bits[word] = bits.get(word, 0) | bit
    return bits, groups


def _load_cues() -> dict[str, Form]:
    tenses: dict[str, str] = {}
    cues: dict[str, list[Cue]] = {}
    for row in _read("cues.csv"):
        frames = row["frames"].split()
        prepositions = frozenset(p for f in frames if f.startswith("p:") for p in f[2:].split("|"))
        plain = frozenset("p" if f.startswith("p:") else f for f in frames)
        noun = row["also_noun"] == "1"
        cue = Cue(row["lemma"], row["particle"], row["class"], plain, prepositions, row["speech_act"], noun)
        for form, tense in inflect(row["lemma"], row["irregular"]).items():
            tenses.setdefault(form, tense)
            cues.setdefault(form, []).append(cue)
    forms = {}
    for form, found in cues.items():
        ordered = tuple(sorted(found, key=lambda c: -len(c.particle.split())))
        forms[form] = Form(tenses[form], ordered, any(c.also_noun for c in found))
    return forms


WORD_BITS, GROUPS = _load_words()
FORMS = _load_cues()


HIDDEN = "\ue000"  # how a token begins that stands for a whole quotation
_QUOTED = "", QUOTE


class FormTable(dict[str, tuple[str, int]]):
    """Surface word -> its lower case with straight apostrophes, and its bits; worked out once and kept a while."""

    def __missing__(self, word: str) -> tuple[str, int]:
        if word[0] == HIDDEN:
            return _QUOTED
        if len(self) >= KEPT_WORDS:
            self.clear()
        lower = word.lower().replace("’", "'")
        made = lower, _flags(word, lower)
        self[word] = made
        return made


KEPT_WORDS = 1 << 16
TABLE = FormTable()


def _flags(word: str, lower: str) -> int:
    first = word[0]
    if not (first.isalnum() or first in "$£€@#'’"):
        return _punctuation(word)
    flags = WORD | WORD_BITS.get(lower, 0)
    if first.isupper() or first in "@#" or ("-" in word and _has_particle(word)):
        flags |= CAP
    if first.isdigit() or first in "$£€":
        flags |= NUMBER
    if lower in FORMS:
        flags |= CUE
    if "'" in lower and lower.endswith(("'s", "s'")) and not flags & SUBJECT:
        flags |= POSSESSIVE
    if lower.endswith("ing") and len(lower) > 4:
        flags |= ING
    elif lower.endswith("ed") and len(lower) > 3 and not flags & CAP:
        flags |= PAST
    elif (
        lower.endswith("ly") and len(lower) > 4 and first.islower() and lower not in ("family", "july", "ally", "rally")
    ):
        flags |= ADVERB
    if word[-1] == ".":
        flags |= DOT
    if flags & CAP and lower.rstrip(".") in GROUPS["honorific"]:
        flags |= TITLE
    return flags


def _has_particle(word: str) -> bool:
    """ "al-Rahman": a name that starts with a small particle."""
    particle, _, rest = word.partition("-")
    return particle in NAME_PARTICLES and rest[:1].isupper()


def _punctuation(word: str) -> int:
    if word[0] == "\n":
        return LINE
    if word in (",",):
        return COMMA
    if word in ("—", "–", "--", "-", "―"):
        return DASH
    if word in (".", "?", "!", "…", "..."):
        return STOP
    if word in (";", ":", "(", ")", "[", "]"):
        return BREAK
    return 0
