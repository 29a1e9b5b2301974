"""Stances with everything that stands behind them: words, speaker, occasion, chain, document, text around.

One pass of a few queries for a page or a chunk of an export. What comes from a table that the viewer may not see is
left out. Of an earlier revision it takes a connection that shows that one (``past.at``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..comparison import StanceIndex
from ..comparison.arrays import IntArray
from ..comparison.statuses import SETTLED
from .known_names import Known, known_names
from .stances import look_up

Row = dict[str, Any]

AROUND = 180
"""How many code points of the text stand before and after the words."""
DEEPEST = 12
"""How many statements a chain is followed up."""
NEAREST = 3
"""How many of them a page names; the page of the statement has them all."""
_SLICE = 500
_NAMED = {
    "actor": "actors",
    "organization": "actors",
    "attributed_by": "actors",
    "publisher": "actors",
    "claim": "claims",
    "country": "countries",
    "document": "documents",
}
_NAMED_STATEMENT = {
    "speaker": "actors",
    "on_behalf_of": "actors",
    "organization": "actors",
    "audience": "actors",
    "country": "countries",
}


def records(
    conn: sqlite3.Connection, index: StanceIndex, rows: IntArray, seen: Collection[str], *, on_page: bool = False
) -> list[Row]:
    """One record a row number, in their order: the stance's columns; ``statement_row`` (None where there is none; on a
    page with the columns of ``_STATEMENT`` alone), ``chain`` (id and speaker of the statements in which it is told, the
    nearest first), ``mention`` (the report of it in the stance's document), ``names`` (of the ids, by column). ``seen``
    are the tables that the viewer may see; ``on_page``: with the words of the document around the mention, where its
    text is kept, and one statement more of the chain than ``NEAREST``, which says that there are further ones.
    """
    found = _stances(conn, index, rows)
    statements: dict[str, Row] = {}
    above: dict[str, Row] = {}
    up = NEAREST + 1 if on_page else DEEPEST
    if "statements" in seen:
        columns = _STATEMENT if on_page else ("*",)
        statements = _by_id(conn, "statements", [stance["statement"] for stance in found], columns)
        above = _above(conn, statements.values(), up)
    mentions: dict[str, list[Row]] = {}
    if "mentions" in seen and "statements" in seen:
        mentions = _mentions(conn, [stance["statement"] for stance in found])
    documents = _by_id(conn, "documents", [s["document"] for s in found], _DOCUMENT) if "documents" in seen else {}
    names = _names(conn, found, statements.values(), above.values(), seen, known_names(index))
    names["documents"] = {id: row["title"] for id, row in documents.items()}
    made = []
    for stance in found:
        statement = statements.get(stance["statement"] or "")
        mention = _best(mentions.get(stance["statement"] or "", []), stance)
        around = None
        if on_page and mention is not None and "documents" in seen:
            around = _around(conn, mention)
        made.append(
            stance
            | {
                "statement_row": statement,
                "chain": _chain(statement, above, up),
                "mention": mention,
                "around": around,
                "document_row": documents.get(stance["document"] or ""),
                "names": {
                    **_called(stance, _NAMED, names),
                    **{f"statement_{k}": v for k, v in _called(statement or {}, _NAMED_STATEMENT, names).items()},
                },
                "speakers": names.get("actors", {}),
            }
        )
    return made


_STATEMENT = (
    *("id", "content", "wording", "speaker", "speaker_label", "speaker_role", "organization", "on_behalf_of", "cue"),
    *("date_text", "date_basis", "channel", "audience", "audience_label", "country", "in_reply_to", "parent_statement"),
)
"""What pages show of a statement; exports have more."""
_DOCUMENT = ("id", "title", "kind", "publisher", "published_on", "url", "language", "rights")


def _stances(conn: sqlite3.Connection, index: StanceIndex, rows: IntArray) -> list[Row]:
    """The stances by row number, with their status for readers."""
    rowids = index.rowids[rows].tolist()
    status = dict(zip(rowids, index.codes["status"][rows].tolist(), strict=True))
    known: dict[int, Row] = {rowid: dict(row) for rowid, row in index.restored.items()}
    wanted = [rowid for rowid in rowids if rowid not in known]
    for part in _slices(wanted):
        cursor = conn.execute(f"select rowid as _rowid, * from stances where rowid in ({_marks(part)})", part)
        for row in _rows(cursor):
            known[row.pop("_rowid")] = row
    return [{**known[rowid], "status": index.id("status", status[rowid])} for rowid in rowids if rowid in known]


def _by_id(
    conn: sqlite3.Connection, table: str, ids: Iterable[str | None], columns: Sequence[str] = ("*",)
) -> dict[str, Row]:
    found: dict[str, Row] = {}
    listed = sorted({id for id in ids if id is not None})
    named = ", ".join(columns)
    for part in _slices(listed):
        cursor = conn.execute(f'select {named} from "{table}" where id in ({_marks(part)})', part)
        found.update((row["id"], row) for row in _rows(cursor))
    return found


_ABOVE = """
with recursive above(id, speaker, speaker_label, parent_statement, depth) as (
  select id, speaker, speaker_label, parent_statement, 1 from statements where id in ({marks})
  union select s.id, s.speaker, s.speaker_label, s.parent_statement, depth + 1
  from above join statements s on s.id = above.parent_statement where depth < ?
)
select distinct id, speaker, speaker_label, parent_statement from above
"""


def _above(conn: sqlite3.Connection, statements: Iterable[Row], up: int) -> dict[str, Row]:
    """The statements in which these are told, and those in which these are, ``up`` so many steps: their speakers."""
    found: dict[str, Row] = {}
    wanted = sorted({row["parent_statement"] for row in statements if row.get("parent_statement")})
    for part in _slices(wanted):
        cursor = conn.execute(_ABOVE.format(marks=_marks(part)), [*part, up])
        found.update((row["id"], row) for row in _rows(cursor))
    return found


def _chain(statement: Row | None, above: Mapping[str, Row], up: int) -> list[Row]:
    chain: list[Row] = []
    while statement is not None and statement.get("parent_statement") and len(chain) < up:
        statement = above.get(statement["parent_statement"])
        if statement is None or statement in chain:  # not there, or told in itself: ``check`` names it
            break
        chain.append(statement)
    return chain


def _mentions(conn: sqlite3.Connection, ids: Iterable[str | None]) -> dict[str, list[Row]]:
    """Statement -> its mentions, the fullest first; coders' readings are nobody's report yet."""
    found: dict[str, list[Row]] = {}
    for part in _slices(sorted({id for id in ids if id is not None})):
        cursor = conn.execute(
            "select id, statement, document, report_type, cue, content, wording, span_start, span_end, quote, status "
            f"from mentions where statement in ({_marks(part)}) and coder is null "
            "order by span_end - span_start desc, id",
            part,
        )
        for row in _rows(cursor):
            found.setdefault(row["statement"], []).append(row)
    return found


def _best(mentions: Sequence[Row], stance: Row) -> Row | None:
    """The fullest mention in the stance's document, else the fullest; none that is less settled than the stance."""
    least = SETTLED.index(stance["status"])
    fit = [mention for mention in mentions if SETTLED.index(mention["status"]) >= least]
    return next((mention for mention in fit if mention["document"] == stance["document"]), fit[0] if fit else None)


def _around(conn: sqlite3.Connection, mention: Row) -> dict[str, str] | None:
    """The words of the mention in the text, with what stands before and after; None where the text is not kept."""
    start, end = mention["span_start"], mention["span_end"]
    if start is None or end is None:
        return None
    first = max(start - AROUND, 0)
    row = conn.execute(
        "select substr(text, ?, ?), substr(text, ?, ?), substr(text, ?, ?), text_length from documents where id = ?",
        (first + 1, start - first, start + 1, end - start, end + 1, AROUND, mention["document"]),
    ).fetchone()
    if row is None or not row[1]:
        return None
    before, words, after = str(row[0]), str(row[1]), str(row[2])
    return {"before": _cut(before, first > 0, False), "words": words, "after": _cut(after, len(after) == AROUND, True)}


def _cut(text: str, cut: bool, at_end: bool) -> str:
    """Text without the word that was cut, with an ellipsis in its place."""
    if not cut:
        return text
    if at_end:
        return f"{text[: text.rfind(' ')] if ' ' in text else text}…"
    return f"…{text[text.find(' ') + 1 :]}"


def _names(
    conn: sqlite3.Connection,
    found: Sequence[Row],
    statements: Collection[Row],
    above: Collection[Row],
    seen: Collection[str],
    known: Known | None,
) -> dict[str, dict[str, str]]:
    wanted: dict[str, set[str | None]] = {table: set() for table in seen if table != "documents"}  # read as a whole
    for rows, columns in ((found, _NAMED), (statements, _NAMED_STATEMENT), (above, {"speaker": "actors"})):
        asked = [(column, wanted[table]) for column, table in columns.items() if table in wanted]
        for row in rows:
            for column, ids in asked:
                ids.add(row.get(column))
    return look_up(conn, {table: ids for table, ids in wanted.items() if ids}, known=known)


def _called(
    row: Mapping[str, Any], columns: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> dict[str, str | None]:
    """Column -> what its value is called: its name, or the id where the name may not be seen."""
    return {
        column: names.get(table, {}).get(row.get(column) or "", row.get(column)) for column, table in columns.items()
    }


def _rows(cursor: sqlite3.Cursor) -> Iterable[Row]:
    columns = [column[0] for column in cursor.description]
    return (dict(zip(columns, row, strict=True)) for row in cursor)


def _slices(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _SLICE] for start in range(0, len(values), _SLICE))


def _marks(part: Sequence[Any]) -> str:
    return ", ".join("?" * len(part))
