"""What a view counts is kept with its index, and says the same when it is taken from there."""

import sqlite3

from datasette_claims.comparison import Filters, build, select
from datasette_claims.pages.compare_figures import REMEMBERED, figures
from datasette_claims.pages.compare_view import View


def test_a_view_counted_again_says_the_same(claims_db):
    conn = sqlite3.connect(claims_db)
    index = build(conn)
    conn.close()
    for number in range(REMEMBERED + 3):
        view = View(filters=Filters(), page=1 + number)
        figures(select(index, Filters()), view)
    assert len(index.remembered) == REMEMBERED
    view = View(filters=Filters(), rows="countries")
    once, twice = (figures(select(index, Filters()), view) for _ in range(2))
    for name in ("claims", "contested", "units", "sides"):
        assert getattr(once, name) == getattr(twice, name), name
    assert once.selection.size == twice.selection.size == len(index)
    assert once.matrix is twice.matrix
