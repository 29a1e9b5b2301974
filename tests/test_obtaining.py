"""Texts from files: encodings, plain text, Markdown, web pages, archives, folders; what cannot be had says why."""

import hashlib
import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.extraction import extract
from datasette_claims.obtaining import NotObtained, Wishes, obtain, of_pasted, of_upload
from datasette_claims.obtaining.encodings import clean_lines, decode
from datasette_claims.obtaining.html_blocks import read_page
from datasette_claims.obtaining.lines import Line, laid_out
from datasette_claims.obtaining.values import day, tag, web_address

ARTICLE = Path(__file__).parents[1] / ".." / "shared" / "seed" / "article.txt"
STORY = "Bridge opens\n\n“It is safe,” Mara Olsen said. “Café owners are glad — très glad.”"

PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Bridge opens | Harbour News</title>
<link rel="canonical" href="/story/bridge"><meta property="og:site_name" content="Harbour News">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "Organization", "name": "Harbour News Ltd"},
 {"@type": ["NewsArticle"], "headline": "Harbour bridge opens in June", "datePublished": "2024-05-06T23:30:00-04:00",
  "author": [{"@type": "Person", "name": "Ann Hale"}, {"@type": "Person", "name": "Bo Lind"}],
  "publisher": {"@type": "NewsMediaOrganization", "name": "The Harbour News"}, "isAccessibleForFree": false}]}
