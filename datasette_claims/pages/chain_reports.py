"""Where a statement is reported, drawn from left to right: mentions, segments, documents, publishers and agencies.

What belongs to one document stands in one row beside it. Arrows at the right side of the documents lead from a
source to what was taken from it: copies, revisions, primary sources. Who contributed to a document, such as a wire,
stands beside its publisher, once, however many documents it contributed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ..tracing.chain import Edge, Key, Node
from . import wording
from .chain_boxes import (
    Place,
    arrowhead,
    box,
    drawn,
    heading_of,
    height_of,
    label_of,
    line,
    lines_of,
    note_box,
    own_box,
    path,
)
from .chain_view import ChainView, node_url
from .links import Links

DRAWN = 24
"""Up to so many mentions are drawn one by one."""
DOCUMENTS = 24
"""Up to so many documents are drawn."""

_MENTION = (36.0, 236.0)  # x and width of a column
_SEGMENT = (_MENTION[0] + _MENTION[1], 112.0)
_DOCUMENT = (_SEGMENT[0] + _SEGMENT[1] + 30, 300.0)
_RIGHT = _DOCUMENT[0] + _DOCUMENT[1]
_ACTOR = 230.0
_ROW, _STEP, _GAP = height_of(1), 6.0, 18.0
_TOP = height_of(3) + 22
_LANE, _LANES = 13.0, 6
"""Arrows between documents run side by side in so many lanes."""
_ORIGINS = 2
"""Of so many documents from which one was taken its box tells in words."""
_ARROW = "claims-arrow-reported"


@dataclass(frozen=True)
class _Block:
    """A document with its mentions of the statement, in the order of the text, and the lines of its box."""

    node: Node
    mentions: tuple[Node, ...]
    quiet: list[str]
    title: list[str]
    place: Place


def report_drawing(links: Links, view: ChainView) -> Markup | None:
    """Statement -> mentions -> segments -> documents -> publishers, and between documents what is taken from what."""
    mentions = list(view.into(view.chain.root, "statement", "mention"))
    between = [edge for edge in view.edges if edge.subject.kind == edge.object.kind == "document"]
    documents = _documents(view, mentions, between)
    if not documents:
        return None
    each = len(mentions) <= DRAWN
    blocks = list(_blocks(view, documents[:DOCUMENTS], mentions, between, each))
    places = {block.node.key: block.place for block in blocks}
    pairs = dict.fromkeys((edge.object, edge.subject) for edge in between if edge.object != edge.subject)
    shown = [pair for pair in pairs if pair[0] in places and pair[1] in places]
    left = _RIGHT + 40 + _LANE * min(len(shown), _LANES)
    actors = _actors(view, places, left)
    parts = [arrowhead(_ARROW), *_trunk(links, view, blocks)]
    parts += [_arc(places[source], places[taken], number) for number, (source, taken) in enumerate(shown)]
    for block in blocks:
        parts += _mentions(links, view, block) if each else _counted(links, view, block)
        parts.append(box(links, block.node, block.place, [*block.quiet, *block.title], len(block.quiet)))
    parts += _actor_boxes(links, view, places, actors)
    height = max(one.y + one.height for one in [*places.values(), *actors.values()])
    width = left + _ACTOR if actors else left
    return drawn(parts, width, height, "Where it is reported", _told(mentions, documents))


def _told(mentions: list[Node], documents: list[Node]) -> str:
    where = len({mention.row["document"] for mention in mentions})
    told = (
        f"{wording.count(len(mentions), 'mention')} of this statement in {wording.count(where, 'document')}, then who "
        "published them; arrows between documents lead from the source to what was taken from it."
    )
    if len(documents) > DOCUMENTS:
        told += f" The first {DOCUMENTS} of {wording.count(len(documents), 'document')} are drawn."
    return told


def _documents(view: ChainView, mentions: list[Node], between: list[Edge]) -> list[Node]:
    """The documents that report the statement, and those that they came from or that came from them, by date."""
    keys = dict.fromkeys(Key("document", str(mention.row["document"])) for mention in mentions)
    keys.update(dict.fromkeys(key for edge in between for key in (edge.object, edge.subject)))
    found = [view.nodes[key] for key in keys if key in view.nodes]
    return sorted(found, key=lambda node: (str(node.row.get("published_on") or "9"), node.key.id))


def _blocks(
    view: ChainView, documents: list[Node], mentions: list[Node], between: list[Edge], each: bool
) -> Iterator[_Block]:
    """The rows of the drawing, one below the other."""
    own: dict[str, list[Node]] = {}
    for mention in sorted(mentions, key=lambda one: (one.row["span_start"] is None, one.row["span_start"] or 0)):
        own.setdefault(str(mention.row["document"]), []).append(mention)
    y = _TOP
    for document in documents:
        listed = tuple(own.get(document.key.id, ()))
        quiet = [*_heading(document), *_origins(view, document, between)]
        title = lines_of(label_of(document), _DOCUMENT[1])
        rows = (len(listed) if each else min(1, len(listed))) * (_ROW + _STEP) - _STEP
        height = max(height_of(len(quiet) + len(title)), rows)
        yield _Block(document, listed, quiet, title, Place(_DOCUMENT[0], y, _DOCUMENT[1], height))
        y += height + _GAP


def _heading(document: Node) -> list[str]:
    day = wording.full_date(document.row.get("published_on")) if document.row else ""
    return lines_of(" · ".join(part for part in (heading_of(document), day) if part), _DOCUMENT[1], 1)


def _origins(view: ChainView, document: Node, between: list[Edge]) -> list[str]:
    """How a document came from others: what the arrows to it mean."""
    found: dict[Key, list[str]] = {}
    for edge in between:
        if edge.subject == document.key and edge.object != document.key:
            found.setdefault(edge.object, []).append(edge.label.lower())
    # The shortest of what is said of a pair leaves the most room for the title; the list says all of it.
    told = [f"{min(how, key=len)}: {label_of(view.nodes[other])}" for other, how in found.items()]
    return [lines_of(wording.sentence(one), _DOCUMENT[1] * 1.08, 1)[0] for one in told[:_ORIGINS]]


def _trunk(links: Links, view: ChainView, blocks: list[_Block]) -> Iterator[Markup]:
    """The statement on top, with a line down along the mentions."""
    root = view.nodes[view.chain.root]
    place = Place(0, 0, _SEGMENT[0] + _SEGMENT[1], height_of(3))
    yield own_box(root, place, node_url(links, root) or "")
    ends = [block.place for block in blocks if block.mentions]
    if ends:
        last = blocks[max(i for i, block in enumerate(blocks) if block.mentions)]
        rows = _rows(last)
        yield path(f"M14 {height_of(3)} V{rows[-1].middle:.1f}", None)


def _rows(block: _Block) -> list[Place]:
    """Where the mentions of a document stand: in the middle of its height."""
    count = len(block.mentions) if len(block.mentions) * (_ROW + _STEP) - _STEP <= block.place.height else 1
    top = block.place.middle - (count * (_ROW + _STEP) - _STEP) / 2
    return [Place(_MENTION[0], top + i * (_ROW + _STEP), _MENTION[1], _ROW) for i in range(count)]


def _mentions(links: Links, view: ChainView, block: _Block) -> Iterator[Markup]:
    """Each mention, joined to the segment in which it stands, and that to the document."""
    placed = list(zip(block.mentions, _rows(block), strict=True))
    for mention, place in placed:
        yield line([(14, place.middle), (place.x, place.middle)], _ARROW)
        told = label_of(mention) if mention.status == "reviewed" else f"{heading_of(mention)}: {label_of(mention)}"
        yield box(links, mention, place, lines_of(told, place.width, 1), quiet=0)

    def segment_of(pair: tuple[Node, Place]) -> Node | None:
        return next((segment for _, segment in view.out(pair[0].key, "segment")), None)

    for segment, group in groupby(placed, segment_of):
        rows = [place for _, place in group]
        height = rows[-1].y + _ROW - rows[0].y
        right = _MENTION[0] + _MENTION[1]
        if segment is not None:
            place = Place(_SEGMENT[0], rows[0].y, _SEGMENT[1], height)
            yield box(links, segment, place, lines_of(heading_of(segment), place.width))
            right += _SEGMENT[1]
        middle = rows[0].y + height / 2
        yield line([(right, middle), (_DOCUMENT[0], middle)], _ARROW)


def _counted(links: Links, view: ChainView, block: _Block) -> Iterator[Markup]:
    """The mentions of a document in one box that leads to all of them."""
    if not block.mentions:
        return
    place = _rows(block)[0] if len(block.mentions) == 1 else _middle_row(block.place)
    told = wording.count(len(block.mentions), "mention")
    url = links.table("mentions", statement=view.chain.root.id, document=block.node.key.id)
    yield line([(14, place.middle), (place.x, place.middle)], _ARROW)
    yield note_box(f"{told} in {label_of(block.node)}", place, [told], url)
    yield line([(place.x + place.width, place.middle), (_DOCUMENT[0], place.middle)], _ARROW)


def _middle_row(place: Place) -> Place:
    return Place(_MENTION[0], place.middle - _ROW / 2, _MENTION[1], _ROW)


def _arc(start: Place, end: Place, number: int) -> Markup:
    """An arrow at the right side of the documents, from the source to what was taken from it."""
    lane = _RIGHT + 16 + _LANE * (number % _LANES)
    down = 10 if end.y > start.y else -10
    y1, y2 = start.middle + down, end.middle - down
    bend = min(8.0, abs(y2 - y1) / 2) * (1 if y2 > y1 else -1)
    return path(
        f"M{_RIGHT:.1f} {y1:.1f} H{lane - 8:.1f} Q{lane:.1f} {y1:.1f} {lane:.1f} {y1 + bend:.1f} "
        f"V{y2 - bend:.1f} Q{lane:.1f} {y2:.1f} {lane - 8:.1f} {y2:.1f} H{_RIGHT:.1f}",
        _ARROW,
    )


def _actors(view: ChainView, places: dict[Key, Place], left: float) -> dict[Key, Place]:
    """Publishers and agencies, each beside the middle of its documents, pushed apart where they would touch."""
    heights: dict[Key, list[float]] = {}
    for document, actor, _ in _made_by(view, places):
        heights.setdefault(actor, []).append(places[document].middle)
    means = sorted((sum(found) / len(found), key) for key, found in heights.items())
    placed: dict[Key, Place] = {}
    below = _TOP
    for mean, key in means:
        y = max(below, mean - height_of(2) / 2)
        placed[key] = Place(left, y, _ACTOR, height_of(2))
        below = y + height_of(2) + 8
    return placed


def _made_by(view: ChainView, documents: Iterable[Key]) -> Iterator[tuple[Key, Key, Edge]]:
    """(document, actor, edge) for who published a document or contributed to it."""
    for document in documents:
        for edge, node in view.out(document):
            if node.key.kind == "actor":
                yield document, node.key, edge


def _actor_boxes(links: Links, view: ChainView, places: dict[Key, Place], actors: dict[Key, Place]) -> Iterator[Markup]:
    roles: dict[Key, list[str]] = {}
    for document, actor, edge in _made_by(view, places):
        start, end = places[document], actors[actor]
        yield line([(_RIGHT, start.middle), (end.x, end.middle)], _ARROW)
        roles.setdefault(actor, []).append(_ROLES.get(edge.relation, edge.label))
    for actor, place in actors.items():
        node = view.nodes[actor]
        heading = heading_of(node, ", ".join(dict.fromkeys(roles[actor])))
        lines = [*lines_of(heading, place.width, 1), *lines_of(label_of(node), place.width, 1)]
        yield box(links, node, place, lines)


_ROLES = {"publisher": "Publisher", "wasInfluencedBy": "Contributed", "wasAttributedTo": "Made it"}
"""What an actor is to a document, by the relation."""
