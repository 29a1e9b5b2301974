"""What one coder marked: one report of a statement, with its parts, its speaker and its stances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Span = tuple[int, int]
"""First code point and the one after the last, counted from 0."""

NO_STANCE = "none"
"""The value of a coder who marked the report but recorded no stance on a claim on which another coder did."""


@dataclass(frozen=True)
class Mark:
    """One mention as one coder marked it.

    ``parts``: part of the evidence -> its spans. ``extent`` is the span of the whole report, None where the coder gave
    none. ``speaker`` is the actor's id, or None; then ``speaker_label``, as printed, stands for the speaker.
    ``stances``: claim -> stance.
    """

    id: str
    coder: str
    extent: Span | None
    parts: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    speaker: str | None = None
    speaker_label: str | None = None
    report_type: str = "not_stated"
    country: str = "not_stated"
    stances: Mapping[str, str] = field(default_factory=dict)

    @property
    def spoken_by(self) -> str:
        """One value for the speaker: the actor's id, else the printed name in quotes, else “not_stated”."""
        if self.speaker:
            return self.speaker
        label = " ".join((self.speaker_label or "").split())
        return f"“{label}”" if label else "not_stated"

    @property
    def place(self) -> tuple[Span, ...]:
        """Where the mark stands for matching: its content, else its whole extent, else all of its parts."""
        if self.parts.get("content"):
            return merged(self.parts["content"])
        if self.extent is not None:
            return (self.extent,)
        return merged(span for spans in self.parts.values() for span in spans)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same code points as disjoint spans in text order."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def length(spans: Iterable[Span]) -> int:
    """How many code points disjoint spans hold."""
    return sum(end - start for start, end in spans)


def shared(one: Iterable[Span], other: Iterable[Span]) -> int:
    """How many code points two lists of disjoint spans have in common."""
    theirs = list(other)
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in one for begin, stop in theirs)
