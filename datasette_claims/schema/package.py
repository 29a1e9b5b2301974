"""Which columns a data package holds: the source of truth only, nothing that follows from it.

A package leaves out what the database makes itself: revisions, generated columns, columns that are always copied
from another row, and where a country came from. ``documents.text`` stands in a file of its own, named by
``text_file``, so that its checksum can be checked with any tool.
"""

from __future__ import annotations

from .tables import Column, Table

TEXT_FILE = "text_file"
"""Column of a package's ``documents``: path of the text in UTF-8, relative to the package."""


def package_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table's CSV in a data package, in order."""
    names = [column.name for column in table.stored if in_package(column)]
    return tuple(TEXT_FILE if (table.name, name) == ("documents", "text") else name for name in names)


def in_package(column: Column) -> bool:
    """Whether a package holds the column: not if the database makes or copies every value of it."""
    always_copied = column.copy is not None and not column.copy.optional
    return not always_copied and column.generated is None and column.name not in {"revision", "country_origin"}
