"""The contradictions page: exactly the splits that the reference answers name, with the words of both sides."""

import csv
import io

import pytest

from datasette_claims.loading import Options, load

URL = "/claims/-/claims/contradictions"
SUMMED = "?basis__in=explicit,author_summary"


async def kinds(ds, query="", database="claims"):
    answer = await ds.client.get(f"/{database}/-/claims/contradictions.json{query}")
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group for group in answer.json()["data"]["kinds"]}


async def test_exactly_one_country_is_split(make_datasette, claims_db):
    (entry,) = (await kinds(make_datasette(claims_db), SUMMED))["country"]["entries"]
    assert (entry["unit"], entry["claim"]) == ("GB", "threat-increasing")
    sides = {side["stance"]: {each["actor"] for each in side["stances"]} for side in entry["sides"]}
    assert sides == {"supports": {"jeremy-hunt"}, "disputes": {"chris-ghika"}}


async def test_no_country_is_split_between_its_representatives(make_datasette, claims_db):
    found = await kinds(make_datasette(claims_db), SUMMED)
    assert found["represents"]["total"] == 0
    assert found["actor"]["total"] == 0


async def test_both_sides_are_told_in_their_words(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get(URL + SUMMED)).text
    assert "We share the same assessment of the heightened threat posed by Iran." in page
    assert "no increased threat from Iranian backed forces" in page
    assert "one split inside a country" in page


async def test_a_headline_against_its_body(make_datasette, claims_db):
    entries = (await kinds(make_datasette(claims_db)))["headline"]["entries"]
    nbc = [entry for entry in entries if entry["document"] == "nbc-2019-05-16"]
    assert [(entry["claim"], entry["side"], entry["opposite"]) for entry in nbc] == [
        ("threat-increasing", "disputes", 1)
    ]
    assert {each["actor"] for each in nbc[0]["sides"][0]["stances"]} == {"jeremy-hunt"}


def table(path, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.fixture
def turned(tmp_path):
    """Somebody who changes sides, and a ministry whose two people disagree."""
    table(
        tmp_path / "actors.csv",
        [{"id": id, "name": id.title(), "kind": "person", "country": "FR"} for id in ("first", "second", "ministry")],
    )
    table(tmp_path / "claims.csv", [{"id": id, "text": f"Claim {id}.", "kind": "factual"} for id in ("war", "peace")])
    stance = {"basis": "vote", "organization": "ministry"}
    table(
        tmp_path / "stances.csv",
        [
            {"id": "a", "claim": "war", "actor": "first", "stance": "supports", "date_start": "2019-05-03", **stance},
            {"id": "b", "claim": "war", "actor": "first", "stance": "disputes", "date_start": "2019-05-16", **stance},
            {"id": "c", "claim": "peace", "actor": "first", "stance": "supports", "date_start": "2019-05-03", **stance},
            {
                "id": "d",
                "claim": "peace",
                "actor": "second",
                "stance": "disputes",
                "date_start": "2019-05-03",
                **stance,
            },
        ],
    )
    load(tmp_path / "turned.db", [tmp_path], Options())
    return tmp_path / "turned.db"


async def test_a_change_of_position_has_both_dates(make_datasette, turned):
    ds = make_datasette(turned)
    found = await kinds(ds, database="turned")
    (change,) = found["change"]["entries"]
    assert [(side["stance"], side["date"]) for side in change["sides"]] == [
        ("supports", "2019-05-03"),
        ("disputes", "2019-05-16"),
    ]
    assert [entry["claim"] for entry in found["organization"]["entries"]] == ["peace"]
    assert [entry["claim"] for entry in found["actor"]["entries"]] == ["war"]
    page = (await ds.client.get("/turned/-/claims/contradictions?_kind=change")).text
    assert "3 May 2019" in page
    assert "16 May 2019" in page
    assert "Inside a country" not in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("_kind=fight", "fight"),
        ("country=ZZ", "ZZ"),
        ("nonsense=1", "nonsense"),
        ("_kind=%3Cscript%3E", "&lt;script&gt;"),
    ],
)
async def test_what_does_not_fit_is_refused(make_datasette, claims_db, query, told):
    answer = await make_datasette(claims_db).client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert told in answer.text


async def test_headlines_stay_closed_with_the_documents(make_datasette, claims_db):
    metadata = {"databases": {"claims": {"tables": {"documents": {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    found = await kinds(ds)
    assert found["headline"]["entries"] == []
    assert "Trump administration's Iran threat claim disputed" not in (await ds.client.get(URL)).text
