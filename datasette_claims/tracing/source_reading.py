"""Everything that bears on any claim, read from a database as columns of numbers.

Only indexes are read, each from its begin to its end. SQLite joins an index of references with the index of the ids
that they name: both are in the order of the ids, so every look-up is beside the last one. What it hands over are row
numbers, thousands in one text, which NumPy reads; Python sees no row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

import numpy as np

from ..schema.vocabulary import IDENTIFICATION
from .components import Edges, Integers, Pairs
from .rows import by_index
from .source_graph import Booleans, SourceGraph, circles
from .source_rows import RELIES, REPUBLICATION, REVIEWED, WIRE


class Table:
    """The rows of a table, numbered in the order of their rowids; ids that are only referred to follow them."""

    def __init__(self, conn: sqlite3.Connection, name: str, column: str) -> None:
        self.conn, self.name = conn, name
        # These three are found without going through the table, as long as it is asked for each by itself.
        count, first, last = (
            conn.execute(f'SELECT {what} FROM "{name}"').fetchone()[0]
            for what in ("count(*)", "min(rowid)", "max(rowid)")
        )
        self._dense = bool(count) and last - first + 1 == count
        if self._dense:
            self.rowids = np.arange(first, last + 1, dtype=np.int64)
        else:  # any index holds all rowids; this one is small
            self.rowids = np.sort(_numbers(conn, f"SELECT group_concat(rowid) FROM {by_index(name, column)}"))
        self.missing: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.rowids) + len(self.missing)

    def at(self, rowids: Integers) -> Integers:
        """The numbers of rows, which must be there."""
        if self._dense:
            found: Integers = rowids - self.rowids[0]
        else:
            found = np.searchsorted(self.rowids, rowids)
        return found.astype(np.int32)

    def number_of(self, id: str) -> int:
        """The number of an id that may be only referred to."""
        found = self.conn.execute(f'SELECT rowid FROM "{self.name}" WHERE id = ?', [id]).fetchone()
        if found is not None:
            return int(np.searchsorted(self.rowids, found[0]))
        return self.missing.setdefault(id, len(self))

    def marked(self, column: str, word: str) -> Booleans:
        """Whether each row has that word in an indexed column."""
        sql = f'SELECT group_concat(rowid) FROM {by_index(self.name, column)} WHERE "{column}" = ?'
        return self._mask(_numbers(self.conn, sql, [word]))

    def with_status(self, statuses: Collection[str]) -> Booleans:
        """Whether each row has one of these statuses."""
        mask = np.full(len(self.rowids), "reviewed" in statuses)
        # Few rows are not reviewed: there is an index of these alone.
        sql = f"SELECT status, group_concat(rowid) FROM \"{self.name}\" WHERE status <> 'reviewed' GROUP BY status"
        for status, rowids in self.conn.execute(sql).fetchall():
            mask[self.at(parsed(rowids))] = status in statuses
        return mask

    def inexact(self) -> Integers:
        """The numbers of the rows that have a first day, but not the same as their last."""
        sql = (
            f'SELECT group_concat(rowid) FROM "{self.name}" WHERE date_start IS NOT NULL AND date_end IS NOT date_start'
        )
        return self.at(_numbers(self.conn, sql))

    def _mask(self, rowids: Integers) -> Booleans:
        mask = np.zeros(len(self.rowids), dtype=bool)
        mask[self.at(rowids)] = True
        return mask

    def grouped(self, column: str) -> tuple[Integers, list[str]]:
        """A number for each row's value of an indexed column, -1 for none, and the values in ascending order."""
        numbers, values = self.groups(column, f"idx_{self.name}_{column}")
        return numbers, [value for (value,) in values]

    def groups(self, columns: str, index: str) -> tuple[Integers, list[tuple[str, ...]]]:
        """The same for the combinations of columns (names with commas between) with which an index begins."""
        first = columns.partition(",")[0]
        sql = (
            f'SELECT {columns}, count(*), group_concat(rowid) FROM "{self.name}" INDEXED BY "{index}" '
            f"WHERE {first} IS NOT NULL GROUP BY {columns} ORDER BY {columns}"
        )
        found = self.conn.execute(sql).fetchall()
        numbers = np.full(len(self.rowids), -1, dtype=np.int32)
        rowids = parsed(",".join([row[-1] for row in found]))
        numbers[self.at(rowids)] = np.repeat(np.arange(len(found), dtype=np.int32), [row[-2] for row in found])
        return numbers, [row[:-2] for row in found]


