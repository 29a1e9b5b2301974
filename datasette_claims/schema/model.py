"""The tables of the model, with every column described. See ``docs/design.md`` for the reasons.

Order matters: a table refers only to tables before it or to itself, so inserting in this order and deleting in
the reverse order is always possible.
"""

from __future__ import annotations

from .model_positions import ASSESSMENTS, CLAIM_RELATIONS, CLAIMS, PROVENANCE, STANCES
from .model_record import LOADS, REVISIONS
from .model_sources import ACTORS, COUNTRIES, DOCUMENTS, EVENTS, MEMBERSHIPS, SEGMENTS
from .model_speech import EVIDENCE, MENTIONS, STATEMENTS
from .model_work import ANCHORINGS, ANNOTATIONS, ASSIGNMENTS, PROPOSALS
from .tables import Table

__all__ = [
    "ACTORS",
    "ANCHORINGS",
    "ANNOTATIONS",
    "ASSESSMENTS",
    "ASSIGNMENTS",
    "BY_NAME",
    "CLAIMS",
    "CLAIM_RELATIONS",
    "COUNTRIES",
    "DOCUMENTS",
    "EVENTS",
    "EVIDENCE",
    "LOADABLE",
    "LOADS",
    "MEMBERSHIPS",
    "MENTIONS",
    "PROPOSALS",
    "PROVENANCE",
    "REVISIONS",
    "SEGMENTS",
    "STAGED",
    "STANCES",
    "STATEMENTS",
    "SUBJECT_TABLES",
    "TABLES",
]

TABLES: tuple[Table, ...] = (
    LOADS,
    REVISIONS,
    COUNTRIES,
    ACTORS,
    DOCUMENTS,
    SEGMENTS,
    MEMBERSHIPS,
    EVENTS,
    STATEMENTS,
    MENTIONS,
    EVIDENCE,
    CLAIMS,
    CLAIM_RELATIONS,
    STANCES,
    PROVENANCE,
    ASSESSMENTS,
    ANNOTATIONS,
    ASSIGNMENTS,
    ANCHORINGS,
    PROPOSALS,
)
"""Every table, in the order in which rows can be inserted."""

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

LOADABLE: tuple[Table, ...] = tuple(table for table in TABLES if table.loadable)
"""The tables that a data package may hold, in the order in which rows can be inserted."""

STAGED: tuple[Table, ...] = (*LOADABLE, PROPOSALS)
"""What a load may write: the tables of a package, and the proposals that come with drafts made elsewhere."""

SUBJECT_TABLES: dict[str, str] = {
    "actor": "actors",
    "document": "documents",
    "event": "events",
    "statement": "statements",
    "mention": "mentions",
    "claim": "claims",
    "stance": "stances",
}
"""Which table a word of ``subject_type`` names."""
