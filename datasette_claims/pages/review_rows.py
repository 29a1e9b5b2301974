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
from ..annotating.reviewing import Bundle, bundle, relied_on
from ..annotating.reviewing import marks as places
from .stances import look_up

AROUND = 240
"""How many code points of the text stand before and after a mention."""

FILTERS = ("document", "status", "confidence", "person", "country", "assigned")
"""The filters of the queue; ``person`` made or decided the statement, ``assigned`` is asked to review its document."""

_DRAFTS = """
select id from statements where status <> 'reviewed' and status = 'draft'
union select statement from mentions where status <> 'reviewed' and status = 'draft' and coder is null
union select statement from stances where status <> 'reviewed' and status = 'draft' and coder is null
union select m.statement from proposals p join mentions m on m.id = p.subject
  where p.status = 'open' and p.kind = 'same_statement' and p.subject_type = 'mention' and m.status = 'reviewed'
"""
"""The statements that wait: drafts, and reviewed ones that may be another mention of one that is there. The first
condition is that of the indexes, which SQLite uses for nothing less."""

_OF_DOCUMENT = """
select id from statements where document = :document union select statement from mentions where document = :document
"""

_QUEUE = """
with chosen(id) as (select id from ({chosen}))
select s.id, coalesce(m.document, s.document) as document, min(m.span_start) as place, s.content, s.speaker,
       s.speaker_label, s.status
from chosen cross join statements s on s.id = chosen.id
left join mentions m on m.statement = s.id
where m.coder is null {where}
group by s.id order by coalesce(m.document, s.document), place is null, place, s.id
"""

_OPEN = """
select s.document, s.status, s.status_by, count(*) as number from statements s
where s.status <> 'reviewed' and not exists (select 1 from mentions m where m.statement = s.id and m.coder is not null)
group by 1, 2, 3
"""
"""What is not reviewed, by the index that holds nothing else."""

_CODED = """
select document, count(*) as readings, sum(status = 'draft') as unsettled from mentions
where status <> 'reviewed' and coder is not null group by document
"""
"""Coders' marks, and how many nobody has settled."""

_REVIEWED = """
select document, status, status_by, count(*) as number from statements
where document in ({documents}) and status = 'reviewed' group by 1, 3
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
    ``relied``: (table, row) of the draft actors, roles and claims that are accepted with it.
    """

    bundle: Bundle
    texts: Mapping[str, Sequence[tuple[str, str]]]
    proposals: Sequence[Row]
    relied: Sequence[tuple[str, Row]]
    names: Mapping[str, Mapping[str, str]]


