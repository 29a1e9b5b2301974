"""What a person typed -> the row that is meant: an id, a name, another name; or a new row, made inline."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ..loading.problems import LoadError, Problem
from ..loading.writing import read_values
from ..schema import BY_NAME
from .acts import FORM, Gathered, find, problem, refuse, rows
from .slugs import slug, telling

_BY_NAME = "SELECT id, name FROM actors WHERE lower(name) = lower(:text) ORDER BY id LIMIT 6"
_BY_OTHER_NAME = (
    "SELECT id, name, other_names FROM actors WHERE other_names IS NOT NULL AND "
    "instr(lower(other_names), lower(:text)) ORDER BY id LIMIT 200"
)
_SAME_KIND = {"person": "named", "organization": "institution", "group": "collective"}


_CALLED = {"actors": ("name",), "claims": ("text",), "countries": ("name",), "statements": ("content", "cue")}
"""What a list shows of a row of a table, besides its id."""


def picked(conn: sqlite3.Connection, table: str, form: Mapping[str, str], field: str) -> str | None:
    """The id that was picked from a list for a field, if the text in the field still names that row; else None.

    Without JavaScript nothing takes the id away when somebody writes another name over it.
    """
    text, id = form.get(field, "").strip(), form.get(f"{field}_id", "").strip()
    row = find(conn, table, id) if text and id else None
    if row is None:
        return None
    names = [id, *(str(row[name] or "") for name in _CALLED.get(table, ()))]
    if table == "actors":
        names += str(row["other_names"] or "").split(";")
    return id if _bare(text) in map(_bare, names) else None


def _bare(text: str) -> str:
    """Without white space and case: a field of one line holds no line ends."""
    return "".join(text.split()).casefold()


def actor_named(conn: sqlite3.Connection, text: str, field: str) -> str | None:
    """The actor with this id, name or other name; None if there is none.

    Raises LoadError where several actors have the name: then only an id says which one is meant.
    """
    if conn.execute("SELECT 1 FROM actors WHERE id = ?", [text]).fetchone():
        return text
    found = {row["id"]: row["name"] for row in rows(conn, _BY_NAME, {"text": text})}  # type: ignore[arg-type]
    if not found:
        key = text.casefold()
        for row in rows(conn, _BY_OTHER_NAME, {"text": text}):  # type: ignore[arg-type]
            if key in (name.strip().casefold() for name in row["other_names"].split(";")):
                found[row["id"]] = row["name"]
    if len(found) > 1:
        remedy = f"write the id of the one that you mean: {', '.join(found)}"
        raise refuse(field, text, f"{len(found)} actors have this name", remedy)
    return next(iter(found), None)


def actor(made: Gathered, form: Mapping[str, str], field: str) -> str | None:
    """The actor in a field: ``field``_id where one was ``picked``, else by name, else a new one of ``field``_kind.

    None where the field is blank. Raises LoadError where nobody has the name and no kind was given.
    """
    text = form.get(field, "").strip()
    if not text:
        return None
    chosen = picked(made.conn, "actors", form, field)
    if chosen is not None:
        return chosen
    known = actor_named(made.conn, text, field) or _made_before(made, text)
    if known is not None:
        return known
    kind = form.get(f"{field}_kind", "").strip()
    if not kind:
        remedy = "choose from the list, or say what it is (person, organization, group) to add a new actor"
        raise refuse(field, text, "no actor has this name", remedy)
    if kind not in _SAME_KIND:
        raise refuse(f"{field}_kind", kind, "not a kind of actor", f"use one of {', '.join(_SAME_KIND)}")
    cells = {"name": text, "kind": kind, "identification": _SAME_KIND[kind]}
    values = checked(made, "actors", cells, {"name": field})
    return made.insert("actors", made.free_id("actors", text), values)


def _made_before(made: Gathered, name: str) -> str | None:
    """A new actor of this very act, so that two fields may name it."""
    for (table, id), values in made.inserts.items():
        if table == "actors" and values["name"].casefold() == name.casefold():
            return id
    return None


def claim(made: Gathered, form: Mapping[str, str], field: str) -> str | None:
    """The claim in a field: ``field``_id where one was ``picked``, else by its text or id, else a new one.

    A new claim takes ``field``_kind, and is put into ``field``_relation to ``field``_other, if these are given. None
    where the field is blank. Raises LoadError where there is no such claim and no kind was given.
    """
    text = form.get(field, "").strip()
    if not text:
        return None
    known = picked(made.conn, "claims", form, field) or claim_worded(made.conn, text)
    if known is not None:
        return known
    kind = form.get(f"{field}_kind", "").strip()
    if not kind:
        remedy = "choose from the list, or say what kind of claim it is to add it"
        raise refuse(field, text, "there is no such claim", remedy)
    values = checked(made, "claims", {"text": text, "kind": kind}, {"text": field, "kind": f"{field}_kind"})
    id = made.insert("claims", made.free("claims", telling(text) or "claim"), values)
    _relate(made, form, field, id)
    return id


def claim_worded(conn: sqlite3.Connection, text: str) -> str | None:
    """The claim with this id or exactly this text; None if there is none."""
    found = conn.execute("SELECT id FROM claims WHERE id = :text OR text = :text LIMIT 1", {"text": text}).fetchone()
    return str(found[0]) if found else None


def _relate(made: Gathered, form: Mapping[str, str], field: str, id: str) -> None:
    relation, other = form.get(f"{field}_relation", "").strip(), form.get(f"{field}_other", "").strip()
    if not relation and not other:
        return
    if not relation:
        raise refuse(f"{field}_relation", "", "how the claims are related is missing", "choose a relation")
    target = picked(made.conn, "claims", form, f"{field}_other") or claim_worded(made.conn, other)
    if target is None:
        raise refuse(f"{field}_other", other, "there is no such claim", "choose from the list")
    cells = {"claim": id, "relation": relation, "other_claim": target}
    values = checked(made, "claim_relations", cells, {"relation": f"{field}_relation"})
    made.insert("claim_relations", made.free("claim_relations", f"{id}.{relation}.{target}"), values)
    (topic,) = made.conn.execute("SELECT topic FROM claims WHERE id = ?", [target]).fetchone()
    made.update("claims", id, {"topic": topic})


def membership(made: Gathered, person: str, cells: Mapping[str, str]) -> str:
    """A new membership of a person: ``cells`` as in a file (organization, role, as_of, document …)."""
    values = checked(made, "memberships", {**cells, "person": person})
    parts = [person, str(values.get("organization") or slug(str(values.get("role") or "role")))]
    return made.insert("memberships", made.free("memberships", "--".join(parts)), values)


def checked(
    made: Gathered, table: str, cells: Mapping[str, str], fields: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The stored values of cells, by the rules of a load. ``fields`` says how the form calls a column.

    Blank cells are left out, so that columns keep their defaults. Raises LoadError about the fields.
    """
    given = {name: cell for name, cell in cells.items() if cell != ""}
    # An id takes part in the rules (no row refers to itself); a required column that is missing is told as blank.
    needed = {c.name: "" for c in BY_NAME[table].stored if c.required and c.name not in ("id", "revision")}
    values, found = read_values(BY_NAME[table], {"id": "new", **needed, **given}, FORM)
    if found:
        raise LoadError([_renamed(each, fields or {}) for each in found])
    return {name: value for name, value in values.items() if name != "id" and (name in given or value is not None)}


def _renamed(each: Problem, fields: Mapping[str, str]) -> Problem:
    wrong = "this is needed" if each.wrong == "the cell is blank" else each.wrong
    remedy = "fill it in" if each.wrong == "the cell is blank" else each.remedy
    return problem(fields.get(each.column, each.column), each.value, wrong, remedy)
