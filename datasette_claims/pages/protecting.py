"""A protected actor from the beginning: the identity goes into the confidential database, the role into the record."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from .. import compat, protecting
from ..annotating.slugs import free, slug
from ..blindness import name_of
from ..confidential import Identity, Names, forms_of, found_in, put, remove
from ..loading.problems import Problem
from ..loading.revising import now
from ..loading.writing import Change
from ..permissions import ADMIN
from ..schema.vocabulary import ACTOR_KIND
from .errors import PageError
from .forms import WRITES, Form, refused
from .framework import Answer, Visit, page
from .writing import Received, Refused, received, redirect, require_writable, write

if TYPE_CHECKING:
    from datasette.database import Database
    from datasette.utils.asgi import Response

FIELDS = ("name", "kind", "id", "identity", "other_names", "contact", "note")


@page("/protect", template="protect.html", tables=("actors", "countries"), methods=WRITES, action=ADMIN)
async def protect(visit: Visit) -> Answer | Response:
    """The form; or make the actor."""
    closed = await protecting.closed(visit.datasette)
    db = await protecting.readable(visit.datasette, visit.actor, visit.database)
    if closed is None and db is None:
        closed = "You may not see the confidential database."
    sent = await received(visit) if visit.request.method == "POST" else Received(())
    form = Form({name: sent.text(name) for name in FIELDS})
    if visit.request.method == "POST":
        await require_writable(visit, ADMIN)
        if closed is not None or db is None:
            raise PageError(403, str(closed), "Whoever runs the site can put that right.")
        try:
            id = await _make(visit, db, sent)
        except PageError as error:
            form = refused(sent, error)
            return _form(visit, form, None, status=error.status)
        return redirect(visit.links.page("actor", id))
    return _form(visit, form, closed)


def _form(visit: Visit, form: Form, closed: str | None, status: int = 200) -> Answer:
    sentence = "The identity goes into the confidential database, the role and description into the public record."
    context = {
        "form": form,
        "closed": closed,
        "kinds": ACTOR_KIND.terms,
        "actor": visit.request.args.get("actor") or "",
        "static_url": lambda path: compat.static_url(visit.datasette, path),
    }
    return Answer("Protect a person", sentence, {"closed": closed}, context, status=status)


async def _make(visit: Visit, db: Database, sent: Received) -> str:
    """Both rows; the identity first, so that there is never a protected actor whom nobody knows."""
    names = _names(sent)
    await visit.db.execute_fn(lambda conn: _refuse_known(conn, names))
    identity = Identity(
        "",
        sent.text("identity"),
        sent.text("other_names") or None,
        sent.text("contact") or None,
        sent.text("note") or None,
        ";".join(names.forms),
    )
    wish = slug(sent.text("id") or sent.text("name"))
    id: str = await visit.db.execute_fn(lambda conn: free(conn, "actors", wish))
    who = name_of(visit.actor)
    own = Identity(id, *(getattr(identity, name) for name in ("name", "other_names", "contact", "note", "forms")))
    number = await compat.write(db, lambda conn: _committed(conn, own, who))
    try:
        await write(visit, ADMIN, lambda conn: [_row(id, sent)], note="protected actor")
    except BaseException:
        await compat.write(db, lambda conn: _taken_back(conn, id, number))
        raise
    return id


def _names(sent: Received) -> Names:
    """By what the identity is found. Raises Refused with what is missing or tells too much."""
    needed = {"identity": "who the person is", "name": "the role or description that the public sees"}
    wrong = [
        Problem("form", None, field, "", f"{what} is missing", "fill it in")
        for field, what in needed.items()
        if not sent.text(field)
    ]
    if not sent.text("kind") or sent.text("kind") not in ACTOR_KIND.words:
        wrong.append(Problem("form", None, "kind", sent.text("kind"), "no kind of actor", "choose one"))
    if wrong:
        raise Refused(wrong)
    try:
        names = Names(tuple(forms_of(sent.text("identity"), sent.text("other_names"))))
    except ValueError as error:
        raise Refused([Problem("form", None, "other_names", "", str(error), "")]) from error
    for field in ("name", "id"):
        if names.find(sent.text(field)) or names.replace_in_id(slug(sent.text(field)), "-") != slug(sent.text(field)):
            remedy = "write it without any part of the name"
            raise Refused([Problem("form", None, field, sent.text(field), "this tells the name", remedy)])
    return names


def _refuse_known(conn: sqlite3.Connection, names: Names) -> None:
    """What the public database names already cannot be protected by hiding it from now on."""
    place = next(found_in(conn, names), None)
    if place is None:
        return
    wrong = f"{place.table} ({place.row}) names this person already, and earlier revisions may as well"
    remedy = "write the database anew without the name: datasette claims protect"
    raise Refused([Problem("form", None, "identity", "", wrong, remedy)])


def _row(id: str, sent: Received) -> Change:
    values: dict[str, Any] = {
        "name": sent.text("name"),
        "kind": sent.text("kind"),
        "identification": "role_only",
        "protected": 1,
        "status": "reviewed",
        "status_at": now(),
    }
    return Change("insert", "actors", id, values)


def _committed(conn: sqlite3.Connection, identity: Identity, who: str | None) -> int:
    conn.execute("BEGIN IMMEDIATE")
    try:
        number = put(conn, identity, who)
        conn.execute("COMMIT")
    except BaseException:
        conn.rollback()
        raise
    return number


def _taken_back(conn: sqlite3.Connection, id: str, number: int) -> None:
    with conn:
        remove(conn, id, number)
