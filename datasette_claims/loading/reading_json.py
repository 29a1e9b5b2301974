"""JSON and JSON Lines to batches: a list of objects, lists by table, or one object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .problems import LoadError, Problem, Problems, visible
from .reading import BATCH, Batch

_REPEATED = "\x00repeated"
Located = tuple[int, dict[str, Any]]


def read_json_lines(text: io.TextIOWrapper, name: str, size: int = BATCH) -> Iterator[Batch]:
    """Batches of a file with one JSON object a line; blank lines are skipped."""
    rows = _json_lines(text, name)
    while True:
        batch = list(islice(rows, size))
        if not batch:
            return
        yield _batch(batch, name, None)


def _json_lines(text: io.TextIOWrapper, name: str) -> Iterator[Located]:
    decoder = _decoder()
    for number, line in enumerate(text, 1):
        if content := line.strip():
            value, end = _decode(decoder, content, 0, name, lambda _, n=number: n)  # type: ignore[misc]
            if rest := content[end:].strip():
                wrong = "the line goes on after the object"
                raise LoadError([Problem(name, number, "", rest, wrong, "put one object on each line")])
            yield number, _object(value, name, number)


def read_json(text: io.TextIOWrapper, name: str) -> Iterator[Batch]:
    """Batches of a JSON file: ``[{…}, …]``, or ``{"actors": [{…}, …], …}`` for several tables.

    The file is held in memory; use JSON Lines for large data.
    """
    content = text.read()
    count = _LineCounter(content)
    start = _skip(content, 0)
    if content[start : start + 1] == "[":
        yield from _array(content, start, name, None, count)[0]
        return
    if content[start : start + 1] != "{":
        wrong = "neither a list of objects nor an object with a list for each table"
        raise LoadError([Problem(name, 1, "", content[:80], wrong, "write [{…}, …] or {“actors”: [{…}, …]}")])
    yield from _tables(content, start, name, count)


def _tables(content: str, start: int, name: str, count: _LineCounter) -> Iterator[Batch]:
    decoder = _decoder()
    position = _skip(content, start + 1)
    while content[position : position + 1] != "}":
        table, position = _decode(decoder, content, position, name, count)
        position = _expect(content, position, ":", name, count)
        if content[position : position + 1] != "[" or not isinstance(table, str):
            wrong = "a table's rows must be a list of objects"
            raise LoadError([Problem(name, count(position), str(table), "", wrong, "write “actors”: [{…}, …]")])
        batches, position = _array(content, position, name, table, count)
        yield from batches
        position = _skip(content, position)
        if content[position : position + 1] == ",":
            position = _skip(content, position + 1)
        elif content[position : position + 1] != "}":
            _expect(content, position, "}", name, count)


def _array(content: str, start: int, name: str, table: str | None, count: _LineCounter) -> tuple[list[Batch], int]:
    """The batches of one list and the position after it."""
    decoder, batches, rows = _decoder(), [], []
    position = _skip(content, start + 1)
    while content[position : position + 1] != "]":
        line = count(position)
        value, position = _decode(decoder, content, position, name, count)
        rows.append((line, _object(value, name, line)))
        if len(rows) == BATCH:
            batches.append(_batch(rows, name, table))
            rows = []
        position = _skip(content, position)
        if content[position : position + 1] == ",":
            position = _skip(content, position + 1)
        elif content[position : position + 1] != "]":
            _expect(content, position, "]", name, count)
    if rows:
        batches.append(_batch(rows, name, table))
    return batches, position + 1


class _LineCounter:
    """Line numbers of rising positions in one text."""

    def __init__(self, text: str) -> None:
        self._text, self._position, self._line = text, 0, 1

    def __call__(self, position: int) -> int:
        self._line += self._text.count("\n", self._position, position)
        self._position = max(self._position, position)
        return self._line


def _decoder() -> json.JSONDecoder:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            made[_REPEATED] = next(name for name in names if names.count(name) > 1)
        return made

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.JSONDecoder(object_pairs_hook=once, parse_constant=refuse)


def _decode(
    decoder: json.JSONDecoder, text: str, position: int, name: str, line: Callable[[int], int]
) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        problem = Problem(name, line(error.pos), "", "", f"not valid JSON ({error.msg})", "put the syntax right here")
        raise LoadError([problem]) from error
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        problem = Problem(name, line(position), "", "", f"not valid JSON ({why})", "write plain objects of texts")
        raise LoadError([problem]) from error


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _expect(text: str, position: int, wanted: str, name: str, count: _LineCounter) -> int:
    position = _skip(text, position)
    if text[position : position + 1] != wanted:
        wrong = f"not valid JSON (“{wanted}” expected)"
        value = text[position : position + 20]
        raise LoadError([Problem(name, count(position), "", value, wrong, "put the syntax right here")])
    return _skip(text, position + 1)


def _object(value: Any, name: str, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        wrong = "a row must be an object"
        raise LoadError([Problem(name, line, "", visible(str(value)), wrong, "write {“id”: “…”, …}")])
    if _REPEATED in value:
        column = value[_REPEATED]
        wrong = "the object names it twice"
        raise LoadError([Problem(name, line, column, str(value[column]), wrong, "remove one of them")])
    return value


def _batch(rows: list[Located], name: str, table: str | None) -> Batch:
    """Rows as columns; a key that a row lacks is blank there."""
    header: dict[str, None] = {}
    for _, row in rows:
        header.update(dict.fromkeys(row))
    problems = Problems()
    columns = {
        column: tuple(_cell(row.get(column), name, line, column, problems) for line, row in rows) for column in header
    }
    problems.raise_if_any()
    return Batch(columns, [line for line, _ in rows], table)


def _cell(value: Any, name: str, line: int, column: str, problems: Problems) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) and ";" not in part for part in value):
        return ";".join(value)
    text = value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str):
        problems.add(name, line, column, text, "a cell must be a text, a number or null", "write it as one text")
    elif "\0" in text or not _is_text(text):
        problems.add(name, line, column, text, "the text holds NUL or half a surrogate pair", "remove the character")
    return text


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
