"""A batch of cells to rows that can be staged: columns known, values typed, what one row says consistent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..schema import Table
from ..schema.package import TEXT_FILE, package_columns
from ..schema.vocabulary import NOT_STATED
from .dates import last_day
from .decoding import Inspected, inspect
from .problems import LoadError, Problem, Problems, suggestion
from .reading import Batch
from .sources import SourceFile, inside
from .values import ColumnReader

TEXT_COLUMNS = ("text", "text_length", "text_sha256")
DERIVES_COUNTRY = ("statements", "stances")
"""The tables whose country is derived when a row leaves it blank."""

Columns = dict[str, Sequence[Any]]


@dataclass
class Rows:
    """Checked rows: ``columns`` has a value a row for each stored column that the file gives."""

    columns: Columns
    lines: list[int]


@dataclass
class RowReader:
    """Reads the batches of one table from one file."""

    table: Table
    file: SourceFile
    readers: dict[str, ColumnReader] = field(default_factory=dict)
    texts: list[tuple[str, Inspected]] = field(default_factory=list)
    """Label and checksum of every text that was read."""

    def read(self, batch: Batch) -> tuple[Rows, list[Problem]]:
        """The rows of a batch and what is wrong with them. Raises LoadError where its columns are wrong."""
        self._check_columns(batch)
        problems = Problems()
        cells = dict(batch.columns)
        self._make_ids(cells, batch.lines)
        columns: Columns = {}
        for name, values in cells.items():
            if name == TEXT_FILE:
                continue
            columns[name], found = self._reader(name).read(values, batch.lines, self.file.name)
            problems.extend(found)
        if self.table.name == "documents":
            self._read_texts(columns, cells, batch.lines, problems)
        if not problems:
            self._check_rows(columns, cells, batch.lines, problems)
        return Rows(columns, batch.lines), list(problems)

    def _reader(self, name: str) -> ColumnReader:
        if name not in self.readers:
            reader = ColumnReader(self.table, self.table[name])
            if name == "country" and self.table.name in DERIVES_COUNTRY:
                reader.default = None
            self.readers[name] = reader
        return self.readers[name]

    def _check_columns(self, batch: Batch) -> None:
        known = package_columns(self.table)
        extra = ("text",) if self.table.name == "documents" else ()
        problems, name = Problems(), self.file.name
        for column in batch.columns:
            if column not in known and column not in extra:
                remedy = suggestion(column, known, f"remove it; the columns are {', '.join(known)}")
                problems.add(name, 1, column, column, f"{self.table.name} has no such column", remedy)
        for stored in self.table.stored:
            made = stored.name == "id" and self.table.id_from
            if stored.required and stored.name in known and stored.name not in batch.columns and not made:
                wrong = f"the column is missing, and every row of {self.table.name} needs it"
                problems.add(name, 1, stored.name, "", wrong, f"add a column “{stored.name}”")
        problems.raise_if_any()

    def _make_ids(self, cells: dict[str, tuple[str, ...]], lines: list[int]) -> None:
        parts = self.table.id_from
        if not parts or any(part not in cells for part in parts):
            return
        made = (".".join(values) for values in zip(*(cells[part] for part in parts), strict=True))
        given = cells.get("id", ("",) * len(lines))
        cells["id"] = tuple(old or new for old, new in zip(given, made, strict=True))

    def _read_texts(
        self, columns: Columns, cells: dict[str, tuple[str, ...]], lines: list[int], problems: Problems
    ) -> None:
        """Take in the texts that the rows name, and check or fill length and checksum."""
        files = cells.get(TEXT_FILE)
        if files is None and "text" not in columns:
            return
        texts = list(columns.get("text", [None] * len(lines)))
        for index, (path, line) in enumerate(zip(files or (), lines, strict=False)):
            if path and texts[index] is not None:
                problems.add(
                    self.file.name, line, TEXT_FILE, path, "the row also has a text", "leave one of them blank"
                )
            elif path:
                try:
                    texts[index] = self._text(path, line)
                except LoadError as error:
                    problems.extend(error.problems)
        columns["text"] = texts
        lengths = list(columns.get("text_length", [None] * len(lines)))
        sums = list(columns.get("text_sha256", [None] * len(lines)))
        for index, text in enumerate(texts):
            if text is None:
                continue
            sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
            pairs = (("text_length", lengths, len(text)), ("text_sha256", sums, sha256))
            for column, stated, actual in pairs:
                if stated[index] not in (None, actual):
                    wrong = f"the text has {actual}"
                    remedy = "correct it or leave it blank, or check that it is the right text"
                    problems.add(self.file.name, lines[index], column, stated[index], wrong, remedy)
                stated[index] = actual
        columns["text_length"], columns["text_sha256"] = lengths, sums

    def _text(self, path: str, line: int) -> str:
        if self.file.base is None:
            wrong = "standard input has no folder in which to look for texts"
            raise LoadError([Problem(self.file.name, line, TEXT_FILE, path, wrong, "load a folder or a package")])
        target = inside(self.file.base, path, self.file.name, TEXT_FILE, line)
        with target.open("rb") as file:
            seen = inspect(file, str(target))
            content = file.read()
        if seen.encoding == "utf-16" or content.startswith(b"\xef\xbb\xbf"):
            wrong = "the text has a byte order mark, which would shift every offset"
            raise LoadError([Problem(str(target), 1, "", "", wrong, "save it as UTF-8 without byte order mark")])
        self.texts.append((f"{self.file.base.resolve().name}/{path}", seen))
        return content.decode("utf-8")

    def _check_rows(
        self, columns: Columns, cells: dict[str, tuple[str, ...]], lines: list[int], problems: Problems
    ) -> None:
        """What one row says must fit together."""

        def note(index: int, column: str, wrong: str, remedy: str) -> None:
            problems.add(self.file.name, lines[index], column, cells[column][index], wrong, remedy)

        _check_days(columns, cells, note)
        _check_spans(columns, note)
        _check_self(self.table, columns, note)
        if self.table.name in DERIVES_COUNTRY:
            _check_country(columns, note)


Note = Callable[[int, str, str, str], None]


def _check_days(columns: Columns, cells: dict[str, tuple[str, ...]], note: Note) -> None:
    """Where only the start is given and it is partial, the interval ends with that month or year."""
    starts, ends = columns.get("date_start"), columns.get("date_end")
    if starts is None or ends is starts:
        return
    if ends is None:
        ends = [None] * len(starts)
    if any(end is None and len(cell) in (4, 7) for end, cell in zip(ends, cells["date_start"], strict=True)):
        pairs = zip(ends, cells["date_start"], strict=True)
        ends = [last_day(cell) if end is None and len(cell) in (4, 7) else end for end, cell in pairs]
        columns["date_end"] = ends
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end is not None and start is not None and (end if len(end) == 10 else last_day(end)) < start:
            wrong, remedy = f"it ends before it begins ({start})", "exchange or correct the dates"
            note(index, "date_end" if "date_end" in cells else "date_start", wrong, remedy)


def _check_spans(columns: Columns, note: Note) -> None:
    starts, ends = columns.get("span_start"), columns.get("span_end")
    if starts is None and ends is None:
        return
    size = len(starts if starts is not None else ends or ())
    quotes = columns.get("quote") or [None] * size
    rows = zip(starts or [None] * size, ends or [None] * size, quotes, strict=True)
    for index, (start, end, quote) in enumerate(rows):
        if (start is None) != (end is None):
            column = "span_start" if starts is not None and (ends is None or start is not None) else "span_end"
            note(index, column, "a span needs its start and its end", "give both or neither")
        elif start is not None and end <= start:
            note(index, "span_end", f"the span ends before it begins ({start})", "correct it; offsets are half-open")
        elif start is not None and quote is not None and len(quote) != end - start:
            wrong = f"the quote has {len(quote)} code points, its span {end - start}"
            note(index, "quote", wrong, "correct the span or copy the words exactly")


def _check_self(table: Table, columns: Columns, note: Note) -> None:
    pairs = {
        "actors": ("id", "parent"),
        "documents": ("id", "revision_of"),
        "statements": ("id", "parent_statement"),
        "claim_relations": ("claim", "other_claim"),
    }
    names = pairs.get(table.name)
    if names is None or any(name not in columns for name in names):
        return
    for index, (one, other) in enumerate(zip(columns[names[0]], columns[names[1]], strict=True)):
        if one == other:
            note(index, names[1], "the row refers to itself", "name another row or leave it blank")


def _check_country(columns: Columns, note: Note) -> None:
    """A basis without a country says nothing; a country makes the row its own source for it."""
    countries = columns.get("country")
    bases = columns.get("country_basis")
    for index, basis in enumerate(bases or ()):
        if basis != NOT_STATED and (countries is None or countries[index] in (None, NOT_STATED)):
            note(index, "country_basis", "a basis without a country", "give the country too, or leave both blank")
    if countries is not None:
        columns["country_origin"] = [None if country is None else "row" for country in countries]
