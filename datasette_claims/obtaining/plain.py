"""Plain text as it is; Markdown as the text that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from .document import Obtained
from .html_blocks import read_page
from .lines import Line, laid_out
from .refusals import NotObtained
from .values import day, one_line, tag, web_address

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.{0,8000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
DEEPEST = 100
"""Levels of quotation and list in Markdown; deeper ones would be lost, so they are refused."""

LARGEST = 1_000_000
"""Code points of Markdown: at its worst it takes 40 seconds for so many."""

BREAK = re.compile(r"<br\b", re.IGNORECASE)
BREAKS = {"softbreak": " ", "hardbreak": "\n"}
FIELDS = {
    # what front matter calls it: our name
    "title": "title",
    "author": "byline",
    "authors": "byline",
    "byline": "byline",
    "date": "published_on",
    "published": "published_on",
    "publisher": "publisher",
    "site": "publisher",
    "source": "url",
    "url": "url",
    "canonical_url": "url",
    "language": "language",
    "lang": "language",
}


def read_plain(text: str, source: str) -> Obtained:
    """A text as it is. Its headline and captions are found by the rules of the extraction."""
    return Obtained(text, source)


def read_markdown(text: str, source: str) -> Obtained:
    """The text for which Markdown (CommonMark) stands, a line a block: marks and addresses of links are left out,
    headings, captions and alternative texts become hints. Front matter in YAML gives title, author, date and so on.
    Raises NotObtained where it is too long or nested too deeply to be Markdown.
    """
    from markdown_it import MarkdownIt  # only now: few texts are Markdown, and every start of a server imports this

    fields, body = _front_matter(text)
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST, "html": True})
    if len(body) > LARGEST:
        raise NotObtained(source, f"this is longer than {LARGEST:,} characters of Markdown", "give it as plain text")
    tokens = parser.parse(body)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        raise NotObtained(source, f"quotations or lists are nested more than {DEEPEST} deep", "give it as plain text")
    lines = list(_lines(tokens))
    stored, hints = laid_out(lines)
    title = fields.get("title") or next((line.text for line in lines if line.kind == "headline"), None)
    notes = () if stored else ("The Markdown holds no text.",)
    return Obtained(
        stored,
        source,
        title=title,
        byline=fields.get("byline"),
        publisher=fields.get("publisher"),
        published_on=day(fields.get("published_on")),
        language=tag(fields.get("language")),
        url=web_address(fields.get("url")),
        segments=hints,
        notes=notes,
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the front matter says, by our names, and the rest. Without front matter: nothing, and all of the text."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        given = yaml.safe_load(match["yaml"])
    except yaml.YAMLError:
        return {}, text
    if not isinstance(given, dict):
        return {}, text
    found: dict[str, str] = {}
    for name, value in given.items():
        ours, told = FIELDS.get(str(name).lower()), _told(value)
        if ours and told:
            found.setdefault(ours, told)
    return found, text[match.end() :]


def _told(value: Any) -> str | None:
    """A scalar, or a list of scalars, as one line."""
    items = value if isinstance(value, list) else [value]
    texts = [str(item) for item in items if isinstance(item, (str, int, float, date))]
    return one_line("; ".join(texts))


def _lines(tokens: list[Token]) -> Iterator[Line]:
    """Each block of text as a line; the first heading of the first level is the headline."""
    headed, heading = False, ""
    for token in tokens:
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "heading_close":
            heading = ""
        elif token.type == "html_block":
            yield from (Line(block.text, block.kind, block.near) for block in read_page(token.content).blocks)
        elif token.type in ("fence", "code_block"):
            yield from (Line(line) for line in token.content.split("\n"))
        elif token.type == "inline":
            kind = "headline" if heading == "h1" and not headed else None
            headed = headed or kind == "headline"
            yield from _inline(token.children or [], kind)


def _inline(children: list[Token], kind: str | None) -> Iterator[Line]:
    """The words of one block; a picture's alternative text is a line of its own, and what follows it stays near."""
    words: list[str] = []
    near = False
    for child in children:
        if child.type == "image":
            yield from _broken("".join(words), kind, near)
            yield Line(child.content, "alt_text")
            words, near = [], True
        elif child.type == "html_inline":
            words.append("\n" if BREAK.match(child.content) else "")
        else:
            words.append(BREAKS.get(child.type, child.content))
    yield from _broken("".join(words), kind, near)


def _broken(words: str, kind: str | None, near: bool) -> Iterator[Line]:
    for number, line in enumerate(words.split("\n")):
        yield Line(line, kind, near or number > 0)
