"""Exports: valid by each format's own check, on the seed and on hostile values, and never a withheld text."""

import json
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tracing_data import SHARED, claims_database, seed_database
from w3c_model import musts

from datasette_claims.interchange import claimreview, csl, iris, popolo, prov, records, webannotation
from datasette_claims.interchange.formats import FORMATS, Scope
from datasette_claims.schema import vocabulary

BASE = "https://example.org/claims"


def shared(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/{'/'.join(parts)} is not on this machine")
    return path


def w3c_failures(folder):
    """Run the W3C model assertions on a folder; returns its exit status and what it printed."""
    pytest.importorskip("jsonschema")
    return musts(folder)


def write_annotations(found, folder):
    iri = found.iris.folder("mention")
    for number, part in enumerate(webannotation.pages(found, iri, "All annotations", page_size=50)):
        (folder / f"page{number}.json").write_text(json.dumps(part))
    (folder / "each.json").write_text(json.dumps(list(webannotation.each(found))))
    (folder / "whole.json").write_text(json.dumps(webannotation.write(found)))
    (folder / "nothing.json").write_text(json.dumps(webannotation.write(records.Records(found.iris))))


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "\"'\\",
        "\u202eright to left",
        "a\x00b",
        "\x7f\x1f",
        "../../etc",
        "?page=1&x=#y",
        "é́ 😀 שלום",
        "http://[bad",
        "https://user:secret@example.org/",
        "https://example.org/a b/%zz/ü?q=[1]#frag",
        "javascript:alert(1)",
        "_:r0",
        "a:b",
    ]
)
TEXT = st.one_of(HOSTILE, ANY_TEXT)
MAYBE = st.none() | TEXT
ID = TEXT.filter(bool)
DAY = st.none() | st.sampled_from(["2019", "2019-05", "2019-05-16"])


def word(enumeration):
    return st.sampled_from(enumeration.words)


