"""The comparison page: actors, organizations or countries against claims, with the evidence in every cell."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .. import compat
from ..comparison import CLAIM_ORDERS, FILTER_COLUMNS, FilterError, Filters, Selection, table_query
from ..schema.vocabulary import BASIS, STANCE
from . import compare_facets, compare_json, compare_table, stances
from .compare_export import drawing_of, png, stream_csv, svg
from .compare_figures import Figures, Names, checksum, figures, remembered, wanted_names
from .compare_sentence import limits, sentence, title
from .compare_timeline import by_month, timeline_of
from .compare_view import ALIASES, CLAIMS_A_PAGE, ORDERS, OTHERS, ROWS, ROWS_A_PAGE, SHAPES, View, view_of
from .framework import Answer, Visit, page
from .known_names import known_names
from .links import encode

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

TABLES = ("actors", "claims", "countries", "documents")
CLAIM_ORDER_LABELS = {"contested": "most contested first", "count": "most stances first", "name": "A–Z"}
ORDER_LABELS = {"count": "most stances first", "name": "A–Z", "contradictions": "contradictions first"}


@dataclass(frozen=True)
class Shown:
    """A view with its figures, and the names of what it shows; ``seen``: the tables that the names may come from."""

    view: View
    figures: Figures
    names: Names
    seen: tuple[str, ...]


@page(
    "/compare",
    template="compare.html",
    label="Compare",
    tables=("stances", "claims"),
    formats=("html", "json", "csv", "svg", "png"),
    place=10,
)
async def compare(visit: Visit) -> Answer | Response:
    """The matrix or the timeline of the stances that pass the filters, with what else can be chosen."""
    view, selection = await asked(visit)
    if visit.format == "csv":
        return await stream_csv(visit, selection, view)
    shown = await look(visit, view, selection)
    if visit.format in ("svg", "png"):
        drawing = await drawing_of(visit, shown.figures, shown.names)
        return await asyncio.to_thread(png, drawing) if visit.format == "png" else svg(drawing)
    return await answer(visit, shown)


@page("/compare/embed", template="compare_embed.html", tables=("stances", "claims"), formats=("html",), framed=True)
async def embed(visit: Visit) -> Answer:
    """The same view without the site around it, for other pages to show in a frame of theirs."""
    view, selection = await asked(visit)
    return await answer(visit, await look(visit, view, selection))


async def asked(visit: Visit, others: Iterable[str] = ()) -> tuple[View, Selection]:
    """The view that a request asks for, and the stances that pass its filters. Raises PageError 400."""
    as_of = await stances.revision_asked(visit)
    index = await stances.index_of(visit, as_of)
    selection = await stances.selection_of(visit, others={*OTHERS, *others}, index=index)
    pairs = [(ALIASES.get(name, name), value) for name, value in stances.pairs_of(visit)]
    try:
        return view_of(pairs, selection.filters, index, as_of), selection
    except FilterError as error:
        raise stances.refused(visit, error, pairs) from error


async def look(visit: Visit, view: View, selection: Selection) -> Shown:
    """Count and name what a view shows, in a thread."""
    seen = tuple([table for table in TABLES if await visit.sees(table)])

    def count(conn: sqlite3.Connection) -> Shown:
        counted = figures(selection, view)
        wanted, known = wanted_names(counted), known_names(selection.index)
        names = stances.look_up(conn, {table: wanted[table] for table in seen}, view.as_of, known)
        return Shown(view, counted, {table: names.get(table, {}) for table in TABLES}, seen)

    made: Shown = await visit.db.execute_fn(count)
    return made


async def answer(visit: Visit, shown: Shown) -> Answer:
    """The page: its JSON where that is asked for, else the parts of the template."""
    view, names = shown.view, shown.names
    path = visit.links.page("compare")
    said = sentence(shown.figures, names)
    told: str | None = None
    context: dict[str, Any] = {}
    parts: dict[str, bytes] = {}
    if visit.format == "json":
        told = remembered(shown.figures, ("json", *shown.seen), lambda: _encoded(shown))
    else:
        context, parts = await _context(visit, shown, path)
    return Answer(
        title(shown.figures, names),
        said,
        {},
        context,
        url=f"{path}{view.query()}",
        keeps_past=True,
        as_of=view.as_of,
        revision=shown.figures.selection.index.revision,
        sha256=remembered(shown.figures, ("checksum", *shown.seen), lambda: checksum(shown.figures, names)),
        encoded=told,
        parts=parts,
    )


def _encoded(shown: Shown) -> str:
    """The data of the page as JSON text."""
    more = {"months": by_month(shown.figures.selection)} if shown.view.shape == "timeline" else {}
    return compare_json.text(shown.figures, shown.names, **more)


async def _context(visit: Visit, shown: Shown, path: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the template takes: its context, and the part that is too large to go through it."""
    view, counted, names = shown.view, shown.figures, shown.names
    chips = compare_facets.chips(view, names)
    context = {
        "view": view,
        "figures": counted,
        "url": _url_maker(path, view),
        "limits": limits(counted),
        "chips": chips,
        "facets": remembered(
            counted, ("facets", path, *shown.seen), lambda: compare_facets.sidebar(counted, names, path)
        ),
        "fields": compare_facets.kept_fields(view, ("_search", "date_start__gte", "date_end__lte")),
        "legend": compare_table.legend(),
        "stances": STANCE.terms,
        "bases": BASIS.terms,
        "switches": _switches(view),
        "exports": {format: f"{path}.{format}{view.query()}" for format in ("csv", "json", "svg", "png")},
        "embed": visit.datasette.absolute_url(visit.request, f"{path}/embed{view.query()}"),
        "page_url": visit.datasette.absolute_url(visit.request, f"{path}{view.query()}"),
        "rows_url": _table_url(visit, counted),
        "static_url": lambda name: compat.static_url(visit.datasette, name),
        "cleared": f"{path}{view.filtered(Filters()).query()}",
        "bounds": {name: _bound(view, name) for name in ("date_start__gte", "date_end__lte")},
        "path": path,
        "pages": _pages(counted, path),
    }
    if view.shape == "timeline":
        return {**context, "timeline": await timeline_of(visit, counted.selection, names)}, {}
    head, body, foot = remembered(counted, ("table", path, *shown.seen), lambda: _table(visit, shown, path))
    more = {
        "claims": counted.matrix.claim_ids,
        "head": head,
        "foot": foot,
        "sorts": {order: f"{path}{view.sorted_by(order=order).query()}" for order in ORDERS},
        "order_labels": ORDER_LABELS,
    }
    return {**context, **more}, {"body": body}


