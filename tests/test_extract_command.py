"""``datasette claims extract``: what it prints, its exit codes, that it can be stopped and repeated at any time."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import click
import pytest
from click.testing import CliRunner

from datasette_claims import cli
from datasette_claims.loading import Options, check, load

STORY = """Harbour bridge to open in June

The harbour bridge will open in June after two years of work, the ministry said on Monday.

“It is safe,” said Mara Olsen, the mayor. “We have checked every bolt.”
"""
OTHER = """Old bridge to close in July

The old bridge will close in July, the ministry said on Tuesday.

“It was time,” said Mara Olsen.
"""


def run(*arguments, given=None):
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", "extract", *map(str, arguments)], input=given)


def rows(database, sql, *given):
    with closing(sqlite3.connect(database)) as conn:
        return conn.execute(sql, given).fetchall()


@pytest.fixture
def database(tmp_path):
    return tmp_path / "news.db"


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_a_text_becomes_a_document_with_drafts_and_it_is_told_where_to_read_it(database, story):
    done = run(
        database, story, "--publisher", "Harbour News", "--published-on", "2024-05-06", "--url", "https://h.example/a"
    )
    assert (done.exit_code, done.stderr) == (0, "")
    document, url, obtained, published = rows(database, "select id, url, obtained, published_on from documents")[0]
    assert (url, obtained, published) == ("https://h.example/a", "file", "2024-05-06")
    statements = rows(database, "select status, confidence from statements")
    assert len(statements) >= 3
    assert {status for status, _ in statements} == {"draft"}
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{story}: {document}: {len(statements)} statements, ")
    assert lines[0].endswith(" drafted")
    assert f"  read it at /news/-/claims/read/{document}" in lines
    assert lines[-1].startswith(f"1 document; {len(statements)} statements wait for review: ")
    assert lines[-1].endswith("/news/-/claims/review")
    assert check(database) == []


def test_the_same_text_again_writes_nothing(database, story):
    run(database, story)
    before = database.read_bytes()
    again = run(database, story, story)
    assert again.exit_code == 0
    assert again.stdout.count("known already") == 2
    assert again.stdout.splitlines()[-1] == "Nothing new: nothing was written."
    assert database.read_bytes() == before


def test_another_text_of_the_same_address_is_its_next_version(database, story, tmp_path):
    address = ("--url", "https://h.example/a")
    run(database, story, *address)
    second = tmp_path / "second.txt"
    second.write_text(STORY.replace("every bolt", "each bolt"), encoding="utf-8")
    told = run(database, second, *address)
    old, new = (id for (id,) in rows(database, "select id from documents order by revision"))
    assert rows(database, "select revision_of from documents where id = ?", new) == [(old,)]
    assert f"  another version of {old}" in told.stdout.splitlines()


def test_a_source_that_cannot_be_read_is_named_and_the_others_are_stored(database, story, tmp_path):
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n")
    done = run(database, tmp_path / "nowhere.txt", story, picture)
    assert done.exit_code == 1
    assert f"{tmp_path / 'nowhere.txt'}: there is no such file: check the path" in done.stderr
    assert f"{picture}: this is a PNG picture, not text: name a text" in done.stderr
    assert "2 problems; nothing of these was written." in done.stderr
    assert len(rows(database, "select 1 from documents")) == 1


def test_without_any_text_no_database_is_made(database, tmp_path):
    assert run(database, tmp_path / "nowhere.txt").exit_code == 1
    assert not database.exists()


def test_standard_input_and_a_folder_are_sources(database, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text(f"# {OTHER}", encoding="utf-8")
    (folder / "b.css").write_text("p {}", encoding="utf-8")
    done = run(database, "-", folder, given=STORY)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("standard input: ")
    assert "passed over: one file of other kinds" in done.stderr
    titles = [title for (title,) in rows(database, "select title from documents order by title")]
    assert titles == ["Harbour bridge to open in June", "Old bridge to close in July"]
    assert done.stdout.splitlines()[-1].startswith("2 documents; ")


def test_a_dry_run_tells_and_writes_nothing(database, story):
    told = run(database, story, "--dry-run")
    assert told.exit_code == 0
    assert "would be drafted" in told.stdout
    assert told.stdout.splitlines()[-1] == "Dry run: nothing was written."
    assert not database.exists()
    run(database, story)
    before = database.read_bytes()
    (story.parent / "other.txt").write_text(OTHER, encoding="utf-8")
    assert "would be drafted" in run(database, story.parent / "other.txt", "--dry-run").stdout
    assert database.read_bytes() == before


def test_everything_as_json(database, story, tmp_path):
    done = run(database, story, tmp_path / "nowhere.txt", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert told["documents"][0]["counts"]["documents"] == 1
    assert told["documents"][0]["source"] == str(story)
    assert told["problems"][0]["file"] == str(tmp_path / "nowhere.txt")


def test_an_address_is_not_fetched_unless_that_is_asked_for(database):
    done = run(database, "https://news.example/a")
    assert done.exit_code == 1
    assert "https://news.example/a: fetching pages is switched off" in done.stderr
    inside = run(database, "http://127.0.0.1/a", "--fetch")
    assert inside.exit_code == 1
    assert "not public (loopback)" in inside.stderr
    assert not database.exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--published-on", "May"], "an ISO date"),
        (["--language", "English!"], "a BCP 47 tag"),
        (["--url", "h.example"], "an http or https address"),
        (["other.txt", "--title", "A"], "--title goes with one SOURCE"),
        (["--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(database, story, options, told):
    done = run(database, story, *options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not database.exists()


def test_an_unknown_engine_is_told_with_those_that_there_are(database, story):
    done = run(database, story, "--engine", "crystal-ball")
    assert done.exit_code == 1
    assert "There is no extraction engine named “crystal-ball”" in done.stderr
    assert "rules" in done.stderr
    assert rows(database, "select count(*) from documents") == [(0,)]


def test_another_database_is_left_alone(tmp_path, story):
    database = tmp_path / "other.db"
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("create table documents (a)")
        conn.commit()
    done = run(database, story)
    assert done.exit_code == 1
    assert "datasette-claims did not make" in done.stderr
    assert rows(database, "select name from sqlite_master") == [("documents",)]


def test_the_text_of_a_document_that_is_kept_elsewhere_is_recognised(database, tmp_path):
    run(database, "-", given=STORY)
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("update documents set text = null")
        conn.commit()
    (document,) = rows(database, "select id from documents")[0]
    told = run(database, "-", given=STORY)
    assert told.exit_code == 0
    assert f"datasette claims attach DB {document} FILE" in told.stdout
    assert len(rows(database, "select 1 from documents")) == 1


def test_a_stored_text_in_which_nothing_is_marked_gets_its_drafts(database, tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "documents.json").write_text(
        json.dumps([{"id": "bridge", "title": "Bridge", "text": STORY.strip()}]), encoding="utf-8"
    )
    load(database, [package], Options())
    told = run(database, "-", given=STORY)
    assert "bridge: " in told.stdout
    assert rows(database, "select id from documents") == [("bridge",)]
    assert rows(database, "select distinct document, status from mentions") == [("bridge", "draft")]
    assert "known already" in run(database, "-", given=STORY).stdout


def test_an_interrupted_run_keeps_whole_documents_only_and_can_be_repeated(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(60):
        name = folder / f"{number:02}.txt"
        name.write_text(STORY.replace("June", f"June {1940 + number}"), encoding="utf-8")
    whole, stopped = tmp_path / "whole.db", tmp_path / "stopped.db"
    command = [sys.executable, "-m", "datasette", "claims", "extract"]
    process = subprocess.Popen([*command, stopped, folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "drafted" in line:
            break
    process.send_signal(signal.SIGINT)
    _, problems = process.communicate(timeout=60)
    assert process.returncode == 130, problems
    assert "Interrupted: what was told of is stored" in problems
    stored = rows(stopped, "select count(*) from documents")[0][0]
    assert 1 <= stored < 60
    assert check(stopped) == []
    assert rows(
        stopped, "select count(*) from documents d where not exists (select 1 from mentions where document = d.id)"
    ) == [(0,)]
    assert run(stopped, folder).exit_code == 0
    assert run(whole, folder).exit_code == 0
    for table in ("segments", "statements", "mentions", "evidence", "actors"):
        sql = f"select id from {table} order by id"
        assert rows(stopped, sql) == rows(whole, sql)
