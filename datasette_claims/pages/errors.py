"""What a page raises when it cannot answer: a sentence for people and what they can do."""

from __future__ import annotations

_HEADINGS = {
    400: "This link does not fit",
    403: "Not for you to see",
    404: "Not found",
    405: "Not possible here",
    409: "Changed in the meantime",
    410: "Deleted",
    412: "Changed in the meantime",
    413: "Too large",
    415: "Not understood",
    428: "Which version is meant?",
    429: "Too many at once",
    503: "Not just now",
    507: "No room left",
}


class PageError(Exception):
    """``status``: HTTP status. ``sentence``: what is wrong, with the value. ``remedy``: what to do about it.
    ``links``: (what it leads to, URL) of views that do work. ``headers`` are sent with the answer.
    ``sent``: the fields of the form that could not be saved just now, to be sent again with one button."""

    def __init__(self, status: int, sentence: str, remedy: str, links: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.remedy = remedy
        self.links = links
        self.headers: dict[str, str] = {}
        self.sent: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """The heading of the error page."""
        return _HEADINGS.get(self.status, "Something went wrong")


def bad_request(sentence: str, remedy: str) -> PageError:
    """A parameter does not fit; the sentence names it and its value."""
    return PageError(400, sentence, remedy)


def not_found(what: str, id: str, remedy: str) -> PageError:
    """There is no such row: ``not_found("claim", "c1", "See all claims in the table.")``."""
    return PageError(404, f"There is no {what} “{id}” in this database.", remedy)
