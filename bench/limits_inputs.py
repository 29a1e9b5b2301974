"""What bench/limits.py and tests/test_limits_growth.py read: inputs that are meant to be slow, and our parsers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette_claims.anchoring.diffing import word_diff
from datasette_claims.anchoring.folding import fold
from datasette_claims.comparison import parse
from datasette_claims.extraction import extract
from datasette_claims.loading.reading import read_delimited
from datasette_claims.loading.reading_json import read_json
from datasette_claims.obtaining import of_pasted, of_upload

Parser = Callable[[str], Any]

PIECES = {
    "letters": "a",
    "spaces": " ",
    "lines": "\n",
    "opening marks": "“",
    "straight marks": '"',
    "apostrophes": "' ",
    "brackets": "([{",
    "commas": "a, ",
    "full stops": "a. ",
    "abbreviations": "U.S. Mr. ",
    "said": "said ",
    "he said": "“a” he said, ",
    "that": "said that ",
    "names": "Ada Brown ",
    "dashes": "- — ",
    "tags": "<b>",
    "closing tags": "</p>",
    "comments": "<!-- ",
    "entities": "&amp;&#",
    "attributes": "<a href='",
    "stars": "*_`[](",
    "quotes of lines": "> ",
    "headings": "# a\n",
    "tables": "|-|\n",
    "combining marks": "e\u0301\u0323",
    "pairs of surrogates": "\U0001f600",
    "CSV": '"a,""',
    "JSON": '[{"a":',
    "dates": "May 5, 2019 ",
}
"""What an input repeats, by name."""


def _csv(text: str) -> Any:
    return list(read_delimited(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline=""), "x.csv", ","))


def _json(text: str) -> Any:
    return list(read_json(io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline=""), "x.json"))


PARSERS: dict[str, Parser] = {
    "pasted text": of_pasted,
    "plain file": lambda text: of_upload("x.txt", text.encode()),
    "Markdown": lambda text: of_upload("x.md", text.encode()),
    "HTML": lambda text: of_upload("x.html", f"<html><body><p>{text}".encode()),
    "extraction": extract,
    "folding": fold,
    "word diff": lambda text: word_diff(text, text[::-1]),
    "CSV": _csv,
    "JSON": _json,
    "JSON string": lambda text: _json(json.dumps([{"id": text}])),
}


def made(piece: str, size: int) -> str:
    """An input of a size in code points."""
    return (PIECES[piece] * (size // len(PIECES[piece]) + 1))[:size]


def run(parser: str, text: str) -> None:
    """Let a parser read; that it refuses is as good as that it reads."""
    from datasette_claims.loading import LoadError
    from datasette_claims.obtaining import NotObtained

    try:
        PARSERS[parser](text)
    except (NotObtained, LoadError, ValueError, RecursionError):
        return


__all__ = ["PARSERS", "PIECES", "Path", "made", "parse", "run"]
