"""The policy in a real browser: our pages work under it, and an injected script does not run."""

import pytest

PAGES = [
    "",
    "/compare",
    "/compare?_view=timeline",
    "/claim/threat-increasing",
    "/actor/chris-ghika",
    "/statement/ghika-no-increased-threat",
    "/read/nbc-2019-05-16",
    "/agreement",
]
LISTEN = """
window.refused = [];
addEventListener("securitypolicyviolation", event => refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture
def visit(browser, live_server):
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()

    def go(path):
        answer = page.goto(f"{live_server}/claims/-/claims{path}")
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        return page

    yield go
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_a_page_is_refused(visit, path):
    assert visit(path).evaluate("window.refused") == []


def test_markup_that_found_its_way_into_a_page_does_not_run(visit):
    page = visit("/compare")
    page.evaluate(
        """() => {
            const hostile = document.createElement("div");
            hostile.innerHTML = '<img src="data:," onerror="window.hacked = 1">'
                + '<a href="javascript:window.hacked = 2">x</a>';
            document.body.append(hostile);
            const script = document.createElement("script");
            script.textContent = "window.hacked = 3";
            document.body.append(script);
            hostile.querySelector("a").click();
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None
    assert len(page.evaluate("window.refused")) >= 2


def test_the_menus_of_datasette_still_work(visit):
    page = visit("")
    page.locator("details.nav-menu > summary").click()
    assert page.locator("details.nav-menu[open]").count() == 1
    page.locator("h1").click()
    assert page.locator("details.nav-menu[open]").count() == 0
