"""What a web page says of itself: JSON-LD (schema.org), then its meta elements, then what its markup shows.

Only what is stated is taken. Where the extra ``[web]`` is installed, ``html.py`` fills author and outlet from
trafilatura, which knows the habits of many sites.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from .html_blocks import Page, names
from .values import day, one_line, tag, web_address

ARTICLES = names(
    "Article NewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle OpinionNewsArticle Report "
    "ReportageNewsArticle ReviewNewsArticle LiveBlogPosting BlogPosting SocialMediaPosting DiscussionForumPosting "
    "TechArticle ScholarlyArticle SatiricalArticle AdvertiserContentArticle"
)
"""The types of schema.org under Article."""

KINDS = {"BlogPosting": "post", "SocialMediaPosting": "post", "DiscussionForumPosting": "post", "Report": "report"}
"""The type that a page states -> our kind of document; any other article is a news article."""

DEEPEST = 6  # levels of JSON-LD that are looked through
MOST = 5000  # objects of JSON-LD that are looked through


@dataclass(frozen=True)
class About:
    """What a page states of its article; ``body`` is the article's text as JSON-LD gives it, ``closed`` that it says
    that its text is not free to read."""

    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_on: str | None = None
    language: str | None = None
    url: str | None = None
    kind: str = "news_article"
    body: str = ""
    closed: bool = False


def about(page: Page, fetched: str | None) -> About:
    """What a page says of itself. ``fetched`` is the address it was fetched from, None for a file: a page that was
    fetched is only believed to be at another address of the same site.
    """
    linked = _of_article(page)
    meta = page.meta
    stated = About(
        title=linked.title or one_line(meta.get("og:title")) or one_line(page.title),
        byline=linked.byline or one_line(_first(meta, "author", "dc.creator", "citation_author", "byl")),
        publisher=linked.publisher or one_line(_first(meta, "og:site_name", "application-name", "dc.publisher")),
        published_on=linked.published_on or _published(page),
        language=tag(page.language) or linked.language or tag(_first(meta, "content-language", "og:locale")),
        kind=linked.kind,
        body=linked.body,
        closed=linked.closed,
    )
    return replace(stated, url=_address(page, fetched))


def _first(meta: Mapping[str, str], *names: str) -> str | None:
    return next((meta[name] for name in names if meta.get(name, "").strip()), None)


def _published(page: Page) -> str | None:
    names = (
        "article:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "citation_publication_date",
    )
    found = day(_first(page.meta, *names, "parsely-pub-date", "sailthru.date", "pubdate"))
    # Several time elements may be anything (other stories, comments); a single one is the story's.
    return found or (day(page.times[0]) if len(set(page.times)) == 1 else None)


def _address(page: Page, fetched: str | None) -> str | None:
    base = fetched or ""
    stated = [page.links.get("canonical"), page.meta.get("og:url")]
    for value in stated:
        address = web_address(urljoin(base, value.strip())) if value and value.strip() else None
        if address and (fetched is None or same_site(address, fetched)):
            return address
    return web_address(fetched)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have the same host, or one's host is a part of the other's: www.x.org and x.org."""
    a, b = (urlsplit(each).hostname or "" for each in (one, other))
    return bool(a and b) and (a == b or a.endswith(f".{b}") or b.endswith(f".{a}"))


def _of_article(page: Page) -> About:
    """The article among the JSON-LD objects of a page: the one that states most."""
    best, most = About(), -1
    for script in page.scripts:
        try:
            given = json.loads(script.strip().removesuffix(";"), strict=False)
        except (ValueError, RecursionError):
            continue  # many sites have broken JSON-LD; the rest of the page still tells
        for item in _objects(given):
            types = _types(item)
            if types & ARTICLES:
                found = _article(item, types)
                stated = sum(value is not None for value in (found.title, found.byline, found.published_on))
                if stated > most:
                    best, most = found, stated
    return best


def _objects(given: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD document, those inside others too, the outer first."""
    row, seen = [(given, 0)], 0
    while row and seen < MOST:
        value, depth = row.pop(0) if len(row) < 50 else row.pop()
        seen += 1
        inner: list[Any] = []
        if isinstance(value, dict):
            yield value
            inner = list(value.values())
        elif isinstance(value, list):
            inner = value
        if depth < DEEPEST:
            row += [(each, depth + 1) for each in inner[:MOST] if isinstance(each, (dict, list))]


def _types(item: Mapping[str, Any]) -> set[str]:
    given = item.get("@type")
    return {str(each).rpartition("/")[2] for each in (given if isinstance(given, list) else [given])}


def _article(item: Mapping[str, Any], types: set[str]) -> About:
    body = item.get("articleBody")
    return About(
        title=one_line(_text(item.get("headline")) or _text(item.get("name"))),
        byline=one_line(", ".join(_names(item.get("author")))),
        publisher=one_line(", ".join(_names(item.get("publisher"))[:1])),
        published_on=day(_text(item.get("datePublished"))),
        language=tag(_text(item.get("inLanguage"))),
        kind=next((KINDS[each] for each in sorted(types) if each in KINDS), "news_article"),
        body=body if isinstance(body, str) else "",
        closed=str(item.get("isAccessibleForFree")).lower() == "false",
    )


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("alternateName")
    return value if isinstance(value, str) else None


def _names(value: Any) -> list[str]:
    """The names of people or organizations, however they are given; an address is no name."""
    items = value if isinstance(value, list) else [value]
    found = [_text(item) for item in items[:20]]
    return [name.strip() for name in found if name and name.strip() and not name.startswith(("http:", "https:"))]
