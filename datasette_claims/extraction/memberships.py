"""Titles, roles and organizations beside a name -> membership drafts.

"Jane Roe, a spokeswoman for the Example Group" and "Example Group spokeswoman Jane Roe" both say that she holds
that role there; "Foreign Minister Jane Roe" gives a role without an organization.
"""

from __future__ import annotations

from collections.abc import Iterator

from .drafts import Membership
from .lexicon import BREAK, COMMA, DASH, GROUPS, POSSESSIVE, QUOTE, STOP, SUBJECT
from .people import Name, People
from .phrases import is_finite, is_name
from .tokens import Tokens

REACH = 18
BARRIER = QUOTE | COMMA | DASH | BREAK | STOP
LINKS = frozenset(["of", "for", "at", "to", "with", "in"])


def find_memberships(tokens: Tokens, people: People) -> Iterator[Membership]:
    """Every role that stands in apposition to a person's name, once a person and role."""
    seen: set[tuple[str, str, str | None]] = set()
    for name in people.names:
        person = people.owner.get(name.first)
        if person is None:
            continue
        for found in (_after(tokens, name, person.label), _before(tokens, name, person.label)):
            if found is not None:
                key = (found.person, found.role.lower(), found.organization)
                if key not in seen:
                    seen.add(key)
                    yield found


def _after(tokens: Tokens, name: Name, label: str) -> Membership | None:
    """ "Roe, a senior adviser to Example Group,"."""
    flags, lower = tokens.flags, tokens.lower
    first = name.last + 1
    if first >= len(flags) or not flags[name.last] & COMMA or flags[first] & (SUBJECT | BARRIER):
        return None
    last = first
    while last < min(len(flags), first + REACH) and not flags[last] & BARRIER and tokens.word[last][0] != "\n":
        if is_finite(tokens, last) or lower[last] in ("who", "which", "and", "said"):
            break
        last += 1
    head = next((j for j in range(first, last) if lower[j].removesuffix("'s") in GROUPS["role"]), None)
    if head is None:
        return None
    while head + 1 < last and lower[head + 1].removesuffix("'s") in GROUPS["role"]:
        head += 1  # "deputy commander"
    end = head + 1
    organization = None
    if end < last and lower[end] in LINKS:
        organization = _body(tokens, end + 1, last)
    role = tokens.text[tokens.begin[first] : tokens.end[head]]
    span = tokens.span(first, last)
    return Membership(label, _without_article(role), organization, *span, tokens.text[span[0] : span[1]])


def _body(tokens: Tokens, first: int, last: int) -> str | None:
    """The organization: the words up to the last capital, without the article."""
    if first < last and tokens.lower[first] in ("the", "a", "an"):
        first += 1
    ends = [j for j in range(first, last) if is_name(tokens.flags[j])]
    if not ends:
        return None
    span = tokens.span(first, ends[-1] + 1)
    return tokens.text[span[0] : span[1]].removesuffix("'s").removesuffix("’s")


def _before(tokens: Tokens, name: Name, label: str) -> Membership | None:
    """ "Example Group spokeswoman Roe", "Germany's Foreign Minister Roe"."""
    flags, lower = tokens.flags, tokens.lower
    first = name.first
    while first > 0 and name.first - first < 10 and not flags[first - 1] & (BARRIER | SUBJECT):
        if tokens.word[first - 1][0] == "\n" or lower[first - 1] in ("and", "with", "to", "by", "that", "said", "but"):
            break
        if is_finite(tokens, first - 1) and not lower[first - 1].endswith("'s"):
            break
        first -= 1
    head = next((j for j in range(name.first - 1, first - 1, -1) if lower[j].rstrip(".") in GROUPS["role"]), None)
    if head is None or head < name.first - 4 or not _ends_with_role(tokens, head, name.first):
        return None
    owner = next((j for j in range(head - 1, first - 1, -1) if flags[j] & POSSESSIVE), None)
    start = owner + 1 if owner is not None else first
    organization = None
    if owner is not None:
        organization = tokens.text[tokens.begin[_name_start(tokens, owner, first)] : tokens.end[owner]]
        organization = organization.removesuffix("'s").removesuffix("’s").removesuffix("'").removesuffix("’")
    role = tokens.text[tokens.begin[start] : tokens.end[name.first - 1]]
    span = (tokens.begin[start], name.end)
    return Membership(label, _without_article(role), organization, *span, tokens.text[span[0] : span[1]])


def _ends_with_role(tokens: Tokens, head: int, name: int) -> bool:
    """Whether nothing but the role's own words stand between its head and the name: "Secretary of State Roe"."""
    between = tokens.lower[head + 1 : name]
    if between[:1] == ["of"] and len(between) > 1:
        return all(word in GROUPS["portfolio"] or word == "and" for word in between[1:])
    return len(between) <= 2 and not any(word in LINKS for word in between)


def _name_start(tokens: Tokens, last: int, low: int) -> int:
    first = last
    while first > low and is_name(tokens.flags[first - 1]):
        first -= 1
    return first


def _without_article(role: str) -> str:
    for article in ("a ", "an ", "the ", "The ", "A ", "An "):
        role = role.removeprefix(article)
    return role
