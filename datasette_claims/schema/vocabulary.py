"""The enumerations of the model, word by word.

Every closed list that a column may take its value from stands here once, with a label for people and a
sentence of meaning. The tables check against it, the loader suggests from it, the pages explain with it and
``docs/vocabulary.md`` is made from it. A word is never reused with another meaning.

Sources of the words: PolNeAR (source, cue, content; report types), FactBank (factuality), Popolo (actors and
memberships), W3C PROV (relations), argumentation theory (claim relations), and newsroom practice (terms of
attribution).
"""

from __future__ import annotations

from .vocabulary_work import (
    ANCHOR_STATE,
    ANCHORED_TYPE,
    CONFIDENCE,
    OBTAINED,
    PROPOSAL_KIND,
    PROPOSAL_STATUS,
    STATUS,
    TASK,
)
from .words import NOT_STATED, Enumeration, Term, enumeration

__all__ = [
    "ANCHORED_TYPE",
    "ANCHOR_STATE",
    "CONFIDENCE",
    "ENUMERATIONS",
    "NOT_STATED",
    "OBTAINED",
    "PROPOSAL_KIND",
    "PROPOSAL_STATUS",
    "STATUS",
    "TASK",
    "Enumeration",
    "Term",
]

ACTOR_KIND = enumeration(
    "actor_kind",
    "What an actor is.",
    [
        ("person", "Person", "One human being, named or not."),
        (
            "organization",
            "Organization",
            "A body with members: a government, ministry, company, outlet, alliance.",
        ),
        ("group", "Group", "Several people or bodies taken together without being one organization."),
    ],
)

IDENTIFICATION = enumeration(
    "identification",
    "How far the text lets a reader know who spoke.",
    [
        ("named", "Named", "A person or body is given by name."),
        ("role_only", "By role only", "A role or office is given, but no name: “a spokesperson”."),
        ("unnamed", "Unnamed", "Someone whose name is withheld: “one official”."),
        ("institution", "Institution", "An organization speaks as such, without a person."),
        ("collective", "Collective", "A loose set of speakers: “allies”, “critics”."),
        ("implicit", "Implicit", "No source is printed; the text implies one, as a passive does."),
    ],
    NOT_STATED,
)

COUNTRY_BASIS = enumeration(
    "country_basis",
    "In which sense a row has its country.",
    [
        ("represents", "Represents", "The speaker speaks for this country or is one of its bodies."),
        (
            "nationality",
            "Nationality",
            "The speaker is a national of this country but does not speak for it.",
        ),
        ("based_in", "Based in", "The speaker works in this country and represents no state."),
    ],
    NOT_STATED,
)

COUNTRY_ORIGIN = enumeration(
    "country_origin",
    "Where a row's country comes from.",
    [
        ("row", "Given in the row", "The source row itself names the country."),
        ("statement", "From the statement", "Taken from the statement whose speaker holds the stance."),
        (
            "membership",
            "From a membership",
            "Derived from the organization that the speaker belonged to at the time.",
        ),
        ("actor", "From the actor", "Derived from the actor's own country."),
    ],
    NOT_STATED,
)

DOCUMENT_KIND = enumeration(
    "document_kind",
    "What kind of document was read.",
    [
        ("news_article", "News article", "A report published by a news outlet."),
        ("press_release", "Press release", "A text that an organization issued about itself."),
        ("transcript", "Transcript", "A record of spoken words."),
        ("post", "Post", "A message on a social network or a blog."),
        (
            "official_document",
            "Official document",
            "A resolution, law, order, letter or record of a public body.",
        ),
        ("report", "Report", "A study or longer account."),
        ("photograph", "Photograph", "A picture with its credit."),
        ("other", "Other", "None of these."),
    ],
    NOT_STATED,
)

RIGHTS = enumeration(
    "rights",
    "Whether the document's text may be passed on.",
    [
        (
            "withheld",
            "Text withheld",
            "The publisher holds the rights: only offsets and a checksum are kept.",
        ),
        ("cc0", "CC0", "Dedicated to the public domain; the text travels with the data."),
        ("licensed", "Licensed", "The text may be passed on under the licence that the note names."),
    ],
    NOT_STATED,
)

SEGMENT_KIND = enumeration(
    "segment_kind",
    "Which part of a document a passage is.",
    [
        ("headline", "Headline", "The title that the outlet set above the text."),
        ("standfirst", "Standfirst", "The line or quote between the headline and the text."),
        ("lead", "Lead", "The opening paragraph."),
        ("paragraph", "Paragraph", "A paragraph of the body."),
        ("caption", "Caption", "Words that describe a picture."),
        ("photo_credit", "Photo credit", "Who made or distributed a picture."),
        ("alt_text", "Alternative text", "The description of a picture for those who do not see it."),
        ("credit", "Credit", "Who else contributed to the text."),
        ("boilerplate", "Boilerplate", "Words of the site, not of the article."),
    ],
)

