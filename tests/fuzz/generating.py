"""Inputs without atheris: the seeds of a target, changed, cut, joined and mixed with its words; the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from fuzz.target import Target

LARGEST = 2_000
"""Bytes of an input, so that many are tried."""


def inputs(target: Target, seed: int = 0) -> Iterator[bytes]:
    """Endless inputs, beginning with the seeds as they are."""
    chance = random.Random(f"{target.name} {seed}")
    pool = [*target.seeds, b""]
    yield from pool
    while True:
        made = _random(chance) if chance.random() < 0.3 else chance.choice(pool)
        for _ in range(chance.randint(1, 6)):
            made = chance.choice(_CHANGES)(made, target, chance)
        made = made[:LARGEST]
        if len(pool) < 200:
            pool.append(made)
        else:
            pool[chance.randrange(len(target.seeds), len(pool))] = made
        yield made


def _random(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((3, 10, 40, 200)))


def _place(made: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(made))
    return start, min(len(made), start + chance.choice((1, 1, 2, 5, 20)))


def _flip(made: bytes, target: Target, chance: random.Random) -> bytes:
    start, _ = _place(made, chance)
    return made[:start] + bytes([chance.randrange(256)]) + made[start + 1 :]


def _drop(made: bytes, target: Target, chance: random.Random) -> bytes:
    start, end = _place(made, chance)
    return made[:start] + made[end:]


def _repeat(made: bytes, target: Target, chance: random.Random) -> bytes:
    start, end = _place(made, chance)
    return made[:end] + made[start:end] * chance.choice((1, 2, 10)) + made[end:]


def _insert(made: bytes, target: Target, chance: random.Random) -> bytes:
    start, _ = _place(made, chance)
    word = chance.choice(target.words or ("0",)).encode("utf-8", "surrogatepass")
    return made[:start] + (word if chance.random() < 0.7 else _random(chance)) + made[start:]


def _join(made: bytes, target: Target, chance: random.Random) -> bytes:
    other = chance.choice(target.seeds or (b"",))
    start, end = _place(made, chance)
    return made[:start] + other[min(end, len(other)) :]


_CHANGES = (_flip, _drop, _repeat, _insert, _insert, _join)
