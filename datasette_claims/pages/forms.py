"""Forms: what stands in their fields, what is wrong beside which field, and who fills them in.

A form is shown again with all that was typed whenever it could not be saved, whatever the reason.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import compat, permissions
from ..annotating import By
from ..blindness import name_of
from ..loading.problems import Problem
from ..loading.revising import now
from ..permissions import ANNOTATE, REVIEW
from ..schema import BY_NAME
from .errors import PageError
from .framework import Visit
from .links import Links
from .numbers import natural
from .writing import Received, Refused, may_write, redirect, require_writable, told

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

MOST_LISTED = 200
"""Actors, claims or statements that a list holds which works without JavaScript; with it all are searched."""

WRITES = ("GET", "HEAD", "POST")
"""The methods of a page with a form."""


@dataclass(frozen=True)
class Form:
    """``values`` by field; ``problems`` by field, as sentences; ``error`` is why it was not saved, "" if it was not
    sent yet. ``key`` is sent with it, so that a form that is sent twice is saved once."""

    values: Mapping[str, str]
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error: str = ""
    remedy: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    marks: Sequence[str] = ()

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def wrong(self, name: str) -> Sequence[str]:
        """What is wrong with a field."""
        return self.problems.get(name, ())

    def elsewhere(self, names: Iterable[str]) -> list[str]:
        """Problems about none of these fields, to be told at the top."""
        known = set(names)
        return [text for name, texts in self.problems.items() if name not in known for text in texts]


def refused(sent: Received, error: PageError) -> Form:
    """The form as it was sent, with what is wrong."""
    problems: dict[str, list[str]] = {}
    for problem in getattr(error, "problems", ()):
        told_once = problems.setdefault(problem.column, [])
        if told(problem) not in told_once:
            told_once.append(told(problem))
    sentence, remedy = error.sentence, error.remedy
    if problems:
        number = sum(map(len, problems.values()))
        sentence = (
            "Not saved: one thing is not right yet." if number == 1 else f"Not saved: {number} things are not right."
        )
        remedy = "What you entered is kept. Correct it and save again."
    return Form(dict(sent), problems, sentence, remedy, sent.text("key") or secrets.token_urlsafe(12), sent.all("mark"))


def data_of(form: Form) -> dict[str, Any]:
    """A form for the JSON twin: its fields and what is wrong with them."""
    told_of = {"error": form.error, "remedy": form.remedy} if form.error else {}
    return {"fields": dict(form.values), "problems": {k: list(v) for k, v in form.problems.items()}, **told_of}


async def enter(visit: Visit, action: str = ANNOTATE) -> None:
    """The gate of a form: a page that only who may save sees. What is sent is checked when it is saved, so that
    nothing that was typed is lost when a session has ended meanwhile."""
    if visit.request.method != "POST":
        await permissions.require(visit.datasette, visit.actor, visit.database, action=action)
        await require_writable(visit, action)


async def by_of(visit: Visit, document: str | None = None) -> By:
    """Who acts. Rows of somebody who codes a document blind are that coder's own."""
    actor = visit.actor or {}
    who = name_of(actor) or ""
    blind = document is not None and document in visit.blind
    return By(who, now(), not blind and await visit.may(REVIEW), who if blind else None)


async def links_for(visit: Visit, table: str, id: str) -> dict[str, str]:
    """“Edit”, “History” and what else one may do with a row, as label -> URL; nothing for who may not."""
    if not await may_write(visit, ANNOTATE):
        return {}
    found = {"Edit": visit.links.page("edit", table, id)}
    if table in ("statements", "actors", "claims"):
        found["Merge"] = visit.links.page("merge", table, id)
    if table == "statements":
        found["Split"] = visit.links.page("split", table, id)
        found["Add a stance"] = visit.links.page("new/stances", statement=id)
    if table == "claims":
        found["Relate it"] = visit.links.page("new/claim_relations", claim=id)
    if table == "actors":
        found["Add a role"] = visit.links.page("new/memberships", person=id)
    found["Delete"] = visit.links.page("delete", table, id)
    if await visit.sees("revisions", table):
        found["History"] = visit.links.page("history", table, id)
    return found


def saved_url(url: str, action: int | None) -> str:
    """A page of ours with the line “Saved. Undo” for an action."""
    if action is None:
        return url
    path, hash, place = url.partition("#")
    return f"{path}{'&' if '?' in path else '?'}_saved={action}{hash}{place}"


