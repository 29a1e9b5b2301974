"""The sources behind a claim, by side: five numbers with their lists, the smallest named, and what confirms itself.

The counting is that of ``tracing.sources`` and ``tracing.circular``; this names what is counted and bounds the lists.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from ..comparison import Selection
from ..comparison.columns import LABEL_COLUMNS
from ..schema.vocabulary import EVENT_KIND
from ..tracing.circular import Loop, SingleSource, loops, single_sources
from ..tracing.source_index import SourceIndex, read_ids
from ..tracing.source_rows import REVIEWED, claim_rows
from ..tracing.sources import SideSources, sources_of
from . import source_memory, stances
from .claim_sides import FACING, counts
from .framework import Visit
from .keeping import kept
from .known_names import Known, known_names, learn, read_names_by_rowid
from .links import encode
from .stance_details import ids_of
from .wording import count, in_words, listed, sentence, shortened

BY_ROWS = 60
"""For more stances of a claim an index of all sources is made, which takes longer at first and nothing later."""
TRACED = 5000
"""Up to so many stances are traced through their rows where there is no index, or not yet."""
LISTED = 6
LISTED_OTHERS = 3
"""How many entries a list of sources shows: of each of the two sides, and of each other stance."""
LISTED_EACH = 3
"""How many statements of one occasion are shown."""
_TABLES = ("statements", "mentions", "documents", "provenance")
_NOUNS = {
    "documents": ("document", "documents"),
    "statements": ("statement", "statements"),
    "speakers": ("speaker", "speakers"),
    "organizations": ("organization", "organizations"),
    "occasions": ("independent occasion", "independent occasions"),
}


@dataclass(frozen=True)
class _Labels:
    """What ids are called: documents, actors, statements, and the occasion (label, kind) of a statement."""

    documents: Mapping[str, str]
    actors: Mapping[str, str]
    statements: Mapping[str, str]
    events: Mapping[str, tuple[str, str, str]]


async def source_index(visit: Visit, own: Selection) -> SourceIndex | None:
    """The index of all sources where that is there or worth making for the stances that are selected; None where their
    rows are read instead. There is an index of the present alone, and of reviewed stances."""
    if not own.size or own.index.as_of is not None or not await visit.sees(*_TABLES):
        return None
    if not _statuses(own) <= REVIEWED:
        return None
    made = source_memory.peek(visit.db)
    if made is None and own.size > TRACED:
        made = await source_memory.get(visit.db)
    if made is None:
        if own.size > BY_ROWS:  # nobody waits for the index who can be answered without it
            await source_memory.make_beside(visit.db)
        return None
    learn(own.index, made.names)
    return made.index


async def sources_of_claim(
    visit: Visit, own: Selection, claim: str, index: SourceIndex | None, tables: Mapping[str, str]
) -> dict[str, Any] | None:
    """{"sides": [...], "circular": [...], "traced": bool} of the stances that are selected; None where the viewer may
    not see what they are counted from, or there is nothing to count. ``index``: see ``source_index``; ``tables``:
    see ``claim_sides``. Very many stances of which there is no index are not traced."""
    if not own.size or not await visit.sees(*_TABLES):
        return None
    found: _Found | None = None
    if index is not None:
        found = await _by_index(visit, index, own, claim)
    elif own.size <= TRACED:
        found = await _by_rows(visit, own, claim, _statuses(own))
    if found is None:
        return {"traced": False, "sides": [], "circular": []}
    labels = await _labels(visit, found, known_names(own.index))
    return {
        "traced": True,
        "sides": [_side(visit, side, labels, tables.get(side.stance)) for side in found.sides],
        "circular": [*(_loop(visit, loop, labels) for loop in found.loops)]
        + [_single(visit, single, labels) for single in found.singles],
    }


@dataclass(frozen=True)
class _Found:
    """What stands behind the stances, and which reports among them confirm only themselves."""

    sides: Sequence[SideSources]
    loops: Sequence[Loop]
    singles: Sequence[SingleSource]
    statements: Mapping[str, Any] = field(default_factory=dict)
    """Rows of statements that were read on the way, by id: see ``_statements``."""


def _statuses(own: Selection) -> frozenset[str]:
    """The statuses of the stances that are selected."""
    codes = np.flatnonzero(np.bincount(own.index.codes["status"][own.rows]))
    return frozenset(str(own.index.id("status", code)) for code in codes.tolist())


async def _by_index(visit: Visit, index: SourceIndex, own: Selection, claim: str) -> _Found:
    by_stance, known = counts(own, own.rows, "stance"), known_names(own.index)
    whole, with_events = index.are_whole(claim, by_stance), await visit.sees("events")

    def count(conn: sqlite3.Connection) -> _Found:
        if not whole:
            rowids = np.sort(own.index.rowids[own.rows])
            some = [_cut(side) for side in index.of_stances(conn, rowids, LISTED)]
            return _Found(some, *index.circular(conn, claim, rowids))
        read = _Reading({} if known is None else known, with_events)
        sides = index.of_sides(conn, claim, {stance: a_list(stance) for stance in by_stance}, read)
        return _Found(sides, *index.circular_of_claim(conn, claim, by_stance), read.statements)

    def read(conn: sqlite3.Connection) -> _Found | None:
        try:
            return kept(own, (claim, own.filters, with_events), lambda: count(conn), within="sources")
        except KeyError:  # somebody has written between the two indexes
            return None

    found: _Found | None = await visit.db.execute_fn(read)
    return found or await _by_rows(visit, own, claim, REVIEWED)


class _Reading:
    """Reads of the rows that are listed not only the ids, but in the same query what they are called. ``statements``:
    see ``_statements``."""

    def __init__(self, known: Known, with_events: bool) -> None:
        self._known, self._with_events = known, with_events
        self.statements: dict[str, Any] = {}

    def __call__(self, conn: sqlite3.Connection, table: str, rowids: Sequence[int]) -> dict[int, str]:
        """See ``source_index.Reader``."""
        if table == "documents":
            return read_names_by_rowid(conn, table, LABEL_COLUMNS[table], rowids, self._known)
        if table != "statements":
            return read_ids(conn, table, rowids)
        rows = _statements(conn, "rowid", rowids, self._with_events)
        self.statements.update((row[1], row) for row in rows)
        return {row[0]: row[1] for row in rows}


def a_list(stance: str) -> int:
    """How many entries a list of sources of this stance has."""
    return LISTED if stance in FACING else LISTED_OTHERS


def _cut(side: SideSources) -> SideSources:
    """The sources of a side with lists no longer than ``a_list`` says."""
    most = a_list(side.stance)
    if most == LISTED:
        return side
    lists = ("documents", "statements", "speakers", "organizations", "first_reports", "occasion_sizes")
    occasions = tuple(group[:most] for group in side.occasions[:most])
    return replace(side, occasions=occasions, **{name: getattr(side, name)[:most] for name in lists})


async def _by_rows(visit: Visit, own: Selection, claim: str, statuses: frozenset[str]) -> _Found:
    wanted = set(await ids_of(visit, own.index, own.rows))

    def count(conn: sqlite3.Connection) -> _Found:
        rows = claim_rows(conn, claim, wanted, statuses)
        return _Found([_cut(side) for side in sources_of(rows, LISTED)], loops(rows), single_sources(rows))

    def read(conn: sqlite3.Connection) -> _Found:
        return kept(own, (claim, own.filters), lambda: count(conn), within="sources")

    found: _Found = await visit.db.execute_fn(read)
    return found


async def _labels(visit: Visit, found: _Found, known: Known | None) -> _Labels:
    sides = found.sides
    documents = {id for side in sides for id in (*side.documents, *side.first_reports)}
    documents |= {id for loop in found.loops for id in loop.path}
    statements = {id for side in sides for id in side.statements}
    statements |= {id for side in sides for group in side.occasions for id in group[:LISTED_EACH]}
    actors = {id for side in sides for id in (*side.speakers, *side.organizations)}
    for single in found.singles:
        actors.add(single.speaker)
        for path in single.paths[:LISTED]:
            documents |= {key.id for key in path if key.kind == "document"}
            statements |= {key.id for key in path if key.kind == "statement"}
    seen = [table for table in ("documents", "actors") if await visit.sees(table)]
    with_events = await visit.sees("events")

    def read(conn: sqlite3.Connection) -> tuple[list[Any], dict[str, dict[str, str]]]:
        rows = [found.statements[id] for id in statements if id in found.statements]
        rows += _statements(conn, "id", [id for id in statements if id not in found.statements], with_events)
        wanted = {"documents": documents, "actors": actors | {row[4] for row in rows}}
        return rows, stances.look_up(conn, {table: wanted[table] for table in seen}, known=known)

    rows, names = await visit.db.execute_fn(read)
    called = names.get("actors", {})
    return _Labels(
        names.get("documents", {}),
        called,
        {id: _said(words or cue, called.get(speaker or "") or label) for _, id, words, cue, speaker, label, *_ in rows},
        {row[1]: (row[6], row[7], row[8]) for row in rows if row[6] and row[7] is not None},
    )


def _statements(conn: sqlite3.Connection, column: str, values: Sequence[Any], with_events: bool) -> list[Any]:
    """(rowid, id, content, cue, speaker, its label, event, the event's label and kind) of the statements that have one
    of the values in the column (``id`` or ``rowid``)."""
    found: list[Any] = []
    label = "e.label, e.kind" if with_events else "null as label, null as kind"
    join = "left join events e on e.id = s.event" if with_events else ""
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        sql = (
            f"select s.rowid, s.id, s.content, s.cue, s.speaker, s.speaker_label, s.event, {label} from statements s "
            f"{join} where s.{column} in ({', '.join('?' * len(part))})"
        )
        found += conn.execute(sql, part).fetchall()
    return found


def _said(words: str | None, who: str | None) -> str:
    return f"{who or 'Speaker not stated'}: {shortened(words or 'no words on record', 100)}"


def _side(visit: Visit, side: SideSources, labels: _Labels, table: str | None) -> dict[str, Any]:
    start = visit.links.page()

    def entries(ids: Sequence[str], names: Mapping[str, str], page: str) -> list[dict[str, str]]:
        return [{"id": id, "name": names.get(id, id), "url": f"{start}/{page}/{encode(id)}"} for id in ids]

    return {
        "stance": side.stance,
        "numbers": side.numbers,
        "smallest": side.smallest,
        "glance": _glance(side, labels),
        "lists": {
            "documents": entries(side.documents, labels.documents, "read"),
            "statements": entries(side.statements, labels.statements, "statement"),
            "speakers": entries(side.speakers, labels.actors, "actor"),
            "organizations": entries(side.organizations, labels.actors, "actor"),
            "occasions": [
                {
                    "name": _occasion(group, labels),
                    "statements": entries(group[:LISTED_EACH], labels.statements, "statement"),
                    "count": size,
                }
                for group, size in zip(side.occasions, side.occasion_sizes, strict=True)
            ],
        },
        "without_organization": side.without_organization,
        "identification": side.identification,
        "unnamed": asdict(side.unnamed),
        "own_reporting": asdict(side.own_reporting),
        "first_reports": entries(side.first_reports, labels.documents, "read"),
        "first_report_count": side.first_report_count,
        "spread": asdict(side.spread),
        "table": table,
    }


def _occasion(group: Sequence[str], labels: _Labels) -> str:
    """What an occasion is called: the events of its statements, or that none is stated."""
    events = dict.fromkeys(labels.events[id][1] for id in group if id in labels.events)
    return "; ".join(events) if events else "Occasion not stated"


def _glance(side: SideSources, labels: _Labels) -> str:
    """The most generous number beside the honest one: “Five documents, one press briefing”."""
    numbers = side.numbers
    most = max(("documents", "statements"), key=lambda name: numbers[name])
    if side.smallest == most or numbers[most] == numbers[side.smallest]:
        return sentence(count(numbers[most], *_NOUNS[most], words=True))
    noun = _NOUNS[side.smallest]
    kinds = {labels.events[id][2] for group in side.occasions for id in group if id in labels.events}
    if (
        side.smallest == "occasions"
        and numbers["occasions"] == 1
        and len(kinds) == 1
        and not kinds & {"not_stated", None}
    ):
        label = EVENT_KIND.term(kinds.pop()).label
        noun = (label[0].lower() + label[1:], noun[1])
    smallest = count(numbers[side.smallest], *noun, words=True)
    return f"{sentence(count(numbers[most], *_NOUNS[most], words=True))}, {smallest}"


def _loop(visit: Visit, loop: Loop, labels: _Labels) -> dict[str, Any]:
    path = [_step(visit, "document", id, labels) for id in loop.path]
    named = [f"“{step['name']}”" for step in path[:-1]]
    verb = "relies on itself" if len(named) == 1 else "rely on each other"
    told = f"{listed(named)} {verb}: what they say cannot be traced to a source outside the circle."
    return {"kind": "loop", "sentence": sentence(told), "paths": [path], "stance": None}


def _single(visit: Visit, single: SingleSource, labels: _Labels) -> dict[str, Any]:
    who = labels.actors.get(single.speaker, single.speaker)
    reports = count(max(len(single.documents), len(single.statements)), "report", words=True)
    return {
        "kind": "single_source",
        "sentence": f"{sentence(reports)}, {in_words(1)} unnamed source: all go back to {_lower_article(who)}.",
        "paths": [[_step(visit, key.kind, key.id, labels) for key in path] for path in single.paths[:LISTED]],
        "stance": single.stance,
    }


def _lower_article(name: str) -> str:
    return name[0].lower() + name[1:] if name.startswith(("A ", "An ", "The ")) else name


def _step(visit: Visit, kind: str, id: str, labels: _Labels) -> dict[str, str]:
    names, page = (labels.documents, "read") if kind == "document" else (labels.statements, "statement")
    return {"kind": kind, "id": id, "name": names.get(id, id), "url": visit.links.page(page, id)}
