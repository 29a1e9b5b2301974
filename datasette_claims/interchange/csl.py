"""Citations: CSL-JSON items (https://docs.citationstyles.org, schema csl-citation) and plain text.

A document is cited as what it is. A statement is cited as spoken words within the document that reports them: who
said it, at which occasion, when, and through which report it is known. Dates keep their precision: a year, a month,
a day, or the interval between two days.
"""

from __future__ import annotations

import re
from typing import Any

from .iris import web_address, without_none
from .records import Actor, Claim, Document, Records, Statement, unsettled

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
_TYPES = {
    "news_article": "article-newspaper",
    "press_release": "document",
    "transcript": "speech",
    "post": "post",
    "official_document": "document",
    "report": "report",
    "photograph": "graphic",
}
_GENRES = {"press_release": "Press release", "official_document": "Official document", "transcript": "Transcript"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MARKS = '“”"'


def write(records: Records) -> list[dict[str, Any]]:
    """An item for each document, statement and claim."""
    return [
        *(document_item(records, one) for one in records.documents.values()),
        *(statement_item(records, one) for one in records.statements.values() if one.kind == "utterance"),
        *(claim_item(records, one) for one in records.claims.values()),
    ]


def document_item(records: Records, document: Document) -> dict[str, Any]:
    """The document; its checksum says which version was read."""
    publisher = records.actors.get(document.publisher or "")
    return without_none(
        {
            "id": records.iris.of("document", document.id),
            "type": _TYPES.get(document.kind, "document"),
            "title": document.title,
            "author": [_literal(publisher.name)] if publisher else None,
            "container-title": publisher.name if publisher and document.kind == "news_article" else None,
            "publisher": publisher.name if publisher else None,
            "genre": _GENRES.get(document.kind),
            "issued": date_parts(document.published_on, None),
            "language": document.language,
            "URL": web_address(document.url) or records.iris.of("document", document.id),
            "note": f"SHA-256 of the text: {document.text_sha256}" if document.text_sha256 else None,
        }
    )


def statement_item(records: Records, statement: Statement) -> dict[str, Any]:
    """What was said, in the document that reports it."""
    document = records.documents.get(statement.document or "")
    event = records.events.get(statement.event or "")
    outlet = records.actors.get(document.publisher or "") if document else None
    return without_none(
        {
            "id": records.iris.of("statement", statement.id),
            "type": "speech",
            "title": statement.content,
            "author": _speaker(records.actors.get(statement.speaker or ""), statement.speaker_label),
            "event-title": event.label if event else None,
            "event-place": event.place if event else None,
            "event-date": date_parts(statement.date_start, statement.date_end),
            "issued": date_parts(document.published_on, None) if document else None,
            "container-title": document.title if document else None,
            "publisher": outlet.name if outlet else None,
            "URL": records.iris.of("statement", statement.id),
            "status": unsettled(statement),
        }
    )


def claim_item(records: Records, claim: Claim) -> dict[str, Any]:
    """The record of a claim, as a web page."""
    iri = records.iris.of("claim", claim.id)
    own = {"title": claim.text, "number": claim.identifier, "URL": iri, "status": unsettled(claim)}
    return without_none({"id": iri, "type": "webpage", **own})


def plain_text(item: dict[str, Any]) -> str:
    """A CSL-JSON item of ours as one line: author, title, where, when, address; what is not known is left out."""
    authors = ", ".join(_name(one) for one in item.get("author", []))
    title = str(item.get("title") or "").strip()
    if title and item["type"] == "speech":
        title = f"“{title.strip(_MARKS)}”"
    container = item.get("container-title")
    parts = [
        authors,
        title,
        item.get("event-title"),
        _spoken(item.get("event-date")),
        f"Reported in: {container}" if container and item["type"] == "speech" else None,
        item.get("publisher") if item.get("publisher") != authors else None,
        _spoken(item.get("issued")),
    ]
    sentences = [part if part.endswith((".", ".”", "?", "!", "?”", "!”")) else f"{part}." for part in parts if part]
    mark = [f"[{item['status']}]"] if item.get("status") else []
    return " ".join([*mark, *sentences, item["URL"]])


def date_parts(first: str | None, last: str | None) -> dict[str, Any] | None:
    """ISO dates, which may be partial, as a CSL date; None where nothing is known or a date cannot be read."""
    read = [_parts(day) for day in dict.fromkeys((first, last)) if day]
    return {"date-parts": read} if read and all(read) else None


def _parts(day: str) -> list[int]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", day)
    return [int(part) for part in match.groups() if part] if match else []


def _spoken(date: dict[str, Any] | None) -> str | None:
    """A CSL date in words: 16 May 2019; 1 May 2019 to 15 May 2019."""
    if not date:
        return None
    return " to ".join(_day(parts) for parts in date["date-parts"])


def _day(parts: list[int]) -> str:
    words = [str(parts[0])]
    if len(parts) > 1:
        words.insert(0, _MONTHS[parts[1] - 1])
    if len(parts) > 2:
        words.insert(0, str(parts[2]))
    return " ".join(words)


def _speaker(actor: Actor | None, label: str | None) -> list[dict[str, str]] | None:
    name = actor.name if actor else label
    return [_literal(name)] if name else None


def _literal(name: str) -> dict[str, str]:
    """A name as it stands: which part of it is the family name is not recorded."""
    return {"literal": name}


def _name(author: dict[str, str]) -> str:
    return author["literal"]
