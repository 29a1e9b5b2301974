"""Stance comparison: pure functions on arrays. No Datasette here, only NumPy and sqlite3.

How a page uses it::

    index = build(conn)                          # or an IndexStore's, which keeps it and notices every write
    filters = parse(pairs, index, others={"rows", "_as_of"})   # FilterError -> a 400 page
    selection = select(index, filters, visible=mask_or_none, found=mask_or_none)
    facets(selection)["country"].values          # FacetValue(id, count, chosen), most frequent first
    page = matrix(selection, MatrixRequest(rows="country"))
    for row_id, cells in page.grid(): ...        # Cell or None

Ids are those of the database; a missing value (an organization that is not stated) is None. Names of actors and
texts of claims are not in the index: look up the few that a page shows.

| module | what |
|---|---|
| ``columns`` | which columns there are, which filters each understands |
| ``build``, ``as_of``, ``relations``, ``index`` | SQLite -> ``StanceIndex``, now or at an earlier revision |
| ``filters``, ``parse`` | query string -> checked ``Filters`` -> canonical query string |
| ``selection`` | ``Filters`` -> rows |
| ``facets`` | what can be chosen, with counts that follow the other filters |
| ``matrix``, ``cells`` | rows against claims, and the rule by which a cell is summed up |
"""

from .build import IndexBuildError, build
from .cells import BASIS_RANKS, Cell, Cells
from .columns import FACET_COLUMNS, FILTER_COLUMNS
from .facets import Facet, FacetValue, date_range, facet, facets
from .filters import Condition, FilterError, Filters, canonical, encode
from .index import BASIS_CODES, STANCE_CODES, Dictionary, StanceIndex
from .matrix import CLAIM_ORDERS, ROW_KINDS, ROW_ORDERS, Matrix, MatrixRequest, contestedness, matrix
from .parse import parse, without_blanks
from .selection import Selection, select

__all__ = [
    "BASIS_CODES",
    "BASIS_RANKS",
    "CLAIM_ORDERS",
    "FACET_COLUMNS",
    "FILTER_COLUMNS",
    "ROW_KINDS",
    "ROW_ORDERS",
    "STANCE_CODES",
    "Cell",
    "Cells",
    "Condition",
    "Dictionary",
    "Facet",
    "FacetValue",
    "FilterError",
    "Filters",
    "IndexBuildError",
    "Matrix",
    "MatrixRequest",
    "Selection",
    "StanceIndex",
    "build",
    "canonical",
    "contestedness",
    "date_range",
    "encode",
    "facet",
    "facets",
    "matrix",
    "parse",
    "select",
    "without_blanks",
]
