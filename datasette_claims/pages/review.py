"""The review queue: one draft after the other, accepted, corrected or rejected; and how far the work is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .. import blindness, compat
from ..annotating import proposing, reviewing
from ..loading.revising import now
from ..loading.undoing import inverse
from ..loading.writing import Change, repeated
from ..permissions import ANNOTATE, REVIEW
from ..schema import BY_NAME
from ..schema.vocabulary import CONFIDENCE, PROPOSAL_KIND, REPORT_TYPE, STATUS
from . import looks, review_rows, wording
from .errors import PageError, bad_request
from .forms import label_of
from .framework import Answer, Visit, page
from .numbers import natural
from .stances import names
from .status import status_mark
from .writing import Received, may_write, received, redirect, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

LISTED = 50
"""How many of the statements that wait are listed below the one that is shown."""

_DONE = {
    "accept": "Accepted",
    "reject": "Rejected",
    "reopen": "Reopened as a draft",
    "accept-proposal": "Proposal accepted",
    "decline-proposal": "Proposal declined",
    "undo": "Taken back",
}


@dataclass(frozen=True)
class View:
    """What the query string asks for: filters, the statement that is shown, and the decision that was just made."""

    filters: Mapping[str, str]
    at: str | None
    done: str | None
    action: int | None

    def url(self, visit: Visit, **changes: str | int | None) -> str:
        """The queue with these filters."""
        query: dict[str, Any] = {**self.filters, **changes}
        return visit.links.page("review", **query)


@page(
    "/review",
    template="review.html",
    label="Review",
    tables=("documents", "statements", "mentions", "evidence", "stances", "proposals", "assignments"),
    methods=("GET", "HEAD", "POST"),
    action=REVIEW,
    place=60,
)
async def review(visit: Visit) -> Answer | Response:
    """The drafts that wait for a decision, the first of them in full."""
    view = _view(visit)
    if visit.request.method == "POST":
        return await _decide(visit, view)
    seen = {table: await visit.sees(table) for table in _NAMED}
    listed = await _queue(visit, view)
    choices, by_document, by_person, reviewed = await visit.db.execute_fn(_read)
    if not seen["countries"]:
        choices = {**choices, "country": []}
    ids = [each.id for each in listed]
    at = view.at if view.at is not None else (ids[0] if ids else None)
    item = await visit.db.execute_fn(lambda conn: review_rows.item(conn, at, seen)) if at is not None else None
    speakers = await names(visit, "actors", [each.speaker for each in listed[:LISTED]])
    place = ids.index(at) if at in ids else None
    follows = _following(ids, at)
    data = {
        "filters": dict(view.filters),
        "waiting": [asdict(each) for each in listed[:LISTED]],
        "number": len(listed),
        "item": _item_data(item) if item else None,
        "progress": {"documents": by_document, "people": by_person, "reviewed": reviewed},
    }
    context = {
        "view": view,
        "item": item,
        "place": place,
        "next": follows,
        "previous": ids[place - 1] if place else None,
        "choices": {**choices, **_words()},
        "titles": dict(choices["document"]),
        "speakers": speakers,
        "looks": await looks.told(visit, item.names["actors"]) if item and seen["actors"] else {},
        "url": lambda **changes: view.url(visit, **changes),
        "correct": lambda table, id: visit.links.page("edit", table, id, next=view.url(visit, at=at)),
        "status_mark": status_mark,
        "said": review_rows.said,
        "parts": _PARTS,
        "report_type": REPORT_TYPE,
        "confidence": CONFIDENCE,
        "kinds": PROPOSAL_KIND,
        "done": await told(visit, _DONE, view.done, view.action),
        "can_write": await may_write(visit, REVIEW),
        "can_correct": await may_write(visit, ANNOTATE),
        "static_url": lambda path: compat.static_url(visit.datasette, path),
        "listed": LISTED,
    }
    return Answer("Review", _sentence(listed, by_document, reviewed), data, context, view.url(visit, at=view.at))


_NAMED = ("actors", "claims", "countries", "documents", "memberships")
"""The tables that the queue names things of, where the viewer may see them."""

_PARTS = {
    "source": "Source",
    "cue": "Cue",
    "content": "Content",
    "verbatim": "Quoted",
    "hedge": "Hedge",
    "date": "Date",
}


async def _queue(visit: Visit, view: View) -> list[review_rows.Waiting]:
    return review_rows.waiting(await visit.rows(*review_rows.query(view.filters)))


def _read(conn: sqlite3.Connection) -> tuple[Any, ...]:
    return (review_rows.choices(conn), *review_rows.progress(conn))


def _view(visit: Visit) -> View:
    args = visit.request.args
    filters = {name: args.get(name) for name in review_rows.FILTERS if args.get(name)}
    for name, words in (("status", (*STATUS.words, "all")), ("confidence", CONFIDENCE.words)):
        if filters.get(name) and filters[name] not in words:
            raise bad_request(f"{name}: there is no “{filters[name][:80]}”.", f"Use one of: {', '.join(words)}.")
    if filters.get("status") == "draft":
        del filters["status"]
    return View(filters, args.get("at") or None, args.get("done") or None, natural(args.get("action")))


def _words() -> dict[str, list[tuple[str, str]]]:
    """The choices of the filters whose words are those of an enumeration."""
    return {
        "status": [(term.word, term.label) for term in STATUS.terms] + [("all", "All")],
        "confidence": [(term.word, term.label) for term in CONFIDENCE.terms],
    }


def _following(ids: Sequence[str], at: str | None) -> str | None:
    """The statement after the one that is shown; the first where that one is not in the queue (any more)."""
    if at not in ids:
        return ids[0] if ids else None
    place = ids.index(at) + 1
    return ids[place] if place < len(ids) else None


def _item_data(item: review_rows.Item) -> dict[str, Any]:
    own = item.bundle
    return {
        "statement": own.statement,
        "mentions": list(own.mentions),
        "stances": list(own.stances),
        "proposals": list(item.proposals),
        "accepted_with_it": [{"table": table, "id": row["id"]} for table, row in item.relied],
        "seen": own.seen,
    }


def _sentence(listed: Sequence[review_rows.Waiting], by_document: Sequence[Mapping[str, Any]], reviewed: int) -> str:
    drafts = sum(row["draft"] for row in by_document)
    rejected = sum(row["rejected"] for row in by_document)
    decided = f"{wording.count(reviewed, 'statement')} {'is' if reviewed == 1 else 'are'} reviewed"
    decided += f", {wording.number(rejected)} rejected" if rejected else ""
    shown = f"; {wording.number(len(listed))} pass the filters" if len(listed) != drafts else ""
    if not drafts:
        return f"No draft statement waits for review{shown}. {decided}."
    documents = sum(1 for row in by_document if row["draft"])
    verb = "waits" if drafts == 1 else "wait"
    whole = f"{wording.count(drafts, 'draft')} {verb} for review in {wording.count(documents, 'document')}"
    return f"{whole}{shown}. {decided}."


async def told(visit: Visit, words: Mapping[str, str], done: str | None, action: int | None) -> dict[str, Any] | None:
    """What was just done, for the message with “Undo”; only an action of the viewer's own that there is."""
    if action is None or done not in words or not await visit.sees("revisions"):
        return None
    sql = "select row_id, who, table_name from revisions where action = ? order by id limit 1"
    found = await visit.rows(sql, [action])
    if not found or found[0]["who"] != blindness.name_of(visit.actor):
        return None
    row, table = found[0]["row_id"], found[0]["table_name"]
    label = wording.shortened(await label_of(visit, table, row), 60) if table in BY_NAME else row
    return {"words": words[str(done)], "action": action, "undone": done == "undo", "row": row, "label": label}


