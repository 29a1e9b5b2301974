"""Verifying a whole database again: everything that a load checks, on the rows that stand there."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ..schema import BY_NAME, LOADABLE, SUBJECT_TABLES, TABLES, Table, Type, is_claims_database, pending
from ..schema.copies import all_copy_groups, refresh_sql
from ..schema.search import fts_name
from ..schema.subjects import missing_subjects_sql, subject_columns
from .checking_record import check_chain, check_history
from .checking_texts import undecodable
from .connecting import explained, opened, refusal
from .deriving import ACTOR_COLUMN, derive_countries
from .problems import LoadError, Problem
from .references import HIERARCHIES, rings
from .spans import SPANNED, collect_spans, make_span_table, text_in, wrong_spans
from .values import ColumnReader

_RESTORE = "put it right with a load or on its page"


def check(database: Path) -> list[Problem]:
    """Everything that is wrong with a database; an empty list means that all checks passed.

    Raises LoadError where the file cannot be checked at all: missing, not a claims database, of another version.
    Nothing is changed.
    """
    if not database.exists():
        raise LoadError([Problem(str(database), None, "", "", "there is no such database", "load one first")])
    with explained(str(database)), opened(database) as conn:
        if not is_claims_database(conn):
            raise LoadError([Problem(str(database), None, "", "", "this is no claims database", "name another file")])
        missing = pending(conn)
        if missing:
            wrong = f"the database is of an older version (it lacks {', '.join(missing)})"
            raise LoadError([Problem(str(database), None, "", "", wrong, "load something into it, or serve it, first")])
        conn.execute("BEGIN IMMEDIATE")  # the checks of the search tables are written as inserts
        try:
            return [problem for part in _CHECKS for problem in part(conn)]
        except sqlite3.OperationalError as error:
            known = refusal(error)
            if known is None or known.kind != "no-text":
                raise
            return list(undecodable(conn))
        finally:
            if conn.in_transaction:  # SQLite ends it itself where there is no memory left, for example
                conn.execute("ROLLBACK")


def _storage(conn: sqlite3.Connection) -> Iterator[Problem]:
    """SQLite's own check: pages, indexes, NOT NULL and CHECK."""
    for (message,) in conn.execute("PRAGMA main.integrity_check"):
        if message != "ok":
            yield Problem("database", None, "", "", str(message), "restore the database from a backup, or load again")


def _foreign_keys(conn: sqlite3.Connection) -> Iterator[Problem]:
    for name, rowid, target, number in conn.execute("PRAGMA main.foreign_key_check").fetchall():
        if name not in BY_NAME:
            continue
        keys = {row[0]: row[3] for row in conn.execute(f'PRAGMA main.foreign_key_list("{name}")')}
        column = keys[number]
        row = conn.execute(f'SELECT id, "{column}" FROM "{name}" WHERE rowid = ?', [rowid]).fetchone()
        wrong = f"{target} has no such row"
        yield Problem(name, None, column, str(row[1]), wrong, _RESTORE, row=str(row[0]))


