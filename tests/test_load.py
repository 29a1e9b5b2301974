"""Loading sound sources: what is read, what is written, what a second load does, and what a person's change means."""

from __future__ import annotations

import csv
import importlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from loading_data import (
    ACTORS,
    CLAIMS,
    DATA,
    ROOT,
    SEED,
    SMALL,
    STANCES,
    UN2019,
    content,
    counts,
    loaded,
    rows,
    write,
)

from datasette_claims.loading import LoadError, applying, attach, check
from datasette_claims.loading.writing import Change, StaleRow, apply_changes, read_values
from datasette_claims.schema import BY_NAME, migrate


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path / "package", SMALL)


def change(database: Path, *changes: Change) -> list[int]:
    with closing(sqlite3.connect(database)) as conn:
        return apply_changes(conn, changes, "reader")


# The reference case and the roll calls


def test_the_reference_case_loads_and_passes_every_check(database: Path) -> None:
    loaded(database, DATA)
    assert check(database) == []
    assert rows(database, "SELECT count(*) FROM statements WHERE document = 'nbc-2019-05-16'") == [46]
    assert rows(database, "SELECT journal_mode FROM pragma_journal_mode()") == ["wal"]


def test_countries_left_blank_follow_as_the_reviewed_reading_has_them(database: Path, tmp_path: Path) -> None:
    names = ("actors", "documents", "memberships", "segments", "events", "claims", "statements", "stances")
    blank = tmp_path / "blank"
    write(blank, {f"{name}.csv": (DATA / f"{name}.csv").read_bytes() for name in names})
    write(blank, {f"texts/{text.name}": text.read_bytes() for text in (DATA / "texts").iterdir()})
    reviewed: dict[str, tuple[str, str]] = {}
    for name in ("statements", "stances"):
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        for row in table:
            reviewed[f"{name}/{row['id']}"] = (row["country"] or "not_stated", row["country_basis"] or "not_stated")
            row["country"] = row["country_basis"] = ""
        with (blank / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table)
    loaded(database, blank)
    derived = {
        f"{name}/{id_}": (country, basis)
        for name in ("statements", "stances")
        for id_, country, basis in rows(database, f"SELECT id, country, country_basis FROM {name}")
    }
    assert derived == reviewed
    origins = "SELECT DISTINCT country, country_basis, country_origin FROM statements WHERE speaker = ?"
    assert rows(database, origins, ["chris-ghika"]) == [("GB", "nationality", "actor")]
    assert rows(database, origins, ["sanam-vakil"]) == [("GB", "based_in", "membership")]
    assert rows(database, origins, ["jeremy-hunt"]) == [("GB", "represents", "membership")]


@pytest.mark.parametrize("mapping", ["un2019-mapping.yml", "un2019-labels-mapping.yml"])
def test_roll_calls_load_with_either_documented_mapping(database: Path, mapping: str) -> None:
    if not UN2019.is_dir():
        pytest.skip("../shared/un2019 is not here")
    report = loaded(database, UN2019, mapping=ROOT / "docs" / mapping)
    assert (report.counts["actors"].added, report.counts["claims"].added) == (193, 90)
    assert report.counts["stances"].added == 16_174
    sides = "SELECT stance, original_label, basis, count(*) FROM stances GROUP BY 1, 2, 3 ORDER BY 4 DESC"
    assert rows(database, sides) == [
        ("supports", "yes", "vote", 13_015),
        ("neutral", "abstain", "vote", 2_023),
        ("disputes", "no", "vote", 1_136),
    ]
    namibia = "SELECT DISTINCT country, country_basis, country_origin FROM stances WHERE actor = 'namibia'"
    assert rows(database, namibia) == [("NA", "represents", "actor")]
    assert check(database) == []


# What is read

