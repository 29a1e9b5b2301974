"""A page is of one moment: what somebody writes while it is made is in all of it or in nothing of it; what is kept of
it goes with the next change and tells nobody more than the gate allows."""

import asyncio
import re
import sqlite3

import pytest
from datasette.utils.asgi import Request

from datasette_claims.pages import claim, one_reading
from datasette_claims.pages.framework import Visit
from datasette_claims.pages.links import Links

URL = "/claims/-/claims/claim/threat-increasing"


async def told(ds, **options):
    answer = await ds.client.get(f"{URL}.json", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def write(path, sql, *parameters):
    """What another program does."""
    conn = sqlite3.connect(path)
    with conn:
        conn.execute(sql, parameters)
    conn.close()


def counts(body):
    return {word: side["count"] for word, side in body["data"]["sides"].items()}


def listed(body):
    return {word: len(side["shown"]) for word, side in body["data"]["sides"].items()}


@pytest.fixture
def writes_meanwhile(claims_copy, monkeypatch):
    """The next pages are made while somebody rejects a stance after another, between what is counted and what is read:
    ``writes_meanwhile(2)`` does it twice."""

    def prepare(times):
        conn = sqlite3.connect(claims_copy)
        sql = "select id from stances where claim = 'threat-increasing' and stance = 'disputes' order by id"
        ids = [row[0] for row in conn.execute(sql)][:times]
        conn.close()
        before = claim.source_index

        async def meanwhile(visit, own):
            if ids:
                write(claims_copy, "delete from stances where id = ?", ids.pop())
            return await before(visit, own)

        monkeypatch.setattr(claim, "source_index", meanwhile)

    return prepare


@pytest.mark.parametrize("times", [1, one_reading.TRIES - 1])
async def test_what_is_written_meanwhile_is_in_all_of_the_page(make_datasette, claims_copy, writes_meanwhile, times):
    ds = make_datasette(claims_copy)
    assert counts(await told(ds)) == {"supports": 4, "disputes": 4}
    write(claims_copy, "update claims set note = 'new' where id = 'threat-increasing'")
    writes_meanwhile(times)
    body = await told(ds)
    assert body["data"]["claim"]["note"] == "new"
    assert counts(body) == listed(body) == {"supports": 4, "disputes": 4 - times}


async def test_where_somebody_writes_all_the_time_the_page_comes_all_the_same(make_datasette, claims_copy, monkeypatch):
    ds, tries = make_datasette(claims_copy), []
    before = claim._made

    async def meanwhile(visit, shown, moment):
        tries.append(moment)
        write(claims_copy, "update claims set note = ? where id = 'threat-increasing'", f"note {len(tries)}")
        return await before(visit, shown, moment)

    monkeypatch.setattr(claim, "_made", meanwhile)
    assert (await told(ds))["data"]["claim"]["note"] == f"note {one_reading.TRIES}"
    assert len(tries) == one_reading.TRIES


async def test_what_is_kept_is_the_same_and_goes_with_the_next_change(make_datasette, claims_copy):
    ds = make_datasette(claims_copy)
    first, again = [(await ds.client.get(URL)).text for _ in range(2)]
    assert first == again
    twin = await told(ds)
    assert twin == await told(ds)
    write(claims_copy, "update actors set name = 'Somebody Else' where id = 'jeremy-hunt'")
    after = await told(ds)
    assert after["cite"]["sha256"] != twin["cite"]["sha256"]
    page = (await ds.client.get(URL)).text
    assert "Somebody Else" in page
    assert "Jeremy Hunt" not in re.sub(r"<blockquote.*?</blockquote>|“[^”]*”", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("closed", ["actors", "statements", "mentions", "documents", "countries"])
async def test_what_is_kept_for_one_tells_nothing_to_another(make_datasette, signed_in, claims_db, closed):
    metadata = {"databases": {"claims": {"tables": {closed: {"allow": {"id": "ann"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    alone = make_datasette(claims_db, metadata=metadata)
    ann = signed_in(ds, {"id": "ann"})
    expected = (await told(alone))["data"]
    everything = (await told(ds, cookies=ann))["data"]
    assert everything != expected
    assert (await told(ds))["data"] == expected
    assert (await told(ds, cookies=ann))["data"] == everything


async def test_a_text_that_is_no_utf_8_shows_as_what_it_is(make_datasette, claims_copy):
    write(claims_copy, "update claims set note = cast(x'6261ff64' as text) where id = 'threat-increasing'")
    assert (await told(make_datasette(claims_copy)))["data"]["claim"]["note"] == "ba\ufffdd"


async def ask_the_gate(visit):
    return await visit.sees("claims")


async def wait(_):
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("read", "told"), [(ask_the_gate, "ask the gate for claims before"), (wait, "awaited something other")]
)
async def test_a_reading_waits_for_nothing_but_the_database(make_datasette, claims_db, read, told):
    ds = make_datasette(claims_db)
    await ds.invoke_startup()
    visit = Visit(ds, Request.fake(URL), "claims", "html", {}, Links(ds, "claims"))
    with pytest.raises(RuntimeError, match=told):
        await one_reading.one_reading(visit, None, read)
    rows = await one_reading.one_reading(visit, None, lambda inside: inside.rows("select count(*) from claims"))
    assert rows[0][0] > 0
