"""Numbers, dates and lists as people write them. Pure functions on plain values."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(value: int) -> str:
    """1204 -> "1,204"."""
    return str(value) if -1000 < value < 1000 else f"{value:,}"


def in_words(value: int) -> str:
    """Up to twelve as a word, for running text: 4 -> "four", 0 -> "no", 1204 -> "1,204"."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else number(value)


def count(value: int, one: str, many: str | None = None, words: bool = False) -> str:
    """A number with its noun: (1, "claim") -> "1 claim", (3, "country", "countries", True) -> "three countries"."""
    noun = one if value == 1 else many or f"{one}s"
    return f"{in_words(value) if words else number(value)} {noun}"


def subject(value: int, verb_one: str, verb_many: str) -> str:
    """A number as the subject of a clause: (0, "supports", "support") -> "none supports", (2, …) -> "two support"."""
    return f"{in_words(value) if value else 'none'} {verb_one if value < 2 else verb_many}"


def sentence(text: str) -> str:
    """The text with a capital at its start, nothing else changed."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], last: str = "and") -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def shortened(text: str, length: int) -> str:
    """At most ``length`` code points, cut between words with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:.") + "…"


_MONTHS = tuple(calendar.month_name)
"""Taken once: ``calendar`` has the system make each name anew."""


@lru_cache(maxsize=8192)
def full_date(day: str | None) -> str:
    """A partial ISO date in full: "2019-05-16" -> "16 May 2019", "2019-05" -> "May 2019", "2019" -> "2019".

    What is not such a date comes back as it is; None gives "".
    """
    parts = (day or "").split("-")
    if len(day or "") > 10 or not all(part.isascii() and part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return day or ""
    numbers = [int(part) for part in parts]
    if len(parts) > 1 and not 1 <= numbers[1] <= 12:
        return day or ""
    names = [str(numbers[2])] if len(parts) == 3 else []
    names += [_MONTHS[numbers[1]]] if len(parts) > 1 else []
    return " ".join([*names, parts[0]])


def full_dates(start: str | None, end: str | None) -> str:
    """An interval of ISO dates in full: a day, a whole month or year, or "13–15 May 2019"; "" where unknown."""
    if not start or not end or start == end:
        return full_date(start or end)
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return f"{full_date(start)} – {full_date(end)}"
    if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return full_date(start[:7])
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return start[:4]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{full_date(end)}"
    return f"{full_date(start)} – {full_date(end)}"
