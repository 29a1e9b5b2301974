"""``datasette claims …``: load, extract, attach, check, export; foreign formats both ways.

Results go to standard output, problems and progress to standard error. Exit codes: 0 all well, 1 problems were
found and nothing was written, 2 wrong usage, 130 interrupted and nothing was written. ``extract`` writes document by
document: with 1 and 130 those that were told of are stored, and of the others nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from . import (
    cli_duplicates,
    cli_extract,
    cli_load,
    cli_protect,
    cli_shards,
    cli_snapshot,
    cli_telling,
    hookspecs,
    loading,
    snapshotting,
)
from .interchange.formats import FORMATS, Format
from .interchange.iris import encoded, web_address
from .loading import LoadError, Options, Problem
from .loading.exchange import Exchanged, Imported, as_problem, export_as, export_through, import_as
from .spreading import Spread

T = TypeVar("T")

_DATABASE = click.Path(dir_okay=False, path_type=Path)


@click.group(name="claims")
def claims() -> None:
    """Load, extract, complete, verify and export claims databases."""


def register(cli: click.Group) -> None:
    """Add the commands to Datasette's own (hook ``register_commands``)."""
    cli.add_command(claims)


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--table", help="The table of a file whose name does not tell it, and of standard input.")
@click.option(
    "--map", "mapping", type=click.Path(dir_okay=False, path_type=Path), help="YAML file: foreign names to ours."
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be added, changed and kept.")
@click.option("--prune", is_flag=True, help="Remove rows that the sources' tables no longer have.")
@click.option("--theirs", is_flag=True, help="Let the sources win over what people changed.")
@click.option(
    "--format",
    help="Read a foreign format: brat, webannotation, hypothesis, claimreview, popolo, followthemoney, or a plugin's.",
)
@click.option("--lenient", is_flag=True, help="With --format: skip and name what cannot be read.")
@click.option(
    "--coder",
    metavar="NAME",
    help="With --format: what this person marked, as drafts beside the record, to compare with other coders.",
)
@click.option(
    "--coder-in-names",
    is_flag=True,
    help="The same, each file by the person after whom it is named: article_4e07.ann is what 4e07 marked.",
)
@click.option("--by-file", is_flag=True, help="Load file by file; one that was loaded before is passed over.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def load(
    database: Path,
    sources: Sequence[str],
    format: str | None,
    lenient: bool,
    coder: str | None,
    coder_in_names: bool,
    by_file: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Load SOURCEs into DB, all of it or nothing.

    A SOURCE is a data package, shards of an extraction, a folder of CSV files, one CSV, TSV, JSON, JSON Lines or
    Parquet file, or - for standard input. Each file is named after its table (stances.csv). DB is made if it is
    missing. A row that a person changed since it was loaded is kept and listed. With --format, a SOURCE is a file of
    that format, or a folder of such files.
    """
    if format is None and lenient:
        raise click.UsageError("--lenient goes with --format")
    if coder is not None and (format is None or not coder.strip()):
        raise click.UsageError("--coder names a person and goes with --format")
    if coder_in_names and (format is None or coder is not None):
        raise click.UsageError("--coder-in-names goes with --format and without --coder")
    if by_file and format is not None:
        raise click.UsageError("--by-file is for tables; it does not go with --format")
    with _explained(as_json), cli_load.progress(sources) as progress:
        options = Options(progress=progress.part, rows=progress.count, **given)
        if by_file:
            cli_load.by_file(database, sources, options, as_json=as_json)
            return
        if format is None:
            done = Imported(loading.load(database, sources, options))
        else:
            how = {"lenient": lenient, "coder": coder, "coder_in_names": coder_in_names}
            done = _import(database, sources, format, options, **how)
    if as_json:
        skipped = [as_problem(trouble).as_json() for trouble in done.skipped]
        cli_telling.tell_json({**done.report.as_json(), **({"skipped": skipped} if lenient else {})})
    else:
        cli_telling.tell_skipped(done.skipped)
        cli_telling.tell_load(done.report)


def _import(database: Path, sources: Sequence[str], format: str, options: Options, **how: Any) -> Imported:
    """Load foreign files. Raises click.UsageError where the options do not fit."""
    if options.table or options.mapping:
        raise click.UsageError("--table and --map are for tables; they do not go with --format")
    importer = _chosen(format, hookspecs.importers())
    try:
        return import_as(database, sources, importer, options, **how)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _chosen(name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        raise click.UsageError(f"--format {name}: no such format; use one of {', '.join(known)}")
    return known[name]


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@cli_extract.options
@cli_shards.options
def extract(
    database: Path, sources: Sequence[str], as_json: bool, shards: cli_shards.Asked | None, **given: Any
) -> None:
    """Draft who says what in SOURCEs into DB, for a person to review.

    A SOURCE is a text, Markdown or HTML file, a web archive (WARC), articles as JSON Lines or Parquet, a folder of
    such files, - for standard input, or, with --fetch, the address of a page. DB is made if it is missing. Each
    document is stored with its drafts or not at all; one that is stored already is not stored twice, and another text
    of a known address becomes its next version. Pages are read better, archives and addresses only, with the extra
    [web].

    With --shards, DB is only read, and the rows go into that folder, from which `datasette claims load DB FOLDER`
    takes them. Several processes (--workers) or a Dask cluster (--scheduler) share the work; what was finished when
    it was interrupted is kept, and the same command goes on from there.
    """
    if shards is not None:
        with _explained(as_json, "what is finished is kept; the same command goes on from there"):
            spread = cli_shards.run(database, sources, shards, **given)
        _tell_spread(spread, database, shards, as_json)
        return
    try:
        done = cli_extract.run(database, sources, as_json=as_json, **given)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted: what was told of is stored, nothing else was written.", err=True)
        sys.exit(130)
    if as_json:
        cli_telling.tell_json(done.as_json())
    else:
        for line in cli_extract.summed_up(database, done):
            click.echo(line)
        if done.problems:
            noun = "problem" if len(done.problems) == 1 else "problems"
            click.echo(f"{len(done.problems):,} {noun}; nothing of these was written.", err=True)
    if done.problems:
        sys.exit(1)


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("document", metavar="DOCUMENT")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--revision", is_flag=True, help="The text is another version: make a new document for it.")
def attach(database: Path, document: str, file: Path, revision: bool) -> None:
    """Give DOCUMENT in DB the text in FILE (UTF-8), which must have the checksum that the document states."""
    with _explained(False):
        done = loading.attach(database, document, file, revision=revision)
    if done.revision is None:
        click.echo(f"{done.document} already has this text (SHA-256 {done.sha256}); nothing was written.")
    else:
        click.echo(
            f"{done.document} has its text: {done.length:,} code points, SHA-256 {done.sha256}, "
            f"revision {done.revision}."
        )
    _tell_passages(done.passages, done.document)


def _tell_passages(passages: Mapping[str, int], document: str) -> None:
    """What became of the passages of earlier versions, where there are any."""
    if passages:
        parts = ", ".join(f"{count:,} {state}" for state, count in passages.items())
        click.echo(f"Passages of earlier versions in {document}: {parts}.")


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("documents", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--again", is_flag=True, help="Look for all passages anew; what a person decided stays.")
@cli_shards.spread_by
def reanchor(database: Path, documents: Sequence[str], again: bool, workers: int | None, scheduler: str | None) -> None:
    """Look for the passages of earlier versions in DOCUMENT, or in every later version.

    Loads, attach and changes on the site do this themselves for what they change; this is for databases from before,
    and with --again for a new version of the program.
    """
    with _explained(False), cli_shards.crew(database, workers, scheduler) as made:
        done = loading.reanchor_versions(database, documents, again=again, spread=made.spread)
    parts = ", ".join(f"{count:,} {state}" for state, count in done.states.items()) or "nothing to look for"
    click.echo(f"{parts}; {done.written:,} {'row' if done.written == 1 else 'rows'} written.")
    if done.unknown:
        click.echo(
            f"{done.unknown:,} could not be looked for: neither the text of their version nor their words are at hand.",
            err=True,
        )


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("actor", metavar="[ACTOR]", required=False)
@click.option("--confidential", type=_DATABASE, required=True, help="The file of identities; made if it is missing.")
@click.option("--rewrite", "new", type=_DATABASE, help="The file to write, without the name of ACTOR.")
@click.option("--id", help="The id of ACTOR from now on.")
@click.option("--name", help="The role or description of ACTOR from now on.")
@click.option("--also", multiple=True, help="A further form of the name to look for; may be repeated.")
@click.option("--without", multiple=True, help="A form not to look for, such as a common word; may be repeated.")
@click.option("--contact", help="How to reach the person, for the confidential file.")
@click.option("--forms", "show", is_flag=True, help="Only tell by which forms ACTOR would be looked for.")
@click.option("--check", "verify", is_flag=True, help="Tell whether DB names anybody who is protected.")
def protect(database: Path, actor: str | None, show: bool, verify: bool, new: Path | None, **given: Any) -> None:
    """Move the identity of ACTOR out of DB: into a confidential file, while a new file is written without it.

    Revisions are never deleted, so DB itself is left as it is. With --check, every value and every byte of DB is
    searched for the names of all who are protected.
    """
    if verify and actor is None:
        with _explained(False):
            problems = cli_protect.remaining(database, given["confidential"])
            if problems:
                raise LoadError(problems)
        click.echo(f"{database} names nobody who is protected.")
        return
    if actor is None or (not show and (new is None or not given["id"] or not given["name"])):
        raise click.UsageError("give ACTOR with --id, --name and --rewrite, or with --forms; or --check alone")
    with _explained(False):
        asked = cli_protect.Asked(new=new or database, **given)
        if show:
            click.echo("; ".join(cli_protect.forms(database, actor, asked)))
            return
        done = cli_protect.rewrite(database, actor, asked)
    for line in cli_protect.told(done, database, asked.new):
        click.echo(line)


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.option("--dry-run", is_flag=True, help="Only tell how many would be proposed.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.0, help="Only propose what is so likely, from 0 to 1.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@cli_shards.spread_by
def duplicates(database: Path, as_json: bool, **given: Any) -> None:
    """Propose statements of DB that may be one utterance, reported in several documents, for a person to review.

    All quotations are compared that are neither rejected nor a coder's own. Nothing is merged; what was proposed
    before, and what a person has declined, is not proposed again.
    """
    with _explained(as_json, "what was proposed stays; the same command goes on"):
        told = cli_duplicates.run(database, **given)
    if as_json:
        cli_telling.tell_json({"ok": True, **asdict(told), "dry_run": given["dry_run"]})
    else:
        click.echo(cli_duplicates.summed_up(told, database, given["dry_run"]))


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
def snapshot(database: Path, folder: Path) -> None:
    """Copy DB as it is now into a folder in FOLDER that is named by its content, to be served without change.

    Others may go on writing to DB. The copy holds drafts, coders' readings and all revisions as DB does; identities of
    protected people are in another file and are not copied.
    """
    with _explained(False):
        made = snapshotting.snapshot(database, folder)
    for line in cli_snapshot.told(made):
        click.echo(line)


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check(database: Path, as_json: bool) -> None:
    """Verify every reference, word, date, offset, quote, checksum, copy and search entry of DB.

    The last line tells how its changes are kept.
    """
    with _explained(as_json):
        problems = loading.check(database)
        if problems:
            raise LoadError(problems)
    mode = loading.journal_mode(database)
    if as_json:
        click.echo(json.dumps({"ok": True, "problems": [], "journal_mode": mode}))
        return
    click.echo(f"{database}: all checks passed.")
    if mode == "wal":
        click.echo("Write-ahead log, full synchronization: what was acknowledged outlasts a loss of power.")
    else:
        click.echo(
            f"Journal mode {mode}: a loss of power can take the last changes. Load into it or serve it: that sets WAL."
        )


@claims.command()
@click.argument("database", metavar="DB", type=_DATABASE)
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="Name of the package, a lower-case slug.  [default: an earlier package's, else claims]")
@click.option("--title", help="Title of the package.  [default: an earlier package's]")
@click.option("--withheld-texts", is_flag=True, help="Also write texts that may not be passed on.")
@click.option(
    "--format",
    help=f"Write a foreign format instead: {', '.join(FORMATS)}, or a plugin's.",
)
@click.option(
    "--base",
    "--base-url",
    "base_url",
    help="With --format: the URL at which the database is served, with which every IRI begins.  "
    "[default: http://127.0.0.1:8001/ and the name of DB]",
)
@click.option("--whole", is_flag=True, help="With --format: one file of everything, not one a document or claim.")
def export(
    database: Path,
    folder: Path,
    name: str | None,
    title: str | None,
    withheld_texts: bool,
    format: str | None,
    base_url: str | None,
    whole: bool,
) -> None:
    """Write DB as a data package into FOLDER, which is replaced if it is an earlier export.

    With --format, FOLDER gets one file for each document that has anything to tell in that format, or for each
    claim with claimreview.
    """
    if format is not None:
        _export_as(database, folder, format, base_url, whole, withheld_texts)
        return
    if base_url is not None or whole:
        raise click.UsageError("--base-url and --whole go with --format")
    with _explained(False):
        try:
            counts = loading.export(database, folder, name=name, title=title, withheld_texts=withheld_texts)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    click.echo(f"{folder}: {', '.join(f'{count:,} {table}' for table, count in counts.items()) or 'no rows'}.")


def _export_as(
    database: Path, folder: Path, format: str, base_url: str | None, whole: bool, withheld_texts: bool
) -> None:
    base = base_url if base_url is not None else f"http://127.0.0.1:8001/{encoded(database.stem)}"
    if web_address(base) != base or "?" in base or "#" in base:
        raise click.UsageError(f"--base-url {base}: give an absolute URL such as https://example.org/claims")
    known: dict[str, hookspecs.Exporter | Format] = {**hookspecs.exporters(), **FORMATS}
    chosen = _chosen(format, known)
    if whole and not isinstance(chosen, Format):
        raise click.UsageError(f"{format} writes one file anyway; leave out --whole")
    with _explained(False):
        if isinstance(chosen, Format):
            done = export_as(database, folder, chosen, base, whole=whole, withheld_texts=withheld_texts)
        else:
            done = export_through(database, folder, chosen)
    click.echo(f"{folder}: {done.files:,} {'file' if done.files == 1 else 'files'}.")
    _tell_left_out(done)


def _tell_left_out(done: Exchanged) -> None:
    rows = ", ".join(f"{count:,} of {table}" for table, count in done.left_out.items())
    if rows:
        click.echo(f"Rows that belong to none of them: {rows}; --whole writes everything into one file.", err=True)


def _tell_spread(told: Spread, database: Path, asked: cli_shards.Asked, as_json: bool) -> None:
    if as_json:
        cli_telling.tell_json(cli_shards.as_json(told))
    else:
        for source, wrong, remedy in told.gathered.problems[: cli_telling.SHOWN]:
            click.echo(str(Problem(source, None, "", "", wrong, remedy)), err=True)
        for line in cli_shards.summed_up(told, database, asked):
            click.echo(line)
    if told.gathered.problems:
        sys.exit(1)


@contextmanager
def _explained(as_json: bool, interrupted: str = "nothing was written") -> Iterator[None]:
    """Say what is wrong and leave with the exit code that goes with it."""
    try:
        yield
    except LoadError as error:
        if as_json:
            told = {"ok": False, "problems": [{**p.as_json(), "message": str(p)} for p in error.problems]}
            cli_telling.tell_json(told)
        else:
            cli_telling.tell_problems(error.problems)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"\nInterrupted: {interrupted}.", err=True)
        sys.exit(130)
