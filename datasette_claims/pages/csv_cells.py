"""Cells of CSV files that people open in a spreadsheet: text there must not become a formula.

A text that begins like one gets an apostrophe in front (OWASP, "CSV Injection"), and the pages that offer the file say
so. Programs that want the text as it is stored ask for it: ``_formulas=kept``. Data packages and the exchange formats,
which must give back every byte, always hold the stored text; ``docs/testing.md`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import bad_request
from .framework import Visit

PARAMETER = "_formulas"
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins; spreadsheets take the full-width forms as well."""


def cell_of(visit: Visit) -> Callable[[Any], Any]:
    """What each cell passes on its way into the file. Raises PageError 400 for an unknown ``_formulas``."""
    asked = visit.request.args.get(PARAMETER) or "guarded"
    if asked not in ("guarded", "kept"):
        raise bad_request(
            f"{PARAMETER} is “{asked[:80]}”.", "Give “kept” for the text as it is stored, or leave it out."
        )
    return guarded if asked == "guarded" else lambda value: value


def guarded(value: Any) -> Any:
    """A value as it may stand in a cell that a spreadsheet opens."""
    if isinstance(value, str) and value.lstrip(" \n").startswith(_RISKY):
        return f"'{value}"
    return value
