"""What was counted for a selection of stances and is kept with its index, until anybody writes.

What is kept knows no viewer and no name: ask the gate before every use.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..comparison import Selection

MOST = 64
"""Entries of one kind; when there are more, all of them are forgotten."""


def recall(selection: Selection, kind: str, key: Hashable) -> Any:
    """What ``keep`` was given for the selection, the kind and the key; else None."""
    return selection.index.remembered.get(kind, {}).get((selection.filters, key)) if _can_keep(selection) else None


def keep(selection: Selection, kind: str, key: Hashable, value: Any) -> None:
    """Keep a value with the index. Of a search or of what only one viewer may see, nothing is kept."""
    if not _can_keep(selection):
        return
    known = selection.index.remembered.setdefault(kind, {})
    if len(known) >= MOST:
        known.clear()
    known[selection.filters, key] = value


def _can_keep(selection: Selection) -> bool:
    return selection.visible is None and selection.found is None
