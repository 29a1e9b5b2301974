"""What the pages that write share about a row: itself, its labels, the fields of its form, the page that shows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ..annotating.editing import EDITABLE, columns
from ..blindness import name_of
from ..schema import BY_NAME, Table
from . import wording
from .errors import PageError, not_found
from .fields import Field, field
from .forms import label_of
from .framework import Visit
from .passages import anchor

Row = dict[str, Any]

NAMES = {
    "statements": "statement",
    "mentions": "mention",
    "evidence": "evidence",
    "stances": "stance",
    "claims": "claim",
    "claim_relations": "relation of claims",
    "actors": "actor",
    "memberships": "membership",
}
"""What a row of a table is called in a sentence."""

_NEEDS = {
    "evidence": ("evidence", "mentions", "documents"),
    "mentions": ("mentions", "statements", "documents", "evidence", "segments"),
    "stances": ("stances", "claims", "statements"),
    "claim_relations": ("claim_relations", "claims"),
    "memberships": ("memberships", "actors"),
}
"""The tables that the page of a row shows something of, besides its own."""


async def enter_table(visit: Visit, among: tuple[str, ...] = EDITABLE) -> Table:
    """The table in the URL, behind its gate. Raises PageError 404, Forbidden."""
    from .. import permissions

    name = visit.ids["table"]
    if name not in among:
        raise not_found("table to edit", name, f"These can be edited: {', '.join(among)}.")
    await permissions.require(visit.datasette, visit.actor, visit.database, *_NEEDS.get(name, (name,)))
    return BY_NAME[name]


async def row_of(visit: Visit, table: str, id: str) -> Row:
    """One row. Raises PageError 404; where it was deleted, with the way to its history."""
    rows = await visit.rows(f'select * from "{table}" where id = ?', [id])
    if rows:
        return dict(rows[0])
    error = not_found(NAMES.get(table, "row"), id, "It may have been deleted: its history says so, and can restore it.")
    error.links = (("Its history", visit.links.page("history", table, id)),)
    raise error


async def not_blind(visit: Visit, table: str, row: Mapping[str, Any]) -> None:
    """Who codes a document blind may correct their own rows, and learns of no others. Raises PageError 403."""
    if not visit.blind or table in ("actors", "claims", "claim_relations", "memberships"):
        return
    owner = row.get("coder")
    if table in ("evidence", "statements"):
        where, id = ("id", row["mention"]) if table == "evidence" else ("statement", row["id"])
        found = {each[0] for each in await visit.rows(f"select coder from mentions where {where} = ?", [id])}
        owner = found.pop() if len(found) == 1 else None
    if owner is None or owner != name_of(visit.actor):
        sentence = "You code a document blind, so this row is closed to you."
        raise PageError(403, sentence, "Call the assignment done to open it again.")


def fields_of(table: Table) -> list[Field]:
    """The fields of a row's form."""
    return [field(column) for column in columns(table)]


async def values_of(visit: Visit, table: Table, row: Mapping[str, Any]) -> dict[str, str]:
    """A row as its form shows it: references by name, with the id beside."""
    values: dict[str, str] = {}
    for column in columns(table):
        stored = row[column.name]
        blank = stored is None or (stored == column.default and column.name != "kind")
        values[column.name] = "" if blank else str(stored)
        if column.references and not blank:
            values[f"{column.name}_id"] = str(stored)
            if column.references in ("actors", "claims", "statements", "countries"):
                values[column.name] = await label_of(visit, column.references, str(stored))
    return values


async def title_of(visit: Visit, table: str, row: Mapping[str, Any]) -> str:
    """What a row is called: its name or words, shortened."""
    if table == "stances":
        who = await label_of(visit, "actors", str(row["actor"]))
        return wording.shortened(f"{who}: {await label_of(visit, 'claims', str(row['claim']))}", 90)
    if table == "claim_relations":
        return f"{row['claim']} {row['relation']} {row['other_claim']}"
    if table == "memberships":
        return wording.shortened(f"{await label_of(visit, 'actors', str(row['person']))}: {row['role'] or ''}", 90)
    named = next(
        (row[name] for name in ("name", "text", "content", "quote", "cue", "title") if row.get(name)), row["id"]
    )
    return wording.shortened(str(named), 90)


async def shown_at(visit: Visit, table: str, row: Mapping[str, Any]) -> str:
    """The URL of the page on which people read the row."""
    links = visit.links
    if table in ("statements", "claims", "actors"):
        return links.page(table.removesuffix("s"), row["id"])
    if table == "mentions":
        return f"{links.page('read', row['document'], annotation=row['id'])}#a-{anchor(row['id'])}"
    if table == "evidence":
        rows = await visit.rows("select * from mentions where id = ?", [row["mention"]])
        return await shown_at(visit, "mentions", dict(rows[0])) if rows else links.row(table, row["id"])
    if table == "stances":
        return links.page("statement", row["statement"]) if row["statement"] else links.page("claim", row["claim"])
    if table == "memberships":
        return links.page("actor", row["person"])
    return links.page("claim", row["claim"]) if table == "claim_relations" else links.row(table, row["id"])


def before(conn: sqlite3.Connection, table: Table, id: str, seen: int) -> Row | None:
    """A row as it was at a revision, as far as the history tells; None where it does not."""
    from .revisions import rows_before

    return rows_before(conn, table.name, [id], seen).get(id)
