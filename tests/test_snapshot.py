"""``datasette claims snapshot``: the same content under the same name, complete, while others go on writing."""

import hashlib
import json
import shlex
import sqlite3
from contextlib import closing

import click
import pytest
from click.testing import CliRunner

from datasette_claims import cli
from datasette_claims.loading import check
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.snapshotting import snapshot


def run(*arguments):
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", "snapshot", *map(str, arguments)])


def add(database, id_):
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        actor = {"name": id_, "kind": "person", "identification": "named"}
        apply_changes(conn, [Change("insert", "actors", id_, actor)], "ann")


def test_a_snapshot_is_complete_and_named_by_its_content(claims_copy, tmp_path):
    made = snapshot(claims_copy, tmp_path / "out")
    content = made.database.read_bytes()
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert made.folder.name == f"claims-{made.sha256[:12]}"
    assert made.size == len(content)
    assert not check(made.database)
    with closing(sqlite3.connect(claims_copy)) as conn:
        counts = {
            name: conn.execute(f'select count(*) from "{name}"').fetchone()[0]
            for (name,) in conn.execute("select name from sqlite_master where type = 'table'").fetchall()
        }
    told = json.loads(made.inspect_file.read_text(encoding="utf-8"))["claims"]
    assert {name: each["count"] for name, each in told["tables"].items()} == counts
    assert (told["hash"], told["size"], told["file"]) == (made.sha256, made.size, "claims.db")
    assert json.loads((tmp_path / "out" / "claims.json").read_text())["snapshot"] == made.folder.name


def test_the_same_content_is_the_same_snapshot_and_an_older_one_stays(claims_copy, tmp_path):
    first = snapshot(claims_copy, tmp_path / "out")
    again = snapshot(claims_copy, tmp_path / "out")
    assert (again.folder, again.new) == (first.folder, False)
    add(claims_copy, "olsen")
    later = snapshot(claims_copy, tmp_path / "out")
    assert later.new
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        ["claims.json", first.folder.name, later.folder.name]
    )
    assert hashlib.sha256(first.database.read_bytes()).hexdigest() == first.sha256


def test_a_snapshot_is_taken_while_somebody_writes(claims_copy, tmp_path):
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("UPDATE actors SET note = 'not committed'")
        made = snapshot(claims_copy, tmp_path / "out")
        conn.execute("ROLLBACK")
    with closing(sqlite3.connect(made.database)) as conn:
        assert conn.execute("select count(*) from actors where note = 'not committed'").fetchone() == (0,)


def test_what_cannot_be_copied_is_told_and_leaves_nothing(tmp_path):
    done = run(tmp_path / "none.db", tmp_path / "out")
    assert done.exit_code == 1
    assert "there is no such file" in done.stderr
    (tmp_path / "other.db").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    assert run(tmp_path / "other.db", tmp_path / "out").exit_code == 1
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("path", ["/-/claims", "/-/claims/compare", "/stances?country=GB"])
async def test_a_snapshot_is_served_as_the_database_is(claims_copy, tmp_path, make_datasette, path):
    done = run(claims_copy, tmp_path / "out")
    assert done.exit_code == 0
    command = shlex.split(done.stdout.splitlines()[1])
    assert command[:4] == ["serve", "it:", "datasette", "serve"]
    database = command[command.index("-i") + 1]
    mine, served = make_datasette(claims_copy), make_datasette(immutables=[database])
    answers = [await each.client.get(f"/claims{path}") for each in (mine, served)]
    assert [each.status_code for each in answers] == [200, 200]
    counted = [answer.text.count("<tr") for answer in answers]
    assert counted[0] == counted[1]
