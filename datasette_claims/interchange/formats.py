"""The formats of exchange by name: what each writes, as which media type, and of which tables it tells."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from . import claimreview, csl, popolo, prov, webannotation
from .iris import Iris
from .records import Records

R = TypeVar("R")

PROV_PROFILE = "http://www.w3.org/ns/prov#"
POPOLO_PROFILE = "https://www.popoloproject.com/specs/"
SCHEMA_PROFILE = "https://schema.org"


@dataclass(frozen=True)
class Scope:
    """What is written of records that were fetched: the rows of a kind, or (``kind`` None) everything.

    Records hold more than that, so that what is written can name what it refers to. ``iri`` names the result.
    """

    kind: str | None = None
    ids: Collection[str] = ()
    iri: str | None = None


WHOLE = Scope()


@dataclass(frozen=True)
class Format:
    """One format.

    ``unit`` is the kind of row that gets a file of its own in an export, ``tells_of`` the tables whose rows it
    represents, ``write`` makes JSON types of records, or lines of text where its files do not end with json.
    """

    name: str
    label: str
    media_type: str
    unit: str
    tells_of: Sequence[str]
    write: Callable[[Records, Scope], Any]
    ending: str = "json"

    @property
    def suffix(self) -> str:
        """How the names of its files end."""
        return f".{self.name}.{self.ending}"

    def body(self, records: Records, scope: Scope) -> bytes:
        """The records within a scope as they are written to files and sent."""
        return self.encoded(self.write(records, scope))

    def encoded(self, written: Any) -> bytes:
        """What ``write`` made, as bytes: JSON, or lines of text."""
        return serialized(written) if self.ending == "json" else _lines(written)


def annotations_of(records: Records, scope: Scope) -> list[dict[str, Any]]:
    """The annotations within a scope: of mentions, each followed by its parts; of evidence, parts alone."""
    if scope.kind == "evidence":
        return [
            webannotation.part_annotation(records, records.evidence[id])
            for id in scope.ids
            if id in records.evidence and records.evidence[id].mention in records.mentions
        ]
    column = {"document": "document", "statement": "statement", "mention": "id"}.get(scope.kind or "")
    if column is None:
        return list(webannotation.each(records))
    place = {id: number for number, id in enumerate(scope.ids)}
    within = [key for key, row in records.mentions.items() if getattr(row, column) in place]
    within.sort(key=lambda key: place[getattr(records.mentions[key], column)])
    mentions = _only(records.mentions, within)
    return list(webannotation.each(replace(records, mentions=mentions), parts=scope.kind != "mention"))


def _annotations(records: Records, scope: Scope) -> dict[str, Any]:
    return webannotation.write(records, annotations_of(records, scope), scope.iri)


def _reviews(records: Records, scope: Scope) -> dict[str, Any]:
    """Of claims: reviews and claims. Of statements and what reports them: what was said, and the claims it bears on."""
    if scope.kind is None:
        return claimreview.write(records)
    if scope.kind == "claim":
        claims = _only(records.claims, scope.ids).values()
        return claimreview.write(records, claimreview.each_claim(records, claims))
    statements = _statements_of(records, scope)
    bearing = [one.claim for one in records.stances.values() if one.statement in set(statements)]
    if scope.kind == "stance":
        bearing = [one.claim for one in _only(records.stances, scope.ids).values()]
    said = claimreview.each_said(records, _only(records.statements, statements).values())
    claims = _only(records.claims, dict.fromkeys(bearing)).values()
    return claimreview.write(records, [*said, *claimreview.each_claim(records, claims)])


def _statements_of(records: Records, scope: Scope) -> list[str]:
    """The ids of the statements within a scope, those that a document reports among them."""
    if scope.kind == "statement":
        return list(scope.ids)
    wanted = set(scope.ids)
    if scope.kind == "document":
        return list(dict.fromkeys(one.statement for one in records.mentions.values() if one.document in wanted))
    told = _only(records.stances, scope.ids).values()
    return [one.statement for one in told if one.statement is not None]


def _citations(records: Records, scope: Scope) -> list[dict[str, Any]]:
    """Of a document: it and the statements that it reports."""
    if scope.kind is None:
        return csl.write(records)
    found: list[dict[str, Any]] = []
    if scope.kind == "document":
        found = [csl.document_item(records, one) for one in _only(records.documents, scope.ids).values()]
    elif scope.kind == "statement":
        found = [csl.statement_item(records, one) for one in _only(records.statements, scope.ids).values()]
    elif scope.kind == "claim":
        found = [csl.claim_item(records, one) for one in _only(records.claims, scope.ids).values()]
    if scope.kind == "document":
        told = [one.statement for one in records.mentions.values() if one.document in scope.ids]
        said = _only(records.statements, told).values()
        found += [csl.statement_item(records, one) for one in said if one.kind == "utterance"]
    return found


def _cited(records: Records, scope: Scope) -> list[str]:
    """The citations as lines of plain text."""
    return [csl.plain_text(item) for item in _citations(records, scope)]


def _only(rows: Mapping[str, R], ids: Collection[str]) -> dict[str, R]:
    """These rows, in the order of the ids."""
    return {id: rows[id] for id in ids if id in rows}


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            "webannotation",
            "W3C Web Annotation",
            webannotation.MEDIA_TYPE,
            "document",
            ("mentions", "evidence"),
            _annotations,
        ),
        Format(
            "prov",
            "W3C PROV-JSON",
            f'{prov.MEDIA_TYPE}; profile="{PROV_PROFILE}"',
            "document",
            ("documents", "statements", "mentions", "claims", "stances", "actors", "events", "provenance"),
            lambda records, scope: prov.write(records),
        ),
        Format(
            "claimreview",
            "schema.org ClaimReview and Claim",
            f'{claimreview.MEDIA_TYPE}; profile="{SCHEMA_PROFILE}"',
            "claim",
            ("claims",),
            _reviews,
        ),
        Format(
            "popolo",
            "Popolo",
            f'{popolo.MEDIA_TYPE}; profile="{POPOLO_PROFILE}"',
            "document",
            ("actors", "memberships", "events", "statements"),
            lambda records, scope: popolo.write(records),
        ),
        Format(
            "csl",
            "citations (CSL-JSON)",
            csl.MEDIA_TYPE,
            "document",
            ("documents", "statements", "claims"),
            _citations,
        ),
        Format(
            "citation",
            "citations (plain text)",
            "text/plain; charset=utf-8",
            "document",
            ("documents", "statements", "claims"),
            _cited,
            "txt",
        ),
    )
}


def collection_of(iris: Iris, kind: str, id: str) -> str:
    """The IRI of the collection of all annotations of a document, statement, claim or actor: the live container."""
    # Every byte but the plainest is percent-encoded, so that the IRI is a URI whatever the id holds.
    value = "".join(
        chr(byte) if re.match(r"[A-Za-z0-9_.-]", chr(byte)) else f"%{byte:02X}"
        for byte in id.encode("utf-8", "surrogatepass")
    )
    return f"{iris.folder('mention')}?{kind}={value}"


def serialized(value: Any) -> bytes:
    """JSON as it is written to files and sent: UTF-8, indented; half a surrogate pair stays escaped.

    "<" is always escaped, which means the same to every parser of JSON: publishers copy JSON-LD into a ``<script>`` of
    their pages, which ``</script>`` or ``<!--`` in a text would end or comment out.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2).encode("ascii")
    return text.replace(b"<", b"\\u003c") + b"\n"


def _lines(lines: Sequence[str]) -> bytes:
    """Lines of text in UTF-8; half a surrogate pair becomes a question mark."""
    return "".join(f"{' '.join(line.split())}\n" for line in lines).encode("utf-8", "replace")


def file_name(id: str, suffix: str) -> str:
    """A file name for a row that is safe on every system and differs where ids differ.

    An id of lower-case letters, digits, ".", "_" and "-" is taken as it is; any other, and a long one, is written as
    a slug with the first eight hexadecimal digits of its SHA-256.
    """
    if re.fullmatch(r"[a-z0-9_-][a-z0-9._-]{0,99}", id):
        return f"{id}{suffix}"
    slug = re.sub(r"[^a-z0-9_-]+", "-", id.lower()).strip("-")[:60] or "row"
    return f"{slug}-{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}{suffix}"
