"""The headline audit in words: what headlines and leads say of a claim, and on what explicit, named stances it rests.

The numbers are those of ``comparison.audit``; this says them as a sentence whose every number leads to its rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..comparison import (
    BASIS_CODES,
    STANCE_CODES,
    HeadlineAudit,
    HeadlineSide,
    Named,
    Selection,
    counted,
    headline_audit,
    stance_ids,
    table_query,
)
from ..tracing.source_rows import REVIEWED
from .framework import Visit
from .stance_details import Places
from .wording import in_words

if TYPE_CHECKING:
    from ..tracing.source_index import SourceIndex

Row = dict[str, Any]

LISTED = 6
"""How many headlines and leads are listed."""
IN_LINK = 40
"""How many stances are named and stand in a link; of more, it leads to what the filters of the side let pass."""
_FARTHEST = 120
_NOUNS = {"supports": "support", "disputes": "dispute"}
_OF_NARROWER = {"supports": ("support", "supports"), "disputes": ("denial", "denials")}
_OPPOSITE = {"supports": "disputes", "disputes": "supports"}


async def audit_of(
    visit: Visit, selection: Selection, claim: str, traced: SourceIndex | None = None
) -> list[Row] | None:
    """One entry for each side that headlines, standfirsts or leads sum up; None where the viewer may not see what
    they are made from. ``traced``: the index of sources, where there is one: it knows what headlines report.

    An entry: ``side``; ``phrase`` (of the headline that is set first) and ``sentence``; ``parts`` of the sentence:
    {what, count, text, speakers, stances, url}; ``heads``: {phrase, kind, document, title, published_on, mention, url}.
    """
    if not await visit.sees("mentions", "segments", "statements"):
        return None
    known = traced if set(counted(selection.filters)) <= REVIEWED else None

    def read(conn: sqlite3.Connection) -> list[Row]:
        audit = headline_audit(conn, selection, claim, known=known)
        return told(visit, conn, selection, [(audit, side) for side in audit.sides], with_words)

    with_words = await visit.sees("documents", "evidence")
    found: list[Row] = await visit.db.execute_fn(read)
    return found


def told(
    visit: Visit,
    conn: sqlite3.Connection,
    selection: Selection,
    sides: Sequence[tuple[HeadlineAudit, HeadlineSide]],
    with_words: bool,
) -> list[Row]:
    """Sides of audits, each as an entry (see ``audit_of``)."""
    if not sides:
        return []
    shown = _heads(visit, conn, [side.heads.mentions[:LISTED] for _, side in sides], with_words)
    known: dict[_Number, Row] = {}
    return [
        _entry(audit, side, heads, _parts(visit, conn, selection, audit, side, known))
        for (audit, side), heads in zip(sides, shown, strict=True)
    ]


_Number = tuple[str, "str | None", str, bool]
"""What a number of an audit counts, which both of its sides tell: claim, document, stance, whether on narrower
claims."""


def _entry(audit: HeadlineAudit, side: HeadlineSide, heads: Sequence[Row], parts: Sequence[Row]) -> Row:
    listed = ", ".join(part["text"] for part in parts)
    first = heads[0]
    return {
        "side": side.side,
        "claim": audit.claim,
        "phrase": first["phrase"],
        "sentence": f"“{first['phrase']}” rests on {listed}.",
        "parts": parts,
        "heads": heads,
        "head_count": len(side.heads),
        "documents": side.heads.documents,
        "unsupported": side.unsupported,
    }


def _parts(
    visit: Visit,
    conn: sqlite3.Connection,
    selection: Selection,
    audit: HeadlineAudit,
    side: HeadlineSide,
    known: dict[_Number, Row],
) -> list[Row]:
    """The numbers of the sentence, each with the stances behind it; ``known``: those that were told before."""
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
            claims = "a narrower claim" if len(named.claims) == 1 else "narrower claims"
            made.append((what, word, named, f"explicit {_OF_NARROWER[word][len(named) != 1]} of {claims}"))
    parts = []
    for what, word, named, noun in made:
        number = (audit.claim, audit.document, word, what.startswith("narrower"))
        behind = known.get(number)
        if behind is None:
            behind = _rows(visit, conn, selection, audit.claim, word, named)
            known[number] = behind = {"speakers": _speakers(named), **behind}
        count = len(named)
        parts.append({"what": what, "stance": word, "count": count, "text": f"{in_words(count)} {noun}", **behind})
    return parts


def _speakers(named: Named) -> list[dict[str, str]]:
    """Who speaks; of very many nobody is named."""
    if len(named) > IN_LINK:
        return []
    return [{"actor": actor, "claim": claim} for actor, claim in named.speakers]


def _noun(one: str, number: int) -> str:
    return one if number < 2 else f"{one}s"


def _rows(
    visit: Visit, conn: sqlite3.Connection, selection: Selection, claim: str, stance: str, named: Named
) -> dict[str, Any]:
    """The stances behind a number, and the table that shows them. For none: the empty table, if it would be empty. For
    very many none is named, and the table shows also those of them that headlines alone report."""
    if 0 < len(named.rows) <= IN_LINK:
        ids = [id for id, _ in stance_ids(conn, selection.index, named.rows)]
        wanted = ids if all("," not in id for id in ids) else None
        listed = ",".join(wanted) if wanted else json.dumps(ids, ensure_ascii=False)
        return {"stances": ids, "url": visit.links.table("stances", id__in=listed)}
    claims = named.claims or (claim,)
    if selection.index.as_of is not None:  # the table has the present alone
        return {"stances": [], "url": None}
    if len(claims) > IN_LINK or (not len(named) and _any_explicit(selection, claim, stance)):
        return {"stances": [], "url": None}
    filters = selection.filters.without("basis", "identification", "stance", "claim").choose("claim", *claims)
    filters = filters.choose("stance", stance).choose("basis", "explicit", "vote").choose("identification", "named")
    return {"stances": [], "url": visit.links.table("stances") + table_query(selection.index, filters)}


def _any_explicit(selection: Selection, claim: str, stance: str) -> bool:
    """Whether a named speaker takes the side explicitly anywhere, be it in a headline alone."""
    index = selection.index
    rows = selection.of_claims(np.array([index.dictionary("claim").code(claim)])).rows
    basis = np.isin(index.codes["basis"][rows], [BASIS_CODES["explicit"], BASIS_CODES["vote"]])
    named = index.codes["identification"][rows] == index.dictionary("identification").codes.get("named", -1)
    return bool((basis & named & (index.codes["stance"][rows] == STANCE_CODES[stance])).any())


def _heads(
    visit: Visit, conn: sqlite3.Connection, sides: Sequence[Sequence[tuple[int, int]]], with_words: bool
) -> list[list[Row]]:
    """Of each side headlines and leads (see ``comparison.HeadMentions``) with their words."""
    every = [head for heads in sides for head in heads]
    known, places = _mentions(conn, [mention for _, mention in every]), Places(visit)
    stances = _stances(conn, [stance for stance, _ in every])
    return [
        [_head(known[mention], stances[stance], places, with_words) for stance, mention in heads] for heads in sides
    ]


def _head(row: Row, stance: str, places: Places, with_words: bool) -> Row:
    phrase = _phrase(row) if with_words else None
    return {
        "phrase": phrase or " ".join(part for part in (row["speaker_label"], row["said"]) if part) or "…",
        "kind": row["kind"],
        "document": row["document"],
        "title": row["title"] if with_words else None,
        "published_on": row["published_on"] if with_words else None,
        "mention": row["id"],
        "stance": stance,
        "url": places.passage(row),
        "identification": row["identification"],
    }


def _stances(conn: sqlite3.Connection, rowids: Sequence[int]) -> dict[int, str]:
    """Rowid -> id."""
    marks = ", ".join("?" * len(rowids))
    return dict(conn.execute(f"select rowid, id from stances where rowid in ({marks})", rowids).fetchall())


_MENTIONS = """
with parts as (
  select m.rowid as number, m.id, m.document, m.identification, m.speaker_label, m.cue as said,
    g.kind, g.span_start as first, g.span_end as last,
    (select min(span_start) from evidence where mention = m.id and part in ('source', 'cue')) as a,
    (select max(span_end) from evidence where mention = m.id and part in ('source', 'cue')) as b,
    (select quote from evidence where mention = m.id and part = 'cue' order by span_start limit 1) as cue
  from mentions m join segments g on g.id = m.segment where m.rowid in ({marks})
)
select parts.*, d.title, d.published_on, substr(d.text, a + 1, b - a) as words
from parts join documents d on d.id = parts.document
"""


def _mentions(conn: sqlite3.Connection, rowids: Sequence[int]) -> dict[int, Row]:
    """Rowid -> a mention with what its words are found by."""
    cursor = conn.execute(_MENTIONS.format(marks=", ".join("?" * len(rowids))), rowids)
    columns = [column[0] for column in cursor.description]
    return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor}


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
