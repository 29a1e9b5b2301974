"""What a person did can be taken back and done again, as long as nobody has built on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.comparison.as_of import past_rows
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.undoing import UndoRefused, inverse, redo, undo, undoable
from datasette_claims.loading.writing import Change, StaleRow, apply_changes, repeated
from datasette_claims.schema import TABLES, migrate
from datasette_claims.schema.sealing import verify

Snapshot = dict[str, dict[str, dict[str, Any]]]

BASE = [
    Change("insert", "actors", "union", {"name": "Union", "kind": "organization", "country": "FR"}),
    Change("insert", "actors", "ada", {"name": "Ada", "kind": "person", "country": "NA"}),
    Change("insert", "actors", "ben", {"name": "Ben", "kind": "person"}),
    Change("insert", "memberships", "ada-union", {"person": "ada", "organization": "union"}),
    Change("insert", "documents", "d1", {"title": "One", "publisher": "union", "text": "The war is over."}),
    Change("insert", "claims", "war", {"text": "There is war.", "kind": "factual", "topic": "security"}),
    Change("insert", "statements", "s1", {"kind": "utterance", "speaker": "ada", "document": "d1"}),
    Change("insert", "mentions", "m1", {"statement": "s1", "document": "d1"}),
    Change("insert", "evidence", "e1", {"mention": "m1", "part": "content", "span_start": 0, "span_end": 7}),
    Change(
        "insert",
        "stances",
        "x1",
        {"claim": "war", "stance": "disputes", "basis": "explicit", "actor": "ada", "statement": "s1"},
    ),
]


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = database()
    yield connection
    connection.close()


def database() -> sqlite3.Connection:
    """A small record that a person called base made."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    apply_changes(connection, BASE, "base")
    return connection


def snapshot(conn: sqlite3.Connection) -> Snapshot:
    """Every row of every table but the history, without the numbers of revisions."""
    found: Snapshot = {}
    for table in TABLES:
        if table.name not in ("revisions", "loads", "countries"):
            names = [name for name in table.column_names if name != "revision"]
            picked = ", ".join(f'"{name}"' for name in names)
            rows = [dict(zip(names, row, strict=True)) for row in conn.execute(f'SELECT {picked} FROM "{table.name}"')]
            found[table.name] = {row["id"]: row for row in rows}
    return found


def do(conn: sqlite3.Connection, who: str, *changes: Change, **more: Any) -> list[int]:
    return apply_changes(conn, changes, who, **more)


def update(table: str, row: str, **values: Any) -> Change:
    return Change("update", table, row, values)


SINGLE = [
    update("claims", "war", text="There was war."),
    update("claims", "war", topic="peace", status="draft", status_by="ada"),
    update("documents", "d1", text="The war is not over.", title="Two"),
    update("documents", "d1", publisher=None),
    update("actors", "ada", country="GB", country_basis="represents"),
    update("actors", "ada", country=None),
    update("actors", "union", country="DE", note="moved"),
    update("statements", "s1", speaker="ben"),
    update("statements", "s1", country="US", country_basis="nationality"),
    update("statements", "s1", country=None),
    update("statements", "s1", date_start="2019-05-15", date_end="2019-05-15", document=None),
    update("stances", "x1", statement=None, date_start="2019-06-01", date_end="2019-06-02"),
    update("stances", "x1", statement="s1"),
    update("stances", "x1", stance="supports", coder="ada", status="draft"),
    update("memberships", "ada-union", organization=None),
    update("mentions", "m1", span_start=1, span_end=5, cue="said"),
    Change("delete", "evidence", "e1"),
    Change("insert", "evidence", "e1", {"mention": "m1", "part": "cue", "span_start": 3, "span_end": 9}),
    Change("delete", "mentions", "m1"),
    Change("insert", "mentions", "m1", {"statement": "s1", "document": "d1", "coder": "ben", "status": "draft"}),
    Change("delete", "stances", "x1"),
    Change("insert", "stances", "x1", {"claim": "war", "stance": "mixed", "basis": "vote", "actor": "ben"}),
    Change("delete", "statements", "s1"),
    Change("insert", "statements", "s1", {"kind": "utterance", "speaker": "ada", "country": "not_stated"}),
    Change("delete", "memberships", "ada-union"),
    Change("insert", "memberships", "ada-union", {"person": "ben", "organization": "union", "as_of": "2019-05"}),
    Change("delete", "documents", "d1"),
    Change("insert", "documents", "d1", {"title": "Again", "text": "New words."}),
    Change("insert", "claims", "peace", {"text": "There is peace.", "kind": "factual"}),
    Change("delete", "claims", "peace"),
    update("stances", "x1", claim="peace"),
    Change("insert", "assignments", "a1", {"document": "d1", "person": "ben", "task": "review"}),
    Change(
        "insert",
        "provenance",
        "p1",
        {
            "subject_type": "statement",
            "subject": "s1",
            "relation": "wasAttributedTo",
            "object_type": "actor",
            "object": "ada",
        },
    ),
    Change("delete", "provenance", "p1"),
]
WITHOUT_TRACE = [
    Change("delete", "evidence", "e1"),
    Change("delete", "mentions", "m1"),
    Change("delete", "stances", "x1"),
    Change("delete", "statements", "s1"),
]
ACTIONS = st.one_of(
    st.sampled_from(SINGLE).map(lambda change: [change]),
    st.lists(st.sampled_from(SINGLE), min_size=2, max_size=4),
    st.just(WITHOUT_TRACE),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=8))
