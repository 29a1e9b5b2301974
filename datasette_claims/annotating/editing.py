"""Correcting a row: the values that a form gives, checked by the rules of a load, where they differ."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ..loading.problems import LoadError, Problem
from ..schema import BY_NAME, Column, Table, Type
from .acts import Act, By, Gathered, Row, find, get, problem
from .references import actor_named, checked, claim_worded, picked

EDITABLE = ("statements", "mentions", "evidence", "stances", "claims", "claim_relations", "actors", "memberships")
"""The tables whose rows people write by hand."""

_NOT_BY_HAND = ("id", "revision", "status", "status_by", "status_at", "coder", "confidence", "country_origin", "hedged")
_PLACES = ("span_start", "span_end", "quote", "segment")


def columns(table: Table) -> list[Column]:
    """The columns that a person may set by hand: not ids, nor what is derived, copied or has a page of its own."""
    own = [c for c in table.stored if c.name not in _NOT_BY_HAND and (c.copy is None or c.copy.optional)]
    moved = ("mentions", "evidence")
    fixed = {"mentions": ("document",), "evidence": ("mention",), "memberships": _PLACES, "actors": ("in_text",)}
    hidden = (*fixed.get(table.name, ()), *(_PLACES if table.name in moved else ()))
    # A stance's own date, document and the like count only where it has no statement to copy them from.
    return [c for c in own if c.name not in hidden and not (table.name == "stances" and c.copy is not None)]


def edit(conn: sqlite3.Connection, table: str, id: str, form: Mapping[str, str], revision: int | None, by: By) -> Act:
    """Change a row to what a form says; columns that the form does not name stay.

    ``revision`` is the revision of the row that the person saw. References may be given by id or by name. Raises
    LoadError about the fields.
    """
    made = Gathered(conn, by)
    row = get(conn, table, id)
    own = BY_NAME[table]
    given = {column.name: form[column.name].strip() for column in columns(own) if column.name in form}
    _resolve(conn, own, given, form)
    before = {name: "" if row[name] is None else str(row[name]) for name in given}
    changed = {name: cell for name, cell in given.items() if cell != before[name] and not _same(own[name], cell, row)}
    if not changed:
        return Act((), table, id)
    values = _values(made, own, row, given, changed)
    if "hedge_terms" in changed and table == "statements":
        values["hedged"] = 1 if changed["hedge_terms"] else 0
    made.update(table, id, values, revision)
    return made.act(table, id)


def add_row(conn: sqlite3.Connection, table: str, form: Mapping[str, str], by: By) -> Act:
    """A new row of a table, from a form; its id is made from what it holds. Raises LoadError about the fields."""
    made = Gathered(conn, by)
    own = BY_NAME[table]
    given = {column.name: form[column.name].strip() for column in columns(own) if column.name in form}
    _resolve(conn, own, given, form)
    values = checked(made, table, _with_country(given))
    _references_exist(conn, own, values)
    id = made.insert(table, made.free(table, _id(made, table, values)), values)
    return made.act(table, id)


def _id(made: Gathered, table: str, values: Mapping[str, object]) -> str:
    names = {
        "claim_relations": ("claim", "relation", "other_claim"),
        "stances": ("claim", "actor"),
        "memberships": ("person", "organization", "role"),
        "actors": ("name",),
        "claims": ("text",),
    }[table]
    parts = [str(values[name]) for name in names if values.get(name)][: 3 if table == "claim_relations" else 2]
    if table == "claim_relations":
        return ".".join(parts)
    return made.free_id(table, *parts) if table in ("actors", "claims") else "--".join(parts)


def _same(column: Column, cell: str, row: Row) -> bool:
    """Whether a blank cell says what the row's default says already."""
    stored = row[column.name]
    return cell == "" and (stored is None or str(stored) == (column.default or ""))


def _values(
    made: Gathered, table: Table, row: Row, given: Mapping[str, str], changed: Mapping[str, str]
) -> dict[str, object]:
    """The changed columns as stored values; what a row says as a whole is checked as well."""
    whole = {c.name: str(row[c.name]) for c in columns(table) if row[c.name] not in (None, "")}
    whole = {name: cell for name, cell in {**whole, **given}.items() if cell != ""}
    if table["country"].name in changed if "country" in table.column_names else False:
        whole = _with_country(whole)
    required = {c.name: str(row[c.name]) for c in table.stored if c.required and c.name not in whole}
    required = {name: cell for name, cell in required.items() if name not in changed and name not in ("id", "revision")}
    values = checked(made, table.name, {**required, **whole})
    _references_exist(made.conn, table, {name: values.get(name) for name in changed})
    found = {name: values.get(name) for name in changed}
    if "date_start" in found and "date_end" in values:  # a partial date fills its interval
        found["date_end"] = values["date_end"]
    if found.get("country", "") is None:
        found["country_basis"] = None
    return found


def _with_country(cells: Mapping[str, str]) -> dict[str, str]:
    """A country that is not stated is left to be derived, and a basis without a country says nothing."""
    if cells.get("country", "not_stated") not in ("", "not_stated"):
        return dict(cells)
    return {name: cell for name, cell in cells.items() if name not in ("country", "country_basis")}


def _resolve(conn: sqlite3.Connection, table: Table, given: dict[str, str], form: Mapping[str, str]) -> None:
    """References by name to ids, in place: what was picked from a list counts if the name was not changed since."""
    wrong: list[Problem] = []
    for name in list(given):
        column = table[name]
        if column.type is not Type.REFERENCE or not given[name]:
            continue
        chosen = picked(conn, str(column.references), form, name)
        if chosen is not None:
            given[name] = chosen
            continue
        try:
            id = _named(conn, str(column.references), given[name], name)
        except LoadError as error:
            wrong.extend(error.problems)
            continue
        if id is None:
            remedy = "choose from the list"
            wrong.append(problem(name, given[name], f"there is no such row in {column.references}", remedy))
        else:
            given[name] = id
    if wrong:
        raise LoadError(wrong)


def _named(conn: sqlite3.Connection, table: str, text: str, field: str) -> str | None:
    if table == "actors":
        return actor_named(conn, text, field)
    if table == "claims":
        return claim_worded(conn, text)
    if table == "countries":
        sql = "SELECT id FROM countries WHERE id = :text OR lower(name) = lower(:text) ORDER BY id <> :text LIMIT 1"
        found = conn.execute(sql, {"text": text}).fetchone()
        return str(found[0]) if found else None
    return text if find(conn, table, text) is not None else None


def _references_exist(conn: sqlite3.Connection, table: Table, values: Mapping[str, object]) -> None:
    wrong = []
    for name, value in values.items():
        column = table[name]
        if column.references and value is not None and find(conn, column.references, str(value)) is None:
            told = f"there is no such row in {column.references}"
            wrong.append(problem(name, value, told, "choose one that there is"))
    if wrong:
        raise LoadError(wrong)
