"""Names of rows that were read before, kept with the stance index: a page has hundreds of links, and the next page
names the same actors again. Where there are not too many actors, all of their names are read beside the first pages.

An index goes as soon as anybody has written, and its names with it. They know no viewer: ask the gate before every use,
as for a query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..comparison import StanceIndex

MOST = 50_000
"""How many names are kept for one index; when there are more, all are forgotten."""
LONGEST = 500
"""The longest name that is kept, in code points."""

MOST_READ = 25_000
"""Of up to so many actors all names are read, which takes some 20 milliseconds; of more, those that a page needs."""

Known = dict[tuple[str, str], str]
"""(table, id) -> name."""

_SLICE = 500


def known_names(index: StanceIndex) -> Known | None:
    """The names that are kept with an index; None for an earlier revision, of which none are."""
    if index.as_of is not None:
        return None
    kept: Known = index.remembered.setdefault("names", {})
    if len(kept) > MOST:
        kept.clear()
        index.remembered.pop("learned", None)
    return kept


def learn(index: StanceIndex, names: Known) -> None:
    """Keep names that were read of the state of the database of which the index is, but for those that are known.
    Nothing is done twice."""
    kept = known_names(index)
    if kept is not None and index.remembered.get("learned") is not names:
        for key, name in names.items():
            kept.setdefault(key, name)
        index.remembered["learned"] = names


def read_all_names(conn: sqlite3.Connection) -> Known:
    """The names of all actors, but for very long ones, if there are at most ``MOST_READ``; else none."""
    rows = conn.execute("select id, name from actors limit ?", [MOST_READ + 1]).fetchall()
    if len(rows) > MOST_READ:
        return {}
    return {("actors", id): name for id, name in rows if name is not None and len(name) <= LONGEST}


def read_names(
    conn: sqlite3.Connection, table: str, column: str, ids: Sequence[str], known: Known | None = None
) -> dict[str, str]:
    """Id -> what stands in a column of the row, without the ids that there are not. What is ``known`` is not read
    again, and what is read becomes known."""
    kept = {} if known is None else known
    found: dict[str, str] = {}
    wanted = []
    for id in ids:
        name = kept.get((table, id))
        if name is None:
            wanted.append(id)
        else:
            found[id] = name
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        sql = f'select id, "{column}" from "{table}" where id in ({", ".join("?" * len(part))})'
        for id, name in conn.execute(sql, part):
            found[id] = name
            if known is not None and name is not None and len(name) <= LONGEST:
                kept[table, id] = name
    return found


def read_names_by_rowid(
    conn: sqlite3.Connection, table: str, column: str, rowids: Sequence[int], known: Known
) -> dict[int, str]:
    """Rowid -> id of some rows; their names become known."""
    sql = f'select rowid, id, "{column}" from "{table}" where rowid in ({", ".join("?" * len(rowids))})'
    rows = conn.execute(sql, rowids).fetchall()
    known.update({(table, id): name for _, id, name in rows if name is not None and len(name) <= LONGEST})
    return {rowid: id for rowid, id, _ in rows}