def _numbers(conn: sqlite3.Connection, sql: str, values: Sequence[object] = ()) -> Integers:
    return parsed(conn.execute(sql, values).fetchone()[0])


def parsed(text: str | int | None) -> Integers:
    """Whole numbers separated by commas."""
    if text is None or text == "":
        return np.empty(0, np.int64)
    return np.fromstring(str(text), dtype=np.int64, sep=",")


def referring(source: Table, column: str, target: Table) -> Pairs:
    """(source, target): for every row whose column names a row of the other table, the numbers of both."""
    conn = source.conn
    sql = (
        f'SELECT group_concat(b.rowid), group_concat(a.rowid) FROM "{target.name}" AS a '
        f'INDEXED BY "sqlite_autoindex_{target.name}_1" CROSS JOIN "{source.name}" AS b '
        f'INDEXED BY "idx_{source.name}_{column}" ON b."{column}" = a.id'
    )
    source_rowids, target_rowids = map(parsed, conn.execute(sql).fetchone())
    found, to = source.at(source_rowids), target.at(target_rowids)
    if _stated(source, column, expected=len(found)) == len(found):
        return found, to
    # Some refer to rows that are not there.
    sql = (
        f'SELECT b.rowid, b."{column}" FROM "{source.name}" AS b WHERE b."{column}" IS NOT NULL '
        f'AND NOT EXISTS (SELECT 1 FROM "{target.name}" AS a WHERE a.id = b."{column}")'
    )
    rows = conn.execute(sql).fetchall()
    lost = np.array([target.number_of(id) for _, id in rows], dtype=np.int32)
    more = source.at(np.array([rowid for rowid, _ in rows], dtype=np.int64))
    return np.concatenate([found, more]), np.concatenate([to, lost])


def _stated(table: Table, column: str, expected: int) -> int:
    """How many rows have a value in an indexed column; counts those that have none, where these are fewer."""
    few = 2 * expected > len(table.rowids)
    sql = f'SELECT count(*) FROM {by_index(table.name, column)} WHERE "{column}" IS {"" if few else "NOT "}NULL'
    counted: int = table.conn.execute(sql).fetchone()[0]
    return len(table.rowids) - counted if few else counted


def read_graph(
    conn: sqlite3.Connection, statements: Table, documents: Table, statuses: Collection[str] = REVIEWED
) -> tuple[SourceGraph, list[str]]:
    """The graph of a whole database, and the ids of the actors by their numbers. Adds to ``missing`` of the tables.

    Of statements and mentions those count that are reviewed or have one of the statuses.
    """
    counted = REVIEWED | set(statuses)
    here = statements.with_status(counted)
    told = referring(statements, "parent_statement", statements)
    stands = referring(statements, "document", documents)
    mentioned = _mentioned(conn, statements, documents, stands, counted)
    copied = referring(documents, "revision_of", documents)
    provenance = _Provenance(conn, statements, documents)
    first = _first_documents(len(statements.rowids), stands, mentioned)
    relies = provenance.relies(first)
    size, places = len(statements), len(documents)
    counts = np.zeros(size, dtype=bool)
    counts[: len(here)] = here

    def from_counted(*edges: Pairs) -> Edges:
        source = np.concatenate([a for a, _ in edges])
        target = np.concatenate([b for _, b in edges])
        kept = counts[source]
        return Edges.of(size, source[kept], target[kept])

    day, published, days = _days(statements, documents)
    speaker, organization, actors = _speakers(statements, provenance)
    wires = provenance.wires(actors)

    def spread(column: Integers) -> Integers:
        out = np.full(size, -1, dtype=column.dtype)
        out[: len(here)] = np.where(here, column, -1)
        return out

    graph = SourceGraph(
        event=spread(statements.grouped("event")[0]),
        speaker=spread(speaker),
        organization=spread(organization),
        day=spread(day),
        relayed=spread(statements.marked("access", "other_outlet").astype(np.int8)) == 1,
        own=spread(statements.marked("access", "own_reporting").astype(np.int8)) == 1,
        identification=spread(_words(statements, "identification", IDENTIFICATION.words)),
        there=counts,
        told=from_counted(told, provenance.told),
        mentioned=from_counted(mentioned),
        taken=from_counted(provenance.taken),
        published=np.append(published, np.full(places - len(published), -1, dtype=np.int32)),
        copied=Edges.of(places, *(np.concatenate(pair) for pair in zip(copied, provenance.copied, strict=True))),
        wired=Edges.of(places, wires[0], np.arange(len(wires[0]))),
        agency=wires[1],
        wired_statement=wires[2],
        looping=circles(places, Edges.of(places, *relies)),
        days=days,
        identifications=IDENTIFICATION.words,
    )
    return graph, list(actors)


