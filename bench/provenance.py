"""How fast are chains and independent sources? Ours beside recursive SQL, on the same database in the same run.

A million statements, each told in another up to 12 deep, at 200,000 occasions, in a million documents of which
300,000 are copies of an earlier one and every tenth reports it in its headline; a million stances on 5,000 claims.
Measured are the chain of a statement (all of it: upwards, claims, mentions, documents and their copies), the sources of
one claim from the index of sources (of all stances, and of as many as a filter lets pass) and from the rows of the
claim, and those of all claims at once. The peer for a chain is recursive SQL that fetches the same rows, with and
without indexes; the peer for the sources is recursive SQL for the outermost statement of each, then distinct counts:
less than ours, which also joins copies, versions and wires. Where both count the same, the answers must be equal. A
ratio says how many times longer the peer takes. Times are processor times. The last line is one JSON object of the
named ratios. ``bench/provenance_pages.py`` measures the pages.

    python bench/provenance.py [--statements 1000000] [--repeat 200] [--sql-seconds 120] [--folder bench/out]

The database is generated once (seeded) and kept in a folder, ``bench/out`` unless another is named.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.generate import Size, statement_id, write_database  # noqa: E402
from datasette_claims.tracing.chain import trace_statement  # noqa: E402
from datasette_claims.tracing.components import Integers, groups, roots  # noqa: E402
from datasette_claims.tracing.source_index import SourceIndex  # noqa: E402
from datasette_claims.tracing.sources import claim_sources  # noqa: E402

OUT = ROOT / "bench" / "out"
DEPTH = 12
LISTED = 6  # as many names of each kind as the page of a claim lists

UPWARDS = """
WITH RECURSIVE up(id, depth) AS (
    SELECT ?, 0 UNION SELECT s.parent_statement, depth + 1 FROM up JOIN statements AS s ON {id} = up.id
    WHERE s.parent_statement IS NOT NULL AND depth < 12
)
SELECT s.id, s.content, s.event, e.label FROM up JOIN statements AS s ON {id} = up.id
LEFT JOIN events AS e ON e.id = s.event
"""
OUTWARDS = """
SELECT m.id, m.segment, d.id, d.title, a.name FROM mentions AS m JOIN documents AS d ON d.id = m.document
LEFT JOIN actors AS a ON a.id = d.publisher WHERE {statement} = ?
"""
STANCES = (
    "SELECT t.id, t.stance, c.id, c.text FROM stances AS t JOIN claims AS c ON c.id = t.claim WHERE {statement} = ?"
)
# IN keeps SQLite from first making a Bloom filter of the whole table, which takes far longer than the search.
COPIES = """
WITH RECURSIVE near(id, depth) AS (
    SELECT document, 0 FROM mentions AS m WHERE {statement} = ? UNION
    SELECT p.object, depth + 1 FROM near CROSS JOIN provenance AS p ON {subject} IN (near.id)
    WHERE p.subject_type = 'document' AND p.object_type = 'document' AND depth < 12
), copies(id, depth) AS (
    SELECT document, 0 FROM mentions AS m WHERE {statement} = ? UNION
    SELECT p.subject, depth + 1 FROM copies CROSS JOIN provenance AS p ON {object} IN (copies.id)
    WHERE p.subject_type = 'document' AND p.object_type = 'document' AND depth < 12 LIMIT 101
)
SELECT d.id, d.title FROM documents AS d WHERE d.id IN (SELECT id FROM near UNION SELECT id FROM copies)
"""
ALL_CLAIMS = """
WITH RECURSIVE up(id, root) AS (
    SELECT id, id FROM statements WHERE parent_statement IS NULL
    UNION ALL SELECT s.id, up.root FROM up JOIN statements AS s ON s.parent_statement = up.id
)
SELECT t.claim, t.stance, count(DISTINCT m.document), count(DISTINCT t.statement), count(DISTINCT s.speaker),
    count(DISTINCT s.organization), count(DISTINCT up.root)
