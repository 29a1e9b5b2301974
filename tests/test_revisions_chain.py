"""The history cannot be changed, and if somebody does it past the program, ``check`` says where."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from loading_data import CLAIMS, SMALL, loaded, rows, write

from datasette_claims.cli import claims
from datasette_claims.loading import check, load_if_changed
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import migrate, sealing
from datasette_claims.schema.append_only import append_only_triggers
from datasette_claims.schema.sealing import head, link, seal, verify


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with loads, changes by people and an undo, as a file's content."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "claims.db"
    loaded(path, write(folder / "one", SMALL))
    loaded(path, write(folder / "two", {"claims.csv": CLAIMS.replace("security", "defence")}))
    with closing(sqlite3.connect(path)) as conn:
        apply_changes(conn, [Change("update", "actors", "ada", {"note": "naïve, 東京 \x01 “quoted”"})], "ben")
        apply_changes(conn, [Change("delete", "stances", "x1"), Change("delete", "stances", "x2")], "ben", "Wrong")
        conn.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


@pytest.fixture
def database(recorded: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    path.write_bytes(recorded)
    return path


@pytest.fixture
def conn(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("previous", "row", "expected"),
    [  # by: printf '%s\n%s' PREVIOUS JSON | sha256sum
        (
            "",
            {"id": 1, "operation": "create", "who": None, "hash": "anything"},
            "52b6aca343a5d444007f4c551a60a499113bda7969f14d6f772b924ad1f00b5e",
        ),
        (
            "aa",
            {"who": "Ünal \\ ☃\t", "id": 2, "after": '{"x":"é\\u0001\\""}'},
            "44d917505121b5806093667847228ac10c60f59593867d05c63b4710f59c6139",
        ),
    ],
)
def test_the_hash_of_a_revision_can_be_made_with_other_tools(previous: str, row: dict[str, Any], expected: str) -> None:
    assert link(previous, row) == expected


def test_anybody_can_follow_the_chain_by_its_description(conn: sqlite3.Connection) -> None:
    """Written after the description in ``schema/sealing.py``, from the stored rows alone."""
    conn.row_factory = sqlite3.Row
    previous = ""
    for row in conn.execute("SELECT * FROM revisions ORDER BY id"):
        parts = []
        for name in sorted(row.keys()):
            if name != "hash" and row[name] is not None:
                value = row[name] if isinstance(row[name], int) else json.dumps(row[name], ensure_ascii=False)
                parts.append(f'"{name}":{value}')
        previous = hashlib.sha256((previous + "\n{" + ",".join(parts) + "}").encode("utf-8")).hexdigest()
        assert row["hash"] == previous
    assert head(conn) == (conn.execute("SELECT max(id) FROM revisions").fetchone()[0], previous)


def test_loads_changes_and_start_up_leave_nothing_unsealed(database: Path, tmp_path: Path) -> None:
    assert check(database) == []
    more = CLAIMS.replace("There will be war.", "There may be war.")
    assert load_if_changed(database, [write(tmp_path / "more", {"claims.csv": more})]).status == "loaded"
    with closing(sqlite3.connect(":memory:")) as new:
        migrate(new)
        assert [broken.wrong for broken in verify(new)] == []
        assert head(new)[0] == 1
    assert rows(database, "SELECT count(*) FROM revisions WHERE hash IS NULL OR action IS NULL") == [0]
    assert check(database) == []


def test_the_rows_of_one_act_have_one_action(database: Path) -> None:
    found = rows(database, "SELECT id, operation, load, action FROM revisions ORDER BY id")
    assert found == [
        (1, "create", None, 1),
        (2, "load", 1, 2),
        (3, "load", 2, 3),
        (4, "update", 2, 3),
        (5, "update", None, 5),
        (6, "delete", None, 6),
        (7, "delete", None, 6),
    ]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE revisions SET who = 'somebody' WHERE id = 5", "sealed"),
        ("UPDATE revisions SET hash = NULL", "sealed"),
        ("UPDATE revisions SET id = 99 WHERE id = 7", "sealed"),
        ("DELETE FROM revisions WHERE id = 7", "never deleted"),
        ("DELETE FROM revisions", "never deleted"),
        ("INSERT OR REPLACE INTO revisions (id, at, operation) VALUES (5, 'now', 'update')", "higher number"),
        ("REPLACE INTO revisions (id, at, operation) VALUES (7, 'now', 'update')", "higher number"),
    ],
)
def test_sqlite_refuses_every_change_of_the_past(conn: sqlite3.Connection, sql: str, says: str) -> None:
    before = conn.execute("SELECT * FROM revisions").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=says):
        conn.execute(sql)
    assert conn.execute("SELECT * FROM revisions").fetchall() == before


def test_an_unsealed_revision_keeps_its_number_too(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO revisions (id, at, operation) VALUES (8, 'now', 'update')")
    with pytest.raises(sqlite3.IntegrityError, match="sealed"):
        conn.execute("UPDATE OR REPLACE revisions SET id = 3 WHERE id = 8")
    assert seal(conn) == 1
    assert seal(conn) == 0


def unguarded(conn: sqlite3.Connection) -> None:
    """What somebody with the file can always do."""
    for name in append_only_triggers():
        conn.execute(f'DROP TRIGGER "{name}"')


def guarded(conn: sqlite3.Connection) -> None:
    for sql in append_only_triggers().values():
        conn.execute(sql)


TAMPERING: dict[str, tuple[str, int, str]] = {
    "another person": ("UPDATE revisions SET who = 'ada' WHERE id = 5", 5, "not that of its content"),
    "another time": ("UPDATE revisions SET at = '2019-05-16T00:00:00Z' WHERE id = 2", 2, "not that of its content"),
    "another row before": ("UPDATE revisions SET before = '{}' WHERE id = 4", 4, "not that of its content"),
    "a note taken away": ("UPDATE revisions SET note = NULL WHERE id = 6", 6, "not that of its content"),
    "the first": ("UPDATE revisions SET note = 'x' WHERE id = 1", 1, "not that of its content"),
    "the last": ("UPDATE revisions SET row_id = 'x3' WHERE id = 7", 7, "not that of its content"),
    "two exchanged": (
        "UPDATE revisions SET row_id = CASE row_id WHEN 'x1' THEN 'x2' ELSE 'x1' END WHERE id IN (6, 7)",
        6,
        "not that of its content",
    ),
    "one removed": ("DELETE FROM revisions WHERE id = 5", 6, "the revision before it is 4: 1 are missing"),
    "no hash": ("UPDATE revisions SET hash = NULL WHERE id = 5", 5, "has no hash"),
    "one added": ("INSERT INTO revisions (id, at, operation) VALUES (8, 'now', 'update')", 8, "has no hash"),
    "one put before the first": (
        "INSERT INTO revisions (id, at, operation) VALUES (0, 'now', 'update')",
        0,
        "numbered from 1",
    ),
    "a forged hash": (
        "UPDATE revisions SET who = 'ada', hash = lower(hex(randomblob(32))) WHERE id = 5",
        5,
        "not that",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_check_names_the_revision_that_somebody_changed(database: Path, conn: sqlite3.Connection, what: str) -> None:
    sql, number, wrong = TAMPERING[what]
    unguarded(conn)
    conn.execute(sql)
    guarded(conn)
    found = [problem for problem in check(database) if problem.column == "hash"]
    assert (found[0].row, wrong in found[0].wrong) == (str(number), True), found
    result = CliRunner().invoke(claims, ["check", str(database)])
    assert result.exit_code != 0
    assert f"revisions:{number}:hash" in result.output


def test_a_hash_that_was_made_anew_breaks_the_next_one(conn: sqlite3.Connection) -> None:
    unguarded(conn)
    conn.execute("UPDATE revisions SET who = 'ada' WHERE id = 5")
    conn.row_factory = sqlite3.Row
    row = dict(conn.execute("SELECT * FROM revisions WHERE id = 5").fetchone())
    previous = conn.execute("SELECT hash FROM revisions WHERE id = 4").fetchone()[0]
    conn.execute("UPDATE revisions SET hash = ? WHERE id = 5", [link(previous, row)])
    assert [broken.revision for broken in verify(conn)] == [6]


def test_check_misses_no_guard(database: Path, conn: sqlite3.Connection) -> None:
    for name in append_only_triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
        assert any(f"the trigger {name} is missing" in problem.wrong for problem in check(database))


UNRECORDED: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "a value": (
        "UPDATE actors SET note = 'other' WHERE id = 'ada'",
        ("actors", "ada", "note", 'the last revision recorded "naïve'),
    ),
    "an older revision": (
        "UPDATE actors SET revision = 2 WHERE id = 'ada'",
        ("actors", "ada", "revision", "its last change is revision 5"),
    ),
    "a revision of another row": (
        "UPDATE actors SET revision = 5 WHERE id = 'union'",
        ("actors", "union", "revision", "its last change is revision none"),
    ),
    "a row that is gone": (
        "DELETE FROM claims WHERE id = 'threat'",
        ("claims", "threat", "", "no revision deleted it"),
    ),
}


@pytest.mark.parametrize("what", UNRECORDED)
def test_check_names_rows_that_are_not_as_the_history_says(database: Path, conn: sqlite3.Connection, what: str) -> None:
    sql, (table, row, column, wrong) = UNRECORDED[what]
    assert conn.execute(sql).rowcount == 1
    (problem,) = check(database)
    assert (problem.file, problem.row, problem.column) == (table, row, column)
    assert wrong in problem.wrong


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
REVISIONS = st.lists(
    st.fixed_dictionaries(
        {"at": TEXTS, "operation": st.sampled_from(["insert", "update", "delete"])},
        optional={"who": TEXTS, "row_id": TEXTS, "before": TEXTS, "note": TEXTS, "action": st.integers(0, 2**53)},
    ),
    min_size=1,
    max_size=12,
)


def add(conn: sqlite3.Connection, revision: dict[str, Any]) -> None:
    names = ", ".join(revision)
    marks = ", ".join("?" * len(revision))
    conn.execute(f"INSERT INTO revisions ({names}) VALUES ({marks})", list(revision.values()))


@pytest.fixture(scope="module")
def empty() -> Iterator[Callable[[], sqlite3.Connection]]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made)

    def copied() -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", isolation_level=None)
        made.backup(copy)
        return copy

    yield copied
    made.close()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), revisions=REVISIONS)
def test_any_change_of_any_revision_is_found_where_it_is(
    empty: Callable[[], sqlite3.Connection], data: st.DataObject, revisions: list[dict[str, Any]]
) -> None:
    with closing(empty()) as conn:
        for number, revision in enumerate(revisions):
            add(conn, revision)
            if number % 3 == 2:
                seal(conn)
        seal(conn)
        assert list(verify(conn)) == []
        unguarded(conn)
        number = data.draw(st.integers(1, len(revisions) + 1))
        column = data.draw(st.sampled_from(["at", "who", "row_id", "before", "after", "note", "request_key", "undoes"]))
        old = conn.execute(f"SELECT {column} FROM revisions WHERE id = ?", [number]).fetchone()[0]
        values = st.integers(0, 9) if column == "undoes" else TEXTS
        new = data.draw(
            (values | st.none()).filter(lambda value: value != old and (value is not None or column != "at"))
        )
        conn.execute(f"UPDATE revisions SET {column} = ? WHERE id = ?", [new, number])
        assert [broken.revision for broken in verify(conn)] == [number]


def test_many_revisions_are_sealed_in_their_order(
    empty: Callable[[], sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_BATCH", 7)
    with closing(empty()) as conn:
        for number in range(40):
            add(conn, {"at": "now", "operation": "update", "row_id": str(number)})
        assert seal(conn) == 40
        assert list(verify(conn)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(id) FROM revisions",
        "SELECT 1 FROM revisions WHERE id >= 5",
        "SELECT id FROM revisions ORDER BY id DESC LIMIT 1",
    ],
)
def test_the_newest_revision_is_found_at_the_end_however_small_the_table_was_when_it_was_loaded(
    conn: sqlite3.Connection, sql: str
) -> None:
    """With statistics of a few rows, SQLite goes through a whole index, which people's changes make ever longer."""
    conn.execute("ANALYZE claims")
    plan = conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert [row for row in plan if "INDEX" in row[3]] == []


