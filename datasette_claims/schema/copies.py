"""Copied columns: values that stand in another row and are repeated so that facets need no join.

``stances.topic`` repeats the claim's topic, ``mentions.country`` the statement's country, and so on; the model
declares each with ``Copy``. Triggers keep them right after every single write, whoever writes; a bulk load drops
the triggers inside its transaction, runs the set-based statements once and creates the triggers again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from .model import BY_NAME, LOADABLE
from .tables import Table


@dataclass(frozen=True)
class CopyGroup:
    """All columns of a table that are copied through the same reference: ``pairs`` of (column, source column)."""

    table: Table
    via: str
    source: str
    optional: bool
    pairs: tuple[tuple[str, str], ...]


def copy_groups(table: Table) -> Iterator[CopyGroup]:
    """The copies of one table, grouped by reference, in the order of the columns."""
    copied = [column for column in table.columns if column.copy]
    keys = {column.name: (column.copy.via, column.copy.optional) for column in copied if column.copy}
    for (via, optional), columns in groupby(sorted(copied, key=lambda c: keys[c.name]), key=lambda c: keys[c.name]):
        source = table[via].references
        assert source is not None, f"{table.name}.{via} is the way of a copy and must be a reference"
        pairs = tuple((column.name, column.copy.column) for column in columns if column.copy)
        yield CopyGroup(table, via, source, optional, pairs)


def all_copy_groups() -> tuple[CopyGroup, ...]:
    """Every copy, ordered so that what is copied onward is copied first (statement -> stance -> publisher)."""
    groups = [group for table in LOADABLE for group in copy_groups(table)]
    return tuple(sorted(groups, key=lambda group: _depth(group)))


def _depth(group: CopyGroup) -> int:
    """How many copies lie before this one: a copy through a copied reference, or of a copied column, comes later."""
    depth = 0
    via = group.table[group.via].copy
    if via is not None:
        depth = 1 + max(_depth(g) for g in copy_groups(group.table) if (group.via in dict(g.pairs)))
    for _, column in group.pairs:
        source = BY_NAME[group.source][column].copy
        if source is not None:
            onward = [g for g in copy_groups(BY_NAME[group.source]) if column in dict(g.pairs)]
            depth = max(depth, 1 + max(_depth(g) for g in onward))
    return depth


def refresh_sql(group: CopyGroup, where: str = "1") -> str:
    """An UPDATE that copies the values for all rows in which they differ.

    A missing reference leaves the column's default, except where the copy is optional: then the row's own value
    stays. ``where`` narrows the rows, in terms of the table's own columns.
    """
    table = group.table.name
    values = [(name, _value(group, name, column)) for name, column in group.pairs]
    changes = " OR ".join(f'"{name}" IS NOT {value}' for name, value in values)
    sets = ", ".join(f'"{name}" = {value}' for name, value in values)
    given = f'"{group.via}" IS NOT NULL AND ' if group.optional else ""
    return f'UPDATE "{table}" SET {sets} WHERE {given}({where}) AND ({changes})'


def _value(group: CopyGroup, name: str, column: str) -> str:
    default = group.table[name].default
    select = (
        f'(SELECT source."{column}" FROM "{group.source}" AS source WHERE source."id" = '
        f'"{group.table.name}"."{group.via}")'
    )
    return select if default is None else f"coalesce({select}, '{default}')"


def copy_triggers() -> dict[str, str]:
    """Name -> CREATE TRIGGER: on the copying table when its row or reference changes, on the source when it does."""
    triggers: dict[str, str] = {}
    for group in all_copy_groups():
        table, via, source = group.table.name, group.via, group.source
        copied = ", ".join(f'"{name}"' for name, _ in group.pairs)
        columns = ", ".join(f'"{column}"' for _, column in group.pairs)
        one = refresh_sql(group, f'"{table}"."id" = new."id"')
        many = refresh_sql(group, f'"{table}"."{via}" = new."id"')
        base = f"{table}_copy_{via}"
        triggers[f"{base}_insert"] = f'CREATE TRIGGER "{base}_insert" AFTER INSERT ON "{table}" BEGIN {one}; END'
        triggers[f"{base}_update"] = (
            f'CREATE TRIGGER "{base}_update" AFTER UPDATE OF "{via}", {copied} ON "{table}" BEGIN {one}; END'
        )
        triggers[f"{base}_source"] = (
            f'CREATE TRIGGER "{base}_source" AFTER UPDATE OF {columns} ON "{source}" BEGIN {many}; END'
        )
    return triggers
