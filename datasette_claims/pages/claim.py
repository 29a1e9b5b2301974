"""One claim: both sides face to face with their words, what its headlines rest on, related claims, its sources.

What the query string filters is what counts, as on the comparison. At an earlier revision everything is as it then
was (``past.at``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..comparison import BASIS_CODES, FilterError, Selection, counted, select
from ..comparison.arrays import IntArray
from ..comparison.queries import silent
from ..schema.vocabulary import BASIS, CLAIM_KIND, STANCE
from . import stances, wording
from .claim_audit import audit_of
from .claim_related import related_to
from .claim_sources import TRACED, sources_of_claim
from .claim_splits import splits_of_claim
from .compare_export import svg
from .compare_sentence import of_one_claim, of_status
from .compare_timeline import by_month, timeline_of
from .errors import PageError
from .filter_bar import filter_bar, query_of, table_url
from .framework import Answer, Visit, page
from .past import at
from .stance_details import best_known, by_stance, details, told, words

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

A_SIDE = 20
"""How many stances of a side stand on the page; the others are in the table."""
SILENT = 60
FACING = ("supports", "disputes")


@page("/claim/{id}", template="claim.html", tables=("claims", "stances"), formats=("html", "json", "svg"))
async def show(visit: Visit) -> Answer | Response:
    """The page of one claim; as SVG, its stances over time."""
    id = visit.ids["id"]
    selection = await _selection(visit, id)
    index, filters = selection.index, selection.filters
    if id not in index.dictionary("claim").codes:
        raise _unknown(visit, id)
    own = select(index, filters.choose("claim", id), found=selection.found)
    text = (await stances.names(visit, "claims", [id], index.as_of)).get(id, id)
    path = visit.links.page("claim", id)
    drawn = await timeline_of(visit, own, {"claims": {id: text}}, standalone=visit.format == "svg")
    if visit.format == "svg":
        if drawn.timeline is None or drawn.timeline.drawing is None:
            raise PageError(
                404, "No stance on this claim has a date to draw.", "See the claim itself.", ((text, path),)
            )
        return svg(drawn.timeline.drawing)
    sides, records = await _sides(visit, own)
    figures, then = _figures(own), at(visit, index.as_of)
    data: dict[str, Any] = {
        "claim": await _claim(then, id, text),
        "filters": [{"parameter": name, "value": value} for name, value in filters.pairs()],
        "stances": own.size,
        "sides": sides,
        "named_and_explicit": figures,
        "audit": await audit_of(then, selection, id),
        "splits": await splits_of_claim(visit, own, id),
        "related": await related_to(then, selection, id),
        "sources": await sources_of_claim(then, own, id),
        "silent": await _silent(then, own, id),
        "refusals": _refusals(sides.get("declines")),
        "months": by_month(own),
    }
    context = {
        **words(visit),
        "records": records,
        "timeline": drawn,
        "glances": {side["stance"]: side["glance"] for side in (data["sources"] or {"sides": ()})["sides"]},
        "svg_url": f"{path}.svg{query_of(filters, index.as_of)}",
        "bar": await filter_bar(visit, selection, path, claim=id),
        "facing": FACING,
        "others": [word for word in STANCE.words if word not in FACING],
        "claim_kinds": CLAIM_KIND,
        "stances": STANCE.terms,
        "bases": BASIS.terms,
    }
    url = f"{path}{query_of(filters, index.as_of)}"
    said = _sentence(own, sides, figures, bool(filters))
    return Answer(text, said, data, context, url=url, keeps_past=True, as_of=index.as_of)


async def _selection(visit: Visit, id: str) -> Selection:
    """The stances that pass the filters, on any claim. A filter on the claim may only name this one."""
    selection = await stances.selection_of(visit)
    for condition in selection.filters.of("claim"):
        if condition.operator != "exact" or condition.values != (id,):
            error = FilterError(condition.parameter, "this page is on one claim", "leave it out, or compare claims")
            raise stances.refused(visit, error)
    filters = selection.filters.without("claim")
    return select(selection.index, filters, found=selection.found)


def _unknown(visit: Visit, id: str) -> PageError:
    return PageError(
        404,
        f"There is no claim “{id[:200]}” in this database.",
        "It may have been renamed: search the claims for its words.",
        (("All claims", visit.links.table("claims")), ("The comparison", visit.links.page("compare"))),
    )


async def _claim(visit: Visit, id: str, text: str) -> dict[str, Any]:
    rows = await visit.rows("select kind, topic, date, identifier, note, status from claims where id = ?", [id])
    return {"id": id, "text": text, **(dict(rows[0]) if rows else {})}


def _counts(selection: Selection, rows: IntArray, column: str) -> dict[str, int]:
    """How many of these rows have each value of a column with few words, in the order of the vocabulary."""
    codes = selection.index.codes[column][rows]
    counts = np.bincount(codes, minlength=selection.index.size(column)).tolist()
    return {str(selection.index.id(column, code)): n for code, n in enumerate(counts) if n and code}


def _figures(own: Selection) -> dict[str, int]:
    """How many explicit stances (or votes) of named actors there are, by stance."""
    return _counts(own, _named_explicit(own, own.rows), "stance")


def _named_explicit(own: Selection, rows: IntArray) -> IntArray:
    index = own.index
    basis = index.codes["basis"][rows]
    explicit = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
    named = index.codes["identification"][rows] == index.dictionary("identification").codes.get("named", -1)
    found: IntArray = rows[explicit & named]
    return found


async def _sides(visit: Visit, own: Selection) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """By stance, what there is in figures and JSON, and the records that the template shows."""
    parts = by_stance(own.index, own.rows)
    first = {word: best_known(own.index, rows)[:A_SIDE] for word, rows in parts.items()}
    records = dict(zip(first, await details(visit, own.index, list(first.values())), strict=True))
    sides = {
        word: {
            "count": len(rows),
            "by_basis": _counts(own, rows, "basis"),
            "named_and_explicit": len(_named_explicit(own, rows)),
            "actors": len(np.unique(own.index.codes["actor"][rows])),
            "shown": [told(record) for record in records[word]],
            "table": None if own.index.as_of is not None else table_url(visit, own.index, own.filters, stance=word),
        }
        for word, rows in parts.items()
    }
    return sides, records


def _refusals(declines: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The refusals that stand on the page, each with its question if that is known."""
    return [
        {key: record.get(key) for key in ("id", "actor", "statement", "question")}
        for record in (declines["shown"] if declines else [])
    ]


