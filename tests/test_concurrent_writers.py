"""Several processes and threads that edit one row: each change is made on the row as it stands, and none is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from loading_data import SMALL, loaded, rows, write

from datasette_claims.loading import check
from datasette_claims.loading.writing import Change, StaleRow, apply_changes

EDITS = 12
"""Changes that each writer brings about."""


def edit(database: Path, who: str, edits: int = EDITS) -> int:
    """Add to a number in a row as often as asked, reading it again whenever somebody was quicker.

    Returns how often that was so.
    """
    stale = 0
    with closing(sqlite3.connect(database, isolation_level=None, timeout=60)) as conn:
        for number in range(edits):
            while True:
                topic, revision = conn.execute("SELECT topic, revision FROM claims WHERE id = 'war'").fetchone()
                change = Change("update", "claims", "war", {"topic": str(int(topic) + 1)}, revision=revision)
                try:
                    apply_changes(conn, [change], who, request_key=f"{who}-{number}")
                    break
                except StaleRow:
                    stale += 1
    return stale


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    loaded(path, write(tmp_path / "package", SMALL))
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        apply_changes(conn, [Change("update", "claims", "war", {"topic": "0"})], "first")
    return path


def everything_counted(database: Path, writers: list[str]) -> None:
    """The row has every change, each in its own sealed revision on top of the one before."""
    assert rows(database, "SELECT topic FROM claims WHERE id = 'war'") == [str(len(writers) * EDITS)]
    made = rows(database, "SELECT who, count(*) FROM revisions WHERE request_key IS NOT NULL GROUP BY who")
    assert made == sorted((who, EDITS) for who in writers)
    steps = rows(
        database,
        "SELECT json_extract(before, '$.topic'), json_extract(after, '$.topic') FROM revisions WHERE row_id = 'war' "
        "AND request_key IS NOT NULL ORDER BY id",
    )
    assert steps == [(str(number), str(number + 1)) for number in range(len(writers) * EDITS)]
    assert check(database) == []


def test_sixteen_threads_that_edit_one_row_lose_nothing(database: Path) -> None:
    writers = [f"thread-{number}" for number in range(16)]
    together = threading.Barrier(len(writers))
    failed: list[BaseException] = []
    stale: list[int] = []

    def run(who: str) -> None:
        together.wait()
        try:
            stale.append(edit(database, who))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(who,)) for who in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sum(stale) > 0, "they never met"
    everything_counted(database, writers)


def test_two_processes_that_edit_one_row_lose_nothing(database: Path) -> None:
    writers = ["process-1", "process-2"]
    code = "import sys, pathlib, test_concurrent_writers as t; t.edit(pathlib.Path(sys.argv[1]), sys.argv[2])"
    command = [sys.executable, "-c", code, str(database)]
    processes = [subprocess.Popen([*command, who], cwd=Path(__file__).parent) for who in writers]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    everything_counted(database, writers)


def test_the_same_request_from_two_writers_at_once_acts_once(database: Path) -> None:
    """A client that has no answer sends its request again, while the first one is still on its way."""
    together = threading.Barrier(8)
    answers: list[list[int]] = []

    def send() -> None:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=60)) as conn:
            together.wait()
            values = {"text": "There is peace.", "kind": "factual"}
            answers.append(apply_changes(conn, [Change("insert", "claims", "peace", values)], "ada", request_key="k"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len({tuple(answer) for answer in answers}) == 1
    assert rows(database, "SELECT count(*) FROM revisions WHERE row_id = 'peace'") == [1]
