"""Which claims are narrower than which, through any number of steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import numpy as np

from .arrays import IntArray
from .as_of import Past


def narrower_pairs(conn: sqlite3.Connection, past: Past, codes: Mapping[str, int]) -> IntArray:
    """Pairs of claim codes (narrower, broader), int32 [k, 2], ascending; a claim is never narrower than itself.

    "A is narrower than B" and "B is broader than A" say the same. Claims without a code are left out.
    """
    rows = conn.execute("SELECT id, claim, relation, other_claim, revision FROM claim_relations").fetchall()
    said = [row[1:4] for row in rows if past.existed("claim_relations", row[0], row[4])]
    said += [(row["claim"], row["relation"], row["other_claim"]) for row in past.restored("claim_relations").values()]
    broader: dict[int, set[int]] = {}
    for claim, relation, other in said:
        pair = {"narrower_than": (claim, other), "broader_than": (other, claim)}.get(relation)
        if pair is not None and pair[0] in codes and pair[1] in codes:
            broader.setdefault(codes[pair[0]], set()).add(codes[pair[1]])
    pairs = sorted((narrow, wide) for narrow in broader for wide in _reached(narrow, broader))
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)


def _reached(start: int, steps: Mapping[int, set[int]]) -> set[int]:
    """Everything that can be reached from ``start``, without ``start`` itself."""
    found: set[int] = set()
    open_ends = [start]
    while open_ends:
        for other in steps.get(open_ends.pop(), ()):
            if other not in found:
                found.add(other)
                open_ends.append(other)
    return found - {start}