HEAD_KINDS = ("headline", "standfirst", "lead")
"""The segments that speak for the whole document."""

EVENT_KIND = enumeration(
    "event_kind",
    "What kind of occasion it was.",
    [
        ("press_briefing", "Press briefing", "A speaker tells several reporters at once."),
        ("interview", "Interview", "A speaker answers one outlet's questions."),
        ("told_outlet", "Told an outlet", "A speaker tells one outlet, in a setting that is not described."),
        ("media_query", "Media query", "An outlet asks, a body answers or declines."),
        ("social_media_post", "Social media post", "A speaker posts in public."),
        ("speech", "Speech", "A speaker addresses an audience."),
        ("meeting", "Meeting", "People talk to one another, in private or in public."),
        ("diplomatic_contact", "Diplomatic contact", "Governments talk to one another."),
        ("official_notice", "Official notice", "A public body orders, advises or announces in writing."),
        ("press_statement", "Press statement", "A body issues a statement to the press."),
        ("photo_event", "Photographed event", "An occasion known through a picture."),
        ("vote", "Vote", "A body votes."),
        ("series_of_statements", "Series of statements", "Several utterances told as one."),
    ],
    NOT_STATED,
)

STATEMENT_KIND = enumeration(
    "statement_kind",
    "Whether somebody said it, or the outlet wrote it around a picture or a credit.",
    [
        ("utterance", "Utterance", "Something that a speaker said, asked, ordered, refused or believed."),
        ("caption", "Caption", "What the outlet says in a caption or alternative text."),
        ("credit", "Credit", "A credit line: who made or distributed something."),
    ],
)

REPORT_TYPE = enumeration(
    "report_type",
    "How a mention reports a statement.",
    [
        ("direct", "Direct quote", "The speaker's words inside quotation marks."),
        ("mixed", "Mixed quote", "Partly quoted, partly paraphrased."),
        ("indirect", "Indirect speech", "Paraphrased by the reporter."),
        ("speech_act", "Narrated act", "The act is named rather than its words: “ordered”, “disputed”."),
        ("refusal", "Refusal", "The speaker declines to answer."),
        ("narrator", "Outlet's own voice", "The outlet says it itself."),
        ("credit", "Credit line", "A credit."),
    ],
    NOT_STATED,
)

SPEECH_ACT = enumeration(
    "speech_act",
    "What the speaker does by saying it (after Searle).",
    [
        ("assertive", "Asserts", "Says that something is so."),
        ("directive", "Directs", "Orders, asks, advises or calls on somebody."),
        ("commissive", "Commits", "Promises or commits to do or not to do something."),
        ("expressive", "Expresses", "Thanks, regrets, congratulates, condemns."),
        ("declarative", "Declares", "Brings something about by saying it: appoints, recognizes, votes."),
        ("question", "Asks", "Asks a question."),
        ("refusal", "Declines", "Declines to answer."),
        ("belief", "Believes", "Is said to hold a belief, without an utterance."),
        ("unreported", "Unreported", "Spoke, but the content is not reported."),
        ("none", "None", "No speech act, as in a credit line."),
    ],
    NOT_STATED,
)

ATTRIBUTION_TERMS = enumeration(
    "attribution_terms",
    "The terms on which the speaker may be quoted.",
    [
        ("on_the_record", "On the record", "Quoted by name or as the institution."),
        ("on_background", "On background", "Quoted by a description, not by name."),
        ("deep_background", "Deep background", "Usable, but not attributed to anyone."),
        ("off_the_record", "Off the record", "Not for publication."),
    ],
    NOT_STATED,
)

WORDING = enumeration(
    "wording",
    "Whose words the content column holds.",
    [
        ("verbatim", "Verbatim", "The speaker's exact words, as printed inside quotation marks."),
        (
            "mixed",
            "Partly verbatim",
            "Words inside quotation marks are the speaker's; the rest is paraphrase.",
        ),
        ("reported", "As reported", "The document's exact words, which are not claimed to be the speaker's."),
        ("paraphrase", "Paraphrase", "This record's own words for what the document reports."),
        ("none", "No content", "Nothing is reported of what was said."),
    ],
    NOT_STATED,
)

DATE_BASIS = enumeration(
    "date_basis",
    "How the date is known.",
    [
        ("stated", "Stated", "The text prints the full date."),
        ("resolved", "Resolved", "The text prints a relative date, resolved against the dateline."),
        ("inferred", "Inferred", "The text prints no usable date; it follows from other passages."),
    ],
    NOT_STATED,
)

