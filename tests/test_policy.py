"""What browsers are told about our answers: no page may run what is not a file of this site."""

import base64
import hashlib

import pytest

from datasette_claims.pages import policy

PAGES = [
    "",
    "/compare",
    "/claim/threat-increasing",
    "/read/nbc-2019-05-16",
    "/agreement",
    "/contradictions",
    "/claim/missing",
]


def rules(answer):
    return dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_only_files_of_the_site(make_datasette, claims_db, path):
    answer = await make_datasette(claims_db).client.get(f"/claims/-/claims{path}")
    said = rules(answer)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    for kind in ("script-src", "style-src"):
        sources = said[kind].split()
        assert sources[0] == "'self'"
        assert all(source == "'self'" or source.startswith("'sha256-") for source in sources)
    assert said["object-src"] == said["base-uri"] == "'none'"
    assert said["default-src"] == said["form-action"] == "'self'"


@pytest.mark.parametrize("path", ["/compare.json", "/compare.csv", "/compare.svg", "/annotations/", "/reconcile"])
async def test_data_opened_by_itself_loads_and_runs_nothing(make_datasette, claims_db, path):
    answer = await make_datasette(claims_db).client.get(f"/claims/-/claims{path}")
    assert answer.status_code == 200
    said = rules(answer)
    assert said["default-src"] == said["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_other_pages_keep_what_datasette_says(make_datasette, claims_db):
    answer = await make_datasette(claims_db).client.get("/claims/stances")
    assert "content-security-policy" not in answer.headers


async def test_what_the_site_adds_to_every_page_is_allowed(make_datasette, claims_db):
    metadata = {
        "extra_js_urls": ["https://scripts.example.org/a.js", "/own.js"],
        "extra_css_urls": ["https://styles.example.org/a.css"],
    }
    answer = await make_datasette(claims_db, metadata=metadata).client.get("/claims/-/claims")
    said = rules(answer)
    assert "https://scripts.example.org" in said["script-src"].split()
    assert "https://styles.example.org" in said["style-src"].split()
    assert "example" not in said["default-src"]


def test_an_inline_script_is_allowed_by_the_checksum_of_its_exact_text():
    text = "\n  window.one = '<2>';\n"
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    made = policy.sources(f'<script>{text}</script><script src="/a.js">ignored</script><style>p {{}}</style>')
    assert made["script"] == f"'self' 'sha256-{digest}'"
    assert made["style"].count("'sha256-") == 1
