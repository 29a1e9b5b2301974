"""The descriptor of a data package, and which values of a stored row a package writes."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.interchange.datapackage import (
    CC0,
    TextResource,
    cell,
    descriptor,
    descriptor_text,
    row_cells,
    text_path,
)
from datasette_claims.schema import BY_NAME
from datasette_claims.schema.package import package_columns


def made(*tables: str, **more: object) -> dict[str, dict[str, object]]:
    """Resource name -> resource, of a package with these empty tables."""
    package = descriptor(dict.fromkeys(tables, 0), name="x", title="X", **more)  # type: ignore[arg-type]
    return {resource["name"]: resource for resource in package["resources"]}


def keys(resource: dict[str, object]) -> dict[str, str]:
    """Column -> the resource that it refers to."""
    schema = resource["schema"]
    assert isinstance(schema, dict)
    return {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", [])}


def test_references_are_declared_only_to_tables_in_the_package() -> None:
    assert keys(made("stances")["stances"]) == {}
    assert keys(made("claims", "stances")["stances"]) == {"claim": "claims"}
    assert keys(made("documents", "segments")["segments"]) == {"document": "documents"}
    assert keys(made("documents")["documents"]) == {"revision_of": "", "part_of": ""}


def test_countries_are_no_declared_reference_because_the_database_makes_them() -> None:
    assert keys(made("countries", "actors")["actors"]) == {"parent": ""}


def test_no_licence_is_claimed_unless_it_is_given() -> None:
    assert "licenses" not in descriptor({"stances": 0}, name="x", title="X")
    assert descriptor({"stances": 0}, name="x", title="X", licenses=[CC0])["licenses"] == [CC0]


def test_a_country_without_the_table_is_two_capital_letters_or_not_stated() -> None:
    def country(*tables: str) -> dict[str, object]:
        schema = made(*tables)["actors"]["schema"]
        assert isinstance(schema, dict)
        (field,) = [field for field in schema["fields"] if field["name"] == "country"]
        return dict(field.get("constraints", {}))

    assert country("actors") == {"pattern": "([A-Z]{2}|not_stated)"}
    assert country("countries", "actors") == {}


@pytest.mark.parametrize(
    ("tables", "name", "message"),
    [
        ({"revisions": 1}, "x", "cannot hold revisions; its tables are: countries, actors"),
        ({"stance": 1}, "x", "cannot hold stance"),
        ({"stances": 1}, "My data", "use lower-case letters"),
        ({"stances": 1}, "", "use lower-case letters"),
    ],
)
def test_what_cannot_be_described_is_refused(tables: dict[str, int], name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        descriptor(tables, name=name, title="X")


def test_order_of_tables_and_texts_does_not_matter() -> None:
    texts = [TextResource.of("b", "two"), TextResource.of("a", "one")]
    counts = {"stances": 2, "claims": 1}
    one = descriptor(counts, name="x", title="X", texts=texts)
    two = descriptor(dict(reversed(counts.items())), name="x", title="X", texts=reversed(texts))
    assert descriptor_text(one) == descriptor_text(two)
    assert json.loads(descriptor_text(one)) == one
    assert [resource["name"] for resource in one["resources"]] == ["claims", "stances", "text-a", "text-b"]


def test_a_text_is_described_by_its_bytes() -> None:
    # SHA-256 of the three bytes E2 82 AC, by sha256sum
    euro = made(texts=[TextResource.of("euro", "€")])["text-euro"]
    assert euro["bytes"] == 3
    assert euro["hash"] == "sha256:c4cc90ed3d26f12d4b08a75140970a7904035c31cbb4515a83f19b9003c00d1d"
    assert euro["path"] == "texts/euro.txt"


@given(st.text(min_size=1, max_size=200))
def test_a_text_s_path_stays_in_its_folder(document: str) -> None:
    path = PurePosixPath(text_path(document))
    assert path.parent == PurePosixPath("texts")
    assert path.name.isascii()
    assert path.name == path.name.lower()
    assert path.name.endswith(".txt")
    assert not path.name.startswith(".")
    assert len(path.name) <= 255


@given(st.sets(st.text(min_size=1, max_size=12), min_size=2, max_size=20))
def test_two_documents_never_share_a_path_even_where_case_is_ignored(documents: set[str]) -> None:
    assert len({text_path(document).lower() for document in documents}) == len(documents)


@pytest.mark.parametrize(
    ("table", "column", "value", "written"),
    [
        ("actors", "country", "NA", "NA"),
        ("actors", "country", "not_stated", ""),
        ("actors", "in_text", 0, "0"),
        ("actors", "in_text", 1, "1"),
        ("actors", "note", None, ""),
        ("claims", "topic", "not_stated", ""),
        ("claims", "text", "not_stated", "not_stated"),
        ("segments", "span_start", 0, "0"),
        ("statements", "report_type", "direct", "direct"),
    ],
)
def test_a_blank_is_written_for_what_a_blank_gives(
    table: str, column: str, value: str | int | None, written: str
) -> None:
    assert cell(BY_NAME[table][column], value) == written


def stance(**values: str | int | None) -> dict[str, str]:
    """The values that a package writes for a stance, blanks left out."""
    row: dict[str, str | int | None] = {"id": "s", "country": "GB", "country_basis": "represents", **values}
    cells = row_cells(BY_NAME["stances"], row)
    return {name: text for name, text in zip(package_columns(BY_NAME["stances"]), cells, strict=True) if text}


def test_a_derived_country_is_not_written() -> None:
    assert stance(country_origin="actor") == {"id": "s"}
    assert stance(country_origin="row") == {"id": "s", "country": "GB", "country_basis": "represents"}


def test_a_country_that_the_row_itself_calls_not_stated_is_written_so_that_no_load_derives_it() -> None:
    unsaid = {"country": "not_stated", "country_basis": "not_stated"}
    assert stance(country_origin="row", **unsaid) == {"id": "s", "country": "not_stated"}
    assert stance(country_origin="not_stated", **unsaid) == {"id": "s"}


def test_what_a_stance_copies_from_its_statement_is_not_written() -> None:
    copied = {"report_type": "direct", "date_start": "2019-05-15", "document": "d", "publisher": "p"}
    assert stance(country_origin="row", statement="u", **copied) == {
        "id": "s",
        "country": "GB",
        "country_basis": "represents",
        "statement": "u",
    }
    assert stance(country_origin="actor", **copied) == {
        "id": "s",
        "report_type": "direct",
        "date_start": "2019-05-15",
        "document": "d",
    }


def test_a_document_s_text_is_written_as_the_path_of_its_file() -> None:
    table = BY_NAME["documents"]
    cells = row_cells(table, {"id": "d", "title": "T", "kind": "post", "text": "words"}, "texts/d.txt")
    assert cells[package_columns(table).index("text_file")] == "texts/d.txt"
    assert "words" not in cells
