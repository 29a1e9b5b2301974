"""Load, export, load, export: the same bytes, whatever the texts hold."""

from __future__ import annotations

import filecmp
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from loading_data import ACTORS, CLAIMS, DATA, rows, write
from loading_data import loaded as load_into

from datasette_claims.interchange.datapackage import TextResource
from datasette_claims.loading import LoadError, attach, check, export
from datasette_claims.loading.writing import Change, apply_changes
from datasette_claims.schema import BY_NAME


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _again(folder: Path, work: Path) -> Path:
    """What loading an exported package and exporting it again gives."""
    load_into(work / "again.db", folder)
    assert check(work / "again.db") == []
    export(work / "again.db", work / "again")
    return work / "again"


def test_the_reference_case_comes_back_byte_for_byte(tmp_path: Path) -> None:
    load_into(tmp_path / "claims.db", DATA)
    export(tmp_path / "claims.db", tmp_path / "out")
    same = [path.name for path in DATA.glob("*.csv")]
    assert filecmp.cmpfiles(DATA, tmp_path / "out", same, shallow=False) == (same, [], [])
    assert _files(_again(tmp_path / "out", tmp_path)) == _files(tmp_path / "out")
    assert b"\r" not in b"".join(_files(tmp_path / "out").values())


def test_an_export_over_the_package_that_was_loaded_changes_no_byte_of_it(tmp_path: Path) -> None:
    package = Path(shutil.copytree(DATA, tmp_path / "data"))
    load_into(tmp_path / "claims.db", package)
    export(tmp_path / "claims.db", package)
    assert _files(package) == _files(DATA)
    export(tmp_path / "claims.db", package, title="Another title")
    changed = {name for name, content in _files(package).items() if content != _files(DATA)[name]}
    assert changed == {"datapackage.json"}
    assert json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["title"] == "Another title"


@pytest.mark.parametrize("broken", ["{", "[]", '{"name": "Not a slug!"}', '{"licenses": "CC0"}'])
def test_a_descriptor_that_cannot_be_kept_is_not_overwritten(broken: str, tmp_path: Path) -> None:
    load_into(tmp_path / "claims.db", DATA)
    write(tmp_path / "out", {"datapackage.json": broken})
    with pytest.raises(LoadError, match=r"out/datapackage.json: .*cannot be kept .*put it right, or remove the file"):
        export(tmp_path / "claims.db", tmp_path / "out")
    assert _files(tmp_path / "out") == {"datapackage.json": broken.encode()}


_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
_HOSTILE = st.sampled_from(
    [
        *(
            "NA",
            "null",
            "None",
            "not_stated",
            " ",
            "\t",
            "\n",
            "\r",
            "\r\n",
            '"',
            '""',
            ",",
            ";",
            "=1+1",
            "'",
            "\ufeff",
        ),
        *(
            "\x1a",
            "\x1b[0m",
            "\u2028",
            "\u202e",
            "é",
            "é",
            "👩‍👩‍👧",
            "0",
            "1e5",
            "-",
            "\\N",
            "<b>",
            "a\n\n\nb",
            "  a  ",
        ),
    ]
)
_WORDS = st.one_of(_TEXT, _HOSTILE)
_ID = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and text[0] not in "=+@"
)
_DAY = st.one_of(st.none(), st.dates().map(lambda day: day.isoformat()))


@st.composite
def _rows(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    names = draw(st.lists(_ID, min_size=2, max_size=4, unique=True))
    countries = st.sampled_from([None, "NA", "GB", "YU", "not_stated"])
    actors = [
        {
            "id": name,
            "name": draw(_WORDS.filter(str.strip)),
            "kind": "person",
            "note": draw(_WORDS),
            "country": draw(countries),
        }
        for name in names
    ]
    texts = [
        draw(st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))))
        for _ in names
    ]
    documents = [
        {"id": name, "title": "T", "text": text or None, "publisher": draw(st.sampled_from([None, *names]))}
        for name, text in zip(names, texts, strict=True)
    ]
    statements = [
        {
            "id": name,
            "kind": "utterance",
            "content": draw(_WORDS),
            "cue": draw(_WORDS),
            "speaker": draw(st.sampled_from([None, *names])),
            "country": draw(countries),
            "date_start": draw(_DAY),
            "document": draw(st.sampled_from([None, *names])),
            "hedged": draw(st.sampled_from([0, 1])),
        }
        for name in names
    ]
    claims = [{"id": names[0], "text": draw(_WORDS.filter(str.strip)), "kind": "policy", "topic": draw(_WORDS)}]
    stances = [
        {
            "id": name,
            "claim": names[0],
            "stance": "mixed",
            "basis": "vote",
            "actor": draw(st.sampled_from(names)),
            "country": draw(countries),
            "original_label": draw(_WORDS),
            **draw(
                st.one_of(
                    st.fixed_dictionaries({"statement": st.sampled_from(names)}),
                    st.fixed_dictionaries({"date_start": _DAY}),
                )
            ),
        }
        for name in names
    ]
    return {"actors": actors, "documents": documents, "statements": statements, "claims": claims, "stances": stances}


