"""How far the coders of a document agree, layer by layer, and every disagreement; also as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import compat
from ..annotating.codings import Codings, codings
from ..coding import LAYERS, Difference, LayerAgreement, agreement_by_layer, differences
from ..permissions import REVIEW
from ..schema.vocabulary import REPORT_TYPE, STANCE
from . import wording
from .agreement import decimal, percent
from .agreement_figures import CODING_FIGURES
from .csv_cells import cell_of
from .errors import not_found
from .framework import Answer, Visit, page
from .stances import names_of

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

LISTED = 500
"""How many disagreements the page lists; the CSV has all."""

QUOTED = 200
"""How many code points of the passage stand beside a disagreement."""

LABELS = {layer.name: layer.label for layer in LAYERS}


@page(
    "/coding/{document}",
    template="coding.html",
    tables=("documents", "statements", "mentions", "evidence", "stances", "assignments"),
    formats=("html", "json", "csv"),
    action=REVIEW,
)
async def coding(visit: Visit) -> Answer | Response:
    """The agreement between the coders of a document."""
    document = visit.ids["document"]
    found = await visit.rows("select id, title, text from documents where id = ?", [document])
    if not found:
        raise not_found("document", document, "See the table of documents for those that there are.")
    read = await visit.db.execute_fn(lambda conn: codings(conn, document))
    apart = differences(read.matches, read.coders)
    names = await _names(visit, read, apart)
    if visit.format == "csv":
        return _csv(visit, read, apart, found[0]["text"], names)
    layers = agreement_by_layer(read.marks, read.matches, read.coders, read.length) if len(read.coders) > 1 else []
    data = {
        "document": document,
        "coders": list(read.coders),
        "reports": len(read.matches),
        "marks": {coder: sum(mark.coder == coder for mark in read.marks) for coder in read.coders},
        "layers": [_layer_data(each) for each in layers],
        "differences": [_difference_data(each) for each in apart],
    }
    context = {
        "layers": layers,
        "differences": [(each, _quote(found[0]["text"], each), shown(each, names)) for each in apart[:LISTED]],
        "labels": LABELS,
        "names": names,
        "figures": CODING_FIGURES,
        "decimal": decimal,
        "percent": percent,
        "listed": LISTED,
        "open": len(read.open),
        "static_url": lambda path: compat.static_url(visit.datasette, path),
    }
    return Answer(f"Coding of {found[0]['title']}", _sentence(read, layers, apart), data, context)


async def _names(visit: Visit, read: Codings, apart: Sequence[Difference]) -> dict[str, dict[str, str]]:
    wanted: dict[str, list[str | None]] = {
        "actors": [mark.speaker for mark in read.marks],
        "claims": [each.claim for each in apart],
        "countries": [mark.country for mark in read.marks],
    }
    return await names_of(visit, wanted)


def shown(difference: Difference, names: dict[str, dict[str, str]]) -> dict[str, str]:
    """A difference's values for people: names for ids, labels for words."""
    table = {"speaker": "actors", "country": "countries"}.get(difference.layer)
    terms = {"report_type": REPORT_TYPE, "stance": STANCE}.get(difference.layer)
    labels = {term.word: term.label for term in terms.terms} if terms else {}
    known = {**labels, **(names.get(table, {}) if table else {}), "not_stated": "not stated", "none": "no stance"}
    return {coder: known.get(value, value) for coder, value in difference.values.items()}


def _layer_data(each: LayerAgreement) -> dict[str, Any]:
    figures = {
        name: {"value": None if figure.value is None else round(figure.value, 6), "n": figure.n}
        for name, figure in each.figures.items()
    }
    return {"layer": each.layer.name, "n": each.n, "left_out": each.left_out, "figures": figures}


def _difference_data(each: Difference) -> dict[str, Any]:
    return {
        "layer": each.layer,
        "start": each.start,
        "end": each.end,
        "claim": each.claim,
        "values": each.values,
        "mentions": each.marks,
    }


def _sentence(read: Codings, layers: Sequence[LayerAgreement], apart: Sequence[Difference]) -> str:
    if len(read.coders) < 2:
        who = f"Only {read.coders[0]} has" if read.coders else "Nobody has"
        return f"{who} coded this document by themselves yet: agreement needs two coders."
    both = wording.listed(list(read.coders))
    reports = wording.count(len(read.matches), "report")
    shared = sum(len(each.marks) == len(read.coders) for each in read.matches)
    verb = "both marked" if len(read.coders) == 2 else "all marked"
    text = f"{both} marked {reports} in this document, of which they {verb} {wording.number(shared)}"
    content = next((each.figures["u_alpha"].value for each in layers if each.layer.name == "content"), None)
    if content is not None:
        text += f"; on what was said they agree with an alpha of {decimal(content)}"
    return f"{text}. {wording.sentence(wording.count(len(apart), 'disagreement', words=True))}."


def _quote(text: str | None, each: Difference) -> str:
    """The words at which coders differ, where the text is kept."""
    return wording.shortened(text[each.start : each.end], QUOTED) if text else ""


def _csv(
    visit: Visit, read: Codings, apart: Sequence[Difference], text: str | None, names: dict[str, dict[str, str]]
) -> Response:
    """One disagreement a line. Formulas are guarded: see ``csv_cells``."""
    from datasette.utils.asgi import Response

    cell, buffer = cell_of(visit), io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["document", "layer", "claim", "start", "end", "words", *map(cell, read.coders)])
    for each in apart:
        claim = names["claims"].get(each.claim or "", each.claim or "")
        told = [visit.ids["document"], each.layer, claim, each.start, each.end, _quote(text, each)]
        values = shown(each, names)
        writer.writerow(map(cell, [*told, *(values.get(coder, "") for coder in read.coders)]))
    name = f"coding-{visit.ids['document']}.csv".encode("ascii", "replace").decode().replace('"', "")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(buffer.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")
