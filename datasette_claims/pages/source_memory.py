"""The index of sources of each database: made when a claim first needs it, kept until anybody writes.

At a million statements that takes seconds. Whoever can do without it meanwhile has it made beside (``make_beside``).

What is kept knows no viewer: ask the gate before every use, as for a query.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..tracing.source_index import SourceIndex, one_state
from . import memory
from .stances import lenient

if TYPE_CHECKING:
    from datasette.database import Database

MAX_BYTES = 1 << 29
"""A larger index, which stands for some six million statements, is used once and not kept."""


@dataclass
class _Held:
    """The index of one database as it was at a version; ``lock``: it is made once, however many ask for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    version: int | None = None
    index: SourceIndex | None = None
    making: asyncio.Future[SourceIndex] | None = None

    def current(self, version: int | None) -> SourceIndex | None:
        """The index, if it is of that version."""
        return self.index if version is not None and version == self.version else None

    def make(self, db: Database, version: int | None) -> SourceIndex:
        """The index of that version, read on a connection of its own if it is not there."""
        with self.lock:
            found = self.current(version)
            if found is None:
                conn = db.connect()
                conn.text_factory = lenient
                try:
                    with one_state(conn):
                        found = SourceIndex(conn)
                        found.prepare(conn)
                finally:
                    conn.close()
                if version is not None and found.nbytes <= MAX_BYTES:
                    # A commit meanwhile is noticed at the next request, which then makes it again.
                    self.version, self.index = version, found
            return found


_held: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()


def peek(db: Database) -> SourceIndex | None:
    """The index of the reviewed stances if it is there and of the present; takes some microseconds."""
    held = _held.get(db)
    return held.current(memory.of(db).version()) if held is not None else None


async def get(db: Database) -> SourceIndex:
    """The index of the reviewed stances as they are now: in a thread of its own, where it has to be made."""
    held = _held.setdefault(db, _Held())
    version = memory.of(db).version()
    index = held.current(version)
    return await asyncio.to_thread(held.make, db, version) if index is None else index


async def make_beside(db: Database) -> None:
    """Have the index made in a thread, and do not wait for it; one at a time. Where it fails, asyncio's log says why,
    and the next to ask begins anew."""
    held = _held.setdefault(db, _Held())
    if held.making is None or held.making.done():
        version = memory.of(db).version()
        held.making = asyncio.get_running_loop().run_in_executor(None, held.make, db, version)
