"""Walks in small directed graphs: where they run in circles, and which nodes hang together in one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def successors(edges: Iterable[tuple[Node, Node]]) -> dict[Node, list[Node]]:
    """Node -> the nodes that its edges lead to, each once, in order of appearance."""
    found: dict[Node, dict[Node, None]] = {}
    for source, target in edges:
        found.setdefault(source, {})[target] = None
    return {source: list(targets) for source, targets in found.items()}


def cycles(edges: Iterable[tuple[Node, Node]]) -> list[tuple[Node, ...]]:
    """Circles in a graph: (a, b, c, a). Every node that lies on a circle lies on one of those returned.

    For each set of nodes that can all reach one another, and each of its nodes that no circle has shown yet, the
    shortest circle through it. A graph can hold exponentially many circles; these are at most one a node.
    """
    follow = successors(edges)
    found: list[tuple[Node, ...]] = []
    for component in components(follow):
        inside = set(component)
        shown: set[Node] = set()
        for node in component:
            if node not in shown:
                circle = shortest_path(follow, node, node, inside)
                if circle is not None:
                    found.append(circle)
                    shown.update(circle)
    return found


def shortest_path(
    follow: Mapping[Node, list[Node]], start: Node, goal: Node, inside: set[Node] | None = None
) -> tuple[Node, ...] | None:
    """A shortest way of at least one step from ``start`` to ``goal``, both included, through ``inside`` only."""
    before: dict[Node, Node] = {}
    level = [start]
    while level:
        following = []
        for node in level:
            for target in follow.get(node, ()):
                if target == goal:
                    path = [goal, node]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return tuple(reversed(path))
                if target not in before and target != start and (inside is None or target in inside):
                    before[target] = node
                    following.append(target)
        level = following
    return None


def components(follow: Mapping[Node, list[Node]]) -> list[list[Node]]:
    """Strongly connected components, each in order of discovery; single nodes too.

    R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972, without recursion.
    """
    low: dict[Node, int] = {}
    number: dict[Node, int] = {}
    open_nodes: list[Node] = []
    place: dict[Node, int] = {}  # where a node stands in open_nodes, while it does
    found: list[list[Node]] = []

    def enter(node: Node) -> tuple[Node, Iterator[Node]]:
        number[node] = low[node] = len(number)
        place[node] = len(open_nodes)
        open_nodes.append(node)
        return node, iter(follow.get(node, ()))

    for start in follow:
        work = [] if start in number else [enter(start)]
        while work:
            node, targets = work[-1]
            target = next((t for t in targets if t not in number or t in place), None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    found.append(open_nodes[place[node] :])
                    del open_nodes[place[node] :]
                    for closed in found[-1]:
                        del place[closed]
            elif target in number:
                low[node] = min(low[node], number[target])
            else:
                work.append(enter(target))
    return found
