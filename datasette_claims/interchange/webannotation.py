"""W3C Web Annotation Data Model (https://www.w3.org/TR/annotation-model/): annotations, collections and pages.

A mention becomes an annotation whose target is its passage in the document and whose bodies are the statement that
it reports, a sentence that says who said what, and its report type as a tag. Each span of evidence becomes an
annotation of its own, tagged with its part and pointing to the mention.

An annotation that a program sent is told as it was sent; a mention that it became adds what people changed since.

Positions are Unicode code points of the document's text in our database, so they stand with our IRI of the
document. Where the words are there, a quote selector stands beside the position, and again with the address at
which the document was published. Where they are withheld, there is a position and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ..anchoring.selectors import CONTEXT_LENGTH, TextPositionSelector, TextQuoteSelector
from ..schema import vocabulary
from .iris import web_address, without_none
from .records import Document, Evidence, Kept, Mention, Records

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def write(records: Records, items: Sequence[Mapping[str, Any]] | None = None, iri: str | None = None) -> dict[str, Any]:
    """Annotations (without ``items``: all) as one collection with one page embedded in it, complete in itself.

    ``iri`` names the collection; without it, it is that of all annotations and their parts.
    """
    items = list(each(records)) if items is None else items
    iri = iri or f"{records.iris.folder('mention')}?parts=yes"
    found = collection(iri, "Annotations", len(items), len(items))
    if items:
        found["first"] = without_none({**page(iri, 0, items, len(items), len(items)), "@context": None})
        del found["last"]
    return found


def each(records: Records, parts: bool = True) -> Iterator[dict[str, Any]]:
    """An annotation for each mention, by id, each followed by those of its spans if ``parts``; at last the notes."""
    evidence = records.evidence_of() if parts else {}
    for mention in records.mentions.values():
        yield annotation(records, mention)
        for span in evidence.get(mention.id, ()):
            yield part_annotation(records, span)
    for kept in records.annotations.values():
        if kept.mention is None:
            yield note(records, kept)


def annotation(records: Records, mention: Mention) -> dict[str, Any]:
    """The annotation of one mention; as it was sent, where a program sent it."""
    made = _made(records, mention)
    kept = records.kept_of(mention.id)
    return made if kept is None else as_sent(kept, made["id"], made if mention.revision > kept.revision else None)


def note(records: Records, kept: Kept) -> dict[str, Any]:
    """An annotation that became no mention, as it was sent."""
    return as_sent(kept, records.iris.of("mention", kept.id))


def as_sent(kept: Kept, iri: str, made: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An annotation as it was sent, under our IRI, with the times that it did not have itself.

    ``made``: what the mention has become since; its target takes the place of the one that was sent, and its bodies
    stand after those that were sent.
    """
    sent = json.loads(kept.annotation)
    found: dict[str, Any] = {"@context": sent.get("@context", CONTEXT), "id": iri, **sent}
    found.setdefault("created", kept.made_at)
    if made is not None or kept.modified_at != kept.made_at:
        found["modified"] = (made or {}).get("modified") or kept.modified_at
    if made is not None:
        bodies = sent.get("body", [])
        bodies = bodies if isinstance(bodies, list) else [bodies]
        if "bodyValue" in found:  # an annotation has one or the other
            bodies = [{"type": "TextualBody", "value": found.pop("bodyValue"), "format": "text/plain"}]
        found["body"] = [*bodies, *(body for body in made["body"] if body not in bodies)]
        found["target"] = made["target"]
    return {name: value for name, value in found.items() if value is not None}


def _made(records: Records, mention: Mention) -> dict[str, Any]:
    """The annotation of one mention, made of its rows."""
    statement = records.iris.of("statement", mention.statement)
    bodies = [
        {"type": "SpecificResource", "purpose": "identifying", "source": statement},
        {"type": "TextualBody", "purpose": "tagging", "value": mention.report_type},
    ]
    if mention.status != "reviewed":
        bodies.append({"type": "TextualBody", "purpose": "tagging", "value": mention.status})
    told = _sentence(records, mention)
    if told:
        bodies.insert(1, {"type": "TextualBody", "purpose": "describing", "value": told, "format": "text/plain"})
    return without_none(
        {
            "@context": CONTEXT,
            "id": records.iris.of("mention", mention.id),
            "type": "Annotation",
            "motivation": "describing",
            "modified": mention.modified,
            "body": bodies,
            "target": _target(records, mention.document, mention.span_start, mention.span_end, mention.quote),
        }
    )