</script><style>p { color: red }</style></head>
<body><header><a href="/">Home</a><nav><a href="/sport">Sport</a></nav></header>
<h1>Harbour bridge opens in June</h1>
<article><p class="standfirst">Two years of work come to an end</p>
<div class="byline">By Ann Hale and Bo Lind</div>
<figure><img src="x.jpg" alt="The bridge at night"><figcaption>The bridge was lit last week.<span class="credit">Bob
Roe / Example Agency</span></figcaption></figure>
<p>The bridge over the harbour will open in June after <b>two years</b> of work, the ministry said on Monday.</p>
<aside class="related"><a href="/b">Read also: the old bridge and its long history in pictures</a></aside>
<p>“It is safe,” Mara Olsen, the mayor, told reporters at the town hall.<br>“We have checked every bolt of it.”</p>
<p style="display: none">Hidden words for machines that nobody reads on this page of the paper.</p>
<script>document.write("x")</script>
<p>The opposition says that the bridge has cost the town twice as much as was planned for it.</p></article>
<section class="comments"><p>A reader writes that he likes bridges very much and would like to have more.</p></section>
<footer><p>© 2024 The Harbour News. All rights reserved.</p></footer></body></html>"""

LINES = [
    ("headline", "Harbour bridge opens in June"),
    ("standfirst", "Two years of work come to an end"),
    ("credit", "By Ann Hale and Bo Lind"),
    ("alt_text", "The bridge at night"),
    ("caption", "The bridge was lit last week."),
    ("photo_credit", "Bob Roe / Example Agency"),
    (None, "The bridge over the harbour will open in June after two years of work, the ministry said on Monday."),
    ("boilerplate", "Read also: the old bridge and its long history in pictures"),
    (None, "“It is safe,” Mara Olsen, the mayor, told reporters at the town hall."),
    (None, "“We have checked every bolt of it.”"),
    (None, "The opposition says that the bridge has cost the town twice as much as was planned for it."),
]


def one(source, **wishes):
    found = list(obtain(str(source), Wishes(**wishes)))
    assert len(found) == 1
    return found[0]


def lines_of(read):
    """(kind, words) of each line of a text, as its hints tell."""
    kinds = {hint.start: hint.kind for hint in read.segments}
    found, at = [], 0
    for line in read.text.split("\n"):
        if line:
            found.append((kinds.get(at), line))
        at += len(line) + 1
    assert all(read.text[hint.start : hint.end] in [words for _, words in found] for hint in read.segments)
    return found


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Encodings


@pytest.mark.parametrize(
    ("content", "declared", "encoding"),
    [
        (STORY.encode(), None, "utf-8"),
        (STORY.encode("utf-8-sig"), None, "utf-8"),
        (STORY.encode("utf-8-sig"), "windows-1252", "utf-8"),
        (STORY.encode("utf-16"), None, "utf-16-le"),
        (b"\xfe\xff" + STORY.encode("utf-16-be"), None, "utf-16-be"),
        (STORY.encode("utf-32"), None, "utf-32-le"),
        (STORY.encode("utf-16-le"), "utf-16", "utf-16-le"),
        (STORY.encode("cp1252"), "windows-1252", "cp1252"),
        (STORY.encode("cp1252"), "ISO-8859-1", "cp1252"),
        (STORY.encode("cp1252"), " 'latin1' ", "cp1252"),
        (STORY.encode("mac-roman"), "macintosh", "mac-roman"),
        ("„Мост безопасен“".encode("koi8-r", "ignore"), "koi8-r", "koi8-r"),
        ("桥很安全".encode("gb2312"), "gb2312", "gb18030"),
        ("橋は安全です".encode("shift_jis"), "Shift_JIS", "cp932"),
    ],
)
def test_a_text_is_read_in_its_encoding(content, declared, encoding):
    found = decode(content, "a.txt", declared)
    assert found.encoding == encoding
    assert "\ufffd" not in found.text
    assert found.notes == ()
    if encoding in ("utf-8", "cp1252", "mac-roman") or encoding.startswith("utf"):
        assert found.text == STORY


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "ascii", "koi8-r"])
def test_utf_8_that_is_declared_as_something_else_is_read_as_utf_8_and_said_so(declared):
    found = decode(STORY.encode(), "a.html", declared)
    assert found.text == STORY
    assert declared in found.notes[0]


@pytest.mark.parametrize(
    ("content", "declared", "told"),
    [
        (STORY.encode("cp1252"), None, "not UTF-8 (line 3, byte 14: 0x93)"),
        (STORY.encode("cp1252"), "utf-8", "declared as utf-8, but it is not"),
        (STORY.encode("cp1252"), None, "windows-1252"),
        ("ab".encode("utf-16-le") * 20, None, "NUL characters"),
        (b"abc" + bytes(range(1, 256)) * 2 + b"\0", None, "binary data"),
        (STORY.encode(), "klingon", "the encoding “klingon” is not known"),
        (STORY.encode(), "rot13", "the encoding “rot13” is not known"),
        (STORY.encode(), "utf-7", "the encoding “utf-7” is not known"),
        (STORY.encode(), "zlib", "the encoding “zlib” is not known"),
        (b"%PDF-1.7\n", None, "a PDF"),
        (b"PK\x03\x04", None, "a ZIP archive"),
        (b"\x1f\x8b\x08", None, "gzip"),
        (b"\x89PNG\r\n", None, "a PNG picture"),
        (b"\xff\xfea", None, "the text is not UTF-16-LE (line 1, byte 0: 0x61)"),
    ],
)
def test_bytes_that_are_no_such_text_are_refused_with_a_reason(content, declared, told):
    with pytest.raises(NotObtained) as caught:
        decode(content, "a.txt", declared)
    assert told in str(caught.value)
    assert caught.value.remedy


@given(st.text())
def test_any_text_in_utf_8_comes_through_unchanged(text):
    content = text.encode("utf-8", "ignore")
    kept = content.decode("utf-8")
    try:
        assert decode(content, "a").text == clean_lines(kept)
    except NotObtained:
        assert "\0" in kept or content.startswith((b"%PDF", b"PK\x03\x04", b"BZh", b"{\\rtf", b"GIF8", b"OggS", b"ID3"))


def test_a_lost_character_is_told():
    assert "U+FFFD" in decode("The caf\ufffd".encode(), "a").notes[0]


# The same text whichever way it comes


def test_a_text_is_the_same_pasted_uploaded_and_from_a_file(tmp_path, monkeypatch):
    crlf = (STORY + "\n").replace("\n", "\r\n")
    file = one(write(tmp_path, "a.txt", crlf.encode("utf-8-sig")))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(crlf.encode())))
    found = [file, one("-"), of_pasted(crlf), of_upload("b.txt", crlf.encode())]
    assert [each.text for each in found] == [STORY] * 4
    assert {each.sha256 for each in found} == {hashlib.sha256(STORY.encode()).hexdigest()}
    assert [each.obtained for each in found] == ["file", "file", "pasted", "uploaded"]
    assert file.source_sha256 == hashlib.sha256(crlf.encode("utf-8-sig")).hexdigest()
    assert all(each.retrieved_at for each in found)


# Web pages


@pytest.fixture(params=["with trafilatura", "without"])
def readings(request, monkeypatch):
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    return request.param


def test_the_article_of_a_page_is_found_and_each_line_is_what_its_markup_says(readings, tmp_path):
    read = one(write(tmp_path, "a.html", PAGE))
    assert lines_of(read) == LINES
    assert any("not free to read" in note for note in read.notes)
    assert any("lines more (menus, links), which were left out" in note for note in read.notes)


def test_a_page_says_who_published_it_when_and_where(readings, tmp_path):
    read = of_upload("a.html", PAGE.replace("/story/bridge", "https://harbour.example/story/bridge").encode())
    assert read.title == "Harbour bridge opens in June"
    assert read.byline == "Ann Hale, Bo Lind"
    assert read.publisher == "The Harbour News"
    assert read.published_on == "2024-05-06"
    assert read.language == "en-GB"
    assert read.url == "https://harbour.example/story/bridge"
    assert read.kind == "news_article"


def test_the_segments_of_the_draft_follow_the_markup(readings, tmp_path):
    read = one(write(tmp_path, "a.html", PAGE))
    segments = extract(read.text, title=read.title, hints=[(h.start, h.end, h.kind) for h in read.segments]).segments
    kinds = [segment.kind for segment in segments]
    assert kinds == [kind or ("lead" if number == 6 else "paragraph") for number, (kind, _) in enumerate(LINES)]


def test_meta_elements_tell_where_json_ld_does_not():
    head = (
        '<html lang="de"><head><meta property="og:title" content="Brücke &amp; Hafen">'
        '<meta name="author" content="A. B.">'
        '<meta property="article:published_time" content="2024-05-06T10:00:00Z">'
        '<meta property="og:site_name" content="Hafenblatt"><meta property="og:url" content="https://h.example/b?x=1#y">'
        '<script type="application/ld+json">{broken</script></head>'
    )
    read = of_upload("a.html", (head + "<body><p>Die Brücke öffnet im Juni.</p></body></html>").encode())
    found = (read.title, read.byline, read.published_on, read.publisher, read.language, read.url)
    assert found == ("Brücke & Hafen", "A. B.", "2024-05-06", "Hafenblatt", "de", "https://h.example/b?x=1")


def test_nothing_is_guessed_of_a_page_that_says_nothing(readings):
    read = of_upload("a.html", b"<p>It was the sixth of May 2024 when the bridge opened, and John Smith was there.</p>")
    assert (read.byline, read.publisher, read.published_on, read.language, read.url) == (None,) * 5


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://www.harbour.example/b", "https://www.harbour.example/b"),
        ("/b", "https://harbour.example/b"),
        ("https://other.example/b", "https://harbour.example/a"),
        ("javascript:alert(1)", "https://harbour.example/a"),
        ("", "https://harbour.example/a"),
    ],
)
def test_a_fetched_page_is_believed_to_be_elsewhere_only_on_its_own_site(canonical, expected):
    from datasette_claims.obtaining.html import read_html

    html = f'<link rel="canonical" href="{canonical}"><p>The bridge opens in June.</p>'
    assert read_html(html, "a", fetched="https://harbour.example/a").url == expected


def test_a_pasted_page_is_read_as_a_page_and_pasted_words_about_html_are_not():
    assert "<p>" not in of_pasted(PAGE).text
    words = "The page began with <html> and nobody knew why."
    assert of_pasted(words).text == words


def test_a_page_without_text_is_refused():
    with pytest.raises(NotObtained, match="made by a script in the browser"):
        of_upload("a.html", b"<html><body><div id=root></div><script>render()</script></body></html>")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (PAGE.replace('charset="utf-8"', 'charset="iso-8859-1"').encode(), "“It is safe,”"),
        (PAGE.replace('<meta charset="utf-8">', "").encode(), "“It is safe,”"),
        (PAGE.replace('charset="utf-8"', 'charset="windows-1252"').replace("©", "").encode("cp1252"), "“It is safe,”"),
        (PAGE.replace('charset="utf-8"', 'charset="utf-16"').encode(), "“It is safe,”"),
        (PAGE.encode("utf-16"), "“It is safe,”"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares_or_has(content, told):
    assert told in of_upload("a.html", content).text


words = st.lists(
    st.sampled_from(["bridge", "harbour", "“safe,”", "é", "&", "<", "a'b", "2024"]), min_size=1, max_size=4
)
tags = st.sampled_from(
    ["p", "div", "span", "b", "article", "li", "blockquote", "h2", "em", "td", "section", "custom-x"]
)
trees = st.recursive(words, lambda inner: st.tuples(tags, st.lists(inner, max_size=4)), max_leaves=12)


def html_of(tree):
    if isinstance(tree, list):
        return " ".join(word.replace("&", "&amp;").replace("<", "&lt;") for word in tree) + " "
    tag, inner = tree
    return f"<{tag}>{''.join(map(html_of, inner))}</{tag}>"


def words_of(tree):
    return tree if isinstance(tree, list) else [word for inner in tree[1] for word in words_of(inner)]


@given(trees)
def test_no_word_of_a_page_is_lost_and_none_is_invented(tree):
    assert " ".join(block.text for block in read_page(html_of(tree)).blocks).split() == words_of(tree)


@given(st.text(alphabet="<>/=\"'&;! -pabrdiv\n", max_size=80))
def test_any_rubbish_is_a_page(html):
    page = read_page(html)
    assert all(block.text == " ".join(block.text.split()) != "" for block in page.blocks)


@given(st.lists(st.builds(Line, st.text(max_size=12), st.sampled_from([None, "caption", "credit"]), st.booleans())))
def test_every_hint_lies_in_the_text_and_no_character_of_a_line_is_lost(lines):
    text, hints = laid_out(lines)
    kept = [(" ".join(line.text.split()), line.kind) for line in lines if line.text.split()]
    assert [line for line in text.split("\n") if line] == [words for words, _ in kept]
    assert [(text[h.start : h.end], h.kind) for h in hints] == [each for each in kept if each[1]]


def bomb(name, size=20_000):
    article = "<p>The bridge will open in June after two years of work, the ministry said on Monday.</p>"
    return {
        "deep": "<div>" * size + article,
        "never closed": "<p>x" * size,
        "wrong ends": "<div>" * size + "</span>" * size + article,
        "attributes": "<a " + "x=y " * size + ">" + article,
        "a huge attribute": "<a title='" + "y" * size * 10 + "'>" + article,
        "entities": "<p>" + "&amp;" * size + "</p>" + article,
        "open comments": "<!--" * size + article,
        "open tags": "<a " * size + article,
        "brackets": "<" * size + article,
        "articles in articles": "<article>" * size + "x</article>" * size + article,
        "deep JSON-LD": '<script type="application/ld+json">' + '{"a":' * size + "</script>" + article,
        "wide JSON-LD": '<script type="application/ld+json">[' + '{"@type":"X"},' * size + "{}]</script>" + article,
    }[name]


BOMBS = (
    "deep",
    "never closed",
    "wrong ends",
    "attributes",
    "a huge attribute",
    "entities",
    "open comments",
    "open tags",
)


@pytest.mark.parametrize("name", [*BOMBS, "brackets", "articles in articles", "deep JSON-LD", "wide JSON-LD"])
def test_a_page_that_is_built_to_choke_a_reader_is_read(name):
    read = of_upload("bomb.html", bomb(name).encode())
    assert "the ministry said on Monday" in read.text or name in ("never closed", "open tags")
    assert all(0 <= a.start < a.end <= len(read.text) for a in read.segments)


# Markdown


def test_markdown_is_read_as_the_text_for_which_it_stands(tmp_path):
    markdown = (
        "---\ntitle: A bridge\ndate: 2024-05-06\nauthors: [Ann Hale, Bo Lind]\nlang: en\nurl: https://h.example/b\n---\n"
        "# Harbour *bridge* opens\n\n![The bridge at night](x.jpg)\n*The bridge was lit.*\n\n"
        "The [ministry](https://m.example) said **it** opens\nin June.\\\nSo it is.\n\n> “Safe,” she said.\n\n"
        "- one `code`\n- two\n\n<div><p>As <b>HTML</b></p></div>\n\n    indented & kept\n"
    )
    read = one(write(tmp_path, "a.md", markdown))
    assert lines_of(read) == [
        ("headline", "Harbour bridge opens"),
        ("alt_text", "The bridge at night"),
        (None, "The bridge was lit."),
        (None, "The ministry said it opens in June."),
        (None, "So it is."),
        (None, "“Safe,” she said."),
        (None, "one code"),
        (None, "two"),
        (None, "As HTML"),
        (None, "indented & kept"),
    ]
    found = (read.title, read.byline, read.published_on, read.language, read.url)
    assert found == ("A bridge", "Ann Hale; Bo Lind", "2024-05-06", "en", "https://h.example/b")
    assert [s.kind for s in extract(read.text, hints=[(h.start, h.end, h.kind) for h in read.segments]).segments][
        :4
    ] == [
        "headline",
        "alt_text",
        "caption",
        "lead",
    ]


@given(st.lists(st.text(alphabet="abc “”,é", min_size=1, max_size=20), max_size=6))
def test_paragraphs_of_markdown_lose_no_word(paragraphs):
    read = of_upload("a.md", ("x " + "\n\nx ".join(paragraphs)).encode())
    assert read.text.split() == [word for paragraph in paragraphs or [""] for word in f"x {paragraph}".split()]


@pytest.mark.parametrize(
    ("markdown", "told"),
    [(">" * 300 + " x", "nested more than 100 deep"), ("a b\n" * 300_000, "longer than 1,000,000 characters")],
)
def test_markdown_that_cannot_be_read_whole_is_refused(markdown, told):
    with pytest.raises(NotObtained, match=told):
        of_upload("a.md", markdown.encode())


def test_front_matter_that_is_none_is_text():
    for text in ("---\nnot: [closed\n---\nWords.", "---\njust words\n---\nMore."):
        assert "words" in of_upload("a.md", text.encode()).text.lower()


# Archives


def archive(path, *records, gzip=True):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzip)
        for url, status, kind, body in records:
            headers = StatusAndHeaders(f"{status} x", [("Content-Type", kind)], protocol="HTTP/1.1")
            dated = {"WARC-Date": "2024-05-07T08:09:10Z"}
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=dated
            )
            writer.write_record(record)
    return path


@pytest.mark.parametrize(("name", "gzip"), [("a.warc.gz", True), ("a.warc", False)])
def test_each_page_of_an_archive_is_a_text_with_its_address_and_the_time_it_was_fetched(tmp_path, name, gzip):
    other = b"<html><p>The old bridge closes in July, the ministry said on Tuesday.</p></html>"
    path = archive(
        tmp_path / name,
        ("https://harbour.example/story/bridge", "200", "text/html; charset=utf-8", PAGE.encode()),
        ("https://harbour.example/x.png", "200", "image/png", b"\x89PNG"),
        ("https://harbour.example/old", "301", "text/html", b""),
        ("https://harbour.example/b", "200", "text/html", other),
        ("https://harbour.example/empty", "200", "text/html", b"<html></html>"),
        gzip=gzip,
    )
    passed = []
    found = list(obtain(str(path), Wishes(passed=passed.append)))
    first, second, third = found
    assert (first.url, first.retrieved_at, first.obtained) == (
        "https://harbour.example/story/bridge",
        "2024-05-07T08:09:10Z",
        "file",
    )
    assert lines_of(first) == LINES
    assert (second.url, second.text) == (
        "https://harbour.example/b",
        "The old bridge closes in July, the ministry said on Tuesday.",
    )
    assert isinstance(third, NotObtained)
    assert "https://harbour.example/empty" in third.source
    assert "1 of type image/png" in passed[0]
    assert "1 answered with status 301" in passed[0]


@pytest.mark.parametrize("gzip", [True, False])
@pytest.mark.parametrize("cut", [40, 100])
def test_a_damaged_archive_is_told_and_no_damaged_word_is_read(tmp_path, gzip, cut):
    page = b"<p>The bridge over the harbour opens in June.</p>" * 9
    path = archive(tmp_path / "a.warc", *[("https://h.example/", "200", "text/html", page)] * 2, gzip=gzip)
    whole = path.read_bytes()
    middle = len(whole) - cut
    path.write_bytes(whole[:middle] + b"rubbish" + whole[middle + 7 :])
    first, last = obtain(str(path))
    assert first.text.startswith("The bridge over the harbour opens in June.")
    assert isinstance(last, NotObtained)
    assert "damaged" in last.wrong
    path.write_bytes(whole[: len(whole) - 300] if gzip else whole[:-cut])
    assert all(isinstance(each, NotObtained) or each.text == first.text for each in obtain(str(path)))


@pytest.mark.parametrize(
    "content",
    [
        b"no archive at all",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=["other bytes", "a record without its address"],
)
def test_what_is_no_archive_is_told(tmp_path, content):
    found = one(write(tmp_path, "a.warc", content))
    assert isinstance(found, NotObtained)
    assert "damaged, or is none" in found.wrong


def test_without_the_extra_an_archive_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    found = one(write(tmp_path, "a.warc", b"WARC/1.0\r\n"))
    assert "datasette-claims[web]" in found.remedy


def test_pasted_text_with_half_a_character_is_refused():
    with pytest.raises(NotObtained, match="half characters"):
        of_pasted("It holds \ud83d.")


# Files and folders


def test_a_folder_is_read_in_order_with_its_subfolders(tmp_path):
    write(tmp_path, "b.txt", "Second text here.")
    write(tmp_path, "a.md", "# First text here")
    write(tmp_path, ".hidden.txt", "Hidden.")
    write(tmp_path, "picture.png", b"\x89PNG")
    (tmp_path / "more").mkdir()
    write(tmp_path / "more", "c.html", "<p>Third text here.</p>")
    write(tmp_path / "more", "d.txt", b"\x00\x01")
    (tmp_path / "loop").symlink_to(tmp_path)
    passed = []
    found = list(obtain(str(tmp_path), Wishes(passed=passed.append)))
    assert [getattr(each, "text", None) for each in found] == [
        "First text here",
        "Second text here.",
        "Third text here.",
        None,
    ]
    assert found[3].source.endswith("d.txt")
    assert "one file of other kinds" in passed[0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "there is no text in it"),
        ("a.txt", b" \n\t\n", "there is no text in it"),
        ("a.txt", b"-- ?! --", "there is no text in it"),
        ("a.txt", bytes(range(256)) * 4, "binary data"),
        ("a.txt", b"\x01\x02\x03\x04" * 50, "control characters"),
        ("a.txt", b"word " * 1_000_001, "5,000,004 characters, and a document has at most 5,000,000"),
        ("a.txt", b"a" * 25_000_001, "more than 25,000,000 bytes"),
        ("a.html", b"<p>" + b"word " * 1_100_000, "a document has at most 5,000,000"),
    ],
)
def test_a_file_that_is_no_text_or_too_much_says_so(tmp_path, name, content, told):
    found = one(write(tmp_path, name, content))
    assert isinstance(found, NotObtained)
    assert told in str(found)
    assert name in str(found)


def test_one_long_line_is_read(tmp_path):
    found = one(write(tmp_path, "a.txt", "The bridge opens, he said. " * 75_000))
    assert len(found.text) == 27 * 75_000 - 1


def test_a_path_that_leads_nowhere_is_told(tmp_path):
    assert "no such file" in one(tmp_path / "nowhere.txt").wrong
    assert "no text in this folder" in one(tmp_path).wrong
    os.mkfifo(tmp_path / "pipe.txt")
    assert "neither a file nor a folder" in one(tmp_path / "pipe.txt").wrong


def test_what_a_file_is_can_be_said(tmp_path):
    path = write(tmp_path, "story", "# Bridge *opens*")
    assert one(path).text == "# Bridge *opens*"
    assert one(path, format="markdown").text == "Bridge opens"
    page = write(tmp_path, "page", "<!-- saved -->\n<!DOCTYPE html><p>Bridge opens")
    assert one(page).text == "Bridge opens"


# Values


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2019-05-16", "2019-05-16"),
        ("2019-05-16T23:59:00-04:00", "2019-05-16"),
        ("2019-05-16 10:00", "2019-05-16"),
        ("20190516", "2019-05-16"),
        ("2019-05", "2019-05"),
        ("2019", "2019"),
        ("2019-02-30", None),
        ("05/16/2019", None),
        ("16 May 2019", None),
        ("٢٠١٩-٠٥", None),  # digits that no table accepts
        ("20190516123", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_only_where_it_can_mean_one_thing(given, expected):
    assert day(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPS://News.Example:443/A?b=1#c", "https://news.example/A?b=1"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("https://news.example:443:443news.example:443", None),
        ("https://news.example:99999/", None),
        ("javascript:alert(1)", None),
        ("/a", None),
        ("http://u:p@news.example/", None),
        ("http://[::1", None),
        (None, None),
    ],
)
def test_an_address_is_stored_in_one_form(given, expected):
    assert web_address(given) == expected


def test_language_tags():
    assert [tag(value) for value in ("en", "en_US", "zh-Hant-TW", "und", "English language", None)] == [
        "en",
        "en-US",
        "zh-Hant-TW",
        None,
        None,
        None,
    ]


@pytest.mark.skipif(not ARTICLE.exists(), reason="the reference article is not at hand")
def test_the_reference_article_comes_through_byte_for_byte():
    assert one(ARTICLE).sha256 == "3d3c4ede4b3ff7daa12d331ae8559ae2ff5ad5ca6db22b188be10e09a70402ec"
