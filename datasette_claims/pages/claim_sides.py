"""The stances on a claim by side: counts of all of them, and page by page the rows themselves.

A page is bounded whatever the claim: of each side stand so many rows on it, the best known first, and the next page
has the next of every side. Counts come from the stance index and are of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..comparison import BASIS_CODES, STANCE_CODES, Selection, encode, table_pairs
from ..comparison.arrays import IntArray, different
from .framework import Visit
from .keeping import kept
from .stance_details import Record, best_known, by_stance, details, told

FACING = ("supports", "disputes")
A_SIDE = 8
OTHERS = 2
"""How many stances stand on a page: of each of the two sides, and of each other stance."""


@dataclass(frozen=True)
class Sides:
    """``told``: by stance, figures and the rows of this page as JSON; ``records``: these rows for the template.
    ``pages``: how many pages there are, at least one."""

    told: dict[str, Any]
    records: dict[str, list[Record]]
    page: int
    pages: int


def tables_of(visit: Visit, own: Selection) -> dict[str, str]:
    """Stance -> the selected ones of that kind on Datasette's own table, which has the present alone."""
    words = list(counts(own, own.rows, "stance")) if own.index.as_of is None else []
    if not words:
        return {}
    pairs = table_pairs(own.index, own.filters.without("stance").choose("stance", words[0]))
    start = visit.links.table("stances")
    urls = [encode([(name, word if name == "stance" else value) for name, value in pairs]) for word in words]
    return {word: f"{start}?{url}" for word, url in zip(words, urls, strict=True)}


async def sides_of(visit: Visit, own: Selection, page: int, tables: Mapping[str, str]) -> Sides:
    """The sides of the stances that are selected, with the rows of one page. ``tables``: see ``tables_of``."""
    counted = kept(own, (own.filters, page), lambda: _counted(own, page), "sides")
    listed = await details(visit, own.index, [part.shown for part in counted.values()])
    records = dict(zip(counted, listed, strict=True))
    sides = {
        word: {
            **part.figures,
            "before": min((page - 1) * a_page(word), part.figures["count"]),
            "shown": [told(record) for record in records[word]],
            "table": tables.get(word),
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
    """All sides at once: a page has few rows of each, but counts all of them."""
    index, rows = own.index, own.rows
    stance, size = index.codes["stance"][rows].astype(np.int64), index.size("stance")
    explicit = np.bincount(index.codes["stance"][named_explicit(own, rows)], minlength=size).tolist()
    by_basis = np.bincount(
        stance * index.size("basis") + index.codes["basis"][rows], minlength=size * index.size("basis")
    )
    bases = by_basis.reshape(size, -1).tolist()
    actors = different(stance * index.size("actor") + index.codes["actor"][rows]) // index.size("actor")
    spoken = np.bincount(actors, minlength=size).tolist()
    words = [str(index.id("basis", code)) for code in range(index.size("basis"))]
    return {
        word: _Part(
            {
                "count": len(part),
                "by_basis": {words[code]: n for code, n in enumerate(bases[STANCE_CODES[word]]) if n and code},
                "named_and_explicit": explicit[STANCE_CODES[word]],
                "actors": spoken[STANCE_CODES[word]],
            },
            _on_page(word, part, page),
        )
        for word, part in by_stance(index, best_known(index, rows)).items()
    }


def a_page(stance: str) -> int:
    """How many stances of this kind stand on a page."""
    return A_SIDE if stance in FACING else OTHERS


def _on_page(stance: str, rows: IntArray, page: int) -> IntArray:
    size = a_page(stance)
    return rows[(page - 1) * size : page * size]


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
