"""How fast a full, validated load is, beside what writes the same rows without looking at them.

    python bench/load.py                 # 1,000,000 stances
    python bench/load.py --rows 100000

Each way of loading runs in a process of its own on the same CSV files (seeded, from ``generate.py``), into a new
database, and reports its wall time and its peak memory:

- ``claims``: ``datasette claims load``: everything is checked, then table, 18 indexes, revisions, statistics.
- ``sqlite3``: csv.reader and executemany into a table without a key or an index. Nothing is checked.
- ``sqlite3_indexed``: the same into the model's own table, its key, checks and references, and its indexes after.
- ``sqlite_utils``: ``sqlite-utils insert --csv`` into a table without a key or an index. Nothing is checked.

The last line is one JSON object: rows a second, peak megabytes, and the ratios (over 1: the load is faster), by
wall time and by processor time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

WAYS = ("claims", "sqlite3", "sqlite3_indexed", "sqlite_utils")


def load_claims(folder: Path, database: Path) -> None:
    """Our load, through its command."""
    from datasette_claims.cli import claims

    claims(["load", str(database), str(folder)], standalone_mode=False)


def load_sqlite3(folder: Path, database: Path) -> None:
    """The rows of stances.csv, as they are, into a bare table."""
    import csv
    import sqlite3

    conn = sqlite3.connect(database)
    with (folder / "stances.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        names = ", ".join(f'"{name}" TEXT' for name in header)
        conn.execute(f"CREATE TABLE stances ({names})")
        conn.executemany(f"INSERT INTO stances VALUES ({', '.join('?' * len(header))})", rows)
    conn.commit()


def load_sqlite3_indexed(folder: Path, database: Path) -> None:
    """All rows into the model's tables with every index, foreign keys and checks on; no triggers, no revisions."""
    import csv
    import sqlite3

    from datasette_claims.schema import BY_NAME, migrate
    from datasette_claims.schema.ddl import triggers

    conn = sqlite3.connect(database)
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    for table in (BY_NAME[name] for name in ("actors", "claims", "stances")):
        for name, _ in table.index_sql:
            conn.execute(f'DROP INDEX "{name}"')
        with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            blank = ["NULL" if table[name].default is None else f"'{table[name].default}'" for name in header]
            marks = ", ".join(f"coalesce(nullif(?, ''), {value})" for value in blank)
            names = ", ".join(f'"{name}"' for name in header)
            conn.executemany(f"INSERT INTO {table.name} ({names}, revision) VALUES ({marks}, 1)", rows)
        for _, sql in table.index_sql:
            conn.execute(sql)
    conn.commit()


def load_sqlite_utils(folder: Path, database: Path) -> None:
    """The peer's own command."""
    from sqlite_utils.cli import cli

    arguments = ["insert", str(database), "stances", str(folder / "stances.csv"), "--csv", "--silent"]
    cli(arguments, standalone_mode=False)


def measure(way: str, folder: Path, database: Path) -> dict[str, float]:
    """Wall and processor time in seconds and peak memory in megabytes of one way, in a process of its own."""
    command = [sys.executable, __file__, "--way", way, str(folder), str(database)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def run_way(way: str, folder: Path, database: Path) -> None:
    """What the child does: load, and print what it took. Start-up of Python is not counted for any way."""
    start = time.perf_counter()
    globals()[f"load_{way}"](folder, database)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_mb": used.ru_maxrss / 1024}))


def main() -> None:
    """Generate, measure every way, print a table and the JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="stances")
    parser.add_argument("--way", nargs=3, metavar=("WAY", "FOLDER", "DATABASE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        way, folder, database = options.way
        run_way(way, Path(folder), Path(database))
        return
    from generate import Size, write_csv

    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as temporary:
        folder = Path(temporary) / "package"
        write_csv(Size(stances=options.rows), folder)
        taken = {way: measure(way, folder, Path(temporary) / f"{way}.db") for way in WAYS}
    told: dict[str, object] = {"bench": "load", "rows": options.rows}
    for way, figures in taken.items():
        speed = options.rows / figures["seconds"]
        cpu = figures["cpu_seconds"]
        print(
            f"{way:16} {figures['seconds']:7.1f} s {speed:10,.0f} rows/s {cpu:7.1f} s processor "
            f"{figures['peak_mb']:7.0f} MB"
        )
        told[f"{way}_rows_per_second"] = round(speed)
        told[f"{way}_rows_per_cpu_second"] = round(options.rows / cpu)
        told[f"{way}_peak_mb"] = round(figures["peak_mb"])
    for way in WAYS[1:]:
        told[f"claims_vs_{way}"] = round(taken[way]["seconds"] / taken["claims"]["seconds"], 2)
        told[f"claims_vs_{way}_cpu"] = round(taken[way]["cpu_seconds"] / taken["claims"]["cpu_seconds"], 2)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
