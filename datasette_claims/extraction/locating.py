"""Words that a model returned -> where the text has them; what it does not have is refused.

Marks are compared in one style (a model may straighten curly ones), every other character as it is.
"""

from __future__ import annotations

import bisect

from .engine import Reading
from .lexicon import FORMS, Cue
from .reports import Attribution
from .tokens import Sentence

Span = tuple[int, int]
STYLES = str.maketrans({**dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("–—―", "-")})
MARKS = "\"'“”„«»‘’ "
NEAR = 1500  # code points from the content within which its source and reporting word are looked for


class Locator:
    """Finds words in one text; the text in one style of marks has the same length."""

    def __init__(self, reading: Reading) -> None:
        self._text = reading.document.text.translate(STYLES)
        self._tokens, self._sentences = reading.tokens, reading.sentences
        self._starts = [reading.tokens.begin[s.first] for s in reading.sentences]

    def find(self, words: str, low: int, high: int) -> Span | None:
        """The first place of some words between two code points."""
        wanted = words.translate(STYLES).strip()
        at = self._text.find(wanted, low, high) if wanted else -1
        return (at, at + len(wanted)) if at >= 0 else None

    def near(self, words: str, content: Span, low: int, high: int) -> Span | None:
        """The place of whole words that is nearest to the content, not inside it."""
        wanted = words.translate(STYLES).strip(MARKS)
        if not wanted:
            return None
        best: tuple[int, Span] | None = None
        low, high = max(low, content[0] - NEAR), min(high, content[1] + NEAR)
        at = self._text.find(wanted, low, high)
        while at >= 0:
            span = (at, at + len(wanted))
            outside = span[1] <= content[0] or content[1] <= span[0]
            if outside and self._is_whole(span):
                distance = content[0] - span[1] if span[1] <= content[0] else at - content[1]
                if best is None or distance < best[0]:
                    best = (distance, span)
            at = self._text.find(wanted, at + 1, high)
        return best[1] if best else None

    def _is_whole(self, span: Span) -> bool:
        before, after = self._text[span[0] - 1 : span[0]], self._text[span[1] : span[1] + 1]
        return not (before.isalnum() and self._text[span[0]].isalnum()) and not after.isalnum()

    def sentence(self, position: int) -> Sentence | None:
        """The sentence in which a code point stands."""
        at = bisect.bisect_right(self._starts, position) - 1
        return self._sentences[at] if at >= 0 else None


def cue_of(word: str) -> Cue | None:
    """The reporting word that a form belongs to, if it is one of ours."""
    form = FORMS.get(word.lower())
    return form.cues[-1] if form is not None else None


def attribution(
    reading: Reading, locator: Locator, contents: list[Span], source: Span | None, cue: Span | None
) -> Attribution:
    """A report at known places; what kind of report it is follows from the text, not from the model.

    A content that is all inside quotation marks takes these marks, so that it is read as quoted words.
    """
    text = reading.document.text
    widened = [_with_marks(reading, span) for span in contents]
    quoted = any(text[a:b][:1] in '"“„«' for a, b in widened)
    entry = cue_of(text[slice(*cue)].split()[0]) if cue else None
    sentence = locator.sentence(cue[0] if cue else contents[0][0])
    return Attribution(widened, source, cue, entry, "q" if quoted else "c", sentence=sentence)


def _with_marks(reading: Reading, span: Span) -> Span:
    starts = [q.start for q in reading.quotations]
    at = bisect.bisect_right(starts, span[0]) - 1
    if at >= 0:
        quotation = reading.quotations[at]
        text = reading.document.text
        inner = text[quotation.start : quotation.end].strip(MARKS + ",")
        if quotation.start <= span[0] and span[1] <= quotation.end and text[slice(*span)].strip(MARKS + ",") == inner:
            return quotation.start, quotation.end
    return span
