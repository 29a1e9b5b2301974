"""The sources of all claims of a database, kept in memory as arrays: any claim's in milliseconds.

Some 80 bytes a statement. It is a state of the database: whoever keeps one makes a new one when the data have
changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from ..schema.vocabulary import STANCE
from .circular import Loop, SingleSource, loops, single_sources
from .components import Integers
from .heads import Heads
from .source_graph import Booleans, StanceColumns
from .source_reading import Table, read_graph, referring
from .source_rows import REVIEWED, claim_rows
from .sources import AllSources, SideSources, by_name, side_sources
from .suspects import may_be_single, may_loop
from .whole_sides import WholeSides

_SLICE = 500


class SourceIndex:
    """What bears on every stance of a database with one of the ``statuses``."""

    def __init__(self, conn: sqlite3.Connection, statuses: Collection[str] = REVIEWED) -> None:
        """Read it, in one read transaction."""
        self.statuses = frozenset(statuses)
        self.heads: Heads | None = None
        with one_state(conn):
            statements = Table(conn, "statements", "access")
            documents = Table(conn, "documents", "kind")
            stances = Table(conn, "stances", "stance")
            self._read_stances(stances, statements, documents)
            self.graph, actors = read_graph(conn, statements, documents, self.statuses)
            self._number_bare(stances, actors)
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

    def _number_bare(self, stances: Table, actors: list[str]) -> None:
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
        return AllSources(self.sides, self.whole.numbers)

    def of_claim(self, conn: sqlite3.Connection, claim: str, most: int | None = None) -> tuple[SideSources, ...]:
        """The sources behind one claim, by side, with lists of at most ``most`` entries: the same as
        ``claim_sources``. ``conn`` is a connection to the database that the index was made of."""
        return self.of_sides(conn, claim, dict.fromkeys(STANCE.words, most))

    def of_sides(
        self, conn: sqlite3.Connection, claim: str, stances: Mapping[str, int | None], read: Reader | None = None
    ) -> tuple[SideSources, ...]:
        """The sources behind some sides of a claim: by stance, with lists of at most so many entries. ``read`` tells
        the ids of rows, and may read more of them on the way."""
        known = self._sides(claim, stances)
        if not known:
            return ()
        made = self.whole.parts([side for _, side in known], [stances[stance] for stance, _ in known])
        parts = {(claim, stance): part for (stance, _), part in zip(known, made, strict=True)}
        return by_name(parts, _NamesByRow(self, conn, read or read_ids))

    def of_stances(
        self, conn: sqlite3.Connection, rowids: Iterable[int], most: int | None = None
    ) -> tuple[SideSources, ...]:
        """The sources behind some stances, named by their rowids. Raises KeyError for one that is not there."""
        _, chosen, sides = self._chosen(rowids)
        return side_sources(self.graph, chosen, sides, _NamesByRow(self, conn, read_ids), most)

    def are_whole(self, claim: str, counts: Mapping[str, int]) -> bool:
        """Whether so many stances of a claim, by stance, which all count as their statements do, are all that there are
        on these sides: then ``of_sides`` has the answers of ``of_stances``, at once."""
        return all(self._counted[self._number.get((claim, stance), -1)] == count for stance, count in counts.items())

    def circular(
        self, conn: sqlite3.Connection, claim: str, rowids: Iterable[int]
    ) -> tuple[tuple[Loop, ...], tuple[SingleSource, ...]]:
        """Reports among some stances of a claim that confirm only themselves. The arrays tell where there can be
        none, which is nearly everywhere; only elsewhere are rows read."""
        chosen, stances, sides = self._chosen(rowids)
        looping = bool(may_loop(self.graph, stances, len(sides)).any())
        single = may_be_single(self.graph, stances, len(sides))
        if not looping and not single.any():
            return (), ()
        ids = _ids(conn, "stances", chosen)
        some = [id for id, is_in in zip(ids, single[stances.side].tolist(), strict=True) if is_in]
        return self._circular(conn, claim, ids if looping else [], some)

    def circular_of_claim(
        self, conn: sqlite3.Connection, claim: str, stances: Collection[str] = STANCE.words
    ) -> tuple[tuple[Loop, ...], tuple[SingleSource, ...]]:
        """The same among all stances of a claim, or among those on the sides of these ``stances``."""
        sides = [side for _, side in self._sides(claim, stances)]
        looping = bool(self.whole.may_loop[sides].any())
        single = [side for side in sides if self.whole.may_be_single[side]]
        return self._circular(conn, claim, self._ids_of(conn, sides if looping else []), self._ids_of(conn, single))

    def _circular(
        self, conn: sqlite3.Connection, claim: str, looping: Collection[str], single: Collection[str]
    ) -> tuple[tuple[Loop, ...], tuple[SingleSource, ...]]:
        found = loops(claim_rows(conn, claim, looping, self.statuses)) if looping else ()
        return found, single_sources(claim_rows(conn, claim, single, self.statuses)) if single else ()

    def _sides(self, claim: str, stances: Collection[str]) -> list[tuple[str, int]]:
        """(stance, number) of the sides of a claim on which any stance counts."""
        known = [(stance, self._number.get((claim, stance))) for stance in stances]
        return [(stance, side) for stance, side in known if side is not None and len(self.whole.rows(side))]

    def _ids_of(self, conn: sqlite3.Connection, sides: Sequence[int]) -> list[str]:
        rows = [row for side in sides for row in self.whole.rows(side).tolist()]
        return _ids(conn, "stances", self._rowids["stance"][rows].tolist()) if rows else []

    def prepare(self, conn: sqlite3.Connection) -> None:
        """Make now what pages ask for: ``whole``, and what headlines report. ``conn`` must see the state of the
        database that the index was made of."""
        self.heads = Heads(conn, self._rowids["statement"])
        self.whole.prepare()

    def heads_of(self, rowids: Integers) -> tuple[Integers, Integers, Integers, Integers, Integers, Integers]:
        """(stance, order, mention, document, kind, identification) of what headlines, standfirsts and leads report of
        some stances: the rowids of stance, mention and document, the place among all in the order of the ids of
        mentions, and numbers of ``HEAD_KINDS`` and of the vocabulary. Reviewed mentions count. Raises KeyError for a
        stance that is not there."""
        heads = self._prepared()
        at, entry = heads.of(self._said(rowids))
        mention, document = heads.mention[entry], heads.document[entry]
        return rowids[at], entry, mention, document, heads.kind[entry], heads.identification[entry]

    def in_heads_alone(self, rowids: Integers) -> Booleans:
        """Whether headlines, standfirsts and leads are the only places that report a stance, of each of some. Raises
        KeyError for one that is not there."""
        return self._prepared().alone(self._said(rowids))

    def _prepared(self) -> Heads:
        if self.heads is None:
            raise RuntimeError("prepare the index before asking it for headlines")
        return self.heads

    def _said(self, rowids: Integers) -> Integers:
        """The statement of each stance; -1 for none, or for one that is not there."""
        statement = self._statement[self._rows(rowids)]
        return np.where(statement < len(self._rowids["statement"]), statement, -1)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, with those of whole sides, and of the actors' ids, in bytes."""
        own = (self._side, self._statement, self._actor, self._document, self._day)
        arrays: int = sum(each.nbytes for each in (*own, *self._rowids.values()))
        heads = 0 if self.heads is None else self.heads.nbytes
        return self.graph.nbytes + self.whole.nbytes + heads + arrays + sum(57 + len(id) for id in self._actors)

    @cached_property
    def whole(self) -> WholeSides:
        """What stands behind whole sides. Counted when it is first asked for; ``of_stances`` and ``circular`` do
        without."""
        counted = np.flatnonzero(self._counts & ~self._refused)
        every = StanceColumns(self._side, self._statement, self._actor, self._document, self._day)
        return WholeSides(self.graph, every, counted, len(self.sides))

    @cached_property
    def _number(self) -> dict[tuple[str, str], int]:
        """The number of a side."""
        return {side: number for number, side in enumerate(self.sides)}

    @cached_property
    def _counted(self) -> Integers:
        """How many stances of each side count; and at -1, for a side that there is not, none."""
        side = self._side[self._counts & ~self._refused]
        return np.bincount(side[side >= 0], minlength=len(self.sides) + 1)

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

    def ids(self, conn: sqlite3.Connection, kind: str, numbers: Sequence[int], read: Reader) -> list[str]:
        """The ids of statements, documents or actors by their numbers."""
        if kind == "actor":
            return [self._actors[number] for number in numbers]
        rowids = self._rowids[kind]
        lost = {number: id for id, number in self._missing[kind].items()}
        there = [int(rowids[number]) for number in numbers if number not in lost]
        found = iter(_ids(conn, f"{kind}s", there, read))
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

    def __init__(self, index: SourceIndex, conn: sqlite3.Connection, read: Reader) -> None:
        self.index, self.conn, self.read = index, conn, read

    def ids(self, kind: str, numbers: Sequence[int]) -> list[str]:
        """See ``Names``."""
        return self.index.ids(self.conn, kind, numbers, self.read)