def test_undoing_everything_gives_the_rows_before_and_redoing_it_those_after(actions: list[list[Change]]) -> None:
    conn = database()
    before = snapshot(conn)
    states = [before]
    for changes in actions:
        try:
            do(conn, "ada", *changes)
        except (LoadError, StaleRow):
            assert snapshot(conn) == states[-1]
        else:
            states.append(snapshot(conn))
    for state in reversed(states[:-1]):
        undo(conn, "ada")
        assert snapshot(conn) == state
    assert undoable(conn, "ada").undo is None
    for state in states[1:]:
        redo(conn, "ada")
        assert snapshot(conn) == state
    assert undoable(conn, "ada").redo is None
    assert list(verify(conn)) == []
    conn.close()


NEW = {change.row: change for change in SINGLE if change.operation == "insert"}
READY: dict[tuple[str, str], list[Change]] = {
    ("delete", "m1"): WITHOUT_TRACE[:1],
    ("delete", "s1"): WITHOUT_TRACE[:3],
    ("delete", "d1"): WITHOUT_TRACE,
    ("delete", "peace"): [NEW["peace"]],
    ("delete", "p1"): [NEW["p1"]],
    ("insert", "e1"): WITHOUT_TRACE[:1],
    ("insert", "m1"): WITHOUT_TRACE[:2],
    ("insert", "x1"): WITHOUT_TRACE[2:3],
    ("insert", "s1"): WITHOUT_TRACE,
    ("insert", "d1"): [*WITHOUT_TRACE, Change("delete", "documents", "d1")],
    ("insert", "ada-union"): [Change("delete", "memberships", "ada-union")],
    ("update", "x1"): [NEW["peace"]],
}
"""What must be done before a change so that it can be made."""


@pytest.mark.parametrize("change", SINGLE, ids=lambda c: f"{c.operation} {c.table} {', '.join(c.values)}")
def test_each_kind_of_change_goes_back_and_forth(conn: sqlite3.Connection, change: Change) -> None:
    do(conn, "base", *READY.get((change.operation, change.row), []))
    before = snapshot(conn)
    do(conn, "ada", change)
    after = snapshot(conn)
    for _ in range(2):
        undo(conn, "ada")
        assert snapshot(conn) == before
        redo(conn, "ada")
        assert snapshot(conn) == after


def test_the_past_is_still_there_after_undo_and_redo(conn: sqlite3.Connection) -> None:
    """``_as_of`` reads what was before each change: at every revision the stance is as it then was."""
    first = do(conn, "ada", update("stances", "x1", stance="supports"))[-1]
    second = undo(conn, "ada")[-1]
    third = redo(conn, "ada")[-1]
    do(conn, "ada", Change("delete", "stances", "x1"))
    then = {number: past_rows(conn, number).restored("stances")["x1"]["stance"] for number in (first, second, third)}
    assert then == {first: "supports", second: "disputes", third: "supports"}
    restored = undo(conn, "ada")[-1]
    assert past_rows(conn, restored).restored("stances") == {}
    assert conn.execute("SELECT stance FROM stances").fetchone() == ("supports",)


