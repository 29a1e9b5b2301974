"""Many people who edit the same rows of one site, while packages are loaded into its database beside it."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from durability_acts import rows
from durability_kills import replace
from durability_site import FORK, Act, Broken, Client, Site, tickets

from datasette_claims.loading import Options, check, load
from datasette_claims.loading.writing import Change, apply_changes

COUNTERS = 32
"""Rows that are edited; with 64 writers two, on average, edit the same one at any time."""


def _load_on(answer: Any, path: Path, package: Path) -> None:
    """Load a package, changed each time, until asked to stop; then say how often."""
    number = 0
    while not answer.poll(0.5):
        lines = "".join(f"load-{i},Claim {i} of load {number}.,factual\n" for i in range(200))
        (package / "claims.csv").write_text("id,text,kind\n" + lines, encoding="utf-8")
        load(path, [package], Options(who="loader"))
        number += 1
    answer.send(number)


class Writers:
    """``edits`` additions of one by each of ``number`` writers, each to the row as it stands."""

    def __init__(self, path: Path, number: int, edits: int) -> None:
        self.path, self.edits = path, edits
        self.names = [f"writer-{i}" for i in range(number)]
        self.tickets = tickets(path, self.names)
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        site = Site(self.path)
        threads = [threading.Thread(target=self._work, args=(name, site.port)) for name in self.names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        site.kill()

    def _work(self, who: str, port: int) -> None:
        chance, client = random.Random(who), Client(port, self.tickets[who], timeout=300)
        known: dict[str, tuple[int, int]] = {}
        try:
            for number in range(self.edits):
                self._edit(
                    client, Act("edit", who, "", {}, f"{who}-{number}"), f"count-{chance.randrange(COUNTERS)}", known
                )
        except (Broken, ValueError, KeyError) as error:
            self.wrong.append(f"{who}: {error!r}")
        finally:
            client.close()

    def _edit(self, client: Client, act: Act, row: str, known: dict[str, tuple[int, int]]) -> None:
        """Add one to a row, again and again until nobody was quicker. ``known``: row -> (count, revision) last seen."""
        act.path = f"edit/claims/{row}"
        while True:
            if row not in known:
                _, found = client.get(f"{act.path}.json")
                known[row] = (int(found["data"]["row"]["topic"]), int(found["data"]["row"]["revision"]))
            count, revision = known.pop(row)
            act.fields = {"topic": str(count + 1), "note": act.key, "revision": str(revision)}
            status, _, text = client.send(act)
            self.statuses[status] += 1
            if status == 200:
                return
            if status != 409:
                self.wrong.append(f"{act.key}: {status} {text[:200]}")
                if status < 500:
                    return


def write_all(base: Path, folder: Path, number: int, edits: int) -> tuple[dict[str, Any], list[str]]:
    """The writers with a load beside them; the figures, and what is wrong."""
    path, package = folder / "claims.db", folder / "package"
    package.mkdir()
    replace(base, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        values = {"text": "A row that is counted on.", "kind": "factual", "topic": "0"}
        made = [Change("insert", "claims", f"count-{i}", {**values, "text": f"Counted {i}."}) for i in range(COUNTERS)]
        apply_changes(conn, made, "bench")
    writers = Writers(path, number, edits)
    ours, its = FORK.Pipe()
    loader = FORK.Process(target=_load_on, args=(its, path, package), daemon=True)
    loader.start()
    its.close()
    writers.run()
    ours.send("stop")
    loads = ours.recv() if ours.poll(120) else 0
    loader.join(10)
    wrong = list(writers.wrong)
    counted = rows(path, "SELECT sum(CAST(topic AS INTEGER)) FROM claims WHERE id LIKE 'count-%'")[0][0]
    revised = rows(path, "SELECT count(*) FROM revisions WHERE who LIKE 'writer-%' AND operation = 'update'")[0][0]
    if (counted, revised) != (number * edits, number * edits):
        wrong.append(f"lost updates: {number * edits} acknowledged, {counted} counted, {revised} recorded")
    if not loads:
        wrong.append("no load ran beside the writers")
    wrong += [f"check: {problem}" for problem in check(path)]
    failed = sum(count for status, count in writers.statuses.items() if status >= 500)
    told = {"writers": number, "edits": number * edits, "lost_updates": number * edits - counted, "answers_5xx": failed}
    told |= {"stale_409": writers.statuses[409], "loads_beside": loads}
    return told, wrong
