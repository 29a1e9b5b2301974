"""Bad input of the comparison pages: a 400 that says what is wrong and keeps the rest, never a 500, never an unfiltered
answer."""

import html
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

pytestmark = pytest.mark.asyncio

BASE = "/claims/-/claims/compare"
PATHS = ("", ".json", ".csv", ".svg", "/embed")

WRONG = [
    ("county=GB", "there is no filter “county”"),
    ("country=ZZ", "there is no country “ZZ”"),
    ("country=", "the value is empty"),
    ("country__like=G", "cannot be filtered with “like”"),
    ("country__=GB", "cannot be filtered"),
    ("__in=GB", "there is no filter"),
    ("claim=nothing", "there is no claim “nothing”"),
    ("claim__in=threat-increasing,nothing", "there is no claim “nothing”"),
    ("actor=jeremy-hunts", "there is no actor"),
    ("stance=support", "there is no stance “support”"),
    ("basis__in=explicit,guess", "there is no basis “guess”"),
    ("organization=not_stated", "left empty"),
    ("organization__isnull=yes", "its value is “yes”"),
    ("organization__isnull=1&organization=nbc-news", "contradict"),
    ("country=GB&country=US", "exclude each other"),
    ("country=GB&country__not=GB", "contradict"),
    ("date_start__gte=2019-05-20&date_start__lte=2019-05-01", "there is no day"),
    ("date_start__gte=2019-06-01&date_end__lte=2019-05-01", "there is no day"),
    ("date_start__gte=2019-13-01", "is not a full date"),
    ("date_start__gte=yesterday", "is not a full date"),
    ("month=2019-5", "is not a month"),
    ("country__in=%5B%22GB%22", "is not a list"),
    ("country__in=%5B%5D", "the list is empty"),
    ("_search=%22%22", "it holds no word"),
    ("_search=a&_search=b", "given twice"),
    ("_search=" + "x" * 501, "longer than"),
    ("_rows=planets", "there is no “planets”"),
    ("rows=planets", "there is no “planets”"),
    ("_rows=actors&rows=countries", "given twice"),
    ("_view=pie", "there is no “pie”"),
    ("_claims=random", "there is no “random”"),
    ("_order=mood", "there is no “mood”"),
    ("_by=nothing", "there is no claim “nothing”"),
    ("_by=threat-increasing&_order=name", "ordered by a claim already"),
    ("_reverse=yes", "there is no “yes”"),
    ("_page=0", "is no page"),
    ("_page=-1", "is no page"),
    ("_page=1e9", "is no page"),
    ("_page=99999999999999999999", "is no page"),
    ("_claims_page=two", "is no page"),
    ("_more=secrets", "there is no “secrets”"),
    ("_as_of=0", "there is no revision"),
    ("_as_of=9999", "there is no revision"),
    ("_where=1=1", "there is no filter “_where”"),
    ("_through=x", "there is no filter"),
]

HOSTILE = [
    "<script>alert(1)</script>",
    "' or 1=1 --",
    '"; drop table stances; --',
    "\x00",
    "\x00abc\ud7ff",
    "%00",
    "../../etc/passwd",
    "{{ 7 * 7 }}",
    "‮txt",
    "A" * 5000,
    "NEAR(a b) AND *",
    '"unclosed',
    "\r\nset-cookie: x=1",
    "1 2 3",
    "[[[[",
    "💥",
]

PARAMETERS = [
    *("country", "country__in", "country__not", "claim", "actor", "stance", "basis", "topic", "topic__contains"),
    *("document", "publisher", "date_start", "date_start__gte", "month", "month__startswith", "organization"),
    *("_search", "_rows", "rows", "_view", "view", "_claims", "_order", "_by", "_reverse", "_page", "_claims_page"),
    *("_more", "_as_of", "_row", "nonsense", "_nonsense", "country__nonsense"),
]


@pytest.fixture
def ds(make_datasette, claims_db):
    return make_datasette(claims_db)