def test_an_undo_is_an_action_of_its_own_that_says_what_it_takes_back(conn: sqlite3.Connection) -> None:
    numbers = do(conn, "ada", update("claims", "war", text="A."), update("actors", "ben", name="Benno"), note="Better")
    assert numbers == [numbers[0], numbers[0] + 1]
    back = undo(conn, "ada", note="Sorry")
    rows = conn.execute(
        "SELECT id, who, operation, table_name, row_id, action, undoes, note FROM revisions WHERE id >= ?", [back[0]]
    ).fetchall()
    assert rows == [
        (back[0], "ada", "update", "actors", "ben", back[0], numbers[0], "Sorry"),
        (back[1], "ada", "update", "claims", "war", back[0], None, "Sorry"),
    ]
    able = undoable(conn, "ada")
    assert able.undo is None
    assert able.redo is not None
    assert (able.redo.action, able.redo.undoes, able.redo.note) == (back[0], numbers[0], "Sorry")
    assert able.redo.rows == (("update", "actors", "ben"), ("update", "claims", "war"))


def test_a_new_change_ends_what_can_be_redone(conn: sqlite3.Connection) -> None:
    do(conn, "ada", update("claims", "war", text="A."))
    undo(conn, "ada")
    do(conn, "ada", update("claims", "war", text="B."))
    assert undoable(conn, "ada").redo is None
    with pytest.raises(UndoRefused, match="nothing to redo"):
        redo(conn, "ada")
    undo(conn, "ada")
    with pytest.raises(UndoRefused, match="nothing to undo"):
        undo(conn, "ada")


def test_each_person_has_their_own_undo(conn: sqlite3.Connection) -> None:
    do(conn, "ada", update("claims", "war", text="A."))
    do(conn, "ben", update("actors", "ben", name="Benno"))
    undo(conn, "ada")
    assert conn.execute("SELECT text FROM claims").fetchone() == ("There is war.",)
    assert conn.execute("SELECT name FROM actors WHERE id = 'ben'").fetchone() == ("Benno",)
    undo(conn, "ben")
    assert snapshot(conn) == snapshot(database())
    redo(conn, "ada")  # her own again, though his was undone last
    assert conn.execute("SELECT text FROM claims").fetchone() == ("A.",)
    assert conn.execute("SELECT name FROM actors WHERE id = 'ben'").fetchone() != ("Benno",)
    with pytest.raises(UndoRefused):
        redo(conn, "ada")
    redo(conn, "ben")
    assert conn.execute("SELECT name FROM actors WHERE id = 'ben'").fetchone() == ("Benno",)


def test_what_somebody_else_changed_since_is_not_taken_back(conn: sqlite3.Connection) -> None:
    do(conn, "ada", update("actors", "ben", name="Benno"), update("claims", "war", text="A."))
    (theirs,) = do(conn, "ben", update("claims", "war", topic="peace"))
    before = snapshot(conn)
    with pytest.raises(UndoRefused, match=rf"claims:war: ben changed this row again on 20.*\(revision {theirs}\)") as e:
        undo(conn, "ada")
    at = conn.execute("SELECT at FROM revisions WHERE id = ?", [theirs]).fetchone()[0]
    assert (e.value.table, e.value.row, e.value.who, e.value.at, e.value.revision) == (
        "claims",
        "war",
        "ben",
        at,
        theirs,
    )
    assert snapshot(conn) == before
    undo(conn, "ben")
    undo(conn, "ada")
    assert snapshot(conn) == snapshot(database())


def test_an_earlier_action_of_ones_own_can_be_named_unless_one_went_on_from_it(conn: sqlite3.Connection) -> None:
    (first,) = do(conn, "ada", update("claims", "war", text="A."))
    do(conn, "ada", update("actors", "ben", name="Benno"))
    undo(conn, "ada", first)
    assert conn.execute("SELECT text FROM claims").fetchone() == ("There is war.",)
    with pytest.raises(UndoRefused, match="undone already"):
        undo(conn, "ada", first)
    (second,) = do(conn, "ada", update("claims", "war", text="B."))
    do(conn, "ada", update("claims", "war", text="C."))
    with pytest.raises(UndoRefused, match="you changed this row again"):
        undo(conn, "ada", second)


def test_other_peoples_actions_only_for_those_who_may(conn: sqlite3.Connection) -> None:
    (theirs,) = do(conn, "ben", update("claims", "war", text="A."))
    with pytest.raises(UndoRefused, match="ben made this change"):
        undo(conn, "ada", theirs)
    undo(conn, "ada", theirs, anybody=True)
    assert conn.execute("SELECT text FROM claims").fetchone() == ("There is war.",)
    assert undoable(conn, "ben").undo is None
    undo(conn, "ada")
    assert conn.execute("SELECT text FROM claims").fetchone() == ("A.",)
    able = undoable(conn, "ben").undo
    assert able is not None
    assert able.action == theirs


