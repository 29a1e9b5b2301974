"""Cells to stored values, a whole column at a time.

Each column is checked through its distinct values; only a column with a wrong value is gone through row by row,
to say on which lines it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..schema import Column, Table, Type
from ..schema.countries import codes_by_name
from .dates import DateError, check_date, first_day, last_day
from .problems import Problem, suggestion

ID_LENGTH = 200
CACHE = 50_000
_ID_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INTEGER = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Values = Sequence[Any]


class ValueProblem(ValueError):
    """A cell that cannot be stored: what is wrong and what to do."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong)


@dataclass
class ColumnReader:
    """Turns the cells of one column into stored values and remembers what it has seen."""

    table: Table
    column: Column
    default: Any = None
    _known: dict[str, Any] = field(default_factory=dict)
    _parse: Callable[[str], Any] = str

    def __post_init__(self) -> None:
        self._parse = _parser(self.table, self.column)
        if self.default is None and self.column.default is not None:
            self.default = 0 if self.column.type is Type.BOOLEAN else self.column.default

    def read(self, cells: tuple[str, ...], lines: Sequence[int], file: str) -> tuple[Values, list[Problem]]:
        """The values of the cells and the problems among them, each with its line."""
        wrong: dict[str, ValueProblem] = {}
        if self.column.type in (Type.IDENTIFIER, Type.TEXT, Type.LIST, Type.REFERENCE, Type.SUBJECT):
            values = self._read_texts(cells, wrong)
        else:
            values = self._read_parsed(cells, wrong)
        if not wrong:
            return values, []
        name = self.column.name
        return values, [
            Problem(file, line, name, cell, wrong[cell].wrong, wrong[cell].remedy)
            for cell, line in zip(cells, lines, strict=True)
            if cell in wrong
        ]

    def _read_texts(self, cells: tuple[str, ...], wrong: dict[str, ValueProblem]) -> Values:
        """Texts stay as they are; the check of a whole column is one search."""
        blank = "" in cells
        if blank and self.column.required:
            wrong[""] = self._blank()
        if not _texts_are_plain(cells, self.column.type, self._parse is not _text):
            for cell in set(cells) - {""}:
                self._try(cell, wrong)
        if self.column.required and self.column.type is Type.TEXT:
            wrong.update((cell, self._blank()) for cell in set(cells) if not cell.strip())
        return [cell or self.default for cell in cells] if blank else cells

    def _read_parsed(self, cells: tuple[str, ...], wrong: dict[str, ValueProblem]) -> Values:
        if len(self._known) > CACHE:
            self._known = {}
        for cell in set(cells) - self._known.keys():
            if cell:
                self._known[cell] = self._try(cell, wrong)
            elif self.column.required and self.default is None:
                wrong[""] = self._blank()
                self._known[""] = None
            else:
                self._known[""] = self.default
        known = self._known
        values = [known[cell] for cell in cells]
        for cell in wrong:
            del known[cell]
        return values

    def _try(self, cell: str, wrong: dict[str, ValueProblem]) -> Any:
        try:
            return self._parse(cell)
        except ValueProblem as problem:
            wrong[cell] = problem
        except DateError as error:
            wrong[cell] = ValueProblem(error.wrong, error.remedy)
        return None

    def _blank(self) -> ValueProblem:
        return ValueProblem("the cell is blank", f"every row of {self.table.name} needs its {self.column.name}")


def _texts_are_plain(cells: Iterable[str], kind: Type, parsed: bool) -> bool:
    """Whether no text needs a closer look; free texts never do."""
    if kind in (Type.TEXT, Type.LIST):
        return not parsed
    joined = "".join(cells)
    if _ID_CONTROL.search(joined) or max(map(len, cells), default=0) > ID_LENGTH:
        return False
    return joined.isascii() and " " not in joined and not any(map(_looks_like_formula, set(cells)))


def _looks_like_formula(cell: str) -> bool:
    return cell[:1] in ("=", "+", "@")


