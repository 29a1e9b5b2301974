"""Adding a document: paste it, upload it or name its address; then its drafts, on the page on which it is read."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import adding, site
from ..adding import Added
from ..blindness import name_of
from ..config import UPLOAD_LIMIT
from ..loading.problems import LoadError
from ..loading.revising import latest_revision
from ..loading.writing import transaction
from ..obtaining import Limits, NotObtained, Obtained, Wishes, of_address, of_pasted, of_upload
from ..obtaining.values import day, tag, web_address
from ..permissions import ANNOTATE, REVIEW
from . import wording
from .errors import PageError
from .forms import WRITES, Form, data_of, enter, saved_url, static
from .framework import Answer, Visit, page
from .uploads import TOO_OLD, Sent, received_with_files
from .work import work
from .writing import Received, Refused, guarded, redirect, require_writable

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

FIELDS = ("text", "file", "url", "title", "publisher", "published_on", "language", "encoding")
MOST_TOLD = 600
"""Characters of the line on the next page: it travels in a cookie."""

STATED = ("title", "publisher", "published_on", "language", "url")
FORMS = (
    ("published_on", day, "Give an ISO date, such as 2019-05-16, 2019-05 or 2019."),
    ("language", tag, "Give a BCP 47 tag, such as en or de-AT."),
    ("url", web_address, "Give an http or https address, such as https://example.org/story."),
)
"""Fields that have a form of their own: how they are read, and what to do where they cannot be."""


@dataclass(frozen=True)
class _Given:
    """What was sent, checked so far as it can be without reading the text; ``problems`` by field."""

    sent: Sent
    problems: dict[str, list[str]]

    def wrong(self, field: str, sentence: str) -> None:
        self.problems.setdefault(field, []).append(sentence)


@page("/add", template="add.html", tables=("documents",), methods=WRITES, files=True)
async def add(visit: Visit) -> Answer | Response:
    """The form, or what came of it."""
    await enter(visit)
    if visit.request.method != "POST":
        return _show(visit, Form({"url": visit.request.args.get("url") or ""}))
    sent = await received_with_files(visit, _limit(visit))
    given = _Given(sent, _problems(visit, sent))
    try:
        if not sent.own:
            raise PageError(403, TOO_OLD, "What you entered is kept. Press the button again.")
        await require_writable(visit, ANNOTATE)
        obtained = None if given.problems else await _obtained(visit, given)
        if obtained is None:
            return _refused(visit, given)
        return await _stored(visit, sent.fields, obtained)
    except PageError as error:
        if sent.fields.json:
            raise
        return _refused(visit, given, error)


def _limit(visit: Visit) -> int:
    config = site.of(visit.datasette).config
    return config.upload_limit if config is not None else UPLOAD_LIMIT


def _fetching(visit: Visit) -> Limits | None:
    config = site.of(visit.datasette).config
    return config.fetching if config is not None else None


def _problems(visit: Visit, sent: Sent) -> dict[str, list[str]]:
    """What is wrong with the fields before the text is read."""
    found: dict[str, list[str]] = {}
    fields, limit = sent.fields, _limit(visit)
    pasted, file = fields.text("text"), sent.files.get("file")
    for name, read, remedy in FORMS:
        if fields.text(name) and read(fields.text(name)) is None:
            found[name] = [f"“{fields.text(name)[:80]}” cannot be read. {remedy}"]
    if pasted and file:
        found["file"] = ["There is a pasted text as well. Give one of them, and clear the other."]
    elif not pasted and not file and not fields.text("url"):
        found["text"] = [f"There is nothing to read yet. Paste a text{_or_else(visit)}."]
    elif not pasted and not file and _fetching(visit) is None and "url" not in found:
        found["text"] = ["Pages are not fetched on this site. Open the page in a browser and paste its text here."]
    if file and file.too_large:
        found["file"] = [f"“{file.name}” has more than {limit:,} bytes, the most that this site takes. Divide it."]
    size = len(pasted.encode("utf-8"))
    if size > limit:
        found["text"] = [f"The text has {size:,} bytes, and this site takes at most {limit:,}. Divide it."]
    return found


def _or_else(visit: Visit) -> str:
    return ", choose a file, or give an address" if _fetching(visit) else " or choose a file"


async def _obtained(visit: Visit, given: _Given) -> Obtained | None:
    """The text with what was stated of it; None, with the problem noted, where there is none.

    Reading a page can take a while, so it happens beside the server's loop.
    """
    fields, file = given.sent.fields, given.sent.files.get("file")
    field, wishes = "url", Wishes(encoding=fields.text("encoding") or None, fetching=_fetching(visit))
    try:
        if fields.text("text"):
            field = "text"
            found = await work(visit, lambda: of_pasted(fields["text"]))
        elif file is not None:
            field, upload = "file", file
            found = await work(visit, lambda: of_upload(upload.name, upload.content, wishes))
        else:
            found = await work(visit, lambda: of_address(fields.text("url"), wishes))
    except NotObtained as error:
        given.wrong(field, f"{error.wrong[:1].upper()}{error.wrong[1:]}. {error.remedy[:1].upper()}{error.remedy[1:]}.")
        return None
    stated = {name: fields.text(name) for name in STATED if name != "url" or field != "url"}
    stated["published_on"] = day(stated.get("published_on")) or ""
    stated["url"] = web_address(stated.get("url")) or ""
    return adding.with_stated(found, **stated)


async def _stored(visit: Visit, fields: Received, obtained: Obtained) -> Response:
    """Store it with its drafts, and go to where it is read."""
    who = name_of(visit.actor)
    try:
        engine = await work(visit, lambda: adding.read(obtained))
    except LoadError as error:
        raise Refused(error.problems) from error

    def act(conn: sqlite3.Connection) -> tuple[Added, int | None]:
        with transaction(conn):
            before = latest_revision(conn)
            done = adding.add(conn, obtained, who, engine=engine)
            return done, before + 1 if latest_revision(conn) > before else None

    done, action = await guarded(visit, act)
    target = saved_url(visit.links.page("read", done.document), action)
    if fields.json or "application/json" in (visit.request.headers.get("accept") or ""):
        from datasette.utils.asgi import Response

        body = {"ok": True, "action": action, "url": target, **done.as_json()}
        return Response(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")
    response = redirect(target)
    visit.datasette.add_message(visit.request, _told(done, await visit.may(REVIEW)), visit.datasette.INFO)
    return response


def _told(done: Added, reviews: bool) -> str:
    """What came of it, in a line that stands on the next page. ``reviews``: whether the viewer may accept drafts."""
    statements = done.counts.get("statements", 0)
    parts = []
    if statements:
        waits = "waits" if statements == 1 else "wait"
        whom = "you to accept or correct" if reviews else "review; you may correct them before"
        parts.append(f"{wording.count(statements, 'draft')} of statements {waits} for {whom}.")
    if done.revision_of and not done.known:
        parts.append("This is another version of a document that was here before.")
    return wording.shortened(" ".join([*parts, *done.notes]), MOST_TOLD)


def _refused(visit: Visit, given: _Given, error: PageError | None = None) -> Answer:
    """The form as it was sent, with what is wrong; only a file has to be chosen again."""
    number = sum(map(len, given.problems.values()))
    things = "one thing is" if number == 1 else f"{number} things are"
    sentence, remedy, status = f"Not added: {things} not right yet.", "What you entered is kept.", 400
    if error is not None:
        sentence, remedy, status = error.sentence, error.remedy, error.status
    elif any("more than" in text or "at most" in text for texts in given.problems.values() for text in texts):
        status = 413
    if given.sent.files:
        remedy += " A browser does not keep a file: choose it again."
    sent = given.sent.fields
    form = Form(dict(sent), given.problems, sentence, remedy)
    return replace(_show(visit, form), status=status)


def _show(visit: Visit, form: Form) -> Answer:
    limits, limit = _fetching(visit), _limit(visit)
    ways = "Paste an article, upload it or give its address" if limits else "Paste an article or upload it"
    sentence = f"{ways}: you get drafts of who says what in it, to accept or correct while you read."
    data = {"upload_limit": limit, "fetches": limits is not None, **data_of(form)}
    context = {
        "form": form,
        "known": FIELDS,
        "action": visit.links.page("add"),
        "fetches": limits is not None,
        "hosts": limits.hosts if limits else (),
        "limit": f"{limit / 1_000_000:,.1f} MB".replace(".0 MB", " MB") if limit >= 1_000_000 else f"{limit:,} bytes",
        "static_url": static(visit),
    }
    return Answer("Add a document", sentence, data, context)
