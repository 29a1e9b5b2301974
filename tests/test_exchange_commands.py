"""`datasette claims export --format …` and `load --format …`: whole or nothing, checked, and through the hooks."""

import json
import sqlite3

import example_plugin
import hostile_rows
import pytest
from click.testing import CliRunner
from conftest import ROOT, skip
from datasette.plugins import pm
from w3c_model import musts

from datasette_claims.cli import claims
from datasette_claims.interchange import formats
from datasette_claims.interchange.records import fetch
from datasette_claims.loading import Options, load

BASE = "https://example.org/claims"
SHARED = ROOT / ".." / "shared"


def run(*arguments, code=0):
    done = CliRunner().invoke(claims, [str(each) for each in arguments])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def example():
    pm.register(example_plugin, "example")
    yield
    pm.unregister(example_plugin, "example")


def ids(path, table):
    conn = sqlite3.connect(path)
    try:
        return {row[0] for row in conn.execute(f"SELECT id FROM {table}")}
    finally:
        conn.close()


@pytest.mark.parametrize(
    ("format", "table"),
    [("prov", "documents"), ("claimreview", "claims"), ("csl", "documents"), ("citation", "documents")],
)
def test_an_export_has_one_file_a_document_or_claim(claims_db, tmp_path, format, table):
    run("export", claims_db, tmp_path / "out", "--format", format, "--base-url", BASE)
    names = {path.name.removesuffix(formats.FORMATS[format].suffix) for path in (tmp_path / "out").iterdir()}
    assert names == ids(claims_db, table)


def test_annotations_are_exported_for_the_documents_that_have_any(claims_db, tmp_path):
    run("export", claims_db, tmp_path / "out", "--format", "webannotation", "--base-url", BASE)
    conn = sqlite3.connect(claims_db)
    counts = dict(conn.execute("SELECT document, count(*) FROM mentions GROUP BY document"))
    spans = dict(
        conn.execute("SELECT m.document, count(*) FROM evidence e JOIN mentions m ON m.id = e.mention GROUP BY 1")
    )
    conn.close()
    found = {}
    for path in (tmp_path / "out").iterdir():
        collection = json.loads(path.read_text(encoding="utf-8"))
        id = path.name.removesuffix(".webannotation.json")
        assert collection["id"] == f"{BASE}/-/claims/annotations/?document={id}"
        found[id] = collection["total"]
    assert found == {id: count + spans.get(id, 0) for id, count in counts.items()}


@pytest.mark.parametrize("whole", [[], ["--whole"]])
def test_exported_annotations_meet_every_must_of_the_w3c(claims_db, tmp_path, whole):
    pytest.importorskip("rfc3987")
    run("export", claims_db, tmp_path / "out", "--format", "webannotation", "--base-url", BASE, *whole)
    status, told = musts(tmp_path / "out", "--items")
    assert status == 0, told
    assert "0 failed" in told


def test_the_whole_record_as_prov_is_equal_after_a_round_trip_in_each_serialization(claims_db, tmp_path):
    prov = pytest.importorskip("prov.model")
    pytest.importorskip("rdflib")
    pytest.importorskip("lxml")
    run("export", claims_db, tmp_path / "out", "--format", "prov", "--base-url", BASE, "--whole")
    document = prov.ProvDocument.deserialize(tmp_path / "out" / "claims.prov.json")
    assert len(document.get_records()) > 500
    for format in ("json", "xml", "rdf"):
        again = prov.ProvDocument.deserialize(content=document.serialize(format=format), format=format)
        assert again == document, format


def test_hostile_rows_survive_the_commands_as_annotations_and_as_prov(tmp_path):
    """A few of the rows that ``python tests/hostile_rows.py`` takes through every export."""
    pytest.importorskip("prov.model")
    pytest.importorskip("rdflib")
    pytest.importorskip("lxml")
    hostile_rows.make(tmp_path / "hostile.db", 80, seed=7)
    for format in ("webannotation", "prov"):
        for whole in ([], ["--whole"]):
            out = tmp_path / "out" / f"{format}{len(whole)}"
            out.parent.mkdir(exist_ok=True)
            run("export", tmp_path / "hostile.db", out, "--format", format, "--base", BASE, *whole)
    records, wrong = hostile_rows.unequal_prov(tmp_path / "out")
    assert (records > 100, wrong) == (True, [])
    if not (SHARED / "tools" / "run_w3c_model.py").exists():
        skip("../shared/tools/run_w3c_model.py is not on this machine")
    pytest.importorskip("rfc3987")
    assert hostile_rows.failed_musts(tmp_path / "out") == ""


def test_an_export_replaces_an_earlier_one_and_nothing_else(claims_db, tmp_path):
    folder = tmp_path / "out"
    run("export", claims_db, folder, "--format", "csl")
    run("export", claims_db, folder, "--format", "prov")
    assert {path.name.rpartition(".prov")[2] for path in folder.iterdir()} == {".json"}
    (folder / "diary.txt").write_text("mine")
    before = sorted(path.name for path in folder.iterdir())
    done = run("export", claims_db, folder, "--format", "csl", code=1)
    assert "other files than an earlier export's (diary.txt): name a new folder" in done.output
    assert sorted(path.name for path in folder.iterdir()) == before