READINGS = {
    "UTF-8 with byte order mark": {"actors.csv": b"\xef\xbb\xbf" + ACTORS.encode()},
    "UTF-16 little end first": {"actors.csv": b"\xff\xfe" + ACTORS.encode("utf-16-le")},
    "UTF-16 big end first": {"actors.csv": b"\xfe\xff" + ACTORS.encode("utf-16-be")},
    "CRLF": {"actors.csv": ACTORS.replace("\n", "\r\n")},
    "CR": {"actors.csv": ACTORS.replace("\n", "\r")},
    "no line end at the end": {"actors.csv": ACTORS.rstrip("\n")},
    "blank lines": {"actors.csv": ACTORS.replace("\n", "\n\n")},
    "everything quoted": {"actors.csv": "\n".join(f'"{line}"' for line in ACTORS.replace(",", '","').split()) + "\n"},
    "TSV": {"actors.tsv": ACTORS.replace(",", "\t")},
    "JSON": {
        "actors.json": json.dumps(
            [
                {"id": "ada", "name": "Ada", "kind": "person", "country": "NA", "country_basis": "nationality"},
                {"id": "union", "name": "Union", "kind": "organization", "country": None},
            ]
        )
    },
    "JSON by table": {
        "all.json": json.dumps(
            {
                "actors": [
                    {"id": "ada", "name": "Ada", "kind": "person", "country": "NA", "country_basis": "nationality"},
                    {"kind": "organization", "name": "Union", "id": "union"},
                ]
            },
            indent=1,
        )
    },
    "JSON Lines": {
        "actors.jsonl": '{"id":"ada","name":"Ada","kind":"person","country":"NA","country_basis":"nationality"}\n\n'
        '{"id":"union","name":"Union","kind":"organization"}\n'
    },
    "data package": {
        "datapackage.json": json.dumps(
            {"resources": [{"name": "actors", "path": ["people/one.csv", "people/two.csv"]}]}
        ),
        "people/one.csv": "\n".join(ACTORS.split("\n")[:2]) + "\n",
        "people/two.csv": "\n".join([ACTORS.split("\n")[0], ACTORS.split("\n")[2]]) + "\n",
    },
    "columns in another order": {
        "actors.csv": "kind,country_basis,id,country,name\nperson,nationality,ada,NA,Ada\norganization,,union,,Union\n"
    },
}


@pytest.mark.parametrize("how", READINGS)
def test_every_way_of_writing_the_same_rows_is_read_the_same(how: str, database: Path, tmp_path: Path) -> None:
    loaded(database, write(tmp_path / "package", READINGS[how]))
    assert rows(database, "SELECT id, name, kind, country, country_basis FROM actors ORDER BY id") == [
        ("ada", "Ada", "person", "NA", "nationality"),
        ("union", "Union", "organization", "not_stated", "not_stated"),
    ]


def test_blank_is_null_or_the_default_and_quoted_line_ends_stay(database: Path, tmp_path: Path) -> None:
    files = {
        "actors.csv": ACTORS,
        "statements.csv": 'id,kind,content,cue,certainty,date_start\ns,utterance,"one\r\ntwo, ""three""\n",,,\n',
    }
    loaded(database, write(tmp_path / "package", files))
    read = "SELECT content, cue, certainty, date_start, month, hedged FROM statements"
    assert rows(database, read) == [('one\r\ntwo, "three"\n', None, "not_stated", None, "not_stated", 0)]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2019", "", ("2019-01-01", "2019-12-31")),
        ("2020-02", "", ("2020-02-01", "2020-02-29")),
        ("2019-05-16", "", ("2019-05-16", None)),
        ("2019-05", "2019-06", ("2019-05-01", "2019-06-30")),
        ("", "2019", (None, "2019-12-31")),
        ("1900-02", "1900-02", ("1900-02-01", "1900-02-28")),
    ],
)
def test_partial_days_of_an_interval_are_widened(
    database: Path, tmp_path: Path, start: str, end: str, days: tuple[str | None, str | None]
) -> None:
    files = {"statements.csv": f"id,kind,date_start,date_end\ns,utterance,{start},{end}\n"}
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT date_start, date_end FROM statements") == [days]


def test_other_dates_stay_as_precise_as_they_are(database: Path, tmp_path: Path) -> None:
    loaded(database, write(tmp_path / "package", {"claims.csv": "id,text,kind,date\nc,C,factual,2019-05\n"}))
    assert rows(database, "SELECT date FROM claims") == ["2019-05"]


def test_ids_are_made_where_the_model_says_from_what(database: Path, tmp_path: Path) -> None:
    files = {**SMALL, "claim_relations.csv": "claim,relation,other_claim\nwar,entails,threat\n"}
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT id FROM claim_relations") == ["war.entails.threat"]


def test_values_that_look_like_formulas_stay_texts(database: Path, tmp_path: Path) -> None:
    files = {"actors.csv": "id,name,kind,note\na,=1+1,person,@SUM(A1)\n"}
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT name, note FROM actors") == [("=1+1", "@SUM(A1)")]


