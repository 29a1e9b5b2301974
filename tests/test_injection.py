"""No text of the record becomes markup, script, address or header: on every page of the router, in every format."""

import csv
import io

import hostile_site
import pytest
from datasette.utils import tilde_encode
from injection import ANN, METADATA, PATIENT, ROUTES, checked, formula, named


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "claims.db"
    hostile_site.make(path)
    return path


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_hostile_rows_stay_text_on_every_page_and_in_every_format(make_datasette, signed_in, hostile, route):
    datasette = make_datasette(hostile, metadata=METADATA, settings=PATIENT)
    ids, cookies = hostile_site.ids_of(hostile), signed_in(datasette, ANN)
    wrong = {}
    for url in hostile_site.urls(route, ids, 7 if "table" not in route else 2):
        answer = await datasette.client.get(url, cookies=cookies)
        if found := checked(url, answer):
            wrong[url] = found
    assert wrong == {}


@pytest.mark.parametrize("path", ["compare.csv", "coding/{document}.csv"])
async def test_formulas_are_guarded_and_kept_where_that_is_asked_for(make_datasette, signed_in, hostile, path):
    datasette = make_datasette(hostile, metadata=METADATA, settings=PATIENT)
    document = hostile_site.ids_of(hostile)["documents"][0]
    url, cookies = f"/claims/-/claims/{path.format(document=tilde_encode(document))}", signed_in(datasette, ANN)

    async def cells(query=""):
        answer = await datasette.client.get(url + query, cookies=cookies)
        assert answer.status_code == 200, answer.text
        return [cell for row in csv.reader(io.StringIO(answer.text, newline="")) for cell in row]

    safe, kept = await cells(), await cells("?_formulas=kept")
    assert any(formula(cell) for cell in kept) or path.startswith("coding")
    assert [f"'{cell}" if formula(cell) else cell for cell in kept] == safe
    answer = await datasette.client.get(f"{url}?_formulas=maybe", cookies=cookies)
    assert answer.status_code == 400


async def test_what_the_exports_say_of_formulas_stands_beside_them(make_datasette, claims_db):
    page = (await make_datasette(claims_db).client.get("/claims/-/claims/compare")).text
    assert "_formulas=kept" in page
