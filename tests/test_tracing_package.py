"""The shipped record: every way in which a report rests on another is found, as ``data/README.md`` says it occurs."""

import sqlite3
from pathlib import Path

import pytest

from datasette_claims import loading
from datasette_claims.tracing.chain import trace_statement
from datasette_claims.tracing.circular import claim_circularity
from datasette_claims.tracing.fidelity import fidelity
from datasette_claims.tracing.integrity import check_document
from datasette_claims.tracing.source_index import SourceIndex
from datasette_claims.tracing.sources import claim_sources

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "claims.db"
    loading.load(path, [DATA], loading.Options())
    conn = sqlite3.connect(path)
    yield conn
    conn.close()


def numbers(conn, claim, stance):
    (side,) = [side for side in claim_sources(conn, claim) if side.stance == stance]
    return side


def test_five_documents_and_one_briefing(conn):
    side = numbers(conn, "backed-forces-threat", "disputes")
    assert side.numbers == {"documents": 5, "statements": 2, "speakers": 1, "organizations": 1, "occasions": 1}
    assert side.smallest == "occasions"
    assert side.first_reports == ("gulf-desk-2019-05-14",)


def test_the_same_wire_is_one_occasion(conn):
    side = numbers(conn, "port-almira-premiums-unchanged", "supports")
    assert (side.numbers["documents"], side.numbers["statements"], side.numbers["occasions"]) == (2, 2, 1)


def test_four_named_and_unnamed_sources_stay_apart(conn):
    side = numbers(conn, "threat-increasing", "supports")
    assert side.numbers["occasions"] == 4


def test_two_papers_that_rest_on_each_other_are_a_loop(conn):
    (loop,), _ = claim_circularity(conn, "port-almira-extra-lookouts")
    assert set(loop.path) == {"plaza-digest-2019-05-17", "northline-review-2019-05-17"}
    assert set(loop.groundless) == set(loop.path)


def test_three_reports_of_one_unnamed_official_are_a_single_source(conn):
    _, (found,) = claim_circularity(conn, "port-almira-traffic-normal")
    assert found.speaker == "almira-harbour-official"
    assert [path[0].id for path in found.paths] == list(found.documents)
    assert len(found.documents) == 3


def test_no_other_claim_is_called_circular(conn):
    claims = [row[0] for row in conn.execute("SELECT id FROM claims")]
    loops = {claim for claim in claims if claim_circularity(conn, claim)[0]}
    single = {claim for claim in claims if claim_circularity(conn, claim)[1]}
    assert loops == {"port-almira-extra-lookouts"}
    assert single == {"port-almira-traffic-normal", "port-almira-premiums-unchanged"}


def test_every_claim_by_itself_agrees_with_all_at_once(conn):
    index = SourceIndex(conn)
    everything = index.all()
    found = {side: row.tolist() for side, row in zip(everything.sides, everything.numbers, strict=True)}
    for claim in {claim for claim, _ in found}:
        assert index.of_claim(conn, claim) == claim_sources(conn, claim)
        for side in claim_sources(conn, claim):
            assert found[claim, side.stance] == list(side.numbers.values())


def test_the_chain_of_the_briefing_holds_its_versions_and_its_relay(conn):
    chain = trace_statement(conn, "ghika-no-increased-threat")
    between = {(edge.subject.id, edge.relation, edge.object.id) for edge in chain.edges}
    assert ("gulf-desk-2019-05-14-revised", "revision_of", "gulf-desk-2019-05-14") in between
    assert ("harbour-courier-2019-05-15", "wasDerivedFrom", "gulf-desk-2019-05-14") in between
    assert ("harbour-courier-2019-05-15", "wasInfluencedBy", "meridian-wire") in between
    assert ("ghika-no-increased-threat", "event", "ghika-briefing") in between
    assert chain.problems == ()


def test_only_the_loop_is_a_problem_of_the_data(conn):
    kinds = {
        statement: {problem.kind for problem in trace_statement(conn, statement).problems}
        for (statement,) in conn.execute("SELECT id FROM statements")
    }
    in_loop = conn.execute(
        "SELECT DISTINCT statement FROM mentions "
        "WHERE document IN ('plaza-digest-2019-05-17', 'northline-review-2019-05-17')"
    )
    assert {statement: found for statement, found in kinds.items() if found} == {row[0]: {"cycle"} for row in in_loop}


def test_the_first_version_escalates_and_the_revised_one_does_not(conn):
    def rows(sql, *values):
        cursor = conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    mentions = rows("SELECT * FROM mentions WHERE statement = 'ghika-no-increased-threat' ORDER BY id")
    evidence = rows("SELECT * FROM evidence WHERE mention LIKE 'ghika-no-increased-threat--%'")
    texts = dict(conn.execute("SELECT id, text FROM documents"))
    found = fidelity(mentions, evidence, texts, dict(conn.execute("SELECT id, language FROM documents")))
    document = {report.mention: report.document for report in found.reports}
    steps = {}
    for difference in found.differences:
        if difference.steps is not None:
            steps.setdefault(document[difference.mention], []).append(difference.steps)
    assert max(steps["gulf-desk-2019-05-14"]) > 0
    assert max(steps.get("gulf-desk-2019-05-14-revised", [0])) <= 0


def test_every_text_of_the_package_holds_and_the_withheld_one_is_not_attached(conn):
    holds = {document: check_document(conn, document).holds for (document,) in conn.execute("SELECT id FROM documents")}
    own = {document for document, rights in conn.execute("SELECT id, rights FROM documents") if rights == "cc0"}
    assert {document for document, found in holds.items() if found == "yes"} == own
    assert set(holds.values()) == {"yes", "not_attached"}