def test_copied_columns_are_filled_through_every_step(database: Path) -> None:
    loaded(database, DATA)
    wrong = (
        "SELECT x.id FROM stances x JOIN statements s ON s.id = x.statement LEFT JOIN documents d ON d.id = s.document "
        "WHERE x.document IS NOT s.document OR x.publisher IS NOT d.publisher OR x.date_start IS NOT s.date_start"
    )
    assert rows(database, wrong) == []
    assert rows(database, "SELECT count(*) FROM stances WHERE publisher = 'nbc-news'") != [0]


# What is written


def test_a_load_is_one_load_row_and_one_revision_for_all_new_rows(database: Path, package: Path) -> None:
    report = loaded(database, package)
    assert counts(report, "stances") == (2, 0, 0, 0, 0)
    assert rows(database, "SELECT id, operation, load, table_name, who FROM revisions ORDER BY id")[1:] == [
        (2, "load", 1, None, "tester")
    ]
    assert rows(database, "SELECT DISTINCT revision FROM stances") == [2]
    (sources, told) = rows(database, "SELECT sources, counts FROM loads")[0]
    assert [entry["name"] for entry in json.loads(sources)] == [
        "package/actors.csv",
        "package/claims.csv",
        "package/stances.csv",
    ]
    assert json.loads(told)["stances"] == {"added": 2, "changed": 0, "removed": 0, "unchanged": 0, "kept": 0}


def test_loading_the_same_again_leaves_the_file_as_it_is_byte_for_byte(database: Path) -> None:
    loaded(database, DATA)
    before = database.read_bytes()
    report = loaded(database, DATA, prune=True)
    assert report.load is None
    assert database.read_bytes() == before


def test_a_changed_row_is_a_revision_with_before_and_after(database: Path, package: Path) -> None:
    loaded(database, package)
    write(package, {"stances.csv": STANCES.replace("x2,war,disputes", "x2,war,mixed")})
    report = loaded(database, package)
    assert counts(report, "stances") == (0, 1, 0, 1, 0)
    ((id_, operation, load, row, before, after),) = rows(
        database, "SELECT id, operation, load, row_id, before, after FROM revisions WHERE table_name = 'stances'"
    )
    assert (operation, load, row) == ("update", 2, "x2")
    assert json.loads(before)["stance"] == "disputes"
    assert json.loads(after) == {**json.loads(before), "stance": "mixed", "revision": id_}
    assert rows(database, "SELECT id, revision FROM stances ORDER BY id") == [("x1", 2), ("x2", id_)]


def test_columns_that_a_file_does_not_have_keep_what_is_stored(database: Path, package: Path) -> None:
    loaded(database, package)
    report = loaded(database, write(package.parent / "names", {"actors.csv": "id,name,kind\nada,Ada B.,person\n"}))
    assert counts(report, "actors") == (0, 1, 0, 0, 0)
    assert rows(database, "SELECT name, country FROM actors WHERE id = 'ada'") == [("Ada B.", "NA")]


@pytest.mark.parametrize(("country", "kept"), [("GB", "based_in"), ("FR", "not_stated")])
def test_a_basis_that_a_file_does_not_have_stays_with_its_country_only(
    database: Path, package: Path, country: str, kept: str
) -> None:
    write(
        package,
        {"stances.csv": "id,claim,stance,basis,actor,country,country_basis\nx,war,mixed,vote,ada,GB,based_in\n"},
    )
    loaded(database, package)
    write(package, {"stances.csv": f"id,claim,stance,basis,actor,country\nx,war,mixed,vote,ada,{country}\n"})
    loaded(database, package)
    assert rows(database, "SELECT country, country_basis, country_origin FROM stances") == [(country, kept, "row")]


def test_a_table_that_is_named_for_one_file_does_not_rename_a_folders_files(
    database: Path, package: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"more.csv": "id,name,kind\nb,B,person\n"})
    report = loaded(database, package, tmp_path / "more.csv", table="actors")
    assert {name: c.added for name, c in report.counts.items()} == {"actors": 3, "claims": 2, "stances": 2}


def test_a_date_that_does_not_fit_the_stored_one_is_a_problem(database: Path, tmp_path: Path) -> None:
    loaded(database, write(tmp_path / "p", {"statements.csv": "id,kind,date_start\ns,utterance,2019-05-16\n"}))
    earlier = write(tmp_path / "q", {"statements.csv": "id,kind,date_end\ns,utterance,2019-05-15\n"})
    with pytest.raises(LoadError, match=r"statements.csv:2:date_end: “2019-05-15”: it does not fit .* for date_start"):
        loaded(database, earlier)
    later = write(tmp_path / "q", {"statements.csv": "id,kind,date_end\ns,utterance,2019-05-17\n"})
    loaded(database, later)
    assert rows(database, "SELECT date_start, date_end FROM statements") == [("2019-05-16", "2019-05-17")]


