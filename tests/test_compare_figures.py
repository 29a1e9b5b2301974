"""What a view counts is kept with its index, and says the same when it is taken from there."""

import json
import sqlite3

import pytest

from datasette_claims.comparison import Filters, build, parse, select
from datasette_claims.pages.compare_figures import figures
from datasette_claims.pages.compare_json import cell_texts
from datasette_claims.pages.compare_view import View
from datasette_claims.pages.keeping import MOST


def test_a_view_counted_again_says_the_same(claims_db):
    conn = sqlite3.connect(claims_db)
    index = build(conn)
    conn.close()
    for number in range(MOST + 3):
        view = View(filters=Filters(), page=1 + number)
        figures(select(index, Filters()), view)
    assert len(index.remembered) == MOST
    view = View(filters=Filters(), rows="countries")
    once, twice = (figures(select(index, Filters()), view) for _ in range(2))
    for name in ("claims", "contested", "units", "sides"):
        assert getattr(once, name) == getattr(twice, name), name
    assert once.selection.size == twice.selection.size == len(index)
    assert once.matrix is twice.matrix


@pytest.mark.parametrize("rows", ["actors", "countries", "organizations"])
@pytest.mark.parametrize("claims", [(), ("threat-increasing",)])
def test_the_text_of_the_json_says_what_the_cells_say(claims_db, rows, claims):
    conn = sqlite3.connect(claims_db)
    index = build(conn)
    conn.close()
    filters = parse([("claim", claim) for claim in claims], index, set())
    shown = figures(select(index, filters), View(filters=filters, rows=rows)).matrix
    cells = [json.loads(text) for text in cell_texts(shown)]
    assert [told(cell) for _, row in shown.grid() for cell in row] == cells
    assert any(cell and "stances" in cell for cell in cells)
    assert not claims or any(cell and "narrower" in cell for cell in cells)


def told(cell):
    """A cell as the JSON has it, made the plain way."""
    if cell is None:
        return None
    made = {"narrower": dict(cell.narrower)} if cell.narrower else {}
    if cell.only_narrower:
        return made
    made["counts"] = {}
    for (stance, basis), number in cell.counts:
        made["counts"].setdefault(stance, {})[basis] = number
    made |= {"stance": cell.summary, "basis": cell.basis, "stances": cell.stances}
    if cell.last:
        made |= {"first": cell.first, "last": cell.last}
    return made | {mark: True for mark in ("contradiction", "explicit_contradiction") if getattr(cell, mark)}
