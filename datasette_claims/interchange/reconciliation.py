"""Which actors a name may mean: candidates for the Reconciliation Service API (0.2, W3C community group).

Names are compared without case, accents and punctuation, in any order of their words and in full: the score of a
candidate is the greater of rapidfuzz's ``ratio`` and ``token_sort_ratio`` (normalized Indel similarity, 0 to 100)
over its name and other names; a name whose words are all among the candidate's counts 90 at the least, a single
family name for instance. With properties the score is four fifths the name's and one fifth theirs: the share that
agrees. A query without a name is scored by its properties alone.

A candidate is called a match only if it is certain: it alone has the very name, every property agrees, and it is of
a wanted type.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from ..schema import vocabulary
from ..schema.countries import countries
from .iris import encoded

LEAST = 50.0
"""Names that are less alike than this are no candidates."""
PARTIAL = 90.0
NAME_SHARE = 0.8
MOST = 100
DEFAULT_LIMIT = 10

TYPES = tuple({"id": term.word, "name": term.label} for term in vocabulary.ACTOR_KIND.terms)
PROPERTIES = (
    {"id": "country", "name": "Country (name or ISO 3166-1 code)"},
    {"id": "kind", "name": "Kind: person, organization or group"},
    {"id": "identification", "name": "Identification"},
    {"id": "other_names", "name": "Other names"},
)


class BadQuery(ValueError):
    """A query that the protocol does not allow; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An actor as it is matched."""

    id: str
    name: str
    kind: str
    country: str | None
    identification: str
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query, checked. ``strict``: candidates of other types are left out rather than put last."""

    name: str
    types: frozenset[str]
    strict: bool
    limit: int
    properties: tuple[tuple[str, tuple[str, ...]], ...]


class Names:
    """All actors, their names folded once, for many queries."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates = list(candidates)
        self.folded: list[str] = []
        self.owner: list[int] = []
        self.with_word: dict[str, set[int]] = {}
        for number, one in enumerate(self.candidates):
            for name in dict.fromkeys(fold(name) for name in (one.name, *one.other_names)):
                if name:
                    for word in set(name.split()):
                        self.with_word.setdefault(word, set()).add(len(self.folded))
                    self.folded.append(name)
                    self.owner.append(number)

    def find(self, query: Query) -> list[dict[str, Any]]:
        """Candidates as the protocol has them, the best first, of equals by name and id."""
        wanted = fold(query.name)
        scores = self._by_name(wanted) if wanted else dict.fromkeys(range(len(self.candidates)), 0.0)
        found = []
        for number, score in scores.items():
            one = self.candidates[number]
            typed = not query.types or one.kind in query.types
            if not typed and query.strict:
                continue
            agrees = {pid: _agrees(one, pid, values) for pid, values in query.properties}
            total = _total(score if wanted else None, list(agrees.values()))
            if total >= LEAST or (wanted and score >= LEAST):
                exact = bool(wanted) and score == 100 and all(agrees.values()) and typed
                found.append((typed, total, exact, one, score, agrees))
        found.sort(key=lambda each: (not each[0], -each[1], each[3].name, each[3].id))
        certain = sum(each[2] for each in found) == 1
        return [
            _shown(one, total, exact and certain, score if wanted else None, agrees)
            for _, total, exact, one, score, agrees in found[: query.limit]
        ]

    def _by_name(self, wanted: str) -> dict[int, float]:
        """Number of a candidate -> how alike its most similar name is."""
        best: dict[int, float] = {}

        def take(index: int, score: float) -> None:
            number = self.owner[index]
            best[number] = max(score, best.get(number, 0.0))

        for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
            for _, score, index in process.extract(
                wanted, self.folded, scorer=scorer, score_cutoff=LEAST, limit=None, processor=None
            ):
                take(index, score)
        words = [self.with_word.get(word, set()) for word in set(wanted.split())]
        for index in set.intersection(*words):
            take(index, PARTIAL)
        return best

    def beginning(self, prefix: str, limit: int, start: int = 0) -> list[Candidate]:
        """Actors one of whose names has a word that begins so, by name."""
        wanted = fold(prefix)
        pattern = re.compile(rf"(?:^| ){re.escape(wanted)}")
        numbers = {self.owner[index] for index, name in enumerate(self.folded) if pattern.search(name)}
        found = sorted((self.candidates[number] for number in numbers), key=lambda one: (one.name, one.id))
        return found[start : start + limit]


def fold(name: str) -> str:
    """A name for comparison: compatibility forms and accents taken off, case folded, only letters and digits."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = (" " if not each.isalnum() else each for each in plain if not unicodedata.combining(each))
    return " ".join("".join(kept).split())


