"""A Web Annotation as a program sends it: whether it is one, and what it says in the terms of the record.

Checked is what the model demands of every annotation (https://www.w3.org/TR/annotation-model/, sections 3.1, 3.2
and 3.3) and what would make ours wrong in turn, such as a date that is none. Everything else is kept as it is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..anchoring.selectors import SelectorError, TextPositionSelector, TextQuoteSelector
from ..schema import vocabulary
from .iris import Iris
from .webannotation import CONTEXT

TALK = frozenset(
    ("assessing", "bookmarking", "commenting", "editing", "moderating", "questioning", "replying"),
)
"""Motivations of annotations that talk about a passage and do not say what it reports."""

_TIMES = ("created", "modified", "generated")
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


class NoAnnotation(ValueError):
    """What was sent is no Web Annotation. ``member`` is where, ``wrong`` what, ``remedy`` what to send instead."""

    def __init__(self, member: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{member}: {wrong}")
        self.member, self.wrong, self.remedy = member, wrong, remedy


@dataclass(frozen=True)
class Target:
    """A source and how a passage in it is pointed at, in code points of the source's text."""

    source: str
    quote: TextQuoteSelector | None = None
    position: TextPositionSelector | None = None


@dataclass(frozen=True)
class Sent:
    """An annotation that was sent. ``value`` is all of it but its id; ``id`` what it called itself, None for nothing.

    ``statement`` is the id of the statement of ours that it identifies, ``report_type`` a word of the vocabulary,
    ``note`` the words of its other bodies, ``talk`` whether it only talks about the passage.
    """

    value: dict[str, Any]
    id: str | None
    targets: tuple[Target, ...]
    statement: str | None
    report_type: str | None
    note: str | None
    talk: bool


def decoded(body: bytes) -> Any:
    """The JSON value in a body, if it can be written as JSON in UTF-8 again: no NaN, no infinite number and no half
    character, all of which Python would read. Raises ValueError, RecursionError where it is nested too deeply.
    """
    value = json.loads(body.decode("utf-8"), parse_constant=_number, parse_float=_number)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no number that JSON can hold")
    return number


def parse(value: Any, iris: Iris) -> Sent:
    """Read an annotation. Raises NoAnnotation."""
    if not isinstance(value, dict):
        raise NoAnnotation("the body", "not a JSON object", "send one annotation")
    found = {name: member for name, member in value.items() if name != "id"}
    id = value.get("id")
    if id is not None and not isinstance(id, str):
        raise NoAnnotation("id", "not an IRI", "leave it out: the server gives the annotation its own")
    _check(found)
    bodies = listed(found.get("body"))
    tags, notes, statement = _said(bodies, iris)
    if isinstance(found.get("bodyValue"), str):
        notes.append(found["bodyValue"])
    kind = next((tag for tag in tags if tag in vocabulary.REPORT_TYPE.words), None)
    motives = set(filter(lambda each: isinstance(each, str), listed(found.get("motivation"))))
    return Sent(
        found,
        id,
        tuple(target for each in listed(found["target"]) if (target := _target(each)) is not None),
        statement,
        kind,
        "\n".join([*notes, *(tag for tag in tags if tag != kind)]) or None,
        bool(motives) and motives <= TALK,
    )


def _check(value: dict[str, Any]) -> None:
    """Refuse what is no annotation; an empty list of bodies, which says nothing, is dropped."""
    if CONTEXT not in listed(value.get("@context")):
        raise NoAnnotation("@context", f"does not name {CONTEXT}", "send the annotation with its context")
    if "Annotation" not in listed(value.get("type")):
        raise NoAnnotation("type", "is not Annotation", "send an annotation")
    if value.get("body") == []:
        del value["body"]
    if "body" in value and "bodyValue" in value:
        raise NoAnnotation("bodyValue", "stands beside a body", "send one of them")
    if "bodyValue" in value and not isinstance(value["bodyValue"], str):
        raise NoAnnotation("bodyValue", "is not text", "send text, or a body")
    for name in ("body", "target"):
        if any(not _resource(each) for each in listed(value.get(name))):
            raise NoAnnotation(name, "neither an IRI nor an object", "send one of these, or a list of them")
    if not listed(value.get("target")):
        raise NoAnnotation("target", "missing", "say what the annotation is about")
    for name in _TIMES:
        if name in value and not (isinstance(value[name], str) and _TIME.fullmatch(value[name])):
            raise NoAnnotation(name, "not a date and time with its zone", "write it as 2019-05-16T12:00:00Z")
    if "canonical" in value and not isinstance(value["canonical"], str):
        raise NoAnnotation("canonical", "not one IRI", "send one IRI, or leave it out")


def _resource(value: Any) -> bool:
    return (isinstance(value, str) and bool(value)) or (isinstance(value, dict) and bool(value))


def _said(bodies: list[Any], iris: Iris) -> tuple[list[str], list[str], str | None]:
    """Tags, other texts, and the statement that the bodies identify."""
    tags: list[str] = []
    notes: list[str] = []
    statement = None
    for body in bodies:
        if isinstance(body, str):
            statement = statement or iris.id_of(body, "statement")
            continue
        named = body.get("source", body.get("id"))
        if isinstance(named, str):
            statement = statement or iris.id_of(named, "statement")
        text = body.get("value")
        if isinstance(text, str) and text.strip():
            (tags if "tagging" in listed(body.get("purpose")) else notes).append(text)
    return tags, notes, statement


def _target(value: Any) -> Target | None:
    """A target with a source; None for one that is described in another way."""
    if isinstance(value, str):
        return Target(value)
    source = value.get("source", value.get("id"))
    source = source.get("id") if isinstance(source, Mapping) else source
    if not isinstance(source, str):
        return None
    quote, position = None, None
    for selector in listed(value.get("selector")):
        kind = selector.get("type") if isinstance(selector, dict) else None
        try:
            if kind == "TextQuoteSelector":
                quote = quote or TextQuoteSelector.from_json(selector)
            elif kind == "TextPositionSelector":
                position = position or TextPositionSelector.from_json(selector)
        except SelectorError as error:
            raise NoAnnotation("target", str(error), "correct the selector") from error
    return Target(source, quote if quote and quote.exact else None, position)


def listed(value: Any) -> list[Any]:
    """A value that may be one or several, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