def saved(visit: Visit, sent: Received, revisions: Sequence[int], url: str, **more: Any) -> Response:
    """After saving: to the page that shows it, or the same as JSON for programs and scripts."""
    action = revisions[0] if revisions else None
    target = saved_url(url, action)
    if sent.json or "application/json" in (visit.request.headers.get("accept") or ""):
        from datasette.utils.asgi import Response

        body = {"ok": True, "action": action, "revisions": list(revisions), "url": target, **more}
        return Response(json.dumps(body), content_type="application/json; charset=utf-8")
    return redirect(target)


def own_path(links: Links, given: str, otherwise: str) -> str:
    """Where to go after an act: a path of ours that a form named, else ``otherwise``; never another site."""
    return given if given == links.page() or given.startswith(links.page() + "/") else otherwise


async def given_revision(visit: Visit, sent: Received) -> int | None:
    """The revision of a row that the sender saw: of the form, or of ``If-Match`` (RFC 9110, section 13.1.1)."""
    text = (
        (sent.text("revision") or (visit.request.headers.get("if-match") or "")).strip().removeprefix("W/").strip('"')
    )
    if text in ("", "*"):
        return None
    revision = natural(text)
    if revision is None:
        problem = Problem("form", None, "revision", text, "not a revision", "send the number that the row has")
        raise Refused([problem])
    return revision


async def label_of(visit: Visit, table: str, id: str) -> str:
    """How people call a row: its name, text or words; the id where it has none or the table may not be seen."""
    if not id or not await visit.sees(table):
        return id
    column = {"documents": "title", "statements": "content"}.get(table) or BY_NAME[table].label_column or "id"
    rows = await visit.rows(f'select "{column}" from "{table}" where id = ?', [id])
    return str(rows[0][0] or id) if rows else id


async def lists(visit: Visit, document: str | None) -> dict[str, list[tuple[str, str]]]:
    """(value, label) of the actors, claims, statements and countries that a form offers without JavaScript.

    Who codes a document blind is offered their own statements alone, and the rest in an order that tells nothing of
    what others marked.
    """
    sees = {name: await visit.sees(name) for name in _LISTS}
    sources = {name: await visit.source(name) for name in ("actors", "mentions", "stances")}
    who = name_of(visit.actor)

    def read(conn: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
        queries = {**_LISTS, **_BLIND_LISTS} if visit.blind else _LISTS
        made = {name: sql.format(**sources) for name, sql in queries.items() if sees[name]}
        return {name: _listed(conn, sql, document, who) for name, sql in made.items()}

    found: dict[str, list[tuple[str, str]]] = await visit.db.execute_fn(read)
    return found


_LISTS = {
    "actors": "select name, '' from actors order by id not in (select speaker from {mentions} where document = :of "
    "and speaker is not null), in_text desc, name limit :most",
    "claims": "select text, '' from claims order by id not in (select t.claim from {stances} t where t.document "
    "= :of), text limit :most",
    "statements": "select s.id, coalesce(a.name, s.speaker_label, '') || ': ' || coalesce(s.content, s.cue, '') "
    "from statements s left join {actors} a on a.id = s.speaker where s.document = :of order by s.id limit :most",
    "countries": "select id, name from countries where id <> 'not_stated' and kind in ('country', 'entity') "
    "order by name",
}


_BLIND_LISTS = {
    "actors": "select name, '' from actors where status = 'reviewed' order by name limit :most",
    "claims": "select text, '' from claims where status = 'reviewed' order by text limit :most",
    "statements": "select s.id, coalesce(a.name, s.speaker_label, '') || ': ' || coalesce(s.content, s.cue, '') "
    "from statements s join {mentions} m on m.statement = s.id left join {actors} a on a.id = s.speaker "
    "where m.document = :of and m.coder = :who order by s.id limit :most",
}


def _listed(conn: sqlite3.Connection, sql: str, document: str | None, who: str | None) -> list[tuple[str, str]]:
    given = {"of": document, "most": MOST_LISTED, "who": who}
    names = {name: given[name] for name in given if f":{name}" in sql}
    return [(str(row[0]), str(row[1])) for row in conn.execute(sql, names)]


def static(visit: Visit) -> Any:
    """For templates: the URL of a file of ours."""
    return lambda path: compat.static_url(visit.datasette, path)
