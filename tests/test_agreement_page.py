"""The agreement page: published figures on real votes, choices in the URL, small numbers said to be small."""

import csv
import html
import io
import re
import sqlite3
from pathlib import Path

import pytest
from conftest import skip

from datasette_claims.loading import Options, load
from datasette_claims.pages.agreement import decimal, heat, percent, short

ROOT = Path(__file__).parents[1]
UN = ROOT / ".." / "shared" / "un2019"

WORKED = {"US": "SSSSD.", "GB": "SSSDD.", "DE": "DSDDSS", "IQ": ".SNDDD"}
WORDS = {"S": "supports", "D": "disputes", "N": "neutral"}
# pair: n, agree, S, kappa, kappa linear, pi (the published worked example of the reference answers)
EXAMPLE = {
    ("US", "GB"): (5, 0.8, 0.6, 0.5455, 0.5455, 0.5238),
    ("US", "DE"): (5, 0.2, -0.6, -0.4286, -0.4286, -0.6667),
    ("US", "IQ"): (4, 0.5, 0.25, 0.2727, 0.3333, 0.1579),
    ("GB", "DE"): (5, 0.4, -0.2, -0.1538, -0.1538, -0.2),
    ("GB", "IQ"): (4, 0.75, 0.75, 0.6, 0.75, 0.5789),
    ("DE", "IQ"): (5, 0.4, 0.0, 0.0625, 0.0741, -0.0345),
}


