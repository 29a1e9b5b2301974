"""Tables of who is on which side: claims, how they relate, stances; provenance and assessments."""

from __future__ import annotations

from . import vocabulary as v
from .columns import COUNTRY_ORIGIN_MEANING, NOTE, REVISION, SPAN_CHECK, country, identifier, reference, span, word
from .tables import Column, Copy, Table, Type

CLAIMS = Table(
    "claims",
    "Claims",
    "Propositions that can be supported or disputed.",
    (
        identifier("claim"),
        Column("text", "Claim", "The proposition, as one sentence.", required=True),
        word("kind", "Kind", "What kind of proposition it is.", v.CLAIM_KIND, facet=True),
        Column("topic", "Topic", "The topic under which it is filed.", facet=True, blank=v.NOT_STATED),
        Column(
            "date",
            "Date",
            "The day of the resolution or of the first appearance (ISO date, may be partial).",
            Type.DATE,
        ),
        Column("identifier", "Identifier", "An outside identifier, such as a resolution's number."),
        NOTE,
        REVISION,
    ),
    label_column="text",
    search=("text",),
    facets=("topic", "kind"),
)

CLAIM_RELATIONS = Table(
    "claim_relations",
    "Claim relations",
    "How claims relate: which is narrower, which speaks for or against another.",
    (
        identifier("relation"),
        reference("claim", "Claim", "The claim that the relation starts from.", "claims", required=True),
        word("relation", "Relation", "How it stands to the other claim.", v.CLAIM_RELATION, facet=True),
        reference("other_claim", "Other claim", "The claim that it stands in relation to.", "claims", required=True),
        NOTE,
        REVISION,
    ),
    facets=("relation",),
    id_from=("claim", "relation", "other_claim"),
    checks=('"claim" <> "other_claim"',),
)

_FROM_STATEMENT = "copied from the statement where there is one"

STANCES = Table(
    "stances",
    "Stances",
    "Who is on which side of which claim, through which statement, and how that is known.",
    (
        identifier("stance"),
        reference("claim", "Claim", "The claim that it is about.", "claims", required=True),
        word("stance", "Stance", "On which side the actor is.", v.STANCE, facet=True),
        word("basis", "Basis", "How the stance is known.", v.BASIS, facet=True),
        reference("actor", "Actor", "Whose stance it is.", "actors", required=True),
        *country("The actor's country at the time"),
        word("country_origin", "Country origin", COUNTRY_ORIGIN_MEANING, v.COUNTRY_ORIGIN),
        reference(
            "organization",
            "Organization",
            f"The organization in which the speaker holds the role; {_FROM_STATEMENT}.",
            "actors",
            copy=Copy("statement", "organization", optional=True),
        ),
        reference("statement", "Statement", "The statement through which it is known.", "statements"),
        word("factuality", "Factuality", "How certain the source is, and on which side.", v.FACTUALITY),
        reference("attributed_by", "Attributed by", "Who says that the actor holds it, if not the actor.", "actors"),
        word(
            "identification",
            "Identification",
            f"How far the speaker is identified; {_FROM_STATEMENT}.",
            v.IDENTIFICATION,
            copy=Copy("statement", "identification", optional=True),
            facet=True,
        ),
        word(
            "report_type",
            "Report type",
            f"How the statement is reported; {_FROM_STATEMENT}.",
            v.REPORT_TYPE,
            copy=Copy("statement", "report_type", optional=True),
            facet=True,
        ),
        Column(
            "date_start",
            "From",
            f"Earliest day (ISO date); {_FROM_STATEMENT}.",
            Type.DAY_FROM,
            copy=Copy("statement", "date_start", optional=True),
            facet=True,
        ),
        Column(
            "date_end",
            "To",
            f"Latest day (ISO date); {_FROM_STATEMENT}.",
            Type.DAY_TO,
            copy=Copy("statement", "date_end", optional=True),
        ),
        Column(
            "month",
            "Month",
            "The month of the earliest day, or “not_stated”; made from date_start.",
            facet=True,
            generated="coalesce(substr(\"date_start\", 1, 7), 'not_stated')",
        ),
        reference(
            "document",
            "Document",
            f"The document; {_FROM_STATEMENT}.",
            "documents",
            copy=Copy("statement", "document", optional=True),
        ),
        reference(
            "publisher",
            "Publisher",
            "Who published the document; copied from the document.",
            "actors",
            copy=Copy("document", "publisher"),
        ),
        Column(
            "topic",
            "Topic",
            "The claim's topic; copied from the claim.",
            copy=Copy("claim", "topic"),
            facet=True,
            blank=v.NOT_STATED,
        ),
        Column("original_label", "Original label", "The word that the source data set uses, such as “abstain”."),
        NOTE,
        REVISION,
    ),
    facets=("country", "stance", "basis", "actor", "document", "report_type", "month"),
    checks=('"date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"',),
    # covers the counts of a claim's sides by how they are known, without reading a row
    extra_indexes=(("claim", "stance", "basis", "identification"),),
)

PROVENANCE = Table(
    "provenance",
    "Provenance",
    "W3C PROV relations between documents, statements, mentions and actors.",
    (
        identifier("relation"),
        word("subject_type", "Subject type", "What the subject is.", v.SUBJECT_TYPE, facet=True),
        Column(
            "subject",
            "Subject",
            "The id of what came from the object.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="subject_type",
        ),
        word("relation", "Relation", "How the subject came from the object.", v.PROVENANCE_RELATION, facet=True),
        word("object_type", "Object type", "What the object is.", v.SUBJECT_TYPE),
        Column(
            "object",
            "Object",
            "The id of what the subject came from.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="object_type",
        ),
        reference(
            "statement",
            "Statement",
            "The statement for which the relation holds, if only for one.",
            "statements",
        ),
        reference("document", "Document", "The document that states it.", "documents"),
        *span("the words that state it"),
        Column("quote", "Quote", "These words, where they may be passed on."),
        NOTE,
        REVISION,
    ),
    facets=("relation", "subject_type", "document"),
    id_from=("subject", "relation", "object"),
    checks=(SPAN_CHECK,),
)

ASSESSMENTS = Table(
    "assessments",
    "Assessments",
    "An analyst's own judgement, kept apart from what the sources say.",
    (
        identifier("assessment"),
        word("subject_type", "Subject type", "What is assessed.", v.SUBJECT_TYPE, facet=True),
        Column(
            "subject",
            "Subject",
            "The id of what is assessed.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="subject_type",
        ),
        word("kind", "Kind", "What is assessed about it.", v.ASSESSMENT_KIND, facet=True),
        Column("value", "Value", "The judgement in a word or two."),
        Column("date_start", "From", "Earliest day, for a verified date (ISO date).", Type.DAY_FROM),
        Column("date_end", "To", "Latest day, for a verified date (ISO date).", Type.DAY_TO),
        Column("assessor", "Assessor", "Who judges.", required=True),
        Column("assessed_on", "Assessed on", "When (ISO date).", Type.DATE),
        Column("rationale", "Rationale", "On what the judgement rests.", required=True),
        reference("document", "Document", "A document on which it rests.", "documents"),
        Column("url", "URL", "A page on which it rests."),
        REVISION,
    ),
    label_column="value",
    facets=("kind", "subject_type", "document"),
)
