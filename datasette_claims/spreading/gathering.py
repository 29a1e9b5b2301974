"""Finished chunks, in their order -> the rows of all documents, each once, as shards.

Workers know nothing of one another's articles. So here, where all come together: a text that came before is left out;
another text of an address becomes the next version; an actor that several documents name is one draft, and where one
id would mean two actors, the later one gets an id of its own, as it would in a database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..drafting.ids import checksum
from ..drafting.matching import fold
from ..schema import BY_NAME
from .shards import Shards, lines_of

ACTOR_COLUMNS = {
    table.name: [column.name for column in table.columns if column.references == "actors"] for table in BY_NAME.values()
}
"""Table -> its columns that name an actor; a proposal's object may be one, too."""


@dataclass
class Gathered:
    """What came together. ``known`` texts stood in the database, ``repeated`` ones came before among the sources.

    ``problems`` has (source, what is wrong, what to do).
    """

    documents: int = 0
    known: int = 0
    repeated: int = 0
    versions: int = 0
    problems: list[tuple[str, str, str]] = field(default_factory=list)


def make_stored(database: Path | None, target: Path) -> None:
    """Write the file of the documents that a database has: checksums and addresses, to know their texts again."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target)) as conn:
        conn.execute("CREATE TABLE texts (sha256 TEXT PRIMARY KEY) WITHOUT ROWID")
        conn.execute("CREATE TABLE addresses (url TEXT PRIMARY KEY, document TEXT) WITHOUT ROWID")
        if database is not None and database.exists():
            conn.execute("ATTACH ? AS given", [str(database)])
            conn.execute(
                "INSERT OR IGNORE INTO texts SELECT text_sha256 FROM given.documents WHERE text_sha256 IS NOT NULL"
            )
            conn.execute(
                "INSERT OR REPLACE INTO addresses SELECT url, id FROM given.documents "
                "WHERE url IS NOT NULL ORDER BY revision, id DESC"
            )
        conn.commit()


class _Seen:
    """What came before, in a temporary database: of a million documents it does not fit into memory."""

    def __init__(self, stored: Path) -> None:
        self._conn = sqlite3.connect("", isolation_level=None)
        self._conn.execute("ATTACH ? AS stored", [str(stored)])
        self._conn.execute("CREATE TABLE texts (sha256 TEXT PRIMARY KEY) WITHOUT ROWID")
        self._conn.execute("CREATE TABLE addresses (url TEXT PRIMARY KEY, document TEXT) WITHOUT ROWID")
        self._conn.execute("CREATE TABLE actors (id TEXT PRIMARY KEY, what TEXT) WITHOUT ROWID")
        self._conn.execute("BEGIN")

    def _one(self, sql: str, *values: str) -> str | None:
        row = self._conn.execute(sql, values).fetchone()
        return str(row[0]) if row else None

    def is_stored(self, sha256: str) -> bool:
        return self._one("SELECT 1 FROM stored.texts WHERE sha256 = ?", sha256) is not None

    def is_new(self, sha256: str) -> bool:
        return self._conn.execute("INSERT OR IGNORE INTO main.texts VALUES (?)", [sha256]).rowcount > 0

    def earlier(self, url: str, document: str) -> str | None:
        """The newest document before this one of the same address."""
        sql = "SELECT document FROM {}.addresses WHERE url = ?"
        found = self._one(sql.format("main"), url) or self._one(sql.format("stored"), url)
        self._conn.execute("INSERT OR REPLACE INTO main.addresses VALUES (?, ?)", [url, document])
        return found

    def actor(self, id_: str, what: str) -> bool | None:
        """Whether an actor is new; None where the id is another's."""
        known = self._one("SELECT what FROM main.actors WHERE id = ?", id_)
        if known is None:
            self._conn.execute("INSERT INTO main.actors VALUES (?, ?)", [id_, what])
            return True
        return False if known == what else None

    def close(self) -> None:
        self._conn.close()


def gather(chunks: Iterable[Path], stored: Path, shards: Shards) -> Gathered:
    """Write the rows of all chunks."""
    told, seen = Gathered(), _Seen(stored)
    with closing(seen):
        for path in chunks:
            for line in lines_of(path):
                if "wrong" in line:
                    told.problems.append((line["source"], line["wrong"], line["remedy"]))
                elif seen.is_stored(line["sha256"]):
                    told.known += 1
                elif not seen.is_new(line["sha256"]):
                    told.repeated += 1
                else:
                    told.documents += 1
                    told.versions += _write(line["document"], line["rows"], seen, shards)
    return told


def _write(document: str, rows: Mapping[str, list[dict[str, Any]]], seen: _Seen, shards: Shards) -> bool:
    """Write the rows of one document; whether it is another version of an earlier one."""
    version = False
    for row in rows.get("documents", ()):
        earlier = seen.earlier(row["url"], document) if row.get("url") else None
        if earlier is not None and earlier != document:
            row["revision_of"], version = earlier, True
    renamed, actors = {}, []
    for row in rows.get("actors", ()):
        is_new = seen.actor(row["id"], f"{row['kind']} {fold(row['name'])}")
        if is_new is None:
            renamed[row["id"]] = f"{row['id']}-{checksum(document)}"
            is_new = seen.actor(renamed[row["id"]], f"{row['kind']} {fold(row['name'])}")
        if is_new:
            actors.append({**row, "id": renamed.get(row["id"], row["id"])})
    for table in BY_NAME:
        for row in actors if table == "actors" else rows.get(table, ()):
            shards.add(table, _with_names(table, row, renamed) if renamed else row)
    return version


def _with_names(table: str, row: dict[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    names = [*ACTOR_COLUMNS[table], *(["object"] if row.get("object_type") == "actor" else [])]
    return {**row, **{name: renamed[row[name]] for name in names if row.get(name) in renamed}}
