"""How faithfully a statement is reported: its mentions side by side.

The fullest mention in the speaker's own words is the measure; each other mention is compared with it, word by word,
from the exact spans of its evidence. What is shown are differences, never a judgement: a paraphrase has other words
by nature.

The scale of reporting verbs (``verbs.csv``) orders verbs by how much they make of what was said: weakens < says <
stresses < warns < opposes < attacks. It describes the verb, not the truth: a speaker may well have warned. A verb
that is not on the scale ("claimed", "would not be drawn on") has no strength; of several the strongest counts. Verbs
of two words ("shot back") are written with an underscore in the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from ..anchoring.diffing import word_diff
from ..anchoring.folding import fold
from .rows import Row

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
MARKS = "\"'“”‘’«»„‚‹› \t\n"
"""Quotation marks and blanks, which are no part of what is quoted."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a reporting verb stands on the scale: 0 weakens, 1 says, 2 stresses, 3 warns, 4 opposes, 5 attacks."""

    word: str
    strength: int
    kind: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one mention reports. ``words`` is its content; ``verbatim`` the part of it inside quotation marks.

    ``exact`` says whether the words stand in the document (from spans), or are the record's paraphrase; ``passages``
    are the stretches of the document that hold them: what is quoted, else what is told.
    """

    mention: str
    document: str
    report_type: str
    words: str
    verbatim: str
    exact: bool
    cue: str
    hedges: tuple[str, ...]
    insertions: tuple[str, ...]
    language: str | None
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a word diff. ``tag`` is equal, replace, insert or delete; ``old`` is the measure's."""

    tag: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How a mention differs from the measure.

    ``shared`` is the share of words, from 0 to 1, of the longer of the two that stand in both at the same place: where
    it is small, one tells in other words, and the single changes say little.
    ``steps`` is how far its verb stands above (or, negative, below) that of the measure, None where either verb
    is not on the scale. ``same_verbatim`` is None where the mention quotes nothing. ``translated`` is True where the
    two documents are in different languages, None where a language is not known.
    """

    mention: str
    changes: tuple[Change, ...]
    shared: float
    same_verbatim: bool | None
    lost_hedges: tuple[str, ...]
    added_hedges: tuple[str, ...]
    insertions: tuple[str, ...]
    verb: Verb | None
    measure_verb: Verb | None
    steps: int | None
    translated: bool | None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """The reports of one statement, the measure among them, and how the others differ from it."""

    reports: tuple[Report, ...]
    measure: str | None
    differences: tuple[Difference, ...]


def fidelity(
    mentions: Sequence[Row],
    evidence: Iterable[Row],
    texts: Mapping[str, str | None],
    languages: Mapping[str, str | None] | None = None,
) -> Fidelity:
    """Compare the mentions of one statement.

    ``mentions`` and ``evidence`` are rows of these tables, ``texts`` document -> attached text or None, ``languages``
    document -> language (BCP 47). Words come from the text where it is attached, else from the stored quotes, else
    from the mention's content column. The measure is the fullest mention of those that are reviewed, if any is.
    """
    parts: dict[str, list[Row]] = {}
    for row in evidence:
        parts.setdefault(row["mention"], []).append(row)
    found = tuple(
        _report(row, parts.get(row["id"], []), texts.get(row["document"]), (languages or {}).get(row["document"]))
        for row in mentions
    )
    settled = [one for one, row in zip(found, mentions, strict=True) if row.get("status") in (None, "reviewed")]
    measure = max(settled or found, key=_fullness, default=None)
    if measure is None:
        return Fidelity((), None, ())
    others = tuple(compare(measure, report) for report in found if report is not measure)
    return Fidelity(found, measure.mention, others)


def compare(measure: Report, report: Report) -> Difference:
    """How one report differs from the one that is taken as the measure."""
    known = measure.language and report.language
    verb, measure_verb = verb_of(report.cue), verb_of(measure.cue)
    changes = word_changes(measure.words, report.words)
    return Difference(
        report.mention,
        changes,
        _shared(changes, measure.words, report.words),
        _same_verbatim(measure, report),
        tuple(hedge for hedge in measure.hedges if not _holds(report.words, hedge)),
        tuple(hedge for hedge in report.hedges if not _holds(measure.words, hedge)),
        tuple(word for word in report.insertions if word not in measure.insertions),
        verb,
        measure_verb,
        verb.strength - measure_verb.strength if verb and measure_verb else None,
        _primary(measure.language) != _primary(report.language) if known else None,
    )


def word_changes(old: str, new: str) -> tuple[Change, ...]:
    """The word diff of two texts, as words. A change of typography only is no change."""
    return tuple(
        Change(step.tag, old[step.old_start : step.old_end], new[step.new_start : step.new_end])
        for step in word_diff(old, new)
    )


def _shared(changes: Iterable[Change], old: str, new: str) -> float:
    longest = max(len(_WORD.findall(old)), len(_WORD.findall(new)))
    equal = sum(len(_WORD.findall(change.old)) for change in changes if change.tag == "equal")
    return round(equal / longest, 3) if longest else 1.0


def verb_of(cue: str) -> Verb | None:
    """The strongest verb of a cue that is on the scale; None if none is."""
    scale = _scale()
    words = [match.group().casefold() for match in _WORD.finditer(cue)]
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    verbs = [scale[word] for word in (*pairs, *words) if word in scale]
    return max(verbs, key=lambda verb: verb.strength, default=None)


def hedges_in(words: str) -> tuple[str, ...]:
    """The words of the list ``hedges.csv`` that a text holds, in order of the list."""
    return tuple(hedge for hedge in _hedges() if _holds(words, hedge))


def _report(row: Row, parts: Sequence[Row], text: str | None, language: str | None) -> Report:
    content = _spans(parts, "content", text)
    verbatim = _spans(parts, "verbatim", text)
    words = " ".join(content or verbatim).strip(MARKS) or str(row.get("content") or "")
    quoted = " ".join(verbatim).strip(MARKS)
    if not quoted and row.get("wording") == "verbatim":
        quoted = words
    listed = [hedge.strip(MARKS) for hedge in _spans(parts, "hedge", text)]
    return Report(
        row["id"],
        row["document"],
        row["report_type"],
        words,
        quoted,
        bool(content or verbatim),
        " ".join(_spans(parts, "cue", text)) or str(row.get("cue") or ""),
        tuple(dict.fromkeys([*listed, *hedges_in(words)])),
        tuple(_BRACKETS.findall(words)),
        language,
        tuple(verbatim or content),
    )


def _spans(parts: Sequence[Row], part: str, text: str | None) -> list[str]:
    """The words of the spans of one part, in the order of the text; spans whose words are withheld are left out."""
    found = sorted((row for row in parts if row["part"] == part), key=lambda row: row["span_start"])
    words = [text[row["span_start"] : row["span_end"]] if text is not None else row.get("quote") for row in found]
    return [word for word in words if word] if all(words) else []


_TYPES = ("direct", "mixed", "indirect", "speech_act", "refusal", "narrator", "credit")


def _fullness(report: Report) -> tuple[int, int, int]:
    """Own words before paraphrase, then the longer quote, then the longer content; the first of equals wins."""
    rank = _TYPES.index(report.report_type) if report.report_type in _TYPES else len(_TYPES)
    return len(_WORD.findall(report.verbatim)), -rank, len(_WORD.findall(report.words))


def _same_verbatim(measure: Report, report: Report) -> bool | None:
    """Whether the quoted words stand in the measure, typography, brackets and case aside."""
    if not report.verbatim or not measure.verbatim:
        return None
    return _holds(measure.words, report.verbatim) or _holds(measure.verbatim, report.verbatim)


def _holds(text: str, words: str) -> bool:
    """Whether a text holds these words in a row."""
    return f" {' '.join(_folded(words))} " in f" {' '.join(_folded(text))} "


def _folded(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text).text)


def _primary(language: str | None) -> str:
    return (language or "").split("-")[0].casefold()


@lru_cache(maxsize=1)
def _scale() -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for row in _read("verbs.csv"):
        for form in row["forms"].split():
            word = form.replace("_", " ")
            found[word] = Verb(word, int(row["strength"]), row["class"])
    return found


@lru_cache(maxsize=1)
def _hedges() -> tuple[str, ...]:
    return tuple(row["words"] for row in _read("hedges.csv"))


def _read(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
