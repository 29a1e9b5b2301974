"""From the words that name a source to who is meant: ranked candidates with reasons, never one silent guess."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from .drafts import Candidate, KnownActor
from .lexicon import GROUPS
from .people import FEMALE, MALE, Name, People, Person
from .tokens import Tokens

LOOK_BACK = 40  # names before a pronoun that are weighed
FAR = 3000  # code points beyond which a name is forgotten
SHOWN = 4  # candidates that are kept
PLURAL_PRONOUNS = frozenset(["they", "we", "them", "us"])
FIRST_PERSON = frozenset(["i", "we", "me", "us", "my", "our"])


@dataclass(slots=True)
class Spoken:
    """One resolved source: where, and who was ranked first."""

    start: int
    person: Person | None


@dataclass(slots=True)
class Resolver:
    """Resolves the sources of one text in reading order."""

    tokens: Tokens
    people: People
    known: dict[str, list[KnownActor]]
    history: list[Spoken] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def resolve(self, span: tuple[int, int] | None) -> tuple[tuple[Candidate, ...], str]:
        """Candidates and identification for the source at ``span`` (code points) or for no source."""
        if span is None:
            return (), "implicit"
        words = self._words(*span)
        text = self.tokens.text[span[0] : span[1]]
        if len(words) == 1 and words[0] in MALE | FEMALE:
            return self._pronoun(span, "m" if words[0] in MALE else "f")
        if len(words) == 1 and words[0] in ("who", "which", "that"):
            return self._relative(span)
        if len(words) == 1 and words[0] in PLURAL_PRONOUNS | FIRST_PERSON | {"it", "you"}:
            return (), "collective" if words[0] in PLURAL_PRONOUNS else "not_stated"
        name = self._name_in(span)
        if name is not None:
            return self._named(span, name)
        return self._described(span, text, words)

    def _words(self, start: int, end: int) -> list[str]:
        first = bisect.bisect_left(self.tokens.begin, start)
        last = bisect.bisect_left(self.tokens.begin, end)
        return [w for w in self.tokens.lower[first:last] if w and (w[0].isalnum() or w[0] in "@#")]

    def _name_in(self, span: tuple[int, int]) -> Name | None:
        """The name that stands for the speaker: the first person's before any comma, else the last one's there."""
        low = bisect.bisect_left(self.starts, span[0])
        high = bisect.bisect_left(self.starts, span[1])
        inside = self.people.names[low:high]
        owned = [n for n in inside if n.first in self.people.owner]
        if not owned:
            return None
        comma = self.tokens.text.find(",", span[0], span[1])
        head = [n for n in owned if comma < 0 or n.start < comma] or owned
        free = [n for n in head if not n.possessive]
        return free[-1] if free else None

    def _named(self, span: tuple[int, int], name: Name) -> tuple[tuple[Candidate, ...], str]:
        person = self.people.owner[name.first]
        self.history.append(Spoken(span[0], person))
        full = len(name.words) > 1
        reason = "named in full" if full else f"short for {person.label}"
        others = [p for p in self.people.by_surname.get(person.words[-1], ()) if p is not person]
        first = self._candidate(person, 0.97 if full or not others else 0.7, reason)
        rest = () if full else tuple(self._candidate(p, 0.2, "has the same surname") for p in others[: SHOWN - 1])
        return (first, *rest), "named"

    def _candidate(self, person: Person, score: float, reason: str) -> Candidate:
        actor = self._known(person.label)
        label = actor.name if actor else person.label
        return Candidate(label, round(score, 3), reason, actor.id if actor else None, person.start, person.end)

    def _known(self, label: str) -> KnownActor | None:
        """The known actor of that name, if exactly one has it (among its other names too)."""
        found = self.known.get(fold(label), []) if self.known else []
        return found[0] if len(found) == 1 else None

    def _relative(self, span: tuple[int, int]) -> tuple[tuple[Candidate, ...], str]:
        """ "who": the last name before it, if it stands close by."""
        at = bisect.bisect_left(self.starts, span[0]) - 1
        if at >= 0 and span[0] - self.people.names[at].end <= 60:
            person = self.people.owner.get(self.people.names[at].first)
            if person is not None:
                self.history.append(Spoken(span[0], person))
                return (self._candidate(person, 0.9, "the name right before the relative clause"),), "named"
        return (), "not_stated"

    def _pronoun(self, span: tuple[int, int], gender: str) -> tuple[tuple[Candidate, ...], str]:
        weights: dict[int, float] = {}
        found: dict[int, tuple[Person, str]] = {}
        at = bisect.bisect_left(self.starts, span[0])
        for name in self.people.names[max(0, at - LOOK_BACK) : at]:
            if span[0] - name.end > FAR:
                continue
            person = self.people.owner.get(name.first)
            if person is None or person.gender not in ("", gender):
                continue
            weight, reason = self._weigh(name, person, span[0], gender)
            key = id(person)
            if key not in weights or weight > weights[key]:
                weights[key], found[key] = weight, (person, reason)
        ranked = sorted(found, key=lambda k: (-weights[k], -found[k][0].start))[:SHOWN]
        if not ranked:
            return (), "not_stated"
        top = max(weights[k] for k in ranked)
        shares = {k: 2.0 ** (weights[k] - top) for k in ranked}
        total = sum(shares.values())
        self.history.append(Spoken(span[0], found[ranked[0]][0]))
        return tuple(self._candidate(found[k][0], 0.95 * shares[k] / total, found[k][1]) for k in ranked), "named"

    def _weigh(self, name: Name, person: Person, position: int, gender: str) -> tuple[float, str]:
        """How likely a pronoun at ``position`` means the person of an earlier name; the strongest reason."""
        weight = -(position - name.end) / 250
        reason = "named shortly before"
        if self.tokens.text.find("\n", name.end, position) < 0:
            weight += 0.5
        if name.opens_sentence:
            weight += 1.0
        if name.possessive:
            weight -= 1.0
        recent = [s.person for s in self.history[-4:]]
        if person in recent:
            weight += 1.0
        if recent and recent[-1] is person:
            weight += 2.0
            reason = "spoke last"
        if person.gender == gender:
            weight += 1.0
            reason += " and the pronoun fits"
        return weight, reason

    def _described(self, span: tuple[int, int], text: str, words: list[str]) -> tuple[tuple[Candidate, ...], str]:
        """A source without a person's name: a body, a role, someone unnamed or several."""
        self.history.append(Spoken(span[0], None))
        label = text.removesuffix("'s").removesuffix("’s").strip()
        actor = self._known(label) or self._known(label.removeprefix("the ").removeprefix("The "))
        identification = describe(words, text)
        if actor is not None:
            found = (Candidate(actor.name, 0.95, "an actor of this name is known", actor.id, *span),)
            return found, "institution" if actor.kind == "organization" else identification
        if identification == "institution":
            return (Candidate(label, 0.9, "speaks as an institution", None, *span),), identification
        return (Candidate(label, 0.6, "described, not named", None, *span),), identification


