"""What a statement rests on, drawn from the top down: occasion, outer statements, this one, stances, claims.

Boxes are rows and links; arrows lead from what came first to what came from it.
"""

from __future__ import annotations

from markupsafe import Markup

from ..schema.vocabulary import BASIS
from ..tracing.chain import Edge, Key, Node
from ..tracing.layout import Box, Layout, Sizes, layout
from . import wording
from .chain_boxes import Place, arrowhead, box, drawn, heading_of, height_of, label_of, line, lines_of, own_box
from .chain_view import UPWARDS, ChainView, node_url
from .links import Links

_WIDE, _NARROW, _MANY = 330.0, 230.0, 3
"""Width of a box; the narrow ones where more than so many stand side by side."""
_HEIGHT = height_of(3)
_DOWN, _BESIDE = 30.0, 24.0
_ARROW = "claims-arrow-on"
_HEADINGS = {
    "parent_statement": "Statement in which it is told",
    "in_reply_to": "What it replies to",
    "event": "Occasion",
}
"""What a box is to the statement below it, by the relation."""


def origin_drawing(links: Links, view: ChainView) -> Markup | None:
    """Claim <- stance <- statement <- the statement in which it is told or that it answers <- occasion."""
    root = view.chain.root
    upwards = _without_shortcuts([edge for edge in view.edges if _is_origin(edge)])
    edges = [(edge.object, edge.subject) for edge in upwards]
    stances = [node.key for node in view.into(root, "statement", "stance")]
    edges += [(root, stance) for stance in stances]
    edges += [(stance, claim.key) for stance in stances for _, claim in view.out(stance, "claim")]
    keys = list(dict.fromkeys(key for edge in edges for key in edge))
    if len(keys) < 2:
        return None
    placed, width = _placed(keys, edges)
    headings = {edge.object: _HEADINGS[edge.relation] for edge in reversed(upwards) if edge.relation in _HEADINGS}
    parts = [arrowhead(_ARROW)]
    parts += [line([(y, x) for x, y in one.points], _ARROW, backward=one.backward) for one in placed.lines]
    parts += [_box(links, view, one, width, headings) for one in placed.boxes]
    told = "From the occasion at the top to the claims at the foot: what this statement rests on and is read for."
    return drawn(parts, placed.height, placed.width, "What it rests on", told)


def _placed(keys: list[Key], edges: list[tuple[Key, Key]]) -> tuple[Layout[Key], float]:
    """The layout, whose layers stand side by side and are drawn one below the other; and how wide a box is."""
    layers: dict[int, int] = {}
    found = layout(keys, edges, Sizes(_HEIGHT, _WIDE, _DOWN, _BESIDE))
    for one in found.boxes:
        layers[one.layer] = layers.get(one.layer, 0) + 1
    if max(layers.values()) <= _MANY:
        return found, _WIDE
    return layout(keys, edges, Sizes(_HEIGHT, _NARROW, _DOWN, _BESIDE)), _NARROW


def _is_origin(edge: Edge) -> bool:
    kinds = edge.subject.kind == "statement" and edge.object.kind in ("statement", "event")
    return kinds and edge.relation in UPWARDS


def _without_shortcuts(edges: list[Edge]) -> list[Edge]:
    """Without the occasion of a statement that is told in another at the same occasion: it is reached through that."""
    occasions = {(edge.subject, edge.object) for edge in edges if edge.relation == "event"}
    outer: dict[Key, set[Key]] = {}
    for edge in edges:
        if edge.relation == "parent_statement":
            outer.setdefault(edge.subject, set()).add(edge.object)

    def is_shortcut(edge: Edge) -> bool:
        told_in = outer.get(edge.subject, set()) - {edge.subject}
        return edge.relation == "event" and any((one, edge.object) in occasions for one in told_in)

    kept = [edge for edge in edges if not is_shortcut(edge)]
    reached = {edge.object for edge in kept}
    return kept + [edge for edge in edges if edge.object not in reached]  # in a circle every one is a shortcut


def _box(links: Links, view: ChainView, placed: Box[Key], width: float, headings: dict[Key, str]) -> Markup:
    node = view.nodes[placed.node]
    place = Place(placed.y, placed.x, width, _HEIGHT)
    if placed.node == view.chain.root:
        return own_box(node, place, node_url(links, node) or "")
    heading = " · ".join(part for part in (heading_of(node, headings.get(placed.node)), _more(node)) if part)
    return box(links, node, place, [*lines_of(heading, width, 1), *lines_of(label_of(node), width)])


def _more(node: Node) -> str:
    """When an occasion was, how a stance is known."""
    if node.key.kind == "event":
        return wording.full_dates(node.row.get("date_start"), node.row.get("date_end"))
    basis = node.row.get("basis") if node.key.kind == "stance" else None
    return BASIS.term(basis).label.lower() if basis in BASIS.words else ""
