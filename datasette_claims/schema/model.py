"""The tables of the model, with every column described. See ``docs/model.md`` for the reasons.

Order matters: a table refers only to tables before it or to itself (documents and actors, which refer to each
other through memberships, are ordered by need), so loading in this order and deleting in the reverse order is
always possible.
"""

from __future__ import annotations

from . import vocabulary as v
from .tables import Column, Copy, Table, Type

_COUNTRY_BASIS = "In which sense the row has its country: represents, nationality, based in."
_COUNTRY_ORIGIN = "Whether the country was given in the row or derived, and from what."
_REVISION = Column(
    "revision",
    "Revision",
    "The last change of this row. A change made against an older revision is refused.",
    Type.INTEGER,
    required=True,
    references="revisions",
)
_NOTE = Column("note", "Note", "A remark by whoever made this record.")
_SPAN_CHECK = '("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start"'


def _id(what: str) -> Column:
    return Column("id", "Id", f"A stable, readable name for the {what}; it stands in URLs.", Type.IDENTIFIER, True)


def _reference(name: str, label: str, description: str, table: str, **more: object) -> Column:
    return Column(name, label, description, Type.REFERENCE, references=table, **more)  # type: ignore[arg-type]


def _word(name: str, label: str, description: str, enumeration: v.Enumeration, **more: object) -> Column:
    required = enumeration.default is None
    return Column(name, label, description, Type.WORD, required, enumeration=enumeration, **more)  # type: ignore[arg-type]


def _span(of: str) -> tuple[Column, Column]:
    return (
        Column(
            "span_start",
            "Span start",
            f"First code point of {of} in the document's text, from 0.",
            Type.INTEGER,
        ),
        Column("span_end", "Span end", f"Code point after the last one of {of}.", Type.INTEGER),
    )


def _days(what: str) -> tuple[Column, Column, Column]:
    """The interval in which something happened, and the month by which it is faceted."""
    return (
        Column("date_start", "From", f"Earliest day of {what} (ISO date).", Type.DAY_FROM, facet=True),
        Column("date_end", "To", f"Latest day of {what} (ISO date); the same day where it is exact.", Type.DAY_TO),
        Column(
            "month",
            "Month",
            "The month of the earliest day, or “not_stated”; made from date_start.",
            facet=True,
            generated="coalesce(substr(\"date_start\", 1, 7), 'not_stated')",
        ),
    )


def _country(whose: str, copy: Copy | None = None, basis_copy: Copy | None = None) -> tuple[Column, Column]:
    return (
        _reference("country", "Country", f"{whose} (ISO 3166-1 alpha-2).", "countries", copy=copy, facet=True),
        _word("country_basis", "Country basis", _COUNTRY_BASIS, v.COUNTRY_BASIS, copy=basis_copy, facet=True),
    )


COUNTRIES = Table(
    "countries",
    "Countries",
    "Countries and other entities by ISO 3166-1 alpha-2 code, with former ones and those that data sets use.",
    (
        _id("country: its two-letter code (NA is Namibia)"),
        Column("name", "Name", "The common English name.", required=True),
        Column("alpha_3", "Three-letter code", "ISO 3166-1 alpha-3, where there is one."),
        _word(
            "kind",
            "Kind",
            "Whether it is a current country, a former one or another entity.",
            v.COUNTRY_KIND,
            facet=True,
        ),
        Column("withdrawn", "Withdrawn", "When ISO withdrew the code (ISO date, may be partial).", Type.DATE),
        _REVISION,
    ),
    label_column="name",
    sort="name",
    facets=("kind",),
)

ACTORS = Table(
    "actors",
    "Actors",
    "People, organizations and groups that speak or are spoken for.",
    (
        _id("actor"),
        Column("name", "Name", "The name by which the actor is shown.", required=True),
        _word("kind", "Kind", "Person, organization or group.", v.ACTOR_KIND, facet=True),
        _word(
            "identification",
            "Identification",
            "How far a reader can know who it is.",
            v.IDENTIFICATION,
            facet=True,
        ),
        *_country("The actor's country"),
        _reference("parent", "Part of", "The organization that this one is a part of.", "actors"),
        Column("other_names", "Other names", "Other names and spellings, separated by semicolons.", Type.LIST),
        Column(
            "in_text",
            "In the text",
            "1 where a document names the actor, 0 where it is only implied.",
            Type.BOOLEAN,
        ),
        _NOTE,
        _REVISION,
    ),
    label_column="name",
    search=("name", "other_names"),
    sort="name",
    facets=("country", "kind", "identification"),
)

