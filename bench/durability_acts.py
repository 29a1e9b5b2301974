"""What the clients of bench/durability.py do, and whether a database holds exactly what it acknowledged."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from durability_site import REVIEWER, Act, Client

from datasette_claims.loading import check

DESK = "gulf-desk-2019-05-14"
WORDS = "We're aware of their presence, clearly, and we monitor them"
WHOLE = ("annotate", "claim", "edit")
"""Kinds of acts that always change rows of the same tables, so that half of one can be told from the whole."""

_numbers = itertools.count()


def rows(path: Path, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
    """The result of a query."""
    with closing(sqlite3.connect(path, timeout=30)) as conn:
        return conn.execute(sql, values).fetchall()


class Person:
    """One who sends changes, one after the other, and remembers those that were not acknowledged yet.

    ``passage`` is where the words are that they mark. They send a change without an answer again before anything
    else, with the same key, as a client should.
    """

    def __init__(self, who: str, passage: tuple[int, int], chance: random.Random) -> None:
        self.who, self.passage, self.chance = who, passage, chance
        self.acts: list[Act] = []
        self.claims: list[str] = []

    def forget(self) -> None:
        """Begin with another database."""
        self.acts, self.claims = [], []

    def next(self, client: Client) -> Act | None:
        """What to send next: the last one again, or a new one. None where there is nothing to do just now."""
        if self.acts and self.acts[-1].action is None and self.acts[-1].refused is None:
            return self.acts[-1]
        act = self._review(client) if self.who == REVIEWER else self._write()
        if act is not None:
            self.acts.append(act)
        return act

    def _write(self) -> Act:
        number = next(_numbers)
        key = f"{self.who}-{number}"
        last = self.acts[-1] if self.acts else None
        kind = self.chance.choice(["annotate", "annotate", "claim", "edit", "undo"])
        if kind == "undo" and last is not None and last.action and last.kind != "undo":
            self.claims = [] if last.kind == "claim" else self.claims
            return Act("undo", self.who, "undo", {"action": str(last.action)}, key)
        if kind == "edit" and self.claims:
            fields = {"note": f"noted by {key}"}
            return Act("edit", self.who, f"edit/claims/{self.claims[0]}", fields, key)
        if kind == "annotate":
            return self.annotate(key)
        return Act("claim", self.who, "new/claims", {"text": f"Claimed by {key}.", "kind": "factual"}, key)

    def annotate(self, key: str) -> Act:
        start, end = self.passage
        fields = {"start": start, "end": end, "exact": WORDS, "report_type": "direct", "content": WORDS}
        more = {"speaker": "Christopher Ghika", "cue": "said", "note": f"noted by {key}"}
        return Act("annotate", self.who, f"annotate/{DESK}", {**fields, **more}, key)

    def _review(self, client: Client) -> Act | None:
        status, found = client.get("review.json")
        item = found["data"]["item"] if status == 200 else None
        if not item:
            return None
        id, seen = item["statement"]["id"], item["seen"]
        decision = self.chance.choice(["accept", "reject"])
        fields = {"decision": decision, "statement": id, "seen": str(seen)}
        return Act("review", self.who, "review", fields, f"review/{id}/{seen}/{decision}")

    def acknowledged(self, path: Path, act: Act) -> None:
        """Remember a claim of one's own, to edit it later."""
        if act.kind == "claim" and act.action:
            self.claims = [str(rows(path, "SELECT row_id FROM revisions WHERE id = ?", [act.action])[0][0])]


def passage(path: Path) -> tuple[int, int]:
    """Where the words are that are marked."""
    text = rows(path, "SELECT text FROM documents WHERE id = ?", [DESK])[0][0]
    return text.index(WORDS), text.index(WORDS) + len(WORDS)


def shape(path: Path, action: int) -> tuple[tuple[str, str, int], ...]:
    """Which operations on which tables an act is made of."""
    sql = "SELECT operation, table_name FROM revisions WHERE action = ?"
    return tuple(sorted((*key, number) for key, number in Counter(rows(path, sql, [action])).items()))


def wrong(path: Path, people: list[Person], shapes: dict[str, set[Any]]) -> list[str]:
    """What is not as it must be: acknowledged and lost, made twice, made in half, or not passed by ``check``.

    ``shapes`` collects which shapes the acts of a kind have; those of ``WHOLE`` must have one.
    """
    stored: dict[tuple[str, str], list[int]] = {}
    for who, key, action in rows(path, "SELECT who, request_key, action FROM revisions WHERE request_key IS NOT NULL"):
        stored.setdefault((who, key), []).append(action)
    found = []
    for act in (act for person in people for act in person.acts):
        made = stored.get((act.who, act.key), [])
        if act.action is not None and made != [act.action]:
            found.append(f"{'lost' if not made else 'twice'}: {act.kind} {act.key}, {act.action}: {made}")
        elif len(made) > 1:
            found.append(f"twice: {act.kind} {act.key}: {made}")
        if made and act.kind in WHOLE:
            shapes.setdefault(act.kind, set()).add(shape(path, made[0]))
    found += [f"half: {kind}: {sorted(seen)}" for kind, seen in shapes.items() if len(seen) > 1]
    return found + [f"check: {problem}" for problem in check(path)]
