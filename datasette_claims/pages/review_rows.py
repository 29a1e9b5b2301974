"""What the review queue shows, read on a connection: which statements wait, one of them in full, how far the work is.

A coder's own rows are no part of the queue: they are settled by adjudication.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..annotating.acts import Row, rows
from ..annotating.proposing import open_about
from ..annotating.reviewing import Bundle, bundle
from ..annotating.reviewing import marks as places
from .stances import look_up

AROUND = 240
"""How many code points of the text stand before and after a mention."""

FILTERS = ("document", "status", "confidence", "person", "country", "assigned")
"""The filters of the queue; ``person`` made or decided the statement, ``assigned`` is asked to review its document."""

_DRAFTS = """
(s.status = 'draft' or m.status = 'draft' or
 exists (select 1 from stances t where t.statement = s.id and t.coder is null and t.status = 'draft'))
"""

_QUEUE = """
select s.id, coalesce(m.document, s.document) as document, min(m.span_start) as place, s.content, s.speaker,
       s.speaker_label, s.confidence, s.country, s.report_type, s.status, s.status_by
from statements s left join mentions m on m.statement = s.id
where m.coder is null {where}
group by s.id order by coalesce(m.document, s.document), place is null, place, s.id
"""

_PROGRESS = """
select coalesce(s.document, (select min(m.document) from mentions m where m.statement = s.id)) as document, s.status,
       count(*) as number
from statements s
where not exists (select 1 from mentions m where m.statement = s.id and m.coder is not null)
group by 1, 2
"""

_PEOPLE = """
select s.status_by as person, s.status, count(*) as number from statements s
where s.status_by is not null and s.status <> 'draft'
  and not exists (select 1 from mentions m where m.statement = s.id and m.coder is not null)
