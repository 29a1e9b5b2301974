"""Later versions of a document: what became of earlier passages, who settles it, and what the reading page shows."""

import json
import sqlite3

import pytest
from reading_texts import add_document

from datasette_claims.compat import IS_1
from datasette_claims.loading import attach

HERE = "/claims/-/claims"
PASSAGE = "“We shall see whether they come,” a diplomat told reporters outside."
OLD = f"Ministers met on Monday in the old town.\n\n{PASSAGE}\n\nThe spokeswoman of the union declined to comment."
_FILLER = "\n\n".join(f"Paragraph number {n} talks about quite other things {n * 7}." for n in range(12))
TWICE = f"{_FILLER[:300]}\n\n{PASSAGE}\n\n{_FILLER[300:500]}\n\n{PASSAGE}\n\n{_FILLER[500:]}"
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims"}},
    "permissions": {"claims-annotate": {"id": "ann"}},
}


@pytest.fixture
def versions(claims_copy, tmp_path):
    """A document whose one passage stands twice in its second version; the path of the database."""
    start = OLD.index(PASSAGE)
    add_document(claims_copy, "talks", OLD, [(start, start + len(PASSAGE))])
    (tmp_path / "twice.txt").write_text(TWICE, encoding="utf-8")
    attach(claims_copy, "talks", tmp_path / "twice.txt", revision=True, who="tester")
    return claims_copy


def row(path, columns="*"):
    with sqlite3.connect(path) as conn:
        conn.row_factory = sqlite3.Row
        return dict(conn.execute(f"select {columns} from anchorings where subject = 'talks-m0'").fetchone())


async def settle(site, cookies, **fields):
    token = site.sign("a visitor", namespace="csrftoken")
    cookies = {**cookies, **({} if IS_1 else {"ds_csrftoken": token})}
    path = f"{HERE}/anchorings/talks-v2"
    return await site.client.post(path, data={"csrftoken": token, **fields}, cookies=cookies, follow_redirects=False)


async def test_a_person_settles_where_a_passage_stands(make_datasette, signed_in, versions):
    site = make_datasette(versions, metadata=METADATA)
    before = row(versions)
    assert before["state"] == "ambiguous"
    public = await site.client.get(f"{HERE}/anchorings/talks-v2")
    assert public.status_code == 200
    assert "Ambiguous" in public.text
    assert "It is here" not in public.text
    cookies = signed_in(site, {"id": "ann"})
    page = await site.client.get(f"{HERE}/anchorings/talks-v2", cookies=cookies)
    assert page.text.count("It is here</button>") == 4  # two places of the mention, two of its evidence
    start, end = json.loads(before["alternatives"])[0]
    fields = {"id": before["id"], "revision": before["revision"], "place": f"{start}-{end}"}
    assert (await settle(site, {}, **fields)).status_code == 403
    assert (await settle(site, signed_in(site, {"id": "eve"}), **fields)).status_code == 403
    assert (await settle(site, cookies, **{**fields, "place": "0-99999"})).status_code == 400
    assert row(versions) == before
    done = await settle(site, cookies, **fields)
    assert done.status_code == 303, done.text
    after = row(versions)
    assert (after["state"], after["span_start"], after["decided_by"]) == ("anchored", start, "ann")
    assert TWICE[start:end] == after["exact"]
    assert (await settle(site, cookies, **fields)).status_code == 409
    data = (await site.client.get(f"{HERE}/anchorings/talks-v2.json")).json()
    assert data["data"]["counts"] == {"ambiguous": 1, "anchored": 1}


async def test_the_later_version_shows_what_was_read_in_the_earlier_one_and_says_so(make_datasette, versions):
    site = make_datasette(versions, metadata=METADATA)
    ambiguous = await site.client.get(f"{HERE}/read/talks-v2")
    assert 'id="m-talks-m0"' not in ambiguous.text
    found = row(versions)
    start, end = json.loads(found["alternatives"])[1]
    from datasette_claims.loading.reanchoring import decide
    from datasette_claims.loading.writing import apply_changes

    with sqlite3.connect(versions, isolation_level=None) as conn:
        apply_changes(conn, [decide(conn, found["id"], f"{start}-{end}", "ann", found["revision"])], "ann")
    page = await site.client.get(f"{HERE}/read/talks-v2")
    assert 'id="m-talks-m0"' in page.text
    assert "Read in" in page.text
    assert "an earlier version" in page.text
    assert "a person chose the place" in page.text
    data = (await site.client.get(f"{HERE}/read/talks-v2.json")).json()
    assert data["data"]["mentions"] == []
    carried = data["data"]["carried"]
    assert [(one["id"], one["version"], one["state"], one["start"]) for one in carried] == [
        ("talks-m0", "talks", "anchored", start)
    ]
    assert "One more passage was marked in an earlier version and stands here too." in data["sentence"]
    old = (await site.client.get(f"{HERE}/read/talks.json")).json()["data"]
    assert [one["start"] for one in old["mentions"]] == [OLD.index(PASSAGE)]
    assert old["carried"] == []


async def test_changed_passages_show_their_difference_and_gone_ones_their_words(make_datasette, claims_db):
    site = make_datasette(claims_db)
    page = (await site.client.get(f"{HERE}/anchorings/gulf-desk-2019-05-14-revised")).text
    data = (await site.client.get(f"{HERE}/anchorings/gulf-desk-2019-05-14-revised.json")).json()["data"]
    assert sum(data["counts"].values()) == len(data["passages"]) == 35
    assert "<ins>" in page
    assert "<del>" in page
    for passage in data["passages"]:
        assert (passage["after"]["start"] is None) == (passage["state"] in ("orphan", "ambiguous"))
        assert passage["before"]["words"]
    missing = await site.client.get(f"{HERE}/anchorings/none")
    assert missing.status_code == 404


@pytest.mark.parametrize("table", ["mentions", "anchorings", "documents"])
async def test_a_private_table_closes_the_page(make_datasette, claims_db, table):
    private = {"databases": {"claims": {"tables": {table: {"allow": {"id": "alice"}}}}}}
    answer = await make_datasette(claims_db, metadata=private).client.get(
        f"{HERE}/anchorings/gulf-desk-2019-05-14-revised"
    )
    assert answer.status_code == 403
