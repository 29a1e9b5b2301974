"""How fast is a comparison? The stance index beside DuckDB and SQL, all on the same data in the same run.

Asked are the matrix of the 50 countries with most stances against the 20 most contested claims under three filters
(``country_basis``, ``basis``, ``date_start``), the counts of every facet under the same filters, and the agreement
of all pairs of 200 countries. Peers hold the same columns of the same integer codes in memory; their answers must
equal ours. Printed are medians; a ratio says how many times longer the peer takes. The last line is one JSON object
of the named ratios.

    python bench/compare.py [--sizes 100000,1000000,5000000] [--repeat 15] [--sql-seconds 60]

Databases are generated once (seeded) and kept in ``bench/out``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import compare_engine  # noqa: E402
from bench.generate import Size, write_database  # noqa: E402

OUT = ROOT / "bench" / "out"

Part = Callable[[Path, int, int, float], dict[str, float]]
PARTS: tuple[Part, ...] = (compare_engine.run,)
"""What is measured on each database: (path, stances, repeat, seconds for one SQL query) -> named ratios.
The part for whole pages stands in a module of its own and is added here."""


def database(stances: int) -> Path:
    """The generated database of a size, made if it is not there: a statement for every five stances."""
    path = OUT / f"stances-{stances}.db"
    if not path.exists():
        OUT.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        conn = write_database(Size(stances=stances, statements=stances // 5), part)
        conn.execute("PRAGMA journal_mode = wal")
        conn.close()
        part.rename(path)
    return path


def main() -> None:
    """Measure every part on every size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="100000,1000000,5000000", help="numbers of stances, separated by commas")
    parser.add_argument("--repeat", type=int, default=15, help="calls of which the median is taken")
    parser.add_argument("--sql-seconds", type=float, default=60, help="a query of SQLite is stopped after this time")
    options = parser.parse_args()
    ratios: dict[str, float] = {}
    for stances in (int(size) for size in options.sizes.split(",")):
        for part in PARTS:
            ratios |= part(database(stances), stances, options.repeat, options.sql_seconds)
    print(compare_engine.last_line(ratios))


if __name__ == "__main__":
    main()
