"""The shape of a report while the rules still work on it."""

from __future__ import annotations

from dataclasses import dataclass

from .lexicon import Cue
from .phrases import Range
from .tokens import Sentence

Span = tuple[int, int]


@dataclass(slots=True)
class Attribution:
    """A report under construction; spans are code points. ``frame`` says how the content hangs on the cue."""

    contents: list[Span]
    source: Span | None
    cue: Span | None
    entry: Cue | None = None
    frame: str = ""
    voice: str = "finite"
    tense: str = ""
    negated: bool = False
    guessed: bool = False
    head: int = -1
    sentence: Sentence | None = None
    asks_for_action: bool = False


@dataclass(slots=True)
class Clause:
    """Where the reader of a sentence stands: the left border of the current clause and its last subject."""

    low: int
    subject: Range | None = None
