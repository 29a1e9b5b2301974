"""Stance comparison: pure functions on arrays. No Datasette here, only NumPy and sqlite3.

How a page uses it::

    index = build(conn)                          # or an IndexStore's, which keeps it and notices every write
    filters = parse(pairs, index, others={"rows", "_as_of"})   # FilterError -> a 400 page
    selection = select(index, filters, visible=mask_or_none, found=mask_or_none)
    facets(selection)["country"].values          # FacetValue(id, count, chosen), most frequent first
    page = matrix(selection, MatrixRequest(rows="country"))
    for row_id, cells in page.grid(): ...        # Cell or None
    rows = rows_behind(selection, "country", "GB", claim)      # the stances behind a cell
    stance_ids(conn, index, rows)                # [(stance id, statement id), …]

    held = positions(selection, "country")       # chosen bases, latest date
    figures = agreement(held)                    # .n .agree .s .kappa .kappa_linear .pi, each [U, U]
    order = seriate(figures.s)                   # rows and columns of the heatmap

A page asks an ``IndexStore`` for its index: ``store.peek(source)`` at once where it is current, else
``store.get(source)`` in a thread, because building takes seconds at a million stances.

Ids are those of the database; a missing value (an organization that is not stated) is None. Names of actors and
texts of claims are not in the index: look up the few that a page shows.

| module | what |
|---|---|
| ``columns`` | which columns there are, which filters each understands |
| ``build``, ``packed``, ``as_of``, ``relations``, ``index`` | SQLite -> ``StanceIndex``, now or at a revision |
| ``filters``, ``parse`` | query string -> checked ``Filters`` -> canonical query string |
| ``selection`` | ``Filters`` -> rows |
| ``facets`` | what can be chosen, with counts that follow the other filters |
| ``matrix``, ``cells`` | rows against claims, and the rule by which a cell is summed up |
| ``positions`` | one position for each unit on each claim: what agreement is measured on |
| ``agreement``, ``cohesion``, ``seriation`` | figures of pairs, figures of groups, the order of a heatmap |
| ``contradictions`` | both sides within an actor, an organization, a country; changes over time |
| ``audit`` | headlines and leads against named, explicit stances in the bodies |
| ``queries`` | words, mentions and questions from SQLite: what the arrays do not hold |
| ``statuses`` | what of all this is part of the public record |
| ``store``, ``copy_file`` | one index a database, rebuilt after any write, kept over a restart |
"""

from .agreement import Agreement, PairFigures, agreement, differing, pair_tables
from .audit import HeadlineAudit, HeadlineSide, HeadMentions, Named, headline_audit, headline_conflicts
from .build import IndexBuildError, build
from .cells import BASIS_RANKS, Cell, Cells
from .cohesion import LEVELS, agreement_index, krippendorff_alpha, rice, tallies
from .columns import FACET_COLUMNS, FILTER_COLUMNS
from .contradictions import SPLIT_KINDS, Change, Split, Splits, changes, splits
from .facets import Facet, FacetValue, date_range, facet, facets
from .filters import Condition, FilterError, Filters, canonical, chosen_pairs, encode
from .index import BASIS_CODES, STANCE_CODES, Dictionary, StanceIndex
from .matrix import CLAIM_ORDERS, ROW_KINDS, ROW_ORDERS, Matrix, MatrixRequest, contestedness, matrix, rows_behind
from .parse import parse, without_blanks
from .positions import DEFAULT_BASES, MISSING, UNIT_KINDS, Positions, positions
from .queries import Refusal, Silent, refusals, search_mask, silent, stance_ids, stance_rows
from .selection import Selection, select
from .seriation import seriate
from .statuses import counted, table_pairs, table_query
from .store import IndexStore, Source, Watcher

__all__ = [
    "BASIS_CODES",
    "BASIS_RANKS",
    "CLAIM_ORDERS",
    "DEFAULT_BASES",
    "FACET_COLUMNS",
    "FILTER_COLUMNS",
    "LEVELS",
    "MISSING",
    "ROW_KINDS",
    "ROW_ORDERS",
    "SPLIT_KINDS",
    "STANCE_CODES",
    "UNIT_KINDS",
    "Agreement",
    "Cell",
    "Cells",
    "Change",
    "Condition",
    "Dictionary",
    "Facet",
    "FacetValue",
    "FilterError",
    "Filters",
    "HeadMentions",
    "HeadlineAudit",
    "HeadlineSide",
    "IndexBuildError",
    "IndexStore",
    "Matrix",
    "MatrixRequest",
    "Named",
    "PairFigures",
    "Positions",
    "Refusal",
    "Selection",
    "Silent",
    "Source",
    "Split",
    "Splits",
    "StanceIndex",
    "Watcher",
    "agreement",
    "agreement_index",
    "build",
    "canonical",
    "changes",
    "chosen_pairs",
    "contestedness",
    "counted",
    "date_range",
    "differing",
    "encode",
    "facet",
    "facets",
    "headline_audit",
    "headline_conflicts",
    "krippendorff_alpha",
    "matrix",
    "pair_tables",
    "parse",
    "positions",
    "refusals",
    "rice",
    "rows_behind",
    "search_mask",
    "select",
    "seriate",
    "silent",
    "splits",
    "stance_ids",
    "stance_rows",
    "table_pairs",
    "table_query",
    "tallies",
    "without_blanks",
]