def _url_maker(path: str, view: View) -> Callable[..., str]:
    def url(**changes: Any) -> str:
        return f"{path}{replace(view, **changes).query()}"

    return url


def _table(visit: Visit, shown: Shown, path: str) -> tuple[Markup, bytes, Markup]:
    """The headers of the claims, the rows, and the totals."""
    view, counted = shown.view, shown.figures
    names = shown.names[FILTER_COLUMNS[view.column].dictionary]
    rows = compare_table.heads(counted.matrix.row_ids, names, _row_links(visit, counted, path))
    start = visit.links.page("claim")
    links = {claim: f"{start}/{encode(claim)}" for claim in counted.matrix.claim_ids}
    claims = compare_table.heads(counted.matrix.claim_ids, shown.names["claims"], links)
    return (
        compare_table.head(claims, path, view),
        compare_table.body(counted.matrix, rows, f"{path}/cell", view),
        compare_table.foot(counted.matrix),
    )


def _row_links(visit: Visit, counted: Figures, path: str) -> dict[str, str]:
    """Where the name of a row leads: an actor's page; for a country, its actors."""
    ids = [row for row in counted.matrix.row_ids if row is not None]
    if counted.view.rows != "countries":
        start = visit.links.page("actor")
        return {row: f"{start}/{encode(row)}" for row in ids}
    view = replace(counted.view, rows="actors", page=1, order="count", by=None, reverse=False)
    filters = view.filters.without("country")
    return {row: f"{path}{view.filtered(filters.choose('country', row)).query()}" for row in ids}


def _switches(view: View) -> list[dict[str, Any]]:
    """The choices above the matrix: label, and for each choice what changes and whether it is taken."""
    made: list[dict[str, Any]] = [
        {
            "label": "Compare",
            "choices": [(rows, {"rows": rows, "page": 1}, rows == view.rows) for rows in ROWS],
        },
        {"label": "As", "choices": [(shape, {"shape": shape}, shape == view.shape) for shape in SHAPES]},
    ]
    if view.shape == "matrix":
        orders = [
            (CLAIM_ORDER_LABELS[order], {"claims": order, "claims_page": 1}, order == view.claims)
            for order in CLAIM_ORDERS
        ]
        made.append({"label": "Claims", "choices": orders})
    return made


def _pages(counted: Figures, path: str) -> dict[str, Any]:
    """Which rows and claims are shown of how many, and where the others are."""
    view, shown = counted.view, counted.matrix
    parts = {}
    for name, number, size, of in (
        ("rows", view.page, ROWS_A_PAGE, shown.row_count),
        ("claims", view.claims_page, CLAIMS_A_PAGE, shown.claim_count),
    ):
        before, after = (
            replace(view, page=to) if name == "rows" else replace(view, claims_page=to)
            for to in (number - 1, number + 1)
        )
        parts[name] = {
            "first": (number - 1) * size + 1,
            "last": min(number * size, of),
            "of": of,
            "before": f"{path}{before.query()}" if number > 1 else None,
            "after": f"{path}{after.query()}" if number * size < of else None,
        }
    return parts


def _table_url(visit: Visit, counted: Figures) -> str | None:
    """The rows behind the view, on Datasette's own table; it has only the present."""
    if counted.view.as_of is not None:
        return None
    return visit.links.table("stances") + table_query(counted.selection.index, counted.view.filters)


def _bound(view: View, parameter: str) -> str:
    """The date that stands in a field of the form."""
    column, _, operator = parameter.rpartition("__")
    return next((c.values[0] for c in view.filters.of(column) if c.operator == operator), "")
