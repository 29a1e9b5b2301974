"""Popolo (https://www.popoloproject.com/specs/): people, organizations, memberships, events and speeches.

Groups are organizations with the classification "group". Popolo has no place for a stance or a span; those are left
out. A speech's ``date`` needs a time of day, which we do not know: the days stand in ``date_start`` and ``date_end``
beside it (Popolo allows further members), and on its event; so does the ``status`` of what is not reviewed.
Identifiers are our ids.
"""

from __future__ import annotations

from typing import Any

from .iris import web_address, without_none
from .records import Actor, Document, Event, Membership, Records, Statement, unsettled

MEDIA_TYPE = "application/json"


def write(records: Records) -> dict[str, Any]:
    """One object with the five lists."""
    return {
        "persons": [_person(records, one) for one in records.actors.values() if one.kind == "person"],
        "organizations": [_organization(records, one) for one in records.actors.values() if one.kind != "person"],
        "memberships": [_membership(records, one) for one in records.memberships.values()],
        "events": [_event(records, one) for one in records.events.values()],
        "speeches": [_speech(records, one) for one in records.statements.values() if one.kind == "utterance"],
    }


def _person(records: Records, actor: Actor) -> dict[str, Any]:
    return without_none({**_names(records, actor), "national_identity": actor.country})


def _organization(records: Records, actor: Actor) -> dict[str, Any]:
    known = records.actors.get(actor.parent or "")
    return without_none(
        {
            **_names(records, actor),
            "classification": actor.kind,
            "parent_id": actor.parent if known and known.kind != "person" else None,
            "area_id": actor.country,
        }
    )


def _names(records: Records, actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "name": actor.name,
        "other_names": [{"name": name} for name in actor.other_names],
        "links": [{"url": records.iris.of("actor", actor.id)}],
        "status": unsettled(actor),
    }


def _membership(records: Records, membership: Membership) -> dict[str, Any]:
    return without_none(
        {
            "id": membership.id,
            "label": membership.role,
            "role": membership.role,
            "person_id": membership.person,
            "organization_id": membership.organization,
            "on_behalf_of_id": membership.on_behalf_of,
            "start_date": membership.date_start,
            "end_date": membership.date_end,
            "sources": _sources(records, membership.document),
            "status": unsettled(membership),
        }
    )


def _event(records: Records, event: Event) -> dict[str, Any]:
    return without_none(
        {
            "id": event.id,
            "name": event.label,
            "classification": event.kind,
            "start_date": event.date_start,
            "end_date": event.date_end,
            "location": event.place,
        }
    )


def _speech(records: Records, statement: Statement) -> dict[str, Any]:
    return without_none(
        {
            "id": statement.id,
            "creator_id": statement.speaker,
            "role": statement.speaker_role,
            "attribution_text": statement.speaker_label,
            "audience_id": statement.audience,
            "text": statement.content,
            "type": statement.speech_act,
            "event_id": statement.event,
            "date_start": statement.date_start,
            "date_end": statement.date_end,
            "wording": statement.wording,
            "links": [{"url": records.iris.of("statement", statement.id)}],
            "sources": _sources(records, statement.document),
            "status": unsettled(statement),
        }
    )


def _sources(records: Records, id: str | None) -> list[dict[str, Any]]:
    """The document as a link: where it was published if that is known, else our page."""
    if id is None:
        return []
    document: Document | None = records.documents.get(id)
    title = document.title if document else None
    return [
        without_none(
            {"url": web_address(document.url if document else None) or records.iris.of("document", id), "note": title}
        )
    ]
