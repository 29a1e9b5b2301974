"""Text to rows: CSV, TSV, JSON and JSON Lines, in batches, each row with the line on which it begins.

A batch holds its cells by column, since everything after this works on whole columns. A cell is a ``str``; blank
is the empty string. Numbers and booleans of JSON become the text that a CSV would hold.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .problems import LoadError, Problem, Problems, visible

BATCH = 20_000
CELL_LIMIT = 64 * 1024 * 1024
"""The longest cell that is read, in characters."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass
class Batch:
    """Some rows of one table. ``columns`` maps each header to its cells; ``lines`` has one number a row.

    ``table`` is set where the file itself says to which table the rows belong.
    """

    columns: dict[str, tuple[str, ...]]
    lines: list[int]
    table: str | None = None


def read_delimited(text: io.TextIOWrapper, name: str, delimiter: str, size: int = BATCH) -> Iterator[Batch]:
    """Batches of at most ``size`` rows of a CSV or TSV file; one empty batch if it has no rows.

    Raises LoadError where it cannot be read as CSV.
    """
    csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT))
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    header = _header(reader, name, delimiter)
    first = True
    while True:
        before = reader.line_num
        try:
            rows = list(islice(reader, size))
        except csv.Error as error:
            raise _broken(error, name, before, reader.line_num) from error
        if rows or first:
            yield Batch(*_columns(rows, _lines(rows, before, reader.line_num), header, name))
        if not rows:
            return
        first = False


def _header(reader: Iterator[list[str]], name: str, delimiter: str) -> list[str]:
    try:
        header = next(reader, None)
    except csv.Error as error:
        remedy = "check the quotation marks of the first line"
        raise LoadError(
            [Problem(name, 1, "", "", f"the header cannot be read ({visible(str(error), None)})", remedy)]
        ) from error
    if header is None or not any(cell.strip() for cell in header):
        wrong = "the file is empty" if header is None else "the header is blank"
        raise LoadError([Problem(name, 1, "", "", wrong, "begin with one line that names the columns")])
    if len(header) == 1 and delimiter == ",":
        for other, what in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
            if other in header[0]:
                remedy = "save it with commas" + (", or name it .tsv" if other == "\t" else "")
                raise LoadError([Problem(name, 1, "", header[0], f"the columns are separated by {what}", remedy)])
    check_header(header, name)
    return header


def check_header(header: list[str], name: str) -> None:
    """Raises LoadError for blank and repeated column names."""
    problems, seen = Problems(), set[str]()
    for index, column in enumerate(header):
        if not column.strip():
            problems.add(name, 1, f"column {index + 1}", "", "the column has no name", "name it or remove it")
        elif column in seen:
            problems.add(name, 1, column, column, "the column stands in the header twice", "remove one of them")
        seen.add(column)
    problems.raise_if_any()


def _lines(rows: list[list[str]], before: int, after: int) -> list[int]:
    """The first physical line of each row, from 1."""
    if after - before == len(rows):
        return list(range(before + 1, after + 1))
    lines, line = [], before + 1
    for row in rows:
        lines.append(line)
        line += 1 + sum(len(_LINE_END.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)
    return lines


def _columns(
    rows: list[list[str]], lines: list[int], header: list[str], name: str
) -> tuple[dict[str, tuple[str, ...]], list[int]]:
    if rows and set(map(len, rows)) != {len(header)}:
        kept = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
        problems = Problems()
        for row, line in kept:
            if len(row) != len(header):
                wrong = f"the row has {len(row)} cells, the header names {len(header)} columns"
                value = row[0] if len(row) < len(header) else row[len(header)]
                problems.add(name, line, "", value, wrong, "add or remove cells; put cells with commas in quotes")
        problems.raise_if_any()
        rows, lines = [row for row, _ in kept], [line for _, line in kept]
    if not rows:
        return dict.fromkeys(header, ()), []
    return dict(zip(header, zip(*rows, strict=True), strict=True)), lines


def _broken(error: csv.Error, name: str, before: int, line: int) -> LoadError:
    """The message for a row that the csv module gives up on."""
    if "field larger than" in str(error):
        wrong = f"a cell has more than {CELL_LIMIT:,} characters, or a quotation mark is never closed"
        remedy = f"look for an open quotation mark after line {before}"
    elif "unexpected end of data" in str(error):
        wrong, remedy = "a quotation mark is never closed", "close it, and double every quotation mark inside a cell"
    else:
        wrong, remedy = (
            f"the row cannot be read ({visible(str(error), None)})",
            "double every quotation mark inside a quoted cell",
        )
    return LoadError([Problem(name, line, "", "", wrong, remedy)])
