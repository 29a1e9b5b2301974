"""What the arrays do not hold: words, mentions, questions. Each function is one or two indexed queries.

They take a connection to a claims database and never write. Texts come back as stored; whether a viewer may see
them is for the caller to decide.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..schema.vocabulary import HEAD_KINDS
from .arrays import BoolArray, IntArray
from .filters import FilterError
from .index import StanceIndex
from .statuses import where as settled_sql

_SLICE = 500
_PHRASE_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def stance_ids(conn: sqlite3.Connection, index: StanceIndex, rows: IntArray) -> list[tuple[str, str | None]]:
    """(stance id, statement id or None) of row numbers, in their order. A deleted stance of an earlier revision
    comes from ``index.restored``. Raises KeyError where the index is older than the database."""
    rowids = index.rowids[rows].tolist()
    found: dict[int, tuple[str, str | None]] = {
        rowid: (str(row["id"]), None if row.get("statement") is None else str(row["statement"]))
        for rowid, row in index.restored.items()
    }
    wanted = [rowid for rowid in dict.fromkeys(rowids) if rowid not in found]
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        sql = f"SELECT rowid, id, statement FROM stances WHERE rowid IN ({_marks(part)})"
        found.update({rowid: (stance, statement) for rowid, stance, statement in conn.execute(sql, part)})
    return [found[rowid] for rowid in rowids]


def stance_rows(conn: sqlite3.Connection, index: StanceIndex, ids: Sequence[str]) -> IntArray:
    """The row numbers of stance ids, ascending; unknown ids are left out. At an earlier revision as well."""
    wanted = set(ids)
    rowids = [rowid for rowid, row in index.restored.items() if row["id"] in wanted]
    listed = sorted(wanted)
    for start in range(0, len(listed), _SLICE):
        part = listed[start : start + _SLICE]
        rowids += [row[0] for row in conn.execute(f"SELECT rowid FROM stances WHERE id IN ({_marks(part)})", part)]
    return index.rows_of(np.array(sorted(set(rowids)), dtype=np.int64))


def search_mask(conn: sqlite3.Connection, index: StanceIndex, text: str) -> BoolArray:
    """The stances that a full-text search finds: bool [n], for ``select(found=…)``.

    Found are stances whose statement (its content or its speaker as printed) or whose claim holds all the words;
    words in straight double quotes are a phrase. Raises FilterError where there is no word to search for.
    """
    match = fts_query(text)
    sql = (
        "SELECT stances.rowid FROM statements_fts JOIN statements ON statements.rowid = statements_fts.rowid "
        "JOIN stances ON stances.statement = statements.id WHERE statements_fts MATCH ?"
    )
    claims = "SELECT claims.id FROM claims_fts JOIN claims ON claims.rowid = claims_fts.rowid WHERE claims_fts MATCH ?"
    rowids = np.fromiter((row[0] for row in conn.execute(sql, (match,))), dtype=np.int64)
    mask = index.mask_of(rowids)
    known = index.dictionary("claim").codes
    for (claim,) in conn.execute(claims, (match,)):
        if claim in known:
            mask[index.offsets[known[claim]] : index.offsets[known[claim] + 1]] = True
    return mask


def fts_query(text: str) -> str:
    """A person's search as an FTS5 query without operators: every word must occur, a quoted phrase as it stands."""
    parts = [phrase or word for phrase, word in _PHRASE_OR_WORD.findall(text)]
    parts = [part.strip() for part in parts if any(c.isalnum() for c in part)]
    if not parts:
        raise FilterError("_search", "it holds no word", "give words to search for, or leave the parameter out")
    return " ".join(f'"{part}"' for part in parts)


@dataclass(frozen=True)
class HeadMention:
    """A stance that a headline, standfirst or lead reports: the rowid of the stance and its claim, the rowid and the id
    of the mention, its document, the kind of its segment, and how its speaker is identified there."""

    rowid: int
    claim: str
    mention: int
    id: str
    document: str
    segment_kind: str
    identification: str


def head_mentions(
    conn: sqlite3.Connection,
    claim: str | None = None,
    document: str | None = None,
    limit: int = 10_000,
    statuses: Sequence[str] = ("reviewed",),
    basis: str | None = None,
    rowids: Sequence[int] | None = None,
) -> list[HeadMention]:
    """The stances that headlines, standfirsts and leads report, on one claim or in one document or all (up to
    ``limit``), ordered by document and place. ``statuses``: of reports (mentions) that count; ``basis``: only
    stances of this basis; ``rowids``: only these stances."""
    where = [f"g.kind IN ({_marks(HEAD_KINDS)})", f"m.status IN ({_marks(statuses)})", "m.coder IS NULL"]
    values = [*HEAD_KINDS, *statuses]
    if claim is not None:
        where, values = [*where, "t.claim = ?"], [*values, claim]
    if basis is not None:
        where, values = [*where, "t.basis = ?"], [*values, basis]
    if rowids is not None:
        where, values = [*where, "t.rowid IN (SELECT value FROM json_each(?))"], [*values, json.dumps(rowids)]
    if document is not None:
        where, values = [*where, "m.document = ?"], [*values, document]
    sql = (
        "SELECT t.rowid, t.claim, m.rowid, m.id, m.document, g.kind, m.identification FROM stances t "
        "JOIN mentions m ON m.statement = t.statement JOIN segments g ON g.id = m.segment "
        f"WHERE {' AND '.join(where)} ORDER BY m.document, g.line, m.id, t.id LIMIT ?"
    )
    return [HeadMention(*row) for row in conn.execute(sql, [*values, limit])]


