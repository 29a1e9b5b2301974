"""A text with marks, as HTML: cut at every border, so that marks may overlap, nest and be interrupted.

A sweep over the borders writes each code point once. A piece of text between two borders is one ``<mark>`` element
with a number; since every mark covers a run of consecutive pieces, ``Marked.ranges`` names its pieces by two numbers
and nothing is listed piece by piece. So the markup grows with the text and the marks, however deeply they overlap.

What is added to the text (numbers, hidden words at the borders) stands in attributes and is shown by the style sheet:
the markup without its tags is exactly the text, in which offsets count code points.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from .blocks import Segment, layout

_SIMPLE = re.compile(r"[A-Za-z0-9_.-]+")


class Mark(NamedTuple):
    """One span of a text. Marks with the same id are the parts of one interrupted passage.

    ``start`` and ``end`` are code points, half-open. ``kind`` and ``classes`` style the pieces for which this mark
    is the innermost, ``attributes`` are written on them. ``flags`` are classes of every piece that it covers.
    ``number`` is shown where it begins and links to ``#m-<id>``; ``label`` is told there to those who listen.
    """

    id: str
    start: int
    end: int
    kind: str
    classes: str = ""
    attributes: Mapping[str, str] = MappingProxyType({})
    flags: tuple[str, ...] = ()
    number: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """The markup; by id of a mark the ranges of piece numbers that it covers, half-open; the number of pieces."""

    html: Markup
    ranges: dict[str, list[tuple[int, int]]]
    pieces: int


def anchor(id: str) -> str:
    """The end of ``#a-`` and ``#m-`` for an id: itself, with what has no place in a URL or an HTML id as ~XX."""
    return id if _SIMPLE.fullmatch(id) else quote(id, safe="").replace("~", "~7E").replace("%", "~")


def plain(text: str) -> str:
    """A text as HTML that every parser reads back exactly.

    A carriage return is written as a reference, since parsers would make it a line feed. U+0000, which HTML cannot
    hold, becomes U+FFFD.
    """
    safe = str(escape(text))
    return safe.replace("\r", "&#13;").replace("\0", "\ufffd") if "\r" in safe or "\0" in safe else safe


def mark_up(
    text: str, marks: Sequence[Mark], segments: Iterable[Segment] = (), *, spoken: bool = True, anchors: bool = True
) -> Marked:
    """The text in blocks by its segments, with its marks. Time and size grow with text + marks (sorting aside).

    ``spoken`` False leaves out the words that tell listeners where a passage begins and ends; ``anchors`` False the
    ids, for a second copy of a text on one page. Raises ValueError for a mark that is empty or outside the text.
    """
    pen = _Pen(text, marks, spoken, anchors)
    for part in layout(text, segments):
        if isinstance(part, str):
            pen.out.append(part)
        else:
            pen.write(*part)
    return Marked(Markup("".join(pen.out)), pen.ranges, pen.number)


