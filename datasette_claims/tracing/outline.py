"""A chain as a nested list: every node once, under the one through which it is reached on a shortest way."""

from __future__ import annotations

from dataclasses import dataclass

from .chain import Chain, Edge, Key, Node


@dataclass(frozen=True, slots=True)
class Item:
    """A node and what hangs on it. ``edge`` joins it to the item above; ``forward`` if it is the edge's object.

    Forward reads "above → this" (the statement above was told in this one), else "this → above" (this mention
    reports the statement above). The topmost item has no edge.
    """

    node: Node
    edge: Edge | None
    forward: bool
    items: tuple[Item, ...]


def outline(chain: Chain) -> Item:
    """The nested list of a chain, from its root; items in the order in which the edges were found."""
    nodes = {node.key: node for node in chain.nodes}
    beside: dict[Key, list[tuple[Key, Edge, bool]]] = {key: [] for key in nodes}
    for edge in chain.edges:
        beside[edge.subject].append((edge.object, edge, True))
        beside[edge.object].append((edge.subject, edge, False))
    below: dict[Key, list[tuple[Key, Edge, bool]]] = {key: [] for key in nodes}
    met = {chain.root}
    order = [chain.root]
    for key in order:
        for other, edge, forward in beside[key]:
            if other not in met:
                met.add(other)
                order.append(other)
                below[key].append((other, edge, forward))
    made: dict[Key, tuple[Item, ...]] = {}
    for key in reversed(order):  # what hangs on a node is made before the node
        made[key] = tuple(Item(nodes[other], edge, forward, made[other]) for other, edge, forward in below[key])
    return Item(nodes[chain.root], None, True, made[chain.root])
