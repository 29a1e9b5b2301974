"""Who the speaker of a passage may be on record, and as what: what the annotation form offers of roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..annotating.references import actor_named
from ..loading.problems import LoadError
from .forms import label_of
from .framework import Visit
from .suggest import TABLES, roles_of

Role = Mapping[str, Any]


async def roles(visit: Visit, actor: str) -> list[dict[str, Any]]:
    """The roles of an actor that the viewer may see; none for who codes blind, since others may have marked them."""
    if not actor or visit.blind or not await visit.sees(*TABLES["roles"]):
        return []
    return await roles_of(visit, actor)


async def known_speaker(visit: Visit, values: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, str]:
    """Values of the form for the speaker whom the text names, if one actor has the name: the actor, and the role if
    there is one at the time."""
    name = values.get("speaker", "")
    if not name or visit.blind or not await visit.sees("actors"):
        return {}
    try:
        id = await visit.db.execute_fn(lambda conn: actor_named(conn, name, "speaker"))
    except LoadError:  # several have the name: a person says which one
        return {}
    if id is None:
        return {}
    found = {"speaker": await label_of(visit, "actors", id), "speaker_id": id}
    fitting = at_the_time(await roles(visit, id), document["id"], values.get("date_start") or document["published_on"])
    if len(fitting) == 1:
        role = fitting[0]
        found |= {"speaker_role": role["role"]}
        found |= {name: role[name] for name in ("organization", "organization_id")}
    return found


def at_the_time(roles: Sequence[Role], document: str, day: str | None) -> Sequence[Role]:
    """The roles that this document attests; else those whose dates hold the day (ISO, may be partial)."""
    attested = [role for role in roles if role["document"] == document]
    return attested or [role for role in roles if day and _holds(role, day)]


def _holds(role: Role, day: str) -> bool:
    start, end = role["date_start"], role["date_end"]
    if not start and not end:
        return bool(role["as_of"]) and (role["as_of"].startswith(day) or day.startswith(role["as_of"]))
    return (not start or start <= day or start.startswith(day)) and (not end or day <= f"{end}~")
