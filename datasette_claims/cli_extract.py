"""``datasette claims extract``: files, folders, archives, pages and standard input -> documents with drafts."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from . import adding
from .adding import Added
from .interchange.iris import encoded
from .loading.connecting import built_aside, explained, make_durable, opened, settings
from .loading.load import default_who
from .loading.problems import LoadError, Problem, visible
from .obtaining import Limits, NotObtained, Obtained, Wishes, obtain
from .obtaining.sources import FORMATS
from .obtaining.values import day, tag, web_address
from .schema import migrate

COUNTED = ("statements", "actors", "memberships", "proposals")
"""The tables whose new rows are told of, in this order."""


@dataclass
class Done:
    """What an extraction did: a pair of source and outcome for each text, and the problems."""

    added: list[tuple[str, Added]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """Everything by name."""
        return {
            "ok": not self.problems,
            "dry_run": self.dry_run,
            "documents": [{"source": source, **added.as_json()} for source, added in self.added],
            "problems": [{**problem.as_json(), "message": str(problem)} for problem in self.problems],
        }


@dataclass(frozen=True)
class Order:
    """What is to be done: the engine, what a person states of the texts, whether anything is written, for whom."""

    engine: str = "rules"
    stated: Mapping[str, str | None] = field(default_factory=dict)
    dry_run: bool = False
    who: str | None = None


def options(command: Any) -> Any:
    """The options of the command."""
    for option in reversed(
        (
            click.option("--title", help="The title of the text, where it does not tell itself. For one SOURCE."),
            click.option("--publisher", help="Who published it: the outlet's name."),
            click.option("--published-on", help="When it was published: an ISO date, such as 2019-05-16."),
            click.option("--language", help="Its language: a BCP 47 tag, such as en or de-AT.  [default: as stated]"),
            click.option("--url", help="Where it was published. For one SOURCE."),
            click.option("--format", type=click.Choice(FORMATS), help="What SOURCE is, where its name does not tell."),
            click.option("--encoding", help="Its encoding, where neither it nor UTF-8 tells, such as windows-1252."),
            click.option("--engine", default="rules", show_default=True, help="What reads the texts."),
            click.option("--fetch", is_flag=True, help="Fetch SOURCEs that are addresses; never done otherwise."),
            click.option("--dry-run", is_flag=True, help="Only tell what would be drafted."),
            click.option("--json", "as_json", is_flag=True, help="Print everything as JSON."),
        )
    ):
        command = option(command)
    return command


def run(
    database: Path,
    sources: Sequence[str],
    *,
    format: str | None,
    encoding: str | None,
    engine: str,
    fetch: bool,
    dry_run: bool,
    as_json: bool,
    **stated: str | None,
) -> Done:
    """Obtain, draft and store every text, each in a transaction of its own; tell of each as soon as it is done.

    Raises click.UsageError for options that do not fit. A source that cannot be read leaves the others alone.
    """
    order = Order(engine, checked(sources, stated), dry_run, default_who())
    done, tell = Done(dry_run=dry_run), _Teller(quiet=as_json)
    wishes = Wishes(format, encoding, Limits() if fetch else None, tell.passed)
    with ExitStack() as stack:
        stack.callback(tell.clear)
        store = _Store(database, order, stack)
        for source in sources:
            tell.at(source)
            for text in obtain(source, wishes):
                if isinstance(text, NotObtained):
                    tell.problems(done, [adding.not_obtained(text)])
                else:
                    _one(store, adding.with_stated(text, **order.stated), done, tell)
    return done


def checked(sources: Sequence[str], given: Mapping[str, str | None]) -> dict[str, str | None]:
    """What a person states of the texts, checked. Raises click.UsageError."""
    one_only = [name for name in ("title", "url") if given.get(name)]
    if one_only and (len(sources) > 1 or Path(sources[0]).is_dir()):
        raise click.UsageError(f"--{one_only[0]} goes with one SOURCE that is one text")
    for name, read, form in (
        ("published_on", day, "an ISO date such as 2019-05-16"),
        ("language", tag, "a BCP 47 tag such as en or de-AT"),
        ("url", web_address, "an http or https address"),
    ):
        value = given.get(name)
        if value and read(value) is None:
            raise click.UsageError(f"--{name.replace('_', '-')} {value}: give {form}")
    return dict(given)


@dataclass
class _Teller:
    """What the command says while it works; on a terminal, also which text it is at."""

    quiet: bool

    def at(self, source: str) -> None:
        """A source is being read."""
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{visible(source)[-70:]} …", nl=False, err=True)

    def clear(self) -> None:
        """Take that line away."""
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)

    def passed(self, sentence: str) -> None:
        """Something in a folder or an archive is no text."""
        self.clear()
        click.echo(sentence, err=True)

    def problems(self, done: Done, found: Iterable[Problem]) -> None:
        """Something went wrong with one text."""
        self.clear()
        for problem in found:
            done.problems.append(problem)
            if not self.quiet:
                click.echo(str(problem), err=True)

    def added(self, lines: Iterable[str]) -> None:
        """One text is done."""
        self.clear()
        if not self.quiet:
            for line in lines:
                click.echo(line)


@dataclass
class _Store:
    """The database, opened when the first text is there and made if it is missing; closed with ``stack``."""

    database: Path
    order: Order
    stack: ExitStack
    conn: sqlite3.Connection | None = None

    def add(self, text: Obtained) -> Added:
        """Store one text, or try it in a transaction that is taken back. Raises LoadError."""
        with explained(str(self.database)):
            conn = self.conn = self.conn or self._open()
            if not self.order.dry_run:
                return adding.add(conn, text, self.order.who, engine=self.order.engine)
            conn.execute("BEGIN IMMEDIATE")
            try:
                migrate(conn)
                return adding.add(conn, text, self.order.who, engine=self.order.engine)
            finally:
                conn.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        if not self.database.parent.is_dir():
            wrong = "the folder of the database does not exist"
            raise LoadError([Problem(str(self.database), None, "", "", wrong, "make the folder, or check the name")])
        if self.order.dry_run:
            if self.database.exists():
                return self.stack.enter_context(opened(self.database))
            scratch = self.stack.enter_context(closing(sqlite3.connect("", isolation_level=None)))
            settings(scratch)
            return scratch
        if not self.database.exists():
            with built_aside(self.database) as new:
                migrate(new)
        conn = self.stack.enter_context(opened(self.database))
        migrate(conn)
        make_durable(conn)
        return conn


def _one(store: _Store, text: Obtained, done: Done, tell: _Teller) -> None:
    tell.at(text.source)
    try:
        added = store.add(text)
    except LoadError as error:
        named = (text.source, str(store.database))
        tell.problems(
            done, (p if p.file in named else replace(p, file=f"{text.source}: {p.file}") for p in error.problems)
        )
        return
    done.added.append((text.source, added))
    tell.added(told(store.database, text.source, added, store.order.dry_run))


def told(database: Path, source: str, added: Added, dry_run: bool) -> Iterator[str]:
    """What was drafted from one text, and where to read it."""
    counts = added.counts
    statements = counts.get("statements", 0)
    if added.known and not statements:
        yield f"{visible(source, None)}: {added.document}: known already"
    else:
        parts = [f"{count:,} {table}" for table in COUNTED if (count := counts.get(table))]
        would = "would be drafted" if dry_run else "drafted"
        yield f"{visible(source, None)}: {added.document}: {', '.join(parts) or 'no statements'} {would}"
    if added.revision_of and not added.known:
        yield f"  another version of {added.revision_of}"
    for note in added.notes:
        yield f"  {note}"
    if not dry_run:
        yield f"  read it at /{encoded(database.stem)}/-/claims/read/{encoded(added.document)}"


def summed_up(database: Path, done: Done) -> Iterator[str]:
    """The last lines: how many documents, how many statements wait, and how to review them."""
    new = [added for _, added in done.added if added.counts]
    statements = sum(added.counts.get("statements", 0) for added in new)
    if done.dry_run:
        yield "Dry run: nothing was written."
    elif not new:
        yield "Nothing new: nothing was written."
    else:
        documents = "1 document" if len(new) == 1 else f"{len(new):,} documents"
        waiting = "1 statement waits" if statements == 1 else f"{statements:,} statements wait"
        page = f"/{encoded(database.stem)}/-/claims/review"
        yield f"{documents}; {waiting} for review: datasette serve {database}, then {page}"
