"""The reading page in Chromium: with and without JavaScript, wide and narrow, light and dark, by ear and on paper."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from reading_texts import TRICKY, add_document, add_long_document

NBC, DESK, REVISED = "nbc-2019-05-16", "gulf-desk-2019-05-14", "gulf-desk-2019-05-14-revised"

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""

# Of cards their place in the layout, without the transform by which one comes level with its passage.
CARDS = "() => [...document.querySelectorAll('.claims-card')].map((card) => card.offsetTop)"

PLACES = """() => [".claims-text p, .claims-text h2, .claims-cite", ".claims-card"]
  .flatMap((parts) => [...document.querySelectorAll(parts)])
  .map((element) => element.getBoundingClientRect()).map((box) => [box.x + scrollX, box.y + scrollY, box.width])"""


@pytest.fixture(scope="module")
def database(claims_db, tmp_path_factory):
    """The reference case with a tricky document, a long one, and one of 20,000 words with 2,000 overlapping marks."""
    folder = tmp_path_factory.mktemp("reading")
    database = Path(shutil.copy(claims_db, folder / "claims.db"))
    quote = TRICKY.index("\u201c"), TRICKY.index("\u201d") + 1
    accent = TRICKY.index("\u0301")
    add_document(database, spans=[(0, len(TRICKY)), quote, (accent - 4, accent), (accent, accent + 3)])
    add_long_document(database)
    add_long_document(database, 20_000, 1_000, "vast")
    return database


@pytest.fixture(scope="module")
def server(serve, database):
    """Its site, as anybody sees it."""
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    metadata["plugins"]["datasette-claims"].pop("load", None)
    file = database.with_name("metadata.json")
    file.write_text(json.dumps(metadata), encoding="utf-8")
    return serve(database, metadata=file) + "/claims/-/claims/read/"


def placed(page):
    page.wait_for_selector(".claims-placed")
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => done())))")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("document", [DESK, NBC, "tricky", "long"])
def test_nothing_is_wider_than_the_window(server, open_page, document, width):
    page = open_page(server + document, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []


@pytest.mark.parametrize("javascript", [True, False])
def test_the_browser_holds_the_text_code_point_by_code_point(server, open_page, javascript):
    page = open_page(server + "tricky", java_script_enabled=javascript)
    text = page.locator(".claims-text").text_content()
    assert text.removeprefix("\n").removesuffix("\n  ") == TRICKY


def test_hidden_words_are_no_part_of_what_is_copied(server, open_page):
    page = open_page(server + DESK)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.claims-text'))")
    copied = page.evaluate("getSelection().toString()")
    assert "[end" not in copied
    assert copied.strip().startswith("Coalition general contradicts Washington on Iran")


def test_each_paragraph_runs_in_its_own_direction(server, open_page):
    page = open_page(server + "tricky")
    found = page.evaluate("[...document.querySelectorAll('.claims-text p')].map((p) => getComputedStyle(p).direction)")
    assert found == ["ltr", "ltr", "rtl", "ltr"]


LINES = """() => [...document.querySelectorAll(".claims-card")].map((card) => {
  // The line on which the passage begins; where it is folded away, that of what folds it.
  for (const range of card.dataset.ranges.split(" ")) {
    const [first, last] = range.split("-").map(Number);
    for (let n = first; n < last; n++) {
      const mark = document.querySelector(`mark[data-n="${n}"]`);
      const box = (mark.closest("details:not([open])") || mark).getClientRects()[0];
      if (box) return [box.top + scrollY, card.getBoundingClientRect().top + scrollY, card.offsetHeight];
    }
  }
})"""

GAP = 10
"""Pixels between two cards, at least."""


@pytest.mark.parametrize("document", [DESK, REVISED, NBC, "tricky", "long"])
def test_a_card_begins_at_its_line_or_directly_beneath_the_card_before(server, open_page, document):
    page = open_page(server + document)
    placed(page)
    free = 0
    for line, top, height in page.evaluate(LINES):
        assert abs(top - max(line, free)) <= 2
        free = top + height + GAP
    assert page.problems == []


def test_a_card_comes_level_with_its_passage_when_that_is_pointed_at_or_opened_or_when_it_has_the_focus(
    server, open_page
):
    page = open_page(server + NBC)
    placed(page)
    page.evaluate(SHIFTS)
    page.wait_for_timeout(100)
    page.evaluate("window.shifts.length = 0")
    before, layout, places = page.evaluate(LINES), page.evaluate(CARDS), page.evaluate(PLACES)
    away = max(range(len(before)), key=lambda n: before[n][1] - before[n][0])
    assert before[away][1] - before[away][0] > 20  # one that stands lower than its passage
    card = page.locator(".claims-card").nth(away)
    mark = page.locator(f"mark[data-n='{card.get_attribute('data-ranges').partition('-')[0]}']")

    def level(moved):
        for n, (line, top, _) in enumerate(page.evaluate(LINES)):
            assert abs(top - (line if n == away and moved else before[n][1])) <= 2
        assert page.evaluate(CARDS) == layout
        assert page.evaluate(PLACES)[: len(places) - len(before)] == places[: len(places) - len(before)]  # the text
        return True

    mark.hover(position={"x": 3, "y": 3})
    assert level(True)
    box = card.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 8)  # the pointer can follow it
    page.wait_for_timeout(600)
    assert level(True)
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    assert level(False)
    assert page.evaluate("window.shifts") == []
    page.locator("a.claims-edge").nth(away).click()  # opened, a card shows all that is on it
    assert level(True)
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    assert level(False)
    page.locator(".claims-card").nth(away - 1).locator("a").last.focus()
    page.keyboard.press("Tab")  # by keyboard from the card before
    assert card.evaluate("(element) => element.contains(document.activeElement)")
    assert level(True)


def test_without_javascript_cards_stand_in_the_order_of_the_text_one_beneath_the_other(server, open_page):
    page = open_page(server + NBC, java_script_enabled=False)
    cards = page.locator(".claims-card")
    boxes = [card.bounding_box() for card in cards.all()]
    assert all(one["y"] + one["height"] <= other["y"] for one, other in pairwise(boxes))
    starts = [int(card.get_attribute("data-ranges").partition("-")[0]) for card in cards.all()]
    assert starts == sorted(starts)
    assert cards.first.locator(".claims-card-said").is_visible()
    assert all(box["width"] > 240 for box in boxes)


@pytest.mark.parametrize("document", [DESK, NBC, "long"])
def test_cards_stand_beside_the_text_in_order_and_never_overlap(server, open_page, document):
    page = open_page(server + document)
    placed(page)
    boxes = page.evaluate(
        "[...document.querySelectorAll('.claims-card')].map((card) => card.getBoundingClientRect())"
        ".map((box) => [box.top, box.bottom])"
    )
    assert all(one[1] <= other[0] for one, other in pairwise(boxes))
    text = page.locator(".claims-text").bounding_box()
    assert page.locator(".claims-card").first.bounding_box()["x"] >= text["x"] + text["width"]
    cite = page.locator(".claims-cite").bounding_box()["y"] + page.evaluate("scrollY")
    assert boxes[-1][1] + page.evaluate("scrollY") <= cite


def test_the_text_is_set_at_a_width_that_reads_well(server, open_page):
    page = open_page(server + DESK)
    # Measured with the text's own words: how many characters stand on a full line of the longest paragraph.
    longest = page.evaluate(
        """() => {
          const p = [...document.querySelectorAll(".claims-seg-paragraph")].reduce((a, b) =>
            a.textContent.length > b.textContent.length ? a : b);
          const range = document.createRange(); range.selectNodeContents(p);
          const boxes = [...range.getClientRects()].filter((box) => box.width > 3);
          const lines = new Set(boxes.map((box) => Math.round(box.bottom / 12)));
          return p.textContent.length / lines.size;
        }"""
    )
    assert 50 <= longest <= 75


@pytest.mark.parametrize("document", ["long", "vast"])
def test_reading_shifts_nothing(server, open_page, document):
    page = open_page(server + document)
    placed(page)
    page.evaluate(SHIFTS)
    page.wait_for_timeout(100)
    page.evaluate("window.shifts.length = 0")  # what opening the page moved is another test
    before = page.evaluate(PLACES)
    for n in (3, 40, 80):
        page.locator("mark[data-n]", has_text="word").nth(n).hover()
        page.locator(".claims-card").nth(n // 2).hover()
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(150)
    page.mouse.wheel(0, -2500)
    page.wait_for_timeout(150)
    assert page.evaluate(PLACES) == before
    assert page.evaluate("window.shifts") == []
    page.locator("a.claims-edge").nth(20).click()
    after = page.evaluate(PLACES)
    text = page.locator(".claims-text p").count()
    assert after[:text] == before[:text]


def test_two_thousand_overlapping_marks_are_all_there_and_each_has_its_card(server, database, open_page):
    page = open_page(server + "vast")
    placed(page)
    counts = page.evaluate(
        """() => {
          const pieces = document.querySelectorAll("mark[data-n]").length;
          const cards = [...document.querySelectorAll(".claims-card")];
          const ranges = cards.map((card) => card.dataset.ranges.split("-").map(Number));
          return [cards.length, ranges.every(([first, last]) => first < last && last <= pieces),
            document.querySelector(".claims-text").textContent.split(/\\s+/).filter(Boolean).length];
        }"""
    )
    assert counts == [1_000, True, 20_000]
    # Two thousand marks: of each mention its passage and its quoted part. Each lies over the beginning of the next one,
    # and the pieces that a card names are the words of its passage, to the character.
    with closing(sqlite3.connect(database)) as conn:
        text = conn.execute("select text from documents where id = 'vast'").fetchone()[0]
        marked = conn.execute(
            "select m.span_start, m.span_end, e.span_start, e.span_end from mentions m join evidence e "
            "on e.mention = m.id where m.document = 'vast' order by m.span_start"
        ).fetchall()
    assert 2 * len(marked) == 2_000
    assert all(one[1] > other[0] for one, other in pairwise(marked))
    shown = page.evaluate(
        """() => {
          const pieces = [...document.querySelectorAll("mark[data-n]")].map((piece) => piece.textContent);
          return [...document.querySelectorAll(".claims-card")].map((card) => card.dataset.ranges.split(" ")
            .map((range) => pieces.slice(...range.split("-").map(Number)).join("")).join(""));
        }"""
    )
    whole = [re.sub(r"\s", "", text[start:end]) for start, end, _, _ in marked]
    assert [re.sub(r"\s", "", words) for words in shown] == whole
    # One passage lies over the beginning of the next, so the words there belong to both: the inner one is shown.
    page.locator(".claims-card").nth(500).hover()
    words = "".join(page.locator("mark.claims-hover").all_text_contents())
    first, last = page.evaluate("document.querySelectorAll('.claims-card')[500].dataset.ranges.split('-').map(Number)")
    pieces = page.locator("mark[data-n]").all_text_contents()
    assert words == "".join(pieces[first:last])


@pytest.mark.parametrize("document", ["long", "vast"])
def test_the_page_does_not_jump_while_it_opens(server, browser, document):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(server + document)
    placed(page)
    page.wait_for_timeout(300)
    total = page.evaluate("window.shifts.reduce((sum, value) => sum + value, 0)")
    context.close()
    assert total < 0.02


def test_pointing_at_a_passage_shows_its_card_and_back(server, open_page):
    page = open_page(server + DESK)
    placed(page)
    quoted = page.locator("mark.claims-part-verbatim").first
    quoted.hover()
    card = page.locator(".claims-card.claims-hover")
    assert card.count() == 1
    assert "Christopher Ghika" in card.text_content()
    page.locator(".claims-card").last.hover()
    words = "".join(page.locator("mark.claims-hover").all_text_contents())
    assert words.startswith("Ships are coming and going")


def test_a_number_opens_its_card_and_escape_leads_back_by_keyboard(server, open_page):
    page = open_page(server + NBC)
    placed(page)
    edge = page.locator("a.claims-edge[data-number='25']")
    edge.focus()
    page.keyboard.press("Enter")
    card = page.locator(".claims-card.claims-open")
    assert card.count() == 1
    assert page.evaluate("document.activeElement.closest('.claims-card')?.classList.contains('claims-open')")
    assert card.locator(".claims-card-role").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.number") == "25"
    assert page.locator(".claims-open").count() == 0


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_opens_at_its_passage(server, open_page, javascript):
    id = "almira-official-traffic-normal--gulf-desk-2019-05-14--body"
    page = open_page(f"{server}{DESK}?annotation={id}#a-{id}", java_script_enabled=javascript)
    box = page.locator(".claims-here").first.bounding_box()
    assert 0 <= box["y"] < 900
    assert page.locator("mark.claims-here").first.is_visible()


def test_without_javascript_numbers_lead_to_cards_and_back(server, open_page):
    page = open_page(server + DESK, java_script_enabled=False)
    page.locator("a.claims-edge").nth(4).click()
    target = page.url.partition("#")[2]
    assert target.startswith("m-")
    card = page.locator(".claims-card").nth(4)
    assert card.is_visible()
    card.locator(".claims-card-number").click()
    assert page.url.partition("#")[2] == target.replace("m-", "a-", 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_the_card_comes_to_the_text_and_goes_again(server, open_page, javascript):
    page = open_page(server + DESK, 390, java_script_enabled=javascript)
    page.locator("a.claims-edge").nth(2).click()
    card = page.locator(".claims-card:target")
    box = card.bounding_box()
    assert box["y"] + box["height"] <= 900
    assert card.evaluate("(element) => getComputedStyle(element).position") == "fixed"
    card.locator(".claims-card-number").click()
    assert page.locator(".claims-card:target").count() == 0


def test_boilerplate_is_folded_and_opens_without_its_card_losing_its_place(server, open_page):
    page = open_page(server + DESK)
    placed(page)
    words = page.locator(".claims-seg-boilerplate p")
    assert not words.is_visible()
    page.locator(".claims-seg-boilerplate summary").click()
    assert words.is_visible()


def heard(page):
    """What a screen reader is given of the text, in order: names and texts of the accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in nodes if not node.get("ignored") and node.get("name", {}).get("value")]