@pytest.mark.parametrize("number", [0, 1, 999])
def test_loads_and_what_never_was_cannot_be_undone(conn: sqlite3.Connection, number: int) -> None:
    with pytest.raises(UndoRefused, match="no person made a change with this number"):
        undo(conn, "ada", number)


def test_a_row_that_others_came_to_need_stays_and_the_reason_is_named(conn: sqlite3.Connection) -> None:
    do(conn, "ada", Change("insert", "claims", "peace", {"text": "There is peace.", "kind": "factual"}))
    do(conn, "ben", update("stances", "x1", claim="peace"))
    before = snapshot(conn)
    with pytest.raises(
        LoadError, match=r"claims:peace: stances x1 still refers to it \(claim; last changed by ben on 20"
    ):
        undo(conn, "ada")
    assert snapshot(conn) == before


def test_a_deleted_statement_comes_back_with_everything_that_hung_on_it(conn: sqlite3.Connection) -> None:
    before = snapshot(conn)
    do(conn, "ada", *WITHOUT_TRACE)
    assert [len(snapshot(conn)[name]) for name in ("statements", "mentions", "evidence", "stances")] == [0, 0, 0, 0]
    undo(conn, "ada")
    assert snapshot(conn) == before


def test_a_documents_text_comes_back_and_goes_again(conn: sqlite3.Connection) -> None:
    texts = lambda: conn.execute("SELECT text FROM documents").fetchall()  # noqa: E731
    do(conn, "ada", update("documents", "d1", text="Other words."))
    do(conn, "ada", update("documents", "d1", text=None))
    undo(conn, "ada")
    assert texts() == [("Other words.",)]
    undo(conn, "ada")
    assert texts() == [("The war is over.",)]
    redo(conn, "ada")
    redo(conn, "ada")
    assert texts() == [(None,)]


def test_countries_that_follow_are_derived_again_and_those_that_were_given_come_back(conn: sqlite3.Connection) -> None:
    country = "SELECT country, country_basis, country_origin FROM statements"
    assert conn.execute(country).fetchone() == ("FR", "not_stated", "membership")
    do(conn, "ada", update("statements", "s1", country="US", country_basis="nationality"))
    do(conn, "ada", update("statements", "s1", country=None))
    undo(conn, "ada")
    assert conn.execute(country).fetchone() == ("US", "nationality", "row")
    do(conn, "ben", update("actors", "union", country="DE"))
    undo(conn, "ada")
    assert conn.execute(country).fetchone() == ("DE", "not_stated", "membership")
    assert conn.execute("SELECT country FROM stances").fetchone() == ("DE",)


def test_a_change_of_country_that_only_followed_does_not_stand_in_the_way(conn: sqlite3.Connection) -> None:
    do(conn, "ada", update("statements", "s1", cue="said"))
    do(conn, "ben", update("actors", "union", country="DE"))
    undo(conn, "ada")
    assert conn.execute("SELECT cue, country FROM statements").fetchone() == (None, "DE")


def test_a_request_that_is_sent_twice_acts_once(conn: sqlite3.Connection) -> None:
    change = update("claims", "war", text="A.")
    more = update("actors", "union", country="DE")  # derives other rows as well
    first = do(conn, "ada", change, more, request_key="k1")
    count = conn.execute("SELECT count(*) FROM revisions").fetchone()
    assert do(conn, "ada", change, more, request_key="k1") == first
    assert repeated(conn, "ada", "k1") == first
    assert conn.execute("SELECT count(*) FROM revisions").fetchone() == count
    assert repeated(conn, "ben", "k1") is None
    assert do(conn, "ben", change, request_key="k1") != first
    with pytest.raises(LoadError):
        do(conn, "ada", update("stances", "x1", actor="nobody"), request_key="k2")
    assert do(conn, "ada", update("stances", "x1", note="Seen."), request_key="k2") != first


def test_an_undo_that_is_sent_twice_takes_back_one_action(conn: sqlite3.Connection) -> None:
    do(conn, "ada", update("claims", "war", text="A."))
    do(conn, "ada", update("claims", "war", text="B."))
    assert undo(conn, "ada", request_key="u") == undo(conn, "ada", request_key="u")
    assert conn.execute("SELECT text FROM claims").fetchone() == ("A.",)
    assert redo(conn, "ada", request_key="r") == redo(conn, "ada", request_key="r")
    assert conn.execute("SELECT text FROM claims").fetchone() == ("B.",)


