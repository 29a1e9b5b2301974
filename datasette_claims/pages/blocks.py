"""The parts of a document as HTML blocks: headings, paragraphs, figures, folded boilerplate.

Blocks hold regions of the text and add no words to it: what they are called stands in attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..schema.vocabulary import SEGMENT_KIND

Region = tuple[int, int]

_LINE = re.compile(r"[^\r\n]+")
_SAME_BLOCK = {"\n", "\r\n", "\r"}  # what stands between two lines of one block
_FIGURE = ("alt_text", "caption", "photo_credit")
_TAGS = {
    "headline": ('<h2 class="claims-seg-headline" dir="auto">', "</h2>"),
    "standfirst": ('<p class="claims-seg-standfirst" role="doc-subtitle" dir="auto">', "</p>"),
}
_FOLDED = SEGMENT_KIND.term("boilerplate").meaning.rstrip(".")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text: a word of ``segment_kind`` and its code points, half-open."""

    kind: str
    start: int
    end: int


def layout(text: str, segments: Iterable[Segment] = ()) -> Iterator[str | Region]:
    """The blocks of a text in order: strings of markup, and between them the regions of the text that stand there.

    The regions, joined, are the whole text. Where no segment is given, lines that follow one another without a blank
    line make a paragraph. A segment that overlaps an earlier one, or reaches past the text, is cut.
    """
    at = 0
    for group in _groups(_whole(text, segments)):
        yield from _gap(at, group[0].start)
        yield from _figure(group) if group[0].kind in _FIGURE else _block(group[0])
        at = group[-1].end
    yield from _gap(at, len(text))


def _whole(text: str, segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments in order without overlap, and a paragraph for every run of lines between them."""
    at = 0
    for segment in sorted(segments, key=lambda segment: (segment.start, segment.end)):
        start, end = max(at, segment.start), min(segment.end, len(text))
        if start < end:
            yield from _paragraphs(text, at, start)
            yield Segment(segment.kind, start, end)
            at = end
    yield from _paragraphs(text, at, len(text))


def _paragraphs(text: str, start: int, end: int) -> Iterator[Segment]:
    first = last = None
    for line in _LINE.finditer(text, start, end):
        if not line.group().strip():
            continue
        if first is not None and last is not None:
            if text[last : line.start()] in _SAME_BLOCK:
                last = line.end()
                continue
            yield Segment("paragraph", first, last)
        first, last = line.span()
    if first is not None and last is not None:
        yield Segment("paragraph", first, last)


def _groups(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Each segment for itself, but what belongs to one picture together: alternative text, caption, credit."""
    group: list[Segment] = []
    for segment in segments:
        joins = group and segment.kind in _FIGURE and group[-1].kind in _FIGURE
        if joins and _FIGURE.index(segment.kind) > _FIGURE.index(group[-1].kind):
            group.append(segment)
            continue
        if group:
            yield group
        group = [segment]
    if group:
        yield group


def _gap(start: int, end: int) -> Iterator[Region]:
    if start < end:
        yield start, end


def _block(segment: Segment) -> Iterator[str | Region]:
    if segment.kind == "boilerplate":
        name = f'aria-label="{_FOLDED}" data-label="{_FOLDED}"'
        before = f'<details class="claims-seg-boilerplate"><summary {name}></summary><p dir="auto">'
        after = "</p></details>"
    else:
        before, after = _TAGS.get(segment.kind, (f'<p class="claims-seg-{segment.kind}" dir="auto">', "</p>"))
    yield before
    yield segment.start, segment.end
    yield after


def _figure(group: list[Segment]) -> Iterator[str | Region]:
    yield '<figure class="claims-picture">'
    at, captioned = group[0].start, False
    for segment in group:
        if segment.kind != "alt_text" and not captioned:
            yield "<figcaption>"
            captioned = True
        yield from _gap(at, segment.start)
        tag = "p" if segment.kind == "alt_text" else "span"
        yield f'<{tag} class="claims-seg-{segment.kind}" dir="auto">'
        yield segment.start, segment.end
        yield f"</{tag}>"
        at = segment.end
    yield "</figcaption></figure>" if captioned else "</figure>"
