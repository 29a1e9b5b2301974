"""A web page -> the text of its article with what the page says of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .document import Obtained
from .html_about import About, about
from .html_blocks import Block, Page, read_page
from .html_main import extent, is_aside, whole
from .lines import Line, laid_out
from .refusals import NotObtained
from .values import one_line, tag

LONG_ENOUGH = 200  # code points of a second reading
MOST_ELEMENTS = 10_000
DEEPEST = 200
"""Larger and deeper pages are read by our own rules alone: trafilatura walks through its tree again and again."""

CLOSED = "The page says that its text is not free to read: check that the whole article is here."
CUT = "A tag or comment of the page is never closed; what follows it was left out."


def read_html(html: str, source: str, *, fetched: str | None = None) -> Obtained:
    """The article of a page: one line a block, its captions, credits and the like as hints.

    ``fetched`` is the address it was fetched from, None for a page from a file. Raises NotObtained where the page has
    no text.
    """
    page = read_page(html)
    said = about(page, fetched)
    other = _second_reading(html, page, said)
    story = extent(page, [text for text in (other.body, said.body) if len(text) >= LONG_ENOUGH])
    first, last = whole(page, story)
    text, hints = laid_out(_lines(page.blocks, range(first, last), range(*story)))
    if not text:
        wrong = "the page has no text: it may be made by a script in the browser"
        raise NotObtained(source, wrong, "open it in a browser and paste the article's text")
    stated = [note for note, holds in ((CLOSED, said.closed), (CUT, page.cut)) if holds]
    return Obtained(
        text,
        source,
        title=said.title or other.title,
        byline=said.byline or other.byline,
        publisher=said.publisher or other.publisher,
        published_on=said.published_on,
        language=said.language,
        url=said.url,
        kind=said.kind,
        segments=hints,
        notes=(*stated, *_left_out(page, first, last)),
    )


def _left_out(page: Page, first: int, last: int) -> tuple[str, ...]:
    around = len(page.blocks) - (last - first)
    if not around:
        return ()
    lines = "one line" if around == 1 else f"{around:,} lines"
    return (f"Around the article the page has {lines} more (menus, links), which were left out.",)


def _lines(blocks: Sequence[Block], kept: range, story: range) -> Iterator[Line]:
    """The blocks as lines; only the first headline is one, and what is no part of the story is boilerplate."""
    headed = False
    for number in kept:
        block = blocks[number]
        kind = block.kind
        if kind is None and (number not in story or is_aside(block)):
            kind = "boilerplate"
        if kind == "headline":
            kind, headed = (None, True) if headed else (kind, True)
        yield Line(block.text, kind, near=block.near)


def _second_reading(html: str, page: Page, said: About) -> About:
    """What trafilatura makes of the page; nothing where it is not installed, or the page is not for it."""
    if page.elements > MOST_ELEMENTS or page.depth > DEEPEST or page.cut:
        return About()
    try:
        import trafilatura
    except ImportError:  # the extra [web] is not installed
        return About()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of its own attempts
    try:
        found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True)
    except Exception as error:
        # It raises whatever its parser and its date finder raise on broken pages; our own reading stands without it.
        logging.getLogger("datasette_claims").info("trafilatura cannot read the page: %r", error)
        return About()
    if found is None or isinstance(found, dict):
        return About()
    # Its date is left aside: where the page states none, it takes one from anywhere in the page.
    return replace(
        About(),
        title=one_line(found.title),
        byline=one_line(found.author),
        publisher=one_line(found.sitename),
        language=tag(found.language),
        body=found.text or "",
    )
