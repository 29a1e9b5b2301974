"""python bench/duplicates.py [--quotes 1000000] [--workers 2]: near-duplicate statements, found and found wrongly.

Quotations are made by a seeded generator: sentences of a small grammar over 8,000 invented and some 60 English words
(hedges, verbs in two tenses, negations, figures). Of one in fifty an altered copy stands in another document: a hedge
dropped, a verb in another tense, an insertion in brackets, a mark of translation, the beginning or the end cut off, or
left as it is. As many are altered so that they say something else: another figure, a negation put in or taken out.
Those, and all others, must not be proposed.

Printed are recall by alteration, precision over all that is proposed, and what it takes on so many processes; beside
it, on the same quotations, what MinHash with LSH (datasketch, 64 permutations, bands for a Jaccard similarity of 0.4)
finds as candidates and takes. ``--peer`` is how many quotations the peer gets. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from datasette_claims import spreading
from datasette_claims.drafting.shingles import hashes, words_of
from datasette_claims.duplicates import propose_duplicates
from datasette_claims.duplicates.pairs import candidates
from datasette_claims.duplicates.runs import runs_of
from datasette_claims.schema import migrate
from datasette_claims.schema.ddl import triggers

HEDGES = ("probably", "apparently", "perhaps", "likely", "reportedly")
VERBS = (("increase", "increased"), ("threaten", "threatened"), ("close", "closed"), ("support", "supported"))
SMALL = ["the", "of", "to", "in", "and", "for", "on", "at", "with", "from", "by", "that", "as"]
SAME = ("as it is", "hedge dropped", "tense", "brackets", "translation mark", "truncated")
OTHER = ("figure", "negation")
EVERY = 50


class Maker:
    """Makes quotations and alters them, from one seed."""

    def __init__(self) -> None:
        self.chance = random.Random(2019)
        onsets, vowels = [*"bcdfghklmnprstv", "st", "tr", "sh", "pl"], list("aeiou")
        made = {
            "".join(self.chance.choice(onsets) + self.chance.choice(vowels) for _ in range(n % 3 + 2))
            for n in range(9000)
        }
        self.words = sorted(made)[:8000]
        self.chance.shuffle(self.words)
        self.weights = list(accumulate(1 / (n + 3) for n in range(len(self.words))))

    def sentence(self) -> str:
        """Eight to forty words, with a hedge, a verb, a negation, a figure here and there."""
        parts: list[str] = []
        length = self.chance.randint(8, 40)
        contents = self.chance.choices(self.words, cum_weights=self.weights, k=length)
        for number, word in enumerate(contents):
            parts.append(self.chance.choice(SMALL) if number % 3 == 1 else word)
        for made, share in ((self.chance.choice(HEDGES), 0.5), (self.chance.choice(VERBS)[0], 1.0), ("not", 0.2)):
            if self.chance.random() < share:
                parts.insert(self.chance.randrange(1, len(parts)), made)
        if self.chance.random() < 0.3:
            parts.insert(self.chance.randrange(1, len(parts)), str(self.chance.randint(2, 900)))
        return " ".join(parts).capitalize() + "."

    def altered(self, text: str, how: str) -> str | None:
        """The sentence altered in that way; None where it has nothing to alter."""
        words = text.rstrip(".").split()
        if how == "as it is":
            return f"“{text}”"
        if how == "hedge dropped":
            kept = [word for word in words if word.lower() not in HEDGES]
            return None if kept == words else " ".join(kept) + "."
        if how == "tense":
            forms = dict(VERBS) | {present.capitalize(): past for present, past in VERBS}
            return " ".join(forms.get(word, word) for word in words) + "."
        if how == "brackets":
            at = self.chance.randrange(1, len(words))
            return (
                " ".join(
                    [*words[:at], f"[{self.chance.choice(self.words)} {self.chance.choice(self.words)}]", *words[at:]]
                )
                + "."
            )
        if how == "translation mark":
            return f"{text} (Translated from the original.)"
        if how == "truncated":
            size = max(6, int(len(words) * self.chance.uniform(0.5, 0.9)))
            return " ".join(words[:size] if self.chance.random() < 0.5 else words[-size:]) + "."
        if how == "figure":
            at = next((i for i, word in enumerate(words) if word.isdigit()), None)
            return None if at is None else " ".join([*words[:at], str(int(words[at]) + 7), *words[at + 1 :]]) + "."
        if "not" in words:
            return " ".join(word for word in words if word != "not") + "."
        at = self.chance.randrange(1, len(words))
        return " ".join([*words[:at], "not", *words[at:]]) + "."


def quotations(count: int) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """(quotations, number of an altered one -> (number of its original, how it was altered))."""
    maker, made, altered = Maker(), [], {}
    while len(made) < count:
        number = len(made)
        if number > 100 and number % (EVERY // 2) == 0:
            kinds = SAME if number % EVERY == 0 else OTHER
            original, how = maker.chance.randrange(number), maker.chance.choice(kinds)
            text = None if original in altered else maker.altered(made[original], how)
            if text is not None:
                altered[number] = (original, how)
                made.append(text)
                continue
        made.append(maker.sentence())
    return made, altered


def database(path: Path, made: list[str]) -> sqlite3.Connection:
    """A claims database in which each quotation is a statement with one mention in a document of its own."""
    conn = sqlite3.connect(path, isolation_level=None)
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute("BEGIN")
    for name in triggers():
        conn.execute(f'DROP TRIGGER "{name}"')
    conn.executemany(
        "INSERT INTO statements (id, content, kind, revision) VALUES (?, ?, 'utterance', 1)",
        ((f"s{i}", text) for i, text in enumerate(made)),
    )
    conn.executemany(
        "INSERT INTO mentions (id, statement, document, content, revision) VALUES (?, ?, ?, ?, 1)",
        ((f"m{i}", f"s{i}", f"d{i}", text) for i, text in enumerate(made)),
    )
    for sql in triggers().values():
        conn.execute(sql)
    conn.execute("COMMIT")
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


def measured(count: int, workers: int) -> dict[str, float]:
    """Recall, precision and seconds of ours."""
    made, altered = quotations(count)
    with tempfile.TemporaryDirectory() as folder:
        conn = database(Path(folder) / "quotes.db", made)
        start, used = time.perf_counter(), time.process_time()
        with spreading.crew(workers) as crew:
            told = propose_duplicates(conn, "bench", crew.spread)
        seconds, own = time.perf_counter() - start, time.process_time() - used
        found = {
            (int(subject[1:]), int(object_[1:]))
            for subject, object_ in conn.execute("SELECT subject, object FROM proposals")
        }
        conn.close()
    pairs = {tuple(sorted(pair)) for pair in found}
    right = {(original, number): how for number, (original, how) in altered.items() if how in SAME}
    total, hit = Counter(right.values()), Counter(how for pair, how in right.items() if pair in pairs)
    wrong = Counter(altered[max(pair)][1] if max(pair) in altered else "unrelated" for pair in pairs - right.keys())
    print(
        f"{count:,} quotations on {workers} processes: {seconds:.1f} s ({own:.1f} s of processor here), "
        f"{told.pairs:,} pairs looked at"
    )
    for how in SAME:
        print(f"  {how:18} {hit[how]:6,} of {total[how]:6,} found: {hit[how] / max(total[how], 1):.3f}")
    recall, precision = sum(hit.values()) / max(len(right), 1), len(pairs & right.keys()) / max(len(pairs), 1)
    print(f"  recall {recall:.4f}, precision {precision:.4f}; wrong: {dict(wrong) or 'none'}")
    return {
        "seconds": round(seconds, 1),
        "quotes_per_second": round(count / seconds),
        "recall": round(recall, 4),
        "precision": round(precision, 4),
        **{f"recall_{how.replace(' ', '_')}": round(hit[how] / max(total[how], 1), 4) for how in SAME},
    }


def peer(count: int) -> dict[str, float]:
    """Candidates of MinHash with LSH beside ours: recall and seconds, on one process each."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("  datasketch is not installed: no peer")
        return {}
    made, altered = quotations(count)
    right = {(original, number) for number, (original, how) in altered.items() if how in SAME}
    start = time.process_time()
    mine = {tuple(pair) for pair in candidates([runs_of((0, made))]).tolist()}
    ours = time.process_time() - start
    start = time.process_time()
    lsh, theirs = MinHashLSH(threshold=0.4, num_perm=64), set()
    for number, text in enumerate(made):
        sketch = MinHash(num_perm=64)
        sketch.update_batch([str(each).encode() for each in hashes(words_of(text))])
        theirs |= {(other, number) for other in lsh.query(sketch)}
        lsh.insert(number, sketch)
    took = time.process_time() - start
    print(
        f"  candidates of {count:,}: ours {ours:.1f} s, {len(right & mine) / len(right):.3f} of the altered ones, "
        f"{len(mine):,} pairs; "
        f"MinHash and LSH {took:.1f} s, {len(right & theirs) / len(right):.3f}, {len(theirs):,} pairs"
    )
    return {
        "candidates_faster_than_minhash": round(took / ours, 2),
        "candidate_recall": round(len(right & mine) / len(right), 4),
        "minhash_candidate_recall": round(len(right & theirs) / len(right), 4),
    }


def main() -> None:
    """Make, find, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quotes", type=int, default=1_000_000)
    parser.add_argument("--peer", type=int, default=50_000, help="quotations of the comparison with MinHash")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    told = {"bench": "duplicates", "quotes": options.quotes, **measured(options.quotes, options.workers)}
    print(json.dumps(told | peer(options.peer)))


if __name__ == "__main__":
    main()
