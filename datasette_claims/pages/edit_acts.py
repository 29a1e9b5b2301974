"""Acts on whole rows, each on a page that says what will happen before it does: split, merge, delete, restore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import permissions
from ..annotating import MERGEABLE, delete, dependants, merge, restore, split
from ..annotating.editing import EDITABLE
from ..annotating.references import actor_named, claim_worded, picked
from ..permissions import ANNOTATE
from ..schema import BY_NAME
from ..schema.vocabulary import REPORT_TYPE
from . import wording
from .edit_rows import NAMES, Row, enter_table, not_blind, row_of, shown_at, title_of
from .errors import PageError
from .forms import WRITES, Form, by_of, data_of, enter, given_revision, lists, refused, saved, static
from .framework import Answer, Visit, page
from .history_rows import changed_fields
from .numbers import natural
from .writing import Make, Received, received, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

RESTORABLE = (*EDITABLE, "documents", "segments", "events", "provenance", "assessments")


async def _act(visit: Visit, sent: Received, make: Make, note: str) -> list[int]:
    return await write(visit, ANNOTATE, make, note=note, request_key=sent.text("key") or None)


def _base(visit: Visit, form: Form, way: str, table: str, id: str, shown: str) -> dict[str, Any]:
    """What every one of these pages tells its template; ``way`` is the first part of its path."""
    own = {"form": form, "table": table, "id": id, "shown": shown, "static_url": static(visit)}
    return {**own, "action": visit.links.page(way, table, id)}


@page("/split/{table}/{id}", template="split.html", methods=WRITES)
async def split_page(visit: Visit) -> Answer | Response:
    """Which mentions, and which stances, belong to another statement."""
    await enter_table(visit, ("statements",))
    await permissions.require(visit.datasette, visit.actor, visit.database, "mentions", "documents")
    await enter(visit)
    id = visit.ids["id"]
    row = await row_of(visit, "statements", id)
    form, status = Form({"revision": str(row["revision"])}), 200
    if visit.request.method == "POST":
        sent = await received(visit)
        by = await by_of(visit)
        try:
            revision = await given_revision(visit, sent)
            mentions, stances = sent.all("mentions"), sent.all("stances")
            note = f"split off from {id}"
            revisions = await _act(
                visit, sent, lambda conn: split(conn, id, mentions, stances, revision, by).changes, note
            )
            new = await _inserted(visit, revisions, "statements")
            return saved(visit, sent, revisions, visit.links.page("statement", new), row=new)
        except PageError as error:
            if sent.json:
                raise
            form, status = refused(sent, error), error.status
    return await _show_split(visit, row, form, status)


async def _show_split(visit: Visit, row: Row, form: Form, status: int) -> Answer:
    mentions = await visit.rows(
        "select m.id, m.document, d.title, d.published_on, m.report_type, coalesce(m.quote, m.content, m.cue) as words "
        "from mentions m left join documents d on d.id = m.document where m.statement = ? "
        "order by d.published_on, m.document, m.span_start, m.id limit 500",
        [row["id"]],
    )
    stances: Sequence[Any] = []
    if await visit.sees("stances", "claims"):
        stances = await visit.rows(
            "select t.id, t.stance, t.basis, c.text as words from stances t join claims c on c.id = t.claim "
            "where t.statement = ? order by t.id limit 500",
            [row["id"]],
        )
    context = _base(visit, form, "split", "statements", row["id"], await shown_at(visit, "statements", row))
    context |= {
        "report_types": REPORT_TYPE,
        "row": row,
        "mentions": [dict(m) for m in mentions],
        "stances": [dict(s) for s in stances],
    }
    number = wording.count(len(mentions), "mention")
    sentence = form.error or f"{number} of this statement. Choose those that report another one."
    data = {"row": row["id"], "mentions": context["mentions"], "stances": context["stances"], **data_of(form)}
    return Answer(f"Split: {await title_of(visit, 'statements', row)}", sentence, data, context, status=status)


async def _inserted(visit: Visit, revisions: list[int], table: str) -> str:
    marks = ", ".join("?" * len(revisions))
    sql = f"select row_id from revisions where id in ({marks}) and table_name = ? and operation = 'insert'"
    return str((await visit.rows(sql, [*revisions, table]))[0][0])


@page("/merge/{table}/{id}", template="merge.html", methods=WRITES)
async def merge_page(visit: Visit) -> Answer | Response:
    """The row that stays, and the one that is to go into it, side by side."""
    table, id = await enter_table(visit, MERGEABLE), visit.ids["id"]
    await enter(visit)
    row = await row_of(visit, table.name, id)
    form, status, other = Form({"with": visit.request.args.get("with") or ""}), 200, None
    try:
        if visit.request.method == "POST":
            sent = await received(visit)
            form = Form(dict(sent), key=sent.text("key"))
            if not sent.text("confirm"):  # a look at both rows: nothing is saved that would be checked later
                await permissions.require(visit.datasette, visit.actor, visit.database, action=ANNOTATE)
            other = await _other(visit, table.name, sent)
            if sent.text("confirm"):
                return await _merge(visit, table.name, id, other, sent)
        elif form.value("with"):
            other = await _other(visit, table.name, Received((("with", form.value("with")),)))
    except PageError as error:
        if visit.format == "json":
            raise
        form, status = refused(Received(tuple(form.values.items())), error), error.status
    return await _show_merge(visit, table.name, row, other, form, status)


async def _other(visit: Visit, table: str, sent: Received) -> Row:
    """The row that was named, by its id, its name or its words."""
    from ..loading.problems import LoadError
    from .writing import Refused

    named = sent.text("with")
    chosen = await visit.db.execute_fn(lambda conn: picked(conn, table, sent, "with"))
    if chosen is not None:
        return await row_of(visit, table, chosen)
    try:
        if table == "actors":
            named = await visit.db.execute_fn(lambda conn: actor_named(conn, named, "with")) or named
        elif table == "claims":
            named = await visit.db.execute_fn(lambda conn: claim_worded(conn, named)) or named
    except LoadError as error:
        raise Refused(error.problems) from error
    return await row_of(visit, table, named)


async def _merge(visit: Visit, table: str, keep: str, other: Row, sent: Received) -> Response:
    by = await by_of(visit)
    revision = await given_revision(visit, sent)
    gone = sent.text("with_revision")
    seen = (revision, natural(gone))
    note = f"merged {other['id']} into {keep}"
    revisions = await _act(visit, sent, lambda conn: merge(conn, table, keep, other["id"], seen, by).changes, note)
    row = await row_of(visit, table, keep)
    return saved(visit, sent, revisions, await shown_at(visit, table, row), row=keep)


async def _show_merge(visit: Visit, table: str, row: Row, other: Row | None, form: Form, status: int) -> Answer:
    context = _base(visit, form, "merge", table, row["id"], await shown_at(visit, table, row))
    context |= {"row": row, "other": other, "lists": await lists(visit, row.get("document"))}
    context["compared"] = []
    if other is not None:
        labels = {column.name: column.label for column in BY_NAME[table].stored}
        context["compared"] = [
            (labels[name], row[name], other[name])
            for name in labels
            if name not in ("revision", "status_by", "status_at") and row[name] != other[name]
        ]
    sentence = form.error or "Everything that refers to the other one is moved to this one; its names are kept."
    if table != "actors":
        sentence = form.error or "Everything that refers to the other one is moved to this one; this one's words stay."
    data = {"row": row["id"], "with": other["id"] if other else None, **data_of(form)}
    return Answer(f"Merge: {await title_of(visit, table, row)}", sentence, data, context, status=status)


@page("/delete/{table}/{id}", template="delete.html", methods=WRITES, blind=True)
async def delete_page(visit: Visit) -> Answer | Response:
    """What would go with the row, and the button."""
    table, id = await enter_table(visit), visit.ids["id"]
    await enter(visit)
    row = await row_of(visit, table.name, id)
    await not_blind(visit, table.name, row)
    by = await by_of(visit)
    form, status = Form({"revision": str(row["revision"])}), 200
    if visit.request.method == "POST":
        sent = await received(visit)
        try:
            revision = await given_revision(visit, sent)
            note = sent.text("_note") or "deleted"
            revisions = await _act(visit, sent, lambda conn: delete(conn, table.name, id, revision, by).changes, note)
            after = visit.links.page("undo") if visit.blind else visit.links.page("history", table.name, id)
            return saved(visit, sent, revisions, after, row=id)
        except PageError as error:
            if sent.json:
                raise
            form, status = refused(sent, error), error.status
            row = await row_of(visit, table.name, id)
    counts = await visit.db.execute_fn(lambda conn: dependants(conn, table.name, id, by))
    through = [name for name in ("statements", "mentions", "stances") if name in BY_NAME and table.name != name]
    seen = {name: number for name, number in counts.items() if await visit.sees(name)}
    seen = seen if await visit.sees(*through) else {}  # what goes with a row that goes with it would tell of that row
    with_it = wording.listed([f"{number} {BY_NAME[name].label.lower()}" for name, number in seen.items()])
    sentence = f"With it would go: {with_it}." if with_it else "Nothing else would go with it."
    context = _base(visit, form, "delete", table.name, id, await shown_at(visit, table.name, row))
    title = f"Delete {NAMES[table.name]}: {await title_of(visit, table.name, row)}"
    told = form.error or f"{sentence} It can be restored from its history."
    data = {"table": table.name, "row": id, "with": seen, **data_of(form)}
    return Answer(title, told, data, {**context, "row": row, "name": NAMES[table.name]}, status=status)


@page("/restore/{table}/{id}", template="restore.html", tables=("revisions",), methods=WRITES)
async def restore_page(visit: Visit) -> Answer | Response:
    """What the row would be again, and the button. ``to`` is a revision of it; without, from before its removal."""
    table, id = await enter_table(visit, RESTORABLE), visit.ids["id"]
    await enter(visit)
    found = await visit.rows(f'select * from "{table.name}" where id = ?', [id])
    row = dict(found[0]) if found else None
    form, status = Form({"to": visit.request.args.get("to") or ""}), 200
    if visit.request.method == "POST":
        sent = await received(visit)
        by = await by_of(visit)
        to = sent.text("to")
        wanted = natural(to)
        try:
            seen = await given_revision(visit, sent)
            note = f"restored to revision {wanted}" if wanted else "restored"
            revisions = await _act(
                visit, sent, lambda conn: restore(conn, table.name, id, wanted, by, seen).changes, note
            )
            return saved(visit, sent, revisions, visit.links.page("history", table.name, id), row=id)
        except PageError as error:
            if sent.json:
                raise
            form, status = refused(sent, error), error.status
    context = _base(visit, form, "restore", table.name, id, visit.links.page("history", table.name, id))
    context |= {"row": row, "fields": await changed_fields(visit, table.name, id, form.value("to"), row)}
    state = "The row stands." if row else "The row was deleted; what went with it comes back with it."
    data = {"table": table.name, "row": id, "to": form.value("to") or None, **data_of(form)}
    return Answer(f"Restore {id}", form.error or state, data, context, status=status)
