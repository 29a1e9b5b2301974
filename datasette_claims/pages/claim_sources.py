"""The sources behind a claim, by side: five numbers with their lists, the smallest named, and what confirms itself.

The counting is that of ``tracing.sources`` and ``tracing.circular``; this names what is counted and bounds the lists.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..comparison import Selection
from ..schema.vocabulary import EVENT_KIND
from ..tracing.circular import Loop, SingleSource, loops, single_sources
from ..tracing.source_rows import claim_rows
from ..tracing.sources import NUMBERS, SideSources, all_sources, sources_of
from . import memory, stances
from .filter_bar import table_url
from .framework import Visit
from .stance_details import ids_of
from .wording import count, in_words, listed, sentence, shortened

TRACED = 5000
"""Up to so many stances of a claim are traced with lists; beyond, the numbers alone are shown."""
LISTED = 50
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


async def sources_of_claim(visit: Visit, own: Selection, claim: str) -> dict[str, Any] | None:
    """{"sides": [...], "circular": [...], "traced": bool} of the stances that are selected; None where the viewer may
    not see what they are counted from, or there is nothing to count."""
    if not own.size or not await visit.sees(*_TABLES):
        return None
    if own.size > TRACED:
        return await _numbers(visit, own, claim)
    wanted = set(await ids_of(visit, own.index, own.rows))

    def read(conn: sqlite3.Connection) -> tuple[tuple[SideSources, ...], tuple[Loop, ...], tuple[SingleSource, ...]]:
        rows = claim_rows(conn, claim)
        rows.stances = [row for row in rows.stances if row[0] in wanted]
        return sources_of(rows), loops(rows), single_sources(rows)

    sides, found_loops, singles = await visit.db.execute_fn(read)
    labels = await _labels(visit, sides, found_loops, singles)
    return {
        "traced": True,
        "sides": [_side(visit, side, labels) for side in sides],
        "circular": [*(_loop(visit, loop, labels) for loop in found_loops)]
        + [_single(visit, single, labels) for single in singles],
    }


async def _numbers(visit: Visit, own: Selection, claim: str) -> dict[str, Any]:
    """The five numbers of a claim with very many stances: of all of them, kept until the data change."""
    if own.filters.without("claim"):
        return {"traced": False, "sides": [], "circular": []}
    kept = await memory.of(visit.db).current()
    key: memory.Key = ("sources of all claims", ())
    if key not in kept:
        kept[key] = [await visit.db.execute_fn(all_sources)]
    found = await asyncio.to_thread(kept[key][0].of, claim)
    sides = [
        {
            "stance": stance,
            "numbers": numbers,
            "smallest": _smallest(numbers),
            "glance": "",
            "lists": {},
            "table": table_url(visit, own.filters, stance=stance),
        }
        for stance, numbers in found.items()
    ]
    return {"traced": False, "sides": sides, "circular": []}


def _smallest(numbers: Mapping[str, int]) -> str:
    """The smallest number; not that of organizations, since whether every speaker has one is not counted here."""
    known = [name for name in reversed(NUMBERS) if numbers[name] and name != "organizations"]
    return min(known, key=numbers.__getitem__)


async def _labels(
    visit: Visit, sides: Sequence[SideSources], found: Sequence[Loop], singles: Sequence[SingleSource]
) -> _Labels:
    documents = {id for side in sides for id in (*side.documents[:LISTED], *side.first_reports[:LISTED])}
    documents |= {id for loop in found for id in loop.path}
    statements = {id for side in sides for id in side.statements[:LISTED]}
    statements |= {id for side in sides for group in side.occasions[:LISTED] for id in group[:LISTED]}
    actors = {id for side in sides for id in (*side.speakers[:LISTED], *side.organizations[:LISTED])}
    for single in singles:
        actors.add(single.speaker)
        for path in single.paths[:LISTED]:
            documents |= {key.id for key in path if key.kind == "document"}
            statements |= {key.id for key in path if key.kind == "statement"}
    names = await stances.names_of(visit, {"documents": documents, "actors": actors})
    with_events = await visit.sees("events")
    rows = await _statements(visit, statements, with_events)
    speakers = await stances.names(visit, "actors", {row["speaker"] for row in rows})
    return _Labels(
        names["documents"],
        names["actors"],
        {row["id"]: _said(row, speakers) for row in rows},
        {row["id"]: (row["event"], row["label"], row["kind"]) for row in rows if with_events and row["event"]},
    )


async def _statements(visit: Visit, ids: Iterable[str], with_events: bool) -> list[Any]:
    found: list[Any] = []
    listed_ids = sorted(ids)
    label = "e.label, e.kind" if with_events else "null as label, null as kind"
    join = "left join events e on e.id = s.event" if with_events else ""
    for start in range(0, len(listed_ids), 500):
        part = listed_ids[start : start + 500]
        found += await visit.rows(
            f"select s.id, s.content, s.cue, s.speaker, s.speaker_label, s.event, {label} from statements s {join} "
            f"where s.id in ({', '.join('?' * len(part))})",
            part,
        )
    return found


def _said(row: Any, speakers: Mapping[str, str]) -> str:
    who = speakers.get(row["speaker"] or "") or row["speaker_label"] or "Speaker not stated"
    return f"{who}: {shortened(row['content'] or row['cue'] or 'no words on record', 100)}"


def _side(visit: Visit, side: SideSources, labels: _Labels) -> dict[str, Any]:
    def entries(ids: Sequence[str], names: Mapping[str, str], page: str) -> list[dict[str, str]]:
        return [{"id": id, "name": names.get(id, id), "url": visit.links.page(page, id)} for id in ids[:LISTED]]

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
                {"name": _occasion(group, labels), "statements": entries(group, labels.statements, "statement")}
                for group in side.occasions[:LISTED]
            ],
        },
        "without_organization": side.without_organization,
        "identification": side.identification,
        "unnamed": asdict(side.unnamed),
        "own_reporting": asdict(side.own_reporting),
        "first_reports": entries(side.first_reports, labels.documents, "read"),
        "spread": asdict(side.spread),
        "table": visit.links.table("stances", claim=side.claim, stance=side.stance),
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
    if side.smallest == "occasions" and numbers["occasions"] == 1 and len(kinds) == 1 and not kinds & {"not_stated"}:
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
