"""A database back to a data package: only what the rows themselves state, in an order that never changes.

Loading the package into an empty database and exporting it again gives the same bytes.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..interchange.datapackage import (
    DESCRIPTOR,
    TEXT_FOLDER,
    TextResource,
    descriptor,
    descriptor_text,
    row_cells,
    text_path,
)
from ..schema import LOADABLE, Table, is_claims_database, pending
from ..schema.countries import countries
from ..schema.package import package_columns
from .connecting import explained, opened
from .folders import check_replaceable, replaced
from .problems import LoadError, Problem

_QUOTED = re.compile(r'[",\r\n]')
WITHHELD = "withheld"
README = "README.md"
DEFAULTS: dict[str, Any] = {"name": "claims", "title": "Claims, statements and stances"}
HEAD = ("name", "title", "description", "version", "licenses", "sources")
"""The keys of a descriptor that tell of the package itself, not of its files."""


def export(
    database: Path,
    folder: Path,
    *,
    name: str | None = None,
    title: str | None = None,
    withheld_texts: bool = False,
) -> dict[str, int]:
    """Write the package and return the number of rows by table.

    The folder must be missing, empty or an earlier package; it is replaced as a whole, but for its README.md and
    what its descriptor says of the package itself (``HEAD``). ``name`` and ``title`` come before what it says. Texts
    of documents whose rights are withheld are left out unless asked for. Raises LoadError.
    """
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "load one first")])
    _check_target(folder)
    head = DEFAULTS | earlier_head(folder)
    head |= {key: value for key, value in (("name", name), ("title", title)) if value is not None}
    with replaced(folder) as aside, explained(str(database)), opened(database) as conn:
        check_database(conn, database)
        conn.execute("BEGIN")  # one state of the data for all tables
        counts = write_package(conn, aside, head, withheld_texts=withheld_texts)
        conn.execute("ROLLBACK")
        if (folder / README).is_file():
            shutil.copyfile(folder / README, aside / README)
    return counts


def earlier_head(folder: Path) -> dict[str, Any]:
    """What the descriptor in a folder says of the package itself; nothing where there is none.

    Raises LoadError where it cannot be read, because what it says would be lost.
    """
    path = folder / DESCRIPTOR
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        head = {key: value for key, value in content.items() if key in HEAD}
        descriptor({}, **(DEFAULTS | head))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        wrong = f"what this descriptor says of the package cannot be kept ({error})"
        raise LoadError([Problem(str(path), None, "", "", wrong, "put it right, or remove the file")]) from error
    return head


def write_package(
    conn: sqlite3.Connection, folder: Path, head: Mapping[str, Any], *, withheld_texts: bool
) -> dict[str, int]:
    """Write every file of the package, but for its README, into an empty folder."""
    texts = _write_texts(conn, folder, withheld_texts)
    counts: dict[str, int] = {}
    for table in LOADABLE:
        rows = _rows(conn, table)
        if (first := next(rows, None)) is not None:
            with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                file.write(_line(package_columns(table)))
                counts[table.name] = 0
                for row in _chain(first, rows):
                    resource = texts.get(row["id"]) if table.name == "documents" else None
                    file.write(_line(row_cells(table, row, resource.path if resource else "")))
                    counts[table.name] += 1
    package = descriptor(counts, **head, texts=texts.values())
    (folder / DESCRIPTOR).write_text(descriptor_text(package), encoding="utf-8", newline="")
    return counts


def _chain(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _rows(conn: sqlite3.Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a table by id; of countries only those that a new database does not have already."""
    names = [c.name for c in table.stored if (table.name, c.name) != ("documents", "text")]
    picked = ", ".join(f'"{name}"' for name in names)
    made = {(c.id, c.name, c.alpha_3, c.kind, c.withdrawn) for c in countries()} if table.name == "countries" else set()
    for values in conn.execute(f'SELECT {picked} FROM "{table.name}" ORDER BY id'):
        if not made or tuple(values[:5]) not in made:
            yield dict(zip(names, values, strict=True))


def _write_texts(conn: sqlite3.Connection, folder: Path, withheld: bool) -> dict[str, TextResource]:
    found: dict[str, TextResource] = {}
    where = "text IS NOT NULL" + ("" if withheld else f" AND rights <> '{WITHHELD}'")
    for id_, text in conn.execute(f"SELECT id, text FROM documents WHERE {where} ORDER BY id"):
        found[id_] = TextResource.of(id_, text)
        target = folder / text_path(id_)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
    return found


def _line(cells: Sequence[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def check_database(conn: sqlite3.Connection, database: Path) -> None:
    """Raises LoadError unless the file is a claims database of this version."""
    if not is_claims_database(conn) or pending(conn):
        wrong = "this is no claims database of this version"
        raise LoadError([Problem(str(database), None, "", "", wrong, "load something into it first")])


def _check_target(folder: Path) -> None:
    """Only an earlier package may be replaced."""
    own = {DESCRIPTOR, README, TEXT_FOLDER, *(f"{table.name}.csv" for table in LOADABLE)}
    check_replaceable(folder, lambda entry: entry.name in own, "a package's")
    texts = folder / TEXT_FOLDER
    if texts.is_dir():
        check_replaceable(texts, lambda entry: entry.suffix == ".txt", "a package's texts")
