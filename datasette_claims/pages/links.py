"""URLs within a claims database: our pages, Datasette's tables, rows and queries. One view has one URL.

A query string leaves defaults out and keeps one order, so that the same view always has the same address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from .. import compat

if TYPE_CHECKING:
    from datasette.app import Datasette

Value = str | int | Iterable[str] | None

ORDER = ("claim", "actor", "country", "organization", "document", "topic", "stance", "basis", "identification")
"""The parameters that a query string begins with, in this order; then others by name, then those that start with _."""


def _rank(name: str) -> tuple[bool, int, str]:
    column = name.partition("__")[0]
    return name.startswith("_"), ORDER.index(column) if column in ORDER else len(ORDER), name


def query_string(parameters: Mapping[str, Value], defaults: Mapping[str, Value] | None = None) -> str:
    """The canonical query string, without "?": no empty values, no defaults, always the same order.

    A parameter whose value is a list stands once for each item, in the list's order.
    """
    defaults = defaults or {}
    pairs: list[tuple[str, str]] = []
    for name in sorted(parameters, key=_rank):
        value = parameters[name]
        if value is None or value == "" or (name in defaults and value == defaults[name]):
            continue
        items = [str(value)] if isinstance(value, (str, int)) else list(value)
        pairs.extend((name, item) for item in items)
    return urlencode(pairs, safe=",:", quote_via=quote)


@dataclass(frozen=True)
class Links:
    """Makes URLs for one database, with the site's ``base_url``."""

    datasette: Datasette
    database: str

    def page(self, path: str = "", /, *ids: str, format: str | None = None, **query: Value) -> str:
        """A page of ours: ``page("compare", country="GB")``, ``page("claim", "threat-increasing", format="json")``."""
        parts = [self._start, *[part for part in path.strip("/").split("/") if part], *map(encode, ids)]
        return _with_query("/".join(parts) + (f".{format}" if format else ""), query)

    @cached_property
    def _start(self) -> str:
        """The page that all others stand below; a page has hundreds of links."""
        return f"{self.datasette.urls.database(self.database)}/-/claims"

    def table(self, table: str, /, *, facet: str | None = None, **filters: Value) -> str:
        """A table of Datasette with filters: ``table("stances", claim="x", facet="country")``.

        ``facet`` goes to the counts by that column, and asks for them where the table does not show them anyway.
        """
        query: dict[str, Value] = dict(filters)
        if facet is not None and facet not in compat.default_facets(self.datasette, self.database, table):
            query["_facet"] = facet
        place = f"#facet-{facet}" if facet else ""
        return _with_query(str(self.datasette.urls.table(self.database, table)), query) + place

    def row(self, table: str, id: str, /, *, format: str | None = None) -> str:
        """The page of one row."""
        return str(self.datasette.urls.row(self.database, table, encode(id), format=format))

    def query(self, name: str, /, **parameters: Value) -> str:
        """A canned query with its parameters."""
        return _with_query(str(self.datasette.urls.query(self.database, name)), parameters)

    def home(self) -> str:
        """Datasette's own page of the database."""
        return str(self.datasette.urls.database(self.database))


def encode(part: Any) -> str:
    """An id as it stands in a URL: Datasette's tilde encoding."""
    text = str(part)
    return text if _SAFE(text) else _encoded(text)


_SAFE = re.compile(r"[A-Za-z0-9_-]*").fullmatch
"""Whether there is nothing in an id that the tilde encoding changes, as in most: Datasette encodes sign by sign."""


@lru_cache(maxsize=4096)
def _encoded(part: str) -> str:
    """The encoding of an id that needs some; remembered, because a page of links names the same rows over and over."""
    from datasette.utils import tilde_encode

    return str(tilde_encode(part))


def _with_query(path: str, parameters: Mapping[str, Value]) -> str:
    query = query_string(parameters) if parameters else ""
    return f"{path}?{query}" if query else path
