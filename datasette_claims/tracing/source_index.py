"""The sources of all claims of a database, kept in memory as arrays: any claim's in milliseconds.

Some 80 bytes a statement. It is a state of the database: whoever keeps one makes a new one when the data have
changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from .circular import Loop, SingleSource, loops, single_sources
from .components import Integers
from .source_graph import Booleans, SourceGraph, StanceColumns
from .source_reading import Table, read_graph, referring
from .source_rows import REVIEWED, claim_rows
from .sources import AllSources, SideSources, count_sources, side_sources

_SLICE = 500


class SourceIndex:
    """What bears on every stance of a database with one of the ``statuses``."""

    def __init__(self, conn: sqlite3.Connection, statuses: Collection[str] = REVIEWED) -> None:
        """Read it, in one read transaction."""
        self.statuses = frozenset(statuses)
        with _one_state(conn):
            statements = Table(conn, "statements", "access")
            documents = Table(conn, "documents", "kind")
            stances = Table(conn, "stances", "stance")
            self._read_stances(stances, statements, documents)
            self.graph, actors = read_graph(conn, statements, documents, self.statuses)
            self._number_bare(stances, documents, actors)
        self._rowids = {"statement": statements.rowids, "document": documents.rowids, "stance": stances.rowids}
        self._missing = {"statement": statements.missing, "document": documents.missing}
        self._actors = actors

    def _read_stances(self, stances: Table, statements: Table, documents: Table) -> None:
        self._side, sides = stances.groups("claim, stance", "idx_stances_claim_stance_basis_identification")
        self.sides = [(claim, stance) for claim, stance in sides]
        self._statement = np.full(len(stances.rowids), -1, dtype=np.int32)
        found, statement = referring(stances, "statement", statements)
        self._statement[found] = statement
        self._document = np.full(len(stances.rowids), -1, dtype=np.int32)
        if (self._statement < 0).any():
            found, document = referring(stances, "document", documents)
            self._document[found] = document
            self._document[self._statement >= 0] = -1
        self._counts = stances.with_status(self.statuses)

    def _number_bare(self, stances: Table, documents: Table, actors: list[str]) -> None:
        """Number the actors and days of stances without a statement as those of statements are."""
        self._actor = np.full(len(stances.rowids), -1, dtype=np.int32)
        self._day = self._actor.copy()
        bare = self._statement < 0
        if not bare.any():
            return
        known = {id: i for i, id in enumerate(actors)}
        numbers, ids = stances.grouped("actor")
        for id in ids:
            if known.setdefault(id, len(actors)) == len(actors):
                actors.append(id)
        self._actor = np.where(bare, np.array([known[id] for id in ids] + [-1], dtype=np.int32)[numbers], -1)
        day = stances.grouped("date_start")[0]
        day[stances.inexact()] = -1
        self._day = np.where(bare, day, -1)

    def all(self) -> AllSources:
        """The five numbers of every side of every claim, of the stances with one of the statuses."""
        kept = np.flatnonzero(self._counts & ~self._refused)
        return count_sources(self.graph, self._columns(kept, self._side[kept]), self.sides)

    def of_claim(self, conn: sqlite3.Connection, claim: str, most: int | None = None) -> tuple[SideSources, ...]:
        """The sources behind one claim, by side, with lists of at most ``most`` entries: the same as
        ``claim_sources``. ``conn`` is a connection to the database that the index was made of."""
        sql = "SELECT rowid FROM stances WHERE claim = ? ORDER BY rowid"
        rowids = np.array([row[0] for row in conn.execute(sql, [claim])], dtype=np.int64)
        return self.of_stances(conn, rowids[self._counts[self._rows(rowids)]], most)

    def of_stances(
        self, conn: sqlite3.Connection, rowids: Iterable[int], most: int | None = None
    ) -> tuple[SideSources, ...]:
        """The sources behind some stances, named by their rowids. Raises KeyError for one that is not there."""
        _, stances, sides = self._chosen(rowids)
        return side_sources(self.graph, stances, sides, _NamesByRow(self, conn), most)

    def circular(
        self, conn: sqlite3.Connection, claim: str, rowids: Iterable[int]
    ) -> tuple[tuple[Loop, ...], tuple[SingleSource, ...]]:
        """Reports among some stances of a claim that confirm only themselves. The arrays tell where there can be
        none, which is nearly everywhere; only elsewhere are rows read."""
        chosen, stances, sides = self._chosen(rowids)
        looping = _may_loop(self.graph, stances)
        single = {side for side in range(len(sides)) if _may_be_single(self.graph, stances, side)}
        if not looping and not single:
            return (), ()
        ids = _ids(conn, "stances", chosen)
        found_loops = loops(claim_rows(conn, claim, ids, self.statuses)) if looping else ()
        some = [id for id, side in zip(ids, stances.side.tolist(), strict=True) if side in single]
        return found_loops, single_sources(claim_rows(conn, claim, some, self.statuses)) if some else ()

    @property
    def nbytes(self) -> int:
        """Memory of the arrays and of the actors' ids, in bytes."""
        own = (self._side, self._statement, self._actor, self._document, self._day, *self._rowids.values())
        arrays: int = sum(each.nbytes for each in own)
        return self.graph.nbytes + arrays + sum(57 + len(id) for id in self._actors)

    @cached_property
    def _refused(self) -> Booleans:
        """Which stances rest on a statement that is there, but does not count."""
        known = (self._statement >= 0) & (self._statement < len(self._rowids["statement"]))
        return known & ~self.graph.there[np.where(known, self._statement, 0)] if known.any() else known

    def _chosen(self, rowids: Iterable[int]) -> tuple[list[int], StanceColumns, list[tuple[str, str]]]:
        """Those of some stances whose statement counts: rowids, columns, and their sides, which are numbered anew."""
        rows = self._rows(rowids)
        rows = rows[~self._refused[rows]] if len(rows) else rows
        present, side = _numbered(self._side[rows])
        return (
            self._rowids["stance"][rows].tolist(),
            self._columns(rows, side),
            [self.sides[i] for i in present.tolist()],
        )

    def _rows(self, rowids: Iterable[int]) -> Integers:
        """The numbers of stances. Raises KeyError for one that is not there."""
        wanted = rowids if isinstance(rowids, np.ndarray) else np.fromiter(rowids, dtype=np.int64)
        known = self._rowids["stance"]
        if len(known) and known[-1] - known[0] + 1 == len(known):  # without gaps
            rows = np.where(wanted >= known[0], wanted - known[0], len(known))
        else:
            rows = np.searchsorted(known, wanted)
        if len(wanted) and (int(rows.max()) >= len(known) or (known[rows] != wanted).any()):
            raise KeyError("a stance is newer than the index of sources")
        return rows

    def _columns(self, rows: Integers, side: Integers) -> StanceColumns:
        return StanceColumns(side, self._statement[rows], self._actor[rows], self._document[rows], self._day[rows])

    def ids(self, conn: sqlite3.Connection, kind: str, numbers: Sequence[int]) -> list[str]:
        """The ids of statements, documents or actors by their numbers."""
        if kind == "actor":
            return [self._actors[number] for number in numbers]
        rowids = self._rowids[kind]
        lost = {number: id for id, number in self._missing[kind].items()}
        there = [int(rowids[number]) for number in numbers if number not in lost]
        found = iter(_ids(conn, f"{kind}s", there))
        return [lost[number] if number in lost else next(found) for number in numbers]


