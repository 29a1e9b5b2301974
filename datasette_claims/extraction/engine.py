"""The whole way from a text to a draft: one function, ``extract``."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from . import confidence, details, units
from .dates import find_dates
from .discourse import attribute
from .drafts import Actor, DateInterval, Document, Draft, Evidence, KnownActor, Mention, Segment
from .headlines import is_title_case, lower_headline
from .labels import attribute_labels, is_english
from .memberships import find_memberships
from .nested import nested_reports
from .nesting import link
from .people import People, find_people
from .quotations import Quotation, find_quotations
from .reports import Attribution
from .segments import find_segments
from .speakers import Resolver, fold, index_known
from .tokens import Sentence, Tokens, split_sentences, tokenize

Span = tuple[int, int]
SILENT = frozenset({"boilerplate", "photo_credit", "credit", "alt_text"})
WORD = re.compile(r"\w")
KINDS = {"named": "person", "institution": "organization"}  # identification -> kind of a new actor
MOST_VERBATIM = 10
"""Pieces of one content that are recorded as verbatim. Articles have up to nine; a text of nothing but quotation marks
would have a hundred in each of its statements."""
DIRECT_SHARE = 0.8  # of the letters of a content inside quotation marks, as PolNeAR draws the line
MIXED_SHARE = 0.02


def extract(
    text: str,
    *,
    title: str | None = None,
    published_on: date | None = None,
    publisher: str | None = None,
    language: str = "en",
    actors: Iterable[KnownActor] = (),
    hints: Sequence[tuple[int, int, str]] = (),
) -> Draft:
    """Who says what in ``text``: a draft for a person to check.

    ``title`` helps to find the headline; ``published_on`` is the day against which "Wednesday" is resolved;
    ``publisher`` is the outlet (its own questions are media queries); ``language`` is a BCP 47 tag: for other
    languages than English only quotation marks and «name: "…"» are read; ``actors`` are those already known, to
    which speakers are matched by name; ``hints`` are (start, end, kind) of parts whose kind the source itself tells,
    such as a page's captions, in order and without overlap.

    All positions are code points of ``text`` as given, half-open. The result depends on the arguments alone, and
    the time taken is linear in the length of the text. Raises TypeError when ``text`` is not a string.
    """
    if not isinstance(text, str):
        raise TypeError(f"The text must be a string, not {type(text).__name__}: decode the bytes first.")
    reading = read(Document(text, title, published_on, publisher, language, tuple(hints)))
    return assemble(reading, find_by_rules(reading), tuple(actors))


@dataclass(slots=True)
class Reading:
    """A text taken apart, for any engine to look for reports in. ``supported``: it is English, as declared."""

    document: Document
    segments: tuple[Segment, ...]
    quotations: list[Quotation]
    tokens: Tokens
    sentences: list[Sentence]
    supported: bool


def read(document: Document) -> Reading:
    """Segments, quotations, tokens and sentences of a text."""
    text = document.text
    quotations = find_quotations(text)
    tokens = tokenize(text, quotations)
    supported = document.language.lower().split("-")[0] == "en" and is_english(tokens)
    segments = find_segments(text, document.title, document.hints)
    return Reading(document, segments, quotations, tokens, split_sentences(tokens), supported)


def find_by_rules(reading: Reading) -> list[Attribution]:
    """The reports that the rules find; in another language than English those that marks and labels show."""
    tokens, text = reading.tokens, reading.document.text
    if not reading.supported:
        return attribute_labels(text, reading.quotations)
    for sentence in reading.sentences:
        if is_title_case(tokens, sentence):
            lower_headline(tokens, sentence)
    return attribute(tokens, reading.sentences) + nested_reports(text, reading.quotations)


def assemble(reading: Reading, found: list[Attribution], actors: tuple[KnownActor, ...] = ()) -> Draft:
    """Reports, whichever engine found them -> a draft: details, speakers, dates, links between mentions."""
    document, tokens = reading.document, reading.tokens
    people = find_people(tokens, reading.sentences)
    known = index_known(actors)
    dates = find_dates(document.text, tokens, document.published_on) if reading.supported else ()
    starts = [d.start for d in dates]
    quoted = units.Quoted(reading.quotations)
    work = _Work(document.text, reading.segments, quoted, tokens, people, known, dates, starts, document.publisher)
    mentions = work.mentions(found)
    return Draft(
        document.language,
        reading.supported,
        reading.segments,
        tuple(mentions),
        dates,
        _new_actors(people, mentions, known),
        tuple(find_memberships(tokens, people)) if reading.supported else (),
    )


def _new_actors(people: People, mentions: Sequence[Mention], known: dict[str, list[KnownActor]]) -> tuple[Actor, ...]:
    """The people and bodies that speak in the text and are not known yet, in the order of their first words."""
    found: dict[str, Actor] = {}
    for mention in mentions:
        for candidate in mention.candidates[:1]:
            if candidate.actor_id is None and candidate.start is not None and candidate.end is not None:
                kind = KINDS.get(mention.identification)
                if kind is not None and fold(candidate.label) not in known:
                    found.setdefault(candidate.label, Actor(candidate.label, kind, candidate.start, candidate.end))
    return tuple(sorted(found.values(), key=lambda a: (a.start, a.label)))


@dataclass(slots=True)
class _Work:
    """What is known of one text while its mentions are made."""

    text: str
    segments: tuple[Segment, ...]
    quoted: units.Quoted
    tokens: Tokens
    people: People
    known: dict[str, list[KnownActor]]
    dates: tuple[DateInterval, ...]
    date_starts: list[int]
    publisher: str | None

    def mentions(self, found: list[Attribution]) -> list[Mention]:
        """Mentions of all attributions that stand in the article itself, linked, in reading order."""
        starts = [s.start for s in self.segments]
        resolver = Resolver(self.tokens, self.people, self.known, [], [n.start for n in self.people.names])
        made: list[Mention] = []
        for number, item in enumerate(_in_order(found)):
            segment = bisect.bisect_right(starts, _position(item)) - 1
            if segment < 0 or self.segments[segment].kind in SILENT:
                continue
            for contents in units.split_contents(self.text, item, self.quoted):
                spans = [s for s in (units.trim(self.text, c, self.quoted) for c in contents) if s[0] < s[1]]
                if spans:
                    made.append(self._mention(item, number, segment, spans, resolver, len(made) + 1))
        return link(made, self.segments)

    def _mention(
        self, item: Attribution, number: int, segment: int, spans: list[Span], resolver: Resolver, count: int
    ) -> Mention:
        text = self.text
        report_type = self._report_type(item, spans)
        candidates, identification = resolver.resolve(item.source)
        within = self._sentence(item)
        listener = details.audience(self.tokens, item)
        way, way_evidence = details.channel(text, within, item, listener, self.publisher)
        day = details.nearest_date(details.dates_outside(self.dates, self.date_starts, within, item.contents), item.cue)
        weak = details.hedges(text, spans)
        evidence = self._evidence(item, spans, day, [listener, way_evidence], weak)
        tier = confidence.tier(item, report_type)
        return Mention(
            id=f"m{count}",
            attribution=number,
            segment=segment,
            report_type=report_type,
            speech_act=_speech_act(item, report_type),
            identification=identification,
            source=text[item.source[0] : item.source[1]] if item.source else None,
            evidence=evidence,
            candidates=candidates,
            date=day,
            date_basis=day.basis if day else "not_stated",
            channel=way,
            polarity=details.polarity(item, report_type),
            hedged=bool(weak),
            attribution_terms=details.attribution_terms(text, within, identification),
            is_speech=item.entry is None or item.entry.is_speech,
            tier=tier,
            confidence=confidence.TIERS[tier][0],
        )

    def _sentence(self, item: Attribution) -> Span:
        if item.sentence is None:
            return item.contents[0]
        return self.tokens.span(item.sentence.first, item.sentence.last)

    def _report_type(self, item: Attribution, spans: list[Span]) -> str:
        if item.frame == "r":
            return "refusal"
        share = self._quoted_share(spans)
        if share >= DIRECT_SHARE and not self._has_words_outside(spans):
            return "direct"
        if share > MIXED_SHARE:
            return "mixed"
        if item.entry is not None and (item.entry.kind == "act" or item.frame in ("n", "p", "a", "t", "o")):
            return "speech_act"
        return "indirect"

    def _has_words_outside(self, spans: list[Span]) -> bool:
        for a, b in spans:
            at = a
            for q in self.quoted.within((a, b)):
                if WORD.search(self.text, at, max(at, min(q.start, b))):
                    return True
                at = max(at, q.end)
            if at < b and WORD.search(self.text, at, b):
                return True
        return False

    def _quoted_share(self, spans: list[Span]) -> float:
        inside = total = 0
        for a, b in spans:
            total += b - a
            inside += sum(min(b, q.end) - max(a, q.start) for q in self.quoted.within((a, b)) if not q.is_title)
        return inside / total if total else 0.0

    def _evidence(
        self,
        item: Attribution,
        spans: list[Span],
        day: DateInterval | None,
        others: list[Evidence | None],
        weak: list[Evidence],
    ) -> tuple[Evidence, ...]:
        text = self.text
        found = [Evidence("content", a, b, text[a:b]) for a, b in spans]
        if item.source is not None:
            found.append(Evidence("source", *item.source, text[item.source[0] : item.source[1]]))
        if item.cue is not None:
            found.append(Evidence("cue", *item.cue, text[item.cue[0] : item.cue[1]]))
        found += self._verbatim(spans)
        if day is not None:
            found.append(Evidence("date", day.start, day.end, day.quote))
        found += [e for e in others if e is not None]
        found += weak
        return tuple(sorted(found, key=lambda e: (e.start, e.end, e.part)))

    def _verbatim(self, spans: list[Span]) -> list[Evidence]:
        found = []
        for a, b in spans:
            for q in self.quoted.within((a, b)):
                start, end = units.inner(self.text, q, q.end)
                start, end = max(a, start), min(b, end)
                if start < end and not q.is_title:
                    found.append(Evidence("verbatim", start, end, self.text[start:end]))
                    if len(found) == MOST_VERBATIM:
                        return found
        return found


def _position(item: Attribution) -> int:
    return item.cue[0] if item.cue else item.contents[0][0]


def _in_order(found: list[Attribution]) -> list[Attribution]:
    return sorted(found, key=lambda i: (min(i.contents[0][0], _position(i)), _position(i)))


def _speech_act(item: Attribution, report_type: str) -> str:
    if report_type == "refusal":
        return "refusal"
    if item.entry is not None and item.entry.lemma == "ask" and item.asks_for_action:
        return "directive"
    return item.entry.speech_act if item.entry is not None else "assertive"
