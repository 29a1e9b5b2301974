"""What a reading page is made from: one document with its parts, its mentions in text order, and their stances.

Everything is read in one go on one connection, by indexes on the document, so the time depends on the document and
not on the size of the database. What the viewer may not see is not read.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..comparison.columns import FILTER_COLUMNS
from ..schema.vocabulary import STATUS
from .blocks import Segment

REVIEWED = str(STATUS.default)
SETTLED = ("rejected", "draft", REVIEWED)
"""From the least to the most settled."""

Fields = dict[str, "str | None"]
"""Values by the names of the columns of ``stances``, for filters."""


class Stance(NamedTuple):
    """One stance that a statement takes. ``text`` is the claim's wording, "" where it may not be seen."""

    id: str
    claim: str
    text: str
    stance: str
    basis: str
    actor: str
    fields: Fields


class Span(NamedTuple):
    """One piece of evidence: the part of the mention that it is, its code points, its words where they are kept."""

    id: str
    part: str
    start: int
    end: int
    quote: str


class Carried(NamedTuple):
    """That a mention was read in another, earlier version (``document``, published on that day).

    ``state`` is a word of ``anchor_state``, ``decided`` whether a person chose the place, ``words`` those of the
    earlier version where they are kept.
    """

    document: str
    published_on: str
    state: str
    decided: bool
    words: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One report of a statement, with the statement's speaker. Missing texts are "", missing ids None.

    ``number`` counts the document's mentions in text order from 1. Names are "" where the viewer may not see the
    table that holds them; ``printed`` is how the document names the speaker. ``status`` is the less settled of its
    own and its statement's; ``coder``: whose reading it is, None for the record's.
    """

    id: str
    number: int
    statement: str
    kind: str
    report_type: str
    identification: str
    speaker: str | None
    speaker_name: str
    printed: str
    role: str
    organization: str
    country: str
    country_name: str
    country_basis: str
    wording: str
    content: str
    quote: str
    date_start: str | None
    date_end: str | None
    start: int | None
    end: int | None
    fields: Fields
    status: str
    coder: str | None = None
    spans: tuple[Span, ...] = ()
    stances: tuple[Stance, ...] = ()
    carried: Carried | None = None

    @property
    def who(self) -> str:
        """The speaker as shown: the actor's name, else as printed."""
        return self.speaker_name or self.printed or "Speaker not stated"


@dataclass(frozen=True, slots=True)
class Reading:
    """A document (its row, with ``publisher_name``) and all that stands in it.

    ``carried``: mentions of earlier versions whose passages stand in it too, with their places in this one.
    """

    document: dict[str, Any]
    segments: tuple[Segment, ...]
    mentions: tuple[Mention, ...]
    carried: tuple[Mention, ...] = ()

    @property
    def text(self) -> str | None:
        """The text, or None where only offsets and a checksum are kept."""
        text: str | None = self.document["text"]
        return text


@dataclass(frozen=True, slots=True)
class Sight:
    """What the viewer may see besides documents, segments, statements, mentions and evidence.

    ``person``: who is signed in; of what coders marked, they see their own. ``blind``: and nothing else.
    ``statuses``: the record's rows of these are shown.
    """

    actors: bool = True
    countries: bool = True
    claims: bool = True
    stances: bool = True
    anchorings: bool = True
    person: str | None = None
    blind: bool = False
    statuses: tuple[str, ...] = (REVIEWED,)

    def of_status(self, alias: str, *others: str) -> str:
        """SQL: which rows are shown by their status and that of the rows that they belong to.

        A coder's reading is shown to the coder until it is settled; then the record has it, or has decided against it.
        """
        words = ", ".join(f"'{word}'" for word in self.statuses if word in STATUS.words) or "''"
        settled = " and ".join(f"{each}.status in ({words})" for each in (alias, *others))
        return f"(({alias}.coder is not null and {alias}.status = 'draft') or ({settled}))"

    def of_coders(self, alias: str) -> str:
        """SQL: which rows of ``alias`` are shown, by whose reading they are; with the parameter ``:person``."""
        own = f"{alias}.coder = :person"
        return own if self.blind else f"({alias}.coder is null or {own})"


_DOCUMENT = """
select d.*, {publisher} as publisher_name, {country} as country_name from documents d
left join actors a on a.id = d.publisher left join countries c on c.id = d.country where d.id = :document
"""

