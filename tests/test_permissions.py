"""The one gate: what is private stays private in every page, count, label and link."""

import pytest

from datasette_claims import compat, permissions
from datasette_claims.permissions import ACTIONS, ADMIN, ANNOTATE, REVIEW

ALICE, BOB = {"id": "alice"}, {"id": "bob"}


def about(database=None, tables=None, **top):
    ours = dict(database or {})
    if tables:
        ours["tables"] = tables
    return {**top, "plugins": {"datasette-claims": {"database": "claims"}}, "databases": {"claims": ours}}


@pytest.mark.parametrize(
    ("metadata", "actor", "table", "seen"),
    [
        (about(), None, None, True),
        (about(), None, "stances", True),
        (about({"allow": {"id": "alice"}}), None, None, False),
        (about({"allow": {"id": "alice"}}), None, "stances", False),
        (about({"allow": {"id": "alice"}}), BOB, "stances", False),
        (about({"allow": {"id": "alice"}}), ALICE, "stances", True),
        (about(tables={"stances": {"allow": {"id": "alice"}}}), None, "stances", False),
        (about(tables={"stances": {"allow": {"id": "alice"}}}), None, "claims", True),
        (about(tables={"stances": {"allow": {"id": "alice"}}}), ALICE, "stances", True),
        (about(allow={"id": "alice"}), None, None, False),
        (about(allow={"id": "alice"}), None, "claims", False),
        (about(allow={"id": "alice"}), ALICE, "claims", True),
    ],
)
async def test_who_sees_what(make_datasette, claims_db, metadata, actor, table, seen):
    ds = make_datasette(claims_db, metadata=metadata)
    await ds.invoke_startup()
    assert await permissions.visible(ds, actor, "claims", table) is seen


@pytest.mark.parametrize(
    "metadata",
    [
        about(),
        about({"allow": {"id": "alice"}}),
        about(tables={"stances": {"allow": {"id": "alice"}}}),
        about(tables={"stances": {"allow": {"id": "alice"}}, "actors": {"allow": False}}),
        about({"allow": {"id": "alice"}}, tables={"claims": {"allow": True}}),
        about(tables={"Stances": {"allow": {"id": "alice"}}}),
        about(allow={"id": "alice"}),
        about({"permissions": {"view-table": {"id": "bob"}}}),
        about(permissions={"view-table": {"id": "bob"}}, tables={"actors": {"permissions": {"view-table": True}}}),
    ],
)
async def test_all_tables_at_once_are_judged_as_each_by_itself(make_datasette, claims_db, metadata):
    ds = make_datasette(claims_db, metadata=metadata)
    ds.root_enabled = True
    await ds.invoke_startup()
    restricted = {"id": "alice", "_r": {"r": {"claims": {"stances": ["vt"]}}}}
    elsewhere = {"id": "alice", "_r": {"d": {"other": ["vt"]}}}
    for actor in (None, ALICE, BOB, {"id": "root"}, restricted, elsewhere):
        found = await permissions.visible_tables(ds, actor, "claims", ["stances", "actors", "claims"])
        assert set(found) >= {"stances", "actors", "claims"}
        one_by_one = {table: await compat.may(ds, actor, "view-table", "claims", table) for table in found}
        assert found == one_by_one


async def test_what_hooks_say_of_a_table_holds_for_all_tables_at_once(make_datasette, claims_db):
    from datasette import hookimpl
    from datasette.plugins import pm

    class Closing:
        __name__ = "closing"

        @hookimpl
        def permission_allowed(self, actor, action, resource):
            return False if action == "view-table" and resource == ("claims", "events") else None

        @hookimpl
        def permission_resources_sql(self, datasette, actor, action):
            if action != "view-table":
                return None
            from datasette.permissions import PermissionSQL

            sql = "select :db as parent, 'events' as child, 0 as allow, 'closed' as reason"
            return PermissionSQL(sql=sql, params={"db": "claims"})

    closing = Closing()
    pm.register(closing, name="closing")
    try:
        ds = make_datasette(claims_db, metadata=about())
        await ds.invoke_startup()
        found = await permissions.visible_tables(ds, None, "claims", ["stances", "events"])
        assert (found["stances"], found["events"]) == (True, False)
    finally:
        pm.unregister(closing)