async def _silent(visit: Visit, own: Selection, id: str) -> dict[str, Any] | None:
    """Who is mentioned in the documents on the claim but has no stance on it. Filters do not narrow it."""
    index = own.index
    code = index.dictionary("claim").code(id)
    whole = int(index.offsets[code + 1] - index.offsets[code])
    if not whole or whole > TRACED or not await visit.sees("statements", "actors", "memberships", "documents"):
        return None
    statuses = counted(own.filters)
    found = await visit.db.execute_fn(lambda conn: silent(conn, id, statuses))
    listed = [{"id": each.actor, "name": each.name, "speaks": each.speaks} for each in found]
    return {
        "count": len(listed),
        "unheard": [each for each in listed if not each["speaks"]][:SILENT],
        "elsewhere": [each for each in listed if each["speaks"]][:SILENT],
    }


def _sentence(own: Selection, sides: Mapping[str, Any], figures: Mapping[str, int], filtered: bool) -> str:
    if not own.size:
        if filtered:
            return "No stance on this claim passes the filters: take one back below."
        return "No stance on this claim is on record yet."
    said = of_one_claim(own.size, {word: side["count"] for word, side in sides.items()}, figures)
    status = of_status(own.filters)
    return f"{said} Counted are those that pass the filters.{status}" if filtered else wording.sentence(said)