_EXAMPLE = {"actors": [{"id": "a", "name": "\r", "kind": "person", "note": "\ufeff"}]}
_EXAMPLE["actors"][0]["name"] = "a\r"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(content=_rows())
@example(content=_EXAMPLE)
def test_any_rows_come_back_byte_for_byte(
    content: dict[str, list[dict[str, object]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = tmp_path_factory.mktemp("round")
    write(work, {"rows.json": json.dumps(content)})
    load_into(work / "claims.db", work / "rows.json")
    export(work / "claims.db", work / "out")
    assert _files(_again(work / "out", work)) == _files(work / "out")
    for table in content:
        names = ", ".join(f'"{column.name}"' for column in BY_NAME[table].columns if column.name != "revision")
        query = f'SELECT {names} FROM "{table}" ORDER BY id'
        assert rows(work / "again.db", query) == rows(work / "claims.db", query)


def test_only_what_the_rows_state_is_exported(tmp_path: Path) -> None:
    files = {
        "actors.csv": ACTORS,
        "countries.csv": "id,name,kind\nXQ,Somewhere,entity\n",
        "documents.csv": "id,title,publisher,text\nd,D,ada,Words\n",
        "statements.csv": "id,kind,speaker,country,country_basis,document,date_start\n"
        "given,utterance,ada,GB,represents,d,2019\nunsaid,utterance,ada,not_stated,,d,\nderived,utterance,ada,,,d,\n",
        "claims.csv": CLAIMS,
        "stances.csv": "id,claim,stance,basis,actor,statement\nx,war,mixed,explicit,ada,given\n",
    }
    load_into(tmp_path / "claims.db", write(tmp_path / "package", files))
    export(tmp_path / "claims.db", tmp_path / "out")
    out = {name: content.decode() for name, content in _files(tmp_path / "out").items()}
    assert sorted(out) == [
        *("actors.csv", "claims.csv", "countries.csv", "datapackage.json", "documents.csv", "stances.csv"),
        *("statements.csv", "texts/d.txt"),
    ]
    assert out["countries.csv"].splitlines() == ["id,name,alpha_3,kind,withdrawn", "XQ,Somewhere,,entity,"]
    cells = {line.split(",")[0]: line.split(",")[4:6] for line in out["statements.csv"].splitlines()[1:]}
    assert cells == {"given": ["GB", "represents"], "unsaid": ["not_stated", ""], "derived": ["", ""]}
    assert out["stances.csv"].splitlines()[1] == "x,war,mixed,explicit,ada,,,,given,,,,,,,,,,,,,"
    assert out["documents.csv"].splitlines()[1].endswith(",texts/d.txt,,")
    assert json.loads(out["datapackage.json"])["resources"][-1]["path"] == "texts/d.txt"
    assert TextResource.of("d", "Words").sha256 in out["documents.csv"]


def test_a_withheld_text_stays_out_of_the_package_unless_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "package", {"documents.csv": "id,title,rights\nd,D,withheld\n"})
    write(tmp_path, {"text.txt": "Words"})
    load_into(tmp_path / "claims.db", tmp_path / "package")
    attach(tmp_path / "claims.db", "d", tmp_path / "text.txt")
    export(tmp_path / "claims.db", tmp_path / "out")
    assert sorted(_files(tmp_path / "out")) == ["datapackage.json", "documents.csv"]
    assert b"Words" not in b"".join(_files(tmp_path / "out").values())
    export(tmp_path / "claims.db", tmp_path / "out", withheld_texts=True)
    assert _files(tmp_path / "out")["texts/d.txt"] == b"Words"


def test_an_export_replaces_an_earlier_package_whole_and_nothing_else(tmp_path: Path) -> None:
    load_into(tmp_path / "claims.db", DATA)
    export(tmp_path / "claims.db", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "claims.db")) as conn:
        apply_changes(
            conn, [Change("delete", "assessments", id_) for (id_,) in conn.execute("SELECT id FROM assessments")], "me"
        )
    export(tmp_path / "claims.db", tmp_path / "out")
    assert "assessments.csv" not in _files(tmp_path / "out")
    write(tmp_path / "out", {"diary.txt": "mine"})
    before = _files(tmp_path / "out")
    with pytest.raises(LoadError, match=r"other files than a package's \(diary.txt\): name a new folder"):
        export(tmp_path / "claims.db", tmp_path / "out")
    assert _files(tmp_path / "out") == before


def test_an_interrupted_export_leaves_the_earlier_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datasette_claims.loading import exporting

    load_into(tmp_path / "claims.db", DATA)
    export(tmp_path / "claims.db", tmp_path / "out")
    before = _files(tmp_path / "out")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "descriptor", stop)
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / "claims.db", tmp_path / "out")
    assert _files(tmp_path / "out") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["claims.db", "out"]
