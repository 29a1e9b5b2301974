"""The one access of pages to the stance index: which stances a request is about, and the names of what it shows.

The index of a database is built in a thread, kept in memory and renewed as soon as anybody has written; see
``comparison.store``.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote
from weakref import WeakKeyDictionary, finalize

from .. import permissions, site
from ..comparison import (
    FILTER_COLUMNS,
    FilterError,
    IndexBuildError,
    IndexStore,
    Selection,
    Source,
    StanceIndex,
    parse,
    select,
)
from ..comparison import encode as encode_pairs
from ..comparison.columns import LABEL_COLUMNS
from .errors import PageError
from .framework import Visit
from .known_names import Known, read_names
from .numbers import natural
from .revisions import rows_before
from .saved import PARAMETERS as SAVED
from .searching import found
from .unavailable import unavailable

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.database import Database

Pairs = Sequence[tuple[str, str]]

TABLE_PARAMETERS = frozenset(
    (
        *("_sort", "_sort_desc", "_size", "_next", "_facet", "_facet_date", "_facet_array", "_facet_size", "_nofacet"),
        *("_nocount", "_nosuggest", "_col", "_nocol", "_labels", "_shape", "_extra", "_json", "_json_infinity", "_nl"),
        *("_ttl", "_trace", "_header", "_stream", "_dl"),
        *SAVED,
        "_formulas",
    )
)
"""What Datasette's table page takes beside filters, and our line after an act; none of it changes which rows there
are, so it is passed over."""

BLANK = frozenset(("_search", "date_start__gte", "date_end__lte"))
"""What a form sends blank where nothing was written into it."""

_stores: WeakKeyDictionary[Any, IndexStore] = WeakKeyDictionary()


@dataclass(frozen=True)
class Connector:
    """Opens a reading connection of our own: the store watches on it, and closes it, by itself."""

    uri: str

    def __call__(self, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
        conn = sqlite3.connect(self.uri, uri=True, check_same_thread=False, factory=factory)
        conn.text_factory = lenient
        return conn


def lenient(stored: bytes) -> str:
    """A text as Datasette's own connections read it: what is no UTF-8, which only a foreign program can have written,
    shows as U+FFFD instead of stopping every page."""
    return stored.decode("utf-8", "replace")


def store_of(datasette: Datasette) -> IndexStore:
    """The indexes of one Datasette; their connections are closed when it goes."""
    store = _stores.get(datasette)
    if store is None:
        config = site.of(datasette).config
        store = _stores[datasette] = IndexStore(config.index if config else None)
        finalize(datasette, store.close)
    return store


async def index_of(visit: Visit, as_of: int | None = None) -> StanceIndex:
    """The stance index of the visit's database as it is now, or as it was at a revision.

    Never blocks: what has to be built is built in a thread. Raises PageError 400 for a revision that there is not,
    503 where the database cannot be read.
    """
    store, source = store_of(visit.datasette), source_of(visit.db)
    try:
        index = store.peek(source, as_of)
        if index is None:
            index = await asyncio.to_thread(store.get, source, as_of)
    except IndexBuildError as error:
        told = None
        if isinstance(error.__cause__, sqlite3.DatabaseError):
            told = unavailable(visit.datasette, visit.database, error.__cause__)
        if told is not None:
            raise told from error
        sentence = f"The stances of this database cannot be read: {error}."
        raise PageError(503, sentence, "Try again in a moment.") from error
    return index if await visit.sees("statements") else index.without_statements


def source_of(db: Database) -> Source:
    """How the stance index reads a database of Datasette's, on connections of its own."""
    if db.memory_name:
        return Source(db.name, connector(db))
    return Source(db.name, connector(db), Path(db.path), not db.is_mutable)


def connector(db: Database) -> Connector:
    """What opens connections of our own to a database of Datasette's, for reading."""
    if db.memory_name:
        return Connector(f"file:{quote(db.memory_name)}?mode=memory&cache=shared")
    mode = "mode=ro" if db.is_mutable else "immutable=1"
    if db.ds.nolock:
        mode += "&nolock=1"
    return Connector(f"file:{quote(str(db.path))}?{mode}")


async def revision_asked(visit: Visit) -> int | None:
    """The revision that ``_as_of`` asks for; None for the present, which the latest revision is as well.

    Raises PageError 400 for what is no revision of this database, datasette's Forbidden where the viewer may not
    see the revisions.
    """
    given = [value for name, value in pairs_of(visit) if name == "_as_of"]
    if not given:
        return None
    await permissions.require(visit.datasette, visit.actor, visit.database, "revisions")
    latest = await latest_revision(visit)
    text = given[0]
    number = natural(text) or 0
    if len(given) > 1 or not 1 <= number <= latest:
        shown = ", ".join(dict.fromkeys(given))
        error = FilterError("_as_of", f"there is no revision “{shown[:80]}”", _revisions(latest))
        raise refused(visit, error)
    return None if number == latest else number


def _revisions(latest: int) -> str:
    return f"give a number from 1 to {latest}, or leave the parameter out" if latest else "leave the parameter out"


async def latest_revision(visit: Visit) -> int:
    """The number of the latest change of the database; 0 where none is recorded."""
    return int((await visit.rows("select coalesce(max(id), 0) from revisions"))[0][0])