def part_annotation(records: Records, span: Evidence) -> dict[str, Any]:
    """The annotation of one span of evidence; its mention must be among the records."""
    mention = records.mentions[span.mention]
    source = records.iris.of("mention", mention.id)
    return without_none(
        {
            "@context": CONTEXT,
            "id": records.iris.of("evidence", span.id),
            "type": "Annotation",
            "motivation": "tagging",
            "modified": span.modified,
            "body": [
                {"type": "TextualBody", "purpose": "tagging", "value": span.part},
                {"type": "SpecificResource", "purpose": "linking", "source": source},
            ],
            "target": _target(records, mention.document, span.span_start, span.span_end, span.quote),
        }
    )


def collection(iri: str, label: str, total: int, page_size: int) -> dict[str, Any]:
    """An annotation collection without its pages; ``iri`` ends before the page's query string."""
    last = max(0, -(-total // page_size) - 1) if page_size else 0
    found = {"@context": CONTEXT, "id": iri, "type": "AnnotationCollection", "label": label, "total": total}
    if total:
        found |= {"first": page_iri(iri, 0), "last": page_iri(iri, last)}
    return found


def page(iri: str, number: int, items: Sequence[Mapping[str, Any]], page_size: int, total: int) -> dict[str, Any]:
    """Page ``number``, from 0, of the collection ``iri``, with annotations in full."""
    start = number * page_size
    return without_none(
        {
            "@context": CONTEXT,
            "id": page_iri(iri, number),
            "type": "AnnotationPage",
            "partOf": {"id": iri, "type": "AnnotationCollection", "total": total},
            "prev": page_iri(iri, number - 1) if number else None,
            "next": page_iri(iri, number + 1) if start + len(items) < total else None,
        }
    ) | {
        "startIndex": start,
        "items": [{name: value for name, value in item.items() if name != "@context"} for item in items],
    }


def pages(records: Records, iri: str, label: str, page_size: int = 100) -> Iterator[dict[str, Any]]:
    """The collection, then its pages, for an export into files."""
    notes = sum(kept.mention is None for kept in records.annotations.values())
    total = len(records.mentions) + len(records.evidence) + notes
    yield collection(iri, label, total, page_size)
    items = each(records)
    for number in range(-(-total // page_size)):
        yield page(iri, number, list(islice(items, page_size)), page_size, total)


def page_iri(iri: str, number: int) -> str:
    """The IRI of a page of a collection."""
    return f"{iri}{'&' if '?' in iri else '?'}page={number}"


def _target(
    records: Records, document_id: str, start: int | None, end: int | None, quote: str | None
) -> list[dict[str, Any]] | dict[str, Any] | str:
    """The passage in our document, and the quote at the address where it was published."""
    source = records.iris.of("document", document_id)
    document = records.documents.get(document_id)
    words = _quote_selector(document, start, end, quote)
    selectors: list[dict[str, Any]] = [dict(words.as_json())] if words else []
    if start is not None and end is not None:
        selectors.append(dict(TextPositionSelector(start, end).as_json()))
    if not selectors:
        return source
    ours = {"type": "SpecificResource", "source": source, "selector": selectors}
    published = web_address(document.url if document else None)
    if published is None or words is None:
        return ours
    return [ours, {"type": "SpecificResource", "source": published, "selector": dict(words.as_json())}]


def _quote_selector(
    document: Document | None, start: int | None, end: int | None, quote: str | None
) -> TextQuoteSelector | None:
    """The words with their context where the text is there, the recorded words alone where it is not."""
    text = document.text if document else None
    if text is None or start is None or end is None or end > len(text):
        return TextQuoteSelector(quote) if quote else None
    before, after = text[max(0, start - CONTEXT_LENGTH) : start], text[end : end + CONTEXT_LENGTH]
    return TextQuoteSelector(text[start:end], before, after)


def _sentence(records: Records, mention: Mention) -> str | None:
    """Who said what, in the words of the record."""
    statement = records.statements.get(mention.statement)
    actor = records.actors.get(statement.speaker or "") if statement else None
    who = (actor.name if actor else None) or mention.speaker_label or (statement.speaker_label if statement else None)
    what = mention.content or (statement.content if statement else None)
    kind = vocabulary.REPORT_TYPE.term(mention.report_type).label.lower()
    return ": ".join(part for part in (f"{who} ({kind})" if who else None, what) if part) or None
