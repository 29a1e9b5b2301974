"""Imports: what a format can hold survives reading, writing and reading again; what cannot is named with its place."""

import csv
import dataclasses
import io
import json
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tracing_data import SHARED, claims_database, dump, seed_database

from datasette_claims import loading
from datasette_claims.interchange import (
    brat,
    claimreview,
    claimreview_reading,
    followthemoney,
    hypothesis,
    popolo,
    popolo_reading,
    records,
    webannotation,
    webannotation_reading,
)
from datasette_claims.interchange.importing import Damaged, FileImporter, day_of, slug
from datasette_claims.interchange.iris import Iris
from datasette_claims.schema import vocabulary

BASE = "https://example.org/claims"
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(module, content, name="source.json", **beside):
    """Read content through a file, as every import does."""
    with tempfile.TemporaryDirectory() as folder:
        for other, text in beside.items():
            (Path(folder) / other.replace("_", ".")).write_text(text, encoding="utf-8", newline="")
        path = Path(folder) / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8", newline="")
        return module.parse(path)


def loaded(tmp_path, rows):
    """The rows in a database, through the loader with all its checks; returns what it then holds, by table."""
    tables = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    (tmp_path / "rows.json").write_text(json.dumps(tables), encoding="utf-8")
    loading.load(tmp_path / "claims.db", [tmp_path / "rows.json"], loading.Options())
    conn = sqlite3.connect(tmp_path / "claims.db")
    return {table: dump(conn, table) for table in tables}, conn


# brat


TEXT = "Ann said “we agree” 😀, and Bob\nwould not be drawn."
ANN = (
    "T1\tSource 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tContent 9 19;23 26\t“we agree” and\n"
    "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\n"
)


def test_a_discontinuous_attribution_becomes_rows_that_the_loader_takes(tmp_path):
    found = parsed(brat, ANN, "report.ann", report_txt=TEXT)
    assert found.troubles == []
    tables, _ = loaded(tmp_path, found.rows)
    (document,) = tables["documents"]
    assert (document["id"], document["text"], document["text_length"]) == ("report", TEXT, len(TEXT))
    (statement,) = tables["statements"]
    assert (statement["speaker_label"], statement["cue"], statement["content"]) == ("Ann", "said", "“we agree” and")
    spans = {(row["part"], row["span_start"], row["span_end"], row["quote"]) for row in tables["evidence"]}
    assert spans == {
        ("source", 0, 3, "Ann"),
        ("cue", 4, 8, "said"),
        ("content", 9, 19, "“we agree”"),
        ("content", 23, 26, "and"),
    }
    (mention,) = tables["mentions"]
    assert TEXT[mention["span_start"] : mention["span_end"]] == mention["quote"]


def test_an_attribution_within_the_content_of_another_is_told_in_it():
    text = "Ann said that Bob believed it."
    ann = (
        "T1\tSource 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tContent 9 29\tthat Bob believed it\n"
        "T4\tSource 14 17\tBob\nT5\tCue 18 26\tbelieved\nT6\tContent 27 29\tit\n"
        "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\nE2\tAttribution:T5 Source:T4 Cue:T5 Content:T6\n"
    )
    found = parsed(brat, ann, "x.ann", x_txt=text)
    parents = {row["id"]: row.get("parent_statement") for row in found.table("statements")}
    assert parents == {"x-e1": None, "x-e2": "x-e1"}


@pytest.mark.parametrize(
    ("line", "part", "wrong"),
    [
        ("T9\tSource 0 99\tAnn", "T9", "do not lie in the text"),
        ("T9\tSource 3 3\t", "T9", "do not lie in the text"),
        ("T9\tSource 0 3\tBob", "T9", "at 0 3 stands “Ann”, not “Bob”"),
        ("T1\tCue 4 8\tsaid", "T1", "used twice"),
        ("T9 Source 0 3 Ann", "T9 Source 0 3 Ann", "not a text-bound annotation"),
        ("T9\tSource 0 3\tAnn", "T9", "belongs to no attribution"),
        ("E2\tAttribution:T1 Source:T8", "E2", "Source names T8, which is missing"),
        ("E2\tMeeting:T1 Who:T1", "E2", "an event of type Meeting"),
        ("E2\tAttribution:T1 Weather:T1", "E2", "an argument Weather"),
        ("R1\tCoref Arg1:T1 Arg2:T2", "R1", "neither an attribution"),
        ("*\tEquiv T1 T2", "*", "neither an attribution"),
        ("A1\tReport-type E1 sung", "E1", "Report-type is 'sung'"),
    ],
)
def test_damaged_brat_lines_are_named_with_their_place_and_the_rest_is_read(line, part, wrong):
    found = parsed(brat, ANN + line + "\n", "report.ann", report_txt=TEXT)
    assert part in [trouble.part for trouble in found.troubles]
    assert any(wrong in trouble.wrong for trouble in found.troubles)
    assert all(trouble.line for trouble in found.troubles)
    assert len(found.table("statements")) == 1


