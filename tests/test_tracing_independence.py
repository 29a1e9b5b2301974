"""Independent sources: each rule by itself, the seed's numbers, and one claim against all claims at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracing_data import claims_database, seed_database

from datasette_claims.tracing.circular import claim_circularity
from datasette_claims.tracing.components import Edges, groups, order_of, packed, roots
from datasette_claims.tracing.source_index import SourceIndex, all_sources
from datasette_claims.tracing.sources import NUMBERS, Share, claim_sources


def data(statements, documents=("d1", "d2"), provenance=(), revisions=None, events=("e1", "e2"), **more):
    """A database in which every statement supports the claim ``c``."""
    statements = [{"kind": "utterance", "content": "words", "cue": "said", **row} for row in statements]
    people = {row[name] for row in statements for name in ("speaker", "organization") if row.get(name)}
    people |= {"agency", "outlet"}
    return claims_database(
        {
            "actors": [{"id": name, "name": name, "kind": "person"} for name in sorted(people)],
            "documents": [
                {
                    "id": name,
                    "title": name,
                    "kind": "news_article",
                    "publisher": "outlet",
                    "revision_of": (revisions or {}).get(name),
                    "published_on": "2019-05-16",
                }
                for name in documents
            ],
            "events": [{"id": name, "label": name} for name in events],
            "statements": statements,
            "mentions": [
                {"id": f"{row['id']}-{d}", "statement": row["id"], "document": d}
                for row in statements
                for d in [row.get("document"), *more.get("also_in", {}).get(row["id"], ())]
                if d
            ],
            "claims": [{"id": "c", "text": "A claim.", "kind": "factual"}],
            "stances": [
                {
                    "id": f"t-{row['id']}",
                    "claim": "c",
                    "stance": "supports",
                    "basis": "explicit",
                    "actor": row.get("speaker") or "outlet",
                    "statement": row["id"],
                }
                for row in statements
                if not row["id"].startswith("outer")
            ],
            "provenance": [
                {"id": str(i), "subject_type": a, "subject": b, "relation": r, "object_type": x, "object": y, **z}
                for i, (a, b, r, x, y, z) in enumerate(provenance)
            ],
        }
    )


def s(name, speaker="ann", document="d1", **more):
    return {"id": name, "speaker": speaker, "document": document, **more}


WIRES = [
    ("document", "d1", "wasInfluencedBy", "actor", "agency", {}),
    ("document", "d2", "wasInfluencedBy", "actor", "agency", {}),
]
COPY = [("document", "d2", "wasDerivedFrom", "document", "d1", {})]
MAY_15 = {"date_start": "2019-05-15", "date_end": "2019-05-15"}
MAY_16 = {"date_start": "2019-05-16", "date_end": "2019-05-16"}

CASES = {
    "two speakers at one event": ([s("a", event="e1"), s("b", "bob", "d2", event="e1")], {}, [["a", "b"]]),
    "one speaker at two events": ([s("a", event="e1"), s("b", event="e2")], {}, [["a"], ["b"]]),
    "told in the other": ([s("a", "ann"), s("b", "bob", "d2", parent_statement="a")], {}, [["a", "b"]]),
    "both told in a third": (
        [
            s("outer", "eve"),
            s("a", parent_statement="outer"),
            s("b", "bob", "d2", parent_statement="outer"),
        ],
        {},
        [["a", "b"]],
    ),
    "told at the event of the other": (
        [s("outer", "eve", event="e1"), s("a", parent_statement="outer"), s("b", "bob", "d2", event="e1")],
        {},
        [["a", "b"]],
    ),
    "one statement taken from the other": (
        [s("a"), s("b", "bob", "d2")],
        {"provenance": [("statement", "b", "wasQuotedFrom", "statement", "a", {})]},
        [["a", "b"]],
    ),
    "unrelated documents": ([s("a"), s("b", document="d2")], {}, [["a"], ["b"]]),
    "same speaker in a copy": ([s("a"), s("b", document="d2")], {"provenance": COPY}, [["a", "b"]]),
    "same speaker in a later version": ([s("a"), s("b", document="d2")], {"revisions": {"d2": "d1"}}, [["a", "b"]]),
    "another speaker in a copy": ([s("a"), s("b", "bob", "d2")], {"provenance": COPY}, [["a"], ["b"]]),
    "in a copy, occasion stated once": (
        [s("a", event="e1"), s("b", document="d2")],
        {"provenance": COPY},
        [["a", "b"]],
    ),
    "in a copy, two occasions stated": (
        [s("a", event="e1"), s("b", document="d2", event="e2")],
        {"provenance": COPY},
        [["a"], ["b"]],
    ),
    "in a copy, two days stated": (
        [s("a", **MAY_15), s("b", document="d2", **MAY_16)],
        {"provenance": COPY},
        [["a"], ["b"]],
    ),
    "two copies of a document that is not counted": (
        [s("a", document="d1"), s("b", document="d2")],
        {
            "documents": ("d1", "d2", "origin"),
            "provenance": [
                ("document", "d1", "wasDerivedFrom", "document", "origin", {}),
                ("document", "d2", "hadPrimarySource", "document", "origin", {}),
            ],
        },
        [["a", "b"]],
    ),
    "a document made from two does not join them": (
        [s("a", document="d1"), s("b", document="d2")],
        {
            "documents": ("d1", "d2", "digest"),
            "provenance": [
                ("document", "digest", "wasDerivedFrom", "document", "d1", {}),
                ("document", "digest", "wasDerivedFrom", "document", "d2", {}),
            ],
        },
        [["a"], ["b"]],
    ),
    "relayed from another outlet under another name": (
        [s("a", event="e1"), s("b", "official", "d2", access="other_outlet")],
        {"provenance": COPY},
        [["a", "b"]],
    ),
    "relayed, but the source says nothing on this": (
        [s("a", document="d2"), s("b", "official", "d2", access="other_outlet")],
        {"provenance": COPY},
        [["a"], ["b"]],
    ),
    "one statement only is taken from the other document": (
        [s("a", event="e1"), s("b", "bob", "d2"), s("x", "eve", "d2")],
        {"provenance": [("document", "d2", "wasDerivedFrom", "document", "d1", {"statement": "b"})]},
        [["a", "b"], ["x"]],
    ),
    "same wire, speaker and day": (
        [s("a", **MAY_15), s("b", document="d2", **MAY_15)],
        {"provenance": WIRES},
        [["a", "b"]],
    ),
    "same wire, two days": ([s("a", **MAY_15), s("b", document="d2", **MAY_16)], {"provenance": WIRES}, [["a"], ["b"]]),
    "same wire, day of publication": ([s("a"), s("b", document="d2")], {"provenance": WIRES}, [["a", "b"]]),
    "same wire, two speakers": ([s("a"), s("b", "bob", "d2")], {"provenance": WIRES}, [["a"], ["b"]]),
    "same wire, two occasions": (
        [s("a", event="e1"), s("b", document="d2", event="e2")],
        {"provenance": WIRES},
        [["a"], ["b"]],
    ),
    "the wire contributed to another statement only": (
        [s("a"), s("b", document="d2"), s("outer", document="d2")],
        {
            "provenance": [
                WIRES[0],
                ("document", "d2", "wasInfluencedBy", "actor", "agency", {"statement": "outer"}),
            ]
        },
        [["a"], ["b"]],
    ),
    "a circle of statements": (
        [s("a", parent_statement="b"), s("b", "bob", parent_statement="a")],
        {},
        [["a", "b"]],
    ),
}


@pytest.mark.parametrize(("statements", "more", "expected"), CASES.values(), ids=CASES)
def test_what_is_one_occasion(statements, more, expected):
    conn = data(statements, **more)
    (side,) = claim_sources(conn, "c")
    assert sorted(sorted(group) for group in side.occasions) == expected
    assert all_sources(conn).of("c") == {"supports": side.numbers}


@pytest.mark.parametrize(("statements", "more", "expected"), CASES.values(), ids=CASES)
def test_the_index_tells_the_same_of_rows_with_gaps_and_lost_references(statements, more, expected):
    conn = data(statements, **more)
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("UPDATE statements SET rowid = 100 + rowid * 7")
    conn.execute("UPDATE documents SET rowid = 1000 - rowid * 5")
    conn.execute("UPDATE stances SET rowid = 100 + rowid * 3")
    conn.execute("UPDATE statements SET document = 'lost' WHERE id = 'x'")
    conn.execute("UPDATE statements SET parent_statement = 'gone' WHERE id IN ('a', 'b') AND parent_statement IS NULL")
    conn.execute("UPDATE provenance SET object = 'away' WHERE object = 'outer'")
    index = SourceIndex(conn)
    assert index.of_claim(conn, "c") == claim_sources(conn, "c")
    (side,) = index.of_claim(conn, "c", most=1)
    assert all(len(listed) <= 1 for listed in (side.documents, side.statements, side.speakers, *side.occasions))
    assert index.all().of("c") == {"supports": side.numbers}


REVIEWS = {
    "a draft stance": ("UPDATE stances SET status = 'draft' WHERE id = 't-b'", 1, 2),
    "a draft statement": ("UPDATE statements SET status = 'draft' WHERE id = 'b'", 1, 2),
    "a rejected statement": ("UPDATE statements SET status = 'rejected' WHERE id = 'b'", 1, 1),
    "a draft mention": ("UPDATE mentions SET status = 'draft' WHERE document = 'd3'", 2, 2),
}


@pytest.mark.parametrize(("change", "reviewed", "with_drafts"), REVIEWS.values(), ids=REVIEWS)
def test_only_what_is_reviewed_counts_unless_drafts_are_asked_for(change, reviewed, with_drafts):
    conn = data([s("a"), s("b", "bob", "d2")], documents=("d1", "d2", "d3"), also_in={"a": ["d3"]})
    conn.execute(change)
    for statuses, expected in ((("reviewed",), reviewed), (("reviewed", "draft"), with_drafts)):
        index = SourceIndex(conn, statuses)
        (side,) = claim_sources(conn, "c", statuses)
        assert (side,) == index.of_claim(conn, "c")
        assert index.all().of("c") == {"supports": side.numbers}
        assert side.numbers["statements"] == expected
        assert ("d3" in side.documents) == ("mention" not in change or "draft" in statuses)


def test_what_is_told_in_a_rejected_statement_does_not_share_its_occasion():
    conn = data([s("outer", "eve", event="e1"), s("a", parent_statement="outer"), s("b", "bob", "d2", event="e1")])
    assert claim_sources(conn, "c")[0].numbers["occasions"] == 1
    conn.execute("UPDATE statements SET status = 'rejected' WHERE id = 'outer'")
    for (side,) in (claim_sources(conn, "c"), SourceIndex(conn).of_claim(conn, "c")):
        assert side.numbers["occasions"] == 2


def test_nine_documents_and_one_briefing():
    documents = tuple(f"d{i}" for i in range(1, 10))
    conn = data([s("a", event="e1", organization="ministry")], documents=documents, also_in={"a": documents[1:]})
    (side,) = claim_sources(conn, "c")
    assert side.numbers == {"documents": 9, "statements": 1, "speakers": 1, "organizations": 1, "occasions": 1}
    assert side.smallest == "occasions"
    assert side.documents == documents


def test_an_unstated_organization_is_not_a_common_one():
    conn = data([s("a", event="e1", organization="ministry"), s("b", "bob", event="e2")])
    (side,) = claim_sources(conn, "c")
    assert side.numbers["organizations"] == 1
    assert side.without_organization == 1
    assert side.smallest == "documents"


def test_the_seeds_central_claim_by_side():
    supports, disputes = claim_sources(seed_database(), "c01")
    assert (supports.stance, disputes.stance) == ("supports", "disputes")
    assert supports.numbers == {"documents": 1, "statements": 4, "speakers": 4, "organizations": 3, "occasions": 4}
    assert disputes.numbers == {"documents": 1, "statements": 4, "speakers": 4, "organizations": 2, "occasions": 4}
    assert supports.unnamed == Share(1, 4)
    assert supports.own_reporting == Share(1, 4)
    assert supports.first_reports == ("d1",)
    assert (supports.spread.first, supports.spread.days) == ("2019-05-16", 0)


def test_two_statements_at_one_briefing_are_one_occasion_in_the_seed():
    (side,) = claim_sources(seed_database(), "c02")
    assert (side.numbers["statements"], side.numbers["occasions"]) == (2, 1)


def test_votes_of_one_roll_call_are_one_occasion():
    conn = claims_database(
        {
            "actors": [{"id": name, "name": name, "kind": "organization"} for name in ("be", "ch", "de")],
            "documents": [{"id": "roll-call", "title": "Roll call"}],
            "claims": [{"id": "c", "text": "A resolution.", "kind": "resolution"}],
            "stances": [
                {
                    "id": name,
                    "claim": "c",
                    "stance": "supports",
                    "basis": "vote",
                    "actor": name,
                    "document": "roll-call",
                    "date_start": "2019-05-15",
                    "date_end": "2019-05-15",
                }
                for name in ("be", "ch", "de")
            ],
        }
    )
    (side,) = claim_sources(conn, "c")
    assert side.numbers == {"documents": 1, "statements": 0, "speakers": 3, "organizations": 0, "occasions": 1}
    assert side.smallest == "occasions"


def test_spread_counts_days_and_names_what_is_undated():
    conn = data(
        [s("a", event="e1"), s("b", "bob", "d2", event="e2")], documents=("d1", "d2", "d3"), also_in={"a": ["d3"]}
    )
    conn.execute("UPDATE documents SET published_on = '2019-06-01' WHERE id = 'd2'")
    conn.execute("UPDATE documents SET published_on = NULL WHERE id = 'd3'")
    (side,) = claim_sources(conn, "c")
    assert (side.spread.first, side.spread.last, side.spread.days) == ("2019-05-16", "2019-06-01", 16)
    assert side.spread.undated == 1
    assert side.first_reports == ("d1",)


def test_a_claim_without_stances_has_no_sides():
    assert claim_sources(seed_database(), "no-such-claim") == ()


names = [f"s{i}" for i in range(6)]
docs = ["d1", "d2", "d3"]
a_statement = st.fixed_dictionaries(
    {
        "identification": st.sampled_from(["unnamed", "named"]),
        "speaker": st.sampled_from(["ann", "bob"]),
        "document": st.sampled_from(docs),
        "event": st.none() | st.sampled_from(["e1", "e2"]),
        "parent_statement": st.none() | st.sampled_from(names),
        "access": st.sampled_from(["other_outlet", "own_reporting"]),
        "day": st.none() | st.sampled_from(["2019-05-15", "2019-05-16"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(a_statement, min_size=1, max_size=6),
    st.lists(st.tuples(st.sampled_from(docs), st.sampled_from(docs)), max_size=3),
    st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=2),
    st.data(),
)
def test_one_claim_by_itself_agrees_with_all_claims_at_once(drawn, copies, quotes, more):
    there = names[: len(drawn)]
    statements = []
    for name, row in zip(there, drawn, strict=True):
        row = {"id": name, **row, "parent_statement": row["parent_statement"]}
        day = row.pop("day")
        if row["parent_statement"] not in there or row["parent_statement"] == name:
            row["parent_statement"] = None
        statements.append({**row, "date_start": day, "date_end": day})
    provenance = [("document", a, "wasDerivedFrom", "document", b, {}) for a, b in copies]
    provenance += [
        ("statement", a, "wasQuotedFrom", "statement", b, {}) for a, b in quotes if a in there and b in there
    ]
    conn = data(statements, docs, provenance + WIRES)
    for name in there:
        claim = more.draw(st.sampled_from(["c", "c2"]), label=f"claim of {name}")
        conn.execute("INSERT OR IGNORE INTO claims (id, text, kind, revision) VALUES (?, 'x', 'factual', 1)", [claim])
        conn.execute("UPDATE stances SET claim = ? WHERE statement = ?", [claim, name])
    index = SourceIndex(conn)
    everything = index.all()
    found = {side: row.tolist() for side, row in zip(everything.sides, everything.numbers, strict=True)}
    for claim in ("c", "c2"):
        alone = claim_sources(conn, claim)
        assert index.of_claim(conn, claim) == alone
        rowids = [row[0] for row in conn.execute("SELECT rowid FROM stances WHERE claim = ?", [claim])]
        assert index.circular(conn, claim, rowids) == claim_circularity(conn, claim)
        for side in alone:
            assert found.pop((claim, side.stance)) == [side.numbers[name] for name in NUMBERS]
            assert 1 <= side.numbers["occasions"] <= max(1, side.numbers["statements"])
    assert not found


edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20)


def columns(pairs):
    return np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64)


@given(edges)
def test_groups_are_the_connected_components(pairs):
    label = list(range(10))
    for _ in range(10):
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    assert groups(10, *columns(pairs)).tolist() == label


@pytest.mark.parametrize("shuffled", [False, True])
def test_groups_of_a_long_path_are_one(shuffled):
    order = np.random.default_rng(7).permutation(20_000) if shuffled else np.arange(20_000)
    assert not groups(20_000, order[:-1], order[1:]).any()


@given(st.lists(st.integers(-1, 9), min_size=10, max_size=10))
def test_roots_are_where_the_parents_end(parents):
    root, in_circle = roots(np.array(parents))
    for node in range(10):
        path = [node]
        while parents[path[-1]] >= 0 and parents[path[-1]] not in path:
            path.append(parents[path[-1]])
        last = parents[path[-1]]
        assert in_circle[node] == (last >= 0)
        assert root[node] == (path[-1] if last < 0 else min(path[path.index(last) :]))


@given(st.lists(st.booleans(), min_size=10, max_size=10), edges, st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_nodes_that_are_skipped_leave_all_others_reachable(may_skip, pairs, start):
    graph = Edges.of(10, *columns(pairs))
    redundant = np.array(may_skip) & (graph.degree == 1)
    stand_in, edges = graph.skip(redundant)
    reached = [set() for _ in start]
    for index, node in zip(*edges.ancestors(stand_in[start]), strict=True):
        reached[index].add(int(node))
    expected = [set() for _ in start]
    for index, node in zip(*graph.ancestors(np.array(start)), strict=True):
        expected[index].add(int(node))
    for found, all_of_them in zip(reached, expected, strict=True):
        assert found <= all_of_them
        assert {node for node in found if not redundant[node]} == {n for n in all_of_them if not redundant[n]}


@given(st.lists(st.integers(-1, 9), max_size=6), edges)
def test_ancestors_are_all_that_can_be_reached(start, pairs):
    index, node = Edges.of(10, *columns(pairs)).ancestors(np.array(start, dtype=np.int64))
    expected = set()
    for i, first in enumerate(start):
        work = [first] if first >= 0 else []
        while work:
            one = work.pop()
            if (i, one) not in expected:
                expected.add((i, one))
                work += [b for a, b in pairs if a == one]
    assert set(zip(index.tolist(), node.tolist(), strict=True)) == expected


@given(st.lists(st.integers(0, 6) | st.integers(0, 2**62), max_size=30))
def test_the_order_of_keys_is_that_of_a_stable_sort(keys):
    expected = sorted(range(len(keys)), key=lambda i: keys[i])
    assert order_of(np.array(keys, dtype=np.int64)).tolist() == expected


def test_packed_tells_combinations_apart_beyond_64_bits():
    wide = np.array([0, 2**40, 2**40, -1])
    code = packed(wide, wide, np.array([1, 1, 2, 1]))
    assert len(set(code.tolist())) == 4
    assert packed(wide[[1, 1]], wide[[1, 1]], wide[[1, 1]])[0] == packed(wide[[1, 1]], wide[[1, 1]], wide[[1, 1]])[1]
