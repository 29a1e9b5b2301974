"""Fifteen kinds of random edits that know where every character went, for ``bench/anchoring.py``.

A draft is a list of cells (text, place, kept): what stands there now, which old character it stands for (-1 for
what was added), and whether it is that character (its typography aside). So the true place of any old passage is
known after any edit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Cell = tuple[str, int, bool]
Draft = list[Cell]
Span = tuple[int, int]

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SENTENCE = re.compile(r"(?:[^\n.!?]|[.!?](?!(?<=[a-z]{3}.)[”\"’')]*\s))*(?:[.!?][”\"’')]*|\n|$)\s*")
_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
_LETTERS = "etaoinshrdlucmfwypvbgkjqxz"


@dataclass(frozen=True)
class Edit:
    """An edited text. Only passages inside one of the ``focus`` ranges of the old text are asked for."""

    text: str
    places: list[int]
    kept: set[int]
    focus: list[Span]

    def truth(self, old: str, span: Span) -> tuple[Span | None, float] | None:
        """((new start, new end) or None, share of the passage's characters that survive), or None if scattered.

        A passage is scattered if old text from elsewhere stands between its parts.
        """
        start, end = span
        visible = [i for i in range(start, end) if not old[i].isspace()]
        survival = sum(i in self.kept for i in visible) / len(visible)
        found = [n for n, place in enumerate(self.places) if start <= place < end and not self.text[n].isspace()]
        if not found:
            return None, 0.0
        inside = self.places[found[0] : found[-1] + 1]
        if any(place >= 0 and not start <= place < end for place in inside):
            return None
        return (found[0], found[-1] + 1), survival


@dataclass(frozen=True)
class Source:
    """A text with the passages marked in it, and another text from which insertions are taken."""

    text: str
    spans: list[Span]
    other: str


def finish(draft: Draft, focus: list[Span]) -> Edit:
    """A draft as text, with the old place of each of its characters."""
    places = [place for text, place, _ in draft for _ in text]
    kept = {place for text, place, kept in draft if kept and text}
    return Edit("".join(text for text, _, _ in draft), places, kept, focus)


def begin(text: str) -> Draft:
    return [(char, i, True) for i, char in enumerate(text)]


def added(text: str) -> Draft:
    return [(char, -1, False) for char in text]


def pieces(pattern: re.Pattern[str], text: str) -> list[Span]:
    """The non-empty matches of a pattern."""
    return [match.span() for match in pattern.finditer(text) if match.group()]


def everything(source: Source) -> list[Span]:
    return [(0, len(source.text))]


def white_space(source: Source, random: Random) -> Edit:
    draft = begin(source.text)
    for n, (char, place, _) in enumerate(draft):
        if char.isspace() and random.random() < 0.3:
            draft[n] = (random.choice(["  ", "\u00a0", "\n", " \t", "\r\n", "\u2009 "]), place, True)
    return finish(draft, everything(source))


def typography(source: Source, random: Random) -> Edit:
    """Another style of quotation marks and dashes."""
    style = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", '"': random.choice("“«„"), "'": "’"})
    draft = [(text.translate(style), place, kept) for text, place, kept in begin(source.text)]
    return finish(draft, everything(source))


def letter_case(source: Source, random: Random) -> Edit:
    """One word in seven in capitals, in small letters or with a capital; paragraphs here and there all in capitals."""
    draft = begin(source.text)
    for start, end in pieces(_WORD, source.text):
        if random.random() < 1 / 7:
            word = random.choice([str.upper, str.lower, str.capitalize])(source.text[start:end])
            if len(word) == end - start:
                draft[start:end] = [(char, start + n, True) for n, char in enumerate(word)]
    for start, end in pieces(_PARAGRAPH, source.text):
        if random.random() < 0.1:
            draft[start:end] = [(char.upper(), place, kept) for char, place, kept in draft[start:end]]
    return finish(draft, everything(source))


def invisible(source: Source, random: Random) -> Edit:
    """Soft hyphens, zero-width spaces and joiners inside words, letters decomposed, ligatures."""
    draft: Draft = []
    for char, place, kept in begin(source.text):
        draft.append((unicodedata.normalize("NFD", char), place, kept))
        if char.isalnum() and random.random() < 0.03:
            draft += added(random.choice("\u00ad\u200b\u200d\ufeff\u2060"))
    return finish(draft, everything(source))


def typos(source: Source, random: Random, share: float = 0.05) -> Edit:
    return finish(_typos(begin(source.text), random, share), everything(source))


def _typos(draft: Draft, random: Random, share: float) -> Draft:
    """A share of the letters replaced, left out, doubled by another, or swapped with the next."""
    out: Draft = []
    for char, place, kept in draft:
        if not char.isalnum() or random.random() >= share:
            out.append((char, place, kept))
            continue
        kind = random.randrange(4)
        if kind == 0:
            out.append((random.choice(_LETTERS), place, False))
        elif kind == 1:
            out += [(char, place, kept), (random.choice(_LETTERS), place, False)]
        elif kind == 2 and out and out[-1][0].isalnum():
            out.insert(len(out) - 1, (char, place, kept))
    return out


def words_rewritten(source: Source, random: Random) -> Edit:
    return finish(_rewrite(begin(source.text), source, random, 0.1), everything(source))


def _rewrite(draft: Draft, source: Source, random: Random, share: float, spare: Span = (0, 0)) -> Draft:
    """A share of the words, outside a range that is spared, replaced by words of the other text."""
    vocabulary = _WORD.findall(source.other)
    out = list(draft)
    for start, end in pieces(_WORD, source.text):
        if not spare[0] <= start < spare[1] and random.random() < share:
            word = random.choice(vocabulary)
            if word.casefold() != source.text[start:end].casefold():
                out[start:end] = [(word, start, False), *(("", i, False) for i in range(start + 1, end))]
    return out


def words_added_and_cut(source: Source, random: Random) -> Edit:
    """One word in twelve left out with the space after it, and a new one after one in twelve."""
    vocabulary = _WORD.findall(source.other)
    draft, last = begin(source.text), 0
    out: Draft = []
    for start, end in pieces(_WORD, source.text):
        out += draft[last:start]
        last = end
        chance = random.random()
        if chance < 1 / 12:
            last += source.text[end : end + 1] == " "
        else:
            out += draft[start:end]
            if chance < 1 / 6:
                out += added(" " + random.choice(vocabulary))
    return finish(out + draft[last:], everything(source))


def paragraphs_inserted(source: Source, random: Random) -> Edit:
    """Paragraphs and single sentences of another text between those of this one."""
    paragraphs, sentences = pieces(_PARAGRAPH, source.other), pieces(_SENTENCE, source.other)
    draft = begin(source.text)
    for start, _ in reversed(pieces(_SENTENCE, source.text)):
        chance = random.random()
        new_paragraph = start == 0 or source.text[start - 1] == "\n"
        if new_paragraph and chance < 0.4:
            a, b = random.choice(paragraphs)
            draft[start:start] = added(source.other[a:b].strip() + "\n\n")
        elif chance < 0.15:
            a, b = random.choice(sentences)
            draft[start:start] = added(source.other[a:b].strip() + " ")
    return finish(draft, everything(source))


def _shuffled(draft: Draft, ranges: list[Span], random: Random) -> Draft:
    blocks = [draft[start:end] for start, end in ranges]
    random.shuffle(blocks)
    out: Draft = []
    for block in blocks:
        out += block
        if block and not block[-1][0].endswith("\n"):
            out += added("\n\n")
    return out


def paragraphs_reordered(source: Source, random: Random) -> Edit:
    return finish(_shuffled(begin(source.text), pieces(_PARAGRAPH, source.text), random), everything(source))


def duplicated_before(source: Source, random: Random) -> Edit:
    """One paragraph repeated higher up, at least one other paragraph before its own place."""
    ranges = pieces(_PARAGRAPH, source.text)
    n = _paragraph_with_spans(source, random, range(2, len(ranges)))
    start, end = ranges[n]
    at = ranges[random.randrange(n - 1)][0]
    draft = begin(source.text)
    draft[at:at] = added(source.text[start:end].rstrip("\n") + "\n\n")
    return finish(draft, [(start, end)])


def _paragraph_with_spans(source: Source, random: Random, among: range) -> int:
    """A random paragraph of those named, if possible one that holds a passage."""
    ranges = pieces(_PARAGRAPH, source.text)
    holding = [n for n in among if any(ranges[n][0] <= s and e <= ranges[n][1] for s, e in source.spans)]
    return random.choice(holding or list(among))


def sentence_moved(source: Source, random: Random) -> Edit:
    """The sentence that holds a passage is put between two sentences of another paragraph."""
    span = random.choice(source.spans)
    start, end = _sentences_around(source.text, span)
    rest = [s for s, _ in pieces(_SENTENCE, source.text) if s < start - 300 or s > end + 300]
    draft = begin(source.text)
    at = random.choice(rest or [0])
    block = [*draft[start:end], *added(" ")]
    draft = (
        draft[:at] + block + draft[at:start] + draft[end:]
        if at < start
        else (draft[:start] + draft[end:at] + block + draft[at:])
    )
    return finish(draft, [(start, end)])


def _sentences_around(text: str, span: Span) -> Span:
    """The range of whole sentences that a passage lies in."""
    touched = [s for s in pieces(_SENTENCE, text) if s[1] > span[0] and s[0] < span[1]]
    return touched[0][0], touched[-1][1]


def surroundings_rewritten(source: Source, random: Random) -> Edit:
    """Half of all words replaced outside the sentence that holds a passage."""
    sentence = _sentences_around(source.text, random.choice(source.spans))
    return finish(_rewrite(begin(source.text), source, random, 0.5, sentence), [sentence])


def mixed(source: Source, random: Random) -> Edit:
    """One letter in a hundred mistyped, one word in twenty replaced, paragraphs inserted and three moved."""
    draft = _rewrite(begin(source.text), source, random, 0.05)
    ranges = pieces(_PARAGRAPH, source.text)
    blocks = [draft[start:end] for start, end in ranges]
    for _ in range(min(3, len(blocks) - 1)):
        blocks.insert(random.randrange(len(blocks)), blocks.pop(random.randrange(len(blocks))))
    foreign = pieces(_PARAGRAPH, source.other)
    out: Draft = []
    for block in blocks:
        if random.random() < 0.2:
            a, b = random.choice(foreign)
            out += added(source.other[a:b].strip() + "\n\n")
        out += [*block, *added("\n\n")]
    flat = [(char, place, kept) for text, place, kept in out for char in text]
    return finish(_typos(flat, random, 0.01), everything(source))


def deleted(source: Source, random: Random) -> Edit:
    """A paragraph that holds a passage is left out, or only the sentence; the rest stays."""
    start, end = _doomed(source, random)
    draft = begin(source.text)
    return finish(draft[:start] + draft[end:], [(start, end)])


def _doomed(source: Source, random: Random) -> Span:
    if random.random() < 0.5:
        ranges = pieces(_PARAGRAPH, source.text)
        return ranges[_paragraph_with_spans(source, random, range(len(ranges)))]
    return _sentences_around(source.text, random.choice(source.spans))


def look_alikes(source: Source, random: Random) -> Edit:
    """As ``deleted``, with a sentence in its place made of the same words inside longer ones and in another order."""
    start, end = _doomed(source, random)
    words = [
        f"{random.choice(_LETTERS)}{word}{random.choice(['s', 'ing', 'er'])}"
        for word in _WORD.findall(source.text[start:end])
    ]
    random.shuffle(words)
    draft = begin(source.text)
    return finish(draft[:start] + added(" ".join(words) + ".\n\n") + draft[end:], [(start, end)])


KINDS: tuple[Callable[[Source, Random], Edit], ...] = (
    white_space,
    typography,
    letter_case,
    invisible,
    typos,
    words_rewritten,
    words_added_and_cut,
    paragraphs_inserted,
    paragraphs_reordered,
    duplicated_before,
    sentence_moved,
    surroundings_rewritten,
    mixed,
    deleted,
    look_alikes,
)
