"""What was counted on a stance index, kept with it: a view that is opened often is counted once.

An index never changes, and goes as soon as anybody has written; what is kept goes with it. It knows no viewer: what
depends on who asks is either not kept or has that in its key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from ..comparison import Selection

T = TypeVar("T")

MOST = 96
"""How many parts of views are kept for one index, as figures, HTML or JSON: each takes some 500 kB where 50 rows by 20
claims are full."""


def kept(selection: Selection, key: Hashable, make: Callable[[], T], within: str | None = None) -> T:
    """What ``make`` counts on these stances, from before where it was counted before; ``key`` says what it is and has
    the filters in it. A search, or stances of which some are hidden, are counted anew each time. ``within``: kept in a
    memory of that name, so that small things of many claims do not drive out the views of the comparison."""
    known = _memory(selection, within)
    return make() if known is None else _kept(known, key, make)


async def kept_of_rows(
    selection: Selection, key: Hashable, make: Callable[[], Awaitable[T]], within: str | None = None
) -> T:
    """As ``kept``, for what is read from the database. Which tables the viewer may see is in the key."""
    known = _memory(selection, within)
    if known is None:
        return await make()
    value: T | None = known.get(key)
    made = await make() if value is None else value
    return _kept(known, key, lambda: made)


def _memory(selection: Selection, within: str | None) -> dict[Any, Any] | None:
    if selection.visible is not None or selection.found is not None:
        return None
    known = selection.index.remembered
    if within is None:
        return known
    inner: dict[Any, Any] = _kept(known, within, dict)
    return inner


def _kept(known: dict[Any, Any], key: Hashable, make: Callable[[], T]) -> T:
    """The value of a key, made where it is not known; of too many the one that was asked for least lately goes."""
    value: T | None = known.pop(key, None)
    if value is None:
        value = make()
    known[key] = value
    while len(known) > MOST:
        # A list, because another thread may change the dictionary while an iterator stands in it.
        known.pop(list(known)[0], None)  # noqa: RUF015
    return value
