"""What one request, one person and one query may take: refused with the limit and its setting, and nothing stalls."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from html import unescape
from pathlib import Path

import pytest
from gate_routes import OURS
from loading_data import write
from test_annotate_pages import ANN, about
from test_annotate_pages import Site as Pages

from datasette_claims import bounds, config, metering
from datasette_claims.pages import work
from datasette_claims.pages.errors import PageError

CLAIM = {"text": "A claim that somebody typed.", "kind": "factual"}
START = "/claims/-/claims"


@pytest.fixture
def limited(make_datasette, claims_copy, signed_in):
    """Call with limits; a site with them and people who may write."""

    def make(settings=None, **limits):
        metadata = about()
        metadata["plugins"]["datasette-claims"]["limits"] = limits
        return Pages(make_datasette(claims_copy, metadata=metadata, settings=settings), signed_in, claims_copy)

    return make


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limits": {"writes": 0}}, "limits: writes: 0: give a number of changes a minute"),
        ({"limits": {"writes": True}}, "limits: writes: True"),
        ({"limits": {"writes": 1.5}}, "limits: writes: 1.5"),
        ({"limits": {"lock_wait": "long"}}, "limits: lock_wait: 'long': give a number of seconds"),
        ({"limits": {"sql_value": 2**31}}, "limits: sql_value"),
        ({"limits": {"speed": 1}}, "limits: speed: 1: there is no such limit; they are: parameters"),
        ({"limits": 5}, "limits: 5: give limits by name"),
    ],
)
def test_a_wrong_limit_is_named(given, said):
    with pytest.raises(config.ConfigError) as wrong:
        config.read({"database": "claims", **given})
    assert said in str(wrong.value)


def test_limits_have_defaults_and_each_can_be_set():
    assert config.read({"database": "claims"}).bounds == bounds.Bounds()
    for name in bounds.WHAT:
        found = config.read({"database": "claims", "limits": {name: 7}}).bounds
        assert getattr(found, name) == 7
        assert found != bounds.Bounds()


def test_an_allowance_is_a_minutes_worth_and_comes_back_evenly():
    allowance = bounds.Allowance()
    assert [allowance.take("ann", 3, now=100.0) for _ in range(3)] == [0, 0, 0]
    assert allowance.take("ann", 3, now=100.0) == pytest.approx(20)
    assert allowance.take("ben", 3, now=100.0) == 0
    assert allowance.take("ann", 3, now=119.0) == pytest.approx(1)
    assert allowance.take("ann", 3, now=120.0) == 0
    assert allowance.take("ann", 3, now=120.0) == pytest.approx(20)
    assert [allowance.take("ann", 3, now=1000.0) for _ in range(4)] == [0, 0, 0, pytest.approx(20)]


def test_not_more_people_are_remembered_than_need_be():
    allowance = bounds.Allowance()
    for number in range(bounds.KEPT + 50):
        allowance.take(f"p{number}", 10, now=0.0)
    assert len(allowance.spent) == bounds.KEPT


async def test_more_changes_than_a_minute_allows_are_429_and_the_form_is_kept(limited):
    pages = limited(writes=2)
    for number in range(2):
        assert (await pages.post("new/claims", {**CLAIM, "text": f"Claim {number}."})).status_code == 303
    answer = await pages.post("new/claims", {**CLAIM, "key": "k3"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 30
    told = unescape(answer.text)
    assert "more than 2 changes in a minute" in told
    assert "the setting limits: writes of datasette-claims" in told
    assert CLAIM["text"] in told
    program = await pages.post_json("new/claims", CLAIM)
    assert (program.status_code, "retry-after" in program.headers) == (429, True)
    other = await pages.post("new/claims", CLAIM, actor={"id": "rita"})
    assert other.status_code == 303


@pytest.mark.parametrize(
    ("limits", "path", "said"),
    [
        (
            {"parameters": 5},
            "/compare?" + "&".join(f"country=C{n}" for n in range(6)),
            "has 6 parameters, and at most 5",
        ),
        ({"parameter_length": 50}, "?q=" + "x" * 60, "q: this parameter has 60 characters, and at most 50"),
    ],
)
async def test_an_address_with_too_much_is_refused(limited, limits, path, said):
    answer = await limited(**limits).datasette.client.get(START + path)
    assert answer.status_code == 400
    told = unescape(answer.text)
    assert said in told
    assert f"the setting limits: {next(iter(limits))} of datasette-claims" in told


@pytest.mark.parametrize(
    ("limits", "fields", "status", "said"),
    [
        ({"body": 2_000}, {"note": "x" * 3_000}, 413, "at most 2,000 bytes"),
        ({"fields": 5}, {f"f{n}": "1" for n in range(9)}, 413, "fields, and at most 5 are taken"),
        ({"field_length": 100}, {"note": "y" * 101}, 400, "it has 101 characters, and at most 100 are taken"),
    ],
)
async def test_a_form_with_too_much_is_refused(limited, limits, fields, status, said):
    pages = limited(**limits)
    before = pages.revision()
    answer = await pages.post("new/claims", {**CLAIM, **fields})
    assert answer.status_code == status
    told = unescape(answer.text).lower()
    assert said in told
    assert f"the setting limits: {next(iter(limits))} of datasette-claims" in told
    assert pages.revision() == before
    if "field_length" in limits:  # what was typed stands in the form
        assert CLAIM["text"] in unescape(answer.text)
        assert fields["note"] in answer.text


async def test_a_body_without_a_length_is_not_read_beyond_the_limit(limited):
    pages = limited(body=10_000)

    async def endless():
        for _ in range(100):
            yield b"note=" + b"x" * 9_995 + b"&"

    headers = {"content-type": "application/json", "authorization": "Bearer none"}
    answer = await pages.datasette.client.post(
        f"{START}/new/claims", content=endless(), headers=headers, cookies=pages.cookies(ANN)
    )
    assert answer.status_code in (403, 413)  # 0.65 wants its token first


async def test_json_that_is_nested_deeply_is_refused(limited):
    pages = limited()
    cookies, sent = pages.cookies(ANN), {"content-type": "application/json"}
    page = await pages.get("new/claims")
    if "ds_csrftoken" in page.cookies:
        cookies["ds_csrftoken"] = sent["x-csrftoken"] = page.cookies["ds_csrftoken"]
    body = '{"text": ' + "[" * 200_000 + "]" * 200_000 + "}"
    answer = await pages.datasette.client.post(f"{START}/new/claims", content=body, headers=sent, cookies=cookies)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "sql",
    [
        "select length(hex(randomblob(500000000)))",
        "select replace(hex(zeroblob(10000000)), '00', hex(zeroblob(1000)))",
        "with recursive c(n) as (select 1 union all select n + 1 from c) "
        "select n, hex(randomblob(500000)) from c limit 1000",
        "with recursive c(n) as (select 1 union all select n + 1 from c) select randomblob(1000000) from c limit 1000",
    ],
)
async def test_sql_that_wants_hundreds_of_megabytes_is_400(limited, sql):
    pages = limited()
    await pages.datasette.invoke_startup()
    path = "/claims/-/query.json" if hasattr(pages.datasette.urls, "database_query") else "/claims.json"
    answer = await pages.datasette.client.get(path, params={"sql": sql, "_shape": "objects"})
    assert answer.status_code == 400
    assert "too big" in answer.text or "has more than 20,000,000 bytes" in answer.text


def test_a_meter_counts_each_result_for_itself():
    conn = sqlite3.connect(":memory:")
    conn.row_factory = metering.Meter(10_000)
    for _ in range(3):
        assert len(conn.execute("select hex(zeroblob(2000))").fetchall()) == 1
    rows = (
        "with recursive c(n) as (select 1 union all select n + 1 from c) select n, hex(zeroblob(500)) h from c limit "
    )
    assert [row["n"] for row in conn.execute(rows + "9")] == list(range(1, 10))
    with pytest.raises(sqlite3.OperationalError, match=r"more than 10,000 bytes.*limits: sql_result"):
        conn.execute(rows + "20").fetchall()
    conn.close()


class Asked:
    """As much of a request as long work looks at; ``leave`` is what happens when the client goes away."""

    def __init__(self):
        self.left = asyncio.Event()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}


class Visiting:
    def __init__(self, datasette):
        self.datasette, self.request = datasette, Asked()


def endless(started, ended):
    started.set()
    try:
        while True:
            sum(range(100))
    finally:
        ended.set()


@pytest.mark.parametrize("why", ["it takes too long", "the client goes away", "the request is cancelled"])
async def test_work_that_nobody_waits_for_is_stopped(limited, why):
    pages = limited(work_seconds=0.3 if why == "it takes too long" else 100)
    await pages.datasette.invoke_startup()
    visit, started, ended = Visiting(pages.datasette), threading.Event(), threading.Event()
    doing = asyncio.ensure_future(work.work(visit, lambda: endless(started, ended)))
    await asyncio.to_thread(started.wait, 60)
    if why == "the client goes away":
        visit.request.left.set()
    elif why == "the request is cancelled":
        doing.cancel()
    with pytest.raises((PageError, asyncio.CancelledError)) as wrong:
        await doing
    if why == "it takes too long":
        assert "the setting limits: work_seconds" in wrong.value.remedy
    assert await asyncio.to_thread(ended.wait, 60)
    assert await work.work(Visiting(pages.datasette), lambda: 5) == 5


async def test_other_pages_answer_while_all_threads_of_long_work_are_busy(limited, monkeypatch):
    """As many exports as there are threads wait for something; pages and other people's changes do not."""
    from datasette_claims.pages import exchange

    pages, go, busy = limited({"sql_time_limit_ms": 100_000}), threading.Event(), threading.Semaphore(0)
    await pages.datasette.invoke_startup()
    real = exchange.fetch

    def slow(*arguments, **more):
        busy.release()
        assert go.wait(120)
        return real(*arguments, **more)

    monkeypatch.setattr(exchange, "fetch", slow)
    headers = {"accept": "application/ld+json"}
    url = f"{START}/statement/ghika-no-increased-threat"
    exports = [asyncio.ensure_future(pages.datasette.client.get(url, headers=headers)) for _ in range(work.THREADS)]
    for _ in exports:
        assert await asyncio.to_thread(busy.acquire, True, 60)
    assert (await pages.get("claim/threat-increasing")).status_code == 200
    assert (await pages.post("new/claims", CLAIM)).status_code == 303
    assert not any(each.done() for each in exports)
    go.set()
    assert {(await each).status_code for each in exports} == {200}


