"""Marking a passage of a document: the form, with what the rules read in the passage, and what it saves.

Without JavaScript it is a page: the sentences to choose from, then the form. On the reading page the script of the
same name takes this form into the page, beside the words that were selected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..annotating import annotate
from ..annotating.creating import MOST_STANCES
from ..annotating.references import picked
from ..blindness import name_of
from ..loading.problems import Problem
from ..permissions import ANNOTATE
from ..schema.vocabulary import EVIDENCE_PART, REPORT_TYPE
from . import wording
from .annotate_draft import around, propose, sentences
from .annotate_roles import known_speaker, roles
from .errors import PageError, bad_request, not_found
from .fields import FIELDS, extra_fields
from .forms import WRITES, Form, by_of, data_of, enter, label_of, lists, refused, saved, static
from .framework import Answer, Visit, page
from .numbers import natural
from .passages import anchor
from .writing import Received, Refused, received, require_writable, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

TABLES = ("documents", "segments", "statements", "mentions", "evidence")


@page("/annotate/{document}", template="annotate.html", tables=TABLES, methods=WRITES, blind=True)
async def form(visit: Visit) -> Answer | Response:
    """The form for one passage, or the sentences to choose from."""
    await enter(visit)
    document = await _document(visit)
    if visit.request.method == "POST":
        return await _save(visit, document, await received(visit))
    start, end = visit.request.args.get("start"), visit.request.args.get("end")
    if start is None and end is None:
        return _sentences(visit, document)
    span = _span(document, start or "", end or "")
    proposed = propose(document, *span)
    values = dict(proposed.values)
    values |= await known_speaker(visit, values, document)
    for name in ("statement", "speaker"):  # a link may say what is already known
        values |= {name: visit.request.args[name]} if visit.request.args.get(name) else {}
    return await _show(visit, document, Form(values, marks=proposed.marks))


async def _document(visit: Visit) -> dict[str, Any]:
    id = visit.ids["document"]
    rows = await visit.rows("select * from documents where id = ?", [id])
    if not rows:
        raise not_found("document", id, "See the table of documents for those that there are.")
    row = dict(rows[0])
    if row["text"] is None:
        reading = (("What is held of it", visit.links.page("read", id)),)
        sentence = "The text of this document is not kept here, so no passage of it can be marked."
        raise PageError(
            409, sentence, f"Attach it first: datasette claims attach {visit.database}.db {id} FILE", reading
        )
    return row


def _span(document: dict[str, Any], start: str, end: str) -> tuple[int, int]:
    first, after = natural(start), natural(end)
    if first is None or after is None or not first < after <= len(document["text"]):
        remedy = f"Give start and end in code points, from 0 to {len(document['text'])}."
        raise bad_request(f"start={start}, end={end} is no passage of this text.", remedy)
    return first, after


def _sentences(visit: Visit, document: dict[str, Any]) -> Answer:
    """Every sentence of the text as a link to its form."""
    text = document["text"]
    listed = [
        {"start": start, "end": end, "text": text[start:end], "url": _form_url(visit, document["id"], start, end)}
        for start, end in sentences(text)
    ]
    number = wording.count(len(listed), "sentence")
    data = {"document": document["id"], "sentences": listed}
    told = f"{number}. Choose the one that reports what somebody said."
    context = {"document": document, "listed": listed, "static_url": static(visit)}
    return Answer(f"Annotate: {document['title']}", told, data, context)


def _form_url(visit: Visit, document: str, start: int, end: int) -> str:
    return visit.links.page("annotate", document, start=str(start), end=str(end))


async def _save(visit: Visit, document: dict[str, Any], sent: Received) -> Answer | Response:
    if sent.text("more"):  # another row for a stance was asked for; nothing is to be saved yet
        await require_writable(visit, ANNOTATE)
        return await _show(visit, document, Form(dict(sent), key=sent.text("key"), marks=sent.all("mark")))
    by = await by_of(visit, document["id"])
    try:
        await _own_statement(visit, sent)
        revisions = await write(
            visit,
            ANNOTATE,
            lambda conn: annotate(conn, document["id"], sent, sent.all("mark"), by).changes,
            note="marked a passage",
            request_key=sent.text("key") or None,
        )
    except PageError as error:
        if sent.json:
            raise
        return await _show(visit, document, refused(sent, error), error.status)
    marks = ", ".join("?" * len(revisions))
    found = await visit.rows(
        f"select row_id from revisions where id in ({marks}) and table_name = 'mentions'", revisions
    )
    mention = found[0][0]
    url = f"{visit.links.page('read', document['id'], annotation=mention)}#a-{anchor(mention)}"
    return saved(visit, sent, revisions, url, mention=mention)


async def _own_statement(visit: Visit, sent: Received) -> None:
    """Who codes a document blind may add mentions to their own statements only. Raises Refused."""
    if not visit.blind or not sent.text("statement"):
        return
    found = await visit.db.execute_fn(lambda conn: picked(conn, "statements", sent, "statement"))
    chosen = found or sent.text("statement")
    sql = "select 1 from mentions where statement = ? and coder = ?"
    if not await visit.rows(sql, [chosen, name_of(visit.actor)]):
        told = "it is none of yours, and you code this document blind"
        raise Refused([Problem("form", None, "statement", chosen, told, "leave it blank to mark a new statement")])


async def _show(visit: Visit, document: dict[str, Any], form: Form, status: int = 200) -> Answer:
    """The form. Raises PageError where what was sent names no passage: then there is nothing to show it with."""
    start, end = _span(document, form.value("start"), form.value("end"))
    text = document["text"]
    form = await _with_names(visit, form)
    before, after = around(text, start, end)
    stances = max(
        [1, *(n for n in range(1, MOST_STANCES + 1) if form.value(f"claim-{n}") or form.value(f"stance-{n}"))]
    )
    if form.value("more"):
        stances = min(MOST_STANCES, stances + 1)
    context = {
        "form": form,
        "document": document,
        "passage": text[start:end],
        "before": before,
        "after": after,
        "roles": await roles(visit, form.value("speaker_id")),
        "already": await _already(visit, document["id"], start, end),
        "listed": None,
        "lists": await lists(visit, document["id"]),
        "fields": FIELDS,
        "extra": extra_fields(),
        "report_types": REPORT_TYPE,
        "anchor": anchor,
        "parts": _parts(text, form),
        "stances": range(1, stances + 1),
        "most_stances": MOST_STANCES,
        "known": _known_fields(stances),
        "static_url": static(visit),
        "signed_out": visit.actor is None,
        "action": visit.links.page("annotate", document["id"]),
    }
    data = {"document": document["id"], "start": start, "end": end, "quote": text[start:end], **data_of(form)}
    told = form.error or "Who says this, how is it reported, and on which side of which claim does it stand?"
    return Answer(f"Annotate: {document['title']}", told, data, context, status=status)


_ALREADY = """
select m.id, m.report_type, coalesce(a.name, m.speaker_label) as who, m.coder from mentions m
left join actors a on a.id = m.speaker
where m.document = :of and m.status <> 'rejected' and (m.coder is null or m.coder = :me)
and min(m.span_end, :end) - max(m.span_start, :start) > 0.5 * max(m.span_end - m.span_start, :end - :start)
order by m.span_start, m.id limit 5
"""


async def _already(visit: Visit, document: str, start: int, end: int) -> list[dict[str, Any]]:
    """The mentions that mark most of the same words, so that nothing is marked twice unawares; of somebody who codes
    blind only their own."""
    me = name_of(visit.actor)
    rows = [dict(row) for row in await visit.rows(_ALREADY, {"of": document, "me": me, "start": start, "end": end})]
    if visit.blind:
        return [row for row in rows if row["coder"] == me and me is not None]
    return rows if await visit.sees("actors") else [{**row, "who": None} for row in rows]


async def _with_names(visit: Visit, form: Form) -> Form:
    """The statement that a link or a list names by its id, by its words, with the id beside."""
    chosen = form.value("statement")
    if not chosen or form.value("statement_id") or visit.blind:
        return form
    if not await visit.rows("select 1 from statements where id = ?", [chosen]):
        return form
    label = await label_of(visit, "statements", chosen)
    return replace(form, values={**form.values, "statement": label, "statement_id": chosen})


def _parts(text: str, form: Form) -> list[dict[str, str]]:
    """The marked parts with their words, for checkboxes."""
    found = []
    for mark in form.marks:
        part, _, place = mark.partition(":")
        start, _, end = place.partition("#")[0].partition("-")
        first, after = natural(start), natural(end)
        if part in EVIDENCE_PART.words and first is not None and after is not None:
            found.append({"value": mark, "label": EVIDENCE_PART.term(part).label, "words": text[first:after]})
    return found


def _known_fields(stances: int) -> set[str]:
    """The names of all fields beside which problems are told."""
    per_stance = (
        "claim-{}",
        "claim-{}_kind",
        "claim-{}_relation",
        "claim-{}_other",
        "stance-{}",
        "basis-{}",
        "actor-{}",
    )
    numbered = {name.format(n) for n in range(1, stances + 1) for name in per_stance}
    return {*FIELDS, *(field.name for field in extra_fields()), *numbered}
