"""A claims database whose ids and words are as hostile as a text can be, for exports through the real commands.

    python tests/hostile_rows.py [--rows 500] [--seed 1]

makes one, exports it in every way with ``datasette claims export`` and ``datasette serve --get``, runs the W3C model
assertions on all annotations, and takes all PROV through the prov package in JSON, XML and RDF. The last line is one
JSON object of what was counted; the exit code is 1 where anything failed.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from datasette_claims.interchange.iris import encoded
from datasette_claims.schema import BY_NAME, migrate
from datasette_claims.schema.ddl import triggers

SHARED = Path(__file__).parents[1] / ".." / "shared"
BASE = "https://example.org/records/claims"
PIECES = (
    *("<script>alert(1)</script>", "\"'\\", "\u202eright to left", "\x7f\x1f", "../../etc", "?page=1&x=#y"),
    *("é́ 😀 שלום", "http://[bad", "https://user:secret@example.org/", "https://example.org/a b/%zz/ü?q=[1]#frag"),
    *("javascript:alert(1)", "_:r0", "a:b", "a.json", ".", "..", "~2F", "\ufeffbom", "\ufffe", "\u2028\u2029", "%"),
    *("+ +", "]]>", "{{x}}", "\t\r\n", "\U000e0001", "CON", "-", "0", "null", "ﷺ", "İı", "a\u0300\u0301", "x" * 300),
)
SHARES = {
    "actors": 8, "documents": 8, "events": 3, "statements": 17, "mentions": 22, "evidence": 22, "claims": 6,
    "stances": 10, "provenance": 10, "memberships": 4, "assessments": 4,
}  # fmt: skip
FORMATS = ("webannotation", "prov", "claimreview", "popolo", "csl")


class Hostile:
    """Seeded rows by table, each reference to a row that is there."""

    def __init__(self, rows: int, seed: int) -> None:
        self.random = random.Random(seed)
        self.counts = {table: max(1, -(-rows * share // sum(SHARES.values()))) for table, share in SHARES.items()}
        self.ids = {table: [self._id(i) for i in range(count)] for table, count in self.counts.items()}

    def _id(self, number: int) -> str:
        return f"{self.random.choice(PIECES)}{number}" if number % 3 else f"{number}{self.random.choice(PIECES)}"

    def text(self) -> str | None:
        """A text of some pieces, or none."""
        return (
            " ".join(self.random.choices(PIECES, k=self.random.randint(1, 3))) if self.random.random() < 0.8 else None
        )

    def rows(self) -> Iterator[tuple[str, dict[str, object]]]:
        """(table, row)."""
        for table in SHARES:
            for id in self.ids[table]:
                yield table, {"id": id, "revision": 1, **self._row(table)}

    def _row(self, table: str) -> dict[str, object]:
        row: dict[str, object] = {}
        for column in BY_NAME[table].columns:
            if column.name in ("id", "revision", "month", "parent_statement", "status", "coder") or column.copy:
                continue
            if column.references in self.ids and (column.required or self.random.random() < 0.6):
                row[column.name] = self.random.choice(self.ids[column.references])
            elif column.enumeration is not None and column.references is None:
                row[column.name] = self.random.choice(column.enumeration.words)
            elif column.name in _TEXTS:
                row[column.name] = self.text() or ("x" if column.required else None)
        if table in ("mentions", "evidence", "provenance", "memberships"):
            start = self.random.randint(0, 200)
            row |= {"span_start": start, "span_end": start + self.random.randint(1, 60)}
        if table == "documents":
            row |= {"published_on": self.random.choice(["2019", "2019-05", "2019-05-16", None]), "rights": "cc0"}
            row["text"] = "".join(self.random.choices(PIECES, k=40))
        if table in ("provenance", "assessments"):
            row |= self._subjects(table)
        if "date_start" in {column.name for column in BY_NAME[table].columns}:
            row |= {"date_start": "2019-05", "date_end": "2019-05-16"}
        return {name: value for name, value in row.items() if value is not None}

    def _subjects(self, table: str) -> dict[str, object]:
        kinds = {"actor": "actors", "document": "documents", "statement": "statements", "claim": "claims"}
        found: dict[str, object] = {}
        for end in ("subject", "object") if table == "provenance" else ("subject",):
            kind = self.random.choice(list(kinds))
            found |= {f"{end}_type": kind, end: self.random.choice(self.ids[kinds[kind]])}
        return found


_TEXTS = {
    *("name", "other_names", "note", "title", "language", "url", "credit_line", "label", "place", "content", "cue"),
    *("speaker_label", "speaker_role", "date_text", "audience_label", "quote", "text", "topic", "identifier", "role"),
    *("value", "assessor", "rationale", "hedge_terms", "editorial_insertions"),
}


def make(path: Path, rows: int, seed: int = 1) -> int:
    """Write the database; returns how many rows it holds."""
    conn = sqlite3.connect(path)
    migrate(conn)
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    made = 0
    for table, row in Hostile(rows, seed).rows():
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        conn.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))
        made += 1
    for sql in triggers().values():
        conn.execute(sql)
    conn.commit()
    conn.close()
    return made


def export(database: Path, folder: Path, formats: tuple[str, ...] = FORMATS, lists: bool = True) -> None:
    """Export in every way: one file a document or claim, the whole, and filtered lists of the live site."""
    for format in formats:
        for whole in ([], ["--whole"]):
            out = folder / f"{format}{'-whole' if whole else ''}"
            _run("claims", "export", str(database), str(out), "--format", format, "--base", BASE, *whole)
    if not lists:
        return
    conn = sqlite3.connect(database)
    document, speaker = (
        conn.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1").fetchone()[0]
        for column, table in (("document", "mentions"), ("speaker", "statements"))
    )
    one = conn.execute("SELECT id FROM mentions LIMIT 1").fetchone()[0]
    conn.close()
    settings = folder / "metadata.json"
    config = {"plugins": {"datasette-claims": {"database": database.stem, "base": BASE}}}
    settings.write_text(json.dumps(config))
    name = database.stem
    paths = {
        "mentions": f"/{name}/mentions.{{}}?document__exact={quote(document, safe='')}",
        "statements": f"/{name}/statements.{{}}?speaker__exact={quote(speaker, safe='')}",
        "one": f"/{name}/mentions/{encoded(one)}.{{}}",
    }
    for place, path in paths.items():
        for format in ("webannotation", "prov"):
            (folder / "lists").mkdir(exist_ok=True)
            found = _run("serve", str(database), "-m", str(settings), "--get", path.format(format))
            (folder / "lists" / f"{place}.{format}.json").write_text(found, encoding="utf-8")


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "datasette", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=600)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def failed_musts(folder: Path) -> str:
    """What the W3C model assertions have against the annotations in a folder; "" where nothing."""
    musts = folder / "musts"
    musts.mkdir(exist_ok=True)
    for path in folder.rglob("*.webannotation.json"):
        (musts / f"{len(list(musts.iterdir()))}.json").write_bytes(path.read_bytes())
    command = [sys.executable, SHARED / "tools" / "run_w3c_model.py", musts, SHARED / "w3c", "--items"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600)
    return "" if done.returncode == 0 else done.stdout[-3000:] + done.stderr[-3000:]


def unequal_prov(folder: Path) -> tuple[int, list[str]]:
    """(records taken through, the files and serializations that came back different)."""
    from prov.model import ProvDocument

    records, wrong = 0, []
    for path in folder.rglob("*.prov.json"):
        document = ProvDocument.deserialize(path)
        records += len(document.get_records())
        for format in ("json", "xml", "rdf"):
            again = ProvDocument.deserialize(content=document.serialize(format=format), format=format)
            if again != document:
                wrong.append(f"{path.relative_to(folder)} as {format}")
    return records, wrong


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = make(folder / "hostile.db", options.rows, options.seed)
        (folder / "out").mkdir()
        export(folder / "hostile.db", folder / "out")
        files = sum(1 for path in (folder / "out").rglob("*.json"))
        records, wrong = unequal_prov(folder / "out")
        musts = failed_musts(folder / "out")
    if musts:
        print(musts)
    for each in wrong:
        print(f"{each}: not equal after a round trip")
    print(
        json.dumps({"rows": rows, "files": files, "prov records": records, "unequal": len(wrong), "musts": not musts})
    )
    sys.exit(bool(wrong or musts))


if __name__ == "__main__":
    main()
