"""The data package as rows, for the tests that check it."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SEED = ROOT / ".." / "shared" / "seed"
ARTICLE = "nbc-2019-05-16"
NO_SEED = "the reviewed reading and the article's text are not beside this checkout (../shared/seed)"
needs_seed = pytest.mark.skipif(not (SEED / "article.txt").is_file(), reason=NO_SEED)

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    """The rows of a CSV in UTF-8."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of a table of the package."""
    return tuple(read_csv(DATA / f"{table}.csv"))


@cache
def by_id(table: str) -> dict[str, Row]:
    """The rows of a table of the package by id."""
    return {row["id"]: row for row in rows(table)}


@cache
def package() -> dict[str, Any]:
    """The descriptor as it stands in the package."""
    loaded: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return loaded


@cache
def texts() -> dict[str, str]:
    """Document -> text, for the documents whose text the package holds."""
    return {
        row["id"]: (DATA / row["text_file"]).read_bytes().decode("utf-8")
        for row in rows("documents")
        if row["text_file"]
    }


@cache
def article() -> str:
    """The text of the article of the reference case, which the project may not pass on."""
    return (SEED / "article.txt").read_bytes().decode("utf-8")
