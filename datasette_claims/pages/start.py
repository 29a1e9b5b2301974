"""The start page of a claims database: what it holds, what is contested, what came last, how to cite it."""

from __future__ import annotations

from typing import Any

from .. import compat
from ..permissions import ANNOTATE
from ..schema import BY_NAME, LOADABLE, TABLES
from ..schema.vocabulary import BASIS, WORDING
from . import wording
from .framework import Answer, Visit, page
from .writing import may_write

MAIN = ("documents", "actors", "statements", "claims", "stances")
"""The tables that a reader begins with; the others are listed below them, those of our own bookkeeping last."""

ORDER = (
    *MAIN,
    *(table.name for table in LOADABLE if table.name not in MAIN),
    *(table.name for table in TABLES if not table.loadable),
)

COUNTRIES_SHOWN = 12
CONTESTED_SHOWN = 10
LATEST_SHOWN = 8

UNREVIEWED = {
    table.name: f"select rowid from {table.name} where status <> 'reviewed'"
    for table in LOADABLE
    if "status" in table.column_names
}
"""Table -> SQL for the rows that are no part of the public record, through an index of these alone."""
OF_STANCES = {
    table: f"select t.rowid from {table} s join stances t on t.{column} = s.id where s.status <> 'reviewed'"
    for table, column in (("statements", "statement"), ("claims", "claim"))
}
"""The same for stances, by the status of what they belong to."""

_CONTESTED = """
with sides as (
  select claim, coalesce(sum(n) filter (where stance = 'supports'), 0) as supports,
         coalesce(sum(n) filter (where stance = 'disputes'), 0) as disputes
  from (
    select claim, stance, count(*) as n from stances where rowid not in ({unreviewed}) group by claim, stance
  )
  group by claim
)
select claim, supports, disputes, count(*) over () as total from sides
where supports > 0 and disputes > 0
order by min(supports, disputes) desc, supports + disputes desc, claim
limit ?
"""

_BY_BASIS = """
select claim, stance, basis, count(*) as n, sum(identification = 'named') as named from stances
where claim in ({marks}) and stance in ('supports', 'disputes') and rowid not in ({unreviewed})
group by claim, stance, basis
"""

_LATEST = """
with latest as (
  select id, content, wording, speaker, speaker_label, country, date_start, date_end, document
  from statements
  where kind = 'utterance' and status = 'reviewed' and date_start is not null and content is not null
  order by date_start desc, id limit :limit
)
select * from latest order by date_start desc, id
"""


@page("", template="start.html", label="Start")
async def start(visit: Visit) -> Answer:
    """The start page; every part of it stands only where the viewer may see the tables that it is made from."""
    tables = await _tables(visit)
    counts: dict[str, int] = {row["table"]: row["count"] for row in tables}
    contested = await _contested(visit)
    countries = await _countries(visit, counts)
    data = {
        "tables": tables,
        "countries": countries,
        "contested": contested,
        "latest": await _latest(visit),
        "load": await _last_load(visit),
    }
    about = await compat.database_metadata(visit.datasette, visit.database)
    title = str(about.get("title") or f"Claims in {visit.database}")
    context = {
        "about": about,
        "main": MAIN,
        "largest": max((row["count"] for row in countries["shown"]), default=1) if countries else 1,
        "wordings": WORDING,
        "add_url": visit.links.page("add") if await may_write(visit, ANNOTATE) else None,
    }
    return Answer(title, _sentence(counts, contested), data, context)


def _sentence(counts: dict[str, int], contested: dict[str, Any] | None) -> str:
    nouns = {name: BY_NAME[name].label.lower() for name in MAIN}
    parts = [wording.count(counts[name], nouns[name][:-1]) for name in MAIN if counts.get(name)]
    if not parts:
        return "Nothing is on record here yet."
    held = f"On record here: {wording.listed(parts)}."
    if contested is None or not counts.get("stances"):
        return held
    number = contested["total"]
    if number == 0:
        return f"{held} On no claim are both support and dispute on record."
    verb = "is" if number == 1 else "are"
    claims = wording.sentence(wording.count(number, "claim", words=True))
    return f"{held} {claims} {verb} contested: both support and dispute are on record."


async def _tables(visit: Visit) -> list[dict[str, Any]]:
    """The tables that the viewer may see, main ones first, each with its size and the links to its facets.

    Counted are reviewed rows; ``unreviewed`` says how many others there are, where a table has a status.
    """
    found = []
    for name in ORDER:
        if await visit.sees(name):
            table = BY_NAME[name]
            size, others = (await visit.kept(f'select count(*) from "{name}"'))[0][0], await _unreviewed(visit, name)
            kept = _reviewed(name, others)
            facets = [
                {"label": table[column].label, "url": visit.links.table(name, facet=column, **kept)}
                for column in table.facets
            ]
            url = visit.links.table(name, **kept)
            about = {"label": table.label, "description": table.description, "unreviewed": others}
            found.append({"table": name, "count": size - others, "url": url, "facets": facets, **about})
    return found


async def _unreviewed(visit: Visit, table: str) -> int:
    """How many rows of a table are no part of the public record."""
    if table not in UNREVIEWED:
        return 0
    return int((await visit.kept(f"select count(*) from ({await _unreviewed_sql(visit, table)})"))[0][0])