DOCUMENTS = Table(
    "documents",
    "Documents",
    "What was read: articles, releases, transcripts, photographs, each version for itself.",
    (
        _id("document"),
        Column("title", "Title", "The title as published.", required=True),
        _word("kind", "Kind", "What kind of document it is.", v.DOCUMENT_KIND, facet=True),
        _reference("publisher", "Publisher", "Who published it.", "actors"),
        _reference(
            "country",
            "Country",
            "The publisher's country.",
            "countries",
            copy=Copy("publisher", "country"),
            facet=True,
        ),
        Column("language", "Language", "The language of the text (BCP 47, such as “en”)."),
        Column(
            "published_on",
            "Published on",
            "The day of publication (ISO date, may be partial).",
            Type.DATE,
            facet=True,
        ),
        Column("url", "URL", "Where it was published."),
        Column("credit_line", "Credit line", "Who else is credited, as printed."),
        _word("rights", "Rights", "Whether its text may be passed on.", v.RIGHTS, facet=True),
        _reference("revision_of", "Revision of", "The earlier version of the same document.", "documents"),
        _reference(
            "part_of",
            "Part of",
            "The document in which it appears, as a photograph does in an article.",
            "documents",
        ),
        Column("text_length", "Length", "Length of the text in Unicode code points.", Type.INTEGER),
        Column(
            "text_sha256",
            "SHA-256",
            "Checksum of the text in UTF-8; says whether a text is the one that was read.",
        ),
        _NOTE,
        _REVISION,
        Column("text", "Text", "The text itself, where it may be kept; all offsets count its code points from 0."),
    ),
    label_column="title",
    search=("title", "text"),
    sort="published_on",
    sort_descending=True,
    facets=("country", "publisher", "kind"),
)

SEGMENTS = Table(
    "segments",
    "Segments",
    "The parts of a document: headline, lead, paragraphs, captions, credits.",
    (
        _id("segment"),
        _reference("document", "Document", "The document of which it is a part.", "documents", required=True),
        Column("line", "Line", "The line of the text on which it stands, from 1.", Type.INTEGER),
        _word("kind", "Kind", "Which part of the document it is.", v.SEGMENT_KIND, facet=True),
        *_span("the segment"),
        _REVISION,
    ),
    facets=("document", "kind"),
    checks=(_SPAN_CHECK,),
)

MEMBERSHIPS = Table(
    "memberships",
    "Memberships",
    "Who held which role in which organization, as a document says or for a time.",
    (
        _id("membership"),
        _reference("person", "Person", "Who holds the role.", "actors", required=True),
        _reference("organization", "Organization", "Where the role is held.", "actors"),
        Column("role", "Role", "The role or office, as stated."),
        _reference("on_behalf_of", "On behalf of", "For whom the organization sends the person.", "actors"),
        Column("date_start", "Since", "First day of the role (ISO date, may be partial).", Type.DATE),
        Column("date_end", "Until", "Last day of the role (ISO date, may be partial).", Type.DATE),
        Column("as_of", "As of", "A day on which the role is attested (ISO date, may be partial).", Type.DATE),
        _reference("document", "Document", "The document that states the role.", "documents"),
        *_span("the words that state the role"),
        Column("quote", "Quote", "These words, where they may be passed on."),
        _NOTE,
        _REVISION,
    ),
    label_column="role",
    facets=("organization", "document"),
    checks=(_SPAN_CHECK,),
)

