"""The reading page on Datasette: what it answers, to whom, and how it refuses."""

import html
import re
import sqlite3
from html.parser import HTMLParser

import pytest
from reading_texts import TRICKY, add_document

NBC, DESK, REVISED = "nbc-2019-05-16", "gulf-desk-2019-05-14", "gulf-desk-2019-05-14-revised"


def url(document, query="", format=""):
    return f"/claims/-/claims/read/{document}{format}" + (f"?{query}" if query else "")


@pytest.fixture
def site(make_datasette, claims_db):
    return make_datasette(claims_db)


class Article(HTMLParser):
    """The text of the article of a page, and which of its pieces carry a class."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.text, self.classes, self.within, self.marks = "", {}, False, []
        body = page[page.index('<article class="claims-text') :]
        body = body[: body.index("</article>")]
        self.feed(body[body.index(">") + 1 :].removeprefix("\n").removesuffix("\n  "))

    def handle_starttag(self, tag, attrs):
        if tag == "mark":
            attrs = dict(attrs)
            self.marks.append(attrs["data-n"])
            self.classes[attrs["data-n"]] = [attrs["class"].split(), ""]

    def handle_endtag(self, tag):
        if tag == "mark":
            self.marks.pop()

    def handle_data(self, data):
        self.text += data
        for number in self.marks:
            self.classes[number][1] += data

    def of_class(self, name):
        return "".join(words for classes, words in self.classes.values() if name in classes)


async def page(site, address, status=200):
    answer = await site.client.get(address)
    assert answer.status_code == status, answer.text[-2000:]
    return answer.text


async def data(site, document, query=""):
    answer = await site.client.get(url(document, query, ".json"))
    assert answer.status_code == 200
    return answer.json()


def answer_of(text):
    return html.unescape(re.search(r'<p class="claims-answer">(.*?)</p>', text, re.S).group(1))


async def test_the_article_holds_the_stored_text_exactly(site, claims_db):
    conn = sqlite3.connect(claims_db)
    stored = dict(conn.execute("select id, text from documents where text is not null"))
    conn.close()
    assert len(stored) == 6
    for id, text in stored.items():
        assert Article(await page(site, url(id))).text == text


async def test_a_text_with_line_ends_emoji_combining_marks_and_two_directions_stays_itself(make_datasette, claims_copy):
    quoted = TRICKY.index("\u201c"), TRICKY.index("\u201d") + 1
    accent = TRICKY.index("\u0301")
    add_document(claims_copy, spans=[quoted, (accent - 4, accent), (accent, accent + 3), (0, len(TRICKY))])
    text = await page(make_datasette(claims_copy), url("tricky"))
    article = Article(text)
    assert article.text == TRICKY
    assert "שלום עולם" in article.of_class("claims-quoted")
    assert "<b>bold</b>" not in text
    assert "<i>Minister</i>" not in text
    assert "<tricky>" not in text


async def test_the_sentence_answers_first(site):
    assert answer_of(await page(site, url(NBC))).startswith("38 statements by 18 speakers")
    assert answer_of(await page(site, url("nbc-2019-05-16-photo-1"))) == "No statement is marked in this document yet."


async def test_there_is_a_card_for_each_mention_in_text_order(site):
    text = await page(site, url(DESK))
    twin = (await data(site, DESK))["data"]
    listed = re.findall(r'<li class="claims-card [^"]*" id="m-([^"]+)"', text)
    assert listed == [mention["id"] for mention in twin["mentions"]]
    assert [mention["start"] for mention in twin["mentions"]] == sorted(m["start"] for m in twin["mentions"])
    for id in listed:
        assert f'id="a-{id}" href="#m-{id}"' in text


async def test_a_card_tells_who_for_whom_how_and_on_which_side(site):
    text = await page(site, url(NBC))
    start = text.index('id="m-hunt-same-assessment--body"')
    card = text[start : text.index("</li></ul>", start)]
    told = html.unescape(re.sub(r"<[^>]+>", " ", card))
    for word in ("Jeremy Hunt", "United Kingdom", "Foreign Secretary", "Direct quote", "Supports"):
        assert word in told
    assert "/claims/-/claims/statement/hunt-same-assessment" in card
    assert "/claims/-/claims/claim/threat-increasing" in card


async def test_a_link_opens_at_a_mention_or_a_piece_of_evidence_and_emphasises_it(site):
    twin = (await data(site, DESK))["data"]
    mention = next(m for m in twin["mentions"] if m["id"].startswith("ghika-aware"))
    article = Article(await page(site, url(DESK, f"annotation={mention['id']}")))
    assert article.of_class("claims-here") == twin["text"][mention["start"] : mention["end"]]
    span = next(span for span in mention["evidence"] if span["part"] == "verbatim")
    text = await page(site, url(DESK, f"annotation={span['id']}"))
    assert Article(text).of_class("claims-here") == span["quote"]
    assert f'id="a-{span["id"]}"' in text
    assert re.findall(r'id="m-([^"]+)"[^>]*aria-current="true"', text) == [mention["id"]]


async def test_filters_dim_the_rest(site):
    text = await page(site, url(DESK, "speaker=chris-ghika&report_type=direct"))
    assert "Two of 7 passages meet the filters; the rest is dimmed." in answer_of(text)
    lit = Article(text).of_class("claims-lit")
    assert "no increased threat" in lit
    assert "Ships are coming" not in lit
    assert len(re.findall(r'<li class="claims-card [^"]*claims-dim', text)) == 5
    twin = (await data(site, DESK, "speaker=chris-ghika&report_type=direct"))["data"]
    assert sum(mention["matches"] for mention in twin["mentions"]) == 2


async def test_nothing_is_dimmed_where_every_passage_meets_the_filters(site):
    text = await page(site, url(DESK, "country__notin=FR"))
    assert "claims-filtered" not in text
    assert "claims-dim" not in text


async def test_one_view_has_one_url(site):
    text = await page(site, url(DESK, "colour=stance&stance=disputes&speaker=chris-ghika&spoken=no"))
    cited = html.unescape(re.search(r'data-copy-text.*?<a href="([^"]+)"', text, re.S).group(1))
    assert cited.endswith(f"{url(DESK)}?actor=chris-ghika&stance=disputes&colour=stance&spoken=no")
    text = await page(site, url(DESK, "colour=speaker"))
    assert html.unescape(re.search(r'data-copy-text.*?<a href="([^"]+)"', text, re.S).group(1)).endswith(url(DESK))


@pytest.mark.parametrize("colour", ["speaker", "country", "stance"])
async def test_the_key_counts_every_passage_by_its_colour(site, colour):
    text = await page(site, url(NBC, f"colour={colour}"))
    key = text[text.index('<ul class="claims-key"') : text.index("claims-how")]
    counted = [int(number) for number in re.findall(r'<span class="claims-number">(\d+)</span>', key)]
    assert sum(counted) == 49


async def test_words_for_screen_readers_can_be_silenced(site):
    spoken, silent = await page(site, url(DESK)), await page(site, url(DESK, "spoken=no"))
    assert 'data-say=" [end 1] "' in spoken
    assert "data-say" not in silent
    assert 'aria-hidden="true" tabindex="-1"' in silent


async def test_a_withheld_text_says_how_much_is_withheld_and_how_to_attach_it(site):
    text = await page(site, url(NBC))
    withheld = (await data(site, NBC))["data"]["withheld"]
    assert withheld["of"] == 5338
    told = re.sub(r"<[^>]+>|\s+", " ", text[text.index('"claims-withheld"') :])
    assert "It belongs to NBC News." in told
    assert f"{withheld['code_points']:,} are withheld" in told
    assert f"datasette claims attach claims.db {NBC} FILE" in told


async def test_links_into_the_original_are_made_only_of_web_addresses(make_datasette, claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute("update documents set url = 'https://example.org/a' where id = ?", [NBC])
    conn.execute("update documents set url = 'javascript:alert(1)' where id = ?", [DESK])
    conn.commit()
    conn.close()
    site = make_datasette(claims_copy)
    assert "https://example.org/a#:~:text=Maximum%20pressure" in await page(site, url(NBC))
    assert 'href="javascript' not in await page(site, url(DESK))


async def test_versions_are_listed_and_compared_either_way_round(site):
    text = await page(site, url(REVISED))
    assert f"/claims/-/claims/read/{REVISED}?compare={DESK}" in text
    one, other = await data(site, REVISED, f"compare={DESK}"), await data(site, DESK, f"compare={REVISED}")
    assert one["data"]["comparison"] == other["data"]["comparison"]
    assert one["data"]["comparison"]["old"] == DESK
    assert one["sentence"] == (
        "Nine changes in the words. Of 7 marked passages of the older version: 1 unchanged, 3 in other words and 3 "
        "gone. One passage of the newer one reports what the older one did not."
    )
    text = await page(site, url(REVISED, f"compare={DESK}"))
    assert re.search(r"<del>[^<]*flatly contradicted", text)


async def test_a_comparison_with_a_withheld_text_says_what_is_missing(site):
    text = await page(site, url(DESK, f"compare={NBC}"))
    assert "so the words cannot be compared" in text
    assert (await data(site, DESK, f"compare={NBC}"))["data"]["comparison"]["text_missing"] == NBC


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("colour=mood", 400, "mood"),
        ("annotation=nobody", 400, "nobody"),
        ("compare=nothing", 400, "nothing"),
        ("spoken=yes", 400, "spoken"),
        ("stance=likes", 400, "likes"),
        ("colour=stance&unknown=1", 400, "unknown"),
    ],
)
async def test_a_parameter_that_does_not_fit_is_refused_with_its_value(site, query, status, told):
    assert told in answer_of(await page(site, url(DESK, query), status))
    answer = await site.client.get(url(DESK, query, ".json"))
    assert answer.status_code == status
    assert answer.json()["remedy"]


async def test_a_document_that_is_not_there_is_not_found(site):
    assert "nope" in answer_of(await page(site, url("nope"), 404))


@pytest.mark.parametrize("table", ["documents", "mentions", "statements", "segments", "evidence"])
async def test_the_page_is_closed_where_one_of_its_tables_is(make_datasette, claims_db, table):
    metadata = {"databases": {"claims": {"tables": {table: {"allow": {"id": "editor"}}}}}}
    site = make_datasette(claims_db, metadata=metadata)
    for format in ("", ".json"):
        assert (await site.client.get(url(DESK, format=format))).status_code == 403


@pytest.mark.parametrize(
    ("table", "secret"),
    [
        ("actors", "Christopher Ghika"),
        ("countries", "United Kingdom"),
        ("claims", "increased threat."),
        ("stances", "claims-card-stances"),
    ],
)
async def test_what_a_closed_table_holds_shows_nowhere(make_datasette, claims_db, signed_in, table, secret):
    metadata = {"databases": {"claims": {"tables": {table: {"allow": {"id": "editor"}}}}}}
    site = make_datasette(claims_db, metadata=metadata)
    open_to_all = await site.client.get(url(DESK))
    assert open_to_all.status_code == 200
    assert secret not in open_to_all.text
    if secret != "claims-card-stances":
        assert secret not in (await site.client.get(url(DESK, format=".json"))).text
    for_editor = await site.client.get(url(DESK), cookies=signed_in(site, {"id": "editor"}))
    assert secret in for_editor.text


async def test_a_span_that_does_not_fit_the_text_keeps_its_card(make_datasette, claims_copy):
    add_document(claims_copy, text="Short.", spans=[(0, 5)])
    conn = sqlite3.connect(claims_copy)
    conn.execute("update mentions set span_end = 500 where id = 'tricky-m0'")
    conn.commit()
    conn.close()
    text = await page(make_datasette(claims_copy), url("tricky"))
    assert Article(text).text == "Short."
    assert 'id="m-tricky-m0"' in text
    assert 'href="#a-tricky-m0"' not in text


async def test_the_page_stands_under_a_base_url(make_datasette, claims_db):
    site = make_datasette(claims_db, settings={"base_url": "/news/"})
    text = (await site.client.get(url(DESK))).text
    assert 'href="/news/claims/-/claims/statement/' in text
