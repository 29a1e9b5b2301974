"""The stances of a view over time: drawn, and counted by month for the JSON twin."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..comparison import Selection
from ..schema.vocabulary import BASIS, STANCE
from . import stances, timeline, wording
from .compare_figures import Names, named
from .framework import Visit

MOST = 20_000
"""How many stances a drawing takes up; beyond, the page asks for a narrower view."""


@dataclass(frozen=True)
class Drawn:
    """A timeline with how many stances it leaves out because there are too many (0 where all are in it)."""

    timeline: timeline.Timeline | None
    too_many: int


async def timeline_of(visit: Visit, selection: Selection, names: Names, *, standalone: bool = False) -> Drawn:
    """Draw the stances that pass the filters; where there are few, each leads to its statement."""
    size = selection.size
    if size > MOST:
        return Drawn(None, size)
    links: dict[int, str] = {}
    actors: Mapping[str, str] = {}
    if size <= timeline.SINGLE:
        codes = selection.index.codes["actor"][selection.rows].tolist()
        ids = selection.index.dictionary("actor").ids
        actors = await stances.names(visit, "actors", {ids[code] for code in codes}, selection.index.as_of)
        if not standalone and await visit.sees("statements"):
            links = await visit.db.execute_fn(lambda conn: _statements(conn, selection))
            links = {row: visit.links.page("statement", statement) for row, statement in links.items()}
    points = _points(selection, names, actors, links)
    heading = "Stances over time"
    return Drawn(timeline.timeline(points, heading, standalone=standalone), 0)


def _statements(conn: sqlite3.Connection, selection: Selection) -> dict[int, str]:
    """Row number -> statement, for the rows that have one."""
    from ..comparison import stance_ids

    rows = selection.rows
    found = stance_ids(conn, selection.index, rows)
    return {row: statement for row, (_, statement) in zip(rows.tolist(), found, strict=True) if statement is not None}


def _points(
    selection: Selection, names: Names, actors: Mapping[str, str], links: Mapping[int, str]
) -> list[timeline.Point]:
    index, rows = selection.index, selection.rows
    columns = ("date_start", "date_end", "stance", "basis", "actor", "claim")
    values = [index.codes[column][rows].tolist() for column in columns]
    ids = [index.dictionary(column).ids for column in columns]
    points = []
    for row, *codes in zip(rows.tolist(), *values, strict=True):
        start, end, stance, basis, actor, claim = (known[code] for known, code in zip(ids, codes, strict=True))
        label = ""
        if actors or len(rows) <= timeline.SINGLE:
            who = actors.get(str(actor), str(actor))
            label = f"{who}: {wording.shortened(named('claim', claim, names), 120)}. {BASIS.term(str(basis)).label}"
        points.append(timeline.Point(start, end, str(stance), str(basis), label, links.get(row)))
    return points


def by_month(selection: Selection) -> dict[str, dict[str, int]]:
    """How many stances of each kind fall into each month, by their earliest day; “not_stated” for those without."""
    months, of_date = selection.index.months
    rows = selection.rows
    month = of_date[selection.index.codes["date_start"][rows]].astype(np.int64)
    size = len(STANCE.words) + 1
    counts = np.bincount(month * size + selection.index.codes["stance"][rows], minlength=len(months) * size)
    found: dict[str, dict[str, int]] = {}
    for at in np.flatnonzero(counts).tolist():
        found.setdefault(months[at // size], {})[STANCE.words[at % size - 1]] = int(counts[at])
    return found