EVENTS = Table(
    "events",
    "Events",
    "The occasions on which statements were made.",
    (
        _id("event"),
        Column("label", "Label", "A short name for the occasion.", required=True),
        _word("kind", "Kind", "What kind of occasion it was.", v.EVENT_KIND, facet=True),
        *_days("the occasion"),
        _word("date_basis", "Date basis", "How the date is known.", v.DATE_BASIS),
        Column("place", "Place", "Where it took place."),
        _reference("country", "Country", "The country in which it took place.", "countries", facet=True),
        _NOTE,
        _REVISION,
    ),
    label_column="label",
    sort="date_start",
    facets=("country", "kind"),
    checks=('"date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"',),
)

STATEMENTS = Table(
    "statements",
    "Statements",
    "What was said: one utterance, refusal, order or belief of one speaker, whoever reported it.",
    (
        _id("statement"),
        Column("content", "Content", "What was said. See “wording” for whose words these are."),
        _word("wording", "Wording", "Whose words the content holds.", v.WORDING, facet=True),
        _reference("speaker", "Speaker", "Who said it.", "actors"),
        *_country("The speaker's country at the time of speaking"),
        _word("country_origin", "Country origin", _COUNTRY_ORIGIN, v.COUNTRY_ORIGIN),
        Column("speaker_label", "Speaker as printed", "How the document names the speaker."),
        Column("speaker_role", "Role", "The speaker's role at the time."),
        _reference("organization", "Organization", "The organization in which the speaker holds the role.", "actors"),
        _reference("on_behalf_of", "On behalf of", "For whom the speaker speaks.", "actors"),
        _word(
            "identification",
            "Identification",
            "How far the text identifies the speaker.",
            v.IDENTIFICATION,
            facet=True,
        ),
        _word("attribution_terms", "Terms", "On which terms the speaker is quoted.", v.ATTRIBUTION_TERMS),
        _word("kind", "Kind", "Utterance, caption or credit.", v.STATEMENT_KIND, facet=True),
        _word("report_type", "Report type", "How its fullest mention reports it.", v.REPORT_TYPE, facet=True),
        _word("speech_act", "Speech act", "What the speaker does by saying it.", v.SPEECH_ACT, facet=True),
        Column("cue", "Cue", "The reporting words: “said”, “tweeted”, “would not be drawn on”."),
        Column("date_text", "Date as printed", "The date in the document's own words."),
        *_days("speaking"),
        _word("date_basis", "Date basis", "How the date is known.", v.DATE_BASIS),
        _reference("event", "Event", "The occasion on which it was said.", "events"),
        _word("channel", "Channel", "Through what it was said.", v.CHANNEL, facet=True),
        _word("access", "Access", "How the outlet knows of it.", v.ACCESS, facet=True),
        _reference("audience", "Audience", "To whom it was said.", "actors"),
        Column("audience_label", "Audience as printed", "How the document names the audience."),
        _reference(
            "parent_statement",
            "Told in",
            "The statement in which this one is told, if it is nested.",
            "statements",
        ),
        _reference("in_reply_to", "In reply to", "The statement that it answers, or declines to.", "statements"),
        _word("polarity", "Polarity", "Whether the content is presented as so or not so.", v.POLARITY),
        _word("certainty", "Certainty", "How sure the source is.", v.CERTAINTY),
        Column("hedged", "Hedged", "1 where words weaken or limit it.", Type.BOOLEAN),
        Column("hedge_terms", "Hedges", "These words, separated by semicolons.", Type.LIST),
        Column("editorial_insertions", "Insertions", "Words that the outlet put in brackets.", Type.LIST),
        _word("translation", "Translation", "Whether the words are a translation.", v.TRANSLATION),
        _reference("document", "Document", "The document that holds its fullest mention.", "documents"),
        _reference(
            "publisher",
            "Publisher",
            "Who published that document.",
            "actors",
            copy=Copy("document", "publisher"),
        ),
        _NOTE,
        _REVISION,
    ),
    label_column="content",
    search=("content", "speaker_label"),
    facets=("country", "speaker", "report_type", "document", "month"),
    checks=(
        '"date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"',
        '"parent_statement" IS NULL OR "parent_statement" <> "id"',
    ),
)

