"""Annotating in Chromium: by mouse, keyboard and touch, wide and narrow, light and dark, without JavaScript too."""

import gzip
import json
import random
import shutil
import sqlite3

import pytest
import yaml
from conftest import ROOT
from datasette.app import Datasette
from reading_texts import TRICKY, add_document, add_long_document

DESK = "gulf-desk-2019-05-14"
SHIPS = "almira-official-traffic-normal--gulf-desk-2019-05-14--body"
SECRET = "only for these tests"
WORDS = "We're aware of their presence, clearly, and we monitor them"


@pytest.fixture(scope="module")
def place(serve, claims_db, tmp_path_factory):
    """(URL of our pages, path of the database) of a server on which ann may annotate and rita may review."""
    folder = tmp_path_factory.mktemp("annotate")
    database = shutil.copy(claims_db, folder / "claims.db")
    add_document(database, spans=[(0, len(TRICKY)), (3, 9), (5, 14)])
    add_long_document(database)
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    metadata["plugins"]["datasette-claims"].pop("load", None)
    metadata["databases"]["claims"]["permissions"] = {
        "claims-annotate": {"id": ["ann", "rita"]},
        "claims-review": {"id": "rita"},
        "claims-admin": {"id": "boss"},
    }
    file = folder / "metadata.json"
    file.write_text(json.dumps(metadata), encoding="utf-8")
    return serve(database, metadata=file, options=("--secret", SECRET)) + "/claims/-/claims/", database


