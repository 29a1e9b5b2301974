"""Countries that words beside a name tell: "British general Jane Roe", "Iraq's foreign ministry".

``demonyms.csv`` has the adjectives and the short names of the countries (ISO 3166-1 codes); the longer names are
those of the countries table. A country is read only from the words themselves, never from what a name sounds like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..schema.countries import countries
from .words import WORDS, read_table

WORDS_BEFORE = 6
BARRIER = re.compile(r"[,;:\n\"“”()—?!]|(?<![A-Z])(?<!Gen)(?<!Sen)(?<!Maj)(?<!Col)(?<!Lt)(?<!Adm)(?<!Rep)\.(?=\s)")
STOPS = WORDS["ends_a_name"]
OFFICE = WORDS["office_of_state"]
AMBIGUOUS = frozenset(["georgia", "jordan", "chad"])
"""Names of countries that are as often a state of the U.S., a surname or a first name."""
STATE_BODY = WORDS["body_of_state"]


@dataclass(frozen=True, slots=True)
class Found:
    """A country (ISO 3166-1), in which sense, and the word that told it."""

    country: str
    basis: str
    word: str


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Adjectives -> code and names -> code, both in lower case."""
    adjectives: dict[str, str] = {}
    names: dict[str, str] = {}
    for row in read_table("demonyms.csv"):
        adjectives.update(dict.fromkeys(filter(None, row["adjectives"].lower().split(";")), row["country"]))
        names.update(dict.fromkeys(filter(None, row["names"].lower().split(";")), row["country"]))
    for country in countries():
        if country.kind == "country" and country.name.lower() not in AMBIGUOUS:
            names.setdefault(country.name.lower(), country.id)
    return adjectives, names


def _lookup(words: list[str], at: int) -> tuple[str, bool, str] | None:
    """(code, whether it is an adjective, the words) of the country named by one to three words from ``at``."""
    adjectives, names = _words()
    for length in (3, 2, 1):
        piece = " ".join(words[at : at + length])
        plain = re.sub(r"['’]s?$", "", piece.lower())
        if at + length <= len(words) and piece[:1].isupper():
            if plain in adjectives:
                return adjectives[plain], True, piece
            if plain in names:
                return names[plain], False, piece
    return None


def of_person(text: str, start: int) -> Found | None:
    """The country that the words right before a name at code point ``start`` give the person, if they do.

    An adjective ("British") is a nationality, unless an office of state stands between it and the name; a country's
    name ("U.S. Secretary of State") counts only with such an office.
    """
    window = text[max(0, start - 90) : start]
    words = BARRIER.split(window)[-1].split()[-WORDS_BEFORE:]
    office = False
    for at in range(len(words) - 1, -1, -1):
        plain = words[at].lower().strip(".")
        office = office or plain in OFFICE
        found = _lookup(words, at)
        if found is not None:
            code, is_adjective, word = found
            if office:
                return Found(code, "represents", word)
            return Found(code, "nationality", word) if is_adjective else None
        if plain in STOPS and not (plain == "of" and at and words[at - 1].lower() in OFFICE):
            return None  # but "Secretary of State" goes on
    return None


def of_body(name: str) -> Found | None:
    """The country of a body of state that bears it in its name: "the German Foreign Ministry", "U.S. Army".

    None unless exactly one country is named, so that "U.S.-Iraq Business Council" has none.
    """
    words = name.replace("-", " ").split()
    plain = {word.lower().strip(".,'’") for word in words}
    found = [each for each in (_lookup(words, at) for at in range(len(words))) if each is not None]
    if len({code for code, _, _ in found}) != 1:
        return None
    alone = len(found[0][2].split()) == len(words)
    if alone and not found[0][1]:
        return Found(found[0][0], "represents", found[0][2])
    return Found(found[0][0], "represents", found[0][2]) if plain & STATE_BODY else None


def of_country(name: str) -> bool:
    """Whether a name is a country and nothing else, in any of its usual forms."""
    words = name.removeprefix("the ").split()
    found = _lookup(words, 0) if words else None
    return found is not None and len(found[2].split()) == len(words)
