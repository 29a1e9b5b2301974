"""kill -9 at random moments while a database is loaded, annotated, reviewed, undone, migrated and re-anchored."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from durability_acts import Person, passage, rows, wrong
from durability_site import REVIEWER, Broken, Client, Site, run_and_kill, tickets

from datasette_claims.loading import Options, check, load, reanchor_versions
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import migrate, pending

ROWS = 1_500
FRESH = 25
"""After so many rounds the site goes on with a fresh database, so that checking it stays quick."""


@dataclass
class Tally:
    """What came of all rounds. ``wrong`` must stay empty."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    repeated: int = 0
    unanswered: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, kind: str, found: list[str]) -> None:
        self.kills[kind] += 1
        self.wrong += [f"{kind}: {each}" for each in found]
        for each in found:
            print(f"WRONG {kind}: {each}", flush=True)


class Annotated:
    """Rounds in which people annotate, edit, undo and review on a site that is killed."""

    def __init__(self, base: Path, folder: Path, chance: random.Random, tally: Tally) -> None:
        self.base, self.path, self.chance, self.tally = base, folder / "claims.db", chance, tally
        names = ["ann", "ben", "cem", REVIEWER]
        self.people = [Person(name, passage(base), random.Random(chance.random())) for name in names]
        self.tickets = tickets(base, names)
        self.shapes: dict[str, set[Any]] = {}
        self.rounds = 0

    def round(self) -> None:
        if self.rounds % FRESH == 0:
            replace(self.base, self.path)
            for person in self.people:
                person.forget()
        self.rounds += 1
        site, first = Site(self.path), threading.Event()
        threads = [threading.Thread(target=self._work, args=(person, site.port, first)) for person in self.people]
        for thread in threads:
            thread.start()
        if self.chance.random() < 0.9:
            first.wait(60)
        time.sleep(self.chance.uniform(0, 0.4))
        site.kill()
        for thread in threads:
            thread.join()
        self.tally.note("annotate, review, undo", wrong(self.path, self.people, self.shapes))

    def finish(self) -> None:
        """What got no answer is sent once more to a site that lives: then all of it must be there, once."""
        site = Site(self.path)
        for person in self.people:
            client = Client(site.port, self.tickets[person.who])
            act = person.acts[-1] if person.acts else None
            if act is not None and act.action is None and act.refused is None:
                client.send(act)
            client.close()
        site.kill()
        self.tally.wrong += wrong(self.path, self.people, self.shapes)

    def _work(self, person: Person, port: int, first: threading.Event) -> None:
        client = Client(port, self.tickets[person.who])
        try:
            while True:
                act = person.next(client)
                if act is None:
                    time.sleep(0.02)
                    continue
                status, _, text = client.send(act)
                if act.action is not None:
                    self.tally.acknowledged += 1
                    self.tally.repeated += act.tries > 1
                    person.acknowledged(self.path, act)
                    first.set()
                elif status >= 500:
                    self.tally.wrong.append(f"{act.kind}: {status} {text[:200]}")
                    return
        except Broken:
            self.tally.unanswered += 1
        finally:
            client.close()


