"""Seeded claims data of any size, as a data package or straight into a database, for every figure in ``bench/``.

Actors, claims and words follow Zipf's law, so that some actors say most and most say little; 200 countries, ten
years, documents of which some copy an earlier one, statements told within statements. The same ``Size`` always
gives the same rows.

    python bench/generate.py --rows 1000000 out/package          # CSV files
    python bench/generate.py --rows 1000000 --statements 200000 out/claims.db
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from datasette_claims.schema import BY_NAME, LOADABLE, migrate
from datasette_claims.schema.countries import countries
from datasette_claims.schema.ddl import triggers
from datasette_claims.schema.package import package_columns
from datasette_claims.schema.sealing import seal
from datasette_claims.schema.search import rebuild_fts_sql
from datasette_claims.schema.statistics import analyze

Row = tuple[Any, ...]
Integers = NDArray[np.int64]
CHUNK = 50_000
FIRST_DAY, DAYS = date(2015, 1, 1), 3652
STANCES = ("supports", "disputes", "mixed", "neutral", "queries", "declines")
BASES = ("explicit", "author_summary", "inferred", "third_party", "vote")
REPORTS = ("direct", "indirect", "mixed", "speech_act", "refusal")
IDENTIFICATIONS = ("named", "institution", "role_only", "unnamed", "collective")
COUNTRY_BASES = ("represents", "nationality", "based_in")


@dataclass(frozen=True)
class Size:
    """How many rows of what. ``statements=0`` gives stances without statements, as votes are.

    ``mentions`` counts reports of each statement; ``copies`` is the share of documents that are derived from an
    earlier one; every run of ``chain`` statements is told one within the other (1: none is nested).
    """

    stances: int = 1_000_000
    statements: int = 0
    mentions: int = 1
    documents: int = 0
    copies: float = 0.2
    chain: int = 1
    actors: int = 20_000
    claims: int = 5_000
    countries: int = 200
    seed: int = 2019


class Data:
    """The rows of one ``Size``; ``rows(table)`` streams them in the order of ``columns(table)``."""

    def __init__(self, size: Size) -> None:
        self.size = size
        codes = [c.id for c in countries() if c.kind == "country"]
        self.codes = [codes[i] for i in self._random("countries").permutation(len(codes))[: size.countries].tolist()]
        days = (FIRST_DAY + timedelta(days=n) for n in range(DAYS))
        self.days = [day.isoformat() for day in days]

    def _random(self, what: str) -> np.random.Generator:
        return np.random.default_rng([self.size.seed, *what.encode()])

    def _zipf(self, what: str, of: int, count: int, power: float = 1.0) -> Integers:
        weights = 1.0 / np.arange(1, of + 1) ** power
        edges = np.cumsum(weights) / weights.sum()
        return np.minimum(np.searchsorted(edges, self._random(what).random(count)), of - 1)

    def _choice(self, what: str, shares: Sequence[float], count: int) -> Integers:
        return self._random(what).choice(len(shares), size=count, p=shares)

    @cached_property
    def words(self) -> list[str]:
        """8,000 pronounceable words."""
        random = self._random("words")
        onsets, vowels = [*"bcdfghjklmnprstvw", "st", "tr", "sh", "pl"], list("aeiou")
        made = {
            "".join(onsets[int(o)] + vowels[int(v)] for o, v in random.integers(0, (len(onsets), 5), (n, 2)))
            for n in random.integers(1, 5, 12_000)
        }
        return sorted(made)[:8_000]

    def _sentences(self, what: str, count: int, length: int = 12) -> Iterator[str]:
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            drawn = self._zipf(f"{what}{start}", len(self.words), size * length, 0.9).reshape(size, length)
            words = np.array(self.words, dtype=object)[drawn]
            yield from (" ".join(row).capitalize() + "." for row in words.tolist())

    @cached_property
    def actor_country(self) -> Integers:
        """Index of each actor's country."""
        return self._zipf("actor country", len(self.codes), self.size.actors, 0.7)

    @cached_property
    def speaker(self) -> Integers:
        """Index of each statement's speaker."""
        return self._zipf("speaker", self.size.actors, self.size.statements, 0.8)

    @cached_property
    def said(self) -> Integers:
        """Index of each statement's day."""
        return self._random("said").integers(0, DAYS, self.size.statements)

    @property
    def documents(self) -> int:
        """How many documents: as asked, else one for every five statements."""
        return self.size.documents or -(-self.size.statements // 5)

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns that ``rows`` gives, in order; all can be inserted (but ``revision`` is not among them)."""
        return _COLUMNS[table]

    def tables(self) -> list[str]:
        """The tables that have rows, in the order in which they can be inserted."""
        return [table.name for table in LOADABLE if table.name in _COLUMNS and self._has(table.name)]

    def _has(self, table: str) -> bool:
        if table in {"actors", "claims", "stances"}:
            return True
        return self.size.statements > 0 and (table != "provenance" or self.size.copies > 0)

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of one table."""
        rows: Iterator[Row] = getattr(self, f"_{table}")()
        return rows

    def _actors(self) -> Iterator[Row]:
        for i, country in enumerate(self.actor_country.tolist()):
            kind = ("person", "organization")[i % 3 == 0]
            name = f"{self.words[i % 8000].capitalize()} {self.words[(i * 31 + 7) % 8000].capitalize()} {i}"
            yield actor_id(i), name, kind, "named", self.codes[country], COUNTRY_BASES[i % 3]

    def _claims(self) -> Iterator[Row]:
        kinds = ("factual", "causal", "prediction", "evaluative", "policy", "resolution")
        for i, text in enumerate(self._sentences("claim", self.size.claims, 10)):
            yield claim_id(i), text, kinds[i % 6], f"topic-{i % 40:02}"

    def _documents(self) -> Iterator[Row]:
        publishers = self._zipf("publisher", min(500, self.size.actors), self.documents)
        days = self._random("published").integers(0, DAYS, self.documents)
        for i, title in enumerate(self._sentences("title", self.documents, 7)):
            publisher = int(publishers[i])
            country = self.codes[int(self.actor_country[publisher])]
            yield document_id(i), title, "news_article", actor_id(publisher), country, "en", self.days[int(days[i])]

    def _statements(self) -> Iterator[Row]:
        publishers = self._zipf("publisher", min(500, self.size.actors), self.documents)
        report, known = self.report, self.known
        for i, text in enumerate(self._sentences("statement", self.size.statements)):
            speaker, day = int(self.speaker[i]), self.days[int(self.said[i])]
            document = i // 5 % self.documents
            parent = statement_id(i - 1) if i % self.size.chain else None
            country = self.codes[int(self.actor_country[speaker])]
            yield (
                *(statement_id(i), text, "paraphrase", actor_id(speaker), country, COUNTRY_BASES[speaker % 3], "row"),
                *(IDENTIFICATIONS[int(known[i])], "utterance", REPORTS[int(report[i])], "assertive", day, day),
                *(parent, document_id(document), actor_id(int(publishers[document]))),
            )

    @cached_property
    def report(self) -> Integers:
        """Index of each statement's report type."""
        return self._choice("report", (0.3, 0.4, 0.1, 0.15, 0.05), self.size.statements)

    @cached_property
    def known(self) -> Integers:
        """Index of each statement's identification."""
        return self._choice("known", (0.6, 0.15, 0.1, 0.1, 0.05), self.size.statements)

    def _mentions(self) -> Iterator[Row]:
        for i, text in enumerate(self._sentences("statement", self.size.statements)):
            speaker = int(self.speaker[i])
            country = self.codes[int(self.actor_country[speaker])]
            for k in range(self.size.mentions):
                document = (i // 5 + k * 7919) % self.documents
                yield (
                    *(f"{statement_id(i)}-m{k + 1}", statement_id(i), document_id(document)),
                    *(REPORTS[(int(self.report[i]) + k) % 5], actor_id(speaker), country, COUNTRY_BASES[speaker % 3]),
                    *(IDENTIFICATIONS[int(self.known[i])], "said", text),
                )

    def _provenance(self) -> Iterator[Row]:
        random = self._random("copies")
        drawn = random.random((self.documents, 2))
        for i in range(1, self.documents):
            if drawn[i, 0] < self.size.copies:
                source = int(drawn[i, 1] * i)
                yield f"copy-{i:07}", "document", document_id(i), "wasDerivedFrom", "document", document_id(source)

    def _stances(self) -> Iterator[Row]:
        size, n = self.size, self.size.stances
        claims = self._zipf("stance claim", size.claims, n)
        side = self._choice("side", (0.5, 0.25, 0.05, 0.15, 0.03, 0.02), n)
        basis = self._choice("basis", (0.5, 0.2, 0.15, 0.05, 0.1), n)
        random = self._random("stance statement")
        via = random.integers(0, size.statements, n) if size.statements else np.full(n, -1)
        actors = self.speaker[via] if size.statements else self._zipf("stance actor", size.actors, n, 0.8)
        days = self.said[via] if size.statements else random.integers(0, DAYS, n)
        publishers = self._zipf("publisher", min(500, size.actors), self.documents) if size.statements else via
        for start in range(0, n, CHUNK):
            part = slice(start, min(start + CHUNK, n))
            columns = (claims[part], side[part], basis[part], actors[part], days[part], via[part])
            for i, values in enumerate(zip(*(column.tolist() for column in columns), strict=True), start):
                yield self._stance(i, values, publishers)

    def _stance(self, i: int, values: tuple[int, ...], publishers: Integers) -> Row:
        claim, side, basis, actor, day, via = values
        country = self.codes[int(self.actor_country[actor])]
        known, report, document, publisher, statement = "named", "not_stated", None, None, None
        if via >= 0:
            known, report = IDENTIFICATIONS[int(self.known[via])], REPORTS[int(self.report[via])]
            source = via // 5 % self.documents
            document, publisher, statement = document_id(source), actor_id(int(publishers[source])), statement_id(via)
        return (
            *(f"x{i:08}", claim_id(claim), STANCES[side], BASES[basis], actor_id(actor), country),
            *(COUNTRY_BASES[actor % 3], "row", statement, known, report, self.days[day], self.days[day]),
            *(document, publisher, f"topic-{claim % 40:02}"),
        )


def actor_id(i: int) -> str:
    """The id of the i-th actor."""
    return f"actor-{i:05}"


def claim_id(i: int) -> str:
    """The id of the i-th claim."""
    return f"claim-{i:04}"


def document_id(i: int) -> str:
    """The id of the i-th document."""
    return f"doc-{i:07}"


def statement_id(i: int) -> str:
    """The id of the i-th statement."""
    return f"s{i:08}"


_COUNTRY = ("country", "country_basis")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "actors": ("id", "name", "kind", "identification", *_COUNTRY),
    "documents": ("id", "title", "kind", "publisher", "country", "language", "published_on"),
    "statements": (
        *("id", "content", "wording", "speaker", *_COUNTRY, "country_origin", "identification", "kind", "report_type"),
        *("speech_act", "date_start", "date_end", "parent_statement", "document", "publisher"),
    ),
    "mentions": (
        *("id", "statement", "document", "report_type", "speaker", *_COUNTRY, "identification", "cue", "content"),
    ),
    "claims": ("id", "text", "kind", "topic"),
    "stances": (
        *("id", "claim", "stance", "basis", "actor", *_COUNTRY, "country_origin", "statement", "identification"),
        *("report_type", "date_start", "date_end", "document", "publisher", "topic"),
    ),
    "provenance": ("id", "subject_type", "subject", "relation", "object_type", "object"),
}


def write_csv(size: Size, folder: Path) -> None:
    """Write the rows as a folder of CSV that ``datasette claims load`` reads: only what a data package holds."""
    data = Data(size)
    folder.mkdir(parents=True, exist_ok=True)
    for table in data.tables():
        columns = data.columns(table)
        kept = [i for i, name in enumerate(columns) if name in package_columns(BY_NAME[table])]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([columns[i] for i in kept])
            writer.writerows([row[i] for i in kept] for row in data.rows(table))


def write_database(size: Size, target: Path | sqlite3.Connection) -> sqlite3.Connection:
    """Write the rows into a claims database, which is made if it is missing, and return the open connection.

    This goes round the loader on purpose (nothing is validated, one revision for all): triggers and indexes are
    dropped, made again at the end, search is rebuilt and ANALYZE run. Copied columns come ready from ``Data``.
    """
    conn = sqlite3.connect(target) if isinstance(target, Path) else target
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = OFF")
    if isinstance(target, Path):  # what is interrupted is thrown away and made again
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("PRAGMA cache_size = -1000000")
    data = Data(size)
    named = [BY_NAME[name] for name in data.tables()]
    indexes = [index for table in named for index in table.index_sql]
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    for name, _ in indexes:
        conn.execute(f'DROP INDEX "{name}"')
    revision = conn.execute("SELECT max(id) + 1 FROM revisions").fetchone()[0]
    conn.execute(
        "INSERT INTO revisions (id, at, who, operation, action) "
        "VALUES (?, '2020-01-01T00:00:00Z', 'generate', 'load', ?)",
        [revision, revision],
    )
    seal(conn)
    for table in named:
        columns = (*data.columns(table.name), "revision")
        marks = ", ".join(["?"] * (len(columns) - 1) + [str(revision)])
        quoted = ", ".join(f'"{column}"' for column in columns)
        conn.executemany(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({marks})', data.rows(table.name))
    for _, sql in indexes:
        conn.execute(sql)
    for table in named:
        if table.search:
            conn.execute(rebuild_fts_sql(table))
    for sql in triggers().values():
        conn.execute(sql)
    analyze(conn, data.tables())
    conn.commit()
    conn.execute("PRAGMA journal_mode = DELETE")
    return conn


def main() -> None:
    """Write a package or, where the target ends in ``.db``, a database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000, help="stances")
    for name in ("statements", "mentions", "documents", "chain", "actors", "claims", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size, name))
    options = vars(parser.parse_args())
    target = options.pop("target")
    size = Size(stances=options.pop("rows"), **options)
    if target.suffix == ".db":
        target.parent.mkdir(parents=True, exist_ok=True)
        write_database(size, target).close()
    else:
        write_csv(size, target)


if __name__ == "__main__":
    main()
