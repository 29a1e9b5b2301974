"""FollowTheMoney statements as CSV (https://followthemoney.tech/docs/statements/): one line a value of a property.

People, organizations, companies and public bodies become actors; memberships, directorships, employments and
positions held become memberships. The id of an entity is its ``canonical_id``. Properties that our tables have no
column for are passed over, as the format carries hundreds; schemata that are neither are named once each.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..schema.countries import countries
from .importing import FileImporter, Import, day_of, id_of, read_text
from .records import Actor, Membership, Records

COLUMNS = (
    *("canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "lang"),
    *("original_value", "external", "first_seen", "last_seen", "id"),
)
_NEEDED = ("canonical_id", "entity_id", "prop", "schema", "value")
_ACTORS = {
    "Person": "person",
    "Organization": "organization",
    "PublicBody": "organization",
    "Company": "organization",
    "LegalEntity": "group",
}
_LINKS = {
    "Membership": ("member", "organization"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Occupancy": ("holder", "post"),
}
_NAMES = ("name", "alias", "weakAlias", "previousName")
_COUNTRY = {"nationality": "nationality", "citizenship": "nationality", "jurisdiction": "represents", "country": None}
_CODES = frozenset(country.id for country in countries())


@dataclass
class _Entity:
    """The values of one entity: property -> values in order, each once."""

    id: str
    line: int
    schema: str
    values: dict[str, dict[str, None]] = field(default_factory=dict)

    def first(self, *properties: str) -> str | None:
        return next((value for name in properties for value in self.values.get(name, ())), None)


def parse(source: Path) -> Import:
    """Read a CSV file. Raises Damaged if it is not UTF-8."""
    found = Import(source.name)
    entities = _entities(found, read_text(source))
    for entity in entities.values():
        if entity.schema in _ACTORS:
            _actor(found, entity)
    for entity in entities.values():
        if entity.schema in _LINKS:
            _link(found, entity)
    other = {entity.schema: entity for entity in reversed(entities.values())}
    for schema in sorted(other.keys() - _ACTORS.keys() - _LINKS.keys()):
        known = ", ".join((*_ACTORS, *_LINKS))
        found.trouble(other[schema].line, other[schema].id, f"entities of schema {schema}", f"only {known} are read")
    return found


IMPORTER = FileImporter("followthemoney", "FollowTheMoney statements", (".csv",), parse)


def _entities(found: Import, text: str) -> dict[str, _Entity]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    entities: dict[str, _Entity] = {}
    try:
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            found.trouble(1, "", f"the columns {', '.join(missing)} are missing", "export statements, not entities")
            return {}
        for row in reader:
            _take(found, reader.line_num, row, entities)
    except csv.Error as error:
        line = max(1, reader.reader.line_num)
        found.trouble(line, "", f"the line cannot be read ({error})", "double quotation marks inside a cell")
    return entities


def _take(found: Import, line: int, row: dict[str, str | None], entities: dict[str, _Entity]) -> None:
    name = id_of(row["canonical_id"] or row["entity_id"])
    prop, value, schema = row["prop"], row["value"], row["schema"]
    if name is None or not prop or value is None or not schema:
        found.trouble(line, row["entity_id"] or "", "a statement without id, property, value or schema", "complete it")
        return
    entity = entities.setdefault(name, _Entity(name, line, schema))
    if entity.schema == "LegalEntity" and schema in _ACTORS:
        entity.schema = schema  # the more specific of two that describe the same thing
    if prop != "id" and value:
        entity.values.setdefault(prop, {})[value] = None


def _actor(found: Import, entity: _Entity) -> None:
    names = list(dict.fromkeys(value for name in _NAMES for value in entity.values.get(name, ())))
    if not names:
        found.trouble(entity.line, entity.id, "the entity has no name", "add a statement with the property name")
        return
    stated = [(basis, value.upper()) for name, basis in _COUNTRY.items() for value in entity.values.get(name, ())]
    known = [(basis, code) for basis, code in stated if code in _CODES]
    codes = {code for _, code in known}
    one = known[0] if len(codes) == 1 else None  # of several countries none can be chosen
    found.add(
        "actors",
        {
            "id": entity.id,
            "name": names[0],
            "kind": _ACTORS[entity.schema],
            "identification": "named",
            "country": one[1] if one else None,
            "country_basis": one[0] if one else None,
            "other_names": ";".join(other.replace(";", ",") for other in names[1:]),
            "note": entity.first("notes", "summary", "description"),
        },
    )


def _link(found: Import, entity: _Entity) -> None:
    ends = [entity.first(prop) for prop in _LINKS[entity.schema]]
    for prop, end in zip(_LINKS[entity.schema], ends, strict=True):
        if end is None or not found.has("actors", end):
            wrong = f"its {prop} {end!r} is not among the people and organizations of the file"
            found.trouble(entity.line, entity.id, wrong, "add the entity")
            return
    found.add(
        "memberships",
        {
            "id": entity.id,
            "person": ends[0],
            "organization": ends[1],
            "role": entity.first("role"),
            "date_start": day_of(entity.first("startDate")),
            "date_end": day_of(entity.first("endDate")),
            "note": entity.first("summary", "description"),
        },
    )


def write(records: Records, dataset: str = "claims") -> str:
    """Actors and memberships as statements. A membership without an organization has no place in the format."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for actor in records.actors.values():
        _write(writer, actor.id, _SCHEMATA[actor.kind], _actor_values(actor), dataset)
    for membership in records.memberships.values():
        if membership.organization is not None:
            _write(writer, membership.id, "Membership", _membership_values(membership), dataset)
    return out.getvalue()


_SCHEMATA = {"person": "Person", "organization": "Organization", "group": "LegalEntity"}
_TYPES = {"name": "name", "alias": "name", "member": "entity", "organization": "entity"}
_TYPES |= {"nationality": "country", "jurisdiction": "country", "country": "country"}
_TYPES |= {"startDate": "date", "endDate": "date", "role": "string", "notes": "text", "id": "checksum"}


def _actor_values(actor: Actor) -> Iterator[tuple[str, str | None]]:
    yield "name", actor.name
    for other in actor.other_names:
        yield "alias", other
    prop = {"nationality": "nationality", "represents": "jurisdiction"}.get(actor.country_basis, "country")
    yield prop, actor.country.lower() if actor.country else None
    yield "notes", actor.note


def _membership_values(membership: Membership) -> Iterator[tuple[str, str | None]]:
    yield "member", membership.person
    yield "organization", membership.organization
    yield "role", membership.role
    yield "startDate", membership.date_start
    yield "endDate", membership.date_end


def _write(writer: object, id: str, schema: str, values: Iterator[tuple[str, str | None]], dataset: str) -> None:
    given = [(prop, value) for prop, value in values if value]
    checksum = hashlib.sha1(repr((id, given)).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    for prop, value in [("id", checksum), *given]:
        key = hashlib.sha1(
            f"{dataset}.{id}.{prop}.{value}".encode("utf-8", "surrogatepass"), usedforsecurity=False
        ).hexdigest()
        row = {
            "canonical_id": id,
            "entity_id": id,
            "prop": prop,
            "prop_type": _TYPES[prop],
            "schema": schema,
            "value": value,
            "dataset": dataset,
            "external": "f",
            "id": key,
        }
        writer.writerow([row.get(name, "") for name in COLUMNS])  # type: ignore[attr-defined]
