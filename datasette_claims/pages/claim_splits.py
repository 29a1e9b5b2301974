"""On the page of a claim: the countries whose own people are on both sides of it, with who they are."""

from __future__ import annotations

from typing import Any

from ..comparison import Selection
from ..comparison.arrays import IntArray, different
from ..comparison.contradictions import Split, Splits, splits
from .filter_bar import cell_url, query_of
from .framework import Visit
from .keeping import kept
from .known_names import known_names
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
    found, divided, voices = await visit.beside(lambda: kept(own, own.filters, lambda: _split(own), "splits"))
    if not found.total:
        return None
    actors = [id for sides in voices for _, side in sides for id, _ in side]
    wanted = {"countries": [split.unit for split in found.splits], "actors": actors}
    names = await names_of(visit, wanted, own.index.as_of, known_names(own.index))
    listed = [
        {
            "country": split.unit,
            "name": names["countries"].get(split.unit, split.unit),
            "represents": split.unit in divided,
            "url": cell_url(visit, own, "countries", split.unit, claim),
            "sides": [
                {
                    "stance": stance,
                    "actors": actors,
                    "voices": [
                        {"actor": id, "name": names["actors"].get(id, id), "basis": basis} for id, basis in side
                    ],
                }
                for stance, (actors, side) in zip(("supports", "disputes"), sides, strict=True)
            ],
        }
        for split, sides in zip(found.splits, voices, strict=True)
    ]
    url = visit.links.page("contradictions") + query_of(own.filters, own.index.as_of, [("_kind", "country")])
    return {"total": found.total, "url": url, "countries": listed}


Side = tuple[int, list[tuple[str, str]]]
"""How many actors are on a side, and the first of them, each with their best known basis."""


def _split(own: Selection) -> tuple[Splits, frozenset[str], list[tuple[Side, Side]]]:
    """(the countries with people on both sides, those whose representatives are, who is on each side)."""
    found = splits(own, "country", False, LISTED)
    official = frozenset(split.unit for split in found.splits if _represented_on_both(own, split))
    voices = [(_side(own, split.supports), _side(own, split.disputes)) for split in found.splits]
    return found, official, voices


def _represented_on_both(own: Selection, split: Split) -> bool:
    """Whether two who speak for the country oppose each other."""
    index = own.index
    represents = index.dictionary("country_basis").codes.get("represents", -1)
    sides = [
        set(index.codes["actor"][rows[index.codes["country_basis"][rows] == represents]].tolist())
        for rows in (split.supports, split.disputes)
    ]
    return all(sides) and len(sides[0] | sides[1]) > 1


def _side(own: Selection, rows: IntArray) -> Side:
    index, ordered = own.index, best_known(own.index, rows)
    actors = index.codes["actor"][ordered]
    first: dict[int, int] = {}
    for place, actor in enumerate(actors.tolist()):
        first.setdefault(actor, place)
        if len(first) == VOICES:
            break
    bases = index.codes["basis"][ordered[list(first.values())]].tolist()
    told = zip(first, bases, strict=True)
    return len(different(actors)), [(str(index.id("actor", who)), str(index.id("basis", basis))) for who, basis in told]
