"""The index is of one state of the database: rebuilt after any write by anybody, kept over a restart, bounded, and
readable as of an earlier revision."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import numpy as np
import pytest
from comparison_data import connect, insert, small_database, stance_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasette_claims.comparison import (
    Filters,
    IndexBuildError,
    IndexStore,
    Source,
    build,
    facets,
    parse,
    select,
    stance_ids,
)
from datasette_claims.comparison import build as building
from datasette_claims.comparison import (
    stance_rows as rows_of_stances,
)
from datasette_claims.comparison.columns import COLUMNS
from datasette_claims.comparison.copy_file import CopyError, file_state, load, save
from datasette_claims.comparison.store import Watcher

STANCE = {"claim": "c0", "actor": "a0", "stance": "supports", "basis": "explicit"}


def contents(index):
    """What an index says, as plain values: one tuple a row, without the numbers of codes and rows."""
    columns = [[index.id(c.name, code) for code in index.codes[c.name].tolist()] for c in COLUMNS]
    return list(zip(*columns, strict=True))


def copied_to(path, rows=(), mode="wal"):
    """A database file with these stances."""
    with sqlite3.connect(path) as conn:
        small_database(list(rows)).backup(conn)
        conn.execute(f"PRAGMA journal_mode = {mode}")
    conn.close()
    return path


def source_of(path, **more):
    uri = f"file:{path}?mode=ro"
    return Source(str(path), lambda: sqlite3.connect(uri, uri=True, check_same_thread=False), path, **more)


def aged(path):
    """Make the files old enough to be trusted."""
    for file in (path, path.with_name(path.name + "-wal")):
        if file.exists():
            os.utime(file, ns=(time.time_ns() - 10**10,) * 2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stance_rows(most=15), st.integers(1, 7))
def test_the_index_holds_every_row_in_order_of_claim_and_date(rows, chunk):
    conn = small_database(rows)
    conn.execute("DELETE FROM stances WHERE id IN ('t2', 't5')")
    before, building_module = sys.modules[build.__module__].CHUNK, sys.modules[build.__module__]
    building_module.CHUNK = chunk
    try:
        index = building(conn)
    finally:
        building_module.CHUNK = before
    names = ", ".join(c.name for c in COLUMNS)
    expected = conn.execute(f"SELECT {names} FROM stances ORDER BY claim, coalesce(date_end, date_start, ''), rowid")
    assert contents(index) == expected.fetchall()
    ids = [row[0] for row in conn.execute("SELECT id FROM stances ORDER BY id")]
    assert rows_of_stances(conn, index, ids).tolist() == list(range(len(index)))
    assert sorted(stance for stance, _ in stance_ids(conn, index, np.arange(len(index)))) == ids
    for claim, code in index.dictionary("claim").codes.items():
        part = index.codes["claim"][index.offsets[code] : index.offsets[code + 1]]
        assert set(part.tolist()) <= {code}, claim


def test_progress_is_told():
    told = []
    build(small_database([{**STANCE, "id": "t0"}]), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_values_are_ordered_as_people_order_them():
    conn = connect()
    names = ["Zoë", "Ángel", "“Bravo”", "anna", "Östen"]
    insert(conn, "actors", [{"id": f"x{n}", "name": name, "kind": "person"} for n, name in enumerate(names)])
    ids = build(conn).dictionary("actor").ids[1:]
    assert [names[int(actor[1:])] for actor in ids] == ["Ángel", "anna", "“Bravo”", "Östen", "Zoë"]


def test_a_database_without_claims_is_refused():
    with pytest.raises(IndexBuildError, match="no such table"):
        build(sqlite3.connect(":memory:"))


def test_building_leaves_an_open_transaction_alone():
    conn = small_database([])
    insert(conn, "stances", [{**STANCE, "id": "t0"}])
    assert conn.in_transaction
    assert len(build(conn)) == 1
    assert conn.in_transaction
    conn.rollback()
    assert len(build(conn)) == 0
    assert not conn.in_transaction


WRITE_ELSEWHERE = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    "c.execute(\"UPDATE stances SET stance = 'disputes' WHERE id = 't0'\"); c.commit(); c.close()"
)


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_write_by_another_process_that_keeps_no_revision_is_noticed(tmp_path, mode):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}], mode)
    store, source = IndexStore(), source_of(path)
    first = store.get(source)
    assert store.get(source_of(path)) is first
    assert store.peek(source_of(path)) is first
    subprocess.run([sys.executable, "-c", WRITE_ELSEWHERE, str(path)], check=True)
    assert store.peek(source) is None
    second = store.get(source)
    assert [second.id("stance", code) for code in second.codes["stance"]] == ["disputes"]
    assert store.get(source) is second
    store.close()


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_write_on_another_connection_of_this_process_is_noticed(tmp_path, mode):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}], mode)
    store, source = IndexStore(), source_of(path)
    writer = sqlite3.connect(path)
    for number in range(1, 4):
        store.get(source)
        with writer:
            insert(writer, "stances", [{**STANCE, "id": f"t{number}"}])
        assert len(store.get(source)) == number + 1
    writer.close()
    store.close()


def test_a_database_in_memory_is_watched_too():
    uri = "file:claims-store-test?mode=memory&cache=shared"
    writer = sqlite3.connect(uri, uri=True)
    small_database([{**STANCE, "id": "t0"}]).backup(writer)
    store = IndexStore()
    source = Source("memory", lambda: sqlite3.connect(uri, uri=True, check_same_thread=False))
    assert len(store.get(source)) == 1
    with writer:
        writer.execute("DELETE FROM stances")
    assert len(store.get(source)) == 0
    store.close()
    writer.close()


def test_an_index_is_built_once_however_many_ask(tmp_path, monkeypatch):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}])
    built = []
    module = sys.modules[IndexStore.__module__]
    monkeypatch.setattr(module, "build", lambda conn, as_of=None: built.append(1) or time.sleep(0.1) or build(conn))
    store, source, got = IndexStore(), source_of(path), []
    threads = [threading.Thread(target=lambda: got.append(store.get(source))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len(got) == 8
    assert len({id(index) for index in got}) == 1
    store.close()


def test_an_immutable_database_is_not_asked_again(tmp_path):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}], "delete")
    store = IndexStore()
    first = store.get(source_of(path, immutable=True))
    path.unlink()
    assert store.peek(store_source := next(iter(store._held.values())).source) is first
    assert store_source.immutable
    store.close()


def test_memory_is_bounded_and_the_least_recently_used_goes_first(tmp_path):
    sources = [source_of(copied_to(tmp_path / f"{n}.db", [{**STANCE, "id": "t0"}])) for n in range(3)]
    one = build(sources[0].connect()).nbytes
    store = IndexStore(max_bytes=int(2.5 * one))
    indexes = [store.get(source) for source in sources[:2]]
    assert store.get(sources[0]) is indexes[0]
    store.get(sources[2])
    assert store.nbytes <= 2.5 * one
    assert store.peek(sources[0]) is indexes[0]
    assert store.peek(sources[1]) is None
    tiny = IndexStore(max_bytes=1)
    assert len(tiny.get(sources[0])) == 1
    store.close()
    tiny.close()


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_restart_uses_the_copy_and_a_change_in_between_does_not(tmp_path, monkeypatch, mode):
    rows = [{**STANCE, "id": "t0", "date_start": "2019-05-01", "organization": "a1"}]
    path = copied_to(tmp_path / "c.db", rows, mode)
    aged(path)
    folder = tmp_path / "copies"
    store = IndexStore(folder)
    built = store.get(source_of(path))
    store.close()
    (copy,) = folder.iterdir()
    assert copy.stat().st_mode & 0o077 == 0
    module = sys.modules[IndexStore.__module__]
    with monkeypatch.context() as patched:
        patched.setattr(module, "build", None)
        store = IndexStore(folder)
        index = store.get(source_of(path))
        assert contents(index) == contents(built)
        assert facets(select(index, Filters())) == facets(select(built, Filters()))
        assert index.revision == built.revision
        store.close()
    subprocess.run([sys.executable, "-c", WRITE_ELSEWHERE, str(path)], check=True)
    store = IndexStore(folder)
    changed = store.get(source_of(path))
    assert changed.id("stance", int(changed.codes["stance"][0])) == "disputes"
    store.close()


def test_a_file_that_has_just_changed_is_not_trusted_to_be_told_apart(tmp_path):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}])
    folder = tmp_path / "copies"
    os.utime(path)
    store = IndexStore(folder)
    store.get(source_of(path))
    store.close()
    assert not folder.exists()


def test_a_copy_of_another_database_state_or_format_is_not_used(tmp_path):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}])
    index, copy, state = build(sqlite3.connect(path)), tmp_path / "copy", file_state(path)
    save(index, copy, state)
    assert contents(load(copy, state)) == contents(index)
    assert load(copy, {**state, "inode": 0}) is None
    assert load(tmp_path / "none", state) is None
    copy.write_bytes(b"datasette-claims stance index 0\n" + copy.read_bytes()[32:])
    assert load(copy, state) is None


@pytest.mark.parametrize("damage", ["cut", "flip", "header"])
def test_a_damaged_copy_is_found_and_does_not_stop_an_answer(tmp_path, damage):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": f"t{n}"} for n in range(20)])
    aged(path)
    folder = tmp_path / "copies"
    store = IndexStore(folder)
    built = store.get(source_of(path))
    store.close()
    (copy,) = folder.iterdir()
    data = bytearray(copy.read_bytes())
    if damage == "cut":
        del data[-70:]
    elif damage == "flip":
        data[-100] ^= 1
    else:
        data[40] = ord("x")
    copy.write_bytes(data)
    with pytest.raises(CopyError, match="damaged"):
        load(copy, file_state(path))
    store = IndexStore(folder)
    assert contents(store.get(source_of(path))) == contents(built)
    assert "damaged" in store.last_copy_error
    store.close()


def test_an_empty_index_has_a_copy_too(tmp_path):
    path = copied_to(tmp_path / "c.db")
    save(build(sqlite3.connect(path)), tmp_path / "copy", file_state(path))
    assert len(load(tmp_path / "copy", file_state(path))) == 0


def test_a_folder_that_cannot_be_written_does_not_stop_an_answer(tmp_path):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}])
    aged(path)
    (tmp_path / "file").write_text("not a folder")
    store = IndexStore(tmp_path / "file")
    assert len(store.get(source_of(path))) == 1
    assert "cannot be" in store.last_copy_error
    store.close()


class Editor:
    """Writes as the site does: each change of a row is a revision with the row before."""

    def __init__(self, conn):
        self.conn = conn

    def _row(self, table, row):
        names = [r[1] for r in self.conn.execute(f"PRAGMA table_info({table})")]
        found = self.conn.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row,)).fetchone()
        return json.dumps(dict(zip(names, found, strict=True))) if found else None

    def _revise(self, operation, table, row, before):
        number = self.conn.execute("SELECT max(id) + 1 FROM revisions").fetchone()[0]
        self.conn.execute(
            "INSERT INTO revisions (id, at, operation, table_name, row_id, before) VALUES (?, 'now', ?, ?, ?, ?)",
            (number, operation, table, row, before),
        )
        return number

    def load(self, table, rows):
        """Rows that a load adds have the revision of the load and none of their own."""
        number = self._revise("load", None, None, None)
        insert(self.conn, table, rows)
        for row in rows:
            self.conn.execute(f"UPDATE {table} SET revision = ? WHERE id = ?", (number, row["id"]))

    def insert(self, table, row):
        number = self._revise("insert", table, row["id"], None)
        insert(self.conn, table, [row])
        self.conn.execute(f"UPDATE {table} SET revision = ? WHERE id = ?", (number, row["id"]))

    def update(self, table, row, **values):
        number = self._revise("update", table, row, self._row(table, row))
        sets = ", ".join(f"{name} = ?" for name in values)
        self.conn.execute(f"UPDATE {table} SET {sets}, revision = ? WHERE id = ?", (*values.values(), number, row))

    def delete(self, table, row):
        self._revise("delete", table, row, self._row(table, row))
        self.conn.execute(f"DELETE FROM {table} WHERE id = ?", (row,))


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("load"), st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True)),
        st.tuples(st.just("insert"), st.integers(0, 7)),
        st.tuples(st.just("delete"), st.integers(0, 7)),
        st.tuples(
            st.just("update"),
            st.integers(0, 7),
            st.sampled_from(["supports", "disputes"]),
            st.sampled_from(["GB", "US"]),
        ),
        st.tuples(st.just("statement"), st.sampled_from(["s0", "s1"]), st.sampled_from(["2019-05-01", "2019-05-16"])),
        st.tuples(st.just("publisher"), st.sampled_from(["d1", "d2"]), st.sampled_from(["a3", "a4"])),
        st.tuples(st.just("topic"), st.sampled_from(["c0", "c1"]), st.sampled_from(["new", "iran"])),
        st.tuples(st.just("document"), st.sampled_from(["s0", "s1"]), st.sampled_from(["d1", "d2", None])),
    ),
    max_size=10,
)


def carry_out(editor, edit):
    what, target, *values = edit
    have = {row[0] for row in editor.conn.execute("SELECT id FROM stances")}

    def stance(number):
        statement = f"s{number % 2}" if number % 4 else None
        return {**STANCE, "id": f"t{number}", "claim": f"c{number % 3}", "statement": statement}

    if what == "load":
        editor.load("stances", [stance(n) for n in target if f"t{n}" not in have])
    elif what == "insert" and f"t{target}" not in have:
        editor.insert("stances", stance(target))
    elif what == "delete" and f"t{target}" in have:
        editor.delete("stances", f"t{target}")
    elif what == "update" and f"t{target}" in have:
        editor.update("stances", f"t{target}", stance=values[0], country=values[1])
    elif what == "statement":
        editor.update("statements", target, date_start=values[0], date_end=values[0])
    elif what == "document":
        editor.update("statements", target, document=values[0])
    elif what == "publisher":
        editor.update("documents", target, publisher=values[0])
    elif what == "topic":
        editor.update("claims", target, topic=values[0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_an_earlier_revision_is_shown_as_it_then_was(edits):
    conn = small_database([])
    statements = [{"id": s, "kind": "utterance", "document": "d1", "report_type": "direct"} for s in ("s0", "s1")]
    insert(conn, "statements", statements)
    editor, seen = Editor(conn), {}
    for edit in [("load", [0, 1, 2]), *edits]:
        carry_out(editor, edit)
        index = build(conn)
        ids = [stance for stance, _ in stance_ids(conn, index, np.arange(len(index)))]
        seen[index.revision] = sorted(zip(ids, contents(index), strict=True))
    for revision, expected in seen.items():
        index = build(conn, as_of=revision)
        assert index.revision == revision
        ids = [stance for stance, _ in stance_ids(conn, index, np.arange(len(index)))]
        assert sorted(zip(ids, contents(index), strict=True)) == expected
        assert len(rows_of_stances(conn, index, ids)) == len(ids)


def test_relations_and_claims_are_those_of_the_revision():
    conn = small_database([{**STANCE, "id": "t0"}])
    editor = Editor(conn)
    then = build(conn).revision
    editor.insert("claims", {"id": "c9", "text": "A new claim", "kind": "factual"})
    editor.insert("claim_relations", {"id": "r", "claim": "c9", "relation": "narrower_than", "other_claim": "c0"})
    assert len(build(conn).narrower) == 1
    past = build(conn, as_of=then)
    assert len(past.narrower) == 0
    assert "c9" not in past.dictionary("claim").codes
    editor.delete("claim_relations", "r")
    assert len(build(conn, as_of=then + 2).narrower) == 1


@pytest.mark.parametrize("revision", [0, -1, 99])
def test_a_revision_that_does_not_exist_is_refused(revision):
    with pytest.raises(IndexBuildError, match="the revisions run from 1 to 1"):
        build(small_database([]), as_of=revision)


def test_the_store_keeps_earlier_revisions_beside_the_present(tmp_path):
    path = copied_to(tmp_path / "c.db", [{**STANCE, "id": "t0"}])
    writer = sqlite3.connect(path)
    with writer:
        Editor(writer).update("stances", "t0", stance="disputes")
    store, source = IndexStore(), source_of(path)
    now, past = store.get(source), store.get(source, as_of=1)
    assert [i.id("stance", int(i.codes["stance"][0])) for i in (now, past)] == ["disputes", "supports"]
    assert store.get(source, as_of=1) is past
    assert store.get(source) is now
    assert parse([("stance", "supports")], past).chosen("stance") == ("supports",)
    store.close()
    writer.close()


def test_a_commit_that_goes_on_in_a_file_without_wal_holds_nobody_up(tmp_path):
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE t (a)")
        watcher = Watcher(Source("plain", lambda: sqlite3.connect(path, check_same_thread=False, timeout=60), path))
        before = watcher.version()
        assert watcher.certain() == before
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("INSERT INTO t VALUES (1)")
        assert watcher.version() == before  # at once: a minute would be noticed
        assert watcher.certain() is None
        writer.execute("COMMIT")
        assert watcher.version() != before
        assert watcher.certain() == watcher.version()
        watcher.close()
