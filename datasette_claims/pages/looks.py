"""Actors whose name looks like another's, as pages tell of them: see ``lookalikes``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from ..lookalikes import alike, mixed_scripts, strangers
from . import memory, wording
from .framework import Visit

MOST_NAMES = 200_000
"""In a record of more actors, names are not held against each other; mixed scripts are told all the same."""

_NAMES = f"select id, name from actors where status <> 'rejected' limit {MOST_NAMES + 1}"
_KEY: memory.Key = ("lookalikes", ())
MOST = 5
"""Lookalikes of one name that a page names."""


async def lookalikes(visit: Visit) -> dict[str, list[str]]:
    """Id of an actor -> the ids of those whose other name looks like theirs. Ask the gate for the actors before.

    Reckoned in a thread, once after each change of the record.
    """
    answers = await memory.of(visit.db).current()
    if _KEY not in answers:
        rows = await visit.rows(_NAMES)
        names = [(str(row["id"]), str(row["name"])) for row in rows]
        answers[_KEY] = [await asyncio.to_thread(alike, names) if len(names) <= MOST_NAMES else {}]
    found: dict[str, list[str]] = answers[_KEY][0]
    return found


async def told(visit: Visit, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """For those of some actors whose name looks like another's or mixes scripts: ``scripts``, ``sentence`` and
    ``others``, each with ``id``, ``name``, ``url`` and what is ``strange`` in this name beside that one."""
    wanted = list(dict.fromkeys(ids))
    groups = await lookalikes(visit)
    listed = [*wanted, *(other for id in wanted for other in groups.get(id, ())[:MOST])]
    marks = ", ".join("?" * len(listed))
    rows = await visit.rows(f"select id, name from actors where id in ({marks})", listed) if listed else []
    names = {row["id"]: str(row["name"]) for row in rows}
    found = {}
    for id in (each for each in wanted if each in names):
        scripts = mixed_scripts(names[id])
        others = [
            _other(visit, names[id], other, names[other]) for other in groups.get(id, ())[:MOST] if other in names
        ]
        if scripts or others:
            sentence = _sentence(scripts, others)
            found[id] = {"scripts": list(scripts), "others": others, "sentence": sentence}
    return found


def _other(visit: Visit, name: str, id: str, other: str) -> dict[str, Any]:
    return {"id": id, "name": other, "url": visit.links.page("actor", id), "strange": strangers(name, other)}


def _sentence(scripts: tuple[str, ...], others: list[dict[str, Any]]) -> str:
    mixed = f"This name mixes {wording.listed(scripts)} letters." if scripts else ""
    like = "It is not the name that it looks like." if others else ""
    return f"{mixed} {like}".strip()
