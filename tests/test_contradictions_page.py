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


async def test_what_a_headline_rests_on_is_said_as_on_the_claim(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    audits = [entry["audit"] for entry in (await kinds(ds))["headline"]["entries"]]
    assert (
        "“disputed by foreign officials” rests on no explicit named dispute, one explicit named support, "
        in (audits[0]["sentence"])
    )
    (own,) = (await ds.client.get("/claims/-/claims/claim/threat-increasing.json")).json()["data"]["audit"]
    assert audits[0]["sentence"] == own["sentence"]


async def test_the_best_known_voice_comes_first(make_datasette, claims_db):
    (entry,) = (await kinds(make_datasette(claims_db)))["country"]["entries"]
    disputes = next(side for side in entry["sides"] if side["stance"] == "disputes")
    assert [each["basis"] for each in disputes["stances"]] == ["author_summary", "inferred"]


async def test_filters_are_chips_and_stay_with_the_kind(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    page = (await ds.client.get(URL + "?country=GB&_kind=country")).text
    assert "Remove the filter" in page
    assert "contradictions?_kind=country" in page
    assert 'aria-current="true">explicit and author’s summary' in (await ds.client.get(URL + SUMMED)).text
    none = (await ds.client.get(URL + "?country=IQ")).text
    assert "None on record" in none


async def test_more_voices_stand_in_the_cell_of_the_comparison(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    (entry,) = (await kinds(ds, SUMMED))["country"]["entries"]
    cell = (await ds.client.get(entry["url"].replace("cell?", "cell.json?"))).json()
    assert cell["data"]["stances"] == sum(side["count"] for side in entry["sides"])


async def test_an_earlier_revision_has_every_kind(make_datasette, turned, tmp_path):
    (tmp_path / "later").mkdir()
    table(
        tmp_path / "later" / "stances.csv",
        [{"id": "e", "claim": "war", "actor": "second", "stance": "disputes", "basis": "vote"}],
    )
    ds = make_datasette(turned)
    first = (await ds.client.get("/turned/-/claims/contradictions.json")).json()["cite"]["revision"]
    load(turned, [tmp_path / "later"], Options())
    ds = make_datasette(turned)
    assert (await kinds(ds, database="turned"))["headline"].get("closed") is None
    then = await kinds(ds, f"?_as_of={first}", "turned")
    assert then["headline"].get("closed") is None
    assert then["change"]["total"] == 1


async def test_headlines_stay_closed_with_the_documents(make_datasette, claims_db):
    metadata = {"databases": {"claims": {"tables": {"documents": {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    found = await kinds(ds)
    assert found["headline"]["entries"] == []
    assert "Trump administration's Iran threat claim disputed" not in (await ds.client.get(URL)).text
