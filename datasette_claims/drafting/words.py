"""The word lists of drafting, from ``words.csv``: class -> words in lower case."""

from __future__ import annotations

import csv
from importlib.resources import files


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a table of this room."""
    with (files(__package__) / name).open("r", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


WORDS = {row["class"]: frozenset(row["words"].split()) for row in read_table("words.csv")}
