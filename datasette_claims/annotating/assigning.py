"""Who is to annotate, review or adjudicate which document, and who does so without seeing the others' work."""

from __future__ import annotations

import sqlite3

from ..loading.problems import LoadError, Problem
from ..loading.writing import Change, StaleRow
from ..schema.vocabulary import TASK
from .acts import Row, rows
from .slugs import free, slug

ANNOTATE = "annotate"


def assign(
    conn: sqlite3.Connection, document: str, person: str, task: str, blind: bool, who: str, at: str, note: str = ""
) -> list[Change]:
    """Ask a person to do something with a document; asked again after it was done, it is open again.

    Only annotating can be blind. Raises LoadError for an unknown task or document, no person, a blind review, or an
    assignment that is open already.
    """
    if task not in TASK.words:
        raise _refused(document, "task", task, "there is no such task", f"use one of {', '.join(TASK.words)}")
    if not person:
        raise _refused(document, "person", "", "it does not say who is asked", "give the id with which they sign in")
    if blind and task != ANNOTATE:
        raise _refused(document, "blind", "1", "only annotating can be blind", "leave “blind” out")
    if not rows(conn, "SELECT id FROM documents WHERE id = ?", [document]):
        raise _refused(document, "document", document, "there is no such document", "choose one from the list")
    values = {"blind": int(blind), "assigned_by": who, "assigned_at": at, "done_at": None, "note": note or None}
    found = rows(
        conn, "SELECT * FROM assignments WHERE document = ? AND person = ? AND task = ?", [document, person, task]
    )
    if found and found[0]["done_at"] is None:
        raise _refused(document, "person", person, "they have this assignment already", "choose somebody else")
    if found:
        return [Change("update", "assignments", found[0]["id"], values, found[0]["revision"])]
    id = free(conn, "assignments", f"{task}--{slug(document)}--{slug(person)}")
    return [Change("insert", "assignments", id, {"document": document, "person": person, "task": task, **values})]


def finish(conn: sqlite3.Connection, assignment: str, at: str) -> list[Change]:
    """Call an assignment done. Raises StaleRow where it is gone, LoadError where it was done before."""
    found = get(conn, assignment)
    if found["done_at"] is not None:
        raise _refused(assignment, "done_at", found["done_at"], "it was done before", "reload the page")
    return [Change("update", "assignments", assignment, {"done_at": at}, found["revision"])]


def withdraw(conn: sqlite3.Connection, assignment: str) -> list[Change]:
    """Take an assignment back. Raises StaleRow where it is gone."""
    return [Change("delete", "assignments", assignment, {}, get(conn, assignment)["revision"])]


def get(conn: sqlite3.Connection, assignment: str) -> Row:
    """One assignment. Raises StaleRow where it is gone."""
    found = rows(conn, "SELECT * FROM assignments WHERE id = ?", [assignment])
    if not found:
        raise StaleRow("assignments", assignment, 0, None)
    return found[0]


def blind_documents(conn: sqlite3.Connection, person: str) -> frozenset[str]:
    """The documents that a person codes blind at present: of these they see only their own rows."""
    sql = "SELECT document FROM assignments WHERE person = ? AND task = 'annotate' AND blind = 1 AND done_at IS NULL"
    return frozenset(row[0] for row in conn.execute(sql, [person]))


def coder_for(conn: sqlite3.Connection, document: str, person: str | None) -> str | None:
    """What the ``coder`` of new mentions and stances in a document is: the person who codes it blind, else None,
    which is the record itself."""
    return person if person and document in blind_documents(conn, person) else None


def _refused(row: str, column: str, value: str, wrong: str, remedy: str) -> LoadError:
    return LoadError([Problem("assignments", None, column, value, wrong, remedy, row=row)])
