"""Long work, such as an export or the reading of a text: in threads of its own, so that no other page waits for it,
and stopped when it takes too long or when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import ctypes
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import site
from ..bounds import setting
from .errors import PageError
from .framework import Visit

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

T = TypeVar("T")

THREADS = 4
"""So much long work is done at once; the rest waits, and the time that it waits counts."""

_pool = ThreadPoolExecutor(THREADS, "claims-work")


class Stopped(BaseException):
    """Raised inside of work that nobody waits for any more, wherever it is."""


class _Job(Generic[T]):
    """One piece of work that can be stopped from another thread."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act, self._lock = act, threading.Lock()
        self._thread: int | None = None
        self._stopped = False

    def run(self) -> T:
        with self._lock:
            if self._stopped:
                raise Stopped
            self._thread = threading.get_ident()
        try:
            return self._act()
        finally:
            with self._lock:
                self._thread = None

    def stop(self) -> None:
        """Python's own way to raise an exception in another thread: at its next step in Python."""
        with self._lock:
            self._stopped = True
            if self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(Stopped))


async def work(visit: Visit, act: Callable[[], T]) -> T:
    """What ``act`` returns, which runs in a thread. Raises what it raises, and PageError 503 where it takes longer
    than ``limits: work_seconds`` or the client goes away; then it is stopped."""
    seconds = site.of(visit.datasette).bounds.work_seconds
    job = _Job(act)
    doing: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(_pool, job.run)
    doing.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to look at it
    leaving: asyncio.Future[None] = asyncio.ensure_future(_gone(visit.request))
    both: set[asyncio.Future[Any]] = {doing, leaving}
    try:
        finished, _ = await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if doing in finished:
            return doing.result()
    finally:
        leaving.cancel()
        if not doing.done():
            job.stop()
    sentence = f"This took longer than {seconds:g} seconds, which this site allows."
    remedy = "Ask for a smaller part, or do it on the command line with datasette claims; or have "
    raise PageError(503, sentence, f"{remedy}{setting('work_seconds')} raised.")


async def read_apart(visit: Visit, read: Callable[[sqlite3.Connection], T]) -> T:
    """As ``work``, with a connection of its own to the visit's database."""
    from .stances import connector

    opened = connector(visit.db)

    def act() -> T:
        with closing(opened()) as conn:
            conn.row_factory = sqlite3.Row
            conn.text_factory = lambda value: value.decode("utf-8", "replace")
            return read(conn)

    return await work(visit, act)


async def _gone(request: Request) -> None:
    """Returns when the client has gone away."""
    empty = 0
    while empty < 3:  # a server says http.disconnect; what only repeats itself tells nothing
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
        empty += 1
    await asyncio.Event().wait()
