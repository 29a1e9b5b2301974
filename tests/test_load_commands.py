"""The commands as a person uses them: what they print, their exit codes, standard input, the start-up load."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from loading_data import ACTORS, DATA, SMALL, STANCES, content, rows, write

from datasette_claims import cli
from datasette_claims.loading import load_if_changed
from datasette_claims.loading.writing import Change, apply_changes


def run(*arguments: str | Path, given: str | bytes | None = None) -> Result:
    """Run ``datasette claims …`` through the group that the hook registers."""
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", *map(str, arguments)], input=given)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path / "package", SMALL)


def test_a_load_tells_what_it_did_and_a_second_that_there_was_nothing_to_do(database: Path, package: Path) -> None:
    first = run("load", database, package)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == "actors: 2 added\nclaims: 2 added\nstances: 2 added\nLoad 1, revision 2.\n"
    second = run("load", database, package)
    assert second.stdout.splitlines()[-2:] == ["stances: 2 unchanged", "Nothing to change: nothing was written."]


def test_a_dry_run_says_would(database: Path, package: Path) -> None:
    told = run("load", database, package, "--dry-run").stdout
    assert told.splitlines()[-2:] == ["stances: 2 would be added", "Dry run: nothing was written."]
    assert not database.exists()


def test_a_conflict_is_told_with_both_values_and_where_the_sources_one_stands(database: Path, package: Path) -> None:
    run("load", database, package)
    with closing(sqlite3.connect(database)) as conn:
        apply_changes(conn, [Change("update", "stances", "x1", {"stance": "mixed", "note": "heard it"})], "me")
    told = run("load", database, package)
    assert told.exit_code == 0
    assert "stances:x1: kept as a person changed it (the source is as it was last loaded); --theirs" in told.stdout
    assert f"  stance: here “mixed”, {package}/stances.csv:2 “supports”" in told.stdout
    assert f"  note: here “heard it”, {package}/stances.csv:2 (blank)" in told.stdout
    as_json = json.loads(run("load", database, package, "--json").stdout)
    assert as_json["conflicts"][0]["columns"]["stance"] == {"stored": "mixed", "source": "supports"}
    assert as_json["tables"]["stances"]["kept"] == 1
    assert run("load", database, package, "--theirs").stdout.splitlines()[-2] == "stances: 1 changed, 1 unchanged"


STDIN = {
    "CSV": ACTORS,
    "CSV with byte order mark": "\ufeff" + ACTORS,
    "TSV": ACTORS.replace(",", "\t"),
    "JSON": '\n [{"id": "ada", "name": "Ada", "kind": "person"}, {"id": "union", "name": "U", "kind": "group"}]',
    "JSON Lines": '{"id": "ada", "name": "Ada", "kind": "person"}\n{"id": "union", "name": "U", "kind": "group"}\n',
    "one line of JSON Lines": '{"id": "ada", "name": "Ada", "kind": "person"}',
}


@pytest.mark.parametrize("kind", STDIN)
def test_standard_input_is_recognized_by_its_first_characters(kind: str, database: Path) -> None:
    result = run("load", database, "-", "--table", "actors", given=STDIN[kind].encode())
    assert result.exit_code == 0, result.stderr
    assert rows(database, "SELECT name FROM actors WHERE id = 'ada'") == ["Ada"]


@pytest.mark.parametrize(
    ("sources", "given"),
    [
        (["-"], ACTORS.encode()),
        (["-"], b"id,name,kind\nx,\0,person\n"),
        (["-"], "id,name,kind\nx,Jürgen,person\n".encode("latin-1")),
        (["-", "nowhere.csv"], ACTORS.encode()),
    ],
    ids=["sound", "NUL", "another encoding", "beside a missing file"],
)
def test_no_file_stays_open_after_a_load(sources: list[str], given: bytes, database: Path) -> None:
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run("load", database, *sources, "--table", "actors", given=given)
        gc.collect()
    assert [str(each.message) for each in caught if issubclass(each.category, ResourceWarning)] == []


def test_standard_input_takes_a_mapping_and_names_itself_in_messages(database: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yml"
    mapping.write_text('files: {"-": {table: actors, columns: {who: id, called: name}, constants: {kind: person}}}')
    assert run("load", database, "-", "--table", "actors", "--map", mapping, given="who,called\nb,B\n").exit_code == 0
    wrong = run("load", database, "-", "--table", "actors", given="id,name,kind\nc,C,persn\n")
    assert wrong.exit_code == 1
    assert wrong.stderr.splitlines()[0] == "-:2:kind: “persn”: not a word of actor_kind: write “person”"


def test_a_file_of_any_name_loads_with_its_table(database: Path, tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": ACTORS})
    assert run("load", database, tmp_path / "people.csv", "--table", "actors").exit_code == 0
    assert rows(database, "SELECT count(*) FROM actors") == [2]


def test_a_mapping_reads_yes_and_no_and_countries_as_words(database: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yml"
    mapping.write_text(
        "files:\n  people.csv:\n    table: actors\n    columns: {who: [id, name], what: null, where: country}\n"
        "    values: {country: {no: NO, n: NA, ~: GB}}\n    constants: {kind: person, in_text: 1}\n"
    )
    write(tmp_path / "p", {"people.csv": "who,what,where\na,x,no\nb,y,n\nc,z,\n"})
    assert run("load", database, tmp_path / "p", "--map", mapping).exit_code == 0
    read = "SELECT id, name, country, in_text FROM actors ORDER BY id"
    assert rows(database, read) == [("a", "a", "NO", 1), ("b", "b", "NA", 1), ("c", "c", "GB", 1)]


def test_export_and_attach_tell_what_they_did(database: Path, tmp_path: Path) -> None:
    write(tmp_path / "p", {"documents.csv": "id,title\nd,D\n"})
    write(tmp_path, {"text.txt": "Words"})
    run("load", database, tmp_path / "p")
    attached = run("attach", database, "d", tmp_path / "text.txt")
    assert attached.stdout.startswith("d has its text: 5 code points, SHA-256 ")
    assert "nothing was written" in run("attach", database, "d", tmp_path / "text.txt").stdout
    assert run("export", database, tmp_path / "out").stdout == f"{tmp_path / 'out'}: 1 documents.\n"
    assert run("export", database, tmp_path / "out", "--name", "Not A Slug").exit_code == 2


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("attach", "none.db", "d", "text.txt"), "there is no such database"),
        (("export", "none.db", "out"), "there is no such database"),
        (("check", "none.db"), "there is no such database"),
        (("load", "nowhere/claims.db", "package"), "the folder of the database does not exist"),
    ],
)
def test_what_is_missing_is_named(
    command: tuple[str, ...], says: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package.parent)
    result = run(*command)
    assert result.exit_code == 1
    assert says in result.stderr
    assert sorted(p.name for p in package.parent.iterdir()) == ["package"]


def test_the_bar_counts_every_byte_on_a_terminal_and_is_silent_in_a_pipe(
    database: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasette_claims.loading import Options, load

    read: list[int] = []
    load(database, [package], Options(progress=read.append))
    assert sum(read) == sum(path.stat().st_size for path in package.iterdir())
    assert run("load", database, package).stderr == ""


# At start-up


def test_at_start_up_sources_load_once_and_again_only_when_they_change(database: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    assert load_if_changed(database, [data]).status == "loaded"
    before = database.read_bytes()
    assert load_if_changed(database, [data]).status == "unchanged"
    assert database.read_bytes() == before
    claims = (data / "claims.csv").read_text()
    (data / "claims.csv").write_text(claims.replace("iran-threat", "iran", 1))
    changed = load_if_changed(database, [data])
    assert (changed.status, changed.message) == ("loaded", "The sources were loaded: 0 rows added, 1 changed.")
    (data / "claims.csv").write_text(claims)
    assert load_if_changed(database, [data]).message == "The sources were loaded: 0 rows added, 1 changed."
    assert load_if_changed(database, [data]).status == "unchanged"


def test_at_start_up_a_changed_text_is_noticed_though_no_table_changed(database: Path, tmp_path: Path) -> None:
    package = write(tmp_path / "p", {"documents.csv": "id,title,text_file\nd,D,d.txt\n", "d.txt": "One"})
    load_if_changed(database, [package])
    write(package, {"d.txt": "Two"})
    assert load_if_changed(database, [package]).status == "loaded"
    assert rows(database, "SELECT text FROM documents") == ["Two"]


def test_at_start_up_other_bytes_of_the_same_rows_are_compared_once(database: Path, package: Path) -> None:
    load_if_changed(database, [package])
    write(package, {"stances.csv": STANCES.replace("\n", "\r\n")})
    assert load_if_changed(database, [package]).status == "loaded"
    assert rows(database, "SELECT count(*) FROM revisions WHERE operation = 'load'") == [1]
    assert rows(database, "SELECT count(*) FROM loads") == [2]
    assert load_if_changed(database, [package]).status == "unchanged"


def test_at_start_up_a_failed_load_leaves_the_old_data_and_says_so(database: Path, package: Path) -> None:
    load_if_changed(database, [package])
    before = content(database)
    write(package, {"stances.csv": STANCES.replace("disputes", "disputs")})
    failed = load_if_changed(database, [package])
    assert failed.status == "failed"
    assert failed.message == "The sources were not loaded: one problem. The data are as they were before."
    assert [p.line for p in failed.problems] == [3]
    assert content(database) == before
    missing = load_if_changed(database, [package / "nowhere"])
    assert (missing.status, len(missing.problems)) == ("failed", 1)


def test_at_start_up_a_lent_connection_works_too(package: Path) -> None:
    from datasette_claims.schema import migrate

    with closing(sqlite3.connect(":memory:")) as conn:
        migrate(conn)
        assert load_if_changed(conn, [package]).status == "loaded"
        assert load_if_changed(conn, [package]).status == "unchanged"
        assert conn.execute("SELECT count(*) FROM stances").fetchone() == (2,)


def test_at_start_up_conflicts_are_told(database: Path, package: Path) -> None:
    load_if_changed(database, [package])
    with closing(sqlite3.connect(database)) as conn:
        apply_changes(conn, [Change("update", "stances", "x1", {"stance": "mixed"})], "me")
    write(package, {"stances.csv": STANCES + "x3,war,mixed,vote,ada,\n"})
    message = load_if_changed(database, [package]).message
    assert message == (
        "The sources were loaded: 1 row added, 0 changed. "
        "1 row that people changed was kept although the sources differ."
    )
