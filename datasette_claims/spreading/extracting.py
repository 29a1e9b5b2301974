"""An order: articles -> chunks, done by a crew -> the shards of their drafts. What is finished is never done again.

The folder of an order holds ``order.json``, ``known.db`` and ``stored.db`` (what the database had when it began),
``chunks/`` (a file each, named by number and checksum) and at last ``rows/`` with ``datapackage.json``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..obtaining import NotObtained
from ..obtaining.raw import Raw
from .crews import Crew
from .drafts import Chunk, Reading, chunks, draft_chunk
from .files import sync_folder, write_whole
from .gathering import Gathered, gather, make_stored
from .known import NotUsable, digest, make_known
from .shards import Shards, descriptor

ORDER, KNOWN, STORED = "order.json", "known.db", "stored.db"
CHUNKS, ROWS, PACKAGE = "chunks", "rows", "datapackage.json"
CHUNK = 50
"""Articles a chunk. Some seconds of work: so much is lost with a worker, and handing it out costs nothing beside it."""


@dataclass(frozen=True)
class Order:
    """What is to be done: how to read the articles, how many a chunk, in which format the rows are wanted."""

    reading: Reading
    chunk: int = CHUNK
    format: str = "jsonl"

    def as_json(self) -> dict[str, object]:
        """All that must be the same when an order goes on."""
        return {
            "engine": self.reading.engine,
            "stated": dict(self.reading.stated),
            "encoding": self.reading.encoding,
            "version": self.reading.version,
            "chunk": self.chunk,
        }


@dataclass
class Spread:
    """What came of an order: how many chunks there are, how many of them were done before, and the rows."""

    chunks: int = 0
    kept: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)


def extract(
    articles: Iterable[Raw | NotObtained],
    database: Path | None,
    folder: Path,
    order: Order,
    crew: Crew,
    progress: Callable[[int], None] = lambda articles: None,
) -> Spread:
    """Draft all articles into ``folder``; ``progress`` is told how many are done since the last time.

    Raises NotUsable where the folder is another order's or the database cannot be read, CrewError where the work
    cannot be done; what was finished by then is kept.
    """
    known = _begin(database, folder, order)
    told, finished = Spread(), []
    shared = crew.share((folder / KNOWN).read_bytes())
    for name, content, count in _done(articles, folder / CHUNKS, known, order, crew, shared):
        if content is None:
            told.kept += 1
        else:
            write_whole(folder / CHUNKS / name, content)
        told.chunks += 1
        finished.append(folder / CHUNKS / name)
        progress(count)
    _gather(finished, folder, order, told)
    return told


def _begin(database: Path | None, folder: Path, order: Order) -> str:
    """Make the folder, or see that it is this order's; the checksum of what is known."""
    target = folder / ORDER
    if target.is_file():
        if json.loads(target.read_text(encoding="utf-8")) != order.as_json():
            raise NotUsable(f"{folder} holds another order ({target.name} says which): name another folder.")
    else:
        own = (CHUNKS, KNOWN, STORED)  # what an order that was interrupted at once leaves behind
        if folder.exists() and any(not entry.name.lstrip(".").startswith(own) for entry in folder.iterdir()):
            raise NotUsable(f"{folder} is not empty and holds no order: name a new folder.")
        (folder / CHUNKS).mkdir(parents=True, exist_ok=True)
        make_known(database, folder / KNOWN)
        make_stored(database, folder / STORED)
        write_whole(target, (json.dumps(order.as_json(), indent=2) + "\n").encode())
    return digest(folder / KNOWN)


def _done(
    articles: Iterable[Raw | NotObtained], place: Path, known: str, order: Order, crew: Crew, shared: object
) -> Iterator[tuple[str, bytes | None, int]]:
    """(name, content, articles) of each chunk, in order; None for the content of one that is there already."""
    asked: list[tuple[str, bool, int]] = []

    def missing() -> Iterator[Chunk]:
        for chunk in chunks(articles, order.chunk, order.reading):
            name = chunk.name(known)
            there = (place / name).is_file()
            asked.append((name, there, len(chunk.articles)))
            if not there:
                yield chunk

    for content in crew.spread(draft_chunk, missing(), shared):
        while asked[0][1]:
            name, _, count = asked.pop(0)
            yield name, None, count
        name, _, count = asked.pop(0)
        yield name, content, count
    for name, _, count in asked:
        yield name, None, count


def _gather(finished: Sequence[Path], folder: Path, order: Order, told: Spread) -> None:
    """Write the rows aside, then put them in the place of earlier ones."""
    aside = folder / f".{ROWS}.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    shards = Shards(aside, order.format)
    told.gathered = gather(finished, folder / STORED, shards)
    shards.close()
    told.counts = shards.counts
    (folder / PACKAGE).unlink(missing_ok=True)
    shutil.rmtree(folder / ROWS, ignore_errors=True)
    aside.rename(folder / ROWS)
    sync_folder(folder)
    if shards.files:
        write_whole(folder / PACKAGE, descriptor(shards.files, ROWS).encode())
