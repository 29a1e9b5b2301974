"""Correcting a row, or adding one, by hand: the form, what was changed meanwhile by others, and saving."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..annotating import Act, add_row, edit
from ..permissions import ANNOTATE
from ..schema import Table
from . import wording
from .edit_mention import borders_context, save_borders
from .edit_rows import NAMES, Row, enter_table, fields_of, not_blind, row_of, shown_at, title_of, values_of
from .edit_stale import chosen, compare
from .errors import PageError
from .fields import SELDOM
from .forms import (
    WRITES,
    Form,
    by_of,
    data_of,
    enter,
    given_revision,
    links_for,
    lists,
    own_path,
    refused,
    saved,
    static,
)
from .framework import Answer, Visit, page
from .writing import Received, Stale, received, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

ADDABLE = ("stances", "claims", "claim_relations", "actors", "memberships")


@page("/edit/{table}/{id}", template="edit.html", methods=WRITES, blind=True)
async def edit_page(visit: Visit) -> Answer | Response:
    """The form of a row, or what comes of sending it."""
    table, id = await enter_table(visit), visit.ids["id"]
    await enter(visit)
    row = await row_of(visit, table.name, id)
    await not_blind(visit, table.name, row)
    if visit.request.method != "POST":
        values = await values_of(visit, table, row)
        return await _show(visit, table, row, Form({**values, "revision": str(row["revision"])}))
    sent = chosen(await received(visit))
    if sent.text("what") == "borders":
        return await save_borders(visit, row, sent, partial(_show_with, visit, table, row))
    return await _save(visit, table, row, sent)


async def _save(visit: Visit, table: Table, row: Row, sent: Received) -> Answer | Response:
    by = await by_of(visit, row.get("document"))
    try:
        revision = await given_revision(visit, sent)
        revisions = await write(
            visit,
            ANNOTATE,
            lambda conn: edit(conn, table.name, row["id"], sent, revision, by).changes,
            note=sent.text("_note") or "corrected",
            request_key=sent.text("key") or None,
        )
    except Stale as error:
        return await _stale(visit, table, row["id"], sent, error)
    except PageError as error:
        if sent.json:
            raise
        return await _show(visit, table, row, refused(sent, error), error.status)
    url = own_path(visit.links, sent.text("next"), await shown_at(visit, table.name, row))
    return saved(visit, sent, revisions, url, row=row["id"], table=table.name)


async def _stale(visit: Visit, table: Table, id: str, sent: Received, error: Stale) -> Answer:
    """Both versions side by side, and the form with what was typed, ready to be saved on top of the newer one."""
    row = await row_of(visit, table.name, id)
    told = await compare(visit, table, row, sent, error)
    return await _show(visit, table, row, told.form, 409, compared=told.rows, others=told.others)


async def _show_with(
    visit: Visit, table: Table, row: Row, form: Form, status: int, now: Row | None = None, **more: Any
) -> Answer:
    """The page with what was sent for the borders; the form above it has the row as it is."""
    row = now or row
    values = {**await values_of(visit, table, row), **form.values, "revision": str(row["revision"])}
    return await _show(visit, table, row, replace(form, values=values), status, **more)


async def _show(visit: Visit, table: Table, row: Row, form: Form, status: int = 200, **more: Any) -> Answer:
    id = row["id"]
    document = row.get("document")
    fields = fields_of(table)
    context = {
        "form": form,
        "fields": fields,
        "seldom": [field for field in fields if field.name in SELDOM.get(table.name, ())],
        "known": {field.name for field in fields},
        "table": table.name,
        "row": row,
        "lists": await lists(visit, document),
        "static_url": static(visit),
        "action": visit.links.page("edit", table.name, id),
        "shown": await shown_at(visit, table.name, row),
        "ways": {label: url for label, url in (await links_for(visit, table.name, id)).items() if label != "Edit"},
        "next": visit.request.args.get("next") or form.value("next"),
        "document": document,
        **more,
    }
    if table.name == "mentions":
        context |= await borders_context(visit, row, form)
    title = f"Edit {NAMES[table.name]}: {await title_of(visit, table.name, row)}"
    data = {"table": table.name, "row": {**row}, **data_of(form), **more}
    sentence = form.error or "Correct what is not right. Every change is recorded and can be undone."
    return Answer(title, sentence, data, context, status=status)


@page("/new/{table}", template="edit.html", methods=WRITES)
async def new_page(visit: Visit) -> Answer | Response:
    """The form of a new row; the query string fills it in."""
    table = await enter_table(visit, ADDABLE)
    await enter(visit)
    if visit.request.method != "POST":
        names = {field.name for field in fields_of(table)}
        given = {name: visit.request.args[name] for name in visit.request.args if name in names}
        return await _show_new(visit, table, Form(given))
    sent = await received(visit)
    by = await by_of(visit, sent.text("document") or None)
    made: list[Act] = []

    def make(conn: sqlite3.Connection) -> Any:
        made.append(add_row(conn, table.name, sent, by))
        return made[-1].changes

    try:
        key = sent.text("key") or None
        revisions = await write(visit, ANNOTATE, make, note=f"added a {NAMES[table.name]}", request_key=key)
    except PageError as error:
        if sent.json:
            raise
        return await _show_new(visit, table, refused(sent, error), error.status)
    found = await visit.rows("select row_id from revisions where id = ?", revisions[:1])
    row = await row_of(visit, table.name, found[0][0])
    url = own_path(visit.links, sent.text("next"), await shown_at(visit, table.name, row))
    return saved(visit, sent, revisions, url, row=row["id"], table=table.name)


async def _show_new(visit: Visit, table: Table, form: Form, status: int = 200) -> Answer:
    fields = fields_of(table)
    context = {
        "form": form,
        "fields": fields,
        "seldom": [field for field in fields if field.name in SELDOM.get(table.name, ())],
        "known": {field.name for field in fields},
        "table": table.name,
        "row": None,
        "lists": await lists(visit, None),
        "static_url": static(visit),
        "action": visit.links.page("new", table.name),
        "shown": own_path(visit.links, visit.request.args.get("next") or "", visit.links.page()),
        "ways": {},
        "next": visit.request.args.get("next") or form.value("next"),
        "document": None,
    }
    title = f"New {NAMES[table.name]}"
    sentence = form.error or f"{wording.sentence(NAMES[table.name])} to add to the record."
    return Answer(title, sentence, {"table": table.name, **data_of(form)}, context, status=status)
