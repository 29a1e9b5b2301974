"""Questions about columns that few rows have are answered by their index, whatever the statistics say of empty ones."""

import sqlite3
from contextlib import closing

import pytest
from loading_data import loaded, write

from datasette_claims.schema.statistics import analyze

ROWS = 6_000


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    header = "id,kind,report_type,speaker,audience,on_behalf_of\n"
    lines = "".join(f"s{n},utterance,direct,a{n % 40},,{'a1' if n < 3 else ''}\n" for n in range(ROWS))
    actors = "id,name,kind\n" + "".join(f"a{n},Actor {n},person\n" for n in range(40))
    package = write(folder / "package", {"actors.csv": actors, "statements.csv": header + lines})
    loaded(folder / "claims.db", package)
    return folder / "claims.db"


def plan(conn, sql):
    return " ".join(row[3] for row in conn.execute(f"explain query plan {sql}"))


@pytest.mark.parametrize("column", ["audience", "on_behalf_of", "in_reply_to", "parent_statement"])
def test_a_load_leaves_statistics_that_lead_to_the_index(database, column):
    with closing(sqlite3.connect(database)) as conn:
        sql = f"select speaker, count(*) from statements where {column} = 'a1' and speaker is not null group by 1"
        assert f"idx_statements_{column}" in plan(conn, sql)


def test_plain_analyze_would_not(database):
    """If this fails, SQLite no longer needs the correction."""
    with closing(sqlite3.connect(database)) as kept, closing(sqlite3.connect(":memory:")) as conn:
        kept.backup(conn)
        conn.execute("PRAGMA analysis_limit = 0")
        conn.execute("ANALYZE statements")
        row = conn.execute("select stat from sqlite_stat1 where idx = 'idx_statements_audience'").fetchone()
        assert row == (f"{ROWS} {ROWS}",)
        for sampled in (False, True):
            conn.execute("ANALYZE statements")
            analyze(conn, ["statements"], sampled=sampled)
            row = conn.execute("select stat from sqlite_stat1 where idx = 'idx_statements_audience'").fetchone()
            assert int(row[0].split()[1]) == 1


def test_indexes_without_empty_values_keep_their_figures(database):
    with closing(sqlite3.connect(database)) as conn:
        stats = dict(conn.execute("select idx, stat from sqlite_stat1 where tbl = 'statements'").fetchall())
    assert stats["idx_statements_speaker"] == f"{ROWS} {ROWS // 40}"
    assert stats["idx_statements_on_behalf_of"] == f"{ROWS} 3"


def test_a_sample_counts_the_rows_of_a_table_alike_for_every_index(database):
    with closing(sqlite3.connect(database)) as kept, closing(sqlite3.connect(":memory:")) as conn:
        kept.backup(conn)
        conn.execute("DELETE FROM sqlite_stat1")
        conn.execute("PRAGMA analysis_limit = 1000")
        conn.execute("ANALYZE statements")
        rows = "select idx, stat from sqlite_stat1 where tbl = 'statements' and idx not like '%status%'"
        assert len({stat.split()[0] for _, stat in conn.execute(rows)}) > 1, "SQLite no longer needs it"
        analyze(conn, ["statements"], sampled=True)
        assert {stat.split()[0] for _, stat in conn.execute(rows)} == {f"{ROWS}"}
        assert all(1 <= int(each) <= ROWS for _, stat in conn.execute(rows) for each in stat.split()[1:])
