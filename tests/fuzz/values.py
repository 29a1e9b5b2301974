"""Single values from outside: dates, languages, addresses, ids, names; and what a page does with texts."""

from __future__ import annotations

import re
from datetime import date
from html import escape

import html5lib
from fuzz.target import Drawn, Target, as_text, text_seed

from datasette_claims.anchoring import fold
from datasette_claims.config import ConfigError, read
from datasette_claims.interchange.importing import day_of, id_of, slug
from datasette_claims.interchange.iris import Iris, decoded, encoded
from datasette_claims.interchange.iris import web_address as uri
from datasette_claims.loading.dates import DateError, check_date, first_day, last_day
from datasette_claims.lookalikes import skeleton
from datasette_claims.obtaining.values import day, one_line, tag, web_address
from datasette_claims.pages.visible import HIDDEN, named, shown

DAYS = ("2019", "-05", "-16", "T10:00", "Z", "0000", "9999", "-02-29", "-13", "٢٠١٩", " ", "20190516", "+02:00", "/")
ADDRESSES = (
    *(
        "http://",
        "https://",
        "javascript:",
        "example.org",
        ":80",
        ":443",
        ":99999",
        "/a",
        "?q=1",
        "#f",
        "user@",
        "[::1]",
    ),
    *("[", "]", "%", "%2f", "\\", "//", "..", "xn--", "ö", "。", "\n"),
)


def dates(data: bytes) -> None:
    """A date is read as it is printed, the first and the last day of what it names are days in order, or it is refused;
    what the readers of pages and of exchange formats call a date the loader accepts."""
    text = as_text(data, DAYS)
    try:
        assert check_date(text) == text
    except DateError as error:
        assert error.wrong
        assert error.remedy
    else:
        first, last = first_day(text), last_day(text)
        assert date.fromisoformat(first) <= date.fromisoformat(last)
        assert first.startswith(text)
        assert last.startswith(text)
        assert first_day(first) == first == last_day(first)
    found = day(text)
    assert found is None or check_date(found) == found
    assert day(found) == found
    begun = day_of(text)
    assert begun is None or text.startswith(begun)


def addresses(data: bytes) -> None:
    """What is kept as an address is one of the web, without white space and user name, and is kept the same when read
    again; an IRI of ours leads back to the id that it was made from."""
    text = as_text(data, ADDRESSES)
    for found, again in ((web_address(text), web_address), (uri(text), uri)):
        if found is not None:
            assert re.match(r"https?://[^/@\s]", found)
            assert not re.search(r"\s", found)
            assert again(found) == found
    iris = Iris("https://example.org/claims")
    assert decoded(encoded(text)) == text
    assert re.fullmatch(r"[A-Za-z0-9_~+-]*", encoded(text))
    assert iris.id_of(iris.of("statement", text), "statement") == text
    iris.id_of(text, "statement")


def words(data: bytes) -> None:
    """Names are one line, tags and ids are what our tables accept, slugs and skeletons stay what they are."""
    text = as_text(data, ("en", "-US", "Mara", "\n", "𝐚", "ａ"))
    line = one_line(text)
    assert line is None or (one_line(line) == line and len(line.splitlines()) == 1)
    found = tag(text)
    assert found is None or tag(found) == found
    made = slug(text, "fallback")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert slug(made, "fallback") == made
    assert skeleton(skeleton(text)) == skeleton(text)
    id = id_of(text)
    assert id is None or id_of(id) == id
    assert fold(text).text == fold(text).text


def hidden(data: bytes) -> None:
    """A page whose texts hide nothing stays as it is; in any other the text is the same but for what is boxed, nothing
    hidden is left in text outside a box's name, and no text becomes an element."""
    text = as_text(data, ("<b>", "&amp;", '"', "‍", "‮", "‏", "עברית", "👩", "<title>", "‌"))
    html = f"<title>{escape(text)}</title><p title='{escape(text)}'>{escape(text)}</p>"
    made = shown(html)
    assert (made == html) == (HIDDEN.search(html) is None) or _at_home(made, html)
    tree = html5lib.parse(made, namespaceHTMLElements=False)
    assert {each.tag for each in tree.iter() if isinstance(each.tag, str)} <= {
        "html",
        "head",
        "body",
        "title",
        "p",
        "span",
        "bdi",
    }
    assert not re.search(r"[\0\ud800-\udfff]", made)
    assert not re.search(r"[\0\u202a-\u202e\ud800-\udfff]", named(text))


def _at_home(made: str, html: str) -> bool:
    """Whether all that is hidden stands where its script needs it."""
    return made == re.sub(r"[\0\ud800-\udfff]", "\ufffd", html)


def settings(data: bytes) -> None:
    """Any settings are a configuration or ConfigError says what is wrong."""
    drawn = Drawn(data)
    names = ("database", "load", "index", "upload_limit", "fetch", "confidential", "base", "limits", "rows", "timeout")
    value = drawn.json(names, ("claims", "data/", "https://example.org/claims", "on", "a.db"))
    if isinstance(value, dict) and drawn.number(1):
        value["database"] = "claims"
    try:
        found = read(value)
    except ConfigError as error:
        assert str(error)
    else:
        assert found is None or found.database


TARGETS = (
    Target("dates", dates, [text_seed("2019-05-16"), text_seed("2019"), text_seed("2019-05-16T10:00:00+02:00")], DAYS),
    Target("addresses", addresses, [text_seed("https://example.org:443/a?q=ö#f")], ADDRESSES),
    Target("words", words, [text_seed("en-US"), text_seed("Mara Olsen")], ("en", "-", "Mara")),
    Target("hidden", hidden, [text_seed("a‮b‬ <b> &amp;")], ("‮", "‍", "<b>", "&#0;")),
    Target("settings", settings, [b"\x08\1\0\0\1"], ("claims",)),
)
