"""Undo and redo: each person's own acts, the latest first or a named one."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..blindness import name_of
from ..loading.problems import Problem
from ..loading.undoing import Action, redo, undo, undoable
from ..permissions import ADMIN, ANNOTATE
from . import wording
from .errors import PageError
from .forms import WRITES, enter, label_of, own_path
from .framework import Answer, Visit, page
from .history_rows import OPERATIONS, noun, said
from .numbers import natural
from .writing import Received, Refused, guarded, received, redirect, require_writable

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

TABLES = ("revisions",)
_DETAILS = ("evidence", "anchorings", "proposals", "provenance", "segments")
"""Rows that are counted: what they are is told by those that they belong to."""
LISTED = 50
_PAGES_OF_ROWS = {"read": "documents", "statement": "statements", "claim": "claims", "actor": "actors"}


@page("/undo", template="undo.html", tables=TABLES, methods=WRITES, blind=True)
async def undo_page(visit: Visit) -> Answer | Response:
    """What would be taken back, and the button; or take it back."""
    if visit.request.method != "POST":
        return await _show(visit, "undo")
    sent = await received(visit)
    action = _action(sent)
    anybody = not visit.blind and await visit.may(ADMIN)
    return await _do(
        visit,
        sent,
        "_undone",
        lambda conn, who, key: undo(conn, who, action, note="undone", request_key=key, anybody=anybody),
    )


@page("/redo", template="undo.html", tables=TABLES, methods=WRITES, blind=True)
async def redo_page(visit: Visit) -> Answer | Response:
    """What would be done again, and the button; or do it again."""
    if visit.request.method != "POST":
        return await _show(visit, "redo")
    sent = await received(visit)
    return await _do(visit, sent, "_saved", lambda conn, who, key: redo(conn, who, note="done again", request_key=key))


async def _do(
    visit: Visit,
    sent: Received,
    parameter: str,
    act: Callable[[sqlite3.Connection, str, str | None], list[int]],
) -> Response:
    # Administrators attach texts and protect people; they take that back without being annotators.
    await require_writable(visit, ADMIN if await visit.may(ADMIN) else ANNOTATE)
    who = name_of(visit.actor) or ""
    try:
        revisions = await guarded(visit, lambda conn: act(conn, who, sent.text("key") or None))
    except Refused as error:
        ways = (("Recent changes", visit.links.page("changes")),)
        first = error.problems[0]
        sentence = f"{first.wrong[:1].upper()}{first.wrong[1:]}."
        raise PageError(
            409, sentence, f"{first.remedy[:1].upper()}{first.remedy[1:]}. Nothing was changed.", ways
        ) from error
    target = await _standing(visit, own_path(visit.links, sent.text("next"), visit.links.page("changes")))
    action = revisions[0] if revisions else None
    url = f"{target}{'&' if '?' in target else '?'}{parameter}={action}" if action else target
    if sent.json:
        return _json({"ok": True, "action": action, "revisions": revisions, "url": url})
    return redirect(url)


async def _standing(visit: Visit, target: str) -> str:
    """The page to go to, or the changes where the act has taken away the row that the page is about."""
    from datasette.utils import tilde_decode

    path = re.split("[?#]", target)[0]
    for name, table in _PAGES_OF_ROWS.items():
        start = f"{visit.links.page(name)}/"
        if path.startswith(start):
            rows = await visit.rows(f"select 1 from {table} where id = ?", [tilde_decode(path[len(start) :])])
            return target if rows else visit.links.page("changes")
    return target


def _json(body: dict[str, Any]) -> Response:
    import json

    from datasette.utils.asgi import Response

    return Response(json.dumps(body), content_type="application/json; charset=utf-8")


def _action(sent: Received) -> int | None:
    text = sent.text("action")
    if not text:
        return None
    action = natural(text)
    if action is None:
        raise Refused([Problem("form", None, "action", text, "not an action", "send the number of one")])
    return action


async def _show(visit: Visit, way: str) -> Answer:
    await enter(visit, ADMIN if await visit.may(ADMIN) else ANNOTATE)
    who = name_of(visit.actor) or ""
    found = await visit.db.execute_fn(lambda conn: undoable(conn, who))
    action: Action | None = found.undo if way == "undo" else found.redo
    what = "taken back" if way == "undo" else "done again"
    if action is None:
        return Answer(way.capitalize(), f"Nothing of yours can be {what}.", {"action": None}, {"way": way, "rows": []})
    rows = [
        {"operation": operation, "said": OPERATIONS.get(operation, operation), "table": table, "row": row}
        for operation, table, row in action.rows
    ]
    seen = [row for row in rows if await visit.sees(row["table"])]
    at = f"{wording.full_date(action.at[:10])}, {action.at[11:16]} UTC"
    told = f"Your act of {at} ({action.note or 'no note'}) would be {what}."
    data = {"action": action.action, "at": action.at, "note": action.note, "rows": seen}
    chosen = [row for row in seen if row["table"] not in _DETAILS][:LISTED]
    rest = [row for row in seen if row not in chosen]
    listed = [
        {**row, "noun": noun(row["table"]), "label": await label_of(visit, row["table"], row["row"])} for row in chosen
    ]
    counts = Counter((row["operation"], row["table"]) for row in rest)
    counted = [
        {"operation": operation, "table_name": table, "follows": False, "number": number}
        for (operation, table), number in counts.items()
    ]
    return Answer(way.capitalize(), told, data, {"way": way, "rows": seen, "listed": listed, "rest": said(counted)})