def _words(table: Table, column: str, words: Sequence[str]) -> Integers:
    numbers, values = table.grouped(column)
    code = np.array([words.index(value) for value in values] + [-1], dtype=np.int8)
    return code[numbers]


def _days(statements: Table, documents: Table) -> tuple[Integers, Integers, list[str]]:
    """(day of each statement where it is exact, day of publication of each document, the days in order of time)."""
    said, said_days = statements.grouped("date_start")
    said[statements.inexact()] = -1
    published, published_days = documents.grouped("published_on")
    days = sorted({*said_days, *published_days})
    number = {day: i for i, day in enumerate(days)}
    tables = [np.array([number[day] for day in each] + [-1], dtype=np.int32) for each in (said_days, published_days)]
    return tables[0][said], tables[1][published], days


def _speakers(statements: Table, provenance: _Provenance) -> tuple[Integers, Integers, dict[str, int]]:
    """(speaker, organization) of each statement, and the numbers of the actors, agencies of wires included."""
    columns = [statements.grouped(column) for column in ("speaker", "organization")]
    actors: dict[str, int] = {}
    for id in (*columns[0][1], *columns[1][1], *(row[1] for row in provenance.contributed)):
        actors.setdefault(id, len(actors))
    found = [np.array([actors[id] for id in ids] + [-1], dtype=np.int32)[numbers] for numbers, ids in columns]
    return found[0], found[1], actors


def _mentioned(
    conn: sqlite3.Connection, statements: Table, documents: Table, stands: Pairs, counted: Collection[str]
) -> Pairs:
    """(statement, document): every report, and the document that a statement names if no report of it is there."""
    mentions = Table(conn, "mentions", "report_type")
    said = np.full(len(mentions.rowids), -1, dtype=np.int32)
    stood = said.copy()
    mention, statement = referring(mentions, "statement", statements)
    said[mention] = statement
    mention, document = referring(mentions, "document", documents)
    stood[mention] = document
    good = (said >= 0) & (stood >= 0) & mentions.with_status(counted)
    statement, document = said[good], stood[good]
    own = np.full(len(statements), -1, dtype=np.int32)
    own[stands[0]] = stands[1]
    known = np.zeros(len(statements), dtype=bool)
    known[statement[own[statement] == document]] = True
    more = ~known[stands[0]]
    return np.concatenate([statement, stands[0][more]]), np.concatenate([document, stands[1][more]])


def _first_documents(count: int, stands: Pairs, mentioned: Pairs) -> Integers:
    """The document that each statement names, or of its first report; -1 for none."""
    first = np.full(count, -1, dtype=np.int32)
    there = mentioned[0] < count
    first[mentioned[0][there][::-1]] = mentioned[1][there][::-1]
    first[stands[0]] = stands[1]
    return first


_ENDS = ("statement", "document")


