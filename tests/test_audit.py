"""Who changed what: kept whatever SQL is sent, and shown to those who may see the rows, and to nobody else."""

import sqlite3
from contextlib import closing

import pytest
from test_annotate_pages import ANN, DESK, RITA, about, passage
from test_annotate_pages import Site as Pages

from datasette_claims.loading import check
from datasette_claims.loading.writing import Change, apply_changes

REPLACING = [
    "REPLACE INTO revisions (id, at, who, operation) VALUES (2, '2019-01-01', 'forger', 'load')",
    "INSERT OR REPLACE INTO revisions (id, at, who, operation) VALUES (2, '2019-01-01', 'forger', 'load')",
    "INSERT INTO revisions (id, at, who, operation) VALUES (2, '2019-01-01', 'forger', 'load') "
    "ON CONFLICT (id) DO UPDATE SET who = 'forger'",
    "INSERT INTO revisions SELECT * FROM revisions WHERE id = 2 ON CONFLICT (id) DO UPDATE SET note = 'forged'",
    "UPDATE OR REPLACE revisions SET id = 2 WHERE id = 1",
    "UPDATE revisions SET who = 'forger' WHERE id = 2",
    "UPDATE OR IGNORE revisions SET who = 'forger' WHERE id = 2",
    "DELETE FROM revisions WHERE id = 2",
    "DELETE FROM revisions",
]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("sql", REPLACING)
def test_no_statement_changes_or_replaces_a_revision(claims_copy, sql, recursive):
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        before = conn.execute("SELECT * FROM revisions ORDER BY id").fetchall()
        conn.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError, match=r"never deleted|cannot be changed|higher number"):
            conn.execute(sql)
        assert conn.execute("SELECT * FROM revisions ORDER BY id").fetchall() == before
    assert check(claims_copy) == []


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_row_that_is_replaced_behind_the_history_is_named_by_check(claims_copy, recursive):
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        apply_changes(conn, [Change("update", "claims", "threat-increasing", {"note": "Seen."})], "ann")
        conn.execute(f"PRAGMA recursive_triggers = {recursive}")
        conn.execute("REPLACE INTO claims SELECT * FROM claims WHERE id = 'threat-increasing'")
        conn.execute("UPDATE claims SET note = 'Forged.' WHERE id = 'threat-increasing'")
    found = {(problem.file, problem.row) for problem in check(claims_copy)}
    assert ("claims", "threat-increasing") in found
    # Without recursive triggers, REPLACE tells the search index of nothing, which is found as well.
    assert (("claims_fts", "") in found) == (recursive == "OFF")


def test_who_drops_a_guard_is_found_out(claims_copy):
    """Whoever may write the file may drop a trigger; what they then change is in the chain."""
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        conn.execute("DROP TRIGGER revisions_are_sealed")
        conn.execute("UPDATE revisions SET who = 'forger' WHERE id = 2")
    told = " ".join(str(problem) for problem in check(claims_copy))
    assert "revisions_are_sealed" in told
    assert "revisions:2" in told


@pytest.fixture
def closed(make_datasette, claims_copy, signed_in):
    """A site on which only Rita sees the claims; she has changed one, and Ann has marked a passage."""
    datasette = make_datasette(claims_copy, metadata=about(tables={"claims": {"allow": {"id": "rita"}}}))
    return Pages(datasette, signed_in, claims_copy)


@pytest.mark.parametrize(
    "path", ["changes", "changes.json", "changes.atom", "changes?who=rita", "changes?table=claims"]
)
async def test_recent_changes_name_nobody_and_nothing_of_a_closed_table(closed, path):
    changed = await closed.post("edit/claims/threat-increasing", {"text": "A hidden wording.", "_note": "why"}, RITA)
    assert changed.status_code == 303
    marked = await closed.post(f"annotate/{DESK}", passage(closed))
    assert marked.status_code == 303
    for_rita, for_ann = (await closed.get(path, RITA)).text, (await closed.get(path, ANN)).text
    assert "threat-increasing" in for_rita
    for word in ("hidden wording", "threat-increasing"):
        assert word not in for_ann
    if path == "changes":
        assert '<option value="rita"' in for_rita or ">rita<" in for_rita
        assert ">rita<" not in for_ann


async def test_the_note_of_an_act_is_not_told_where_it_also_changed_what_is_closed(closed):
    with closing(sqlite3.connect(closed.path, isolation_level=None)) as conn:
        changes = [
            Change("update", "claims", "threat-increasing", {"note": "x"}),
            Change("update", "actors", "chris-ghika", {"note": "y"}),
        ]
        apply_changes(conn, changes, "rita", "a note that names threat-increasing")
    for path in ("changes", "changes.json", "changes.atom", "history/actors/chris-ghika"):
        assert "a note that names" in (await closed.get(path, RITA)).text
        shown = (await closed.get(path, ANN)).text
        assert "a note that names" not in shown
        assert "chris-ghika" in shown


async def test_the_history_of_a_row_is_for_those_who_see_its_table(closed):
    assert (await closed.get("history/claims/threat-increasing", RITA)).status_code == 200
    for path in ("history/claims/threat-increasing", "history/claims/threat-increasing.json"):
        answer = await closed.get(path, ANN)
        assert answer.status_code == 403
        assert "increasing" not in answer.text.replace("threat-increasing", "")
