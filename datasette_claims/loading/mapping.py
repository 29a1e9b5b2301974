"""Mapping files: foreign column names and words to ours. The format is documented in ``docs/loading.md``.

.. code-block:: yaml

    files:
      stances.csv:
        table: stances
        columns: {stance_id: id, original_label: [original_label, stance], important: null}
        values: {stance: {"yes": supports, "no": disputes, abstain: neutral}}
        constants: {basis: vote}

Every scalar is read as the text that stands there (``no`` is the word “no” and ``NO`` is Norway); YAML tags and
anchors are refused.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..schema import BY_NAME
from ..schema.package import package_columns
from .problems import LoadError, Problem, Problems, suggestion
from .reading import Batch
from .sources import TABLE_NAMES, unreadable

_KEYS = ("table", "columns", "values", "constants")


@dataclass(frozen=True)
class FileMapping:
    """How one file becomes rows of ``table``.

    ``columns``: foreign name -> our names (none: left out); foreign columns that are not named keep their name.
    ``values``: our column -> foreign word -> our word; other words stay as they are.
    ``constants``: our column -> the value of every row.
    """

    table: str | None = None
    columns: Dictionary[str, tuple[str, ...]] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)
    constants: Dictionary[str, str] = field(default_factory=dict)

    def apply(self, batch: Batch, name: str) -> Batch:
        """The batch with our columns and words. Raises LoadError where columns are missing or meet."""
        problems = Problems()
        for foreign in self.columns:
            if foreign not in batch.columns:
                remedy = suggestion(foreign, batch.columns, f"the file has {', '.join(batch.columns)}")
                problems.add(
                    name, 1, foreign, foreign, "the mapping names a column that the file does not have", remedy
                )
        made: dict[str, tuple[str, ...]] = {}
        for foreign, cells in batch.columns.items():
            for ours in self.columns.get(foreign, (foreign,)):
                if ours in made:
                    wrong = f"two columns of the file become “{ours}”"
                    problems.add(name, 1, foreign, foreign, wrong, "leave one of them out with null")
                made[ours] = self._words(ours, cells)
        problems.raise_if_any()
        size = len(batch.lines)
        made.update((column, (value,) * size) for column, value in self.constants.items())
        return Batch(made, batch.lines, batch.table)

    def _words(self, column: str, cells: tuple[str, ...]) -> tuple[str, ...]:
        words = self.values.get(column)
        return tuple([words.get(cell, cell) for cell in cells]) if words else cells


class _Words(yaml.SafeLoader):
    """Reads every scalar as text, but for null."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag == "tag:yaml.org,2002:null"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_mapping(path: Path) -> dict[str, FileMapping]:
    """File name -> its mapping. Raises LoadError, naming the line, for everything that is not understood."""
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LoadError([unreadable(name, error)]) from error
    except UnicodeDecodeError as error:
        raise LoadError([Problem(name, None, "", "", "the mapping is not valid UTF-8", "save it as UTF-8")]) from error
    content = _parse(text, name)
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict) or not files or set(content) != {"files"}:
        wrong = "the mapping must have one key, “files”, with an entry for each file"
        raise LoadError([Problem(name, None, "files", "", wrong, "see docs/loading.md for an example")])
    problems = Problems()
    made = {str(file): _file_mapping(entry, str(file), name, problems) for file, entry in files.items()}
    problems.raise_if_any()
    return made


def _parse(text: str, name: str) -> Any:
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            tag, anchor = getattr(event, "tag", None), getattr(event, "anchor", None)
            if tag is not None or anchor is not None:
                mark = event.start_mark
                line = mark.line + 1 if mark is not None else None
                what = f"the tag {tag}" if tag is not None else f"the anchor or alias {anchor}"
                wrong = "YAML tags and anchors are not read"
                raise LoadError([Problem(name, line, "", what, wrong, "write plain names, lists and texts")])
        _refuse_repeated(yaml.compose(text, Loader=_Words), name)
        return yaml.load(text, Loader=_Words)  # nosec B506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        why = getattr(error, "problem", None) or " ".join(str(error).split())
        raise LoadError([Problem(name, line, "", "", f"not valid YAML ({why})", "put the syntax right")]) from error
    except RecursionError as error:
        raise LoadError(
            [Problem(name, None, "", "", "the YAML is nested too deeply", "see docs/loading.md")]
        ) from error


def _refuse_repeated(node: yaml.Node | None, name: str) -> None:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue  # a list as a key: the loader refuses it
        if key.value in seen:
            wrong = "the key stands here twice"
            raise LoadError([Problem(name, key.start_mark.line + 1, "", str(key.value), wrong, "remove one of them")])
        seen.add(key.value)
        _refuse_repeated(value, name)


def _file_mapping(entry: Any, file: str, name: str, problems: Problems) -> FileMapping:
    def wrong(place: str, value: object, what: str, remedy: str) -> None:
        problems.add(name, None, f"files.{file}{place}", value, what, remedy)

    if not isinstance(entry, dict):
        wrong("", entry, "the entry must have keys", f"use {', '.join(_KEYS)}")
        return FileMapping()
    for key in entry:
        if key not in _KEYS:
            wrong("", key, "no such key", suggestion(str(key), _KEYS, f"use {', '.join(_KEYS)}"))
    table = entry.get("table") or Path(file).stem
    if table not in TABLE_NAMES:
        wrong(".table", table, "no such table", suggestion(str(table), TABLE_NAMES, f"use {', '.join(TABLE_NAMES)}"))
        return FileMapping()
    known = package_columns(BY_NAME[table])
    columns = {k: _names(v) for k, v in _dictionary(entry, "columns", wrong).items()}
    values = _dictionary(entry, "values", wrong)
    constants = {k: "" if v is None else str(v) for k, v in _dictionary(entry, "constants", wrong).items()}
    for ours in [*(name for names in columns.values() for name in names), *values, *constants]:
        if ours not in known and not (table == "documents" and ours == "text"):
            remedy = suggestion(ours, known, f"the columns are {', '.join(known)}")
            wrong("", ours, f"{table} has no such column", remedy)
    words: dict[str, dict[str, str]] = {}
    for column, pairs in values.items():
        if not isinstance(pairs, dict):
            wrong(f".values.{column}", pairs, "the words must be pairs", "write {theirs: ours}")
            continue
        words[column] = {_text(theirs): _text(ours) for theirs, ours in pairs.items()}
    return FileMapping(table, columns, words, constants)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _dictionary(entry: dict[str, Any], key: str, wrong: Any) -> dict[str, Any]:
    value = entry.get(key) or {}
    if isinstance(value, dict):
        return {_text(k): v for k, v in value.items()}
    wrong(f".{key}", value, "must be pairs", "write {name: name}")
    return {}
