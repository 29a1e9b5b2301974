"""How commands tell what they did and what is wrong: results to standard output, problems to standard error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from .interchange.importing import Trouble
from .loading import LoadReport, Problem
from .loading.exchange import as_problem
from .loading.planning import Conflict
from .loading.problems import visible

SHOWN = 100
"""How many problems or conflicts are shown; ``--json`` has all."""


def tell_skipped(skipped: Sequence[Trouble]) -> None:
    """Parts of a foreign file that were left out, to standard error."""
    for trouble in skipped[:SHOWN]:
        click.echo(f"skipped: {as_problem(trouble)}", err=True)
    if len(skipped) > SHOWN:
        click.echo(f"… and {len(skipped) - SHOWN:,} more parts skipped; --json shows all.", err=True)


def tell_json(told: dict[str, Any]) -> None:
    """As JSON in UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays escaped."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"))


def tell_problems(problems: Sequence[Problem]) -> None:
    """Why nothing was written, to standard error."""
    for problem in problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN:
        click.echo(f"… and {len(problems) - SHOWN:,} more problems; --json shows all.", err=True)
    noun = "problem" if len(problems) == 1 else "problems"
    click.echo(f"{len(problems):,} {noun}; nothing was written.", err=True)


def tell_file(name: str, report: LoadReport | None) -> None:
    """What the load of one file of several did; None where it was loaded before."""
    if report is None:
        click.echo(f"{visible(name, None)}: loaded before")
        return
    parts = [
        f"{number:,} {table} {what}"
        for table, counts in report.counts.items()
        for what, number in counts.as_json().items()
        if number
    ]
    click.echo(f"{visible(name, None)}: {', '.join(parts) or 'no rows'}")


def tell_load(report: LoadReport) -> None:
    """What a load did, or would do: rows by table, then rows that people had changed and that were kept."""
    would = "would be " if report.dry_run else ""
    for table, counts in report.counts.items():
        parts = [f"{n:,} {would if what != 'unchanged' else ''}{what}" for what, n in counts.as_json().items() if n]
        click.echo(f"{table}: {', '.join(parts) or 'no rows'}")
    for conflict in report.conflicts[:SHOWN]:
        for line in _conflict(conflict):
            click.echo(line)
    if len(report.conflicts) > SHOWN:
        click.echo(f"… and {len(report.conflicts) - SHOWN:,} more rows kept; --json shows all.")
    for table, row in report.spared[:SHOWN]:
        click.echo(f"{table}:{visible(row)}: not in the sources, kept because a person added or changed it")
    if len(report.spared) > SHOWN:
        click.echo(f"… and {len(report.spared) - SHOWN:,} more rows kept; --json shows all.")
    if report.dry_run:
        click.echo("Dry run: nothing was written.")
    elif report.load is None:
        click.echo("Nothing to change: nothing was written.")
    else:
        click.echo(f"Load {report.load}, revision {report.revision}.")


def _conflict(conflict: Conflict) -> Iterator[str]:
    source = "the source changed too" if conflict.source_changed else "the source is as it was last loaded"
    row = f"{conflict.table}:{visible(conflict.row)}"
    if conflict.deleted:
        yield f"{row}: stays deleted, as a person left it ({source}); --theirs brings it back"
        return
    yield f"{row}: kept as a person changed it ({source}); --theirs takes the source's"
    for column, (ours, theirs) in conflict.columns.items():
        yield f"  {column}: here {_shown(ours)}, {conflict.file}:{conflict.line} {_shown(theirs)}"


def _shown(value: object) -> str:
    return "(blank)" if value is None else f"“{visible(str(value))}”"