CHANNEL = enumeration(
    "channel",
    "Through what the statement was made.",
    [
        ("press_briefing", "Press briefing", "Said to assembled reporters."),
        ("interview", "Interview", "Said in an interview."),
        ("told_outlet", "Told an outlet", "Said to the outlet that reports it."),
        ("media_query", "Media query", "A question by an outlet or the answer to it."),
        ("social_media", "Social media", "Posted in public."),
        ("speech", "Speech", "Said to an audience."),
        ("private_meeting", "Private meeting", "Said behind closed doors."),
        ("diplomatic", "Diplomatic", "Said between governments."),
        ("official_notice", "Official notice", "Issued in writing by a public body."),
        ("press_statement", "Press statement", "Issued to the press by a body."),
        ("publication", "Publication", "Published by the outlet in its own voice."),
        ("vote", "Vote", "Cast as a vote."),
    ],
    NOT_STATED,
)

ACCESS = enumeration(
    "access",
    "How the outlet knows of the statement.",
    [
        ("own_reporting", "Own reporting", "The outlet was told or asked itself."),
        ("public_event", "Public event", "Said where other reporters were present."),
        ("public_post", "Public post", "Anybody can read the original."),
        ("self_reported", "Self-reported", "Known only through the speaker's own later account."),
        ("third_party", "Third party", "Known only through somebody else's account."),
        ("other_outlet", "Another outlet", "Taken over from another outlet's report."),
        ("credit_line", "Credit line", "Known from a credit."),
    ],
    NOT_STATED,
)

POLARITY = enumeration(
    "polarity",
    "Whether the source presents the content as so or as not so.",
    [
        ("positive", "Positive", "Presented as being the case."),
        ("negative", "Negative", "Presented as not being the case."),
        ("underspecified", "Underspecified", "The source takes no side."),
    ],
    NOT_STATED,
)

CERTAINTY = enumeration(
    "certainty",
    "How sure the source is of the content (FactBank).",
    [
        ("certain", "Certain", "Presented without reservation."),
        ("probable", "Probable", "Presented as likely."),
        ("possible", "Possible", "Presented as something that may be."),
        ("underspecified", "Underspecified", "The source does not commit itself."),
    ],
    NOT_STATED,
)

TRANSLATION = enumeration(
    "translation",
    "Whether the quoted words are a translation.",
    [
        ("original", "Original language", "The words stand in the language in which they were said."),
        ("translated", "Translated", "The words are a translation."),
        ("unknown", "Cannot be told", "The speaker may have used another language; the text does not say."),
    ],
    NOT_STATED,
)

EVIDENCE_PART = enumeration(
    "evidence_part",
    "Which part of a mention a span is (after PolNeAR).",
    [
        ("source", "Source", "The words that name who spoke."),
        ("cue", "Cue", "The words that signal the report: “said”, “would not be drawn on”."),
        ("content", "Content", "The words that give what was said; may be several spans."),
        ("verbatim", "Verbatim", "The part of the content inside quotation marks."),
        ("date", "Date", "The words that date it."),
        ("audience", "Audience", "The words that name to whom it was said."),
        ("channel", "Channel", "The words that name the channel."),
        ("place", "Place", "The words that name the place."),
        ("hedge", "Hedge", "The words that weaken or limit it."),
    ],
)

CLAIM_KIND = enumeration(
    "claim_kind",
    "What kind of proposition a claim is.",
    [
        ("factual", "Factual", "Says what is or was the case."),
        ("causal", "Causal", "Says what brings something about."),
        ("prediction", "Prediction", "Says what will or may happen."),
        ("evaluative", "Evaluative", "Says how good, bad or necessary something is."),
        ("policy", "Policy", "Says what should be done."),
        ("resolution", "Resolution", "A text that is put to a vote."),
    ],
)

CLAIM_RELATION = enumeration(
    "claim_relation",
    "How one claim stands to another.",
    [
        ("narrower_than", "Is narrower than", "Covers only a part of the other claim."),
        ("broader_than", "Is broader than", "Covers the other claim and more."),
        ("same_as", "Is the same as", "Says the same in other words."),
        ("contradicts", "Contradicts", "Exactly one of the two can be true."),
        ("contrary_to", "Is contrary to", "Both cannot be true, both can be false."),
        ("entails", "Entails", "If it is true, the other is true."),
        ("entailed_by", "Is entailed by", "If the other is true, it is true."),
        ("supports", "Supports", "Speaks for the other without proving it."),
        ("supported_by", "Is supported by", "The other speaks for it."),
        ("attacks", "Attacks", "Speaks against the other without disproving it."),
        ("attacked_by", "Is attacked by", "The other speaks against it."),
        ("undercuts", "Undercuts", "Weakens the reason for believing the other."),
        ("undercut_by", "Is undercut by", "The other weakens the reason for believing it."),
        ("presupposes", "Presupposes", "Makes sense only if the other is true."),
        ("presupposed_by", "Is presupposed by", "The other makes sense only if it is true."),
    ],
)

