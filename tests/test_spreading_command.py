"""``datasette claims extract --shards``: what it prints, its exit codes, and what it refuses."""

import json

import click
import pytest
import spreading_data as data
from click.testing import CliRunner

from datasette_claims import cli
from datasette_claims.progress import Progress, duration
from datasette_claims.spreading import crews


def run(*arguments):
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with articles in every form in ``news``, in which the commands are run."""
    monkeypatch.chdir(tmp_path)
    data.write_folder(tmp_path / "news", 3)
    return tmp_path


def test_a_folder_of_every_form_becomes_shards_and_then_drafts(folder):
    done = run("extract", "claims.db", "news", "--shards", "shards")
    assert (done.exit_code, done.stderr) == (0, "news/d.parquet: passed over: columns pages\n")
    first, last = done.stdout.splitlines()
    assert first.startswith("1 chunk: 8 documents, ")
    assert last == "load them: datasette claims load claims.db shards"
    assert not (folder / "claims.db").exists()
    loaded = run("load", "claims.db", "shards")
    assert loaded.exit_code == 0
    assert "documents: 8 added" in loaded.stdout
    assert run("check", "claims.db").exit_code == 0
    again = run("extract", "claims.db", "news", "--shards", "shards")
    assert again.stdout.startswith("1 chunk, 1 of them finished before: 8 documents, ")


def test_json_tells_everything(folder):
    (folder / "news" / "z.jsonl").write_text('{"title": "no article"}\n{broken\n', encoding="utf-8")
    done = run("extract", "claims.db", "news", "--shards", "shards", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["ok"], told["documents"], told["known"], told["repeated"]) == (False, 8, 0, 0)
    assert [each["source"] for each in told["problems"]] == ["news/z.jsonl:1", "news/z.jsonl:2"]
    plain = run("extract", "claims.db", "news", "--shards", "shards")
    assert "news/z.jsonl:1" in plain.stderr
    assert "2 problems; nothing of these was drafted." in plain.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--workers", "2"], "--workers goes with --shards"),
        (["--scheduler", "tcp://x:1"], "--scheduler goes with --shards"),
        (["--shards", "s", "--workers", "2", "--scheduler", "tcp://x:1"], "a cluster has its own workers"),
        (["--shards", "s", "--dry-run"], "--dry-run does not go with --shards"),
        (["--shards", "s", "--title", "T"], "--title goes with one SOURCE"),
        (["--shards", "s", "--published-on", "May"], "give an ISO date"),
    ],
)
def test_options_that_do_not_fit_are_refused(folder, arguments, told):
    done = run("extract", "claims.db", "news", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (folder / "s").exists()


def test_what_cannot_be_done_is_told_in_one_line(folder, monkeypatch):
    monkeypatch.setattr(crews, "PATIENCE", "1s")
    (folder / "mine").mkdir()
    (folder / "mine" / "note.txt").write_text("x")
    done = run("extract", "claims.db", "news", "--shards", "mine")
    assert (done.exit_code, "not empty" in done.stderr) == (1, True)
    done = run("extract", "claims.db", "news", "--shards", "new", "--scheduler", "tcp://127.0.0.1:1")
    assert (done.exit_code, "no Dask scheduler answers" in done.stderr) == (1, True)


def test_progress_tells_rate_and_remaining_time():
    now = [0.0]
    progress = Progress("articles", 1000, clock=lambda: now[0])
    now[0] = 10.0
    progress.count(50)
    progress.part(250)
    assert progress.line() == "50 articles, 5.0 a second, 25% done, about 30 s left"
    now[0] = 100.0
    progress.count(4950)
    assert progress.line() == "5,000 articles, 50 a second, 25% done, about 5 min left"
    assert Progress("rows", 0, clock=lambda: now[0]).line() == "0 rows, 0.0 a second"


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (89, "89 s"), (120, "2 min"), (7200, "2.0 h")])
def test_durations(seconds, said):
    assert duration(seconds) == said