FROM stances AS t JOIN statements AS s ON s.id = t.statement JOIN up ON up.id = t.statement
LEFT JOIN mentions AS m ON m.statement = t.statement GROUP BY t.claim, t.stance
"""


def database(statements: int, folder: Path = OUT) -> Path:
    """The generated database, made if it is not there."""
    path = folder / f"provenance-{statements}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    size = Size(stances=statements, statements=statements, documents=statements, copies=0.3, chain=DEPTH)
    conn = write_database(size, part)
    events = statements // 5
    conn.executemany(
        "INSERT INTO events (id, label, revision) VALUES (?, ?, 1)",
        ((f"event-{i:06}", f"Occasion {i}") for i in range(events)),
    )
    # Three of four chains are told at a stated occasion; a statement has that of the chain that it belongs to.
    conn.execute(
        f"UPDATE statements SET event = printf('event-%06d', ((rowid - 1) / {DEPTH}) * 7919 % {events}) "
        f"WHERE ((rowid - 1) / {DEPTH}) % 4 > 0"
    )
    # Of every tenth document it is the headline that reports what is reported.
    conn.execute(
        "INSERT INTO segments (id, document, kind, line, revision) "
        "SELECT 'headline-' || id, id, 'headline', 1, 1 FROM documents WHERE rowid % 10 = 0"
    )
    conn.execute(
        "UPDATE mentions SET segment = 'headline-' || document WHERE document IN (SELECT document FROM segments)"
    )
    conn.execute("ANALYZE")
    conn.commit()
    conn.close()
    part.rename(path)
    return path


def milliseconds(call: Callable[[], object]) -> float:
    """Processor time of one call: other programs on the machine do not count."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def limited(conn: sqlite3.Connection, call: Callable[[], object], seconds: float) -> float:
    """Milliseconds of a call, stopped after a time; then that time, which is a lower bound."""
    start = time.process_time()
    conn.set_progress_handler(lambda: time.process_time() - start > seconds, 100_000)
    try:
        call()
    except sqlite3.OperationalError as error:
        print(f"    stopped after {seconds:.0f} s ({error})")
    finally:
        conn.set_progress_handler(None, 0)
    return (time.process_time() - start) * 1000


def recursive_sql(conn: sqlite3.Connection, statement: str, indexed: bool) -> list[tuple[object, ...]]:
    """The rows of a chain by recursive SQL; a plus before a column keeps SQLite from using its index."""
    plus = "" if indexed else "+"
    names = {
        "id": f"{plus}s.id",
        "statement": f"{plus}statement",
        "subject": f"{plus}p.subject",
        "object": f"{plus}p.object",
    }
    rows = []
    for sql, times in ((UPWARDS, 1), (STANCES, 1), (OUTWARDS, 1), (COPIES, 2)):
        rows += conn.execute(sql.format(**names), [statement] * times).fetchall()
    return rows


def chains(conn: sqlite3.Connection, statements: int, repeat: int, sql_seconds: float) -> dict[str, float]:
    """The chain of random statements, and of the deepest and the most copied one."""
    random = np.random.default_rng(11)
    some = [statement_id(int(i)) for i in random.integers(0, statements, repeat)]
    deepest = statement_id(DEPTH * 1000 + DEPTH - 1)
    copied = conn.execute("SELECT object FROM provenance GROUP BY object ORDER BY count(*) DESC LIMIT 1").fetchone()
    most_copied = conn.execute("SELECT statement FROM mentions WHERE document = ?", copied).fetchone()
    for statement in some[:20]:
        trace_statement(conn, statement)  # pages of the file in memory, as those of a site in use are
        recursive_sql(conn, statement, True)
    ours = [milliseconds(lambda s=s: trace_statement(conn, s)) for s in some]
    theirs = [milliseconds(lambda s=s: recursive_sql(conn, s, True)) for s in some]
    chain = trace_statement(conn, deepest)
    assert len(chain.of_kind("statement")) == DEPTH, "the deepest chain is not complete"
    bare = limited(conn, lambda: recursive_sql(conn, deepest, False), sql_seconds)
    print(f"chain of a statement: median {median(ours):.2f} ms, 95 % below {np.percentile(ours, 95):.2f} ms")
    print(f"    deepest ({DEPTH} steps): {milliseconds(lambda: trace_statement(conn, deepest)):.2f} ms")
    if most_copied:
        print(f"    most copied: {milliseconds(lambda: trace_statement(conn, most_copied[0])):.2f} ms")
    print(f"    recursive SQL for the same rows: {median(theirs):.2f} ms; without indexes {bare:,.0f} ms")
    return {
        "chain: recursive SQL with indexes / ours": median(theirs) / median(ours),
        "chain: recursive SQL without indexes / ours": bare / median(ours),
    }


ONE_CLAIM = """
WITH RECURSIVE up(id, root) AS (
    SELECT DISTINCT statement, statement FROM stances WHERE claim = :claim
    UNION SELECT up.id, s.parent_statement FROM up JOIN statements AS s ON s.id = up.root
    WHERE s.parent_statement IS NOT NULL
), tops AS (
    SELECT up.id, up.root FROM up JOIN statements AS s ON s.id = up.root WHERE s.parent_statement IS NULL
)
SELECT t.stance, count(DISTINCT m.document), count(DISTINCT t.statement), count(DISTINCT s.speaker),
    count(DISTINCT s.organization), count(DISTINCT tops.root)
FROM stances AS t JOIN statements AS s ON s.id = t.statement JOIN tops ON tops.id = t.statement
LEFT JOIN mentions AS m ON m.statement = t.statement WHERE t.claim = :claim GROUP BY t.stance
"""


