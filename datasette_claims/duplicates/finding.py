"""All quotations of a database -> proposals of the same utterance, by one process, several, or a cluster."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from ..loading.writing import Change, apply_changes
from .pairs import candidates
from .proposing import best, changes, directed, known
from .runs import runs_of
from .verdicts import Quote, Verdict, verdict

CHUNK = 5_000
"""Quotations, or pairs of them, a task."""

WRITTEN = 5_000
"""Proposals a transaction: what was written before an interruption stays, and is not proposed again."""

NOTE = "Near-duplicate statements"

_QUOTES = """
SELECT m.id, m.statement, m.document, m.content, s.speaker, s.date_start, s.date_end,
       s.status = 'reviewed' AND m.status = 'reviewed'
FROM mentions AS m JOIN statements AS s ON s.id = m.statement
WHERE m.rowid > ? AND m.content IS NOT NULL AND m.coder IS NULL AND m.status <> 'rejected' AND s.status <> 'rejected'
ORDER BY m.rowid LIMIT ?
"""

T = TypeVar("T")
R = TypeVar("R")
Pair = tuple[Quote, Quote]


class Spread(Protocol):
    """``spreading.Crew.spread``: the results of a function for each task, in order."""

    def __call__(self, function: Callable[..., R], tasks: Iterable[T]) -> Iterator[R]: ...


@dataclass(frozen=True)
class Limits:
    """How sure a proposal must be."""

    least: float = 0.0


@dataclass
class Found:
    """How many quotations were compared, how many pairs looked at, how many are alike, and the new proposals."""

    quotes: int = 0
    pairs: int = 0
    alike: int = 0
    proposed: int = 0


def propose_duplicates(
    conn: sqlite3.Connection,
    who: str | None,
    spread: Spread,
    *,
    dry_run: bool = False,
    limits: Limits | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Found:
    """Propose the same utterances among all mentions that are neither rejected nor a coder's own reading.

    ``progress`` is told how many quotations were read. Mentions of one document are not compared: drafting does that.
    """
    told = Found()
    rowids: list[int] = []

    def chunks() -> Iterator[tuple[int, Sequence[str]]]:
        for part in _contents(conn):
            first = len(rowids)
            rowids.extend(rowid for rowid, _ in part)
            progress(len(part))
            yield first, [content for _, content in part]

    pairs = candidates(spread(runs_of, chunks()))
    told.quotes, told.pairs = len(rowids), len(pairs)
    found: list[tuple[Quote, Quote, Verdict]] = []
    for part in spread(judge, _quoted(conn, rowids, pairs)):
        found += [each for each in part if each[2].score >= (limits or Limits()).least]
    told.alike = len(found)
    new = list(changes(best(found).values(), known(conn)))
    told.proposed = len(new)
    if not dry_run:
        _write(conn, new, who)
    return told


def _contents(conn: sqlite3.Connection) -> Iterator[list[tuple[int, str]]]:
    """(rowid, content) of the quotations, in chunks."""
    sql = _QUOTES.replace("SELECT m.id,", "SELECT m.rowid, m.content, m.id,")
    last = -1
    while rows := conn.execute(sql, [last, CHUNK]).fetchall():
        last = rows[-1][0]
        yield [(row[0], row[1]) for row in rows]


def _quoted(conn: sqlite3.Connection, rowids: Sequence[int], pairs: Any) -> Iterator[list[Pair]]:
    """The pairs with all that is needed to judge them, in chunks."""
    names: dict[str, str] = {}
    for start in range(0, len(pairs), CHUNK):
        part = pairs[start : start + CHUNK].tolist()
        wanted = sorted({rowids[number] for pair in part for number in pair})
        quotes: dict[int, Quote] = {}
        for at in range(0, len(wanted), 900):
            some = wanted[at : at + 900]
            quotes |= _read(conn, some, names)
        yield [(quotes[rowids[one]], quotes[rowids[other]]) for one, other in part]


def _read(conn: sqlite3.Connection, rowids: Sequence[int], names: dict[str, str]) -> dict[int, Quote]:
    marks = ", ".join("?" * len(rowids))
    sql = _QUOTES.split("WHERE")[0].replace("SELECT m.id,", "SELECT m.rowid, m.id,")
    rows = conn.execute(f"{sql} WHERE m.rowid IN ({marks})", rowids).fetchall()
    unknown = sorted({row[5] for row in rows if row[5] is not None} - names.keys())
    for at in range(0, len(unknown), 900):
        some = unknown[at : at + 900]
        names |= conn.execute(f"SELECT id, name FROM actors WHERE id IN ({', '.join('?' * len(some))})", some)
    return {
        rowid: Quote(id_, statement, document, content, speaker, names.get(speaker), start, end, bool(reviewed))
        for rowid, id_, statement, document, content, speaker, start, end, reviewed in rows
    }


def judge(pairs: Sequence[Pair]) -> list[tuple[Quote, Quote, Verdict]]:
    """(the one to be moved, the one to keep, why) of the pairs that may be one utterance."""
    found = []
    for one, other in pairs:
        why = verdict(one, other)
        if why is not None:
            found.append((*directed(one, other), why))
    return found


def _write(conn: sqlite3.Connection, new: Sequence[Change], who: str | None) -> None:
    rest = iter(new)
    while part := list(islice(rest, WRITTEN)):
        apply_changes(conn, part, who, NOTE)
