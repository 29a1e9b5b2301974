"""Building SVG from data: elements with escaped attributes and text, and the parts that all drawings share.

A drawing inside a page takes its colours from ``static/claims.css``; one that is exported as a file carries the
same rules itself (``standalone``), light only, because an image does not know the page that it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup, escape

from .visible import named

Child = str | Markup
Attribute = str | int | float | None

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

STYLE = """
text{font-family:system-ui,sans-serif;font-size:12px;fill:#222}
.claims-svg-quiet{fill:#595959}
.claims-svg-strong{font-weight:600}
.claims-svg-line{stroke:#b8b8b8;fill:none}
.claims-svg-supports{fill:#0b5394;stroke:#0b5394}
.claims-svg-disputes{fill:#a84300;stroke:#a84300}
.claims-svg-mixed,.claims-svg-neutral,.claims-svg-queries,.claims-svg-declines{fill:#4d4d4d;stroke:#4d4d4d}
.claims-svg-light{fill:#fff}
.claims-svg-small{font-size:10.5px}
"""
"""Rules of a drawing that stands alone; ``static/claims.css`` has the same classes for both colour schemes."""


def element(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """One element. Attribute names are written with underscores (``class_``, ``text_anchor``); None leaves one out.

    Children that are Markup stay as they are, text is escaped; what nobody would see is named, and
    characters that XML cannot hold become U+FFFD.
    """
    # Plain strings joined once: a drawing has hundreds of elements, and Markup.format takes ten times as long.
    named = "".join([f' {_name(name)}="{_value(value)}"' for name, value in attributes.items() if value is not None])
    if not children:
        return Markup(f"<{tag}{named}/>")
    return Markup(f"<{tag}{named}>{''.join(map(_text, children))}</{tag}>")


def _text(child: Child) -> str:
    return child if isinstance(child, Markup) else told(child)


def told(text: str) -> Markup:
    """A text as it stands in a drawing: escaped, with what nobody would see named."""
    return escape(text if _is_plain(text) else named(_fit(text)))


def _value(value: Attribute) -> str:
    """An attribute's value, escaped; numbers have nothing to escape."""
    return number(value) if isinstance(value, float) else escape(number(value))


def _is_plain(text: str) -> bool:
    """Whether there is nothing in a text that nobody would see or that XML cannot hold, as in most."""
    return text.isascii() and text.isprintable()


def _fit(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


@lru_cache(maxsize=256)
def _name(name: str) -> str:
    """``class_`` -> ``class``, ``text_anchor`` -> ``text-anchor``, ``viewBox`` stays."""
    return name.rstrip("_").replace("_", "-")


def number(value: Attribute) -> str:
    """An attribute's value as it is written: coordinates with at most two decimals, so that the same data always gives
    the same bytes."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    text = str(value)
    return text if _is_plain(text) else _fit(text)


def drawing(
    children: Iterable[Child],
    width: float,
    height: float,
    title: str,
    description: str,
    *,
    standalone: bool = False,
    sized: bool = False,
) -> Markup:
    """The ``svg`` element: scales to its place (``sized``: has its own size), is read out with title and description.

    In a page it is a group, so that the links in it are reached; ``standalone`` makes it one image and adds the
    namespace, a size, a white ground and the style, for a file of its own.
    """
    shared: dict[str, Attribute] = {
        "viewBox": f"0 0 {number(float(width))} {number(float(height))}",
        "role": "img" if standalone else "group",
        "class_": "claims-svg",
    }
    told = (element("title", title), element("desc", description))
    if sized:
        shared |= {"width": float(width), "height": float(height)}
    if not standalone:
        return element("svg", *told, *children, **shared, aria_label=f"{title}. {description}")
    ground = element("rect", class_="claims-svg-light", width="100%", height="100%")
    size: dict[str, Attribute] = {"width": float(width), "height": float(height), "xmlns": "http://www.w3.org/2000/svg"}
    return element("svg", *told, element("style", Markup(STYLE)), ground, *children, **shared, **size)


def link(href: str | None, *children: Child) -> Markup:
    """The children as a link, or as a group where there is nothing to link to."""
    return element("a", *children, href=href) if href else element("g", *children)


def text(value: str, x: float, y: float, **attributes: Attribute) -> Markup:
    """A line of text whose baseline starts at (x, y)."""
    return element("text", value, x=float(x), y=float(y), **attributes)
