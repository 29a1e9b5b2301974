"""The indexes that a site holds in memory: one a database, built when needed, never stale.

Whether a database has changed is asked on a connection that the store keeps for nothing else: SQLite's
``data_version`` differs as soon as any other connection, in any process, has committed anything, whether or not it
kept revisions. The number means something only on the connection that it was asked on, hence the own one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .build import build
from .copy_file import CopyError, file_state, load, save, settled
from .index import StanceIndex

MAX_BYTES = 1 << 30


@dataclass(frozen=True)
class Source:
    """A database to index. ``connect`` opens a new connection that any thread may use (``check_same_thread=False``);
    ``path`` is its file, if it is one. ``immutable``: nobody can change it, so it is never asked again. Sources of
    the same name, path and mutability are equal, so that a page may make one for each request."""

    name: str
    connect: Callable[[], sqlite3.Connection] = field(compare=False)
    path: Path | None = None
    immutable: bool = False


class Watcher:
    """Notices every commit to a database that is made by another connection, in this process or another."""

    def __init__(self, source: Source) -> None:
        self._conn = None if source.immutable else source.connect()
        self._lock = threading.Lock()
        self._last: int | None = None

    def version(self) -> int:
        """A number that changes with every commit, and only then. Takes some microseconds, also while another commits
        to a database that is not in WAL mode and so is locked: until that is done, the last number holds."""
        return self._ask()[0]

    def certain(self) -> int | None:
        """The same, but None while it cannot be told whether the last number still holds."""
        number, told = self._ask()
        return number if told else None

    def _ask(self) -> tuple[int, bool]:
        """(the number, whether it was told just now)."""
        if self._conn is None:
            return 0, True
        with self._lock:
            first, told = self._last is None, True
            try:
                self._last = int(self._conn.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.OperationalError as error:
                if self._last is None or "locked" not in str(error):
                    raise
                told = False
            if first:
                self._conn.execute("PRAGMA busy_timeout = 0")
            return self._last, told

    def close(self) -> None:
        """Close the connection."""
        if self._conn is not None:
            self._conn.close()


@dataclass
class _Held:
    """What the store holds of one database. ``indexes``: revision asked for (None: the present) -> index."""

    source: Source
    watcher: Watcher
    lock: threading.RLock = field(default_factory=threading.RLock)
    version: int | None = None
    indexes: OrderedDict[int | None, StanceIndex] = field(default_factory=OrderedDict)
    unsaved: dict[str, Any] | None = None


class IndexStore:
    """The indexes of all databases of a site, in at most ``max_bytes`` of memory (least recently used go first).

    ``folder`` is where copies are kept for the next start (None: nowhere). All methods may be called from any
    thread; an index is built once however many ask for it. ``last_copy_error`` tells why the last copy could not
    be read or written; that never stops an answer.
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = MAX_BYTES) -> None:
        self.folder, self.max_bytes = folder, max_bytes
        self.last_copy_error: str | None = None
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, source: Source, as_of: int | None = None) -> StanceIndex:
        """The index of a database as it is now, or as it was at revision ``as_of``; built if there is none or if
        anybody has written since. Raises IndexBuildError."""
        held = self._hold(source)
        with held.lock:
            version = held.watcher.version()
            if version != held.version:
                held.indexes.clear()
                held.version, held.unsaved = version, None
            index = held.indexes.get(as_of)
            if index is None:
                index = held.indexes[as_of] = self._load_or_build(held, as_of)
            held.indexes.move_to_end(as_of)
            self._save_if_settled(held)
        self._shrink(keep=held)
        return index

    def peek(self, source: Source, as_of: int | None = None) -> StanceIndex | None:
        """The index if it is there and current, without waiting for one that is being built; else None."""
        held = self._hold(source)
        if not held.lock.acquire(blocking=False):
            return None
        try:
            return held.indexes.get(as_of) if held.watcher.version() == held.version else None
        finally:
            held.lock.release()

    def version(self, source: Source) -> int:
        """A number that changes as soon as anybody has written to the database. Takes some microseconds."""
        return self._hold(source).watcher.version()

    def close(self) -> None:
        """Write the copies that are due and close all connections."""
        with self._lock:
            listed = list(self._held.values())
            self._held.clear()
        for held in listed:
            with held.lock:
                if held.watcher.version() == held.version:
                    self._save_if_settled(held)
                held.watcher.close()

    @property
    def nbytes(self) -> int:
        """Memory of all indexes held, in bytes."""
        with self._lock:
            listed = list(self._held.values())
        return sum(index.nbytes for held in listed for index in list(held.indexes.values()))

    def _hold(self, source: Source) -> _Held:
        with self._lock:
            held = self._held.get(source.name)
            if held is None or held.source != source:
                if held is not None:
                    held.watcher.close()
                held = self._held[source.name] = _Held(source, Watcher(source))
            self._held.move_to_end(source.name)
            return held

    def _load_or_build(self, held: _Held, as_of: int | None) -> StanceIndex:
        path = self._copy_path(held.source) if as_of is None else None
        before = None if path is None or held.source.path is None else file_state(held.source.path)
        if path is not None and before is not None:
            index = self._load(path, before)
            if index is not None:
                return index
        conn = held.source.connect()
        try:
            index = build(conn, as_of=as_of).prepare()
        finally:
            conn.close()
        if before is not None and held.source.path is not None and file_state(held.source.path) == before:
            held.unsaved = before
        return index

    def _load(self, path: Path, state: dict[str, Any]) -> StanceIndex | None:
        try:
            index = load(path, state) if settled(state) else None
            return None if index is None else index.prepare()
        except CopyError as error:
            self.last_copy_error = str(error)
            return None

    def _save_if_settled(self, held: _Held) -> None:
        """Write the copy as soon as a later change of the file must show in its state."""
        state, path, index = held.unsaved, self._copy_path(held.source), held.indexes.get(None)
        if state is None or path is None or index is None or not settled(state):
            return
        held.unsaved = None
        try:
            save(index, path, state)
        except CopyError as error:
            self.last_copy_error = str(error)

    def _copy_path(self, source: Source) -> Path | None:
        if self.folder is None or source.path is None:
            return None
        digest = hashlib.sha256(str(source.path.resolve()).encode()).hexdigest()[:16]
        return self.folder / f"{source.path.stem}-{digest}.stances"

    def _shrink(self, keep: _Held) -> None:
        """Let go of the least recently used indexes until the rest fits; the one just asked for stays."""
        with self._lock:
            listed = list(self._held.values())
        total = sum(index.nbytes for held in listed for index in list(held.indexes.values()))
        for held in listed:
            if total <= self.max_bytes or not held.lock.acquire(blocking=False):
                continue  # within bounds, or in use by another thread: then it is not the least recently used
            try:
                while total > self.max_bytes and len(held.indexes) > (1 if held is keep else 0):
                    total -= held.indexes.popitem(last=False)[1].nbytes
            finally:
                held.lock.release()
