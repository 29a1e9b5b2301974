"""Where the nodes of a chain go in a drawing: layers, order within each, and the bends of long edges.

The method of K. Sugiyama, S. Tagawa and M. Toda ("Methods for visual understanding of hierarchical system
structures", 1981) in its plainest form: layers by longest path, an empty place in every layer that an edge passes,
order by the mean place of the neighbours in a fixed number of sweeps. The same chain always gives the same drawing.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from .graph import components, successors

N = TypeVar("N", bound=Hashable)
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box(Generic[N]):
    """A node's rectangle: left upper corner, in the unit of the sizes that were given."""

    node: N
    layer: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line(Generic[N]):
    """An edge as points, from its source to its target. ``backward`` edges close a circle and run against the rest."""

    source: N
    target: N
    points: tuple[tuple[float, float], ...]
    backward: bool


@dataclass(frozen=True, slots=True)
class Layout(Generic[N]):
    """A drawing of ``width`` by ``height``, layers side by side from left to right."""

    width: float
    height: float
    boxes: tuple[Box[N], ...]
    lines: tuple[Line[N], ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Width and height of a box, and the gaps between layers and between boxes of a layer."""

    box_width: float = 180
    box_height: float = 48
    layer_gap: float = 60
    box_gap: float = 16


def layout(nodes: Sequence[N], edges: Iterable[tuple[N, N]], sizes: Sizes | None = None) -> Layout[N]:
    """Place ``nodes``, all different, so that edges run to the right wherever they form no circle.

    Edges from a node to itself are left out; an edge that is given twice is drawn once. Raises KeyError if an edge
    names a node that is not among the nodes.
    """
    sizes = sizes or Sizes()
    known = dict.fromkeys(nodes)
    pairs = list(dict.fromkeys((a, b) for a, b in edges if a != b))
    for pair in pairs:
        for node in pair:
            if node not in known:
                raise KeyError(f"an edge names {node!r}, which is not among the nodes")
    backward = _backward(list(known), pairs)
    forward = [(b, a) if (a, b) in backward else (a, b) for a, b in pairs]
    layer = _layers(list(known), forward)
    places, chains = _places(list(known), forward, layer)
    rows = _ordered(places, chains)
    return _drawn(list(known), pairs, forward, backward, layer, rows, chains, sizes)


def _backward(nodes: Sequence[N], pairs: Sequence[tuple[N, N]]) -> set[tuple[N, N]]:
    """Edges whose turning breaks all circles: within each strongly connected set, those against the order given."""
    at = {node: i for i, node in enumerate(nodes)}
    member = {node: i for i, one in enumerate(components(successors(pairs))) for node in one}
    return {(a, b) for a, b in pairs if member[a] == member[b] and at[b] < at[a]}


def _layers(nodes: Sequence[N], edges: Sequence[tuple[N, N]]) -> dict[N, int]:
    """Longest path from a node without incoming edges; then each such node moves up to just before its targets."""
    follow = successors(edges)
    waiting = dict.fromkeys(nodes, 0)
    for _, target in dict.fromkeys(edges):  # a turned edge may equal one that was given
        waiting[target] += 1
    layer = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if not waiting[node]]
    starts = list(ready)
    for node in ready:
        for target in follow.get(node, ()):
            layer[target] = max(layer[target], layer[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in starts:
        if follow.get(node):
            layer[node] = min(layer[target] for target in follow[node]) - 1
    return layer


Place = tuple[str, int, int]
"""What stands in a layer: ("node", number, layer) or, where an edge passes, ("edge", number, layer)."""


def _places(
    nodes: Sequence[N], edges: Sequence[tuple[N, N]], layer: dict[N, int]
) -> tuple[list[list[Place]], list[list[Place]]]:
    """The places of each layer, in order of appearance, and for each edge the places that it joins."""
    at = {node: i for i, node in enumerate(nodes)}
    rows: list[list[Place]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        rows[layer[node]].append(("node", at[node], layer[node]))
    chains = []
    for number, (a, b) in enumerate(edges):
        between: list[Place] = [("edge", number, i) for i in range(layer[a] + 1, layer[b])]
        for place in between:
            rows[place[2]].append(place)
        chains.append([("node", at[a], layer[a]), *between, ("node", at[b], layer[b])])
    return rows, chains


def _ordered(rows: list[list[Place]], chains: list[list[Place]]) -> list[list[Place]]:
    """Sweep right and left, ordering each layer by the mean place of the neighbours in the layer before."""
    before: dict[Place, list[Place]] = {}
    after: dict[Place, list[Place]] = {}
    for chain in chains:
        for a, b in pairwise(chain):
            after.setdefault(a, []).append(b)
            before.setdefault(b, []).append(a)
    best, fewest = [list(row) for row in rows], _crossings(rows, after)
    for sweep in range(_SWEEPS):
        neighbours, order = (before, range(1, len(rows))) if sweep % 2 == 0 else (after, range(len(rows) - 2, -1, -1))
        for i in order:
            beside = rows[i - 1] if sweep % 2 == 0 else rows[i + 1]
            rank = {place: n for n, place in enumerate(beside)}
            rows[i] = _by_mean(rows[i], neighbours, rank)
        crossings = _crossings(rows, after)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _by_mean(row: list[Place], neighbours: dict[Place, list[Place]], rank: dict[Place, int]) -> list[Place]:
    """Sort a layer; a place without neighbours keeps its own rank as its mean."""
    means = {}
    for i, place in enumerate(row):
        found = [rank[other] for other in neighbours.get(place, ()) if other in rank]
        means[place] = sum(found) / len(found) if found else float(i)
    return sorted(row, key=lambda place: means[place])


def _crossings(rows: list[list[Place]], after: dict[Place, list[Place]]) -> int:
    """How many pairs of edges cross between neighbouring layers."""
    total = 0
    for row, following in pairwise(rows):
        rank = {place: n for n, place in enumerate(following)}
        ends: list[int] = []
        for place in row:
            mine = [rank[other] for other in after.get(place, ())]
            total += sum(len(ends) - bisect_right(ends, end) for end in mine)
            for end in mine:
                insort(ends, end)
    return total


def _drawn(
    nodes: Sequence[N],
    pairs: Sequence[tuple[N, N]],
    forward: Sequence[tuple[N, N]],
    backward: set[tuple[N, N]],
    layer: dict[N, int],
    rows: list[list[Place]],
    chains: list[list[Place]],
    sizes: Sizes,
) -> Layout[N]:
    """Coordinates: every layer is centred in the height of the tallest."""
    step = sizes.box_height + sizes.box_gap
    tallest = max((len(row) for row in rows), default=0)
    y = {place: (tallest - len(row)) * step / 2 + n * step for row in rows for n, place in enumerate(row)}
    across = sizes.box_width + sizes.layer_gap
    boxes = tuple(
        Box(node, layer[node], layer[node] * across, y[("node", i, layer[node])]) for i, node in enumerate(nodes)
    )
    lines = []
    for pair, edge, chain in zip(pairs, forward, chains, strict=True):
        points = _points(chain, y, across, sizes)
        turned = edge != pair
        lines.append(Line(pair[0], pair[1], tuple(reversed(points)) if turned else tuple(points), pair in backward))
    width = len(rows) * across - sizes.layer_gap if rows else 0
    return Layout(width, max(0, tallest * step - sizes.box_gap), boxes, tuple(lines))


def _points(chain: list[Place], y: dict[Place, float], across: float, sizes: Sizes) -> list[tuple[float, float]]:
    """From the right side of the first box through the empty places to the left side of the last."""
    middle = sizes.box_height / 2
    first, last = chain[0], chain[-1]
    points = [(first[2] * across + sizes.box_width, y[first] + middle)]
    for place in chain[1:-1]:
        left = place[2] * across
        points += [(left, y[place] + middle), (left + sizes.box_width, y[place] + middle)]
    return [*points, (last[2] * across, y[last] + middle)]
