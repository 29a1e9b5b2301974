"""The comparison page in Chromium: wide and narrow, light and dark, by keyboard alone, without JavaScript."""

import http.server
import re
import threading
from urllib.parse import unquote

import pytest

PATH = "/claims/-/claims/compare"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?_rows=countries&claim=threat-increasing",
        "?country=GB&_view=timeline",
        "?country=ZZ",
        "/cell?claim=threat-increasing&_rows=countries&_row=GB",
        "/embed?_rows=countries",
    ],
)
def test_axe_finds_nothing_and_nothing_overflows(live_server, browser, axe, query, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{live_server}{PATH}{query}")
    assert axe(page, "main") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_headers_stay_while_the_matrix_scrolls(live_server, open_page):
    page = open_page(f"{live_server}{PATH}", 1280)
    page.locator(".claims-scroll").evaluate("box => { box.scrollTop = 600; box.scrollLeft = 600; }")
    box = page.locator(".claims-scroll").bounding_box()
    corner = page.locator(".claims-corner").bounding_box()
    assert abs(corner["x"] - box["x"]) < 3
    assert abs(corner["y"] - box["y"]) < 3


def test_on_a_phone_every_claim_is_a_card_with_its_rows(live_server, open_page):
    page = open_page(f"{live_server}{PATH}?claim__in=threat-increasing,backed-forces-threat", 390)
    boxes = page.evaluate(
        """() => {
          const at = (each) => each.getBoundingClientRect().top;
          const shown = (each) => each.getClientRects().length > 0;
          return [...document.querySelectorAll(".claims-matrix thead th")].map((head) => {
            const column = head.cellIndex;
            const cells = [...document.querySelectorAll(".claims-matrix tbody tr")].map((row) => row.cells[column]);
            return [at(head), ...cells.filter((cell) => cell && shown(cell)).map(at)];
          }).filter((list) => list.length > 1);
        }"""
    )
    assert len(boxes) == 2
    for head, *cells in boxes:
        assert cells
        assert head < min(cells)
    assert max(boxes[0]) < boxes[1][0]
    cell = page.locator("td.disputes").first
    assert (
        cell.evaluate("cell => getComputedStyle(cell, '::before').content").strip('"')
        in page.locator(".claims-matrix").text_content()
    )


def test_a_cell_opens_in_place_by_keyboard_and_gives_the_focus_back(live_server, open_page):
    page = open_page(f"{live_server}{PATH}?claim=threat-increasing", 1280)
    link = page.locator("td a[data-cell]").first
    link.focus()
    page.keyboard.press("Enter")
    heading = page.locator("dialog h1")
    heading.wait_for()
    assert page.url.endswith("?claim=threat-increasing")
    assert page.evaluate("document.activeElement.id") == "claims-drawer-title"
    assert page.locator("dialog .claims-behind li").count() >= 1
    assert "statement" in page.locator("dialog .claims-behind-links a").first.get_attribute("href")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert link.evaluate("link => link === document.activeElement")
    assert page.problems == []


def test_the_open_dialog_is_clean_too(live_server, open_page, axe):
    page = open_page(f"{live_server}{PATH}?claim=threat-increasing", 1280)
    page.locator("td a[data-cell]").first.click()
    page.locator("dialog h1").wait_for()
    assert axe(page, "dialog") == []


def test_it_can_be_walked_by_keyboard_alone(live_server, open_page):
    page = open_page(f"{live_server}{PATH}?claim=threat-increasing", 1280)
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(() => { const e = document.activeElement; return e.className || e.name || e.textContent.trim(); })()"
            )
        )
    assert {"claims-scroll", "claims-sort", "_search", "Apply", "countries"} <= reached


def test_without_javascript_everything_leads_somewhere(live_server, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server}{PATH}")
    page.get_by_role("link", name="countries", exact=True).click()
    assert page.url.endswith("?_rows=countries")
    page.locator("details.claims-facet", has_text="Stance").get_by_role("link", name="Disputes").click()
    assert page.url.endswith("?stance=disputes&_rows=countries")
    page.locator("#claims-words").fill("threat")
    page.get_by_role("button", name="Apply").click()
    assert "_search=threat" in page.url
    assert "stance=disputes" in page.url
    page.locator("td a[data-cell]").first.click()
    assert "/compare/cell?" in page.url
    assert page.locator(".claims-behind li").count() >= 1
    context.close()


def test_what_a_cell_says_to_a_screen_reader(live_server, open_page):
    page = open_page(f"{live_server}{PATH}?claim=threat-increasing&document=nbc-2019-05-16", 1280)
    row = page.get_by_role("row", name="Allies in Europe")
    assert row.get_by_role("link", name=re.compile("^Disputes ?, 1 stance ?, author’s summary$")).count() == 1


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site, which shows in a frame whatever its query string names."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(f'<iframe src="{unquote(self.path.partition("?")[2])}"></iframe>'.encode())

    def log_message(self, *args):
        pass


def test_other_sites_can_frame_what_is_made_to_be_embedded_and_nothing_else(live_server, open_page):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}/?"
        page = open_page(f"{site}{live_server}{PATH}/embed", 1280)
        page.frame_locator("iframe").locator(".claims-matrix").wait_for(timeout=5000)
        page.goto(f"{site}{live_server}{PATH}")
        page.wait_for_timeout(1000)
        assert page.frame_locator("iframe").locator(".claims-matrix").count() == 0
        server.shutdown()
