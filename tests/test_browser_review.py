"""The review queue, adjudication, agreement of coders and assignments in a real browser."""

import json
import shutil
import sqlite3

import pytest
from coding_data import DOCUMENT, document, drafts, proposal, two_coders
from datasette.app import Datasette

SECRET = "only for tests"
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims"}},
    "permissions": {name: {"id": "rev"} for name in ("claims-annotate", "claims-review", "claims-admin")},
}
HERE = "/claims/-/claims"
LISTEN = "window.refused = []; addEventListener('securitypolicyviolation', event => refused.push(event.blockedURI));"


@pytest.fixture(scope="module")
def path(claims_db, tmp_path_factory):
    """A database with three drafts, a proposal and two coders' readings."""
    path = tmp_path_factory.mktemp("review") / "claims.db"
    shutil.copy(claims_db, path)
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA foreign_keys = ON")
    document(conn)
    drafts(conn)
    two_coders(conn)
    proposal(conn, "p1", "speaker", "draft-quiet", object_type="actor", object="sanam-vakil")
    conn.close()
    return path


@pytest.fixture(scope="module")
def review_server(serve, path):
    metadata = path.with_name("metadata.json")
    metadata.write_text(json.dumps(METADATA), encoding="utf-8")
    return serve(path, metadata=metadata, options=["--secret", SECRET])


@pytest.fixture
def visit(open_page, review_server):
    """Call with a path below the claims pages; the page as the reviewer sees it."""
    actor = Datasette(secret=SECRET).sign({"a": {"id": "rev"}}, "actor")
    cookie = {"name": "ds_actor", "value": actor, "url": review_server}

    def go(path, width=1280, scheme="light", **options):
        page = open_page(f"{review_server}/-/versions.json", width, scheme, **options)
        page.context.add_cookies([cookie])
        page.context.add_init_script(LISTEN)
        answer = page.goto(f"{review_server}{HERE}{path}")
        assert answer.ok, f"{path}: {answer.status}"
        return page

    return go


@pytest.fixture
def status(path):
    def of(statement):
        conn = sqlite3.connect(path)
        found = conn.execute("select status, status_by from statements where id = ?", [statement]).fetchone()
        conn.close()
        return found

    return of


def test_the_queue_is_worked_through_with_single_keys(visit, status):
    page = visit("/review")
    assert page.locator("#claims-item").inner_text().startswith("Jeremy Hunt")
    page.keyboard.press("n")
    page.wait_for_url("**at=draft-officials")
    page.keyboard.press("r")
    page.wait_for_url("**done=reject**")
    assert status("draft-officials") == ("rejected", "rev")
    assert page.get_by_role("status").get_by_text("Rejected").is_visible()
    assert page.evaluate("document.activeElement.id") == "claims-item"
    page.keyboard.press("u")
    page.wait_for_url("**done=undo**")
    assert status("draft-officials")[0] == "draft"
    page.goto(page.url.partition("?")[0])
    page.keyboard.press("a")
    page.wait_for_url("**done=accept**")
    assert status("draft-hunt") == ("reviewed", "rev")
    page.keyboard.press("u")
    page.wait_for_url("**done=undo**")
    assert status("draft-hunt")[0] == "draft"
    assert page.problems == []


def test_keys_do_nothing_while_somebody_types_or_when_switched_off(visit, status):
    page = visit("/review")
    page.get_by_label("Status").focus()
    page.keyboard.press("a")
    page.get_by_label("Single keys").uncheck()
    page.locator("#claims-item").focus()
    page.keyboard.press("a")
    page.reload()
    assert not page.get_by_label("Single keys").is_checked()
    assert status("draft-hunt")[0] == "draft"
    assert page.get_by_role("button", name="Accept", exact=True).is_visible()


def test_without_scripts_the_buttons_decide_and_undo(visit, status):
    page = visit("/review", java_script_enabled=False)
    page.get_by_role("button", name="Accept", exact=True).click()
    assert status("draft-hunt") == ("reviewed", "rev")
    assert "done=accept" in page.url
    page.get_by_role("button", name="Undo").click()
    assert status("draft-hunt")[0] == "draft"
    assert page.get_by_role("link", name="Next").is_visible()


def test_without_scripts_coders_are_settled(visit, path):
    record = "select count(*) from mentions where document = ? and coder is null and status = 'reviewed'"
    page = visit(f"/adjudicate/{DOCUMENT}", java_script_enabled=False)
    page.get_by_role("button", name="Take the reading of ben").first.click()
    conn = sqlite3.connect(path)
    assert conn.execute(record, [DOCUMENT]).fetchone() == (1,)
    page.get_by_role("button", name="Undo").click()
    assert conn.execute(record, [DOCUMENT]).fetchone() == (0,)
    conn.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize(
    "place", ["/review?at=draft-quiet", f"/adjudicate/{DOCUMENT}", f"/coding/{DOCUMENT}", "/assignments"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, axe, place, width, scheme):
    page = visit(place, width, scheme)
    assert axe(page) == []
    assert page.problems == []
    assert page.evaluate("window.refused") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