def head_only(
    conn: sqlite3.Connection,
    rowids: Iterable[int],
    document: str | None = None,
    statuses: Sequence[str] = ("reviewed",),
) -> dict[int, bool]:
    """Of some stances, those that are mentioned (in one document, or in any): rowid -> whether headlines,
    standfirsts and leads are the only places. A stance that no document mentions is left out. ``statuses``: of
    reports (mentions) that count."""
    listed = sorted(set(rowids))
    found: dict[int, bool] = {}
    where, more = ("", []) if document is None else (" AND m.document = ?", [document])
    where += f" AND m.coder IS NULL AND m.status IN ({_marks(statuses)})"
    for start in range(0, len(listed), _SLICE):
        part = listed[start : start + _SLICE]
        sql = (
            f"SELECT t.rowid, min(coalesce(g.kind IN ({_marks(HEAD_KINDS)}), 0)) FROM stances t "
            "JOIN mentions m ON m.statement = t.statement LEFT JOIN segments g ON g.id = m.segment "
            f"WHERE t.rowid IN ({_marks(part)}){where} GROUP BY t.rowid"
        )
        found.update({rowid: bool(only) for rowid, only in conn.execute(sql, [*HEAD_KINDS, *part, *more, *statuses])})
    return found


@dataclass(frozen=True)
class Refusal:
    """Somebody was asked and declined to say: who, in which statement, and the question if it is known."""

    stance: str
    claim: str
    actor: str
    statement: str | None
    cue: str | None
    content: str | None
    question: str | None
    question_content: str | None
    asked_by: str | None
    asked_by_label: str | None


def refusals(
    conn: sqlite3.Connection, claim: str | None = None, limit: int = 1000, stances: Sequence[str] | None = None
) -> list[Refusal]:
    """The refusals to answer, on one claim or all or among ``stances``, each with the question that it answers."""
    where, values = ("AND t.claim = ?", [claim]) if claim is not None else ("", [])
    if stances is not None:
        where, values = f"{where} AND t.id IN ({_marks(stances)})", [*values, *stances]
    sql = (
        "SELECT t.id, t.claim, t.actor, t.statement, s.cue, s.content, q.id, q.content, q.speaker, q.speaker_label "
        "FROM stances t LEFT JOIN statements s ON s.id = t.statement LEFT JOIN statements q ON q.id = s.in_reply_to "
        f"WHERE t.stance = 'declines' {where} ORDER BY t.claim, t.date_start, t.id LIMIT ?"
    )
    return [Refusal(*row) for row in conn.execute(sql, [*values, limit])]


@dataclass(frozen=True)
class Silent:
    """An actor whom documents on a claim mention, while neither the actor nor anybody for it has a stance on it.

    ``speaks``: whether these documents report anything that the actor, or somebody for it, says at all.
    """

    actor: str
    name: str
    speaks: bool


_MENTIONED = """
WITH read AS (
    SELECT DISTINCT t.document FROM stances t WHERE t.claim = :claim AND t.document IS NOT NULL AND {taken}
),
said AS (SELECT s.* FROM statements s WHERE s.document IN (SELECT document FROM read) AND s.status IN ({statuses})),
roles AS (
    SELECT m.* FROM memberships m WHERE m.document IN (SELECT document FROM read) AND m.status IN ({statuses})
),
named(actor) AS (
    SELECT speaker FROM said WHERE kind = 'utterance' UNION SELECT audience FROM said
    UNION SELECT organization FROM said UNION SELECT on_behalf_of FROM said
    UNION SELECT t.actor FROM stances t WHERE t.document IN (SELECT document FROM read) AND {taken}
    UNION SELECT person FROM roles UNION SELECT organization FROM roles UNION SELECT on_behalf_of FROM roles
),
spoken AS (
    SELECT * FROM said WHERE kind = 'utterance' AND speech_act NOT IN ('unreported', 'none')
),
spoke(actor) AS (
    SELECT speaker FROM spoken UNION SELECT organization FROM spoken UNION SELECT on_behalf_of FROM spoken
),
sides AS (
    SELECT t.actor, t.organization, s.on_behalf_of FROM stances t
    LEFT JOIN statements s ON s.id = t.statement AND s.status IN ({statuses})
    WHERE t.claim = :claim AND {taken}
),
placed(actor) AS (
    SELECT actor FROM sides UNION SELECT organization FROM sides WHERE organization IS NOT NULL
    UNION SELECT on_behalf_of FROM sides WHERE on_behalf_of IS NOT NULL
)
SELECT a.id, a.name, a.id IN (SELECT actor FROM spoke) FROM named JOIN actors a ON a.id = named.actor
WHERE a.id NOT IN (SELECT actor FROM placed)
ORDER BY 3, a.name, a.id LIMIT :limit
"""


def silent(
    conn: sqlite3.Connection, claim: str, statuses: Sequence[str] = ("reviewed",), limit: int = 1000
) -> list[Silent]:
    """Who is mentioned in the documents on a claim but has no stance on it: first those of whom nothing is
    reported at all, then those who speak of other things. ``statuses``: of the stances, statements and roles that
    count."""
    if not statuses:
        return []
    named = {f"status_{at}": word for at, word in enumerate(statuses)}
    taken = settled_sql(statuses, row="t")
    sql = _MENTIONED.format(statuses=", ".join(f":{name}" for name in named), taken=taken)
    rows = conn.execute(sql, {"claim": claim, "limit": limit, **named})
    return [Silent(actor, name, bool(speaks)) for actor, name, speaks in rows]
