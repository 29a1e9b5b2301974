"""The descriptor of a Frictionless data package, made from the model.

A package is a folder with ``datapackage.json``, one ``<table>.csv`` a table and the texts that may be passed on.
The descriptor says for every column what its type, its words and its references are, so that any Frictionless
tool can check the files without this program. Format: Data Package and Table Schema, version 1
(https://specs.frictionlessdata.io/data-package/), which tools for version 2 read as well.

The same tables, counts and texts give the same descriptor, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..schema import BY_NAME, LOADABLE, SUBJECT_TABLES, Column, Table, Type
from ..schema.package import TEXT_FILE, package_columns
from ..schema.vocabulary import NOT_STATED

DESCRIPTOR = "datapackage.json"
"""File name of the descriptor in a package's folder."""

TEXT_FOLDER = "texts"
"""Folder of the documents' texts in a package."""

CC0 = {
    "name": "CC0-1.0",
    "title": "Creative Commons Zero v1.0 Universal",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""The licence entry of data without any rights reserved."""

_COUNTRY_PATTERN = "([A-Z]{2}|not_stated)"
_PARTIAL_DATE_PATTERN = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_SHA256_PATTERN = "[0-9a-f]{64}"
_NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class TextResource:
    """A document's text as a file of the package: size in bytes of UTF-8, and the SHA-256 of these bytes."""

    document: str
    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, document: str, text: str) -> TextResource:
        """The resource for a document's text, at the path where a package keeps it."""
        content = text.encode("utf-8")
        return cls(document, text_path(document), len(content), hashlib.sha256(content).hexdigest())


def text_path(document: str) -> str:
    """Where a package keeps a document's text, relative to the package.

    Characters of the id other than lower-case letters, digits, ".", "_" and "-" would not be safe in a file name on
    every system; an id with any of them, or a leading ".", is written as a slug with the first eight hexadecimal
    digits of its SHA-256.
    """
    if re.fullmatch(r"[a-z0-9_-][a-z0-9._-]*", document):
        return f"{TEXT_FOLDER}/{document}.txt"
    slug = re.sub(r"[^a-z0-9_-]+", "-", document.lower()).strip("-")[:60] or "document"
    return f"{TEXT_FOLDER}/{slug}-{hashlib.sha256(document.encode('utf-8')).hexdigest()[:8]}.txt"


def cell(column: Column, value: str | int | None) -> str:
    """A stored value as a package's CSV writes it.

    Null is blank, and so is a word that stands for a blank (``not_stated``), because loading a blank gives it back.
    A boolean is always written, as 0 or 1.
    """
    if value is None or (column.type is not Type.BOOLEAN and value == column.default):
        return ""
    return str(value)


def row_cells(table: Table, row: Mapping[str, str | int | None], text_file: str = "") -> list[str]:
    """A stored row as a line of the package's CSV, in the order of ``package_columns``.

    Only what the row itself states is written: a country that was derived (``country_origin`` other than "row") is
    blank with its basis, and so is a value that is copied from a row to which this one refers. A country that the
    row itself calls not stated is written out, because a blank would be derived. ``text_file`` is the path of a
    document's text in the package, or "".
    """
    derives = "country_origin" in table.column_names
    stated = derives and row.get("country_origin") == "row"
    fixed = {TEXT_FILE: text_file}
    if derives and not stated:
        fixed |= {"country": "", "country_basis": ""}
    elif stated and row.get("country") == NOT_STATED:
        fixed["country"] = NOT_STATED
    fixed |= {c.name: "" for c in table.columns if c.copy is not None and row.get(c.copy.via) is not None}
    return [fixed[name] if name in fixed else cell(table[name], row.get(name)) for name in package_columns(table)]


def descriptor(
    tables: Mapping[str, int],
    *,
    name: str,
    title: str,
    description: str = "",
    version: str = "",
    licenses: Sequence[Mapping[str, str]] = (),
    sources: Sequence[Mapping[str, str]] = (),
    texts: Iterable[TextResource] = (),
) -> dict[str, Any]:
    """The descriptor of a package that holds these tables (name -> number of rows) and texts.

    ``licenses`` and ``sources`` are entries as the format has them (``name``, ``title``, ``path``). Resources come
    in the order of the model, then texts by document. Raises ValueError for a table that the model does not have or
    that cannot be loaded, and for a package name that is not a lower-case slug.
    """
    unknown = sorted(set(tables) - {table.name for table in LOADABLE})
    if unknown:
        known = ", ".join(table.name for table in LOADABLE)
        raise ValueError(f"a data package cannot hold {', '.join(unknown)}; its tables are: {known}")
    if not _NAME_PATTERN.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a data package: use lower-case letters, digits, '.', '_' and '-'")
    head = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": description,
        "version": version,
        "licenses": [dict(entry) for entry in licenses],
        "sources": [dict(entry) for entry in sources],
    }
    resources = [_table_resource(table, tables) for table in LOADABLE if table.name in tables]
    resources += [_text_resource(text) for text in sorted(texts, key=lambda text: text.document)]
    return {key: value for key, value in head.items() if value} | {"resources": resources}


