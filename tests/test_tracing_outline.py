"""The nested list of a chain says the same as its drawing."""

from tracing_data import seed_database

from datasette_claims.tracing.chain import Key, trace_rows, trace_statement
from datasette_claims.tracing.outline import outline


def walk(item, depth=0):
    yield depth, item
    for below in item.items:
        yield from walk(below, depth + 1)


def test_every_node_stands_once_at_its_distance():
    conn = seed_database()
    for (name,) in conn.execute("SELECT id FROM statements").fetchall():
        chain = trace_statement(conn, name)
        found = list(walk(outline(chain)))
        assert sorted(item.node.key for _, item in found) == sorted(node.key for node in chain.nodes)
        assert all(depth == item.node.distance for depth, item in found)


def test_an_item_says_how_it_hangs_on_the_one_above():
    top = outline(trace_statement(seed_database(), "s30"))
    below = {item.node.key: item for item in top.items}
    told_in = below[Key("statement", "s29")]
    assert (told_in.edge.label, told_in.forward) == ("Told in", True)
    mention = below[Key("mention", "s30-m1")]
    assert (mention.edge.relation, mention.forward) == ("statement", False)
    assert [item.node.key.kind for item in mention.items] == ["segment"]


def test_a_circle_ends_where_it_closes():
    tables = {"statements": [{"id": "a", "parent_statement": "b"}, {"id": "b", "parent_statement": "a"}]}
    found = [item.node.key.id for _, item in walk(outline(trace_rows(tables, "a")))]
    assert found == ["a", "b"]
