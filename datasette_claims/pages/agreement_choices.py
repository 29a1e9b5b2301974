"""What counts on the agreement page, as choices that can be seen and changed: the bases, and the other filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..comparison import Filters, Selection
from ..comparison.positions import DEFAULT_BASES
from ..schema.vocabulary import BASIS
from .compare_facets import Chip
from .filter_bar import filter_bar
from .framework import Visit


def counted_bases(filters: Filters) -> tuple[str, ...]:
    """The bases that count: those that pass the filters where these say anything of it, else explicit and vote."""
    conditions = filters.of("basis")
    if not conditions:
        return DEFAULT_BASES
    return tuple(
        word
        for word in BASIS.words
        if all((word in each.values) == (each.operator in ("exact", "in")) for each in conditions)
    )


@dataclass(frozen=True)
class Choice:
    """One basis: what it is called and means, whether it counts, and the URL of the view where that is turned round;
    None for the last one that counts, because nothing is left without it."""

    label: str
    meaning: str
    counts: bool
    href: str | None


def base_choices(filters: Filters, url: Callable[[Filters], str]) -> list[Choice]:
    """Every basis as a choice. ``url`` makes the address of the view with other filters."""
    counted = set(counted_bases(filters))
    made = []
    for word in BASIS.words:
        wanted, term = counted ^ {word}, BASIS.term(word)
        bare = filters.without("basis")
        changed = bare if wanted == set(DEFAULT_BASES) else bare.choose("basis", *wanted)
        made.append(Choice(term.label, term.meaning, word in counted, url(changed) if wanted else None))
    return made


async def other_chips(visit: Visit, selection: Selection, url: Callable[[Filters], str]) -> list[Chip]:
    """The filters but for the bases, as chips; ``query`` of each is the URL without it."""
    bar = await filter_bar(visit, selection, visit.links.page("agreement"))
    pairs = zip(bar.chips, selection.filters.chips(), strict=True)
    return [
        Chip(chip.label, chip.value, url(without))
        for chip, (condition, _, without) in pairs
        if condition is None or condition.column != "basis"
    ]