def _values(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Types, words, dates: each distinct value by the loader's own rules."""
    for table in LOADABLE:
        for column in table.stored:
            if column.name == "revision" or (table.name, column.name) == ("documents", "text"):
                continue
            reader = ColumnReader(table, column)
            rows = conn.execute(f'SELECT DISTINCT "{column.name}" FROM "{table.name}"')
            while values := tuple("" if value is None else str(value) for (value,) in rows.fetchmany(10_000)):
                for found in reader.read(values, [0] * len(values), table.name)[1]:
                    yield from _with_rows(conn, table, found)


def _with_rows(conn: sqlite3.Connection, table: Table, found: Problem) -> Iterator[Problem]:
    rows = conn.execute(f'SELECT id FROM "{table.name}" WHERE coalesce("{found.column}", \'\') = ?', [found.value])
    for (id_,) in rows.fetchall():
        yield Problem(table.name, None, found.column, found.value, found.wrong, found.remedy, row=str(id_))


def _days(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Days of an interval are full dates, in order."""
    for table in LOADABLE:
        for column in table.stored:
            if column.type in (Type.DAY_FROM, Type.DAY_TO):
                sql = f'SELECT id, "{column.name}" FROM "{table.name}" WHERE length("{column.name}") <> 10'
                for id_, value in conn.execute(sql).fetchall():
                    yield Problem(table.name, None, column.name, value, "not a full date", _RESTORE, row=id_)


def _subjects(conn: sqlite3.Connection) -> Iterator[Problem]:
    for table, column in subject_columns():
        for kind, target in SUBJECT_TABLES.items():
            for id_, value in conn.execute(missing_subjects_sql(table, column, kind)).fetchall():
                yield Problem(table.name, None, column.name, value, f"{target} has no such row", _RESTORE, row=id_)


def _circles(conn: sqlite3.Connection) -> Iterator[Problem]:
    for table, column in HIERARCHIES:
        up = dict(conn.execute(f'SELECT id, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'))
        for ring in rings(up):
            way = " → ".join([*ring[:5], *(["…"] if len(ring) > 5 else []), ring[0]])
            wrong = f"the rows refer to one another in a circle ({way})"
            yield Problem(table, None, column, up[ring[0]], wrong, "break it", row=ring[0])


def _texts(conn: sqlite3.Connection) -> Iterator[Problem]:
    rows = conn.execute("SELECT id, text, text_length, text_sha256 FROM documents WHERE text IS NOT NULL")
    for id_, text, length, sha256 in rows:
        actual = hashlib.sha256(text.encode("utf-8")).hexdigest()
        pairs = (("text_length", length, len(text)), ("text_sha256", sha256, actual))
        for column, stated, found in pairs:
            if stated != found:
                wrong = f"the text has {found}"
                yield Problem("documents", None, column, str(stated or ""), wrong, "attach the right text", row=id_)


def _spans(conn: sqlite3.Connection) -> Iterator[Problem]:
    make_span_table(conn)
    of_mention = "(SELECT m.document FROM main.mentions AS m WHERE m.id = t.mention)"
    for table in SPANNED:
        collect_spans(conn, table, f'main."{table}"', "1", of_mention)
    for found in wrong_spans(conn, lambda document: text_in(conn, document)):
        yield Problem(found.table, None, found.column, found.value, found.wrong, found.remedy, row=found.row)
    rows = conn.execute(
        "SELECT table_name, id, quote, stop - start FROM temp.spans WHERE quote IS NOT NULL "
        "AND length(quote) <> stop - start AND document NOT IN (SELECT id FROM main.documents WHERE text IS NOT NULL)"
    )
    for table, id_, quote, length in rows.fetchall():
        wrong = f"the quote has {len(quote)} code points, its span {length}"
        yield Problem(table, None, "quote", quote, wrong, "correct the span or the quote", row=id_)


def _copies(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Copied columns that differ from their source, found by the statement that would correct them."""
    for group in all_copy_groups():
        condition = _differs(refresh_sql(group))
        names = ", ".join(f'"{name}"' for name, _ in group.pairs)
        rows = conn.execute(f'SELECT id, "{group.via}", {names} FROM "{group.table.name}" WHERE {condition}')
        for id_, via, *values in rows.fetchall():
            source = _source_values(conn, group.source, via, [column for _, column in group.pairs])
            for (name, _), value, right in zip(group.pairs, values, source, strict=True):
                right = group.table[name].default if right is None else right
                if value != right:
                    wrong = f"the {group.via} {via or '(blank)'} says {right if right is not None else 'nothing'}"
                    remedy = "the copy is wrong: load again, or change the source row"
                    yield Problem(group.table.name, None, name, str(value or ""), wrong, remedy, row=id_)


def _differs(update: str) -> str:
    """The condition of a ``refresh_sql`` statement: what follows the first WHERE outside parentheses."""
    depth = 0
    for position, character in enumerate(update):
        depth += (character == "(") - (character == ")")
        if depth == 0 and update.startswith(" WHERE ", position):
            return update[position + len(" WHERE ") :]
    raise ValueError(f"no condition in {update!r}")


def _source_values(conn: sqlite3.Connection, table: str, id_: str | None, columns: list[str]) -> list[object]:
    names = ", ".join(f'"{column}"' for column in columns)
    row = conn.execute(f'SELECT {names} FROM "{table}" WHERE id = ?', [id_]).fetchone()
    return list(row) if row is not None else [None] * len(columns)


def _countries(conn: sqlite3.Connection) -> Iterator[Problem]:
    """Countries that no row gives must be the ones that follow."""
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS prune_memberships (id TEXT PRIMARY KEY)")
    for table in ACTOR_COLUMN:
        derive_countries(conn, table, f"SELECT * FROM main.{table} AS r WHERE r.country_origin <> 'row'")
        rows = conn.execute(
            f"SELECT m.id, m.country, m.country_basis, m.country_origin, d.country, d.country_basis, d.country_origin "
            f"FROM main.{table} AS m JOIN temp.derived_{table} AS d ON d.id = m.id"
        )
        for id_, *values in rows:
            stored, derived = values[:3], values[3:]
            if stored != derived:
                wrong = f"it follows from the other rows as {', '.join(derived)}"
                yield Problem(table, None, "country", ", ".join(stored), wrong, "change and save the row", row=id_)


def _search(conn: sqlite3.Connection) -> Iterator[Problem]:
    """FTS5's own check of its index against the rows."""
    for table in TABLES:
        if table.search:
            name = fts_name(table)
            try:
                conn.execute(f'INSERT INTO "{name}" ("{name}", rank) VALUES (\'integrity-check\', 1)')
            except sqlite3.DatabaseError as error:
                wrong = f"the search index does not fit the rows ({error})"
                remedy = f"rebuild it: INSERT INTO {name} ({name}) VALUES ('rebuild')"
                yield Problem(name, None, "", "", wrong, remedy)


_CHECKS = (
    _storage,
    _foreign_keys,
    _values,
    _days,
    _subjects,
    _circles,
    _texts,
    _spans,
    _copies,
    _countries,
    _search,
    check_chain,
    check_history,
)
