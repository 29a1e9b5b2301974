"""What was counted on a stance index, kept with it: a view that is opened often is counted once.

An index never changes, and goes as soon as anybody has written; what is kept goes with it. It knows no viewer: what
depends on who asks is either not kept or has that in its key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
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
    if selection.visible is not None or selection.found is not None:
        return make()
    known = selection.index.remembered
    if within is not None:
        inner: dict[Any, Any] = _kept(known, within, dict)
        known = inner
    return _kept(known, key, make)


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
