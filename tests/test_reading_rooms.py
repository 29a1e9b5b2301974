"""What the reading page is made from: withheld texts, cards, filters, versions, sentences. No Datasette."""

import html
import re
import sqlite3
from dataclasses import replace
from itertools import pairwise

import pytest

from datasette_claims.pages import reading_cards as cards
from datasette_claims.pages import reading_data, reading_versions
from datasette_claims.pages.blocks import Segment
from datasette_claims.pages.errors import PageError
from datasette_claims.pages.reading_filter import filters_of, meets
from datasette_claims.pages.reading_marks import marked_text
from datasette_claims.pages.reading_rows import Reading, Sight, Span, read
from datasette_claims.pages.reading_standoff import lay_out


@pytest.fixture
def conn(claims_db):
    conn = sqlite3.connect(f"file:{claims_db}?mode=ro", uri=True)
    yield conn
    conn.close()


@pytest.fixture
def reference(conn):
    return read(conn, "nbc-2019-05-16", Sight())


def ids(mentions):
    return {mention.id for mention in mentions}


def chosen(conn, reading, query):
    filters = filters_of(conn, [tuple(pair.split("=")) for pair in query.split("&")])
    return [mention for mention in reading.mentions if meets(mention, filters)]


def test_a_document_is_read_with_all_that_stands_in_it(reference, conn):
    counts = {
        table: conn.execute(sql, ["nbc-2019-05-16"]).fetchone()[0]
        for table, sql in {
            "mentions": "select count(*) from mentions where document = ?",
            "evidence": "select count(*) from evidence e join mentions m on m.id = e.mention where m.document = ?",
            "segments": "select count(*) from segments where document = ?",
        }.items()
    }
    assert len(reference.mentions) == counts["mentions"] == 49
    assert sum(len(mention.spans) for mention in reference.mentions) == counts["evidence"] == 178
    assert len(reference.segments) == counts["segments"] == 31
    assert [mention.number for mention in reference.mentions] == list(range(1, 50))
    starts = [mention.start for mention in reference.mentions]
    assert starts == sorted(starts)


def test_what_may_not_be_seen_is_not_read(conn):
    blind = read(conn, "nbc-2019-05-16", Sight(actors=False, countries=False, claims=False, stances=False))
    assert blind.document["publisher_name"] is None
    assert {(m.speaker_name, m.organization, m.country_name, m.stances) for m in blind.mentions} == {("", "", "", ())}
    without_claims = read(conn, "nbc-2019-05-16", Sight(claims=False))
    assert {stance.text for m in without_claims.mentions for stance in m.stances} == {""}


def test_a_document_that_is_not_there_is_none(conn):
    assert read(conn, "nope", Sight()) is None


# Withheld texts


def test_held_words_stand_in_text_order_exactly_and_gaps_add_up(reference):
    standoff = lay_out(reference)
    held = [part for part in standoff.parts if part.held]
    gaps = [part for part in standoff.parts if not part.held]
    assert standoff.length == 5338
    assert sum(part.end - part.start for part in held) == standoff.held
    within = sum(segment.end - segment.start for segment in reference.segments)
    assert sum(part.end - part.start for part in [*held, *gaps]) == within
    assert [part.start for part in standoff.parts] == sorted(part.start for part in standoff.parts)
    for part in standoff.parts:
        assert standoff.text[part.at : part.at + len(part.shown)] == part.shown


def test_every_quotation_that_is_kept_is_shown_where_its_evidence_points(reference):
    standoff = lay_out(reference)
    shown = 0
    for mention in reference.mentions:
        for span in mention.spans:
            if span.quote:
                start, end = standoff.place(span.start, span.end)
                assert span.quote in standoff.text[start:end]
                shown += 1
    assert shown > 90


def test_quoted_words_have_marks_and_nothing_else_does(reference):
    text = lay_out(reference).text
    assert "“There's been no increased threat from Iranian backed forces in Iraq and Syria”" in text


def document(mentions, length=60, segments=()):
    return Reading({"text": None, "text_length": length, "url": None}, tuple(segments), tuple(mentions))


def mention(reference, spans, start=0, end=40):
    return replace(reference.mentions[0], start=start, end=end, quote="", spans=tuple(spans))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "[… 40 …] [… 20 …]"),
        ([("source", 0, 2, "He")], "He [… 38 …] [… 20 …]"),
        ([("verbatim", 10, 15, "words")], "[… 10 …] “words” [… 25 …] [… 20 …]"),
        ([("cue", 3, 7, "said"), ("verbatim", 9, 13, "so")], "… said [… 33 …] [… 20 …]"),  # “so” is not four long
        ([("content", 0, 9, "They said"), ("verbatim", 5, 9, "said")], "They said [… 31 …] [… 20 …]"),
    ],
)
def test_gaps_tell_their_length_and_end_where_a_mention_ends(reference, spans, expected):
    listed = [Span(f"s{n}", *span) for n, span in enumerate(spans)]
    assert lay_out(document([mention(reference, listed)])).text.strip() == expected