def test_strict_reading_refuses_and_lenient_reading_reports(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.ann").write_text(ANN + "R1\tCoref Arg1:T1 Arg2:T2\n", encoding="utf-8")
    strict = FileImporter("brat", "brat", (".ann",), brat.parse)
    with pytest.raises(Damaged, match=r"a\.ann:5: R1: neither an attribution"):
        list(strict.read(tmp_path / "a.ann"))
    lenient = FileImporter("brat", "brat", (".ann",), brat.parse, lenient=True)
    assert {table for table, _ in lenient.read(tmp_path / "a.ann")} == {
        "documents",
        "statements",
        "mentions",
        "evidence",
    }
    assert [trouble.line for trouble in lenient.troubles] == [5]


def test_a_missing_text_and_a_wrong_encoding_are_named(tmp_path):
    (tmp_path / "a.ann").write_text(ANN, encoding="utf-8")
    with pytest.raises(Damaged, match=r"the text a\.txt is missing"):
        brat.parse(tmp_path / "a.ann")
    (tmp_path / "a.txt").write_bytes("Ann said é".encode("latin-1"))
    with pytest.raises(Damaged, match="is not UTF-8"):
        brat.parse(tmp_path / "a.ann")


def test_every_attribution_of_the_polnear_sample_is_read():
    folder = SHARED / "polnear" / "brat"
    if not folder.is_dir():
        pytest.skip("the PolNeAR sample (../shared/polnear) is not on this machine")
    for path in sorted(folder.glob("*.ann")):
        found = brat.parse(path)
        events = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("E"))
        damaged = sum(1 for trouble in found.troubles if trouble.part.startswith("E"))
        assert len(found.table("statements")) == events - damaged
        (document,) = found.table("documents")
        for row in found.table("evidence"):
            assert document["text"][row["span_start"] : row["span_end"]] == row["quote"]


