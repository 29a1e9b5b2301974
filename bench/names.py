"""python bench/names.py ARTICLES.jsonl: how surely two names that are nearly the same mean one person.

The full names that extraction finds in the articles are taken. Each is misspelt in every of five ways (a letter left
out, doubled, changed, two swapped, an accent added; seeded): these pairs mean one person. All pairs of different names
that share no family name mean two. For each threshold the share of misspelt names that is found (recall), and among
all pairs above it the share that means one person (precision) when each name is looked up once among all others. The
last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from rapidfuzz import fuzz, process

from datasette_claims.drafting.matching import LIKE, fold
from datasette_claims.extraction import extract

LETTERS = "abcdefghijklmnopqrstuvwxyz"
THRESHOLDS = (0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94)


def main() -> None:
    """Read, misspell, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    options = parser.parse_args()
    names = full_names(options.articles)
    chance = random.Random(20190516)
    same = [(name, spelt) for name in names for spelt in misspelt(name, chance)]
    likeness = [alike(a, b) for a, b in same]
    nearest = [nearest_other(name, names) for name in names]
    print(f"{len(names)} names, {len(same)} misspelt")
    figures = {}
    for threshold in THRESHOLDS:
        found = sum(each >= threshold for each in likeness)
        wrong = sum(each >= threshold for each in nearest)
        precision = found / len(same) / (found / len(same) + wrong / len(names))
        print(
            f"{threshold:.2f}: misspelt names found {found / len(same):.3f}, "
            f"names with a wrong one {wrong / len(names):.4f}"
        )
        figures[f"{threshold:.2f}"] = round(precision, 4)
    print(json.dumps({"threshold": LIKE, "precision": figures}))


def full_names(path: Path) -> list[str]:
    """The folded full names of people who speak in the articles, in order."""
    found = set()
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            for actor in extract(json.loads(line)["text"]).actors:
                if actor.kind == "person" and " " in fold(actor.label):
                    found.add(fold(actor.label))
    return sorted(found)


def misspelt(name: str, chance: random.Random) -> list[str]:
    """A name with one slip, five times."""
    at = chance.choice([i for i, c in enumerate(name[:-1]) if c != " " and name[i + 1] != " "])
    letter = chance.choice(LETTERS)
    return [
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        fold(name[: at + 1] + "\u0301" + name[at + 1 :]),
    ]


def alike(one: str, other: str) -> float:
    """What the matcher compares: the words in alphabetical order."""
    return fuzz.ratio(" ".join(sorted(one.split())), " ".join(sorted(other.split()))) / 100


def nearest_other(name: str, names: list[str]) -> float:
    """How alike the most similar other name is that has another family name."""
    others = [" ".join(sorted(n.split())) for n in names if n.split()[-1] != name.split()[-1]]
    best = process.extractOne(" ".join(sorted(name.split())), others, scorer=fuzz.ratio)
    return best[1] / 100 if best else 0.0


if __name__ == "__main__":
    main()
