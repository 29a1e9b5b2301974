"""What can be chosen beside the matrix: facets as links with counts, chips that take a choice back, and the fields
of the form. Made as strings, because a page has two hundred of these links.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup, escape

from ..comparison import FILTER_COLUMNS, Condition, Facet, FacetValue, Filters, chosen_pairs
from ..comparison import encode as encode_pairs
from .compare_figures import SHOWN_MORE, Figures, Names, named
from .compare_view import View
from .wording import full_date, number

Pair = tuple[str, str]

OPEN = ("country", "stance", "basis", "topic")
"""The facets that stand open; so do those in which something is chosen."""

_BETWEEN = {
    "gt": "after",
    "gte": "from",
    "lt": "before",
    "lte": "to",
    "contains": "contains",
    "startswith": "begins with",
    "endswith": "ends with",
    "not": "not",
    "notin": "not",
    "isnull": "not stated",
    "notnull": "stated",
}


@dataclass(frozen=True)
class Chip:
    """One choice: of what, which, and the query string without it."""

    label: str
    value: str
    query: str


def chips(view: View, names: Names) -> list[Chip]:
    """Every choice of a view, in the order of its query string."""
    made = []
    for condition, value, without in view.filters.chips():
        query = view.filtered(without).query()
        if condition is None:
            made.append(Chip("Words", f"“{value}”", query))
        else:
            made.append(Chip(FILTER_COLUMNS[condition.column].label, _told(condition, value, names), query))
    return made


def _told(condition: Condition, value: str | None, names: Names) -> str:
    verb = _BETWEEN.get(condition.operator, "")
    if condition.operator in ("isnull", "notnull"):
        return verb
    if condition.operator in ("contains", "startswith", "endswith"):
        return f"{verb} “{value}”"
    if FILTER_COLUMNS[condition.column].name in ("date_start", "date_end"):
        return f"{verb} {full_date(value)}".strip()
    return f"{verb} {named(condition.column, value, names)}".strip()


def sidebar(figures: Figures, names: Names, path: str) -> Markup:
    """The facets, each value a link that chooses it or takes it back, with the number of stances it gives."""
    return Markup("\n".join([_facet(facet, figures.view, names, path) for facet in figures.facets.values()]))


def _facet(facet: Facet, view: View, names: Names, path: str) -> str:
    """One facet as HTML; empty where there is nothing to choose."""
    column = FILTER_COLUMNS[facet.column]
    only_default = all(value.id in column.default for value in facet.values) and not _is_used(view, facet.column)
    if not facet.values or (column.default and only_default):
        return ""
    unfolded = " open" if facet.column in OPEN or view.more == facet.column or _is_used(view, facet.column) else ""
    lines = [
        f'<li><a href="{href}"{" aria-current=true" if chosen else ""}><span class="c" aria-hidden="true">'
        f"{'✓' if chosen else ''}</span>{name}</a> <span>{number(count)}</span></li>"
        for href, name, count, chosen in _values(facet, view, names, path)
    ]
    left = facet.distinct - len(facet.values)
    if left > 0 and view.more != facet.column:
        more = escape(f"{path}{replace(view, more=facet.column).query()}")
        lines.append(
            f'<li><a class="m" href="{more}">{number(left)} more<span class="claims-vh"> of '
            f"{escape(column.label.lower())}</span></a></li>"
        )
    elif left > 0:
        lines.append(f'<li class="m">The first {SHOWN_MORE} of {number(facet.distinct)}</li>')
    return (
        f'<details class="claims-facet"{unfolded}><summary>{escape(column.label)} '
        f"<span>{number(facet.distinct)}</span></summary><ul>{''.join(lines)}</ul></details>"
    )


def _is_used(view: View, column: str) -> bool:
    return bool(view.filters.of(column))


def _values(facet: Facet, view: View, names: Names, path: str) -> Iterator[tuple[str, str, int, bool]]:
    """(address, name, count, chosen) of every value, escaped.

    All addresses are the same but for what they choose in the column: only that is made anew.
    """
    column = facet.column
    own, chosen = view.filters.of(column), view.filters.chosen(column)
    before, after = _around(view, view.filters.without(column), column)
    for value in facet.values:
        if value.id is None or len(own) > 1 or (own and not chosen):
            pairs = _own_pairs(view.filters, value, column)
        elif value.chosen:
            pairs = chosen_pairs(column, [each for each in chosen if each != value.id])
        else:
            pairs = chosen_pairs(column, sorted((*chosen, value.id)))
        query = "&".join([part for part in (before, encode_pairs(pairs), after) if part])
        href = escape(f"{path}?{query}" if query else path)
        yield str(href), str(escape(named(column, value.id, names))), value.count, value.chosen


def _own_pairs(filters: Filters, value: FacetValue, column: str) -> list[Pair]:
    """The pairs of a column with a value chosen, or taken back, where more than a choice of values is at work."""
    if value.id is None:
        changed = filters.without(column) if value.chosen else filters.only_missing(column)
    elif value.chosen:
        changed = filters.unchoose(column, value.id)
    else:
        changed = filters.choose(column, value.id)
    return [(condition.parameter, condition.text) for condition in changed.of(column)]


def _around(view: View, others: Filters, column: str) -> tuple[str, str]:
    """What stands in the query string before and after a column."""
    order = list(FILTER_COLUMNS).index(column)
    before = [(c.parameter, c.text) for c in others.conditions if c.order[0] < order]
    after = [(c.parameter, c.text) for c in others.conditions if c.order[0] > order]
    search = [("_search", others.search)] if others.search is not None else []
    rest = [*after, *search, *replace(view, page=1, claims_page=1).own_pairs()]
    return encode_pairs(before), encode_pairs(rest)


def kept_fields(view: View, without: Sequence[str]) -> list[tuple[str, str]]:
    """The hidden fields of a form that changes some parameters and keeps the others."""
    pairs = replace(view, page=1, claims_page=1).pairs()
    return [(name, value) for name, value in pairs if name not in without]


def grouped(listed: Sequence[Chip]) -> list[tuple[str, list[Chip]]]:
    """Chips by what they are a choice of."""
    return [(label, list(group)) for label, group in groupby(listed, key=lambda chip: chip.label)]
