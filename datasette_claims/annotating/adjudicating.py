"""Settling what several coders read: one of their readings becomes part of the record, in one action.

The chosen reading is copied into new rows without a coder, reviewed by who settles it. The coders' own rows stay as
they were read, so that their agreement can be reckoned at any time; their status says that they were looked at and
are not themselves part of the record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..coding import Match, differences
from ..loading.problems import LoadError, Problem
from ..loading.writing import Change, StaleRow
from ..schema import BY_NAME
from .acts import By, Gathered, Row, rows
from .codings import codings
from .reviewing import marks

_OWN = ("id", "revision", "status", "status_by", "status_at", "coder", "confidence")
"""What a copy does not take over."""


def settle(
    conn: sqlite3.Connection, document: str, marked: Sequence[str], chosen: str | None, who: str, at: str, seen: int
) -> list[Change]:
    """Settle one report: of the marks (ids of mentions) the chosen one goes into the record; None: it is no report.

    ``seen`` is the highest revision among the marks that was looked at. Raises StaleRow where a mark has changed since
    or is gone, LoadError where one is settled already or ``chosen`` is not among them.
    """
    made = Gathered(conn, By(who, at, reviews=True))
    _settle(made, document, marked, chosen, seen)
    return list(made.changes())


def settle_equal(conn: sqlite3.Connection, document: str, who: str, at: str) -> list[Change]:
    """Settle every open report that all coders marked in the same way. Raises LoadError where there is none."""
    made = Gathered(conn, By(who, at, reviews=True))
    for each in equal(conn, document):
        marked = [mark.id for mark in each.marks.values()]
        found = rows(conn, f"SELECT max(revision) AS seen FROM mentions WHERE id IN ({marks(marked)})", marked)
        _settle(made, document, marked, marked[0], found[0]["seen"])
    if not made.inserts:
        raise _refused(document, "", "", "no open report was marked in the same way by all", "settle them one by one")
    return list(made.changes())


def equal(conn: sqlite3.Connection, document: str) -> list[Match]:
    """The open reports on which all coders agree on every layer."""
    read = codings(conn, document)
    if len(read.coders) < 2:
        return []
    return [
        each
        for each in read.matches
        if read.open.issuperset(mark.id for mark in each.marks.values()) and not differences([each], read.coders)
    ]


def _settle(made: Gathered, document: str, marked: Sequence[str], chosen: str | None, seen: int) -> None:
    sql = f"SELECT * FROM mentions WHERE document = ? AND id IN ({marks(marked)})"
    by_id = {row["id"]: row for row in rows(made.conn, sql, [document, *marked])}
    for id in marked:
        if id not in by_id or by_id[id]["revision"] > seen:
            raise StaleRow("mentions", id, seen, by_id[id]["revision"] if id in by_id else None)
        if by_id[id]["coder"] is None or by_id[id]["status"] != "draft":
            raise _refused(id, "status", by_id[id]["status"], "it is settled already", "reload the page")
    if chosen is not None and chosen not in by_id:
        raise _refused(chosen, "id", chosen, "it is not among these marks", "choose one of those shown")
    if chosen is not None:
        _into_the_record(made, by_id[chosen])
    for id in marked:
        _put_aside(made, by_id[id])


def _into_the_record(made: Gathered, mention: Row) -> None:
    """The rows of one reading again, without their coder and reviewed."""
    statement = rows(made.conn, "SELECT * FROM statements WHERE id = ?", [mention["statement"]])[0]
    place = f"{mention['span_start']}-{mention['span_end']}" if mention["span_start"] is not None else "x"
    told = {column: _in_the_record(made, statement[column]) for column in ("parent_statement", "in_reply_to")}
    new = made.free("statements", f"{mention['document']}-r{place}"[:190])
    made.insert("statements", new, {**_copy("statements", statement), **told})
    report = made.free("mentions", f"{new}--m")
    made.insert("mentions", report, {**_copy("mentions", mention), "statement": new})
    evidence = "SELECT * FROM evidence WHERE mention = ? ORDER BY span_start, id"
    for number, row in enumerate(rows(made.conn, evidence, [mention["id"]]), 1):
        id = made.free("evidence", f"{report}--{row['part']}-{number}")
        made.insert("evidence", id, {**_copy("evidence", row), "mention": report})
    sql = "SELECT * FROM stances WHERE statement = ? AND coder = ? ORDER BY id"
    sides = rows(made.conn, sql, [statement["id"], mention["coder"]])
    for row in sides:
        id = made.free("stances", f"{row['claim']}--{row['actor']}")
        made.insert("stances", id, {**_copy("stances", row), "statement": new})
    _take_in(made, statement, sides)


def _take_in(made: Gathered, statement: Row, sides: Sequence[Row]) -> None:
    """Draft actors and claims that the reading names become part of the record with it."""
    actors = {statement[column] for column in ("speaker", "organization", "on_behalf_of", "audience")}
    actors |= {row["actor"] for row in sides} | {row["attributed_by"] for row in sides}
    for table, ids in (("actors", actors), ("claims", {row["claim"] for row in sides})):
        wanted = sorted(id for id in ids if id is not None)
        sql = f"SELECT * FROM \"{table}\" WHERE status = 'draft' AND id IN ({marks(wanted)})"
        for row in rows(made.conn, sql, wanted):
            made.update(table, row["id"], made.by.status(BY_NAME[table]), row["revision"])


def _copy(table: str, row: Row) -> Row:
    """The values of a row that are its own: not its id, not what is copied, generated or derived from elsewhere."""
    own = [
        column.name
        for column in BY_NAME[table].columns
        if column.name not in _OWN and column.copy is None and column.generated is None
    ]
    return {name: row[name] for name in own if not _derived(name, row)}


def _derived(column: str, row: Row) -> bool:
    """Whether a value follows from other rows: a country that the row does not state itself."""
    follows = row.get("country_origin", "row") != "row"
    return column == "country_origin" or (column in ("country", "country_basis") and follows)


def _in_the_record(made: Gathered, statement: str | None) -> str | None:
    """The statement of the record that stands where a coder's statement stands, for what is told in it or replies to
    it; a statement of the record is itself; None where there is none."""
    if statement is None:
        return None
    mentions = rows(made.conn, "SELECT * FROM mentions WHERE statement = ? ORDER BY id", [statement])
    if not any(mention["coder"] for mention in mentions):
        return statement
    for mention in mentions:
        place = {column: mention[column] for column in ("document", "span_start", "span_end")}
        for (table, _), values in made.inserts.items():
            if table == "mentions" and place.items() <= values.items():
                return str(values["statement"])
        found = rows(
            made.conn,
            "SELECT statement FROM mentions WHERE document = ? AND span_start = ? AND span_end = ? "
            "AND coder IS NULL AND status = 'reviewed' ORDER BY id LIMIT 1",
            list(place.values()),
        )
        if found:
            return str(found[0]["statement"])
    return None


def _put_aside(made: Gathered, mention: Row) -> None:
    """A coder's rows of one report: settled, and not themselves part of the record."""
    stamp = {"status": "rejected", "status_by": made.by.who, "status_at": made.by.at}
    made.update("mentions", mention["id"], stamp, mention["revision"])
    others = rows(
        made.conn,
        "SELECT id FROM mentions WHERE statement = ? AND id <> ? AND status <> 'rejected'",
        [mention["statement"], mention["id"]],
    )
    if any(("mentions", other["id"]) not in made.updates for other in others):
        return
    for table, where in (("statements", "id = ?"), ("stances", "statement = ?")):
        sql = f"SELECT * FROM \"{table}\" WHERE {where} AND status = 'draft' ORDER BY id"
        for row in rows(made.conn, sql, [mention["statement"]]):
            made.update(table, row["id"], stamp, row["revision"])


def _refused(row: str, column: str, value: str, wrong: str, remedy: str) -> LoadError:
    return LoadError([Problem("mentions", None, column, value, wrong, remedy, row=row)])
