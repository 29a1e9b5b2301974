"""An actor's roles, for whom it speaks and who speaks for it, and what is said to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .framework import Visit
from .stances import names

LISTED = 50

_ROLES = """
select m.id, m.role, m.{other} as actor, m.on_behalf_of, m.date_start, m.date_end, m.as_of, m.document, m.quote
from memberships m where m.{own} = ? and m.status in ({statuses})
order by coalesce(m.date_start, m.as_of, ''), m.id limit {most}
"""
_COUNTED = """
select {other} as actor, count(*) as n from statements where {own} = ? and {other} is not null and {other} <> {own}
and status in ({statuses}) group by 1 order by 2 desc, 1 limit {most}
"""


async def roles(visit: Visit, id: str, statuses: Sequence[str]) -> dict[str, Any] | None:
    """{"held": what roles the actor has where, "people": who has a role in it}, each with dates and names, in the
    order of time; None where the viewer may not see memberships."""
    if not await visit.sees("memberships"):
        return None
    sql = partial(_ROLES.format, most=LISTED + 1, statuses=_marks(statuses))
    held = await visit.rows(sql(own="person", other="organization"), [id, *statuses])
    people = await visit.rows(sql(own="organization", other="person"), [id, *statuses])
    documents = {row["document"] for row in (*held, *people) if row["document"]}
    titles = await _titles(visit, documents)
    actors = await _actors(visit, {row[key] for row in (*held, *people) for key in ("actor", "on_behalf_of")})

    def told(row: Any) -> dict[str, Any]:
        return {
            **{key: row[key] for key in ("id", "role", "actor", "on_behalf_of", "date_start", "date_end", "as_of")},
            "actor_name": actors.get(row["actor"]),
            "on_behalf_of_name": actors.get(row["on_behalf_of"]),
            "document": row["document"],
            "title": titles.get(row["document"]),
        }

    return {
        "held": [told(row) for row in held[:LISTED]],
        "people": [told(row) for row in people[:LISTED]],
        "more": len(held) > LISTED or len(people) > LISTED,
    }


async def relations(visit: Visit, row: Mapping[str, Any], statuses: Sequence[str]) -> dict[str, Any] | None:
    """{"speaks_for", "through", "bodies"}: for whom the actor has spoken, who has spoken for it (each with the number
    of statements), and the bodies that belong to it. None where the viewer may not see statements."""
    if not await visit.sees("statements"):
        return None
    id = row["id"]
    sql = partial(_COUNTED.format, most=LISTED, statuses=_marks(statuses))
    speaks_for = await visit.kept(sql(own="speaker", other="on_behalf_of"), [id, *statuses])
    through = await visit.kept(sql(own="on_behalf_of", other="speaker"), [id, *statuses])
    bodies = await visit.rows(f"select id from actors where parent = ? order by name, id limit {LISTED}", [id])
    names = await _actors(visit, {one["actor"] for one in (*speaks_for, *through)} | {one["id"] for one in bodies})
    return {
        "speaks_for": [_counted(one, names) for one in speaks_for],
        "through": [_counted(one, names) for one in through],
        "bodies": [{"id": one["id"], "name": names.get(one["id"], one["id"])} for one in bodies],
    }


async def addressed(visit: Visit, id: str, statuses: Sequence[str]) -> dict[str, Any] | None:
    """The statements that have the actor as their audience: {"count", "shown", "table"}, the latest first."""
    if not await visit.sees("statements"):
        return None
    said_to = f"from statements where audience = ? and status in ({_marks(statuses)})"
    (total,) = (await visit.kept(f"select count(*) {said_to}", [id, *statuses]))[0]
    rows = await visit.rows(
        f"select id, content, wording, cue, speaker, speaker_label, date_start, date_end {said_to} "
        "order by date_start is null, date_start desc, id limit 20",
        [id, *statuses],
    )
    names = await _actors(visit, {row["speaker"] for row in rows})
    shown = [{**dict(row), "speaker_name": names.get(row["speaker"]) or row["speaker_label"]} for row in rows]
    (whole,) = (await visit.kept("select count(*) from statements where audience = ?", [id]))[0]
    kept = {"status__in" if len(statuses) > 1 else "status": ",".join(statuses)} if whole > total else {}
    return {"count": total, "shown": shown, "table": visit.links.table("statements", audience=id, **kept)}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _counted(row: Any, names: Mapping[str | None, str]) -> dict[str, Any]:
    return {"id": row["actor"], "name": names.get(row["actor"], row["actor"]), "statements": row["n"]}


async def _actors(visit: Visit, ids: set[str | None]) -> Mapping[str | None, str]:
    found: dict[str | None, str] = {}
    found.update(await names(visit, "actors", ids))
    return found


async def _titles(visit: Visit, ids: set[str]) -> dict[str, str]:
    return await names(visit, "documents", ids)
