"""Extraction in chunks: the same rows by one process or a pool, whoever dies and whenever it is stopped."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import spreading_data as data

from datasette_claims import spreading
from datasette_claims.drafting import draft
from datasette_claims.loading import Options, check, load
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.obtaining import NotObtained, Wishes, obtain
from datasette_claims.obtaining.sources import gather
from datasette_claims.schema import migrate
from datasette_claims.spreading import CrewError, NotUsable, Order, Reading, crew

ARTICLES = 40


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return data.write_lines(tmp_path_factory.mktemp("articles") / "articles.jsonl", data.records(ARTICLES))


def run(source, folder, *, workers=1, database=None, progress=lambda count: None, **order):
    order = {"chunk": 2, **order}
    with crew(workers) as made:
        articles = gather(str(source), Wishes())
        return spreading.extract(
            articles, database, folder, Order(Reading.by("rules", {}, None), **order), made, progress
        )


@pytest.fixture(scope="module")
def alone(source, tmp_path_factory):
    """The order done by one process."""
    folder = tmp_path_factory.mktemp("alone") / "shards"
    told = run(source, folder)
    assert (told.chunks, told.kept, told.gathered.documents) == (ARTICLES // 2, 0, ARTICLES)
    return folder


def test_the_rows_are_those_that_drafting_makes_one_article_after_the_other(source, alone):
    """Statements, mentions and their words; ids of actors may differ, because there each sees the ones before it."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.execute("PRAGMA foreign_keys = ON")
    migrate(conn)
    expected = {}
    for text in obtain(str(source)):
        made = draft(conn, text)
        expected |= {c.row: c.values["content"] for c in made.changes if c.table == "mentions"}
    found = {row["id"]: row["content"] for row in read(alone, "mentions")}
    assert found == expected
    assert len(found) >= 3 * ARTICLES


