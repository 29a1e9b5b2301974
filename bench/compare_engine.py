"""The engine part of ``compare.py``: the stance index beside DuckDB and SQLite, and what the index itself costs."""

from __future__ import annotations

import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.compare_peers import DuckDB, Peer, SQLite, TooSlow, Where, peer_facets, peer_matrix, peer_pairs
from datasette_claims.comparison import (
    BASIS_CODES,
    Filters,
    IndexStore,
    MatrixRequest,
    Source,
    StanceIndex,
    agreement,
    build,
    facets,
    matrix,
    parse,
    positions,
    select,
)
from datasette_claims.comparison.copy_file import file_state, load, save

QUERY = [("country_basis", "represents"), ("basis__in", "explicit,vote"), ("date_start__gte", "2017-05-01")]
ROWS, CLAIMS, COUNTRIES = 50, 20, 200
Ratios = dict[str, float]


def run(path: Path, stances: int, repeat: int, sql_seconds: float) -> Ratios:
    """Measure one database of ``stances`` stances and print the medians. Stops where a peer's answer differs.

    Ours and the peers take turns, so that whatever else the machine does falls on all alike.
    """
    index, ratios = own_costs(path, stances)
    peers: list[Peer] = [DuckDB(index), SQLite(index, sql_seconds)]
    asked = {peer.name: peer_questions(peer, index) for peer in peers}
    for name, (ask, plain) in our_questions(index).items():
        times = take_turns(ask, plain, {peer: questions[name] for peer, questions in asked.items()}, repeat, name)
        ours = times.pop("ours")[0]
        shown = [f"ours {ms(ours):>9}"]
        for peer, (seconds, stopped) in times.items():
            ratios[f"{name}_{stances}_{peer}_to_ours"] = round(seconds / ours, 1)
            shown.append(f"{peer} {'>' * stopped}{ms(seconds)} ({'at least ' * stopped}{seconds / ours:.1f} times)")
        print(f"{stances:>9,} stances  {name:<7} " + "   ".join(shown))
    return ratios


def take_turns(
    ours: Callable[[], Any],
    plain: Callable[[Any], Any],
    peers: dict[str, Callable[[], Any]],
    repeat: int,
    name: str,
) -> dict[str, tuple[float, bool]]:
    """Median seconds of each, and whether it was stopped at its limit. A first call, not counted, holds the answers
    against each other; a peer that takes more than five seconds for it is not called again."""
    answer = plain(ours())
    times: dict[str, list[float]] = {"ours": []}
    final: dict[str, tuple[float, bool]] = {}
    for peer, ask in peers.items():
        start = time.perf_counter()
        try:
            if ask() != answer:
                raise SystemExit(f"{peer} and the stance index differ on {name}")
            stopped = False
        except TooSlow:
            stopped = True
        seconds = time.perf_counter() - start
        if stopped or seconds > 5:
            final[peer] = seconds, stopped
        else:
            times[peer] = []
    for _ in range(repeat):
        for who in times:
            times[who].append(timed(ours if who == "ours" else peers[who]))
    return {who: (statistics.median(listed), False) for who, listed in times.items()} | final


def our_questions(index: StanceIndex) -> dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]]:
    """Name -> (what is timed, its answer as a peer gives it). Nothing is kept between two calls."""
    filters = parse(QUERY, index)
    asked = MatrixRequest(rows="country", row_limit=ROWS, claim_limit=CLAIMS)

    def all_figures() -> tuple[Any, Any]:
        found = positions(select(index, Filters()), limit=COUNTRIES)
        figures = agreement(found)
        return found, (figures, figures.n, figures.agree, figures.s, figures.kappa, figures.kappa_linear, figures.pi)

    return {
        "matrix": (lambda: matrix(select(index, filters), asked), plain_matrix),
        "facets": (lambda: facets(select(index, filters)), lambda _: plain_facets(index, filters)),
        "pairs": (all_figures, plain_pairs),
    }


def peer_questions(peer: Peer, index: StanceIndex) -> dict[str, Callable[[], Any]]:
    """The same questions for a peer."""
    day = next(code for code, date in enumerate(index.dictionaries["date"].ids) if date and date >= "2017-05-01")
    where: Where = {
        "country_basis": f"country_basis = {index.dictionary('country_basis').code('represents')}",
        "basis": f"basis IN ({BASIS_CODES['explicit']}, {BASIS_CODES['vote']})",
        "date_start": f"date_start >= {day}",
    }
    unstated = index.dictionary("country").code("not_stated")
    return {
        "matrix": lambda: peer_matrix(peer, where, "country", CLAIMS, ROWS),
        "facets": lambda: peer_facets(peer, where),
        "pairs": lambda: peer_pairs(peer, unstated),
    }


