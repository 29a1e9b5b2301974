"""Loading at start-up: only when the sources are other than at the last load, and never taking the site down."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .connecting import explained
from .decoding import inspect
from .load import LoadReport, Options, find, load
from .problems import LoadError, Problem
from .sources import SourceFile

WHO = "start-up"
"""Who made a load that the configuration asks for."""


@dataclass(frozen=True)
class StartupLoad:
    """What came of it. ``status`` is ``unchanged``, ``loaded`` or ``failed``; ``message`` is a sentence for people."""

    status: str
    message: str
    problems: tuple[Problem, ...] = ()
    report: LoadReport | None = None


def load_if_changed(
    database: Path | sqlite3.Connection, sources: Sequence[str | Path], mapping: Path | None = None
) -> StartupLoad:
    """Load the sources unless they are what was loaded last. Never raises LoadError: the result says what failed.

    A load that changes no row leaves a ``loads`` row without counts, so that the next start need not compare.
    """
    try:
        options = Options(who=WHO, note_unchanged=True, mapping=mapping)
        files = find(sources, options).files
        extra = [(mapping.name, mapping)] if mapping is not None else []
        with explained("the database"):
            if _unchanged(database, files, extra):
                return StartupLoad("unchanged", "The sources are those that were loaded last.")
        report = load(database, sources, options)
    except LoadError as error:
        count = len(error.problems)
        problems = "one problem" if count == 1 else f"{count:,} problems"
        message = f"The sources were not loaded: {problems}. The data are as they were before."
        return StartupLoad("failed", message, error.problems)
    return StartupLoad("loaded", _told(report), report=report)


def _told(report: LoadReport) -> str:
    counts = report.counts.values()
    added, changed = (sum(getattr(count, name) for count in counts) for name in ("added", "changed"))
    text = f"The sources were loaded: {_rows(added)} added, {changed:,} changed."
    if kept := len(report.conflicts):
        were = "was" if kept == 1 else "were"
        text += f" {_rows(kept)} that people changed {were} kept although the sources differ."
    return text


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _unchanged(database: Path | sqlite3.Connection, files: list[SourceFile], extra: list[tuple[str, Path]]) -> bool:
    last = _last_sources(database, {file.label for file in files})
    if last is None:
        return False
    current: dict[str, Path] = dict(extra)
    for file in files:
        if file.path is None:
            return False
        current[file.label] = file.path
        for label in last:  # the texts that the last load read
            if file.base is not None and label.startswith(f"{file.base.resolve().name}/") and label not in current:
                current[label] = file.base / label.partition("/")[2]
    if set(last) != set(current):
        return False
    return all(_sha256(path) == last[label] for label, path in current.items())


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return inspect(file, str(path)).sha256
    except OSError:
        return None


def _last_sources(database: Path | sqlite3.Connection, labels: set[str]) -> dict[str, str] | None:
    """Label -> SHA-256 of the last load that read files of these labels, or None."""
    if isinstance(database, Path) and not database.exists():
        return None
    conn = database if isinstance(database, sqlite3.Connection) else sqlite3.connect(database)
    try:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'loads'").fetchone():
            return None
        for (text,) in conn.execute("SELECT sources FROM loads ORDER BY id DESC"):
            entries: list[dict[str, Any]] = json.loads(text)
            found = {str(entry["name"]): str(entry["sha256"]) for entry in entries}
            if labels & set(found):
                return found
        return None
    finally:
        if not isinstance(database, sqlite3.Connection):
            conn.close()