def descriptor_text(package: Mapping[str, Any]) -> str:
    """The descriptor as it stands in the file: two spaces, non-ASCII characters as they are, a final newline."""
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _table_resource(table: Table, tables: Mapping[str, int]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.label,
        "description": table.description,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "stats": {"rows": tables[table.name]},
        "schema": _table_schema(table, frozenset(tables)),
    }


def _table_schema(table: Table, tables: frozenset[str]) -> dict[str, Any]:
    names = package_columns(table)
    schema: dict[str, Any] = {
        "fields": [_text_file_field() if name == TEXT_FILE else _field(table[name], tables) for name in names],
        "missingValues": [""],
        "primaryKey": ["id"],
    }
    keys = [_foreign_key(table, column) for column in table.references if _declared(column, names, tables)]
    return schema | ({"foreignKeys": keys} if keys else {})


def _declared(column: Column, names: Sequence[str], tables: frozenset[str]) -> bool:
    """Whether a reference can be checked inside the package. Countries cannot: the database makes most of them,
    and a package holds at most those that it adds.
    """
    return column.name in names and column.references in tables and column.references != "countries"


def _foreign_key(table: Table, column: Column) -> dict[str, Any]:
    """A reference as Table Schema declares it; a table's reference to itself names no resource."""
    resource = "" if column.references == table.name else column.references
    return {"fields": [column.name], "reference": {"resource": resource, "fields": ["id"]}}


def _field(column: Column, tables: frozenset[str]) -> dict[str, Any]:
    """A column as a field: label as title, the meaning, and what a value must be."""
    kind, more, constraints = _kind(column)
    if column.references == "countries" and "countries" not in tables:
        constraints["pattern"] = _COUNTRY_PATTERN
    if column.required and not (column.enumeration and column.default):
        constraints = {"required": True} | constraints
    field = {"name": column.name, "title": column.label, "description": _description(column), "type": kind} | more
    return field | ({"constraints": constraints} if constraints else {})


def _description(column: Column) -> str:
    if column.type is Type.LIST:
        return f"{column.description} Several values are separated by semicolons."
    if column.type is Type.SUBJECT and column.type_column:
        where = ", ".join(f"{table} for “{word}”" for word, table in SUBJECT_TABLES.items())
        return f"{column.description} A row of the table that {column.type_column} tells: {where}."
    return column.description


def _kind(column: Column) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The Table Schema type of a column, its further properties and its constraints."""
    if column.enumeration is not None:
        return "string", {}, {"enum": list(column.enumeration.words)}
    if column.type is Type.IDENTIFIER:
        return "string", {}, {"unique": True, "minLength": 1, "maxLength": 200}
    if column.type is Type.INTEGER:
        return "integer", {}, {"minimum": 0}
    if column.type is Type.BOOLEAN:
        return "boolean", {"trueValues": ["1"], "falseValues": ["0"]}, {}
    if column.type is Type.SCORE:
        return "number", {}, {"minimum": 0, "maximum": 1}
    if column.type is Type.TIME:
        return "datetime", {"format": "default"}, {}
    if column.type in (Type.DAY_FROM, Type.DAY_TO):
        return "date", {"format": "default"}, {}
    if column.type is Type.DATE:
        return "string", {}, {"pattern": _PARTIAL_DATE_PATTERN}
    if column.name.endswith("_sha256"):
        return "string", {}, {"pattern": _SHA256_PATTERN}
    return "string", {}, {}


def _text_file_field() -> dict[str, Any]:
    return {
        "name": TEXT_FILE,
        "title": BY_NAME["documents"]["text"].label,
        "description": "Path of the text in UTF-8, relative to this package, where the text may be passed on.",
        "type": "string",
        "constraints": {"pattern": f"{TEXT_FOLDER}/[^/]+"},
    }


def _text_resource(text: TextResource) -> dict[str, Any]:
    digest = hashlib.sha256(text.document.encode("utf-8")).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9._-]+", "-", text.document.lower()).strip("-.")
    name = f"text-{slug}" if slug == text.document else f"text-{slug or 'document'}-{digest}"
    return {
        "profile": "data-resource",
        "name": name,
        "title": f"Text of {text.document}",
        "path": text.path,
        "format": "txt",
        "mediatype": "text/plain",
        "encoding": "utf-8",
        "bytes": text.size,
        "hash": f"sha256:{text.sha256}",
    }