async def test_the_reading_of_a_text_holds_up_nobody_who_writes(limited, monkeypatch):
    from datasette_claims import adding

    pages, go, busy = limited(), threading.Event(), threading.Event()
    real = adding.read

    def slow(obtained):
        busy.set()
        assert go.wait(120)
        return real(obtained)

    monkeypatch.setattr(adding, "read", slow)
    text = "The minister said on Monday that the bridge was safe.\n\n“It is safe,” Ada Brown said."
    added = asyncio.ensure_future(pages.post("add", {"text": text}))
    assert await asyncio.to_thread(busy.wait, 60)
    began = time.monotonic()
    assert (await pages.post("new/claims", CLAIM, actor={"id": "rita"})).status_code == 303
    assert not added.done(), f"{time.monotonic() - began} s"
    go.set()
    assert (await added).status_code == 303


def test_the_documentation_has_every_limit_with_its_default():
    text = (Path(__file__).parents[1] / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+|none) \|", text, re.M)
    assert {name: None if default == "none" else float(default) for name, default in rows} == asdict(bounds.Bounds())


PAGES = ["", "/compare", "/read/gulf-desk-2019-05-14", "/claim/threat-increasing", "/changes", "/new/claims", "/review"]


@pytest.mark.parametrize("path", [*PAGES, "/edit/claims/threat-increasing", "/actor/chris-ghika", "/contradictions"])
async def test_the_parameters_of_an_address_are_not_read_once_for_each_of_them(limited, monkeypatch, path):
    """Datasette reads them whenever it is asked for them, so asking in a loop takes quadratic time."""
    from datasette.utils import asgi

    pages, real, count = limited(), asgi.parse_qs, 0
    await pages.get("claim/threat-increasing")

    def counted(*arguments, **more):
        nonlocal count
        count += 1
        return real(*arguments, **more)

    monkeypatch.setattr(asgi, "parse_qs", counted)
    query = "&".join(f"x{number}=1" for number in range(300))
    answer = await pages.datasette.client.get(f"{START}{path}?{query}", cookies=pages.cookies({"id": "rita"}))
    assert answer.status_code in (200, 400)
    assert count < 100


