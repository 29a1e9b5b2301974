"""The stances behind one cell of the matrix, each with its exact words, who spoke for whom, when, where, and the
links to follow it. A page of its own URL; ``compare.js`` opens the same HTML in place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import compat
from ..comparison import FILTER_COLUMNS, FilterError, Selection, rows_behind, select
from ..comparison import encode as encode_pairs
from . import stances, wording
from .compare import asked
from .compare_records import records
from .compare_sentence import VERBS, of_status
from .compare_view import View
from .framework import Answer, Visit, page
from .past import at
from .stance_details import TABLES, told, words

A_PAGE = 50
"""How many stances stand on a page."""


@page("/compare/cell", template="compare_cell.html", tables=("stances", "claims"))
async def cell(visit: Visit) -> Answer:
    """The stances of one row on one claim, the earliest first; with ``_narrower`` those on claims narrower than it."""
    view, selection = await asked(visit, ("_row", "row", "_narrower"))
    given = dict(stances.pairs_of(visit))
    try:
        claim, row, narrower = _place(view, selection, given)
        if narrower:
            wide = select(selection.index, view.filters.without("claim"), found=selection.found)
            found = rows_behind(wide, view.column, row, claim, narrower=True)
        else:
            found = rows_behind(selection, view.column, row, claim)
    except FilterError as error:
        raise stances.refused(visit, error) from error
    shown = found[(view.page - 1) * A_PAGE : view.page * A_PAGE]
    seen = [table for table in TABLES if await visit.sees(table)]

    def read(conn: sqlite3.Connection) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
        wanted: dict[str, list[str | None]] = {"claims": [claim]}
        table = FILTER_COLUMNS[view.column].dictionary
        if table in seen:
            wanted.setdefault(table, []).append(row)
        return records(conn, selection.index, shown, seen, on_page=True), stances.look_up(conn, wanted)

    listed, names = await at(visit, view.as_of).db.execute_fn(read)
    name = (
        "Not stated"
        if row in (None, "not_stated")
        else names.get(FILTER_COLUMNS[view.column].dictionary, {}).get(str(row), str(row))
    )
    text = names["claims"].get(claim, claim)
    own = {"claim": claim, "_row": "not_stated" if row is None else row, "_narrower": "1" if narrower else ""}
    return Answer(
        f"{name}: {wording.shortened(text, 160)}",
        _sentence(name, selection, found, narrower, view.page),
        {
            "row": row,
            "rows": view.rows,
            "name": name,
            "claim": claim,
            "text": text,
            "narrower": narrower,
            "stances": len(found),
            "shown": [told(record) for record in listed],
        },
        _context(visit, view, listed, name, text, len(found), own),
        url=f"{visit.links.page('compare/cell')}{_query(view, own)}",
        keeps_past=True,
        as_of=view.as_of,
    )


def _place(view: View, selection: Selection, given: Mapping[str, str]) -> tuple[str, str | None, bool]:
    """(claim, id of the row or None, whether the narrower claims are meant) of a request. Raises FilterError."""
    if len(view.chosen_claims) != 1:
        raise FilterError("claim", "a cell is on one claim", "give the claim of the cell, such as claim=…")
    row = given.get("_row", given.get("row", ""))
    if not row:
        raise FilterError("_row", "it is missing", "give the row of the cell, such as _row=GB")
    if given.get("_narrower", "1") != "1":
        raise FilterError(
            "_narrower", f"“{given['_narrower'][:80]}” means nothing", "write _narrower=1, or leave it out"
        )
    codes = selection.index.dictionary(view.column).codes
    if row not in codes and row == "not_stated" and FILTER_COLUMNS[view.column].nullable:
        return view.chosen_claims[0], None, "_narrower" in given
    if row not in codes:
        raise FilterError("_row", f"there is no {view.column} “{row[:80]}”", "see what the comparison page lists")
    return view.chosen_claims[0], row, "_narrower" in given


def _query(view: View, own: Mapping[str, str]) -> str:
    others = view.filters.without("claim").pairs()
    kept = [pair for pair in view.own_pairs() if pair[0] in ("_rows", "_page", "_as_of")]
    last = [(key, own[key]) for key in ("_row", "_narrower") if own[key]]
    return f"?{encode_pairs([('claim', own['claim']), *others, *kept, *last])}"


def _sentence(name: str, selection: Selection, found: Any, narrower: bool, number: int) -> str:
    if not len(found):
        return f"No stance of {name} on this claim passes the filters."
    index = selection.index
    words = index.dictionary("stance").ids
    counts: dict[str, int] = {}
    for code in index.codes["stance"][found].tolist():
        counts[str(words[code])] = counts.get(str(words[code]), 0) + 1
    parts = [f"{wording.in_words(size)} {VERBS[word][size > 1]}" for word, size in counts.items()]
    on = "on narrower claims (“it”)" if narrower else "on this claim"
    whole = wording.sentence(wording.count(len(found), "stance", words=True))
    page = (
        f" These are the stances {(number - 1) * A_PAGE + 1} to {min(number * A_PAGE, len(found))}."
        if len(found) > A_PAGE
        else ""
    )
    return f"{whole} of {name} {on}: {wording.listed(parts)}.{of_status(selection.filters)}{page}"


def _context(
    visit: Visit, view: View, listed: list[dict[str, Any]], name: str, text: str, total: int, own: dict[str, str]
) -> dict[str, Any]:
    path = visit.links.page("compare/cell")

    def url(number: int) -> str:
        return f"{path}{_query(replace(view, page=number), own)}"

    without = replace(view, filters=view.filters.without("claim"), page=1)
    return {
        "records": listed,
        "view": view,
        "name": name,
        "claim_text": text,
        "claim_url": visit.links.page("claim", own["claim"]),
        "compare_url": f"{visit.links.page('compare')}{without.query()}",
        "before": url(view.page - 1) if view.page > 1 else None,
        "after": url(view.page + 1) if view.page * A_PAGE < total else None,
        **words(visit),
        "static_url": lambda file: compat.static_url(visit.datasette, file),
    }
