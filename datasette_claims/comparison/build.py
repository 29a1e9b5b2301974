"""Building the stance index from SQLite: one pass over ``stances`` in bounded memory, and the tables it refers to.

SQLite packs each column of 20,000 rows into one JSON array, of which ``packed.py`` makes numbers without touching every
value: several times faster than fetching rows. Everything is read in one read transaction, so that the
index is one state of the database, whoever writes meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from .arrays import IntArray, count, smallest_type
from .as_of import Past, past_rows
from .columns import COLUMNS, LABEL_COLUMNS, Kind
from .index import STATUS_ALONE, Dictionary, StanceIndex
from .packed import Codes, Column
from .relations import narrower_pairs
from .statuses import rowids_of, settle, unreviewed

CHUNK = 20_000
WAITING = 4
"""How many packed chunks may wait for being unpacked: some 4 MB each."""
Progress = Callable[[int, int], None]
_NAMES = tuple(column.name for column in COLUMNS)


class IndexBuildError(Exception):
    """The database cannot be read as stances; the message says where and what to do."""


def build(conn: sqlite3.Connection, progress: Progress | None = None, as_of: int | None = None) -> StanceIndex:
    """Read the stances of a claims database into an index.

    ``progress`` is told (rows read, rows in all) after each chunk. ``as_of`` is a revision number: the index then
    shows the rows as they were when that was the latest. Raises IndexBuildError where the database has no such
    tables, a value cannot be read, or there is no such revision. Never writes.
    """
    try:
        with read_transaction(conn):
            revision = _revision(conn, as_of)
            past = past_rows(conn, as_of) if as_of is not None else Past()
            read = _read_stances(conn, past, progress)
            dictionaries = _dictionaries(conn, past, read)
            narrower = narrower_pairs(conn, past, dictionaries["claims"].codes)
            unsettled = _unsettled(conn, past)
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        raise IndexBuildError(
            f"the stances cannot be read ({error}); run “datasette claims check” on the database"
        ) from error
    return _assemble(read, dictionaries, narrower, revision, past, unsettled)


Unsettled = tuple[Mapping[int, str], Mapping[str, str]]
"""(rowid of a stance -> status of its statement, claim -> its status), where that is not "reviewed"."""


def _unsettled(conn: sqlite3.Connection, past: Past) -> Unsettled:
    return rowids_of(conn, past, unreviewed(conn, past, "statements")), unreviewed(conn, past, "claims")


@contextmanager
def read_transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """See one state of the database throughout, also inside a transaction that is already open."""
    conn.execute("SAVEPOINT claims_index")
    try:
        yield
    finally:
        conn.execute("RELEASE claims_index")


def _revision(conn: sqlite3.Connection, as_of: int | None) -> int:
    latest = conn.execute("SELECT coalesce(max(id), 0) FROM revisions").fetchone()[0]
    if as_of is not None and not 1 <= as_of <= latest:
        raise IndexBuildError(f"there is no revision {as_of}: the revisions run from 1 to {latest}")
    return int(latest if as_of is None else as_of)


class _Read:
    """What one pass over ``stances`` gives: rowids, for each column its first-sight numbers, and whether there are
    coders' readings, which are left out."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.columns = {name: Column() for name in _NAMES}
        self.parts: dict[str, list[IntArray]] = {name: [] for name in ("rowid", *_NAMES)}
        self.coded = False

    @property
    def seen(self) -> dict[str, Codes]:
        """Column -> number of each of its values."""
        return {name: column.codes for name, column in self.columns.items()}

    def add_packed(self, rowids: Sequence[int], coded: str | None, packed: Sequence[str]) -> int:
        """Take some rows with the columns of ``_PACKED``; ``coded`` lists the rowids of coders' readings among them.
        Returns how many of the rows are in the index."""
        coders = frozenset(json.loads(coded)) if coded else frozenset[int]()
        self.coded |= bool(coders)
        if self.past.touches(rowids) or coders:
            kept, values = self.past.without_changed(rowids, list(map(json.loads, packed)), coders)
            self.add(kept, values)
            return len(kept)
        columns = zip(self.columns.values(), packed, strict=True)
        self._add(rowids, [column.packed(text, len(rowids)) for column, text in columns])
        return len(rowids)

    def add(self, rowids: Sequence[int], values: Sequence[Sequence[str | None]]) -> None:
        """Take some rows, given column by column."""
        columns = zip(self.columns.values(), values, strict=True)
        self._add(rowids, [column.numbers(each) for column, each in columns])

    def _add(self, rowids: Sequence[int], numbers: Sequence[IntArray]) -> None:
        self.parts["rowid"].append(np.array(rowids, dtype=np.int64))
        for (name, column), each in zip(self.columns.items(), numbers, strict=True):
            self.parts[name].append(each.astype(smallest_type(len(column.codes))))

    def column(self, name: str) -> IntArray:
        """All numbers of a column; its parts are released, so that at most one column is held twice."""
        parts = self.parts.pop(name)
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


_PACKED = ", ".join(f'json_group_array("{name}")' for name in _NAMES)
"""Each column of some rows as one JSON array."""
_CODED = "'[' || group_concat(CASE WHEN coder IS NOT NULL THEN rowid END) || ']'"


