"""python bench/extraction.py GOLD.jsonl [--out PRED.jsonl] [--engine NAME]: run extraction over articles and score it.

GOLD.jsonl has one article a line: doc_id, text, date, publisher, quotes [{content, content_spans, speaker,
speaker_spans, cue, type, speech}], code points, half-open. PRED.jsonl gets the same form. The last line printed is
one JSON object.

Gold files differ in what one row is. PolNeAR joins everything under one reporting word and leaves out reports inside
reports; the reference reading has a row for each statement and for nested ones. ``--unit auto`` looks whether two
rows share a reporting word (then statements are counted, else attributions) and whether any row stands inside
another one (else nested reports are left out).

``--engine spacy``, ``--engine llm:MODEL`` or the name of a plugin's engine is judged in the same way; what it returns
is held against the text first, and what is refused is counted. The peer that runs beside it is one regular expression
for quotations with "said" next to them.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import extraction_scores as scores

from datasette_claims.drafting.engines import DraftingError, find_engine
from datasette_claims.extraction import TIERS, Document, Draft, Mention, verify
from datasette_claims.hookspecs import Extractor

Row = dict[str, Any]
TARGETS = {
    "speech_content_f1": 0.77,
    "speech_end_to_end_f1": 0.72,
    "speaker_accuracy": 0.94,
    "quoted_end_to_end_f1": 0.80,
}
LENGTHS = (10_000, 100_000, 1_000_000)  # code points
ROUNDS = 2
SHARED_CUES = 0.05  # PolNeAR: 0.006 of the rows; the reference reading: 0.13
SAID = "(?:said|says|told|added|wrote|tweeted|asked|argued|noted)"
WHO = r"[A-Z][^.,;“”\"\n]{1,60}?|he|she|they"
PEER = re.compile(
    r"(?:[“\"]|'')(?P<quote>(?:[^“”\"\n']|'(?!')){3,}?)(?:[”\"]|''),? "
    rf"(?:{SAID} (?P<after>{WHO})(?=[,.;]|\s(?:in|on|at|who)\b)|(?P<before>{WHO}) {SAID}\b)"
    rf"|(?P<first>{WHO}) {SAID}(?: \w+){{0,4}}[,:] (?:[“\"]|'')(?P<words>(?:[^“”\"\n']|'(?!')){{3,}})(?:[”\"]|'')"
)


def main() -> None:
    """Read, predict, score, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, help="write the predictions here")
    parser.add_argument("--unit", choices=("auto", "attribution", "statement"), default="auto")
    parser.add_argument("--fold", type=int, help="only every third article, starting with this one (0, 1 or 2)")
    parser.add_argument("--engine", default="rules", help="the engine, with its model after a colon")
    options = parser.parse_args()
    try:
        engine = find_engine(options.engine)
    except DraftingError as error:
        sys.exit(str(error))
    articles = read(options.gold)
    if options.fold is not None:
        articles = articles[options.fold % 3 :: 3]
    joined = options.unit == "attribution" or (options.unit == "auto" and not shares_cues(articles))
    flat = not any(has_nested(article) for article in articles)
    predictions, seconds, refused = predict(engine, articles, joined, flat)
    print(f"{engine.label}: {refused} spans refused")
    if options.out:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in predictions)
        options.out.write_text("".join(lines), encoding="utf-8")
    started = time.process_time()
    peer = [{"doc_id": a["doc_id"], "quotes": peer_rows(a["text"])} for a in articles]
    peer_seconds = time.process_time() - started
    speeds = by_length(engine, articles) if engine.name == "rules" else {}
    report(articles, predictions, seconds, peer, peer_seconds, speeds)


