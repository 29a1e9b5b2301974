"""The reading page: a document with what is said in it marked in place, and a card for each mention beside it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import blindness, compat
from ..anchoring.offsets import to_utf16
from ..comparison.columns import FILTER_COLUMNS
from ..comparison.filters import Filters
from ..permissions import ADMIN, ANNOTATE, REVIEW
from ..schema.vocabulary import DOCUMENT_KIND, REPORT_TYPE, RIGHTS
from . import reading_cards as cards
from . import reading_data, review_rows
from . import reading_versions as versions
from .annotate_draft import sentences
from .errors import bad_request, not_found
from .framework import Answer, Visit, page
from .passages import anchor
from .reading_carried import in_order, with_carried
from .reading_filter import filters_of, meets, statuses_of
from .reading_marks import marked_text
from .reading_rows import REVIEWED, Reading, Sight, read
from .reading_standoff import Standoff, lay_out
from .saved import PARAMETERS as SAVED
from .writing import may_write

GROUPS_SHOWN = 12
"""How many groups the key shows before it folds the rest."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")  # ids that Datasette's URLs hold as they are

_OPERATORS = {
    "not": "not",
    "notin": "not",
    "gt": "after",
    "gte": "from",
    "lt": "before",
    "lte": "until",
    "contains": "with",
    "startswith": "beginning",
    "endswith": "ending",
    "isnull": "not stated",
    "notnull": "stated",
}
"""How a chip tells what kind of filter it is; a plain choice needs no word."""


@dataclass(frozen=True)
class View:
    """What the query string asks for, checked."""

    filters: Filters
    colour: str
    annotation: str
    spoken: bool
    compare: str
    only_reviewed: bool = False

    def query(self, **changes: str | None) -> dict[str, str | None]:
        """The parameters of this view with some of its own changed; defaults are left out."""
        own: dict[str, str | None] = {
            "colour": None if self.colour == cards.COLOURS[0] else self.colour,
            "annotation": self.annotation or None,
            "spoken": None if self.spoken else "no",
            "compare": self.compare or None,
        }
        if self.only_reviewed:
            own["status"] = REVIEWED
        return {**dict(self.filters.pairs()), **own, **changes}


@dataclass(frozen=True)
class _Found:
    """All that is read from the database for one request. ``edit`` and ``attach`` are the paths for corrections and
    for giving the text, for those who may."""

    view: View
    reading: Reading
    other: Reading | None
    chain: list[versions.Version]
    edit: str = ""
    attach: str = ""


@page(
    "/read/{document}",
    template="read.html",
    tables=("documents", "segments", "statements", "mentions", "evidence"),
    blind=True,
)
async def reading(visit: Visit) -> Answer:
    """One document, as a page to read."""
    sight = Sight(
        actors=await visit.sees("actors"),
        countries=await visit.sees("countries"),
        claims=await visit.sees("claims"),
        stances=await visit.sees("stances", "claims"),
        anchorings=await visit.sees("anchorings"),
        person=blindness.name_of(visit.actor),
        blind=visit.ids["document"] in visit.blind,
    )
    annotates = await may_write(visit, ANNOTATE)
    if annotates or (visit.actor is not None and await visit.may(ANNOTATE)):
        sight = replace(sight, statuses=(REVIEWED, "draft"))
    args = visit.request.args  # which Datasette reads from the address each time that it is asked for
    pairs = [(name, value) for name in args if name not in SAVED for value in args.getlist(name)]
    found = await visit.db.execute_fn(lambda conn: _find(conn, visit, pairs, sight))
    if found.reading.text is None and not sight.blind and await may_write(visit, ADMIN):
        found = replace(found, attach=visit.links.page("attach", found.reading.document["id"]))
    if not annotates:
        return _answer(visit, found)
    answer = _answer(visit, replace(found, edit=visit.links.page("edit", "mentions")))
    answer.context["drafts"] = await _drafts(visit, found.reading.document["id"])
    if found.reading.text is not None:
        answer.context["annotating"] = visit.links.page("annotate", found.reading.document["id"])
        answer.context["sentence_places"] = _units(found.reading.text, sentences(found.reading.text))
    return answer


async def _drafts(visit: Visit, document: str) -> dict[str, Any] | None:
    """How many drafts of the document wait for review, and their queue for who may decide; None where none waits or
    the annotator may not know of them."""
    if visit.blind or not await visit.sees("stances", "proposals", "assignments"):
        return None
    number = len(await visit.rows(*review_rows.query({"document": document})))
    url = visit.links.page("review", document=document) if await visit.may(REVIEW) else ""
    return {"number": number, "url": url} if number else None