def test_search_finds_new_and_changed_words_and_no_old_ones(database: Path, package: Path) -> None:
    loaded(database, package)
    write(package, {"claims.csv": CLAIMS.replace("There will be war", "Peace is coming")})
    loaded(database, package)
    find = "SELECT count(*) FROM claims_fts WHERE claims_fts MATCH ?"
    assert [rows(database, find, [word]) for word in ("peace", "war", "threat")] == [[1], [0], [1]]
    assert check(database) == []


def test_a_dry_run_tells_and_writes_nothing(database: Path, package: Path) -> None:
    assert loaded(database, package, dry_run=True).counts["stances"].added == 2
    assert not database.exists()
    loaded(database, package)
    before = database.read_bytes()
    write(package, {"stances.csv": STANCES.replace("disputes", "mixed") + "x3,war,mixed,explicit,ada,\n"})
    assert counts(loaded(database, package, dry_run=True), "stances") == (1, 1, 0, 1, 0)
    assert database.read_bytes() == before


def test_a_country_that_follows_from_the_actor_follows_again_when_the_actor_changes(
    database: Path, package: Path
) -> None:
    loaded(database, package)
    assert rows(database, "SELECT DISTINCT country, country_origin FROM stances") == [("NA", "actor")]
    report = loaded(database, write(package.parent / "more", {"actors.csv": ACTORS.replace("NA", "GB")}))
    assert list(report.counts) == ["actors"]
    assert rows(database, "SELECT DISTINCT country, country_origin FROM stances") == [("GB", "actor")]
    changed = "SELECT row_id FROM revisions WHERE table_name = 'stances' AND load = '2' ORDER BY row_id"
    assert rows(database, changed) == ["x1", "x2"]
    assert check(database) == []


MEMBERSHIPS = [
    ("no membership", "", ("NA", "nationality", "actor")),
    ("always", "m,ada,gov,,,", ("GB", "represents", "membership")),
    ("in time", "m,ada,gov,2019-01,2019-06,", ("GB", "represents", "membership")),
    ("over before", "m,ada,gov,2018,2019-04-30,", ("NA", "nationality", "actor")),
    ("ends that year", "m,ada,gov,,2019,", ("GB", "represents", "membership")),
    ("begins after", "m,ada,gov,2019-05-17,,", ("NA", "nationality", "actor")),
    ("attested that day", "m,ada,gov,,,2019-05-16", ("GB", "represents", "membership")),
    ("attested that month", "m,ada,gov,,,2019-05", ("GB", "represents", "membership")),
    ("attested another day", "m,ada,gov,,,2019-05-17", ("NA", "nationality", "actor")),
    ("two that disagree", "m,ada,gov,,,\nn,ada,other,,,", ("NA", "nationality", "actor")),
    ("two that agree", "m,ada,gov,,,\nn,ada,army,,,", ("GB", "represents", "membership")),
    ("one without a country", "m,ada,gov,,,\nn,ada,union,,,", ("GB", "represents", "membership")),
    ("only one without a country", "m,ada,union,,,", ("NA", "nationality", "actor")),
]


@pytest.mark.parametrize(("what", "members", "expected"), MEMBERSHIPS, ids=[m[0] for m in MEMBERSHIPS])
def test_the_country_at_the_time_of_speaking(
    database: Path, tmp_path: Path, what: str, members: str, expected: tuple[str, str, str]
) -> None:
    bodies = (
        "gov,Gov,organization,GB,represents\narmy,Army,organization,GB,represents\nother,O,organization,US,represents\n"
    )
    files = {
        "actors.csv": ACTORS + bodies,
        "memberships.csv": f"id,person,organization,date_start,date_end,as_of\n{members}\n",
        "statements.csv": "id,kind,speaker,date_start\ns,utterance,ada,2019-05-16\n",
    }
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT country, country_basis, country_origin FROM statements") == [expected]


