"""One statement: what was said, by whom, when and where, how we know, and every report of it.

What the source prints, what was worked out from it, and what others verified stand side by side and are never
merged. Whether the record still holds against the text is told apart from any judgement about trust.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .. import compat
from ..interchange.iris import web_address
from ..permissions import ANNOTATE
from ..schema import BY_NAME
from ..tracing.chain import trace_statement
from ..tracing.fidelity import MARKS, Difference, Fidelity, fidelity
from ..tracing.integrity import check_statement
from . import wording
from .chain_drawing import origin_drawing
from .chain_list import chain_list
from .chain_reports import report_drawing
from .chain_view import TABLE_OF, ChainView, chain_view
from .errors import not_found
from .framework import Answer, Visit, page
from .one_reading import one_reading
from .passages import anchor
from .reading_cards import fragment_url
from .stances import latest_revision
from .status import status_mark

Row = dict[str, Any]

NAMED = {
    "speaker": "actors",
    "organization": "actors",
    "on_behalf_of": "actors",
    "audience": "actors",
    "country": "countries",
    "event": "events",
    "document": "documents",
    "publisher": "actors",
    "parent_statement": "statements",
    "in_reply_to": "statements",
}
"""The references of a statement that the page shows by name."""

_NAME = {"actors": "name", "countries": "name", "events": "label", "documents": "title", "statements": "content"}
_CHANGES = 200
SHOWN = 20
"""So many reports stand open; the others unfold."""
OTHER_WORDS = 0.3
"""A report that shares less of its words with the measure tells it in other words: no words are marked in it."""
_PASSAGES = 4
"""A link to the original names so many passages at most."""


ASKED = (
    *TABLE_OF.values(),
    *("countries", "evidence", "assessments", "revisions", "loads", "provenance", "segments"),
)
"""The tables that parts of the page come from."""


@page("/statement/{id}", template="statement.html", tables=("statements",), asked=ASKED)
async def show(visit: Visit) -> Answer:
    """The page of one statement."""
    may_edit = await visit.may(ANNOTATE)

    async def read(visit: Visit) -> Answer:
        return await _answer(visit, may_edit)

    return await one_reading(visit, None, read)


async def _answer(visit: Visit, may_edit: bool) -> Answer:
    id = visit.ids["id"]
    rows = await visit.rows("select * from statements where id = ?", [id])
    if not rows:
        raise not_found("statement", id, "All statements stand in the statements table.")
    row = dict(rows[0])
    names, missing = await _names(visit, row)
    hidden = {kind for kind, table in TABLE_OF.items() if not await visit.sees(table)}
    closed = {table for table in (*TABLE_OF.values(), "provenance") if not await visit.sees(table)}
    chain = chain_view(await visit.db.execute_fn(lambda conn: trace_statement(conn, id, closed=closed)), hidden)
    reports = await _reports(visit, id)
    data: dict[str, Any] = {
        "statement": row,
        "said": _said(row, reports),
        "names": names,
        "missing": missing,
        "stances": await _stances(visit, id),
        "verified_dates": await _assessments(visit, row),
        "chain": chain.as_data(),
        "reports": reports,
        "integrity": await _integrity(visit, id),
        "history": await _history(visit, row),
    }
    revision = await latest_revision(visit) if await visit.sees("revisions") else None
    context = _context(visit, chain, may_edit)
    return Answer(_title(row, names), _sentence(row, names, reports), data, context, revision=revision)


async def _names(visit: Visit, row: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Column -> name of the row that it refers to, where the viewer may see that table; and the columns whose row is
    not there."""
    wanted = {column: table for column, table in NAMED.items() if row[column] is not None and await visit.sees(table)}
    found: dict[str, str] = {}
    missing: list[str] = []

    def read(conn: sqlite3.Connection) -> None:
        for column, table in wanted.items():
            sql = f'select "{_NAME[table]}" from "{table}" where id = ?'
            named = conn.execute(sql, [row[column]]).fetchone()
            if named:
                found[column] = str(named[0] or row[column])
            else:
                missing.append(column)

    if wanted:
        await visit.db.execute_fn(read)
    return found, missing


async def _stances(visit: Visit, id: str) -> list[Row] | None:
    """On which side of which claims the statement puts whom."""
    if not await visit.sees("stances", "claims"):
        return None
    rows = await visit.rows(
        "select stances.id, claim, claims.text, stance, basis, factuality, actor, attributed_by, stances.note, "
        "stances.status "
        "from stances join claims on claims.id = stances.claim where statement = ? and stances.coder is null "
        "and stances.status <> 'rejected' order by stances.status <> 'reviewed', claim, stances.id limit 200",
        [id],
    )
    listed = [dict(row) for row in rows]
    actors = await _actor_names(visit, {row[key] for row in listed for key in ("actor", "attributed_by")})
    for row in listed:
        row["actor_name"] = actors.get(row["actor"])
        row["attributed_by_name"] = actors.get(row["attributed_by"])
    return listed


