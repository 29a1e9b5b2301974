"""Attaching a text on the site: the text that was read or none, in one act that can be taken back."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from test_add_page import multipart

from datasette_claims.compat import IS_1
from datasette_claims.loading import check

DESK = "gulf-desk-2019-05-14"
HERE = "/claims/-/claims"
METADATA = {
    "plugins": {"datasette-claims": {"database": "claims", "upload_limit": 20_000}},
    "permissions": {"claims-annotate": {"id": "ann"}, "claims-admin": {"id": "boss"}},
}


@pytest.fixture(scope="module")
def standoff(claims_db, tmp_path_factory):
    """The reference case, in which a document has lost its text and kept the checksum; and the text."""
    path = shutil.copy(claims_db, tmp_path_factory.mktemp("standoff") / "claims.db")
    with closing(sqlite3.connect(path)) as conn, conn:
        text = conn.execute("select text from documents where id = ?", [DESK]).fetchone()[0]
        conn.execute("update documents set text = null, rights = 'withheld' where id = ?", [DESK])
    return path, text


@pytest.fixture
def site(make_datasette, standoff, tmp_path):
    return make_datasette(shutil.copy(standoff[0], tmp_path / "claims.db"), metadata=METADATA)


@pytest.fixture
def send(site, signed_in):
    async def sent(files=None, who="boss", form=True, **fields):
        cookies = signed_in(site, {"id": who}) if who else {}
        token = site.sign("a visitor", namespace="csrftoken")
        cookies |= {} if IS_1 else {"ds_csrftoken": token}
        fields["csrftoken"] = token if form else "made up"
        body, kind = multipart(fields, files or {})
        headers = {"content-type": kind, **({} if form or not IS_1 else {"origin": "https://elsewhere.example"})}
        return await site.client.post(f"{HERE}/attach/{DESK}", content=body, headers=headers, cookies=cookies)

    return sent


async def held(site):
    return (await site.get_database("claims").execute("select text from documents where id = ?", [DESK])).rows[0][0]


async def test_the_reading_page_has_the_form_for_those_who_may(site, signed_in):
    for who, there in (({"id": "boss"}, True), ({"id": "ann"}, False), (None, False)):
        page = await site.client.get(f"{HERE}/read/{DESK}", cookies=signed_in(site, who) if who else {})
        assert ('id="claims-attach"' in page.text) == there
        assert ("datasette claims attach claims.db" in page.text) == (not there)
        form = await site.client.get(f"{HERE}/attach/{DESK}", cookies=signed_in(site, who) if who else {})
        assert form.status_code == (200 if there else 403)


@pytest.mark.parametrize(
    ("way", "change"),
    [
        ("file", lambda text: text),
        ("pasted", lambda text: text.strip()),
        ("pasted", lambda text: f"\n{text}\n\n".replace("\n", "\r\n")),
    ],
)
async def test_the_text_that_was_read_is_attached_and_can_be_taken_back(
    site, send, standoff, signed_in, tmp_path, way, change
):
    text, boss = change(standoff[1]), signed_in(site, {"id": "boss"})
    answer = await send(**({"text": text} if way == "pasted" else {"files": {"file": ("a.txt", text.encode())}}))
    assert answer.status_code == 303, answer.text
    assert await held(site) == standoff[1]
    page = await site.client.get(answer.headers["location"], cookies=boss)
    assert "Saved." in page.text
    assert 'id="claims-attach"' not in page.text
    assert check(tmp_path / "claims.db") == []
    assert "The text is here already." in (await site.client.get(f"{HERE}/attach/{DESK}", cookies=boss)).text
    again = await send(text=text)
    assert again.headers["location"] == f"{HERE}/read/{DESK}"
    undo = {"action": re.search(r"_saved=([0-9]+)", answer.headers["location"])[1]}
    token = site.sign("a visitor", namespace="csrftoken")
    cookies = {**boss, **({} if IS_1 else {"ds_csrftoken": token})}
    undone = await site.client.post(f"{HERE}/undo", data={**undo, "csrftoken": token}, cookies=cookies)
    assert undone.status_code == 303, undone.text
    assert await held(site) is None


async def test_another_text_is_refused_and_what_was_pasted_is_kept(site, send, standoff):
    other = standoff[1].replace("general", "admiral")
    answer = await send(text=other)
    assert answer.status_code == 400
    assert "is not the one that" in answer.text
    assert "admiral" in answer.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert await held(site) is None


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "There is no text yet"),
        ({"text": "a", "files": {"file": ("a.txt", b"a")}}, "There is a pasted text as well"),
        ({"files": {"file": ("a.txt", b"\xff\xfea\x00")}}, "encoded in UTF-16"),
        ({"files": {"file": ("a.txt", b"x" * 20_001)}}, "larger than this site takes"),
    ],
)
async def test_what_cannot_be_taken_is_told_beside_the_field(site, send, sent, told):
    answer = await send(**sent)
    assert answer.status_code == 400
    assert told in answer.text
    assert await held(site) is None


@pytest.mark.parametrize(("who", "form"), [("ann", True), (None, True), ("boss", False)])
async def test_nobody_else_and_no_other_site_attaches(site, send, standoff, who, form):
    answer = await send(text=standoff[1], who=who, form=form)
    assert answer.status_code == 403
    assert await held(site) is None
