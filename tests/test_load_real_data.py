"""The two data sets beside this checkout, loaded as they are through mappings, in either order into one database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from data_package import needs_seed, read_csv
from loading_data import ROOT, SEED, UN2019, counts, loaded, rows

from datasette_claims.loading import attach, check

MAPPINGS = Path(__file__).parent / "mappings"
NO_VOTES = "the roll calls of 2019 are not beside this checkout (../shared/un2019)"
needs_votes = pytest.mark.skipif(not (UN2019 / "stances.csv").is_file(), reason=NO_VOTES)

# The row counts of the README of each; the three photographs are documents of their own in the model.
READING = {"documents": 1 + 3, "segments": 31, "events": 17, "actors": 43, "memberships": 15, "statements": 46}
READING |= {"mentions": 49, "evidence": 178, "claims": 30, "claim_relations": 12, "stances": 44, "provenance": 109}
VOTES = {"actors": 193, "claims": 90, "stances": 16174}


def load_reading(database: Path) -> dict[str, int]:
    """Load ../shared/seed; the number of rows that were added by table."""
    report = loaded(database, SEED, MAPPINGS / "seed-photographs.csv", mapping=MAPPINGS / "seed.yml")
    return {table: each.added for table, each in report.counts.items()}


def load_votes(database: Path) -> dict[str, int]:
    """Load ../shared/un2019; the number of rows that were added by table."""
    report = loaded(database, UN2019, mapping=ROOT / "docs" / "un2019-mapping.yml")
    return {table: each.added for table, each in report.counts.items()}


@needs_seed
def test_the_reviewed_reading_loads_whole_and_its_quotes_stand_in_the_article(tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    assert load_reading(database) == READING
    assert attach(database, "d1", SEED / "article.txt").length == 5338
    assert check(database) == []
    sides = "SELECT stance, basis, count(*) FROM stances WHERE claim = 'c01' GROUP BY 1, 2 ORDER BY 1, 2"
    assert rows(database, sides) == [
        *(("disputes", "author_summary", 3), ("disputes", "inferred", 1)),
        *(("supports", "explicit", 2), ("supports", "inferred", 2)),
    ]
    by_country = "SELECT country, count(*), count(DISTINCT speaker) FROM statements WHERE kind = 'utterance' GROUP BY 1"
    assert sorted(rows(database, by_country)) == [
        *(("DE", 4, 1), ("GB", 17, 4), ("IQ", 2, 1), ("IR", 1, 1), ("US", 11, 8), ("not_stated", 3, 3)),
    ]


@needs_seed
def test_what_a_row_of_the_reading_leaves_blank_is_derived_or_said_to_be_not_stated(tmp_path: Path) -> None:
    load_reading(tmp_path / "claims.db")
    for table in ("statements", "stances"):
        found = rows(tmp_path / "claims.db", f"SELECT DISTINCT country_origin, country = 'not_stated' FROM {table}")
        assert set(found) == {("row", 0), ("not_stated", 1)}


@needs_seed
@needs_votes
@pytest.mark.parametrize("first", ["reading", "votes"])
def test_both_load_into_one_database_in_either_order_and_again_without_a_change(first: str, tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    steps = [load_reading, load_votes] if first == "reading" else [load_votes, load_reading]
    assert [step(database) for step in steps] == ([READING, VOTES] if first == "reading" else [VOTES, READING])
    assert [set(step(database).values()) for step in steps] == [{0}, {0}]
    assert check(database) == []
    for table, added in VOTES.items():
        assert rows(database, f"SELECT count(*) FROM {table}") == [added + READING[table]]


@needs_votes
def test_the_votes_are_the_same_from_the_ready_stance_and_from_the_labels(tmp_path: Path) -> None:
    database = tmp_path / "claims.db"
    assert load_votes(database) == VOTES
    stated = Counter((row["original_label"], row["stance"]) for row in read_csv(UN2019 / "stances.csv"))
    assert stated.keys() == {("yes", "supports"), ("no", "disputes"), ("abstain", "neutral")}
    stored = rows(database, "SELECT original_label, stance, count(*) FROM stances GROUP BY 1, 2")
    assert {(label, stance): n for label, stance, n in stored} == stated
    assert rows(database, "SELECT name, country FROM actors WHERE id = 'na' OR country = 'NA'") == [("Namibia", "NA")]
    again = loaded(database, UN2019, mapping=ROOT / "docs" / "un2019-labels-mapping.yml")
    assert counts(again, "stances") == (0, 0, 0, 16174, 0)
    assert again.load is None
