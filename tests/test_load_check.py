"""``datasette claims check`` names every row that is not as a load would leave it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from loading_data import DATA, content, loaded

from datasette_claims.cli import claims
from datasette_claims.loading import LoadError, check
from datasette_claims.schema.ddl import triggers


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "claims.db"
    loaded(path, DATA)
    return path


TEXT = "gulf-desk-2019-05-14"
DAMAGE = {
    "a reference that leads nowhere": (
        "UPDATE stances SET actor = 'nobody' WHERE id = '{stance}'",
        ("stances", "{stance}", "actor", "nobody", "actors has no such row"),
    ),
    "a word that is none": (
        "UPDATE stances SET stance = 'maybe' WHERE id = '{stance}'",
        ("stances", "{stance}", "stance", "maybe", "not a word of stance"),
    ),
    "a day that is none": (
        "UPDATE claims SET date = '2019-02-30' WHERE id = '{claim}'",
        ("claims", "{claim}", "date", "2019-02-30", "no such day"),
    ),
    "a partial day in an interval": (
        "UPDATE statements SET date_start = '2019', date_end = NULL WHERE id = '{statement}'",
        ("statements", "{statement}", "date_start", "2019", "not a full date"),
    ),
    "a subject that is missing": (
        "UPDATE assessments SET subject = 'nothing' WHERE id = '{assessment}'",
        ("assessments", "{assessment}", "subject", "nothing", "has no such row"),
    ),
    "a quote that is not in the text": (
        "UPDATE evidence SET quote = upper(quote) || '' WHERE id = '{evidence}'",
        ("evidence", "{evidence}", "quote", "", "the text has"),
    ),
    "a span past the end": (
        "UPDATE evidence SET span_end = 999999 WHERE id = '{evidence}'",
        ("evidence", "{evidence}", "span_end", "999999", "ends after the text"),
    ),
    "a span past a text that is not there": (
        "UPDATE segments SET span_end = 5339 WHERE id = (SELECT id FROM segments WHERE document = 'nbc-2019-05-16' "
        "ORDER BY id LIMIT 1)",
        ("segments", "", "span_end", "5339", "5338 code points"),
    ),
    "a text that was changed": (
        f"UPDATE documents SET text = text || ' More.' WHERE id = '{TEXT}'",
        ("documents", TEXT, "text_sha256", "73d00cec", "the text has"),
    ),
    "a length that is wrong": (
        f"UPDATE documents SET text_length = text_length + 1 WHERE id = '{TEXT}'",
        ("documents", TEXT, "text_length", "1268", "the text has 1267"),
    ),
    "a copy that differs": (
        "UPDATE stances SET topic = 'weather' WHERE id = '{stance}'",
        ("stances", "{stance}", "topic", "weather", "says"),
    ),
    "a country that does not follow": (
        "UPDATE stances SET country = 'FR', country_origin = 'actor' WHERE id = '{stance}'",
        ("stances", "{stance}", "country", "FR", "follows from the other rows"),
    ),
    "a circle": (
        "UPDATE actors SET parent = id WHERE id = '{actor}'",
        ("actors", "{actor}", "parent", "", "circle"),
    ),
    "a search index that lacks a row": (
        "INSERT INTO actors_fts (actors_fts) VALUES ('delete-all')",
        ("actors_fts", "", "", "", "search index does not fit"),
    ),
    "a missing index entry": (
        "PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, '(\"kind\")', '(\"name\")') "
        "WHERE name = 'idx_actors_kind'; PRAGMA writable_schema = 0",
        ("database", "", "", "", "idx_actors_kind"),
    ),
}


def _ids(conn: sqlite3.Connection) -> dict[str, str]:
    """One row of each table to damage; the stance and the evidence have a statement and a text."""
    first = "SELECT id FROM {0} ORDER BY id LIMIT 1"
    found = {table: conn.execute(first.format(f"{table}s")).fetchone()[0] for table in ("actor", "claim", "assessment")}
    found["stance"] = conn.execute("SELECT id FROM stances WHERE country <> 'FR' ORDER BY id LIMIT 1").fetchone()[0]
    found["statement"] = conn.execute(
        "SELECT id FROM statements WHERE id NOT IN (SELECT coalesce(statement, '') FROM stances) ORDER BY id LIMIT 1"
    ).fetchone()[0]
    found["evidence"] = conn.execute(
        "SELECT e.id FROM evidence e JOIN mentions m ON m.id = e.mention "
        f"WHERE m.document = '{TEXT}' AND e.quote <> upper(e.quote) ORDER BY e.id LIMIT 1"
    ).fetchone()[0]
    return found


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_the_row_named(what: str, sound: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(sound, tmp_path / "claims.db"))
    damage, (table, row, column, value, words) = DAMAGE[what]
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        ids = _ids(conn)
        conn.execute("PRAGMA ignore_check_constraints = ON")
        for name in triggers():
            conn.execute(f'DROP TRIGGER "{name}"')
        for statement in damage.format(**ids).split("; "):
            conn.execute(statement)
        for sql in triggers().values():
            conn.execute(sql)
    before = content(database)
    problems = check(database)
    assert [
        p
        for p in problems
        if (p.file, p.column) == (table, column)
        and (not row or p.row == row.format(**ids))
        and p.value.startswith(value)
        and words in str(p)
    ], problems
    assert content(database) == before


def test_a_sound_database_passes_and_the_command_says_so(sound: Path) -> None:
    before = sound.read_bytes()
    result = CliRunner().invoke(claims, ["check", str(sound)])
    assert (result.exit_code, result.stdout) == (
        0,
        f"{sound}: all checks passed.\n"
        "Write-ahead log, full synchronization: what was acknowledged outlasts a loss of power.\n",
    )
    told = json.loads(CliRunner().invoke(claims, ["check", str(sound), "--json"]).stdout)
    assert told == {"ok": True, "problems": [], "journal_mode": "wal"}
    assert sound.read_bytes() == before


def test_a_damaged_database_makes_the_command_fail_with_the_rows(sound: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(sound, tmp_path / "claims.db"))
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("UPDATE documents SET text_length = 7 WHERE id = ?", [TEXT])
        conn.commit()
    result = CliRunner().invoke(claims, ["check", str(database)])
    assert result.exit_code == 1
    assert f"documents:{TEXT}:text_length: “7”: the text has 1267: attach the right text" in result.stderr
    told = json.loads(CliRunner().invoke(claims, ["check", str(database), "--json"]).stdout)
    assert told["ok"] is False
    assert told["problems"][0]["row"] == TEXT


def test_what_is_no_claims_database_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="there is no such database"):
        check(tmp_path / "none.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("CREATE TABLE t (a)")
    with pytest.raises(LoadError, match="no claims database"):
        check(tmp_path / "other.db")
