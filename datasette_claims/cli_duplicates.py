"""``datasette claims duplicates``: the same utterance in several documents, proposed for review."""

from __future__ import annotations

from pathlib import Path

from . import cli_shards
from .duplicates import Found, Limits, propose_duplicates
from .interchange.iris import encoded
from .loading.connecting import explained, opened
from .loading.exporting import check_database
from .loading.load import default_who
from .loading.problems import LoadError, Problem
from .progress import Progress


def run(database: Path, *, dry_run: bool, least: float, workers: int | None, scheduler: str | None) -> Found:
    """Propose, and tell how far it is. Raises click.UsageError, LoadError."""
    if not database.is_file():
        raise LoadError([Problem(str(database), None, "", "", "there is no such file", "check the name")])
    with (
        cli_shards.crew(database, workers, scheduler) as crew,
        explained(str(database)),
        opened(database) as conn,
    ):
        check_database(conn, database)
        total = conn.execute("SELECT count(*) FROM mentions WHERE content IS NOT NULL").fetchone()[0]
        progress = Progress("quotations", total)

        def read(count: int) -> None:
            progress.count(count)
            progress.part(count)

        try:
            return propose_duplicates(
                conn, default_who(), crew.spread, dry_run=dry_run, limits=Limits(least), progress=read
            )
        finally:
            progress.clear()


def summed_up(told: Found, database: Path, dry_run: bool) -> str:
    """What was found, and where it waits."""
    noun = "proposal" if told.proposed == 1 else "proposals"
    compared = f"{told.quotes:,} quotations, {told.pairs:,} pairs compared, {told.alike:,} alike"
    if dry_run:
        return f"{compared}: {told.proposed:,} new {noun} would be written."
    where = f"; review at /{encoded(database.stem)}/-/claims/review" if told.proposed else ""
    return f"{compared}: {told.proposed:,} new {noun}{where}"
