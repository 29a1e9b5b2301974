"""An annotation that a program sends, changes or takes back -> the rows to change.

What it says of a passage of a document in the record becomes a draft: a mention, under the annotation's own id, of
the statement that it identifies or of a new one. Everything else is a note. Either way the annotation itself is kept
as it was sent, in ``annotations``, so that nothing in it is lost.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from ..anchoring import anchor
from ..interchange.iris import Iris
from ..interchange.webannotation_sent import Sent, Target
from ..loading.problems import LoadError, Problem
from ..loading.writing import Change
from ..schema import BY_NAME, Table
from ..schema.subjects import subject_columns
from ..schema.tables import Column
from .acts import By, Gathered, Row, find, rows
from .places import Source, segment_of
from .slugs import slug, telling


class Conflict(Exception):
    """The annotation cannot be changed in this way (409): the message says why, ``remedy`` what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.remedy = remedy


@dataclass(frozen=True)
class _Spot:
    """A document of the record, and the passage in it: code points, and its words where these are known."""

    document: Row
    start: int | None = None
    end: int | None = None
    exact: str | None = None

    @property
    def quote(self) -> str | None:
        """The words, where they may be copied into a row."""
        return None if self.document["rights"] == "withheld" else self.exact


def receive(conn: sqlite3.Connection, sent: Sent, iris: Iris, by: By, wish: str = "") -> tuple[str, list[Change]]:
    """Take up a new annotation; returns its id and the changes. ``wish``: words that the sender would have in its id.

    Raises LoadError where it identifies a statement that there is not.
    """
    made = Gathered(conn, by)
    spot = _spot(conn, sent, iris)
    statement = _statement(made, sent, spot) if _reports(sent, spot) else None
    mention = _free(made, slug(wish) or _name(statement, spot, sent))
    if statement is not None and spot is not None:
        made.insert("mentions", mention, _mention(conn, sent, spot, statement))
    value = dict(sent.value)
    if sent.id is not None and sent.id != iris.of("mention", mention):
        value["via"] = _with_via(value.get("via"), sent.id)
    made.insert("annotations", mention, {**_kept(sent, spot, value, by), "mention": mention if statement else None})
    made.inserts["annotations", mention] |= {"made_by": by.who, "made_at": by.at}
    return mention, list(made.changes())


def replace(conn: sqlite3.Connection, id: str, sent: Sent, iris: Iris, by: By) -> list[Change]:
    """Put an annotation in the place of the one that there is.

    The passage of its mention moves with it. Raises Conflict for what may not change, LoadError as ``receive``.
    """
    made = Gathered(conn, by)
    kept, mention = find(conn, "annotations", id), find(conn, "mentions", id)
    _check_same(kept, id, sent, iris)
    spot = _spot(conn, sent, iris)
    same = mention is not None and spot is not None and mention["document"] == spot.document["id"]
    if mention is not None and not (same and _reports(sent, spot)):
        _check_removable(conn, mention)
        _remove_mention(made, mention)
        mention = None
        if _reports(sent, spot):
            wrong = "the passage cannot move to another document"
            raise Conflict(wrong, "delete the annotation and send a new one")
    elif mention is not None and spot is not None:
        _move(made, mention, sent, spot)
    elif spot is not None and _reports(sent, spot):
        made.insert("mentions", id, _mention(conn, sent, spot, _statement(made, sent, spot)))
    holds = mention is not None or ("mentions", id) in made.inserts
    values = {**_kept(sent, spot, sent.value, by), "mention": id if holds else None}
    if kept is None:
        made.insert("annotations", id, values)
    else:
        made.update("annotations", id, values, kept["revision"])
    return _kept_last(made)


def take_back(conn: sqlite3.Connection, id: str, by: By) -> list[Change]:
    """Delete an annotation, and its mention with its evidence; a draft statement that nothing else needs goes too.

    Raises Conflict where other rows name the mention.
    """
    made = Gathered(conn, by)
    if find(conn, "annotations", id) is not None:
        made.delete("annotations", id)
    mention = find(conn, "mentions", id)
    if mention is not None:
        _remove_mention(made, mention)
    return list(made.changes())


