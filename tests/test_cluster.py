"""The commands that a Dask cluster does: the same bytes as by one process, though a worker is killed in the middle."""

import os
import shutil
import sqlite3
from contextlib import closing

import click
import pytest
import spreading_data as data
from click.testing import CliRunner
from loading_data import loaded, rows, write

from datasette_claims import cli
from datasette_claims.loading import check
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.spreading import Crew, CrewError, crew, crews

ARTICLES = 20
TEXTS = 12
FATAL = 2
"""The task that takes its worker along, the first time it is done: others are finished, running and waiting then."""


@pytest.fixture(scope="module")
def cluster():
    """Two workers, one process and one thread each."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster


def run(*arguments):
    group = click.Group()
    cli.register(group)
    done = CliRunner().invoke(group, ["claims", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def killing(cluster, monkeypatch, tmp_path):
    """Call with arguments of a command: it is done by the cluster, of which a worker dies in each kind of task.

    Gives what the command prints, and the kinds of task.
    """
    distributed = pytest.importorskip("distributed")
    spread, died = Crew.spread, tmp_path / "died"
    died.mkdir()

    def deadly(self, function, tasks, *shared):
        marker = died / function.__name__
        given = ((function, task, marker if number == FATAL else None) for number, task in enumerate(tasks))
        return spread(self, data.die_once, given, *shared)

    def run_it(*arguments):
        with distributed.Client(cluster, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)  # one that was killed before comes back
            before = set(client.run(os.getpid).values())
        monkeypatch.setattr(Crew, "spread", deadly)
        printed = run(*arguments, "--scheduler", cluster.scheduler_address)
        monkeypatch.setattr(Crew, "spread", spread)
        killed = {path.name: int(path.read_text()) for path in died.iterdir()}
        assert len(before) == 2
        assert before & set(killed.values())
        assert os.getpid() not in killed.values()
        return printed, set(killed)

    return run_it


@pytest.fixture
def standing_clock(monkeypatch):
    """One moment for everything, so that whole databases can be compared."""
    for module in ("reanchoring", "writing"):
        monkeypatch.setattr(f"datasette_claims.loading.{module}.now", lambda: "2024-05-17T08:00:00Z")


def dump(database):
    """All that a database holds, as SQL."""
    with closing(sqlite3.connect(database)) as conn:
        return list(conn.iterdump())


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_extraction_from_every_form(killing, tmp_path, monkeypatch, format):
    monkeypatch.chdir(tmp_path)
    data.write_folder(tmp_path / "news", ARTICLES)
    order = ("extract", "claims.db", "news", "--chunk", "2", "--shard-format", format, "--shards")
    run(*order, "alone")
    assert killing(*order, "cluster")[1] == {"draft_chunk"}
    assert len(list((tmp_path / "cluster" / "chunks").iterdir())) > ARTICLES // 2
    assert data.contents(tmp_path / "cluster") == data.contents(tmp_path / "alone")
    assert f"documents: {ARTICLES + 5} added" in run("load", "claims.db", "cluster")
    assert rows("claims.db", "select count(*) from loads") == [1]
    assert check(tmp_path / "claims.db") == []


@pytest.fixture
def database(tmp_path):
    """Texts in two versions, with a passage for each paragraph; three of them each quote one utterance."""
    quoted = "“The {0} council will not sell the {0} quay while people live there,” said Mara Olsen.\n"
    files = {
        "documents.csv": "id,title,kind,rights,text,revision_of\n",
        "statements.csv": "id,kind,report_type,document,speaker_label,content\n",
        "mentions.csv": "id,statement,document,report_type,span_start,span_end,content\n",
    }
    places = ("northern", "southern", "eastern", "western")
    for number in range(TEXTS):
        old = data.article(number) + "\n" + quoted.format(places[number % len(places)])
        new = "Corrected on Friday.\n\n" + old.replace(" on Tuesday", "", 1).replace("after two years", "at last")
        for id_, text, before in ((f"old{number}", old, ""), (f"new{number}", new, f"old{number}")):
            files["documents.csv"] += f'{id_},Plan,news_article,cc0,"{text}",{before}\n'
        start = 0
        for at, paragraph in enumerate(old.split("\n\n")):
            end, words = start + len(paragraph.rstrip()), paragraph.strip(" “\n")
            files["statements.csv"] += f's{number}-{at},utterance,direct,old{number},somebody,"{words}"\n'
            files["mentions.csv"] += f'm{number}-{at},s{number}-{at},old{number},direct,{start},{end},"{words}"\n'
            start += len(paragraph) + 2
    loaded(tmp_path / "claims.db", write(tmp_path / "package", files))
    return tmp_path / "claims.db"


def test_reanchoring(killing, database, tmp_path, monkeypatch, standing_clock):
    monkeypatch.setattr("datasette_claims.loading.reanchoring.TOGETHER", 1)
    told = rows(database, "select state, count(*) from anchorings group by state")
    assert dict(told).keys() >= {"anchored", "changed"}
    gone = [Change("delete", "anchorings", id_) for id_ in rows(database, "select id from anchorings")]
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        apply_changes(conn, gone, "ann")
    alone = shutil.copy(database, tmp_path / "alone.db")
    printed = run("reanchor", alone)
    assert killing("reanchor", database) == (printed, {"look"})
    assert rows(database, "select state, count(*) from anchorings group by state") == told
    assert dump(database) == dump(alone)
    assert check(database) == []


def test_duplicates(killing, database, tmp_path, monkeypatch, standing_clock):
    monkeypatch.setattr("datasette_claims.duplicates.finding.CHUNK", 2)
    alone = shutil.copy(database, tmp_path / "alone.db")
    printed = run("duplicates", alone).replace("alone", "claims")
    assert killing("duplicates", database) == (printed, {"runs_of", "judge"})
    proposed = rows(database, "select subject from proposals where kind = 'same_statement'")
    last = len(data.article(0).split("\n\n"))
    assert set(proposed) >= {f"m{number}-{last}" for number in range(4, TEXTS)}
    assert len(proposed) == len(set(proposed))
    assert dump(database) == dump(alone)
    assert check(database) == []


def test_work_that_kills_every_worker_is_given_up_and_told(cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with crew(1, cluster.scheduler_address) as made, pytest.raises(CrewError, match="worker after worker died"):
        list(made.spread(data.kill_self, [1]))


def test_nobody_at_the_address_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(crews, "PATIENCE", "1s")
    with (
        pytest.raises(CrewError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1;"),
        crew(1, "tcp://127.0.0.1:1"),
    ):
        pass
