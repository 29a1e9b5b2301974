"""One actor: roles, for whom and through whom, every stance with its words, changes of position, agreement with others.

What the query string filters is what counts, as on the comparison. At an earlier revision everything is as it
then was (``past.at``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .. import protecting
from ..comparison import FilterError, Selection, counted, select
from ..comparison.arrays import IntArray
from ..confidential import Identity
from ..schema.vocabulary import ACTOR_KIND, COUNTRY_BASIS, IDENTIFICATION
from . import looks, stances, wording
from .actor_positions import AGREEING, agreement_url, changes_of, neighbours
from .actor_roles import addressed, relations, roles
from .compare_sentence import of_status
from .compare_timeline import timeline_of
from .errors import PageError
from .filter_bar import filter_bar, query_of, table_url
from .framework import Answer, Visit, page
from .paging import page_asked
from .past import at
from .stance_details import best_known, details, told, words

A_PAGE = 20
"""How many stances stand on a page."""
TOLD = 20
"""How many stances that others tell of the actor stand on the page."""
_SHOWN = ("id", "name", "kind", "identification", "country", "country_basis", "status")
_IN_NOUNS = {
    "supports": ("in support", "in support"),
    "disputes": ("in dispute", "in dispute"),
    "mixed": ("mixed", "mixed"),
    "neutral": ("neutral", "neutral"),
    "queries": ("question", "questions"),
    "declines": ("refusal to answer", "refusals to answer"),
}


@page("/actor/{id}", template="actor.html", tables=("actors", "claims", "stances"))
async def show(visit: Visit) -> Answer:
    """The page of one actor."""
    id = visit.ids["id"]
    selection = await _selection(visit, id)
    index, number = selection.index, page_asked(visit)
    then, statuses = at(visit, index.as_of), counted(selection.filters)
    rows = await then.rows("select * from actors where id = ?", [id])
    if not rows:
        raise _unknown(visit, id)
    row = dict(rows[0])
    own = select(index, selection.filters.choose("actor", id), found=selection.found)
    by_others, said = _told_by_others(own)
    shown = said[(number - 1) * A_PAGE : number * A_PAGE]
    listed, others = await details(visit, index, [shown, by_others[:TOLD]])
    changed = await changes_of(visit, own)
    data: dict[str, Any] = {
        "actor": {key: row[key] for key in _SHOWN},
        "names": await _names(then, row),
        "lookalikes": (await looks.told(visit, [id])).get(id),
        "filters": [{"parameter": name, "value": value} for name, value in selection.filters.pairs()],
        "stances": own.size,
        "claims": len(np.unique(index.codes["claim"][own.rows])),
        "by_stance": _counts(own, "stance"),
        "by_basis": _counts(own, "basis"),
        "own": {"count": len(said), "shown": [told(record) for record in listed]},
        "told_by_others": {"count": len(by_others), "shown": [told(record) for record in others]},
        "changes": changed["told"],
        "agreement": await neighbours(visit, selection, id),
        "roles": await roles(then, id, statuses),
        "relations": await relations(then, row, statuses),
        "addressed": await addressed(then, id, statuses),
    }
    context = {
        **words(visit),
        **_context(visit, own, number, len(said)),
        "records": listed,
        "identity": await _identity(visit, row),
        "others": others,
        "changes": changed,
        "timeline": await timeline_of(visit, own, {"claims": await _claims(visit, own)}),
        "bar": await filter_bar(visit, selection, visit.links.page("actor", id), actor=id),
        "spoken": _spoken(visit, selection, id, row["kind"]),
    }
    url = visit.links.page("actor", id) + query_of(selection.filters, index.as_of, _own_pairs(number))
    return Answer(
        row["name"],
        _sentence(data, changed) + of_status(selection.filters),
        data,
        context,
        url=url,
        keeps_past=True,
        as_of=index.as_of,
    )


def _unknown(visit: Visit, id: str) -> PageError:
    return PageError(
        404,
        f"There is no actor “{id[:200]}” in this database.",
        "It may have been renamed: search the actors for the name.",
        (("All actors", visit.links.table("actors")), ("The comparison", visit.links.page("compare"))),
    )


async def _selection(visit: Visit, id: str) -> Selection:
    """The stances that pass the filters, of any actor. A filter on the actor may only name this one."""
    selection = await stances.selection_of(visit, others=("_page",))
    for condition in selection.filters.of("actor"):
        if condition.operator != "exact" or condition.values != (id,):
            error = FilterError(condition.parameter, "this page is on one actor", "leave it out, or compare actors")
            raise stances.refused(visit, error)
    return replace(selection, filters=selection.filters.without("actor"))


def _own_pairs(number: int) -> list[tuple[str, str]]:
    return [("_page", str(number))] if number > 1 else []


def _told_by_others(own: Selection) -> tuple[IntArray, IntArray]:
    """(the stances that a third party tells of the actor, the best known first; all others, the latest first)."""
    index, rows = own.index, own.rows
    third = index.codes["basis"][rows] == index.dictionary("basis").code("third_party")
    said = rows[~third]
    latest: IntArray = said[np.lexsort((said, -index.when[said].astype(np.int64)))]
    return best_known(index, rows[third]), latest


def _counts(own: Selection, column: str) -> dict[str, int]:
    counts = own.counts(column).tolist()
    return {str(own.index.id(column, code)): n for code, n in enumerate(counts) if n and code}


async def _names(visit: Visit, row: Mapping[str, Any]) -> dict[str, str | None]:
    found = await stances.names_of(visit, {"countries": [row["country"]], "actors": [row["parent"]]})
    return {
        "country": found["countries"].get(row["country"]),
        "parent": found["actors"].get(row["parent"]),
        "other_names": row["other_names"],
        "note": row["note"],
    }


async def _claims(visit: Visit, own: Selection) -> dict[str, str]:
    """The texts of the claims of a drawing that tells them one by one."""
    codes = np.unique(own.index.codes["claim"][own.rows])[:200].tolist()
    return await stances.names(visit, "claims", [own.index.id("claim", code) for code in codes], own.index.as_of)


def _spoken(visit: Visit, selection: Selection, id: str, kind: str) -> dict[str, Any] | None:
    """How many stances people take for an organization, and where they are."""
    index = selection.index
    if kind == "person" or id not in index.dictionary("organization").codes:
        return None
    rows = selection.rows[index.codes["organization"][selection.rows] == index.dictionary("organization").code(id)]
    others = rows[index.codes["actor"][rows] != index.dictionary("actor").codes.get(id, -1)]
    if not len(others):
        return None
    filters = selection.filters.without("organization").choose("organization", id)
    return {
        "count": len(others),
        "actors": len(np.unique(index.codes["actor"][others])),
        "url": visit.links.page("compare") + query_of(filters, index.as_of),
    }


def _context(visit: Visit, own: Selection, number: int, total: int) -> dict[str, Any]:
    path, as_of = visit.links.page("actor", visit.ids["id"]), own.index.as_of
    filters = own.filters.without("actor")

    def url(to: int) -> str:
        return path + query_of(filters, as_of, _own_pairs(to))

    return {
        "first": (number - 1) * A_PAGE + 1,
        "last": min(number * A_PAGE, total),
        "before": url(number - 1) if number > 1 else None,
        "after": url(number + 1) if number * A_PAGE < total else None,
        "table": None if as_of is not None else table_url(visit, own.index, own.filters),
        "told_table": None
        if as_of is not None
        else table_url(visit, own.index, own.filters.without("basis"), basis="third_party"),
        "agreement_url": agreement_url(visit, filters, visit.ids["id"]),
        "agreeing": AGREEING,
        "actor_kinds": ACTOR_KIND,
        "identifications": IDENTIFICATION,
        "country_senses": COUNTRY_BASIS,
    }


def _sentence(data: Mapping[str, Any], changed: Mapping[str, Any]) -> str:
    size = data["stances"]
    if not size:
        return "No stance passes these filters." if data["filters"] else "No stance of this actor is on record."
    parts = [f"{wording.in_words(n)} {_IN_NOUNS[word][n > 1]}" for word, n in data["by_stance"].items()]
    on = wording.count(data["claims"], "claim", words=True)
    said = f"{wording.sentence(wording.count(size, 'stance', words=True))} on {on}: {wording.listed(parts)}."
    explicit = sum(data["by_basis"].get(word, 0) for word in ("explicit", "vote"))
    known = f"{wording.in_words(explicit)} of them explicit"
    if size == 1:
        known = "it is explicit" if explicit else "it is not explicit"
    elif explicit in (0, size):
        known = "all are explicit" if explicit else "none is explicit"
    told = f" {wording.sentence(known)}."
    if not changed["total"]:
        return said + told
    return f"{said}{told} {wording.sentence(wording.count(changed['total'], 'change', words=True))} of position."


async def _identity(visit: Visit, row: Mapping[str, Any]) -> Identity | None:
    """Who a protected actor is, for who may see the confidential database: never in ``data``, which is exported."""
    if not row.get("protected"):
        return None
    return await protecting.identity_of(visit.datasette, visit.actor, visit.database, row["id"])
