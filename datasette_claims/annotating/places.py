"""Places in a document's text, checked against it: spans in code points, the words that stand there, the segment."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from ..anchoring.selectors import CONTEXT_LENGTH, select
from ..loading.problems import LoadError, visible
from ..schema.vocabulary import EVIDENCE_PART
from .acts import Row, find, get, problem, refuse

_MARK = re.compile(r"(?P<part>[a-z]+):(?P<start>[0-9]{1,9})-(?P<end>[0-9]{1,9})(?:#(?P<id>.+))?", re.DOTALL)
_LINE_ENDS = re.compile(r"\r\n|\r")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Place:
    """A part of a mention: ``text[start:end]``; ``id`` is that of the evidence row, "" for a new one."""

    part: str
    start: int
    end: int
    id: str = ""


@dataclass(frozen=True)
class Passage:
    """A checked span with its words and up to 32 code points of context on either side."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


@dataclass(frozen=True)
class Source:
    """A document with the text in which places are looked for."""

    row: Row
    text: str

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.row["id"])

    @property
    def withheld(self) -> bool:
        """Whether the text may not be passed on: then only the words inside quotation marks are copied into rows."""
        return bool(self.row["rights"] == "withheld")

    def passage(self, start: int, end: int, exact: str = "", field: str = "start") -> Passage:
        """A span of the text. ``exact`` is what the sender saw there. Raises LoadError where it does not fit."""
        if not 0 <= start < end <= len(self.text):
            wrong = f"{start}–{end} is no passage of this text, which has {len(self.text):,} characters"
            raise refuse(field, "", wrong, "select the words again")
        selected = select(self.text, start, end, CONTEXT_LENGTH).quote
        if exact and _unified(exact) != _unified(selected.exact):
            wrong = f"at {start}–{end} the text has “{visible(selected.exact)}”"
            raise refuse(field, exact[:60], wrong, "the text may be another version by now: select the words again")
        return Passage(start, end, selected.exact, selected.prefix, selected.suffix)

    def quote(self, part: str, start: int, end: int) -> str | None:
        """The words to copy into a row; None where they may not be passed on."""
        return self.text[start:end] if part == "verbatim" or not self.withheld else None

    def locate(self, words: str, start: int, end: int) -> tuple[int, int] | None:
        """Where words stand within a span, the first time; white space may differ. None if they do not."""
        words = words.strip()
        if not words:
            return None
        at = self.text.find(words, start, end)
        if at >= 0:
            return at, at + len(words)
        loose = r"\s+".join(re.escape(word) for word in _BLANK.split(words))
        found = re.compile(loose).search(self.text, start, end)
        return found.span() if found else None

    def nearest(self, words: str, to: int) -> tuple[int, int] | None:
        """Where words stand in the whole text, the place that is nearest to an offset; None if they do not."""
        words = words.strip()
        loose = r"\s+".join(re.escape(word) for word in _BLANK.split(words))
        found = [match.span() for match in re.finditer(loose, self.text)] if words else []
        return min(found, key=lambda span: abs(span[0] - to)) if found else None


def open_source(conn: sqlite3.Connection, document: str) -> Source:
    """A document to mark passages in. Raises LoadError where there is none or its text is not kept."""
    row = get(conn, "documents", document, "document")
    if row["text"] is None:
        wrong = "the text of this document is not kept here, so no passage can be marked"
        raise refuse("document", document, wrong, f"attach it first: datasette claims attach … {document} FILE")
    return Source(row, row["text"])


def segment_of(conn: sqlite3.Connection, document: str, start: int, end: int) -> Row | None:
    """The segment that holds most of a span; None where no segment holds any of it."""
    sql = (
        "SELECT id, kind, min(span_end, :end) - max(span_start, :start) AS shared FROM segments WHERE document = :of "
        "AND span_start < :end AND span_end > :start ORDER BY shared DESC, span_start LIMIT 1"
    )
    found = conn.execute(sql, {"of": document, "start": start, "end": end}).fetchone()
    return find(conn, "segments", found[0]) if found else None


def read_marks(values: list[str], source: Source) -> list[Place]:
    """Parts as a form or program names them: ``part:start-end``, for a row that there is ``part:start-end#id``.

    Raises LoadError with every one that does not fit.
    """
    places, wrong = [], []
    for value in values:
        found = _MARK.fullmatch(value.strip())
        if found is None or found["part"] not in EVIDENCE_PART.words:
            remedy = f"write part:start-end, where part is one of {', '.join(EVIDENCE_PART.words)}"
            wrong.append(problem("mark", value, "this names no part of the passage", remedy))
            continue
        try:
            passage = source.passage(int(found["start"]), int(found["end"]), field="mark")
        except LoadError as error:
            wrong.extend(error.problems)
            continue
        places.append(Place(found["part"], passage.start, passage.end, found["id"] or ""))
    if wrong:
        raise LoadError(wrong)
    return list(dict.fromkeys(places))


def whole_number(value: str, field: str) -> int:
    """An offset from a form. Raises LoadError."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise refuse(field, value, "not an offset in the text", "select the words again")
    return int(value)


def _unified(words: str) -> str:
    """Words without the difference between kinds of line ends, which forms change, and without outer space."""
    return _LINE_ENDS.sub("\n", words).strip()
