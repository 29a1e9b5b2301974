"""No parameter and no field of a request becomes markup, script, address or header, and none gives an error of ours."""

import itertools
import json
import shutil
from pathlib import Path
from urllib.parse import quote

import hostile_site
import pytest
from datasette.utils import MultiParams
from datasette.utils.asgi import Request
from injection import ANN, METADATA, PATIENT, ROUTES, checked, named

from datasette_claims.comparison.columns import FILTER_COLUMNS
from datasette_claims.comparison.filters import OPERATOR_ORDER
from datasette_claims.compat import IS_1
from datasette_claims.pages.writing import Received


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "claims.db"
    hostile_site.make(path)
    return path


SEEN = {
    "markup": "\"'><x-inject7 onload=inject7()></script>{{7*7}}<!--\0\u202e\r\nSet-Cookie: x-inject7=1\r\n\r\n;=1+1 %s",
    "address": "javascript:inject7()//",
}
"""What is sent for a page, which is then parsed as one."""
READ = {"surrogate": "\ud800", "digits": "9" * 5000, "superscript": "²", "words": '[{"a": NaN}] OR NEAR(* " AND NOT -'}
"""What is sent to its JSON twin, where there is one."""
FILTERS = [
    *(f"{name}__{op}" for name, op in zip(FILTER_COLUMNS, itertools.cycle(OPERATOR_ORDER), strict=False)),
    *("_search", "_as_of", "x-inject7"),
]


class Names:
    """The parameters and fields that handlers ask for, as they ask for them."""

    def __init__(self, monkeypatch):
        self.asked, self.filtered = {}, False
        args, query, item = Request.args.fget, Request.query_string.fget, Received.__getitem__
        monkeypatch.setattr(Request, "args", property(lambda request: Asking(args(request)._data, self.asked)))
        monkeypatch.setattr(Request, "query_string", property(lambda request: self._query(query, request)))
        monkeypatch.setattr(
            Received, "__getitem__", lambda sent, name: (self.asked.setdefault(name), item(sent, name))[1]
        )

    def _query(self, query, request):
        self.filtered = True
        return query(request)


class Asking(MultiParams):
    """Parameters that note their names."""

    def __init__(self, data, asked):
        super().__init__(data)
        self.asked = asked

    def __contains__(self, name):
        self.asked.setdefault(name)
        return super().__contains__(name)

    def __getitem__(self, name):
        self.asked.setdefault(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.asked.setdefault(name)
        return super().get(name, default)

    def getlist(self, name):
        self.asked.setdefault(name)
        return super().getlist(name)


def quoted(value):
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


async def wrong_answers(client, urls, name, kinds, cookies):
    """What is wrong with the answers to a parameter of these kinds of values."""
    wrong = {}
    for url, values in zip((urls[0], urls[-1]), (SEEN, READ), strict=True):
        for kind, value in values.items():
            if kind in kinds:
                asked = f"{url}?{quoted(name)}={quoted(value)}"
                if found := checked(asked, await client.get(asked, cookies=cookies)):
                    wrong[f"{name} {kind}"] = found
    return wrong


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_hostile_parameters_stay_text(make_datasette, signed_in, hostile, route, monkeypatch):
    datasette = make_datasette(hostile, metadata=METADATA, settings=PATIENT)
    names, cookies, wrong = Names(monkeypatch), signed_in(datasette, ANN), {}
    urls = list(hostile_site.urls(route, hostile_site.ids_of(hostile), 1))[:2]
    await datasette.client.get(urls[0], cookies=cookies)
    filtered, asked = names.filtered, list(names.asked)
    for name in asked:
        wrong |= await wrong_answers(datasette.client, urls, name, {*SEEN, *READ}, cookies)
    for name in FILTERS if filtered else ("x-inject7=<x-inject7>",):
        wrong |= await wrong_answers(datasette.client, urls, name, {"markup", "surrogate"}, cookies)
    assert wrong == {}


FIELDS = {"half": "\ud800", "address": "javascript:inject7()//", "superscript": "²", "markup": SEEN["markup"]}
"""What is sent as a field: each gets the last of these, and one of the others in turn."""


@pytest.mark.parametrize("route", [route for route in ROUTES if "annotations" not in route], ids=named)
async def test_hostile_fields_stay_text(make_datasette, signed_in, hostile, tmp_path, route, monkeypatch):
    """Each field that a page reads, alone, sent as a form and as JSON; then a deep and a broken body."""
    path = Path(shutil.copy(hostile, tmp_path / "claims.db"))
    datasette, names, wrong = make_datasette(path, metadata=METADATA, settings=PATIENT), Names(monkeypatch), {}
    cookies = signed_in(datasette, ANN)
    if not IS_1:  # 0.65 wants the token of its own forms
        page = await datasette.client.get("/claims/-/claims/add", cookies=cookies)
        cookies["ds_csrftoken"] = page.cookies["ds_csrftoken"]
    headers = {"x-csrftoken": cookies.get("ds_csrftoken", ""), "content-type": "application/json"}

    async def send(url, body, **more):
        return await datasette.client.post(url, content=body, headers={**headers, **more}, cookies=cookies)

    base = {"revision": "1", "start": "3", "end": "9"}
    for url in hostile_site.urls(route, hostile_site.ids_of(hostile), 1):
        names.asked.clear()
        if url.endswith(".json") or (await send(url, json.dumps(base))).status_code in (404, 405):
            continue
        turns = itertools.cycle(FIELDS)
        for name, kind in itertools.chain.from_iterable(((n, "markup"), (n, next(turns))) for n in list(names.asked)):
            value = FIELDS[kind]
            if kind == "half":
                answer = await send(url, json.dumps({**base, name: value}))
            else:
                form = "&".join(f"{each}={quoted(given)}" for each, given in {**base, name: value}.items())
                answer = await send(url, form, **{"content-type": "application/x-www-form-urlencoded"})
            if found := checked(url, answer):
                wrong[f"{name} {kind} {url}"] = found
        for body in ("[" * 100_000, '{"a": NaN', "\0", '{"a": ' * 5000):
            if found := checked(url, await send(url, body)):
                wrong[f"{body[:9]} {url}"] = found
    assert wrong == {}