async def _actor_names(visit: Visit, ids: Iterable[str | None]) -> dict[str | None, str]:
    wanted = sorted({id for id in ids if id is not None})
    if not wanted or not await visit.sees("actors"):
        return {}
    marks = ", ".join("?" for _ in wanted)
    return {row[0]: row[1] for row in await visit.rows(f"select id, name from actors where id in ({marks})", wanted)}


async def _assessments(visit: Visit, row: Mapping[str, Any]) -> list[Row] | None:
    """Verified dates of the statement or its occasion, and every other assessment of the statement."""
    if not await visit.sees("assessments"):
        return None
    rows = await visit.rows(
        "select * from assessments where (subject_type = 'statement' and subject = :id) "
        "or (kind = 'verified_date' and subject_type = 'event' and subject = :event) order by id",
        {"id": row["id"], "event": row["event"]},
    )
    return [{key: each[key] for key in each.keys() if key != "revision"} for each in rows]  # noqa: SIM118


async def _reports(visit: Visit, id: str) -> dict[str, Any] | None:
    """Every mention with its words, and how the others differ from the fullest in the speaker's own words."""
    if not await visit.sees("mentions", "evidence"):
        return None
    with_documents = await visit.sees("documents")
    beside = {table: await visit.source(table) for table in ("documents", "segments")}
    found = await visit.db.execute_fn(lambda conn: _read_reports(conn, id, with_documents, beside))
    compared: Fidelity = found["fidelity"]
    differences = {difference.mention: difference for difference in compared.differences}
    listed = []
    for report in compared.reports:
        row = found["mentions"][report.mention]
        listed.append(
            {
                **asdict(report),
                "status": row["status"],
                "segment": row["segment_kind"],
                "speaker_label": row["speaker_label"],
                "title": row["title"] if with_documents else None,
                "published_on": row["published_on"] if with_documents else None,
                "url": _passage(visit, report.document, report.mention),
                "original": _original(row, report.passages) if with_documents else None,
                "difference": _difference(differences.get(report.mention)),
            }
        )
    return {
        "measure": compared.measure,
        "listed": listed,
        "documents": found["documents"],
        "of": found["of"],
        "drafts": found["drafts"],
    }


def _read_reports(conn: sqlite3.Connection, id: str, with_documents: bool, beside: Mapping[str, str]) -> dict[str, Any]:
    """The first mentions of a statement with their evidence and what is compared; four queries on one connection.

    Reviewed ones come first, then those in the document that the statement names: of equally full reports the first
    is the measure. Of a statement that is reviewed itself, only reviewed mentions count. ``beside``: what to read
    documents and segments from (``Visit.source``).
    """

    def fetch(sql: str) -> list[Row]:
        cursor = conn.execute(sql, {"id": id, "most": _CHANGES})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    own = "statement = :id and coder is null and status <> 'rejected'"
    first = f"(select id from mentions where {own} order by status <> 'reviewed', id limit :most)"
    mentions = fetch(
        "select m.*, s.kind as segment_kind, d.title, d.published_on, d.language, d.url as document_url "
        f"from mentions m left join {beside['documents']} d on d.id = m.document "
        f"left join {beside['segments']} s on s.id = m.segment "
        "join statements t on t.id = m.statement "
        f"where m.id in {first} order by m.status <> 'reviewed', m.document is not t.document, d.published_on, d.id, "
        "m.span_start, m.id"
    )
    evidence = fetch(f"select * from evidence where mention in {first} order by span_start, id")
    texts: dict[str, str | None] = {}
    if with_documents:
        wanted = f"(select document from mentions where id in {first})"
        texts = {row["id"]: row["text"] for row in fetch(f"select id, text from documents where id in {wanted}")}
    languages = {row["document"]: row["language"] for row in mentions}
    counts = fetch(
        "select count(*) as number, count(distinct document) as documents, count(*) filter (where status = 'reviewed') "
        "as reviewed, count(distinct case when status = 'reviewed' then document end) as reviewed_documents "
        f"from mentions where {own}"
    )[0]
    (status,) = conn.execute("select status from statements where id = ?", [id]).fetchone()
    settled = "reviewed" if status == "reviewed" else "number"
    compared = fidelity(mentions, evidence, texts, languages)
    return {
        "mentions": {row["id"]: row for row in mentions},
        "fidelity": compared,
        "of": counts[settled],
        "documents": counts["reviewed_documents" if settled == "reviewed" else "documents"],
        "drafts": counts["number"] - counts["reviewed"],
    }


def _passage(visit: Visit, document: str, mention: str) -> str:
    return f"{visit.links.page('read', document, annotation=mention)}#a-{anchor(mention)}"


def _original(row: Mapping[str, Any], passages: Sequence[str]) -> str | None:
    """The passage where it was published: a text fragment, where there is a web address and the words are known.

    Words between which something else stands, such as “he said”, are passages of their own.
    """
    url = web_address(row["document_url"])
    if url is None:
        return None
    words = [passage for each in passages[:_PASSAGES] if (passage := each.strip(MARKS))]
    return fragment_url(url, *words) if words else url


