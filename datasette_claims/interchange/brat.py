"""brat standoff (https://brat.nlplab.org/standoff.html): a text in ``.txt`` and annotations beside it in ``.ann``.

Attributions are events as in PolNeAR: ``Attribution`` (or ``Attribution-no-source``) with arguments Source, Cue and
Content, each a text-bound annotation that may be discontinuous. Each becomes a statement with one mention, and a
row of evidence for every fragment. An attribution that lies wholly within the content of another is told in it.

Offsets are code points, as in our tables. Attributes ``Report-type`` and ``Statement`` of an event are ours: brat has
no other place for them. Annotator notes on an event become the statement's note. ``Discuss`` and ``Discard`` are
marks of PolNeAR's annotators for one another and are passed over. Everything else is named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..schema import vocabulary
from .importing import Damaged, FileImporter, Import, Trouble, read_text, slug
from .records import Document, Mention, Records

_MARKS = ("Discuss", "Discard")
_PARTS = {part.capitalize(): part for part in vocabulary.EVIDENCE_PART.words}
ATTRIBUTIONS = ("Attribution", "Attribution-no-source")
_TEXT_BOUND = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_EVENT = re.compile(r"(E\S+)\t(\S+):(\S+)((?: \S+:\S+)*) ?")
_ATTRIBUTE = re.compile(r"([AM]\S+)\t(\S+) (\S+)(?: (.+))?")
_NOTE = re.compile(r"(#\S*)\t(\S+) (\S+)\t(.*)")
Span = tuple[int, int]


@dataclass(frozen=True)
class _Bound:
    line: int
    type: str
    spans: tuple[Span, ...]


@dataclass
class _Event:
    id: str
    line: int
    parts: dict[str, list[Span]] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    note: str | None = None

    @property
    def spans(self) -> list[Span]:
        return [span for spans in self.parts.values() for span in spans]

    @property
    def extent(self) -> Span:
        return min(start for start, _ in self.spans), max(end for _, end in self.spans)


def parse(source: Path) -> Import:
    """Read an ``.ann`` file with the text beside it (same name, ``.txt``; PolNeAR: name before ``_annotator``)."""
    found = Import(source.name)
    text = read_text(_text_path(source))
    bound: dict[str, _Bound] = {}
    events: dict[str, _Event] = {}
    lines = [(number, line) for number, line in enumerate(read_text(source).split("\n"), 1) if line.strip()]
    lines = [(number, line.rstrip("\r")) for number, line in lines]
    for number, line in lines:
        if line.startswith("T"):
            _read_bound(found, number, line, text, bound)
    for number, line in lines:
        if line.startswith("E"):
            _read_event(found, number, line, bound, events)
    used = {target for _, line in lines if line.startswith("E") for target in re.findall(r":(\S+)", line)}
    for number, line in lines:
        if not line.startswith(("T", "E")):
            _read_rest(found, number, line, events)
    _name_the_unused(found, bound, used)
    _add_rows(found, slug(source.stem, "document"), source.stem, text, list(events.values()))
    return found


IMPORTER = FileImporter("brat", "brat standoff", (".ann",), parse)


def _text_path(source: Path) -> Path:
    for path in (source.with_suffix(".txt"), source.with_name(source.stem.rpartition("_")[0] + ".txt")):
        if path.is_file():
            return path
    wrong = f"the text {source.with_suffix('.txt').name} is missing"
    raise Damaged([Trouble(source.name, None, "", wrong, "put the .txt file beside the .ann file")])


def _read_bound(found: Import, number: int, line: str, text: str, bound: dict[str, _Bound]) -> None:
    match = _TEXT_BOUND.fullmatch(line)
    name = line.split("\t")[0]
    if match is None:
        found.trouble(number, name, "not a text-bound annotation", "write: T1, tab, type start end, tab, text")
        return
    spans = tuple((int(a), int(b)) for a, b in (pair.split(" ") for pair in match[3].split(";")))
    if name in bound:
        found.trouble(number, name, "the id is used twice", "give each annotation its own id")
    elif any(not a < b <= len(text) for a, b in spans):
        wrong = f"offsets {match[3]} do not lie in the text, which has {len(text)} code points"
        found.trouble(number, name, wrong, "correct the offsets")
    elif not _same(" ".join(text[a:b] for a, b in spans), match[4]):
        there = " ".join(text[a:b] for a, b in spans)[:60]
        found.trouble(number, name, f"at {match[3]} stands “{there}”, not “{match[4][:60]}”", "use the matching text")
    else:
        bound[name] = _Bound(number, match[2], spans)


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same apart from white space, which brat writes as blanks."""
    return re.sub(r"\s", " ", one) == re.sub(r"\s", " ", other)


def _read_event(found: Import, number: int, line: str, bound: dict[str, _Bound], events: dict[str, _Event]) -> None:
    match = _EVENT.fullmatch(line)
    name = line.split("\t")[0]
    if match is None:
        found.trouble(number, name, "not an event", "write: E1, tab, Attribution:T4 Source:T1 Cue:T2 Content:T3")
        return
    if match[2] not in ATTRIBUTIONS:
        found.trouble(number, name, f"an event of type {match[2]}", f"only {' and '.join(ATTRIBUTIONS)} are imported")
        return
    event = _Event(name, number)
    for argument in match[4].split():
        role, _, target = argument.partition(":")
        part = _PARTS.get(role.rstrip("0123456789"))
        if part is None:
            found.trouble(number, name, f"an argument {role}", f"use {', '.join(_PARTS)}")
        elif target not in bound:
            found.trouble(number, name, f"{role} names {target}, which is missing or damaged", "correct the reference")
        else:
            event.parts.setdefault(part, []).extend(bound[target].spans)
    if not event.parts:
        found.trouble(number, name, "no part of it could be read", "give it a Source, Cue or Content")
    elif name in events:
        found.trouble(number, name, "the id is used twice", "give each event its own id")
    else:
        events[name] = event


