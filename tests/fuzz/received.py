"""A Web Annotation that a program sends to the record."""

from __future__ import annotations

import json
import sqlite3

from fuzz.formats import _ANNOTATION
from fuzz.target import Drawn, Target

from datasette_claims.annotating.acts import By
from datasette_claims.annotating.receiving import Conflict, receive, replace, take_back
from datasette_claims.interchange.iris import Iris
from datasette_claims.interchange.webannotation_sent import NoAnnotation, decoded, parse
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.writing import Change, StaleRow, apply_changes
from datasette_claims.schema import migrate

IRIS = Iris("https://example.org/claims")
BY = By("ann", "2026-01-01T00:00:00Z")
TEXT = "Mara Olsen said “it holds” \U0001f600, and that it holds. The ministry\nwould not be drawn on it."


def _record() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    document = {"title": "Bridge", "kind": "news_article", "text": TEXT, "text_length": len(TEXT), "rights": "cc0"}
    withheld = {"title": "Tunnel", "kind": "news_article", "text_length": 90, "rights": "withheld"}
    said = {"document": "d1", "report_type": "direct", "content": "it holds", "wording": "reported"}
    passage = {"span_start": 17, "span_end": 25, "quote": TEXT[17:25]}
    changes = (
        Change("insert", "documents", "d1", {**document, "url": "https://example.org/a"}),
        Change("insert", "documents", "d2", withheld),
        Change("insert", "statements", "s1", {"kind": "utterance", **said}),
        Change("insert", "mentions", "m1", {"statement": "s1", **said, **passage}),
    )
    apply_changes(conn, changes, "ann")
    conn.commit()
    return conn


CONN = _record()
MEMBERS = (
    *("@context", "id", "type", "motivation", "created", "body", "bodyValue", "target", "source", "selector", "exact"),
    *("prefix", "suffix", "start", "end", "purpose", "value", "via", "canonical"),
)
WORDS = (
    *("http://www.w3.org/ns/anno.jsonld", "Annotation", "TextQuoteSelector", "TextPositionSelector", "TextualBody"),
    *("tagging", "commenting", "direct", "it holds", "“", "https://example.org/a", "2019-05-16T10:00:00Z"),
    *(IRIS.of("document", "d1"), IRIS.of("document", "d2"), IRIS.of("statement", "s1"), IRIS.of("statement", "no")),
    *(IRIS.of("mention", "m1"), IRIS.folder("statement") + "~FF", "The ministry\nwould"),
)
SELECTORS = (
    {"type": "TextQuoteSelector", "exact": "it holds", "prefix": "“"},
    {"type": "TextQuoteSelector", "exact": "it holds"},
    {"type": "TextPositionSelector", "start": 17, "end": 25},
    {"type": "TextPositionSelector", "start": 80, "end": 2**63},
)


def _body(drawn: Drawn) -> bytes:
    kind = drawn.number(3)
    if kind == 0:
        return drawn.rest()
    if kind == 1:
        return json.dumps(drawn.json(MEMBERS, WORDS)).encode()
    source = drawn.pick((IRIS.of("document", "d1"), IRIS.of("document", "d2"), "https://example.org/a"))
    selectors = drawn.pick((SELECTORS[0], [*SELECTORS[1:3]], SELECTORS[3], drawn.json(MEMBERS, WORDS)))
    changed = {drawn.pick(MEMBERS): drawn.json(MEMBERS, WORDS) for _ in range(drawn.number(2))}
    value = {**_ANNOTATION, "id": None, "body": [], "target": {"source": source, "selector": selectors}, **changed}
    return json.dumps(value).encode()


def annotation(data: bytes) -> None:
    """What is sent is taken up whole, with its passage exactly where its words stand, or refused with a reason
    (NoAnnotation, LoadError, Conflict); the record's own rules hold afterwards; taken back, it is as it was."""
    drawn = Drawn(data)
    act, body = drawn.number(2), _body(drawn)
    try:
        value = decoded(body)
    except (ValueError, RecursionError):
        return
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    try:
        sent = parse(value, IRIS)
    except NoAnnotation as refused:
        assert refused.member
        assert refused.wrong
        assert refused.remedy
        return
    assert parse(value, IRIS) == sent
    CONN.execute("SAVEPOINT tried")
    try:
        _taken(act, sent, drawn)
    finally:
        CONN.execute("ROLLBACK TO tried")
        CONN.execute("RELEASE tried")


def _taken(act: int, sent, drawn: Drawn) -> None:
    before = _rows()
    try:
        if act:
            id, changes = "m1", replace(CONN, "m1", sent, IRIS, BY)
        else:
            id, changes = receive(CONN, sent, IRIS, BY, drawn.text(WORDS))
        apply_changes(CONN, changes, "ann")
    except (LoadError, Conflict, StaleRow) as refused:
        assert str(refused)
        return
    assert CONN.execute("PRAGMA foreign_key_check").fetchall() == []
    kept = CONN.execute("SELECT annotation FROM annotations WHERE id = ?", [id]).fetchone()
    assert json.loads(kept[0]).items() >= {k: v for k, v in sent.value.items() if k != "via"}.items()
    for start, end, quote, document in CONN.execute("SELECT span_start, span_end, quote, document FROM mentions"):
        assert 0 <= start < end
        assert (quote == TEXT[start:end]) if document == "d1" else quote is None
    if not act:
        apply_changes(CONN, take_back(CONN, id, BY), "ann")
        assert _rows() == before


def _rows() -> dict[str, list[tuple[object, ...]]]:
    return {
        table: CONN.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
        for table in ("documents", "statements", "mentions", "annotations", "evidence")
    }


_SENT = {**_ANNOTATION, "id": None, "body": [], "target": {"source": WORDS[13], "selector": SELECTORS[0]}}

TARGETS = (
    Target("annotation", annotation, [b"\0\0" + json.dumps(_SENT).encode(), b"\0\2\0\0\0", b"\1\2\0\1\0"], WORDS),
)
