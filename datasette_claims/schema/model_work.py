"""Tables of the work on the record: what programs sent, who is to do what, where passages were anchored, proposals.

They stay in the database: a data package holds the record, not the way to it. What they name is no foreign key where
the row is to be kept as history when the named one is deleted.
"""

from __future__ import annotations

from . import vocabulary as v
from .columns import NOTE, REVISION, SPAN_CHECK, identifier, reference, span, word
from .tables import Column, Index, Table, Type

ANNOTATIONS = Table(
    "annotations",
    "Annotations",
    "Annotations that programs sent through the Web Annotation Protocol, each kept as it was sent.",
    (
        identifier("annotation"),
        Column(
            "mention", "Mention", "The id of the mention that it became; empty for a note. The mention may be gone."
        ),
        Column(
            "document",
            "Document",
            "The id of the document that it is about; empty for a page that is not in the record.",
        ),
        Column("annotation", "Annotation", "The annotation as it was sent, without its id (JSON).", Type.JSON, True),
        Column("source", "Source", "The web address of its first target."),
        Column("note", "Note", "Its words."),
        Column("made_by", "Made by", "Who sent it."),
        Column("made_at", "Made at", "When it was first sent (UTC).", Type.TIME),
        Column("modified_at", "Modified at", "When it was last sent (UTC).", Type.TIME),
        REVISION,
    ),
    label_column="note",
    facets=("document",),
    loadable=False,
    more_indexes=(Index(("mention",)), Index(("document",))),
)

ASSIGNMENTS = Table(
    "assignments",
    "Assignments",
    "Who is asked to annotate, review or adjudicate which document.",
    (
        identifier("assignment"),
        reference("document", "Document", "The document to work on.", "documents", required=True),
        Column("person", "Person", "Who is asked: the id with which the person signs in.", required=True),
        word("task", "Task", "What is to be done.", v.TASK),
        Column("blind", "Blind", "1 where the person is not shown what other coders marked.", Type.BOOLEAN),
        Column("assigned_by", "Assigned by", "Who gave the assignment."),
        Column("assigned_at", "Assigned at", "When it was given (UTC).", Type.TIME),
        Column("done_at", "Done at", "When the person called it done (UTC); empty while it is open.", Type.TIME),
        NOTE,
        REVISION,
    ),
    facets=("document", "person"),
    loadable=False,
    more_indexes=(Index(("document", "person", "task"), unique=True), Index(("person", "done_at"))),
)

ANCHORINGS = Table(
    "anchorings",
    "Anchorings",
    "Where the passage of a row was found in each version of its document, how surely, and by which algorithm.",
    (
        identifier("anchoring"),
        word("subject_type", "Subject type", "Which kind of row the passage belongs to.", v.ANCHORED_TYPE),
        Column("subject", "Subject", "The id of that row; the row may be gone.", required=True),
        reference(
            "document", "Document", "The version in which the passage was looked for.", "documents", required=True
        ),
        *span("the passage in that version; empty for an orphan"),
        Column("exact", "Words", "The words of the passage, where they may be kept."),
        Column("prefix", "Before", "The 32 code points before the passage, where they may be kept."),
        Column("suffix", "After", "The 32 code points after the passage, where they may be kept."),
        word("state", "State", "What became of the passage.", v.ANCHOR_STATE),
        Column("score", "Score", "How well the words and their surroundings fit, from 0 to 1.", Type.SCORE),
        Column("algorithm", "Algorithm", "The method that found it, with its version."),
        Column("anchored_at", "Anchored at", "When it was anchored (UTC).", Type.TIME),
        Column(
            "alternatives",
            "Alternatives",
            "Other places that are possible: a JSON list of [start, end] pairs; empty unless it is ambiguous.",
            Type.JSON,
        ),
        Column("decided_by", "Decided by", "Who chose the place; empty where the algorithm did."),
        NOTE,
        REVISION,
    ),
    facets=("document",),
    loadable=False,
    checks=(SPAN_CHECK,),
    more_indexes=(Index(("subject_type", "subject")), Index(("state",), where="\"state\" <> 'anchored'")),
)

PROPOSALS = Table(
    "proposals",
    "Proposals",
    "What a program suggests to a person: a speaker, a claim, a stance, two rows that may be one.",
    (
        identifier("proposal"),
        word("kind", "Kind", "What is suggested.", v.PROPOSAL_KIND),
        word("subject_type", "Subject type", "What the proposal is about.", v.SUBJECT_TYPE),
        Column("subject", "Subject", "The id of the row that it is about; the row may be gone.", required=True),
        Column(
            "object_type",
            "Object type",
            "What kind of existing row is suggested, if one is.",
            Type.WORD,
            enumeration=v.SUBJECT_TYPE,
        ),
        Column("object", "Object", "The id of the existing row that is suggested; empty where none is."),
        Column("value", "Value", "What is suggested beyond an existing row: a text, or JSON with several values."),
        Column("score", "Score", "How likely the suggestion is right, from 0 to 1.", Type.SCORE),
        Column("reason", "Reason", "Why it is suggested, as a sentence."),
        word("status", "Status", "What became of it.", v.PROPOSAL_STATUS),
        Column("decided_by", "Decided by", "Who accepted or declined it."),
        Column("decided_at", "Decided at", "When (UTC).", Type.TIME),
        REVISION,
    ),
    loadable=False,
    more_indexes=(Index(("subject_type", "subject", "status")), Index(("kind",), where="\"status\" = 'open'")),
)
