"""Who does the work: this process, a pool of processes, or the workers of a Dask cluster, behind one interface.

All three are a ``concurrent.futures.Executor``, so the work itself is written once. Tasks are handed out a few at a
time and their results come back in the order of the tasks, whoever was first; so what is made of them does not depend
on how many workers there were. A worker that dies takes nothing along: its tasks are done again by others.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 3
"""Tasks a worker that are handed out before the first of them is back."""

ATTEMPTS = 3
"""How often a task is tried whose process died; a text that kills every process that reads it must not go round."""

PATIENCE = "10s"
"""How long a Dask scheduler may take to answer."""


class CrewError(RuntimeError):
    """Why the work could not be done, as a sentence for a person."""


class Inline(Executor):
    """Does each task at once, in this process."""

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """The finished task."""
        done: Future[R] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # as an executor does: whoever asks for the result gets it
            done.set_exception(error)
        return done


@dataclass
class Crew:
    """An executor that can be made anew, and how many tasks it takes at once."""

    make: Callable[[], Executor]
    workers: int
    share: Callable[[bytes], Any]
    """Bytes that every task needs -> what is given to the tasks in their place; ``received`` gives the bytes back."""
    lost: Callable[[Exception], str | None] = lambda error: None
    """An error of the executor itself -> why the work cannot be done; None for one of the work."""
    executor: Executor | None = field(default=None, init=False)

    def spread(self, function: Callable[..., R], tasks: Iterable[T], *shared: Any) -> Iterator[R]:
        """``function(task, *shared)`` of each task, in the order of the tasks; few of them are held at a time.

        Raises what the function raises, and CrewError where a task's worker died again and again.
        """
        waiting: deque[tuple[T, Future[R]]] = deque()
        source, failed = iter(tasks), 0
        try:
            while True:
                while len(waiting) < self.workers * AHEAD and (task := next(source, _END)) is not _END:
                    waiting.append((task, self._submit(function, task, *shared)))
                if not waiting:
                    return
                try:
                    result = waiting[0][1].result()
                except BrokenProcessPool as error:
                    failed += 1
                    if failed >= ATTEMPTS:
                        raise CrewError(f"a worker died {failed} times at the same piece of work") from error
                    self._anew(function, waiting, shared)
                    continue
                except Exception as error:
                    reason = self.lost(error)
                    if reason is None:
                        raise
                    raise CrewError(reason) from error
                failed = 0
                waiting.popleft()
                yield result
        finally:
            for _, future in waiting:
                future.cancel()

    def _submit(self, function: Callable[..., R], task: Any, *shared: Any) -> Future[R]:
        if self.executor is None:
            self.executor = self.make()
        try:
            return self.executor.submit(function, task, *shared)
        except BrokenProcessPool:  # it broke while the results before were waited for; the first of them tells
            broken: Future[R] = Future()
            broken.set_exception(BrokenProcessPool("the pool broke before"))
            return broken

    def _anew(self, function: Callable[..., R], waiting: deque[tuple[T, Future[R]]], shared: tuple[Any, ...]) -> None:
        """Another pool for what the broken one did not finish."""
        self.close(wait=False)
        for number, (task, future) in enumerate(waiting):
            if not future.done() or future.cancelled() or future.exception() is not None:
                waiting[number] = (task, self._submit(function, task, *shared))

    def close(self, wait: bool = True) -> None:
        """End the executor; what it has not begun is not done.

        A pool is waited for, unless it is broken: Python may complain of closed files where it ends at the same time.
        """
        if self.executor is not None:
            executor, self.executor = self.executor, None
            if isinstance(executor, ProcessPoolExecutor):
                executor.shutdown(wait=wait, cancel_futures=True)
            else:
                executor.shutdown()


_END: Any = object()


@contextmanager
def crew(workers: int = 1, scheduler: str | None = None) -> Iterator[Crew]:
    """Who does the work: with ``scheduler`` the workers of the cluster at that address (tcp://host:8786), else so many
    processes; one is this process itself.

    Raises CrewError where Dask is not installed, or nobody answers at that address.
    """
    if scheduler is not None:
        with _cluster(scheduler) as made:
            yield made
        return
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        made = Crew(Inline if workers == 1 else lambda: ProcessPoolExecutor(workers), workers, _Shared(Path(folder)))
        try:
            yield made
        finally:
            made.close()


@dataclass
class _Shared:
    """Bytes in a file of this computer, of which the tasks get the name."""

    folder: Path

    def __call__(self, content: bytes) -> str:
        path = self.folder / f"shared-{len(os.listdir(self.folder))}"
        path.write_bytes(content)
        return str(path)


def received(given: str | bytes) -> bytes:
    """The bytes that ``share`` was given."""
    return given if isinstance(given, bytes) else Path(given).read_bytes()


@contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    """The workers of a Dask cluster, as an executor (the extra ``[distributed]``)."""
    try:
        import distributed
    except ImportError as error:
        wrong = "work is spread by Dask, which is not installed"
        raise CrewError(f"{wrong}; install it: pip install 'datasette-claims[distributed]'") from error
    try:
        client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise CrewError(f"no Dask scheduler answers at {address}; start one: dask scheduler") from error
    with client, contextlib.ExitStack() as stack:
        client.wait_for_workers(1, timeout=60)
        threads = sum(client.nthreads().values())

        def share(content: bytes) -> Any:
            # A task and not a scattered value: the cluster can make it again when whoever held it has died.
            return client.submit(_same, content, pure=False)

        def lost(error: Exception) -> str | None:
            killed = isinstance(error, distributed.KilledWorker)
            return "worker after worker died at the same piece of work" if killed else None

        made = Crew(lambda: client.get_executor(pure=False), max(threads, 1), share, lost)
        stack.callback(made.close)
        yield made


def _same(content: bytes) -> bytes:
    return content