_MENTIONS = """
select m.*, s.kind, s.speaker_role, s.date_start, s.date_end, s.organization as organization_id, s.publisher,
       {speaker} as speaker_name, {organization} as organization,
       {country} as country_name, s.speaker_label as statement_label, s.status as statement_status
from mentions m join statements s on s.id = m.statement
left join actors a on a.id = m.speaker left join actors o on o.id = s.organization
left join countries c on c.id = m.country
where m.document = :document and {of_coders} and {of_status}
order by m.span_start is null, m.span_start, m.span_end desc, m.id
"""

_EVIDENCE = """
select e.* from mentions m cross join evidence e on e.mention = m.id where m.document = :document
order by e.span_start, e.span_end desc, e.id
"""

_STANCES = """
select t.*, {text} as text from (select distinct statement from mentions where document = :document) m
cross join stances t on t.statement = m.statement and {of_coders} join claims c on c.id = t.claim
where {of_status} order by t.claim, t.id
"""


def read(conn: sqlite3.Connection, document: str, sight: Sight) -> Reading | None:
    """A document with everything that the viewer may see of it, or None where there is none of this id."""
    names = {
        "publisher": "a.name" if sight.actors else "null",
        "speaker": "a.name" if sight.actors else "null",
        "organization": "o.name" if sight.actors else "null",
        "country": "c.name" if sight.countries else "null",
    }
    named = {"document": document, "person": sight.person}
    found = _rows(conn, _DOCUMENT.format(**names), named)
    if not found:
        return None
    spans = _grouped(_rows(conn, _EVIDENCE, named), "mention", _span)
    stances: dict[str, list[Stance]] = {}
    if sight.stances:
        text = "c.text" if sight.claims else "''"
        sql = _STANCES.format(text=text, of_coders=sight.of_coders("t"), of_status=sight.of_status("t", "c"))
        stances = _grouped(_rows(conn, sql, named), "statement", _stance)
    shown = {"of_coders": sight.of_coders("m"), "of_status": sight.of_status("m", "s")}
    mentions = (
        _mention(row, number, tuple(spans.get(row["id"], ())), tuple(stances.get(row["statement"], ())))
        for number, row in enumerate(_rows(conn, _MENTIONS.format(**names, **shown), named), 1)
    )
    segments = _rows(
        conn,
        "select kind, span_start, span_end from segments where document = :document and span_start is not null",
        named,
    )
    return Reading(
        found[0],
        tuple(Segment(row["kind"], row["span_start"], row["span_end"]) for row in segments),
        tuple(mentions),
    )


def _rows(conn: sqlite3.Connection, sql: str, named: dict[str, str | None]) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, named)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _grouped(rows: list[dict[str, Any]], column: str, make: Callable[[dict[str, Any]], Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(make(row))
    return groups


def _span(row: dict[str, Any]) -> Span:
    return Span(row["id"], row["part"], row["span_start"], row["span_end"], row["quote"] or "")


_STANCE = ("id", "claim", "text", "stance", "basis", "actor")


def _stance(row: dict[str, Any]) -> Stance:
    id, claim, text, stance, basis, actor = (row[name] or "" for name in _STANCE)
    return Stance(id, claim, text, stance, basis, actor, {name: row[name] for name in FILTER_COLUMNS})


def _mention(row: dict[str, Any], number: int, spans: tuple[Span, ...], stances: tuple[Stance, ...]) -> Mention:
    return Mention(
        id=row["id"],
        number=number,
        statement=row["statement"],
        kind=row["kind"],
        report_type=row["report_type"],
        identification=row["identification"],
        speaker=row["speaker"],
        speaker_name=row["speaker_name"] or "",
        printed=row["speaker_label"] or row["statement_label"] or "",
        role=row["speaker_role"] or "",
        organization=row["organization"] or "",
        country=row["country"],
        country_name=row["country_name"] or "",
        country_basis=row["country_basis"],
        wording=row["wording"] or "",
        content=row["content"] or "",
        quote=row["quote"] or "",
        date_start=row["date_start"],
        date_end=row["date_end"],
        start=row["span_start"],
        end=row["span_end"],
        fields=_fields(row),
        status=min(row["status"], row["statement_status"], key=SETTLED.index),
        coder=row["coder"],
        spans=spans,
        stances=stances,
    )


def _fields(row: dict[str, Any]) -> Fields:
    """A mention's own values: it has a speaker and a country, but no claim and no stance."""
    own = {name: row[name] for name in ("country", "country_basis", "identification", "report_type", "document")}
    own["status"] = min(row["status"], row["statement_status"], key=SETTLED.index)
    dates = {name: row[name] for name in ("date_start", "date_end", "publisher")}
    return {**own, **dates, "actor": row["speaker"], "organization": row["organization_id"]}
