"""Lines of a text -> segments: what each line is. Cleaning marks, it never deletes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .drafts import Segment

BOILERPLATE = re.compile(
    r"(?:download the .{1,40} app\b.*"
    r"|(?:sign up|subscribe|register|log in)(?: (?:for|to|now|here|today)\b.{0,140})?[.!]?"
    r"|(?:click|tap) here\b.*|advertisement\.?|more from .{1,80}|share (?:this|on)\b.{0,80}"
    r"|(?:share|print|email|comments?|related|most read|read more|recommended)(?:\s?:.{0,160})?"
    r"|follow .{1,60} on (?:twitter|facebook|instagram|x)\b.*|(?:copyright|©)\s?(?:©|\(c\)|\d{4}).*"
    r"|this (?:story|article) (?:has been|was) updated\b.*|\[?(?:watch|see also|read)\]?:.{1,160})$",
    re.IGNORECASE,
)
# Words of the site anywhere in a short line: the sign that is looked for first, and the whole condition.
SITE_WORDS = {
    "not supported": re.compile(r".{0,80}\b(?:is|are) not supported\b", re.IGNORECASE),
    "browser": re.compile(r".*\b(?:another|different|your) browser\b", re.IGNORECASE),
    "javascript": re.compile(r".*\benable javascript\b", re.IGNORECASE),
    "rights reserved": re.compile(r".*\ball rights reserved\b", re.IGNORECASE),
    "cookie": re.compile(r".*\bcookies?\b.*\b(?:accept|policy|use)\b", re.IGNORECASE),
}
EDITORS_NOTE = re.compile(
    r"(?:(?:editor(?:[’']s|ial) note|note to readers)\b|(?:correction|clarification)\s?[:—–-])", re.IGNORECASE
)
SHORT = 240  # code points of a line that can be a credit or words of the site
LONG = 700  # code points of a caption or an editors' note
CREDIT = re.compile(
    r"^(?:\(?(?i:additional )?(?i:reporting|editing|writing|compiled|edited|written) by\b.{1,200}"
    r"|by [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,4}(?:(?:,| and|, and) [A-Z].{2,80})?)$"
)
CONTRIBUTED = re.compile(r"^.{2,160}\bcontributed(?: (?:to|reporting)\b.{0,80})?\.?$")
ALT_TEXT = re.compile(r"^(?:image|photo|picture|video|graphic|illustration|alt)\s*:\s*\S", re.IGNORECASE)
CAPTION = re.compile(r"^(?:caption|pictured|above|below)\s*:\s*\S", re.IGNORECASE)
AGENCY = r"(?:AP|AFP|EPA|PA|Reuters|Getty(?: Images)?|Shutterstock|Bloomberg|Xinhua|Press Association|Associated Press)"
GLUED_CREDIT = re.compile(
    r"(?:(?<=[a-z0-9)][.!?])|(?<=[.!?][”\"]))"
    r"(?P<credit>[A-Z][^!?]{1,70}?(?: / | via |/)[A-Z][^.!?]{1,50}|" + AGENCY + r"(?: file)?)$"
)
PHOTO_CREDIT = re.compile(
    r"^(?:(?:photo(?:graph)?|image|picture|credit)s?(?: by|:| credit:?)\s*.{2,80}|"
    r"\(?" + AGENCY + r"(?: Photo)?(?:/.{2,40})?\)?)$",
    re.IGNORECASE,
)
SLASHED = re.compile(r"^.{2,60} / .{2,40}$")
SENTENCE_END = (".", "!", "?", "”", '"', "…", "''")
HEADLINE_LIMIT = 220
STANDFIRST_LIMIT = 300
HEAD_LINES = 12  # lines in which a headline is looked for
MARKS_OF_TITLE = re.compile(r"[^\w]+")

Line = tuple[int, int, int, str]


def find_segments(
    text: str, title: str | None = None, hints: Sequence[tuple[int, int, str]] = ()
) -> tuple[Segment, ...]:
    """The segments of ``text`` in order; spans have no white space at their ends and do not overlap.

    ``hints`` are what the source itself says, as (start, end, kind): a web page marks its captions. They are in
    order, do not overlap, and win over what the form of a line suggests; a line is divided where one begins or ends.
    """
    lines, told = _divide(_lines(text), text, hints)
    rows = _classify(lines, told, title)
    found: list[Segment] = []
    for kind, start, end, line in rows:
        credit = GLUED_CREDIT.search(text, max(start, end - 140), end) if kind == "caption" else None
        if credit is None:
            found.append(Segment(kind, start, end, line, text[start:end]))
            continue
        found.append(Segment("caption", start, credit.start(), line, text[start : credit.start()]))
        found.append(Segment("photo_credit", credit.start(), end, line, text[credit.start() : end]))
    return _with_lead(found)


def _lines(text: str) -> list[Line]:
    """Non-blank lines: start and end without outer white space, number from 1, content."""
    found: list[Line] = []
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if content:
            start = at + len(line) - len(line.lstrip())
            found.append((start, start + len(content), number, content))
        at += len(line) + 1
    return found


def _divide(lines: list[Line], text: str, hints: Sequence[tuple[int, int, str]]) -> tuple[list[Line], list[str | None]]:
    """The lines, cut where a hint begins or ends, and what the hints say of each piece."""
    pieces: list[Line] = []
    told: list[str | None] = []
    first = 0  # the first hint that does not end before the line
    for start, end, number, _ in lines:
        while first < len(hints) and hints[first][1] <= start:
            first += 1
        for a, b, kind in _parts(start, end, hints, first):
            content = text[a:b].strip()
            if content:
                begin = text.index(content, a, b)
                pieces.append((begin, begin + len(content), number, content))
                told.append(kind)
    return pieces, told


def _parts(
    start: int, end: int, hints: Sequence[tuple[int, int, str]], first: int
) -> Iterator[tuple[int, int, str | None]]:
    """A line in parts: what hints cover, with their kinds, and what lies between, with None."""
    at = start
    for number in range(first, len(hints)):
        a, b, kind = hints[number]
        if a >= end:
            break
        yield at, max(at, a), None
        yield max(at, a), min(b, end), kind
        at = min(b, end)
    yield at, end, None


def _classify(lines: list[Line], told: list[str | None], title: str | None) -> list[tuple[str, int, int, int]]:
    rows: list[tuple[str, int, int, int]] = []
    forms = [kind or _by_form(line[3]) for line, kind in zip(lines, told, strict=True)]
    headline = told.index("headline") if "headline" in told else _headline(lines, forms, title)
    body = False
    for index, (start, end, number, _) in enumerate(lines):
        kind = forms[index]
        if index == headline:
            kind = "headline"
        elif kind is None and not body and index > headline >= 0 and _is_standfirst(lines, forms, index, headline):
            kind = "standfirst"
        elif kind is None and rows and rows[-1][0] == "alt_text" and rows[-1][3] == number - 1:
            kind = "caption"
        elif kind is None:
            kind = "paragraph"
            body = True
        rows.append((kind, start, end, number))
    return rows


def _by_form(content: str) -> str | None:
    """What a line is by its form alone, or None. Long lines can only be a caption or a note of the editors."""
    if EDITORS_NOTE.match(content) and len(content) <= LONG:
        return "boilerplate"
    glued = len(content) <= LONG and GLUED_CREDIT.search(content[-140:]) is not None
    if len(content) > SHORT:
        return "caption" if glued else None
    lowered = content.lower()
    if BOILERPLATE.match(content) or any(k in lowered and SITE_WORDS[k].match(content) for k in SITE_WORDS):
        return "boilerplate"
    if ALT_TEXT.match(content):
        return "alt_text"
    if CREDIT.match(content) or ("contributed" in lowered and CONTRIBUTED.match(content)):
        return "credit"
    if CAPTION.match(content) or glued:
        return "caption"
    credited = PHOTO_CREDIT.match(content) or (" / " in content and SLASHED.match(content))
    if len(content) <= 100 and credited and not content.endswith("."):
        return "photo_credit"
    return None


def _fold(value: str) -> str:
    return MARKS_OF_TITLE.sub(" ", value).strip().casefold()


def _headline(lines: list[Line], forms: list[str | None], title: str | None) -> int:
    """The index of the headline's line: the title if it is printed, else a short first line of its own; or -1."""
    head = [(i, line) for i, line in enumerate(lines[:HEAD_LINES]) if forms[i] is None]
    if title and _fold(title):
        for i, line in head:
            if _fold(line[3]) == _fold(title):
                return i
    if not head or len(lines) < 2:
        return -1
    index, (_, _, number, content) = head[0]
    alone = index + 1 >= len(lines) or lines[index + 1][2] > number + 1 or len(content) < 120
    short = len(content) <= HEADLINE_LIMIT and content.count(". ") == 0
    return index if alone and short and not content.endswith(('"', "”", ":")) else -1


def _is_standfirst(lines: list[Line], forms: list[str | None], index: int, headline: int) -> bool:
    """A short line under the headline that stands before a picture or does not end like a sentence."""
    content = lines[index][3]
    if len(content) > STANDFIRST_LIMIT or index - headline > 2:
        return False
    following = forms[index + 1] if index + 1 < len(lines) else None
    before_picture = following in ("alt_text", "caption", "photo_credit")
    return before_picture or not content.endswith(SENTENCE_END)


def _with_lead(found: list[Segment]) -> tuple[Segment, ...]:
    """The first paragraph, under the headline where there is one, is the lead."""
    kinds = [segment.kind for segment in found]
    headline = kinds.index("headline") if "headline" in kinds else 0
    for i in range(headline, len(found)):
        if kinds[i] == "paragraph":
            found[i] = replace(found[i], kind="lead")
            break
    return tuple(found)