def _read_stances(conn: sqlite3.Connection, past: Past, progress: Progress | None) -> _Read:
    """One pass over the table. SQLite packs the next rows while another thread unpacks the last: the one runs without
    Python's lock, and each takes about as long as the other."""
    bound = "" if past.as_of is None else f" AND revision <= {past.as_of}"
    these = f"FROM stances NOT INDEXED WHERE rowid BETWEEN ? AND ?{bound}"
    read, done = _Read(past), 0
    in_all = conn.execute("SELECT count(*) FROM stances").fetchone()[0] if progress else 0
    waiting: deque[Future[int]] = deque()

    def take() -> None:
        nonlocal done
        done += waiting.popleft().result()
        if progress:
            progress(min(done, in_all), in_all)

    with ThreadPoolExecutor(1, thread_name_prefix="stance-index") as unpacking:
        for step in _steps(conn):
            sql = f"SELECT count(*), min(rowid), max(rowid), {_CODED}, {_PACKED} {these}"
            size, first, last, coded, *packed = conn.execute(sql, step).fetchone()
            rowids: Sequence[int] = range(first or 0, (first or 0) + size)
            if size and last - first + 1 != size:
                rowids = [row[0] for row in conn.execute(f"SELECT rowid {these} ORDER BY rowid", step)]
            waiting.append(unpacking.submit(read.add_packed, rowids, coded, packed))
            while len(waiting) > WAITING:
                take()
        while waiting:
            take()
    restored = past.restored_stances()
    if restored:
        rows = [past.stance_values(row, _NAMES) for row in restored.values()]
        read.add(list(restored), list(zip(*rows, strict=True)))
    return read


def _steps(conn: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Ranges of rowids, each from a row that exists: no sorting, and gaps cost nothing."""
    last = -(2**63)
    while True:
        first = conn.execute("SELECT min(rowid) FROM stances WHERE rowid > ?", (last,)).fetchone()[0]
        if first is None:
            return
        last = min(first + CHUNK - 1, 2**63 - 1)
        yield first, last


def _dictionaries(conn: sqlite3.Connection, past: Past, read: _Read) -> dict[str, Dictionary]:
    """The values of each dictionary in their order: all rows of a table that is referred to, and whatever is used."""
    used: dict[str, set[str]] = {}
    for column in COLUMNS:
        values = used.setdefault(column.dictionary, set())
        values.update(value for value in read.seen[column.name] if value is not None)
        values.update(past.copied_values(column.name))
    used["topic"].update(_topics(conn, past))
    found: dict[str, Dictionary] = {}
    for column in COLUMNS:
        name, values = column.dictionary, used[column.dictionary]
        if name in found:
            continue
        if column.kind is Kind.REFERENCE:
            labels = _labels(conn, past, name)
            labels.update((value, value) for value in values if value not in labels)
            ordered = sorted(labels, key=lambda value: (labels[value], value))
        elif column.enumeration is not None:
            words = column.enumeration.words
            ordered = [*words, *sorted(values.difference(words))]
        else:
            ordered = sorted(values)
        found[name] = Dictionary((None, *ordered))
    return found


def _labels(conn: sqlite3.Connection, past: Past, table: str) -> dict[str, str]:
    """Id -> the name by which it is sorted. A row that did not exist at ``as_of`` is left out."""
    label = LABEL_COLUMNS[table]
    rows = conn.execute(f'SELECT id, "{label}", revision FROM "{table}"')
    known = {row: sort_key(name or row) for row, name, revision in rows if past.existed(table, row, revision)}
    for row, values in past.restored(table).items():
        known[row] = sort_key(str(values.get(label) or row))
    return known


def _topics(conn: sqlite3.Connection, past: Past) -> set[str]:
    """The topics of all claims, also of those without a stance."""
    rows = conn.execute("SELECT id, topic, revision FROM claims")
    topics = {topic for claim, topic, revision in rows if past.existed("claims", claim, revision)}
    return topics | {row["topic"] for row in past.restored("claims").values()}


def sort_key(label: str) -> str:
    """A label folded for sorting: no case, no accents, no quotation marks in front."""
    if not label.isascii():
        label = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    return label.casefold().lstrip("\"'“”‘’«»„ ")


def _assemble(
    read: _Read,
    dictionaries: dict[str, Dictionary],
    narrower: IntArray,
    revision: int,
    past: Past,
    unsettled: Unsettled,
) -> StanceIndex:
    """Give every column the codes of its dictionary and sort the rows by claim, then date, then rowid."""
    rowids = read.column("rowid")
    codes: dict[str, IntArray] = {}
    for column in COLUMNS:
        known = dictionaries[column.dictionary]
        code = [0 if value is None else known.codes[value] for value in read.seen[column.name]]
        table = np.array(code or [0], dtype=smallest_type(len(known) - 1))
        codes[column.name] = table[read.column(column.name)]
    past.apply_to(codes, dictionaries, rowids)
    alone = {**codes, "status": codes["status"].copy()}
    settle(alone, dictionaries, rowids, {}, unsettled[1])
    lowered = settle(codes, dictionaries, rowids, *unsettled)
    told_apart = not np.array_equal(alone["status"], codes["status"])
    when = np.where(codes["date_end"] > 0, codes["date_end"], codes["date_start"])
    order = np.lexsort((rowids, when, codes["claim"]))
    sizes = count(codes["claim"], len(dictionaries["claims"]))
    arrays: dict[str, Any] = {name: array[order] for name, array in codes.items()}
    return StanceIndex(
        codes=arrays,
        dictionaries=dictionaries,
        rowids=rowids[order],
        offsets=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        narrower=narrower,
        revision=revision,
        as_of=past.as_of,
        restored=past.restored_stances(),
        plain_status=not (lowered or read.coded),
        beside={STATUS_ALONE: alone["status"][order]} if told_apart else {},
    )