@pytest.fixture
def enter(place, browser):
    """Call with a path, who is signed in, a width and options of a context; a page that must not log an error."""
    contexts = []
    signer = Datasette([], secret=SECRET)

    def open_at(path, who="ann", width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        contexts.append(context)
        cookie = {"name": "ds_actor", "value": signer.sign({"a": {"id": who}}, "actor"), "url": place[0]}
        context.add_cookies([cookie])
        page = context.new_page()
        page.problems = []
        page.set_default_timeout(6000)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        answer = page.goto(place[0] + path)
        assert answer.ok, f"{path}: {answer.status}"
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture
def one(place):
    def ask(sql, *values):
        conn = sqlite3.connect(place[1])
        try:
            return conn.execute(sql, values).fetchone()
        finally:
            conn.close()

    return ask


SELECT = """(words) => {
  const root = document.querySelector(".claims-text");
  const at = root.textContent.indexOf(words);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let seen = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (seen <= at && at < seen + node.length) range.setStart(node, at - seen);
    const end = at + words.length;
    if (seen < end && end <= seen + node.length) range.setEnd(node, end - seen);
    seen += node.length;
  }
  return [...range.getClientRects()].map((box) => [box.x + scrollX, box.y + scrollY, box.width, box.height]);
}"""


def drag_over(page, words):
    """Select words as one does with a mouse."""
    boxes = page.evaluate(SELECT, words)
    first, last = boxes[0], boxes[-1]
    page.evaluate(f"scrollTo(0, {first[1] - 300})")
    y = page.evaluate("scrollY")
    page.mouse.move(first[0] + 1, first[1] + first[3] / 2 - y)
    page.mouse.down()
    page.mouse.move(last[0] + last[2] - 1, last[1] + last[3] / 2 - y, steps=4)
    page.mouse.up()


def test_select_with_the_mouse_create_correct_and_undo(enter, one):
    page = enter(f"read/{DESK}")
    before = one("select count(*) from statements")[0]
    drag_over(page, WORDS)
    page.locator(".claims-tool button").click()
    panel = page.locator(".claims-panel")
    panel.locator("#f-content").wait_for()
    assert panel.locator(".claims-passage mark").text_content() == WORDS
    assert page.evaluate("[...CSS.highlights.keys()]") == ["claims-selected"]
    speaker = panel.get_by_role("combobox", name="Speaker", exact=True)
    speaker.fill("")
    speaker.press_sequentially("ghik")
    panel.get_by_role("option", name="Christopher Ghika").click()
    assert speaker.input_value() == "Christopher Ghika"
    panel.get_by_role("button", name="Deputy Commander, Combined Joint Task Force").click()
    assert panel.locator("[name=organization_id]").input_value() == "cjtf-oir"
    panel.locator("[name=report_type]").select_option("direct")
    panel.get_by_role("button", name="Save").click()
    page.wait_for_url("**_saved=*")
    assert one("select count(*) from statements")[0] == before + 1
    start, end = one("select span_start, span_end from mentions where status = 'draft' and status_by = 'ann'")
    text = one("select text from documents where id = ?", DESK)[0]
    assert text[start:end] == WORDS
    card = page.locator(".claims-card.claims-here")
    assert "Draft" in card.text_content()
    card.get_by_role("link", name="Edit number").click()
    page.locator("#f-cue").fill("added")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/read/**")
    assert one("select cue from mentions where status = 'draft' and status_by = 'ann'")[0] == "added"
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**_undone=*")
    assert one("select cue from mentions where status = 'draft' and status_by = 'ann'")[0] != "added"
    page.get_by_role("button", name="Redo").click()
    page.wait_for_url("**_saved=*")
    assert one("select cue from mentions where status = 'draft' and status_by = 'ann'")[0] == "added"
    assert page.problems == []


def test_by_keyboard_alone_a_sentence_is_chosen_extended_and_saved(enter, one):
    page = enter(f"read/{DESK}", "rita")
    page.locator(".claims-text").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("getSelection().toString()").startswith("\"There's been no increased threat")
    assert page.evaluate("getSelection().toString()").endswith("the United States.")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+Alt+ArrowRight")
    page.keyboard.press("Shift+Alt+ArrowRight")
    chosen = page.evaluate("getSelection().toString()")
    assert (chosen[:10], chosen[-10:]) == ("been no in", "ted States")
    page.keyboard.press("Shift+Alt+ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".claims-panel #f-content").wait_for()
    assert page.evaluate("document.activeElement.closest('.claims-panel') !== null")
    page.keyboard.press("Escape")
    assert not page.locator(".claims-panel").is_visible()
    assert page.evaluate("document.activeElement.classList.contains('claims-text')")
    page.keyboard.press("Enter")
    page.locator(".claims-panel #f-content").wait_for()
    page.locator(".claims-panel [name=note]").evaluate(
        "(field) => { field.closest('details').open = true; field.focus(); }"
    )
    page.keyboard.type("by keyboard")
    page.keyboard.press("Control+Enter")
    page.locator(".claims-panel .claims-first").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**_saved=*")
    assert one("select status, status_by from statements where note = 'by keyboard'") == ("reviewed", "rita")
    assert page.problems == []


def test_offsets_of_random_selections_come_back_code_point_by_code_point(enter):
    page = enter("read/tricky")
    seeded = random.Random(5)
    chosen = []
    while len(chosen) < 400:
        start, end = sorted(seeded.sample(range(len(TRICKY) + 1), 2))
        if TRICKY[start:end] == TRICKY[start:end].strip():
            chosen.append([start, end])
    # The selection is made without the scripts under test: one code point after another, node by node.
    found = page.evaluate(
        """async (chosen) => {
          const { placeOf, rangeOf } = await import(
            document.querySelector("script[src*='annotate.js']").src.replace(/annotate[.]js.*/, "annotate-offsets.js"));
          const root = document.querySelector(".claims-text");
          const starts = [], ends = [];
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            let unit = 0;
            for (const point of walker.currentNode.data) {
              starts.push([walker.currentNode, unit]);
              unit += point.length;
              ends.push([walker.currentNode, unit]);
            }
          }
          return chosen.map(([start, end]) => {
            getSelection().setBaseAndExtent(...starts[start], ...ends[end - 1]);
            const place = placeOf(root, getSelection().getRangeAt(0));
            const again = rangeOf(root, place.from, place.to);
            const same = placeOf(root, again);
            return [place.start, place.end, place.exact, again.toString(), same.start, same.end];
          });
        }""",
        chosen,
    )
    assert found == [[start, end, TRICKY[start:end], TRICKY[start:end], start, end] for start, end in chosen]
    for start, end in chosen[:40]:  # the server means the same words by these numbers
        answer = page.request.get(page.url.replace("/read/tricky", f"/annotate/tricky.json?start={start}&end={end}"))
        assert answer.json()["data"]["quote"] == TRICKY[start:end]
    outside = page.evaluate(
        """async () => {
          const { placeOf } = await import(
            document.querySelector("script[src*='annotate.js']").src.replace(/annotate[.]js.*/, "annotate-offsets.js"));
          const range = document.createRange();
          range.selectNodeContents(document.body);
          const root = document.querySelector(".claims-text");
          const all = placeOf(root, range);
          range.selectNodeContents(document.querySelector("h1"));
          return [all.start, all.end, placeOf(root, range)];
        }"""
    )
    assert outside == [0, len(TRICKY), None]


def loaded(page):
    """The scripts of annotating that a page has loaded, by name."""
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)")
    return {name.rpartition("/")[2] for name in names if "/annotate" in name and name.endswith(".js")}


def packed(names):
    """What files of ``static/`` weigh as they travel where a proxy packs them (gzip -9), in bytes."""
    folder = ROOT / "datasette_claims" / "static"
    return sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in names)


def test_the_scripts_of_annotating_are_small_and_come_when_they_are_needed(enter):
    at_first = {"annotate.js", "annotate-offsets.js"}
    with_a_form = at_first | {"annotate-form.js", "annotate-combobox.js"}
    assert loaded(enter(f"read/{DESK}", "nobody")) == set()
    page = enter(f"edit/mentions/{SHIPS}")
    page.locator("#claims-borders-tools").wait_for()
    assert loaded(page) == with_a_form - {"annotate.js"} | {"annotate-borders.js"}
    page = enter(f"read/{DESK}")
    page.wait_for_load_state("networkidle")
    assert loaded(page) == at_first
    drag_over(page, "no greater danger")
    page.locator(".claims-tool button").click()
    page.locator(".claims-panel #f-content").wait_for()
    assert loaded(page) == with_a_form
    every = {path.name for path in (ROOT / "datasette_claims" / "static").glob("annotate*.js")}
    assert every == with_a_form | {"annotate-borders.js"}
    # docs/annotating.md tells these bounds.
    assert packed(at_first) <= 3_100
    assert packed(every) <= 7_600


def test_words_of_two_directions_with_emoji_are_marked_where_they_stand(enter, one):
    page = enter("read/tricky")
    drag_over(page, "flags")
    page.locator(".claims-tool button").click()
    page.locator(".claims-panel #f-content").wait_for()
    page.locator(".claims-panel [name=speaker]").fill("<i>Minister</i>")
    page.locator(".claims-panel .claims-first").click()
    page.wait_for_url("**_saved=*")
    row = one("select span_start, span_end, quote from mentions where document = 'tricky' and status_by = 'ann'")
    assert (TRICKY[row[0] : row[1]], row[2]) == ("flags", "flags")


def test_nothing_typed_is_lost_when_the_server_fails_or_the_page_is_left(enter, one):
    page = enter(f"read/{DESK}")
    drag_over(page, "no greater danger")
    page.locator(".claims-tool button").click()
    page.locator(".claims-panel [name=cue]").fill("kept words")
    page.route("**/annotate/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator(".claims-panel .claims-first").click()
    page.get_by_text("the server could not be reached").wait_for()
    assert page.locator(".claims-panel [name=cue]").input_value() == "kept words"
    page.unroute("**/annotate/*")
    page.reload()
    page.get_by_role("button", name="Bring it back").click()
    assert page.locator(".claims-panel [name=cue]").input_value() == "kept words"
    page.context.clear_cookies(name="ds_actor")
    page.locator(".claims-panel .claims-first").click()
    page.get_by_text("You are not signed in").wait_for()
    assert page.locator(".claims-panel [name=cue]").input_value() == "kept words"
    page.locator(".claims-panel [data-cancel]").click()
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('claims-unsaved')).length") == 0
    assert one("select count(*) from mentions where cue = 'kept words'") == (0,)


def test_each_passage_keeps_what_was_typed_about_it_field_by_field(enter):
    page = enter(f"read/{DESK}")
    panel = page.locator(".claims-panel")
    typed = {
        "no greater danger": {"cue": "first, <b>unsaved</b>", "note": "a note", "claim-1": "Some claim"},
        "coming and going": {"cue": "second, unsaved"},
    }
    for words, fields in typed.items():
        drag_over(page, words)
        page.locator(".claims-tool button").click()
        panel.get_by_role("heading").wait_for()
        panel.locator("[name=report_type]").select_option("narrator")
        panel.locator("details").evaluate_all("(all) => all.forEach((each) => (each.open = true))")
        for name, value in fields.items():
            panel.locator(f"[name={name}]").fill(value)
        for box in panel.locator("[name=mark]").all():
            box.uncheck()
        panel.get_by_text("Kept in this browser").wait_for()
        page.keyboard.press("Escape")
    while typed:
        page.reload()
        panel.get_by_role("button", name="Bring it back").click()
        fields = typed.pop(panel.locator(".claims-passage mark").text_content())
        for name, value in fields.items():
            assert panel.locator(f"[name={name}]").input_value() == value
        assert panel.locator("[name=report_type]").input_value() == "narrator"
        assert panel.locator("[name=mark]:checked").count() == 0
        panel.locator("[data-cancel]").click()  # thrown away on purpose, so that the next one comes
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not panel.is_visible()
    assert page.problems == []


def test_a_form_that_cannot_be_fetched_is_told_beside_the_words_and_asked_for_again(enter):
    page = enter(f"read/{DESK}")
    page.route("**/annotate/*", lambda route: route.abort())
    drag_over(page, "no greater danger")
    page.locator(".claims-tool button").click()
    page.locator(".claims-tool").get_by_text("the server cannot be reached").wait_for()
    page.unroute("**/annotate/*")
    page.context.clear_cookies(name="ds_actor")
    page.locator(".claims-tool button").click()
    page.locator(".claims-tool").get_by_text("You may not do this").wait_for()
    page.reload()
    assert loaded(page) == set()


def test_two_people_at_one_row_see_both_versions(enter, one):
    first, second = enter("edit/claims/crisis-manufactured", "ann"), enter("edit/claims/crisis-manufactured", "rita")
    first.locator("#f-text").fill("Ann's wording.")
    first.get_by_role("button", name="Save").click()
    first.wait_for_url("**_saved=*")
    second.locator("#f-text").fill("Rita's wording.")
    second.get_by_role("button", name="Save").click()
    versus = second.locator(".claims-versus")
    versus.wait_for()
    assert "Ann's wording." in versus.text_content()
    assert second.locator("#f-text").input_value() == "Rita's wording."
    second.get_by_role("button", name="Save").click()
    second.wait_for_url("**_saved=*")
    assert one("select text from claims where id = 'crisis-manufactured'") == ("Rita's wording.",)


def test_borders_are_moved_by_selecting(enter, one):
    page = enter(f"edit/mentions/{SHIPS}")
    page.evaluate(
        """() => { const mark = document.querySelector("[data-borders] mark").firstChild;
          getSelection().setBaseAndExtent(mark, 0, mark, 49); }"""
    )
    page.get_by_role("button", name="Use the selected words").click()
    page.get_by_role("button", name="Save the borders").click()
    page.wait_for_url("**_saved=*")
    assert (
        one("select quote from mentions where id = ?", SHIPS)[0] == "Ships are coming and going as they did last month"
    )
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**_undone=*")


def test_borders_that_cannot_be_saved_are_still_there_and_can_be_selected_anew(enter, one):
    page = enter(f"edit/mentions/{SHIPS}")
    exact, save = page.locator("#f-exact"), page.get_by_role("button", name="Save the borders")
    exact.fill("words that are not there")
    page.route("**/edit/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    save.click()
    page.locator("#claims-move").get_by_text("the server could not be reached").wait_for()
    page.unroute("**/edit/**")
    page.reload()
    page.locator("#claims-move").get_by_role("button", name="Bring it back").click()
    assert exact.input_value() == "words that are not there"
    save.click()
    page.get_by_text("these words do not stand in the text").wait_for()
    assert page.locator("#f-cue").input_value() == one("select cue from mentions where id = ?", SHIPS)[0]
    page.locator("#claims-borders-tools").wait_for()
    page.evaluate(
        """() => { const mark = document.querySelector("[data-borders] mark").firstChild;
          getSelection().setBaseAndExtent(mark, 0, mark, 26); }"""
    )
    page.get_by_role("button", name="Use the selected words").click()
    save.click()
    page.wait_for_url("**_saved=*")
    assert one("select quote from mentions where id = ?", SHIPS) == ("Ships are coming and going",)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**_undone=*")
    assert page.problems == []


@pytest.mark.parametrize("width", [1280, 390])
def test_without_javascript_a_sentence_leads_to_the_form_and_to_its_card(enter, one, width):
    page = enter(f"read/{DESK}", width=width, java_script_enabled=False)
    page.get_by_role("link", name="Sentence by sentence").click()
    page.get_by_role("link", name="He added that the coalition").click()
    page.get_by_label("Speaker", exact=True).fill(f"Nobody Known {width}")
    page.locator("[name=note]").evaluate("(field) => { field.closest('details').open = true; }")
    page.get_by_label("Note").fill(f"plain form {width}")
    page.get_by_role("button", name="Save").click()
    assert "No actor has this name" in page.content()
    page.get_by_label("The speaker is new").select_option("person")
    page.get_by_role("button", name="Save").click()
    assert "_saved=" in page.url
    assert page.locator(".claims-card.claims-here").is_visible()
    assert one("select status from statements where note = ?", f"plain form {width}") == ("draft",)


def test_on_a_phone_the_form_comes_up_from_below(enter):
    page = enter(f"read/{DESK}", width=390, has_touch=True)
    page.evaluate(
        """(words) => { const node = [...document.querySelectorAll(".claims-text mark")].find((each) =>
          each.textContent.includes(words)).firstChild; getSelection().setBaseAndExtent(node, 0, node, 20); }""",
        "We're aware",
    )
    page.locator(".claims-tool button").tap()
    panel = page.locator(".claims-panel")
    panel.locator("#f-content").wait_for()
    box = panel.bounding_box()
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] + box["height"] == 900
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "path",
    [
        f"annotate/{DESK}",
        f"annotate/{DESK}?start=161&end=330",
        f"edit/mentions/{SHIPS}",
        "edit/statements/ghika-no-increased-threat",
        "new/stances?statement=ghika-no-increased-threat",
        "split/statements/ghika-no-increased-threat",
        "merge/actors/chris-ghika?with=jeremy-hunt",
        "delete/claims/threat-increasing",
        "history/claims/crisis-manufactured",
        "changes",
        "undo",
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(enter, axe, path):
    page = enter(path, width=390)
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page, "main") == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, "main") == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_text_is_attached_on_the_page_on_which_it_is_missing(enter, axe, javascript):
    page = enter("read/nbc-2019-05-16", "boss", width=390, java_script_enabled=javascript)
    page.get_by_text("Attach the text").click()
    if javascript:
        assert axe(page, "main") == []
        page.emulate_media(color_scheme="dark")
        assert axe(page, "main") == []
    page.get_by_label("Or paste it").fill("Another text.")
    page.get_by_role("button", name="Attach").click()
    page.get_by_text("is not the one that nbc-2019-05-16 was read from").wait_for()
    assert page.get_by_label("Or paste it").input_value() == "Another text."
    assert page.get_by_label("A file with the text").get_attribute("aria-invalid") == "true"
    if javascript:
        assert axe(page, "main") == []


def test_axe_finds_nothing_while_one_annotates(enter, axe):
    page = enter(f"read/{DESK}")
    drag_over(page, "no greater danger")
    page.locator(".claims-tool button").click()
    speaker = page.locator(".claims-panel").get_by_role("combobox", name="Speaker", exact=True)
    speaker.fill("")
    speaker.press_sequentially("gh")
    page.locator(".claims-options [role=option]").first.wait_for()
    assert axe(page, "main") == []
    page.emulate_media(color_scheme="dark")
    page.keyboard.press("ArrowDown")
    assert page.locator(".claims-options [aria-selected=true]").count() == 1
    assert axe(page, "main") == []
    page.reload()
    page.get_by_role("button", name="Bring it back").wait_for()
    assert axe(page, "main") == []
