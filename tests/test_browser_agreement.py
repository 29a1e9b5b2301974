"""The agreement page in a real browser."""

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("query", ["", "?unit=GB", "?unit=GB&with=US"])
def test_axe_finds_nothing(open_page, live_server, axe, query, width, scheme):
    page = open_page(f"{live_server}/claims/-/claims/agreement{query}", width, scheme)
    page.get_by_text("What the figures say").click()
    assert axe(page) == []
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scripts", [True, False])
def test_choices_work_with_and_without_scripts(open_page, live_server, scripts):
    page = open_page(f"{live_server}/claims/-/claims/agreement?topic=iran-threat", java_script_enabled=scripts)
    page.get_by_label("Between").select_option("actor")
    page.get_by_label("Figure").select_option("kappa")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/agreement?topic=iran-threat&_units=actor&_figure=kappa")
    assert page.get_by_role("heading", name="Cohen’s kappa, every pair").is_visible()


def test_a_cell_is_reached_by_keyboard_and_leads_to_the_pair(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims/agreement")
    cell = page.locator(".claims-heatmap td a").first
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreement?_unit=*&_with=*")
    assert page.get_by_role("heading", name="The pair").is_visible()
