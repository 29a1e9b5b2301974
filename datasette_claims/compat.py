"""The only file that knows that Datasette 0.65 and 1.0 differ.

Everything else asks here for permissions, metadata, configuration, writes and the few URLs that moved. The lines
are told apart by what they offer, not by their version number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.plugins import pm
from datasette.utils import await_me_maybe

from .schema import BY_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.utils.asgi import Request
    from jinja2 import Environment

try:
    from datasette.permissions import Action, PermissionSQL
    from datasette.resources import DatabaseResource, TableResource
except ImportError:  # 0.65 has no such modules
    PermissionSQL = None
try:
    from datasette.utils.permissions import SKIP_PERMISSION_CHECKS, gather_permission_sql_from_hooks
except ImportError:  # 0.65, or a 1.0 that keeps them elsewhere: then each table is asked for by itself
    gather_permission_sql_from_hooks = None

PLUGIN = "datasette-claims"
ACTOR = Mapping[str, Any] | None
"""Who makes a request, as Datasette tells it: a mapping with at least an id, or None for anybody."""

IS_1 = PermissionSQL is not None
"""Whether this is Datasette 1.0 (alphas included); 0.65 otherwise."""

T = TypeVar("T")


def settings_of(datasette: Datasette) -> object:
    """What stands under ``plugins: datasette-claims:``, unchecked; None where nothing does.

    0.65 reads it from the file given with ``-m``, 1.0 from the one given with ``-c``.
    """
    return datasette.plugin_config(PLUGIN)


# Permissions


async def may(
    datasette: Datasette, actor: ACTOR, action: str, database: str | None = None, table: str | None = None
) -> bool:
    """Whether an actor may do something, on the instance, a database or a table.

    On 0.65 a permission does not cascade by itself: a table of a private database counts as visible unless the
    database is asked too.
    """
    if IS_1:
        resource = None
        if table is not None:
            resource = TableResource(database, table)
        elif database is not None:
            resource = DatabaseResource(database)
        return bool(await datasette.allowed(action=action, resource=resource, actor=actor))
    from datasette.utils.asgi import Forbidden

    if action.startswith("claims-"):
        seen = await may(datasette, actor, "view-database", database)
        return seen and bool(await datasette.permission_allowed(actor, action, resource=database, default=False))
    if table is not None:
        asked: list[Any] = [(action, (database, table)), ("view-database", database), "view-instance"]
    elif database is not None:
        asked = [(action, database), ("view-database", database), "view-instance"]
    else:
        asked = [action]
    try:
        await datasette.ensure_permissions(actor, list(dict.fromkeys(asked)))
    except Forbidden:
        return False
    return True


LABELS_ARE_GATED = IS_1
"""Whether the label of a reference is shown only to who may see the table that it is from: not so on 0.65."""

MANY_AT_ONCE = gather_permission_sql_from_hooks is not None
"""Whether asking for many tables of a database costs hardly more than asking for one."""


def jinja_environment(datasette: Datasette, request: Request) -> Environment:
    """What templates of a request are found and rendered with."""
    found: Environment = datasette.get_jinja_environment(request) if IS_1 else datasette.jinja_env
    return found


async def tables_seen(datasette: Datasette, actor: ACTOR, database: str, tables: Iterable[str]) -> dict[str, bool]:
    """Table -> whether an actor may see it, as ``may`` says of each; for plain tables (no FTS shadow tables).

    1.0 has no call for several tables: each ``allowed()`` asks all hooks and runs three queries, which for a page
    took longer than counting a million stances. The rules do not depend on the table, so here they are read once.
    What they come to is decided as in ``check_permissions_for_actions`` of ``datasette/utils/actions_sql.py``: the
    most specific rule wins, among those a denial. What comes out as closed, and everything for an actor whose token
    is restricted, is asked of ``allowed()``, so that a refusal stands in Datasette's log of permission checks.
    """
    wanted = list(tables)
    if not IS_1:
        return await _tables_seen_by_hooks(datasette, actor, database, wanted)
    rules = await _table_rules(datasette, actor, database) if MANY_AT_ONCE and len(wanted) > 1 else None
    return {
        table: _is_open(rules or (), table) or await may(datasette, actor, "view-table", database, table)
        for table in wanted
    }


async def _tables_seen_by_hooks(
    datasette: Datasette, actor: ACTOR, database: str, tables: Iterable[str]
) -> dict[str, bool]:
    """0.65's answer: what is said of the table, else what is said of the database, which is asked once.

    ``permission_allowed`` looks up how the table is spelt, in a thread, before it asks the hooks: for our own tables,
    whose spelling is known, they are asked directly, and the last of them that has an answer has the last word, as
    there. A denial is asked of ``permission_allowed`` again, so that it stands in Datasette's log of checks.
    """
    found: dict[str, bool | None] = {}
    for table in tables:
        said = await _said_by_hooks(datasette, actor, database, table) if table in BY_NAME else False
        if said is not None and not said:
            said = await datasette.permission_allowed(actor, "view-table", resource=(database, table), default=None)
        found[table] = said
    whole = None in found.values() and await may(datasette, actor, "view-database", database)
    return {table: whole if seen is None else bool(seen) for table, seen in found.items()}


async def _said_by_hooks(datasette: Datasette, actor: ACTOR, database: str, table: str) -> bool | None:
    said: bool | None = None
    for each in pm.hook.permission_allowed(
        datasette=datasette, actor=actor, action="view-table", resource=(database, table)
    ):
        answer = await await_me_maybe(each)
        if answer is not None:
            said = answer
    return said


Rule = tuple[str | None, bool]
"""A table, None for every table of the database, and whether it may be seen."""


async def _table_rules(datasette: Datasette, actor: ACTOR, database: str) -> list[Rule] | None:
    """What 1.0's hooks say about the tables of a database, the rules that win first; None where it is not for us to
    decide."""
    found = await gather_permission_sql_from_hooks(datasette=datasette, actor=actor, action="view-table")
    if found is SKIP_PERMISSION_CHECKS or any(each.restriction_sql for each in found):
        return None
    parts = [f"SELECT parent, child, allow FROM ({each.sql})" for each in found if each.sql is not None]
    if not parts:
        return None
    parameters = {"claims_database": database}
    for each in found:
        parameters.update(each.params or {})
    sql = (
        f"WITH rules AS ({' UNION ALL '.join(parts)}) SELECT child, allow FROM rules "
        "WHERE parent IS NULL OR parent = :claims_database "
        "ORDER BY child IS NOT NULL DESC, parent IS NOT NULL DESC, allow IS NULL OR allow != 0"
    )
    rows = await datasette.get_internal_database().execute(sql, parameters)
    return [(child, bool(allow)) for child, allow in rows.rows]


def _is_open(rules: Iterable[Rule], table: str) -> bool:
    """What the first rule about a table says. Names of tables are the same in either case, as in SQLite."""
    return next((allow for child, allow in rules if child is None or child.lower() == table.lower()), False)


def own_actions(described: Mapping[str, str]) -> list[Any]:
    """Our actions (name -> description) as 1.0 registers them: on a database, denied unless somebody allows them."""
    return [
        Action(name=name, description=text, resource_class=DatabaseResource, also_requires="view-database")
        for name, text in described.items()
    ]


def own_permission(datasette: Datasette, actor: ACTOR, action: str, database: object) -> bool | None:
    """0.65's answer for one of our actions, from the same ``permissions:`` block that 1.0 reads by itself.

    The database's block counts before the instance's; ``root`` may do everything, as on 1.0; None: not decided.
    """
    from datasette.utils import actor_matches_allow

    if actor is not None and actor.get("id") == "root":
        return True
    whole = datasette.metadata() or {}
    of_database = ((whole.get("databases") or {}).get(database) or {}).get("permissions") or {}
    for block in (of_database, whole.get("permissions") or {}):
        if block.get(action) is not None:
            return bool(actor_matches_allow(actor, block[action]))
    return None


def closed_by_old_hook(datasette: Datasette, actor: ACTOR, action: str, resource: object) -> Any:
    """0.65: False for what is closed to a blind coder, else no answer. To be awaited where it is not None."""
    from . import blindness

    table: str | None = None
    database = resource
    if isinstance(resource, tuple):
        database, table = resource[0], str(resource[1])
    if actor is None or not isinstance(database, str):
        return None

    async def answer() -> bool | None:
        closed = await blindness.is_closed(datasette, actor, action, database, table)
        return False if closed else None

    return answer()


async def closed_by_new_hook(datasette: Datasette, actor: ACTOR, action: str) -> Any:
    """1.0: the rules that close a database's tables, or its SQL, to a blind coder; None where nothing is closed."""
    from . import blindness

    databases = await blindness.closed_databases(datasette, actor, action)
    if not databases:
        return None
    tables: tuple[str | None, ...] = blindness.NAMES if action == "view-table" else (None,)
    rows, parameters = [], {"claims_reason": blindness.REASON}
    for number, (database, table) in enumerate((d, t) for d in databases for t in tables):
        child = "NULL"
        if table is not None:
            child, parameters[f"claims_table_{number}"] = f":claims_table_{number}", table
        parameters[f"claims_database_{number}"] = database
        rows.append(
            f"SELECT :claims_database_{number} AS parent, {child} AS child, 0 AS allow, :claims_reason AS reason"
        )
    return PermissionSQL(sql=" UNION ALL ".join(rows), params=parameters)