STANCE = enumeration(
    "stance",
    "On which side of a claim an actor is.",
    [
        ("supports", "Supports", "Says or implies that the claim holds."),
        ("disputes", "Disputes", "Says or implies that the claim does not hold."),
        ("mixed", "Mixed", "Supports it in part and disputes it in part."),
        ("neutral", "Neutral", "Speaks about the claim without taking a side; abstains."),
        ("queries", "Queries", "Asks whether it holds or asks for its justification."),
        ("declines", "Declines", "Was asked and declined to say."),
    ],
)

BASIS = enumeration(
    "basis",
    "How the stance is known.",
    [
        ("explicit", "Explicit", "The actor's own words or act take the side."),
        ("author_summary", "Author's summary", "Reported by the author, not quoted."),
        ("inferred", "Inferred", "The reader of this record concluded it from what was said."),
        ("third_party", "Told by a third party", "Somebody else says that the actor takes the side."),
        ("vote", "Vote", "The actor voted."),
    ],
)

FACTUALITY = enumeration(
    "factuality",
    "How certain the source is and on which side (FactBank, relative to the source).",
    [
        ("CT+", "Certainly so", "According to the source, it is certainly the case."),
        ("CT-", "Certainly not", "According to the source, it is certainly not the case."),
        ("PR+", "Probably so", "According to the source, it is probably the case."),
        ("PR-", "Probably not", "According to the source, it is probably not the case."),
        ("PS+", "Possibly so", "According to the source, it is possibly the case."),
        ("PS-", "Possibly not", "According to the source, it is possibly not the case."),
        ("CTu", "Certain, side unknown", "The source is certain, but of which side cannot be told."),
        ("Uu", "Uncommitted", "The source does not commit itself."),
    ],
    NOT_STATED,
)

SUBJECT_TYPE = enumeration(
    "subject_type",
    "Which table a row of provenance or an assessment speaks about.",
    [
        ("actor", "Actor", "A row of actors."),
        ("document", "Document", "A row of documents."),
        ("event", "Event", "A row of events."),
        ("statement", "Statement", "A row of statements."),
        ("mention", "Mention", "A row of mentions."),
        ("claim", "Claim", "A row of claims."),
        ("stance", "Stance", "A row of stances."),
    ],
)

PROVENANCE_RELATION = enumeration(
    "provenance_relation",
    "How one thing came from another (W3C PROV).",
    [
        ("wasAttributedTo", "Was attributed to", "The object is the actor who made or said the subject."),
        ("wasDerivedFrom", "Was derived from", "The subject was made from the object."),
        ("wasQuotedFrom", "Was quoted from", "The subject repeats words of the object."),
        ("wasRevisionOf", "Is a revision of", "The subject is a later version of the object."),
        ("hadPrimarySource", "Has as primary source", "The subject is known only through the object."),
        ("wasInfluencedBy", "Was influenced by", "The object had a part in the subject, of unknown extent."),
        ("actedOnBehalfOf", "Acted on behalf of", "The subject spoke for the object."),
    ],
)

ASSESSMENT_KIND = enumeration(
    "assessment_kind",
    "What an analyst assesses.",
    [
        (
            "verified_date",
            "Verified date",
            "When it happened, according to other sources; the printed date stays.",
        ),
        ("verdict", "Verdict", "Whether a claim holds, in the assessor's judgement."),
        ("reliability", "Reliability", "How far a document or a source can be relied on."),
        ("remark", "Remark", "Anything else that the assessor wants to put on record."),
    ],
)

REVISION_OPERATION = enumeration(
    "revision_operation",
    "What kind of change a revision records.",
    [
        ("create", "Create", "The database was made."),
        ("load", "Load", "A load added rows; what it changed or removed is recorded row by row."),
        ("insert", "Insert", "A person added the row."),
        ("update", "Update", "The row was changed."),
        ("delete", "Delete", "The row was removed."),
    ],
)

COUNTRY_KIND = enumeration(
    "country_kind",
    "What kind of entity a country code stands for.",
    [
        ("country", "Country or territory", "A current entry of ISO 3166-1."),
        ("historical", "Historical", "A former entry of ISO 3166-1, withdrawn since."),
        ("entity", "Other entity", "Used by data sets but not a country of ISO 3166-1: EU, XK."),
        (NOT_STATED, "Not stated", "No country is stated."),
    ],
)

ENUMERATIONS: tuple[Enumeration, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Enumeration)
)
"""Every enumeration of the model, in the order in which ``docs/vocabulary.md`` explains them."""