MENTIONS = Table(
    "mentions",
    "Mentions",
    "One report of a statement in one document: the same words quoted twice are two mentions of one statement.",
    (
        _id("mention"),
        _reference("statement", "Statement", "The statement that it reports.", "statements", required=True),
        _reference("document", "Document", "The document in which it stands.", "documents", required=True),
        _reference("segment", "Segment", "The part of the document in which it stands.", "segments"),
        _word("report_type", "Report type", "How it reports the statement.", v.REPORT_TYPE, facet=True),
        _reference(
            "speaker",
            "Speaker",
            "Who said it; copied from the statement.",
            "actors",
            copy=Copy("statement", "speaker"),
        ),
        *_country(
            "The speaker's country at the time of speaking; copied from the statement",
            Copy("statement", "country"),
            Copy("statement", "country_basis"),
        ),
        _word(
            "identification",
            "Identification",
            "How far this report identifies the speaker.",
            v.IDENTIFICATION,
            facet=True,
        ),
        Column("speaker_label", "Speaker as printed", "How this report names the speaker."),
        Column("cue", "Cue", "The reporting words of this report."),
        Column("content", "Content", "What this report says was said."),
        _word("wording", "Wording", "Whose words the content holds.", v.WORDING),
        *_span("the report"),
        Column("quote", "Quote", "The words of the report, where they may be passed on."),
        _REVISION,
    ),
    label_column="content",
    facets=("country", "document", "report_type", "speaker"),
    checks=(_SPAN_CHECK,),
)

EVIDENCE = Table(
    "evidence",
    "Evidence",
    "The exact spans of a mention: who, reporting words, content, verbatim words, date, audience, hedges.",
    (
        _id("span"),
        _reference("mention", "Mention", "The mention of which it is a part.", "mentions", required=True),
        _word("part", "Part", "Which part of the mention it is.", v.EVIDENCE_PART, facet=True),
        Column("span_start", "Span start", "First code point in the document's text, from 0.", Type.INTEGER, True),
        Column("span_end", "Span end", "Code point after the last one.", Type.INTEGER, True),
        Column("quote", "Quote", "The words of the span, where they may be passed on."),
        _REVISION,
    ),
    label_column="quote",
    facets=("part",),
    checks=('"span_end" > "span_start"',),
)

