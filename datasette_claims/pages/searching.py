"""Full-text search over stances: ``_search=`` means the same on our pages and on Datasette's ``stances`` table.

Found is a stance whose statement (its content, or its speaker as printed) or whose claim holds all the words; words
in straight double quotes are a phrase. What the viewer may not see is not searched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import permissions, site
from ..comparison import FilterError, StanceIndex, statuses
from ..comparison.arrays import BoolArray
from ..comparison.queries import fts_query
from ..schema.search import TOKENIZER
from . import wording
from .errors import PageError
from .revisions import rows_before

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from .framework import Visit

_STATEMENTS = (
    "select stances.rowid from statements_fts join statements on statements.rowid = statements_fts.rowid "
    "join stances on stances.statement = statements.id where statements_fts match :claims_search"
)
_CLAIMS = (
    "select claims.id from claims_fts join claims on claims.rowid = claims_fts.rowid "
    "where claims_fts match :claims_search"
)


async def found(visit: Visit, index: StanceIndex, text: str) -> BoolArray:
    """The stances that a search finds: bool [n]. Raises FilterError where the text holds no word, PageError 503
    where the search takes longer than the site allows. At an earlier revision, in the texts of then."""
    from datasette.utils import sqlite_timelimit

    match = {"claims_search": query(text)}
    in_statements = await visit.sees("statements")

    def look(conn: sqlite3.Connection) -> BoolArray:
        with sqlite_timelimit(conn, visit.datasette.setting("sql_time_limit_ms")):
            statements = conn.execute(_STATEMENTS, match).fetchall() if in_statements else []
            claims = {row[0] for row in conn.execute(_CLAIMS, match)}
            rowids = {row[0] for row in statements}
            if index.as_of is not None:
                rowids, claims = _then(conn, index, match["claims_search"], rowids, claims, in_statements)
        mask = index.mask_of(np.array(sorted(rowids), dtype=np.int64))
        codes = index.dictionary("claim").codes
        for claim in claims & codes.keys():
            mask[index.offsets[codes[claim]] : index.offsets[codes[claim] + 1]] = True
        return mask

    try:
        mask: BoolArray = await visit.db.execute_fn(look)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        raise PageError(
            503, "This search took longer than the site allows.", "Search for rarer words, or try again in a moment."
        ) from error
    return mask


def _then(
    conn: sqlite3.Connection, index: StanceIndex, match: str, rowids: set[int], claims: set[str], statements: bool
) -> tuple[set[int], set[str]]:
    """What a search of today found, put right for statements and claims that have changed since ``index.as_of``:
    (rowids of stances, ids of claims). The FTS tables know only the texts of today."""
    assert index.as_of is not None
    changed = _changed_texts(conn, "claims", ("text",), index.as_of)
    claims = (claims - changed.keys()) | _matching(changed, match)
    if statements:
        changed = _changed_texts(conn, "statements", ("content", "speaker_label"), index.as_of)
        of = {rowid: str(row["statement"]) for rowid, row in index.restored.items() if row.get("statement")}
        for statement in changed:
            rows = conn.execute("select rowid from stances where statement = ?", (statement,))
            of.update((row[0], statement) for row in rows if row[0] not in index.restored)
        found_then = _matching(changed, match)
        for rowid, statement in of.items():
            if statement in changed:
                rowids.discard(rowid)
                if statement in found_then:
                    rowids.add(rowid)
            elif _finds(conn, statement, match):
                rowids.add(rowid)
            else:
                rowids.discard(rowid)
    return rowids, claims


def _changed_texts(
    conn: sqlite3.Connection, table: str, columns: tuple[str, ...], as_of: int
) -> dict[str, tuple[str | None, ...]]:
    """Id -> the searched texts as they were, of the rows that have changed since; () for one that was not yet."""
    sql = "select distinct row_id from revisions where table_name = ? and id > ?"
    ids = [row[0] for row in conn.execute(sql, (table, as_of))]
    before = rows_before(conn, table, ids, as_of)
    return {id: () if row is None else tuple(row.get(column) for column in columns) for id, row in before.items()}


def _matching(texts: Mapping[str, tuple[str | None, ...]], match: str) -> set[str]:
    """The ids whose texts a search finds, by an FTS table of their own in memory."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(f"create virtual table texts using fts5(id unindexed, one, two, tokenize='{TOKENIZER}')")
        rows = [(id, *columns, *[None] * (2 - len(columns))) for id, columns in texts.items() if columns]
        memory.executemany("insert into texts values (?, ?, ?)", rows)
        return {row[0] for row in memory.execute("select id from texts where texts match ?", (match,))}


def _finds(conn: sqlite3.Connection, statement: str, match: str) -> bool:
    """Whether a search finds a statement as it is today."""
    sql = (
        "select 1 from statements join statements_fts on statements_fts.rowid = statements.rowid "
        "where statements.id = ? and statements_fts match ?"
    )
    return conn.execute(sql, (statement, match)).fetchone() is not None


def query(text: str) -> str:
    """The search as FTS5 takes it, without operators. Raises FilterError where it holds no word."""
    return fts_query("".join(c if c.isprintable() else " " for c in text))


async def table_filter(datasette: Datasette, request: Request, database: str, table: str) -> Any:
    """``_search`` and ``_status`` on Datasette's own page of ``stances``, as its FilterArguments; None on every other
    page. Raises datasette's BadRequest where there is nothing to search for, or no such status.
    """
    text, status = (request.args.get("_search") or "").strip(), request.args.get(statuses.PARAMETER)
    if table != "stances" or not (text or status) or not await site.is_served(datasette, database):
        return None
    from datasette.filters import FilterArguments

    clauses, described = [], []
    if status:
        clause, words = await _of_status(datasette, request, database, status)
        clauses.append(clause)
        described.append(f"with their statements and claims: {words}")
    if not text:
        return FilterArguments(clauses, human_descriptions=described)
    text = request.args["_search"]
    found = await _found_in_table(datasette, request, database, text)
    return FilterArguments(
        [*clauses, found[0]],
        params=found[1],
        human_descriptions=[*described, f"statement or claim matches “{text}”"],
    )


async def _of_status(datasette: Datasette, request: Request, database: str, status: str) -> tuple[str, str]:
    """(SQL, words) of a status for readers. What the viewer may not see is not asked: a closed table counts as
    reviewed."""
    from datasette.utils.asgi import BadRequest

    words = status.split(",")
    closed = [
        table
        for table in ("statements", "claims")
        if not await permissions.visible(datasette, request.actor, database, table)
    ]
    try:
        return statuses.where(words, closed), wording.listed(sorted(set(words)), "or")
    except ValueError as error:
        raise BadRequest(f"{statuses.PARAMETER}: {error}") from error


async def _found_in_table(
    datasette: Datasette, request: Request, database: str, text: str
) -> tuple[str, dict[str, str]]:
    """(SQL, parameters) of a search. Raises datasette's BadRequest where there is no word in it."""
    from datasette.utils.asgi import BadRequest

    try:
        match = query(text)
    except FilterError as error:
        raise BadRequest(f"{error.parameter}: {error.problem}; {error.remedy}") from error
    clauses = []
    if await permissions.visible(datasette, request.actor, database, "statements"):
        clauses.append(f"rowid in ({_STATEMENTS})")
    if await permissions.visible(datasette, request.actor, database, "claims"):
        clauses.append(f"claim in ({_CLAIMS})")
    return f"({' or '.join(clauses)})" if clauses else "0", {"claims_search": match}
