"""A snapshot of a claims database: a copy that never changes, for any number of servers, named by its content.

``FOLDER/claims-3f2a91c4d5e6/`` holds ``claims.db``, which keeps the name of the database so that addresses and
configuration stay the same, and ``inspect.json`` with its checksum and the number of rows of each table, so that no
server has to count them. ``FOLDER/claims.json`` names the newest one. Nothing is changed in place: a server that
serves the last snapshot goes on with it until it is started anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .loading.connecting import explained
from .loading.exporting import check_database
from .loading.problems import LoadError, Problem
from .spreading.files import sync_folder, write_whole

DIGITS = 12
"""Hex digits of the SHA-256 in the name of a snapshot."""


@dataclass(frozen=True)
class Snapshot:
    """What was made: the folder, the checksum of the file, its bytes and its rows; ``new`` if it was not there yet."""

    folder: Path
    database: Path
    sha256: str
    size: int
    rows: int
    new: bool

    @property
    def inspect_file(self) -> Path:
        """What ``datasette --inspect-file`` reads."""
        return self.folder / "inspect.json"


def snapshot(database: Path, folder: Path) -> Snapshot:
    """Copy a database as it is at this moment, while others may go on writing to it.

    The copy holds everything that the database does, drafts and coders' readings among it; the identities of protected
    people are in a file of their own and are not copied. Raises LoadError.
    """
    if not database.is_file():
        raise LoadError([Problem(str(database), None, "", "", "there is no such file", "check the name")])
    folder.mkdir(parents=True, exist_ok=True)
    with explained(str(database)), tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as place:
        copy = Path(place) / f"{database.stem}.db"
        # Not mode=ro: through such a connection SQLite 3.40 cannot vacuum tables with generated columns.
        with closing(sqlite3.connect(database)) as conn:
            check_database(conn, database)
            conn.execute("VACUUM INTO ?", [str(copy)])
        made = _named(copy, folder)
    latest = {"snapshot": made.folder.name, "sha256": made.sha256, "size": made.size}
    write_whole(folder / f"{database.stem}.json", (json.dumps(latest, indent=2) + "\n").encode())
    return made


def _quoted(path: Path) -> str:
    """A path inside an SQLite URI."""
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _named(copy: Path, folder: Path) -> Snapshot:
    """Give a finished copy the name that its content makes."""
    sha256, size = _digest(copy), copy.stat().st_size
    target = folder / f"{copy.stem}-{sha256[:DIGITS]}"
    with closing(sqlite3.connect(f"file:{_quoted(copy)}?mode=ro&immutable=1", uri=True)) as conn:
        counts = _counts(conn)
    new = not target.exists()
    if new:
        told = {"hash": sha256, "size": size, "file": copy.name}
        tables = {table: {"count": count} for table, count in counts.items()}
        write_whole(
            copy.with_name("inspect.json"), (json.dumps({copy.stem: {**told, "tables": tables}}) + "\n").encode()
        )
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        copy.chmod(0o444)
        os.rename(shutil.move(str(copy.parent), str(folder / f".{target.name}.part")), target)
        copy.parent.mkdir()  # the temporary folder is removed by who made it
        target.chmod(0o755)
        sync_folder(folder)
    return Snapshot(target, target / copy.name, sha256, size, sum(counts.values()), new)


def _digest(path: Path) -> str:
    told = hashlib.sha256()
    with path.open("rb") as file:
        while content := file.read(1 << 20):
            told.update(content)
    return told.hexdigest()


def _counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows by table."""
    tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: int(conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}
