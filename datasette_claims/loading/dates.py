"""ISO 8601 dates with partial precision, checked and widened."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class DateError(ValueError):
    """Not a date; ``wrong`` says why and ``remedy`` what to write."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(f"{wrong}: {remedy}")


def check_date(text: str) -> str:
    """The text itself if it is a year, a month or a day of the years 0001-9999. Raises DateError."""
    first_day(text)
    return text


def first_day(text: str) -> str:
    """The first day of a year, a month or a day: ``2019-05`` -> ``2019-05-01``. Raises DateError."""
    year, month, day = _parts(text)
    return f"{year:04}-{month or 1:02}-{day or 1:02}"


def last_day(text: str) -> str:
    """The last day of a year, a month or a day: ``2019-02`` -> ``2019-02-28``. Raises DateError."""
    year, month, day = _parts(text)
    return f"{year:04}-{month or 12:02}-{day or monthrange(year, month or 12)[1]:02}"


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise DateError("not an ISO date", "write 2019, 2019-05 or 2019-05-16")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year == 0:
        raise DateError("there is no year 0", "write a year from 0001 to 9999")
    if month is not None and not 1 <= month <= 12:
        raise DateError(f"there is no month {month}", "write a month from 01 to 12, as in 2019-05-16")
    if day is not None:
        assert month is not None
        try:
            date(year, month, day)
        except ValueError:
            last = monthrange(year, month)[1]
            raise DateError("there is no such day", f"that month has the days 01 to {last}") from None
    return year, month, day