async def _unreviewed_sql(visit: Visit, table: str) -> str:
    """SQL for the rows of a table that are no part of the public record, as far as the viewer may know: the status of a
    statement or claim that they may not see counts for none of its stances."""
    parts = [UNREVIEWED[table]]
    if table == "stances":
        parts += [sql for other, sql in OF_STANCES.items() if await visit.sees(other)]
    return " union ".join(parts)


def _reviewed(table: str, others: int) -> dict[str, str]:
    """The filter by which Datasette's table shows the public record alone; none where it has nothing else."""
    return {"_status" if table == "stances" else "status": "reviewed"} if others else {}


async def _countries(visit: Visit, counts: dict[str, int]) -> dict[str, Any] | None:
    """How many statements (or stances, where there are none) each country has, the most first, “not stated” last."""
    table = "statements" if counts.get("statements") else "stances"
    if not counts.get(table) or not await visit.sees("countries"):
        return None
    kept, unreviewed = _reviewed(table, await _unreviewed(visit, table)), await _unreviewed_sql(visit, table)
    rows = await visit.kept(
        f'with n as (select country, count(*) as n from "{table}" where rowid not in ({unreviewed}) '
        "group by country) "
        "select country, name, n from n join countries on countries.id = n.country "
        "order by country = 'not_stated', n desc, name"
    )
    listed = [
        {
            "country": row["country"],
            "name": row["name"],
            "count": row["n"],
            "url": visit.links.table(table, country=row["country"], **kept),
        }
        for row in rows
    ]
    stated = [row for row in listed if row["country"] != "not_stated"]
    shown = stated[:COUNTRIES_SHOWN] + [row for row in listed if row["country"] == "not_stated"]
    return {
        "table": table,
        "of": counts[table],
        "stated": len(stated),
        "shown": shown,
        "url": visit.links.table(table, facet="country", **kept),
    }


async def _contested(visit: Visit) -> dict[str, Any] | None:
    """The claims with both supporters and disputers, the most evenly split first, each side by its basis."""
    if not await visit.sees("claims", "stances"):
        return None
    unreviewed = await _unreviewed_sql(visit, "stances")
    rows = await visit.kept(_CONTESTED.format(unreviewed=unreviewed), [CONTESTED_SHOWN])
    claims = [row["claim"] for row in rows]
    marks = ", ".join("?" for _ in claims)
    text = dict(await _pairs(visit, f"select id, text from claims where id in ({marks})", claims))
    by_basis: dict[tuple[str, str], list[Any]] = {}
    for group in await visit.kept(_BY_BASIS.format(marks=marks, unreviewed=unreviewed), claims):
        by_basis.setdefault((group["claim"], group["stance"]), []).append(group)
    kept = _reviewed("stances", await _unreviewed(visit, "stances"))
    shown = []
    for row in rows:
        sides = {
            stance: _side(visit, row["claim"], stance, by_basis[row["claim"], stance], kept)
            for stance in ("supports", "disputes")
        }
        url = visit.links.page("claim", row["claim"])
        shown.append({"claim": row["claim"], "text": text[row["claim"]], "url": url, "sides": sides})
    return {"total": rows[0]["total"] if rows else 0, "shown": shown}


def _side(visit: Visit, claim: str, stance: str, groups: list[Any], kept: dict[str, str]) -> dict[str, Any]:
    """One side of a claim: how many stances, where they stand, on which basis, how many in named actors' own words."""
    numbers = {group["basis"]: group["n"] for group in groups}
    return {
        "count": sum(numbers.values()),
        "url": visit.links.table("stances", claim=claim, stance=stance, **kept),
        "by_basis": {word: numbers[word] for word in BASIS.words if word in numbers},
        "named_explicit": sum(group["named"] for group in groups if group["basis"] == "explicit"),
    }


async def _latest(visit: Visit) -> list[dict[str, Any]] | None:
    """The utterances with the latest dates; speaker and country by name only where these tables may be seen."""
    if not await visit.sees("statements"):
        return None
    rows = [dict(row) for row in await visit.rows(_LATEST, {"limit": LATEST_SHOWN})]
    for key, table, column in (
        ("speaker", "actors", "name"),
        ("country", "countries", "name"),
        ("document", "documents", "title"),
    ):
        names = await _names(visit, table, column, [row[key] for row in rows])
        for row in rows:
            row[f"{key}_name"] = names.get(row[key])
    for row in rows:
        row["url"] = visit.links.row("statements", row["id"])
    return rows


async def _names(visit: Visit, table: str, column: str, ids: list[str | None]) -> dict[str, str]:
    wanted = sorted({id for id in ids if id is not None})
    if not wanted or not await visit.sees(table):
        return {}
    marks = ", ".join("?" for _ in wanted)
    return dict(await _pairs(visit, f'select id, "{column}" from "{table}" where id in ({marks})', wanted))


async def _pairs(visit: Visit, sql: str, parameters: list[str]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await visit.rows(sql, parameters)]


async def _last_load(visit: Visit) -> dict[str, Any] | None:
    if not await visit.sees("loads"):
        return None
    rows = await visit.rows("select id, finished_at, tool from loads order by id desc limit 1")
    return {**dict(rows[0]), "url": visit.links.row("loads", rows[0]["id"])} if rows else None
