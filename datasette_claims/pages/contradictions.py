"""Contradictions: who is on both sides of a claim, or changed sides; where a headline and its body part ways.

Four kinds: within an actor, within an organization, within a country (all stances, or only of those who represent
it), and headline against body. The filters are those of the comparison.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from ..comparison import FilterError, Selection
from ..comparison.audit import HeadlineAudit, HeadlineSide, headline_conflicts
from ..comparison.contradictions import Change, Split, changes, splits
from . import claim_audit, wording
from .compare_sentence import of_status
from .compare_view import ROWS
from .filter_bar import cell_url, filter_bar, query_of
from .framework import Answer, Visit, page
from .keeping import kept
from .past import at
from .stance_details import best_known, details, told, words
from .stances import names_of, refused, selection_of

KINDS = {
    "country": ("Inside a country", "people of one country on opposite sides"),
    "represents": ("Between those who represent a country", "representatives of one country on opposite sides"),
    "organization": ("Inside an organization", "people of one organization on opposite sides"),
    "actor": ("Within an actor", "one actor on both sides"),
    "change": ("Changes of position", "one actor, first on one side and later on another"),
    "headline": ("Headline against body", "a headline or lead that sums up what no named speaker in the body says"),
}
"""The kinds -> (heading, what it means), in the order of the page."""

OWN = ("_kind", "kind")
_OPPOSITE = {"supports": "disputes", "disputes": "supports"}

LISTED = 20
"""How many of each kind stand on the page; one kind alone shows up to MOST."""
MOST = 100
SHOWN = 4
"""How many stances of a side are shown."""

T = TypeVar("T")


@page("/contradictions", template="contradictions.html", label="Contradictions", place=20, tables=("stances", "claims"))
async def show(visit: Visit) -> Answer:
    """Every kind with its entries, or one kind with more of them."""
    selection = await selection_of(visit, others=OWN)
    kind = visit.request.args.get("_kind") or visit.request.args.get("kind") or ""
    if kind and kind not in KINDS:
        error = FilterError("_kind", f"there is no “{kind[:80]}”", f"use one of: {', '.join(KINDS)}")
        raise refused(visit, error)
    wanted = [kind] if kind else list(KINDS)
    limit = MOST if kind else LISTED
    groups = [await _kind(visit, selection, each, limit) for each in wanted]
    context = {
        "kind": kind or None,
        "kinds": KINDS,
        "bar": await filter_bar(visit, selection, visit.links.page("contradictions"), _own_pairs(kind)),
        "url": lambda kind: _url(visit, selection, kind),
        "groups": groups,
        **words(visit),
    }
    data = {"kind": kind or None, "kinds": [_as_data(group) for group in groups]}
    url = _url(visit, selection, kind or None)
    said = _sentence(groups) + of_status(selection.filters)
    return Answer("Contradictions", said, data, context, url, keeps_past=True, as_of=selection.index.as_of)


def _as_data(group: dict[str, Any]) -> dict[str, Any]:
    """A kind for the JSON twin: the records of its entries as every page tells them."""

    def entry(each: dict[str, Any]) -> dict[str, Any]:
        sides = [{**side, "stances": [told(record) for record in side["stances"]]} for side in each["sides"]]
        return {**each, "sides": sides}

    return {**group, "entries": [entry(each) for each in group["entries"]]}


def _own_pairs(kind: str | None) -> list[tuple[str, str]]:
    return [("_kind", kind)] if kind else []


def _url(visit: Visit, selection: Selection, kind: str | None) -> str:
    query = query_of(selection.filters, selection.index.as_of, _own_pairs(kind))
    return visit.links.page("contradictions") + query


def _cell_url(visit: Visit, selection: Selection, entry: dict[str, Any], represents: bool) -> str:
    rows = next(many for many, one in ROWS.items() if one == entry["unit_kind"])
    return cell_url(visit, selection, rows, entry["unit"], entry["claim"], represents)


async def _kind(visit: Visit, selection: Selection, kind: str, limit: int) -> dict[str, Any]:
    """The entries of one kind: {"kind", "total", "entries": [{"unit", "claim", "sides": [...]}]}."""
    if kind == "headline":
        return await _headlines(visit, selection, limit)
    if kind == "change":
        found, total = await _counted(selection, (changes.__name__, limit), lambda: changes(selection, limit))
        return await _told(visit, selection, kind, total, [_changed(each) for each in found])
    unit = "country" if kind == "represents" else kind
    split = await _counted(
        selection, (splits.__name__, kind, limit), lambda: splits(selection, unit, kind == "represents", limit)
    )
    return await _told(visit, selection, kind, split.total, [_split(unit, each) for each in split.splits])


async def _counted(selection: Selection, key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What is counted, in a thread, unless these filters' figures are known from before."""
    return await asyncio.to_thread(kept, selection, (*key, selection.filters), make)


