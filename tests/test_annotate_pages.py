"""The pages that write: who may, what is refused, that nothing typed is lost, and that nothing is overwritten."""

import asyncio
import json
import re
import sqlite3
from html import unescape
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from datasette_claims import compat
from datasette_claims.compat import IS_1
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.pages.annotate_draft import around
from datasette_claims.pages.annotate_roles import at_the_time

DESK = "gulf-desk-2019-05-14"
SHIPS = "almira-official-traffic-normal--gulf-desk-2019-05-14--body"
ANN, RITA, EVE = {"id": "ann"}, {"id": "rita"}, {"id": "eve"}
BASE = "/claims/-/claims/"


def about(**database):
    given = {
        "claims-annotate": {"id": ["ann", "rita"]},
        "claims-review": {"id": "rita"},
        "claims-admin": {"id": "rita"},
    }
    return {
        "plugins": {"datasette-claims": {"database": "claims"}},
        "databases": {"claims": {"permissions": given, **database}},
    }


@pytest.fixture
def site(make_datasette, claims_copy, signed_in):
    """A site with two people who may write; call ``get`` and ``post`` with a path and who asks."""
    return Site(make_datasette(claims_copy, metadata=about()), signed_in, claims_copy)


class Site:
    def __init__(self, datasette, signed_in, path):
        self.datasette, self.signed_in, self.path = datasette, signed_in, path

    def cookies(self, actor):
        return self.signed_in(self.datasette, actor) if actor else {}

    async def get(self, path, actor=ANN, **options):
        return await self.datasette.client.get(BASE + path, cookies=self.cookies(actor), **options)

    async def post(self, path, data, actor=ANN, headers=None, token=True):
        cookies, data = self.cookies(actor), dict(data)
        if not IS_1 and token:
            # The token of 0.65 stands in a cookie and in the form.
            page = await self.datasette.client.get(BASE + f"annotate/{DESK}?start=0&end=9", cookies=self.cookies(ANN))
            cookies["ds_csrftoken"] = page.cookies["ds_csrftoken"]
            data["csrftoken"] = page.cookies["ds_csrftoken"]
        body = urlencode(data, doseq=True)
        sent = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return await self.datasette.client.post(BASE + path, content=body, headers=sent, cookies=cookies)

    async def post_json(self, path, data, actor=ANN, headers=None):
        cookies, sent = self.cookies(actor), {"content-type": "application/json", **(headers or {})}
        if not IS_1:
            page = await self.datasette.client.get(BASE + f"annotate/{DESK}?start=0&end=9", cookies=self.cookies(ANN))
            cookies["ds_csrftoken"] = sent["x-csrftoken"] = page.cookies["ds_csrftoken"]
        return await self.datasette.client.post(BASE + path, content=json.dumps(data), headers=sent, cookies=cookies)

    def one(self, sql, *values):
        conn = sqlite3.connect(self.path)
        try:
            return conn.execute(sql, values).fetchone()
        finally:
            conn.close()

    def revision(self):
        return self.one("select max(id) from revisions")[0]


def passage(site, words="We're aware of their presence, clearly, and we monitor them", **more):
    text = site.one("select text from documents where id = ?", DESK)[0]
    start = text.index(words)
    given = {"report_type": "direct", "content": words, "speaker": "Christopher Ghika", "cue": "said"}
    return {"start": start, "end": start + len(words), "exact": words, **given, **more}


