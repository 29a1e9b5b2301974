"""Tables that can be made again from the others at any time: neither exported nor recorded in ``revisions``.

``shingles`` finds mentions that share runs of words. ``derived`` says up to which revision each such table has been
built, so that whoever reads it can bring it up to date first.
"""

from __future__ import annotations

DERIVED_SQL: dict[str, str] = {
    "shingles": (
        'CREATE TABLE "shingles" ("hash" INTEGER NOT NULL, "mention" INTEGER NOT NULL, '
        'PRIMARY KEY ("hash", "mention")) WITHOUT ROWID'
    ),
    "derived": 'CREATE TABLE "derived" ("name" TEXT PRIMARY KEY NOT NULL, "revision" INTEGER NOT NULL)',
}
"""Name -> CREATE TABLE. ``shingles.mention`` is the rowid of a row of ``mentions``."""

DERIVED_INDEXES: dict[str, str] = {
    "idx_shingles_mention": 'CREATE INDEX "idx_shingles_mention" ON "shingles" ("mention")'
}
"""Name -> CREATE INDEX: the shingles of a mention, to replace them when it changes."""
