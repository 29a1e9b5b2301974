"""A stance with its words, as every page shows it: read for a page, told as JSON, what its template needs.

Its HTML is made by ``stance_rows``. Used by the cells of the comparison, the pages of claims and
actors, and the contradictions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np

from .. import compat
from ..comparison import STANCE_CODES, StanceIndex, stance_ids
from ..comparison.arrays import IntArray
from ..comparison.cells import BASIS_RANKS
from ..comparison.index import BASIS_CODES, BASIS_SIZE
from ..comparison.queries import refusals
from ..comparison.statuses import SETTLED, where
from ..schema.vocabulary import STANCE
from .compare_export import TABLES
from .compare_records import NEAREST, records
from .framework import Visit
from .links import encode
from .passages import anchor
from .past import at
from .stance_rows import StanceRows
from .status import status_mark

__all__ = ["TABLES", "best_known", "by_stance", "details", "ids_of", "told", "words"]

Record = dict[str, Any]

_KEPT = (
    *("id", "claim", "stance", "basis", "actor", "country", "country_basis", "organization", "identification"),
    *("report_type", "date_start", "date_end", "document", "statement", "attributed_by", "factuality", "status"),
)
_SAID = (
    *("content", "wording", "speaker", "speaker_label", "speaker_role", "on_behalf_of", "cue", "date_text"),
    *("date_basis", "channel", "audience", "audience_label", "in_reply_to", "parent_statement"),
)
_RANK = np.full(BASIS_SIZE, len(BASIS_RANKS), dtype=np.int64)
for _rank, _words in enumerate(BASIS_RANKS):
    _RANK[[BASIS_CODES[word] for word in _words]] = _rank


def best_known(index: StanceIndex, rows: IntArray) -> IntArray:
    """Row numbers with the best known basis first, within a basis named speakers first, then the latest."""
    named = index.dictionary("identification").codes.get("named", -1)
    rows = np.sort(rows)
    unnamed = index.codes["identification"][rows] != named
    # One number for what is compared; of equal ones the order of the rows stays.
    key = ((_RANK[index.codes["basis"][rows]] * 2 + unnamed) << 33) - index.when[rows]
    ordered: IntArray = rows[np.argsort(key, kind="stable")]
    return ordered


def by_stance(index: StanceIndex, rows: IntArray) -> dict[str, IntArray]:
    """Stance -> its row numbers, in the order of the vocabulary; stances that do not occur are left out."""
    codes = index.codes["stance"][rows]
    found = {word: rows[codes == code] for word, code in STANCE_CODES.items()}
    return {word: part for word, part in found.items() if len(part)}


async def details(visit: Visit, index: StanceIndex, parts: Sequence[IntArray]) -> list[list[Record]]:
    """For each list of row numbers its records (see ``compare_records.records``), read in one pass.

    Records of refusals get the ``question`` that was asked; those whose words take a side explicitly on a narrower
    claim only get ``narrower``: [{claim, text, stance}].
    """
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    if not len(rows):
        return [[] for _ in parts]
    seen = [table for table in TABLES if await visit.sees(table)]

    def read(conn: sqlite3.Connection) -> list[Record]:
        made = records(conn, index, rows, seen, on_page=True)
        if "statements" in seen:
            _add_questions(conn, made, "actors" in seen)
            _add_narrower(conn, index, made)
        return made

    made: list[Record] = await at(visit, index.as_of).db.execute_fn(read)
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return [made[end - len(part) : end] for end, part in zip(ends, parts, strict=True)]


async def ids_of(visit: Visit, index: StanceIndex, rows: IntArray) -> list[str]:
    """The ids of the stances of row numbers."""
    found = await visit.db.execute_fn(lambda conn: stance_ids(conn, index, rows))
    return [stance for stance, _ in found]


def _add_questions(conn: sqlite3.Connection, made: list[Record], with_names: bool) -> None:
    declined: dict[str, list[Record]] = {}
    for record in made:
        if record["stance"] == "declines":
            declined.setdefault(record["id"], []).append(record)
    for refusal in refusals(conn, stances=list(declined), limit=len(declined)) if declined else []:
        if refusal.question is not None:
            name = conn.execute("select name from actors where id = ?", [refusal.asked_by]).fetchone()
            shown = name[0] if name and with_names else refusal.asked_by_label
            question = {
                "statement": refusal.question,
                "content": refusal.question_content,
                "by": refusal.asked_by,
                "by_label": refusal.asked_by_label,
                "by_name": shown,
            }
            for record in declined[refusal.stance]:
                record["question"] = question


def _add_narrower(conn: sqlite3.Connection, index: StanceIndex, made: list[Record]) -> None:
    """Where the basis is no explicit one, say which narrower claim the same words are explicitly about."""
    narrower: dict[str, frozenset[str]] = {}
    for record in made:
        claim = record["claim"]
        if record["basis"] in ("explicit", "vote") or record["statement"] is None:
            continue
        if claim not in narrower:
            narrower[claim] = _narrower_than(index, claim)
        inside = narrower[claim]
        if inside:
            settled = SETTLED[SETTLED.index(record["status"]) :]
            rows = conn.execute(
                "select claim, text, stance from stances join claims on claims.id = claim "
                f"where statement = ? and actor = ? and basis = 'explicit' and {where(settled)} order by claim",
                [record["statement"], record["actor"]],
            ).fetchall()
            record["narrower"] = [
                {"claim": claim, "text": text, "stance": stance} for claim, text, stance in rows if claim in inside
            ]


def _narrower_than(index: StanceIndex, claim: str) -> frozenset[str]:
    """The claims that cover only a part of one, directly or through others."""
    code = index.dictionary("claim").codes.get(claim, -1)
    return frozenset(str(index.id("claim", one)) for one in index.narrower[index.narrower[:, 1] == code, 0].tolist())


def told(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as JSON: what stands on the page, ids with their names."""
    statement, mention = record["statement_row"] or {}, record["mention"] or {}
    more = {key: record[key] for key in ("question", "narrower") if record.get(key)}
    return {
        **{column: record.get(column) for column in _KEPT},
        "said": {column: statement.get(column) for column in _SAID} if statement else None,
        "mention": mention.get("id"),
        "around": record["around"],
        "told_in": [parent["id"] for parent in record["chain"][:NEAREST]],
        "told_further": len(record["chain"]) > NEAREST,
        "names": record["names"],
        **more,
    }


def words(visit: Visit) -> dict[str, Any]:
    """What a template that lists stances needs of its context; ``stance`` makes a row of a record."""
    return {
        "stance": StanceRows(Places(visit)),
        "status_mark": status_mark,
        "static_url": lambda file: compat.static_url(visit.datasette, file),
        "stance_words": STANCE,
    }


class Places:
    """Where the names of a row lead, see ``stance_rows.Places``. Holds nothing of the visit but its addresses."""

    def __init__(self, visit: Visit) -> None:
        self._starts = {kind: f"{visit.links.page(kind)}/" for kind in ("claim", "actor", "statement", "read")}

    def page(self, kind: str, id: str, /) -> str:
        """See ``Places``."""
        return self._starts[kind] + encode(id)

    def passage(self, mention: Mapping[str, Any], /) -> str:
        """See ``Places``."""
        id = mention["id"]  # as ``reading_url``, without putting together every part of every address
        return f"{self._starts['read']}{encode(mention['document'])}?annotation={quote(id, safe=',:')}#a-{anchor(id)}"
