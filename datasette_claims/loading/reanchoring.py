"""Passages that keep their place: every span of a document is looked for in each later version of it.

The rows of ``anchorings`` say where it stands there, in which words, how surely and by which algorithm; the row that
has the span keeps its own version and is never re-pointed. ``catch_up`` follows what a transaction has changed: a
version that came in, a text that was attached, a span that moved. What a person decided stays decided until the span
or a text changes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from ..anchoring import (
    ALGORITHM,
    ALGORITHM_VERSION,
    STATES,
    Anchoring,
    PassageSelector,
    TextPositionSelector,
    TextQuoteSelector,
    anchor_all,
    reanchor,
    same_wording,
    select,
)
from .changes import Change
from .problems import LoadError, Problem
from .revising import now

ANCHORED_NOTE = "Anchored in a later version"
"""The note of revisions of anchorings that follow from other changes."""

KINDS = {"mentions": "mention", "evidence": "evidence", "memberships": "membership", "provenance": "provenance"}
"""Table with spans that are anchored -> its word of ``anchored_type``."""

_SPANS = {
    table: f"SELECT '{kind}' AS kind, t.id, {document} AS document, t.span_start, t.span_end, t.quote, t.revision "
    f"FROM {source} WHERE t.span_start IS NOT NULL"
    for table, kind, document, source in (
        ("mentions", "mention", "t.document", "mentions AS t"),
        ("evidence", "evidence", "m.document", "mentions AS m CROSS JOIN evidence AS t ON t.mention = m.id"),
        ("memberships", "membership", "t.document", "memberships AS t"),
        ("provenance", "provenance", "t.document", "provenance AS t"),
    )
}
_OWN = {"evidence": "m.document"}
_PAIRS = """
WITH RECURSIVE pairs(old, new, depth) AS (
  SELECT revision_of, id, 1 FROM documents WHERE revision_of IS NOT NULL
  UNION SELECT d.revision_of, p.new, depth + 1 FROM pairs AS p JOIN documents AS d ON d.id = p.old
  WHERE d.revision_of IS NOT NULL AND depth < 1000
)
SELECT DISTINCT p.new, p.old FROM pairs AS p JOIN documents AS d ON d.id = p.new
WHERE d.text IS NOT NULL AND p.old <> p.new ORDER BY p.new, p.old
"""


@dataclass(frozen=True)
class Span:
    """A row with a span (code points) in ``document``; ``kind`` is a word of ``anchored_type``."""

    kind: str
    id: str
    document: str
    start: int
    end: int
    quote: str | None

    @property
    def key(self) -> tuple[str, str]:
        """What names the row among the subjects of anchorings."""
        return self.kind, self.id


@dataclass(frozen=True)
class Outcome:
    """What an anchoring of some documents does: the changes, the states it comes to, and what could not be looked for.

    ``unknown`` counts spans of versions whose text is not at hand and whose words are not recorded.
    """

    changes: list[Change]
    states: dict[str, int]
    unknown: int


def catch_up(conn: sqlite3.Connection, after: int) -> list[Change]:
    """The anchorings that the changes since revision ``after`` call for, to be made in the same transaction."""
    pairs = _pairs(conn)
    if not pairs:
        return []
    texts = _changed_documents(conn, after)
    spans = _changed_spans(conn, after, {old for _, old in pairs})
    changes: list[Change] = []
    for new, old in pairs:
        moved = spans.get(old, set())
        if new in texts:
            changes += _anchor(conn, old, new, None, again=True).changes
            continue
        if moved:
            changes += _anchor(conn, old, new, moved, again=True).changes
        if old in texts:  # what a person decided holds as long as the later text and the span are the same
            more = _anchor(conn, old, new, None, again=True, decided=True).changes
            done = {change.row for change in changes}
            changes += [change for change in more if change.row not in done]
    return changes


def outstanding(
    conn: sqlite3.Connection,
    documents: Collection[str] | None = None,
    *,
    again: bool = False,
    spread: Spread = map,
) -> Outcome:
    """What is still to be anchored in these versions, or in all; ``again``: everything that no person decided.

    ``spread`` does the looking, which takes the time, in this process or in others; see ``spreading.Crew.spread``.
    """
    changes: list[Change] = []
    states: dict[str, int] = {}
    unknown = 0
    asked: deque[_Search] = deque()

    def tasks() -> Iterator[list[Task]]:
        wanted = (pair for pair in _pairs(conn) if documents is None or pair[0] in documents)
        while part := list(islice(wanted, TOGETHER)):
            searches = [_search(conn, old, new, None, again=again, decided=True) for new, old in part]
            asked.extend(searches)
            yield [search.task for search in searches]

    for pairs in chain.from_iterable(spread(look, tasks())):
        done = _outcome(asked.popleft(), pairs)
        changes += done.changes
        unknown += done.unknown
        for state, count in done.states.items():
            states[state] = states.get(state, 0) + count
    return Outcome(changes, states, unknown)


def standing(conn: sqlite3.Connection, document: str) -> dict[str, int]:
    """How many passages of earlier versions stand how in a document, by word of ``anchor_state``."""
    sql = "SELECT state, count(*) FROM anchorings WHERE document = ? GROUP BY state"
    found = dict(conn.execute(sql, [document]).fetchall())
    return {state: found[state] for state in STATES if state in found}


def decide(conn: sqlite3.Connection, id: str, choice: str, who: str, seen: int) -> Change:
    """A person settles where a passage stands: ``choice`` is "start-end" in code points, or "orphan".

    ``seen`` is the revision of the anchoring that the person saw. Raises LoadError where there is no such passage.
    """
    row = conn.execute(
        "SELECT a.document, a.subject_type, a.subject, d.text, d.rights FROM anchorings AS a "
        "JOIN documents AS d ON d.id = a.document WHERE a.id = ?",
        [id],
    ).fetchone()
    if row is None or row[3] is None:
        raise LoadError([Problem("anchorings", None, "id", id, "there is no such anchoring", "reload the page")])
    document, kind, subject, text, rights = row
    values: dict[str, Any] = {"decided_by": who, "anchored_at": now()}
    if choice == "orphan":
        placed = Anchoring("orphan")
    else:
        start, _, end = choice.partition("-")
        places = (int(each) if each.isascii() and each.isdigit() and len(each) < 10 else -1 for each in (start, end))
        first, after = places
        if not 0 <= first < after <= len(text):
            wrong = f"no passage of {document}, which has {len(text):,} code points"
            raise LoadError([Problem("anchorings", None, "place", choice, wrong, "choose one that is shown")])
        exact = text[first:after]
        before = words_before(conn, kind, subject)
        same = before is not None and same_wording(before, exact)
        placed = Anchoring("anchored" if same else "changed", first, after, 0.0, exact)
    values |= _place(placed, text, rights == "withheld")
    return Change("update", "anchorings", id, values, seen)


def words_before(conn: sqlite3.Connection, kind: str, subject: str) -> str | None:
    """The words of a passage in its own version; None where they are not at hand."""
    table = next(table for table, word in KINDS.items() if word == kind)
    rows = conn.execute(f"{_SPANS[table]} AND t.id = ?", [subject]).fetchall()
    if not rows:
        return None
    span = _span(rows[0])
    text = _text(conn, span.document)
    return span.quote if text is None else text[span.start : span.end]


def _pairs(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """(later version whose text is kept, earlier version) of every document that was revised."""
    if conn.execute("SELECT 1 FROM documents WHERE revision_of IS NOT NULL LIMIT 1").fetchone() is None:
        return []
    return [(new, old) for new, old in conn.execute(_PAIRS)]


def _changed_documents(conn: sqlite3.Connection, after: int) -> set[str]:
    """Documents that came in, or whose text or place among the versions changed."""
    rows = conn.execute(
        "SELECT d.id FROM documents AS d JOIN revisions AS r ON r.id = d.revision WHERE d.revision > ? AND "
        "(r.before IS NULL OR json_type(r.before, '$.text') IS NOT NULL "
        "OR json_extract(r.before, '$.text_sha256') IS NOT d.text_sha256 "
        "OR json_extract(r.before, '$.text_length') IS NOT d.text_length "
        "OR json_extract(r.before, '$.revision_of') IS NOT d.revision_of)",
        [after],
    )
    return {id for (id,) in rows}


def _changed_spans(conn: sqlite3.Connection, after: int, documents: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """Document -> rows whose span in it is new or has moved; of these documents only."""
    found: dict[str, set[tuple[str, str]]] = {}
    for table, sql in _SPANS.items():
        changed = (
            f"SELECT s.* FROM ({sql} AND t.revision > ?) AS s JOIN revisions AS r ON r.id = s.revision "
            "WHERE r.before IS NULL OR json_extract(r.before, '$.span_start') IS NOT s.span_start "
            "OR json_extract(r.before, '$.span_end') IS NOT s.span_end"
        )
        if table != "evidence":
            changed += " OR json_extract(r.before, '$.document') IS NOT s.document"
        for row in conn.execute(changed, [after]):
            span = _span(row)
            if span.document in documents:
                found.setdefault(span.document, set()).add(span.key)
    return found


def _anchor(
    conn: sqlite3.Connection,
    old: str,
    new: str,
    subjects: Collection[tuple[str, str]] | None,
    *,
    again: bool,
    decided: bool = False,
) -> Outcome:
    """Look in ``new`` for the spans of ``old``: these, or all that have no anchoring there; ``again``: those as well,
    but not those that a person ``decided``."""
    search = _search(conn, old, new, subjects, again=again, decided=decided)
    return _outcome(search, look([search.task])[0])


@dataclass(frozen=True)
class Task:
    """What is looked for: the spans of an earlier text, where that is at hand, in a later one."""

    old: str | None
    new: str
    spans: list[Span]


@dataclass(frozen=True)
class _Search:
    """A task, and what its result is compared with: the anchorings that are known in the later document."""

    task: Task
    document: str
    withheld: bool
    known: dict[tuple[str, str], dict[str, Any]]


Places = list[tuple[Span, Anchoring]]
Spread = Callable[[Callable[[list[Task]], list[Places]], Iterable[list[Task]]], Iterable[list[Places]]]
"""The results of a function for each list of tasks, in their order: ``map``, or the same in other processes."""

TOGETHER = 20
"""Pairs of versions that are handed to another process at once."""


def look(tasks: list[Task]) -> list[Places]:
    """For each task, each span with what was found; spans of which neither text nor words are known are left out."""
    return [_looked_for(task.old, task.new, task.spans) for task in tasks]


def _search(
    conn: sqlite3.Connection,
    old: str,
    new: str,
    subjects: Collection[tuple[str, str]] | None,
    *,
    again: bool,
    decided: bool,
) -> _Search:
    text, rights = conn.execute("SELECT text, rights FROM documents WHERE id = ?", [new]).fetchone()
    known = _known(conn, new)
    wanted = [
        span
        for span in _spans(conn, old)
        if (subjects is None or span.key in subjects)
        and (span.key not in known or (again and not (decided and known[span.key]["decided_by"])))
    ]
    return _Search(Task(_text(conn, old), text, wanted), new, rights == "withheld", known)


def _outcome(search: _Search, pairs: list[tuple[Span, Anchoring]]) -> Outcome:
    states: dict[str, int] = {}
    changes = []
    for span, found in pairs:
        states[found.state] = states.get(found.state, 0) + 1
        values = _values(span, found, search.document, search.task.new, search.withheld)
        change = _change(search.known.get(span.key), span, search.document, values)
        if change is not None:
            changes.append(change)
    return Outcome(changes, states, len(search.task.spans) - len(pairs))


def _looked_for(old: str | None, new: str, spans: list[Span]) -> list[tuple[Span, Anchoring]]:
    """Each span with what was found; spans of which neither text nor words are known are left out."""
    if old is not None:
        fitting = [span for span in spans if span.end <= len(old)]
        found = reanchor(old, new, [(span.start, span.end) for span in fitting])
        return list(zip(fitting, found, strict=True))
    quoted = [span for span in spans if span.quote]
    selectors = [
        PassageSelector(TextQuoteSelector(span.quote or ""), TextPositionSelector(span.start, span.end))
        for span in quoted
    ]
    return list(zip(quoted, anchor_all(new, [(each.quote, each.position) for each in selectors]), strict=True))


def _values(span: Span, found: Anchoring, document: str, text: str, withheld: bool) -> dict[str, Any]:
    places = [[place.start, place.end] for place in found.alternatives]
    return {
        "subject_type": span.kind,
        "subject": span.id,
        "document": document,
        **_place(found, text, withheld),
        "score": found.score,
        "algorithm": f"{ALGORITHM} {ALGORITHM_VERSION} ({found.method})",
        "anchored_at": now(),
        "alternatives": json.dumps(places) if places else None,
        "decided_by": None,
    }


def _place(found: Anchoring, text: str, withheld: bool) -> dict[str, Any]:
    """State, offsets and words of a placing; words are not copied from a text that may not be passed on."""
    words = None
    if found.start is not None and found.end is not None and not withheld:
        words = select(text, found.start, found.end).quote
    return {
        "state": found.state,
        "span_start": found.start,
        "span_end": found.end,
        "exact": words.exact if words else None,
        "prefix": words.prefix if words else None,
        "suffix": words.suffix if words else None,
    }


def _change(known: dict[str, Any] | None, span: Span, document: str, values: dict[str, Any]) -> Change | None:
    """What makes the stored anchoring this one; None where it is so already."""
    if known is None:
        return Change("insert", "anchorings", _id(span, document), values)
    if all(known[name] == value for name, value in values.items() if name != "anchored_at"):
        return None
    return Change("update", "anchorings", known["id"], values)


def _id(span: Span, document: str) -> str:
    """A readable id; of a long one the end is a checksum."""
    id = f"{span.kind}--{span.id}--{document}"
    if len(id) <= 200:
        return id
    return f"{id[:150]}-{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _known(conn: sqlite3.Connection, document: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The anchorings in a document, by subject."""
    cursor = conn.execute("SELECT * FROM anchorings WHERE document = ?", [document])
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {(row["subject_type"], row["subject"]): row for row in rows}


def _spans(conn: sqlite3.Connection, document: str) -> Iterator[Span]:
    """Every span in a document that can be anchored."""
    for table, sql in _SPANS.items():
        for row in conn.execute(f"{sql} AND {_OWN.get(table, 't.document')} = ? ORDER BY t.id", [document]):
            yield _span(row)


def _span(row: Any) -> Span:
    kind, id, document, start, end, quote = tuple(row)[:6]
    return Span(kind, id, document, start, end, quote)


def _text(conn: sqlite3.Connection, document: str) -> str | None:
    found: str | None = conn.execute("SELECT text FROM documents WHERE id = ?", [document]).fetchone()[0]
    return found
