"""Nothing that was acknowledged is lost, whatever fails; and a database that cannot be written says why.

The kills and faults are those of bench/durability.py, fewer of them.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from test_annotate_pages import Site as Pages
from test_annotate_pages import about

from datasette_claims import compat, site
from datasette_claims.loading import check, connecting
from datasette_claims.loading.writing import Change, apply_changes

ROOT = Path(__file__).parents[1]
CLAIM = {"text": "A claim that somebody typed for a long time.", "kind": "factual", "key": "k1"}


def test_kills_faults_writers_and_reloads_lose_nothing():
    command = [sys.executable, "bench/durability.py", "--kills", "20", "--migrations", "5", "--faults", "10"]
    command += ["--writers", "6", "--edits", "4", "--reloads", "12"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["wrong"], told["lost"], told["twice"], told["half"]) == (0, 0, 0, 0)
    assert told["kills_by_kind"] == {"annotate, review, undo": 12, "load": 5, "re-anchor": 3, "migrate": 5}
    assert told["acknowledged"] > 12
    assert told["faults"] >= 10
    assert set(told["answers"]) <= {"200", "303", "503", "507"}
    assert (told["edits"], told["lost_updates"], told["answers_5xx"]) == (24, 0, 0)
    assert told["loads_beside"] > 0
    assert (told["reloads"], told["annotations_lost_or_moved"]) == (12, 0)
    assert told["reloads_loaded"] > 3


@pytest.fixture
def pages(make_datasette, claims_copy, signed_in):
    """A site with people who may write."""
    return Pages(make_datasette(claims_copy, metadata=about()), signed_in, claims_copy)


def bytes_of(path):
    """The files of a database as they are."""
    names = [path.name + suffix for suffix in ("", "-wal", "-journal")]
    return {name: path.with_name(name).read_bytes() for name in names if path.with_name(name).exists()}


def form_keeps(answer, fields):
    kept = unescape(answer.text)
    return all(value in kept for name, value in fields.items() if name != "key")


async def on_writer(pages, act):
    return await compat.write(pages.datasette.get_database("claims"), act)


async def test_the_database_that_is_written_has_a_log_and_is_synchronized(make_datasette, claims_copy, signed_in):
    with closing(sqlite3.connect(claims_copy)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
    pages = Pages(make_datasette(claims_copy, metadata=about()), signed_in, claims_copy)
    await pages.datasette.invoke_startup()

    def modes(conn):
        return [
            conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert await on_writer(pages, modes) == ["wal", 2, 1]
    await on_writer(pages, lambda conn: conn.execute("PRAGMA synchronous = OFF").fetchone())
    assert (await pages.post("new/claims", CLAIM)).status_code == 303
    assert await on_writer(pages, modes) == ["wal", 2, 1]


@pytest.mark.parametrize("how", ["foreign", "immutable"])
async def test_other_databases_keep_their_journal(how, make_datasette, claims_copy):
    with closing(sqlite3.connect(claims_copy)) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
    before = bytes_of(claims_copy)
    if how == "foreign":
        datasette = make_datasette(claims_copy, metadata={"plugins": {"datasette-claims": {"database": "another"}}})
    else:
        datasette = make_datasette(metadata=about(), immutables=[str(claims_copy)])
    answer = await datasette.client.get("/claims/-/claims/claim/threat-increasing")
    assert answer.status_code == 200
    assert bytes_of(claims_copy) == before


async def test_who_is_locked_out_is_told_when_to_try_again_and_keeps_the_form(make_datasette, claims_copy, signed_in):
    metadata = about()
    metadata["plugins"]["datasette-claims"]["limits"] = {"lock_wait": 0.1}
    pages = Pages(make_datasette(claims_copy, metadata=metadata), signed_in, claims_copy)
    assert (await pages.get("new/claims")).status_code == 200
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await pages.post("new/claims", CLAIM)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "Somebody else is writing to this database just now." in unescape(answer.text)
        assert form_keeps(answer, CLAIM)
        told = await pages.post_json("new/claims", CLAIM)
        assert (told.status_code, told.headers["retry-after"]) == (503, "5")
        undone = await pages.post("undo", {"action": "1", "key": "k2", "next": "/claims/-/claims/changes"})
        assert undone.status_code == 503
        assert "Send it again" in undone.text
        assert re.search(r'name="key" value="k2"', undone.text)
        assert (await pages.get("claim/threat-increasing")).status_code == 200
        other.execute("ROLLBACK")
    assert (await pages.post("new/claims", CLAIM)).status_code == 303
    assert pages.one("select count(*) from claims where text = ?", CLAIM["text"]) == (1,)


async def test_a_full_database_is_507_and_keeps_the_form(pages):
    await pages.datasette.invoke_startup()
    before = pages.revision()
    await on_writer(pages, lambda conn: conn.execute("PRAGMA max_page_count = 1").fetchone())
    long = {**CLAIM, "note": "long words " * 2_000}
    answer = await pages.post("new/claims", long)
    assert answer.status_code == 507
    assert "The disk of this site is full." in answer.text
    assert form_keeps(answer, {"text": CLAIM["text"], "note": long["note"].strip()})
    assert pages.revision() == before
    await on_writer(pages, lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert (await pages.post("new/claims", long)).status_code == 303


def without_right_to_write(command):
    """Root may write everything; without this capability even root may not."""
    if os.geteuid() != 0:
        return command
    assert shutil.which("setpriv"), "install util-linux"
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--", *command]


READ_ONLY = """
import asyncio, json, sys, test_annotate_pages as t
from datasette.app import Datasette
from datasette_claims.compat import IS_1
m = t.about()
ds = Datasette([sys.argv[1]], metadata=m, **({"config": m} if IS_1 else {}))
class Signed:
    def __call__(self, datasette, actor): return {"ds_actor": datasette.sign({"a": actor}, "actor")}
