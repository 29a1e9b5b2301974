"""Files of other programs: brat, Web Annotations, Hypothesis, ClaimReview, Popolo, FollowTheMoney."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from fuzz.target import Drawn, Target, as_text

from datasette_claims.interchange import (
    brat,
    claimreview_reading,
    followthemoney,
    hypothesis,
    popolo_reading,
    webannotation_reading,
)
from datasette_claims.interchange.importing import Damaged
from datasette_claims.loading import Options
from datasette_claims.loading.exchange import import_as
from datasette_claims.loading.problems import LoadError
from datasette_claims.schema import BY_NAME, migrate
from datasette_claims.schema.package import package_columns

TEXT = "Mara Olsen said “it holds” \U0001f600, and the ministry\nwould not be drawn on it."
FOLDER = tempfile.TemporaryDirectory()
CONN = sqlite3.connect(":memory:")
migrate(CONN)


def _file(content: bytes, ending: str) -> Path:
    path = Path(FOLDER.name) / f"a{ending}"
    path.write_bytes(content)
    return path


def _imported(module, path: Path) -> None:
    """Rows that our tables have, each id once, whose quotes stand in their texts; what is left out has a reason and a
    remedy; the same again; and the loader takes the rows or names what is wrong with them."""
    try:
        found = module.parse(path)
    except Damaged as damaged:
        assert all(trouble.wrong and trouble.remedy for trouble in damaged.troubles)
        return
    assert all(trouble.wrong and trouble.remedy and str(trouble) for trouble in found.troubles)
    again = module.parse(path)
    assert (again.rows, again.troubles) == (found.rows, found.troubles)
    texts = {row["id"]: row.get("text") for row in found.table("documents")}
    for table, row in found.rows:
        assert set(row) <= {*package_columns(BY_NAME[table]), "text"}, row
        text = texts.get(row.get("document"))
        if text is not None and {"span_start", "span_end", "quote"} <= set(row):
            assert text[row["span_start"] : row["span_end"]] == row["quote"]
    try:
        report = import_as(CONN, [path], module.IMPORTER, Options(dry_run=True), lenient=True).report
    except LoadError as error:
        assert all(problem.wrong and problem.remedy for problem in error.problems)
    else:
        assert sum(count.added for count in report.counts.values()) == len(found.rows)
    assert CONN.execute("SELECT count(*) FROM loads").fetchone() == (0,)


def _of_json(module, members: tuple[str, ...], words: tuple[str, ...]) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        drawn = Drawn(data)
        if drawn.number(1):
            content = json.dumps([drawn.json(members, words) for _ in range(1 + drawn.number(3))]).encode()
        else:
            content = drawn.rest()
        _imported(module, _file(content, module.IMPORTER.suffixes[0]))

    check.__doc__ = _imported.__doc__
    return check


def _of_lines(module, words: tuple[str, ...]) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        drawn = Drawn(data)
        content = as_text(drawn.rest(), words).encode("utf-8", "surrogatepass") if drawn.number(1) else drawn.rest()
        _file(TEXT.encode(), ".txt")
        _imported(module, _file(content, module.IMPORTER.suffixes[0]))

    check.__doc__ = _imported.__doc__
    return check


def _target(name: str, module, seed: object, words: tuple[str, ...]) -> Target:
    members = tuple(sorted(_names(seed) | {"@graph", "id", "type", "items"}))
    return Target(name, _of_json(module, members, words), [b"\0" + json.dumps(seed).encode()], (*words, *members))


def _names(value: object) -> set[str]:
    if isinstance(value, dict):
        return {*value}.union(*map(_names, value.values()))
    return set().union(*map(_names, value)) if isinstance(value, list) else set()


_ANN = (
    "T1\tSource 0 10\tMara Olsen\nT2\tCue 11 15\tsaid\nT3\tContent 17 25\tit holds\n"
    "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\nA1\tReport-type E1 direct\n#1\tAnnotatorNotes E1\tnote\n"
)
_FTM = (
    "canonical_id,schema,prop,value\nQ1,Person,name,Mara Olsen\nQ1,Person,nationality,gb\nQ2,Company,name,Example\n"
    "l1,Membership,member,Q1\nl1,Membership,organization,Q2\nl1,Membership,startDate,2019-05\n"
)
_ANNOTATION = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "https://example.org/claims/-/claims/annotations/m1",
    "type": "Annotation",
    "motivation": "describing",
    "creator": {"name": "Ann"},
    "created": "2019-05-16T10:00:00Z",
    "body": [
        {"type": "TextualBody", "purpose": "tagging", "value": "direct"},
        {"type": "TextualBody", "purpose": "commenting", "value": "note"},
        "https://example.org/claims/-/claims/statement/s1",
    ],
    "target": {
        "source": "https://example.org/claims/-/claims/read/d1",
        "selector": [
            {"type": "TextQuoteSelector", "exact": "it holds", "prefix": "“", "suffix": "”"},
            {"type": "TextPositionSelector", "start": 17, "end": 25},
        ],
    },
}
_HYPOTHESIS = {
    "total": 1,
    "rows": [
        {
            "id": "h1",
            "uri": "https://example.org/a",
            "user": "acct:ann@example.org",
            "text": "note",
            "tags": ["direct"],
            "created": "2019-05-16T10:00:00Z",
            "document": {"title": ["Bridge"]},
            "target": [
                {
                    "source": "https://example.org/a",
                    "selector": [
                        {"type": "TextQuoteSelector", "exact": "it holds", "prefix": "“", "suffix": "”"},
                        {"type": "TextPositionSelector", "start": 17, "end": 25},
                    ],
                }
            ],
        }
    ],
}
_REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://example.org/check",
    "datePublished": "2019-05-16",
    "author": {"@type": "Organization", "name": "Example Checks"},
    "claimReviewed": "The bridge is safe.",
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Mara Olsen"},
        "datePublished": "2019-05-15",
        "appearance": [{"@type": "NewsArticle", "url": "https://example.org/a", "headline": "Bridge"}],
    },
    "reviewRating": {"ratingValue": "1", "bestRating": 5, "worstRating": 1, "alternateName": "False"},
}
_POPOLO = {
    "persons": [{"id": "p1", "name": "Mara Olsen", "other_names": [{"name": "Olsen"}], "national_identity": "GB"}],
    "organizations": [{"id": "o1", "name": "Example Group", "parent_id": "o1", "classification": "party"}],
    "memberships": [
        {"id": "m1", "person_id": "p1", "organization_id": "o1", "role": "Minister", "start_date": "2019-05"},
    ],
    "speeches": [],
}
_LINES = ("T1\tSource 0 10\t", "E1\t", "T2", "#1\t", " 3 5;7 9")
_CELLS = (",", "\n", '"', "Q1", "Person", "Membership", "member")
_WORDS = ("Annotation", "TextQuoteSelector", "TextPositionSelector", "direct", "2019-05-16", "https://example.org/a")

TARGETS = (
    Target("brat", _of_lines(brat, _LINES), [b"\0" + _ANN.encode()], _LINES),
    Target("followthemoney", _of_lines(followthemoney, _CELLS), [b"\0" + _FTM.encode()], _CELLS),
    _target(
        "webannotation", webannotation_reading, _ANNOTATION, (*_WORDS, "TextualBody", "tagging", "content", "it holds")
    ),
    _target("hypothesis", hypothesis, _HYPOTHESIS, (*_WORDS, "it holds", "content")),
    _target(
        "claimreview", claimreview_reading, _REVIEW, ("ClaimReview", "Claim", "Person", "False", "2019-05-16", "1")
    ),
    _target("popolo", popolo_reading, _POPOLO, ("p1", "o1", "Mara Olsen", "2019-05", "GB", "Quotation")),
)
