"""What headlines, standfirsts and leads report, kept as arrays: of a claim with thousands of stances few are in any."""

from __future__ import annotations

import sqlite3

import numpy as np

from ..schema.vocabulary import HEAD_KINDS, IDENTIFICATION
from .components import Edges, Integers, Pairs
from .source_graph import Booleans
from .source_reading import parsed

_MARKS = ", ".join("?" * len(HEAD_KINDS))
_FROM = f"""
FROM segments AS g INDEXED BY "idx_segments_kind"
CROSS JOIN mentions AS m INDEXED BY "idx_mentions_segment" ON m.segment = g.id
{{more}}
WHERE g.kind IN ({_MARKS}) AND m.status = 'reviewed' AND m.coder IS NULL
"""
_STATEMENT = 'CROSS JOIN statements AS s INDEXED BY "sqlite_autoindex_statements_1" ON s.id = m.statement'
_DOCUMENT = 'CROSS JOIN documents AS d INDEXED BY "sqlite_autoindex_documents_1" ON d.id = m.document'
_OTHER = 'CROSS JOIN mentions AS o INDEXED BY "idx_mentions_statement" ON o.statement = m.statement'


class Heads:
    """The reviewed mentions that stand in a headline, standfirst or lead, an entry each in the order of their ids:
    ``mention`` (its rowid), the rowid of its ``document``, ``kind`` (a number of ``HEAD_KINDS``) and ``identification``
    (a number of that vocabulary). Takes some 30 bytes for each."""

    def __init__(self, conn: sqlite3.Connection, statements: Integers) -> None:
        """Read them. ``statements`` are the rowids of all statements, ascending, by whose places they are asked for."""
        columns = {
            "said": "s.rowid",
            "mention": "m.rowid",
            "document": "d.rowid",
            "kind": _coded("g.kind", HEAD_KINDS),
            "identification": _coded("m.identification", IDENTIFICATION.words),
        }
        listed = ", ".join(f"group_concat({name})" for name in columns)
        read = ", ".join(f"{column} AS {name}" for name, column in columns.items())
        sql = f"SELECT {listed} FROM (SELECT {read} {_FROM.format(more=f'{_STATEMENT} {_DOCUMENT}')} ORDER BY m.id)"
        said, mention, document, kind, identification = map(parsed, conn.execute(sql, HEAD_KINDS).fetchone())
        place = np.searchsorted(statements, said)
        self._entries = Edges.of(len(statements), place, np.arange(len(place)))
        self.mention, self.document = mention, document
        self.kind, self.identification = kind.astype(np.int8), identification.astype(np.int8)
        self._alone = np.zeros(len(statements), dtype=bool)
        self._alone[place] = True
        self._alone[_elsewhere(conn, mention, statements)] = False

    def of(self, statement: Integers) -> Pairs:
        """(index, entry) of what reports each statement, which are named by their places; -1 is none."""
        there = np.flatnonzero(statement >= 0)
        return self._entries.follow(there, statement[there])

    def alone(self, statement: Integers) -> Booleans:
        """Whether headlines, standfirsts and leads are the only places that report a statement."""
        found = np.zeros(len(statement), dtype=bool)
        there = statement >= 0
        found[there] = self._alone[statement[there]]
        return found

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes."""
        edges = (self._entries.first, self._entries.to)
        arrays = (*edges, self.mention, self.document, self.kind, self.identification, self._alone)
        return sum(array.nbytes for array in arrays)


def _elsewhere(conn: sqlite3.Connection, heads: Integers, statements: Integers) -> Integers:
    """The places of those of the statements in headlines that another reviewed mention reports as well, in a body or
    nowhere that is stated."""
    sql = (
        f"SELECT group_concat(s.rowid), group_concat(o.rowid) {_FROM.format(more=f'{_STATEMENT} {_OTHER}')} "
        "AND o.status = 'reviewed' AND o.coder IS NULL"
    )
    said, other = map(parsed, conn.execute(sql, HEAD_KINDS).fetchone())
    return np.searchsorted(statements, said[~np.isin(other, heads)])


def _coded(column: str, words: tuple[str, ...]) -> str:
    """SQL: the number of a word."""
    cases = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(words))
    return f"CASE {column} {cases} ELSE -1 END"
