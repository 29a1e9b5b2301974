"""Printed dates of news English -> intervals of days, relative to the day of publication.

"Wednesday" is the last one up to that day, "Oct. 9" the nearest one that is not far ahead of it, "earlier this
month" runs from the first of the month to the day before. What cannot be resolved is left out, never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from .drafts import DateInterval
from .lexicon import DATEWORD, DAY, NUMBER
from .lexicon import MONTH as MONTH_BIT
from .tokens import Tokens

WEEKDAYS = {n: i for i, n in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])}
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = (
    {name: i for i, name in enumerate(_MONTHS, 1)} | {name[:3]: i for i, name in enumerate(_MONTHS, 1)} | {"sept": 9}
)
NUMBERS = {
    w: i
    for i, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
NUMBERS |= {"a": 1, "an": 1}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.|Apr\.?|Jun\.|Jul\.|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
YEAR = r"(?:19|20)\d\d"
COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
WORDS_BEFORE = 3  # "earlier in the week"
AHEAD = 31  # days: "Oct. 9" in late September is next month, not last year

Interval = tuple[date, date, str, str]
PATTERN = re.compile(
    rf"\b(?:(?P<iso>{YEAR}-\d\d-\d\d)"
    rf"|(?P<mdy>{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s{YEAR})?(?![\d:]))"
    rf"|(?P<dmy>\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}(?:,?\s{YEAR})?)"
    rf"|(?P<my>(?:(?:early|late|mid-?|last|in|since|until|by|from|of|through|during)\s)?{MONTH},?\s{YEAR})"
    rf"|(?P<part>(?:earlier|later|late|early)\s(?:this|in\sthe)\s(?:week|month|year))"
    rf"|(?P<weekday>(?:(?:last|next|this|early|late|earlier)\s)?{WEEKDAY}(?:\s(?:last|next)\sweek)?)"
    rf"|(?P<period>(?:this|last|next|the\sprevious)\s(?:week|weekend|month|year|spring|summer|fall|autumn|winter))"
    rf"|(?P<ago>{COUNT}\s(?:day|week|month|year)s?\s(?:ago|earlier))"
    rf"|(?P<month>(?:in|since|last|early\s(?:in\s)?|late\s(?:in\s)?|mid-)\s?{MONTH}(?!\s\d))"
    rf"|(?P<year>(?:in|since|during|by)\s{YEAR}(?![\d-]))"
    rf"|(?P<near>today|tonight|yesterday|tomorrow))\b",
    re.IGNORECASE,
)

MAY_DATE = DAY | MONTH_BIT | DATEWORD | NUMBER


def find_dates(text: str, tokens: Tokens, published_on: date | None) -> tuple[DateInterval, ...]:
    """Printed dates outside quotation marks, in order; without ``published_on`` those that print their year."""
    found: list[DateInterval] = []
    for match in _matches(text, tokens):
        kind = match.lastgroup
        if kind is None:
            continue
        words = match.group().lower().replace(".", "").replace(",", "").split()
        try:
            interval = RESOLVERS[kind](words, published_on)
        except (ValueError, OverflowError):
            continue  # "Feb. 30" and years beyond the calendar are no dates
        if interval is not None:
            first, last, granularity, basis = interval
            found.append(DateInterval(match.start(), match.end(), match.group(), first, last, granularity, basis))
    return tuple(found)


def _matches(text: str, tokens: Tokens) -> Iterator[re.Match[str]]:
    """Matches around the words that can belong to a date; trying every position of the text is five times slower."""
    done = 0
    for i in [i for i, f in enumerate(tokens.flags) if f & MAY_DATE]:
        if not tokens.flags[i] & (DAY | MONTH_BIT | DATEWORD) and len(tokens.word[i]) < 4:
            continue  # a number that is no year
        for k in range(max(0, i - WORDS_BEFORE), i + 1):
            if tokens.begin[k] < done:
                continue
            match = PATTERN.match(text, tokens.begin[k])
            if match is not None:
                done = match.end()
                yield match
                break


def _day(day: date, basis: str) -> Interval:
    return day, day, "day", basis


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _iso(words: list[str], base: date | None) -> Interval | None:
    return _day(date.fromisoformat(words[0]), "stated")


def _month_day(words: list[str], base: date | None) -> Interval | None:
    return _calendar_day(MONTHS[words[0]], words[1], words[2] if len(words) > 2 else None, base)


def _day_month(words: list[str], base: date | None) -> Interval | None:
    return _calendar_day(MONTHS[words[1]], words[0], words[2] if len(words) > 2 else None, base)


def _calendar_day(month: int, day: str, year: str | None, base: date | None) -> Interval | None:
    number = int(re.sub(r"\D", "", day))
    if year is not None:
        return _day(date(int(year), month, number), "stated")
    if base is None:
        return None
    found = date(base.year, month, number)
    if (found - base).days > AHEAD:
        found = date(base.year - 1, month, number)
    elif (base - found).days > 365 - AHEAD:
        found = date(base.year + 1, month, number)
    return _day(found, "inferred")


def _month_year(words: list[str], base: date | None) -> Interval | None:
    return (*month_span(int(words[-1]), MONTHS[words[-2].removeprefix("mid-")]), "month", "stated")


def _part(words: list[str], base: date | None) -> Interval | None:
    """ "earlier this month": from its first day to the day before; "later this week": to its last day."""
    if base is None:
        return None
    unit = words[-1]
    first, last = _period_span(unit, base, 0)
    if words[0] in ("earlier", "early"):
        last = max(first, base - timedelta(1))
    else:
        first = min(last, base + timedelta(1)) if words[0] == "later" else first
    return first, last, unit, "resolved"


def _period_span(unit: str, base: date, offset: int) -> tuple[date, date]:
    if unit == "week":
        first = base - timedelta(base.weekday()) + timedelta(7 * offset)
        return first, first + timedelta(6)
    if unit == "month":
        year, month = divmod(base.year * 12 + base.month - 1 + offset, 12)
        return month_span(year, month + 1)
    return date(base.year + offset, 1, 1), date(base.year + offset, 12, 31)


def _weekday(words: list[str], base: date | None) -> Interval | None:
    if base is None:
        return None
    name = next(w for w in words if w in WEEKDAYS)
    back = (base.weekday() - WEEKDAYS[name]) % 7
    if words[-2:] == ["last", "week"]:
        return _day(base - timedelta(base.weekday() + 7 - WEEKDAYS[name]), "resolved")
    if words[-2:] == ["next", "week"]:
        return _day(base + timedelta(7 - base.weekday() + WEEKDAYS[name]), "resolved")
    if words[0] == "next":
        return _day(base + timedelta((7 - back) % 7 or 7), "resolved")
    if words[0] == "last":
        return _day(base - timedelta(back or 7), "resolved")
    return _day(base - timedelta(back), "resolved")


def _period(words: list[str], base: date | None) -> Interval | None:
    if base is None:
        return None
    offset = {"this": 0, "next": 1}.get(words[0], -1)
    unit = words[-1]
    if unit in SEASONS:
        return _season(unit, base, offset)
    if unit == "weekend":
        saturday = base - timedelta(base.weekday() - 5)
        if base.weekday() < 5 and offset <= 0:
            saturday -= timedelta(7)
        elif offset:
            saturday += timedelta(7 * offset if base.weekday() >= 5 else 0)
        return saturday, saturday + timedelta(1), "weekend", "resolved"
    first, last = _period_span(unit, base, offset)
    if offset == 0:
        last = min(last, base)
    return first, last, unit, "resolved"


def _season(name: str, base: date, offset: int) -> Interval:
    first, last = SEASONS[name]
    year = base.year + (1 if offset > 0 and base.month > last else 0)
    if (offset < 0 and first >= base.month) or (offset < 0 and first <= base.month <= last):
        year -= 1
    return date(year, first, 1), month_span(year + (last < first), last)[1], "season", "resolved"


def _ago(words: list[str], base: date | None) -> Interval | None:
    if base is None:
        return None
    count = NUMBERS.get(words[0]) if not words[0].isdigit() else int(words[0])
    if count is None:
        return None
    unit = words[1].rstrip("s")
    if unit == "day":
        return _day(base - timedelta(count), "resolved")
    first, last = _period_span(unit, base, -count)
    return first, last, unit, "resolved"


def _month(words: list[str], base: date | None) -> Interval | None:
    if base is None:
        return None
    month = MONTHS[words[-1].removeprefix("mid-")]
    year = base.year - (month > base.month or (words[0] == "last" and month == base.month))
    return (*month_span(year, month), "month", "inferred")


def _year(words: list[str], base: date | None) -> Interval | None:
    return date(int(words[-1]), 1, 1), date(int(words[-1]), 12, 31), "year", "stated"


def _near(words: list[str], base: date | None) -> Interval | None:
    if base is None:
        return None
    return _day(base + timedelta({"yesterday": -1, "tomorrow": 1}.get(words[0], 0)), "resolved")


RESOLVERS: dict[str, Callable[[list[str], date | None], Interval | None]] = {
    "iso": _iso,
    "mdy": _month_day,
    "dmy": _day_month,
    "my": _month_year,
    "part": _part,
    "weekday": _weekday,
    "period": _period,
    "ago": _ago,
    "month": _month,
    "year": _year,
    "near": _near,
}