def _split(table: str, split: Split) -> dict[str, Any]:
    sides = [("supports", None, split.supports), ("disputes", None, split.disputes)]
    return {"unit_kind": table, "unit": split.unit, "claim": split.claim, "explicit": split.explicit, "sides": sides}


def _changed(change: Change) -> dict[str, Any]:
    sides = [
        (change.before, change.before_date, change.before_rows),
        (change.after, change.after_date, change.after_rows),
    ]
    return {"unit_kind": "actor", "unit": change.actor, "claim": change.claim, "explicit": None, "sides": sides}


async def _told(
    visit: Visit, selection: Selection, kind: str, total: int, entries: list[dict[str, Any]]
) -> dict[str, Any]:
    """The entries with names and words in place of ids and row numbers."""
    tables = {"actor": "actors", "organization": "actors", "country": "countries"}
    wanted: dict[str, list[str | None]] = {"actors": [], "countries": [], "claims": [e["claim"] for e in entries]}
    for entry in entries:
        wanted[tables[entry["unit_kind"]]].append(entry["unit"])
    names = await names_of(visit, wanted, selection.index.as_of)
    rows = [best_known(selection.index, side[2])[:SHOWN] for entry in entries for side in entry["sides"]]
    found = iter(await details(visit, selection.index, rows))
    listed = [
        {
            "unit_kind": entry["unit_kind"],
            "unit": entry["unit"],
            "name": names[tables[entry["unit_kind"]]].get(entry["unit"], entry["unit"]),
            "claim": entry["claim"],
            "text": names["claims"].get(entry["claim"], entry["claim"]),
            "explicit": entry["explicit"],
            "url": _cell_url(visit, selection, entry, kind == "represents"),
            "sides": [
                {"stance": stance, "date": date, "count": len(rows), "stances": next(found)}
                for stance, date, rows in entry["sides"]
            ],
        }
        for entry in entries
    ]
    return {"kind": kind, "total": total, "entries": listed}


async def _headlines(visit: Visit, selection: Selection, limit: int) -> dict[str, Any]:
    """Headline against body, where the viewer may see documents and what stands in them."""
    if not await visit.sees("mentions", "segments", "documents", "statements"):
        return {"kind": "headline", "total": 0, "entries": [], "closed": True}
    with_words = await visit.sees("evidence")

    def read(conn: sqlite3.Connection) -> list[tuple[HeadlineAudit, HeadlineSide, dict[str, Any]]]:
        key = (headline_conflicts.__name__, limit, selection.filters)
        found = kept(selection, key, lambda: headline_conflicts(conn, selection, limit))
        entries = claim_audit.told(visit, conn, selection, found, with_words)
        return [(audit, side, entry) for (audit, side), entry in zip(found, entries, strict=True)]

    found = await at(visit, selection.index.as_of).db.execute_fn(read)
    names = await names_of(
        visit,
        {
            "documents": [audit.document for audit, _, _ in found],
            "claims": [audit.claim for audit, _, _ in found],
        },
        selection.index.as_of,
    )
    opposite = iter(await details(visit, selection.index, [side.opposite.rows[:SHOWN] for _, side, _ in found]))
    entries = [
        {
            "document": audit.document,
            "title": names["documents"].get(str(audit.document), audit.document),
            "claim": audit.claim,
            "text": names["claims"].get(audit.claim, audit.claim),
            "side": side.side,
            "audit": said,
            "opposite": len(side.opposite),
            "sides": [{"stance": _OPPOSITE[side.side], "count": len(side.opposite.rows), "stances": next(opposite)}],
        }
        for audit, side, said in found
    ]
    return {"kind": "headline", "total": len(entries), "entries": entries}


def _sentence(groups: list[dict[str, Any]]) -> str:
    """How many of each kind, those that occur first."""
    nouns = {
        "country": ("split inside a country", "splits inside a country"),
        "represents": ("split between a country’s representatives", "splits between a country’s representatives"),
        "organization": ("split inside an organization", "splits inside an organization"),
        "actor": ("actor on both sides of a claim", "actors on both sides of a claim"),
        "change": ("change of position", "changes of position"),
        "headline": ("headline that parts ways with its body", "headlines that part ways with their bodies"),
    }
    present = [wording.count(g["total"], *nouns[g["kind"]], words=True) for g in groups if g["total"]]
    absent = [nouns[g["kind"]][1] for g in groups if not g["total"] and not g.get("closed")]
    if not present:
        return "On record here: no contradiction of the kinds below."
    told = f"On record here: {wording.listed(present)}"
    return f"{told}; no {wording.listed(absent, 'or')}." if absent else f"{told}."
