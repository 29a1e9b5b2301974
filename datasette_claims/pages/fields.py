"""What a field of a form is called, what may stand in it and which list helps to fill it, from the model's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..schema import BY_NAME, Column, Type
from ..schema.vocabulary import ACTOR_KIND, CLAIM_KIND, CLAIM_RELATION, Enumeration

SUGGESTED = {"actors": "actors", "claims": "claims", "statements": "statements", "countries": "countries"}
"""Table that a field refers to -> the list of ``suggest`` that helps to fill it."""

SELDOM = {
    "statements": (
        *("on_behalf_of", "attribution_terms", "kind", "speech_act", "event", "channel", "access", "audience"),
        *("audience_label", "parent_statement", "in_reply_to", "polarity", "certainty", "hedge_terms"),
        *("editorial_insertions", "translation", "document", "note"),
    ),
}
"""Columns that stand folded away in the form of a row, by table."""

_LONG = ("content", "text", "note", "editorial_insertions")


@dataclass(frozen=True)
class Field:
    """A field: ``kind`` is text, long, word, flag or reference; ``suggest`` the list for its type-ahead."""

    name: str
    label: str
    help: str
    kind: str = "text"
    enumeration: Enumeration | None = None
    suggest: str = ""
    required: bool = False

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """(word, label, meaning) of a word's enumeration; the default is the blank choice."""
        if self.enumeration is None:
            return []
        return [(t.word, t.label, t.meaning) for t in self.enumeration.terms if t.word != "not_stated"]


def field(column: Column, name: str | None = None, label: str | None = None, help: str | None = None) -> Field:
    """The field for a column of the model."""
    kind, suggest = "text", ""
    if column.enumeration is not None:
        kind = "word"
    elif column.type is Type.BOOLEAN:
        kind = "flag"
    elif column.references in SUGGESTED:
        kind, suggest = "reference", SUGGESTED[str(column.references)]
    elif column.name in _LONG:
        kind = "long"
    return Field(
        name or column.name,
        label or column.label,
        help if help is not None else column.description,
        kind,
        column.enumeration,
        suggest,
        column.required,
    )


def _of(table: str, *names: str, **texts: tuple[str, str]) -> dict[str, Field]:
    made = {}
    for name in names:
        label, help = texts.get(name, (None, None))
        made[name] = field(BY_NAME[table][name], label=label, help=help)
    return made


FIELDS: Mapping[str, Field] = {
    "start": Field("start", "Start", ""),
    "end": Field("end", "End", ""),
    "exact": Field("exact", "Passage", ""),
    "document": Field("document", "Document", ""),
    "statement": Field(
        "statement",
        "Another mention of",
        "If these words report something that is on record already, choose that statement; else leave it blank.",
        "reference",
        suggest="statements",
    ),
    "mark": Field("mark", "Parts", "What the words of the passage are. Untick what is wrong."),
    "quoted": Field(
        "quoted",
        "Quoted words",
        "The speaker's own words, exactly as they stand between the quotation marks; one quotation a line.",
        "long",
    ),
    "speaker_kind": Field("speaker_kind", "The speaker is new", "", "word", ACTOR_KIND),
    "organization_kind": Field("organization_kind", "The organization is new", "", "word", ACTOR_KIND),
    "membership": Field(
        "membership", "Record this role", "Add the role to the speaker's memberships, as of this document.", "flag"
    ),
    "claim_kind": Field("claim_kind", "The claim is new", "", "word", CLAIM_KIND),
    "claim_relation": Field("claim_relation", "The new claim is", "", "word", CLAIM_RELATION),
    **_of(
        "statements",
        *("speaker", "speaker_label", "speaker_role", "organization", "country", "country_basis", "identification"),
        *(
            "report_type",
            "cue",
            "content",
            "wording",
            "hedge_terms",
            "date_text",
            "date_start",
            "date_end",
            "date_basis",
        ),
        speaker=("Speaker", "The name; leave it blank where the text does not tell who it was."),
        country=("Country", "Leave it blank to take it from the speaker's memberships at the time, or from the actor."),
        report_type=("How it is reported", "Quoted, reported, named as an act, refused …"),
        content=("What was said", "The words of the passage that hold it, or a paraphrase."),
        wording=("Whose words", "Leave it blank to have it worked out from the text."),
        date_start=("Said on, or from", "A day, month or year: 2019-05-14, 2019-05, 2019."),
        date_end=("Until", "Only for an interval."),
        date_basis=("How the date is known", ""),
        hedge_terms=("Hedges", "Words that weaken or limit it, separated by semicolons."),
    ),
    **_of("stances", "stance", "basis", "actor"),
}
"""The fields of the annotation form by name; those of a stance have its number after their name."""


def extra_fields() -> list[Field]:
    """What else can be said of a new statement, folded away in the form."""
    names = (
        "kind",
        "speech_act",
        "attribution_terms",
        "on_behalf_of",
        "channel",
        "access",
        "audience",
        "audience_label",
    )
    more = ("parent_statement", "in_reply_to", "polarity", "certainty", "translation", "note")
    return [field(BY_NAME["statements"][name]) for name in (*names, *more)]
