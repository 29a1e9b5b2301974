"""A claim's or an actor's stances over time, drawn: support above the line, dispute below, the rest on it.

Few stances are drawn one by one, each a link; many are counted by month, quarter or year. Stances without a date stand
beside the drawing as a number: nothing is left out silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markupsafe import Markup, escape

from ..schema.vocabulary import STANCE
from . import svg
from .marks import GLYPHS
from .wording import count, full_date, full_dates

WIDTH = 720.0
LEFT, RIGHT = 92.0, 16.0
LANES = ("supports", "between", "disputes")
LANE_LABELS = {"supports": "Supports", "between": "Other", "disputes": "Disputes"}
SINGLE = 150
"""Up to so many dated stances are drawn one by one."""
STEP = 15.0
"""Height of one stance in a stack."""
MOST_STACKED = 8


@dataclass(frozen=True)
class Point:
    """One stance: ISO dates (None: not stated), the words stance and basis, what a reader is told, where it leads."""

    start: str | None
    end: str | None
    stance: str
    basis: str
    label: str
    href: str | None = None


@dataclass(frozen=True)
class Timeline:
    """The drawing (None where no stance has a date) and the number of stances that have none."""

    drawing: Markup | None
    dated: int
    undated: int


@dataclass(frozen=True)
class Tally:
    """Stances counted: ``months`` by the number of the month and the lane, ``stances`` by word, of those with a date.
    ``days``: the first and the last at which one stands; ``printed``: their earliest and latest ISO date."""

    months: Mapping[tuple[int, str], int]
    stances: Mapping[str, int]
    days: tuple[date, date]
    printed: tuple[str, str]
    undated: int

    @property
    def dated(self) -> int:
        """How many have a date."""
        return sum(self.stances.values())


def timeline(points: Sequence[Point], title: str, *, standalone: bool = False) -> Timeline:
    """Draw stances over time. The order of the points does not matter; equal points give equal bytes."""
    placed = sorted(((day, p) for p in points if (day := _day(p)) is not None), key=_order)
    if not placed:
        return Timeline(None, 0, len(points))
    days, dated = [day for day, _ in placed], [point for _, point in placed]
    tally = _tally(days, dated, len(points) - len(dated))
    if len(dated) > SINGLE:
        return by_month(tally, title, standalone=standalone)
    scale = _Scale(*tally.days)
    return _drawn(_singly(days, dated, scale), scale, tally, title, standalone)


def by_month(tally: Tally, title: str, *, standalone: bool = False) -> Timeline:
    """Draw stances that were counted by month; over a long time, by quarter or year."""
    scale = _Scale(*tally.days)
    return _drawn(_bars(tally, scale), scale, tally, title, standalone)


def _drawn(
    made: tuple[list[Markup], float, float], scale: _Scale, tally: Tally, title: str, standalone: bool
) -> Timeline:
    body, above, below = made
    top, middle = 14.0, 14.0 + above + STEP
    height = middle + STEP + below + 34.0
    placed = svg.element("g", *body, transform=f"translate(0 {middle:.2f})")
    children = [*_axis(scale, middle, height), *_lanes(top, middle, height - 34.0), placed]
    drawing = svg.drawing(children, WIDTH, height, title, _told(tally), standalone=standalone)
    return Timeline(drawing, tally.dated, tally.undated)


def _tally(days: Sequence[date], dated: Sequence[Point], undated: int) -> Tally:
    """The points counted; they are in the order of their days."""
    return Tally(
        Counter((month_number(day), lane(point.stance)) for day, point in zip(days, dated, strict=True)),
        Counter(point.stance for point in dated),
        (days[0], days[-1]),
        (min(p.start or p.end or "" for p in dated), max(p.end or p.start or "" for p in dated)),
        undated,
    )


def _day(point: Point) -> date | None:
    """The day at which a stance stands: the middle of its interval. What is no day, which only a foreign program can
    have written, counts as none."""
    first, last = point.start or point.end, point.end or point.start
    if first is None or last is None:
        return None
    try:
        a, b = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return a + (b - a) / 2


def _order(placed: tuple[date, Point]) -> tuple[object, ...]:
    """By day, then by everything else, so that the order in which points are given does not matter."""
    day, point = placed
    return day, point.stance, point.basis, point.label, point.href or "", point.start or "", point.end or ""


def lane(stance: str) -> str:
    """Where a stance is drawn: one of ``LANES``."""
    return stance if stance in ("supports", "disputes") else "between"


class _Scale:
    """Days to horizontal places."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.span = max((last - first).days, 1)

    def x(self, day: date) -> float:
        inner = WIDTH - LEFT - RIGHT - 20.0
        share = (day - self.first).days / self.span if self.last > self.first else 0.5
        return LEFT + 10.0 + inner * share


