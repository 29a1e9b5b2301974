"""Tables of how the record came about: loads and revisions."""

from __future__ import annotations

from . import vocabulary as v
from .columns import NOTE, word
from .tables import Column, Index, Table, Type

LOADS = Table(
    "loads",
    "Loads",
    "One row a load (a PROV activity): when, with which tool, from which files, with what result.",
    (
        Column("id", "Id", "Number of the load.", Type.INTEGER, integer_key=True),
        Column("started_at", "Started", "When it began (UTC).", Type.TIME, True),
        Column("finished_at", "Finished", "When it was complete (UTC).", Type.TIME, True),
        Column("tool", "Tool", "The program and its version.", required=True),
        Column("loaded_by", "By", "Who ran it."),
        Column("sources", "Sources", "The files, each with its size and SHA-256 (JSON).", Type.JSON, True),
        Column(
            "counts",
            "Counts",
            "Rows added, changed, removed, unchanged and kept, by table (JSON).",
            Type.JSON,
            True,
        ),
    ),
    label_column="started_at",
    sort_descending=True,
    loadable=False,
)

REVISIONS = Table(
    "revisions",
    "Revisions",
    "Every change: who, when, what it was before and after. Nothing here is ever deleted.",
    (
        Column(
            "id",
            "Revision",
            "Number of the change; the highest is the revision of the data.",
            Type.INTEGER,
            integer_key=True,
        ),
        Column("at", "At", "When (UTC).", Type.TIME, True),
        Column("who", "Who", "The person, or the program for a load."),
        word("operation", "Operation", "What kind of change it was.", v.REVISION_OPERATION, facet=True),
        Column("load", "Load", "The load that made it; empty for a person's change.", Type.INTEGER, references="loads"),
        Column("table_name", "Table", "The table that was changed; empty for a whole load."),
        Column("row_id", "Row", "The row that was changed."),
        Column("before", "Before", "The row before (JSON).", Type.JSON),
        Column("after", "After", "The row after (JSON).", Type.JSON),
        NOTE,
        Column(
            "action",
            "Action",
            "The first revision of the same act of one person or load; an act may change several rows.",
            Type.INTEGER,
        ),
        Column("undoes", "Undoes", "The action that this one undoes.", Type.INTEGER),
        Column(
            "request_key",
            "Request key",
            "The key of the request that made the action, so that a request that is sent twice acts once.",
        ),
        Column(
            "hash",
            "Hash",
            "SHA-256 over the hash of the revision before and the content of this one, in hexadecimal digits.",
        ),
    ),
    label_column="at",
    sort_descending=True,
    facets=("operation", "table_name"),
    loadable=False,
    extra_indexes=(("table_name", "row_id"),),
    more_indexes=(
        Index(("action",)),
        Index(("who", "action", "undoes"), where='"load" IS NULL'),
        Index(("undoes",), where='"undoes" IS NOT NULL'),
        Index(("request_key", "who"), where='"request_key" IS NOT NULL', unique=True),
    ),
)
