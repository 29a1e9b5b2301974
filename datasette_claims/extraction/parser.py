"""The engine of the extra [spacy]: a dependency parse by a model that the person has installed.

A reporting verb of ``cues.csv`` with a subject and a clausal complement is a report; so is "according to" with its
object. Labels of dependencies are those of spaCy's English models (ClearNLP). The quoted words, details, speakers
and links come from the same code as for the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .drafts import Document, Draft
from .engine import Reading, assemble, read
from .lexicon import FORMS
from .locating import Locator, attribution
from .reports import Attribution

MODEL = "en_core_web_sm"
SUBJECTS = frozenset(["nsubj"])
COMPLEMENTS = frozenset(["ccomp", "parataxis"])
LEMMAS = frozenset(cue.lemma for form in FORMS.values() for cue in form.cues if not cue.particle)
MARKS = " ,;:\n\t"

Parse = Callable[[str], Any]
"""A line of text -> an iterable of tokens: text, idx, i, lemma_, pos_, dep_, children, subtree."""
Span = tuple[int, int]


class Parser:
    """Reads a parse of each line."""

    name = "spacy"
    label = "Dependency parse (spaCy)"
    languages = ("en",)

    def __init__(self, model: str = MODEL, parse: Parse | None = None) -> None:
        """``model`` is the name of an installed spaCy model; ``parse`` stands in for it."""
        self._model, self._parse = model, parse

    def with_model(self, model: str) -> Parser:
        """The same engine with the model of that name."""
        return Parser(model, self._parse)

    def extract(self, document: Document) -> Draft:
        """The draft for a document. Raises ValueError where the model is not installed."""
        reading = read(document)
        if not reading.supported:
            return assemble(reading, [])
        parse = self._parse or _load(self._model)
        locator = Locator(reading)
        found: list[Attribution] = []
        at = 0
        for line in document.text.split("\n"):
            if line.strip():
                found += _reports(reading, locator, list(parse(line)), at)
            at += len(line) + 1
        return assemble(reading, found)


def _load(name: str) -> Parse:
    import spacy

    try:
        nlp: Parse = spacy.load(name)
    except OSError as error:
        raise ValueError(f"the spaCy model {name!r} is not installed; see “python -m spacy download”") from error
    return nlp


def _reports(reading: Reading, locator: Locator, tokens: list[Any], at: int) -> Iterator[Attribution]:
    for token in tokens:
        if token.lemma_.lower() in LEMMAS and token.pos_ in ("VERB", "AUX"):
            made = _verb(reading, locator, token, at)
        elif token.text.lower() == "according":
            made = _according(reading, locator, token, tokens, at)
        else:
            continue
        if made is not None:
            yield made


def _verb(reading: Reading, locator: Locator, token: Any, at: int) -> Attribution | None:
    """A reporting verb with its subject and what was said."""
    children = list(token.children)
    subject = next((c for c in children if c.dep_ in SUBJECTS), None)
    clause = next((c for c in children if c.dep_ in COMPLEMENTS), None)
    if clause is None:
        return None
    cue = (at + token.idx, at + token.idx + len(token.text))
    left_out = {token.i} | ({t.i for t in subject.subtree} if subject is not None else set())
    contents = _spans(reading, [t for t in clause.subtree if t.i not in left_out], at, cue)
    source = _extent(list(subject.subtree), at) if subject is not None else None
    if source is not None:
        contents = [part for span in contents for part in _without(span, source)]
    contents = [trimmed for span in contents if (trimmed := _trim(reading.document.text, span))]
    return attribution(reading, locator, contents, source, cue) if contents else None


def _according(reading: Reading, locator: Locator, token: Any, tokens: list[Any], at: int) -> Attribution | None:
    """ "according to X": the rest of its sentence is what X says."""
    to = next((c for c in token.children if c.text.lower() == "to"), None)
    name = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
    if to is None or name is None:
        return None
    source = _extent(list(name.subtree), at)
    cue = (at + token.idx, at + to.idx + len(to.text))
    sentence = locator.sentence(cue[0])
    if sentence is None:
        return None
    low, high = reading.tokens.span(sentence.first, sentence.last)
    text = reading.document.text
    spans = [_trim(text, (low, cue[0])), _trim(text, (source[1], high))]
    contents = [span for span in spans if span is not None]
    longest = max(contents, key=lambda span: span[1] - span[0], default=None)
    return attribution(reading, locator, [longest], source, cue) if longest else None


def _extent(tokens: list[Any], at: int) -> Span:
    last = max(tokens, key=lambda t: t.idx)
    return at + min(t.idx for t in tokens), at + last.idx + len(last.text)


def _spans(reading: Reading, tokens: list[Any], at: int, cue: Span) -> list[Span]:
    """The runs of the tokens before and after the reporting word."""
    found = []
    for side in ([t for t in tokens if at + t.idx < cue[0]], [t for t in tokens if at + t.idx >= cue[1]]):
        if side:
            found.append(_extent(side, at))
    return found


def _without(span: Span, hole: Span) -> list[Span]:
    if hole[1] <= span[0] or span[1] <= hole[0]:
        return [span]
    return [part for part in ((span[0], hole[0]), (hole[1], span[1])) if part[0] < part[1]]


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1] in MARKS + ".":
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None
