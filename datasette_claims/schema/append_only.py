"""Revisions are only ever added: the triggers that refuse everything else.

A transaction adds its revisions without a hash, may complete them, and ends by sealing them (``sealing``).
From then on a row stands as it is. REPLACE removes rows without firing delete triggers, so the numbers of new
revisions are held to be higher than all before, and a revision keeps its number. Where one is inserted without a
number, SQLite tells a BEFORE trigger -1, and takes one that is higher. (NOT INDEXED: on a table that was small when it
was last analyzed, SQLite would go through a whole index instead of looking at its end.)
"""

from __future__ import annotations

_HEAD = 'CREATE TRIGGER "{name}" BEFORE {event} ON "revisions" {when}BEGIN SELECT RAISE(ABORT, \'{message}\'); END'


def append_only_triggers() -> dict[str, str]:
    """Name -> CREATE TRIGGER."""
    rules = (
        ("revisions_stay", "DELETE", "", "revisions are never deleted"),
        (
            "revisions_are_sealed",
            "UPDATE",
            'WHEN old."hash" IS NOT NULL OR new."id" <> old."id" ',
            "a sealed revision cannot be changed",
        ),
        (
            "revisions_follow",
            "INSERT",
            'WHEN new."id" > 0 AND EXISTS (SELECT 1 FROM "revisions" NOT INDEXED WHERE "id" >= new."id") ',
            "a new revision has a higher number than all before",
        ),
    )
    return {
        name: _HEAD.format(name=name, event=event, when=when, message=message) for name, event, when, message in rules
    }
