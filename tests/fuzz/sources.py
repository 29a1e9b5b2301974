"""Bytes that somebody uploads or names: texts, pages, archives and records, in whatever encoding."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

from fuzz.target import Drawn, Target, as_text, inside, text_seed

from datasette_claims.obtaining import NotObtained, Obtained, Wishes, of_pasted, of_upload
from datasette_claims.obtaining.html import read_html
from datasette_claims.obtaining.records import read_json_lines
from datasette_claims.obtaining.sources import read_raw
from datasette_claims.obtaining.warc import read_warc
from datasette_claims.schema import vocabulary

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bridge &amp; tunnel</title>
<meta property="og:title" content="Bridge"><meta property="article:published_time" content="2019-05-16T10:00+02:00">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge", "author": [{"name": "Ann Roe"}],
"datePublished": "2019-05-16", "publisher": {"name": "Example Herald"}}</script></head><body><nav>Home</nav><article>
<h1>Bridge</h1><p>“It holds,” she said.<br>Twice.</p><figure><img alt="The bridge"><figcaption>The bridge. <span
class="credit">Roe</span></figcaption></figure><table><tr><td>1<td>2</table></article></body></html>"""
MARKDOWN = (
    "---\ntitle: Bridge\ndate: 2019-05-16\n---\n# Bridge\n\n> “It holds,” she *said*.\n\n- one\n- two\n\n![alt](a)\n"
)
TAGS = (
    *("<p>", "</p>", "<div>", "</div>", "<article>", "</article>", "<h1>", "</h1>", "<br>", "<table>", "<td>", "<tr>"),
    *(
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<figure>",
        "<figcaption>",
        "<li>",
        "<ul>",
    ),
    *("<img alt='", "'", '"', ">", "<", "&amp;", "&#0;", "&#xD800;", "&#1114112;", "<meta charset=", "<base href=x>"),
    *('<script type="application/ld+json">{"@type":"NewsArticle","author":', "}", "<svg>", "<template>", "hidden", "="),
    *(
        "itemprop=headline",
        "<time datetime=2019-05-16>",
        "<blockquote>",
        "words of a line",
        "# ",
        "> ",
        "- ",
        "```",
        "---\n",
    ),
)
ENCODINGS = (
    None,
    "utf-8",
    "utf-16",
    "utf-16-le",
    "cp1252",
    "latin-1",
    "koi8-r",
    "gb18030",
    "shift_jis",
    "big5",
    "idna",
)
ODD_NAMES = ("zip", "base64", "unicode_escape", "no such", "rot13", "punycode", "utf-7", "\0", "undefined", "mbcs")
FORMATS = (None, "text", "markdown", "html", "warc", "jsonl", "parquet")
NAMES = ("a.txt", "a.html", "a.md", "a", "a.warc.gz", "a.jsonl", "a.parquet", "../\0\n.txt", "")


def _check(read: Obtained) -> None:
    """What holds of every text that is taken in."""
    assert any(character.isalnum() for character in read.text)
    assert "\0" not in read.text
    assert "\r" not in read.text
    assert read.text.encode("utf-8").decode("utf-8") == read.text
    for hint in read.segments:
        inside(hint.start, hint.end, read.text)
        assert hint.kind in vocabulary.SEGMENT_KIND.words
    assert all(a.end <= b.start for a, b in pairwise(read.segments))
    for each in (read.title, read.byline, read.publisher, read.language, read.url, *read.notes):
        assert each is None or (each.strip() and each.encode("utf-8"))
    assert read.url is None or read.url.startswith(("http://", "https://"))
    assert len(read.sha256) == 64


def _same(one: Obtained, other: Obtained) -> bool:
    return replace(one, retrieved_at=None) == replace(other, retrieved_at=None)


def upload(data: bytes) -> None:
    """A file becomes a text that can be stored, with hints that lie in it, or NotObtained says why not."""
    drawn = Drawn(data)
    name, format = drawn.pick(NAMES), drawn.pick(FORMATS)
    wishes = Wishes(format=format, encoding=drawn.pick((*ENCODINGS, *ODD_NAMES)))
    content = drawn.rest()
    try:
        read = of_upload(name, content, wishes)
    except NotObtained as refused:
        assert str(refused)
        return
    _check(read)
    assert _same(of_upload(name, content, wishes), read)


def pasted(data: bytes) -> None:
    """What is pasted becomes a text that can be stored, or NotObtained says why not."""
    text = as_text(data, TAGS)
    try:
        read = of_pasted(text)
    except NotObtained as refused:
        assert str(refused)
        return
    _check(read)
    assert _same(of_pasted(text), read)


def page(data: bytes) -> None:
    """Any text is a page, however broken, unless NotObtained says that it has no text; its hints lie in its text,
    and no line has white space at its ends."""
    text = as_text(data, TAGS)
    try:
        read = read_html(text, "a page", fetched="https://example.org/a")
    except NotObtained as refused:
        assert str(refused)
        return
    for hint in read.segments:
        inside(hint.start, hint.end, read.text)
    assert all(a.end <= b.start for a, b in pairwise(read.segments))
    assert all(line == line.strip() for line in read.text.split("\n"))
    assert _same(read_html(text, "a page", fetched="https://example.org/a"), read)


def archive(data: bytes) -> None:
    """Of a web archive, or a file of records, each page is one that can be read or has a reason; nothing else is
    raised, and no page is larger than allowed."""
    drawn = Drawn(data)
    read = drawn.pick((read_warc, read_json_lines))
    content, told, counted = drawn.rest(), [], []
    try:
        for raw in read(io.BytesIO(content), "an archive", 5_000, told.append, counted.append):
            if isinstance(raw, NotObtained):
                assert str(raw)
                continue
            assert len(raw.content) <= 5_000
            try:
                _check(read_raw(raw))
            except NotObtained as refused:
                assert str(refused)
    except NotObtained as refused:
        assert str(refused)
    assert all(told)
    assert all(count >= 0 for count in counted)


_BODY = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>It holds.</p>"
_WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nWARC-Date: 2019-05-16T10:00:00Z\r\n"
    "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Type: application/http; "
    f"msgtype=response\r\nContent-Length: {len(_BODY)}\r\n\r\n{_BODY}\r\n\r\n"
).encode()
_LINES = b'{"text": "It holds.", "title": "Bridge", "published_on": "2019-05-16", "url": "https://example.org/a"}\n'

TARGETS = (
    Target(
        "upload",
        upload,
        [
            b"\1\0\0" + PAGE.encode(),
            b"\2\0\0" + MARKDOWN.encode(),
            b"\0\0\0It holds.\r\nTwice.",
            b"\0\0\4\x93It holds,\x94 she said",
            b"\0\0\0" + "It holds".encode("utf-16"),
            b"\3\0\0" + b'<?xml version="1.0" encoding="koi8-r"?><html>\xf2</html>',
        ],
        (*TAGS, "utf-16", "charset=", "encoding="),
    ),
    Target("pasted", pasted, [text_seed(PAGE), text_seed("It holds.\n\nTwice.")], TAGS),
    Target("page", page, [text_seed(PAGE)], TAGS),
    Target(
        "archive", archive, [b"\0" + _WARC, b"\1" + _LINES], ("WARC/1.0\r\n", "Content-Length: 3\r\n", '{"text": "')
    ),
)
