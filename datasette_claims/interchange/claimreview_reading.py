"""Reading schema.org ClaimReview and Claim JSON-LD: claims, verdicts, and who is said to have made the claim.

A review becomes a claim and an assessment (kind "verdict"). The author of the reviewed claim becomes an actor whose
stance is known through the reviewer (basis "third_party"); an appearance that is a ``Quotation`` with words and an
author becomes a statement that explicitly supports the claim. A ``Quotation`` by itself becomes a statement, and a
review of one of our own statements an assessment of it. Ids of our own exports are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .importing import FileImporter, Import, day_of, objects, read_json, slug, text_of
from .iris import decoded

_OURS = re.compile(r"/(?:-/claims/(?:claim|statement|actor|read)|assessments)/([A-Za-z0-9_~+-]+)$")
_KINDS = {"Person": "person", "Organization": "organization", "NewsMediaOrganization": "organization"}


def parse(source: Path) -> Import:
    """Read a JSON-LD file: one object, a list, or a ``@graph``. Raises Damaged if it is not JSON."""
    found = Import(source.name)
    for place, value in objects(read_json(source), "@graph", "itemListElement"):
        where = place or "the object"
        kinds = _types(value)
        if "ClaimReview" in kinds:
            _review(found, where, value)
        elif "Claim" in kinds:
            _claim(found, where, value, text_of(value.get("text")) or text_of(value.get("name")))
        elif "Quotation" in kinds or _is_statement(value):
            if _statement(found, value) is None:
                found.trouble(None, where, "the words (text) or the author's name are missing", "add them")
        else:
            wrong = "neither a ClaimReview nor a Claim nor a Quotation"
            found.trouble(None, where, wrong, "only these types are read")
    return found


IMPORTER = FileImporter("claimreview", "schema.org ClaimReview", (".json", ".jsonld"), parse)


def _review(found: Import, place: str, value: Mapping[str, Any]) -> None:
    reviewed = _one(value.get("itemReviewed"))
    text = text_of(value.get("claimReviewed")) or text_of(reviewed.get("text")) or text_of(reviewed.get("name"))
    said = _statement(found, reviewed) if _is_statement(reviewed) else None
    subject = said[0] if said else _claim(found, place, reviewed, text)
    if subject is None:
        return
    rating = _one(value.get("reviewRating"))
    verdict = text_of(rating.get("alternateName")) or text_of(rating.get("name")) or _number(rating)
    assessor = text_of(_one(value.get("author")).get("name"))
    if verdict is None or assessor is None:
        missing = "rating in words (reviewRating.alternateName)" if verdict is None else "author's name (author.name)"
        found.trouble(None, place, f"the {missing} is missing", "add it; the claim itself is taken over")
        return
    url = text_of(value.get("url"))
    rationale = text_of(value.get("reviewBody")) or text_of(rating.get("ratingExplanation"))
    found.add(
        "assessments",
        {
            "id": _id(value, f"{subject}--{slug(assessor, 'assessor')}"),
            "subject_type": "statement" if said else "claim",
            "subject": subject,
            "kind": "verdict",
            "value": verdict,
            "assessor": assessor,
            "assessed_on": day_of(value.get("datePublished")),
            "rationale": rationale or "The review states no reasons here; see its page.",
            "url": url if url and not _OURS.search(url) else None,
        },
    )


def _number(rating: Mapping[str, Any]) -> str | None:
    """A rating in figures with its scale, as 2 of 1–5."""
    value, worst, best = (text_of(rating.get(name)) for name in ("ratingValue", "worstRating", "bestRating"))
    return f"{value} of {worst or 1}–{best}" if value and best else value


def _claim(found: Import, place: str, value: Mapping[str, Any], text: str | None) -> str | None:
    if text is None:
        found.trouble(None, place, "the text of the claim (claimReviewed, text) is missing", "add it")
        return None
    row = {
        "text": text,
        "kind": "factual",
        "topic": text_of(value.get("about")),
        "date": day_of(value.get("datePublished")),
        "identifier": text_of(value.get("identifier")),
    }
    claim = found.add("claims", {"id": _id(value, slug(text, "claim")), **row})
    author = _actor(found, value.get("author"))
    if author is not None:
        stance = {"id": f"{claim}--{author}", "claim": claim, "stance": "supports", "basis": "third_party"}
        found.add("stances", {**stance, "actor": author})
    appearances = value.get("appearance")
    for item in appearances if isinstance(appearances, list) else [appearances]:
        if isinstance(item, dict):
            _appearance(found, claim, item)
    return claim


def _appearance(found: Import, claim: str, value: Mapping[str, Any]) -> None:
    """A quotation with its author becomes a statement; anything else with an address a document."""
    said = _statement(found, value)
    if said is None:
        _document(found, value)
        return
    statement, author = said
    stance = {"id": f"{claim}--{statement}", "claim": claim, "stance": "supports", "basis": "explicit"}
    found.add("stances", {**stance, "actor": author, "statement": statement})


def _is_statement(value: Any) -> bool:
    """Whether this is one of our own statements."""
    return isinstance(value, dict) and "/-/claims/statement/" in (text_of(value.get("@id")) or "")


def _statement(found: Import, value: Mapping[str, Any]) -> tuple[str, str] | None:
    """(statement, speaker) of words with their author; None where either is missing."""
    words = text_of(value.get("text")) or text_of(value.get("abstract"))
    author = _actor(found, value.get("author"))
    if words is None or author is None or not {"Quotation", "CreativeWork"} & _types(value):
        return None
    day = day_of(value.get("dateCreated"))
    statement = found.add(
        "statements",
        {
            "id": _id(value, f"{author}--{slug(words, 'words')}"[:120]),
            "kind": "utterance",
            "content": words,
            "wording": "verbatim" if "Quotation" in _types(value) else "paraphrase",
            "speaker": author,
            "date_start": day,
            "date_end": day,
            "document": _document(found, _one(value.get("isPartOf"))),
        },
    )
    return statement, author


def _document(found: Import, value: Mapping[str, Any]) -> str | None:
    url = text_of(value.get("url"))
    title = text_of(value.get("name")) or text_of(value.get("headline")) or url
    if title is None:
        return None
    row = {
        "title": title,
        "kind": "news_article" if {"NewsArticle", "Article"} & _types(value) else None,
        "publisher": _actor(found, value.get("publisher")),
        "published_on": day_of(value.get("datePublished")),
        "language": text_of(value.get("inLanguage")),
        "url": url if url and not _OURS.search(url) else None,
    }
    return found.add("documents", {"id": _id(value, slug(url or title, "document")), **row})


def _actor(found: Import, value: Any) -> str | None:
    actor = _one(value)
    name = text_of(actor.get("name"))
    if name is None:
        return None
    kind = next((_KINDS[word] for word in _types(actor) if word in _KINDS), "group")
    others = actor.get("alternateName")
    listed = others if isinstance(others, list) else [others]
    names = [other.replace(";", ",") for other in listed if isinstance(other, str)]
    row = {"name": name, "kind": kind, "identification": "named", "other_names": ";".join(names)}
    return found.add("actors", {"id": _id(actor, slug(name, "actor")), **row})


def _id(value: Mapping[str, Any], otherwise: str) -> str:
    """The id in an IRI of ours, else the one given."""
    ours = _OURS.search(text_of(value.get("@id")) or "")
    return decoded(ours[1]) if ours else otherwise


def _one(value: Any) -> Mapping[str, Any]:
    """An object, or the first of a list; a plain text becomes the name of one."""
    if isinstance(value, list):
        value = value[0] if value else {}
    if isinstance(value, str):
        return {"name": value}
    return value if isinstance(value, dict) else {}


def _types(value: Any) -> set[str]:
    """The types of an object, without their namespace."""
    found = value.get("@type", value.get("type")) if isinstance(value, dict) else None
    names = found if isinstance(found, list) else [found]
    return {str(name).rsplit("/", 1)[-1].removeprefix("schema:") for name in names if name}
