"""Attaching a text: a document of which only the checksum is kept gets the text that somebody has, on the site."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from .. import site
from ..blindness import name_of
from ..config import UPLOAD_LIMIT
from ..loading.attaching import Attached, attach_text, text_of_bytes
from ..loading.problems import LoadError, Problem
from ..permissions import ADMIN
from .errors import PageError, not_found
from .forms import WRITES, Form, data_of, enter, refused, saved, static
from .framework import Answer, Visit, page
from .uploads import TOO_OLD, Sent, received_with_files
from .writing import Refused, guarded, require_writable

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

PASTED = "the pasted text"


@page("/attach/{document}", template="attach.html", tables=("documents",), methods=WRITES, files=True)
async def attach_page(visit: Visit) -> Answer | Response:
    """The form, or what came of it."""
    await enter(visit, ADMIN)
    document = await _document(visit)
    if visit.request.method != "POST":
        return _show(visit, document, Form({}))
    config = site.of(visit.datasette).config
    sent = await received_with_files(visit, config.upload_limit if config is not None else UPLOAD_LIMIT)
    try:
        if not sent.own:
            raise PageError(403, TOO_OLD, "What you pasted is kept. Press the button again.")
        await require_writable(visit, ADMIN)
        done = await _attached(visit, document["id"], sent)
    except PageError as error:
        if sent.fields.json:
            raise
        return _show(visit, document, refused(sent.fields, error), error.status)
    revisions = [] if done.revision is None else [done.revision]
    url = visit.links.page("read", done.document)
    return saved(visit, sent.fields, revisions, url, document=done.document, sha256=done.sha256, passages=done.passages)


async def _document(visit: Visit) -> dict[str, Any]:
    id = visit.ids["document"]
    sql = "select id, title, rights, text_length, text_sha256, text is not null as here from documents where id = ?"
    rows = await visit.rows(sql, [id])
    if not rows:
        raise not_found("document", id, "See the table of documents for those that there are.")
    return dict(rows[0])


async def _attached(visit: Visit, document: str, sent: Sent) -> Attached:
    """Give the document what was sent. Raises PageError where that is nothing, too much, or another text."""
    file, pasted = sent.files.get("file"), sent.fields.get("text", "")
    if (file is None) == (not pasted.strip()):
        wrong = "there is a pasted text as well" if file else "there is no text yet"
        raise Refused([Problem("form", None, "text", "", wrong, "choose a file or paste the text, one of them")])
    if file is not None and file.too_large:
        wrong = "the file is larger than this site takes"
        raise Refused([Problem("form", None, "file", file.name, wrong, "attach it with: datasette claims attach")])
    try:
        text = text_of_bytes(file.content, file.name) if file is not None else pasted
    except LoadError as error:
        raise Refused(error.problems) from error
    source, who = file.name if file is not None else PASTED, name_of(visit.actor)

    def change(conn: sqlite3.Connection) -> Attached:
        otherwise = "add it as a document of its own"
        return attach_text(conn, document, text, source, who=who, pasted=file is None, otherwise=otherwise)

    return await guarded(visit, change)


def _show(visit: Visit, document: dict[str, Any], form: Form, status: int = 200) -> Answer:
    told = f"Attach the text: {document['title']}"
    sentence = form.error or "Once it is attached, every mark of the record stands in it."
    if document["here"]:
        sentence = form.error or "The text is here already."
    context = {
        "form": form,
        "document": document,
        "here": document["here"] and not form.error,
        "action": visit.links.page("attach", document["id"]),
        "wrong": [text for texts in form.problems.values() for text in texts],
        "static_url": static(visit),
    }
    return Answer(told, sentence, {"document": document["id"], **data_of(form)}, context, status=status)
