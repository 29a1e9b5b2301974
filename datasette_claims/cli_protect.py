"""``datasette claims protect``: a database written anew without a person's name, and the check that none is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .confidential import Rewritten, forms_of, protect, remaining
from .loading.load import default_who
from .loading.problems import LoadError, Problem


@dataclass(frozen=True)
class Asked:
    """What the command was asked for. ``also`` and ``without``: forms of the name to look for too, or not."""

    confidential: Path
    id: str
    name: str
    new: Path
    also: Sequence[str] = ()
    without: Sequence[str] = ()
    contact: str | None = None


def forms(database: Path, actor: str, asked: Asked) -> list[str]:
    """The forms of the actor's name that are looked for. Raises LoadError."""
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "check the name")])
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        row = conn.execute("SELECT name, other_names, kind FROM actors WHERE id = ?", [actor]).fetchone()
    if row is None:
        raise LoadError([Problem("actors", None, "id", actor, "there is no such actor", "see the table actors")])
    try:
        found = forms_of(row[0], row[1], asked.also, family=row[2] == "person")
    except ValueError as error:
        raise LoadError([Problem("actors", None, "other_names", "", str(error), "")]) from error
    return [form for form in found if form not in asked.without]


def rewrite(database: Path, actor: str, asked: Asked) -> Rewritten:
    """Write the new file and move the identity. Raises LoadError; then nothing was written."""
    return protect(
        database,
        actor,
        asked.new,
        asked.confidential,
        forms=forms(database, actor, asked),
        id=asked.id,
        description=asked.name,
        contact=asked.contact,
        who=default_who(),
    )


def told(done: Rewritten, database: Path, new: Path) -> list[str]:
    """What was done and what is left to do, line by line."""
    changed = ", ".join(f"{count:,} in {table}" for table, count in done.changed.items())
    lines = [f"{new}: {done.actor} is named nowhere in it. Values changed: {changed or 'none'}."]
    if done.texts:
        lines.append(f"Texts that named the person are kept by checksum and offsets alone: {', '.join(done.texts)}.")
    renamed = [f"{old} is now {id}" for old, id in done.ids.items()]
    if renamed:
        more = f", and {len(renamed) - 5:,} more" if len(renamed) > 5 else ""
        lines.append(f"Ids that held the name, and the addresses with them: {'; '.join(renamed[:5])}{more}.")
    lines.append(
        f"{database} still holds the name in every revision. Stop the site, put {new} in its place, and delete the old "
        "file with its -wal and -shm, its copies, backups and exports. A source that is loaded again must not name "
        "the person either."
    )
    return lines


__all__ = ["Asked", "forms", "remaining", "rewrite", "told"]
