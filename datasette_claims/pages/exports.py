"""The formats in which programs take the one thing that a page is about, as links: “Export: Web Annotation · PROV …”.

They lead to Datasette's own page of the row with the ending of the format, where the row's table, and everything beside
it, passes the gate again.
"""

from __future__ import annotations

from .framework import Visit
from .negotiation import KINDS
from .renderers import TABLES

LABELS = {
    "webannotation": "Web Annotation",
    "prov": "PROV",
    "claimreview": "ClaimReview",
    "popolo": "Popolo",
    "csl": "CSL",
    "citation": "plain citation",
}
"""What a format is called in the row of links, in its order."""

_TABLES = {"statement": "statements", "document": "documents", "claim": "claims", "actor": "actors"}


async def exports_of(visit: Visit, path: str, as_of: int | None = None) -> dict[str, str]:
    """Label -> URL for a page by its path; none on other pages, of an earlier revision (exports tell of the present),
    and for who codes a document blind."""
    if path not in KINDS or as_of is not None or visit.blind:
        return {}
    table = _TABLES[KINDS[path][0]]
    if not await visit.sees(table):
        return {}
    id = next(iter(visit.ids.values()))
    return {label: visit.links.row(table, id, format=name) for name, label in LABELS.items() if table in TABLES[name]}
