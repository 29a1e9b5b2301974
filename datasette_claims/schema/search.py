"""Full-text search: one FTS5 table a searchable table, kept current by triggers.

The FTS tables hold no text of their own (external content); they find rows by rowid. SQLite keeps the rowids of
a table that has an index through VACUUM and VACUUM INTO, which a test holds; ``datasette claims check`` runs
FTS5's own integrity check.
"""

from __future__ import annotations

from .tables import Table

TOKENIZER = "unicode61 remove_diacritics 2"


def fts_name(table: Table) -> str:
    """The name of the FTS table that belongs to a table."""
    return f"{table.name}_fts"


def create_fts_sql(table: Table) -> str:
    """CREATE VIRTUAL TABLE for a table's searchable columns."""
    columns = ", ".join(f'"{name}"' for name in table.search)
    return (
        f'CREATE VIRTUAL TABLE "{fts_name(table)}" USING fts5({columns}, '
        f"content=\"{table.name}\", tokenize='{TOKENIZER}')"
    )


def rebuild_fts_sql(table: Table) -> str:
    """Read all rows into the FTS table again; for use after a bulk load without triggers."""
    return f'INSERT INTO "{fts_name(table)}" ("{fts_name(table)}") VALUES (\'rebuild\')'


def fts_triggers(table: Table) -> dict[str, str]:
    """Name -> CREATE TRIGGER for insert, delete and update of the searched columns."""
    fts, columns = fts_name(table), ", ".join(f'"{name}"' for name in table.search)
    new = ", ".join(f'new."{name}"' for name in table.search)
    old = ", ".join(f'old."{name}"' for name in table.search)
    add = f'INSERT INTO "{fts}" (rowid, {columns}) VALUES (new.rowid, {new});'
    remove = f'INSERT INTO "{fts}" ("{fts}", rowid, {columns}) VALUES (\'delete\', old.rowid, {old});'
    head = f'CREATE TRIGGER "{table.name}_search_{{0}}" AFTER {{1}} ON "{table.name}" BEGIN {{2}} END'
    return {
        f"{table.name}_search_insert": head.format("insert", "INSERT", add),
        f"{table.name}_search_delete": head.format("delete", "DELETE", remove),
        f"{table.name}_search_update": head.format("update", f"UPDATE OF {columns}", f"{remove} {add}"),
    }
