"""How much one person and one request may do: changes a minute, lengths of values, parameters of an address."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..bounds import Bounds, setting
from ..loading.changes import Change
from ..loading.problems import LoadError, Problem
from .errors import PageError, bad_request

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

WHOLE = (("documents", "text"), ("annotations", "annotation"))
"""What holds a whole text or what a program sent, whose sizes have limits of their own."""


def too_many(seconds: float, bounds: Bounds) -> PageError:
    """429 (RFC 6585, section 4) with the seconds after which the next change is taken."""
    wait = max(1, math.ceil(seconds))
    error = PageError(
        429,
        f"These are more than {bounds.writes:,} changes in a minute, so this one was not made.",
        f"What you entered is kept. Send it again in {wait} second{'s' if wait > 1 else ''}, or have "
        f"{setting('writes')} raised.",
    )
    error.headers["retry-after"] = str(wait)
    return error


def check_lengths(changes: Iterable[Change], most: int) -> None:
    """Raises LoadError for every value that is longer than one value may be."""
    problems = [
        Problem(
            change.table,
            None,
            name,
            f"{value[:40]}…",
            f"it has {len(value):,} characters, and at most {most:,} are taken",
            f"shorten it, or have {setting('field_length')} raised",
            row=change.row,
        )
        for change in changes
        for name, value in change.values.items()
        if isinstance(value, str) and len(value) > most and (change.table, name) not in WHOLE
    ]
    if problems:
        raise LoadError(problems)


def check_parameters(request: Request, bounds: Bounds) -> None:
    """Raises PageError 400 for an address with too many or too long parameters, before anything is looked up."""
    query = request.query_string
    number = query.count("&") + 1 if query else 0
    if number > bounds.parameters:
        raise _too_long(
            f"The address has {number:,} parameters, and at most {bounds.parameters:,} are taken", "parameters"
        )
    given = request.args  # which Datasette reads from the address each time that it is asked for
    for name in given:
        for value in given.getlist(name):
            if len(name) + len(value) > bounds.parameter_length:
                sentence = (
                    f"{name[:40]}: this parameter has {len(value):,} characters, and at most "
                    f"{bounds.parameter_length:,} are taken"
                )
                raise _too_long(sentence, "parameter_length")


def _too_long(sentence: str, name: str) -> PageError:
    return bad_request(f"{sentence}.", f"Use fewer filters, or have {setting(name)} raised.")
