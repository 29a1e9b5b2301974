"""The filters of a page that is not the comparison: chips that take one back, and which bases count, as links.

The parameters are those of the comparison and of the ``stances`` table, so that a query string can be carried on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..comparison import FILTER_COLUMNS, Filters, Selection, StanceIndex, table_query
from ..comparison import encode as encode_pairs
from . import stances
from .compare_facets import Chip, chips
from .compare_view import View
from .framework import Visit

_TABLES = ("actors", "claims", "countries", "documents")
_BASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("every basis", ()),
    ("explicit and author’s summary", ("author_summary", "explicit", "vote")),
    ("explicit only", ("explicit", "vote")),
)


@dataclass(frozen=True)
class FilterBar:
    """What ``_filters.html`` shows. ``bases`` are (label, URL, chosen); ``query`` begins with "?" or is empty."""

    chips: tuple[Chip, ...]
    cleared: str
    bases: tuple[tuple[str, str, bool], ...]
    compare_url: str
    query: str
    as_of: int | None
    now: str


async def filter_bar(
    visit: Visit, selection: Selection, path: str, own: Sequence[tuple[str, str]] = (), **compare: str
) -> FilterBar:
    """The bar for the filters of a selection. ``own``: the page's own parameters, kept in every link; ``compare``:
    the one thing that the page is about, as a filter of the comparison (``claim="…"``)."""
    filters, as_of = selection.filters, selection.index.as_of
    wanted: dict[str, list[str | None]] = {table: [] for table in _TABLES}
    for condition in filters.conditions:
        table = FILTER_COLUMNS[condition.column].dictionary
        if table in wanted:
            wanted[table] += condition.values
    names = await stances.names_of(visit, wanted, as_of)
    view = View(filters=filters, as_of=as_of)

    def url(changed: Filters, revision: int | None = as_of) -> str:
        return path + query_of(changed, revision, own)

    listed = tuple(
        replace(chip, query=url(without))
        for chip, (_, _, without) in zip(chips(view, names), filters.chips(), strict=True)
    )
    chosen = set(filters.chosen("basis")) if len(filters.of("basis")) == 1 else None
    bases = tuple(
        (
            label,
            url(filters.without("basis").choose("basis", *words) if words else filters.without("basis")),
            _is_taken(chosen, words) if words else not filters.of("basis"),
        )
        for label, words in _BASES
    )
    wide = filters
    for column, value in compare.items():
        wide = wide.without(column).choose(column, value)
    return FilterBar(
        listed,
        url(Filters()),
        bases,
        visit.links.page("compare") + View(filters=wide, as_of=as_of).query(),
        query_of(filters, as_of, own),
        as_of,
        url(filters, None),
    )


def _is_taken(chosen: set[str] | None, words: Sequence[str]) -> bool:
    """Whether the chosen bases are these; votes are as explicit as words, so they may be left out."""
    return bool(chosen) and chosen in (set(words), set(words) - {"vote"})


def query_of(filters: Filters, as_of: int | None, own: Sequence[tuple[str, str]] = ()) -> str:
    """The canonical query string with its "?", empty without parameters."""
    last = [("_as_of", str(as_of))] if as_of is not None else []
    pairs = [*filters.pairs(), *own, *last]
    return f"?{encode_pairs(pairs)}" if pairs else ""


def table_url(visit: Visit, index: StanceIndex, filters: Filters, **choices: str) -> str:
    """The stances of these filters, and of what is chosen beside them, on Datasette's own table."""
    for column, value in choices.items():
        filters = filters.without(column).choose(column, value)
    return visit.links.table("stances") + table_query(index, filters)


def cell_url(visit: Visit, selection: Selection, rows: str, unit: str, claim: str, represents: bool = False) -> str:
    """The cell of the comparison with everything that one row (of "actors", "organizations" or "countries") says on a
    claim; ``represents``: only in the name of the country."""
    filters = selection.filters.without("claim")
    if represents:
        filters = filters.without("country_basis").choose("country_basis", "represents")
    as_of = selection.index.as_of
    own = [("_rows", rows)] if rows != "actors" else []
    own += [("_as_of", str(as_of))] if as_of is not None else []
    pairs = [("claim", claim), *filters.pairs(), *own, ("_row", unit)]
    return f"{visit.links.page('compare/cell')}?{encode_pairs(pairs)}"