@pytest.mark.parametrize("table", ["actors", "memberships", "statements", "mentions", "claims", "stances"])
@pytest.mark.parametrize("condition", ["status = 'draft'", "status = ?", "status IN ('draft', 'rejected')"])
def test_drafts_are_found_by_an_index(conn: sqlite3.Connection, table: str, condition: str) -> None:
    sql = f"SELECT id FROM {table} WHERE status <> 'reviewed' AND {condition}"
    plan = conn.execute(f"EXPLAIN QUERY PLAN {sql}", ["draft"] if "?" in sql else []).fetchall()
    assert f"idx_{table}_status" in plan[0][3]


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT * FROM proposals WHERE subject_type = 'statement' AND subject = 's' AND status = 'open'", "subject"),
        ("SELECT * FROM proposals WHERE status = 'open' AND kind = 'speaker'", "kind"),
        ("SELECT * FROM anchorings WHERE subject_type = 'mention' AND subject = 'm'", "subject_type_subject"),
        ("SELECT * FROM assignments WHERE person = 'ada' AND done_at IS NULL", "person_done_at"),
        ("SELECT * FROM assignments WHERE document = 'd' AND person = 'ada'", "document_person_task"),
        ("SELECT * FROM revisions WHERE action = 5", "action"),
        ("SELECT action FROM revisions WHERE load IS NULL AND who IS 'ada' ORDER BY action DESC", "who_action_undoes"),
        ("SELECT 1 FROM revisions WHERE request_key = 'k' AND who IS 'ada'", "request_key_who"),
        ("SELECT id, undoes FROM revisions WHERE undoes IS NOT NULL", "undoes"),
    ],
)
def test_what_the_pages_of_the_work_ask_has_an_index(conn: sqlite3.Connection, sql: str, index: str) -> None:
    plan = conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert index in plan[0][3]
    assert "INDEX" in plan[0][3]


def test_a_value_that_was_copied_anew_since_is_as_the_history_says(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    loaded(path, write(tmp_path / "package", SMALL))
    with closing(sqlite3.connect(path)) as conn:
        apply_changes(conn, [Change("update", "stances", "x1", {"note": "Seen."})], "ben")
        apply_changes(conn, [Change("update", "claims", "threat", {"topic": "calm"})], "ben")
    assert rows(path, "SELECT topic FROM stances WHERE id = 'x1'") == ["calm"]
    assert check(path) == []