def _parser(table: Table, column: Column) -> Callable[[str], Any]:
    """The function that turns a non-blank cell into its value or raises ValueProblem or DateError."""
    if column.enumeration is not None:
        return _word_parser(column)
    if (table.name, column.name) == ("documents", "text_sha256"):
        return _sha256
    if column.name == "url":
        return _url
    parsers: dict[Type, Callable[[str], Any]] = {
        Type.IDENTIFIER: _identifier,
        Type.REFERENCE: _identifier,
        Type.SUBJECT: _identifier,
        Type.DATE: check_date,
        Type.DAY_FROM: first_day,
        Type.DAY_TO: last_day,
        Type.INTEGER: _integer,
        Type.BOOLEAN: _boolean,
        Type.SCORE: _score,
        Type.TIME: _time,
    }
    return parsers.get(column.type, _text)


def _text(cell: str) -> str:
    return cell


def _identifier(cell: str) -> str:
    if len(cell) > ID_LENGTH:
        raise ValueProblem(
            f"an id has at most {ID_LENGTH} characters", "use a short, readable name such as chris-ghika"
        )
    if _ID_CONTROL.search(cell):
        raise ValueProblem("the id holds a control character or a line end", "remove it")
    if cell != cell.strip():
        raise ValueProblem("the id begins or ends with a space", f"write “{cell.strip()}”")
    if _looks_like_formula(cell):
        raise ValueProblem("the id looks like a spreadsheet formula", "begin it with a letter or a digit")
    return cell


def _word_parser(column: Column) -> Callable[[str], str]:
    assert column.enumeration is not None
    enumeration = column.enumeration
    words = frozenset(enumeration.words)

    def parse(cell: str) -> str:
        if cell in words:
            return cell
        known = [*enumeration.words, *(term.label for term in enumeration.terms)]
        by_label = {term.label: term.word for term in enumeration.terms}
        remedy = suggestion(cell, known, f"use one of {', '.join(enumeration.words)}")
        for label, word in by_label.items():
            remedy = remedy.replace(f"“{label}”", f"“{word}”")
        raise ValueProblem(f"not a word of {enumeration.name}", remedy)

    return parse


def _integer(cell: str) -> int:
    if _INTEGER.fullmatch(cell) is None:
        raise ValueProblem("not a whole number from 0", "write digits only")
    return int(cell)


def _boolean(cell: str) -> int:
    if cell not in ("0", "1"):
        guess = {"yes": "1", "true": "1", "y": "1", "t": "1", "no": "0", "false": "0", "n": "0", "f": "0"}
        raise ValueProblem("neither 1 nor 0", f"write {guess.get(cell.strip().lower(), '1 for yes, 0 for no')}")
    return int(cell)


def _score(cell: str) -> float:
    try:
        score = float(cell)
    except ValueError:
        score = math.nan
    if not 0 <= score <= 1:
        raise ValueProblem("not a number from 0 to 1", "write it with a point, such as 0.75")
    return score


def _time(cell: str) -> str:
    try:
        datetime.strptime(cell, "%Y-%m-%dT%H:%M:%SZ")
        readable = len(cell) == 20 and cell.isascii()
    except ValueError:
        readable = False
    if not readable:
        raise ValueProblem("not a time in UTC", "write it as 2019-05-16T14:05:00Z")
    return cell


def _sha256(cell: str) -> str:
    if _SHA256.fullmatch(cell) is None:
        raise ValueProblem("not a SHA-256 checksum", "write 64 hexadecimal digits in small letters, or leave it blank")
    return cell


def _url(cell: str) -> str:
    try:
        parts = urlsplit(cell)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or cell != cell.strip():
        raise ValueProblem("not a web address", "begin it with https:// or http://")
    return cell


def country_remedy(code: str) -> str | None:
    """What to write instead of a country that is not in the table, where its code can be told from a name."""
    found = codes_by_name().get(code.strip().lower())
    if found is None and code.strip().upper() in codes_by_name().values():
        found = code.strip().upper()
    return f"write “{found}”" if found is not None else None
