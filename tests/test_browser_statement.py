"""The statement page in a real browser."""

import pytest

URL = "/claims/-/claims/statement/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("id", ["ghika-no-increased-threat", "maas-warns-pompeo", "rouhani-army-day-speech"])
def test_axe_finds_nothing(open_page, live_server, axe, id, width, scheme):
    page = open_page(f"{live_server}{URL}{id}", width, scheme)
    page.get_by_text("The chain as a list").click()
    assert axe(page) == []
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scripts", [True, False])
def test_a_box_of_the_chain_leads_on(open_page, live_server, scripts):
    page = open_page(f"{live_server}{URL}maas-warns-pompeo", java_script_enabled=scripts)
    page.locator(".claims-drawing a[href*='maas-recalls-warning-pompeo']").first.click()
    assert page.url.endswith("/statement/maas-recalls-warning-pompeo")


def test_the_list_tells_what_the_drawing_shows(open_page, live_server):
    page = open_page(f"{live_server}{URL}ghika-no-increased-threat")
    page.get_by_text("The chain as a list").click()
    drawn = page.eval_on_selector_all(".claims-drawing a", "links => links.map(link => link.getAttribute('href'))")
    listed = page.eval_on_selector_all(".claims-tree a", "links => links.map(link => link.getAttribute('href'))")
    assert set(drawn) <= set(listed)
    assert drawn
