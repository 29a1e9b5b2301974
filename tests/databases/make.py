"""Keep a database of this version for the tests of later ones: ``python tests/databases/make.py``.

Writes ``<number of the newest migration>.db.gz`` beside this file. See README.md in this folder for when to run it.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from datasette_claims.loading import Options, check, load
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema.migrations import migrations

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"


def make(database: Path) -> None:
    """The reference case, then what people do: a row added, one changed, one deleted, each with its revision."""
    load(database, [DATA], Options(who="tester"))
    with closing(sqlite3.connect(database)) as conn:
        added = {"id": "kept-claim", "text": "NA is Namibia; “quoted”, naïve, 東京.", "kind": "factual"}
        apply_changes(conn, [Change("insert", "claims", "kept-claim", added)], "tester")
        apply_changes(conn, [Change("update", "actors", "jeremy-hunt", {"note": "Seen by a person."})], "tester")
        (gone,) = conn.execute("SELECT id FROM assessments ORDER BY id LIMIT 1").fetchone()
        apply_changes(conn, [Change("delete", "assessments", gone)], "tester")
        conn.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        conn.execute("VACUUM")
    assert check(database) == []


if __name__ == "__main__":
    number = migrations._migrations[-1].name.partition("_")[0]
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "claims.db")
        content = (Path(folder) / "claims.db").read_bytes()
    (HERE / f"{number}.db.gz").write_bytes(gzip.compress(content, 9, mtime=0))
