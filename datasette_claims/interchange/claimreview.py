"""schema.org JSON-LD (https://schema.org/ClaimReview): claims, where they appear, and what an assessor concluded.

A claim with a verdict among its assessments becomes a ``ClaimReview`` for each verdict; one without becomes a
``Claim``. Statements that explicitly support a claim are its appearances (``Quotation`` where words are quoted, else
``CreativeWork``), with the speaker as author and the document in which they stand. Statements from which support is
only inferred or summed up by somebody else, and those that dispute the claim, are not appearances of it and are left
out: schema.org has no words for them. A statement by itself is told in the same way, as the ``ClaimReview`` of it
where there is a verdict on the statement.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .iris import web_address, without_none
from .records import REVIEWED, Actor, Assessment, Claim, Document, Records, Statement, language_of, unsettled

CONTEXT = "https://schema.org"
MEDIA_TYPE = "application/ld+json"


def write(records: Records, items: Iterable[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Reviews, claims and quotations (without ``items``: all of ``each``) as one JSON-LD graph."""
    return {"@context": CONTEXT, "@graph": list(each(records) if items is None else items)}


def each(records: Records) -> Iterator[dict[str, Any]]:
    """All claims, then the reviews of statements."""
    yield from each_claim(records, records.claims.values())
    verdicts = _verdicts(records)
    for statement in records.statements.values():
        yield from (review(records, statement, one) for one in verdicts.get(("statement", statement.id), ()))


def each_claim(records: Records, claims: Iterable[Claim]) -> Iterator[dict[str, Any]]:
    """A ``ClaimReview`` for each verdict on a claim; a ``Claim`` where there is no verdict."""
    verdicts = _verdicts(records)
    for claim in claims:
        if ("claim", claim.id) in verdicts:
            yield from (review(records, claim, one) for one in verdicts["claim", claim.id])
        else:
            yield claim_object(records, claim)


def each_said(records: Records, statements: Iterable[Statement]) -> Iterator[dict[str, Any]]:
    """Statements: a ``ClaimReview`` for each verdict on one, its ``Quotation`` (or ``CreativeWork``) without."""
    verdicts = _verdicts(records)
    for statement in statements:
        if ("statement", statement.id) in verdicts:
            yield from (review(records, statement, one) for one in verdicts["statement", statement.id])
        else:
            yield quotation(records, statement)


def _verdicts(records: Records) -> dict[tuple[str, str], list[Assessment]]:
    """(kind, id) of what was assessed -> its verdicts."""
    found: dict[tuple[str, str], list[Assessment]] = {}
    for one in records.assessments.values():
        if one.kind == "verdict" and one.value:
            found.setdefault((one.subject_type, one.subject), []).append(one)
    return found


def review(records: Records, reviewed: Claim | Statement, verdict: Assessment) -> dict[str, Any]:
    """One assessor's verdict. The rating is in words: no scale is stated, so none is made up."""
    is_claim = isinstance(reviewed, Claim)
    item = claim_object(records, reviewed) if isinstance(reviewed, Claim) else quotation(records, reviewed)
    page = records.iris.of("claim" if is_claim else "statement", reviewed.id)
    return without_none(
        {
            "@type": "ClaimReview",
            "@id": records.iris.of("assessment", verdict.id),
            "url": web_address(verdict.url) or page,
            "datePublished": verdict.assessed_on,
            "author": {"@type": "Thing", "name": verdict.assessor},
            "claimReviewed": reviewed.text if isinstance(reviewed, Claim) else reviewed.content,
            "itemReviewed": item,
            "reviewBody": verdict.rationale,
            "reviewRating": {"@type": "Rating", "alternateName": verdict.value},
        }
    )


def claim_object(records: Records, claim: Claim) -> dict[str, Any]:
    """The claim with its appearances by the ids of their statements: the format does not keep those of stances."""
    said = {
        one.statement
        for one in records.stances.values()
        if one.statement
        and (one.claim, one.stance, one.basis, one.status) == (claim.id, "supports", "explicit", REVIEWED)
    }
    statements = [records.statements[id] for id in sorted(said) if id in records.statements]
    return without_none(
        {
            "@type": "Claim",
            "@id": records.iris.of("claim", claim.id),
            "url": records.iris.of("claim", claim.id),
            "text": claim.text,
            "datePublished": claim.date,
            "about": claim.topic,
            "identifier": claim.identifier,
            "creativeWorkStatus": unsettled(claim),
            "appearance": [quotation(records, one) for one in statements],
        }
    )


def quotation(records: Records, statement: Statement) -> dict[str, Any]:
    """A statement, with who said it and where it is reported."""
    document = records.documents.get(statement.document or "")
    quoted = statement.wording in ("verbatim", "mixed")
    return without_none(
        {
            "@type": "Quotation" if quoted else "CreativeWork",
            "@id": records.iris.of("statement", statement.id),
            "url": records.iris.of("statement", statement.id),
            "text" if quoted else "abstract": statement.content,
            "author": agent(records, statement.speaker, statement.speaker_label),
            "dateCreated": _when(statement.date_start, statement.date_end),
            "isPartOf": article(records, document) if document else None,
            "creativeWorkStatus": unsettled(statement),
        }
    )


def _when(first: str | None, last: str | None) -> str | None:
    """A span of days as one ISO date: a day, or a whole month or year; None for any other span."""
    if first is None or last is None or first == last:
        return first if first == last else None
    year, month = first[:4], first[:7]
    if (first, last) == (f"{year}-01-01", f"{year}-12-31"):
        return year
    if first == f"{month}-01" and last == f"{month}-{monthrange(int(year), int(month[5:]))[1]}":
        return month
    return None


def article(records: Records, document: Document) -> dict[str, Any]:
    """The document in which a statement is reported."""
    return without_none(
        {
            "@type": "NewsArticle" if document.kind == "news_article" else "CreativeWork",
            "@id": records.iris.of("document", document.id),
            "name": document.title,
            "url": web_address(document.url),
            "datePublished": document.published_on,
            "inLanguage": language_of(document),
            "publisher": agent(records, document.publisher, None),
        }
    )


def agent(records: Records, id: str | None, label: str | None) -> dict[str, Any] | None:
    """An actor as a Person or an Organization; a printed name alone where no actor is recorded."""
    actor: Actor | None = records.actors.get(id or "")
    if actor is None:
        return {"@type": "Thing", "name": label} if label else None
    kind = {"person": "Person", "organization": "Organization"}.get(actor.kind, "Thing")
    return without_none(
        {
            "@type": kind,
            "@id": records.iris.of("actor", actor.id),
            "name": actor.name,
            "alternateName": list(actor.other_names),
        }
    )
