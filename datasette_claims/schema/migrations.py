"""Making a claims database and bringing an old one up to date.

Each migration runs in one transaction of its own; what it does is frozen (SQL files beside this module), so that
a database made by any version goes the same way. A database that a newer version of the plugin made is refused,
untouched.
"""

from __future__ import annotations

import re
import sqlite3
from importlib import resources

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from .countries import countries
from .sealing import seal
from .statistics import analyze

APPLICATION_ID = 0x436C6D73
"""``PRAGMA application_id`` of a claims database: the bytes "Clms"."""

migrations = Migrations("datasette-claims")


class SchemaError(Exception):
    """The database cannot be used as a claims database; the message says why and what to do."""


def frozen_sql(name: str) -> list[str]:
    """The statements of one SQL file of this room, in order."""
    text = resources.files(__package__).joinpath("sql").joinpath(name).read_text(encoding="utf-8")
    return [part for part in (piece.strip() for piece in text.split(";\n\n")) if part]


@migrations(name="0001_initial")
def initial(db: Database) -> None:
    """All tables, indexes, search and triggers; the first revision; the countries."""
    for statement in frozen_sql("0001_initial.sql"):
        db.execute(statement.removesuffix(";"))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(
        "INSERT INTO revisions (id, at, who, operation, note) VALUES "
        "(1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'datasette-claims', 'create', 'Database made')"
    )
    db.conn.executemany(
        "INSERT INTO countries (id, name, alpha_3, kind, withdrawn, revision) VALUES (?, ?, ?, ?, ?, 1)",
        [(c.id, c.name, c.alpha_3, c.kind, c.withdrawn) for c in countries()],
    )


@migrations(name="0002_review")
def review(db: Database) -> None:
    """Drafts and reviews, assignments, anchorings, proposals; revisions belong to actions and form a chain.

    Of earlier revisions those of one load are one action and each other is one for itself.
    """
    for statement in frozen_sql("0002_review.sql"):
        db.execute(statement.removesuffix(";"))
    db.execute(
        'UPDATE revisions SET "action" = coalesce((SELECT min(r."id") FROM revisions AS r '
        'WHERE r."load" = revisions."load"), "id")'
    )
    seal(db.conn)
    if db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone():
        db.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'revisions'")  # loads no longer keep statistics of it


@migrations(name="0003_order")
def order(db: Database) -> None:
    """The indexes of countries also hold the order in which tables show their rows."""
    for statement in frozen_sql("0003_order.sql"):
        db.execute(statement.removesuffix(";"))
    if db.conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone():
        analyze(db.conn, ("documents", "statements", "stances"), sampled=True)


def is_claims_database(conn: sqlite3.Connection) -> bool:
    """Whether the database carries our mark. Reads one pragma; never writes."""
    return bool(conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def pending(conn: sqlite3.Connection) -> list[str]:
    """Names of the migrations that the database still needs. Never writes.

    Raises SchemaError where a newer version of the plugin made the database.
    """
    db = Database(conn, execute_plugins=False)
    known = {migration.name for migration in migrations._migrations}
    newer = [row.name for row in migrations.applied(db) if row.name not in known]
    if newer:
        raise SchemaError(
            f"the database was made by a newer version of datasette-claims (it has {', '.join(newer)}); "
            "install that version or newer: nothing was changed"
        )
    return [migration.name for migration in migrations.pending(db)]


def migrate(conn: sqlite3.Connection) -> list[str]:
    """Bring a database up to date and return the names of the migrations that ran.

    A database without our tables gets them, unless it holds tables of the same names that are not ours.
    Raises SchemaError in that case and where a newer version made it. Interrupting leaves it at the last
    complete migration.
    """
    names = pending(conn)
    if not names:
        return []
    db = Database(conn, execute_plugins=False)
    clash = sorted(set(db.table_names()) & _tables_made_by(names))
    if clash:
        remedy = "rename them" if is_claims_database(conn) else "use another database file for claims"
        raise SchemaError(
            f"the database already has tables named {', '.join(clash)} that datasette-claims did not make; "
            f"{remedy}: nothing was changed"
        )
    migrations.apply(db)
    return names


def _tables_made_by(names: list[str]) -> set[str]:
    """The tables that the SQL files of some migrations create."""
    folder = resources.files(__package__).joinpath("sql")
    files = [file for file in (folder.joinpath(f"{name}.sql") for name in names) if file.is_file()]
    pattern = re.compile(r'^CREATE (?:VIRTUAL )?TABLE "(\w+)"', re.MULTILINE)
    return {table for file in files for table in pattern.findall(file.read_text(encoding="utf-8"))}