def all_sources(conn: sqlite3.Connection, statuses: Collection[str] = REVIEWED) -> AllSources:
    """The five numbers of all claims of a database, in one pass."""
    return SourceIndex(conn, statuses).all()


@contextmanager
def one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """See one state of the database throughout, also inside a transaction that is already open."""
    conn.execute("SAVEPOINT claims_sources")
    try:
        yield
    finally:
        conn.execute("RELEASE claims_sources")


Reader = Callable[[sqlite3.Connection, str, Sequence[int]], dict[int, str]]
"""Rowid -> id of some rows (at most ``_SLICE``) of "statements", "documents" or "stances"; without those that there are
not."""


def read_ids(conn: sqlite3.Connection, table: str, rowids: Sequence[int]) -> dict[int, str]:
    """See ``Reader``."""
    marks = ", ".join("?" * len(rowids))
    return dict(conn.execute(f'SELECT rowid, id FROM "{table}" WHERE rowid IN ({marks})', rowids).fetchall())


def _ids(conn: sqlite3.Connection, table: str, rowids: Sequence[int], read: Reader = read_ids) -> list[str]:
    """The ids of rows, in the order of the rowids. Raises KeyError for one that is not there."""
    found: dict[int, str] = {}
    wanted = list(dict.fromkeys(rowids))
    for start in range(0, len(wanted), _SLICE):
        found.update(read(conn, table, wanted[start : start + _SLICE]))
    return [found[rowid] for rowid in rowids]
