"""Random packages loaded over data that people have annotated: what people added stays as it is, where it is."""

from __future__ import annotations

import csv
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from durability_acts import DESK, WORDS, passage
from durability_kills import replace

from datasette_claims.annotating import By, annotate
from datasette_claims.loading import LoadError, Options, check, load
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import BY_NAME

DATA = Path(__file__).parents[1] / "data"
AT = "2026-01-01T00:00:00Z"
KEPT = ("statements", "mentions", "evidence", "stances", "claims")
FREE = ("note", "content", "text", "title", "cue", "name", "topic")
"""Columns in which any words may stand."""

FRESH = 100
CHECKED = 20
"""After so many reloads the whole database is checked."""


def annotated(base: Path, path: Path) -> dict[str, list[str]]:
    """A copy with what people add; the ids of their rows, by table."""
    replace(base, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        start, end = passage(path)
        form = {"start": str(start), "end": str(end), "exact": WORDS, "report_type": "direct", "content": WORDS}
        form |= {"speaker": "Christopher Ghika", "cue": "said"}
        for given in ({}, {"statement": "ghika-no-increased-threat", "statement_id": "ghika-no-increased-threat"}):
            apply_changes(conn, annotate(conn, DESK, {**form, **given}, [], By("ann", AT, True)).changes, "ann")
        mine = {"text": "A claim of a person's.", "kind": "factual"}
        apply_changes(conn, [Change("insert", "claims", "persons-claim", mine)], "ann")
        stances = [
            ("persons-stance", {"claim": "persons-claim"}),
            ("persons-other", {"claim": "threat-increasing"}),
        ]
        common = {"stance": "disputes", "basis": "explicit", "actor": "chris-ghika"}
        common |= {"statement": "ghika-no-increased-threat", "note": "of a person"}
        apply_changes(conn, [Change("insert", "stances", id, {**common, **more}) for id, more in stances], "ann")
        sql = "SELECT DISTINCT table_name, row_id FROM revisions WHERE who = 'ann' AND operation = 'insert'"
        found: dict[str, list[str]] = {}
        for table, id in conn.execute(sql):
            found.setdefault(table, []).append(id)
        return found


def state(path: Path, added: dict[str, list[str]]) -> dict[tuple[str, str], tuple[Any, ...] | None]:
    """What stands in the rows that people added, but for what is copied or derived from other rows; and the words."""
    found: dict[tuple[str, str], tuple[Any, ...] | None] = {}
    with closing(sqlite3.connect(path)) as conn:
        for table in KEPT:
            own = [c.name for c in BY_NAME[table].stored if c.copy is None and not c.name.startswith("country")]
            picked = ", ".join(f'"{name}"' for name in own if name != "revision")
            for id in added.get(table, []):
                found[table, id] = conn.execute(f'SELECT {picked} FROM "{table}" WHERE id = ?', [id]).fetchone()
        for id in added.get("evidence", []):
            sql = (
                "SELECT substr(d.text, e.span_start + 1, e.span_end - e.span_start) FROM evidence e "
                "JOIN mentions m ON m.id = e.mention JOIN documents d ON d.id = m.document WHERE e.id = ?"
            )
            found["words", id] = conn.execute(sql, [id]).fetchone()
    return found


def changed(folder: Path, chance: random.Random) -> Path:
    """``data/`` with rows left out, put in another order, and other words in some cells."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DATA, folder)
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            listed, names = list(reader), list(reader.fieldnames or ())
        if chance.random() < 0.04:
            listed = [row for row in listed if chance.random() > 0.1]
        if chance.random() < 0.5:
            chance.shuffle(listed)
        for row in chance.sample(listed, min(len(listed), chance.choice([0, 0, 1, 3]))):
            for name in {*names} & {*FREE}:
                if row[name] and chance.random() < 0.5:
                    row[name] = f"{row[name]} ({chance.randrange(1000)})"
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, names)
            writer.writeheader()
            writer.writerows(listed)
    if chance.random() < 0.3:  # only some tables, as a person may load them
        for file in chance.sample(sorted(folder.glob("*.csv")), 6):
            file.unlink()
        (folder / "datapackage.json").unlink(missing_ok=True)
    return folder


def reload_all(base: Path, folder: Path, number: int, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Random reloads, one after the other; the figures, and what is wrong."""
    chance, path, counts, wrong = random.Random(seed), folder / "claims.db", Counter[str](), list[str]()
    for turn in range(number):
        if turn % FRESH == 0:
            added = annotated(base, path)
            before = state(path, added)
        package = changed(folder / "package", chance)
        options = Options(who="bench", prune=chance.random() < 0.5, theirs=chance.random() < 0.3)
        try:
            counts["loaded" if load(path, [package], options).load is not None else "unchanged"] += 1
        except LoadError:
            counts["refused"] += 1
        now = state(path, added)
        for row, stood in before.items():
            if now[row] != stood:
                word = "lost" if now[row] is None else "moved or changed"
                wrong.append(
                    f"reload {turn} ({options.prune=}, {options.theirs=}): {row}: {word}: {stood} -> {now[row]}"
                )
        before = now
        if (turn + 1) % CHECKED == 0 or turn + 1 == number:
            wrong += [f"reload {turn}: check: {problem}" for problem in check(path)]
    told = {"reloads": number, "annotations": len(before), "annotations_lost_or_moved": len(wrong)}
    return told | {f"reloads_{name}": count for name, count in sorted(counts.items())}, wrong