def _said(row: Mapping[str, Any], reports: Mapping[str, Any] | None) -> Row:
    """What was said: the fullest quotation among the reports, else what the record tells.

    ``wording`` says whose words these are; ``mention`` is the report that quotes them, None for the record's.
    """
    listed = reports["listed"] if reports else ()
    measure = next((one for one in listed if reports and one["mention"] == reports["measure"]), None)
    settled = measure is not None and measure["status"] in ("reviewed", row["status"])
    if measure is None or not settled or not measure["verbatim"]:
        return {"words": row["content"], "wording": row["wording"], "mention": None}
    marked = measure["words"].strip(MARKS) != measure["verbatim"] and any(mark in measure["words"] for mark in '“”"«»„')
    words, wording_of = (measure["words"], "mixed") if marked else (measure["verbatim"], "verbatim")
    return {"words": words, "wording": wording_of, "mention": measure["mention"]}


def _difference(difference: Difference | None) -> Row | None:
    return None if difference is None else asdict(difference)


async def _integrity(visit: Visit, id: str) -> list[Row] | None:
    """Document by document, whether its checksum and the spans of this statement still hold."""
    if not await visit.sees("documents", "mentions", "evidence"):
        return None
    titles = "select d.id, d.title from mentions m join documents d on d.id = m.document where m.statement = ?"

    def read(conn: sqlite3.Connection) -> list[Row]:
        called = dict(tuple(row) for row in conn.execute(titles, [id]))
        return [{**asdict(each), "title": called.get(each.document)} for each in check_statement(conn, id)]

    found: list[Row] = await visit.db.execute_fn(read)
    return found


async def _history(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The changes of the row, latest first, and the load or person that made it."""
    if not await visit.sees("revisions", "loads"):
        return None
    changes = await visit.rows(
        "select r.id, r.at, r.who, r.operation, r.load, r.before, r.after, l.tool from revisions r "
        "left join loads l on l.id = r.load where r.table_name = 'statements' and r.row_id = :id "
        "union all select r.id, r.at, r.who, r.operation, r.load, null, null, l.tool from revisions r "
        "left join loads l on l.id = r.load where r.id = :revision and r.row_id is null order by 1 desc limit 100",
        {"id": row["id"], "revision": row["revision"]},
    )
    return {"revision": row["revision"], "changes": [dict(change) for change in changes]}


def _title(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    who = names.get("speaker") or row["speaker_label"] or "Speaker not stated"
    words = row["content"] or row["cue"]
    return f"{who}: {wording.shortened(words, 120)}" if words else who


def _sentence(row: Mapping[str, Any], names: Mapping[str, str], reports: Mapping[str, Any] | None) -> str:
    """Who, in which role, for whom, when, where; and in how many reports."""
    who = names.get("speaker") or row["speaker_label"] or "An unstated speaker"
    parts = [who]
    if row["speaker_role"]:
        parts.append(f", {row['speaker_role']}")
    if names.get("on_behalf_of"):
        parts.append(f", for {names['on_behalf_of']}")
    when = wording.full_dates(row["date_start"], row["date_end"])
    said = BY_NAME["statements"]["speech_act"].enumeration
    assert said is not None
    verb = {"refusal": "declined to answer", "question": "asked", "belief": "is said to believe this"}
    parts.append(f", {verb.get(row['speech_act'], 'said this')}" if row["kind"] == "utterance" else " published this")
    # A whole month or year ("May 2019") takes another preposition than days.
    parts.append(f" {'on' if when[:1].isdigit() and ' ' in when else 'in'} {when}" if when else ", on a day not stated")
    text = "".join(parts).replace(", said this", " said this", 1) if len(parts) == 3 else "".join(parts)
    text = f"{text}.{_DRAFT if row['status'] == 'draft' else _REJECTED if row['status'] == 'rejected' else ''}"
    if reports is None or not reports["of"]:
        return text
    documents = wording.count(reports["documents"], "document", words=True)
    return f"{text} Reported {_times(reports['of'])} in {documents}."


_DRAFT = " This is a draft: nobody has reviewed it yet, and it counts nowhere."
_REJECTED = " This was rejected in review: it counts nowhere."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{wording.in_words(number)} times")


def _context(visit: Visit, chain: ChainView, may_edit: bool) -> dict[str, Any]:
    return {
        "static_url": lambda path: compat.static_url(visit.datasette, path),
        "column": lambda name: BY_NAME["statements"][name],
        "enumerations": {name: BY_NAME["mentions"][name].enumeration for name in ("report_type",)},
        "segment_kinds": BY_NAME["segments"]["kind"].enumeration,
        "chain": chain,
        "status_mark": status_mark,
        "shown_first": SHOWN,
        "other_below": OTHER_WORDS,
        "may_edit": may_edit,
        "chain_list": chain_list(visit.links, chain),
        "origin": origin_drawing(visit.links, chain),
        "reported": report_drawing(visit.links, chain),
    }
