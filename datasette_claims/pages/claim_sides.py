"""The stances on a claim by side: counts of all of them, and page by page the rows themselves.

A page is bounded whatever the claim: of each side stand so many rows on it, the best known first, and the next page
has the next of every side. Counts come from the stance index and are of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..comparison import BASIS_CODES, Selection
from ..comparison.arrays import IntArray
from .filter_bar import table_url
from .framework import Visit
from .keeping import kept
from .stance_details import Record, best_known, by_stance, details, told

FACING = ("supports", "disputes")
A_SIDE = 10
OTHERS = 3
"""How many stances stand on a page: of each of the two sides, and of each other stance."""


@dataclass(frozen=True)
class Sides:
    """``told``: by stance, figures and the rows of this page as JSON; ``records``: these rows for the template.
    ``pages``: how many pages there are, at least one."""

    told: dict[str, Any]
    records: dict[str, list[Record]]
    page: int
    pages: int


async def sides_of(visit: Visit, own: Selection, page: int) -> Sides:
    """The sides of the stances that are selected, with the rows of one page."""
    counted = kept(own, (own.filters, page), lambda: _counted(own, page), "sides")
    listed = await details(visit, own.index, [part.shown for part in counted.values()])
    records = dict(zip(counted, listed, strict=True))
    sides = {
        word: {
            **part.figures,
            "before": min((page - 1) * a_page(word), part.figures["count"]),
            "shown": [told(record) for record in records[word]],
            "table": None if own.index.as_of is not None else table_url(visit, own.index, own.filters, stance=word),
        }
        for word, part in counted.items()
    }
    pages = max((-(-part.figures["count"] // a_page(word)) for word, part in counted.items()), default=1)
    return Sides(sides, records, page, pages)


@dataclass(frozen=True)
class _Part:
    """The figures of one stance, over all its rows, and the row numbers that stand on a page."""

    figures: dict[str, Any]
    shown: IntArray


def _counted(own: Selection, page: int) -> dict[str, _Part]:
    parts = by_stance(own.index, own.rows)
    return {
        word: _Part(
            {
                "count": len(rows),
                "by_basis": counts(own, rows, "basis"),
                "named_and_explicit": len(named_explicit(own, rows)),
                "actors": len(np.unique(own.index.codes["actor"][rows])),
            },
            _on_page(own, word, rows, page),
        )
        for word, rows in parts.items()
    }


def a_page(stance: str) -> int:
    """How many stances of this kind stand on a page."""
    return A_SIDE if stance in FACING else OTHERS


def _on_page(own: Selection, stance: str, rows: IntArray, page: int) -> IntArray:
    size = a_page(stance)
    if (page - 1) * size >= len(rows):
        return rows[:0]
    return best_known(own.index, rows)[(page - 1) * size : page * size]


def counts(selection: Selection, rows: IntArray, column: str) -> dict[str, int]:
    """How many of these rows have each value of a column with few words, in the order of the vocabulary."""
    codes = selection.index.codes[column][rows]
    found = np.bincount(codes, minlength=selection.index.size(column)).tolist()
    return {str(selection.index.id(column, code)): n for code, n in enumerate(found) if n and code}


def named_explicit(own: Selection, rows: IntArray) -> IntArray:
    """Those of some rows that are explicit stances (or votes) of named actors."""
    index = own.index
    basis = index.codes["basis"][rows]
    explicit = (basis == BASIS_CODES["explicit"]) | (basis == BASIS_CODES["vote"])
    named = index.codes["identification"][rows] == index.dictionary("identification").codes.get("named", -1)
    found: IntArray = rows[explicit & named]
    return found


def refusals(declines: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The refusals that stand on the page, each with its question if that is known."""
    return [
        {key: record.get(key) for key in ("id", "actor", "statement", "question")}
        for record in (declines["shown"] if declines else [])
    ]