def plain_matrix(found: Any) -> dict[tuple[int, ...], tuple[int, ...]]:
    """Our cells in the form of ``peer_matrix``; the days are taken from the index row by row."""
    counts = found.cells.counts
    rows, claims = found.row_codes.tolist(), found.claim_codes.tolist()
    plain = {(rows[r], claims[c], s, b): int(counts[r, c, s, b]) for r, c, s, b in np.argwhere(counts).tolist()}
    index = found.index
    selection = select(index, parse(QUERY, index))
    kept = selection.of_claims(found.claim_codes).rows
    keys = zip(*(index.codes[name][kept].tolist() for name in ("country", "claim", "stance", "basis")), strict=True)
    days: dict[tuple[int, ...], tuple[int, int]] = {}
    dates = zip(index.codes["date_start"][kept].tolist(), index.codes["date_end"][kept].tolist(), strict=True)
    for key, (first, last) in zip(keys, dates, strict=True):
        known = days.get(key, (first, last))
        days[key] = min(known[0], first), max(known[1], last)
    return {key: (number, *days[key]) for key, number in plain.items()}


def plain_facets(index: StanceIndex, filters: Filters) -> dict[str, dict[int, int]]:
    """Our facets in the form of ``peer_facets``: all values, as codes."""
    found = facets(select(index, filters), limit=None)
    months = {name: number for number, name in enumerate(index.months[0])}
    plain = {}
    for column, facet in found.items():
        codes = months if column == "month" else index.dictionary(column).codes
        plain[column] = {0 if v.id is None else codes[v.id]: v.count for v in facet.values if v.count}
    return plain


def plain_pairs(given: Any) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Our pairs in the form of ``peer_pairs``."""
    found, (figures, *_) = given
    codes, tables = found.unit_codes.tolist(), figures.tables
    equal = np.trace(tables)
    distance = np.einsum("abuv,ab->uv", tables, np.abs(np.subtract.outer((-1, 0, 1), (-1, 0, 1))))
    return {
        (codes[a], codes[b]): (int(figures.n[a, b]), int(equal[a, b]), int(distance[a, b]))
        for a in range(len(codes))
        for b in range(a + 1, len(codes))
        if figures.n[a, b]
    }


def own_costs(path: Path, stances: int) -> tuple[StanceIndex, Ratios]:
    """What the index costs: building, memory, copy, noticing a write; the peer is reading the same columns plainly."""
    connect = lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)  # noqa: E731
    conn = connect()
    names = "claim, actor, country, country_basis, organization, topic, stance, basis, identification, report_type"
    fetch = timed(
        lambda: conn.execute(f"SELECT {names}, document, publisher, date_start, date_end FROM stances").fetchall()
    )
    build_seconds = timed(lambda: build(conn))
    index = build(conn).prepare()
    copy = path.with_suffix(".stances")
    saved = timed(lambda: save(index, copy, file_state(path)))
    loaded = timed(lambda: load(copy, file_state(path)))
    unchanged, noticed = notice(path, connect)
    print(
        f"{stances:>9,} stances  index built in {build_seconds:.2f} s (fetching the rows alone: {fetch:.2f} s), "
        f"{index.nbytes / 1e6:.0f} MB in memory; copy of {copy.stat().st_size / 1e6:.0f} MB written in {saved:.2f} s, "
        f"read in {loaded:.3f} s; unchanged is known in {unchanged * 1e6:.0f} µs, a write in {noticed * 1e6:.0f} µs"
    )
    copy.unlink()
    return index, {f"build_{stances}_fetchall_to_ours": round(fetch / build_seconds, 2)}


def notice(path: Path, connect: Callable[[], sqlite3.Connection]) -> tuple[float, float]:
    """The time to know that nothing has changed, and to know that another connection has written (medians)."""
    store, source = IndexStore(), Source("bench", connect, path)
    store._hold(source).version = store._hold(source).watcher.version()  # as if the index were built
    unchanged = median(lambda: store.peek(source), 50)
    writer, times = sqlite3.connect(path), []
    for number in range(10):
        with writer:
            sql = "UPDATE claims SET note = coalesce(note, '') || ? WHERE id = (SELECT min(id) FROM claims)"
            writer.execute(sql, [str(number)])
        held = store._hold(source)
        before = held.version
        start = time.perf_counter()
        changed = held.watcher.version() != before
        times.append(time.perf_counter() - start)
        if not changed:
            raise SystemExit("a write was not noticed")
        held.version = held.watcher.version()
    writer.close()
    store.close()
    return unchanged, statistics.median(times)


def timed(work: Callable[[], Any]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], Any], repeat: int) -> float:
    """Median seconds of several calls, after one that is not counted."""
    work()
    return statistics.median(timed(work) for _ in range(repeat))


def ms(seconds: float) -> str:
    """Seconds for people: milliseconds, or seconds from ten on."""
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1e3:.1f} ms"


def last_line(ratios: Ratios) -> str:
    """The last line of the output: one JSON object of the named ratios."""
    return json.dumps(ratios)
