"""What nobody would see in a text is boxed on pages and named in drawings; what is stored and copied stays."""

import sqlite3
import xml.etree.ElementTree as ElementTree

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from datasette_claims.pages.visible import HIDDEN, named, shown

HERE = "/claims/-/claims"
ANN = {"id": "ann"}
MAY = {f"claims-{action}": ANN for action in ("annotate", "review", "admin")}
METADATA = {
    "permissions": MAY,
    "plugins": {"datasette-claims": {"database": "claims"}},
    "databases": {"claims": {"permissions": MAY}},
}


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("evil \u202egpj.exe", ["RLO"]),
        ("a\u200bb", ["ZWSP"]),
        ("\u2066x\u2069", ["LRI", "PDI"]),
        ("x\u001b[31m", ["ESC"]),
        ("a\u200db", ["ZWJ"]),
        ("BBC\u200e", ["LRM"]),
        ("\ufeffBBC", ["ZWNBSP"]),
        ("BBC\U000e0041\U000e0042", ["U+E0041 U+E0042"]),
        ("a" + "\u200b" * 9, ["ZWSP ZWSP ZWSP ZWSP ZWSP ZWSP +3"]),
        ("plain, “quoted” – and\na new line\twith a tab", []),
        ("می\u200cخواهم", []),  # Persian writes with joiners
        ("שלום C++\u200e עולם", []),  # and Hebrew with marks of direction
        (
            "👩\u200d💻 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            [],
        ),  # emoji
        ("क\u200dष", []),
    ],
)
def test_what_is_not_seen_gets_a_box(text, boxes):
    page = html5lib.parseFragment(shown(f"<p>{escape(text)}</p>"), namespaceHTMLElements=False)
    paragraph = page.find("p")
    assert [box.get("data-char") for box in paragraph.iter("span")] == boxes
    assert "".join(paragraph.itertext()) == text
    assert all(box.get("title").startswith("Not seen: U+") for box in paragraph.iter("span"))
    assert named(text) == text if not boxes else "⟨" in named(text)


def test_where_no_box_may_stand():
    html = '<title>a\u202eb</title><option value="a\u202eb">a\u202eb</option><textarea>a\u202eb\0</textarea>'
    html += (
        '<input value="a\u202eb"><svg><title>a\u202eb</title></svg><script>"\u202e"</script><p title="\0\ud800">x</p>'
    )
    assert shown(html) == (
        '<title>a⟨RLO⟩b</title><option value="a\u202eb">a⟨RLO⟩b</option><textarea>a\u202eb\ufffd</textarea>'
        '<input value="a\u202eb"><svg><title>a⟨RLO⟩b</title></svg><script>"\u202e"</script>'
        '<p title="\ufffd\ufffd">x</p>'
    )


def test_what_html_cannot_hold_is_replaced_in_its_box():
    made = shown("<p>a\0b\ud800</p>")
    assert made.encode("utf-8")
    assert 'data-char="NUL"' in made
    assert "U+D800" in made
    assert "\0" not in made


@given(st.text(st.sampled_from("ab<>&\"'\u202e\u200b\u200d\u0645\0\x1b\ud800\U000e0041 \n"), max_size=40))
def test_the_text_of_a_page_stays_what_it_is(text):
    page = html5lib.parseFragment(f"<p>{shown(str(escape(text)))}</p>", namespaceHTMLElements=False)
    assert "".join(page.find("p").itertext()) == text.replace("\0", "\ufffd").replace("\ud800", "\ufffd")


@pytest.fixture
def disguised(claims_copy):
    """The reference case with a second Ghika, whose і is Cyrillic, and an override of direction in a claim."""
    conn = sqlite3.connect(claims_copy)
    conn.execute(
        "insert into actors (id, name, kind, revision) values ('ghika-2', 'Christopher Gh\u0456ka', 'person', 1),"
        " ('mixed', '\u041aremlin', 'organization', 1)"
    )
    conn.execute("update claims set text = 'The threat \u202eis not' where id = 'threat-increasing'")
    name = conn.execute("select name from actors where id = 'chris-ghika'").fetchone()[0]
    assert name == "Christopher Ghika"
    conn.commit()
    conn.close()
    return claims_copy


