"""A web page -> its blocks of text in reading order, and what its markup says of each.

One pass with the standard library's parser. The time is linear in the length of the page, however deep, unbalanced
or long-winded its markup is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

FEED = 1 << 20
"""Characters that are given to the parser at once."""

LONGEST_TAG = 1 << 14
"""Characters of a tag or comment that is never closed, after which the rest of the page is left out: Python's parser
looks through it again from every "<" in it."""


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


UNSEEN = names(
    "script style template noscript svg iframe object embed audio video canvas select button textarea nav dialog map "
    "datalist title"
)
"""Elements whose content is no text of the page, or is a menu."""

BLOCKS = names(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody tfoot thead tr ul"
)
VOID = names("area base br col embed hr img input link meta param source track wbr")
SPACED = frozenset({"td", "th", "img"})
CLOSED_BY = {"p": BLOCKS, "li": {"li"}, "tr": {"tr"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}}
"""End tags that authors may leave out: the open element -> the elements that end it (HTML, section 13.1.2.4)."""

CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("credit_word", re.compile(r"(?:^|[-_])(?:credit|copyright|photographer|agency|source)s?(?:[-_]|$)")),
    ("caption", re.compile(r"(?:^|[-_])(?:fig)?captions?(?:[-_]|$)")),
    ("standfirst", re.compile(r"(?:^|[-_])(?:standfirst|dek|sub-?headline|sub-?title|strapline)(?:[-_]|$)")),
    ("credit", re.compile(r"(?:^|[-_])(?:by-?line|authors?)(?:[-_]|$)")),
    (
        "boilerplate",
        re.compile(
            r"(?:^|[-_])(?:related|newsletter|promo|advert(?:isement)?|ads?|share|sharing|social|recommend(?:ed|ations)?"
            r"|subscribe|subscription|sign-?up|cookies?|tags|breadcrumbs?|most-?read|trending|outbrain|taboola"
            r"|comments?|read-?more|footer|sidebar)(?:[-_]|$)"
        ),
    ),
)
"""What a class name tells of an element; the parts of names are divided by hyphens and underscores."""

LONGEST_CLASS = 200
MOST_WITHIN = 12
"""Article elements within each other that are told apart; each block names all that it stands in."""


@dataclass(slots=True)
class Block:
    """A line of the page. ``kind`` is what the markup calls it, ``linked`` how many code points stand in links.

    ``near``: it follows a line break, not a new block. ``within`` are the numbers of the main, article and
    articleBody elements around it, from the outside in.
    """

    text: str
    kind: str | None
    linked: int
    near: bool
    within: tuple[int, ...]


@dataclass(slots=True)
class _Element:
    tag: str
    kind: str | None
    unseen: bool = False
    container: bool = False
    figure: bool = False
    link: bool = False


@dataclass(slots=True)
class Page:
    """What the parser found: the blocks, ``containers`` (number -> article, main or body), the content of meta and
    link elements, the JSON-LD scripts, the title, the declared language, how deep and how many the elements are."""

    blocks: list[Block] = field(default_factory=list)
    containers: dict[int, str] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    title: str = ""
    language: str | None = None
    depth: int = 0
    elements: int = 0
    cut: bool = False


def read_page(html: str) -> Page:
    """The blocks of a page. Nothing raises: what is no HTML is text."""
    closed = html.rfind("-->") + 1
    html = html[:closed] + html[closed:].replace("<!--", "")  # each would be looked for its end through the whole rest
    parser = _Parser()
    for at in range(0, len(html), FEED):
        parser.feed(html[at : at + FEED])
        if len(parser.rawdata) > LONGEST_TAG + FEED:  # an unclosed tag or comment: looked through again each time
            parser.page.cut = True
            parser.rawdata = ""
            break
    if len(parser.rawdata) > LONGEST_TAG:
        parser.page.cut = True
        parser.rawdata = ""
    parser.close()
    parser.end_block(near=False)
    return parser.page


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[_Element] = []
        self._counts: Counter[str] = Counter()
        self._unseen = 0
        self._links = 0
        self._figures = 0
        self._within: list[int] = []
        self._kinds: list[str] = []
        self._words: list[str] = []
        self._linked = 0
        self._near = False
        self._taking: str | None = None  # title or json-ld, whose text is kept apart
        self._taken: list[str] = []

    # Blocks

    def end_block(self, near: bool) -> None:
        """Keep the words read since the last border as a block."""
        text = " ".join("".join(self._words).split())
        if text:
            kind = self._kinds[-1] if self._kinds else None
            self.page.blocks.append(Block(text, kind, self._linked, self._near, tuple(self._within)))
        if text or not near:
            self._near = near
        self._words, self._linked = [], 0

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._taking:
            self._taken.append(data)
        elif not self._unseen:
            self._words.append(data)
            if self._links:
                self._linked += len(data)

    # Elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        given = {name: value or "" for name, value in attrs}
        self.page.elements += 1
        if tag == "html":
            self.page.language = self.page.language or given.get("lang") or given.get("xml:lang")
        if tag in ("meta", "link", "time"):
            self._about(tag, given)
        self._close_implied(tag)
        if tag == "br":
            self.end_block(near=True)
        elif tag == "img":
            self._picture(given)
        elif tag in BLOCKS:
            self.end_block(near=False)
        elif tag in SPACED:
            self._words.append(" ")
        if tag not in VOID:
            self._begin(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is closed where it begins; HTML heeds the slash for void elements only."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """An element ends; what is open inside it ends with it, and an end without a beginning is passed over."""
        if tag == "br":
            self.end_block(near=True)
        if self._counts[tag]:
            while True:
                element = self._open.pop()
                self._end(element)
                if element.tag == tag:
                    break

    def _close_implied(self, tag: str) -> None:
        if self._open and tag in CLOSED_BY.get(self._open[-1].tag, ()):
            self.handle_endtag(self._open[-1].tag)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        container = tag in ("article", "main") or given.get("role") == "main" or "articleBody" in _itemprop(given)
        container = container and len(self._within) < MOST_WITHIN
        element = _Element(tag, self._kind(tag, given), tag in UNSEEN or _hidden(given), container)
        element.figure, element.link = tag in ("figure", "picture"), tag == "a"
        if element.kind is not None and tag not in BLOCKS and element.kind != "boilerplate":
            self.end_block(near=True)  # a credit within a caption's line
        self._open.append(element)
        self._counts[tag] += 1
        self.page.depth = max(self.page.depth, len(self._open))
        self._unseen += element.unseen
        self._links += element.link
        self._figures += element.figure
        if element.kind is not None:
            self._kinds.append(element.kind)
        if container:
            number = len(self.page.containers)
            self.page.containers[number] = "body" if "articleBody" in _itemprop(given) else tag
            self._within.append(number)
        names_page = tag == "title" and not self.page.title and not self._counts["svg"]
        if names_page or (tag == "script" and "ld+json" in given.get("type", "").lower()):
            self._taking = tag

    def _end(self, element: _Element) -> None:
        inline_kind = element.kind is not None and element.kind != "boilerplate"
        if element.tag in BLOCKS or inline_kind or element.container:
            self.end_block(near=element.tag not in BLOCKS)
        self._counts[element.tag] -= 1
        self._unseen -= element.unseen
        self._links -= element.link
        self._figures -= element.figure
        if element.kind is not None:
            self._kinds.pop()
        if element.container:
            self._within.pop()
        if self._taking == element.tag:
            text = "".join(self._taken)
            if element.tag == "title":
                self.page.title = " ".join(text.split())
            else:
                self.page.scripts.append(text)
            self._taking, self._taken = None, []

    def _kind(self, tag: str, given: dict[str, str]) -> str | None:
        """What markup calls an element; None where it says nothing new."""
        around = self._kinds[-1] if self._kinds else None
        named = _named(given)
        if around == "boilerplate":
            return None
        if tag == "h1" or "headline" in _itemprop(given):
            return "headline"
        if "credit_word" in named:
            return "photo_credit" if self._figures or around == "caption" else None
        if around is not None:
            return None
        if tag == "figcaption" or ("caption" in named and tag in ("div", "p", "span", "small", "em", "i")):
            return "caption"
        if tag in ("aside", "footer") or "boilerplate" in named:
            return None if tag in ("body", "main", "article", "html") else "boilerplate"
        return next((kind for kind in ("standfirst", "credit") if kind in named), None)

    def _picture(self, given: dict[str, str]) -> None:
        """The alternative text of a picture that belongs to the story, as a line of its own."""
        text = " ".join(given.get("alt", "").split())
        if text and (self._figures or self._within) and not self._unseen and " " in text:
            around = self._kinds[-1] if self._kinds else None
            self.end_block(near=False)
            kind = around if around == "boilerplate" else "alt_text"
            self.page.blocks.append(Block(text, kind, 0, False, tuple(self._within)))
            self._near = True

    def _about(self, tag: str, given: dict[str, str]) -> None:
        """What the page says of itself in elements without text."""
        if tag == "meta":
            name = given.get("property") or given.get("name") or given.get("itemprop")
            if name and given.get("content"):
                self.page.meta.setdefault(name.lower(), given["content"])
        elif tag == "link":
            for word in given.get("rel", "").lower().split()[:10]:
                self.page.links.setdefault(word, given.get("href", ""))
        elif given.get("datetime") and len(self.page.times) < 100:
            self.page.times.append(given["datetime"])


def _itemprop(given: dict[str, str]) -> list[str]:
    return given.get("itemprop", "")[:LONGEST_CLASS].split()


def _hidden(given: dict[str, str]) -> bool:
    style = "".join(given.get("style", "")[:LONGEST_CLASS].lower().split())
    return "hidden" in given or "display:none" in style or "visibility:hidden" in style


def _named(given: dict[str, str]) -> set[str]:
    """What the class names (and itemprop, rel) of an element tell."""
    words = (
        f"{given.get('class', '')} {given.get('itemprop', '')} {given.get('rel', '')}"[:LONGEST_CLASS].lower().split()
    )
    return {kind for kind, pattern in CLASSES if any(pattern.search(word) for word in words)}