def csv_file(path, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def worked_db(tmp_path_factory):
    """The worked example as a claims database: four countries, six claims."""
    folder = tmp_path_factory.mktemp("worked")
    csv_file(folder / "actors.csv", [{"id": c, "name": c, "kind": "organization", "country": c} for c in WORKED])
    csv_file(folder / "claims.csv", [{"id": f"k{k}", "text": f"Claim {k}.", "kind": "factual"} for k in range(1, 7)])
    stances = [
        {"id": f"{c}-{k}", "claim": f"k{k}", "actor": c, "stance": WORDS[letter], "basis": "explicit"}
        for c, letters in WORKED.items()
        for k, letter in enumerate(letters, start=1)
        if letter != "."
    ]
    csv_file(folder / "stances.csv", stances)
    load(folder / "worked.db", [folder], Options())
    return folder / "worked.db"


@pytest.fixture(scope="module")
def un_db(tmp_path_factory):
    if not UN.exists():
        skip("../shared/un2019 is not here")
    path = tmp_path_factory.mktemp("un") / "un.db"
    load(path, [UN], Options(mapping=ROOT / "docs" / "un2019-mapping.yml"))
    return path


async def twin(ds, database, query=""):
    answer = await ds.client.get(f"/{database}/-/claims/agreement.json{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("pair", EXAMPLE)
async def test_the_worked_example(make_datasette, worked_db, pair):
    data = (await twin(make_datasette(worked_db), "worked", f"?unit={pair[0]}&with={pair[1]}"))["data"]["pair"]
    found = tuple(data[name] for name in ("n", "agree", "s", "kappa", "kappa_linear", "pi"))
    assert found == pytest.approx(EXAMPLE[pair], abs=5e-5)


async def test_the_group_of_the_worked_example(make_datasette, worked_db):
    group = (await twin(make_datasette(worked_db), "worked"))["data"]["group"]
    assert group["alpha"] == pytest.approx({"nominal": 0.0476, "ordinal": 0.0524, "interval": 0.0545}, abs=5e-5)
    figures = {claim["claim"]: (claim["rice"], claim["agreement_index"]) for claim in group["most_divided"]}
    expected = {"k1": (0.3333, 0.5), "k2": (1, 1), "k3": (0.3333, 0.25), "k4": (0.5, 0.625), "k5": (0.5, 0.625)}
    for claim, values in {**expected, "k6": (0, 0.25)}.items():
        assert figures[claim] == pytest.approx(values, abs=5e-5), claim


@pytest.mark.parametrize(
    ("one", "other", "n", "agree", "s", "kappa"),
    [
        ("US", "GB", 90, 0.5333, 0.3000, 0.2950),
        ("GB", "FR", 90, 0.9000, 0.9000, 0.8393),
        ("US", "IL", 88, 0.9432, 0.9205, 0.8774),
        ("US", "IR", 86, 0.1047, -0.6860, -0.1362),
        ("IR", "IQ", 86, 0.8488, 0.8256, 0.3575),
    ],
)
async def test_votes_of_2019(make_datasette, un_db, one, other, n, agree, s, kappa):
    pair = (await twin(make_datasette(un_db), "un", f"?unit={one}&with={other}"))["data"]["pair"]
    assert (pair["n"], pair["agree"], pair["s"], pair["kappa"]) == pytest.approx((n, agree, s, kappa), abs=5e-5)
    assert pair["differ"] == round(n * (1 - agree))


async def test_the_claims_on_which_a_pair_differs_lead_to_their_stances(make_datasette, un_db):
    ds = make_datasette(un_db)
    pair = (await twin(ds, "un", "?unit=US&with=IL"))["data"]["pair"]
    assert len(pair["claims"]) == pair["differ"] == 5
    for claim in pair["claims"]:
        path, _, query = claim["url"].partition("?")
        rows = (await ds.client.get(f"{path}.json?_shape=array&{query}")).json()
        assert {row["country"]: row["stance"] for row in rows} == {"US": claim["a"], "IL": claim["b"]}


async def test_the_page_says_as_much_as_its_twin(make_datasette, un_db):
    ds = make_datasette(un_db)
    answer = await ds.client.get("/un/-/claims/agreement")
    data = (await twin(ds, "un"))["data"]
    assert data["unit_count"] == 193
    assert data["claim_count"] == 90
    for pair in data["heatmap"]["pairs"][:50]:
        assert f"S {decimal(pair['s'], 4)}, n = {pair['n']}" in answer.text
    assert "193 countries with a position on 90 claims" in answer.text


async def test_small_numbers_are_said_to_be_small(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    answer = await twin(ds, "claims")
    assert "No two of them share five claims" in answer["sentence"]
    assert all(pair["few"] for pair in answer["data"]["heatmap"]["pairs"])
    assert 'class="claims-few"' in (await ds.client.get("/claims/-/claims/agreement?unit=GB")).text


async def test_what_counts_is_a_choice(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    default = (await twin(ds, "claims", "?units=actor"))["data"]
    every = (await twin(ds, "claims", "?units=actor&basis__in=explicit,author_summary,inferred"))["data"]
    assert default["bases"] == ["explicit", "vote"]
    assert "author_summary" in every["bases"]
    assert every["unit_count"] > default["unit_count"]
    conn = sqlite3.connect(claims_db)
    sides = "stance in ('supports', 'disputes', 'mixed', 'neutral')"
    (expected,) = conn.execute(
        f"select count(distinct actor) from stances where basis = 'explicit' and {sides}"
    ).fetchone()
    conn.close()
    assert default["unit_count"] == expected


CHOSEN = [
    ("", {"explicit", "vote"}),
    ("basis=inferred", {"inferred"}),
    ("basis__in=explicit,inferred&basis__not=inferred", {"explicit"}),
    ("basis__notin=inferred,third_party", {"explicit", "author_summary", "vote"}),
]


@pytest.mark.parametrize(("query", "counted"), CHOSEN)
async def test_the_bases_that_count_are_told_and_can_be_changed(make_datasette, claims_db, query, counted):
    ds = make_datasette(claims_db)
    rest = "topic=iran-threat&_units=actor"
    assert set((await twin(ds, "claims", f"?{query}&{rest}"))["data"]["bases"]) == counted
    page = html.unescape((await ds.client.get(f"/claims/-/claims/agreement?{query}&{rest}")).text)
    line = re.search(r'aria-label="Which bases count">(.*?)</p>', page, re.DOTALL).group(1)
    assert line.count("✓") == len(counted)
    hrefs = re.findall(r'href="[^"?]*\?([^"]+)"', line)
    assert len(hrefs) == 5 - (len(counted) == 1)
    turned = [set((await twin(ds, "claims", f"?{href}"))["data"]["bases"]) for href in hrefs]
    assert all(len(each ^ counted) == 1 for each in turned)
    assert len({frozenset(each) for each in turned}) == len(hrefs)
    assert all("topic=iran-threat" in href and "_units=actor" in href for href in hrefs)
    assert "Topic:" in page
    assert "Basis:" not in page


async def test_a_view_has_one_url(make_datasette, un_db):
    ds = make_datasette(un_db)
    cited = [
        (await twin(ds, "un", query))["cite"]["url"]
        for query in ("?_unit=US&_units=country&_figure=s", "?figure=s&unit=US", "?_unit=US")
    ]
    assert set(cited) == {"http://localhost/un/-/claims/agreement?_unit=US&_as_of=2"}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("units=planet", "planet"),
        ("figure=luck", "luck"),
        ("unit=ZZ", "ZZ"),
        ("unit=US&with=ZZ", "ZZ"),
        ("with=US", "with"),
        ("nonsense=1", "nonsense"),
        ("basis=hearsay", "hearsay"),
        ("unit=%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;"),
        ("unit=%00", "unit"),
        ("date_start__gte=2019-02-30", "2019-02-30"),
    ],
)
async def test_what_does_not_fit_is_refused(make_datasette, un_db, query, told):
    ds = make_datasette(un_db)
    answer = await ds.client.get(f"/un/-/claims/agreement?{query}&country__in=US,GB")
    assert answer.status_code == 400
    assert told in answer.text
    assert "<script>alert" not in answer.text
    assert "country__in=US,GB" in answer.text or "country__in=GB,US" in answer.text


@pytest.mark.parametrize(
    ("value", "in_full", "in_cell", "shade"),
    [
        (0.8488, "0.85", ".85", "claims-heat-p4"),
        (-0.1, "−0.10", "−.10", "claims-heat-p0"),
        (1.0, "1.00", "1", "claims-heat-p5"),
        (-1.0, "−1.00", "−1", "claims-heat-n5"),
        (None, "–", "–", "claims-heat-none"),
    ],
)
def test_figures_are_written_for_people(value, in_full, in_cell, shade):
    assert (decimal(value), short(value), heat(value)) == (in_full, in_cell, shade)
    assert percent(0.8488) == "85 %"
