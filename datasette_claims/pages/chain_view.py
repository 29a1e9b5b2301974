"""A chain as a viewer may see it: without what stands in tables that are closed to them, as data and as a list.

The same chain is drawn (``chain_drawing``) and told as a nested list, so that nobody needs the drawing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..schema import SUBJECT_TABLES
from ..tracing.chain import Chain, Edge, Key, Node
from .links import Links
from .passages import anchor

TABLE_OF = {**SUBJECT_TABLES, "segment": "segments"}
"""Kind of a node -> the table that it is a row of."""

UPWARDS = ("parent_statement", "in_reply_to", "event", "hadPrimarySource", "wasDerivedFrom", "wasQuotedFrom")
"""From a statement to what it rests on."""


@dataclass(frozen=True)
class Item:
    """An entry of the nested list: how it hangs on the one above, its row, and what hangs on that."""

    relation: str
    node: Node
    items: tuple[Item, ...]


@dataclass(frozen=True)
class ChainView:
    """The visible part of a chain. ``closed``: kinds of nodes that the viewer may not see."""

    chain: Chain
    nodes: dict[Key, Node]
    edges: tuple[Edge, ...]
    closed: tuple[str, ...]

    @cached_property
    def _by_subject(self) -> dict[Key, list[Edge]]:
        found: dict[Key, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.subject, []).append(edge)
        return found

    @cached_property
    def _by_object(self) -> dict[Key, list[Edge]]:
        found: dict[Key, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault(edge.object, []).append(edge)
        return found

    def out(self, key: Key, *relations: str) -> Iterator[tuple[Edge, Node]]:
        """The edges that start at a node, with what they lead to."""
        for edge in self._by_subject.get(key, ()):
            if not relations or edge.relation in relations:
                yield edge, self.nodes[edge.object]

    def into(self, key: Key, relation: str, kind: str) -> Iterator[Node]:
        """The nodes of a kind from which a relation leads to this one."""
        for edge in self._by_object.get(key, ()):
            if edge.relation == relation and edge.subject.kind == kind:
                yield self.nodes[edge.subject]

    def document_of(self, mention: Node) -> Node | None:
        """The document in which a mention stands, where the viewer may see it."""
        return self.nodes.get(Key("document", str(mention.row["document"])))

    def rests_on(self) -> tuple[Item, ...]:
        """What the statement rests on as a nested list: every row once, where it is reached on the shortest way."""
        below: dict[Key, dict[Key, list[str]]] = {}
        met, order = {self.chain.root}, [self.chain.root]
        for key in order:
            found = below.setdefault(key, {})
            for edge, node in self.out(key) if key.kind == "statement" else ():
                if node.key not in met or node.key in found:
                    found.setdefault(node.key, []).append(edge.label)
                    order += [] if node.key in met else [node.key]
                    met.add(node.key)
        made: dict[Key, tuple[Item, ...]] = {}
        for key in reversed(order):  # what hangs on a row is made before the row
            made[key] = tuple(
                Item(", ".join(dict.fromkeys(labels)), self.nodes[other], made[other])
                for other, labels in below[key].items()
            )
        return made[self.chain.root]

    def between_documents(self) -> list[tuple[Node, str, Node]]:
        """(document, how, document or actor) for what one document took from another, and who contributed to it."""
        found: dict[tuple[Key, Key], list[str]] = {}
        for edge in self.edges:
            if edge.subject.kind == "document" and edge.relation != "publisher":
                found.setdefault((edge.subject, edge.object), []).append(edge.label.lower())
        return [(self.nodes[one], ", ".join(how), self.nodes[other]) for (one, other), how in found.items()]

    def as_data(self) -> dict[str, Any]:
        """The chain for the JSON twin."""
        return {
            "nodes": [
                {
                    "kind": n.key.kind,
                    "id": n.key.id,
                    "label": n.label,
                    "distance": n.distance,
                    "missing": n.missing,
                    "status": n.status,
                }
                for n in self.nodes.values()
            ],
            "edges": [
                {"subject": list(e.subject), "relation": e.relation, "label": e.label, "object": list(e.object)}
                for e in self.edges
            ],
            "problems": [
                {"kind": p.kind, "message": p.message, "path": [list(k) for k in p.path]} for p in self.problems
            ],
            "left_out": [{"what": x.what, "count": x.count, "at_least": x.at_least} for x in self.chain.left_out],
            "closed": list(self.closed),
        }

    @property
    def problems(self) -> tuple[Any, ...]:
        """What is wrong with the data, where the viewer may see all of the rows that show it."""
        return tuple(p for p in self.chain.problems if not any(key.kind in self.closed for key in p.path))


def chain_view(chain: Chain, closed: Collection[str]) -> ChainView:
    """The part of a chain whose rows the viewer may see; edges to closed rows go with them."""
    nodes = {node.key: node for node in chain.nodes if node.key.kind not in closed}
    edges = tuple(edge for edge in chain.edges if edge.subject in nodes and edge.object in nodes)
    return ChainView(chain, nodes, edges, tuple(sorted(closed)))


def node_url(links: Links, node: Node) -> str | None:
    """Where a node leads: our page for it, the passage on the reading page, or Datasette's row; None if missing."""
    if node.missing:
        return None
    kind, id = node.key
    if kind == "mention":
        return f"{links.page('read', str(node.row['document']), annotation=id)}#a-{anchor(id)}"
    pages = {"claim": "claim", "actor": "actor", "statement": "statement", "document": "read"}
    return links.page(pages[kind], id) if kind in pages else links.row(TABLE_OF[kind], id)