def query(filters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """SQL and its parameters for the statements that pass the filters, by document, in the order of their text."""
    status = filters.get("status") or "draft"
    rejected = "select id from statements where status <> 'reviewed' and status = 'rejected'"
    chosen = {"draft": _DRAFTS, "rejected": rejected}.get(status, "select id from statements")
    parts = ["s.status = :status"] if status == "reviewed" else []
    if filters.get("document"):
        chosen = f"select id from ({chosen}) where id in ({_OF_DOCUMENT})" if "where" in chosen else _OF_DOCUMENT
        parts.append("coalesce(m.document, s.document) = :document")
    plain = {"confidence": "s.confidence", "country": "s.country", "person": "s.status_by"}
    parts += [f"{column} = :{name}" for name, column in plain.items() if filters.get(name)]
    if filters.get("assigned"):
        parts.append(
            "coalesce(m.document, s.document) in (select document from assignments where person = :assigned "
            "and task = 'review' and done_at is null)"
        )
    where = "".join(f" and {part}" for part in parts)
    return _QUEUE.format(chosen=chosen, where=where), {**filters, "status": status}


def waiting(found: Sequence[Mapping[str, Any]]) -> list[Waiting]:
    """The rows of ``query`` as lines of the list."""
    return [
        Waiting(row["id"], row["document"], row["content"] or "", row["speaker"], row["speaker_label"], row["status"])
        for row in found
    ]


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
    relied = [(table, row) for table, row in relied_on(conn, found) if seen.get(table)]
    return Item(found, texts, about, relied, look_up(conn, _named(found, about, relied, seen)))


def _named(
    found: Bundle, proposals: Sequence[Row], relied: Sequence[tuple[str, Row]], seen: Mapping[str, bool]
) -> dict[str, list[str | None]]:
    wanted: dict[str, list[str | None]] = {"actors": [], "claims": [], "countries": [], "documents": []}
    statement = found.statement
    wanted["actors"] += [statement[c] for c in ("speaker", "organization", "on_behalf_of", "audience")]
    wanted["countries"].append(statement["country"])
    wanted["documents"] += [statement["document"], *(mention["document"] for mention in found.mentions)]
    for stance in found.stances:
        wanted["actors"] += [stance["actor"], stance["attributed_by"]]
        wanted["claims"].append(stance["claim"])
    wanted["actors"] += [row["organization"] for table, row in relied if table == "memberships"]
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
    before, after = text[: start - first], text[end - first :]
    if first:  # not to begin or end within a word
        before = f"…{before.partition(' ')[2]}"
    if len(after) == AROUND:
        after = f"{after.rpartition(' ')[0]}…"
    pieces: list[tuple[str, str]] = [("before", before)]
    for one, other in pairwise(inside):
        pieces.append((_part(evidence, one, other), text[one - first : other - first]))
    return [*pieces, ("after", after)]


_TOLD = ("source", "cue", "verbatim", "content")
"""Which part a piece shows that several cover: the first of these."""


def _part(evidence: Sequence[Row], start: int, end: int) -> str:
    covering = {e["part"] for e in evidence if e["span_start"] <= start and end <= e["span_end"]}
    return next((part for part in _TOLD if part in covering), min(covering, default=""))


def progress(conn: sqlite3.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """(by document, by person, how many statements are reviewed in all).

    The documents are those with drafts, rejected statements or assignments, the most open first; the people's
    decisions are those in these documents.
    """
    found = rows(conn, _OPEN)
    assigned = rows(conn, "select document, person, done_at is null as is_open from assignments")
    documents = sorted({row["document"] for row in (*found, *assigned) if row["document"] is not None})
    of_open = sum(
        row["number"] for row in rows(conn, "select count(*) as number from statements where status <> 'reviewed'")
    )
    total = rows(conn, "select count(*) as number from statements")[0]["number"]
    found += rows(conn, _REVIEWED.format(documents=places(documents)), documents)
    coded = rows(conn, _CODED)
    by_document = _tally(found, "document")
    people = _tally([row for row in found if row["status_by"] and row["status"] != "draft"], "status_by")
    for row in assigned:
        if row["is_open"]:
            people.setdefault(row["person"], _none())["assignments"] += 1
    for row in coded:
        counts = by_document.setdefault(row["document"], _none())
        counts["readings"], counts["unsettled"] = row["readings"], row["unsettled"]
    listed = [{"document": id, **counts} for id, counts in by_document.items()]
    listed.sort(key=lambda row: (-row["draft"], row["document"] or ""))
    return listed, [{"person": id, **counts} for id, counts in sorted(people.items())], total - of_open


def _none() -> dict[str, int]:
    return {"draft": 0, "reviewed": 0, "rejected": 0, "assignments": 0, "readings": 0, "unsettled": 0}


def _tally(found: Sequence[Row], column: str) -> dict[Any, dict[str, int]]:
    counts: dict[Any, dict[str, int]] = {}
    for row in found:
        counts.setdefault(row[column], _none())[row["status"]] += row["number"]
    return counts


def choices(conn: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to, (value, words), from what there is."""
    of = {
        "document": "select d.id, d.title from documents d where exists (select 1 from statements s "
        "where s.document = d.id and s.status <> 'reviewed') order by 2 limit 1000",
        "person": "select distinct status_by, status_by from statements where status <> 'reviewed' "
        "and status_by is not null order by 1 limit 200",
        "country": "select c.id, c.name from countries c where exists (select 1 from statements s "
        "where s.country = c.id) order by 2",
        "assigned": "select distinct person, person from assignments where task = 'review' order by 1",
    }
    return {name: [(str(a), str(b)) for a, b in map(tuple, conn.execute(sql))] for name, sql in of.items()}
