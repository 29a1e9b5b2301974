"""Who is mentioned in the documents on a claim but has no stance on it: told at once of a story in few documents, and
where it is asked for.

It takes every statement of every document on the claim. Under a claim with hundreds of stances nearly everybody is
mentioned somewhere, and a name in such a list says little; so there the page offers it as a link (``_silent=1``).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ..comparison import FilterError, Selection, counted
from ..comparison.queries import Silent, silent
from . import stances
from .framework import Visit
from .keeping import kept

AT_ONCE = 40
"""Up to so many stances of a claim it is told without being asked for."""
MOST = 5000
"""With more stances it is not told at all."""
NAMED = 60
"""How many names of each group stand on the page."""
PARAMETER = "_silent"


def is_asked(visit: Visit) -> bool:
    """Whether ``_silent=1`` is given. Raises PageError 400 for another value."""
    given = visit.request.args.get(PARAMETER) or ""
    if given not in ("", "1"):
        error = FilterError(PARAMETER, f"“{given[:80]}” means nothing", f"write {PARAMETER}=1, or leave it out", "1")
        raise stances.refused(visit, error)
    return given == "1"


async def silent_on(visit: Visit, own: Selection, id: str, asked: bool) -> dict[str, Any] | None:
    """{"count", "unheard": [{"id", "name", "speaks"}], "elsewhere": the same}; {"count": None} where it is only told
    when asked for; None where the viewer may not see what it is made from. Filters do not narrow it."""
    index = own.index
    code = index.dictionary("claim").code(id)
    whole = int(index.offsets[code + 1] - index.offsets[code])
    if not whole or whole > MOST or not await visit.sees("statements", "actors", "memberships", "documents"):
        return None
    if whole > AT_ONCE and not asked:
        return {"count": None, "unheard": [], "elsewhere": []}
    found = await _found(visit, own, id)
    listed = [{"id": each.actor, "name": each.name, "speaks": each.speaks} for each in found]
    return {
        "count": len(listed),
        "unheard": [each for each in listed if not each["speaks"]][:NAMED],
        "elsewhere": [each for each in listed if each["speaks"]][:NAMED],
    }


async def _found(visit: Visit, own: Selection, id: str) -> list[Silent]:
    """The list, kept with the index until anybody writes."""
    statuses = counted(own.filters)

    def read(conn: sqlite3.Connection) -> list[Silent]:
        return kept(own, (id, statuses), lambda: silent(conn, id, statuses), within="silent")

    found: list[Silent] = await visit.db.execute_fn(read)
    return found
