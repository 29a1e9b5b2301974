"""Moving the borders of a mention and of its parts: ids and relations stay, only the places change."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from ..loading.changes import StaleRow
from .acts import Act, By, Gathered, get, refuse, rows
from .creating import add_parts
from .places import Source, open_source, read_marks, segment_of


def move_borders(
    conn: sqlite3.Connection,
    mention: str,
    start: int,
    end: int,
    marks: Sequence[str] | None,
    revision: int | None,
    by: By,
    exact: str = "",
    seen: Mapping[str, int] | None = None,
) -> Act:
    """Give a mention new borders (code points) and, with ``marks``, its parts too.

    ``marks`` are all parts that the mention is to have (``places.read_marks``): those with an id are moved, those
    without are new, and parts that are not among them are removed. None leaves the parts where they are. ``seen`` are
    the parts that the writer saw, id -> revision; where others have changed them since, or added one, StaleRow is
    raised: a part that the writer never saw is not removed. Raises LoadError where a place does not fit the text.
    """
    made = Gathered(conn, by)
    row = get(conn, "mentions", mention)
    source = open_source(conn, row["document"])
    passage = source.passage(start, end, exact, "span_start")
    segment = segment_of(conn, source.id, start, end)
    wanted = {
        "span_start": passage.start,
        "span_end": passage.end,
        "quote": source.quote("mention", start, end),
        "segment": segment["id"] if segment else None,
    }
    changed = {name: value for name, value in wanted.items() if row[name] != value}
    if row["quote"] is None and (start, end) == (row["span_start"], row["span_end"]):
        changed.pop("quote", None)
    made.update("mentions", mention, changed, revision)
    if marks is not None:
        _move_parts(made, mention, source, marks, seen)
    return made.act("mentions", mention)


def _move_parts(
    made: Gathered, mention: str, source: Source, marks: Sequence[str], seen: Mapping[str, int] | None
) -> None:
    known = {row["id"]: row for row in rows(made.conn, "SELECT * FROM evidence WHERE mention = ?", [mention])}
    for id in sorted({*known, *seen} if seen is not None else ()):
        current = known[id]["revision"] if id in known else None
        if current != (seen or {}).get(id):
            raise StaleRow("evidence", id, (seen or {}).get(id, 0), current)
    wanted = read_marks(list(marks), source)
    for place in wanted:
        if place.id and place.id not in known:
            raise refuse("mark", place.id, "this is no part of the mention", "leave out the id to add a new part")
    kept = {place.id: place for place in wanted if place.id}
    for id, row in known.items():
        if id not in kept:
            made.delete("evidence", id, row["revision"])
            continue
        place = kept[id]
        values = {"part": place.part, "span_start": place.start, "span_end": place.end}
        changed = {name: value for name, value in values.items() if row[name] != value}
        if changed:
            changed["quote"] = source.quote(place.part, place.start, place.end)
        made.update("evidence", id, changed, row["revision"])
    add_parts(made, mention, source, [place for place in wanted if not place.id])
