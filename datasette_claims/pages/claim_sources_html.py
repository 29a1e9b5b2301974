"""The five numbers of a side as HTML, each opening its list: hundreds of links, made as strings.

Everything that comes from data passes through ``markupsafe.escape``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from .wording import number

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

Side = Mapping[str, Any]


def five_numbers(side: Side) -> Markup:
    """The list of a side's numbers (see ``claim_sources``): the smallest marked, each with what is counted."""
    items = []
    for name, many in side["numbers"].items():
        css = ' class="claims-honest"' if name == side["smallest"] else ""
        inside = _opened(side, name, many) if side["lists"].get(name) else _alone(side, name, many)
        items.append(f"<li{css}>\n{inside}\n</li>")
    return Markup(f'<ul class="claims-five">\n{"".join(items)}\n</ul>')


def _line(side: Side, name: str, many: int, word: str, more: str = "") -> str:
    honest = word if name == side["smallest"] else ""
    return f'<span class="claims-five-line"><b>{number(many)}</b> {NOUNS[name]}{honest}{more}</span>'


def _opened(side: Side, name: str, many: int) -> str:
    """A number with its list."""
    listed = side["lists"][name]
    entries = "".join(f"<li>{_occasion(one) if name == 'occasions' else _link(one)}</li>" for one in listed)
    rest = ""
    if many > len(listed):
        table = f' <a href="{escape(side["table"])}">The stances in the table</a>' if side["table"] else ""
        rest = f'<p class="claims-soft">The first {len(listed)} of {number(many)}.{table}</p>'
    return f"<details><summary>{_line(side, name, many, _HONEST)}</summary>\n<ul>{entries}</ul>\n{rest}</details>"


def _alone(side: Side, name: str, many: int) -> str:
    """A number without a list: there is none, or it is too long to be made."""
    unstated = side["without_organization"] and name == "organizations"
    line = _line(side, name, many, _SMALLEST, ' <span class="claims-soft">not stated</span>' if unstated else "")
    if not side["table"] or side["lists"] or not many:
        return line
    return f'{line} <a href="{escape(side["table"])}" aria-label="{NOUNS[name]}: the stances in the table">table</a>'


def _occasion(one: Mapping[str, Any]) -> str:
    """An occasion with the statements that rest on it."""
    inside = "".join(f"<li>{_link(statement)}</li>" for statement in one["statements"])
    more = one["count"] - len(one["statements"])
    rest = f'<li class="claims-soft">and {number(more)} more</li>' if more > 0 else ""
    return f"{escape(one['name'])}<ul>{inside}{rest}</ul>"


def _link(one: Mapping[str, str]) -> str:
    return f'<a href="{escape(one["url"])}">{escape(one["name"])}</a>'