@st.composite
def hostile_records(draw, most=4):
    """Records with hostile ids and values, references within and without."""
    ids = draw(st.lists(ID, min_size=most - 1, max_size=most + 2, unique=True))
    one = st.sampled_from(ids)
    some = st.none() | one
    build = st.builds
    actor = build(
        records.Actor, id=one, name=TEXT, kind=word(vocabulary.ACTOR_KIND),
        identification=word(vocabulary.IDENTIFICATION), country=st.none() | st.just("GB"),
        country_basis=word(vocabulary.COUNTRY_BASIS), parent=some,
        other_names=st.tuples(ID), note=MAYBE,
    )  # fmt: skip
    document = build(
        records.Document, id=one, title=TEXT, kind=word(vocabulary.DOCUMENT_KIND), publisher=some, language=MAYBE,
        published_on=DAY, url=MAYBE, credit_line=MAYBE, rights=word(vocabulary.RIGHTS), revision_of=some, part_of=some,
        text_sha256=MAYBE, text=MAYBE,
    )  # fmt: skip
    statement = build(
        records.Statement, id=one, content=MAYBE, wording=word(vocabulary.WORDING), speaker=some, country=st.none(),
        speaker_label=MAYBE, speaker_role=MAYBE, organization=some, on_behalf_of=some,
        kind=word(vocabulary.STATEMENT_KIND), report_type=word(vocabulary.REPORT_TYPE),
        speech_act=word(vocabulary.SPEECH_ACT), date_start=DAY, date_end=DAY, event=some, audience=some,
        parent_statement=some, in_reply_to=some, document=some,
    )  # fmt: skip
    start = st.integers(0, 40)
    mention = build(
        records.Mention, id=one, statement=one, document=one, report_type=word(vocabulary.REPORT_TYPE),
        speaker_label=MAYBE, cue=MAYBE, content=MAYBE, span_start=start, span_end=start.map(lambda n: n + 41),
        quote=MAYBE, modified=st.none() | st.just("2019-05-16T10:00:00Z"),
    )  # fmt: skip
    spans = build(
        records.Evidence, id=one, mention=one, part=word(vocabulary.EVIDENCE_PART), span_start=start,
        span_end=start.map(lambda n: n + 41), quote=MAYBE,
    )  # fmt: skip
    claim = build(
        records.Claim, id=one, text=TEXT, kind=word(vocabulary.CLAIM_KIND), topic=MAYBE, date=DAY, identifier=MAYBE
    )
    stance = build(
        records.Stance, id=one, claim=one, stance=word(vocabulary.STANCE), basis=word(vocabulary.BASIS), actor=one,
        statement=some, document=some, date_start=DAY,
    )  # fmt: skip
    relation = build(
        records.Relation, id=one, subject_type=word(vocabulary.SUBJECT_TYPE), subject=one,
        relation=word(vocabulary.PROVENANCE_RELATION), object_type=word(vocabulary.SUBJECT_TYPE), object=one,
        statement=some, document=some,
    )  # fmt: skip
    event = build(
        records.Event, id=one, label=TEXT, kind=word(vocabulary.EVENT_KIND), date_start=DAY, date_end=DAY, place=MAYBE,
        country=st.none(),
    )  # fmt: skip
    membership = build(
        records.Membership, id=one, person=one, organization=some, role=MAYBE, on_behalf_of=some, date_start=DAY,
        date_end=DAY, document=some,
    )  # fmt: skip
    assessment = build(
        records.Assessment, id=one, subject_type=st.just("claim"), subject=one, kind=st.just("verdict"), value=MAYBE,
        date_start=DAY, date_end=DAY, assessor=TEXT, assessed_on=DAY, rationale=TEXT, document=some, url=MAYBE,
    )  # fmt: skip
    kinds = {
        "actors": actor, "documents": document, "statements": statement, "mentions": mention, "evidence": spans,
        "claims": claim, "stances": stance, "provenance": relation, "events": event, "memberships": membership,
        "assessments": assessment,
    }  # fmt: skip
    tables = {
        table: {
            row.id: row for row in draw(st.lists(kind, min_size=most // 2, max_size=most, unique_by=lambda row: row.id))
        }
        for table, kind in kinds.items()
    }
    tables["evidence"] = {key: row for key, row in tables["evidence"].items() if row.mention in tables["mentions"]}
    return records.Records(iris.Iris(BASE), **tables)


QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def test_the_seed_as_annotations_meets_every_must_of_the_w3c(tmp_path):
    write_annotations(records.fetch(seed_database(with_text=True), BASE), tmp_path)
    status, told = w3c_failures(tmp_path)
    assert status == 0, told[-3000:]


def test_hostile_values_meet_every_must_of_the_w3c(tmp_path):
    made = []

    @settings(QUICK, max_examples=100)
    @given(hostile_records(most=10))
    def collect(found):
        if sum(len(part) for part in made) > 500:
            return
        made.append(list(webannotation.each(found)))
        made.append(list(webannotation.pages(found, found.iris.folder("mention"), "All", page_size=2))[:3])

    collect()
    for number, part in enumerate(made):
        (tmp_path / f"{number}.json").write_text(json.dumps(part))
    assert sum(len(part) for part in made) > 500
    status, told = w3c_failures(tmp_path)
    assert status == 0, told[-3000:]


def test_a_mention_becomes_a_passage_with_its_words_and_code_points():
    found = records.fetch(seed_database(with_text=True), BASE)
    text = (SHARED / "seed" / "article.txt").read_text(encoding="utf-8")
    target = webannotation.annotation(found, found.mentions["s16-m1"])["target"]
    quote, position = target["selector"]
    assert target["source"] == f"{BASE}/-/claims/read/d1"
    assert text[position["start"] : position["end"]] == quote["exact"]
    assert "prefix" not in quote, "the publisher's words around a passage are withheld"


def test_the_words_around_a_passage_stand_with_it_where_the_text_may_be_passed_on():
    conn = claims_database(
        {
            "documents": [
                {"id": "d", "title": "D", "rights": "cc0", "text": "She said “we agree” 😀 today.", "url": "https://example.net/ü"}
            ],
            "statements": [{"id": "s", "kind": "utterance"}],
            "mentions": [{"id": "m", "statement": "s", "document": "d", "span_start": 10, "span_end": 18}],
        }
    )  # fmt: skip
    found = records.fetch(conn, BASE)
    ours, published = webannotation.annotation(found, found.mentions["m"])["target"]
    quote = {"type": "TextQuoteSelector", "exact": "we agree", "prefix": "She said “", "suffix": "” 😀 today."}
    assert ours["selector"] == [quote, {"type": "TextPositionSelector", "start": 10, "end": 18}]
    assert published == {"type": "SpecificResource", "source": "https://example.net/%C3%BC", "selector": quote}


def test_a_withheld_text_stands_in_no_export():
    conn = seed_database(with_text=True)
    conn.execute("UPDATE documents SET rights = 'withheld'")
    for table in ("mentions", "evidence", "memberships", "provenance"):
        conn.execute(f"UPDATE {table} SET quote = NULL")
    found = records.fetch(conn, BASE)
    told = json.dumps([list(webannotation.each(found)), prov.write(found)])
    assert '"exact"' not in told
    assert '"TextPositionSelector"' in told
    assert "prov:value" not in told
    allowed = records.fetch(conn, BASE, withheld_texts=True)
    assert '"exact"' in json.dumps(list(webannotation.each(allowed)))


def test_pages_of_a_collection_lead_to_one_another():
    found = records.fetch(seed_database(), BASE)
    iri = found.iris.folder("mention")
    whole, *parts = webannotation.pages(found, iri, "All", page_size=100)
    assert (whole["first"], whole["last"], whole["total"]) == (f"{iri}?page=0", f"{iri}?page=2", 49 + 178)
    assert [part["id"] for part in parts] == [f"{iri}?page={n}" for n in range(3)]
    assert [part.get("next") for part in parts] == [f"{iri}?page=1", f"{iri}?page=2", None]
    assert [part.get("prev") for part in parts] == [None, f"{iri}?page=0", f"{iri}?page=1"]
    assert [part["startIndex"] for part in parts] == [0, 100, 200]
    assert sum(len(part["items"]) for part in parts) == whole["total"]


def prov_valid(document):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(shared("schemas", "prov", "prov-json.schema.json").read_text())
    jsonschema.Draft4Validator(schema).validate(document)


def test_the_seed_as_prov_is_valid_and_equal_after_a_round_trip():
    model = pytest.importorskip("prov.model")
    document = prov.write(records.fetch(seed_database(), BASE))
    prov_valid(document)
    read = model.ProvDocument.deserialize(content=json.dumps(document), format="json")
    for form in ("json", "xml", "rdf"):
        assert model.ProvDocument.deserialize(content=read.serialize(format=form), format=form) == read, form


@QUICK
@given(hostile_records())
def test_hostile_records_as_prov_are_valid_and_declare_all_that_they_name(found):
    model = pytest.importorskip("prov.model")
    document = prov.write(found)
    prov_valid(document)
    declared = {name for group in ("entity", "agent", "activity") for name in document.get(group, {})}
    named = {
        value
        for group, rows in document.items()
        if group not in ("prefix", "entity", "agent", "activity")
        for row in rows.values()
        for key, value in row.items()
        if key != "prov:type"
    }
    assert named <= declared
    read = model.ProvDocument.deserialize(content=json.dumps(document), format="json")
    assert model.ProvDocument.deserialize(content=read.serialize(format="json"), format="json") == read


def test_prov_keeps_quotations_sources_and_on_whose_behalf_apart():
    document = prov.write(records.fetch(seed_database(), BASE))
    derived = {
        (r["prov:generatedEntity"], r["prov:usedEntity"]): r.get("prov:type", {}).get("$")
        for r in document["wasDerivedFrom"].values()
    }
    assert derived["mention:s09-m1", "statement:s09"] == "prov:Quotation"
    assert derived["mention:s09-m3", "statement:s09"] is None
    assert derived["statement:s30", "statement:s29"] == "prov:PrimarySource"
    acted = {
        "prov:delegate": "actor:chris-ghika",
        "prov:responsible": "actor:cjtf-oir",
        "prov:activity": "event:e-ghika-briefing",
    }
    assert acted in document["actedOnBehalfOf"].values()
    influenced = {"prov:influencee": "document:d1", "prov:influencer": "actor:associated-press"}
    influenced["prov:type"] = {"$": "claims:wasInfluencedBy", "type": "prov:QUALIFIED_NAME"}
    assert influenced in document["wasInfluencedBy"].values()
    assert document["prefix"]["statement"] == f"{BASE}/-/claims/statement/"


def popolo_errors(found):
    jsonschema = pytest.importorskip("jsonschema")
    referencing = pytest.importorskip("referencing")
    from referencing.jsonschema import DRAFT3

    resources = []
    for path in shared("schemas", "popolo", "schemas").glob("*.json"):
        schema = json.loads(path.read_text())
        resources.append((f"http://www.popoloproject.com/schemas/{path.name}", DRAFT3.create_resource(schema)))
    registry = referencing.Registry().with_resources(resources)
    kinds = {
        "persons": "person",
        "organizations": "organization",
        "memberships": "membership",
        "events": "event",
        "speeches": "speech",
    }
    for group, rows in popolo.write(found).items():
        schema = registry.contents(f"http://www.popoloproject.com/schemas/{kinds[group]}.json")
        checker = jsonschema.Draft3Validator(schema, registry=registry, format_checker=jsonschema.FormatChecker())
        for row in rows:
            yield from (f"{group} {row['id']}: {error.message}" for error in checker.iter_errors(row))


def test_the_seed_as_popolo_is_valid_and_complete():
    found = records.fetch(seed_database(), BASE)
    assert list(popolo_errors(found)) == []
    written = popolo.write(found)
    assert len(written["persons"]) + len(written["organizations"]) == 43
    assert len(written["memberships"]) == 15
    assert len(written["speeches"]) == 38


@QUICK
@given(hostile_records())
def test_hostile_records_as_popolo_are_valid(found):
    assert list(popolo_errors(found)) == []


def test_a_verdict_becomes_a_review_and_a_claim_without_one_does_not():
    conn = seed_database()
    conn.execute(
        "INSERT INTO assessments (id, subject_type, subject, kind, value, assessor, assessed_on, rationale, revision) "
        "VALUES ('a1', 'claim', 'c01', 'verdict', 'Disputed', 'Desk', '2019-06-01', 'Both sides are on record.', 1)"
    )
    found = {one.get("claimReviewed", one.get("text")): one for one in claimreview.each(records.fetch(conn, BASE))}
    (claim,) = conn.execute("SELECT text FROM claims WHERE id = 'c01'").fetchone()
    review = found[claim]
    assert review["@type"] == "ClaimReview"
    assert review["reviewRating"] == {"@type": "Rating", "alternateName": "Disputed"}
    assert review["datePublished"] == "2019-06-01"
    appearances = {one["@id"].rsplit("/", 1)[1] for one in review["itemReviewed"]["appearance"]}
    assert appearances == {"s01", "s20"}, "only what explicitly supports the claim is an appearance of it"
    assert [one["@type"] for one in found.values()].count("Claim") == 29


def test_a_quoted_statement_is_a_quotation_and_a_reported_one_is_not():
    found = records.fetch(seed_database(), BASE)
    quoted = claimreview.quotation(found, found.statements["s09"])
    assert (quoted["@type"], quoted["author"]["name"], quoted["dateCreated"]) == (
        "Quotation",
        "Christopher Ghika",
        "2019-05-15",
    )
    assert quoted["text"].startswith("There's been no increased threat")
    reported = claimreview.quotation(found, found.statements["s08"])
    assert reported["@type"] == "CreativeWork"
    assert "text" not in reported


@pytest.mark.parametrize(
    ("first", "last", "parts"),
    [
        ("2019", None, [[2019]]),
        ("2019-05", None, [[2019, 5]]),
        ("2019-05-16", "2019-05-16", [[2019, 5, 16]]),
        ("2019-05-01", "2019-05-15", [[2019, 5, 1], [2019, 5, 15]]),
        (None, None, None),
        ("soon", None, None),
    ],
)
def test_dates_of_a_citation_keep_their_precision(first, last, parts):
    assert csl.date_parts(first, last) == ({"date-parts": parts} if parts else None)


def test_citations_in_plain_text_say_who_what_where_and_when():
    found = records.fetch(seed_database(), BASE)
    article = csl.plain_text(csl.document_item(found, found.documents["d1"]))
    assert article == (
        "NBC News. Trump administration's Iran threat claim disputed by foreign officials. 16 May 2019. "
        f"{BASE}/-/claims/read/d1"
    )
    words = csl.plain_text(csl.statement_item(found, found.statements["s09"]))
    assert words.startswith("Christopher Ghika. “There's been no increased threat")
    assert "15 May 2019." in words
    assert words.endswith(f"{BASE}/-/claims/statement/s09")


@QUICK
@given(hostile_records())
def test_hostile_records_have_citations_and_reviews_as_json(found):
    for item in csl.write(found):
        assert item["id"].startswith(BASE)
        assert item["URL"] in csl.plain_text(item)
    assert json.loads(json.dumps(claimreview.write(found)))["@context"] == "https://schema.org"


@given(ID)
def test_ids_survive_their_iri(id):
    made = iris.Iris(BASE + "/")
    iri = made.of("statement", id)
    assert re.fullmatch(r"https://example\.org/claims/-/claims/statement/[A-Za-z0-9_~+-]+", iri)
    assert made.id_of(iri, "statement") == id
    assert made.id_of(iri, "claim") is None


def test_ids_are_encoded_as_datasette_does():
    utils = pytest.importorskip("datasette.utils")
    for id in ("plain-id_1", "a/b", "é 😀", "100%", "a+b", "~", "."):
        assert iris.encoded(id) == utils.tilde_encode(id)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/ü b", "https://example.org/%C3%BC%20b"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://example.org:8000/[1]", "https://example.org:8000/%5B1%5D"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://user:secret@example.org/", None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
        ("http://[bad", None),
        ("https://example.org:port/", None),
        ("example.org", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url, address):
    assert iris.web_address(url) == address


@pytest.mark.parametrize(
    ("kind", "id", "expected"),
    [
        ("statement", "s15", {"statements": {"s14", "s15"}, "mentions": {"s15-m1"}, "claims": {"c07"}}),
        ("claim", "c02", {"statements": {"s09", "s12"}, "claims": {"c02"}, "documents": {"d1"}}),
        ("document", "photo-1", {"statements": set(), "mentions": set(), "claims": set()}),
    ],
)
def test_a_part_of_the_database_holds_what_hangs_together(kind, id, expected):
    found = records.fetch(seed_database(), BASE, kind, [id])
    for table, ids in expected.items():
        assert set(getattr(found, table)) == ids, table


def test_tables_that_may_not_be_read_stay_out():
    conn = seed_database()
    conn.execute("UPDATE actors SET name = 'Name of ' || id")
    found = records.fetch(conn, BASE, tables=records.EVERY_TABLE - {"actors", "statements", "revisions"})
    assert not found.actors
    assert not found.statements
    told = json.dumps(
        [list(webannotation.each(found)), popolo.write(found), claimreview.write(found), csl.write(found)]
    )
    assert "Name of" not in told
    assert "modified" not in told
    seen = []
    conn.set_trace_callback(seen.append)
    records.fetch(conn, BASE, "document", ["d1"], tables={"documents", "mentions"})
    assert {name for sql in seen for name in re.findall(r'FROM "(\w+)"', sql)} == {"documents", "mentions"}
    assert not any("revisions" in sql for sql in seen)


# Statements by themselves, plain text


def test_a_statement_by_itself_is_a_quotation_and_a_verdict_on_it_a_review():
    conn = seed_database()
    conn.execute(
        "INSERT INTO assessments (id, subject_type, subject, kind, value, assessor, rationale, revision) "
        "VALUES ('a1', 'statement', 's09', 'verdict', 'Misquoted', 'Desk', 'The recording says otherwise.', 1)"
    )
    claims = FORMATS["claimreview"]
    other = records.fetch(conn, BASE, "statement", ["s10"])
    graph = claims.write(other, Scope("statement", ["s10"]))["@graph"]
    assert (graph[0]["@type"], graph[0]["@id"]) == ("Quotation", f"{BASE}/-/claims/statement/s10")
    told = {stance.claim for stance in other.stances.values() if stance.statement == "s10"}
    assert {one["@id"].rpartition("/")[2] for one in graph[1:]} == told
    found = records.fetch(conn, BASE, "statement", ["s09"])
    review = claims.write(found, Scope("statement", ["s09"]))["@graph"][0]
    assert (review["@type"], review["reviewRating"]["alternateName"]) == ("ClaimReview", "Misquoted")
    assert review["itemReviewed"]["@id"] == review["url"] == f"{BASE}/-/claims/statement/s09"
    assert review["claimReviewed"] == found.statements["s09"].content
    document = records.fetch(conn, BASE, "document", ["d1"])
    of_document = claims.write(document, Scope("document", ["d1"]))["@graph"]
    assert {"Quotation", "CreativeWork", "ClaimReview", "Claim"} == {one["@type"] for one in of_document}
    # Of a claim its own reviews alone, of everything also those of statements.
    ids = lambda graph: [one["@id"] for one in graph if one["@type"] == "ClaimReview"]  # noqa: E731
    claim = next(iter(told or document.claims))
    assert ids(claims.write(records.fetch(conn, BASE, "claim", [claim]), Scope("claim", [claim]))["@graph"]) == []
    assert ids(claims.write(records.fetch(conn, BASE), Scope())["@graph"]) == [f"{BASE}/assessments/a1"]


def test_citations_in_plain_text_are_a_line_each():
    found = records.fetch(seed_database(), BASE)
    plain, items = FORMATS["citation"], FORMATS["csl"]
    lines = plain.body(found, Scope()).decode("utf-8").splitlines()
    assert len(lines) == len(items.write(found, Scope())) > 50
    assert all(line.endswith(tuple("abcdefghijklmnopqrstuvwxyz0123456789")) and BASE in line for line in lines[5:9])
    assert plain.suffix == ".citation.txt"


def test_prov_tells_where_a_mention_stands_what_is_answered_and_what_a_stance_is_about():
    found = records.fetch(seed_database(), BASE)
    made = prov.write(found)
    members = {(one["prov:collection"], one["prov:entity"]) for one in made["hadMember"].values()}
    assert {(f"document:{m.document}", f"mention:{m.id}") for m in found.mentions.values()} <= members
    influenced = {(i["prov:influencee"], i["prov:influencer"], i["prov:type"]["$"])
                  for i in made["wasInfluencedBy"].values()}  # fmt: skip
    answers = {(f"statement:{s.id}", f"statement:{s.in_reply_to}", "claims:in_reply_to")
               for s in found.statements.values() if s.in_reply_to}  # fmt: skip
    about = {(f"stance:{s.id}", f"claim:{s.claim}", "claims:claim") for s in found.stances.values()}
    assert answers
    assert answers | about <= influenced
    spoke_for = {(f"statement:{s.id}", f"actor:{s.on_behalf_of}", "claims:on_behalf_of")
                 for s in found.statements.values() if s.on_behalf_of}  # fmt: skip
    assert spoke_for
    assert spoke_for <= influenced
