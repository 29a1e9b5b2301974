"""Assignments: who annotates, reviews or adjudicates which document, and who does so blind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import blindness, compat
from ..annotating import assigning
from ..annotating.acts import rows
from ..loading.revising import now
from ..loading.writing import Change
from ..permissions import ADMIN, ANNOTATE, REVIEW
from ..schema.vocabulary import TASK
from . import wording
from .errors import bad_request
from .framework import Answer, Visit, page
from .writing import Received, Refused, SignedOut, may_write, received, redirect, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

PERMISSIONS = {"annotate": ANNOTATE, "review": REVIEW, "adjudicate": REVIEW}
"""What somebody must be allowed to do to work on an assignment."""

_ALL = """
select a.*, d.title from assignments a join documents d on d.id = a.document
where :everybody or a.person = :person order by a.done_at is not null, d.title, a.document, a.task, a.person
"""


@page(
    "/assignments",
    template="assignments.html",
    tables=("documents", "assignments"),
    methods=("GET", "HEAD", "POST"),
    blind=True,
)
async def assignments(visit: Visit) -> Answer | Response:
    """The viewer's own assignments; for administrators everybody's, and a form to give one."""
    if visit.request.method == "POST":
        return await _act(visit)
    return await _show(visit)


async def _show(visit: Visit, entered: Mapping[str, str] | None = None, problems: Sequence[Any] = ()) -> Answer:
    person = blindness.name_of(visit.actor)
    if person is None:
        raise SignedOut
    admin = await visit.may(ADMIN)
    found = await visit.db.execute_fn(lambda conn: _listed(conn, person, admin))
    can = {task: await may_write(visit, PERMISSIONS[task]) for task in PERMISSIONS}
    documents = await visit.rows("select id, title from documents order by title limit 2000") if admin else []
    data = {"assignments": found, "blind": sorted(visit.blind)}
    context = {
        "person": person,
        "can": can,
        "assign": admin and await may_write(visit, ADMIN),
        "documents": [(row["id"], row["title"]) for row in documents],
        "task": TASK,
        "entered": entered or {},
        "problems": problems,
        "static_url": lambda path: compat.static_url(visit.datasette, path),
    }
    return Answer("Assignments", _sentence(found, person, admin), data, context)


def _listed(conn: sqlite3.Connection, person: str, everybody: bool) -> list[dict[str, Any]]:
    return rows(conn, _ALL, {"person": person, "everybody": int(everybody)})  # type: ignore[arg-type]


def _sentence(found: Sequence[Mapping[str, Any]], person: str, admin: bool) -> str:
    waiting = [row for row in found if row["done_at"] is None]
    own = [row for row in waiting if row["person"] == person]
    text = f"{wording.sentence(wording.count(len(own), 'assignment', words=True))} of yours {_open(len(own))}"
    blind = sum(bool(row["blind"]) for row in own)
    if blind:
        text += f"; {wording.in_words(blind)} of them blind: of that document you see only what you mark yourself"
    if admin:
        text += f". In all, {wording.count(len(waiting), 'assignment', words=True)} {_open(len(waiting))}"
    return f"{text}."


def _open(number: int) -> str:
    return "is open" if number == 1 else "are open"


async def _act(visit: Visit) -> Answer | Response:
    sent = await received(visit)
    acts: dict[str, Callable[[Visit, Received], Any]] = {"assign": _assign, "done": _finish, "withdraw": _withdraw}
    act = sent.text("act")
    if act not in acts:
        raise bad_request(f"act: there is no “{act[:80]}”.", f"Use one of: {', '.join(acts)}.")
    try:
        await acts[act](visit, sent)
    except Refused as refused:
        if sent.json or act != "assign":
            raise
        return await _show(visit, sent, refused.problems)
    if sent.json:
        from datasette.utils.asgi import Response

        return Response.json({"ok": True})
    return redirect(visit.links.page("assignments"))


async def _assign(visit: Visit, sent: Received) -> None:
    who = blindness.name_of(visit.actor) or ""
    given = [sent.text(name) for name in ("document", "person", "task")]

    def make(conn: sqlite3.Connection) -> Sequence[Change]:
        blind = sent.text("blind") in ("1", "on", "true")
        return assigning.assign(conn, given[0], given[1], given[2], blind, who, now(), sent.text("note"))

    await write(visit, ADMIN, make)


async def _finish(visit: Visit, sent: Received) -> None:
    """Call an assignment done: who has it may, and an administrator."""
    found = await visit.rows("select person, task from assignments where id = ?", [sent.text("assignment")])
    own = bool(found) and found[0]["person"] == blindness.name_of(visit.actor)
    permission = PERMISSIONS[found[0]["task"]] if own else ADMIN
    await write(visit, permission, lambda conn: assigning.finish(conn, sent.text("assignment"), now()))


async def _withdraw(visit: Visit, sent: Received) -> None:
    await write(visit, ADMIN, lambda conn: assigning.withdraw(conn, sent.text("assignment")))
