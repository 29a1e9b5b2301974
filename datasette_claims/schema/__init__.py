"""The model: its words, tables, columns, search, and how a database is made and brought up to date.

Everything else reads the model from here: ``TABLES`` and ``BY_NAME`` for tables and columns, ``vocabulary`` for
the enumerations, ``migrate`` to make or update a database.
"""

from . import vocabulary
from .migrations import SchemaError, is_claims_database, migrate, pending
from .model import BY_NAME, LOADABLE, STAGED, SUBJECT_TABLES, TABLES
from .tables import Column, Copy, Table, Type

__all__ = [
    "BY_NAME",
    "LOADABLE",
    "STAGED",
    "SUBJECT_TABLES",
    "TABLES",
    "Column",
    "Copy",
    "SchemaError",
    "Table",
    "Type",
    "is_claims_database",
    "migrate",
    "pending",
    "vocabulary",
]