def _total(score: float | None, agrees: Sequence[bool]) -> float:
    share = 100 * sum(agrees) / len(agrees) if agrees else None
    if score is None:
        return round(share or 0.0, 2)
    return round(score if share is None else NAME_SHARE * score + (1 - NAME_SHARE) * share, 2)


def _agrees(one: Candidate, pid: str, values: Sequence[str]) -> bool:
    """Whether any of the given values is the candidate's."""
    if pid == "country":
        return one.country is not None and one.country in {country_code(value) for value in values}
    own = {"kind": (one.kind,), "identification": (one.identification,), "other_names": one.other_names}[pid]
    return not {fold(value) for value in own}.isdisjoint(fold(value) for value in values)


_codes: dict[str, str] = {}


def country_code(value: str) -> str | None:
    """The code of a country that is given by its name, its two letters or its three letters."""
    if not _codes:
        _codes["uk"] = "GB"  # reserved for it in ISO 3166-1, and what people write
        for country in countries():
            for name in (country.alpha_3, country.name, country.id):
                if name:
                    _codes[fold(name)] = country.id
    return _codes.get(fold(value))


def _shown(
    one: Candidate, total: float, match: bool, score: float | None, agrees: Mapping[str, bool]
) -> dict[str, Any]:
    features: list[dict[str, Any]] = [{"id": pid, "value": value} for pid, value in agrees.items()]
    if score is not None:
        features.insert(0, {"id": "name", "value": round(score, 2)})
    shown = {
        "id": encoded(one.id),
        "name": one.name,
        "score": total,
        "match": match,
        "type": [each for each in TYPES if each["id"] == one.kind],
        "features": features,
    }
    return {**shown, "description": described} if (described := description(one)) else shown


def description(one: Candidate) -> str:
    """What tells namesakes apart: kind, country and other names."""
    parts = [vocabulary.ACTOR_KIND.term(one.kind).label.lower(), _country_name(one.country), "; ".join(one.other_names)]
    return ", ".join(part for part in parts if part)


def _country_name(code: str | None) -> str | None:
    return next((country.name for country in countries() if country.id == code), None) if code else None


def read_query(name: str, value: Any) -> Query:
    """One query of a batch, ``name`` is its key. Raises BadQuery."""
    if not isinstance(value, dict):
        raise BadQuery(f'{name}: a query is an object, such as {{"query": "Jeremy Hunt"}}')
    unknown = sorted(set(value) - {"query", "type", "limit", "properties", "type_strict"})
    if unknown:
        raise BadQuery(f"{name}: no such member: {', '.join(unknown)}")
    text, kinds, strict = value.get("query", ""), value.get("type", []), value.get("type_strict", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    properties = _read_properties(name, value.get("properties", []))
    if not isinstance(text, str) or len(text) > 1000:
        raise BadQuery(f"{name}: query is a text of at most 1,000 characters")
    if not isinstance(kinds, list) or not all(isinstance(each, str) for each in kinds):
        raise BadQuery(f"{name}: type is the id of a type, or a list of them")
    if strict not in ("any", "should", "all"):
        raise BadQuery(f"{name}: type_strict is any, should or all")
    if "query" not in value and not value.get("properties"):
        raise BadQuery(f"{name}: give a query or properties")
    limit = value.get("limit", DEFAULT_LIMIT)
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 0 < limit < 1e9:
        raise BadQuery(f"{name}: limit is a number from 1")
    return Query(text, frozenset(kinds), strict != "should", min(int(limit), MOST), properties)


def _read_properties(name: str, value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Properties that we know; others say nothing about an actor of ours."""
    if not isinstance(value, list):
        raise BadQuery(f"{name}: properties is a list")
    known = {each["id"] for each in PROPERTIES}
    found: dict[str, list[str]] = {}
    for each in value:
        if not isinstance(each, dict) or not isinstance(each.get("pid"), str) or "v" not in each:
            raise BadQuery(f"{name}: a property is an object with pid and v")
        values = each["v"] if isinstance(each["v"], list) else [each["v"]]
        texts = [_text(name, one) for one in values]
        if each["pid"] in known and any(texts):
            found.setdefault(each["pid"], []).extend(texts)
    return tuple((pid, tuple(texts)) for pid, texts in found.items())


def _text(name: str, value: Any) -> str:
    """A property's value as text: of an entity its name, else its id."""
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return str(value.get("name") or value["id"])
    if isinstance(value, (str, int, float)):
        return str(value)
    raise BadQuery(f"{name}: a value is a text, a number, a boolean or an object with an id")