def value(html, name):
    """What stands in a field of a form."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', html) or re.search(
        rf'<textarea[^>]* name="{name}"[^>]*>\n?([^<]*)</textarea>', html
    )
    return unescape(found[1])


@pytest.mark.parametrize(("actor", "status"), [(None, 403), (EVE, 403), (ANN, 200)], ids=["anybody", "eve", "ann"])
@pytest.mark.parametrize(
    "path",
    [
        f"annotate/{DESK}",
        f"annotate/{DESK}?start=0&end=20",
        f"edit/mentions/{SHIPS}",
        "new/claims",
        "split/statements/ghika-no-increased-threat",
        "merge/actors/chris-ghika",
        "delete/claims/threat-increasing",
        "restore/claims/threat-increasing",
        "undo",
    ],
)
async def test_only_who_may_annotate_sees_the_forms(site, path, actor, status):
    answer = await site.get(path, actor)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("metadata", "options", "said"),
    [
        (about(), {"immutables": True}, "immutable"),
        ({**about(), "plugins": {}}, {}, "served for reading only"),
    ],
)
async def test_a_database_that_is_not_to_be_written_is_not(
    make_datasette, claims_copy, signed_in, metadata, options, said
):
    if options:
        from datasette.app import Datasette

        given = {"metadata": metadata, **({"config": metadata} if IS_1 else {})}
        ds = Datasette([], immutables=[str(claims_copy)], **given)
    else:
        ds = make_datasette(claims_copy, metadata=metadata)
    answer = await ds.client.get(f"{BASE}annotate/{DESK}", cookies=signed_in(ds, ANN))
    assert answer.status_code == 403
    assert said in answer.text
    shown = await ds.client.get(f"{BASE}read/{DESK}", cookies=signed_in(ds, ANN))
    assert (shown.status_code, "data-annotate=" in shown.text) == (200, False)


@pytest.mark.parametrize(
    ("closed", "path"),
    [
        ("statements", f"annotate/{DESK}"),
        ("claims", "edit/claims/threat-increasing"),
        ("actors", "suggest/actors?q=gh"),
        ("memberships", "suggest/roles?actor=chris-ghika"),
        ("revisions", "changes"),
        ("revisions", "history/claims/threat-increasing"),
        ("claims", "history/claims/threat-increasing"),
        ("claims", "delete/claims/threat-increasing"),
        ("actors", "merge/actors/chris-ghika"),
    ],
)
async def test_a_closed_table_closes_what_shows_or_changes_it(make_datasette, claims_copy, signed_in, closed, path):
    ds = make_datasette(claims_copy, metadata=about(tables={closed: {"allow": {"id": "rita"}}}))
    assert (await ds.client.get(BASE + path, cookies=signed_in(ds, ANN))).status_code == 403
    assert (await ds.client.get(BASE + path, cookies=signed_in(ds, RITA))).status_code == 200


async def test_recent_changes_leave_out_tables_that_the_viewer_may_not_see(make_datasette, claims_copy, signed_in):
    ds = make_datasette(claims_copy, metadata=about(tables={"claims": {"allow": {"id": "rita"}}}))
    site = Site(ds, signed_in, claims_copy)
    answer = await site.post("edit/claims/threat-increasing", {"text": "A secret wording."}, RITA)
    assert answer.status_code == 303
    for path in ("changes", "changes.json", "changes.atom"):
        assert "threat-increasing" in (await site.get(path, RITA)).text
        assert "threat-increasing" not in (await site.get(path, ANN)).text
        assert "secret wording" not in (await site.get(path, ANN)).text


async def test_a_passage_is_saved_shown_and_taken_back(site):
    answer = await site.post(f"annotate/{DESK}", passage(site))
    assert answer.status_code == 303
    target = answer.headers["location"]
    assert target.startswith(f"{BASE}read/{DESK}?annotation=")
    shown = await site.datasette.client.get(target, cookies=site.cookies(ANN))
    assert shown.status_code == 200
    assert "Saved." in shown.text
    assert 'data-word="draft"' in shown.text
    action = re.search(r"_saved=(\d+)", target)[1]
    assert site.one("select who, note from revisions where id = ?", action) == ("ann", "marked a passage")
    before = site.one("select count(*) from statements")[0]
    undone = await site.post("undo", {"action": action, "next": f"{BASE}read/{DESK}"})
    assert undone.headers["location"].startswith(f"{BASE}read/{DESK}?_undone=")
    assert site.one("select count(*) from statements")[0] == before - 1
    redone = await site.post("redo", {})
    assert redone.status_code == 303
    assert site.one("select count(*) from statements")[0] == before


@pytest.mark.parametrize("actor", [ANN, RITA, None])
async def test_the_reading_page_says_how_many_drafts_wait_and_leads_those_who_decide_to_them(site, actor):
    waiting = re.compile(r"drafts? of this document|waits? for review")
    assert not waiting.search((await site.get(f"read/{DESK}", actor)).text)
    await site.post(f"annotate/{DESK}", passage(site))
    shown = (await site.get(f"read/{DESK}", actor)).text
    queue = f"{BASE}review?document={DESK}"
    assert (f'<a href="{queue}">Review the draft of this document</a>' in shown) == (actor == RITA)
    assert ("1 draft of this document waits for review." in shown) == (actor == ANN)
    assert bool(waiting.search(shown)) == (actor is not None)
    if actor == RITA:
        assert "1 of 1" in (await site.get(f"review?document={DESK}", RITA)).text


@pytest.mark.parametrize("page", ["undo", "changes"])
async def test_what_an_act_did_is_told_in_words_and_not_in_ids(site, page):
    words = "We're aware of their presence, clearly, and we monitor them"
    await site.post(f"annotate/{DESK}", passage(site, words))
    shown = unescape(re.sub(r"<[^>]*>", "", (await site.get(page)).text))
    assert f"added statement: {words}" in shown
    assert f"added mention: {words}" in shown
    assert re.search("1 statement, 1 mention and|[0-9] pieces? of evidence", shown)
    if page == "undo":
        assert not re.search(r"added evidence|--", shown)


async def test_drafts_are_for_annotators_and_for_those_who_ask(site):
    await site.post(f"annotate/{DESK}", passage(site))
    (id,) = site.one("select id from mentions where status = 'draft'")
    assert id in (await site.get(f"read/{DESK}")).text
    assert id not in (await site.get(f"read/{DESK}", None)).text
    assert id in (await site.get(f"read/{DESK}?status=draft", None)).text
    assert id in (await site.get(f"read/{DESK}?status__in=draft,reviewed", None)).text
    assert id not in (await site.get(f"read/{DESK}?status=reviewed")).text


async def test_nothing_typed_is_lost_when_something_is_wrong(site):
    form = passage(site, speaker="Nobody “Known” <b>", note="kept & safe", **{"claim-1": "A new claim"})
    answer = await site.post(f"annotate/{DESK}", form)
    assert answer.status_code == 400
    for name in ("speaker", "note", "claim-1", "cue", "content", "start"):
        assert value(answer.text, name) == str(form[name])
    assert "no actor has this name" in answer.text.lower()
    assert "there is no such claim" in answer.text.lower()
    assert "<b>" not in answer.text.replace("<b>", "", answer.text.count("<b>A")).split("<form")[1].split("</form")[0]


async def test_nothing_typed_is_lost_when_the_session_has_ended(site):
    before = site.revision()
    answer = await site.post(f"annotate/{DESK}", passage(site, note="kept"), actor=None)
    assert answer.status_code == 403
    assert "You are not signed in" in answer.text
    assert value(answer.text, "note") == "kept"
    assert site.revision() == before


async def test_nothing_typed_is_lost_while_somebody_else_writes(site, monkeypatch):
    async def locked(db, change):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(compat, "write", locked)
    answer = await site.post(f"annotate/{DESK}", passage(site, note="kept"))
    assert answer.status_code == 503
    assert value(answer.text, "note") == "kept"
    told = await site.post_json(f"annotate/{DESK}", passage(site))
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")


async def test_a_form_that_is_sent_twice_is_saved_once(site):
    form = passage(site, key="abc")
    first = await site.post(f"annotate/{DESK}", form)
    before = site.revision()
    again = await site.post(f"annotate/{DESK}", form)
    assert again.headers["location"] == first.headers["location"]
    assert site.revision() == before


async def test_another_row_for_a_stance_saves_nothing(site):
    before = site.revision()
    answer = await site.post(f"annotate/{DESK}", passage(site, more="1", **{"claim-1": "threat-increasing"}))
    assert answer.status_code == 200
    assert 'name="claim-2"' in answer.text
    assert site.revision() == before


@pytest.mark.parametrize("site_of_origin", ["cross-site", "same-site"])
async def test_a_form_on_another_site_writes_nothing(site, site_of_origin):
    before = site.revision()
    sent = {"sec-fetch-site": site_of_origin, "origin": "https://evil.example"}
    answer = await site.post(f"annotate/{DESK}", passage(site), headers=sent)
    assert answer.status_code == 403
    if not IS_1:
        assert (await site.post(f"annotate/{DESK}", passage(site), token=False)).status_code == 403
    assert site.revision() == before


async def test_programs_send_json_and_are_answered_in_json(site):
    answer = await site.post_json(f"annotate/{DESK}", passage(site, mark=[]))
    assert answer.status_code == 200
    told = answer.json()
    assert told["ok"] is True
    assert site.one("select statement from mentions where id = ?", told["mention"]) is not None
    wrong = await site.post_json(f"annotate/{DESK}", passage(site, speaker="Nobody Known"))
    assert wrong.status_code == 400
    assert [problem["column"] for problem in wrong.json()["problems"]] == ["speaker"]
    assert (await site.post_json(f"annotate/{DESK}", passage(site), actor=EVE)).status_code == 403
    assert (await site.post_json("undo", [1])).status_code == 400


async def test_two_people_change_one_row_and_neither_loses_anything(site):
    (revision, text, note) = site.one("select revision, text, note from claims where id = 'threat-increasing'")
    first = await site.post("edit/claims/threat-increasing", {"text": "Ann's wording.", "revision": revision})
    assert first.status_code == 303
    mine = {"text": "Rita's wording.", "note": "Rita's note.", "revision": revision}
    stale = await site.post("edit/claims/threat-increasing", mine, RITA)
    assert stale.status_code == 409
    assert "ann changed this row while you were editing it" in stale.text
    versus = unescape(stale.text.split("claims-versus")[1].split("</table>")[0])
    for shown in (text, "Ann's wording.", "Rita's wording.", "Rita's note."):
        assert shown in versus
    assert value(stale.text, "text") == "Rita's wording."
    again = {**mine, "revision": value(stale.text, "revision"), "choose-text": "theirs"}
    assert (await site.post("edit/claims/threat-increasing", again, RITA)).status_code == 303
    now = site.one("select text, note from claims where id = 'threat-increasing'")
    assert now == ("Ann's wording.", "Rita's note.")
    assert note != "Rita's note."


async def test_of_many_who_save_at_once_one_is_first_and_none_is_overwritten(site):
    (revision,) = site.one("select revision from claims where id = 'threat-increasing'")
    sent = {"if-match": str(revision)}
    path = "edit/claims/threat-increasing"
    answers = await asyncio.gather(
        *(site.post_json(path, {"text": f"Wording {n}."}, RITA if n % 2 else ANN, sent) for n in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
    assert site.one("select text from claims where id = 'threat-increasing'") == (f"Wording {won}.",)


async def test_a_program_says_which_revision_it_saw(site):
    (revision,) = site.one("select revision from claims where id = 'threat-increasing'")
    path, sent = "edit/claims/threat-increasing", {"if-match": f'"{revision}"'}
    assert (await site.post_json(path, {"text": "One."}, headers=sent)).status_code == 200
    stale = await site.post_json(path, {"text": "Two."}, headers=sent)
    assert (stale.status_code, stale.json()["ok"]) == (409, False)
    assert stale.json()["data"]["row"]["text"] == "One."
    assert (await site.post_json(path, {"text": "Two."}, headers={"if-match": '"x"'})).status_code == 400


async def test_borders_are_moved_by_their_words(site):
    words = "one harbour official at Port Almira told Gulf Desk"
    (revision,) = site.one("select revision from mentions where id = ?", SHIPS)
    form = {"what": "borders", "revision": revision, "exact": words}
    assert (await site.post(f"edit/mentions/{SHIPS}", form)).status_code == 303
    assert site.one("select quote, statement from mentions where id = ?", SHIPS)[0] == words
    assert site.one("select count(*) from evidence where mention = ?", SHIPS) == (0,)
    cue = site.one("select cue from mentions where id = ?", SHIPS)[0]
    wrong = await site.post(f"edit/mentions/{SHIPS}", {"what": "borders", "exact": "not there"})
    assert wrong.status_code == 400
    assert value(wrong.text, "exact") == "not there"
    assert value(wrong.text, "cue") == cue  # the form above it still has the row


def borders_form(html):
    """The fields of the form that moves the borders, as a browser would send them; all parts are ticked."""
    form = html.split('id="claims-move"')[1].split("</form>")[0]
    named = {name: value(form, name) for name in ("what", "revision", "parts", "exact")}
    return {**named, "mark": [unescape(mark) for mark in re.findall(r'name="mark" value="([^"]*)" checked', form)]}


async def test_of_two_who_move_borders_the_second_sees_both_passages(site):
    before = site.one("select quote from mentions where id = ?", SHIPS)[0]
    first = borders_form((await site.get(f"edit/mentions/{SHIPS}")).text)
    theirs, mine = "one harbour official at Port Almira told Gulf Desk", "Ships are coming and going"
    assert (await site.post(f"edit/mentions/{SHIPS}", {**first, "exact": theirs, "mark": []})).status_code == 303
    stale = await site.post(f"edit/mentions/{SHIPS}", {**first, "exact": mine}, RITA)
    assert stale.status_code == 409
    assert "ann changed this row while you were editing it" in stale.text
    versus = unescape(stale.text.split("claims-versus")[1].split("</table>")[0])
    for shown in (before, theirs, mine):
        assert shown in versus
    again = borders_form(stale.text)
    assert again["exact"] == mine
    assert (await site.post(f"edit/mentions/{SHIPS}", again, RITA)).status_code == 303
    assert site.one("select quote from mentions where id = ?", SHIPS)[0] == mine


async def test_a_part_that_somebody_added_meanwhile_is_not_removed_with_those_that_were_not_ticked(site):
    parts = "select id, part, quote from evidence where mention = ? order by id"
    first = borders_form((await site.get(f"edit/mentions/{SHIPS}")).text)
    added = {**first, "new-part": "date", "new-words": "last month"}
    assert (await site.post(f"edit/mentions/{SHIPS}", added)).status_code == 303
    unticked = {**first, "mark": first["mark"][1:]}
    stale = await site.post(f"edit/mentions/{SHIPS}", unticked, RITA)
    assert stale.status_code == 409
    assert "ann changed the parts of this mention" in stale.text
    assert site.one("select count(*) from evidence where mention = ? and part = 'date'", SHIPS) == (1,)
    again = borders_form(stale.text)  # the new part is ticked, the one that was not stays so
    assert len(again["mark"]) == len(first["mark"])
    assert (await site.post(f"edit/mentions/{SHIPS}", again, RITA)).status_code == 303
    assert site.one("select quote from evidence where mention = ? and part = 'date'", SHIPS) == ("last month",)
    gone = first["mark"][0].partition("#")[2]
    assert site.one(f"select count(*) from ({parts}) where id = ?", SHIPS, gone) == (0,)


async def test_split_merge_delete_and_restore_by_their_pages(site):
    statement = "ghika-no-increased-threat"
    (mention,) = site.one("select min(id) from mentions where statement = ?", statement)
    refused = await site.post(f"split/statements/{statement}", {})
    assert refused.status_code == 400
    answer = await site.post_json(f"split/statements/{statement}", {"mentions": [mention]})
    new = answer.json()["row"]
    assert site.one("select statement from mentions where id = ?", mention) == (new,)
    compared = await site.get(f"merge/statements/{statement}?with={new}")
    assert "Goes into it" in compared.text
    merged = await site.post(f"merge/statements/{statement}", {"with": new, "confirm": "1"})
    assert merged.status_code == 303
    assert site.one("select statement from mentions where id = ?", mention) == (statement,)
    told = await site.get(f"delete/statements/{statement}")
    assert re.search(r"With it would go: .*\d+ mentions", told.text)
    assert (await site.post(f"delete/statements/{statement}", {})).status_code == 303
    gone = await site.get(f"history/statements/{statement}")
    assert "was deleted and can be restored" in gone.text
    assert (await site.post(f"restore/statements/{statement}", {})).status_code == 303
    assert site.one("select statement from mentions where id = ?", mention) == (statement,)


async def test_the_history_tells_what_changed_word_by_word(site):
    (text,) = site.one("select text from claims where id = 'threat-increasing'")
    await site.post("edit/claims/threat-increasing", {"text": f"{text} <i>indeed</i>", "_note": "clearer"})
    shown = (await site.get("history/claims/threat-increasing", None)).text
    assert "&lt;i&gt;indeed&lt;/i&gt;" in shown
    assert "<i>indeed" not in shown
    assert "clearer" in shown
    assert "restore this" not in shown
    changes = (await site.get("history/claims/threat-increasing.json")).json()["data"]["changes"]
    assert [(change["said"], change["who"]) for change in changes] == [("changed", "ann"), ("loaded", "tester")]
    assert {field["name"] for field in changes[0]["fields"]} == {"text"}


@pytest.mark.parametrize(
    ("query", "acts"),
    [("who=ann", 2), ("who=rita", 1), ("table=claims", 2), (f"document={DESK}", 1), ("who=nobody", 0)],
)
async def test_recent_changes_are_filtered(site, query, acts):
    await site.post("edit/claims/threat-increasing", {"text": "One."}, ANN)
    await site.post("edit/claims/threat-increasing", {"text": "Two."}, RITA)
    await site.post(f"edit/mentions/{SHIPS}", {"cue": "told us"}, ANN)
    if "document" in query:
        await site.post("edit/actors/chris-ghika", {"note": "x"}, RITA)
    told = (await site.get(f"changes.json?{query}")).json()["data"]["acts"]
    assert len(told) == acts
    feed = ElementTree.fromstring((await site.get(f"changes.atom?{query}")).content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == acts
    assert feed.find("{http://www.w3.org/2005/Atom}updated").text.endswith("Z")


async def test_the_feed_has_what_changed_word_by_word_and_data_in_it_is_no_markup(site):
    await site.post("edit/claims/threat-increasing", {"text": "A <b>growing</b> threat."})
    await site.post("edit/claims/threat-increasing", {"text": "A <b>falling</b> threat."})
    feed = ElementTree.fromstring((await site.get("changes.atom?who=ann")).content)
    content = feed.find("{*}entry/{*}content")
    assert content.get("type") == "html"
    assert "<p>changed claim: A &lt;b&gt;falling&lt;/b&gt; threat.</p>" in content.text
    gone, new = (re.search(f"<{tag}>([^<]*)</{tag}>", content.text)[1] for tag in ("del", "ins"))
    assert "growing" in gone
    assert "falling" in new
    assert not re.search(r"<(?!/?(p|ul|li|del|ins)>)", content.text)


async def test_what_an_act_did_is_counted_in_whole_and_in_words(site):
    await site.post(f"annotate/{DESK}", passage(site))
    told = [act["said"] for act in (await site.get("changes.json")).json()["data"]["acts"]]
    assert re.fullmatch(
        r"added 1 statement, 1 mention and \d+ pieces of evidence; \d+ anchorings follow from it", told[0]
    )
    loaded = site.one("select count(*) from revisions where note = 'Anchored in a later version' and who = 'tester'")
    assert told[1] == f"loaded; {loaded[0]} anchorings follow from it"
    many = [
        Change("update", "countries", id, {"name": f"{name}!"})
        for id, name in sqlite3.connect(site.path).execute("select id, name from countries limit 60")
    ]
    with sqlite3.connect(site.path) as conn:
        apply_changes(conn, many, "ann")
    assert (await site.get("changes.json")).json()["data"]["acts"][0]["said"] == "changed 60 countries"


async def test_nobody_undoes_what_others_did_and_what_others_built_on_stays(site):
    answer = await site.post("edit/claims/threat-increasing", {"text": "Rita's."}, RITA)
    action = re.search(r"_saved=(\d+)", answer.headers["location"])[1]
    refused = await site.post("undo", {"action": action}, ANN)
    assert refused.status_code == 409
    await site.post("edit/claims/threat-increasing", {"text": "Ann's."}, ANN)
    built_on = await site.post("undo", {"action": action}, RITA)
    assert built_on.status_code == 409
    assert site.one("select text from claims where id = 'threat-increasing'") == ("Ann's.",)


async def test_a_link_changes_nothing(site):
    before = site.revision()
    for path in (
        "undo",
        "redo",
        f"annotate/{DESK}?start=0&end=9&content=x",
        f"read/{DESK}?_saved=3",
        "new/claims?text=x",
    ):
        assert (await site.get(path)).status_code == 200
    assert site.revision() == before


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("suggest/actors?q=ghik", "Christopher Ghika"),
        ("suggest/actors?q=general%20gh", None),
        ("suggest/claims?q=threat%20iran", None),
        ("suggest/countries?q=united", "United Kingdom"),
        ("suggest/countries?q=gb", "United Kingdom"),
        ("suggest/statements?q=increased", None),
        ("suggest/roles?actor=chris-ghika", None),
        ("suggest/actors?q=%22%20OR%20*", "none"),
        ("suggest/actors?q=", "none"),
    ],
)
async def test_suggestions(site, path, first):
    answer = await site.get(path)
    assert answer.status_code == 200
    options = answer.json()["options"]
    assert len(options) <= 12
    if first == "none":
        assert options == []
    elif first is not None:
        assert first in [option["value"] for option in options]


async def test_the_speaker_whom_the_text_names_comes_with_the_roles_on_record(site):
    quote = site.one("select text from documents where id = ?", DESK)[0].index("\"There's been no increased")
    path = f"annotate/{DESK}?start={quote}&end={quote + 120}"
    fields = (await site.get(path.replace(DESK, f"{DESK}.json"))).json()["data"]["fields"]
    assert (fields["speaker"], fields["speaker_id"]) == ("Christopher Ghika", "chris-ghika")
    assert "organization" not in fields, "no role is attested for the day"
    assert "Deputy Commander, Combined Joint Task Force" in (await site.get(path)).text
    with sqlite3.connect(site.path) as conn:
        conn.execute("update memberships set date_start = '2019', date_end = '2019' where id = 'chris-ghika--cjtf-oir'")
    fields = (await site.get(path.replace(DESK, f"{DESK}.json"))).json()["data"]["fields"]
    assert (fields["speaker_role"], fields["organization_id"]) == ("Deputy Commander", "cjtf-oir")
    with sqlite3.connect(site.path) as conn:
        conn.execute("update memberships set status = 'rejected' where person = 'chris-ghika'")
    assert "On record as" not in (await site.get(path)).text


@pytest.mark.parametrize(("shift", "told"), [((0, 0), True), ((-3, 5), True), ((0, -60), False), ((80, 80), False)])
async def test_words_that_are_marked_already_say_so(site, shift, told):
    start, end = site.one("select span_start, span_end from mentions where id = ?", SHIPS)
    page = await site.get(f"annotate/{DESK}?start={start + shift[0]}&end={end + shift[1]}")
    assert ("marked already" in page.text) == told
    assert (f"annotation={SHIPS}" in page.text) == told
    with sqlite3.connect(site.path) as conn:
        conn.execute("update mentions set coder = 'ben', status = 'draft' where id = ?", [SHIPS])
    assert f"annotation={SHIPS}" not in (await site.get(f"annotate/{DESK}?start={start}&end={end}")).text


@pytest.mark.parametrize("kind", ["actors", "claims", "statements"])
async def test_nothing_that_was_rejected_is_suggested(site, kind):
    words = {"actors": "ghika", "claims": "threat", "statements": "increased"}[kind]
    found = [each["id"] for each in (await site.get(f"suggest/{kind}?q={words}")).json()["options"]]
    assert found
    with sqlite3.connect(site.path) as conn:
        conn.execute(f"update {kind} set status = 'rejected' where id = ?", [found[0]])
    after = [each["id"] for each in (await site.get(f"suggest/{kind}?q={words}")).json()["options"]]
    assert found[0] not in after


@pytest.mark.parametrize(
    ("role", "day", "fits"),
    [
        ({"date_start": "2018", "date_end": "2020-03"}, "2019-05-14", True),
        ({"date_start": "2018", "date_end": "2020-03"}, "2020-03-30", True),
        ({"date_start": "2018", "date_end": "2020-03"}, "2020-04-01", False),
        ({"date_start": "2019-05-15"}, "2019-05-14", False),
        ({"date_start": "2019-05-15"}, "2019-05", True),
        ({"as_of": "2019-05-16"}, "2019-05-16", True),
        ({"as_of": "2019-05-16"}, "2019-05-14", False),
        ({"as_of": "2019"}, "2019-05-14", True),
        ({"as_of": "2017", "document": DESK}, "2019-05-14", True),
        ({}, "2019-05-14", False),
    ],
)
def test_a_role_is_offered_for_its_time(role, day, fits):
    whole = dict.fromkeys(("date_start", "date_end", "as_of", "document"), "") | role
    assert (at_the_time([whole], DESK, day) == [whole]) == fits


@pytest.mark.parametrize(
    ("text", "passage", "before", "after"),
    [
        ("It rained. " * 40, (220, 230), "… It rained.", "…"),
        ("Ann said it rained.", (4, 8), "Ann ", " it rained."),
        ("x" * 400, (200, 210), f"… {'x' * 160}", f"{'x' * 160} …"),
    ],
)
def test_the_words_around_a_passage_are_whole(text, passage, before, after):
    found = around(text, *passage)
    assert (found[0].startswith(before), found[1].endswith(after)) == (True, True)
    if " " in text:
        assert all(word in text.split() for each in found for word in each.strip("… ").split())


@pytest.mark.parametrize(
    ("path", "links"),
    [
        (
            "statement/ghika-no-increased-threat",
            ["edit/statements/", "split/", "new/stances", "edit/stances/", "history/"],
        ),
        ("claim/threat-increasing", ["edit/claims/", "merge/claims/", "new/claim_relations", "history/"]),
        ("actor/chris-ghika", ["edit/actors/", "merge/actors/", "new/memberships", "edit/memberships/", "history/"]),
        (f"read/{DESK}", ["edit/mentions/", f"annotate/{DESK}"]),
    ],
)
async def test_the_ways_to_correct_a_row_are_shown_to_those_who_may(site, path, links):
    shown, public = (await site.get(path)).text, (await site.get(path, None)).text
    for link in links:
        found = re.search(rf'href="({BASE}{re.escape(link)}[^"]*)"', shown)
        assert found, link
        target = await site.get(unescape(found[1]).removeprefix(BASE))
        assert target.status_code == 200, found[1]
        assert link.startswith("history") or f"{BASE}{link}" not in public


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("edit/claims/threat-increasing", {"note": "x"}),
        ("edit/actors/chris-ghika", {"note": "x"}),
        ("edit/statements/ghika-no-increased-threat", {"note": "x"}),
        ("edit/stances/backed-forces-threat--chris-ghika", {"note": "x"}),
        ("edit/memberships/chris-ghika--cjtf-oir", {"note": "x"}),
        (f"edit/mentions/{SHIPS}", {"cue": "x"}),
        ("new/claims", {"text": "A claim.", "kind": "factual"}),
        ("new/actors", {"name": "Somebody", "kind": "person"}),
        ("delete/claims/threat-increasing", {}),
        ("merge/actors/chris-ghika", {"with": "jeremy-hunt", "confirm": "1"}),
    ],
)
async def test_every_act_leads_to_a_page_that_offers_to_take_it_back(site, path, form):
    before = site.revision()
    answer = await site.post(path, form)
    assert answer.status_code == 303
    shown = await site.datasette.client.get(answer.headers["location"], cookies=site.cookies(ANN))
    assert shown.status_code == 200
    assert "Saved." in shown.text
    given = {name: value(shown.text, name) for name in ("action", "next")}
    assert int(given["action"]) > before
    undone = await site.post("undo", given)
    assert undone.status_code == 303
    after = await site.datasette.client.get(undone.headers["location"], cookies=site.cookies(ANN))
    assert (after.status_code, "Undone." in after.text) == (200, True)


async def test_methods_and_kinds_that_there_are_not(site):
    answer = await site.post("changes", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert (await site.get("suggest/nothing?q=x")).status_code == 404
    assert (await site.get("edit/loads/1")).status_code == 404
    assert (await site.get("edit/claims/no-such-claim")).status_code == 404
    assert (await site.get(f"annotate/{DESK}?start=9&end=5")).status_code == 400
    assert (await site.get("annotate/nbc-2019-05-16")).status_code == 409
