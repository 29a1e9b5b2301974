"""How a passage is pointed at: by its words with a little context, and by its offsets.

The two shapes are the ``TextQuoteSelector`` and the ``TextPositionSelector`` of the W3C Web Annotation Data
Model (https://www.w3.org/TR/annotation-model/, sections 4.2.4 and 4.2.5). Offsets are Unicode code points,
half-open: ``text[start:end]`` is the passage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CONTEXT_LENGTH = 32
"""Code points of context kept on each side of a quote."""


class SelectorError(ValueError):
    """The offsets or the JSON of a selector make no sense; the message says which value and why."""


@dataclass(frozen=True, slots=True)
class TextQuoteSelector:
    """The passage's own words (``exact``) and up to 32 code points before (``prefix``) and after (``suffix``)."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    def as_json(self) -> dict[str, str]:
        """This selector as a Web Annotation object; an empty prefix or suffix is left out."""
        out = {"type": "TextQuoteSelector", "exact": self.exact}
        if self.prefix:
            out["prefix"] = self.prefix
        if self.suffix:
            out["suffix"] = self.suffix
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> TextQuoteSelector:
        """Read a Web Annotation object. Raises SelectorError if a member is missing or is not text."""
        values = {name: data.get(name, "") for name in ("exact", "prefix", "suffix")}
        if "exact" not in data:
            raise SelectorError("TextQuoteSelector: the member 'exact' is missing; it must hold the quoted text")
        for name, value in values.items():
            if not isinstance(value, str):
                raise SelectorError(f"TextQuoteSelector: {name!r} must be text, not {value!r}")
        return cls(**{name: str(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class TextPositionSelector:
    """Half-open offsets in code points, ``0 <= start <= end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise SelectorError(
                f"offsets {self.start}..{self.end}: start must not be negative and end must not be before start"
            )

    def as_json(self) -> dict[str, str | int]:
        """This selector as a Web Annotation object."""
        return {"type": "TextPositionSelector", "start": self.start, "end": self.end}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> TextPositionSelector:
        """Read a Web Annotation object. Raises SelectorError unless start and end are whole numbers in order."""
        offsets = []
        for name in ("start", "end"):
            value = data.get(name)
            if not isinstance(value, int) or isinstance(value, bool):
                raise SelectorError(f"TextPositionSelector: {name!r} must be a whole number, not {value!r}")
            offsets.append(value)
        return cls(*offsets)


@dataclass(frozen=True, slots=True)
class PassageSelector:
    """Both selectors of one passage, as they are stored with a piece of evidence."""

    quote: TextQuoteSelector
    position: TextPositionSelector


def select(text: str, start: int, end: int, context: int = CONTEXT_LENGTH) -> PassageSelector:
    """The selectors of ``text[start:end]`` with up to ``context`` code points on each side.

    Raises SelectorError if the offsets are out of order or reach past the end of the text.
    """
    position = TextPositionSelector(start, end)
    if end > len(text):
        raise SelectorError(f"offsets {start}..{end}: the text has only {len(text)} code points")
    quote = TextQuoteSelector(text[start:end], text[max(0, start - context) : start], text[end : end + context])
    return PassageSelector(quote, position)


def holds(text: str, selector: PassageSelector) -> bool:
    """True if the quote stands in ``text`` at the stored offsets with exactly its stored prefix and suffix.

    A prefix shorter than ``CONTEXT_LENGTH`` says nothing about what stands before it, so text that was added
    before a passage at the very start moves its offsets and is noticed there.
    """
    quote, start, end = selector.quote, selector.position.start, selector.position.end
    return (
        end <= len(text)
        and end - start == len(quote.exact)
        and text.startswith(quote.exact, start)
        and start >= len(quote.prefix)
        and text.startswith(quote.prefix, start - len(quote.prefix))
        and text.startswith(quote.suffix, end)
    )
