"""python bench/spreading.py [--articles 400]: extraction in chunks by one process, a pool, and a Dask cluster.

Articles are invented: twelve paragraphs with nine sources, some 300 words, seeded. Each way drafts all of them into
shards, which must be the same bytes; then one load takes them in. Printed are milliseconds of processor an article in
one process, wall time of each way beside one process, and the rows a second of the load. The cluster is a local one of
two workers, so its figure is what Dask costs, not what more machines bring. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from datasette_claims import spreading
from datasette_claims.loading import Options, load
from datasette_claims.obtaining import Wishes
from datasette_claims.obtaining.sources import gather
from datasette_claims.spreading import Order, Reading

PEOPLE = ("Mara Olsen", "Jonas Brandt", "Ines Duarte", "Paul Stone", "Anna Berg", "Chris Hale")
ROLES = ("minister", "mayor", "spokesperson", "general", "senator")
THINGS = (
    "the harbour bridge will open in June after two years of work",
    "the budget of the city will be cut next year",
    "inspectors were not allowed into the building on Monday",
    "the talks on the new line have failed for good",
    "there has been no increase in the number of flights",
)


def article(number: int) -> str:
    """A seeded article."""
    chance = random.Random(number)
    parts = [f"Council differs over plan {number}"]
    for paragraph in range(12):
        name, thing, place = chance.choice(PEOPLE), chance.choice(THINGS), chance.randrange(9999)
        forms = (
            f"“{thing.capitalize()} in district {place},” {name} said on Tuesday, as the council met for a third time.",
            f"{name}, the {chance.choice(ROLES)}, told reporters that {thing} in district {place}, and left the room.",
            f"The council of district {place} has met {paragraph} times this year, and no date is set for a next one.",
        )
        parts.append(forms[0 if paragraph % 4 == 0 else 1 if paragraph % 4 < 3 else 2])
    return "\n\n".join(parts) + "\n"


def drafted(source: Path, folder: Path, workers: int, scheduler: str | None) -> tuple[float, float]:
    """(wall seconds, processor seconds of this process) of one way."""
    start, used = time.perf_counter(), time.process_time()
    with spreading.crew(workers, scheduler) as crew:
        order = Order(Reading.by("rules", {}, None), 25)
        spreading.extract(gather(str(source), Wishes()), None, folder, order, crew)
    return time.perf_counter() - start, time.process_time() - used


def rows_of(folder: Path) -> list[bytes]:
    """The shards."""
    return [path.read_bytes() for path in sorted((folder / "rows").iterdir())]


def main() -> None:
    """Draft every way, load, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=400)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as place:
        folder, source = Path(place), Path(place) / "articles.jsonl"
        lines = (json.dumps({"text": article(n), "title": f"Plan {n}", "language": "en"}) for n in range(count))
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        alone, used = drafted(source, folder / "alone", 1, None)
        pool, _ = drafted(source, folder / "pool", 2, None)
        told = {"pool_of_two_faster": alone / pool}
        from distributed import LocalCluster

        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            dask, _ = drafted(source, folder / "dask", 1, cluster.scheduler_address)
        told["dask_of_two_faster"] = alone / dask
        if not rows_of(folder / "alone") == rows_of(folder / "pool") == rows_of(folder / "dask"):
            raise SystemExit("the ways do not give the same bytes")
        start = time.process_time()
        report = load(folder / "claims.db", [folder / "alone"], Options(who="bench"))
        took = time.process_time() - start
    rows = sum(counts.added for counts in report.counts.values())
    print(f"{count:,} articles: one process {alone:.1f} s ({used / count * 1000:.1f} ms of processor an article), ")
    print(
        f"  two processes {pool:.1f} s, Dask with two workers {dask:.1f} s; "
        f"{rows:,} rows loaded at {rows / took:,.0f}/s"
    )
    figures = {"ms_an_article": used / count * 1000, "rows_an_article": rows / count, "load_rows_a_second": rows / took}
    print(json.dumps({name: round(value, 2) for name, value in {**told, **figures}.items()}))


if __name__ == "__main__":
    main()
