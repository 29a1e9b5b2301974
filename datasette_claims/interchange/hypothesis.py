"""Hypothesis (https://h.readthedocs.io/en/latest/api-reference/): rows of its API and export files.

Hypothesis counts positions in UTF-16 code units of the text that it saw; ours are code points. They can be
converted only with that text, and stand for something only if the quoted words are there: where the text is given
and the words are not at the position, the one place at which they stand is taken, and if there is none or several,
the mention keeps its words without a position. Without the text a position cannot be converted, and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..anchoring.offsets import OffsetError, from_utf16, to_utf16
from ..schema import vocabulary
from .importing import FileImporter, Import, id_of, listed, objects, read_json, slug, text_of
from .iris import web_address, without_none
from .records import Document, Mention, Records

TextOf = Callable[[str], str | None]
"""The text of a document by its address, None where it is not known."""


def parse(source: Path, text_of_uri: TextOf = lambda uri: None) -> Import:
    """Read a file of rows: a list, or an object with ``rows`` or ``annotations``. Raises Damaged if it is not JSON."""
    found = Import(source.name)
    for place, row in objects(read_json(source), "rows", "annotations"):
        _read(found, place or "the row", row, text_of_uri)
    return found


IMPORTER = FileImporter("hypothesis", "Hypothesis", (".json",), parse)


def _read(found: Import, place: str, row: Any, text_of_uri: TextOf) -> None:
    name = id_of(row.get("id")) if isinstance(row, dict) else None
    if name is None:
        found.trouble(None, place, "not a row with an id", "export the annotations again")
        return
    targets = [target for target in listed(row.get("target")) if isinstance(target, dict)]
    uri = text_of(row.get("uri")) or next((text_of(target.get("source")) for target in targets), None)
    if uri is None:
        found.trouble(None, place, "the address of the page (uri) is missing", "add it")
        return
    selectors = {
        selector.get("type"): selector
        for target in targets
        for selector in listed(target.get("selector"))
        if isinstance(selector, dict) and isinstance(selector.get("type"), str)
    }
    quote = text_of(selectors.get("TextQuoteSelector", {}).get("exact"))
    document = _document(found, row, uri)
    span = _span(found, place, selectors.get("TextPositionSelector"), quote, text_of_uri(uri))
    kind = next((tag for tag in listed(row.get("tags")) if tag in vocabulary.REPORT_TYPE.words), None)
    others = [tag for tag in listed(row.get("tags")) if isinstance(tag, str) and tag != kind]
    note = "\n".join(part for part in (text_of(row.get("text")), ", ".join(others)) if part)
    shared = {"document": document, "report_type": kind, "content": quote, "wording": "reported" if quote else "none"}
    statement = found.add("statements", {"id": f"{name}-statement", "kind": "utterance", **shared, "note": note})
    found.add("mentions", {"id": name, "statement": statement, **shared, "quote": quote, **span})


def _document(found: Import, row: Mapping[str, Any], uri: str) -> str:
    described = row.get("document")
    title = text_of(described.get("title")) if isinstance(described, dict) else None
    name = slug(uri.partition("://")[2] or uri, "document")
    return found.add("documents", {"id": name, "title": title or uri, "url": uri})


def _span(found: Import, place: str, position: Any, quote: str | None, text: str | None) -> dict[str, int]:
    """Where the words stand in the text, in code points; empty where that cannot be told."""
    if text is None or quote is None:
        return {}
    if isinstance(position, dict) and isinstance(position.get("start"), int) and isinstance(position.get("end"), int):
        try:
            start, end = from_utf16(text, [position["start"], position["end"]])
        except OffsetError:
            start = end = 0
        if text[start:end] == quote:
            return {"span_start": start, "span_end": end}
    if text.count(quote) == 1:
        return {"span_start": text.index(quote), "span_end": text.index(quote) + len(quote)}
    stands = "several times" if quote in text else "not"
    wrong = f"“{quote[:60]}” stands {stands} in the text and not at its position"
    found.trouble(None, place, wrong, "the mention keeps its words; place it on the review page")
    return {}


def write(records: Records) -> dict[str, Any]:
    """Rows for the mentions whose words are known; positions in UTF-16 code units where the text is there."""
    rows = list(_rows(records))
    return {"total": len(rows), "rows": rows}


def _rows(records: Records) -> Iterator[dict[str, Any]]:
    for mention in records.mentions.values():
        document = records.documents.get(mention.document)
        selectors = _selectors(mention, document)
        if selectors:
            uri = web_address(document.url if document else None) or records.iris.of("document", mention.document)
            statement = records.statements.get(mention.statement)
            yield without_none(
                {
                    "id": mention.id,
                    "updated": mention.modified,
                    "uri": uri,
                    "text": mention.content or (statement.content if statement else None),
                    "tags": [mention.report_type],
                    "document": {"title": [document.title]} if document else None,
                    "target": [{"source": uri, "selector": selectors}],
                }
            )


def _selectors(mention: Mention, document: Document | None) -> list[dict[str, Any]]:
    text, start, end = document.text if document else None, mention.span_start, mention.span_end
    if text is None or start is None or end is None or end > len(text):
        return [{"type": "TextQuoteSelector", "exact": mention.quote}] if mention.quote else []
    first, last = to_utf16(text, [start, end])
    return [
        {"type": "TextPositionSelector", "start": first, "end": last},
        without_none(
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - 32) : start],
                "suffix": text[end : end + 32],
            }
        ),
    ]
