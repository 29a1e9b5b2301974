"""Folding: one spelling for what a reader takes to be the same text, with maps back to the source.

Two strengths. ``fold(text)`` is for *finding*: compatibility composition (NFKC), case folding, one style of
quotation mark and of dash, runs of white space as one space, invisible characters dropped. ``typographic(text)``
is for *saying that the wording is unchanged*: the same without case and compatibility, because "US" is not "us"
and "10²" is not "102".

NFKC and case folding follow the Unicode Standard (UAX 15; section 3.13, "NFKC_Casefold"); the characters dropped
are its Default_Ignorable_Code_Point (DerivedCoreProperties.txt).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_STYLES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‵ʼʹ´`＇", "'"),
        **dict.fromkeys("“”„‟″‶«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
    }
)

_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)

# Printable ASCII with single spaces folds character by character. The run must not begin with a space (it could
# join one before it), nor hold two dashes in a row, nor end in a character that a mark after it could change.
_PLAIN = re.compile(r"(?:[!-,.-~]|(?<!-)-(?![-\u00ad-\U0010ffff])| (?=[!-~]))+(?![\u00ad-\U0010ffff])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters came from.

    ``starts[i]`` and ``ends[i]`` are the half-open source range, in code points, of folded character ``i``; both
    lists never decrease. Characters that were dropped belong to no range. ``length`` is that of the source.
    """

    text: str
    starts: list[int]
    ends: list[int]
    length: int

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source range of folded ``[start, end)``; an empty range gives the empty range where it stands."""
        if start < end:
            return self.starts[start], self.ends[end - 1]
        at = self.starts[start] if start < len(self.starts) else self.length
        return at, at

    def to_folded(self, start: int, end: int) -> tuple[int, int]:
        """The folded range whose characters come, wholly or in part, from source ``[start, end)``."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end)
        return first, max(first, last)


def fold(text: str) -> Folded:
    """Fold ``text`` for searching: NFKC, case, quotation marks, dashes, white space, invisible characters."""
    return _fold(text, "NFKC", casefold=True)


def typographic(text: str) -> str:
    """``text`` with one style of quotation marks, dashes and white space, invisible characters dropped, NFC.

    Two passages with the same result differ at most in typography: their wording is the same.
    """
    return _fold(text, "NFC", casefold=False).text.strip(" ")


def styled(text: str) -> str:
    """``text`` with one style of quotation marks and dashes, and nothing else changed. Where the result is ASCII, its
    words in lower case are those of ``fold``."""
    return text.translate(_STYLES)


def same_wording(one: str, other: str) -> bool:
    """True if two passages differ in typography at most (``typographic``), so that no letter or figure changed."""
    return one == other or typographic(one) == typographic(other)


def _fold(text: str, form: str, casefold: bool) -> Folded:
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position, size = 0, len(text)
    while position < size:
        plain = _PLAIN.match(text, position) if text[position] != " " else None
        if plain and not (text[position] == "-" and out and out[-1] == "-"):
            run = plain.group().replace("`", "'")
            out.extend(run.lower() if casefold else run)
            starts.extend(range(position, plain.end()))
            ends.extend(range(position + 1, plain.end() + 1))
            position = plain.end()
            continue
        after, visible_end = _cluster_end(text, position)
        for char in _fold_cluster(text[position:after], form, casefold):
            if char in " -" and out and out[-1] == char and (char == " " or _is_dash(text[position])):
                ends[-1] = max(ends[-1], visible_end)
            else:
                out.append(char)
                starts.append(position)
                ends.append(visible_end)
        position = after
    return Folded("".join(out), starts, ends, size)


def _cluster_end(text: str, start: int) -> tuple[int, int]:
    """Where the character at ``start`` ends with the marks that compose with it; and without trailing ignorables."""
    end = visible = start + 1
    while end < len(text):
        if _IGNORABLE.match(text[end]):
            end += 1
        elif _continues(text[end]):
            end = visible = end + 1
        else:
            break
    return end, visible


def _continues(char: str) -> bool:
    """True for marks and for the Hangul vowels and finals, which compose with the character before them."""
    if char < "\u0300":
        return False
    return unicodedata.category(char)[0] == "M" or "\u1161" <= char <= "\u11ff"


def _fold_cluster(cluster: str, form: str, casefold: bool) -> str:
    """One character with its marks, folded; empty if nothing of it is visible. White space becomes spaces."""
    kept = _IGNORABLE.sub("", cluster)
    if kept[:1].isspace() and len(kept) == 1:
        return " "
    kept = _normalize(form, kept.translate(_STYLES)).translate(_STYLES)
    if casefold:
        kept = _normalize(form, kept.casefold())
    return "".join(" " if char.isspace() else char for char in kept)


def _normalize(form: str, text: str) -> str:
    return unicodedata.normalize("NFKC" if form == "NFKC" else "NFC", text)


def _is_dash(char: str) -> bool:
    return char == "-" or char.translate(_STYLES) == "-"