async def main():
    pages = t.Site(ds, Signed(), sys.argv[1])
    shown = await pages.get("claim/threat-increasing")
    sent = await pages.post_json("new/claims", {"text": "x", "kind": "factual"})
    print(json.dumps([shown.status_code, sent.status_code, sent.text, shown.text]))
asyncio.run(main())
"""


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_file_that_cannot_be_written_is_shown_and_left_alone(mode, claims_copy, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    path = Path(shutil.move(claims_copy, folder / "claims.db"))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA journal_mode = {mode}")
    path.chmod(0o444)
    folder.chmod(0o555)
    before = bytes_of(path)
    try:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        command = without_right_to_write([sys.executable, "-c", READ_ONLY, str(path)])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        if compat.IS_1 and mode == "wal":  # Datasette 1.0 itself does not start
            assert "attempt to write a readonly database" in done.stderr
            assert bytes_of(path) == before
            return
        assert done.returncode == 0, done.stderr
        shown, sent, told, page = json.loads(done.stdout.splitlines()[-1])
    finally:
        folder.chmod(0o755)
    assert bytes_of(path) == before
    assert sent == 503
    if mode == "delete":
        assert shown == 200
        assert "can only be read" in told
        assert "could not be opened for writing claims: the database cannot be written" in page
    else:  # SQLite needs a file beside one with a log, even to read it
        assert shown == 503
        assert "could not be opened for writing claims: the database cannot be written" in told


def damaged(path):
    """Overwrite pages in the middle of the file: those of the rows, not of the schema."""
    with closing(sqlite3.connect(path)) as conn:
        root = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'claims'").fetchone()[0]
        size = conn.execute("PRAGMA page_size").fetchone()[0]
    with path.open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize("mode", ["delete", "wal"])
async def test_a_damaged_database_says_so_and_takes_no_changes(mode, make_datasette, claims_copy, signed_in):
    with closing(sqlite3.connect(claims_copy)) as conn:
        conn.execute(f"PRAGMA journal_mode = {mode}")
    damaged(claims_copy)
    before = bytes_of(claims_copy)
    pages = Pages(make_datasette(claims_copy, metadata=about()), signed_in, claims_copy)
    shown = await pages.get("claim/threat-increasing")
    assert shown.status_code == 503
    assert "database is damaged" in shown.text
    assert "estore it from a backup" in shown.text
    sent = await pages.post_json("new/actors", {"name": "Zoe", "kind": "person"})
    assert sent.status_code == 503
    assert "database is damaged" in sent.json()["error"]
    assert bytes_of(claims_copy)[claims_copy.name] == before[claims_copy.name]


async def test_a_database_of_a_newer_version_is_left_alone(make_datasette, claims_copy):
    with closing(sqlite3.connect(claims_copy)) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('datasette-claims', '9999_later', '')"
        )
        conn.commit()
        conn.execute("PRAGMA journal_mode = DELETE")
    before = bytes_of(claims_copy)
    datasette = make_datasette(claims_copy, metadata=about())
    answer = await datasette.client.get("/claims/-/claims")
    assert answer.status_code == 503
    assert "made by a newer version of datasette-claims (it has 9999_later)" in answer.text
    assert bytes_of(claims_copy) == before


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite3.OperationalError("database is locked"), "busy"),
        (sqlite3.OperationalError("database or disk is full"), "full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "read-only"),
        (sqlite3.OperationalError("unable to open database file"), "closed"),
        (sqlite3.DatabaseError("file is not a database"), "foreign"),
        (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
        (sqlite3.OperationalError("disk I/O error"), "disk"),
        (sqlite3.OperationalError("no such column: fullname"), None),
        (sqlite3.OperationalError("malformed MATCH expression: [x]"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_what_lies_outside_of_the_data_is_told_from_faults_of_a_query(error, kind):
    known = connecting.refusal(error)
    assert (known and known.kind) == kind


async def test_a_database_that_cannot_have_a_log_is_named_on_its_page(make_datasette, claims_copy, monkeypatch):
    monkeypatch.setattr(site, "make_durable", lambda conn: "delete")
    answer = await make_datasette(claims_copy, metadata=about()).client.get("/claims/-/claims")
    assert answer.status_code == 200
    assert "could not be given a write-ahead log (journal mode delete)" in answer.text


def test_an_act_may_change_more_rows_than_sqlite_takes_terms(claims_copy):
    values = {"kind": "person", "country": "NA", "country_basis": "nationality"}
    changes = [Change("insert", "actors", f"o'many-{n}", {**values, "name": f"Person {n}"}) for n in range(1_200)]
    with closing(sqlite3.connect(claims_copy, isolation_level=None)) as conn:
        assert len(apply_changes(conn, changes, "ann")) == 1_200
    assert check(claims_copy) == []
