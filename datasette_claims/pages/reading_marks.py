"""The marks of a reading page: each mention with its number, each piece of its evidence within it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..schema.vocabulary import REPORT_TYPE
from .passages import Mark, Marked, mark_up
from .reading_cards import Group, key
from .reading_rows import Mention, Reading
from .reading_standoff import Standoff


def marked_text(
    reading: Reading,
    standoff: Standoff | None,
    groups: Mapping[str, Group],
    colour: str,
    *,
    dimmed: Collection[str] = (),
    annotation: str = "",
    spoken: bool = True,
) -> Marked:
    """The text, or what is held of it, with the marks of its mentions and their evidence.

    ``dimmed`` are ids of mentions; ``annotation`` is the id of the mention or evidence to emphasise. A span that has
    no place in the text is left out; its card stays.
    """
    text = standoff.text if standoff is not None else reading.text or ""
    segments = standoff.segments if standoff is not None else reading.segments
    marks = standoff.gaps if standoff is not None else []
    ids = {mention.id for mention in reading.mentions}
    for mention in reading.mentions:
        classes = groups[key(mention, colour)].classes
        classes += " claims-dim" if mention.id in dimmed else ""
        lit = bool(dimmed) and mention.id not in dimmed
        for mark in _marks(mention, classes, lit, annotation, ids):
            span = _place(mark.start, mark.end, text, standoff)
            if span:
                marks.append(mark if span == (mark.start, mark.end) else _moved(mark, span))
    return mark_up(text, marks, segments, spoken=spoken)


def _marks(mention: Mention, classes: str, lit: bool, annotation: str, ids: Collection[str]) -> Iterator[Mark]:
    """A mention's own mark and one for each piece of its evidence, by the offsets of the document."""
    shared = ("claims-lit",) if lit else ()
    if mention.start is not None and mention.end is not None:
        flags = (*shared, "claims-here") if mention.id == annotation else shared
        label = f"{mention.who}, {REPORT_TYPE.term(mention.report_type).label.lower()}"
        yield Mark(
            mention.id, mention.start, mention.end, "mention", classes, flags=flags, number=mention.number, label=label
        )
    for span in mention.spans:
        # An id that a mention has too keeps its one place in the page: the mention's.
        name = f"evidence {span.id}" if span.id in ids else span.id
        flags = (*shared, "claims-here") if span.id == annotation and name == span.id else shared
        flags += ("claims-quoted",) if span.part == "verbatim" else ()
        yield Mark(name, span.start, span.end, span.part, classes, flags=flags)


def _place(start: int, end: int, text: str, standoff: Standoff | None) -> tuple[int, int] | None:
    """Where a span stands in the shown text; None where it has no place in it."""
    if standoff is not None:
        return standoff.place(start, end)
    return (start, end) if 0 <= start < end <= len(text) else None


def _moved(mark: Mark, span: tuple[int, int]) -> Mark:
    return Mark(
        mark.id, *span, mark.kind, mark.classes, mark.attributes, mark.flags, number=mark.number, label=mark.label
    )
