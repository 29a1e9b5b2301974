"""How an actor's positions changed, and with whom it agrees."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import numpy as np

from ..comparison import Filters, Selection, agreement, changes, positions
from ..comparison import encode as encode_pairs
from ..comparison.positions import DEFAULT_BASES, UNIT_LIMIT
from ..schema.vocabulary import BASIS
from . import stances
from .framework import Visit
from .known_names import known_names
from .stance_details import best_known, details, told

CHANGES = 20
QUOTED = 2
AGREEING = 10
"""How many others are listed by agreement."""
MOST_CLAIMS = 2000
FEW = 5


async def changes_of(visit: Visit, own: Selection) -> dict[str, Any]:
    """The changes of position in stances of one actor: {"total", "shown": [(change, records before, records after)],
    "told": the same as JSON}."""
    found, total = await asyncio.to_thread(changes, own, CHANGES)
    parts = [best_known(own.index, rows)[:QUOTED] for each in found for rows in (each.before_rows, each.after_rows)]
    read = await details(visit, own.index, parts) if parts else []
    shown = [(each, read[2 * at], read[2 * at + 1]) for at, each in enumerate(found)]
    wanted = [each.claim for each in found]
    claims = await stances.names(visit, "claims", wanted, own.index.as_of, known_names(own.index))
    listed = [
        {
            "claim": each.claim,
            "text": claims.get(each.claim, each.claim),
            "before": {"stance": each.before, "date": each.before_date, "shown": [told(one) for one in before]},
            "after": {"stance": each.after, "date": each.after_date, "shown": [told(one) for one in after]},
        }
        for each, before, after in shown
    ]
    return {"total": total, "shown": shown, "claims": claims, "told": {"count": total, "shown": listed}}


async def neighbours(visit: Visit, selection: Selection, id: str) -> dict[str, Any] | None:
    """Who shares most claims with the actor, and how far they agree: n, percent agreement and S, as on the agreement
    page. None where the actor has no position that counts."""
    placed = await asyncio.to_thread(_shared, selection, id)
    if placed is None:
        return None
    figures = await asyncio.to_thread(agreement, placed)
    own = placed.unit_ids.index(id)
    n = figures.n[own].copy()
    n[own] = 0
    order = [at for at in np.argsort(-n, kind="stable").tolist() if n[at]][:AGREEING]
    wanted, index = [placed.unit_ids[at] for at in order], selection.index
    names = await stances.names(visit, "actors", wanted, index.as_of, known_names(index))
    listed = []
    for at in order:
        pair, other = figures.pair(own, at), placed.unit_ids[at]
        listed.append(
            {
                "id": other,
                "name": names.get(other, other),
                "n": pair.n,
                "agree": None if math.isnan(pair.agree) else round(pair.agree, 6),
                "s": None if math.isnan(pair.s) else round(pair.s, 6),
                "few": pair.n < FEW,
                "url": agreement_url(visit, selection.filters, id, other),
            }
        )
    return {"count": int(np.count_nonzero(n)), "shown": listed}


def agreement_url(visit: Visit, filters: Filters, id: str, other: str | None = None) -> str:
    """The agreement page with the list of an actor, or with a pair, under the same filters."""
    pairs = [*filters.pairs(), ("_units", "actor"), ("_unit", id), *([("_with", other)] if other else [])]
    return f"{visit.links.page('agreement')}?{encode_pairs(pairs)}"


def _shared(selection: Selection, id: str) -> Any:
    """The positions of the actor and of the others on the claims on which the actor has one."""
    index, filters = selection.index, selection.filters
    actor = index.dictionary("actor").codes.get(id)
    if actor is None:
        return None
    rows = selection.rows[index.codes["actor"][selection.rows] == actor]
    bases = tuple(BASIS.words) if filters.of("basis") else DEFAULT_BASES
    claims = np.unique(index.codes["claim"][rows])[:MOST_CLAIMS]
    if not len(claims):
        return None
    here = np.zeros(index.size("claim"), dtype=bool)
    here[claims] = True
    mask = here[index.codes["claim"]]
    mask &= True if selection.mask is None else selection.mask
    narrowed = Selection(index, filters, mask, selection.found)
    placed = positions(narrowed, "actor", bases)
    if id not in placed.unit_ids:
        placed = positions(narrowed, "actor", bases, chosen=[*placed.unit_ids[: UNIT_LIMIT - 1], id])
    return placed if placed.present[placed.unit_ids.index(id)].any() else None
