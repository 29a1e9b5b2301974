"""The pages of claims and actors in a real browser."""

import pytest

PAGES = [
    "claim/threat-increasing",
    "claim/uk-raises-threat-level?country=GB",
    "claim/port-almira-extra-lookouts",
    "actor/chris-ghika",
    "actor/europeans",
    "actor/us-government",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page, live_server, axe, path, width, scheme):
    page = open_page(f"{live_server}/claims/-/claims/{path}", width, scheme)
    page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")
    assert axe(page) == []
    assert page.problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_the_headline_rests_on_is_seen_without_scrolling(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims/claim/threat-increasing")
    box = page.locator(".claims-audit-says").bounding_box()
    assert box["y"] + box["height"] < 500
    assert page.locator("#claims-disputes").bounding_box()["y"] < 900
    sides = [page.locator(f"#claims-{side}").bounding_box() for side in ("supports", "disputes")]
    assert sides[0]["y"] == sides[1]["y"]


@pytest.mark.parametrize("scripts", [True, False])
def test_each_number_of_the_audit_leads_to_its_rows(open_page, live_server, scripts):
    page = open_page(f"{live_server}/claims/-/claims/claim/threat-increasing", java_script_enabled=scripts)
    page.get_by_role("link", name="one explicit named support").click()
    page.wait_for_url("**/claims/stances?id__in=*")
    assert page.locator("table.rows-and-columns tbody tr").count() == 1
    assert page.get_by_text("Jeremy Hunt").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_number_of_sources_opens_its_list_by_keyboard(open_page, live_server, scripts):
    page = open_page(f"{live_server}/claims/-/claims/claim/backed-forces-threat", java_script_enabled=scripts)
    honest = page.locator(".claims-honest summary").first
    assert not page.get_by_text("Ghika briefs reporters").first.is_visible()
    honest.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Ghika briefs reporters").first.is_visible()


def test_a_basis_is_chosen_and_taken_back(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims/claim/threat-increasing", java_script_enabled=False)
    page.get_by_role("link", name="explicit only").click()
    page.wait_for_url("**/threat-increasing?basis__in=explicit,vote")
    assert page.get_by_text("Nobody disputes it").is_visible()
    page.get_by_role("link", name="Remove the filter Basis: Vote").click()
    page.wait_for_url("**/threat-increasing?basis=explicit")
    page.get_by_role("link", name="Remove the filter Basis: Explicit").click()
    page.wait_for_url("**/claim/threat-increasing")


def test_a_name_leads_to_the_actor_and_words_to_the_passage(open_page, live_server):
    page = open_page(f"{live_server}/claims/-/claims/claim/threat-increasing", 390)
    page.locator(".claims-facing-supports").get_by_role("link", name="Jeremy Hunt").first.click()
    page.wait_for_url("**/actor/jeremy-hunt")
    assert page.get_by_role("heading", name="Jeremy Hunt", level=1).is_visible()
    page.get_by_role("link", name="Read it in the document").first.click()
    page.wait_for_url("**/read/nbc-2019-05-16?annotation=*")