def read(folder, table):
    lines = (folder / "rows" / f"{table}-00000.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_pool_of_processes_gives_the_same_bytes(source, alone, tmp_path):
    run(source, tmp_path / "pool", workers=2)
    assert data.contents(tmp_path / "pool") == data.contents(alone)


@pytest.mark.parametrize("fatal", [0, 5, 11])
def test_a_killed_process_of_a_pool_loses_nothing_and_repeats_nothing(tmp_path, fatal):
    tasks = [{"number": n, "fatal": fatal, "marker": str(tmp_path / "died")} for n in range(12)]
    with crew(2) as made:
        assert list(made.spread(data.kill_self_once, tasks, None)) == [n**2 for n in range(12)]
    assert (tmp_path / "died").exists()


def test_work_that_kills_every_process_is_given_up_and_told():
    with crew(2) as made, pytest.raises(CrewError, match="died 3 times"):
        list(made.spread(data.kill_self, [1]))


def test_what_was_finished_when_it_was_stopped_is_kept_and_not_done_again(source, alone, tmp_path):
    folder, done = tmp_path / "shards", []

    def stop(count):
        done.append(count)
        if len(done) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(source, folder, progress=stop)
    assert len(list((folder / "chunks").iterdir())) == 3
    assert not (folder / "datapackage.json").exists()
    kept = {path: path.stat().st_mtime_ns for path in (folder / "chunks").iterdir()}
    told = run(source, folder)
    assert (told.chunks, told.kept) == (ARTICLES // 2, 3)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert data.contents(folder) == data.contents(alone)
    assert run(source, folder).kept == ARTICLES // 2


def test_an_order_goes_on_with_what_the_database_had_when_it_began(source, tmp_path):
    database = tmp_path / "claims.db"
    load(database, [Path(__file__).parents[1] / "data"], Options(who="tester"))

    def stop(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(source, tmp_path / "stopped", database=database, progress=stop)
    run(source, tmp_path / "whole", database=database)
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        actor = {"name": "Mara Olsen", "kind": "person", "identification": "named", "status": "reviewed"}
        apply_changes(conn, [Change("insert", "actors", "olsen", actor)], "ann")
    run(source, tmp_path / "stopped", database=database)
    assert data.contents(tmp_path / "stopped") == data.contents(tmp_path / "whole")
    run(source, tmp_path / "later", database=database)
    assert not any(row["name"] == "Mara Olsen" for row in read(tmp_path / "later", "actors"))
    assert "olsen" in {row.get("speaker") for row in read(tmp_path / "later", "statements")}


def test_another_order_is_not_mixed_into_a_folder(source, alone, tmp_path):
    with pytest.raises(NotUsable, match="another order"):
        run(source, alone, chunk=4)
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(NotUsable, match="not empty"):
        run(source, tmp_path)
    assert (tmp_path / "note.txt").read_text() == "mine"


@pytest.fixture(params=["jsonl", "parquet"])
def shards(request, source, tmp_path):
    run(source, tmp_path / "shards", format=request.param)
    return tmp_path / "shards"


def test_load_takes_the_shards_in_one_pass_and_adds_nothing_the_second_time(shards, tmp_path):
    database = tmp_path / "claims.db"
    report = load(database, [shards], Options(who="tester"))
    assert report.counts["documents"].added == ARTICLES
    assert report.counts["proposals"].added > 0
    assert not check(database)
    with closing(sqlite3.connect(database)) as conn:
        statuses = conn.execute("select distinct status from statements").fetchall()
        text, at = conn.execute("select text, retrieved_at from documents where title = 'Plan 7'").fetchone()
        assert conn.execute("select count(*) from loads").fetchone() == (1,)
    assert (statuses, text, at) == ([("draft",)], data.article(7).rstrip("\n"), "2024-05-17T08:00:00Z")
    assert load(database, [shards], Options(who="tester")).load is None


def test_loading_shards_again_changes_nothing_that_is_there_by_now(shards, tmp_path):
    database = tmp_path / "claims.db"
    load(database, [shards], Options(who="tester"))
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        gone, kept = (row[0] for row in conn.execute("select id from proposals where kind = 'speaker' limit 2"))
        statement = conn.execute("select id from statements limit 1").fetchone()[0]
        decided = Change("update", "proposals", kept, {"status": "declined", "decided_by": "ann"})
        reviewed = Change("update", "statements", statement, {"status": "reviewed", "content": "As a person reads it."})
        apply_changes(conn, [Change("delete", "proposals", gone), decided, reviewed], "ann")
    report = load(database, [shards], Options(who="tester"))
    assert report.load is None
    assert report.counts["proposals"].kept == 1
    with closing(sqlite3.connect(database)) as conn:
        assert conn.execute("select status from proposals where id = ?", [kept]).fetchone() == ("declined",)
        assert conn.execute("select 1 from proposals where id = ?", [gone]).fetchone() is None
        told = conn.execute("select status, content from statements where id = ?", [statement]).fetchone()
    assert told == ("reviewed", "As a person reads it.")


def test_texts_that_come_twice_versions_and_one_id_for_two_actors(tmp_path):
    first = {"title": "A", "url": "https://n.example/a", "text": "“It is safe to cross it now,” Mara Olsen said.\n"}
    later = first | {"text": first["text"] + "\n“The bridge will stay open,” said Jonas Brandt.\n"}
    other = {"title": "B", "text": "“We will close the old bridge,” the Mara Olsen Institute said on Monday.\n"}
    source = data.write_lines(tmp_path / "a.jsonl", [first, first, later, other, {"title": "nothing"}, first])
    told = run(source, tmp_path / "shards", chunk=2)
    found = told.gathered
    assert (found.documents, found.repeated, found.versions, len(found.problems)) == (3, 2, 1, 1)
    assert found.problems[0][0] == f"{source}:5"
    documents = {row["title"] + row["text"][-8:]: row for row in read(tmp_path / "shards", "documents")}
    assert [row.get("revision_of") for row in documents.values()].count(None) == 2
    names = [row["name"] for row in read(tmp_path / "shards", "actors")]
    assert names.count("Mara Olsen") == 1
    load(tmp_path / "claims.db", [tmp_path / "shards"], Options(who="tester"))
    assert not check(tmp_path / "claims.db")
    again = run(source, tmp_path / "again", chunk=2, database=tmp_path / "claims.db")
    assert (again.gathered.documents, again.gathered.known) == (0, 5)
    assert not (tmp_path / "again" / "datapackage.json").exists()


def test_an_id_that_would_mean_two_actors_becomes_two(tmp_path):
    texts = (
        "“It is safe to cross it now,” Al Hadi said.\n",
        "“We closed the road this week,” said the Al-Hadi Group.\n",
    )
    lines = []
    for number, text in enumerate(texts):
        row = {"id": "al-hadi", "name": "Al Hadi", "kind": ("person", "organization")[number], "status": "draft"}
        said = {"id": f"s{number}", "content": text, "speaker": "al-hadi"}
        rows = {"actors": [row], "statements": [said], "documents": [{"id": f"d{number}", "text": text}]}
        lines.append({"source": "x", "document": f"d{number}", "sha256": str(number), "rows": rows})
    data.write_lines(tmp_path / "0.jsonl", lines)
    from datasette_claims.spreading.gathering import gather as bring_together
    from datasette_claims.spreading.gathering import make_stored
    from datasette_claims.spreading.shards import Shards

    make_stored(None, tmp_path / "stored.db")
    (tmp_path / "rows").mkdir()
    shards = Shards(tmp_path / "rows", "jsonl")
    bring_together([tmp_path / "0.jsonl"], tmp_path / "stored.db", shards)
    shards.close()
    kinds = {row["id"]: row["kind"] for row in read(tmp_path, "actors")}
    speakers = {row["id"]: row["speaker"] for row in read(tmp_path, "statements")}
    assert sorted(kinds.values()) == ["organization", "person"]
    assert [kinds[speakers[id_]] for id_ in ("s0", "s1")] == ["person", "organization"]


def test_a_long_text_closes_its_chunk():
    from datasette_claims.obtaining.raw import Raw
    from datasette_claims.spreading.drafts import LARGEST, chunks

    articles = [Raw(b"x" * (LARGEST // 2), str(n), "text") for n in range(3)] + [NotObtained("y", "wrong", "mend it")]
    made = list(chunks(articles, 50, Reading.by("rules", {}, None)))
    assert [len(chunk.articles) for chunk in made] == [2, 2]
    assert len({chunk.name("k") for chunk in made}) == 2
    assert made[0].name("k") != made[0].name("l")


def test_another_version_on_a_worker_is_refused():
    from datasette_claims.spreading.drafts import Chunk, draft_chunk

    with pytest.raises(RuntimeError, match="install the same version"):
        draft_chunk(Chunk(0, (), Reading(version="0.0.0")), b"")
