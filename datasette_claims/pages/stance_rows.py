"""A stance with its words as HTML, as every page lists it: one pure function from a record to its markup.

A page lists dozens of stances with some fifty parts each, and Datasette's templates are asynchronous: a macro took ten
times as long as this. Everything that comes from data passes ``_safe`` or one of the functions of ``marks``: parts are
``Html``, so that the types tell a text that is not yet escaped. (``Markup`` parts would do the same at run time, where
they took half of the time.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NewType, Protocol

from markupsafe import Markup

from ..schema.vocabulary import CHANNEL, COUNTRY_BASIS, DATE_BASIS, IDENTIFICATION, REPORT_TYPE
from . import marks, wording
from .compare_records import NEAREST
from .escaping import safe
from .status import status_mark

Record = Mapping[str, Any]
Html = NewType("Html", str)
"""A piece of HTML in which nothing is left to escape."""
NONE = Html("")

_WHOSE_WORDS = {
    "paraphrase": Html("Not a quotation: this record’s words for what the document reports."),
    "reported": Html("The document’s words, not claimed to be the speaker’s."),
    "mixed": Html("Only what stands inside quotation marks is quoted."),
}
_CLOSED = Html("</blockquote>\n")
_END = Html("</p>\n")


class Places(Protocol):
    """Where names lead; each URL is finished, so that it only needs to be escaped."""

    def page(self, kind: str, id: str, /) -> str:
        """The page of a "claim", an "actor", a "statement", or the one to "read" a document on."""
        ...

    def passage(self, mention: Record, /) -> str:
        """The place of a mention on the reading page of its document."""
        ...


class StanceRows:
    """Makes the rows of a page; templates call it as ``stance``."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def __call__(self, record: Record, on: str | None = None, side: bool = False, brief: bool = False) -> Markup:
        """A stance (see ``stance_details.details``) with its words.

        ``on``: the claim that the page is about; the claim is named where a stance is on another one, or where ``on``
        is none. ``side``: leave out the stance itself, where a heading says it. ``brief``: only the facts that are
        always wanted.
        """
        said: Record = record["statement_row"] or {}
        parts = [
            self._head(record, on, side),
            self._who(record, said),
            self._asked(record),
            self._words(record, said),
            *(self._narrower(other) for other in record.get("narrower") or ()),
            _around(record["around"]),
            self._facts(record, said, brief),
            self._links(record, said),
        ]
        return Markup("".join(parts))

    def items(self, records: Sequence[Record], on: str | None, side: bool = False, brief: bool = False) -> Markup:
        """The same of several records, as the items of a list."""
        return Markup("").join([Markup(f"<li>{self(record, on, side, brief)}</li>\n") for record in records])

    def _link(self, kind: str, id: str, shown: object) -> Html:
        return Html(f'<a href="{_safe(self._places.page(kind, id))}">{_safe(shown)}</a>')

    def _head(self, record: Record, on: str | None, side: bool) -> Html:
        """Its status where that is no rule, the stance, the basis and the claim."""
        mark, basis = status_mark(record["status"]), marks.basis(record["basis"])
        stance = NONE if side else Html(f"{marks.stance(record['stance'], record['basis'])} ")
        claim = NONE
        if on is None:
            url = _safe(self._places.page("claim", record["claim"]))
            claim = Html(f' <a class="claims-behind-claim" href="{url}">{_name(record, "claim")}</a>')
        elif record["claim"] != on:
            link = self._link("claim", record["claim"], record["names"]["claim"])
            claim = Html(f' <span class="claims-soft">on the narrower claim</span> {link}')
        gap = " " if mark else ""
        return Html(f'<p class="claims-behind-head">{mark}{gap}{stance}{basis}{claim}</p>\n')

    def _who(self, record: Record, said: Record) -> Html:
        """The actor, through whom, in which role, for whom, of which country."""
        names = record["names"]
        url = _safe(self._places.page("actor", record["actor"]))
        parts = [Html(f'<p class="claims-behind-who"><a href="{url}"><b>{_name(record, "actor")}</b></a>')]
        speaker, organization, behalf = said.get("speaker"), record["organization"], said.get("on_behalf_of")
        if speaker and speaker != record["actor"]:
            parts.append(Html(f", through {self._link('actor', speaker, names['statement_speaker'])}"))
        if said.get("speaker_role"):
            parts.append(Html(f", {_safe(said['speaker_role'])}"))
        if organization and organization != record["actor"]:
            parts.append(Html(f", {_name(record, 'organization')}"))
        if behalf and behalf != organization:
            parts.append(Html(f", speaking for {_name(record, 'statement_on_behalf_of')}"))
        if record["country"] != "not_stated":
            basis = marks.word(COUNTRY_BASIS, record["country_basis"])
            parts.append(Html(f' <span class="claims-soft">· {_name(record, "country")} ({basis})</span>'))
        return Html("".join([*parts, _END]))

    def _asked(self, record: Record) -> Html:
        """The question that the actor declined to answer."""
        question = record.get("question")
        if not question:
            return NONE
        by = Html(f" by {_safe(question['by_name'])}") if question["by_name"] else NONE
        link = self._link("statement", question["statement"], question["content"] or "the question")
        return Html(f'<p class="claims-behind-asked"><span class="claims-soft">Asked{by}:</span> {link}</p>\n')

    def _words(self, record: Record, said: Record) -> Html:
        """What was said and whose words these are, or that none are on record."""
        if not said:
            how = "Known by a vote" if record["basis"] == "vote" else "The record names no statement"
            label = record["original_label"]
            told = Html(f": “{_safe(label)}” in the source") if label else NONE
            return _soft(Html(f"{how}{told}."))
        cue = said["cue"]
        if not said["content"]:
            return _soft(Html(f"No words of it are on record{Html(f': “{_safe(cue)}”') if cue else NONE}."))
        act = NONE
        if cue and record["report_type"] in ("speech_act", "refusal") and said["wording"] != "verbatim":
            act = Html(f'<span class="claims-behind-cue">“{_safe(cue)}”</span> ')
        content = marks.content(said["content"], said["wording"])
        quote = Html(f'<blockquote class="claims-behind-words" dir="auto">{act}{content}{_CLOSED}')
        whose = _WHOSE_WORDS.get(said["wording"])
        return Html(f"{quote}{_soft(whose)}") if whose else quote

    def _narrower(self, other: Record) -> Html:
        """A narrower claim on which the same words take a side."""
        stance, link = marks.stance(other["stance"], "explicit"), self._link("claim", other["claim"], other["text"])
        told = "These words themselves take a side only on a narrower claim:"
        return Html(f'<p class="claims-behind-narrower">{told} {stance} {link}</p>\n')

    def _facts(self, record: Record, said: Record, brief: bool) -> Html:
        """Date, channel, audience, report, document: what is on record of them."""
        facts: list[tuple[str, Html]] = [("Date", _date(record, said))]
        by = record["attributed_by"]
        if by and by != record["actor"]:
            facts.insert(0, ("Attributed by", self._link("actor", by, record["names"]["attributed_by"])))
        if said and not brief:
            facts += _heard(record, said)
        if _known(record["report_type"]):
            facts.append(("Reported as", Html(marks.word(REPORT_TYPE, record["report_type"]))))
        identified = record["identification"]
        if _known(identified) and not (brief and identified == "named"):
            facts.append(("Speaker is", Html(marks.word(IDENTIFICATION, identified))))
        if record["chain"]:
            facts.append(("Told in", self._chain(record)))
        if record["document"]:
            facts.append(("Document", self._document(record)))
        if record["note"] and not brief:
            facts.append(("Note", _safe(record["note"])))
        listed = "".join([f"<div><dt>{term}</dt><dd>{told}</dd></div>\n" for term, told in facts])
        return Html(f'<dl class="claims-behind-facts">\n{listed}</dl>\n')

    def _chain(self, record: Record) -> Html:
        """The statements in which this one is told, the nearest first; where there are further ones, that they are on
        its own page."""
        links = [self._told_by(record["speakers"], parent) for parent in record["chain"][:NEAREST]]
        if len(record["chain"]) > NEAREST:
            links.append(self._link("statement", record["statement"], "further statements"))
        return Html(", told in ".join(links))

    def _told_by(self, speakers: Mapping[str, str], parent: Record) -> Html:
        who = speakers.get(parent["speaker"]) or parent["speaker_label"] or "somebody not stated"
        return self._link("statement", parent["id"], f"a statement by {who}")

    def _document(self, record: Record) -> Html:
        published = (record["document_row"] or {}).get("published_on")
        parts = [self._link("read", record["document"], record["names"]["document"])]
        if record["publisher"]:
            parts.append(_name(record, "publisher"))
        if published:
            parts.append(_safe(wording.full_date(published)))
        return Html(", ".join(parts))

    def _links(self, record: Record, said: Record) -> Html:
        known = self._link("statement", said["id"], "How we know of this statement") if said else NONE
        read = NONE
        if record["mention"]:
            read = Html(f' <a href="{_safe(self._places.passage(record["mention"]))}">Read it in the document</a>')
        return Html(f'<p class="claims-behind-links">{known}{read}</p>')


