"""The countries with people on both sides of a claim, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from . import marks
from .escaping import safe
from .links import Links, encode
from .wording import count

Told = Mapping[str, Any]


def splits_told(links: Links, found: Told | None) -> Markup:
    """What ``claim_splits`` found, each country with who is on which side."""
    if not found:
        return Markup("")
    start, listed = links.page("actor"), found["countries"]
    more = ""
    if found["total"] > len(listed):
        shown = f"The first {len(listed)} of {count(found['total'], 'country', 'countries')} on both sides"
        more = f'<p class="claims-soft">{shown}: <a href="{safe(found["url"])}">all of them</a></p>'
    return Markup("\n".join([*(_country(start, split) for split in listed), more]))


def _country(start: str, split: Told) -> str:
    name, sides = safe(split["name"]), "; ".join([_side(start, side) for side in split["sides"]])
    officials = (
        "Those who speak for the country are themselves on both sides."
        if split["represents"]
        else "No two who speak for the country oppose each other."
    )
    return (
        f'<section class="claims-notice claims-flagged claims-divided" aria-label="{name} on both sides">\n'
        f"<p><b>{name} on both sides.</b> {sides}.</p>\n"
        f'<p class="claims-soft">{officials} <a href="{safe(split["url"])}">All of their words</a></p>\n</section>'
    )


def _side(start: str, side: Told) -> str:
    """Who is on a side, each with the basis on which that is known."""
    others = side["actors"] - len(side["voices"])
    more = f" and {count(others, 'other')}" if others else ""
    return f"{marks.stance(side['stance'])} {', '.join([_voice(start, voice) for voice in side['voices']])}{more}"


def _voice(start: str, voice: Told) -> str:
    url = safe(f"{start}/{encode(voice['actor'])}")
    return f'<a href="{url}">{safe(voice["name"])}</a> {marks.basis(voice["basis"])}'
