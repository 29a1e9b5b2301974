"""``datasette claims load``: how far it is, and loading file by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from . import cli_telling
from .loading import Options
from .loading.by_file import load_by_file
from .loading.sources import FORMATS
from .progress import Progress


@contextmanager
def progress(sources: Sequence[str]) -> Iterator[Progress]:
    """How many rows were read, how fast, and how long it will take, by the bytes of the sources."""
    told = Progress("rows", sum(path.stat().st_size for source in sources for path in _files(Path(source))))
    try:
        yield told
    finally:
        told.clear()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [each for each in sorted(path.rglob("*")) if each.is_file() and each.suffix.lower() in FORMATS]
    return [path] if path.is_file() else []


def by_file(database: Path, sources: Sequence[str], options: Options, *, as_json: bool) -> None:
    """Load, and tell of each file as soon as it is done. Raises click.UsageError where the options do not fit."""
    done: dict[str, Any] = {}
    try:
        for name, report in load_by_file(database, sources, options):
            done[name] = report.as_json() if report is not None else None
            if not as_json:
                cli_telling.tell_file(name, report)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        cli_telling.tell_json({"ok": True, "files": done})
