"""The boxes of a chain's drawings: one row of the data each, as a link, with a quiet heading and up to two lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..schema.vocabulary import SEGMENT_KIND
from ..tracing.chain import Node
from . import svg, wording
from .chain_view import node_url
from .links import Links
from .marks import GLYPHS
from .status import status_label

KINDS = {
    "statement": "Statement",
    "event": "Occasion",
    "stance": "Stance",
    "claim": "Claim",
    "mention": "Mention",
    "segment": "Segment",
    "document": "Document",
    "actor": "Actor",
}
_LINE = 16.0
_GLYPH = 6.9
"""Width of a letter in a wide system font, in the unit of the drawing: for where a line breaks, not where it ends."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height at which lines join it."""
        return self.y + self.height / 2


def height_of(lines: int) -> float:
    """How high a box with so many lines is."""
    return 14 + _LINE * lines


def lines_of(text: str, width: float, most: int = 2) -> list[str]:
    """A text as lines that fit into a box of that width, cut with an ellipsis."""
    letters = max(8, int((width - 20) / _GLYPH))
    flat = " ".join(text.split())
    if len(flat) <= letters:
        return [flat]
    return textwrap.wrap(flat, letters, max_lines=most, placeholder=" …", break_long_words=True) or [""]


def label_of(node: Node) -> str:
    """What a box says of its row: with the speaker, the reporting verb, the glyph of a stance."""
    if node.key.kind == "statement" and node.speaker:
        return f"{node.speaker}: {node.label}"
    if node.key.kind == "mention" and node.row.get("cue"):
        return f"{node.label}, “{node.row['cue']}”"
    if node.key.kind == "stance" and node.row:
        return f"{GLYPHS.get(node.row['stance'], '')} {node.label}".strip()
    return node.label or node.key.id


def heading_of(node: Node, heading: str | None = None) -> str:
    """The quiet line above: what the row is here, that it is missing or a draft."""
    if node.key.kind == "segment" and node.row:
        heading = SEGMENT_KIND.term(node.row["kind"]).label if node.row["kind"] in SEGMENT_KIND.words else None
    told = heading or KINDS[node.key.kind]
    if node.missing:
        return f"{told}, missing"
    return told if node.status == "reviewed" else f"{status_label(node.status)} · {told}"


def box(
    links: Links, node: Node, place: Place, lines: Sequence[str], quiet: int = 1, href: str | None = None
) -> Markup:
    """A row as a box of lines, the first ``quiet`` of them its heading. Links to ``href``, else to the row's page."""
    style = "claims-svg-missing" if node.missing else "" if node.status == "reviewed" else "claims-svg-unsettled"
    told = f"{heading_of(node)}: {label_of(node)}"
    return _boxed(told, place, lines, quiet, f"{style} claims-svg-{node.key.kind}", href or node_url(links, node))


def own_box(node: Node, place: Place, href: str) -> Markup:
    """The statement that the page is about."""
    lines = ["This statement", *lines_of(label_of(node), place.width)]
    return _boxed(f"This statement: {label_of(node)}", place, lines, 1, "claims-svg-own", href)


def note_box(told: str, place: Place, lines: Sequence[str], href: str) -> Markup:
    """Several rows in one box."""
    return _boxed(told, place, lines, 0, "", href)


def _boxed(told: str, place: Place, lines: Sequence[str], quiet: int, style: str, href: str | None) -> Markup:
    frame = svg.element(
        "rect",
        x=place.x,
        y=place.y,
        width=place.width,
        height=place.height,
        rx=4.0,
        class_=f"claims-svg-box {style}".rstrip(),
    )
    first = place.middle - _LINE * (len(lines) - 1) / 2 + 4
    texts = [
        svg.text(line, place.x + 10, first + _LINE * i, class_="claims-svg-quiet" if i < quiet else None)
        for i, line in enumerate(lines)
    ]
    return svg.link(href, svg.element("title", told), frame, *texts)


def line(points: Sequence[tuple[float, float]], arrow: str, *, backward: bool = False) -> Markup:
    """A line with an arrowhead at its end; broken where it closes a circle."""
    return path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points), arrow, backward=backward)


def path(d: str, arrow: str | None, *, backward: bool = False) -> Markup:
    """A line by its path data."""
    style = "claims-svg-line claims-svg-back" if backward else "claims-svg-line"
    return svg.element("path", d=d, class_=style, marker_end=f"url(#{arrow})" if arrow else None)


def arrowhead(id: str) -> Markup:
    """The head of the arrows of one drawing."""
    tip = svg.element("path", d="M0 0 L8 4 L0 8 z", class_="claims-svg-tip")
    shape: dict[str, svg.Attribute] = {
        "viewBox": "0 0 8 8",
        "refX": 8,
        "refY": 4,
        "markerWidth": 7,
        "markerHeight": 7,
        "orient": "auto",
    }
    return svg.element("defs", svg.element("marker", tip, id=id, **shape))


def drawn(parts: Sequence[Markup], width: float, height: float, title: str, told: str) -> Markup:
    """The drawing in its own size: it is never scaled, so that it can be read; what is wider is scrolled to."""
    inside = svg.element("g", *parts, transform="translate(4 4)")
    return svg.drawing([inside], width + 8, height + 8, title, wording.sentence(told), sized=True)
