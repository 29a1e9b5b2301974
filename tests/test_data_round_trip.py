"""data/ loads without a problem, and what is stored writes the same files again."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path

import frictionless
import pytest
from data_package import DATA, package, rows

from datasette_claims.interchange.datapackage import row_cells, text_path
from datasette_claims.loading import Options, load
from datasette_claims.loading.exporting import export
from datasette_claims.schema import LOADABLE, Table
from datasette_claims.schema.package import package_columns

TABLES = [table for table in LOADABLE if table.name != "countries"]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that a load made from the package."""
    path = tmp_path_factory.mktemp("loaded") / "claims.db"
    report = load(path, [DATA], Options())
    assert {name: counts.added for name, counts in report.counts.items()} == {
        table.name: len(rows(table.name)) for table in TABLES
    }
    return path


def written(conn: sqlite3.Connection, table: Table) -> str:
    """The CSV that a package holds for a stored table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(package_columns(table))
    for stored in conn.execute(f'SELECT * FROM "{table.name}" ORDER BY "id"'):
        row = dict(stored)
        writer.writerow(row_cells(table, row, text_path(row["id"]) if row.get("text") is not None else ""))
    return out.getvalue()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_was_loaded_writes_the_same_file(loaded: Path, table: Table) -> None:
    conn = sqlite3.connect(loaded)
    conn.row_factory = sqlite3.Row
    assert written(conn, table) == (DATA / f"{table.name}.csv").read_bytes().decode("utf-8")
    conn.close()


def test_texts_are_stored_as_they_are(loaded: Path) -> None:
    conn = sqlite3.connect(loaded)
    stored = dict(conn.execute("SELECT id, text FROM documents WHERE text IS NOT NULL").fetchall())
    conn.close()
    files = {
        row["id"]: (DATA / row["text_file"]).read_bytes().decode() for row in rows("documents") if row["text_file"]
    }
    assert stored == files


def test_loading_it_again_changes_nothing(loaded: Path) -> None:
    report = load(loaded, [DATA], Options())
    assert {name: counts.unchanged for name, counts in report.counts.items()} == {
        table.name: len(rows(table.name)) for table in TABLES
    }
    assert report.load is None


def test_an_export_holds_the_same_tables_and_texts_and_is_valid(loaded: Path, tmp_path: Path) -> None:
    export(loaded, tmp_path / "out", name="again", title="Again")
    for path in sorted(path for path in DATA.rglob("*") if path.suffix in {".csv", ".txt"}):
        assert (tmp_path / "out" / path.relative_to(DATA)).read_bytes() == path.read_bytes(), path.name
    made = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert made["resources"] == package()["resources"]
    assert "licenses" not in made
    assert frictionless.validate(str(tmp_path / "out" / "datapackage.json")).flatten(["type", "note"]) == []


def test_an_export_with_countries_of_its_own_is_valid(loaded: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(loaded, tmp_path / "copy.db"))
    (tmp_path / "countries.csv").write_text("id,name,kind\nXX,Example land,entity\n", encoding="utf-8")
    (tmp_path / "actors.csv").write_text("id,name,kind,country\nx,An actor,person,XX\n", encoding="utf-8")
    load(copy, [tmp_path / "countries.csv", tmp_path / "actors.csv"], Options())
    export(copy, tmp_path / "out")
    assert (tmp_path / "out" / "countries.csv").is_file()
    assert frictionless.validate(str(tmp_path / "out" / "datapackage.json")).flatten(["type", "note"]) == []


def test_no_country_of_the_package_is_a_guess(loaded: Path) -> None:
    """Every country was given by a row; where none was, none could be derived either."""
    conn = sqlite3.connect(loaded)
    for table in ("statements", "stances"):
        found = conn.execute(f"SELECT DISTINCT country_origin, country = 'not_stated' FROM {table}").fetchall()
        assert set(found) == {("row", 0), ("not_stated", 1)}
    conn.close()