def _units(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Spans as a script counts, in UTF-16 units: "0-17 18-40"."""
    units = to_utf16(text, [point for span in spans for point in span])
    return " ".join(f"{start}-{end}" for start, end in zip(units[::2], units[1::2], strict=True))


def _find(conn: sqlite3.Connection, visit: Visit, pairs: list[tuple[str, str]], sight: Sight) -> _Found:
    document = visit.ids["document"]
    # “reviewed” is what the filters mean by default; annotators, who see drafts too, may ask for it by name.
    only_reviewed = ("status", REVIEWED) in pairs and len(sight.statuses) > 1
    usual = (REVIEWED,) if only_reviewed else sight.statuses
    sight = replace(sight, statuses=statuses_of(filters_of(conn, pairs, sight), usual))
    found = read(conn, document, sight)
    if found is None:
        raise not_found("document", document, "See the table of documents for those that there are.")
    found = with_carried(conn, found, sight, visit.blind)
    view = replace(_view(conn, pairs, found, sight), only_reviewed=only_reviewed)
    other = None
    if view.compare:
        other = read(conn, view.compare, sight)
        if other is None:
            raise bad_request(f"compare: there is no document “{view.compare}”.", "Choose one of the versions listed.")
    return _Found(view, found, other, versions.chain(conn, document))


def _view(conn: sqlite3.Connection, pairs: list[tuple[str, str]], found: Reading, sight: Sight) -> View:
    given = dict(pairs)
    colour = given.get("colour") or cards.COLOURS[0]
    if colour not in cards.COLOURS:
        raise bad_request(f"colour: “{colour}” is no way to colour.", f"Use one of: {', '.join(cards.COLOURS)}.")
    if given.get("spoken", "") not in ("", "no"):
        raise bad_request("spoken: the value can only be “no”.", "Write spoken=no, or leave it out.")
    annotation = given.get("annotation") or ""
    if annotation and not _mention_of(found, annotation):
        raise bad_request(
            f"annotation: there is no mention or evidence “{annotation}” in this document.",
            "Leave the parameter out to read the whole document.",
        )
    return View(
        filters_of(conn, pairs, sight), colour, annotation, given.get("spoken") != "no", given.get("compare") or ""
    )


def _mention_of(found: Reading, annotation: str) -> str:
    """The mention of that id, or with a piece of evidence of that id; "" if there is none."""
    for mention in in_order(found):
        if mention.id == annotation or any(span.id == annotation for span in mention.spans):
            return mention.id
    return ""


def _answer(visit: Visit, found: _Found) -> Answer:
    view, reading = found.view, found.reading
    matched = {mention.id for mention in in_order(reading) if meets(mention, view.filters)}
    standoff = lay_out(reading) if reading.text is None else None
    data = reading_data.data(reading, visit.links, matched, standoff, found.chain, dict(view.filters.pairs()))
    sentence = reading_data.sentence(reading.mentions) + reading_data.carried(reading.carried)
    if view.filters:
        sentence += f" {reading_data.matching(len(matched), len(in_order(reading)))}"
    context = _controls(visit, found) | {"standoff": standoff}
    if found.other is None:
        context |= _beside(visit, found, standoff, matched)
    else:
        compared = _compared(found, found.other)
        context |= compared
        data["comparison"] = _comparison_data(**compared)
        if compared["comparison"] is not None:
            sentence = versions.sentence(compared["comparison"])
    return Answer(reading.document["title"], sentence, data, context, url(visit, found))


def _beside(visit: Visit, found: _Found, standoff: Standoff | None, matched: set[str]) -> dict[str, Any]:
    """The text with its marks, the cards beside it and the key to their colours."""
    view = found.view
    reading = replace(found.reading, mentions=in_order(found.reading))
    dimmed = {mention.id for mention in reading.mentions} - matched
    groups = cards.groups(reading.mentions, view.colour)
    marked = marked_text(
        reading, standoff, groups, view.colour, dimmed=dimmed, annotation=view.annotation, spoken=view.spoken
    )
    here = {_mention_of(reading, view.annotation)} if view.annotation else set()
    original = _web(reading.document["url"])
    written = cards.Cards(groups, view.colour, marked.ranges, dimmed, here, _page_of(visit), original, found.edit)
    return {
        "marked": marked.html,
        "cards": written.write(reading.mentions),
        "dimmed": bool(dimmed),
        "groups": list(groups.values()),
        "groups_shown": GROUPS_SHOWN,
        "choose": lambda group: _choose(visit, found, group),
        "headed": any(segment.kind == "headline" for segment in reading.segments),
    }


def _page_of(visit: Visit) -> Callable[[str, str], str]:
    """Makes URLs of our pages quickly: a large document has thousands of them to few pages."""
    bases = {path: visit.links.page(path) for path in ("actor", "claim", "read", "statement")}

    def page_of(path: str, id: str) -> str:
        return f"{bases[path]}/{id}" if _PLAIN.fullmatch(id) else visit.links.page(path, id)

    return page_of


def _web(address: str | None) -> str:
    """An address that can be followed; "" for any other, such as one that would run a script."""
    return address if address and address.lower().startswith(("https://", "http://")) else ""


def _controls(visit: Visit, found: _Found) -> dict[str, Any]:
    """What the template needs besides text and cards."""
    return {
        "view": found.view,
        "chips": _chips(visit, found),
        "chain": found.chain,
        "passages_url": visit.links.page("anchorings", found.reading.document["id"]),
        "colours": cards.COLOURS,
        "attach": found.attach,
        "original": _web(found.reading.document["url"]),
        "url": lambda **changes: url(visit, found, **changes),
        "static_url": lambda path: compat.static_url(visit.datasette, path),
        "anchor": anchor,
        "states": versions.STATES,
        "kinds": DOCUMENT_KIND,
        "rights": RIGHTS,
        "report_types": REPORT_TYPE,
    }


def url(visit: Visit, found: _Found, **changes: str | None) -> str:
    """The URL of this view, with some parameters changed."""
    return visit.links.page("read", found.reading.document["id"], **found.view.query(**changes))


def _choose(visit: Visit, found: _Found, group: cards.Group) -> str:
    """The URL with only one group bright."""
    filters = found.view.filters.without(group.parameter).choose(group.parameter, group.value)
    own = View(filters, found.view.colour, "", found.view.spoken, "")
    return visit.links.page("read", found.reading.document["id"], **own.query())


def _chips(visit: Visit, found: _Found) -> list[dict[str, str]]:
    """The filters that are set, each with the URL without it."""
    view, names = found.view, _names(found.reading)
    chips = []
    for condition, value, rest in view.filters.chips():
        label = "Search"
        if condition is not None:
            label = " ".join([FILTER_COLUMNS[condition.column].label, _OPERATORS.get(condition.operator, "")]).strip()
        without = View(rest, view.colour, view.annotation, view.spoken, view.compare)
        address = visit.links.page("read", found.reading.document["id"], **without.query())
        chips.append({"label": label, "value": names.get(value or "", value or ""), "url": address})
    return chips


def _names(reading: Reading) -> dict[str, str]:
    """Ids that a filter may hold, as people call them."""
    names = {stance.claim: stance.text for mention in reading.mentions for stance in mention.stances}
    for mention in reading.mentions:
        names[mention.country] = cards.country(mention)
        if mention.speaker:
            names[mention.speaker] = mention.who
    return {id: name for id, name in names.items() if name}


def _compared(found: _Found, other: Reading) -> dict[str, Any]:
    """The comparison with another version, older to newer; ``missing`` is the document whose text is not kept."""
    this, order = found.reading, [version.id for version in found.chain]
    ids = (this.document["id"], other.document["id"])
    related = ids[1] in order
    if related:
        first = order.index(ids[0]) < order.index(ids[1])
    else:
        first = (this.document["published_on"] or "") < (other.document["published_on"] or "")
    old, new = (this, other) if first else (other, this)
    missing = next((each.document for each in (old, new) if each.text is None), None)
    comparison = None if missing else versions.compare(old, new)
    return {
        "old": old.document,
        "new": new.document,
        "related": related,
        "comparison": comparison,
        "missing": missing,
    }


def _comparison_data(
    old: dict[str, Any],
    new: dict[str, Any],
    related: bool,
    comparison: versions.Comparison | None,
    missing: dict[str, Any] | None,
) -> dict[str, Any]:
    data: dict[str, Any] = {"old": old["id"], "new": new["id"], "versions_of_one_document": related}
    if comparison is None:
        return {**data, "text_missing": missing["id"] if missing else None}
    return {
        **data,
        "changes": comparison.changes,
        "mentions": [versions.fate_data(fate) for fate in comparison.fates],
        "added": [mention.id for mention in comparison.added],
    }
