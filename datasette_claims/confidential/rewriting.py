"""Writing a database anew so that an actor that was public is named nowhere in it.

Revisions are append-only, so what was once public cannot be taken out of a database in place: a new file is made,
scrubbed, checked and only then given its name. The old file stays as it is, and whoever keeps it keeps the name.

What happens to a value that holds the name:

- the id of the actor, and that of any other row, gets the new id in its place, everywhere;
- words that are quoted from a document (quotes, anchorings, names as printed) are removed, never altered;
- a document's text is removed, so that it is kept by its checksum and offsets alone;
- any other text gets the description in square brackets, and a content is then no longer said to be verbatim;
- revisions are treated in the same way, and their chain of hashes is made anew, which a revision says.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..loading.checking import check
from ..loading.connecting import explained
from ..loading.problems import LoadError, Problem
from ..loading.revising import latest_revision, now
from ..schema import BY_NAME, TABLES, Type
from ..schema.sealing import seal
from ..schema.search import rebuild_fts_sql
from . import store
from .names import Names, as_json
from .searching import bytes_in, found_in, problem, tables

QUOTED = frozenset(("quote", "exact", "prefix", "suffix", "speaker_label", "audience_label", "credit_line", "text"))
"""Columns with words of a document: they are right or absent."""

NOTE = "Written anew to protect an identity: hashes of earlier revisions are not those of before"
_IDS = (Type.IDENTIFIER, Type.REFERENCE, Type.SUBJECT)
_ALSO_IDS = {"revisions": ("row_id",), "anchorings": ("subject",), "proposals": ("subject", "object")}
_ALSO_IDS |= {"annotations": ("mention", "document")}


@dataclass
class Rewritten:
    """What was done: values changed by table, the actor's id now, and the rows whose id changed (old -> new)."""

    actor: str
    changed: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    moved: list[dict[str, str]] = field(default_factory=list)


