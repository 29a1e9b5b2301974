"""Which databases of a running Datasette are claims databases, and what happens to them at start-up.

The configured database is made, brought up to date and loaded. Any other attached database that carries our mark
and is up to date is served for reading. Nothing else is touched.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from . import compat, config
from .bounds import Allowance, Bounds
from .loading import StartupLoad, load_if_changed
from .loading.connecting import DURABLE, check_pages, make_durable, refusal
from .metering import meter, without_limit
from .schema import TABLES, SchemaError, Table, is_claims_database, migrate, pending

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

log = logging.getLogger("datasette_claims")


@dataclass(frozen=True)
class Notice:
    """What the start page tells about a database's state. ``failed``: something did not work."""

    text: str
    failed: bool = False
    details: tuple[str, ...] = ()


@dataclass
class Site:
    """What is known of one Datasette: its configuration, which databases are ours, notices by database, and which
    databases turned out to be damaged."""

    config: config.Config | None = None
    known: WeakKeyDictionary[Any, bool] = field(default_factory=WeakKeyDictionary)
    notices: dict[str, Notice] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    allowance: Allowance = field(default_factory=Allowance)

    @property
    def bounds(self) -> Bounds:
        """How much one request or person may ask for."""
        return self.config.bounds if self.config is not None else Bounds()


_sites: WeakKeyDictionary[Any, Site] = WeakKeyDictionary()


def of(datasette: Datasette) -> Site:
    """The state of one Datasette, empty before ``start``."""
    found = _sites.get(datasette)
    return found if found is not None else _sites.setdefault(datasette, Site())


async def start(datasette: Datasette) -> None:
    """Read the configuration, make and load the configured database, find the others, describe their tables.

    Raises datasette's StartupError where the configuration is wrong. A database that cannot be opened or loaded
    leaves the site up: the log and the start page say what is wrong.
    """
    from datasette.utils import StartupError

    site = of(datasette)
    try:
        site.config = config.read(compat.settings_of(datasette))
    except config.ConfigError as wrong:
        raise StartupError(str(wrong)) from wrong
    if site.config is not None:
        await _open(datasette, site, site.config)
        from . import protecting

        await protecting.warn(datasette)
    for name in await claims_databases(datasette):
        await compat.describe(datasette, name, ((table.name, texts(table)) for table in TABLES))


async def _open(datasette: Datasette, site: Site, wanted: config.Config) -> None:
    """Make, update and load the configured database."""
    db = datasette.databases.get(wanted.database)
    if db is None:
        log.warning(
            "plugins: datasette-claims: database: %r is not attached; nothing was done. Attached: %s",
            wanted.database,
            ", ".join(datasette.databases) or "none",
        )
        return
    if not db.is_mutable:
        if wanted.load:
            log.warning("database %r is immutable: it is served as it is, nothing is loaded", wanted.database)
        return
    try:
        _tell_journal(site, wanted.database, await compat.write(db, _prepare_for_writing))
        if wanted.load:
            _note(site, wanted.database, await compat.write(db, lambda conn: _load(conn, wanted.load)))
    except (SchemaError, sqlite3.Error, OSError, MemoryError) as wrong:
        _fail(site, wanted.database, f"This database could not be opened for writing claims: {_explained(wrong)}")


def _load(conn: sqlite3.Connection, sources: tuple[Path, ...]) -> StartupLoad:
    """Load what changed, through Datasette's connection but with rows and texts as SQLite gives them."""
    row_factory, text_factory = conn.row_factory, conn.text_factory
    conn.row_factory, conn.text_factory = None, str
    try:
        with without_limit(conn):
            return load_if_changed(conn, sources)
    finally:
        conn.row_factory, conn.text_factory = row_factory, text_factory


def _note(site: Site, database: str, done: StartupLoad) -> None:
    """Tell in the log how the load went, and on the start page where somebody should do something about it."""
    if done.status == "failed":
        _fail(site, database, done.message, tuple(str(problem) for problem in done.problems))
        return
    log.info("%s: %s", database, done.message)
    if done.report is not None and done.report.conflicts:
        rows = tuple(f"{conflict.table}: {conflict.row}" for conflict in done.report.conflicts)
        site.notices[database] = Notice(done.message, details=rows)


def _prepare_for_writing(conn: sqlite3.Connection) -> str:
    """Migrate, and write so that no acknowledged row is lost when the power fails: WAL with synchronous FULL.

    Returns the journal mode. A database that is damaged, or that a newer version made, is left as it is: before
    anything is changed in one that is not as it should be, its pages are checked.
    """
    if pending(conn) or conn.execute("PRAGMA main.journal_mode").fetchone()[0] not in DURABLE:
        check_pages(conn)
    migrate(conn)
    mode = make_durable(conn)
    prepare_connection(conn)
    return mode


