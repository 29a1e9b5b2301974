"""What ``bench/anchoring.py`` compares with: simpler ways to find a passage again, each in its own words.

Each takes (old text, new text, spans) and answers for each span a (start, end) in the new text, or None.
"""

from __future__ import annotations

import difflib
import re

from datasette_claims.anchoring.fuzzy import distances
from datasette_claims.anchoring.selectors import CONTEXT_LENGTH

Span = tuple[int, int]
Places = list[Span | None]

_TOKEN = re.compile(r"\w+|[^\w\s]")


def position_only(old: str, new: str, spans: list[Span]) -> Places:
    """The same offsets, whatever stands there."""
    return [(start, end) if end <= len(new) else None for start, end in spans]


def exact_quote(old: str, new: str, spans: list[Span]) -> Places:
    """An exact copy of the quote; of several the one whose neighbouring characters agree furthest."""
    out: Places = []
    for start, end in spans:
        exact = old[start:end]
        hits = [m.start() for m in re.finditer(f"(?={re.escape(exact)})", new)]
        if not hits:
            out.append(None)
            continue
        at = max(hits, key=lambda hit: _agreeing(old, start, end, new, hit))
        out.append((at, at + end - start))
    return out


def _agreeing(old: str, start: int, end: int, new: str, hit: int) -> int:
    """Characters that agree outwards from a hit, at most 32 a side."""
    before = after = 0
    while before < min(CONTEXT_LENGTH, start, hit) and old[start - 1 - before] == new[hit - 1 - before]:
        before += 1
    stop = hit + end - start
    while after < min(CONTEXT_LENGTH, len(old) - end, len(new) - stop) and old[end + after] == new[stop + after]:
        after += 1
    return before + after


def difflib_words(old: str, new: str, spans: list[Span]) -> Places:
    """Both borders through the opcodes of difflib.SequenceMatcher over words and marks."""
    old_tokens, new_tokens = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(new))
    matcher = difflib.SequenceMatcher(
        None, [m.group() for m in old_tokens], [m.group() for m in new_tokens], autojunk=False
    )
    moved: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            first, there = old_tokens[block.a + n], new_tokens[block.b + n].start()
            for i in range(first.start(), first.end()):
                moved[i] = there + i - first.start()
    out: Places = []
    for start, end in spans:
        kept = [moved[i] for i in range(start, end) if i in moved and not old[i].isspace()]
        out.append((kept[0], kept[-1] + 1) if kept else None)
    return out


def best_match(old: str, new: str, spans: list[Span]) -> Places:
    """The idea of Hypothesis' matcher: the best match with at most half of the quote's length in errors, at most
    256, always taken; of equal ones that with the best quote (50), prefix (20), suffix (20) and position (2)."""
    out: Places = []
    for start, end in spans:
        exact = old[start:end]
        prefix, suffix = old[max(0, start - CONTEXT_LENGTH) : start], old[end : end + CONTEXT_LENGTH]
        found = _closest(new, exact, min(256, len(exact) // 2))
        out.append(
            max(found, key=lambda place: _hypothesis_score(new, place[:2], place[2], exact, prefix, suffix, start))[:2]
            if found
            else None
        )
    return out


def _closest(text: str, pattern: str, limit: int) -> list[tuple[int, int, int]]:
    """(start, end, errors) of the matches with the fewest errors."""
    exact = [(m.start(), m.start() + len(pattern), 0) for m in re.finditer(f"(?={re.escape(pattern)})", text)]
    if exact:
        return exact
    scores = list(distances(text, pattern))
    errors = min(scores, default=limit + 1)
    if errors > limit:
        return []
    out = []
    for end in [n + 1 for n, score in enumerate(scores) if score == errors][:50]:
        piece = text[max(0, end - len(pattern) - errors) : end][::-1]
        back = [n for n, score in enumerate(distances(piece, pattern[::-1], anchored=True), 1) if score == errors]
        out.append((end - back[0], end, errors))
    return out


def _hypothesis_score(text: str, place: Span, errors: int, exact: str, prefix: str, suffix: str, hint: int) -> float:
    start, end = place
    score = 50 * (1 - errors / len(exact))
    score += 20 * _alike(text[max(0, start - len(prefix)) : start], prefix)
    score += 20 * _alike(text[end : end + len(suffix)], suffix)
    return score + 2 * (1 - abs(start - hint) / max(1, len(text)))


def _alike(text: str, pattern: str) -> float:
    return 1 - min(distances(text, pattern), default=len(pattern)) / len(pattern) if pattern else 1.0


PEERS = {f.__name__: f for f in (position_only, exact_quote, difflib_words, best_match)}
