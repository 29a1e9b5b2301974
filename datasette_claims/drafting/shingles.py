"""Finding the same utterance in other articles: hashed runs of four words in the table ``shingles``.

A quote's words are folded (case, accents of typography, marks) and each run of four becomes a 63-bit number
(BLAKE2b, RFC 7693), the same on every machine. Two quotes are compared by *containment*: the share of the shorter
one's runs that the longer one has (Broder 1997). The table is derived: ``refresh`` brings it up to the revision of
the data, ``derived`` remembers up to which one it is built.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from ..anchoring import fold, styled

SIZE = 4  # words in a run
SAME = 0.8  # containment from which two quotes are proposed as one utterance
PARTLY = 0.4  # containment from which they are, if they also share a long run
LONG_RUN = 8  # words
LEAST_WORDS = 5  # shorter quotes ("No comment on that") are everybody's
COMPARED = 25  # stored quotes whose words are compared with a new one
SCANNED = 2000  # rows of one hash that are read: a run that is commoner tells nothing
BATCH = 1_000_000  # runs that are held in memory while the table is built
NAME = "shingles"
REBUILD_SHARE = 5  # rebuild when more than one in five mentions has changed
WORD = re.compile(r"\w+(?:'\w+)*")


@dataclass(frozen=True, slots=True)
class Match:
    """A stored mention that may report the same utterance. ``run`` is the longest common run, in words."""

    mention: str
    statement: str
    document: str
    content: str
    containment: float
    run: int


def words_of(text: str) -> list[str]:
    """The folded words of a quote."""
    plain = text if text.isascii() else styled(text)
    return WORD.findall(plain.lower() if plain.isascii() else fold(text).text)


def hashes(words: Sequence[str]) -> set[int]:
    """The runs of four words as numbers from 0 to 2**63 - 1; none for fewer than five words."""
    if len(words) < LEAST_WORDS:
        return set()
    joined = ("\x1f".join(words[i : i + SIZE]).encode() for i in range(len(words) - SIZE + 1))
    return {int.from_bytes(blake2b(each, digest_size=8).digest(), "big") >> 1 for each in joined}


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest run of words that both have. Words have no separator in them (``words_of``)."""
    best, within = 0, _joined(other)
    for start in range(len(one)):
        while start + best < len(one) and _joined(one[start : start + best + 1]) in within:
            best += 1
    return best


def _joined(words: Sequence[str]) -> str:
    return "\x1f".join(("", *words, ""))


def refresh(conn: sqlite3.Connection) -> int:
    """Bring the table up to the data; returns how many mentions were read.

    Mentions that changed or came since the last time are read; the runs of changed and deleted ones leave. Where
    many have changed the table is built anew.
    """
    row = conn.execute("SELECT revision FROM derived WHERE name = ?", [NAME]).fetchone()
    since = int(row[0]) if row else -1
    latest = int(conn.execute("SELECT coalesce(max(id), 0) FROM revisions").fetchone()[0])
    if since == latest:
        return 0
    total = int(conn.execute("SELECT count(*) FROM mentions").fetchone()[0])
    changed = int(conn.execute("SELECT count(*) FROM mentions WHERE revision > ?", [since]).fetchone()[0])
    if since < 0 or since > latest or changed * REBUILD_SHARE > total:
        conn.execute("DELETE FROM shingles")
        since = -1
    else:
        _take_out(conn, since)
    read = _put_in(conn, since)
    conn.execute("INSERT OR REPLACE INTO derived (name, revision) VALUES (?, ?)", [NAME, latest])
    return read


def _take_out(conn: sqlite3.Connection, since: int) -> None:
    """Remove the runs that changed or deleted mentions had."""
    rows = conn.execute(
        "SELECT r.before, m.rowid FROM revisions AS r LEFT JOIN mentions AS m ON m.id = r.row_id "
        "WHERE r.id > ? AND r.table_name = 'mentions' AND r.before IS NOT NULL",
        [since],
    ).fetchall()
    for before, rowid in rows:
        old = hashes(words_of(json.loads(before).get("content") or ""))
        if rowid is not None:
            conn.executemany("DELETE FROM shingles WHERE hash = ? AND mention = ?", [(h, rowid) for h in old])
        else:
            conn.executemany(
                "DELETE FROM shingles WHERE hash = ? AND mention NOT IN (SELECT rowid FROM mentions "
                "WHERE mentions.rowid = shingles.mention)",
                [(h,) for h in old],
            )


def _put_in(conn: sqlite3.Connection, since: int) -> int:
    """Add the runs of all mentions of later revisions, in sorted batches; returns how many mentions were read."""
    count = 0
    pairs: list[tuple[int, int]] = []
    rows = conn.execute("SELECT rowid, content FROM mentions WHERE revision > ? AND content IS NOT NULL", [since])
    for rowid, content in rows:
        count += 1
        pairs += [(each, rowid) for each in hashes(words_of(content))]
        if len(pairs) >= BATCH:
            _insert(conn, pairs)
            pairs = []
    _insert(conn, pairs)
    return count


def _insert(conn: sqlite3.Connection, pairs: list[tuple[int, int]]) -> None:
    pairs.sort()
    conn.executemany("INSERT OR IGNORE INTO shingles (hash, mention) VALUES (?, ?)", pairs)


def shared(conn: sqlite3.Connection, wanted: Iterable[int]) -> list[tuple[int, int]]:
    """(rowid of a mention, how many of the runs it has), most first: the one look into the table."""
    found: dict[int, int] = {}
    for each in wanted:
        rows = conn.execute("SELECT mention FROM shingles WHERE hash = ? LIMIT ?", [each, SCANNED]).fetchall()
        if len(rows) < SCANNED:
            for (mention,) in rows:
                found[mention] = found.get(mention, 0) + 1
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:COMPARED]


def find(conn: sqlite3.Connection, text: str, without_document: str | None = None) -> list[Match]:
    """Stored mentions that may report the same utterance as ``text``, the likeliest first.

    Mentions of ``without_document`` and rejected ones are left out.
    """
    words = words_of(text)
    own = hashes(words)
    matches = []
    for rowid, _ in shared(conn, sorted(own)):
        row = conn.execute(
            "SELECT id, statement, document, content, status FROM mentions WHERE rowid = ?", [rowid]
        ).fetchone()
        if row is None or row[4] == "rejected" or row[2] == without_document or row[3] is None:
            continue
        found = compare(words, own, words_of(row[3]))
        if found is not None:
            matches.append(Match(row[0], row[1], row[2], row[3], *found))
    return sorted(matches, key=lambda each: (-each.containment, -each.run, each.mention))


def compare(words: Sequence[str], own: set[int], other: Sequence[str]) -> tuple[float, int] | None:
    """(containment, longest common run) of two quotes if they may be one utterance, else None."""
    runs = hashes(other)
    if not own or not runs:
        return None
    containment = len(own & runs) / min(len(own), len(runs))
    if containment < PARTLY:
        return None
    run = longest_run(words, other)
    return (round(containment, 3), run) if containment >= SAME or run >= LONG_RUN else None
