"""python bench/shingles.py [--sizes 100000,1000000]: how long it takes to look up an utterance among stored quotes.

Quotes are made by a seeded generator: 8 to 40 words drawn from 20,000 by Zipf's law, every fiftieth a changed copy of
an earlier one. The query is what drafting does for a new quote: read its runs of four words, look them up, count them
by mention. The peer, in the same run over the same quotes, is SQLite's FTS5: the quote's words but for the hundred
commonest, joined by OR, the best 20 by bm25. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

from datasette_claims.drafting import shingles

WORDS = 20_000
QUERIES = 200
GOALS = {100_000: 0.16, 1_000_000: 2.0}  # milliseconds
FTS_QUERIES = 40
COMMON = 100  # words that the peer is spared


def main() -> None:
    """Build, ask, print, one size after another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100000,1000000")
    sizes = [int(each) for each in parser.parse_args().sizes.split(",")]
    figures: dict[str, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures |= measure(size, sqlite3.connect(Path(folder) / "quotes.db"))
    print(json.dumps(figures))


def quotes(size: int) -> list[str]:
    """Invented quotes; every fiftieth repeats an earlier one with a few words changed."""
    chance = random.Random(6)
    vocabulary = [f"w{i}" for i in range(WORDS)]
    weights = list(accumulate(1 / (i + 2.7) for i in range(WORDS)))
    made: list[str] = []
    for number in range(size):
        if number % 50 == 49:
            words = made[chance.randrange(number)].split()
            for _ in range(2):
                words[chance.randrange(len(words))] = chance.choice(vocabulary)
        else:
            words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(8, 40))
        made.append(" ".join(words))
    return made


def measure(size: int, conn: sqlite3.Connection) -> dict[str, float]:
    """Median milliseconds of a query, ours and FTS5's."""
    made = quotes(size)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("CREATE TABLE revisions (id INTEGER PRIMARY KEY, table_name TEXT, row_id TEXT, before TEXT)")
    conn.execute("CREATE TABLE mentions (id TEXT PRIMARY KEY, content TEXT, revision INTEGER)")
    conn.execute(
        "CREATE TABLE shingles (hash INTEGER NOT NULL, mention INTEGER NOT NULL, PRIMARY KEY (hash, mention)) "
        "WITHOUT ROWID"
    )
    conn.execute("CREATE TABLE derived (name TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL)")
    conn.execute("INSERT INTO revisions (id) VALUES (1)")
    conn.executemany("INSERT INTO mentions VALUES (?, ?, 1)", ((f"m{i}", text) for i, text in enumerate(made)))
    started = time.perf_counter()
    shingles.refresh(conn)
    built = time.perf_counter() - started
    conn.execute("CREATE VIRTUAL TABLE quotes_fts USING fts5(content, content='mentions')")
    conn.execute("INSERT INTO quotes_fts (quotes_fts) VALUES ('rebuild')")
    conn.commit()
    chance = random.Random(7)
    asked = [made[chance.randrange(49, size) // 50 * 50 - 1] for _ in range(QUERIES)]
    ours = [median(lambda text=text: lookup(conn, text)) for text in asked]
    theirs = [median(lambda text=text: full_text(conn, text), 1) for text in asked[:FTS_QUERIES]]
    mine, peer = statistics.median(ours), statistics.median(theirs)
    goal = GOALS.get(size)
    print(
        f"{size:,} quotes: table built in {built:.1f} s; a query {mine:.3f} ms"
        f"{f' (goal {goal} ms)' if goal else ''}, the slowest of twenty {sorted(ours)[-QUERIES // 20]:.3f} ms; "
        f"FTS5 {peer:.3f} ms"
    )
    return {
        f"query_ms_{size}": round(mine, 4),
        f"fts5_ms_{size}": round(peer, 3),
        f"to_fts5_{size}": round(mine / peer, 4),
    }


def lookup(conn: sqlite3.Connection, text: str) -> None:
    """What drafting asks for a new quote."""
    shingles.shared(conn, shingles.hashes(shingles.words_of(text)))


def full_text(conn: sqlite3.Connection, text: str) -> None:
    """The same question to the full-text index."""
    terms = " OR ".join(f'"{word}"' for word in dict.fromkeys(text.split()) if int(word[1:]) >= COMMON)
    conn.execute("SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH ? ORDER BY rank LIMIT 20", [terms]).fetchall()


def median(call: Callable[[], None], times: int = 3) -> float:
    """Median milliseconds of a few calls."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
