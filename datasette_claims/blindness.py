"""Who codes a document without seeing what others marked in it: what is closed to them meanwhile.

Datasette knows tables, not rows. So for a person with an open blind assignment every table that tells of others'
readings is closed, with SQL and queries, through Datasette's own permissions: whatever asks the gate is closed with
them. Only pages that show no row of another coder open it for themselves (``page(…, blind=True)``); they learn from
``Visit.blind`` of which documents they may show no more than the viewer's own rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from . import site
from .compat import ACTOR

if TYPE_CHECKING:
    from datasette.app import Datasette

CLOSED = (
    "statements",
    "mentions",
    "evidence",
    "stances",
    "provenance",
    "assessments",
    "anchorings",
    "annotations",
    "proposals",
    "revisions",
)
"""Tables whose rows tell what somebody read in a document."""

NAMES = (*CLOSED, *(f"statements_fts{part}" for part in ("", "_data", "_idx", "_docsize", "_config")))
"""These tables and the full-text index that holds the words of one of them."""

ACTIONS = ("execute-sql", "view-query", "view-database-download", "execute-write-sql")
"""What passes by a closed table."""

REASON = "coding a document without seeing what others marked in it"

_filtered: ContextVar[bool] = ContextVar("claims_filtered", default=False)


@contextmanager
def filtered() -> Iterator[None]:
    """For a page that leaves out other coders' rows itself: its tables are open to blind coders as to others."""
    token = _filtered.set(True)
    try:
        yield
    finally:
        _filtered.reset(token)


async def documents(datasette: Datasette, actor: ACTOR, database: str) -> frozenset[str]:
    """The documents of a database that somebody codes blind at present; mostly none."""
    from .annotating.assigning import blind_documents

    person = name_of(actor)
    if person is None or not site.is_known(datasette, database):
        return frozenset()
    found: frozenset[str] = await datasette.databases[database].execute_fn(lambda conn: blind_documents(conn, person))
    return found


def name_of(actor: ACTOR) -> str | None:
    """The id with which somebody is signed in, as assignments and rows name a person; None for anybody."""
    named = (actor or {}).get("id") or (actor or {}).get("name")
    return str(named) if named else None


async def is_closed(datasette: Datasette, actor: ACTOR, action: str, database: str, table: str | None) -> bool:
    """Whether something is closed to an actor for this reason; ``table``: for view-table."""
    if _filtered.get() or not _concerns(action, table):
        return False
    return bool(await documents(datasette, actor, database))


async def closed_databases(datasette: Datasette, actor: ACTOR, action: str) -> list[str]:
    """The databases in which an action, or the view of the closed tables, is closed to an actor."""
    if _filtered.get() or actor is None or (action != "view-table" and action not in ACTIONS):
        return []
    return [name for name in datasette.databases if await documents(datasette, actor, name)]


def _concerns(action: str, table: str | None) -> bool:
    if action != "view-table":
        return action in ACTIONS
    return (table or "").lower() in NAMES