@pytest.mark.parametrize(("query", "said"), WRONG)
async def test_what_is_wrong_is_said_and_the_rest_is_kept(ds, query, said):
    rest = "identification=named"
    answer = await ds.client.get(f"{BASE}?{query}&{rest}")
    assert answer.status_code == 400
    page = html.unescape(answer.text)
    assert said in page
    ways = re.search(r'<ul class="claims-ways">(.*?)</ul>', answer.text, re.DOTALL).group(1)
    links = [html.unescape(href) for href in re.findall(r'href="([^"]+)"', ways)]
    kept = [link for link in links if ("identification", "named") in parse_qsl(urlsplit(link).query)]
    assert kept, links
    assert 200 in [(await ds.client.get(link)).status_code for link in kept], kept


@pytest.mark.parametrize("path", PATHS[1:])
async def test_every_form_of_the_page_refuses_alike(ds, path):
    for query, said in WRONG[:6] + WRONG[26:32]:
        answer = await ds.client.get(f"{BASE}{path}?{query}")
        assert answer.status_code == 400, query
        assert said in html.unescape(answer.text), query


@pytest.mark.parametrize("parameter", PARAMETERS)
async def test_hostile_values_never_break_a_page_nor_widen_it(ds, parameter):
    whole = (await ds.client.get(f"{BASE}.json")).json()["data"]["stances"]
    for value in HOSTILE:
        for path in ("", ".json", "/cell"):
            answer = await ds.client.get(f"{BASE}{path}?{urlencode({parameter: value}, errors='replace')}")
            assert answer.status_code in (200, 400), (value, path, answer.text[:300])
            assert path == ".json" or "<script>alert" not in answer.text
            if answer.status_code == 200 and path == ".json":
                assert answer.json()["data"]["stances"] < whole, (parameter, value)


@pytest.mark.parametrize("value", HOSTILE)
async def test_hostile_names_of_parameters(ds, value):
    answer = await ds.client.get(f"{BASE}?{quote(value, errors='replace')}=1&country=GB")
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"country=c{n}" for n in range(10_000)),
        "country__in=" + ",".join(f"c{n}" for n in range(10_000)),
        "country__in=" + ",".join(["GB"] * 10_000),
        "&".join("topic__contains=x" + str(n) for n in range(10_000)),
        "&".join(f"x{n}=1" for n in range(10_000)),
    ],
)
async def test_ten_thousand_chips(ds, query):
    status, page = await straight(ds, BASE, f"{query}&basis=explicit")
    assert status == 400
    assert "basis=explicit" in page


async def straight(ds, path, query):
    """A request that no client shortens or refuses for its length: (status, text)."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode()}
    scope |= {"query_string": query.encode(), "headers": [(b"host", b"localhost")], "scheme": "http"}
    await ds.invoke_startup()
    await ds.app()(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "a cell is on one claim"),
        ("claim=threat-increasing", "_row"),
        ("claim=threat-increasing&_row=nobody", "there is no actor “nobody”"),
        ("claim=nothing&_row=jeremy-hunt", "there is no claim"),
        ("claim__in=threat-increasing,iraq-stable&_row=jeremy-hunt", "claim"),
        ("claim=threat-increasing&_row=jeremy-hunt&_narrower=2", "_narrower"),
        ("claim=threat-increasing&_row=GB&_rows=planets", "planets"),
    ],
)
async def test_a_cell_that_there_is_not(ds, query, said):
    answer = await ds.client.get(f"{BASE}/cell?{query}")
    assert answer.status_code == 400
    assert said in html.unescape(answer.text)


async def test_a_page_beyond_the_last_is_empty_and_says_how_many_there_are(ds):
    answer = await ds.client.get(f"{BASE}.json?_page=500")
    assert answer.status_code == 200
    assert answer.json()["data"]["matrix"]["rows"] == []
    assert answer.json()["data"]["matrix"]["rows_of"] > 0
