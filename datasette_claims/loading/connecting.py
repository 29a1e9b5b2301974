"""Connections for a load: settings, transactions, and SQLite's own refusals in words."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..schema import SchemaError
from .problems import LoadError, Problem

STALE_AFTER = 24 * 3600
"""Seconds after which an unfinished new database that a killed load left behind is removed."""
DURABLE = ("wal", "memory")
"""Journal modes after which nothing more can be done for a database: ``memory`` is one that has no file."""


class Refusal(NamedTuple):
    """What SQLite refuses for reasons that lie outside of the data. ``kind`` is one of ``busy``, ``full``,
    ``read-only``, ``closed`` (it cannot be opened), ``foreign`` (no SQLite file), ``damaged``,
    ``no-text`` (a text is not UTF-8) and ``disk``."""

    kind: str
    signs: tuple[str, ...]
    wrong: str
    remedy: str


_REFUSALS = (
    Refusal(
        "busy",
        ("database is locked", "table is locked", "schema is locked", "database is busy"),
        "another program is writing to the database",
        "wait until it has finished, then try again",
    ),
    Refusal("full", ("database or disk is full",), "the disk is full", "make room, then try again"),
    Refusal(
        "read-only",
        ("readonly database",),
        "the database cannot be written",
        "check the permissions of the file and its folder",
    ),
    Refusal(
        "closed",
        ("unable to open database file",),
        "the database cannot be opened",
        "check the path and the permissions",
    ),
    Refusal(
        "foreign",
        ("file is not a database", "file is encrypted"),
        "the file is not an SQLite database",
        "name another file for the database",
    ),
    Refusal(
        "damaged",
        ("disk image is malformed", "malformed database schema"),
        "the database is damaged",
        "restore it from a backup",
    ),
    Refusal(
        "no-text",
        ("could not decode to utf-8",),
        "the database holds a text that is not UTF-8, which another program must have written",
        "“datasette claims check” names it",
    ),
    Refusal("disk", ("disk i/o error",), "the disk reported an error", "check the disk, then try again"),
)


def refusal(error: BaseException) -> Refusal | None:
    """Which of these an error of SQLite is; None for every other error, such as a wrong query."""
    said = str(error).lower() if isinstance(error, sqlite3.DatabaseError) else ""
    return next((each for each in _REFUSALS if any(sign in said for sign in each.signs)), None)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what SQLite or the schema refuses into a LoadError that says what to do."""
    try:
        yield
    except sqlite3.IntegrityError as error:  # validation has missed something: better no load than a wrong one
        wrong, remedy = f"SQLite refuses a row ({error})", "report this; nothing was written"
        raise LoadError([Problem(name, None, "", "", wrong, remedy)]) from error
    except sqlite3.DatabaseError as error:
        known = refusal(error)
        if known is None:
            raise
        remedy = f"{known.remedy}; nothing was written"
        raise LoadError([Problem(name, None, "", "", known.wrong, remedy)]) from error
    except SchemaError as error:
        raise LoadError([Problem(name, None, "", "", str(error), "")]) from error


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to an existing database that keeps its own transactions and enforces foreign keys."""
    conn = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        settings(conn)
        yield conn
    finally:
        conn.close()


def settings(conn: sqlite3.Connection, *, within_a_site: bool = False) -> None:
    """What every load wants of its connection: foreign keys, bounded caches, temporary tables on disk.

    ``within_a_site``: the process also serves pages, which bounds what all of SQLite may take (``limits: sql_memory``).
    """
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(f"PRAGMA cache_size = -{16_384 if within_a_site else 65_536}")
    conn.execute(f"PRAGMA temp.cache_size = -{8_192 if within_a_site else 32_768}")


def make_durable(conn: sqlite3.Connection) -> str:
    """Write-ahead log and full synchronization: an acknowledged change outlasts a loss of power.

    Returns the journal mode that the database has now: ``wal``, ``memory`` for one that is in memory only, or another
    where the file system cannot do WAL (SQLite, "Write-Ahead Logging", section 8) or another program has the database
    open just now, so that the next who writes has to do it. One that has it already is not written to.
    """
    conn.execute("PRAGMA synchronous = FULL")
    mode = str(conn.execute("PRAGMA main.journal_mode").fetchone()[0])
    if mode in DURABLE:
        return mode
    try:
        return str(conn.execute("PRAGMA main.journal_mode = WAL").fetchone()[0])
    except sqlite3.OperationalError as error:
        known = refusal(error)
        if known is None or known.kind != "busy":
            raise
        return mode


def journal_mode(path: Path) -> str:
    """How a database keeps its changes until they are in the file: ``wal``, ``delete`` or another word of SQLite's."""
    with opened(path) as conn:
        return str(conn.execute("PRAGMA main.journal_mode").fetchone()[0])


def check_pages(conn: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError where a page of the database is damaged: ask before its form is changed."""
    found = conn.execute("PRAGMA main.quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"database disk image is malformed ({found})")


@contextmanager
def patient(conn: sqlite3.Connection, until: float) -> Iterator[None]:
    """Wait for another program's lock until a moment of ``time.monotonic()``, and then no longer."""
    before = conn.execute("PRAGMA busy_timeout").fetchone()[0]
    conn.execute(f"PRAGMA busy_timeout = {max(0, round((until - time.monotonic()) * 1000))}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA busy_timeout = {before}")


@contextmanager
def built_aside(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a new database that gets its name only when it is complete.

    Until then it is a hidden file beside it, written without a journal: if the load fails or is killed, there is
    no database, as before. Raises LoadError if another program made the database in the meantime.
    """
    _remove_stale(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.new-", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        conn = sqlite3.connect(aside, isolation_level=None)
        try:
            conn.execute("PRAGMA journal_mode = OFF")
            conn.execute("PRAGMA synchronous = OFF")
            settings(conn)
            yield conn
            make_durable(conn)
        finally:
            conn.close()
        _publish(aside, path)
    finally:
        for leftover in (name, f"{name}-wal", f"{name}-shm", f"{name}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(leftover)


def _publish(aside: Path, path: Path) -> None:
    """Put the complete file in its place, and see that it is on the disk under its name."""
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    umask = os.umask(0)
    os.umask(umask)
    aside.chmod(0o666 & ~umask)
    try:
        os.link(aside, path)
    except FileExistsError as error:
        wrong = "another program made the database meanwhile"
        raise LoadError([Problem(str(path), None, "", "", wrong, "load again")]) from error
    except OSError:  # a file system without hard links
        os.replace(aside, path)
    with contextlib.suppress(OSError):  # folders cannot be opened on every system
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _remove_stale(path: Path) -> None:
    for leftover in path.parent.glob(f".{path.name}.new-*"):
        with contextlib.suppress(OSError):  # another load may be removing it too
            if time.time() - leftover.stat().st_mtime > STALE_AFTER:
                leftover.unlink()