def _safe(text: object) -> Html:
    return Html(safe(text))


def _name(record: Record, column: str) -> Html:
    return _safe(record["names"][column])


def _known(word: str | None) -> bool:
    return bool(word) and word != "not_stated"


def _soft(told: Html) -> Html:
    return Html(f'<p class="claims-soft">{told}</p>\n')


def _around(around: Record | None) -> Html:
    """The words in the text, with what stands before and after."""
    if not around:
        return NONE
    before, words, after = (_safe(around[part]) for part in ("before", "words", "after"))
    return Html(
        '<p class="claims-behind-around" dir="auto"><span class="claims-soft">In its place:</span> '
        f"{before}<mark>{words}</mark>{after}</p>\n"
    )


def _date(record: Record, said: Record) -> Html:
    """The day or interval, on what it rests, and what was printed."""
    start, end = record["date_start"], record["date_end"]
    printed = Html(f", printed as “{_safe(said['date_text'])}”") if said.get("date_text") else NONE
    if not (start or end):
        return Html(f"Not stated{printed}")
    day, basis = _safe(wording.full_dates(start, end)), said.get("date_basis")
    resting = NONE
    if _known(basis) and basis != "stated":
        resting = Html(f' <span class="claims-soft">({marks.word(DATE_BASIS, str(basis))})</span>')
    return Html(f'<time datetime="{_safe(start or end)}">{day}</time>{resting}{printed}')


def _heard(record: Record, said: Record) -> Sequence[tuple[str, Html]]:
    """On which channel and by whom."""
    facts: list[tuple[str, Html]] = []
    if _known(said["channel"]):
        facts.append(("Channel", Html(marks.word(CHANNEL, said["channel"]))))
    if said["audience"] or said["audience_label"]:
        facts.append(("Audience", _safe(record["names"]["statement_audience"] or said["audience_label"])))
    return facts
