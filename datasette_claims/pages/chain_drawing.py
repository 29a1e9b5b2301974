"""The two drawings of a statement's chain: what it rests on, and where it is reported.

Boxes are rows and links; arrows read "came from". In the second drawing a mention and its segment share a box, and
where there are many mentions, those of one document share one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from ..schema.vocabulary import SEGMENT_KIND
from ..tracing.chain import Key, Node
from ..tracing.layout import Sizes, layout
from . import svg, wording
from .chain_view import UPWARDS, ChainView, node_url
from .links import Links
from .status import status_label

SIZES = Sizes(box_width=190, box_height=46, layer_gap=54, box_gap=12)
DRAWN = 24
"""Up to so many mentions are drawn one by one."""

_KINDS = {
    "statement": "Statement",
    "event": "Occasion",
    "stance": "Stance",
    "claim": "Claim",
    "mention": "Mention",
    "document": "Document",
    "actor": "Publisher",
}


def origin_drawing(links: Links, view: ChainView) -> Markup | None:
    """Claim <- stance <- statement <- the statement in which it is told or that it answers <- occasion."""
    root = view.chain.root
    edges = [(edge.object, edge.subject) for edge in view.edges if _is_origin(edge.subject, edge.relation, edge.object)]
    stances = [node.key for node in view.into(root, "statement", "stance")]
    edges += [(root, stance) for stance in stances]
    edges += [(stance, claim.key) for stance in stances for _, claim in view.out(stance, "claim")]
    keys = list(dict.fromkeys(key for edge in edges for key in edge))
    if len(keys) < 2:
        return None
    told = "From the occasion on the left to the claims on the right: what this statement rests on and is read for."
    return _drawn(links, view, keys, edges, {}, "What it rests on", told)


def _is_origin(subject: Key, relation: str, target: Key) -> bool:
    return subject.kind == "statement" and target.kind in ("statement", "event") and relation in UPWARDS


def report_drawing(links: Links, view: ChainView) -> Markup | None:
    """Statement -> mentions -> documents -> publishers, and between documents what is taken from what."""
    root = view.chain.root
    mentions = list(view.into(root, "statement", "mention"))
    if not mentions:
        return None
    each = len(mentions) <= DRAWN
    edges: list[tuple[Key, Key]] = []
    for mention in mentions:
        document = Key("document", str(mention.row["document"]))
        if document in view.nodes:
            edges += [(root, mention.key), (mention.key, document)] if each else [(root, document)]
    documents = list(dict.fromkeys(target for _, target in edges if target.kind == "document"))
    edges += [(document, node.key) for document in documents for _, node in view.out(document, "publisher")]
    edges += [
        (edge.object, edge.subject)
        for edge in view.edges
        if edge.subject.kind == edge.object.kind == "document" and edge.relation not in ("part_of",)
    ]
    keys = list(dict.fromkeys(key for edge in edges for key in edge))
    counts = Counter(Key("document", str(mention.row["document"])) for mention in mentions)
    extra = {} if each else {key: wording.count(number, "mention") for key, number in counts.items()}
    told = (
        f"From this statement on the left: {wording.count(len(mentions), 'mention')} in "
        f"{wording.count(len(counts), 'document')}, then who published them; lines between documents lead from "
        "the source to what was taken from it."
    )
    return _drawn(links, view, keys, edges, extra, "Where it is reported", told) if keys else None


def _drawn(
    links: Links,
    view: ChainView,
    keys: list[Key],
    edges: Iterable[tuple[Key, Key]],
    extra: Mapping[Key, str],
    title: str,
    told: str,
) -> Markup:
    placed = layout(keys, edges, SIZES)
    arrow = "claims-arrow-" + title.rpartition(" ")[2]
    lines = [
        svg.element(
            "path",
            d="M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in line.points),
            class_="claims-svg-line claims-svg-back" if line.backward else "claims-svg-line",
            marker_end=f"url(#{arrow})",
        )
        for line in placed.lines
    ]
    boxes = [_box(links, view, box.node, box.x, box.y, extra.get(box.node)) for box in placed.boxes]
    inside = svg.element("g", _arrow(arrow), *lines, *boxes, transform="translate(4 4)")
    return svg.drawing([inside], placed.width + 8, placed.height + 8, title, told)


def _arrow(id: str) -> Markup:
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


def _box(links: Links, view: ChainView, key: Key, x: float, y: float, extra: str | None) -> Markup:
    node = view.nodes[key]
    own = key == view.chain.root
    style = (
        "claims-svg-box"
        + (" claims-svg-own" if own else "")
        + (" claims-svg-missing" if node.missing else " claims-svg-unsettled" if node.status != "reviewed" else "")
    )
    frame = svg.element(
        "rect",
        x=x,
        y=y,
        width=SIZES.box_width,
        height=SIZES.box_height,
        rx=4.0,
        class_=f"{style} claims-svg-{key.kind}",
    )
    first = "This statement" if own else extra or _heading(view, node)
    first = f"{status_label(node.status)} · {first}" if node.status != "reviewed" else first
    lines = [
        svg.text(wording.shortened(first, 30), x + 9, y + 18, class_="claims-svg-quiet"),
        svg.text(wording.shortened(_label(node), 28), x + 9, y + 35),
    ]
    title = svg.element("title", f"{first}: {_label(node)}")
    inside = svg.element("g", title, frame, *lines)
    return inside if own else svg.link(node_url(links, node), inside)


def _heading(view: ChainView, node: Node) -> str:
    """What kind of thing a box is; for a mention the part of the document in which it stands."""
    if node.missing:
        return f"{_KINDS.get(node.key.kind, 'Row')}, missing"
    if node.key.kind == "mention":
        kinds = [segment.row["kind"] for _, segment in view.out(node.key, "segment")]
        return SEGMENT_KIND.term(kinds[0]).label if kinds else "Mention"
    return _KINDS.get(node.key.kind, node.key.kind)


def _label(node: Node) -> str:
    if node.key.kind == "statement" and node.speaker:
        return f"{node.speaker}: {node.label}"
    if node.key.kind == "mention" and node.row.get("cue"):
        return f"{node.label}, “{node.row['cue']}”"
    return node.label or node.key.id