def _name_the_unused(found: Import, bound: dict[str, _Bound], used: set[str]) -> None:
    for name, one in bound.items():
        if name not in used and one.type not in _MARKS:
            found.trouble(one.line, name, f"this {one.type} belongs to no attribution", "name it in an event")


def _read_rest(found: Import, number: int, line: str, events: dict[str, _Event]) -> None:
    """Attributes and notes of events; anything else is named."""
    attribute, note = _ATTRIBUTE.fullmatch(line), _NOTE.fullmatch(line)
    name = line.split("\t")[0]
    if attribute and attribute[2] in ("Report-type", "Statement") and attribute[3] in events and attribute[4]:
        events[attribute[3]].attributes[attribute[2]] = attribute[4]
    elif note and note[3] in events:
        events[note[3]].note = note[4]
    else:
        wrong = "neither an attribution nor an attribute or note of one"
        found.trouble(number, name, wrong, "remove it, or leave it out with --lenient")


def _add_rows(found: Import, document: str, title: str, text: str, events: list[_Event]) -> None:
    found.add(
        "documents",
        {
            "id": document,
            "title": title,
            "text": text,
            "text_length": len(text),
            "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        },
    )
    names = {id(event): event.attributes.get("Statement") or f"{document}-{event.id.lower()}" for event in events}
    for event in events:
        outer = _outer(event, events)
        statement = names[id(event)]
        words = {part: " ".join(text[a:b] for a, b in sorted(spans)) for part, spans in event.parts.items()}
        kind = event.attributes.get("Report-type")
        if kind is not None and kind not in vocabulary.REPORT_TYPE.words:
            wrong = f"Report-type is {kind!r}"
            found.trouble(event.line, event.id, wrong, f"use one of {', '.join(vocabulary.REPORT_TYPE.words)}")
            kind = None
        shared = {
            "document": document,
            "report_type": kind,
            "content": words.get("content"),
            "wording": "reported" if "content" in words else "none",
            "speaker_label": words.get("source"),
            "cue": words.get("cue"),
        }
        told_in = names[id(outer)] if outer else None
        found.add(
            "statements",
            {"id": statement, "kind": "utterance", **shared, "parent_statement": told_in, "note": event.note},
        )
        start, end = event.extent
        mention: dict[str, Any] = {"id": f"{statement}--{document}-{event.id.lower()}", "statement": statement}
        mention |= {**shared, "span_start": start, "span_end": end, "quote": text[start:end]}
        found.add("mentions", mention)
        for part, spans in event.parts.items():
            for number, (a, b) in enumerate(sorted(spans), 1):
                row = {"mention": mention["id"], "part": part, "span_start": a, "span_end": b, "quote": text[a:b]}
                found.add("evidence", {"id": f"{mention['id']}--{part}-{number}", **row})


def _outer(event: _Event, events: list[_Event]) -> _Event | None:
    """The attribution with the smallest content that holds all of this one."""
    start, end = event.extent
    holding = []
    for other in events:
        for a, b in other.parts.get("content", ()):
            if other is not event and a <= start and end <= b and other.extent != event.extent:
                holding.append((b - a, other.line, other))
    return min(holding, key=lambda one: one[:2])[2] if holding else None


def write(records: Records, document: Document) -> str:
    """The ``.ann`` file of a document whose text is among the records. Mentions without spans are left out.

    brat's lines cannot hold everything: line ends within a span are written as blanks, as brat does.
    """
    if document.text is None:
        raise ValueError(f"the text of {document.id} is not there; attach it first")
    evidence = records.evidence_of()
    lines: list[str] = []
    count = 0
    mentions = [one for one in records.mentions.values() if one.document == document.id and evidence.get(one.id)]
    for number, mention in enumerate(mentions, 1):
        arguments = []
        for part, spans in _by_part(mention, evidence):
            count += 1
            lines.append(_bound_line(count, part.capitalize(), spans, document.text))
            arguments.append(f"{part.capitalize()}:T{count}")
        sourced = any(argument.startswith("Source:") for argument in arguments)
        kind = ATTRIBUTIONS[0] if sourced else ATTRIBUTIONS[1]
        trigger = next((a for a in arguments if a.startswith("Cue:")), arguments[0]).partition(":")[2]
        lines.append(f"E{number}\t{kind}:{trigger} {' '.join(arguments)}")
        lines.append(f"A{2 * number - 1}\tReport-type E{number} {mention.report_type}")
        lines.append(f"A{2 * number}\tStatement E{number} {mention.statement}")
    return "".join(line + "\n" for line in lines)


def _by_part(mention: Mention, evidence: dict[str, list[Any]]) -> Iterator[tuple[str, list[Span]]]:
    parts: dict[str, list[Span]] = {}
    for span in evidence[mention.id]:
        parts.setdefault(span.part, []).append((span.span_start, span.span_end))
    yield from parts.items()


def _bound_line(number: int, kind: str, spans: list[Span], text: str) -> str:
    words = re.sub(r"\s", " ", " ".join(text[a:b] for a, b in spans))
    return f"T{number}\t{kind} {';'.join(f'{a} {b}' for a, b in spans)}\t{words}"
