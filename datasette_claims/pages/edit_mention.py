"""Moving the borders of a mention on its edit page: by its words, by selecting them, and part by part."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..annotating import move_borders, open_source
from ..annotating.acts import refuse
from ..loading.writing import Change
from ..permissions import ANNOTATE
from ..schema import BY_NAME
from ..schema.vocabulary import EVIDENCE_PART
from .edit_rows import before, row_of
from .edit_stale import last_change
from .errors import PageError
from .forms import Form, by_of, given_revision, own_path, refused, saved
from .framework import Answer, Visit
from .numbers import natural
from .writing import Received, Stale, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

AROUND = 900
"""Characters of the text on either side of a passage among which new borders can be selected."""

Row = dict[str, Any]
Show = Callable[..., Awaitable[Answer]]
"""Shows the edit page: the form, the status, and as needed the row as it now is and what differs."""


async def borders_context(visit: Visit, row: Row, form: Form) -> dict[str, Any]:
    """For the template: the text around the mention, and its parts as checkboxes; nothing where no text is kept."""
    rows = await visit.rows("select text, language from documents where id = ?", [row["document"]])
    text = rows[0]["text"]
    if text is None:
        return {"borders": None}
    start, end = row["span_start"] or 0, row["span_end"] or 0
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    evidence = await visit.rows("select * from evidence where mention = ? order by span_start, id", [row["id"]])
    sent = form.value("what") == "borders"
    ticked, shown = {mark.partition("#")[2] for mark in form.marks}, _seen(form.value("parts"))
    parts = [
        {
            "value": f"{part['part']}:{part['span_start']}-{part['span_end']}#{part['id']}",
            "label": EVIDENCE_PART.term(part["part"]).label,
            "words": text[part["span_start"] : part["span_end"]],
            "checked": not sent or part["id"] in ticked or part["id"] not in shown,
        }
        for part in evidence
    ]
    borders = {
        "from": first,
        "before": text[first:start],
        "passage": text[start:end],
        "after": text[end:last],
        "exact": form.value("exact") if sent else text[start:end],
        "language": rows[0]["language"],
        "parts": parts,
        "seen": json.dumps({part["id"]: part["revision"] for part in evidence}),
        "choices": [(term.word, term.label, term.meaning) for term in EVIDENCE_PART.terms],
    }
    return {"borders": borders}


async def save_borders(visit: Visit, row: Row, sent: Received, show: Show) -> Answer | Response:
    """Save new borders and parts; the form is shown again where they do not fit the text."""
    by = await by_of(visit, row["document"])

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        start, end = _places(conn, row, sent)
        marks = [*sent.all("mark"), *_new_part(conn, row, sent, start, end)]
        seen = _seen(sent.text("parts")) if "parts" in sent else None
        return move_borders(conn, row["id"], start, end, marks, revision, by, seen=seen).changes

    try:
        revision = await given_revision(visit, sent)
        revisions = await write(visit, ANNOTATE, make, note="moved the borders", request_key=sent.text("key") or None)
    except Stale as error:
        if sent.json:
            raise
        return await _stale(visit, row, sent, error, show)
    except PageError as error:
        if sent.json:
            raise
        return await show(refused(sent, error), error.status)
    url = own_path(visit.links, sent.text("next"), visit.links.page("read", row["document"], annotation=row["id"]))
    return saved(visit, sent, revisions, url, row=row["id"], table="mentions")


def _seen(text: str) -> dict[str, int]:
    """The parts that the form showed, id -> revision, as it sends them; none where that cannot be read."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {id: revision for id, revision in found.items() if isinstance(revision, int)} if type(found) is dict else {}


async def _stale(visit: Visit, row: Row, sent: Received, error: Stale, show: Show) -> Answer:
    """The form with what was entered, ready to be saved on top of the newer state, and both passages side by side."""
    now = await row_of(visit, "mentions", row["id"])
    others = await last_change(visit, error.table, error.row)
    rows = await visit.rows("select text from documents where id = ?", [row["document"]])
    text = rows[0]["text"] or ""

    def words(state: Row | None) -> str:
        return text[state["span_start"] or 0 : state["span_end"] or 0] if state else ""

    compared, seen = [], natural(sent.text("revision"))
    if seen is not None and seen != now["revision"]:
        old = await visit.db.execute_fn(lambda conn: before(conn, BY_NAME["mentions"], row["id"], seen))
        passages = {"before": words(old), "now": words(now), "yours": sent.get("exact", "")}
        compared = [{"field": "exact", "label": "The passage", **passages, "both": False}]
    form = refused(sent, error)
    what = "this row" if compared else "the parts of this mention"
    who = others.get("who") or "Somebody else"
    sentence = f"{who} changed {what} while you were editing it. Nothing of yours is lost, and nothing is saved yet."
    form = replace(form, error=sentence, remedy="Look at what changed, and save the borders again.")
    return await show(form, error.status, now, compared=compared, others=others)


def _places(conn: sqlite3.Connection, row: Row, sent: Received) -> tuple[int, int]:
    """The borders: selected ones as numbers, else the place of the words that is nearest to the old one."""
    source = open_source(conn, row["document"])
    words = sent.get("exact", "")
    start, end = natural(sent.text("start")), natural(sent.text("end"))
    if start is not None and end is not None:
        passage = source.passage(start, end, words, "exact")
        return passage.start, passage.end
    found = source.nearest(words, row["span_start"] or 0)
    if found is None:
        raise refuse(
            "exact", words[:60], "these words do not stand in the text", "copy them exactly from the text below"
        )
    return found


def _new_part(conn: sqlite3.Connection, row: Row, sent: Received, start: int, end: int) -> list[str]:
    part, words = sent.text("new-part"), sent.get("new-words", "")
    if not words.strip():
        return []
    if not part:
        raise refuse("new-part", "", "what these words are is missing", "choose it")
    source = open_source(conn, row["document"])
    found = source.locate(words, start, end) or source.nearest(words, start)
    if found is None:
        raise refuse("new-words", words[:60], "these words do not stand in the text", "copy them exactly from the text")
    return [f"{part}:{found[0]}-{found[1]}"]
