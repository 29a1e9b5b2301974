"""What became of the passages of earlier versions in a later one: by state, with the difference, and for a person to
settle where two places are as good, or where they see better than the program.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .. import compat
from ..anchoring import CONTEXT_LENGTH, word_diff
from ..loading.reanchoring import decide
from ..permissions import ANNOTATE
from ..schema.vocabulary import ANCHOR_STATE, EVIDENCE_PART
from . import wording
from .errors import not_found
from .forms import WRITES
from .framework import Answer, Visit, page
from .numbers import natural
from .passages import anchor, plain
from .writing import may_write, received, redirect, write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

ORDER = ("ambiguous", "changed", "moved", "orphan", "anchored")
"""What wants looking at stands first."""

_ROWS = """
select a.id, a.subject_type, a.subject, a.span_start, a.span_end, a.state, a.score, a.algorithm, a.anchored_at,
       a.alternatives, a.decided_by, a.revision, o.id as old, o.published_on as old_on, o.text as old_text,
       coalesce(m.span_start, e.span_start, s.span_start, p.span_start) as old_start,
       coalesce(m.span_end, e.span_end, s.span_end, p.span_end) as old_end,
       coalesce(m.quote, e.quote, s.quote, p.quote) as old_quote, e.part, s.role, p.relation,
       coalesce(m.id, em.id) as mention, coalesce(m.statement, em.statement) as statement
