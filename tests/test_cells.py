"""How values look in Datasette's tables: labels for words, pills for stances, and never data as HTML."""

import html
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims.compat import IS_1
from datasette_claims.pages import marks
from datasette_claims.pages.cells import SHARED
from datasette_claims.schema import TABLES
from datasette_claims.schema.vocabulary import BASIS, COUNTRY_BASIS, STANCE, WORDING

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "a & b < c",
]


class Parts(HTMLParser):
    """The tags, attribute names and text of a piece of HTML, as a browser reads it."""

    def __init__(self, markup):
        super().__init__()
        self.names, self.text = set(), ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data):
        self.text += data


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_data_is_never_html(text):
    shown = {
        marks.word(STANCE, text): text,
        marks.stance(text): text,
        marks.stance("supports", text): "▲ Supports",
        marks.basis(text): text,
        marks.quotation(text): text,
        marks.checksum(text): f"{text[:12]}…",
        **{marks.content(text, wording): text for wording in (*WORDING.words, None)},
    }
    for markup, expected in shown.items():
        parts = Parts(markup)
        assert parts.names <= {"span", "q", "code", "class", "title", "data-word", "aria-hidden"}
        assert parts.text == expected


@pytest.mark.parametrize("stance", STANCE.words)
@pytest.mark.parametrize("basis", [None, *BASIS.words])
def test_a_stance_is_told_by_glyph_word_colour_and_border(stance, basis):
    markup = marks.stance(stance, basis)
    assert f">{marks.GLYPHS[stance]}</span> {STANCE.term(stance).label}</span>" in markup
    assert f'data-word="{stance}"' in markup
    assert f"claims-{stance}" in markup
    assert ("claims-basis-" in markup) is (basis is not None)
    assert STANCE.term(stance).meaning in html.unescape(markup)
    if basis:
        assert f"claims-basis-{basis}" in markup
        assert BASIS.term(basis).meaning in html.unescape(markup)


def test_glyphs_differ():
    assert len(set(marks.GLYPHS.values())) == len(STANCE.words) == len(marks.GLYPHS)


@pytest.mark.parametrize(
    ("text", "wording", "expected"),
    [
        ("We agree.", "verbatim", '<q class="claims-quote">We agree.</q>'),
        ("“We agree.”", "verbatim", '<span class="claims-quote">“We agree.”</span>'),
        ("It agrees.", None, '<span class="claims-said">It agrees.</span>'),
    ],
)
def test_words_are_set_by_whose_they_are(text, wording, expected):
    assert marks.content(text, wording) == expected


def test_a_paraphrase_says_that_it_is_one():
    assert "Paraphrase" in marks.content("It agrees.", "paraphrase")
    assert "<q" not in marks.content("It agrees.", "paraphrase")


def test_a_query_shows_only_columns_that_mean_one_thing():
    assert "stance" in SHARED
    assert "country_basis" in SHARED
    kinds = {c.enumeration.name for t in TABLES for c in t.columns if c.name == "kind" and c.enumeration}
    assert len(kinds) > 1
    assert "kind" not in SHARED


@pytest.fixture
def hostile_db(claims_copy):
    conn = sqlite3.connect(claims_copy)
    for number, text in enumerate(HOSTILE):
        conn.execute(
            "insert into actors (id, name, kind, note, revision) values (?, ?, 'person', ?, 1)",
            [f"a{number}", text, text],
        )
        conn.execute(
            "insert into statements (id, content, wording, kind, speaker, speaker_label, date_start, revision) "
            "values (?, ?, 'verbatim', 'utterance', ?, ?, '2030-01-01', 1)",
            [f"s{number}", text, f"a{number}", text],
        )
        conn.execute(
            "insert into documents (id, title, url, text_sha256, text, revision) values (?, ?, ?, ?, ?, 1)",
            [f"d{number}", text, text, text, text],
        )
        conn.execute(
            "insert into revisions (at, operation, table_name, row_id, before, after) values "
            "('2030-01-01T00:00:00Z', 'update', 'actors', ?, json_object('name', 'x'), json_object('name', ?))",
            [f"a{number}", text],
        )
    conn.execute("insert into revisions (at, operation, after) values ('2030-01-01T00:00:00Z', 'insert', 'no <b>JSON')")
    conn.commit()
    conn.close()
    return claims_copy


