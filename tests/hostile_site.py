"""A claims database in which every text of every table tries to become something else, and what must not come of it.

``make`` writes rows into all tables: every id, name, note, quotation, and in every third row also every date, time and
JSON, is one of ``HOSTILE``, as no load of ours would let it in. ``urls`` makes the addresses of a route of the router.
``problems`` parses a page as a browser does and names each element, attribute, handler and address in it that came
from data.
"""

from __future__ import annotations

import random
import re
import sqlite3
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import html5lib
from datasette.utils import tilde_encode

from datasette_claims.schema import TABLES, Column, Table, Type, migrate
from datasette_claims.schema.ddl import triggers

CANARY = "x-inject7"
HOSTILE = (
    "<script>inject7()</script>",
    "</script></title></textarea></style></option><x-inject7>",
    "<img src=x-inject7 onerror=inject7()>",
    '"><x-inject7 a="',
    "' onmouseover='inject7()' x-inject7='",
    "javascript:inject7()//https://example.org/",
    "data:text/html,<script>inject7()</script>",
    "<!--<script><x-inject7 --!> ]]><x-inject7/>",
    "{{7*7}}{%if%}${7*7}&lt;x-inject7&gt;&#60;x-inject7&#62;",
    "\u202egro.live\u202c \u2066a\u200b\u200e",
    "\0nul\x1b[31m\x08\x7f\x85",
    "a\r\nSet-Cookie: x-inject7=1\r\n\r\n<x-inject7>",
    "\ud800half\udfff",
    "=HYPERLINK(1)",
    "@SUM(1)|' '!A1",
    "'; DROP TABLE claims; --",
    "../../x-inject7/%2e%2e%2f",
    "https://example.org/\"onclick=inject7() x-inject7='",
    "//x-inject7.example/a?b#c",
    "\ufeff\u2028\u2029\ufffe x-inject7",
)
ROWS = 9
_WHEN = "2019-05-16"
_FORMED = {
    Type.DATE: _WHEN, Type.DAY_FROM: _WHEN, Type.DAY_TO: _WHEN, Type.TIME: f"{_WHEN}T10:00:00Z",
    Type.JSON: '{"<x-inject7>": "</script><x-inject7>"}',
}  # fmt: skip


class Rows:
    """Seeded rows by table; each reference is to a row that is there, each text one of ``HOSTILE``."""

    def __init__(self, big: int, broken: bool) -> None:
        self.random = random.Random(7)
        self.big = big
        self.texts = [text for text in HOSTILE if broken or "\ud800" not in text]
        self.next = 0
        self.ids: dict[str, list[object]] = {}
        for table in TABLES:
            integer = any(column.integer_key for column in table.columns)
            self.ids[table.name] = [i + 1 if integer else f"{self.text()}{i}" for i in range(ROWS)]

    def text(self) -> str:
        """The next of the hostile texts."""
        self.next += 1
        return self.texts[self.next % len(self.texts)]

    def of(self, table: Table) -> Iterator[dict[str, object]]:
        """The rows of a table."""
        for number, id in enumerate(self.ids[table.name]):
            row = {column.name: self.value(table, column, number) for column in table.columns if not column.generated}
            row["id"] = id
            if "date_start" in row:
                row["date_end"] = row["date_start"]  # an interval that ends before it begins is not let in
            if "subject_type" in table.column_names:
                row |= self._ends(table)
            yield {name: value for name, value in row.items() if value is not None}

    def value(self, table: Table, column: Column, number: int) -> object:
        """What stands in one cell."""
        if column.name == "parent_statement" or column.name in ("revision_of", "part_of"):
            return None if number < 3 else self.ids[table.name][number - 3]
        if column.references in self.ids:
            place = table.column_names.index(column.name)
            return self.ids[column.references][(number + place) % ROWS]
        if column.name.startswith("span_"):
            return 3 * number if column.name == "span_start" else 3 * number + 20
        if column.name == "undoes":
            return None
        if column.type in (Type.INTEGER, Type.BOOLEAN):
            return number % 2
        if column.enumeration is not None:
            words = column.enumeration.words
            return "reviewed" if "reviewed" in words and number % 4 else words[number % len(words)]
        if column.type is Type.SCORE:
            return 0.5
        if number % 3 != 2 and column.type in _FORMED:
            return _FORMED[column.type]
        if column.name == "coder" and number:
            return None
        text = self.text()
        if column.name == "text" and table.name == "documents":
            text = " ".join(each for each in self.texts if "\ud800" not in each or number == ROWS - 1)
        return text + "W" * self.big if number == ROWS - 1 else text

    def _ends(self, table: Table) -> dict[str, object]:
        kinds = {"actor": "actors", "document": "documents", "statement": "statements", "claim": "claims"}
        found: dict[str, object] = {}
        for end in ("subject", "object"):
            if end in table.column_names:
                words = table[f"{end}_type"].enumeration.words
                kind = self.random.choice([word for word in words if word in kinds] or list(words[:1]))
                found |= {f"{end}_type": kind, end: self.ids[kinds.get(kind, "mentions")][self.random.randrange(ROWS)]}
        return found