def _singly(days: Sequence[date], points: Sequence[Point], scale: _Scale) -> tuple[list[Markup], float, float]:
    """Each stance as its glyph; those that would overlap are stacked away from the line."""
    drawn: list[Markup] = []
    taken: Counter[tuple[str, int]] = Counter()
    more: Counter[tuple[str, int]] = Counter()
    for day, point in zip(days, points, strict=True):
        on, column = lane(point.stance), round(scale.x(day) / STEP)
        level = taken[on, column]
        if (on == "between" and level) or level >= MOST_STACKED:
            more[on, column] += 1
            continue
        taken[on, column] += 1
        drawn.append(_glyph(point, column * STEP, _y(on, level)))
    drawn += [
        svg.text(f"+{number}", column * STEP + 6, _y(on, taken[on, column]), class_="claims-svg-quiet")
        for (on, column), number in sorted(more.items())
    ]
    return drawn, _extent(taken, "supports"), _extent(taken, "disputes")


def _y(lane: str, level: int) -> float:
    if lane == "between":
        return 4.0
    return -STEP * (level + 1) + 2 if lane == "supports" else STEP * (level + 1) + 8


def _extent(taken: Counter[tuple[str, int]], lane: str) -> float:
    return STEP * (max((n for (of, _), n in taken.items() if of == lane), default=1) + 1)


def _glyph(point: Point, x: float, y: float) -> Markup:
    """One stance; over a hundred of them, so written as it stands."""
    told = svg.told(f"{full_dates(point.start, point.end)}: {STANCE.term(point.stance).label}. {point.label}")
    sign = f'text-anchor="middle" class="claims-svg-{escape(point.stance)}">{escape(GLYPHS[point.stance])}</text>'
    outline = "" if point.basis in ("explicit", "vote") else ' class="claims-svg-weak"'
    place = f'x="{svg.number(x)}" y="{svg.number(y)}"'
    drawn = Markup(f"<g{outline}><title>{told}</title><text {place} {sign}</g>")
    return svg.link(point.href, drawn)


def _bars(tally: Tally, scale: _Scale) -> tuple[list[Markup], float, float]:
    """Counts of a time as bars: support upwards, dispute downwards, the rest as a tick on the line."""
    months = max(month_number(scale.last) - month_number(scale.first) + 1, 1)
    unit, a_month = _unit(months), (WIDTH - LEFT - RIGHT) / months
    counted: dict[tuple[int, str], int] = {}
    for (month, on), number in tally.months.items():
        key = month // unit, on
        counted[key] = counted.get(key, 0) + number
    tallest = max((n for (_, on), n in counted.items() if on != "between"), default=1)
    wide = max(min(a_month * unit - 1.0, 18.0), 1.0)
    places = {at: _place(at * unit, unit, scale, wide) for at in {at for at, _ in counted}}
    shapes = {shape: _shape(*shape, tallest) for shape in {(on, number) for (_, on), number in counted.items()}}
    drawn = [_bar(*places[at], *shapes[on, number]) for (at, on), number in sorted(counted.items())]
    return [Markup("".join(drawn))], 90.0, 90.0