CLAIMS = Table(
    "claims",
    "Claims",
    "Propositions that can be supported or disputed.",
    (
        _id("claim"),
        Column("text", "Claim", "The proposition, as one sentence.", required=True),
        _word("kind", "Kind", "What kind of proposition it is.", v.CLAIM_KIND, facet=True),
        Column("topic", "Topic", "The topic under which it is filed.", facet=True, blank=v.NOT_STATED),
        Column(
            "date",
            "Date",
            "The day of the resolution or of the first appearance (ISO date, may be partial).",
            Type.DATE,
        ),
        Column("identifier", "Identifier", "An outside identifier, such as a resolution's number."),
        _NOTE,
        _REVISION,
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
        _id("relation"),
        _reference("claim", "Claim", "The claim that the relation starts from.", "claims", required=True),
        _word("relation", "Relation", "How it stands to the other claim.", v.CLAIM_RELATION, facet=True),
        _reference("other_claim", "Other claim", "The claim that it stands in relation to.", "claims", required=True),
        _NOTE,
        _REVISION,
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
        _id("stance"),
        _reference("claim", "Claim", "The claim that it is about.", "claims", required=True),
        _word("stance", "Stance", "On which side the actor is.", v.STANCE, facet=True),
        _word("basis", "Basis", "How the stance is known.", v.BASIS, facet=True),
        _reference("actor", "Actor", "Whose stance it is.", "actors", required=True),
        *_country("The actor's country at the time"),
        _word("country_origin", "Country origin", _COUNTRY_ORIGIN, v.COUNTRY_ORIGIN),
        _reference(
            "organization",
            "Organization",
            f"The organization in which the speaker holds the role; {_FROM_STATEMENT}.",
            "actors",
            copy=Copy("statement", "organization", optional=True),
        ),
        _reference("statement", "Statement", "The statement through which it is known.", "statements"),
        _word("factuality", "Factuality", "How certain the source is, and on which side.", v.FACTUALITY),
        _reference("attributed_by", "Attributed by", "Who says that the actor holds it, if not the actor.", "actors"),
        _word(
            "identification",
            "Identification",
            f"How far the speaker is identified; {_FROM_STATEMENT}.",
            v.IDENTIFICATION,
            copy=Copy("statement", "identification", optional=True),
            facet=True,
        ),
        _word(
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
        _reference(
            "document",
            "Document",
            f"The document; {_FROM_STATEMENT}.",
            "documents",
            copy=Copy("statement", "document", optional=True),
        ),
        _reference(
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
        _NOTE,
        _REVISION,
    ),
    facets=("country", "stance", "basis", "claim", "document"),
    checks=('"date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"',),
    extra_indexes=(("claim", "stance"),),
)

PROVENANCE = Table(
    "provenance",
    "Provenance",
    "W3C PROV relations between documents, statements, mentions and actors.",
    (
        _id("relation"),
        _word("subject_type", "Subject type", "What the subject is.", v.SUBJECT_TYPE, facet=True),
        Column(
            "subject",
            "Subject",
            "The id of what came from the object.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="subject_type",
        ),
        _word("relation", "Relation", "How the subject came from the object.", v.PROVENANCE_RELATION, facet=True),
        _word("object_type", "Object type", "What the object is.", v.SUBJECT_TYPE),
        Column(
            "object",
            "Object",
            "The id of what the subject came from.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="object_type",
        ),
        _reference(
            "statement",
            "Statement",
            "The statement for which the relation holds, if only for one.",
            "statements",
        ),
        _reference("document", "Document", "The document that states it.", "documents"),
        *_span("the words that state it"),
        Column("quote", "Quote", "These words, where they may be passed on."),
        _NOTE,
        _REVISION,
    ),
    facets=("relation", "subject_type"),
    id_from=("subject", "relation", "object"),
    checks=(_SPAN_CHECK,),
)

ASSESSMENTS = Table(
    "assessments",
    "Assessments",
    "An analyst's own judgement, kept apart from what the sources say.",
    (
        _id("assessment"),
        _word("subject_type", "Subject type", "What is assessed.", v.SUBJECT_TYPE, facet=True),
        Column(
            "subject",
            "Subject",
            "The id of what is assessed.",
            Type.SUBJECT,
            True,
            facet=True,
            type_column="subject_type",
        ),
        _word("kind", "Kind", "What is assessed about it.", v.ASSESSMENT_KIND, facet=True),
        Column("value", "Value", "The judgement in a word or two."),
        Column("date_start", "From", "Earliest day, for a verified date (ISO date).", Type.DAY_FROM),
        Column("date_end", "To", "Latest day, for a verified date (ISO date).", Type.DAY_TO),
        Column("assessor", "Assessor", "Who judges.", required=True),
        Column("assessed_on", "Assessed on", "When (ISO date).", Type.DATE),
        Column("rationale", "Rationale", "On what the judgement rests.", required=True),
        _reference("document", "Document", "A document on which it rests.", "documents"),
        Column("url", "URL", "A page on which it rests."),
        _REVISION,
    ),
    label_column="value",
    facets=("kind", "subject_type"),
)

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
        _word("operation", "Operation", "What kind of change it was.", v.REVISION_OPERATION, facet=True),
        _reference("load", "Load", "The load that made it; empty for a person's change.", "loads"),
        Column("table_name", "Table", "The table that was changed; empty for a whole load."),
        Column("row_id", "Row", "The row that was changed."),
        Column("before", "Before", "The row before (JSON).", Type.JSON),
        Column("after", "After", "The row after (JSON).", Type.JSON),
        _NOTE,
    ),
    label_column="at",
    sort_descending=True,
    facets=("operation", "table_name"),
    loadable=False,
    extra_indexes=(("table_name", "row_id"),),
)

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
)
"""Every table, in the order in which rows can be inserted."""

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

LOADABLE: tuple[Table, ...] = tuple(table for table in TABLES if table.loadable)
"""The tables that a data package may hold, in the order in which rows can be inserted."""

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