def make(path: Path, *, big: int = 0, broken: bool = True) -> None:
    """Write the database. ``big``: so many characters more in every text of one row of each table. ``broken``: with
    texts that are no UTF-8."""
    conn = sqlite3.connect(path)
    migrate(conn)
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    rows = Rows(big, broken)
    for table in TABLES:
        for row in rows.of(table):
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("CAST(? AS TEXT)" if isinstance(value, str) else "?" for value in row.values())
            given = [v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v for v in row.values()]
            conn.execute(f'INSERT OR REPLACE INTO "{table.name}" ({names}) VALUES ({marks})', given)
    for table in TABLES:
        if table.search:
            conn.execute(f"INSERT INTO {table.name}_fts({table.name}_fts) VALUES ('rebuild')")
    for sql in triggers().values():
        conn.execute(sql)
    conn.commit()
    conn.close()


def ids_of(path: Path) -> dict[str, list[str]]:
    """Table -> the ids in it, as Datasette reads them."""
    conn = sqlite3.connect(path)
    conn.text_factory = lambda stored: stored.decode("utf-8", "replace")
    found = {table.name: [str(row[0]) for row in conn.execute(f'SELECT id FROM "{table.name}"')] for table in TABLES}
    conn.close()
    return found


_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
_FORMAT = re.compile(r"\(\?:\\\.\(\?P<format>([^)]*)\)\)\?\$$")
_KINDS = {
    "kind": ["actors", "claims", "statements", "countries", "roles"],
    "what": ["entity", "type", "property"],
    "rest": ["no-such-page", "<script>alert(1)</script>"],
}


def urls(route: str, ids: dict[str, list[str]], most: int) -> Iterator[str]:
    """The addresses of a route: each of its formats, with at most ``most`` of the ids that it can take.

    A group of the route that is not known here raises KeyError: then this function has to learn it.
    """
    format = _FORMAT.search(route)
    core = route[: format.start()] if format else route.removesuffix("$")
    formats = ["", *(f".{name}" for name in format[1].split("|"))] if format else [""]
    path = _GROUP.sub(r"{\1}", core)
    names = re.findall(r"{(\w+)}", path)
    for values in _values(path, names, ids, most):
        filled = path.format(**{name: tilde_encode(value) for name, value in values.items()})
        yield from (f"{filled}{format}" for format in formats)


def _values(path: str, names: list[str], ids: dict[str, list[str]], most: int) -> Iterator[dict[str, str]]:
    given = {"database": "claims"}
    if "table" in names:
        for table in ids:
            for id in ids[table][: most if "id" in names else 1]:
                yield {**given, "table": table, **({"id": id} if "id" in names else {})}
        return
    (name,) = [name for name in names if name != "database"] or [""]
    if not name:
        yield given
        return
    kind = re.search(r"/(claim|actor|statement)/{id}", path)
    table = (
        "documents" if name == "document" else f"{kind[1]}s" if kind else "mentions" if "annot" in path else "actors"
    )
    for value in _KINDS.get(name) or ids[table if name in ("id", "document") else name][:most]:
        yield {**given, name: value}


_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "srcset",
    "poster",
    "cite",
    "background",
    "ping",
    "xlink:href",
}
_OURS = re.compile(r"[/#?]|https?://|$")
_NEVER = {"base", "object", "embed", "applet", "frame", "iframe", "marquee", "foreignobject", "animate", "set"}


def problems(html: str, host: str = "localhost") -> list[str]:
    """What in a page came from data and is more than text: elements, attributes, handlers, schemes, other hosts."""
    return list(found(html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False), host))


def found(tree: object, host: str = "localhost") -> Iterator[str]:
    """What in a parsed tree came from data and is more than text."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            if CANARY in (element.text or "") or "inject7" in (element.text or ""):
                yield f"a comment holds {element.text[:60]!r}"
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if CANARY in tag or (tag in _NEVER and not (tag == "base" and list(element.attrib) == ["target"])):
            yield f"element <{tag}>"
        if tag in ("script", "style") and "inject7" in (element.text or ""):
            yield f"<{tag}> holds {element.text[:80]!r}"
        if tag == "meta" and element.get("http-equiv"):
            yield f"<meta http-equiv={element.get('http-equiv')}>"
        for raw, value in element.attrib.items():
            name = raw.rpartition("}")[2].lower()
            if CANARY in name or name.startswith("on") or name == "srcdoc":
                yield f"<{tag} {name}={value[:60]!r}>"
            if name == "style" and "inject7" in value:
                yield f"<{tag} style={value[:60]!r}>"
            if name in _ADDRESSES:
                yield from _address(tag, name, value.strip(), host)


def _address(tag: str, name: str, value: str, host: str) -> Iterator[str]:
    if not _OURS.match(value):
        yield f"<{tag} {name}={value[:80]!r}>: a scheme"
    elif tag not in ("a", "link") and re.match(rf"//|https?://(?!{re.escape(host)}[/:])", value):
        yield f"<{tag} {name}={value[:80]!r}>: from elsewhere"
    elif value.startswith(("//", "/\\")):
        yield f"<{tag} {name}={value[:80]!r}>: another host"


def problems_of_xml(text: bytes) -> list[str]:
    """The same for SVG and Atom, by an XML parser."""
    return list(found(ElementTree.fromstring(text), "localhost"))