class _Pen:
    """Writes the text from left to right; knows which marks are open where it stands."""

    def __init__(self, text: str, marks: Sequence[Mark], spoken: bool, anchors: bool) -> None:
        for mark in marks:
            if not 0 <= mark.start < mark.end <= len(text):
                raise ValueError(f"mark {mark.id!r}: {mark.start}..{mark.end} is no span of {len(text)} code points")
        self.text, self.spoken, self.anchors = text, spoken, anchors
        # Outer marks begin before inner ones and end after them.
        self.starts = sorted(marks, key=lambda mark: (mark.start, -mark.end))
        self.ends = sorted(marks, key=lambda mark: (mark.end, -mark.start))
        self.borders = sorted({edge for mark in marks for edge in (mark.start, mark.end)})
        self.opening = {id(mark): _opening(mark) for mark in marks}
        self.out: list[str] = []
        self.ranges: dict[str, list[tuple[int, int]]] = {}
        self.number = 0  # of the next piece
        self._open: list[tuple[int, int, int, Mark]] = []  # a heap: the innermost mark first, closed ones still in it
        self._flags: dict[str, int] = {}  # how many open marks ask for each flag
        self._shared = ""  # the classes that flags and depth give to the next piece
        self._first: dict[int, int] = {}  # id() of an open mark -> number of its first piece
        self._depth = self._begun = self._ended = self._passed = 0

    def write(self, start: int, end: int) -> None:
        """Write ``text[start:end]``; regions must follow one another."""
        at, borders = start, self.borders
        while at < end:
            if self._begun < len(self.starts) and self.starts[self._begun].start <= at:
                self._begin(at)
            while self._passed < len(borders) and borders[self._passed] <= at:
                self._passed += 1
            stop = min(borders[self._passed], end) if self._passed < len(borders) else end
            self._piece(at, stop)
            if self._ended < len(self.ends) and self.ends[self._ended].end <= stop:
                self._end(stop)
            at = stop

    def _piece(self, start: int, end: int) -> None:
        opened = self._open
        while opened and opened[0][1] <= start:
            heapq.heappop(opened)
        words = plain(self.text[start:end])
        if opened:
            before, after = self.opening[id(opened[0][3])]
            words = f'{before}{self._shared}" data-n="{self.number}"{after}>{words}</mark>'
            self.number += 1
        self.out.append(words)

    def _begin(self, at: int) -> None:
        while self._begun < len(self.starts) and self.starts[self._begun].start <= at:
            mark = self.starts[self._begun]
            self._first[id(mark)] = self.number
            heapq.heappush(self._open, (-mark.start, mark.end, -self._begun, mark))
            for flag in mark.flags:
                self._flags[flag] = self._flags.get(flag, 0) + 1
            self._depth += mark.number is not None
            self.out.append(self._edge(mark))
            self.ranges.setdefault(mark.id, [])
            self._begun += 1
        self._share()

    def _end(self, at: int) -> None:
        while self._ended < len(self.ends) and self.ends[self._ended].end <= at:
            mark = self.ends[self._ended]
            self.ranges[mark.id].append((self._first.pop(id(mark)), self.number))
            for flag in mark.flags:
                self._flags[flag] -= 1
                if not self._flags[flag]:
                    del self._flags[flag]
            if mark.number is not None:
                self._depth -= 1
                if self.spoken:
                    self.out.append(f'<span class="claims-end" data-say=" [end {mark.number}] "></span>')
            self._ended += 1
        self._share()

    def _share(self) -> None:
        if not self._flags and self._depth < 2:
            self._shared = ""
            return
        depth = f" claims-depth-{min(self._depth, 4)}" if self._depth > 1 else ""
        self._shared = depth + "".join([f" {flag}" for flag in sorted(self._flags)])

    def _edge(self, mark: Mark) -> str:
        """What stands where a mark begins: the place to link to, with its number if it has one."""
        name, again = anchor(mark.id), mark.id in self.ranges
        place = f' id="a-{name}"' if self.anchors and not again else ""
        if mark.number is None:
            return f"<span{place}></span>" if place else ""
        if not self.spoken:
            told = ' aria-hidden="true" tabindex="-1"'
        else:
            label = f"{mark.number}, {mark.label}{', continued' if again else ''}: start"
            told = f' aria-label="{escape(label)}"'
        classes = f"claims-edge {mark.classes}".rstrip()
        return f'<a class="{escape(classes)}"{place} href="#m-{name}" data-number="{mark.number}"{told}></a>'


def _opening(mark: Mark) -> tuple[str, str]:
    """The tag of a mark's pieces, before the classes that depend on the piece and after them."""
    classes = f"claims-part-{mark.kind} {mark.classes}".rstrip()
    if not mark.attributes:
        return f'<mark class="{escape(classes)}', ""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in mark.attributes.items())
    return f'<mark class="{escape(classes)}', attributes
