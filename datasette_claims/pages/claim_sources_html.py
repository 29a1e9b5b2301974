"""The five numbers of a side as HTML, each opening its list: hundreds of links, made as strings.

Everything that comes from data passes through ``safe``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from .escaping import safe
from .wording import count, full_date, number

NOUNS = {
    "documents": "Documents",
    "statements": "Statements",
    "speakers": "Speakers",
    "organizations": "Organizations",
    "occasions": "Independent occasions",
}
_HONEST = (
    ' <span class="claims-honest-word" title="The smallest of the five: as many reports as there are, they rest on '
    'no more than this.">the honest number</span>'
)
_SMALLEST = ' <span class="claims-honest-word">the honest number</span>'

REPORTS = 3
"""How many of several first reports are named."""

Side = Mapping[str, Any]


def five_numbers(side: Side) -> Markup:
    """The list of a side's numbers (see ``claim_sources``): the smallest marked, each with what is counted."""
    items = []
    for name, many in side["numbers"].items():
        css = ' class="claims-honest"' if name == side["smallest"] else ""
        inside = _opened(side, name, many) if side["lists"].get(name) else _alone(side, name, many)
        items.append(f"<li{css}>\n{inside}\n</li>")
    return Markup(f'<ul class="claims-five">\n{"".join(items)}\n</ul>')


def told_of(side: Side) -> Markup:
    """What is known of the sources of a side beside the numbers: who is unnamed, the first report, over which time."""
    if not side["spread"]:
        return Markup("")
    parts = [*_known(side), *_first_report(side), *_time(side["spread"])]
    return Markup(f'<p class="claims-soft">{" ".join(parts)}</p>')


def _known(side: Side) -> Iterator[str]:
    unnamed, own = side["unnamed"], side["own_reporting"]
    if unnamed["whole"]:
        yield f"Unnamed: {number(unnamed['part'])} of {count(unnamed['whole'], 'statement')}."
        yield f"Own reporting: {number(own['part'])} of {number(own['whole'])}."
    if side["without_organization"]:
        yield f"{count(side['without_organization'], 'speaker')} without a stated organization."


def _first_report(side: Side) -> Iterator[str]:
    reports, many = side["first_reports"][:REPORTS], side["first_report_count"]
    if reports:
        more = f" and {number(many - REPORTS)} more" if many > REPORTS else ""
        listed = ", ".join(map(_link, reports))
        end = "" if not more and reports[-1]["name"].endswith((".", "?", "!", "…")) else "."
        yield f"First report{'s' if many > 1 else ''}, {safe(full_date(side['spread']['first']))}: {listed}{more}{end}"


def _time(spread: Mapping[str, Any]) -> Iterator[str]:
    days, last = spread["days"], safe(full_date(spread["last"]))
    if days:
        yield f"Over {count(days + 1, 'day')}, to {last}."
    elif days == 0:
        yield "All on one day."
    elif spread["last"] and spread["last"] != spread["first"]:
        yield f"Last on {last}."


def _line(side: Side, name: str, many: int, word: str, more: str = "") -> str:
    honest = word if name == side["smallest"] else ""
    return f'<span class="claims-five-line"><b>{number(many)}</b> {NOUNS[name]}{honest}{more}</span>'


def _opened(side: Side, name: str, many: int) -> str:
    """A number with its list."""
    listed = side["lists"][name]
    entries = "".join(f"<li>{_occasion(one) if name == 'occasions' else _link(one)}</li>" for one in listed)
    rest = ""
    if many > len(listed):
        table = f' <a href="{safe(side["table"])}">The stances in the table</a>' if side["table"] else ""
        rest = f'<p class="claims-soft">The first {len(listed)} of {number(many)}.{table}</p>'
    return f"<details><summary>{_line(side, name, many, _HONEST)}</summary>\n<ul>{entries}</ul>\n{rest}</details>"


def _alone(side: Side, name: str, many: int) -> str:
    """A number without a list: there is none, or it is too long to be made."""
    unstated = side["without_organization"] and name == "organizations"
    line = _line(side, name, many, _SMALLEST, ' <span class="claims-soft">not stated</span>' if unstated else "")
    if not side["table"] or side["lists"] or not many:
        return line
    return f'{line} <a href="{safe(side["table"])}" aria-label="{NOUNS[name]}: the stances in the table">table</a>'


def _occasion(one: Mapping[str, Any]) -> str:
    """An occasion with the statements that rest on it."""
    inside = "".join(f"<li>{_link(statement)}</li>" for statement in one["statements"])
    more = one["count"] - len(one["statements"])
    rest = f'<li class="claims-soft">and {number(more)} more</li>' if more > 0 else ""
    return f"{safe(one['name'])}<ul>{inside}{rest}</ul>"


def _link(one: Mapping[str, str]) -> str:
    return f'<a href="{safe(one["url"])}">{safe(one["name"])}</a>'