@st.composite
def annotated(draw):
    """A text with mentions of any parts and spans, as records."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=2, max_size=60))
    span = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).map(sorted)
    span = span.filter(lambda pair: pair[0] < pair[1])
    ids = st.sampled_from([f"s{i}" for i in range(9)])
    mentions, evidence = {}, {}
    for number in range(draw(st.integers(1, 4))):
        spans = draw(st.lists(st.tuples(st.sampled_from(vocabulary.EVIDENCE_PART.words), span), min_size=1, max_size=5))
        start, end = min(a for _, (a, _) in spans), max(b for _, (_, b) in spans)
        kind = draw(st.sampled_from(vocabulary.REPORT_TYPE.words))
        mention = records.Mention(f"m{number}", draw(ids), "d", kind, None, None, None, start, end, text[start:end])
        mentions[mention.id] = mention
        for i, (part, (a, b)) in enumerate(spans):
            row = records.Evidence(f"m{number}-{i}", mention.id, part, a, b, text[a:b])
            evidence[row.id] = row
    document = records.Document("d", "d", "not_stated", None, None, None, None, None, "cc0", None, None, None, text)
    return records.Records(Iris(BASE), documents={"d": document}, mentions=mentions, evidence=evidence), text


@QUICK
@given(annotated())
def test_brat_survives_writing_reading_and_writing(made):
    original, text = made
    first = brat.write(original, original.documents["d"])
    found = parsed(brat, first, "d.ann", d_txt=text)
    assert found.troubles == []

    def meaning(mentions, evidence):
        spans = {}
        for row in evidence:
            spans.setdefault(row["mention"], []).append((row["part"], row["span_start"], row["span_end"]))
        return sorted(
            (one["statement"], one["report_type"], one["span_start"], one["span_end"], sorted(spans[one["id"]]))
            for one in mentions
        )

    before = meaning(
        [dataclasses.asdict(one) for one in original.mentions.values()],
        [dataclasses.asdict(one) for one in original.evidence.values()],
    )
    assert meaning(found.table("mentions"), found.table("evidence")) == before
    again = records.Records(
        original.iris,
        documents=original.documents,
        mentions={row["id"]: _mention(row) for row in found.table("mentions")},
        evidence={row["id"]: records.Evidence(**row) for row in found.table("evidence")},
    )
    second = parsed(brat, brat.write(again, again.documents["d"]), "d.ann", d_txt=text)
    assert meaning(second.table("mentions"), second.table("evidence")) == before


def _mention(row):
    names = [one.name for one in dataclasses.fields(records.Mention) if one.name != "modified"]
    return records.Mention(**{name: row.get(name) for name in names})


# Web Annotation


def test_the_seed_survives_as_web_annotations(tmp_path):
    conn = seed_database(with_text=True)
    first = records.fetch(conn, BASE)
    found = parsed(webannotation_reading, list(webannotation.each(first)))
    assert found.troubles == []
    tables, again = loaded(tmp_path, found.rows)
    names = ("statement", "report_type", "span_start", "span_end", "quote")
    expected = {row["id"]: [row[name] for name in names] for row in dump(conn, "mentions")}
    assert {row["id"]: [row[name] for name in names] for row in tables["mentions"]} == expected
    names = ("mention", "part", "span_start", "span_end", "quote")
    expected = {row["id"]: [row[name] for name in names] for row in dump(conn, "evidence")}
    assert {row["id"]: [row[name] for name in names] for row in tables["evidence"]} == expected

    def comparable(items):
        for item in items:
            bodies = [body for body in item["body"] if body.get("purpose") != "describing"]
            yield {**item, "body": bodies, "modified": None}

    second = records.fetch(again, BASE)
    assert list(comparable(webannotation.each(second))) == list(comparable(webannotation.each(first)))


@QUICK
@given(annotated())
def test_web_annotations_survive_writing_and_reading(made):
    original, _ = made
    for content in (list(webannotation.each(original)), webannotation.write(original)):
        found = parsed(webannotation_reading, content)
        assert found.troubles == []
        spans = {(r["id"], r["mention"], r["part"], r["span_start"], r["span_end"]) for r in found.table("evidence")}
        assert spans == {(r.id, r.mention, r.part, r.span_start, r.span_end) for r in original.evidence.values()}
        mentions = {(r["id"], r["statement"], r["report_type"], r["quote"]) for r in found.table("mentions")}
        assert mentions == {(r.id, r.statement, r.report_type, r.quote) for r in original.mentions.values()}


def test_a_foreign_annotation_becomes_a_document_a_mention_and_a_note():
    found = parsed(
        webannotation_reading,
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": "http://example.net/anno/7",
            "type": "Annotation",
            "body": {"type": "TextualBody", "value": "Check this.", "purpose": "commenting"},
            "target": {
                "source": "https://news.example/story",
                "selector": [
                    {"type": "TextQuoteSelector", "exact": "we agree"},
                    {"type": "XPathSelector", "value": "/p"},
                ],
            },
        },
    )
    assert found.table("documents") == [
        {"id": "news-example-story", "title": "https://news.example/story", "url": "https://news.example/story"}
    ]
    (statement,) = found.table("statements")
    assert (statement["content"], statement["note"]) == ("we agree", "Check this.")
    assert [trouble.wrong for trouble in found.troubles] == ["a selector of type XPathSelector"]


def positioned(**position):
    selector = {"type": "TextPositionSelector", **position}
    return {"type": "Annotation", "target": {"source": "a:b", "selector": selector}}


@pytest.mark.parametrize(
    ("content", "place", "wrong"),
    [
        ({"type": "Annotation", "id": "x"}, "the annotation", "no target"),
        ([{"type": "Dataset"}], "[0]", "not an annotation"),
        ({"type": "AnnotationPage", "items": [3]}, "items[0]", "not an annotation"),
        (
            [
                {
                    "type": "Annotation",
                    "target": {"source": "a:b", "selector": {"type": "TextPositionSelector", "start": 5, "end": 2}},
                }
            ],
            "[0]",
            "end must not be before start",
        ),
        (
            [
                {
                    "type": "Annotation",
                    "target": {"source": "a:b", "selector": {"type": "TextPositionSelector", "start": "1"}},
                }
            ],
            "[0]",
            "must be a whole number",
        ),
        (
            {"type": ["BasicContainer", "AnnotationCollection"], "total": 3, "first": "https://example.org/?page=0"},
            "",
            "a list without its annotations",
        ),
    ],
)
def test_damaged_annotations_are_named_with_their_place(content, place, wrong):
    found = parsed(webannotation_reading, content)
    assert [trouble.part for trouble in found.troubles] == [place]
    assert wrong in found.troubles[0].wrong


@pytest.mark.parametrize(
    "content",
    [
        {"type": "AnnotationCollection", "total": 0},
        {"type": ["BasicContainer", "AnnotationCollection"], "total": 0, "first": None},
        {"type": "AnnotationPage", "items": []},
        {"type": "AnnotationCollection", "total": 0, "first": {"type": "AnnotationPage", "items": []}},
        [{"type": "AnnotationCollection", "total": 0}],
        [],
    ],
)
def test_a_collection_of_nothing_is_read_as_nothing(content):
    found = parsed(webannotation_reading, content)
    assert (found.troubles, found.rows) == ([], [])


# Hypothesis


def hypothesis_row(text, start, end, **more):
    """A row as Hypothesis makes it: positions in UTF-16 code units, computed here from the encoding itself."""
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)]
    return {
        "id": "row",
        "uri": "https://news.example/story",
        "target": [
            {
                "selector": [
                    {"type": "TextPositionSelector", "start": units[0], "end": units[1]},
                    {"type": "TextQuoteSelector", "exact": text[start:end]},
                ]
            }
        ],
        **more,
    }


@QUICK
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), st.data())
def test_positions_of_hypothesis_become_code_points(text, draw):
    start = draw.draw(st.integers(0, len(text) - 1))
    end = draw.draw(st.integers(start + 1, len(text)))
    path_rows = {"rows": [hypothesis_row(text, start, end)]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        path.write_text(json.dumps(path_rows))
        found = hypothesis.parse(path, {"https://news.example/story": text}.get)
    (mention,) = found.table("mentions")
    assert (mention["span_start"], mention["span_end"], mention["quote"]) == (start, end, text[start:end])


@pytest.mark.parametrize(
    ("text", "span", "troubles"),
    [
        ("x we agree", (2, 10), 0),
        ("we agree, we agree", None, 1),
        ("nothing of the sort", None, 1),
        (None, None, 0),
    ],
)
def test_words_that_moved_are_found_only_if_there_is_one_place(tmp_path, text, span, troubles):
    (tmp_path / "r.json").write_text(json.dumps([hypothesis_row("so 😀 we agree", 5, 13)]))
    found = hypothesis.parse(tmp_path / "r.json", lambda uri: text)
    (mention,) = found.table("mentions")
    assert (mention.get("span_start"), mention.get("span_end")) == (span or (None, None))
    assert mention["quote"] == "we agree"
    assert len(found.troubles) == troubles


def test_real_rows_of_hypothesis_load(tmp_path):
    path = SHARED / "schemas" / "hypothesis" / "rows-wikipedia-regression-testing.json"
    if not path.is_file():
        pytest.skip("the Hypothesis rows (../shared/schemas/hypothesis) are not on this machine")
    found = hypothesis.parse(path)
    assert found.troubles == []
    tables, _ = loaded(tmp_path, found.rows)
    assert [row["title"] for row in tables["documents"]] == ["Regression testing - Wikipedia"]
    assert len(tables["mentions"]) == 5
    assert "11 November 2016" in {row["quote"] for row in tables["mentions"]}


@QUICK
@given(annotated())
def test_mentions_survive_as_hypothesis_rows(made):
    original, text = made
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        path.write_text(json.dumps(hypothesis.write(original)))
        found = hypothesis.parse(path, lambda uri: text)
    names = ("id", "report_type", "span_start", "span_end", "quote")
    assert [[row[name] for name in names] for row in found.table("mentions")] == [
        [getattr(row, name) for name in names] for row in original.mentions.values()
    ]


def test_damaged_rows_of_hypothesis_are_named():
    found = parsed(hypothesis, {"rows": [{"text": "no id"}, {"id": "x", "target": []}, 5]})
    assert [trouble.part for trouble in found.troubles] == ["rows[0]", "rows[1]", "rows[2]"]


# ClaimReview


REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://facts.example/1",
    "datePublished": "2019-06-01T10:00:00Z",
    "author": {"@type": "Organization", "name": "Facts Desk"},
    "claimReviewed": "The threat is increasing.",
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ann Example"}},
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": 2,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "Half true",
    },
}


def test_a_review_becomes_a_claim_a_verdict_and_a_stance_by_hearsay(tmp_path):
    found = parsed(claimreview_reading, REVIEW)
    assert found.troubles == []
    tables, _ = loaded(tmp_path, found.rows)
    (claim,), (verdict,), (stance,) = tables["claims"], tables["assessments"], tables["stances"]
    assert claim["text"] == "The threat is increasing."
    assert (verdict["subject"], verdict["value"], verdict["assessor"]) == (claim["id"], "Half true", "Facts Desk")
    assert (verdict["assessed_on"], verdict["url"]) == ("2019-06-01", "https://facts.example/1")
    assert (stance["actor"], stance["stance"], stance["basis"]) == ("ann-example", "supports", "third_party")


def test_a_rating_in_figures_keeps_its_scale():
    rating = {"ratingValue": "2", "bestRating": 5, "worstRating": 1}
    found = parsed(claimreview_reading, {**REVIEW, "reviewRating": rating})
    assert found.table("assessments")[0]["value"] == "2 of 1–5"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"claimReviewed": None}, "the text of the claim"),
        ({"reviewRating": None}, "rating in words"),
        ({"author": None}, "author's name"),
        ({"@type": "Review"}, "neither a ClaimReview nor a Claim"),
    ],
)
def test_an_incomplete_review_says_what_is_missing(change, wrong):
    found = parsed(claimreview_reading, [REVIEW, {**REVIEW, **change}])
    assert [trouble.part for trouble in found.troubles] == ["[1]"]
    assert wrong in found.troubles[0].wrong


def test_our_own_reviews_survive(tmp_path):
    conn = seed_database()
    conn.execute(
        "INSERT INTO assessments (id, subject_type, subject, kind, value, assessor, assessed_on, rationale, revision) "
        "VALUES ('a1', 'claim', 'c01', 'verdict', 'Disputed', 'Desk', '2019-06-01', 'Both sides are on record.', 1), "
        "('a2', 'statement', 's09', 'verdict', 'Misquoted', 'Desk', '2019-06-01', 'The recording says so.', 1)"
    )
    first = records.fetch(conn, BASE)
    found = parsed(claimreview_reading, claimreview.write(first))
    assert found.troubles == []
    _, again = loaded(tmp_path, found.rows)
    second = records.fetch(again, BASE)
    assert claimreview.write(second) == claimreview.write(first)


def test_a_quotation_by_itself_becomes_a_statement(tmp_path):
    quotation = {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "text": "It was never said.",
        "author": {"@type": "Person", "name": "Ann Example"},
        "dateCreated": "2019-05-16",
        "isPartOf": {"@type": "NewsArticle", "name": "A report", "url": "https://paper.example/1"},
    }
    found = parsed(claimreview_reading, [quotation, {**quotation, "author": None}])
    assert [(one.part, "author's name" in one.wrong) for one in found.troubles] == [("[1]", True)]
    tables, _ = loaded(tmp_path, found.rows)
    (said,) = tables["statements"]
    assert (said["content"], said["speaker"], said["wording"]) == ("It was never said.", "ann-example", "verbatim")
    assert said["date_start"] == "2019-05-16"
    assert not {"claims", "stances"} & {name for name, rows in tables.items() if rows}
    assert tables["documents"][0]["url"] == "https://paper.example/1"


SAID = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and bool(text)
)


SPANS = [
    (None, None),
    ("2019-05-16", "2019-05-16"),
    ("2020-02-01", "2020-02-29"),
    ("2019-01-01", "2019-12-31"),
    ("2019-05-01", "2019-05-16"),
]


@st.composite
def reviewed_claims(draw):
    """What ClaimReview and Claim can hold: claims with verdicts, quotations with their speakers and documents."""
    # The loader refuses ids that a spreadsheet would take for a formula.
    named = SAID.filter(lambda text: text[0] not in "=+-@")
    ids = draw(st.lists(named, min_size=3, max_size=3, unique=True))
    one, day = st.sampled_from(ids), st.sampled_from([None, "2019", "2019-05", "2019-05-16"])
    kind, name = st.sampled_from(["person", "organization", "group"]), SAID.filter(lambda text: ";" not in text)
    tables = {
        "actors": [{"id": id, "name": draw(name), "kind": draw(kind), "identification": "named"} for id in ids],
        "documents": [
            {
                "id": id,
                "title": draw(SAID),
                "kind": draw(st.sampled_from(["news_article", None])),
                "publisher": draw(st.none() | one),
                "published_on": draw(day),
                "url": draw(st.sampled_from([None, "https://example.org/a?b=c"])),
            }
            for id in ids
        ],
        "claims": [
            {
                "id": id,
                "text": draw(SAID),
                "kind": "factual",
                "topic": draw(st.none() | SAID),
                "date": draw(day),
                "identifier": draw(st.none() | SAID),
            }
            for id in ids
        ],
    }
    tables["statements"] = [
        {
            "id": id,
            "kind": "utterance",
            "content": draw(SAID),
            "wording": draw(st.sampled_from(["verbatim", "paraphrase"])),
            "speaker": draw(one),
            "document": draw(st.none() | one),
            "date_start": said[0],
            "date_end": said[1],
        }
        for id in ids
        for said in [draw(st.sampled_from(SPANS))]
    ]
    said_by = st.sampled_from(tables["statements"])
    tables["stances"] = [
        {"id": f"x{i}", "claim": claim, "stance": "supports", "basis": "explicit", "actor": row["speaker"],
         "statement": row["id"]}
        for i, (claim, row) in enumerate(draw(st.lists(st.tuples(one, said_by), max_size=3)))
    ]  # fmt: skip
    tables["assessments"] = [
        {
            "id": id,
            "subject_type": "claim",
            "subject": draw(one),
            "kind": "verdict",
            "value": draw(SAID),
            "assessor": draw(SAID),
            "assessed_on": draw(day),
            "rationale": draw(SAID),
        }
        for id in draw(st.lists(one, max_size=2, unique=True))
    ]
    return tables


@settings(max_examples=15, deadline=None)
@given(reviewed_claims())
def test_reviews_survive_export_import_and_export(tables):
    first = claimreview.write(records.fetch(claims_database(tables), BASE))
    found = parsed(claimreview_reading, first)
    assert found.troubles == []
    with tempfile.TemporaryDirectory() as folder:
        _, again = loaded(Path(folder), found.rows)
        assert claimreview.write(records.fetch(again, BASE)) == first
        again.close()


# Popolo


def test_the_seed_survives_as_popolo(tmp_path):
    first = records.fetch(seed_database(), BASE)
    found = parsed(popolo_reading, popolo.write(first))
    assert found.troubles == []
    _, again = loaded(tmp_path, found.rows)
    second = popolo.write(records.fetch(again, BASE))
    before = popolo.write(first)
    for group in ("persons", "organizations", "events"):
        assert second[group] == before[group], group
    for group in ("memberships", "speeches"):
        plain = [{name: value for name, value in row.items() if name != "sources"} for row in before[group]]
        assert second[group] == plain, group


NAME = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and ";" not in text
)
DAY = st.none() | st.sampled_from(["2019", "2019-05", "2019-05-16"])
IDS = [f"id {i}" for i in range(6)]


@st.composite
def organizations_and_people(draw):
    actors = {}
    for name in draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True)):
        kind = draw(st.sampled_from(vocabulary.ACTOR_KIND.words))
        others = tuple(draw(st.lists(NAME, max_size=2, unique=True)))
        country = draw(st.sampled_from([None, "GB", "NA"]))
        actors[name] = records.Actor(name, draw(NAME), kind, "not_stated", country, "not_stated", None, others, None)
    memberships = {}
    for number in range(draw(st.integers(0, 3))):
        person, organization = draw(st.sampled_from(sorted(actors))), draw(st.sampled_from(sorted(actors)))
        row = records.Membership(
            f"m{number}", person, organization, draw(st.none() | NAME), None, draw(DAY), draw(DAY), None
        )
        memberships[row.id] = row
    return records.Records(Iris(BASE), actors=dict(sorted(actors.items())), memberships=memberships)


@QUICK
@given(organizations_and_people())
def test_people_organizations_and_memberships_survive_as_popolo(original):
    found = parsed(popolo_reading, popolo.write(original))
    assert found.troubles == []
    assert popolo.write(_read_back(found)) == popolo.write(original)


def _read_back(found):
    actors = {
        row["id"]: records.Actor(
            row["id"],
            row["name"],
            row["kind"],
            "not_stated",
            row.get("country"),
            row.get("country_basis", "not_stated"),
            row.get("parent"),
            tuple(filter(None, row.get("other_names", "").split(";"))),
            row.get("note"),
        )
        for row in found.table("actors")
    }
    names = ("id", "person", "organization", "role", "on_behalf_of", "date_start", "date_end", "document")
    memberships = {
        row["id"]: records.Membership(*(row.get(name) for name in names)) for row in found.table("memberships")
    }
    order = dict(sorted(actors.items()))
    return records.Records(Iris(BASE), actors=order, memberships=dict(sorted(memberships.items())))


@pytest.mark.parametrize(
    ("content", "part", "wrong"),
    [
        ({"persons": [{"name": "No id"}]}, "persons[0]", "not an object with an id"),
        ({"persons": [{"id": "a"}]}, "persons[0]", "the name is missing"),
        ({"memberships": [{"person_id": "gone"}]}, "memberships[0]", "'gone' is not in the file"),
        ({"speeches": [{"creator_id": "gone"}]}, "speeches[0]", "'gone' is not among the actors"),
        ({"persons": [], "motions": []}, "motions", "a list that is not read"),
        ([], "", "not a Popolo collection"),
    ],
)
def test_damaged_popolo_is_named_with_its_place(content, part, wrong):
    found = parsed(popolo_reading, content)
    assert [trouble.part for trouble in found.troubles] == [part]
    assert wrong in found.troubles[0].wrong


# FollowTheMoney


@QUICK
@given(organizations_and_people())
def test_people_organizations_and_memberships_survive_as_statements(original):
    found = parsed(followthemoney, followthemoney.write(original), "statements.csv")
    assert found.troubles == []
    back = _read_back(found)
    plain = {
        name: dataclasses.replace(one, other_names=tuple(n for n in dict.fromkeys(one.other_names) if n != one.name))
        for name, one in original.actors.items()
    }
    assert back.actors == plain
    assert back.memberships == original.memberships


def ftm(*rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, followthemoney.COLUMNS, restval="")
    writer.writeheader()
    for entity, schema, prop, value in rows:
        writer.writerow({"canonical_id": entity, "entity_id": entity, "schema": schema, "prop": prop, "value": value})
    return out.getvalue()


def test_statements_of_one_entity_are_put_together(tmp_path):
    found = parsed(
        followthemoney,
        ftm(
            ("Q1", "Person", "name", "Ann Example"),
            ("Q1", "Person", "alias", "A. Example"),
            ("Q1", "Person", "nationality", "gb"),
            ("Q1", "Person", "birthDate", "1970"),
            ("Q2", "LegalEntity", "name", "Ministry"),
            ("Q2", "PublicBody", "jurisdiction", "na"),
            ("l1", "Membership", "member", "Q1"),
            ("l1", "Membership", "organization", "Q2"),
            ("l1", "Membership", "startDate", "2019-05"),
        ),
        "statements.csv",
    )
    assert found.troubles == []
    tables, _ = loaded(tmp_path, found.rows)
    actors = {row["id"]: row for row in tables["actors"]}
    assert (actors["Q1"]["other_names"], actors["Q1"]["country"]) == ("A. Example", "GB")
    assert (actors["Q2"]["kind"], actors["Q2"]["country"], actors["Q2"]["country_basis"]) == (
        "organization",
        "NA",
        "represents",
    )
    assert tables["memberships"][0]["date_start"] == "2019-05"


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ("id,name\n1,x\n", 1, "the columns canonical_id"),
        ('"', 1, "the line cannot be read"),
        (ftm(("Q1", "Person", "alias", "")), 2, "the entity has no name"),
        (ftm(("Q1", "Vessel", "name", "Ship")), 2, "entities of schema Vessel"),
        (ftm(("", "Person", "name", "x")), 2, "a statement without id"),
        (ftm(("l1", "Membership", "member", "Q1"), ("l1", "Membership", "organization", "Q2")), 2, "its member 'Q1'"),
        (ftm(("Q1", "Person", "name", "x")) + '"open\n', 3, "the line cannot be read"),
    ],
)
def test_damaged_statements_are_named_with_their_line(text, line, wrong):
    found = parsed(followthemoney, text, "statements.csv")
    assert [trouble.line for trouble in found.troubles] == [line]
    assert wrong in found.troubles[0].wrong


def test_a_country_is_taken_over_only_if_there_is_one():
    rows = (("Q1", "Person", "name", "x"), ("Q1", "Person", "nationality", "gb"), ("Q1", "Person", "nationality", "us"))
    found = parsed(followthemoney, ftm(*rows), "statements.csv")
    assert "country" not in found.table("actors")[0]


# All of them


@pytest.mark.parametrize("module", [webannotation_reading, hypothesis, claimreview_reading, popolo_reading])
def test_a_file_that_is_not_json_is_named_with_its_line(module):
    with pytest.raises(Damaged, match=r"source\.json:2: not JSON"):
        parsed(module, '[\n{"a" 1}]')


@pytest.mark.parametrize(
    ("module", "value"),
    [
        (hypothesis, {"id": "a", "uri": "https://example.org/", "target": 0.5, "tags": 1}),
        (hypothesis, {"id": "a", "target": [{"source": "https://example.org/", "selector": [{"type": []}]}]}),
        (popolo_reading, {"persons": [{"id": "a", "name": "Ann", "other_names": 1}]}),
    ],
)
def test_what_should_be_a_list_and_is_none_is_passed_over(module, value):
    assert parsed(module, value).rows


@pytest.mark.parametrize("module", [webannotation_reading, hypothesis, claimreview_reading, popolo_reading])
def test_a_number_of_thousands_of_digits_is_named(module):
    with pytest.raises(Damaged, match="not JSON that can be read"):
        parsed(module, "9" * 5000)


MEMBERS = (
    "id type @type target source selector items rows body value start end exact uri tags first document title purpose "
    "persons name other_names memberships person_id speeches author itemReviewed claimReviewed reviewRating appearance "
    "@graph"
)
WORDS = "Annotation ClaimReview Claim TextPositionSelector TextQuoteSelector Quotation"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(WORDS.split()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS.split()), inner, max_size=5),
    max_leaves=25,
)


@QUICK
@given(JSON)
@pytest.mark.parametrize("module", [webannotation_reading, hypothesis, claimreview_reading, popolo_reading])
def test_no_json_of_whatever_shape_breaks_a_reader(module, value):
    found = parsed(module, json.dumps(value))
    assert all(trouble.wrong and trouble.remedy for trouble in found.troubles)


@QUICK
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_text_breaks_the_line_readers(text):
    assert parsed(brat, text, "a.ann", a_txt=TEXT).table("documents")
    parsed(followthemoney, text, "a.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ünïcode & more", "unicode-more"), ("日本", "fallback"), ("a" * 100, "a" * 80), ("--x--", "x")],
)
def test_slugs_are_readable(text, expected):
    assert slug(text, "fallback") == expected


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2019-05-16T10:00:00Z", "2019-05-16"),
        ("2019-05", "2019-05"),
        ("2019", "2019"),
        (2019, "2019"),
        ("2019-13", None),
        ("May 2019", None),
        ("٢٠١٩-٠٥", None),
        (None, None),
        (True, None),
    ],
)
def test_days_are_read_with_their_precision(value, day):
    assert day_of(value) == day
