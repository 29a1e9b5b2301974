"""The same utterance in several documents: what is proposed, what is not, and what accepting a proposal makes of it."""

import itertools
import json
import sqlite3
from contextlib import closing

import click
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from datasette_claims import cli, spreading
from datasette_claims.annotating.proposing import accept, decline
from datasette_claims.duplicates import Quote, propose_duplicates, verdict
from datasette_claims.duplicates.pairs import candidates
from datasette_claims.duplicates.runs import runs_of
from datasette_claims.duplicates.verdicts import alike
from datasette_claims.loading import check
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import migrate

SAID = "We will probably keep the gate open until the 12 guards have finished their work there"
VARIANTS = {
    "as it is": "“We will probably keep the gate open until the 12 guards have finished their work there.”",
    "case, dashes, spaces": "WE WILL PROBABLY KEEP  the gate open until the 12 guards have finished their work there",
    "hedge dropped": "We will keep the gate open until the 12 guards have finished their work there",
    "tense": "We would probably keep the gate open until the 12 guards had finished their work there",
    "brackets": "We will probably keep the gate open until the 12 guards [of ours] have finished their work there",
    "translation mark": SAID + " (translated from Arabic)",
    "end cut off": "We will probably keep the gate open until the 12 guards have finished",
    "beginning cut off": "gate open until the 12 guards have finished their work there",
}
OTHERS = {
    "another figure": "We will probably keep the gate open until the 14 guards have finished their work there",
    "a negation": "We will probably not keep the gate open until the 12 guards have finished their work there",
    "a negation near the end": "We will probably keep the gate open until the 12 guards have not finished their work",
    "another sentence": "The minister opened the fair on Monday and praised the farmers of the north for their work",
    "too short": "keep the gate open",
}


def quote(number, content, **more):
    return Quote(f"m{number}", f"s{number}", f"d{number}", content, **more)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_one_utterance(variant):
    assert alike(SAID, VARIANTS[variant]) == alike(VARIANTS[variant], SAID)
    assert verdict(quote(1, SAID), quote(2, VARIANTS[variant])).score >= 0.86
    pairs = candidates([runs_of((0, [SAID, *OTHERS.values()])), runs_of((6, [VARIANTS[variant]]))])
    assert [0, 6] in pairs.tolist()


@pytest.mark.parametrize("other", OTHERS)
def test_what_says_something_else_is_not(other):
    assert verdict(quote(1, SAID), quote(2, OTHERS[other])) is None
    assert verdict(quote(2, OTHERS[other]), quote(1, SAID)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мы не закроем границу до конца этого года и ждём инспекторов", "«Мы не закроем границу до конца этого года»"),
        ("سنبقي الحدود مفتوحة حتى ينتهي المفتشون من عملهم هنا", "سنبقي الحدود مفتوحة حتى ينتهي المفتشون من عملهم هنا."),
        ("Wir werden die Straße bis zum Frühjahr offen halten", "WIR WERDEN DIE STRASSE BIS ZUM FRÜHJAHR OFFEN HALTEN"),
    ],
)
def test_other_languages_are_folded_alike(one, other):
    assert alike(one, other) == 1


def test_speakers_and_dates_count():
    mine = quote(1, SAID, speaker="a", speaker_name="Mara Olsen", date_start="2024-05-01", date_end="2024-05-01")
    same = quote(2, SAID, speaker="b", speaker_name="M. Olsen", date_start="2024-05-02", date_end="2024-05-02")
    other = quote(3, SAID, speaker="c", speaker_name="Jonas Brandt")
    later = quote(4, SAID, speaker="a", speaker_name="Mara Olsen", date_start="2024-09-01", date_end="2024-09-30")
    unknown = quote(5, SAID)
    assert verdict(mine, same).score == 1
    assert verdict(mine, other) is None
    assert verdict(mine, unknown).score == 1
    assert verdict(mine, later).score == 0.5
    assert "days apart" in verdict(mine, later).reason
    assert verdict(mine, Quote("m9", "s1", "d9", SAID)) is None
    assert verdict(mine, Quote("m9", "s9", "d1", SAID)) is None


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=0, max_size=14), max_size=30))
def test_pairs_are_those_that_share_a_run_with_the_first_of_it_or_the_one_before(quotes):
    contents = [" ".join(words) for words in quotes]
    found = {tuple(pair) for pair in candidates([runs_of((0, contents[:7])), runs_of((7, contents[7:]))]).tolist()}
    runs = [set(runs_of((0, [content])).run.tolist()) for content in contents]
    shared = {}
    for number, own in enumerate(runs):
        for run in own:
            shared.setdefault(run, []).append(number)
    expected = {}
    for numbers in shared.values():
        links = {(numbers[0], n) for n in numbers[1:]} | set(itertools.pairwise(numbers))
        for link in links:
            expected[link] = expected.get(link, 0) + 1
    for (one, other), count in expected.items():
        least = min(len(runs[one]), len(runs[other]))
        assert ((one, other) in found) == (count >= (1 if least <= 7 else np.ceil(least * 0.15)))
    assert found <= expected.keys()


