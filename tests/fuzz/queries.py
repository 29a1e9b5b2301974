"""What an address or a header of a request asks for: filters, names to reconcile, media types, forms with files."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from types import SimpleNamespace
from urllib.parse import parse_qsl

from fuzz.target import Drawn, Target, as_text, text_seed

from datasette_claims.comparison import build
from datasette_claims.comparison.columns import FILTER_COLUMNS
from datasette_claims.comparison.filters import FilterError, canonical, join_values, split_values
from datasette_claims.comparison.parse import parse
from datasette_claims.comparison.selection import select
from datasette_claims.interchange.reconciliation import BadQuery, Candidate, Names, read_query
from datasette_claims.pages.accept import best
from datasette_claims.pages.errors import PageError
from datasette_claims.pages.negotiation import HTML, OFFERS
from datasette_claims.pages.uploads import _parts
from datasette_claims.schema import migrate

OPERATORS = sorted({operator for column in FILTER_COLUMNS.values() for operator in column.operators} | {"like", ""})
VALUES = (
    *("GB", "US", "not_stated", "explicit", "vote", "supports", "disputes", "1", "2019-05-16", "2019-05", "9999-12-31"),
    *("GB,US", '["GB","US"]', '["', "]", ",", "%", "_", '"', "claim1", "actor1", "person", "draft", "reviewed"),
)


def _index():
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    for table, row in (
        ("actors", {"id": "actor1", "name": "Mara Olsen", "kind": "person"}),
        ("claims", {"id": "claim1", "text": "The bridge is safe.", "kind": "factual"}),
        ("stances", {"id": "stance1", "claim": "claim1", "actor": "actor1", "stance": "supports", "basis": "explicit"}),
    ):
        row["revision"] = 1
        marks = ", ".join("?" * len(row))
        conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    return build(conn)


INDEX = _index()


def filters(data: bytes) -> None:
    """A query string becomes filters, whose canonical form means the same and is stable, or FilterError says which
    parameter is wrong and what to do, in words that can be shown."""
    drawn = Drawn(data)
    pairs = []
    for _ in range(drawn.number(4)):
        column, operator = drawn.pick((*FILTER_COLUMNS, "_search", "no such")), drawn.pick(OPERATORS)
        name = drawn.pick((column, f"{column}__{operator}", f"{column}__{operator}", drawn.text()))
        pairs.append((name, drawn.pick((*VALUES, drawn.text(VALUES)))))
    pairs += parse_qsl(as_text(drawn.rest(), VALUES), keep_blank_values=True)
    try:
        found = parse(pairs, INDEX)
    except FilterError as error:
        assert error.parameter.isprintable()
        assert error.problem
        assert error.remedy
        assert len(str(error)) < 2_000
        return
    if _is_utf8(pairs):
        text = canonical(found)
        again = parse(parse_qsl(text, keep_blank_values=True), INDEX)
        assert again == found
        assert canonical(again) == text
    assert len(select(INDEX, found.searching(None)).rows) <= 1


def _is_utf8(pairs) -> bool:
    """Whether an address can hold the pairs: it holds no half characters."""
    return not any("\ud800" <= character <= "\udfff" for pair in pairs for text in pair for character in text)


def lists(data: bytes) -> None:
    """A list of values is read or ValueError says why not; what is read can be written and read again."""
    try:
        found = split_values(as_text(data, VALUES))
    except ValueError:
        return
    if found and all(found):
        assert split_values(join_values(tuple(found))) == found


PEOPLE = Names(
    [
        Candidate("a", "Mara Olsen", "person", "GB", "named", ("Olsen",)),
        Candidate("b", "Example Group", "organization", None, "named", ()),
        Candidate("c", "Ærø İlı", "group", "DK", "anonymous", ("", "ﬁ")),
    ]
)
MEMBERS = ("query", "type", "limit", "properties", "pid", "v", "id", "type_strict", "name")
NAMES = ("Mara Olsen", "Olsen", "Example", "country", "kind", "GB", "Denmark", "person", "should", "any", "İ")


def reconciling(data: bytes) -> None:
    """Any JSON is a query or raises BadQuery; there are no more candidates than asked for, the best first, each score
    from 0 to 100 and at most one certain; the answer is JSON."""
    drawn = Drawn(data)
    value = drawn.json(MEMBERS, NAMES)
    value = {"query": drawn.pick((*NAMES, drawn.text(NAMES))), **value} if isinstance(value, dict) else value
    try:
        query = read_query("q0", value)
    except BadQuery as error:
        assert str(error).startswith("q0: ")
        return
    found = PEOPLE.find(query)
    assert len(found) <= query.limit
    assert all(0 <= each["score"] <= 100 for each in found)
    assert sum(each["match"] for each in found) <= 1
    assert json.loads(json.dumps(found)) == found
    assert PEOPLE.find(query) == found
    assert len(PEOPLE.beginning(drawn.text(NAMES), 2)) <= 2


def accepting(data: bytes) -> None:
    """Whatever is asked for, one of what is offered is chosen; without a wish, the page."""
    offers = (HTML, *OFFERS.values())
    header = as_text(
        data, ("text/html", "*/*", "application/ld+json", ";q=0.5", ';profile="', '"', ",", ";", "=", "\\")
    )
    assert best(header, offers) in offers
    assert best(header, (HTML,)) is HTML
    assert best(None, offers) is HTML
    for offer in offers:
        if offer.types and not offer.profiled:
            assert best(offer.types[0], (HTML, offer)) is offer


def forms(data: bytes) -> None:
    """A form with files is read, the same in whatever pieces it comes, or PageError 400 or 413 says why not;
    fields are text, names of files are no paths, and nothing is larger than allowed."""
    drawn = Drawn(data)
    size, boundary = 1 + drawn.number(200), drawn.pick((b"x", b"--", b"'", b"a b"))
    content = drawn.rest()
    outcomes = []
    for pieces in ([content], [content[at : at + size] for at in range(0, len(content), size)] or [b""]):
        messages = [{"type": "http.request", "body": each, "more_body": True} for each in pieces]
        messages[-1]["more_body"] = False
        outcomes.append(asyncio.run(_form(messages, boundary)))
    taken = [outcome for outcome in outcomes if not isinstance(outcome, int)]
    assert taken[:1] == taken[1:] or len(taken) < 2


async def _form(messages, boundary):
    given = iter(messages)

    async def receive():
        return next(given)

    headers = {"content-type": f'multipart/form-data; boundary="{boundary.decode()}"'}
    try:
        fields, files = await _parts(SimpleNamespace(headers=headers, receive=receive), 100)
    except PageError as error:
        assert error.status in (400, 413)
        return error.status
    for name, value in fields.pairs:
        assert isinstance(name, str)
        assert value.encode("utf-8") is not None
    for upload in files.values():
        assert "/" not in upload.name
        assert len(upload.content) <= 100
    return fields.pairs, sorted((name, one.name, one.content, one.too_large) for name, one in files.items())


_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nBridge\r\n--x\r\nContent-Disposition: form-data; '
    b'name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nIt holds.\r\n--x--\r\n'
)

TARGETS = (
    Target("filters", filters, [b"\0" + text_seed("claim=claim1&basis__in=explicit,vote&_search=bridge")], VALUES),
    Target("lists", lists, [text_seed('["GB","US"]'), text_seed("GB,US")], VALUES),
    Target("reconciling", reconciling, [b"\x08\1\0\0\0\0\0\0\0", b"\x08\3\0\7\1\x08\2\4\0\5\0"], NAMES),
    Target("accepting", accepting, [text_seed("application/ld+json;q=0.5, text/html")], ("*/*", ";q=", ",")),
    Target(
        "forms",
        forms,
        [b"\7\0" + _FORM],
        ("--x\r\n", "--x--\r\n", "\r\n\r\n", "Content-Disposition: form-data;", "name="),
    ),
)
