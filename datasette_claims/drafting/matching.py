"""Which known actor a printed name may mean: ranked, with reasons; certain only where one actor alone has that name.

Names are looked up in the full-text index of ``actors`` by their words and the beginnings of these, then compared
with rapidfuzz. Two names are compared without case, accents, points and outer articles.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

SAME = 1.0
LIKE = 0.86
"""Least normalized Indel similarity of two names that may be one (``bench/names.py`` measures it)."""
FAMILY_NAME = 0.75
FIRST_LETTERS = 4  # by which a misspelt word is still looked up
MOST = 60  # actors that are compared with one name
SHOWN = 4
SMALL = frozenset(["the", "of", "for", "and", "in", "al", "de", "van", "von", "el"])


@dataclass(frozen=True, slots=True)
class Known:
    """An actor that the database has."""

    id: str
    name: str
    kind: str
    country: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """A known actor that may be meant; ``score`` in [0, 1], ``reason`` half a sentence."""

    actor: Known
    score: float
    reason: str


def fold(name: str) -> str:
    """A name for comparison: without case, accents, points, apostrophes and an article before it."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’‘")
    words = re.sub(r"[^\w]+", " ", kept).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


def describes(name: str) -> bool:
    """Whether the words are no name but a description: letters that have a case, none of them a capital."""
    return re.sub(r"^(the|an?)\s", "", name.strip(), flags=re.IGNORECASE).islower()


class Matcher:
    """Looks names up among the actors of one database; each name once."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._found: dict[tuple[str, bool], tuple[Likely, ...]] = {}

    def find(self, name: str, is_person: bool) -> tuple[Likely, ...]:
        """Known actors that ``name`` may mean, the likeliest first; at most four, none below the threshold."""
        wanted = fold(name)
        key = (wanted, is_person)
        if key not in self._found:
            self._found[key] = self._find(wanted, is_person) if wanted else ()
        return self._found[key]

    def certain(self, name: str, is_person: bool, country: str | None = None) -> Known | None:
        """The one actor that alone has this very name, among its other names too.

        None where several have it, where a person's name is a single word (a family name says too little), where the
        text gives the person another country than the actor has, and where the words name nobody: "the ministry" is
        another one in every document.
        """
        same = [each.actor for each in self.find(name, is_person) if each.score == SAME]
        if len(same) != 1 or (is_person and " " not in fold(name)) or describes(name):
            return None
        other = country is not None and same[0].country not in ("not_stated", country)
        return None if other and is_person else same[0]

    def _find(self, wanted: str, is_person: bool) -> tuple[Likely, ...]:
        found = []
        for actor in self._lookup(wanted):
            if is_person != (actor.kind == "person"):
                continue
            best = max((compare(wanted, fold(name), is_person) for name in actor.names), key=lambda each: each[0])
            if best[0]:
                found.append(Likely(actor, round(best[0], 3), best[1]))
        found.sort(key=lambda each: (-each.score, each.actor.id))
        certain = [each for each in found if each.score == SAME]
        return tuple(certain or found[:SHOWN])

    def _lookup(self, wanted: str) -> Iterable[Known]:
        words = [word for word in wanted.split() if word not in SMALL] or wanted.split()
        terms = [f'"{word}"' for word in words]
        terms += [f'"{word[:FIRST_LETTERS]}"*' for word in words if len(word) > FIRST_LETTERS]
        rows = self._conn.execute(
            "SELECT a.id, a.name, a.kind, a.country, a.other_names FROM actors_fts AS f JOIN actors AS a "
            "ON a.rowid = f.rowid WHERE actors_fts MATCH ? AND a.status <> 'rejected' ORDER BY f.rank, a.id LIMIT ?",
            [" OR ".join(dict.fromkeys(terms)), MOST],
        )
        for id_, name, kind, country, others in rows:
            yield Known(id_, name, kind, country, (name, *filter(None, map(str.strip, (others or "").split(";")))))


def compare(one: str, other: str, is_person: bool) -> tuple[float, str]:
    """How likely two folded names mean the same actor, and why; 0 where nothing speaks for it."""
    if one == other:
        return SAME, "bears this very name"
    a, b = one.split(), other.split()
    if is_person and a and b:
        if a[-1] == b[-1]:
            if len(a) == 1 or len(b) == 1:
                return FAMILY_NAME, "has this family name"
            if _first_names_agree(a[0], b[0]):
                return 0.93, "has the same family name and a first name that agrees"
            return 0.0, ""
        if len(a) == 1 or len(b) == 1:
            return 0.0, ""
    alike = fuzz.ratio(" ".join(sorted(a)), " ".join(sorted(b))) / 100
    return (alike * 0.95, "has a name that is nearly the same") if alike >= LIKE else (0.0, "")


def _first_names_agree(one: str, other: str) -> bool:
    """ "Chris" and "Christopher", "J" and "Jane"; not "Ann" and "Bob"."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= 3)
