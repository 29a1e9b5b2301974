"""Scores of quotation attribution: predicted against gold rows of the format of the PolNeAR sample.

Two contents match when the Dice coefficient of their word positions is at least a threshold, one to one, best first.
A speaker is right when the spans overlap, or both name the same surname, or both are empty. End to end counts the
matches whose speaker is right. A subset limits the gold; a prediction counts against it when it belongs to the
subset by its own form or matches gold of the subset, and is set aside when it matches other gold.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

Row = dict[str, Any]
Words = frozenset[int]
WORD = re.compile(r"\w+")
MARK = re.compile(r"''|``|[“„«”»\"]")
PRONOUNS = frozenset(
    ["he", "she", "they", "it", "we", "i", "you", "him", "her", "them", "who", "his", "which", "that", "their", "one"]
)
TITLES = frozenset(
    ["mr", "mrs", "ms", "dr", "sen", "rep", "gov", "president", "lt", "col", "gen", "maj", "sir", "lord", "the"]
)
SUBSETS = ("speech", "quoted", "direct", "indirect", "all")


def spans(row: Row, part: str) -> list[tuple[int, int]]:
    """The spans of a part of a row, whether it has one or several."""
    several = row.get(f"{part}_spans") or ([row[part]] if row.get(part) else [])
    return [(a, b) for a, b in several]


def quoted_intervals(text: str) -> list[tuple[int, int]]:
    """Where quotation marks are open, paragraph by paragraph; a mark left open runs to the paragraph's end."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        start: int | None = None
        for match in MARK.finditer(line):
            mark = match.group()
            if start is None and mark not in "”»":
                start = at + match.start()
            elif start is not None and mark not in ("“", "„", "«", "``"):
                found.append((start, at + match.end()))
                start = None
        if start is not None:
            found.append((start, at + len(line)))
        at += len(line) + 1
    return found


def form(text: str, content: list[tuple[int, int]], quoted: list[tuple[int, int]]) -> str:
    """direct, mixed or indirect by the share of letters and digits inside quotation marks."""
    total = inside = 0
    for a, b in content:
        for k in range(a, b):
            if text[k].isalnum():
                total += 1
                inside += any(s <= k < e for s, e in quoted)
    share = inside / total if total else 0.0
    return "direct" if share >= 0.8 else "mixed" if share > 0.02 else "indirect"


def surname(text: str) -> str:
    """The last capitalised word that is no title, in lower case."""
    words = [w for w in WORD.findall(text) if w.lower() not in TITLES]
    words = [w for w in words if w[:1].isupper()] or words
    return words[-1].lower() if words else ""


def same_speaker(text: str, gold: Row, predicted: Row) -> bool:
    """Whether a predicted source names the gold one."""
    g, p = spans(gold, "speaker"), spans(predicted, "speaker")
    if not g or not p:
        return not g and not p
    if any(a < d and c < b for a, b in g for c, d in p):
        return True
    wanted = " ".join(text[a:b] for a, b in g)
    if wanted.lower().strip() in PRONOUNS:
        return False
    name = surname(wanted)
    return bool(name) and name not in PRONOUNS and name == surname(" ".join(text[a:b] for a, b in p))


def in_subset(row: Row, subset: str) -> bool:
    """Whether a row belongs to a subset of the gold."""
    if subset == "speech":
        return bool(row.get("speech", True))
    if subset == "direct":
        return row.get("type") == "direct"
    if subset == "quoted":
        return row.get("type") in ("direct", "mixed")
    if subset == "indirect":
        return row.get("type") == "indirect" and bool(row.get("speech", True))
    return True


def dice(a: Words, b: Words) -> float:
    """2 |a and b| / (|a| + |b|)."""
    return 2 * len(a & b) / (len(a) + len(b))


def match(gold: list[Words], predicted: list[Words], threshold: float) -> dict[int, int]:
    """Gold index -> predicted index, one to one, best first."""
    pairs = [
        (-dice(g, p), i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if g & p and dice(g, p) >= threshold
    ]
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return chosen


def word_positions(text: str, rows: list[Row]) -> list[tuple[Row, Words]]:
    """Each row with the positions of its content's words; rows without a word are left out."""
    words = [m.span() for m in WORD.finditer(text)]
    found = []
    for row in rows:
        content = spans(row, "content")
        inside = frozenset(i for i, (x, y) in enumerate(words) if any(x < b and a < y for a, b in content))
        if inside:
            found.append((row, inside))
    return found


def count(text: str, gold: list[Row], predicted: list[Row], subset: str, threshold: float = 0.8) -> Counter[str]:
    """gold, predicted, matched, right (matched with the right speaker) of one article."""
    quoted = quoted_intervals(text)
    g_all, p_all = word_positions(text, gold), word_positions(text, predicted)
    p_all = [({**row, "type": form(text, spans(row, "content"), quoted)}, words) for row, words in p_all]
    inside = [in_subset(row, subset) for row, _ in g_all]
    wanted = [item for item, keep in zip(g_all, inside, strict=True) if keep]
    others = [words for (_, words), keep in zip(g_all, inside, strict=True) if not keep]
    counted = []
    for row, words in p_all:
        best = max((dice(g, words) for _, g in wanted if g & words), default=0.0)
        aside = max((dice(g, words) for g in others if g & words), default=0.0)
        if best >= threshold or (in_subset(row, subset) and aside < threshold):
            counted.append((row, words))
    pairs = match([w for _, w in wanted], [w for _, w in counted], threshold)
    right = sum(same_speaker(text, wanted[i][0], counted[j][0]) for i, j in pairs.items())
    return Counter(gold=len(wanted), predicted=len(counted), matched=len(pairs), right=right)


def f1(hits: int, predicted: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision, recall = hits / predicted if predicted else 0.0, hits / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0
