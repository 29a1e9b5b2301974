"""Broken and hostile sources: each gets the message that names file, line, column and value; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile.cases import BASE, CASES, Case, write

from datasette_claims.cli import claims


@pytest.fixture(scope="session")
def base_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database that holds the sound package."""
    folder = tmp_path_factory.mktemp("base")
    write(BASE, folder / "package")
    result = CliRunner().invoke(claims, ["load", str(folder / "claims.db"), str(folder / "package")])
    assert result.exit_code == 0, result.output
    return (folder / "claims.db").read_bytes()


def _arguments(case: Case, folder: Path) -> list[str]:
    sources = case.arguments or (str(folder),)
    arguments = [str(folder / a) if a.endswith((".csv", ".xlsx")) else a for a in sources]
    if case.mapping is not None:
        (folder.parent / "mapping.yml").write_bytes(case.mapping)
        arguments += ["--map", str(folder.parent / "mapping.yml")]
    return arguments


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_source_gets_its_message_and_nothing_is_written(
    case: Case, tmp_path: Path, base_database: bytes
) -> None:
    folder, database = tmp_path / "package", tmp_path / "claims.db"
    write(case.files, folder)
    database.write_bytes(base_database)
    arguments = _arguments(case, folder)
    result = CliRunner().invoke(claims, ["load", str(database), *arguments, "--json"], input=b"rows")
    assert result.exit_code == 1, result.output
    problems = json.loads(result.stdout)["problems"]
    matching = [
        problem
        for problem in problems
        if problem["file"].endswith(case.file)
        and problem.get("line") == case.line
        and problem.get("column", "") == case.column
        and problem.get("value", "").startswith(case.value)
        and all(word in problem["message"] for word in case.words)
    ]
    assert matching, problems
    assert database.read_bytes() == base_database
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "mapping.yml") == ["claims.db", "package"]


@pytest.mark.parametrize("case", [case for case in CASES if not case.needs_base], ids=lambda case: case.name)
def test_a_broken_source_makes_no_database(case: Case, tmp_path: Path) -> None:
    folder, database = tmp_path / "package", tmp_path / "claims.db"
    write(case.files, folder)
    result = CliRunner().invoke(claims, ["load", str(database), *_arguments(case, folder)], input=b"rows")
    assert result.exit_code == 1, result.output
    assert "nothing was written" in result.stderr
    assert not database.exists()
    assert not list(tmp_path.glob(".claims.db*"))


def test_there_are_at_least_sixty_cases() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    write({"documents.csv": b"id,title,text_file\nd,D,text.txt\n"}, tmp_path / "package")
    (tmp_path / "package" / "text.txt").symlink_to(tmp_path / "secret.txt")
    result = CliRunner().invoke(claims, ["load", str(tmp_path / "claims.db"), str(tmp_path / "package")])
    assert result.exit_code == 1
    assert "documents.csv:2:text_file: “text.txt”: the link leads out of the package" in result.stderr


def test_a_cell_of_ten_megabytes_is_loaded_whole(tmp_path: Path) -> None:
    note = "ten megabytes " * 750_000
    write({"actors.csv": f"id,name,kind,note\nb,B,person,{note}\n".encode()}, tmp_path / "package")
    result = CliRunner().invoke(claims, ["load", str(tmp_path / "claims.db"), str(tmp_path / "package")])
    assert result.exit_code == 0, result.output


def test_a_cell_beyond_the_limit_gets_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import csv

    from datasette_claims.loading import reading

    before = csv.field_size_limit(1000)
    monkeypatch.setattr(reading, "CELL_LIMIT", 1000)
    try:
        write({"actors.csv": b'id,name,kind\nb,"B,person\n' + b"c,C,person\n" * 200}, tmp_path / "package")
        result = CliRunner().invoke(claims, ["load", str(tmp_path / "claims.db"), str(tmp_path / "package")])
    finally:
        csv.field_size_limit(before)
    assert result.exit_code == 1
    assert "a quotation mark is never closed" in result.stderr
    assert "after line 1" in result.stderr


def test_control_characters_are_made_visible_and_long_values_are_shortened(tmp_path: Path) -> None:
    rows = "id,name,kind\nb,B,\x1b[31mred\u202e" + "x" * 200 + "\n"
    write({"actors.csv": rows.encode()}, tmp_path / "package")
    result = CliRunner().invoke(claims, ["load", str(tmp_path / "claims.db"), str(tmp_path / "package")])
    assert "\x1b" not in result.stderr
    assert "\\u001b[31mred\\u202exxx" in result.stderr
    assert "… (209 characters)" in result.stderr


def test_all_problems_are_collected_and_the_first_hundred_shown(tmp_path: Path) -> None:
    rows = "".join(f"a{i},A,human\n" for i in range(250))
    write(
        {"actors.csv": f"id,name,kind\n{rows}".encode(), "claims.csv": b"id,text,kind\nc,,odd\n"}, tmp_path / "package"
    )
    arguments = ["load", str(tmp_path / "claims.db"), str(tmp_path / "package")]
    shown = CliRunner().invoke(claims, arguments).stderr
    assert shown.count("not a word of actor_kind") == 100
    assert "… and 152 more problems" in shown
    assert "252 problems; nothing was written." in shown
    told = json.loads(CliRunner().invoke(claims, [*arguments, "--json"]).stdout)
    assert len(told["problems"]) == 252