def test_the_organization_of_the_row_decides_between_memberships(database: Path, tmp_path: Path) -> None:
    bodies = "gov,Gov,organization,GB,represents\nother,O,organization,US,represents\n"
    files = {
        "actors.csv": ACTORS + bodies,
        "memberships.csv": "id,person,organization\nm,ada,gov\nn,ada,other\n",
        "statements.csv": "id,kind,speaker,organization\ns,utterance,ada,other\n",
        "claims.csv": CLAIMS,
        "stances.csv": "id,claim,stance,basis,actor,statement,organization\n"
        "x,war,mixed,vote,ada,s,\ny,war,mixed,vote,ada,,gov\n",
    }
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT id, country, country_origin FROM stances ORDER BY id") == [
        ("x", "US", "statement"),
        ("y", "GB", "membership"),
    ]


def test_not_stated_in_a_row_is_kept_and_not_derived(database: Path, tmp_path: Path) -> None:
    files = {**SMALL, "stances.csv": "id,claim,stance,basis,actor,country\nx,war,mixed,vote,ada,not_stated\n"}
    loaded(database, write(tmp_path / "package", files))
    assert rows(database, "SELECT country, country_basis, country_origin FROM stances") == [
        ("not_stated", "not_stated", "row")
    ]


# Large loads go another way inside and must come to the same


