"""Seeded articles for ``bench/anchoring.py`` where no real ones are at hand.

Words follow Zipf's law over an invented vocabulary; sentences quote people, name them again and again, and repeat
phrases, as news does. The passages are whole sentences, quotations, speakers and cues.
"""

from __future__ import annotations

from itertools import product
from random import Random

Span = tuple[int, int]
_SYLLABLES = ["".join(pair) for pair in product("bcdfglmnprst", "aeiou")]
_CUES = ["said", "told", "asked", "warned", "added", "denied", "confirmed"]


def generated_texts(count: int, seed: int) -> list[tuple[str, list[Span]]]:
    """``count`` articles of 300 to 1,200 words with the passages marked in each."""
    random = Random(seed)
    vocabulary = ["the", "of", "to", "and", "a", "in", "that", "is", "for", "on", "was", "with"]
    vocabulary += ["".join(random.choices(_SYLLABLES, k=random.randint(1, 4))) for _ in range(4000)]
    weights = [1 / (n + 3) for n in range(len(vocabulary))]
    return [_article(random, vocabulary, weights) for _ in range(count)]


def _article(random: Random, vocabulary: list[str], weights: list[float]) -> tuple[str, list[Span]]:
    people = [" ".join("".join(random.choices(_SYLLABLES, k=2)).title() for _ in "12") for _ in range(5)]
    text, spans = "", []
    for _ in range(random.randint(8, 20)):
        for _ in range(random.randint(1, 4)):
            words = random.choices(vocabulary, weights, k=random.randint(6, 25))
            sentence = " ".join(words)
            start = len(text)
            if random.random() < 0.4:
                speaker = random.choice(people)
                speaker = speaker if random.random() < 0.5 else speaker.split()[1]
                cue = random.choice(_CUES)
                text += f"“{sentence.capitalize()},” {speaker} {cue}. "
                after = start + len(sentence) + 4
                spans += [(start + 1, start + 2 + len(sentence)), (after, after + len(speaker))]
                spans.append((after + len(speaker) + 1, after + len(speaker) + 1 + len(cue)))
            else:
                text += f"{sentence.capitalize()}. "
                spans.append((start, start + len(sentence) + 1))
        text = text.rstrip() + "\n\n"
    return text, spans
