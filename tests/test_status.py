"""Drafts, rejected rows and coders' readings count nowhere unless a filter names them; then they say what they are."""

import csv
import io
import re
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from comparison_data import small_database, stance_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_claims.comparison import FilterError, Filters, build, facets, parse, select, stance_ids, table_pairs
from datasette_claims.comparison.statuses import PARAMETER, SETTLED, counted, where
from datasette_claims.pages.from_tables import carried

WORDS = ("draft", "reviewed", "rejected")
QUERIES = {
    "": {"reviewed"},
    "status=reviewed": {"reviewed"},
    "status=draft": {"draft"},
    "status__in=draft,reviewed": {"draft", "reviewed"},
    "status__not=rejected": {"draft", "reviewed"},
    "status__notin=draft,rejected": {"reviewed"},
    "status__in=draft,rejected,reviewed": set(WORDS),
}


def pairs(query):
    return [tuple(part.split("=")) for part in query.split("&")] if query else []


@st.composite
def mixed_databases(draw):
    """A database whose stances, statements and claims have any status, and some stances a coder."""
    rows = draw(stance_rows(most=15))
    statuses = st.sampled_from(WORDS)
    for row in rows:
        row |= {"status": draw(statuses), "coder": draw(st.sampled_from([None, None, "ann"]))}
        row["statement"] = draw(st.sampled_from([None, "s0", "s1", "s2"]))
    conn = small_database([])
    for number in range(3):
        sql = "insert into statements (id, content, kind, report_type, speech_act, document, status, revision) "
        sql += "values (?, 'words', 'utterance', 'direct', 'assertive', 'd1', ?, 1)"
        conn.execute(sql, (f"s{number}", draw(statuses)))
    for number in range(5):
        conn.execute("update claims set status = ? where id = ?", (draw(statuses), f"c{number}"))
    for row in rows:
        names = ", ".join(row)
        conn.execute(
            f"insert into stances ({names}, revision) values ({', '.join('?' * len(row))}, 1)", list(row.values())
        )
    conn.commit()
    return conn


def least_settled(conn):
    """Stance -> its status for readers, reckoned row by row."""
    found = {}
    sql = (
        "select t.id, t.status, s.status, c.status from stances t left join statements s on s.id = t.statement "
        "join claims c on c.id = t.claim where t.coder is null"
    )
    for id, *statuses in conn.execute(sql):
        found[id] = min((each for each in statuses if each), key=("rejected", "draft", "reviewed").index)
    return found


def ids_of(conn, index, filters):
    selection = select(index, filters)
    return {id for id, _ in stance_ids(conn, index, selection.rows)}


@settings(max_examples=25)
@given(mixed_databases())
def test_a_status_is_the_least_settled_of_stance_statement_and_claim(conn):
    index, expected = build(conn), least_settled(conn)
    for query, words in QUERIES.items():
        filters = parse(pairs(query), index)
        wanted = {id for id, status in expected.items() if status in words}
        assert ids_of(conn, index, filters) == wanted
        assert set(counted(filters)) == words
        shown = facets(select(index, filters), ["status"])["status"]
        assert {value.id: value.count for value in shown.values if value.count} == {
            word: sum(status == word for status in expected.values()) for word in WORDS if word in expected.values()
        }
        assert {value.id for value in shown.values if value.chosen} <= words


@settings(max_examples=25)
@given(mixed_databases())
def test_the_table_shows_the_same_rows(conn):
    index = build(conn)
    operators = {"in": "status in ({})", "not": "status not in ({})", "notin": "status not in ({})"}
    for query in QUERIES:
        filters = parse(pairs(query), index)
        clauses = ["1"]
        for parameter, value in table_pairs(index, filters):
            if parameter == PARAMETER:
                clauses.append(where(value.split(",")))
            else:
                operator = parameter.partition("__")[2] or "in"
                clauses.append(operators[operator].format(", ".join(f"'{word}'" for word in value.split(","))))
        rows = conn.execute(f"select id from stances where {' and '.join(clauses)}").fetchall()
        assert {row[0] for row in rows} == ids_of(conn, index, filters)


