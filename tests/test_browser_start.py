"""The start page and the cells of table pages in a real browser: any width, dark, by keyboard, without scripts."""

import json
import urllib.request

import pytest

WIDTHS, SCHEMES = (1280, 390), ("light", "dark")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_start_page(open_page, live_server, axe, width, scheme):
    page = open_page(f"{live_server}/claims/-/claims", width, scheme)
    page.get_by_text("How to read this").click()
    assert axe(page) == []
    assert page.problems == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("path", "within"),
    [
        ("/claims/stances?claim=threat-increasing", ".rows-and-columns tbody"),
        ("/claims/statements?country=GB", ".rows-and-columns tbody"),
        ("/claims/documents", ".rows-and-columns tbody"),
        ("/claims/statements", ".claims-fold"),
    ],
)
def test_axe_finds_nothing_in_what_we_add_to_tables(open_page, live_server, axe, path, within, width):
    page = open_page(f"{live_server}{path}", width)
    page.locator(within).first.wait_for()
    if within == ".claims-fold":
        page.locator(".claims-fold > summary").click()
    assert axe(page, within) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(open_page, live_server, width, scheme):
    page = open_page(f"{live_server}/claims/-/claims", width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["statements?country=GB", "stances", "actors", "actors/chris-ghika", "evidence"])
def test_tables_scroll_by_themselves_and_never_the_page(open_page, live_server, path):
    page = open_page(f"{live_server}/claims/{path}", 390)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_follows_the_reader_into_the_dark(open_page, live_server):
    colours = {}
    for scheme in SCHEMES:
        page = open_page(f"{live_server}/claims/-/claims", scheme=scheme)
        colours[scheme] = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
        )
    light, dark = ([sum(map(int, c[4:-1].split(","))) for c in colours[scheme]] for scheme in SCHEMES)
    assert light[0] > 600 > 200 > light[1]
    assert dark[0] < 200 < 600 < dark[1]


def test_everything_is_there_without_javascript(open_page, live_server):
    shown = {}
    for scripts in (True, False):
        page = open_page(f"{live_server}/claims/-/claims", java_script_enabled=scripts)
        shown[scripts] = page.locator("main").inner_text().replace("Copy\n", "")
    assert shown[False].split() == shown[True].split()
    page = open_page(f"{live_server}/claims/statements", java_script_enabled=False)
    assert page.locator("dl.column-descriptions dt").count() > 30
    assert page.locator("dl.column-descriptions").bounding_box()["height"] > 100


def test_one_reaches_every_link_by_keyboard_and_sees_where_one_is(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims")
    wanted = page.locator("main a, main summary, main button").count()
    seen, outlined = set(), True
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const e = document.activeElement; if (!e.closest("main")) return null;
            const all = [...document.querySelectorAll("main a, main summary, main button")];
            return [all.indexOf(e), getComputedStyle(e).outlineStyle !== "none"]; }"""
        )
        if focus:
            seen.add(focus[0])
            outlined = outlined and focus[1]
    assert seen == set(range(wanted))
    assert outlined


def test_the_legend_opens_by_keyboard(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims")
    summary = page.locator(".claims-legend > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("The actor's own words or act take the side.").is_visible()


def test_the_citation_is_copied(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"{live_server}/claims/-/claims")
    with urllib.request.urlopen(f"{live_server}/claims/-/claims.json") as answer:
        cite = json.load(answer)["cite"]
    assert f"Revision {cite['revision']} of the data" in copied


def test_from_the_start_page_to_one_countrys_statements(open_page, live_server):
    page = open_page(f"{live_server}/")
    page.locator("details.nav-menu summary").click()
    page.locator(".nav-menu-inner").get_by_role("link", name="Claims").click()
    bar = page.locator(".claims-bars li", has_text="United Kingdom")
    number = bar.locator(".claims-number").inner_text()
    bar.get_by_role("link").click()
    page.wait_for_url("**/claims/statements?country=GB")
    assert page.locator(".rows-and-columns tbody tr").count() == int(number)
    assert f"{number} rows" in page.locator("h3").first.inner_text()


def test_column_meanings_are_folded_and_the_rows_stand_high(open_page, live_server):
    page = open_page(f"{live_server}/claims/statements")
    fold = page.locator(".claims-fold")
    assert not page.locator("dl.column-descriptions").is_visible()
    fold.locator("summary").click()
    assert page.get_by_text("Whose words the content holds.").is_visible()


@pytest.mark.parametrize("basis", ["explicit", "author_summary", "inferred"])
def test_the_basis_is_told_by_the_border(open_page, live_server, basis):
    page = open_page(f"{live_server}/claims/stances?claim=threat-increasing&basis={basis}")
    pill = page.locator(".claims-stance").first
    style = pill.evaluate("e => getComputedStyle(e).borderTopStyle")
    assert style == {"explicit": "solid", "author_summary": "dashed", "inferred": "dotted"}[basis]


def test_print_leaves_out_what_paper_cannot_do(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Copy").is_visible()
    assert not page.locator("footer.ft").is_visible()
    assert page.get_by_role("heading", name="Contested claims").is_visible()
    assert page.locator(".claims-citation").is_visible()
