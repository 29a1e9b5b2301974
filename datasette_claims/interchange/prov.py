"""PROV-JSON (https://www.w3.org/submissions/prov-json/): where statements, reports and documents came from.

Documents, statements, mentions, claims and stances are entities, actors agents, occasions activities. The rows of
``provenance`` become the relation of the same name; quotation, revision and primary source are derivations with
that type, as PROV-DM has them. What the columns say is added where no row says it: the speaker of a statement, the
publisher of a document, the occasion at which a statement was made, for whom its speaker spoke, the question that it
answers, the statement that a mention reports and the document in which it stands, the claim that a stance is about.

A relation that PROV-DM does not have between two things (an attribution to a document, say) is written as
``wasInfluencedBy``, which holds between any two, with our relation as its type: nothing is lost and nothing
invalid written. Control characters become U+FFFD, because PROV is also written as XML, which cannot hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..schema import vocabulary
from .iris import encoded, without_none
from .records import Actor, Record, Records, unsettled

MEDIA_TYPE = "application/json"
ENTITIES = ("document", "statement", "mention", "claim", "stance")
_SUBTYPES = {
    "wasQuotedFrom": "prov:Quotation",
    "wasRevisionOf": "prov:Revision",
    "hadPrimarySource": "prov:PrimarySource",
}
_AGENTS = {"person": "prov:Person", "organization": "prov:Organization"}


class _Link(NamedTuple):
    relation: str
    subject: tuple[str, str]
    object: tuple[str, str]
    activity: tuple[str, str] | None = None


def write(records: Records) -> dict[str, Any]:
    """One PROV-JSON document. Everything that a relation names is declared."""
    links = list(dict.fromkeys([*_from_rows(records), *_from_columns(records)]))
    named = {thing for link in links for thing in (link.subject, link.object, link.activity) if thing}
    found: dict[str, Any] = {"prefix": _prefixes(records)}
    kinds = {"entity": ENTITIES, "agent": ("actor",), "activity": ("event",)}
    for group, members in kinds.items():
        declared = {
            _name(kind, id): _attributes(records, kind, id) for kind in members for id in _ids(records, kind, named)
        }
        if declared:
            found[group] = declared
    for number, link in enumerate(links):
        group, value = _relation(link)
        found.setdefault(group, {})[f"_:r{number}"] = value
    return found


def _prefixes(records: Records) -> dict[str, str]:
    kinds = (*ENTITIES, "actor", "event")
    return {kind: records.iris.folder(kind) for kind in kinds} | {"claims": f"{records.iris.base.rstrip('/')}/#"}


def _name(kind: str, id: str) -> str:
    return f"{kind}:{encoded(id)}"


def _ids(records: Records, kind: str, named: set[tuple[str, str]]) -> list[str]:
    """The ids to declare: all records of the kind, and what relations name beyond them."""
    rows: dict[str, Record] = dict(getattr(records, {"actor": "actors", "event": "events"}.get(kind, f"{kind}s")))
    return sorted(rows.keys() | {id for of, id in named if of == kind})


def _attributes(records: Records, kind: str, id: str) -> dict[str, Any]:
    """What is said of a thing. One that is not among the records has a name and no more."""
    kind_type = {"$": f"claims:{kind}", "type": "prov:QUALIFIED_NAME"}
    if kind == "actor":
        return _actor(records.actors.get(id))
    row: Any = getattr(records, f"{kind}s").get(id)
    shown = {name: _writable(getattr(row, column)) for name, column in _SHOWN[kind].items()} if row else {}
    return {"prov:type": kind_type, **without_none({**shown, "claims:status": unsettled(row)})}


_DAYS = {"claims:date_start": "date_start", "claims:date_end": "date_end"}
_SHOWN = {
    "document": {"prov:label": "title", "claims:published_on": "published_on", "claims:url": "url"},
    "statement": {"prov:label": "content", "claims:speech_act": "speech_act", **_DAYS},
    "mention": {
        "prov:value": "quote",
        "claims:report_type": "report_type",
        "claims:span_start": "span_start",
        "claims:span_end": "span_end",
    },
    "claim": {"prov:label": "text", "claims:kind": "kind"},
    "stance": {"claims:stance": "stance", "claims:basis": "basis"},
    "event": {"prov:label": "label", **_DAYS},
}
"""PROV attribute -> our column, by kind."""


def _actor(actor: Actor | None) -> dict[str, Any]:
    if actor is None:
        return {}
    kind = _AGENTS.get(actor.kind)
    return without_none(
        {
            "prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"} if kind else None,
            "prov:label": _writable(actor.name),
            "claims:identification": actor.identification,
            "claims:country": actor.country,
            "claims:status": unsettled(actor),
        }
    )


def _writable(value: Any) -> Any:
    """A text without the characters that XML cannot hold, which become U+FFFD; anything else as it is."""
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _from_rows(records: Records) -> Iterator[_Link]:
    for row in records.provenance.values():
        statement = records.statements.get(row.statement or "")
        event = ("event", statement.event) if statement and statement.event else None
        activity = event if row.relation == "actedOnBehalfOf" else None
        yield _Link(row.relation, (row.subject_type, row.subject), (row.object_type, row.object), activity)


def _from_columns(records: Records) -> Iterator[_Link]:
    """What the columns say, where no row of provenance says as much."""
    said = {(row.subject_type, row.subject, row.object_type, row.object) for row in records.provenance.values()}
    for relation, subject, target in _columns(records):
        if target[1] is not None and (*subject, *target) not in said:
            yield _Link(relation, subject, (target[0], target[1]))


def _columns(records: Records) -> Iterator[tuple[str, tuple[str, str], tuple[str, str | None]]]:
    for document in records.documents.values():
        here = ("document", document.id)
        yield "wasAttributedTo", here, ("actor", document.publisher)
        yield "wasRevisionOf", here, ("document", document.revision_of)
        if document.part_of is not None:
            yield "hadMember", ("document", document.part_of), here
    for statement in records.statements.values():
        here = ("statement", statement.id)
        yield "wasAttributedTo", here, ("actor", statement.speaker)
        yield "wasGeneratedBy", here, ("event", statement.event)
        yield "hadPrimarySource", here, ("statement", statement.parent_statement)
        yield "in_reply_to", here, ("statement", statement.in_reply_to)
        yield "on_behalf_of", here, ("actor", statement.on_behalf_of)
    for mention in records.mentions.values():
        quoted = mention.report_type in ("direct", "mixed")
        relation = "wasQuotedFrom" if quoted else "wasDerivedFrom"
        yield relation, ("mention", mention.id), ("statement", mention.statement)
        yield "hadMember", ("document", mention.document), ("mention", mention.id)
    for stance in records.stances.values():
        yield "wasDerivedFrom", ("stance", stance.id), ("statement", stance.statement)
        yield "wasAttributedTo", ("stance", stance.id), ("actor", stance.actor)
        yield "claim", ("stance", stance.id), ("claim", stance.claim)


def _relation(link: _Link) -> tuple[str, dict[str, Any]]:
    """(name of the relation in PROV-JSON, its members)."""
    subject, target = _name(*link.subject), _name(*link.object)
    kinds = (_group(link.subject[0]), _group(link.object[0]))
    derivation = link.relation == "wasDerivedFrom" or link.relation in _SUBTYPES
    if derivation and kinds == ("entity", "entity"):
        found: dict[str, Any] = {"prov:generatedEntity": subject, "prov:usedEntity": target}
        if link.relation in _SUBTYPES:
            found["prov:type"] = {"$": _SUBTYPES[link.relation], "type": "prov:QUALIFIED_NAME"}
        return "wasDerivedFrom", found
    if link.relation == "wasAttributedTo" and kinds == ("entity", "agent"):
        return "wasAttributedTo", {"prov:entity": subject, "prov:agent": target}
    if link.relation == "actedOnBehalfOf" and kinds == ("agent", "agent"):
        found = {"prov:delegate": subject, "prov:responsible": target}
        if link.activity:
            found["prov:activity"] = _name(*link.activity)
        return "actedOnBehalfOf", found
    if link.relation == "wasGeneratedBy":
        return "wasGeneratedBy", {"prov:entity": subject, "prov:activity": target}
    if link.relation == "hadMember":
        return "hadMember", {"prov:collection": subject, "prov:entity": target}
    # Always with its type: in RDF, one with and one without attributes from the same thing cannot be told apart.
    kind = {"$": f"claims:{link.relation}", "type": "prov:QUALIFIED_NAME"}
    return "wasInfluencedBy", {"prov:influencee": subject, "prov:influencer": target, "prov:type": kind}


def _group(kind: str) -> str:
    return {"actor": "agent", "event": "activity"}.get(kind, "entity")


assert set(vocabulary.SUBJECT_TYPE.words) == {*ENTITIES, "actor", "event"}
