"""``datasette claims load --by-file``: what was loaded before it was stopped is passed over; progress is told."""

import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from datasette_claims import cli, cli_load
from datasette_claims.loading import LoadError, Options, check, load
from datasette_claims.loading.by_file import load_by_file

DATA = Path(__file__).parents[1] / "data"
TABLES = ("actors", "statements", "mentions", "evidence", "claims", "stances", "provenance")


def run(*arguments):
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", "load", *map(str, arguments)])


def content(database):
    with closing(sqlite3.connect(database)) as conn:
        found = {}
        for table in TABLES:
            cursor = conn.execute(f"select * from {table} order by id")
            names = [column[0] for column in cursor.description]
            kept = [at for at, name in enumerate(names) if name != "revision"]
            found[table] = [tuple(row[at] for at in kept) for row in cursor]
    return found


def test_file_by_file_comes_to_the_same_rows(tmp_path):
    load(tmp_path / "whole.db", [DATA], Options(who="tester"))
    done = run(tmp_path / "parts.db", DATA, "--by-file")
    assert done.exit_code == 0
    assert content(tmp_path / "parts.db") == content(tmp_path / "whole.db")
    assert not check(tmp_path / "parts.db")


def test_a_load_that_was_stopped_goes_on_with_the_next_file(tmp_path):
    database = tmp_path / "claims.db"
    names = []
    for name, report in load_by_file(database, [DATA], Options(who="tester")):
        assert report is not None
        names.append(name)
        if len(names) == 4:
            break
    rest = list(load_by_file(database, [DATA], Options(who="tester")))
    assert [name for name, report in rest if report is None] == names
    assert all(report is not None for name, report in rest if name not in names)
    load(tmp_path / "whole.db", [DATA], Options(who="tester"))
    assert content(database) == content(tmp_path / "whole.db")
    again = run(database, DATA, "--by-file")
    assert all(line.endswith(": loaded before") for line in again.stdout.splitlines())


def test_a_file_that_is_wrong_keeps_those_before_it_and_one_that_was_corrected_is_loaded(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "actors.csv").write_text("id,name,kind\na,Ann,person\n")
    (tmp_path / "p" / "claims.csv").write_text("id,text,kind\nc,It rains.,no-such-word\n")
    database = tmp_path / "claims.db"
    done = run(database, tmp_path / "p", "--by-file")
    assert done.exit_code == 1
    assert "actors.csv: 1 actors added" in done.stdout
    (tmp_path / "p" / "claims.csv").write_text("id,text,kind\nc,It rains.,factual\n")
    done = run(database, tmp_path / "p", "--by-file")
    assert done.exit_code == 0
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == ["loaded before", "1 claims added"]


@pytest.mark.parametrize("option", ["--prune", "--dry-run"])
def test_what_needs_everything_at_once_is_refused(tmp_path, option):
    done = run(tmp_path / "claims.db", DATA, "--by-file", option)
    assert (done.exit_code, "everything at once" in done.stderr) == (2, True)
    assert not (tmp_path / "claims.db").exists()


def test_something_that_is_no_claims_database_is_told(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table x (id)")
    with pytest.raises(LoadError, match="no claims database"):
        list(load_by_file(tmp_path / "other.db", [DATA], Options()))


def test_progress_is_told_on_a_terminal(tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr("datasette_claims.progress.TERMINAL", 0)
    monkeypatch.setattr(sys, "stderr", shown)
    with cli_load.progress([str(DATA)]) as progress:
        load(tmp_path / "claims.db", [DATA], Options(progress=progress.part, rows=progress.count))
    told = shown.getvalue()
    assert "a second" in told
    assert "left" in told
    assert told.endswith("\x1b[K")
