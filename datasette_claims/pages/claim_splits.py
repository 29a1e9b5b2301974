"""On the page of a claim: the countries whose own people are on both sides of it, with who they are."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np

from ..comparison import Selection
from ..comparison.arrays import IntArray
from ..comparison.contradictions import Split, Splits, splits
from .filter_bar import cell_url, query_of
from .framework import Visit
from .keeping import kept
from .stance_details import best_known
from .stances import names_of

LISTED = 3
"""How many countries stand on the page, the most evenly divided first; the page of contradictions has the others."""
VOICES = 4
"""How many actors of a side are named."""


async def splits_of_claim(visit: Visit, own: Selection, claim: str) -> dict[str, Any] | None:
    """{"total", "url", "countries": [{"country", "name", "represents", "url", "sides": [{"stance", "actors",
    "voices"}]}]}.

    ``own`` holds the stances on that claim which count. ``represents`` says whether those who speak for the country
    are divided too. None where nobody of one country opposes another.
    """
    found, divided = await asyncio.to_thread(kept, own, own.filters, lambda: _split(own), "splits")
    if not found.total:
        return None
    voices = [_voices(own, split) for split in found.splits]
    actors = [id for sides in voices for side in sides for id, _ in side]
    names = await names_of(visit, {"countries": [s.unit for s in found.splits], "actors": actors}, own.index.as_of)
    listed = [
        {
            "country": split.unit,
            "name": names["countries"].get(split.unit, split.unit),
            "represents": split.unit in divided,
            "url": cell_url(visit, own, "countries", split.unit, claim),
            "sides": [
                {
                    "stance": stance,
                    "actors": len(side),
                    "voices": [
                        {"actor": id, "name": names["actors"].get(id, id), "basis": basis}
                        for id, basis in side[:VOICES]
                    ],
                }
                for stance, side in zip(("supports", "disputes"), sides, strict=True)
            ],
        }
        for split, sides in zip(found.splits, voices, strict=True)
    ]
    url = visit.links.page("contradictions") + query_of(own.filters, own.index.as_of, [("_kind", "country")])
    return {"total": found.total, "url": url, "countries": listed}


def _split(own: Selection) -> tuple[Splits, set[str]]:
    """(the countries with people on both sides, those whose representatives are)."""
    found = splits(own, "country", False, LISTED)
    official = splits(own, "country", True, own.index.size("country")) if found.total else found
    return found, {split.unit for split in official.splits}


def _voices(own: Selection, split: Split) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The actors of each side, each once with their best known basis, the best known first."""
    return _of_side(own, split.supports), _of_side(own, split.disputes)


def _of_side(own: Selection, rows: IntArray) -> list[tuple[str, str]]:
    index, ordered = own.index, np.asarray(best_known(own.index, rows))
    found: dict[str, str] = {}
    for actor, basis in zip(index.codes["actor"][ordered], index.codes["basis"][ordered], strict=True):
        found.setdefault(str(index.id("actor", int(actor))), str(index.id("basis", int(basis))))
    return list(found.items())
