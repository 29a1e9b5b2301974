"""The status of a stance for readers: the least settled of its own, its statement's and its claim's.

A reviewed stance of a statement that is still a draft, or on a claim that was rejected, is no part of the public
record. The index holds this status; the ``stances`` table holds the stance's own. A coder's reading (a stance with a
coder) is nobody's position until it is settled, so that it is not in the index at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..schema import vocabulary as v
from .arrays import IntArray
from .as_of import Past, select_slices
from .filters import Condition, Filters, encode, join_values
from .selection import allowed_codes

if TYPE_CHECKING:
    from .index import Dictionary, StanceIndex

SETTLED = ("rejected", "draft", "reviewed")
"""From least to most settled: the first that a stance, its statement or its claim has is what counts."""

REVIEWED = v.STATUS.default
PARAMETER = "_status"
"""The parameter of Datasette's ``stances`` table that means what ``status`` means on our pages (``where``)."""


def unreviewed(conn: sqlite3.Connection, past: Past, table: str) -> dict[str, str]:
    """Id -> status of the rows of ``statements`` or ``claims`` that are not reviewed, at the revision of ``past``."""
    found: dict[str, str] = dict(conn.execute(f"SELECT id, status FROM \"{table}\" WHERE status <> 'reviewed'"))
    for id, row in past.changed.get(table, {}).items():
        found.pop(id, None)
        status = REVIEWED if row is None else row.get("status") or REVIEWED
        if status != REVIEWED:
            found[id] = str(status)
    return found


def rowids_of(conn: sqlite3.Connection, past: Past, statements: Mapping[str, str]) -> dict[int, str]:
    """Rowid of a stance -> the status of its statement, for the stances of these statements."""
    restored = past.restored_stances()
    rows = select_slices(conn, "SELECT rowid, statement FROM stances WHERE statement IN", statements)
    found = {rowid: statements[statement] for rowid, statement in rows if rowid not in restored}
    then = {rowid: statements.get(str(row.get("statement"))) for rowid, row in restored.items()}
    return found | {rowid: status for rowid, status in then.items() if status is not None}


def settle(
    codes: dict[str, IntArray],
    dictionaries: Mapping[str, Dictionary],
    rowids: IntArray,
    of_stances: Mapping[int, str],
    of_claims: Mapping[str, str],
) -> bool:
    """Lower the status of the stances whose statement (by rowid of the stance) or claim is less settled; returns
    whether that changed any."""
    status, known = codes["status"], dictionaries["status"].codes
    changed = False
    for word in reversed(SETTLED[:-1]):
        rows = np.isin(rowids, np.array([r for r, own in of_stances.items() if own == word], dtype=np.int64))
        claims = np.zeros(len(dictionaries["claims"]), dtype=bool)
        claims[[dictionaries["claims"].codes[id] for id, own in of_claims.items() if own == word]] = True
        rows |= claims[codes["claim"]]
        less = [known[other] for other in SETTLED[SETTLED.index(word) + 1 :]]
        rows &= np.isin(status, less)
        status[rows] = known[word]
        changed |= bool(rows.any())
    return changed


def counted(filters: Filters) -> tuple[str, ...]:
    """The statuses that pass the filters, in the order of the vocabulary: what SQL beside the index must keep to."""
    conditions = [condition for condition in filters.in_force if condition.column == "status"]
    return tuple(
        word
        for word in v.STATUS.words
        if all((word in each.values) == (each.operator in ("exact", "in")) for each in conditions)
    )


def table_pairs(index: StanceIndex, filters: Filters) -> tuple[tuple[str, str], ...]:
    """The (parameter, value) pairs with which Datasette's ``stances`` table shows the rows of these filters.

    The table knows no default, so that the status is named where it keeps any row out: as a filter on the table's own
    column where that says the same, else by ``PARAMETER``.
    """
    others = tuple(pair for pair in filters.pairs() if pair[0].partition("__")[0] != "status")
    conditions = [condition for condition in filters.in_force if condition.column == "status"]
    allowed = np.ones(index.size("status"), dtype=bool)
    for condition in conditions:
        allowed &= allowed_codes(index, condition)
    if index.plain_status and not index.totals["status"][~allowed].any():
        return others
    if index.plain_status:
        return _placed(filters, conditions)
    words = tuple(str(index.id("status", code)) for code in np.flatnonzero(allowed).tolist() if code)
    return (*others, (PARAMETER, join_values(tuple(sorted(words)))))


def table_query(index: StanceIndex, filters: Filters) -> str:
    """The same as a query string with its "?"; empty where nothing is filtered."""
    pairs = table_pairs(index, filters)
    return f"?{encode(pairs)}" if pairs else ""


def _placed(filters: Filters, conditions: Iterable[Condition]) -> tuple[tuple[str, str], ...]:
    """All pairs in canonical order, the conditions on the status written out."""
    listed = sorted({*filters.conditions, *conditions}, key=lambda condition: condition.order)
    search = [("_search", filters.search)] if filters.search is not None else []
    return (*((condition.parameter, condition.text) for condition in listed), *search)


def where(words: Iterable[str], closed: Collection[str] = (), row: str = "stances") -> str:
    """SQL on a row of ``stances`` (called ``row`` in the query): whether its status for readers is one of these
    words. Tables in ``closed`` (statements, claims) are not asked. Raises ValueError for a word that is no status."""
    wanted = set(words)
    if not wanted or wanted.difference(SETTLED):
        raise ValueError(f"a status is one of: {', '.join(v.STATUS.words)}")
    columns = [f"{row}.status"]
    for table, column in (("statements", "statement"), ("claims", "claim")):
        if table not in closed:
            other = f"SELECT status FROM {table} WHERE {table}.id = {row}.{column}"
            columns.append(f"coalesce(({other}), '{REVIEWED}')")
    rank = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(SETTLED))
    ranks = ", ".join(f"CASE {column} {rank} END" for column in columns)
    listed = ", ".join(str(SETTLED.index(word)) for word in SETTLED if word in wanted)
    return f"({row}.coder IS NULL AND min({ranks}, {len(SETTLED)}) IN ({listed}))"
