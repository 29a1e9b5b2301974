"""Names in a text -> people: full names, short names, titles and the pronouns that go with them.

There is no list of first names: gender is learnt from the text itself, from titles ("Ms.", "spokesman") and from
the pronouns that follow a name within its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .lexicon import (
    CAP,
    CONJUNCTION,
    DAY,
    DETERMINER,
    GROUPS,
    MONTH,
    OPENER,
    POSSESSIVE,
    PREPOSITION,
    QUOTE,
    SUBJECT,
    TITLE,
    WORD,
)
from .phrases import is_name
from .tokens import Sentence, Tokens

PARTICLES = frozenset(["al", "bin", "ibn", "de", "van", "von", "del", "la", "der", "da", "di", "dos", "el"])
CAPITALISED = CAP | WORD | QUOTE
SKIP = DAY | MONTH | DETERMINER | PREPOSITION | CONJUNCTION | SUBJECT | OPENER
MALE, FEMALE = (
    frozenset(["he", "him", "his", "himself", "he's", "he'd", "he'll"]),
    frozenset(["she", "her", "hers", "herself", "she's", "she'd", "she'll"]),
)
ORGANIZATION = GROUPS["organization"]
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])


@dataclass(slots=True)
class Name:
    """A run of capitalised words: tokens ``first`` to ``last``, without titles, and its bare words in lower case."""

    first: int
    last: int
    start: int
    end: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    possessive: bool
    opens_sentence: bool
    is_organization: bool


@dataclass(slots=True, eq=False)
class Person:
    """Someone whom the text names; ``label`` is the fullest form, ``votes`` counts signs of gender (m, f)."""

    label: str
    words: tuple[str, ...]
    start: int
    end: int
    names: list[Name] = field(default_factory=list)
    votes: dict[str, int] = field(default_factory=lambda: {"m": 0, "f": 0})

    @property
    def gender(self) -> str:
        """m, f or "" when the text does not tell."""
        if self.votes["m"] == self.votes["f"]:
            return ""
        return "m" if self.votes["m"] > self.votes["f"] else "f"


@dataclass(slots=True)
class People:
    """All names of a text in order, the people among them by surname, and the person behind each name."""

    names: list[Name]
    by_surname: dict[str, list[Person]]
    owner: dict[int, Person]


def find_people(tokens: Tokens, sentences: list[Sentence]) -> People:
    """Names and people of the whole text."""
    opens = {s.first for s in sentences}
    names = _find_names(tokens, opens)
    people = People(names, {}, {})
    for name in names:
        if len(name.words) >= 2 and not name.is_organization:
            _add(people, name, tokens)
    for name in names:
        titled = len(name.words) == 1 and name.titles and not name.is_organization
        if titled and not people.by_surname.get(name.words[0]):
            _add(people, name, tokens)
    _assign_short_names(people)
    _vote(tokens, sentences, people)
    return people


def _find_names(tokens: Tokens, opens: set[int]) -> list[Name]:
    found: list[Name] = []
    flags, lower, count = tokens.flags, tokens.lower, len(tokens.flags)
    done = 0
    for i in [i for i, f in enumerate(flags) if f & CAPITALISED == CAP | WORD]:
        if i < done or not lower[i]:
            continue
        alone = i + 1 >= count or not (flags[i + 1] & CAP or lower[i + 1] in PARTICLES)
        if alone and flags[i] & SKIP and not flags[i] & TITLE:
            continue  # "The", "But", "Monday"
        j = i + 1
        while j < count and not flags[j - 1] & POSSESSIVE and (_in_name(tokens, j) or _joins(tokens, j, count)):
            j += 1
        done = j
        made = _name(tokens, i, j, opens)
        if made is not None:
            found.append(made)
    return found


def _in_name(tokens: Tokens, j: int) -> bool:
    return is_name(tokens.flags[j]) and bool(tokens.lower[j])


def _joins(tokens: Tokens, j: int, count: int) -> bool:
    return tokens.lower[j] in PARTICLES and j + 1 < count and _in_name(tokens, j + 1)


def _name(tokens: Tokens, i: int, j: int, opens: set[int]) -> Name | None:
    flags, lower = tokens.flags, tokens.lower
    titles: list[str] = []
    while i < j and flags[i] & SKIP and not flags[i] & TITLE:
        i += 1
    i = _after_portfolio(tokens, i, j)
    outset = i
    for k in range(i, j - 1):
        if flags[k] & TITLE:
            titles.append(lower[k].rstrip("."))
            outset = k + 1
    i = outset
    while j > i and lower[j - 1].rstrip(".") in SUFFIXES:
        j -= 1
    if i >= j:
        return None
    words = tuple(w.removesuffix("'s").removesuffix("'").rstrip(".") for w in lower[i:j])
    possessive = bool(flags[j - 1] & POSSESSIVE)
    end = tokens.end[j - 1] - (2 if lower[j - 1].endswith("'s") else 1 if lower[j - 1].endswith("'") else 0)
    organization = not ORGANIZATION.isdisjoint(words) or (len(words) == 1 and tokens.word[i].isupper())
    organization = organization or (not titles and i > 0 and lower[i - 1] == "the")
    opening = i in opens or (i - len(titles)) in opens
    return Name(i, j, tokens.begin[i], end, words, tuple(titles), possessive, opening, organization)


def _after_portfolio(tokens: Tokens, i: int, j: int) -> int:
    """ "Secretary of State Jane Roe": the office is no part of the name."""
    lower = tokens.lower
    if i >= 2 and lower[i - 1] == "of" and lower[i - 2] in GROUPS["role"]:
        while i < j - 1 and lower[i] in GROUPS["portfolio"]:
            i += 1
    return i


def _add(people: People, name: Name, tokens: Tokens) -> None:
    group = people.by_surname.setdefault(name.words[-1], [])
    for person in group:
        if _compatible(person.words, name.words):
            person.names.append(name)
            people.owner[name.first] = person
            if len(name.words) > len(person.words):
                person.label, person.words = tokens.text[name.start : name.end], name.words
                person.start, person.end = name.start, name.end
            return
    person = Person(tokens.text[name.start : name.end], name.words, name.start, name.end, [name])
    group.append(person)
    people.owner[name.first] = person


def _compatible(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """ "Chris Roe" and "Christopher Roe" may be one person, "Ann Roe" and "Bob Roe" may not."""
    if len(a) == 1 or len(b) == 1:
        return True
    return a[0].startswith(b[0][:3]) or b[0].startswith(a[0][:3]) or len(a[0]) == 1 or len(b[0]) == 1


def _assign_short_names(people: People) -> None:
    """A bare surname belongs to the person of that name who was named last before it."""
    latest: dict[str, Person] = {}
    for name in people.names:
        owner = people.owner.get(name.first)
        if owner is None and len(name.words) == 1:
            first = next(iter(people.by_surname.get(name.words[0], ())), None)
            owner = _by_title(people, name, latest.get(name.words[0], first))
            if owner is not None:
                owner.names.append(name)
                people.owner[name.first] = owner
        if owner is not None:
            latest[owner.words[-1]] = owner


def _by_title(people: People, name: Name, guess: Person | None) -> Person | None:
    """ "Mrs. Roe" is not the Mr. Roe who was named last."""
    wanted = _title_gender(name.titles)
    if not wanted or guess is None:
        return guess
    group = people.by_surname.get(name.words[0], [])
    fitting = [p for p in group if _title_votes(p)[wanted]]
    return fitting[-1] if fitting else guess


def _title_gender(titles: tuple[str, ...]) -> str:
    for title in titles:
        if title in GROUPS["female"]:
            return "f"
        if title in GROUPS["male"]:
            return "m"
    return ""


def _title_votes(person: Person) -> dict[str, int]:
    votes = {"m": 0, "f": 0}
    for name in person.names:
        gender = _title_gender(name.titles)
        if gender:
            votes[gender] += 1
    return votes


def _vote(tokens: Tokens, sentences: list[Sentence], people: People) -> None:
    """Signs of gender: titles, gendered roles beside the name, and the first pronoun after the only name."""
    for group in people.by_surname.values():
        for person in group:
            for gender, count in _title_votes(person).items():
                person.votes[gender] += 4 * count
    at = 0
    names = people.names
    for sentence in sentences:
        while at < len(names) and names[at].first < sentence.first:
            at += 1
        inside = at
        owner: Person | None = None
        while inside < len(names) and names[inside].first < sentence.last:
            named = people.owner.get(names[inside].first)
            if named is not None:
                _role_vote(tokens, names[inside], named, sentence)
                if owner is not None and owner is not named:
                    break
                owner = named
                stop = names[inside + 1].first if inside + 1 < len(names) else sentence.last
                _pronoun_vote(tokens, names[inside].last, min(stop, sentence.last), named)
            inside += 1


def _role_vote(tokens: Tokens, name: Name, person: Person, sentence: Sentence) -> None:
    around = range(max(sentence.first, name.first - 3), min(sentence.last, name.last + 5))
    for i in around:
        word = tokens.lower[i]
        if word in GROUPS["female"]:
            person.votes["f"] += 2
        elif word in GROUPS["male"]:
            person.votes["m"] += 2


def _pronoun_vote(tokens: Tokens, first: int, last: int, person: Person) -> None:
    for i in range(first, min(last, first + 25)):
        if tokens.flags[i] & QUOTE:
            return
        word = tokens.lower[i]
        if word in MALE or word in FEMALE:
            person.votes["m" if word in MALE else "f"] += 1
            return