@pytest.fixture
def database(tmp_path):
    """Five reports in five documents; the first statement is reviewed, the last one's words are somebody else's."""
    path = tmp_path / "claims.db"
    contents = [SAID, VARIANTS["hedge dropped"], VARIANTS["tense"], OTHERS["another figure"], SAID]
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        migrate(conn)
        people = {"olsen": "Mara Olsen", "brandt": "Jonas Brandt"}
        made = [Change("insert", "actors", id_, {"name": name, "kind": "person"}) for id_, name in people.items()]
        for n, content in enumerate(contents):
            status = "reviewed" if n == 0 else "draft"
            speaker = "brandt" if n == 4 else "olsen"
            said = {"content": content, "kind": "utterance", "speaker": speaker, "document": f"d{n}", "status": status}
            mention = {"statement": f"s{n}", "document": f"d{n}", "content": content, "status": status}
            made += [
                Change("insert", "documents", f"d{n}", {"title": f"Paper {n}"}),
                Change("insert", "statements", f"s{n}", said),
                Change("insert", "mentions", f"m{n}", mention),
            ]
        apply_changes(conn, made, "ann")
    return path


def run(*arguments):
    group = click.Group()
    cli.register(group)
    return CliRunner().invoke(group, ["claims", *map(str, arguments)])


def proposals(database):
    with closing(sqlite3.connect(database)) as conn:
        return conn.execute("select subject, object, status from proposals order by id").fetchall()


def test_the_command_proposes_and_asks_nobody_twice(database):
    tried = run("duplicates", database, "--dry-run")
    assert (tried.exit_code, proposals(database)) == (0, [])
    done = run("duplicates", database, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["proposed"] == 2
    assert proposals(database) == [("m1", "s0", "open"), ("m2", "s0", "open")]
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        declined = conn.execute("select id from proposals where subject = 'm1'").fetchone()[0]
        apply_changes(conn, decline(conn, declined, "ann", "2024-01-01T00:00:00Z"), "ann")
    again = run("duplicates", database)
    assert again.stdout.startswith("5 quotations, ")
    assert again.stdout.endswith(" 3 alike: 0 new proposals\n")
    assert proposals(database) == [("m1", "s0", "declined"), ("m2", "s0", "open")]
    assert not check(database)


def test_accepting_one_makes_another_mention_and_nothing_was_merged_before(database):
    run("duplicates", database)
    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        assert conn.execute("select count(distinct statement) from mentions").fetchone() == (5,)
        found = conn.execute("select id from proposals where subject = 'm1'").fetchone()[0]
        apply_changes(conn, accept(conn, found, "ann", "2024-01-01T00:00:00Z"), "ann")
        told = conn.execute("select id from mentions where statement = 's0' order by id").fetchall()
        assert told == [("m0",), ("m1",)]
        assert conn.execute("select status from statements where id = 's1'").fetchone() == ("rejected",)
    assert not check(database)


def test_two_processes_propose_the_same(database, tmp_path):
    with closing(sqlite3.connect(database, isolation_level=None)) as conn, spreading.crew(2) as crew:
        conn.execute("PRAGMA foreign_keys = ON")
        told = propose_duplicates(conn, "ann", crew.spread)
    assert told.proposed == 2
    assert proposals(database) == [("m1", "s0", "open"), ("m2", "s0", "open")]


def test_a_reviewed_statement_that_may_be_anothers_waits_in_the_queue(database):
    from datasette_claims.pages.review_rows import query

    with closing(sqlite3.connect(database, isolation_level=None)) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.row_factory = sqlite3.Row
        changes = [
            Change("update", t, f"{t[0]}{n}", {"status": "reviewed"})
            for n in range(5)
            for t in ("statements", "mentions")
        ]
        apply_changes(conn, changes, "ann")
        sql, parameters = query({})
        assert conn.execute(sql, parameters).fetchall() == []
    run("duplicates", database)
    with closing(sqlite3.connect(database)) as conn:
        conn.row_factory = sqlite3.Row
        assert sorted(row["id"] for row in conn.execute(sql, parameters)) == ["s1", "s2"]


def test_least_and_a_missing_database(database, tmp_path):
    done = run("duplicates", database, "--least", "0.97")
    assert done.exit_code == 0
    assert len(proposals(database)) < 2
    done = run("duplicates", tmp_path / "none.db")
    assert (done.exit_code, "there is no such file" in done.stderr) == (1, True)
