"""Tables of who and where: countries, actors, memberships, documents, their segments, events."""

from __future__ import annotations

from . import vocabulary as v
from .columns import (
    NOTE,
    REVISION,
    SPAN_CHECK,
    country,
    days,
    identifier,
    reference,
    reviewed,
    span,
    unreviewed_index,
    word,
)
from .tables import Column, Copy, Table, Type

COUNTRIES = Table(
    "countries",
    "Countries",
    "Countries and other entities by ISO 3166-1 alpha-2 code, with former ones and those that data sets use.",
    (
        identifier("country: its two-letter code (NA is Namibia)"),
        Column("name", "Name", "The common English name.", required=True),
        Column("alpha_3", "Three-letter code", "ISO 3166-1 alpha-3, where there is one."),
        word(
            "kind",
            "Kind",
            "Whether it is a current country, a former one or another entity.",
            v.COUNTRY_KIND,
            facet=True,
        ),
        Column("withdrawn", "Withdrawn", "When ISO withdrew the code (ISO date, may be partial).", Type.DATE),
        REVISION,
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
        identifier("actor"),
        Column("name", "Name", "The name by which the actor is shown.", required=True),
        word("kind", "Kind", "Person, organization or group.", v.ACTOR_KIND, facet=True),
        word(
            "identification",
            "Identification",
            "How far a reader can know who it is.",
            v.IDENTIFICATION,
            facet=True,
        ),
        *country("The actor's country"),
        reference("parent", "Part of", "The organization that this one is a part of.", "actors"),
        Column("other_names", "Other names", "Other names and spellings, separated by semicolons.", Type.LIST),
        Column(
            "in_text",
            "In the text",
            "1 where a document names the actor, 0 where it is only implied.",
            Type.BOOLEAN,
        ),
        NOTE,
        REVISION,
        Column(
            "protected",
            "Protected",
            "1 where the identity is confidential: only role and description are kept here.",
            Type.BOOLEAN,
        ),
        *reviewed("actor"),
    ),
    label_column="name",
    search=("name", "other_names"),
    sort="name",
    facets=("country", "kind", "identification"),
    more_indexes=(unreviewed_index(),),
)

DOCUMENTS = Table(
    "documents",
    "Documents",
    "What was read: articles, releases, transcripts, photographs, each version for itself.",
    (
        identifier("document"),
        Column("title", "Title", "The title as published.", required=True),
        word("kind", "Kind", "What kind of document it is.", v.DOCUMENT_KIND, facet=True),
        reference("publisher", "Publisher", "Who published it.", "actors"),
        reference(
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
        word("rights", "Rights", "Whether its text may be passed on.", v.RIGHTS, facet=True),
        reference("revision_of", "Revision of", "The earlier version of the same document.", "documents"),
        reference(
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
        NOTE,
        REVISION,
        Column("text", "Text", "The text itself, where it may be kept; all offsets count its code points from 0."),
        word("obtained", "Obtained", "How the text came in.", v.OBTAINED),
        Column("retrieved_at", "Retrieved at", "When the text was fetched or given (UTC).", Type.TIME),
    ),
    label_column="title",
    search=("title", "text"),
    sort="published_on",
    sort_descending=True,
    facets=("country", "publisher", "kind"),
    # the latest of a country without reading the others
    ordered_indexes=(("country", "published_on"),),
)

SEGMENTS = Table(
    "segments",
    "Segments",
    "The parts of a document: headline, lead, paragraphs, captions, credits.",
    (
        identifier("segment"),
        reference("document", "Document", "The document of which it is a part.", "documents", required=True),
        Column("line", "Line", "The line of the text on which it stands, from 1.", Type.INTEGER),
        word("kind", "Kind", "Which part of the document it is.", v.SEGMENT_KIND, facet=True),
        *span("the segment"),
        REVISION,
    ),
    facets=("document", "kind"),
    checks=(SPAN_CHECK,),
)

MEMBERSHIPS = Table(
    "memberships",
    "Memberships",
    "Who held which role in which organization, as a document says or for a time.",
    (
        identifier("membership"),
        reference("person", "Person", "Who holds the role.", "actors", required=True),
        reference("organization", "Organization", "Where the role is held.", "actors"),
        Column("role", "Role", "The role or office, as stated."),
        reference("on_behalf_of", "On behalf of", "For whom the organization sends the person.", "actors"),
        Column("date_start", "Since", "First day of the role (ISO date, may be partial).", Type.DATE),
        Column("date_end", "Until", "Last day of the role (ISO date, may be partial).", Type.DATE),
        Column("as_of", "As of", "A day on which the role is attested (ISO date, may be partial).", Type.DATE),
        reference("document", "Document", "The document that states the role.", "documents"),
        *span("the words that state the role"),
        Column("quote", "Quote", "These words, where they may be passed on."),
        NOTE,
        REVISION,
        *reviewed("membership"),
    ),
    label_column="role",
    facets=("organization", "document"),
    checks=(SPAN_CHECK,),
    more_indexes=(unreviewed_index("document"),),
)

EVENTS = Table(
    "events",
    "Events",
    "The occasions on which statements were made.",
    (
        identifier("event"),
        Column("label", "Label", "A short name for the occasion.", required=True),
        word("kind", "Kind", "What kind of occasion it was.", v.EVENT_KIND, facet=True),
        *days("the occasion"),
        word("date_basis", "Date basis", "How the date is known.", v.DATE_BASIS),
        Column("place", "Place", "Where it took place."),
        reference("country", "Country", "The country in which it took place.", "countries", facet=True),
        NOTE,
        REVISION,
    ),
    label_column="label",
    sort="date_start",
    facets=("country", "kind", "month"),
    checks=('"date_end" IS NULL OR "date_start" IS NULL OR "date_end" >= "date_start"',),
)
