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

from ..schema import SchemaError
from .problems import LoadError, Problem

STALE_AFTER = 24 * 3600
"""Seconds after which an unfinished new database that a killed load left behind is removed."""

_REFUSALS = (
    ("locked", "another program is writing to the database", "wait until it has finished, then try again"),
    ("busy", "another program is writing to the database", "wait until it has finished, then try again"),
    ("full", "the disk is full", "make room, then try again"),
    ("readonly", "the database cannot be written", "check the permissions of the file and its folder"),
    ("unable to open", "the database cannot be opened", "check the path and the permissions"),
    ("not a database", "the file is not an SQLite database", "name another file for the database"),
    ("malformed", "the database is damaged", "restore it from a backup"),
    ("disk i/o", "the disk reported an error", "check the disk, then try again"),
)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what SQLite or the schema refuses into a LoadError that says what to do."""
    try:
        yield
    except sqlite3.IntegrityError as error:  # validation has missed something: better no load than a wrong one
        wrong, remedy = f"SQLite refuses a row ({error})", "report this; nothing was written"
        raise LoadError([Problem(name, None, "", "", wrong, remedy)]) from error
    except sqlite3.DatabaseError as error:
        for sign, wrong, remedy in _REFUSALS:
            if sign in str(error).lower():
                raise LoadError([Problem(name, None, "", "", wrong, f"{remedy}; nothing was written")]) from error
        raise
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


def settings(conn: sqlite3.Connection) -> None:
    """What every load wants of its connection: foreign keys, bounded caches, temporary tables on disk."""
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA cache_size = -65536")
    conn.execute("PRAGMA temp.cache_size = -32768")


def make_durable(conn: sqlite3.Connection) -> None:
    """Write-ahead log and full synchronization: an acknowledged change outlasts a loss of power."""
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")


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
