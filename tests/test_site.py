"""What the plugin does to a Datasette at start-up, and what it leaves alone."""

import logging
import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import ROOT

from datasette_claims import compat, config, site
from datasette_claims.schema import TABLES, migrate

CLAIMS = {"plugins": {"datasette-claims": {"database": "claims"}}}


@pytest.fixture
def unrelated(tmp_path):
    path = tmp_path / "unrelated.db"
    conn = sqlite3.connect(path)
    conn.executescript(
        "create table statements (id integer primary key, stance text, content text);"
        "insert into statements values (1, 'supports', '<b>bold</b>');"
    )
    conn.close()
    return path


def tables(path):
    conn = sqlite3.connect(path)
    try:
        return {row[0] for row in conn.execute("select name from sqlite_master")}
    finally:
        conn.close()


async def test_without_configuration_nothing_is_made_shown_or_broken(make_datasette, unrelated):
    before = unrelated.read_bytes()
    ds = make_datasette(unrelated)
    for path in ("/", "/unrelated", "/unrelated/statements", "/unrelated/statements/1", "/unrelated/statements.json"):
        answer = await ds.client.get(path)
        assert answer.status_code == 200, path
        assert "claims" not in answer.text.lower().replace("datasette-claims", ""), path
    page = (await ds.client.get("/unrelated/statements")).text
    assert "supports" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    for path in ("/unrelated/-/claims", "/unrelated/-/claims.json", "/nowhere/-/claims"):
        assert (await ds.client.get(path)).status_code == 404
    assert unrelated.read_bytes() == before
    assert not unrelated.with_name("unrelated.db-wal").exists()


async def test_a_configured_database_that_is_not_attached_is_a_warning(make_datasette, unrelated, caplog):
    ds = make_datasette(unrelated, metadata=CLAIMS)
    with caplog.at_level(logging.WARNING, "datasette_claims"):
        assert (await ds.client.get("/unrelated")).status_code == 200
    assert "'claims' is not attached" in caplog.text
    assert "unrelated" in caplog.text
    assert (await ds.client.get("/claims/-/claims")).status_code == 404


async def test_the_configured_database_is_made_and_written_durably(make_datasette, tmp_path):
    path = tmp_path / "claims.db"
    sqlite3.connect(path).close()
    ds = make_datasette(path, metadata=CLAIMS)
    await ds.invoke_startup()
    assert {table.name for table in TABLES} <= tables(path)

    def pragmas(conn):
        names = ("foreign_keys", "synchronous", "journal_mode")
        return [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await compat.write(ds.get_database("claims"), pragmas) == [1, 2, "wal"]
    page = await ds.client.get("/claims/-/claims")
    assert page.status_code == 200
    assert "Nothing is on record here yet." in page.text
    with pytest.raises(sqlite3.IntegrityError):
        await compat.write(
            ds.get_database("claims"),
            lambda conn: conn.execute("insert into memberships (id, person, revision) values ('x', 'nobody', 1)"),
        )


async def test_a_claims_database_that_is_not_configured_is_served_for_reading(make_datasette, claims_copy):
    before = claims_copy.read_bytes()
    ds = make_datasette(claims_copy)
    assert (await ds.client.get("/claims/-/claims")).status_code == 200
    assert 'href="/claims/-/claims"' in (await ds.client.get("/")).text
    assert claims_copy.read_bytes() == before


async def test_an_immutable_claims_database_is_served(make_datasette, claims_copy):
    ds = make_datasette(immutables=[str(claims_copy)], metadata=CLAIMS)
    assert (await ds.client.get("/claims/-/claims")).status_code == 200


async def test_a_database_of_a_newer_version_is_not_touched_and_says_so(make_datasette, claims_copy, caplog):
    conn = sqlite3.connect(claims_copy)
    conn.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) "
        "values ('datasette-claims', '9999_future', '2030-01-01')"
    )
    conn.commit()
    conn.close()
    ds = make_datasette(claims_copy, metadata=CLAIMS)
    page = await ds.client.get("/claims/-/claims")
    assert page.status_code == 503
    assert "newer version" in page.text
    assert (await ds.client.get("/claims/statements")).status_code == 200
    twin = (await ds.client.get("/claims/-/claims.json")).json()
    assert twin["ok"] is False
    assert "9999_future" in twin["error"]
    assert "9999_future" in caplog.text


