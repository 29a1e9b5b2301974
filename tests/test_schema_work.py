"""What the loader makes of the columns of review, and that a file without them is a reviewed record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from loading_data import ACTORS, CLAIMS, SMALL, counts, loaded, rows, write

from datasette_claims.loading import LoadError, check
from datasette_claims.loading.exporting import export
from datasette_claims.loading.writing import Change, apply_changes, read_values
from datasette_claims.schema import BY_NAME, SchemaError, migrate
from datasette_claims.schema.derived import DERIVED_SQL

STANCES = (
    "id,claim,stance,basis,actor,status,status_by,status_at,coder\n"
    "x1,threat,supports,explicit,ada,draft,,,ben\n"
    "x2,war,disputes,explicit,ada,rejected,eve,2026-01-02T03:04:05Z,\n"
    "x3,war,mixed,explicit,ada,,,,\n"
)


def test_a_blank_status_is_reviewed_and_a_package_says_only_what_differs(tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    loaded(database, write(tmp_path / "in", {"actors.csv": ACTORS, "claims.csv": CLAIMS, "stances.csv": STANCES}))
    assert rows(database, "SELECT status, coder FROM stances ORDER BY id") == [
        ("draft", "ben"),
        ("rejected", None),
        ("reviewed", None),
    ]
    export(database, tmp_path / "out")
    ends = [line.split(",")[-4:] for line in (tmp_path / "out" / "stances.csv").read_text("utf-8").splitlines()]
    assert ends == [
        ["status", "status_by", "status_at", "coder"],
        ["draft", "", "", "ben"],
        ["rejected", "eve", "2026-01-02T03:04:05Z", ""],
        ["", "", "", ""],
    ]
    again = loaded(tmp_path / "again.db", tmp_path / "out")
    assert counts(again, "stances") == (3, 0, 0, 0, 0)
    columns = ", ".join(name for name in BY_NAME["stances"].column_names if name != "revision")
    everything = f"SELECT {columns} FROM stances ORDER BY id"
    assert rows(tmp_path / "again.db", everything) == rows(database, everything)


def test_a_file_without_these_columns_leaves_what_reviewers_decided(tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    package = write(tmp_path / "in", SMALL)
    loaded(database, package)
    with closing(sqlite3.connect(database)) as conn:
        apply_changes(conn, [Change("update", "stances", "x1", {"status": "rejected", "status_by": "eve"})], "eve")
    assert counts(loaded(database, package), "stances") == (0, 0, 0, 2, 0)
    assert rows(database, "SELECT status, status_by FROM stances WHERE id = 'x1'") == [("rejected", "eve")]
    assert check(database) == []


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("status", "Draft", "not a word of status: write “draft”"),
        ("status", "done", "not a word of status: use one of draft, reviewed, rejected"),
        ("status_at", "2026-01-02", "not a time in UTC: write it as 2019-05-16T14:05:00Z"),
        ("status_at", "2026-02-30T00:00:00Z", "not a time in UTC"),
        ("status_at", "2026-1-2T3:4:5Z", "not a time in UTC"),
        ("status_at", "2026-01-02T03:04:05+01:00", "not a time in UTC"),
    ],
)
def test_what_is_no_status_and_no_time_is_refused_with_the_remedy(
    tmp_path: Path, column: str, value: str, says: str
) -> None:
    text = f"id,text,kind,{column}\nwar,There is war.,factual,{value}\n"
    with pytest.raises(LoadError, match=f"claims.csv:2:{column}: “.*”: {says}"):
        loaded(tmp_path / "claims.db", write(tmp_path / "in", {"claims.csv": text}))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0", 0.0), ("1", 1.0), ("0.75", 0.75), ("1.01", None), ("-0.1", None), ("nan", None), ("x", None)],
)
def test_a_score_is_a_number_from_0_to_1(cell: str, value: float | None) -> None:
    values, problems = read_values(BY_NAME["proposals"], _proposal(score=cell))
    assert [problem.column for problem in problems] == ([] if value is not None else ["score"])
    if value is not None:
        assert values["score"] == value


def _proposal(**cells: str) -> dict[str, str]:
    return {"id": "p", "kind": "speaker", "subject_type": "statement", "subject": "s", **cells}


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO proposals (id, kind, subject_type, subject, score, revision) "
        "VALUES ('p', 'claim', 'claim', 'c', 2, 1)",
        "INSERT INTO proposals (id, kind, subject_type, subject, revision) VALUES ('p', 'idea', 'claim', 'c', 1)",
        "INSERT INTO anchorings (id, subject_type, subject, document, state, span_start, span_end, revision) "
        "VALUES ('a', 'mention', 'm', 'd', 'anchored', 5, 5, 1)",
        "INSERT INTO anchorings (id, subject_type, subject, document, state, revision) "
        "VALUES ('a', 'claim', 'm', 'd', 'orphan', 1)",
        "INSERT INTO assignments (id, document, person, task, revision) VALUES ('a', 'nothing', 'ada', 'review', 1)",
    ],
)
def test_impossible_rows_of_the_work_are_refused(sql: str) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        migrate(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("INSERT INTO documents (id, title, revision) VALUES ('d', 'D', 1)")
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute(sql)


def test_one_person_has_a_task_in_a_document_once() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrate(conn)
        task = {"document": "d", "person": "ada", "task": "review"}
        apply_changes(conn, [Change("insert", "documents", "d", {"title": "D"})], "eve")
        apply_changes(conn, [Change("insert", "assignments", "a1", task)], "eve")
        with pytest.raises(LoadError, match="a row with the same document, person, task already"):
            apply_changes(conn, [Change("insert", "assignments", "a2", task)], "eve")


@pytest.mark.parametrize("name", [*DERIVED_SQL, "proposals"])
def test_a_table_of_somebody_else_with_a_new_name_is_told_before_anything_changes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasette_claims.schema import migrations as room

    earlier = type(room.migrations)("datasette-claims")
    earlier._migrations = room.migrations._migrations[:1]
    with closing(sqlite3.connect(":memory:")) as conn:
        with monkeypatch.context() as patch:
            patch.setattr(room, "migrations", earlier)
            migrate(conn)
        conn.execute(f"CREATE TABLE {name} (whatever TEXT)")
        before = list(conn.iterdump())
        with pytest.raises(SchemaError, match=f"already has tables named {name} .* rename them: nothing was changed"):
            migrate(conn)
        assert list(conn.iterdump()) == before


def test_the_revisions_of_an_earlier_version_become_actions_in_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of one load are one action, each other one is one for itself."""
    from datasette_claims.schema import migrations as room
    from datasette_claims.schema.sealing import verify

    earlier = type(room.migrations)("datasette-claims")
    earlier._migrations = room.migrations._migrations[:1]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        with monkeypatch.context() as patch:
            patch.setattr(room, "migrations", earlier)
            migrate(conn)
        conn.execute(
            "INSERT INTO loads VALUES (1, 'a', 'b', 'c', 'd', '[]', '{}'), (2, 'a', 'b', 'c', 'd', '[]', '{}')"
        )
        for load in (1, 1, None, 2, None, 2):
            conn.execute("INSERT INTO revisions (at, operation, load) VALUES ('now', 'update', ?)", [load])
        migrate(conn)
        assert [row[0] for row in conn.execute("SELECT action FROM revisions ORDER BY id")] == [1, 2, 2, 4, 5, 6, 5]
        assert list(verify(conn)) == []
