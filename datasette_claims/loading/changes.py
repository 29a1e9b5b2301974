"""What a change of one row is, and what it means that somebody else was quicker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Any


class StaleRow(Exception):
    """The row was changed, or removed, since the revision that the writer has seen; nothing was written."""

    def __init__(self, table: str, row: str, seen: int, current: int | None) -> None:
        self.table, self.row, self.seen, self.current = table, row, seen, current
        state = "is gone" if current is None else f"is now at revision {current}"
        super().__init__(f"{table} {row}: it {state}, the change was made against revision {seen}")


@dataclass(frozen=True)
class Change:
    """One row to insert, update or delete.

    ``values`` are stored values by column: all that are not default for an insert, those to change for an update.
    A country that is not among the values of a new statement or stance is derived. ``revision`` is the revision
    of the row that the writer has seen; a change against an older one is refused.
    """

    operation: str
    table: str
    row: str
    values: Mapping[str, Value] = field(default_factory=dict)
    revision: int | None = None
