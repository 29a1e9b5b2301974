"""Adjudication: where coders read a document differently, side by side, and one reading is settled into the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import blindness, compat
from ..annotating.acts import rows
from ..annotating.adjudicating import equal, settle, settle_equal
from ..annotating.codings import Codings, codings
from ..coding import Mark, Match, differences
from ..loading.revising import now
from ..loading.writing import Change, repeated
from ..permissions import REVIEW
from ..schema.vocabulary import REPORT_TYPE
from . import wording
from .coding import LABELS
from .errors import bad_request, not_found
from .framework import Answer, Visit, page
from .numbers import natural
from .review import told, undo
from .stances import names_of
from .writing import Received, may_write, received, redirect, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

SHOWN = 40
"""How many open reports the page shows at once, in text order."""

_DONE = {"settle": "Settled", "settle-equal": "Settled", "undo": "Taken back"}


@page(
    "/adjudicate/{document}",
    template="adjudicate.html",
    tables=("documents", "statements", "mentions", "evidence", "stances", "assignments"),
    methods=("GET", "HEAD", "POST"),
    action=REVIEW,
)
async def adjudicate(visit: Visit) -> Answer | Response:
    """The reports of a document that coders marked and nobody has settled."""
    document = visit.ids["document"]
    found = await visit.rows("select id, title, text from documents where id = ?", [document])
    if not found:
        raise not_found("document", document, "See the table of documents for those that there are.")
    if visit.request.method == "POST":
        return await _settle(visit)
    read, same, revisions = await visit.db.execute_fn(lambda conn: _read(conn, document))
    waiting = [each for each in read.matches if read.open & {mark.id for mark in each.marks.values()}]
    names = await _names(visit, waiting)
    reports = [_report(each, read, found[0]["text"], revisions) for each in waiting[:SHOWN]]
    args = visit.request.args
    data = {
        "document": document,
        "coders": list(read.coders),
        "open": len(waiting),
        "settled": len(read.matches) - len(waiting),
        "equal": len(same),
        "reports": reports,
    }
    context = {
        "names": names,
        "labels": LABELS,
        "report_type": REPORT_TYPE,
        "shown": SHOWN,
        "done": await told(visit, _DONE, args.get("done"), natural(args.get("action"))),
        "can_write": await may_write(visit, REVIEW),
        "static_url": lambda path: compat.static_url(visit.datasette, path),
    }
    return Answer(f"Adjudicate {found[0]['title']}", _sentence(data), data, context)


def _read(conn: sqlite3.Connection, document: str) -> tuple[Codings, list[Match], dict[str, int]]:
    read = codings(conn, document)
    sql = "select id, revision from mentions where document = ? and coder is not null"
    return read, equal(conn, document), {row["id"]: row["revision"] for row in rows(conn, sql, [document])}


def _sentence(data: Mapping[str, Any]) -> str:
    settled = wording.count(data["settled"], "report")
    if not data["open"]:
        return f"Nothing is open: {settled} settled." if data["settled"] else "No coder has marked anything here yet."
    verb = "waits" if data["open"] == 1 else "wait"
    text = f"{wording.count(data['open'], 'report')} {verb} to be settled, {settled} settled"
    same = f"; on {wording.number(data['equal'])} of the open ones all coders agree" if data["equal"] else ""
    return f"{text}{same}."


async def _names(visit: Visit, waiting: Sequence[Match]) -> dict[str, dict[str, str]]:
    listed = [mark for each in waiting[:SHOWN] for mark in each.marks.values()]
    wanted: dict[str, list[str | None]] = {
        "actors": [mark.speaker for mark in listed],
        "claims": [claim for mark in listed for claim in mark.stances],
        "countries": [mark.country for mark in listed],
    }
    return await names_of(visit, wanted)


def _report(match: Match, read: Codings, text: str | None, revisions: Mapping[str, int]) -> dict[str, Any]:
    """One report with every coder's reading of it, and on which layers they differ."""
    apart = differences([match], read.coders)
    ids = [mark.id for mark in match.marks.values()]
    return {
        "marks": ids,
        "seen": max(revisions[id] for id in ids),
        "start": match.start,
        "differs": sorted({each.layer for each in apart}),
        "readings": [
            _reading(match.marks[coder], read.statement_of[match.marks[coder].id], text)
            if coder in match.marks
            else {"coder": coder, "mention": None}
            for coder in read.coders
        ],
        "missing": [coder for coder in read.coders if coder not in match.marks],
    }


def _reading(mark: Mark, statement: str, text: str | None) -> dict[str, Any]:
    parts = {part: _words(text, spans) for part, spans in mark.parts.items()}
    extent = mark.extent or (mark.place[0][0], mark.place[-1][1]) if mark.place else None
    return {
        "coder": mark.coder,
        "mention": mark.id,
        "statement": statement,
        "speaker": mark.speaker,
        "speaker_label": mark.speaker_label,
        "report_type": mark.report_type,
        "country": mark.country,
        "words": _words(text, (extent,)) if extent else "",
        "parts": parts,
        "stances": dict(mark.stances),
        "span": list(extent) if extent else None,
    }


def _words(text: str | None, spans: Sequence[tuple[int, int]]) -> str:
    """The words of spans, or their places where the text is not kept."""
    if not text:
        return ", ".join(f"{start}–{end}" for start, end in spans)
    return " … ".join(text[start:end] for start, end in spans)


async def _settle(visit: Visit) -> Response:
    sent = await received(visit)
    decision, document = sent.text("decision"), visit.ids["document"]
    who = blindness.name_of(visit.actor) or ""
    if decision == "undo":
        numbers = await undo(visit, who, sent.text("action"))
    elif decision == "settle-equal":
        numbers = await write(visit, REVIEW, lambda conn: settle_equal(conn, document, who, now()))
    elif decision == "settle":
        numbers = await _settle_one(visit, sent, who)
    else:
        raise bad_request(f"decision: there is no “{decision[:80]}”.", f"Use one of: {', '.join(_DONE)}.")
    action = numbers[0] if numbers else None
    if sent.json:
        from datasette.utils.asgi import Response

        return Response.json({"ok": True, "decision": decision, "action": action})
    if sent.text("then") == "edit" and action is not None:
        made = await visit.rows(
            "select row_id from revisions where action = ? and table_name = 'statements' and operation = 'insert'",
            [action],
        )
        if made:
            return redirect(visit.links.page("edit", "statements", made[0]["row_id"]))
    return redirect(visit.links.page("adjudicate", document, done=decision, action=action))


async def _settle_one(visit: Visit, sent: Received, who: str) -> list[int]:
    marked, seen = sent.all("mark"), natural(sent.text("seen"))
    if not marked or seen is None:
        raise bad_request("mark, seen: it does not say which marks were looked at.", "Use the buttons of the page.")
    # A button’s value says what to do: take this mark, take it and edit it, or none of them.
    chosen, document = sent.text("chosen") or None, visit.ids["document"]
    key = f"adjudicate/{'/'.join(sorted(marked))}/{seen}/{chosen or ''}"

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        if repeated(conn, who, key) is not None:
            return []
        return settle(conn, document, marked, chosen, who, now(), seen)

    return await write(visit, REVIEW, make, note=_note(marked, chosen), request_key=key)


def _note(marked: Sequence[str], chosen: str | None) -> str:
    """What the history says of a settled report."""
    taken = f"took {chosen}" if chosen else "took none"
    return f"Adjudicated {len(marked)} readings ({', '.join(marked)}): {taken}."
