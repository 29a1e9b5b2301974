"""Hostile rows in what is not a page of ours: Datasette's pages of our tables, exported files, and a real browser."""

import csv
import json
import re
import sqlite3

import hostile_site
import lxml.html
import pytest
from click.testing import CliRunner
from datasette.utils import tilde_encode

from datasette_claims.cli import claims
from datasette_claims.interchange.formats import FORMATS
from datasette_claims.pages import negotiation
from datasette_claims.schema import LOADABLE, TABLES

OWN = {"<button onclick='openColumnChooser()'>"}
"""A handler that Datasette 1.0 writes into its page of a table."""
METADATA = {"plugins": {"datasette-claims": {"database": "claims"}}}
PATIENT = {"sql_time_limit_ms": 60_000, "suggest_facets": False}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "claims.db"
    hostile_site.make(path)
    return path


@pytest.fixture(scope="module")
def readable(hostile, tmp_path_factory):
    """The same without what is no UTF-8, which the exports refuse."""
    path = tmp_path_factory.mktemp("readable") / "claims.db"
    hostile_site.make(path, broken=False)
    return path


@pytest.mark.parametrize("table", [table.name for table in TABLES])
async def test_hostile_rows_stay_text_in_tables_and_rows(make_datasette, hostile, table):
    client = make_datasette(hostile, metadata=METADATA, settings=PATIENT).client
    ids = hostile_site.ids_of(hostile)[table]
    for url in (f"/claims/{table}", *(f"/claims/{table}/{tilde_encode(id)}" for id in ids[2:4])):
        answer = await client.get(url)
        assert answer.status_code in (200, 404), url  # an id that is no UTF-8 is found by nothing
        assert set(hostile_site.problems(answer.text)) <= OWN, url


@pytest.mark.parametrize("format", ["webannotation", "prov", "csl"])
@pytest.mark.parametrize("table", ["documents", "statements", "claims", "mentions"])
async def test_hostile_rows_stay_text_in_the_formats_of_tables(make_datasette, hostile, table, format):
    answer = await make_datasette(hostile, metadata=METADATA, settings=PATIENT).client.get(f"/claims/{table}.{format}")
    assert answer.headers["content-type"].partition(";")[0].endswith("json")
    assert json.loads(answer.content)


def exported(database, folder, *options):
    done = CliRunner().invoke(claims, ["export", str(database), str(folder), *options])
    assert done.exit_code == 0, (options, done.output[-500:], done.exception)
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_exported_files_stay_in_their_folder(readable, tmp_path, format):
    before = {path for path in tmp_path.parent.rglob("*") if path.is_file()}
    options = ["--format", format, "--base", "https://example.org/claims"]
    files = exported(readable, tmp_path / "out", *options)
    assert files
    after = {path for path in tmp_path.parent.rglob("*") if path.is_file()}
    assert after - before == set(files)
    for path in files:
        assert path.parent == tmp_path / "out"
        assert re.fullmatch(r"[\w~%+.-]+", path.name), path.name
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            json.loads(text)
            assert "</script" not in text.lower()
            assert "<!--" not in text


def test_a_data_package_keeps_every_text_as_it_is_stored(readable, tmp_path):
    exported(readable, tmp_path / "out")
    conn = sqlite3.connect(readable)
    for table in LOADABLE:
        with (tmp_path / "out" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        stored = {row[0] for row in conn.execute(f'SELECT id FROM "{table.name}"')}
        assert set(rows) <= stored
    names = dict(conn.execute("SELECT id, name FROM actors"))
    with (tmp_path / "out" / "actors.csv").open(encoding="utf-8", newline="") as file:
        found = {row["id"]: row["name"] for row in csv.DictReader(file)}
    assert {id: names[id] for id in found} == found
    assert any(name.startswith("=") for name in found.values())
    conn.close()


@pytest.mark.parametrize("options", [(), ("--format", "prov", "--base", "https://example.org/claims")])
def test_what_is_no_text_is_told_and_nothing_is_written(hostile, tmp_path, options):
    done = CliRunner().invoke(claims, ["export", str(hostile), str(tmp_path / "out"), *options])
    assert done.exit_code == 1
    assert "a text that is not UTF-8" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_the_check_names_what_is_no_text(hostile):
    done = CliRunner().invoke(claims, ["check", str(hostile), "--json"])
    problems = json.loads(done.stdout)["problems"]
    assert done.exit_code == 1
    assert all("it is not UTF-8" in problem["message"] for problem in problems)
    named = {(problem["file"], problem["column"]) for problem in problems}
    assert len(named) > 20
    assert all("\ufffd" in problem["value"] for problem in problems)


async def test_a_megabyte_in_every_column_is_shown_or_refused(make_datasette, tmp_path):
    """One row of each table has 1 MB in each of its texts. Pages are parsed by libxml2, which takes megabytes."""
    path = tmp_path / "claims.db"
    hostile_site.make(path, big=1_000_000)
    client = make_datasette(path, metadata=METADATA, settings=PATIENT).client
    last = {table: [id for id in ids if "\ufffd" not in id][-1:] for table, ids in hostile_site.ids_of(path).items()}
    shown = 0
    for route, _ in negotiation.routes():
        for url in hostile_site.urls(route, last, 1) if "table" not in route else ():
            answer = await client.get(url)
            assert answer.status_code < 500, url
            if answer.headers.get("content-type", "").startswith("text/html"):
                tree = lxml.html.document_fromstring(answer.content)
                assert list(hostile_site.found(tree)) == [], url
                shown += answer.text.count("W" * 999)
    assert shown > 10


LISTEN = """
window.refused = [];
addEventListener("securitypolicyviolation", event => refused.push(event.violatedDirective + " " + event.blockedURI));
window.inject7 = () => { window.ran = true; };
"""


def test_no_script_runs_in_a_real_browser(browser, serve, hostile, tmp_path):
    settings = tmp_path / "metadata.json"
    settings.write_text(json.dumps(METADATA), encoding="utf-8")
    url = serve(hostile, metadata=settings)
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page, said = context.new_page(), []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    ids = hostile_site.ids_of(hostile)
    paths = ["", "/compare", "/changes", "/contradictions"]
    paths += [f"/{kind}/{tilde_encode(ids[table][4])}" for kind, table in KINDS.items()]
    for path in paths:
        answer = page.goto(f"{url}/claims/-/claims{path}")
        assert answer.status == 200, path
        page.wait_for_load_state("networkidle")
        assert page.evaluate("[window.ran ?? false, window.refused]") == [False, []], path
        assert page.locator("x-inject7, [x-inject7]").count() == 0, path
    assert said == []
    context.close()


KINDS = {"actor": "actors", "claim": "claims", "statement": "statements", "read": "documents"}