group by 1, 2
"""


@dataclass(frozen=True)
class Waiting:
    """One statement of the queue, as a line of the list."""

    id: str
    document: str | None
    content: str
    speaker: str | None
    speaker_label: str | None
    status: str


@dataclass(frozen=True)
class Item:
    """One statement to decide: its rows, its mentions' words in the text, open proposals, names of what it names.

    ``texts``: mention -> pieces (kind, words); kinds are "" and the parts of evidence, "before" and "after".
    """

    bundle: Bundle
    texts: Mapping[str, Sequence[tuple[str, str]]]
    proposals: Sequence[Row]
    names: Mapping[str, Mapping[str, str]]


def queue(conn: sqlite3.Connection, filters: Mapping[str, str]) -> list[Waiting]:
    """The statements that pass the filters, by document and in the order of their text."""
    where, values = _where(filters)
    return [
        Waiting(row["id"], row["document"], row["content"] or "", row["speaker"], row["speaker_label"], row["status"])
        for row in rows(conn, _QUEUE.format(where=where), values)  # type: ignore[arg-type]
    ]


def _where(filters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    parts = []
    status = filters.get("status") or "draft"
    if status == "draft":
        parts.append(_DRAFTS)
    elif status != "all":
        parts.append("s.status = :status")
    plain = {"document": "coalesce(m.document, s.document)", "confidence": "s.confidence", "country": "s.country"}
    plain["person"] = "s.status_by"
    parts += [f"{column} = :{name}" for name, column in plain.items() if filters.get(name)]
    if filters.get("assigned"):
        parts.append(
            "coalesce(m.document, s.document) in (select document from assignments where person = :assigned "
            "and task = 'review' and done_at is null)"
        )
    return "".join(f" and {part}" for part in parts), {**filters, "status": status}


def item(conn: sqlite3.Connection, statement: str, seen: Mapping[str, bool]) -> Item | None:
    """One statement in full, or None where there is none. ``seen``: table -> whether the viewer may see its names."""
    found = bundle(conn, statement)
    if found is None:
        return None
    mentions = [mention["id"] for mention in found.mentions]
    evidence = rows(
        conn,
        f"select mention, part, span_start, span_end from evidence where mention in ({places(mentions)}) "
        "order by span_start, id",
        mentions,
    )
    texts = {
        mention["id"]: _words(conn, mention, [e for e in evidence if e["mention"] == mention["id"]])
        for mention in found.mentions
    }
    about = open_about(conn, statement, mentions)
    about += rows(
        conn,
        "select * from proposals where status = 'open' and kind = 'same_actor' and subject_type = 'actor' "
        "and subject = ? order by score desc, id",
        [found.statement["speaker"]],
    )
    return Item(found, texts, about, look_up(conn, _named(found, about, seen)))


def _named(found: Bundle, proposals: Sequence[Row], seen: Mapping[str, bool]) -> dict[str, list[str | None]]:
    wanted: dict[str, list[str | None]] = {"actors": [], "claims": [], "countries": [], "documents": []}
    statement = found.statement
    wanted["actors"] += [statement[c] for c in ("speaker", "organization", "on_behalf_of", "audience")]
    wanted["countries"].append(statement["country"])
    wanted["documents"] += [statement["document"], *(mention["document"] for mention in found.mentions)]
    for stance in found.stances:
        wanted["actors"] += [stance["actor"], stance["attributed_by"]]
        wanted["claims"].append(stance["claim"])
    for proposal in proposals:
        table = {"actor": "actors", "claim": "claims"}.get(proposal["object_type"] or "")
        if table:
            wanted[table].append(proposal["object"])
        wanted["claims"].append(said(proposal).get("claim"))
    return {table: ids if seen.get(table) else [] for table, ids in wanted.items()}


def said(proposal: Row) -> dict[str, str]:
    """What a proposal says beyond a row: the values of its JSON, or its text under its own kind."""
    text = proposal["value"] or ""
    if not text.lstrip().startswith("{"):
        return {proposal["kind"]: text}
    try:
        return {str(name): str(value) for name, value in json.loads(text).items()}
    except ValueError:
        return {proposal["kind"]: text}


def _words(conn: sqlite3.Connection, mention: Row, evidence: Sequence[Row]) -> list[tuple[str, str]]:
    """The words of a mention with its parts, and what stands around it; its kept quote where the text is not here."""
    start, end = mention["span_start"], mention["span_end"]
    if start is None or end is None:
        return [("", mention["quote"] or mention["content"] or "")]
    first = max(start - AROUND, 0)
    sql = "select substr(text, ?, ?) from documents where id = ?"
    row = conn.execute(sql, [first + 1, end - first + AROUND, mention["document"]]).fetchone()
    text = row[0] if row else None
    if not text:
        return [("", mention["quote"] or mention["content"] or "")]
    cuts = {start, end, *(edge for e in evidence for edge in (e["span_start"], e["span_end"]) if start < edge < end)}
    inside = sorted(cuts)
    pieces: list[tuple[str, str]] = [("before", ("…" if first else "") + text[: start - first])]
    for one, other in pairwise(inside):
        pieces.append((_part(evidence, one, other), text[one - first : other - first]))
    after = text[end - first :]
    return [*pieces, ("after", after + ("…" if len(after) == AROUND else ""))]


_TOLD = ("source", "cue", "verbatim", "content")
"""Which part a piece shows that several cover: the first of these."""


def _part(evidence: Sequence[Row], start: int, end: int) -> str:
    covering = {e["part"] for e in evidence if e["span_start"] <= start and end <= e["span_end"]}
    return next((part for part in _TOLD if part in covering), min(covering, default=""))


def progress(conn: sqlite3.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(by document, by person): how many statements have each status; the most open documents first."""
    documents = _tally(rows(conn, _PROGRESS), "document")
    people = _tally(rows(conn, _PEOPLE), "person")
    for row in rows(
        conn, "select person, count(*) as number from assignments where done_at is null group by person order by person"
    ):
        people.setdefault(row["person"], _none())["assignments"] = row["number"]
    listed = [{"document": id, **counts} for id, counts in documents.items()]
    listed.sort(key=lambda row: (-row["draft"], row["document"] or ""))
    return listed, [{"person": id, **counts} for id, counts in sorted(people.items())]


def _none() -> dict[str, int]:
    return {"draft": 0, "reviewed": 0, "rejected": 0, "assignments": 0}


def _tally(found: Sequence[Row], column: str) -> dict[Any, dict[str, int]]:
    counts: dict[Any, dict[str, int]] = {}
    for row in found:
        counts.setdefault(row[column], _none())[row["status"]] = row["number"]
    return counts


def choices(conn: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to, (value, words), from what there is."""
    of = {
        "document": "select d.id, d.title from documents d where d.id in (select document from mentions) order by 2",
        "person": "select distinct status_by, status_by from statements where status_by is not null order by 1",
        "country": "select c.id, c.name from countries c where c.id in (select country from statements) order by 2",
        "assigned": "select distinct person, person from assignments where task = 'review' order by 1",
    }
    return {name: [(str(a), str(b)) for a, b in map(tuple, conn.execute(sql))] for name, sql in of.items()}