@pytest.mark.parametrize(
    "path",
    [
        "/claims/statements?_sort_desc=date_start",
        "/claims/statements/s0",
        "/claims/documents?_size=max",
        "/claims/actors?_size=max",
        "/claims/revisions",
        "/claims/-/claims",
    ],
)
async def test_hostile_data_is_text_on_every_page(make_datasette, hostile_db, path):
    ds = make_datasette(hostile_db)
    page = await ds.client.get(path)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert 'href="javascript:' not in page.text
    assert "no <b>JSON" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


async def test_tables_show_words_by_label_and_keep_the_word(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get("/claims/stances?claim=threat-increasing&basis=author_summary")).text
    assert 'claims-disputes claims-basis-author_summary" data-word="disputes"' in page
    assert "Author&#39;s summary</span>" in page
    meaning = COUNTRY_BASIS.term("nationality").meaning
    assert f'data-word="nationality" title="nationality: {meaning}">Nationality</span>' in page


async def test_documents_open_where_they_are_read(make_datasette, claims_db):
    conn = sqlite3.connect(claims_db)
    id, title, text = conn.execute("select id, title, text from documents where text is not null limit 1").fetchone()
    mention, document = conn.execute("select id, document from mentions limit 1").fetchone()
    conn.close()
    ds = make_datasette(claims_db)
    page = (await ds.client.get(f"/claims/documents?id={id}")).text
    assert text[:60] not in page
    place = f"/claims/-/claims/read/{id}"
    assert f'<a href="{place}">{len(text):,} characters</a>' in page
    assert f'<a href="{place}">{html.escape(title)}</a>' in page
    assert (await ds.client.get(place)).status_code == 200
    page = (await ds.client.get(f"/claims/mentions?id={mention}")).text
    path, at = re.search(rf'href="(/claims/-/claims/read/{document})(#m-[^"]+)"', page).groups()
    assert f'id="{at[1:]}"' in (await ds.client.get(path)).text


async def test_the_results_of_a_query_show_stances_too(make_datasette, claims_db, site_metadata):
    metadata = site_metadata()
    del metadata["plugins"]["datasette-claims"]["load"]
    ds = make_datasette(claims_db, metadata=metadata)
    page = (await ds.client.get("/claims/stances-on-a-claim?claim=threat-increasing")).text
    assert 'class="claims-stance claims-supports claims-basis-explicit"' in page
    assert '<q class="claims-quote">' in page


async def test_a_revision_says_what_changed(make_datasette, claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute(
        "insert into revisions (at, operation, table_name, row_id, before, after) values ('2030-01-01T00:00:00Z', "
        "'update', 'actors', 'x', json_object('name', 'A', 'note', 'n'), json_object('name', 'B', 'note', 'n'))"
    )
    conn.commit()
    conn.close()
    ds = make_datasette(claims_copy)
    page = (await ds.client.get("/claims/revisions?table_name=actors")).text
    assert "<summary>Changed: name</summary>" in page
    assert "<summary>2 entries</summary>" in page


ON_A_DRAFT = "on a claim that is: Draft"


@pytest.mark.parametrize(
    ("closed", "actor", "on_table", "on_row"),
    [
        ({}, None, True, True),
        ({"claims": {"allow": {"id": "ann"}}}, None, False, False),
        ({"claims": {"allow": {"id": "ann"}}}, {"id": "ann"}, IS_1, IS_1),  # 0.65 does not tell a cell who looks
    ],
    ids=["open", "closed", "closed but for ann"],
)
async def test_a_reviewed_stance_on_a_draft_claim_is_marked_for_who_may_see_the_claim(
    make_datasette, claims_copy, site_metadata, signed_in, closed, actor, on_table, on_row
):
    with closing(sqlite3.connect(claims_copy)) as conn, conn:
        (stance,) = conn.execute("select id from stances where claim = 'crisis-manufactured' limit 1").fetchone()
        conn.execute("update claims set status = 'draft' where id = 'crisis-manufactured'")
    metadata = site_metadata()
    metadata["databases"]["claims"].setdefault("tables", {}).update(closed)
    ds = make_datasette(claims_copy, metadata=metadata)
    cookies = signed_in(ds, actor) if actor else {}

    async def shown(path):
        answer = await ds.client.get(path, cookies=cookies)
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]*>", "", answer.text).split())

    assert (ON_A_DRAFT in await shown("/claims/stances?claim=crisis-manufactured")) == on_table
    assert ON_A_DRAFT not in await shown("/claims/stances?claim=threat-increasing")
    assert (ON_A_DRAFT in await shown(f"/claims/stances/{stance}")) == on_row