def _place(month: int, unit: int, scale: _Scale, wide: float) -> tuple[str, str, str]:
    """(left edge, width, the time in words) of the bar of so many months. The first may begin before the axis: then it
    is drawn from there, and ends where the next one begins."""
    first = _first_day(month)
    x = max(scale.x(first), LEFT)
    after = scale.x(_first_day(month + unit)) if month + unit < _PAST_ALL else WIDTH - RIGHT
    return svg.number(x), svg.number(max(min(wide, after - x - 1.0), 1.0)), _period(first, unit)


_PAST_ALL = 10_000 * 12
"""The number of the month after the last that a date can have."""


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


NARROWEST = 6.0
"""A bar that is narrower can hardly be pointed at: then one stands for a quarter, or for a year."""


def _unit(months: int) -> int:
    """How many months a bar stands for, where so many are drawn."""
    fits = (unit for unit in (1, 3, 12) if (WIDTH - LEFT - RIGHT) * unit / months >= NARROWEST)
    return next(fits, 12)


def month_number(day: date) -> int:
    """The number of the month of a day, from the year 0."""
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=4096)
def _period(first: date, unit: int) -> str:
    """The time that a bar stands for, in words."""
    last = first.replace(month=first.month + unit - 1)
    begin, end = (full_date(month.isoformat()[:7]) for month in (first, last))
    if unit == 1:
        return begin
    return full_date(first.isoformat()[:4]) if unit == 12 else f"{begin} to {end}"


def _shape(on: str, number: int, tallest: int) -> tuple[str, str, str, str]:
    """(upper edge, height, style, number in words) of the bars of so many stances in a lane: many have the same."""
    height = 4.0 if on == "between" else max(78.0 * number / tallest, 1.0)
    y = -6.0 - height if on == "supports" else 6.0 if on == "disputes" else -2.0
    style = "neutral" if on == "between" else on
    return svg.number(y), svg.number(height), style, f"{LANE_LABELS[on]}, {count(number, 'stance')}"


def _bar(x: str, width: str, period: str, y: str, height: str, style: str, told: str) -> str:
    """One bar; of numbers and our own words alone, and hundreds of them, so written as it stands."""
    place = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return f'<rect {place} class="claims-svg-{style}"><title>{period}: {told}</title></rect>'


def _axis(scale: _Scale, middle: float, height: float) -> list[Markup]:
    """The line, and the first and last day in full."""
    baseline = height - 12.0
    line = svg.element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=middle, y2=middle, class_="claims-svg-line")
    first, last = full_date(scale.first.isoformat()), full_date(scale.last.isoformat())
    if scale.first == scale.last:
        return [line, svg.text(first, scale.x(scale.first), baseline, text_anchor="middle", class_="claims-svg-quiet")]
    return [
        line,
        svg.text(first, LEFT, baseline, class_="claims-svg-quiet"),
        svg.text(last, WIDTH - RIGHT, baseline, text_anchor="end", class_="claims-svg-quiet"),
    ]


def _lanes(top: float, middle: float, bottom: float) -> list[Markup]:
    places = {"supports": (top + middle) / 2, "between": middle + 4.0, "disputes": (middle + bottom) / 2 + 8.0}
    return [svg.text(LANE_LABELS[lane], 4.0, places[lane], class_="claims-svg-strong") for lane in LANES]


def _told(tally: Tally) -> str:
    """What the drawing shows, in words."""
    sides, undated = tally.stances, tally.undated
    parts = ", ".join(
        f"{number} {STANCE.term(word).label.lower()}" for word in STANCE.words if (number := sides.get(word, 0))
    )
    missing = f" {count(undated, 'stance')} without a date." if undated else ""
    return f"{full_dates(*tally.printed)}: {parts}.{missing}"