def test_where_nothing_else_is_on_record_the_table_needs_no_status():
    stance = {"id": "t1", "claim": "c0", "actor": "a0", "stance": "supports", "basis": "explicit", "country": "GB"}
    conn = small_database([stance])
    assert table_pairs(build(conn), Filters()) == ()
    conn.execute("update stances set status = 'draft'")
    assert table_pairs(build(conn), Filters()) == (("status", "reviewed"),)
    conn.execute("update stances set status = 'reviewed'")
    conn.execute("update claims set status = 'draft' where id = 'c0'")
    assert table_pairs(build(conn), Filters()) == ((PARAMETER, "reviewed"),)


def test_the_default_is_never_written_and_choosing_adds_to_it():
    index = build(small_database([]))
    assert parse([("status", "reviewed")], index) == Filters()
    assert parse([("status__in", "reviewed")], index).query_string() == ""
    both = Filters().choose("status", "draft")
    assert both.query_string() == "status__in=draft,reviewed"
    assert both.unchoose("status", "draft") == Filters()
    assert both.unchoose("status", "reviewed").query_string() == "status=draft"
    with pytest.raises(FilterError, match="there is no status"):
        parse([("status", "published")], index)


def test_every_status_has_a_rank():
    assert set(SETTLED) == set(WORDS)
    for wrong in ([], ["published"], ["draft", "x' or 1"]):
        with pytest.raises(ValueError, match="a status is one of"):
            where(wrong)


# Pages


PAGES = [
    "",
    "claim/threat-increasing",
    "claim/credible-threats",
    "actor/chris-ghika",
    "actor/jeremy-hunt",
    "compare",
    "compare?_rows=countries&basis=explicit",
    "compare?_view=timeline",
    "compare/cell?claim=threat-increasing&_row=chris-ghika",
    "contradictions",
    "agreement?_units=actor&basis__in=explicit,author_summary,inferred,third_party",
]


def add_unreviewed(path):
    """Drafts, rejected rows and a coder's reading of everything, on the busiest claim of the reference case."""
    conn = sqlite3.connect(path)
    statement = "insert into statements (id, content, wording, speaker, kind, document, status, audience, "
    statement += "on_behalf_of, revision)"
    statement += " values (?, 'A word never reviewed', 'verbatim', 'jeremy-hunt', 'utterance', 'nbc-2019-05-16', ?, "
    statement += "'chris-ghika', "
    conn.execute(f"{statement} 'cjtf-oir', 1)", ("s-draft", "draft"))
    conn.execute(f"{statement} 'cjtf-oir', 1)", ("s-rejected", "rejected"))
    mention = "insert into mentions (id, statement, document, segment, status, coder, cue, revision) select ?, ?, "
    mention += "document, segment, ?, ?, 'barked', 1 from mentions where segment in (select id from segments where "
    conn.execute(f"{mention} kind = 'headline') limit 1", ("m-draft", "s-draft", "draft", None))
    conn.execute(f"{mention} kind = 'headline') limit 1", ("m-coder", "ghika-no-increased-threat", "draft", "ann"))
    conn.execute(
        "insert into claims (id, text, kind, status, revision) values ('c-draft', 'Unread', 'factual', 'draft', 1)"
    )
    stance = "insert into stances (id, claim, stance, basis, actor, country, statement, identification, report_type, "
    stance += "date_start, date_end, document, status, coder, revision) values (?, ?, ?, ?, 'jeremy-hunt', 'GB', ?, "
    stance += "'named', 'direct', '2019-05-20', '2019-05-20', 'nbc-2019-05-16', ?, ?, 1)"
    for row in (
        ("t-draft", "threat-increasing", "disputes", "explicit", None, "draft", None),
        ("t-rejected", "threat-increasing", "disputes", "explicit", None, "rejected", None),
        ("t-of-draft", "threat-increasing", "disputes", "explicit", "s-draft", "reviewed", None),
        ("t-of-rejected", "credible-threats", "disputes", "explicit", "s-rejected", "reviewed", None),
        ("t-on-draft", "c-draft", "supports", "explicit", None, "reviewed", None),
        ("t-coder", "threat-increasing", "disputes", "explicit", "s-draft", "draft", "ann"),
    ):
        conn.execute(stance, row)
    member = "insert into memberships (id, person, organization, role, document, status, revision) values "
    conn.execute(f"{member} ('r-draft', 'jeremy-hunt', 'cjtf-oir', 'visitor', 'nbc-2019-05-16', 'draft', 1)")
    conn.commit()
    conn.close()


