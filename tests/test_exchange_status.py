"""What is not reviewed is told as what it is in every exchange format, and a coder's own reading is told in none."""

import io
import json
import sqlite3

import pytest
from prov.model import ProvDocument

from datasette_claims.interchange import claimreview, csl, popolo, prov, records, webannotation

BASE = "https://example.org/claims"
GHIKA, CLAIM, HUNT = "ghika-no-increased-threat", "threat-increasing", "jeremy-hunt"


@pytest.fixture
def conn(claims_db):
    made = sqlite3.connect(":memory:")
    with sqlite3.connect(claims_db) as source:
        source.backup(made)
    source.close()
    yield made
    made.close()


FORMATS = {
    "claimreview": claimreview.write,
    "csl": csl.write,
    "popolo": popolo.write,
    "prov": prov.write,
    "webannotation": webannotation.write,
}


def marked(written, status):
    """The innermost objects of a JSON document that say this status in whatever member."""
    found = []

    def walk(value, name=""):
        if isinstance(value, dict):
            if status in [each for each in value.values() if isinstance(each, str)]:
                found.append(str(value.get("@id") or value.get("id") or name))
            for key, each in value.items():
                walk(each, key)
        elif isinstance(value, list):
            for each in value:
                walk(each, name)

    walk(written)
    return found


@pytest.mark.parametrize("status", ["draft", "rejected"])
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_not_reviewed_says_so(conn, format, status):
    assert marked(FORMATS[format](records.fetch(conn, BASE)), status) == []
    conn.execute("update statements set status = ? where id = ?", [status, GHIKA])
    conn.execute("update mentions set status = ? where statement = ?", [status, GHIKA])
    conn.execute("update claims set status = ? where id = ?", [status, CLAIM])
    conn.execute("update actors set status = ? where id = ?", [status, HUNT])
    conn.execute("update memberships set status = ? where person = ?", [status, HUNT])
    written = json.loads(json.dumps(FORMATS[format](records.fetch(conn, BASE))))
    told = " ".join(marked(written, status))
    expected = {
        "claimreview": [CLAIM],
        "csl": [GHIKA, CLAIM],
        "popolo": [GHIKA, HUNT],
        "prov": [f"statement:{GHIKA}", f"claim:{CLAIM}", f"actor:{HUNT}"],
    }
    if format == "webannotation":
        bodies = [each for each in json.dumps(written).split('"purpose": "tagging", ') if status in each[:40]]
        (number,) = conn.execute("select count(*) from mentions where statement = ?", [GHIKA]).fetchone()
        assert len(bodies) == number
    for id in expected.get(format, ()):
        assert id in told
    if format == "prov":
        ProvDocument.deserialize(io.StringIO(json.dumps(written)), format="json")


def test_only_reviewed_support_is_an_appearance_of_a_claim(conn):
    def appearances():
        found = records.fetch(conn, BASE)
        return {one["@id"] for one in claimreview.claim_object(found, found.claims[CLAIM])["appearance"]}

    before = appearances()
    (stance, statement), *_ = conn.execute(
        "select id, statement from stances where claim = ? and stance = 'supports' and basis = 'explicit'", [CLAIM]
    ).fetchall()
    conn.execute("update stances set status = 'draft' where id = ?", [stance])
    assert {each.rsplit("/", 1)[1] for each in before - appearances()} == {statement}


def test_a_citation_of_a_draft_says_so(conn):
    conn.execute("update statements set status = 'draft' where id = ?", [GHIKA])
    found = records.fetch(conn, BASE)
    assert csl.plain_text(csl.statement_item(found, found.statements[GHIKA])).startswith("[draft] Christopher Ghika.")


@pytest.mark.parametrize("kind", [None, "statement", "actor"])
def test_a_coders_own_reading_is_in_no_export(conn, kind):
    ids = {"statement": [GHIKA], "actor": ["chris-ghika"]}.get(kind, ())
    assert GHIKA in records.fetch(conn, BASE, kind, ids).statements
    conn.execute("update mentions set coder = 'zz11', status = 'draft' where statement = ?", [GHIKA])
    found = records.fetch(conn, BASE, kind, ids)
    assert GHIKA not in found.statements
    assert not [each for each in found.mentions.values() if each.statement == GHIKA]
    (first,) = conn.execute("select id from mentions where statement = ? limit 1", [GHIKA]).fetchone()
    conn.execute("update mentions set coder = null where id = ?", [first])
    assert GHIKA in records.fetch(conn, BASE, kind, ids).statements