def test_a_segment_of_which_nothing_is_held_is_withheld_as_a_whole(reference):
    segments = [Segment("headline", 0, 20), Segment("paragraph", 22, 60)]
    standoff = lay_out(document([mention(reference, [Span("s", "cue", 30, 34, "said")], 22, 60)], segments=segments))
    assert [segment.kind for segment in standoff.segments] == ["withheld", "paragraph"]


def test_a_withheld_document_shows_no_code_point_that_is_not_kept(reference):
    kept = {span.quote for mention in reference.mentions for span in mention.spans if span.quote}
    kept |= {mention.quote for mention in reference.mentions if mention.quote}
    for part in lay_out(reference).parts:
        if part.held:
            assert any(part.shown.strip("“”") in words for words in kept)
        else:
            assert set(part.shown) <= set("[…] 0123456789,")


def test_marks_of_a_withheld_document_cover_what_is_shown(reference):
    standoff = lay_out(reference)
    marked = marked_text(reference, standoff, cards.groups(reference.mentions, "speaker"), "speaker")
    assert ids(reference.mentions) <= set(marked.ranges)


# Filters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("claim=threat-increasing&stance=supports&basis=explicit", {"trump-administration", "jeremy-hunt"}),
        ("claim=threat-increasing&stance=disputes&basis=inferred", {"sanam-vakil"}),
        ("country=GB&claim=threat-increasing", {"jeremy-hunt", "chris-ghika", "sanam-vakil"}),
        ("country=GB&claim=threat-increasing&basis__notin=inferred", {"jeremy-hunt", "chris-ghika"}),
        ("report_type=refusal", {"uk-mod-spokesperson"}),
        ("stance=declines", {"uk-mod-spokesperson"}),
        ("actor=heiko-maas", {"heiko-maas"}),
        ("speaker__in=heiko-maas,jeremy-hunt", {"heiko-maas", "jeremy-hunt"}),
    ],
)
def test_filters_choose_the_mentions_that_the_reviewed_reading_has(conn, reference, query, expected):
    # Expected: the answers in the reference case's notes (supports 4, disputes 4 by basis; one refusal).
    assert {mention.speaker for mention in chosen(conn, reference, query)} == expected


def test_one_stance_must_meet_all_filters_on_stances(conn, reference):
    apart = {m.id for q in ("claim=threat-increasing", "stance=declines") for m in chosen(conn, reference, q)}
    assert apart
    assert chosen(conn, reference, "claim=threat-increasing&stance=declines") == []


def test_a_filter_by_report_type_asks_for_the_report_and_not_for_the_statement(conn, reference):
    for report_type in ("direct", "speech_act"):
        found = chosen(conn, reference, f"report_type={report_type}&claim=threat-increasing")
        assert {mention.report_type for mention in found} <= {report_type}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("stanc=supports", "stanc"),
        ("stance=likes", "likes"),
        ("country=ZZ", "ZZ"),
        ("speaker=nobody", "nobody"),
        ("date_start__gte=May", "May"),
    ],
)
def test_a_filter_that_cannot_be_used_is_refused_with_its_value(conn, query, told):
    with pytest.raises(PageError) as refused:
        filters_of(conn, [tuple(query.split("="))])
    assert refused.value.status == 400
    assert told in refused.value.sentence
    assert refused.value.remedy


def test_an_error_does_not_tell_what_a_hidden_table_holds(conn):
    hidden = Sight(actors=False, claims=False, stances=False)
    for name in ("actor", "claim"):
        assert filters_of(conn, [(name, "nobody-knows")], hidden).chosen(name) == ("nobody-knows",)


def test_search_finds_words_of_the_content_in_any_case(conn, reference):
    found = chosen(conn, reference, "_search=MAXIMUM pressure")
    assert {mention.speaker for mention in found} == {"heiko-maas"}


# Colours and cards


@pytest.mark.parametrize("colour", cards.COLOURS)
def test_every_mention_has_one_group_and_the_key_counts_all(reference, colour):
    groups = cards.groups(reference.mentions, colour)
    assert sum(group.count for group in groups.values()) == len(reference.mentions)
    looks = [group.classes for group in groups.values()]
    assert len(set(looks)) == len(looks)


