"""Helpers of the loading tests: small packages, loads, and what a database then says."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette_claims.loading import LoadReport, Options, load
from datasette_claims.schema import TABLES

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
UN2019 = ROOT / ".." / "shared" / "un2019"
SEED = ROOT / ".." / "shared" / "seed"

ACTORS = "id,name,kind,country,country_basis\nada,Ada,person,NA,nationality\nunion,Union,organization,,\n"
CLAIMS = "id,text,kind,topic\nthreat,There is a threat.,factual,security\nwar,There will be war.,prediction,\n"
STANCES = "id,claim,stance,basis,actor,note\nx1,threat,supports,explicit,ada,\nx2,war,disputes,explicit,ada,\n"
SMALL = {"actors.csv": ACTORS, "claims.csv": CLAIMS, "stances.csv": STANCES}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def loaded(database: Path, *sources: Path | str, **options: Any) -> LoadReport:
    """Load and return the report."""
    return load(database, sources, Options(who="tester", **options))


def rows(database: Path, sql: str, parameters: Any = ()) -> list[Any]:
    """The result of a query; single columns as plain values."""
    with closing(sqlite3.connect(database)) as conn:
        found = conn.execute(sql, parameters).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def counts(report: LoadReport, table: str) -> tuple[int, int, int, int, int]:
    """added, changed, removed, unchanged, kept"""
    c = report.counts[table]
    return c.added, c.changed, c.removed, c.unchanged, c.kept


def content(database: Path) -> str:
    """A checksum of everything that a database says, whatever its pages look like; "" where there is none."""
    if not database.exists():
        return ""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(database)) as conn:
        for (sql,) in conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"):
            digest.update(sql.encode())
        for table in TABLES:
            for row in conn.execute(f'SELECT * FROM "{table.name}" ORDER BY id'):
                digest.update(json.dumps(row).encode())
    return digest.hexdigest()


def check_sound(database: Path, stances: int, side: str) -> None:
    """The database is whole, and all of its roll calls but those of the row "new" are on one side."""
    assert rows(database, "PRAGMA integrity_check") == ["ok"]
    assert rows(database, "PRAGMA foreign_key_check") == []
    assert rows(database, "SELECT count(*) FROM stances") == [stances]
    assert rows(database, "SELECT DISTINCT stance FROM stances WHERE id <> 'new'") == [side]
