"""A database that an earlier version made opens in this one, and in later ones, with every row kept."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database
from test_schema import schema_of

from datasette_claims.cli import claims
from datasette_claims.loading import check
from datasette_claims.schema import migrate, pending
from datasette_claims.schema import migrations as room

FILES = sorted((Path(__file__).parent / "databases").glob("*.db.gz"))
CLAIMS = {"plugins": {"datasette-claims": {"database": "claims"}}}

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a kept database."""
    path = tmp_path / "claims.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def all_rows(path: Path, columns: dict[str, list[str]] | None = None) -> tuple[Rows, dict[str, list[str]]]:
    """Every row of every table, search included, in the given columns or all; and which columns these were."""
    with closing(sqlite3.connect(path)) as conn:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        names = [name for (name,) in conn.execute(sql) if not name.startswith("_sqlite")]
        if columns is None:
            about = {name: conn.execute(f'PRAGMA table_xinfo("{name}")').fetchall() for name in names}
            columns = {name: [row[1] for row in found if row[6] != 1] for name, found in about.items()}
        picked = {name: ", ".join(f'"{column}"' for column in columns[name]) for name in columns}
        return {
            name: sorted(conn.execute(f'SELECT {picked[name]} FROM "{name}"'), key=repr) for name in picked
        }, columns


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> str:
    """This version with one migration more, which adds a column, fills it, and adds a table and an index."""
    later = type(room.migrations)("datasette-claims")
    later._migrations = list(room.migrations._migrations)

    @later(name="9000_next")
    def following(db: Database) -> None:
        db.execute("ALTER TABLE actors ADD COLUMN sort_name TEXT")
        db.execute("UPDATE actors SET sort_name = lower(name)")
        db.execute("CREATE TABLE notebooks (id TEXT PRIMARY KEY, actor TEXT REFERENCES actors (id))")
        db.execute("CREATE INDEX notebooks_actor ON notebooks (actor)")

    monkeypatch.setattr(room, "migrations", later)
    return "9000_next"


def applied(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as conn:
        return [name for (name,) in conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]


def migrated_by_hand(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        migrate(conn)


def migrated_by_a_load(path: Path) -> None:
    source = path.with_name("claims.csv")
    source.write_text("id,text,kind\nnewcomer,A claim of the next version.,factual\n", encoding="utf-8")
    result = CliRunner().invoke(claims, ["load", str(path), str(source)])
    assert result.exit_code == 0, result.output


def test_there_is_a_kept_database_of_every_version() -> None:
    numbers = [migration.name.partition("_")[0] for migration in room.migrations._migrations]
    assert [path.name.removesuffix(".db.gz") for path in FILES] == numbers


def test_what_a_kept_database_has_is_what_its_migrations_still_make(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that was released is frozen: a change of the model is a new one."""
    names = applied(old)
    frozen = type(room.migrations)("datasette-claims")
    frozen._migrations = [migration for migration in room.migrations._migrations if migration.name in names]
    monkeypatch.setattr(room, "migrations", frozen)
    with closing(sqlite3.connect(":memory:")) as new, closing(sqlite3.connect(old)) as kept:
        migrate(new)
        assert schema_of(kept) == schema_of(new)


def test_it_opens_in_this_version_with_every_row(old: Path) -> None:
    before, columns = all_rows(old)
    known = ("statements", "stances", "evidence", "loads")
    assert [len(before[name]) for name in known] == [56, 49, 337, 1]
    migrated_by_hand(old)
    assert all_rows(old, columns)[0] == before
    with closing(sqlite3.connect(old)) as conn:
        assert pending(conn) == []
        for table in ("documents", "statements", "stances"):
            sql = "SELECT idx, stat FROM sqlite_stat1 WHERE tbl = ? AND idx NOT LIKE '%_status_%'"
            stats = {index: stat.split()[0] for index, stat in conn.execute(sql, [table])}
            assert set(stats.values()) == {str(len(before[table]))}, "SQLite reads whole tables where these differ"
            assert any(index.startswith(f"idx_{table}_country_") for index in stats)
    assert check(old) == []


@pytest.mark.parametrize("open_it", [migrated_by_hand, migrated_by_a_load])
def test_it_opens_in_the_next_version_with_every_row(
    open_it: Callable[[Path], None], old: Path, next_version: str
) -> None:
    before, columns = all_rows(old)
    changes = [row for row in before["revisions"] if "tester" in row and not {"load", "anchorings"} & set(row)]
    assert len(changes) == 3
    open_it(old)
    assert applied(old)[-1] == next_version
    after = all_rows(old, columns)[0]
    for table, rows in before.items():
        if not table.partition("_fts_")[1]:  # the inner tables of search are checked by “check”
            assert [row for row in rows if row not in after[table]] == [], table
    with closing(sqlite3.connect(old)) as conn:
        assert conn.execute("SELECT sort_name FROM actors WHERE id = 'jeremy-hunt'").fetchone() == ("jeremy hunt",)
        assert conn.execute("SELECT text FROM claims WHERE id = 'kept-claim'").fetchone()[0].endswith("naïve, 東京.")
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert check(old) == []


async def test_a_site_of_the_next_version_serves_it_with_every_row(
    old: Path, next_version: str, make_datasette: Callable[..., Any]
) -> None:
    before, columns = all_rows(old)
    ds = make_datasette(old, metadata=CLAIMS)
    page = await ds.client.get("/claims/-/claims")
    assert page.status_code == 200
    for table in ("statements", "stances", "actors", "revisions"):
        answer = await ds.client.get(f"/claims/{table}.json?_shape=objects&_size=0&_extra=count")
        found = answer.json()
        assert found.get("filtered_table_rows_count", found.get("count")) == len(before[table]), table
    assert applied(old)[-1] == next_version
    assert all_rows(old, columns)[0] == before
