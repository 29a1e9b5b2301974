"""Headlines in Title Case: take the capitals of ordinary words away, so that the rules can read them."""

from __future__ import annotations

from .lexicon import CAP, CUE, FORMS, QUOTE, WORD, WORD_BITS
from .tokens import Sentence, Tokens

LONG = 4  # letters: shorter words keep small letters in many house styles
SHARE = 0.75


def is_title_case(tokens: Tokens, sentence: Sentence) -> bool:
    """Whether nearly all longer words of a sentence that is a short line of its own have a capital."""
    flags, word = tokens.flags, tokens.word
    if sentence.last < len(word) and word[sentence.last][0] != "\n":
        return False
    if sentence.first > 0 and word[sentence.first - 1][0] != "\n":
        return False
    if not 4 <= sentence.last - sentence.first <= 40:
        return False
    long = [i for i in range(sentence.first, sentence.last) if flags[i] & WORD and len(word[i]) >= LONG]
    if len(long) < 3:
        return False
    return len([i for i in long if flags[i] & CAP]) >= SHARE * len(long)


def lower_headline(tokens: Tokens, sentence: Sentence) -> None:
    """Clear the capital bit of reporting words and function words behind the first word of the sentence."""
    for i in range(sentence.first + 1, sentence.last):
        if tokens.flags[i] & CAP and not tokens.flags[i] & QUOTE:
            lower = tokens.lower[i]
            if lower in WORD_BITS or (tokens.flags[i] & CUE and FORMS[lower].tense != "base"):
                tokens.flags[i] &= ~CAP