def test_neighbouring_groups_differ_in_line_as_well_as_in_colour(reference):
    lines = [group.classes.split()[1] for group in cards.groups(reference.mentions, "speaker").values()]
    assert all(one != other for one, other in pairwise(lines))


def test_a_card_holds_data_as_text(reference):
    evil = '<script>"&'
    bad = replace(reference.mentions[0], id=evil, speaker_name=evil, printed=evil * 2, role=evil, content=evil)
    groups = cards.groups([bad], "speaker")
    card = str(cards.Cards(groups, "speaker", {}, (), (), lambda path, id: f"/{path}").write([bad]))
    assert "<script" not in card
    assert "&lt;script&gt;&#34;&amp;" in card


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("no increased threat", "#:~:text=no%20increased%20threat"),
        ("a well-known, odd & end", "#:~:text=a%20well%2Dknown%2C%20odd%20%26%20end"),
        (
            " ".join(f"w{n}" for n in range(30)),
            "#:~:text=w0%20w1%20w2%20w3%20w4%20w5,w24%20w25%20w26%20w27%20w28%20w29",
        ),
    ],
)
def test_a_link_into_the_original_names_the_words(words, fragment):
    # Expected: URL Fragment Text Directives, WICG: dash, comma and ampersand of the text are percent-encoded.
    assert cards.fragment_url("https://example.org/a#old", words) == f"https://example.org/a{fragment}"


# Sentences


def test_the_sentence_counts_what_is_said_and_leaves_captions_and_credits_out(reference):
    assert reading_data.sentence(reference.mentions) == (
        "38 statements by 18 speakers, reported 41 times. "
        "Eleven direct quotes, three mixed quotes, 16 indirect reports, ten narrated acts and one refusal."
    )


def test_the_sentence_of_an_unmarked_document_says_so():
    assert reading_data.sentence([]) == "No statement is marked in this document yet."


# Versions


def test_the_versions_of_a_document_are_the_same_from_any_of_them(conn):
    both = ["gulf-desk-2019-05-14", "gulf-desk-2019-05-14-revised"]
    for document in both:
        found = reading_versions.chain(conn, document)
        assert [version.id for version in found] == both
        assert [version.id for version in found if version.current] == [document]
    assert len(reading_versions.chain(conn, "nbc-2019-05-16")) == 1


def test_versions_that_refer_to_one_another_in_a_circle_are_listed_once():
    conn = sqlite3.connect(":memory:")
    conn.execute("create table documents (id, title, published_on, revision_of, text)")
    conn.executemany("insert into documents values (?, ?, null, ?, 'x')", [("a", "A", "b"), ("b", "B", "a")])
    assert {version.id for version in reading_versions.chain(conn, "a")} == {"a", "b"}


@pytest.fixture
def compared(conn):
    old = read(conn, "gulf-desk-2019-05-14", Sight())
    new = read(conn, "gulf-desk-2019-05-14-revised", Sight())
    return old, new, reading_versions.compare(old, new)


def test_statements_that_changed_vanished_and_came_are_told(compared):
    _, _, comparison = compared
    fates = {fate.mention.id: fate for fate in comparison.fates}
    assert len(comparison.fates) == 7
    kept = fates["almira-official-traffic-normal--gulf-desk-2019-05-14--body"]
    assert (kept.state, kept.old) == ("unchanged", kept.new)
    cut = fates["ghika-no-change-of-measures--gulf-desk-2019-05-14--body"]
    assert (cut.state, cut.new, cut.told) == ("vanished", "", None)
    headline = fates["ghika-no-increased-threat--gulf-desk-2019-05-14--headline"]
    assert headline.state == "vanished"
    assert headline.told.statement == "ghika-no-increased-threat"
    lead = fates["ghika-no-increased-threat--gulf-desk-2019-05-14--lead"]
    assert lead.state == "changed"
    assert "flatly contradicted" in lead.old
    assert "flatly contradicted" not in lead.new
    assert [mention.statement for mention in comparison.added] == ["gulf-desk-corrects-report"]


def test_the_difference_without_what_is_gone_is_the_new_text_and_without_what_came_the_old_words(compared):
    old, new, comparison = compared

    def words(markup):
        return re.findall(r"\w+", html.unescape(re.sub(r"<[^>]+>", "", markup)))

    markup = str(comparison.html)
    assert words(re.sub(r"(?s)<del>.*?</del>", "", markup)) == re.findall(r"\w+", new.text)
    assert words(re.sub(r"(?s)<ins>.*?</ins>", "", markup)) == re.findall(r"\w+", old.text)


def test_texts_that_are_not_kept_cannot_be_compared(reference, compared):
    with pytest.raises(ValueError, match="both texts"):
        reading_versions.compare(reference, compared[0])