ROWIDS = "SELECT group_concat(rowid) FROM (SELECT rowid FROM stances WHERE claim = ? ORDER BY rowid)"


def _each(call: Callable[[str], object], claims: list[str]) -> float:
    """The median time for a claim, when the pages of the file are in memory, as those of a site in use are."""
    for claim in claims:
        call(claim)
    return median(milliseconds(lambda claim=claim: call(claim)) for claim in claims)


def one_claim(conn: sqlite3.Connection, index: SourceIndex) -> dict[str, float]:
    """The sources of one claim by the number of its stances: the room's own time, with the lists of the page."""
    counts = conn.execute("SELECT claim, count(*) FROM stances GROUP BY claim ORDER BY 2").fetchall()
    ratios = {}
    for share in (0, 0.5, 0.9, 0.99, 1):
        at = min(len(counts) - 1, int(share * len(counts)))
        stances = counts[at][1]
        several = [claim for claim, _ in counts[max(0, at - 4) : at + 1]]

        # The page knows them from its own index of stances.
        rowids = {c: np.array(conn.execute(ROWIDS, [c]).fetchone()[0].split(","), dtype=np.int64) for c in several}

        def ours(claim: str) -> None:
            index.of_claim(conn, claim, LISTED)
            index.circular_of_claim(conn, claim)

        def filtered(claim: str, rowids: dict[str, Integers] = rowids) -> None:
            index.of_stances(conn, rowids[claim], LISTED)
            index.circular(conn, claim, rowids[claim])

        taken, some = (_each(call, several) for call in (ours, filtered))
        rows = median(milliseconds(lambda c=claim: claim_sources(conn, c)) for claim in several) if share < 1 else None
        sql = median(
            milliseconds(lambda c=claim: conn.execute(ONE_CLAIM, {"claim": c}).fetchall()) for claim in several
        )
        told = f", under a filter {some:.1f} ms" + ("" if rows is None else f"; from its rows {rows:.1f} ms")
        print(f"sources of a claim with {stances:,} stances: {taken:.1f} ms{told}; recursive SQL {sql:.1f} ms")
        ratios[f"sources of a claim with {stances:,} stances: SQL / ours"] = sql / taken
    return ratios


def all_claims(conn: sqlite3.Connection, index: SourceIndex, read: float, sql_seconds: float) -> dict[str, float]:
    """The five numbers of every side of every claim; ``read``: seconds that making the index took."""
    start = time.process_time()
    found = index.all()
    counted = time.process_time() - start
    prepared = milliseconds(lambda: index.prepare(conn))
    graph = index.graph
    child = np.flatnonzero(graph.told.degree)
    parent = np.full(len(graph.event), -1, dtype=np.int64)
    parent[child] = graph.told.to[graph.told.first[child]]
    doubled = milliseconds(lambda: roots(parent))
    grouped = milliseconds(lambda: groups(len(parent), child, parent[child]))
    print(
        f"sources of all {len(found.sides):,} sides: {read + counted:.2f} s "
        f"(read {read:.2f} s, counted {counted:.2f} s; {index.nbytes / 1e6:,.0f} MB)"
    )
    print(f"    prepared for lists and headlines {prepared:.0f} ms")
    print(f"    roots of all statements {doubled:.0f} ms, groups {grouped:.0f} ms")
    answer: list[tuple[str, ...]] = []
    sql = limited(conn, lambda: answer.extend(conn.execute(ALL_CLAIMS).fetchall()), sql_seconds) / 1000
    print(f"    recursive SQL and distinct counts: {sql:.2f} s")
    ours = {side: row.tolist() for side, row in zip(found.sides, found.numbers, strict=True)}
    for claim, stance, *numbers in answer:
        assert ours[claim, stance][:4] == numbers[:4], f"{claim} {stance}: {ours[claim, stance]} and {numbers}"
    return {
        "all claims, from the database: SQL / ours": sql / (read + counted),
        "all claims, from the index: SQL / ours": sql / counted,
    }


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=OUT, help="where the database is kept")
    parser.add_argument("--repeat", type=int, default=200, help="statements whose chains are traced")
    parser.add_argument("--sql-seconds", type=float, default=120, help="a query of SQLite is stopped after this time")
    options = parser.parse_args()
    conn = sqlite3.connect(database(options.statements, options.folder))
    ratios = chains(conn, options.statements, options.repeat, options.sql_seconds)
    start = time.process_time()
    index = SourceIndex(conn)
    read = time.process_time() - start
    ratios |= all_claims(conn, index, read, options.sql_seconds)
    ratios |= one_claim(conn, index)
    print(json.dumps({name: round(value, 2) for name, value in ratios.items()}))


if __name__ == "__main__":
    main()
