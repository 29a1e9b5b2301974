"""How much one request may ask for: every limit with its default, and the sentence with which it is refused.

``limits:`` below ``plugins: datasette-claims:`` sets them; ``docs/limits.md`` tells of them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

WHAT = {
    "parameters": "a number of query parameters of one address, such as 20000",
    "parameter_length": "a number of characters of one query parameter, such as 100000",
    "fields": "a number of fields of one form, such as 1000",
    "field_length": "a number of characters of one value that is written, such as 50000",
    "body": "a number of bytes of one form or JSON body, such as 2000000",
    "writes": "a number of changes a minute that one person makes, such as 600",
    "lock_wait": "a number of seconds that a change waits for another program, such as 20",
    "work_seconds": "a number of seconds that one export or extraction may take, such as 60",
    "sql_value": "a number of bytes of one value in SQL, such as 20000000",
    "sql_memory": "a number of bytes that all of SQLite takes from memory, such as 64000000",
    "sql_result": "a number of bytes that one query returns, such as 20000000",
}
"""Every setting and what its value is."""

MOST = 2**31 - 1
"""The highest value of any of them: that of SQLite's own limits."""


@dataclass(frozen=True)
class Bounds:
    """The limits of a site; see ``WHAT``. Lengths are in code points, sizes in bytes, times in seconds."""

    parameters: int = 20_000
    parameter_length: int = 100_000
    fields: int = 1_000
    field_length: int = 50_000
    body: int = 2_000_000
    writes: int = 600
    lock_wait: float = 20
    work_seconds: float = 60
    sql_value: int = 20_000_000
    sql_result: int = 20_000_000
    sql_memory: int | None = None


WHOLE = {each.name for each in fields(Bounds) if each.name not in ("lock_wait", "work_seconds")}
"""Those that are whole numbers."""


def read(given: Mapping[str, Any]) -> Bounds:
    """The limits with what is given in place of the defaults.

    Raises ValueError with the name, the value and what to do as its three arguments.
    """
    for name, value in given.items():
        if name not in WHAT:
            raise ValueError(name, value, f"there is no such limit; they are: {', '.join(WHAT)}")
        kind = int if name in WHOLE else (int, float)
        if isinstance(value, bool) or not isinstance(value, kind) or not 0 < value <= MOST:
            raise ValueError(name, value, f"give {WHAT[name]}")
    return Bounds(**given)


def setting(name: str) -> str:
    """How a message names the setting of a limit."""
    return f"the setting limits: {name} of datasette-claims"


KEPT = 10_000
"""So many people are remembered; those whose allowance is whole again are forgotten first."""


@dataclass
class Allowance:
    """A token bucket for each person: a minute's worth can be spent at once and comes back evenly.

    ``spent`` has for each name how many changes are used up, and when that was reckoned (``time.monotonic()``).
    """

    spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str, a_minute: int, now: float | None = None) -> float:
        """Use up one change. Returns 0, or the seconds after which there is one again; then nothing was used."""
        now = time.monotonic() if now is None else now
        used, since = self.spent.get(name, (0.0, now))
        used = max(0.0, used - (now - since) * a_minute / 60)
        if used + 1 > a_minute:
            return (used + 1 - a_minute) * 60 / a_minute
        self.spent.pop(name, None)
        self.spent[name] = (used + 1, now)
        if len(self.spent) > KEPT:
            del self.spent[next(iter(self.spent))]
        return 0