def test_an_export_that_fails_leaves_what_was_there(claims_db, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    run("export", claims_db, folder, "--format", "csl", "--whole")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr("datasette_claims.interchange.formats.serialized", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(claims, ["export", str(claims_db), str(folder), "--format", "prov"], catch_exceptions=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_rows_that_belong_to_no_file_are_counted(claims_copy, tmp_path):
    conn = sqlite3.connect(claims_copy)
    conn.execute("INSERT INTO actors (id, name, kind, revision) VALUES ('nobody', 'Nobody', 'person', 1)")
    conn.commit()
    before = run("export", claims_copy, tmp_path / "a", "--format", "popolo").output
    told = fetch(conn, BASE, "document", ids(claims_copy, "documents")).actors
    missing = len(ids(claims_copy, "actors")) - len(told)
    conn.close()
    assert "nobody" not in told
    assert f"Rows that belong to none of them: {missing} of actors; --whole" in before
    run("export", claims_copy, tmp_path / "b", "--format", "popolo", "--whole")
    written = json.loads((tmp_path / "b" / "claims.popolo.json").read_text(encoding="utf-8"))
    assert {one["id"] for one in written["persons"] + written["organizations"]} == ids(claims_copy, "actors")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "rdf"], "no such format; use one of webannotation, prov"),
        (["--format", "prov", "--base-url", "example.org"], "give an absolute URL"),
        (["--format", "prov", "--base-url", "https://example.org/?a=b"], "give an absolute URL"),
        (["--format", "prov", "--base-url", "javascript:alert(1)"], "give an absolute URL"),
        (["--base-url", BASE], "go with --format"),
        (["--whole"], "go with --format"),
    ],
)
def test_wrong_options_of_an_export_are_explained(claims_db, tmp_path, arguments, message):
    assert message in run("export", claims_db, tmp_path / "out", *arguments, code=2).output
    assert not (tmp_path / "out").exists()


def test_a_withheld_text_is_written_only_if_asked_for(tmp_path):
    secret = "The minister said: “nothing of this may be passed on”."
    source = tmp_path / "documents.csv"
    source.write_text(f'id,title,rights,text\nd,D,withheld,"{secret}"\n', encoding="utf-8")
    mentions = tmp_path / "mentions.csv"
    mentions.write_text("id,statement,document,report_type,span_start,span_end\nm,s,d,direct,19,53\n")
    (tmp_path / "statements.csv").write_text("id,kind,document,report_type\ns,utterance,d,direct\n")
    database = tmp_path / "claims.db"
    load(database, [source, mentions, tmp_path / "statements.csv"], Options())
    for format in formats.FORMATS.values():
        run("export", database, tmp_path / "out", "--format", format.name, "--whole")
        assert "passed on" not in (tmp_path / "out" / f"claims{format.suffix}").read_text(encoding="utf-8")
    run("export", database, tmp_path / "out", "--format", "webannotation", "--withheld-texts")
    assert "passed on" in (tmp_path / "out" / "d.webannotation.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("format", ["webannotation", "claimreview", "popolo"])
def test_an_export_can_be_loaded_file_by_file(claims_db, tmp_path, format):
    run("export", claims_db, tmp_path / "out", "--format", format, "--base-url", BASE)
    database = tmp_path / "again.db"
    run("load", database, tmp_path / "out", "--format", format)
    for table in {"webannotation": ["mentions", "evidence"], "claimreview": ["claims"], "popolo": ["statements"]}[
        format
    ]:
        kept = ids(claims_db, table)
        if table == "statements":
            conn = sqlite3.connect(claims_db)
            kept = {row[0] for row in conn.execute("SELECT id FROM statements WHERE kind = 'utterance'")}
            conn.close()
        assert kept == ids(database, table)
    run("check", database)


def test_a_second_load_of_the_same_files_changes_nothing(claims_db, tmp_path):
    run("export", claims_db, tmp_path / "out", "--format", "popolo", "--whole")
    database = tmp_path / "again.db"
    run("load", database, tmp_path / "out", "--format", "popolo")
    assert "Nothing to change" in run("load", database, tmp_path / "out", "--format", "popolo").output
    conn = sqlite3.connect(database)
    sources = json.loads(conn.execute("SELECT sources FROM loads").fetchone()[0])
    conn.close()
    digests = {each["name"]: each["sha256"] for each in sources}
    assert len(digests["claims.popolo.json"]) == 64


def write_brat(folder, ann):
    (folder / "note.txt").write_text("Ann said that it rains. Bob denied it.", encoding="utf-8")
    (folder / "note.ann").write_text(ann, encoding="utf-8")
    return folder / "note.ann"


GOOD = (
    "T1\tSource 0 3\tAnn\nT2\tCue 4 8\tsaid\nT3\tContent 9 22\tthat it rains\n"
    "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\n"
)


def test_damaged_parts_are_named_and_nothing_is_written(tmp_path):
    source = write_brat(tmp_path, GOOD + "T9\tSource 24 99\tBob\n")
    done = run("load", tmp_path / "a.db", source, "--format", "brat", code=1)
    assert "note.ann:5: “T9”: offsets 24 99 do not lie in the text" in done.output
    assert "nothing was written" in done.output
    assert not (tmp_path / "a.db").exists()


def test_lenient_skips_and_names_what_is_damaged(tmp_path):
    source = write_brat(tmp_path, GOOD + "T9\tSource 24 99\tBob\n")
    done = run("load", tmp_path / "a.db", source, "--format", "brat", "--lenient")
    assert "skipped: note.ann:5: “T9”: offsets 24 99" in done.output
    assert ids(tmp_path / "a.db", "documents") == {"note"}
    assert len(ids(tmp_path / "a.db", "evidence")) == 3
    told = run("load", tmp_path / "b.db", source, "--format", "brat", "--lenient", "--json")
    assert [each["value"] for each in json.loads(told.stdout)["skipped"]] == ["T9"]
    again = write_brat(tmp_path, GOOD)
    assert "skipped" not in run("load", tmp_path / "c.db", again, "--format", "brat", "--lenient").output


def test_what_the_rows_themselves_have_wrong_is_found_by_the_loader(tmp_path):
    people = {"persons": [{"id": "a", "name": "A"}], "memberships": [{"id": "m", "person_id": "missing", "role": "x"}]}
    (tmp_path / "p.json").write_text(json.dumps(people), encoding="utf-8")
    done = run("load", tmp_path / "a.db", tmp_path / "p.json", "--format", "popolo", code=1)
    assert "p.json" in done.output
    assert "missing" in done.output
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "docx"], "no such format; use one of"),
        (["--format", "popolo", "--table", "actors"], "do not go with --format"),
        (["--lenient"], "--lenient goes with --format"),
    ],
)
def test_wrong_options_of_a_load_are_explained(tmp_path, arguments, message):
    (tmp_path / "actors.csv").write_text("id,name,kind\na,A,person\n")
    assert message in run("load", tmp_path / "a.db", tmp_path / "actors.csv", *arguments, code=2).output


