"""Who speaks in a document: known actors where that is certain, else ranked candidates; new ones as drafts.

An actor of the database is taken for a printed name only where it alone has that very name. Where several come into
question the statement's speaker stays open, and each candidate becomes a proposal with its reason. Someone whom the
text names and nobody knows becomes a draft; so does a source that the text only describes ("two officials"), for
this document alone.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from ..extraction import Candidate, Mention
from .ids import checksum, slug
from .matching import Matcher, fold
from .nationality import Found, of_body, of_person

FAINT = 0.05
"""Candidates of less certainty are not proposed."""
LOOKED_AT = 6  # places of a name that are read for a country
SURE = 0.6
"""Least share of certainty at which the first candidate of a pronoun is put down as the speaker."""
DESCRIBED = {"role_only": "person", "unnamed": "person", "collective": "group", "institution": "organization"}
INDEFINITE = re.compile(r"(?:an?|one|another|some)\s", re.IGNORECASE)
PLURAL = re.compile(r"s\b(?!['’])")
MEANING = re.compile(r"[A-Z]")


@dataclass(frozen=True, slots=True)
class Option:
    """An actor that may be meant: its id, a share of certainty in [0, 1], the reason as half a sentence."""

    actor: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a name came to: ``actor`` is the one that is meant, None where that is not certain."""

    actor: str | None
    options: tuple[Option, ...]


class Cast:
    """The actors of one document; ``new`` has the rows of those that the database does not have, by id."""

    def __init__(self, conn: sqlite3.Connection, document: str, text: str) -> None:
        self._conn, self._document, self._text = conn, document, text
        self._matcher = Matcher(conn)
        self._named: dict[tuple[str, str], Named] = {}
        self.new: dict[str, dict[str, Any]] = {}

    def person(self, name: str) -> Named:
        """A person named in the text."""
        key = (fold(name), "person")
        if key not in self._named:
            self._named[key] = self._look_up(name, "person", self._country_of(name))
        return self._named[key]

    def _country_of(self, name: str) -> Found | None:
        """The country that the words before a person's name tell, at the first of its places that does."""
        at = self._text.find(name)
        for _ in range(LOOKED_AT):
            if at < 0:
                break
            found = of_person(self._text, at)
            if found is not None:
                return found
            at = self._text.find(name, at + 1)
        return None

    def body(self, name: str) -> Named:
        """An organization that is named, such as a publisher or the place of somebody's office."""
        name = re.sub(r"^(?:the|The)\s+", "", " ".join(name.split()))
        key = (fold(name), "organization")
        if key not in self._named:
            self._named[key] = self._look_up(name, "organization", of_body(name))
        return self._named[key]

    def known(self, name: str) -> str | None:
        """The id of the one actor that has this very name, person or not; None without one."""
        one = self._matcher.certain(name, False) or self._matcher.certain(name, True)
        return one.id if one else None

    def described(self, label: str, identification: str, start: int) -> Named:
        """A source without a name: an actor of this document, one a mention where the words are indefinite."""
        known = self._matcher.certain(label, False)
        if known is not None:
            return Named(known.id, (Option(known.id, 1.0, "the only known actor of this name"),))
        label = " ".join(label.split()).strip("[]()“”\"' ") or label
        if identification == "institution" and MEANING.search(re.sub(r"^The ", "", label)):
            return self.body(label)
        kind = DESCRIBED.get(identification, "person")
        if kind == "person" and PLURAL.search(label.split(" of ")[0].split(" in ")[0]):
            kind = "group"
        indefinite = kind == "person" and INDEFINITE.match(label)
        name = f"{slug(label, 'source')}-{checksum(self._document)}"
        id_ = f"{name}-{start}" if indefinite else name
        if id_ not in self.new and not self._exists(id_):
            self._add(id_, label, kind, identification, None, f"Described, not named, in {self._document}.")
        return Named(id_, (Option(id_, 1.0, "kept as a source of this document alone"),))

    def _look_up(self, name: str, kind: str, country: Found | None) -> Named:
        is_person = kind == "person"
        one = self._matcher.certain(name, is_person, country.country if country else None)
        if one is not None:
            return Named(one.id, (Option(one.id, 1.0, "the only known actor of this name"),))
        likely = self._matcher.find(name, is_person)
        own = self._own(name, kind, country)
        options = [Option(each.actor.id, each.score, f"{each.actor.name} {each.reason}") for each in likely]
        options = [each for each in options if each.actor != own]
        new = (
            "someone whom the database does not have"
            if is_person
            else "an organization that the database does not have"
        )
        options.append(Option(own, 0.5 if options else 1.0, new))
        return Named(None if len(options) > 1 else own, tuple(options))

    def _own(self, name: str, kind: str, country: Found | None) -> str:
        """The id of the draft actor for a name; made now unless an earlier run has made it."""
        id_ = slug(name, f"actor-{checksum(name)}")
        row = self._conn.execute("SELECT name, kind FROM actors WHERE id = ?", [id_]).fetchone()
        if row is not None or id_ in self.new:
            id_ = f"{id_}-{checksum(self._document)}"
        if id_ not in self.new and not self._exists(id_):
            self._add(id_, " ".join(name.split()), kind, "named", country, None)
        return id_

    def _exists(self, id_: str) -> bool:
        return self._conn.execute("SELECT 1 FROM actors WHERE id = ?", [id_]).fetchone() is not None

    def _add(
        self, id_: str, name: str, kind: str, identification: str, country: Found | None, note: str | None
    ) -> None:
        values: dict[str, Any] = {"name": name, "kind": kind, "identification": identification, "status": "draft"}
        if country is not None:
            values |= {"country": country.country, "country_basis": country.basis}
        self.new[id_] = {**values, "in_text": 1, "note": note}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a mention: the actor that is put down, if any, and all that come into question, ranked."""

    actor: str | None
    options: tuple[Option, ...]
    is_certain: bool
    """Whether nobody else comes into question: the text names the speaker, and the name means one actor."""


def speaker_of(cast: Cast, mention: Mention) -> Speaker:
    """The speaker of a mention, from the engine's candidates and the known actors of their names."""
    options: dict[str, Option] = {}
    settled: list[tuple[float, str]] = []
    for candidate in mention.candidates:
        named = _named(cast, mention, candidate)
        if named.actor is not None:
            settled.append((candidate.score, named.actor))
        for option in named.options:
            score = round(candidate.score * option.score, 3)
            reason = f"“{candidate.label}”: {candidate.reason}; {option.reason}."
            if option.actor not in options or options[option.actor].score < score:
                options[option.actor] = Option(option.actor, score, reason)
    likely = [each for each in options.values() if each.score >= FAINT]
    ranked = tuple(sorted(likely, key=lambda each: (-each.score, each.actor)))
    first = mention.candidates[0] if mention.candidates else None
    sure = bool(first and settled and settled[0][0] == first.score and first.score >= SURE)
    return Speaker(settled[0][1] if sure else None, ranked, sure and len(mention.candidates) == 1 and len(ranked) == 1)


def _named(cast: Cast, mention: Mention, candidate: Candidate) -> Named:
    if mention.identification == "named":
        return cast.person(candidate.label)
    return cast.described(candidate.label, mention.identification, candidate.start or 0)
