"""The stances of a view over time: drawn, and counted by month for the JSON twin."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..comparison import Selection, StanceIndex, stance_ids
from ..comparison.arrays import IntArray
from ..schema.vocabulary import BASIS, STANCE
from . import stances, timeline, wording
from .compare_figures import Names, named
from .framework import Visit
from .keeping import kept, kept_of_rows
from .known_names import known_names

MOST = 20_000
"""How many stances a drawing takes up; beyond, the page asks for a narrower view."""
HEADING = "Stances over time"


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
    if size > timeline.SINGLE:
        key = (standalone, selection.filters)
        drawn = kept(selection, key, lambda: _by_month(selection, standalone), within="months")
        if drawn.timeline is not None:
            return drawn
        return Drawn(timeline.timeline(_points(selection, names, {}, {}), HEADING, standalone=standalone), 0)
    seen = await visit.sees("actors"), not standalone and await visit.sees("statements")

    async def singly() -> Drawn:
        points = _points(selection, names, *await _told_singly(visit, selection, *seen))
        return Drawn(timeline.timeline(points, HEADING, standalone=standalone), 0)

    told = tuple((kind, tuple(sorted(texts.items()))) for kind, texts in sorted(names.items()))
    shown = (standalone, selection.filters, visit.links.page(), seen, told)
    return await kept_of_rows(selection, shown, singly, within="timelines")


def _by_month(selection: Selection, standalone: bool) -> Drawn:
    """The stances counted by month; no timeline where few have a date."""
    tally = tally_of(selection)
    if tally is None or tally.dated <= timeline.SINGLE:
        return Drawn(None, 0)
    return Drawn(timeline.by_month(tally, HEADING, standalone=standalone), 0)


def tally_of(selection: Selection) -> timeline.Tally | None:
    """The stances that pass the filters counted by month, as ``timeline`` counts points; None if none has a date.

    A stance stands at the middle of its interval. What is no day, which only a foreign program can have written,
    counts as none."""
    index, rows = selection.index, selection.rows
    ids, days = index.dictionary("date_start").ids, _days(index)
    start, end = index.codes["date_start"][rows].astype(np.int64), index.codes["date_end"][rows].astype(np.int64)
    first, last = np.where(days[start] == 0, end, start), np.where(days[end] == 0, start, end)
    kept = (days[first] > 0) & (days[last] > 0)
    if not kept.any():
        return None
    first, last = first[kept], last[kept]
    day = days[first] + (days[last] - days[first]) // 2
    stances_kept = index.codes["stance"][rows][kept]
    by_stance = np.bincount(stances_kept, minlength=len(STANCE.words) + 1).tolist()
    return timeline.Tally(
        _by_month_and_lane(day, stances_kept),
        {word: number for word, number in zip(STANCE.words, by_stance[1:], strict=True) if number},
        (date.fromordinal(int(day.min())), date.fromordinal(int(day.max()))),
        (str(ids[int(first.min())]), str(ids[int(last.max())])),
        int(len(rows) - len(first)),
    )


def _by_month_and_lane(day: IntArray, stance: IntArray) -> dict[tuple[int, str], int]:
    """How many stances stand in each month and lane: their days, at least one, and stances as numbers."""
    month, lanes = (day - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64), len(timeline.LANES)
    place = month * lanes + _LANES[stance]
    least = int(place.min())
    counts = np.bincount(place - least)
    found = np.flatnonzero(counts)
    keys = [divmod(key, lanes) for key in (found + (least + _MONTH * lanes)).tolist()]
    return {
        (number, timeline.LANES[lane]): many for (number, lane), many in zip(keys, counts[found].tolist(), strict=True)
    }


_EPOCH = date(1970, 1, 1).toordinal()
_LANES = np.array([0, *(timeline.LANES.index(timeline.lane(word)) for word in STANCE.words)])


_MONTH = timeline.month_number(date(1970, 1, 1))
"""The number of the month from which NumPy counts."""


def _days(index: StanceIndex) -> IntArray:
    """Date code -> number of the day; 0: no date, -1: no day. Made once for each index."""
    made: IntArray | None = index.remembered.get("days")
    if made is None:
        ids = index.dictionary("date_start").ids
        made = index.remembered["days"] = np.array([_ordinal(id) for id in ids], dtype=np.int64)
    return made


def _ordinal(day: str | None) -> int:
    if not day:
        return 0
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return -1


async def _told_singly(
    visit: Visit, selection: Selection, named: bool, linked: bool
) -> tuple[Mapping[str, str], Mapping[int, str]]:
    """(actor -> name; row number -> URL of its statement) of stances that are drawn one by one."""
    index, rows = selection.index, selection.rows
    ids = index.dictionary("actor").ids
    wanted = {"actors": {ids[code] for code in index.codes["actor"][rows].tolist()}} if named else {}

    def read(conn: sqlite3.Connection) -> tuple[dict[str, dict[str, str]], list[tuple[str, str | None]]]:
        called = stances.look_up(conn, wanted, index.as_of, known_names(index))
        return called, stance_ids(conn, index, rows) if linked else []

    names, found = await visit.db.execute_fn(read)
    links = {
        row: visit.links.page("statement", statement)
        for row, (_, statement) in zip(rows.tolist(), found, strict=False)
        if statement is not None
    }
    return names.get("actors", {}), links


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
