"""Full-text search over stances: ``_search=`` means the same on our pages and on Datasette's ``stances`` table.

Found is a stance whose statement (its content, or its speaker as printed) or whose claim holds all the words; words
in straight double quotes are a phrase. What the viewer may not see is not searched.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import permissions, site
from ..comparison import FilterError, StanceIndex
from ..comparison.arrays import BoolArray
from ..comparison.queries import fts_query
from .errors import PageError

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
    where the search takes longer than the site allows."""
    from datasette.utils import sqlite_timelimit

    match = {"claims_search": query(text)}
    in_statements = await visit.sees("statements")

    def look(conn: sqlite3.Connection) -> BoolArray:
        with sqlite_timelimit(conn, visit.datasette.setting("sql_time_limit_ms")):
            rows = conn.execute(_STATEMENTS, match) if in_statements else ()
            mask = index.mask_of(np.fromiter((row[0] for row in rows), dtype=np.int64))
            codes = index.dictionary("claim").codes
            for (claim,) in conn.execute(_CLAIMS, match):
                if claim in codes:
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


def query(text: str) -> str:
    """The search as FTS5 takes it, without operators. Raises FilterError where it holds no word."""
    return fts_query("".join(c if c.isprintable() else " " for c in text))


async def table_filter(datasette: Datasette, request: Request, database: str, table: str) -> Any:
    """``_search`` on Datasette's own page of ``stances``, as its FilterArguments; None on every other page.

    Raises datasette's BadRequest where there is nothing to search for.
    """
    text = request.args.get("_search")
    if table != "stances" or not text or not text.strip() or not await site.is_served(datasette, database):
        return None
    from datasette.filters import FilterArguments
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
    return FilterArguments(
        [f"({' or '.join(clauses)})" if clauses else "0"],
        params={"claims_search": match},
        human_descriptions=[f"statement or claim matches “{text}”"],
    )
