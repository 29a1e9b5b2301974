"""Two people changed one row: what it was, what it is now, and what was typed, field by field, to choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..schema import Table
from .edit_rows import Row, before, fields_of, values_of
from .forms import Form, refused
from .framework import Visit
from .writing import Received, Stale

CHOOSE = "choose-"


@dataclass(frozen=True)
class Compared:
    """``form``: to save on top of the newer row. ``rows``: each field that anybody changed, as ``field``, ``label``,
    ``before``, ``now``, ``yours`` and whether both changed it (``both``). ``others``: who changed it last, and when."""

    form: Form
    rows: list[dict[str, Any]]
    others: dict[str, str]


def chosen(sent: Received) -> Received:
    """What was sent, without the fields for which the other's value was chosen."""
    theirs = {
        name.removeprefix(CHOOSE) for name, value in sent.items() if name.startswith(CHOOSE) and value == "theirs"
    }
    dropped = {*theirs, *(f"{name}_id" for name in theirs)}
    return replace(sent, pairs=tuple(p for p in sent.pairs if p[0] not in dropped and not p[0].startswith(CHOOSE)))


async def compare(visit: Visit, table: Table, row: Row, sent: Received, error: Stale) -> Compared:
    """The row as the writer saw it, as it is now (``row``), and as it was sent."""
    old = await visit.db.execute_fn(lambda conn: before(conn, table, row["id"], error.seen)) or row
    was, now = await values_of(visit, table, old), await values_of(visit, table, row)
    values, rows = dict(sent), []
    for field in fields_of(table):
        name = field.name
        mine = sent.text(name) if name in sent else was.get(name, "")
        if mine == was[name]:  # not touched by the writer: the newer value stays
            values |= {name: now[name], f"{name}_id": now.get(f"{name}_id", "")}
        if was[name] == now[name] == mine or (mine == now[name] == was[name]):
            continue
        if was[name] != now[name] or mine != was[name]:
            both = len({was[name], now[name], mine}) == 3
            told = {"field": name, "label": field.label, "before": was[name], "now": now[name], "yours": mine}
            rows.append({**told, "both": both})
    values["revision"] = str(row["revision"])
    form = refused(sent, error)
    told_by = await last_change(visit, table.name, row["id"])
    who = told_by.get("who") or "Somebody else"
    sentence = f"{who} changed this row while you were editing it. Nothing of yours is lost, and nothing is saved yet."
    remedy = "Compare, choose where both changed the same field, and save again."
    return Compared(replace(form, values=values, error=sentence, remedy=remedy), rows, told_by)


async def last_change(visit: Visit, table: str, id: str) -> dict[str, str]:
    """``who`` changed or deleted a row last, and when (``at``); nothing where the viewer may not see that."""
    if not await visit.sees("revisions"):
        return {}
    sql = "select who, at from revisions where table_name = ? and row_id = ? order by id desc limit 1"
    found = await visit.rows(sql, [table, id])
    return {"who": found[0]["who"] or "", "at": found[0]["at"]} if found else {}
