"""A claims database in which every value tells from which table it is, and the sites that close parts of it.

Every column of the model that can hold a text holds a word that stands in no other table: ``canary("actors")``. It is
made from the model itself, so that a new column is among them. ``changed`` makes the same database with another
content of one table: what is told to somebody who may not see that table must be the same from both.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3

from datasette_claims.confidential import store
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import BY_NAME, TABLES, migrate
from datasette_claims.schema.ddl import triggers
from datasette_claims.schema.tables import Type

ROWS = 3
SINGULAR = {
    "actors": "actor",
    "documents": "document",
    "segments": "segment",
    "memberships": "membership",
    "events": "event",
    "statements": "statement",
    "mentions": "mention",
    "evidence": "evidence",
    "claims": "claim",
    "claim_relations": "relation",
    "stances": "stance",
    "provenance": "provenance",
    "assessments": "assessment",
    "annotations": "annotation",
    "assignments": "assignment",
    "anchorings": "anchoring",
    "proposals": "proposal",
}
MADE = tuple(table for table in TABLES if table.name in SINGULAR)
COPIED = {
    (target, column.copy.column)
    for table in TABLES
    for column in table.columns
    if column.copy
    for target in [next(c.references for c in table.columns if c.name == column.copy.via)]
}
"""Columns whose values stand in other tables too, by intent: they hold no canary."""

IDENTITY = ("zqidentityname", "zqidentityother", "zqidentitycontact", "zqidentitynote")
"""What the confidential database holds of the protected actor."""

SENTENCE = "“We see number {n} of zqdocuments today”, said the speaker of part {n}. "
LENGTH = len(SENTENCE.format(n=1))


def canary(table):
    """The word that stands in the rows of a table alone."""
    return f"zq{table.replace('_', '')}"


CANARIES = {table.name: canary(table.name) for table in TABLES}


def build(path):
    """Write the database."""
    conn = sqlite3.connect(path)
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(
        "insert into countries (id, name, alpha_3, kind, revision) values ('XA', 'zqcountries', null, 'entity', 1)"
    )
    conn.execute(
        "insert into loads (id, started_at, finished_at, tool, loaded_by, sources, counts) values "
        "(1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'zqloads tool', 'zqloads who', ?, ?)",
        [json.dumps(["zqloads.csv"]), json.dumps({"zqloads": 1})],
    )
    conn.commit()
    changes = [Change("insert", table.name, id, row) for table in MADE for id, row in _rows(table)]
    apply_changes(conn, changes, "zqrevisions who", note="zqrevisions note")
    for table in MADE:
        _acts_on(conn, table.name)
    conn.execute(
        "insert into revisions (id, at, who, operation, load, note) select max(id) + 1, "
        "'2026-01-01T00:00:00Z', 'zqrevisions loader', 'load', 1, 'zqrevisions load' from revisions"
    )
    conn.commit()
    conn.execute("PRAGMA journal_mode = DELETE")
    conn.close()
    return path


def _acts_on(conn, table):
    """Somebody who changes this table alone; and an act on it and another, whose note tells of both."""
    lone, other = f"{canary(table)}-lone", "claims" if table != "claims" else "actors"
    values = _row(BY_NAME[table], ROWS + 1)
    free = [name for name, value in values.items() if str(value).startswith(f"{canary(table)} ")]
    name = "note" if "note" in free else free[0] if free else "line"
    alone = _renamed(conn, table, lone, name, 98)
    apply_changes(conn, [alone], f"zqrevisions keeper of {canary(table)}")
    both = [_renamed(conn, table, lone, name, 99), _renamed(conn, other, f"{canary(other)}-lone", "note", 97)]
    apply_changes(conn, both, "zqrevisions who", note=f"zqrevisions note of {canary(table)}")


def _renamed(conn, table, id, column, number):
    (revision,) = conn.execute(f'select revision from "{table}" where id = ?', [id]).fetchone()
    value = number if column == "line" else f"{canary(table)} {column.replace('_', ' ')} {number}"
    return Change("update", table, id, {column: value}, revision)


def _rows(table):
    for n in range(1, ROWS + 1):
        yield f"{SINGULAR[table.name]}{n}", _row(table, n)
    lone = _row(table, ROWS + 1)
    yield f"{canary(table.name)}-lone", lone  # nothing refers to it, so that its id is private too


def _row(table, n):
    row = {}
    for column in table.columns:
        value = _value(table, column, n)
        if value is not None:
            row[column.name] = value
    row.update(_special(table.name, n))
    return {name: value for name, value in row.items() if value is not None}


def _value(table, column, n):
    if column.name in ("id", "revision", "coder") or column.generated or (column.copy and not column.copy.optional):
        return None
    if column.type is Type.SUBJECT or column.type is Type.JSON:
        return None
    if column.references:
        return "XA" if column.references == "countries" else f"{SINGULAR[column.references]}{min(n, ROWS)}"
    if column.enumeration is not None:
        return column.enumeration.words[(n - 1) % len(column.enumeration.words)]
    if column.type in (Type.DATE, Type.DAY_FROM, Type.DAY_TO):
        return f"2019-05-1{min(n, ROWS)}"
    if column.type is Type.TIME:
        return f"2026-01-0{n}T00:00:00Z"
    if column.name in ("span_start", "span_end"):
        return (n - 1) * LENGTH + (0 if column.name == "span_start" else 40)
    if column.type in (Type.INTEGER, Type.BOOLEAN):
        return 0
    if column.type is Type.SCORE:
        return 0.5
    if (table.name, column.name) in COPIED:
        return f"copied {n}"
    return f"{canary(table.name)} {column.name.replace('_', ' ')} {n}"


def _special(table, n):
    text = "".join(SENTENCE.format(n=k) for k in range(1, 9))
    following = f"document{n - 1}" if n > 1 else None
    beside = {"document": "document1"} if n == 2 else {}  # a headline, and under it the words that it turns round
    return {
        "actors": {
            "parent": None,
            "status": "reviewed",
            "protected": int(n == 1),
            "kind": ("person", "person", "organization")[min(n, 3) - 1],
        },
        "documents": {
            "text": text,
            "text_length": len(text),
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "revision_of": following,
            "part_of": None,
            "rights": "cc0",
            "url": f"https://example.org/zqdocuments/{n}",
        },
        "segments": {"kind": "headline" if n == 2 else "paragraph", "line": n, **beside},
        "memberships": {"organization": "actor3", "person": f"actor{min(n, 2)}", "status": "reviewed"},
        "statements": {
            "kind": "utterance",
            "parent_statement": None,
            "in_reply_to": None,
            "on_behalf_of": "actor2" if n == 1 else "actor1",
            "audience": "actor3" if n == 1 else f"actor{min(n, ROWS)}",
            "month": None,
            "status": "draft" if n >= 3 else "reviewed",
        },
        "mentions": {"status": "draft" if n >= 3 else "reviewed", "coder": None, **beside},
        "claims": {"status": "reviewed"},
        "claim_relations": {"claim": "claim1", "other_claim": f"claim{min(max(n, 2), ROWS)}"},
        "stances": {
            "claim": "claim1" if n < 3 else "claim2",  # so that somebody who is mentioned is silent on the first
            "status": "reviewed",
            "basis": ("explicit", "author_summary", "vote", "inferred")[n - 1],
            "coder": None,
        },
        "provenance": {
            "subject_type": "statement",
            "subject": f"statement{min(n, ROWS)}",
            "relation": "wasDerivedFrom",
            "object_type": "statement",
            "object": f"statement{n % ROWS + 1}",
        },
        "assessments": {
            "subject_type": "statement",
            "subject": f"statement{min(n, ROWS)}",
            "kind": "verified_date",
            "url": f"https://example.org/zqassessments/{n}",
        },
        "annotations": {
            "mention": f"mention{n}" if n < 3 else None,
            "document": "document1",
            "annotation": json.dumps({"type": "Annotation", "body": f"zqannotations {n}"}),
        },
        "assignments": {"person": f"zqassignments{n}", "task": "review", "blind": 0, "done_at": None},
        "anchorings": {
            "subject_type": "mention" if n < 3 else "evidence",
            "subject": f"{'mention' if n < 3 else 'evidence'}{1 + (n - 1) % 2}",
            "document": "document3",
            "state": "ambiguous",
            "alternatives": json.dumps([[5, 9], [LENGTH + 5, LENGTH + 9]]),
        },
        "proposals": {
            "kind": ("speaker", "same_statement", "stance", "same_statement")[n - 1],
            "subject_type": "mention" if n == 2 else "statement",
            "subject": "mention2" if n == 2 else f"statement{min(n, ROWS)}",
            "object_type": ("actor", "statement", "claim", "statement")[n - 1],
            "object": ("actor1", "statement1", "claim1", "statement2")[n - 1],
            "status": "open",
            "decided_at": None,
            "value": "supports" if n == 3 else None,
        },
    }.get(table, {})


def build_confidential(path):
    """The confidential database: who actor1 is."""
    conn = store.opened(path)
    try:
        name, other, contact, note = IDENTITY
        store.put(conn, store.Identity("actor1", name, other, contact, note, forms=name), "root")
        conn.commit()
    finally:
        conn.close()
    return path


def changed(path, table, out):
    """The database with another content of one table: every value that is not an id of a row that others name is
    another one, and there is one row less. What other tables hold stays, copies included."""
    shutil.copy(path, out)
    conn = sqlite3.connect(out)
    conn.execute("PRAGMA ignore_check_constraints = ON")
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    for (name,) in conn.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        conn.execute(f'DROP TRIGGER "{name}"')
    described = next(each for each in TABLES if each.name == table)
    for column in described.columns:
        sql = _other(described, column)
        if sql is not None:
            conn.execute(f'UPDATE "{table}" SET "{column.name}" = {sql}')
    lone = f"'{canary(table)}-lone'" if table in SINGULAR else f'(SELECT max("id") FROM "{table}")'
    conn.execute(f'DELETE FROM "{table}" WHERE "id" = {lone}')
    for (name,) in conn.execute("select name from sqlite_master where sql like '%using fts5%'").fetchall():
        conn.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')')
    conn.commit()
    conn.close()
    return out


def _other(table, column):
    """SQL for another value of a column; None where it stays."""
    if column.name in ("id", "row_id", "table_name", "operation") or column.generated or column.integer_key:
        return None
    if column.name == "revision":
        return "2"
    if column.enumeration is not None:
        words = column.enumeration.words
        cases = " ".join(f"WHEN '{a}' THEN '{b}'" for a, b in zip(words, words[1:] + words[:1], strict=True))
        return f'CASE "{column.name}" {cases} END'
    name = f'"{column.name}"'
    if column.references:
        return f'(SELECT "id" FROM "{column.references}" AS o WHERE o."id" <> {name} ORDER BY o.rowid LIMIT 1)'
    if column.type is Type.SUBJECT:
        return f'(SELECT {name} FROM "{table.name}" AS o WHERE o.rowid <> "{table.name}".rowid LIMIT 1)'
    if column.type in (Type.BOOLEAN, Type.SCORE):
        return f"1 - {name} * 0.5" if column.type is Type.SCORE else f"1 - {name}"
    if column.type is Type.INTEGER:
        return f"{name} + 1"
    if column.type is Type.JSON:
        return f"""CASE WHEN json_valid("{column.name}") THEN replace("{column.name}", 'zq', 'other') END"""
    if column.type in (Type.DATE, Type.DAY_FROM, Type.DAY_TO):
        return "'2011-11-11'"
    return "'other ' || rowid"
