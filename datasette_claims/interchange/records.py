"""What exports are made of: typed records of a database or of a part of it.

``fetch`` reads a selection once, by a few queries a table; the formats are pure functions on the result. Only the
tables that a viewer may see are read. A document's text is taken up only where it may be passed on; without it a
passage is named by its offsets, and by its words where these are recorded.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from ..schema import BY_NAME, LOADABLE, SUBJECT_TABLES
from ..schema.vocabulary import NOT_STATED
from .iris import Iris

REVIEWED = "reviewed"
"""The status of what counts; everything else is marked with its own wherever it is told."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row. ``modified`` is the time of its last change (UTC, RFC 3339), where the revisions may be read."""

    id: str
    modified: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Actor(Record):
    """A person, organization or group."""

    name: str
    kind: str
    identification: str
    country: str | None
    country_basis: str
    parent: str | None
    other_names: tuple[str, ...]
    note: str | None
    status: str = field(default=REVIEWED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Membership(Record):
    """Who held which role in which organization."""

    person: str
    organization: str | None
    role: str | None
    on_behalf_of: str | None
    date_start: str | None
    date_end: str | None
    document: str | None
    status: str = field(default=REVIEWED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Document(Record):
    """What was read. ``text`` is there only if it may be passed on."""

    title: str
    kind: str
    publisher: str | None
    language: str | None
    published_on: str | None
    url: str | None
    credit_line: str | None
    rights: str
    revision_of: str | None
    part_of: str | None
    text_sha256: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Event(Record):
    """An occasion."""

    label: str
    kind: str
    date_start: str | None
    date_end: str | None
    place: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Statement(Record):
    """What was said."""

    content: str | None
    wording: str
    speaker: str | None
    country: str | None
    speaker_label: str | None
    speaker_role: str | None
    organization: str | None
    on_behalf_of: str | None
    kind: str
    report_type: str
    speech_act: str
    date_start: str | None
    date_end: str | None
    event: str | None
    audience: str | None
    parent_statement: str | None
    in_reply_to: str | None
    document: str | None
    status: str = field(default=REVIEWED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Mention(Record):
    """One report of a statement."""

    statement: str
    document: str
    report_type: str
    speaker_label: str | None
    cue: str | None
    content: str | None
    span_start: int | None
    span_end: int | None
    quote: str | None
    status: str = field(default=REVIEWED, kw_only=True)
    revision: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Kept(Record):
    """An annotation as a program sent it (``annotation``, JSON), and the mention that it became, if it did."""

    mention: str | None
    document: str | None
    annotation: str
    made_at: str | None
    modified_at: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """One exact span of a mention."""

    mention: str
    part: str
    span_start: int
    span_end: int
    quote: str | None


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """A proposition."""

    text: str
    kind: str
    topic: str | None
    date: str | None
    identifier: str | None
    status: str = field(default=REVIEWED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Stance(Record):
    """Who is on which side of a claim."""

    claim: str
    stance: str
    basis: str
    actor: str
    statement: str | None
    document: str | None
    date_start: str | None
    status: str = field(default=REVIEWED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Relation(Record):
    """A W3C PROV relation."""

    subject_type: str
    subject: str
    relation: str
    object_type: str
    object: str
    statement: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Assessment(Record):
    """An analyst's judgement."""

    subject_type: str
    subject: str
    kind: str
    value: str | None
    date_start: str | None
    date_end: str | None
    assessor: str
    assessed_on: str | None
    rationale: str
    document: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that an export needs, by table and id, in the order of the ids. ``iris`` names it."""

    iris: Iris
    actors: Mapping[str, Actor] = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    mentions: Mapping[str, Mention] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    stances: Mapping[str, Stance] = field(default_factory=dict)
    provenance: Mapping[str, Relation] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    annotations: Mapping[str, Kept] = field(default_factory=dict)

    def kept_of(self, mention: str) -> Kept | None:
        """What a program sent that became this mention. Such a mention has the annotation's id."""
        kept = self.annotations.get(mention)
        return kept if kept is not None and kept.mention == mention else None

    def evidence_of(self) -> dict[str, list[Evidence]]:
        """Mention -> its spans in the order of the text."""
        found: dict[str, list[Evidence]] = {}
        for span in sorted(self.evidence.values(), key=lambda one: (one.span_start, one.span_end, one.id)):
            found.setdefault(span.mention, []).append(span)
        return found


TYPES: dict[str, type[Record]] = {
    "actors": Actor,
    "memberships": Membership,
    "documents": Document,
    "events": Event,
    "statements": Statement,
    "mentions": Mention,
    "evidence": Evidence,
    "claims": Claim,
    "stances": Stance,
    "provenance": Relation,
    "assessments": Assessment,
    "annotations": Kept,
}

KINDS = ("document", "statement", "mention", "evidence", "claim", "stance", "actor")
"""Of what one can fetch the records that hang together with it."""

EVERY_TABLE: frozenset[str] = frozenset(table.name for table in LOADABLE) | {"annotations", "revisions"}

R = TypeVar("R", bound=Record)


def fetch(
    conn: sqlite3.Connection,
    base: str,
    kind: str | None = None,
    ids: Collection[str] = (),
    *,
    tables: Collection[str] = EVERY_TABLE,
    withheld_texts: bool = False,
) -> Records:
    """The records of a whole database, or of what hangs together with some documents, statements or claims.

    ``kind`` is one of ``KINDS``, and ``ids`` which; without it everything is taken. ``tables`` are those that may be
    read. ``withheld_texts`` also takes up texts that may not be passed on.
    """
    reader = _Reader(conn, frozenset(tables), withheld_texts)
    found = reader.everything() if kind is None else reader.around(kind, list(dict.fromkeys(ids)))
    return Records(Iris(base), **{table: dict(sorted(rows.items())) for table, rows in found.items()})


_OF_THE_RECORD = {
    "mentions": 't."coder" IS NULL',
    "stances": 't."coder" IS NULL',
    "statements": "(NOT EXISTS (SELECT 1 FROM mentions AS m WHERE m.statement = t.id AND m.coder IS NOT NULL) "
    "OR EXISTS (SELECT 1 FROM mentions AS m WHERE m.statement = t.id AND m.coder IS NULL))",
}
"""SQL for the rows ``t`` that are no coder's own reading: such a statement has mentions of coders alone."""


class _Reader:
    """Reads rows as records; each row once."""

    def __init__(self, conn: sqlite3.Connection, tables: frozenset[str], withheld_texts: bool) -> None:
        self.conn, self.tables, self.withheld_texts = conn, tables, withheld_texts
        self.found: dict[str, dict[str, Any]] = {table: {} for table in TYPES}

    def everything(self) -> dict[str, dict[str, Any]]:
        """All rows of all tables that may be read."""
        for table in TYPES:
            self._read(table, None, ())
        return self.found

    def around(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The rows themselves and all that they refer to or that refers to them, one step, with mentions in full.

        Of an actor: what it says, and the sides that it is on.
        """
        if kind == "claim":
            self._read("claims", "id", ids)
            self._read("stances", "claim", ids)
            self._read("statements", "id", self._values("stances", "statement"))
            self._read("mentions", "statement", list(self.found["statements"]))
        elif kind == "statement":
            self._read("statements", "id", ids)
            self._read("mentions", "statement", ids)
            self._read("stances", "statement", ids)
        elif kind == "document":
            self._read("documents", "id", ids)
            self._read("mentions", "document", ids)
            self._read("statements", "id", self._values("mentions", "statement"))
            self._read("stances", "statement", list(self.found["statements"]))
            self._read("memberships", "document", ids)
            self._read("annotations", "document", ids)
        elif kind in ("mention", "evidence"):
            self._read("evidence", "id", ids if kind == "evidence" else ())
            self._read("annotations", "id", ids if kind == "mention" else ())
            self._read("mentions", "id", ids if kind == "mention" else self._values("evidence", "mention"))
            self._read("statements", "id", self._values("mentions", "statement"))
        elif kind == "stance":
            self._read("stances", "id", ids)
            self._read("statements", "id", self._values("stances", "statement"))
            self._read("mentions", "statement", list(self.found["statements"]))
        elif kind == "actor":
            self._read("actors", "id", ids)
            self._read("memberships", "person", ids)
            self._read("statements", "speaker", ids)
            self._read("stances", "actor", ids)
            self._read("mentions", "statement", list(self.found["statements"]))
        else:
            raise ValueError(f"records are fetched for one of {', '.join(KINDS)}, not for {kind!r}")
        self._complete()
        return self.found

    def _complete(self) -> None:
        """What the rows so far refer to."""
        self._read("statements", "id", self._values("statements", "parent_statement", "in_reply_to"))
        self._read("evidence", "mention", list(self.found["mentions"]))
        self._read("annotations", "mention", list(self.found["mentions"]))
        self._read("claims", "id", self._values("stances", "claim"))
        self._read("events", "id", self._values("statements", "event"))
        documents = [self._values(table, "document") for table in ("mentions", "statements", "stances", "memberships")]
        self._read("documents", "id", [one for some in documents for one in some])
        for kind in ("document", "statement", "mention"):
            self._read("provenance", "subject", list(self.found[SUBJECT_TABLES[kind]]), subject_type=kind)
        for kind in ("claim", "statement"):
            self._read("assessments", "subject", list(self.found[SUBJECT_TABLES[kind]]), subject_type=kind)
        self._read_objects()
        people = self._values("statements", "speaker", "organization", "on_behalf_of", "audience")
        people += self._values("stances", "actor") + self._values("documents", "publisher")
        self._read("memberships", "person", people)
        people += self._values("memberships", "person", "organization", "on_behalf_of")
        self._read("actors", "id", people)
        self._read("actors", "id", self._values("actors", "parent"))

    def _read_objects(self) -> None:
        """What provenance leads to: a relation whose object is left out would name something unknown."""
        objects: dict[str, list[str]] = {}
        for relation in self.found["provenance"].values():
            objects.setdefault(relation.object_type, []).append(relation.object)
        for kind, ids in objects.items():
            self._read(SUBJECT_TABLES[kind], "id", ids)

    def _values(self, table: str, *columns: str) -> list[str]:
        rows = self.found[table].values()
        return [value for row in rows for column in columns if (value := getattr(row, column)) is not None]

    def _read(self, table: str, column: str | None, values: Sequence[str], **only: str) -> None:
        if table not in self.tables or (column is not None and not values):
            return
        kind = TYPES[table]
        names = [one.name for one in fields(kind) if one.name != "modified"]
        # A coder's own reading is no part of the record before adjudication; whose a statement is, its mentions tell.
        known = table != "statements" or "mentions" in self.tables
        where, parameters = _OF_THE_RECORD.get(table, "1") if known else "1", []
        if column is not None:
            where += f' AND t."{column}" IN (SELECT value FROM json_each(?))'
            parameters.append(json.dumps(list(dict.fromkeys(values))))
        for name, word in only.items():
            where += f' AND +t."{name}" = ?'
            parameters.append(word)
        at, join = "NULL", ""  # the time of a change is left out where revisions may not be read
        if "revisions" in self.tables:
            at, join = 'r."at"', 'LEFT JOIN "revisions" AS r ON r."id" = t."revision" '
        columns = ", ".join(self._column(table, name) for name in names)
        # SQLite has to be told which index: where most rows leave a column blank, a scan looks cheaper to it.
        hint = f' INDEXED BY "idx_{table}_{column}"' if column not in (None, "id") else ""
        sql = f'SELECT {columns}, {at} FROM "{table}" AS t{hint} {join}WHERE {where}'
        for row in self.conn.execute(sql, parameters):
            values_by_name = dict(zip(names, row, strict=False))
            self.found[table].setdefault(row[0], _record(table, kind, values_by_name, row[-1]))

    def _column(self, table: str, name: str) -> str:
        if (table, name) == ("documents", "text") and not self.withheld_texts:
            return "CASE WHEN t.\"rights\" IN ('cc0', 'licensed') THEN t.\"text\" END"
        return f't."{name}"'


def _record(table: str, kind: type[R], values: dict[str, Any], modified: str | None) -> R:
    for name, value in values.items():
        column = BY_NAME[table][name]
        if column.references == "countries" or name == "topic":
            values[name] = None if value == NOT_STATED else value
        elif name == "other_names":
            values[name] = tuple(part.strip() for part in (value or "").split(";") if part.strip())
    return kind(**values, modified=modified)


def unsettled(row: Record | None) -> str | None:
    """The status of a row that is not reviewed, as every format has to tell it; None where it is."""
    status: str = getattr(row, "status", REVIEWED)
    return None if status == REVIEWED else status


def language_of(document: Document | None) -> str | None:
    """The language of a document, if it is a plausible BCP 47 tag."""
    tag = document.language if document else None
    return tag if tag and re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) else None
