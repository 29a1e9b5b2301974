"""The mark of rows that are not part of the public record: drafts and rejected ones. Data is always escaped."""

from __future__ import annotations

from markupsafe import Markup, escape

_MEANINGS = {
    "draft": ("Draft", "Not reviewed yet, and not counted in comparisons."),
    "rejected": ("Rejected", "Reviewed and found wrong; kept, but not counted."),
}


def status_mark(status: str | None) -> Markup:
    """A visible word for a draft or rejected row; nothing for a reviewed one, which is the rule."""
    if status in (None, "", "reviewed"):
        return Markup("")
    label, meaning = _MEANINGS.get(str(status), (str(status), ""))
    return Markup('<span class="claims-status claims-status-{}" data-word="{}" title="{}">{}</span>').format(
        status, status, meaning, label
    )


def status_word(status: str | None) -> str:
    """The same as a word for running text: "draft", "rejected"; "" for a reviewed row."""
    return "" if status in (None, "", "reviewed") else str(escape(status))
