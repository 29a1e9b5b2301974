"""“Compare these”: from Datasette's own pages of ``stances`` and ``statements`` to the comparison of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from .. import permissions, site
from ..comparison import FILTER_COLUMNS
from ..comparison import encode as encode_pairs
from ..comparison.statuses import PARAMETER
from ..compat import ACTOR
from .links import Links

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

_SHARED = {
    "stances": {name: name for name in FILTER_COLUMNS},
    "statements": {
        "speaker": "actor",
        **{
            name: name
            for name in (
                *("country", "country_basis", "organization", "identification", "report_type"),
                *("date_start", "date_end", "month", "document", "publisher", "status"),
            )
        },
    },
}
"""Table -> its columns by which the comparison can be filtered -> what these are called there."""


async def compare_these(
    datasette: Datasette, actor: ACTOR, database: str, table: str, request: Request | None
) -> list[dict[str, str]]:
    """A link to the comparison with the filters of the table page, for the table's menu.

    There is none where a filter cannot be carried over: what is compared would not be what the table shows.
    """
    if table not in _SHARED or not await site.is_served(datasette, database):
        return []
    for needed in (None, "stances", "claims"):
        if not await permissions.visible(datasette, actor, database, needed):
            return []
    pairs = carried(table, request.query_string if request is not None else "")
    if pairs is None:
        return []
    query = encode_pairs(pairs)
    href = f"{Links(datasette, database).page('compare')}{'?' if query else ''}{query}"
    if table == "stances":
        label, description = "Compare these stances", "Who is on which side of which claim, with these filters"
    else:
        label, description = "Compare stances with these filters", "Who is on which side, by the same filters"
    if not any(name.partition("__")[0] == "status" for name, _ in pairs):
        description += "; reviewed stances only"
    return [{"href": href, "label": label, "description": description}]


def carried(table: str, query_string: str) -> list[tuple[str, str]] | None:
    """The filters of a table page as the comparison understands them; None where one cannot be carried over."""
    pairs: list[tuple[str, str]] = []
    for parameter, value in parse_qsl(query_string, keep_blank_values=True):
        if parameter == "_search":
            pairs += [(parameter, value)] if value.strip() else []
        elif parameter == PARAMETER:
            pairs.append(("status__in" if "," in value else "status", value))
        elif parameter in ("_where", "_through", "_searchmode") or parameter.startswith("_search_"):
            return None
        elif not parameter.startswith("_"):
            name, _, operator = parameter.rpartition("__") if "__" in parameter else (parameter, "", "exact")
            column = _SHARED[table].get(name)
            if column is None or operator not in FILTER_COLUMNS[column].operators:
                return None
            pairs.append((column if operator == "exact" else f"{column}__{operator}", value))
    return pairs
