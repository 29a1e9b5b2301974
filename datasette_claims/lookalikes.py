"""Names that look like others: the skeletons of Unicode Technical Standard 39, and the scripts that a name mixes.

"Chris Ghika" and "Chris Ghіka", with a Cyrillic і, are two names to a program and one to a reader. Two names look
alike where their skeletons are equal (UTS 39, section 4): decomposed, without characters that nobody sees, each
character replaced by the one that stands for all that look like it. Which ones do is Unicode's ``confusables.txt``, as
the package confusable_homoglyphs has it. Full-width and other compatibility forms, which that file has only in part,
are decomposed as well (NFKD).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

UNSEEN = frozenset(
    (
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E, 0x3164, 0xFEFF, 0xFFA0),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)),
    )
)
"""Code points that leave no trace where they are shown (Default_Ignorable_Code_Point, without planes 1 and 14)."""

ANYWHERE = frozenset(("COMMON", "INHERITED", "Unknown"))
"""Scripts of characters that are used with all others: digits, punctuation, accents."""

_TOGETHER = ({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "LATIN"},)
"""Scripts that one language writes together (UTS 39, section 5.1: Japanese, Korean and Chinese, with Latin)."""


@lru_cache(maxsize=1)
def _prototypes() -> Mapping[int, str | None]:
    """Code point -> the character, or characters, that stand for it; None for one that nobody sees.

    The package lists what is confusable with what in both directions. A character that has several stands for them,
    one that has a single one is stood for by that; of two that have only each other, the lower one stands for both.
    """
    from confusable_homoglyphs.confusables import confusables_data

    def bare(text: str) -> str:
        return text.strip("\u200e\u200f")  # the package keeps the marks that confusables.txt sets around some

    made: dict[int, str | None] = dict.fromkeys(UNSEEN)
    for one, others in confusables_data.items():
        if len(bare(one)) != 1 or len(others) != 1:
            continue
        other = others[0]["c"]
        if len(confusables_data.get(other, ())) > 1 or bare(other) < bare(one):
            made[ord(bare(one))] = bare(other)
    return made


@lru_cache(maxsize=1 << 17)
def skeleton(name: str) -> str:
    """What a name comes to by its looks alone; equal for names that look alike. Not for people to read."""
    before, flat = "", name
    while flat != before:  # an accent of a prototype can have a prototype itself
        before, flat = flat, unicodedata.normalize("NFKD", flat).translate(_prototypes())
    return " ".join(flat.split())


def mixed_scripts(name: str) -> tuple[str, ...]:
    """The scripts of a name, in the order of their first letters, where it mixes such as no language writes together;
    else none. ("Chris Ghіka" -> ("Latin", "Cyrillic"))"""
    from confusable_homoglyphs.categories import alias

    found = dict.fromkeys(alias(character) for character in name if character.isalpha())
    scripts = [script for script in found if script not in ANYWHERE]
    if len(scripts) < 2 or any(set(scripts) <= together for together in _TOGETHER):
        return ()
    return tuple(script.capitalize() for script in scripts)


def alike(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Of (id, name), those that look like another name that differs: id -> the ids of the others.

    Equal names are no such case: nobody pretends to be somebody else by them.
    """
    by_looks: dict[str, list[tuple[str, str]]] = {}
    for id, name in names:
        by_looks.setdefault(skeleton(name), []).append((id, name))
    return {
        id: [other for other, theirs in group if theirs != name]
        for group in by_looks.values()
        if len({name for _, name in group}) > 1
        for id, name in group
    }


def strangers(name: str, other: str) -> list[str]:
    """The characters of a name that the other one, which looks like it, lacks, as people can look them up:
    ("Chris Ghіka", "Chris Ghika") -> ["U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"]."""
    missing = dict.fromkeys(character for character in name if character not in other)
    return [f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in missing]
