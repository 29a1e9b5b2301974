"""“Add a document” in a browser: paste, upload, with the keyboard and without JavaScript, for eyes and ears."""

import json
import re
import shutil

import pytest
from playwright.sync_api import expect

STORY = """Harbour bridge to open in June {year}

The harbour bridge will open in June after two years of work, the ministry said on Monday.

“It is safe,” said Mara Olsen, the mayor. “We have checked every bolt.”
"""


@pytest.fixture(scope="module")
def site(serve, claims_db, tmp_path_factory):
    """A site on which everybody is ann, who may annotate: (URL, cookies)."""
    folder = tmp_path_factory.mktemp("add")
    file = folder / "metadata.json"
    settings = {
        "plugins": {"datasette-claims": {"database": "claims"}},
        "permissions": {"claims-annotate": {"id": "ann"}},
    }
    file.write_text(json.dumps(settings), encoding="utf-8")
    url = serve(shutil.copy(claims_db, folder / "claims.db"), metadata=file, options=["--secret", "only for this test"])
    return url, cookie(url)


def cookie(url):
    from itsdangerous import URLSafeSerializer

    value = URLSafeSerializer("only for this test", "actor").dumps({"a": {"id": "ann"}})
    return {"name": "ds_actor", "value": value, "url": url}


@pytest.fixture
def form(site, browser):
    """Call with options of a context; the form, opened by somebody who may annotate."""
    contexts = []

    def open_form(width=1280, **options):
        url, signed = site
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        context.add_cookies([signed])
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        assert page.goto(f"{url}/claims/-/claims/add").ok
        return page

    yield open_form
    for context in contexts:
        context.close()


def added(page):
    """The reading page with the drafts."""
    page.wait_for_url(re.compile(r"/claims/-/claims/read/harbour-bridge-to-open-in-june"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Harbour bridge to open in June")
    expect(page.get_by_text("wait for review; you may correct them before")).to_be_visible()
    expect(page.locator("main").get_by_text("Draft").first).to_be_visible()
    expect(page.locator("main").get_by_text("It is safe").first).to_be_visible()
    assert page.problems == []


def test_a_pasted_article_leads_to_its_drafts_with_the_keyboard_alone(form):
    page = form()
    page.get_by_label("Paste the article").focus()
    page.keyboard.insert_text(STORY.format(year=1991))
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Add":
            break
    page.keyboard.press("Enter")
    added(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_uploaded_file_leads_to_its_drafts_with_and_without_javascript(form, javascript):
    page = form(java_script_enabled=javascript)
    year = 1992 + javascript
    content = STORY.format(year=year).encode()
    page.get_by_label("Or choose a file").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": content}
    )
    page.get_by_role("button", name="Add").click()
    added(page)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_still_there(form, axe):
    page = form(width=390)
    page.get_by_label("Paste the article").fill(STORY.format(year=1994))
    page.get_by_text("Title, publisher, date, language").click()
    page.get_by_label("Published on").fill("5/6/2024")
    page.get_by_role("button", name="Add").click()
    field = page.get_by_label("Published on")
    expect(field).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("cannot be read. Give an ISO date"))
    expect(page.get_by_role("alert")).to_contain_text("What you entered is kept.")
    expect(page.get_by_label("Paste the article")).to_have_value(STORY.format(year=1994))
    assert axe(page, "main") == []
    field.fill("2024-05-06")
    page.get_by_role("button", name="Add").click()
    added(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_form_is_for_everybody(form, axe, width, scheme):
    page = form(width=width, color_scheme=scheme)
    assert axe(page, "main") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('main form').scrollWidth <= document.querySelector('main').clientWidth"
    )
    assert page.problems == []
