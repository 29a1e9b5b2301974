"""One statement that is two: some of its mentions, and the stances that belong to them, go to a new statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..schema import BY_NAME
from .acts import Act, By, Gathered, Row, get, refuse, rows
from .slugs import telling

_OF_MENTION = ("report_type", "cue", "content", "wording", "speaker_label", "identification")
_NOT_COPIED = ("id", "revision", "publisher", "country_origin")


def split(
    conn: sqlite3.Connection,
    statement: str,
    mentions: Sequence[str],
    stances: Sequence[str],
    revision: int | None,
    by: By,
) -> Act:
    """Move mentions and stances of a statement to a new one, which is otherwise a copy of it, also in its status.

    What was said, and how, is taken from the first mention that moves. Raises LoadError where no mention would move,
    none would stay, or one is not the statement's.
    """
    made = Gathered(conn, by)
    row = get(conn, "statements", statement)
    own = {
        table: {each["id"]: each for each in rows(conn, f"SELECT * FROM {table} WHERE statement = ?", [statement])}
        for table in ("mentions", "stances")
    }
    _check(own, mentions, stances)
    first = min((own["mentions"][id] for id in mentions), key=lambda each: (each["document"], each["span_start"] or 0))
    new = made.insert("statements", _id(made, row, first), _copied(row, first))
    for table, ids in (("mentions", mentions), ("stances", stances)):
        for id in dict.fromkeys(ids):
            made.update(table, id, {"statement": new}, own[table][id]["revision"])
    staying = [each for id, each in own["mentions"].items() if id not in mentions]
    if row["document"] and all(each["document"] != row["document"] for each in staying):
        made.update("statements", statement, {"document": staying[0]["document"]}, revision)
    elif revision is not None:
        _unchanged(row, revision)
    return made.act("statements", new)


def _check(own: dict[str, dict[str, Row]], mentions: Sequence[str], stances: Sequence[str]) -> None:
    for table, ids in (("mentions", mentions), ("stances", stances)):
        for id in ids:
            if id not in own[table]:
                raise refuse(table, id, f"it is none of the statement's {table}", "choose from those listed")
    if not mentions:
        raise refuse("mentions", "", "no mention was chosen", "choose those that report the other statement")
    if set(mentions) == set(own["mentions"]):
        raise refuse("mentions", "", "every mention was chosen", "leave at least one with the statement")


def _copied(row: Row, mention: Row) -> dict[str, object]:
    """The new statement: as the old one, but what was said is as the mention reports it."""
    names = [c.name for c in BY_NAME["statements"].stored if c.name not in _NOT_COPIED]
    values = {name: row[name] for name in names}
    if row["country_origin"] != "row":  # derived again for the new row
        values = {name: value for name, value in values.items() if name not in ("country", "country_basis")}
    values |= {name: mention[name] for name in _OF_MENTION if mention[name] not in (None, "", "not_stated")}
    return {**values, "document": mention["document"]}


def _id(made: Gathered, row: Row, mention: Row) -> str:
    words = telling(str(mention["content"] or mention["cue"] or row["content"] or ""))
    speaker = str(row["speaker"] or "").rpartition("-")[2]
    wanted = "-".join(part for part in (speaker, words) if part)
    return made.free("statements", wanted or f"{row['id']}-2")


def _unchanged(row: Row, revision: int) -> None:
    """The statement itself is not written; still the person must have seen it as it is."""
    from ..loading.writing import StaleRow

    if row["revision"] != revision:
        raise StaleRow("statements", str(row["id"]), revision, int(row["revision"]))
