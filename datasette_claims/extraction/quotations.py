"""Finding quotation marks that belong together: a text -> spans, in one pass over the marks.

Marks may be straight, curly, doubled apostrophes, guillemets or low-high; an opening mark may be closed by another
kind of mark (``"…”``). A mark left open runs to the end of its paragraph, as in speech of several paragraphs, when
enough words follow; otherwise it is ignored. Single marks count only in a paragraph without double ones, and only
where they cannot be apostrophes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lexicon import GROUPS

MARK = re.compile(r"'{2,3}|``|[“”„«»\"]")
SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘'](?=[\w\[])")
SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…])[’'](?!\w)")
WORDS = re.compile(r"\w[\w’'.-]*")
OPENING = frozenset("“„«") | {"``"}
CLOSING = frozenset("”»")
SMALL_WORDS = GROUPS["small_words"]
NAMING = ("’s ", "'s ", " on ", " as ", "called ", "dubbed ", "the ", "titled ", "named ")
UNCLOSED_WORDS = 6  # words that must follow an opening mark without a partner
SINGLE_LIMIT = 600  # code points that a pair of single marks may span


@dataclass(slots=True)
class Quotation:
    """A quoted span with its marks, half-open, in code points. ``closed`` is false when no closing mark was found."""

    start: int
    end: int
    closed: bool
    is_title: bool


def find_quotations(text: str) -> list[Quotation]:
    """The outermost quotations of ``text`` in order; none overlap, none crosses a line."""
    found: list[Quotation] = []
    at = 0
    for line in text.split("\n"):
        spans = _line_spans(line)
        for start, end, closed in spans:
            title = closed and _is_title(line, start, end)
            found.append(Quotation(at + start, at + end, closed, title))
        at += len(line) + 1
    return found


def _line_spans(line: str) -> list[tuple[int, int, bool]]:
    marks = [(m.start(), m.end(), m.group()) for m in MARK.finditer(line)]
    if not marks:
        return _single_spans(line) if "‘" in line or "'" in line else []
    marks = _without_wrapper(line, marks)
    nested = sum(m[2] in OPENING for m in marks) == sum(m[2] in CLOSING for m in marks)
    spans: list[tuple[int, int, bool]] = []
    start, depth = -1, 0
    for begin, end, mark in marks:
        if start < 0:
            if mark in CLOSING or _only_closes(line, begin, end, mark):
                continue
            start, depth = (end - 2 if len(mark) == 3 else begin), 1
        elif mark in OPENING and not _closes_wrongly(line, begin, end):
            depth += nested and line[start] in OPENING
        else:
            depth -= 1
            if depth <= 0:
                spans.append((start, end, True))
                start = -1
    if start >= 0:
        rest = line[start:].rstrip()
        if len(WORDS.findall(rest)) >= UNCLOSED_WORDS:
            spans.append((start, start + len(rest), False))
    return [s for s in spans if s[1] - s[0] >= 3]


def _only_closes(line: str, begin: int, end: int, mark: str) -> bool:
    """A straight mark with a word before it and none after it cannot open a quotation."""
    if mark in OPENING:
        return False
    after = line[end : end + 1]
    return begin > 0 and not line[begin - 1].isspace() and (not after or after.isspace())


def _closes_wrongly(line: str, begin: int, end: int) -> bool:
    """An opening mark right after a word or a comma and before a blank was meant to close."""
    return not line[begin - 1].isspace() and (not line[end : end + 1] or line[end].isspace()) and line[begin] == "“"


def _without_wrapper(line: str, marks: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Drop a straight pair that wraps a whole paragraph holding curly quotations of its own (an excerpt)."""
    first, last = marks[0], marks[-1]
    inner = marks[1:-1]
    if (
        len(marks) >= 4
        and first[2] == last[2] == '"'
        and not line[: first[0]].strip()
        and not line[last[1] :].strip()
        and inner[0][2] == "“"
        and inner[-1][2] == "”"
    ):
        return inner
    return marks


def _single_spans(line: str) -> list[tuple[int, int, bool]]:
    spans: list[tuple[int, int, bool]] = []
    at = 0
    while opening := SINGLE_OPEN.search(line, at):
        closing = None
        for match in SINGLE_CLOSE.finditer(line, opening.end(), opening.end() + SINGLE_LIMIT):
            curly = line[opening.start()] == "‘" and match.group() == "’"
            if line[match.start() - 1] in ".,!?…" or (curly and line[match.start() - 1] != "s"):
                closing = match
                break
        if closing is None:
            at = opening.end()
        else:
            spans.append((opening.start(), closing.end(), True))
            at = closing.end()
    return spans


def _is_title(line: str, start: int, end: int) -> bool:
    """Names of works and programmes: every longer word has a capital ("The Morning Hour")."""
    words = WORDS.findall(line, start, end)
    if len(words) == 1 and words[0][0].isupper() and line[end - 2 : end - 1] not in "?!.":
        return line[max(0, start - 9) : start].endswith(NAMING)
    if line[end - 2 : end - 1] == "." and len(words) < 3:
        return False
    if not 2 <= len(words) <= 9 or line[end - 2 : end - 1] in ("?", "!"):
        return False
    if ". " in line[start:end]:
        return False
    return words[0][0].isupper() and all(w[0].isupper() or w[0].isdigit() or w in SMALL_WORDS for w in words)