def _tell_journal(site: Site, database: str, mode: str) -> None:
    """Say how changes are kept: in the log, and on the start page where a loss of power could take some."""
    if mode in DURABLE:
        log.info("%s: journal mode %s, synchronous FULL", database, mode)
        return
    text = (
        f"This database could not be given a write-ahead log (journal mode {mode}). A crash of the program loses "
        "nothing, but a loss of power can take the last changes: close what else has it open, or move it to a local "
        "disk, and start again."
    )
    log.warning("%s: %s", database, text)
    site.notices[database] = Notice(text, True)


def note_damage(datasette: Datasette, database: str, wrong: sqlite3.Error) -> None:
    """A page of a database turned out to be damaged: tell so on every page, and take no more changes."""
    site = of(datasette)
    site.damaged.add(database)
    _fail(site, database, f"This database is damaged and takes no changes. Restore it from a backup ({wrong}).")


def prepare_connection(conn: sqlite3.Connection, datasette: Datasette | None = None) -> None:
    """Enforce foreign keys and full synchronization on a connection, if it is one to a claims database; for one of a
    Datasette, also limit what SQL may take on it."""
    try:
        ours = is_claims_database(conn)
    except sqlite3.DatabaseError:  # not a SQLite file, or locked: Datasette says so itself when it reads from it
        return
    if ours:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA synchronous = FULL")
        if datasette is not None:
            meter(conn, bounds_of(datasette))


def bounds_of(datasette: Datasette) -> Bounds:
    """How much one request or person may ask for; the defaults where the configuration is wrong or not read yet."""
    try:
        found = of(datasette).config or config.read(compat.settings_of(datasette))
    except config.ConfigError:
        return Bounds()
    return found.bounds if found is not None else Bounds()


def _explained(wrong: Exception) -> str:
    """What went wrong, and what to do about it where that is known."""
    known = refusal(wrong)
    return f"{known.wrong}; {known.remedy} ({wrong})" if known else str(wrong)


def _fail(site: Site, database: str, text: str, details: tuple[str, ...] = ()) -> None:
    log.error("%s: %s", database, "\n".join((text, *details)))
    site.notices[database] = Notice(text, True, details)


async def is_served(datasette: Datasette, name: str) -> bool:
    """Whether a database is a claims database of this version. Asked once for each attached database."""
    site, db = of(datasette), datasette.databases.get(name)
    if db is None:
        return False
    if db not in site.known:
        site.known[db] = await _is_current(site, name, db)
    return site.known[db]


async def _is_current(site: Site, name: str, db: Database) -> bool:
    try:
        missing = await db.execute_fn(lambda conn: pending(conn) if is_claims_database(conn) else None)
    except (SchemaError, sqlite3.Error) as wrong:
        if name not in site.notices:
            _fail(site, name, f"This database cannot be read as a claims database: {_explained(wrong)}")
        return False
    if missing:
        _fail(
            site,
            name,
            "This database was made by an older version of datasette-claims. To bring it up to date, name it in the "
            "configuration (plugins: datasette-claims: database) and start again.",
        )
    return bool(missing == [])


async def claims_databases(datasette: Datasette) -> list[str]:
    """Names of all claims databases that are attached, readable or not: ask ``permissions`` before showing one."""
    return [name for name in list(datasette.databases) if await is_served(datasette, name)]


def is_known(datasette: Datasette, name: str | None) -> bool:
    """Whether a database is already known to be a claims database; for hooks that cannot wait."""
    db = datasette.databases.get(name) if name else None
    return db is not None and bool(of(datasette).known.get(db, False))


def texts(table: Table) -> dict[str, Any]:
    """Title, description and columns' descriptions of a table, as Datasette's metadata has them."""
    return {
        "title": table.label,
        "description": table.description,
        "columns": {column.name: column.description for column in table.columns},
    }


def metadata(datasette: Datasette, key: str | None, table: str | None) -> dict[str, Any]:
    """What 0.65 asks of the ``get_metadata`` hook: our texts, for all claims databases.

    It asks for one key, often without saying which database it will look into. Made anew for each call, because
    Datasette merges the administrator's metadata into it; other keys than these hold nothing of ours. Of "tables" it
    asks at every check of a permission, for ``allow`` alone, and copies all that it gets: so it gets nothing.
    """
    if key not in (None, "databases") and table is None:
        return {}
    names = [name for name in list(datasette.databases) if is_known(datasette, name)]
    return {"databases": {name: {"tables": {each.name: texts(each) for each in TABLES}} for name in names}}