def _kept_last(made: Gathered) -> list[Change]:
    """The changes with that of the annotation last, so that its revision says: nobody has changed the mention since.

    A mention is only removed once no annotation names it.
    """
    changes = list(made.changes())
    kept = [change for change in changes if change.table == "annotations"]
    removed = [change for change in changes if change.operation == "delete"]
    others = [change for change in changes if change not in kept and change not in removed]
    return [*others, *kept, *removed]


def _reports(sent: Sent, spot: _Spot | None) -> bool:
    """Whether it says what a passage of the record reports, and does not only talk about it."""
    if spot is None or spot.start is None:
        return False
    return sent.statement is not None or sent.report_type is not None or not sent.talk


def _spot(conn: sqlite3.Connection, sent: Sent, iris: Iris) -> _Spot | None:
    """The first target that is a document of the record, with its passage where that is found for certain."""
    whole = None
    for target in sent.targets:
        own = iris.id_of(target.source, "document")
        document = find(conn, "documents", own) if own is not None else _published_at(conn, target.source)
        if document is None:
            continue
        spot = _placed(document, target, own is not None)
        if spot.start is not None:
            return spot
        whole = whole or spot
    return whole


def _published_at(conn: sqlite3.Connection, address: str) -> Row | None:
    """The newest version of what was published at an address."""
    found = rows(
        conn,
        "SELECT * FROM documents AS d WHERE url = ? ORDER BY EXISTS (SELECT 1 FROM documents AS n "
        "WHERE n.revision_of = d.id), published_on DESC, id DESC LIMIT 1",
        [address],
    )
    return found[0] if found else None


def _placed(document: Row, target: Target, ours: bool) -> _Spot:
    """The passage of a target. Positions are those of our text, so they count only where our IRI is the source."""
    text, position, quote = document["text"], target.position if ours else None, target.quote
    if text is None:
        length = document["text_length"]
        fits = position is not None and position.start < position.end and (length is None or position.end <= length)
        if position is None or not fits or (quote and len(quote.exact) != position.end - position.start):
            return _Spot(document)
        return _Spot(document, position.start, position.end, quote.exact if quote else None)
    if quote is not None:
        found = anchor(text, quote, position)
        if found.start is None or found.end is None:
            return _Spot(document)
        return _Spot(document, found.start, found.end, text[found.start : found.end])
    if position is None or not position.start < position.end <= len(text):
        return _Spot(document)
    return _Spot(document, position.start, position.end, text[position.start : position.end])


def _statement(made: Gathered, sent: Sent, spot: _Spot | None) -> str:
    """The statement that it identifies, or a new one."""
    if sent.statement is not None:
        if find(made.conn, "statements", sent.statement) is None:
            wrong = "there is no such statement"
            raise LoadError([Problem("annotation", None, "body", sent.statement, wrong, "name one that there is")])
        return sent.statement
    assert spot is not None
    values = {
        "kind": "utterance",
        "content": spot.quote,
        "wording": "reported" if spot.quote else "none",
        "report_type": sent.report_type,
        "document": spot.document["id"],
        "note": sent.note,
    }
    wanted = telling(spot.quote) if spot.quote else f"{spot.document['id']}-{spot.start}"
    return made.insert("statements", made.free("statements", wanted or "statement"), values)


def _mention(conn: sqlite3.Connection, sent: Sent, spot: _Spot, statement: str) -> dict[str, Any]:
    return {"statement": statement, "document": spot.document["id"], **_passage(conn, spot)} | {
        "report_type": sent.report_type,
        "content": spot.quote,
        "wording": "reported" if spot.quote else "none",
    }


def _passage(conn: sqlite3.Connection, spot: _Spot) -> dict[str, Any]:
    assert spot.start is not None
    assert spot.end is not None
    segment = segment_of(conn, spot.document["id"], spot.start, spot.end)
    withheld = Source(spot.document, spot.document["text"] or "").withheld
    return {
        "segment": segment["id"] if segment else None,
        "span_start": spot.start,
        "span_end": spot.end,
        "quote": None if withheld else spot.exact,
    }


