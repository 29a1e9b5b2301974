"""The line after an act: “Saved. Undo”, or “Undone. Redo”; only for who is signed in, and only a button: a link that
somebody sends changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .numbers import natural

if TYPE_CHECKING:
    from .framework import Visit

_LINES = {"_saved": ("Saved.", "undo", "Undo"), "_undone": ("Undone.", "redo", "Redo")}
PARAMETERS = tuple(_LINES)
"""The parameters that ask for the line; the value is the number of the action."""


_ROWS = {"/statement/{id}": "statements", "/claim/{id}": "claims", "/actor/{id}": "actors"}
"""Pages about one row, and the row's table."""


@dataclass(frozen=True)
class Line:
    """What was done, and the button: ``way`` is the page that it sends to, for one ``action``; then to ``next``."""

    text: str
    way: str
    label: str
    action: str
    next: str
    history: str


async def saved_line(visit: Visit, next: str) -> Line | None:
    """The line for a page, None where there is nothing to say."""
    if visit.actor is None:
        return None
    for name, (text, way, label) in _LINES.items():
        action = visit.request.args.get(name) or ""
        if natural(action) is not None:
            history = visit.links.page("changes") if await visit.sees("revisions") else ""
            return Line(text, way, label, action if way == "undo" else "", next, history)
    return None


async def row_ways(visit: Visit, path: str) -> dict[str, str]:
    """“Edit”, “History” and the like for the row that a page is about, label -> URL; nothing for who may not."""
    if path not in _ROWS or visit.actor is None:
        return {}
    from .forms import links_for  # the frame is imported there

    return await links_for(visit, _ROWS[path], visit.ids["id"])