@pytest.fixture
def early_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads of a thousand rows go the way of a million."""
    load_module = importlib.import_module("datasette_claims.loading.load")
    for module in (applying, load_module):
        monkeypatch.setattr(module, "BULK", 500)
    monkeypatch.setattr(applying, "INDEX_BULK", 1_000)


@pytest.mark.usefixtures("early_bulk")
def test_a_large_load_comes_to_the_same_as_many_small_ones(tmp_path: Path) -> None:
    import sys

    sys.path.insert(0, str(ROOT / "bench"))
    from generate import Size, write_csv

    write_csv(Size(stances=2_000, statements=300, mentions=2, chain=3, actors=100, claims=40), tmp_path / "package")
    large, small = tmp_path / "large.db", tmp_path / "small.db"
    loaded(large, tmp_path / "package")
    for name in ("actors", "documents", "statements", "mentions", "claims", "provenance"):
        loaded(small, tmp_path / "package" / f"{name}.csv")
    lines = (tmp_path / "package" / "stances.csv").read_text().splitlines(keepends=True)
    for start in range(1, len(lines), 400):
        loaded(
            small,
            write(tmp_path / "part", {"stances.csv": lines[0] + "".join(lines[start : start + 400])}) / "stances.csv",
        )
    for table in ("statements", "mentions", "stances", "provenance", "documents"):
        names = ", ".join(f'"{c.name}"' for c in BY_NAME[table].columns if c.name != "revision")
        query = f"SELECT {names} FROM {table} ORDER BY id"
        assert rows(large, query) == rows(small, query)
    assert check(large) == check(small) == []
    objects = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    assert rows(large, objects) == rows(small, objects)


@pytest.mark.usefixtures("early_bulk")
def test_a_large_change_upstream_reaches_rows_that_are_not_in_the_sources(tmp_path: Path) -> None:
    actors = "id,name,kind,country\n" + "".join(f"a{i},A,person,GB\n" for i in range(600))
    statements = "id,kind,speaker,date_start\n" + "".join(f"s{i},utterance,a{i},2019-05-16\n" for i in range(600))
    database = tmp_path / "claims.db"
    files = {
        "actors.csv": actors,
        "statements.csv": statements,
        "claims.csv": CLAIMS,
        "stances.csv": "id,claim,stance,basis,actor,statement\nx,war,mixed,explicit,a5,s5\n",
    }
    loaded(database, write(tmp_path / "one", files))
    files = {"actors.csv": actors.replace("GB", "FR"), "statements.csv": statements.replace("-16", "-17")}
    loaded(database, write(tmp_path / "two", files))
    assert rows(database, "SELECT country, date_start FROM stances") == [("FR", "2019-05-17")]
    assert check(database) == []


# What a person changed


def test_a_row_that_a_person_changed_is_kept_and_listed(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("update", "stances", "x1", {"stance": "mixed"}))
    report = loaded(database, package)
    (conflict,) = report.conflicts
    assert (conflict.table, conflict.row, conflict.columns) == ("stances", "x1", {"stance": ("mixed", "supports")})
    assert (conflict.line, conflict.source_changed) == (2, False)
    assert counts(report, "stances") == (0, 0, 0, 1, 1)
    assert rows(database, "SELECT stance FROM stances WHERE id = 'x1'") == ["mixed"]
    write(package, {"stances.csv": STANCES.replace("x1,threat,supports", "x1,threat,neutral")})
    assert loaded(database, package).conflicts[0].source_changed


def test_the_sources_win_with_theirs_and_the_persons_version_stays_in_the_record(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("update", "stances", "x1", {"stance": "mixed"}))
    report = loaded(database, package, theirs=True)
    assert counts(report, "stances") == (0, 1, 0, 1, 0)
    assert rows(database, "SELECT stance FROM stances WHERE id = 'x1'") == ["supports"]
    before = rows(database, "SELECT before FROM revisions WHERE row_id = 'x1' ORDER BY id DESC LIMIT 1")[0]
    assert json.loads(before)["stance"] == "mixed"
    assert loaded(database, package).load is None


def test_a_row_that_a_person_changed_to_what_the_source_says_is_no_conflict(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("update", "stances", "x1", {"stance": "mixed"}))
    write(package, {"stances.csv": STANCES.replace("x1,threat,supports", "x1,threat,mixed")})
    assert loaded(database, package).conflicts == []


def test_a_row_that_a_person_deleted_stays_deleted_until_theirs(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("delete", "stances", "x1"))
    report = loaded(database, package)
    assert [(c.row, c.deleted) for c in report.conflicts] == [("x1", True)]
    assert rows(database, "SELECT id FROM stances") == ["x2"]
    loaded(database, package, theirs=True)
    assert rows(database, "SELECT id FROM stances ORDER BY id") == ["x1", "x2"]


def test_a_reference_to_a_row_that_a_person_deleted_is_a_problem(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("delete", "stances", "x1"), Change("delete", "claims", "threat"))
    write(package, {"stances.csv": STANCES + "x3,threat,mixed,explicit,ada,\n"})
    with pytest.raises(LoadError, match="a person deleted this row of claims") as caught:
        loaded(database, package)
    assert [(p.line, p.column) for p in caught.value.problems] == [(4, "claim")]


def test_a_derived_change_does_not_hide_that_a_person_changed_the_row(database: Path, package: Path) -> None:
    loaded(database, package)
    change(database, Change("update", "stances", "x1", {"stance": "mixed"}))
    write(package, {"actors.csv": ACTORS.replace("NA", "GB")})
    assert len(loaded(database, package).conflicts) == 1
    assert rows(database, "SELECT stance, country FROM stances WHERE id = 'x1'") == [("mixed", "GB")]
    assert len(loaded(database, package).conflicts) == 1


# Pruning


def test_pruning_removes_what_the_sources_no_longer_have_and_records_it(database: Path, package: Path) -> None:
    loaded(database, package)
    write(package, {"stances.csv": STANCES.partition("x2")[0]})
    assert counts(loaded(database, package), "stances") == (0, 0, 0, 1, 0)
    report = loaded(database, package, prune=True)
    assert counts(report, "stances") == (0, 0, 1, 1, 0)
    ((operation, row, before, after),) = rows(
        database, "SELECT operation, row_id, before, after FROM revisions WHERE table_name = 'stances'"
    )
    assert (operation, row, json.loads(before)["claim"], after) == ("delete", "x2", "war", None)
    assert rows(database, "SELECT id FROM actors ORDER BY id") == ["ada", "union"]


def test_pruning_removes_whole_branches_in_the_right_order(database: Path, package: Path) -> None:
    loaded(database, package)
    write(package, {"stances.csv": STANCES.partition("x2")[0], "claims.csv": CLAIMS.partition("war")[0]})
    assert counts(loaded(database, package, prune=True), "claims") == (0, 0, 1, 1, 0)
    assert check(database) == []


def test_pruning_spares_tables_without_a_source_and_the_countries_of_every_database(
    database: Path, package: Path
) -> None:
    loaded(database, package)
    before = rows(database, "SELECT count(*) FROM countries")
    extra = write(package.parent / "more", {"countries.csv": "id,name,kind\nXQ,Somewhere,entity\n"})
    loaded(database, extra, prune=True)
    assert rows(database, "SELECT count(*) FROM countries") == [before[0] + 1]
    assert rows(database, "SELECT count(*) FROM stances") == [2]


def test_pruning_keeps_what_a_person_added_or_changed_and_lists_it(database: Path, package: Path) -> None:
    loaded(database, package)
    mine = {"claim": "war", "stance": "mixed", "basis": "explicit", "actor": "ada"}
    change(database, Change("insert", "stances", "mine", mine), Change("update", "stances", "x2", {"note": "seen"}))
    write(package, {"stances.csv": STANCES.partition("x2")[0]})
    report = loaded(database, package, prune=True)
    assert report.spared == [("stances", "mine"), ("stances", "x2")]
    assert counts(report, "stances") == (0, 0, 0, 1, 2)


def test_pruning_a_row_that_others_need_names_them(database: Path, package: Path) -> None:
    loaded(database, package)
    sources = write(package.parent / "claims", {"claims.csv": CLAIMS.partition("war")[0]})
    before = content(database)
    with pytest.raises(LoadError) as caught:
        loaded(database, sources, prune=True)
    assert [str(p) for p in caught.value.problems] == [
        "stances:x2:claim: “war”: the row refers to a row of claims that the sources no longer have: "
        "keep it in the source of claims, change this row first, or load without --prune"
    ]
    assert content(database) == before


# Texts


@pytest.fixture
def standoff(tmp_path: Path) -> Path:
    from hashlib import sha256

    told = f"id,title,rights,text_length,text_sha256\nd,A report,withheld,14,{sha256(b'Words of a day').hexdigest()}\n"
    spans = "id,document,kind,span_start,span_end\ng,d,lead,0,5\n"
    return write(tmp_path / "package", {"documents.csv": told, "segments.csv": spans})


def test_a_text_with_the_right_checksum_is_attached_and_outlasts_the_next_load(
    database: Path, standoff: Path, tmp_path: Path
) -> None:
    loaded(database, standoff)
    (tmp_path / "text.txt").write_text("Words of a day")
    done = attach(database, "d", tmp_path / "text.txt")
    assert (done.document, done.length, done.revision) == ("d", 14, 3)
    assert attach(database, "d", tmp_path / "text.txt").revision is None
    report = loaded(database, standoff)
    assert (report.load, report.conflicts) == (None, [])
    assert rows(database, "SELECT text FROM documents") == ["Words of a day"]
    assert rows(database, "SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'words'") == [1]


def test_another_text_is_refused_with_both_checksums_and_a_hint(database: Path, standoff: Path, tmp_path: Path) -> None:
    loaded(database, standoff)
    (tmp_path / "text.txt").write_bytes(b"Words of a day\r\n")
    before = content(database)
    with pytest.raises(LoadError, match=r"the document states [0-9a-f]{64}.*without the line end at its end"):
        attach(database, "d", tmp_path / "text.txt")
    assert content(database) == before


def test_a_new_version_is_a_document_of_its_own(database: Path, standoff: Path, tmp_path: Path) -> None:
    loaded(database, standoff)
    (tmp_path / "text.txt").write_text("Other words")
    assert attach(database, "d", tmp_path / "text.txt", revision=True).document == "d-v2"
    (tmp_path / "text.txt").write_text("Yet other words")
    assert attach(database, "d-v2", tmp_path / "text.txt", revision=True).document == "d-v3"
    assert rows(database, "SELECT id, revision_of, title, text FROM documents ORDER BY id")[1:] == [
        ("d-v2", "d", "A report", "Other words"),
        ("d-v3", "d-v2", "A report", "Yet other words"),
    ]


def test_a_text_that_the_quotes_contradict_is_not_attached(database: Path, tmp_path: Path) -> None:
    files = {
        "documents.csv": "id,title\nd,A report\n",
        "provenance.csv": "subject_type,subject,relation,object_type,object,document,span_start,span_end,quote\n"
        "document,d,wasInfluencedBy,document,d,d,0,5,Words\n",
    }
    loaded(database, write(tmp_path / "package", files))
    (tmp_path / "text.txt").write_text("Worms of a day")
    with pytest.raises(LoadError, match=r"provenance.*the text has “Worms” at 0-5"):
        attach(database, "d", tmp_path / "text.txt")
    assert rows(database, "SELECT text FROM documents") == [None]


def test_a_replaced_text_stays_in_the_record_in_full(database: Path, tmp_path: Path) -> None:
    package = write(tmp_path / "package", {"documents.csv": "id,title,text\nd,A report,First words\n"})
    loaded(database, package)
    loaded(database, write(package, {"documents.csv": "id,title,text\nd,A report,Second words\n"}))
    loaded(database, write(package, {"documents.csv": "id,title,text\nd,The report,Second words\n"}))
    before = [json.loads(b) for b in rows(database, "SELECT before FROM revisions WHERE row_id = 'd' ORDER BY id")]
    assert [b.get("text") for b in before] == ["First words", None]
    assert [b["text_length"] for b in before] == [11, 12]


# Changes of single rows


def test_a_stale_change_is_refused_and_nothing_is_written(database: Path, package: Path) -> None:
    loaded(database, package)
    (seen,) = change(database, Change("update", "stances", "x1", {"note": "one"}, revision=2))
    before = content(database)
    with pytest.raises(StaleRow, match=f"is now at revision {seen}"):
        change(
            database,
            Change("update", "stances", "x2", {"note": "two"}, revision=2),
            Change("update", "stances", "x1", {"note": "two"}, revision=2),
        )
    assert content(database) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (
            Change("insert", "stances", "x1", {"claim": "war", "stance": "mixed", "basis": "vote", "actor": "ada"}),
            "taken",
        ),
        (Change("update", "stances", "x1", {"actor": "nobody"}), "leads nowhere"),
        (Change("delete", "claims", "war"), "still refer"),
        (Change("update", "stances", "x1", {"stance": "maybe"}), "not allowed"),
        (Change("update", "stances", "x1", {"claim": None}), "missing"),
    ],
)
def test_a_change_that_the_model_forbids_is_refused_by_name(
    database: Path, package: Path, wrong: Change, says: str
) -> None:
    loaded(database, package)
    before = content(database)
    with pytest.raises(LoadError, match=says):
        change(database, wrong)
    assert content(database) == before


def test_a_new_stance_takes_its_country_from_its_actor_and_a_changed_actor_passes_it_on(
    database: Path, package: Path
) -> None:
    loaded(database, package)
    mine = {"claim": "war", "stance": "mixed", "basis": "explicit", "actor": "ada"}
    change(database, Change("insert", "stances", "mine", mine))
    assert rows(database, "SELECT country, country_origin FROM stances WHERE id = 'mine'") == [("NA", "actor")]
    change(database, Change("update", "actors", "ada", {"country": "FR"}))
    assert rows(database, "SELECT DISTINCT country FROM stances") == ["FR"]
    assert check(database) == []


def test_a_form_is_checked_by_the_rules_of_a_load() -> None:
    cells = {"id": "x", "claim": "war", "stance": "suports", "basis": "vote", "actor": "ada", "date_start": "2019"}
    values, problems = read_values(BY_NAME["stances"], cells)
    assert [str(p) for p in problems] == ["form:1:stance: “suports”: not a word of stance: write “supports”"]
    values, problems = read_values(BY_NAME["stances"], {**cells, "stance": "supports"})
    assert problems == []
    assert (values["date_start"], values["date_end"], values["claim"]) == ("2019-01-01", "2019-12-31", "war")


# Databases


def test_a_database_that_another_program_writes_to_is_left_alone(
    database: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasette_claims.loading import connecting

    real = sqlite3.connect
    monkeypatch.setattr(connecting.sqlite3, "connect", lambda path, **more: real(path, **{**more, "timeout": 0.05}))
    loaded(database, package)
    write(package, {"stances.csv": STANCES.replace("disputes", "mixed")})
    with closing(real(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LoadError, match="another program is writing to the database"):
            loaded(database, package)
    assert rows(database, "SELECT count(*) FROM loads") == [1]


def test_a_file_that_is_no_database_is_named_and_left_alone(database: Path, package: Path) -> None:
    database.write_text("no database, but long enough to look at: " * 20)
    before = database.read_bytes()
    with pytest.raises(LoadError, match="not an SQLite database"):
        loaded(database, package)
    assert database.read_bytes() == before


def test_an_existing_database_gets_the_tables_only_with_a_sound_load(database: Path, package: Path) -> None:
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("CREATE TABLE mine (id)")
        conn.commit()
    write(package, {"stances.csv": STANCES.replace("disputes", "odd")})
    with pytest.raises(LoadError):
        loaded(database, package)
    assert rows(database, "SELECT name FROM sqlite_master") == ["mine"]
    loaded(database, write(package, SMALL))
    assert rows(database, "SELECT count(*) FROM stances") == [2]


def test_a_connection_can_be_lent_and_comes_back_as_it_was(package: Path) -> None:
    from datasette_claims.loading import Options, load

    with closing(sqlite3.connect(":memory:")) as conn:
        migrate(conn)
        load(conn, [package], Options())
        assert conn.execute("SELECT count(*) FROM stances").fetchone() == (2,)
        assert conn.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)
        assert not conn.in_transaction
        assert conn.isolation_level == ""


def test_the_seed_article_can_be_attached_to_the_reference_case(database: Path) -> None:
    if not (SEED / "article.txt").is_file():
        pytest.skip("../shared/seed/article.txt is not here")
    loaded(database, DATA)
    attach(database, "nbc-2019-05-16", SEED / "article.txt")
    assert check(database) == []
