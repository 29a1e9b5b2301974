"""What is wrong with a source, said so that a person can find it and put it right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches

SHOWN_LENGTH = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``column`` is a column's name, ``line`` counts from 1; either may not apply.

    For a row that stands in the database and in no file, ``file`` is its table and ``row`` its id.
    """

    file: str
    line: int | None
    column: str
    value: str
    wrong: str
    remedy: str
    row: str = ""

    def __str__(self) -> str:
        """``file:line:column: value: what is wrong: what to do``; parts that do not apply are left out."""
        place = [visible(self.file, None), self.row and visible(self.row), str(self.line or ""), visible(self.column)]
        value = f"“{visible(self.value)}”" if self.value else "(blank)" if self.column else ""
        parts = [":".join(part for part in place if part), value, self.wrong, self.remedy]
        return ": ".join(part for part in parts if part)

    def as_json(self) -> dict[str, object]:
        """All parts by name, the value in full."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


class LoadError(Exception):
    """Nothing was written. ``problems`` says why; at least one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems[:100]))


class Problems:
    """Collects problems; iterating gives them in the order of files and lines."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, file: str, line: int | None, column: str, value: object, wrong: str, remedy: str) -> None:
        """Note one problem; a value of None counts as blank."""
        self._found.append(Problem(file, line, column, "" if value is None else str(value), wrong, remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several."""
        self._found.extend(problems)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def raise_if_any(self) -> None:
        """Raises LoadError if anything was found."""
        if self._found:
            raise LoadError(self._found)


def visible(value: str, limit: int | None = SHOWN_LENGTH) -> str:
    """A value for a message: short, on one line, with control and invisible characters written out."""
    if limit is not None and len(value) > limit:
        value = f"{value[:limit]}… ({len(value):,} characters)"
    return "".join(_shown(character) for character in value)


def _shown(character: str) -> str:
    if character == " " or unicodedata.category(character)[0] not in "CZ":
        return character
    names = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return names.get(character, f"\\u{ord(character):04x}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, or None where none is like it. Case does not count."""
    by_key = {candidate.lower(): candidate for candidate in known}
    key = word.strip().lower().replace(" ", "_").replace("-", "_")
    for attempt in (key, word.strip().lower()):
        if attempt in by_key:
            return by_key[attempt]
    found = get_close_matches(key, by_key, n=1, cutoff=0.6) or get_close_matches(word.lower(), by_key, 1, 0.6)
    return by_key[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """“write X” for the nearest known word, else ``otherwise``."""
    near = nearest(word, known)
    return f"write “{near}”" if near is not None else otherwise
