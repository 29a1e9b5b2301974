"""Chains: upwards to the occasion, outwards to the publisher, and what is said about damaged data."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracing_data import claims_database, dump, seed_database

from datasette_claims.tracing.chain import Edge, Key, trace_rows, trace_statement
from datasette_claims.tracing.graph import components, cycles, successors
from datasette_claims.tracing.rows import COLUMNS, by_index, is_in


def statement(name):
    return Key("statement", name)


def test_a_quoted_statement_leads_to_its_occasion_its_claims_and_every_report():
    chain = trace_statement(seed_database(), "s09")
    assert Edge(statement("s09"), "event", Key("event", "e-ghika-briefing")) in chain.edges
    assert {node.key.id for node in chain.of_kind("claim")} == {"c01", "c02"}
    assert {node.key.id for node in chain.of_kind("mention")} == {"s09-m1", "s09-m2", "s09-m3"}
    assert {node.key.id for node in chain.of_kind("segment")} == {"L15", "L05", "L13"}
    assert Edge(Key("document", "d1"), "publisher", Key("actor", "nbc-news")) in chain.edges
    assert Edge(Key("document", "d1"), "wasInfluencedBy", Key("actor", "associated-press")) in chain.edges
    assert chain.node(statement("s09")).speaker == "Christopher Ghika"
    assert chain.problems == ()
    assert chain.left_out == ()


def test_a_nested_statement_leads_to_the_one_in_which_it_is_told_once():
    chain = trace_statement(seed_database(), "s30")
    between = [edge for edge in chain.edges if edge.object == statement("s29")]
    assert between == [Edge(statement("s30"), "parent_statement", statement("s29"))]
    assert between[0].label == "Told in"


def test_a_refusal_leads_to_the_question():
    chain = trace_statement(seed_database(), "s15")
    assert Edge(statement("s15"), "in_reply_to", statement("s14")) in chain.edges


def test_rows_at_hand_give_the_same_chain_as_the_database():
    conn = seed_database()
    tables = {name: dump(conn, name) for name in COLUMNS}
    for name in ("s09", "s15", "s30", "s33"):
        one, other = trace_statement(conn, name), trace_rows(tables, name)
        assert set(one.nodes) == set(other.nodes)
        assert set(one.edges) == set(other.edges)


def test_an_unknown_statement_is_named():
    with pytest.raises(KeyError, match="no statement 'nobody-said-this'"):
        trace_statement(seed_database(), "nobody-said-this")


def said(name, **more):
    return {"id": name, "kind": "utterance", "content": f"content of {name}", "cue": "said", **more}


def rows(statements=(), documents=(), mentions=()):
    return {"statements": statements, "documents": documents, "mentions": mentions}


def test_a_circle_of_statements_is_named_with_its_path_and_not_followed():
    tables = rows([said("a", parent_statement="b"), said("b", parent_statement="c"), said("c", parent_statement="a")])
    chain = trace_rows(tables, "a")
    assert [problem.kind for problem in chain.problems] == ["cycle"]
    path = chain.problems[0].path
    assert path[0] == path[-1]
    assert set(path) == {statement("a"), statement("b"), statement("c")}
    assert len(chain.of_kind("statement")) == 3


def test_a_parent_that_is_not_there_is_a_missing_node():
    chain = trace_rows(rows([said("a", parent_statement="gone")]), "a")
    assert chain.node(statement("gone")).missing
    assert chain.problems[0].kind == "missing"
    assert chain.problems[0].path == (statement("a"), statement("gone"))
    assert "'gone'" in chain.problems[0].message


def test_a_chain_longer_than_the_limit_says_where_it_was_cut():
    tables = rows([said(f"s{i}", parent_statement=f"s{i + 1}") for i in range(80)] + [said("s80")])
    chain = trace_rows(tables, "s0")
    assert [node.key.id for node in chain.of_kind("statement")] == [f"s{i}" for i in range(65)]
    assert [(p.kind, p.path) for p in chain.problems] == [("depth", (statement("s65"),))]
    whole = trace_rows(tables, "s0", depth=90)
    assert len(whole.of_kind("statement")) == 81
    assert whole.problems == ()
    assert whole.node(statement("s80")).distance == 80


def test_a_thousand_mentions_are_limited_and_counted():
    tables = rows(
        [said("a")],
        [{"id": "d"}],
        [{"id": f"m{i:04}", "statement": "a", "document": "d"} for i in range(1000)],
    )
    chain = trace_rows(tables, "a")
    assert len(chain.of_kind("mention")) == 100
    assert [(left.what, left.count, left.at_least) for left in chain.left_out] == [("mentions", 900, False)]


def document(name, **more):
    return {"id": name, "title": f"Title of {name}", "kind": "news_article", **more}


def derived(subject, target, relation="wasDerivedFrom", kind="document", **more):
    return {
        "id": f"{subject}-{relation}-{target}",
        "subject_type": kind,
        "subject": subject,
        "relation": relation,
        "object_type": kind,
        "object": target,
        **more,
    }


def test_copies_versions_and_their_origin_hang_together():
    conn = claims_database(
        {
            "documents": [
                document("first"),
                document("second", revision_of="first"),
                document("copy"),
                document("copy-of-copy"),
                document("origin"),
            ],
            "statements": [said("a", document="first", content="words")],
            "mentions": [{"id": "m", "statement": "a", "document": "first"}],
            "provenance": [
                derived("copy", "first"),
                derived("copy-of-copy", "copy", "wasQuotedFrom"),
                derived("first", "origin", "hadPrimarySource"),
            ],
        }
    )
    chain = trace_statement(conn, "a")
    found = {node.key.id for node in chain.of_kind("document")}
    assert found == {"first", "second", "copy", "copy-of-copy", "origin"}
    assert Edge(Key("document", "second"), "revision_of", Key("document", "first")) in chain.edges
    assert Edge(Key("document", "copy-of-copy"), "wasQuotedFrom", Key("document", "copy")) in chain.edges


def test_a_relation_that_holds_for_another_statement_is_left_out():
    conn = claims_database(
        {
            "documents": [document("d"), document("origin")],
            "statements": [said("a", document="d"), said("b", document="d")],
            "mentions": [
                {"id": "m-a", "statement": "a", "document": "d"},
                {"id": "m-b", "statement": "b", "document": "d"},
            ],
            "provenance": [derived("d", "origin", statement="b")],
        }
    )
    assert {node.key.id for node in trace_statement(conn, "a").of_kind("document")} == {"d"}
    assert {node.key.id for node in trace_statement(conn, "b").of_kind("document")} == {"d", "origin"}


def test_many_copies_are_limited_and_counted():
    conn = claims_database(
        {
            "documents": [document("d"), *(document(f"copy-{i}") for i in range(300))],
            "statements": [said("a", document="d")],
            "mentions": [{"id": "m", "statement": "a", "document": "d"}],
            "provenance": [derived(f"copy-{i}", "d") for i in range(300)],
        }
    )
    chain = trace_statement(conn, "a", most=20)
    assert len(chain.of_kind("document")) == 21
    assert [(left.what, left.count) for left in chain.left_out] == [("documents", 280)]


def test_the_number_of_queries_does_not_grow_with_the_breadth():
    def queries(width):
        conn = claims_database(
            {
                "documents": [document(f"d{i}") for i in range(width)],
                "statements": [said("a", document="d0")],
                "mentions": [{"id": f"m{i}", "statement": "a", "document": f"d{i}"} for i in range(width)],
            }
        )
        found = []
        conn.set_trace_callback(found.append)
        trace_statement(conn, "a")
        return len(found)

    assert queries(2) == queries(90)


def test_every_lookup_uses_an_index():
    conn = seed_database()
    lookups = [
        ("stances", "statement"),
        ("mentions", "statement"),
        ("provenance", "subject"),
        ("provenance", "object"),
        ("documents", "revision_of"),
    ]

    def plan(table, column, values):
        sql = f"EXPLAIN QUERY PLAN SELECT * FROM {by_index(table, column)} WHERE {is_in(column, values)}"
        return " ".join(row[3] for row in conn.execute(sql, ["[]"]))

    for table, column in [*lookups, *((table, "id") for table in COLUMNS)]:
        for values in (["a"], ["a", "b"]):
            assert f"SEARCH {table} USING" in plan(table, column, values)
    conn.execute("ANALYZE")  # no document revises another: statistics speak for a scan
    for table, column in lookups:
        assert f"SEARCH {table} USING INDEX idx_{table}_{column}" in plan(table, column, ["a"])


nodes = st.integers(0, 7)


@given(st.lists(st.tuples(nodes, nodes), max_size=25))
def test_circles_are_real_and_cover_every_node_on_one(edges):
    follow = successors(edges)
    found = cycles(edges)
    for circle in found:
        assert circle[0] == circle[-1]
        assert all(b in follow[a] for a, b in pairwise(circle))
    reach = {n: _reach(follow, n) for n in range(8)}
    assert {n for circle in found for n in circle} == {n for n in reach if n in reach[n]}


@given(st.lists(st.tuples(nodes, nodes), max_size=25))
def test_components_hold_the_nodes_that_reach_one_another(edges):
    follow = successors(edges)
    reach = {n: _reach(follow, n) | {n} for n in range(8)}
    for component in components(follow):
        for n in component:
            assert set(component) == {m for m in reach[n] if n in reach[m]}


def _reach(follow, start):
    """All nodes that can be reached by at least one step."""
    seen, work = set(), list(follow.get(start, ()))
    while work:
        n = work.pop()
        if n not in seen:
            seen.add(n)
            work += follow.get(n, ())
    return seen


@settings(max_examples=60)
@given(
    st.lists(st.tuples(nodes, st.none() | nodes, st.none() | nodes), min_size=1, max_size=8, unique_by=lambda t: t[0])
)
def test_any_tangle_of_statements_gives_a_chain_that_ends(links):
    tables = rows(
        [
            said(
                f"s{i}",
                parent_statement=None if a is None else f"s{a}",
                in_reply_to=None if b is None else f"s{b}",
            )
            for i, a, b in links
        ]
    )
    chain = trace_rows(tables, f"s{links[0][0]}")
    there = {f"s{i}" for i, _, _ in links}
    assert {node.key.id for node in chain.nodes if node.missing} == {n.key.id for n in chain.nodes} - there
    assert len({node.key for node in chain.nodes}) == len(chain.nodes)
    ends = {key for edge in chain.edges for key in (edge.subject, edge.object)}
    assert ends <= {node.key for node in chain.nodes}