LOADING = """
import sys
from pathlib import Path
import asyncio
from datasette.app import Datasette
from datasette_claims import site
from datasette_claims.compat import IS_1
path, package = Path(sys.argv[1]), sys.argv[2]
limits = {"sql_memory": 64_000_000}
m = {"plugins": {"datasette-claims": {"database": "claims", "load": [package], "limits": limits}}}
ds = Datasette([str(path)], metadata=m, **({"config": m} if IS_1 else {}))
async def main():
    await ds.invoke_startup()
    await ds.invoke_startup()
    rows = await ds.get_database("claims").execute("select count(*) from stances where id like 'x%'")
    print(site.of(ds).notices, rows.first()[0], (await ds.client.get("/claims/-/claims")).status_code)
asyncio.run(main())
"""


def test_a_large_load_at_start_up_fits_into_the_memory_that_sqlite_has(claims_copy, tmp_path):
    """In a process of its own, because the limit holds for a whole process."""
    stances = "".join(f"x{i:06},war,supports,vote,ada,{'a note of some length ' * 20}\n" for i in range(60_000))
    write(
        tmp_path / "package",
        {
            "actors.csv": "id,name,kind\nada,Ada,person\n",
            "claims.csv": "id,text,kind\nwar,There will be war.,prediction\n",
            "stances.csv": f"id,claim,stance,basis,actor,note\n{stances}",
        },
    )
    command = [sys.executable, "-c", LOADING, str(claims_copy), str(tmp_path / "package")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=os.environ)
    assert done.stdout.strip() == "{} 60000 200", done.stdout + done.stderr


async def test_a_megabyte_in_a_parameter_is_refused_on_every_route(gate_site):
    """Under a name that pages read, and under any other."""
    client = gate_site({"plugins": {"datasette-claims": {"database": "claims"}}})
    megabyte = "x" * 1_000_000
    wrong, asked = [], set()
    for route in OURS:
        path = route.urls[0][0].partition("?")[0]
        if path in asked:
            continue
        asked.add(path)
        name = ("_search", "what")[len(asked) % 2]
        answer = await client.ask("GET", f"{path}?{name}={megabyte}")
        if not 400 <= answer.status < 500 or len(answer.whole) > 200_000:
            wrong.append(f"{path}?{name}: {answer.status}, {len(answer.whole):,} characters")
    assert len(asked) > 20
    assert not wrong, "\n".join(wrong)
