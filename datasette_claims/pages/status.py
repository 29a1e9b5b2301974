"""The mark of rows that are not part of the public record: drafts and rejected ones. Data is always escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

from ..schema.vocabulary import STATUS


def status_mark(status: str | None) -> Markup:
    """A visible word for a draft or rejected row; nothing for a reviewed one, which is the rule."""
    if status in (None, "", "reviewed"):
        return Markup("")
    if status not in STATUS.words:
        return escape(status)
    term = STATUS.term(str(status))
    return Markup('<span class="claims-status claims-status-{}" data-word="{}" title="{}: {}">{}</span>').format(
        status, status, status, term.meaning, term.label
    )


def status_word(status: str | None) -> str:
    """The same as a word for running text: "draft", "rejected"; "" for a reviewed row."""
    return "" if status in (None, "", "reviewed") else str(escape(status))


def status_label(status: str | None) -> str:
    """The word of the mark alone, for where no markup can stand: "Draft"; "" for a reviewed row."""
    if status in (None, "", "reviewed"):
        return ""
    return STATUS.term(str(status)).label if status in STATUS.words else str(status)
