"""How far a long command is: how much is done, how fast, how long it will take; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TERMINAL = 0.2
"""Seconds between two states of the line on a terminal."""

LOGGED = 30.0
"""Seconds between two lines where nobody watches, as in a log file."""

Clock = Callable[[], float]


@dataclass
class Progress:
    """Counts ``noun`` and, as a measure of how much is left, parts of ``total`` (bytes, rows).

    On a terminal one line is kept up to date; elsewhere a line is written every half minute.
    """

    noun: str
    total: int
    clock: Clock = time.monotonic
    done: int = 0
    parts: int = 0
    _began: float = field(default=0.0, init=False)
    _told: float = field(default=0.0, init=False)
    _shown: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._began = self._told = self.clock()

    def count(self, number: int) -> None:
        """So many more are done."""
        self.done += number
        self._tell()

    def part(self, number: int) -> None:
        """So much more of the total is behind us."""
        self.parts = min(self.parts + number, self.total)
        self._tell()

    def line(self) -> str:
        """The state in words: 1,250 articles, 14.2 a second, 31 % done, about 12 min left."""
        seconds = self.clock() - self._began
        rate = self.done / seconds if seconds else 0.0
        shown = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
        said = f"{self.done:,} {self.noun}, {shown} a second"
        if not self.total or not self.parts:
            return said
        share = self.parts / self.total
        return f"{said}, {share:.0%} done, about {duration(seconds / share * (1 - share))} left"

    def _tell(self) -> None:
        terminal = sys.stderr.isatty()
        now = self.clock()
        if now - self._told < (TERMINAL if terminal else LOGGED):
            return
        self._told, self._shown = now, terminal
        print(f"\r\x1b[K{self.line()}" if terminal else self.line(), end="" if terminal else "\n", file=sys.stderr)
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line off a terminal."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr)
            sys.stderr.flush()
            self._shown = False


def duration(seconds: float) -> str:
    """A time in the unit that says enough: 40 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
