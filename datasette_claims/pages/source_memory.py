"""The index of sources of each database, and the names of its actors: made when a claim first needs them, kept until
anybody writes.

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
from .known_names import Known, read_all_names
from .stances import lenient

if TYPE_CHECKING:
    from datasette.database import Database

MAX_BYTES = 1 << 29
"""A larger index, which stands for some six million statements, is used once and not kept."""


@dataclass(frozen=True)
class Made:
    """What was made of a database at a version (None: nothing says when it changes): the ``index`` of its reviewed
    stances, and the ``names`` of its actors, if they are not too many."""

    version: int | None
    index: SourceIndex
    names: Known


@dataclass
class _Held:
    """What is kept of one database; ``lock``: it is made once, however many ask for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    made: Made | None = None
    making: asyncio.Future[Made] | None = None

    def current(self, version: int | None) -> Made | None:
        """What is kept, if it is of that version."""
        made = self.made
        return made if made is not None and version is not None and version == made.version else None

    def make(self, db: Database, version: int | None) -> Made:
        """What there is of that version, read on a connection of its own if it is not there."""
        with self.lock:
            found = self.current(version)
            if found is None:
                found = _read(db, version)
                if version is not None and found.index.nbytes <= MAX_BYTES:
                    # A commit meanwhile is noticed at the next request, which then makes it again.
                    self.made = found
            return found


def _read(db: Database, version: int | None) -> Made:
    conn = db.connect()
    conn.text_factory = lenient
    try:
        with one_state(conn):
            index = SourceIndex(conn)
            index.prepare(conn)
            return Made(version, index, read_all_names(conn))
    finally:
        conn.close()


_held: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()


def peek(db: Database) -> Made | None:
    """What is kept of a database, if it is of the present; takes some microseconds."""
    held = _held.get(db)
    return held.current(memory.of(db).certain()) if held is not None else None


async def get(db: Database) -> Made:
    """What there is of the present: in a thread of its own, where it has to be made."""
    held = _held.setdefault(db, _Held())
    version = memory.of(db).certain()
    made = held.current(version)
    return await asyncio.to_thread(held.make, db, version) if made is None else made


async def make_beside(db: Database) -> None:
    """Have it made in a thread, and do not wait for it; one at a time. Where it fails, asyncio's log says why, and the
    next to ask begins anew."""
    held = _held.setdefault(db, _Held())
    if held.making is None or held.making.done():
        version = memory.of(db).certain()
        held.making = asyncio.get_running_loop().run_in_executor(None, held.make, db, version)