def _numbered(values: Integers) -> tuple[Integers, Integers]:
    """(the different values, ascending; the place of each among them): ``np.unique``, without sorting where the values
    lie close together, as the sides of one claim do."""
    least = int(values.min()) if len(values) else 0
    span = int(values.max()) - least + 1 if len(values) else 0
    if span > 4 * len(values):
        present, place = np.unique(values, return_inverse=True)
        return present, place
    there = np.zeros(span, dtype=bool)
    there[values - least] = True
    return np.flatnonzero(there) + least, (np.cumsum(there) - 1)[values - least]


class _NamesByRow:
    """See ``Names``."""

    def __init__(self, index: SourceIndex, conn: sqlite3.Connection) -> None:
        self.index, self.conn = index, conn

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        """See ``Names``."""
        return self.index.ids(self.conn, kind, numbers)


def all_sources(conn: sqlite3.Connection, statuses: Collection[str] = REVIEWED) -> AllSources:
    """The five numbers of all claims of a database, in one pass."""
    return SourceIndex(conn, statuses).all()


@contextmanager
def _one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """See one state of the database throughout, also inside a transaction that is already open."""
    conn.execute("SAVEPOINT claims_sources")
    try:
        yield
    finally:
        conn.execute("RELEASE claims_sources")


def _ids(conn: sqlite3.Connection, table: str, rowids: Sequence[int]) -> list[str]:
    """The ids of rows, in the order of the rowids. Raises KeyError for one that is not there."""
    found: dict[int, str] = {}
    wanted = list(dict.fromkeys(rowids))
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        marks = ", ".join("?" * len(part))
        found.update(conn.execute(f'SELECT rowid, id FROM "{table}" WHERE rowid IN ({marks})', part).fetchall())
    return [found[rowid] for rowid in rowids]


def _may_loop(graph: SourceGraph, stances: StanceColumns) -> bool:
    """Whether a document that bears on the stances leads to a circle of documents."""
    if not graph.looping.any():
        return False
    statement = np.unique(graph.told.ancestors(stances.statement)[1])
    nothing = np.arange(len(statement))
    documents = [
        graph.mentioned.follow(nothing, statement)[1],
        graph.taken.follow(nothing, statement)[1],
        stances.document[stances.document >= 0],
    ]
    return any(bool(graph.looping[each].any()) for each in documents if len(each))


def _may_be_single(graph: SourceGraph, stances: StanceColumns, side: int) -> bool:
    """Whether nothing that is seen at a glance speaks against one unnamed source of a side: a way upwards that ends
    with a named speaker, or with another one."""
    statement = np.unique(stances.statement[stances.side == side])
    statement = statement[statement >= 0]
    if not len(statement):
        return False
    stand_in, edges = graph.origins
    above = edges.ancestors(stand_in[statement])[1]
    ends = above[graph.there[above] & (graph.told.degree[above] == 0) & ~graph.relayed[above]]
    if not len(ends):
        return True
    unnamed = graph.identification[ends] == list(graph.identifications).index("unnamed")
    speaker = graph.speaker[ends]
    return bool(unnamed.all() and speaker[0] >= 0 and (speaker == speaker[0]).all())
