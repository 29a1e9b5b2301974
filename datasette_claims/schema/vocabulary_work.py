"""The enumerations of the work on the record: drafts and reviews, how texts came in, anchorings, proposals.

They stand apart from what is said about the world; ``vocabulary`` has them all.
"""

from __future__ import annotations

from .words import NOT_STATED, enumeration

STATUS = enumeration(
    "status",
    "Whether a row belongs to the public record.",
    [
        ("draft", "Draft", "Proposed by a person or a program, and not yet reviewed; not counted unless asked for."),
        ("reviewed", "Reviewed", "Part of the record: pages count and compare it."),
        ("rejected", "Rejected", "Looked at and not taken into the record; kept so that the decision can be read."),
    ],
    "reviewed",
)

CONFIDENCE = enumeration(
    "confidence",
    "How a draft was found in the text, from what is most often right to what is least often right.",
    [
        ("direct_core", "Quoted, speaker found", "A quotation with a reporting word and a speaker beside it."),
        ("indirect_core", "Reported, speaker found", "Indirect speech with a reporting word and a speaker beside it."),
        ("other", "Other construction", "Found through a rarer or looser construction."),
        ("no_speaker", "Speaker not found", "A report whose speaker was not found in the text."),
    ],
    NOT_STATED,
)

OBTAINED = enumeration(
    "obtained",
    "How the text of a document came in.",
    [
        ("pasted", "Pasted", "A person pasted the text into a form."),
        ("uploaded", "Uploaded", "A person uploaded a file."),
        ("fetched", "Fetched", "The text was fetched from its web address."),
        ("file", "From a file", "The text was loaded or attached from a file on the server."),
    ],
    NOT_STATED,
)

ANCHOR_STATE = enumeration(
    "anchor_state",
    "What became of a passage in a version of its document.",
    [
        ("anchored", "Anchored", "The words stand there, unchanged."),
        ("changed", "Changed", "The passage was found, with other words; the difference is shown."),
        ("moved", "Moved", "The words stand in another place, which only one of two methods found."),
        ("ambiguous", "Ambiguous", "Several places are possible; a person decides."),
        ("orphan", "Orphan", "The passage is not there any more; it keeps its earlier version."),
    ],
)

ANCHORED_TYPE = enumeration(
    "anchored_type",
    "Which table the passage of an anchoring belongs to.",
    [
        ("mention", "Mention", "A row of mentions."),
        ("evidence", "Evidence", "A row of evidence."),
        ("membership", "Membership", "A row of memberships."),
        ("provenance", "Provenance", "A row of provenance."),
    ],
)

TASK = enumeration(
    "task",
    "What a person is asked to do with a document.",
    [
        ("annotate", "Annotate", "Mark who said what."),
        ("review", "Review", "Accept, correct or reject the drafts."),
        ("adjudicate", "Adjudicate", "Settle where the readings of several coders differ."),
    ],
)

PROPOSAL_KIND = enumeration(
    "proposal_kind",
    "What a proposal suggests.",
    [
        ("speaker", "Speaker", "An actor who may be the speaker of a statement."),
        ("same_statement", "Same statement", "A mention may report a statement that is already in the record."),
        ("stance", "Stance", "A statement may take a side on a claim."),
        ("claim", "Claim", "A claim that the record does not have yet."),
        ("same_actor", "Same actor", "Two actors may be one and the same."),
    ],
)

PROPOSAL_STATUS = enumeration(
    "proposal_status",
    "What became of a proposal.",
    [
        ("open", "Open", "Nobody has decided yet."),
        ("accepted", "Accepted", "A person took it into the record."),
        ("declined", "Declined", "A person decided against it."),
    ],
    "open",
)
