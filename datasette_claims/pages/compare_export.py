"""What a view exports: its stances as CSV, the matrix or the timeline as SVG and PNG."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..comparison import Selection
from . import policy, stances
from .compare_drawing import matrix_drawing
from .compare_figures import Figures, Names
from .compare_records import records
from .compare_sentence import title
from .compare_timeline import timeline_of
from .compare_view import View
from .csv_cells import cell_of
from .errors import PageError
from .framework import Visit
from .past import at

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

CHUNK = 1000
"""How many stances are read at once for the CSV."""

TABLES = ("actors", "claims", "countries", "documents", "statements", "mentions")

COLUMNS = (
    "stance_id",
    "claim_id",
    "claim",
    "stance",
    "basis",
    "actor_id",
    "actor",
    "country_id",
    "country",
    "country_basis",
    "organization",
    "identification",
    "report_type",
    "content",
    "wording",
    "speaker",
    "speaker_as_printed",
    "on_behalf_of",
    "date_as_printed",
    "date_start",
    "date_end",
    "document_id",
    "document",
    "publisher",
    "published_on",
    "status",
    "document_url",
    "statement_url",
    "reading_url",
    "view_url",
    "revision",
    "retrieved",
)
"""The columns of the CSV: one row a stance, the last ones to cite it by."""


async def stream_csv(visit: Visit, selection: Selection, view: View) -> Any:
    """The stances of a view as CSV, sent as it is read: a million rows need no more memory than a thousand."""
    from datasette.utils.asgi import AsgiStream

    cell = cell_of(visit)
    seen = [table for table in TABLES if await visit.sees(table)]
    revision = view.as_of
    if revision is None and await visit.sees("revisions"):
        revision = await stances.latest_revision(visit)
    shared = {
        "view_url": visit.datasette.absolute_url(visit.request, visit.links.page("compare") + view.query()),
        "revision": revision,
        "retrieved": datetime.now(timezone.utc).date().isoformat(),
    }

    past = at(visit, view.as_of)

    async def send(writer: Any) -> None:
        await writer.write(_lines([COLUMNS]))
        rows = selection.rows
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]

            def read(conn: sqlite3.Connection, part: Any = part) -> list[dict[str, Any]]:
                return records(conn, selection.index, part, seen)

            found = await past.db.execute_fn(read)
            lines = (_line(visit, record, shared) for record in found)
            await writer.write(_lines(list(map(cell, line)) for line in lines))

    headers = {"content-disposition": 'attachment; filename="stances.csv"', "x-content-type-options": "nosniff"}
    return AsgiStream(send, headers=headers, content_type="text/csv; charset=utf-8")


def _line(visit: Visit, record: dict[str, Any], shared: dict[str, Any]) -> list[Any]:
    names, statement = record["names"], record["statement_row"] or {}
    document, mention = record["document_row"] or {}, record["mention"]
    values = {
        **{column: record.get(column) for column in COLUMNS if column in record},
        **{
            column: names.get(column)
            for column in ("claim", "actor", "country", "organization", "document", "publisher")
        },
        "stance_id": record["id"],
        "claim_id": record["claim"],
        "actor_id": record["actor"],
        "country_id": record["country"],
        "content": statement.get("content"),
        "wording": statement.get("wording"),
        "speaker": names.get("statement_speaker"),
        "speaker_as_printed": statement.get("speaker_label"),
        "on_behalf_of": names.get("statement_on_behalf_of"),
        "date_as_printed": statement.get("date_text"),
        "document_id": record["document"],
        "published_on": document.get("published_on"),
        "document_url": document.get("url"),
        "statement_url": _absolute(visit, "statement", statement.get("id")),
        "reading_url": _reading(visit, mention),
        **shared,
    }
    return [values.get(column) for column in COLUMNS]


def _absolute(visit: Visit, path: str, id: str | None) -> str | None:
    return None if id is None else str(visit.datasette.absolute_url(visit.request, visit.links.page(path, id)))


def _reading(visit: Visit, mention: dict[str, Any] | None) -> str | None:
    if mention is None:
        return None
    return str(visit.datasette.absolute_url(visit.request, reading_url(visit, mention)))


def reading_url(visit: Visit, mention: Mapping[str, Any]) -> str:
    """The place of a mention on the reading page of its document."""
    from .passages import anchor

    return f"{visit.links.page('read', mention['document'], annotation=mention['id'])}#a-{anchor(mention['id'])}"


def _lines(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


async def drawing_of(visit: Visit, figures: Figures, names: Names) -> Markup:
    """The matrix or the timeline as an SVG file. Raises PageError 400 where there is nothing that can be drawn."""
    if figures.view.shape == "matrix":
        return matrix_drawing(figures, names, title(figures, names))
    drawn = await timeline_of(visit, figures.selection, names, standalone=True)
    if drawn.timeline is None:
        sentence = f"A timeline of {drawn.too_many:,} stances cannot be drawn."
        raise PageError(400, sentence, "Narrow the view by a topic, a claim or a date.")
    if drawn.timeline.drawing is None:
        raise PageError(400, "None of these stances has a date.", "Choose others, or draw the matrix.")
    return drawn.timeline.drawing


def svg(drawing: Markup) -> Response:
    """A drawing as an SVG file. Scripts and outside resources are shut out, as there are none in it."""
    from datasette.utils.asgi import Response

    return Response(str(drawing), headers=policy.standalone(str(drawing)), content_type="image/svg+xml; charset=utf-8")


def png(drawing: Markup) -> Response:
    """A drawing as a PNG file, at twice its size. Raises PageError 501 where no renderer is installed."""
    from datasette.utils.asgi import Response

    try:
        import resvg_py
    except ImportError as error:
        raise PageError(
            501,
            "This site cannot make PNG files.",
            "Take the SVG, or ask who runs the site to install it: pip install 'datasette-claims[png]'.",
        ) from error
    made = bytes(resvg_py.svg_to_bytes(svg_string=str(drawing), zoom=2.0, sans_serif_family="DejaVu Sans"))
    return Response(made, content_type="image/png")
