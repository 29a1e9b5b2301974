"""Reading Popolo JSON: one object with the lists persons, organizations, memberships, events and speeches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..schema import vocabulary
from ..schema.countries import countries
from .importing import FileImporter, Import, day_of, id_of, listed, objects, read_json, text_of

_GROUPS = ("persons", "people", "organizations", "memberships", "events", "speeches")


def parse(source: Path) -> Import:
    """Read a file. Raises Damaged if it is not JSON."""
    found = Import(source.name)
    value = read_json(source)
    if not isinstance(value, dict) or not any(group in value for group in _GROUPS):
        found.trouble(None, "", "not a Popolo collection", f"an object with one of {', '.join(_GROUPS)} is expected")
        return found
    for group in value:
        if group not in _GROUPS and not group.startswith(("@", "meta")):
            found.trouble(None, group, "a list that is not read", f"only {', '.join(_GROUPS)} are")
    for group in _GROUPS:  # what is referred to comes first
        for place, item in objects(value.get(group) or []):
            _take(found, group, f"{group}{place}", item)
    return found


IMPORTER = FileImporter("popolo", "Popolo", (".json",), parse)


def _take(found: Import, group: str, place: str, item: Any) -> None:
    if not isinstance(item, dict) or (group != "speeches" and group != "memberships" and id_of(item.get("id")) is None):
        found.trouble(None, place, "not an object with an id", "give it an id of at most 200 characters")
        return
    _READERS[group](found, place, item)


def _actor(found: Import, place: str, item: Mapping[str, Any], person: bool) -> None:
    name = text_of(item.get("name"))
    if name is None:
        found.trouble(None, place, "the name is missing", "add it")
        return
    group = item.get("classification") == "group"
    others = [text_of(other.get("name")) for other in listed(item.get("other_names")) if isinstance(other, dict)]
    found.add(
        "actors",
        {
            "id": id_of(item["id"]),
            "name": name,
            "kind": "person" if person else "group" if group else "organization",
            "country": _country(item.get("national_identity") if person else item.get("area_id")),
            "country_basis": "nationality" if person and _country(item.get("national_identity")) else None,
            "parent": None if person else id_of(item.get("parent_id")),
            "other_names": ";".join(other.replace(";", ",") for other in others if other),
        },
    )


def _membership(found: Import, place: str, item: Mapping[str, Any]) -> None:
    person, organization = id_of(item.get("person_id")), id_of(item.get("organization_id"))
    role = text_of(item.get("role")) or text_of(item.get("label"))
    if person is None or not found.has("actors", person):
        found.trouble(None, place, f"the person {item.get('person_id')!r} is not in the file", "add the person")
        return
    if organization is not None and not found.has("actors", organization):
        found.trouble(None, place, f"the organization {organization!r} is not in the file", "add the organization")
        return
    on_behalf_of = id_of(item.get("on_behalf_of_id"))
    found.add(
        "memberships",
        {
            "id": id_of(item.get("id")) or ".".join(filter(None, (person, organization, role)))[:200],
            "person": person,
            "organization": organization,
            "role": role,
            "on_behalf_of": on_behalf_of if on_behalf_of and found.has("actors", on_behalf_of) else None,
            "date_start": day_of(item.get("start_date")),
            "date_end": day_of(item.get("end_date")),
        },
    )


def _event(found: Import, place: str, item: Mapping[str, Any]) -> None:
    name = text_of(item.get("name"))
    if name is None:
        found.trouble(None, place, "the name is missing", "add it")
        return
    kind = item.get("classification")
    found.add(
        "events",
        {
            "id": id_of(item["id"]),
            "label": name,
            "kind": kind if kind in vocabulary.EVENT_KIND.words else None,
            "date_start": day_of(item.get("start_date")),
            "date_end": day_of(item.get("end_date")),
            "place": text_of(item.get("location")),
        },
    )


def _speech(found: Import, place: str, item: Mapping[str, Any]) -> None:
    speaker, event, audience = (id_of(item.get(name)) for name in ("creator_id", "event_id", "audience_id"))
    for kind, id in (("actors", speaker), ("events", event), ("actors", audience)):
        if id is not None and not found.has(kind, id):
            found.trouble(None, place, f"{id!r} is not among the {kind} of the file", "add it")
            return
    text = text_of(item.get("text"))
    name = id_of(item.get("id")) or f"{speaker or 'speech'}-{place.partition('[')[2].rstrip(']')}"
    act, wording = item.get("type"), item.get("wording")
    found.add(
        "statements",
        {
            "id": name,
            "kind": "utterance",
            "content": text,
            "wording": wording if wording in vocabulary.WORDING.words else None if text else "none",
            "speaker": speaker,
            "speaker_role": text_of(item.get("role")),
            "speaker_label": text_of(item.get("attribution_text")),
            "audience": audience,
            "speech_act": act if act in vocabulary.SPEECH_ACT.words else None,
            "event": event,
            "date_start": day_of(item.get("date_start")) or day_of(item.get("date")),
            "date_end": day_of(item.get("date_end")) or day_of(item.get("date")),
        },
    )


_READERS: dict[str, Callable[[Import, str, Mapping[str, Any]], None]] = {
    "persons": lambda found, place, item: _actor(found, place, item, person=True),
    "people": lambda found, place, item: _actor(found, place, item, person=True),
    "organizations": lambda found, place, item: _actor(found, place, item, person=False),
    "memberships": _membership,
    "events": _event,
    "speeches": _speech,
}

_COUNTRIES = frozenset(country.id for country in countries())


def _country(value: Any) -> str | None:
    """A country code, if it is one of ours; names and areas of other kinds say nothing that we can store."""
    code = (text_of(value) or "").upper()
    return code if code in _COUNTRIES else None