def fold(name: str) -> str:
    """A name for comparison: case, points and outer articles do not matter."""
    words = name.casefold().replace(".", "").replace("’", "'").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def index_known(actors: tuple[KnownActor, ...]) -> dict[str, list[KnownActor]]:
    """Folded name -> the actors that bear it."""
    found: dict[str, list[KnownActor]] = {}
    for actor in actors:
        for name in dict.fromkeys(fold(n) for n in (actor.name, *actor.other_names)):
            found.setdefault(name, []).append(actor)
    return found


def describe(words: list[str], text: str) -> str:
    """The identification of a source that names no person: role_only, unnamed, institution or collective.

    The head of the phrase decides: the last noun before "of", "in", "at" and the like.
    """
    head = _head(words)
    first = text.lstrip('[("“')[:1]
    if head in GROUPS["withheld"]:
        vague = head in ("officials", "sources", "aides") and not _has_name_or_rank(words, text)
        return "collective" if vague else "unnamed"
    if head in GROUPS["role"]:
        return "role_only"
    if head in GROUPS["group_noun"]:
        return "collective"
    if head in GROUPS["organization"] or (first.isupper() and words[:1] not in (["a"], ["an"])) or words[:1] == ["the"]:
        return "institution" if head in GROUPS["organization"] or any(c.isupper() for c in text[4:]) else "role_only"
    return "collective" if head.endswith("s") and not head.endswith("ss") else "role_only"


def _head(words: list[str]) -> str:
    for i, word in enumerate(words):
        if i and word in (
            "of",
            "in",
            "at",
            "for",
            "from",
            "on",
            "with",
            "who",
            "familiar",
            "close",
            "to",
            "by",
            "near",
        ):
            return words[i - 1].removesuffix("'s")
    return words[-1].removesuffix("'s") if words else ""


def _has_name_or_rank(words: list[str], text: str) -> bool:
    return words[0] in ("senior", "two", "three", "four", "several", "top") or any(c.isupper() for c in text[1:])
