"""How values look in Datasette's own tables, rows and query results, for claims databases only.

Returns None where Datasette's own way is right: plain text, numbers, offsets, dates, and links to http(s) URLs.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from .. import site
from ..schema import BY_NAME, TABLES, Column, Type
from ..schema.vocabulary import Enumeration
from . import marks, wording
from .links import Links, encode
from .passages import anchor
from .revisions import state_of
from .stance_status import settled
from .visible import HIDDEN, shown

if TYPE_CHECKING:
    from datasette.app import Datasette

LABEL_LENGTH = 90
"""Code points of a reference's label that a cell shows; the rest stands in the title."""

LONG = 32
"""From this length on a label is set wider, so that it does not become a column of single words."""


def _shared_enumerations() -> dict[str, Enumeration]:
    """Column names that mean the same enumeration in every table, so that a query's result can show them too."""
    found: dict[str, set[str]] = {}
    by_name: dict[str, Enumeration] = {}
    for table in TABLES:
        for column in table.columns:
            found.setdefault(column.name, set()).add(column.enumeration.name if column.enumeration else "")
            if column.enumeration:
                by_name[column.name] = column.enumeration
    return {name: by_name[name] for name, kinds in found.items() if name in by_name and len(kinds) == 1}


SHARED = _shared_enumerations()
CHECKSUMS = {"text_sha256", "sha256"}


def render(
    datasette: Datasette, database: str, table: str | None, column: str, value: Any, row: Any
) -> Markup | Awaitable[Markup] | None:
    """The HTML of one cell, or None for Datasette's own. ``table`` is None in the results of a query."""
    if value is None or value == "" or not site.is_known(datasette, database):
        return None
    if (table, column, value) == ("stances", "status", "reviewed"):
        return settled(datasette, database, row)
    model = BY_NAME.get(table) if table is not None else None
    if table is None:
        made = _in_query(column, value, row)
    elif model is None or column not in model.column_names:
        return None
    else:
        made = _in_table(_Ways(datasette, database), table, model[column], value, row)
    if made is None and isinstance(value, str) and HIDDEN.search(value):
        made = escape(value)
    return None if made is None else _seen_through(made)


def _seen_through(made: Markup) -> Markup:
    """The same with what its texts hide in boxes; in most there can be nothing."""
    return made if made.isascii() and made.isprintable() else Markup(shown(str(made)))


class _Ways:
    """Where a cell leads: a table has thousands of them, so the beginnings of the addresses are kept."""

    _starts: ClassVar[WeakKeyDictionary[Datasette, dict[tuple[str, str], str]]] = WeakKeyDictionary()

    def __init__(self, datasette: Datasette, database: str) -> None:
        self._datasette, self._database = datasette, database

    def row(self, table: str, id: str) -> str:
        """Datasette's page of a row."""
        return f"{self._start(table)}/{encode(id)}"

    def read(self, document: str) -> str:
        """Where a document is read."""
        return f"{self._start('')}/{encode(document)}"

    def _start(self, table: str) -> str:
        known, key = self._starts.setdefault(self._datasette, {}), (self._database, table)
        if key not in known:
            links = Links(self._datasette, self._database)
            known[key] = links.table(table) if table else links.page("read")
        return known[key]


def _in_query(column: str, value: Any, row: Any) -> Markup | None:
    if not isinstance(value, str):
        return None
    if column in SHARED:
        return _word(SHARED[column], column, value, row)
    if column == "content":
        return marks.content(value, _beside(row, "wording"))
    if column == "quote":
        return marks.quotation(value)
    return marks.checksum(value) if column in CHECKSUMS else None


def _in_table(ways: _Ways, table: str, column: Column, value: Any, row: Any) -> Markup | None:
    if isinstance(value, Mapping):
        return _reference(ways, table, column, str(value["value"]), value["label"], row)
    if column.references and column.type is Type.REFERENCE:
        return _reference(ways, table, column, str(value), None, row)
    if not isinstance(value, str):
        return None
    if column.enumeration is not None:
        return _word(column.enumeration, column.name, value, row)
    if column.type is Type.JSON:
        return _json(column.name, value, row)
    if table == "documents" and column.name in ("title", "text"):
        return _document(ways, column.name, value, row)
    if column.name in CHECKSUMS:
        return marks.checksum(value)
    if column.name == "content":
        return marks.content(value, _beside(row, "wording"))
    return marks.quotation(value) if column.name == "quote" else None


def _word(enumeration: Enumeration, column: str, value: str, row: Any) -> Markup:
    if column == "stance":
        return marks.stance(value, _beside(row, "basis"))
    return marks.basis(value) if column == "basis" else marks.word(enumeration, value)


def _reference(ways: _Ways, table: str, column: Column, id: str, label: object, row: Any) -> Markup:
    """A link to what is referred to, by its label; label and id in the title. A document opens where it is read, and
    a mention's document at the mention."""
    name = str(label) if label not in (None, "") else id
    title = id if name == id else f"{name} ({id})"
    shown = wording.shortened(name, LABEL_LENGTH)
    url = ways.row(str(column.references), id)
    if column.references == "documents":
        mention = _beside(row, "id") if table == "mentions" else None
        url = ways.read(id) + (f"#m-{anchor(mention)}" if mention else "")
    kind = "claims-reference claims-long" if len(shown) > LONG else "claims-reference"
    return Markup(f'<a class="{kind}" href="{escape(url)}" title="{escape(title)}">{escape(shown)}</a>')


def _document(ways: _Ways, column: str, value: str, row: Any) -> Markup | None:
    """A document's title, or the length of its text, as a link to where it is read."""
    id = _beside(row, "id")
    if id is None:
        return None
    shown = value if column == "title" else f"{wording.number(len(value))} characters"
    return Markup('<a href="{}">{}</a>').format(ways.read(id), shown)


def _json(column: str, value: str, row: Any) -> Markup | None:
    """JSON folded under a summary: what changed, for a revision that has a before and an after."""
    try:
        parsed = json.loads(value)
    except ValueError:
        return None
    summary = wording.count(len(parsed), "entry", "entries") if isinstance(parsed, (dict, list)) else value
    earlier = state_of(_beside(row, "before"))
    if column == "after" and earlier is not None and isinstance(parsed, dict):
        changed = [key for key in parsed if parsed[key] != earlier.get(key)]
        summary = f"Changed: {wording.listed(changed)}" if changed else "Nothing changed"
    pretty = json.dumps(parsed, ensure_ascii=False, indent=1)
    return Markup('<details class="claims-json"><summary>{}</summary><pre>{}</pre></details>').format(summary, pretty)


def _beside(row: Any, column: str) -> str | None:
    """The value of another column of the same row, where the row has it as text."""
    if column not in row.keys():  # noqa: SIM118 (a sqlite3.Row iterates over its values)
        return None
    value = row[column]
    return value if isinstance(value, str) else None
