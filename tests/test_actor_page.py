"""The actor page: roles, who speaks for whom, stances with words, changes of position, agreement, what is closed."""

import re

import pytest

from datasette_claims.loading import Options, load

URL = "/claims/-/claims/actor/"


async def twin(ds, id, query="", database="claims"):
    answer = await ds.client.get(f"/{database}/-/claims/actor/{id}.json?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_roles_and_for_whom_an_actor_speaks(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    data = (await twin(ds, "chris-ghika"))["data"]
    held = {(row["role"], row["actor"]) for row in data["roles"]["held"]}
    assert held == {
        ("Deputy Commander", "cjtf-oir"),
        ("deputy commander", "global-coalition"),
        ("Major General (British)", None),
    }
    assert [(each["id"], each["statements"]) for each in data["relations"]["speaks_for"]] == [("cjtf-oir", 4)]
    other = (await twin(ds, "cjtf-oir"))["data"]
    assert [each["id"] for each in other["relations"]["through"]] == ["chris-ghika"]
    assert [row["actor"] for row in other["roles"]["people"]] == ["chris-ghika"]
    page = words((await ds.client.get(URL + "cjtf-oir")).text)
    assert "by one actor who speaks for it or within it" in page
    bodies = (await twin(ds, "us-government"))["data"]["relations"]["bodies"]
    assert {"us-army", "us-senate", "us-state-department"} == {each["id"] for each in bodies}


async def test_every_stance_with_its_words(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    told = await twin(ds, "jeremy-hunt")
    assert told["sentence"] == "Three stances on two claims: three in support. Two of them explicit."
    assert "We share the same assessment of the heightened threat posed by Iran." in {
        record["said"]["content"] for record in told["data"]["own"]["shown"]
    }
    page = (await ds.client.get(URL + "jeremy-hunt")).text
    assert "We share the same assessment of the heightened threat posed by Iran." in page
    assert "/claims/-/claims/statement/hunt-same-assessment" in page
    assert "#a-hunt-same-assessment" in page


async def test_what_others_tell_stands_apart(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    data = (await twin(ds, "europeans"))["data"]
    told = {(record["claim"], record["attributed_by"]) for record in data["told_by_others"]["shown"]}
    assert ("crisis-manufactured", "sanam-vakil") in told
    assert all(record["basis"] != "third_party" for record in data["own"]["shown"])
    assert "What others say of them" in (await ds.client.get(URL + "europeans")).text


async def test_statements_that_address_an_actor(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    said = (await twin(ds, "mike-pompeo"))["data"]["addressed"]
    assert said["count"] == 2
    assert {each["id"] for each in said["shown"]} == {"hunt-spoke-with-pompeo", "maas-warns-pompeo"}
    assert "Said to them" in (await ds.client.get(URL + "mike-pompeo")).text


async def test_agreement_leads_to_its_page(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    (other,) = (await twin(ds, "jeremy-hunt"))["data"]["agreement"]["shown"]
    assert (other["id"], other["n"], other["agree"], other["few"]) == ("trump-administration", 1, 1.0, True)
    pair = (await ds.client.get(other["url"].replace("agreement?", "agreement.json?"))).json()["data"]["pair"]
    assert (pair["n"], pair["agree"], pair["s"]) == (other["n"], other["agree"], other["s"])


@pytest.fixture(scope="module")
def changing_db(tmp_path_factory):
    """An actor who supports, later disputes; 45 more stances of another; hostile names."""
    folder = tmp_path_factory.mktemp("changing")
    actors = ["id,name,kind", "a,Minister A,person", "b,<script>alert(1)</script>,person", "o,Office O,organization"]
    claims = ["id,text,kind", *(f"k{i},Claim {i}.,factual" for i in range(46))]
    statements = [
        "id,content,wording,speaker,organization,kind,date_start,date_end",
        "s1,The bridge is safe.,verbatim,a,o,utterance,2019-05-03,2019-05-03",
        "s2,The bridge is not safe.,verbatim,a,o,utterance,2019-05-16,2019-05-16",
    ]
    stances = [
        "id,claim,actor,stance,basis,statement",
        "t1,k0,a,supports,explicit,s1",
        "t2,k0,a,disputes,explicit,s2",
        *(f"b{i},k{i},b,supports,explicit," for i in range(1, 46)),
    ]
    for name, lines in {"actors": actors, "claims": claims, "statements": statements, "stances": stances}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(folder / "changing.db", [folder], Options())
    return folder / "changing.db"


async def test_a_change_of_position_is_dated_and_both_sides_are_quoted(make_datasette, changing_db):
    ds = make_datasette(changing_db)
    told = await twin(ds, "a", database="changing")
    assert told["sentence"].endswith("One change of position.")
    (change,) = told["data"]["changes"]["shown"]
    assert (change["before"]["stance"], change["before"]["date"]) == ("supports", "2019-05-03")
    assert (change["after"]["stance"], change["after"]["date"]) == ("disputes", "2019-05-16")
    assert change["before"]["shown"][0]["said"]["content"] == "The bridge is safe."
    page = words((await ds.client.get("/changing/-/claims/actor/a")).text)
    assert "From ▲ Supports on 3 May 2019 to ▼ Disputes on 16 May 2019" in page
    office = words((await ds.client.get("/changing/-/claims/actor/o")).text)
    assert "Two stances by one actor who speaks for it or within it" in office


async def test_many_stances_are_paged(make_datasette, changing_db):
    ds = make_datasette(changing_db)
    seen = []
    for number in (1, 2, 3):
        shown = (await twin(ds, "b", f"_page={number}", "changing"))["data"]["own"]["shown"]
        seen += [record["id"] for record in shown]
    assert len(seen) == len(set(seen)) == 45
    page = (await ds.client.get("/changing/-/claims/actor/b?_page=2")).text
    assert "21–40 of 45" in page
    assert "<script>alert(1)" not in page
    assert "actor/b?_page=3" in page
    past = await ds.client.get("/changing/-/claims/actor/b?_page=9")
    assert past.status_code == 200
    assert "past the last" in past.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("actor=john-bolton", "on one actor"),
        ("_page=0", "is no page"),
        ("_page=~00", "is no page"),
        ("nonsense=1", "nonsense"),
        ("claim=%3Cscript%3E", "&lt;script&gt;"),
    ],
)
async def test_what_does_not_fit_is_refused(make_datasette, claims_db, query, told):
    answer = await make_datasette(claims_db).client.get(f"{URL}jeremy-hunt?{query}&country=GB")
    assert answer.status_code == 400
    assert told in answer.text
    assert "country=GB" in answer.text


async def test_filters_narrow_the_stances(make_datasette, claims_db):
    data = (await twin(make_datasette(claims_db), "jeremy-hunt", "basis=explicit&claim=threat-increasing"))["data"]
    assert [record["id"] for record in data["own"]["shown"]] == ["threat-increasing--jeremy-hunt"]


@pytest.mark.parametrize("id", ["nobody", "%3Cscript%3Ealert(1)%3C~2Fscript%3E", "~00"])
async def test_an_unknown_actor_says_what_to_do(make_datasette, claims_db, id):
    answer = await make_datasette(claims_db).client.get(URL + id)
    assert answer.status_code == 404
    assert "search the actors" in answer.text
    assert "<script>alert" not in answer.text


CLOSED = {
    "memberships": ("roles", "Major General (British)"),
    "statements": ("relations", "There's been no increased threat".replace("'", "&#39;")),
    "documents": (None, "claim disputed by foreign officials"),
    "countries": (None, "United Kingdom"),
}


@pytest.mark.parametrize("table", CLOSED)
async def test_what_stands_in_a_closed_table_is_not_shown(make_datasette, claims_db, table):
    key, told = CLOSED[table]
    assert told in (await make_datasette(claims_db).client.get(URL + "chris-ghika")).text
    metadata = {"databases": {"claims": {"tables": {table: {"allow": {"id": "editor"}}}}}}
    ds = make_datasette(claims_db, metadata=metadata)
    for format in ("", ".json"):
        answer = await ds.client.get(URL + "chris-ghika" + format)
        assert answer.status_code == 200
        assert told not in answer.text, format
        assert told.replace("&#39;", "'") not in answer.text, format
    if key:
        assert (await twin(ds, "chris-ghika"))["data"][key] is None


@pytest.mark.parametrize("closed", ["actors", "claims", "stances", None])
async def test_a_closed_table_or_database_closes_the_page(make_datasette, claims_db, closed):
    allow = {"allow": {"id": "editor"}}
    metadata = {"databases": {"claims": {"tables": {closed: allow}} if closed else allow}}
    for format in ("", ".json"):
        answer = await make_datasette(claims_db, metadata=metadata).client.get(f"{URL}chris-ghika{format}")
        assert answer.status_code == 403
        assert "Ghika" not in answer.text