def test_a_listener_hears_where_a_passage_begins_and_ends(server, open_page):
    told = heard(open_page(server + DESK))
    start = told.index("3, Christopher Ghika, direct quote: start")
    end = next(n for n, words in enumerate(told) if n > start and words.strip() == "[end 3]")
    assert any("no increased threat" in words for words in told[start:end])


def test_a_listener_can_read_without_these_words(server, open_page):
    told = heard(open_page(server + DESK + "?spoken=no"))
    assert not any("[end" in words or words.endswith(": start") for words in told)
    assert any("no increased threat" in words for words in told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path",
    [
        DESK,
        NBC,
        "tricky",
        f"{DESK}?stance=disputes&colour=stance",
        f"{NBC}?country=GB&colour=country",
        f"{REVISED}?compare={DESK}",
        f"{DESK}?spoken=no",
    ],
)
def test_axe_finds_nothing(server, open_page, axe, path, width, scheme):
    page = open_page(server + path, width, scheme)
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    assert axe(page, "main") == []


def test_paper_holds_the_text_and_then_the_cards(server, open_page):
    page = open_page(server + DESK)
    placed(page)
    page.emulate_media(media="print")
    text, cards = page.locator(".claims-text").bounding_box(), page.locator(".claims-cards").bounding_box()
    assert cards["y"] >= text["y"] + text["height"]
    assert not page.locator(".claims-controls").is_visible()
    assert page.locator(".claims-card").first.evaluate("(card) => getComputedStyle(card).position") == "static"
