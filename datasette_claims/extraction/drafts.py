"""What extraction hands over: drafts of segments, mentions, dates, actors and memberships of one text.

Nothing here is stored by itself and nothing is final: every draft waits for a person. All positions are code points
of the text that was given, half-open; every ``quote`` equals ``text[start:end]``. The words for kinds and types are
those of ``schema/vocabulary.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor that the database already has: ``kind`` is person, organization or group."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    kind: str = "person"
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine is given: a text and what is known of it.

    ``title`` helps to find the headline; ``published_on`` is the day against which "Wednesday" is resolved;
    ``publisher`` is the outlet; ``language`` is a BCP 47 tag; ``hints`` are (start, end, kind) of parts whose kind
    the source itself tells, in order and without overlap.
    """

    text: str
    title: str | None = None
    published_on: date | None = None
    publisher: str | None = None
    language: str = "en"
    hints: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """An exact span of one part of a mention: source, cue, content, verbatim, date, audience, channel or hedge."""

    part: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A line, or a part of one: headline, standfirst, lead, paragraph, caption, photo_credit, alt_text, credit or
    boilerplate. ``line`` counts from 1."""

    kind: str
    start: int
    end: int
    line: int
    quote: str


@dataclass(frozen=True, slots=True)
class DateInterval:
    """A printed date as an interval, both days included.

    ``basis`` is stated (the text prints the full date), resolved (worked out from the dateline) or inferred (the
    year is missing and the nearest one before the dateline was taken). ``granularity`` is day, weekend, week,
    month, season or year.
    """

    start: int
    end: int
    quote: str
    first: date
    last: date
    granularity: str
    basis: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may be meant by a source: the best first. ``reason`` says why, ``score`` is in [0, 1]."""

    label: str
    score: float
    reason: str
    actor_id: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor whom the text names and the database does not have; ``start`` and ``end`` give the fullest mention."""

    label: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A role (and organization) that the text gives to a person: "Jane Roe, a spokeswoman for Example Group"."""

    person: str
    role: str
    organization: str | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One report of one statement.

    ``id`` counts from "m1" in reading order. ``attribution`` is the same number for all mentions under one
    reporting word. ``parent`` is the mention inside which this one is told ("she said that he denied it");
    ``in_reply_to`` the question that it answers. ``tier`` is a key of ``confidence.TIERS``.
    """

    id: str
    attribution: int
    segment: int
    report_type: str
    speech_act: str
    identification: str
    source: str | None
    evidence: tuple[Evidence, ...]
    candidates: tuple[Candidate, ...]
    date: DateInterval | None
    date_basis: str
    channel: str
    polarity: str
    hedged: bool
    attribution_terms: str
    is_speech: bool
    tier: str
    confidence: float
    parent: str | None = None
    in_reply_to: str | None = None

    def parts(self, part: str) -> tuple[Evidence, ...]:
        """The evidence of one part in reading order."""
        return tuple(e for e in self.evidence if e.part == part)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything found in one text. ``supported`` is false when only quotation marks and labels could be read.

    ``refused`` has a sentence for each thing that an engine returned and that was not taken, because the text does
    not say it.
    """

    language: str
    supported: bool
    segments: tuple[Segment, ...]
    mentions: tuple[Mention, ...]
    dates: tuple[DateInterval, ...]
    actors: tuple[Actor, ...]
    memberships: tuple[Membership, ...]
    refused: tuple[str, ...] = ()