@pytest.fixture
def mixed_db(claims_copy):
    add_unreviewed(claims_copy)
    return claims_copy


def without_links(value):
    if isinstance(value, dict):
        apart = ("table", "url", "facets", "unreviewed") if "unreviewed" in value else ("table", "url")
        kept = {key: each for key, each in value.items() if key not in apart and not is_status(each)}
        return {key: without_links(each) for key, each in kept.items()}
    return [without_links(each) for each in value] if isinstance(value, list) else value


def is_status(value):
    """The facet of the status: it says what else there is."""
    return isinstance(value, dict) and value.get("values") and value["values"][0].get("value") in WORDS


async def told(ds, page):
    path, mark, query = page.partition("?")
    answer = await ds.client.get(f"/claims/-/claims/{path}.json{mark}{query}".replace("/.json", ".json"))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_not_reviewed_changes_no_page(make_datasette, claims_db, mixed_db):
    before, after = make_datasette(claims_db), make_datasette(mixed_db)
    for page in PAGES:
        first, now = await told(before, page), await told(after, page)
        assert now["sentence"] == first["sentence"], page
        assert without_links(now["data"]) == without_links(first["data"]), page


async def test_the_start_page_says_how_many_more_there_are(make_datasette, claims_db, mixed_db):
    before, after = [(await told(make_datasette(path), ""))["data"]["tables"] for path in (claims_db, mixed_db)]
    assert {table["table"]: table["unreviewed"] for table in before if table["unreviewed"]} == {}
    more = {table["table"]: table["unreviewed"] for table in after if table["unreviewed"]}
    assert more == {"statements": 2, "mentions": 2, "claims": 1, "stances": 6, "memberships": 1}
    ds = make_datasette(mixed_db)
    for table in after:
        path, _, query = table["url"].partition("?")
        answer = (await ds.client.get(f"{path}.json?{query}&_shape=objects&_size=1&_extra=count")).json()
        assert answer.get("count", answer.get("filtered_table_rows_count")) == table["count"], table["table"]


async def test_exports_hold_the_record_alone(make_datasette, mixed_db):
    ds = make_datasette(mixed_db)
    rows = list(csv.DictReader(io.StringIO((await ds.client.get("/claims/-/claims/compare.csv")).text)))
    assert {row["status"] for row in rows} == {"reviewed"}
    assert not [row for row in rows if row["stance_id"].startswith("t-")]
    drafts = (await ds.client.get("/claims/-/claims/compare.csv?status=draft")).text
    assert {row["stance_id"] for row in csv.DictReader(io.StringIO(drafts))} == {"t-draft", "t-of-draft", "t-on-draft"}


@pytest.mark.parametrize(
    ("query", "extra", "sentence"),
    [
        (
            "status=draft",
            {"t-draft", "t-of-draft", "t-on-draft"},
            "Counted are only drafts, which nobody has reviewed.",
        ),
        ("status=rejected", {"t-rejected", "t-of-rejected"}, "Counted are only rejected ones"),
        ("status__in=draft,reviewed", {"t-draft", "t-of-draft", "t-on-draft"}, "Counted with the reviewed: drafts"),
    ],
)
async def test_asked_for_they_count_and_the_page_says_so(make_datasette, mixed_db, query, extra, sentence):
    ds = make_datasette(mixed_db)
    page = await told(ds, f"compare?{query}")
    whole = (await told(ds, "compare"))["data"]["stances"] if "reviewed" in query else 0
    assert page["data"]["stances"] == whole + len(extra)
    assert sentence in page["sentence"]
    html = (await ds.client.get(f"/claims/-/claims/compare?{query}")).text
    assert "Remove the filter" in html
    for other in ("contradictions", "claim/threat-increasing", "actor/jeremy-hunt", "agreement"):
        assert sentence in (await told(ds, f"{other}?{query}"))["sentence"], other


