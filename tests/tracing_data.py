"""Claims databases for the tests of tracing and exchange: the reviewed seed, and rows made for a test."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from datasette_claims.schema import BY_NAME, LOADABLE, SUBJECT_TABLES, migrate
from datasette_claims.schema.ddl import triggers

SHARED = Path(__file__).parents[1] / ".." / "shared"

_NAMES = {
    "start": "span_start",
    "end": "span_end",
    "segment_type": "kind",
    "claim_type": "kind",
    "event": "event",
}
_PHOTOGRAPHS = ("photo-1", "photo-2", "photo-3")


def claims_database(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> sqlite3.Connection:
    """A database in memory with these rows; columns that a row leaves out get the model's default.

    References are checked at the end, as a load does. Copied columns are filled by the triggers.
    """
    conn = sqlite3.connect(":memory:")
    conn.isolation_level = None
    migrate(conn)
    for name in triggers():
        if name.endswith("_insert") and ("_subject_" in name or "_object_" in name):
            conn.execute(f'DROP TRIGGER "{name}"')
    conn.execute("BEGIN")
    for table in LOADABLE:
        for row in tables.get(table.name, ()):
            values = {"revision": 1, **{k: v for k, v in row.items() if v not in (None, "")}}
            if "id" not in values and table.id_from:
                values["id"] = "-".join(str(values[name]) for name in table.id_from)
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            conn.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(values.values()))
    conn.execute("COMMIT")
    return conn


def seed_tables() -> dict[str, list[dict[str, Any]]]:
    """The reviewed seed in the model's columns; skips where the folder is absent."""
    folder = SHARED / "seed"
    if not folder.is_dir():
        pytest.skip("the reviewed seed (../shared/seed) is not on this machine")
    tables = {table.name: _read(folder / f"{table.name}.csv", table.name) for table in LOADABLE}
    tables["documents"] += [
        {"id": photo, "title": photo, "kind": "photograph", "part_of": "d1"} for photo in _PHOTOGRAPHS
    ]
    kinds = {row["id"]: kind for kind, name in SUBJECT_TABLES.items() for row in tables[name]}
    for row in tables["provenance"]:
        row["subject_type"], row["object_type"] = kinds[row["subject"]], kinds[row["object"]]
        if row["relation"] == "actedOnBehalfOf":
            row["statement"], row["note"] = row["note"], ""
    return tables


def seed_database(with_text: bool = False) -> sqlite3.Connection:
    """The seed in a database; ``with_text`` attaches the article's text."""
    tables = seed_tables()
    if with_text:
        tables["documents"][0]["text"] = (SHARED / "seed" / "article.txt").read_text(encoding="utf-8")
    return claims_database(tables)


def _read(path: Path, table: str) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return [_row(row, table) for row in csv.DictReader(handle)]


def _row(row: dict[str, str], table: str) -> dict[str, Any]:
    known = BY_NAME[table].column_names
    out: dict[str, Any] = {}
    for name, value in row.items():
        plain = "id" if name == f"{table[:-1]}_id" or (table, name) == ("provenance", "provenance_id") else name
        plain = {"type": "kind", "evidence_id": "id", "parent_id": "parent"}.get(plain, _NAMES.get(plain, plain))
        plain = plain.removesuffix("_id") if plain not in known else plain
        column = BY_NAME[table][plain] if plain in known else None
        if column is None or (column.copy and not column.copy.optional):
            continue
        if column.enumeration is not None and value not in column.enumeration.words:
            value = ""
        out[plain] = value
    if table == "statements":
        out["wording"] = {"direct": "verbatim", "mixed": "mixed"}.get(row["report_type"], "reported")
    return out


def dump(conn: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """All rows of a table."""
    cursor = conn.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
