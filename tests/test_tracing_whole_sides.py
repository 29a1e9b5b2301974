"""Sources of whole sides, counted for all claims at once: the same answers as where the stances are counted anew."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tracing_data import claims_database

from datasette_claims.comparison.queries import head_mentions, head_only
from datasette_claims.schema.vocabulary import HEAD_KINDS, IDENTIFICATION
from datasette_claims.tracing.source_index import SourceIndex, read_ids
from datasette_claims.tracing.sources import claim_sources

STANCES = ("supports", "disputes", "neutral")
IDENTIFICATIONS = ("named", "unnamed", "role_only", "not_stated")


def a_database(seed: int, stances: int, people: int = 12, documents: int = 20):
    """Stances on two claims at random: with statements, of which some are drafts, told in others or reported nowhere;
    votes; documents without a day, copies of each other or in a circle; rows deleted in between."""
    draw = random.Random(seed)
    names = [f"a{i}" for i in range(people)]
    papers = [f"d{i}" for i in range(documents)]
    said = [f"s{i:03}" for i in range(max(1, stances * 2 // 3))]

    def one(values, missing=0.2):
        return None if draw.random() < missing else draw.choice(values)

    statements = [
        {
            "id": id,
            "kind": "utterance",
            "content": "words",
            "cue": "said",
            "speaker": one(names),
            "organization": one(names, 0.6),
            "document": one(papers),
            "parent_statement": one(said[:at], 0.6) if at else None,
            "event": one(["e1", "e2", "e3"], 0.6),
            "access": one(["own_reporting", "other_outlet"], 0.5) or "not_stated",
            "identification": draw.choice(IDENTIFICATIONS),
            "status": "draft" if draw.random() < 0.1 else "reviewed",
        }
        for at, id in enumerate(said)
    ]
    rows = []
    for at in range(stances):
        statement = one(said, 0.25)
        rows.append(
            {
                "id": f"t{at:04}",
                "claim": draw.choice(["c", "c", "c2"]),
                "stance": draw.choice(STANCES),
                "basis": "explicit" if statement else "vote",
                "actor": draw.choice(names),
                "statement": statement,
                "document": None if statement else one(papers),
                "status": "draft" if draw.random() < 0.1 else "reviewed",
            }
        )
    days = ["2019-05-16", "2019-05-17", "2019"]
    provenance = [
        ("document", draw.choice(papers), "wasDerivedFrom", "document", draw.choice(papers)) for _ in range(4)
    ]
    conn = claims_database(
        {
            "actors": [{"id": name, "name": name, "kind": "person"} for name in names],
            "documents": [
                {
                    "id": id,
                    "title": id,
                    "kind": "news_article",
                    "published_on": one(days),
                }
                for id in papers
            ],
            "events": [{"id": id, "label": id} for id in ("e1", "e2", "e3")],
            "statements": statements,
            "segments": [{"id": f"{id}-h", "document": id, "kind": "headline", "line": 1} for id in papers],
            "mentions": [
                {
                    "id": f"{id}-{paper}",
                    "statement": id,
                    "document": paper,
                    "segment": f"{paper}-h" if draw.random() < 0.3 else None,
                    "status": "draft" if draw.random() < 0.1 else "reviewed",
                }
                for id in said
                for paper in draw.sample(papers, draw.choice([0, 1, 1, 2]))
            ],
            "claims": [{"id": id, "text": id, "kind": "factual"} for id in ("c", "c2")],
            "stances": rows,
            "provenance": [
                {"id": str(at), "subject_type": a, "subject": b, "relation": c, "object_type": d, "object": e}
                for at, (a, b, c, d, e) in enumerate(provenance)
                if b != e
            ],
        }
    )
    for id in draw.sample([row["id"] for row in rows], stances // 10):
        conn.execute("DELETE FROM stances WHERE id = ?", [id])
    return conn


def counted(conn, claim):
    """Stance -> the rowids of the stances on that side that are reviewed, as is what they rest on."""
    found: dict[str, list[int]] = {}
    sql = (
        "SELECT stance, t.rowid FROM stances t LEFT JOIN statements s ON s.id = t.statement "
        "WHERE claim = ? AND t.status = 'reviewed' AND coalesce(s.status, 'reviewed') = 'reviewed' ORDER BY t.rowid"
    )
    for stance, rowid in conn.execute(sql, [claim]):
        found.setdefault(stance, []).append(rowid)
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 8, 60]), st.sampled_from([None, 0, 1, 3, 8]))
def test_the_sources_of_whole_sides_are_those_of_their_stances(seed, stances, most):
    conn = a_database(seed, stances)
    index = SourceIndex(conn)
    for claim in ("c", "c2"):
        sides = counted(conn, claim)
        rowids = sorted(rowid for side in sides.values() for rowid in side)
        assert index.of_claim(conn, claim, most) == index.of_stances(conn, rowids, most)
        assert index.circular_of_claim(conn, claim) == index.circular(conn, claim, rowids)
        for stance, own in sides.items():
            assert index.of_sides(conn, claim, {stance: most}) == index.of_stances(conn, own, most)
            assert index.circular_of_claim(conn, claim, [stance]) == index.circular(conn, claim, own)
        assert index.are_whole(claim, {stance: len(own) for stance, own in sides.items()})


@pytest.mark.parametrize("seed", range(4))
def test_of_many_stances_the_lists_begin_as_if_all_were_looked_at(seed):
    conn = a_database(seed, 900, people=90, documents=200)
    index = SourceIndex(conn)
    for side in index.of_claim(conn, "c"):
        assert len(side.statements) > 64  # more than are looked at first
    whole = claim_sources(conn, "c")
    assert index.of_claim(conn, "c") == whole
    cut = index.of_claim(conn, "c", 70)
    assert [side.numbers for side in cut] == [side.numbers for side in whole]
    assert [side.speakers for side in cut] == [side.speakers[:70] for side in whole]
    assert [side.occasion_sizes for side in cut] == [side.occasion_sizes[:70] for side in whole]


def test_part_of_a_side_is_not_taken_for_the_whole():
    conn = a_database(5, 40)
    index = SourceIndex(conn)
    numbers = {stance: len(own) for stance, own in counted(conn, "c").items()}
    assert index.are_whole("c", numbers)
    for stance, number in numbers.items():
        assert index.are_whole("c", {stance: number})
        assert not index.are_whole("c", {**numbers, stance: number - 1})
    assert not index.are_whole("c", {"declines": 1})
    assert not index.are_whole("there is none", numbers)
    assert index.of_claim(conn, "there is none") == ()


def test_rows_are_read_by_whoever_wants_more_of_them_than_their_ids():
    conn = a_database(7, 40)
    index, tables = SourceIndex(conn), []

    def read(conn, table, rowids):
        tables.append(table)
        return read_ids(conn, table, rowids)

    asked = dict.fromkeys(STANCES, 3)
    assert index.of_sides(conn, "c", asked, read) == index.of_sides(conn, "c", asked)
    assert sorted(tables) == ["documents", "statements"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_what_headlines_report_is_what_the_database_says(seed):
    conn = a_database(seed, 60)
    conn.execute("UPDATE mentions SET coder = 'ann' WHERE rowid % 7 = 0")
    index = SourceIndex(conn)
    index.prepare(conn)
    rowids = [row[0] for row in conn.execute("SELECT rowid FROM stances ORDER BY rowid")]
    stance, order, mention, document, kind, identification = (
        each.tolist() for each in index.heads_of(np.array(rowids))
    )
    papers = dict(conn.execute("SELECT rowid, id FROM documents"))
    words = [IDENTIFICATION.words[number] for number in identification]
    found = zip(stance, mention, map(papers.get, document), [HEAD_KINDS[at] for at in kind], words, strict=True)
    told = head_mentions(conn, rowids=rowids)
    expected = [(one.rowid, one.mention, one.document, one.segment_kind, one.identification) for one in told]
    assert sorted(found) == sorted(expected)
    by_id = {one.mention: one.id for one in told}
    assert [by_id[one] for _, one in sorted(zip(order, mention, strict=True))] == sorted(map(by_id.get, mention))
    only = head_only(conn, rowids)
    alone = index.in_heads_alone(np.array(rowids)).tolist()
    assert alone == [only.get(rowid, False) for rowid in rowids]


def test_headlines_are_asked_for_of_a_prepared_index_and_of_stances_that_are_there():
    conn = a_database(3, 20)
    index = SourceIndex(conn)
    with pytest.raises(RuntimeError, match="prepare"):
        index.heads_of(np.array([1]))
    index.prepare(conn)
    with pytest.raises(KeyError):
        index.in_heads_alone(np.array([99_999]))
    assert index.heads_of(np.zeros(0, dtype=np.int64))[0].tolist() == []


def test_a_database_of_votes_alone_has_sources_too():
    votes = [
        {"id": f"v{at}", "claim": "c", "stance": "supports", "basis": "vote", "actor": "a", "document": "d"}
        for at in range(3)
    ]
    conn = claims_database(
        {
            "actors": [{"id": "a", "name": "A", "kind": "person"}],
            "documents": [{"id": "d", "title": "D", "kind": "news_article"}],
            "claims": [{"id": "c", "text": "C", "kind": "factual"}],
            "stances": votes,
        }
    )
    index = SourceIndex(conn)
    (side,) = index.of_claim(conn, "c")
    assert side.numbers == {"documents": 1, "statements": 0, "speakers": 1, "organizations": 0, "occasions": 1}
    assert index.circular_of_claim(conn, "c") == ((), ())
    assert SourceIndex(claims_database({})).of_claim(conn, "c") == ()
