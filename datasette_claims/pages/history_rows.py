"""Revisions as people read them: who did what when, and which fields changed, word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..anchoring.diffing import word_diff
from ..schema import BY_NAME
from . import wording
from .framework import Visit
from .numbers import natural
from .passages import plain
from .revisions import state_of

Row = dict[str, Any]

OPERATIONS = {
    "insert": "added",
    "update": "changed",
    "delete": "deleted",
    "load": "loaded",
    "create": "made the database",
}
"""What an operation of a revision is called in a sentence."""

_NOUNS = {
    "evidence": ("piece of evidence", "pieces of evidence"),
    "claim_relations": ("relation of claims", "relations of claims"),
    "countries": ("country", "countries"),
    "provenance": ("row of provenance", "rows of provenance"),
}
_CALLED = {"mentions": "quote", "stances": "stance"}
LABEL = 100
"""Characters of the words by which a row is called."""
_SILENT = ("id", "revision", "status_by", "status_at", "text_sha256", "text_length")
LONGEST = 20_000
"""Characters of a value that are compared word by word; a longer one is told as a whole."""


def differences(table: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Row]:
    """The fields that differ between two states: ``name``, ``label``, ``before``, ``after``, ``diff`` as HTML.

    A state of None is no row; then the other one's fields are told, without blank ones and defaults.
    """
    found = []
    for column in BY_NAME[table].stored if table in BY_NAME else ():
        if column.name in _SILENT:
            continue
        old, new = (None if state is None else state.get(column.name) for state in (before, after))
        only = new if before is None else old if after is None else None
        blank = only in (None, "", "not_stated", 0) if before is None or after is None else False
        if (old == new and before is not None and after is not None) or blank:
            continue
        told_old, told_new = _told(old), _told(new)
        found.append(
            {
                "name": column.name,
                "label": column.label,
                "before": told_old,
                "after": told_new,
                "diff": diff(told_old, told_new),
            }
        )
    return found


def said(counted: Sequence[Mapping[str, Any]]) -> str:
    """What an act did, in a few words: "added 1 statement and 2 mentions; 5 anchorings follow from it".

    ``counted`` has the number of its revisions by ``operation``, ``table_name`` and whether they only follow.
    """
    own: dict[str, list[str]] = {}
    follows: dict[str, int] = {}
    for row in counted:
        table = row["table_name"]
        if row["follows"]:
            follows[table] = follows.get(table, 0) + row["number"]
            continue
        of = own.setdefault(OPERATIONS.get(row["operation"], str(row["operation"])), [])
        of += [_counted(table, row["number"])] if table else []
    text = wording.listed([f"{what} {wording.listed(of)}".strip() for what, of in own.items()])
    more = wording.listed([_counted(table, number) for table, number in follows.items()])
    verb = "follows" if sum(follows.values()) == 1 else "follow"
    return "; ".join(part for part in (text, f"{more} {verb} from it" if more else "") if part)


def noun(table: str) -> str:
    """What one row of a table is called in a sentence: "statement", "piece of evidence"."""
    return _counted(table, 1).partition(" ")[2]


def label(table: str, id: str, state: Mapping[str, Any] | None) -> str:
    """How people call a row that is in this state: its name, text or words, shortened; its id where it has none."""
    column = _CALLED.get(table) or (BY_NAME[table].label_column if table in BY_NAME else None)
    return wording.shortened(str((state or {}).get(column or "") or id), LABEL)


def _counted(table: str, number: int) -> str:
    label = BY_NAME[table].label.lower() if table in BY_NAME else "rows"
    return wording.count(number, *_NOUNS.get(table, (label.removesuffix("s"), label)))


def _told(value: Any) -> str:
    return "" if value is None else str(value)


def diff(old: str, new: str) -> Markup:
    """Two texts as one, with what went struck through and what came underlined. Data is escaped."""
    if not old or not new or len(old) + len(new) > LONGEST:
        gone = f"<del>{plain(old)}</del>" if old else ""
        return Markup(gone + (f"<ins>{plain(new)}</ins>" if new else ""))
    parts = []
    for step in word_diff(old, new):
        before, after = old[step.old_start : step.old_end], new[step.new_start : step.new_end]
        if step.tag == "equal":
            parts.append(plain(after))
            continue
        parts.append(f"<del>{plain(before)}</del>" if before else "")
        parts.append(f"<ins>{plain(after)}</ins>" if after else "")
    return Markup("".join(parts))


def _unread(name: str, text: str) -> Row:
    """The field that tells of a state which cannot be read."""
    return {"name": name, "label": f"State {name}, not readable", "before": "", "after": text, "diff": diff("", text)}


def told(revision: Mapping[str, Any]) -> Row:
    """A revision with its states read and its differences."""
    states = [state_of(revision[name]) for name in ("before", "after")]
    own = {name: revision[name] for name in ("id", "at", "who", "operation", "table_name", "row_id", "note", "load")}
    own |= {name: revision[name] for name in ("action", "undoes")}
    fields = differences(str(revision["table_name"]), *states) if revision["table_name"] else []
    if revision["operation"] == "load" and states[0] is None and states[1] is None:
        fields = []
    for name, state in zip(("before", "after"), states, strict=True):
        if revision[name] and state is None:
            fields.append(_unread(name, revision[name]))
    if revision["operation"] == "create":
        own["note"] = None  # it says the same as the operation
    said = OPERATIONS.get(str(revision["operation"]), str(revision["operation"]))
    called = label(str(own["table_name"]), str(own["row_id"]), states[1] or states[0])
    return {**own, "said": said, "label": called, "fields": fields}


async def without_hidden_notes(visit: Visit, revisions: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Revisions as dictionaries, without the note of an act that also changed a table that the viewer may not see: it
    may tell of that."""
    hidden = [name for name in BY_NAME if not await visit.sees(name)]
    rows = [dict(each) for each in revisions]
    acts = sorted({row["action"] for row in rows if row["action"] is not None})
    if not hidden or not acts:
        return rows
    marks = ", ".join("?" * len(acts))
    tables = ", ".join(f"'{name}'" for name in hidden)
    sql = f"select distinct action from revisions where action in ({marks}) and table_name in ({tables})"
    mixed = {row[0] for row in await visit.rows(sql, acts)}
    return [{**row, "note": None} if row["action"] in mixed else row for row in rows]


def data_of(change: Row) -> Row:
    """A change for the JSON twin: without HTML."""
    kept = {name: value for name, value in change.items() if name not in ("fields", "url", "label")}
    return {**kept, "fields": [{k: v for k, v in field.items() if k != "diff"} for field in change["fields"]]}


async def changed_fields(visit: Visit, table: str, id: str, to: str, row: Row | None) -> list[Row]:
    """What would differ if a row went back to what it was after a revision (its last state, without one)."""
    revision = natural(to)
    which = "and id = ?" if revision is not None else "and operation = 'delete' and ? is not null"
    rows = await visit.rows(
        f"select before, after from revisions where table_name = ? and row_id = ? {which} order by id desc limit 1",
        [table, id, "" if revision is None else revision],
    )
    if not rows:
        return []
    state = rows[0]["after"] or rows[0]["before"]
    return differences(table, row, state_of(state) or row) if state else []
