"""What the tests of the site share: a claims database, a Datasette of either line, a server, a browser.

- ``claims_db``: path of a database that holds ``data/``; nobody writes to it. ``claims_copy``: one to write to.
- ``make_datasette(path, …)``: a Datasette on these files, with metadata and configuration as the line wants them.
- ``signed_in(datasette, actor)``: cookies for a request by that actor.
- ``live_server``: the site on a port, with ``metadata.yml``, as ``make serve`` runs it. ``serve(…)``: another one.
- ``browser``: Chromium. A module that uses it holds no ``async`` tests: Playwright's loop runs while it is open.
- ``axe(page)``: what axe finds wrong on a page, one readable line each.
"""

import copy
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import quick_sites
import yaml
from hypothesis import settings
from site_modules import is_looked_at_elsewhere, needs_site

from datasette_claims.compat import IS_1
from datasette_claims.loading import Options, load

pytest_plugins = ["gate_fixtures"]

ROOT = Path(__file__).parents[1]

# How long an example takes says something about the machine, not about the code.
settings.register_profile("claims", deadline=None)
settings.load_profile("claims")
quick_sites.share()
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


LONGEST = (
    "test_reading_browser",
    "test_exchange_live",
    "test_load_kill",
    "test_browser_annotate",
    "test_browser_start",
    "test_browser_compare",
    "test_browser_claim",
    "test_injection_requests",
    "test_durability",
    "test_permission_matrix",
    "test_permission_tables",
    "test_permission_datasette",
    "test_docs_commands",
    "test_wheel",
    "test_cluster",
)
"""Modules that take longest, which are begun first, so that no process has one left when the others are done."""


def pytest_addoption(parser):
    parser.addoption(
        "--site-only",
        action="store_true",
        help="leave out modules that Datasette has no part in, and half of the looks at each page: for its second line",
    )


def pytest_collection_modifyitems(config, items):
    """Begin with what takes longest; leave out, where asked, what the first line has tested for both."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    if not config.getoption("--site-only"):
        return
    involved = {path: needs_site(path) for path in {item.path for item in items}}
    kept = [item for item in items if involved[item.path] and not is_looked_at_elsewhere(item.name)]
    left = set(items).difference(kept)
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = kept


@pytest.fixture(scope="module", autouse=True)
def no_hidden_site(request):
    """A module that ``--site-only`` leaves out makes no site, of which the second line would never hear."""
    if needs_site(request.path):
        yield
        return
    from datasette.app import Datasette

    def refuse(*given, **options):
        raise AssertionError(f"{request.path.name} makes a site, but site_modules.needs_site does not know of it")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Datasette, "__init__", refuse)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that skips, in whatever way, fails where no test may skip."""
    report = yield
    if report.skipped and os.environ.get("CLAIMS_NO_SKIP") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CLAIMS_NO_SKIP is set, but {item.nodeid} skipped: {report.longrepr}"
    return report


def skip(reason):
    """Skip, or fail where no test may skip."""
    if os.environ.get("CLAIMS_NO_SKIP") == "1":
        pytest.fail(f"CLAIMS_NO_SKIP is set, but: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def claims_db(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "claims.db"
    load(path, [ROOT / "data"], Options(who="tester"))
    return path


@pytest.fixture
def claims_copy(claims_db, tmp_path):
    return Path(shutil.copy(claims_db, tmp_path / "claims.db"))


@pytest.fixture(scope="session")
def site_metadata():
    """What ``metadata.yml`` says, as a dictionary that the caller may change."""
    return lambda: yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))


@pytest.fixture
def make_datasette():
    """Call with files and, as needed, ``metadata`` (what stands in a metadata.yml) and options of Datasette."""
    from datasette.app import Datasette

    made = []

    def make(*files, metadata=None, **options):
        given = {"metadata": copy.deepcopy(metadata or {})}
        if IS_1:
            given["config"] = copy.deepcopy(metadata or {})
        made.append(Datasette([str(file) for file in files], **given, **options))
        return made[-1]

    yield make
    for datasette in made:
        if IS_1:
            datasette.close()
        else:
            for db in datasette.databases.values():
                db.close()


@pytest.fixture
def signed_in():
    return lambda datasette, actor: {"ds_actor": datasette.sign({"a": actor}, "actor")}


def serve_options(metadata):
    """The options that give one metadata file to the line that runs here."""
    return ["-m", str(metadata), "-c", str(metadata)] if IS_1 else ["-m", str(metadata)]


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Call with database files and a metadata file; the URL of a server that stops when the tests end."""
    running = []

    def start(*files, metadata, options=()):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = tmp_path_factory.mktemp("server") / "log"
        command = [sys.executable, "-m", "datasette", "serve", *map(str, files), *serve_options(metadata)]
        command += ["--setting", "suggest_facets", "off", "-p", str(port), *options]
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=log.parent, stdout=output, stderr=subprocess.STDOUT)
        running.append(process)
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/-/versions.json", timeout=5).close()
            except urllib.error.HTTPError:
                return url
            except OSError:
                assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
                time.sleep(0.1)
            else:
                return url
        raise AssertionError(f"no answer: {log.read_text(encoding='utf-8', errors='replace')}")

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def live_server(serve, claims_db, tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
    metadata["plugins"]["datasette-claims"].pop("load", None)
    file = folder / "metadata.json"
    file.write_text(json.dumps(metadata), encoding="utf-8")
    return serve(shutil.copy(claims_db, folder / "claims.db"), metadata=file)


def chromium():
    """(path or None for Playwright's own, reason why there is none)."""
    named = os.environ.get("CHROMIUM")
    if named:
        return (named, None) if Path(named).exists() else (None, f"CHROMIUM names {named}, which does not exist")
    if Path("/usr/bin/chromium").exists():
        return "/usr/bin/chromium", None
    return None, None


def waits_for_the_next_page(act):
    """``act`` of a locator, which then waits until the page that it led to is there as a whole. Playwright waits only
    until its first bytes are: what a test asks at once of a long page may not have come yet on a busy machine."""

    @functools.wraps(act)
    def and_wait(locator, *values, **options):
        told = act(locator, *values, **options)
        if not locator.page.is_closed():
            locator.page.wait_for_load_state()
        return told

    return and_wait


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import Error, Locator, sync_playwright

    path, reason = chromium()
    if reason:
        skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        for name in ("click", "press"):
            patch.setattr(Locator, name, waits_for_the_next_page(getattr(Locator, name)))
        try:
            opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        except Error as error:
            first = str(error).splitlines()[0]
            skip(f"no Chromium (install Debian's, set CHROMIUM, or run: playwright install chromium): {first}")
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser):
    """Call with a URL, a width and options of a Playwright context; a page that must not log an error."""
    contexts = []

    def open_at(url, width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        answer = page.goto(url)
        assert answer.ok, f"{url}: {answer.status}"
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture
def axe():
    """Call with a page and, as needed, a selector to look at; rules are those of WCAG 2.1 A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page, within=None):
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
        options = {"runOnly": rules, "resultTypes": ["violations"]}  # of what is right one node is told, not thousands
        # axe itself fails on the shadow tree of the search that Datasette 1.0 adds to every page
        page.evaluate("document.querySelector('navigation-search')?.remove()")
        found = Axe().run(page, context=within, options=options).response["violations"]
        return [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]
        ]

    return check
