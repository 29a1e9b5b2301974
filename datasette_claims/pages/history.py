"""The history of one row: every change with who, when and why, word by word, and the way back to each."""

from __future__ import annotations

from typing import Any

from .. import permissions
from ..permissions import ANNOTATE
from ..schema import BY_NAME
from . import wording
from .edit_acts import RESTORABLE
from .edit_rows import title_of
from .errors import not_found
from .forms import links_for, static
from .framework import Answer, Visit, page
from .history_rows import data_of, differences, told, without_hidden_notes
from .revisions import state_of
from .writing import may_write

MOST = 200
_CHANGES = """
select r.*, l.tool, l.loaded_by from revisions r left join loads l on l.id = r.load
where r.table_name = ? and r.row_id = ? order by r.id desc limit ?
"""
_LOADED = "select r.*, l.tool, l.loaded_by from revisions r left join loads l on l.id = r.load where r.id = ?"


@page("/history/{table}/{id}", template="history.html", tables=("revisions",))
async def history(visit: Visit) -> Answer:
    """All changes of a row, the latest first."""
    table, id = visit.ids["table"], visit.ids["id"]
    if table not in BY_NAME or table in ("revisions", "loads"):
        raise not_found("table with a history", table, "Every row of the record has one: see the tables.")
    await permissions.require(visit.datasette, visit.actor, visit.database, table)
    rows = await visit.rows(f'select * from "{table}" where id = ?', [id])
    row = dict(rows[0]) if rows else None
    revisions = await without_hidden_notes(visit, await visit.rows(_CHANGES, [table, id, MOST]))
    if row is None and not revisions:
        raise not_found("row", id, f"There never was one of this id in {table}.")
    changes = [told(each) for each in revisions]
    first = _first_state(row, revisions)
    if first is not None:
        changes.append(await _loaded(visit, table, first))
    writes = await may_write(visit, ANNOTATE)
    context = {
        "changes": changes,
        "row": row,
        "table": table,
        "id": id,
        "static_url": static(visit),
        "may_restore": writes and table in RESTORABLE,
        "ways": await links_for(visit, table, id) if row is not None and table in RESTORABLE else {},
    }
    title = f"History of {await title_of(visit, table, row) if row else id}"
    data = {"table": table, "row": id, "exists": row is not None, "changes": [data_of(each) for each in changes]}
    return Answer(title, _sentence(row, changes), data, context)


def _first_state(row: dict[str, Any] | None, revisions: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The row as a load brought it in, where no revision of its own tells of that; None where one does, or the
    history is longer than what is shown."""
    if len(revisions) == MOST:
        return None
    if not revisions:
        return row
    return state_of(revisions[-1]["before"])


async def _loaded(visit: Visit, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The load that brought a row in: it has one revision for all its rows, without their states."""
    found = await visit.rows(_LOADED, [row["revision"]])
    change = told(dict(found[0]))
    return {**change, "fields": differences(table, None, row), "said": "loaded"}


def _sentence(row: dict[str, Any] | None, changes: list[dict[str, Any]]) -> str:
    number = wording.count(len(changes), "change")
    last = changes[0]
    who = f" by {last['who']}" if last["who"] else ""
    state = "The row stands in the record" if row is not None else "The row was deleted and can be restored"
    return f"{state}. {number} on record, the latest{who} on {wording.full_date(str(last['at'])[:10])}."
