"""What every import has in common: rows for the loader, and the parts of the source that cannot be taken over.

A format's ``parse`` reads all that it can and names the rest, each part with its place. ``FileImporter`` makes the
importer of our hook from it: strict, it raises ``Damaged`` if anything is wrong; lenient, it gives the rows that are
right and keeps the troubles for the report.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?(?![\d-])", re.ASCII)

ImportedRow = tuple[str, dict[str, Any]]
"""(table, row): a row in the columns of a data package; documents may hold their ``text``."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of a source that cannot be taken over. ``part`` names it: an id in the file, or where it stands in JSON.

    ``line`` counts from 1, None where lines mean nothing.
    """

    source: str
    line: int | None
    part: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        """``source:line: part: what is wrong: what to do``."""
        place = ":".join(part for part in (self.source, str(self.line or "")) if part)
        return ": ".join(part for part in (place, self.part, self.wrong, self.remedy) if part)


class Damaged(ValueError):
    """The source has parts that cannot be taken over; ``troubles`` has all of them."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        shown = "\n".join(str(trouble) for trouble in self.troubles[:100])
        more = len(self.troubles) - 100
        super().__init__(f"{shown}\n… and {more:,} more" if more > 0 else shown)


@dataclass
class Import:
    """Rows that were read, each id once a table, and what could not be."""

    source: str
    troubles: list[Trouble] = field(default_factory=list)
    _rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def add(self, table: str, row: Mapping[str, Any]) -> str:
        """Take up a row and return its id. Of rows with the same id the first counts."""
        given = {name: value for name, value in row.items() if value is not None and value != ""}
        self._rows.setdefault((table, given["id"]), given)
        return str(given["id"])

    def has(self, table: str, id: str) -> bool:
        """Whether the row has been taken up."""
        return (table, id) in self._rows

    def trouble(self, line: int | None, part: str, wrong: str, remedy: str) -> None:
        """Name a part that is left out."""
        self.troubles.append(Trouble(self.source, line, part, wrong, remedy))

    @property
    def rows(self) -> list[ImportedRow]:
        """(table, row) in the order in which they were taken up."""
        return [(table, dict(row)) for (table, _), row in self._rows.items()]

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of one table."""
        return [row for table, row in self.rows if table == name]


Parse = Callable[[Path], Import]


@dataclass
class FileImporter:
    """An importer of our hook (``hookspecs.Importer``). After a lenient ``read``, ``troubles`` has what was skipped."""

    name: str
    label: str
    suffixes: Sequence[str]
    parse: Parse
    lenient: bool = False
    troubles: tuple[Trouble, ...] = ()

    def read(self, source: Path) -> Iterator[ImportedRow]:
        """The rows of a file. Raises Damaged if part of it cannot be taken over, unless lenient."""
        found = self.parse(source)
        self.troubles = tuple(found.troubles)
        if self.troubles and not self.lenient:
            raise Damaged(self.troubles)
        yield from found.rows


def read_text(source: Path) -> str:
    """A file as UTF-8 with its line ends as they are. Raises Damaged if it is not UTF-8 or cannot be read."""
    try:
        return source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = f"byte {error.start} is not UTF-8"
        raise Damaged([Trouble(source.name, None, "", wrong, "save the file as UTF-8")]) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Damaged([Trouble(source.name, None, "", f"cannot be read ({why})", "check the name")]) from error


def read_json(source: Path) -> Any:
    """A JSON file. Raises Damaged with the line where it is broken."""
    try:
        return json.loads(read_text(source))
    except json.JSONDecodeError as error:
        wrong = f"not JSON: {error.msg} (column {error.colno})"
        raise Damaged([Trouble(source.name, error.lineno, "", wrong, "correct the file")]) from error
    except ValueError as error:  # a number of thousands of digits
        raise Damaged(
            [Trouble(source.name, None, "", f"not JSON that can be read: {error}", "correct the file")]
        ) from error
    except RecursionError as error:
        raise Damaged([Trouble(source.name, None, "", "nested too deeply", "correct the file")]) from error


def objects(value: Any, *groups: str) -> Iterator[tuple[str, Any]]:
    """(place, value) of what a JSON document lists: itself, the items of a list, or of members named in ``groups``."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield f"[{number}]", item
    elif isinstance(value, dict) and any(group in value for group in groups):
        for group in groups:
            for place, item in objects(value.get(group) or []):
                yield f"{group}{place}", item
    else:
        yield "", value


def listed(value: Any) -> list[Any]:
    """The items of a JSON list; of anything else, which is not what a format says, none."""
    return value if isinstance(value, list) else []


def slug(text: str, fallback: str) -> str:
    """A readable id of at most 80 characters made of a text: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or fallback


def text_of(value: Any) -> str | None:
    """A JSON value as text: text itself, a number in digits, the first of a list; None for anything else."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value) or None


def day_of(value: Any) -> str | None:
    """The ISO date, which may be partial, that a date or date and time begins with; None if there is none."""
    match = _DAY.match(text_of(value) or "")
    return match[0] if match else None


def id_of(value: Any) -> str | None:
    """A JSON value as an id that our tables accept: 1 to 200 characters without control characters."""
    text = (text_of(value) or "").strip()
    return text if 0 < len(text) <= 200 and not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text) else None