def test_a_caller_can_apply_the_inverse_itself(conn: sqlite3.Connection) -> None:
    before = snapshot(conn)
    do(conn, "ada", update("claims", "war", text="A."))
    found = inverse(conn, "ada")
    do(conn, "ada", *found.changes, undoes=found.action.action)
    assert snapshot(conn) == before
    assert undoable(conn, "ada").redo is not None


def test_nothing_to_change_is_no_action(conn: sqlite3.Connection) -> None:
    count = conn.execute("SELECT count(*) FROM revisions").fetchone()
    assert apply_changes(conn, [], "ada", request_key="empty") == []
    assert conn.execute("SELECT count(*) FROM revisions").fetchone() == count


def test_revisions_keep_whole_rows_with_the_new_columns(conn: sqlite3.Connection) -> None:
    (number,) = do(conn, "ada", update("mentions", "m1", status="draft", coder="ada", confidence="other"))
    before, after = conn.execute("SELECT before, after FROM revisions WHERE id = ?", [number]).fetchone()
    names = ("status", "coder", "confidence")
    assert [json.loads(before)[name] for name in names] == ["reviewed", None, "not_stated"]
    assert [json.loads(after)[name] for name in names] == ["draft", "ada", "other"]


def test_anchorings_that_follow_go_back_with_what_they_followed_from(conn: sqlite3.Connection) -> None:
    text = "It is said that the war is over. The war goes on."
    do(conn, "base", update("mentions", "m1", span_start=4, span_end=11))
    before = snapshot(conn)
    do(conn, "ada", Change("insert", "documents", "d2", {"title": "Two", "text": text, "revision_of": "d1"}))
    added = snapshot(conn)
    place = "SELECT exact FROM anchorings WHERE subject_type = 'mention' AND document = 'd2'"
    assert conn.execute(place).fetchall() == [("war is",)]
    do(conn, "ben", update("mentions", "m1", span_start=4, span_end=7))
    assert conn.execute(place).fetchall() == [("war",)]
    undo(conn, "ben")
    assert _but_times(snapshot(conn)) == _but_times(added)
    undo(conn, "ada")
    assert snapshot(conn) == before
    redo(conn, "ada")
    assert _but_times(snapshot(conn)) == _but_times(added)
    redo(conn, "ben")
    assert conn.execute(place).fetchall() == [("war",)]


def _but_times(state: Snapshot) -> Snapshot:
    for row in state["anchorings"].values():
        row.pop("anchored_at", None)
    return state


def test_what_followed_in_anchorings_is_nobodys_own_change(conn: sqlite3.Connection) -> None:
    """A new version can be taken back although somebody moved a span since; theirs then goes on without it."""
    do(conn, "base", update("mentions", "m1", span_start=4, span_end=11))
    version = {"title": "Two", "text": "So the war is over. Yes.", "revision_of": "d1"}
    do(conn, "ada", Change("insert", "documents", "d2", version))
    do(conn, "ben", update("mentions", "m1", span_start=4, span_end=7))
    undo(conn, "ada")
    assert snapshot(conn)["anchorings"] == {}
    assert list(snapshot(conn)["documents"]) == ["d1"]
    undo(conn, "ben")  # whose anchoring is gone with the version
    assert conn.execute("SELECT span_end FROM mentions").fetchall() == [(11,)]


def test_inside_a_transaction_without_foreign_keys_nothing_is_written(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("BEGIN")
    with pytest.raises(RuntimeError, match="foreign_keys"):
        do(conn, "ada", update("claims", "war", text="A."))
    conn.execute("COMMIT")
    assert conn.execute("SELECT text FROM claims").fetchone() == ("There is war.",)


def test_a_transaction_of_the_caller_takes_a_change_and_its_undo_along(conn: sqlite3.Connection) -> None:
    before = snapshot(conn)
    conn.execute("BEGIN IMMEDIATE")
    do(conn, "ada", update("claims", "war", text="A."))
    undo(conn, "ada")
    with pytest.raises(LoadError):
        do(conn, "ada", update("claims", "war", text="B."), update("stances", "x1", actor="nobody"))
    do(conn, "ada", update("claims", "war", text="C."))
    conn.execute("ROLLBACK")
    assert snapshot(conn) == before
    assert list(verify(conn)) == []
