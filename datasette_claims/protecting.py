"""Protected people on the live site: where their identities are, who may see them, and that no change names them.

The confidential database is an attached file that ``plugins: datasette-claims: confidential`` names. It is only used
where nobody but who its ``allow`` names can see it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from . import compat, permissions, site
from .confidential import Identity, Names, identities
from .confidential.searching import names_of
from .loading.problems import LoadError, Problem

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

log = logging.getLogger("datasette_claims")

_known: WeakKeyDictionary[Any, tuple[int, dict[str, Names]]] = WeakKeyDictionary()


async def closed(datasette: Datasette) -> str | None:
    """Why the confidential database cannot be used; None where it can. Asked before anything is shown or written."""
    db = _named(datasette)
    if db is None:
        return "No confidential database is configured (plugins: datasette-claims: confidential)."
    if getattr(datasette, "crossdb", False):
        return "The server runs with --crossdb, by which SQL on any database reads every other one."
    if await permissions.visible(datasette, None, db.name):
        return f"Anybody can see the database “{db.name}”: give it an allow block in the configuration."
    if not await db.execute_fn(lambda conn: _is_ours(conn)):
        return f"“{db.name}” holds no identities yet: datasette claims protect --confidential makes it."
    return None


async def warn(datasette: Datasette) -> None:
    """At start-up: say in the log what is wrong with the confidential database, where one is configured."""
    config = site.of(datasette).config
    if config is None or config.confidential is None:
        return
    reason = await closed(datasette)
    if reason is not None:
        log.error("confidential: %s Protected people are not shown to anybody.", reason)


async def readable(datasette: Datasette, actor: compat.ACTOR, database: str) -> Database | None:
    """The confidential database, if it belongs to this claims database and the viewer may see it."""
    config = site.of(datasette).config
    db = _named(datasette)
    if db is None or config is None or config.database != database or await closed(datasette) is not None:
        return None
    return db if await permissions.visible(datasette, actor, db.name, "identities") else None


async def identity_of(datasette: Datasette, actor: compat.ACTOR, database: str, id: str) -> Identity | None:
    """Who a protected actor is, for a viewer who may see it."""
    db = await readable(datasette, actor, database)
    found = await db.execute_fn(lambda conn: identities(conn, id)) if db is not None else []
    return found[0] if found else None


async def known(datasette: Datasette, database: str) -> Mapping[str, Names]:
    """Protected actor -> by what the name is found: for the program's own checks, never to be shown."""
    config, db = site.of(datasette).config, _named(datasette)
    if db is None or config is None or config.database != database:
        return {}

    def read(conn: sqlite3.Connection) -> tuple[int, dict[str, Names]]:
        if not _is_ours(conn):
            return 0, {}
        count = conn.execute("SELECT count(*) FROM identities").fetchone()[0]
        kept = _known.get(db)
        return kept if kept is not None and kept[0] == count else (count, names_of(conn))

    _known[db] = await db.execute_fn(read)
    return _known[db][1]


def refuse(conn: sqlite3.Connection, after: int, names: Mapping[str, Names]) -> None:
    """Raise LoadError where a change since a revision names a protected person; the transaction is then undone."""
    if not names:
        return
    changed = conn.execute(
        "SELECT table_name, row_id, coalesce(row_id, '') || ' ' || coalesce(note, ''), after "
        "FROM revisions WHERE id > ? "
        "UNION ALL SELECT 'documents', id, '', text FROM documents WHERE revision > ? AND text IS NOT NULL",
        [after, after],
    )
    for table, row, told, value in changed.fetchall():
        for each in names.values():
            form = each.find(told or "") or each.find(value or "")
            if form is not None:
                wrong = "this names a person whose identity is protected here"
                remedy = "write the role or description instead: what is once saved stays in the history"
                raise LoadError([Problem(str(table), None, "", form, wrong, remedy, row=str(row))])


def _named(datasette: Datasette) -> Database | None:
    config = site.of(datasette).config
    return datasette.databases.get(config.confidential) if config is not None and config.confidential else None


def _is_ours(conn: sqlite3.Connection) -> bool:
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'identities'"
    return conn.execute(sql).fetchone() is not None