async def test_a_name_that_looks_like_another_is_marked_on_both_pages(make_datasette, disguised):
    client = make_datasette(disguised, metadata=METADATA).client
    strange = "U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"
    cases = (("ghika-2", "chris-ghika", ["Latin", "Cyrillic"], [strange]), ("chris-ghika", "ghika-2", [], []))
    for id, other, scripts, strangers in cases:
        look = (await client.get(f"{HERE}/actor/{id}.json")).json()["data"]["lookalikes"]
        assert look["scripts"] == scripts
        assert [(each["id"], each["strange"]) for each in look["others"]] == [(other, strangers)]
        page = (await client.get(f"{HERE}/actor/{id}")).text
        assert "It is not the name that it looks like." in page
        assert f'href="{HERE}/actor/{other}"' in page
    look = (await client.get(f"{HERE}/actor/mixed.json")).json()["data"]["lookalikes"]
    assert look == {
        "scripts": ["Cyrillic", "Latin"],
        "others": [],
        "sentence": "This name mixes Cyrillic and Latin letters.",
    }
    assert (await client.get(f"{HERE}/actor/nbc-news.json")).json()["data"]["lookalikes"] is None


async def test_the_type_ahead_says_which_name_looks_like_another(make_datasette, disguised, signed_in):
    client = make_datasette(disguised, metadata=METADATA).client
    options = {
        each["id"]: each for each in (await client.get(f"{HERE}/suggest/actors?q=christopher")).json()["options"]
    }
    assert options["ghika-2"]["looks_like"] == ["chris-ghika"]
    assert options["ghika-2"]["note"].endswith("looks like “Christopher Ghika” (chris-ghika)")
    assert options["chris-ghika"]["looks_like"] == ["ghika-2"]


async def test_review_shows_that_a_drafted_speaker_looks_like_another(make_datasette, disguised, signed_in):
    conn = sqlite3.connect(disguised)
    conn.execute("update actors set status = 'draft' where id = 'ghika-2'")
    conn.execute(
        "insert into statements (id, content, kind, speaker, status, document, revision)"
        " values ('draft-1', 'No.', 'utterance', 'ghika-2', 'draft', 'nbc-2019-05-16', 1)"
    )
    conn.commit()
    conn.close()
    datasette = make_datasette(disguised, metadata=METADATA)
    page = await datasette.client.get(f"{HERE}/review?at=draft-1", cookies=signed_in(datasette, ANN))
    assert page.status_code == 200
    assert "claims-looks" in page.text
    assert f'href="{HERE}/actor/chris-ghika"' in page.text


async def test_a_page_boxes_an_override_and_its_data_keeps_it(make_datasette, disguised):
    client = make_datasette(disguised, metadata=METADATA).client
    page = (await client.get(f"{HERE}/claim/threat-increasing")).text
    parsed = html5lib.parse(page, namespaceHTMLElements=False)
    assert "".join(parsed.find(".//h1").itertext()).strip().startswith("The threat \u202eis not")
    assert parsed.find(".//h1/span").get("data-char") == "RLO"
    assert "⟨RLO⟩" in parsed.find(".//title").text
    assert "\u202e" in (await client.get(f"{HERE}/claim/threat-increasing.json")).json()["title"]
    assert "\u202e" in (await client.get(f"{HERE}/compare.csv")).text
    drawing = ElementTree.fromstring((await client.get(f"{HERE}/compare.svg")).content)
    assert HIDDEN.search("".join(drawing.itertext())) is None
    row = (await client.get("/claims/claims/threat-increasing")).text
    assert 'data-char="RLO"' in row
    data = await client.get("/claims/claims/threat-increasing.json?_shape=objects")
    assert "\u202e" in data.json()["rows"][0]["text"]