from anchorings a
left join mentions m on a.subject_type = 'mention' and m.id = a.subject
left join evidence e on a.subject_type = 'evidence' and e.id = a.subject left join mentions em on em.id = e.mention
left join memberships s on a.subject_type = 'membership' and s.id = a.subject
left join provenance p on a.subject_type = 'provenance' and p.id = a.subject
join documents o on o.id = coalesce(m.document, em.document, s.document, p.document)
where a.document = ? and coalesce(m.coder, em.coder) is null and coalesce(m.status, em.status, 'reviewed') in ({})
order by old_start, old_end desc, a.id
"""


@dataclass(frozen=True)
class Choice:
    """One place that a person may choose: code points, the words there, and a little before and after them."""

    start: int
    end: int
    exact: str
    before: str
    after: str


@dataclass(frozen=True)
class Passage:
    """One passage of an earlier version. ``difference`` is HTML, "" where there is none to show."""

    row: dict[str, Any]
    what: str
    was: str
    now: str
    difference: Markup
    choices: tuple[Choice, ...]


@page(
    "/anchorings/{document}",
    template="anchorings.html",
    tables=("documents", "mentions", "evidence", "statements", "memberships", "provenance", "anchorings"),
    methods=WRITES,
)
async def anchorings(visit: Visit) -> Answer | Response:
    """What stands how in a version of a document; or settle one of them."""
    id = visit.ids["document"]
    if visit.request.method == "POST":
        return await _settle(visit)
    may = await visit.may(ANNOTATE)
    statuses = ("reviewed", "draft") if may else ("reviewed",)
    found = await visit.rows("select id, title, published_on, text, revision_of from documents where id = ?", [id])
    if not found:
        raise not_found("document", id, "See the table of documents for those that there are.")
    document = dict(found[0])
    text = document.pop("text")
    rows = await visit.db.execute_fn(lambda conn: _read(conn, id, statuses))
    passages = [_passage(row, text or "") for row in rows]
    counts = {state: sum(one.row["state"] == state for one in passages) for state in ORDER}
    data = {
        "document": document,
        "counts": {state: count for state, count in counts.items() if count},
        "passages": [_data(one) for one in passages],
    }
    context = {
        "passages": {state: [one for one in passages if one.row["state"] == state] for state in ORDER},
        "states": ANCHOR_STATE,
        "settles": await may_write(visit, ANNOTATE),
        "anchor": anchor,
        "static_url": lambda path: compat.static_url(visit.datasette, path),
    }
    sentence = _sentence(document, text is not None, counts)
    return Answer(f"Passages in {document['title']}", sentence, data, context)


async def _settle(visit: Visit) -> Response:
    sent = await received(visit)
    actor = visit.actor or {}
    who = str(actor.get("id") or actor.get("name") or "")
    seen = natural(sent.text("revision")) or 0
    await write(
        visit,
        ANNOTATE,
        lambda conn: [decide(conn, sent.text("id"), sent.text("place"), who, seen)],
        note="passage settled",
        request_key=sent.text("key") or None,
    )
    return redirect(visit.links.page("anchorings", visit.ids["document"]))


def _read(conn: sqlite3.Connection, document: str, statuses: Iterable[str]) -> list[dict[str, Any]]:
    words = ", ".join(f"'{word}'" for word in statuses)
    cursor = conn.execute(_ROWS.format(words), [document])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _passage(row: dict[str, Any], text: str) -> Passage:
    old = row.pop("old_text")
    was = old[row["old_start"] : row["old_end"]] if old is not None else row["old_quote"] or ""
    start, end = row["span_start"], row["span_end"]
    now = text[start:end] if start is not None else ""
    differs = bool(was and now and was != now)
    choices = tuple(_choice(text, *place) for place in _alternatives(row["alternatives"]))
    return Passage(row, _what(row), was, now, _difference(was, now) if differs else Markup(""), choices)


def _what(row: dict[str, Any]) -> str:
    if row["part"]:
        return f"Evidence: {EVIDENCE_PART.term(row['part']).label.lower()}"
    if row["subject_type"] == "membership":
        return f"Role: {row['role'] or 'not stated'}"
    return f"Provenance: {row['relation']}" if row["relation"] else "Mention"


def _alternatives(stored: str | None) -> list[tuple[int, int]]:
    """The places that were as good; none where what is stored is no list of places."""
    try:
        found = json.loads(stored or "[]")
        return [(start, end) for start, end in found if isinstance(start, int) and isinstance(end, int)]
    except (ValueError, TypeError):
        return []


def _choice(text: str, start: int, end: int) -> Choice:
    before, after = text[max(0, start - CONTEXT_LENGTH) : start], text[end : end + CONTEXT_LENGTH]
    return Choice(start, end, text[start:end], before, after)


def _difference(was: str, now: str) -> Markup:
    """The words that went and came, within the words that stayed."""
    parts = []
    for step in word_diff(was, now):
        gone, come = was[step.old_start : step.old_end], now[step.new_start : step.new_end]
        if step.tag == "equal":
            parts.append(plain(come))
            continue
        parts.append(f"<del>{plain(gone)}</del>" if gone.strip() else "")
        parts.append(f"<ins>{plain(come)}</ins>" if come.strip() else plain(come))
    return Markup("".join(parts))


def _sentence(document: dict[str, Any], has_text: bool, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    if document["revision_of"] is None:
        return "This is the first version of the document, so no passage comes from an earlier one."
    if not has_text:
        return "The text of this version is not kept here, so no passage could be looked for. Attach it first."
    if not total:
        return "No passage of an earlier version is marked."
    parts = [f"{count} {ANCHOR_STATE.term(state).label.lower()}" for state, count in counts.items() if count]
    told = f"Of {wording.count(total, 'passage')} of earlier versions: {wording.listed(parts)}."
    open_ = counts["ambiguous"]
    return told + (f" {wording.sentence(wording.count(open_, 'place', words=True))} to be settled." if open_ else "")


def _data(passage: Passage) -> dict[str, Any]:
    row = passage.row
    kept = ("id", "subject_type", "subject", "statement", "state", "score", "algorithm", "anchored_at", "decided_by")
    return {
        **{name: row[name] for name in kept},
        "version": row["old"],
        "before": {"start": row["old_start"], "end": row["old_end"], "words": passage.was},
        "after": {"start": row["span_start"], "end": row["span_end"], "words": passage.now},
        "alternatives": [{"start": each.start, "end": each.end, "words": each.exact} for each in passage.choices],
        "revision": row["revision"],
    }
