"""The contradictions page in a real browser."""

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(open_page, live_server, axe, width, scheme):
    page = open_page(f"{live_server}/claims/-/claims/contradictions", width, scheme)
    assert axe(page) == []
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_split_leads_to_the_claim_without_scripts(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims/contradictions", java_script_enabled=False)
    page.locator("#claims-country ~ .claims-contradiction h3 a").nth(1).click()
    assert "/claims/-/claims/claim/" in page.url
