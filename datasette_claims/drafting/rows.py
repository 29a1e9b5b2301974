"""Verified drafts -> rows of statements, mentions and evidence, and the occasions on which things were said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..extraction import Draft, Mention
from ..schema import BY_NAME, vocabulary
from . import ids
from .cast import Cast, Speaker, speaker_of
from .roles import Role

Row = dict[str, Any]
WORDING = {"direct": "verbatim", "mixed": "mixed"}
OCCASIONS = {
    "press_briefing": "press_briefing",
    "interview": "interview",
    "told_outlet": "told_outlet",
    "media_query": "media_query",
    "social_media": "social_media_post",
    "speech": "speech",
    "press_statement": "press_statement",
    "official_notice": "official_notice",
    "diplomatic": "diplomatic_contact",
}
"""Channel of a statement -> kind of the event at which it was made."""
ACCESS = {"social_media": "public_post", "press_briefing": "public_event", "told_outlet": "own_reporting"}
INSERTION = re.compile(r"\[([^\[\]\n]{1,80})\]")
GAP = " … "  # between the parts of a content that the text interrupts
SPAN_LIMIT = 4000  # code points of a mention's own span; further parts of it stand in its evidence


@dataclass(slots=True)
class Rows:
    """Rows by table and id, in an order in which each row comes after those that it refers to."""

    events: dict[str, Row] = field(default_factory=dict)
    statements: dict[str, Row] = field(default_factory=dict)
    mentions: dict[str, Row] = field(default_factory=dict)
    evidence: dict[str, Row] = field(default_factory=dict)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class Writer:
    """Makes the rows of one document's draft."""

    def __init__(
        self, document: str, text: str, draft: Draft, cast: Cast, roles: Mapping[str, Role], segments: Mapping[int, str]
    ) -> None:
        self._document, self._text, self._draft = document, text, draft
        self._cast, self._roles, self._segments = cast, roles, segments
        self._ids = ids.statement_ids(document, draft.mentions)
        self._occasions: dict[tuple[object, ...], str] = {}
        self.rows = Rows()

    def write(self) -> Rows:
        """All rows; statements stand after the statement in which they are told and the one that they answer."""
        by_number = {mention.id: mention for mention in self._draft.mentions}
        for mention in _outer_first(by_number):
            statement = self._ids[mention.id]
            speaker = speaker_of(self._cast, mention)
            self.rows.speakers[statement] = speaker
            self.rows.statements[statement] = self._statement(statement, mention, speaker)
            name = ids.mention_id(statement)
            self.rows.mentions[name] = self._mention(statement, mention)
            for each in mention.evidence:
                row = {"mention": name, "part": each.part, "span_start": each.start, "span_end": each.end}
                self.rows.evidence[f"{name}-{each.part}-{each.start}"] = {**row, "quote": each.quote}
        return self.rows

    def _statement(self, id_: str, mention: Mention, speaker: Speaker) -> Row:
        role = self._roles.get(speaker.actor or "", Role("", None))
        contents = _content(mention)
        audience = next(iter(mention.parts("audience")), None)
        hedges = list(dict.fromkeys(e.quote.casefold() for e in mention.parts("hedge")))
        row = {
            "content": contents,
            "wording": self._wording(mention),
            "speaker": speaker.actor,
            "speaker_label": mention.source,
            "speaker_role": role.role or None,
            "organization": role.organization,
            "identification": mention.identification,
            "attribution_terms": mention.attribution_terms,
            "kind": "utterance",
            "report_type": mention.report_type,
            "speech_act": mention.speech_act,
            "cue": _cue(mention),
            **self._when(mention),
            "event": self._occasion(mention, speaker),
            "channel": mention.channel,
            "access": ACCESS.get(mention.channel, "not_stated"),
            "audience": self._cast.known(audience.quote) if audience else None,
            "audience_label": audience.quote if audience else None,
            "parent_statement": self._ids.get(mention.parent or ""),
            "in_reply_to": self._ids.get(mention.in_reply_to or ""),
            "polarity": mention.polarity,
            "hedged": int(mention.hedged),
            "hedge_terms": "; ".join(hedges) or None,
            "editorial_insertions": "; ".join(dict.fromkeys(INSERTION.findall(contents))) or None,
            "document": self._document,
            "status": "draft",
            "confidence": mention.tier,
        }
        return self._checked("statements", id_, row)

    def _mention(self, statement: str, mention: Mention) -> Row:
        main = [e for e in mention.evidence if e.part in ("source", "cue", "content")]
        start = min(e.start for e in main)
        end = max((e.end for e in main if e.end - start <= SPAN_LIMIT), default=max(e.end for e in main))
        row = {
            "statement": statement,
            "document": self._document,
            "segment": self._segments.get(mention.segment),
            "report_type": mention.report_type,
            "identification": mention.identification,
            "speaker_label": mention.source,
            "cue": _cue(mention),
            "content": _content(mention),
            "wording": self._wording(mention),
            "span_start": start,
            "span_end": end,
            "quote": self._text[start:end],
            "status": "draft",
            "confidence": mention.tier,
        }
        return self._checked("mentions", statement, row)

    def _wording(self, mention: Mention) -> str:
        """A refusal has words of the document, which are not claimed to be the speaker's."""
        return WORDING.get(mention.report_type, "reported")

    def _when(self, mention: Mention) -> Row:
        if mention.date is None:
            return {"date_basis": "not_stated"}
        day = mention.date
        return {
            "date_text": day.quote,
            "date_start": day.first.isoformat(),
            "date_end": day.last.isoformat(),
            "date_basis": mention.date_basis,
            "note": f"Date to the {day.granularity}." if day.granularity != "day" else None,
        }

    def _occasion(self, mention: Mention, speaker: Speaker) -> str | None:
        """The event of a channel that the text tells; one for all that a speaker says there on that day."""
        kind = OCCASIONS.get(mention.channel)
        if kind is None:
            return None
        who = speaker.actor or mention.source or ""
        key = (kind, who, mention.date.first if mention.date else None)
        if key not in self._occasions:
            id_ = f"{self._ids[mention.id]}--e"
            self._occasions[key] = id_
            label = mention.candidates[0].label if mention.candidates else mention.source or "Someone"
            when = self._when(mention)
            self.rows.events[id_] = {
                "label": f"{' '.join(label.split())}: {vocabulary.EVENT_KIND.term(kind).label.lower()}",
                "kind": kind,
                **{name: when.get(name) for name in ("date_start", "date_end", "date_basis")},
                "note": f"Drafted from {self._document}.",
            }
        return self._occasions[key]

    def _checked(self, table: str, id_: str, row: Row) -> Row:
        """The row with every word that is not in its list set to not stated, and told."""
        for column in BY_NAME[table].columns:
            value = row.get(column.name)
            if column.enumeration is not None and value is not None and value not in column.enumeration.words:
                self.rows.refused.append(f"{id_}: “{value}” is no word for {column.name}; it was left out.")
                row[column.name] = column.default if column.default is not None else column.enumeration.words[0]
        return row


def _content(mention: Mention) -> str:
    return GAP.join(e.quote for e in mention.parts("content"))


def _cue(mention: Mention) -> str | None:
    return next((e.quote for e in mention.parts("cue")), None)


def _outer_first(mentions: Mapping[str, Mention]) -> list[Mention]:
    """Mentions, each after the one in which it is told and the one that it answers, else in reading order."""
    placed: dict[str, Mention] = {}
    for start in mentions:
        waiting = [start]
        while waiting:
            mention = mentions[waiting[-1]]
            needs = [n for n in (mention.parent, mention.in_reply_to) if n and n not in placed and n not in waiting]
            if needs:
                waiting.append(needs[0])
                continue
            placed[waiting.pop()] = mention
    return list(placed.values())
