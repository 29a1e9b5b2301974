"""Type-ahead: what a field may mean by the letters typed so far, as JSON, behind the gate of the table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..schema import BY_NAME
from ..schema.search import fts_name
from . import looks, wording
from .errors import bad_request, not_found
from .framework import Visit, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

MOST = 12

_ACTORS = """
select a.id, a.name as label, a.kind, a.other_names, c.name as country from actors a
left join {countries} c on c.id = a.country and a.country <> 'not_stated'
where a.id in ({found}) and a.status <> 'rejected'
order by lower(a.name) <> lower(:text), instr(lower(a.name), lower(:text)) <> 1, length(a.name), a.name limit :most
"""
_FOUND = "select t.id from {table} t join {fts} f on f.rowid = t.rowid where {fts} match :match limit 200"
_CLAIMS = (
    "select id, text as label, topic as note from claims where id in (%s) and status <> 'rejected' "
    "order by length(text), id limit :most"
)
_STATEMENTS = """
select s.id, coalesce(s.content, s.cue, s.id) as label, coalesce(a.name, s.speaker_label) as who, s.date_start
from statements s left join {actors} a on a.id = s.speaker where s.id in ({found}) and s.status <> 'rejected'
order by s.document is not :document, s.date_start desc, s.id limit :most
"""
_COUNTRIES = """
select id, name as label from countries where id <> 'not_stated' and (lower(id) = lower(:text)
or instr(lower(name), lower(:text))) order by lower(id) <> lower(:text), instr(lower(name), lower(:text)), name
limit :most
"""
_ROLES = """
select m.id, m.role, m.organization, o.name as organization_name, m.date_start, m.date_end, m.as_of, m.document,
  (select name from countries where id = coalesce(nullif(b.country, 'not_stated'), nullif(o.country, 'not_stated'),
   nullif(p.country, 'not_stated'))) as country
from memberships m join actors p on p.id = m.person left join actors o on o.id = m.organization
left join actors b on b.id = m.on_behalf_of where m.person = :actor and m.status <> 'rejected'
order by coalesce(m.date_end, '9999') desc, coalesce(m.date_start, m.as_of) desc, m.id limit :most
"""

TABLES = {
    "actors": ("actors",),
    "claims": ("claims",),
    "statements": ("statements",),
    "countries": ("countries",),
    "roles": ("memberships", "actors"),
}
"""The lists, and the tables of which the viewer must see all."""


@page("/suggest/{kind}", template="", formats=("html",))
async def suggest(visit: Visit) -> Response:
    """At most ``MOST`` rows that fit ``q``; of ``roles``, the memberships of ``actor``."""
    kind = visit.ids["kind"]
    if kind not in TABLES:
        raise not_found("list", kind, f"The lists are {', '.join(TABLES)}.")
    visit.request.url_vars["format"] = "json"
    from .. import permissions

    await permissions.require(visit.datasette, visit.actor, visit.database, *TABLES[kind])
    text = (visit.request.args.get("q") or "").strip()
    if len(text) > 200:
        raise bad_request("q is longer than 200 characters.", "Type a few letters of the name.")
    if kind == "roles":
        return _json(await roles_of(visit, visit.request.args.get("actor") or ""))
    options = [_option(kind, dict(row)) for row in await _rows(visit, kind, text)]
    return _json(await _with_looks(visit, options) if kind == "actors" else options)


async def _with_looks(visit: Visit, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Actors, each that looks like another with a note that says so and the ids of the others."""
    found = await looks.told(visit, [option["id"] for option in options])
    for option in options:
        look = found.get(option["id"])
        if look is not None:
            names = wording.listed([f"“{other['name']}” ({other['id']})" for other in look["others"]])
            like = f"looks like {names}" if names else look["sentence"]
            option |= {"note": f"{option['note']} · {like}", "looks_like": [other["id"] for other in look["others"]]}
    return options


async def roles_of(visit: Visit, actor: str) -> list[dict[str, Any]]:
    """The roles that an actor has on record, as options of a list; the viewer must see the tables of ``roles``.

    ``country`` is the name of the one that follows from the role where no other is stated, "" where none does.
    """
    seen = await visit.sees("countries")
    rows = [dict(row) for row in await visit.rows(_ROLES, {"actor": actor, "most": MOST})]
    return [_option("roles", row if seen else {**row, "country": None}) for row in rows]


async def _rows(visit: Visit, kind: str, text: str) -> Iterable[Any]:
    given: dict[str, Any] = {"text": text, "most": MOST}
    if not text:
        return []
    if kind == "countries":
        return await visit.rows(_COUNTRIES, given)
    match = _match(text)
    if not match:
        return []
    found = _FOUND.format(table=kind, fts=fts_name(BY_NAME[kind]))
    if kind == "actors":
        actors = _ACTORS.format(found=found, countries=await visit.source("countries"))
        return await visit.rows(actors, {**given, "match": match})
    if kind == "claims":
        return await visit.rows(_CLAIMS % found, {"match": match, "most": MOST})
    document = visit.request.args.get("document")
    statements = _STATEMENTS.format(found=found, actors=await visit.source("actors"))
    return await visit.rows(statements, {"match": match, "most": MOST, "document": document})


def _match(text: str) -> str:
    """An FTS5 query: every word, the last one as the beginning of a word; quotes make all of it plain words."""
    words = ["".join(c if c.isalnum() else " " for c in word).split() for word in text.split()]
    flat = [part for word in words for part in word]
    return " ".join([*(f'"{word}"' for word in flat[:-1]), f'"{flat[-1]}"*']) if flat else ""


def _option(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """What a list shows: ``value`` goes into the field, ``id`` with it, ``note`` stands below it."""
    if kind == "actors":
        names = [name.strip() for name in (row["other_names"] or "").split(";") if name.strip()][:3]
        note = ", ".join([row["kind"], *([row["country"]] if row["country"] else []), *names])
        return {"id": row["id"], "value": row["label"], "note": note}
    if kind == "roles":
        organization = row["organization_name"] or ""
        years = "–".join(part or "" for part in (row["date_start"], row["date_end"])).strip("–") or row["as_of"] or ""
        label = ", ".join(part for part in (row["role"], organization) if part)
        own = {"role": row["role"] or "", "organization": organization, "organization_id": row["organization"] or ""}
        dates = {name: row[name] or "" for name in ("date_start", "date_end", "as_of", "document", "country")}
        note = ", ".join(part for part in (years, row["country"]) if part)
        return {"id": row["id"], "value": label, "note": note, **own, **dates}
    if kind == "statements":
        note = ", ".join(part for part in (row["who"], row["date_start"]) if part)
        return {"id": row["id"], "value": row["label"], "note": note}
    return {"id": row["id"], "value": row["label"], "note": row.get("note") or row["id"]}


def _json(options: list[dict[str, Any]]) -> Response:
    from datasette.utils.asgi import Response

    body = json.dumps({"ok": True, "options": options}, ensure_ascii=False)
    return Response(body, content_type="application/json; charset=utf-8", headers={"cache-control": "no-store"})
