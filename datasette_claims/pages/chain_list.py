"""A chain as a nested list: the same as the drawings, for those who listen or read on a small screen.

Built as strings: a chain has hundreds of entries, and a macro of a template takes ten times as long for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from ..tracing.chain import Node
from .chain_boxes import label_of
from .chain_view import ChainView, Item, node_url
from .links import Links
from .status import status_mark

Linked = Callable[[Node], str]


def chain_list(links: Links, view: ChainView) -> Markup:
    """The list of everything that the viewer may see of a chain. Labels that come from data are escaped."""
    known: dict[tuple[str, str], str] = {}

    def linked(node: Node) -> str:
        if node.key not in known:
            known[node.key] = _linked(links, node)
        return known[node.key]

    root = view.nodes[view.chain.root]
    parts = [
        f"<li>This statement: {linked(root)}</li>",
        _part("Rests on", [_rests(item, linked) for item in view.rests_on()], "nothing that is on record"),
        _part("Read for", list(_read_for(view, linked)), "no claim"),
        _part("Reported in", list(_reported(view, linked)), "no document"),
    ]
    between = [
        f"<li>{_published(view, one, linked)}: {escape(how)} {_published(view, other, linked)}</li>"
        for one, how, other in view.between_documents()
    ]
    if between:
        parts.append(_part("Between the documents", between, ""))
    return Markup(f'<ul class="claims-tree">{"".join(parts)}</ul>')


def _part(title: str, entries: Sequence[str], none: str) -> str:
    listed = "".join(entries)
    return f"<li>{title} {f'<ul>{listed}</ul>' if listed else none}</li>"


def _linked(links: Links, node: Node) -> str:
    url, label = node_url(links, node), escape(label_of(node))
    told = f'<a href="{escape(url)}">{label}</a>' if url else str(label)
    told += " (missing)" if node.missing else ""
    return told if node.status == "reviewed" else f"{told} {status_mark(node.status)}"


def _rests(item: Item, linked: Linked) -> str:
    further = "".join(_rests(one, linked) for one in item.items)
    return f"<li>{escape(item.relation)}: {linked(item.node)}{f'<ul>{further}</ul>' if further else ''}</li>"


def _read_for(view: ChainView, linked: Linked) -> Iterable[str]:
    for stance in view.into(view.chain.root, "statement", "stance"):
        claims = "".join(f": {linked(claim)}" for _, claim in view.out(stance.key, "claim"))
        yield f"<li>{linked(stance)}{claims}</li>"


def _reported(view: ChainView, linked: Linked) -> Iterable[str]:
    for mention in view.into(view.chain.root, "statement", "mention"):
        told = linked(mention) + "".join(f", {linked(segment)}" for _, segment in view.out(mention.key, "segment"))
        document = view.document_of(mention)
        told += f" in {_published(view, document, linked)}" if document else ""
        taken = "".join(
            f"<li>{escape(edge.label)}: {linked(node)}</li>"
            for edge, node in view.out(mention.key)
            if edge.relation not in ("statement", "segment", "document")
        )
        yield f"<li>{told}{f'<ul>{taken}</ul>' if taken else ''}</li>"


def _published(view: ChainView, document: Node, linked: Linked) -> str:
    """A document with its publisher."""
    publishers = "".join(f", {linked(actor)}" for _, actor in view.out(document.key, "publisher"))
    return linked(document) + publishers
