"""At an earlier revision every page says what it said then, whatever has been changed, added or deleted since."""

import html
import sqlite3

import pytest
import sqlite_utils

from datasette_claims.comparison.past_tables import show_past
from datasette_claims.loading import Options, load
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import TABLES

PAGES = [
    "claim/threat-increasing",
    "claim/credible-threats",
    "actor/chris-ghika",
    "actor/jeremy-hunt",
    "compare",
    "compare/cell?claim=threat-increasing&_row=chris-ghika",
    "compare/cell?claim=threat-increasing&_row=jeremy-hunt",
    "compare/cell?claim=port-almira-premiums-unchanged&_row=tanker-broker",
    "contradictions",
    "agreement?_units=actor&basis__in=explicit,author_summary,inferred,third_party",
]
APART = ("table", "url", "svg_url")
"""What leads elsewhere: Datasette's tables know only the present."""


def without_links(value):
    if isinstance(value, dict):
        return {key: without_links(each) for key, each in value.items() if key not in APART}
    return [without_links(each) for each in value] if isinstance(value, list) else value


async def told(ds, page, as_of=None):
    path, _, query = page.partition("?")
    more = f"_as_of={as_of}" if as_of else ""
    answer = await ds.client.get(f"/claims/-/claims/{path}.json?{'&'.join(part for part in (query, more) if part)}")
    assert answer.status_code == 200, answer.text
    return {"sentence": answer.json()["sentence"], "data": without_links(answer.json()["data"])}


def changes(conn):
    """Something of every table: words changed, rows deleted, statuses set."""
    rows = {table: dict(conn.execute(f"select id, revision from {table}").fetchall()) for table in CHANGED}

    def change(table, id, **values):
        return Change("update", table, id, values, rows[table][id])

    first = {table: sorted(ids) for table, ids in rows.items()}
    made = [change("claims", "threat-increasing", text="Something else is said")]
    made += [change("actors", "chris-ghika", name="Somebody else", note="Changed later")]
    made += [change("statements", id, status="rejected") for id in first["statements"][:6]]
    made += [change("statements", id, content="Other words") for id in first["statements"][6:12]]
    made += [change("mentions", id, status="draft", cue="mumbled") for id in first["mentions"][::3]]
    made += [change("stances", id, status="draft") for id in first["stances"][:5]]
    made += [change("stances", id, stance="neutral", basis="inferred") for id in first["stances"][5:9]]
    made += [change("memberships", id, role="another role") for id in first["memberships"][:4]]
    made += [change("memberships", id, status="rejected") for id in first["memberships"][4:8]]
    made += [change("documents", id, title="Another title") for id in first["documents"][:3]]
    made += [Change("delete", "stances", id, {}, rows["stances"][id]) for id in first["stances"][-3:]]
    return made


CHANGED = ("claims", "actors", "statements", "mentions", "stances", "memberships", "documents")


@pytest.fixture
def turned(claims_copy, tmp_path):
    """(database, what it was before): changed by hand, then by a load that adds and overwrites."""
    conn = sqlite3.connect(claims_copy)
    (before,) = conn.execute("select max(id) from revisions").fetchone()
    return claims_copy, before


async def test_every_page_says_what_it_said_then(make_datasette, turned, tmp_path):
    path, before = turned
    ds = make_datasette(path)
    first = {page: await told(ds, page) for page in PAGES}
    conn = sqlite3.connect(path)
    conn.execute("pragma foreign_keys = on")
    with sqlite_utils.Database(conn).atomic():
        apply_changes(conn, changes(conn), "somebody", "to see the past")
    conn.close()
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "stances.csv").write_text(
        "id,claim,actor,stance,basis\nnew-one,threat-increasing,jeremy-hunt,disputes,explicit\n", encoding="utf-8"
    )
    load(path, [folder], Options(theirs=True))
    ds = make_datasette(path)
    now = {page: await told(ds, page) for page in PAGES}
    assert sum(now[page] != first[page] for page in PAGES) >= 7
    for page in PAGES:
        then = await told(ds, page, before)
        assert then["sentence"] == first[page]["sentence"], page
        assert then["data"] == first[page]["data"], page


async def test_a_cell_of_then_has_the_words_in_the_text_of_then(make_datasette, claims_copy):
    """Also where the text has been replaced since."""
    path = "compare/cell?claim=port-almira-premiums-unchanged&_row=tanker-broker"
    (stance, *_) = (await told(make_datasette(claims_copy), path))["data"]["shown"]
    around = stance["around"]
    assert len(around["words"]) > 10
    conn = sqlite3.connect(claims_copy)
    conn.execute("pragma foreign_keys = on")
    (before,) = conn.execute("select max(id) from revisions").fetchone()
    (text,) = conn.execute("select text from documents where id = ?", (stance["document"],)).fetchone()
    assert f"{around['before'].lstrip('…')}{around['words']}{around['after'].rstrip('…')}" in text
    (revision,) = conn.execute("select revision from documents where id = ?", (stance["document"],)).fetchone()
    with sqlite_utils.Database(conn).atomic():
        values = {"text": text.replace(around["words"], "-" * len(around["words"]))}
        apply_changes(conn, [Change("update", "documents", stance["document"], values, revision)], "somebody", "")
    conn.close()
    ds = make_datasette(claims_copy)
    assert set((await told(ds, path))["data"]["shown"][0]["around"]["words"]) == {"-"}
    assert (await told(ds, path, before))["data"]["shown"][0]["around"] == around
    page = (await ds.client.get(f"/claims/-/claims/{path}&_as_of={before}")).text
    assert f"<mark>{around['words']}</mark>" in html.unescape(page)


def test_a_table_that_did_not_change_stays_itself(claims_copy):
    conn = sqlite3.connect(claims_copy)
    (latest,) = conn.execute("select max(id) from revisions").fetchone()
    show_past(conn, latest)
    assert conn.execute("select count(*) from temp.sqlite_master").fetchone() == (0,)


def test_the_past_holds_all_rows_and_columns_of_then(claims_copy):
    conn = sqlite3.connect(claims_copy)
    conn.execute("pragma foreign_keys = on")
    (before,) = conn.execute("select max(id) from revisions").fetchone()
    tables = [table for table in TABLES if "revision" in table.column_names]

    def rows():
        names = {table.name: ", ".join(f'"{name}"' for name in table.column_names) for table in tables}
        return {
            name: sorted(conn.execute(f'select {columns} from "{name}"').fetchall(), key=repr)
            for name, columns in names.items()
        }

    then = rows()
    with sqlite_utils.Database(conn).atomic():
        apply_changes(conn, changes(conn), "somebody", "to see the past")
    now = rows()
    show_past(conn, before)
    found = rows()
    for name in then:
        assert found[name] == then[name], name
        assert (now[name] != then[name]) == (name in CHANGED), name
