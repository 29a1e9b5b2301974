"""Foreign files of several coders load as readings of one document, beside the record."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import skip

from datasette_claims.annotating.codings import codings
from datasette_claims.cli import claims
from datasette_claims.coding import agreement_by_layer, differences

POLNEAR = Path(__file__).parents[1] / ".." / "shared" / "polnear" / "brat"
TEXT = "Ann said it rained. Ben denied that.\n"
FIRST = """\
T1	Source 0 3	Ann
T2	Cue 4 8	said
T3	Content 9 18	it rained
E1	Attribution:T2 Source:T1 Cue:T2 Content:T3
T4	Source 20 23	Ben
T5	Cue 24 30	denied
T6	Content 31 35	that
E2	Attribution:T5 Source:T4 Cue:T5 Content:T6
"""
SECOND = FIRST.replace("T3\tContent 9 18\tit rained", "T3\tContent 12 18\trained").replace("E2", "E7")


@pytest.fixture
def run(tmp_path):
    (tmp_path / "rain.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "rain_4e07.ann").write_text(FIRST, encoding="utf-8")
    (tmp_path / "rain_zz11.ann").write_text(SECOND, encoding="utf-8")

    def load(*options):
        return CliRunner().invoke(claims, ["load", str(tmp_path / "x.db"), *map(str, options)])

    return load


def both(run, tmp_path):
    for coder in ("4e07", "zz11"):
        done = run(tmp_path / f"rain_{coder}.ann", "--format", "brat", "--coder", coder)
        assert done.exit_code == 0, done.output
    return sqlite3.connect(tmp_path / "x.db")


def test_two_coders_files_become_one_document_with_two_readings(run, tmp_path):
    conn = both(run, tmp_path)
    assert conn.execute("select id, title from documents").fetchall() == [("rain", "rain")]
    found = "select coder, status, count(*) from mentions group by 1, 2 order by 1"
    assert conn.execute(found).fetchall() == [("4e07", "draft", 2), ("zz11", "draft", 2)]
    assert conn.execute("select distinct status from statements").fetchall() == [("draft",)]
    read = codings(conn, "rain")
    assert [sorted(each.marks) for each in read.matches] == [["4e07", "zz11"]] * 2
    assert [(each.layer, each.values) for each in differences(read.matches, read.coders)] == [
        ("content", {"4e07": "9–18", "zz11": "12–18"})
    ]
    figures = {
        each.layer.name: each.figures for each in agreement_by_layer(read.marks, read.matches, read.coders, read.length)
    }
    assert figures["source"]["u_alpha"] == (1.0, 4)
    assert figures["content"]["u_alpha"].value < 1
    conn.close()
    assert CliRunner().invoke(claims, ["check", str(tmp_path / "x.db")]).exit_code == 0


def test_loading_a_coders_file_again_changes_nothing(run, tmp_path):
    both(run, tmp_path).close()
    done = run(tmp_path / "rain_4e07.ann", "--format", "brat", "--coder", "4e07", "--json")
    assert json.loads(done.output)["load"] is None


def test_a_folder_of_files_that_are_named_after_their_coders_loads_at_once(run, tmp_path):
    (tmp_path / "sun.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "sun_zz11.ann").write_text(SECOND, encoding="utf-8")
    done = run(tmp_path, "--format", "brat", "--coder-in-names")
    assert done.exit_code == 0, done.output
    conn = sqlite3.connect(tmp_path / "x.db")
    found = conn.execute("select document, coder, count(*), min(status), max(status) from mentions group by 1, 2")
    drafts = (2, "draft", "draft")
    assert found.fetchall() == [("rain", "4e07", *drafts), ("rain", "zz11", *drafts), ("sun", "zz11", *drafts)]
    assert conn.execute("select id, title from documents order by 1").fetchall() == [("rain", "rain"), ("sun", "sun")]
    both(run, tmp_path).close()
    assert conn.execute("select count(*) from mentions").fetchone() == (6,)
    conn.close()


def test_a_file_that_is_named_after_no_coder_is_told(run, tmp_path):
    shutil.copy(tmp_path / "rain_4e07.ann", tmp_path / "rain.ann")
    done = run(tmp_path / "rain.ann", "--format", "brat", "--coder-in-names")
    assert done.exit_code == 1
    assert "rain.ann: the file is not named after its coder" in done.output


@pytest.mark.parametrize("options", [["--coder-in-names"], ["--coder-in-names", "--format", "brat", "--coder", "x"]])
def test_names_of_files_go_with_a_format_and_without_a_coder(run, tmp_path, options):
    done = run(tmp_path / "rain_4e07.ann", *options)
    assert done.exit_code == 2
    assert "--coder-in-names goes with" in done.output


@pytest.mark.parametrize("options", [["--coder", "4e07"], ["--format", "brat", "--coder", " "]])
def test_a_coder_goes_with_a_format_and_has_a_name(run, tmp_path, options):
    done = run(tmp_path / "rain_4e07.ann", *options)
    assert done.exit_code == 2
    assert "--coder names a person" in done.output


def test_a_real_file_of_the_corpus_loads_as_its_coders_reading(run, tmp_path):
    sources = sorted(POLNEAR.glob("nyt_2016-05-17*"))
    if not sources:
        skip("../shared/polnear is not here")
    for source in sources:
        shutil.copy(source, tmp_path)
    done = run(tmp_path / f"{sources[-1].stem}.ann", "--format", "brat", "--coder", "4b22")
    assert done.exit_code == 0, done.output
    conn = sqlite3.connect(tmp_path / "x.db")
    events = re.findall(r"^E\S+\tAttribution", sources[-1].read_text(encoding="utf-8"), re.MULTILINE)
    assert conn.execute("select count(*), min(coder) from mentions").fetchone() == (len(events), "4b22")
    conn.close()
