"""Readable ids: they stand in URLs and citations, so they are made once, from words, and never change."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Collection

LENGTH = 60
"""Characters of one part of an id at most; it is cut between words."""

_OTHER = re.compile(r"[\W_]+")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from had has have he her his i in is it its of on or our she so that the "
        "their them there they this to was we were which who will with would you your",
    )
)
"""Words that tell little of a sentence; they are left out of an id, unless nothing else is left."""

_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"})


def slug(text: str, length: int = LENGTH) -> str:
    """Words in small letters joined by hyphens, without accents: "Côte d'Ivoire" -> "cote-d-ivoire".

    Letters of other scripts stay as they are. What has no letter or digit gives "".
    """
    folded = text
    for _ in range(2):  # what a character stands for may have capitals of its own: "℠"
        folded = unicodedata.normalize("NFKD", folded.casefold().translate(_LATIN))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    whole = _OTHER.sub("-", unicodedata.normalize("NFC", plain)).strip("-")
    if len(whole) <= length:
        return whole
    cut = whole[: length + 1].rpartition("-")[0]
    return (cut or whole[:length]).strip("-")


def telling(text: str, words: int = 4) -> str:
    """The first words of a sentence that tell something, as part of an id."""
    parts = slug(text, 400).split("-")
    kept = [part for part in parts if part not in _SMALL and len(part) > 1] or parts
    return slug("-".join(kept[:words]))


def free(conn: sqlite3.Connection, table: str, wanted: str, taken: Collection[str] = ()) -> str:
    """``wanted``, else with -2, -3 … so that no row of the table has it or ever had it.

    An id that was deleted is not given to another row: what was cited under it would change its meaning.
    """
    number, id = 1, wanted
    used = (
        f'SELECT 1 FROM "{table}" WHERE id = :id UNION ALL '
        "SELECT 1 FROM revisions WHERE table_name = :table AND row_id = :id LIMIT 1"
    )
    while id in taken or conn.execute(used, {"id": id, "table": table}).fetchone():
        number += 1
        id = f"{wanted}-{number}"
    return id
