"""The versions of a document, and what became of its passages and statements from one version to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..anchoring.diffing import word_diff
from ..anchoring.reanchor import Anchoring, reanchor
from . import wording
from .passages import plain
from .reading_rows import Mention, Reading

# Not a join: for one SQLite reads all documents first, into a Bloom filter.
_CHAIN = """
with recursive
  earlier(id, depth) as (
    select :id, 0
    union select (select revision_of from documents where id = earlier.id) as before, depth + 1 from earlier
    where before is not null and depth < 1000
  ),
  first(id) as (select id from earlier order by depth desc limit 1),
  chain(id, depth) as (
    select id, 0 from first
    union select d.id, depth + 1 from chain join documents d on d.revision_of = chain.id where depth < 1000
  )
select d.id, d.title, d.published_on, d.revision_of, d.text is not null as has_text, min(depth) as depth
from chain join documents d on d.id = chain.id group by d.id order by depth, d.published_on, d.id
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document; ``current`` is the one that is being read."""

    id: str
    title: str
    published_on: str
    has_text: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one mention of the older version.

    ``state`` is a word of ``STATES``. ``old`` and ``new`` are its words in either version ("" where there are none);
    ``told`` is the mention by which the newer version still reports the statement, if the record has one.
    """

    state: str
    mention: Mention
    old: str
    new: str
    told: Mention | None


@dataclass(frozen=True)
class Comparison:
    """Two versions: the differences as HTML, the fate of each old mention, the mentions of new statements."""

    html: Markup
    changes: int
    fates: list[Fate]
    added: list[Mention]

    def count(self, state: str) -> int:
        """How many mentions have one fate."""
        return sum(fate.state == state for fate in self.fates)


STATES = {
    "unchanged": ("Unchanged", "unchanged"),
    "moved": ("Moved: the same words in another place", "moved"),
    "changed": ("Changed: other words", "in other words"),
    "ambiguous": ("Not certain: several passages may be meant", "not certain"),
    "vanished": ("Vanished", "gone"),
}
"""What can become of a passage: as a heading, and within a sentence."""

_STATE = {"anchored": "unchanged", "orphan": "vanished"}


def sentence(compared: Comparison) -> str:
    """What changed, in a few sentences."""
    changes = wording.sentence(wording.count(compared.changes, "change", words=True))
    said = f"{changes} in the words."
    if compared.fates:
        parts = [f"{compared.count(state)} {told}" for state, (_, told) in STATES.items() if compared.count(state)]
        passages = wording.count(len(compared.fates), "marked passage")
        said += f" Of {passages} of the older version: {wording.listed(parts)}."
    if compared.added:
        number, verb = len(compared.added), "reports" if len(compared.added) == 1 else "report"
        passages = wording.sentence(wording.count(number, "passage", words=True))
        said += f" {passages} of the newer one {verb} what the older one did not."
    return said


def chain(conn: sqlite3.Connection, document: str) -> list[Version]:
    """All versions of a document, the first one first; only itself where it was never revised."""
    rows = conn.execute(_CHAIN, {"id": document}).fetchall()
    return [Version(row[0], row[1], row[2] or "", bool(row[4]), row[0] == document) for row in rows]


def compare(old: Reading, new: Reading) -> Comparison:
    """Compare two versions of which both texts are at hand. Raises ValueError where one is not."""
    if old.text is None or new.text is None:
        raise ValueError("both texts are needed")
    steps = word_diff(old.text, new.text)
    parts = [
        _step(step.tag, old.text[step.old_start : step.old_end], new.text[step.new_start : step.new_end])
        for step in steps
    ]
    changes = sum(step.tag != "equal" for step in steps)
    said_before = {mention.statement for mention in old.mentions}
    added = [mention for mention in new.mentions if mention.statement not in said_before]
    return Comparison(Markup("".join(parts)), changes, list(_fates(old, new)), added)


def _step(tag: str, old: str, new: str) -> str:
    if tag == "equal":
        return plain(new)
    gone = f"<del>{plain(old)}</del>" if old.strip() else plain(old) if not new else ""
    come = f"<ins>{plain(new)}</ins>" if new.strip() else plain(new)
    return gone + come


def _fates(old: Reading, new: Reading) -> Iterable[Fate]:
    old_text, new_text = old.text or "", new.text or ""
    placed = [m for m in old.mentions if m.start is not None and m.end is not None and m.end <= len(old_text)]
    anchorings = reanchor(old_text, new_text, [(m.start or 0, m.end or 0) for m in placed])
    told: dict[str, list[Mention]] = {}
    for mention in new.mentions:
        told.setdefault(mention.statement, []).append(mention)
    for mention, anchoring in zip(placed, anchorings, strict=True):
        state = _STATE.get(anchoring.state, anchoring.state)
        again = _again(told.get(mention.statement, []), anchoring)
        yield Fate(state, mention, old_text[mention.start : mention.end], anchoring.exact, again)


def _again(reports: list[Mention], anchoring: Anchoring) -> Mention | None:
    """The mention that reports the statement in the newer version: the one where the passage went, else the first."""
    here = [
        report
        for report in reports
        if anchoring.start is not None
        and anchoring.end is not None
        and report.start is not None
        and report.end is not None
        and report.start < anchoring.end
        and anchoring.start < report.end
    ]
    return next(iter(here or reports), None)


def fate_data(fate: Fate) -> dict[str, Any]:
    """A fate for the JSON twin."""
    return {
        "state": fate.state,
        "mention": fate.mention.id,
        "statement": fate.mention.statement,
        "old": fate.old,
        "new": fate.new,
        "reported_by": fate.told.id if fate.told else None,
    }