def _move(made: Gathered, mention: Row, sent: Sent, spot: _Spot) -> None:
    """Bring a mention to what the annotation says now; a content that was its words stays its words."""
    values = _passage(made.conn, spot)
    if mention["content"] is not None and mention["content"] == mention["quote"] and spot.quote:
        values["content"] = spot.quote
    if sent.report_type is not None:
        values["report_type"] = sent.report_type
    if sent.statement is not None:
        values["statement"] = _statement(made, sent, spot)
    changed = {name: value for name, value in values.items() if mention[name] != value}
    made.update("mentions", mention["id"], changed, mention["revision"])
    statement = find(made.conn, "statements", mention["statement"])
    draft = statement is not None and statement["status"] == "draft" and statement["content"] == mention["content"]
    if statement is not None and draft and "content" in changed:
        made.update("statements", statement["id"], {"content": changed["content"]}, statement["revision"])


def _check_same(kept: Row | None, id: str, sent: Sent, iris: Iris) -> None:
    """What identifies an annotation may not change (Protocol, section 5.3)."""
    if sent.id is not None and sent.id != iris.of("mention", id):
        raise Conflict(f"the annotation's id is {iris.of('mention', id)}, not {sent.id}", "send it with its own id")
    before = json.loads(kept["annotation"]) if kept is not None else {}
    for name in ("canonical", "via"):
        if name in before and sent.value.get(name) != before[name]:
            raise Conflict(f"“{name}” cannot change: it is {before[name]}", "send the annotation with it as it was")


def _check_removable(conn: sqlite3.Connection, mention: Row) -> None:
    """A draft that people have not worked on may cease to be a mention."""
    if mention["status"] != "draft" or rows(conn, "SELECT 1 FROM evidence WHERE mention = ?", [mention["id"]]):
        wrong = "people have worked on this mention, so its passage stays in its document"
        raise Conflict(wrong, "send a new annotation, or delete this one")


def _remove_mention(made: Gathered, mention: Row) -> None:
    for table, column in subject_columns():
        named = _names(made.conn, table, column, "mention", mention["id"])
        if named is not None:
            raise Conflict(f"{table.name}: “{named}” names this mention", "remove that row first")
    for span in rows(made.conn, "SELECT id, revision FROM evidence WHERE mention = ?", [mention["id"]]):
        made.delete("evidence", span["id"], span["revision"])
    made.delete("mentions", mention["id"], mention["revision"])
    statement = find(made.conn, "statements", mention["statement"])
    if statement is not None and statement["status"] == "draft" and not _needed(made.conn, statement, mention):
        made.delete("statements", statement["id"], statement["revision"])


def _needed(conn: sqlite3.Connection, statement: Row, mention: Row) -> bool:
    """Whether any row but this mention names a statement."""
    for table in BY_NAME.values():
        for column in table.references:
            if column.references != "statements":
                continue
            but = [mention["id"]] if table.name == "mentions" else [""]
            sql = f'SELECT 1 FROM "{table.name}" WHERE "{column.name}" = ? AND id <> ? LIMIT 1'
            if rows(conn, sql, [statement["id"], *but]):
                return True
    return any(_names(conn, table, column, "statement", statement["id"]) for table, column in subject_columns())


def _names(conn: sqlite3.Connection, table: Table, column: Column, kind: str, id: str) -> str | None:
    """The id of a row that names another by its type and id; None if there is none."""
    where = f'"{column.type_column}" = ? AND "{column.name}" = ?'
    found = rows(conn, f'SELECT id FROM "{table.name}" WHERE {where} LIMIT 1', [kind, id])
    return found[0]["id"] if found else None


def _kept(sent: Sent, spot: _Spot | None, value: dict[str, Any], by: By) -> dict[str, Any]:
    return {
        "document": spot.document["id"] if spot else None,
        "annotation": json.dumps(value, ensure_ascii=False),
        "source": sent.targets[0].source if sent.targets else None,
        "note": sent.note,
        "modified_at": by.at,
    }


def _with_via(via: Any, id: str) -> Any:
    """The identity that a client's copy had, beside those that it names already (Protocol, section 5.1)."""
    known = via if isinstance(via, list) else [] if via is None else [via]
    every = [*known, *([id] if id not in known else [])]
    return every[0] if len(every) == 1 else every


def _name(statement: str | None, spot: _Spot | None, sent: Sent) -> str:
    if statement is not None and spot is not None:
        return f"{statement}--{spot.document['id']}"
    return telling(sent.note or "") or "note"


def _free(made: Gathered, wanted: str) -> str:
    """An id that neither a mention nor an annotation has."""
    id, taken = made.free("mentions", wanted), None
    while id != taken:
        taken, id = id, made.free("mentions", made.free("annotations", id))
    return id