@pytest.mark.parametrize(("name", "message"), [("missing", "no such file or folder"), ("empty", "holds no file")])
def test_sources_that_are_not_there_are_named(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    assert message in run("load", tmp_path / "a.db", tmp_path / name, "--format", "brat", code=1).output


def test_a_plugin_adds_an_importer_and_an_exporter(example, tmp_path):
    (tmp_path / "note.who").write_text("Ann Lee: It rains.\nBob: It does not.\nAnn Lee: It does.\n", encoding="utf-8")
    database = tmp_path / "a.db"
    run("load", database, tmp_path / "note.who", "--format", "who-what")
    assert ids(database, "actors") >= {"ann-lee", "bob"}
    run("check", database)
    run("export", database, tmp_path / "out", "--format", "who-what")
    run("export", database, tmp_path / "out", "--format", "who-what")
    written = (tmp_path / "out" / "claims.who-what.who").read_bytes()
    assert written == (tmp_path / "note.who").read_bytes()


def test_what_a_plugin_refuses_is_told_like_any_other_problem(example, tmp_path):
    (tmp_path / "note.who").write_text("no colon\n")
    done = run("load", tmp_path / "a.db", tmp_path / "note.who", "--format", "who-what", code=1)
    assert "note.who:1: there is no “: ” in “no colon”" in done.output
    assert (
        "cannot skip"
        in run("load", tmp_path / "a.db", tmp_path / "note.who", "--format", "who-what", "--lenient", code=2).output
    )


def test_two_plugins_with_one_name_are_refused(example, tmp_path):
    class Second:
        @staticmethod
        @example_plugin.hookimpl
        def claims_importers():
            return [example_plugin.WhoWhatImporter()]

    pm.register(Second, "second")
    try:
        (tmp_path / "note.who").write_text("A: b\n")
        done = CliRunner().invoke(
            claims, ["load", str(tmp_path / "a.db"), str(tmp_path / "note.who"), "--format", "who-what"]
        )
        assert isinstance(done.exception, ValueError | SystemExit)
        assert "two plugins add something named 'who-what'" in f"{done.output}{done.exception}"
    finally:
        pm.unregister(Second, "second")


def test_exports_work_beside_a_running_writer(claims_copy, tmp_path):
    conn = sqlite3.connect(claims_copy, isolation_level=None)
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("UPDATE claims SET text = 'half-done'")
    run("export", claims_copy, tmp_path / "out", "--format", "claimreview", "--whole")
    conn.execute("ROLLBACK")
    conn.close()
    assert "half-done" not in (tmp_path / "out" / "claims.claimreview.json").read_text(encoding="utf-8")
