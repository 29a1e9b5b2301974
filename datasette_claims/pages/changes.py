"""The feed of recent changes: one entry an act, with every row that it changed; as a page, JSON or Atom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree  # nosec B405

from markupsafe import Markup

from ..blindness import name_of
from ..loading.planning import DERIVED_NOTE
from ..loading.reanchoring import ANCHORED_NOTE
from ..permissions import ADMIN, ANNOTATE
from ..schema import BY_NAME
from . import wording
from .errors import bad_request
from .forms import static
from .framework import Answer, Visit, page
from .history_rows import data_of, noun, said, told, without_hidden_notes
from .numbers import natural
from .writing import may_write

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

ACTS = 30
"""Acts on a page."""
ROWS = 50
"""Rows of one act that are told one by one; a load or a large merge has more."""
ATOM = "http://www.w3.org/2005/Atom"

Change = dict[str, Any]


@page(
    "/changes",
    template="changes.html",
    tables=("revisions",),
    formats=("html", "json", "atom"),
)
async def changes(visit: Visit) -> Answer | Response:
    """Recent changes, filtered by ``who``, ``table`` and ``document``; ``before`` is a revision, for older ones."""
    given = {name: (visit.request.args.get(name) or "").strip() for name in ("who", "table", "document", "before")}
    _check(given)
    acts = await _acts(visit, given)
    older = str(acts[-1]["first"]) if len(acts) == ACTS else ""
    if visit.format == "atom":
        return _atom(visit, acts, given)
    query = {name: value for name, value in given.items() if value}
    url = visit.links.page("changes", **query)
    data = {"filters": query, "acts": [{**act, "changes": [data_of(each) for each in act["changes"]]} for act in acts]}
    context = {
        "acts": acts,
        "noun": noun,
        "given": given,
        "tables": [table.name for table in BY_NAME.values() if table.name not in ("revisions", "loads")],
        "people": await _people(visit),
        "older": visit.links.page("changes", **{**query, "before": older}) if older else "",
        "atom": visit.links.page("changes", format="atom", **{k: v for k, v in query.items() if k != "before"}),
        "static_url": static(visit),
        "may_undo": await may_write(visit, ANNOTATE),
        "me": name_of(visit.actor),
        "anybody": await visit.may(ADMIN),
    }
    return Answer("Recent changes", _sentence(acts, query), data, context, url)


_PEOPLE = """
with recursive people(who) as (
  select min(who) from revisions where who is not null
  union all select (select min(who) from revisions where who > people.who) from people where people.who is not null
) select who from people where who is not null limit 200
"""
_ACTS = """
select coalesce(r.action, r.id) as first, max(r.id) as last, count(*) as number from revisions r
where r.id < :before and (r.table_name in ({tables}) or r.table_name is null) {more}
group by coalesce(r.action, r.id) order by last desc limit :most
"""


def _check(given: dict[str, str]) -> None:
    if given["table"] and given["table"] not in BY_NAME:
        raise bad_request(f"table: there is no table “{given['table']}”.", "Choose one from the list.")
    if given["before"] and natural(given["before"]) is None:
        raise bad_request(f"before: “{given['before']}” is no revision.", "Give a number, or leave it out.")


async def _people(visit: Visit) -> list[str]:
    """Who has changed anything that the viewer may see."""
    people = [str(row[0]) for row in await visit.rows(_PEOPLE)]
    visible = [name for name in BY_NAME if await visit.sees(name)]
    if len(visible) == len(BY_NAME):
        return people
    tables = ", ".join(f"'{name}'" for name in visible)
    sql = f"select 1 from revisions where who = ? and (table_name in ({tables}) or table_name is null) limit 1"
    return [who for who in people if await visit.rows(sql, [who])]


async def _acts(visit: Visit, given: dict[str, str]) -> list[Change]:
    """The acts that changed any row that the viewer may see and that fits the filters, with their changes."""
    visible = [name for name in BY_NAME if await visit.sees(name)]
    tables = ", ".join(f"'{name}'" for name in visible)
    more, values = "", {"before": int(given["before"] or 2**62), "most": ACTS}
    if given["who"]:
        more += " and r.who = :who"
    if given["table"]:
        more += " and r.table_name = :table"
    if given["document"]:
        more += (
            " and (json_extract(coalesce(r.after, r.before), '$.document') = :document"
            " or (r.table_name = 'documents' and r.row_id = :document))"
        )
    named = {name: given[name] for name in ("who", "table", "document") if given[name]}
    rows = await visit.rows(_ACTS.format(tables=tables, more=more), {**values, **named})
    acts = []
    for row in rows:
        found = await visit.rows(
            f"select * from revisions where (id = :first or action = :first) and (table_name in ({tables}) "
            "or table_name is null) order by id limit :most",
            {"first": row["first"], "most": ROWS},
        )
        found = await without_hidden_notes(visit, found)
        counted = await visit.rows(
            "select operation, table_name, coalesce(note in (:anchored, :derived), 0) as follows, count(*) as number "
            f"from revisions where (id = :first or action = :first) and (table_name in ({tables}) "
            "or table_name is null) group by 1, 2, 3 order by min(id)",
            {"first": row["first"], "anchored": ANCHORED_NOTE, "derived": DERIVED_NOTE},
        )
        acts.append(_act(row, [told(each) for each in found], said([dict(each) for each in counted])))
    return acts


def _act(row: Any, listed: Sequence[Change], said: str) -> Change:
    first = listed[0]
    own = {name: first[name] for name in ("at", "who", "note", "undoes", "load")}
    own["undoable"] = (
        all(change["operation"] in ("insert", "update", "delete") for change in listed) and not own["load"]
    )
    return {**own, "first": row["first"], "number": row["number"], "said": said, "changes": list(listed)}


def _sentence(acts: Sequence[Change], query: dict[str, str]) -> str:
    if not acts:
        return "No change fits these filters." if query else "Nothing was changed yet."
    last = acts[0]
    who = f" by {last['who']}" if last["who"] else ""
    return f"The latest change is of {wording.full_date(str(last['at'])[:10])}{who}: {last['note'] or last['said']}."


def _atom(visit: Visit, acts: Sequence[Change], given: dict[str, str]) -> Response:
    """The feed as Atom (RFC 4287)."""
    from datasette.utils.asgi import Response

    def absolute(url: str) -> str:
        return str(visit.datasette.absolute_url(visit.request, url))

    own = absolute(
        visit.links.page("changes", format="atom", **{k: v for k, v in given.items() if v and k != "before"})
    )
    feed = ElementTree.Element("feed", xmlns=ATOM)
    _add(feed, "title", f"Recent changes: {visit.database}")
    _add(feed, "id", own)
    _add(feed, "updated", acts[0]["at"] if acts else datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    ElementTree.SubElement(feed, "link", rel="self", href=own)
    ElementTree.SubElement(feed, "link", rel="alternate", href=absolute(visit.links.page("changes")))
    for act in acts:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "title", f"{act['who'] or 'Somebody'}: {act['note'] or act['said']}")
        _add(entry, "id", f"{absolute(visit.links.page('changes'))}#{act['first']}")
        _add(entry, "updated", act["at"])
        _add(ElementTree.SubElement(entry, "author"), "name", act["who"] or "not recorded")
        link = next((c for c in act["changes"] if c["row_id"]), None)
        target = (
            visit.links.page("history", link["table_name"], link["row_id"]) if link else visit.links.page("changes")
        )
        ElementTree.SubElement(entry, "link", rel="alternate", href=absolute(target))
        _add(entry, "summary", act["said"])
        content = ElementTree.SubElement(entry, "content", type="html")
        content.text = _clean(str(_differences(act)))
    body = ElementTree.tostring(feed, encoding="unicode", xml_declaration=True)
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _differences(act: Change) -> Markup:
    """What an act changed, row by row, word by word, as HTML; data is escaped."""
    parts = []
    for change in act["changes"]:
        if change["row_id"]:
            parts.append(Markup("<p>{} {}: {}</p>").format(change["said"], noun(change["table_name"]), change["label"]))
            fields = [Markup("<li>{}: {}</li>").format(field["label"], field["diff"]) for field in change["fields"]]
            parts.append(Markup("<ul>{}</ul>").format(Markup("").join(fields)) if fields else Markup(""))
    return Markup("").join(parts)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """A text without control characters, for which XML 1.0 has no place."""
    return "".join(c for c in text if c >= " " or c in "\t\n")
