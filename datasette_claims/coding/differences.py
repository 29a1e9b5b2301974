"""Where coders differ: every disagreement, one row each, in text order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .layers import LAYERS
from .marks import NO_STANCE, Mark, merged
from .matching import Match

NOT_MARKED = "not marked"
"""What a coder says of a report that the coder did not mark."""


@dataclass(frozen=True)
class Difference:
    """One disagreement: on which layer, of which report (where it begins and ends, in code points), what each coder
    has (coder -> words; spans as “120–164”, several joined by commas), and the marks' ids (coder -> id).
    ``claim`` is there for a stance.
    """

    layer: str
    start: int
    end: int
    values: dict[str, str]
    marks: dict[str, str]
    claim: str | None = None


def differences(matches: Iterable[Match], coders: Sequence[str]) -> list[Difference]:
    """Every disagreement of the coders on these reports, in text order.

    A report that not all coders marked is one difference of the layer “mentions”; on the other layers the coders who
    marked it are compared.
    """
    return [difference for each in matches for difference in _of(each, coders)]


def _of(match: Match, coders: Sequence[str]) -> Iterator[Difference]:
    places = [span for mark in match.marks.values() for span in mark.place]
    start, end = min((a for a, _ in places), default=0), max((b for _, b in places), default=0)
    ids = {coder: mark.id for coder, mark in match.marks.items()}
    whole = {c: _spans(match.marks[c], "mentions") if c in match.marks else NOT_MARKED for c in coders}
    if len(set(whole.values())) > 1:
        yield Difference("mentions", start, end, whole, ids)
    if len(match.marks) < 2:
        return
    for layer in LAYERS[1:]:
        if layer.spans is not None:
            values = {c: _spans(mark, layer.name) for c, mark in match.marks.items()}
        elif layer.value is not None:
            values = {c: layer.value(mark) for c, mark in match.marks.items()}
        else:
            continue
        if len(set(values.values())) > 1:
            yield Difference(layer.name, start, end, values, ids)
    for claim in sorted({claim for mark in match.marks.values() for claim in mark.stances}):
        values = {c: mark.stances.get(claim, NO_STANCE) for c, mark in match.marks.items()}
        if len(set(values.values())) > 1:
            yield Difference("stance", start, end, values, ids, claim)


def _spans(mark: Mark, layer: str) -> str:
    """The spans of a layer as words; what only touches counts as one."""
    if layer == "mentions":
        spans = (mark.extent,) if mark.extent is not None else mark.place
    else:
        spans = merged(mark.parts.get(layer, ()))
    return ", ".join(f"{start}–{end}" for start, end in spans) or NOT_MARKED
