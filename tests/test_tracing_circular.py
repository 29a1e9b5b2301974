"""Reports that confirm only themselves, and those that look like it but are not."""

import pytest
from test_tracing_independence import data, s

from datasette_claims.tracing.chain import Key
from datasette_claims.tracing.circular import claim_circularity


def derived(a, b, relation="wasDerivedFrom", **more):
    return ("document", a, relation, "document", b, more)


RELAYED = {"access": "other_outlet"}
LOOPS = {
    "two outlets cite each other": (
        [s("a", **RELAYED), s("b", document="d2", **RELAYED)],
        [derived("d1", "d2"), derived("d2", "d1", "hadPrimarySource")],
        [({"d1", "d2"}, {"d1", "d2"}, set())],
    ),
    "a circle of three": (
        [s("a", **RELAYED)],
        [derived("d1", "d2"), derived("d2", "d3"), derived("d3", "d1")],
        [({"d1", "d2", "d3"}, {"d1", "d2", "d3"}, set())],
    ),
    "one of the two also asked itself": (
        [s("a", **RELAYED), s("b", document="d2", access="own_reporting")],
        [derived("d1", "d2"), derived("d2", "d1")],
        [({"d1", "d2"}, {"d1"}, {"d2"})],
    ),
    "a source outside the circle": (
        [s("a", **RELAYED), s("b", document="d2", **RELAYED)],
        [derived("d1", "d2"), derived("d2", "d1"), derived("d1", "d3")],
        [({"d1", "d2"}, {"d2"}, set())],
    ),
    "a plain chain": ([s("a", **RELAYED)], [derived("d1", "d2"), derived("d2", "d3")], []),
    "a later version of itself": ([s("a")], [derived("d1", "d2", "wasRevisionOf"), derived("d2", "d1")], []),
    "through a statement": (
        [s("a", **RELAYED), s("b", document="d2", **RELAYED)],
        [("statement", "a", "hadPrimarySource", "statement", "b", {}), derived("d2", "d1")],
        [({"d1", "d2"}, {"d1", "d2"}, set())],
    ),
}


@pytest.mark.parametrize(("statements", "provenance", "expected"), LOOPS.values(), ids=LOOPS)
def test_loops(statements, provenance, expected):
    conn = data(statements, documents=("d1", "d2", "d3"), provenance=provenance)
    found, _ = claim_circularity(conn, "c")
    assert [(set(loop.path), set(loop.groundless), set(loop.grounded)) for loop in found] == expected
    assert all(loop.path[0] == loop.path[-1] for loop in found)


UNNAMED = {"identification": "unnamed"}


def test_two_documents_that_go_back_to_one_official():
    conn = data(
        [s("a", "official", **UNNAMED), s("b", "paper", "d2", **RELAYED)],
        provenance=[derived("d2", "d1")],
    )
    _, (found,) = claim_circularity(conn, "c")
    assert (found.claim, found.stance, found.speaker) == ("c", "supports", "official")
    assert found.documents == ("d1", "d2")
    assert found.paths == (
        (Key("document", "d1"), Key("statement", "a")),
        (Key("document", "d2"), Key("statement", "b"), Key("document", "d1"), Key("statement", "a")),
    )


def test_several_statements_told_by_one_official():
    conn = data([s("a", "official", **UNNAMED), s("b", "minister", "d2", parent_statement="a")])
    _, (found,) = claim_circularity(conn, "c")
    assert found.paths[1] == (Key("document", "d2"), Key("statement", "b"), Key("statement", "a"))


NOT_SINGLE = {
    "one statement in one document is only what it is": [s("a", "official", **UNNAMED)],
    "two officials": [s("a", "official", **UNNAMED), s("b", "other-official", "d2", **UNNAMED)],
    "the one source is named": [s("a", "ann", identification="named"), s("b", "ann", "d2", identification="named")],
    "one of two is named": [s("a", "official", **UNNAMED), s("b", "ann", "d2", identification="named")],
    "a source that is not recorded": [s("a", None, **UNNAMED), s("b", None, "d2", **UNNAMED)],
}


@pytest.mark.parametrize("statements", NOT_SINGLE.values(), ids=NOT_SINGLE)
def test_what_is_no_single_unnamed_source(statements):
    assert claim_circularity(data(statements), "c")[1] == ()