def protect(
    database: Path,
    actor: str,
    new: Path,
    confidential: Path,
    *,
    forms: list[str],
    id: str,
    description: str,
    contact: str | None = None,
    who: str | None = None,
) -> Rewritten:
    """Write ``database`` into the file ``new`` without the identity of an actor, which goes into ``confidential``.

    ``forms`` are those by which the name is looked for (``names.forms_of``), ``id`` and ``description`` what the actor
    is called from now on. Raises LoadError where something stands in the way; then there is no new file and the
    confidential database is as it was.
    """
    names = Names(tuple(forms), actor)
    for value, column in ((id, "id"), (description, "name")):
        if names.find(value) is not None or not value.strip():
            raise _wrong("actors", column, "it still tells the name, or nothing", "give another one")
    if new.exists():
        raise _wrong(str(new), "", "the file exists already", "name a file that does not exist yet")
    with explained(str(database)), _aside(database, new) as (conn, path):
        done = _Scrubbing(conn, names, actor, id, description).run(who)
        conn.close()
        final = path.with_name("final.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as again:
            again.execute("PRAGMA secure_delete = ON")
            again.execute("VACUUM INTO ?", [str(final)])
        _check(final, names, id)
        with closing(store.opened(confidential)) as kept:
            kept.execute("BEGIN IMMEDIATE")
            store.put(kept, _identity(done, forms, contact), who)
            os.link(final, new)
            kept.execute("COMMIT")
    return done


def _identity(done: Rewritten, forms: list[str], contact: str | None) -> store.Identity:
    def was(column: str) -> str | None:
        of = (
            one["value"]
            for one in done.moved
            if (one["table"], one["row"], one["column"]) == ("actors", done.actor, column)
        )
        return next(of, None)

    moved = json.dumps(done.moved, ensure_ascii=False)
    return store.Identity(done.actor, was("name"), was("other_names"), contact, was("note"), ";".join(forms), moved)


def _wrong(file: str, column: str, wrong: str, remedy: str) -> LoadError:
    return LoadError([Problem(file, None, column, "", wrong, remedy)])


@contextmanager
def _aside(database: Path, new: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy of the database in a folder that only its owner can read and that is gone in the end."""
    if not database.exists():
        raise _wrong(str(database), "", "there is no such database", "check the name")
    with tempfile.TemporaryDirectory(prefix=".claims-protect-", dir=new.parent) as folder:
        path = Path(folder) / "copy.db"
        with closing(sqlite3.connect(database, isolation_level=None)) as source:
            source.execute("VACUUM INTO ?", [str(path)])
        conn = sqlite3.connect(path, isolation_level=None)
        try:
            yield conn, path
        finally:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed already
                conn.close()


class _Scrubbing:
    """One pass over a copy of a database."""

    def __init__(self, conn: sqlite3.Connection, names: Names, actor: str, id: str, description: str) -> None:
        self.conn, self.names, self.actor, self.description = conn, names, actor, description
        self.done = Rewritten(id)

    def run(self, who: str | None) -> Rewritten:
        """Scrub every table, make search and statistics anew, and seal the revisions again."""
        conn = self.conn
        if conn.execute("SELECT 1 FROM actors WHERE id = ?", [self.actor]).fetchone() is None:
            raise _wrong("actors", "id", "there is no such actor", "see the table actors")
        if conn.execute("SELECT 1 FROM actors WHERE id = ?", [self.done.actor]).fetchone():
            raise _wrong("actors", "id", f"the id {self.done.actor} is taken", "choose another one")
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("PRAGMA recursive_triggers = OFF")
        triggers = [sql for (sql,) in conn.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f'DROP TRIGGER "{name}"')
        conn.execute("BEGIN")
        self._name_ids()
        shadow = {f"{table.name}_fts" for table in TABLES if table.search}
        for table in tables(conn):
            if not table.startswith("sqlite_") and not any(table.startswith(f"{name}_") for name in shadow):
                self._scrub(table)
        self._protected_row()
        self._again(who)
        conn.execute("COMMIT")
        for sql in triggers:
            conn.execute(sql)
        return self.done

    def _name_ids(self) -> None:
        """New ids for all that hold the name, each different from every other id."""
        taken: set[str] = set()
        wanted: list[str] = []
        for table in TABLES:
            if table["id"].type is not Type.IDENTIFIER:
                continue
            for (id,) in self.conn.execute(f'SELECT id FROM "{table.name}" ORDER BY id'):
                taken.add(id)
                if self.names.replace_in_id(id, self.done.actor) != id:
                    wanted.append(id)
        gone = "SELECT DISTINCT row_id FROM revisions WHERE row_id IS NOT NULL ORDER BY row_id"
        wanted += [id for (id,) in self.conn.execute(gone) if self.names.replace_in_id(id, self.done.actor) != id]
        for old in dict.fromkeys(wanted):
            base = id = self.done.actor if old == self.actor else self.names.replace_in_id(old, self.done.actor)
            number = 1
            while id in taken:
                number += 1
                id = f"{base}-{number}"
            taken.add(id)
            self.done.ids[old] = id

    def _scrub(self, table: str) -> None:
        cursor = self.conn.execute(f'SELECT rowid, * FROM "{table}"') if self._has_rowid(table) else None
        if cursor is None:
            return
        columns = [column[0] for column in cursor.description][1:]
        generated = {c.name for c in BY_NAME[table].columns if c.generated} if table in BY_NAME else set()
        for rowid, *values in cursor.fetchall():
            row = dict(zip(columns, values, strict=True))
            new = {
                name: scrubbed
                for name, value in row.items()
                if isinstance(value, str)
                and name not in generated
                and (scrubbed := self._value(table, name, value)) != value
            }
            if new:
                self._write(table, rowid, row, new)

    def _has_rowid(self, table: str) -> bool:
        """Tables without rowid of ours hold numbers only; another's are looked at by the check at the end."""
        try:
            self.conn.execute(f'SELECT rowid FROM "{table}" LIMIT 1')
        except sqlite3.OperationalError:
            return False
        return True

    def _write(self, table: str, rowid: int, row: dict[str, Any], new: dict[str, Any]) -> None:
        if "content" in new and row.get("wording") in ("verbatim", "mixed", "reported"):
            new["wording"] = "paraphrase"
        if table == "documents" and "text" in new:
            new["rights"] = "withheld"
            self.done.texts.append(self.done.ids.get(row["id"], row["id"]))
        if "name" in new and table == "actors" and row["id"] == self.actor:
            new["name"] = self.description
        sets = ", ".join(f'"{name}" = ?' for name in new)
        self.conn.execute(f'UPDATE "{table}" SET {sets} WHERE rowid = ?', [*new.values(), rowid])
        self.done.changed[table] = self.done.changed.get(table, 0) + len(new)
        if table in BY_NAME and table != "revisions":
            id = self.done.ids.get(str(row["id"]), str(row["id"]))
            self._keep(table, id, {name: row[name] for name in new if (table, name) != ("documents", "text")})

    def _keep(self, table: str, id: str, values: dict[str, Any]) -> None:
        """Note what stood in a public row, for the confidential database."""
        self.done.moved += [
            {"table": table, "row": id, "column": name, "value": str(value)}
            for name, value in values.items()
            if value is not None
        ]

    def _value(self, table: str, column: str, value: str) -> str | None:
        """One value without the name."""
        if value in self.done.ids and self._names_a_row(table, column):
            return self.done.ids[value]
        if self.names.find(value) is None:
            return value
        if column in QUOTED:
            return None
        held = as_json(value)
        if held is not None:
            return json.dumps(self._inside(held, ""), ensure_ascii=False, separators=(",", ":"))
        return self._text(value)

    def _text(self, value: str) -> str:
        for old, new in self.done.ids.items():  # ids within addresses
            if old in value:
                value = value.replace(old, new)
        value = self.names.replace(value, self.description)
        return value if self.names.find(value) is None else self.names.replace_in_id(value, self.done.actor)

    def _names_a_row(self, table: str, column: str) -> bool:
        own = BY_NAME.get(table)
        if own is None or column in _ALSO_IDS.get(table, ()):
            return True
        return own[column].type in _IDS

    def _inside(self, value: Any, name: str) -> Any:
        """JSON without the name: revisions have the columns of rows as their members."""
        if isinstance(value, dict):
            found = {self._key(key): self._inside(each, key) for key, each in value.items()}
            content, wording = value.get("content"), value.get("wording")
            if wording in ("verbatim", "mixed", "reported") and found.get("content") != content:
                found["wording"] = "paraphrase"
            return self._actor_before(value, found)
        if isinstance(value, list):
            return [self._inside(each, name) for each in value]
        if not isinstance(value, str):
            return value
        if value in self.done.ids:
            return self.done.ids[value]
        if self.names.find(value) is None:
            return value
        return None if name in QUOTED else self._text(value)

    def _key(self, key: str) -> str:
        return key if self.names.find(key) is None else self._text(key)

    def _actor_before(self, was: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        """The protected actor's own row in a revision: as the public row is now."""
        if was.get("id") == self.actor and "other_names" in was and "identification" in was:
            found |= {"name": self.description, "other_names": None, "note": None}
        return found

    def _protected_row(self) -> None:
        columns = "name, other_names, note"
        row = self.conn.execute(f"SELECT {columns} FROM actors WHERE id = ?", [self.done.actor]).fetchone()
        known = {one["column"] for one in self.done.moved if (one["table"], one["row"]) == ("actors", self.done.actor)}
        given = dict(zip(columns.split(", "), row, strict=True))
        self._keep("actors", self.done.actor, {name: value for name, value in given.items() if name not in known})
        self.conn.execute(
            "UPDATE actors SET name = ?, other_names = NULL, note = NULL, protected = 1, "
            "identification = iif(kind = 'person', 'role_only', identification) WHERE id = ?",
            [self.description, self.done.actor],
        )

    def _again(self, who: str | None) -> None:
        """Everything that is made from the rows: search, statistics, shingles, and the chain of revisions."""
        conn = self.conn
        for table in TABLES:
            if table.search:
                conn.execute(rebuild_fts_sql(table))
        conn.execute("DELETE FROM shingles")
        conn.execute("DELETE FROM derived")
        conn.execute("ANALYZE")
        after = self._actor_json()
        number = latest_revision(conn) + 1
        conn.execute(
            "INSERT INTO revisions (id, at, who, operation, table_name, row_id, after, note, action) "
            "VALUES (?, ?, ?, 'update', 'actors', ?, ?, ?, ?)",
            [number, now(), who, self.done.actor, after, NOTE, number],
        )
        conn.execute("UPDATE revisions SET before = after WHERE id = ?", [number])
        conn.execute("UPDATE actors SET revision = ? WHERE id = ?", [number, self.done.actor])
        conn.execute("UPDATE revisions SET after = ? WHERE id = ?", [self._actor_json(), number])
        conn.execute("UPDATE revisions SET hash = NULL")
        seal(conn)

    def _actor_json(self) -> str:
        from ..loading.revising import row_json_sql

        sql = f"SELECT {row_json_sql(BY_NAME['actors'], 'm')} FROM actors AS m WHERE m.id = ?"
        return str(self.conn.execute(sql, [self.done.actor]).fetchone()[0])


def _check(path: Path, names: Names, actor: str) -> None:
    """The new file must be whole and name the actor nowhere. Raises LoadError."""
    with closing(sqlite3.connect(path)) as conn:
        places = list(found_in(conn, names))
        broken = conn.execute("PRAGMA foreign_key_check").fetchall()
    places += list(bytes_in(path, names)) if not places else []
    if places:
        raise LoadError([problem(place, actor) for place in places])
    if broken:
        raise _wrong(str(path), "", f"a reference of {broken[0][0]} leads nowhere", "check the database first")
    wrong = check(path)
    if wrong:
        raise LoadError(wrong)
