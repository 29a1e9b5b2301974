"""The status of a stance in Datasette's own tables: a reviewed stance whose claim or statement is a draft says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .. import permissions
from ..compat import LABELS_ARE_GATED
from ..schema.vocabulary import STATUS
from . import marks
from .status import status_mark

if TYPE_CHECKING:
    from datasette.app import Datasette

_OF = {"claim": ("claims", "on a claim that is:"), "statement": ("statements", "of a statement that is:")}
"""What a stance hangs on: the column, its table, and how the mark is introduced."""
_STATUSES = f"select {', '.join(f'(select status from {table} where id = ?)' for table, _ in _OF.values())}"


async def settled(datasette: Datasette, database: str, row: Any) -> Markup:
    """The cell of a stance that is reviewed itself. ``row`` is the row as Datasette shows it.

    On 1.0 a label beside an id says that Datasette's gate has let the viewer see that table. Where there is none, and
    on 0.65, which labels whatever there is and does not say who looks, only what everybody may see is told.
    """
    cell = marks.word(STATUS, "reviewed")
    values = [row[column] if column in row.keys() else None for column in _OF]  # noqa: SIM118 (a row iterates over values)
    ids = [value["value"] if isinstance(value, Mapping) else value for value in values]
    found = (await datasette.get_database(database).execute(_STATUSES, ids)).rows[0]
    for status, value, (table, introduced) in zip(found, values, _OF.values(), strict=True):
        mark = status_mark(status)
        if not mark:
            continue
        gated = LABELS_ARE_GATED and isinstance(value, Mapping)
        if gated or (await permissions.visible_tables(datasette, None, database, [table]))[table]:
            cell += Markup(" {} {}").format(introduced, mark)
    return cell
