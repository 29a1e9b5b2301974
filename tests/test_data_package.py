"""data/ is a valid package, holds together, and matches the texts that it may hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from pathlib import Path

import frictionless
import pytest
from data_package import DATA, by_id, needs_seed, package, read_csv, rows, texts

from datasette_claims.interchange.datapackage import TextResource, descriptor, descriptor_text
from datasette_claims.schema import BY_NAME, LOADABLE, SUBJECT_TABLES, Type
from datasette_claims.schema.countries import countries
from datasette_claims.schema.package import package_columns

TABLES = [table.name for table in LOADABLE if table.name != "countries"]
SPANNED = ["segments", "memberships", "mentions", "evidence", "provenance"]


def problems(folder: Path) -> list[list[str]]:
    """What the format's own validator finds: type and note of each error."""
    return frictionless.validate(str(folder / "datapackage.json")).flatten(["type", "note"])


def test_the_format_s_own_validator_finds_nothing_wrong() -> None:
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.flatten(["type", "note"]) == []
    assert report.valid
    assert len(report.tasks) == len(TABLES) + len(texts())


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("stances.csv", ",disputes,author_summary,", ",rejects,author_summary,", "constraint-error"),
        ("stances.csv", ",chris-ghika,GB,", ",chris-gika,GB,", "foreign-key"),
        ("statements.csv", "2019-05-15,2019-05-15", "2019-02-30,2019-05-15", "type-error"),
        ("statements.csv", ",vakil-on-european-belief,", ",vakil-on-belief,", "foreign-key"),
        ("actors.csv", ",GB,", ",Britain,", "constraint-error"),
        ("claims.csv", "iraq-stable,Iraq is stable.", "iraq-stable,", "constraint-error"),
        ("evidence.csv", ",cue,1279,", ",cue,-1279,", "constraint-error"),
        ("texts/gulf-desk-2019-05-14.txt", "shot back", "replied", "hash-count"),
    ],
)
def test_the_descriptor_lets_the_validator_find_a_wrong_value(
    tmp_path: Path, file: str, old: str, new: str, error: str
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8", newline="")
    assert error in {kind for kind, _ in problems(tmp_path / "data")}


def test_the_validator_notices_a_missing_row(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "assessments.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")
    assert [kind for kind, _ in problems(tmp_path / "data")] == ["row-count"]


def test_the_descriptor_is_the_one_that_the_model_gives() -> None:
    held = package()
    made = descriptor(
        {table: len(rows(table)) for table in TABLES},
        **{key: held[key] for key in ("name", "title", "description", "version", "licenses", "sources")},
        texts=[TextResource.of(document, text) for document, text in texts().items()],
    )
    assert descriptor_text(made) == (DATA / "datapackage.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_files_are_in_the_form_that_an_export_writes(table: str) -> None:
    """UTF-8 without BOM, LF, quotes only where needed, the model's columns, rows by id."""
    content = (DATA / f"{table}.csv").read_bytes().decode("utf-8")
    columns = package_columns(BY_NAME[table])
    assert tuple(rows(table)[0]) == columns
    assert [row["id"] for row in rows(table)] == sorted({row["id"] for row in rows(table)})
    again = io.StringIO()
    writer = csv.writer(again, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(row.values() for row in rows(table))
    assert content == again.getvalue()


def test_every_file_belongs_to_the_package() -> None:
    paths = {resource["path"] for resource in package()["resources"]}
    files = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    assert files == paths | {"datapackage.json", "README.md"}


@pytest.mark.parametrize("table", TABLES)
def test_every_value_is_one_that_the_model_allows(table: str) -> None:
    codes = {country.id for country in countries()}
    wrong = []
    for row in rows(table):
        for column in BY_NAME[table].columns:
            value = row.get(column.name, "")
            if not value:
                known = not column.required or column.default is not None or column.name == "revision"
                fine = known
            elif column.enumeration:
                fine = value in column.enumeration.words and value != column.default
            elif column.type is Type.SUBJECT and column.type_column:
                fine = value in by_id(SUBJECT_TABLES[row[column.type_column]])
            elif column.references:
                fine = value in (codes if column.references == "countries" else by_id(column.references))
            elif column.type is Type.BOOLEAN:
                fine = value in ("0", "1")
            elif column.type is Type.INTEGER:
                fine = value.isdecimal()
            elif column.type in (Type.DAY_FROM, Type.DAY_TO):
                fine = re.fullmatch(r"2\d{3}-\d\d-\d\d", value) is not None
            else:
                fine = value == value.strip()
            if not fine:
                wrong.append((row["id"], column.name, value))
    assert wrong == []


def test_nesting_ends() -> None:
    parents = {row["id"]: row["parent_statement"] for row in rows("statements") if row["parent_statement"]}
    for start in parents:
        chain, at = [start], parents[start]
        while at:
            assert at not in chain
            chain.append(at)
            at = parents.get(at, "")


@pytest.mark.parametrize("document", sorted(texts()))
def test_a_text_is_the_one_that_its_row_describes(document: str) -> None:
    row, text = by_id("documents")[document], texts()[document]
    assert row["text_length"] == str(len(text))
    assert row["text_sha256"] == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert row["rights"] == "cc0"
    assert text.split("\n")[0] == row["title"]
    assert text.endswith("\n")
    assert "\r" not in text


@pytest.mark.parametrize("document", sorted(texts()))
def test_an_example_report_says_that_it_is_one(document: str) -> None:
    last = texts()[document].rstrip("\n").split("\n")[-1]
    assert "invented" in last
    assert "public domain (CC0)" in last
    assert 150 <= len(texts()[document].split()) <= 300
    row = by_id("documents")[document]
    assert "Example report" in row["note"]
    assert "(example" in by_id("actors")[row["publisher"]]["name"]


def _document(table: str, row: dict[str, str]) -> str:
    return by_id("mentions")[row["mention"]]["document"] if table == "evidence" else row["document"]


@pytest.mark.parametrize("table", SPANNED)
def test_spans_lie_in_their_document(table: str) -> None:
    for row in rows(table):
        if not row["span_start"]:
            assert row["span_end"] == ""
            continue
        start, end = int(row["span_start"]), int(row["span_end"])
        assert 0 <= start < end <= int(by_id("documents")[_document(table, row)]["text_length"]), row["id"]


def test_segments_are_the_lines_of_their_text_without_overlap() -> None:
    for document, text in texts().items():
        own = sorted((row for row in rows("segments") if row["document"] == document), key=lambda row: int(row["line"]))
        lines = text.split("\n")
        assert [int(row["line"]) for row in own] == [number for number, line in enumerate(lines, 1) if line]
        for row in own:
            assert text[int(row["span_start"]) : int(row["span_end"])] == lines[int(row["line"]) - 1]


def test_a_mention_and_its_evidence_lie_in_its_segment() -> None:
    for table in ("mentions", "evidence"):
        for row in rows(table):
            mention = row if table == "mentions" else by_id("mentions")[row["mention"]]
            segment = by_id("segments")[mention["segment"]]
            assert segment["document"] == mention["document"]
            assert int(segment["span_start"]) <= int(row["span_start"]), row["id"]
            assert int(row["span_end"]) <= int(segment["span_end"]), row["id"]


@pytest.mark.parametrize("table", ["memberships", "mentions", "evidence", "provenance"])
def test_quotes_are_the_words_of_the_text(table: str) -> None:
    for row in rows(table):
        text = texts().get(_document(table, row))
        if text is not None and row["span_start"]:
            assert row["quote"] == text[int(row["span_start"]) : int(row["span_end"])], row["id"]


def test_verbatim_content_stands_in_quotation_marks() -> None:
    """What a direct mention of an example report gives as content is inside quotation marks there."""
    checked = 0
    for row in rows("evidence"):
        text = texts().get(_document("evidence", row))
        if text is not None and row["part"] == "verbatim":
            before, after = text[int(row["span_start"]) - 1], text[int(row["span_end"]) :][:2]
            assert before == '"', row["id"]
            assert '"' in after, row["id"]
            checked += 1
    assert checked == 16


@needs_seed
def test_a_named_person_says_in_an_example_report_only_what_is_on_record() -> None:
    """No words are put into a real person's mouth: outside square brackets, each quotation is in the article."""
    from data_package import article

    record = article().replace("“", '"').replace("”", '"')
    invented = {row["id"] for row in rows("actors") if "invented" in row["note"].lower()}
    for row in rows("evidence"):
        mention = by_id("mentions")[row["mention"]]
        speaker = by_id("statements")[mention["statement"]]["speaker"]
        if mention["document"] in texts() and row["part"] == "verbatim" and speaker not in invented:
            for piece in re.split(r" \[(?!U\.S\.)[^]]*\] ", row["quote"]):
                assert piece.rstrip(".,") in record, row["id"]


def _relations(relation: str, kind: str) -> set[tuple[str, str]]:
    return {
        (row["subject"], row["object"])
        for row in rows("provenance")
        if row["relation"] == relation and row["subject_type"] == kind
    }


def test_the_example_reports_hold_each_way_of_resting_on_another() -> None:
    sources, wires = _relations("hadPrimarySource", "document"), _relations("wasInfluencedBy", "document")
    assert ("harbour-courier-2019-05-15", "gulf-desk-2019-05-14") in sources
    circle = ("plaza-digest-2019-05-17", "northline-review-2019-05-17")
    assert {circle, circle[::-1]} <= sources
    assert {document for document, wire in wires if wire == "meridian-wire"} == {
        "harbour-courier-2019-05-15",
        "northline-review-2019-05-16",
    }
    wired = {row["document"] for row in rows("statements") if row["speaker"] == "tanker-broker"}
    assert wired == {"harbour-courier-2019-05-15", "northline-review-2019-05-16"}
    revised = by_id("documents")["gulf-desk-2019-05-14-revised"]
    assert (revised["id"], revised["revision_of"]) in _relations("wasRevisionOf", "document")
    official = {row["document"] for row in rows("mentions") if row["statement"] == "almira-official-traffic-normal"}
    assert len(official) == 3
    assert by_id("statements")["almira-official-traffic-normal"]["identification"] == "unnamed"
    assert {row["access"] for row in rows("statements")} >= {"other_outlet", "own_reporting", "third_party"}


def test_a_revision_changes_a_verb_and_drops_a_statement() -> None:
    def mentions(document: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in rows("mentions"):
            if row["document"] == document:
                found.setdefault(row["statement"], set()).add(row["cue"])
        return found

    first, second = mentions("gulf-desk-2019-05-14"), mentions("gulf-desk-2019-05-14-revised")
    assert set(first) - set(second) == {"ghika-no-change-of-measures"}
    assert first["ghika-no-increased-threat"] == {"contradicts", "flatly contradicted", "shot back"}
    assert second["ghika-no-increased-threat"] == {"", "said", "told"}


def test_the_briefing_keeps_its_printed_date_beside_the_verified_one() -> None:
    printed, verified = by_id("events")["ghika-briefing"], by_id("assessments")["ghika-briefing--verified-date"]
    assert (printed["date_start"], printed["date_end"]) == ("2019-05-15", "2019-05-15")
    assert (verified["subject"], verified["kind"]) == ("ghika-briefing", "verified_date")
    assert (verified["date_start"], verified["date_end"]) == ("2019-05-14", "2019-05-14")


def test_the_descriptor_is_json_with_resources_in_the_order_in_which_rows_can_be_inserted() -> None:
    named = [resource["name"] for resource in json.loads((DATA / "datapackage.json").read_text("utf-8"))["resources"]]
    assert named[: len(TABLES)] == TABLES
    assert all(read_csv(DATA / f"{name}.csv") for name in TABLES)
