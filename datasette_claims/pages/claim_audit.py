"""The headline audit in words: what headlines and leads say of a claim, and on what explicit, named stances it rests.

The numbers are those of ``comparison.audit``; this says them as a sentence whose every number leads to its rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..comparison import (
    BASIS_CODES,
    STANCE_CODES,
    HeadlineAudit,
    HeadlineSide,
    HeadMention,
    Named,
    Selection,
    headline_audit,
    stance_ids,
    table_query,
)
from ..comparison.queries import HEAD_KINDS
from .compare_export import reading_url
from .framework import Visit
from .wording import in_words

Row = dict[str, Any]

LISTED = 40
"""How many headlines and leads are listed; how many ids stand in a link."""
_FARTHEST = 120
_SUMS_UP = {"collective": 0, "role_only": 2, "named": 3}
"""Who speaks for the most people comes first: “foreign officials” before “one official” before a general by name."""
_NOUNS = {"supports": "support", "disputes": "dispute"}
_OF_NARROWER = {"supports": ("support", "supports"), "disputes": ("denial", "denials")}
_OPPOSITE = {"supports": "disputes", "disputes": "supports"}


async def audit_of(visit: Visit, selection: Selection, claim: str, document: str | None = None) -> list[Row] | None:
    """One entry for each side that headlines, standfirsts or leads sum up; None where the viewer may not see what
    they are made from. ``document``: of this document alone.

    An entry: ``side``; ``phrase`` (of the headline that is set first) and ``sentence``; ``parts`` of the sentence:
    {what, count, text, stances, url}; ``heads``: {phrase, kind, document, title, published_on, mention, url}.
    """
    if not await visit.sees("mentions", "segments", "statements"):
        return None

    def read(conn: sqlite3.Connection) -> list[Row]:
        return [
            told(visit, conn, selection, audit, side, with_words)
            for audit in [headline_audit(conn, selection, claim, document)]
            for side in audit.sides
        ]

    with_words = await visit.sees("documents", "evidence")
    found: list[Row] = await visit.db.execute_fn(read)
    return found


def told(
    visit: Visit,
    conn: sqlite3.Connection,
    selection: Selection,
    audit: HeadlineAudit,
    side: HeadlineSide,
    with_words: bool,
) -> Row:
    """One side of an audit as an entry (see ``audit_of``)."""
    heads = _heads(visit, conn, side.heads, with_words)
    parts = _parts(visit, conn, selection, audit, side)
    listed = ", ".join(part["text"] for part in parts)
    first = heads[0]
    return {
        "side": side.side,
        "claim": audit.claim,
        "phrase": first["phrase"],
        "sentence": f"“{first['phrase']}” rests on {listed}.",
        "parts": parts,
        "heads": heads[:LISTED],
        "head_count": len(heads),
        "documents": len({head["document"] for head in heads}),
        "unsupported": side.unsupported,
    }


def _parts(
    visit: Visit, conn: sqlite3.Connection, selection: Selection, audit: HeadlineAudit, side: HeadlineSide
) -> list[Row]:
    """The numbers of the sentence, each with the stances behind it."""
    own, other = side.side, _OPPOSITE[side.side]
    made = [
        ("same", own, side.same, f"explicit named {_noun(_NOUNS[own], len(side.same))}"),
        ("opposite", other, side.opposite, f"explicit named {_noun(_NOUNS[other], len(side.opposite))}"),
    ]
    for what, word, named in (
        ("narrower_same", own, side.narrower_same),
        ("narrower_opposite", other, side.narrower_opposite),
    ):
        if len(named):
            claims = "a narrower claim" if len({claim for _, claim in named.speakers}) == 1 else "narrower claims"
            made.append((what, word, named, f"explicit {_OF_NARROWER[word][len(named) != 1]} of {claims}"))
    return [
        {
            "what": what,
            "stance": word,
            "count": len(named),
            "text": f"{in_words(len(named))} {noun}",
            "speakers": [{"actor": actor, "claim": claim} for actor, claim in named.speakers[:LISTED]],
            **_rows(visit, conn, selection, audit.claim, word, named),
        }
        for what, word, named, noun in made
    ]


def _noun(one: str, number: int) -> str:
    return one if number < 2 else f"{one}s"


def _rows(
    visit: Visit, conn: sqlite3.Connection, selection: Selection, claim: str, stance: str, named: Named
) -> dict[str, Any]:
    """The stances behind a number, and the table that shows them. For none: the empty table, if it would be empty."""
    ids = [id for id, _ in stance_ids(conn, selection.index, named.rows[:LISTED])]
    if ids:
        wanted = ids if all("," not in id for id in ids) else None
        listed = ",".join(wanted) if wanted else json.dumps(ids, ensure_ascii=False)
        return {"stances": ids, "url": visit.links.table("stances", id__in=listed)}
    filters = selection.filters.without("basis", "identification", "stance").choose("claim", claim)
    filters = filters.choose("stance", stance).choose("basis", "explicit", "vote").choose("identification", "named")
    url = visit.links.table("stances") + table_query(selection.index, filters)
    return {"stances": [], "url": None if _any_explicit(selection, claim, stance) else url}


def _any_explicit(selection: Selection, claim: str, stance: str) -> bool:
    """Whether a named speaker takes the side explicitly anywhere, be it in a headline alone."""
    index = selection.index
    rows = selection.of_claims(np.array([index.dictionary("claim").code(claim)])).rows
    basis = np.isin(index.codes["basis"][rows], [BASIS_CODES["explicit"], BASIS_CODES["vote"]])
    named = index.codes["identification"][rows] == index.dictionary("identification").codes.get("named", -1)
    return bool((basis & named & (index.codes["stance"][rows] == STANCE_CODES[stance])).any())


def _heads(visit: Visit, conn: sqlite3.Connection, heads: Iterable[HeadMention], with_words: bool) -> list[Row]:
    """The headlines and leads, those that sum up the most people first."""
    heads = list(heads)
    known = _mentions(conn, [head.mention for head in heads])
    listed = []
    for head in heads:
        row = known[head.mention]
        phrase = _phrase(row) if with_words else None
        listed.append(
            {
                "phrase": phrase or " ".join(part for part in (head.speaker_label, head.cue) if part) or "…",
                "kind": head.segment_kind,
                "document": head.document,
                "title": row["title"] if with_words else None,
                "published_on": row["published_on"] if with_words else None,
                "mention": head.mention,
                "stance": head.stance,
                "url": reading_url(visit, {"id": head.mention, "document": head.document}),
                "identification": row["identification"],
            }
        )
    return sorted(listed, key=lambda one: (HEAD_KINDS.index(one["kind"]), _SUMS_UP.get(one["identification"], 1)))


_MENTIONS = """
with parts as (
  select m.id, m.identification, m.document, g.kind, g.span_start as first, g.span_end as last,
    (select min(span_start) from evidence where mention = m.id and part in ('source', 'cue')) as a,
    (select max(span_end) from evidence where mention = m.id and part in ('source', 'cue')) as b,
    (select quote from evidence where mention = m.id and part = 'cue' order by span_start limit 1) as cue
  from mentions m join segments g on g.id = m.segment where m.id in ({marks})
)
select parts.*, d.title, d.published_on, substr(d.text, a + 1, b - a) as words
from parts join documents d on d.id = parts.document
"""


def _mentions(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        cursor = conn.execute(_MENTIONS.format(marks=", ".join("?" * len(part))), part)
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            found[row[0]] = dict(zip(columns, row, strict=True))
    return found


def _phrase(row: Mapping[str, Any]) -> str | None:
    """The words from the first to the last that name the source and the act: “disputed by foreign officials”.

    From the text; of a headline whose text may not be passed on, from the title, where it is the same line.
    """
    a, b = row["a"], row["b"]
    if a is None or b is None or b - a > _FARTHEST:
        return None
    if row["words"]:
        return str(row["words"])
    title, first = str(row["title"] or ""), row["first"]
    if row["kind"] != "headline" or first is None or len(title) != row["last"] - first:
        return None
    words = title[a - first : b - first]
    return words if row["cue"] and row["cue"] in words else None