@pytest.mark.parametrize("action", ACTIONS)
async def test_nobody_may_do_anything_unless_it_is_allowed(make_datasette, claims_db, action):
    ds = make_datasette(claims_db, metadata=about())
    await ds.invoke_startup()
    for actor in (None, ALICE):
        assert not await permissions.allowed(ds, actor, action, "claims")


@pytest.mark.parametrize(
    ("metadata", "action", "actor", "may"),
    [
        (about({"permissions": {ANNOTATE: {"id": "alice"}}}), ANNOTATE, ALICE, True),
        (about({"permissions": {ANNOTATE: {"id": "alice"}}}), ANNOTATE, BOB, False),
        (about({"permissions": {ANNOTATE: {"id": "alice"}}}), ANNOTATE, None, False),
        (about({"permissions": {ANNOTATE: {"id": "alice"}}}), REVIEW, ALICE, False),
        (about(permissions={ADMIN: {"id": ["bob"]}}), ADMIN, BOB, True),
        (about({"allow": {"id": "bob"}, "permissions": {ADMIN: {"id": "alice"}}}), ADMIN, ALICE, False),
    ],
)
async def test_the_configuration_says_who_may_do_what_on_both_lines(
    make_datasette, claims_db, metadata, action, actor, may
):
    ds = make_datasette(claims_db, metadata=metadata)
    await ds.invoke_startup()
    assert await permissions.allowed(ds, actor, action, "claims") is may


async def test_root_may_do_everything(make_datasette, claims_db):
    ds = make_datasette(claims_db, metadata=about())
    ds.root_enabled = True
    await ds.invoke_startup()
    for action in ACTIONS:
        assert await permissions.allowed(ds, {"id": "root"}, action, "claims")


async def test_a_private_database_is_closed_and_in_no_menu(make_datasette, claims_db, signed_in):
    ds = make_datasette(claims_db, metadata=about({"allow": {"id": "alice"}}))
    for path in ("/claims/-/claims", "/claims/-/claims.json"):
        answer = await ds.client.get(path)
        assert answer.status_code == 403
        assert "threat" not in answer.text.lower()
    assert (await ds.client.get("/claims/-/claims.json")).json()["remedy"]
    assert "/-/claims" not in (await ds.client.get("/")).text
    assert await permissions.readable(ds, None) == []
    alice = signed_in(ds, ALICE)
    assert (await ds.client.get("/claims/-/claims", cookies=alice)).status_code == 200
    assert 'href="/claims/-/claims"' in (await ds.client.get("/", cookies=alice)).text


@pytest.mark.parametrize(
    ("closed", "gone", "kept"),
    [
        ("statements", ["Latest statements", "Statements by country", "/claims/statements"], ["Contested claims"]),
        ("stances", ["Contested claims", "/claims/stances", "Supports"], ["Latest statements"]),
        ("claims", ["Contested claims", "/claims/claims", "growing threat of attack"], ["Latest statements"]),
        ("actors", ["/claims/actors"], ["Latest statements", "Contested claims"]),
        ("countries", ["claims-bars", "Norway", "/claims/countries"], ["Latest statements"]),
        ("loads", ["Last loaded", "/claims/loads"], ["Latest statements"]),
        ("revisions", ["Revision 2", "Revision 1", "/claims/revisions"], ["Latest statements"]),
    ],
)
async def test_a_private_table_is_neither_counted_nor_named_nor_linked(make_datasette, claims_db, closed, gone, kept):
    ds = make_datasette(claims_db, metadata=about(tables={closed: {"allow": {"id": "alice"}}}))
    page = (await ds.client.get("/claims/-/claims")).text
    twin = (await ds.client.get("/claims/-/claims.json")).json()
    for text in gone:
        assert text not in page
    for text in kept:
        assert text in page
    assert closed not in [table["table"] for table in twin["data"]["tables"]]
    if closed in ("documents", "actors", "statements", "claims", "stances"):
        assert closed not in twin["sentence"].replace("claim is contested", "").partition(".")[0]


async def test_speakers_are_not_named_where_actors_are_private(make_datasette, claims_db):
    ds = make_datasette(claims_db, metadata=about(tables={"actors": {"allow": {"id": "alice"}}}))
    latest = (await ds.client.get("/claims/-/claims.json")).json()["data"]["latest"]
    assert latest
    assert all(row["speaker_name"] is None for row in latest)
