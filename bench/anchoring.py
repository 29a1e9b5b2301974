"""How often is a passage found again after an edit, and how often is it put in a wrong place?

Seeded random edits of fifteen kinds over all texts at hand, ours beside four peers on the same cases, and the time
for 300 passages in an article of 6,000 words. The last line is one JSON object of the named ratios.

    python bench/anchoring.py [--texts 100] [--seed 1] [--generated]

A passage survives if at least half of its characters do. Right: a surviving passage is placed (intersection over
union with its true place at least 0.8), or one of which less than 0.3 survive is an orphan (or shown at its true
place, as changed); between the two either will do. Wrong: placed anywhere else. Ambiguous: handed to a person.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.anchoring_edits import KINDS, Edit, Source, Span, typos  # noqa: E402
from bench.anchoring_peers import PEERS, best_match  # noqa: E402
from bench.anchoring_texts import generated_texts  # noqa: E402
from datasette_claims.anchoring import Anchoring, anchor_all, reanchor, select  # noqa: E402

SHARED = ROOT / ".." / "shared"
NAMES = ("ours", "selectors_only", *PEERS)
OUTCOMES = ("right", "wrong", "ambiguous", "orphan")
Text = tuple[str, list[Span]]


def texts_at_hand(generated: bool) -> list[Text]:
    """Articles with marked passages from ../shared where it is there, and generated ones otherwise."""
    corpus, seed = SHARED / "polnear" / "train300.jsonl", SHARED / "seed"
    if generated or not corpus.exists():
        return generated_texts(100, seed=7)
    out: list[Text] = []
    article = seed / "article.txt"
    if article.exists():
        rows = csv.DictReader((seed / "evidence.csv").read_text(encoding="utf-8").splitlines())
        spans = {(int(row["start"]), int(row["end"])) for row in rows}
        out.append((article.read_bytes().decode("utf-8"), sorted(spans)))
    for line in corpus.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        marked = {tuple(q[part]) for q in document["quotes"] for part in ("content", "speaker", "cue") if q[part]}
        out.append((document["text"], sorted((s, e) for s, e in marked if s < e)))
    return [(text, spans) for text, spans in out if len(spans) >= 3 and text.count("\n") >= 4]


@dataclass(frozen=True)
class Case:
    """One passage of one edited text: where it must be, and how much of it is left."""

    span: Span
    place: Span | None
    survival: float

    def outcome(self, found: Span | None, ambiguous: bool) -> str:
        """right, wrong, ambiguous or orphan (an orphan that should have been found)."""
        if ambiguous:
            return "ambiguous"
        if found is None:
            return "right" if self.survival < 0.5 else "orphan"
        return "right" if self.place is not None and _overlap(found, self.place) >= 0.8 else "wrong"


def _overlap(one: Span, other: Span) -> float:
    """Intersection over union of two ranges."""
    common = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return common / (one[1] - one[0] + other[1] - other[0] - common)


def cases_of(old: str, edit: Edit, spans: list[Span], random: Random) -> list[Case]:
    """Up to six passages in the focus of an edit with their true places."""
    inside = [s for s in spans if any(a <= s[0] and s[1] <= b for a, b in edit.focus)]
    out = []
    for span in random.sample(inside, min(6, len(inside))):
        truth = edit.truth(old, span)
        if truth is not None:
            out.append(Case(span, *truth))
    return out


def run(texts: list[Text], seed: int, names: tuple[str, ...] = NAMES) -> dict[str, dict[str, Counter[str]]]:
    """Counts of outcomes by kind of edit and by method."""
    counts = {kind.__name__: {name: Counter[str]() for name in names} for kind in KINDS}
    for n, (text, spans) in enumerate(texts):
        source = Source(text, spans, texts[(n + 1) % len(texts)][0])
        for kind in KINDS:
            random = Random(f"{seed}/{n}/{kind.__name__}")
            edit = kind(source, random)
            cases = cases_of(text, edit, spans, random)
            for name in names:
                _count(counts[kind.__name__][name], name, text, edit.text, cases)
    return counts


def _count(into: Counter[str], name: str, old: str, new: str, cases: list[Case]) -> None:
    asked = [case.span for case in cases]
    if name in PEERS:
        for case, place in zip(cases, PEERS[name](old, new, asked), strict=True):
            into[case.outcome(place, False)] += 1
        return
    results = reanchor(old, new, asked) if name == "ours" else _by_selectors(old, new, asked)
    for case, result in zip(cases, results, strict=True):
        found = None if result.start is None or result.end is None else (result.start, result.end)
        into[case.outcome(found, result.state == "ambiguous")] += 1


def _by_selectors(old: str, new: str, spans: list[Span]) -> list[Anchoring]:
    """Ours when the old text is not at hand, as for an imported annotation."""
    selectors = [select(old, start, end) for start, end in spans]
    return anchor_all(new, [(selector.quote, selector.position) for selector in selectors])


def report(counts: dict[str, dict[str, Counter[str]]]) -> dict[str, Counter[str]]:
    """Print shares by kind and method; answer the totals by method."""
    totals = {name: Counter[str]() for name in NAMES}
    print(f"{'kind':24}{'method':15}{'n':>6}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES))
    for kind, methods in counts.items():
        for name, found in methods.items():
            _line(kind, name, found)
            totals[name] += found
    for name, found in totals.items():
        _line("all", name, found)
    return totals


def _line(kind: str, name: str, found: Counter[str]) -> None:
    n = found.total()
    print(f"{kind:24}{name:15}{n:6}" + "".join(f"{100 * found[o] / max(1, n):10.2f}%" for o in OUTCOMES))


def seconds_for_300(texts: list[Text]) -> dict[str, float]:
    """Seconds of processor time for 300 passages in 6,000 words by kind of edit; ``peer`` is best_match on typos."""
    parts: list[str] = []
    spans: list[Span] = []
    for text, marked in texts:
        offset = sum(len(part) for part in parts)
        spans += [(s + offset, e + offset) for s, e in marked]
        parts.append(text + "\n\n")
        if sum(len(part.split()) for part in parts) >= 6000 and len(spans) >= 300:
            break
    old = "".join(parts)
    old = old[: [i for i, char in enumerate(old) if char.isspace()][6000]] if len(old.split()) > 6000 else old
    spans = sorted({s for s in spans if s[1] <= len(old)})
    spans = Random(1).sample(spans, min(300, len(spans)))
    out = {}
    for kind in KINDS:
        edit = kind(Source(old, spans, texts[-1][0]), Random(1))
        began = time.process_time()
        reanchor(old, edit.text, spans)
        out[kind.__name__] = time.process_time() - began
    began = time.process_time()
    best_match(old, typos(Source(old, spans, texts[-1][0]), Random(1)).text, spans)
    out["peer"] = time.process_time() - began
    print(f"\n{len(spans)} passages, {len(old.split())} words: " + ", ".join(f"{k} {v:.2f} s" for k, v in out.items()))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=100, help="how many of the texts at hand, evenly spaced")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--generated", action="store_true", help="use generated texts even where others are there")
    options = parser.parse_args()
    texts = texts_at_hand(options.generated)
    step = max(1, len(texts) // options.texts)
    counts = run(texts[::step], options.seed)
    totals = report(counts)
    seconds = seconds_for_300(texts)
    peer = seconds.pop("peer")
    orphaned = {
        kind: counts[kind]["ours"]["right"] / counts[kind]["ours"].total() for kind in ("deleted", "look_alikes")
    }
    share = {name: {o: found[o] / found.total() for o in OUTCOMES} for name, found in totals.items()}
    print(
        json.dumps(
            {
                "passages": totals["ours"].total(),
                **{f"{name}_{o}": round(share[name][o], 4) for name in NAMES for o in ("right", "wrong")},
                "ours_ambiguous": round(share["ours"]["ambiguous"], 4),
                "ours_orphan": round(share["ours"]["orphan"], 4),
                **{f"{kind}_orphaned": round(value, 4) for kind, value in orphaned.items()},
                "cpu_seconds_300_in_6000_words_worst_kind": round(max(seconds.values()), 3),
                "typos_time_to_best_match": round(seconds["typos"] / peer, 4),
            }
        )
    )


if __name__ == "__main__":
    main()