async def test_a_database_with_foreign_tables_of_our_names_is_refused(make_datasette, unrelated):
    ds = make_datasette(unrelated, metadata={"plugins": {"datasette-claims": {"database": "unrelated"}}})
    page = await ds.client.get("/unrelated/-/claims")
    assert page.status_code == 503
    assert "statements" in page.text
    assert tables(unrelated) == {"statements"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("claims", ["'claims'", "database, load"]),
        ({"databse": "claims"}, ["databse", "did you mean “database”?"]),
        ({"database": "claims", "colour": 1}, ["colour", "no such setting", "database, load"]),
        ({"load": ["data/"]}, ["database", "None", "such as “claims”"]),
        ({"database": ["claims"]}, ["database", "['claims']"]),
        ({"database": ""}, ["database", "''"]),
        ({"database": "claims", "load": {"a": 1}}, ["load", "{'a': 1}", "[data/]"]),
        ({"database": "claims", "load": [3]}, ["load", "3", "path"]),
        ({"database": "claims", "load": [""]}, ["load", "''"]),
    ],
)
async def test_a_wrong_configuration_stops_the_start_and_says_key_value_and_remedy(make_datasette, settings, said):
    from datasette.utils import StartupError

    ds = make_datasette(memory=True, metadata={"plugins": {"datasette-claims": settings}})
    with pytest.raises(StartupError) as raised:
        await ds.invoke_startup()
    for part in ("plugins: datasette-claims", *said):
        assert part in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        (None, None),
        ({}, None),
        ({"database": "claims"}, []),
        ({"database": "claims", "load": "data/"}, ["data"]),
        ({"database": "claims", "load": ["a", "b/c.csv"]}, ["a", "b/c.csv"]),
    ],
)
def test_a_right_configuration(settings, paths):
    read = config.read(settings)
    assert (read and [path.as_posix() for path in read.load]) == paths


async def test_an_old_database_is_brought_up_to_date_only_where_it_is_configured(make_datasette, tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    conn = sqlite3.connect(path)
    migrate(conn)
    conn.close()
    monkeypatch.setattr(site, "pending", lambda conn: ["0002_later"])
    ds = make_datasette(path)
    page = await ds.client.get("/old/-/claims")
    assert page.status_code == 503
    assert "older version" in page.text


async def test_a_file_that_is_no_database_is_left_to_datasette(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("no database at all, but long enough to be read as one" * 20, encoding="utf-8")
    conn = sqlite3.connect(path)
    site.prepare_connection(conn)
    conn.close()


def loading(*sources):
    return {"plugins": {"datasette-claims": {"database": "claims", "load": [str(source) for source in sources]}}}


@pytest.fixture
def package(tmp_path):
    """A copy of ``data/`` that a test may change."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


@pytest.fixture
def empty(tmp_path):
    path = tmp_path / "claims.db"
    sqlite3.connect(path).close()
    return path


def ask(path, sql):
    conn = sqlite3.connect(path)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


async def test_the_sources_are_loaded_at_start_up_and_only_when_they_changed(make_datasette, empty, package):
    for _ in range(2):
        page = await make_datasette(empty, metadata=loading(package)).client.get("/claims/-/claims")
        assert page.status_code == 200
        assert "claims-notice" not in page.text
        assert ask(empty, "select count(*) from loads") == [(1,)]
    claims = package / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8").replace("growing threat", "rising threat"), encoding="utf-8")
    ds = make_datasette(empty, metadata=loading(package))
    await ds.invoke_startup()
    assert ask(empty, "select count(*) from loads") == [(2,)]
    assert ask(empty, "select count(*) from claims where text like '%rising threat%'") == [(1,)]
    ds = make_datasette(empty, metadata=loading(package))
    await ds.invoke_startup()
    assert ask(empty, "select count(*) from loads") == [(2,)]


async def test_a_failed_load_keeps_the_data_and_says_what_is_wrong(make_datasette, empty, package, caplog):
    await make_datasette(empty, metadata=loading(package)).invoke_startup()
    before = ask(empty, "select * from stances order by id")
    stances = package / "stances.csv"
    stances.write_text(stances.read_text(encoding="utf-8").replace(",supports,", ",suports,"), encoding="utf-8")
    ds = make_datasette(empty, metadata=loading(package))
    page = await ds.client.get("/claims/-/claims")
    assert page.status_code == 200
    assert "The sources were not loaded" in page.text
    assert "“suports”" in page.text
    assert "stances.csv" in caplog.text
    assert ask(empty, "select * from stances order by id") == before
    assert (await ds.client.get("/claims/stances")).status_code == 200


async def test_the_details_of_a_failed_load_are_for_who_sees_all_tables(make_datasette, empty, package):
    (package / "stances.csv").write_text("id,stance\nx,suports\n", encoding="utf-8")
    metadata = {**loading(package), "databases": {"claims": {"tables": {"stances": {"allow": {"id": "alice"}}}}}}
    page = (await make_datasette(empty, metadata=metadata).client.get("/claims/-/claims")).text
    assert "The sources were not loaded" in page
    assert "suports" not in page


async def test_missing_sources_are_told_and_the_site_is_up(make_datasette, claims_copy, caplog):
    ds = make_datasette(claims_copy, metadata=loading("no/such/folder"))
    page = await ds.client.get("/claims/-/claims")
    assert page.status_code == 200
    assert "The sources were not loaded" in page.text
    assert "no/such/folder" in caplog.text


async def test_paths_are_relative_to_where_the_server_runs(make_datasette, empty, package, monkeypatch):
    monkeypatch.chdir(package.parent)
    await make_datasette(empty, metadata=loading("data/")).invoke_startup()
    assert ask(empty, "select count(*) from statements")[0][0] > 40
