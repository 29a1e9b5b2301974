"""Reading W3C Web Annotations: an annotation, a list, a page or a collection with its page in it.

An annotation with a passage becomes a mention and its statement; one that is tagged with a part of evidence and
linked to a mention becomes a row of evidence. Documents, statements and mentions that our own exports name by their
IRI keep their ids; a foreign source becomes a document with its address.

Offsets of a ``TextPositionSelector`` are taken as code points, which the recommendation asks for. What has no place
in our tables (other selectors, states, styles) is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..anchoring.selectors import SelectorError, TextPositionSelector, TextQuoteSelector
from ..schema import vocabulary
from .importing import FileImporter, Import, objects, read_json, slug, text_of
from .iris import decoded

_OURS = re.compile(r"^https?://[^?#]*/-/claims/(statement|read|annotations)/([A-Za-z0-9_~+-]+)$")
_ROW = re.compile(r"^https?://[^?#]*/evidence/([A-Za-z0-9_~+-]+)$")


def parse(source: Path) -> Import:
    """Read a ``.json`` or ``.jsonld`` file. Raises Damaged if it is not JSON."""
    found = Import(source.name)
    for place, value in _each(read_json(source)):
        if isinstance(value, dict) and _LISTS.intersection(map(str, _list(value.get("type")))):
            if not _is_empty(value):
                found.trouble(None, place, "a list without its annotations", "save it with its pages embedded in it")
        elif not isinstance(value, dict) or "Annotation" not in _list(value.get("type")):
            found.trouble(None, place, "not an annotation", "its type must be Annotation")
        else:
            _Reading(found, place, value).read()
    return found


IMPORTER = FileImporter("webannotation", "W3C Web Annotation", (".jsonld", ".json"), parse)


_LISTS = {"AnnotationCollection", "AnnotationPage"}


def _is_empty(value: dict[str, Any]) -> bool:
    """Whether a collection or a page says that it holds nothing: by its total, or by a list that is empty."""
    listed = value.get("items", value.get("first"))
    return not listed and (value.get("total") in (0, None) or listed is not None)


def _each(value: Any) -> Iterator[tuple[str, Any]]:
    """The annotations in a file, with their places."""
    if isinstance(value, dict) and isinstance(value.get("first"), dict):
        for place, item in objects(value["first"], "items"):
            yield f"first.{place}", item
    elif isinstance(value, list):
        for number, each in enumerate(value):
            for place, item in objects(each, "items"):
                yield f"[{number}]{'.' if place else ''}{place}", item
    else:
        yield from objects(value, "items")


class _Reading:
    """One annotation."""

    def __init__(self, found: Import, place: str, value: dict[str, Any]) -> None:
        self.found, self.place, self.value = found, place or "the annotation", value
        self.tags: list[str] = []
        self.notes: list[str] = []
        self.statement: str | None = None
        self.mention: str | None = None

    def read(self) -> None:
        """Take it up as a mention or as evidence."""
        for body in _list(self.value.get("body")) + _list(self.value.get("bodyValue")):
            self._read_body(body)
        passage = self._passage()
        if passage is None:
            return
        part = next((tag for tag in self.tags if tag in vocabulary.EVIDENCE_PART.words), None)
        if self.mention is not None and part is not None:
            self._evidence(part, passage)
        else:
            self._mention(passage)

    def _read_body(self, body: Any) -> None:
        if isinstance(body, str):
            self.notes.append(body)
            return
        if not isinstance(body, dict):
            return
        ours = _OURS.match(str(body.get("source") or body.get("id") or ""))
        value = text_of(body.get("value"))
        if ours and ours[1] == "statement":
            self.statement = decoded(ours[2])
        elif ours and ours[1] == "annotations":
            self.mention = decoded(ours[2])
        elif value is not None and "tagging" in _list(body.get("purpose")):
            self.tags.append(value)
        elif value is not None and "describing" not in _list(body.get("purpose")):
            self.notes.append(value)

    def _passage(self) -> dict[str, Any] | None:
        """Document, span and words of the first target that can be read."""
        targets = _list(self.value.get("target"))
        for target in targets:
            source = target if isinstance(target, str) else _source(target)
            if source is None:
                continue
            passage: dict[str, Any] = {"document": self._document(source)}
            for selector in _list(target.get("selector")) if isinstance(target, dict) else []:
                self._read_selector(selector, passage)
            return passage
        self.found.trouble(None, self.place, "no target with a source", "an annotation needs the document it is about")
        return None

    def _read_selector(self, selector: Any, passage: dict[str, Any]) -> None:
        kind = selector.get("type") if isinstance(selector, dict) else None
        try:
            if kind == "TextPositionSelector":
                position = TextPositionSelector.from_json(selector)
                if position.start == position.end:
                    self.found.trouble(None, self.place, "an empty passage", "its end must be after its start")
                    return
                passage |= {"span_start": position.start, "span_end": position.end}
            elif kind == "TextQuoteSelector":
                passage["quote"] = TextQuoteSelector.from_json(selector).exact
            else:
                self.found.trouble(None, self.place, f"a selector of type {kind}", "only text selectors are read")
        except SelectorError as error:
            self.found.trouble(None, self.place, str(error), "correct the selector")

    def _document(self, source: str) -> str:
        ours = _OURS.match(source)
        if ours and ours[1] == "read":
            return self.found.add("documents", {"id": decoded(ours[2]), "title": decoded(ours[2])})
        name = slug(re.sub(r"^[a-z]+://", "", source), "document")
        return self.found.add("documents", {"id": name, "title": source, "url": source})

    def _evidence(self, part: str, passage: dict[str, Any]) -> None:
        if "span_start" not in passage:
            self.found.trouble(None, self.place, "evidence without a position", "add a TextPositionSelector")
            return
        iri = str(self.value.get("id") or "")
        row = _ROW.match(iri)
        place = f"{part}-{passage['span_start']}-{passage['span_end']}"
        id = decoded(row[1]) if row else f"{self.mention}--{place}"
        span = {name: value for name, value in passage.items() if name != "document"}
        self.found.add("evidence", {"id": id, "mention": self.mention, "part": part, **span})

    def _mention(self, passage: dict[str, Any]) -> None:
        iri = text_of(self.value.get("id")) or ""
        ours = _OURS.match(iri)
        name = decoded(ours[2]) if ours and ours[1] == "annotations" else slug(iri, "")
        name = name or f"{passage['document']}--{passage.get('span_start', len(self.found.table('mentions')))}"
        kind = next((tag for tag in self.tags if tag in vocabulary.REPORT_TYPE.words), None)
        status = next((tag for tag in self.tags if tag in vocabulary.STATUS.words), None)
        statement = self.statement or f"{name}-statement"
        shared = {"report_type": kind, "document": passage["document"], "status": status}
        note = "\n".join([*self.notes, *(tag for tag in self.tags if tag not in (kind, status))])
        told = {"kind": "utterance", "content": passage.get("quote"), "wording": "reported", **shared, "note": note}
        self.found.add(
            "statements", {"id": statement, **(told if passage.get("quote") else {**told, "wording": "none"})}
        )
        self.found.add("mentions", {"id": name, "statement": statement, **shared, **passage})


def _source(target: Any) -> str | None:
    """The IRI of a target: its source, or itself where it is a plain resource."""
    if not isinstance(target, dict):
        return None
    source = target.get("source", target.get("id"))
    return text_of(source.get("id")) if isinstance(source, dict) else text_of(source)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
