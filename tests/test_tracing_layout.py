"""The layered layout: nothing overlaps, edges run to the right, the same chain gives the same drawing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracing_data import seed_database

from datasette_claims.tracing.chain import trace_statement
from datasette_claims.tracing.layout import Sizes, layout

graphs = st.integers(1, 9).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20))
)


@given(graphs)
def test_boxes_stay_inside_and_apart(graph):
    count, edges = graph
    sizes = Sizes()
    found = layout(range(count), edges)
    for box in found.boxes:
        assert 0 <= box.x <= found.width - sizes.box_width
        assert 0 <= box.y <= found.height - sizes.box_height
    corners = sorted((box.x, box.y) for box in found.boxes)
    for (x1, y1), (x2, y2) in pairwise(corners):
        assert x1 != x2 or y2 - y1 >= sizes.box_height + sizes.box_gap - 1e-9


@given(graphs)
def test_edges_join_their_boxes_and_run_to_the_right(graph):
    count, edges = graph
    sizes = Sizes()
    found = layout(range(count), edges)
    box = {b.node: b for b in found.boxes}
    assert {(line.source, line.target) for line in found.lines} == {(a, b) for a, b in edges if a != b}
    for line in found.lines:
        left, right = (line.target, line.source) if line.backward else (line.source, line.target)
        points = tuple(reversed(line.points)) if line.backward else line.points
        assert box[left].layer < box[right].layer
        assert points[0] == (box[left].x + sizes.box_width, box[left].y + sizes.box_height / 2)
        assert points[-1] == (box[right].x, box[right].y + sizes.box_height / 2)
        assert [x for x, _ in points] == sorted(x for x, _ in points)


@given(graphs)
def test_only_edges_in_circles_run_backward(graph):
    count, edges = graph
    reach = {n: {n} for n in range(count)}
    for _ in range(count):
        for a, b in edges:
            reach[a] |= reach[b]
    for line in layout(range(count), edges).lines:
        assert not line.backward or line.source in reach[line.target]


def test_the_same_chain_gives_the_same_drawing():
    def drawn():
        chain = trace_statement(seed_database(), "s09")
        return layout([node.key for node in chain.nodes], [(e.subject, e.object) for e in chain.edges])

    assert drawn() == drawn()


def test_a_crossing_that_can_be_avoided_is():
    found = layout("abcd", [("a", "d"), ("b", "c")])
    y = {box.node: box.y for box in found.boxes}
    assert (y["a"] < y["b"]) == (y["d"] < y["c"])


def test_nothing_gives_an_empty_drawing():
    found = layout([], [])
    assert (found.width, found.height, found.boxes, found.lines) == (0, 0, (), ())


def test_an_edge_to_nowhere_is_named():
    with pytest.raises(KeyError, match="'b'"):
        layout(["a"], [("a", "b")])
