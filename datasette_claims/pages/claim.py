"""One claim: both sides face to face with their words, what its headlines rest on, related claims, its sources.

What the query string filters is what counts, as on the comparison. At an earlier revision everything is as it then
was (``past.at``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .. import compat
from ..comparison import FilterError, Selection, select
from ..schema.vocabulary import CLAIM_KIND, STANCE
from . import marks, stances, wording
from .canonical import checksum
from .claim_audit import audit_of
from .claim_related import related_to
from .claim_sides import FACING, Sides, counts, named_explicit, refusals, sides_of, tables_of
from .claim_sides_html import bases_of, rest_of
from .claim_silent import PARAMETER, is_asked, silent_on
from .claim_sources import source_index, sources_of_claim
from .claim_sources_html import five_numbers, told_of
from .claim_splits import splits_of_claim
from .claim_splits_html import splits_told
from .compare_export import svg
from .compare_sentence import of_one_claim, of_status
from .compare_timeline import by_month, timeline_of
from .errors import PageError
from .filter_bar import filter_bar, query_of
from .framework import Answer, Visit, page
from .keeping import kept_of_rows
from .known_names import known_names
from .one_reading import Moment, of_one_moment, one_reading
from .paging import page_asked
from .past import at
from .rendering import rendered
from .stance_details import Places, words
from .stance_rows import StanceRows

if TYPE_CHECKING:
    from datasette.utils.asgi import Response
    from jinja2 import Environment

    from ..tracing.source_index import SourceIndex

ASKED = (
    *("statements", "actors", "documents", "countries", "mentions", "segments", "evidence", "claim_relations"),
    *("provenance", "events", "memberships", "revisions"),
)
"""The tables that parts of the page come from."""


@page(
    "/claim/{id}",
    template="claim.html",
    tables=("claims", "stances"),
    formats=("html", "json", "svg"),
    asked=ASKED,
)
async def show(visit: Visit) -> Answer | Response:
    """The page of one claim; as SVG, its stances over time."""
    return await of_one_moment(visit, lambda moment: _show(visit, moment))


async def _show(visit: Visit, moment: Moment | None) -> Answer | Response:
    id = visit.ids["id"]
    selection = await _selection(visit, id)
    if id not in selection.index.dictionary("claim").codes:
        raise _unknown(visit, id)
    own = select(selection.index, selection.filters.choose("claim", id), found=selection.found)
    if visit.format == "svg":
        return await _drawing(visit, own, id)
    environment = compat.jinja_environment(visit.datasette, visit.request)
    shown = _Shown(id, selection, own, page_asked(visit), is_asked(visit), environment)

    async def make() -> Answer:
        return await _made(visit, shown, moment)

    asked = (id, selection.filters, shown.page, shown.asked, visit.format, environment)
    key = (*asked, visit.told, visit.links.page())
    answer = await kept_of_rows(own, key, make, within="answers")
    return replace(answer, context={**words(visit), **answer.context})


@dataclass(frozen=True)
class _Shown:
    """What a page is on: ``selection`` on any claim, ``own`` on this one; ``asked``: for who is silent;
    ``environment``: what its body is rendered with."""

    id: str
    selection: Selection
    own: Selection
    page: int
    asked: bool
    environment: Environment


async def _made(visit: Visit, shown: _Shown, moment: Moment | None) -> Answer:
    """The page, to be kept until anybody writes. It holds nothing of the visit but what the gate said."""
    # Without a moment, somebody writes all the time: an index of sources may be of another state than the stances.
    traced = await source_index(visit, shown.own) if moment is not None else None

    async def read(visit: Visit) -> Answer:
        return await _answer(visit, shown, traced)

    if shown.own.index.as_of is not None:  # an earlier revision, which never changes
        return await read(visit)
    return await one_reading(visit, moment, read)


async def _drawing(visit: Visit, own: Selection, id: str) -> Response:
    text = await _text(visit, own, id)
    drawn = await timeline_of(visit, own, {"claims": {id: text}}, standalone=True)
    if drawn.timeline is None or drawn.timeline.drawing is None:
        ways = ((text, visit.links.page("claim", id)),)
        raise PageError(404, "No stance on this claim has a date to draw.", "See the claim itself.", ways)
    return svg(drawn.timeline.drawing)


async def _text(visit: Visit, own: Selection, id: str) -> str:
    return (await stances.names(visit, "claims", [id], own.index.as_of, known_names(own.index))).get(id, id)


async def _answer(visit: Visit, shown: _Shown, traced: SourceIndex | None) -> Answer:
    id, selection, own, page, asked = shown.id, shown.selection, shown.own, shown.page, shown.asked
    index, filters, then = selection.index, selection.filters, at(visit, selection.index.as_of)
    text, path = await _text(visit, own, id), visit.links.page("claim", id)
    tables, figures = tables_of(visit, own), _figures(own)
    sides = await sides_of(visit, own, page, tables)
    data: dict[str, Any] = {
        "claim": await _claim(then, id, text),
        "filters": [{"parameter": name, "value": value} for name, value in filters.pairs()],
        "stances": own.size,
        "sides": sides.told,
        "page": page,
        "pages": sides.pages,
        "named_and_explicit": figures,
        "audit": await audit_of(then, selection, id, traced),
        "splits": await splits_of_claim(visit, own, id),
        "related": await related_to(then, selection, id),
        "sources": await sources_of_claim(then, own, id, traced, tables),
        "silent": await silent_on(then, own, id, asked),
        "refusals": refusals(sides.told.get("declines")),
        "months": by_month(own),
    }
    context: dict[str, Any] = {}
    if visit.format == "html":
        context = {"body": await _body(visit, shown, data, sides), "claim_kinds": CLAIM_KIND}
    url = path + query_of(filters, index.as_of, _own_pairs(page, asked))
    said = _sentence(own, sides.told, figures, bool(filters))
    revision = await stances.latest_revision(visit) if await visit.sees("revisions") else None
    return Answer(
        *(text, said, data, context),
        url=url,
        keeps_past=True,
        as_of=index.as_of,
        revision=revision,
        sha256=checksum(data),
    )


async def _body(visit: Visit, shown: _Shown, data: Mapping[str, Any], sides: Sides) -> Markup:
    """All of the page beneath the answer, as HTML."""
    id, own, asked = shown.id, shown.own, shown.asked
    text, path = data["claim"]["text"], visit.links.page("claim", id)
    sources = data["sources"]["sides"] if data["sources"] else []
    context = {
        **_context(visit, own, id, sides, asked),
        "data": data,
        "five_numbers": {side["stance"]: five_numbers(side) for side in sources},
        "sources_told": {side["stance"]: told_of(side) for side in sources},
        "splits": splits_told(visit.links, data["splits"]),
        "timeline": await timeline_of(visit, own, {"claims": {id: text}}),
        "glances": {side["stance"]: side["glance"] for side in sources},
        "bar": await filter_bar(visit, shown.selection, path, _own_pairs(1, asked), claim=id),
        "links": visit.links,
        "marks": marks,
        "wording": wording,
        "stance_words": STANCE,
    }
    return rendered(shown.environment, "_claim_body.html", context)


def _context(visit: Visit, own: Selection, id: str, sides: Sides, asked: bool) -> dict[str, Any]:
    """What the template needs beside the data: the rows, and where the pages before and after are."""
    path, filters, as_of = visit.links.page("claim", id), own.filters.without("claim"), own.index.as_of
    rows = StanceRows(Places(visit))

    def url(page: int, silent: bool = asked) -> str:
        return path + query_of(filters, as_of, _own_pairs(page, silent))

    return {
        "listed": {word: rows.items(records, id, True, True) for word, records in sides.records.items()},
        "bases": {word: bases_of(side) for word, side in sides.told.items()},
        "rests": {word: rest_of(side) for word, side in sides.told.items()},
        "before": url(min(sides.page - 1, sides.pages)) if sides.page > 1 else None,
        "after": url(sides.page + 1) if sides.page < sides.pages else None,
        "silent_url": f"{url(sides.page, True)}#claims-silent",
        "svg_url": f"{path}.svg{query_of(filters, as_of)}",
        "facing": FACING,
        "others": [word for word in STANCE.words if word not in FACING],
    }


async def _selection(visit: Visit, id: str) -> Selection:
    """The stances that pass the filters, on any claim. A filter on the claim may only name this one."""
    selection = await stances.selection_of(visit, others=("_page", PARAMETER))
    for condition in selection.filters.of("claim"):
        if condition.operator != "exact" or condition.values != (id,):
            error = FilterError(condition.parameter, "this page is on one claim", "leave it out, or compare claims")
            raise stances.refused(visit, error)
    filters = selection.filters.without("claim")
    return select(selection.index, filters, found=selection.found)


def _unknown(visit: Visit, id: str) -> PageError:
    return PageError(
        404,
        f"There is no claim “{id[:200]}” in this database.",
        "It may have been renamed: search the claims for its words.",
        (("All claims", visit.links.table("claims")), ("The comparison", visit.links.page("compare"))),
    )


async def _claim(visit: Visit, id: str, text: str) -> dict[str, Any]:
    rows = await visit.rows("select kind, topic, date, identifier, note, status from claims where id = ?", [id])
    return {"id": id, "text": text, **(dict(rows[0]) if rows else {})}


def _figures(own: Selection) -> dict[str, int]:
    """How many explicit stances (or votes) of named actors there are, by stance."""
    return counts(own, named_explicit(own, own.rows), "stance")


def _own_pairs(page: int, silent: bool) -> list[tuple[str, str]]:
    """The page's own parameters."""
    return [*([("_page", str(page))] if page > 1 else []), *([(PARAMETER, "1")] if silent else [])]


def _sentence(own: Selection, sides: Mapping[str, Any], figures: Mapping[str, int], filtered: bool) -> str:
    if not own.size:
        if filtered:
            return "No stance on this claim passes the filters: take one back below."
        return "No stance on this claim is on record yet."
    said = of_one_claim(own.size, {word: side["count"] for word, side in sides.items()}, figures)
    status = of_status(own.filters)
    return f"{said} Counted are those that pass the filters.{status}" if filtered else wording.sentence(said)
