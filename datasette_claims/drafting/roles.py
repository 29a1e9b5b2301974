"""Titles, roles and organizations beside a name -> membership drafts, and the role in which a person speaks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..extraction import Membership
from .cast import Cast
from .ids import checksum, slug
from .matching import fold
from .nationality import of_country
from .words import WORDS

JOINING = frozenset(["of", "for", "and", "the", "in", "on", "at", "&"])
MODIFIERS = WORDS["before_a_role"]
OFFICES = WORDS["role"]


@dataclass(frozen=True, slots=True)
class Role:
    """The role that a document gives a person, and the organization where it is certain which is meant."""

    role: str
    organization: str | None


def membership_rows(
    conn: sqlite3.Connection, cast: Cast, found: Sequence[Membership], document: str, published_on: str | None
) -> tuple[dict[str, dict[str, Any]], dict[str, Role]]:
    """(rows of new memberships by id, the role of each person in this document).

    A role that the person is known to have in the same organization is not drafted again.
    """
    rows: dict[str, dict[str, Any]] = {}
    roles: dict[str, Role] = {}
    for each in found:
        named = cast.person(each.person)
        person = named.actor or named.options[-1].actor
        name, role = split_role(each)
        people = {one.person for one in found}
        organization = _body(cast, name) if name and name not in people else None
        if person not in roles or (organization and roles[person].organization is None):
            roles[person] = Role(role, organization)
        if _is_known(conn, person, role, organization):
            continue
        name = f"{person}--{slug(role, 'role')}-{checksum(document)}-{each.start}"
        rows[name] = {
            "person": person,
            "organization": organization,
            "role": role,
            "as_of": published_on,
            "document": document,
            "span_start": each.start,
            "span_end": each.end,
            "quote": each.quote,
            "status": "draft",
        }
    return rows, roles


def split_role(each: Membership) -> tuple[str | None, str]:
    """(organization, role) of "Example Group spokeswoman", "Example Task Force Deputy Commander" and the like.

    The organization is the run of capitalised words before the role, if there is more than one of them or it is an
    abbreviation; a country alone is none. Of "fellow for the Asia program at the think tank Example House" it is the
    last run of capitals.
    """
    role = " ".join(each.role.split())
    if each.organization:
        return _last_name(" ".join(each.organization.split())), role
    words = role.split()
    first = next((i for i, word in enumerate(words) if not word[:1].isupper() and word not in JOINING), len(words))
    if first == len(words):
        first = next((i for i, word in enumerate(words) if word.lower() in OFFICES), 0)
    while first and (words[first - 1].lower() in MODIFIERS or words[first - 1] in JOINING):
        first -= 1
    name = " ".join(words[:first])
    if not (first > 1 or (name.isupper() and len(name) > 2 and "." not in name)) or of_country(name):
        return None, role
    return name, " ".join(words[first:])


def _last_name(name: str) -> str:
    """A name without the lower-case words before its last run of capitals, small ones inside it kept."""
    words = name.split()
    plain = [i for i, word in enumerate(words) if word[:1].islower() and word not in JOINING]
    kept = words[plain[-1] + 1 :] if plain else words
    while kept and kept[0] in JOINING:
        kept = kept[1:]
    return " ".join(kept) or name


def _body(cast: Cast, name: str) -> str | None:
    """The organization of a role; a country is not one ("Britain's foreign secretary"), unless an actor is so named."""
    if of_country(name):
        return cast.known(name)
    named = cast.body(name)
    return named.actor or named.options[-1].actor


def _is_known(conn: sqlite3.Connection, person: str, role: str, organization: str | None) -> bool:
    rows = conn.execute(
        "SELECT role FROM memberships WHERE person = ? AND organization IS ? AND status <> 'rejected'",
        [person, organization],
    )
    return any(fold(known or "") == fold(role) for (known,) in rows)
