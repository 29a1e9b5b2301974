"""What the rows say about one another, checked over staged and stored rows together before anything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ..schema import BY_NAME, LOADABLE, SUBJECT_TABLES, Column, Table, Type
from ..schema.copies import CopyGroup, copy_groups
from .problems import Problem, suggestion
from .staging import Stage
from .values import country_remedy

SUGGEST_FROM = 20_000

HIERARCHIES = (
    ("actors", "parent"),
    ("documents", "revision_of"),
    ("documents", "part_of"),
    ("statements", "parent_statement"),
    ("statements", "in_reply_to"),
)
"""References that lead upwards and must end."""


def effective(stage: Stage, table: str, columns: str) -> str:
    """SELECT the columns of all rows that the table would have after the load."""
    stored = f'SELECT {columns} FROM main."{table}" AS t WHERE t.id NOT IN (SELECT id FROM temp."prune_{table}")'
    if table not in stage.counts:
        return stored
    kept = f"EXISTS (SELECT 1 FROM temp.\"diff_{table}\" AS d WHERE d.id = t.id AND d.state = 'conflict')"
    return (
        f'{stored} AND ({kept} OR NOT EXISTS (SELECT 1 FROM temp."stage_{table}" AS s WHERE s.id = t.id)) '
        f'UNION ALL SELECT {columns} FROM temp."stage_{table}" AS t WHERE NOT {kept}'
    )


def _exists(stage: Stage, table: str, value: str) -> str:
    """The condition that a row of that id would be there after the load."""
    stored = (
        f'EXISTS (SELECT 1 FROM main."{table}" AS x WHERE x.id = {value} '
        f'AND x.id NOT IN (SELECT id FROM temp."prune_{table}"))'
    )
    if table not in stage.counts:
        return stored
    gone = f"EXISTS (SELECT 1 FROM temp.\"diff_{table}\" AS d WHERE d.id = {value} AND d.state = 'conflict')"
    staged = f'EXISTS (SELECT 1 FROM temp."stage_{table}" AS x WHERE x.id = {value})'
    return f"(({staged} AND NOT {gone}) OR {stored})"


def check_completed(stage: Stage) -> Iterator[Problem]:
    """Rows that are sound by themselves but not with what the database has in the columns that they leave out."""
    for number, part in enumerate(stage.parts):
        table = BY_NAME[part.table]
        for check in table.checks:
            mentioned = [name for name in table.column_names if f'"{name}"' in check]
            given = [name for name in mentioned if name in part.given]
            if not given or len(given) == len(mentioned):
                continue
            rows = stage.conn.execute(
                f'SELECT _line, "{given[-1]}" FROM temp."stage_{table.name}" WHERE _part = {number} AND NOT ({check})'
            )
            left_out = ", ".join(name for name in mentioned if name not in part.given)
            for line, value in rows:
                wrong = f"it does not fit what the database has for {left_out}"
                yield Problem(part.file, line, given[-1], str(value), wrong, f"give {left_out} as well")


def check_references(stage: Stage) -> Iterator[Problem]:
    """References of staged rows to rows that would not be there."""
    for table in stage.tables:
        for column in table.stored:
            if column.references and column.name != "revision" and not _always_copied(column):
                yield from _missing(stage, table, column, column.references, "")
            elif column.type is Type.SUBJECT:
                for kind, target in SUBJECT_TABLES.items():
                    yield from _missing(stage, table, column, target, f"\"{column.type_column}\" = '{kind}' AND ")


def _always_copied(column: Column) -> bool:
    return column.copy is not None and not column.copy.optional


def _missing(stage: Stage, table: Table, column: Column, target: str, only: str) -> Iterator[Problem]:
    conn, name = stage.conn, f'"{column.name}"'
    if conn.execute(f"SELECT 1 FROM temp.\"diff_{table.name}\" WHERE state = 'conflict'").fetchone():
        only += f"id NOT IN (SELECT id FROM temp.\"diff_{table.name}\" WHERE state = 'conflict') AND "
    missing = [
        value
        for (value,) in conn.execute(
            f'SELECT value FROM (SELECT DISTINCT {name} AS value FROM temp."stage_{table.name}" '
            f"WHERE {only} {name} IS NOT NULL) WHERE NOT {_exists(stage, target, 'value')} ORDER BY value"
        )
    ]
    for value in missing:
        wrong, remedy = f"{target} has no such row", _remedy(stage, target, value)
        if conn.execute(f'SELECT 1 FROM temp."diff_{target}" WHERE id = ?', [value]).fetchone():
            wrong = f"a person deleted this row of {target}"
            remedy = "remove the reference, or load with --theirs to bring the row back"
        elif conn.execute(f'SELECT 1 FROM temp."prune_{target}" WHERE id = ?', [value]).fetchone():
            wrong, remedy = f"this row of {target} would be pruned", f"add it to the source of {target}"
        for file, line, _ in stage.located(table.name, f"{only} {name} = ?", [value]):
            yield Problem(file, line, column.name, value, wrong, remedy)


def _remedy(stage: Stage, target: str, value: str) -> str:
    otherwise = f"add it to {target} or correct the id"
    if target == "countries" and (found := country_remedy(value)) is not None:
        return found
    rows = stage.conn.execute(f"{effective(stage, target, 't.id')} LIMIT {SUGGEST_FROM + 1}").fetchall()
    known = [id_ for (id_,) in rows if id_ is not None]  # a staged row may lack its own
    return suggestion(value, known, otherwise) if len(rows) <= SUGGEST_FROM else otherwise


def check_pruned(stage: Stage) -> Iterator[Problem]:
    """Stored rows that would stay and refer to rows that would be pruned."""
    pruned = {t.name for t in LOADABLE if stage.conn.execute(f'SELECT 1 FROM temp."prune_{t.name}"').fetchone()}
    for table in LOADABLE:
        for column in table.stored:
            kinds = {column.references: ""} if column.references else {}
            if column.type is Type.SUBJECT:
                kinds = {
                    target: f" AND t.\"{column.type_column}\" = '{kind}'" for kind, target in SUBJECT_TABLES.items()
                }
            for target in pruned & kinds.keys():
                yield from _still_referring(stage, table, column, target, kinds[target])


def _still_referring(stage: Stage, table: Table, column: Column, target: str, only: str) -> Iterator[Problem]:
    kept = f"EXISTS (SELECT 1 FROM temp.\"diff_{table.name}\" AS d WHERE d.id = t.id AND d.state = 'conflict')"
    replaced = "0"
    if table.name in stage.counts:
        replaced = f'EXISTS (SELECT 1 FROM temp."stage_{table.name}" AS s WHERE s.id = t.id) AND NOT {kept}'
    rows = stage.conn.execute(
        f'SELECT t.id, t."{column.name}" FROM main."{table.name}" AS t WHERE t."{column.name}" IN '
        f'(SELECT id FROM temp."prune_{target}"){only} AND t.id NOT IN (SELECT id FROM temp."prune_{table.name}") '
        f"AND NOT ({replaced}) ORDER BY t.id"
    )
    for id_, value in rows:
        wrong = f"the row refers to a row of {target} that the sources no longer have"
        remedy = f"keep it in the source of {target}, change this row first, or load without --prune"
        yield Problem(table.name, None, column.name, value, wrong, remedy, row=id_)


def check_cycles(stage: Stage) -> Iterator[Problem]:
    """Staged rows whose way up leads back to themselves."""
    for table, column in HIERARCHIES:
        if table not in stage.counts or not _any(stage.conn, table, column):
            continue
        up = dict(stage.conn.execute(effective(stage, table, f't.id, t."{column}"')))
        for ring in rings({child: parent for child, parent in up.items() if parent is not None}):
            way = " → ".join([*ring[:5], *(["…"] if len(ring) > 5 else []), ring[0]])
            places = (place for id_ in sorted(ring) for place in stage.located(table, "id = ?", [id_]))
            file, line, id_ = next(places, (table, None, ring[0]))
            value = up[id_] or ""
            yield Problem(file, line, column, value, f"the rows refer to one another in a circle ({way})", "break it")


def _any(conn: sqlite3.Connection, table: str, column: str) -> bool:
    return conn.execute(f'SELECT 1 FROM temp."stage_{table}" WHERE "{column}" IS NOT NULL').fetchone() is not None


def rings(up: dict[str, str]) -> Iterator[list[str]]:
    """Every cycle of a graph in which each node has at most one way on; each node is visited once."""
    done: set[str] = set()
    for start in up:
        path: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in done and node not in path:
            path[node] = None
            node = up.get(node)
        if node is not None and node in path:
            names = list(path)
            yield names[names.index(node) :]
        done.update(path)


def check_copies(stage: Stage) -> Iterator[Problem]:
    """Staged values that say something else than the row from which the column is copied.

    The sources are held against one another first: a staged row counts even where a person's version stays.
    """
    for table in stage.tables:
        for group in copy_groups(table):
            if group.optional and _any(stage.conn, table.name, group.via):
                yield from _contradictions(stage, group)


def _contradictions(stage: Stage, group: CopyGroup) -> Iterator[Problem]:
    table, via, source = group.table.name, group.via, group.source
    given = {name: f's."{name}" IS NOT {_literal(group.table[name].default)}' for name, _ in group.pairs}
    any_given = " OR ".join(given.values())
    if not stage.conn.execute(
        f'SELECT 1 FROM temp."stage_{table}" AS s WHERE s."{via}" IS NOT NULL AND ({any_given}) LIMIT 1'
    ).fetchone():
        return
    joins, stands = f'LEFT JOIN main."{source}" AS m ON m.id = s."{via}"', 'm."{0}"'
    if source in stage.counts:
        joins += f' LEFT JOIN temp."stage_{source}" AS n ON n.id = s."{via}"'
        stands = 'iif(n.id IS NOT NULL, n."{0}", m."{0}")'
    tests = [f's."{name}" IS NOT {stands.format(column)} AND {given[name]}' for name, column in group.pairs]
    picked = ", ".join(
        f'{test}, s."{name}", {stands.format(c)}' for test, (name, c) in zip(tests, group.pairs, strict=True)
    )
    rows = stage.conn.execute(
        f'SELECT s._part, s._line, s."{via}", {picked} FROM temp."stage_{table}" AS s {joins} '
        f'WHERE s."{via}" IS NOT NULL AND ({" OR ".join(tests)})'
    )
    for part, line, through, *values in rows:
        for (name, _), differs, value, source_value in zip(
            group.pairs, values[::3], values[1::3], values[2::3], strict=True
        ):
            if differs:
                wrong = f"the {via} {through} says {source_value if source_value is not None else 'nothing'}"
                remedy = f"leave it blank (it is copied from the {via}) or correct one of the two"
                yield Problem(stage.parts[part].file, line, name, value, wrong, remedy)


def _literal(value: str | None) -> str:
    return "NULL" if value is None else f"'{value}'"