async def _decide(visit: Visit, view: View) -> Response:
    """One decision, then the next statement."""
    sent = await received(visit)
    decision, statement = sent.text("decision"), sent.text("statement")
    if decision not in _DONE:
        raise bad_request(f"decision: there is no “{decision[:80]}”.", f"Use one of: {', '.join(_DONE)}.")
    ids = [each.id for each in await _queue(visit, view)]
    follows = statement if decision not in reviewing.DECISIONS else _following(ids, statement)
    numbers = await _write(visit, decision, statement, sent)
    action = numbers[0] if numbers else None
    if sent.json:
        from datasette.utils.asgi import Response

        return Response.json({"ok": True, "decision": decision, "action": action, "next": follows})
    return redirect(view.url(visit, at=follows, done=decision, action=action))


async def _write(visit: Visit, decision: str, statement: str, sent: Received) -> list[int]:
    who, seen = blindness.name_of(visit.actor) or "", sent.text("seen")
    if decision == "undo":
        return await undo(visit, who, sent.text("action"))
    proposal = sent.text("proposal")
    key = f"review/{proposal or statement}/{seen}/{decision}"

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        if repeated(conn, who, key) is not None:
            return []
        if decision in reviewing.DECISIONS:
            return reviewing.decide(conn, statement, decision, who, now(), _revision(seen))
        reviewing.unchanged(conn, statement, _revision(seen))
        act = proposing.accept if decision == "accept-proposal" else proposing.decline
        return act(conn, proposal, who, now())

    return await write(visit, REVIEW, make, request_key=key)


def _revision(seen: str) -> int:
    revision = natural(seen)
    if revision is None:
        raise bad_request("seen: the revision that was looked at is missing.", "Open the queue and decide there.")
    return revision


async def undo(visit: Visit, who: str, action: str) -> list[int]:
    """Take back one of the viewer's own actions. Raises PageError where there is none, or it cannot be done."""
    number = natural(action)
    if number is None:
        raise bad_request("action: it does not say what to take back.", "Use the button in the queue.")

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        return inverse(conn, who, number).changes

    owner = await visit.rows("select who from revisions where action = ? limit 1", [number])
    if not owner:
        raise PageError(404, f"There is no action {number}.", "See the history of the row.")
    return await write(visit, REVIEW, make, undoes=number)
