"""Files of a data package: tables as CSV, TSV or JSON, single cells, the descriptor and mappings of foreign columns."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from pathlib import Path

from fuzz.target import Drawn, Target, as_text

from datasette_claims.loading import Options, load
from datasette_claims.loading.mapping import read_mapping
from datasette_claims.loading.problems import LoadError
from datasette_claims.loading.values import ColumnReader
from datasette_claims.schema import BY_NAME, TABLES, migrate
from datasette_claims.schema.package import in_package

FOLDER = tempfile.TemporaryDirectory()
CONN = sqlite3.connect(":memory:")
migrate(CONN)
COLUMNS = [(table, column) for table in TABLES for column in table.stored if in_package(column)]
CELLS = (
    *("", " ", "NA", "GB", "2019", "2019-05", "2019-05-16", "2019-02-30", "0000", "9999-12-31", "true", "false", "0"),
    *("1", "-1", "0.5", "1e5", "nan", "inf", "٣", "person", "news_article", "supports", "explicit", "reviewed", "=1+1"),
    *(
        "https://example.org/a",
        "javascript:1",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+25:00",
        "a; b",
        "[]",
        "x" * 201,
    ),
)


def _refused(error: LoadError) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.wrong
        assert problem.remedy
        assert str(problem).isprintable()


def cells(data: bytes) -> None:
    """A cell of any column of the model is stored or has a problem with a remedy; what is stored, written as text, is
    read as itself; and a column is read as its cells one by one are."""
    drawn = Drawn(data)
    table, column = drawn.pick(COLUMNS)
    given = tuple(drawn.pick((drawn.pick(CELLS), drawn.text(CELLS))) for _ in range(1 + drawn.number(3)))
    values, problems = ColumnReader(table, column).read(given, range(2, 2 + len(given)), "a.csv")
    wrong = {problem.line: problem for problem in problems}
    for line, (cell, value) in enumerate(zip(given, values, strict=True), 2):
        [alone], problem = ColumnReader(table, column).read((cell,), [line], "a.csv")
        assert problem == ([wrong[line]] if line in wrong else [])
        if line in wrong:
            assert wrong[line].wrong
            assert wrong[line].remedy
            continue
        assert alone == value
        if value is not None and value != "":
            [again], problem = ColumnReader(table, column).read((str(value),), [line], "a.csv")
            assert (again, problem) == (value, [])


def table(data: bytes) -> None:
    """A file of a table would be loaded or LoadError names file, line, column and remedy; nothing is written."""
    drawn = Drawn(data)
    name = drawn.pick(("actors.csv", "actors.tsv", "actors.jsonl", "actors.json", "claims.csv", "documents.jsonl"))
    kind = drawn.number(2)
    if kind == 0:
        content = drawn.rest()
    elif kind == 1:
        columns = [column.name for each, column in COLUMNS if each.name == name.split(".")[0]]
        mark = "\t" if name.endswith("tsv") else ","
        rows = [drawn.pick((columns, ["id", *columns[:3]]))]
        rows += [[drawn.pick((*CELLS, drawn.text(CELLS))) for _ in rows[0]] for _ in range(1 + drawn.number(3))]
        content = "\n".join(mark.join(row) for row in rows).encode("utf-8", "surrogatepass")
    else:
        content = json.dumps(drawn.json(("id", "name", "kind", "actors", "text", "other_names"), CELLS)).encode()
    for old in Path(FOLDER.name).iterdir():
        old.unlink()
    path = Path(FOLDER.name) / name
    path.write_bytes(content)
    try:
        load(CONN, [path], Options(dry_run=True))
    except LoadError as error:
        _refused(error)
    assert CONN.execute("SELECT count(*) FROM loads").fetchone() == (0,)


def descriptor(data: bytes) -> None:
    """A descriptor names tables inside its folder or LoadError says what is wrong; nothing outside is read."""
    drawn = Drawn(data)
    members = ("resources", "path", "name", "dialect", "delimiter", "drafts", "profile")
    words = (
        "actors.csv",
        "../../a.csv",
        "/etc/passwd",
        "actors",
        "~/a.csv",
        "a\\b.csv",
        "http://a/b.csv",
        ",",
        "\t",
        ".csv",
    )
    if drawn.number(1):
        resources = [drawn.json(members, words) for _ in range(1 + drawn.number(3))]
        content = json.dumps({"resources": resources, "drafts": drawn.json(members, words)}).encode()
    else:
        content = drawn.rest()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "actors.csv").write_text("id,name,kind\na,Mara Olsen,person\n", encoding="utf-8")
        (Path(folder) / "datapackage.json").write_bytes(content)
        try:
            report = load(CONN, [folder], Options(dry_run=True))
        except LoadError as error:
            _refused(error)
        else:
            assert {name for name, count in report.counts.items() if count.added} <= {"actors"}


def mapping(data: bytes) -> None:
    """A mapping names tables and columns of the model, or LoadError says what is wrong; no YAML makes objects."""
    words = (
        *(
            "files:",
            "a.csv:",
            "table:",
            "actors",
            "columns:",
            "values:",
            "constants:",
            "kind",
            "name",
            ": ",
            "- ",
            "\n  ",
        ),
        *(
            "{",
            "}",
            "[",
            "]",
            "!!python/object/apply:os.system",
            "&a",
            "*a",
            "? ",
            "|\n",
            "2019-05-16",
            "~",
            "NA",
            "no",
        ),
    )
    path = Path(FOLDER.name) / "mapping.yml"
    drawn = Drawn(data)
    path.write_bytes(
        drawn.rest() if drawn.number(1) == 0 else as_text(drawn.rest(), words).encode("utf-8", "surrogatepass")
    )
    try:
        found = read_mapping(path)
    except LoadError as error:
        _refused(error)
        return
    finally:
        path.unlink()
    for each in found.values():
        assert all(isinstance(ours, str) for names in each.columns.values() for ours in names)
        assert each.table is None or each.table in BY_NAME


_MAPPING = (
    b"\0files:\n  a.csv:\n    table: actors\n    columns:\n      Name: name\n    values:\n      kind: {P: person}\n"
)
_ACTORS = b"id,name,kind,country\na,Mara Olsen,person,GB\nb,Example Group,organization,\n"

TARGETS = (
    Target("cells", cells, [bytes([at, 3, 0, 5, 1]) for at in range(0, len(COLUMNS), 25)], CELLS),
    Target(
        "table", table, [b"\0\0" + _ACTORS, b"\3\0[" + b'{"id": "a", "name": "Mara Olsen"}]'], (",", '"', "\n", *CELLS)
    ),
    Target(
        "descriptor", descriptor, [b'\0{"resources": [{"name": "actors", "path": "actors.csv"}]}'], ('"path": ', '"..')
    ),
    Target("mapping", mapping, [_MAPPING], ("files:", "a.csv:", "&a ", "*a", "!!", "\n  ")),
)
