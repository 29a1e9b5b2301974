"""``datasette claims extract --shards``: the work of an extraction on several processes or a cluster, rows as files."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from . import spreading
from .cli_extract import checked
from .loading.problems import LoadError, Problem, visible
from .obtaining import NotObtained, Wishes
from .obtaining.raw import Raw
from .obtaining.sources import gather
from .progress import Progress
from .spreading import CHUNK, FORMATS, Crew, CrewError, NotUsable, Order, Reading, Spread

TOLD = ("documents", "statements", "mentions", "actors", "memberships", "proposals")
"""The tables whose rows are told of, in this order."""


@dataclass(frozen=True)
class Asked:
    """Where the rows go, in which format, and who does the work."""

    folder: Path
    workers: int = 1
    scheduler: str | None = None
    format: str = "jsonl"
    chunk: int = CHUNK


def _options(context: click.Context, parameter: click.Parameter, folder: Path | None) -> Asked | None:
    """Collect the options that go with --shards, and refuse them without it."""
    given = {name: context.params.pop(name) for name in ("workers", "scheduler", "shard_format", "chunk")}
    if folder is None:
        stray = [name for name, value in given.items() if value is not None]
        if stray:
            raise click.UsageError(f"--{stray[0].replace('_', '-')} goes with --shards")
        return None
    if given["workers"] is not None and given["scheduler"] is not None:
        raise click.UsageError("give --workers or --scheduler, not both: a cluster has its own workers")
    return Asked(
        folder, given["workers"] or 1, given["scheduler"], given["shard_format"] or "jsonl", given["chunk"] or CHUNK
    )


SPREADING = (
    click.option("--workers", type=click.IntRange(1, 1024), is_eager=True, help="Processes that share the work."),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        is_eager=True,
        help="The scheduler of a Dask cluster that does the work, such as tcp://10.0.0.5:8786; extra [distributed].",
    ),
)
"""Who does the work, for every command that can be spread."""

OPTIONS = (
    click.option(
        "--shards",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_options,
        help="Write the rows into this folder, for `datasette claims load`; DB is only read.",
    ),
    *SPREADING,
    click.option(
        "--shard-format", type=click.Choice(FORMATS), is_eager=True, help="Format of the rows.  [default: jsonl]"
    ),
    click.option(
        "--chunk",
        type=click.IntRange(1, 10_000),
        is_eager=True,
        help=f"Articles that a worker reads at once.  [default: {CHUNK}]",
    ),
)


def spread_by(command: Any) -> Any:
    """The options that say who does the work."""
    for option in reversed(SPREADING):
        command = option(command)
    return command


@contextmanager
def crew(place: Path, workers: int | None, scheduler: str | None) -> Iterator[Crew]:
    """Who does the work, as asked. Raises click.UsageError, LoadError."""
    if workers is not None and scheduler is not None:
        raise click.UsageError("give --workers or --scheduler, not both: a cluster has its own workers")
    with explained(place), spreading.crew(workers or 1, scheduler) as made:
        yield made


def options(command: Any) -> Any:
    """The options of --shards."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def run(
    database: Path,
    sources: Sequence[str],
    asked: Asked,
    *,
    format: str | None,
    encoding: str | None,
    engine: str,
    fetch: bool,
    dry_run: bool,
    **stated: str | None,
) -> Spread:
    """Draft every text of the sources into shards.

    Raises click.UsageError for options that do not fit, LoadError where the work cannot be done.
    """
    if fetch or dry_run:
        raise click.UsageError(f"--{'fetch' if fetch else 'dry-run'} does not go with --shards")
    order = Order(Reading.by(engine, checked(sources, stated), encoding), asked.chunk, asked.format)
    progress = Progress("articles", sum(map(_size, sources)))
    wishes = Wishes(format, encoding, None, lambda sentence: click.echo(sentence, err=True), progress.part)
    kept = "what is finished is kept: the same command goes on"
    with explained(asked.folder, kept), spreading.crew(asked.workers, asked.scheduler) as crew:
        try:
            return spreading.extract(_articles(sources, wishes), database, asked.folder, order, crew, progress.count)
        finally:
            progress.clear()


class explained:
    """Say what a crew or an order refuses as the commands tell problems; ``kept`` where a crew's work is not lost."""

    def __init__(self, place: Path, kept: str = "") -> None:
        self._place = str(place)
        self._kept = kept

    def __enter__(self) -> None:
        """Nothing is to be done."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """Raises LoadError for what a person can mend."""
        if isinstance(error, (CrewError, NotUsable)):
            remedy = self._kept if isinstance(error, CrewError) else ""
            raise LoadError([Problem(self._place, None, "", "", str(error), remedy)]) from error


def _articles(sources: Sequence[str], wishes: Wishes) -> Iterator[Raw | NotObtained]:
    for source in sources:
        for each in gather(source, wishes):
            # A path that begins elsewhere would make other chunks of the same articles.
            yield replace(each, source=os.path.normpath(each.source)) if isinstance(each, Raw) else each


def _size(source: str) -> int:
    """Bytes of a file or of all files in a folder."""
    path = Path(source)
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size if path.is_file() else 0


def as_json(told: Spread) -> dict[str, object]:
    """Everything by name."""
    found = told.gathered
    return {
        "ok": not found.problems,
        "chunks": told.chunks,
        "chunks_kept": told.kept,
        "documents": found.documents,
        "known": found.known,
        "repeated": found.repeated,
        "versions": found.versions,
        "rows": told.counts,
        "problems": [{"source": source, "wrong": wrong, "remedy": remedy} for source, wrong, remedy in found.problems],
    }


def summed_up(told: Spread, database: Path, asked: Asked) -> Iterator[str]:
    """What was done, and how the rows come into the database."""
    found = told.gathered
    chunks = f"{told.chunks:,} {'chunk' if told.chunks == 1 else 'chunks'}"
    kept = f", {told.kept:,} of them finished before" if told.kept else ""
    yield f"{chunks}{kept}: " + ", ".join(f"{told.counts.get(table, 0):,} {table}" for table in TOLD)
    passed: list[tuple[int, str]] = [
        (found.known, "stood in the database"),
        (found.repeated, "came twice among the sources"),
        (found.versions, "are other versions of earlier ones"),
    ]
    for number, what in passed:
        if number:
            yield f"{number:,} {what}"
    if found.problems:
        noun = "problem" if len(found.problems) == 1 else "problems"
        yield f"{len(found.problems):,} {noun}; nothing of these was drafted."
    if told.counts:
        words = ["datasette", "claims", "load", str(database), str(asked.folder)]
        yield f"load them: {visible(shlex.join(words), None)}"