class _Provenance:
    """The rows of provenance that say what came from what.

    A relation between documents that holds for one statement only is one of that statement.
    """

    def __init__(self, conn: sqlite3.Connection, statements: Table, documents: Table) -> None:
        self.tables = {"statement": statements, "document": documents}
        self._read_words(conn)
        self.subject = {kind: self._ends(conn, "subject", kind) for kind in _ENDS}
        self.target = {kind: self._ends(conn, "object", kind) for kind in _ENDS}
        only = self._ends(conn, "statement", "statement")
        came = (self.relation >= 0) & (self.relation < len(REPUBLICATION))
        subject = self.subject["statement"]
        self.told = self._pairs(came, subject, self.target["statement"])
        self.copied = self._pairs(came & (only < 0), self.subject["document"], self.target["document"])
        through = np.where(subject >= 0, subject, np.where(self.subject["document"] >= 0, only, -1))
        self.taken = self._pairs(came, through, self.target["document"])
        self.contributed = self._contributed(conn, only)

    def _read_words(self, conn: sqlite3.Connection) -> None:
        """Relation and types of both ends as numbers, in one pass over the table, which is the smallest of all."""
        columns = {
            "relation": (*REPUBLICATION, WIRE),
            "subject_type": _ENDS,
            "object_type": (*_ENDS, "actor"),
        }
        packed = ", ".join(
            f"group_concat(CASE {column} {' '.join(f'WHEN {word!r} THEN {i}' for i, word in enumerate(words))} "
            "ELSE -1 END)"
            for column, words in columns.items()
        )
        # The order of the rowids, whichever way SQLite goes through the table.
        sql = f"SELECT group_concat(rowid), {packed} FROM (SELECT rowid, * FROM provenance ORDER BY rowid)"
        self.rowids, *found = map(parsed, conn.execute(sql).fetchone())
        self.relation, self.subject_type, self.object_type = (each.astype(np.int8) for each in found)

    def _contributed(self, conn: sqlite3.Connection, only: Integers) -> list[tuple[int, str, int]]:
        """(document, agency, the statement for which alone it holds or -1) of every wire contribution."""
        wires = (self.relation == len(REPUBLICATION)) & (self.object_type == len(_ENDS))
        documents = self.subject["document"]
        if not (wires & (documents >= 0)).any():
            return []
        places = {int(self.rowids[i]): int(i) for i in np.flatnonzero(wires & (documents >= 0))}
        sql = f"SELECT rowid, object FROM {by_index('provenance', 'relation')} WHERE relation = ?"
        rows = conn.execute(sql, [WIRE]).fetchall()
        return [(int(documents[i]), id, int(only[i])) for rowid, id in rows if (i := places.get(rowid)) is not None]

    def _at(self, rowids: Integers) -> Integers:
        return np.searchsorted(self.rowids, rowids)

    def _ends(self, conn: sqlite3.Connection, column: str, kind: str) -> Integers:
        """For each row the number of the row of that kind that a column names, else -1."""
        table = self.tables[kind]
        out = np.full(len(self.rowids), -1, dtype=np.int64)
        of_kind = np.ones(len(out), dtype=bool)
        if column != kind:
            of_kind = (self.subject_type if column == "subject" else self.object_type) == _ENDS.index(kind)
        if not of_kind.any():
            return out
        # In the order of the index; an id may be one of a document and of a statement.
        sql = (
            "SELECT group_concat(p.rowid), group_concat(t.rowid) FROM provenance AS p "
            f'INDEXED BY "idx_provenance_{column}" CROSS JOIN "{table.name}" AS t ON t.id = p."{column}" '
            f'WHERE p."{column}" IS NOT NULL'
        )
        rowids, ends = map(parsed, conn.execute(sql).fetchone())
        out[self._at(rowids)] = table.at(ends)
        out[~of_kind] = -1
        if column == kind:
            of_kind[self._at(_numbers(conn, "SELECT group_concat(rowid) FROM provenance WHERE statement IS NULL"))] = (
                False
            )
        for i in np.flatnonzero(of_kind & (out < 0)).tolist():
            sql = f'SELECT "{column}" FROM provenance WHERE rowid = ?'
            out[i] = table.number_of(conn.execute(sql, [int(self.rowids[i])]).fetchone()[0])
        return out

    @staticmethod
    def _pairs(rows: Booleans, source: Integers, target: Integers) -> Pairs:
        kept = rows & (source >= 0) & (target >= 0)
        return source[kept], target[kept]

    def relies(self, first: Integers) -> Pairs:
        """(document, document that it relies on): between documents, or through the first report of a statement."""

        def standing(ends: dict[str, Integers]) -> Integers:
            statement = ends["statement"]
            there = (statement >= 0) & (statement < len(first))
            document = np.where(there, first[np.where(there, statement, 0)], -1) if len(first) else statement
            return np.where(ends["document"] >= 0, ends["document"], document)

        relying = np.isin(self.relation, [REPUBLICATION.index(word) for word in RELIES])
        source, target = standing(self.subject), standing(self.target)
        return self._pairs(relying & (source != target), source, target)

    def wires(self, actors: dict[str, int]) -> tuple[Integers, Integers, Integers]:
        """(document, agency, the statement for which alone it holds or -1) of every wire contribution."""
        rows = np.array([(a, actors[b], c) for a, b, c in self.contributed], dtype=np.int64).reshape(-1, 3)
        rows = rows[rows[:, 0] >= 0]
        return rows[:, 0], rows[:, 1], rows[:, 2]