def replace(base: Path, path: Path) -> None:
    """Put a copy of a database in the place of another, whose log goes with it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(base, path)


def _loading(answer: Any, path: Path, package: Path) -> None:
    answer.send(load(path, [package], Options(who="bench")).load)


def _reanchoring(answer: Any, path: Path) -> None:
    answer.send(reanchor_versions(path, (), again=True, who="bench").written)


def _migrating(answer: Any, path: Path, point: int | None) -> None:
    """Migrate, and be killed before the statement with a number; without one, say how many there are."""
    count = 0

    def step(_: str) -> None:
        nonlocal count
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.set_trace_callback(step)
        migrate(conn)
    answer.send(count)


class Loaded:
    """Rounds in which a load that changes every row is killed, over data that people have annotated."""

    def __init__(self, base: Path, folder: Path, chance: random.Random, tally: Tally) -> None:
        self.path, self.chance, self.tally = folder / "loaded.db", chance, tally
        replace(base, self.path)
        self.packages = {side: self._package(folder / side, side) for side in ("supports", "disputes")}
        self.side = "supports"
        self.takes = self._takes()

    def _package(self, folder: Path, side: str) -> Path:
        folder.mkdir()
        head = "id,claim,stance,basis,actor,note\n"
        lines = "".join(f"x{i:05},bench-war,{side},vote,bench-ada,note {i}\n" for i in range(ROWS))
        (folder / "stances.csv").write_text(head + lines, encoding="utf-8")
        (folder / "actors.csv").write_text("id,name,kind\nbench-ada,Ada,person\n", encoding="utf-8")
        (folder / "claims.csv").write_text("id,text,kind\nbench-war,There will be war.,prediction\n", encoding="utf-8")
        return folder

    def _takes(self) -> float:
        run_and_kill(_loading, (self.path, self.packages["supports"]), 300)
        started = time.monotonic()
        run_and_kill(_loading, (self.path, self.packages["disputes"]), 300)
        self.side = "disputes"
        return time.monotonic() - started

    def round(self) -> None:
        other = "supports" if self.side == "disputes" else "disputes"
        before = rows(self.path, "SELECT count(*) FROM loads")[0][0]
        said = run_and_kill(_loading, (self.path, self.packages[other]), self.chance.uniform(0, 1.1) * self.takes)
        sides = rows(self.path, "SELECT stance, count(*) FROM stances WHERE id LIKE 'x%' GROUP BY stance")
        loads = rows(self.path, "SELECT count(*) FROM loads")[0][0] - before
        found = []
        if sides not in ([(self.side, ROWS)], [(other, ROWS)]) or (loads == 1) != (sides == [(other, ROWS)]):
            found.append(f"half a load: {sides}, {loads} loads more")
        if said is not None and sides != [(other, ROWS)]:
            found.append("a load was acknowledged and is lost")
        self.side = sides[0][0]
        self.tally.acknowledged += said is not None
        self.tally.note("load", found + [f"check: {problem}" for problem in check(self.path)])


class Reanchored:
    """Rounds in which every passage is looked for again in later versions."""

    def __init__(self, base: Path, folder: Path, chance: random.Random, tally: Tally) -> None:
        self.base, self.path, self.chance, self.tally = folder / "base.db", folder / "anchored.db", chance, tally
        replace(base, self.base)
        with closing(sqlite3.connect(self.base, isolation_level=None)) as conn:
            gone = [
                Change("delete", "anchorings", id) for (id,) in conn.execute("SELECT id FROM anchorings").fetchall()
            ]
            apply_changes(conn, gone, "bench")
        replace(self.base, self.path)
        started = time.monotonic()
        self.all = run_and_kill(_reanchoring, (self.path,), 300)
        self.takes = time.monotonic() - started

    def round(self) -> None:
        replace(self.base, self.path)
        said = run_and_kill(_reanchoring, (self.path,), self.chance.uniform(0, 1.1) * self.takes)
        number = rows(self.path, "SELECT count(*) FROM anchorings")[0][0]
        found = [] if number in (0, self.all) else [f"half: {number} of {self.all} anchorings"]
        if said is not None and number != self.all:
            found.append("acknowledged and lost")
        self.tally.acknowledged += said is not None
        self.tally.note("re-anchor", found + [f"check: {problem}" for problem in check(self.path)])


class Migrated:
    """Rounds in which the migration of a database of an earlier version is killed at a statement of it."""

    def __init__(self, old: bytes, folder: Path, tally: Tally) -> None:
        self.old, self.path, self.tally = old, folder / "old.db", tally
        self.path.write_bytes(old)
        self.before = self._people()
        self.statements = run_and_kill(_migrating, (self.path, None), 300)
        with closing(sqlite3.connect(self.path)) as conn:
            self.after = content(conn)

    def round(self, point: int) -> None:
        """Kill before the statement ``point``, then open the database as the next start does."""
        for suffix in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.path.write_bytes(self.old)
        said = run_and_kill(_migrating, (self.path, point), 300)
        found = [] if said is None else ["it was not killed"]
        if self._people() != self.before:
            found.append("what people had changed is not as it was")
        with closing(sqlite3.connect(self.path, isolation_level=None)) as conn:
            left = len(pending(conn))
            migrate(conn)
            if content(conn) != self.after:
                found.append(f"another database than without the kill ({left} migrations were left)")
        self.tally.note("migrate", found + [f"check: {problem}" for problem in check(self.path)])

    def _people(self) -> list[tuple[Any, ...]]:
        return rows(
            self.path, "SELECT id, who, operation, table_name, row_id, before, after FROM revisions ORDER BY id"
        )


def content(conn: sqlite3.Connection) -> dict[str, list[Any]]:
    """Every row of every table, but for when the migrations ran."""
    names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    kept = [name for name in names if not name.startswith(("_sqlite", "sqlite_"))]
    return {name: sorted(conn.execute(f'SELECT * FROM "{name}"'), key=repr) for name in kept}


def kill_all(base: Path, old: bytes, folder: Path, kills: int, migrations: int, seed: int) -> Tally:
    """The rounds, mixed: of ``kills`` 60 in 100 on a site, 25 of loads, 15 of re-anchoring; and the migrations."""
    tally, chance = Tally(), random.Random(seed)
    site = Annotated(base, folder, chance, tally)
    others = [Loaded(base, folder, chance, tally), Reanchored(base, folder, chance, tally)]
    for number in range(kills):
        turn = number % 20
        (site if turn < 12 else others[turn >= 17]).round()
        if (number + 1) % 50 == 0:
            print(f"{number + 1} kills, {tally.acknowledged} acknowledged, {len(tally.wrong)} wrong", flush=True)
    site.finish()
    migrated = Migrated(old, folder, tally)
    for number in range(migrations):
        migrated.round(number * migrated.statements // migrations)
    return tally
