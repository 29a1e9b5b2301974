"""What can be read without knowing the language: quotation marks, and «name: "…"» in front of them."""

from __future__ import annotations

import re

from .lexicon import WORD, WORD_BITS
from .quotations import Quotation
from .reports import Attribution
from .tokens import Tokens

LABEL = re.compile(r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,4})\s?:\s*$")
LABEL_REACH = 80  # code points before a quotation in which a label is looked for
MINIMUM_WORDS = 4
SAMPLE = 400  # tokens that are looked at to tell English from other languages
ENOUGH = 40  # words below which the declared language is believed
ENGLISH_SHARE = 0.15


def is_english(tokens: Tokens) -> bool:
    """Whether the share of English function words is what English has (a third or so, against a few percent)."""
    words = [i for i in range(min(SAMPLE, len(tokens.flags))) if tokens.flags[i] & WORD and tokens.lower[i]]
    if len(words) < ENOUGH:
        return True
    common = sum(tokens.lower[i] in WORD_BITS for i in words)
    return common >= ENGLISH_SHARE * len(words)


def attribute_labels(text: str, quotations: list[Quotation]) -> list[Attribution]:
    """One attribution a quotation of some length; its source is the label before it, if there is one."""
    found: list[Attribution] = []
    for q in quotations:
        low = max(0, q.start - LABEL_REACH)
        low = max(low, text.rfind("\n", low, q.start) + 1)
        match = LABEL.search(text[low : q.start])
        source = cue = None
        if match is not None and match.group("name")[0].isupper():
            source = (low + match.start("name"), low + match.end("name"))
            colon = text.index(":", source[1])
            cue = (colon, colon + 1)
        if source is not None or text.count(" ", q.start, q.end) + 1 >= MINIMUM_WORDS:
            found.append(Attribution([(q.start, q.end)], source, cue, frame="q", voice="label"))
    return found
