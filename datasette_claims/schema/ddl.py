"""The SQL of the whole schema, made from the model.

``python -m datasette_claims.schema.ddl`` prints it. A migration never calls this: it runs a frozen file, and a
test holds that all migrations together give exactly this schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from .append_only import append_only_triggers
from .copies import copy_triggers
from .derived import DERIVED_INDEXES, DERIVED_SQL
from .model import TABLES
from .search import create_fts_sql, fts_triggers
from .subjects import subject_triggers


def triggers() -> dict[str, str]:
    """Name -> CREATE TRIGGER for every trigger of the schema: search, copies, subjects, revisions."""
    found: dict[str, str] = {}
    for table in TABLES:
        if table.search:
            found.update(fts_triggers(table))
    return found | copy_triggers() | subject_triggers() | append_only_triggers()


def load_triggers() -> tuple[str, ...]:
    """The triggers that a bulk load drops and creates again: search and copies, which it does set-based."""
    searched = [name for table in TABLES if table.search for name in fts_triggers(table)]
    return (*searched, *copy_triggers())


def statements() -> Iterator[str]:
    """Every CREATE statement, in an order in which they can run."""
    for table in TABLES:
        yield table.create_sql
    for table in TABLES:
        for _, sql in table.index_sql:
            yield sql
        if table.search:
            yield create_fts_sql(table)
    yield from DERIVED_SQL.values()
    yield from DERIVED_INDEXES.values()
    yield from triggers().values()


if __name__ == "__main__":
    print(";\n\n".join(statements()) + ";")