def by_length(engine: Extractor, articles: list[Row]) -> dict[int, float]:
    """Length in code points -> code points a CPU second for the same million in texts of that length, best of rounds.

    Linear time means about the same speed at each length.
    """
    whole = "\n\n".join(article["text"] for article in articles)
    whole = "\n\n".join([whole] * (1 + LENGTHS[-1] // max(1, len(whole))))[: LENGTHS[-1]]
    found = dict.fromkeys(LENGTHS, 0.0)
    for length in LENGTHS * ROUNDS:
        documents = [Document(whole[at : at + length]) for at in range(0, len(whole), length)]
        started = time.process_time()
        for document in documents:
            engine.extract(document)
        found[length] = max(found[length], len(whole) / max(time.process_time() - started, 1e-9))
    return found


def read(path: Path) -> list[Row]:
    """The articles of a file; a line that is no JSON object ends the run with its number."""
    articles = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            article = json.loads(line)
            article["doc_id"], article["text"], article["quotes"]
        except (ValueError, KeyError, TypeError) as error:
            sys.exit(f"{path}, line {number}: not an article with doc_id, text and quotes ({error!r})")
        articles.append(article)
    return articles


def shares_cues(articles: list[Row]) -> bool:
    """Whether a good part of the gold rows stands under a reporting word that another row has too."""
    several = total_rows = 0
    for article in articles:
        cues = [tuple(q["cue"]) for q in article["quotes"] if q.get("cue")]
        total_rows += len(cues)
        several += len(cues) - len(set(cues))
    return several > SHARED_CUES * total_rows


def has_nested(article: Row) -> bool:
    """Whether the reporting word of one gold row stands inside the content of another one."""
    for row in article["quotes"]:
        for cue in scores.spans(row, "cue"):
            for other in article["quotes"]:
                if other is not row and any(a <= cue[0] and cue[1] <= b for a, b in scores.spans(other, "content")):
                    return True
    return False


def predict(engine: Extractor, articles: list[Row], joined: bool, flat: bool) -> tuple[list[Row], float, int]:
    """Predicted rows of every article, the CPU seconds that the engine took, how many spans were refused."""
    rows, seconds, refused = [], 0.0, 0
    for article in articles[:3] if engine.name == "rules" else ():
        engine.extract(Document(article["text"]))  # the first texts fill the table of words
    gc.collect()
    gc.freeze()  # the gold rows are none of extraction's business
    for article in articles:
        day = date.fromisoformat(article["date"][:10]) if article.get("date") else None
        document = Document(article["text"], published_on=day, publisher=article.get("publisher"))
        started = time.process_time()
        found = engine.extract(document)
        spent = time.process_time() - started
        draft = verify(article["text"], found)
        seconds += spent
        refused += len(draft.refused)
        rows.append({"doc_id": article["doc_id"], "quotes": to_rows(draft, joined, flat), "secs": spent})
    return rows, seconds, refused


def to_rows(draft: Draft, joined: bool, flat: bool) -> list[Row]:
    """Mentions -> rows: joined under their reporting word or each on its own; without nested ones if ``flat``."""
    groups: dict[object, list[Mention]] = defaultdict(list)
    for mention in draft.mentions:
        if not (flat and mention.parent is not None):
            groups[mention.attribution if joined else mention.id].append(mention)
    return [to_row(group) for group in groups.values()]


def to_row(group: list[Mention]) -> Row:
    """One row of the gold file's form."""
    first = group[0]
    content = sorted([e.start, e.end] for m in group for e in m.parts("content"))
    source, cue = first.parts("source"), first.parts("cue")
    return {
        "content": [content[0][0], content[-1][1]],
        "content_spans": content,
        "speaker": [source[0].start, source[0].end] if source else None,
        "cue": [cue[0].start, cue[0].end] if cue else None,
        "type": first.report_type,
        "speech": first.is_speech,
        "tier": first.tier,
    }


def peer_rows(text: str) -> list[Row]:
    """What one regular expression finds."""
    rows = []
    for match in PEER.finditer(text):
        source = next(name for name in ("after", "before", "first") if match.group(name))
        content = "words" if source == "first" else "quote"
        rows.append({"content": list(match.span(content)), "speaker": list(match.span(source)), "type": "direct"})
    return rows


def total(articles: list[Row], predictions: list[Row], subset: str) -> Counter[str]:
    """The counts of all articles."""
    by_id = {row["doc_id"]: row["quotes"] for row in predictions}
    found: Counter[str] = Counter()
    for article in articles:
        found += scores.count(article["text"], article["quotes"], by_id[article["doc_id"]], subset)
    return found


def tier_precision(articles: list[Row], predictions: list[Row]) -> dict[str, tuple[int, float, float]]:
    """Tier -> predicted rows, share whose content is right, share whose content and speaker are right."""
    by_id = {row["doc_id"]: row["quotes"] for row in predictions}
    counts: dict[str, Counter[str]] = {name: Counter() for name in TIERS}
    for article in articles:
        gold = scores.word_positions(article["text"], article["quotes"])
        rows = scores.word_positions(article["text"], by_id[article["doc_id"]])
        pairs = scores.match([w for _, w in gold], [w for _, w in rows], 0.8)
        matched = {j: i for i, j in pairs.items()}
        for j, (row, _) in enumerate(rows):
            counts[row["tier"]]["n"] += 1
            if j in matched:
                counts[row["tier"]]["content"] += 1
                counts[row["tier"]]["right"] += scores.same_speaker(article["text"], gold[matched[j]][0], row)
    return {k: (c["n"], c["content"] / max(1, c["n"]), c["right"] / max(1, c["n"])) for k, c in counts.items()}


def report(
    articles: list[Row],
    predictions: list[Row],
    seconds: float,
    peer: list[Row],
    peer_seconds: float,
    speeds: dict[int, float],
) -> None:
    """Print the scores; the last line is one JSON object."""
    characters = sum(len(a["text"]) for a in articles)
    print(f"{len(articles)} articles, {characters:,} code points, {characters / max(seconds, 1e-9):,.0f} a CPU second")
    for length, speed in speeds.items():
        print(f"  at {length:9,} code points: {speed:,.0f} a CPU second")
    figures: dict[str, float] = {}
    for subset in scores.SUBSETS:
        c = total(articles, predictions, subset)
        p, r, f = scores.f1(c["matched"], c["predicted"], c["gold"])
        e = scores.f1(c["right"], c["predicted"], c["gold"])[2]
        accuracy = c["right"] / c["matched"] if c["matched"] else 0.0
        print(
            f"{subset:9} gold {c['gold']:5} predicted {c['predicted']:5}  content P {p:.3f} R {r:.3f} F1 {f:.3f}"
            f"  end to end F1 {e:.3f}  speaker {accuracy:.3f}"
        )
        figures |= {f"{subset}_content_f1": f, f"{subset}_end_to_end_f1": e}
        if subset == "speech":
            figures["speaker_accuracy"] = accuracy
    for name, (n, content, right) in tier_precision(articles, predictions).items():
        print(f"tier {name:14} {n:5} drafts, content right {content:.3f}, content and speaker right {right:.3f}")
        figures[f"precision_{name}"] = content
    reached = total(articles, peer, "speech")
    peer_f1 = scores.f1(reached["matched"], reached["predicted"], reached["gold"])[2]
    peer_e2e = scores.f1(reached["right"], reached["predicted"], reached["gold"])[2]
    print(f"peer (one regular expression): content F1 {peer_f1:.3f}, end to end F1 {peer_e2e:.3f}")
    for name, goal in TARGETS.items():
        print(f"goal {name} >= {goal}: {figures[name]:.3f}")
    figures["characters_per_second"] = characters / max(seconds, 1e-9)
    if speeds:
        figures["speed_long_to_short"] = speeds[LENGTHS[-1]] / speeds[LENGTHS[0]]
    figures["content_f1_to_peer"] = figures["speech_content_f1"] / max(peer_f1, 1e-9)
    figures["end_to_end_f1_to_peer"] = figures["speech_end_to_end_f1"] / max(peer_e2e, 1e-9)
    figures["seconds_to_peer"] = seconds / max(peer_seconds, 1e-9)
    print(json.dumps({k: round(v, 4) for k, v in figures.items()}))


if __name__ == "__main__":
    main()
