"""Which page of a long list a request asks for."""

from __future__ import annotations

from ..comparison import FilterError
from . import stances
from .compare_view import page_number
from .framework import Visit


def page_asked(visit: Visit) -> int:
    """The number of the page that ``_page`` asks for, from 1. Raises PageError 400 for what is none."""
    try:
        return page_number({"_page": visit.request.args.get("_page") or "1"}, "_page")
    except FilterError as error:
        raise stances.refused(visit, error) from error