async def test_a_draft_carries_its_mark_wherever_it_stands(make_datasette, mixed_db):
    ds = make_datasette(mixed_db)
    for page in ("claim/threat-increasing", "actor/jeremy-hunt", "compare/cell"):
        query = "status=draft" + ("&claim=threat-increasing&_row=jeremy-hunt" if page == "compare/cell" else "")
        html = (await ds.client.get(f"/claims/-/claims/{page}?{query}")).text
        assert html.count('data-word="draft"') >= 2, page
    assert "claims-status" not in re.sub(
        r"<style.*?</style>", "", (await ds.client.get("/claims/-/claims/compare")).text
    )


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("-/claims/statement/s-draft", "draft"),
        ("-/claims/statement/s-rejected", "rejected"),
        ("-/claims/claim/c-draft", "draft"),
        ("-/claims/read/DOCUMENT?status=draft", "draft"),
        ("statements/s-draft", "draft"),
        ("statements?status=rejected", "rejected"),
        ("mentions?status=draft", "draft"),
        ("stances?status=draft", "draft"),
        ("claims?status=draft", "draft"),
        ("memberships?status=draft", "draft"),
        ("statements.csv?status=draft", ",draft,"),
        ("-/claims/annotations/m-draft", '"draft"'),
        ("statements/s-draft.prov", '"draft"'),
    ],
)
async def test_a_page_or_table_of_what_is_not_reviewed_marks_it(make_datasette, mixed_db, path, word):
    with closing(sqlite3.connect(mixed_db)) as conn:
        (document,) = conn.execute("select document from mentions where id = 'm-draft'").fetchone()
    answer = await make_datasette(mixed_db).client.get(f"/claims/{path.replace('DOCUMENT', document)}")
    assert answer.status_code == 200, answer.text
    mark = word if any(sign in word for sign in ',"') else f'data-word="{word}"'
    assert mark in answer.text


async def test_the_links_to_the_table_show_what_is_compared(make_datasette, mixed_db):
    ds = make_datasette(mixed_db)
    for query in ("", "?status=draft", "?status__in=draft,rejected", "?country=GB", "?_search=threat"):
        page = (await ds.client.get(f"/claims/-/claims/compare{query}")).text
        size = (await told(ds, f"compare{query}"))["data"]["stances"]
        (href,) = re.findall(r'<a href="([^"]*/claims/stances[^"]*)">Show these', page)
        path, _, rest = href.replace("&amp;", "&").partition("?")
        table = await ds.client.get(f"{path}.json?{rest}&_shape=objects&_size=1&_extra=count")
        assert table.status_code == 200, table.text
        assert table.json().get("count", table.json().get("filtered_table_rows_count")) == size, query
    wrong = await ds.client.get(f"/claims/stances.json?{PARAMETER}=published")
    assert wrong.status_code == 400
    assert "a status is one of" in wrong.text


def test_compare_these_carries_the_status():
    assert carried("stances", "status=draft") == [("status", "draft")]
    assert carried("stances", f"{PARAMETER}=draft,reviewed&country=GB") == [
        ("status__in", "draft,reviewed"),
        ("country", "GB"),
    ]
    assert carried("statements", "status__in=draft,reviewed") == [("status__in", "draft,reviewed")]


async def test_a_wrong_status_is_refused(make_datasette, claims_db):
    ds = make_datasette(claims_db)
    for page in ("compare", "agreement", "contradictions", "claim/threat-increasing", "actor/chris-ghika"):
        answer = await ds.client.get(f"/claims/-/claims/{page}?status=published&country=GB")
        assert answer.status_code == 400
        assert "draft, reviewed, rejected" in answer.text
        assert "country=GB" in answer.text


def test_the_search_of_the_past_has_the_status_of_then():
    conn = small_database([{"id": "t1", "claim": "c0", "actor": "a0", "stance": "supports", "basis": "explicit"}])
    conn.execute("insert into revisions (id, at, who, operation) values (2, '2020-01-01T00:00:00Z', 'x', 'update')")
    before = '{"id": "t1", "claim": "c0", "actor": "a0", "stance": "supports", "basis": "explicit", "revision": 1}'
    conn.execute(
        "insert into revisions (id, at, who, operation, table_name, row_id, before) "
        "values (3, '2020-01-01T00:00:00Z', 'x', 'update', 'stances', 't1', ?)",
        [before],
    )
    conn.execute("update stances set status = 'rejected', revision = 3")
    now, then = build(conn), build(conn, as_of=2)
    assert (select(now, Filters()).size, select(then, Filters()).size) == (0, 1)
    assert np.array_equal(then.codes["status"], [then.dictionary("status").code("reviewed")])
