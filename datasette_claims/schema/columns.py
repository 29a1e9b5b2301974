"""Columns that several tables share: ids, references, words, spans, days, countries."""

from __future__ import annotations

from . import vocabulary as v
from .tables import Column, Copy, Index, Type

COUNTRY_BASIS_MEANING = "In which sense the row has its country: represents, nationality, based in."

COUNTRY_ORIGIN_MEANING = "Whether the country was given in the row or derived, and from what."

REVISION = Column(
    "revision",
    "Revision",
    "The last change of this row. A change made against an older revision is refused.",
    Type.INTEGER,
    required=True,
    references="revisions",
)

NOTE = Column("note", "Note", "A remark by whoever made this record.")

SPAN_CHECK = '("span_start" IS NULL AND "span_end" IS NULL) OR "span_end" > "span_start"'


def identifier(what: str) -> Column:
    """The column ``id`` of a table of such things."""
    return Column("id", "Id", f"A stable, readable name for the {what}; it stands in URLs.", Type.IDENTIFIER, True)


def reference(name: str, label: str, description: str, table: str, **more: object) -> Column:
    """A column with ids of ``table``; ``more`` are fields of ``Column``."""
    return Column(name, label, description, Type.REFERENCE, references=table, **more)  # type: ignore[arg-type]


def word(name: str, label: str, description: str, enumeration: v.Enumeration, **more: object) -> Column:
    """A column with words of a vocabulary, required where that has no default; ``more`` are fields of ``Column``."""
    required = enumeration.default is None
    return Column(name, label, description, Type.WORD, required, enumeration=enumeration, **more)  # type: ignore[arg-type]


def span(of: str) -> tuple[Column, Column]:
    """Where ``of`` stands in its document: code points, half-open."""
    return (
        Column(
            "span_start",
            "Span start",
            f"First code point of {of} in the document's text, from 0.",
            Type.INTEGER,
        ),
        Column("span_end", "Span end", f"Code point after the last one of {of}.", Type.INTEGER),
    )


def reviewed(what: str) -> tuple[Column, Column, Column]:
    """Whether the row belongs to the record, who last decided that, and when."""
    return (
        word("status", "Status", f"Whether the {what} belongs to the public record.", v.STATUS),
        Column("status_by", "Status by", "Who drafted, reviewed or rejected it last."),
        Column("status_at", "Status at", "When (UTC).", Type.TIME),
    )


CONFIDENCE = word("confidence", "Confidence", "How a draft was found in the text.", v.CONFIDENCE)

CODER = Column("coder", "Coder", "Whose own reading it is, before adjudication; empty for the record itself.")

UNREVIEWED = "\"status\" <> 'reviewed'"
"""The condition of the indexes for drafts and rejected rows. A query states it too, so that SQLite uses them."""


def unreviewed_index(*columns: str) -> Index:
    """Finds the few rows that are not reviewed by status and further columns."""
    return Index(("status", *columns), where=UNREVIEWED)


def days(what: str) -> tuple[Column, Column, Column]:
    """The interval in which something happened, and the month by which it is faceted."""
    return (
        Column("date_start", "From", f"Earliest day of {what} (ISO date).", Type.DAY_FROM, facet=True),
        Column("date_end", "To", f"Latest day of {what} (ISO date); the same day where it is exact.", Type.DAY_TO),
        Column(
            "month",
            "Month",
            "The month of the earliest day, or “not_stated”; made from date_start.",
            facet=True,
            generated="coalesce(substr(\"date_start\", 1, 7), 'not_stated')",
        ),
    )


def country(whose: str, copy: Copy | None = None, basis_copy: Copy | None = None) -> tuple[Column, Column]:
    """A country and why it is this one; the copies say from which row they follow."""
    return (
        reference("country", "Country", f"{whose} (ISO 3166-1 alpha-2).", "countries", copy=copy, facet=True),
        word("country_basis", "Country basis", COUNTRY_BASIS_MEANING, v.COUNTRY_BASIS, copy=basis_copy, facet=True),
    )