async def selection_of(visit: Visit, *, others: Collection[str] = (), index: StanceIndex | None = None) -> Selection:
    """The stances that the request's query string is about.

    ``others`` are the page's own parameters. Raises PageError 400 where a filter cannot be used: it says what is
    wrong and what to do, and links to the view with the rest of the query; datasette's Forbidden where the viewer
    may not see the stances or the claims.
    """
    if not await visit.sees("stances", "claims"):
        await permissions.require(visit.datasette, visit.actor, visit.database, "stances", "claims")
    if index is None:
        index = await index_of(visit, await revision_asked(visit))
    try:
        filters = parse(pairs_of(visit), index, {*others, *TABLE_PARAMETERS, "_as_of"})
        mask = None if filters.search is None else await found(visit, index, filters.search)
    except FilterError as error:
        raise refused(visit, error) from error
    return select(index, filters, found=mask)


def pairs_of(visit: Visit) -> list[tuple[str, str]]:
    """The (parameter, value) pairs of the request, without the blanks of a form."""
    pairs = parse_qsl(visit.request.query_string, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in BLANK or value.strip()]


def refused(visit: Visit, error: FilterError, pairs: Pairs | None = None) -> PageError:
    """A filter that cannot be used, as a page that offers the same view with the filter mended or without it."""
    pairs = pairs_of(visit) if pairs is None else pairs
    path = visit.request.path.removesuffix(f".{visit.format}")
    links = []
    mended = _mended(error, pairs)
    if mended is not None:
        links.append((f"Use {error.suggestion} instead", _url(path, mended)))
    rest = [pair for pair in pairs if not _is_of(pair, error)]
    if len(rest) < len(pairs):
        links.append((f"The same view without {error.parameter}", _url(path, rest)))
    links.append(("Start without filters", path))
    remedy = error.remedy[:1].upper() + error.remedy[1:]
    return PageError(400, f"{error.parameter}: {error.problem}.", f"{remedy}.", tuple(dict.fromkeys(links)))


def _is_of(pair: tuple[str, str], error: FilterError) -> bool:
    """Whether an error is about this pair. Long and unprintable names are shortened in errors, so by its start."""
    name = error.parameter
    return pair[0] == name or (name.endswith("…") and pair[0].startswith(name[:-1]))


def _mended(error: FilterError, pairs: Pairs) -> list[tuple[str, str]] | None:
    """The pairs with the suggestion in place of what it replaces; None where there is none."""
    if error.suggestion is None:
        return None
    name, equals, value = error.suggestion.partition("=")
    mended: list[tuple[str, str]] = []
    for pair in pairs:
        if not _is_of(pair, error):
            mended.append(pair)
        elif equals:
            mended.append((name, value))
        elif _is_name(error.suggestion) and not _is_name(error.parameter):
            mended.append((error.suggestion, pair[1]))
        else:
            mended.append((pair[0], _with_value(pair, error)))
    return list(dict.fromkeys(mended))


def _is_name(parameter: str) -> bool:
    column, _, operator = parameter.rpartition("__") if "__" in parameter else (parameter, "", "exact")
    return column in FILTER_COLUMNS and operator in FILTER_COLUMNS[column].operators


def _with_value(pair: tuple[str, str], error: FilterError) -> str:
    """The suggested value, in place of the one value of a list that does not exist."""
    values = pair[1].split(",")
    wrong = [value for value in values if f"“{value[:80]}" in error.problem]
    if pair[0].endswith(("__in", "__notin")) and not pair[1].startswith("[") and wrong:
        return ",".join(dict.fromkeys(error.suggestion or "" if value in wrong else value for value in values))
    return error.suggestion or ""


def _url(path: str, pairs: Pairs) -> str:
    return f"{path}?{encode_pairs(pairs)}" if pairs else path


async def names(
    visit: Visit, table: str, ids: Iterable[str | None], as_of: int | None = None, known: Known | None = None
) -> dict[str, str]:
    """Id -> name of some rows of ``actors``, ``claims``, ``countries`` or ``documents``; empty where the viewer may
    not see the table, without the ids that there are not. At a revision, the names that they had then. ``known``: see
    ``known_names``."""
    return (await names_of(visit, {table: ids}, as_of, known))[table]


async def names_of(
    visit: Visit, wanted: Mapping[str, Iterable[str | None]], as_of: int | None = None, known: Known | None = None
) -> dict[str, dict[str, str]]:
    """The same for several tables at once: table -> id -> name."""
    seen = {table: list(ids) for table, ids in wanted.items() if await visit.sees(table)}
    looked: dict[str, dict[str, str]] = {table: {} for table in wanted}
    if any(seen.values()):
        looked.update(await visit.db.execute_fn(lambda conn: look_up(conn, seen, as_of, known)))
    return looked


def look_up(
    conn: sqlite3.Connection,
    wanted: Mapping[str, Iterable[str | None]],
    as_of: int | None = None,
    known: Known | None = None,
) -> dict[str, dict[str, str]]:
    """The same on a connection. The viewer must be allowed to see all these tables."""
    return {
        table: _names(conn, table, sorted({id for id in ids if id is not None}), as_of, known)
        for table, ids in wanted.items()
    }


def _names(
    conn: sqlite3.Connection, table: str, ids: Sequence[str], as_of: int | None, known: Known | None
) -> dict[str, str]:
    label = LABEL_COLUMNS[table]
    found = read_names(conn, table, label, ids, known if as_of is None else None)
    if as_of is not None:
        for id, row in rows_before(conn, table, ids, as_of).items():
            if row is not None:
                found[id] = str(row[label])
    return found