# Titles and descriptions of tables and columns


async def describe(datasette: Datasette, database: str, tables: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Give 1.0 the titles and descriptions of our tables; what its administrator wrote stays.

    ``tables`` holds (table, {"title": …, "description": …, "columns": {column: description}}). On 0.65 this does
    nothing: there the ``get_metadata`` hook answers.
    """
    if not IS_1:
        return
    resources: list[tuple[str, ...]] = []
    columns: list[tuple[str, ...]] = []
    for table, texts in tables:
        resources += [(database, table, key, texts[key]) for key in ("title", "description")]
        columns += [(database, table, column, "description", text) for column, text in texts["columns"].items()]
    # Two statements instead of a call of set_column_metadata, and of its reader, for each of some 250 columns.
    internal = datasette.get_internal_database()
    await internal.execute_write_many(
        "INSERT OR IGNORE INTO metadata_resources (database_name, resource_name, key, value) VALUES (?, ?, ?, ?)",
        resources,
    )
    await internal.execute_write_many(
        "INSERT OR IGNORE INTO metadata_columns (database_name, resource_name, column_name, key, value) "
        "VALUES (?, ?, ?, ?, ?)",
        columns,
    )


async def database_metadata(datasette: Datasette, database: str) -> dict[str, Any]:
    """Title, description, source and licence of a database, where its administrator gave them."""
    if IS_1:
        return {**await datasette.get_instance_metadata(), **await datasette.get_database_metadata(database)}
    whole = datasette.metadata() or {}  # asked for a database, 0.65 lets the instance's values win
    return {**whole, **((whole.get("databases") or {}).get(database) or {})}


def default_facets(datasette: Datasette, database: str, table: str) -> tuple[str, ...]:
    """The columns by which the administrator has a table faceted without being asked."""
    whole = (datasette.config if IS_1 else datasette.metadata()) or {}
    tables = ((whole.get("databases") or {}).get(database) or {}).get("tables") or {}
    facets = (tables.get(table) or {}).get("facets") or []
    return tuple(each for each in facets if isinstance(each, str))


# Writing


async def write(db: Database, change: Callable[[Any], T]) -> T:
    """Run ``change(connection)`` on the write connection of a database and return what it returns.

    No transaction is open when it begins, on either line, so it can set pragmas; it opens its own with
    ``sqlite_utils.Database(connection).atomic()``.
    """
    options = {"transaction": False} if IS_1 else {}
    result: T = await db.execute_write_fn(change, **options)
    return result


# URLs and markup


_static_urls: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def static_url(datasette: Datasette, path: str) -> str:
    """URL of a file in our ``static/``. On 1.0 it carries the file's hash, so that browsers keep it.

    Asked once a file: 1.0 looks through all plugins each time, which takes longer than many a page. It stays of the
    type that Datasette gave it, by which Datasette knows that the ``base_url`` is in it already.
    """
    known = _static_urls.setdefault(datasette, {})
    if path not in known:
        if IS_1:
            known[path] = datasette.static(path, plugin="datasette_claims")
        else:
            known[path] = datasette.urls.static_plugins("datasette_claims", path)
    return known[path]


def sql_url(datasette: Datasette, database: str) -> str:
    """URL of the page that runs SQL on a database; the query goes into its ``sql`` parameter."""
    if IS_1:
        return str(datasette.urls.database_query(database, "")).partition("?")[0]
    return str(datasette.urls.database(database))


def with_language(html: str) -> str:
    """Say that a page is in English: 0.65's base template leaves it out, which screen readers need."""
    start, tag, rest = html[:200].partition("<html>")
    return f'{start}<html lang="en">{rest}{html[200:]}' if tag else html


# Forms


def is_own_form(request: Any, token: str) -> bool:
    """Whether a form that passed Datasette's own check of tokens was sent from a page of this site.

    0.65 alone has tokens; the rules are those of its check: a request without cookies has nothing to misuse, and
    one that is signed in by a header cannot come from another site's page. 1.0 has looked at the origin before.
    """
    import secrets

    if IS_1:
        return True
    headers = request.headers
    if not headers.get("cookie") or headers.get("authorization", "").startswith("Bearer "):
        return True
    expected = request.scope["csrftoken"]()
    given = headers.get("x-csrftoken") or token
    return secrets.compare_digest(given.encode("utf-8"), expected.encode("utf-8"))


# Facets


def with_column_facet(found: Iterable[list[type]], made: Callable[[type], type]) -> list[list[type]]:
    """The classes of all plugins, with ``made(ColumnFacet)`` where Datasette's own facet of a column stands."""
    from datasette.facets import ColumnFacet

    return [[made(each) if each is ColumnFacet else each for each in classes] for classes in found]
