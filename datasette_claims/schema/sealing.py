"""The chain of revisions: each one carries a hash over the one before and over itself.

Whoever changes, removes or adds a revision in the middle changes every hash after it. Anybody can verify the chain
with no more than SQLite, SHA-256 and JSON. For the revisions in the order of their numbers:

- *previous* is the ``hash`` of the revision before, as 64 lower-case hexadecimal digits; for the first, it is empty.
- *content* is a JSON object with every column of the row that is not null, but ``hash``: the column's name and its
  value as it is stored (an integer as a number, everything else as a string; ``before`` and ``after`` are strings
  that hold JSON). It is written canonically after RFC 8785: keys in order, no spaces, only ``"``, ``\\`` and control
  characters escaped, in UTF-8.
- ``hash`` is the SHA-256 of *previous*, a line feed and *content*.

The chain cannot tell that its newest end was cut off. Against that, keep the newest hash elsewhere: ``head`` gives it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_BATCH = 5_000
_LOWEST = -(2**63)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True)
class Broken:
    """A place where the chain does not hold: the revision's number and what is wrong with it."""

    revision: int
    wrong: str


def link(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a revision: 64 hexadecimal digits.

    ``previous`` is the hash of the revision before ("" for the first), ``row`` its columns by name; ``hash`` and
    nulls are left out.
    """
    content = _encode({name: value for name, value in row.items() if value is not None and name != "hash"})
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def head(conn: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the newest sealed revision; (0, "") where there is none.

    Looks back from the newest revision, so that it is quick however many are sealed.
    """
    sql = 'SELECT "id", "hash" FROM main.revisions NOT INDEXED WHERE "hash" IS NOT NULL ORDER BY "id" DESC LIMIT 1'
    row = conn.execute(sql).fetchone()
    return (int(row[0]), str(row[1])) if row is not None else (0, "")


def seal(conn: sqlite3.Connection) -> int:
    """Give every revision that has no hash its place in the chain, and return how many there were.

    Every transaction that writes revisions calls it last; it begins and ends no transaction itself.
    """
    after, previous = head(conn)
    count = 0
    while rows := list(_rows(conn, after, _BATCH)):
        sealed = []
        for row in rows:
            previous = link(previous, row)
            sealed.append((previous, row["id"]))
        conn.executemany("UPDATE main.revisions SET hash = ? WHERE id = ?", sealed)
        after, count = int(rows[-1]["id"]), count + len(rows)
    return count


def verify(conn: sqlite3.Connection) -> Iterator[Broken]:
    """Every place at which the chain does not hold; nothing where it is whole.

    After a wrong hash the chain goes on from what is stored, so that each place is told once.
    """
    previous, before = "", 0
    for row in _rows(conn, _LOWEST):
        number, stored = int(row["id"]), row["hash"]
        if number < 1:
            yield Broken(number, "revisions are numbered from 1")
            continue
        if number != before + 1:
            yield Broken(number, f"the revision before it is {before or 'none'}: {number - before - 1:,} are missing")
        if stored is None:
            yield Broken(number, "it has no hash: it was written past the program, or its writing was not completed")
        elif stored != link(previous, row):
            yield Broken(number, "its hash is not that of its content after the revision before it")
        previous, before = stored or "", number


def _rows(conn: sqlite3.Connection, after: int, limit: int = -1) -> Iterator[dict[str, Any]]:
    """The revisions above a number, in order, as dictionaries; whatever the connection's row factory is."""
    cursor = conn.cursor()
    cursor.row_factory = None
    cursor.execute("SELECT * FROM main.revisions NOT INDEXED WHERE id > ? ORDER BY id LIMIT ?", [after, limit])
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, values, strict=True)) for values in cursor)
